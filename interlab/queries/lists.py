"""Lists and tuples under a schema."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from interlab.queries.answers import leaves
from interlab.queries.answers.leaves import NoFit, Place
from interlab.queries.answers.wording import REFUSAL, are_placeholders, goes_on, is_shrug
from interlab.queries.json_type import resolved
from interlab.queries.keys import COUNTS, NO_ANSWERS, flat, same_json, snake
from interlab.queries.objects import Fit, Objects
from interlab.queries.records import is_schema_like, json_in, parts_of
from interlab.queries.records import shown as _shown


class Lists(Objects):
    """What a reader under a schema does with lists.

    Args:
        root: the schema, with its definitions.
        wrap: whether a value may be one item of the list that is asked for.
    """

    def __init__(self, root: Mapping[str, Any], wrap: bool = True) -> None:
        super().__init__(root)
        self.wrap = wrap

    @abstractmethod
    def flags(self, value: Mapping[str, Any], schema: Mapping[str, Any], place: Place) -> list[Any] | None:
        """The labels that are true, if all keys are labels."""

    @abstractmethod
    def fitting_members(self, value: Mapping[str, Any], fitted: Callable[[str], Fit]) -> dict[str, Fit]:
        """The members that fit, by key."""

    @staticmethod
    def is_flag(value: Any) -> bool:
        """Whether a value says yes or no, as a boolean or in a word."""
        return isinstance(value, bool) or (
            isinstance(value, str) and value.strip().casefold() in ("true", "false", "yes", "no")
        )

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
        if len(value) > 1 and texts and goes_on(texts[-1]):
            raise NoFit(f"{place.shown}: {_shown(texts[-1])} says that the list goes on")
        if not place.path and len(value) == len(texts) == 1 and (REFUSAL.search(texts[0]) or is_shrug(texts[0])):
            raise NoFit("it is a refusal")
        places = resolved(items, self.root).get("prefixItems", ())
        if (
            self.wrap
            and len(value) == len(places) > 1
            and all(map(leaves.is_number, value))
            and all(map(self.is_tight, places))
        ):
            one = self.every(value, list(places), place, depth)
            return Fit([one.value], (f"{place.shown} was read as a list of one", *one.notes), one.ignored)
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
        notes: list[str] = []
        ignored: list[str] = []
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
        return Fit(made, tuple(notes), tuple(ignored))

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
        if "enum" in resolved(items, self.root) and value and all(map(self.is_flag, value.values())):
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
