"""Moderators under which actors decide themselves, and chairs."""

from __future__ import annotations

import io
from typing import Any

import pytest

import interlab as il
from interlab.environments import (
    Conversation,
    Messages,
    ModelChair,
    PersonChair,
    RoundRobin,
    Scheduled,
    Turns,
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


class Guest(il.BaseActor):
    """Wants to speak every so many messages heard; plans by its delay."""

    def __init__(self, name: str, every: int = 1, delay: float = 1.0) -> None:
        super().__init__(name)
        self.every = every
        self.delay = delay

    def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
        if expected_type is bool:
            return len(self.memory) % self.every == 0
        return self.delay if expected_type is float else f"{self.name} {len(self.memory)}"


def speakers(conversation: Conversation, steps: int = 60) -> str:
    conversation.run(progress=False, max_steps=steps)
    return "".join(message.speaker[0] for message in conversation.transcript)


# Volunteers -------------------------------------------------------------------------------------------------


def test_who_wants_to_speak_does_one_after_another() -> None:
    conversation = Conversation([Guest("Ann"), Guest("Ben", 2), Guest("Eve", 3)], moderator=Volunteers(), end=Turns(2))
    conversation.run(progress=False)
    assert [str(message) for message in conversation.transcript] == [
        "Ann: Ann 0", "Ben: Ben 1", "Eve: Eve 2", "Ann: Ann 3", "Eve: Eve 4",
    ]  # fmt: skip


def test_words_written_first_are_said_or_stay_in_the_trace() -> None:
    conversation = Conversation([Guest("Ann"), Guest("Ben", 2)], moderator=Volunteers("speak"), end=Turns(2))
    run = conversation.run(progress=False)
    assert [str(message) for message in conversation.transcript] == [
        "Ann: Ann 0",
        "Ben: Ben 0",
        "Ann: Ann 2",
        "Ben: Ben 2",
    ]
    conversation = Conversation([Guest("Ann", 2), Guest("Ben", 3)], moderator=Volunteers("speak"), end=Turns(2))
    run = conversation.run(progress=False)
    assert [message.speaker for message in conversation.transcript] == ["Ann", "Ben", "Ann"]
    drafts = [node.result for node in run.steps[1].find_nodes(kind="query") if isinstance(node.result, str)]
    assert drafts == ["Ann 2", "Ben 2"]
    assert all("Ben 2" not in text for actor in conversation.actors for text in actor.memory.texts)


def test_silence_leaves_the_transcript_unchanged_and_ends_it() -> None:
    class Shy(Guest):
        def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
            return False if expected_type is bool else "never said"

    for first in ("decide", "speak"):
        conversation = Conversation([Shy("Ann"), Shy("Ben")], moderator=Volunteers(first), end=Messages(5))
        conversation.run(progress=False)
        assert (len(conversation.transcript), conversation.turns, conversation.ended) == (0, 1, "all were silent")


def test_at_most_so_many_by_chance() -> None:
    def made(seed: int) -> str:
        cast = [Guest(name) for name in ("Ann", "Ben", "Eve")]
        return speakers(Conversation(cast, moderator=Volunteers(at_most=1), end=Turns(9), seed=seed))

    assert len(made(1)) == 9 and made(1) == made(1)
    assert len({made(seed) for seed in range(4)}) > 1


def test_schedulers_decide_for_others_and_see_what_was_heard() -> None:
    asked: list[str] = []

    def wants(prompt: str) -> str:
        asked.append(prompt)
        return "false" if "Ann: Ann 0" in prompt else "true"

    scheduler = il.LLMActor("Scheduler", wants)
    conversation = Conversation(
        [Guest("Ann"), Guest("Ben")], moderator=Volunteers(schedulers={"Ann": scheduler, "Ben": scheduler}),
        end=Messages(9), seed=1,
    )  # fmt: skip
    assert speakers(conversation) == "AB"
    assert any("Do you, Ben, want to say something now?" in prompt for prompt in asked)
    with pytest.raises(InvalidArgument, match="names 'Zed'"):
        Conversation([Guest("Ann")], moderator=Volunteers(schedulers={"Zed": scheduler}))


@pytest.mark.parametrize("settings", [{"first": "later"}, {"at_most": 0}, {"at_most": True}])
def test_volunteers_that_can_not_be_meant(settings: Any) -> None:
    with pytest.raises(InvalidArgument):
        Volunteers(**settings)


# By the clock -----------------------------------------------------------------------------------------------


def test_the_clock_goes_on_to_whoever_is_due() -> None:
    conversation = Conversation(
        [Guest("Ann", delay=4), Guest("Ben", delay=6)], moderator=Scheduled(), end=Messages(5), seconds_per_turn=0,
    )  # fmt: skip
    conversation.run(progress=False)
    assert [(message.speaker, message.time) for message in conversation.transcript] == [
        ("Ann", 4), ("Ben", 6), ("Ann", 8), ("Ann", 12), ("Ben", 12),
    ]  # fmt: skip


def test_delays_are_numbers_or_a_function_and_may_be_none() -> None:
    cast = [Guest("Ann"), Guest("Ben")]
    assert speakers(Conversation(cast, moderator=Scheduled({"Ann": 2.0}), end=Messages(3))) == "AAA"
    cast = [Guest("Ann"), Guest("Ben")]
    moderator = Scheduled(lambda talk, name: None if talk.spoken >= 2 else 1.0, replan=True)
    conversation = Conversation(cast, moderator=moderator, end=Messages(9))
    assert (speakers(conversation), conversation.ended) == ("AA", "all were silent")
    cast = [Guest("Ann", delay=-1), Guest("Ben", delay=float("nan"))]
    conversation = Conversation(cast, moderator=Scheduled(), end=Messages(9))
    assert (speakers(conversation), conversation.ended) == ("", "all were silent")


def test_all_ways_keep_what_environments_promise() -> None:
    for moderator in (lambda: Volunteers("speak"), Scheduled, lambda: Scheduled(replan=True)):
        check_environment(
            lambda moderator=moderator: Conversation(  # type: ignore[misc]
                [Guest("Ann", 2, 1.5), Guest("Ben", 3)], moderator=moderator(), end=Messages(6), seed=2
            ),
            max_steps=4,
        )


# Chairs -----------------------------------------------------------------------------------------------------


def chaired(*answers: Any, **settings: Any) -> tuple[Conversation, ScriptedModel]:
    model = ScriptedModel(list(answers), name="chair")
    cast = [Guest("Ann"), Guest("Ben")]
    return Conversation(cast, topic="ships", moderator=ModelChair(model, **settings), end=Turns(len(answers))), model


def test_a_model_gives_the_floor_and_reads_the_last_messages() -> None:
    conversation, model = chaired('"Ben"', '"Ben"', '"Ann"', shown=1)
    assert speakers(conversation) == "BBA"
    asked = model.requests[2].messages[-1].text
    assert "about ships" in asked and "Ben: Ben 1" in asked and "Ben: Ben 0" not in asked


def test_a_chair_may_end_it_where_it_may() -> None:
    conversation, _ = chaired('"Ann"', '"nobody"', "x", may_end=True)
    assert (speakers(conversation), conversation.ended) == ("A", "Chair ended it")
    with pytest.raises(InvalidArgument, match="both called 'Ann'"):
        Conversation([Guest("Ann")], moderator=ModelChair("demo", name="Ann"))
    with pytest.raises(InvalidArgument, match="at least 1 message"):
        ModelChair("demo", shown=0)


def test_a_chair_that_fails_is_replaced_for_the_turn() -> None:
    def broken(prompt: str) -> str:
        raise RuntimeError("asleep")

    cast = [Guest("Ann"), Guest("Ben")]
    conversation = Conversation(cast, moderator=ModelChair(broken, fallback=RoundRobin("Ben")), end=Turns(3))
    run = conversation.run(progress=False)
    assert [message.speaker for message in conversation.transcript] == ["Ben", "Ann", "Ben"]
    assert "asleep" in run.node.find_nodes(kind="event")[0].result["reason"]


def test_a_replay_miss_of_the_chair_is_not_hidden() -> None:
    class Missing(il.BaseActor):
        def _query(self, prompt: Any = None, **settings: Any) -> Any:
            raise ReplayMiss("nothing recorded")

    with pytest.raises(ReplayMiss):
        Conversation([Guest("Ann")], moderator=ModelChair(Missing("Chair"))).run(progress=False)


def test_a_person_gives_the_floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("Ben\nAnn\nnobody\n"))
    conversation = Conversation([Guest("Ann"), Guest("Ben")], moderator=PersonChair(), end=Messages(9))
    assert (speakers(conversation), conversation.ended) == ("BA", "Chair ended it")
