"""One value said twice: in digits and in words, as a share and as a percentage, by two sources that agree."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, Protocol

_NOTATION = (
    r"(?:(?:iso(?:[\s-]?8601)?|decimal|percent(?:age)?|scientific|standard|plain|long|short|full|us|american|european|german|"
    r"british|24-hour|12-hour|numeric(?:al)?|exponential|common|everyday|other|usual|normal)\s+)?"
    r"(?:iso(?:[\s-]?8601)?|words?|figures?|digits?|numbers?|numerals?|letters?|notation|format|form|spelling|terms?|decimals?|percent|"
    r"percentages?|fractions?|style|full|writing|order|language|prose|short|per\s+cent|a\s+(?:decimal|percentage|fraction|number))"
)
_AGAIN = (
    rf"(?:that\s+(?:is|means)(?:\s+to\s+say)?|i\.?\s?e\.?|or|which\s+(?:is|equals|means|makes|reads)|viz\.?|namely|meaning|equivalently|"
    rf"equals?|equal\s+to|equivalent\s+to|the\s+same\s+as|the\s+same|so|again|same|aka|is|"
    rf"(?:written|spelled|spelt|given|expressed|put|said|read|stated|shown)(?:\s+(?:out|differently|again|another\s+way))?|"
    rf"(?:(?:in|as|with|using|by)\s+)?(?:the\s+|an?\s+)?{_NOTATION}|to\s+be\s+(?:exact|precise|clear)|to\s+(?:repeat|put)(?:\s+it)?|"
    r"i\s+repeat|once\s+(?:more|again)|also|just|simply|exactly|precisely|equally|likewise|it)"
)
_JOINT = re.compile(
    rf"[\s,;:.(\[)\]=≙≡/|–—*_`\"'→-]*(?:{_AGAIN}\b[\s,;:.(\[)\]=≙≡/|–—*_`\"'→-]*){{0,6}}", re.IGNORECASE
)
_EDGE = re.compile(r"[\s,;:.(\[)\]*_`\"'!–—-]*", re.IGNORECASE)
_UNIT = re.compile(r"\s?(?:%|percent\b|per\s+cent\b|o['’]clock\b|(?:us\s+)?dollars?\b|usd\b|€|euros?\b)", re.IGNORECASE)
_SAYS = (
    r"(?:says?|said|gives?|gave|states?|stated|shows?|showed|reads?|lists?|listed|has|had|names?|named|mentions?|mentioned|reports?|reported|"
    r"records?|recorded|puts?\s+it\s+at|tells?|told|confirms?|confirmed|prints?|printed|notes?|noted|indicates?|indicated|counts?|counted|"
    r"quotes?|quoted|claims?|is|was|comes?\s+to|came\s+to|arrives?\s+at|agrees?\s+on|agree\s+on)"
)
_SOURCE = r"(?:(?:the|a|an|its|their|his|her|my|our|both|all)\s+)?[\w'’-]+(?:\s+(?!not\b|never\b|no\b)[\w'’-]+){0,5}?"
_BY_ONE = re.compile(rf"\W*(?:both\s+)?{_SOURCE}\s+(?:also\s+|too\s+|likewise\s+)?{_SAYS}\s*[:\"“'*]*", re.IGNORECASE)
_NEXT = re.compile(
    rf"[\"”'*]*\s*[,;.]?\s*(?:(?:and|so|as|while|but|likewise|similarly)\s+)?(?:then\s+)?{_SOURCE}\s+(?:also\s+|likewise\s+|too\s+)?{_SAYS}"
    r"(?:\s+(?:also|too|likewise|again))?\s*[:\"“'*]*",
    re.IGNORECASE,
)
_END = re.compile(
    r"[\"”'*]*(?:,?\s+(?:too|as\s+well|also|again|likewise))?[.!]?|"
    r"[\"”'*]*[,;]?\s+(?:and\s+)?(?:so|as)\s+(?:do(?:es)?|did|says?|has|is|was)\s+[\w\s'’-]{1,60}[.!]?",
    re.IGNORECASE,
)


class Mention(Protocol):
    """A value and where it stands in a text."""

    @property
    def value(self) -> Any: ...
    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...


MAX_TEXT = 400
"""Characters of a text that may be nothing but one value said twice."""


def said_twice(text: str, mentions: Sequence[Mention]) -> bool | None:
    """Whether a text says nothing but one value, more than once; None if it says something else, too.

    "5 March 2024 (2024-03-05)" does, and so does "The label says 12, and the invoice says 12, too." False is a text
    whose values are put as one and are not: "2.4e3 = 24000".

    Args:
        text: a reply in words.
        mentions: all values of the type in it, in order.
    """
    if len(text) > MAX_TEXT or not mentions:
        return None
    if len(mentions) > 1 and _EDGE.fullmatch(text[: mentions[0].start]) and _EDGE.fullmatch(_after(text, mentions[-1])):
        return _is_one(mentions) if joined(text, mentions) else None
    return True if _is_one(mentions) and _is_agreed(text, mentions) else None


def joined(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether each of some values in a text puts the one before it in another way: "0.125, that is 12.5 %"."""
    gaps = [_after(text[: later.start], one) for one, later in pairwise(mentions)]
    return bool(gaps) and all(
        len(gap) <= 80 and (gap.strip() or "\n" in gap) and _JOINT.fullmatch(gap) is not None for gap in gaps
    )


def _is_one(mentions: Sequence[Mention]) -> bool:
    return len({_written(one.value) for one in mentions}) == 1


def _written(value: Any) -> str:
    """A value written so that equal ones are equal, however exactly they were told."""
    try:
        return str(Decimal(str(value)).normalize())
    except InvalidOperation:
        pass
    try:
        return datetime.fromisoformat(str(value)).isoformat()
    except ValueError:
        return repr(value)


def _is_agreed(text: str, mentions: Sequence[Mention]) -> bool:
    """Whether a text says only what several sources say: "The label says 12, and the box says 12, too."""
    start = _BY_ONE.fullmatch(text[: mentions[0].start])
    gaps = [_after(text[: later.start], one) for one, later in pairwise(mentions)]
    end = _after(text, mentions[-1]).rstrip()
    if start is None or not all(map(_NEXT.fullmatch, gaps)) or _END.fullmatch(end) is None:
        return False
    return len(mentions) > 1 or re.match(r"\W*both\b", text, re.I) is not None or re.search(r"\w{2}", end) is not None


def _after(text: str, mention: Mention) -> str:
    """What stands behind a value and its unit."""
    unit = _UNIT.match(text, mention.end)
    return text[unit.end() if unit is not None else mention.end :]
