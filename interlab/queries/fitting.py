"""Reading a JSON value under a schema: the same content, in the shape and the types that were asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from interlab.queries.answers import leaves
from interlab.queries.answers.leaves import NULLS, NoFit, Place, currency_of
from interlab.queries.answers.units import CURRENCIES, NO_COUNT, UNIT_OF, stated_units, words_of
from interlab.queries.json_type import DECIMAL, ENUM_NAMES, resolved
from interlab.queries.keys import (
    BOUNDS,
    COMMENTS,
    KEY_TOPICS,
    NO_ANSWERS,
    PLACES,
    SCALES,
    WRAPPERS,
    flat,
    same_json,
    snake,
)
from interlab.queries.lists import Lists
from interlab.queries.objects import Fit
from interlab.queries.records import bounds_of, is_schema_like, json_in
from interlab.queries.records import shown as _shown
from interlab.queries.relaxed import UNDEFINED
from interlab.queries.tokens import Bare, Unclosed, source_text

__all__ = ["Fit", "NoFit", "Place", "fit"]

MAX_DEPTH = 80


def fit(value: Any, schema: Mapping[str, Any], *, name: str = "", wrap: bool = True) -> Fit:
    """Read a value under a schema. What has two readings, or would lose something, does not fit.

    Args:
        value: a JSON value.
        schema: the schema, with its definitions.
        name: what the type is called; a key of that name is a wrapper, and "high severity" is a label.
        wrap: whether the value may be one item of the list that is asked for.

    Raises:
        NoFit: there is not exactly one reading.
    """
    fitter = _Fitter(schema, wrap)
    return fitter.fit(value, schema, Place(names=(name,) if name else ()), 0)


class _Fitter(Lists):
    """Reads by the schema's own words; what lists and objects need stands in `Lists` and `Objects`."""

    def fit(self, value: Any, schema: Any, place: Place, depth: int) -> Fit:
        if depth > MAX_DEPTH:
            raise NoFit("nested too deep")
        reference = schema.get("$ref", "") if isinstance(schema, Mapping) else ""
        schema = resolved(schema, self.root)
        if value is UNDEFINED:
            raise NoFit(f"{place.shown} is undefined")
        named = reference.rpartition("/")[2] or schema.get("title", "")
        place = replace(place, about=" ".join(filter(None, [place.about, schema.get("description", "")])))
        if named:
            place = replace(place, names=(*place.names, named))
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self.union(value, schema, schema[word], place, depth)
        if len(schema.get("allOf") or ()) == 1:
            return self.fit(value, schema["allOf"][0], place, depth + 1)
        kind = schema.get("type")
        if kind == "object":
            return self.object(value, schema, place, depth)
        if kind == "array":
            return self.array(value, schema, place, depth)
        if "const" in schema or "enum" in schema or kind in ("integer", "number", "boolean", "string", "null"):
            return self.scalar(value, schema, place, depth)
        return Fit(value)

    # Scalars ------------------------------------------------------------------------------------------

    def scalar(self, value: Any, schema: Mapping[str, Any], place: Place, depth: int) -> Fit:
        if isinstance(value, list):
            if len(value) != 1 or isinstance(value[0], list):
                raise NoFit(f"{place.shown}: a list of {len(value)} is not one value")
            return self.fit(value[0], schema, place, depth + 1).noted(f"{place.shown} was taken out of a list of one")
        if isinstance(value, dict):
            return self.out_of(value, schema, place, depth)
        inner = json_in(value)
        if isinstance(inner, (dict, list)) and schema.get("type") != "string":
            return self.fit(inner, schema, place, depth + 1).noted(f"{place.shown} was JSON inside a text")
        read = self.leaf(value, schema, place)
        if (type(read) is type(value) and read == value) or (isinstance(value, str) and str(value) == read):
            return Fit(read)
        if type(value).__mro__[1] is type(read) and value == read:
            return Fit(read)
        return Fit(read, (_changed(place.path, value, read),))

    def leaf(self, value: Any, schema: Mapping[str, Any], place: Place) -> Any:
        if "const" in schema or "enum" in schema:
            values = schema["enum"] if "enum" in schema else [schema["const"]]
            return leaves.label(value, values, schema.get(ENUM_NAMES) or (), place, schema)
        kind, form = schema.get("type"), schema.get("format")
        if kind in ("integer", "number"):
            return leaves.number(value, kind, schema, place)
        if kind == "boolean":
            return leaves.boolean(value, place)
        if kind == "null":
            if value is None or (isinstance(value, str) and value.strip("\"'`*. \n").casefold() in NULLS):
                return None
            raise NoFit()
        if form in ("date", "time", "date-time"):
            return leaves.day_or_time(value, form, place)
        if form is not None and form not in ("email", "password", "binary"):
            if not isinstance(value, str) or isinstance(value, Unclosed):
                raise NoFit()
            return str(value)
        return leaves.text(value, schema, place)

    def out_of(self, value: Mapping[str, Any], schema: Mapping[str, Any], place: Place, depth: int) -> Fit:
        """A scalar out of an object that holds it beside remarks."""
        form = schema.get("format")
        keys = {flat(key): key for key in value}
        if form == "date" and set(keys) == {"year", "month", "day"}:
            parts = [value[keys[name]] for name in ("year", "month", "day")]
            text = "-".join(str(part).zfill(2) for part in parts)
            named = isinstance(parts[1], str) and not parts[1].isdigit()
            text = f"{parts[2]} {parts[1]} {parts[0]}" if named else text
            return Fit(self.leaf(text, schema, place), (f"{place.shown}: year, month and day were put together",))
        if (
            form == "date-time"
            and set(keys) == {"date", "time"}
            and all(isinstance(one, str) for one in value.values())
        ):
            text = f"{value[keys['date']]} {value[keys['time']]}"
            return Fit(self.leaf(text, schema, place), (f"{place.shown}: date and time were put together",))
        if "enum" in schema and value and all(map(self.is_flag, value.values())):
            flagged = self.flags(value, schema, place)
            if flagged is not None:
                if len(flagged) != 1:
                    raise NoFit(f"{place.shown}: {len(flagged)} labels are true")
                return Fit(flagged[0], (f"{place.shown}: the label that is true was taken",))
        if NO_ANSWERS & set(map(snake, value)):
            raise NoFit("it reports an error instead of a value")
        if is_schema_like(value):
            raise NoFit("it repeats the schema instead of a value that follows it")
        inner = replace(place, currency=currency_of(value) or place.currency)
        self.check_units(value, schema, place)
        found = self.fitting_members(value, lambda key: self.fit(value[key], schema, self.under(key, inner), depth + 1))
        if len(found) > 1:
            answers = {key: one for key, one in found.items() if snake(key) not in COMMENTS | SCALES}
            if schema.get("type") == "string" and "enum" not in schema:
                places = {key for key, one in value.items() if leaves.is_number(one) and snake(key) in PLACES}
                answers = {key: one for key, one in found.items() if key not in places} if places else answers
            labels = {key: one for key, one in found.items() if snake(key) not in SCALES}
            is_label = all(isinstance(known, str) for known in schema.get("enum", (0,)))
            found = (labels if is_label else answers) or found
        if not found:
            raise NoFit(f"{place.shown}: no value in {_shown(value)} is one of the type")
        if len({same_json(one.value) for one in found.values()}) > 1:
            raise NoFit(f"{place.shown}: {' and '.join(map(repr, found))} are two answers")
        key, one = next(iter(found.items()))
        if snake(key) in BOUNDS:
            raise NoFit(f"{place.shown}: {key!r} is not the value itself")
        self.check_key_unit(key, schema, place)
        of = {word for name in place.names for word in words_of(name)}
        if len(value) > 1 and snake(key) in _META and not of & set(words_of(key)) and "enum" not in schema:
            raise NoFit(f"{place.shown}: {key!r} says something about a value")
        if not place.path:
            self.check_wrapper(key, value, found, place)
        return one.noted(f"{place.shown} stood under the key {key!r}")

    def check_wrapper(self, key: str, value: Mapping[str, Any], found: Mapping[str, Fit], place: Place) -> None:
        """Refuse a value out of an object that is something else: only remarks may stand beside it."""
        about = {*words_of(place.about), *(word for name in place.names for word in words_of(name))}
        words = set(words_of(key))
        named = snake(key) in WRAPPERS or bool(words & (about | KEY_TOPICS))
        beside = [
            other for other, one in value.items()
            if other not in found and one is not None and snake(other) not in COMMENTS | SCALES | WRAPPERS
            and not set(words_of(other)) & COMMENTS
        ]  # fmt: skip
        if (
            words & {"id", "uuid", "key"}
            or (isinstance(value[key], dict) and not named)
            or (len(beside) > 1 and not named)
        ):
            raise NoFit(f"{place.shown}: {_shown(value)} is another object")
        if len(beside) > 2:
            raise NoFit(f"{place.shown}: {_shown(value)} is another object")

    def check_units(self, value: Mapping[str, Any], schema: Mapping[str, Any], place: Place) -> None:
        """Refuse a number beside a unit or a currency that the schema does not state."""
        if schema.get("type") not in ("integer", "number") and not schema.get(DECIMAL):
            return
        stated = leaves.scale("number", schema, place).units
        for key, unit in value.items():
            if snake(key) in ("unit", "units", "currency", "currency_code") and isinstance(unit, str) and unit.strip():
                if leaves.scale("number", schema, place).is_percent and unit.strip().casefold() in _PERCENTS:
                    continue
                known = UNIT_OF.get(unit.strip().casefold(), unit.strip().casefold())
                if "unit" in snake(key) and known not in UNIT_OF.values() and known not in NO_COUNT and known.isalpha():
                    continue  # a counted thing
                fits = known in stated if "unit" in snake(key) or stated & CURRENCIES else True
                if not fits or (place.currency and known in CURRENCIES and known != place.currency):
                    raise NoFit(f"{place.shown}: {unit!r} is not the unit that is asked for")

    def check_key_unit(self, key: str, schema: Mapping[str, Any], place: Place) -> None:
        """Refuse a number under a key that states another unit than the schema does."""
        if schema.get("type") not in ("integer", "number") and not schema.get(DECIMAL):
            return
        told = stated_units(key, "") - {UNIT_OF[word] for word in ("year", "day", "month") if word in words_of(key)}
        if told - leaves.scale("number", schema, place).units:
            raise NoFit(f"{place.shown}: {key!r} states a unit that is not asked for")

    def under(self, key: str, place: Place) -> Place:
        """The place of a value that stands under an unknown key, which may state a unit of its own."""
        if not place.key:
            return replace(place, key=key)
        return place

    def fitting_members(self, value: Mapping[str, Any], fitted: Callable[[str], Fit]) -> dict[str, Fit]:
        found: dict[str, Fit] = {}
        for key, inner in value.items():
            if inner is None and len(value) > 1:
                continue
            try:
                found[key] = fitted(key)
            except NoFit:
                continue
        return found

    def flags(self, value: Mapping[str, Any], schema: Mapping[str, Any], place: Place) -> list[Any] | None:
        """The labels that are true, if all keys are labels."""
        named: list[Any] = []
        for key, flag in value.items():
            try:
                label = self.leaf(key, schema, place)
            except NoFit:
                return None
            if leaves.boolean(flag, place):
                named.append(label)
        return named

    # Unions -------------------------------------------------------------------------------------------

    def union(self, value: Any, schema: Mapping[str, Any], branches: list[Any], place: Place, depth: int) -> Fit:
        """The exact readings if there are any, else the one reading that all others agree with."""
        if schema.get(DECIMAL):
            return self.decimal(value, schema, branches, place, depth)
        kinds = [resolved(branch, self.root) for branch in branches]
        texts = [kind for kind in kinds if kind.get("type") == "string" and "format" not in kind and "enum" not in kind]
        takes_null = any(kind.get("type") == "null" for kind in kinds)
        if isinstance(value, Bare) and texts and takes_null and value.strip().casefold() in NULLS | {"-", "–", "—"}:
            raise NoFit(f"{place.shown}: {str(value)!r} without quotes is that text, or nothing")
        if isinstance(value, str) and texts and "const" not in texts[0] and not isinstance(value, Unclosed):
            return self.fit(value, texts[0], place, depth + 1)
        numeric = [kind for kind in kinds if kind.get("type") in ("integer", "number")]
        if texts and numeric and leaves.is_number(value) and len(kinds) <= 3:
            kinds = [kind for kind in kinds if kind not in texts]
            branches = [branch for branch in branches if resolved(branch, self.root) not in texts]
        shaped = any(kind.get("type") in ("object", "array", None) and "enum" not in kind for kind in kinds)
        if takes_null and isinstance(value, dict) and _is_told_null(value):
            return Fit(None, (f"{place.shown}: null stood beside remarks",))
        if takes_null and isinstance(value, str) and not texts and value.strip().casefold() in NULLS - {""}:
            return Fit(None, (_changed(place.path, value, None),))
        if isinstance(value, dict) and len(value) > 1 and not shaped and takes_null and len(branches) == 2:
            return self.fit(
                value, next(one for one in branches if resolved(one, self.root).get("type") != "null"), place, depth + 1
            )
        if isinstance(value, (dict, list)) and not shaped:
            return self.scalar(value, schema, place, depth)
        objects = [branch for branch in branches if self.is_object(branch)]
        if len(objects) > 1:
            return self.members(value, schema, branches, place, depth)
        fits: list[Fit] = []
        reasons: list[str] = []
        for branch in branches:
            try:
                fits.append(self.fit(value, branch, place, depth + 1))
            except NoFit as error:
                reasons.append(error.reason)
        if isinstance(value, dict):  # null may be found inside of an object that is a value itself
            fits = [one for one in fits if one.value is not None] or fits
        for group in (
            [one for one in fits if one.is_exact],
            [one for one in fits if not one.notes],
            fits,
        ):
            if group:
                if len({json.dumps(one.value) for one in group}) > 1:
                    raise NoFit(f"{place.shown} can be read in more than one way")
                return min(group, key=lambda one: len(one.ignored))
        raise NoFit(next((reason for reason in reasons if reason), ""))

    def decimal(self, value: Any, schema: Mapping[str, Any], branches: list[Any], place: Place, depth: int) -> Fit:
        """An exact amount, as the text that pydantic reads exactly."""
        if isinstance(value, (dict, list)):
            merged = {**schema, "type": "number"}
            if isinstance(value, dict):
                inner = replace(place, currency=currency_of(value) or place.currency)
                if NO_ANSWERS & set(map(snake, value)) or is_schema_like(value):
                    raise NoFit("it holds no amount")
                found = self.fitting_members(
                    value, lambda key: self.decimal(value[key], schema, branches, self.under(key, inner), depth + 1)
                )
                found = {key: one for key, one in found.items() if snake(key) not in COMMENTS | SCALES} or found
                self.check_units(value, {**schema, DECIMAL: True}, place)
                if len(found) != 1 or snake(next(iter(found))) in BOUNDS:
                    raise NoFit(f"{place.shown}: not exactly one amount in {_shown(value)}")
                return next(iter(found.values())).noted(f"{place.shown} was taken out of an object")
            if len(value) != 1:
                raise NoFit()
            return self.fit(value[0], {**merged, "anyOf": branches}, place, depth + 1)
        takes_null = any(resolved(branch, self.root).get("type") == "null" for branch in branches)
        if takes_null and (value is None or (isinstance(value, str) and value.strip().casefold() in NULLS)):
            return Fit(None)
        if leaves.is_number(value):
            leaves.number(value, "number", schema, place)
            return Fit(source_text(value))
        exact = leaves.exact_number(value, "number", {**schema, **bounds_of(branches)}, place)
        written = value.strip() if isinstance(value, str) and re.fullmatch(r"-?\d+(?:\.\d+)?", value.strip()) else None
        text = written or format(exact, "f")
        return Fit(text, () if text == value else (_changed(place.path, value, text),))


def _is_told_null(value: Mapping[str, Any]) -> bool:
    """Whether an object says that the answer is null, and why: ``{"answer": null, "reason": "…"}``."""
    answers = [key for key in value if snake(key) in WRAPPERS]
    beside = [one for key, one in value.items() if key not in answers]
    known = all(snake(key) in COMMENTS | WRAPPERS for key in value)
    return len(answers) == 1 and value[answers[0]] is None and known and all(isinstance(one, str) for one in beside)


_META = frozenset(["description", "name", "type", "title", "note", "notes", "comment", "comments", "message"])
"""Keys that say something about a value, rather than holding it."""
_PERCENTS = frozenset(["%", "percent", "percentage", "pct"])


def _changed(where: str, before: Any, after: Any) -> str:
    return f"{where + ': ' if where else ''}{_shown(before)} was read as {_shown(after)}"
