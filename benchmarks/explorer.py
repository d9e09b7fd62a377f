"""The branch explorer in a real JupyterLab with 500 branches: frames while it is panned, zoomed, and walked through
with keys, and how long its state takes to be read.

Run: python benchmarks/explorer.py [branches]
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _frames import IDLE, of_95
from _harness import begin, median, report

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser" / "drivers"))

import lab_driver
import page_driver

import interlab as il
from interlab.ui.explorer import Explorer

BRANCHES = 500
ROUNDS = 3
STEPS = 24
# Every fork leaves a branch that was drawn by lot, so that the tree is deep in some places and wide in others.
GROW = """
import random
import interlab as il

WORDS = "I can let you have it for a little less, if you take it today and pay in cash. Think of the tyres! ".split()

class Haggle(il.BaseEnvironment):
    def __init__(self, seed=0):
        super().__init__(seed=seed)
        self.actors = [il.ScriptedActor("Ann", []), il.ScriptedActor("Bob", [])]
        self.price = 3_000

    def _step(self):
        self.price -= self.rng.randrange(60)
        if self.steps + 1 >= {steps}:
            self.set_finished()
        words = " ".join(WORDS[: 3 + 7 * self.steps % len(WORDS)])
        return {{"speaker": ("Ann", "Bob")[self.steps % 2], "message": f"{{words}} ${{self.price}}"}}

    def outcome(self):
        return {{"price": self.price}}

store = il.open_store({path!r})
draw = random.Random(1)
with store:
    runs = [Haggle(1).run("haggling", progress=False)]
    while len(runs) < {branches}:
        origin = draw.choice(runs[-60:])
        first = 1 if origin.origin is None else min(origin.origin[1] + 1, {steps} - 2)
        fork = il.intervene(origin.at(draw.randrange(first, {steps} - 1)).fork(), il.SetSeed(len(runs)))
        runs.append(fork.run(f"branch {{len(runs)}}", progress=False))
"""
LOOK = "w = il.explore(il.Store({path!r}).runs()[0], 'price')\nw"

# One event a frame, as a wheel, a mouse, or a key that is held down sends them, and the time of each frame.
EVENTS = """async ([kind, frames, pixels]) => {
    const svg = document.querySelector('.ilx-svg'), box = svg.getBoundingClientRect(), times = [];
    const state = () => svg.children[1].getAttribute('transform') + svg.getAttribute('aria-activedescendant');
    const seen = new Set(), there = n => n % 120 < 60 ? 1 : -1;
    const at = {clientX: box.left + 200, clientY: box.top + 180, bubbles: true, cancelable: true};
    const wheel = more => svg.dispatchEvent(new WheelEvent('wheel', {...at, ...more}));
    const press = key => svg.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true}));
    const send = {
        pan: n => wheel({deltaX: n % 2 ? 6 : -6, deltaY: pixels * there(n)}),
        zoom: n => wheel({ctrlKey: true, deltaY: 18 * there(n)}),
        keys: n => press(n % 240 < 120 ? 'ArrowDown' : 'ArrowUp'),
    }[kind];
    svg.focus();
    let last = await new Promise(requestAnimationFrame);
    for (let n = 0; n < frames; n++) {
        send(n);
        const now = await new Promise(requestAnimationFrame);
        times.push(now - last); last = now;
        seen.add(state());
    }
    if (seen.size < 20) throw new Error(`${kind} moved nothing`);
    return times;
}"""
OPENED = """() => new Promise(done => {
    const start = performance.now();
    const look = () => document.querySelector('.ilx-branch')
        ? requestAnimationFrame(() => done(performance.now() - start)) : requestAnimationFrame(look);
    look();
})"""
ACTS = {"pan": "panning", "zoom": "zooming", "keys": "walking with keys"}


def look(lab: lab_driver.Server, visit: Any, path: Path, branches: int) -> dict[str, list[float]]:
    """Open the explorer in a cell, and move about in it; the frames of each way."""
    name = "explore.ipynb"
    lab.write(name, ["import interlab as il", LOOK.format(path=str(path))])
    notebook = lab.open(visit, name)
    notebook.run(0)
    notebook.run(1, wait=False)
    found: dict[str, list[float]] = {"opened": [visit.page.evaluate(OPENED)]}
    visit.page.locator(".ilx-counts", has_text=f"{branches} runs").wait_for()
    visit.page.wait_for_timeout(1_500)
    found["idle"] = visit.page.evaluate(IDLE)
    for fitted in (False, True):
        if fitted:
            notebook.output(1).get_by_role("button", name="Fit").click()
            visit.page.wait_for_timeout(300)
        for kind in ACTS:
            if fitted and kind == "pan":  # so that there is somewhere to go
                for _ in range(4):
                    notebook.output(1).get_by_role("button", name="Zoom in").click()
                visit.page.wait_for_timeout(300)
            elif fitted:
                notebook.output(1).get_by_role("button", name="Fit").click()
                visit.page.wait_for_timeout(300)
            found[f"{kind} {fitted}"] = visit.page.evaluate(EVENTS, [kind, 240, 8 if fitted else 90])
    found["drawn"] = [visit.page.evaluate("document.querySelectorAll('.ilx-branch').length")]
    lab.shut_down_kernels()
    return found


def read(path: Path, branches: int) -> None:
    """How long the state takes to be read: at first, and again, as while replicas grow."""
    with il.Store(path) as store:
        run = store.runs()[0]
        made: list[Explorer] = []

        def first() -> float:
            explorer = Explorer(run, "price")
            start = time.perf_counter()
            explorer.state()
            made.append(explorer)
            return time.perf_counter() - start

        def again() -> float:
            start = time.perf_counter()
            made[-1].state()
            return time.perf_counter() - start

        def bare() -> float:
            start = time.perf_counter()
            for one in store.runs():
                assert one.state
            return time.perf_counter() - start

        floor = median(bare) * 1_000
        size = len(json.dumps(Explorer(run, "price").state()))
        report("reading the state at first", median(first) * 1_000, "ms", floor=floor, branches=branches, bytes=size)
        report("reading the state again", median(again) * 1_000, "ms", floor=floor, branches=branches)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("branches", nargs="?", type=int, default=BRANCHES)
    branches = parser.parse_args().branches
    begin()
    program = page_driver.find_browser().find()
    if program is None:
        sys.exit(page_driver.find_browser().MISSING)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "branches.db"
        grown: dict[str, Any] = {"__name__": "grow"}
        exec(GROW.format(path=str(path), branches=branches, steps=STEPS), grown)
        grown["store"].close()
        read(path, branches)
        with page_driver.chromium(program) as chromium, lab_driver.running("lab", Path(name) / "lab") as lab:
            rounds = []
            for _ in range(ROUNDS):
                with chromium.visit(width=1300, height=1000) as visit:
                    rounds.append(look(lab, visit, path, branches))
    tell(rounds, branches)


def tell(rounds: list[dict[str, list[float]]], branches: int) -> None:
    """The figures of some rounds: medians, with every round beside them."""

    def over(key: str) -> list[float]:
        return [round(of_95(one[key]), 1) for one in rounds]

    report(
        "cell begun to the first branch on the screen", statistics.median(one["opened"][0] for one in rounds), "ms",
        rounds=[round(one["opened"][0]) for one in rounds], branches=branches,
    )  # fmt: skip
    for fitted, where in ((False, "lanes that can be read"), (True, "from all branches in view")):
        for kind, words in ACTS.items():
            key = f"{kind} {fitted}"
            report(
                f"95 % of frames while {words}, {where}", statistics.median(over(key)), "ms",
                floor=statistics.median(over("idle")), must="20 ms", rounds=over(key),
                longest=round(max(max(one[key]) for one in rounds), 1),
                frames=sum(len(one[key]) for one in rounds), branches=branches,
            )  # fmt: skip


if __name__ == "__main__":
    main()
