"""Showing nodes where the user is: in a notebook cell, or at a terminal."""

from __future__ import annotations

import sys
from typing import Any

from interlab.tracing import NodeReading
from interlab.ui.static_page import STYLE, fragment
from interlab.ui.text_tree import store_tree, text_tree

MAX_NODES_IN_CELL = 2_000
MAX_LINES_IN_CELL = 300


def in_notebook() -> bool:
    """Whether this runs in a Jupyter kernel."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython() if get_ipython is not None else None
    return shell is not None and type(shell).__name__ not in ("TerminalInteractiveShell",)


def mimebundle(node: NodeReading) -> dict[str, str]:
    """A node as a notebook shows it: HTML, and text for where HTML can't be shown."""
    body = fragment([node], open_levels=2, max_nodes=MAX_NODES_IN_CELL)
    return {
        "text/html": f'<style>{STYLE}</style><div class="il">{body}</div>',
        "text/plain": text_tree(node, max_nodes=MAX_LINES_IN_CELL),
    }


def display_node(node: NodeReading) -> None:
    """Show a node and what is below it."""
    _show(lambda: mimebundle(node), lambda: text_tree(node))


def display_store(store: Any) -> None:
    """Show a store's roots and what is below them."""

    def bundle() -> dict[str, str]:
        body = fragment(store.roots(), open_levels=1, max_nodes=MAX_NODES_IN_CELL)
        return {
            "text/html": f'<style>{STYLE}</style><div class="il">{body}</div>',
            "text/plain": store_tree(store, max_nodes=MAX_LINES_IN_CELL),
        }

    _show(bundle, lambda: store_tree(store))


def _show(bundle: Any, text: Any) -> None:
    if in_notebook():
        from IPython.display import display

        display(bundle(), raw=True)
    else:
        print(text())
