"""Reading a JSON value under a schema: the same content, in the shape and the types that were asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from interlab.queries.answers import leaves
from interlab.queries.answers.leaves import NULLS, NoFit, Place, currency_of
from interlab.queries.answers.units import CURRENCIES, UNIT_OF, stated_units, words_of
from interlab.queries.answers.wording import REFUSAL, are_placeholders, goes_on, is_shrug
from interlab.queries.json_type import DECIMAL, ENUM_NAMES, resolved
from interlab.queries.keys import (
    BOUNDS,
    COMMENTS,
    COUNTS,
    KEY_TOPICS,
    NO_ANSWERS,
    PLACES,
    SCALES,
    WRAPPERS,
    flat,
    same_json,
    snake,
)
from interlab.queries.objects import Fit, Objects
from interlab.queries.records import bounds_of, is_schema_like, json_in, parts_of
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


class _Fitter(Objects):
    """Reads by the schema's own words; what objects need stands in `Objects`."""

    def __init__(self, root: Mapping[str, Any], wrap: bool = True) -> None:
        super().__init__(root)
        self.wrap = wrap

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
        if "enum" in schema and value and all(isinstance(flag, bool) for flag in value.values()):
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
            if flag:
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
        if isinstance(value, Bare) and texts and takes_null and value.strip().casefold() in NULLS:
            raise NoFit(f"{place.shown}: {str(value)!r} without quotes is that text, or nothing")
        if isinstance(value, str) and texts and "const" not in texts[0] and not isinstance(value, Unclosed):
            return self.fit(value, texts[0], place, depth + 1)
        shaped = any(kind.get("type") in ("object", "array", None) and "enum" not in kind for kind in kinds)
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

    # Lists --------------------------------------------------------------------------------------------

    def array(self, value: Any, schema: Mapping[str, Any], place: Place, depth: int) -> Fit:
        if "prefixItems" in schema:
            return self.tuple(value, schema, place, depth)
        items = schema.get("items", {})
        items = items if isinstance(items, Mapping) else {}
        if isinstance(value, list):
            return self.listed(value, items, place, depth)
        if value is None:
            raise NoFit(f"{place.shown}: null is no list")
        if isinstance(value, dict):
            return self.list_of_object(value, items, schema, place, depth)
        if isinstance(value, str):
            inner = json_in(value)
            if isinstance(inner, (dict, list)):
                return self.fit(inner, schema, place, depth + 1).noted(f"{place.shown} was JSON inside a text")
            parts = parts_of(value)
            if len(parts) > 1 and self.is_tight(items):
                return self.listed(parts, items, place, depth).noted(f"{place.shown} was a text with commas")
            if re.search(r"[,;\n]", value.strip()):
                raise NoFit(f"{place.shown}: a comma in {_shown(value)} may belong to an item")
        if isinstance(value, str) and is_shrug(value):
            raise NoFit(f"{place.shown}: {_shown(value)} is no list")
        one = self.fit(value, items, place, depth + 1)
        return Fit([one.value], (f"{place.shown} was read as a list of one", *one.notes), one.ignored)

    def listed(self, value: list[Any], items: Mapping[str, Any], place: Place, depth: int) -> Fit:
        texts = [item for item in value if isinstance(item, str)]
        if texts and len(texts) == len(value) and are_placeholders(texts):
            raise NoFit(f"{place.shown}: {_shown(value)} are placeholders")
        if texts and goes_on(texts[-1]):
            raise NoFit(f"{place.shown}: {_shown(texts[-1])} says that the list goes on")
        if not place.path and len(value) == len(texts) == 1 and (REFUSAL.search(texts[0]) or is_shrug(texts[0])):
            raise NoFit("it is a refusal")
        try:
            return self.every(value, [items] * len(value), place, depth)
        except NoFit as error:
            if len(value) == 1 and isinstance(value[0], list):
                return self.listed(value[0], items, place, depth + 1).noted(
                    f"{place.shown} was a list in a list of one"
                )
            if self.is_list(items) and all(isinstance(row, str) for row in value):
                rows = [re.split(r"[\s,;]+", row.strip()) for row in value]
                inner = resolved(items, self.root)
                if self.is_tight(inner.get("items", {})) and all(len(row) > 1 for row in rows):
                    return self.every(rows, [items] * len(rows), place, depth).noted("rows were written as texts")
            raise error

    def every(self, value: list[Any], schemas: list[Any], place: Place, depth: int) -> Fit:
        made: list[Any] = []
        notes: tuple[str, ...] = ()
        ignored: tuple[str, ...] = ()
        for index, (inner, schema) in enumerate(zip(value, schemas, strict=True)):
            at = replace(place, path=f"{place.path}[{index}]")
            if inner is None and not self.takes_null(schema):
                raise NoFit(f"{at.shown} is null")
            if isinstance(inner, list) and len(value) > 1 and not self.is_list(schema) and not self.is_open(schema):
                raise NoFit(f"{at.shown} is a list")
            if self.is_list(schema) and not isinstance(inner, (list, dict, str)):
                raise NoFit(f"{at.shown} is no list")
            part = self.fit(inner, schema if isinstance(schema, Mapping) else {}, at, depth + 1)
            made.append(part.value)
            notes += part.notes
            ignored += part.ignored
        return Fit(made, notes, ignored)

    def list_of_object(
        self, value: Mapping[str, Any], items: Mapping[str, Any], schema: Mapping[str, Any], place: Place, depth: int
    ) -> Fit:
        """A list where an object stands: its one item, numbered items, labels that are true, or under a key."""
        if is_schema_like(value):
            raise NoFit("it repeats the schema instead of a value that follows it")
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        for key, count in value.items():
            if len(lists) == 1 and snake(key) in COUNTS and leaves.is_number(count) and count != len(lists[0]):
                raise NoFit(f"{place.shown}: {key!r} says {count}, but the list has {len(lists[0])}")
        if self.wrap and self.is_object(items):
            try:
                one = self.fit(value, items, place, depth + 1)
                return Fit([one.value], (f"{place.shown} was read as a list of one", *one.notes), one.ignored)
            except NoFit as error:
                if self.shares_key(value, items):
                    raise error
        numbers = [re.fullmatch(r"([a-z]*)[\s_#.-]*(\d+)", key.strip(), re.IGNORECASE) for key in value]
        order = [int(number[2]) for number in numbers if number is not None]
        stems = {number[1].casefold() for number in numbers if number is not None}
        if (
            len(stems) == 1
            and len(order) == len(value)
            and order in (list(range(1, len(order) + 1)), list(range(len(order))))
        ):
            return self.listed(list(value.values()), items, place, depth).noted(f"{place.shown} had numbered keys")
        if "enum" in resolved(items, self.root) and value and all(isinstance(flag, bool) for flag in value.values()):
            flagged = self.flags(value, resolved(items, self.root), place)
            if flagged is not None:
                return Fit(flagged, (f"{place.shown}: the labels that are true were taken",))
        if NO_ANSWERS & set(map(snake, value)):
            raise NoFit("it reports an error instead of a value")
        found: dict[str, Fit] = {}
        for key, inner in value.items():
            if (
                isinstance(inner, list)
                or (len(value) == 1 and isinstance(inner, (dict, str)))
                or json_in(inner) is not None
            ):
                try:
                    found[key] = self.fit(inner, schema, replace(place, key=key), depth + 1)
                except NoFit:
                    if isinstance(inner, list) and inner:
                        raise NoFit(f"{place.shown}: the list under {key!r} does not fit") from None
            elif len(value) == 1 and inner is not None:
                found[key] = self.fit(inner, schema, replace(place, key=key), depth + 1)
        if len(found) != 1:
            raise NoFit(f"{place.shown}: not exactly one list in {_shown(value)}")
        key, one = next(iter(found.items()))
        return one.noted(f"{place.shown} stood under the key {key!r}")

    def tuple(self, value: Any, schema: Mapping[str, Any], place: Place, depth: int) -> Fit:
        places = list(schema["prefixItems"])
        if isinstance(value, str):
            inner = json_in(value)
            if isinstance(inner, (list, dict)):
                return self.fit(inner, schema, place, depth + 1).noted(f"{place.shown} was JSON inside a text")
            parts = parts_of(value.strip().strip("()[]"))
            if len(parts) == len(places) > 1 and all(map(self.is_tight, places)):
                return self.every(list(parts), places, place, depth).noted(f"{place.shown} was a text with commas")
            raise NoFit()
        if isinstance(value, dict):
            order = self.named_parts(value, places)
            if order is not None:
                return self.every(order, places, place, depth).noted(f"{place.shown}: its parts had names")
            if NO_ANSWERS & set(map(snake, value)) or is_schema_like(value):
                raise NoFit()
            found = self.fitting_members(
                {key: one for key, one in value.items() if isinstance(one, (list, dict, str))},
                lambda key: self.fit(value[key], schema, replace(place, key=key), depth + 1),
            )
            if len({same_json(one.value) for one in found.values()}) != 1:
                raise NoFit(f"{place.shown}: not exactly one in {_shown(value)}")
            key, one = next(iter(found.items()))
            return one.noted(f"{place.shown} stood under the key {key!r}")
        if not isinstance(value, list):
            raise NoFit()
        rest = schema.get("items")
        if len(value) == 1 and len(places) != 1 and isinstance(value[0], (list, dict)) and not rest:
            return self.tuple(value[0], schema, place, depth + 1).noted(f"{place.shown} was taken out of a list of one")
        if len(value) > len(places) and isinstance(rest, Mapping):
            places += [rest] * (len(value) - len(places))
        if len(value) != len(places) and not schema.get("minItems", 0) <= len(value) < len(places):
            raise NoFit(f"{place.shown} has {len(value)} items, not {len(places)}")
        return self.every(value, places[: len(value)], place, depth)

    def named_parts(self, value: Mapping[str, Any], places: list[Any]) -> list[Any] | None:
        """The parts of a tuple in order, if each has its name: x and y, what is described, or its number."""
        keys = {flat(key): inner for key, inner in value.items()}
        if len(keys) != len(value):
            return None
        told = [flat(str(resolved(one, self.root).get("title") or "")) for one in places]
        about = [flat(str(resolved(one, self.root).get("description") or "")) for one in places]
        count = len(places)
        for names in (about, told, [one[:1] for one in about], ["x", "y", "z", "w"][:count], list("rgba")[:count],
                      ["first", "second", "third", "fourth"][:count]):  # fmt: skip
            if len(set(names)) == count and all(names) and set(names) == set(keys):
                if names == list("rgba")[:count] and about != ["red", "green", "blue"]:
                    continue
                return [keys[name] for name in names]
        return None


_PERCENTS = frozenset(["%", "percent", "percentage", "pct"])


def _changed(where: str, before: Any, after: Any) -> str:
    return f"{where + ': ' if where else ''}{_shown(before)} was read as {_shown(after)}"


def _shown(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
