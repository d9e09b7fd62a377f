"""Moderators that ask nobody, and the one interface that all share."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlab as il
from interlab.environments import (
    AllSpeak,
    Conversation,
    Decision,
    Mentions,
    Messages,
    Moderator,
    RandomSpeaker,
    RoundRobin,
    Rule,
    Script,
    Turns,
    WeightedSpeaker,
)
from interlab.environments.moderators import as_decision
from interlab.errors import InvalidArgument
from interlab.testing import check_environment


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


def talk(moderator: Any, *names: str, turns: int = 6, **more: Any) -> Conversation:
    cast = [il.ScriptedActor(name, ["hm"], repeat=True) for name in names or ("Ann", "Ben", "Eve")]
    return Conversation(cast, moderator=moderator, **{"end": Turns(turns), "seed": 1, **more})


def speakers(conversation: Conversation) -> str:
    conversation.run(progress=False, snapshots=False)
    return "".join(message.speaker[0] for message in conversation.transcript if message.speaker)


@pytest.mark.parametrize(
    ("moderator", "expected"),
    [
        (RoundRobin(), "ABEABE"),
        (RoundRobin(2), "EABEAB"),
        (RoundRobin("Ben"), "BEABEA"),
        (RoundRobin(skip=2), "AEBAEB"),
        (RoundRobin(skip=-1), "AEBAEB"),
        (RoundRobin(skip=-4), "AEBAEB"),
        (AllSpeak(), "ABE" * 6),
        (["Ben", ("Eve", "Ann"), None, "Ben"], "BEAB"),
        (Script(["Ben", None, "Ann"], repeat=True), "BABA"),
        (lambda talk: talk.names[talk.turns % 2], "ABABAB"),
        (Rule(lambda talk: ["Eve", "Eve", "Ann"]), "EA" * 6),
        (WeightedSpeaker({"Ben": 1}), "BBBBBB"),
        (WeightedSpeaker(lambda talk: {"Ann": 0, "Eve": 2.0}), "EEEEEE"),
        (None, "ABEABE"),
    ],
)
def test_speakers_are_as_the_moderator_says(moderator: Any, expected: str) -> None:
    assert speakers(talk(moderator)) == expected


def test_a_script_ends_the_conversation_and_passes_over_who_left() -> None:
    conversation = talk(["Ann", "Ben", "Eve"])
    conversation.step()
    conversation.leave("Ben")
    conversation.run(progress=False)
    assert conversation.ended == "the script is at its end"
    assert [message.speaker for message in conversation.transcript] == ["Ann", "Eve"]


def test_round_robin_goes_on_when_somebody_is_forced_in_between() -> None:
    conversation = talk(RoundRobin())
    conversation.step()
    conversation.force_speaker("Eve")
    assert speakers(conversation) == "AEBEAB"


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31 - 1))
def test_chance_is_seeded_and_nobody_repeats_where_unwanted(seed: int) -> None:
    for make in (RandomSpeaker, lambda: WeightedSpeaker({"Ann": 1, "Ben": 2, "Eve": 3})):
        assert speakers(talk(make(), turns=8, seed=seed)) == speakers(talk(make(), turns=8, seed=seed))
    order = speakers(talk(RandomSpeaker(repeat=False), turns=12, seed=seed))
    assert all(one != other for one, other in pairwise(order))


def test_chances_are_as_weighted() -> None:
    counts = Counter(speakers(talk(WeightedSpeaker({"Ann": 1, "Ben": 3}), turns=800)))
    assert counts["E"] == 0
    assert abs(counts["B"] - 600) < 4 * (800 * 0.25 * 0.75) ** 0.5
    even = Counter(speakers(talk(RandomSpeaker(), turns=900)))
    assert all(abs(count - 300) < 4 * (900 * 2 / 9) ** 0.5 for count in even.values())


def test_mentions_pick_the_next_speakers_in_order() -> None:
    cast = [
        il.ScriptedActor("Ann", ["@Eve and @Ben?", "so", "so"], repeat=True),
        il.ScriptedActor("Ben", ["hm"], repeat=True),
        il.ScriptedActor("Eve", ["I, @Eve, ask @ann", "hm"], repeat=True),
    ]  # fmt: skip
    conversation = Conversation(cast, moderator=Mentions(), end=Messages(6), seed=1)
    assert speakers(conversation) == "AEBABE"
    conversation = Conversation(
        [il.ScriptedActor(name, ["hm"], repeat=True) for name in ("Ann", "Ben")],
        moderator=Mentions(fallback=Script(["Ann", "Ann"])), end=Messages(2), seed=1,
    )  # fmt: skip
    conversation.announce("@Ben begins.")
    assert speakers(conversation) == "BA"


def test_who_did_not_hear_a_mention_is_not_called() -> None:
    cast = [il.ScriptedActor(name, ["@Eve?"], repeat=True) for name in ("Ann", "Ben", "Eve")]
    conversation = Conversation(cast, moderator=Mentions(), audience={"Ann": ["Ben"]}, end=Messages(2), seed=1)
    assert speakers(conversation) == "AB"


# The interface ----------------------------------------------------------------------------------------------


class Polite(Moderator):
    """Whoever has spoken least; a state of its own."""

    def __init__(self) -> None:
        self.given: dict[str, int] = {}

    def _decide(self, talk: Any) -> Decision:
        least = min(talk.names, key=lambda name: (self.given.get(name, 0), talk.rng.random()))
        self.given[least] = self.given.get(least, 0) + 1
        return Decision((least,), why="spoke least")


def test_a_moderator_of_ones_own_is_traced_and_forks() -> None:
    check_environment(lambda: talk(Polite()), max_steps=6)
    run = talk(Polite()).run(progress=False)
    assert [node.result for node in run.steps[0].children if node.kind == "moderate"] == [
        {"speakers": [run.steps[0].result["speaker"]], "why": "spoke least"}
    ]
    fork = run.at(2).fork()
    assert sum(fork.moderator.given.values()) == 2
    fork.run(progress=False)
    assert [message.id for message in fork.transcript] == [step.result["id"] for step in run.steps]


def test_a_decision_carries_drafts_times_and_ends() -> None:
    def decide(talk: Any) -> Decision:
        made = Decision(("Ben",), drafts={"Ben": f"draft {talk.turns}"}, at=10.0 * talk.turns)
        return replace(made, over="enough") if talk.turns == 2 else made

    conversation = talk(decide)
    conversation.run(progress=False)
    assert [str(message) for message in conversation.transcript] == ["Ben: draft 0", "Ben: draft 1", "Ben: draft 2"]
    assert [message.time for message in conversation.transcript] == [0, 10, 20]
    assert (conversation.ended, conversation.turns) == ("enough", 3)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: RoundRobin(-1), "starts at a place from 0"),
        (lambda: RoundRobin(True), "starts at a place from 0"),
        (lambda: RoundRobin(skip=0), "other than 0"),
        (lambda: talk(RoundRobin(3)), "there are 3 actors"),
        (lambda: talk(RoundRobin("Zed")), "names 'Zed'"),
        (lambda: WeightedSpeaker({"Ann": -1}), "A weight is a number"),
        (lambda: WeightedSpeaker({"Ann": float("nan")}), "A weight is a number"),
        (lambda: WeightedSpeaker({"Ann": 0}), "a weight above 0"),
        (lambda: talk(WeightedSpeaker({"Zed": 1})), "names 'Zed'"),
        (lambda: Script("Ann"), "a list of turns"),
        (lambda: Script([None]), "at least one turn"),
        (lambda: Rule("Ann"), "Rule takes a function"),  # type: ignore[arg-type]
        (lambda: as_decision([1]), "A moderator chooses by names"),  # type: ignore[list-item]
        (lambda: talk(lambda talk: 3).step(), "A moderator chooses by names"),
    ],
)
def test_what_can_not_be_meant_is_said(make: Any, message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        make()


def test_no_weight_at_all_is_silence() -> None:
    conversation = talk(WeightedSpeaker(lambda talk: {}), turns=100)
    conversation.run(progress=False)
    assert conversation.ended == "all were silent"
