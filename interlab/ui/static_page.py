"""Nodes as one HTML page of nested ``<details>``: no scripts, no network, opens from disk.

Everything that comes from models or files is text and is escaped. HTML values stand in an ``<iframe sandbox>``
whose document forbids every load; images are shown only in formats that can't run anything.
"""

from __future__ import annotations

import base64
import html
import json
from collections.abc import Iterable
from typing import Any

from interlab.tracing import (
    Blob,
    Figure,
    FormatStr,
    Html,
    Image,
    Markdown,
    NodeReading,
    Opaque,
    Record,
    Table,
)
from interlab.tracing.colors import name_color
from interlab.ui.describe import STATE_MARKS, duration_in_words, in_short

MAX_NODES = 20_000
MAX_TEXT = 20_000
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-src 'self'"
_SAFE_IMAGES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_SAFE_COLOR = frozenset("#abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789(),.% ")

STYLE = """
.il{font:14px/1.45 system-ui,sans-serif;color:#1a202c;background:#fff;overflow-wrap:anywhere}
.il details{margin:1px 0 1px 14px;border-left:2px solid #e2e8f0;padding-left:8px}
.il details.top{margin-left:0;border:0}
.il summary{cursor:pointer;padding:2px 4px;border-radius:4px}
.il summary:hover{background:#edf2f7}
.il .kind{display:inline-block;min-width:4.2em;color:#718096;font-size:12px}
.il .name{font-weight:600}.il .took{color:#718096;font-size:12px}.il .short{color:#4a5568}
.il .tag{font-size:11px;color:#fff;border-radius:8px;padding:0 6px;margin-left:4px}
.il .error{color:#c53030}.il .open,.il .interrupted{color:#b7791f}.il .finished{color:#2f855a}
.il .field{margin:2px 0 4px 14px}.il .field>b{color:#718096;font-weight:600;font-size:12px;display:block}
.il .text{white-space:pre-wrap;background:#f7fafc;border-radius:4px;padding:4px 8px;display:block}
.il .message{margin:3px 0;padding:4px 8px;border-radius:6px;background:#f7fafc;white-space:pre-wrap}
.il .role{font-size:11px;color:#718096;display:block}
.il table{border-collapse:collapse;font-size:12px}.il td,.il th{border:1px solid #e2e8f0;padding:1px 6px}
.il img{max-width:100%}.il iframe{width:100%;height:200px;border:1px solid #e2e8f0}
@media (prefers-color-scheme:dark){.il{color:#e2e8f0;background:#1a202c}.il details{border-color:#2d3748}
.il summary:hover,.il .text,.il .message{background:#2d3748}.il .short{color:#a0aec0}.il .finished{color:#68d391}
.il td,.il th{border-color:#4a5568}.il .error{color:#fc8181}}
"""


def page(*nodes: NodeReading, title: str | None = None) -> str:
    """A whole HTML document showing nodes and all below them.

    Args:
        *nodes: the topmost nodes.
        title: the document's title; the first node's name by default.
    """
    name = html.escape(title or (nodes[0].name if nodes else "InterLab"))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{name}</title><style>{STYLE}body{{margin:16px}}</style></head>"
        f'<body class="il"><h1 style="font-size:18px">{name}</h1>{fragment(nodes, open_levels=2)}</body></html>\n'
    )


def fragment(nodes: Iterable[NodeReading], *, open_levels: int = 1, max_nodes: int = MAX_NODES) -> str:
    """The nodes as nested details, to be put into a page that has `STYLE`.

    Args:
        nodes: the topmost nodes.
        open_levels: levels that are unfolded at first.
        max_nodes: nodes shown at most; the rest is counted.
    """
    pieces: list[str] = []
    left = max_nodes
    # A stack instead of recursion, since traces may be nested deeply.
    todo: list[tuple[NodeReading | str, int]] = [(node, 0) for node in reversed(list(nodes))]
    while todo:
        node, depth = todo.pop()
        if isinstance(node, str):
            pieces.append(node)
            continue
        if left <= 0:
            pieces.append('<div class="field">… more nodes; open the store to see them.</div>')
            break
        left -= 1
        pieces.append(_opening(node, depth, open_levels))
        todo.append(("</details>", depth))
        todo.extend((child, depth + 1) for child in reversed(node.children))
    pieces.extend("</details>" for piece, _ in reversed(todo) if piece == "</details>")
    return "".join(pieces)


def _opening(node: NodeReading, depth: int, open_levels: int) -> str:
    state = node.state
    meta = node.meta
    color = _color(meta.get("color"))
    background = _color(meta.get("color_bg"))
    border = _color(meta.get("color_border")) or color
    style = "".join(
        (f"border-color:{border};" if border else "", f"background:{background};" if background else "")
    )
    tags = "".join(
        f'<span class="tag" style="background:{_color(tag.color) or name_color(tag.name)}">{html.escape(tag.name)}</span>'
        for tag in node.tags
    )
    words = in_short(node)
    name_style = f' style="color:{color}"' if color else ""
    return (
        f'<details class="node{" top" if depth == 0 else ""}"{" open" if depth < open_levels else ""}'
        f' style="{style}" id="n{html.escape(node.uid)}"><summary>'
        f'<span class="{state}" title="{state}">{STATE_MARKS.get(state, "?")}</span> '
        f'<span class="kind">{html.escape(node.kind)}</span>'
        f'<span class="name"{name_style}>{html.escape(node.name)}</span>{tags} '
        f'<span class="took">{duration_in_words(node.duration_s)}</span> '
        f'<span class="short">{html.escape(words)}</span></summary>{_fields(node, meta)}'
    )


def _fields(node: NodeReading, meta: dict[str, Any]) -> str:
    pieces: list[str] = []
    for name, value in node.inputs.items():
        pieces.append(_field(name, _messages(value) if name == "messages" else _value(value)))
    if node.has_result:
        pieces.append(_field("result", _value(node.result)))
    error = node.error
    if error is not None:
        text = f"{error.type_name}: {error.get('message')}\n\n{error.get('traceback') or ''}"
        pieces.append(_field("error", f'<span class="text error">{html.escape(text)}</span>'))
    facts = {key: value for key, value in meta.items() if not key.startswith("color")}
    if facts:
        pieces.append(_field("facts", _value(facts)))
    return "".join(pieces)


def _field(name: str, inside: str) -> str:
    return f'<div class="field"><b>{html.escape(name)}</b>{inside}</div>'


def _messages(value: Any) -> str:
    if not isinstance(value, list):
        return _value(value)
    pieces: list[str] = []
    for message in value:
        if isinstance(message, dict) and "role" in message:
            content = message.get("content")
            inside = content.to_html() if isinstance(content, FormatStr) else None
            if inside is None:
                inside = html.escape(content) if isinstance(content, str) else _value(content)
            role = html.escape(str(message["role"]))
            pieces.append(f'<div class="message"><span class="role">{role}</span>{inside}</div>')
        else:
            pieces.append(_value(message))
    return "".join(pieces)


def _value(value: Any) -> str:
    if isinstance(value, FormatStr):
        return f'<span class="text">{value.to_html()}</span>'
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Html):
        inner = f"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">{value.source}"
        return f'<iframe sandbox="" srcdoc="{html.escape(inner)}"></iframe>'
    if isinstance(value, Markdown):
        return _text(value.source)
    if isinstance(value, Blob):
        return _blob(value)
    if isinstance(value, Table):
        return _table(value)
    if isinstance(value, Figure):
        return _text(
            "[plotly figure] " + json.dumps(dict(value.spec).get("layout", {}).get("title", ""), default=str)
        )
    if isinstance(value, Opaque | Record) or not isinstance(value, dict | list | tuple):
        return _text(repr(value))
    return _text(json.dumps(value, ensure_ascii=False, indent=1, default=repr))


def _text(text: str) -> str:
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT] + f"… [{len(text) - MAX_TEXT:,} more characters]"
    return f'<span class="text">{html.escape(text)}</span>'


def _blob(value: Blob) -> str:
    size = f"{len(value.data):,} bytes"
    if isinstance(value, Image) and value.mime in _SAFE_IMAGES:
        return f'<img alt="image, {size}" src="data:{value.mime};base64,{base64.b64encode(value.data).decode()}">'
    return _text(f"[{value.mime}, {size}{f', {value.name}' if value.name else ''}]")


def _table(value: Table) -> str:
    head = "".join(f"<th>{html.escape(str(column))}</th>" for column in value.columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{html.escape(str(cell))}</td>" for cell in row) + "</tr>"
        for row in value.rows[:200]
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table><small>{value.n_rows} rows</small>"


def _color(color: Any) -> str:
    return color if isinstance(color, str) and 0 < len(color) < 40 and set(color) <= _SAFE_COLOR else ""
