"""What can't be merged is refused before anything is written; and stores that are being written can be merged."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from interlab.errors import ForeignTraceError, InvalidArgument, NotAStore, StoreCorrupt, StoreReadOnly
from interlab.tracing import Store, TracingNode
from interlab.tracing.schema import COUNTER_BITS

Open = Callable[..., Store]


def filled(store: Store, nodes: int = 30) -> None:
    with store, TracingNode("root", tags=["here"]) as root:
        for number in range(nodes):
            with TracingNode("x", inputs={"number": number, "text": f"{root.uid} {number} " + "x" * 3000}):
                pass


@pytest.fixture
def here(tmp_path: Path, open_another: Open) -> Store:
    """The store that is merged into."""
    store = open_another(tmp_path / "here.db")
    filled(store, 2)
    return store


@pytest.fixture
def there(tmp_path: Path, open_another: Open) -> Path:
    """A closed store."""
    store = open_another(tmp_path / "there.db")
    filled(store)
    store.close()
    return tmp_path / "there.db"


def refused(here: Store, source: Path, error: type[Exception], match: str) -> None:
    before = here.to_document()
    with pytest.raises(error, match=match):
        here.merge(source)
    assert here.to_document() == before
    assert here.compact() == 0
    with here, TracingNode("goes on") as node:
        pass
    assert here.remove(node) == 1


def alter(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("link", [None, Path.symlink_to, Path.hardlink_to])
def test_into_itself(here: Store, tmp_path: Path, link: Callable[[Path, Path], None] | None) -> None:
    source = Path(here.path)
    if link is not None:
        source = tmp_path / "other name.db"
        link(source, Path(here.path))
    refused(here, source, InvalidArgument, "into itself")


def test_into_itself_by_another_way(here: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(here.path).parent)
    refused(here, Path("here.db"), InvalidArgument, "into itself")


@pytest.mark.parametrize("part", [0.3, 0.6, 0.99])
def test_a_truncated_store(here: Store, there: Path, part: float) -> None:
    data = there.read_bytes()
    there.write_bytes(data[: int(len(data) * part)])
    refused(here, there, StoreCorrupt, r"there\.db")


def test_a_store_overwritten_somewhere(there: Path, open_another: Open) -> None:
    data = there.read_bytes()
    complete = open_another(there, read_only=True).to_document()
    merged, blamed = 0, set()
    page = int.from_bytes(data[16:18], "big")
    connection = sqlite3.connect(there)
    indexes = connection.execute("SELECT count(*) FROM sqlite_schema WHERE type='index'").fetchone()[0]
    connection.close()
    for start in range(page, len(data), page):
        there.write_bytes(data[:start] + b"\xa5" * page + data[start + page :])
        store = open_another()
        try:
            store.merge(there)
        except StoreCorrupt as error:
            blamed.add(error.path)
            assert len(store) == 0
            assert store.compact() == 0
        else:  # what a merge does not need
            assert store.to_document() == complete
            merged += 1
        store.close()
    assert indexes <= merged < len(data) // page - indexes  # its indexes, of a page or a few each
    assert {str(path) for path in blamed} == {str(there)}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE value SET data=x'2222' WHERE rowid=1",
        "UPDATE value SET data='text' WHERE rowid=1",
        "UPDATE value SET hash=x'00' WHERE rowid=1",
        "UPDATE node SET state=7 WHERE name='root'",
        "UPDATE node SET id=-5 WHERE name='root'",
        "UPDATE node SET inputs=x'7b22a522' WHERE id=(SELECT max(id) FROM node)",
        "UPDATE node SET tags='[' WHERE name='root'",
        "DROP TABLE value",
        "ALTER TABLE node DROP COLUMN result",
    ],
)
def test_a_store_that_was_altered(here: Store, there: Path, statement: str) -> None:
    alter(there, statement)
    refused(here, there, StoreCorrupt, r"there\.db")


def test_nodes_that_stand_below_themselves(here: Store, there: Path) -> None:
    alter(there, "UPDATE node SET parent=(SELECT max(id) FROM node) WHERE name='root'")
    refused(here, there, ForeignTraceError, "below itself")


def test_uids_that_are_still_to_be_given_here(here: Store, tmp_path: Path) -> None:
    copy = here.export(here.roots()[0], tmp_path / "copy.db")
    alter(copy, "UPDATE node SET id=id+1000 WHERE parent IS NOT NULL")
    refused(here, copy, ForeignTraceError, "still to be given")


def test_a_writer_that_is_not_listed(here: Store, there: Path) -> None:
    alter(there, f"INSERT INTO node SELECT id + (5 << {COUNTER_BITS}), NULL, kind, 1, 0, 0, 'lost', "
          "NULL, NULL, NULL, NULL, NULL FROM node")  # fmt: skip
    assert here.merge(there) == 31  # nodes without a writer have no uid: they can't be carried over
    assert here.find(name="lost") == []


@pytest.mark.parametrize("ending", ["db", "json"])
@pytest.mark.parametrize("content", [None, b"hello", b"", b"[]"])
def test_what_is_no_store_and_no_document(here: Store, tmp_path: Path, content: bytes | None, ending: str) -> None:
    source = tmp_path / f"wrong.{ending}"
    if content is not None:
        source.write_bytes(content)
    refused(here, source, ForeignTraceError if ending == "json" else NotAStore, source.name)


def test_into_a_store_that_is_open_for_reading_only(there: Path, tmp_path: Path, open_another: Open) -> None:
    open_another(tmp_path / "lab.db").close()
    with pytest.raises(StoreReadOnly):
        open_another(tmp_path / "lab.db", read_only=True).merge(there)


def test_a_store_that_can_only_be_read(here: Store, there: Path) -> None:
    there.chmod(0o444)
    assert here.merge(there) == 31


# While another process writes -------------------------------------------------------------------------

WRITER = """
import sys
from interlab.tracing import TracingNode, open_store
store = open_store(sys.argv[1])
with store, TracingNode("written beside", inputs={"n": 150}) as root:
    print("ready", flush=True)
    for number in range(150):
        with TracingNode(f"n{number}", inputs={"text": f"{number} " + "x" * 2000, "all": ["a" * 50] * (number % 7)}):
            if number % 30 == 0:
                print(number, flush=True)
    root.set_result(number)
store.close()
"""


def writing(path: Path) -> subprocess.Popen[str]:
    code = [sys.executable, "-c", WRITER, str(path)]
    process = subprocess.Popen(code, stdout=subprocess.PIPE, text=True, env=os.environ)
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def test_merging_a_store_that_is_being_written(here: Store, tmp_path: Path, open_another: Open) -> None:
    added, states = 0, set()
    with writing(tmp_path / "busy.db") as process:
        while process.poll() is None:
            added += here.merge(tmp_path / "busy.db")
            states |= {node.state for node in here.find(name="written beside")}
    assert process.returncode == 0
    added += here.merge(tmp_path / "busy.db")
    assert "open" in states
    assert added == 151
    busy = open_another(tmp_path / "busy.db")
    (root,) = here.find(name="written beside")
    assert (root.state, root.result) == ("finished", 149)
    assert here.to_document([root]) == busy.to_document()


def test_merging_into_a_store_that_is_being_written(
    here: Store, there: Path, tmp_path: Path, open_another: Open
) -> None:
    merged = 0
    with writing(Path(here.path)) as process:
        while process.poll() is None:
            other = open_another(tmp_path / f"{merged}.db")
            filled(other, 3)
            other.close()
            assert here.merge(tmp_path / f"{merged}.db") == 4
            merged += 1
    assert process.returncode == 0
    assert merged > 0
    assert len(here) == 3 + 151 + 4 * merged
    (root,) = here.find(name="written beside")
    assert [node.inputs["text"][:4].split()[0] for node in root.children] == [str(number) for number in range(150)]
    assert {node.state for node in here.find()} == {"finished"}
