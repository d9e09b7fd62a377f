"""Models behind an `openai` client: OpenAI's own, and every server that speaks chat completions."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from interlab.errors import InvalidArgument, ModelCallFailed
from interlab.models.adapters.openai_connection import OpenAIConnection
from interlab.models.messages import Message, ToolCall, to_openai
from interlab.models.model import Model, Params, Reply, TokenLogprob, Usage
from interlab.models.tokens import CHARACTERS_PER_TOKEN, estimate_tokens

OPENAI_URL = "https://api.openai.com/v1"


class OpenAIModel(Model):
    """A model called through the chat completions interface.

    Args:
        model: the provider's name of the model, such as ``"gpt-4o-mini"``.
        name: the recorded name; ``openai/MODEL`` by default.
        client: a synchronous `openai.OpenAI` to use. Without one, a client is made at the first call, so a
            recorded run can be opened without a key.
        base_url: the server; by default the environment's ``OPENAI_BASE_URL``, else OpenAI's own.
        api_key: the key; by default that of `key_variable`. Never recorded.
        params: defaults for every request.
        known_url: the address that goes with the name, and so is not recorded with it.
        key_variable: the environment's variable that holds the key.
        fallback_key: a key for servers that want none.

    Raises:
        InvalidArgument: no model name, or a client that is not a synchronous one.
    """

    capabilities = frozenset({"json_schema", "logprobs", "seed", "tools", "images"})

    def __init__(
        self,
        model: str,
        *,
        name: str | None = None,
        client: Any = None,
        base_url: str | None = None,
        api_key: str | None = None,
        params: Params | None = None,
        known_url: str = OPENAI_URL,
        key_variable: str = "OPENAI_API_KEY",
        fallback_key: str | None = None,
    ) -> None:
        if not isinstance(model, str) or not model:
            raise InvalidArgument(
                "An openai model needs the provider's name of it: get_model('openai/NAME'), or "
                "as_model(client, model='NAME')."
            )
        if client is not None and "Async" in type(client).__name__:
            raise InvalidArgument(
                f"Expected a synchronous openai.OpenAI client, not {type(client).__name__}; "
                "the lab runs calls side by side in threads."
            )
        super().__init__(name or f"openai/{model}", params)
        self.model = model
        url = base_url if client is None else str(client.base_url)
        self._base_url = url.rstrip("/") if url else None
        self._known_url = known_url
        # What stands before an @ is a name and a password.
        self._shown_url = re.sub(r"(?<=://)[^/@]*@", "", self._base_url) if self._base_url else None
        self._connection = OpenAIConnection(
            self.name,
            client=client,
            base_url=self._base_url,
            api_key=api_key,
            key_variable=key_variable,
            fallback_key=fallback_key,
        )
        self.honours_abort = self._connection.owns_sockets

    def identity(self) -> Mapping[str, Any]:
        expected = self._base_url is None or self._base_url == self._known_url
        return {} if expected else {"base_url": self._shown_url}

    @property
    def provider(self) -> str | None:
        return self._shown_url or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL

    @property
    def _is_official(self) -> bool:
        url = self._base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
        return url.rstrip("/") == OPENAI_URL

    def close(self) -> None:
        """Close the connections that are kept open for the next call."""
        self._connection.close()

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        with self._connection.client() as client:
            answer = client.chat.completions.create(**self._request(messages, params))
        return _reply(answer, messages, params)

    def _stream(self, messages: tuple[Message, ...], params: Params) -> Iterator[str | Reply]:
        gathered = _Gathered()
        request = {**self._request(messages, params), "stream": True, "stream_options": {"include_usage": True}}
        with self._connection.client() as client, client.chat.completions.create(**request) as chunks:
            for chunk in chunks:
                piece = gathered.add(chunk)
                if piece:
                    yield piece
        yield gathered.reply(messages, params)

    def _request(self, messages: tuple[Message, ...], params: Params) -> dict[str, Any]:
        request: dict[str, Any] = {"model": self.model, "messages": to_openai(messages)}
        if params.temperature is not None:
            request["temperature"] = params.temperature
        if params.max_tokens is not None:
            # OpenAI's reasoning models know only the newer word, most imitations only the older one.
            word = "max_completion_tokens" if self._is_official else "max_tokens"
            request[word] = params.max_tokens
        if params.request_seed is not None:
            request["seed"] = params.request_seed
        if params.stop:
            request["stop"] = list(params.stop)
        if params.timeout_s is not None:
            request["timeout"] = params.timeout_s
        if params.wants_logprobs:
            request["logprobs"] = True
            if params.top_logprobs:
                request["top_logprobs"] = params.top_logprobs
        if params.tools:
            request["tools"] = [dict(tool) for tool in params.tools]
        if params.json_schema is not None:
            request["response_format"] = {
                "type": "json_schema",
                "json_schema": {
                    "name": "reply",
                    "schema": dict(params.json_schema),
                    "strict": is_strict(params.json_schema),
                },
            }
        if params.extra:
            request["extra_body"] = dict(params.extra)
        return request


def is_strict(schema: Any) -> bool:
    """Whether a JSON schema fits OpenAI's strict mode: closed objects, every property required."""
    if isinstance(schema, list):
        return all(is_strict(item) for item in schema)
    if not isinstance(schema, Mapping):
        return True
    properties = schema.get("properties")
    if schema.get("type") == "object" or isinstance(properties, Mapping):
        names = set(properties) if isinstance(properties, Mapping) else set()
        closed = schema.get("additionalProperties") is False
        if not closed or names != set(schema.get("required") or ()):
            return False
    return all(is_strict(value) for key, value in schema.items() if key not in ("enum", "const", "default"))


def no_completion(answer: Any) -> ModelCallFailed:
    """What to raise when a server answers with something else."""
    hint = " Is the address that of a chat completions interface, such as http://host/v1?"
    return ModelCallFailed(
        f"The server's answer has no choices, so it is no chat completion: {str(answer)[:200]!r}.{hint}"
    )


def logprobs_of(entries: Any, params: Params) -> tuple[TokenLogprob, ...] | None:
    """The log-probabilities in a provider's list of them, if they are wanted and there."""
    if not params.wants_logprobs or entries is None:
        return None
    count = params.top_logprobs or 0
    return tuple(
        TokenLogprob(
            entry.token,
            entry.logprob,
            tuple((other.token, other.logprob) for other in (entry.top_logprobs or ())[:count]),
        )
        for entry in entries
    )


def _reply(answer: Any, messages: tuple[Message, ...], params: Params) -> Reply:
    choices = getattr(answer, "choices", None)
    if not choices:
        raise no_completion(answer)
    choice = choices[0]
    text = choice.message.content or getattr(choice.message, "refusal", None) or ""
    calls = tuple(
        ToolCall(call.function.name, call.function.arguments, call.id)
        for call in choice.message.tool_calls or ()
        if getattr(call, "function", None) is not None
    )
    return Reply(
        text,
        _usage(answer.usage, messages, text),
        logprobs=logprobs_of(choice.logprobs.content if choice.logprobs is not None else None, params),
        finish_reason=choice.finish_reason,
        model=answer.model or "",
        request_id=getattr(answer, "_request_id", None) or answer.id,
        tool_calls=calls,
    )


class _Gathered:
    """A reply put together from the chunks of a stream."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._logprobs: list[Any] = []
        self._calls: dict[int, list[str]] = {}
        self._finish: str | None = None
        self._usage: Any = None
        self._model = ""
        self._id: str | None = None

    def add(self, chunk: Any) -> str:
        """Take in a chunk; its piece of the text."""
        if not hasattr(chunk, "choices"):
            raise no_completion(chunk)
        self._usage = getattr(chunk, "usage", None) or self._usage
        self._model = getattr(chunk, "model", None) or self._model
        self._id = getattr(chunk, "id", None) or self._id
        if not chunk.choices:
            return ""
        choice = chunk.choices[0]
        self._finish = choice.finish_reason or self._finish
        entries = getattr(choice.logprobs, "content", None)
        if entries:
            self._logprobs.extend(entries)
        if choice.delta is None:
            return ""
        for call in choice.delta.tool_calls or ():
            name, arguments, call_id = self._calls.setdefault(call.index or 0, ["", "", ""])
            if call.function is not None:
                name += call.function.name or ""
                arguments += call.function.arguments or ""
            self._calls[call.index or 0] = [name, arguments, call.id or call_id]
        piece = choice.delta.content or getattr(choice.delta, "refusal", None) or ""
        self._text.append(piece)
        return piece

    def reply(self, messages: tuple[Message, ...], params: Params) -> Reply:
        """The whole reply.

        Raises:
            ConnectionError: the stream broke off.
        """
        if self._finish is None:
            raise ConnectionError("the stream broke off before the reply was finished")
        text = "".join(self._text)
        return Reply(
            text,
            _usage(self._usage, messages, text),
            logprobs=logprobs_of(self._logprobs or None, params),
            finish_reason=self._finish,
            model=self._model,
            request_id=self._id,
            tool_calls=tuple(ToolCall(*self._calls[place]) for place in sorted(self._calls)),
        )


def estimated_usage(messages: tuple[Message, ...], text: str) -> Usage:
    """Usage where the server reports none."""
    size = sum(len(message.text) for message in messages)
    return Usage(-(-size // CHARACTERS_PER_TOKEN), int(estimate_tokens(text)), estimated=True)


def _usage(usage: Any, messages: tuple[Message, ...], text: str) -> Usage:
    if usage is None:
        return estimated_usage(messages, text)
    prompt = getattr(usage, "prompt_tokens_details", None)
    completion = getattr(usage, "completion_tokens_details", None)
    return Usage(
        usage.prompt_tokens or 0,
        usage.completion_tokens or 0,
        (getattr(prompt, "cached_tokens", None) or 0) if prompt is not None else 0,
        (getattr(completion, "reasoning_tokens", None) or 0) if completion is not None else 0,
    )
