"""What is current in this context: the innermost open node and the store that new roots go to.

Both live in context variables, so asyncio tasks inherit them. Threads do not inherit context variables by
themselves; `threads.instrument()` carries every variable named here with `carry()`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

# Holding a `node.TracingNode | None` and a `store.Store | None`; those modules import this one.
CURRENT_NODE: ContextVar[Any] = ContextVar("interlab_node", default=None)
CURRENT_STORE: ContextVar[Any] = ContextVar("interlab_store", default=None)

_carried: list[ContextVar[Any]] = [CURRENT_NODE, CURRENT_STORE]
_branching: dict[ContextVar[Any], Callable[[Any, Any], Any]] = {}
_fallback: list[Callable[[], Any]] = []


def current_store() -> Any:
    """The store that new roots go to here: that of the innermost ``with store:``, else a temporary one in
    memory."""
    return CURRENT_STORE.get() or _fallback[0]()


def set_fallback(make: Callable[[], Any]) -> None:
    """Say where roots go outside of any ``with store:``."""
    _fallback[:] = [make]


def carry(variable: ContextVar[Any], branch: Callable[[Any, Any], Any] | None = None) -> None:
    """Let threads started inside a node inherit one more context variable.

    Args:
        variable: a variable with a default; it is set in the thread to the value it has where the
            work was submitted.
        branch: makes the thread's own value of that one and of the function or thread, when it is submitted.
    """
    if variable not in _carried:
        _carried.append(variable)
    if branch is not None:
        _branching[variable] = branch


def carried(work: Any = None) -> list[tuple[ContextVar[Any], Any]]:
    """The carried variables with their values here, to be given to `attached` elsewhere.

    Args:
        work: the function or thread that will have them.
    """
    values = [(variable, variable.get()) for variable in _carried]
    return [
        (variable, _branching[variable](value, work) if variable in _branching else value) for variable, value in values
    ]


@contextmanager
def attached(values: list[tuple[ContextVar[Any], Any]]) -> Iterator[None]:
    """Set carried variables for the length of a block, in whichever thread it runs."""
    before = [(variable, variable.get()) for variable, _ in values]
    for variable, value in values:
        variable.set(value)
    try:
        yield
    finally:
        for variable, value in before:
            variable.set(value)


def bound(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a callable so that it runs under the scope that is current now, in any thread."""
    values = carried(function)

    def run(*args: Any, **kwargs: Any) -> Any:
        with attached(values):
            return function(*args, **kwargs)

    return run
