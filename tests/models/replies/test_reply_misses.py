"""A miss explains itself: the nearest recorded request, and what of it differs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from interlab.errors import ModelError, ReplayMiss
from interlab.models import Message, Params, ToolCall
from interlab.models.replies import calls_of, replies
from interlab.models.seeding import seeded
from interlab.tracing import Store

Ask = Callable[..., str]
LONG = "Once upon a time there was a market. " * 30

RECORDED: list[tuple[Any, Params | None]] = [
    ([("system", "You are a seller."), ("user", LONG + "The price is 2500 dollars." + LONG)], Params(temperature=0.2)),
    ([("system", "You are a buyer."), ("user", "What do you offer?")], None),
    ([("user", "One"), ("assistant", "Two"), ("user", "Three")], Params(max_tokens=9, extra={"top_k": 3})),
]


@pytest.fixture
def miss(store: Store, model: Any, ask: Ask) -> Callable[..., ReplayMiss]:
    """The error for a request, after some others were recorded."""
    with replies("record"):
        for prompt, params in RECORDED:
            ask(model, prompt, params)

    def of(prompt: Any, params: Params | None = None, by: Any = model) -> ReplayMiss:
        with replies("replay"), pytest.raises(ReplayMiss) as caught:
            ask(by, prompt, params)
        assert all(one in str(caught.value) for one in caught.value.differences)
        return caught.value

    return of


def test_a_changed_word_is_shown_where_it_stands(miss: Callable[..., ReplayMiss]) -> None:
    error = miss(
        [("system", "You are a seller."), ("user", LONG + "The price is 2400 dollars." + LONG)], RECORDED[0][1]
    )
    (difference,) = error.differences
    assert "message 1 (user)" in difference
    assert "recorded …" in difference and "The price is «2500» dollars." in difference
    assert "The price is «2400» dollars." in difference
    assert len(difference) < 400
    assert error.nearest is not None
    assert error.nearest["params"] == {"temperature": 0.2}
    assert error.model == "counting"


def test_params_are_compared_one_by_one(miss: Callable[..., ReplayMiss]) -> None:
    error = miss(RECORDED[2][0], Params(max_tokens=10, temperature=0.5, extra={"top_k": 4, "min_p": 0.1}))
    assert error.differences == [
        "extra.min_p: recorded (nothing), asked 0.1",
        "extra.top_k: recorded 3, asked 4",
        "max_tokens: recorded 9, asked 10",
        "temperature: recorded (nothing), asked 0.5",
    ]


def test_messages_that_are_new_or_missing_are_named(miss: Callable[..., ReplayMiss]) -> None:
    one, two, three = RECORDED[2][0]
    params = RECORDED[2][1]
    assert miss([("system", "Count."), one, two, three], params).differences == [
        "number of messages: recorded 3, asked 4",
        "message 0 (system) is new: “Count.”",
    ]
    assert miss([one, three], params).differences == [
        "number of messages: recorded 3, asked 2",
        "message 1 (assistant) is missing: “Two”",
    ]
    assert miss([one, ("user", "Two"), three], params).differences == [
        "message 1, role: recorded assistant, asked user"
    ]


def test_what_stands_beside_the_text_is_compared(store: Store, model: Any, ask: Ask) -> None:
    def prompt(name: str, arguments: str) -> list[Message]:
        call = ToolCall("look", arguments, "1")
        return [Message("assistant", "Hm", name=name, tool_calls=(call,)), Message("tool", "Yes", tool_call_id="1")]

    with replies("record"):
        ask(model, prompt("Ann", "{}"))
    with replies("replay"), pytest.raises(ReplayMiss) as caught:
        ask(model, prompt("Ben", '{"at": 1}'))
    name, calls = caught.value.differences
    assert name == "message 0, name: recorded “Ann”, asked “Ben”"
    assert "message 0, tool_calls" in calls
    assert '{"at": 1}' in calls


@pytest.mark.parametrize("prompt", ["\ud800", "", {"role": "user", "content": [{"type": "text", "text": "a"}]}])
def test_odd_prompts_are_explained(miss: Callable[..., ReplayMiss], prompt: Any) -> None:
    assert miss(prompt).differences


def test_another_model_is_named(miss: Callable[..., ReplayMiss], make_model: Any) -> None:
    error = miss(RECORDED[1][0], by=make_model("other"))
    assert error.differences == ["model: recorded counting, asked other"]


def test_another_branch_and_another_asker_are_named(store: Store, model: Any, ask: Ask) -> None:
    def asked(seed: int, name: str, times: int) -> None:
        with seeded(seed), calls_of(type("Holder", (), {})(), f"actor {name}"):
            for _ in range(times):
                ask(model, "Hi")

    def differences(*call: Any) -> list[str]:
        with replies("replay"), pytest.raises(ReplayMiss) as caught:
            asked(*call)
        return caught.value.differences

    with replies("record"):
        asked(7, "Ann", 3)
        asked(8, "Ben", 1)
    assert differences(9, "Ann", 1) == ["seed of the environment: recorded 7, asked 9"]
    assert differences(7, "Cid", 1) == ["who asks: recorded the actor Ann, asked the actor Cid"]
    assert differences(7, "Ann", 4) == ["how often it was asked before: recorded 2 times, asked 3 times"]
    with replies("replay"), pytest.raises(ReplayMiss, match="by the actor Cid"):
        asked(7, "Cid", 1)


def test_nothing_recorded_says_so(store: Store, model: Any, ask: Ask) -> None:
    with replies("replay"), pytest.raises(ReplayMiss, match="Nothing is recorded there") as caught:
        ask(model, "Hi")
    assert caught.value.nearest is None
    assert isinstance(caught.value, ModelError | LookupError)
    assert model.calls == 0


def test_text_from_a_stranger_stays_in_its_line(store: Store, model: Any, ask: Ask) -> None:
    with replies("record"):
        ask(model, "Well \x1b[31mred\x07 and\nmore")
    with replies("replay"), pytest.raises(ReplayMiss) as caught:
        ask(model, "Well \x1b[32mred\x07 and\nmore")
    assert "\x1b" not in str(caught.value) and "\x07" not in str(caught.value)
    assert "\\x1b[31mred" in str(caught.value)


def test_a_damaged_record_explains_nothing_and_harms_nothing(
    miss: Callable[..., ReplayMiss], store: Store, model: Any, ask: Ask
) -> None:
    damaged = [b"{", b"3", b"null", b'{"messages": 3}', b'{"messages": [3], "params": {"a": [1]}}']
    for data in damaged:
        store.journal.write(lambda connection, data=data: connection.execute("UPDATE reply SET asked=?", (data,)))
        assert miss("Something else").model == "counting"
    store.journal.write(lambda connection: connection.execute("UPDATE reply SET sample=?", (b"[",)))
    assert miss("Something else").model == "counting"
