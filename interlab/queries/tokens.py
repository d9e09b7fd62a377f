"""Values as they were written: numbers that keep their text, texts without quotes, and JSON read strictly."""

from __future__ import annotations

import json
import math
import re
from typing import Any


class SourceInt(int):
    """A whole number that was not written as JSON writes it; `text` is how."""

    text: str = ""


class SourceFloat(float):
    """A number that Python would write differently; `text` is how it was written."""

    text: str = ""


class Bare(str):
    """A text that stood without quotes."""

    __slots__ = ()


class Unclosed(str):
    """A text whose closing quotation mark is missing at the end of the reply."""

    __slots__ = ()


class DuplicateKey(ValueError):
    """An object has a key twice, with different values."""


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object from its members; a key that comes twice must have the same value both times."""
    made: dict[str, Any] = {}
    for key, value in pairs:
        if key in made and json.dumps(made[key]) != json.dumps(value):
            raise DuplicateKey(f"the key {key!r} stands twice, with different values")
        made[key] = value
    return made


def finite(digits: str) -> float:
    """A float that remembers how it was written, where that is not how Python would.

    Raises:
        ValueError: it is too large.
    """
    number = float(digits)
    if math.isinf(number):
        raise ValueError(f"the number {digits} is too large")
    if repr(number) == digits:
        return number
    kept = SourceFloat(digits)
    kept.text = digits
    return kept


def source_int(digits: str) -> int:
    """A whole number that remembers how it was written, where JSON would write it differently."""
    number = int(digits)
    if str(number) == digits:
        return number
    kept = SourceInt(number)
    kept.text = digits
    return kept


def source_text(number: int | float) -> str:
    """A number as it was written."""
    return getattr(number, "text", "") or json.dumps(number)


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not JSON")


STRICT = json.JSONDecoder(
    object_pairs_hook=unique, parse_float=finite, parse_int=source_int, parse_constant=_no_constant
)
"""Reads JSON as it is defined, but refuses keys that contradict each other and numbers that don't fit."""


def read_strict(text: str, start: int) -> tuple[Any, int]:
    """Read the JSON value that starts at a place.

    Returns:
        The value and where it ends.

    Raises:
        ValueError: there is none.
    """
    try:
        return STRICT.raw_decode(text, start)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


_SURROGATES = re.compile(r"[\ud800-\udfff]")


def joined(text: str) -> str:
    """Text in which pairs of surrogates have become the character they stand for."""
    if _SURROGATES.search(text):
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return text
