"""The lab in a cell: choose a scenario, play it, fork it, compare, without writing code.

`scenarios` finds what can be chosen and makes forms of signatures; `playing` runs an environment in a thread that
can be paused, and `bubbles` tells what happened; `branching` forks and compares; `code` writes the Python that does the
same; `controller` joins them, without any window; `widget` and ``face/`` are the window. May import everything above
`interlab.ui` in the list of layers, and the rest of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interlab.ui.lab.controller import Lab
    from interlab.ui.lab.playing import Player
    from interlab.ui.lab.widget import LabWidget, lab, play

__all__ = ["Lab", "LabWidget", "Player", "lab", "play"]

_HOMES = {"Lab": "controller", "LabWidget": "widget", "Player": "playing", "lab": "widget", "play": "widget"}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
