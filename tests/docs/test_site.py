"""The site of the documentation: its how-to pages run, it builds, and its links lead somewhere."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

import interlab as il

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = ["index", "start", "concepts", *sorted(f"howto/{path.stem}" for path in (DOCS / "howto").glob("[!i]*.md"))]
IMAGES = DOCS / "images"


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_a_how_to_page_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", (DOCS / f"{page}.md").read_text("utf-8"), re.DOTALL | re.MULTILINE)
    assert blocks
    module = ModuleType(f"page_{page.replace('/', '_')}")  # where classes of the page are found again
    monkeypatch.setitem(sys.modules, module.__name__, module)
    names: dict[str, Any] = vars(module)
    try:
        for number, block in enumerate(blocks):
            exec(compile(block, f"{page}.md, block {number + 1}", "exec", dont_inherit=True), names)
    finally:
        for value in list(names.values()):
            if isinstance(value, il.Store):
                value.close()


def test_the_commands_of_the_pages_are_there() -> None:
    from interlab.cli import app

    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in [*DOCS.rglob("*.md"), ROOT / "README.md", ROOT / "notebooks" / "README.md"]:
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE):
            assert set(re.findall(r"^interlab ([a-z]+)", block, re.MULTILINE)) <= known, page.name
            assert set(re.findall(r"^make ([a-z-]+)", block, re.MULTILINE)) <= targets, page.name


# The site ---------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """What a page of the site refers to, and what can be referred to in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.anchors.update(filter(None, (given.get("id"), given.get("name") if tag == "a" else None)))
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if tag in ("img", "script", "iframe", "source") and given.get("src"):
            self.loaded.append(given["src"] or "")
        if tag == "link" and given.get("rel") not in ("canonical", "prev", "next") and given.get("href"):
            self.loaded.append(given["href"] or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. With --strict a page outside the navigation or a link to nothing is an error."""
    target = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(target)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    return target


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text("utf-8")) for path in site.rglob("*.html")}


def inside(site: Path, path: Path, link: str) -> Iterator[tuple[Path, str]]:
    """The file and the anchor to which a link leads, if it leads into the site."""
    parts = urlsplit(link)
    if not parts.scheme and not parts.netloc:
        yield (path.parent / unquote(parts.path)).resolve() if parts.path else path, unquote(parts.fragment)


def test_links_lead_to_pages_and_anchors(site: Path, pages: dict[Path, Page]) -> None:
    broken, checked = [], 0
    for path, page in pages.items():
        if path.name == "404.html":  # its links are from the root of a server
            continue
        for link in page.links:
            for target, anchor in inside(site, path, link):
                target = target / "index.html" if target.is_dir() else target
                checked += 1
                if not target.is_file() or (anchor and target in pages and anchor not in pages[target].anchors):
                    broken.append(f"{path.relative_to(site)} → {link}")
    assert not broken, "\n".join(sorted(set(broken)))
    assert checked > 1_000


def test_nothing_is_loaded_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    for path, page in pages.items():
        for source in page.loaded:
            if path.name == "404.html" or source.startswith("data:"):
                continue
            found = list(inside(site, path, source))
            assert found, f"{path.relative_to(site)} loads {source}"
            assert found[0][0].is_file(), f"{path.relative_to(site)} loads {source}, which is not there"
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", sheet.read_text("utf-8")), sheet


def test_the_reference_has_every_public_name(pages: dict[Path, Page]) -> None:
    anchors = set().union(*(page.anchors for page in pages.values()))
    documented = {anchor.rpartition(".")[2] for anchor in anchors if anchor.startswith("interlab.")}
    assert set(il.__all__) <= documented, sorted(set(il.__all__) - documented)


@pytest.mark.parametrize(
    "package", sorted(path.stem for path in (DOCS / "reference").glob("*.md") if path.stem != "zoo")
)
def test_the_reference_has_every_name_of_a_package(package: str, site: Path, pages: dict[Path, Page]) -> None:
    module = importlib.import_module(f"interlab.{package}")
    names = {name for name in getattr(module, "__all__", ()) if callable(getattr(module, name))}
    anchors = {anchor.rpartition(".")[2] for anchor in pages[site / "reference" / f"{package}.html"].anchors}
    assert names <= anchors, sorted(names - anchors)


def test_a_page_from_disk_asks_for_nothing_and_can_be_searched(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from find_browser import CHROMIUM_ARGUMENTS, MISSING, find
    from playwright.sync_api import sync_playwright

    program = find()
    if program is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_ARGUMENTS))
        tab = browser.new_page()
        asked: list[str] = []
        wrong: list[str] = []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: wrong.append(str(error)))
        tab.goto((site / "howto" / "model.html").as_uri())
        tab.locator(".md-search__input").fill("moderator")
        tab.locator(".md-search-result__link").first.wait_for(state="attached", timeout=30_000)
        found = tab.locator(".md-search-result__link").first.get_attribute("href") or ""
        browser.close()
    assert "moderator" in found
    assert not [address for address in asked if not address.startswith(("file:", "data:"))]
    assert not wrong


# What is read where the repository is ------------------------------------------------------------------


def slug(heading: str) -> str:
    """A heading's anchor, as GitHub makes it."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", plain.strip().lower()).replace(" ", "-")


def headings(path: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    return {slug(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}


@pytest.mark.parametrize("page", [ROOT / "README.md", ROOT / "notebooks" / "README.md", *sorted(DOCS.rglob("*.md"))])
def test_links_between_files_lead_to_files(page: Path) -> None:
    text = re.sub(r"^```.*?^```", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
        assert target.exists() or target in MADE, f"{page.name} → {link}"
        if parts.fragment and target.suffix == ".md":
            assert parts.fragment in headings(target), f"{page.name} → {link}"


MADE = {DOCS / "reference" / "cli.md", DOCS / "reference" / "index.md"}
"""Pages of the site that no file in docs/ stands for."""


# Notebooks --------------------------------------------------------------------------------------------


def notebooks() -> list[Path]:
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def test_the_index_has_every_notebook_in_order() -> None:
    index = (ROOT / "notebooks" / "README.md").read_text("utf-8")
    listed = list(dict.fromkeys(re.findall(r"\]\(([^)/]+\.ipynb)\)", index)))
    assert listed == [path.name for path in notebooks()]
    for path in notebooks():
        assert f"../docs/images/notebook_{path.stem}.png" in index


@pytest.mark.parametrize("notebook", notebooks(), ids=lambda path: path.stem)
def test_a_notebook_has_a_small_picture(notebook: Path) -> None:
    from PIL import Image

    picture = IMAGES / f"notebook_{notebook.stem}.png"
    assert picture.is_file(), "run: python scripts/make_thumbnails.py"
    assert os.path.getsize(picture) <= 60_000
    with Image.open(picture) as image:
        assert image.width == 480
        assert len(image.convert("RGB").getcolors(1 << 20) or []) > 2, "an empty picture"


def test_a_notebook_becomes_a_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    import site_pages

    cells = [
        {"cell_type": "markdown", "metadata": {"interlab": "address"}, "source": ["a badge"]},
        {"cell_type": "markdown", "metadata": {}, "source": ["# A title\n", "\n", "Words."]},
        {"cell_type": "code", "metadata": {}, "source": ["print('```')"], "outputs": []},
    ]
    path = tmp_path / "99_made_up.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    text = site_pages.of_notebook(path)
    assert text.startswith("# A title")
    assert "a badge" not in text
    assert "````python\nprint('```')\n````" in text


def test_links_out_of_the_docs_lead_to_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "scripts"))
    from site_pages import moved

    assert moved("[a](../notebooks/03_x.ipynb)", "experiments.md") == "[a](notebooks/03_x.md)"
    assert moved("[a](../../CHANGELOG.md#b)", "howto/share.md") == "[a](../changes.md#b)"
    assert moved("![a](../docs/images/b.png)", "notebooks/index.md") == "![a](../images/b.png)"
    assert moved("[a](https://example.org/b.md)", "store.md") == "[a](https://example.org/b.md)"
