"""Forking a paused run, and replicas of a change with their forest plot, in a real JupyterLab."""

from __future__ import annotations

import re
from typing import Any

import lab_driver

PLAY = """
import interlab as il
from interlab.ui.lab import play
from interlab_zoo.negotiation import CarSale
store = il.open_store("lab.db")
w = play(CarSale(seed=7), "a sale", store=store, paused=True, pause_s=0)
w
"""


def test_a_paused_run_is_forked_and_replicated(chromium: Any, jupyter: lab_driver.Server, expect: Any) -> None:
    with chromium.visit(width=1200, height=1000) as visit:
        jupyter.write("fork.ipynb", [PLAY])
        notebook = jupyter.open(visit, "fork.ipynb")
        notebook.run(0)
        out = notebook.output(0)
        for number in (1, 2, 3, 4):
            out.get_by_role("button", name="Step", exact=True).click()
            expect(out.locator(".ill-figures")).to_contain_text(f"step {number} ")
        # At a message that was said already.
        out.get_by_role("button", name="Fork after step 3").click()
        expect(out.locator(".ill-at")).to_have_text("3")
        out.get_by_label("What the actor learns").fill("The seller told a friend that she would take $2,300.")
        expect(out.locator(".ill-price")).to_contain_text("About 1 call,")
        out.get_by_role("button", name="Run the fork").click()
        expect(out.locator(".ill-end")).to_contain_text("outcome")
        # The first waits where it was, and goes on by its own buttons.
        out.get_by_role("button", name=re.compile("1. a sale")).click()
        expect(out.locator(".ill-status")).to_have_text("Paused")
        expect(out.locator(".ill-said")).to_have_count(4)
        out.get_by_role("button", name="Continue").click()
        expect(out.locator(".ill-status")).to_have_text("Finished")
        # What if: replicas of the change, and the effects as a plot.
        out.get_by_role("tab", name="Fork", exact=True).click()
        expect(out.locator(".ill-at")).to_be_visible()
        out.get_by_label("What the actor learns").fill("The seller told a friend that she would take $2,300.")
        count, run = out.get_by_label("Replicas of each"), out.get_by_role("button", name="Run replicas")
        count.fill("no")
        run.click()
        expect(out.locator(".ill-trial .ilp-fault")).to_contain_text("from 1 to 500")
        count.fill("12")
        expect(out.locator(".ill-trial [role=status]")).to_contain_text("calls")
        run.click()
        plot = out.locator(".ill-forest-plot")
        expect(out.locator(".ill-whatif")).to_contain_text("24 of 24 replicas")
        expect(plot).to_have_attribute("aria-label", re.compile(r"price: .* from .* to "))
        expect(plot.locator(".ill-interval").first).to_be_attached()
        expect(run).to_be_enabled()
        out.locator(".ill-whatif .ill-code summary").click()
        code = out.locator(".ill-whatif .ill-code pre")
        expect(code).to_contain_text("il.experiment(")
        assert "replicas=12" in code.inner_text()
        box = plot.bounding_box()
        around = out.locator(".ill").bounding_box()
        assert box["x"] >= around["x"]
        assert box["x"] + box["width"] <= around["x"] + around["width"]
        assert notebook.errors() == []
        assert (visit.errors, visit.dialogs, visit.foreign(jupyter.url)) == ([], [], [])
        jupyter.shut_down_kernels()


def test_replicas_are_stopped(chromium: Any, jupyter: lab_driver.Server, expect: Any) -> None:
    slow = PLAY.replace("lab.db", ":memory:").replace(
        "CarSale(seed=7)", 'CarSale(lambda prompt: (time.sleep(0.2), \'{"action": "walk_away"}\')[1], seed=7)'
    )
    with chromium.visit(width=700, scheme="dark") as visit:
        jupyter.write("stop.ipynb", ["import time\n" + slow])
        notebook = jupyter.open(visit, "stop.ipynb")
        notebook.run(0)
        out = notebook.output(0)
        out.get_by_role("button", name="Step", exact=True).click()
        out.get_by_role("button", name="Fork after step 1").click()
        out.get_by_label("What the actor learns").fill("It rains.")
        out.get_by_label("Replicas of each").fill("400")
        out.get_by_role("button", name="Run replicas").click()
        expect(out.locator(".ill-progress")).to_be_visible()
        expect(out.locator(".ill-whatif")).to_contain_text(re.compile(r"after step 1: [1-9]\d* of 800 replicas"))
        out.locator(".ill-whatif").get_by_role("button", name="Stop").click()
        expect(out.locator(".ill-progress")).to_be_hidden()
        expect(out.get_by_role("button", name="Run replicas")).to_be_enabled()
        expect(out.locator(".ill-whatif")).not_to_contain_text("800 of 800")
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        assert visit.errors == []
        jupyter.shut_down_kernels()
