"""Pages of hostile traces in a real browser: nothing runs, nothing leaves, the layout holds."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from interlab.tracing import Blob, FormatStr, Html, Image, Markdown, Record, Store, Table, Tag, TracingNode, open_store
from interlab.tracing.format_str import Filled
from interlab.ui.static_page import cell, page

RUN = "document.title='PWNED';alert('ran');new Image().src='http://evil.test/ran'"

HOSTILE = {
    "script": f"<script>{RUN}</script>",
    "script end": f"</script><script>{RUN}</script>",
    "style end": f"</style><script>{RUN}</script>",
    "title end": f"</title><script>{RUN}</script>",
    "details end": "</summary></details></div></main></body></html>",
    "comment": f"<!-- --><script>{RUN}</script><!--",
    "cdata": f"<![CDATA[<script>{RUN}</script>]]>",
    "onerror": f'<img src=x onerror="{RUN}">',
    "onerror without quotes": "<img src=x onerror=alert('ran')>",
    "svg onload": f'<svg onload="{RUN}">',
    "autofocus": f'<input autofocus onfocus="{RUN}">',
    "toggle": f'<details open ontoggle="{RUN}">',
    "iframe": f'<iframe srcdoc="<script>{RUN}</script>"></iframe>',
    "javascript address": f"javascript:{RUN}",
    "javascript link": f'<a href="javascript:{RUN}">click</a>',
    "data address": "data:text/html,<script>alert('ran')</script>",
    "remote image": '<img src="http://evil.test/pixel.png">',
    "remote style": '<link rel=stylesheet href="http://evil.test/a.css">',
    "preconnect": '<link rel=preconnect href="http://evil.test"><link rel=dns-prefetch href="//evil.test">',
    "refresh": '<meta http-equiv=refresh content="0;url=http://evil.test/refresh">',
    "base": '<base href="http://evil.test/">',
    "import in style": "<style>@import url(http://evil.test/a.css);*{display:none!important}</style>",
    "form": '<form action="http://evil.test/form"><input name=a autofocus></form>',
    "object": '<object data="http://evil.test/o"></object><embed src="http://evil.test/e">',
    "video": '<video autoplay src="http://evil.test/v" poster="http://evil.test/p"></video>',
    "double quote": f'" onmouseover="{RUN}" x="',
    "single quote": f"' onmouseover='{RUN}' x='",
    "backtick": "`onmouseover=alert('ran')`",
    "style attribute": '" style="position:fixed;inset:0;background:red;z-index:99999" x="',
    "colour with more": "red;position:fixed;inset:0;z-index:99999;background:red",
    "colour with address": "url(http://evil.test/c.png)",
    "relative colour": "url(evil.png)",
    "colour ending": "red}</style><script>alert('ran')</script>",
    "expression": "expression(alert('ran'))",
    "entity": "&lt;script&gt;alert('ran')&lt;/script&gt; &#60;img src=x onerror=alert('ran')&#62;",
    "NUL in a tag": "<scr\x00ipt>alert('ran')</scr\x00ipt>",
    "controls": "\x1b[2J\x1b]0;PWNED\x07\x08\x08\x7f\x85",
    "direction": "\u202egnp.exe\u202c \u2066abc\u2069 \u200f",
    "lone surrogates": "\ud800 \udfff \udc00\ud800",
    "invisible tags": "hello\U000e0001\U000e0041\U000e0042",
    "stacked marks": "Z" + "\u0300\u0489" * 200,
    "wide": "W" * 3000,
    "many lines": "\n" * 1000,
    "template": "{{constructor.constructor('alert(1)')()}} ${alert(1)} <%= alert(1) %>",
    "utf-7": "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
    "math": f"<math><mtext><table><mglyph><style><img src=x onerror={RUN}>",
    "noscript": f'<noscript><p title="</noscript><img src=x onerror={RUN}>">',
    "plaintext": "<plaintext><xmp><listing>",
    "markdown": f"[a](javascript:{RUN}) ![b](http://evil.test/m.png) <javascript:x> [c][r]\n\n[r]: javascript:a()",
    "markdown breaking out": f"```\n</code></pre><script>{RUN}</script>\n```\n<div onclick={RUN}>",
    "link": '[click](http://evil.test/" onmouseover="alert(1))',
}

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="40" height="40" '
    f'onload="{RUN}"><script>{RUN}</script><image xlink:href="http://evil.test/svg.png" width="9" height="9"/>'
    '<foreignObject width="40" height="40"><iframe xmlns="http://www.w3.org/1999/xhtml" src="http://evil.test/f"/>'
    '</foreignObject><style>@import url(http://evil.test/svg.css);</style><rect width="40" height="40"/></svg>'
).encode()
BOMB = b'<svg xmlns="http://www.w3.org/2000/svg"><defs>' + b'<use href="#a"/>' * 5000 + b"</defs></svg>"

# Every element of our own pages, and of Markdown.
ELEMENTS = set(
    "html head meta title style body main header footer section h1 h2 h3 h4 h5 h6 p span b i bdi details summary div "
    "a ol ul li table caption thead tbody tr th td img iframe em strong code pre blockquote hr br s".upper().split()
)

STRUCTURE = """() => {
    const all = [...document.querySelectorAll('*')];
    return {
        elements: [...new Set(all.map(e => e.tagName))],
        handlers: all.filter(e => [...e.attributes].some(a => a.name.startsWith('on'))).length,
        links: [...document.querySelectorAll('a')].map(a => a.getAttribute('href')),
        frames: [...document.querySelectorAll('iframe')].map(f => [f.getAttribute('sandbox'), f.getAttribute('src')]),
        images: [...document.querySelectorAll('img')].map(i => i.getAttribute('src').slice(0, 11)),
        nodes: document.querySelectorAll('details.n').length,
        fixed: all.filter(e => ['fixed', 'sticky'].includes(getComputedStyle(e).position)).length,
        wide: document.documentElement.scrollWidth - innerWidth,
        sticking_out: all.filter(e => e.getClientRects().length && e.matches('summary, .field, .bubble, .tag')
            && e.getBoundingClientRect().right > innerWidth + 1).length,
        title: document.title,
        on_top: document.elementFromPoint(40, 30)?.closest('header')?.className,
        stranger: getComputedStyle(document.querySelector('h1')).display,
    };
}"""


def hostile_nodes(store: Store) -> int:
    """One run whose nodes hold each hostile text in every place there is; returns how many nodes."""
    with TracingNode("hostile", kind="run", inputs={"seed": HOSTILE["script"]}) as run:
        for number, (name, text) in enumerate(HOSTILE.items()):
            color = {"color": text, "color_bg": text, "color_border": text}
            step = TracingNode(f"step {number}", kind="step", meta={"step": number, **color}, tags=[Tag(text, text)])
            with step:
                with TracingNode(text, kind=text, inputs={text: text}, tags=[Tag(name, text), text]) as inner:
                    inner.add_meta(actor=text, usage={"input_tokens": text}, fact=text, **color)
                    inner.set_result({text: [text, {"role": text}], "deep": [[[[text]]]]})
                prompt = FormatStr.from_parts([text, Filled(text, text, text), Filled("in", FormatStr(), text)])
                messages = [
                    {"role": text, "content": text, "name": text},
                    {"role": "user", "content": prompt},
                    {"role": "user", "content": [{"type": "text", "text": text}, {"type": text}]},
                    {"role": "assistant", "content": "", "tool_calls": [{"name": text, "arguments": text}]},
                ]
                with TracingNode("demo", kind="model", inputs={"messages": messages, "params": {text: text}}) as call:
                    call.set_result(text)
                with TracingNode("Eve", kind="query", meta={"actor": text, **color}) as query:
                    query.add_input("html", Html(text))
                    query.add_input("markdown", Markdown(text))
                    query.add_input("table", Table([text, text], [[text, Html(text)]], [text]))
                    query.add_input("blob", Blob(text.encode("utf-8", "replace"), text, text))
                    query.add_input("image", Image(text.encode("utf-8", "replace"), "image/svg+xml", text))
                    query.set_error(RuntimeError(text))
                step.set_result(Record({"speaker": text, "message": text, "action": text}, text))
        run.add_event("svg", Image(SVG))
        run.add_event("svg of many uses", Image(BOMB))
        run.add_event("a long line", "x" * 10_000_000)
        run.add_event(
            "page in a page", Html(f'<body onload="{RUN}"><script>{RUN}</script>' + "".join(HOSTILE.values()))
        )
        run.set_result({"outcome": HOSTILE["onerror"], HOSTILE["script"]: 1})
    return 1 + 4 * len(HOSTILE) + 4


@pytest.fixture(scope="module")
def hostile_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, int]]:
    store = open_store(tmp_path_factory.mktemp("hostile") / "lab.db")
    with store:
        number = hostile_nodes(store)
    yield store, number
    store.close()


def test_there_are_enough_kinds_of_hostile_values() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (600, "dark")])
def test_nothing_runs_and_nothing_leaves(
    browser: Any, hostile_store: tuple[Store, int], tmp_path: Path, width: int, scheme: str
) -> None:
    store, number = hostile_store
    path = tmp_path / "page.html"
    path.write_text(page(*store.roots()), encoding="utf-8")
    with browser.visit(path, width=width, scheme=scheme) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        visit.page.mouse.move(300, 300)
        # Frames are loaded when they come into view: now all of them.
        visit.page.evaluate("document.querySelectorAll('iframe').forEach(f => f.loading = 'eager')")
        visit.page.wait_for_timeout(700)
        seen = visit.page.evaluate(STRUCTURE)
    assert visit.dialogs == []
    assert visit.unstopped() == {}
    assert visit.connections == []
    assert seen["title"] == "hostile"
    assert set(seen["elements"]) <= ELEMENTS
    assert seen["handlers"] == 0
    assert seen["nodes"] == number
    assert all(link.startswith(("#", "http://evil.test/")) for link in seen["links"])
    assert all(frame == ["", None] for frame in seen["frames"])
    assert len(seen["frames"]) == len(HOSTILE) + 1
    assert set(seen["images"]) == {"data:image/"}
    assert seen["fixed"] == 0
    assert seen["stranger"] == "block"
    assert seen["on_top"] == "top"
    assert seen["wide"] <= 0
    assert seen["sticking_out"] == 0


def test_the_watch_is_awake(browser: Any, tmp_path: Path) -> None:
    """The same texts on a page that does not escape them are noticed in every way."""
    path = tmp_path / "naive.html"
    texts = "".join(HOSTILE[name] for name in ("onerror", "remote image", "preconnect"))
    path.write_text(
        f"<!doctype html><meta charset=utf-8><header class=top><h1>h</h1></header>{texts}", encoding="utf-8"
    )
    with browser.visit(path) as visit:
        visit.page.wait_for_timeout(500)
        found = visit.page.evaluate(STRUCTURE)
    assert visit.dialogs
    assert any("evil.test" in address for address in visit.unstopped())
    assert visit.connections
    assert found["title"] == "PWNED"
    assert not set(found["elements"]) <= ELEMENTS
    assert found["handlers"]


def test_a_cell_is_as_safe_without_the_policy_of_a_page(
    browser: Any, hostile_store: tuple[Store, int], tmp_path: Path
) -> None:
    store, _ = hostile_store
    path = tmp_path / "cell.html"
    inside = cell(store.roots(), max_nodes=2_000, open_levels=9, max_characters=30_000_000)
    path.write_text(f"<!doctype html><meta charset=utf-8><title>cell</title>{inside}", encoding="utf-8")
    with browser.visit(path) as visit:
        visit.page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
        visit.page.evaluate("document.querySelectorAll('iframe').forEach(f => f.loading = 'eager')")
        visit.page.wait_for_timeout(700)
        title = visit.page.title()
        elements = visit.page.evaluate("[...new Set([...document.querySelectorAll('*')].map(e => e.tagName))]")
    assert visit.dialogs == []
    assert visit.unstopped() == {}
    assert visit.connections == []
    assert title == "cell"
    assert set(elements) <= ELEMENTS


def test_pictures_are_shown(browser: Any, store: Store, tmp_path: Path) -> None:
    dot = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    with TracingNode("pictures", inputs={"png": Image(dot), "svg": Image(SVG)}):
        pass
    path = tmp_path / "page.html"
    path.write_text(page(*store.roots()), encoding="utf-8")
    with browser.visit(path) as visit:
        visit.page.evaluate("Promise.all([...document.images].map(i => i.decode()))")
        sizes = visit.page.evaluate("[...document.images].map(i => i.naturalWidth)")
    assert sizes == [1, 40]
    assert visit.connections == []
