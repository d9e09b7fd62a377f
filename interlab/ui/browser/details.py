"""What is in a node, with the values it refers to, as far as there is room."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, cast

from interlab.errors import StoreCorrupt, StoreError
from interlab.tracing import Store
from interlab.tracing.transfer import Held, held, held_by
from interlab.tracing.wire import loads
from interlab.ui.browser.protocol import Fields, Head, Wire, bytes_wire

BUDGET = 512_000
"""Bytes of values that come with a node."""
HEAD = 4_096
"""Characters of a long text that come when the rest does not."""
_FIELDS = ("meta", "inputs", "result", "error")


def fields_of(store: Store, node_id: int) -> Fields:
    """The fields of a node in their stored form; a damaged one as what is wrong with it."""
    fields: dict[str, Wire] = {}
    for name, data in zip(_FIELDS, store.fields_of(node_id), strict=True):
        if data is not None:
            try:
                fields[name] = loads(data)
            except (StoreCorrupt, TypeError) as error:
                fields[name] = damaged(error)
    return cast(Fields, fields)


def damaged(error: Exception) -> Wire:
    """What stands for a value that can't be read."""
    return {"$": "opaque", "t": "damaged value", "v": f"⚠ {error}", "why": "damaged"}


def references(wire: Any) -> Iterator[Held]:
    """The values that a stored form refers to directly; none for what is damaged."""
    try:
        yield from held(wire)
    except (ValueError, RecursionError):
        return


def value_of(store: Store, one: Held) -> tuple[Wire, list[Held]]:
    """A value in its stored form, and what it refers to directly.

    Args:
        store: where it is.
        one: its hash, and what it is.
    """
    try:
        data = store.load(one.key)
        if one.what == "bytes":
            return bytes_wire(data), []
        return loads(data), list(held_by(one, data))
    except (StoreError, ValueError, TypeError, KeyError, RecursionError) as error:
        return damaged(error), []


def size_of(store: Store, one: Held) -> int:
    """Bytes that a value takes when it is sent; 0 for one that is missing."""
    if store.journal._values.get(one.key) is not None:  # not written yet
        return len(store.load(one.key))
    rows = store.journal.read("SELECT length(data) FROM value WHERE hash=?", (one.key,))
    size = int(rows[0][0]) if rows else 0
    return size * 4 // 3 if one.what == "bytes" else size


class Gathered:
    """The values that a node refers to, directly or not, nearest first, up to a budget.

    Args:
        store: where they are.
        fields: the node's fields.
        budget: bytes.

    Attributes:
        values: by hash.
        cut: what was left out, by hash: bytes and beginning.
        files: hashes of those that are bytes, whatever they look like.
    """

    def __init__(self, store: Store, fields: Fields, budget: int = BUDGET) -> None:
        self.values: dict[str, Wire] = {}
        self.cut: dict[str, Head] = {}
        self.files: set[str] = set()
        left = budget
        todo = deque(references(list(fields.values())))
        seen = set(todo)
        while todo:
            one = todo.popleft()
            size = size_of(store, one)
            if one.what == "bytes":
                self.files.add(one.key.hex())
            if size > left:
                self.cut[one.key.hex()] = {"bytes": size, "head": head_of(store, one)}
                continue
            left -= size
            value, more = value_of(store, one)
            self.values[one.key.hex()] = value
            for next_one in more:
                if next_one not in seen:
                    seen.add(next_one)
                    todo.append(next_one)


def head_of(store: Store, one: Held) -> str:
    """The beginning of a text; "" for what is no text."""
    if one.what != "form":
        return ""
    rows = store.journal.read("SELECT substr(data, 1, ?) FROM value WHERE hash=?", (HEAD * 4 + 1, one.key))
    data = bytes(rows[0][0]) if rows else b""
    if not data.startswith(b'"'):
        return ""
    # Cut in the middle of a letter or of an escape at worst.
    piece = data[1:].decode("utf-8", "ignore")[:HEAD]
    for shorter in range(len(piece), max(-1, len(piece) - 13), -1):
        try:
            return str(loads(b'"%s"' % piece[:shorter].encode()))
        except StoreCorrupt:
            continue
    return ""
