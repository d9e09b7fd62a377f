"""Where LangChain is patched: the handler is added to every run, and a run's node is current in its own code.

Each place is one where LangChain enters a run's own code. All of them put back what was current before they
return, whichever way they return.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from interlab.tracing.capture.abandoned import close_soon
from interlab.tracing.capture.calls import enter, is_within, restored
from interlab.tracing.capture.langchain_runs import SLOT, Run, Slot, ended, run_of
from interlab.tracing.capture.patching import Listener, Target
from interlab.tracing.scope import CURRENT_NODE

Args = tuple[Any, ...]
Kwargs = dict[str, Any]


@contextmanager
def _inside(run: Run | None, slot: Slot | None = None) -> Iterator[None]:
    """Run a part of a run's own code; it may start a run of its own in `slot`."""
    before = SLOT.get()
    with restored():
        SLOT.set(slot)
        if run is not None:
            enter(run.node, model=run.kind == "model")
        try:
            yield
        finally:
            SLOT.set(before)


# Children of a chain or a tool: LangChain runs them in a copy of the context, which it sets up here.


def _set_child_context(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
    result = wrapped(*args, **kwargs)
    config = args[0] if args else kwargs.get("config")
    callbacks = config.get("callbacks") if isinstance(config, dict) else None
    run = run_of(getattr(callbacks, "parent_run_id", None))
    if run is not None:
        node = CURRENT_NODE.get()
        if node is None or not is_within(node, run.node):
            enter(run.node, model=False)
    return result


# The one call behind every answer of a model.


def _manager_run(kwargs: Kwargs) -> Run | None:
    return run_of(getattr(kwargs.get("run_manager"), "run_id", None))


def _generate(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
    run = _manager_run(kwargs)
    with _inside(run):
        result = wrapped(*args, **kwargs)
    if run is not None:
        run.returned = result
    return result


async def _agenerate_inside(wrapped: Any, args: Args, kwargs: Kwargs) -> Any:
    run = _manager_run(kwargs)
    with _inside(run):
        result = await wrapped(*args, **kwargs)
    if run is not None:
        run.returned = result
    return result


def _agenerate(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
    return _agenerate_inside(wrapped, args, kwargs)


def _generate_texts(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
    with _inside(_texts_run(args, kwargs)):
        return wrapped(*args, **kwargs)


async def _agenerate_texts_inside(wrapped: Any, args: Args, kwargs: Kwargs) -> Any:
    with _inside(_texts_run(args, kwargs)):
        return await wrapped(*args, **kwargs)


def _agenerate_texts(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
    return _agenerate_texts_inside(wrapped, args, kwargs)


def _texts_run(args: Args, kwargs: Kwargs) -> Run | None:
    # Several prompts are one request; it is made in the name of the first.
    managers = kwargs.get("run_managers") or (args[2] if len(args) > 2 else None)
    return run_of(managers[0].run_id) if managers else None


# Methods that start runs.


def _starting(many: bool) -> Callable[[Any, Any, Args, Kwargs], Any]:
    def call(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
        slot = Slot(many)
        with _settled(slot), _inside(None, slot):
            return wrapped(*args, **kwargs)

    return call


def _astarting(many: bool) -> Callable[[Any, Any, Args, Kwargs], Any]:
    async def call_inside(wrapped: Any, args: Args, kwargs: Kwargs) -> Any:
        slot = Slot(many)
        with _settled(slot), _inside(None, slot):
            return await wrapped(*args, **kwargs)

    def call(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
        return call_inside(wrapped, args, kwargs)

    return call


@contextmanager
def _settled(slot: Slot) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        slot.settle(error)
        raise
    slot.settle(None)


# Streams: between two pieces the reader's node is current, not the model's.


def _stream(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
    return _pulled(wrapped(*args, **kwargs), Slot())


def _pulled(pieces: Iterator[Any], slot: Slot) -> Iterator[Any]:
    error: BaseException | None = None
    try:
        while True:
            with _inside(slot.run, slot):
                try:
                    piece = next(pieces)
                except StopIteration:
                    return
            yield piece
    except GeneratorExit:
        with _inside(slot.run, slot):
            pieces.close()  # type: ignore[attr-defined]  # a generator, though not announced as one
        raise
    except BaseException as raised:
        error = raised
        raise
    finally:
        slot.settle(error)


def _astream(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
    return _apulled(wrapped(*args, **kwargs), Slot())


async def _apulled(pieces: AsyncIterator[Any], slot: Slot) -> AsyncIterator[Any]:
    error: BaseException | None = None
    try:
        while True:
            with _inside(slot.run, slot):
                try:
                    piece = await anext(pieces)
                except StopAsyncIteration:
                    return
            yield piece
    except GeneratorExit:
        with _inside(slot.run, slot):
            await pieces.aclose()  # type: ignore[attr-defined]  # as above
        raise
    except BaseException as raised:
        error = raised
        raise
    finally:
        slot.settle(error)


# The newer streaming protocol, which pulls events by itself.


def _events(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
    return _pulled_events(wrapped(*args, **kwargs), getattr(kwargs.get("run_manager"), "run_id", None))


def _pulled_events(events: Iterator[Any], run_id: Any) -> Iterator[Any]:
    try:
        while True:
            with _inside(run_of(run_id)):
                try:
                    event = next(events)
                except StopIteration:
                    return
            yield event
    except GeneratorExit:
        close_soon(lambda: _abandon(run_id))  # this may well be the garbage collector
        raise


def _aevents(wrapped: Any, instance: Any, args: Args, kwargs: Kwargs) -> Any:
    return _apulled_events(wrapped(*args, **kwargs), getattr(kwargs.get("run_manager"), "run_id", None))


async def _apulled_events(events: AsyncIterator[Any], run_id: Any) -> AsyncIterator[Any]:
    while True:
        with _inside(run_of(run_id)):
            try:
                event = await anext(events)
            except StopAsyncIteration:
                return
        yield event


def _abandon(run_id: Any) -> None:
    run = ended(run_id)
    if run is not None and run.call is not None:
        run.call.finish(run.partial, abandoned=True)


# The handler.


def _add_handler(context: ModuleType) -> None:
    # Imported only now that LangChain is loaded: the handler is a subclass of LangChain's.
    from interlab.tracing.capture.langchain_handler import HANDLER, HANDLER_VARIABLE

    HANDLER.active = True
    context.register_configure_hook(HANDLER_VARIABLE, True)


def _remove_handler(context: ModuleType) -> None:
    from interlab.tracing.capture.langchain_handler import HANDLER, HANDLER_VARIABLE

    HANDLER.active = False
    hooks = context._configure_hooks
    hooks[:] = [hook for hook in hooks if hook[0] is not HANDLER_VARIABLE]


LANGCHAIN_LISTENERS = {"langchain_core.tracers.context": Listener(_add_handler, _remove_handler)}

_CHAT = ("langchain_core.language_models.chat_models", "BaseChatModel")
_TEXT = ("langchain_core.language_models.llms", "BaseLLM")
_RETRIEVER = ("langchain_core.retrievers", "BaseRetriever")
_TOOL = ("langchain_core.tools.base", "BaseTool")

LANGCHAIN_TARGETS: list[Target] = [
    Target("langchain_core.runnables.config", None, "_set_config_context", _set_child_context),
    Target(*_CHAT, "generate", _starting(many=True)),
    Target(*_CHAT, "agenerate", _astarting(many=True)),
    Target(*_CHAT, "_generate_with_cache", _generate),
    Target(*_CHAT, "_agenerate_with_cache", _agenerate),
    Target(*_CHAT, "stream", _stream),
    Target(*_CHAT, "astream", _astream),
    Target(*_CHAT, "_iter_v2_events", _events),
    Target(*_CHAT, "_aiter_v2_events", _aevents),
    Target(*_TEXT, "_generate_helper", _generate_texts),
    Target(*_TEXT, "_agenerate_helper", _agenerate_texts),
    Target(*_TEXT, "stream", _stream),
    Target(*_TEXT, "astream", _astream),
    Target(*_RETRIEVER, "invoke", _starting(many=False)),
    Target(*_RETRIEVER, "ainvoke", _astarting(many=False)),
    Target(*_TOOL, "run", _starting(many=False)),
    Target(*_TOOL, "arun", _astarting(many=False)),
]
