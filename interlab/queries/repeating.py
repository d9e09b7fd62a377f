"""Trying again after a failure, for functions that ask models."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from interlab.errors import EmptyReply, InvalidArgument, ModelCallFailed, ModelTimeout, ParsingFailure
from interlab.tracing import current_node

PASSING = (ParsingFailure, EmptyReply, ModelCallFailed, ModelTimeout)
"""Errors that another try may not meet again: a model's next answer can be a better one."""

RAISE: Any = object()
"""The default of `fallback`: raise the last error."""


def repeat_on_failure(
    function: Any = None,
    times: int = 3,
    *,
    fallback: Any = RAISE,
    errors: type[BaseException] | tuple[type[BaseException], ...] = PASSING,
) -> Any:
    """Call a function again when it fails. Answers that can't be read count as failures.

        answer = il.repeat_on_failure(lambda: ask(question), 3, fallback="no answer")

        @il.repeat_on_failure(times=5)
        async def ask(question): ...

    Args:
        function: called without arguments, at once: a function, or a coroutine function, for which a coroutine
            comes back. Without it, this is a decorator for functions with any arguments.
        times: calls at most, ≥ 1.
        fallback: returned after the last failure, instead of raising it.
        errors: the classes of errors that lead to another try; all others go through at once.

    Returns:
        What the function returned, or `fallback`.

    Raises:
        The last error, if there is no `fallback`; its notes say how often it was tried.
        InvalidArgument: `times` is no number ≥ 1, or `errors` holds no error classes.
    """
    if isinstance(function, int) and not isinstance(function, bool):
        function, times = None, function  # @repeat_on_failure(5)
    if isinstance(times, bool) or not isinstance(times, int) or times < 1:
        raise InvalidArgument(f"times is a whole number ≥ 1, not {times!r}.")
    classes = errors if isinstance(errors, tuple) else (errors,)
    if not classes or not all(isinstance(one, type) and issubclass(one, BaseException) for one in classes):
        raise InvalidArgument(f"errors is an error class or a tuple of them, not {errors!r}.")
    if function is None:
        return lambda decorated: _decorated(decorated, times, fallback, classes)
    return _decorated(function, times, fallback, classes)()


def _decorated(
    function: Any, times: int, fallback: Any, classes: tuple[type[BaseException], ...]
) -> Callable[..., Any]:
    if not callable(function):
        raise InvalidArgument(f"repeat_on_failure calls a function; a {type(function).__name__} can't be called.")

    def failed(error: BaseException, tried: int) -> bool:
        """Record a failure; whether it was the last one."""
        node = current_node(required=False)
        if node is not None:
            node.add_event("failed", {"try": tried, "of": times, "error": f"{type(error).__name__}: {error}"})
        if tried == times and fallback is RAISE and times > 1:
            error.add_note(f"(Tried {times} times.)")
        return tried == times

    if _is_async(function):

        async def repeat_async(*args: Any, **kwargs: Any) -> Any:
            for tried in range(1, times + 1):
                try:
                    return await function(*args, **kwargs)
                except classes as error:
                    if failed(error, tried) and fallback is RAISE:
                        raise
            return fallback

        return _named(repeat_async, function)

    def repeat(*args: Any, **kwargs: Any) -> Any:
        for tried in range(1, times + 1):
            try:
                return function(*args, **kwargs)
            except classes as error:
                if failed(error, tried) and fallback is RAISE:
                    raise
        return fallback

    return _named(repeat, function)


def _is_async(function: Any) -> bool:
    inner = function
    while isinstance(inner, functools.partial):
        inner = inner.func
    return inspect.iscoroutinefunction(inner) or inspect.iscoroutinefunction(type(inner).__call__)


def _named(made: Callable[..., Any], function: Any) -> Callable[..., Any]:
    return functools.update_wrapper(made, function)
