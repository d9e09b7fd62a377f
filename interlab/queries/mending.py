"""Damage that the wider grammar has no meaning for, put right where there is one way to do it."""

from __future__ import annotations

import re

from interlab.queries.relaxed import NotRelaxedJson, Relaxed, read_relaxed
from interlab.queries.tokens import read_strict

MAX_MENDED = 5000
"""Characters of an object that is mended at most."""

_MISSING_QUOTES = [
    (re.compile(r'([{,]\s*)"([\w ]{1,40}):(?=\s*["\d\[{tfn-])'), r'\1"\2":'),
    (re.compile(r'([{,]\s*)([A-Za-z_]\w{0,40})"(?=\s*:)'), r'\1"\2"'),
    (re.compile(r'(:\s*)([A-Za-z\d][^"{}\[\],:\n]{0,80})"(?=\s*[,}\n])'), r'\1"\2"'),
    (re.compile(r'(:\s*)"([^"{}\[\],:\n]{1,80}),(\s*"[\w ]{1,40}"\s*:)'), r'\1"\2",\3'),
    (re.compile(r'(:\s*)"([^"{}\[\],:\n]{1,80})(\n\s*"[\w ]{1,40}"\s*:)'), r'\1"\2",\3'),
    (re.compile(r'([\[,]\s*)"([^"{}\[\],:\n]{1,80}),(\s*"[^"{}\[\],:\n]{0,80}"\s*[,\]])'), r'\1"\2",\3'),
    (re.compile(r'([\[,]\s*)"([^"{}\[\],:\n]{1,80})(\s*\])'), r'\1"\2"\3'),
    (re.compile(r'([\[,]\s*)([A-Za-z][^"{}\[\],:\n]{0,80})"(\s*[,\]])'), r'\1"\2"\3'),
]
_MISSING_COLONS = re.compile(r'([{,]\s*"[A-Za-z_][\w -]{0,40}")\s*(?=\s["\[{]|\s-?\d|\s(?:true|false|null)\b)')
_DOUBLE_COLONS = re.compile(r'("[\w ]{1,40}"\s*):\s*[:=](?=\s*["\d\[{tfn-])')
_STRAY = re.compile(r"\s*[}\])]{1,3}\s*")


def mended(text: str) -> tuple[Relaxed, int] | None:
    """An object or a list in which one quotation mark or colons are missing, if there is one way to put them in.

    Args:
        text: begins with the bracket; may go on after it closes.

    Returns:
        What it reads as, and where it ends.
    """
    closing = {"{": "}", "[": "]"}.get(text[:1])
    if closing is None or len(text) > MAX_MENDED or closing not in text:
        return None
    stop = text.rindex(closing) + 1
    found: dict[str, Relaxed] = {}
    for made in _ways(text[:stop]):
        try:
            read = read_relaxed(made)
        except (NotRelaxedJson, RecursionError):
            continue
        if read.end == len(made) and not read.unclosed and not read.weak:
            found.setdefault(repr(read.value), read)
    return (next(iter(found.values())), stop) if len(found) == 1 else None


def _ways(text: str) -> list[str]:
    ways = []
    for pattern, replacement in _MISSING_QUOTES:
        made, count = pattern.subn(replacement, text)
        if count == 1:
            ways.append(made)
    made, count = _MISSING_COLONS.subn(r"\1: ", text)
    # A colon elsewhere, or a value that is no text, tells members from items.
    if count and (re.search(r'"\s*:', text) or re.search(r'"\s+[\d\[{tfn-]', text)):
        ways.append(made)
    made, count = _DOUBLE_COLONS.subn(r"\1:", text)
    if count:
        ways.append(made)
    return ways


def is_stray(rest: str) -> bool:
    """Whether only closing brackets follow a value that is whole."""
    return _STRAY.fullmatch(rest) is not None


def unescaped(text: str) -> str:
    """A reply whose marks are all escaped in one way, as HTML, LaTeX or CSV do it, as JSON has them."""
    if '\\"' in text and re.search(r'(?<!\\)"', text) is None:
        text = text.replace('\\"', '"')
    if re.match(r"\s*\\[{\[]", text) and re.search(r"\\[}\]]\s*$", text):
        text = re.sub(r"\\([{}\[\]])", r"\1", text)
    if "\\[" in text and re.search(r"[:,\[{]\s*\\\[\s*[\"'{\d]", text) and text.count("\\[") == text.count("\\]"):
        text = re.sub(r"\\([\[\]])", r"\1", text)
    if '""' in text and text.lstrip()[:1] in "{[" and _parses(made := text.replace('""', '"')) and not _parses(text):
        text = made
    return text


def _parses(text: str) -> bool:
    bare = text.strip()
    try:
        return read_strict(bare, 0)[1] == len(bare)
    except ValueError:
        return False
