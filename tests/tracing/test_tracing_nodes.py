"""Nodes: their states, what they record, and how the same is read back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from interlab.errors import DuplicateInput, InvalidArgument, NoCurrentNode, NodeNotFound, NodeStateError
from interlab.tracing import Store, Tag, TracingNode, current_node, name_color, open_store

Reopen = Callable[[], Store]


def test_a_node_goes_from_new_to_open_to_finished(store: Store) -> None:
    node = TracingNode("work")
    assert node.state == "new"
    with node:
        assert node.state == "open"
        assert node.closed_at is None
        assert node.duration_s is None
    assert node.state == "finished"
    assert node.is_closed
    assert node.closed_at is not None and node.closed_at >= node.opened_at


def test_an_exception_is_recorded_with_its_cause_and_goes_on(store: Store, reopened: Reopen) -> None:
    with pytest.raises(ValueError, match="no deal"), TracingNode("outer") as outer, TracingNode("inner") as inner:
        try:
            raise KeyError("price")
        except KeyError as missing:
            raise ValueError("no deal") from missing
    for node in (inner, outer, *reopened().node(outer.uid).find_nodes()):
        assert node.state == "error"
        error = node.error
        assert error is not None
        assert error.type_name == "ValueError"
        assert error["message"] == "no deal"
        assert "raise ValueError" in error["traceback"]
        assert error["cause"].type_name == "KeyError"
        assert error["cause"]["message"] == "'price'"
        assert error["cause"]["cause"] is None


def test_the_context_of_an_exception_counts_as_cause_unless_suppressed(store: Store) -> None:
    def fail(suppress: bool) -> TracingNode:
        with pytest.raises(ValueError), TracingNode("x") as node:
            try:
                raise KeyError("first")
            except KeyError:
                if suppress:
                    raise ValueError("second") from None
                raise ValueError("second")  # noqa: B904
        return node

    assert fail(False).error["cause"]["message"] == "'first'"  # type: ignore[index]
    assert fail(True).error["cause"] is None  # type: ignore[index]


def test_a_long_chain_of_causes_is_cut(store: Store) -> None:
    error = ValueError("0")
    for number in range(1, 200):
        following = ValueError(str(number))
        following.__cause__ = error
        error = following
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    for one in (error, first):
        with TracingNode("x") as node:
            node.set_error(one)
        depth, cause = 0, node.error
        while cause is not None:
            depth, cause = depth + 1, cause["cause"]
        assert 2 <= depth < 100


def test_a_note_on_an_exception_is_kept(store: Store) -> None:
    with pytest.raises(ValueError), TracingNode("x") as node:
        error = ValueError("bad")
        error.add_note("at turn 7")
        raise error
    assert node.error is not None and node.error["message"] == "bad\nat turn 7"


def test_an_exception_with_a_hostile_text_is_still_an_error(store: Store, reopened: Reopen) -> None:
    class Rude(Exception):
        exceptions = 7  # not a group, whatever it says

        def __str__(self) -> str:
            raise RuntimeError("no text for you")

    with pytest.raises(Rude), TracingNode("x") as node:
        raise Rude
    error = reopened().node(node.uid).error
    assert error is not None and "Rude" in error.type_name
    assert "RuntimeError" in error["message"]


def test_an_exception_recorded_as_something_else_still_reads_as_an_error(store: Store, reopened: Reopen) -> None:
    class Told(Exception):
        def __trace_to_node__(self) -> Any:
            return {"what": "told"}

    with pytest.raises(Told), TracingNode("x") as node:
        raise Told
    error = reopened().node(node.uid).error
    assert error is not None and "told" in error["message"]


def test_keyboard_interrupt_closes_the_node(store: Store) -> None:
    with pytest.raises(KeyboardInterrupt), TracingNode("x") as node:
        raise KeyboardInterrupt
    assert node.state == "error"


def test_set_error_records_without_raising(store: Store, reopened: Reopen) -> None:
    with TracingNode("a") as from_text:
        from_text.set_error("out of budget")
    with TracingNode("b") as from_exception:
        from_exception.set_error(TimeoutError("late"))
    again = reopened()
    assert again.node(from_text.uid).state == "error"
    assert again.node(from_text.uid).error["message"] == "out of budget"  # type: ignore[index]
    assert again.node(from_exception.uid).error.type_name == "TimeoutError"  # type: ignore[union-attr]


def test_a_duplicate_input_raises_and_changes_nothing(store: Store) -> None:
    with TracingNode("x", inputs={"price": 1}) as node:
        with pytest.raises(DuplicateInput) as raised:
            node.add_input("price", 2)
        assert raised.value.input_name == "price"
        assert raised.value.node_uid == node.uid
        node.add_input("offer", 3)
        with pytest.raises(DuplicateInput):
            node.add_inputs({"new": 0, "offer": 4})
    assert node.inputs == {"price": 1, "offer": 3}


def test_inputs_added_one_by_one_keep_their_order_and_size(store: Store, reopened: Reopen) -> None:
    expected = {f"input {number}": "x" * (200 * number) for number in range(8)}
    with TracingNode("x") as node:
        for name, value in expected.items():
            node.add_input(name, value)
        assert node.inputs == expected
    assert list(reopened().node(node.uid).inputs.items()) == list(expected.items())


@pytest.mark.parametrize("result", [None, "", 0, [], {}, False, 0.0, (), set(), b""])
def test_empty_results_survive(result: Any, kept: Callable[[Any], Any]) -> None:
    back = kept(result)
    if isinstance(result, bytes):
        back = back.data
    assert back == result
    assert type(back) is type(result)


def test_a_result_of_none_is_told_from_none_set(store: Store, reopened: Reopen) -> None:
    with TracingNode("a") as without:
        pass
    with TracingNode("b") as with_none:
        with_none.set_result(None)
    for one in (store, reopened()):
        assert not one.node(without.uid).has_result
        assert one.node(with_none.uid).has_result


def test_a_later_result_replaces_an_earlier_one(store: Store, reopened: Reopen) -> None:
    with TracingNode("x", kind="model") as node:
        node.set_result("draft")
        store.flush()
        assert reopened().node(node.uid).result == "draft"
        node.set_result("final")
    assert reopened().node(node.uid).result == "final"


def test_events_are_instant_finished_children(store: Store, reopened: Reopen) -> None:
    with TracingNode("x") as node:
        node.add_event("offer", {"price": 7}, tags=["cheap"])
        node.add_event("silence")
        assert current_node() is node
    first, second = reopened().node(node.uid).children
    assert (first.name, first.kind, first.state, first.result) == ("offer", "event", "finished", {"price": 7})
    assert first.has_tag("cheap")
    assert first.opened_at == first.closed_at
    assert not second.has_result
    assert first.parent_uid == node.uid


def test_tags_are_found_by_name_before_and_after_reload(store: Store, reopened: Reopen) -> None:
    with TracingNode("root"):
        with TracingNode("a", tags=["plain", Tag("red", "#f00")]) as first:
            first.add_tag("added")
        with TracingNode("b", tags="one text is one tag") as second:
            pass
    for one in (store, reopened()):
        assert one.find(tag="plain") == [one.node(first.uid)]
        assert one.find(tag="added") == [one.node(first.uid)]
        assert one.find(tag="one text is one tag") == [one.node(second.uid)]
        assert one.find(tag="plai") == []
        tags = one.node(first.uid).tags
        assert [tag.name for tag in tags] == ["plain", "red", "added"]
        assert tags[1].shown_color == "#f00"
        assert tags[0].shown_color == name_color("plain")


@pytest.mark.parametrize("place", ["file", "memory"])
def test_a_closed_node_can_still_be_labelled(place: str, path: Any) -> None:
    store = open_store(path if place == "file" else ":memory:")
    with store, TracingNode("x", tags=[Tag("good", "blue")]) as node:
        pass
    node.add_tag("late")
    node.add_tag(Tag("good", "green"))
    node.add_meta(score=3)
    read = store.node(node.uid)
    assert [(tag.name, tag.color) for tag in read.tags] == [("late", None), ("good", "green")]
    assert read.meta == {"score": 3}
    assert len(store) == 1
    store.close()


def test_a_tag_that_can_not_be_meant_is_refused_where_it_is_made(store: Store) -> None:
    for wrong in ("", 7, None):
        with pytest.raises(InvalidArgument):
            TracingNode("x", tags=[wrong])  # type: ignore[list-item]
    with pytest.raises(InvalidArgument):
        Tag("x", color=object())  # type: ignore[arg-type]


def test_text_that_is_not_unicode_anywhere_in_a_node_does_not_stop_the_store(store: Store, reopened: Reopen) -> None:
    lone = "\ud800"
    with TracingNode(lone, kind=lone, tags=[Tag(lone, lone)], inputs={lone: lone}, meta={lone: lone}) as node:
        node.set_result({lone: [lone]})
    with TracingNode("next") as after:
        pass
    again = reopened()
    assert again.node(after.uid).state == "finished"
    assert again.node(node.uid).result == {lone: [lone]}
    assert list(again.node(node.uid).inputs.values()) == [lone]


def test_meta_keeps_style_and_facts(store: Store, reopened: Reopen) -> None:
    with TracingNode("x", meta={"color": "#123456"}) as node:
        node.add_meta(usage={"tokens": 9})
    assert reopened().node(node.uid).meta == {"color": "#123456", "usage": {"tokens": 9}}


def test_kinds_are_kept_and_found(store: Store, reopened: Reopen) -> None:
    with TracingNode("root", kind="run"), TracingNode("ask", kind="query") as query:
        with TracingNode("call", kind="model") as call:
            pass
    assert [node.uid for node in reopened().find(kind="model")] == [call.uid]
    assert [node.uid for node in reopened().find(kind="query")] == [query.uid]


def test_current_node_is_the_innermost_open_one(store: Store) -> None:
    with pytest.raises(NoCurrentNode):
        current_node()
    assert current_node(required=False) is None
    with TracingNode("outer") as outer:
        assert current_node() is outer
        with TracingNode("inner") as inner:
            assert current_node() is inner
        assert current_node() is outer
    assert current_node(required=False) is None


def test_the_current_node_is_restored_after_an_error(store: Store) -> None:
    with TracingNode("outer") as outer:
        with pytest.raises(ZeroDivisionError), TracingNode("inner"):
            1 / 0
        assert current_node() is outer


def test_a_node_opened_by_hand_is_not_current(store: Store) -> None:
    node = TracingNode("x").open()
    assert current_node(required=False) is None
    assert node.state == "open"
    node.close()
    assert node.state == "finished"


def test_find_nodes_matches_at_any_depth_and_itself(store: Store, reopened: Reopen) -> None:
    with TracingNode("root", inputs={"n": 0}) as root:
        for number in range(1, 4):
            with TracingNode("branch", inputs={"n": number}), TracingNode("leaf", tags=["even"] * (number % 2 == 0)):
                pass
    for node in (root, reopened().node(root.uid)):
        assert len(node.find_nodes()) == 7
        assert [found.inputs["n"] for found in node.find_nodes(lambda one: one.inputs.get("n", 0) > 1)] == [2, 3]
        assert len(node.find_nodes(tag="even")) == 1
        assert len(node.find_nodes(kind="call", state="finished")) == 7
        assert node.find_nodes(lambda one: one.name == "root") == [node]


def test_a_node_created_and_never_entered_is_not_listed(store: Store, reopened: Reopen) -> None:
    with TracingNode("root") as root:
        never = TracingNode("never", inputs={"x": 1})
    again = reopened()
    assert root.children == []
    assert len(again) == 1
    with pytest.raises(NodeNotFound):
        again.node(never.uid)


def test_a_node_is_used_once(store: Store) -> None:
    node = TracingNode("x")
    with pytest.raises(NodeStateError, match="not open"):
        node.close()
    with node, pytest.raises(NodeStateError, match="used once"):
        node.open()
    with pytest.raises(NodeStateError, match="used once"), node:
        pass
    for change in (
        lambda: node.add_input("a", 1),
        lambda: node.set_result(1),
        lambda: node.set_error("x"),
        lambda: node.add_event("x"),
    ):
        with pytest.raises(NodeStateError, match="closed"):
            change()


def test_closing_inside_the_block_does_not_hide_the_error_of_the_block(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), TracingNode("x") as node:
        node.close()
        1 / 0


@pytest.mark.parametrize("wrong", [None, 3, b"x", ["a"]])
def test_a_name_or_kind_that_is_no_text_is_refused(store: Store, wrong: Any) -> None:
    with pytest.raises(InvalidArgument):
        TracingNode(wrong)
    with pytest.raises(InvalidArgument):
        TracingNode("x", kind=wrong)


def test_an_input_can_not_take_the_name_of_the_mark(store: Store) -> None:
    with pytest.raises(InvalidArgument):
        TracingNode("x", inputs={"$": 1})


def test_inputs_with_names_that_are_no_texts_are_kept(store: Store) -> None:
    with TracingNode("x", inputs={1: "one", None: "none"}) as node:  # type: ignore[dict-item]
        pass
    assert node.inputs == {"1": "one", "None": "none"}


def test_values_are_frozen_when_they_are_recorded(store: Store, reopened: Reopen) -> None:
    numbers, nested, offers = [1, 2, 3], {"a": [1]}, {"price": 1}
    texts = ["first message", "second message", "third message"]
    with TracingNode("x", inputs={"numbers": numbers, "nested": nested, "texts": texts}) as node:
        node.set_result(offers)
        numbers.append(4)
        nested["a"].append(2)
        texts[0] = "changed"
        offers["price"] = 2
        offers["new"] = 3
    for one in (node, reopened().node(node.uid)):
        assert one.inputs == {
            "numbers": [1, 2, 3],
            "nested": {"a": [1]},
            "texts": ["first message", "second message", "third message"],
        }
        assert one.result == {"price": 1}


def test_changing_what_was_read_does_not_change_the_record(store: Store) -> None:
    with TracingNode("x", inputs={"a": [1]}) as node:
        pass
    node.inputs["a"].append(2)
    node.meta["new"] = 1
    assert node.inputs == {"a": [1]}
    assert node.meta == {}


def test_uids_are_stable_and_differ(store: Store, reopened: Reopen) -> None:
    with TracingNode("root") as root:
        nodes = []
        for _ in range(50):
            with TracingNode("x") as node:
                nodes.append(node)
    uids = [node.uid for node in (root, *nodes)]
    assert len(set(uids)) == 51
    again = reopened()
    for uid in uids:
        assert again.node(uid).uid == uid
    store.close()
    assert [node.uid for node in (root, *nodes)] == uids


def test_parents_children_and_descendants(store: Store, reopened: Reopen) -> None:
    with TracingNode("root") as root, TracingNode("a") as first, TracingNode("b") as second:
        pass
    again = reopened().node(root.uid)
    assert again.parent is None and again.parent_uid is None
    assert [node.name for node in again.children] == ["a"]
    assert [node.name for node in again.descendants()] == ["a", "b"]
    (child,) = again.children
    assert child.parent == again
    assert child.children[0].parent_uid == first.uid
    assert child.children[0].uid == second.uid


def test_a_node_can_be_put_under_another_than_the_current(store: Store, reopened: Reopen) -> None:
    with TracingNode("first") as first:
        pass
    with TracingNode("second"), TracingNode("child", parent=first) as child:
        pass
    assert child.parent_uid == first.uid
    stored = reopened().node(first.uid)
    with TracingNode("of a stored one", parent=stored) as later:
        pass
    assert [node.uid for node in stored.children] == [child.uid, later.uid]


def test_nodes_nest_1200_deep(store: Store, reopened: Reopen) -> None:
    depth = 1_200
    with ExitStack() as stack:
        nodes = [stack.enter_context(TracingNode(f"level {level}")) for level in range(depth)]
    again = reopened()
    assert [node.name for node in again.node(nodes[0].uid).descendants()] == [f"level {n}" for n in range(1, depth)]
    assert len(again.find(state="finished", under=nodes[0].uid)) == depth - 1
    node, length = again.node(nodes[-1].uid), 0
    while node.parent is not None:
        node, length = node.parent, length + 1
    assert length == depth - 1


def test_a_failing_recursion_is_traced_to_its_end(store: Store, reopened: Reopen) -> None:
    def deeper(level: int) -> None:
        with TracingNode("level", inputs={"level": level}) as node:
            levels.append(node)
            deeper(level + 1)

    levels: list[TracingNode] = []
    with pytest.raises(RecursionError):
        deeper(0)
    again = reopened()
    assert len(again.find(state="open")) == 0
    assert again.node(levels[0].uid).state == "error"
    assert current_node(required=False) is None


def test_a_store_in_memory_serves_without_one() -> None:
    with TracingNode("x", inputs={"a": 1}) as node:
        node.set_result("done")
    assert node.result == "done"
    assert node.find_nodes() == [node]


def test_a_root_goes_to_the_innermost_store_and_children_to_their_parents(tmp_path: Any) -> None:
    first, second = open_store(tmp_path / "1.db"), open_store(tmp_path / "2.db")
    with first, TracingNode("in first") as outer:
        with second:
            assert current_node(required=False) is None
            with TracingNode("in second"):
                pass
        assert current_node() is outer
        with TracingNode("child"):
            pass
    assert [node.name for node in first.roots()] == ["in first"]
    assert [node.name for node in second.roots()] == ["in second"]
    assert len(first) == 2
    first.close()
    second.close()


def test_nodes_are_equal_by_what_they_stand_for(store: Store) -> None:
    with TracingNode("x") as node:
        pass
    with TracingNode("y") as other:
        pass
    stored = store.node(node.uid)
    assert stored == node and hash(stored) == hash(node)
    assert stored != other and stored != "x"
    assert "x" in repr(stored) and "finished" in repr(stored)
