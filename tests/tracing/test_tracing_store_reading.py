"""Reading a store: roots, children and pages of them, filters, and search by text."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlab.errors import InvalidArgument
from interlab.tracing import FormatStr, Store, Table, TracingNode, open_store

Reopen = Callable[[], Store]


def names(nodes: list) -> list[str]:  # type: ignore[type-arg]
    return [node.name for node in nodes]


@pytest.fixture
def family(store: Store) -> TracingNode:
    """A root with 25 children, each with two of its own."""
    with TracingNode("root", kind="run") as root:
        for number in range(25):
            with TracingNode(f"child {number}", kind="step", tags=["even"] * (number % 2 == 0)):
                with TracingNode("leaf", kind="query", inputs={"number": number}):
                    pass
                with TracingNode("leaf", kind="model") as leaf:
                    if number % 5 == 0:
                        leaf.set_error("fifth")
    return root


def test_roots_are_roots_and_children_are_not(store: Store, family: TracingNode, reopened: Reopen) -> None:
    with TracingNode("second root"):
        pass
    for one in (store, reopened()):
        assert names(one.roots()) == ["root", "second root"]
        assert names(one.runs()) in (["root"], [run.name for run in one.runs()])
        assert len(one.runs()) == 1
        assert len(one) == 77


def test_pages_cover_everything_once_and_in_order(store: Store, family: TracingNode) -> None:
    for limit in (1, 7, 25, 100):
        found, after = [], None
        while page := store.children(family.uid, after=after, limit=limit):
            assert len(page) <= limit
            found += page
            after = page[-1].uid
        assert names(found) == [f"child {number}" for number in range(25)]
    assert names(store.children(family.uid, limit=2)) == ["child 0", "child 1"]
    assert store.children(family.uid, limit=0) == []
    for _ in range(5):
        with TracingNode("another root"):
            pass
    first = store.roots(limit=2)
    assert names(first) == ["root", "another root"]
    assert len(store.roots(after=first[-1].uid)) == 4


def test_a_page_goes_on_where_new_nodes_arrive(store: Store) -> None:
    with TracingNode("root") as root:
        for number in range(3):
            with TracingNode(f"{number}"):
                pass
        page = store.children(root.uid, limit=2)
        with TracingNode("3"):
            pass
        assert names(store.children(root.uid, after=page[-1].uid)) == ["2", "3"]


def test_filters(store: Store, family: TracingNode, reopened: Reopen) -> None:
    child = family.children[4]
    for one in (store, reopened()):
        assert len(one.find()) == 76
        assert len(one.find(kind="query")) == 25
        assert len(one.find(tag="even")) == 13
        assert len(one.find(state="error")) == 5
        assert len(one.find(state="finished")) == 71
        assert one.find(state="open") == one.find(state="interrupted") == []
        assert names(one.find(name="child 7")) == ["child 7"]
        assert names(one.find(under=child.uid)) == ["leaf", "leaf"]
        assert names(one.find(under=one.node(child.uid), kind="model")) == ["leaf"]
        assert [node.inputs["number"] for node in one.find(lambda node: node.inputs.get("number", 0) > 22)] == [23, 24]
        assert names(one.find(tag="even", kind="step", limit=2)) == ["child 0", "child 2"]
        assert names(one.find(kind="step", limit=2)) == ["child 0", "child 1"]
        assert one.find(kind="step", limit=0) == one.find(tag="even", limit=0) == []
        assert one.find(kind="nothing") == one.find(tag="nothing") == one.find(name="nothing") == []
        with pytest.raises(InvalidArgument, match="interrupted"):
            one.find(state="done")


def test_open_nodes_are_listed_and_found(store: Store, reopened: Reopen) -> None:
    with TracingNode("root", kind="run") as root, TracingNode("child") as child:
        store.flush()
        for one in (store, reopened()):
            assert names(one.roots()) == ["root"]
            assert names(one.find(state="open")) == ["root", "child"]
            assert one.node(child.uid).state == "open"
            assert one.find(state="interrupted") == []
        assert store.node(root.uid) is root
        assert store.children(root.uid) == [child]


# Search by text ---------------------------------------------------------------------------------------


def test_words_are_found_wherever_they_stand(store: Store, reopened: Reopen) -> None:
    with TracingNode("root"):
        with TracingNode("zebra in the name"):
            pass
        with TracingNode("b", inputs={"text": "a ZEBRA in an input"}):
            pass
        with TracingNode("c") as node:
            node.set_result({"deep": [("zebra",)], "long": "x " * 1000})
        with TracingNode("d", inputs={"long": "y " * 1000 + "zebra" + " z" * 1000}):
            pass
        with TracingNode("e", meta={"note": "zebra"}):
            pass
        with TracingNode("f", inputs={"prompt": FormatStr("ride the {animal}").format(animal="zebra")}):
            pass
        with TracingNode("g") as node:
            node.set_error("no zebra left")
        with TracingNode("h", inputs={"table": Table(["animal"], [["zebra"]])}):
            pass
        with TracingNode("i", inputs={"zebra": 1}):
            pass
        with TracingNode("none", inputs={"text": "zebras are others"}):
            pass
    for one in (store, reopened()):
        assert names(one.find(text="zebra")) == ["zebra in the name", "b", "c", "d", "e", "f", "g", "h"]
        assert names(one.find(text="zebra", limit=1)) == ["zebra in the name"]
        assert names(one.find(text="zebra", state="error")) == ["g"]


def test_all_words_must_be_there_and_quoted_ones_together(store: Store) -> None:
    for text in ("red apple and green pear", "green apple and red pear", "only apple"):
        with TracingNode(text):
            pass
    assert names(store.find(text="green apple")) == ["red apple and green pear", "green apple and red pear"]
    assert names(store.find(text='"green apple"')) == ["green apple and red pear"]
    assert names(store.find(text='"green apple" pear')) == ["green apple and red pear"]
    assert store.find(text="apple plum") == []


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Straße nach Zürich", "zürich"),
        ("こんにちは 世界", "世界"),
        ("Привет мир", "привет"),
        ("don't stop", "don't"),
        ("price: $2,400.50", "2,400.50"),
        ("a AND b OR NOT c NEAR(d)", "AND"),
        ("a AND b OR NOT c NEAR(d)", "NEAR(d)"),
        ("wild* card^ col:umn -minus +plus", "col:umn"),
        ('she said "yes"', 'said "yes"'),
        ("emoji 🎲 die", "die"),
    ],
)
def test_any_text_can_be_asked_for(store: Store, text: str, query: str) -> None:
    with TracingNode("x", inputs={"text": text}) as node:
        pass
    assert store.find(text=query) == [node]
    assert store.find(text=f"{query} missingword") == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=30))
def test_no_query_is_an_error(store: Store, query: str) -> None:
    store.find(text=query)


@pytest.mark.parametrize(
    "query", ["", " ", '"', '""', '" "', "*", "^", "(", "a\x00b", "\ud800", "---", '"unclosed phrase']
)
def test_odd_queries_find_nothing_and_do_no_harm(store: Store, query: str) -> None:
    with TracingNode("x", inputs={"text": "words"}):
        pass
    assert store.find(text=query) == []


def test_later_nodes_are_found_by_later_searches(store: Store, reopened: Reopen) -> None:
    other = reopened()
    for number in range(3):
        with TracingNode(f"pass {number}", inputs={"text": "needle"}):
            pass
        assert len(store.find(text="needle")) == number + 1
        assert len(other.find(text="needle")) == number + 1


def test_an_open_node_is_found_at_once_and_again_when_it_has_more(store: Store, reopened: Reopen) -> None:
    other = reopened()
    with TracingNode("root", kind="run", inputs={"text": "early words"}) as root:
        assert store.find(text="early") == [root]
        assert names(other.find(text="early")) == ["root"]
        assert store.find(text="late") == []
        with TracingNode("child", inputs={"text": "early child"}):
            pass
        assert len(store.find(text="early")) == 2
        root.set_result("late words")
    for one in (store, other):
        assert names(one.find(text="late")) == ["root"]
        assert names(one.find(text="early")) == ["root", "child"]


def test_an_interrupted_node_is_found(path: Path) -> None:
    store = open_store(path)
    with store:
        TracingNode("left", inputs={"text": "needle"}).open()
    store.close()
    again = open_store(path)
    (found,) = again.find(text="needle")
    assert found.state == "interrupted"
    again.close()


def test_a_node_made_before_others_and_entered_after_a_search_is_found(store: Store) -> None:
    with TracingNode("root"):
        waiting = TracingNode("waiting", inputs={"text": "needle"})
        never = TracingNode("never")
        for _ in range(5):
            with TracingNode("other"):
                pass
        assert store.find(text="needle") == []
        assert len(store.find(text="other")) == 5
        with waiting:
            pass
        assert store.find(text="needle") == [waiting]
        assert store.find(text="needle") == [waiting]
    assert never.state == "new"


def test_removed_nodes_are_not_found(store: Store) -> None:
    with TracingNode("needle") as node:
        pass
    assert store.find(text="needle") == [node]
    store.remove(node)
    assert store.find(text="needle") == []


def test_reading_only_searches_what_is_indexed(store: Store, path: Path) -> None:
    with TracingNode("needle"):
        pass
    store.find(text="needle")
    reader = open_store(path, read_only=True)
    assert names(reader.find(text="needle")) == ["needle"]
    reader.close()


def test_what_was_said_in_a_conversation_is_found_where_it_was_new(store: Store) -> None:
    messages = [f"message {word}" for word in ("alpha", "beta", "gamma")]
    for length in (3, 4, 5):
        with TracingNode(f"{length}", inputs={"messages": [*messages, "message delta", "message epsilon"][:length]}):
            pass
    assert names(store.find(text="alpha")) == ["3"]
    assert names(store.find(text="epsilon")) == ["5"]


def test_more_nodes_than_one_batch_are_indexed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from interlab.tracing import search

    monkeypatch.setattr(search, "BATCH", 10)
    with TracingNode("root"):
        for number in range(35):
            with TracingNode(f"node {number} needle"):
                pass
    assert len(store.find(text="needle")) == 35
    assert names(store.find(text="17")) == ["node 17 needle"]
