"""The background thread of a journal: writes what is open, so that watchers see it, and signs that the writer lives."""

from __future__ import annotations

import contextvars
import threading
import time
import weakref
from typing import Protocol

FLUSH_EVERY_S = 0.05


class Ticking(Protocol):
    """What the thread needs of a journal."""

    closed: bool

    def tick(self, last_beat: float) -> float:
        """One round; takes and returns when the heartbeat was last written."""
        ...


class Flusher:
    """A thread that calls a journal's `tick` every 50 ms while there is something open, and sleeps otherwise.

    Args:
        journal: held weakly; when it is gone or closed, the thread ends.

    Attributes:
        idle: whether the thread sleeps, or was never started; the journal says so at the end of a round.
    """

    def __init__(self, journal: Ticking) -> None:
        self.idle = True
        self._journal = weakref.ref(journal)
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Wake the thread, or make it."""
        self.idle = False
        self._wake.set()
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(
                target=_run, args=(weakref.ref(self), self._wake), name="interlab-flush", daemon=True
            )
            # In an empty context: the thread must not hold the node that it happened to be started in.
            contextvars.Context().run(self._thread.start)

    def stop(self) -> None:
        """Let the thread see that the journal is closed."""
        self._wake.set()

    def round(self, last_beat: float) -> float | None:
        """One round; None when there is nothing left to do, ever."""
        journal = self._journal()
        if journal is None or journal.closed:
            return None
        self._wake.clear()
        return journal.tick(last_beat)


def _run(reference: weakref.ref[Flusher], wake: threading.Event) -> None:
    last_beat: float | None = time.time()
    while last_beat is not None:
        time.sleep(FLUSH_EVERY_S)
        flusher = reference()
        if flusher is None:
            return
        last_beat = flusher.round(last_beat)
        idle = flusher.idle
        del flusher
        if idle and last_beat is not None:
            wake.wait(timeout=60.0)
