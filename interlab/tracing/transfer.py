"""Between stores: export a run, merge another store, drop values that nothing holds any more."""

from __future__ import annotations

import itertools
import json
import os
import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from interlab.errors import ForeignTraceError, InvalidArgument, ModelUnavailable, StoreBusy, StoreCorrupt
from interlab.tracing import journal as journals
from interlab.tracing.base_store import BaseStore
from interlab.tracing.documents import add_document, check_parents, to_document, with_descendants
from interlab.tracing.frames import to_frame
from interlab.tracing.nodes import NodeReading
from interlab.tracing.reply_table import (
    ReplyTable,
    count_damaged,
    has_table,
    insert_replies,
    make,
    merge_replies,
    reply_keys,
)
from interlab.tracing.schema import COUNTER_BITS, COUNTER_MASK, ERROR, FINISHED, INSERT, OPEN, check, refuse_code
from interlab.tracing.sqlite_errors import store_error
from interlab.tracing.state_table import copy_states, damaged_states, delete_unused, merge_states
from interlab.tracing.wire import TAG, digest, loads

_FIELDS = ("meta", "inputs", "result", "error")
_WRITER = "nonce, host, pid, process_started, opened, heartbeat, closed"


def export(store: BaseStore, node: NodeReading, path: str | Path) -> Path:
    """Write a node and all below it to a file of its own.

    Args:
        store: the node's store.
        node: the node, usually a run.
        path: its ending says what is written: ``.db`` another store, ``.json`` a document, ``.csv`` or
            ``.parquet`` a table of the nodes, ``.html`` a page.

    Returns:
        The path written.

    Raises:
        InvalidArgument: another ending, or a store is there already.
    """
    target = Path(path)
    ending = target.suffix.lower()
    if not target.parent.is_dir():
        raise InvalidArgument(f"The folder {target.parent} does not exist; make it before exporting into it.")
    if ending in (".db", ".sqlite"):
        if target.exists():
            raise InvalidArgument(f"{target} exists; export to a new file, or merge into it with store.merge().")
        _export_store(store, node, target)
    elif ending == ".json":
        # Cleaned once more: the name of a node that is still open has not been through the journal.
        target.write_bytes(store.journal.clean(orjson.dumps(to_document([node]), option=orjson.OPT_INDENT_2)))
    elif ending == ".html":
        node.write_html(target)
    elif ending == ".csv":
        _with_texts(to_frame([node])).to_csv(target, index=False)
    elif ending == ".parquet":
        try:
            _with_texts(to_frame([node])).to_parquet(target, index=False)
        except ImportError as error:
            raise ModelUnavailable("A .parquet file needs pyarrow: pip install pyarrow, or export to .csv.") from error
    else:
        raise InvalidArgument(
            f"What to write follows from the file's ending: .db, .json, .html, .csv or .parquet; got {target.name!r}."
        )
    return target


def _with_texts(frame: Any) -> Any:
    """A frame whose inputs and results are texts, JSON where they are not texts already."""
    for column in ("inputs", "result"):
        frame[column] = [_as_text(value) for value in frame[column]]
    return frame


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    try:
        return json.dumps(value, default=str, ensure_ascii=False)
    except (TypeError, ValueError):  # keys that are not texts
        return str(value)


def _export_store(store: BaseStore, node: NodeReading, target: Path) -> None:
    other = BaseStore(target)
    written = False
    try:
        nodes = list(with_descendants([node]))
        keys = [one.id for one in nodes]
        replies = [row for page in ReplyTable(store.journal).pages(reply_keys(nodes)) for row in page]

        def write(connection: sqlite3.Connection) -> None:
            for number in sorted({key >> COUNTER_BITS for key in keys}):
                rows = store.journal.read(f"SELECT {_WRITER} FROM writer WHERE number=?", (number,))
                cursor = connection.execute(f"INSERT INTO writer({_WRITER}) VALUES(?,?,?,?,?,?,?)", rows[0])
                numbers[number] = int(cursor.lastrowid or 0)
            needed: set[Held] = set()
            for key in keys:
                row = list(store.journal.read("SELECT * FROM node WHERE id=?", (key,))[0])
                row[0] = _renumbered(key, numbers)
                parent = row[1]
                row[1] = None if key == node.id or parent is None else _renumbered(parent, numbers)
                connection.execute(INSERT, row)
                for data in row[8:]:
                    if data is not None:
                        needed.update(held(loads(data)))
            if replies:
                make(connection)
                insert_replies(connection, replies)
                needed.update(one for row in replies for data in (row.asked, row.answer) for one in held(loads(data)))
            copy_values(store, connection, needed)
            copy_states(store.journal, connection, {key: _renumbered(key, numbers) for key in keys})

        numbers: dict[int, int] = {}
        other.journal.write(write)
        written = True
    finally:
        other.close()
        if not written:  # half an export would stand in the way of the next
            target.unlink(missing_ok=True)


def _renumbered(key: int, numbers: dict[int, int]) -> int:
    return numbers[key >> COUNTER_BITS] << COUNTER_BITS | (key & COUNTER_MASK)


def copy_values(store: BaseStore, connection: sqlite3.Connection, needed: set[Held]) -> None:
    """Copy values and all they refer to.

    Args:
        store: where from.
        connection: to the database they go to.
        needed: the values.
    """
    seen: set[Held] = set()
    todo = list(needed)
    while todo:
        one = todo.pop()
        if one in seen:
            continue
        seen.add(one)
        data = store.load(one.key)
        connection.execute("INSERT OR IGNORE INTO value VALUES(?,?)", (one.key, data))
        todo.extend(held_by(one, data))


class Held(NamedTuple):
    """A value that another refers to."""

    key: bytes
    """Its hash."""
    what: str
    """``"form"``, a stored form; ``"link"``, a piece of a chain; or ``"bytes"``, which refer to nothing,
    whatever they look like."""


_WHAT = {"ref": "form", "chain": "link", "blob": "bytes", "image": "bytes", "array": "bytes"}


def held(wire: Any) -> Iterator[Held]:
    """The values that a stored form refers to directly."""
    if isinstance(wire, list):
        for item in wire:
            yield from held(item)
    elif isinstance(wire, dict):
        tag = wire.get(TAG)
        if isinstance(tag, str) and tag in _WHAT and isinstance(wire.get("h"), str):
            yield Held(bytes.fromhex(wire["h"]), _WHAT[tag])
        for item in wire.values():
            yield from held(item)


def held_by(value: Held, data: bytes) -> Iterator[Held]:
    """The values that a value refers to.

    Args:
        value: the value.
        data: its bytes.
    """
    if value.what == "form":
        yield from held(loads(data))
    elif value.what == "link":
        link = loads(data)
        if link["base"] is not None:
            yield Held(bytes.fromhex(link["base"]), "link")
        yield from held(link["items"])


def merge(store: BaseStore, path: str | Path) -> int:
    """Copy everything of another store into this one. Uids stay the same, so merging twice changes nothing;
    a node that was open when it was first merged is brought up to date.

    Args:
        store: where to.
        path: the other store, or a ``.json`` document.

    Returns:
        How many nodes are new here.

    Raises:
        NotAStore, StoreVersionError, StoreCorrupt: the other store can't be read; nothing of it was written.
        ForeignTraceError: the document can't be read, or the nodes do not form a tree.
    """
    source = Path(path)
    if source.suffix.lower() == ".json":
        return _merge_document(store, source)
    check(source, read_only=True)
    if not store.journal.in_memory and source.samefile(store.path):
        raise InvalidArgument("A store can't be merged into itself.")
    journal = store.journal
    with journal.lock:
        store.flush()
        try:
            journal.connection.execute("ATTACH ? AS other", (str(source.absolute()),))
        except sqlite3.Error as error:
            raise store_error(error, str(source)) from error
        try:
            _check_source(journal.connection, source)
            newest = journal.new_id() if journal.number else 0
            return int(journal.write(lambda connection: _merge_attached(connection, newest)))
        finally:
            journal.connection.execute("DETACH other")


def _merge_document(store: BaseStore, source: Path) -> int:
    try:
        document = orjson.loads(source.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise ForeignTraceError(f"{source} can't be read as a trace document: {error}.", source) from error
    try:
        return add_document(store, document)[1]
    except ForeignTraceError as error:
        raise ForeignTraceError(f"{source}: {error}", source) from error


def _check_source(connection: sqlite3.Connection, source: Path) -> None:
    """Read the attached store once from end to end, so that what is wrong with it is said of it and not of
    the store it is merged into."""
    connection.create_function("interlab_digest", 1, _digest_of, deterministic=True)
    connection.create_function("interlab_is_json", -1, _is_json, deterministic=True)
    try:
        refuse_code(connection, str(source), "other")
        connection.execute(f"SELECT {_WRITER} FROM other.writer").fetchall()
        wrong = connection.execute(
            f"SELECT count(*) FROM other.node WHERE state NOT IN ({OPEN}, {FINISHED}, {ERROR}) OR id<=0 "
            "OR NOT interlab_is_json(tags, meta, inputs, result, error)"
        ).fetchone()[0]
        false = connection.execute(
            "SELECT count(*) FROM other.value WHERE hash NOT IN (SELECT hash FROM main.value) "
            "AND hash IS NOT interlab_digest(data)"
        ).fetchone()[0]
        replies = count_damaged(connection)
        states = damaged_states(connection)
    except sqlite3.Error as error:
        if str(error).startswith("no such"):
            raise StoreCorrupt(f"{source} lacks a part that every store has: {error}.", source) from error
        raise store_error(error, str(source)) from error
    if wrong or false or replies or states:
        # A value under a hash that is not its own would take the place of a true one recorded later.
        raise StoreCorrupt(
            f"{source} is damaged: {wrong} nodes, {false} values, {replies} replies and {states} states are not what "
            "they should be. "
            "Nothing of it was written; restore it from a copy.",
            source,
        )


def _is_json(*fields: bytes | None) -> bool:
    try:
        for data in fields:
            if data is not None:
                orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


def _digest_of(data: Any) -> bytes | None:
    return digest(data) if isinstance(data, bytes) else None


def _merge_attached(connection: sqlite3.Connection, newest: int) -> int:
    # A writer without a host stands for one known only from a document; a true one takes its place, never
    # the other way. What is known to be closed stays closed.
    connection.execute(
        f"INSERT INTO writer({_WRITER}) SELECT {_WRITER} FROM other.writer WHERE true "
        "ON CONFLICT(nonce) DO UPDATE SET pid=excluded.pid, process_started=excluded.process_started, "
        "opened=excluded.opened, heartbeat=max(writer.heartbeat, excluded.heartbeat), "
        "closed=CASE WHEN writer.host='' THEN excluded.closed "
        "ELSE coalesce(writer.closed, excluded.closed) END, "
        "host=excluded.host WHERE excluded.host<>''"
    )
    # The other's indexes are left alone: only its tables were read from end to end, and found good.
    numbers = connection.execute(
        "SELECT there.number, here.number FROM other.writer AS there NOT INDEXED "
        "CROSS JOIN main.writer AS here USING(nonce)"
    ).fetchall()
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS renumber(old INTEGER PRIMARY KEY, new INTEGER)")
    connection.execute("DELETE FROM temp.renumber")
    connection.executemany("INSERT INTO temp.renumber VALUES(?,?)", numbers)
    own = newest >> COUNTER_BITS
    new_id = f"(own.new << {COUNTER_BITS}) | (n.id & {COUNTER_MASK})"
    joined = f"other.node AS n NOT INDEXED JOIN temp.renumber AS own ON own.old = n.id >> {COUNTER_BITS}"
    if connection.execute(f"SELECT 1 FROM {joined} WHERE own.new={own} AND {new_id}>{newest}").fetchone():
        raise ForeignTraceError("The other store claims uids that are still to be given here; it was altered.")
    connection.execute("INSERT OR IGNORE INTO main.value SELECT hash, data FROM other.value")
    merge_replies(connection)
    merge_states(connection)
    before = connection.execute("SELECT count(*) FROM main.node").fetchone()[0]
    # This process knows its own nodes best; those of others that are open here are brought up to date. A node
    # that came without what it stands in gets it now.
    newer = f"main.node.state={OPEN} AND main.node.id >> {COUNTER_BITS} <> {own}"
    columns = ("state", "closed", "name", "tags", "meta", "inputs", "result", "error")
    updates = ", ".join(f"{name}=CASE WHEN {newer} THEN excluded.{name} ELSE node.{name} END" for name in columns)
    connection.execute(
        f"INSERT INTO main.node SELECT {new_id}, (up.new << {COUNTER_BITS}) | (n.parent & {COUNTER_MASK}), "
        "n.kind, n.state, n.opened, n.closed, n.name, n.tags, n.meta, n.inputs, n.result, n.error "
        f"FROM {joined} LEFT JOIN temp.renumber AS up ON up.old = n.parent >> {COUNTER_BITS} WHERE true "
        f"ON CONFLICT(id) DO UPDATE SET {updates}, parent=coalesce(node.parent, excluded.parent) "
        f"WHERE ({newer}) OR (node.parent IS NULL AND excluded.parent IS NOT NULL)"
    )
    # What a node stands in may not have been written yet; until it is merged too, the node is a root.
    connection.execute(
        "UPDATE main.node SET parent=NULL WHERE parent NOT IN (SELECT id FROM main.node) "
        f"AND id IN (SELECT {new_id} FROM {joined} WHERE n.parent IS NOT NULL)"
    )
    check_parents(connection)
    return int(connection.execute("SELECT count(*) FROM main.node").fetchone()[0]) - int(before)


def compact(store: BaseStore) -> int:
    """Drop values that nothing holds any more (after `remove`) and give the space back to the disk.

    Returns:
        How many values were dropped.

    Raises:
        StoreBusy: another process has the store open for writing: it counts on the values it wrote.
    """
    for host, pid in _others_at_work(store):
        raise StoreBusy(
            f"The store {store.path} is in use by process {pid} on {host}, which counts on the values it "
            "wrote. Close it there, then compact.",
            store.path,
        )
    with store.journal.lock:
        dropped = int(store.journal.write(_sweep))
        store.journal.forget_known()
        try:
            store.journal.connection.execute("VACUUM")
        except sqlite3.Error as error:
            raise store_error(error, store.path) from error
    for journal in tuple(journals._journals):  # the same file may be open here twice
        if not (journal.in_memory or journal.closed) and Path(journal.path).resolve() == Path(store.path).resolve():
            journal.forget_known()
    return dropped


def _others_at_work(store: BaseStore) -> Iterator[tuple[str, int]]:
    here = (socket.gethostname(), os.getpid())
    for number, host, pid in store.journal.read("SELECT number, host, pid FROM writer WHERE closed IS NULL"):
        if (host, pid) != here and store._writer_lives(number):
            yield host, pid


def _sweep(connection: sqlite3.Connection) -> int:
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS kept(hash BLOB PRIMARY KEY) WITHOUT ROWID")
    connection.execute("DELETE FROM temp.kept")
    todo: list[Held] = []
    seen: set[Held] = set()

    def keep(values: Iterator[Held]) -> None:
        for value in values:
            if value not in seen:
                seen.add(value)
                connection.execute("INSERT OR IGNORE INTO temp.kept VALUES(?)", (value.key,))
                todo.append(value)

    sources = [f"SELECT {', '.join(_FIELDS)} FROM node"]
    if has_table(connection):
        sources.append("SELECT asked, answer FROM reply")
    for row in itertools.chain.from_iterable(map(connection.execute, sources)):
        for data in row:
            if data is not None:
                keep(held(loads(data)))
    while todo:
        value = todo.pop()
        if value.what == "bytes":
            continue
        found = connection.execute("SELECT data FROM value WHERE hash=?", (value.key,)).fetchone()
        if found:
            keep(held_by(value, bytes(found[0])))
    delete_unused(connection)
    return connection.execute("DELETE FROM value WHERE hash NOT IN (SELECT hash FROM temp.kept)").rowcount
