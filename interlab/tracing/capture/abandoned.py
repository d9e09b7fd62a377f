"""Closing what was dropped without being closed.

A stream that nobody reads on is noticed when it is collected, which may happen at any point of any thread,
even in the middle of a commit. So nothing is closed there: the work is handed to a thread of its own.
"""

from __future__ import annotations

import contextvars
import os
import threading
import weakref
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

from interlab.tracing.capture.problems import problem

_work: SimpleQueue[Callable[[], None]] = SimpleQueue()
_worker: threading.Thread | None = None
_starting = threading.Lock()


def when_dropped(thing: Any, close: Callable[[], None]) -> None:
    """Call a function soon after an object was collected, unless this process was forked in between.

    Args:
        thing: the object; must allow weak references.
        close: what to do then; must not refer to the object.
    """
    _ensure_worker()
    pid = os.getpid()
    weakref.finalize(thing, lambda: close_soon(close) if os.getpid() == pid else None).atexit = False


def close_soon(close: Callable[[], None]) -> None:
    """Call a function in the background. Safe in finalisers: the queue takes no lock that could be held."""
    _work.put(close)


def _ensure_worker() -> None:
    global _worker
    with _starting:
        if _worker is None or not _worker.is_alive():
            _worker = threading.Thread(target=_run, args=(_work,), name="interlab-abandoned", daemon=True)
            # In an empty context, or the thread would keep the node that is current here.
            contextvars.Context().run(_worker.start)


def _run(work: SimpleQueue[Callable[[], None]]) -> None:
    while True:
        close = work.get()
        try:
            close()
        except Exception as error:
            problem("closing what was abandoned", error)
        del close


def _after_fork_in_child() -> None:
    global _work, _worker, _starting
    _work, _worker, _starting = SimpleQueue(), None, threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork_in_child)
