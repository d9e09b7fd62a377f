"""The browser in a cell: JupyterLab and Notebook 7 are really started, and notebooks run in a real Chromium."""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hostile_tour
import lab_driver
import pytest
from sale import facts

OPEN = "import interlab as il\nstore = il.open_store({path!r}{more})"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, without: Callable[[str], None]) -> Iterator[lab_driver.Server]:
    if importlib.util.find_spec("jupyterlab") is None:
        without("No JupyterLab: pip install jupyterlab.")
    with lab_driver.running("lab", tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture
def visit(chromium: Any, lab: lab_driver.Server) -> Iterator[Any]:
    """A window for notebooks. Nothing but the server may be asked, no script may fail."""
    with chromium.visit() as visit:
        yield visit
        lab.shut_down_kernels()
        assert visit.foreign(lab.url) == []
        assert visit.connections == []
        assert visit.dialogs == []
        assert [error for error in visit.errors if "il-" in error or "anywidget" in error] == []


def run_to_the_browser(
    lab: lab_driver.Server, visit: Any, name: str, path: Path, more: str = ""
) -> lab_driver.Notebook:
    """A notebook that opens a store and shows it, with all of its cells run."""
    lab.write(name, [OPEN.format(path=str(path), more=more), "store.show()"])
    notebook = lab.open(visit, name)
    notebook.run_all()
    visit.app.items.first.wait_for()
    assert notebook.errors() == []
    return notebook


def test_a_notebook_is_run_and_its_trace_read(
    chromium: Any, lab: lab_driver.Server, visit: Any, car_sale: Path, expect: Any
) -> None:
    notebook = run_to_the_browser(lab, visit, "read.ipynb", car_sale)
    app = visit.app
    # In the cell's output, and once.
    expect(notebook.output(1).locator(".il-root")).to_have_count(1)
    expect(visit.page.get_by_role("tree", name="Nodes")).to_have_count(1)
    expect(app.root.get_by_role("tab")).to_have_count(4)
    expect(app.status).to_contain_text(f"{facts().nodes} nodes")
    expect(notebook.output(1).locator(".il-picture")).to_be_hidden()
    # The tree is opened, and a call in it is read.
    step = app.items.filter(has=visit.page.locator(".il-name:text-is('step 1')")).first
    if step.get_attribute("aria-expanded") == "false":
        step.locator(".il-twist").click()
    closed = app.items.filter(has=visit.page.locator(f".il-name:text-is('{facts().first}')")).first
    expect(closed).to_have_attribute("aria-expanded", "false")
    closed.locator(".il-twist").click()
    expect(closed).to_have_attribute("aria-expanded", "true")
    app.item("step 2").click()
    expect(app.detail).to_contain_text(facts().second)
    app.search("another offer at")
    expect(app.found).to_have_text(re.compile(r"^(\d+/)?[1-9]\d*$"))
    app.search_box.press("Enter")
    expect(app.detail).to_contain_text("another offer at")
    app.search("")
    app.press("Home")
    app.tab("Conversation")
    expect(app.root.locator(".il-bubble").first).to_contain_text("I can offer it for $3,000.")
    app.tab("Timeline")
    expect(app.root.locator("canvas").first).to_be_visible()
    assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_a_key_for_the_browser_is_not_one_for_the_notebook(
    lab: lab_driver.Server, visit: Any, car_sale: Path, expect: Any
) -> None:
    run_to_the_browser(lab, visit, "keys.ipynb", car_sale, ", read_only=True")
    app, cells = visit.app, visit.page.locator(".jp-Notebook .jp-CodeCell")
    app.item("step 2").click()
    for focused in (app.tree, app.root.get_by_role("tab", name="Tree"), app.detail):
        focused.focus()
        # In a notebook: insert a cell, and delete the one in front.
        for keys in ("b", "dd"):
            for key in keys:
                visit.page.keyboard.press(key)
            visit.page.wait_for_timeout(200)
            assert cells.count() == 2
            assert app.root.count() == 1
    expect(app.root).to_be_visible()


def test_a_run_is_watched_while_its_cell_runs(lab: lab_driver.Server, visit: Any, tmp_path: Path, expect: Any) -> None:
    path = tmp_path / "live.db"
    go = tmp_path / "go"
    waiting = (
        "import pathlib, time\n"
        "def wait_for(number):\n"
        f"    while not pathlib.Path({str(go)!r} + str(number)).exists(): time.sleep(0.02)\n"
        "with store:\n"
        "    with il.TracingNode('watched', kind='run'):\n"
        "        for number in range(5):\n"
        "            with il.TracingNode(f'step {number}', kind='step') as step:\n"
        "                step.set_result(f'this is {number}')\n"
        "            wait_for(number)\n"
    )
    lab.write("live.ipynb", [OPEN.format(path=str(path), more=""), "store.show()", waiting, "store.close()"])
    notebook = lab.open(visit, "live.ipynb")
    notebook.run(0)
    notebook.run(1)
    app = visit.app
    expect(app.root).to_contain_text("Nothing is recorded here yet")
    notebook.run(2, wait=False)
    # The cell is in a loop that answers nothing: each step is seen before it may go on.
    for number in range(5):
        expect(app.item("watched")).to_have_attribute("data-state", "open")
        expect(app.item(f"step {number}")).to_be_visible()
        expect(app.item(f"step {number + 1}")).to_have_count(0)
        (tmp_path / f"go{number}").touch()
    expect(app.item("watched")).to_have_attribute("data-state", "finished")
    app.item("step 3").click()
    expect(app.detail).to_contain_text("this is 3")
    assert notebook.errors() == []


def test_a_widget_shown_by_the_cell_that_runs_is_live_too(
    lab: lab_driver.Server, visit: Any, tmp_path: Path, expect: Any
) -> None:
    """`store.show()` and the run in one cell: the kernel can't be asked, and what comes is sent unasked."""
    go = tmp_path / "go"
    cell = (
        "import pathlib, time\nstore.show()\n"
        "with store, il.TracingNode('at once', kind='run'):\n"
        f"    while not pathlib.Path({str(go)!r}).exists(): time.sleep(0.02)\n"
    )
    lab.write("one.ipynb", [OPEN.format(path=str(tmp_path / "one.db"), more=""), cell])
    notebook = lab.open(visit, "one.ipynb")
    notebook.run(0)
    notebook.run(1, wait=False)
    expect(visit.app.item("at once")).to_have_attribute("data-state", "open")
    go.touch()
    expect(visit.app.item("at once")).to_have_attribute("data-state", "finished")
    assert notebook.errors() == []


def test_a_saved_notebook_shows_its_picture_without_a_kernel(
    chromium: Any, lab: lab_driver.Server, visit: Any, car_sale: Path, expect: Any
) -> None:
    notebook = run_to_the_browser(lab, visit, "saved.ipynb", car_sale, ", read_only=True")
    notebook.save()
    path = lab.work / "saved.ipynb"
    outputs = json.loads(path.read_text(encoding="utf-8"))["cells"][1]["outputs"]
    texts = ["".join(output["data"].get("text/plain", "")) for output in outputs]
    assert any("run car sale" in text and "step 1" in text for text in texts)
    # Of the trace only the picture and its text are saved: neither the columns nor what was looked at.
    kinds = {kind for output in outputs for kind in output["data"]}
    assert kinds == {"text/html", "text/plain", "application/vnd.jupyter.widget-view+json"}
    notebook.shut_down_kernel()
    visit.page.close()
    with chromium.visit() as later:
        lab.write("other.ipynb", [""])
        later.page.goto(f"{lab.url}/lab/tree/saved.ipynb?token={lab.token}")
        picture = later.page.locator(".jp-OutputArea .il-picture").first
        expect(picture).to_be_visible()
        expect(picture).to_contain_text("car sale")
        expect(picture).to_contain_text("step 1")
        expect(later.page.locator(".il-root")).to_have_count(0)
        expect(later.page.locator(".jp-OutputArea-output:has(details.n)").locator("visible=true")).to_have_count(1)
        picture.locator("summary").first.click()
        assert later.foreign(lab.url) == []


def test_two_views_of_one_run(lab: lab_driver.Server, visit: Any, car_sale: Path, expect: Any) -> None:
    show = (
        "from interlab.ui.browser import TraceBrowser\n"
        "[run] = [root for root in store.roots() if root.name == 'car sale']\nTraceBrowser(run)"
    )
    lab.write("two.ipynb", [OPEN.format(path=str(car_sale), more=", read_only=True"), show, "store.show()"])
    notebook = lab.open(visit, "two.ipynb")
    notebook.run_all()
    expect(visit.page.locator(".il-root .il-status").first).to_contain_text("67 nodes")
    expect(visit.page.locator(".il-root .il-status").last).to_contain_text(f"{facts().nodes} nodes")
    assert notebook.errors() == []


def test_hostile_texts_in_a_cell(lab: lab_driver.Server, visit: Any, tmp_path: Path, expect: Any) -> None:
    path = tmp_path / "hostile.db"
    nodes = hostile_tour.write(path)
    notebook = run_to_the_browser(lab, visit, "hostile.ipynb", path)
    notebook.output(1).scroll_into_view_if_needed()
    tour = hostile_tour.Tour(visit.app, expect)
    tour.all(nodes, calls=slice(2, None, 9))
    assert visit.popups == []
    assert visit.page.evaluate("window.__pwned ?? null") is None
    assert "PWNED" not in visit.page.title()


def test_dark_as_the_notebook_is(lab: lab_driver.Server, visit: Any, car_sale: Path, expect: Any) -> None:
    run_to_the_browser(lab, visit, "dark.ipynb", car_sale, ", read_only=True")
    app = visit.app.root.locator(".il-app")
    background = "app => getComputedStyle(app).backgroundColor"
    light = app.evaluate(background)
    visit.page.evaluate("() => window.jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    expect(visit.page.locator("body[data-jp-theme-light=false]")).to_have_count(1)
    expect(app).not_to_have_css("background-color", light)
    assert max(int(part) for part in re.findall(r"\d+", app.evaluate(background))[:3]) < 90


def test_notebook_7(chromium: Any, tmp_path: Path, car_sale: Path, expect: Any, without: Callable[[str], None]) -> None:
    if importlib.util.find_spec("notebook") is None:
        without("No Notebook 7: pip install notebook.")
    with lab_driver.running("notebook", tmp_path / "notebook") as server, chromium.visit() as visit:
        run_to_the_browser(server, visit, "smoke.ipynb", car_sale)
        app = visit.app
        expect(app.status).to_contain_text(f"{facts().nodes} nodes")
        app.item("step 2").click()
        expect(app.detail).to_contain_text(facts().second)
        app.search("another offer at")
        expect(app.found).to_have_text(re.compile(r"^(\d+/)?[1-9]\d*$"))
        assert visit.foreign(server.url) == []
        assert visit.page.locator(".il-picture:visible").count() == 0
