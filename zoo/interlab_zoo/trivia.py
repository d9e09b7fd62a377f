"""Arithmetic word problems and logic puzzles with exact checkers, for actors to answer together.

The tasks are those of `reasoning-gym` (the extra ``tasks``), which makes any number of them from a seed and checks
answers by rule: ``"gsm_symbolic"``, ``"chain_sum"``, ``"basic_arithmetic"``, ``"knights_knaves"``, ``"zebra_puzzles"``
and many more.

`Quiz` is a debate on a task: actors answer alone, hear each other, answer again, and vote. With no rounds it is
a self-consistency or majority vote; with one actor, a single answer.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from interlab.actors import BaseActor
from interlab.errors import InvalidArgument, ModelUnavailable
from interlab_zoo.debate import Debate


@dataclass(frozen=True)
class Task:
    """One task, which can be made again from what it holds.

    Args:
        dataset: the name of its kind in `reasoning-gym`.
        seed: the seed of its series.
        index: its place in the series, from 0.
        question: what is asked.
        answer: a right answer.
        settings: other settings of the series, as pairs of names and values.
    """

    dataset: str
    seed: int
    index: int
    question: str
    answer: str
    settings: tuple[tuple[str, Any], ...] = ()

    def score(self, answer: str | None) -> float:
        """How right an answer is by the task's own checker, in [0, 1]; 0 for none."""
        if answer is None:
            return 0.0
        series = _series(self.dataset, self.seed, self.index + 1, self.settings)
        return float(series.score_answer(answer=str(answer).strip(), entry=series[self.index]))


def make_tasks(dataset: str, count: int, *, seed: int = 0, **settings: Any) -> list[Task]:
    """Tasks of a kind, the same for the same seed.

    Args:
        dataset: the name of the kind.
        count: how many, ≥ 1.
        seed: decides which.
        **settings: how difficult they are, and whatever else the kind takes.

    Raises:
        ModelUnavailable: the extra is not installed.
        InvalidArgument: no kind of that name, a setting it does not take, or fewer than one.
    """
    if not isinstance(count, int) or isinstance(count, bool) or count < 1:
        raise InvalidArgument(f"At least 1 task is made; got {count!r}.")
    pairs = tuple(sorted(settings.items()))
    series = _series(dataset, seed, count, pairs)
    made = [series[index] for index in range(count)]
    return [
        Task(dataset, seed, index, str(one["question"]), str(one["answer"]), pairs) for index, one in enumerate(made)
    ]


@functools.lru_cache(maxsize=64)
def _series(dataset: str, seed: int, count: int, settings: tuple[tuple[str, Any], ...]) -> Any:
    try:
        import reasoning_gym  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError as error:
        raise ModelUnavailable('Tasks need the extra "tasks": pip install "interlab-lab[tasks]".') from error
    try:
        return reasoning_gym.create_dataset(dataset, size=count, seed=seed, **dict(settings))
    except (ValueError, TypeError, AssertionError) as error:
        raise InvalidArgument(f"reasoning-gym makes no tasks {dataset!r} of these settings: {error}.") from error


class Quiz(Debate):
    """Actors answer a task with its exact checker.

    Args:
        task: the task.
        actors: who answers; each with a `Stance`.
        **settings: as for `Debate`.
    """

    def __init__(self, task: Task, actors: Iterable[BaseActor], **settings: Any) -> None:
        self.task = task
        super().__init__(task.question, actors, **{"right": task.answer, **settings})

    def is_right(self, answer: str | None) -> bool:
        """Whether the checker takes an answer as right."""
        return self.task.score(answer) >= 1
