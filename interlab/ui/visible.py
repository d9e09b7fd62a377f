"""Text from models and files, made safe to look at: nothing in it steers a terminal or reorders a line."""

from __future__ import annotations

import re

from rich.cells import cell_len, set_cell_size

# Control characters, overrides of the writing direction, invisible tag characters, and halves of surrogate pairs.
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\U000e0000-\U000e007f]")
# Marks that stand on the letter before them; a pile of them covers other lines.
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILE = re.compile(f"({_MARK}{{4}}){_MARK}+")
_SPACE = re.compile(r"\s+")


def visible(text: str) -> str:
    """A text whose invisible and steering characters are shown instead of obeyed; lines and tabs are kept.

    Args:
        text: any text, lone surrogates included.

    Returns:
        A text that can be encoded, and printed to a terminal.
    """
    if text.isascii() and text.isprintable():
        return text
    return _HIDDEN.sub(_shown, text.replace("\r\n", "\n"))


def _shown(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def one_line(text: str, limit: int) -> str:
    """The beginning of a text on one line, as `visible` gives it.

    Args:
        text: any text.
        limit: columns of a terminal it takes at most, at least 1.
    """
    # Of a huge text only what can be seen is looked at.
    begun = text[: limit * 4 + 200]
    line = _PILE.sub(r"\1", _SPACE.sub(" ", visible(begun))).strip()
    if len(begun) < len(text) and cell_len(line) < limit:
        line += "…"
    return clip(line, limit)


def clip(line: str, width: int) -> str:
    """A line cut to a width, with an ellipsis where it was cut.

    Args:
        line: a line without control characters.
        width: columns of a terminal, at least 1.
    """
    if (len(line) <= width and line.isascii()) or cell_len(line) <= width:
        return line
    return set_cell_size(line, max(0, width - 1)).rstrip() + "…"


def columns_of(line: str) -> int:
    """How many columns of a terminal a line takes."""
    return len(line) if line.isascii() else cell_len(line)
