"""`with_trace`: record every call of a function as a node."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import AsyncGenerator, Callable, Generator, Iterable, Mapping
from typing import Any, ParamSpec, TypeVar, overload

from interlab.errors import InvalidArgument
from interlab.tracing.node import TracingNode
from interlab.tracing.scope import CURRENT_NODE
from interlab.tracing.tags import Tag
from interlab.tracing.wire import TAG

_VAR_POSITIONAL = inspect.Parameter.VAR_POSITIONAL
_VAR_KEYWORD = inspect.Parameter.VAR_KEYWORD

P = ParamSpec("P")
R = TypeVar("R")

MAX_YIELDED = 10_000
"""Items of a generator that are kept in its node's result."""


@overload
def with_trace(function: Callable[P, R], /) -> Callable[P, R]: ...
@overload
def with_trace(
    *,
    name: str | None = None,
    kind: str = "call",
    tags: Iterable[str | Tag] = (),
    meta: Mapping[str, Any] | None = None,
    ignore: Iterable[str] = ("self", "cls"),
) -> Callable[[Callable[P, R]], Callable[P, R]]: ...
def with_trace(
    function: Callable[..., Any] | None = None,
    /,
    *,
    name: str | None = None,
    kind: str = "call",
    tags: Iterable[str | Tag] = (),
    meta: Mapping[str, Any] | None = None,
    ignore: Iterable[str] = ("self", "cls"),
) -> Any:
    """Record each call of a function as a node: arguments by name, result, or error.

    Works on functions, coroutine functions, generators and async generators. A generator's node is open from
    its first item until it ends, and is the current node only while the generator's own code runs; its result
    is the list of what it yielded.

        @il.with_trace
        def add(a, b): ...

        @il.with_trace(kind="query", tags=["slow"])
        async def ask(question): ...

    Args:
        function: the function, when used without arguments.
        name: the nodes' name; the function's name by default.
        kind: the nodes' kind.
        tags: the nodes' tags.
        meta: the nodes' meta.
        ignore: names of arguments that are not recorded.

    Returns:
        The function, or a decorator.
    """
    if function is None:
        return functools.partial(_traced, name=name, kind=kind, tags=tags, meta=meta, ignore=ignore)
    return _traced(function, name=name, kind=kind, tags=tags, meta=meta, ignore=ignore)


def _traced(
    function: Any,
    *,
    name: str | None,
    kind: str,
    tags: Iterable[str | Tag],
    meta: Mapping[str, Any] | None,
    ignore: Iterable[str],
) -> Any:
    if isinstance(function, staticmethod | classmethod):
        inner = _traced(function.__func__, name=name, kind=kind, tags=tags, meta=meta, ignore=ignore)
        return type(function)(inner)
    if not callable(function):
        raise InvalidArgument(f"with_trace decorates functions; got {type(function).__name__}.")
    called: str = name or getattr(function, "__name__", None) or type(function).__name__
    tag_list = [tags] if isinstance(tags, str | Tag) else list(tags)
    ignored = frozenset(ignore)
    try:
        signature = inspect.signature(function)
    except ValueError:  # some built-in functions do not tell
        signature = inspect.Signature(
            [inspect.Parameter("args", _VAR_POSITIONAL), inspect.Parameter("kwargs", _VAR_KEYWORD)]
        )

    def node(args: tuple[Any, ...], kwargs: dict[str, Any]) -> TracingNode:
        inputs = _inputs(signature, args, kwargs, ignored)
        return TracingNode(called, kind=kind, inputs=inputs, tags=tag_list, meta=meta)

    if inspect.isasyncgenfunction(function):

        @functools.wraps(function)
        def trace_async_generator(*args: Any, **kwargs: Any) -> Any:
            return _drive_async(function(*args, **kwargs), node(args, kwargs))

        return trace_async_generator
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def trace_generator(*args: Any, **kwargs: Any) -> Any:
            return _drive(function(*args, **kwargs), node(args, kwargs))

        return trace_generator
    if inspect.iscoroutinefunction(function):

        @functools.wraps(function)
        async def trace_coroutine(*args: Any, **kwargs: Any) -> Any:
            with node(args, kwargs) as open_node:
                result = await function(*args, **kwargs)
                open_node.set_result(result)
                return result

        return trace_coroutine

    @functools.wraps(function)
    def trace(*args: Any, **kwargs: Any) -> Any:
        with node(args, kwargs) as open_node:
            result = function(*args, **kwargs)
            open_node.set_result(result)
            return result

    return trace


def _inputs(
    signature: inspect.Signature, args: tuple[Any, ...], kwargs: dict[str, Any], ignored: frozenset[str]
) -> dict[str, Any]:
    try:
        given = signature.bind(*args, **kwargs)
    except TypeError:  # the call itself is about to raise the same, with the function's own message
        return {"args": args, "kwargs": kwargs}
    given.apply_defaults()
    inputs: dict[str, Any] = {}
    for name, value in given.arguments.items():
        if name in ignored:
            continue
        if signature.parameters[name].kind is _VAR_KEYWORD:
            for key, item in value.items():
                inputs[f"{name}.{key}" if key in inputs or key == TAG else key] = item
        elif signature.parameters[name].kind is not _VAR_POSITIONAL or value:
            inputs[name] = value
    return inputs


class _Inside:
    """Makes a node current while a generator's own code runs, and nothing else."""

    __slots__ = ("before", "node")

    def __init__(self, node: TracingNode) -> None:
        self.node = node

    def __enter__(self) -> None:
        self.before = CURRENT_NODE.get()
        CURRENT_NODE.set(self.node)

    def __exit__(self, *_: object) -> None:
        CURRENT_NODE.set(self.before)


def _drive(generator: Generator[Any, Any, Any], node: TracingNode) -> Generator[Any, Any, Any]:
    node.open()
    yielded: list[Any] = []
    error: BaseException | None = None
    inside = _Inside(node)
    resume: Callable[[Any], Any] = generator.send
    sent: Any = None
    try:
        while True:
            try:
                with inside:
                    item = resume(sent)
            except StopIteration as stop:
                return stop.value
            _keep(yielded, item)
            try:
                resume, sent = generator.send, (yield item)
            except GeneratorExit:
                with inside:
                    generator.close()
                raise
            except BaseException as thrown:
                resume, sent = generator.throw, thrown
    except GeneratorExit:
        raise  # left early by its user, which is no error
    except BaseException as raised:
        error = raised
        raise
    finally:
        node.set_result(yielded)
        node.close(error=error)


def _begun(generator: AsyncGenerator[Any, Any], sent: Any) -> Any:
    # An event loop closes at its end every generator that it saw begin, all at once. It must see only ours,
    # which closes this one; closing both side by side is an error.
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, None)
    try:
        return generator.asend(sent)
    finally:
        sys.set_asyncgen_hooks(*hooks)


async def _drive_async(generator: AsyncGenerator[Any, Any], node: TracingNode) -> AsyncGenerator[Any, Any]:
    node.open()
    yielded: list[Any] = []
    error: BaseException | None = None
    inside = _Inside(node)
    resume: Callable[[Any], Any] = functools.partial(_begun, generator)
    sent: Any = None
    try:
        while True:
            try:
                with inside:
                    item = await resume(sent)
            except StopAsyncIteration:
                return
            _keep(yielded, item)
            try:
                resume, sent = generator.asend, (yield item)
            except GeneratorExit:
                with inside:
                    await generator.aclose()
                raise
            except BaseException as thrown:
                resume, sent = generator.athrow, thrown
    except GeneratorExit:
        raise
    except BaseException as raised:
        error = raised
        raise
    finally:
        node.set_result(yielded)
        node.close(error=error)


def _keep(yielded: list[Any], item: Any) -> None:
    # An endless generator must not fill the memory.
    if len(yielded) < MAX_YIELDED:
        yielded.append(item)
