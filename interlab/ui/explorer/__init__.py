"""The branch explorer in a cell: the tree of branches, two of them side by side, and forks whose effect is measured.

`measuring` says what is told of each branch's end; `tree` makes plain data of the tree and `reading` of what was said;
`trial` runs an experiment in a thread that can be stopped; `code` writes the Python that does the same; `controller`
joins them, without any window; `widget` and ``face/`` are the window. May import everything above `interlab.ui` in the
list of layers, and the rest of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interlab.ui.explorer.controller import Explorer
    from interlab.ui.explorer.measuring import OutcomeField
    from interlab.ui.explorer.trial import Trial
    from interlab.ui.explorer.widget import ExplorerWidget, explore

__all__ = ["Explorer", "ExplorerWidget", "OutcomeField", "Trial", "explore"]

_HOMES = {
    "Explorer": "controller", "ExplorerWidget": "widget", "OutcomeField": "measuring", "Trial": "trial",
    "explore": "widget",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
