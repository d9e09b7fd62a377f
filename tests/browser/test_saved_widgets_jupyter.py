"""Widgets in a notebook that was saved, and is opened without its kernel: their pictures are there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import hostile_tour
import lab_driver
import pytest

EXPLORE = """
import interlab as il
from interlab_zoo.negotiation import CarSale

store = il.open_store("kept.db")
with store:
    run = CarSale(seed=7).run("car <b>sale</b>", progress=False)
    fork = il.intervene(run.at(3).fork(), il.Observe("Bob", "The seller told a friend that she would take $2,300."))
    fork.run("a friend told", progress=False)
w = il.explore(run, "price")
w
"""
PLAY = """
import interlab as il
from interlab_zoo.negotiation import CarSale

w = il.play(CarSale(seed=7), "a sale", store=il.open_store(":memory:"), paused=True, pause_s=0)
w
"""
HOSTILE = """
import json
import interlab as il

texts = list(json.load(open("texts.json")).values())
actors = [il.LLMActor(name, lambda prompt, words=words: words) for name, words in zip(texts, texts[::-1])]
store = il.open_store(":memory:")
talk = il.Conversation(actors, moderator=il.RoundRobin(), seed=1)
w = il.play(talk, texts[0], store=store, max_steps=len(texts), pause_s=0)
w.lab.player.wait(60)
for place, text in enumerate(texts):
    with store:
        fork = il.intervene(w.run.at(1 + place % 3).fork(), il.Observe(texts[0], text))
        fork.run(text, max_steps=1, progress=False)
il.explore(w.run, {text: (lambda env, text=text: text) for text in texts[:3]})
"""
SAVE_STATE = "@jupyter-widgets/jupyterlab-manager:saveWidgetState"


@pytest.fixture
def visit(chromium: Any, jupyter: lab_driver.Server) -> Iterator[Any]:
    """A window for notebooks. Nothing but the server may be asked, no script may fail."""
    with chromium.visit(width=1300, height=1000) as visit:
        yield visit
        jupyter.shut_down_kernels()
        assert visit.dialogs == []
        assert visit.errors == []
        assert visit.foreign(jupyter.url) == []


def leave(jupyter: lab_driver.Server, visit: Any, notebook: lab_driver.Notebook) -> None:
    """Save, and go away; the kernel is ended."""
    assert notebook.errors() == []
    notebook.save()
    notebook.shut_down_kernel()
    jupyter.shut_down_kernels()
    visit.page.goto("about:blank")


def come_back(jupyter: lab_driver.Server, page: Any, name: str) -> None:
    """Open what was saved. JupyterLab starts a kernel for it, which knows nothing of what was there, and is ended."""
    page.goto(f"{jupyter.url}/lab/workspaces/later-{name}/tree/{name}.ipynb?token={jupyter.token}")
    page.locator(".jp-Notebook .il-still").first.wait_for()
    page.wait_for_timeout(1_500)  # as long as widgets that are saved take to come back
    page.evaluate(
        "async () => { const session = jupyterapp.shell.currentWidget.sessionContext;"
        " await session.ready; await session.shutdown(); }"
    )


def outputs(jupyter: lab_driver.Server, name: str) -> list[dict[str, Any]]:
    """What is saved of the first cell's outputs, by MIME type."""
    notebook = json.loads((jupyter.work / f"{name}.ipynb").read_text(encoding="utf-8"))
    return [output["data"] for output in notebook["cells"][0]["outputs"]]


def test_the_tree_of_branches_stays_with_what_was_forked_after_it_was_shown(
    jupyter: lab_driver.Server, visit: Any, expect: Any
) -> None:
    jupyter.write("explored.ipynb", [EXPLORE])
    notebook = jupyter.open(visit, "explored.ipynb")
    notebook.run(0)
    out = notebook.output(0)
    expect(out.get_by_role("treeitem")).to_have_count(2)
    expect(out.locator(".il-still")).to_be_hidden()
    expect(out.locator(".ilx")).to_have_count(1)
    row = out.locator(".ilx-row").nth(4)
    row.hover()
    row.get_by_role("button", name="Fork after step").first.click()
    out.get_by_label("What the actor learns").fill("It rains.")
    out.get_by_label("Name of the arm").fill("rain")
    out.get_by_label("Replicas of each arm").fill("3")
    out.get_by_role("button", name="Run", exact=True).click()
    expect(out.locator(".ilx-trial-words")).to_contain_text("Finished: 6 of 6")
    # No cell runs: the picture is brought up to date from the kernel's thread, in the notebook that will be saved.
    expect(out.locator(".il-still")).to_contain_text("rain")
    expect(out.locator(".il-still")).to_be_hidden()
    leave(jupyter, visit, notebook)
    assert [set(data) for data in outputs(jupyter, "explored")] == [
        {"application/vnd.jupyter.widget-view+json", "text/plain"},
        {"text/html", "text/plain"},
    ]
    come_back(jupyter, visit.page, "explored")
    still = visit.page.locator(".il-still")
    expect(still).to_be_visible()
    expect(visit.page.locator(".ilx")).to_have_count(0)
    rows = still.locator("li")
    expect(rows).to_have_count(4)
    expect(rows.nth(0)).to_contain_text("car <b>sale</b> 2,440")
    expect(still.locator("li", has_text="a friend told")).to_contain_text("after step 3: Bob learns: The seller told")
    expect(still.locator("li", has_text="rain")).to_contain_text("× 3")
    expect(still.locator("svg")).to_be_visible()
    expect(visit.page.get_by_text("Loading widget").or_(visit.page.get_by_text("model not found"))).to_be_hidden()


def test_the_conversation_stays_as_far_as_it_went(jupyter: lab_driver.Server, visit: Any, expect: Any) -> None:
    jupyter.write("played.ipynb", [PLAY])
    notebook = jupyter.open(visit, "played.ipynb")
    notebook.run(0)
    out = notebook.output(0)
    still = out.locator(".il-still")
    expect(out.locator(".ill-status")).to_have_text("Paused")
    expect(still).to_be_hidden()
    out.get_by_role("button", name="Step", exact=True).click()
    expect(out.locator(".ill-said")).to_have_count(1)
    expect(still).to_contain_text("paused · 1 step")
    out.get_by_label("Whisper to").select_option("Bob")
    out.get_by_label("What the actor shall learn").fill("Her last price is <i>low</i>.")
    out.get_by_role("button", name="Whisper").click()
    out.get_by_role("button", name="Continue").click()
    expect(out.locator(".ill-end")).to_contain_text("outcome: deal")
    expect(still.locator(".il-say", has_text="whispered to Bob alone")).to_contain_text("Her last price is <i>low</i>.")
    expect(still).to_contain_text("Finished")
    leave(jupyter, visit, notebook)
    come_back(jupyter, visit.page, "played")
    kept = visit.page.locator(".il-still")
    expect(kept).to_be_visible()
    expect(kept.locator(".il-say").first).to_contain_text("Alice")
    expect(kept).to_contain_text("outcome: deal")
    expect(visit.page.locator(".ill")).to_have_count(0)


def test_saved_with_the_state_of_its_widgets_the_picture_stands_too(
    jupyter: lab_driver.Server, visit: Any, expect: Any
) -> None:
    jupyter.write("stated.ipynb", [EXPLORE])
    notebook = jupyter.open(visit, "stated.ipynb")
    notebook.run(0)
    expect(notebook.output(0).get_by_role("treeitem")).to_have_count(2)
    save = "name => jupyterapp.commands.execute(name)"
    visit.page.evaluate(save, SAVE_STATE)
    try:
        expect(visit.page.locator(".jp-Toolbar").first).to_be_visible()
        visit.page.wait_for_function("""async () => {
            await jupyterapp.commands.execute('docmanager:save');
            const widgets = jupyterapp.shell.currentWidget.content.model.getMetadata('widgets');
            return Object.keys(widgets?.['application/vnd.jupyter.widget-state+json']?.state ?? {}).length > 0;
        }""")
    finally:
        visit.page.evaluate(save, SAVE_STATE)
    leave(jupyter, visit, notebook)
    assert "anywidget" in (jupyter.work / "stated.ipynb").read_text(encoding="utf-8")
    come_back(jupyter, visit.page, "stated")
    # The widget comes back without anybody who answers it: the picture does not give way to it.
    expect(visit.page.locator(".ilx")).to_have_count(1)
    expect(visit.page.locator(".ilx")).to_be_hidden()
    expect(visit.page.locator(".il-still")).to_be_visible()
    expect(visit.page.locator(".il-still li")).to_have_count(2)


def test_words_of_strangers_stay_words_in_a_picture(jupyter: lab_driver.Server, visit: Any, expect: Any) -> None:
    texts = {name: text for name, text in hostile_tour.texts().items() if text.strip()}
    (jupyter.work / "texts.json").write_text(json.dumps(texts), encoding="utf-8")
    jupyter.write("strangers.ipynb", [HOSTILE, "w"])
    notebook = jupyter.open(visit, "strangers.ipynb")
    notebook.run(0)
    notebook.run(1)
    expect(notebook.output(1).locator(".il-still .il-say").first).to_be_attached()
    leave(jupyter, visit, notebook)
    come_back(jupyter, visit.page, "strangers")
    stills = visit.page.locator(".il-still")
    expect(stills).to_have_count(2)
    for place in range(2):
        still = stills.nth(place)
        expect(still).to_be_visible()
        inside = "script, iframe, img, object, embed, form, input, a, foreignObject, use, [onload], [onerror]"
        assert still.locator(inside).count() == 0
    assert visit.page.evaluate("window.__pwned ?? 0") == 0
    assert "PWNED" not in visit.page.title()
