"""Compacting drops only what nothing holds; a data frame has one row a node."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from interlab.errors import NodeNotFound, StoreBusy, StoreReadOnly
from interlab.tracing import Blob, NodeReading, Record, Store, Tag, TracingNode
from interlab.tracing.frames import COLUMNS
from interlab.tracing.wire import digest, dumps

Open = Callable[..., Store]


@pytest.fixture
def lab(tmp_path: Path, open_another: Open) -> Store:
    """A store in a file."""
    return open_another(tmp_path / "lab.db")


def recorded(store: Store, value: Any, name: str = "value") -> NodeReading:
    with store, TracingNode(name, inputs={"a": value}) as node:
        pass
    return store.node(node.uid)


def n_values(store: Store) -> int:
    return int(store.journal.read("SELECT count(*) FROM value")[0][0])


def conversation(name: str, turns: int) -> list[Any]:
    return [{"role": "user", "content": f"{name} {turn} " + "word " * 60} for turn in range(turns)]


# Compact ----------------------------------------------------------------------------------------------


def test_nothing_to_drop(lab: Store) -> None:
    assert lab.compact() == 0
    node = recorded(lab, "text " * 1000)
    before = lab.to_document()
    assert lab.compact() == 0
    assert lab.to_document() == before
    assert node.inputs["a"] == "text " * 1000


def test_what_only_the_removed_held_goes(lab: Store, open_another: Open) -> None:
    shared, first, second = "shared " * 500, "first " * 500, Blob(b"second" * 5000, "text/plain")
    going, staying = recorded(lab, [shared, first, second]), recorded(lab, {"in": [shared]})
    assert lab.compact() == 0
    assert lab.remove(going) == 1
    assert n_values(lab) >= 3  # removing alone drops nothing
    assert lab.compact() >= 2
    assert staying.inputs == {"a": {"in": [shared]}}
    kept = {row[0] for row in lab.journal.read("SELECT hash FROM value")}
    assert not kept & {digest(second.data), digest(dumps(first))}
    assert open_another(lab.path).node(staying.uid).inputs == {"a": {"in": [shared]}}


def test_the_space_goes_back_to_the_disk(lab: Store, open_another: Open) -> None:
    going = recorded(lab, Blob(os.urandom(1_000_000)))
    recorded(lab, "stays")
    lab.close()
    assert Path(lab.path).stat().st_size > 1_000_000
    again = open_another(lab.path)
    again.remove(going.uid)
    assert again.compact() == 1
    again.close()
    assert Path(lab.path).stat().st_size < 100_000


@pytest.mark.parametrize("gone", range(5))
def test_conversations_that_share_their_beginning(lab: Store, open_another: Open, gone: int) -> None:
    lists = [
        conversation("a", 3),
        conversation("a", 7),
        conversation("a", 7),
        conversation("a", 12),
        conversation("b", 5),
    ]
    nodes = [recorded(lab, messages) for messages in lists]
    lab.remove(nodes[gone])
    lab.compact()
    for place, node in enumerate(nodes):
        if place != gone:
            assert open_another(lab.path).node(node.uid).inputs["a"] == lists[place]
    with pytest.raises(NodeNotFound):
        lab.node(nodes[gone].uid)


def test_what_was_dropped_can_be_recorded_again(lab: Store, open_another: Open) -> None:
    values = ["text " * 1000, conversation("a", 9), Blob(b"bytes" * 100), np.arange(5000)]
    beside = open_another(lab.path)
    for _ in range(2):
        nodes = [recorded(store, values) for store in (lab, beside)]
        for node in nodes:
            lab.remove(node)
        assert lab.compact() > 0
        assert n_values(lab) == 0
    again = open_another(lab.path).node(recorded(beside, values).uid).inputs["a"]
    assert again[:3] == values[:3]
    assert again[3].tolist() == list(range(5000))


def test_recorded_again_in_memory(store: Store) -> None:
    values = ["text " * 1000, conversation("a", 9)]
    store.remove(recorded(store, values))
    assert store.compact() > 0
    assert recorded(store, values).inputs["a"] == values


def test_bytes_that_look_like_references_hold_nothing(lab: Store) -> None:
    going = recorded(lab, "dropped " * 500)
    key = digest(dumps("dropped " * 500))
    assert lab.load(key)
    data = dumps({"base": key.hex(), "items": [], "$": "ref", "h": key.hex(), "n": 4000})
    staying = recorded(lab, [Blob(data * 100), {"$": "ref", "h": key.hex(), "n": 5}])
    lab.remove(going)
    assert lab.compact() >= 1
    assert lab.journal.read("SELECT count(*) FROM value WHERE hash=?", (key,)) == [(0,)]
    assert staying.inputs["a"][0] == Blob(data * 100)


def test_what_an_open_node_holds_stays(lab: Store) -> None:
    with lab, TracingNode("open", inputs={"a": "text " * 1000}) as node:
        node.add_input("b", conversation("b", 9))
        recorded_before = recorded(lab, "other " * 1000)
        lab.remove(recorded_before)
        assert lab.compact() >= 1
        node.set_result(conversation("b", 12))
    assert lab.compact() == 0
    assert lab.node(node.uid).inputs == {"a": "text " * 1000, "b": conversation("b", 9)}
    assert lab.node(node.uid).result == conversation("b", 12)


def test_not_while_another_process_writes(lab: Store) -> None:
    code = (
        "import sys; from interlab.tracing import TracingNode, open_store; store = open_store(sys.argv[1])\n"
        "with store, TracingNode('there'): pass\nprint('ready', flush=True); sys.stdin.read(); store.close()"
    )
    recorded(lab, "text " * 1000)
    before = lab.to_document()
    with subprocess.Popen(
        [sys.executable, "-c", code, lab.path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        with pytest.raises(StoreBusy, match=str(process.pid)):
            lab.compact()
        process.communicate("")
    assert lab.compact() == 0
    assert lab.to_document([before["nodes"][0]["uid"]]) == before


def test_not_a_store_open_for_reading_only(lab: Store, open_another: Open) -> None:
    recorded(lab, 1)
    with pytest.raises(StoreReadOnly):
        open_another(lab.path, read_only=True).compact()


# Data frames ------------------------------------------------------------------------------------------


def test_one_row_a_node(store: Store) -> None:
    usage = {"input_tokens": 12, "output_tokens": 3}
    with store, TracingNode("run", kind="run", tags=["a", Tag("b", "red")], inputs={"seed": 7}) as run:
        with TracingNode("step", kind="step"), TracingNode("model", meta={"model": "demo/m", "usage": usage}) as ask:
            ask.set_result("yes")
        with pytest.raises(ValueError, match="no"), TracingNode("fails"):
            raise ValueError("no")
    with store, TracingNode("second"):
        pass
    frame = store.to_frame()
    assert tuple(frame.columns) == COLUMNS
    assert frame["name"].tolist() == ["run", "step", "model", "fails", "second"]
    assert frame["depth"].tolist() == [0, 1, 2, 1, 0]
    assert frame["uid"].tolist() == [node.uid for node in (*run.find_nodes(), store.roots()[1])]
    assert frame["parent_uid"].tolist()[1:4] == [run.uid, run.children[0].uid, run.uid]
    assert frame["parent_uid"].isna().tolist() == [True, False, False, False, True]
    assert frame["state"].tolist() == ["finished", "finished", "finished", "error", "finished"]
    assert isinstance(frame["opened_at"].dtype, pd.DatetimeTZDtype)
    assert frame["opened_at"][0].timestamp() == pytest.approx(run.opened_at, abs=1e-6)
    assert (frame["duration_s"] >= 0).all()
    assert frame["tags"].tolist() == ["a,b", "", "", "", ""]
    assert frame.loc[2, ["model", "input_tokens", "output_tokens", "result"]].tolist() == ["demo/m", 12, 3, "yes"]
    assert frame.loc[0, "inputs"] == {"seed": 7}
    assert frame.loc[3, "error"] == "ValueError: no"


def test_parts_and_without_values(store: Store) -> None:
    with store, TracingNode("run") as run, TracingNode("step") as step, TracingNode("inner"):
        pass
    part = store.to_frame([step.uid, run], values=False)
    assert tuple(part.columns) == tuple(name for name in COLUMNS if name not in ("inputs", "result", "error"))
    assert part["name"].tolist() == ["step", "inner", "run"]
    assert part["depth"].tolist()[:2] == [0, 1]
    assert len(store.to_frame([])) == 0
    assert tuple(store.to_frame([]).columns) == COLUMNS


def test_facts_that_are_not_ours(store: Store) -> None:
    with store, TracingNode("odd", meta={"usage": "much", "model": ["a", "b"]}) as node:
        node.set_result([Record({"x": 1}, "X")])
    (row,) = store.to_frame().to_dict("records")
    assert (row["model"], row["input_tokens"], row["result"]) == (["a", "b"], None, [{"x": 1}])


def test_an_open_node_and_a_deep_tree(store: Store) -> None:
    def nested(levels: int) -> None:
        with TracingNode(f"n{levels}"):
            if levels:
                nested(levels - 1)

    with store, TracingNode("open"):
        nested(200)
        frame = store.to_frame()
    assert frame["depth"].tolist() == list(range(202))
    assert frame["state"].tolist() == ["open"] + ["finished"] * 201
    assert pd.isna(frame["duration_s"][0])
