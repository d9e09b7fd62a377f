"""Work that is started in a thread stays under the node it was started in.

Python's threads start with empty context variables. `instrument` makes `threading.Thread` (and `Timer`) and
`ThreadPoolExecutor` carry ours over, as OpenTelemetry's threading instrumentation does; asyncio tasks and
`asyncio.to_thread` carry all of theirs by themselves. Not carried are `multiprocessing.pool.ThreadPool`, the raw
`_thread` module, and callbacks added to a future: use `bound(function)` there.
"""

from __future__ import annotations

import concurrent.futures
import concurrent.futures.thread
import threading
from typing import Any

import wrapt

from interlab.tracing.scope import attached, bound, carried

_originals: list[tuple[Any, str, Any]] = []
_lock = threading.Lock()
_on_instrument: list[tuple[Any, Any]] = []


def on_instrument(start: Any, stop: Any) -> None:
    """Add a pair of functions that `instrument` and `uninstrument` call: more places to watch."""
    _on_instrument.append((start, stop))
    if is_instrumented():
        start()


def instrument() -> None:
    """Carry the current node into threads, and record calls made through LangChain and openai clients.

    Opening a store calls this. Calling it again changes nothing; `uninstrument` undoes it.
    """
    with _lock:
        if _originals:
            return
        _patch(threading.Thread, "start", _start)
        _patch(concurrent.futures.ThreadPoolExecutor, "submit", _submit)
        for start, _ in _on_instrument:
            start()


def uninstrument() -> None:
    """Undo `instrument`."""
    with _lock:
        for owner, name, original in _originals:
            setattr(owner, name, original)
        _originals.clear()
        for _, stop in _on_instrument:
            stop()


def is_instrumented() -> bool:
    """Whether `instrument` is in force."""
    return bool(_originals)


def _patch(owner: Any, name: str, wrapper: Any) -> None:
    original = getattr(owner, name)
    _originals.append((owner, name, original))
    setattr(owner, name, wrapt.FunctionWrapper(original, wrapper))


def _start(wrapped: Any, thread: Any, args: Any, kwargs: Any) -> Any:
    # Workers of an executor outlive the node that happened to start them; each task brings its own scope.
    target = getattr(thread, "_target", None)
    if target is not concurrent.futures.thread._worker:  # not public, and the only mark
        values = carried(thread)
        run = thread.run

        def run_in_scope() -> None:
            thread.__dict__.pop("run", None)  # the thread must not keep itself alive
            with attached(values):
                run()

        thread.run = run_in_scope
        try:
            return wrapped(*args, **kwargs)
        except BaseException:  # started twice, or no thread to be had
            thread.__dict__.pop("run", None)
            raise
    return wrapped(*args, **kwargs)


def _submit(wrapped: Any, executor: Any, args: Any, kwargs: Any) -> Any:
    if not args:
        return wrapped(*args, **kwargs)
    return wrapped(bound(args[0]), *args[1:], **kwargs)
