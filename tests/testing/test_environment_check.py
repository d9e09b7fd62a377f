"""The checker of environments: ours pass, and each planted fault is found under its own name."""

from __future__ import annotations

import random
import weakref
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from interlab_zoo.negotiation import CarSale, Move, PriceNegotiation

import interlab as il
from interlab.errors import InterLabError, InvalidArgument
from interlab.testing import ConformanceError, ScriptedModel, check_environment


class Echo(il.BaseActor):
    """As in the README."""

    def _query(self, prompt: Any = None, **settings: Any) -> str:
        return f"You said: {prompt}"


class Talk(il.BaseEnvironment):
    """As in the README."""

    def __init__(self, actors: list[il.BaseActor], **settings: Any) -> None:
        super().__init__(**settings)
        self.actors = actors
        self.said: il.Log[str] = il.Log()

    def _step(self) -> str:
        speaker = self.actors[self.steps % len(self.actors)]
        line = speaker.query("Go on.")
        self.said.append(line)
        for actor in self.actors:
            actor.observe(f"{speaker.name}: {line}")
        if len(self.said) == 6:
            self.set_finished()
        return str(line)


def talk() -> Talk:
    return Talk([Echo("Ann"), il.LLMActor("Ben", "demo", system_prompt="You like ships.")], seed=1)


def negotiation() -> PriceNegotiation:
    seller = il.ScriptedActor("Sue", [Move("offer", 3_000), Move("offer", 2_700), Move("accept")])
    buyer = il.ScriptedActor("Bert", [Move("offer", 2_000), Move("offer", 2_500)])
    return PriceNegotiation(buyer, seller, seed=3)


@pytest.mark.parametrize(
    "make",
    [
        lambda: CarSale(seed=7),
        lambda: CarSale("demo/soft", "demo/stubborn", seed=2, with_cot=True, max_steps=6),
        lambda: CarSale(seed=1, first="buyer", buyer_limit=2_000, seller_limit=2_600),
        negotiation,
        talk,
    ],
)
def test_ours_pass(make: Callable[[], il.BaseEnvironment]) -> None:
    check_environment(make, max_steps=12)


def test_the_check_leaves_no_trace_in_the_store_around_it() -> None:
    store = il.open_store(":memory:")
    with store, il.TracingNode("around") as around:
        check_environment(negotiation)
    assert around.children == []
    assert len(store.roots()) == 1


class Plain(il.BaseEnvironment):
    """A sound environment of four steps, to be spoilt."""

    def __init__(self, seed: int = 1) -> None:
        super().__init__(seed=seed)
        self.numbers: list[int] = []
        self.parts: dict[str, Any] = {}

    def _step(self) -> Any:
        self.numbers.append(self.rng.randrange(1_000_000))
        if len(self.numbers) == 4:
            self.set_finished()
        return self.numbers[-1]


class DrawsFromTheRandomModule(Plain):
    def _step(self) -> Any:
        super()._step()
        return random.random()


class ListInTheClass(Plain):
    heard: list[int] = []  # noqa: RUF012  # the fault

    def _step(self) -> Any:
        self.heard.append(1)
        return super()._step(), len(self.heard)


class ListSharedByForks(Plain):
    __interlab_shared__ = ("numbers",)


class StateByIdentity(Plain):
    counts: ClassVar[Any] = weakref.WeakKeyDictionary()

    def _step(self) -> Any:
        count = self.counts[self] = self.counts.get(self, 0) + 1
        return super()._step(), count


class ForkIsItself(Plain):
    def fork(self, seed: int | None = None) -> Any:
        return self


class ForkDrawsAnew(Plain):
    def fork(self, seed: int | None = None) -> Any:
        return super().fork(seed=99)


class StepWithoutNode(Plain):
    def step(self) -> Any:
        self.steps += 1
        return self._step()


class StepNotCounted(Plain):
    def _step(self) -> Any:
        self.steps -= 1
        return super()._step()


class StepsAfterTheEnd(Plain):
    def step(self) -> Any:
        self._finished, finished = False, self._finished
        try:
            return super().step()
        finally:
            self._finished = self._finished or finished


class NodeLeftOpen(Plain):
    def _step(self) -> Any:
        il.TracingNode("thinking").open()
        return super()._step()


class ActorsOfOneName(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.actors = [Echo(), Echo()]


class KeepsALambda(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.rule = lambda: 1


class KeepsAGenerator(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.parts["lines"] = (line for line in "ab")


class OutcomeChangesTheState(Plain):
    def outcome(self) -> Any:
        self.numbers.clear()


class FinishedFromTheStart(Plain):
    def __init__(self) -> None:
        super().__init__()
        self.set_finished()


class RandomSeed(Plain):
    def __init__(self) -> None:
        super().__init__(seed=random.SystemRandom().getrandbits(30))


one_list_for_all = ScriptedModel(["a", "b"] * 200, name="one list")


class AskedOfASharedList(Plain):
    def _step(self) -> Any:
        super()._step()
        return il.query_model(one_list_for_all, "Well?") + str(len(one_list_for_all.requests))


@pytest.mark.parametrize(
    ("make", "check"),
    [
        (DrawsFromTheRandomModule, "equal seeds give equal runs"),
        (ListInTheClass, "equal seeds give equal runs"),
        (RandomSeed, "equal seeds give equal runs"),
        (AskedOfASharedList, "equal seeds give equal runs"),
        (ListSharedByForks, "forks are isolated"),
        (StateByIdentity, "a fork goes on as the original"),
        (ForkIsItself, "it can be forked"),
        (ForkDrawsAnew, "forks are isolated"),
        (StepWithoutNode, "steps are recorded"),
        (StepNotCounted, "steps are counted"),
        (StepsAfterTheEnd, "no step after the end"),
        (NodeLeftOpen, "steps are recorded"),
        (ActorsOfOneName, "actors have names of their own"),
        (KeepsALambda, "the state survives a round trip"),
        (KeepsAGenerator, "the state can be copied and written"),
        (OutcomeChangesTheState, "run() does what step() does"),
        (FinishedFromTheStart, "it can make a step"),
    ],
)
def test_a_planted_fault_is_found(make: type[Plain], check: str) -> None:
    check_environment(Plain)  # what is spoilt was sound
    with pytest.raises(ConformanceError) as caught:
        check_environment(make)
    error = caught.value
    assert error.check == check
    assert error.subject == make.__name__
    assert error.advice and error.expected in str(error) and error.happened in str(error)
    assert isinstance(error, InterLabError) and isinstance(error, AssertionError)


def test_the_error_names_the_place() -> None:
    with pytest.raises(ConformanceError, match=r"env\.numbers.*\[\d+"):
        check_environment(ListSharedByForks)
    with pytest.raises(ConformanceError, match=r"env\.parts\['lines'\] is a builtins\.generator"):
        check_environment(KeepsAGenerator)
    with pytest.raises(ConformanceError, match="the module `random` was drawn from"):
        check_environment(DrawsFromTheRandomModule)


def test_the_round_trip_can_be_left_out() -> None:
    check_environment(KeepsALambda, round_trip=False)


def test_two_models_of_one_name_are_found() -> None:
    class Two(Plain):
        def __init__(self) -> None:
            super().__init__()
            self.first = ScriptedModel(lambda request: "first", name="same")
            self.second = ScriptedModel(lambda request: "second", name="same")

        def _step(self) -> Any:
            return super()._step(), il.query_model(self.first, "?"), il.query_model(self.second, "?")

    with pytest.raises(ConformanceError, match="different models need different names"):
        check_environment(Two)
    check_environment(Two, round_trip=False)


@pytest.mark.parametrize(("make", "steps"), [(lambda: 3, 5), (Plain, 0)])
def test_wrong_arguments_are_refused(make: Any, steps: int) -> None:
    with pytest.raises(InvalidArgument):
        check_environment(make, max_steps=steps)
