"""Hostile names and values in every view of the page and the file: nothing runs, nothing leaves, the layout holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import hostile_tour
import pytest

import interlab as il
from interlab.ui.browser import write_file


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int]:
    """A store of hostile texts, and how many nodes it has."""
    path: Path = tmp_path_factory.mktemp("hostile") / "hostile.db"
    return path, hostile_tour.write(path)


def unharmed(visit: Any) -> None:
    assert visit.dialogs == []
    assert visit.popups == []
    assert visit.connections == []
    assert visit.errors == []
    assert visit.page.title() != "PWNED"
    assert visit.page.evaluate("window.__pwned ?? null") is None


def test_there_are_enough_hostile_texts() -> None:
    assert len(hostile_tour.texts()) >= 60


def test_the_watch_is_awake(chromium: Any, tmp_path: Path, expect: Any) -> None:
    """The same texts on a page that does not escape them are noticed."""
    texts = hostile_tour.texts()
    naive = "".join(texts[name] for name in ("onerror", "remote image", "style attribute", "wide"))
    naive = f"<!doctype html><meta charset=utf-8><div class=il-root><div class=il-app><div class=il-main>{naive}"
    (tmp_path / "naive.html").write_text(naive, encoding="utf-8")
    with chromium.visit((tmp_path / "naive.html").as_uri()) as visit:
        visit.page.wait_for_timeout(300)
        seen = visit.page.locator(".il-root").evaluate(hostile_tour.MEASURE)
        assert seen["pwned"] >= 1
        assert seen["wide"] > 0
        assert seen["handlers"] > 0
        assert visit.dialogs
        assert visit.connections
        assert visit.page.title() == "PWNED"


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (600, "dark")])
def test_the_page(
    chromium: Any, view: Callable[..., Any], hostile: tuple[Path, int], expect: Any, width: int, scheme: str
) -> None:
    path, nodes = hostile
    server = view(path)
    with chromium.visit(server.url, width=width, scheme=scheme) as visit:
        tour = hostile_tour.Tour(visit.app, expect)
        tour.all(nodes, calls=slice(0, None, 3 if width > 1000 else 12))
        assert tour.looks > 100
        assert visit.foreign(server.origin) == []
        unharmed(visit)


def test_the_file(chromium: Any, hostile: tuple[Path, int], tmp_path: Path, expect: Any) -> None:
    path, nodes = hostile
    with il.open_store(path, read_only=True) as store:
        target = write_file(store, tmp_path / "hostile.html")
    with chromium.visit(target.as_uri(), offline=True) as visit:
        tour = hostile_tour.Tour(visit.app, expect)
        tour.all(nodes, calls=slice(1, None, 3))
        assert visit.foreign(target.as_uri()) == []
        unharmed(visit)
