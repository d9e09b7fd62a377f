"""A full disk, and an interrupted write: nothing that was closed is lost, and it is written once."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from interlab.errors import StoreFull
from interlab.tracing import Store, TracingNode, current_node, flusher, open_store


def fill_up(store: Store, spare_pages: int = 0) -> None:
    """Let SQLite report a full disk: the file may not grow any further."""
    (pages,) = store.journal.connection.execute("PRAGMA page_count").fetchone()
    store.journal.connection.execute(f"PRAGMA max_page_count={pages + spare_pages}")


def free(store: Store) -> None:
    store.journal.connection.execute("PRAGMA max_page_count=1073741823")


def big(number: int) -> dict[str, Any]:
    return {"number": number, "text": f"{number} " + "x" * 20_000}


def test_a_full_disk_loses_nothing_that_was_closed(path: Path) -> None:
    store = open_store(path)
    written: list[TracingNode] = []
    with store, TracingNode("root") as root:
        for number in range(5):
            with TracingNode("before", inputs=big(number)) as node:
                written.append(node)
        fill_up(store)
        for number in range(3):
            with pytest.raises(StoreFull) as raised, TracingNode("full", inputs=big(100 + number)) as node:
                written.append(node)
            assert raised.value.path == str(path)
        # What was stored stays readable, here and elsewhere, and so is what waits.
        assert store.node(written[0].uid).inputs == big(0)
        assert store.node(written[5].uid).inputs == big(100)
        assert [one.name for one in root.children][:5] == ["before"] * 5
        other = open_store(path)
        assert other.node(written[4].uid).inputs == big(4)
        free(store)
        with TracingNode("after") as node:
            written.append(node)
        for one in written:
            assert other.node(one.uid).state == "finished"
            assert other.node(one.uid).inputs == one.inputs
        other.close()
    store.close()


def test_a_full_disk_does_not_hide_the_error_of_the_block(path: Path) -> None:
    store = open_store(path)
    with store, TracingNode("root"):
        fill_up(store)
        with pytest.raises(ZeroDivisionError) as raised, TracingNode("full", inputs=big(1)):
            1 / 0
        assert any("could not be stored" in note for note in raised.value.__notes__)
        free(store)
    assert [node.state for node in store.find(name="full")] == ["error"]
    store.close()


def test_a_node_that_can_not_be_opened_on_a_full_disk_leaves_nothing(path: Path) -> None:
    store = open_store(path)
    with store, TracingNode("root") as root:
        fill_up(store)
        model = TracingNode("ask", kind="run", inputs=big(1))
        with pytest.raises(StoreFull), model:
            raise AssertionError("not reached")
        assert current_node() is root
        assert model.state == "new"
        free(store)
    assert store.find(name="ask") == []
    assert store.find(state="open") == []
    store.close()


def test_what_waits_is_written_when_there_is_space_without_another_node(path: Path) -> None:
    store = open_store(path)
    with store, TracingNode("root"):
        fill_up(store)
        with pytest.raises(StoreFull), TracingNode("full", inputs=big(1)) as node:
            pass
        free(store)
        store.flush()
        other = open_store(path)
        assert other.node(node.uid).inputs == big(1)
        other.close()
    store.close()


def test_closing_on_a_full_disk_keeps_the_store_open(path: Path) -> None:
    store = open_store(path)
    with store, TracingNode("root"):
        fill_up(store)
        with pytest.raises(StoreFull), TracingNode("full", inputs=big(1)) as node:
            pass
        with pytest.raises(StoreFull):
            store.close()
        free(store)
    store.close()
    again = open_store(path)
    assert again.node(node.uid).inputs == big(1)
    again.close()


class Interrupted:
    """A connection whose commits meet Ctrl-C, before or after they are made."""

    def __init__(self, connection: sqlite3.Connection, moments: list[str]) -> None:
        self.connection = connection
        self.moments = moments

    def execute(self, statement: str, *parameters: Any) -> Any:
        commits = statement == "COMMIT" or (statement[:6] in ("INSERT", "UPDATE") and not self.in_transaction)
        moment = self.moments.pop(0) if commits and self.moments else ""
        if moment == "before":
            raise KeyboardInterrupt
        result = self.connection.execute(statement, *parameters)
        if moment == "after":
            raise KeyboardInterrupt
        return result

    def __getattr__(self, name: str) -> Any:
        return getattr(self.connection, name)


def test_an_interrupt_around_a_commit_writes_everything_once(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flusher, "FLUSH_EVERY_S", 60.0)  # the background thread must not catch the interrupts
    store = open_store(path)
    moments = ["before", "after", "", "after", "before", "", "after", "", "before"]
    nodes: list[TracingNode] = []
    with store, TracingNode("root", inputs={"text": "x" * 3000}):
        monkeypatch.setattr(store.journal, "connection", Interrupted(store.journal.connection, moments))
        for number in range(20):
            node = TracingNode("x", inputs={"number": number, "text": "y" * (2000 * (number % 3))}).open()
            nodes.append(node)
            try:
                node.close()
                node.add_tag("late")
            except KeyboardInterrupt:
                pass
        assert moments == []
    store.close()
    again = open_store(path)
    assert len(again) == 21
    for number, node in enumerate(nodes):
        assert again.node(node.uid).state == "finished"
        assert again.node(node.uid).inputs["number"] == number
        assert again.node(node.uid).tags == node.tags
    again.close()
