"""Experiments: paired, counted once, honest about failures, under one limit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.counterfactual import Judge, Observe, PerStep, SetField, Study, experiment, studies
from interlab.errors import InvalidArgument, LimitExceeded


class Walk(il.BaseEnvironment):
    """A sum that grows by chance and a drift, for five steps; a bystander is asked at each."""

    def __init__(self, *, model: Any = None, **settings: Any) -> None:
        super().__init__(**settings)
        self.total = 0.0
        self.drift = 0.0
        self.fails_above: float | None = None
        self.bystander = None if model is None else il.LLMActor("bystander", model)
        self.transcript: il.Log[str] = il.Log()

    def _step(self) -> float:
        self.total += self.rng.gauss(0, 1) + self.drift
        if self.fails_above is not None and self.total > self.fails_above:
            raise ValueError("too high")
        if self.bystander is not None:
            self.transcript.append(str(self.bystander.query(f"It is {self.total:.2f}.")))
        if self.steps >= 5:
            self.set_finished()
        return self.total


def total(env: Walk) -> float:
    return env.total


@pytest.fixture
def store() -> Iterator[il.Store]:
    opened = il.open_store(":memory:")
    yield opened
    opened.close()


def walk(store: il.Store, **settings: Any) -> il.Run:
    with store:
        return Walk(seed=1, **settings).run("walk", progress=False)


def drifting(run: il.Run, replicas: int = 12, **settings: Any) -> Study:
    arms = {"still": [], "drift": [SetField("drift", 2.0)]}
    return experiment(run.at(2), arms, total, replicas, progress=False, **settings)


def test_replica_r_of_every_arm_has_the_same_seeds(store: il.Store) -> None:
    study = drifting(walk(store)).run()
    seeds = {(one.arm, one.number): one.seed for one in study.replicas}
    assert all(seeds["still", number] == seeds["drift", number] for number in range(12))
    assert len(set(seeds.values())) == 12
    values = {(one.arm, one.number): one.values["total"] for one in study.replicas}
    # Three steps are left: the same chance in both, so that the drift alone makes the difference.
    assert all(values["drift", n] - values["still", n] == pytest.approx(6.0) for n in range(12))
    _, effect = study.estimates()
    assert effect.difference == pytest.approx(6.0)
    assert effect.pairing > 1_000


def test_effects_by_hand(store: il.Store) -> None:
    run = walk(store)
    given = {"a": [1.0, 2.0, 3.0], "b": [2.0, 4.0, 9.0]}

    def scored(env: Walk) -> float | None:
        return given[env.arm].pop()  # type: ignore[attr-defined]

    def named(name: str) -> Any:
        return il.Call(lambda env: setattr(env, "arm", name), name)

    study = experiment(
        run.at(2), {"a": named("a"), "b": named("b")}, {"score": scored}, 3, workers=1, progress=False
    )  # fmt: skip
    frame = study.run().effects(interval="t")
    assert list(frame.loc[("score", "a"), ["n", "mean", "sd"]]) == [3, 2.0, 1.0]
    row = frame.loc[("score", "b")]
    # Differences 1, 2, 6: mean 3, sd √7; t(0.975, 2) = 4.3027.
    assert row["mean"] == 5.0
    assert row["difference"] == 3.0
    assert row["difference_sd"] == pytest.approx(7**0.5)
    assert (row["low"], row["high"]) == pytest.approx((3 - 4.302653 * (7 / 3) ** 0.5, 3 + 4.302653 * (7 / 3) ** 0.5))
    # P(|T₂| ≥ t) = 1 − t / √(2 + t²), t = 3 / √(7/3).
    t = 3 / (7 / 3) ** 0.5
    assert row["p"] == pytest.approx(1 - t / (2 + t * t) ** 0.5)
    # Variances 1 and 13 apart; 7 in pairs.
    assert row["pairing"] == pytest.approx(14 / 7)
    assert set(frame.columns) >= {"tokens", "cost_usd", "calls", "p_holm", "failed", "missing"}


def test_several_measures_and_kinds(store: il.Store) -> None:
    run = walk(store, model=lambda prompt: "nice weather")
    measures = {
        "total": PerStep(total),
        "high": lambda env: env.total > 2,
        "side": lambda env: "up" if env.total > 0 else "down",
        "nothing": lambda env: None if env.total < 2 else env.total,
    }
    arms = {"still": [], "up": SetField("drift", 2.0), "down": SetField("drift", -2.0)}
    study = experiment(run.at(2), arms, measures, 12, progress=False).run()
    frame = study.effects()
    assert frame.loc[("high", "up"), "kind"] == "share"
    assert frame.loc[("high", "up"), "mean"] > frame.loc[("high", "down"), "mean"]
    assert set(frame.index.get_level_values("measure")) == {"total", "high", "side = down", "side = up", "nothing"}
    assert frame.loc[("nothing", "down"), "missing"] == 12
    for measure in ("total", "high"):
        rows = frame.loc[measure]
        raw = sorted(rows["p"].dropna())
        assert sorted(rows["p_holm"].dropna())[0] == pytest.approx(min(1.0, raw[0] * 2))
    curve = study.per_step("total")
    assert set(curve["step"]) == {3, 4, 5}
    assert set(curve["n"]) == {12}
    assert len(study.plot().data) > 10
    assert study.replicas_needed(1.0, "high") > 2
    assert "12" in str(study)


def test_a_judge_is_asked_and_its_calls_are_counted(store: il.Store) -> None:
    run = walk(store, model=lambda prompt: "nice weather")
    asked: list[str] = []
    lock = threading.Lock()

    def judging(prompt: str) -> str:
        with lock:
            asked.append(prompt)
        return '"calm"'

    judge = Judge(judging, "How did it go?", Literal["calm", "wild"])
    study = experiment(run.at(3), {"a": []}, {"mood": judge}, 3, progress=False)
    assert study.price_tag().calls == 3 * (2 + 1)
    study.run()
    assert [one.values["mood"] for one in study.replicas] == ["calm"] * 3
    assert len(asked) == 3
    assert "nice weather" in asked[0]
    assert all(one.calls == 3 for one in study.spent().values())


def test_a_failing_replica_is_recorded_and_the_others_go_on(store: il.Store) -> None:
    run = walk(store)
    arms = {"still": [], "breaks": [SetField("fails_above", 0.0)]}
    study = experiment(run.at(2), arms, total, 20, progress=False).run()
    failed = [one for one in study.replicas if one.state == "failed"]
    assert {one.arm for one in failed} == {"breaks"}
    assert 0 < len(failed) < 20
    assert failed[0].error == "ValueError: too high"
    # In the tree of branches they stand with the others of their arm.
    [root] = [run for run in store.runs() if run.origin is None]
    tree = store.branches(root)
    assert {child.name: len(child.runs) for child in tree.root.children} == {"still": 20, "breaks": 20}
    assert "breaks" in str(tree)
    status = study.status
    assert (status.finished, status.failed, status.missing) == (40 - len(failed), len(failed), 0)
    assert status.errors == {"ValueError: too high": len(failed)}
    row = study.effects().loc[("total", "breaks")]
    assert (row["n"], row["failed"], row["pairs"]) == (20 - len(failed), len(failed), 20 - len(failed))
    nodes = len(store.find(kind="replica"))
    study.run()
    assert len(store.find(kind="replica")) == nodes
    study.run(retry_failed=True)
    assert len(store.find(kind="replica")) == nodes + len(failed)


def test_run_again_it_runs_what_is_missing(store: il.Store) -> None:
    run = walk(store)
    drifting(run, 4).run()
    before = {one.uid for one in store.find(kind="replica")}
    again = drifting(run, 4)
    assert again.status.missing == 0
    again.run(6)
    added = [one for one in store.find(kind="replica") if one.uid not in before]
    assert sorted((one.inputs["arm"], one.inputs["replica"]) for one in added) == [
        ("drift", 4), ("drift", 5), ("still", 4), ("still", 5),
    ]  # fmt: skip
    (found,) = studies(store)
    assert found.key == again.key
    assert len(found.replicas) == 12


def test_another_measure_or_arm_is_another_experiment(store: il.Store) -> None:
    run = walk(store)
    drifting(run, 2).run()
    arms = {"still": [], "drift": [SetField("drift", 3.0)]}
    changed = experiment(run.at(2), arms, total, 2, progress=False)
    assert changed.status.finished == 2, "the arm that stayed the same is there"
    assert experiment(run.at(2), arms, lambda env: env.total * 2, 2, progress=False).status.finished == 0
    assert experiment(run.at(3), arms, total, 2, progress=False).status.finished == 0


@pytest.mark.filterwarnings("ignore:16 calls of the limit")
def test_one_limit_for_all_of_it(store: il.Store) -> None:
    run = walk(store, model=lambda prompt: "ok")
    limit = il.limit(calls=20)
    study = drifting(run, 10, limit=limit, workers=4)
    assert study.price_tag().is_within_limit is False
    with pytest.raises(LimitExceeded):
        study.run()
    assert limit.used.calls == 20
    status = study.status
    assert status.failed == 0
    assert status.finished + status.missing == 20
    assert status.finished == sum(one.calls == 3 for one in study.spent().values())
    rest = drifting(run, 10)
    rest.run()
    assert rest.status.missing == 0


def test_the_price_before(store: il.Store) -> None:
    with store:
        run = CarSale(seed=7).run("car sale", progress=False)
    arms = {"as it was": [], "told": [Observe("seller", "The buyer has another offer at $2,400.")]}
    study = experiment(run.at(3), arms, lambda env: env.price, 5, progress=False)
    tag = study.price_tag()
    left = len(run.steps) - 3
    calls = [entry for entry in run.ledger.entries if entry.step is not None and entry.step > 3]
    assert tag.calls == 2 * 5 * left
    assert tag.tokens == 10 * sum(entry.input_tokens + entry.output_tokens for entry in calls)
    assert tag.cost_usd == 0.0
    assert "8 steps" in tag.estimated_from
    assert study.price_tag(replicas=1).calls == 2 * left
    assert store.find(kind="replica") == []
    study.run(2)
    tag = study.price_tag(4)
    assert (tag.replicas_done, tag.replicas_to_run) == (4, 4)
    assert "4 finished" in tag.estimated_from
    assert list(tag.to_frame()["done"]) == [2, 2]
    assert "total" in str(tag)


def test_replicas_served_from_record_cost_no_call(tmp_path: Path) -> None:
    store = il.open_store(tmp_path / "lab.db")
    with store, il.replies("record"):
        run = Walk(seed=1, model="demo").run("walk", progress=False)
        drifting(run, 2).run()
    for node in store.find(kind="replica"):
        store.remove(node)
    with il.replies("auto", store):
        tag = drifting(run, 3).price_tag()
    assert tag.recorded == 2 * 2 * 3
    assert tag.calls == 2 * 1 * 3
    store.close()


def test_running_to_a_width(store: il.Store) -> None:
    run = walk(store)

    def noisy(env: Walk) -> float:
        return env.total + (env.rng.gauss(0, 1) if env.drift else 0)

    arms = {"still": [], "drift": [SetField("drift", 1.0)]}
    study = experiment(run.at(2), arms, {"total": noisy}, progress=False, snapshots=False)
    found = study.run_to_width(1.2, pilot=8)
    assert found.is_reached
    assert found.replicas == found.wanted >= 8
    assert found.intervals["drift"].width == pytest.approx(1.2, rel=0.25)
    assert study.status.finished == 2 * found.replicas
    short = study.run_to_width(0.2, pilot=8, at_most=20)
    assert not short.is_reached
    assert short.wanted > 20
    assert "needs" in str(short)


async def test_beside_other_work(store: il.Store) -> None:
    study = drifting(walk(store), 2)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    await study.arun()
    ticking.cancel()
    assert study.status.missing == 0
    assert ticks > 1


def test_replicas_are_runs_that_can_be_forked(store: il.Store) -> None:
    study = drifting(walk(store), 2).run()
    (first, _) = study.runs_of("drift")
    assert first.origin == (study.moment.run.uid, 2)
    assert [one["intervention"] for one in first.interventions] == ["SetField"]
    assert first.at(4).fork().drift == 2.0
    assert len(study.runs) == 4


def test_of_a_run_in_a_store_that_is_read_only(tmp_path: Path) -> None:
    with il.open_store(tmp_path / "lab.db") as written:
        walk(written)
    written.close()
    old = il.open_store(tmp_path / "lab.db", read_only=True)
    with il.open_store(":memory:") as new:
        study = experiment(old.runs()[0].at(2, classes=[Walk]), {"a": []}, total, 2, progress=False).run()
        assert study.status.finished == len(new.runs()) == 2
        assert len(old.runs()) == 1
    old.close()


def test_a_mistake_in_an_arm_is_found_before_anything_is_run(store: il.Store) -> None:
    arms = {"good": [], "bad": [Observe("nobody", "hello")]}
    study = experiment(walk(store).at(2), arms, total, 2, progress=False)
    with pytest.raises(InvalidArgument, match="nobody") as raised:
        study.run()
    assert "'bad'" in str(raised.value.__notes__)
    assert store.find(kind="replica") == []


@pytest.mark.parametrize(
    "change",
    [
        {"arms": {}},
        {"arms": []},
        {"arms": {"a": ["no intervention"]}},
        {"measure": {}},
        {"measure": 3},
        {"replicas": 0},
        {"reference": "c"},
        {"seed": "x"},
        {"limit": 5},
        {"workers": 0},
        {"at": 3},
    ],
)
def test_nonsense_is_refused(store: il.Store, change: dict[str, Any]) -> None:
    given: dict[str, Any] = {"at": walk(store).at(2), "arms": {"a": []}, "measure": total, **change}
    with pytest.raises(InvalidArgument):
        experiment(**given)


def test_a_measure_may_be_the_name_of_a_field(store: il.Store) -> None:
    run = walk(store)
    study = experiment(run.at(2), {"as it was": []}, ["total", "steps"], 2, progress=False).run()
    assert [set(one.values) for one in study.replicas] == [{"total", "steps"}] * 2
    assert [one.values["steps"] for one in study.replicas] == [len(one.steps) + 2 for one in study.runs]
    # It is found again by its name, in whatever form it is given.
    assert experiment(run.at(2), {"as it was": []}, {"total": "total", "steps": "steps"}, 2).key == study.key
    with pytest.raises(InvalidArgument, match="name of a field"):
        experiment(run.at(2), {"as it was": []}, ["total", 3], 2)
