"""Pages in a real browser: they are read without sideways scrolling, in light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

from interlab.environments import Run
from interlab.tracing import Store
from interlab.ui.static_page import page

CONTRAST = """() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const rgb = color => {
        canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const light = color => {
        const [r, g, b] = color.map(c => (c /= 255) <= .03928 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const behind = e => {
        for (; e; e = e.parentElement) {
            const color = rgb(getComputedStyle(e).backgroundColor);
            if (color[3] > 250) return color;
        }
        return [255, 255, 255, 255];
    };
    const found = {};
    const kinds = ['h1', '.said', '.bubble b', '.deed', '.short', '.name', '.kind', '.message .text', '.took', '.mark'];
    for (const kind of kinds) {
        for (const e of document.querySelectorAll(kind)) {
            const [a, b] = [light(rgb(getComputedStyle(e).color)), light(behind(e))];
            const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
            found[kind] = Math.min(found[kind] ?? 99, ratio);
        }
    }
    return found;
}"""


@pytest.fixture
def haggle(store: Store) -> tuple[Run, Run]:
    env = CarSale("demo", "demo", seed=7)
    run = env.run(name="car sale")
    fork = run.at(5).fork()
    fork.seller.observe("The buyer has another offer at $2,400.")
    return run, fork.run(name="what if")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [600, 1280])
def test_a_page_fits_and_can_be_read(
    browser: Any, store: Store, haggle: tuple[Run, Run], tmp_path: Path, width: int, scheme: str
) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(*store.roots()), encoding="utf-8")
    with browser.visit(path, width=width, scheme=scheme) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        dark = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
        contrast = visit.page.evaluate(CONTRAST)
    assert (dark == "rgb(255, 255, 255)") == (scheme == "light")
    assert len(contrast) == 10
    faint = {".took"}
    assert {kind: ratio for kind, ratio in contrast.items() if ratio < (3 if kind in faint else 4.5)} == {}


def test_runs_stand_side_by_side_where_there_is_room(
    browser: Any, store: Store, haggle: tuple[Run, Run], tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(*store.roots()), encoding="utf-8")
    where = "[...document.querySelectorAll('.talk > header')].map(e => e.getBoundingClientRect().top)"
    steps = """[...document.querySelectorAll('.talk')].map(t => [...t.querySelectorAll('.say')]
        .find(s => s.querySelector('.step').textContent === '7').getBoundingClientRect().top)"""
    with browser.visit(path, width=1280) as visit:
        first, second = visit.page.evaluate(where)
        seventh, other = visit.page.evaluate(steps)
    assert first == second
    assert seventh == other
    with browser.visit(path, width=600) as visit:
        first, second = visit.page.evaluate(where)
    assert second > first + 200


def test_a_step_leads_to_its_node_and_a_click_opens_it(
    browser: Any, store: Store, haggle: tuple[Run, Run], tmp_path: Path
) -> None:
    path = tmp_path / "page.html"
    path.write_text(page(*store.roots()), encoding="utf-8")
    with browser.visit(path) as visit:
        visit.page.click(".say .step >> nth=2")
        target = visit.page.locator(":target > summary")
        assert "step 3" in target.inner_text()
        assert target.is_visible()
        target.click()
        assert visit.page.locator(":target").get_attribute("open") is not None
