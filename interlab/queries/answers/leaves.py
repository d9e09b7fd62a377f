"""Numbers, labels, booleans, days and texts under their schema."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from interlab.queries.answers.dates import NoDate, read_day, read_moment, read_time
from interlab.queries.answers.numbers import NoNumber, Scale, read_number, scale_of, text_of
from interlab.queries.answers.spoken import spoken
from interlab.queries.answers.units import CURRENCIES, UNIT_OF, stated_units, words_of
from interlab.queries.answers.wording import is_placeholder
from interlab.queries.tokens import Bare, Unclosed, source_text


class NoFit(Exception):
    """The value has no place under the schema.

    Attributes:
        reason: why, if that says more than the validator's message.
    """

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands.

    Args:
        path: its keys, joined by dots; empty at the root.
        key: the name of its field, as the schema or the answer has it.
        about: the description of its field.
        currency: the currency that a field beside it names.
        names: of the types around it, so that "Severity.HIGH" and "high severity" are labels.
    """

    path: str = ""
    key: str = ""
    about: str = ""
    currency: str | None = None
    names: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        return self.path or "it"


TRUE, FALSE = frozenset(["true", "yes", "y", "on", "1"]), frozenset(["false", "no", "n", "off", "0"])
NULLS = frozenset(["null", "none", "n/a", "na", "nil", ""])
_DECORATION = " \t\n*`_\"'“”‘’«».,;!"


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def scale(kind: str, schema: Mapping[str, Any], place: Place) -> Scale:
    """What the field of a number says about it."""
    about = f"{place.about} {schema.get('description', '')}"
    units = stated_units(place.key, about)
    words = [*words_of(place.key), *words_of(about)]
    return scale_of(kind, dict(schema), units, words, place.currency)


def number(value: Any, kind: str, schema: Mapping[str, Any], place: Place) -> int | float:
    """A number of a kind, ``"integer"`` or ``"number"``.

    Raises:
        NoFit: it is none, or has two readings.
    """
    if is_number(value) and place.currency is not None:
        stated = scale(kind, schema, place).units & CURRENCIES
        if stated and place.currency not in stated:
            raise NoFit(f"{place.shown}: the currency is {place.currency}, not {' or '.join(sorted(stated))}")
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise NoFit(f"{place.shown}: {value} is no number that JSON has")
        if kind == "number":
            return value
        if value.is_integer() and abs(value) < 2**53:
            text = source_text(value)
            if re.fullmatch(r"[+-]?[1-9]\d{0,2}\.000", text):
                raise NoFit(f"{place.shown}: {text} is {text.replace('.', '')} or {text[:-4]}")
            return int(value)
        raise NoFit(f"{place.shown}: {_shown(value)} is not whole")
    return text_of_number(exact_number(value, kind, schema, place), kind, place)


def exact_number(value: Any, kind: str, schema: Mapping[str, Any], place: Place) -> Decimal:
    """The number that a text is."""
    if not isinstance(value, str):
        raise NoFit(f"{place.shown}: {_shown(value)} is no number")
    try:
        return read_number(value, scale(kind, schema, place))
    except NoNumber as error:
        raise NoFit(f"{place.shown}: {_shown(value)} is not read as a number: {error}") from error


def text_of_number(exact: Decimal, kind: str, place: Place) -> int | float:
    try:
        return text_of(exact, kind == "integer")
    except NoNumber as error:
        raise NoFit(f"{place.shown}: {error}") from error


def boolean(value: Any, place: Place) -> bool:
    """True and false, yes and no, on and off, 1 and 0."""
    if isinstance(value, bool):
        return value
    word = (
        str(value) if isinstance(value, int) else value.strip(_DECORATION).casefold() if isinstance(value, str) else ""
    )
    if word in TRUE or word in FALSE:
        return word in TRUE
    raise NoFit(f"{place.shown}: {_shown(value)} is neither true nor false")


def day_or_time(value: Any, form: str, place: Place) -> str:
    """A day, a time or a moment, as ISO 8601 has it."""
    readers = {"date": read_day, "time": read_time, "date-time": read_moment}
    if form == "date" and isinstance(value, int) and re.fullmatch(r"(?:1\d|20)\d{2}[01]\d[0-3]\d", source_text(value)):
        value = source_text(value)  # 20240305, as ISO 8601 allows it
    if not isinstance(value, str):
        raise NoFit(f"{place.shown}: {_shown(value)} is no {form}")
    try:
        return str(readers[form](value))
    except NoDate as error:
        raise NoFit(f"{place.shown}: {error}") from error


def text(value: Any, schema: Mapping[str, Any], place: Place) -> str:
    """A text; a number where a text is asked is what was written."""
    if isinstance(value, Unclosed):
        raise NoFit(f"{place.shown} ends before its quotation mark closes")
    if isinstance(value, str):
        named = re.fullmatch(r"[\[<({]+\s*(?:your |the |a )?([\w ]+?)\s*[\])>}]+", value.strip())
        if is_placeholder(value) or (named is not None and place.key and plain(named[1]) == plain(place.key)):
            raise NoFit(f"{place.shown}: {_shown(value)} stands where the answer should be")
        if isinstance(value, Bare):
            if re.match(r"(?:not|anything\s+but|no\s+longer|other\s+than)\s+[A-Z]", value):
                raise NoFit(f"{place.shown}: {_shown(str(value))} says what it is not")
            value = str(value)
        if "pattern" in schema or schema.get("format") == "email":
            link = re.fullmatch(r"\[([^\]]+)\]\((?:mailto:)?([^)]+)\)", value.strip())
            if link is not None and link[1] == link[2]:
                return str(link[1])
        return str(value)
    if is_number(value) and "format" not in schema:
        return source_text(value)
    raise NoFit(f"{place.shown}: {_shown(value)} is no text")


# Labels -----------------------------------------------------------------------------------------------


def plain(label: str) -> str:
    """A label without capitals, separators, and what stands around an item of a list: ``b)`` is ``b``."""
    bare = re.sub(r"^[\s(\[\"'*`_“‘«]+|[\s)\].:,;!\"'*`_”’»]+$", "", label)
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", bare)
    return re.sub(r"[\s_-]+", " ", parted.casefold()).strip()


def _without_pictures(text: str) -> str:
    kept = [
        letter for letter in text if unicodedata.category(letter) not in ("So", "Sk") and letter not in "\ufe0f\u200d"
    ]
    return "".join(kept).strip()


_NEGATIVE_PICTURES = frozenset("❌✗✘🚫⛔👎✖")
_REPR = re.compile(r"<(?:[\w.]+\.)?(\w+):[^<>]*>")


def label(value: Any, values: Sequence[Any], names: Sequence[str], place: Place, schema: Mapping[str, Any]) -> Any:
    """The one of some values that is meant: by its value, or by its member's name.

    Raises:
        NoFit: it is none of them, or two.
    """
    for known in values:
        if type(known) is type(value) and known == value:
            return known
    if isinstance(value, bool) or value is None or isinstance(value, (dict, list)):
        found = [known for known in values if isinstance(value, bool) and known == json.dumps(value)]
    elif isinstance(value, str):
        found = _labels_of(value, values, names, place, schema)
        if not found and all(isinstance(known, str) for known in values) and (said := spoken(value)) is not None:
            found = _labels_of(said, values, names, place, schema)
    else:
        found = [known for known in values if not isinstance(known, bool) and known == value]
        found = found or [known for known in values if isinstance(known, str) and plain(known) == source_text(value)]
    if len(found) != 1:
        raise NoFit(f"{place.shown}: {_shown(value)} is none of {_shown(list(values))}")
    return found[0]


def _labels_of(
    value: str, values: Sequence[Any], names: Sequence[str], place: Place, schema: Mapping[str, Any]
) -> list[Any]:
    if any(picture in value for picture in _NEGATIVE_PICTURES):
        return []
    shown = _REPR.fullmatch(value.strip())
    table: dict[str, list[Any]] = {}
    for known in values:
        for word in _spellings(known):
            table.setdefault(word, []).append(known)
    for name, known in zip(names, values, strict=False):
        if known not in table.get(plain(name), []):
            table.setdefault(plain(name), []).append(known)
    whole = shown[1] if shown is not None else value
    found = _look_up(whole, table, place)
    if found:
        return found
    letter = re.fullmatch(r"\s*[(\[]?[A-Za-z0-9][).\]:]\s+(.+)", whole, re.DOTALL)
    if letter is not None and (found := _look_up(letter[1], table, place)):
        digit = re.match(r"\D*(\d)", letter.group()[: letter.start(1)])
        return found if digit is None or not isinstance(found[0], int) or int(digit[1]) == found[0] else []
    parts = [part for part in re.split(r"\s[-–—]\s|[:()=/|,]", whole) if plain(_without_pictures(part))]
    if len(parts) > 1:
        own = {plain(word) for word in (place.key, *place.names) if word}
        meant = [_look_up(part, table, place) for part in parts if plain(part) not in own]
        if meant and all(meant) and len({json.dumps(one) for group in meant for one in group}) == 1:
            return meant[0]
    numbers = [known for known in values if isinstance(known, int) and not isinstance(known, bool)]
    if numbers and len(numbers) == len([known for known in values if known is not None]):
        highest = {**schema, "minimum": min(numbers), "maximum": max(numbers)}
        try:
            exact = exact_number(whole, "integer", highest, place)
        except NoFit:
            return []
        return [known for known in numbers if known == exact]
    return []


def _spellings(known: Any) -> Iterable[str]:
    if isinstance(known, bool):
        return TRUE if known else FALSE
    if known is None:
        return NULLS
    if isinstance(known, str):
        return (plain(known),) if plain(known) else (known,)
    return (json.dumps(known),)


def _look_up(text: str, table: Mapping[str, list[Any]], place: Place) -> list[Any]:
    bare = plain(_without_pictures(text))
    found = table.get(bare, [])
    if found or not bare:
        return found
    joined = [
        known for word, group in table.items() if word.replace(" ", "") == bare.replace(" ", "") for known in group
    ]
    if len(joined) == 1:
        return joined
    dotted = re.fullmatch(r"(?:[^\W\d]\w*\.)+(\w+)", text.strip())
    if dotted is not None and (found := table.get(plain(dotted[1]), [])):
        return found
    for name in (place.key, *place.names):
        own = plain(name)
        if not own:
            continue
        for rest in (bare.removeprefix(own + " "), bare.removesuffix(" " + own)):
            if rest != bare and (found := table.get(rest, [])):
                return found
    return []


def currency_of(value: Mapping[str, Any]) -> str | None:
    """The currency that an object names beside its amounts."""
    for key, inner in value.items():
        if plain(key) in ("currency", "currency code") and isinstance(inner, str):
            return UNIT_OF.get(inner.strip().casefold(), inner.strip().casefold())
    return None


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
