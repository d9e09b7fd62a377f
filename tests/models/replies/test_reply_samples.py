"""Which sample a call gets: by who asks, on which branch, in which place; never by who comes first."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any

import pytest

import interlab as il
from interlab.errors import ReplayMiss
from interlab.models.replies import calls_of, replies
from interlab.models.seeding import seeded
from interlab.state import MemoryBlobs, content_hash, decode, encode, fork
from interlab.tracing import Store
from interlab.tracing.slots import CURRENT_SLOT, placed

Ask = Callable[..., str]


class Asker(il.BaseActor):
    """An actor that asks a model as it is asked."""

    def __init__(self, name: str, model: Any, ask: Ask) -> None:
        super().__init__(name)
        self.model = model
        self.ask = ask

    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        return self.ask(self.model, prompt)


def side_by_side(callables: list[Callable[[], Any]], **settings: Any) -> list[Any]:
    return il.parallel(placed(callables), **settings)


# Actors and branches ----------------------------------------------------------------------------------------


def test_each_actor_has_its_own_samples(store: Store, model: Any, ask: Ask) -> None:
    def work(order: str) -> dict[str, list[str]]:
        actors = {name: Asker(name, model, ask) for name in "AB"}
        found: dict[str, list[str]] = {name: [] for name in "AB"}
        for name in order:
            found[name].append(actors[name].query("Hi"))
        return found

    with replies("record"):
        recorded = work("AABAB")
    with replies("replay"):
        assert work("BABAA") == recorded
    assert sorted(recorded["A"] + recorded["B"]) == [f"reply {number}" for number in range(1, 6)]


def test_a_fork_goes_on_with_the_same_counts_and_neither_sees_the_other(store: Store, model: Any, ask: Ask) -> None:
    with replies("record"):
        actor = Asker("A", model, ask)
        actor.query("Hi")
        copied = fork(actor)
        after = [actor.query("Hi"), actor.query("Hi")]
    with replies("replay"):
        assert [copied.query("Hi"), copied.query("Hi")] == after
        with pytest.raises(ReplayMiss):
            copied.query("Hi")


def test_counts_are_part_of_a_saved_state(store: Store, model: Any, ask: Ask) -> None:
    class Plain(il.BaseActor):
        def _query(self, prompt: Any = None, **settings: Any) -> Any:
            return ask(model, prompt)

    Plain.__module__, Plain.__qualname__ = __name__, "Plain"
    globals()["Plain"] = Plain
    try:
        with replies("record"):
            actor, blobs = Plain("A"), MemoryBlobs()
            untouched = content_hash(actor)
            with replies("off"):
                actor.query("Hi")
            assert content_hash(actor) == untouched
            first = actor.query("Hi")
            assert content_hash(actor) != untouched
            saved = encode(actor, blobs)
            second = actor.query("Hi")
        with replies("replay"):
            assert decode(saved, blobs).query("Hi") == second != first
    finally:
        del globals()["Plain"]


def test_a_branch_of_another_seed_draws_anew(store: Store, model: Any, ask: Ask) -> None:
    def branch(seed: int | None, actor: Asker) -> str:
        with seeded(seed):
            return str(actor.query("Hi"))

    with replies("auto"):
        origin = Asker("A", model, ask)
        first = branch(1, origin)
        ones = [branch(seed, fork(origin)) for seed in (1, 2, 3, None, 1, 2, 3, None)]
    assert ones[:4] == ones[4:]
    assert len({first, *ones}) == 5
    assert model.calls == 5


def test_a_repeated_run_gets_the_same(store: Store, model: Any, ask: Ask) -> None:
    class Game(il.BaseEnvironment):
        def __init__(self, seed: int) -> None:
            super().__init__(seed=seed)
            self.actors = [Asker(name, model, ask) for name in "AB"]

        def _step(self) -> Any:
            with calls_of(self, "environment", seed=self.seed):
                return [ask(model, "Who?"), *(actor.query("Hi") for actor in self.actors)]

    def results(env: Game, steps: int) -> list[Any]:
        return [step.result for step in env.run(max_steps=steps).steps]

    with replies("auto"):
        env = Game(7)
        first = results(env, 3)
        copied, other, again = env.fork(), env.fork(seed=8), env.fork(seed=8)
        assert results(Game(7), 3) == first
        rest = results(env, 2)
        assert results(copied, 2) == rest
        anew = results(other, 2)
        assert results(again, 2) == anew
        assert model.calls == 9 + 6 + 6
    said = [text for part in (first, rest, anew) for step in part for text in step]
    assert len(set(said)) == len(said)


def test_the_order_in_which_forks_run_does_not_matter(store: Store, model: Any, ask: Ask) -> None:
    def work(order: list[int]) -> dict[int, list[str]]:
        origin = Asker("A", model, ask)
        forks = {seed: fork(origin) for seed in order}
        found: dict[int, list[str]] = {seed: [] for seed in order}
        for _ in range(3):
            for seed in order:
                with seeded(seed):
                    found[seed].append(forks[seed].query("Hi"))
        return found

    with replies("record"):
        recorded = work([1, 2, 3])
    with replies("replay"):
        assert work([3, 1, 2]) == recorded


# Side by side -----------------------------------------------------------------------------------------------


@pytest.fixture
def hasty(make_model: Any) -> Any:
    """A model whose calls end in any order."""

    def rule(messages: Any, number: int) -> str:
        time.sleep(random.random() * 0.004)
        return f"reply {number}"

    return make_model(rule=rule)


def some_work(model: Any, ask: Ask) -> list[Any]:
    """The same question from 32 places, one after the other, from one actor, and from within."""
    actor, actors = Asker("A", model, ask), [Asker(f"B{number}", model, ask) for number in range(8)]
    asking = [lambda: ask(model, "Hi")] * 32
    return [
        side_by_side(asking),
        side_by_side(asking, max_workers=1),
        ask(model, "Hi"),
        actor.query("Hi"),
        side_by_side([lambda: [actor.query("Hi"), actor.query("Hi")] for _ in range(8)]),
        actor.query("Hi"),
        side_by_side([lambda one=one: one.query("Hi") for one in actors]),  # type: ignore[misc]
        side_by_side([lambda: side_by_side([lambda: actor.query("Hi")] * 3) for _ in range(4)]),
        ask(model, "Hi"),
    ]


def flat(found: Any) -> list[str]:
    return [text for one in found for text in flat(one)] if isinstance(found, list) else [found]


def test_who_comes_first_does_not_matter(store: Store, hasty: Any, ask: Ask) -> None:
    with replies("record"):
        recorded = some_work(hasty, ask)
    texts = flat(recorded)
    assert len(set(texts)) == len(texts) == 32 + 32 + 1 + 1 + 16 + 1 + 8 + 12 + 1
    for mode in ("replay", "auto", "replay"):
        with replies(mode):  # type: ignore[arg-type]
            assert some_work(hasty, ask) == recorded
    assert hasty.calls == len(texts)


def test_one_by_one_and_side_by_side_are_the_same_where_they_can_be(store: Store, model: Any, ask: Ask) -> None:
    def actors() -> list[Asker]:
        return [Asker(name, model, ask) for name in "ABC"]

    with replies("record"):
        recorded = [actor.query("Hi") for actor in actors()]
    with replies("replay"):
        assert side_by_side([lambda one=one: one.query("Hi") for one in actors()]) == recorded  # type: ignore[misc]
        shuffled = actors()[::-1]
        assert side_by_side([lambda one=one: one.query("Hi") for one in shuffled])[::-1] == recorded  # type: ignore[misc]


def test_no_sample_is_served_twice_where_more_ask_than_before(store: Store, model: Any, ask: Ask) -> None:
    asking = [lambda: ask(model, "Hi")] * 5
    with replies("auto"):
        ask(model, "Hi")
    with replies("auto"):
        found = side_by_side(asking)
    assert len(set(found)) == 5
    with replies("replay"), pytest.raises(ReplayMiss):
        side_by_side(asking * 2)


def test_a_slot_counts_as_if_it_were_alone() -> None:
    seen: list[Any] = []
    owner, total = object(), [0]

    def count() -> int:
        found = CURRENT_SLOT.get().count(owner, "x", total[0])
        total[0] += 1
        return found

    def twice() -> list[int]:
        return [count(), count()]

    seen.append(count())
    seen += [work() for work in placed([twice, twice])]
    seen.append(count())
    (outer,) = placed([lambda: [count(), [work() for work in placed([twice, count])], count()]])
    seen.append(outer())
    assert seen == [0, [1, 2], [1, 2], 5, [6, [[7, 8], 7], 10]]
    assert total == [11]


def test_what_is_forgotten_leaves_nothing_behind() -> None:
    class Owner:
        pass

    (slot_of,) = placed([CURRENT_SLOT.get])
    slot = slot_of()
    owner = Owner()
    assert slot.fan is not None
    slot.count(owner, "x", 3)
    assert len(slot.fan._kept) == 1
    del owner
    assert len(slot.fan._kept) == 0
