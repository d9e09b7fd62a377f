"""Make the pictures in docs/images from what the lab really writes: `python scripts/make_pictures.py`.

Needs Playwright and a Chromium (its path in CHROMIUM, or on PATH). Run it again after a change to the page, look at the
picture, and commit it.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from io import BytesIO
from pathlib import Path

from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.ui.static_page import page

IMAGES = Path(__file__).parents[1] / "docs" / "images"
WIDTH, HEIGHT = 1120, 1400
SCALE = 2
MAX_BYTES = 400_000
COLORS = 256
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_ARGUMENTS = (
    "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"
)

# The tree is opened down to the first call that differs, so that its prompt can be seen.
OPEN_ONE_CALL = """() => {
    document.querySelectorAll('details.n').forEach(d => d.open = false);
    const run = document.querySelectorAll('.tree > details.n')[2];
    const model = [...run.querySelectorAll('details.n')].filter(d => d.querySelector(':scope > summary .k-model'))[1];
    for (let d = model; d; d = d.parentElement.closest('details.n')) {
        d.open = true;
        const fields = d.querySelector(':scope > .fields');
        if (fields && d !== model) fields.remove();
    }
    model.querySelectorAll(':scope > .fields > .field').forEach((f, i) => { if (i) f.remove(); });
}"""


def demo_page() -> str:
    """A car sale and its fork, as `interlab demo` writes them."""
    with il.open_store(":memory:"):  # what is imported at the first call is no part of the picture's times
        CarSale("demo", "demo", seed=0, max_steps=2).run(progress=False)
    store = il.open_store(":memory:")
    with store:
        run = CarSale("demo", "demo", seed=7).run(name="car sale", progress=False)
        fork = run.at(step=len(run.steps) // 2).fork()
        fork.seller.observe("The buyer has another offer at $2,400.")
        fork.run(name="what if: rival offer", progress=False)
    return page(*store.roots(), title="A car sale, and a fork of it")


def photograph(text: str) -> bytes:
    """The page as a picture, PNG."""
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if program is None:
        sys.exit("No Chromium: set CHROMIUM to its path, or put it on PATH.")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "page.html"
        path.write_text(text, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS.split())
        tab = browser.new_page(
            viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE, color_scheme="light"
        )
        tab.goto(path.as_uri())
        tab.evaluate(OPEN_ONE_CALL)
        picture: bytes = tab.screenshot()
        browser.close()
    return picture


def smaller(picture: bytes) -> bytes:
    """The same picture with as many colours as it needs."""
    from PIL import Image

    out = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(
        out, "PNG", optimize=True
    )
    return out.getvalue()


def main() -> None:
    picture = smaller(photograph(demo_page()))
    if len(picture) > MAX_BYTES:
        sys.exit(f"The picture has {len(picture):,} bytes; {MAX_BYTES:,} are the limit. Crop it, or use fewer colours.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    path = IMAGES / "demo.png"
    path.write_bytes(picture)
    print(f"{path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path}: {len(picture):,} bytes")


if __name__ == "__main__":
    main()
