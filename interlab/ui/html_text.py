"""Text and colours from models and files as HTML: nothing in them is ever read as markup or as a style."""

from __future__ import annotations

import html
from typing import Any

from interlab.tracing import FormatStr, name_color
from interlab.tracing.colors import safe_color
from interlab.tracing.format_str import Field, Part
from interlab.ui.visible import visible

_DEEPEST = 20


def escape(text: Any) -> str:
    """A text as HTML, for an element's inside or a quoted attribute."""
    return html.escape(visible(str(text)))


def color_of(name: str, color: Any = None) -> str:
    """The colour given, when it is one; else the name's stable colour."""
    return safe_color(color) or name_color(name)


def format_html(text: str, limit: int) -> str:
    """A prompt as HTML, each field in its colour with its name as the tooltip.

    Args:
        text: a text; only a `FormatStr` has fields.
        limit: characters shown at most; how many are left out is said.
    """
    if not isinstance(text, FormatStr):
        return escape(text) if len(text) <= limit else escape(text[:limit]) + left_out(len(text) - limit)
    pieces: list[str] = []
    left = _parts_html(text.parts, pieces, limit, 0)
    if left < 0:
        pieces.append(left_out(len(text) - limit))
    return "".join(pieces)


def left_out(characters: int) -> str:
    """The note that a text goes on."""
    return f'<i class="note">… {characters:,} more characters</i>'


def _parts_html(parts: tuple[Part, ...], pieces: list[str], left: int, depth: int) -> int:
    for part in parts:
        if left < 0:
            break
        if isinstance(part, str):
            pieces.append(escape(part[:left]))
            left -= len(part)
            continue
        name = str(part.name)
        kind = "f free" if isinstance(part, Field) else "f"
        pieces.append(f'<span class="{kind}" style="--f:{color_of(name, part.color)}" title="{{{escape(name)}}}">')
        if isinstance(part.text, FormatStr) and depth < _DEEPEST:
            left = _parts_html(part.text.parts, pieces, left, depth + 1)
        else:
            pieces.append(escape(str.__str__(part.text)[: max(left, 0)]))
            left -= len(part.text)
        pieces.append("</span>")
    return left
