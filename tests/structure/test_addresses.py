"""The repository's address is written from one place, and every copy of it is up to date."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "scripts" / "write_addresses.py"
PUBLISHED = "https://github.com/someone/interlab"


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the script of a checkout."""
    command = [sys.executable, str(root / "scripts" / "write_addresses.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def notebook(*cells: tuple[str, str, str]) -> dict[str, Any]:
    """A notebook of (cell type, mark, source)."""
    return {
        "cells": [
            {"cell_type": kind, "metadata": {"interlab": mark} if mark else {}, "source": [source]}
            for kind, mark, source in cells
        ],
        "metadata": {},
        "nbformat": 4,
        "nbformat_minor": 5,
    }


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A small checkout with one notebook and nothing written yet."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "scripts" / SCRIPT.name).write_text(SCRIPT.read_text(encoding="utf-8"), encoding="utf-8")
    write_pyproject(tmp_path, f"{PUBLISHED}.git/")
    (tmp_path / "README.md").write_text("# Lab\n<!-- address:begin -->\nold\n<!-- address:end -->\nrest\n")
    cells = [("markdown", "", "# Cars — 1"), ("markdown", "address", "old"), ("code", "install", "old")]
    path = tmp_path / "notebooks" / "01_cars.ipynb"
    path.write_text(json.dumps(notebook(*cells, ("code", "install", "not the first"))), encoding="utf-8")
    return tmp_path


def write_pyproject(root: Path, repository: str) -> None:
    text = f'[project]\nname = "interlab-lab"\n[project.urls]\nRepository = "{repository}"\n'
    (root / "pyproject.toml").write_text(text)


def test_every_copy_of_the_address_is_up_to_date() -> None:
    finished = run(ROOT, "--check")
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_address_is_written_everywhere(checkout: Path) -> None:
    assert run(checkout, "--check").returncode == 1
    assert "old" in (checkout / "README.md").read_text(), "--check writes nothing"
    assert run(checkout).returncode == 0
    assert run(checkout, "--check").returncode == 0

    readme = (checkout / "README.md").read_text(encoding="utf-8")
    link = "https://colab.research.google.com/github/someone/interlab/blob/main/notebooks/01_cars.ipynb"
    assert readme.startswith("# Lab\n<!-- address:begin -->\n")
    assert readme.endswith("<!-- address:end -->\nrest\n")
    assert "old" not in readme
    assert "[Cars — 1](notebooks/01_cars.ipynb)" in readme
    assert f"]({link})" in readme

    text = (checkout / "notebooks" / "01_cars.ipynb").read_text(encoding="utf-8")
    assert text.endswith("}\n")
    assert text.startswith('{\n "cells": [\n  {\n')
    assert "# Cars — 1" in text, "characters stay as they are"
    _, badge, install, later = ("".join(cell["source"]) for cell in json.loads(text)["cells"])
    assert badge.endswith(f"]({link})")
    assert install.splitlines() == [
        "try:",
        "    import interlab",
        "except ImportError:",
        f'    %pip install -q "interlab-lab @ git+{PUBLISHED}"',
    ]
    assert later == "not the first"


def test_a_placeholder_is_marked(checkout: Path) -> None:
    write_pyproject(checkout, "https://github.com/PLACEHOLDER/interlab")
    finished = run(checkout)
    assert "placeholder" in finished.stderr
    assert "is a placeholder" in (checkout / "README.md").read_text()
    assert (checkout / "notebooks" / "01_cars.ipynb").read_text().count("is a placeholder") == 2
    write_pyproject(checkout, PUBLISHED)
    assert run(checkout).stderr == ""
    assert "placeholder" not in (checkout / "README.md").read_text()


def test_colab_is_offered_for_github_only(checkout: Path) -> None:
    write_pyproject(checkout, "https://git.example.org/lab")
    assert run(checkout).returncode == 0
    assert "colab" not in (checkout / "README.md").read_text().lower()
    assert "git+https://git.example.org/lab" in (checkout / "notebooks" / "01_cars.ipynb").read_text()


@pytest.mark.parametrize("mark", ["address", "install"])
def test_a_notebook_without_the_cell_is_named(checkout: Path, mark: str) -> None:
    path = checkout / "notebooks" / "01_cars.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace(f'"{mark}"', '"other"'), encoding="utf-8")
    finished = run(checkout)
    assert finished.returncode == 1
    assert "notebooks/01_cars.ipynb" in finished.stderr
    assert f'{{"interlab": "{mark}"}}' in finished.stderr
    assert "old" in (checkout / "README.md").read_text(), "nothing is written by halves"


def test_a_readme_without_the_lines_is_named(checkout: Path) -> None:
    (checkout / "README.md").write_text("<!-- address:end --> <!-- address:begin -->")
    finished = run(checkout)
    assert finished.returncode == 1
    assert "<!-- address:begin -->" in finished.stderr
