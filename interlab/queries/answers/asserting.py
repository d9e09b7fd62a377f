"""Sentences beside an answer that say something else than it holds: another number, label or truth, or that it is not
what it holds, or this or something else."""

from __future__ import annotations

import itertools
import re
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from interlab.queries.answers.against import clauses_of
from interlab.queries.answers.beside import numbers_of
from interlab.queries.answers.held import Field, Held, naming
from interlab.queries.answers.numbers import TENS
from interlab.queries.answers.units import words_of

_ONES = (
    "zero,nil||two,second|three,third|four,fourth|five,fifth|six,sixth|seven,seventh|eight,eighth|nine,ninth|ten,tenth|"
    "eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen"
)
_WORDS = {word: Decimal(value) for value, words in enumerate(_ONES.split("|")) for word in words_of(words)} | {
    word: Decimal(10 * value) for value, word in enumerate(TENS, 2)
}
_NAMES = "|".join(_WORDS)
_NUMBER = re.compile(
    r"(?<![\w.,/:#-])(?:[$€£]\s?)?(?P<digits>-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)(?:st|nd|rd|th|"
    r"%)?(?![\w/:-]|[.,]\d)|"
    rf"\b(?P<word>(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)[\s-])?"
    rf"(?:one|{_NAMES}))\b(?!-)",
    re.IGNORECASE,
)
ORDINAL = re.compile(r"second|third|\w+th", re.IGNORECASE)
_IS = (
    r"(?:['’]s|\b(?:is|are|was|were|be|been|to\s+be|reads?|says?|counts?|equals?|becomes?|makes?|shows?|remains?|"
    r"amounts\s+to|comes\s+to|goes|go|gives?|"
    r"lies|rises?|falls?|stands?\s+at|number|total)\b|[=:–—]|\s-\s|\b(?:to|at|by|into|as)\b)"
)
_BETWEEN = re.compile(
    r"^[\s,*_`]*(?:\w+\s+){0,5}?(?:\w+,\s*)?(?:or|resp\.?|respectively)\s+(?:(?:even|maybe|perhaps|rather|possibly|"
    r"else|also|just|only|at\s+most|at\s+least|to\s+be\s+safe)\s+){0,2}[$€£]?\s?$|^\s*/\s*$",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"\b(?:pages?|lines?|sections?|chapters?|steps?|figures?|tables?|rows?|columns?|notes?|rounds?|paragraphs?|§|"
    r"no\.|articles?|questions?|slides?|"
    r"version|lots?|motion|items?|levels?|part|box|room|option|#)\s*$|"
    r"\b(?:from|above|below|over|under|between|near|beyond|than|out\s+of)\s*[$€£]?$|\bfrom\s+\d+\s+to\s*$",
    re.IGNORECASE,
)
"""Before a number that is a place, or the end of a range."""
_NOT_HELD = re.compile(
    r"(?:\b(?:not|never|no\s+longer|nor|rather\s+than|instead\s+of|anything\s+but|hardly)|n['’]t)\s+(?:(?:be|been|"
    r"an?|the|of|really|actually|quite|at|in|all|"
    r"yet|just|even|exactly|any|on|by|is|for)\s+){0,3}[\"“'`*]*$",
    re.IGNORECASE,
)
_SURE = re.compile(
    r"(?:(?:['’]s|['’]re|\b(?:is|are|was|be|ought\s+to\s+be|should\s+be|must\s+be|has\s+to\s+be|remains?|as|to|"
    r"make\s+(?:it|that|this)|it|call\s+(?:it|that|this)))\b|[:=–]|\s-\s)"
    r"\s*(?:(?:an?|the|of|really|actually|clearly|only|just|rather|more|in\s+fact|now|even|truly)\s+){0,3}[\"“'`*]*$",
    re.IGNORECASE,
)
_FRAMED = re.compile(
    r"\b(?:if|whether|when|once|as\s+soon\s+as|until|till|unless|after|before|would|should\s+(?=\w+\s+\w)|could|can|"
    r"may|might|to\s+be|will|for|who|means?|stands?\s+for|"
    r"next|last|previous|earlier|another|others?|had|did)\b",
    re.IGNORECASE,
)


def _of_field(sentence: str, held: Held) -> bool:
    """Whether a sentence tells a number that is held nowhere as that of a field: "gives a result of 56"."""
    for one in _RESULT_OF.finditer(sentence):
        if held.names_field(f"the {one['what']}") and not numbers_of(one["number"]) & held.told.numbers:
            return True
    return False


_RESULT_OF = re.compile(
    r"\b(?:gives?|gave|makes?|leads?\s+to|yields?|with|has|is|comes?\s+to|get|gets|find|finds)\s+(?:an?|the)\s+(?:\w+\s+)?(?P<what>\w+)\s+of\s+"
    r"(?:exactly\s+)?(?P<number>[$€£]?-?\d[\d,]*(?:\.\d+)?)",
    re.IGNORECASE,
)


def says_otherwise(sentence: str, held: Held) -> bool:
    """Whether a sentence gives a field another value than the answer holds, or denies the one that it holds."""
    if _either(sentence, held) or _of_field(sentence, held):
        return True
    return any(
        _other_number(clause, held)
        or _denies(clause, held)
        or _other_label(clause, held)
        or any(_other_truth(clause, one) for one in held.fields)
        for clause in clauses_of(_rejoined(sentence))
    )


def _rejoined(sentence: str) -> str:
    """A sentence whose dash or colon behind a field's name splits no clause."""
    return re.sub(r"(?<=[\w`*\"”])\s*(?:[:–—]|\s-)(?=[\s*])", " is ", sentence, count=1)


@lru_cache(maxsize=64)
def numbers_in(text: str) -> tuple[tuple[Decimal, int, int, bool], ...]:
    """The numbers of a text: each with where it stands and whether it is a word."""
    found = []
    for match in _NUMBER.finditer(text, 0, 2000):
        value = _value(match)
        if ORDINAL.fullmatch(match.group()) and re.search(
            r"\b(?:the|its|his|her|a|an|on|in)\s+$", text[: match.start()], re.I
        ):
            continue
        if value is not None and not _PLACE.search(text[max(0, match.start() - 30) : match.start()]):
            found.append((value, match.start(), match.end(), match["word"] is not None))
    return tuple(found)


def _value(match: re.Match[str]) -> Decimal | None:
    if match["digits"]:
        try:
            return Decimal(match["digits"].replace(",", ""))
        except InvalidOperation:  # pragma: no cover  (the pattern matches numbers only)
            return None
    parts = re.split(r"[\s-]", match["word"].casefold())
    if len(parts) == 2:
        return _WORDS[parts[0]] + (1 if parts[1] == "one" else _WORDS.get(parts[1], Decimal(0)))
    return Decimal(1) if parts[0] == "one" else _WORDS.get(parts[0])


def _either(sentence: str, held: Held) -> bool:
    """Whether a sentence offers a value that is held, or another one."""
    numbers = held.told.numbers
    found = numbers_in(sentence)
    for (first, _, end, _), (second, start, _, _) in itertools.pairwise(found):
        if (first in numbers) != (second in numbers) and _BETWEEN.match(sentence[end:start]):
            return True
    small = sentence.casefold()
    return any(
        re.search(
            rf"(?<![\w-]){re.escape(one)}[\"”'`*]*\s+or\s+(?!so\b|not\b|else\b)[\"“'`*]*\w|\bor\s+(?:even\s+|"
            rf"rather\s+|maybe\s+)?[\"“'`*]*{re.escape(one)}(?![\w-])",
            small,
        )
        for one in held.short_texts
        if one in small
    )


def _other_number(clause: str, held: Held) -> bool:
    """Whether a clause gives a field of numbers, or the answer, a number that is not held."""
    numbers = held.told.numbers
    found = numbers_in(clause)
    if not numbers or not found or any(one[0] in numbers for one in found):
        return False
    for one in held.fields:
        names = naming(one)
        match = names.search(clause) if one.numbers and names is not None else None
        if match is None:
            continue
        for value, start, end, word in found:
            if 1000 <= value <= 2100 and not any(1000 <= own <= 2100 for own in numbers):
                continue
            between = clause[match.end() : start]
            if start < match.end() or len(between) > 60 or not re.search(_IS, between, re.IGNORECASE):
                continue
            if word and re.match(r"\s*(?:of\s+the|of\s+them|more|other)\b", clause[end:]):
                continue
            return True
    return any(
        re.fullmatch(
            r"[\s\W]*(?:(?:and|so|but|then|now|sorry|oh|ah|because|since|that|so\s+that)\s+){0,2}(?:it|this|that|"
            r"these|they|he|she|they)(?:['’](?:s|re|d|ll)|\s+(?:is|are|was|were|should|must|would|ought|to|be|"
            r"has|have|make|makes|comes?|goes))+\s*(?:(?:be|to|really|actually|only|just|now|in\s+fact|rather|"
            r"exactly|closer|nearer|already)\s+){0,3}[$€£]?\s?",
            clause[:start],
            re.IGNORECASE,
        )
        and re.match(
            r"\W*$|\s+(?:in\s+(?:the|truth|fact|reality)|instead|now|rather|since|as|after|according|on\s+(?:the|"
            r"page))\b",
            clause[end:],
            re.IGNORECASE,
        )
        for _, start, end, _ in found
    )


def _denies(clause: str, held: Held) -> bool:
    """Whether a clause says that something is not what the answer holds."""
    small = clause.casefold()
    known = {one for one in held.held_labels if len(one) > 2 and one not in ("yes", "true", "false")} | held.short_texts
    for one in known:
        at = small.find(one)
        while at >= 0:
            if not small[at + len(one) : at + len(one) + 1].isalnum() and _NOT_HELD.search(small[max(0, at - 60) : at]):
                return True
            at = small.find(one, at + 1)
    return any(
        value in held.told.numbers and _NOT_HELD.search(small[max(0, start - 60) : start]) and not word
        for value, start, _, word in numbers_in(clause)
    ) or any(
        _NOT_HELD.search(clause[max(0, match.start() - 60) : match.start()])
        and any(match.group().casefold() in text for text in held.texts)
        for match in re.finditer(
            r"\b\d{1,4}(?:st|nd|rd|th)?\s+[A-Z]\w+|\b[A-Z]\w+\s+\d{1,4}\b|\b\d+\s+[A-Z]\w+", clause
        )
    )


def _other_label(clause: str, held: Held) -> bool:
    """Whether a clause gives a field, or the answer, a label that is not held."""
    if not held.other_labels:
        return False
    names = held.names_field(clause)
    small = clause.casefold()
    plain = f" {' '.join(words_of(clause))} "
    if any(f" {one} " in plain for one in held.held_labels):
        return False
    for one in held.other_labels:
        if len(one) < 3 or one in ("yes", "true", "false"):
            continue
        for match in re.finditer(rf"(?<![\w-]){re.escape(one)}(?![\w-])", small):
            before = clause[: match.start()]
            if _SURE.search(before) and not _NOT_HELD.search(before) and not _FRAMED.search(before):
                pointed = re.match(
                    r"[\s\W]*(?:(?:and|so|but|then|now|since|because|as)\s+)?(?:it|this|that|make|call)\b",
                    clause,
                    re.IGNORECASE,
                )
                if names or pointed:
                    return True
    return False


def _other_truth(clause: str, one: Field) -> bool:
    """Whether a clause says the contrary of a truth that the answer holds."""
    if one.truth is None:
        return False
    for word in one.words:
        stem = word[:-1] if word.endswith(("e", "s")) else word
        if "_" in word or " " in word:
            match = re.search(
                rf"{re.escape(word)}\W{{0,3}}\s*(?:ought\s+to\s+be|should\s+be|must\s+be|has\s+to\s+be|is|=|"
                rf":)\W*(true|false|yes|no)\b",
                clause,
                re.I,
            )
            if match is not None and (match[1].casefold() in ("true", "yes")) != one.truth:
                return True
            continue
        match = re.search(
            rf"(?<!\w)(?:is|are|was|were|been|['’]s|isn['’]t|aren['’]t|wasn['’]t|weren['’]t)\s+(?P<how>(?:(?:not|"
            rf"never|already|now|still|yet|fully|also|clearly|no\s+longer|"
            rf"un)\s+){{0,3}}){re.escape(stem)}\w{{0,3}}(?!\w)",
            clause,
            re.I,
        )
        if match is not None and not _FRAMED.search(clause):
            denied = re.search(
                r"\b(?:not|never|no\s+longer)\b", match["how"], re.I
            ) is not None or "n't" in match.group()[:8].replace("’", "'")
            if denied == one.truth:
                return True
    return False
