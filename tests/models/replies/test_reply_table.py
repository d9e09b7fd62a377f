"""Recorded replies in files: cassettes, merges, exports, several processes, damage, size."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from interlab.errors import InvalidArgument, ReplayMiss, StoreCorrupt
from interlab.models import Params
from interlab.models.replies import replies
from interlab.tracing import Store, TracingNode, open_store
from interlab.tracing.reply_table import ReplyTable

Ask = Callable[..., str]
LONG = "A long tale of two cities. " * 60


@pytest.fixture
def recorded(store: Store, model: Any, ask: Ask) -> list[TracingNode]:
    """Two recorded pieces of work: the first asks long and short, the second something else."""
    with replies("record"):
        with TracingNode("one") as one:
            ask(model, LONG)
            ask(model, "Hi", Params(temperature=0.5))
        with TracingNode("two") as two:
            ask(model, "Ho")
    return [one, two]


def served(source: Any, model: Any, ask: Ask) -> list[str | None]:
    found: list[str | None] = []
    with open_store(), replies("replay", source=source):
        for prompt, params in ((LONG, None), ("Hi", Params(temperature=0.5)), ("Ho", None)):
            try:
                found.append(ask(model, prompt, params))
            except ReplayMiss:
                found.append(None)
    return found


ALL: list[str | None] = ["reply 1", "reply 2", "reply 3"]
FIRST: list[str | None] = ["reply 1", "reply 2", None]


# Cassettes --------------------------------------------------------------------------------------------------


def test_a_cassette_has_what_a_run_needs(store: Store, recorded: Any, model: Any, ask: Ask, tmp_path: Path) -> None:
    path = store.cassette(tmp_path / "one.db", recorded[0])
    assert served(path, model, ask) == FIRST
    assert served(store.cassette(tmp_path / "uid.db", recorded[1].uid), model, ask) == [None, None, "reply 3"]
    assert served(store.cassette(tmp_path / "all.db"), model, ask) == ALL
    assert sorted(one.name for one in tmp_path.iterdir() if one.name.startswith(("one", "."))) == ["one.db"]
    assert b"two cities" in path.read_bytes()
    with open_store(path, read_only=True) as cassette:
        assert (cassette.roots(), cassette.runs(), len(cassette)) == ([], [], 0)
    cassette.close()


def test_what_was_served_can_go_on_a_cassette_too(
    store: Store, recorded: Any, model: Any, ask: Ask, tmp_path: Path
) -> None:
    with replies("replay"), TracingNode("again") as again:
        ask(model, "Ho")
    assert served(store.cassette(tmp_path / "again.db", again), model, ask) == [None, None, "reply 3"]


def test_a_cassette_can_be_read_where_nothing_can_be_written(
    store: Store, recorded: Any, model: Any, ask: Ask, tmp_path: Path
) -> None:
    folder = tmp_path / "shelf"
    folder.mkdir()
    path = store.cassette(folder / "one.db")
    path.chmod(stat.S_IRUSR)
    folder.chmod(stat.S_IRUSR | stat.S_IXUSR)
    try:
        assert served(path, model, ask) == ALL
        assert [one.name for one in folder.iterdir()] == ["one.db"]
    finally:
        folder.chmod(stat.S_IRWXU)


def test_a_cassette_can_be_recorded_on_further(
    store: Store, recorded: Any, model: Any, ask: Ask, tmp_path: Path
) -> None:
    path = store.cassette(tmp_path / "one.db", recorded[0])
    with replies("auto", source=path):
        assert ask(model, "Ho") == "reply 4"
    assert served(path, model, ask) == ["reply 1", "reply 2", "reply 4"]


def test_only_a_cassette_is_replaced_by_a_cassette(store: Store, recorded: Any, tmp_path: Path) -> None:
    path = tmp_path / "one.db"
    store.cassette(path)
    before = path.stat().st_size
    assert store.cassette(path).stat().st_size == before
    (tmp_path / "text").write_text("mine")
    with open_store(tmp_path / "other.db") as other, TracingNode("mine"):
        pass
    other.close()
    for taken in (tmp_path / "text", tmp_path / "other.db", tmp_path, Path(store.path)):
        with pytest.raises(InvalidArgument):
            store.cassette(taken)
    assert (tmp_path / "text").read_text() == "mine"
    with pytest.raises(InvalidArgument, match="does not exist"):
        store.cassette(tmp_path / "none" / "one.db")


def test_a_cassette_of_nothing_is_refused(store: Store, recorded: Any, model: Any, ask: Ask, tmp_path: Path) -> None:
    with TracingNode("off") as off:
        ask(model, "Hi")
    with pytest.raises(InvalidArgument, match="ran with replies off"):
        store.cassette(tmp_path / "off.db", off)
    with replies("record", source=tmp_path / "elsewhere.db"), TracingNode("elsewhere") as elsewhere:
        ask(model, "Hi")
    with pytest.raises(InvalidArgument, match="recorded into another one"):
        store.cassette(tmp_path / "off.db", elsewhere)
    assert not (tmp_path / "off.db").exists()


# Other ways between stores ----------------------------------------------------------------------------------


def test_an_export_takes_its_replies_with_it(store: Store, recorded: Any, model: Any, ask: Ask, tmp_path: Path) -> None:
    assert served(store.export(recorded[0], tmp_path / "one.db"), model, ask) == FIRST


def test_a_merge_brings_replies_and_leaves_those_that_are_there(
    store: Store, recorded: Any, model: Any, ask: Ask, tmp_path: Path
) -> None:
    cassette = store.cassette(tmp_path / "all.db")
    for with_own in (False, True):
        other = open_store(tmp_path / f"other {with_own}.db")
        if with_own:
            with other, replies("record"):
                assert ask(model, "Ho") == "reply 4"
        own = len(other)
        for _ in range(2):
            assert other.merge(cassette) == 0
        assert len(other) == own
        assert served(other, model, ask) == ([*FIRST[:2], "reply 4"] if with_own else ALL)
        other.merge(store.path)
        assert len(other) == own + 5
        other.close()


def test_compacting_keeps_what_replies_hold(store: Store, recorded: Any, model: Any, ask: Ask) -> None:
    for node in recorded:
        store.remove(node.uid)
    with TracingNode("else") as node:
        node.set_result("something else " * 500)
    store.remove(node.uid)
    assert store.compact() >= 1
    assert served(store, model, ask) == ALL
    with replies("record"):
        assert ask(model, LONG) == "reply 4"
    assert served(store, model, ask) == ["reply 4", *ALL[1:]]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE reply SET key=x'00' WHERE rowid=1",
        "UPDATE reply SET alone='text' WHERE rowid=1",
        "UPDATE reply SET answer=x'7b' WHERE rowid=1",
        "UPDATE reply SET sample='3' WHERE rowid=1",
        "UPDATE reply SET recorded='soon' WHERE rowid=1",
        "ALTER TABLE reply DROP COLUMN model",
    ],
)
def test_a_damaged_table_is_not_merged(store: Store, recorded: Any, tmp_path: Path, change: str) -> None:
    path = store.cassette(tmp_path / "all.db")
    connection = sqlite3.connect(path)
    connection.execute(change)
    connection.commit()
    connection.close()
    other = open_store()
    with pytest.raises(StoreCorrupt):
        other.merge(path)
    assert len(ReplyTable(other.journal)) == 0
    other.close()


def test_damaged_replies_are_errors_of_ours(store: Store, recorded: Any, model: Any, ask: Ask) -> None:
    for change in ("UPDATE reply SET answer=x'7b'", "UPDATE reply SET answer='\"text\"'", "DELETE FROM value"):
        store.journal.write(lambda connection, change=change: connection.execute(change))
        with replies("replay"), pytest.raises(StoreCorrupt):
            ask(model, "Ho" if "answer" in change else LONG)
        store.journal.write(lambda connection: connection.execute("UPDATE reply SET answer=asked"))


def test_a_store_of_before_has_no_table_until_one_is_recorded(store: Store, model: Any, ask: Ask) -> None:
    def tables() -> set[str]:
        return {row[0] for row in store.journal.read("SELECT name FROM sqlite_schema")}

    ask(model, "Hi")
    with replies("replay"), pytest.raises(ReplayMiss):
        ask(model, "Hi")
    assert "reply" not in tables()
    with replies("auto"):
        ask(model, "Hi")
    assert "reply" in tables()


# Secrets and size -------------------------------------------------------------------------------------------


def test_no_secret_is_recorded(path: Path, make_model: Any, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_KEY", "hunter2-hunter2")
    model = make_model("sk-abcdefghijklmnopqrstuvwx", rule=lambda messages, number: "It is hunter2-hunter2.")
    with open_store(path) as store, replies("record"):
        extra = {"api_key": "my-own-key", "headers": {"Authorization": "my-own-key"}}
        ask(model, f"Is it hunter2-hunter2? {LONG}", Params(extra=extra))
    with store, replies("replay"):
        same = Params(extra={"api_key": "another", "headers": {"Authorization": "another"}})
        assert ask(model, f"Is it hunter2-hunter2? {LONG}", same) == "It is [secret removed]."
        with pytest.raises(ReplayMiss) as caught:
            ask(model, f"It is hunter2-hunter2. {LONG}", same)
        assert len(caught.value.differences) == 1
        assert "hunter2" not in str(caught.value) and "sk-abc" not in str(caught.value)
    store.close()
    for data in (file.read_bytes() for file in path.parent.iterdir()):
        assert b"hunter2" not in data and b"my-own-key" not in data and b"abcdefghijklm" not in data


def test_a_conversation_takes_bytes_by_its_length(path: Path, make_model: Any, ask: Ask) -> None:
    model = make_model(rule=lambda messages, number: f"{number}: {'yes ' * 100}")

    def talk(name: str, turns: int, mode: Any) -> int:
        messages: list[tuple[str, str]] = [("system", "Talk.")]
        with open_store(path.with_name(name)) as store, replies(mode):
            for number in range(turns):
                messages.append(("user", f"{number}: {'well ' * 80}"))
                messages.append(("assistant", ask(model, messages)))
        store.close()
        return path.with_name(name).stat().st_size

    short, long, off = talk("short", 100, "record"), talk("long", 400, "record"), talk("off", 400, "off")
    assert long < 5 * short
    assert long < 2 * off


# Processes --------------------------------------------------------------------------------------------------

WRITER = """
import sys, time
from interlab.errors import ReplayMiss
from interlab.models import Params, as_messages, as_model
from interlab.models.replies import answer, replies
from interlab.tracing import TracingNode, open_store

def echo(prompt):
    return "reply to " + prompt

path, mode, first, last = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
model = as_model(echo)
with open_store(path), replies(mode):
    for number in range(first, last):
        messages = as_messages(f"question {number}")
        with TracingNode("call", kind="model"):
            found = answer(model, messages, None, lambda: model.generate(messages))
        print(number, found.replayed, found.reply.text, flush=True)
"""


def writer(path: Path, mode: str, first: int, last: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), mode, str(first), str(last)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": ":".join(filter(None, sys.path))},
    )


def test_several_processes_record_in_one_store(path: Path) -> None:
    open_store(path).close()
    running = [writer(path, "auto", first, first + 60) for first in (0, 30)]
    assert [process.communicate()[1] or process.returncode for process in running] == [0, 0]
    again = writer(path, "replay", 0, 90)
    lines = again.communicate()[0].splitlines()
    assert again.returncode == 0
    assert lines == [f"{number} True reply to question {number}" for number in range(90)]


def test_what_was_recorded_survives_a_kill(path: Path) -> None:
    killed = writer(path, "record", 0, 100_000)
    assert killed.stdout is not None
    seen = 0
    for line in killed.stdout:
        seen = int(line.split()[0]) + 1
        if seen >= 50:
            break
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    again = writer(path, "replay", 0, seen)
    assert again.communicate()[0].count("True") == seen


def test_a_cassette_overwritten_somewhere_is_blamed_itself(
    store: Store, make_model: Any, ask: Ask, tmp_path: Path
) -> None:
    model = make_model(rule=lambda messages, number: "x" * 40 * number)
    with replies("record"):
        for number in range(30):
            ask(model, "Hi " * 8 * number)
    path = store.cassette(tmp_path / "all.db")
    data, blamed, merged = path.read_bytes(), set(), 0
    page = int.from_bytes(data[16:18], "big")
    whole = {row for rows in ReplyTable(store.journal).pages() for row in rows}
    connection = sqlite3.connect(path)
    roots = "SELECT rootpage FROM sqlite_schema WHERE tbl_name NOT IN ('reply', 'value')"
    empty = {row[0] for row in connection.execute(roots)}  # of tables that a cassette has no rows for
    connection.close()
    for start in range(page, len(data), page):
        if start // page + 1 in empty:
            continue
        path.write_bytes(data[:start] + b"\xa5" * page + data[start + page :])
        with open_store() as other:
            try:
                other.merge(path)
            except StoreCorrupt as error:
                blamed.add(str(error.path))
                assert len(ReplyTable(other.journal)) == 0
            else:  # an index
                assert {row for rows in ReplyTable(other.journal).pages() for row in rows} == whole
                merged += 1
        other.close()
    assert blamed == {str(path)}
    assert merged
