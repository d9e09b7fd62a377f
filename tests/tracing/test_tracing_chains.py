"""Lists that grow from call to call are stored once, and every list is read back as it was."""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlab.tracing import FormatStr, Store, TracingNode, open_store


@dataclass(frozen=True)
class Said:
    by: str
    text: str
    to: tuple[str, ...] = ()


class Role(str, enum.Enum):
    USER = "user"


def stored_bytes(store: Store) -> int:
    """All bytes of values and of nodes' fields."""
    (values,) = store.journal.read("SELECT coalesce(sum(length(data)), 0) FROM value")[0]
    (fields,) = store.journal.read(
        "SELECT coalesce(sum(coalesce(length(inputs), 0) + coalesce(length(result), 0)), 0) FROM node"
    )[0]
    return int(values) + int(fields)


def recorded(store: Store, values: Sequence[Any]) -> TracingNode:
    with store, TracingNode("call", inputs={"messages": values}) as node:
        pass
    return node


def message(form: str, turn: int, text: str) -> Any:
    words = f"turn {turn}: {text}"
    if form == "dict":
        return {"role": "user" if turn % 2 else "assistant", "content": words}
    if form == "dataclass":
        return Said("Eve", words)
    return FormatStr("turn {turn}: {text}").format(turn=turn, text=text) if form == "prompt" else words


@pytest.mark.parametrize("form", ["text", "dict", "dataclass", "prompt"])
@pytest.mark.parametrize("in_place", [True, False])
def test_the_bytes_of_a_growing_conversation_are_linear(form: str, in_place: bool, tmp_path: Path) -> None:
    sizes = []
    for turns in (50, 100, 200):
        store = open_store(tmp_path / f"{turns}.db")
        messages: list[Any] = []
        for turn in range(turns):
            if in_place:
                messages.append(message(form, turn, "x" * 400))
            else:
                messages = [message(form, place, "x" * 400) for place in range(turn + 1)]
            node = recorded(store, messages)
        again = open_store(tmp_path / f"{turns}.db")
        back = again.node(node.uid).inputs["messages"]
        assert back == ([vars(one) | {"to": ()} for one in messages] if form == "dataclass" else messages)
        sizes.append(stored_bytes(again))
        again.close()
        store.close()
    assert sizes[1] <= 2.2 * sizes[0]
    assert sizes[2] <= 2.2 * sizes[1]
    assert sizes[2] <= 200 * 1_000


@pytest.mark.parametrize("form", ["messages", "prompt"])
def test_a_history_with_a_question_that_changes_behind_it_is_linear(form: str, tmp_path: Path) -> None:
    sizes = []
    for turns in (30, 60, 120):
        store = open_store(tmp_path / f"{turns}.db")
        recorded_values: list[tuple[TracingNode, Any]] = []
        for turn in range(1, turns + 1):
            said = [f"turn {place}: " + "x" * 400 for place in range(turn)]
            value: Any = ["the same system prompt", *said, f"question {turn}?", "answer briefly"]
            if form == "prompt":
                parts = [FormatStr("- {memory#red}").format(memory=text) for text in said]
                value = FormatStr("\n").join([*parts, FormatStr("Now: {question}{open}").format(question=turn)])
            recorded_values.append((recorded(store, value), value))
        again = open_store(tmp_path / f"{turns}.db")
        for node, value in recorded_values[:: turns // 10]:
            back = again.node(node.uid).inputs["messages"]
            assert back == value
            assert getattr(back, "parts", None) == getattr(value, "parts", None)
        sizes.append(stored_bytes(again))
        again.close()
        store.close()
    assert sizes[1] <= 2.2 * sizes[0]
    assert sizes[2] <= 2.2 * sizes[1]
    assert sizes[2] <= 120 * 1_400


def test_lists_within_lists(store: Store, reopened: Callable[[], Store]) -> None:
    def prompt(turn: int, depth: int) -> FormatStr:
        lines = [FormatStr("- {memory}").format(memory=f"memory {place} " + "x" * 200) for place in range(turn)]
        inner = FormatStr("\n").join(lines)
        for level in range(depth):
            inner = FormatStr("\n").join([*lines, FormatStr("{nested}").format(nested=inner), f"level {level}"])
        return inner

    nodes = []
    for turn in range(8, 40):
        # The outer list and the prompts in it begin alike.
        messages = [*prompt(turn, 0).parts, Said("Eve", prompt(turn, 2)), *(Said("Bob", f"{n}") for n in range(turn))]
        nodes.append((recorded(store, messages), messages))
    again = reopened()
    for node, messages in nodes:
        back = again.node(node.uid).inputs["messages"]
        assert back[-1] == {"by": "Bob", "text": messages[-1].text, "to": ()}  # type: ignore[union-attr]
        said = next(one for one in back if isinstance(one, dict))
        (expected,) = (one.text for one in messages if isinstance(one, Said) and one.by == "Eve")
        assert said["text"] == expected
        assert said["text"].parts == expected.parts  # type: ignore[attr-defined]


def test_forks_of_a_conversation_share_what_they_have_in_common(store: Store) -> None:
    trunk = [f"turn {turn} " + "x" * 400 for turn in range(50)]
    for length in range(1, 51):
        recorded(store, trunk[:length])
    before = stored_bytes(store)
    forks = []
    for fork in range(5):
        branch = trunk[:25]
        for turn in range(10):
            branch = [*branch, f"fork {fork} turn {turn} " + "y" * 400]
            forks.append((branch, recorded(store, branch)))
    assert stored_bytes(store) - before < 50 * 800
    for branch, node in forks:
        assert node.inputs["messages"] == branch


def test_a_list_changed_in_place_after_it_was_recorded(store: Store, reopened: Callable[[], Store]) -> None:
    messages = [{"role": "user", "content": f"message {number}"} for number in range(6)]
    nodes = [recorded(store, messages)]
    expected = [[dict(one) for one in messages]]
    for change in (
        lambda: messages[2].update(content="edited"),
        lambda: messages.append({"role": "user", "content": "more"}),
        lambda: messages.pop(0),
        lambda: messages.insert(0, {"role": "system", "content": "new first"}),
        lambda: messages.reverse(),
        lambda: messages[0].update(name="Eve"),
        messages.clear,
    ):
        change()
        nodes.append(recorded(store, messages))
        expected.append([dict(one) for one in messages])
    again = reopened()
    for node, values in zip(nodes, expected, strict=True):
        assert node.inputs["messages"] == values
        assert again.node(node.uid).inputs["messages"] == values


def test_prefixes_and_repetitions(store: Store) -> None:
    messages = [f"message {number}" for number in range(20)]
    for length in (20, 5, 20, 12, 3, 13, 20, 1, 2):
        assert recorded(store, messages[:length]).inputs["messages"] == messages[:length]
    before = stored_bytes(store)
    node = recorded(store, messages)
    assert node.inputs["messages"] == messages
    assert stored_bytes(store) - before < 200


def test_a_tuple_is_not_a_list(store: Store) -> None:
    messages = ["a first", "a second", "a third"]
    for values in (messages, tuple(messages), messages, (*messages, "a fourth")):
        back = recorded(store, values).inputs["messages"]
        assert back == values
        assert type(back) is type(values)


LOOKALIKES: list[tuple[Any, Any]] = [
    (True, 1),
    (1, 1.0),
    ("user", Role.USER),
    ({"role": "user"}, {"role": Role.USER}),
    ("turn 1", FormatStr("turn {n}").format(n=1)),
    (FormatStr("{a}b").format(a="x"), FormatStr("x{a}").format(a="b")),
    (Said("a", "b", ("c",)), Said("a", FormatStr("{t}").format(t="b"), ("c",))),
    (Said("a", "b", ()), Said("a", "b", ("",))),
    (("a",), ["a"]),
    ({"a": "b"}, [("a", "b")]),
    ("", None),
]


def form(value: Any) -> str:
    """A text that tells apart what `==` does not."""
    return repr([value, type(value).__name__, getattr(value, "parts", None)])


@pytest.mark.parametrize(("one", "other"), LOOKALIKES + [(b, a) for a, b in LOOKALIKES], ids=repr)
def test_what_is_equal_but_not_the_same_is_told_apart(one: Any, other: Any, tmp_path: Path) -> None:
    head = ["a first message", "a second message"]
    plain, shared = open_store(tmp_path / "plain.db"), open_store(tmp_path / "shared.db")
    recorded(shared, [*head, one])
    recorded(shared, [*head, one, "more"])
    for values in ([*head, other], [*head, other, "more"], [*head, one]):
        alone = open_store(":memory:")
        expected = recorded(alone, values).inputs["messages"]
        back = recorded(shared, values).inputs["messages"]
        assert list(map(form, back)) == list(map(form, expected))
        alone.close()
    plain.close()
    shared.close()


def test_items_with_an_opinion_on_equality_do_no_harm(store: Store) -> None:
    np = pytest.importorskip("numpy")
    head = ["a first message", "a second message"]

    class Anything:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    class Rude:
        def __eq__(self, other: object) -> bool:
            raise RuntimeError("no comparison")

        __hash__ = None  # type: ignore[assignment]

    @dataclass(frozen=True)
    class Partly:
        text: str
        hidden: str = field(compare=False)

    @dataclass(frozen=True)
    class Vague:
        text: str

        def __eq__(self, other: object) -> bool:
            return True

        def __hash__(self) -> int:
            return 0

    for item in (np.array([1, 2]), np.array([3, 4]), Anything(), Rude()):
        recorded(store, [*head, "a third"])
        back = recorded(store, [*head, item]).inputs["messages"]
        assert back[:2] == head and len(back) == 3
        assert not isinstance(back[2], str)
    for kind in (lambda text: Partly("same", text), Vague):
        for text in ("one", "two"):
            back = recorded(store, [*head, kind(text)]).inputs["messages"]
            assert text in back[2].values()
        for text in ("one", "two"):
            back = recorded(store, [kind(text), *head]).inputs["messages"]
            assert text in back[0].values()


def test_more_conversations_than_are_remembered(store: Store) -> None:
    for number in range(300):
        values = [f"conversation {number}", "second", "third"]
        assert recorded(store, values).inputs["messages"] == values
    for _ in range(2):
        for number in range(20):
            values = ["the same start", f"then {number}", "end"]
            assert recorded(store, values).inputs["messages"] == values


def test_lists_are_shared_between_threads(store: Store) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def talk(number: int) -> None:
        messages = ["the same first message"]
        for turn in range(40):
            messages.append(f"speaker {number % 3} turn {turn} " + "x" * 100)
            assert recorded(store, messages).inputs["messages"] == messages

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(talk, range(6)))


items = (
    st.sampled_from(["message a", "message b", "c", "", 1, True, 1.0, None, Role.USER, ("x",), ["x"]])
    | st.sampled_from([{"role": "user"}, {"role": Role.USER}, {"a": 1}, {}, Said("a", "b"), Said("a", "b", ("c",))])
    | st.sampled_from([FormatStr("message a"), FormatStr("message {x}").format(x="a")])
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(items, max_size=6), max_size=8))
def test_any_sequence_of_lists_reads_back_as_if_each_stood_alone(lists: list[list[Any]]) -> None:
    store = open_store(":memory:")
    for values in lists:
        alone = open_store(":memory:")
        expected = recorded(alone, values).inputs["messages"]
        back = recorded(store, values).inputs["messages"]
        assert list(map(form, back)) == list(map(form, expected))
        alone.close()
    store.close()
