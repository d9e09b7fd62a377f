"""The trace browser's Python side: the index of a store, the answers, and the three ways to reach a browser.

A store's nodes are rows of an index (`index`); `backend` answers the questions of `protocol`; `widget`, `page` and
`file` carry them into a notebook's cell, to a page on loopback, and into one file. The TypeScript in ``browser/`` is
built into ``static/``. May import the tracing layer and the rest of `interlab.ui`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from interlab.ui.browser.file import write_file
    from interlab.ui.browser.page import Page, serve
    from interlab.ui.browser.widget import TraceBrowser

__all__ = ["Page", "TraceBrowser", "serve", "write_file"]

_HOMES = {"Page": "page", "TraceBrowser": "widget", "serve": "page", "write_file": "file"}


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{home}"), name)
