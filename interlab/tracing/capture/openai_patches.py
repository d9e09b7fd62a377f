"""Where `openai` clients are patched: the resource classes, as every way of calling passes through them."""

from __future__ import annotations

import inspect
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from interlab.tracing.capture import openai_replies as replies
from interlab.tracing.capture import openai_requests as requests
from interlab.tracing.capture.abandoned import when_dropped
from interlab.tracing.capture.calls import Call, Outcome, current, open_call
from interlab.tracing.capture.openai_replies import Gathering
from interlab.tracing.capture.openai_streams import aclose_with, close_with, is_stream, recorded_stream
from interlab.tracing.capture.patching import Target, Wrapper
from interlab.tracing.capture.problems import problem
from interlab.tracing.scope import CURRENT_NODE


@dataclass(frozen=True, slots=True)
class Endpoint:
    """What there is to know of one kind of request.

    Args:
        kind: the node's kind.
        inputs: the node's inputs from the call's arguments.
        outcome: what a whole reply came to.
        gathering: makes what puts a streamed reply together.
        iterables: arguments that may be iterators, which can be read only once.
    """

    kind: str
    inputs: Callable[[Mapping[str, Any]], dict[str, Any]]
    outcome: Callable[[Any], Outcome]
    gathering: Callable[[], Gathering]
    iterables: tuple[str, ...]


CHAT = Endpoint(
    "model",
    requests.chat_inputs,
    replies.chat_outcome,
    replies.ChatPieces,
    ("messages", "tools", "functions"),
)
RESPONSE = Endpoint(
    "model", requests.response_inputs, replies.response_outcome, replies.ResponsePieces, ("input", "tools")
)
COMPLETION = Endpoint(
    "model", requests.completion_inputs, replies.completion_outcome, replies.CompletionPieces, ("prompt",)
)
EMBEDDING = Endpoint("embedding", requests.embedding_inputs, replies.embedding_outcome, replies.NoPieces, ("input",))


def _start(endpoint: Endpoint, arguments: dict[str, Any]) -> Call | None:
    parent = CURRENT_NODE.get()
    if parent is None:
        return None
    for name in endpoint.iterables:
        if hasattr(arguments.get(name), "__next__"):
            arguments[name] = list(arguments[name])
    return open_call(
        str(arguments.get("model") or "openai"),
        endpoint.kind,
        "openai",
        lambda: endpoint.inputs(arguments),
        parent=parent,
        joins_inside=True,
    )


def _sync(endpoint: Endpoint) -> Wrapper:
    def request(wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        call = _start(endpoint, kwargs)
        if call is None:
            return wrapped(*args, **kwargs)
        try:
            with current(call.node, model=endpoint.kind == "model"):
                response = wrapped(*args, **kwargs)
        except BaseException as error:
            _fail(call, endpoint, error)
            raise
        return _delivered(call, endpoint, response)

    return request


def _async(endpoint: Endpoint) -> Wrapper:
    async def request_now(wrapped: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        call = _start(endpoint, kwargs)
        if call is None:
            return await wrapped(*args, **kwargs)
        try:
            with current(call.node, model=endpoint.kind == "model"):
                response = await wrapped(*args, **kwargs)
        except BaseException as error:
            _fail(call, endpoint, error)
            raise
        return _delivered(call, endpoint, response)

    def request(wrapped: Any, instance: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        return request_now(wrapped, args, kwargs)

    return request


def _fail(call: Call, endpoint: Endpoint, error: BaseException) -> None:
    whole = getattr(error, "completion", None)  # a reply that came, and could not be parsed
    request_id = getattr(error, "request_id", None)

    def read() -> Outcome:
        return endpoint.outcome(whole) if whole is not None else Outcome(facts={"request_id": request_id})

    call.fail(error, read)


def _delivered(call: Call, endpoint: Endpoint, response: Any) -> Any:
    """What the user gets; recorded now, or when it is read."""
    try:
        if hasattr(response, "http_response") and callable(getattr(response, "parse", None)):
            return _raw(call, endpoint, response)
        if is_stream(response):
            return recorded_stream(response, call, endpoint.gathering())
    except Exception as error:
        problem("watching a reply", error)
    call.finish(lambda: endpoint.outcome(response))
    return response


def _raw(call: Call, endpoint: Endpoint, response: Any) -> Any:
    """A response that the user wants raw: `with_raw_response` or `with_streaming_response`."""
    is_read = not hasattr(response, "_is_sse_stream")  # the older class, whose body is read beforehand
    if is_read and not getattr(response, "_stream", False):
        call.finish(lambda: _parsed_outcome(endpoint, response))
        return response

    kind, reference = type(response), weakref.ref(response)
    streams: list[tuple[Any, Any]] = []  # as parsed, as recorded

    def record(parsed: Any) -> Any:
        if not is_stream(parsed):
            call.finish(lambda: endpoint.outcome(parsed))
            return parsed
        for known, recorded in streams:
            if known is parsed:
                return recorded
        recorded = recorded_stream(parsed, call, endpoint.gathering())
        streams.append((parsed, recorded))
        return recorded

    def end() -> None:
        # A body that was read in another way than by `parse` is not known here.
        for _, recorded in streams:
            recorded._self_recording.abandon()
        there = reference()
        facts = {} if there is None else {"request_id": there.headers.get("x-request-id")}
        call.finish(lambda: Outcome(facts=facts), abandoned=True)

    response.parse = _then(lambda *args, **kwargs: kind.parse(reference(), *args, **kwargs), record)
    if not is_read:
        response.close = _then(lambda: kind.close(reference()), lambda _: end())
    when_dropped(response, lambda: None if streams else end())
    return response


def _then(work: Callable[..., Any], after: Callable[[Any], Any]) -> Callable[..., Any]:
    """`work` with its result handed through `after`, be it asynchronous or not."""

    async def wait(result: Any) -> Any:
        return after(await result)

    def run(*args: Any, **kwargs: Any) -> Any:
        result = work(*args, **kwargs)
        return wait(result) if inspect.isawaitable(result) else after(result)

    return run


def _parsed_outcome(endpoint: Endpoint, response: Any) -> Outcome:
    try:
        return endpoint.outcome(response.parse())
    except Exception as error:
        problem("parsing a raw reply", error)
        return Outcome(response.text, {"request_id": response.headers.get("x-request-id")})


def _targets(module: str, owner: str, endpoint: Endpoint, *names: str) -> list[Target]:
    return [
        target
        for name in names
        for target in (
            Target(module, owner, name, _sync(endpoint)),
            Target(module, f"Async{owner}", name, _async(endpoint)),
        )
    ]


def _closing(module: str, owner: str) -> list[Target]:
    return [
        Target(module, owner, "close", close_with),
        Target(module, f"Async{owner}", "close", aclose_with),
    ]


OPENAI_TARGETS: list[Target] = [
    # `stream` of chat completions and responses calls `create`.
    *_targets("openai.resources.chat.completions.completions", "Completions", CHAT, "create", "parse"),
    *_targets("openai.resources.responses.responses", "Responses", RESPONSE, "create", "parse"),
    *_targets("openai.resources.beta.responses.responses", "Responses", RESPONSE, "create", "parse"),
    *_targets("openai.resources.completions", "Completions", COMPLETION, "create"),
    *_targets("openai.resources.embeddings", "Embeddings", EMBEDDING, "create"),
    *_closing("openai.lib.streaming.chat._completions", "ChatCompletionStream"),
    *_closing("openai.lib.streaming.responses._responses", "ResponseStream"),
]
