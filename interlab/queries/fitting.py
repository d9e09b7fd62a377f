"""Reading a JSON value under a schema: the same content, in the shape and the types that were asked for."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interlab.queries.json_type import ENUM_NAMES, resolved
from interlab.queries.relaxed import read_strict

MAX_DEPTH = 80

_TRUE, _FALSE = ("true", "yes"), ("false", "no")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+")
_DATES = ("date-time", "date", "time")


@dataclass(frozen=True, slots=True)
class Fit:
    """A value under a schema.

    Args:
        value: the value, changed or not.
        notes: what was changed, one line each.
        ignored: keys that the schema does not know and that leave nothing unsaid.
    """

    value: Any
    notes: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def is_exact(self) -> bool:
        return not self.notes and not self.ignored


class NoFit(Exception):
    """The value has no place under the schema.

    Attributes:
        reason: why, if that says more than the validator's message.
    """

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.reason = reason


def fit(value: Any, schema: Mapping[str, Any]) -> Fit:
    """Read a value under a schema. What has two readings, or would lose something, does not fit.

    Args:
        value: a JSON value.
        schema: the schema, with its definitions.

    Raises:
        NoFit: there is not exactly one reading.
    """
    return _Fitter(schema).fit(value, schema, "", 0)


class _Fitter:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root

    def fit(self, value: Any, schema: Any, where: str, depth: int) -> Fit:
        if depth > MAX_DEPTH:
            raise NoFit("nested too deep")
        schema = resolved(schema, self.root)
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self.union(value, schema[word], where, depth)
        if "const" in schema or "enum" in schema:
            return self.label(value, schema, where)
        kind = schema.get("type")
        if kind == "object":
            return self.object(value, schema, where, depth)
        if kind == "array":
            return self.array(value, schema, where, depth)
        if kind in ("integer", "number", "boolean", "string", "null"):
            return _scalar(value, kind, schema, where)
        return Fit(value)

    def union(self, value: Any, branches: list[Any], where: str, depth: int) -> Fit:
        """The exact readings if there are any, else the one reading that all others agree with."""
        fits: list[Fit] = []
        reasons: list[str] = []
        for branch in branches:
            try:
                fits.append(self.fit(value, branch, where, depth + 1))
            except NoFit as error:
                reasons.append(error.reason)
        for group in (
            [one for one in fits if one.is_exact],
            [one for one in fits if not one.notes],
            fits,
        ):
            if group:
                if len({json.dumps(one.value) for one in group}) > 1:
                    raise NoFit(f"{where or 'it'} can be read in more than one way")
                return min(group, key=lambda one: len(one.ignored))
        raise NoFit(next((reason for reason in reasons if reason), ""))

    def label(self, value: Any, schema: Mapping[str, Any], where: str) -> Fit:
        values = schema["enum"] if "enum" in schema else [schema["const"]]
        for known in values:
            if type(known) is type(value) and known == value:
                return Fit(value)
        found = [known for known in values if _same_label(value, known)]
        if not found and isinstance(value, str):
            names = schema.get(ENUM_NAMES) or ()
            found = [known for name, known in zip(names, values, strict=False) if _label(name) == _label(value)]
        if len(found) != 1:
            raise NoFit(f"{where or 'it'}: {_shown(value)} is none of {_shown(values)}")
        return Fit(found[0], (_changed(where, value, found[0]),))

    def object(self, value: Any, schema: Mapping[str, Any], where: str, depth: int) -> Fit:
        value, notes = _unpacked(value, dict, where)
        if not isinstance(value, dict):
            raise NoFit()
        properties: Mapping[str, Any] = schema.get("properties") or {}
        more = schema.get("additionalProperties")
        renamed: dict[str, str] = _renamed(value, properties) if properties else {}
        made: dict[str, Any] = {}
        ignored: list[str] = []
        unknown: list[str] = []
        for key, inner in value.items():
            name = str(renamed.get(key, key))
            path = f"{where}.{name}" if where else name
            if name != key:
                notes += (f"the key {key!r} was read as {name!r}",)
            if name in properties:
                part = self.fit(inner, properties[name], path, depth + 1)
            elif isinstance(more, Mapping):
                part = self.fit(inner, more, path, depth + 1)
            else:
                part = Fit(inner)
                if more is not True:
                    unknown.append(path)
            made[name] = part.value
            notes += part.notes
            ignored += part.ignored
        missing = [name for name in properties if name not in made]
        lacking = [name for name in schema.get("required") or () if name not in made]
        if unknown and missing:
            raise NoFit(f"unknown key {unknown[0]!r}, while {missing[0]!r} is missing")
        if lacking:
            raise NoFit(f"the key {lacking[0]!r} is missing")
        if unknown and more is False:
            raise NoFit(f"unknown key {unknown[0]!r}")
        return Fit(made, notes, (*ignored, *unknown))

    def array(self, value: Any, schema: Mapping[str, Any], where: str, depth: int) -> Fit:
        value, notes = _unpacked(value, list, where)
        if isinstance(value, dict) and "prefixItems" not in schema:
            value, notes = [value], (*notes, f"{where or 'the object'} was read as a list of one")
        if not isinstance(value, list):
            if isinstance(value, dict):
                return Fit(value)  # a named tuple may be written as an object; the validator decides
            raise NoFit()
        places = schema.get("prefixItems") or []
        made: list[Any] = []
        ignored: list[str] = []
        for index, inner in enumerate(value):
            place = places[index] if index < len(places) else schema.get("items", {})
            part = self.fit(inner, place if isinstance(place, Mapping) else {}, f"{where}[{index}]", depth + 1)
            made.append(part.value)
            notes += part.notes
            ignored += part.ignored
        return Fit(made, notes, tuple(ignored))


def _scalar(value: Any, kind: str, schema: Mapping[str, Any], where: str) -> Fit:
    plain = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "string":
        if isinstance(value, str):
            if schema.get("format") in _DATES and re.fullmatch(r"\s*[-+]?[\d.]+\s*", value):
                raise NoFit(f"{where or 'it'}: {value!r} is no {schema['format']}")
            return Fit(value)
        if isinstance(value, int) and plain and "format" not in schema:
            return Fit(str(value), (_changed(where, value, str(value)),))
    elif kind == "null":
        if value is None:
            return Fit(None)
        if isinstance(value, str) and value.strip().lower() in ("null", "none"):
            return Fit(None, (_changed(where, value, None),))
    elif kind == "boolean":
        if isinstance(value, bool):
            return Fit(value)
        word = value.strip().lower() if isinstance(value, str) else None
        if word in _TRUE or word in _FALSE:
            return Fit(word in _TRUE, (_changed(where, value, word in _TRUE),))
    elif plain and (kind == "number" or isinstance(value, int)):
        return Fit(value)
    elif plain and float(value).is_integer() and abs(value) < 2**53:
        return Fit(int(value), (_changed(where, value, int(value)),))
    elif isinstance(value, str):
        number = _number(value.strip(), whole=kind == "integer")
        return Fit(number, (_changed(where, value, number),))
    raise NoFit()


def _number(text: str, *, whole: bool) -> int | float:
    if whole and _GROUPED.fullmatch(text):
        return int(text.replace(",", ""))  # read with a decimal comma it would not be whole
    if not _NUMBER.fullmatch(text) or len(text) > 400:
        raise NoFit()
    if re.fullmatch(r"[+-]?\d+", text):
        return int(text)
    number = float(text)
    if math.isinf(number):
        raise NoFit(f"{text} is too large")
    if whole and not (number.is_integer() and abs(number) < 2**53):
        raise NoFit()
    return int(number) if whole else number


def _unpacked(value: Any, kind: type, where: str) -> tuple[Any, tuple[str, ...]]:
    """A value taken out of text that is JSON itself, or out of a list that holds only it."""
    notes: tuple[str, ...] = ()
    if isinstance(value, str) and value.strip()[:1] in ("{", "["):
        text = value.strip()
        try:
            inner, end = read_strict(text, 0)
        except ValueError:
            return value, notes
        if end == len(text):
            value, notes = inner, (f"{where or 'the answer'} was JSON inside a text",)
    if kind is dict and isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        return value[0], (*notes, f"{where or 'the answer'} was taken out of a list of one")
    return value, notes


def _renamed(value: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, str]:
    """Keys that differ from a missing property's name only in capitals and separators."""
    free: dict[str, list[str]] = {}
    for name in properties:
        if name not in value:
            free.setdefault(_label(name), []).append(name)
    wanted: dict[str, list[str]] = {}
    for key in value:
        names = free.get(_label(key), []) if key not in properties else []
        if len(names) == 1:
            wanted.setdefault(names[0], []).append(key)
    return {keys[0]: name for name, keys in wanted.items() if len(keys) == 1}


def _same_label(value: Any, known: Any) -> bool:
    if isinstance(value, str) and isinstance(known, str):
        return bool(_label(known)) and _label(value) == _label(known)
    if isinstance(value, str) and isinstance(known, bool):
        return value.strip().lower() in (_TRUE if known else _FALSE)
    if isinstance(value, str) and isinstance(known, int):
        return value.strip() == str(known)
    if isinstance(value, str) and known is None:
        return value.strip().lower() in ("null", "none")
    if isinstance(value, (int, bool)) and isinstance(known, str):
        return json.dumps(value) == known.strip().casefold()
    if isinstance(value, float) and isinstance(known, int) and not isinstance(known, bool):
        return value == known
    return False


def _label(text: str) -> str:
    """A label without capitals, separators and what stands around an item of a list: ``b)`` is ``b``."""
    bare = re.sub(r"^[\s(\[\"'*`_]+|[\s)\].:,;!\"'*`_]+$", "", text.casefold())
    return re.sub(r"[\s_-]+", " ", bare)


def _changed(where: str, before: Any, after: Any) -> str:
    return f"{where + ': ' if where else ''}{_shown(before)} was read as {_shown(after)}"


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:57] + "…"
