"""Rules that hold for every file: size, names, no traces of one machine, a light import."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST = 500

# Folders that exist on one person's machine only.
MACHINE_PATH = re.compile(r"(?<![\w.~/}>)-])/(?:home|Users|root|work|opt|tmp|mnt|var/folders)/[\w.]|[A-Z]:\\Users\\")
# Where packages are fetched from is for the user's own configuration to say. Split, so as not to name them.
REGISTRY_HOSTS = [
    ".".join(parts)
    for parts in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("registry", "npmjs", "org"),
        ("registry", "yarnpkg", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
    ]
]
VAGUE_NAMES = {"util", "utils", "helper", "helpers", "manager", "managers", "misc", "common"}
HEAVY = ["openai", "langchain_core", "plotly", "ipywidgets", "pandas", "numpy", "pydantic"]


def project_files(*endings: str) -> list[Path]:
    """Files that are tracked or about to be, all or those with the given endings."""
    # The tests' home is empty, so the user's own safe.directory setting is out of reach.
    command = [
        "git",
        "-c",
        "safe.directory=*",
        "ls-files",
        "--cached",
        "--others",
        "--exclude-standard",
        "-z",
    ]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    paths = [ROOT / name for name in listed.split("\0") if name.endswith(endings or "")]
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str:
    """The file's text, or nothing for a binary file."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """`file:line` and match for every line of the project that matches."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {found[0]}"
        for path in project_files()
        if path.parent.parent != ROOT / "tests" / "corpus"  # what models wrote
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if (found := pattern.search(line))
    ]


def test_no_source_file_is_too_long() -> None:
    sources = project_files(".py")
    assert ROOT / "interlab" / "errors.py" in sources
    lengths = {str(path.relative_to(ROOT)): len(text_of(path).splitlines()) for path in sources}
    too_long = {name: length for name, length in lengths.items() if length > LONGEST}
    assert too_long == {}, f"over {LONGEST} lines, which second idea moved in? {too_long}"


def test_names_say_what_a_module_holds() -> None:
    modules = [path.relative_to(ROOT) for path in project_files(".py")]
    assert [str(path) for path in modules if VAGUE_NAMES & {path.stem, *path.parts}] == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    found = lines_with(MACHINE_PATH)
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    ("line", "matches"),
    [
        ("cd /" + "home/alice/lab", True),
        ("'/" + "tmp/ipykernel_12/1.py'", True),
        ("C:" + "\\Users\\alice", True),
        ("https://example.org/home/page", False),
        ("/usr/bin/env python", False),
        ("actors/ro" + "ot/memory", False),
    ],
)
def test_a_machine_path_is_recognised(line: str, matches: bool) -> None:
    assert bool(MACHINE_PATH.search(line)) is matches


def test_no_file_names_a_package_registry() -> None:
    found = lines_with(re.compile("|".join(map(re.escape, REGISTRY_HOSTS))))
    assert found == [], "\n".join(found)


def test_import_loads_nothing_heavy() -> None:
    code = f"import json, sys, interlab; print(json.dumps([name for name in {HEAVY} if name in sys.modules]))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert json.loads(loaded) == [], "import these inside the functions that use them"
