"""Trees of continuations: as deep and as wide as asked, the same by the same seed, open to moves and failures."""

from __future__ import annotations

from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.counterfactual import SetField, expand_tree
from interlab.errors import InvalidArgument


class Walk(il.BaseEnvironment):
    """One step up or down at a time, to the fourth."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.place = 0
        self.push = 0

    def _step(self) -> int:
        self.place += self.push or self.rng.choice([-1, 1])
        if self.place == 13:
            raise ValueError("thirteen")
        if self.steps >= 4:
            self.set_finished()
        return self.place


def test_every_moment_goes_on_in_as_many_ways_as_asked() -> None:
    with il.open_store(":memory:") as store:
        run = Walk(seed=1).run("walk", progress=False)
        tree = expand_tree(run.at(1), depth=2, width=3, measure=lambda env: env.place)
        assert [len(branch.path) for branch in tree.walk()].count(2) == 9
        assert len(tree.leaves) == 9
        assert tree.expected == pytest.approx(sum(leaf.value for leaf in tree.leaves) / 9)
        for branch in tree.walk():
            for child in branch.children:
                assert child.env.steps == branch.env.steps + 1
                assert abs(child.env.place - branch.env.place) == 1
                assert child.run is not None
                above = run.uid if branch.run is None else branch.run.uid
                assert child.run.origin == (above, branch.env.steps)
        again = expand_tree(run.at(1), depth=2, width=3, measure=lambda env: env.place, workers=1)
        assert str(again) == str(tree)
        assert str(expand_tree(run.at(1), depth=2, width=3, seed=5)) != str(tree)
        assert store.find(kind="expansion")[0].result == {"leaves": 9, "finished": 0}


def test_it_ends_where_the_environment_does() -> None:
    with il.open_store(":memory:"):
        env = Walk(seed=1)
        tree = expand_tree(env, depth=9, width=1, steps=3)
        assert [branch.env.steps for branch in tree.walk()] == [0, 3, 4]
        assert "■" in str(tree)
        assert env.steps == 0
        assert len(expand_tree(env, depth=0).leaves) == 1


def test_moves_instead_of_chance() -> None:
    def moves(env: Walk) -> list[SetField]:
        return [SetField("push", push) for push in (1, 13, 5)]

    with il.open_store(":memory:"):
        tree = expand_tree(Walk(seed=1), depth=1, width=2, moves=moves, measure=lambda env: env.place)
    up, failed = tree.children
    assert up.value == 1
    assert isinstance(failed.error, ValueError)
    assert "thirteen" in str(tree)


def test_a_conversation_with_models() -> None:
    with il.open_store(":memory:"):
        run = CarSale(seed=7).run(progress=False)
        tree = expand_tree(run.at(4), depth=2, measure=lambda env: env.last_price("seller"))
    assert len({leaf.value for leaf in tree.leaves}) > 1


@pytest.mark.parametrize("change", [{"depth": -1}, {"width": 0}, {"steps": 0}, {"workers": True}])
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        expand_tree(**{"start": Walk(), "depth": 1, **change})
