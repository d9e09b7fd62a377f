"""Sentences behind an answer that hold another value of the same kind as one of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from interlab.queries.answers.names_of_days import MONTHS
from interlab.queries.answers.units import CURRENCIES, UNIT_OF, stated_units, words_of

_NUMBER = re.compile(
    r"(?P<sign>[$€£]\s?)?(?<![\w.,/:-])(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)(?![\w/:-]|[.,]\d)"
    r"(?P<unit>\s?(?:%|[^\W\d_]+|°\s?[CcFf]))?"
)
MAX_SENTENCE = 2000
"""Characters of a sentence that are searched for numbers."""
_PLACE = re.compile(
    r"\b(?:pages?|p\.|pp\.|lines?|sections?|chapters?|steps?|figures?|tables?|rows?|columns?|notes?|rounds?|paragraphs?|§|no\.|"
    r"numbers?|items?|rules?|articles?|questions?|sheets?|slides?|version|#)\s*(?:and\s+|\d+\s*(?:and|to|-)\s*)?$",
    re.IGNORECASE,
)
_NO_THING = frozenset(
    [
        "is",
        "was",
        "are",
        "were",
        "be",
        "has",
        "had",
        "in",
        "on",
        "at",
        "by",
        "for",
        "from",
        "to",
        "of",
        "and",
        "or",
        "but",
        "as",
        "with",
        "than",
        "then",
        "not",
        "instead",
        "if",
        "when",
        "while",
        "because",
        "since",
        "so",
        "though",
        "although",
        "that",
        "which",
        "who",
        "the",
        "a",
        "an",
        "it",
        "he",
        "she",
        "they",
        "i",
        "you",
        "we",
        "this",
        "these",
        "those",
        "would",
        "could",
        "should",
        "may",
        "might",
        "must",
        "will",
        "can",
        "rather",
        "later",
        "earlier",
        "now",
        "today",
        "also",
        "too",
        "again",
        "still",
        "actually",
        "exactly",
        "only",
        "just",
        "between",
        "until",
    ]
)
"""Words behind a number that are no counted things."""
_TURNS = re.compile(
    r"^[\W\d]*(?:please\s+)?(?:treat|consider|take|regard|count|mark|read|make|call|think\s+of)\s+(?:it|this|that|them)\b|"
    r"^[\W\d]*(?:on\s+(?:the\s+)?condition|(?:as|so)\s+long\s+as|only\s+when|subject\s+to)\b|"
    r"^[\W\d]*(?:unless|otherwise|except|provided|only\s+if|or\b(?!\s+(?:so|rather)\s+i\s+hope)|plan\s+[b-d2-4]\b|option\s+[b-d2-4]\b|"
    r"alternatively|else\b)|"
    r"\b(?:has|have|had)\s+(?:since|meanwhile|in\s+the\s+meantime|subsequently|now|recently|just)\s+(?:been\s+)?\w+(?:ed|n|t|ne)\b|"
    r"\b(?:after\s+all|on\s+(?:a\s+)?(?:second|closer)\s+(?:look|reading|glance|thought)|in\s+hindsight|turns?\s+out|turned\s+out|"
    r"still\s+to\s+be|yet\s+to\s+be|to\s+be\s+(?:confirmed|announced|decided)|pending|provisional\w*|preliminary|tentative\w*|"
    r"unconfirmed|unverified|fairer|more\s+(?:accurate|appropriate|fitting|honest|realistic)|"
    r"quote\s+me|no\s+guarantees?|no\s+promises|hold\s+me\s+to|"
    r"grain\s+of\s+salt|second\s+look|closer\s+look)\b",
    re.IGNORECASE,
)
_JOINS = re.compile(
    r"\b(?:as\s+well|too|likewise|joins?|joined|joining|is\s+(?:also\s+)?(?:coming|in|on))\b\W*$", re.IGNORECASE
)
_DENIED = re.compile(
    r"\b(?:not|never|no|nor|neither|without|instead\s+of|rather\s+than|nothing|none|would|might|could|may|against|risk\w*|"
    r"than|if|or|they|them|their|he|she|others?|partner\w*|opponent\w*|both|mutual|next|previous(?:ly)?|earlier|last|avoid\w*|"
    r"from|elsewhere|another|someone|somebody|else|although|though|despite|while|whereas|compared|between|tempt\w*)\b|n['’]t\b",
    re.IGNORECASE,
)


_CHANGED = (
    r"(?:['’]s\s+\w+(?:\s+\w+)?)?\s+(?:was|were|has\s+been|have\s+been|had\s+been|is\s+being|got|gets|will\s+be)\s+(?:\w+ly\s+)?"
    r"(?!need|interest|locat|base|call|nam|design|relea|award|fill|follow|introduc|creat|publish|play|direct|pack|crowd|describ|"
    r"regard|consider(?:ed)?\s+(?:a|one)|mark|sign|round|includ|order|sort)"
    r"(?:\w+ed|put|brought|cut|set|pushed|moved|taken|withdrawn|swapped|lost|broken|rung)\b"
)
_IT_CHANGED = re.compile(rf"^\W*(?:it|this|that){_CHANGED}", re.IGNORECASE)
_SOURCE = re.compile(
    r"\b(?:given|stated|mentioned|taken|found|derived|extracted|computed|calculated|printed|listed|written|legible|copied|named|"
    r"quoted|noted|converted|translated|inferred|described|based|chosen|added\s+up|counted|measured|recorded|kept|used)\b",
    re.IGNORECASE,
)


def is_turn(sentence: str, names: Iterable[str] = (), labels: Iterable[str] = ()) -> bool:
    """Whether a sentence goes on to another answer, or says that something has happened to what the answer holds.

    Args:
        names: of the fields and of those who stand in them.
        labels: the texts of the answer, plain; a sentence with one of them explains it.
    """
    bare = sentence.strip()
    if _TURNS.search(bare) is not None:
        return True
    if _SOURCE.search(bare) is not None or any(
        len(one) > 1 and f" {one} " in f" {' '.join(words_of(bare))} " for one in labels
    ):
        return False
    if _IT_CHANGED.match(bare) is not None:
        return True
    small = bare.casefold()
    return any(
        len(name) > 1
        and small.lstrip("*_ ").removeprefix("the ").startswith(name)
        and re.match(rf"\W*(?:the\s+)?{re.escape(name)}(?:\s+(?:date|time|rating|name|value))?{_CHANGED}", small)
        is not None
        for name in names
    )


_DAYS = re.compile(
    rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?({'|'.join(MONTHS)})\b|\b({'|'.join(MONTHS)})\s+(\d{{1,2}})\b(?!:)",
    re.I,
)


def has_rival_day(sentence: str, labels: Iterable[str]) -> bool:
    """Whether a sentence names a day of the year while the answer holds other days.

    Args:
        labels: the texts of the answer, plain.
    """
    days = {(int(one[2]), int(one[3])) for label in labels if (one := re.match(r"(\d{4}) (\d\d) (\d\d)\b", label))}
    found = {(MONTHS[(one[2] or one[3]).casefold()], int(one[1] or one[4])) for one in _DAYS.finditer(sentence)}
    return bool(days) and bool(found - days)


def adds_item(sentence: str, names: Iterable[str]) -> bool:
    """Whether a sentence says that somebody joins those of a list."""
    first = re.match(r"\W*(?:and\s+)?([A-Z]\w+)", sentence)
    return first is not None and first[1].casefold() not in set(names) and _JOINS.search(sentence) is not None


def has_rival_number(sentence: str, numbers: set[Decimal], names: Iterable[str]) -> bool:
    """Whether a sentence holds a number that an answer does not, of the kind of one that it holds.

    A number of the same unit as a field's is such, a year beside a year, and a number without a thing that it counts;
    a page, a step or five apples are not.

    Args:
        numbers: those of the answer.
        names: the names of its fields.
    """
    if not numbers:
        return False
    sentence = sentence if sentence.lstrip().startswith("(") else re.sub(r"\([^()]*\)", " ", sentence)
    if re.fullmatch(r"\W*\d{1,2}\W*", sentence):
        return False
    known = set(names)
    units = {unit for name in known for unit in stated_units(name, name)}
    years = any(1000 <= one <= 2100 and one == one.to_integral_value() for one in numbers)
    found = list(_NUMBER.finditer(sentence, 0, MAX_SENTENCE))
    values = [Decimal(one["number"].replace(",", "")) for one in found]
    if any(one in numbers for one in values):
        return False
    for match, value in zip(found, values, strict=True):
        if _PLACE.search(sentence[max(0, match.start() - 60) : match.start()]):
            continue
        is_year = 1000 <= value <= 2100 and len(match["number"]) == 4
        unit = (match["unit"] or "").strip().casefold()
        if (is_year and not years) or (is_year and _of_another(sentence, known)):
            continue
        if sentence[: match.start()].endswith("[") or _of_quantity(sentence[: match.start()], known):
            continue
        same = UNIT_OF.get(unit) in units or (UNIT_OF.get(unit) == "degree" and bool(units & {"c", "f", "k"}))
        if same or (is_year and years):
            return True
        if match["sign"] or unit == "%":
            continue
        if not unit or unit in _NO_THING:
            return True
    return False


def _of_another(sentence: str, names: set[str]) -> bool:
    """Whether a sentence names somebody or something that is not the answer's."""
    told = " ".join(names)
    return any(one.casefold() not in told for one in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", sentence))


_QUANTITY = re.compile(
    r"\b(?:the|its|this|that|their|his|her)\s+(?P<what>\w+)(?:\s+\w+){0,6}?\s+(?:is|are|was|were|equals)\s*[$€£]?$",
    re.I,
)
_ITSELF = frozenset(
    [
        "value",
        "amount",
        "price",
        "bid",
        "offer",
        "number",
        "total",
        "sum",
        "result",
        "answer",
        "figure",
        "correct",
        "real",
        "actual",
        "true",
        "right",
    ]
)


def _of_quantity(before: str, names: set[str]) -> bool:
    """Whether the words before a number say that it is of a quantity that is no field: "the area of this circle is"."""
    match = _QUANTITY.search(before)
    if match is None:
        return False
    fields = {word for name in names for word in words_of(name)}
    return match["what"].casefold() not in fields | _ITSELF


def has_rival_label(sentence: str, held: set[str], labels: Iterable[str]) -> bool:
    """Whether a sentence names a label of the type that the answer does not hold, and nothing in it denies that."""
    known = {one for one in labels if len(one) > 3}
    small = f" {' '.join(words_of(sentence))} "
    named = {one for one in known if f" {one} " in small}
    coins = {UNIT_OF[word] for word in small.split() if UNIT_OF.get(word) in CURRENCIES} & set(labels)
    if coins and not coins & held:
        return True
    return bool(named) and bool(held & set(labels)) and not named & held and _DENIED.search(sentence) is None


def tells_missing(text: str, keys: Iterable[str], held: set[str]) -> bool:
    """Whether words give the value of a field that the answer leaves out: "The director is Pia Holm."

    Args:
        keys: the names of all fields, without separators.
        held: the names in the answer, plain.
    """
    known = {one.replace(" ", "") for one in held}
    lacking = [one for one in keys if len(one) > 2 and one.isalpha() and one not in known]
    if not lacking:
        return False
    given = re.compile(
        rf"\b(?:the|his|her|its|their)\s+(?:{'|'.join(lacking)})\s+(?:is|was|:)\s+[\"“]?(?:[A-Z\d]\w*)", re.MULTILINE
    )
    return any(one.group().split()[1].islower() for one in given.finditer(_LOWER_THE.sub("the ", text)))


_LOWER_THE = re.compile(r"\b(?:The|His|Her|Its|Their)\s")


def adds_entry(text: str, held: set[str], labels: Iterable[str]) -> bool:
    """Whether a sentence gives a label to somebody who is no key of the map that was answered."""
    known = [one for one in labels if one]
    for sentence in re.split(r"(?<=[.!?])\s+|\n+", text):
        first = re.match(r"\W*([A-Z]\w+)\s+(?:\w+\s+)?(\w+)\W*$", sentence)
        if first is not None and first[1].casefold() not in held and first[2].casefold() in known:
            return True
    return False
