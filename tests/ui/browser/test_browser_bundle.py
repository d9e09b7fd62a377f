"""The scripts as they were built: how large they are, and what is not in them."""

from __future__ import annotations

import gzip
import re

from interlab.ui.browser import bundle

FIRST = ("browser.js", "browser.css")
MOST_AT_FIRST = 60_000
"""Bytes, compressed, of scripts and styles that are loaded before the first click."""
MOST_LATER = 55_000


def compressed(name: str) -> int:
    return len(gzip.compress((bundle.STATIC / name).read_bytes(), 9))


def test_what_is_loaded_first_is_small() -> None:
    assert sum(compressed(name) for name in FIRST) <= MOST_AT_FIRST
    assert compressed("more.js") <= MOST_LATER


def test_nothing_else_is_loaded_with_the_first_script() -> None:
    assert {path.name for path in bundle.STATIC.iterdir()} == {*FIRST, "more.js"}
    # No import by an address of its own: in a notebook and in a file there is none.
    for text in (bundle.script(), bundle.more()):
        assert not re.search(r"""\bimport\s*[{*"'`]|\}\s*from\s*["'`]|\bimport\(["'`]""", text)
    assert "@import" not in bundle.style()
    assert "url(" not in bundle.style() + bundle.more()


def test_the_second_script_becomes_one_of_a_page() -> None:
    start = "document.currentScript.more="
    assert bundle.inline_more().removeprefix(start) == bundle.more().removeprefix("export default")
    assert bundle.inline_more().startswith(start + "({")


def test_no_plotly_and_no_html_written() -> None:
    for text in (bundle.script(), bundle.more()):
        assert not re.search(r"insertAdjacentHTML|outerHTML|document\.write|new Function|\beval\(", text)
        assert "Plotly.js v" not in text
