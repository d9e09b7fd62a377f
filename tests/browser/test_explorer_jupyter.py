"""The branch explorer in a real JupyterLab: look, compare, fork at a message, watch replicas grow, see the effect."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import hostile_tour
import lab_driver
import pytest

import interlab as il

OPEN = """
import interlab as il
from interlab_zoo.negotiation import CarSale

store = il.open_store("branches.db")
with store:
    run = CarSale(seed=7).run("car sale", progress=False)
    fork = il.intervene(run.at(3).fork(), il.Observe("Bob", "The seller told a friend that she would take $2,300."))
    fork.run("a friend told", progress=False)
w = il.explore(run)
w
"""

SLOW = """
import pathlib, time
import interlab as il

made = []

class Slow(il.BaseEnvironment):
    def _step(self):
        made.append(1)
        while len(made) > 40 and not pathlib.Path("go").exists():
            time.sleep(0.02)
        if self.steps >= 3:
            self.set_finished()
        return f"step {self.steps}"

    def outcome(self):
        return {"drawn": self.rng.random()}

store = il.open_store(":memory:")
with store:
    run = Slow(seed=1).run("slow", progress=False)
w = il.explore(run, "drawn")
w
"""

STRANGERS = """
import json
import interlab as il

texts = list(json.load(open("texts.json")).values())
store = il.open_store("hostile.db")
actors = [il.LLMActor(name, lambda prompt, words=words: words) for name, words in zip(texts, texts[::-1])]
with store:
    talk = il.Conversation(actors, moderator=il.RoundRobin(), seed=1)
    run = talk.run(texts[0], max_steps=len(texts), progress=False)
    for place, text in enumerate(texts):
        fork = il.intervene(run.at(1 + place % 3).fork(), il.Observe(texts[0], text))
        fork.run(text, max_steps=2, progress=False)
w = il.explore(run, {text: (lambda env, text=text: text) for text in texts[:6]})
w
"""


@pytest.fixture
def visit(chromium: Any, jupyter: lab_driver.Server) -> Iterator[Any]:
    """A window for notebooks. Nothing but the server may be asked, no script may fail."""
    with chromium.visit(width=1300, height=1100) as visit:
        yield visit
        jupyter.shut_down_kernels()
        assert visit.dialogs == []
        assert visit.popups == []
        assert visit.errors == []
        assert visit.connections == []
        assert visit.foreign(jupyter.url) == []


def test_a_message_is_edited_five_replicas_grow_and_the_effect_appears(
    jupyter: lab_driver.Server, visit: Any, expect: Any
) -> None:
    ask = "print(w.study.status.finished, [one.name for one in w.chosen])"
    jupyter.write("branches.ipynb", [OPEN, ask, "import time; time.sleep(5)"])
    notebook = jupyter.open(visit, "branches.ipynb")
    notebook.run(0)
    out = notebook.output(0)
    tree = out.get_by_role("tree", name="Branches")
    items = out.get_by_role("treeitem")
    expect(items).to_have_count(2)
    expect(items.nth(0)).to_have_attribute("aria-selected", "true")
    expect(items.nth(1)).to_have_attribute("aria-level", "2")
    expect(items.nth(1)).to_contain_text("a friend told")
    expect(out.locator(".ilx-row .ilp-name").first).to_contain_text("Alice")
    # By keys alone: the fork is chosen beside its parent, and they are compared.
    tree.focus()
    tree.press("ArrowDown")
    tree.press("Enter")
    expect(items.nth(1)).to_have_attribute("aria-selected", "true")
    expect(out.locator(".ilx-verdict")).to_have_text("They differ from step 6 on.")
    expect(out.locator("tr.ill-first > th")).to_contain_text("6")
    expect(out.locator("tr.ill-first mark").first).to_be_visible()
    tree.press("ArrowLeft")
    tree.press("Enter")  # taken back: the fork alone
    expect(out.locator(".ill-forked")).to_contain_text("forked after step 3: Bob learns: The seller told a friend")
    # Zoomed and moved, it is still there.
    before = tree.locator(".ilx-line").first.bounding_box()["width"]
    out.get_by_role("button", name="Zoom in").click()
    expect(items).to_have_count(2)
    assert tree.locator(".ilx-line").first.bounding_box()["width"] > before
    out.get_by_role("button", name="Fit").click()
    # A message is edited, at the message.
    row = out.locator(".ilx-row").nth(4)
    said = row.locator(".ilp-text").inner_text()
    row.hover()
    row.get_by_role("button", name="Fork after step 5").click()
    out.get_by_role("radio", name="Edit a message").check()
    words = out.get_by_label("What was said instead")
    expect(words).to_have_value(said)
    words.fill("")
    out.get_by_role("button", name="Run", exact=True).click()
    expect(out.locator(".ilx-form .ilp-fault").last).to_contain_text("Write what was said instead.")
    words.fill("My last word: $2,350.")
    out.get_by_label("Name of the arm").fill("last word")
    out.get_by_label("Replicas of each arm").fill("5")
    out.get_by_role("button", name="Price").click()
    expect(out.locator(".ilx-total")).to_contain_text("0 of 10")
    out.locator(".ilx-form .ill-code summary").click()
    code = out.locator(".ilx-form pre")
    expect(code).to_contain_text('"last word": [il.EditMessage(4, "My last word: $2,350.", "transcript")]')
    copied = code.inner_text()
    out.get_by_role("button", name="Run", exact=True).click()
    expect(out.locator(".ilx-trial-words")).to_contain_text("Finished: 10 of 10 replicas")
    strip = items.filter(has_text="last word")
    expect(strip).to_contain_text("× 5")
    expect(out.locator(".ilx-forest").get_by_role("img", name=re.compile("^price: last word: ")).first).to_be_visible()
    notebook.run(1)
    expect(notebook.output(1)).to_contain_text("10 ['a friend told']")
    # A kernel that is busy: it says so, and goes on afterwards.
    notebook.run(2, wait=False)
    strip.locator(".ilx-label").click()
    expect(out.locator(".ilx-busy")).to_contain_text("Python is busy")
    expect(out.locator(".ilx-verdict")).to_contain_text("They differ from step")
    expect(out.locator(".ilx-busy")).to_be_hidden()
    assert notebook.errors() == []
    notebook.save()
    jupyter.shut_down_kernels()
    # The code that was copied finds the same replicas; nothing is run again.
    names: dict[str, Any] = {}
    path = jupyter.work / "branches.db"
    with il.Store(path, read_only=True) as store:
        count = len(store)
    store.close()
    exec(copied.replace('"branches.db"', repr(str(path))).replace("study.run()", "before = study.status"), names)
    assert (names["before"].finished, names["before"].missing) == (10, 0)
    assert len(names["store"]) == count
    names["store"].close()


def test_replicas_are_stopped_while_they_run_and_run_on_later(
    jupyter: lab_driver.Server, visit: Any, expect: Any
) -> None:
    ask = "print(w.study.status.finished, len(w.explorer.trials[-1].study.replicas))"
    jupyter.write("stopped.ipynb", [SLOW, ask, ask])
    notebook = jupyter.open(visit, "stopped.ipynb")
    notebook.run(0)
    out = notebook.output(0)
    expect(out.get_by_role("treeitem")).to_have_count(1)

    def run_80() -> None:
        row = out.locator(".ilx-row").nth(0)
        row.hover()
        row.get_by_role("button", name="Fork after step 1").click()
        out.get_by_role("radio", name="Change the seed").check()
        out.get_by_label("Replicas of each arm").fill("40")
        out.get_by_role("button", name="Run", exact=True).click()

    run_80()
    words = out.locator(".ilx-trial-words")
    expect(words).to_contain_text(re.compile("^Running: [1-9]"))
    out.get_by_role("button", name="Stop", exact=True).click()
    (jupyter.work / "go").touch()  # only then are the others let on
    expect(words).to_contain_text(re.compile("^Stopped: [0-9]+ of 80 replicas"))
    expect(out.get_by_role("button", name="Stop", exact=True)).to_be_hidden()
    notebook.run(1)
    told = notebook.output(1).inner_text().split()
    assert 1 <= int(told[0]) < 80
    # Those that were made are kept, and the same again goes on from there.
    run_80()
    expect(words).to_contain_text("Finished: 80 of 80 replicas")
    expect(out.locator(".ilx-forest svg").first).to_be_visible()
    notebook.run(2)
    expect(notebook.output(2)).to_contain_text("80 80")
    assert notebook.errors() == []


def test_words_of_strangers_stay_words(jupyter: lab_driver.Server, visit: Any, expect: Any) -> None:
    texts = {name: text for name, text in hostile_tour.texts().items() if text.strip()}
    (jupyter.work / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    jupyter.write("hostile.ipynb", [STRANGERS])
    notebook = jupyter.open(visit, "hostile.ipynb")
    notebook.run(0)
    assert notebook.errors() == []
    out = notebook.output(0)
    expect(out.get_by_role("treeitem").nth(3)).to_be_attached()
    root = out.locator(".ilx")
    tree = out.get_by_role("tree", name="Branches")
    tree.focus()
    for _ in range(4):
        tree.press("ArrowDown")
        tree.press("Enter")
        expect(out.locator(".ilx-verdict")).not_to_be_empty()
        expect(out.locator(".ilx-words tbody tr").first).to_be_visible()
    tree.press("End")
    out.get_by_label("Colour by").select_option(index=3)
    first = out.locator(".ilx-words tbody tr").first
    first.hover()
    first.get_by_role("button", name=re.compile("Fork after")).first.click()
    out.get_by_role("radio", name="Edit a message").check()
    for name in ("Change the seed", "Decide who speaks next"):
        out.get_by_role("radio", name=name).check()
    out.get_by_label("Name of the arm").fill(texts["script"])
    out.get_by_label("Replicas of each arm").fill("1")
    out.get_by_label("Steps at most").fill("1")
    for summary in out.locator(".ill-code summary").locator("visible=true").all():
        summary.click()
    expect(out.locator(".ilx-form pre")).to_contain_text("il.ForceSpeaker")
    out.get_by_role("button", name="Run", exact=True).click()
    expect(out.locator(".ilx-trial-words")).to_contain_text("Finished: 2 of 2")
    expect(out.locator(".ilx-forest svg").first).to_be_visible()
    assert root.locator("script, iframe, img, object, embed, form[action], a[href], style").count() == 0
    assert visit.page.evaluate("window.__pwned ?? 0") == 0
    assert root.evaluate("one => one.scrollWidth - one.clientWidth") <= 0
