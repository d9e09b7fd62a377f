from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parents[2] / "README.md"


def test_the_examples_of_the_readme_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    names: dict[str, Any] = {"__name__": "readme"}
    for block in blocks:
        exec(compile(block, str(README), "exec"), names)
    recorded = [run.name for run in names["store"].runs()]
    assert recorded[:2] == ["car sale", "what if"]
    assert names["run"].result["outcome"] == "deal"
    assert names["what_if"].result != names["run"].result
    assert len(names["talk"].transcript) == 6
    assert names["study"].effects().loc[:, "n"].eq(8).all()
    assert names["node"].state == "finished"
    assert 2_500 <= names["node"].result["price"] <= 3_000
    names["store"].close()
