"""The lab in a real JupyterLab: from nothing to a forked, compared run without writing code."""

from __future__ import annotations

from typing import Any

import lab_driver

import interlab as il

OPEN = "from interlab.ui.lab import lab\nw = lab()\nw"


def test_a_first_visitor_gets_to_a_forked_and_compared_run(
    chromium: Any, jupyter: lab_driver.Server, expect: Any
) -> None:
    with chromium.visit() as visit:
        jupyter.write("first.ipynb", [OPEN, "print(len(w.runs), w.run.origin[1], w.run.interventions[0]['text'])"])
        notebook = jupyter.open(visit, "first.ipynb")
        notebook.run(0)
        out = notebook.output(0)
        out.get_by_role("radio", name="Car sale").check()
        # What can't be meant is refused beside its field, whoever finds it.
        out.get_by_label("Buyer limit").fill("much")
        run = out.get_by_role("button", name="Run", exact=True)
        run.click()
        expect(out.locator('[data-key="buyer_limit"] .ilp-fault')).to_have_text("A number.")
        out.get_by_label("Buyer limit").fill("2700")
        out.get_by_label("Buyer", exact=True).fill("openai/gpt-4o-mini")
        run.click()
        refused = out.locator(".ill-field", has=visit.page.get_by_label("Buyer", exact=True)).locator(".ilp-fault")
        expect(refused).to_contain_text("can't be reached without a key")
        out.get_by_label("Buyer", exact=True).fill("demo")
        run.click()
        # It unfolds.
        expect(out.locator(".ill-said .ilp-name").first).to_contain_text("Alice")
        expect(out.locator(".ill-end")).to_contain_text("outcome: deal")
        expect(out.locator(".ill-figures")).to_contain_text("calls")
        # Its trace is looked at, in the same cell.
        out.get_by_role("tab", name="Look", exact=True).click()
        expect(out.get_by_role("treeitem").filter(has_text="step 2").first).to_be_visible()
        # It is forked at step 3 with a sentence.
        out.get_by_role("tab", name="Play", exact=True).click()
        out.get_by_role("button", name="Fork after step 3").click()
        expect(out.locator(".ill-at")).to_have_text("3")
        out.get_by_label("What the actor learns").fill("The seller told a friend that she would take $2,300.")
        expect(out.locator(".ill-price")).to_contain_text("calls")
        out.get_by_role("button", name="Run the fork").click()
        expect(out.locator(".ill-forked")).to_contain_text("Bob learns: The seller told a friend")
        expect(out.locator(".ill-end")).to_contain_text("outcome")
        # They are compared.
        out.get_by_role("tab", name="Compare", exact=True).click()
        expect(out.locator(".ill-verdict")).to_contain_text("They differ from step")
        expect(out.locator("td.ill-is-shared")).to_have_count(3)
        assert out.locator("mark").count() > 0
        out.locator(".ill-code summary").locator("visible=true").click()
        expect(out.locator(".ill-code pre").locator("visible=true")).to_contain_text("il.compare(run, fork_2)")
        # And code goes on where hands left off.
        notebook.run(1)
        expect(notebook.output(1)).to_contain_text("2 3 The seller told a friend")
        assert notebook.errors() == []
        assert visit.dialogs == []
        assert visit.errors == []
        assert visit.foreign(jupyter.url) == []
        jupyter.shut_down_kernels()
    with il.Store(jupyter.work / "lab.db", read_only=True) as store:
        assert [run.origin is None for run in store.runs()] == [True, False]


def test_a_person_pauses_whispers_and_plays(chromium: Any, jupyter: lab_driver.Server, expect: Any) -> None:
    play = (
        "import interlab as il\nfrom interlab.ui.lab import play\nfrom interlab_zoo.negotiation import CarSale\n"
        "store = il.open_store(':memory:')\n"
        "w = play(CarSale(seed=7).seat('Bob'), 'a sale', store=store, paused=True)\nw"
    )
    with chromium.visit(width=760) as visit:
        jupyter.write("play.ipynb", [play, "print([node.kind for node in w.run.node.children][:3])"])
        notebook = jupyter.open(visit, "play.ipynb")
        notebook.run(0)
        out = notebook.output(0)
        expect(out.locator(".ill-status")).to_have_text("Paused")
        out.get_by_role("button", name="Step", exact=True).click()
        expect(out.locator(".ill-said")).to_have_count(1)
        expect(out.locator(".ill-status")).to_have_text("Paused")
        out.get_by_label("Whisper to").select_option("Alice")
        out.get_by_label("What the actor shall learn").fill("Bob has walked here through the rain.")
        out.get_by_role("button", name="Whisper").click()
        expect(out.locator(".ill-whisper")).to_contain_text("to Alice alone")
        out.get_by_role("button", name="Continue").click()
        out.get_by_label("accept").check()
        out.locator('[data-key="message"]').get_by_role("textbox").fill("I take it.")
        out.get_by_role("button", name="Send").click()
        expect(out.locator(".ill-end")).to_contain_text("outcome: deal")
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        notebook.run(1)
        expect(notebook.output(1)).to_contain_text("['step', 'intervention', 'step']")
        assert notebook.errors() == []
        assert visit.errors == []
        jupyter.shut_down_kernels()
