"""The writing side of a store.

A close is committed before it returns. An open rides with the next commit, or with the flush that a
background thread makes within 50 ms, so a watcher in another process sees what is running. Threads that close
nodes at the same time share commits. What could not be written (a full disk) stays queued and is written
with the next commit that succeeds.
"""

from __future__ import annotations

import itertools
import os
import secrets as random_secrets
import socket
import sqlite3
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any

from interlab.errors import StoreBusy, StoreClosed, StoreCorrupt, StoreError, StoreFull, StoreReadOnly
from interlab.tracing.entry import Entry
from interlab.tracing.flusher import Flusher
from interlab.tracing.freeze import Freezer
from interlab.tracing.processes import process_start
from interlab.tracing.schema import COUNTER_BITS, INSERT, REPLACE, UPDATE, complete, connect, prepare, refuse_code
from interlab.tracing.secrets import Scrubber
from interlab.tracing.sqlite_errors import store_error, translated
from interlab.tracing.state_table import States
from interlab.tracing.wire import digest

HEARTBEAT_EVERY_S = 5.0
MEMORY_BATCH = 32_768
"""Nodes that a store in memory holds back from its tables until somebody reads."""
_KNOWN_HASHES = 50_000


class Journal:
    """Writes nodes and values to one SQLite file, from any number of threads.

    Args:
        path: the file, or ``":memory:"`` (then nothing is committed until something is read).
        read_only: refuse every write.
    """

    def __init__(self, path: str, *, read_only: bool = False) -> None:
        self.path = path
        self.in_memory = path == ":memory:"
        self.read_only = read_only
        self.closed = False
        self.scrubber = Scrubber()
        self.clean = self.scrubber.clean
        self.freezer = Freezer(self)
        self.lock = threading.RLock()
        self.live: dict[int, Entry] = {}
        self.on_reset: list[Callable[[], None]] = []
        self.states = States(self)
        self._start()
        _journals.add(self)

    def _start(self) -> None:
        self._opened: dict[int, Entry] = {}
        self._finished: deque[Entry] = deque()
        self._changed: dict[int, Entry] = {}
        self._values: dict[bytes, bytes] = {}
        self._statements: deque[tuple[str, tuple[Any, ...]]] = deque()
        self._known: set[bytes] = set()
        self._rows: list[tuple[Any, ...]] = []
        self._flusher = Flusher(self)
        self.connection = translated(self.path, lambda: connect(self.path, read_only=self.read_only))
        self.read_connection = self.connection
        self.reader_lock: Any = self.lock
        if self.in_memory:
            prepare(self.connection)
        else:
            translated(self.path, lambda: refuse_code(self.connection, self.path))
            if not self.read_only:
                translated(self.path, lambda: complete(self.connection))
            self.read_connection = translated(self.path, lambda: connect(self.path, read_only=self.read_only))
            self.reader_lock = threading.RLock()
        self.number = 0
        self.nonce = ""
        self._counter: Iterator[int] = itertools.count(1)
        self._base = 0

    # Writers ------------------------------------------------------------------------------------------

    def register(self) -> None:
        """Enter this process in the table of writers; done once, before its first node."""
        if self.read_only:
            raise StoreReadOnly(f"The store {self.path} is open for reading only.", self.path)
        if self.closed:
            raise StoreClosed(f"The store {self.path} was closed. Open it again with open_store().", self.path)
        with self.lock:
            if self.number:
                return
            nonce = random_secrets.token_hex(5)
            now = time.time()
            row = (nonce, socket.gethostname(), os.getpid(), process_start(os.getpid()) or now, now, now)
            columns = "nonce, host, pid, process_started, opened, heartbeat"
            cursor = self._run(f"INSERT INTO writer({columns}) VALUES(?,?,?,?,?,?)", row)
            self.nonce = nonce
            self._base = int(cursor.lastrowid or 0) << COUNTER_BITS
            self.number = int(cursor.lastrowid or 0)

    def new_id(self) -> int:
        """The key of a new node."""
        if not self.number:
            self.register()
        return self._base | next(self._counter)

    def uid_of(self, node_id: int) -> str:
        """The uid of a node of this writer."""
        return f"{self.nonce}-{node_id - self._base:x}"

    # Values -------------------------------------------------------------------------------------------

    def load(self, key: bytes) -> bytes:
        """The bytes of a value stored apart.

        Raises:
            StoreCorrupt: it is missing, or is not what its hash says.
        """
        data = self._values.get(key)
        if data is not None:
            return data
        rows = self.read("SELECT data FROM value WHERE hash=?", (key,))
        if not rows:
            raise StoreCorrupt(f"The value {key.hex()} is missing from the store {self.path}.", self.path)
        data = bytes(rows[0][0])
        if digest(data) != key:
            raise StoreCorrupt(f"The value {key.hex()} in the store {self.path} is not what its hash says.", self.path)
        return data

    def put(self, data: bytes) -> bytes:
        """Queue a value of text for the next commit, cleaned of secrets; returns its hash."""
        return self.put_blob(self.scrubber.clean(data))

    def put_blob(self, data: bytes) -> bytes:
        """Queue bytes for the next commit; returns their hash."""
        key = digest(data)
        if key not in self._known:
            self._values[key] = data
        return key

    def queue(self, statement: str, row: tuple[Any, ...]) -> None:
        """Queue a row of another table for the next commit: that of the next node that closes, at the latest."""
        self._statements.append((statement, row))

    def forget_known(self) -> None:
        """Forget which values are in the file, after some were deleted."""
        with self.lock:
            self._known.clear()
            self.freezer = Freezer(self)
            self.states.forget()

    # Nodes --------------------------------------------------------------------------------------------

    def node_opened(self, node: Entry, *, now: bool = False) -> None:
        """Take note of a node that was opened.

        Args:
            node: the node.
            now: commit it at once, for work that is about to wait long.
        """
        self.live[node.id] = node
        self._opened[node.id] = node
        if self._flusher.idle and not self.in_memory:
            self._flusher.start()
        if now:
            try:
                self.flush()
            except BaseException:  # whoever opened it sees the error, and will not close it
                self.live.pop(node.id, None)
                self._opened.pop(node.id, None)
                raise

    def node_changed(self, node: Entry) -> None:
        """Take note of a change to an open node that may have been written already."""
        if node.id not in self._opened:
            self._changed[node.id] = node
            if self._flusher.idle and not self.in_memory:
                self._flusher.start()

    def node_closed(self, node: Entry) -> None:
        """Commit a node that was closed. When this returns, it survives the end of the process."""
        self._opened.pop(node.id, None)
        if self.in_memory:
            self._keep_row(node)
            return
        self._finished.append(node)
        with self.lock:
            # Another thread may have committed this node while it held the lock.
            if not node.committed:
                if (
                    node.written
                    or self._opened
                    or self._changed
                    or self._values
                    or self._statements
                    or len(self._finished) != 1
                ):
                    self._flush()
                else:
                    self._flush_leaf(node)

    def _keep_row(self, node: Entry) -> None:
        """Hold a closed node back as its row, so that the node itself can go."""
        if node.written:
            self._finished.append(node)
        else:
            if self.closed:
                self._refuse()
            self._rows.append(node.insert_row())
            node.written = node.committed = True
            self.live.pop(node.id, None)
        if len(self._rows) >= MEMORY_BATCH:
            self.flush()

    def flush(self) -> None:
        """Commit all that is queued."""
        # The lock is taken also when nothing is queued: another thread may have taken the queue and be at it.
        with self.lock:
            if self._finished or self._opened or self._changed or self._values or self._rows or self._statements:
                self._flush()

    def _flush(self) -> None:
        if self.closed:
            raise StoreClosed(f"The store {self.path} was closed. Open it again with open_store().", self.path)
        # Other threads add to the queues meanwhile: each take below is atomic, and none is lost.
        opened: dict[int, Entry] = {}
        finished: list[Entry] = []
        changed: dict[int, Entry] = {}
        values: dict[bytes, bytes] = {}
        statements: list[tuple[str, tuple[Any, ...]]] = []
        rows = self._rows[:]
        del self._rows[: len(rows)]
        inserts: list[tuple[Any, ...]] = rows.copy()
        updates: list[tuple[Any, ...]] = []
        try:
            _drain(self._opened, opened)
            queue = self._finished
            while queue:
                finished.append(queue.popleft())
            _drain(self._changed, changed)
            for node in finished:
                if opened:
                    opened.pop(node.id, None)
                if changed:
                    changed.pop(node.id, None)
                if node.written:
                    updates.append(node.update_row())
                else:
                    inserts.append(node.insert_row())
            for node in sorted(opened.values(), key=_by_id):
                inserts.append(node.insert_row())
            for node in changed.values():
                if node.written and node.id not in opened:
                    updates.append(node.update_row())
            # Last, so that every value which a row refers to is in the same commit.
            _drain(self._values, values)
            while self._statements:
                statements.append(self._statements.popleft())
            self._commit(inserts, updates, values, statements)
        except BaseException:
            self._rows[:0] = rows
            self._opened.update(opened)
            self._finished.extendleft(reversed(finished))
            self._changed.update(changed)
            self._values.update(values)
            self._statements.extendleft(reversed(statements))
            raise
        live = self.live
        for node in finished:
            node.written = node.committed = True
            live.pop(node.id, None)
        for node in opened.values():
            node.written = True
        if len(self._known) > _KNOWN_HASHES:
            self._known.clear()
        self._known.update(values)

    def _flush_leaf(self, node: Entry) -> None:
        """`_flush` for its commonest case: one node that was never written, and nothing else."""
        if self.closed or not self._finished or self._finished[0] is not node:
            self._flush()
            return
        try:
            self.connection.execute(INSERT, node.insert_row())
        except sqlite3.Error:
            self._flush()  # which says what is wrong, or mends it
            return
        self._finished.remove(node)
        node.written = node.committed = True
        self.live.pop(node.id, None)

    def _commit(
        self,
        inserts: list[tuple[Any, ...]],
        updates: list[tuple[Any, ...]],
        values: dict[bytes, bytes],
        statements: list[tuple[str, tuple[Any, ...]]],
    ) -> None:
        connection = self.connection
        try:
            if len(inserts) + len(updates) == 1 and not values and not statements:
                # A single statement is a transaction of its own.
                connection.execute(INSERT, inserts[0]) if inserts else connection.execute(UPDATE, updates[0])
                return
        except sqlite3.IntegrityError:
            pass  # see below
        except sqlite3.Error as error:
            raise store_error(error, self.path) from error
        try:
            self._commit_together(INSERT, inserts, updates, values, statements)
        except sqlite3.IntegrityError:
            # A row is there already: a node labelled after it closed is queued twice, and an interrupt may have
            # come between a commit and the note that it was made.
            self._commit_together(REPLACE, inserts, updates, values, statements)

    def _commit_together(
        self,
        insert: str,
        inserts: list[tuple[Any, ...]],
        updates: list[tuple[Any, ...]],
        values: dict[bytes, bytes],
        statements: list[tuple[str, tuple[Any, ...]]],
    ) -> None:
        connection = self.connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            try:
                if values:
                    connection.executemany("INSERT OR IGNORE INTO value VALUES(?,?)", values.items())
                if inserts:
                    connection.executemany(insert, inserts)
                if updates:
                    connection.executemany(UPDATE, updates)
                for statement, row in statements:
                    connection.execute(statement, row)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise store_error(error, self.path) from error

    def _run(self, statement: str, parameters: tuple[Any, ...] = ()) -> sqlite3.Cursor:
        try:
            return self.connection.execute(statement, parameters)
        except sqlite3.Error as error:
            raise store_error(error, self.path) from error

    def write(self, work: Callable[[sqlite3.Connection], Any]) -> Any:
        """Run a piece of work in one write transaction, after all that is queued.

        Args:
            work: is given the connection; what it raises rolls everything back.

        Returns:
            What `work` returns.
        """
        if self.read_only:
            raise StoreReadOnly(f"The store {self.path} is open for reading only.", self.path)
        with self.lock:
            self._flush()
            connection = self.connection
            try:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    result = work(connection)
                    connection.execute("COMMIT")
                except BaseException:
                    if connection.in_transaction:
                        connection.execute("ROLLBACK")
                    raise
            except sqlite3.Error as error:
                raise store_error(error, self.path) from error
            return result

    def read(self, statement: str, parameters: tuple[Any, ...] = ()) -> list[Any]:
        """All rows of a query, with what this process has queued made visible first."""
        if self.closed:
            raise StoreClosed(f"The store {self.path} was closed. Open it again with open_store().", self.path)
        if not self.read_only:
            try:
                self.flush()
            except (StoreFull, StoreBusy, StoreReadOnly):
                pass  # what was stored stays readable; the queue is kept, and whoever closes a node is told
        try:
            with self.reader_lock:
                return self.read_connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise store_error(error, self.path) from error

    def tick(self, last_beat: float) -> float:
        """One round of the background thread: flush what is queued, and sign that the writer lives.

        Returns:
            When the heartbeat was last written.
        """
        now = time.time()
        try:
            self.flush()
            if self.live and now - last_beat >= HEARTBEAT_EVERY_S:
                with self.lock:
                    self._run("UPDATE writer SET heartbeat=? WHERE number=?", (now, self.number))
                last_beat = now
        except StoreError:
            pass  # the thread that closes a node meets the same error, and raises it where it is seen
        if not self.live and not self._opened and not self._changed:
            self._flusher.idle = True
            if self._opened or self._changed:  # opened in between
                self._flusher.idle = False
        return last_beat

    # The end ------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Commit what is queued, sign off, and close the connections."""
        if self.closed:
            return
        with self.lock:
            try:
                if not self.read_only:
                    self._flush()
                    if self.number:
                        self._run("UPDATE writer SET closed=? WHERE number=?", (time.time(), self.number))
            except (StoreFull, StoreBusy):
                raise  # stays open with its queue, so that nothing is lost: close again when there is space
            except BaseException:
                self._shut()
                raise
            self._shut()

    def _shut(self) -> None:
        self.closed = True
        self._counter = iter(self._refuse, 0)  # new nodes are refused where they are made
        self._flusher.stop()
        self.connection.close()
        if self.read_connection is not self.connection:
            with self.reader_lock:
                self.read_connection.close()

    def _refuse(self) -> int:
        raise StoreClosed(f"The store {self.path} was closed. Open it again with open_store().", self.path)

    def after_fork(self) -> None:
        """In a forked child: leave the parent's connections alone and write under a name of its own."""
        if self.closed:
            return
        # SQLite connections must not be used, nor closed, across a fork; keep them from being collected.
        _inherited.append((self.connection, self.read_connection))
        self.lock = threading.RLock()
        self.live = {}
        self.freezer = Freezer(self)
        self.states.forget()
        if self.in_memory:
            self._restart_memory()
        else:
            self._start()
        for callback in self.on_reset:
            callback()

    def _restart_memory(self) -> None:
        self._opened, self._finished, self._changed, self._values = {}, deque(), {}, {}
        self._statements = deque()
        self.reader_lock = self.lock
        self._rows = []
        self._flusher = Flusher(self)


def _drain(queue: dict[Any, Any], into: dict[Any, Any]) -> None:
    while queue:
        key, item = queue.popitem()
        into[key] = item


def _by_id(node: Entry) -> int:
    return node.id


_journals: weakref.WeakSet[Journal] = weakref.WeakSet()
_inherited: list[Any] = []


def _after_fork_in_child() -> None:
    for journal in list(_journals):
        journal.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
