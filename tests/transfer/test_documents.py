"""A trace as one JSON document: it comes back as it was, and a damaged one writes nothing."""

from __future__ import annotations

import copy
import datetime
import decimal
import json
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
from interlab.tracing.schema import OPEN
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
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text(max_size=4) | st.sampled_from(["$", "h", "v"]) | st.integers(), inner, max_size=4)
        | st.sets(st.integers(), max_size=3)
    ),
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
        with TracingNode(
            "second", inputs={"items": shared, "picture": Image(b"\x89PNG..."), "odd": {"$": 1}}
        ) as second:
            second.set_result(
                [np.arange(2000.0), np.array([[1, 2], [3, 4]]), Table(["a"], [[1]], ["x"], 7), Markdown("# a"), 1 << 80]
            )
        with pytest.raises(ValueError, match="out"), TracingNode("third"):
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
        assert store.journal.read("SELECT state, closed, result FROM node") == [(OPEN, None, None)]
        root.set_result("true")
    assert store.node(root.uid).result == "true"


def test_nothing_is_written_for_reading_only(document: Any, tmp_path: Path, open_another: Callable[..., Store]) -> None:
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


# Documents that are damaged, or meant to do harm ------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (None, "a NoneType"),
        ([1], "a list"),
        ("text", "a str"),
        ({}, "without it"),
        ({"format": "other"}, "'other'"),
        ({"format": "interlab-trace"}, "version None"),
        ({"format": "interlab-trace", "version": 2, "nodes": [], "blobs": {}}, "version 2"),
        ({"format": "interlab-trace", "version": "1", "nodes": [], "blobs": {}}, "version '1'"),
        ({"format": "interlab-trace", "version": 1}, "damaged in its list of nodes"),
        ({"format": "interlab-trace", "version": 1, "nodes": 5, "blobs": {}}, "damaged"),
        ({"format": "interlab-trace", "version": 1, "nodes": [], "blobs": []}, "damaged"),
    ],
)
def test_no_document(store: Store, wrong: Any, said: str) -> None:
    with pytest.raises(ForeignTraceError, match=said):
        store.from_document(wrong)
    assert len(store) == 0


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


DIGEST = digest(b"data").hex()
WRONG_FIELDS: dict[str, dict[str, Any]] = {
    "uid that is none": {"uid": "root"},
    "uid of counter 0": {"uid": "aaaa-0"},
    "uid too large": {"uid": "aaaa-" + "f" * 11},
    "uid with a path": {"uid": "../a-1"},
    "uid that is a number": {"uid": 5},
    "parent that is none": {"parent_uid": "x"},
    "itself as a parent": {"parent_uid": "feed-2"},
    "child as a parent": {"parent_uid": "feed-3"},
    "uid of another": {"uid": "feed-3"},
    "name that is a number": {"name": 5},
    "kind that is none": {"kind": None},
    "state that is none": {"state": "running"},
    "state that is a list": {"state": []},
    "time that is text": {"opened_at": "now"},
    "time that is none": {"opened_at": None},
    "time that is true": {"opened_at": True},
    "time that is no number": {"closed_at": float("nan")},
    "time without end": {"opened_at": float("inf")},
    "time that no calendar has": {"opened_at": 1e12},
    "time before all calendars": {"opened_at": -1e11},
    "tags that are texts": {"tags": ["one"]},
    "tag without a name": {"tags": [["", None]]},
    "tag with a wrong color": {"tags": [["a", 5]]},
    "inputs that are a list": {"inputs": [1]},
    "meta that is a record": {"meta": {"$": "object", "t": "x", "v": {}}},
    "error that is text": {"error": "it broke"},
    "half a character": {"result": "\ud83d"},
    "number too large": {"result": 1 << 70},
    "value no JSON has": {"result": {1, 2}},
    "reference": {"result": {"$": "ref", "h": DIGEST, "n": 4}},
    "hidden reference": {"result": {"$": "opaque", "t": {"$": "ref", "h": DIGEST}, "v": ""}},
    "reference in a name": {"result": {"$": "format", "v": [["a", {"$": "ref", "h": DIGEST, "n": 4}]]}},
    "chain": {"inputs": {"a": [{"$": "chain", "h": DIGEST, "n": 1}]}},
    "bytes that are missing": {"result": {"$": "blob", "h": digest(b"no").hex(), "n": 2, "mime": "text/plain"}},
    "bytes without a type": {"result": {"$": "blob", "h": DIGEST, "n": 4}},
    "tag that is a list": {"result": {"$": ["int"], "v": "1"}},
    "integer that is none": {"result": {"$": "duration", "v": "9999999999999 0 0"}},
    "record of a list": {"result": {"$": "object", "t": "x", "v": [1]}},
    "map of one": {"result": {"$": "map", "v": [[1]]}},
    "array of objects": {"result": {"$": "array", "dtype": "|O", "shape": [1], "v": [1]}},
    "array of another shape": {"result": {"$": "array", "dtype": "<f8", "shape": [3], "v": [1.0]}},
    "array of too few bytes": {"result": {"$": "array", "dtype": "<f8", "shape": [1], "v": None, "h": DIGEST}},
    "array of long texts": {"result": {"$": "array", "dtype": "<U99999", "shape": [50_000], "v": ["a"] * 50_000}},
    "prompt of numbers": {"result": {"$": "format", "v": [5]}},
    "value too deep": {"result": deep(240)},
    "value without a bottom": {"result": deep(50_000)},
    "deep value beside a form": {"result": {"$": "opaque", "t": deep(5_000), "v": ""}},
}


def small(**fields: Any) -> dict[str, Any]:
    node = {"parent_uid": None, "kind": "call", "state": "finished", "opened_at": 1.0, "closed_at": 2.0, "tags": []}
    nodes = [
        node | {"uid": "feed-1", "name": "good", "result": "text " * 1000},
        node | {"uid": "feed-2", "name": "bad"} | fields,
        node | {"uid": "feed-3", "name": "child", "parent_uid": "feed-2"},
    ]
    return {"format": "interlab-trace", "version": 1, "nodes": nodes, "blobs": {DIGEST: "ZGF0YQ=="}}


def test_the_small_document_is_good(store: Store) -> None:
    good, bad = store.from_document(small(result={"$": "blob", "h": DIGEST, "n": 4, "mime": "a/b", "name": None}))
    assert (good.result, bad.result, bad.children[0].name) == ("text " * 1000, Blob(b"data", "a/b"), "child")


@pytest.mark.parametrize("what", WRONG_FIELDS)
def test_one_wrong_node_and_nothing_is_written(store: Store, what: str) -> None:
    with pytest.raises(ForeignTraceError, match=r"damaged|parent"):
        store.from_document(small(**WRONG_FIELDS[what]))
    assert len(store) == 0
    assert [store.journal.read(f"SELECT count(*) FROM {table}") for table in ("writer", "value")] == [[(0,)], [(0,)]]


@pytest.mark.parametrize("field", ["uid", "parent_uid", "name", "kind", "state", "opened_at", "closed_at", "tags"])
def test_a_node_without_a_field(store: Store, field: str) -> None:
    document = small()
    del document["nodes"][1][field]
    with pytest.raises(ForeignTraceError, match=f"node 1: KeyError: '{field}'"):
        store.from_document(document)
    assert len(store) == 0


@pytest.mark.parametrize("blobs", [{DIGEST: "no base64!"}, {DIGEST: "ZGF0"}, {"x": "ZGF0YQ=="}, {DIGEST: 5}])
def test_bytes_that_are_not_what_their_hash_says(store: Store, blobs: Any) -> None:
    with pytest.raises(ForeignTraceError, match="damaged"):
        store.from_document(small() | {"blobs": blobs})
    assert store.journal.read("SELECT count(*) FROM value") == [(0,)]


def test_a_uid_that_is_still_to_be_given_here(store: Store) -> None:
    with store, TracingNode("here") as node:
        pass
    nonce, _, count = node.uid.rpartition("-")
    for offset in (5, 1 << 30):
        with pytest.raises(ForeignTraceError, match="still to be given"):
            store.from_document(small(uid=f"{nonce}-{int(count, 16) + offset:x}"))
    assert len(store) == 1
    with store, TracingNode("next"):
        pass
    assert [root.name for root in store.roots()] == ["here", "next"]


def test_a_circle_over_two_documents(store: Store) -> None:
    document = small(parent_uid="feed-9")
    store.from_document(document)
    node = copy.deepcopy(document["nodes"][1]) | {"uid": "feed-9", "parent_uid": "feed-3"}
    before = store.to_document()
    store.from_document(document | {"nodes": [node]})
    circle = {"nodes": [document["nodes"][1]]}
    with pytest.raises(ForeignTraceError, match="stands below itself"):
        store.from_document(document | circle)
    assert {one["uid"] for one in store.to_document()["nodes"]} >= {one["uid"] for one in before["nodes"]}
