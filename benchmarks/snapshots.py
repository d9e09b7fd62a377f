"""What it costs to store the state after each step, and to go back to one in another process.
Run: python benchmarks/snapshots.py"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _harness import begin, median, report

import interlab as il

TURNS = 2_000
ACTORS = 10
LINE = "I think that we should take the second road, since it is the shorter one of them. "
REPETITIONS = 3


class Talk(il.BaseEnvironment):
    """Ten actors; what one says all hear. Nobody is asked: only the state is measured."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.actors = [il.LLMActor(f"actor {number}", memory=il.ListMemory(item_limit=20)) for number in range(ACTORS)]
        self.said: il.Log[str] = il.Log()

    def _step(self) -> str:
        speaker = self.actors[self.steps % ACTORS]
        line = f"{self.steps}: {LINE}"
        self.said.append(line)
        for actor in self.actors:
            actor._observe(f"{speaker.name}: {line}", time=self.steps)
        return line


def stored(folder: Path) -> dict[str, float]:
    from interlab.environments import snapshots

    took: list[float] = []
    size: list[int] = []
    keep = snapshots.Recorder.keep

    def timed(self: Any, environment: Any) -> None:
        start = time.perf_counter()
        keep(self, environment)
        took.append(time.perf_counter() - start)
        size.append(sum(len(row[2]) for statement, row in self._node._journal._statements if "state" in statement))

    snapshots.Recorder.keep = timed
    try:
        with il.open_store(folder / "a.db") as store:
            Talk(seed=1).run(max_steps=TURNS, progress=False)
            store.close()
    finally:
        snapshots.Recorder.keep = keep
    return {
        "ms": statistics.median(took) * 1e3,
        "bytes": statistics.median(size),
        "early": statistics.median(took[150:250]) * 1e3,
        "late": statistics.median(took[-100:]) * 1e3,
    }


REOPEN = """
import sys, time
sys.path.insert(0, sys.argv[2])
import interlab as il
import snapshots
import interlab.models.demo, interlab.environments.snapshots
start = time.perf_counter()
store = il.open_store(sys.argv[1])
fork = store.runs()[0].at(1000, classes={"__main__:Talk": snapshots.Talk}).fork()
assert fork.steps == 1000
print((time.perf_counter() - start) * 1e3)
"""


def reopened(path: Path) -> float:
    here = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", REOPEN, str(path), here], capture_output=True, text=True, check=True)
    return float(done.stdout)


def main() -> None:
    begin()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runs = []
        for number in range(REPETITIONS):
            (folder / str(number)).mkdir()
            runs.append(stored(folder / str(number)))
        middle = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
        what = f"state after a step, {ACTORS} actors, {TURNS:,} turns"
        report(f"{what}: time", middle["ms"], "ms", must="≤ 0.5")
        report(f"{what}: new bytes", middle["bytes"], "bytes", must="≤ 4,000")
        report(f"{what}: step {TURNS:,} / step 200", middle["late"] / middle["early"], "ratio", must="≤ 1.5")
        report(
            f"{what}: step 1,000 in a new process", median(lambda: reopened(folder / "0" / "a.db")), "ms", must="≤ 100"
        )


if __name__ == "__main__":
    main()
