"""Models behind an `openai` client: OpenAI's own, and every server that speaks chat completions."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Mapping
from typing import Any

from interlab.errors import InvalidArgument, ModelCallFailed, ModelUnavailable
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
        api_key: the key; by default the environment's ``OPENAI_API_KEY``. Never recorded.
        params: defaults for every request.

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
        self._client = client
        self._lock = threading.Lock()
        self._api_key = api_key
        url = base_url if client is None else str(client.base_url)
        self._base_url = url.rstrip("/") if url else None
        # What stands before an @ is a name and a password.
        self._shown_url = re.sub(r"(?<=://)[^/@]*@", "", self._base_url) if self._base_url else None

    def identity(self) -> Mapping[str, Any]:
        official = self._base_url is None or self._base_url == OPENAI_URL
        return {} if official else {"base_url": self._shown_url}

    @property
    def _is_official(self) -> bool:
        url = self._base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
        return url.rstrip("/") == OPENAI_URL

    def _connected(self) -> Any:
        with self._lock:
            if self._client is None:
                import openai

                try:
                    self._client = openai.OpenAI(api_key=self._api_key, base_url=self._base_url)
                except openai.OpenAIError as error:
                    raise ModelUnavailable(
                        f"{self.name} can't be reached: {error} Set OPENAI_API_KEY, or give api_key= to get_model."
                    ) from error
            return self._client

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        answer = self._connected().chat.completions.create(**self._request(messages, params))
        return _reply(answer, messages, params)

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


def _reply(answer: Any, messages: tuple[Message, ...], params: Params) -> Reply:
    choices = getattr(answer, "choices", None)
    if not choices:
        raise ModelCallFailed(f"The server's answer has no choices, so it is no chat completion: {str(answer)[:200]}")
    choice = choices[0]
    text = choice.message.content or getattr(choice.message, "refusal", None) or ""
    calls = tuple(
        ToolCall(call.function.name, call.function.arguments, call.id)
        for call in choice.message.tool_calls or ()
        if getattr(call, "function", None) is not None
    )
    logprobs = None
    if params.wants_logprobs and choice.logprobs is not None and choice.logprobs.content is not None:
        count = params.top_logprobs or 0
        logprobs = tuple(
            TokenLogprob(
                entry.token,
                entry.logprob,
                tuple((other.token, other.logprob) for other in (entry.top_logprobs or ())[:count]),
            )
            for entry in choice.logprobs.content
        )
    return Reply(
        text,
        _usage(answer.usage, messages, text),
        logprobs=logprobs,
        finish_reason=choice.finish_reason,
        model=answer.model or "",
        request_id=getattr(answer, "_request_id", None) or answer.id,
        tool_calls=calls,
    )


def _usage(usage: Any, messages: tuple[Message, ...], text: str) -> Usage:
    if usage is None:
        size = sum(len(message.text) for message in messages)
        return Usage(-(-size // CHARACTERS_PER_TOKEN), int(estimate_tokens(text)), estimated=True)
    prompt, completion = usage.prompt_tokens_details, usage.completion_tokens_details
    return Usage(
        usage.prompt_tokens or 0,
        usage.completion_tokens or 0,
        (getattr(prompt, "cached_tokens", None) or 0) if prompt is not None else 0,
        (getattr(completion, "reasoning_tokens", None) or 0) if completion is not None else 0,
    )
