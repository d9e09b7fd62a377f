"""Scalars that stand in sentences: one value that is asserted, or none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interlab.queries.answers.dates import find_dates
from interlab.queries.answers.numbers import ONES, TENS
from interlab.queries.answers.restating import joined
from interlab.queries.answers.wording import (
    BOUND_AFTER,
    BOUND_BEFORE,
    CONDITION,
    ELSEWHERE,
    HEDGE,
    NEGATION,
    NO_ANSWER_AFTER,
    OTHERS,
    REASON,
    REFUSAL,
)


class Doubtful(ValueError):
    """The words do not assert exactly one value."""


@dataclass(frozen=True, slots=True)
class Mention:
    """A value and where it stands."""

    value: Any
    start: int
    end: int


Read = Callable[[str], Any]
"""From a text to a value in JSON; raises ValueError or NoFit where it is none."""

_NUMBER = re.compile(
    r"(?<![\w.,/:%$€£√^×-])(?P<all>(?:[-−+]\s?)?[$€£]?\s?(?:[1-9]\d{0,2}(?:[,'’\u00a0\u202f\u2009]\d{3})+(?:\.\d+)?|[1-9]\d{0,2}(?:\.\d{3})+,\d{1,2}(?!\d)|[1-9]\d{0,2}(?:\.\d{3}){2,}(?:,\d+)?|"
    r"\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?"
    r"(?:\s?[kKM%](?!\w))?)(?P<joined>[-/:–.,*^×]\d|[\w]|\.\.|…|\s?(?:\^|×|\*\s?\d))?",
)
_WORDS = [*ONES, *TENS, "hundred", "thousand", "million"]
_NUMBER_WORD = re.compile(
    rf"\b(?:(?:minus|negative)\s)?(?:{'|'.join(_WORDS)})(?:[\s-](?:and\s)?(?:{'|'.join(_WORDS)}))*\b", re.IGNORECASE
)
_QUESTION = re.compile(r"[^.!?\n]*\?")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")
_AFTER_UNIT = re.compile(r"\s?([%‰]|[$€£¥₹₩₽¢](?!\d)|percent\b|°\s?[cfCF]?|[a-zA-Z]+/h\b|(?:[A-Za-z]+))?")
_SCALE = re.compile(r"\s(out\s+of\s+\d+(?:\s+stars)?)", re.IGNORECASE)
_ASIDE = re.compile(r"\([^()]*\)|\"[^\"\n]*\"|“[^”\n]*”")
_CONTRAST = re.compile(
    r"(?:,\s*(?:but\s+)?|;\s*|\s+(?:and|but)\s+)?(?:\bnot|(?<=\bis)n['’]t|(?<=\bwas)n['’]t|\binstead\s+of|"
    r"\brather\s+than|\bthan|\bover|"
    r"\bno\s+longer|\bnever|\band\s+not)\s+(?:on\s+|at\s+|in\s+)?(?:to\s+|an?\s+|the\s+)?[\"'`*]*$",
    re.IGNORECASE,
)


def asserted(text: str, mentions: list[Mention], *, of_acts: bool = True) -> Any:
    """The value that a text asserts, of those that it mentions.

    Args:
        text: sentences, without thoughts and without what was marked as an answer.
        mentions: all values of the type in it, in order.
        of_acts: whether a value is what somebody does, so that it matters who does it.

    Raises:
        Doubtful: it asserts none or several, or says it with a hedge, a condition or a negation.
    """
    if REFUSAL.search(text):
        raise Doubtful("it is a refusal")
    asked = [(match.start(), match.end()) for match in _QUESTION.finditer(text)]
    told = [one for one in mentions if not any(start <= one.start < end for start, end in asked)]
    if not told:
        raise Doubtful("it asserts no value of the type")
    denied = [one for one in told if _is_contrast(text, one)]
    kept = [one for one in told if one not in denied]
    values = {repr(one.value) for one in kept}
    if not kept:
        raise Doubtful("it only says what the value is not")
    if len(values) > 1:
        raise Doubtful(f"it mentions {len(values)} values")
    if any(repr(one.value) in values for one in denied):
        raise Doubtful("it says and denies the value")
    for other in denied:
        begin = _contrast_start(text, other)
        text = text[:begin] + " " * (other.end - begin) + text[other.end :]
    for one in kept:
        start, end = _sentence(text, one)
        check(text[start:end], text[start : one.start], text[one.end : end], of_acts=of_acts)
    things = {match[1] if (match := _THING.match(text, one.end)) else "" for one in kept}
    same = len(things) == 1 and "" not in things
    if len(kept) > 1 and len({_sentence(text, one) for one in kept}) == 1 and not same and not joined(text, kept):
        raise Doubtful("it mentions the value more than once without marking one as the answer")
    if NO_ANSWER_AFTER.search(text[kept[-1].end :]):
        raise Doubtful("the words beside it say that it is a guess or an example")
    return kept[-1].value


_THING = re.compile(r"\s([A-Za-z]{3,})\b")
"""What is counted: said twice of the same thing, a number is the same one."""


def check(sentence: str, before: str, after: str, *, of_acts: bool) -> None:
    """Refuse a sentence that does not assert the value between two parts of it."""
    before = _ASIDE.sub(" ", before)
    if HEDGE.search(_said(sentence, before, after) if of_acts else _ASIDE.sub(" ", sentence)):
        raise Doubtful("it is hedged")
    if BOUND_BEFORE.search(before) or BOUND_AFTER.match(after):
        raise Doubtful("it is a bound or a range")
    told = re.split(REASON, _ASIDE.sub(" ", after))[0]
    if _AS_EXAMPLE.search(before):
        raise Doubtful("it is an example")
    if CONDITION.search(before) or CONDITION.search(told):
        raise Doubtful("it is said under a condition")
    if ELSEWHERE.search(before) or (of_acts and OTHERS.search(before)) or _OTHER_TIME.search(told):
        raise Doubtful("it is said of somebody or something else")
    if of_acts:
        before = _SET_OFF.split(before)[-1] if _SET_OFF.search(before) and not _DENIES.search(before) else before
        told = _SET_OFF.split(told)[0]
    if _CLAIMED.search(before) or _SAID_BY.match(after):
        raise Doubtful("it is what somebody else says")
    if NEGATION.search(before) or NEGATION.search(told) or _WRONG.search(told):
        raise Doubtful("it is negated")


def _said(sentence: str, before: str, after: str) -> str:
    """A sentence without what may be in the reason that it gives: "high, because the leak may grow"."""
    after = _ASIDE.sub(" ", after)
    parts = re.split(rf"{REASON.pattern}|\bso\s+that\b|[:;]\s|\s[–—]\s", after, maxsplit=1, flags=re.IGNORECASE)
    if len(parts) < 2 or not _MAY.search(parts[1]):
        return _ASIDE.sub(" ", sentence)
    return f"{before} {parts[0]} {_MAY.sub(' ', parts[1])}"


_MAY = re.compile(
    r"\b(?:(?:the|a|an|another|his|her|its|their|our|some|every|each|any|more|other)\s+(?:[\w-]+\s+){1,3}|(?:he|she|they|we|you|who|which|that)\s+(?:[\w-]+\s+)?)"
    r"(?:may|might|could|seems?|appears?)\b|\bit\s+(?:may|might|could)\s+(?!be\b|as\s+well\b|also\b|well\b)\w+",
    re.IGNORECASE,
)
"""What may happen to somebody or something, as a reason."""
_SET_OFF = re.compile(r"[:;]\s+(?!not\b|never\b|no\b|but\b)|\s[–—]\s+(?!not\b|never\b|no\b|but\b)", re.IGNORECASE)
"""What sets off a statement of its own: what is negated there is not the label."""
_DENIES = re.compile(r"(?:\bnot|n['’]t|\bnever|\bno)\W+(?:\w+\W+){0,2}$", re.IGNORECASE)
_CLAIMED = re.compile(
    r"(?<!\bi\s)(?<!\bwe\s)\b(?:claims?|claimed|thinks|believes|guesse[sd]|argue[sd]|suspect(?:s|ed)|assume[sd]|told\s+(?:me|us|you)|insist(?:s|ed)|reckon(?:s|ed)|suppose[sd]|"
    r"swears?|swore|wrote|answered|replied|suggest(?:s|ed)|bets?)\b[^,;.!?]*$|\bmy\s+(?:\w+\s+)?(?:answer|guess|choice|decision|estimate|reply|response|vote|move|bid)\s+(?:was|had\s+been)\b[^,;.!?]*$",
    re.IGNORECASE,
)
"""What somebody else holds, or what one held once, before a value."""
_SAID_BY = re.compile(
    r"[\"”'’*,\s]*(?:(?:he|she|they|you|the\s+\w+|[A-Z][a-z]+)\s+(?:said|says|claimed|claims|answered|wrote|told|guessed|replied|thinks|thought)\b|"
    r"(?:is|was)\s+(?:the|an?)\s+(?:answer|number|value|guess|figure)\s+(?:that\s+)?(?!i\b|we\b|you\s+(?:asked|want|need|seek|look))\w+\s+(?:gave|said|wrote|sent|got|had|made|told)\b)"
)
_OTHER_TIME = re.compile(
    r"(?<!this is the )\b(?:last|previous|next|another)\s+(?:round|time|turn|game|week|year)\b|\bpreviously\b|"
    r"\bin\s+the\s+past\b",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\b(?:wrong|incorrect|false|mistaken|a\s+mistake|excluded|ruled\s+out|out\s+of\s+the\s+question)\b", re.IGNORECASE
)


def _sentence(text: str, mention: Mention) -> tuple[int, int]:
    start = 0
    for match in _SENTENCE.finditer(text):
        if match.end() <= mention.start:
            start = match.end()
        elif match.start() >= mention.end:
            return start, match.start()
    return start, len(text)


def _is_contrast(text: str, mention: Mention) -> bool:
    start, _ = _sentence(text, mention)
    return _CONTRAST.search(text[start : mention.start]) is not None


def _contrast_start(text: str, mention: Mention) -> int:
    start, _ = _sentence(text, mention)
    match = _CONTRAST.search(text[start : mention.start])
    return start + match.start() if match is not None else mention.start


# Mentions ---------------------------------------------------------------------------------------------


def numbers_in(text: str, read: Read, errors: tuple[type[Exception], ...]) -> list[Mention]:
    """The numbers in a text, with the unit or the counted thing behind them.

    Raises:
        Doubtful: a number that can't be read stands there, so that nobody can say which one is meant.
    """
    found: list[Mention] = []
    scales: list[tuple[int, int]] = []
    missed: list[tuple[str, Exception | None]] = []
    signed = 0
    spans: list[tuple[int, int]] = []
    for match in _NUMBER.finditer(text):
        start, end = match.start("all"), match.end("all")
        if match["joined"]:
            raise Doubtful(f"{match.group()!r} is no plain number")
        spans.append((start, end))
    for match in _NUMBER_WORD.finditer(text):
        if re.search(r"\d\s?$", text[max(0, match.start() - 2) : match.start()]):
            continue  # "2.5 million"
        if match.group().casefold() == "one" or any(start <= match.start() < end for start, end in spans):
            continue
        spans.append((match.start(), match.end()))
    for start, end in sorted(spans):
        if _OF_FORMULA.search(text[max(0, start - 12) : start]):
            raise Doubtful("a number is part of a formula")
        if re.match(r"[.)]\s", text[end:]) and re.search(r"(?:^|\n)\s*$", text[:start]):
            raise Doubtful("a numbered line is no answer")
        if re.search(r"\b(?:step|option|part|figure|chapter|round|version|no\.|#)\s*$", text[:start], re.IGNORECASE):
            raise Doubtful("a number of a step or an option is no answer")
        unit = _AFTER_UNIT.match(text, end)
        if any(begin <= start < stop for begin, stop in scales):
            continue
        scale = _SCALE.match(text, end)
        if scale is not None:
            scales.append(scale.span())
            unit = scale
        shown = text[start:end] + (unit.group() if unit is not None and unit[1] else "")
        if re.search(r"(?<![\d)]\s)\b(?:minus|negative)\s$", text[max(0, start - 12) : start], re.IGNORECASE):
            shown = "-" + shown
        last: Exception | None = None
        bare = "-" * (shown[0] == "-" != text[start]) + text[start:end]
        for form in (shown, bare) if _is_plain_word(unit) else (shown,):
            try:
                found.append(Mention(read(form), start, end))
                break
            except errors as error:
                last = error
        else:
            if text[start].isalpha() and text[start:end].isalpha() and any(text[a].isdigit() for a, _ in spans):
                continue  # a counted thing in the sentence: "the probability of two heads is 25%"
            missed.append((shown, last))
            continue
        if _SIGNED.search(text[start:end] + shown) is not None:
            signed += 1
    apart = signed == len(found) > 0 and all(_MEASURED.fullmatch(shown) for shown, _ in missed)
    if missed and not apart:
        raise Doubtful(f"{missed[0][0]!r} is not of the type") from missed[0][1]
    return found


_AS_EXAMPLE = re.compile(
    r"(?:\be\.\s?g\.|\bfor\s+(?:example|instance)|\bsuch\s+as|\bz\.\s?B\.)[,:]?\s*(?:an?\s+|the\s+)?[\"'`*$€£]*$",
    re.IGNORECASE,
)
_OF_FORMULA = re.compile(r"(?<![A-Za-z])[b-hj-z]\s*[*/×÷^]\s*$|(?<![A-Za-z])[b-hj-z]\s[-+]\s$")
"""A variable and an operator before a number: "x / 4"."""
_SIGNED = re.compile(r"[%$€£]|percent", re.IGNORECASE)
_MEASURED = re.compile(r"[\d.,'’]+\s?[A-Za-z]{2,}(?<!percent)(?<!dollars)(?<!euros)(?<!cents)(?<!pounds)")
"""A number with a unit of its own, beside one with the sign that is asked for: "$1,149 for the model with 64 GB"."""


_FOLLOWING = frozenset(
    [
        "is",
        "was",
        "are",
        "were",
        "as",
        "in",
        "on",
        "for",
        "to",
        "at",
        "and",
        "but",
        "because",
        "since",
        "so",
        "that",
        "which",
        "who",
        "by",
        "of",
        "from",
        "with",
        "when",
        "where",
        "while",
        "the",
        "a",
        "an",
        "it",
        "i",
        "you",
        "we",
        "they",
        "he",
        "she",
        "this",
        "these",
        "if",
        "not",
        "or",
    ]
)


def _is_plain_word(unit: re.Match[str] | None) -> bool:
    """Whether the word behind a number belongs to the sentence rather than to the number."""
    if unit is not None and unit[1] and unit[1].casefold() == "and":
        return (
            re.match(r"\s+(?!an?\b|half\b|up\b|more\b|above\b|over\b|under\b)[a-z]", unit.string[unit.end() :])
            is not None
        )
    return unit is None or not unit[1] or unit[1].casefold() in _FOLLOWING - {"or", "to", "in", "not", "and", "if"}


_QUOTED_WORDS = re.compile(r"\"[^\"\n]*\"|“[^”\n]*”|«[^»\n]*»")
_TERM = re.compile(
    r"\b(?:an?|the|some|any|no)\s+(?!clear(?:ly)?\s|definite\s|overall\s|plain\s|simple\s|single\s|general\s|certain\s|"
    r"(?:generally|overwhelmingly|mostly|very|quite)\s|(?:review|sentiment|label|answer|tone|status|severity|"
    r"priority)\s)"
    r"(?:false|true|double|net|test|semi|quasi|pseudo|hypothetical|so-called|potential|former|future)[\s-]+[\"'`*]*$",
    re.IGNORECASE,
)


def labels_in(text: str, labels: dict[str, Any]) -> list[Mention]:
    """The labels in a text, as words of their own; the longest one where one is in another."""
    spellings = sorted(labels, key=len, reverse=True)
    parts = [r"[\s_-]+".join(map(re.escape, re.split(r"[\s_-]+", spelling))) for spelling in spellings if spelling]
    if not parts:
        return []
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-]|['’]\w)", re.IGNORECASE)
    found = []
    quoted = [one.span() for one in _QUOTED_WORDS.finditer(text)]
    for match in pattern.finditer(text):
        inside = next((span for span in quoted if span[0] < match.start() < span[1]), None)
        if inside is not None and len(re.findall(r"\w+", text[slice(*inside)])) > len(
            re.findall(r"\w+", match.group())
        ):
            continue  # quoted words say what somebody else said
        if _TERM.search(text[max(0, match.start() - 120) : match.start()]):
            raise Doubtful(f"{match.group()!r} is part of another term")
        plain = re.sub(r"[\s_-]+", " ", match.group().casefold())
        found.append(Mention(labels[plain], match.start(), match.end()))
    return found


def days_in(text: str, read: Read, errors: tuple[type[Exception], ...], *, with_time: bool) -> list[Mention]:
    """The days, or the moments, in a text."""
    found = []
    spans = moments_written(text) if with_time else []
    spans += [one for one in find_dates(text, with_time=with_time) if not any(a <= one[0] < b for a, b in spans)]
    for start, end in sorted(spans):
        try:
            found.append(Mention(read(text[start:end]), start, end))
        except errors as error:
            raise Doubtful(f"{text[start:end]!r} is not of the type") from error
    return found


def moments_written(text: str) -> list[tuple[int, int]]:
    """Where moments stand in a text as ISO 8601 writes them."""
    return [
        match.span()
        for match in re.finditer(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?", text)
    ]
