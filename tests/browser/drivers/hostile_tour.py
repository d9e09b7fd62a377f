"""A store of hostile texts, and a tour of every view that shows them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import interlab as il
from interlab.tracing.format_str import Filled

FIXTURES = Path(__file__).parents[3] / "browser" / "fixtures"
FOUND = re.compile(r"^(\d+/)?[1-9][\d.k]*$")
RUN = "window.__pwned=(window.__pwned||0)+1;document.title='PWNED';alert('ran');new Image().src='http://evil.test/ran'"

# Beside the texts that the tests of both languages share.
MORE = {
    "svg with a script": f'<svg xmlns="http://www.w3.org/2000/svg"><script>{RUN}</script></svg>',
    "data address of a page": f"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg== <script>{RUN}</script>",
    "Markdown picture": "![x](http://evil.test/picture.png \"t\") ![x](javascript:alert('ran'))",
    "Markdown with HTML": f'# h\n\n<img src=http://evil.test/m onerror="{RUN}">\n\n<script>{RUN}</script>',
    "Markdown link to a file": "[secret](file:///etc/passwd) [x](//evil.test/a) [y](vbscript:alert(1))",
    "block comment": f"*/{RUN}/*",
    "line separators": f"\u2028{RUN}\u2029",
    "mixed directions": "price \u202e0001$\u202c \u2067abc \u2069\u200e\u200f\u061c",
    "zero widths": "a\u200b\u200c\u200d\ufeff\u2060b" * 50,
    "combining": "a\u0301\u0327\u0338" * 300 + "\ufdfd" * 40,
    "long word": "supercalifragilistic" * 500,
    "emoji in families": "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 60,
    "tabs and returns": "a\tb\r\nc\rd\x0be\x0c" * 40,
}


def texts() -> dict[str, str]:
    """All hostile texts by name; what runs of them leaves a mark in the window."""
    shared: dict[str, str] = json.loads((FIXTURES / "hostile.json").read_text(encoding="utf-8"))["texts"]
    marked = {name: text.replace("document.title='PWNED';alert('ran')", RUN) for name, text in shared.items()}
    return {**marked, **MORE}


def write(path: Path) -> int:
    """A store with two runs that hold each hostile text in every place there is, the second a little different;
    returns how many nodes it has."""
    with il.open_store(path) as store:
        for suffix in ("", " !"):
            _run(suffix)
        number = len(store)
    store.close()
    return number


def _run(suffix: str) -> None:
    long = "x" * 10_000_000
    with il.TracingNode(f"hostile run{suffix}", kind="run", inputs={"seed": texts()["script"]}) as run:
        for number, (name, text) in enumerate(texts().items(), 1):
            text += suffix
            color = {"color": text, "color_bg": text, "color_border": text}
            step = il.TracingNode(
                f"step {number}", kind="step", meta={"step": number, **color}, tags=[il.Tag(text, text)]
            )
            with step:
                with il.TracingNode(text, kind=text, tags=[il.Tag(name, text), text], meta={"actor": text, **color}):
                    pass
                _call(name, text, color)
                with il.TracingNode(text, kind="observe", inputs={"observation": text}, meta={"actor": text, **color}):
                    pass
                step.set_result({"speaker": text, "message": text, "action": text})
        run.add_event("a long line", {"text": long + suffix})
        run.set_result({"outcome": texts()["onerror"], texts()["script"]: 1})


def _call(name: str, text: str, color: dict[str, str]) -> None:
    """One node with all that the detail can show: a prompt, rich values, an error."""
    prompt = il.FormatStr.from_parts([text, Filled(text, text, text), Filled("in", il.FormatStr(), text)])
    messages = [
        {"role": text, "content": text, "name": text},
        {"role": "user", "content": prompt},
        {"role": "user", "content": [{"type": "text", "text": text}, {"type": text}]},
        {"role": "assistant", "content": "", "tool_calls": [{"name": text, "arguments": text}]},
    ]
    encoded = text.encode("utf-8", "replace")
    with il.TracingNode(f"call {name}", kind="model", inputs={"messages": messages, text: text}, meta=color) as call:
        call.add_input("html", il.Html(text))
        call.add_input("markdown", il.Markdown(text))
        call.add_input("table", il.Table([text, text], [[text, il.Html(text)]], [text]))
        call.add_input("blob", il.Blob(encoded, text, text))
        call.add_input("image", il.Image(encoded, "image/svg+xml", text))
        call.add_input("json", json.dumps({text: [text]}))
        call.add_meta(actor=text, model=text, usage={"input_tokens": text}, fact=text)
        call.set_error(RuntimeError(text))


# Measures of the layout. `root` is the browser's element.
MEASURE = """root => {
    const app = root.querySelector('.il-app'), box = app.getBoundingClientRect();
    const wide = document.documentElement.scrollWidth - innerWidth;
    const rows = [...root.querySelectorAll('[role=treeitem]')];
    const heights = [...new Set(rows.map(row => Math.round(100 * row.getBoundingClientRect().height) / 100))];
    const tree = root.querySelector('.il-tree')?.getBoundingClientRect();
    const out = rows.filter(row => row.getBoundingClientRect().right > tree.right + 1).length;
    const panes = [...root.querySelectorAll(
        '.il-header, .il-main, .il-status, .il-beside, .il-tree, .il-talk, .il-diff')];
    const sticking = panes.filter(pane => {
        const place = pane.getBoundingClientRect();
        return place.right > box.right + 1 || place.left < box.left - 1;
    }).map(pane => pane.className);
    const tools = root.querySelector('.il-toolbar'), edge = tools?.getBoundingClientRect().right;
    if ([...tools?.children ?? []].some(tool => tool.getBoundingClientRect().right > edge + 1)) sticking.push('tools');
    const field = root.querySelector('[data-search]');
    if (field && field.clientWidth < 40) sticking.push('search');
    const sideways = [...root.querySelectorAll('.il-beside .il-scroll, .il-talk-list')]
        .filter(pane => pane.scrollWidth > pane.clientWidth + 1).map(pane => pane.className);
    const lost = [...root.querySelectorAll('.il-app *')].filter(e =>
        getComputedStyle(e).position === 'fixed').map(e => e.className);
    const handlers = [...root.querySelectorAll('*')].filter(e => [...e.attributes].some(a => a.name.startsWith('on')));
    const frames = [...root.querySelectorAll('iframe')].map(f => [f.getAttribute('sandbox'), f.hasAttribute('src')]);
    const links = [...root.querySelectorAll('a[href]')].map(a => a.href)
        .filter(href => !/^(https?:|#|data:|blob:)/.test(href));
    const scripts = root.querySelectorAll('script, object, embed, base, meta, link, form').length;
    return {wide, heights, out, sticking, sideways, lost, handlers: handlers.length, frames, links, scripts,
            pwned: window.__pwned ?? null};
}"""


class Tour:
    """Looks at hostile nodes in every view of one browser.

    Args:
        app: the browser in its page.
        expect: Playwright's assertions.
    """

    def __init__(self, app: Any, expect: Any) -> None:
        self.app = app
        self.page = app.page
        self.expect = expect
        self.looks = 0

    def look(self, where: str) -> None:
        """Measure what is in front now."""
        seen = self.app.root.evaluate(MEASURE)
        self.looks += 1
        assert seen["pwned"] is None, where
        assert seen["wide"] <= 0, where
        assert seen["heights"] in ([], [24]), (where, seen["heights"])
        assert (seen["out"], seen["sticking"], seen["sideways"], seen["lost"]) == (0, [], [], []), (where, seen)
        assert (seen["handlers"], seen["scripts"], seen["links"]) == (0, 0, []), (where, seen)
        assert all(frame == ["", False] for frame in seen["frames"]), (where, seen["frames"])

    def all(self, nodes: int, *, calls: slice) -> None:
        """Every view; of the details those of some texts."""
        self.expect(self.app.status).to_contain_text(f"{nodes:,} nodes")
        self.tree()
        self.details(calls)
        self.searches()
        self.conversation()
        self.timeline()
        self.comparisons()

    def tree(self) -> None:
        app = self.app
        app.press("Home")
        app.expand_all()
        last = -1
        while True:
            self.look(f"tree at {last}")
            place = app.tree.evaluate("tree => { tree.scrollTop += tree.clientHeight - 40; return tree.scrollTop; }")
            if place == last:
                break
            last = place
        app.press("Home")

    def details(self, calls: slice) -> None:
        """Each call's detail with all of its parts open."""
        app = self.app
        names = list(texts())[calls]
        for name in names:
            app.search(f"call {name}")
            self.expect(app.found).to_have_text(FOUND)
            app.search_box.press("Enter")
            title = app.detail.locator(".il-d-title")
            self.expect(title).to_contain_text("call ")
            app.detail.evaluate(
                "detail => detail.querySelectorAll('.il-d-toggle[aria-expanded=false]').forEach(b => b.click())"
            )
            self.look(f"detail of {name}")
            app.detail.locator(".il-scroll").evaluate("scroll => scroll.scrollTo(0, scroll.scrollHeight)")
            self.look(f"end of detail of {name}")
        # The stored form of every part.
        app.detail.evaluate(
            "detail => detail.querySelectorAll('.il-d-tool[aria-pressed=false]').forEach(b => b.click())"
        )
        self.look("raw")
        app.search("")

    def searches(self) -> None:
        app = self.app
        for name in ("script", "onerror", "style attribute", "direction", "wide", "markdown", "prototype"):
            app.search(texts()[name])
            self.expect(app.found).not_to_contain_text("…")
            app.search_box.press("Enter")
            self.look(f"search of {name}")
        app.search("a long line")
        app.search_box.press("Enter")
        self.expect(app.detail.locator(".il-d-title")).to_contain_text("a long line")
        self.look("a long line")
        app.search("")
        app.press("f")
        self.look("filters")
        app.press("Escape")

    def conversation(self) -> None:
        app = self.app
        app.press("Home")
        app.tab("Conversation")
        listed = app.root.locator(".il-talk-list")
        self.expect(app.root.locator(".il-turn").first).to_be_visible()
        for _ in range(30):
            self.look("conversation")
            listed.evaluate("list => { list.scrollTop += list.clientHeight * 3; }")
            self.page.wait_for_timeout(10)
        app.tab("Tree")

    def timeline(self) -> None:
        app = self.app
        app.press("Home")
        app.tab("Timeline")
        canvas = app.root.locator(".il-timeline canvas").first
        self.expect(canvas).to_be_visible()
        box = canvas.bounding_box()
        for share in (0.1, 0.4, 0.7):
            self.page.mouse.move(box["x"] + box["width"] * share, box["y"] + 60 + 100 * share)
            self.look("timeline")
        controls = app.root.get_by_role("toolbar", name="How the timeline is shown")
        for choice in ("by actor", "actor", "list"):
            controls.get_by_text(choice, exact=True).click()
            self.look(f"timeline {choice}")
        app.tab("Tree")

    def comparisons(self) -> None:
        app = self.app
        app.press("Home", "-")
        app.press("c")
        app.item("hostile run !").click()
        app.press("c")
        self.expect(app.root.locator(".il-pair-mark")).to_have_count(1)
        scrolled = app.root.locator(".il-diff")
        for _ in range(15):
            self.look("comparison of runs")
            scrolled.evaluate(
                "diff => [diff, ...diff.querySelectorAll('*')].filter(e => e.scrollHeight > e.clientHeight + 20)"
                ".forEach(e => e.scrollTop += 900)"
            )
            self.page.wait_for_timeout(10)
        app.tab("Tree")
        for name in ("script end", "style attribute", "wide", "direction"):
            app.search(f"call {name}")
            self.expect(app.found).to_have_text(FOUND)
            app.search_box.press("Enter")
            self.expect(app.detail.locator(".il-d-title")).to_contain_text("call ")
            app.press("c")
            app.press("n", "c")
            self.expect(app.root.locator(".il-diff-fields")).to_be_visible()
            self.look(f"comparison of {name}")
            app.tab("Tree")
        app.search("")
