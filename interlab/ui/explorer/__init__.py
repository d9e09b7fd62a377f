"""The branch explorer in a cell: the tree of branches, two of them side by side, and forks whose effect is measured.

`tree` makes plain data of the tree and `reading` of what was said; `interlab.ui.steering` says what is told of each
branch's end, runs experiments in a thread that can be stopped, and writes the Python that does the same; `controller`
joins them, without any window; `widget` and ``face/`` are the window. May import everything above `interlab.ui` in the
list of layers, and the rest of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interlab.ui.explorer.controller import Explorer
    from interlab.ui.explorer.widget import ExplorerWidget, explore
    from interlab.ui.steering.trial import Trial

__all__ = ["Explorer", "ExplorerWidget", "Trial", "explore"]

_HOMES = {
    "Explorer": "explorer.controller", "ExplorerWidget": "explorer.widget",
    "Trial": "steering.trial", "explore": "explorer.widget",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"interlab.ui.{home}"), name)
