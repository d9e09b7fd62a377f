"""Which nodes of a trace are shown when not all can be: the upper levels first, what is left out is counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from interlab.tracing import NodeReading
from interlab.tracing.schema import ERROR
from interlab.ui.describe import counted

_BELOW = (
    "WITH RECURSIVE below(id) AS (SELECT id FROM node WHERE parent=:root UNION "
    "SELECT node.id FROM node JOIN below ON node.parent=below.id) "
)


@dataclass(slots=True)
class Branch:
    """A node that is shown, and what of it.

    Args:
        node: the node.
        depth: levels above it that are shown.
        below: the children that are shown.
        left_out: nodes that are not: the other children when there are some in `below`, else all below it.
        errors_left_out: how many of those ended with an error.
    """

    node: NodeReading
    depth: int
    below: list[Branch] = field(default_factory=list)
    left_out: int = 0
    errors_left_out: int = 0

    @property
    def note(self) -> str:
        """What is left out, in words: ``5 more nodes``; "" when nothing is."""
        if not self.left_out:
            return ""
        errors = f", {self.errors_left_out:,} with errors" if self.errors_left_out else ""
        return counted(self.left_out, "more node" if self.below else "node") + errors

    def walk(self) -> Iterator[Branch]:
        """This branch and all below it, parents before children."""
        todo = [self]
        while todo:
            branch = todo.pop()
            yield branch
            todo.extend(reversed(branch.below))


def outline(tops: Iterable[NodeReading], *, max_nodes: int, max_depth: int | None = None) -> list[Branch]:
    """Choose what to show of some nodes and all below them, level by level.

    Args:
        tops: the topmost nodes.
        max_nodes: nodes shown at most, at least 1.
        max_depth: levels shown below the topmost ones; None for all.

    Returns:
        One branch for each of the topmost nodes that are shown.
    """
    branches = [Branch(node, 0) for node, _ in zip(tops, range(max_nodes), strict=False)]
    seen = {branch.node.id for branch in branches}  # a file made by hand may have circles
    left = max_nodes - len(branches)
    level = branches
    while level:
        deeper: list[Branch] = []
        for branch in level:
            deepest = max_depth is not None and branch.depth >= max_depth
            children = [] if deepest or left <= 0 else _first_children(branch.node, left)
            for child in children:
                if child.id not in seen:
                    seen.add(child.id)
                    branch.below.append(Branch(child, branch.depth + 1))
            left -= len(branch.below)
            _count_left_out(branch)
            deeper.extend(branch.below)
        level = deeper
    return branches


def _first_children(node: NodeReading, left: int) -> list[NodeReading]:
    """All children when there is room for them; else as many as take half of it, to leave some for the others."""
    source = node._source
    rows = source.journal.read("SELECT id FROM node WHERE parent=? ORDER BY id LIMIT ?", (node.id, left + 1))
    if len(rows) <= left:
        return node.children if rows else []
    return [source.node_by_id(row[0]) for row in rows[: max(1, left // 2)]]


def _count_left_out(branch: Branch) -> None:
    read = branch.node._source.journal.read
    if branch.below:
        rows = read("SELECT count(*), total(state=?) FROM node WHERE parent=?", (ERROR, branch.node.id))
        shown = len(branch.below)
        branch.left_out = max(0, int(rows[0][0]) - shown)
        if branch.left_out:
            visible_errors = sum(below.node.state == "error" for below in branch.below)
            branch.errors_left_out = max(0, int(rows[0][1]) - visible_errors)
    elif read("SELECT 1 FROM node WHERE parent=? LIMIT 1", (branch.node.id,)):
        rows = read(
            f"{_BELOW} SELECT count(*), total(state=:error) FROM node WHERE id IN (SELECT id FROM below)",
            {"root": branch.node.id, "error": ERROR},
        )
        branch.left_out, branch.errors_left_out = int(rows[0][0]), int(rows[0][1])
