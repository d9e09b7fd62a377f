"""Nodes as a text tree."""

from __future__ import annotations

from typing import Any

from treelib.tree import Tree

from interlab.tracing import NodeReading
from interlab.ui.describe import STATE_MARKS, counted, duration_in_words, gist, title
from interlab.ui.outline import Branch, outline
from interlab.ui.visible import clip, columns_of, one_line

WIDTH = 120
"""Columns that a tree takes when nobody says how many there are."""

_DEEPEST = 100  # treelib draws recursively; deeper levels are counted instead of drawn
_INDENT = 4
_LEAST_ROOM = 40
_WHOLE = 2_000
_INSTANT = ("event", "observe")
_RELATIONS = {"raised": " raised ", "gave": " → ", "got": " ← ", "": ""}


def text_tree(
    node: NodeReading, *, max_depth: int | None = None, max_nodes: int = 2_000, width: int | None = WIDTH
) -> str:
    """A node and what is below it as a text tree; what is left out is counted.

    Args:
        node: the topmost node.
        max_depth: levels shown below it; None for all that have room.
        max_nodes: nodes shown at most, the upper levels first.
        width: columns that lines are cut to; None to cut only very long ones.
    """
    (branch,) = outline([node], max_nodes=max_nodes, max_depth=_deepest(max_depth, width))
    tree = Tree()
    _grow(tree, branch, None, width)
    return _drawn(tree)


def store_tree(store: Any, *, max_depth: int | None = 2, max_nodes: int = 2_000, width: int | None = WIDTH) -> str:
    """All roots of a store as a text tree; arguments as for `text_tree`."""
    number, roots = len(store), store.roots(limit=max_nodes + 1)
    depth = _deepest(max_depth, width)
    tree = Tree()
    path = one_line(str(store.path), width or _WHOLE)
    tree.create_node(f"{path} · {counted(number, 'node')}", "store")
    for branch in outline(roots, max_nodes=max_nodes, max_depth=depth):
        _grow(tree, branch, "store", width)
    if len(roots) > max_nodes:
        tree.create_node("… more roots", "more", parent="store")
    return _drawn(tree)


def _deepest(max_depth: int | None, width: int | None) -> int:
    if max_depth is None:
        # So deep that a label still has room.
        max_depth = _DEEPEST if width is None else max(8, (width - _LEAST_ROOM) // _INDENT)
    return min(max_depth, _DEEPEST)


def _grow(tree: Any, top: Branch, parent: str | None, width: int | None) -> None:
    above = 0 if parent is None else 1
    parents = {id(top): parent}
    for branch in top.walk():
        key = branch.node.uid
        room = _WHOLE if width is None else max(_LEAST_ROOM, width - _INDENT * (branch.depth + above))
        hidden = "" if branch.below else branch.note
        tree.create_node(label(branch.node, room, hidden), key, parent=parents.pop(id(branch)))
        parents.update((id(child), key) for child in branch.below)
    # After all the children, so that it stands last.
    for branch in top.walk():
        if branch.note and branch.below:
            tree.create_node(f"… {branch.note}", f"{branch.node.uid} more", parent=branch.node.uid)


def _drawn(tree: Any) -> str:
    return str(tree.show(stdout=False, sorting=False)).rstrip("\n")


def label(node: NodeReading, room: int = WIDTH, hidden: str = "") -> str:
    """A node on one line: state, kind, name, tags, duration, and what it did.

    Args:
        node: the node.
        room: columns it takes at most.
        hidden: what is below it and not shown.
    """
    state = node.state
    if state in ("open", "interrupted"):
        about = state
    else:
        about = duration_in_words(node.duration_s) if node.kind not in _INSTANT else ""
    facts = " · ".join(fact for fact in (about, f"+{hidden}" if hidden else "") if fact)
    facts = f" ({facts})" if facts else ""
    name = title(node) + "".join(f" #{one_line(tag.name, 30)}" for tag in node.tags[:8])
    # The facts stay when there is little room: they say how much is not shown.
    head = f"{STATE_MARKS.get(state, '?')} {clip(name, max(8, room - columns_of(facts) - 2))}{facts}"
    left = room - columns_of(head) - 3
    if left < 8:
        return clip(head, room)
    did = gist(node, left)
    return clip(f"{head}{_RELATIONS[did.relation]}{did.words}", room)
