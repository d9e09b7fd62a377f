"""The one place where a model is called: every call is one node of kind ``model``."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from interlab.errors import EmptyReply, InvalidArgument
from interlab.models.faults import call_with_retries, stream_with_retries
from interlab.models.ledger import NO_RESERVATION, as_captured, cost_usd, images_in, reserve
from interlab.models.messages import Message, Prompt, as_messages
from interlab.models.model import PARAM_NAMES, Model, Params, Reply, Usage
from interlab.models.registry import as_model
from interlab.models.replies import answer, recorded_messages
from interlab.tracing import Tag, TracingNode


def call_model(
    model: Any,
    prompt: Prompt,
    params: Params | None = None,
    *,
    name: str | None = None,
    tags: Iterable[str | Tag] = (),
    optional: bool = False,
    on_text: Callable[[str], object] | None = None,
) -> Reply:
    """Call a model and record the call as a node of kind ``model``.

    Args:
        model: a `Model`, a name for `get_model`, a LangChain model, an openai client, or a callable.
        prompt: a text, a message, or a list of messages.
        params: how to ask.
        name: the node's name; the model's by default.
        tags: the node's tags.
        optional: drop from `params` what this model can't do, instead of raising `Unsupported`.
        on_text: called with each piece of the text as it arrives; with all of it at once where the model can't stream
            or a recorded reply is served. A fault after the first piece is not met by asking again. What it raises
            ends the call.

    Returns:
        The reply, whose text is not empty unless it calls tools.

    Raises:
        Unsupported, LimitExceeded, UnknownPrice, ReplayMiss, CircuitOpen: nothing was called.
        RateLimited, ModelTimeout, ModelCallFailed, CallCancelled, EmptyReply: as their names say, at the last attempt.
            All are recorded in the node as well.
    """
    asked = as_model(model)
    messages = as_messages(prompt)
    request = params or _DEFAULT
    if optional:
        request = asked.supported(request)
    inputs: dict[str, Any] = {"messages": recorded_messages(messages)}
    given = request.to_dict()
    if given:
        inputs["params"] = given
    with TracingNode(name or asked.name, kind="model", inputs=inputs, tags=tags) as node:
        calling = _Calling(asked, messages, request, node, on_text)
        try:
            answered = answer(asked, messages, request, calling)
        except BaseException:
            failed: dict[str, Any] = {"model": asked.name}
            if calling.retries:
                failed["attempts"] = 1 + calling.retries
            node.add_meta(**failed)
            raise
        reply = answered.reply
        if on_text is not None and not calling.streamed and reply.text:
            on_text(reply.text)
        try:
            facts = {**recorded_reply(reply, asked.name), **answered.facts}
            cost = None if answered.replayed else cost_usd(reply.usage, reply.model, asked.name)
            if cost is not None and reply.usage.total_tokens:
                facts["cost_usd"] = cost
            if images := images_in(messages):
                facts["images"] = images
            if calling.retries:
                facts["attempts"] = 1 + calling.retries
            node.add_meta(**facts)
            node.set_result({"text": reply.text, "tool_calls": reply.tool_calls} if reply.tool_calls else reply.text)
        finally:
            calling.reservation.book(reply)
        if not reply.tool_calls and not reply.text.strip():
            raise EmptyReply(
                f"The model {asked.name} answered with nothing (finish reason: {reply.finish_reason}). "
                "Ask again, raise max_tokens, or use another model."
            )
        return reply


_DEFAULT = Params()


class _Calling:
    """A model being really called: under the limits that hold here, and again where a fault passes."""

    __slots__ = ("messages", "model", "node", "on_text", "params", "reservation", "retries", "streamed")

    def __init__(
        self,
        model: Model,
        messages: tuple[Message, ...],
        params: Params,
        node: TracingNode,
        on_text: Callable[[str], object] | None,
    ) -> None:
        self.model = model
        self.messages = messages
        self.params = params
        self.node = node
        self.on_text = on_text
        self.streamed = False
        self.reservation = NO_RESERVATION
        self.retries = 0

    def __call__(self) -> Reply:
        reservation = self.reservation = reserve(self.model, self.messages, self.params)
        try:
            if self.on_text is None:
                reply = call_with_retries(
                    self.model, self.messages, self.params, on_retry=self.on_retry, on_late=reservation.book
                )
            else:
                reply = self._streaming(self.on_text)
        except BaseException as error:
            reservation.release(error)
            raise
        return as_captured(reply, self.node.meta) if reply.usage.estimated else reply

    def _streaming(self, on_text: Callable[[str], object]) -> Reply:
        pieces = stream_with_retries(self.model, self.messages, self.params, on_retry=self.on_retry)
        with contextlib.closing(pieces):
            for piece in pieces:
                if isinstance(piece, Reply):
                    return piece
                self.streamed = True
                on_text(piece)
        raise AssertionError("A stream ends with a reply.")

    def on_retry(self, attempt: int, error: Exception, wait_s: float) -> None:
        self.retries = attempt
        facts = {"attempt": attempt, "error": f"{type(error).__name__}: {error}", "wait_s": round(wait_s, 3)}
        self.node.add_event("retry", facts)


def query_model(
    model: Any,
    prompt: Prompt,
    *,
    system: str | None = None,
    params: Params | None = None,
    name: str | None = None,
    tags: Iterable[str | Tag] = (),
    on_text: Callable[[str], object] | None = None,
    **settings: Any,
) -> str:
    """Ask a model, and record it.

    Args:
        model: a `Model`, a name for `get_model` (``"demo"``, ``"openai/NAME"``, …), a LangChain model, an openai
            client, or a callable from text to text.
        prompt: a text, a message, or a list of messages.
        system: a system message to put in front.
        params: how to ask.
        name: the recorded node's name; the model's by default.
        tags: the recorded node's tags.
        on_text: called with each piece of the text as it arrives, as for `call_model`.
        **settings: single parameters by name, such as ``temperature=0.2`` or ``max_tokens=200``; they win over
            `params`.

    Returns:
        The reply's text.

    Raises:
        InvalidArgument: an unknown setting, or a prompt that can't be read.
        Unsupported: something is asked for that the model lacks; nothing was called.
        ModelTimeout, ModelCallFailed, EmptyReply: as their names say; the cause is chained.
    """
    unknown = sorted(set(settings) - PARAM_NAMES)
    if unknown:
        raise InvalidArgument(
            f"Unknown setting {unknown[0]!r}; the settings are {', '.join(sorted(PARAM_NAMES))}. "
            "What only one provider knows goes into extra={…}."
        )
    request = Params(**settings).over(params or _DEFAULT) if settings else params
    messages = as_messages(prompt)
    if system is not None:
        messages = (Message("system", system), *messages)
    return call_model(model, messages, request, name=name, tags=tags, on_text=on_text).text


def recorded_reply(reply: Reply, model: str) -> Mapping[str, Any]:
    """The facts of a reply that stand beside its text in a node's meta."""
    facts: dict[str, Any] = {"model": reply.model or model, "usage": recorded_usage(reply.usage)}
    for name in ("finish_reason", "request_id", "time_to_first_token_s", "logprobs"):
        value = getattr(reply, name)
        if value is not None:
            facts[name] = value
    return facts


def recorded_usage(usage: Usage) -> dict[str, Any]:
    """Usage as it stands in a node's meta; counts of zero beyond the two main ones are left out."""
    facts: dict[str, Any] = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
    if usage.cached_tokens:
        facts["cached_tokens"] = usage.cached_tokens
    if usage.reasoning_tokens:
        facts["reasoning_tokens"] = usage.reasoning_tokens
    if usage.estimated:
        facts["estimated"] = True
    return facts
