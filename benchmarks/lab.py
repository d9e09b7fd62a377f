"""The lab's play console in a real JupyterLab: frames and keys while a thousand messages pour in, and afterwards.

Run: python benchmarks/lab.py [messages]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from _frames import IDLE, of_95
from _harness import begin, report

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "browser" / "drivers"))

import lab_driver
import page_driver

MESSAGES = 1_000
ROUNDS = 3
RATES = {"100 messages a second": 0.009, "all messages at once": 0.0}  # seconds that each step takes longer
POUR = """
import time
import interlab as il

WORDS = "I can let you have it for a little less, if you take it today and pay in cash. Think of the tyres! ".split()

class Pour(il.BaseEnvironment):
    def __init__(self):
        super().__init__(seed=1)
        self.actors = [il.ScriptedActor("Ann", []), il.ScriptedActor("Bob", [])]

    def _step(self):
        number = self.steps
        time.sleep({pause_s})
        if number >= {messages}:
            self.set_finished()
        words = " ".join(WORDS[:3 + 7 * number % len(WORDS)])
        return {{"speaker": ("Ann", "Bob")[number % 2], "message": f"{{number}}. {{words}}"}}

store = il.open_store(":memory:")
"""
WATCH = "from interlab.ui.lab import play\nw = play(Pour(), store=store, paused=True, pause_s=0)\nw"

# Times of all frames from now on, and how long each key took from its press to the paint that shows it.
NOTE = """() => {
    const found = window.__found = {frames: [], keys: []};
    let last = performance.now();
    const frame = now => { found.frames.push(now - last); last = now; if (!found.done) requestAnimationFrame(frame); };
    requestAnimationFrame(frame);
    new PerformanceObserver(list => {
        for (const one of list.getEntries()) if (one.name === 'keydown') found.keys.push(one.duration);
    }).observe({type: 'event', durationThreshold: 16});
}"""
FOUND = "() => { window.__found.done = true; return window.__found; }"
SCROLL = """async ([frames, step]) => {
    const stream = document.querySelector('.ill-stream'), times = [];
    stream.scrollTop = 0;
    let last = await new Promise(requestAnimationFrame);
    for (let at = 0; at < frames; at++) {
        stream.scrollTop += step;
        const now = await new Promise(requestAnimationFrame);
        times.push(now - last); last = now;
    }
    return times;
}"""


def pour(lab: lab_driver.Server, visit: Any, messages: int, pause_s: float) -> dict[str, Any]:
    """Watch messages pour in while keys are pressed; what was measured."""
    lab.write("pour.ipynb", [POUR.format(messages=messages, pause_s=pause_s), WATCH])
    notebook = lab.open(visit, "pour.ipynb")
    notebook.run(0)
    notebook.run(1)
    out, page = notebook.output(1), visit.page
    box = out.get_by_label("What the actor shall learn")
    box.wait_for()
    page.wait_for_timeout(1_000)
    idle = page.evaluate(IDLE)
    page.evaluate(NOTE)
    out.get_by_role("button", name="Continue").click()
    box.focus()
    start = time.perf_counter()
    end = out.locator(".ill-status", has_text="Finished")
    pressed = 0
    while not end.count():
        page.keyboard.press("a")
        pressed += 1
        page.wait_for_timeout(80)
    took = time.perf_counter() - start
    page.wait_for_timeout(300)
    found: dict[str, Any] = page.evaluate(FOUND)
    scrolled = page.evaluate(SCROLL, [180, 400])
    nodes = page.evaluate("document.querySelectorAll('.ill-stream *').length")
    lab.shut_down_kernels()
    return {**found, "idle": idle, "took": took, "pressed": pressed, "scrolled": scrolled, "nodes": nodes}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("messages", nargs="?", type=int, default=MESSAGES)
    messages = parser.parse_args().messages
    begin()
    program = page_driver.find_browser().find()
    if program is None:
        sys.exit(page_driver.find_browser().MISSING)
    with (
        tempfile.TemporaryDirectory() as name,
        page_driver.chromium(program) as chromium,
        lab_driver.running("lab", Path(name) / "lab") as lab,
    ):
        for rate, pause_s in RATES.items():
            rounds = []
            for _ in range(ROUNDS):
                with chromium.visit() as visit:
                    rounds.append(pour(lab, visit, messages, pause_s))
            tell(rate, rounds, messages)


def tell(rate: str, rounds: list[dict[str, Any]], messages: int) -> None:
    """The figures of some rounds: medians, with the worst round beside them."""

    def over(key: str) -> list[float]:
        return [round(of_95(one[key]), 1) for one in rounds]

    report(
        f"95 % of frames, {rate}", statistics.median(over("frames")), "ms", floor=statistics.median(over("idle")),
        must="20 ms", rounds=over("frames"), longest=round(max(max(one["frames"]) for one in rounds), 1),
        frames=sum(len(one["frames"]) for one in rounds), messages=messages,
        messages_a_second=round(statistics.median(messages / one["took"] for one in rounds)),
    )  # fmt: skip
    keys = [max(one["keys"], default=16.0) for one in rounds]  # those below 16 ms are not told
    report(
        f"slowest key to its paint, {rate}", statistics.median(keys), "ms", must="100 ms", rounds=keys,
        keys=sum(one["pressed"] for one in rounds), messages=messages,
    )  # fmt: skip
    report(
        f"95 % of frames while scrolling, after {rate}", statistics.median(over("scrolled")), "ms", must="20 ms",
        rounds=over("scrolled"), nodes_in_page=rounds[0]["nodes"], messages=messages,
    )  # fmt: skip


if __name__ == "__main__":
    main()
