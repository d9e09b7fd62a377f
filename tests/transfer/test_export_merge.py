"""Between stores: what is exported, merged and compacted is all there, once, under its uid."""

from __future__ import annotations

import contextlib
import csv
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interlab.errors import InvalidArgument, StoreCorrupt
from interlab.tracing import Image, NodeReading, Store, Tag, TracingNode, hooks
from interlab.tracing.frames import COLUMNS
from interlab.tracing.schema import OPEN

Open = Callable[..., Store]


def run(store: Store, name: str = "run", turns: int = 4) -> TracingNode:
    """A run in which a conversation grows."""
    messages: list[Any] = []
    with store, TracingNode(name, kind="run", tags=["kept", Tag("red", "#f00")], meta={"color": "#123456"}) as root:
        for turn in range(turns):
            messages.append({"role": "user", "content": f"{name} {turn} " + "word " * 60})
            with TracingNode(f"turn {turn}", kind="step"), TracingNode("ask", kind="model") as node:
                node.add_input("messages", list(messages))
                node.set_result(f"{name} answers {turn} " + "yes " * 200)
        with TracingNode("picture") as node:
            node.set_result(Image(b"\x89PNG" + name.encode() * 100))
        with pytest.raises(ZeroDivisionError), TracingNode("fails"):
            raise ZeroDivisionError(name)
        root.set_result({"turns": turns})
    return root


def content(store: Store) -> dict[str, Any]:
    """All nodes and bytes of a store, in no order."""
    document = store.to_document()
    return {"nodes": {node["uid"]: node for node in document["nodes"]}, "blobs": document["blobs"]}


def n_values(store: Store) -> int:
    return int(store.journal.read("SELECT count(*) FROM value")[0][0])


# Export -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", [".db", ".sqlite", ".DB"])
def test_a_run_as_a_store_of_its_own(store: Store, tmp_path: Path, open_another: Open, ending: str) -> None:
    run(store, "other")
    root = run(store)
    target = store.export(root.uid, tmp_path / f"run{ending}")
    assert [file.name for file in tmp_path.iterdir()] == [target.name]  # nothing is left in a journal beside it
    exported = open_another(target, read_only=True)
    assert exported.to_document() == store.to_document([root])
    (back,) = exported.roots()
    assert back.children[3].children[0].inputs == store.node(root.uid).children[3].children[0].inputs
    assert n_values(exported) < n_values(store)
    with pytest.raises(InvalidArgument, match="exists; export to a new file"):
        store.export(root, target)


def test_a_part_of_a_run(store: Store, tmp_path: Path, open_another: Open) -> None:
    root = run(store)
    step = root.children[1]
    exported = open_another(store.export(step, tmp_path / "step.db"))
    (back,) = exported.roots()
    assert (back.uid, back.name, back.parent) == (step.uid, "turn 1", None)
    assert len(exported) == 2
    assert store.merge(tmp_path / "step.db") == 0
    assert store.node(step.uid).parent == store.node(root.uid)  # known here, so it is kept


def test_an_open_run_is_exported_as_it_is(store: Store, tmp_path: Path, open_another: Open) -> None:
    with store, TracingNode("open", inputs={"a": 1}) as root:
        with TracingNode("closed"):
            pass
        exported = open_another(store.export(root, tmp_path / "open.db"))
        assert [node.name for node in exported.roots()[0].find_nodes()] == ["open", "closed"]
        assert exported.roots()[0].inputs == {"a": 1}
        assert exported.roots()[0].closed_at is None


def test_a_run_as_a_document(store: Store, tmp_path: Path, open_another: Open) -> None:
    root = run(store)
    target = store.export(root, tmp_path / "run.json")
    assert json.loads(target.read_text(encoding="utf-8")) == store.to_document([root])
    other = open_another()
    assert other.merge(target) == len(store)
    assert other.to_document() == store.to_document()
    assert other.merge(target) == 0


def test_a_run_as_a_table(store: Store, tmp_path: Path) -> None:
    root = run(store)
    with store.export(root, tmp_path / "run.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    assert [row["uid"] for row in rows] == [node.uid for node in root.find_nodes()]
    assert [row["depth"] for row in rows[:3]] == ["0", "1", "2"]
    assert json.loads(rows[0]["result"]) == {"turns": 4}
    assert json.loads(rows[2]["inputs"])["messages"][0]["role"] == "user"
    assert rows[2]["result"].startswith("run answers 0")
    assert rows[-1]["error"] == "ZeroDivisionError: run"


def test_a_run_as_a_page(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = run(store)

    def write(node: NodeReading, path: Path) -> Path:
        path.write_text(f"<p>{node.uid} naïve 🚗</p>", "utf-8")
        return path

    monkeypatch.setitem(hooks._hooks, "write_html", write)
    assert store.export(root, tmp_path / "run.html").read_text("utf-8") == f"<p>{root.uid} naïve 🚗</p>"


@pytest.mark.parametrize("name", ["run", "run.txt", "run.db.gz", "nowhere/run.db", "nowhere/run.json"])
def test_where_nothing_can_be_exported_to(store: Store, tmp_path: Path, name: str) -> None:
    root = run(store, turns=1)
    with pytest.raises(InvalidArgument):
        store.export(root, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_leaves_nothing(tmp_path: Path, open_another: Open) -> None:
    store = open_another(tmp_path / "lab.db")
    root = run(store)
    store.close()
    with sqlite3.connect(tmp_path / "lab.db") as connection:
        connection.execute("UPDATE value SET data=x'00'")
    connection.close()
    broken = open_another(tmp_path / "lab.db")
    for name in ("run.db", "run.json", "run.csv"):
        with pytest.raises(StoreCorrupt):
            broken.export(root.uid, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("run")] == []


# Merge ------------------------------------------------------------------------------------------------


def test_merging_twice_changes_nothing(tmp_path: Path, open_another: Open) -> None:
    here, there = open_another(tmp_path / "here.db"), open_another(tmp_path / "there.db")
    run(here, "here")
    run(there, "there")
    assert here.merge(tmp_path / "there.db") == len(there)
    merged, known = content(here), n_values(here)
    assert here.merge(tmp_path / "there.db") == 0
    assert content(here) == merged
    assert n_values(here) == known
    assert {root.name for root in here.roots()} == {"here", "there"}
    assert content(there)["nodes"].items() <= merged["nodes"].items()
    assert here.find(text="there answers")
    run(there, "later")
    assert here.merge(tmp_path / "there.db") == len(there) - len(merged["nodes"]) // 2


def test_three_stores_whatever_the_order(tmp_path: Path, open_another: Open) -> None:
    for name in "abc":
        store = open_another(tmp_path / f"{name}.db")
        run(store, name, turns=2)
        store.close()
    results = []
    for order in ("abc", "cab", "bca"):
        sum_ = open_another(tmp_path / f"{order}.db")
        for name in order:
            sum_.merge(tmp_path / f"{name}.db")
        results.append(content(sum_))
        sum_.flush()
    assert results[0] == results[1] == results[2]
    first = open_another(tmp_path / "first.db")
    first.merge(tmp_path / "abc.db")
    first.merge(tmp_path / "cab.db")
    assert first.merge(tmp_path / "a.db") == 0
    assert content(first) == results[0]


def test_open_then_closed(tmp_path: Path, open_another: Open) -> None:
    here, there = open_another(tmp_path / "here.db"), open_another(tmp_path / "there.db")
    with there, TracingNode("run", inputs={"a": 1}) as root:
        with TracingNode("inner"):
            pass
        there.flush()
        assert here.merge(tmp_path / "there.db") == 2
        assert (here.node(root.uid).state, here.node(root.uid).has_result) == ("open", False)
        root.add_tag("late")
        root.set_result("done")
    assert here.merge(tmp_path / "there.db") == 0
    assert content(here) == content(there)
    merged = here.node(root.uid)
    assert (merged.state, merged.result, merged.has_tag("late")) == ("finished", "done", True)


def test_an_older_copy_takes_nothing_back(tmp_path: Path, open_another: Open) -> None:
    here, there = open_another(tmp_path / "here.db"), open_another(tmp_path / "there.db")
    with there, TracingNode("run") as root:
        there.export(root, tmp_path / "old.db")
        root.set_result("done")
    here.merge(tmp_path / "there.db")
    assert here.merge(tmp_path / "old.db") == 0
    assert (here.node(root.uid).state, here.node(root.uid).result) == ("finished", "done")


def test_into_the_store_that_it_came_from(tmp_path: Path, open_another: Open) -> None:
    here, there = open_another(tmp_path / "here.db"), open_another(tmp_path / "there.db")
    with here, TracingNode("run") as root:
        here.export(root, tmp_path / "open.db")
        with contextlib.closing(sqlite3.connect(tmp_path / "open.db")) as connection, connection:
            connection.execute("UPDATE node SET state=1, closed=5, result='1'")
        there.merge(tmp_path / "open.db")
        assert there.node(root.uid).result == 1
        assert here.merge(tmp_path / "there.db") == 0
        assert here.node(root.uid) is root
        assert here.journal.read("SELECT state, closed, result FROM node") == [(OPEN, None, None)]
        root.set_result("of the process that has it")
    assert here.node(root.uid).result == "of the process that has it"


def trace_of_two(store: Store) -> tuple[NodeReading, NodeReading]:
    """A node of a writer that is known before the writer of its parent."""
    node = {"kind": "call", "state": "finished", "opened_at": 1.0, "closed_at": 2.0, "tags": []}
    child = node | {"uid": "child-1", "parent_uid": "parent-7", "name": "child"}
    parent = node | {"uid": "parent-7", "parent_uid": None, "name": "parent"}
    head = {"format": "interlab-trace", "version": 1, "blobs": {}}
    store.from_document(head | {"nodes": [child]})
    store.from_document(head | {"nodes": [parent]})
    store.from_document(head | {"nodes": [child, parent]})
    return store.node("parent-7"), store.node("child-1")


def test_parents_of_another_writer(tmp_path: Path, open_another: Open) -> None:
    first = open_another(tmp_path / "first.db")
    parent, child = trace_of_two(first)
    assert child.id < parent.id
    assert (child.parent, parent.children) == (parent, [child])
    exported = open_another(first.export(parent, tmp_path / "exported.db"))
    merged = open_another(tmp_path / "merged.db")
    run(merged, turns=1)
    merged.merge(tmp_path / "exported.db")
    for store in (exported, merged):
        assert [node.name for node in store.node("parent-7").find_nodes()] == ["parent", "child"]
        assert store.to_frame(["parent-7"])["depth"].tolist() == [0, 1]
    alone = open_another()
    alone.merge(first.export(child, tmp_path / "child.db"))
    assert [root.uid for root in alone.roots()] == ["child-1"]
    assert alone.merge(tmp_path / "first.db") == 1
    assert [root.uid for root in alone.roots()] == ["parent-7"]
    assert content(alone) == content(first)


def test_nodes_whose_parent_was_not_written_yet(tmp_path: Path, open_another: Open) -> None:
    whole, here = open_another(tmp_path / "whole.db"), open_another(tmp_path / "here.db")
    root = run(whole, turns=2)
    part = whole.export(root, tmp_path / "part.db")
    with contextlib.closing(sqlite3.connect(part)) as connection, connection:
        connection.execute("DELETE FROM node WHERE kind='run'")
    run(here, "another", turns=1)
    here.merge(part)
    children = [child.uid for child in root.children]
    assert [node.uid for node in here.roots()[1:]] == children
    assert here.node(children[0]).parent_uid is None
    assert here.merge(tmp_path / "whole.db") == 1
    assert [node.uid for node in here.roots()][1:] == [root.uid]
    assert here.to_document([root.uid]) == whole.to_document()
