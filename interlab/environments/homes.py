"""Where a fork's run is recorded when nothing says so: beside the run that it branches from."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any
from weakref import WeakValueDictionary

from interlab.tracing.scope import CURRENT_NODE, CURRENT_STORE

_homes: WeakValueDictionary[str, Any] = WeakValueDictionary()


def note_home(run: Any) -> None:
    """Remember in which store a run is that was forked."""
    source = getattr(getattr(run, "node", None), "_source", None)
    if source is not None:
        _homes[run.uid] = source


def home_of(environment: Any) -> AbstractContextManager[Any]:
    """Makes the store current of the run that an environment was forked from; does nothing within a ``with store:``,
    or where that store is closed or read only."""
    origin = getattr(environment, "origin", None)
    if origin is None or CURRENT_STORE.get() is not None or CURRENT_NODE.get() is not None:
        return nullcontext()
    found: Any = _homes.get(origin[0])
    if found is None or found.journal.closed or found.journal.read_only:
        return nullcontext()
    return found  # type: ignore[no-any-return]
