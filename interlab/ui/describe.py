"""Values and nodes in a few words, for trees and summaries."""

from __future__ import annotations

import json
from typing import Any

from interlab.tracing import Blob, Figure, Html, Image, Markdown, NodeReading, Opaque, Record, Table

STATE_MARKS = {"finished": "✓", "error": "✗", "open": "…", "interrupted": "†"}


def in_words(value: Any, limit: int = 80) -> str:
    """A value on one line.

    Args:
        value: any value read from a node.
        limit: characters at most.
    """
    text = " ".join(_text(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Html | Markdown):
        return value.source
    if isinstance(value, Image | Blob):
        return f"[{value.mime}, {len(value.data):,} bytes]"
    if isinstance(value, Table):
        return f"[table, {value.n_rows} rows × {len(value.columns)} columns]"
    if isinstance(value, Figure):
        return "[figure]"
    if isinstance(value, Record):
        if set(value) == {"name", "value"}:
            return str(value["name"])
        inside = ", ".join(f"{name}={in_words(item, 40)}" for name, item in value.items() if item is not None)
        return f"{value.type_name.rpartition('.')[2]}({inside})"
    if isinstance(value, Opaque):
        return repr(value)
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return repr(value)


def duration_in_words(seconds: float | None) -> str:
    """A length of time: ``12 ms``, ``3.4 s``, ``2 min 5 s``."""
    if seconds is None:
        return ""
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def in_short(node: NodeReading) -> str:
    """What a node did, in a few words: its error, else its result, else its most telling input."""
    error = node.error
    if error is not None:
        return f"{error.type_name.rpartition('.')[2]}: {error.get('message')}"
    if node.has_result and node.result is not None:
        return in_words(node.result)
    inputs = node.inputs
    for name in ("observation", "prompt"):
        if inputs.get(name):
            return in_words(inputs[name])
    return ""
