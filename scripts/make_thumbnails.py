"""Make docs/images/notebook_*.png, a picture of each notebook's end: `python scripts/make_thumbnails.py [NAME …]`.

Each notebook is run from top to bottom in a folder of its own, and its last figure or picture is drawn by a Chromium
(see find_browser.py), without a network. Run it again when a notebook's last picture has changed, look, and commit.
"""

from __future__ import annotations

import base64
import html
import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from find_browser import CHROMIUM_ARGUMENTS, MISSING, find

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 480, 300
DRAWN_WIDTH, DRAWN_HEIGHT = 640, 400
"""What the figure believes its size to be, so that its letters are not too large for the picture."""
MAX_BYTES = 60_000
COLORS = (128, 64, 32, 16)
TIME_LIMIT_S = 300

PLOTLY = "application/vnd.plotly.v1+json"
PICTURES = ("image/png", "image/jpeg")
SVG = "image/svg+xml"


class NoPicture(Exception):
    """A notebook has no picture that could be shown; the message says why."""


def last_picture(notebook: Mapping[str, Any]) -> tuple[str, Any]:
    """The MIME type and the data of the last figure or picture that a notebook shows.

    Args:
        notebook: a notebook that was run, as its JSON.

    Raises:
        NoPicture: it shows none.
    """
    for cell in reversed(notebook["cells"]):
        for output in reversed(cell.get("outputs", [])):
            data = output.get("data", {})
            for kind in (PLOTLY, SVG, *PICTURES):
                if kind in data:
                    return kind, data[kind]
    raise NoPicture("shows no figure and no picture; end it in one")


def page_of(kind: str, data: Any) -> str:
    """A page that shows a figure or a picture and nothing else, and loads nothing."""
    style = (
        "<style>html,body{margin:0;height:100%;overflow:hidden;background:#fff}"
        "img{width:100%;height:100%;object-fit:contain}</style>"
    )
    if kind == PLOTLY:
        from plotly.offline import get_plotlyjs

        figure = json.loads(json.dumps(data))
        layout = figure.setdefault("layout", {})
        for size in ("width", "height"):
            layout.pop(size, None)
        layout["autosize"] = True
        spec = json.dumps(figure).replace("<", "\\u003c")
        return (
            f'<!doctype html><meta charset="utf-8">{style}<script>{get_plotlyjs()}</script>'
            '<div id="figure" style="width:100%;height:100%"></div><script>'
            f"const figure = {spec};"
            "Plotly.newPlot('figure', figure.data, figure.layout, {staticPlot: true, responsive: false})"
            ".then(() => { document.body.dataset.drawn = 'yes'; });</script>"
        )
    text = "".join(data) if isinstance(data, list) else data
    encoded = base64.b64encode(text.encode()).decode() if kind == SVG else "".join(text.split())
    return (
        f'<!doctype html><meta charset="utf-8">{style}<img src="data:{html.escape(kind)};base64,{encoded}">'
        "<script>document.images[0].decode().then(() => { document.body.dataset.drawn = 'yes'; });</script>"
    )


def fitting(picture: bytes) -> bytes:
    """The same picture, as many colours as go into `MAX_BYTES`.

    Raises:
        NoPicture: it is too large even with the fewest.
    """
    from PIL import Image

    for colors in COLORS:
        out = BytesIO()
        image = Image.open(BytesIO(picture)).convert("RGB")
        image.quantize(colors, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        if out.tell() <= MAX_BYTES:
            return out.getvalue()
    raise NoPicture(f"its picture takes more than {MAX_BYTES:,} bytes even in {COLORS[-1]} colours")


def run(path: Path) -> Mapping[str, Any]:
    """Run a notebook, in a folder that is thrown away.

    Raises:
        NoPicture: a cell of it fails.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    os.environ["PLOTLY_RENDERER"] = "plotly_mimetype"
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(notebook, timeout=TIME_LIMIT_S, resources={"metadata": {"path": folder}})
        try:
            client.execute()
        except CellExecutionError as error:
            raise NoPicture(f"does not run: {error.ename}: {error.evalue}") from error
    return dict(notebook)


def chosen(names: Sequence[str]) -> Iterator[Path]:
    """The notebooks whose names begin with one of `names`; all without any."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if not names or any(path.stem.startswith(name) for name in names):
            yield path


def main() -> int:
    from playwright.sync_api import sync_playwright

    program = find()
    if program is None:
        sys.exit(MISSING)
    IMAGES.mkdir(parents=True, exist_ok=True)
    failed = 0
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_ARGUMENTS))
        tab = browser.new_page(
            viewport={"width": DRAWN_WIDTH, "height": DRAWN_HEIGHT},
            device_scale_factor=WIDTH / DRAWN_WIDTH,
            color_scheme="light",
        )
        for notebook in chosen(sys.argv[1:]):
            page = Path(folder) / "page.html"
            try:
                page.write_text(page_of(*last_picture(run(notebook))), encoding="utf-8")
                tab.goto(page.as_uri())
                tab.locator("body[data-drawn]").wait_for(timeout=30_000)
                tab.wait_for_timeout(200)
                picture = fitting(tab.screenshot())
            except NoPicture as error:
                print(f"{notebook.name}: {error}", file=sys.stderr)
                failed += 1
                continue
            target = IMAGES / f"notebook_{notebook.stem}.png"
            target.write_bytes(picture)
            print(f"docs/images/{target.name}: {len(picture):,} bytes", flush=True)
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
