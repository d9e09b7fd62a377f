"""Files of the original InterLab that are damaged, hostile, or seen at another moment: what is good is read."""

from __future__ import annotations

import base64
import gzip
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from interlab.errors import ForeignTraceError
from interlab.tracing import Blob, FormatStr, Html, Image, Opaque, Record, Store, foreign

DATA = Path(__file__).parent / "data"
START, END = "2024-05-01T10:00:00.000001", "2024-05-01T10:00:02"


def trace(name: str = "good", /, **fields: Any) -> dict[str, Any]:
    """A node as the original writes it; a field of `...` is left out."""
    node = {"_type": "TracingNode", "name": name, "uid": name, "version": "3.0", "start_time": START, "end_time": END}
    return {name: value for name, value in (node | fields).items() if value is not ...}


def write(folder: Path, node: Any, name: str | None = None, ending: str = ".full.gz") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ((name or node["uid"]) + ending)
    path.write_bytes(gzip.compress(node if isinstance(node, bytes) else json.dumps(node).encode()))
    return path


def recorded(store: Store, folder: Path, value: Any) -> Any:
    """A value of the original as it is read back here."""
    (root,) = store.import_foreign(write(folder, trace(inputs={"value": value})))
    return root.inputs["value"]


# Bad files --------------------------------------------------------------------------------------------

PACKED = gzip.compress(json.dumps(trace("bad", result="x" * 1000)).encode())
BAD_FILES: dict[str, bytes] = {
    "empty": b"",
    "text": b"hello",
    "not packed": json.dumps(trace("bad")).encode(),
    "cut short": PACKED[:-12],
    "of another checksum": PACKED[:-8] + b"\0\0\0\0" + PACKED[-4:],
    "damaged inside": PACKED[:20] + b"\xff" * 10 + PACKED[30:],
    "with more after it": PACKED + b"more",
    "of nothing": gzip.compress(b""),
    "of no JSON": gzip.compress(b"{'a': 1}"),
    "of no UTF-8": gzip.compress(b'{"\xff\xfe": 1}'),
    "of a number too long": gzip.compress(b"1" * 10_000),
    "of JSON too deep": gzip.compress(b"[" * 200_000 + b"]" * 200_000),
}
BAD_NODES: dict[str, Any] = {
    "null": None,
    "a list": [trace("bad")],
    "of no type": trace("bad", _type=...),
    "of another type": trace("bad", _type="Event"),
    "of a type that is none": trace("bad", _type=["TracingNode"]),
    "of a newer format": trace("bad", version="4.0"),
    "of a format that is none": trace("bad", version={"major": 3}),
    "without a uid": trace("bad", uid=...),
    "with a number for a uid": trace("bad", uid=5),
    "with a path for a uid": trace("bad", uid="../bad"),
    "with a uid too long": trace("bad", uid="x" * 201),
    "without a name": trace("bad", name=...),
    "with a number for a name": trace("bad", name=5),
    "of no known state": trace("bad", state="running"),
    "of a state that is none": trace("bad", state=["open"]),
    "begun at a number": trace("bad", start_time=1.5e9),
    "begun at no time": trace("bad", start_time="yesterday"),
    "begun before the years": trace("bad", start_time="0001-01-01T00:00:00+23:59"),
    "ended at no time": trace("bad", end_time={"at": END}),
    "with inputs without names": trace("bad", inputs=[1]),
    "with meta that is text": trace("bad", meta="blue"),
    "with tags that are numbers": trace("bad", tags=[1]),
    "with a tag without a name": trace("bad", tags=[{"color": "red"}]),
    "with children that are text": trace("bad", children="abc"),
    "with a child that is a number": trace("bad", children=[5]),
    "with a child of another type": trace("bad", children=[{"_type": "Tag", "name": "x"}]),
    "with a child without a name": trace("bad", children=[trace("child", name=...)]),
    "with a bad grandchild": trace("bad", children=[trace("child", children=[trace("third", tags=7)])]),
}
BAD = BAD_FILES | {what: gzip.compress(json.dumps(node).encode()) for what, node in BAD_NODES.items()}


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_alone(store: Store, tmp_path: Path, what: str) -> None:
    path = tmp_path / "bad.full.gz"
    path.write_bytes(BAD[what])
    with pytest.raises(ForeignTraceError, match=r"bad\.full\.gz") as raised:
        store.import_foreign(path)
    assert raised.value.path == path
    assert str(raised.value).count("\n") == 1  # said once
    assert len(store) == 0


@pytest.mark.parametrize("what", BAD)
def test_a_bad_file_beside_a_good_one(store: Store, tmp_path: Path, what: str) -> None:
    (tmp_path / "bad.full.gz").write_bytes(BAD[what])
    write(tmp_path, trace("good", result=1))
    with pytest.warns(UserWarning, match=r"bad\.full\.gz") as warned:
        roots = store.import_foreign(tmp_path)
    assert [(root.name, root.result) for root in roots] == [("good", 1)]
    assert len(store) == len(warned) == 1
    assert "good.full.gz" not in str(warned[0].message)
    assert warned[0].filename == __file__


@pytest.mark.parametrize("name", ["nothing here", "nothing.full.gz", "empty folder", "nul\0.full.gz"])
def test_where_nothing_is(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty folder").mkdir()
    with pytest.raises(ForeignTraceError, match="expected a folder written by FileStorage"):
        store.import_foreign(tmp_path / name)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes here")
@pytest.mark.timeout(20)
def test_a_pipe_is_not_waited_for(store: Store, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "bad.full.gz")
    (tmp_path / "dir.full.gz").mkdir()
    write(tmp_path, trace())
    with pytest.warns(UserWarning, match="not a file"):
        assert len(store.import_foreign(tmp_path)) == 1


def test_a_file_that_unpacks_to_very_much(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign, "MAX_BYTES", 10_000)
    bomb = write(tmp_path, b'{"_type": "TracingNode", "name": "' + b"a" * 1_000_000 + b'", "uid": "bomb"}', "bomb")
    assert bomb.stat().st_size < 10_000
    with pytest.raises(ForeignTraceError, match=r"bomb\.full\.gz unpacks to more than 10,000 bytes"):
        store.import_foreign(bomb)
    exact = json.dumps(trace(result="")).encode()
    write(tmp_path, trace(result="a" * (10_000 - len(exact))))
    with pytest.warns(UserWarning, match="bomb"):
        assert len(store.import_foreign(tmp_path)) == 1


# One file, one folder, and what came later ------------------------------------------------------------


def test_one_file(store: Store) -> None:
    (path,) = (DATA / "haggle").glob("*.full.gz")
    (root,) = store.import_foreign(path)
    assert store.import_foreign(str(DATA / "haggle")) == [root]
    assert len(store) == 8


def test_one_folder(store: Store, open_another: Callable[..., Store]) -> None:
    (path,) = (DATA / "folders").glob("*.ctx")
    (root,) = store.import_foreign(path)
    assert [node.name for node in root.find_nodes()] == [
        "folder", "inner folder", "leaf", "answer", "file", "below the file",
    ]  # fmt: skip
    other = open_another()
    other.import_foreign(DATA / "folders")
    assert other.to_document() == store.to_document()


def test_only_the_root_where_the_rest_can_not_be_read(store: Store, tmp_path: Path) -> None:
    folder = shutil.copytree(DATA / "twice", tmp_path / "twice")
    (full,) = folder.glob("*outer*.full.gz")
    complete = full.read_bytes()
    full.write_bytes(complete[:-9])
    with pytest.warns(UserWarning, match="Only the root was imported"):
        outer, inner = store.import_foreign(folder)
    assert [(root.name, len(root.children)) for root in (outer, inner)] == [("outer", 0), ("inner", 1)]
    full.unlink()
    with pytest.warns(UserWarning, match="Only the root was imported"):
        assert store.import_foreign(folder) == [outer, inner]
    full.write_bytes(complete)
    (again,) = store.import_foreign(folder)
    assert again == outer
    assert [node.name for node in again.find_nodes()] == ["outer", "inner", "innermost"]


def test_a_trace_imported_while_it_ran_is_finished_by_the_next_import(store: Store, tmp_path: Path) -> None:
    at = [START[:-3] + f"{millisecond:03}" for millisecond in range(10)]
    running = {"state": "open", "end_time": ...}
    first, second = trace("first", start_time=at[1], **running), trace("second", start_time=at[2])
    write(tmp_path, trace("run", children=[first, second], **running))
    (root,) = store.import_foreign(tmp_path)
    assert [node.state for node in root.find_nodes()] == ["interrupted", "interrupted", "finished"]
    # What ran beside the second has gone on meanwhile.
    first = trace("first", start_time=at[1], result="one", children=[trace("inner", start_time=at[5])])
    last = trace("last", start_time=at[5])
    write(tmp_path, trace("run", result="done", tags=["late"], children=[first, second, last]))
    (again,) = store.import_foreign(tmp_path)
    assert again.uid == root.uid
    assert {(node.name, node.state) for node in again.find_nodes()} == {
        (name, "finished") for name in ("run", "first", "inner", "second", "last")
    }
    assert [child.name for child in again.children] == ["first", "second", "last"]
    assert (again.result, again.children[0].result, again.tags[0].name) == ("done", "one", "late")
    assert again.children[0].children[0].name == "inner"
    assert again.duration_s == pytest.approx(2, abs=0.001)
    assert len(store) == 5


@pytest.mark.parametrize("version", ["3.0", "2.0", "1.1", "1.0", None])
def test_older_formats(store: Store, tmp_path: Path, version: str | None) -> None:
    cause = {"_type": "KeyError", "message": "'k'"}
    error = {"_type": "ValueError", "message": "m", "context": cause, "traceback": {"_type": "$traceback"}}
    node = trace("old", _type="Context", version=version or ..., tags=["plain", {"name": "red", "color": "#f00"}])
    child = trace("child", _type="Context", state="error", error=error)
    before = trace("before", _type="Context", state="error", error={"_type": "error", "name": "it broke"})
    (root,) = store.import_foreign(write(tmp_path, node | {"children": [child, before]}))
    assert [tag.name for tag in root.tags] == ["plain", "red"]
    first, second = (node.error for node in root.children)
    assert first is not None
    assert second is not None
    assert (first.type_name, first["message"]) == ("ValueError", "m")
    assert (first["cause"].type_name, first["cause"]["message"]) == ("KeyError", "'k'")
    assert second["message"] == "it broke"


# Folders that lead elsewhere --------------------------------------------------------------------------

ELSEWHERE = ["../secret", "..", "/secret", "a/../../secret", "..\\secret", "", "x\0", "sécret", 5, None, ["secret"]]


@pytest.mark.parametrize("uid", ELSEWHERE)
def test_a_child_that_stands_outside(store: Store, tmp_path: Path, uid: Any) -> None:
    write(tmp_path, trace("secret"))
    write(tmp_path / "secret.ctx", trace("secret"), "_self", ".gz")
    folder = tmp_path / "storage" / "run.ctx"
    write(folder, trace("run", children_uids=[uid, "child"]), "_self", ".gz")
    write(folder, trace("child"))
    with pytest.warns(UserWarning, match=r"run\.ctx"):
        (root,) = store.import_foreign(tmp_path / "storage")
    assert [node.name for node in root.find_nodes()] == ["run", "child"]


def test_a_folder_that_holds_itself(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "run.ctx"
    write(folder, trace("run", children_uids=["inner", "run"]), "_self", ".gz")
    (folder / "inner.ctx").symlink_to(folder, target_is_directory=True)
    with pytest.warns(UserWarning, match="twice, or as its own parent"):
        store.import_foreign(tmp_path)
    assert len(store) == 2


def test_a_folder_whose_children_are_missing_or_bad(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "run.ctx"
    write(folder, trace("run", children_uids=["gone", "bad", "good", "good"]), "_self", ".gz")
    write(folder, trace("good"))
    (folder / "bad.full.gz").write_bytes(b"hello")
    with pytest.warns(UserWarning, match="Not all of") as warned:
        (root,) = store.import_foreign(folder)
    message = str(warned[0].message)
    assert all(name in message for name in ("gone.full.gz", "bad.full.gz", "good twice"))
    assert [node.name for node in root.find_nodes()] == ["run", "good"]


# Values -----------------------------------------------------------------------------------------------

SPAN = '<span class="FmtString__span" style="white-space: pre-wrap;">'
LOOKALIKES: list[tuple[dict[str, Any], str]] = [
    ({"_type": "$html", "html": 5}, "$html"),
    ({"_type": "$html"}, "$html"),
    ({"_type": "$blob", "data": "no base64!"}, "$blob"),
    ({"_type": "$blob", "data": 5, "mime_type": "image/png"}, "$blob"),
    ({"_type": "ndarray", "shape": [2], "values": [1]}, "ndarray"),
    ({"_type": "ndarray", "shape": [1], "values": ["1"]}, "ndarray"),
    ({"_type": "ndarray", "shape": [2], "values": [1, None]}, "ndarray"),
    ({"_type": "ndarray", "shape": [-1], "values": [1]}, "ndarray"),
    ({"_type": "ndarray", "shape": [0, 10**15], "values": []}, "ndarray"),
    ({"_type": "ndarray", "shape": [1] * 40, "values": 1}, "ndarray"),
    ({"_type": "ndarray", "shape": [1], "values": [1 << 70]}, "ndarray"),
    ({"_type": "ndarray", "shape": 3, "values": 3}, "ndarray"),
    ({"_type": "ndarray", "shape": [1], "values": [1], "unit": "$"}, "ndarray"),
    ({"_type": "Ticket", "id": 5}, "Ticket"),
    ({"_type": "Ticket", "id": True}, "Ticket"),
    ({"_type": "Ticket", "id": 140308656869840, "price": 3}, "Ticket"),
    ({"_type": "Note", "message": "hello"}, "Note"),
    ({"_type": "Note", "message": "hello", "traceback": "none"}, "Note"),
    ({"_type": "Note", "message": "hello", "traceback": {"_type": "other"}}, "Note"),
    ({"_type": "ref", "$": "ref", "h": "00" * 16, "n": 5}, "ref"),
]


@pytest.mark.parametrize(("value", "kind"), LOOKALIKES)
def test_what_only_looks_like_a_known_type_keeps_its_fields(
    store: Store, tmp_path: Path, value: dict[str, Any], kind: str
) -> None:
    got = recorded(store, tmp_path, value)
    assert type(got) is Record
    assert got.type_name == kind
    nested = value.get("traceback")
    expected = {name: one for name, one in value.items() if name != "_type"}
    if isinstance(nested, dict):
        expected["traceback"] = Record({}, nested["_type"])
    assert got == expected


@pytest.mark.parametrize(
    "value",
    [
        {"_type": 5, "a": 1},
        {"_type": None},
        {"$": "ref", "h": "00" * 16, "n": 5},
        {"$": "node", "v": "aaaa-1"},
        {"$": ["ref"], "h": 1},
        [{"$": "chain", "h": "00" * 16, "n": 1}],
        {"a": {"$": "opaque", "t": "x"}},
    ],
)
def test_data_that_looks_like_our_stored_form_stays_data(store: Store, tmp_path: Path, value: Any) -> None:
    got = recorded(store, tmp_path, value)
    assert got == value
    assert type(got) is type(value)


BROKEN_PROMPTS = [
    SPAN,
    f"{SPAN}text",
    f"{SPAN}text</span></span>",
    f"{SPAN}text</span>more",
    f"{SPAN}{SPAN}nested in nothing</span></span>",
    f'{SPAN}<span class="FmtString__sub">no name</span></span>',
    f'{SPAN}<span style="background: red; padding-top: 1px; padding-bottom: 1px; color: #e40000;" '
    'class="FmtString__field">no braces</span></span>',
    SPAN * 500 + "</span>" * 500,
]


@pytest.mark.parametrize("source", BROKEN_PROMPTS)
def test_html_that_only_begins_as_a_prompt_stays_html(store: Store, tmp_path: Path, source: str) -> None:
    assert recorded(store, tmp_path, {"_type": "$html", "html": source}) == Html(source)


def test_prompts_with_marks_in_their_text(store: Store, tmp_path: Path) -> None:
    prompt = recorded(store, tmp_path, {"_type": "$html", "html": f"{SPAN}1 < 2 << 3 & &amp; <b>\ud83d</span>"})
    assert type(prompt) is FormatStr
    assert prompt.parts == ("1 < 2 << 3 & &amp; <b>\ud83d",)


def test_bytes_without_a_type(store: Store, tmp_path: Path) -> None:
    svg = {"_type": "$blob", "data": base64.b64encode(b"<svg/>").decode(), "mime_type": ""}
    got = recorded(store, tmp_path, [{"_type": "$blob", "data": ""}, svg, svg | {"mime_type": "image/svg+xml"}])
    assert got == [Blob(b""), Blob(b"<svg/>"), Image(b"<svg/>", "image/svg+xml")]


def test_arrays_without_numbers_and_without_axes(store: Store, tmp_path: Path) -> None:
    arrays = [{"_type": "ndarray", "shape": [0, 3], "values": []}, {"_type": "ndarray", "shape": [], "values": 5}]
    empty, single = recorded(store, tmp_path, arrays)
    assert isinstance(empty, np.ndarray)
    assert empty.shape == (0, 3)
    assert (single.shape, single.tolist()) == ((), 5)


def test_values_nested_deep_are_cut(store: Store, tmp_path: Path) -> None:
    value: Any = "bottom"
    for _ in range(300):
        value = [{"in": value}]
    got = recorded(store, tmp_path, value)
    levels = 0
    while isinstance(got, list | dict):
        got = got[0] if isinstance(got, list) else got["in"]
        levels += 1
    assert 50 <= levels <= 60
    assert isinstance(got, Opaque)
    assert "nested deeper" in got.why


def test_a_tree_nested_deep_and_one_too_deep(store: Store, tmp_path: Path) -> None:
    def nested(levels: int) -> bytes:
        open_ = b'{"_type": "TracingNode", "name": "n", "uid": "n", "children": ['
        return open_ * levels + b"]}" * levels

    (root,) = store.import_foreign(write(tmp_path, nested(400), "deep"))
    assert len(root.find_nodes()) == len(store) == 400
    with pytest.raises(ForeignTraceError, match=r"deeper\.full\.gz"):
        store.import_foreign(write(tmp_path, nested(100_000), "deeper"))
    assert len(store) == 400


def test_names_of_secrets_and_half_characters(store: Store, tmp_path: Path) -> None:
    node = trace(
        name="half \ud83d", kind="k\ud83d", tags=["t\ud83d"], meta={"password": "hush"},
        inputs={"headers": {"Authorization": "hush", "n\ud83d": 1}}, error={"_type": "E\ud83d", "message": "m\ud83d"},
    )  # fmt: skip
    (root,) = store.import_foreign(write(tmp_path, node | {"state": "error"}))
    assert (root.name, root.kind, root.tags[0].name) == ("half \\ud83d", "k\\ud83d", "t\\ud83d")
    assert root.meta == {"password": "[secret removed]"}
    assert root.inputs == {"headers": {"Authorization": "[secret removed]", "n\ud83d": 1}}
    assert root.error is not None
    assert (root.error.type_name, root.error["message"]) == ("E\\ud83d", "m\ud83d")
