"""Every way in which calls are made, and the books afterwards: ledger, trace and limits agree."""

from __future__ import annotations

import random
import threading
from pathlib import Path
from typing import Any

import pytest

import interlab as il
from interlab.errors import LimitExceeded, ModelCallFailed
from interlab.models import Message, Model, Params, Reply, Usage
from interlab.models.faults import FaultPolicy


class Metered(Model):
    """Reports what it took, fails where the prompt says so, and counts what was really asked of it."""

    def __init__(self, name: str = "openai/gpt-4o-mini", failures: int = 0) -> None:
        super().__init__(name)
        self.failures = failures
        self.faults = FaultPolicy(retries=3, base_wait_s=0.0)
        self.asked = 0
        self.spent = Usage()
        self._failed: set[str] = set()
        self._lock = threading.Lock()

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        text = messages[-1].text
        with self._lock:
            self.asked += 1
            if "twice" in text and text not in self._failed:
                self._failed.add(text)
                raise ConnectionError("gone for a moment")
            usage = Usage(len(text), 7)
            self.spent += usage
        return Reply(f"to {text}"[:200], usage, model="gpt-4o-mini-2024-07-18", finish_reason="stop")


class Round(il.BaseEnvironment):
    """Three actors are asked side by side in each step."""

    def __init__(self, model: Any, **settings: Any) -> None:
        super().__init__(**settings)
        self.actors = [il.LLMActor(name, model) for name in "ABC"]

    def _step(self) -> list[str]:
        words = "twice " if self.steps == 2 else ""
        asked = [lambda actor=actor: actor.query(f"{words}{actor.name} {self.rng_number}") for actor in self.actors]
        self.rng_number = self.rng.randrange(1000)
        said = il.parallel(asked)
        for actor in self.actors:
            actor.observe("; ".join(said))
        return said

    rng_number = 0


def totals(source: Any) -> tuple[int, int, int]:
    row = il.Ledger.of(source).total
    return row.calls, row.input_tokens, row.output_tokens


def summed(node: Any) -> tuple[int, int, int]:
    """The same, straight from the nodes."""
    usages = [one.meta["usage"] for one in node.find_nodes(kind="model") if not one.meta.get("replayed")]
    return (
        len(usages),
        sum(usage["input_tokens"] for usage in usages),
        sum(usage["output_tokens"] for usage in usages),
    )


def test_the_ledger_is_the_sum_over_the_trace_with_retries_threads_forks_and_replay(tmp_path: Path) -> None:
    model = Metered()
    store = il.open_store(tmp_path / "a.db", replies="record")
    with store:
        run = Round(model, seed=1).run(max_steps=4, progress=False)
        fork = run.at(2).fork(seed=5).run(name="fork", max_steps=2, progress=False)
    assert totals(run) == summed(run.node) and totals(fork) == summed(fork.node)
    assert totals(run)[0] == 12 and totals(fork)[0] == 6
    assert 3 <= run.ledger.total.retries == model.asked - 18 - fork.ledger.total.retries
    both = totals(store)
    assert both == (18, model.spent.input_tokens, model.spent.output_tokens)
    assert run.ledger.total.cost_usd == pytest.approx(
        sum(node.meta["cost_usd"] for node in run.find_nodes(kind="model"))
    )
    before = model.asked
    with store, il.replies("replay"):
        again = Round(model, seed=1).run(name="again", max_steps=4, progress=False)
    assert model.asked == before
    assert [step.result for step in again.steps] == [step.result for step in run.steps]
    row = again.ledger.total
    assert (row.calls, row.replayed, row.total_tokens, row.cost_usd) == (0, 12, 0, 0)
    assert totals(store) == both
    store.close()


def test_32_threads_do_not_pass_a_limit() -> None:
    model = Metered("local/metered")
    draw = random.Random(3)
    prompts = [f"{number} " + "x" * draw.randrange(200) for number in range(400)]
    with il.open_store(":memory:") as store:
        with il.limit(tokens=9_000, calls=150, warn_at=None) as spent:
            calls = [lambda prompt=prompt: il.query_model(model, prompt, max_tokens=10) for prompt in prompts]
            outcomes = il.parallel(calls, max_workers=32, return_exceptions=True)
        refused = [one for one in outcomes if isinstance(one, LimitExceeded)]
        made = [one for one in outcomes if isinstance(one, str)]
        assert len(refused) + len(made) == 400 and len(made) == model.asked > 50
        assert model.spent.total_tokens <= 9_000 and model.asked <= 150
        assert spent.used.tokens == model.spent.total_tokens == il.Ledger.of(store).total.total_tokens
        assert il.Ledger.of(store).total.refused == len(refused)
        store.close()


def test_a_call_that_fails_for_good_is_recorded_with_its_model_and_attempts() -> None:
    class Broken(Metered):
        def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
            raise ConnectionError("gone")

    with il.open_store(":memory:") as store:
        with pytest.raises(ModelCallFailed):
            il.query_model(Broken(), "hello")
        (node,) = store.roots()
        assert node.meta["model"] == "openai/gpt-4o-mini" and node.meta["attempts"] == 4
        assert [child.name for child in node.children] == ["retry"] * 3
        assert node.state == "error"
        store.close()
