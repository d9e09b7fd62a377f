"""Whatever is recorded, in whatever combination, is read back from the file as it was."""

from __future__ import annotations

import datetime
import decimal
import math
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlab.tracing import FormatStr, Store, TracingNode, open_store

texts = st.text(st.characters(exclude_categories=()), max_size=40) | st.text("ab", min_size=500, max_size=900)
hashables = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | texts
    | st.dates()
    | st.datetimes(timezones=st.none() | st.just(datetime.UTC))
    | st.times()
    | st.timedeltas()
    | st.uuids()
    | st.decimals(allow_nan=False)
    | st.complex_numbers(allow_nan=False)
    | st.tuples(st.integers(), st.text(max_size=3))
    | st.frozensets(st.integers(), max_size=3)
)
keys = st.text(max_size=6) | st.sampled_from(["$", "h", "v", "ref"]) | hashables
values = st.recursive(
    hashables | st.sampled_from([math.nan, math.inf]) | st.sets(st.integers(), max_size=3),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.lists(texts, max_size=6)
    ),
    max_leaves=20,
)

SLOW = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Store, Store]]:
    """A writer, and a reader of the same file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lab.db"
        writer, reader = open_store(path), open_store(path)
        yield writer, reader
        writer.close()
        reader.close()


def same(one: Any, other: Any) -> bool:
    """Equal, of the same types all the way down, and not a number where it was not a number."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        pairs = zip(one.items(), other.items(), strict=False)
        return len(one) == len(other) and all(same(a, c) and same(b, d) for (a, b), (c, d) in pairs)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, float) and math.isnan(one):
        return math.isnan(other)
    if isinstance(one, float):
        return math.copysign(1, one) == math.copysign(1, other) and one == other
    if isinstance(one, decimal.Decimal | complex | uuid.UUID):
        return repr(one) == repr(other) or one == other
    return bool(one == other)


@SLOW
@given(st.dictionaries(st.text(max_size=5).filter(lambda name: name != "$"), values, max_size=4), values)
def test_values_round_trip(pair: tuple[Store, Store], inputs: dict[str, Any], result: Any) -> None:
    writer, reader = pair
    with writer, TracingNode("x", inputs=inputs) as node:
        node.set_result(result)
    back = reader.node(node.uid)
    assert same(back.result, result)
    assert same(back.inputs, inputs)


@SLOW
@given(st.lists(values, min_size=1, max_size=5))
def test_inputs_added_one_by_one_round_trip(pair: tuple[Store, Store], added: list[Any]) -> None:
    writer, reader = pair
    with writer, TracingNode("x") as node:
        for place, value in enumerate(added):
            node.add_input(f"n{place}", value)
    assert same(reader.node(node.uid).inputs, {f"n{place}": value for place, value in enumerate(added)})


@SLOW
@given(st.lists(st.tuples(st.sampled_from("abc"), texts), max_size=9), texts)
def test_prompts_round_trip(pair: tuple[Store, Store], fields: list[tuple[str, str]], literal: str) -> None:
    prompt = FormatStr()
    for name, value in fields:
        prompt = prompt + FormatStr(f"{{{name}#red}}").format(**{name: value}) + literal + FormatStr("{open}")
    writer, reader = pair
    with writer, TracingNode("x", inputs={"prompt": prompt}) as node:
        pass
    back = reader.node(node.uid).inputs["prompt"]
    assert back == prompt
    assert back.parts == prompt.parts
