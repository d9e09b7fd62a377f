"""When conversations end: each condition, and how they compose."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlab as il
from interlab.environments import (
    AllSpeak,
    Clock,
    Consensus,
    Conversation,
    End,
    Messages,
    Predicate,
    Silence,
    Spending,
    Tokens,
    Turns,
)
from interlab.errors import InvalidArgument, LimitExceeded
from interlab.testing import ScriptedModel


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


def talk(end: Any, *answers: Any, **more: Any) -> Conversation:
    cast = [il.ScriptedActor(name, list(answers or ("one two",)), repeat=True) for name in ("Ann", "Ben")]
    return Conversation(cast, end=end, **{"seed": 1, **more})


def ended(conversation: Conversation) -> tuple[int, str | None]:
    conversation.run(progress=False, max_steps=60, snapshots=False)
    return conversation.turns, conversation.ended


def long_enough(conversation: Conversation) -> bool:
    return conversation.spoken >= 3


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (Messages(5), (5, "5 messages")),
        (Turns(4), (4, "4 turns")),
        (Clock(2.5), (3, "the clock shows 3 s")),
        (Tokens(5), (3, "6 tokens were said")),
        (Messages(5) | Turns(2), (2, "2 turns")),
        (Messages(2) & Turns(5), (5, "6 messages and 5 turns")),
        (Messages(2) & Turns(5) | Clock(3), (3, "the clock shows 3 s")),
        (Predicate(long_enough), (3, "long_enough")),
        (Predicate(long_enough, "enough"), (3, "enough")),
        (long_enough, (3, "long_enough")),
        (Turns(9) | (lambda talk: "found" if talk.turns == 2 else None), (2, "found")),
        ((lambda talk: talk.turns == 2) | Turns(9), (2, "<lambda>")),
        (Consensus(), (2, "2 of 2 agree on 'one two'")),
        (Silence(2) | Turns(3), (3, "3 turns")),
        (None, (60, None)),
    ],
)
def test_it_ends_when_and_because(end: Any, expected: tuple[int, str]) -> None:
    conversation = talk(end)
    if end is not None and "6 messages" in str(expected[1]):
        conversation.announce("No message of an actor.")
        conversation.moderator = AllSpeak()
        assert ended(conversation) == (5, "10 messages and 5 turns")
        return
    assert ended(conversation) == expected


def test_without_an_end_it_stops_after_a_hundred_messages() -> None:
    conversation = talk(None)
    conversation.run(progress=False, snapshots=False)
    assert (conversation.spoken, conversation.ended) == (100, "100 messages")


def test_speakers_in_order_are_cut_short_and_those_side_by_side_are_not() -> None:
    for side_by_side, spoken in ((True, 2), (False, 1)):
        conversation = talk(Messages(1), moderator=AllSpeak(side_by_side=side_by_side))
        assert ended(conversation) == (1, f"{spoken} messages")


def test_consensus_needs_all_to_have_spoken_and_looks_at_the_last_words() -> None:
    cast = [
        il.ScriptedActor("Ann", ["Tea!", "Cake."], repeat=True), il.ScriptedActor("Ben", ["tea"], repeat=True),
        il.ScriptedActor("Eve", ["nothing", "tea."], repeat=True),
    ]  # fmt: skip
    assert ended(Conversation(cast, end=Consensus(2 / 3))) == (3, "2 of 3 agree on 'tea'")
    cast = [il.ScriptedActor(actor.name, actor.script, repeat=True) for actor in cast]
    conversation = Conversation(cast, end=Consensus(1, opinion=lambda message: len(message.text) > 0))
    assert ended(conversation) == (3, "3 of 3 agree on True")
    for share in (0, 1.1, math.nan, True):
        with pytest.raises(InvalidArgument, match="lies in"):
            Consensus(share)


@pytest.mark.parametrize("condition", [Messages, Turns, Clock, Tokens, Silence])
@pytest.mark.parametrize("count", [0, -1, math.inf, math.nan, "3", True, 1.5])
def test_numbers_that_can_not_be_meant_are_refused(condition: Any, count: Any) -> None:
    if condition is Clock and count == 1.5:
        return
    with pytest.raises(InvalidArgument, match=f"{condition.__name__} takes"):
        condition(count)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(1, 9))
def test_composition_is_that_of_logic(messages: int, turns: int, clock: int) -> None:
    a, b, c = Messages(messages), Turns(turns), Clock(clock)
    first = talk((a | b) & c)
    second = talk((a & c) | (b & c))
    assert ended(first)[0] == ended(second)[0] == max(min(messages, turns), clock)


# Spending ---------------------------------------------------------------------------------------------------


def spender(end: End, calls: int = 2) -> tuple[Conversation, ScriptedModel]:
    model = ScriptedModel(lambda request: "word " * 10, name="m")
    cast = [il.LLMActor(name, model, params=il.Params(max_tokens=20)) for name in ("Ann", "Ben")[:calls]]
    return Conversation(cast, end=end, seed=1), model


def test_spending_makes_no_call_beyond_the_limit() -> None:
    conversation, model = spender(Spending(calls=3))
    assert ended(conversation) == (3, "the limit on spending is used up")
    assert len(model.requests) == 3
    conversation, model = spender(Spending(tokens=150))
    run = conversation.run(progress=False)
    assert conversation.ended in ("the limit on tokens is reached", "the limit on spending is used up")
    total = run.ledger.total
    assert 0 < total.total_tokens <= 150 and conversation.spoken == len(model.requests)


def test_a_fork_goes_on_with_what_is_left_to_spend() -> None:
    conversation, _ = spender(Spending(calls=4))
    run = conversation.run(progress=False)
    fork = run.at(2).fork()
    fork.run(progress=False)
    assert (fork.turns, fork.ended, fork.spoken) == (conversation.turns, conversation.ended, conversation.spoken)


def test_a_limit_from_outside_is_no_end_of_ours() -> None:
    conversation, _ = spender(Spending(calls=4))
    with pytest.raises(LimitExceeded):
        conversation.run(progress=False, limit=il.limit(calls=2, warn_at=None))


def test_side_by_side_speakers_stop_at_the_limit_too() -> None:
    conversation, model = spender(Spending(calls=3) | Turns(9))
    conversation.moderator = AllSpeak()
    conversation.run(progress=False)
    assert conversation.ended == "the limit on calls is reached"
    assert len(model.requests) == 3 and conversation.turns == 2
