"""The language-model actor: what it sends, what it makes of the answer, how it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import pytest

import interlab as il
from interlab.errors import InvalidArgument, ParsingFailure
from interlab.models import Params, seeded
from interlab.testing import ScriptedModel


@dataclass(frozen=True)
class Vote:
    choice: Literal["stay", "leave"]
    reason: str = ""


def roles(model: ScriptedModel, call: int = 0) -> list[tuple[str, str]]:
    return [(message.role, str(message.text)) for message in model.requests[call].messages]


def test_a_prompt_is_system_prompt_memories_and_question() -> None:
    model = ScriptedModel(["yes"])
    actor = il.LLMActor("Ann", model, system_prompt="You are Ann.")
    actor.observe("It rains.")
    actor.observe("Ben left.")
    assert actor.query("Do you stay?") == "yes"
    assert roles(model) == [("system", "You are Ann."), ("user", "It rains.\nBen left.\n\nDo you stay?")]


def test_parts_that_are_missing_leave_no_gap() -> None:
    model = ScriptedModel(["yes"], repeat=True)
    actor = il.LLMActor("Ann", model)
    actor.query("Do you stay?")
    actor.observe("It rains.")
    actor.query()
    assert roles(model, 0) == [("user", "Do you stay?")]
    assert roles(model, 1) == [("user", "It rains.")]


def test_an_actor_that_was_asked_nothing_and_remembers_nothing_says_so() -> None:
    with pytest.raises(InvalidArgument, match="Ann was asked nothing"):
        il.LLMActor("Ann", ScriptedModel(["yes"])).query()


def test_memory_tokens_bound_what_is_shown() -> None:
    model = ScriptedModel(["yes"])
    actor = il.LLMActor("Ann", model, memory_tokens=5)
    for number in range(50):
        actor.observe(f"fact {number}")
    actor.query("?")
    assert roles(model) == [("user", "fact 48\nfact 49\n\n?")]


def test_fields_of_the_prompt_are_recorded() -> None:
    actor = il.LLMActor("Ann", ScriptedModel(["yes"]))
    actor.observe("It rains.")
    with il.TracingNode("root") as root:
        actor.query(il.FormatStr("Do you {what}?").format(what="stay"))
    (call,) = root.find_nodes(kind="model")
    content = call.inputs["messages"][0]["content"]
    assert isinstance(content, il.FormatStr)
    assert [part.name for part in content.parts if not isinstance(part, str)] == ["memory", "what"]


def test_an_answer_of_a_type() -> None:
    model = ScriptedModel(["I would rather not say.", Vote("stay", "rain")])
    actor = il.LLMActor("Ann", model, system_prompt="You are Ann.")
    with il.TracingNode("root") as root:
        assert actor.query("Stay or leave?", expected_type=Vote) == Vote("stay", "rain")
    (query,) = root.children
    assert query.inputs["expected_type"] == "Vote"
    assert query.result["choice"] == "stay"
    assert len(query.find_nodes(kind="model")) == 2


def test_an_answer_that_never_fits_raises_with_the_attempts() -> None:
    model = ScriptedModel(["no"], repeat=True)
    with il.TracingNode("root") as root, pytest.raises(ParsingFailure) as caught:
        il.LLMActor("Ann", model).query("Stay or leave?", expected_type=Vote)
    assert len(caught.value.attempts) == len(model.requests) == 3
    assert root.children[0].state == "error"


@pytest.mark.parametrize("expected_type", [None, Vote])
@pytest.mark.parametrize("by", ["actor", "query"])
def test_thinking_first_makes_two_calls(by: str, expected_type: Any) -> None:
    model = ScriptedModel(["Rain is bad for my hat.", Vote("stay")], name="thinker")
    actor = il.LLMActor("Ann", model, with_cot=by == "actor")
    with il.TracingNode("root") as root:
        answer = actor.query(
            "Stay or leave?", expected_type=expected_type, **({"with_cot": True} if by == "query" else {})
        )
    assert answer == (Vote("stay") if expected_type else '{"choice":"stay","reason":""}')
    assert len(model.requests) == 2
    assert "step by step" in model.prompts[0] and "Rain is bad for my hat." not in model.prompts[0]
    assert "Stay or leave?" in model.prompts[1] and "Rain is bad for my hat." in model.prompts[1]
    assert next(node.name for node in root.find_nodes(kind="model")) == "thoughts"


def test_thinking_can_be_left_out_for_one_query() -> None:
    model = ScriptedModel(["yes"])
    il.LLMActor("Ann", model, with_cot=True).query("?", with_cot=False)
    assert len(model.requests) == 1


def test_how_a_model_is_asked() -> None:
    model = ScriptedModel(["yes"], repeat=True)
    actor = il.LLMActor("Ann", model, params=Params(temperature=0.5, max_tokens=90))
    with seeded(4):
        actor.query("?", temperature=0.1)
        actor.query("?", seed=7)
    first, second = (request.params for request in model.requests)
    assert (first.temperature, first.max_tokens) == (0.1, 90)
    assert (second.temperature, second.seed) == (0.5, 7)
    assert first.seed not in (None, 4)


def test_a_model_without_seeds_is_asked_without() -> None:
    model = ScriptedModel(["yes"], capabilities=())
    with seeded(4):
        assert il.LLMActor("Ann", model).query("?") == "yes"
    assert model.requests[0].params.seed is None


def test_a_setting_that_there_is_not_is_named() -> None:
    model = ScriptedModel(["yes"])
    with pytest.raises(InvalidArgument, match=r"Ann has no setting 'temprature'; the settings are .*temperature"):
        il.LLMActor("Ann", model).query("?", temprature=0.5)
    assert model.requests == []


def test_any_kind_of_model_serves() -> None:
    assert il.LLMActor("A", lambda prompt: prompt.upper()).query("hi") == "HI"
    assert il.LLMActor("A", "demo").model.name == "demo"
    with pytest.raises(InvalidArgument, match="A model is"):
        il.LLMActor("A", 3)
