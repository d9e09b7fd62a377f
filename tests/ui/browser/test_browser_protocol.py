"""What both languages share: the types, the packed form of answers, and the fixtures."""

from __future__ import annotations

import base64
import importlib.util
import json
import sys
from array import array
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.ui.browser.protocol import COLUMNS, pack, unpack

ROOT = Path(__file__).parents[3]
FIXTURES = ROOT / "browser" / "fixtures"


def script(name: str) -> Any:
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, ROOT / "scripts" / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_types_in_typescript_are_those_of_the_schema() -> None:
    types = script("make_browser_types")
    assert types.TARGET.read_text(encoding="utf-8") == types.source(), "run: python scripts/make_browser_types.py"


def test_a_type_without_counterpart_is_refused() -> None:
    with pytest.raises(TypeError, match="no counterpart"):
        script("make_browser_types").type_script(complex)


def test_the_fixtures_are_what_is_sent() -> None:
    texts = script("make_browser_fixtures").texts()
    assert len(texts) == 4
    for name, text in texts.items():
        assert (FIXTURES / name).read_text(encoding="utf-8") == text, "run: python scripts/make_browser_fixtures.py"


@given(st.lists(st.binary(max_size=40), max_size=5), st.text(max_size=20))
def test_packed_answers(buffers: list[bytes], text: str) -> None:
    header = {"id": 1, "ok": True, "value": text}
    data = b"".join(pack(header, buffers))
    assert unpack(data) == (header, buffers)
    assert len(data) % 8 == 0


def test_columns_as_a_browser_reads_them() -> None:
    fixture = json.loads((FIXTURES / "columns.json").read_text(encoding="utf-8"))
    header, buffers = unpack(base64.b64decode(fixture["columns"]))
    assert header["value"]["rows"] == len(fixture["expected"])
    for place, column in enumerate(COLUMNS):
        numbers = array(column.code, buffers[place]).tolist()
        for number, row in zip(numbers, fixture["expected"], strict=True):
            expected = row[column.name]
            if column.name in ("kind", "name"):
                assert header["value"][f"{column.name}s"][number] == expected
            elif column.name == "tags":
                assert header["value"]["tagsets"][number] == [[tag["name"], tag["color"]] for tag in expected]
            elif column.name == "actor":
                assert header["value"]["actors"][number] == (expected or {"name": "", "color": None})
            else:
                assert number == expected or (number != number and expected is None)
