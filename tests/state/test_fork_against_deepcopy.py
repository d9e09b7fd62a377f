"""Forks beside `copy.deepcopy` of plain data: any values, any order of forks and changes."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from interlab.state import Log, Random, fork


@dataclasses.dataclass(frozen=True)
class Frozen:
    parts: Any


plain = st.recursive(
    st.none() | st.integers() | st.text(max_size=3) | st.floats(allow_nan=False) | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=2), inner, max_size=3)
        | st.tuples(inner, inner)
        | st.builds(Frozen, inner)
    ),
    max_leaves=12,
)


@given(plain)
def test_a_fork_equals_a_deep_copy(value):
    assert fork(value) == copy.deepcopy(value) == value


class ForksAgainstDeepCopies(RuleBasedStateMachine):
    """Environments that fork and change in any order, each beside a deep copy of plain data."""

    def __init__(self):
        super().__init__()
        self.pairs = [(World(), {"log": [], "facts": {}, "pool": [[]], "drawn": 0})]

    @rule(which=st.integers(0, 9))
    def fork(self, which):
        if len(self.pairs) < 6:
            world, model = self.pairs[which % len(self.pairs)]
            self.pairs.append((fork(world), copy.deepcopy(model)))

    @rule(which=st.integers(0, 9), item=plain)
    def append(self, which, item):
        world, model = self.pairs[which % len(self.pairs)]
        world.log.append(item)
        model["log"].append(copy.deepcopy(item))

    @rule(which=st.integers(0, 9), key=st.sampled_from("ab"), item=plain)
    def assign(self, which, key, item):
        world, model = self.pairs[which % len(self.pairs)]
        world.facts[key] = item
        model["facts"][key] = copy.deepcopy(item)

    @rule(which=st.integers(0, 9), item=st.integers())
    def reach_deep(self, which, item):
        world, model = self.pairs[which % len(self.pairs)]
        world.add(item)
        model["pool"][0].append(item)

    @rule(which=st.integers(0, 9))
    def draw(self, which):
        world, model = self.pairs[which % len(self.pairs)]
        world.rng.random()
        model["drawn"] += 1

    @invariant()
    def agree(self):
        for world, model in self.pairs:
            assert world.log == model["log"]
            assert world.facts == model["facts"]
            assert world.pool == model["pool"] == world.alias[0]
            assert world.rng.position == model["drawn"]


class World:
    def __init__(self) -> None:
        self.log = Log[Any]()
        self.facts: dict[str, Any] = {}
        self.pool: list[list[int]] = [[]]
        self.alias = (self.pool, self)
        self.add = self.pool[0].append
        self.rng = Random(1)


TestForksAgainstDeepCopies = ForksAgainstDeepCopies.TestCase
TestForksAgainstDeepCopies.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
