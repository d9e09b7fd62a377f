"""Full-text search over a store. The index is built by those who search, never while a run is written.

Each search first indexes the nodes that are new since the last one. A node that is still open then is
searched apart, and looked at again by the next search. Of a prompt that continues an earlier one only the new
messages are indexed, so the index grows with what was said and not with its square.
"""

from __future__ import annotations

import functools
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

from interlab.tracing.journal import Journal
from interlab.tracing.schema import COUNTER_BITS, OPEN
from interlab.tracing.wire import TAG, loads

BATCH = 2_000
MAX_TEXT = 200_000
"""Characters of one node that are indexed."""

MAX_LATER = 20_000
"""Missing keys that are looked for again: of nodes removed by the million not all are noted."""

_LAYOUT = """
CREATE VIRTUAL TABLE IF NOT EXISTS search USING fts5(text, content='', tokenize='unicode61');
CREATE TABLE IF NOT EXISTS search_mark(writer INTEGER PRIMARY KEY, id INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS search_open(id INTEGER PRIMARY KEY);
"""


def matching(journal: Journal, text: str) -> str:
    """Bring the index up to date and give the condition that selects matching nodes.

    Args:
        journal: the store's journal.
        text: words, all of which a node must hold; words in double quotes must stand together.

    Returns:
        An FTS5 query for ``id IN (SELECT rowid FROM search WHERE search MATCH ?)``.
    """
    if not journal.read_only:
        update(journal)
    words: list[str] = []
    text = text.encode("utf-8", "replace").decode().replace("\0", " ")
    for quoted, plain in re.findall(r'"([^"]*)"|(\S+)', text):
        word = (quoted or plain).replace('"', '""')
        words.append(f'"{word}"')
    return " ".join(words) or '""'


def is_indexed(journal: Journal) -> bool:
    """Whether the store has an index at all."""
    return bool(journal.read("SELECT 1 FROM sqlite_schema WHERE name='search_mark'"))


def open_matches(journal: Journal, words: str) -> list[int]:
    """Keys of the nodes that match and are not closed: running ones, and those whose process is gone.

    They are few and still change, so they are searched in an index of their own that is thrown away.

    Args:
        journal: the store's journal.
        words: what `matching` gave.
    """
    columns = ", ".join(f"node.{column}" for column in _COLUMNS.split(", "))
    rows = journal.read(f"SELECT {columns} FROM search_open JOIN node USING(id) WHERE state=?", (OPEN,))
    if not rows:
        return []
    with closing(sqlite3.connect(":memory:")) as scratch:
        scratch.execute("CREATE VIRTUAL TABLE search USING fts5(text, content='', tokenize='unicode61')")
        texts = [(row[0], node_text(row[2], row[3:], journal.load)) for row in rows]
        scratch.executemany("INSERT INTO search(rowid, text) VALUES(?,?)", texts)
        return [row[0] for row in scratch.execute("SELECT rowid FROM search WHERE search MATCH ?", (words,))]


def update(journal: Journal) -> None:
    """Index the nodes that are not indexed yet."""
    if not is_indexed(journal):
        journal.write(_create)
    for (number,) in journal.read("SELECT number FROM writer"):
        while journal.write(functools.partial(_index_batch, journal, number)):
            pass
    waiting = journal.read("SELECT node.id FROM search_open JOIN node USING(id) WHERE state<>?", (OPEN,))
    for start in range(0, len(waiting), BATCH):
        keys = [row[0] for row in waiting[start : start + BATCH]]
        journal.write(functools.partial(_index_waiting, journal, keys))


def _create(connection: sqlite3.Connection) -> None:
    for statement in _LAYOUT.strip().split("\n"):
        connection.execute(statement)


_COLUMNS = "id, state, name, meta, inputs, result, error"


def _index_batch(journal: Journal, number: int, connection: sqlite3.Connection) -> bool:
    row = connection.execute("SELECT id FROM search_mark WHERE writer=?", (number,)).fetchone()
    low = row[0] if row else number << COUNTER_BITS
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM node WHERE id>? AND id<? ORDER BY id LIMIT {BATCH}",
        (low, (number + 1) << COUNTER_BITS),
    ).fetchall()
    if not rows:
        return False
    closed = [row for row in rows if row[1] != OPEN]
    # Keys are given out when a node is made, so a key that is missing may still come.
    last, found = rows[-1][0], {row[0] for row in rows}
    later = [(row[0],) for row in rows if row[1] == OPEN]
    later += [(key,) for key in range(max(low + 1, last - BATCH - MAX_LATER), last) if key not in found]
    connection.executemany("INSERT OR IGNORE INTO search_open VALUES(?)", later)
    _insert(journal, connection, closed)
    connection.execute("INSERT OR REPLACE INTO search_mark VALUES(?,?)", (number, last))
    return len(rows) == BATCH


def _index_waiting(journal: Journal, keys: list[int], connection: sqlite3.Connection) -> None:
    marks = ",".join("?" * len(keys))
    rows = connection.execute(
        # Asked anew: another process may have indexed them in between.
        f"SELECT {_COLUMNS} FROM node WHERE id IN ({marks}) AND id IN (SELECT id FROM search_open)",
        keys,
    ).fetchall()
    _insert(journal, connection, rows)
    connection.execute(f"DELETE FROM search_open WHERE id IN ({marks})", keys)


def _insert(journal: Journal, connection: sqlite3.Connection, rows: list[Any]) -> None:
    def load(key: bytes) -> bytes:
        found = connection.execute("SELECT data FROM value WHERE hash=?", (key,)).fetchone()
        return bytes(found[0]) if found else b"null"

    texts = [(row[0], node_text(row[2], row[3:], load)) for row in rows]
    connection.executemany("INSERT INTO search(rowid, text) VALUES(?,?)", texts)


def node_text(name: str, fields: tuple[bytes | None, ...], load: Any) -> str:
    """The words of a node: its name and every text in its values, the newest first of long lists."""
    pieces = [name]
    left = MAX_TEXT
    for data in fields:
        if data is None:
            continue
        for text in _texts(loads(data), load, 0):
            pieces.append(text[:left])
            left -= len(text)
            if left <= 0:
                return "\n".join(pieces)
    return "\n".join(pieces)


def _texts(wire: Any, load: Any, depth: int) -> Iterator[str]:
    if isinstance(wire, str):
        yield wire
    elif depth > 80:
        return
    elif isinstance(wire, list):
        for item in wire:
            yield from _texts(item, load, depth + 1)
    elif isinstance(wire, dict):
        tag = wire.get(TAG)
        if tag == "ref":
            yield from _texts(loads(load(bytes.fromhex(wire["h"]))), load, depth + 1)
        elif tag == "chain":
            link = loads(load(bytes.fromhex(wire["h"])))
            yield from _texts(link["items"] if isinstance(link, dict) else link, load, depth + 1)
        else:
            for key, item in wire.items():
                if key not in (TAG, "h", "mime", "dtype"):
                    yield from _texts(item, load, depth + 1)
