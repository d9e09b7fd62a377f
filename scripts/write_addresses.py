"""Write the repository's address into README.md and the notebooks.

The address stands in one place, `[project.urls] Repository` of pyproject.toml. From it come

- README.md: the lines between `<!-- address:begin -->` and `<!-- address:end -->`;
- each notebook: the first Markdown cell whose metadata has `"interlab": "address"` (a badge that opens
  the notebook in Colab), and the first code cell whose metadata has `"interlab": "install"`.

`--check` writes nothing and fails when a file is out of date.
"""

from __future__ import annotations

import argparse
import json
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- address:begin -->", "<!-- address:end -->"
GENERATED = "<!-- written by `make addresses` from pyproject.toml -->"
PLACEHOLDER = "PLACEHOLDER"
NOT_YET = "The address is a placeholder until the project is published: links to it do not work yet."
BRANCH = "main"
COLAB = "https://colab.research.google.com"
GITHUB = "https://github.com/"


class CannotWrite(Exception):
    """A file lacks the place to write to; the message says which and what to add."""


@dataclass(frozen=True)
class Address:
    """Where the project is published.

    Attributes:
        distribution: the name that pip installs.
        repository: the address of the repository, without a slash or `.git` at its end.
    """

    distribution: str
    repository: str

    @property
    def is_placeholder(self) -> bool:
        return PLACEHOLDER in self.repository

    def badge(self, notebook: str) -> str:
        """Markdown of the button that opens a notebook in Colab, which reads GitHub only; else a link."""
        path = f"blob/{BRANCH}/notebooks/{notebook}"
        if not self.repository.startswith(GITHUB):
            return f"[Source of this notebook]({self.repository})"
        target = f"{COLAB}/github/{self.repository.removeprefix(GITHUB)}/{path}"
        return f"[![Open in Colab]({COLAB}/assets/colab-badge.svg)]({target})"


def read_address(pyproject: Path) -> Address:
    """The address that pyproject.toml names."""
    project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
    return Address(project["name"], project["urls"]["Repository"].rstrip("/").removesuffix(".git"))


def title_of(notebook: dict[str, Any], file_name: str) -> str:
    """The first heading of a notebook, or its file name."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            for line in "".join(cell["source"]).splitlines():
                if line.startswith("# "):
                    return line.removeprefix("# ").strip()
    return file_name


def readme_with(text: str, address: Address, titles: dict[str, str]) -> str:
    """The README with its address lines written anew; `titles` by notebook file name."""
    if text.count(BEGIN) != 1 or text.count(END) != 1 or text.index(BEGIN) > text.index(END):
        raise CannotWrite(f"README.md needs one line {BEGIN!r} and, after it, one line {END!r}")
    lines = [GENERATED, "", f"Source: [{address.repository}]({address.repository})"]
    if address.is_placeholder:
        lines += ["", f"*{NOT_YET}*"]
    if titles:
        lines += ["", "| notebook | |", "|---|---|"]
        lines += [f"| [{title}](notebooks/{name}) | {address.badge(name)} |" for name, title in titles.items()]
    before, after = text[: text.index(BEGIN)], text[text.index(END) :]
    return before + BEGIN + "\n" + "\n".join(lines) + "\n" + after


def install_code(address: Address) -> str:
    """Code of the cell that installs the package where it is missing, as in a fresh Colab."""
    lines = [
        "try:",
        "    import interlab",
        "except ImportError:",
        f'    %pip install -q "{address.distribution} @ git+{address.repository}"',
    ]
    if address.is_placeholder:
        lines.insert(0, f"# {NOT_YET}")
    return "\n".join(lines)


def write_cell(notebook: dict[str, Any], file_name: str, kind: str, mark: str, source: str) -> None:
    """Replace the source of the first cell of a kind with the mark in its metadata."""
    for cell in notebook["cells"]:
        if cell["cell_type"] == kind and cell["metadata"].get("interlab") == mark:
            cell["source"] = source.splitlines(keepends=True)
            return
    raise CannotWrite(f'notebooks/{file_name} needs a {kind} cell with the metadata {{"interlab": "{mark}"}}')


def notebook_with(notebook: dict[str, Any], file_name: str, address: Address) -> str:
    """The notebook's JSON with its address cells written anew, laid out as Jupyter does."""
    badge = address.badge(file_name)
    if address.is_placeholder:
        badge += f"\n\n*{NOT_YET}*"
    write_cell(notebook, file_name, "markdown", "address", badge)
    write_cell(notebook, file_name, "code", "install", install_code(address))
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def files_with_addresses(root: Path) -> dict[Path, str]:
    """What README.md and each notebook of a checkout should contain."""
    address = read_address(root / "pyproject.toml")
    contents, titles = {}, {}
    for path in sorted((root / "notebooks").glob("*.ipynb")):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        titles[path.name] = title_of(notebook, path.name)
        contents[path] = notebook_with(notebook, path.name, address)
    readme = root / "README.md"
    contents[readme] = readme_with(readme.read_text(encoding="utf-8"), address, titles)
    return contents


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Write or check; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a file is out of date")
    check = parser.parse_args(arguments).check
    try:
        contents = files_with_addresses(root)
    except CannotWrite as problem:
        print(problem, file=sys.stderr)
        return 1
    stale = [path for path, text in contents.items() if path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path.relative_to(root)}: " + ("out of date, run `make addresses`" if check else "written"))
        if not check:
            path.write_text(contents[path], encoding="utf-8", newline="\n")
    if read_address(root / "pyproject.toml").is_placeholder:
        print(NOT_YET, file=sys.stderr)
    return 1 if check and stale else 0


if __name__ == "__main__":
    raise SystemExit(main())
