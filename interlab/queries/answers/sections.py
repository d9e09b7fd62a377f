"""Sections below headings: one for each item of a list, and fields whose value stands below their name."""

from __future__ import annotations

import re
from typing import Any

from interlab.queries.answers.notations import Known, Notated, are_sentences, key_lines, scalar, table

_HEADING = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+(?P<marked>\S[^\n]*?)[ \t]*#*|(?:\d{1,3}[.)][ \t]+)?"
    r"\*\*(?P<bold>[^*\n]{1,60})\*\*[ \t]*[:：]?|"
    r"(?P<counted>[^\W\d]\w*(?:[ ]\w+)?[ ]#?(?:\d{1,3}|[A-Z])[:：]?|\[[\w ]{1,40}\]|"
    r"(?:\d{1,3}[.)]|#\d{1,3})))[ \t]*$",
    re.MULTILINE,
)
_RULE = re.compile(r"^[ \t]*(?:-{3,}|={3,}|\*{3,}|_{3,})[ \t]*$", re.MULTILINE)
_STATE = re.compile(
    r"\b(?:options?|alternativ\w*|versions?|variants?|drafts?|examples?|samples?|templates?|attempts?|tries|try|scenarios?|plan|"
    r"rejected|declined|withdrawn|cancel\w*|removed|deleted|excluded|ignored|discarded|wrong|incorrect|invalid|old|former|"
    r"previous|original\w*|initial\w*|before|after|updated?|revised|corrected|correction|final\w*|new|proposed|proposals?|"
    r"suggest\w*|possible|possibly|maybe|perhaps|probabl[ey]|potential|unconfirmed|uncertain|unsure|unclear|tentative|pending|"
    r"not|no|or|confirmed|accepted|expected|predicted|guess\w*|estimat\w*|input|output|schema|format|reasoning|thoughts?|"
    r"analysis|notes?|source|text|question)\b|\?",
    re.IGNORECASE,
)
"""Headings that say more of what stands below them than which one it is."""


def item_sections(text: str, known: Known) -> Notated | None:
    """The objects of a list, each in lines of keys below a heading of its own."""
    marks = [one for one in _HEADING.finditer(text) if not known(_name(one))]
    if not marks:
        return None
    found: list[Any] = []
    after = ""
    ends = [one.start() for one in marks[1:]] + [len(text)]
    for at, (mark, end) in enumerate(zip(marks, ends, strict=True)):
        body = _RULE.sub("", text[mark.end() : end])
        block = key_lines(body, known)
        if block is None and at == 0 and len(marks) > 2 and not body.strip():
            continue  # a title above all sections
        if _STATE.search(_name(mark)) or block is None or not isinstance(block.value, dict) or block.before.strip():
            return None
        is_last = at == len(marks) - 1
        if block.after.strip() and not (is_last and are_sentences(block.after)):
            return None
        found.append(block.value)
        after = block.after
    if len(found) < 2:
        return None
    return Notated(found, "sections", text[: marks[0].start()], after)


def _name(heading: re.Match[str]) -> str:
    return (heading["marked"] or heading["bold"] or heading["counted"]).strip(" *_:：[]")


_KEY_ALONE = re.compile(
    r"^(?P<indent>[ \t]*)(?:#{1,6}[ \t]+)?(?:[-*•][ \t]+)?[*_]{0,2}(?P<key>[^\W\d][\w ()-]{0,40}?)"
    r"[*_]{0,2}[ \t]*[:：]?[*_]{0,2}[ \t]*$"
)
_RULE_ROW = re.compile(r"\s*\|?(?:\s*:?-+:?\s*\|?)+\s*")


def without_tables(text: str, known: Known) -> str:
    """A text whose tables below the name of a field are bullets of keys, so that they are that field."""
    lines = text.splitlines()
    made: list[str] = []
    at = 0
    while at < len(lines):
        key = _KEY_ALONE.match(lines[at])
        rows = _table_below(lines, at + 1) if key is not None and known(key["key"]) else None
        one = table("\n".join(lines[rows[0] : rows[1]]), known) if rows is not None else None
        if key is None or rows is None or one is None or not isinstance(one.value, list):
            made.append(lines[at])
            at += 1
            continue
        if not any(known(name) for name in one.value[0]):
            return text
        made.append(f"{key['indent']}{key['key']}:")
        for row in one.value:
            cells = [f"{name}: {value}" for name, value in row.items()]
            made.append(f"{key['indent']}  - {cells[0]}")
            made += [f"{key['indent']}    {cell}" for cell in cells[1:]]
        at = rows[1]
    return "\n".join(made)


def _table_below(lines: list[str], at: int) -> tuple[int, int] | None:
    """Where the table begins and ends that stands at a line, or below one empty line."""
    if at < len(lines) and not lines[at].strip():
        at += 1
    end = at
    while end < len(lines) and "|" in lines[end]:
        end += 1
    return (at, end) if end - at > 2 and _RULE_ROW.fullmatch(lines[at + 1]) else None


def fields_below(text: str, known: Known) -> str | None:
    """A text whose headings that name fields are lines of keys, the value behind them or below them; else None."""
    lines = text.splitlines()
    heads = {
        at: one for at, line in enumerate(lines) if (one := _HEADING.match(line)) is not None and known(_name(one))
    }
    if len(heads) < 2:
        return None
    for at, head in heads.items():
        below = next((row for row in range(at + 1, len(lines)) if lines[row].strip()), None)
        following = below + 1 if below is not None else len(lines)
        alone = following >= len(lines) or not lines[following].strip() or following in heads
        is_item = below is not None and re.match(r"\s*(?:[-*+•‣]|\d{1,3}[.)])\s|\s*\|", lines[below]) is not None
        if below is not None and below not in heads and not is_item and alone:
            if known(lines[below].split(":")[0].strip(" *_")):
                lines[at] = f"{_name(head)}:"
                continue
            lines[at], lines[below] = f"{_name(head)}: {lines[below].strip()}", ""
        else:
            lines[at] = f"{_name(head)}:"
    return "\n".join(lines)


def column(text: str) -> Notated | None:
    """The items of a list in a table of one column, below its head."""
    lines = text.splitlines()
    at = next((row for row, line in enumerate(lines) if "|" in line), len(lines))
    end = at
    while end < len(lines) and "|" in lines[end]:
        end += 1
    rows = [line.strip().strip("|").strip() for line in lines[at:end]]
    if len(rows) < 3 or not re.fullmatch(r":?-+:?", rows[1]) or any("|" in row or not row for row in rows):
        return None
    return Notated([scalar(row) for row in rows[2:]], "a table", "\n".join(lines[:at]), "\n".join(lines[end:]))
