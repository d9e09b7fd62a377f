"""The checker of actors: ours pass, and each planted fault is found under its own name."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from interlab_zoo.negotiation import Move
from interlab_zoo.thinkers import ChainOfThoughtActor

import interlab as il
from interlab.errors import InvalidArgument
from interlab.testing import ConformanceError, ScriptedModel, check_actor


class Echo(il.BaseActor):
    """As in the README."""

    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        return f"You said: {prompt}"


SELLER = "You are Sue. You want to sell a car. Your asking price is $3,000. You will not take less than $2,200."


@pytest.mark.parametrize(
    "make",
    [
        Echo,
        lambda: il.LLMActor("Sue", "demo", system_prompt=SELLER),
        lambda: il.LLMActor("Sue", "demo", memory=il.ListMemory(token_limit=30), memory_tokens=20),
        lambda: il.LLMActor("Sue", "demo", with_cot=True),
        lambda: ChainOfThoughtActor("Sue"),
        lambda: il.ScriptedActor("Sue", ["one", "two", "three"]),
        lambda: il.ScriptedActor("Sue", ["again"], repeat=True),
    ],
)
def test_ours_pass(make: Callable[[], il.BaseActor]) -> None:
    check_actor(make)


@pytest.mark.parametrize("cot", [False, True])
def test_typed_answers_pass(cot: bool) -> None:
    check_actor(lambda: il.LLMActor("Sue", "demo", system_prompt=SELLER, with_cot=cot), expected_type=Move)


def test_a_person_passes(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt="": "Yes.")
    check_actor(lambda: il.ConsoleActor("Me", system_prompt="You sell."))


class RemembersWhatItSaid(Echo):
    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        self.memory.add_memory("I was asked.")
        return "yes"


class ObserveReturns(Echo):
    def observe(self, observation: Any, **settings: Any) -> Any:
        super().observe(observation, **settings)
        return "heard"


class OverridesQuery(Echo):
    def query(self, prompt: Any = None, **settings: Any) -> Any:
        return "yes"


class OverridesObserve(Echo):
    def observe(self, observation: Any, **settings: Any) -> None:
        self.memory.add_memory(observation)


class MemoryInTheClass(Echo):
    heard: list[str] = []  # noqa: RUF012  # the fault

    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        self.heard.append(str(prompt))
        return f"I heard {len(self.heard)} questions."


class SharedByForks(Echo):
    __interlab_shared__ = ("heard",)

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        self.heard.append(str(prompt))
        return "yes"


class CountsByIdentity(Echo):
    counts: ClassVar[Any] = weakref.WeakKeyDictionary()

    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        self.counts[self] = self.counts.get(self, 0) + 1
        return str(self.counts[self])


class AnswersANumber(Echo):
    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        return 7


class NameTakenAway(Echo):
    def __init__(self) -> None:
        super().__init__()
        self.name = ""


class KeepsALambda(Echo):
    def __init__(self) -> None:
        super().__init__()
        self.rule = lambda: 1


class LeavesANodeOpen(Echo):
    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        il.TracingNode("thinking").open()
        return "yes"


@pytest.mark.parametrize(
    ("make", "check"),
    [
        (RemembersWhatItSaid, "a query leaves the memory as it was"),
        (ObserveReturns, "observe returns nothing"),
        (OverridesQuery, "what an actor does is recorded"),
        (OverridesObserve, "what an actor does is recorded"),
        (LeavesANodeOpen, "what an actor does is recorded"),
        (MemoryInTheClass, "made alike, actors answer alike"),
        (SharedByForks, "forks are isolated"),
        (CountsByIdentity, "a fork goes on as the original"),
        (AnswersANumber, "answers are of the asked type"),
        (NameTakenAway, "it has a name"),
        (KeepsALambda, "the state survives a round trip"),
    ],
)
def test_a_planted_fault_is_found(make: type[Echo], check: str) -> None:
    with pytest.raises(ConformanceError) as caught:
        check_actor(make)
    assert caught.value.check == check
    assert caught.value.subject == make.__name__


def test_a_model_with_a_cursor_is_found() -> None:
    model = ScriptedModel([f"answer {number}" for number in range(100)])
    with pytest.raises(ConformanceError) as caught:
        check_actor(lambda: il.LLMActor("Sue", model))
    assert caught.value.check == "made alike, actors answer alike"
    check_actor(lambda: il.LLMActor("Sue", ScriptedModel(lambda request: request.text[-20:])))


@pytest.mark.parametrize(("make", "prompts"), [(lambda: "actor", ["a"]), (Echo, [])])
def test_wrong_arguments_are_refused(make: Any, prompts: list[str]) -> None:
    with pytest.raises(InvalidArgument):
        check_actor(make, prompts=prompts)
