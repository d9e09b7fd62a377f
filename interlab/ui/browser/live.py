"""Notices that a store has new data, whoever wrote it, and tells those who listen."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable

from interlab.errors import StoreError
from interlab.ui.browser.backend import Backend
from interlab.ui.browser.protocol import Push

POLL_S = 0.1
"""Seconds between two looks, and so between two notices about a store."""
_LIVES_EVERY_S = 2.0

Listener = Callable[[Push], None]


class Watcher:
    """Looks at the stores of a backend while somebody listens.

    A look asks SQLite for the number of the data's version, which costs some microseconds; reading what is new is left
    to those who were told.

    Args:
        backend: whose stores are watched.
        poll_s: seconds between two looks.
    """

    def __init__(self, backend: Backend, *, poll_s: float = POLL_S) -> None:
        self._backend = backend
        self._poll_s = poll_s
        self._listeners: dict[int, Listener] = {}
        self._counted = 0
        self._number = 0
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Be told of new data, from a thread of the watcher's.

        Args:
            listener: is given each push; must be quick and raise nothing.

        Returns:
            A function that ends the listening.
        """
        with self._lock:
            self._counted += 1
            key = self._counted
            self._listeners[key] = listener
            if self._thread is None:
                self._wake.clear()
                self._thread = threading.Thread(target=self._run, name="interlab-watch", daemon=True)
                # In an empty context: the thread must not hold the node that it happened to be started in.
                contextvars.Context().run(self._thread.start)

        def stop() -> None:
            with self._lock:
                self._listeners.pop(key, None)
                if not self._listeners:
                    self._wake.set()

        return stop

    def _run(self) -> None:
        # The first look comes before the listener has read anything: whatever is new after that is told.
        seen = {store: self._version(store) for store in self._backend.stores}
        looked = time.monotonic()
        while True:
            with self._lock:
                if not self._listeners:
                    self._thread = None
                    return
            self._wake.wait(self._poll_s)
            look_at_lives = time.monotonic() - looked > _LIVES_EVERY_S
            if look_at_lives:
                looked = time.monotonic()
            for store, before in seen.items():
                seen[store] = self._version(store)
                if seen[store] != before or (look_at_lives and self._has_died(store)):
                    self._tell(store)

    def _version(self, store: str) -> int | None:
        try:
            return self._backend.index(store).version()
        except StoreError:  # closed, or locked for long
            return None

    def _has_died(self, store: str) -> bool:
        """Whether a writer of open nodes is gone: nobody commits anything then."""
        try:
            index = self._backend.index(store)
            return bool(index.rows.open) and index.update(live=True)
        except StoreError:
            return False

    def _tell(self, store: str) -> None:
        with self._lock:
            self._number += 1
            push: Push = {"push": "changes", "store": store, "number": self._number}
            listeners = list(self._listeners.values())
        for listener in listeners:
            listener(push)
