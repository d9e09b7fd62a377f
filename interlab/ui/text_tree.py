"""Nodes as a text tree."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from treelib import Tree

from interlab.tracing import NodeReading
from interlab.ui.describe import STATE_MARKS, duration_in_words, in_short

# treelib draws recursively; deeper levels are counted instead of drawn.
_DEEPEST = 100


def text_tree(node: NodeReading, *, max_depth: int | None = None, max_nodes: int = 2_000) -> str:
    """A node and what is below it as a text tree; what is left out is counted.

    Args:
        node: the topmost node.
        max_depth: levels shown below it; None for all.
        max_nodes: nodes shown at most.
    """
    tree = Tree()
    tree.create_node(label(node), node.uid)
    left = [max_nodes - 1]
    _grow(tree, node, _DEEPEST if max_depth is None else min(max_depth, _DEEPEST), left)
    return str(tree.show(stdout=False, sorting=False)).rstrip("\n")


def store_tree(store: Any, *, max_depth: int | None = 2, max_nodes: int = 2_000) -> str:
    """All roots of a store as a text tree."""
    tree = Tree()
    tree.create_node(f"{store.path} · {len(store):,} nodes", "store")
    left = [max_nodes]
    for root in store.roots():
        if left[0] <= 0:
            break
        left[0] -= 1
        tree.create_node(label(root), root.uid, parent="store")
        _grow(tree, root, _DEEPEST if max_depth is None else max_depth, left)
    return str(tree.show(stdout=False, sorting=False)).rstrip("\n")


def _grow(tree: Any, top: NodeReading, depth: int, left: list[int]) -> None:
    level: Iterable[NodeReading] = [top]
    for _ in range(depth):
        below: list[NodeReading] = []
        for node in level:
            children = node.children
            for place, child in enumerate(children):
                if left[0] <= 0:
                    tree.create_node(f"… {len(children) - place:,} more", f"{node.uid} more", parent=node.uid)
                    break
                left[0] -= 1
                tree.create_node(label(child), child.uid, parent=node.uid)
                below.append(child)
        if not below:
            return
        level = below
    for node in level:
        hidden = sum(1 for _ in node.descendants())
        if hidden:
            tree.create_node(f"… {hidden:,} below", f"{node.uid} more", parent=node.uid)


def label(node: NodeReading) -> str:
    """A node on one line: state, kind, name, tags, duration, and what it did."""
    mark = STATE_MARKS.get(node.state, "?")
    tags = "".join(f" #{tag.name}" for tag in node.tags)
    name = " ".join(node.name.split())[:60]
    took = duration_in_words(node.duration_s) if node.kind not in ("event", "observe") else ""
    words = in_short(node)
    end = f" → {words}" if words else ""
    return f"{mark} {node.kind} {name}{tags}{f' ({took})' if took else ''}{end}"
