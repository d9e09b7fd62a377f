"""On-policy forks: steps made again until they go as wanted, and the record of which it was."""

from __future__ import annotations

from typing import Any

import pytest

import interlab as il
from interlab.counterfactual import Resample, experiment, resample
from interlab.errors import InvalidArgument, NoSampleFound


class Dice(il.BaseEnvironment):
    """Three throws."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.throws: il.Log[int] = il.Log()

    def _step(self) -> int:
        self.throws.append(self.rng.randint(1, 6))
        if self.steps >= 3:
            self.set_finished()
        return self.throws[-1]


def six(env: Dice) -> bool:
    return env.throws[-1] == 6


@pytest.fixture
def run() -> Any:
    with il.open_store(":memory:"):
        yield Dice(seed=1).run("dice", progress=False)


def test_the_first_sample_that_holds_is_taken(run: il.Run) -> None:
    fork = resample(run.at(1), six, at_most=60, label="a six")
    assert fork.throws[0] == run.at(1).env.throws[0]
    assert fork.throws[1] == 6
    assert fork.steps == 2
    (node,) = run.node._source.find(kind="resample")
    samples = [one for one in run.node._source.runs() if one.name.startswith("sample")]
    assert len(samples) > 1
    accepted = [one for one in samples if one.node.meta["accepted"]]
    assert accepted == [one for one in accepted if one.steps[-1].result == 6]
    assert len(accepted) == 1
    assert accepted[0].interventions == [
        {"intervention": "Resample", "predicate": "a six", "sample": node.result["sample"], "at_most": 60}
    ]
    further = fork.run("went on", progress=False)
    assert further.origin == (accepted[0].uid, 2)
    assert resample(run.at(1), six, at_most=60).throws[:] == fork.throws[:2]


def test_as_often_as_allowed_and_no_more(run: il.Run) -> None:
    with pytest.raises(NoSampleFound, match="none of 4 samples") as raised:
        resample(run.at(1), lambda env: env.throws[-1] > 6, at_most=4)
    assert [len(one.steps) for one in raised.value.runs] == [1] * 4


def test_as_an_arm_of_an_experiment(run: il.Run) -> None:
    arms = {"as it was": [], "six": Resample(six, at_most=100)}
    study = experiment(run.at(1), arms, lambda env: sum(env.throws[1:]), 5, progress=False).run()
    forks = study.runs_of("six")
    assert len(forks) == 5
    for fork in forks:
        assert fork.at(2).env.throws[1] == 6
        named = [one["intervention"] for one in fork.interventions]
        assert sorted(named) == ["Resample", "Resampled"]


@pytest.mark.parametrize("change", [{"at": 3}, {"predicate": "six"}, {"at_most": 0}])
def test_nonsense_is_refused(run: il.Run, change: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        resample(**{"at": run.at(1), "predicate": six, **change})


def test_there_is_no_step_after_the_end(run: il.Run) -> None:
    with pytest.raises(InvalidArgument, match="finished"):
        il.intervene(run.at(3).fork(), Resample(six))
