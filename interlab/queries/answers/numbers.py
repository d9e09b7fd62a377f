"""Numbers as people write them: grouped, in words, with the unit or the currency that their field states."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from interlab.queries.answers.units import CURRENCIES, NO_COUNT, UNIT_OF, unit_word
from interlab.queries.answers.wording import HEDGE

MAX_DIGITS = 400


class NoNumber(ValueError):
    """A text is no number, or not one with a single reading."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What a field says about its numbers.

    Args:
        whole: whether they are whole.
        low, high: the range, None where it is open.
        units: the units and currencies that it states.
        is_percent: whether they are percentages.
        is_rank: whether they are places in an order, so that "1st" is one.
        currency: the currency that the field beside it names, if any.
    """

    whole: bool = False
    low: float | None = None
    high: float | None = None
    units: frozenset[str] = frozenset()
    is_percent: bool = False
    is_rank: bool = False
    currency: str | None = None

    @property
    def is_probability(self) -> bool:
        return self.low == 0 and self.high == 1 and not self.whole


ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SMALL = {word: value for value, word in enumerate(ONES)} | {
    word: 10 * value for value, word in enumerate(TENS, start=2)
}
_LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"], start=1
    )
}
NUMBER_WORDS = frozenset(_SMALL) | frozenset(_LARGE) | {"hundred"}

_CURRENCY_SIGN = r"(?:us\s?\$|c\$|ca\$|a\$|au\$|[$€£¥₹₩₽]|(?:usd|eur|gbp|jpy|cny|inr|chf|cad|aud|krw)\b)"
_DIGITS = (
    r"(?P<grouped>[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?)(?![\d,])"
    r"|(?P<european>[1-9]\d{0,2}(?:\.\d{3})+,\d+|[1-9]\d{0,2}(?:\.\d{3}){2,})(?![\d.,])"
    r"|(?P<spaced>[1-9]\d{0,2}(?:[ \u00a0\u202f'’_]\d{3})+(?:\.\d+)?)(?![\d'’_])"
    r"|(?P<plain>\d+(?:_\d+)*(?:\.\d*)?|\.\d+)(?P<exponent>e[+-]?\d+)?(?![\d,.]*\d)"
)
_NUMBER = re.compile(
    rf"(?P<sign>[+-]|minus\s+|negative\s+|plus\s+)?\s*(?P<currency>{_CURRENCY_SIGN})?\s*(?P<sign2>[+-])?(?:{_DIGITS})"
    r"(?:(?P<times>k\b|\s?(?:thousand|mio|million|mn|bn|billion|trillion)\b)|(?P<mega>M)\b)?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_TIMES = {"k": 3, "thousand": 3, "mio": 6, "million": 6, "mn": 6, "bn": 9, "billion": 9, "trillion": 12}
_LEAD = re.compile(
    r"^(?:(?:exactly|precisely|only|just|a\s+total\s+of|total\s+of|total|equals?)\s+|=\s*)+", re.IGNORECASE
)
_OUT_OF = re.compile(
    r"^\s*(?:(?P<thing>[a-z]+)\s+)?(?:/|out\s+of|of)\s*(?P<all>\d+)\s*(?P<rest>[a-z]*)$", re.IGNORECASE
)
_PERCENT = re.compile(r"^\s*(?:%|percent\b|per\s+cent\b|pct\b)\s*(?P<rest>[a-z ]*)$", re.IGNORECASE)
_NO_THINGS = frozenset([
    "is", "was", "are", "were", "be", "been", "isn", "aren", "wasn", "not", "never", "at", "most", "least",
    "wrong", "right", "correct", "incorrect", "true", "false", "of", "on", "it", "that", "this", "the", "a", "an",
    "for", "as", "so", "would", "could", "should", "might", "may", "must", "can", "will", "has", "have", "had",
    "i", "you", "he", "she", "they", "we", "which", "who", "what", "maybe", "perhaps", "probably", "possibly",
    "about", "around", "roughly", "sure", "unsure", "guess", "think", "because", "since", "although", "though",
    "however", "tops", "minimal", "maximal", "rather", "instead", "again", "also", "still", "too", "yet", "then",
    "now", "seems", "appears", "remains", "equals",
])  # fmt: skip
"""Words behind a number that are no counted things, but go on to say something about it."""
_EASTERN_BOUND = re.compile(
    r"以上|以下|以内|以內|未満|左右|上下|前後|くらい|ぐらい|程度|余り|不到|不足|多$|~|이상|이하|미만|초과|정도|쯤|가량|내외|[万萬億亿만억千百倍割折]"
)
"""What follows a counted thing in Chinese, Japanese or Korean and changes the number."""
_SOURCE = re.compile(
    r"\s*\((?:as\s+)?(?:given|stated|mentioned|written|found|taken|quoted|from|per|according|in\s+the|see|"
    r"exact(?:ly)?|explicit(?:ly)?)\b"
    r"(?![^()]*\b(?:or|maybe|about|not|guess|estimate)\b)[^()\d]*\)\s*$",
    re.IGNORECASE,
)
"""A remark on where a number was found."""
_POWER = re.compile(r"^([+-]?\d+(?:\.\d+)?)\s*[×x*·⋅]\s*10\s*(?:\^|\*\*)\s*[{(]?([+-]?\d{1,3})[})]?", re.IGNORECASE)
"""Scientific notation, as in "6.02 × 10^23"."""
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_STARS, _NO_STARS = "⭐★🌟", "☆"
_MINUS = str.maketrans({"−": "-", "–": "-", "‒": "-", "—": "-", "﹣": "-", "－": "-", "\ufe0f": "", "\u200b": ""})


def read_number(text: str, scale: Scale) -> Decimal:
    """The number that a text is, exactly.

    Args:
        text: all of it has to be the number, with its unit at most.
        scale: what its field says.

    Raises:
        NoNumber: it is none, has two readings, or comes with a unit that the field does not state.
    """
    if len(text) > MAX_DIGITS:
        raise NoNumber("it is too long for a number")
    if re.match(r"\s*['’]\d", text) and not re.search(r"['’]\s*$", text):
        raise NoNumber("an apostrophe stands for digits that were left out")
    if re.search(r"\.\.\s*[\"'`*]*\s*$", text):
        raise NoNumber("dots stand for digits that were left out")
    bare = text.strip().strip("\"'`*“”‘’ \t\n").rstrip(".,;!").strip("\"'`*“”‘’ \t\n")
    if bare and not bare.strip(_STARS + _NO_STARS + "\ufe0f "):
        return _stars(bare, scale)
    bare = re.sub(r"(?<=10)[⁺⁻]?[⁰¹²³⁴-⁹]+", lambda one: "^" + one.group().translate(_RAISED), bare)
    if any(unicodedata.category(letter) in ("No", "Nl") for letter in bare):
        raise NoNumber("a fraction or a power is no plain number")
    plain = unicodedata.normalize("NFKC", bare).translate(_MINUS)
    plain = "".join(str(unicodedata.decimal(letter, letter)) for letter in plain)
    plain = _LEAD.sub("", plain)
    if scale.is_rank:
        rank = re.fullmatch(r"(?:#|no\.?\s*|number\s+)?(\d+)(?:st|nd|rd|th)?", plain, re.IGNORECASE)
        if rank is not None:
            return Decimal(rank[1])
        if plain.casefold() in _ORDINALS:
            return Decimal(_ORDINALS[plain.casefold()])
    plain = _POWER.sub(r"\1e\2", plain)
    match = _NUMBER.fullmatch(plain)
    number, rest = _in_digits(match, scale) if match is not None else _in_words(plain)
    currency = match["currency"] if match is not None else None
    glued = re.match(r"[A-Za-z]+", rest) if match is not None else None
    if glued is not None and glued.group().casefold() not in UNIT_OF:
        raise NoNumber(f"{glued.group()!r} is glued to the number")
    return _with_unit(number, rest, currency, scale)


def _in_digits(match: re.Match[str], scale: Scale) -> tuple[Decimal, str]:
    if match["grouped"]:
        digits = match["grouped"].replace(",", "")
    elif match["european"]:
        digits = match["european"].replace(".", "").replace(",", ".")
    elif match["spaced"]:
        digits = re.sub(r"[^\d.]", "", match["spaced"])
    else:
        digits = match["plain"].replace("_", "")
        if scale.whole and re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", digits) and not match["exponent"]:
            raise NoNumber(f"{digits} is {digits.replace('.', '')} or {digits}")
        digits += match["exponent"] or ""
    try:
        number = Decimal(digits)
    except InvalidOperation as error:
        raise NoNumber(f"{digits} is no number") from error
    if match["times"]:
        number *= 10 ** _TIMES[match["times"].strip().casefold()]
    elif match["mega"]:
        if match["mega"] != "M":
            return _signed(number, match), match["mega"] + match["rest"]  # metres
        number *= 10**6
    if number.adjusted() > MAX_DIGITS:
        raise NoNumber(f"{digits} is too large")
    return _signed(number, match), match["rest"]


def _signed(number: Decimal, match: re.Match[str]) -> Decimal:
    signs = (match["sign"] or "").strip().casefold(), match["sign2"] or ""
    if all(signs):
        raise NoNumber("two signs")
    return -number if any(sign in ("-", "minus", "negative") for sign in signs) else number


def _in_words(text: str) -> tuple[Decimal, str]:
    """A number in English words at the start of a text, and what follows it."""
    words = re.findall(r"[^\W\d_]+|[^\s\w]|\S", text.casefold().replace("-", " "))
    negative = bool(words) and words[0] in ("minus", "negative")
    at = int(negative)
    total, part, seen = 0, 0, 0
    while at < len(words):
        word = words[at]
        if word in _SMALL:
            last = part % 100
            if seen and last and not (last % 10 == 0 and last >= 20 and _SMALL[word] < 10):
                break
            if seen and part % 100 == 0 and part == 0 and total == 0:
                break  # "zero five"
            part += _SMALL[word]
        elif word == "hundred" and 0 < part < 100:
            part *= 100
        elif word in _LARGE and part and (not total or total % (_LARGE[word] * 1000) == 0):
            total, part = total + part * _LARGE[word], 0
        elif word == "and" and seen and at + 1 < len(words) and words[at + 1] in _SMALL and (part % 100 == 0):
            at += 1
            continue
        else:
            break
        seen += 1
        at += 1
    if not seen:
        raise NoNumber(f"{text!r} is no number")
    number = Decimal(total + part)
    if at < len(words) and words[at] == "point":
        digits = []
        at += 1
        while at < len(words) and words[at] in ONES[:10]:
            digits.append(str(_SMALL[words[at]]))
            at += 1
        if not digits:
            raise NoNumber(f"{text!r} is no number")
        number += Decimal("0." + "".join(digits))
    return -number if negative else number, " ".join(words[at:])


def _with_unit(number: Decimal, rest: str, currency: str | None, scale: Scale) -> Decimal:
    if currency is not None:
        _check_unit(UNIT_OF[re.sub(r"\s", "", currency.casefold())], scale)
    rest = _SOURCE.sub("", rest).strip()
    if not rest:
        return number
    percent = _PERCENT.match(rest)
    if percent is not None:
        if scale.is_probability:
            return number / 100
        if not scale.is_percent:
            raise NoNumber("a percentage of something is another number")
        words = percent["rest"].split()
        if words and any(word in NO_COUNT for word in words):
            raise NoNumber(f"{rest!r} changes the number")
        return number
    parts = _OUT_OF.match(rest)
    if parts is not None:
        if scale.high is None or Decimal(parts["all"]) != Decimal(str(scale.high)) or scale.is_probability:
            raise NoNumber(f"{rest!r} is another scale")
        thing = (parts["thing"] or "").casefold()
        if thing in NO_COUNT or thing in UNIT_OF:
            raise NoNumber(f"{rest!r} changes the number")
        return number
    words = re.findall(r"[^\W\d_]+/h\b|°\s?[cf]\b|[$€£¥₹₩₽¢°]|[^\W\d_]+|\S", rest.casefold())
    _check_words([re.sub(r"\s", "", word) for word in words], rest, scale)
    return number


def _check_words(words: list[str], rest: str, scale: Scale) -> None:
    """Refuse what stands behind a number unless it is the field's unit or a counted thing."""
    if "us" in words and any(UNIT_OF.get(word) == "usd" for word in words):
        words = [word for word in words if word != "us"]
    if words[-2:] == ["in", "total"]:
        words = words[:-2]
    words = [word for word in words if word not in ("total", "altogether", "in") or UNIT_OF.get(word) in scale.units]
    if "degrees" in words or "degree" in words:
        words = [word for word in words if word not in ("degrees", "degree")] or ["degree"]
    if words == ["times"] and scale.whole and not scale.units and not scale.is_percent:
        return  # how often
    if len(words) > 4 or any(word in _NO_THINGS for word in words if UNIT_OF.get(word) not in scale.units):
        raise NoNumber(f"{rest!r} stands behind the number")
    known = False
    for word in words:
        if (
            word in NUMBER_WORDS
            or (word in NO_COUNT and UNIT_OF.get(word) not in scale.units)
            or (not word[0].isalpha() and word not in UNIT_OF)
        ):
            raise NoNumber(f"{rest!r} changes the number")
        if _EASTERN_BOUND.search(word):
            raise NoNumber(f"{rest!r} bounds or softens the number")
        unit = unit_word(word)
        if unit in UNIT_OF and word not in UNIT_OF and not known:
            _check_unit(UNIT_OF[unit], scale)
        if word in UNIT_OF:
            if not (word == "old" and known):
                _check_unit(UNIT_OF[word], scale)
            known = True


def _check_unit(unit: str, scale: Scale) -> None:
    if unit in CURRENCIES:
        stated = ({scale.currency} if scale.currency else set()) | (scale.units & CURRENCIES)
        if stated and unit not in stated:
            raise NoNumber(f"the currency is {unit.upper()}, not {' or '.join(sorted(stated)).upper()}")
        if not stated and scale.units:
            raise NoNumber("a currency is not the unit that is asked for")
        return
    if unit not in scale.units:
        raise NoNumber(f"the unit {unit!r} is not one that is asked for")


def _stars(text: str, scale: Scale) -> Decimal:
    full = sum(text.count(star) for star in _STARS)
    if not full or (_NO_STARS in text and scale.high is not None and full + text.count(_NO_STARS) != scale.high):
        raise NoNumber(f"{text!r} is no number")
    return Decimal(full)


def text_of(number: Decimal, whole: bool) -> int | float:
    """A number as JSON has it.

    Raises:
        NoNumber: a whole one is asked for, and it is not; or it is too large for a float.
    """
    if whole:
        if number != number.to_integral_value():
            raise NoNumber(f"{number} is not whole")
        return int(number)
    made = float(number)
    if made in (float("inf"), float("-inf")):
        raise NoNumber(f"{number} is too large")
    return made


def scale_of(
    kind: str, schema: dict[str, object] | object, units: frozenset[str], words: Iterable[str], currency: str | None
) -> Scale:
    """What a number's schema says, with the words of its name and description."""
    given = schema if isinstance(schema, dict) else {}

    def bound(name: str, exclusive: str) -> float | None:
        found = given.get(name, given.get(exclusive))
        return float(found) if isinstance(found, (int, float)) and not isinstance(found, bool) else None

    low, high = bound("minimum", "exclusiveMinimum"), bound("maximum", "exclusiveMaximum")
    known = set(words)
    return Scale(
        whole=kind == "integer",
        low=low,
        high=high,
        units=units,
        is_percent=bool(known & {"percent", "percentage", "pct"}) or (low == 0 and high == 100),
        is_rank=bool(known & {"rank", "ranking", "position", "place", "placement", "ordinal"}),
        currency=currency,
    )


def without_breakdown(text: str) -> str:
    """A text without the sums in brackets that make up the number before them, as in "12 legs (8 + 4)"."""

    def left(match: re.Match[str]) -> str:
        parts = [int(one) for one in re.findall(r"\d+", match["parts"])]
        total = int(match["total"].replace(",", ""))
        adds_up = len(parts) > 1 and (
            sum(parts) == total or math.prod(parts) == total or parts[-1] == total == sum(parts[:-1])
        )
        return match["kept"] if adds_up and not HEDGE.search(match["parts"]) else match.group()

    return _BREAKDOWN.sub(left, text)


_BREAKDOWN = re.compile(
    r"(?P<kept>(?<![\w.,])(?P<total>\d[\d,]*)(?![.,]?\d)(?:\s+[a-z]+){0,3})\s*\((?P<parts>[^()\n]{1,200})\)"
)
