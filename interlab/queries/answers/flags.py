"""Lists of labels that are told as yes or no for each label, and checklists."""

from __future__ import annotations

import re
from collections.abc import Callable

from interlab.queries.answers.notations import Notated, are_sentences

_YES = r"yes|true|on|1|✓|✔\ufe0f?|✅|☑\ufe0f?|🗸"
_NO = r"no|false|off|0|✗|✘|❌|☐|🚫|⛔"
_START = r"[ \t]*(?:(?:[-*+•]|\d{1,3}[.)])[ \t]+)?"
_ROW = re.compile(
    rf"^{_START}(?:(?P<box>\[[ xX✓✔]\]|✓|✔\ufe0f?|✅|☑\ufe0f?|✗|✘|❌|☐)[ \t]*)?[*_`\"']{{0,3}}"
    rf"(?P<label>[^\W\d][\w -]{{0,40}}?)[*_`\"']{{0,3}}"
    rf"[ \t]*(?:(?:[:：=|]|->|→|[-–—])?[*_]{{0,2}}[ \t]*(?P<flag>{_YES}|{_NO}))?[ \t]*\|?[ \t]*$",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    rf"^{_START}\|?[ \t]*[*_`\"']{{0,3}}(?P<label>[^\W\d][\w -]{{0,40}}?)[*_`\"']{{0,3}}[ \t]*[:：=|]"
)
_RULE_ROW = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|?)+\s*")
_BOX = re.compile(rf"^{_START}(?P<box>\[[ xX✓✔]\]|✓|✔\ufe0f?|✅|☑\ufe0f?|✗|✘|❌|☐)[ \t]*\S", re.MULTILINE)
_TRUE = re.compile(rf"\[[xX✓✔]\]|{_YES}", re.IGNORECASE)


def flags(text: str, is_label: Callable[[str], bool]) -> Notated | None:
    """Labels with yes or no each, one a line or in a table, as a map from labels to truth; None if it is no such.

    A line about a label that says neither leaves nothing to read.
    """
    one_line = text.strip()
    if "\n" not in one_line:
        text = "\n".join(re.split(r"[,;]\s+", one_line.rstrip(".")))
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) > 2 and _RULE_ROW.fullmatch(lines[1]):
        lines = [line.strip().strip("|") for line in lines[2:]]
    made: dict[str, bool] = {}
    rows: list[int] = []
    for at, line in enumerate(lines):
        one, labelled = _ROW.match(line), _LABELLED.match(line)
        if one is None or not is_label(one["label"]) or not (one["flag"] or one["box"]):
            if labelled is not None and is_label(labelled["label"]):
                return None
            continue
        told = [_TRUE.fullmatch(mark) is not None for mark in (one["flag"], one["box"]) if mark]
        if len(set(told)) != 1 or made.setdefault(one["label"], told[0]) is not told[0]:
            return None
        rows.append(at)
    if not rows or rows != list(range(rows[0], rows[-1] + 1)) or (len(set(made.values())) == 1 and len(made) < 2):
        return None
    before, after = "\n".join(lines[: rows[0]]), "\n".join(lines[rows[-1] + 1 :])
    if (before and not re.search(r"[:.!]\s*$|^\s*(?:#|\*\*)[^\n]*$", before)) or not are_sentences(after):
        return None
    boxes = {box["box"] for line in lines if (box := _ROW.match(line)) is not None and box["box"] and not box["flag"]}
    if boxes and not any(made.values()):
        return None  # a list of boxes that nobody ticked
    return Notated(made, "flags", before, after)


def is_half_ticked(text: str) -> bool:
    """Whether some items of a list are ticked and others are not, so that nobody can say which of them are meant."""
    told = {_TRUE.fullmatch(one["box"]) is not None for one in _BOX.finditer(text)}
    return len(told) == 2


_OPENS = re.compile(r"^(?P<indent>[ \t]*)(?P<key>[*_]{0,2}[^\W\d][\w ]{0,40}?[*_]{0,2})[:：][*_]{0,2}[ \t]*$")


def listed_flags(text: str, known: Callable[[str], bool], is_label: Callable[[str], bool]) -> str:
    """A text whose fields with a flag for each label below them hold the list of the labels that are true."""
    lines = text.splitlines()
    at = 0
    while at < len(lines):
        opens = _OPENS.match(lines[at])
        if opens is None or not known(opens["key"].strip("*_")):
            at += 1
            continue
        end = at + 1
        rows = []
        while end < len(lines) and (row := _ROW.match(lines[end])) and row["flag"] and is_label(row["label"]):
            rows.append(row)
            end += 1
        true = [row["label"] for row in rows if _TRUE.fullmatch(row["flag"]) is not None]
        if rows and true and len({row["label"] for row in rows}) == len(rows):
            lines[at:end] = [f"{opens['indent']}{opens['key']}: [{', '.join(true)}]"]
        at += 1
    return "\n".join(lines)
