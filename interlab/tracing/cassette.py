"""Cassettes: the recorded replies of a run as one small file, for somebody without a key."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from interlab.errors import InvalidArgument, StoreError
from interlab.tracing.base_store import BaseStore
from interlab.tracing.documents import with_descendants
from interlab.tracing.nodes import NodeReading
from interlab.tracing.reply_table import ReplyTable, insert_replies, make, reply_keys
from interlab.tracing.transfer import Held, copy_values, held
from interlab.tracing.wire import loads


def cassette(store: BaseStore, path: str | Path, node: NodeReading | None = None) -> Path:
    """Write recorded replies to a file of their own: a store without nodes, in a single file.

    Args:
        store: where they are recorded.
        path: the file; another cassette in its place is replaced.
        node: only the replies that calls in this node got; all by default.

    Returns:
        The path written.

    Raises:
        InvalidArgument: there is nothing to write, or something else in the place.
    """
    target = Path(path)
    if not target.parent.is_dir():
        raise InvalidArgument(f"The folder {target.parent} does not exist; make it before writing a cassette into it.")
    if target.exists():
        _check_replaceable(target, store)
    table = ReplyTable(store.journal)
    keys = None if node is None else reply_keys(with_descendants([node]))
    count = len(table) if keys is None else sum(len(page) for page in table.pages(keys))
    if not count or (keys is not None and count < len(keys)):
        raise InvalidArgument(_why_nothing(store, node, count, 0 if keys is None else len(keys)))
    new = target.with_name(f".{target.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    try:
        _write(store, table, keys, new)
        os.replace(new, target)
    finally:
        new.unlink(missing_ok=True)
    return target


def _write(store: BaseStore, table: ReplyTable, keys: list[bytes] | None, target: Path) -> None:
    other = BaseStore(target)
    try:

        def write(connection: sqlite3.Connection) -> None:
            make(connection)
            needed: set[Held] = set()
            for page in table.pages(keys):
                insert_replies(connection, page)
                needed.update(one for row in page for data in (row.asked, row.answer) for one in held(loads(data)))
            copy_values(store, connection, needed)

        other.journal.write(write)
        # A reader needs no other file beside it then, and no folder that can be written.
        with other.journal.reader_lock:
            other.journal.read_connection.close()
        other.journal.connection.execute("PRAGMA journal_mode=DELETE")
    finally:
        other.close()


def _check_replaceable(target: Path, store: BaseStore) -> None:
    """Only a cassette may be replaced by another: nothing that somebody has traced is lost by it."""
    if not store.journal.in_memory and target.samefile(store.path):
        raise InvalidArgument(f"{target} is the store itself; write the cassette to another file.")
    try:
        there = BaseStore(target, read_only=True)
        try:
            is_cassette = not len(there)
        finally:
            there.close()
    except StoreError:
        is_cassette = False
    if not is_cassette:
        raise InvalidArgument(f"{target} exists and is no cassette; write to another file.")


def _why_nothing(store: BaseStore, node: NodeReading | None, count: int, wanted: int) -> str:
    if node is None:
        return f"The store {store.path} has no recorded replies; record some with il.replies('record') or 'auto'."
    if not wanted:
        return (
            f"The calls in {node.name!r} ({node.uid}) got no recorded replies: it ran with replies off. Run it again "
            "within il.replies('record')."
        )
    return (
        f"Of the {wanted} replies that the calls in {node.name!r} ({node.uid}) got, {count} are recorded in the store "
        f"{store.path}. They were recorded into another one (source=…): write the cassette from there."
    )
