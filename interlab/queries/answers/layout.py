"""How lines are laid out around their keys and items: pictures, quotation marks, letters, leaders, calls in tags."""

from __future__ import annotations

import re
from collections.abc import Callable

_PICTURE = (
    r"(?:[\U0001F000-\U0001FAFF\u2300-\u23FF\u2460-\u27BF\u2B00-\u2BFF\u25A0-\u25FF\u2139\u3030\u303D]"
    r"\ufe0f?\u200d?\u20e3?|[\d#*]\ufe0f?\u20e3)"
)
_PICTURED = re.compile(
    rf"^(?P<start>[ \t]*(?:(?:[-*+•‣–]|\(?\d{{1,3}}[.)])[ \t]+)?[*_`]{{0,3}})(?:{_PICTURE}){{1,4}}[ \t]*"
    r"(?=[*_`]{0,3}[^\W\d][^:=\n]{0,60}(?:[:：=]|->|→|[ \t][-–—][ \t]))",
    re.MULTILINE,
)
_QUOTED = re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE)
_LEADERS = re.compile(
    r"^(?P<key>[ \t]*[*_]{0,2}[^\W\d][\w ]{0,40}?[*_]{0,2})[ \t]*(?:\.{3,}|_{3,}|·{3,})[ \t]*[:：]", re.M
)
_OWN = re.compile(
    r"^(?P<start>[ \t]*(?:[-*•][ \t]+)?[*_]{0,2})(?:my|our)[ \t]+(?=(?P<key>[\w ]{1,40}?)[*_]{0,2}[ \t]*[:：])",
    re.M | re.I,
)
_LETTER = re.compile(r"^(?P<indent>[ \t]*)\(?(?P<letter>[a-zA-Z])[.)][ \t]+(?=\S)")
_ITEM_OR_KEY = re.compile(r"^[ \t]*(?:[-*+•‣]\s|\d{1,3}[.)]\s|[*_]{0,2}[^\W\d][\w ]{0,40}[*_]{0,2}[:：])")
_ROW = re.compile(
    r"^[ \t]*\|?[ \t]*[*_]{0,2}(?P<key>[^\W\d][\w ]{0,40}?)[*_]{0,2}[ \t]*\|"
    r"[ \t]*(?P<value>[^|\n]*[^|\s])[ \t]*\|?[ \t]*$"
)
_PARAMETER = re.compile(r"<parameter\s*=\s*[\"']?([A-Za-z_][\w.-]*)[\"']?\s*>(.*?)</parameter>", re.DOTALL)
_CALL_TAG = re.compile(r"</?(?:tool_call|function_calls?|function|tool_use|invoke)\b[^<>\n]*>")


def plain_layout(text: str, known: Callable[[str], bool]) -> str:
    """A text whose lines of keys and items begin with them, as they do without pictures and other ornaments.

    Args:
        text: a reply in words.
        known: whether a key is one that is asked for.
    """
    if "<parameter" in text and _PARAMETER.search(text) is not None:
        text = _CALL_TAG.sub("", _PARAMETER.sub(r"<\1>\2</\1>", text)).strip()
    text = _without_letters(_unquoted(_PICTURED.sub(lambda one: one["start"], text)))
    text = _OWN.sub(lambda one: one["start"] if known(one["key"]) else one[0], text)
    text = _LEADERS.sub(lambda one: f"{one['key']}:", text)
    return _as_key_lines(text, _ROW, known)


def _unquoted(text: str) -> str:
    """A text without the marks of a quotation, where nothing outside of it looks like the answer."""
    lines = [line for line in text.splitlines() if line.strip()]
    inside = [line for line in lines if _QUOTED.match(line)]
    if not inside or any(_ITEM_OR_KEY.match(line) for line in lines if line not in inside):
        return text
    return _QUOTED.sub("", text)


def _without_letters(text: str) -> str:
    """A text whose items are bullets instead of letters in order: a), b), c)."""
    lines = text.splitlines()
    found = [(at, one) for at, line in enumerate(lines) if (one := _LETTER.match(line)) is not None]
    letters = "".join(one["letter"].casefold() for _, one in found)
    if len(found) < 2 or letters != "abcdefghijklmnopqrstuvwxyz"[: len(found)]:
        return text
    for at, one in found:
        lines[at] = f"{one['indent']}- {lines[at][one.end() :]}"
    return "\n".join(lines)


def _as_key_lines(text: str, form: re.Pattern[str], known: Callable[[str], bool]) -> str:
    """Lines of keys with another mark than a colon behind them, if there are several of them and all are known."""
    lines = text.splitlines()
    found = {at: one for at, line in enumerate(lines) if (one := form.match(line)) is not None}
    keys = [one["key"] for one in found.values()]
    is_table = form is _ROW and any(re.fullmatch(r"\s*\|?(?:\s*:?-+:?\s*\|?)+\s*", line) for line in lines)
    if len(found) < 2 or is_table or len(set(keys)) < len(keys) or not all(map(known, keys)):
        return text
    for at, one in found.items():
        lines[at] = f"{one.groupdict().get('start') or ''}{one['key']}: {one['value']}"
    return "\n".join(lines)


_PART_AHEAD = re.compile(r"(?:[,;|]|\s[–—])\s*(?=[*_]{0,2}([A-Za-z][\w ]{0,30}?)[*_]{0,2}\s*[:=])")
_KEYED = re.compile(r"^[ \t]*(?:(?:[-*+•]|\(?\d{1,3}[.)])[ \t]+)?[*_]{0,2}([A-Za-z][\w ]{0,30}?)[*_]{0,2}[ \t]*[:=]")


def parts_apart(text: str, known: Callable[[str], bool]) -> str:
    """A text whose lines of several keys are one line for each of them."""
    lines = []
    for line in text.splitlines():
        head = _KEYED.match(line)
        if head is None or not known(head[1]):
            lines.append(line)
            continue
        indent = " " * (len(line) - len(line.lstrip()) + (2 if re.match(r"\s*(?:[-*+•]|\(?\d)", line) else 0))
        lines.append(_PART_AHEAD.sub(_on_line_of_its_own(indent, known), line))
    return "\n".join(lines)


def _on_line_of_its_own(indent: str, known: Callable[[str], bool]) -> Callable[[re.Match[str]], str]:
    """What stands in front of a key that is known: the end of a line."""
    return lambda one: f"\n{indent}" if known(one[1]) else one[0]
