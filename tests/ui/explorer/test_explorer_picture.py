"""The picture that a saved notebook shows of a tree of branches."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.ui.explorer.picture import MOST_LANES, tree_html


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


def line(key: str, parent: str | None = None, *, values: tuple[Any, ...] = (1.0,), **more: Any) -> dict[str, Any]:
    runs = [[f"{key}{place}", "finished", value] for place, value in enumerate(values)]
    told = {"name": key, "step": 0 if parent is None else 2, "change": "", "end": 5, "outcome": {"price": "1"}}
    return {"key": key, "parent": parent, "level": 1, "runs": runs, "numbers": [], **told, **more}


def read(html: str) -> _Tags:
    found = _Tags()
    found.feed(html)
    return found


@given(name=st.text(max_size=30), change=st.text(max_size=30), outcome=st.text(max_size=30))
def test_no_text_is_ever_markup(name: str, change: str, outcome: str) -> None:
    plain = read(tree_html([line("a", outcome={"price": "1"}), line("b", "a", change="x")], "price"))
    found = read(tree_html([line("a", name=name, outcome={"price": outcome}),
                            line("b", "a", name=name, change=change)], "price"))  # fmt: skip
    assert found.tags <= plain.tags
    assert found.attributes <= plain.attributes


def test_without_styles_and_drawings_the_tree_stands_as_text() -> None:
    html = tree_html([line("a"), line("b", "a"), line("c", "b"), line("d", "a", change="Bob learns: it")], "price")
    bare = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", html)
    rows = [read(row).words.replace("\u00a0", " ") for row in re.findall("<li>(.*?)</li>", bare)]
    assert rows == [
        "a 1", "├── b 1 after step 2", "│   └── c 1 after step 2", "└── d 1 after step 2: Bob learns: it",
    ]  # fmt: skip


def test_of_many_branches_the_first_are_shown_and_the_others_counted() -> None:
    lines = [line("a"), *(line(f"b{number}", "a") for number in range(499))]
    html = tree_html(lines, "price")
    assert html.count("<li>") == MOST_LANES
    assert f"… and {500 - MOST_LANES} more branches" in html
    assert len(html) < 60_000


@pytest.mark.parametrize(
    ("values", "colors"),
    [
        ((1.0, 9.0), {"#5b479c", "#f0d91f"}),
        ((True, False), {"#2f855a", "#c05621"}),
        (("deal", "no deal"), {"#2b6cb0", "#c05621"}),
        ((None, float("nan")), set()),
    ],
)
def test_replicas_have_the_colours_of_their_outcomes(values: tuple[Any, ...], colors: set[str]) -> None:
    html = tree_html([line("a", values=values)], "price")
    assert set(re.findall('fill="(#[^"]*)"', html)) == colors


def test_no_measure_and_replicas_that_run_or_failed() -> None:
    failed = [["x", "error"], ["y", "open"]]
    html = tree_html([line("a", runs=failed, outcome={})], None)
    assert "running …" in html
    assert "told:" not in html
