"""The index agrees with the store, however it came about and whatever happened to the store since."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlab.tracing import Store, TracingNode, open_store
from interlab.ui.browser import index as index_module
from interlab.ui.browser.columns import CHUNK
from interlab.ui.browser.index import Index, index_of

Client = Any


def tree(name: str, fan_out: int = 2, depth: int = 3) -> TracingNode:
    meta = {"actor": name, "color": "#123456"} if depth == 2 else None
    with TracingNode(f"{name} {depth}", kind=f"level{depth}", meta=meta, tags=["leaf"] if depth == 1 else ()) as node:
        if depth > 1:
            for _ in range(fan_out):
                tree(name, fan_out, depth - 1)
        else:
            node.add_meta(usage={"input_tokens": 3, "output_tokens": 4}, cost_usd=0.5, attempts=2)
    return node


def many(number: int) -> None:
    with TracingNode("many", kind="run"):
        for place in range(number):
            with TracingNode(f"one of {place % 10}"):
                pass


def test_rows_are_the_nodes(store: Store, client: Client, agrees: Any) -> None:
    tree("Alice")
    tree("Bob")
    client.load()
    agrees(client, store)
    rows = client.rows()
    leaf = next(row for row in rows if row["kind"] == "level1")
    assert leaf["actor"] == "Alice", "what is done inside an actor's work is done by that actor"
    assert (leaf["cost"], leaf["flags"]) == (0.5, 2)
    assert rows[0]["actor"] == ""
    assert rows[0]["cost"] is None


def test_new_nodes_open_nodes_and_renamed_ones_come_with_changes(store: Store, client: Client, agrees: Any) -> None:
    client.load()
    assert len(client) == 0
    with TracingNode("outer") as outer:
        assert client.refresh() == []
        assert client.rows()[0]["state"] == "open"
        assert client.rows()[0]["duration"] is None
        outer.name = "renamed"
        outer.add_tag("late")
        assert client.refresh() == [0]
        assert client.rows()[0]["name"] == "renamed"
        with TracingNode("inner"):
            client.refresh()
            assert [row["state"] for row in client.rows()] == ["open", "open"]
    assert client.refresh() == [0, 1]
    assert client.refresh() == []
    agrees(client, store)
    assert client.resets == 0


def test_a_tag_on_a_closed_node_is_noticed(store: Store, client: Client, agrees: Any) -> None:
    node = tree("Alice")
    client.load()
    node.add_tag("afterwards")
    node.add_meta(usage={"input_tokens": 9, "output_tokens": 8})
    assert client.refresh() == [0]
    agrees(client, store)


def test_removed_nodes_keep_their_rows(store: Store, client: Client, agrees: Any) -> None:
    first, second = tree("Alice"), tree("Bob")
    client.load()
    size = len(client)
    store.remove(first.uid)
    assert len(client.refresh()) == size // 2
    assert [row["state"] for row in client.rows()].count("removed") == size // 2
    agrees(client, store)
    store.compact()
    tree("Carol")
    client.refresh()
    agrees(client, store)
    assert client.resets == 0
    assert second.uid == client.ask("node", row=size // 2)[0]["uid"]


def test_the_index_is_read_back(store: Store, client: Client, agrees: Any, client_of: Any) -> None:
    many(600)
    client.load()
    store.flush()
    again = open_store(store.path)
    added: list[int] = []
    index = index_of(again)
    add = index.rows.add
    index.rows.add = lambda nodes, *rest: (added.extend(node[0] for node in nodes), add(nodes, *rest))[1]  # type: ignore[method-assign]
    reader = client_of(again)
    reader.load()
    assert added == []
    agrees(reader, again)
    assert reader.rows() == client.rows()
    many(3)
    reader.refresh()
    assert len(added) == 4
    agrees(reader, again)
    again.close()


def test_what_happened_between_two_readers(store: Store, client_of: Any, agrees: Any) -> None:
    """Nodes that were open, tagged, removed and added after the index was kept."""
    with TracingNode("open") as outer:
        old, gone = tree("Alice"), tree("Bob")
        many(400)
        first = open_store(store.path)
        client_of(first).load()
        first.close()
        outer.add_tag("new")
    old.add_tag("new")
    store.remove(gone)
    many(5)
    second = open_store(store.path)
    reader = client_of(second)
    reader.load()
    agrees(reader, second)
    assert "removed" in {row["state"] for row in reader.rows()}
    second.close()


def test_two_readers_of_one_file_keep_rows_of_their_own(store: Store, client_of: Any, agrees: Any) -> None:
    many(300)
    stores = [open_store(store.path) for _ in range(2)]
    readers = [client_of(one) for one in stores]
    for reader in readers:
        reader.load()
    for _ in range(3):
        many(400)
        for one, reader in zip(stores, readers, strict=True):
            reader.refresh()
            index_of(one).keep()
            agrees(reader, one)
    for one in stores:
        one.close()
    last = open_store(store.path)
    reader = client_of(last)
    reader.load()
    agrees(reader, last)
    last.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE browser_chunk SET data=substr(data, 1, 1000)",
        "UPDATE browser_chunk SET data=zeroblob(length(data))",  # every node stands in the first one
        "UPDATE browser_chunk SET data=randomblob(length(data))",
        "DELETE FROM browser_chunk",
        "DELETE FROM browser_text WHERE what='names'",
        "UPDATE browser_text SET data='[1, 2]'",
        "UPDATE browser_text SET data='{'",
        "UPDATE browser_index SET data='null'",
        "UPDATE browser_index SET data='{\"version\": 99}'",
        "DELETE FROM browser_index",
    ],
)
def test_a_damaged_index_is_made_anew(store: Store, client: Client, client_of: Any, agrees: Any, damage: str) -> None:
    many(400)
    client.load()
    with sqlite3.connect(store.path) as connection:
        connection.execute(damage)
    connection.close()
    for _ in range(2):
        again = open_store(store.path)
        reader = client_of(again)
        reader.load()
        agrees(reader, again)
        again.close()


def test_more_rows_than_a_chunk(store: Store, client: Client, client_of: Any) -> None:
    number = CHUNK + 100
    many(number)
    client.load()
    assert len(client) == number + 1
    index = index_of(store)
    ids = list(index.rows.columns.ids)
    assert index.rows.columns.rows_of(ids) == list(range(len(ids)))
    assert index.rows.columns.row_of(ids[-1] + 1) < 0
    again = open_store(store.path)
    reader = client_of(again)
    reader.load()
    assert reader.rows() == client.rows()
    again.close()


def test_a_store_in_memory(client_of: Any, agrees: Any) -> None:
    with open_store(":memory:") as store:
        node = tree("Alice")
        client = client_of(store)
        client.load()
        node.add_tag("late")
        tree("Bob")
        client.refresh()
        agrees(client, store)
        store.remove(node)
        client.refresh()
        agrees(client, store)
        store.close()


def test_a_store_that_can_only_be_read(store: Store, client_of: Any, agrees: Any) -> None:
    old = tree("Alice")
    store.flush()
    before = Path(store.path).read_bytes()
    reading = open_store(store.path, read_only=True)
    reader = client_of(reading)
    reader.load()
    agrees(reader, reading)
    assert Path(store.path).read_bytes() == before
    tree("Bob")
    store.remove(old)
    reader.refresh()
    reader.refresh()
    index_of(reading)._next_count = 0.0
    reader.refresh()
    agrees(reader, reading)
    reading.close()


def test_merged_stores(store: Store, client: Client, tmp_path: Path, agrees: Any) -> None:
    tree("Alice")
    client.load()
    with open_store(tmp_path / "other.db") as other:
        with TracingNode("above") as above:
            inner = tree("Bob")
        other.export(inner, tmp_path / "part.db")
        other.close()
    store.merge(tmp_path / "part.db")
    client.refresh()
    index_of(store)._next_count = 0.0
    client.refresh()
    agrees(client, store)
    # Now the node stands in another one: all is numbered anew.
    store.merge(tmp_path / "other.db")
    client.refresh()
    agrees(client, store)
    assert client.resets == 1
    removed = store.node(above.uid)
    store.remove(removed)
    client.refresh()
    store.merge(tmp_path / "other.db")
    index_of(store)._next_count = 0.0
    client.refresh()
    agrees(client, store)


def test_a_key_that_comes_late(store: Store, client: Client, agrees: Any) -> None:
    late = TracingNode("made first, opened last")
    tree("Alice")
    client.load()
    with late:
        tree("Bob")
        client.refresh()
        agrees(client, store)
    client.refresh()
    agrees(client, store)


def test_a_parent_that_was_removed_or_stands_in_itself(store: Store, client_of: Any) -> None:
    tree("Alice")
    store.flush()
    with sqlite3.connect(store.path) as connection:
        first, second, third = [row[0] for row in connection.execute("SELECT id FROM node ORDER BY id LIMIT 3")]
        connection.execute("UPDATE node SET parent=? WHERE id=?", (second, first))
        connection.execute("UPDATE node SET parent=? WHERE id=?", (third, third))
        connection.execute("UPDATE node SET parent=12345 WHERE id=?", (third + 2,))
    connection.close()
    store.close()
    strange = open_store(store.path)
    reader = client_of(strange)
    reader.load()
    assert len(reader) == 7
    assert all(row["parent"] < place for place, row in enumerate(reader.rows()))
    reader.refresh()
    assert reader.resets == 0
    strange.close()


def test_columns_of_the_wrong_type(store: Store, client_of: Any) -> None:
    tree("Alice")
    store.flush()
    with sqlite3.connect(store.path) as connection:
        connection.execute("UPDATE node SET name=x'ff00fe', kind=7, state=77, opened='never', closed=x'00' WHERE id%2")
        connection.execute("UPDATE node SET tags=x'ff', meta='[1, 2' WHERE id%3=0")
        connection.execute(
            'UPDATE node SET meta=\'{"usage": {"input_tokens": -5, "output_tokens": 1e99}}\' WHERE id%3=1'
        )
    connection.close()
    store.close()
    strange = open_store(store.path)
    reader = client_of(strange)
    reader.load()
    assert len(reader.rows()) == 7
    strange.close()


def test_long_names_and_many_kinds(store: Store, client: Client) -> None:
    for number in range(300):
        with TracingNode("x" * 10_000, kind=f"kind {number}", tags=["t" * 5_000]):
            pass
    client.load()
    rows = client.rows()
    assert {len(row["name"]) for row in rows} == {300}
    assert len({row["kind"] for row in rows}) == 256
    assert len(rows[0]["tags"][0][0]) == 300
    assert len(client.ask("node", row=0)[0]["name"]) == 10_000


WRITER = """
import sys, time
import interlab as il
with il.open_store(sys.argv[1]) as store:
    for run in range(int(sys.argv[2])):
        with il.TracingNode(f"run {run}", kind="run"):
            for number in range(20):
                with il.TracingNode(f"step {number}", kind="step"):
                    pass
    if len(sys.argv) > 3:
        with il.TracingNode("waits", kind="person"):
            print("waiting", flush=True)
            time.sleep(60)
"""


def test_several_processes_write_while_one_looks_on(store: Store, client: Client, agrees: Any) -> None:
    client.load()
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, store.path, "8"]) for _ in range(3)]
    while any(writer.poll() is None for writer in writers):
        client.refresh()
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    client.refresh()
    assert len(client) == 3 * 8 * 21
    agrees(client, store)
    assert client.resets == 0


def test_a_killed_writer_leaves_interrupted_nodes(store: Store, client: Client, agrees: Any) -> None:
    with subprocess.Popen([sys.executable, "-c", WRITER, store.path, "1", "wait"], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == b"waiting"
        client.load()
        assert client.rows()[-1]["state"] == "open"
        writer.send_signal(signal.SIGKILL)
        writer.wait()
    store._alive.clear()
    client.refresh()
    assert client.rows()[-1]["state"] == "interrupted"
    agrees(client, store)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="processes can't be forked here")
def test_a_forked_process_goes_on_in_the_same_tree(store: Store, client: Client, agrees: Any) -> None:
    context = multiprocessing.get_context("fork")
    with TracingNode("outer"):
        client.load()
        process = context.Process(target=tree, args=("child",))
        process.start()
        process.join()
        client.refresh()
        assert len(client) == 8
    client.refresh()
    agrees(client, store)
    assert client.resets == 0


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(["open", "close", "tag", "remove", "refresh", "reopen", "merge"]), max_size=40))
def test_whatever_happens(actions: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        agrees_with_store(Path(folder), actions)


def agrees_with_store(folder: Path, actions: list[str]) -> None:
    index_module.KEEP_AT, before = 1, index_module.KEEP_AT
    store = open_store(folder / "lab.db")
    reading = open_store(folder / "lab.db")
    index = Index(reading)
    other = open_store(folder / "other.db")
    with other:
        tree("other", 1, 2)
    other.close()
    opened: list[TracingNode] = []
    closed: list[TracingNode] = []
    try:
        with store:
            for number, action in enumerate(actions):
                if action == "open":
                    parent = opened[-1] if opened else None
                    opened.append(TracingNode(f"node {number}", parent=parent, tags=["a"] if number % 3 else ()).open())
                elif action == "close" and opened:
                    closed.append(opened.pop())
                    closed[-1].close()
                elif action == "tag" and closed:
                    closed[-1].add_tag(f"tag {number}")
                elif action == "remove" and closed:
                    node = closed.pop()
                    store.remove(node)
                    below = {one.id for one in closed if one._parent == node.id}
                    closed = [one for one in closed if one.id not in below and one.id in stored(store)]
                elif action == "merge":
                    store.merge(folder / "other.db")
                elif action == "refresh":
                    index.update(live=True)
                elif action == "reopen":
                    index.keep()
                    index = Index(reading)
                    index.update()
            for node in reversed(opened):
                node.close()
        store.flush()
        index._next_count = 0.0
        index.update()
        columns = index.rows.columns
        expected = {node.id: node for root in reading.roots() for node in (root, *root.descendants())}
        alive = {columns.ids[row]: row for row in range(len(index)) if columns.state[row] != 4}
        assert alive.keys() == expected.keys()
        for key, row in alive.items():
            node = expected[key]
            assert (columns.ids[columns.parent[row]] if columns.parent[row] >= 0 else None) == node._parent
            assert index.rows.contents.names.entries[columns.name[row]] == node.name
            tags = index.rows.contents.facts.tagsets[columns.tags[row]]
            assert [name for name, _ in tags] == [tag.name for tag in node.tags]
            assert columns.state[row] == ("open", "finished", "error").index(node.state)
    finally:
        index_module.KEEP_AT = before
        store.close()
        reading.close()


def stored(store: Store) -> set[int]:
    return {row[0] for row in store.journal.read("SELECT id FROM node")}
