"""What speaks against a number or a day that was found in sentences, and what they tell where none was found."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from interlab.queries.answers.prose import Doubtful
from interlab.queries.answers.telling import last_day, miscounts, objection, place_of, told_number
from interlab.queries.answers.withheld import relabelled
from interlab.queries.outcomes import Reading
from interlab.queries.typed import Typed

_CHANCES = re.compile(r"\b(?:chances?|probability|likelihood|odds|risk)\s+(?:of|that|for)\b", re.IGNORECASE)
_MEASURED = ("number", "date", "date-time")


class NoValue(Exception):
    """The words are no value of the type."""


def settled(
    typed: Typed,
    body: str,
    read: Reading | str,
    reads: Callable[[str], Any],
    mentioned: Callable[[str], set[str]],
) -> Reading | str:
    """A number or a day that was found in sentences if nothing there speaks against it, or else what they tell.

    Args:
        typed: the type.
        body: a reply in words.
        read: what was found in it, or why nothing was.
        reads: reads words as the type, in JSON; raises `NoValue`.
        mentioned: the values that a stretch of text mentions, written out.
    """
    kind = typed.scalar_kind
    if kind not in _MEASURED:
        return read
    body = re.sub(r"\*\*|__(?=\w)|(?<=\w)__|`", "", body)
    if isinstance(read, Reading):
        if kind == "date-time" and len(_TIMES_OF_DAY.findall(body)) > 1 and len(mentioned(body)) < 2:
            return "it tells several times of the day"
        value = repr(read.json)
        if says_number_of_things(typed, body, read, reads):
            return "it is a number of things"
        place = last_day if kind != "number" else partial(place_of, value, reads, (NoValue,))
        return objection(body, lambda part: value in mentioned(part), place, is_day=kind != "number") or read
    if _EXAMPLE.search(body):
        return "it is an example"
    if typed.is_chance and len(_CHANCE_OF.findall(body)) > 1:
        return "it tells the chances of several things"
    if kind == "number" and "=" not in body and _FORMULA.search(body):
        return "it tells a formula"
    if _TWICE.search(body):
        return "it tells two equal amounts"
    if kind != "number" or (typed.is_chance and len(_CHANCES.findall(body)) > 1):
        return read
    try:
        return typed.read(told_number(body, reads, (NoValue,), counts=typed.is_count))
    except Doubtful as error:
        return f"{read}; {error}"


_TIMES_OF_DAY = re.compile(
    r"(?<![\d:.+-])(?:\d{1,2}[:.]\d{2}(?::\d{2})?(?:\s?[ap]\.?m\b)?|\d{1,2}\s?[ap]\.?m\b)", re.IGNORECASE
)
_EXAMPLE = re.compile(
    r"(?:\be\.\s?g\.|\bfor\s+(?:example|instance)|\bsuch\s+as|\bz\.\s?B\.)[,:]?\s*[\"'`*$€£]*-?\d", re.IGNORECASE
)
_CHANCE_OF = re.compile(r"\bPr?\s?\([^()\n]{1,60}\)\s*=")
_FORMULA = re.compile(r"\b(?:is|be|equals)\s+[b-hj-z]\s*[-+*/×÷^]\s*\d")
_TWICE = re.compile(r"(?<![\w.,])(\d[\d.,]{0,15})\b[^.!?\n]{0,60}\band\s+(?:another\s+|again\s+)?[$€£]?\1\b")
"""The same amount two times: "40 dollars now and 40 in May"."""


def says_number_of_things(typed: Typed, body: str, read: Reading, reads: Callable[[str], Any]) -> bool:
    """Whether a number is how many things there are, where the type is no count: "75 people" for a percentage."""
    if typed.scalar_kind != "number" or typed.is_count or not re.search(r"\d\s+[^\W\d]", body):
        return False
    return miscounts(body, repr(read.json), reads, (NoValue,))


def misnamed(typed: Typed, body: str, value: str, start: int) -> str | None:
    """Why the words around a marked number or day say that it is another one than the answer.

    Args:
        typed: the type.
        body: a reply in words.
        value: what is marked in it as the answer.
        start: where that stands.
    """
    if typed.scalar_kind not in _MEASURED:
        return None
    rest = re.search(r"(?:\s[-–—(]|,\s|\s(?=so\s+far\b)).*", value)
    lead = re.split(r"[.!?;]\s|\n", body[:start])[-1]
    return relabelled(lead, rest.group() if rest is not None else "")
