"""A trace as one JSON document: it comes back as it was, and a damaged one writes nothing."""

from __future__ import annotations

import copy
import datetime
import decimal
import json
import math
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlab.errors import ForeignTraceError, StoreReadOnly
from interlab.tracing import Blob, FormatStr, Html, Image, Markdown, Store, Table, Tag, TracingNode, open_store
from interlab.tracing.wire import digest

SLOW = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
texts = st.text(st.characters(exclude_categories=()), max_size=20) | st.text("ab", min_size=500, max_size=700)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | texts
    | st.sampled_from([b"", b"bytes", decimal.Decimal("1.50"), uuid.UUID(int=5), datetime.date(2024, 2, 29), 1 + 2j])
    | st.builds(Blob, st.binary(max_size=40), st.just("text/plain"), st.none() | st.just("n.txt"))
    | st.builds(Html, texts)
    | st.builds(lambda text: FormatStr("{a} or {b#red}").format(a=text), texts),
    lambda inner: st.lists(inner, max_size=4)
    | st.lists(inner, max_size=3).map(tuple)
    | st.dictionaries(st.text(max_size=4) | st.sampled_from(["$", "h", "v"]) | st.integers(), inner, max_size=4)
    | st.sets(st.integers(), max_size=3),
    max_leaves=15,
)
tags = st.lists(st.builds(Tag, st.text("abc", min_size=1, max_size=3), st.none() | st.just("#ff0000")), max_size=2)
nodes = st.recursive(
    st.tuples(st.text(max_size=6), tags, values, st.just(())),
    lambda inner: st.tuples(st.text(max_size=6), tags, values, st.lists(inner, max_size=3)),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Store, Store]]:
    """Two stores that stay open for the length of the module."""
    stores = open_store(), open_store()
    yield stores
    for store in stores:
        store.close()


def record(name: str, tags: list[Tag], value: Any, children: Any) -> TracingNode:
    with TracingNode(name, inputs={"value": value}, tags=tags, meta={"note": value}) as node:
        for child in children:
            record(*child)
        node.set_result(value)
    return node


def same(one: Any, other: Any) -> bool:
    """Equal to the last bit, and of the same types."""
    return type(one) is type(other) and repr(one) == repr(other)


@SLOW
@given(nodes)
def test_whatever_is_recorded_comes_back(pair: tuple[Store, Store], tree: Any) -> None:
    here, there = pair
    with here:
        root = record(*tree)
    document = here.to_document([root])
    packed = json.loads(json.dumps(document))
    assert packed == document
    (back,) = there.from_document(packed)
    assert there.to_document([back]) == document
    for one, other in zip(root.find_nodes(), back.find_nodes(), strict=True):
        assert (one.uid, one.parent_uid, one.name, one.kind) == (other.uid, other.parent_uid, other.name, other.kind)
        assert (one.state, one.opened_at, one.closed_at) == (other.state, other.opened_at, other.closed_at)
        assert one.tags == other.tags
        assert same(one.inputs, other.inputs)
        assert same(one.result, other.result)
        assert same(one.meta, other.meta)
    before = len(there)
    assert there.from_document(packed) == [back]
    assert len(there) == before


@pytest.fixture
def document(store: Store) -> dict[str, Any]:
    """A trace with one of everything."""
    shared = ["a long item " * 20 + str(number) for number in range(30)]
    with store, TracingNode("root", kind="run", tags=["one", Tag("two", "red")], meta={"color": "#123456"}) as root:
        with TracingNode("first", inputs={"items": shared[:20]}):
            pass
        with TracingNode("second", inputs={"items": shared, "picture": Image(b"\x89PNG..."), "$": {"$": 1}}) as second:
            second.set_result(
                [np.arange(2000.0), np.array([[1, 2], [3, 4]]), Table(["a"], [[1]], ["x"], 7), Markdown("# a"), 1 << 80]
            )
        with pytest.raises(ValueError, match="out"), TracingNode("third") as third:
            third.event("beep", data={math.inf: math.nan}) if hasattr(third, "event") else None
            raise ValueError("out") from KeyError("in")
        root.set_result({"text": "long " * 1000, "half": "\ud83d"})
    return store.to_document([root])


def test_one_of_everything_comes_back(store: Store, document: Any, open_another: Callable[..., Store]) -> None:
    other = open_another()
    (root,) = other.from_document(json.loads(json.dumps(document)))
    assert other.to_document() == document
    second, third = root.children[1:]
    assert second.inputs == store.node(second.uid).inputs
    assert second.result[0].tolist() == list(range(2000))
    assert second.result[1].tolist() == [[1, 2], [3, 4]]
    assert second.result[2:] == [Table(["a"], [[1]], ["x"], 7), Markdown("# a"), 1 << 80]
    assert third.error is not None
    assert (third.error.type_name, third.error["cause"].type_name) == ("ValueError", "KeyError")
    assert root.result == {"text": "long " * 1000, "half": "\ud83d"}


def test_a_document_stands_for_itself(document: Any) -> None:
    text = json.dumps(document)
    assert '"ref"' not in text
    assert '"chain"' not in text
    assert [node["name"] for node in document["nodes"]][:3] == ["root", "first", "second"]
    assert {digest(data).hex() for data in (b"\x89PNG...", np.arange(2000.0).tobytes())} == set(document["blobs"])


def test_long_values_are_stored_once(document: Any, open_another: Callable[..., Store]) -> None:
    other = open_another()
    other.from_document(document)
    known = other.journal.read("SELECT count(*) FROM value")[0][0]
    other.from_document(document)
    assert other.journal.read("SELECT count(*) FROM value")[0][0] == known
    assert other.compact() == 0
    assert other.to_document() == document


def test_nodes_chosen(store: Store, document: Any) -> None:
    first, second = (node["uid"] for node in document["nodes"][1:3])
    chosen = store.to_document([second, first, second])
    assert [node["uid"] for node in chosen["nodes"]] == [second, first]
    root = document["nodes"][0]["uid"]
    overlapping = store.to_document([first, root])
    assert sorted(node["uid"] for node in overlapping["nodes"]) == sorted(node["uid"] for node in document["nodes"])
    assert store.to_document([])["nodes"] == []


def test_a_part_gets_its_parent_when_that_comes(document: Any, open_another: Callable[..., Store]) -> None:
    other = open_another()
    part = document | {"nodes": document["nodes"][1:2]}
    (first,) = other.from_document(part)
    assert first.parent is None
    assert other.roots() == [first]
    (root,) = other.from_document(document)
    assert other.roots() == [root]
    assert other.node(first.uid).parent == root
    assert other.to_document() == document


def test_parents_need_not_come_first(document: Any, open_another: Callable[..., Store]) -> None:
    other = open_another()
    (root,) = other.from_document(document | {"nodes": document["nodes"][::-1]})
    assert other.to_document([root]) == document


def test_what_was_open_is_interrupted_then_finished(store: Store, open_another: Callable[..., Store]) -> None:
    other = open_another()
    with store, TracingNode("root", inputs={"a": 1}) as root:
        with TracingNode("inner") as inner:
            other.from_document(json.loads(json.dumps(store.to_document())))
            assert [other.node(one.uid).state for one in (root, inner)] == ["interrupted"] * 2
            inner.set_result(5)
        assert other.from_document(store.to_document()) == [other.node(root.uid)]
        assert [other.node(one.uid).state for one in (root, inner)] == ["interrupted", "finished"]
        half = store.to_document()
    other.from_document(store.to_document())
    other.from_document(half)  # what is older does not take a result away
    assert other.to_document() == store.to_document()
    assert other.node(inner.uid).result == 5


def test_what_runs_here_is_left_alone(store: Store) -> None:
    with store, TracingNode("root") as root:
        document = store.to_document()
        document["nodes"][0] |= {"state": "finished", "closed_at": 5.0, "result": "false"}
        assert store.from_document(document) == [root]
        assert (root.state, root.result) == ("open", None)
        root.set_result("true")
    assert store.node(root.uid).result == "true"


def test_nothing_is_written_for_reading_only(
    document: Any, tmp_path: Path, open_another: Callable[..., Store]
) -> None:
    open_another(tmp_path / "lab.db").close()
    with pytest.raises(StoreReadOnly):
        open_another(tmp_path / "lab.db", read_only=True).from_document(document)


def test_secrets_of_others_do_not_come_in(document: Any, open_another: Callable[..., Store]) -> None:
    key = "sk-" + "a1B2" * 6
    node = document["nodes"][1]
    node |= {"name": f"n {key}", "kind": key, "tags": [[key, None]], "result": [key, f"{key} " * 100]}
    other = open_another()
    other.from_document(document)
    assert key not in json.dumps(other.to_document())
    assert other.node(node["uid"]).result[0] == "[secret removed]"
