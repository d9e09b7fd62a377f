"""Pages of the documentation's site that come from elsewhere than docs/: a hook of MkDocs, named in mkdocs.yml.

- every notebook as a page, without running it: its text, its code, and the picture it ends in;
- notebooks/README.md and CHANGELOG.md;
- an index of the public names of `interlab`, and the commands of its command line.

Links out of docs/ to these files lead to their pages.
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
PACKAGES = (
    "actors",
    "auction",
    "counterfactual",
    "environments",
    "errors",
    "memory",
    "models",
    "models.adapters.console",
    "models.faults",
    "models.ledger",
    "models.replies",
    "people",
    "queries",
    "state",
    "tracing",
    "ui.explorer",
    "ui.lab",
)
"""Where the public names of `interlab` are documented."""

LINK = re.compile(r"(\]\()([^)\s#]+)(#[^)\s]*)?(\))")
DIRECTIVE = re.compile(r"^::: (interlab[\w.]*)\n((?:    .*\n)*)", re.MULTILINE)
_INDEX_TITLE = "Notebooks"
_NOT_SHOWN = ("address", "install")


def pages() -> dict[str, str]:
    """What is added to docs/: Markdown by the address of its page."""
    added = {f"notebooks/{path.stem}.md": of_notebook(path) for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
    added["notebooks/index.md"] = (NOTEBOOKS / "README.md").read_text(encoding="utf-8")
    added["changes.md"] = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    added["reference/index.md"] = public_names()
    added["reference/cli.md"] = commands()
    return {address: moved(text, address) for address, text in added.items()}


def of_notebook(path: Path) -> str:
    """A notebook as Markdown: its cells in order, and the picture of its end if there is one."""
    parts = []
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["metadata"].get("interlab") in _NOT_SHOWN:
            continue
        source = "".join(cell["source"]).strip()
        if cell["cell_type"] == "code":
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", source)), default=0))
            source = f"{fence}python\n{source}\n{fence}"
        parts.append(source)
        if len(parts) == 1:
            parts.append(f"*The notebook `notebooks/{path.name}`, without its outputs: run it to see them.*")
    picture = f"images/notebook_{path.stem}.png"
    if (ROOT / "docs" / picture).is_file():
        parts.append(f"What it ends in:\n\n![The last picture of the notebook](../{picture})")
    return "\n\n".join(parts) + "\n"


def moved(text: str, address: str) -> str:
    """Markdown whose links lead to pages of the site, wherever the file stood from which it was taken.

    Args:
        text: Markdown.
        address: where its page is in the site, such as ``notebooks/index.md``.
    """
    own = {"changes.md": ROOT, "notebooks/index.md": NOTEBOOKS}.get(address, ROOT / "docs" / Path(address).parent)

    def lead(match: re.Match[str]) -> str:
        before, target, anchor, after = match[1], match[2], match[3] or "", match[4]
        if ":" in target:
            return match[0]
        place = page_of((own / target).resolve())
        if place is None:
            return match[0]
        there = os.path.relpath(place, Path(address).parent).replace(os.sep, "/")
        return f"{before}{there}{anchor}{after}"

    return LINK.sub(lead, text)


def page_of(file: Path) -> str | None:
    """The address of the page that shows a file of the repository; None if the site has none."""
    if file == ROOT / "CHANGELOG.md":
        return "changes.md"
    if file.parent == NOTEBOOKS:
        return "notebooks/index.md" if file.name == "README.md" else f"notebooks/{file.stem}.md"
    if file == ROOT / "README.md":
        return "index.md"
    docs = ROOT / "docs"
    return file.relative_to(docs).as_posix() if file.is_relative_to(docs) else None


def public_names() -> str:
    """A table of the names that `import interlab as il` gives, each with its first line and a link."""
    import interlab as il

    homes: dict[str, str] = {}
    for package in PACKAGES:
        module = importlib.import_module(f"interlab.{package}")
        for name in getattr(module, "__all__", None) or vars(module):
            homes.setdefault(name, f"interlab.{package}")
    rows = []
    for name in sorted(il.__all__, key=str.lower):
        first = (inspect.getdoc(getattr(il, name)) or "").split("\n\n")[0].replace("\n", " ").replace("|", "\\|")
        rows.append(f"| [`il.{name}`][{documented_as(homes[name], name)}] | {first} |")
    return (
        "# Reference\n\n"
        "Everything here is made from the docstrings. `import interlab as il` gives the names of this table; what a "
        "package has beyond them is imported from it, such as `from interlab.environments import Turns`. The names in "
        "these two places are the public ones; others may change without notice.\n\n"
        "| name | what it is for |\n|---|---|\n" + "\n".join(rows) + "\n"
    )


def documented_as(package: str, name: str) -> str:
    """Under which path the reference has a name of a package."""
    module = getattr(getattr(importlib.import_module(package), name), "__module__", "")
    # A module of the same name is what readers of sources find in its place.
    return f"{module}.{name}" if module.rpartition(".")[2] == name else f"{package}.{name}"


def unshadowed(markdown: str) -> str:
    """A page of the reference with the names that its packages' own modules hide."""

    def add(match: re.Match[str]) -> str:
        package, options = match[1], match[2]
        if not ROOT.joinpath(*package.split(".")).is_dir():
            return match[0]
        names = getattr(importlib.import_module(package), "__all__", ())
        hidden = [path for name in names if (path := documented_as(package, name)) != f"{package}.{name}"]
        level = int(re.findall(r"heading_level: (\d)", options)[0]) if options else 2
        shown = f"    options: {{heading_level: {level}, show_root_heading: true, show_root_toc_entry: true}}"
        return match[0] + "".join(f"\n::: {path}\n{shown}\n" for path in hidden)

    return DIRECTIVE.sub(add, markdown)


def commands() -> str:
    """The commands of the command line, from their own help."""
    import typer
    from typer.cli import get_docs_for_click

    from interlab.cli import app

    command: Any = typer.main.get_command(app)
    context = typer.Context(command, info_name="interlab")
    text: str = get_docs_for_click(obj=command, ctx=context, name="interlab", title="Command line")
    return text


# What MkDocs calls ------------------------------------------------------------------------------------


def on_config(config: Any) -> Any:
    """Add the notebooks' pages to the navigation, below their index."""
    for entry in config.nav:
        if entry.get(_INDEX_TITLE) == "notebooks/index.md":
            own = [
                {path.stem.replace("_", " "): f"notebooks/{path.stem}.md"} for path in sorted(NOTEBOOKS.glob("*.ipynb"))
            ]
            entry[_INDEX_TITLE] = ["notebooks/index.md", *own]
    return config


def on_files(files: Any, config: Any) -> Any:
    """Add the pages, unless docs/ has one of that address."""
    from mkdocs.structure.files import File

    for address, text in pages().items():
        if files.get_file_from_path(address) is None:
            files.append(File.generated(config, address, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Let links out of docs/ lead to the pages of what they name, and complete the reference."""
    if page.file.generated_by is not None:
        return markdown
    if page.file.src_uri.startswith("reference/"):
        markdown = unshadowed(markdown)
    return moved(markdown, page.file.src_uri)
