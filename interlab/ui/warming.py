"""Getting the trace browser ready in a notebook, before it is asked for."""

from __future__ import annotations

import contextvars
import importlib
import threading

from interlab.ui.display import in_notebook

_begun = threading.Event()


def warm() -> None:
    """In a notebook, import in the background what the first `show()` would otherwise wait for."""
    if _begun.is_set() or not in_notebook():
        return
    _begun.set()
    thread = threading.Thread(target=_import, name="interlab-warm", daemon=True)
    contextvars.Context().run(thread.start)


def _import() -> None:
    try:
        importlib.import_module("interlab.ui.browser.widget")
    except ImportError:  # whoever shows something is told
        return
