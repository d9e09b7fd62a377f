"""Words beside an answer that give its values in another unit than its type states."""

from __future__ import annotations

import re

from interlab.queries.answers.held import Held
from interlab.queries.answers.units import CURRENCIES, UNIT_OF, words_of

_KINDS = [
    frozenset(words_of("km m cm mm mile foot inch yard")),
    frozenset(words_of("c f k")),
    frozenset(words_of("ms s min h day week month year decade century")),
    frozenset(words_of("kg g mg lb oz ton")),
    frozenset(words_of("byte kb mb gb tb")),
    frozenset(words_of("l ml cl dl gallon cup tbsp tsp pint")),
    frozenset(words_of("w kw")),
    CURRENCIES | {"cent"},
]
_IN = re.compile(
    r"\b(?:in|are|is|as|of|was|were|means?|says?|reads?|shows?)\s+(?:(?:degrees|full|whole|thousand\w*|millions?|us|"
    r"nautical|british|swiss|canadian|australian|american|imperial|plain|not|still|really|actually|given|"
    r"the\s+original)\s+){0,2}"
    r"(?P<unit>(?!(?:in|am|an|as|old|it)\b)[^\W\d_]{2,}|[°][CF])(?=\W|$)",
    re.IGNORECASE,
)
_TURNED = re.compile(
    r"\b(?:convert|translat|turn|recalculat|comput|calculat|chang|transform|divid|multipl|rescal|transl|"
    r"normali[sz])\w*\b(?!\W{0,3}(?:it|them)\s+by\b)(?<!not\sconverted)(?<!unconverted)|"
    r"\b(?:which|that)\s+(?:is|are|makes?|gives?)\b|\bexchange\s+rate\b",
    re.IGNORECASE,
)
_UNTURNED = re.compile(
    r"(?:\b(?:not|never|without)|n['’]t)\s+(?:\w+\s+){0,2}(?:convert|chang|translat|turn)\w*|\bun(?:converted|"
    r"changed)\b|\bas\s+(?:it|they)\s+(?:is|are|stands?)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:in|as)\s+(?:thousands|millions|hundreds|dozens|tens|percent|per\s+cent)\b(?!\s+of)", re.IGNORECASE
)
_HERE = re.compile(
    r"\b(?:it|this|these|both|all|they|values?|figures?|numbers?|amounts?|sizes?|sign|table|source|site|page|map|"
    r"left|kept|copied|here|took|took\s+over)\b",
    re.IGNORECASE,
)


def in_other_measure(words: str, held: Held) -> bool:
    """Whether words say that the values are in another unit than the type's, and nothing that they were converted."""
    if any(_TIMES.search(clause) and held.names_field(clause) for clause in re.split(r"[.!?;\n]", words)):
        return True
    units = held.units | (held.held_labels & CURRENCIES)
    if not units or (_TURNED.search(words) and not _UNTURNED.search(words)):
        return False
    kinds = [kind for kind in _KINDS if kind & units]
    for match in _IN.finditer(words):
        unit = UNIT_OF.get(match["unit"].casefold())
        if unit is None or unit in units or not any(unit in kind for kind in kinds):
            continue
        start = max(words.rfind(mark, 0, match.start()) for mark in (". ", "\n", "! ", "? ")) + 1
        sentence = words[start : match.end() + 120]
        if held.names_field(sentence) or _HERE.search(sentence):
            return True
    return False
