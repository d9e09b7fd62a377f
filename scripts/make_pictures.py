"""Make the pictures in docs/images from what the lab really writes: `python scripts/make_pictures.py`.

Needs Playwright and a Chromium (see find_browser.py). Run it again after a change to the trace browser, look at the
pictures, and commit them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from find_browser import CHROMIUM_ARGUMENTS, MISSING, find
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.ui.browser.file import write_file

IMAGES = Path(__file__).parents[1] / "docs" / "images"
WIDTH, HEIGHT = 1200, 720
SCALE = 2
MAX_BYTES = 300_000
COLORS = 160


def write_demo(path: Path) -> None:
    """A car sale and its fork, as `interlab demo` makes them."""
    with il.open_store(":memory:"):  # what is imported at the first call is no part of the picture's times
        CarSale("demo", "demo", seed=0, max_steps=2).run(progress=False)
    store = il.open_store(":memory:")
    with store:
        run = CarSale("demo", "demo", seed=7).run(name="car sale", progress=False)
        fork = run.at(step=len(run.steps) // 2).fork()
        il.intervene(fork, il.Observe("seller", "The buyer has another offer at $2,400."))
        fork.run(name="what if: rival offer", progress=False)
    write_file(store, path, title="A car sale, and a fork of it")


def tree(tab: Any) -> None:
    """The tree, and a call of the model beside it."""
    tab.get_by_role("treeitem").filter(has_text="car sale").first.click()
    tab.keyboard.press("*")
    tab.get_by_role("treeitem").filter(has_text="demo").nth(1).click()
    tab.locator(".il-detail").get_by_text("system").first.wait_for()


def talk(tab: Any) -> None:
    """The run as the conversation it is."""
    tab.get_by_role("treeitem").filter(has_text="car sale").first.click()
    tab.get_by_role("tab", name="Conversation").click()
    tab.locator(".il-turn").first.wait_for()


def compare(tab: Any) -> None:
    """The run and its fork beside each other."""
    tab.get_by_role("treeitem").filter(has_text="car sale").first.click()
    tab.keyboard.press("-")
    tab.keyboard.press("c")
    tab.get_by_role("treeitem").filter(has_text="what if").first.click()
    tab.keyboard.press("c")
    tab.locator(".il-pair").first.wait_for()


PICTURES: dict[str, Callable[[Any], None]] = {
    "trace_browser_tree": tree,
    "trace_browser_talk": talk,
    "trace_browser_compare": compare,
}


def smaller(picture: bytes) -> bytes:
    """The same picture with as many colours as it needs."""
    from PIL import Image

    out = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def main() -> None:
    from playwright.sync_api import sync_playwright

    program = find()
    if program is None:
        sys.exit(MISSING)
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        page = Path(folder) / "page.html"
        write_demo(page)
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_ARGUMENTS))
        for name, show in PICTURES.items():
            tab = browser.new_page(
                viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE, color_scheme="light"
            )
            tab.goto(page.as_uri())
            tab.get_by_role("treeitem").first.wait_for()
            show(tab)
            tab.mouse.move(0, 0)
            tab.wait_for_timeout(400)
            picture = smaller(tab.screenshot())
            if len(picture) > MAX_BYTES:
                sys.exit(f"{name} has {len(picture):,} bytes; {MAX_BYTES:,} are the limit. Use fewer colours.")
            (IMAGES / f"{name}.png").write_bytes(picture)
            print(f"docs/images/{name}.png: {len(picture):,} bytes")
            tab.close()
        browser.close()


if __name__ == "__main__":
    main()
