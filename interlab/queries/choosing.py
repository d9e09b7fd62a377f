"""Which of several candidates in JSON is the answer: the same value each time, or the one that is marked."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from interlab.queries.answers.wording import CORRECTION
from interlab.queries.finding import Candidate
from interlab.queries.marks import CONSIDERED, DRAFT, FINAL, PREFERS, URL, lead, unfenced, without_topic
from interlab.queries.outcomes import Reading, Refusal
from interlab.queries.standing import Standing, discards, note_behind, referred, standing

Read = tuple[Candidate, Reading]

_AMONG = re.compile(
    r"\b(?:(?:one|any|some|two|both|each|neither)\s+of|either|whichever|which\s+(?:one|of|is\s+(?:right|correct|it)))\b|"
    r"^\W*(?:or|alternatively|otherwise)\b"
    r"(?!\s+(?:rather|better|more\s+(?:precisely|exactly|correctly)|actually)\b)",
    re.IGNORECASE,
)
"""Words before a candidate that leave open which one it is, whatever else they say."""
_ANOTHER = re.compile(
    r"\b(?:second|third|fourth|next|other|another)\s+(?:question|text|part|case|person|input|task|entry|record|letter|page|section|paragraph|prompt|player|team)\b|"
    r"\b(?:question|part|text|task|input|case|exercise)\s+(?:\d{1,2}|[a-d])\b",
    re.IGNORECASE,
)
"""Words before a candidate that is the answer to something else beside the first."""
_OTHERS = re.compile(
    r"(?:(?:your|his|her|their|somebody(?:['’]s)|someone(?:['’]s)|the\s+(?:other|others?['’]s?|user['’]s|student['’]s|assistant['’]s)|"
    r"(?:the\s+|your\s+|my\s+)?[A-Za-z]\w{1,20}['’]s)\s+(?:own\s+|first\s+|last\s+)?"
    r"(?:answer|version|attempt|solution|suggestion|proposal|choice|decision|object|json|output|entry|reading|result|reply|draft|idea|action|"
    r"move|bid|offer|turn)|"
    r"(?:you|he|she|they|the\s+(?:user|student|other\s+\w+))\s+(?:first\s+)?(?:wrote|said|answered|gave|sent|suggested|proposed|had|put))\s*"
    r"(?:was|is)?[\s*_:]*",
    re.IGNORECASE,
)
"""A label that gives a candidate to somebody else."""
_MINE = re.compile(
    r"(?:(?:and\s+|but\s+|so\s+)?(?:my|our)(?:\s+own)?\s+(?:[\w-]+\s+)?\w+|mine|ours|(?:i|we)\s+(?:would\s+)?(?:say|answer|write|put|give))[\s*_:]*",
    re.IGNORECASE,
)
OTHER_CASE = re.compile(
    r"\b(?:an?|another|the)\s+(?:(?:similar|related|comparable|analogous|different|solved|parallel)\s+(?:\w+\s+)?|other\s+|previous\s+|earlier\s+)"
    r"(?:case|task|text|question|problem|example|instance|situation|exercise|request)\b|"
    r"^\W*(?:similar\s+(?:case|to)|another\s+(?:case|example)|cf\.|compare|see\s+also|analogous\s+to|(?:just\s+)?for\s+comparison)\b",
    re.IGNORECASE,
)
"""Words before a candidate that is the answer to another question."""
_EXPECTED = re.compile(
    r"\W*(?:expected|predicted|planned|forecast|target)\b(?!\s+(?:format|schema|output\s+format))", re.IGNORECASE
)
"""What somebody expects: a rival of what is, not a draft of it."""
_PROGRAM = re.compile(
    r"(?:```|~~~)[ \t]*(?!json|yaml|yml|xml|text|txt|toml|plain|markdown|md\b)[A-Za-z][\w+#.-]*[ \t]*\r?\n"
)


def same(one: Reading, other: Reading) -> bool:
    """Whether two readings are one value: 0 and 0.0, a default written out and left out are."""
    if canonical(one.json) == canonical(other.json):
        return True
    return type(one.value) is type(other.value) and bool(one.value == other.value)


def canonical(value: Any) -> str:
    """A JSON value written so that equal ones are equal."""
    return json.dumps(value, sort_keys=True, default=str)


def choose(text: str, readings: Sequence[Read], fences: Sequence[tuple[int, int]] = ()) -> Read | Refusal:
    """The one reading among candidates: the only one, or the one that is marked as the answer.

    Args:
        text: the reply.
        readings: the candidates that are values of the type, in order.
        fences: where fenced blocks stand.
    """
    if _all_same(readings):
        return readings[-1]
    good, bad, _ = referred(text[readings[-1][0].end :], len(readings))
    if good or bad:
        left = [readings[at] for at in (good or set(range(len(readings))) - bad)]
        return left[-1] if left and _all_same(left) else _several(readings)
    final, other = [], []
    in_program = False
    labels = [_label(text, readings, index) for index in range(len(readings))]
    has_mine = any(_MINE.fullmatch(words.strip()) for words, _, _ in labels)
    if any(_EXPECTED.match(words) for words, _, _ in labels):
        return _several(readings)
    for index, (one, reading) in enumerate(readings):
        words, after, how = labels[index]
        is_last = index == len(readings) - 1
        lines_up = FINAL.search(words) is not None or (index > 0 and PREFERS.search(words) is not None)
        lines_up = (lines_up and how != "fell") or (how == "stands" and is_last)
        is_draft = (DRAFT.search(words) is not None or CONSIDERED.search(words) is not None) and not lines_up
        is_draft = is_draft or how == "fell" or OTHER_CASE.search(words) is not None
        if index > 0 and (_AMONG.search(words) or _ANOTHER.search(words)):
            return _several(readings)
        if _AMONG.search(words):
            lines_up = False
        if _OTHERS.fullmatch(words.strip()):
            lines_up, is_draft = False, is_draft or has_mine
        taken_back = CORRECTION.search(after) is not None or discards(after)
        if not is_draft and not taken_back:
            in_program = in_program or _in_program(text, fences, one)
        if lines_up and not is_draft:
            final.append((one, reading))
        elif not is_draft and not taken_back:
            other.append((one, reading))
    if in_program and not _all_same([*final, *other]):
        return Refusal("a program and what it is said to print disagree")
    for group in (final, other):
        if group and _all_same(group):
            return group[-1]
        if group:
            break
    return _several(readings)


def is_again(text: str, whole: Candidate, cut: Candidate) -> bool:
    """Whether what was begun behind an answer and cut is no other answer: the same one again, its schema, its input.

    Args:
        text: the reply.
        whole: the answer.
        cut: what was begun.
    """
    gap = unfenced(text[whole.end : cut.start])
    words = lead(gap)
    if _AMONG.search(words) or CORRECTION.search(gap) or FINAL.search(_SHOWS.sub(" ", words)):
        return False
    begun = re.sub(r"\s", "", cut.text)
    same_start = bool(begun) and re.sub(r"\s", "", whole.text).startswith(begun)
    if same_start and (not re.search(r"[A-Za-z]", gap.replace("json", "")) or _AGAIN.search(words)):
        return True
    return _SHOWS.search(words) is not None


_AGAIN = re.compile(
    r"\b(?:same|again|repeat\w*|once\s+more|indented|indentation|formatted|pretty|compact|copy|minified|that\s+is|i\.e)\b",
    re.I,
)
_SHOWS = re.compile(
    r"\b(?:schema|template|(?:expected|required|requested)\s+(?:format|output)|inputs?|source|request|response\s+format)\b",
    re.IGNORECASE,
)


def _all_same(readings: Sequence[Read]) -> bool:
    return all(same(readings[0][1], reading) for _, reading in readings[1:])


def _several(readings: Sequence[Read]) -> Refusal:
    shown = " and ".join(repr(one.text[:80]) for one, _ in readings[:3])
    return Refusal(f"it holds {len(readings)} different answers: {shown}")


def _label(text: str, readings: Sequence[Read], index: int) -> tuple[str, str, Standing]:
    """The words that lead to a candidate, those behind it up to the next, and whether they say that it stands."""
    one = readings[index][0]
    begin = 0
    if index:
        begin = readings[index - 1][0].end
        begin += note_behind(text[begin:])[1]
    end = readings[index + 1][0].start if index + 1 < len(readings) else len(text)
    words = without_topic(URL.sub(" ", lead(unfenced(text[begin : one.start]))))
    after = text[one.end : end] if index + 1 < len(readings) else ""
    noted, _ = note_behind(text[one.end :])
    how = standing(words)
    if noted and how and noted != how:
        noted = ""
    return words[-120:], after, noted or how


def _in_program(text: str, fences: Sequence[tuple[int, int]], one: Candidate) -> bool:
    """Whether a candidate is a part of a program in a fenced block."""
    start, end = next(((a, b) for a, b in fences if a <= one.start < b), (0, 0))
    if not end or _PROGRAM.match(text, start) is None:
        return False
    beside = text[text.find("\n", start) + 1 : one.start] + text[one.end : end]
    return re.search(r"[A-Za-z]", beside) is not None
