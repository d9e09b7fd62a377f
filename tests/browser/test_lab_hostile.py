"""Hostile names, messages and prompts in the play console and in people's seats: nothing runs, the layout holds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import hostile_tour
import lab_driver
import pytest

import interlab as il
from interlab.people import Question

DRIVERS = Path(__file__).parent / "drivers"
MILLION = "x" * 1_000_000
GAME = f"""
import sys
sys.path.insert(0, {str(DRIVERS)!r})
import hostile_tour
import interlab as il
from interlab.ui.lab import play

TEXTS = [text for text in hostile_tour.texts().values() if text.strip()]
LONG = "x" * 1_000_000

class Hostile(il.BaseEnvironment):
    def __init__(self):
        super().__init__(seed=1)
        names = [TEXTS[3], TEXTS[5], next(text for text in TEXTS if "\\u202e" in text), LONG[:3_000]]
        self.actors = [il.ScriptedActor(name, []) for name in dict.fromkeys(names)]
        for actor, text in zip(self.actors, TEXTS):
            actor.color = text
        self.transcript = il.state.Log()

    def _step(self):
        text = (TEXTS + [LONG])[self.steps - 1]
        said = {{"speaker": self.actors[self.steps % len(self.actors)].name, "message": text, "action": text}}
        if self.steps % 5 == 0:
            said["speaker"] = text
        self.transcript.append(text)
        if self.steps > len(TEXTS):
            self.set_finished()
        return said

    def outcome(self):
        return {{TEXTS[2]: TEXTS[3], "long": LONG}}

store = il.open_store(":memory:")
w = play(Hostile(), TEXTS[4], store=store, paused=True, pause_s=0)
w
"""
# What must not be: things that run or are fetched, what sticks out, characters that turn a line around.
MEASURE = """root => {
    const box = root.getBoundingClientRect(), all = [...root.querySelectorAll('*')];
    const shown = all.filter(one => one.checkVisibility());
    const inSideways = one => one.closest('pre, .ill-runs, .ill-compared, select, datalist');
    return {
        pwned: window.__pwned ?? null,
        things: root.querySelectorAll('img, svg, script, iframe, object, embed, link, meta, base, video, style').length,
        handlers: all.filter(one => [...one.attributes].some(own => own.name.startsWith('on'))).length,
        links: [...root.querySelectorAll('a[href]')].map(one => one.href).filter(href => !/^https?:/.test(href)),
        colors: all.map(one => one.style.getPropertyValue('--ilp-color')).filter(color => /url|[;{<]/i.test(color)),
        out: shown.filter(one => !inSideways(one) && one.getBoundingClientRect().right > box.right + 1)
            .map(one => one.className || one.tagName),
        turned: /[\\u202a-\\u202e\\u2066-\\u2069]/.test(root.innerText),
        tall: shown.filter(one => one.matches('.ilp-name, .ilp-title, .ill-run, .ilp-option, button') &&
            one.getBoundingClientRect().height > 260)
            .map(one => [one.className, one.textContent.slice(0, 60), one.getBoundingClientRect().height]),
    };
}"""
HARMLESS = {
    "pwned": None, "things": 0, "handlers": 0, "links": [], "colors": [], "out": [], "turned": False, "tall": [],
}  # fmt: skip


def unharmed(visit: Any, own: str) -> None:
    assert (visit.dialogs, visit.popups, visit.errors) == ([], [], [])
    assert visit.connections == []
    assert visit.foreign(own) == []
    assert visit.page.title() != "PWNED"
    assert visit.page.evaluate("window.__pwned ?? null") is None


@pytest.fixture
def threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as pool:
        yield pool


def test_the_play_console(chromium: Any, jupyter: lab_driver.Server, expect: Any) -> None:
    steps = sum(bool(text.strip()) for text in hostile_tour.texts().values()) + 1
    with chromium.visit(width=1100) as visit:
        jupyter.write("hostile.ipynb", [GAME])
        notebook = jupyter.open(visit, "hostile.ipynb")
        notebook.run(0)
        out = notebook.output(0)
        lab, stream = out.locator(".ill"), out.locator(".ill-stream")
        # A whisper with a hostile text to somebody with a hostile name.
        expect(out.locator(".ill-status")).to_have_text("Paused")
        out.get_by_label("Whisper to").select_option(index=0)
        out.get_by_label("What the actor shall learn").fill(hostile_tour.texts()["onerror"])
        out.get_by_role("button", name="Whisper").click()
        expect(out.locator(".ill-whisper")).to_contain_text("onerror")
        out.get_by_role("button", name="Continue").click()
        expect(out.locator(".ill-status")).to_have_text("Finished")
        expect(out.locator(".ill-figures")).to_contain_text(f"step {steps}")
        places, last = 0, -1.0
        stream.evaluate("stream => { stream.scrollTop = 0; }")
        while True:
            visit.page.wait_for_timeout(60)
            assert lab.evaluate(MEASURE) == HARMLESS, f"at {last}"
            place = stream.evaluate("one => { one.scrollTop += one.clientHeight * 0.9; return one.scrollTop; }")
            if place == last:
                break
            places, last = places + 1, place
        assert places > 20
        # The message of a million letters is cut: all of it stands in the trace.
        expect(stream.locator(".ill-end")).to_be_visible()
        assert max(stream.locator(".ilp-text").evaluate_all("all => all.map(one => one.textContent.length)")) < 8_000
        # Forked and compared.
        out.get_by_role("tab", name="Fork").click()
        out.get_by_label("Edit a message").check()
        expect(out.get_by_label("What was said instead")).to_be_visible()
        assert lab.evaluate(MEASURE) == HARMLESS
        out.get_by_label("What was said instead").fill(hostile_tour.texts()["script"])
        out.get_by_role("button", name="Run the fork").click()
        expect(out.locator(".ill-runs button")).to_have_count(2)
        out.get_by_label("Speed").select_option("0")
        expect(out.locator(".ill-status")).to_have_text("Finished")
        assert lab.evaluate(MEASURE) == HARMLESS
        out.get_by_role("tab", name="Compare").click()
        expect(out.locator(".ill-compared table")).to_be_visible()
        assert lab.evaluate(MEASURE) == HARMLESS
        out.locator(".ill-code summary").locator("visible=true").click()
        expect(out.locator(".ill-code pre").locator("visible=true")).to_contain_text("il.compare")
        assert lab.evaluate(MEASURE) == HARMLESS
        unharmed(visit, jupyter.url)
        jupyter.shut_down_kernels()


@pytest.mark.parametrize(("width", "scheme"), [(1000, "light"), (380, "dark")])
def test_a_seat(chromium: Any, threads: ThreadPoolExecutor, expect: Any, width: int, scheme: str) -> None:
    texts = hostile_tour.texts()
    listed = list(texts.values())
    properties = {text: {"type": "string", "title": text, "description": text, "default": text} for text in listed[:25]}
    properties |= {
        MILLION: {"type": "string", "title": MILLION, "description": MILLION},
        "few": {"enum": [texts["onerror"], MILLION[:2_000]], "title": texts["direction"]},
        "many": {"enum": [*listed[:30], MILLION]},
        "several": {"type": "array", "uniqueItems": True, "items": {"enum": [texts["script"], texts["direction"]]}},
    }
    schema = {"type": "object", "title": texts["script"], "properties": properties, "required": list(properties)}
    seen = (*listed, *(f"{text[:30]}: {text}" for text in listed), MILLION, f"Ann: {MILLION}")
    name = texts["onerror"]
    with il.PageConsole([name]) as page, chromium.visit(page.link(name), width=width, scheme=scheme) as visit:
        own = page.link(name).partition("#")[0]
        first = threads.submit(page.ask, Question(name, texts["script"], texts["onerror"] + MILLION, seen, schema))
        seat, past = visit.page.locator("#seat"), visit.page.locator(".ilp-past")
        expect(visit.page.locator(".ilp-prompt")).to_be_visible()
        last = -1.0
        while True:
            assert seat.evaluate(MEASURE) == HARMLESS, f"at {last}"
            place = past.evaluate("one => { one.scrollTop -= one.clientHeight * 3; return one.scrollTop; }")
            if place == last:
                break
            last = place
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        visit.page.get_by_text("JSON", exact=True).click()
        assert seat.evaluate(MEASURE) == HARMLESS
        # All of a long message, on demand.
        more = past.get_by_role("button", name="Show all 1,000,000 characters")
        assert more.count() == 2
        more.last.click()
        expect(more).to_have_count(1)
        assert past.locator(".ilp-text").last.evaluate("one => one.textContent.length") == len(MILLION)
        assert seat.evaluate(MEASURE) == HARMLESS
        visit.page.get_by_role("button", name="Give no answer").click()
        assert first.result(20).outcome == "cancelled"
        # A free question, answered with what a person might paste.
        second = threads.submit(page.ask, Question(name, texts["direction"], "", seen[:3], None, 300, True, MILLION))
        box = visit.page.get_by_role("textbox", name="Your answer")
        expect(box).to_be_visible()
        pasted = texts["onerror"] + texts["direction"] + MILLION[:200_000]
        box.fill(pasted)
        visit.page.get_by_role("button", name="Send").click()
        assert second.result(20).value == pasted
        expect(visit.page.locator(".ilp-own")).to_contain_text("onerror")
        assert seat.evaluate(MEASURE) == HARMLESS
        unharmed(visit, own)
