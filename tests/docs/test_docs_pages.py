"""The examples of the pages run, one page after the other, in the order in which they stand."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.testing import ScriptedModel

DOCS = Path(__file__).parents[2] / "docs"
Names = dict[str, Any]


class Sales:
    """An environment that a page runs several times: each run is of a new one."""

    def run(self, **settings: Any) -> Any:
        return CarSale(buyer_model="demo", seller_model="demo", seed=7).run(progress=False, **settings)


def auctions() -> Names:
    def speak(request: Any) -> str:
        return f"I have thought of {len(request.text)} things, and would take the train because it is faster."

    model = ScriptedModel(speak, name="speaker")
    return {"actors": [il.LLMActor(name, model) for name in ("Ann", "Ben", "Eve")]}


def nothing() -> Names:
    return {}


PAGES: dict[str, Callable[[], Names]] = {
    "auctions": auctions,
    "conversations": nothing,
    "memories": nothing,
    "experiments": lambda: {"run": Sales().run()},
    "time_travel": nothing,
    "typed_queries": nothing,
    "models": lambda: {"env": Sales()},
    "play": nothing,
    "explorer": nothing,
    "start": nothing,
}


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_of_a_page_run(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / f"{page}.md").read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    with il.open_store(tmp_path / "page.db") as store:
        module = ModuleType(f"page_{page}")  # where classes of the page are found again
        monkeypatch.setitem(sys.modules, module.__name__, module)
        names: Names = vars(module)
        names.update(il=il, **PAGES[page]())
        for number, block in enumerate(blocks):
            exec(compile(block, f"{page}.md, block {number + 1}", "exec"), names)
        store.close()
    if isinstance(names.get("store"), type(store)):
        names["store"].close()
