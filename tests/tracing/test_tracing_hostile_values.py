"""Values that can't be taken apart, do not end, or mean harm: type and text are kept, and the rest of the record."""

from __future__ import annotations

import dataclasses
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

import pytest

from interlab.tracing import Opaque, Record, Store, TracingNode, freeze

Keep = Callable[[Any], Any]


@dataclasses.dataclass
class Offer:
    price: float
    by: str
    parts: list[Any] = dataclasses.field(default_factory=list)


def test_unknown_types_fall_back_to_type_and_repr(kept: Keep) -> None:
    class Unknown:
        def __repr__(self) -> str:
            return "<the unknown>"

    back = kept({"a": Unknown(), "b": 1})
    assert back["a"].type_name.endswith("Unknown")
    assert back["a"].text == "<the unknown>"
    assert back["b"] == 1
    assert isinstance(kept(deque([1])), Opaque)
    assert isinstance(kept(threading.Lock()), Opaque)
    assert isinstance(kept(number for number in range(3)), Opaque)


def test_cycles_are_cut(kept: Keep) -> None:
    cycle: list[Any] = [1]
    cycle.append(cycle)
    back = kept(cycle)
    assert back[0] == 1 and isinstance(back[1], Opaque) and "itself" in back[1].why
    mutual: dict[str, Any] = {"a": {}}
    mutual["a"]["back"] = mutual
    assert isinstance(kept(mutual)["a"]["back"], Opaque)
    offer = Offer(1, "x")
    offer.parts.append(offer)
    assert kept(offer)["price"] == 1


def test_the_same_object_twice_is_no_cycle(kept: Keep) -> None:
    shared = {"a": [1]}
    assert kept([shared, shared, (shared,)]) == [shared, shared, (shared,)]


@pytest.mark.parametrize("wrap", [lambda inner: [inner], lambda inner: {"a": inner}, lambda inner: (inner,)])
def test_values_1200_deep_are_cut_and_lose_nothing_else(wrap: Callable[[Any], Any], kept: Keep) -> None:
    value: Any = "core"
    for _ in range(1_200):
        value = wrap(value)
    back = kept({"deep": value, "beside": 7})
    assert back["beside"] == 7
    depth = 0
    while not isinstance(back, Opaque):
        back = back["deep"] if depth == 0 else next(iter(back.values() if isinstance(back, dict) else back))
        depth += 1
    assert depth >= 50
    assert "deeper" in back.why


def test_texts_and_bytes_of_10_megabytes(store: Store, kept: Keep) -> None:
    text = "0123456789" * 1_000_000
    assert kept(text) == text
    assert kept([text, text])[1] == text
    assert kept(text.encode()).data == text.encode()


def test_a_repr_that_raises(kept: Keep) -> None:
    class Rude:
        def __repr__(self) -> str:
            raise RuntimeError("no")

    back = kept([Rude(), "beside"])
    assert back[1] == "beside"
    assert "repr raised RuntimeError" in back[0].why


def test_hostile_classes_are_recorded_somehow(kept: Keep) -> None:
    class Liar:
        @property  # type: ignore[misc]
        def __class__(self) -> Any:
            raise RuntimeError("no class")

        def __getattr__(self, name: str) -> Any:
            raise RuntimeError("no attributes")

        def __eq__(self, other: object) -> bool:
            raise RuntimeError("no comparison")

        __hash__ = None  # type: ignore[assignment]

    class Pretender:
        __class__ = dict  # type: ignore[assignment]

        def __getattr__(self, name: str) -> Any:
            return self

    class RudeMeta(type):
        def __getattribute__(cls, name: str) -> Any:
            raise RuntimeError(f"no {name}")

    class Rude(metaclass=RudeMeta):
        pass

    class UnhashableMeta(type):
        __hash__ = None  # type: ignore[assignment]

    class Unhashable(metaclass=UnhashableMeta):
        pass

    class NoModule:
        __module__ = 7  # type: ignore[assignment]

    class RudeError(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no text")

    class RaisesRude:
        def __trace_to_node__(self) -> Any:
            raise RudeError

    class LongTrace(str):
        def __len__(self) -> int:
            raise RuntimeError("no length")

    class RudeRepr:
        def __repr__(self) -> str:
            return LongTrace("hello")

    class BadFields(tuple):  # type: ignore[type-arg]
        _fields = 7

    class BadItems(dict):  # type: ignore[type-arg]
        def items(self) -> Any:
            raise RuntimeError("no items")

    class Dynamic:
        def __getattr__(self, name: str) -> Any:
            return Dynamic()

    made = [Liar, Pretender, Rude, Unhashable, NoModule, RaisesRude, RudeRepr, Dynamic]
    values: list[Any] = [kind() for kind in made] + [BadFields([1, 2]), BadItems(a=1)]
    for value in (*values, Rude, Unhashable):
        back = kept({"hostile": value, "beside": 7})
        assert back["beside"] == 7
        assert kept(["a first text", "a second text", value, "beside"])[3] == "beside"
    assert kept(RudeRepr()).text == "hello"


def test_a_dictionary_changed_by_another_thread_while_it_is_recorded(store: Store) -> None:
    for key in ("text", 1):
        shared: dict[Any, Any] = {key: 0}
        stop = threading.Event()

        def churn(shared: dict[Any, Any] = shared, stop: threading.Event = stop) -> None:
            number = 0
            while not stop.is_set():
                number += 1
                shared[f"k{number % 100}"] = [number]
                shared.pop(f"k{(number * 7) % 100}", None)

        thread = threading.Thread(target=churn)
        thread.start()
        try:
            for _ in range(20):
                with TracingNode("x") as node:
                    node.set_result(shared)
                assert isinstance(node.result, dict), node.result
                assert key in node.result
        finally:
            stop.set()
            thread.join()


def test_more_items_than_are_kept(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(freeze, "MAX_ITEMS", 100)
    with TracingNode("x") as node:
        node.set_result([[number] for number in range(300)])
    assert node.result[50] == [50]
    assert isinstance(node.result[250], Opaque)


def test_records_are_dictionaries_with_a_class(kept: Keep) -> None:
    import copy

    record = kept(Offer(1.0, "a"))
    assert isinstance(record, Record) and isinstance(record, dict)
    assert "price=1.0" in repr(record)
    assert copy.deepcopy(record).type_name == record.type_name
    assert kept(record).type_name == record.type_name
