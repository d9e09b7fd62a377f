"""The layout of a store's SQLite file, and the checks made before one is used.

Node keys are ``writer number << 40 | counter``, so writers never collide and keys grow with time. A node's
uid is its writer's random nonce and the counter: it stays the same when stores are merged and writers get
new numbers.
"""

from __future__ import annotations

import os
import re
import sqlite3
import time
from pathlib import Path

from interlab.errors import InvalidArgument, NotAStore, StoreCorrupt, StoreReadOnly, StoreVersionError

APPLICATION_ID = 0x494C4142  # "ILAB"
FORMAT_VERSION = 1
PAGE_BYTES = 2048
"""A commit writes whole pages, and most commits are one node of a few hundred bytes."""
COUNTER_BITS = 40
COUNTER_MASK = (1 << COUNTER_BITS) - 1

OPEN, FINISHED, ERROR = 0, 1, 2
STATE_NAMES = ("open", "finished", "error")
INTERRUPTED = "interrupted"

# The narrow columns come first: listing nodes never touches the pages that long values overflow to.
SCHEMA = """
CREATE TABLE writer(
    number INTEGER PRIMARY KEY, nonce TEXT NOT NULL UNIQUE, host TEXT NOT NULL, pid INTEGER NOT NULL,
    process_started REAL NOT NULL, opened REAL NOT NULL, heartbeat REAL NOT NULL, closed REAL);
CREATE TABLE node(
    id INTEGER PRIMARY KEY, parent INTEGER, kind TEXT NOT NULL, state INTEGER NOT NULL, opened REAL NOT NULL,
    closed REAL, name TEXT NOT NULL, tags BLOB, meta BLOB, inputs BLOB, result BLOB, error BLOB);
CREATE INDEX node_parent ON node(parent, id);
CREATE INDEX node_run ON node(id) WHERE kind = 'run';
CREATE TABLE value(hash BLOB NOT NULL UNIQUE, data BLOB NOT NULL);
"""
STATE_SCHEMA = """
CREATE TABLE IF NOT EXISTS state(hash BLOB NOT NULL UNIQUE, base BLOB, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS snapshot(
    run INTEGER NOT NULL, step INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY(run, step)) WITHOUT ROWID;
"""

# Made by the first store that records a reply. The samples of one request have keys of their own; `alone` is the key
# that a sample would have if it had not been asked for side by side with others.
REPLY_SCHEMA = """
CREATE TABLE IF NOT EXISTS reply(
    key BLOB NOT NULL UNIQUE, alone BLOB NOT NULL, request BLOB NOT NULL, model TEXT NOT NULL, sample BLOB NOT NULL,
    asked BLOB NOT NULL, answer BLOB NOT NULL, recorded REAL NOT NULL, took_s REAL);
CREATE INDEX IF NOT EXISTS reply_alone ON reply(alone);
"""

HEADER = "id, parent, kind, state, opened, closed, name, tags"
INSERT = "INSERT INTO node VALUES(?,?,?,?,?,?,?,?,?,?,?,?)"
# For live nodes: one interrupted (Ctrl-C) between its commit and the note of it is written once more.
REPLACE = "INSERT OR REPLACE INTO node VALUES(?,?,?,?,?,?,?,?,?,?,?,?)"
UPDATE = "UPDATE node SET state=?2, closed=?3, name=?4, tags=?5, meta=?6, inputs=?7, result=?8, error=?9 WHERE id=?1"


def connect(path: str, *, read_only: bool = False, timeout_s: float = 30.0) -> sqlite3.Connection:
    """Open a connection with the settings every store connection has."""
    if path == ":memory:":
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    else:
        uri = Path(path).absolute().as_uri() + ("?mode=ro" if read_only else "?mode=rw")
        connection = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=timeout_s)
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA mmap_size=1073741824")
    connection.execute("PRAGMA wal_autocheckpoint=16000")
    connection.execute("PRAGMA trusted_schema=OFF")
    return connection


def create(path: str) -> None:
    """Make an empty store at a path where there is no file, or an empty one."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=30.0)
    try:
        _use_wal(connection)
        prepare(connection)
    finally:
        connection.close()


def _use_wal(connection: sqlite3.Connection) -> None:
    # SQLite does not wait here for another process that is doing the same.
    give_up = time.monotonic() + 30.0
    while True:
        try:
            connection.execute(f"PRAGMA page_size={PAGE_BYTES}")
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > give_up:
                raise
            time.sleep(0.01)


def prepare(connection: sqlite3.Connection) -> None:
    """Write the layout into an empty database; does nothing when another process was quicker."""
    connection.execute("BEGIN IMMEDIATE")
    if connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0] == 0:
        for statement in (SCHEMA + STATE_SCHEMA).split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version={FORMAT_VERSION}")
    connection.execute("COMMIT")


def complete(connection: sqlite3.Connection) -> None:
    """Add what stores made by earlier versions lack; does nothing to others."""
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name='snapshot'").fetchone():
        for statement in STATE_SCHEMA.split(";"):
            connection.execute(statement)


_OWN_TRIGGER = re.compile(
    r"CREATE TRIGGER browser_\w+ AFTER (UPDATE|DELETE) ON node\s+"
    r"(WHEN old\.state<>0 OR new\.parent IS NOT old\.parent\s+)?"
    r"BEGIN INSERT INTO browser_touched\(id\) VALUES\((new|old)\.id\); END"
)


def refuse_code(connection: sqlite3.Connection, path: str, database: str = "main") -> None:
    """Refuse a file whose layout does something by itself: views, and triggers that are not the trace browser's own.

    Raises:
        StoreCorrupt: it has one, so it is no store that InterLab made.
    """
    query = f"SELECT type, name, sql FROM {database}.sqlite_schema WHERE type IN ('view', 'trigger')"
    for kind, name, sql in connection.execute(query):
        if kind == "view" or not _OWN_TRIGGER.fullmatch(str(sql)):
            if database == "main":
                connection.close()
            raise StoreCorrupt(
                f"{path} has a {kind} named {str(name)[:40]!r}, which no store of InterLab has: something else made "
                "or changed it, and it is not used.",
                path,
            )


def check(path: Path, *, read_only: bool) -> bool:
    """Look at a file before it is used as a store.

    Args:
        path: where the store is or will be.
        read_only: whether it must exist already.

    Returns:
        True when it exists and holds something, False when it is to be created.

    Raises:
        NotAStore, StoreVersionError, StoreCorrupt, StoreReadOnly, InvalidArgument: what the names say.
    """
    if path.is_dir():
        raise InvalidArgument(f"A store is one file; {path} is a folder. Give a file name, such as lab.db.")
    if not path.parent.is_dir():
        raise InvalidArgument(f"The folder {path.parent} does not exist; make it before opening a store in it.")
    if not path.exists() or path.stat().st_size == 0:
        if read_only:
            raise NotAStore(f"There is no store at {path}.", path)
        if not os.access(path.parent, os.W_OK):
            raise StoreReadOnly(f"No store can be made at {path}: its folder can't be written.", path)
        return False
    try:
        with path.open("rb") as file:
            head = file.read(100)
    except PermissionError as error:
        raise StoreReadOnly(f"The store {path} can't be read: no permission.", path) from error
    if len(head) < 100 or not head.startswith(b"SQLite format 3\x00"):
        raise NotAStore(
            f"{path} is not an InterLab store: it is not an SQLite file. "
            "Give another path, or import a foreign trace with store.import_foreign(folder).",
            path,
        )
    owner, version = int.from_bytes(head[68:72], "big"), int.from_bytes(head[60:64], "big")
    if owner == 0:  # perhaps made this moment, with its layout still in the journal beside it
        owner, version, is_empty = _through_journal(path)
        if is_empty and not read_only:
            return False
    if owner != APPLICATION_ID:
        raise NotAStore(f"{path} is an SQLite file of some other program, not an InterLab store.", path)
    if version > FORMAT_VERSION:
        raise StoreVersionError(
            f"{path} has store format {version}; this InterLab reads up to {FORMAT_VERSION}. Update InterLab.",
            path,
        )
    page_size = int.from_bytes(head[16:18], "big")
    page_size = 65536 if page_size == 1 else page_size
    pages = int.from_bytes(head[28:32], "big")
    journal = path.with_name(path.name + "-wal")
    # Beside a journal the file may be short: a writer was killed while it moved pages over, and SQLite mends it.
    if path.stat().st_size < page_size * pages and not (journal.exists() and journal.stat().st_size):
        raise StoreCorrupt(
            f"{path} is truncated: {path.stat().st_size:,} bytes of {page_size * pages:,}. "
            "Restore it from a copy; `sqlite3 FILE .recover` may save part of it.",
            path,
        )
    return True


def _through_journal(path: Path) -> tuple[int, int, bool]:
    """The owner and the version of an SQLite file as its last commit left them, and whether it has no tables."""
    try:
        connection = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True, timeout=30.0)
        try:
            pragmas = ("PRAGMA application_id", "PRAGMA user_version", "SELECT count(*) FROM sqlite_schema")
            owner, version, tables = (connection.execute(pragma).fetchone()[0] for pragma in pragmas)
            return owner, version, tables == 0
        finally:
            connection.close()
    except sqlite3.Error:
        return 0, 0, False
