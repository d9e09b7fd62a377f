"""Plain synchronous code, side by side: what is slow is waiting for models, and threads wait well."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import nullcontext
from typing import Any, TypeVar

from interlab.errors import InvalidArgument
from interlab.tracing.hooks import has_hook, hook
from interlab.tracing.scope import bound
from interlab.tracing.slots import placed

R = TypeVar("R")

MAX_WORKERS = 32


def parallel(
    callables: Iterable[Callable[[], R]],
    *,
    max_workers: int = MAX_WORKERS,
    return_exceptions: bool = False,
) -> list[R]:
    """Run callables side by side in threads, under the current node.

    Every callable runs to its end even when another fails, so finished work is recorded and not lost. The
    first error, in the order given, is then raised; the others are attached to it as notes.

    Args:
        callables: functions without arguments, such as ``lambda: actor.query("Your move?")``.
        max_workers: threads at most, at least 1.
        return_exceptions: put an error in its place of the list instead of raising it.

    Returns:
        The results in the order of the callables.

    Raises:
        InvalidArgument: something in the list can't be called, or `max_workers` is below 1.
    """
    work = list(callables)
    for place, one in enumerate(work):
        if not callable(one):
            raise InvalidArgument(
                f"parallel() takes functions without arguments; item {place} is a {type(one).__name__}. "
                "Write `lambda: actor.query(…)` instead of `actor.query(…)`."
            )
    if max_workers < 1:
        raise InvalidArgument(f"max_workers is at least 1; got {max_workers}.")
    work = placed(work)
    if len(work) <= 1 or max_workers == 1:
        outcomes: list[Any] = [_outcome(one) for one in work]
    else:
        outcomes = _in_threads(work, min(max_workers, len(work)))
    if return_exceptions:
        mixed: list[Any] = [outcome.error if isinstance(outcome, _Raised) else outcome for outcome in outcomes]
        return mixed
    errors = [outcome for outcome in outcomes if isinstance(outcome, _Raised)]
    if errors:
        first = errors[0].error
        for other in errors[1:]:
            first.add_note(f"(Another callable run in parallel raised {type(other.error).__name__}: {other.error})")
        raise first
    return outcomes


class _Raised:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _outcome(one: Callable[[], Any]) -> Any:
    try:
        return one()
    except Exception as error:
        return _Raised(error)


def _in_threads(work: list[Callable[[], Any]], workers: int) -> list[Any]:
    interrupted = threading.Event()

    def run(one: Callable[[], Any]) -> Any:
        if interrupted.is_set():
            return _Raised(InterruptedError("cancelled before it started"))
        return _outcome(one)

    interruptible = hook("interruptible") if has_hook("interruptible") else nullcontext
    # Left before the pool is waited for: calls under way are cut when the cell is interrupted.
    with ThreadPoolExecutor(workers, thread_name_prefix="interlab-parallel") as pool, interruptible():
        futures: list[Future[Any]] = [pool.submit(bound(run), one) for one in work]
        try:
            return [future.result() for future in futures]
        except BaseException:  # an interrupted cell starts nothing new
            interrupted.set()
            for future in futures:
                future.cancel()
            raise
