"""Shapes that objects and maps are written in: inside texts, as records of fields, as lists of pairs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from interlab.queries.answers.leaves import NoFit, Place
from interlab.queries.keys import flat, names_of, same_json
from interlab.queries.relaxed import UNDEFINED, NotRelaxedJson, read_relaxed

TIGHT_FORMATS = frozenset({"date", "date-time", "time", "duration", "uuid", "ipv4", "ipv6", "email", "uri"})


def fields_key(key: str, known: Mapping[str, str], short: str) -> str:
    return known.get(flat(key)) or known[short]


def json_in(value: Any) -> Any:
    """The object or list that a text is, with or without a fence; else None."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    fence = re.fullmatch(r"(?:```|~~~)\w*\s*(.*?)\s*(?:```|~~~)", text, re.DOTALL)
    text = fence[1] if fence is not None else text
    if text[:1] not in ("{", "["):
        return None
    try:
        read = read_relaxed(text)
    except (NotRelaxedJson, RecursionError):
        return None
    return read.value if read.end == len(text) and not read.unclosed and not read.weak else None


_SCHEMA_TYPES = frozenset(["string", "integer", "number", "boolean", "array", "object", "null", "json", "int", "float"])
_SCHEMA_WORDS = frozenset(
    ["properties", "items", "enum", "anyOf", "oneOf", "additionalProperties", "required", "const", "format", "title"]
)


def is_schema_like(value: Any) -> bool:
    """Whether an object is a schema, or a piece of one, rather than a value."""
    if not isinstance(value, Mapping):
        return False
    if "$ref" in value or "$defs" in value or isinstance(value.get("enum"), list):
        return True
    kind = value.get("type")
    typed = isinstance(kind, str) and kind in _SCHEMA_TYPES
    return typed and (len(value) == 1 or bool((_SCHEMA_WORDS | {"description"}) & value.keys()))


def plain_values(value: Mapping[str, Any]) -> dict[str, Any]:
    """Members whose values stand in objects of their own, as in ``{"age": {"value": 34}}``."""
    made: dict[str, Any] = {}
    for key, inner in value.items():
        wrapped = isinstance(inner, dict) and "value" in inner and set(inner) <= _VALUE_KEYS
        made[key] = inner["value"] if wrapped else inner
    return made


_VALUE_KEYS = frozenset(["value", "type", "title", "description", "confidence", "unit"])


def field_records(value: list[Any], properties: Mapping[str, Any]) -> dict[str, Any] | None:
    """The object that a list of ``{"field": …, "value": …}`` tells, or a list of its members one by one."""
    known = names_of(properties)
    pairs = [one for one in value if isinstance(one, list) and len(one) == 2 and isinstance(one[0], str)]
    if len(pairs) > 1 and len(pairs) == len(value) and all(flat(one[0]) in known for one in pairs):
        return {one[0]: one[1] for one in pairs} if len({flat(one[0]) for one in pairs}) == len(pairs) else None
    if not value or not all(isinstance(one, dict) for one in value):
        return None
    made: dict[str, Any] = {}
    for one in value:
        keys = {flat(key): key for key in one}
        name = next((keys[word] for word in ("field", "key", "name", "property") if word in keys), None)
        if len(one) == 2 and name is not None and "value" in keys and isinstance(one[name], str):
            key, inner = one[name], one[keys["value"]]
        elif len(one) == 1 and len(value) > 1:
            key, inner = next(iter(one.items()))
        else:
            return None
        if flat(key) not in known or key in made:
            return None
        made[key] = inner
    return made


def map_of_list(value: list[Any], place: Place) -> dict[str, Any]:
    """The map that a list of pairs, of records of two, or of lines ``key: value`` tells."""
    pairs: list[tuple[Any, Any]] = []
    keys: set[tuple[str, ...]] = set()
    for one in value:
        if isinstance(one, list) and len(one) == 2:
            pairs.append((one[0], one[1]))
        elif isinstance(one, dict) and len(one) == 1:
            pairs.append(next(iter(one.items())))
        elif isinstance(one, dict) and len(one) == 2:
            keys.add(tuple(one))
            first, second = one.values()
            pairs.append((first, second))
        elif isinstance(one, str) and (match := re.fullmatch(r"([^:=]+?)\s*[:=]\s*([^:=]+)", one.strip())) is not None:
            pairs.append((match[1].strip(), match[2].strip()))
        else:
            raise NoFit(f"{place.shown}: {str(one)[:60]} is no pair")
    made: dict[str, Any] = {}
    if len({frozenset(order) for order in keys}) > 1 or not pairs:
        raise NoFit(f"{place.shown}: its pairs differ in their keys")
    for key, inner in pairs:
        if not isinstance(key, str) or inner is UNDEFINED:
            raise NoFit(f"{place.shown}: {key!r} is no key")
        if key in made and same_json(made[key]) != same_json(inner):
            raise NoFit(f"{place.shown}: {key!r} has two values")
        made[key] = inner
    return made


def bounds_of(branches: Iterable[Any]) -> dict[str, Any]:
    """The bounds that the branches of a union state."""
    return {
        key: branch[key]
        for branch in branches
        if isinstance(branch, Mapping)
        for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        if key in branch
    }


def parts_of(text: str) -> list[str]:
    """The items of a text with commas, semicolons, lines or "and" between them."""
    return [
        part.strip()
        for part in re.split(r",?\s+(?:and|&)\s+|[,;]\s*(?!\d{3}\b)|[,;]\s+|\n", text.strip())
        if part.strip()
    ]


def shown(value: Any) -> str:
    """A value as JSON in a message, shortened."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
