"""The same answer told again beside JSON, in another notation: a table, lines of keys, tags, bullets."""

from __future__ import annotations

import re
from collections.abc import Iterator

from interlab.queries.answers import itemised, notations
from interlab.queries.choosing import canonical, same
from interlab.queries.keys import knows
from interlab.queries.marks import CONSIDERED, DRAFT, lead
from interlab.queries.outcomes import Reading
from interlab.queries.standing import standing
from interlab.queries.typed import Typed

MAX_BESIDE = 20_000
"""Characters beside JSON that are searched for the same answer in another notation."""
_FENCE = re.compile(r"^[ \t]*(?:```|~~~)[\w+.-]*[ \t]*$\n?", re.MULTILINE)
_BLOCK = re.compile(r"(?:^[ \t]*(?:[-*•]|\d{1,3}[.)])[ \t]+\S[^\n]*(?:\n|\Z)){2,}", re.MULTILINE)
_LEAVES_OUT = re.compile(
    r"\b(?:not|without|except|leaving?|left|omitt\w*|skipp\w*|exclud\w*|dropp\w*|remov\w*|add\w*)\b", re.I
)


def tells_otherwise(typed: Typed, beside: str, reading: Reading) -> bool:
    """Whether the text beside JSON tells another value of the type in another notation.

    Args:
        typed: the type.
        beside: the reply without its values in JSON.
        reading: what the JSON was read as.
    """
    parts = _FENCE.sub("", beside)
    if len(parts) > MAX_BESIDE:
        return False
    for one in _told(typed, parts):
        if DRAFT.search(one.before) or CONSIDERED.search(one.before) or standing(lead(one.before)) == "fell":
            continue
        told = typed.read(one.value)
        if isinstance(told, Reading) and not same(told, reading) and (typed.is_object or _is_again(told, reading)):
            return True
    return False


def _told(typed: Typed, parts: str) -> Iterator[notations.Notated]:
    """What the text may tell."""
    found: list[notations.Notated | None] = []
    if typed.is_object or typed.has_object_items:
        known = knows(typed.keys())
        found = [notations.table(parts, known), notations.key_lines(parts, known), notations.tagged(parts, known)]
    elif typed.is_plain_list:
        for match in _BLOCK.finditer(parts):
            before = parts[: match.start()].rstrip()[-200:].rpartition("\n")[2]
            if _LEAVES_OUT.search(before) is None:
                found.append(itemised.items(match.group(), one_a_line=False))
    yield from (one for one in found if one is not None)


def _is_again(told: Reading, reading: Reading) -> bool:
    """Whether a list has as many items as another and shares some of them, so that it is that list once more."""
    one, other = told.json, reading.json
    if not (isinstance(one, list) and isinstance(other, list)):
        return True
    shared = {canonical(item) for item in one} & {canonical(item) for item in other}
    return bool(one) and bool(shared) and len(one) == len(other)
