"""Capture: calls made through LangChain and `openai` clients inside a node are recorded by themselves.

Opening a store starts it, through `instrument`; `uninstrument` puts everything back. Neither library is ever
imported here: what is loaded is patched at once, what is not is patched when somebody else imports it.

`calls` is what both have in common: a call in the making, and when two captures are one call. `openai_*`
patches the client's resource classes; `langchain_*` adds a callback handler through LangChain's configure
hook, and makes its nodes current while its own code runs.
"""

from __future__ import annotations

from interlab.tracing.capture.langchain_patches import LANGCHAIN_LISTENERS, LANGCHAIN_TARGETS
from interlab.tracing.capture.openai_patches import OPENAI_TARGETS
from interlab.tracing.capture.patching import Patches
from interlab.tracing.threads import on_instrument

_PATCHES = Patches([*OPENAI_TARGETS, *LANGCHAIN_TARGETS], LANGCHAIN_LISTENERS)


def start_capture() -> None:
    """Record calls from now on. Calling it again changes nothing."""
    _PATCHES.start()


def stop_capture() -> None:
    """Undo `start_capture`. Calls that are under way are recorded to their end."""
    _PATCHES.stop()


on_instrument(start_capture, stop_capture)

__all__ = ["start_capture", "stop_capture"]
