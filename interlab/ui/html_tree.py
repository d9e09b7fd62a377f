"""Nodes as nested ``<details>``, which open and close without any script."""

from __future__ import annotations

from collections.abc import Iterable

from interlab.tracing import NodeReading
from interlab.ui.describe import read
from interlab.ui.html_node import fields, node_style, summary
from interlab.ui.html_text import escape
from interlab.ui.html_values import ValueWriter
from interlab.ui.outline import Branch, outline

# Browsers give up on elements nested some hundreds deep: from here on, levels stand below one another.
_DEEPEST = 100
_INDENTED = 16


def tree_html(
    nodes: Iterable[NodeReading], writer: ValueWriter, *, max_nodes: int, open_levels: int, anchors: bool
) -> str:
    """Nodes and all below them.

    Args:
        nodes: the topmost nodes.
        writer: writes their values.
        max_nodes: nodes shown at most, the upper levels first; the rest is counted.
        open_levels: levels that are unfolded at first. Those above an error are unfolded too.
        anchors: give each node an id to be linked to.
    """
    branches = outline(nodes, max_nodes=max_nodes)
    return "".join(_branch(branch, writer, open_levels, anchors) for branch in branches)


def _branch(top: Branch, writer: ValueWriter, open_levels: int, anchors: bool) -> str:
    wrong = _on_the_way_to_errors(top)
    pieces: list[str] = []
    # A stack instead of recursion, since traces may be nested deeply.
    todo: list[Branch | str] = [top]
    while todo:
        branch = todo.pop()
        if isinstance(branch, str):
            pieces.append(branch)
            continue
        is_open = branch.depth < open_levels or id(branch) in wrong
        pieces.append(_opening(branch, writer, is_open, anchors))
        rest = f'<div class="rest">… {branch.note}</div>' if branch.note and branch.below else ""
        if branch.depth >= _DEEPEST:
            pieces.append("</details>")
            todo.append(rest)
        else:
            todo.append(f"{rest}</details>")
        todo.extend(reversed(branch.below))
    return "".join(pieces)


def _opening(branch: Branch, writer: ValueWriter, is_open: bool, anchors: bool) -> str:
    node = branch.node
    meta = read(node, "meta")
    place = f' id="n{escape(node.uid)}"' if anchors else ""
    flat = " flat" if branch.depth > _INDENTED else ""
    leaf = "" if branch.below else " leaf"
    hidden = f"+ {branch.note}" if branch.note and not branch.below else ""
    level = f'<span class="level">level {branch.depth}</span>' if branch.depth > _INDENTED else ""
    line = summary(node, meta, hidden).replace("<summary>", f"<summary>{level}", 1)
    return (
        f'<details class="n{flat}{leaf}"{" open" if is_open else ""}{place}{node_style(meta)}>'
        f"{line}{fields(node, meta, writer)}"
    )


def _on_the_way_to_errors(top: Branch) -> set[int]:
    """The branches that are or lead to an error, by identity."""
    found: set[int] = set()
    for branch in reversed(list(top.walk())):
        if branch.node.state == "error" or any(id(below) in found for below in branch.below):
            found.add(id(branch))
    return found
