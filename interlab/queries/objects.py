"""Objects, maps and unions of objects under a schema."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from interlab.queries.answers.leaves import NULLS, NoFit, Place, currency_of, plain
from interlab.queries.answers.units import words_of
from interlab.queries.json_type import resolved
from interlab.queries.keys import (
    COMMENTS,
    NO_ANSWERS,
    UNRELATED,
    flat,
    is_near,
    matched,
    moved_up,
    names_of,
    nested,
    same_json,
    snake,
    without,
)
from interlab.queries.records import (
    TIGHT_FORMATS,
    field_records,
    fields_key,
    is_schema_like,
    json_in,
    map_of_list,
    plain_values,
)
from interlab.queries.tokens import Bare, Unclosed


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

    def noted(self, *notes: str) -> Fit:
        """The same value with more notes in front."""
        return replace(self, notes=(*notes, *self.notes))


class Objects(ABC):
    """What a reader under a schema does with objects.

    Args:
        root: the schema, with its definitions.
    """

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root

    @abstractmethod
    def fit(self, value: Any, schema: Any, place: Place, depth: int) -> Fit:
        """Read a value under a part of the schema."""

    # What a part of the schema asks for -----------------------------------------------------------------

    def branches(self, schema: Any, depth: int = 0) -> list[Mapping[str, Any]]:
        """The kinds of value that a part allows, references followed and unions opened."""
        found = resolved(schema, self.root)
        inner = found.get("anyOf") or found.get("oneOf")
        if not inner or depth > 20:
            return [found]
        return [one for branch in inner for one in self.branches(branch, depth + 1)]

    def is_object(self, schema: Any) -> bool:
        """Whether it is an object with named fields, or a union of such."""
        kinds = [one for one in self.branches(schema) if one.get("type") != "null"]
        return bool(kinds) and all(one.get("type") == "object" and "properties" in one for one in kinds)

    def is_list(self, schema: Any) -> bool:
        return any(one.get("type") == "array" for one in self.branches(schema))

    def is_open(self, schema: Any) -> bool:
        """Whether anything goes."""
        return any(not set(one) & {"type", "enum", "const"} for one in self.branches(schema))

    def is_tight(self, schema: Any) -> bool:
        """Whether only few texts can be read as it: numbers, labels, days; not where any text would do."""
        return all(
            "enum" in one or "const" in one or one.get("type") in ("integer", "number", "boolean", "null")
            or one.get("format") in TIGHT_FORMATS
            for one in self.branches(schema)
        )  # fmt: skip

    def takes_null(self, schema: Any) -> bool:
        return any(one.get("type") in ("null", None) or None in one.get("enum", ()) for one in self.branches(schema))

    def shares_key(self, value: Mapping[str, Any], schema: Any) -> bool:
        """Whether an object has a field of one that is asked for."""
        keys = set(map(flat, value))
        return any(keys & set(names_of(one.get("properties") or {})) for one in self.branches(schema))

    # One object -----------------------------------------------------------------------------------------

    def object(self, value: Any, schema: Mapping[str, Any], place: Place, depth: int) -> Fit:
        properties: Mapping[str, Any] = schema.get("properties") or {}
        if not properties and isinstance(schema.get("additionalProperties"), Mapping):
            return self.map(value, schema, place, depth)
        notes: tuple[str, ...] = ()
        if isinstance(value, str) and not isinstance(value, Unclosed):
            inner = json_in(value)
            if not isinstance(inner, (dict, list)):
                raise NoFit(f"{place.shown}: {value[:60]!r} is a text, not an object")
            value, notes = inner, (f"{place.shown} was JSON inside a text",)
        if isinstance(value, list):
            records = field_records(value, properties)
            if records is not None:
                value, notes = records, (*notes, f"{place.shown}: its fields stood in a list")
            elif len(value) == 1 and isinstance(value[0], (dict, str)):
                value, notes = value[0], (*notes, f"{place.shown} was taken out of a list of one")
                if isinstance(value, str):
                    return self.object(value, schema, place, depth + 1).noted(*notes)
            else:
                raise NoFit(f"{place.shown}: a list of {len(value)} is not one object")
        if not isinstance(value, dict):
            raise NoFit(f"{place.shown} is no object")
        if not properties:
            return Fit(value, notes)
        whole = value
        value = moved_up(nested(value, properties), properties, self.below(properties))
        try:
            return self.fields(value, schema, place, depth).noted(*notes)
        except NoFit as error:
            inside = self.unwrapped(value, schema, place, depth)
            if inside is None and value != whole and not set(map(flat, whole)) & set(names_of(properties)):
                inside = self.unwrapped(whole, schema, place, depth)
            if inside is None:
                raise error
            return inside.noted(*notes)

    def below(self, properties: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
        """The properties of those properties that are objects."""
        found: dict[str, Mapping[str, Any]] = {}
        for name, schema in properties.items():
            if self.is_object(schema):
                fields: dict[str, Any] = {}
                for one in self.branches(schema):
                    fields.update(one.get("properties") or {})
                found[name] = fields
        return found

    def fields(self, value: Mapping[str, Any], schema: Mapping[str, Any], place: Place, depth: int) -> Fit:
        properties: Mapping[str, Any] = schema["properties"]
        required = set(schema.get("required") or ())
        more = schema.get("additionalProperties")
        found, unknown = matched(value, properties)
        if unknown and not found and more is not True and not isinstance(more, Mapping):
            raise NoFit(f"{place.shown} has none of the keys {', '.join(properties)}")
        currency = currency_of(value)
        made: dict[str, Any] = {}
        notes: tuple[str, ...] = ()
        ignored: list[str] = []
        for name, (key, inner) in found.items():
            path = f"{place.path}.{name}" if place.path else name
            if key != name:
                notes += (f"the key {key!r} was read as {name!r}",)
            if isinstance(inner, Bare) and self.is_list(properties[name]) and inner.strip().casefold() in NULLS:
                inner = None
            if inner is None and not self.takes_null(properties[name]):
                if name in required or properties[name].get("default", None) not in (None, [], {}, "", 0, False):
                    raise NoFit(f"{path} is null")
                if properties[name].get("default") in (0, False) and properties[name].get("default") is not None:
                    raise NoFit(f"{path} is null")
                notes += (f"{path}: null was read as its default",)
                continue
            at = Place(path, name, "", currency or place.currency, place.names)
            part = self.fit(inner, properties[name], at, depth + 1)
            made[name] = part.value
            notes += part.notes
            ignored += part.ignored
        lifted = self.lifted(value, unknown, properties, set(made), place, depth)
        for name, (keys, one) in lifted.items():
            made[name] = one.value
            unknown = [key for key in unknown if key not in keys]
            notes += (f"{name} was put together from {', '.join(keys)}", *one.notes)
        lacking = [name for name in properties if name in required and name not in made]
        if lacking:
            raise NoFit(f"the key {lacking[0]!r} is missing")
        missing = [name for name in properties if name not in made and name not in found]
        for key in unknown:
            if isinstance(more, Mapping):
                part = self.fit(value[key], more, replace(place, path=key, key=key), depth + 1)
                made[key] = part.value
                notes += part.notes
                continue
            near = next((name for name in missing if self.is_meant(key, value[key], name, properties[name])), None)
            if near is not None:
                raise NoFit(f"unknown key {key!r}, while {near!r} is missing")
            if more is False:
                raise NoFit(f"unknown key {key!r}")
            made[key] = value[key]
            if more is not True:
                ignored.append(f"{place.path}.{key}" if place.path else key)
        return Fit(made, notes, tuple(ignored))

    def is_meant(self, key: str, value: Any, name: str, schema: Any) -> bool:
        """Whether an unknown key may be meant for a field that is missing: by its name, or since its value fits."""
        if is_near(key, name, schema):
            return True
        named = words_of(key)[-1:] in ([one] for one in _IDENTIFIERS) and len(words_of(key)) > 1
        if named or snake(key) in COMMENTS | UNRELATED or value is None or any(
            one.get("type") == "string" and "enum" not in one and "format" not in one for one in self.branches(schema)
        ):  # fmt: skip
            return False
        try:
            return not self.fit(value, schema, Place(key=name), 1).notes
        except NoFit:
            return False

    def lifted(
        self, value: Mapping[str, Any], unknown: list[str], properties: Mapping[str, Any], have: set[str],
        place: Place, depth: int,
    ) -> dict[str, tuple[list[str], Fit]]:  # fmt: skip
        """Objects whose fields stand a level too high."""
        found: dict[str, tuple[list[str], Fit]] = {}
        for name, fields in self.below(properties).items():
            known = names_of(fields)
            prefixed = {key: flat(key).removeprefix(flat(name)) for key in unknown}
            keys = [key for key in unknown if flat(key) in known or prefixed[key] in known]
            if name in have or not keys:
                continue
            inner = {fields_key(key, known, prefixed[key]): value[key] for key in keys}
            at = replace(place, path=f"{place.path}.{name}" if place.path else name, key=name)
            try:
                found[name] = keys, self.fit(inner, properties[name], at, depth + 1)
            except NoFit:
                continue
        taken = [key for keys, _ in found.values() for key in keys]
        return found if len(taken) == len(set(taken)) else {}

    def unwrapped(self, value: Mapping[str, Any], schema: Mapping[str, Any], place: Place, depth: int) -> Fit | None:
        """An object out of one that holds it beside remarks; None if this one is meant itself."""
        properties = schema["properties"]
        if depth > 12 or NO_ANSWERS & set(map(snake, value)):
            return None
        inner = {key: one for key, one in value.items() if isinstance(one, (dict, list)) or json_in(one) is not None}
        known = names_of(properties)
        keys = {flat(key): key for key in value}
        call = next(
            (keys[word] for word in ("arguments", "parameters", "args", "input", "toolinput") if word in keys), None
        )
        if call is not None and {"name", "function", "tool", "type", "toolname"} & set(keys):
            inner = {call: value[call]}
        elif "properties" in value and isinstance(value["properties"], dict) and "properties" not in properties:
            inner = {"properties": plain_values(value["properties"])}
        elif set(keys) & set(known):
            values = plain_values(value)
            if values == value or not all(isinstance(one, dict) for one in value.values()):
                return None
            return self.fields(values, schema, place, depth).noted(
                f"{place.shown}: values stood in objects of their own"
            )
        found: dict[str, Fit] = {}
        for key, one in inner.items():
            try:
                found[key] = self.fit(one, schema, place, depth + 1)
            except NoFit:
                if key in ("properties", call) or (isinstance(one, list) and len(one) > 1):
                    return None
        if len({same_json(one.value) for one in found.values()}) != 1:
            return None
        key, one = next(iter(found.items()))
        return one.noted(f"{place.shown} stood under the key {key!r}")

    # Maps -----------------------------------------------------------------------------------------------

    def map(self, value: Any, schema: Mapping[str, Any], place: Place, depth: int) -> Fit:
        inner = schema["additionalProperties"]
        notes: tuple[str, ...] = ()
        if isinstance(value, str):
            read = json_in(value)
            if read is None:
                raise NoFit(f"{place.shown} is no object")
            value, notes = read, (f"{place.shown} was JSON inside a text",)
        if isinstance(value, list):
            value, notes = map_of_list(value, place), (*notes, f"{place.shown} was a list of pairs")
        if not isinstance(value, dict):
            raise NoFit(f"{place.shown} is no object")
        if is_schema_like(value) and set(value) & {"properties", "additionalProperties", "$ref", "$defs"}:
            raise NoFit("it repeats the schema instead of a value that follows it")
        try:
            return self.entries(value, inner, place, depth).noted(*notes)
        except NoFit as error:
            if len(value) == 1 or all(
                snake(key) in COMMENTS or isinstance(one, (dict, list)) for key, one in value.items()
            ):
                inside = [one for one in value.values() if isinstance(one, (dict, list)) and one]
                if len(inside) == 1 and depth < 12 and not next(iter(value))[:1].isupper():
                    try:
                        return self.map(inside[0], schema, place, depth + 1).noted(*notes, f"{place.shown} was wrapped")
                    except NoFit:
                        raise error from None
            raise error

    def entries(self, value: Mapping[str, Any], inner: Any, place: Place, depth: int) -> Fit:
        made: dict[str, Any] = {}
        notes: tuple[str, ...] = ()
        ignored: tuple[str, ...] = ()
        if len(value) > 1 and all(isinstance(one, dict) and len(one) == 1 for one in value.values()):
            shared = {next(iter(one)) for one in value.values()}
            if len(shared) == 1 and not self.is_object(inner) and not self.is_open(inner):
                value = {key: next(iter(one.values())) for key, one in value.items()}
                notes = (f"its values stood under the key {shared.pop()!r}",)
        for key, one in value.items():
            if one is None and not self.takes_null(inner):
                raise NoFit(f"{key} is null")
            part = self.fit(
                one, inner, replace(place, path=f"{place.path}.{key}" if place.path else str(key)), depth + 1
            )
            if isinstance(one, dict) and not self.is_object(inner) and not self.is_open(inner):
                raise NoFit(f"{key} is an object")
            made[key] = part.value
            notes += part.notes
            ignored += part.ignored
        return Fit(made, notes, ignored)

    # Unions of objects ----------------------------------------------------------------------------------

    def members(self, value: Any, schema: Mapping[str, Any], branches: list[Any], place: Place, depth: int) -> Fit:
        """The one object of several kinds that is meant: by its tag, or by its fields."""
        if value is None or (isinstance(value, str) and value.strip().casefold() in NULLS):
            if any(resolved(branch, self.root).get("type") == "null" for branch in branches):
                return Fit(None)
            raise NoFit(f"{place.shown} is null")
        kinds = {self.name_of(branch, index): branch for index, branch in enumerate(branches)}
        if isinstance(value, str):
            inner = json_in(value)
            if inner is not None:
                return self.members(inner, schema, branches, place, depth + 1).noted(
                    f"{place.shown} was JSON in a text"
                )
            return self.bare_tag(value, kinds, place)
        if isinstance(value, list):
            if len(value) != 1:
                raise NoFit(f"{place.shown}: a list of {len(value)} is not one object")
            return self.members(value[0], schema, branches, place, depth + 1).noted(
                f"{place.shown} was taken out of a list of one"
            )
        if not isinstance(value, dict):
            raise NoFit(f"{place.shown} is no object")
        tag = self.tag_of(kinds.values())
        if tag is not None:
            value = _as_tagged(value, tag, {one for branch in kinds.values() for one in self.tags(branch, tag)})
            key = next((key for key in value if flat(key) == flat(tag)), None)
            if key is not None and value[key] is not None and not isinstance(value[key], (dict, list)):
                return self.by_tag(value, key, tag, kinds, place, depth)
        if len(value) == 1 and isinstance(one := next(iter(value.values())), (dict, list)):
            outer = next(iter(value))
            for name, branch in kinds.items():
                tags = self.tags(branch, tag)
                if plain(outer) in (plain(name), *map(plain, tags)):
                    inner = {**one, tag: tags[0]} if tag and tags and isinstance(one, dict) else one
                    return self.fit(inner, branch, place, depth + 1).noted(
                        f"{place.shown} stood under its kind {outer!r}"
                    )
            return self.members(one, schema, branches, place, depth + 1).noted(f"{place.shown} stood under {outer!r}")
        inside = [key for key, one in value.items() if isinstance(one, dict)]
        if len(inside) == 1 and all(snake(key) in COMMENTS for key in value if key != inside[0]):
            return self.members(value[inside[0]], schema, branches, place, depth + 1).noted(
                f"{place.shown} stood under {inside[0]!r} beside remarks"
            )
        return self.by_fields(value, kinds, tag, place, depth)

    def name_of(self, branch: Any, index: int) -> str:
        return str(branch.get("$ref", "")).rpartition("/")[2] or str(branch.get("title", index))

    def tag_of(self, branches: Any) -> str | None:
        """The field by which the kinds are told apart, if all have one of constants."""
        names: set[str] | None = None
        for branch in branches:
            one = resolved(branch, self.root)
            if one.get("type") == "null":
                continue
            consts = {name for name, inner in (one.get("properties") or {}).items() if "const" in inner}
            names = consts if names is None else names & consts
        return next(iter(sorted(names)), None) if names else None

    def tags(self, branch: Any, tag: str | None) -> list[str]:
        properties = resolved(branch, self.root).get("properties") or {}
        return [str(properties[tag]["const"])] if tag and tag in properties and "const" in properties[tag] else []

    def bare_tag(self, value: str, kinds: Mapping[str, Any], place: Place) -> Fit:
        """A kind without fields of its own, written as its tag only."""
        tag = self.tag_of(kinds.values())
        for branch in kinds.values():
            one = resolved(branch, self.root)
            if plain(value) in map(plain, self.tags(branch, tag)) and set(one.get("properties") or {}) == {tag}:
                return Fit({tag: self.tags(branch, tag)[0]}, (f"{place.shown}: {value!r} stood for its object",))
        raise NoFit(f"{place.shown}: {value[:60]!r} is a text, not an object")

    def by_tag(
        self, value: Mapping[str, Any], key: str, tag: str, kinds: Mapping[str, Any], place: Place, depth: int
    ) -> Fit:
        for branch in kinds.values():
            if plain(str(value[key])) in map(plain, self.tags(branch, tag)):
                own = names_of(resolved(branch, self.root).get("properties") or {})
                others = {
                    name
                    for other in kinds.values()
                    for name in names_of(resolved(other, self.root).get("properties") or {})
                } - set(own)
                foreign = [one for one in value if flat(one) in others]
                read = self.fit(without(value, foreign), branch, place, depth + 1)
                return replace(read, ignored=(*read.ignored, *foreign))
        raise NoFit(f"{place.shown}: {value[key]!r} is no {tag}")

    def by_fields(
        self, value: Mapping[str, Any], kinds: Mapping[str, Any], tag: str | None, place: Place, depth: int
    ) -> Fit:
        """The one kind that has these fields."""
        given = {key: one for key, one in value.items() if one is not None}
        fits: list[Fit] = []
        reasons: list[str] = []
        for branch in kinds.values():
            one = resolved(branch, self.root)
            own = [name for name in one.get("properties") or {} if name != tag]
            if one.get("type") == "null" or (tag is not None and not any(flat(key) in map(flat, own) for key in given)):
                continue
            tags = self.tags(branch, tag)
            for key, said in given.items():
                others = [t for other in kinds.values() for t in self.tags(other, tag) if t not in tags]
                if isinstance(said, str) and flat(key) not in map(flat, own) and plain(said) in map(plain, others):
                    raise NoFit(f"{place.shown}: {key!r} names another kind")
            tagged = {**given, tag: tags[0]} if tag and tags else given
            try:
                fits.append(self.fit(tagged, branch, place, depth + 1))
            except NoFit as error:
                reasons.append(error.reason)
        if not fits:
            raise NoFit(next(filter(None, reasons), f"{place.shown} has the fields of no kind"))
        if len({json.dumps(one.value, default=str) for one in fits}) > 1:
            exact = [one for one in fits if not one.ignored]
            if len(exact) == 1 and not tag and all(one.ignored for one in fits if one is not exact[0]):
                lost = {key for one in fits for key in one.ignored} - set(exact[0].value)
                if not lost:
                    whole = set(map(flat, exact[0].value))
                    rivals = [one for one in fits if one is not exact[0]]
                    if all({flat(key) for key in one.value if key not in one.ignored} <= whole for one in rivals):
                        return exact[0]
            raise NoFit(f"{place.shown} can be read in more than one way")
        return fits[0].noted(*((f"{place.shown}: its {tag} was supplied",) if tag else ()))


_IDENTIFIERS = frozenset(["number", "no", "nr", "id", "uuid", "code", "ref", "reference", "index", "version", "page"])
"""Last words of keys that name a thing rather than measure it: "ticket_number"."""
_CALLED = frozenset(["name", "tool", "function", "toolname"])
_ARGUMENTS = frozenset(["arguments", "parameters", "args", "input", "toolinput"])


def _as_tagged(value: Mapping[str, Any], tag: str, tags: set[Any]) -> Mapping[str, Any]:
    """A call of a tool that is named like a kind, as an object of that kind."""
    keys = {flat(key): key for key in value}
    name = next((keys[one] for one in sorted(_CALLED) if one in keys), None)
    given = next((keys[one] for one in sorted(_ARGUMENTS) if one in keys), None)
    inner = json_in(value[given]) if given is not None and isinstance(value[given], str) else None
    if name is not None and given is not None and isinstance(inner, dict):
        value = {**value, given: inner}
    if name is None or given is None or not isinstance(value[given], dict):
        return value
    if flat(tag) in map(flat, value[given]):
        return value[given] if not set(keys) - _CALLED - _ARGUMENTS - {"id", "type"} else value
    kind = next((one for one in tags if isinstance(value[name], str) and plain(str(one)) == plain(value[name])), None)
    beside = set(keys) - _CALLED - _ARGUMENTS - {"id", "type"}
    return {tag: kind, **value[given]} if kind is not None and not beside else value
