"""Store files that are bad, foreign, full or gone: one clear error each, and nothing stored is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from interlab.errors import (
    InvalidArgument,
    NodeNotFound,
    NodeStateError,
    NotAStore,
    StoreClosed,
    StoreCorrupt,
    StoreError,
    StoreFull,
    StoreReadOnly,
    StoreVersionError,
)
from interlab.tracing import Store, TracingNode, current_node, open_store
from interlab.tracing.schema import APPLICATION_ID, FORMAT_VERSION


def filled(path: Path, nodes: int = 50) -> list[str]:
    """A closed store with some nodes; their uids."""
    store = open_store(path)
    with store, TracingNode("root") as root:
        for number in range(nodes):
            with TracingNode("x", inputs={"number": number, "text": f"{number} " + "x" * 2000}):
                pass
    uids = [node.uid for node in root.find_nodes()]
    store.close()
    return uids


def test_a_store_is_made_and_opened_again(path: Path) -> None:
    uids = filled(path)
    store = open_store(path)
    assert len(store) == 51
    assert store.node(uids[7]).inputs["number"] == 6
    store.close()
    assert open_store(str(path)).path == str(path)


def test_a_closed_store_is_one_file(path: Path) -> None:
    filled(path)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("content", [b"hello", b"x" * 5000, b"SQLite format 3\x00", b"{}" * 100])
@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_something_else(path: Path, content: bytes, read_only: bool) -> None:
    path.write_bytes(content)
    with pytest.raises(NotAStore) as raised:
        open_store(path, read_only=read_only)
    assert raised.value.path == path
    assert path.read_bytes() == content


@pytest.mark.parametrize("wal", [False, True])
@pytest.mark.parametrize("application", [0, 0x12345678])
def test_an_sqlite_file_of_another_program(path: Path, wal: bool, application: int) -> None:
    connection = sqlite3.connect(path)
    if wal:
        connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA application_id={application}")
    connection.execute("CREATE TABLE node(id)")
    connection.commit()
    for _ in range(2):  # with the other program at work, and without
        with pytest.raises(NotAStore):
            open_store(path)
        connection.close()
    again = sqlite3.connect(path)
    assert again.execute("SELECT name FROM sqlite_schema").fetchall() == [("node",)]
    again.close()


def test_a_store_of_a_newer_version(path: Path) -> None:
    filled(path)
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version={FORMAT_VERSION + 1}")
    connection.close()
    with pytest.raises(StoreVersionError, match=str(FORMAT_VERSION + 1)):
        open_store(path)


@pytest.mark.parametrize("keep", [0.9, 0.5, 0.1])
def test_a_truncated_store(path: Path, keep: float) -> None:
    filled(path)
    os.truncate(path, int(path.stat().st_size * keep))
    with pytest.raises(StoreCorrupt, match="truncated"):
        open_store(path)


def test_a_damaged_page(path: Path) -> None:
    uids = filled(path)
    data = bytearray(path.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page : page + 2000] = os.urandom(2000)
    path.write_bytes(data)
    with pytest.raises(StoreCorrupt):
        store = open_store(path)
        store.node(uids[3])


def test_a_damaged_value(path: Path) -> None:
    uids = filled(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE value SET data=replace(CAST(data AS TEXT), 'x', 'y')")
    connection.commit()
    connection.close()
    store = open_store(path)
    with pytest.raises(StoreCorrupt):
        store.node(uids[3]).inputs
    assert store.node(uids[3]).name == "x"
    store.close()


@pytest.mark.parametrize(
    "field",
    [
        b"not json",
        b'{"$":"ref"}',
        b'{"$":"ref","h":"zz","n":1}',
        b'{"$":"tuple"}',
        b'{"$":"int","v":[]}',
        b'{"$":"chain","h":"00","n":3}',
        b'{"$":"format","v":{"$":"chain","h":"00","n":3}}',
        b'{"$":"datetime"}',
        b"[" * 900 + b"]" * 900,
        b'{"$":"array","dtype":"x","shape":[1]}',
    ],
)
def test_stored_forms_that_nobody_wrote(path: Path, field: bytes) -> None:
    uids = filled(path, 1)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE node SET inputs=?, result=?", (field, field))
    connection.commit()
    connection.close()
    store = open_store(path)
    with pytest.raises(StoreCorrupt):
        store.node(uids[0]).result
    store.close()


def test_an_unknown_stored_form_is_shown_as_such(path: Path) -> None:
    uids = filled(path, 1)
    connection = sqlite3.connect(path)
    connection.execute("""UPDATE node SET result='{"$":"from the future","v":"text"}'""")
    connection.commit()
    connection.close()
    store = open_store(path)
    assert store.node(uids[0]).result.text == "text"
    store.close()


def test_a_circle_of_parents_does_not_hang(path: Path) -> None:
    uids = filled(path, 3)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE node SET parent=(SELECT max(id) FROM node)")
    connection.commit()
    connection.close()
    store = open_store(path)
    assert len(store.node(uids[3]).find_nodes()) >= 3
    assert store.roots() == []
    store.close()


def test_an_empty_file_becomes_a_store(path: Path) -> None:
    path.touch()
    with pytest.raises(NotAStore):
        open_store(path, read_only=True)
    filled(path)
    store = open_store(path)
    assert len(store) == 51
    store.close()


def test_a_folder_and_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="folder"):
        open_store(tmp_path)
    with pytest.raises(InvalidArgument, match="missing"):
        open_store(tmp_path / "missing" / "lab.db")
    assert not (tmp_path / "missing").exists()


def test_reading_only(path: Path) -> None:
    uids = filled(path)
    before = path.read_bytes()
    store = open_store(path, read_only=True)
    assert store.node(uids[1]).inputs["number"] == 0
    assert len(store.node(uids[0]).children) == 50
    with store:
        assert current_node(required=False) is None
        with pytest.raises(StoreReadOnly):
            TracingNode("x")
    with pytest.raises(StoreReadOnly):
        TracingNode("x", parent=store.node(uids[0]))
    with pytest.raises(StoreReadOnly):
        store.remove(uids[0])
    with pytest.raises(InvalidArgument, match="index"):
        store.find(text="x")
    store.close()
    assert path.read_bytes() == before
    with pytest.raises(NotAStore):
        open_store(path.with_name("none.db"), read_only=True)


def test_a_file_without_write_permission() -> None:
    script = (
        "import os, sys\n"
        "from interlab.tracing import open_store, TracingNode\n"
        "from interlab.errors import StoreError\n"
        "import sqlite3, psutil\n"
        "if os.getuid() == 0: os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
        "for path in (sys.argv[1], sys.argv[1] + '2'):\n"
        "    try:\n"
        "        with open_store(path), TracingNode('x'): pass\n"
        "    except StoreError as error: print(type(error).__name__)\n"
        "    else: print('written')\n"
    )
    # Not in pytest's own folder, which only its user can enter.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lab.db"
        uids = filled(path)
        path.chmod(0o444)
        path.parent.chmod(0o555)
        command = [sys.executable, "-c", script, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        path.parent.chmod(0o755)
        assert done.stdout.split() == ["StoreReadOnly", "StoreReadOnly"], done.stderr
        store = open_store(path)
        assert len(store) == len(uids)
        store.close()


# Closed stores ----------------------------------------------------------------------------------------


def test_a_closed_store_says_so(path: Path) -> None:
    uids = filled(path)
    store = open_store(path)
    with store, TracingNode("x") as node:
        pass
    waiting = TracingNode("opened before", parent=node).open()
    store.close()
    store.close()
    for use in (
        lambda: store.roots(),
        lambda: store.node(uids[0]),
        lambda: store.find(text="x"),
        lambda: store.remove(uids[0]),
        lambda: len(store),
        lambda: TracingNode("x", parent=node),
        lambda: node.add_tag("late"),
        lambda: waiting.close(),
    ):
        with pytest.raises(StoreClosed):
            use()
    with store, pytest.raises(StoreClosed):
        TracingNode("x")
    assert node.uid and node.name == "x"


def test_a_node_left_open_by_close_is_interrupted(path: Path) -> None:
    store = open_store(path)
    with store:
        node = TracingNode("x", inputs={"a": 1}).open()
    store.close()
    again = open_store(path)
    assert again.node(node.uid).state == "interrupted"
    assert again.node(node.uid).inputs == {"a": 1}
    again.close()


def test_unknown_uids(store: Store) -> None:
    with TracingNode("x") as node:
        pass
    for uid in ("", "x", "-1", node.uid + "0", node.uid[:-1], "0000000000-1", node.uid.split("-")[0] + "--1", "é-1"):
        with pytest.raises(NodeNotFound):
            store.node(uid)


def test_removing(store: Store, path: Path) -> None:
    with TracingNode("keep") as keep:
        with TracingNode("drop") as drop, TracingNode("below"):
            pass
        with TracingNode("sibling"):
            pass
        with pytest.raises(NodeStateError, match="running"):
            store.remove(keep)
        assert store.remove(drop.uid) == 2
    with pytest.raises(NodeNotFound):
        store.node(drop.uid)
    assert [node.name for node in store.node(keep.uid).children] == ["sibling"]
    assert store.find(text="below") == []
    with pytest.raises(NodeNotFound):
        store.remove(drop.uid)
    assert store.remove(keep) == 2
    assert len(store) == 0
    again = open_store(path)
    assert len(again) == 0
    again.close()


def test_a_removed_node_read_before_says_so(store: Store, path: Path) -> None:
    with TracingNode("x", inputs={"a": 1}) as node:
        pass
    other = open_store(path)
    stored = other.node(node.uid)
    store.remove(node)
    with pytest.raises(NodeNotFound):
        stored.inputs
    other.close()


def test_a_running_node_of_another_store_object_is_not_removed(store: Store, path: Path) -> None:
    other = open_store(path)
    with TracingNode("x", kind="run") as node, pytest.raises(NodeStateError):
        other.remove(node.uid)
    assert other.remove(node.uid) == 1
    other.close()


def test_paths_with_odd_names(tmp_path: Path) -> None:
    for name in ("a b.db", "ünï.db", "100%.db", "a?b#c.db", "q'uote.db"):
        uids = filled(tmp_path / name, 2)
        store = open_store(tmp_path / name)
        assert len(store.node(uids[0]).children) == 2
        store.close()
        assert (tmp_path / name).stat().st_size > 0


def test_memory_stores_are_apart_and_full_stores() -> None:
    first, second = open_store(":memory:"), open_store(":memory:")
    with first, TracingNode("a", inputs={"text": "needle " + "x" * 2000}) as node:
        for number in range(1_200):
            with TracingNode("b", tags=["t"] * (number % 2)):
                pass
    assert len(first) == 1_201 and len(second) == 0
    assert first.node(node.uid) == node
    assert len(first.find(tag="t")) == 600
    assert first.find(text="needle") == [node]
    assert len(first.roots()) == 1
    assert first.remove(node) == 1_201
    first.close()
    with pytest.raises(StoreClosed):
        first.roots()
    second.close()


def test_every_error_of_a_store_is_one_of_ours() -> None:
    assert issubclass(StoreFull, StoreError) and int.from_bytes(b"ILAB", "big") == APPLICATION_ID
