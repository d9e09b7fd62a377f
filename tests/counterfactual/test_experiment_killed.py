"""An experiment that is killed and started again: what finished is not run again, and totals agree."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import interlab as il
from interlab.counterfactual import studies
from interlab.errors import StoreError

PROGRAM = '''
import itertools, sys, time
import interlab as il
from interlab.counterfactual import SetField, experiment

made = itertools.count()

class Slow(il.BaseEnvironment):
    """A drifting sum; asked to hang, it does when some replicas have finished."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.total, self.drift = 0.0, 0.0
        self.actor = il.LLMActor("actor", "demo")

    def _step(self):
        self.total += self.rng.gauss(0, 1) + self.drift
        self.actor.query("Go on?")
        if sys.argv[2] == "hang" and next(made) >= 28:
            time.sleep(600)
        if self.steps >= 4:
            self.set_finished()
        return self.total

def total(env):
    return env.total

store = il.open_store(sys.argv[1])
if not store.runs():
    with store:
        Slow(seed=5).run("first", progress=False)
run = next(run for run in store.runs() if run.name == "first")
study = experiment(run.at(1), {"still": [], "drift": [SetField("drift", 1.0)]}, total, 10, workers=2, progress=False)
print("before", study.status.finished, flush=True)
study.run()
print("after", study.status.finished, sum(one.calls for one in study.spent().values()), flush=True)
for one in study.estimates(interval="t"):
    print(one.arm, one.n, f"{one.mean:.9f}", f"{one.difference:.9f}", one.tokens)
store.close()
'''


def finished(path: Path) -> list[str]:
    store = il.open_store(path, read_only=True)
    try:
        return [node.uid for node in store.find(kind="replica", state="finished")]
    finally:
        store.close()


def so_far(path: Path) -> int:
    try:
        return len(finished(path)) if path.exists() else 0
    except StoreError:  # the file is there, its tables are not yet
        return 0


def test_a_kill_and_a_second_start(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")

    def start(store: str, how: str) -> subprocess.Popen[str]:
        command = [sys.executable, str(program), str(tmp_path / store), how]
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    killed = start("killed.db", "hang")
    path = tmp_path / "killed.db"
    deadline = time.monotonic() + 60
    try:
        while so_far(path) < 5:
            assert killed.poll() is None, "it ended before it could be killed"
            assert time.monotonic() < deadline, "it did not get to five replicas"
            time.sleep(0.02)
    finally:
        os.kill(killed.pid, signal.SIGKILL)
        killed.communicate()
    before = finished(path)
    assert 5 <= len(before) < 20

    output, _ = start("killed.db", "go").communicate(timeout=60)
    first, second, *effects = output.splitlines()
    assert first == f"before {len(before)}"
    assert second.split()[:2] == ["after", "20"]
    assert set(before) <= set(finished(path))

    store = il.open_store(path, read_only=True)
    ended = store.find(kind="replica", state="finished")
    runs = Counter((node.inputs["arm"], node.inputs["replica"]) for node in ended)
    assert len(runs) == 20
    assert set(runs.values()) == {1}
    (study,) = studies(store)
    assert study.status.missing == 0
    store.close()

    whole, _ = start("whole.db", "go").communicate(timeout=60)
    assert whole.splitlines()[1:] == [second, *effects]
