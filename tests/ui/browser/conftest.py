from __future__ import annotations

import math
from array import array
from collections.abc import Callable
from typing import Any

import pytest

from interlab.tracing import NodeReading, Store, name_color
from interlab.ui.browser.backend import Backend
from interlab.ui.browser.protocol import COLUMNS, STATES

Row = dict[str, Any]


class Client:
    """What a browser does with the answers: keeps the columns of one store, asks for what is new."""

    def __init__(self, backend: Backend, store: str = "0") -> None:
        self.backend = backend
        self.store = store
        self.resets = 0
        self.forget()

    def forget(self) -> None:
        self.columns: list[list[Any]] = [[] for _ in COLUMNS]
        self.tables: dict[str, list[Any]] = {name: [] for name in ("kinds", "names", "actors", "tagsets")}
        self.stamp: str | None = None

    def ask(self, op: str, **arguments: Any) -> tuple[Any, list[Any]]:
        header, buffers = self.backend.answer({"id": 1, "op": op, "store": self.store, **arguments})
        assert header["ok"], header["error"]
        return header["value"], list(buffers)

    def refused(self, op: str, **arguments: Any) -> str:
        header, buffers = self.backend.answer({"id": 1, "op": op, "store": self.store, **arguments})
        assert not header["ok"]
        assert len(buffers) == 0
        return str(header["error"])

    def __len__(self) -> int:
        return len(self.columns[0])

    def load(self) -> None:
        more = True
        while more:
            value, buffers = self.ask("columns", **{"from": len(self)})
            self.take(value, buffers, keeps_stamp=len(self) > 0)
            more = value["more"]

    def refresh(self) -> list[int]:
        """Take up what is new; returns the rows that changed."""
        changed: list[int] = []
        more = True
        while more:
            value, buffers = self.ask("changes", rows=len(self), stamp=self.stamp)
            if value.get("reset"):
                self.resets += 1
                self.forget()
                self.load()
                return []
            self.take(value, buffers[: len(COLUMNS)])
            for column, table, buffer in zip(COLUMNS, self.columns, buffers[len(COLUMNS) :], strict=True):
                for row, number in zip(value["changed"], array(column.code, bytes(buffer)), strict=True):
                    table[row] = number
            changed += value["changed"]
            more = value["more"]
        return changed

    def take(self, value: Any, buffers: list[Any], *, keeps_stamp: bool = False) -> None:
        assert value["from"] == len(self)
        for column, table, buffer in zip(COLUMNS, self.columns, buffers, strict=True):
            numbers = array(column.code, bytes(buffer))
            assert len(numbers) == value["rows"]
            table.extend(numbers)
        for name, table in self.tables.items():
            begin = value[f"{name}From"]
            assert begin <= len(table)
            table[begin : begin + len(value[name])] = value[name]
        if not keeps_stamp:
            self.stamp = value["stamp"]

    def rows(self) -> list[Row]:
        """Each row in words."""
        names = [column.name for column in COLUMNS]
        rows: list[Row] = []
        for numbers in zip(*self.columns, strict=True):
            row: Row = {
                name: None if isinstance(number, float) and math.isnan(number) else number
                for name, number in zip(names, numbers, strict=True)
            }
            row["kind"] = self.tables["kinds"][row["kind"]]
            row["name"] = self.tables["names"][row["name"]]
            row["actor"] = self.tables["actors"][row["actor"]]["name"]
            row["tags"] = [tuple(tag) for tag in self.tables["tagsets"][row["tags"]]]
            row["state"] = STATES[row["state"]]
            rows.append(row)
        return rows


def check(client: Client, store: Store, root: NodeReading | None = None) -> None:
    """Hold what a client has against the store, node by node as the store itself reads them."""
    nodes = {node.uid: node for top in ([root] if root else store.roots()) for node in (top, *top.descendants())}
    rows = client.rows()
    uids = [
        client.ask("node", row=row)[0]["uid"] if one["state"] != "removed" else None for row, one in enumerate(rows)
    ]
    assert sorted(uid for uid in uids if uid) == sorted(nodes)
    for place, (uid, row) in enumerate(zip(uids, rows, strict=True)):
        assert row["parent"] < place
        if uid is None:
            continue
        node = nodes[uid]
        parent = None if root is not None and uid == root.uid else node.parent_uid
        assert (uids[row["parent"]] if row["parent"] >= 0 else None) == parent
        assert (row["kind"], row["name"], row["state"]) == (node.kind, node.name[:300], node.state)
        assert row["start"] == node.opened_at
        assert row["duration"] == (
            None if node.duration_s is None else pytest.approx(node.duration_s, rel=1e-5, abs=1e-6)
        )
        assert row["tags"] == [(tag.name, tag.color or name_color(tag.name)) for tag in node.tags]
        usage = node.meta.get("usage", {})
        assert (row["tokensIn"], row["tokensOut"]) == (usage.get("input_tokens", 0), usage.get("output_tokens", 0))
        if "actor" in node.meta:
            assert row["actor"] == node.meta["actor"]


@pytest.fixture
def client(store: Store) -> Client:
    """A client of the test's own store, with nothing loaded yet."""
    return Client(Backend([store], can_remove=True))


@pytest.fixture
def client_of() -> Callable[..., Client]:
    """Makes a client of any store, or of a node."""

    def make(*stores: Store, store: str = "0", **options: Any) -> Client:
        return Client(Backend(stores, **options), store)

    return make


@pytest.fixture
def agrees() -> Callable[..., None]:
    """Holds what a client has against the store."""
    return check
