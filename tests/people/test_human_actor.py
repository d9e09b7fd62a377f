"""A person as a model and as an actor: what they see, what is recorded, and what happens without an answer."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import AfterValidator

import interlab as il
from interlab.actors.human import HumanActor
from interlab.errors import (
    AnswerCancelled,
    AnswerTimedOut,
    InvalidArgument,
    ModelUnavailable,
    ParsingFailure,
)
from interlab.models.adapters.console import HumanModel
from interlab.people import Answer, Console, PageConsole, Question, ScriptedConsole, current_console, people_at
from interlab.testing import check_actor


@dataclass(frozen=True)
class Offer:
    """An offer.

    Args:
        price: in dollars.
    """

    price: int


def even(value: int) -> int:
    if value % 2:
        raise ValueError("an even number, please")
    return value


def test_the_first_person_view() -> None:
    console = ScriptedConsole(["Fine."])
    bob = HumanActor("Bob", console=console, system_prompt="Be Bob.")
    bob.observe("Ann: Hi")
    bob.observe("Ann: {braces}")
    assert bob.query("What do you say?") == "Fine."
    (question,) = console.asked
    assert question.seat == "Bob"
    assert (question.instructions, question.prompt) == ("Be Bob.", "What do you say?")
    assert question.seen == ("Ann: Hi", "Ann: {braces}")
    assert question.schema is None
    assert console.shown == [("Bob", "Ann: Hi"), ("Bob", "Ann: {braces}")]


def test_a_typed_question_is_asked_with_the_schema_and_no_instructions_for_models() -> None:
    console = ScriptedConsole([{"price": 7}])
    bob = HumanActor("Bob", console=console)
    with il.TracingNode("root") as root:
        assert bob.query("Your offer?", expected_type=Offer) == Offer(7)
    assert console.asked[0].prompt == "Your offer?"
    assert console.asked[0].schema is not None
    assert "price" in console.asked[0].schema["properties"]
    (call,) = root.find_nodes(kind="model")
    assert (call.name, call.result, call.meta["finish_reason"]) == ("human/Bob", '{"price": 7}', "stop")


def test_what_only_the_type_knows_is_asked_again() -> None:
    console = ScriptedConsole([3, 4])
    bob = HumanActor("Bob", console=console)
    assert bob.query("How many?", expected_type=Annotated[int, AfterValidator(even)]) == 4
    assert "an even number, please" in console.asked[1].prompt
    stubborn = HumanActor("Bob", console=ScriptedConsole([3] * 9))
    with pytest.raises(ParsingFailure) as caught:
        stubborn.query("How many?", expected_type=Annotated[int, AfterValidator(even)])
    assert len(caught.value.attempts) == 5


def test_works_wherever_a_model_does() -> None:
    model = HumanModel("Eve", console=ScriptedConsole(["Four.", {"value": 4}, "Hello."]))
    assert il.query_model(model, "Two and two?", system="Count.") == "Four."
    assert il.query_for_json(model, int, "Two and two?") == 4
    assert il.LLMActor("Eve", model).query("Greet me.") == "Hello."


@pytest.mark.parametrize(("outcome", "error"), [("cancelled", AnswerCancelled), ("timed out", AnswerTimedOut)])
def test_no_answer_is_an_outcome_of_its_own(outcome: Any, error: type[Exception]) -> None:
    script = ScriptedConsole(lambda question: Answer(outcome, None, 2.5))
    with il.TracingNode("root") as root:
        with pytest.raises(error) as caught:
            HumanActor("Bob", console=script, time_limit_s=2.5).query("Well?")
        assert HumanActor("Bob", console=script, default="Pass.").query("Well?") == "Pass."
    assert (caught.value.seat, caught.value.after_s) == ("Bob", 2.5)  # type: ignore[attr-defined]
    failed, answered = root.find_nodes(kind="model")
    assert failed.state == "error"
    assert [event.name for event in root.find_nodes(kind="event")] == ["no answer", "no answer"]
    assert answered.meta["finish_reason"] == outcome
    (event,) = [child for child in answered.children if child.kind == "event"]
    assert event.result == {"seat": "Bob", "outcome": outcome, "after_s": 2.5, "default": "Pass."}
    assert len(script.asked) == 2, "nobody is asked again because of a time-out"


def test_a_default_counts_only_where_it_fits() -> None:
    script = ScriptedConsole(lambda question: Answer("timed out"))
    bob = HumanActor("Bob", console=script, default={"price": 1})
    assert bob.query("Offer?", expected_type=Offer) == Offer(1)
    with pytest.raises(AnswerTimedOut):
        bob.query("Well?")
    with pytest.raises(AnswerTimedOut):
        bob.query("How many?", expected_type=int)
    assert [question.default for question in script.asked] == ['{"price": 1}', None, None]


def test_a_silent_person_is_silent_in_a_conversation() -> None:
    def answer(question: Question) -> Any:
        return Answer("timed out") if question.seat == "Bob" else f"I am {question.seat}."

    script = ScriptedConsole(answer)
    people = [HumanActor(name, console=script, time_limit_s=1) for name in ("Ann", "Bob")]
    talk = il.Conversation(people, seed=1)
    talk.run(max_steps=4, progress=False)
    assert [str(message) for message in talk.transcript] == ["Ann: I am Ann."] * 2
    assert script.asked[-1].seen == ("Ann: I am Ann.",) * 2


@pytest.mark.parametrize(
    "wrong",
    [{"time_limit_s": 0}, {"time_limit_s": float("inf")}, {"time_limit_s": True}, {"default": object()},
     {"default": float("nan")}, {"console": "page"}, {"name": " "}],
)  # fmt: skip
def test_what_can_not_be_meant(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        HumanActor(**{"name": "Bob", **wrong})


def test_where_people_are_asked_who_were_given_no_console() -> None:
    script = ScriptedConsole(["Here."])
    bob = HumanActor("Bob")
    with people_at(script):
        assert il.parallel([lambda: bob.query("Where?")]) == ["Here."]
    assert current_console() is not script
    with pytest.raises(InvalidArgument):
        with people_at("here"):  # type: ignore[arg-type]
            pass


def test_scripts_are_checked() -> None:
    bob = HumanActor("Bob", console=ScriptedConsole([{"price": "much"}]))
    with pytest.raises(InvalidArgument, match="price: A whole number"):
        bob.query("Offer?", expected_type=Offer)
    with pytest.raises(ModelUnavailable, match="another"):
        bob.query("Offer?", expected_type=Offer)
    with pytest.raises(InvalidArgument, match="list of answers"):
        ScriptedConsole("Hello")


def test_an_actor_like_any_other() -> None:
    check_actor(lambda: HumanActor("Bob", console=ScriptedConsole(lambda question: "Yes."), system_prompt="Buy."),
                round_trip=False)  # fmt: skip


def test_a_run_with_a_person_is_replayed_without_one(tmp_path: Path) -> None:
    def make(console: Console) -> il.Conversation:
        return il.Conversation([HumanActor("Ann", console=console), il.LLMActor("Bob", "demo")], seed=3)

    store = il.open_store(tmp_path / "lab.db")
    with store:
        first = make(ScriptedConsole(["One.", "Two."]))
        with il.replies("record"):
            first.run(max_steps=4, progress=False)
        again = make(ScriptedConsole([]))
        with il.replies("replay"):
            again.run(max_steps=4, progress=False)
    store.close()
    assert [str(one) for one in again.transcript] == [str(one) for one in first.transcript]


async def test_cancelling_a_run_gives_the_question_up() -> None:
    with PageConsole() as page:
        told = threading.Event()
        seat = page._place("Bob").seat
        seat.listen(lambda: told.set() if seat._pending is not None else None)
        talk = il.Conversation([HumanActor("Bob", console=page)], seed=1)
        task = asyncio.create_task(talk.arun(progress=False))
        assert await asyncio.to_thread(told.wait, 10)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        for _ in range(1_000):
            if seat.view()["question"] is None:
                break
            await asyncio.sleep(0.01)
        assert seat.view()["question"] is None
