"""What the original InterLab wrote is read as it reads it itself: every node, every time, every value."""

from __future__ import annotations

import datetime
import html
import json
import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interlab.tracing import Blob, FormatStr, Html, Image, NodeReading, Opaque, Record, Store
from interlab.tracing.documents import with_descendants
from interlab.tracing.format_str import Field, Filled

DATA = Path(__file__).parent / "data"
STORAGES = ("haggle", "folders", "unfinished", "twice")
STYLE = ("color", "color_bg", "color_border")


def as_the_original_reads(storage: str) -> list[dict[str, Any]]:
    read: list[dict[str, Any]] = json.loads((DATA / f"{storage}.json").read_text(encoding="utf-8"))
    return read


def root_named(storage: str, name: str) -> dict[str, Any]:
    return next(raw for raw in as_the_original_reads(storage) if raw["name"] == name)


def seconds(time: str) -> float:
    return datetime.datetime.fromisoformat(time).replace(tzinfo=datetime.UTC).timestamp()


def assert_same_node(node: NodeReading, raw: dict[str, Any], parent: dict[str, Any] | None = None) -> None:
    """A node and all below it hold what the original has."""
    assert node.name == raw["name"]
    is_event = "start_time" not in raw
    assert node.kind == raw.get("kind", "event" if is_event else "call")
    state = raw.get("state", "finished")
    assert node.state == {"open": "interrupted", "new": "finished"}.get(state, state)
    start = raw.get("start_time") or raw.get("end_time") or (parent or {})["start_time"]
    assert node.opened_at == seconds(start)
    if state == "open":
        assert node.closed_at is None
    else:
        assert node.closed_at == seconds(raw.get("end_time") or start)
    assert [(tag.name, tag.color) for tag in node.tags] == [(tag["name"], tag["color"]) for tag in raw.get("tags", [])]
    assert node.meta == raw.get("meta", {})
    assert list(node.inputs) == list(raw.get("inputs", {}))
    for name, value in raw.get("inputs", {}).items():
        assert_same_value(node.inputs[name], "[secret removed]" if name == "api_key" else value)
    assert node.has_result == (raw.get("result") is not None)
    assert_same_value(node.result, raw.get("result"))
    assert_same_error(node.error, raw.get("error"))
    assert (node.state == "error") == (node.error is not None)
    assert len(node.children) == len(raw.get("children", []))
    for child, raw_child in zip(node.children, raw.get("children", []), strict=True):
        assert child.parent_uid == node.uid
        assert_same_node(child, raw_child, raw)


def assert_same_error(error: Record | None, raw: Any) -> None:
    if raw is None:
        assert error is None
        return
    assert error is not None
    if isinstance(raw, str):
        assert (error.type_name, error["message"]) == ("Exception", raw)
        return
    assert (error.type_name, error["message"]) == (raw["_type"], raw["message"])
    for frame in raw["traceback"]["frames"]:
        assert f'File "{frame["filename"]}", line {frame["lineno"]}, in {frame["name"]}' in error["traceback"]
    assert_same_error(error["cause"], raw.get("tracing"))


def assert_same_value(value: Any, raw: Any) -> None:
    if isinstance(raw, list):
        assert type(value) is list
        assert len(value) == len(raw)
        for one, raw_one in zip(value, raw, strict=True):
            assert_same_value(one, raw_one)
    elif not isinstance(raw, dict):
        assert type(value) is type(raw)
        assert value == raw or (math.isnan(value) and math.isnan(raw))
    elif raw.get("_type") == "$html" and isinstance(value, FormatStr):
        # Open fields of ours are shown without their format.
        assert value == re.sub(r":[^{}]*}", "}", html.unescape(re.sub("</?span[^>]*>", "", raw["html"])))
    elif raw.get("_type") == "$html":
        assert value == Html(raw["html"])
    elif raw.get("_type") == "$blob":
        assert isinstance(value, Image if raw["mime_type"].startswith("image/") else Blob)
        assert (value.mime, value.name) == (raw["mime_type"], None)
    elif raw.get("_type") == "ndarray":
        assert isinstance(value, np.ndarray)
        assert list(value.shape) == raw["shape"]
        assert repr(value.tolist()) == repr(raw["values"])
    elif "_type" in raw and raw.keys() == {"_type", "id"}:
        assert isinstance(value, Opaque)
        assert value.type_name == raw["_type"]
    else:
        fields = {name: one for name, one in raw.items() if name != "_type"}
        assert type(value) is (Record if "_type" in raw else dict)
        assert getattr(value, "type_name", None) == raw.get("_type")
        assert list(value) == list(fields)
        for name, one in fields.items():
            assert_same_value(value[name], one)


def every_uid(store: Store) -> list[str]:
    return [node.uid for node in with_descendants(store.roots())]


def count(raw: dict[str, Any]) -> int:
    return 1 + sum(map(count, raw.get("children", ())))


# The four storages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("storage", ["haggle", "folders", "unfinished"])
def test_a_storage_reads_as_the_original_reads_it(store: Store, storage: str) -> None:
    roots = store.import_foreign(DATA / storage)
    expected = sorted(as_the_original_reads(storage), key=lambda raw: raw["start_time"])
    assert len(roots) == len(expected)
    for root, raw in zip(roots, expected, strict=True):
        assert_same_node(root, raw)
    assert store.roots() == roots
    assert len(store) == sum(map(count, expected))


def test_a_root_that_stands_in_another_too_is_imported_once(store: Store) -> None:
    (outer,) = store.import_foreign(DATA / "twice")
    assert_same_node(outer, root_named("twice", "outer"))
    assert [node.name for node in outer.find_nodes()] == ["outer", "inner", "innermost"]
    assert len(store) == 3


def test_the_haggle_has_all_that_it_is_to_show() -> None:
    raw = json.dumps(as_the_original_reads("haggle"))
    for needed in ("$html", "$blob", "ndarray", "$traceback", "NaN", "Infinity", "FmtString__field", "color_bg"):
        assert needed in raw  # else the comparison above compares less than it says


@pytest.mark.parametrize("storage", STORAGES)
def test_importing_again_adds_nothing(store: Store, storage: str) -> None:
    store.import_foreign(DATA / storage)
    before = store.to_document()
    again = store.import_foreign(DATA / storage)
    assert store.roots() == again
    assert store.to_document() == before


@pytest.mark.parametrize("storage", STORAGES)
def test_two_stores_give_the_same_uids(open_another: Callable[..., Store], tmp_path: Path, storage: str) -> None:
    stores = open_another(), open_another(tmp_path / "lab.db")
    for other in ("haggle", "folders", "unfinished", "twice") if storage == "twice" else (storage,):
        stores[1].import_foreign(DATA / other)  # in another order, with others around
    stores[0].import_foreign(DATA / storage)
    assert set(every_uid(stores[0])) <= set(every_uid(stores[1]))
    assert stores[1].merge(export(stores[0], tmp_path)) == 0


def export(store: Store, folder: Path) -> Path:
    return store.export(store.roots()[0], folder / "out.json")


# Values -----------------------------------------------------------------------------------------------


@pytest.fixture
def haggle(store: Store) -> NodeReading:
    return store.import_foreign(DATA / "haggle")[0]


def test_rich_values(haggle: NodeReading) -> None:
    (values,) = haggle.find_nodes(lambda node: node.name == "values")
    inputs = values.inputs
    assert inputs["html"] == Html("<b onclick='alert(1)'>bold</b>")
    assert inputs["image"].data.startswith(b"\x89PNG")
    assert inputs["file"] == Blob(b"\x00\x01binary", "application/pdf")
    assert inputs["bytes"] == Blob(b"plain")
    assert inputs["offer"] == {"price": 2400.0, "by": "Ann", "before": [{"price": 2500.0, "by": "Bob", "before": []}]}
    assert inputs["offer"].type_name == "Offer"
    assert repr(inputs["plain"]).startswith("<Plain object at 0x")
    assert [inputs[name].dtype.str for name in ("array", "numbers", "flags")] == ["<f8", "<i8", "|b1"]
    assert np.isnan(inputs["array"][0, 1])
    assert np.isposinf(inputs["array"][1, 0])
    assert math.copysign(1, inputs["array"][1, 1]) == -1
    assert inputs["big"] == 2**80
    assert inputs["keys"] == {"$": "dollar", "_other": 1}
    assert inputs["text"] == "naïve 🚗 \ud83d"
    assert inputs["api_key"] == "[secret removed]"
    assert values.result == {"deal": True, "price": 2400.0}


def test_prompts_know_their_fields_again(haggle: NodeReading) -> None:
    (node,) = haggle.find_nodes(lambda node: node.name == "prompt")
    prompt = node.inputs["prompt"]
    price = FormatStr.from_parts(["it's ", Filled("price", "2400", "#ceec1e33")])
    assert prompt.parts == (
        Filled("who", 'Ann "A"', "#64b52833"),
        " says: <",
        Filled("what", price, "#00ff0033"),
        "> & ",
        Field("later", "#36d43933"),
        "\n",
    )
    assert prompt.free_fields == {"later"}
    assert prompt.parts[2].text.parts == price.parts
    assert node.inputs["template"].parts == (Field("open", "#2fee6e33"), " text")
    assert node.children[0].inputs["prompt"].parts == prompt.parts


def test_errors_keep_their_cause(haggle: NodeReading) -> None:
    (failed,) = haggle.find_nodes(state="error")
    error = failed.error
    assert error is not None
    assert (error.type_name, error["message"]) == ("ValueError", "outer: 3 < 4")
    assert 'raise ValueError("outer: 3 < 4") from error' in error["traceback"]
    assert (error["cause"].type_name, error["cause"]["message"]) == ("KeyError", "'inner'")


def test_events(haggle: NodeReading) -> None:
    rings, silence, zero = (node for node in haggle.children if node.name in ("phone rings", "silence", "zero"))
    assert (rings.kind, rings.result, rings.tags[0].name) == ("noise", "ring", "loud")
    assert (silence.kind, silence.has_result, silence.duration_s) == ("event", False, 0)
    assert (zero.kind, zero.result) == ("event", 0)
    assert rings.opened_at == rings.closed_at
    assert haggle.opened_at <= rings.opened_at <= (haggle.closed_at or 0)


def test_what_was_not_finished_is_interrupted(store: Store) -> None:
    root, left = store.import_foreign(DATA / "unfinished")
    assert [(node.name, node.state) for node in root.find_nodes()] == [
        ("still open", "interrupted"),
        ("closed", "finished"),
        ("open child", "interrupted"),
        ("closed grandchild", "finished"),
    ]
    assert (left.state, left.closed_at) == ("error", left.opened_at)
    assert store.find(state="open") == []
