"""What a page holds, without a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.tracing import Blob, Figure, FormatStr, Image, Opaque, Record, Store, Table, TracingNode, open_store
from interlab.tracing.format_str import Filled
from interlab.ui.html_text import escape, format_html, safe_color
from interlab.ui.html_values import ValueWriter
from interlab.ui.static_page import page

VOID = {"meta", "img", "br", "hr", "link", "input"}


class Balance(HTMLParser):
    """Finds elements that are not closed, or closed in another order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.deepest = 0

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in VOID:
            self.open.append(tag)
            self.deepest = max(self.deepest, len(self.open))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def balanced(text: str) -> Balance:
    balance = Balance()
    balance.feed(text)
    assert balance.wrong == []
    assert balance.open == []
    return balance


def words_of(text: str) -> str:
    """The text of a page without its elements."""
    return " ".join(re.sub(r"<[^>]*>", " ", text.partition("</style>")[2]).split())


@pytest.fixture
def fork(store: Store) -> Store:
    """A run of two steps, and another forked after the first."""
    with TracingNode("talk", kind="run", inputs={"environment": "Talk", "seed": 3}) as run:
        for number, (name, words) in enumerate((("Ann", "Hello."), ("Ben", "Good day.")), start=1):
            said = Record({"speaker": name, "message": words, "action": "greet"}, "Turn")
            with TracingNode(f"step {number}", kind="step", meta={"step": number}) as step:
                meta = {"actor": name, "color": "#123456" if name == "Ann" else "teal"}
                with TracingNode(name, kind="query", meta=meta):
                    messages = [
                        {"role": "system", "content": FormatStr("You are {name}.").format(name=name)},
                        {"role": "user", "content": "Go on."},
                    ]
                    with TracingNode("demo", kind="model", inputs={"messages": messages}) as call:
                        call.add_meta(usage={"input_tokens": 1200, "output_tokens": 34})
                        call.set_result(words)
                step.set_result(said)
        run.set_result({"outcome": "greeted"})
    with TracingNode("Ben", kind="observe", inputs={"observation": "You are in a hurry."}, meta={"actor": "Ben"}):
        pass
    origin = {"run": run.uid, "step": 1}
    with TracingNode("hurried", kind="run", inputs={"seed": 3, "forked_from": origin}):
        with TracingNode("step 2", kind="step", meta={"step": 2}) as step:
            step.set_result(Record({"speaker": "Ben", "message": "Bye!", "action": "greet"}, "Turn"))
    return store


def test_a_page_tells_what_was_said_and_what_it_took(fork: Store) -> None:
    text = page(*fork.roots(), title="Two talks")
    balanced(text)
    words = words_of(text)
    assert words.startswith("Two talks 10 nodes 2 model calls 2,400 tokens in, 68 out")
    for said in (
        "Hello.",
        "Good day.",
        "Bye!",
        "step 1 as in talk",
        "first difference",
        "Ben was told: You are in a hurry.",
    ):
        assert said in words
    assert "1,200 → 34 tokens" in words
    assert words.count("first difference") == 1
    assert "--c:#123456" in text
    assert "--c:teal" in text
    assert re.search(r'<span class="f" style="--f:#[0-9a-f]{6}" title="\{name\}">Ann</span>', text)


def test_links_lead_to_nodes(fork: Store) -> None:
    text = page(*fork.roots())
    links = set(re.findall(r'href="#([^"]+)"', text))
    assert len(links) == 3
    assert links <= set(re.findall(r' id="([^"]+)"', text))


def test_the_same_step_of_two_runs_stands_on_the_same_row(fork: Store) -> None:
    text = page(*fork.roots())
    rows = dict(re.findall(r'--col:(\d);--row:(\d+) / span 1"><a class="step"[^>]*>2<', text))
    assert set(rows) == {"1", "2"}
    assert len(set(rows.values())) == 1


def test_a_page_holds_no_script_and_forbids_every_load(fork: Store) -> None:
    text = page(*fork.roots())
    assert "<script" not in text
    assert "http://" not in text
    assert "https://" not in text
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    assert text.index(policy[0]) < text.index("<title>")
    assert "default-src 'none'" in policy[1]
    assert "script-src" not in policy[1]


def test_errors_are_unfolded(store: Store) -> None:
    with pytest.raises(RuntimeError), TracingNode("a"), TracingNode("b"), TracingNode("c"):
        with TracingNode("quiet"), TracingNode("below quiet"):
            pass
        try:
            raise KeyError("deep")
        except KeyError as error:
            raise RuntimeError("no wind") from error
    text = page(*store.roots())
    balanced(text)
    opened = {
        re.sub(r".*<span class=\"name\">([^<]*)</span>.*", r"\1", line): " open" in line.partition(">")[0]
        for line in re.findall(r"<details class=\"n.*?</summary>", text)
    }
    assert opened == {"a": True, "b": True, "c": True, "quiet": False, "below quiet": False}
    assert "caused by KeyError" in words_of(text)
    assert "RuntimeError: no wind" in words_of(text)


def test_long_prompts_show_their_ends(store: Store) -> None:
    messages = [{"role": "user", "content": f"message {number}."} for number in range(200)]
    with TracingNode("demo", kind="model", inputs={"messages": messages}) as call:
        call.set_result("the reply")
    words = words_of(page(call))
    assert "… 160 more messages …" in words
    for seen in ("message 0.", "message 2.", "message 199.", "the reply"):
        assert seen in words
    assert "message 100." not in words


def test_a_page_is_full_at_some_point(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interlab.ui.static_page.MAX_CHARACTERS", 0)
    with TracingNode("root", inputs={"a": "x" * 50}):
        pass
    writer = ValueWriter(1_000)
    written = [writer.value("y" * 400) for _ in range(5)]
    assert "y" in written[0]
    assert "this page is full" in written[-1]


def test_big_values_are_folded_and_cut() -> None:
    written = ValueWriter(10**9).value("word " * 2_000_000)
    assert written.startswith('<details class="fold">')
    assert "10,000,000 characters" in written
    assert "9,900,000 more characters" in written
    assert len(written) < 200_000


def test_deep_traces_are_shown_whole_and_not_nested_without_end(store: Store) -> None:
    with ExitStack() as stack:
        for level in range(1_200):
            stack.enter_context(TracingNode(f"level {level}"))
    text = page(*store.roots())
    assert balanced(text).deepest < 150
    assert text.count('<details class="n') == 1_200
    assert "level 1199" in text


@pytest.fixture
def wide() -> Iterator[Store]:
    store = open_store(":memory:")
    with store, TracingNode("wide") as wide:
        for number in range(100_000):
            wide.add_event("event", number)
    yield store
    store.close()


def test_wide_traces_are_bounded_and_counted(wide: Store) -> None:
    text = page(*wide.roots())
    shown = text.count('<details class="n')
    assert 1_000 < shown <= 20_000
    assert f"… {100_001 - shown:,} more nodes" in text
    assert "100,001 nodes" in text


def test_lone_surrogates_are_written(store: Store, tmp_path: Path) -> None:
    bad = "\ud800 and \udfff"
    with TracingNode(bad, kind=bad, inputs={bad: bad, "f": FormatStr.from_parts([bad, Filled(bad, bad, bad)])}) as node:
        node.set_result([bad, {"role": bad, "content": bad}])
        node.add_tag(bad)
    path = node.write_html(tmp_path / "page.html")
    assert "\\ud800 and \\udfff" in path.read_text(encoding="utf-8")


def test_a_page_of_nothing() -> None:
    balanced(page())
    assert "nothing here" in page()


@pytest.mark.parametrize(
    "color", ["red", "#abc", "#AABBCCDD", "rgb(1, 2, 3)", "hsl(120deg 40% 50% / .5)", "oklch(0.7 0.1 120)"]
)
def test_colours_are_let_through(color: str) -> None:
    assert safe_color(color) == color


@pytest.mark.parametrize(
    "color",
    [
        "",
        "red;x:y",
        "url(x)",
        "url(//evil.test)",
        "var(--c)",
        "rgb(1,2",
        "#12345",
        "r" * 60,
        "red\n",
        "rgb(url(x))",
        None,
        5,
    ],
)
def test_what_is_no_colour_is_not(color: object) -> None:
    assert safe_color(color) == ""


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_escaped_text_has_no_markup(text: str) -> None:
    escaped = escape(text)
    escaped.encode("utf-8")
    assert not set("<>\"'") & set(escaped)


nested = st.recursive(
    st.text(max_size=20),
    lambda inner: st.lists(
        st.builds(Filled, st.text(max_size=9), inner, st.none() | st.text(max_size=9)) | st.text(max_size=9), max_size=4
    ).map(FormatStr.from_parts),
    max_leaves=10,
)


@given(nested, st.integers(0, 60))
def test_prompts_keep_their_text(prompt: str, limit: int) -> None:
    written = format_html(prompt, limit)
    balanced(written)
    assert not re.search(r"<(?!/?(?:span|i)\b)", written)
    if len(prompt) <= limit:
        import html

        from interlab.ui.visible import visible

        assert html.unescape(re.sub(r"<[^>]*>", "", written)) == "".join(map(visible, _leaves(prompt)))


def _leaves(text: str) -> Iterator[str]:
    if isinstance(text, FormatStr):
        for part in text.parts:
            yield from _leaves(part if isinstance(part, str) else part.text)
    else:
        yield str(text)


# Values as a stranger's file may hold them.
ODD: list[Any] = [
    Table(5, 7),  # type: ignore[arg-type]
    Table(None, {"a": 1}, index=3, n_rows="many"),  # type: ignore[arg-type]
    Table(["a"], ["row", 5, None], ["x"]),
    Figure([1, 2]),  # type: ignore[arg-type]
    Figure({"data": {"x": 1}, "layout": 5}),
    Figure({"data": [{"type": "scatter", "name": "Ann"}, 5], "layout": {"title": {"text": "Offers"}}}),
    Blob(b"x", 5, 7),  # type: ignore[arg-type]
    Image(b"\x89PNG", 'image/png" onerror="x'),
    Opaque("a.b.C", "<C>", "cyclic"),
    Record({"name": {"a": 1}, "value": 2}, 5),  # type: ignore[arg-type]
    {1: {2: {3: {4: {5: 6}}}}},
    {("a", 1): {frozenset({1})}},
    np.arange(12.0).reshape(3, 4),
    10**5000,
    float("nan"),
    b"bytes",
    [{"role": "user"}, {"role": "user"}],
    list(range(1000)),
    {f"key {number}": number for number in range(500)},
]


@pytest.mark.parametrize("value", ODD, ids=lambda value: type(value).__name__)
def test_any_value_is_written(value: object) -> None:
    written = ValueWriter(10**6).value(value)
    balanced(written)
    assert written
