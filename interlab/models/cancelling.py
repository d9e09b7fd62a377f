"""Calls that can be given up: by a time-out, an interrupted cell, a cancelled task.

A thread can't be stopped from outside. So a call that may have to be given up either ends by itself when its
connection is cut (`abortable`), or runs in a thread of its own that is left behind (`apart`). A reply that
comes after all is late, not lost: it is handed to whoever keeps the books (`late_replies_to`).
"""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any

from interlab.errors import CallCancelled, ModelTimeout
from interlab.tracing.hooks import register_hook
from interlab.tracing.scope import carry

GRACE_S = 1.0
"""How long to wait for a call to end after its connection was cut, so that its record is closed."""


class Cancellation:
    """A wish, seen by all threads under it, to start no more calls and to end those under way."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._callbacks: dict[int, Callable[[], object]] = {}
        self._count = 0

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Start no more calls under it, and end those under way. A second time changes nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks = list(self._callbacks.values())
            self._callbacks.clear()
        for callback in callbacks:
            callback()

    def check(self) -> None:
        """Raise `CallCancelled` if it was cancelled."""
        if self._event.is_set():
            raise CallCancelled("The call was given up because the work around it was interrupted.")

    def sleep(self, seconds: float) -> None:
        """Wait, unless it is cancelled meanwhile.

        Raises:
            CallCancelled: it was.
        """
        self._event.wait(seconds)
        self.check()

    @contextmanager
    def on_cancel(self, callback: Callable[[], object]) -> Iterator[None]:
        """Have a function called if it is cancelled within a block, at once if it already is."""
        with self._lock:
            place = self._count = self._count + 1
            late = self._event.is_set()
            if not late:
                self._callbacks[place] = callback
        if late:
            callback()
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.pop(place, None)


_CURRENT: ContextVar[Cancellation | None] = ContextVar("interlab_cancellation", default=None)
carry(_CURRENT)


def current_cancellation() -> Cancellation | None:
    """What can cancel the calls made here; None outside of any `cancellable` block."""
    return _CURRENT.get()


@contextmanager
def cancellable() -> Iterator[Cancellation]:
    """Calls within a block, in threads started there too, end when the block is interrupted.

    Interrupted means left by what is no `Exception`: an interrupted cell (`KeyboardInterrupt`), a cancelled task.
    No further call is started, connections of calls under way are closed, and their threads get `CallCancelled`.

    Yields:
        What can be cancelled by hand, from any thread.
    """
    own, outer = Cancellation(), _CURRENT.get()
    _CURRENT.set(own)
    try:
        if outer is None:
            yield own
        else:
            with outer.on_cancel(own.cancel):
                yield own
    except Exception:
        raise
    except BaseException:
        own.cancel()
        raise
    finally:
        _CURRENT.set(outer)


# Queries that run side by side are interrupted together.
register_hook("interruptible", cancellable)


class Line:
    """The connection of one call, for whoever may have to cut it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cut: Callable[[], None] | None = None
        self.aborted = False

    def abort(self) -> bool:
        """Cut the connection, now or as soon as there is one; says whether there was one."""
        with self._lock:
            self.aborted = True
            cut, self._cut = self._cut, None
        if cut is not None:
            cut()
        return cut is not None

    def _connect(self, cut: Callable[[], None] | None) -> None:
        with self._lock:
            late = self.aborted and cut is not None
            self._cut = None if late else cut
        if late and cut is not None:
            cut()


_LINE: ContextVar[Line | None] = ContextVar("interlab_line", default=None)
_LATE: ContextVar[Callable[[Any], object] | None] = ContextVar("interlab_late_replies", default=None)


@contextmanager
def on_line(line: Line) -> Iterator[None]:
    """What is called within the block is the call of this line."""
    before = _LINE.get()
    _LINE.set(line)
    try:
        yield
    finally:
        _LINE.set(before)


@contextmanager
def abortable(cut: Callable[[], None]) -> Iterator[None]:
    """Say how the call made within the block is cut off; for adapters.

    Args:
        cut: makes the call under way fail soon. Called from another thread, at most once.
    """
    line = _LINE.get()
    if line is None:
        yield
        return
    line._connect(cut)
    try:
        yield
    finally:
        line._connect(None)


def ending_in_time() -> AbstractContextManager[None]:
    """Say that the client of the call made within the block keeps to the time-out as well; for adapters.

    So it is about to end when time runs out, and its end is waited for.
    """
    return abortable(lambda: None)


@contextmanager
def late_replies_to(book: Callable[[Any], object] | None) -> Iterator[None]:
    """Replies of calls given up within the block go to a function, in whichever thread they arrive."""
    before = _LATE.get()
    _LATE.set(book)
    try:
        yield
    finally:
        _LATE.set(before)


class _Apart:
    """A call in a thread of its own, and whether anybody still waits for it."""

    def __init__(self, call: Callable[[], Any]) -> None:
        self._call = call
        self._book = _LATE.get()
        self._lock = threading.Lock()
        self._left = False
        self.ended = False
        self.reply: Any = None
        self.error: BaseException | None = None
        self.news = threading.Event()

    def run(self) -> None:
        """Make the call; the thread's work."""
        reply, error = None, None
        try:
            reply = self._call()
        except BaseException as raised:
            error = raised
        with self._lock:
            self.reply, self.error, self.ended = reply, error, True
            late = self._left
        self.news.set()
        if late:
            self._late()

    def leave(self) -> bool:
        """Wait no longer; False if it has ended just now."""
        with self._lock:
            self._left = not self.ended
            return self._left

    def _late(self) -> None:
        if self.error is None and self._book is not None:
            self._book(self.reply)

    def leave_interrupted(self) -> None:
        """Wait no longer because of an interruption, which loses the reply even if it is there."""
        if not self.leave():
            self._late()

    def outcome(self) -> Any:
        """The reply, or raises what the call raised."""
        if self.error is not None:
            raise self.error
        return self.reply


def apart(call: Callable[[], Any], name: str, timeout_s: float | None, line: Line) -> Any:
    """Make a call in a thread of its own and wait for it, until time runs out or it is cancelled.

    Raises:
        ModelTimeout: time ran out.
        CallCancelled: it was cancelled.
    """
    cancellation = _CURRENT.get()
    attempt = _Apart(call)
    context = contextvars.copy_context()
    thread = threading.Thread(target=context.run, args=(attempt.run,), name=f"model {name}", daemon=True)
    try:
        if cancellation is None:
            thread.start()
            attempt.news.wait(timeout_s)
        else:
            with cancellation.on_cancel(attempt.news.set):
                thread.start()
                attempt.news.wait(timeout_s)
    except BaseException:
        attempt.leave_interrupted()
        line.abort()
        raise
    if not attempt.leave():
        return attempt.outcome()
    ends_soon = line.abort()
    if cancellation is not None:
        cancellation.check()
    if ends_soon:
        thread.join(GRACE_S)
    raise ModelTimeout(f"The model {name} did not answer within {timeout_s:g} s.")
