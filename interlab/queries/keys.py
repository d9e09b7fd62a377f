"""The keys of an object under a schema: other spellings, aliases, near misses, levels that were left out or added."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from interlab.queries.answers.leaves import NoFit
from interlab.queries.answers.units import words_of
from interlab.queries.json_type import ALIASES
from interlab.queries.relaxed import UNDEFINED

# Keys that say something about an answer beside it.
COMMENTS = frozenset(
    [
        "reasoning",
        "reason",
        "reasons",
        "explanation",
        "rationale",
        "thought",
        "thoughts",
        "thinking",
        "analysis",
        "justification",
        "confidence",
        "status",
        "note",
        "notes",
        "comment",
        "comments",
        "ok",
        "success",
        "why",
        "source",
        "sources",
        "unit",
        "units",
        "currency",
        "message",
        "id",
        "timestamp",
        "model",
        "type",
        "certainty",
        "version",
        "schema",
        "context",
        "probability",
        "score",
        "evidence",
        "working",
    ]
)
SCALES = frozenset(
    [
        "out_of",
        "outof",
        "max",
        "maximum",
        "scale",
        "of",
        "max_rating",
        "max_score",
        "total_possible",
        "best",
        "worst",
        "min",
        "minimum",
    ]
)
WRAPPERS = frozenset(
    [
        "answer",
        "result",
        "response",
        "output",
        "value",
        "final_answer",
        "finalanswer",
        "data",
        "json",
        "choice",
        "decision",
        "content",
        "final",
        "item",
    ]
)
TOPICS = frozenset(
    [
        "total",
        "sum",
        "rating",
        "score",
        "severity",
        "status",
        "sentiment",
        "price",
        "count",
        "number",
        "label",
        "classification",
        "category",
        "probability",
        "confidence",
        "verdict",
        "stars",
        "date",
        "day",
        "year",
        "amount",
        "prediction",
        "conclusion",
        "priority",
        "level",
        "cost",
        "estimate",
        "percentage",
        "overall",
    ]
)
"""Words for what a value is, before colons."""
KEY_TOPICS = TOPICS | {"name", "title", "text"}
"""Words for what a value is, in keys."""

NO_ANSWERS = frozenset(["error", "errors", "err", "exception", "failure", "refusal", "warning"])
COUNTS = frozenset(
    ["count", "total", "length", "size", "n", "total_count", "num", "number", "items_count", "total_items"]
)
"""Keys beside a list that say how long it is."""

PLACES = frozenset(["rank", "step", "number", "index", "id", "no", "nr", "order", "position", "item"])
"""Keys beside a text that say where it stands in its list."""

BOUNDS = frozenset(
    [
        "min",
        "max",
        "minimum",
        "maximum",
        "at_least",
        "at_most",
        "low",
        "high",
        "lower",
        "upper",
        "from",
        "to",
        "more_than",
        "less_than",
        "above",
        "below",
        "approx",
        "approximately",
        "about",
        "estimate",
        "estimated",
        "around",
        "not",
        "example",
        "default",
        "placeholder",
        "range",
        "lower_bound",
        "upper_bound",
    ]
)

UNRELATED = frozenset(
    [
        "language",
        "lang",
        "locale",
        "format",
        "created_at",
        "updated_at",
        "date",
        "url",
        "link",
        "index",
        "number",
        "image",
        "author",
        "category",
        "version",
    ]
)
"""Keys that models add without meaning a field that was asked for."""

_KIN = [
    frozenset(group.split())
    for group in (
        "comment comments feedback remark remarks note notes",
        "email mail emailaddress",
        "phone telephone tel mobile cell phonenumber",
        "assignee assigned owner responsible assignedto",
        "tags labels keywords categories tag",
        "end until finish ends enddate",
        "start begin from starts startdate",
        "director directedby filmmaker",
        "child children sub subfolder nested",
        "replies responses answers reply",
        "visits visit times visitcount",
        "satisfied satisfaction happy issatisfied",
        "estimate estimatedhours hours effort estimation",
        "withdrawn withdrew retracted cancelled iswithdrawn",
        "unit units measure",
        "price cost amount fee sum value charge",
        "name fullname title label",
        "text body content message",
        "reasons reason grounds arguments",
        "steps instructions method directions",
        "score points rating",
        "size sizekb filesize",
        "year released releaseyear",
        "stop stops stopsequences stopwords",
        "time startsat startingtime starttime",
    )
]


def flat(key: str) -> str:
    """A key without capitals and separators."""
    return "".join(words_of(key))


def knows(keys: Container[str], owner: str = "") -> Callable[[str], bool]:
    """Whether a key is one of some flat ones, also with its owner's name in front."""
    name = flat(owner)

    def known(key: str) -> bool:
        one = flat(key)
        return one in keys or one.removeprefix(name) in keys

    return known


def snake(key: str) -> str:
    return "_".join(words_of(key))


def names_of(properties: Mapping[str, Any]) -> dict[str, str]:
    """The property that each spelling of a name or alias belongs to; spellings of two belong to none."""
    owners: dict[str, set[str]] = {}
    for name, schema in properties.items():
        aliases = schema.get(ALIASES, ()) if isinstance(schema, Mapping) else ()
        for spelling in (name, *aliases):
            owners.setdefault(flat(spelling), set()).add(name)
    return {spelling: next(iter(names)) for spelling, names in owners.items() if len(names) == 1}


def matched(value: Mapping[str, Any], properties: Mapping[str, Any]) -> tuple[dict[str, tuple[str, Any]], list[str]]:
    """The members of an object by property, each with its own key, and the keys that belong to none.

    Raises:
        NoFit: two keys of one property say different things.
    """
    known = names_of(properties)
    found: dict[str, tuple[str, Any]] = {}
    unknown: list[str] = []
    for key, inner in value.items():
        name = key if key in properties else known.get(flat(key))
        if inner is UNDEFINED:
            continue
        if name is None:
            unknown.append(key)
        elif name in found and same_json(found[name][1]) != same_json(inner):
            raise NoFit(f"the keys {found[name][0]!r} and {key!r} say different things")
        else:
            found.setdefault(name, (key, inner))
    return found, unknown


def same_json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def is_near(key: str, name: str, schema: Any = None) -> bool:
    """Whether a key may be meant for a property: misspelt, of the same stem, or a synonym."""
    spellings = [name, *(schema.get(ALIASES, ()) if isinstance(schema, Mapping) else ())]
    return any(_near(key, spelling) for spelling in spellings)


def _near(key: str, name: str) -> bool:
    one, other = flat(key), flat(name)
    if not one or not other:
        return False
    if any(one in group and other in group for group in _KIN):
        return True
    if min(len(one), len(other)) >= 4 and _distance(one, other) <= (1 if min(len(one), len(other)) < 6 else 2):
        return True
    return any(_same_stem(a, b) for a in words_of(key) for b in words_of(name))


def _same_stem(one: str, other: str) -> bool:
    if one == other:
        return one not in _SMALL_WORDS
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared >= 4 and shared >= min(len(one), len(other)) - 2


_SMALL_WORDS = frozenset(
    ["a", "an", "at", "by", "for", "in", "is", "of", "on", "or", "the", "to", "with", "s", "id", "no"]
)


def _distance(one: str, other: str) -> int:
    """Letters to change from one word to another, exchanged neighbours counting once; 3 for three and more."""
    if abs(len(one) - len(other)) > 2 or max(len(one), len(other)) > 40:
        return 3
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            cost = min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return min(last[-1], 3)


def nested(value: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """An object whose dotted keys (``customer.name``) have become objects."""
    if not any("." in key for key in value) or any("." in name for name in properties):
        return dict(value)
    made: dict[str, Any] = {}
    for key, inner in value.items():
        steps = [step.strip() for step in key.split(".")]
        if len(steps) == 1 or not all(steps):
            made[key] = inner
            continue
        at = made
        for step in steps[:-1]:
            below = at.setdefault(step, {})
            if not isinstance(below, dict):
                return dict(value)
            at = below
        at[steps[-1]] = inner
    return made


def moved_up(
    value: Mapping[str, Any], properties: Mapping[str, Any], objects: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """An object in which fields that stand a level too deep have moved to it.

    Args:
        value: the object.
        properties: its properties.
        objects: the properties of those of its properties that are objects.
    """
    known = names_of(properties)
    have = {known.get(flat(key), key) for key in value}
    wrappers = [
        key
        for key, inner in value.items()
        if isinstance(inner, dict) and inner and flat(key) not in known and all(flat(one) in known for one in inner)
    ]
    made: dict[str, Any] = {}
    for key, inner in value.items():
        name = key if key in properties else known.get(flat(key))
        if not isinstance(inner, dict) or not inner:
            made[key] = inner
            continue
        below = names_of(objects[name]) if name is not None and name in objects else {}
        lost = [one for one in inner if flat(one) in known and flat(one) not in below and known[flat(one)] not in have]
        if name is None and len(lost) == len(inner) and len(wrappers) == 1:
            made.update(inner)
        elif name in objects and lost:
            made[key] = {one: part for one, part in inner.items() if one not in lost}
            made.update({one: inner[one] for one in lost})
        else:
            made[key] = inner
    return made


def without(value: Mapping[str, Any], keys: Iterable[str]) -> dict[str, Any]:
    left = set(keys)
    return {key: inner for key, inner in value.items() if key not in left}
