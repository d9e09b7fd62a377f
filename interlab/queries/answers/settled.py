"""The label that a text settles on: the one that is left without those told of others, past or possible."""

from __future__ import annotations

import re
from collections.abc import Callable

from interlab.queries.answers.prose import Mention
from interlab.queries.answers.segments import segment, sentence, spans
from interlab.queries.answers.subjects import ANSWERS
from interlab.queries.answers.timing import LATER
from interlab.queries.answers.told_of import elsewhere, states
from interlab.queries.answers.wording import CORRECTION, HEDGE, NO_ANSWER_AFTER, UNSURE

MAX_MENTIONS = 40
"""Labels in a text, beyond which it is no answer in prose."""

_UNSETTLED = re.compile(
    r"\bi(?:['’]m|\s+am)?\s+(?:still\s+)?(?:thinking|waver\w*|undecided|torn)\b|\b(?:need|want)s?\s+(?:\w+\s+)?(?:more\s+)?(?:time|to\s+think)\b|"
    r"\bhave\s+to\s+think\b|\bthink\s+(?:it\s+over\s+)?again\b|\bto\s+myself\b|\bleave\s+(?:it|this|that|the\s+\w+)\s+open\b|"
    r"\bthen\s+again\b|\b(?:on|upon)\s+(?:reflection|second\s+thoughts?)\b|\b(?:spoke|answered)\s+too\s+(?:soon|quickly|early|fast)\b|"
    r"\b(?:was|were)\s+(?:hasty|premature|rash|too\s+(?:quick|hasty))\b|\bdisregard\b|\bignore\s+(?:that|this|it|my|what)\b|"
    r"\b(?:withdraw|retract|take\s+(?:that|this|it|everything|my\s+\w+)\s+back|take\s+back)\b|\bno\s+longer\s+(?:stand|sure|think|believe)|"
    r"\bforget\s+(?:that|this|it|what\s+i)\b|\bbring\s+myself\b|\bneeds?\s+a\s+human\b|\bby\s+(?:mistake|accident)\b|\bin\s+error\b|\b(?:wrongly|mistakenly)\b|\bplease\s+check\b",
    re.IGNORECASE,
)
"""Words by which a text says that it has not decided, or no longer."""
_OPEN = (
    r"\b(?:the|its|this|my|whose|about)\s+(?:\w+\s+)?(?:{names})\b[^.!?;:\n]{{0,40}}?(?:\bcan['’]?t|\bcannot|\bcan\s+not|n['’]t\b|\bnot\b|\bunknown|"
    r"\bunclear|\bopen\b|\bempty|\bmissing|\bblank|\bundecided|\bto\s+be\s+\w+|\btbd\b|\bdepends?)"
)
_TAKES_BACK = re.compile(r"\b(?:withdraw|retract|forget|disregard|ignore|regret)\b[^.!?]*$", re.IGNORECASE)
_BEHIND = re.compile(
    r"(?:^|[.!?]\s+|\n\s*)(?:unless|except|provided|but\s+only|only\s+if|if\s+not|assuming|as\s+long\s+as|"
    r"in\s+case)\b[^,.;!?]*(?:[.!?]|$|,\s*that\s+is\b)",
    re.IGNORECASE,
)
"""A sentence of its own that is only a condition: "Unless they object, that is."."""
_EARLIER = re.compile(
    r"\b(?:my|the)\s+(?:earlier|previous|first|former|initial|last)\s+(?:answer|reply|verdict|message|label|\w+ing)\b|"
    r"\bi(?:['’]d|\s+had)?\s+(?:first\s+)?(?:said|told|answered|wrote)\b",
    re.IGNORECASE,
)


def unsettled(text: str) -> bool:
    """Whether a text says that it has not decided, or no longer stands by what it said."""
    return _UNSETTLED.search(text) is not None


def refused(text: str, value: object, mentions: list[Mention], names: frozenset[str]) -> str | None:
    """Why a label can't be what a text answers: it is only told of something else, or left open after all.

    Args:
        text: sentences.
        value: the label that was read in them.
        mentions: all labels in the text.
        names: words that name what is asked for, in lower case.
    """
    if not 0 < len(mentions) <= MAX_MENTIONS:
        return None
    reasons = [elsewhere(text, one.start, one.end, names) for one in mentions if one.value == value]
    if reasons and all(reasons) and not _agrees(text, mentions):
        return reasons[0]
    kept = [one for one in mentions if one.value == value and elsewhere(text, one.start, one.end, names) is None]
    if kept:
        last = kept[-1]
        others = [one for one in mentions if one.value != value and one.start > last.end]
        headed = [one for one in others if segment(text, one.start, one.end).heading]
        if any(elsewhere(text, one.start, one.end, names) == LATER for one in headed):
            return "it says another one for later"
        part = segment(text, last.start, last.end)
        if (
            _BEHIND.search(part.rest)
            or _UNSETTLED.search(text, last.end)
            or _TAKES_BACK.search(part.clause)
            or _EARLIER.search(part.clause)
        ):
            return "words beside it leave it open"
        if not _names_it(part.clause, names) and _left_open(text, mentions, names):
            return "words beside it leave it open"
    return None


def _agrees(text: str, mentions: list[Mention]) -> bool:
    """Whether several lines with headings of their own say the same: "First pass: todo", "Second pass: todo"."""
    headings = [segment(text, one.start, one.end).heading for one in mentions]
    return len(mentions) > 1 and all(headings) and len({repr(one.value) for one in mentions}) == 1


def _names_it(clause: str, names: frozenset[str]) -> bool:
    return bool(set(re.findall(r"[a-z]+", clause.casefold())) & (ANSWERS | names))


def _left_open(text: str, mentions: list[Mention], names: frozenset[str]) -> bool:
    """Whether a statement without a label says that what is asked for is not known."""
    words = "|".join(
        map(re.escape, sorted(names | {"answer", "label", "status", "severity", "sentiment", "rating", "rest"}))
    )
    pattern = re.compile(_OPEN.format(names=words), re.IGNORECASE)
    for match in pattern.finditer(text):
        _, end = sentence(text, match.start(), match.end())
        end = min([end, *(one for one in (text.find(";", match.end()),) if one >= 0)])
        if not any(match.start() <= one.start < end for one in mentions):
            return True
    return False


def settled(
    text: str, mentions: list[Mention], names: frozenset[str], reads: Callable[[str], str | None]
) -> str | None:
    """The statement that gives the one label which a text does not tell of something else; None if there is none.

    Args:
        text: sentences that mention labels.
        mentions: the labels.
        names: words that name what is asked for, in lower case.
        reads: what a statement says, written out; None if it asserts no label.
    """
    if not 0 < len(mentions) <= MAX_MENTIONS:
        return None
    told: list[tuple[str, str, int]] = []
    for begin, end in spans(text):
        inside = [one for one in mentions if begin <= one.start < end]
        if told and any(_reserves(text, one, told[-1][2], names) for one in inside):
            return None
        if not inside or all(elsewhere(text, one.start, one.end, names) for one in inside):
            continue
        if "?" in text[end - 1 : end + 1]:
            continue
        if not any(states(text, one.start, one.end, names) for one in inside):
            return None
        reasons = [elsewhere(text, one.start, one.end, names) for one in inside]
        if any("condition" in (one or "") for one in reasons):
            return None
        statement = text[begin:end].strip()
        if len(inside) == 1 and not re.sub(r"\W", "", text[begin : inside[0].start] + text[inside[0].end : end]):
            before = text[:begin].rstrip(" \t*_\"'“")
            if (
                before
                and not _JOINED.match(statement)
                and (before[-1] not in ":.!?\n→>…)" or re.search(r"\d\s*:$", before))
            ):
                return None
        value = reads(statement)
        if value is None:
            return None
        told.append((statement, value, end))
    if not told or len({value for _, value, _ in told}) > 1:
        return None
    statement, _, end = told[-1]
    rest = text[end:]
    if (
        HEDGE.search(text[end : sentence(text, max(0, end - 1), end)[1]])
        or CORRECTION.search("\n" + rest)
        or NO_ANSWER_AFTER.search(rest)
    ):
        return None
    if UNSURE.search(rest) or _UNSETTLED.search(rest):
        return None
    return statement


def _reserves(text: str, one: Mention, at: int, names: frozenset[str]) -> bool:
    """Whether a label is said under a condition in the sentence that has given another: "cooperate, but defect if"."""
    begin, end = sentence(text, max(0, at - 1), at)
    return begin <= one.start < end and "condition" in (elsewhere(text, one.start, one.end, names) or "")


_JOINED = re.compile(r"\W*(?:but|so|yet|hence|thus|therefore)\b", re.IGNORECASE)


def may_change(statement: str, unfinished: str) -> bool:
    """Whether what was cut off may have gone on to another answer than a statement before it."""
    return _WAS.search(statement) is not None or _TURNS.search(unfinished) is not None


_WAS = re.compile(r"\b(?:was|were|had|used\s+to)\b", re.IGNORECASE)
_TURNS = re.compile(
    r"\b(?:but|however|now|then|actually|wait|hmm+|although|though|yet|no|oh|sorry|correction|instead|rather|unless|if|until|today|"
    r"on\s+second|on\s+the\s+other)\b",
    re.IGNORECASE,
)
