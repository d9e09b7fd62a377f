"""The states of runs in a store: their blobs, and which step of which run ended in which state.

A state is one small document that changes a little with every step, and parts that never change once they are
written. The documents stand here as the difference from one of the states before, the parts once each.
"""

from __future__ import annotations

import re
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from interlab.errors import StoreCorrupt
from interlab.tracing.schema import COUNTER_BITS, COUNTER_MASK
from interlab.tracing.wire import digest

PUT = "INSERT OR IGNORE INTO state VALUES(?,?,?)"
NOTE = "INSERT OR REPLACE INTO snapshot VALUES(?,?,?)"

_RAW, _PACKED, _DIFFERENCE = b"r", b"z", b"d"
_SMALL = 160
"""Bytes below which packing saves nothing."""
_WINDOW = 32_768
"""Bytes of a base that a difference can refer to."""
_MAX_BYTES = 1 << 30
"""Bytes of one blob when it is unpacked; a file that claims more is refused."""
_FREE_BYTES = 1 << 17
_MOST_UNPACKED = 100
"""What a blob may unpack to: its stored size this many times, or `_FREE_BYTES`. What would pack better is stored
unpacked, so that a file from a stranger can't stand for far more memory than its own size."""
_DEEPEST = 20
_KNOWN = 50_000
_DOCUMENT = b'["interlab-state"'
_HASHES = re.compile(rb'"((?:[A-Za-z0-9+/]{22})+)"')


class Writing(Protocol):
    """What is needed of a store's journal."""

    path: str
    clean: Any

    def queue(self, statement: str, row: tuple[Any, ...]) -> None: ...
    def read(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[Any]: ...


class States:
    """The states of one store: takes the blobs that `state.encode` makes and gives them back to `state.decode`.

    Args:
        journal: the store's journal. What is put is committed with the next node that closes.

    Attributes:
        epoch: another number when blobs were deleted.
    """

    def __init__(self, journal: Writing) -> None:
        self._journal = journal
        self._known: set[bytes] = set()
        self._bases: dict[int, tuple[bytes, bytes]] = {}
        self.epoch = 0

    def forget(self) -> None:
        """Forget what is in the file, after some of it was deleted."""
        self._known.clear()
        self._bases.clear()
        self.epoch += 1

    def put(self, data: bytes) -> bytes:
        """Keep a blob, without secrets; returns its hash."""
        return self._put(data, None)

    def _put(self, data: bytes, run: int | None) -> bytes:
        if not data.startswith(b'["N"'):  # hashes only, in which a key can be seen by chance
            data = self._journal.clean(data)
        key = digest(data)
        if key in self._known:
            return key
        base = None
        if run is not None and (known := self._bases.get(run)) is not None:
            packed = _difference(data, known[1])
            if len(packed) * 2 < len(data) <= _room(len(packed) - 1):
                base = known[0]
        if base is None:
            packed = _packed(data)
            if run is not None:
                self._bases[run] = (key, data)
        if len(self._known) >= _KNOWN:
            self._known.clear()
        self._known.add(key)
        self._journal.queue(PUT, (key, base, packed))
        return key

    def of_run(self, run: int) -> RunStates:
        """Where the states of one run go, whose documents are kept as differences."""
        return RunStates(self, run)

    def get(self, key: bytes) -> bytes:
        """The blob with a hash.

        Raises:
            LookupError: there is none.
            StoreCorrupt: it can't be unpacked.
        """

        def fetch(one: bytes) -> Any:
            rows = self._journal.read("SELECT base, data FROM state WHERE hash=?", (one,))
            return rows[0] if rows else None

        return whole(fetch, key, self._journal.path)

    def steps(self, run: int) -> dict[int, bytes]:
        """The hashes of a run's states by step."""
        if not self._journal.read("SELECT 1 FROM sqlite_schema WHERE name='snapshot'"):
            return {}  # made by an earlier version
        rows = self._journal.read("SELECT step, hash FROM snapshot WHERE run=? ORDER BY step", (run,))
        if not all(type(step) is int and type(key) is bytes for step, key in rows):
            raise StoreCorrupt(
                f"The store {self._journal.path} says of a run that its states have numbers or hashes that are none.",
                self._journal.path,
            )
        return dict(rows)


class RunStates:
    """Where `state.encode` puts the states of one run."""

    def __init__(self, states: States, run: int) -> None:
        self._states = states
        self._run = run

    @property
    def epoch(self) -> int:
        """See `States`."""
        return self._states.epoch

    def put(self, data: bytes) -> bytes:
        """Keep a blob; returns its hash."""
        return self._states._put(data, self._run if data.startswith(_DOCUMENT) else None)

    def note(self, step: int, key: bytes) -> None:
        """Say in which state a step ended; committed with the next node that closes."""
        self._states._journal.queue(NOTE, (self._run, step, key))

    def close(self) -> None:
        """Forget what differences are made from; the run has ended."""
        self._states._bases.pop(self._run, None)


def _packed(data: bytes) -> bytes:
    if len(data) < _SMALL:
        return _RAW + data
    packed = zlib.compress(data, 1)
    return _PACKED + packed if len(packed) < len(data) <= _room(len(packed)) else _RAW + data


def _room(stored: int) -> int:
    """What bytes of a given number may unpack to."""
    return min(_MAX_BYTES, max(_FREE_BYTES, _MOST_UNPACKED * stored))


def _difference(data: bytes, base: bytes) -> bytes:
    packer = zlib.compressobj(1, zdict=base[-_WINDOW:])
    return _DIFFERENCE + packer.compress(data) + packer.flush()


def unpacked(data: Any, base: bytes | None, path: str = "") -> bytes:
    """A blob as it was put.

    Raises:
        StoreCorrupt: it is damaged, or claims to be larger than a state can be.
    """
    try:
        form, rest = data[:1], data[1:]
        if form == _RAW:
            return bytes(rest)
        if form == _PACKED:
            unpacker = zlib.decompressobj()
        elif form == _DIFFERENCE and base is not None:
            unpacker = zlib.decompressobj(zdict=base[-_WINDOW:])
        else:
            raise ValueError(f"unknown form {form!r}")
        room = _room(len(rest))
        whole = unpacker.decompress(rest, room + 1)
        if len(whole) > room:
            raise ValueError(f"{len(rest):,} bytes unpack to more than {room:,}")
        if not unpacker.eof:
            raise ValueError("it is cut short")
        return whole
    except (TypeError, ValueError, zlib.error) as error:
        raise StoreCorrupt(f"A state in the store {path} can't be read: {error}.", path or None) from error


Fetch: TypeAlias = Callable[[bytes], Any]
"""From a hash to the row's base and data, or None."""


def whole(fetch: Fetch, key: bytes, path: str = "", depth: int = 0) -> bytes:
    """The blob with a hash, put together with what it is a difference from.

    A base is mostly stored whole. Where two processes or stores came to one state in different ways it may be a
    difference itself.

    Raises:
        LookupError: it, or what it is a difference from, is not there.
        StoreCorrupt: it can't be unpacked.
    """
    if not isinstance(key, bytes):
        raise StoreCorrupt(f"The store {path} refers to a state by something else than a hash.", path or None)
    row = fetch(key)
    if row is None:
        raise LookupError(key.hex())
    base, data = row
    if base is not None and depth >= _DEEPEST:
        raise StoreCorrupt(f"A state in the store {path} is a difference of differences without end.", path or None)
    return unpacked(data, None if base is None else whole(fetch, base, path, depth + 1), path)


# Moving and deleting ----------------------------------------------------------------------------------------


def referred(data: bytes) -> Iterator[bytes]:
    """The hashes that stand in a blob, and perhaps texts that look like some."""
    from binascii import a2b_base64

    for found in _HASHES.findall(data):
        for place in range(0, len(found), 22):
            try:
                yield a2b_base64(found[place : place + 22] + b"==")
            except ValueError:
                continue


def reachable(connection: sqlite3.Connection, roots: Iterable[bytes]) -> set[bytes]:
    """Hashes of all blobs that states are made of, those that differences are made from included.

    Args:
        connection: to the database that holds them.
        roots: the states' hashes.
    """
    seen: set[bytes] = set()
    todo = list(roots)
    fetch = _fetching(connection, "state")
    while todo:
        key = todo.pop()
        if key in seen or (row := fetch(key)) is None:
            continue
        seen.add(key)
        if row[0] is not None:
            todo.append(row[0])
        todo.extend(_named_in(fetch, key))
    return seen


def _fetching(connection: sqlite3.Connection, table: str) -> Fetch:
    return lambda key: connection.execute(f"SELECT base, data FROM {table} WHERE hash=?", (key,)).fetchone()


def _named_in(fetch: Fetch, key: bytes) -> Iterator[bytes]:
    """Hashes that stand in a blob; none where it can't be read."""
    try:
        yield from referred(whole(fetch, key))
    except (LookupError, StoreCorrupt):
        return


def delete_unused(connection: sqlite3.Connection) -> None:
    """Delete the snapshots of runs that are gone, and the blobs that no snapshot needs."""
    connection.execute("DELETE FROM snapshot WHERE run NOT IN (SELECT id FROM node)")
    kept = reachable(connection, [row[0] for row in connection.execute("SELECT DISTINCT hash FROM snapshot")])
    gone = [(row[0],) for row in connection.execute("SELECT hash FROM state") if row[0] not in kept]
    connection.executemany("DELETE FROM state WHERE hash=?", gone)


def copy_states(source: Writing, connection: sqlite3.Connection, runs: Mapping[int, int]) -> None:
    """Copy the states of runs to another database.

    Args:
        source: the journal of the store that has them.
        connection: to the other database.
        runs: the runs' keys there, by those here; keys of other nodes do no harm.
    """

    def fetch(key: bytes) -> Any:
        rows = source.read("SELECT base, data FROM state WHERE hash=?", (key,))
        return rows[0] if rows else None

    for run, there in runs.items():
        rows = source.read("SELECT step, hash FROM snapshot WHERE run=?", (run,))
        todo = [row[1] for row in rows]
        connection.executemany(NOTE, [(there, *row) for row in rows])
        while todo:
            key = todo.pop()
            if connection.execute("SELECT 1 FROM state WHERE hash=?", (key,)).fetchone():
                continue
            row = fetch(key)
            if row is not None:
                connection.execute(PUT, (key, *row))
                todo.extend(() if row[0] is None else (row[0],))
                todo.extend(_named_in(fetch, key))


def damaged_states(connection: sqlite3.Connection) -> int:
    """How many states of the attached database ``other`` are not what their hashes say; reads all of them."""
    damaged = 0
    fetch = _fetching(connection, "other.state")
    for (key,) in connection.execute("SELECT hash FROM other.state NOT INDEXED"):
        try:
            damaged += digest(whole(fetch, key)) != key
        except (LookupError, StoreCorrupt):
            damaged += 1
    connection.execute("SELECT run, step, hash FROM other.snapshot").fetchall()
    return damaged


def merge_states(connection: sqlite3.Connection) -> None:
    """Copy all states of the attached database ``other``, which were found good; `temp.renumber` gives its writers
    new numbers."""
    connection.execute("INSERT OR IGNORE INTO main.state SELECT hash, base, data FROM other.state")
    connection.execute(
        "INSERT OR IGNORE INTO main.snapshot "
        f"SELECT (own.new << {COUNTER_BITS}) | (s.run & {COUNTER_MASK}), s.step, s.hash "
        f"FROM other.snapshot AS s JOIN temp.renumber AS own ON own.old = s.run >> {COUNTER_BITS}"
    )
