"""`interlab view` in a real Chromium: who may look, what is seen, keys, news as they come, and deleting."""

from __future__ import annotations

import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sale import facts

import interlab as il


def status_of(request: urllib.request.Request | str) -> int:
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.fixture(scope="module")
def page_of_sale(view: Callable[..., Any], car_sale: Path) -> Any:
    """A page of the car sale alone."""
    return view(car_sale)


@pytest.fixture
def visit(chromium: Any, page_of_sale: Any) -> Iterator[Any]:
    with chromium.visit(page_of_sale.url) as visit:
        visit.page.locator("[role=treeitem]").first.wait_for()
        yield visit
        assert visit.errors == []
        assert visit.policy == []
        assert visit.foreign(page_of_sale.origin) == []
        assert visit.connections == []


def chosen_name(app: Any) -> Any:
    return app.chosen.locator(".il-name")


def test_who_does_not_have_the_address_may_not_look(chromium: Any, page_of_sale: Any) -> None:
    origin = page_of_sale.origin
    for address in (origin, f"{origin}?token=wrong", page_of_sale.url[:-1]):
        assert status_of(address) == 403
    with chromium.visit(f"{origin}?token=wrong") as visit:
        assert "with its token" in visit.page.inner_text("body")
        assert visit.page.locator(".il-root").count() == 0
    for name in ("api", "events"):
        assert status_of(urllib.request.Request(origin + name, b"{}" if name == "api" else None)) == 403
    token = page_of_sale.url.partition("token=")[2]
    asked = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    hello = b'{"id": 1, "op": "hello"}'
    assert status_of(urllib.request.Request(origin + "api", hello, asked)) == 200
    assert status_of(urllib.request.Request(origin + "api", hello, {**asked, "Origin": "http://evil.test"})) == 403
    assert status_of(urllib.request.Request(origin + "api", hello, {**asked, "Host": "evil.test"})) == 403


def test_another_page_can_neither_read_nor_frame_it(chromium: Any, page_of_sale: Any, tmp_path: Path) -> None:
    other = tmp_path / "other.html"
    other.write_text(f"<!doctype html><title>other</title><iframe src='{page_of_sale.url}'></iframe>", encoding="utf-8")
    reading = (
        """url => fetch(url, {method: 'POST', credentials: 'include', body: '{}'}).then(() => 'read', () => 'no')"""
    )
    with chromium.visit(other.as_uri()) as visit:
        assert visit.page.evaluate(reading, page_of_sale.origin + "api") == "no"
        visit.page.wait_for_timeout(300)
        assert all(frame.locator(".il-root").count() == 0 for frame in visit.page.frames)


def test_the_token_leaves_the_address_bar_and_the_page_can_be_loaded_again(
    visit: Any, page_of_sale: Any, expect: Any
) -> None:
    expect(visit.page).to_have_url(re.compile(f"^{re.escape(page_of_sale.origin)}(#.*)?$"))
    visit.page.reload()
    expect(visit.app.items.first).to_be_visible()


def test_structure(visit: Any, expect: Any) -> None:
    app = visit.app
    expect(app.status).to_contain_text(f"{facts().nodes} nodes")
    expect(app.root.get_by_role("tab")).to_have_text(["Tree", "Conversation", "Timeline", "Compare"])
    expect(app.root.get_by_role("tab", selected=True)).to_have_text("Tree")
    expect(app.root.get_by_role("tabpanel")).to_have_count(1)
    expect(app.root.get_by_role("toolbar", name="Search and filter")).to_be_visible()
    first = app.items.first
    expect(first.locator(".il-name")).to_have_text("car sale")
    expect(first).to_have_attribute("aria-level", "1")
    expect(first).to_have_attribute("aria-expanded", "true")
    expect(first).to_have_attribute("aria-selected", "true")
    app.expand_all()
    levels = app.items.evaluate_all("items => items.slice(0, 6).map(i => [i.ariaLevel, i.ariaExpanded])")
    assert levels == [["1", "true"], ["2", "true"], ["3", "true"], ["4", "true"], ["5", None], ["3", None]]
    # Only what can be seen is in the page.
    assert app.items.count() < 60


def test_from_the_tree_to_the_words_of_a_call(visit: Any, expect: Any) -> None:
    app = visit.app
    step = app.item("step 1")
    step.click()
    expect(app.detail).to_contain_text("It is in good shape. I can offer it for $3,000.")
    app.expand_all()
    model = app.items.locator(".il-name:text-is('demo')").first
    model.click()
    expect(app.path.get_by_role("listitem")).to_have_count(5)
    expect(app.detail).to_contain_text("Result")
    # The breadcrumb leads back.
    app.path.get_by_role("button", name="step 1").click()
    expect(chosen_name(app)).to_have_text("step 1")


def test_keys(visit: Any, expect: Any) -> None:
    app, keyboard = visit.app, visit.page.keyboard
    expect(app.tree).to_be_focused()
    keyboard.press("ArrowDown")
    expect(chosen_name(app)).to_have_text("step 1")
    if app.chosen.get_attribute("aria-expanded") == "false":
        keyboard.press("ArrowRight")
    for key, name in [("j", facts().first), ("k", "step 1"), ("ArrowUp", "car sale")]:
        keyboard.press(key)
        expect(chosen_name(app)).to_have_text(name)
    keyboard.press("End")
    expect(app.items.last).to_have_attribute("aria-selected", "true")
    keyboard.press("Home")
    expect(chosen_name(app)).to_have_text("car sale")
    keyboard.press("ArrowLeft")
    expect(app.chosen).to_have_attribute("aria-expanded", "false")
    keyboard.press("ArrowRight")
    expect(app.chosen).to_have_attribute("aria-expanded", "true")
    keyboard.press("ArrowRight")
    expect(chosen_name(app)).to_have_text("step 1")
    keyboard.press("*")
    expect(app.items.locator(".il-name:text-is('demo')").first).to_be_visible()
    keyboard.press("-")
    expect(app.chosen).to_have_attribute("aria-expanded", "false")
    keyboard.press("Enter")
    expect(app.detail).to_be_focused()
    keyboard.press("Escape")
    expect(app.tree).to_be_focused()
    keyboard.press("/")
    expect(app.search_box).to_be_focused()
    keyboard.type("what if")
    expect(app.found).to_have_text(re.compile(r"\d+$"))
    keyboard.press("Enter")
    expect(chosen_name(app)).to_have_text(re.compile("^what if"))
    keyboard.press("Escape")
    expect(app.search_box).to_have_value("")
    keyboard.press("Escape")
    expect(app.tree).to_be_focused()
    for number, name in enumerate(("Tree", "Conversation", "Timeline", "Compare"), 1):
        keyboard.press(str(number))
        expect(app.root.get_by_role("tab", selected=True)).to_have_text(name)
    keyboard.press("?")
    expect(app.root.get_by_role("dialog", name="Keyboard")).to_be_visible()
    keyboard.press("Escape")
    expect(app.root.get_by_role("dialog")).to_have_count(0)


def test_search_finds_names_and_contents_and_goes_on_and_back(visit: Any, expect: Any) -> None:
    app = visit.app
    app.search("another offer at")
    expect(app.found).to_have_text(re.compile(r"^(\d+/)?[1-9]\d*$"))
    app.search_box.press("Enter")
    first = app.chosen.get_attribute("data-row")
    expect(app.detail).to_contain_text("another offer at")
    app.tree.focus()
    visit.page.keyboard.press("n")
    expect(app.chosen).not_to_have_attribute("data-row", first)
    visit.page.keyboard.press("N")
    expect(app.chosen).to_have_attribute("data-row", first)
    app.search("nothing has these words")
    expect(app.found).to_have_text("none")
    app.search("")
    expect(app.found).to_have_count(0)


def test_filters_count_and_leave_only_what_they_name(visit: Any, expect: Any) -> None:
    app = visit.app
    app.press("f")
    panel = app.root.get_by_role("dialog")
    expect(panel).to_be_visible()
    choice = panel.get_by_role("button", name=re.compile(r"^\s*model")).first
    count = int(re.sub(r"\D", "", choice.inner_text()))
    choice.click()
    expect(app.found).to_have_text(re.compile(rf"{count}$"))
    assert count == facts().models
    # Matches, and what is above them: no line of another kind without a match below.
    expect(app.root.locator(".il-match .il-name")).to_have_text(["demo"] * app.root.locator(".il-match").count())
    expect(app.items.locator(".il-name:text-is('observe')")).to_have_count(0)
    app.press("Escape")
    expect(app.found).to_have_count(0)


def test_the_conversation_and_the_call_behind_a_sentence(visit: Any, expect: Any) -> None:
    app = visit.app
    app.tab("Conversation")
    bubbles = app.root.locator(".il-bubble")
    expect(bubbles.first).to_contain_text("It is in good shape. I can offer it for $3,000.")
    expect(bubbles.first.locator("b")).to_have_text(facts().first)
    expect(bubbles.nth(1)).to_contain_text(facts().second)
    bubbles.nth(1).get_by_role("button", name="Go to the call behind it").click()
    expect(app.detail.get_by_text(facts().second).first).to_be_visible()
    expect(app.path).to_contain_text("step 2")


def test_the_timeline(visit: Any, expect: Any) -> None:
    app = visit.app
    app.tab("Timeline")
    expect(app.root.locator("canvas").first).to_be_visible()
    app.root.get_by_role("toolbar", name="How the timeline is shown").get_by_text("list", exact=True).click()
    expect(app.root.locator(".il-timeline")).to_contain_text("step 2")


def test_two_runs_side_by_side(visit: Any, expect: Any) -> None:
    app = visit.app
    app.press("c")
    expect(app.root.locator(".il-banner")).to_contain_text("car sale")
    app.press("ArrowLeft")
    app.item("what if: rival offer").click()
    app.press("c")
    diff = app.root.locator(".il-diff")
    expect(diff).to_contain_text("I hear you have been looking around")
    expect(diff.locator(".il-pair-mark")).to_have_count(1)


def test_an_address_leads_to_its_node(chromium: Any, visit: Any, page_of_sale: Any, expect: Any) -> None:
    expect(visit.page).to_have_url(re.compile(r"#0/\w+-\w+$"))
    first = visit.page.url
    visit.app.item("step 3").click()
    expect(visit.page).not_to_have_url(first)
    address = page_of_sale.url + "#" + visit.page.url.partition("#")[2]
    with chromium.visit(address) as other:
        expect(chosen_name(other.app)).to_have_text("step 3")


def test_several_stores_in_one_page(
    chromium: Any, view: Callable[..., Any], car_sale: Path, tmp_path: Path, expect: Any
) -> None:
    with il.open_store(tmp_path / "other.db") as store, il.TracingNode("from the other store", kind="run"):
        pass
    store.close()
    with chromium.visit(view(car_sale, tmp_path / "other.db").url) as visit:
        app = visit.app
        expect(app.item("car sale")).to_be_visible()
        picker = app.root.get_by_role("combobox", name="Store")
        expect(picker.get_by_role("option")).to_have_count(2)
        picker.select_option(index=1)
        expect(app.item("from the other store")).to_be_visible()
        expect(app.items).to_have_count(1)
        picker.select_option(index=0)
        expect(app.item("car sale")).to_be_visible()


def test_a_run_is_seen_while_it_runs(chromium: Any, view: Callable[..., Any], tmp_path: Path, expect: Any) -> None:
    store = il.open_store(tmp_path / "live.db")
    with store:
        with il.TracingNode("before", kind="run"):
            pass
        with chromium.visit(view(tmp_path / "live.db").url) as visit:
            app = visit.app
            expect(app.item("before")).to_be_visible()
            with il.TracingNode("under way", kind="run"):
                expect(app.item("under way")).to_have_attribute("data-state", "open")
                expect(app.root.locator(".il-live")).to_have_text("1 running")
                for number in range(300):
                    with il.TracingNode(f"step {number}", kind="step"):
                        pass
                expect(app.status).to_contain_text("302 nodes")
                app.expand_all()
                app.press("End")
                expect(app.items.last.locator(".il-name")).to_have_text("step 299")
                # What arrives does not move what is looked at.
                app.item("step 290").click()
                before = app.item("step 290").bounding_box()
                for number in range(300, 400):
                    with il.TracingNode(f"step {number}", kind="step"):
                        pass
                expect(app.status).to_contain_text("402 nodes")
                assert app.item("step 290").bounding_box() == before
            expect(app.root.locator(".il-live")).to_have_count(0)
            app.press("Home")
            app.press("ArrowDown")
            expect(app.item("under way")).to_have_attribute("data-state", "finished")
            assert visit.errors == []
    store.close()


def test_deleting_asks_first(
    chromium: Any, view: Callable[..., Any], car_sale: Path, tmp_path: Path, expect: Any
) -> None:
    path = tmp_path / "copy.db"
    shutil.copy(car_sale, path)
    with chromium.visit(view(path).url) as visit:
        app = visit.app
        app.item("step 1").click()
        expect(app.path).to_contain_text("step 1")
        expect(app.root.get_by_role("button", name="Delete this run …")).to_have_count(0)
        app.press("Home")
        app.root.get_by_role("button", name="Delete this run …").click()
        dialog = app.root.get_by_role("dialog", name="Delete this run?")
        expect(dialog).to_contain_text("car sale")
        expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
        visit.page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(app.status).to_contain_text(f"{facts().nodes} nodes")
        app.root.get_by_role("button", name="Delete this run …").click()
        dialog.get_by_role("button", name="Delete", exact=True).click()
        expect(dialog).to_have_count(0)
        expect(app.item("car sale")).to_have_count(0)
        expect(app.item("what if: rival offer")).to_be_visible()
        assert visit.errors == []
    with il.open_store(path, read_only=True) as store:
        assert [root.name for root in store.roots()][-1] == "what if: rival offer"
        assert "car sale" not in [root.name for root in store.roots()]


def test_a_server_that_stops_is_told(chromium: Any, view: Callable[..., Any], car_sale: Path, expect: Any) -> None:
    server = view(car_sale)
    with chromium.visit(server.url) as visit:
        app = visit.app
        expect(app.item("car sale")).to_be_visible()
        server.stop()
        assert server.process.returncode == 0
        expect(app.root.locator(".il-live-lost")).to_have_text("not connected")
        # What was read stays.
        expect(app.item("car sale")).to_be_visible()
        assert visit.errors == []


def test_by_finger_and_on_a_narrow_screen(chromium: Any, page_of_sale: Any, expect: Any) -> None:
    with chromium.visit(page_of_sale.url, width=600, scheme="dark") as visit:
        app = visit.app
        for tab in ("Tree", "Conversation", "Timeline", "Compare"):
            app.tab(tab)
            expect(app.root.get_by_role("tab", selected=True)).to_have_text(tab)
            assert visit.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        background = visit.page.evaluate("getComputedStyle(document.querySelector('.il-app')).backgroundColor")
        assert max(int(part) for part in re.findall(r"\d+", background)[:3]) < 90
