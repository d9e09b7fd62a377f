"""Showing nodes where the user is: in a notebook cell, or at a terminal."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from typing import Any

from interlab.tracing import NodeReading
from interlab.ui.static_page import cell
from interlab.ui.text_tree import store_tree, text_tree
from interlab.ui.visible import visible

MAX_NODES_IN_CELL = 2_000
MAX_LINES_IN_CELL = 300
MAX_CHARACTERS_IN_CELL = 2_000_000
MAX_ROOTS_IN_CELL = 200

Bundle = dict[str, str]


def in_notebook() -> bool:
    """Whether this runs in a Jupyter kernel."""
    get_ipython = getattr(sys.modules.get("IPython"), "get_ipython", None)
    shell = get_ipython() if get_ipython is not None else None
    return shell is not None and type(shell).__name__ != "TerminalInteractiveShell"


def terminal_width() -> int | None:
    """Columns of the terminal that is printed to; None when it is a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def mimebundle(node: NodeReading) -> Bundle:
    """A node as a notebook shows it: HTML, and text for where HTML can't be shown."""
    return {"text/html": _cell([node], 1), "text/plain": text_tree(node, max_nodes=MAX_LINES_IN_CELL)}


def display_node(node: NodeReading) -> None:
    """Show a node and what is below it: in the trace browser where there is a notebook, else as text."""
    if not _show_live(node):
        _show(lambda: mimebundle(node), lambda: text_tree(node, width=terminal_width()))


def display_store(store: Any) -> None:
    """Show a store's roots, the newest ones when there are many, and what is below them."""
    if _show_live(store):
        return

    def bundle() -> Bundle:
        roots = store.roots()
        older = len(roots) - MAX_ROOTS_IN_CELL
        note = f'<p class="note">{older:,} older roots are not shown.</p>' if older > 0 else ""
        shown = roots[-MAX_ROOTS_IN_CELL:]
        return {
            "text/html": note + _cell(shown, 0),
            "text/plain": store_tree(store, max_nodes=MAX_LINES_IN_CELL),
        }

    _show(bundle, lambda: store_tree(store, width=terminal_width()))


def _show_live(what: Any) -> bool:
    """Show the trace browser where there is a notebook for it."""
    if not in_notebook():
        return False
    from interlab.ui.browser.widget import show

    show(what)
    return True


def _cell(nodes: list[NodeReading], open_levels: int) -> str:
    return cell(nodes, max_nodes=MAX_NODES_IN_CELL, open_levels=open_levels, max_characters=MAX_CHARACTERS_IN_CELL)


def _show(bundle: Callable[[], Bundle], text: Callable[[], str]) -> None:
    if in_notebook():
        from IPython.display import display

        display(bundle(), raw=True)  # type: ignore[no-untyped-call]  # IPython says nothing of its types
    else:
        print(visible(text()))
