"""Forks of a run that is paused, and experiments on a change, in the lab without its window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.ui.lab import Lab

SALE = {"scenario": "interlab_zoo.negotiation.CarSale", "values": {"buyer_limit": 2700}, "models": {}, "seed": 7}
TELL = {"kind": "tell", "actor": "Bob", "text": "The seller told a friend that she would take $2,300."}


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    monkeypatch.chdir(tmp_path)
    lab = Lab()
    yield lab
    lab.close()


def done(lab: Lab, op: str, **more: Any) -> Any:
    reply = lab.receive({"op": op, **more})
    assert reply["ok"], reply
    return reply["value"]


def paused_at(lab: Lab, number: int, step: int) -> None:
    player = lab.branch(number).player
    while player.steps < step:
        before = player.steps
        done(lab, "step", run=number)
        assert player.wait_until(lambda one, before=before: one.status == "paused" and one.steps > before, 30)


def said(run: Any) -> list[str]:
    return [str(step.result["message"]) for step in run.steps]


def executed(code: str, store: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(code.replace('"lab.db"', f'"{store}"'), store, "exec"), names)
    return names


def test_a_paused_run_is_forked_and_goes_on_beside_its_fork(lab: Lab) -> None:
    first = done(lab, "run", **SALE, paused=True)
    paused_at(lab, first, 4)
    assert done(lab, "steps", run=first) == [0, 1, 2, 3, 4]
    ahead = executed(done(lab, "code", what="fork", run=first, step=3, change=TELL), "ahead.db")
    second = done(lab, "fork", run=first, step=3, change=TELL)
    assert lab.branch(second).player.wait(60)
    assert lab.branch(first).player.status == "paused"
    # The fork shares what was said up to its moment, and nothing of what came after.
    shared = [item for item in lab.items(second) if item.get("shared")]
    assert [item["step"] for item in shared if item["kind"] == "said"] == [1, 2, 3]
    # The first goes on, as if nobody had looked.
    done(lab, "go_on", run=first)
    assert lab.branch(first).player.wait(60)
    plain = CarSale(buyer_limit=2700, seed=7).run(progress=False)
    assert said(lab.branch(first).run) == said(plain)
    assert lab.branch(second).run.origin == (lab.branch(first).run.uid, 3)
    # Copied code says the same words, also the code from before it was run.
    assert said(ahead["fork"]) == said(lab.branch(second).run)
    names = executed(done(lab, "code", what="compare", first=first, second=second), "compare.db")
    runs = {tuple(said(one)) for one in names.values() if isinstance(one, il.Run)}
    assert {tuple(said(lab.branch(first).run)), tuple(said(lab.branch(second).run))} <= runs


def test_a_fork_of_a_fork_while_all_are_paused(lab: Lab) -> None:
    first = done(lab, "run", **SALE, paused=True)
    paused_at(lab, first, 2)
    done(lab, "whisper", run=first, actor="Bob", text="It rains.")
    assert lab.branch(first).player.wait_until(lambda one: bool(one.whispers), 30)
    second = done(lab, "fork", run=first, step=2, change={"kind": "seed", "seed": 3}, paused=True)
    paused_at(lab, second, 3)
    third = done(lab, "fork", run=second, step=3, change=TELL)
    assert lab.branch(third).player.wait(60)
    # Each is spoken to by its number; the last otherwise.
    assert [one["status"] for one in done(lab, "state")["runs"]] == ["paused", "paused", "finished"]
    assert "It rains." not in str(lab.branch(third).player.environment.buyer.memory.texts)
    names = executed(done(lab, "code", what="played", run=third), "third.db")
    made = [one for one in names.values() if isinstance(one, il.Run)]
    assert said(made[-1]) == said(lab.branch(third).run)


def test_a_run_that_is_going_on_is_not_forked(lab: Lab) -> None:
    first = done(lab, "run", **SALE, pause_s=30)
    player = lab.branch(first).player
    assert player.wait_until(lambda one: one.steps == 1, 30)
    reply = lab.receive({"op": "fork", "run": first, "step": 1, "change": TELL})
    assert "pause it" in reply["words"]
    reply = lab.receive({"op": "run", **SALE})
    assert "under way" in reply["words"]
    done(lab, "stop", run=first)
    assert player.wait(30)


def test_an_experiment_on_a_change(lab: Lab) -> None:
    first = done(lab, "run", **SALE, store="lab.db")
    assert lab.player.wait(60)
    asked = {"run": first, "step": 3, "change": TELL, "replicas": "6"}
    price = done(lab, "price", **asked)
    assert price["calls"] == 2 * 6 * (lab.player.steps - 3)
    assert done(lab, "effects") is None
    done(lab, "experiment", **asked)
    assert lab.trial is not None
    assert lab.trial.wait(60)
    found = done(lab, "effects")
    assert (found["status"], found["finished"], found["wanted"]) == ("finished", 12, 12)
    study = lab.trial.study
    price_row = next(row for row in found["rows"] if row["measure"] == "price" and row["reference"])
    frame = study.effects().reset_index()
    row = frame[(frame["measure"] == "price") & (frame["arm"] == price_row["arm"])].iloc[0]
    assert (price_row["difference"], price_row["low"], price_row["high"]) == (row.difference, row.low, row.high)
    # The code finds the same experiment in the store, so it runs nothing anew.
    names: dict[str, Any] = {}
    exec(done(lab, "code", what="experiment", **asked), names)
    assert names["study"].key == study.key
    assert names["study"].price_tag().calls == 0
    names["store"].close()


@pytest.mark.parametrize("replicas", ["0", "many", "", True, "501", "1.5"])
def test_a_number_of_replicas_that_can_not_be_meant(lab: Lab, replicas: Any) -> None:
    first = done(lab, "run", **SALE, steps="4")
    assert lab.player.wait(60)
    reply = lab.receive({"op": "experiment", "run": first, "step": 2, "change": TELL, "replicas": replicas})
    assert "from 1 to 500" in reply["words"]
    assert lab.trial is None


def test_people_are_not_asked_by_replicas(lab: Lab) -> None:
    first = done(lab, "run", **SALE, paused=True)
    paused_at(lab, first, 1)
    fork = lab.branch(first).run.at(1).fork().seat("Bob")
    script = il.ScriptedConsole([{"action": "walk_away", "price": None, "message": "Bye."}])
    with il.people_at(script):
        played = fork.run(progress=False)
    lab.branch(first).player.run = played
    reply = lab.receive({"op": "experiment", "run": first, "step": 1, "change": TELL, "replicas": 3})
    assert "Bob is a person" in reply["words"]
