"""What a trace adds up to: nodes, model calls, tokens, time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from interlab.tracing import NodeReading
from interlab.tracing.schema import ERROR
from interlab.ui.describe import counted, duration_in_words, read

_TREE = "WITH RECURSIVE tree(id) AS (SELECT :root UNION SELECT node.id FROM node JOIN tree ON node.parent=tree.id) "


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over nodes and all below them.

    Args:
        nodes: how many there are.
        model_calls: how many of them are calls of a model.
        errors: how many ended with an error.
        input_tokens, output_tokens: as the models counted them.
        estimated: some of those counts are estimates of ours.
        took_s: seconds that the topmost nodes took together; None when one of them is not closed.
    """

    nodes: int = 0
    model_calls: int = 0
    errors: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    estimated: bool = False
    took_s: float | None = 0.0

    def __add__(self, other: Totals) -> Totals:
        took = None if self.took_s is None or other.took_s is None else self.took_s + other.took_s
        return Totals(
            self.nodes + other.nodes,
            self.model_calls + other.model_calls,
            self.errors + other.errors,
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.estimated or other.estimated,
            took,
        )

    @property
    def parts(self) -> list[str]:
        """The totals in words, one part each."""
        about = "≈ " if self.estimated else ""
        parts = [counted(self.nodes, "node"), counted(self.model_calls, "model call")]
        if self.input_tokens or self.output_tokens:
            parts.append(f"{about}{self.input_tokens:,} tokens in, {self.output_tokens:,} out")
        if self.took_s is not None:
            parts.append(duration_in_words(self.took_s))
        if self.errors:
            parts.append(counted(self.errors, "error"))
        return parts


def totals(nodes: Iterable[NodeReading]) -> Totals:
    """Add up nodes and all below them."""
    return sum((_totals(node) for node in nodes), Totals())


def _totals(node: NodeReading) -> Totals:
    source = node._source
    where = "FROM node WHERE id IN (SELECT id FROM tree)"
    number, errors = source.journal.read(
        f"{_TREE} SELECT count(*), total(state=:error) {where}", {"root": node.id, "error": ERROR}
    )[0]
    calls = source.journal.read(f"{_TREE} SELECT id {where} AND kind='model' ORDER BY id", {"root": node.id})
    tokens = [tokens_of(read(source.node_by_id(row[0]), "meta")) for row in calls]
    known = [one for one in tokens if one is not None]
    return Totals(
        int(number), len(calls), int(errors),
        sum(one[0] for one in known), sum(one[1] for one in known), any(one[2] for one in known), node.duration_s,
    )  # fmt: skip


def tokens_of(meta: dict[str, Any]) -> tuple[int, int, bool] | None:
    """Tokens in, tokens out and whether they are estimates, as the meta of a model call says; None if it does not."""
    usage = meta.get("usage")
    if not isinstance(usage, dict):
        return None
    counts = (usage.get("input_tokens"), usage.get("output_tokens"))
    if not any(isinstance(count, int) for count in counts):
        return None
    into, out = (count if isinstance(count, int) else 0 for count in counts)
    return into, out, usage.get("estimated") is True
