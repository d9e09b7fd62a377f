"""Models called through OpenAI's responses interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from interlab.errors import ModelCallFailed, Unsupported
from interlab.models.adapters.openai_client import OpenAIModel, estimated_usage, is_strict, logprobs_of
from interlab.models.messages import ImagePart, Message, ToolCall
from interlab.models.model import Params, Reply, Usage


class ProviderError(Exception):
    """An error that a server reports inside an answer that is otherwise in order.

    Attributes:
        code: the provider's word for it.
    """

    def __init__(self, message: str, code: str | None = None) -> None:
        super().__init__(message)
        self.code = code


class OpenAIResponsesModel(OpenAIModel):
    """A model called through the responses interface. Nothing is kept at the provider's (``store`` is off).

    The interface has no seeds and no stop texts: asking for them raises `Unsupported`. It has no names of speakers
    either, so a named message begins with its name and a colon.

    Args: as for `OpenAIModel`; `name` is ``openai-responses/MODEL`` by default.
    """

    capabilities = frozenset({"json_schema", "logprobs", "tools", "images"})

    def __init__(self, model: str, *, name: str | None = None, **settings: Any) -> None:
        super().__init__(model, name=name or f"openai-responses/{model}", **settings)

    def identity(self) -> Mapping[str, Any]:
        in_name = self.name.startswith("openai-responses/")
        return super().identity() if in_name else {**super().identity(), "api": "responses"}

    def require(self, messages: tuple[Message, ...], params: Params) -> None:
        super().require(messages, params)
        if params.stop:
            raise Unsupported(
                f"The model {self.name} can't do stop: the responses interface has no stop texts. "
                "Leave them out, or use chat completions ('openai/NAME')."
            )

    def supported(self, params: Params) -> Params:
        fitting = super().supported(params)
        return replace(fitting, stop=None) if fitting.stop else fitting

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        with self._connection.client() as client:
            answer = client.responses.create(**self._request(messages, params))
        return _reply(answer, messages, params)

    def _stream(self, messages: tuple[Message, ...], params: Params) -> Iterator[str | Reply]:
        whole = None
        request = {**self._request(messages, params), "stream": True}
        with self._connection.client() as client, client.responses.create(**request) as events:
            for event in events:
                if event.type in ("response.output_text.delta", "response.refusal.delta"):
                    yield event.delta
                elif event.type in ("response.completed", "response.incomplete", "response.failed"):
                    whole = event.response
                elif event.type == "error":
                    raise ProviderError(event.message, event.code)
        if whole is None:
            raise ConnectionError("the stream broke off before the reply was finished")
        yield _reply(whole, messages, params)

    def _request(self, messages: tuple[Message, ...], params: Params) -> dict[str, Any]:
        request: dict[str, Any] = {"model": self.model, "input": to_input(messages), "store": False}
        if params.temperature is not None:
            request["temperature"] = params.temperature
        if params.max_tokens is not None:
            request["max_output_tokens"] = params.max_tokens
        if params.timeout_s is not None:
            request["timeout"] = params.timeout_s
        if params.wants_logprobs:
            request["include"] = ["message.output_text.logprobs"]
            request["top_logprobs"] = params.top_logprobs or 0
        if params.tools:
            request["tools"] = [_flat(tool) for tool in params.tools]
        if params.json_schema is not None:
            request["text"] = {
                "format": {
                    "type": "json_schema",
                    "name": "reply",
                    "schema": dict(params.json_schema),
                    "strict": is_strict(params.json_schema),
                }
            }
        if params.extra:
            request["extra_body"] = dict(params.extra)
        return request


def _flat(tool: Mapping[str, Any]) -> dict[str, Any]:
    """A tool of chat completions as the responses interface writes it; others as they are."""
    function = tool.get("function")
    if not isinstance(function, Mapping):
        return dict(tool)
    # Strict is the default here and not there.
    return {"type": "function", "strict": False, **function}


def to_input(messages: tuple[Message, ...]) -> list[dict[str, Any]]:
    """The messages as items of the responses interface."""
    items: list[dict[str, Any]] = []
    for message in messages:
        if message.role == "tool":
            items.append(
                {"type": "function_call_output", "call_id": message.tool_call_id or "", "output": str(message.text)}
            )
            continue
        content = _content(message)
        if content or not message.tool_calls:
            items.append({"role": message.role, "content": content})
        items.extend(
            {"type": "function_call", "call_id": call.call_id, "name": call.name, "arguments": call.arguments}
            for call in message.tool_calls
        )
    return items


def _content(message: Message) -> str | list[dict[str, Any]]:
    speaker = f"{message.name}: " if message.name else ""
    if isinstance(message.content, str):
        return speaker + str(message.content)
    kind = "output_text" if message.role == "assistant" else "input_text"
    parts: list[dict[str, Any]] = [{"type": kind, "text": speaker}] if speaker else []
    for part in message.content:
        if isinstance(part, ImagePart):
            parts.append({"type": "input_image", "image_url": part.sent(), "detail": "auto"})
        else:
            parts.append({"type": kind, "text": str(part.text)})
    return parts


def _reply(answer: Any, messages: tuple[Message, ...], params: Params) -> Reply:
    output = getattr(answer, "output", None)
    if output is None:
        raise ModelCallFailed(f"The server's answer has no output, so it is no response: {str(answer)[:200]!r}.")
    if answer.status in ("failed", "cancelled"):
        code, text = getattr(answer.error, "code", None), getattr(answer.error, "message", None)
        raise ProviderError(f"the response is {answer.status}: {text or 'no reason given'}", code)
    texts: list[str] = []
    calls: list[ToolCall] = []
    entries: list[Any] = []
    for item in output:
        if item.type == "function_call":
            calls.append(ToolCall(item.name, item.arguments, item.call_id))
        for part in (item.content or ()) if item.type == "message" else ():
            texts.append(part.text if part.type == "output_text" else getattr(part, "refusal", ""))
            entries.extend(getattr(part, "logprobs", None) or ())
    text = "".join(texts)
    return Reply(
        text,
        _usage(getattr(answer, "usage", None), messages, text),
        logprobs=logprobs_of(entries or None, params),
        finish_reason=_finish(answer, calls),
        model=answer.model or "",
        request_id=getattr(answer, "_request_id", None) or answer.id,
        tool_calls=tuple(calls),
    )


def _finish(answer: Any, calls: list[ToolCall]) -> str | None:
    """The finish reason in the words of chat completions."""
    if answer.status == "incomplete":
        reason = getattr(answer.incomplete_details, "reason", None)
        return "length" if reason == "max_output_tokens" else reason
    return "tool_calls" if calls else "stop"


def _usage(usage: Any, messages: tuple[Message, ...], text: str) -> Usage:
    if usage is None:
        return estimated_usage(messages, text)
    cached = getattr(getattr(usage, "input_tokens_details", None), "cached_tokens", None)
    reasoning = getattr(getattr(usage, "output_tokens_details", None), "reasoning_tokens", None)
    return Usage(usage.input_tokens or 0, usage.output_tokens or 0, cached or 0, reasoning or 0)
