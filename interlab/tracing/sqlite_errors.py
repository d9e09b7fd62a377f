"""SQLite's errors in our own words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TypeVar

from interlab.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull, StoreReadOnly

Result = TypeVar("Result")


def store_error(error: sqlite3.Error, path: str) -> StoreError:
    """Our own error for one of SQLite's."""
    text = str(error)
    code = getattr(error, "sqlite_errorname", "") or ""
    if code.startswith("SQLITE_FULL") or "is full" in text:
        return StoreFull(
            f"No space left for the store {path}. What was stored stays readable; free some space and go on: "
            "what could not be written is kept and written with the next node.",
            path,
        )
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StoreReadOnly(f"The store {path} can't be written ({text}).", path)
    if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreBusy(f"Another process kept the store {path} locked for too long; try again.", path)
    if code.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")) or (
        isinstance(error, sqlite3.DatabaseError) and "malformed" in text
    ):
        return StoreCorrupt(
            f"The store {path} is damaged ({text}). Restore it from a copy; "
            "`sqlite3 FILE .recover` may save part of it.",
            path,
        )
    return StoreError(f"The store {path} failed: {text}.", path)


def translated(path: str, work: Callable[[], Result]) -> Result:
    """What a piece of work returns; SQLite's errors in it become ours."""
    try:
        return work()
    except sqlite3.Error as error:
        raise store_error(error, path) from error
