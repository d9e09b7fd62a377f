"""Interviews: answers from forks that are thrown away, and an original that is provably the same after."""

from __future__ import annotations

from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.counterfactual import interview
from interlab.errors import InvalidArgument, StateError


@pytest.fixture(scope="module")
def run() -> Any:
    store = il.open_store(":memory:")
    with store:
        return CarSale(seed=7).run("car sale", progress=False)


def test_the_original_is_the_same_after(run: il.Run) -> None:
    before = [run.at(step).content_hash for step in range(len(run.steps) + 1)]
    found = interview(run, 4, "Bob", "What is the most you would pay?", n=5, expected_type=int)
    assert [run.at(step).content_hash for step in range(len(run.steps) + 1)] == before
    assert found.content_hash == before[4]
    assert found.actor == "Bob"
    assert len(found.answers) == 5
    assert all(isinstance(answer, int) for answer in found.answers)
    assert sum(found.counts.values()) == 5
    assert found.node.kind == "interview"
    assert len(found.node.find_nodes(lambda node: node.name == "Bob", kind="query")) == 5
    assert "Bob, after step 4" in str(found)


def test_answers_follow_from_seeds(run: il.Run) -> None:
    def ask(seed: int) -> list[Any]:
        return interview(run, 4, "buyer", "What is the most you would pay?", n=6, expected_type=int, seed=seed).answers

    assert ask(1) == ask(1)
    assert ask(1) != ask(2)


class Leaky(il.BaseActor):
    """Remembers what it was asked, outside of its state's copies."""

    asked: list[str] = []  # noqa: RUF012

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.heard = self.memory

    def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> str:
        raise ValueError("no comment")


class Office(il.BaseEnvironment):
    """One actor who never answers."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.actor = Leaky("Lea")

    def _step(self) -> None:
        self.set_finished()


def test_answers_that_fail_are_kept_apart() -> None:
    with il.open_store(":memory:"):
        run = Office(seed=1).run(progress=False)
        found = interview(run, 1, "Lea", "Well?", n=3)
    assert found.answers == []
    assert [str(one) for one in found.failures] == ["no comment"] * 3
    assert "3 × no answer (ValueError: no comment)" in str(found)


def test_a_change_of_the_original_is_an_error(run: il.Run, monkeypatch: pytest.MonkeyPatch) -> None:
    hashes = iter(["a", "b", "b"])
    monkeypatch.setattr(il.Moment, "content_hash", property(lambda moment: next(hashes)))
    with pytest.raises(StateError, match="changed during the interview"):
        interview(run, 4, "Bob", "Well?")


@pytest.mark.parametrize("change", [{"n": 0}, {"actor": "Carol"}, {"step": 99}])
def test_nonsense_is_refused(run: il.Run, change: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        interview(**{"run": run, "step": 4, "actor": "Bob", "question": "Well?", **change})
