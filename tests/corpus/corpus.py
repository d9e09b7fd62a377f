"""Load the corpus of answers: what was answered, and what it means.

Tests are no package, so load this file by its path (see `test_corpus_itself.py`), then::

    for answer in corpus.load("open"):
        if answer.readable:
            answer.is_right(value)  # did a reader get the object that was meant?
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from pydantic import TypeAdapter

FOLDER = Path(__file__).parent

Part: TypeAlias = Literal["open", "frozen"]
FailureClass: TypeAlias = Literal["clean", "extraction", "syntax", "truncation", "shape", "value", "semantic"]

PARTS: tuple[Part, ...] = get_args(Part)
CLASSES: tuple[FailureClass, ...] = get_args(FailureClass)


def _load_schemas() -> dict[str, Any]:
    name = "interlab_corpus_schemas"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, FOLDER / "schemas.py")
        if spec is None or spec.loader is None:
            raise FileNotFoundError(f"{FOLDER / 'schemas.py'} can't be loaded.")
        module = importlib.util.module_from_spec(spec)
        # pydantic looks annotations up in the module by its name.
        sys.modules[name] = module
        spec.loader.exec_module(module)
    schemas: dict[str, Any] = sys.modules[name].SCHEMAS
    return schemas


SCHEMAS: dict[str, Any] = _load_schemas()
"""The types asked for, by name."""


@cache
def adapter(schema: str) -> TypeAdapter[Any]:
    """What validates values of the type of this name."""
    return TypeAdapter(SCHEMAS[schema])


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer and its label.

    Args:
        id: unique, over both parts.
        schema: the name of the type asked for, in `SCHEMAS`.
        failure_class: what went wrong, one of `CLASSES`.
        subclass: the kind of damage, in words with hyphens.
        text: what the model wrote, as it came.
        finish_reason: why it ended; None where the provider does not tell.
        readable: whether the answer has a value; otherwise it is to be refused.
        value: JSON that strictly validates to what was answered, if readable.
        refusal: why there is no value, if not readable.
        source: ``"written"`` by hand, or ``"sampled"`` from the embedded model.
        origin: prompt, temperature, max_tokens, seed, model and constrained, of sampled answers.
    """

    id: str
    schema: str
    failure_class: FailureClass
    subclass: str
    text: str
    finish_reason: str | None
    readable: bool
    value: Any
    refusal: str | None
    source: Literal["written", "sampled"]
    origin: Mapping[str, Any] = field(default_factory=dict)

    @property
    def type(self) -> Any:
        """The Python type asked for."""
        return SCHEMAS[self.schema]

    def expected(self) -> Any:
        """The object that was meant. Only for readable answers.

        Raises:
            ValueError: the answer is one to refuse.
        """
        if not self.readable:
            raise ValueError(f"{self.id} has no value: {self.refusal}")
        return adapter(self.schema).validate_json(json.dumps(self.value), strict=True)

    def is_right(self, value: Any) -> bool:
        """Whether an object read from the answer is the one that was meant, in value and in type."""
        return self.readable and _same(value, self.expected())


def _same(one: Any, other: Any) -> bool:
    """Equal, and of equal types: True is not 1 and "3" is not 3. Containers are compared item by item."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_same(one[key], other[key]) for key in one)
    return bool(one == other)


def _records(part: Part) -> Iterator[dict[str, Any]]:
    for path in sorted((FOLDER / part).glob("*.jsonl")):
        # Lines are split at "\n" only: answers may hold other line separators.
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                yield json.loads(line)


_FIELDS = ("id", "schema", "class", "subclass", "answer", "finish_reason", "expect", "readable", "source")


def load(part: Part) -> list[Answer]:
    """One part of the corpus; no answers if it has none yet.

    Args:
        part: ``"open"`` to develop against, ``"frozen"`` to report on.

    Raises:
        ValueError: no such part.
    """
    if part not in PARTS:
        raise ValueError(f"A part is one of {', '.join(PARTS)}, not {part!r}.")
    return [
        Answer(
            id=record["id"],
            schema=record["schema"],
            failure_class=record["class"],
            subclass=record["subclass"],
            text=record["answer"],
            finish_reason=record["finish_reason"],
            readable=record["readable"],
            value=record["expect"].get("value"),
            refusal=record["expect"].get("refuse"),
            source=record["source"],
            origin={key: value for key, value in record.items() if key not in _FIELDS},
        )
        for record in _records(part)
    ]
