"""Environments: steps, the end, errors, seeds, runs and the same in a worker thread."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

import interlab as il
from interlab.errors import EnvironmentFinished, InvalidArgument, NotEncodable
from interlab.models import current_seed


class Counting(il.BaseEnvironment):
    """Draws a number a step, ends after `last`, fails at `fails_at`."""

    def __init__(self, last: int = 4, fails_at: int | None = None, seed: int | None = 1) -> None:
        super().__init__(seed=seed)
        self.last = last
        self.fails_at = fails_at
        self.drawn: il.Log[int] = il.Log()
        self.seen_steps: list[int] = []

    def _step(self) -> int:
        self.seen_steps.append(self.steps)
        if self.steps == self.fails_at:
            raise OSError("line cut")
        self.drawn.append(self.rng.randrange(10**9))
        if len(self.drawn) == self.last:
            self.set_finished()
        return self.drawn[-1]

    def outcome(self) -> dict[str, int]:
        return {"sum": sum(self.drawn)}


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


# Steps ------------------------------------------------------------------------------------------------------


def test_a_step_is_a_node_and_counts() -> None:
    env = Counting()
    assert env.steps == 0
    with il.TracingNode("root") as root:
        first = env.step()
        second = env.step()
    assert env.steps == 2
    assert env.seen_steps == [1, 2]
    assert [(node.kind, node.name, node.meta["step"], node.result) for node in root.children] == [
        ("step", "step 1", 1, first),
        ("step", "step 2", 2, second),
    ]


def test_a_step_after_the_end_raises() -> None:
    env = Counting(last=1)
    env.step()
    assert env.is_finished
    for call in (env.step, env.run):
        with pytest.raises(EnvironmentFinished, match="Counting finished after step 1"):
            call()
    assert env.steps == 1


def test_an_error_inside_a_step_leaves_the_counter() -> None:
    env = Counting(fails_at=2)
    env.step()
    with il.TracingNode("root") as root, pytest.raises(OSError, match="line cut"):
        env.step()
    assert env.steps == 1
    assert not env.is_finished
    assert [(node.name, node.state) for node in root.children] == [("step 2", "error")]
    env.fails_at = None
    env.step()
    assert env.seen_steps == [1, 2, 2]


def test_actors_draw_their_seeds_from_the_environment_inside_a_step_only() -> None:
    class Asks(il.BaseEnvironment):
        def _step(self) -> Any:
            return current_seed()

    assert Asks(seed=5).step() == 5
    assert current_seed() is None


# Seeds ------------------------------------------------------------------------------------------------------


def test_equal_seeds_draw_alike_and_others_do_not() -> None:
    def numbers(seed: int | None) -> list[int]:
        env = Counting(seed=seed)
        env.run(progress=False)
        return list(env.drawn)

    assert numbers(1) == numbers(1)
    assert numbers(1) != numbers(2)
    assert numbers(None) != numbers(None)


@pytest.mark.parametrize("seed", [True, 1.5, "1"])
def test_a_seed_is_a_whole_number(seed: Any) -> None:
    with pytest.raises(InvalidArgument, match="whole number"):
        Counting(seed=seed)
    with pytest.raises(InvalidArgument, match="whole number"):
        Counting().fork(seed=seed)


def test_a_subclass_without_super_init_works() -> None:
    class Forgetful(il.BaseEnvironment):
        def __init__(self, limit: int) -> None:
            self.limit = limit

        def _step(self) -> float:
            if self.steps == self.limit:
                self.set_finished()
            return self.rng.random()

    env = Forgetful(3)
    run = env.run(progress=False)
    assert (env.steps, len(run.steps), run.state, run.seed) == (3, 3, "finished", env.seed)
    fork = run.at(1).fork()
    assert fork.run(progress=False).steps[0].result == run.steps[1].result


def test_base_environment_needs_a_rule() -> None:
    with pytest.raises(TypeError, match="_step"):
        il.BaseEnvironment()  # type: ignore[abstract]


# Runs -------------------------------------------------------------------------------------------------------


def test_a_run_is_a_node_with_seed_steps_and_outcome() -> None:
    env = Counting(seed=3)
    run = env.run(name="counting", progress=False)
    assert (run.name, run.seed, run.state, run.origin) == ("counting", 3, "finished", None)
    assert [node.meta["step"] for node in run.steps] == [1, 2, 3, 4]
    assert [node.result for node in run.steps] == list(env.drawn)
    assert run.result == {"sum": sum(env.drawn)}
    assert run.node.kind == "run" and run.node.inputs["environment"] == "Counting"
    assert run.node.meta["finished"] is True and run.node.meta["steps"] == 4
    assert Counting().run(progress=False).name == "Counting"


def test_max_steps_bounds_a_run_and_the_next_goes_on() -> None:
    env = Counting(seed=3)
    first = env.run(max_steps=3, progress=False)
    assert [node.meta["step"] for node in first.steps] == [1, 2, 3]
    assert first.node.meta["finished"] is False
    second = env.run(max_steps=3, progress=False)
    assert [node.meta["step"] for node in second.steps] == [4]
    assert env.is_finished
    assert Counting().run(max_steps=0, progress=False).steps == []
    with pytest.raises(InvalidArgument, match="at least 0"):
        Counting().run(max_steps=-1)


def test_an_error_in_a_run_is_recorded_and_raised_and_what_was_before_can_be_forked(store: il.Store) -> None:
    env = Counting(fails_at=3)
    with pytest.raises(OSError, match="line cut"):
        env.run(progress=False)
    (run,) = store.runs()
    assert run.state == "error" and run.node.error["message"] == "line cut"
    assert [node.state for node in run.steps] == ["finished", "finished", "error"]
    assert env.steps == 2
    fork = run.at(2).fork()
    fork.fails_at = None
    fork.run(progress=False)
    sound = Counting()
    sound.run(progress=False)
    assert fork.drawn == sound.drawn


def test_what_cannot_be_forked_is_named_before_the_first_step(store: il.Store) -> None:
    env = Counting()
    env.parts = {"source": (line for line in "ab")}  # type: ignore[attr-defined]
    with pytest.raises(NotEncodable, match=r"env\.parts\['source'\] is a .*generator") as caught:
        env.run(progress=False)
    assert caught.value.where == "env.parts['source']"
    assert env.steps == 0 and store.roots() == []
    assert env.run(progress=False, snapshots=False).state == "finished"


def test_repr_says_where_it_stands() -> None:
    env = Counting(last=1)
    assert repr(env) == "<Counting after step 0, going on, seed 1>"
    env.step()
    assert repr(env) == "<Counting after step 1, finished, seed 1>"


# Side by side and in a worker thread ------------------------------------------------------------------------


class Round(il.BaseEnvironment):
    """All actors are asked side by side."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.actors = [il.LLMActor(name, "demo", system_prompt=f"You are {name}.") for name in ("Ann", "Ben", "Cid")]

    def _step(self) -> list[str]:
        answers = il.parallel([lambda actor=actor: actor.query("Go on.") for actor in self.actors])  # type: ignore[misc]
        for actor in self.actors:
            actor.observe(f"All said {len(answers)} things.")
        return answers


def test_queries_side_by_side_stand_in_their_step_and_repeat() -> None:
    runs = [Round(seed=3).run(max_steps=3, progress=False) for _ in range(2)]
    for step in runs[0].steps:
        assert sorted(node.name for node in step.children if node.kind == "query") == ["Ann", "Ben", "Cid"]
        assert len(step.find_nodes(kind="model")) == 3
    assert [step.result for step in runs[0].steps] == [step.result for step in runs[1].steps]


async def test_arun_does_what_run_does() -> None:
    run = await Round(seed=3).arun("in a thread", max_steps=2, progress=False)
    assert (run.name, run.state, len(run.steps)) == ("in a thread", "finished", 2)
    expected = Round(seed=3).run(max_steps=2, progress=False)
    assert [step.result for step in run.steps] == [step.result for step in expected.steps]
    assert all(len(step.find_nodes(kind="model")) == 3 for step in run.steps)


async def test_arun_stands_in_the_node_it_was_called_in_and_raises() -> None:
    with il.TracingNode("root") as root:
        await Counting().arun(progress=False)
        with pytest.raises(OSError, match="line cut"):
            await Counting(fails_at=2).arun(progress=False)
    assert [(node.kind, node.state) for node in root.children] == [("run", "finished"), ("run", "error")]


async def test_cancelling_arun_ends_the_step_and_starts_no_other(store: il.Store) -> None:
    class Waits(il.BaseEnvironment):
        __interlab_shared__ = ("reached", "go_on")

        def __init__(self) -> None:
            super().__init__(seed=1)
            self.reached, self.go_on = threading.Event(), threading.Event()

        def _step(self) -> str:
            self.reached.set()
            assert self.go_on.wait(10)
            if self.steps == 3:  # what is not stopped ends here
                self.set_finished()
            return "done"

    env = Waits()
    task = asyncio.create_task(env.arun(progress=False))
    while not env.reached.is_set():
        await asyncio.sleep(0.001)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    env.go_on.set()
    (run,) = store.runs()
    while run.state == "open":
        await asyncio.sleep(0.001)
        (run,) = store.runs()
    assert run.state == "finished" and run.node.meta["finished"] is False
    assert [step.result for step in run.steps] == ["done"]
    assert env.steps == 1
