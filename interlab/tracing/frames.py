"""Nodes as a pandas data frame: one row a node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from interlab.errors import ModelUnavailable
from interlab.tracing.documents import with_descendants
from interlab.tracing.nodes import NodeReading

COLUMNS = (
    "uid", "parent_uid", "depth", "kind", "name", "state", "opened_at", "duration_s", "tags",
    "model", "input_tokens", "output_tokens", "inputs", "result", "error",
)  # fmt: skip


def to_frame(nodes: Iterable[NodeReading], *, values: bool = True) -> Any:
    """Nodes and all below them as a data frame.

    Args:
        nodes: the topmost nodes.
        values: include the columns ``inputs``, ``result`` and ``error``; without them these are not read.

    Returns:
        A `pandas.DataFrame` with the columns of `COLUMNS`; ``opened_at`` is a time stamp in UTC, ``depth``
        counts from 0 at the topmost nodes.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ModelUnavailable("Data frames need pandas: pip install 'interlab-lab[frames]'.") from error
    rows: list[dict[str, Any]] = []
    depths: dict[int | None, int] = {}
    for node in with_descendants(nodes):
        depths[node.id] = depths.get(node._parent, -1) + 1
        rows.append(_row(node, depths[node.id], values))
    frame = pd.DataFrame(rows, columns=list(COLUMNS if values else COLUMNS[:-3]))
    frame["opened_at"] = pd.to_datetime(frame["opened_at"], unit="s", utc=True, errors="coerce")
    return frame


def _row(node: NodeReading, depth: int, values: bool) -> dict[str, Any]:
    meta = node.meta
    usage = meta.get("usage")
    if not isinstance(usage, dict):  # meta is free: someone's own "usage" need not be ours
        usage = {}
    row: dict[str, Any] = {
        "uid": node.uid,
        "parent_uid": node.parent_uid,
        "depth": depth,
        "kind": node.kind,
        "name": node.name,
        "state": node.state,
        "opened_at": node.opened_at,
        "duration_s": node.duration_s,
        "tags": ",".join(tag.name for tag in node.tags),
        "model": meta.get("model"),
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
    }
    if values:
        error = node.error
        row["inputs"] = node.inputs
        row["result"] = node.result
        row["error"] = None if error is None else f"{error.type_name}: {error.get('message')}"
    return row
