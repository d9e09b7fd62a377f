"""The play console with a thousand messages: all there, in order, few of them drawn, and the reader's place is kept."""

from __future__ import annotations

import re
from typing import Any

import lab_driver

MESSAGES = 1_000
POUR = """
import interlab as il
from interlab.ui.lab import play

class Pour(il.BaseEnvironment):
    def __init__(self):
        super().__init__(seed=1)
        self.actors = [il.ScriptedActor("Ann", []), il.ScriptedActor("Bob", [])]

    def _step(self):
        if self.steps >= 1000:
            self.set_finished()
        words = "and so on " * (1 + 7 * self.steps % 23)
        return {"speaker": ("Ann", "Bob")[self.steps % 2], "message": f"#{self.steps}. {words}"}

store = il.open_store(":memory:")
w = play(Pour(), store=store, paused=True, pause_s=0)
w
"""
# The numbers of the messages that are in the window, from the top, and where the first of them stands.
IN_SIGHT = """stream => {
    const box = stream.getBoundingClientRect();
    return [...stream.querySelectorAll('.ill-said')].map(line => [line, line.getBoundingClientRect()])
        .filter(([, at]) => at.bottom > box.top + 1 && at.top < box.bottom - 1)
        .map(([line, at]) => [Number(line.querySelector('.ill-step').textContent), Math.round(at.top - box.top)]);
}"""
# Down from the top, a window's height at a time: all numbers in the order in which they came into sight.
READ_ALL = """async stream => {
    const frames = async many => { for (let at = 0; at < many; at++) await new Promise(requestAnimationFrame); };
    const found = [], blank = [];
    stream.scrollTop = 0;
    for (;;) {
        await frames(3);
        const box = stream.getBoundingClientRect();
        for (const line of stream.querySelectorAll('.ill-said')) {
            const at = line.getBoundingClientRect(), number = Number(line.querySelector('.ill-step').textContent);
            if (at.bottom > box.top && at.top < box.bottom && !found.includes(number)) found.push(number);
        }
        for (const block of stream.querySelectorAll('.ill-block:empty')) {
            const at = block.getBoundingClientRect();
            if (at.bottom > box.top && at.top < box.bottom) blank.push(stream.scrollTop);
        }
        const before = stream.scrollTop;
        stream.scrollTop += stream.clientHeight * 0.8;
        if (stream.scrollTop === before) break;
    }
    return [found, blank.length];
}"""


def test_a_thousand_messages(chromium: Any, jupyter: lab_driver.Server, expect: Any) -> None:
    with chromium.visit() as visit:
        jupyter.write("pour.ipynb", [POUR])
        notebook = jupyter.open(visit, "pour.ipynb")
        notebook.run(0)
        out = notebook.output(0)
        stream, status = out.locator(".ill-stream"), out.locator(".ill-status")
        for number in range(1, 13):
            out.get_by_role("button", name="Step", exact=True).click()
            expect(out.locator(".ill-figures")).to_contain_text(f"step {number} ")
        # Whoever reads further up stays there while the rest comes.
        stream.evaluate("stream => { stream.scrollTop = 150; }")
        visit.page.wait_for_timeout(200)
        place = stream.evaluate(IN_SIGHT)
        assert place[0][0] > 1
        out.get_by_role("button", name="Continue").click()
        expect(status).to_have_text("Finished")
        visit.page.wait_for_timeout(300)
        assert stream.evaluate(IN_SIGHT) == place
        # All are there, in order, though only those near the window are drawn.
        found, blank = stream.evaluate(READ_ALL)
        assert found == list(range(1, MESSAGES + 1))
        assert blank == 0
        assert stream.locator(".ill-said").count() < 120
        expect(stream.locator(".ill-end")).to_be_visible()
        # Back up they stand where they stood, and a look at another tab changes nothing.
        stream.evaluate("stream => { stream.scrollTop = 9_000; }")
        visit.page.wait_for_timeout(300)
        place = stream.evaluate(IN_SIGHT)
        out.get_by_role("tab", name="Compare").click()
        expect(stream).to_have_count(0)
        out.get_by_role("tab", name="Play").click()
        visit.page.wait_for_timeout(300)
        assert [number for number, _ in stream.evaluate(IN_SIGHT)] == [number for number, _ in place]
        # The keyboard finds its way to what is in sight.
        stream.evaluate("stream => stream.focus()")
        visit.page.keyboard.press("End")
        expect(stream.locator(".ill-end")).to_be_visible()
        out.get_by_role("button", name=re.compile(f"Fork after step {MESSAGES - 1}$")).first.focus()
        assert visit.errors == []
        jupyter.shut_down_kernels()


def test_whoever_follows_sees_the_end(chromium: Any, jupyter: lab_driver.Server, expect: Any) -> None:
    with chromium.visit(width=700) as visit:
        jupyter.write("follow.ipynb", [POUR])
        notebook = jupyter.open(visit, "follow.ipynb")
        notebook.run(0)
        out = notebook.output(0)
        stream = out.locator(".ill-stream")
        out.get_by_role("button", name="Continue").click()
        expect(out.locator(".ill-status")).to_have_text("Finished")
        expect(stream.locator(".ill-end")).to_be_visible()
        seen = [number for number, _ in stream.evaluate(IN_SIGHT)]
        assert seen == list(range(seen[0], MESSAGES + 1))
        assert visit.errors == []
        jupyter.shut_down_kernels()
