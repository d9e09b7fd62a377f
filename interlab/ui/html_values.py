"""Recorded values as HTML: escaped, folded when they are big, in a sandbox when they are HTML themselves."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import Any

from interlab.tracing import Blob, Figure, FormatStr, Html, Image, Markdown, Opaque, Record, Table
from interlab.ui.describe import counted, in_words, rows_of, short_class
from interlab.ui.html_text import escape, format_html, left_out
from interlab.ui.visible import one_line, visible

MAX_TEXT = 100_000
"""Characters shown of one text."""
MAX_IMAGE = 4_000_000
MAX_SVG = 500_000
MAX_MARKDOWN = 50_000
MAX_ROWS = 200
MAX_COLUMNS = 50
MAX_ITEMS = 100
FOLD_FROM = 1_500
"""Characters from which a text is folded."""

_DEEPEST = 4
_FOLD_LINES = 24
_SHORT = 60
_RASTER = ("image/png", "image/jpeg", "image/gif", "image/webp")
_FRAME_HEAD = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
    '<meta http-equiv="x-dns-prefetch-control" content="off">'
)
# What a frame's policy does not stop: connections opened ahead of a load, a new base, a page that moves on.
_STEERING = re.compile(r"<(?=/?(?:link|meta|base|script|object|embed|iframe|frame|portal|form)\b)", re.IGNORECASE)
# Documents that draw themselves many times over would keep a browser busy for ever.
_SVG_REPEATS = re.compile(rb"<!ENTITY|<(?:\w+:)?use\b", re.IGNORECASE)
_MAX_SVG_REPEATS = 300


class ValueWriter:
    """Writes values as HTML until a page is full.

    Args:
        room: characters of HTML that values may take together; after that they are left out, and it is said.
    """

    def __init__(self, room: int) -> None:
        self.room = room

    def value(self, value: Any) -> str:
        """Any value read from a node."""
        if self.room <= 0:
            return '<i class="note">left out, since this page is full; the store has it</i>'
        try:
            written = self._value(value, 0)
        # Files of strangers may hold values of any shape: one that can't be shown must not hide the others.
        except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, RecursionError) as error:
            written = f'<i class="note">a value that can’t be shown ({escape(type(error).__name__)})</i>'
        self.room -= len(written)
        return written

    def text(self, text: str) -> str:
        """A text: a prompt's fields in their colours, folded when it is long."""
        written = _text(text)
        self.room -= len(written)
        return written

    def _value(self, value: Any, depth: int) -> str:
        if isinstance(value, str):
            return _text(value)
        for kind, write in _WRITERS:
            if isinstance(value, kind):
                return write(value)
        if isinstance(value, Record) and set(value) == {"name", "value"}:
            return f'<div class="plain">{escape(in_words(value, 200))}</div>'
        if depth < _DEEPEST and isinstance(value, Mapping) and value:
            caption = value.type_name if isinstance(value, Record) else ""
            return self._mapping(value, caption, depth)
        if depth < _DEEPEST and isinstance(value, list | tuple | set | frozenset) and not _is_flat(value):
            return self._list(value, depth)
        if type(value).__module__.partition(".")[0] == "numpy":
            return f'<div class="text mono">{escape(in_words(value, 200))}\n{escape(repr(value)[:4000])}</div>'
        return f'<div class="plain">{escape(in_words(value, 2_000))}</div>'

    def _mapping(self, value: Mapping[Any, Any], caption: str, depth: int) -> str:
        name = f'<caption title="{escape(caption)}">{escape(short_class(caption))}</caption>' if caption else ""
        rows = "".join(
            f"<tr><th>{escape(in_words(key, 60))}</th><td>{self._value(item, depth + 1)}</td></tr>"
            for key, item in islice(value.items(), MAX_ITEMS)
        )
        table = f'<table class="record">{name}{rows}{_rest_of(len(value), 2)}</table>'
        return table if depth == 0 and len(value) <= 12 else _fold(in_words(value, 100), table, open_=depth == 0)

    def _list(self, value: Iterable[Any], depth: int) -> str:
        items = list(islice(value, MAX_ITEMS))
        number = len(value)  # type: ignore[arg-type]  # a list, tuple or set
        inside = "".join(f"<li>{self._value(item, depth + 1)}</li>" for item in items)
        rest = f'<li class="note">… {number - MAX_ITEMS:,} more</li>' if number > MAX_ITEMS else ""
        listed = f'<ol class="items" start="0">{inside}{rest}</ol>'
        return listed if number <= 4 and depth == 0 else _fold(counted(number, "item"), listed)


def _text(text: str) -> str:
    short = len(text) <= _SHORT and "\n" not in text and not isinstance(text, FormatStr)
    written = f'<div class="{"plain" if short else "text"}">{format_html(text, MAX_TEXT)}</div>'
    return folded(text, written)


def _rest_of(number: int, columns: int) -> str:
    if number <= MAX_ITEMS:
        return ""
    return f'<tr><td class="note" colspan="{columns}">… {number - MAX_ITEMS:,} more</td></tr>'


def _is_flat(value: Iterable[Any]) -> bool:
    return all(
        item is None or isinstance(item, bool | int | float) or (isinstance(item, str) and len(item) < 40)
        for item in islice(value, MAX_ITEMS)
    )


def folded(text: str, written: str) -> str:
    """What was written of a text, behind its first words when it is long."""
    if len(text) <= FOLD_FROM and text.count("\n") < _FOLD_LINES:
        return written
    return _fold(f"{one_line(text[:400], 90)}", written, size=f"{len(text):,} characters")


def _fold(words: str, inside: str, *, size: str = "", open_: bool = False) -> str:
    about = f' <i class="note">{size}</i>' if size else ""
    state = " open" if open_ else ""
    return f'<details class="fold"{state}><summary><bdi>{escape(words)}</bdi>{about}</summary>{inside}</details>'


def _html(value: Html) -> str:
    source = str(value.source)
    if len(source) > 10 * MAX_TEXT:
        return _note(f"HTML of {len(source):,} characters: too long for this page")
    inner = escape(_FRAME_HEAD + _STEERING.sub("&lt;", source))
    quiet = 'sandbox="" referrerpolicy="no-referrer" loading="lazy"'
    return f'<iframe {quiet} title="HTML value" srcdoc="{inner}"></iframe>'


def _markdown(value: Markdown) -> str:
    from markdown_it import MarkdownIt

    source = str(value.source)
    # HTML in it is text; a picture would be a request; a link that leads anywhere but to the web is text.
    reader = MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "reference"])
    reader.validateLink = lambda url: bool(re.match(r"https?://", url, re.IGNORECASE))  # type: ignore[method-assign]
    written = reader.render(visible(source[:MAX_MARKDOWN]))
    written = written.replace("<a href=", '<a target="_blank" rel="noopener noreferrer nofollow" href=')
    more = left_out(len(source) - MAX_MARKDOWN) if len(source) > MAX_MARKDOWN else ""
    return folded(source, f'<div class="markdown">{written}{more}</div>')


def _blob(value: Blob) -> str:
    size = counted(len(value.data), "byte")
    name = f", {one_line(str(value.name), 80)}" if value.name else ""
    mime = str(value.mime)
    svg = mime == "image/svg+xml"
    shown = isinstance(value, Image) and (mime in _RASTER or (svg and _is_tame(value.data)))
    if not shown or len(value.data) > MAX_IMAGE:
        return _note(f"{one_line(mime, 80)}, {size}{name}")
    data = base64.b64encode(value.data).decode("ascii")
    # As the source of an image, an SVG document runs no scripts and loads nothing.
    return (
        f'<img loading="lazy" decoding="async" alt="{escape(f"{mime}, {size}{name}")}" src="data:{mime};base64,{data}">'
    )


def _is_tame(svg: bytes) -> bool:
    return len(svg) <= MAX_SVG and len(_SVG_REPEATS.findall(svg)) <= _MAX_SVG_REPEATS and b"<!ENTITY" not in svg


def _table(value: Table) -> str:
    columns = [in_words(column, 60) for column in islice(_sequence(value.columns), MAX_COLUMNS)]
    index = value.index if isinstance(value.index, list | tuple) else None
    head = "".join(f"<th>{escape(column)}</th>" for column in columns)
    rows = []
    for place, row in enumerate(islice(_sequence(value.rows), MAX_ROWS)):
        label = f"<th>{escape(in_words(index[place], 60))}</th>" if index and place < len(index) else ""
        cells = "".join(f"<td>{escape(in_words(cell, 200))}</td>" for cell in islice(_sequence(row), MAX_COLUMNS))
        rows.append(f"<tr>{label}{cells}</tr>")
    corner = "<th></th>" if index else ""
    number, wide = rows_of(value), len(_sequence(value.columns))
    notes = [f"{len(rows):,} of {counted(number, 'row')}"] if number > len(rows) else [counted(number, "row")]
    if wide > MAX_COLUMNS:
        notes.append(f"{MAX_COLUMNS} of {counted(wide, 'column')}")
    table = f'<table class="data"><thead><tr>{corner}{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    written = f'<div class="scroll">{table}</div><i class="note">{", ".join(notes)}</i>'
    return written if len(rows) <= 12 else _fold(f"table, {', '.join(notes)}", written)


def _sequence(value: Any) -> list[Any] | tuple[Any, ...]:
    return value if isinstance(value, list | tuple) else [value]


def _figure(value: Figure) -> str:
    spec = value.spec if isinstance(value.spec, Mapping) else {}
    layout, traces = spec.get("layout"), spec.get("data")
    about = layout.get("title") if isinstance(layout, Mapping) else None
    named = about.get("text") if isinstance(about, Mapping) else about
    lines = [
        f"{trace.get('type', 'scatter')} {trace.get('name') or ''}".strip()
        for trace in islice(_sequence(traces or []), 12)
        if isinstance(trace, Mapping)
    ]
    words = f"plotly figure {in_words(named, 100) if named else ''}: {', '.join(lines)}"
    return _note(f"{one_line(words, 400)} (drawn in a notebook: node.result.to_plotly())")


def _opaque(value: Opaque) -> str:
    why = f' <i class="note">{escape(one_line(str(value.why), 200))}</i>' if value.why else ""
    words = escape(str(value.text or value.type_name)[:4_000])
    return f'<div class="text mono" title="{escape(str(value.type_name)[:200])}">{words}{why}</div>'


def _note(words: str) -> str:
    return f'<div class="plain note">{escape(words)}</div>'


_WRITERS: tuple[tuple[type, Callable[[Any], str]], ...] = (
    (Html, _html),
    (Markdown, _markdown),
    (Blob, _blob),
    (Table, _table),
    (Figure, _figure),
    (Opaque, _opaque),
)
