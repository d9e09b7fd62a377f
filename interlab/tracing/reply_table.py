"""Recorded replies of models: a table of a store, made when the first is recorded.

Requests and replies stand in it in their stored form, as the fields of nodes do: what is long stands apart, once, and
the messages of a growing conversation share their beginning with one another and with the nodes that asked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any, Literal, NamedTuple, TypeAlias, get_args

from interlab.errors import InvalidArgument, StoreCorrupt
from interlab.tracing.journal import Journal
from interlab.tracing.nodes import NodeReading
from interlab.tracing.schema import REPLY_SCHEMA
from interlab.tracing.sqlite_errors import store_error
from interlab.tracing.wire import Load, digest, loads, thaw

ReplyMode: TypeAlias = Literal["off", "record", "replay", "auto"]
"""What becomes of replies: nothing; kept; served and never called; served, else called and kept."""

REPLY_KEY = "reply_key"
"""Under this name a node's meta names the recorded reply that it got, as hexadecimal digits."""

COLUMNS = "key, alone, request, model, sample, asked, answer, recorded, took_s"
_MARKS = "?,?,?,?,?,?,?,?,?"
_PAGE = 500


def as_reply_mode(mode: Any) -> ReplyMode:
    """A mode, checked.

    Raises:
        InvalidArgument: it is none.
    """
    if mode not in get_args(ReplyMode):
        known = ", ".join(map(repr, get_args(ReplyMode)))
        raise InvalidArgument(f"What to do with replies is one of {known}; got {mode!r:.80}.")
    found: ReplyMode = mode
    return found


class ReplyRow(NamedTuple):
    """A recorded reply as it is stored."""

    key: bytes
    """Of the request and of which sample of it this is."""
    alone: bytes
    """The key it would have if it had not been asked for side by side with others."""
    request: bytes
    """Of the request: samples share it."""
    model: str
    sample: bytes
    """Which sample it is, as JSON."""
    asked: bytes
    """The request's stored form."""
    answer: bytes
    """The reply's stored form."""
    recorded: float
    """When, in seconds since 1970."""
    took_s: float | None
    """How long the call took."""


class ReplyTable:
    """The recorded replies of one store.

    What is read here was committed before: nothing that waits in the journal's queue is written for it.

    Args:
        journal: the store's journal.
    """

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._made = False

    def find(self, key: bytes) -> ReplyRow | None:
        """The reply under a key."""
        rows = self._rows(f"SELECT {COLUMNS} FROM reply WHERE key=?", (key,))
        return ReplyRow(*rows[0]) if rows else None

    def find_alone(self, alone: bytes) -> list[ReplyRow]:
        """Up to two replies that would have this key had they not been asked for side by side with others."""
        return [ReplyRow(*row) for row in self._rows(f"SELECT {COLUMNS} FROM reply WHERE alone=? LIMIT 2", (alone,))]

    def __len__(self) -> int:
        rows = self._rows("SELECT count(*) FROM reply", ())
        return int(rows[0][0]) if rows else 0

    def newest(self, limit: int, model: str | None = None, request: bytes | None = None) -> list[ReplyRow]:
        """The replies recorded last, newest first.

        Args:
            limit: how many at most.
            model: only those of this model.
            request: only those to this request.
        """
        conditions = [(name, one) for name, one in (("model", model), ("request", request)) if one is not None]
        where = " AND ".join(f"{name}=?" for name, _ in conditions) or "1"
        query = f"SELECT {COLUMNS} FROM reply WHERE {where} ORDER BY rowid DESC LIMIT ?"
        return [ReplyRow(*row) for row in self._rows(query, (*(one for _, one in conditions), limit))]

    def pages(self, keys: Iterable[bytes] | None = None) -> Iterator[list[ReplyRow]]:
        """The replies under some keys, or all, some hundred at a time."""
        if keys is not None:
            listed = list(keys)
            for start in range(0, len(listed), _PAGE):
                page = listed[start : start + _PAGE]
                marks = ",".join("?" * len(page))
                rows = self._rows(f"SELECT {COLUMNS} FROM reply WHERE key IN ({marks}) ORDER BY rowid", tuple(page))
                yield [ReplyRow(*row) for row in rows]
            return
        last = 0
        while rows := self._rows(
            f"SELECT {COLUMNS}, rowid FROM reply WHERE rowid>? ORDER BY rowid LIMIT {_PAGE}", (last,)
        ):
            last = rows[-1][-1]
            yield [ReplyRow(*row[:-1]) for row in rows]

    def write(self, rows: list[ReplyRow], *, replace: bool) -> None:
        """Commit replies, and the values they refer to.

        Args:
            rows: the replies.
            replace: whether they take the place of others under their keys, or leave those.
        """
        self.journal.write(lambda connection: self._insert(connection, rows, replace))
        self._made = True

    def _insert(self, connection: sqlite3.Connection, rows: list[ReplyRow], replace: bool) -> None:
        if not self._made:
            make(connection)
        insert_replies(connection, rows, replace=replace)

    def value(self, data: bytes, load: Load | None = None) -> Any:
        """What a stored form says."""
        return thaw(loads(data), load or self.load)

    def load(self, key: bytes) -> bytes:
        """The bytes of a value stored apart.

        Raises:
            StoreCorrupt: it is missing, or is not what its hash says.
        """
        rows = self._rows("SELECT data FROM value WHERE hash=?", (key,))
        data = bytes(rows[0][0]) if rows else None
        if data is None or digest(data) != key:
            raise StoreCorrupt(
                f"The value {key.hex()} of a recorded reply is {'missing' if data is None else 'damaged'} in the "
                f"store {self.journal.path}.",
                self.journal.path,
            )
        return data

    def _rows(self, query: str, values: tuple[Any, ...]) -> list[Any]:
        journal = self.journal
        if journal.closed:
            journal._refuse()
        try:
            with journal.reader_lock:
                return journal.read_connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            if str(error).startswith("no such table: reply"):
                return []
            raise store_error(error, journal.path) from error


def make(connection: sqlite3.Connection) -> None:
    """Make the table where there is none."""
    for statement in REPLY_SCHEMA.split(";"):
        connection.execute(statement)


def insert_replies(connection: sqlite3.Connection, rows: Iterable[ReplyRow], *, replace: bool = False) -> None:
    """Insert replies; by default those whose keys are there already are left as they are."""
    verb = "REPLACE" if replace else "IGNORE"
    connection.executemany(f"INSERT OR {verb} INTO reply({COLUMNS}) VALUES({_MARKS})", rows)


def has_table(connection: sqlite3.Connection, schema: str = "main") -> bool:
    """Whether a database has recorded replies."""
    query = f"SELECT 1 FROM {schema}.sqlite_schema WHERE type='table' AND name='reply'"
    return connection.execute(query).fetchone() is not None


def merge_replies(connection: sqlite3.Connection) -> None:
    """Copy the replies of the attached database ``other``; what is recorded here already stays."""
    if has_table(connection, "other"):
        make(connection)
        connection.execute(
            f"INSERT OR IGNORE INTO main.reply({COLUMNS}) SELECT {COLUMNS} FROM other.reply NOT INDEXED ORDER BY rowid"
        )


def count_damaged(connection: sqlite3.Connection) -> int:
    """How many replies of the attached database ``other`` are not what they should be, as far as can be told. It has
    to know a function ``interlab_is_json``."""
    if not has_table(connection, "other"):
        return 0
    blobs = ("key", "alone", "request", "sample", "asked", "answer")
    wrong = " OR ".join(
        (
            *(f"typeof({name})<>'blob'" for name in blobs),
            *(f"length({name})<>16" for name in blobs[:3]),
            "typeof(model)<>'text'",
            "typeof(recorded) NOT IN ('real', 'integer')",
            "typeof(took_s) NOT IN ('real', 'integer', 'null')",
            "NOT interlab_is_json(sample, asked, answer)",
        )
    )
    return int(connection.execute(f"SELECT count(*) FROM other.reply NOT INDEXED WHERE {wrong}").fetchone()[0])


def reply_keys(nodes: Iterable[NodeReading]) -> list[bytes]:
    """The keys of the recorded replies that nodes got, each once."""
    found: dict[bytes, None] = {}
    for node in nodes:
        if node.kind == "model":
            key = node.meta.get(REPLY_KEY)
            if isinstance(key, str):
                try:
                    found[bytes.fromhex(key)] = None
                except ValueError:  # a trace from a stranger
                    continue
    return list(found)
