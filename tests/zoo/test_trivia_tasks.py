"""Tasks with exact checkers: the same from a seed, checked by rule, answered together."""

from __future__ import annotations

from typing import Any

import pytest
from interlab_zoo.debate import Stance
from interlab_zoo.trivia import Quiz, make_tasks

import interlab as il
from interlab.errors import InvalidArgument
from interlab.testing import check_environment

pytest.importorskip("reasoning_gym")


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


@pytest.mark.parametrize("dataset", ["gsm_symbolic", "knights_knaves", "chain_sum", "basic_arithmetic"])
def test_tasks_follow_from_the_seed_and_their_checker_knows_their_answers(dataset: str) -> None:
    tasks = make_tasks(dataset, 5, seed=3)
    assert tasks == make_tasks(dataset, 5, seed=3) != make_tasks(dataset, 5, seed=4)
    assert make_tasks(dataset, 2, seed=3) == tasks[:2]
    for task in tasks:
        assert task.score(task.answer) == task.score(f" {task.answer}\n") == 1
        assert task.score("nothing of the kind") < 1 and task.score(None) == 0


def test_the_vote_is_held_against_the_checker() -> None:
    task = make_tasks("chain_sum", 1, seed=1, min_terms=2, max_terms=2)[0]
    wrong = Stance(str(int(task.answer) + 1), 0.4)
    cast = [il.ScriptedActor(f"A{place}", [one], repeat=True)
            for place, one in enumerate([Stance(task.answer, 0.9), wrong, wrong])]  # fmt: skip
    result = Quiz(task, cast, rounds=0, weighted=True).run(progress=False).result
    assert (result["correct"], result["majority_correct"]) == (True, False)
    assert result["answer"] == task.answer
    check_environment(lambda: Quiz(task, [il.ScriptedActor("A", [wrong], repeat=True)], seed=1))


@pytest.mark.parametrize(
    "make",
    [
        lambda: make_tasks("no such kind", 1), lambda: make_tasks("chain_sum", 0),
        lambda: make_tasks("chain_sum", 1, colour="red"), lambda: make_tasks("chain_sum", 1, min_terms=-3),
    ],
)  # fmt: skip
def test_what_can_not_be_made_is_said(make: Any) -> None:
    with pytest.raises(InvalidArgument):
        make()
