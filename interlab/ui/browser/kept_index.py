"""The index as it is kept in the store, so that the next reader need not read every node again.

Readers make these tables and bring them up to date; whoever records nodes never touches them. Two triggers note the
keys of nodes that are changed after they were closed (tags, facts) or removed, which are few and can't be found
otherwise; opening and closing nodes does not fire them.

An index belongs to a generation. A new one is written beside the old one in several transactions, so that nobody waits
long for the lock, and takes its place in the last of them. A later change to it is one transaction that is given up
when another process was quicker: that process's index is as good.
"""

from __future__ import annotations

import functools
import secrets
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import orjson

from interlab.errors import StoreError
from interlab.tracing.colors import safe_color
from interlab.tracing.journal import Journal
from interlab.ui.browser.columns import CHUNK, Columns
from interlab.ui.browser.facts import Facts, Texts
from interlab.ui.browser.protocol import Named, Tagset

VERSION = 1
_PIECE = 8_192
"""Texts that are kept together."""
_CHUNKS_AT_ONCE = 6
_TOUCHED_KEPT = 20_000

_TABLES = """
CREATE TABLE IF NOT EXISTS browser_index(one INTEGER PRIMARY KEY CHECK(one=1), data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS browser_chunk(generation TEXT, number INTEGER, data BLOB NOT NULL,
    PRIMARY KEY(generation, number));
CREATE TABLE IF NOT EXISTS browser_text(generation TEXT, what TEXT, number INTEGER, data BLOB NOT NULL,
    PRIMARY KEY(generation, what, number));
"""
_TOUCHED = """
CREATE TABLE IF NOT EXISTS browser_touched(seq INTEGER PRIMARY KEY, id INTEGER NOT NULL);
CREATE TRIGGER IF NOT EXISTS browser_changed AFTER UPDATE ON node
    WHEN old.state<>0 OR new.parent IS NOT old.parent
    BEGIN INSERT INTO browser_touched(id) VALUES(new.id)\\; END;
CREATE TRIGGER IF NOT EXISTS browser_removed AFTER DELETE ON node
    BEGIN INSERT INTO browser_touched(id) VALUES(old.id)\\; END;
"""


@dataclass
class Marks:
    """How far an index has come.

    Args:
        ids: the last key seen, by writer.
        touched: the last note of a changed node that was seen.
    """

    ids: dict[int, int] = field(default_factory=dict)
    touched: int = 0


@dataclass
class Contents:
    """All of an index.

    Args:
        columns: the rows.
        kinds, names: distinct texts.
        facts: distinct actors and lists of tags.
        marks: how far it has come.
        checkpoints: for growing numbers of rows, how many kinds, names, actors and lists of tags they use.
    """

    columns: Columns
    kinds: Texts
    names: Texts
    facts: Facts
    marks: Marks = field(default_factory=Marks)
    checkpoints: list[tuple[int, int, int, int, int]] = field(default_factory=list)

    @property
    def tables(self) -> dict[str, list[Any]]:
        """The tables of distinct values, by name."""
        return {
            "kinds": self.kinds.entries,
            "names": self.names.entries,
            "actors": self.facts.actors,
            "tagsets": self.facts.tagsets,
        }

    @property
    def sizes(self) -> tuple[int, int, int, int]:
        """How many entries each table has."""
        kinds, names, actors, tagsets = map(len, self.tables.values())
        return kinds, names, actors, tagsets


class Keeper:
    """Reads and writes the index of one store.

    Args:
        journal: the store's journal.

    Attributes:
        writes: whether this process may still write the index.
    """

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.writes = not (journal.read_only or journal.in_memory)
        self._generation: str | None = None
        self._revision = 0
        self._replaces: bytes | None = None
        self._texts_kept: dict[str, int] = {}
        self._has_touched = False

    # Notes of changed nodes ---------------------------------------------------------------------------

    def watch_changes(self) -> bool:
        """Have changes of closed nodes noted from now on, where the store can be written; returns whether they are."""
        if not self._has_touched:
            found = self._journal.read("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'browser\\_%' ESCAPE '\\'")
            if found[0][0] < 6 and not self._journal.read_only:
                try:
                    self._journal.write(_create)
                except StoreError:
                    self.writes = False
            found = self._journal.read("SELECT count(*) FROM sqlite_schema WHERE name='browser_touched'")
            self._has_touched = bool(found[0][0])
        return self._has_touched

    def touched(self, after: int) -> list[tuple[int, int]] | None:
        """Notes made after one, as pairs of note and key; None when some were thrown away."""
        if not self._has_touched:
            return []
        read = self._journal.read
        first = read("SELECT min(seq) FROM browser_touched")[0][0]
        if first is not None and first > after + 1:
            return None
        return read("SELECT seq, id FROM browser_touched WHERE seq>? ORDER BY seq", (after,))

    def last_touched(self) -> int:
        """The last note that was made; 0 without any."""
        if not self._has_touched:
            return 0
        return int(self._journal.read("SELECT coalesce(max(seq), 0) FROM browser_touched")[0][0])

    # Reading ------------------------------------------------------------------------------------------

    def is_kept(self) -> bool:
        """Whether an index is in the store."""
        if not self._journal.read("SELECT 1 FROM sqlite_schema WHERE name='browser_index'"):
            return False
        return bool(self._journal.read("SELECT 1 FROM browser_index"))

    def replace(self) -> None:
        """Leave aside what is kept; it is to be replaced."""
        if self._journal.read("SELECT 1 FROM sqlite_schema WHERE name='browser_index'"):
            found = self._journal.read("SELECT CAST(data AS BLOB) FROM browser_index")
            self._replaces = bytes(found[0][0]) if found else None

    def load(self, into: Contents) -> bool:
        """Read the index.

        Args:
            into: an empty index, which takes it up.

        Returns:
            Whether there was one, and it was sound.
        """
        try:
            return self._load(into)
        except StoreError:  # tables that are not ours
            self.writes = False
            return False

    def _load(self, into: Contents) -> bool:
        self.replace()
        if self._replaces is None:
            return False
        try:
            head = orjson.loads(self._replaces)
            if head["version"] != VERSION or head["chunk"] != CHUNK:
                return False
            generation, rows = str(head["generation"]), int(head["rows"])
            marks = {int(number): int(key) for number, key in head["marks"].items()}
            touched, revision = int(head["touched"]), int(head["revision"])
            sizes = {str(what): int(size) for what, size in head["sizes"].items()}
            self._load_tables(generation, sizes, into)
        except (ValueError, TypeError, KeyError, AttributeError):  # another version's, or damaged
            return False
        if not self._load_chunks(generation, rows, into):
            return False
        into.marks = Marks(marks, touched)
        self._generation, self._revision = generation, revision
        self._texts_kept = sizes
        return True

    def _load_tables(self, generation: str, sizes: dict[str, int], into: Contents) -> None:
        entries: dict[str, list[Any]] = {}
        for what in into.tables:
            query = "SELECT CAST(data AS BLOB) FROM browser_text WHERE generation=? AND what=? ORDER BY number"
            pieces = self._journal.read(query, (generation, what))
            entries[what] = [entry for (data,) in pieces for entry in orjson.loads(data)][: sizes[what]]
            if len(entries[what]) != sizes[what] or (what in ("actors", "tagsets") and not entries[what]):
                raise ValueError(what)
        into.kinds.restore([_text(kind) for kind in entries["kinds"]])
        into.names.restore([_text(name) for name in entries["names"]])
        actors: list[Named] = [
            {"name": _text(actor["name"]), "color": safe_color(actor["color"]) or None} for actor in entries["actors"]
        ]
        tagsets: list[Tagset] = [
            [(_text(name), safe_color(color) or None) for name, color in tags] for tags in entries["tagsets"]
        ]
        into.facts.restore(actors, tagsets)

    def _load_chunks(self, generation: str, rows: int, into: Contents) -> bool:
        limits = into.sizes
        most = (-1, -1, 0, 0)
        for number in range(-(-rows // CHUNK)):
            query = "SELECT CAST(data AS BLOB) FROM browser_chunk WHERE generation=? AND number=?"
            found = self._journal.read(query, (generation, number))
            used = into.columns.add_chunk(bytes(found[0][0])) if found else None
            if used is None:
                return False
            most = tuple(map(max, most, used))  # type: ignore[assignment]
            if any(number >= limit for number, limit in zip(most, limits, strict=True)):
                return False
            into.checkpoints.append((len(into.columns), *(number + 1 for number in most)))  # type: ignore[arg-type]
        return len(into.columns) == rows

    # Writing ------------------------------------------------------------------------------------------

    def keep(self, contents: Contents, changed: Iterable[int]) -> bool:
        """Write the index.

        Args:
            contents: all of it.
            changed: chunks that are not as they were kept.

        Returns:
            Whether it is kept now. When not, it is not tried again.
        """
        if not self.writes:
            return False
        try:
            if self._generation is None:
                done = self._keep_all(contents)
            else:
                done = bool(self._journal.write(lambda connection: self._keep_some(connection, contents, changed)))
        except (StoreError, sqlite3.Error):  # no space, locked too long: it can be made anew
            done = False
        self.writes = done
        return done

    def _head(self, contents: Contents, generation: str) -> bytes:
        sizes = {what: len(entries) for what, entries in contents.tables.items()}
        head = {
            "version": VERSION, "chunk": CHUNK, "generation": generation, "revision": self._revision + 1,
            "rows": len(contents.columns), "touched": contents.marks.touched, "sizes": sizes,
            "marks": {str(number): key for number, key in contents.marks.ids.items()},
        }  # fmt: skip
        return orjson.dumps(head)

    def _keep_all(self, contents: Contents) -> bool:
        generation = secrets.token_hex(8)
        chunks = range(-(-len(contents.columns) // CHUNK))
        for begin in range(0, len(chunks), _CHUNKS_AT_ONCE):
            some = [(generation, number, contents.columns.chunk(number)) for number in chunks[begin:][:_CHUNKS_AT_ONCE]]
            self._journal.write(functools.partial(_put_chunks, some))
        head = self._head(contents, generation)

        def change(connection: sqlite3.Connection) -> bool:
            found = connection.execute("SELECT CAST(data AS BLOB) FROM browser_index").fetchone()
            if (bytes(found[0]) if found else None) != self._replaces:
                _forget(connection, generation, keep=False)
                return False
            self._put_texts(connection, contents, generation)
            connection.execute("INSERT OR REPLACE INTO browser_index VALUES(1,?)", (head,))
            _forget(connection, generation, keep=True)
            return True

        if not self._journal.write(change):
            return False
        self._generation, self._revision, self._replaces = generation, self._revision + 1, head
        return True

    def _keep_some(self, connection: sqlite3.Connection, contents: Contents, changed: Iterable[int]) -> bool:
        found = connection.execute("SELECT CAST(data AS BLOB) FROM browser_index").fetchone()
        if found is None or bytes(found[0]) != self._replaces or self._generation is None:
            return False
        _put_chunks([(self._generation, number, contents.columns.chunk(number)) for number in changed], connection)
        self._put_texts(connection, contents, self._generation)
        head = self._head(contents, self._generation)
        connection.execute("UPDATE browser_index SET data=?", (head,))
        # The last note stays: the next one counts on from it.
        connection.execute("DELETE FROM browser_touched WHERE seq<?", (contents.marks.touched - _TOUCHED_KEPT,))
        self._revision, self._replaces = self._revision + 1, head
        return True

    def _put_texts(self, connection: sqlite3.Connection, contents: Contents, generation: str) -> None:
        for what, entries in contents.tables.items():
            first = self._texts_kept.get(what, 0) if generation == self._generation else 0
            for number in range(first // _PIECE, -(-len(entries) // _PIECE)):
                piece = orjson.dumps(entries[number * _PIECE : (number + 1) * _PIECE])
                row = (generation, what, number, piece)
                connection.execute("INSERT OR REPLACE INTO browser_text VALUES(?,?,?,?)", row)
            self._texts_kept[what] = len(entries)


def _create(connection: sqlite3.Connection) -> None:
    for statement in (_TABLES + _TOUCHED).replace("\\;", "\0").split(";"):
        if statement.strip():
            connection.execute(statement.replace("\0", ";"))


def _put_chunks(chunks: list[tuple[str, int, bytes]], connection: sqlite3.Connection) -> None:
    connection.executemany("INSERT OR REPLACE INTO browser_chunk VALUES(?,?,?)", chunks)


def _forget(connection: sqlite3.Connection, generation: str, *, keep: bool) -> None:
    """Drop a generation, or all but it."""
    compared = "<>" if keep else "="
    for table in ("browser_chunk", "browser_text"):
        connection.execute(f"DELETE FROM {table} WHERE generation{compared}?", (generation,))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
