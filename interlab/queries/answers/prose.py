"""Scalars that stand in sentences: one value that is asserted, or none."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from interlab.queries.answers.dates import find_dates
from interlab.queries.answers.numbers import ONES, TENS
from interlab.queries.answers.wording import (
    BOUND_AFTER,
    BOUND_BEFORE,
    CONDITION,
    ELSEWHERE,
    HEDGE,
    NEGATION,
    NO_ANSWER_AFTER,
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
    r"(?<![\w.,/:%$€£√^×-])(?P<all>(?:[-−+]\s?)?[$€£]?\s?(?:[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?|"
    r"\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?"
    r"(?:\s?[kKM%](?!\w))?)(?P<joined>[-/:–.,*^×]\d|[\w]|\.\.|…|\s?(?:\^|×|\*\s?\d))?",
)
_WORDS = [*ONES, *TENS, "hundred", "thousand", "million"]
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})(?:[\s-](?:and\s)?(?:{'|'.join(_WORDS)}))*\b", re.IGNORECASE)
_QUESTION = re.compile(r"[^.!?\n]*\?")
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")
_AFTER_UNIT = re.compile(r"\s?(%|percent\b|°\s?[cfCF]?|[a-zA-Z]+/h\b|(?:[A-Za-z]+))?")
_SCALE = re.compile(r"\s(out\s+of\s+\d+(?:\s+stars)?)", re.IGNORECASE)
_LIST_NUMBER = re.compile(
    r"(?:^|\n)\s*(?:(?:step|option|part|question|note|figure|chapter|round|version)\s+)$", re.IGNORECASE
)
_ASIDE = re.compile(r"\([^()]*\)|\"[^\"\n]*\"|“[^”\n]*”")
_CONTRAST = re.compile(
    r"(?:,\s*(?:but\s+)?|;\s*|\s+(?:and|but)\s+)?\b(?:not|instead\s+of|rather\s+than|over|"
    r"no\s+longer|never|and\s+not)\s+(?:to\s+|an?\s+|the\s+)?[\"'`*]*$",
    re.IGNORECASE,
)


def asserted(text: str, mentions: list[Mention]) -> Any:
    """The value that a text asserts, of those that it mentions.

    Args:
        text: sentences, without thoughts and without what was marked as an answer.
        mentions: all values of the type in it, in order.

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
        check(text[start:end], text[start : one.start], text[one.end : end])
    if len(kept) > 1 and len({_sentence(text, one) for one in kept}) == 1:
        raise Doubtful("it mentions the value more than once without marking one as the answer")
    if NO_ANSWER_AFTER.search(text[kept[-1].end :]):
        raise Doubtful("the words beside it say that it is a guess or an example")
    return kept[-1].value


def check(sentence: str, before: str, after: str) -> None:
    """Refuse a sentence that does not assert the value between two parts of it."""
    before = _ASIDE.sub(" ", before)
    if HEDGE.search(_ASIDE.sub(" ", sentence)):
        raise Doubtful("it is hedged")
    if BOUND_BEFORE.search(before) or BOUND_AFTER.match(after):
        raise Doubtful("it is a bound or a range")
    told = re.split(REASON, _ASIDE.sub(" ", after))[0]
    if CONDITION.search(before) or CONDITION.search(told):
        raise Doubtful("it is said under a condition")
    if ELSEWHERE.search(before) or _OTHER_TIME.search(told):
        raise Doubtful("it is said of somebody or something else")
    if NEGATION.search(before) or NEGATION.search(told) or _WRONG.search(told):
        raise Doubtful("it is negated")


_OTHER_TIME = re.compile(
    r"\b(?:last|previous|next|another)\s+(?:round|time|turn|game|week|year)\b|\bpreviously\b|"
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
    spans: list[tuple[int, int]] = []
    for match in _NUMBER.finditer(text):
        start, end = match.start("all"), match.end("all")
        if match["joined"]:
            raise Doubtful(f"{match.group()!r} is no plain number")
        spans.append((start, end))
    for match in _NUMBER_WORD.finditer(text):
        if match.group().casefold() == "one" or any(start <= match.start() < end for start, end in spans):
            continue
        spans.append((match.start(), match.end()))
    for start, end in sorted(spans):
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
        last: Exception | None = None
        for form in (shown, text[start:end]) if _is_plain_word(unit) else (shown,):
            try:
                found.append(Mention(read(form), start, end))
                break
            except errors as error:
                last = error
        else:
            raise Doubtful(f"{shown!r} is not of the type") from last
    return found


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
    return unit is None or not unit[1] or unit[1].casefold() in _FOLLOWING - {"or", "to", "in", "not", "and", "if"}


def labels_in(text: str, labels: dict[str, Any]) -> list[Mention]:
    """The labels in a text, as words of their own; the longest one where one is in another."""
    spellings = sorted(labels, key=len, reverse=True)
    parts = [r"[\s_-]+".join(map(re.escape, re.split(r"[\s_-]+", spelling))) for spelling in spellings if spelling]
    if not parts:
        return []
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(parts)})(?![\w-]|['’]\w)", re.IGNORECASE)
    found = []
    for match in pattern.finditer(text):
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


_YES = re.compile(r"\b(yes|no|true|false)\b", re.IGNORECASE)
_PLAINLY = re.compile(
    r"(?:the|this|that|it)(?:\s+(?:statement|claim|sentence|answer))?\s+is\s+(true|false)[.!]?", re.IGNORECASE
)
_LEAD = re.compile(r"^[\s*_\"'`]*(yes|no|true|false)[*_\"'`]*\s*(?:[,.!;:–—-]|$|\n)", re.IGNORECASE)


def truth_in(text: str) -> bool:
    """Whether a text says yes or no: by its first word, with nothing behind it that says otherwise.

    Raises:
        Doubtful: as said.
    """
    told = _QUESTION.sub(" ", text).strip().lstrip("✅✔☑️ ")
    told = re.sub(r"^[❌✗✘🚫👎]\ufe0f?\s*(?=no\b|false\b)", "", told, flags=re.IGNORECASE)
    plainly = _PLAINLY.fullmatch(told)
    if plainly is not None and not NEGATION.search(told) and not HEDGE.search(told):
        return plainly[1].casefold() == "true"
    lead = _LEAD.match(told)
    words = {match[1].casefold() in ("yes", "true") for match in _YES.finditer(told)}
    if lead is None or len(words) != 1:
        raise Doubtful("it says neither yes nor no, or both")
    first = lead[1].casefold() in ("yes", "true")
    rest = told[lead.end() :]
    if (
        HEDGE.search(told)
        or CONDITION.search(rest)
        or re.match(r"\s*(?:but|although|though|except)\b", rest)
        or REFUSAL.search(told)
    ):
        raise Doubtful("it is said with a reserve")
    if first and NEGATION.search(rest):
        raise Doubtful("it is negated")
    return first


# Marks ------------------------------------------------------------------------------------------------

_BOXED = re.compile(r"\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}")
_HASHES = re.compile(r"(?:^|\n)\s*####\s*(\S[^\n]*)")
_FINAL = re.compile(
    r"(?:^|\n)[ \t>*_#-]*(?:so[, ]+|thus[, ]+|therefore[, ]+|hence[, ]+)?"
    r"(?:(?:the|my|our|here\s+is\s+the|here\s+is\s+my|here['’]s\s+my)\s+)?(?P<final>final\s+|correct\s+|corrected\s+)?"
    r"(?:own\s+)?(?P<word>answer|choice|decision|response|result|output|action|move|bid|value|"
    r"antwort|réponse|respuesta|risposta)"
    r"[*_ \t]*(?P<sep>(?:is\s*|lautet\s*|ist\s*|est\s*|es\s*|è\s*)?[:：=]|is\b|lautet\b|ist\b)"
    r"[*_ \t]*(?P<value>[^\n]+)",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"\b(?:my|our|the)\s+(?:own\s+|final\s+|correct\s+)*(?:answer|choice|decision|rating|verdict|"
    r"move|result|bid|offer|response|vote|pick)"
    r"\s+(?:is|remains)\s*:\s*(?P<value>[^\n]+)$"
    r"|(?<=[.!?]\s)[*_]*(?:final\s+(?:answer|decision|choice|move|verdict|rating)|(?:my\s+)?(?:answer|decision|choice))"
    r"[*_]*\s*:[*_]*\s*(?P<value2>[^\n]+)$",
    re.IGNORECASE | re.MULTILINE,
)
_TOPIC = re.compile(r"(?:^|\n)[ \t>*_#-]*(?P<word>[A-Z][\w ]{1,24}?)[*_ \t]*[:：][*_ \t]*(?P<value>[^\n]+)")
_NO_TOPIC = frozenset(
    [
        "step",
        "note",
        "option",
        "example",
        "question",
        "hint",
        "input",
        "task",
        "context",
        "tip",
        "warning",
        "remark",
        "user",
        "human",
        "possible",
    ]
)


def marked(text: str, topics: Callable[[str], bool]) -> list[tuple[str, int, int, bool]]:
    """What is marked as the answer in a text: its words, where they stand, and whether as the final one.

    Args:
        text: a reply.
        topics: whether "Word: value" with this word names the value.
    """
    found: list[tuple[str, int, int, bool]] = []
    for pattern, final in ((_BOXED, True), (_HASHES, True)):
        found += [(match[1], match.start(1), match.end(1), final) for match in pattern.finditer(text)]
    for match in _FINAL.finditer(text):
        found.append((match["value"], match.start("value"), match.end("value"), bool(match["final"])))
    for match in _INLINE.finditer(text):
        name = "value" if match["value"] is not None else "value2"
        found.append((match[name], match.start(name), match.end(name), True))
    for match in _TOPIC.finditer(text):
        word = match["word"].casefold().split()
        if not set(word) & _NO_TOPIC and topics(match["word"]):
            found.append((match["value"], match.start("value"), match.end("value"), False))
    return sorted({(value, start, end, final) for value, start, end, final in found}, key=lambda one: one[1])
