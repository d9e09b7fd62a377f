"""Record and replay as users meet it: runs, forks, parallel queries, threads, a store that says it for all."""

from __future__ import annotations

import itertools
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import interlab as il
from interlab.errors import ReplayMiss
from interlab.models import as_model
from interlab.models.replies import replies
from interlab.tracing import Store, open_store
from interlab.tracing.reply_table import ReplyMode


class Calls:
    """A model that answers each call differently, and in any order."""

    def __init__(self) -> None:
        self.made = 0
        self._numbers = itertools.count(1)

    def __call__(self, prompt: str) -> str:
        time.sleep(random.random() * 0.002)
        number = next(self._numbers)
        self.made = max(self.made, number)
        return f"reply {number}"


@pytest.fixture
def calls() -> Calls:
    return Calls()


class Game(il.BaseEnvironment):
    """All are asked at once, then a referee outside of any actor."""

    def __init__(self, model: Any, seed: int) -> None:
        super().__init__(seed=seed)
        self.model = model
        self.actors = [il.LLMActor(f"actor {number}", model, system_prompt="Play.") for number in range(4)]

    def _step(self) -> Any:
        said = il.parallel([lambda one=one: one.query("Go.") for one in self.actors])  # type: ignore[misc]
        if self.steps == 4:
            self.set_finished()
        return [*said, il.query_model(self.model, "Who won?")]

    def outcome(self) -> Any:
        return il.query_model(self.model, "Sum up.")


def results(run: il.Run) -> list[Any]:
    return [*(step.result for step in run.steps), run.result]


def test_runs_and_forks_of_one_seed_are_the_same(path: Path, calls: Calls) -> None:
    model = as_model(calls, name="calls")
    with open_store(path, replies="auto") as store:
        run = Game(model, 3).run()
        assert calls.made == 21
        assert results(Game(model, 3).run()) == results(run)
        assert results(run.at(2).fork().run()) == results(run)[2:]
        assert calls.made == 21
        other = run.at(2).fork(seed=9).run()
        assert calls.made == 21 + 11
        assert results(run.at(2).fork(seed=9).run()) == results(other)
        assert calls.made == 21 + 11
        everything = [text for one in (run, other) for step in results(one) for text in step]
        texts = [text for text in everything if text.startswith("reply")]
        assert len(set(texts)) == len(texts)
        cassette, expected = store.cassette(path.with_name("run.replies.db"), run), results(run)
    store.close()
    with open_store(), replies("replay", source=cassette):
        again = Game(model, 3).run()
        assert results(again) == expected
        nodes = again.find_nodes(kind="model")
        assert [node.meta["replayed"] for node in nodes] == [True] * 21
        with pytest.raises(ReplayMiss, match="seed of the environment: recorded 3, asked 4"):
            Game(model, 4).run()
    assert calls.made == 32


def some_work(model: Any) -> list[Any]:
    actor = il.LLMActor("A", model, system_prompt="You are A.")

    def alike(count: int, **settings: Any) -> list[Any]:
        return il.parallel([lambda: il.query_model(model, "Hi")] * count, **settings)

    def asked() -> Any:
        return actor.query("Hi")

    with ThreadPoolExecutor(8) as pool:
        pooled = list(pool.map(lambda _: il.query_model(model, "Hi"), range(16)))
    return [
        alike(32),
        alike(32, max_workers=1),
        pooled,
        il.parallel([asked] * 16),
        asked(),
        il.parallel([lambda: il.parallel([asked] * 3)] * 4),
    ]


def flat(found: Any) -> list[str]:
    return [text for one in found for text in flat(one)] if isinstance(found, list) else [found]


def test_threads_get_the_same_whoever_comes_first(store: Store, calls: Calls) -> None:
    model = as_model(calls, name="calls")
    with replies("record"):
        recorded = some_work(model)
    assert len(set(flat(recorded))) == calls.made == 109
    modes: tuple[ReplyMode, ...] = ("replay", "auto", "replay")
    for mode in modes:
        with replies(mode):
            assert some_work(model) == recorded
    assert calls.made == 109
