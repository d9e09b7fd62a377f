"""The one place where a model is called: every call is one node of kind ``model``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from interlab.errors import EmptyReply, InvalidArgument
from interlab.models.messages import Message, Prompt, as_messages
from interlab.models.model import PARAM_NAMES, Params, Reply, Usage
from interlab.models.registry import as_model
from interlab.tracing import Tag, TracingNode, carry

_SEED: ContextVar[int | None] = ContextVar("interlab_seed", default=None)
carry(_SEED)


@contextmanager
def seeded(seed: int | None) -> Iterator[None]:
    """Let the actors' calls in a block draw their seeds from one, in threads started inside as well."""
    before = _SEED.get()
    _SEED.set(seed)
    try:
        yield
    finally:
        _SEED.set(before)


def current_seed() -> int | None:
    """The seed that calls draw theirs from here, or None outside of any environment's step."""
    return _SEED.get()


def call_model(
    model: Any,
    prompt: Prompt,
    params: Params | None = None,
    *,
    name: str | None = None,
    tags: Iterable[str | Tag] = (),
    optional: bool = False,
) -> Reply:
    """Call a model and record the call as a node of kind ``model``.

    Args:
        model: a `Model`, a name for `get_model`, a LangChain model, an openai client, or a callable.
        prompt: a text, a message, or a list of messages.
        params: how to ask.
        name: the node's name; the model's by default.
        tags: the node's tags.
        optional: drop from `params` what this model can't do, instead of raising `Unsupported`.

    Returns:
        The reply, whose text is not empty unless it calls tools.

    Raises:
        Unsupported, ModelTimeout, ModelCallFailed, EmptyReply: recorded in the node as well.
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
        reply = asked.generate(messages, request)
        node.add_meta(**recorded_reply(reply, asked.name))
        if reply.tool_calls:
            node.set_result({"text": reply.text, "tool_calls": reply.tool_calls})
        else:
            node.set_result(reply.text)
            if not reply.text.strip():
                raise EmptyReply(
                    f"The model {asked.name} answered with nothing (finish reason: {reply.finish_reason}). "
                    "Ask again, raise max_tokens, or use another model."
                )
        return reply


_DEFAULT = Params()


def query_model(
    model: Any,
    prompt: Prompt,
    *,
    system: str | None = None,
    params: Params | None = None,
    name: str | None = None,
    tags: Iterable[str | Tag] = (),
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
    return call_model(model, messages, request, name=name, tags=tags).text


def recorded_messages(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Messages as they stand in a node: flat records, so that a growing conversation is stored once."""
    records: list[dict[str, Any]] = []
    for message in messages:
        record: dict[str, Any] = {"role": message.role, "content": message.content}
        if message.name is not None:
            record["name"] = message.name
        if message.tool_calls:
            record["tool_calls"] = message.tool_calls
        if message.tool_call_id is not None:
            record["tool_call_id"] = message.tool_call_id
        records.append(record)
    return records


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
