"""`run.write_html` in a real Chromium without a network: all views, from nothing but the one file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sale import facts

import interlab as il
from interlab.ui.browser import write_file


@pytest.fixture(scope="module")
def written(car_sale: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The car sale's store as one file, in a folder with nothing else."""
    target = tmp_path_factory.mktemp("file") / "car sale & fork.html"
    with il.open_store(car_sale, read_only=True) as store:
        write_file(store, target)
    return target


@pytest.fixture
def visit(chromium: Any, written: Path) -> Iterator[Any]:
    """The file opened with the network off; nothing but itself was asked for, and nothing failed."""
    with chromium.visit(written.as_uri(), offline=True) as visit:
        visit.page.locator("[role=treeitem]").first.wait_for()
        yield visit
        assert visit.requests == [written.as_uri()]
        assert visit.errors == []
        assert visit.policy == []
        assert visit.connections == []


def test_tree_and_detail(visit: Any, expect: Any) -> None:
    app = visit.app
    expect(app.status).to_contain_text(f"{facts().nodes} nodes")
    app.item("step 2").click()
    expect(app.detail).to_contain_text(facts().second)
    app.expand_all()
    app.items.locator(".il-name:text-is('demo')").first.click()
    expect(app.path.get_by_role("listitem")).to_have_count(5)
    expect(app.detail.locator(".il-d-message").first).to_be_visible()
    # Nothing can be changed in a file, and nothing new comes.
    expect(app.root.get_by_role("button", name="Delete this run …")).to_have_count(0)
    expect(app.root.get_by_role("button", name=re.compile("^Follow"))).to_have_count(0)


def test_search_of_names_and_contents(visit: Any, expect: Any) -> None:
    app = visit.app
    app.search("another offer at")
    expect(app.found).to_have_text(re.compile(r"^(\d+/)?[1-9]\d*$"))
    app.search_box.press("Enter")
    expect(app.detail).to_contain_text("another offer at")
    app.search("nothing has these words")
    expect(app.found).to_have_text("none")


def test_conversation_timeline_and_comparison(visit: Any, expect: Any) -> None:
    app = visit.app
    app.tab("Conversation")
    expect(app.root.locator(".il-bubble").first).to_contain_text("It is in good shape. I can offer it for $3,000.")
    app.tab("Timeline")
    expect(app.root.locator("canvas").first).to_be_visible()
    app.tab("Tree")
    app.press("ArrowLeft", "c")
    app.item("what if: rival offer").click()
    app.press("c")
    expect(app.root.locator(".il-diff")).to_contain_text("I hear you have been looking around")
    app.tab("Compare")
    expect(app.root.get_by_role("tab", selected=True)).to_have_text("Compare")


def test_an_address_within_the_file_leads_to_a_node(chromium: Any, visit: Any, written: Path, expect: Any) -> None:
    expect(visit.page).to_have_url(re.compile(r"#0/\w+-\w+$"))
    first = visit.page.url
    visit.app.item("step 3").click()
    expect(visit.page).not_to_have_url(first)
    address = visit.page.url
    with chromium.visit(address, offline=True) as other:
        expect(other.app.chosen.locator(".il-name")).to_have_text("step 3")
        assert {url.partition("#")[0] for url in other.requests} == {written.as_uri()}


def test_a_run_alone_and_its_picture_and_figure(chromium: Any, tmp_path: Path, expect: Any) -> None:
    dot = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c636060606000000005000157a6f6ad0000000049454e44ae426082"
    )
    with il.open_store(tmp_path / "lab.db") as store:
        with il.TracingNode("not in it", kind="run"):
            pass
        with il.TracingNode("a run of its own", kind="run") as run:
            run.add_input("dot", il.Image(dot))
            run.add_input("words", il.Markdown("# Heading\n\n| a | b |\n|---|---|\n| 1 | **two** |"))
            run.add_input("table", il.Table(["item", "price"], [["chair", 10], ["desk", 90]]))
            run.add_input("page", il.Html("<b>bold</b> and plain"))
    target = store.roots()[-1].write_html(tmp_path / "run.html")
    store.close()
    with chromium.visit(target.as_uri(), offline=True) as visit:
        app = visit.app
        expect(app.item("a run of its own")).to_be_visible()
        expect(app.items).to_have_count(1)
        expect(app.detail.get_by_role("heading", name="Heading")).to_be_visible()
        expect(app.detail.locator("table").first).to_be_visible()
        expect(app.detail).to_contain_text("chair")
        frame = app.detail.locator("iframe").first
        expect(frame).to_have_attribute("sandbox", "")
        expect(frame.content_frame.locator("b")).to_have_text("bold")
        expect(app.detail.locator("img").first).to_have_attribute("src", re.compile("^(data|blob):"))
        assert visit.requests == [target.as_uri()]
        assert visit.errors == []


def test_a_damaged_file_says_so(chromium: Any, written: Path, tmp_path: Path, expect: Any) -> None:
    target = tmp_path / "damaged.html"
    target.write_bytes(written.read_bytes().replace(b'id="il-columns-0"', b'id="il-other-0"'))
    with chromium.visit(target.as_uri(), offline=True) as visit:
        expect(visit.page.locator("body")).to_contain_text(re.compile("not whole|can't be read"))
