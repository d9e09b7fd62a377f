"""Imports point up the list of layers in docs/design.md, and never in a circle.

Every import counts alike: at the top of a module, inside a function, under TYPE_CHECKING, relative, or
through importlib with a literal name. The rules are tried on small planted trees too: a rule that can't fail
proves nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ENTRY = {"__main__": "cli"}


@dataclass(frozen=True)
class Arrow:
    """One import: `source` imports `target`, both dotted module names."""

    source: str
    target: str
    line: int

    def __str__(self) -> str:
        return f"{self.source}:{self.line} imports {self.target}"


def modules_in(*packages: Path) -> dict[str, Path]:
    """The modules of the packages by dotted name; a package goes by its own name, without `__init__`."""
    found = {}
    for package in packages:
        for path in sorted(package.rglob("*.py")):
            parts = [package.name, *path.relative_to(package).with_suffix("").parts]
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported_names(module: str, path: Path) -> Iterator[tuple[str, str, int]]:
    """What a module imports, with the line: `from a import b` gives `a.b` and its module `a`."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                yield f"{base}.{alias.name}", base, node.lineno
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            name = node.args[0]
            if called in {"import_module", "__import__"} and isinstance(name, ast.Constant):
                yield str(name.value), str(name.value), node.lineno


def arrows_between(modules: dict[str, Path]) -> list[Arrow]:
    """The imports among the modules themselves; `a.b` is the module of that name, or a name in `a`."""
    tops = {module.partition(".")[0] for module in modules}
    arrows = []
    for source, path in modules.items():
        for name, base, line in imported_names(source, path):
            if name.partition(".")[0] not in tops:
                continue
            target = name if name in modules else base
            if target != source:
                arrows.append(Arrow(source, target, line))
    return arrows


def layer_of(module: str) -> str:
    """`interlab.tracing.node` -> `tracing`; the composition root has none."""
    layer = module.split(".")[1] if "." in module else ""
    return ENTRY.get(layer, layer)


def layers_in(design: Path) -> list[str]:
    """The layers from top to bottom, as the listing in design.md names them."""
    listing = re.search(r"^interlab/\n((?:  .*\n)+)", design.read_text(encoding="utf-8"), re.MULTILINE)
    assert listing, f"{design.name} has no listing of the layers under 'interlab/'"
    return re.findall(r"^  (\w+)(?:/|\.py)(?=\s|$)", listing[1], re.MULTILINE)


def arrows_down(arrows: list[Arrow], layers: list[str]) -> list[str]:
    """What is wrong with the direction of these imports, one line each."""
    wrong = []
    for arrow in arrows:
        source_top, target_top = arrow.source.partition(".")[0], arrow.target.partition(".")[0]
        source, target = layer_of(arrow.source), layer_of(arrow.target)
        if source_top == "interlab_zoo":
            if target_top == "interlab" and (arrow.target.count(".") > 1 or target.startswith("_")):
                wrong.append(f"{arrow}: the zoo uses public packages only, interlab or interlab.<package>")
        elif arrow.source == "interlab":
            if target_top != "interlab":
                wrong.append(f"{arrow}: interlab does not know the zoo")
        elif target_top == "interlab_zoo":
            if source != "cli":
                wrong.append(f"{arrow}: only the command line may know the zoo")
        elif arrow.target == "interlab":
            wrong.append(f"{arrow}: the root is for users; import from the layer that owns the name")
        elif source not in layers or target not in layers:
            unknown = source if source not in layers else target
            wrong.append(f"{arrow}: {unknown!r} is not in the list of layers in docs/design.md")
        elif layers.index(target) > layers.index(source):
            wrong.append(f"{arrow}: {target} is below {source}; move what is shared up")
    return wrong


def a_cycle_in(arrows: list[Arrow]) -> list[str]:
    """The modules of one circle of imports, each importing the next; empty when there is none."""
    graph: dict[str, set[str]] = {}
    for arrow in arrows:
        if arrow.source != "interlab":  # the root gathers names from everywhere; nothing may import it back
            graph.setdefault(arrow.source, set()).add(arrow.target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


LAYERS = layers_in(ROOT / "docs" / "design.md")
MODULES = modules_in(ROOT / "interlab", ROOT / "zoo" / "interlab_zoo")


def test_design_lists_the_layers() -> None:
    expected = "errors state tracing people models queries memory actors environments"
    expected += " auction counterfactual experiments ui testing cli"
    assert expected.split() == LAYERS


def test_every_part_of_the_package_has_its_layer() -> None:
    assert {layer_of(module) for module in MODULES if module.startswith("interlab.")} - set(LAYERS) == set()
    assert "interlab.errors" in MODULES


def test_imports_point_up() -> None:
    wrong = arrows_down(arrows_between(MODULES), LAYERS)
    assert wrong == [], "\n".join(wrong)


def test_imports_make_no_circle() -> None:
    cycle = a_cycle_in(arrows_between(MODULES))
    assert cycle == [], " imports ".join(cycle)


def plant(folder: Path, sources: dict[str, str]) -> list[Arrow]:
    """Write a small tree of modules and read its imports."""
    for name, source in sources.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        for package in path.relative_to(folder).parents[:-1]:
            (folder / package / "__init__.py").touch()
        path.write_text(source)
    return arrows_between(modules_in(folder / "interlab", folder / "interlab_zoo"))


@pytest.mark.parametrize(
    "statement",
    [
        "import interlab.ui.browser",
        "from interlab.ui import browser",
        "from interlab.ui.browser import Widget",
        "from interlab import ui",
        "from ..ui import browser",
        "from .. import ui",
        "def f():\n    from interlab.ui import browser",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from ..ui.browser import Widget",
        "import importlib\nimportlib.import_module('interlab.ui.browser')",
        "import interlab",
        "from interlab import open_store",
        "import interlab_zoo",
    ],
)
def test_an_arrow_down_is_found(statement: str, tmp_path: Path) -> None:
    tree = {"interlab/ui/browser.py": "", "interlab/tracing/node.py": statement, "interlab_zoo/x.py": ""}
    (wrong,) = arrows_down(plant(tmp_path, tree), LAYERS)
    assert wrong.startswith("interlab.tracing.node:")


def test_arrows_up_sideways_and_out_are_fine(tmp_path: Path) -> None:
    tree = {
        "interlab/__init__.py": "from interlab.tracing import Node",
        "interlab/errors.py": "import os\nimport interlabels",
        "interlab/tracing/blob.py": "from ..errors import StoreError",
        "interlab/tracing/node.py": "from . import blob\nfrom .blob import B\nfrom interlab.state import Log",
        "interlab/state/log.py": "",
        "interlab/cli.py": "def demo():\n    from interlab_zoo.sale import Sale",
        "interlab_zoo/sale.py": "import interlab as il\nfrom interlab.tracing import Node",
    }
    arrows = plant(tmp_path, tree)
    assert len(arrows) == 8
    assert arrows_down(arrows, LAYERS) == []
    assert a_cycle_in(arrows) == []


@pytest.mark.parametrize("statement", ["from interlab.tracing.node import N", "from interlab.tracing import node"])
def test_the_zoo_reaches_no_private_module(statement: str, tmp_path: Path) -> None:
    tree = {"interlab/tracing/node.py": "", "interlab_zoo/sale.py": statement}
    (wrong,) = arrows_down(plant(tmp_path, tree), LAYERS)
    assert "public packages only" in wrong


def test_a_layer_outside_the_list_is_found(tmp_path: Path) -> None:
    tree = {"interlab/errors.py": "", "interlab/extras/a.py": "import interlab.errors"}
    (wrong,) = arrows_down(plant(tmp_path, tree), LAYERS)
    assert "'extras' is not in the list" in wrong


@pytest.mark.parametrize(
    "tree",
    [
        {"a.py": "from . import b", "b.py": "def f():\n    from .a import A"},
        {"a.py": "from .b import B", "b.py": "from .c import C", "c.py": "from .a import A"},
        {"__init__.py": "from .a import A", "a.py": "from interlab.state import B"},
    ],
)
def test_a_circle_is_found(tree: dict[str, str], tmp_path: Path) -> None:
    arrows = plant(tmp_path, {f"interlab/state/{name}": source for name, source in tree.items()})
    assert arrows_down(arrows, LAYERS) == []
    cycle = a_cycle_in(arrows)
    assert cycle[0] == cycle[-1]
    assert "interlab.state.a" in cycle
