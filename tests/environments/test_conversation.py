"""A conversation: turns, messages, who remembers what, silence, failures, forks, records."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import Any

import pytest

import interlab as il
from interlab.environments import (
    AllSpeak,
    Conversation,
    Mentions,
    Messages,
    RandomSpeaker,
    RoundRobin,
    Say,
    Script,
    Silence,
    Turns,
    Utterance,
    Volunteers,
)
from interlab.errors import InvalidArgument, ReplayMiss
from interlab.testing import ScriptedModel, check_environment


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


class Counter(il.BaseActor):
    """Says how many memories it has."""

    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        return f"{self.name} knows {len(self.memory)}"


class Failing(il.BaseActor):
    """Its model fails, or something else does."""

    def __init__(self, name: str, error: Exception) -> None:
        super().__init__(name)
        self.error_type = type(error)

    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        raise self.error_type("no line")


@dataclass(frozen=True)
class Vote:
    choice: str
    weight: int = 1


def actors(*names: str) -> list[il.BaseActor]:
    return [Counter(name) for name in names]


def said(*answers: Any, name: str = "Ann", repeat: bool = True) -> il.ScriptedActor:
    return il.ScriptedActor(name, list(answers), repeat=repeat)


def texts(talk: Conversation) -> list[str]:
    return [str(message) for message in talk.transcript]


# Turns ------------------------------------------------------------------------------------------------------


def test_actors_speak_in_turn_and_everybody_remembers_all() -> None:
    talk = Conversation(actors("Ann", "Ben"), end=Messages(3), seed=1)
    run = talk.run(progress=False)
    assert texts(talk) == ["Ann: Ann knows 0", "Ben: Ben knows 1", "Ann: Ann knows 2"]
    assert [actor.memory.texts for actor in talk.actors] == [texts(talk)] * 2
    assert (talk.turns, talk.spoken, talk.time, talk.ended) == (3, 3, 3.0, "3 messages")
    assert run.result == {
        "ended": "3 messages", "messages": 3, "turns": 3, "time": 3.0, "speakers": {"Ann": 2, "Ben": 1},
    }  # fmt: skip
    assert [step.result["speaker"] for step in run.steps] == ["Ann", "Ben", "Ann"]


def test_ids_are_unique_and_follow_from_seed_and_words() -> None:
    def ids(seed: int, count: int = 6) -> list[str]:
        talk = Conversation(actors("Ann", "Ben"), end=Messages(count), seed=seed)
        talk.run(progress=False)
        return [message.id for message in talk.transcript]

    assert len(set(ids(1))) == 6
    assert ids(1) == ids(1) and not set(ids(1)) & set(ids(2))


def test_the_prompt_names_the_topic_and_takes_other_forms() -> None:
    def prompts(**settings: Any) -> list[str]:
        asked: list[str] = []
        cast = [
            il.ScriptedActor(name, lambda actor, prompt: asked.append(str(prompt)) or "x") for name in ("Ann", "Ben")
        ]
        Conversation(cast, end=Messages(1), **settings).run(progress=False, snapshots=False)
        return asked

    assert prompts() == ["It is your turn to speak, Ann. What do you say?"]
    assert prompts(topic="ships")[0].startswith("The conversation is about ships.\nIt is your turn")
    assert prompts(topic="ships", prompt="{name}, to {others}, on {topic}?") == ["Ann, to Ben, on ships?"]
    assert prompts(prompt=lambda talk, name: f"{name} at {talk.time:g}") == ["Ann at 0"]


def test_the_prompt_is_the_same_in_a_state_that_was_stored(tmp_path: Any) -> None:
    with il.open_store(tmp_path / "a.db") as store:
        run = Conversation([il.LLMActor("Ann", "demo")], topic="ships", end=Messages(2), seed=1).run(progress=False)
        uid = run.uid
    store.close()
    with il.open_store(tmp_path / "a.db") as store:
        again = next(one for one in store.runs() if one.uid == uid)
        fork = again.at(0).fork()
        assert str(fork.question("Ann")).startswith("The conversation is about ships.\n")
        fork.run(progress=False)
        assert texts(fork) == [str(Utterance("", one.result["speaker"], one.result["text"])) for one in again.steps]
    store.close()


def test_typed_answers_are_kept_beside_their_words() -> None:
    talk = Conversation([said(Vote("tea")), said(Vote("cake", 2), name="Ben")], expected_type=Vote, end=Messages(2))
    talk.run(progress=False)
    first, second = talk.transcript
    assert (first.value, first.text) == (Vote("tea"), '{"choice": "tea", "weight": 1}')
    assert second.value == Vote("cake", 2)
    assert replace(first, text="edited").value is None


def test_models_answer_with_types() -> None:
    talk = Conversation([il.LLMActor("Ann", "demo")], expected_type=Vote, end=Messages(1), seed=1)
    talk.run(progress=False)
    assert isinstance(talk.transcript[0].value, Vote)


def test_replies_and_media_are_carried() -> None:
    talk = Conversation([said("one"), said(Say("two", media=("a.png",), reply_to="nowhere"), name="Ben")], end=Turns(2))
    talk.step()
    first = talk.transcript[0].id
    talk.say("Ann", "again", reply_to=first)
    assert talk.transcript[1].reply_to == first
    talk.step()
    assert talk.transcript[2].reply_to is None and str(talk.transcript[2]) == "Ben: two [a.png]"
    with pytest.raises(InvalidArgument, match="No message of this conversation has the id 'zz'"):
        talk.say("Ann", "x", reply_to="zz")


def test_several_speak_side_by_side_or_after_one_another() -> None:
    together = Conversation(actors("Ann", "Ben"), moderator=AllSpeak(), end=Turns(2), seed=1)
    together.run(progress=False)
    assert texts(together)[:2] == ["Ann: Ann knows 0", "Ben: Ben knows 0"]
    assert [message.time for message in together.transcript] == [0, 0, 1, 1]
    apart = Conversation(actors("Ann", "Ben"), moderator=AllSpeak(side_by_side=False), end=Turns(1), seed=1)
    step = apart.run(progress=False).steps[0]
    assert texts(apart) == ["Ann: Ann knows 0", "Ben: Ben knows 1"]
    assert [message["text"] for message in step.result] == ["Ann knows 0", "Ben knows 1"]


def test_side_by_side_really_is() -> None:
    meet = threading.Barrier(8, timeout=20)

    def answer(prompt: str) -> str:
        meet.wait()
        return "here"

    cast = [il.LLMActor(str(number), answer) for number in range(8)]
    talk = Conversation(cast, moderator=AllSpeak(), end=Turns(1))
    talk.run(progress=False, snapshots=False)
    assert talk.spoken == 8


def test_the_clock_counts_turns_and_words() -> None:
    talk = Conversation([said("one two three")], end=Messages(2), seconds_per_turn=2, seconds_per_word=0.5)
    talk.run(progress=False)
    assert [message.time for message in talk.transcript] == [0, 3.5] and talk.time == 7
    with pytest.raises(InvalidArgument, match="seconds_per_turn is a number of seconds"):
        Conversation([], seconds_per_turn=float("nan"))


# Silence and failures ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("nothing", [None, "", "  \n"])
def test_a_round_in_which_all_are_silent_is_the_end(nothing: Any) -> None:
    talk = Conversation([said("hello", nothing, nothing), said(nothing, name="Ben")], seed=1)
    talk.run(progress=False, max_steps=50)
    assert talk.ended == "all were silent"
    assert (talk.turns, talk.spoken, talk.time) == (3, 1, 3)
    assert talk.actors[0].memory.texts == ["Ann: hello"]


def test_more_rounds_of_silence_where_wanted() -> None:
    talk = Conversation([said(None), said(None, name="Ben")], end=Silence(3) | Messages(2))
    talk.run(progress=False, max_steps=50)
    assert (talk.turns, talk.ended) == (6, "all were silent")


def test_a_moderator_that_asks_nobody_comes_to_an_end() -> None:
    talk = Conversation(actors("Ann", "Ben"), moderator=lambda talk: None)
    talk.run(progress=False, max_steps=100, snapshots=False)
    assert (talk.turns, talk.ended) == (20, "all were silent")


def test_without_actors_it_ends_cleanly() -> None:
    talk = Conversation([])
    talk.run(progress=False)
    assert (talk.ended, talk.turns) == ("nobody takes part", 1)


def test_a_model_that_fails_is_silent_and_the_event_says_why() -> None:
    def broken(prompt: str) -> str:
        raise RuntimeError("out of order")

    talk = Conversation([il.LLMActor("Ann", broken), *actors("Ben")], moderator=AllSpeak(), end=Turns(2))
    run = talk.run(progress=False)
    assert {message.speaker for message in talk.transcript} == {"Ben"}
    events = run.node.find_nodes(kind="event")
    assert [event.name for event in events] == ["Ann failed"] * 2
    assert "out of order" in events[0].result["reason"]
    alone = Conversation([il.LLMActor("Ann", broken)])
    alone.run(progress=False, max_steps=5)
    assert alone.ended == "all were silent"


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_no_failure_of_a_model_is_raised(count: int) -> None:
    for error in (KeyError("bug"), ReplayMiss("no reply")):
        cast = [Failing("Ann", error), *actors("Ben")][:count]
        with pytest.raises(type(error)):
            Conversation(cast, moderator=AllSpeak()).run(progress=False)


def test_a_connection_lost_while_drafting_is_an_outcome() -> None:
    talk = Conversation([Failing("Ann", ConnectionError("x")), *actors("Ben")], moderator=AllSpeak(), end=Turns(1))
    talk.run(progress=False)
    assert texts(talk) == ["Ben: Ben knows 0"]


# Who takes part ---------------------------------------------------------------------------------------------


def test_who_joins_hears_what_follows_and_who_leaves_no_more() -> None:
    talk = Conversation(actors("Ann", "Ben"), end=Messages(9), seed=1)
    talk.step()
    talk.join(Counter("Eve"))
    gone = talk.leave("Ben")
    talk.step()
    assert [str(one) for one in talk.heard_by("Eve")] == texts(talk)[1:]
    assert gone.memory.texts == texts(talk)[:1]
    assert talk.names == ("Ann", "Eve")
    assert talk.heard_by("Ann", last=1) == [talk.transcript[-1]]
    with pytest.raises(InvalidArgument, match=r"No actor 'Ben' takes part.*'Ann', 'Eve'"):
        talk.leave("Ben")
    with pytest.raises(InvalidArgument, match="Two actors are called 'Ann'"):
        talk.join(Counter("Ann"))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conversation(["Ann"]), "between actors; got a str"),  # type: ignore[list-item]
        (lambda: Conversation(actors("Ann", "Ann")), "Two actors are called 'Ann'"),
        (lambda: Conversation(actors("Ann"), moderator=Script(["Zed"])), "names 'Zed', who does not take part"),
        (lambda: Conversation(actors("Ann"), moderator=7), "A moderator is"),  # type: ignore[arg-type]
        (lambda: Conversation(actors("Ann"), audience=7), "An audience is"),
        (lambda: Conversation(actors("Ann"), end=7), "An end is"),  # type: ignore[arg-type]
        (lambda: Conversation(actors("Ann")).announce(" "), "not empty"),
        (lambda: Conversation(actors("Ann")).say("Zed", "x"), "No actor 'Zed' takes part"),
        (lambda: Conversation(actors("Ann")).say("Ann", ""), "Ann needs words"),
        (lambda: Conversation(actors("Ann")).say("Ann", "x", to="Ben"), "list of names"),
        (lambda: Conversation(actors("Ann")).force_speaker("Zed"), "No actor 'Zed'"),
    ],
)
def test_what_can_not_be_meant_is_said(make: Any, message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        make()


def test_a_moderator_that_names_a_stranger_is_an_error() -> None:
    talk = Conversation(actors("Ann"), moderator=lambda talk: "Zed")
    with pytest.raises(InvalidArgument, match="gave the floor to 'Zed', who does not take part; the actors are 'Ann'"):
        talk.run(progress=False)


# Announcements, whispers, interventions ---------------------------------------------------------------------


def test_announcements_reach_all_or_some_and_are_no_messages_of_actors() -> None:
    talk = Conversation(actors("Ann", "Ben"), end=Messages(1))
    talk.announce("Welcome.")
    talk.announce("Only for you.", to=["Ben"])
    talk.run(progress=False)
    assert [actor.memory.texts for actor in talk.actors] == [
        ["Welcome.", "Ann: Ann knows 1"],
        ["Welcome.", "Only for you.", "Ann: Ann knows 1"],
    ]
    assert (talk.spoken, len(talk.transcript)) == (1, 3)


def test_whispers_reach_those_they_are_for() -> None:
    cast = [said(Say("psst", to=("Ben",))), *actors("Ben", "Eve")]
    talk = Conversation(cast, end=Messages(1))
    talk.run(progress=False)
    message = talk.transcript[0]
    assert (message.audience, message.whispered, str(message)) == (("Ben",), True, "Ann (to Ben): psst")
    assert [len(actor.memory) for actor in talk.actors] == [1, 1, 0]
    assert not message.was_heard_by("Eve") and talk.heard_by("Eve") == []


def test_a_whisper_to_nobody_there_is_noted() -> None:
    talk = Conversation([said(Say("psst", to=("Zed", "Ben"))), *actors("Ben")], end=Messages(1))
    run = talk.run(progress=False)
    assert talk.transcript[0].audience == ("Ben",)
    assert run.node.find_nodes(kind="event")[0].result["by"] == ["Zed"]


def test_interventions_work_on_conversations() -> None:
    run = Conversation(actors("Ann", "Ben", "Eve"), end=Messages(4), seed=1).run(progress=False)
    fork = run.at(1).fork()
    il.intervene(fork, il.ForceSpeaker("Eve"), il.EditMessage(0, "I said nothing."))
    fork.run(progress=False)
    assert [message.speaker for message in fork.transcript] == ["Ann", "Eve", "Ben", "Eve"]
    assert fork.actors[1].memory.texts[0] == "Ann: I said nothing."
    fork = run.at(1).fork()
    il.intervene(fork, il.AddActor(Counter("Zed")), il.RemoveActor("Ben"))
    fork.run(progress=False)
    assert [message.speaker for message in fork.transcript][1:] == ["Eve", "Zed", "Ann"]


# Forks and records ------------------------------------------------------------------------------------------


def demo_talk(**settings: Any) -> Conversation:
    cast = [il.LLMActor(name, "demo", system_prompt=f"You are {name}.") for name in ("Ann", "Ben", "Eve")]
    return Conversation(cast, **{"topic": "ships", "end": Messages(6), "seed": 5, **settings})


@pytest.mark.parametrize(
    "moderator",
    [
        RoundRobin,
        RandomSpeaker,
        Mentions,
        lambda: Volunteers("decide"),
        lambda: Volunteers("speak", at_most=1),
        AllSpeak,
    ],
)
def test_every_conversation_keeps_what_environments_promise(moderator: Any) -> None:
    check_environment(lambda: demo_talk(moderator=moderator()), max_steps=5)


def test_unchanged_forks_reproduce_bit_for_bit() -> None:
    run = demo_talk(moderator=RandomSpeaker()).run(progress=False)
    for number in range(len(run.steps)):
        what_if = run.at(number).fork().run(progress=False)
        assert [step.wire() for step in what_if.steps] == [step.wire() for step in run.steps[number:]]
        assert what_if.result == run.result
        assert what_if.at(-1).content_hash == run.at(-1).content_hash or what_if.env.origin != run.env.origin
        assert list(what_if.env.transcript) == list(run.env.transcript)


def test_a_long_transcript_is_shared_by_forks() -> None:
    talk = Conversation(actors("Ann", "Ben"), end=Messages(300), seed=1)
    talk.run(progress=False, snapshots=False, max_steps=200)
    fork = talk.fork()
    assert all(one is two for one, two in zip(fork.transcript.chunks(), talk.transcript.chunks(), strict=True))
    fork.step()
    assert (len(talk.transcript), len(fork.transcript)) == (200, 201)


def test_what_moderators_ask_is_recorded_below_them_and_remembered_by_nobody() -> None:
    model = ScriptedModel(lambda request: "true" if "true" in request.messages[-1].text else "hello", name="m")
    talk = Conversation([il.LLMActor("Ann", model)], moderator=Volunteers(), end=Messages(1))
    step = talk.run(progress=False).steps[0]
    assert [child.kind for child in step.children] == ["moderate", "query", "observe"]
    assert step.children[0].result == {"speakers": ["Ann"], "why": "1 of 1 want to speak"}
    assert talk.actors[0].memory.texts == ["Ann: hello"]
