"""What an answer holds, field by field, and the words by which a sentence beside it speaks of that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from interlab.queries.answers.beside import Told, told_by
from interlab.queries.answers.units import UNIT_OF, stated_units, words_of
from interlab.queries.json_type import ENUM_NAMES

_SAME = [
    "name surname", "email mail e-mail address domain", "phone telephone tel extension", "amount price sum cost bid",
    "price amount sum cost", "total sum amount", "start date day", "end date day", "due date day deadline",
    "quantity amount count", "assignee assigned assignment", "star stars rating", "rating stars", "score scores points",
    "distance length", "duration time", "priority prio", "steps step", "ingredients ingredient amounts quantities",
    "year date", "code script line", "body text letter", "text wording", "number reference", "roles role rights",
    "estimate hours", "reasons reason", "temperature temp", "title heading",
]  # fmt: skip
_OTHER_NAMES = {words.split()[0]: words.split()[1:] for words in _SAME}
"""Other words by which people name such a field."""
_NO_TOPIC = frozenset(["is", "has", "would", "at", "of", "id", "in", "on", "by", "the", "a", "to", "text", "number"])
_WHOLE = (
    r"figures?|values?|numbers?|digits?|data|entry|entries|details|record|object|answers?|results?|json|output|"
    r"fields?|"
    r"items?|lines?|rows?|sums?|amounts?|dates?|quantit(?:y|ies)|information|particulars|readings?|spellings?|lists?|"
    r"tables?|rankings?|verdict|decision|choice"
)
_BEFORE_NOUN = (
    r"the|its|his|her|their|my|your|our|this|that|these|those|both|all|each|any|no|some|of|on|about|for|an?|as|under|"
    r"to"
)
_COPULA = (
    r"is|are|was|were|be|isn['’]t|aren['’]t|wasn['’]t|ought|should|must|may|might|could|can|has|have|"
    r"needs?|reads?|says?|seems?|looks?"
)
WHOLE = re.compile(
    rf"\b(?:the|these|those|both|all|some|any|every|each|my|its|one\s+of\s+the|which|"
    rf"what)\s+(?:\w+\s+)?(?:{_WHOLE})\b|\b(?:line|step|item|row|entry|word|paragraph|sentence|level)\s+\d+\b",
    re.IGNORECASE,
)
"""Words that mean the answer, or its values, without a field's name."""


@dataclass(frozen=True, slots=True)
class Field:
    """A field of an answer.

    Args:
        words: the words that name it, in small letters.
        values: what it holds, wherever it occurs: numbers, truths, plain labels, None.
    """

    words: frozenset[str]
    values: tuple[Any, ...]

    @property
    def truth(self) -> bool | None:
        """The truth that it holds, if it holds one and no other."""
        found = set(self.values)
        return self.values[0] if len(found) == 1 and isinstance(self.values[0], bool) else None

    @property
    def numbers(self) -> set[Decimal]:
        return {Decimal(str(one)) for one in self.values if isinstance(one, (int, float)) and not isinstance(one, bool)}


@dataclass(frozen=True)
class Held:
    """What an answer holds.

    Args:
        told: its numbers, labels and names.
        fields: its fields, those of its type that it leaves out among them.
        labels: the labels of its type, plain.
        named: the labels that are names of numbers, with these numbers.
        units: the units that its type states.
        texts: its texts, in small letters.
        is_list: whether it is a list.
    """

    told: Told
    fields: tuple[Field, ...] = ()
    labels: frozenset[str] = frozenset()
    named: Mapping[str, Any] = field(default_factory=dict)
    units: frozenset[str] = frozenset()
    texts: tuple[str, ...] = ()
    is_list: bool = False

    @cached_property
    def held_labels(self) -> set[str]:
        """The labels of the type that the answer holds."""
        numbers = {name for name, value in self.named.items() if Decimal(str(value)) in self.told.numbers}
        return (self.told.labels & self.labels) | numbers

    @cached_property
    def other_labels(self) -> set[str]:
        """The labels of the type that the answer doesn't hold, if it holds any."""
        return set(self.labels) - self.held_labels if self.held_labels else set()

    @cached_property
    def topics(self) -> re.Pattern[str] | None:
        """Words that name a field."""
        return _any_of({word for one in self.fields for word in one.words})

    @cached_property
    def short_texts(self) -> set[str]:
        """The texts that are short enough for names, and no labels."""
        return {one for one in self.texts if 2 < len(one) <= 30 and one not in self.labels and one[:1].isalnum()}

    def names_field(self, words: str) -> bool:
        """Whether a field is named in them."""
        return self.topics is not None and self.topics.search(words) is not None


def _any_of(words: Iterable[str]) -> re.Pattern[str] | None:
    plain = {_stem(one) for one in words}
    stems = sorted(plain | {one[:-2] for one in plain if len(one) > 6 and one.endswith("ed")}, key=len, reverse=True)
    if not stems:
        return None
    names = "|".join(map(re.escape, stems))
    return re.compile(
        rf"(?:(?:(?<![\w'’])(?:{_BEFORE_NOUN})|['’]s?)\s+(?:\w+\s+)?[`*_]{{0,3}}|[`*]{{1,3}}|^\W*(?:\w+\s+)?)"
        rf"(?:{names})s?(?![\w-])|(?<![\w-])(?:{names})s?(?=\W{{0,4}}\s(?:{_COPULA})\b|\s*=|[`*]|n['’]t\b)|"
        rf"(?<![\w-])(?:{'|'.join(one for one in map(re.escape, stems) if '_' in one) or '(?!)'})\b",
        re.IGNORECASE,
    )


def _stem(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=512)
def naming(one: Field) -> re.Pattern[str] | None:
    """The words that name a field."""
    return _any_of(one.words)


def held_by(value: Any, schema: Mapping[str, Any], labels: Iterable[str]) -> Held:
    """What an answer holds.

    Args:
        value: the answer, as JSON.
        schema: that of its type.
        labels: the labels of its type, plain.
    """
    values: dict[str, list[Any]] = {}
    texts: list[str] = []
    _collect(value, values, texts)
    known: dict[str, str] = {}
    named: dict[str, Any] = {}
    units: set[str] = set()
    for name, part in _properties(schema):
        known.setdefault(name, "")
        units |= stated_units(name, str(part.get("description", "")))
    for part in _parts(schema):
        for label, of in zip(part.get(ENUM_NAMES) or (), part.get("enum") or (), strict=False):
            if not isinstance(of, str):
                named[" ".join(words_of(label))] = of
    names = [*known, *(one for one in values if _flat(one) not in {_flat(name) for name in known})] if known else []
    by_name = {_flat(name): found for name, found in values.items()}
    fields = tuple(Field(_words(name), tuple(by_name.get(_flat(name), ()))) for name in names)
    return Held(
        told_by(value),
        tuple(one for one in fields if one.words),
        frozenset({*labels, *named} - {""}),
        named,
        frozenset(units),
        tuple(texts),
        isinstance(value, list),
    )


def _flat(name: str) -> str:
    return "".join(words_of(name))


def _words(name: str) -> frozenset[str]:
    parts = words_of(name)
    main = [one for one in parts if one not in _NO_TOPIC and (one not in UNIT_OF or one == "age")]
    if not main and parts == ["number"]:
        main = ["number"]
    found = set(main) | {" ".join(parts), "_".join(parts), "".join(parts)} - _NO_TOPIC
    for one in main:
        found.update(_OTHER_NAMES.get(one, ()))
        found.update(_OTHER_NAMES.get(_stem(one), ()))
    return frozenset(one for one in found if len(one) > 2)


def _collect(value: Any, values: dict[str, list[Any]], texts: list[str], name: str = "") -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _collect(inner, values, texts, str(key))
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, values, texts, name)
    else:
        values.setdefault(name, []).append(value)
        if isinstance(value, str):
            texts.append(value.casefold())


def _parts(schema: Any) -> Iterable[Mapping[str, Any]]:
    parts = [schema]
    while parts:
        part = parts.pop()
        if isinstance(part, Mapping):
            yield part
            parts += [one for key, one in part.items() if key not in ("enum", "const", "default", "examples")]
        elif isinstance(part, list):
            parts += part


def _properties(schema: Any) -> Iterable[tuple[str, Mapping[str, Any]]]:
    for part in _parts(schema):
        inner = part.get("properties")
        if isinstance(inner, Mapping):
            yield from ((str(name), one) for name, one in inner.items() if isinstance(one, Mapping))
