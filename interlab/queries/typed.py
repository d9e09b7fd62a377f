"""JSON values as values of a type, under its schema, with what was converted on the way."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from interlab.queries.answers.leaves import NULLS, plain
from interlab.queries.answers.wording import is_unfilled
from interlab.queries.fitting import NoFit, fit
from interlab.queries.json_type import DECIMAL, ENUM_NAMES, WRAPPED, Invalid, JsonType, resolved
from interlab.queries.keys import names_of
from interlab.queries.outcomes import Reading
from interlab.queries.records import TIGHT_FORMATS, is_schema_like


class Typed:
    """A type, and what its values look like.

    Args:
        wanted: the type.
        lenient: whether values may be converted.
        wrapped: whether an object around the value was asked for, under the key `WRAPPED`.
    """

    def __init__(self, wanted: JsonType, lenient: bool, wrapped: bool) -> None:
        self.wanted = wanted
        self.lenient = lenient
        self.wrapped = wrapped
        self.root = resolved(wanted.schema, wanted.schema)
        self.kinds = [one for one in self.branches(wanted.schema) if one.get("type") != "null"]

    def branches(self, schema: Any, depth: int = 0) -> list[Mapping[str, Any]]:
        found = resolved(schema, self.wanted.schema)
        inner = found.get("anyOf") or found.get("oneOf")
        if not inner or depth > 20 or found.get(DECIMAL):
            return [found]
        return [one for branch in inner for one in self.branches(branch, depth + 1)]

    # What is asked for ----------------------------------------------------------------------------------

    @property
    def is_object(self) -> bool:
        return any(kind.get("type") == "object" and "properties" in kind for kind in self.kinds)

    @property
    def is_map(self) -> bool:
        return any(kind.get("type") == "object" and "properties" not in kind for kind in self.kinds)

    @property
    def is_list(self) -> bool:
        return any(kind.get("type") == "array" for kind in self.kinds)

    @property
    def is_plain_list(self) -> bool:
        return any(kind.get("type") == "array" and "prefixItems" not in kind for kind in self.kinds)

    @property
    def is_text(self) -> bool:
        """Whether any text would do."""
        return any(
            kind.get("type") == "string" and "enum" not in kind and "const" not in kind and not kind.get("format")
            for kind in self.kinds
        ) or not all(kind.get("type") or "enum" in kind or "const" in kind or kind.get(DECIMAL) for kind in self.kinds)

    @property
    def item(self) -> Any:
        """The schema of the items of the list that is asked for."""
        return next((kind.get("items", {}) for kind in self.kinds if kind.get("type") == "array"), {})

    @property
    def has_object_items(self) -> bool:
        kinds = self.branches(self.item)
        return self.is_plain_list and bool(kinds) and all("properties" in kind for kind in kinds)

    @property
    def has_text_items(self) -> bool:
        """Whether it is a list of texts."""
        return self.is_plain_list and all(kind.get("type") == "string" for kind in self.branches(self.item))

    @property
    def has_tight_items(self) -> bool:
        return all(
            "enum" in kind
            or kind.get("type") in ("integer", "number", "boolean")
            or kind.get("format") in TIGHT_FORMATS
            for kind in self.branches(self.item)
        )

    @property
    def is_list_of_lists(self) -> bool:
        """Whether it is a list whose items are lists or tuples."""
        return self.is_plain_list and all(kind.get("type") == "array" for kind in self.branches(self.item))

    @property
    def scalar_kind(self) -> str:
        """What the scalar that is asked for is: ``label``, ``number``, ``truth``, ``date``, ``date-time``, or empty."""
        kinds = self.kinds
        if not kinds or len(kinds) > 1:
            return ""
        (kind,) = kinds
        if "enum" in kind or "const" in kind:
            values = kind.get("enum", [kind.get("const")])
            return "number" if all(isinstance(one, int) for one in values) and ENUM_NAMES not in kind else "label"
        if kind.get("type") in ("integer", "number") or kind.get(DECIMAL):
            return "number"
        if kind.get("type") == "boolean":
            return "truth"
        return str(kind.get("format")) if kind.get("format") in ("date", "date-time") else ""

    @property
    def is_count(self) -> bool:
        """Whether it is a number that may count things: no percentage, no probability, no price, no number of stars."""
        (kind,) = self.kinds if len(self.kinds) == 1 else ({},)
        words = str(kind.get("description") or "").casefold()
        return not (self.is_chance or "enum" in kind or "price" in words or "dollars" in words)

    @property
    def is_chance(self) -> bool:
        """Whether it is a probability or a percentage, for which an estimate is an answer."""
        (kind,) = self.kinds if len(self.kinds) == 1 else ({},)
        low, high = kind.get("minimum"), kind.get("maximum")
        return low == 0 and high in (1, 100)

    def labels(self) -> dict[str, Any]:
        """The labels by their spellings."""
        found: dict[str, Any] = {}
        for kind in self.kinds:
            values = kind.get("enum", [kind["const"]] if "const" in kind else [])
            for name, value in zip(kind.get(ENUM_NAMES) or (), values, strict=False):
                found.setdefault(plain(name), value)
            for value in values:
                if isinstance(value, str):
                    found[plain(value)] = value
        return found

    def all_labels(self) -> set[str]:
        """All labels at every level, plain; yes and no are none."""
        found: set[str] = set()
        parts: list[Any] = [self.wanted.schema]
        while parts:
            part = parts.pop()
            if isinstance(part, Mapping):
                known = [*part.get("enum", ()), part.get("const"), *(part.get(ENUM_NAMES) or ())]
                found |= {plain(one) for one in known if isinstance(one, str)}
                parts += [one for key, one in part.items() if key not in ("enum", "const", "default", "examples")]
            elif isinstance(part, list):
                parts += part
        return found

    def keys(self) -> set[str]:
        """The names of all fields, at every level, without capitals and separators."""
        found: set[str] = set()
        for part in [self.wanted.schema, *(self.wanted.schema.get("$defs") or {}).values()]:
            properties = part.get("properties") if isinstance(part, Mapping) else None
            found |= set(names_of(properties)) if properties else set()
        return found

    def root_keys(self) -> set[str]:
        return {name for kind in self.kinds for name in names_of(kind.get("properties") or {})}

    # Values ---------------------------------------------------------------------------------------------

    def repeats_schema(self, value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        if value in (json.loads(self.wanted.shown), self.wanted.provider_schema):
            return True
        if not is_schema_like(value) or set(value) & {"title", "description"} & self.root_keys():
            return False
        return bool(set(value) & {"$ref", "$defs"}) or (len(value) == 1 and not self.is_map and not self.is_object)

    def read(
        self, value: Any, *, repaired: tuple[str, ...] = (), extracted: bool = False, wrap: bool = True
    ) -> Reading | str:
        """A JSON value as the type, or why it is none."""
        if self.wrapped and isinstance(value, dict) and value.keys() == {WRAPPED}:
            value = value[WRAPPED]
        try:
            fitted = fit(value, self.wanted.schema, name=self.wanted.name, wrap=wrap)
        except NoFit as error:
            exact = self.wanted.validate(value)
            told = exact.reason if isinstance(exact, Invalid) else ""
            return "; ".join(dict.fromkeys(filter(None, [error.reason, told]))) or "it does not fit the schema"
        except RecursionError:
            return "it is nested too deep"
        if not self.lenient:
            exact = self.wanted.validate(value)
            if isinstance(exact, Invalid) or fitted.notes:
                return exact.reason if isinstance(exact, Invalid) else "; ".join(fitted.notes)
            return Reading(exact[0], value, extracted, repaired)
        if isinstance(fitted.value, (dict, list)) and is_unfilled(fitted.value):
            return "its values are placeholders"
        made = self.wanted.validate(fitted.value, allow_unknown_keys=True)
        if isinstance(made, Invalid):
            return made.reason
        ignored = tuple(f"the unknown key {key!r} was passed over" for key in fitted.ignored)
        return Reading(made[0], fitted.value, extracted, repaired, (*fitted.notes, *ignored))

    def takes_null(self) -> bool:
        return any(one.get("type") == "null" for one in self.branches(self.wanted.schema))

    def is_null(self, text: str) -> bool:
        return self.takes_null() and text.strip("\"'`*. \n").casefold() in NULLS - {""}
