"""Make docs/images/branch_explorer*.png of the real explorer: `python scripts/make_explorer_pictures.py`.

Needs Playwright and a Chromium (see find_browser.py). Run it again after a change to the explorer, look at the
pictures, and commit them.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from find_browser import CHROMIUM_ARGUMENTS, MISSING, find
from interlab_zoo.negotiation import CarSale
from make_pictures import IMAGES, smaller

import interlab as il
from interlab.ui.explorer import Explorer
from interlab.ui.explorer.face import script, style

WIDTH = 1100
MAX_BYTES = 150_000
PAGE = """<!doctype html><meta charset="utf-8"><style>body{margin:0;padding:10px;background:#fff}%s</style>
<div id="place"></div><script type="module">%s
const told = [];
const model = { on: (kind, done) => told.push(done), off() {}, send: async (message) => {
  const reply = JSON.parse(await window.ask(JSON.stringify(message)));
  for (const done of told) done({ id: message.id, reply });
} };
made.render({ model, el: document.getElementById("place") });
</script>"""


def branches(store: il.Store) -> Explorer:
    """A car sale, two forks, and an experiment that was run."""
    with store:
        run = CarSale("demo", "demo", seed=7).run(name="car sale", progress=False)
        rumour = il.Observe("Alice", "The buyer has another offer at $2,400.")
        told = il.intervene(run.at(3).fork(), rumour).run("Alice hears a rumour", progress=False)
        il.intervene(told.at(5).fork(), il.SwapModel("Bob", "demo/stubborn")).run("and Bob is stubborn", progress=False)
    explorer = Explorer(run, ["price", "moves"])
    change = {"kind": "tell", "actor": rumour.actor, "text": rumour.text}
    asked = {"run": run.uid, "step": 3, "change": change, "name": "rumour", "replicas": 30}
    explorer.start(asked).wait()
    return explorer


def compare(tab: Any) -> None:
    """Two branches side by side."""
    tab.locator(".ilx-label").filter(has_text="Alice hears").first.click()
    tab.locator("tr.ill-first").wait_for()


def fork(tab: Any) -> None:
    """The form at a message, with its price."""
    row = tab.locator(".ilx-row").nth(2)
    row.get_by_role("button", name="Fork after").click()
    tab.get_by_label("What the actor learns").fill("The seller told a friend that she would take $2,300.")
    tab.get_by_label("Name of the arm").fill("Bob hears a rumour")
    tab.get_by_role("button", name="Price").click()
    tab.locator(".ilx-total").wait_for()


PICTURES: dict[str, tuple[Callable[[Any], None], str]] = {
    "branch_explorer": (compare, ".ilx"),
    "branch_explorer_fork": (fork, ".ilx-form"),
}


def main() -> None:
    from playwright.sync_api import sync_playwright

    program = find()
    if program is None:
        sys.exit(MISSING)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        store = il.open_store(Path(folder) / "lab.db")
        explorer = branches(store)
        page = Path(folder) / "page.html"
        module = script().replace("export default", "const made =")
        page.write_text(PAGE % (style(), module), encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_ARGUMENTS))
        for name, (show, part) in PICTURES.items():
            size = {"width": WIDTH, "height": 900}
            tab = browser.new_page(viewport=size, device_scale_factor=1.6, color_scheme="light")
            tab.expose_function("ask", lambda message: json.dumps(explorer.receive(json.loads(message))))
            tab.goto(page.as_uri())
            tab.locator(".ilx-effects").first.wait_for()
            show(tab)
            tab.mouse.move(0, 0)
            tab.wait_for_timeout(400)
            picture = smaller(tab.locator(part).screenshot())
            if len(picture) > MAX_BYTES:
                sys.exit(f"{name} has {len(picture):,} bytes; {MAX_BYTES:,} are the limit. Use fewer colours.")
            (IMAGES / f"{name}.png").write_bytes(picture)
            print(f"docs/images/{name}.png: {len(picture):,} bytes")
            tab.close()
        browser.close()
        store.close()


if __name__ == "__main__":
    main()
