"""A schema in words: what small models follow, where they repeat a JSON schema instead of filling it in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from interlab.queries.json_type import resolved

MAX_DEPTH = 3
MAX_FIELDS = 12

_KINDS = {
    "integer": "a whole number in digits",
    "number": "a number in digits",
    "boolean": "true or false",
    "string": "a text in double quotes",
    "null": "null",
}
_FORMS = {
    "date": 'a day as "YYYY-MM-DD" in double quotes',
    "time": 'a time as "HH:MM:SS" in double quotes',
    "date-time": 'a moment as "YYYY-MM-DDTHH:MM:SS" in double quotes',
}


_TOLD = {
    "type", "enum", "const", "anyOf", "oneOf", "format", "minimum", "maximum", "properties", "required",
    "items", "title", "prefixItems", "minItems", "maxItems", "description",
    "default", "$defs", "additionalProperties", "uniqueItems",
}  # fmt: skip
"""Keywords that are told in words, or whose loss changes no answer; a schema with another is shown as it is."""


def shape_in_words(schema: str) -> str | None:
    """The shape of the values of a schema, in one line; None for one that words can't tell, or not in one line.

    Args:
        schema: a JSON schema, as JSON.
    """
    root = json.loads(schema)
    return _words(root, root, 0) if isinstance(root, Mapping) else None


def _words(schema: Any, root: Mapping[str, Any], depth: int) -> str | None:
    if depth > MAX_DEPTH:
        return None
    part = resolved(schema, root)
    if set(part) - _TOLD:
        return None
    branches = part.get("anyOf") or part.get("oneOf")
    if branches:
        told = [_words(one, root, depth + 1) for one in branches]
        return " or ".join(one for one in told if one) if all(told) and len(told) <= 4 else None
    if "enum" in part or "const" in part:
        values = part["enum"] if "enum" in part else [part["const"]]
        shown = [json.dumps(one, ensure_ascii=False) for one in values]
        return shown[0] if len(shown) == 1 else f"one of {', '.join(shown)}" if len(shown) <= 12 else None
    kind = part.get("type")
    if kind == "object":
        return _object(part, root, depth)
    if kind == "array":
        if "prefixItems" in part:
            parts = [_words(one, root, depth + 1) for one in part["prefixItems"]]
            return f"[{', '.join(one for one in parts if one)}]" if all(parts) else None
        item = _words(part.get("items", {}), root, depth + 1)
        return f"a list in square brackets, each item {item}" if item else None
    if kind not in _KINDS:
        return None
    words = _FORMS.get(part.get("format", ""), _KINDS[kind])
    low, high = part.get("minimum"), part.get("maximum")
    if low is not None and high is not None:
        words += f" from {low} to {high}"
    elif low is not None or high is not None:
        words += f", at least {low}" if low is not None else f", at most {high}"
    about = schema.get("description") if isinstance(schema, Mapping) else None
    return f"{words} ({about})" if about and depth else words


def _object(part: Mapping[str, Any], root: Mapping[str, Any], depth: int) -> str | None:
    fields = part.get("properties") or {}
    if not fields:
        inner = part.get("additionalProperties")
        value = _words(inner, root, depth + 1) if isinstance(inner, Mapping) else None
        return f"an object in braces, each value {value}" if value else None
    told = {name: _words(one, root, depth + 1) for name, one in fields.items()}
    if len(told) > MAX_FIELDS or not all(told.values()):
        return None
    required = set(part.get("required") or ())
    members = [f'"{name}": {words}{"" if name in required else " (may be left out)"}' for name, words in told.items()]
    return "{" + ", ".join(members) + "}"
