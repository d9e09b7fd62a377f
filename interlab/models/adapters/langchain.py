"""LangChain's chat models, LLMs and runnables as models."""

from __future__ import annotations

import importlib
import importlib.util
import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from interlab.errors import InvalidArgument, ModelCallFailed, ModelUnavailable, Unsupported
from interlab.models.cancelling import ending_in_time
from interlab.models.messages import Message, ToolCall, as_messages, to_langchain, to_text
from interlab.models.model import Capability, Model, Params, Reply, TokenLogprob, Usage, is_secret
from interlab.models.tokens import CHARACTERS_PER_TOKEN, estimate_tokens


@dataclass(frozen=True, slots=True)
class Provider:
    """A LangChain integration.

    Args:
        module: the module to import.
        class_name: its chat model.
        extra: the extra of this package that installs it.
        words: how its requests call our parameters, where the name differs.
        capabilities: what it can do beyond text.
        defaults: settings of the models made here. Their own retries are switched off, or they would multiply ours.
    """

    module: str
    class_name: str
    extra: str
    words: Mapping[str, str] = field(default_factory=dict)
    capabilities: frozenset[Capability] = frozenset({"tools", "images"})
    defaults: Mapping[str, Any] = field(default_factory=dict)


PROVIDERS: dict[str, Provider] = {
    "anthropic": Provider("langchain_anthropic", "ChatAnthropic", "anthropic", defaults={"max_retries": 0}),
    "google": Provider(
        "langchain_google_genai",
        "ChatGoogleGenerativeAI",
        "google",
        {"max_tokens": "max_output_tokens"},
        defaults={"max_retries": 1},  # it counts the first attempt, and reads 0 as its own default
    ),
    "mistral": Provider(
        "langchain_mistralai",
        "ChatMistralAI",
        "mistral",
        {"seed": "random_seed"},
        frozenset({"tools", "images", "seed"}),
        {"max_retries": 1},
    ),
    "ollama": Provider(
        "langchain_ollama",
        "ChatOllama",
        "ollama",
        {"max_tokens": "num_predict", "json_schema": "format"},
        frozenset({"tools", "images", "seed", "json_schema"}),
    ),
    "openai": Provider(
        "langchain_openai",
        "ChatOpenAI",
        "openai",
        {"json_schema": "response_format"},
        frozenset({"tools", "images", "seed", "logprobs", "json_schema"}),
        {"max_retries": 0},
    ),
}

_UNKNOWN = Provider("", "", "", {}, frozenset({"tools", "images"}))


class LangChainModel(Model):
    """A LangChain chat model, LLM or other runnable.

    Args:
        runnable: the object, or a function that makes it at the first call.
        name: the recorded name; made from the class and its model name by default.
        provider: whose words for parameters to use; found by the object's class by default.
        params: defaults for every request.
        identity: settings that belong to the recorded name.
    """

    def __init__(
        self,
        runnable: Any,
        *,
        name: str | None = None,
        provider: Provider | None = None,
        params: Params | None = None,
        identity: Mapping[str, Any] | None = None,
    ) -> None:
        made = hasattr(runnable, "invoke")
        if not made and not callable(runnable):
            raise InvalidArgument(f"Expected a LangChain runnable, got a {type(runnable).__name__}.")
        super().__init__(name or _name_of(runnable), params)
        self._make: Callable[[], Any] | None = None if made else runnable
        self._runnable = runnable if made else None
        self._lock = threading.Lock()
        self._provider = provider or _provider_of(runnable)
        self._identity = dict(identity or {})
        self.capabilities = self._provider.capabilities

    def identity(self) -> Mapping[str, Any]:
        return self._identity

    def _made(self) -> Any:
        with self._lock:
            if self._runnable is None and self._make is not None:
                try:
                    self._runnable = self._make()
                except Exception as error:
                    raise ModelUnavailable(
                        f"{self.name} can't be made: {type(error).__name__}: {error}. Is the provider's key set?"
                    ) from error
            return self._runnable

    @property
    def provider(self) -> str | None:
        inner = getattr(self._runnable, "bound", self._runnable)
        for attribute in ("openai_api_base", "base_url"):
            address = getattr(inner, attribute, None)
            if isinstance(address, str) and address:
                return re.sub(r"(?<=://)[^/@]*@", "", address.rstrip("/"))
        return self._provider.extra or None

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        runnable, arguments = self._ready(params)
        if "timeout" in arguments:
            with ending_in_time():
                return self._asked(runnable, arguments, messages, params)
        return self._asked(runnable, arguments, messages, params)

    def _asked(
        self, runnable: Any, arguments: Mapping[str, Any], messages: tuple[Message, ...], params: Params
    ) -> Reply:
        if _is_llm(runnable):
            result = runnable.generate([to_text(messages)], **arguments)
            return _from_llm(result, 0, messages, self.name)
        return self._read(runnable.invoke(to_langchain(messages), **arguments), messages, params)

    def _stream(self, messages: tuple[Message, ...], params: Params) -> Iterator[str | Reply]:
        runnable, arguments = self._ready(params)
        prompt = to_text(messages) if _is_llm(runnable) else to_langchain(messages)
        if self._provider.class_name == "ChatOpenAI":
            arguments.setdefault("stream_usage", True)
        whole: Any = None
        for chunk in runnable.stream(prompt, **arguments):
            whole = chunk if whole is None else whole + chunk
            yield chunk if isinstance(chunk, str) else _text_of(chunk) if hasattr(chunk, "content") else ""
        if whole is None:
            raise ModelCallFailed(f"The runnable behind {self.name} streamed nothing.")
        yield self._read(whole, messages, params)

    def _generate_batch(self, requests: Sequence[tuple[tuple[Message, ...], Params]]) -> Sequence[Reply] | None:
        runnable = self._made()
        first = requests[0][1]
        if not _takes_several(runnable) or first.timeout_s or any(params != first for _, params in requests):
            return None
        runnable, arguments = self._ready(first)
        try:
            result = runnable.generate([to_text(messages) for messages, _ in requests], **arguments)
        except Exception:
            return None  # one by one, so that only those fail that must
        if len(result.generations) != len(requests):
            return None
        return [_from_llm(result, place, messages, self.name) for place, (messages, _) in enumerate(requests)]

    def _ready(self, params: Params) -> tuple[Any, dict[str, Any]]:
        """The runnable with its tools, and the arguments of a call."""
        runnable = self._made()
        if params.tools:
            if not hasattr(runnable, "bind_tools"):
                raise Unsupported(f"{self.name} can't be given tools: it has no bind_tools.")
            runnable = runnable.bind_tools([dict(tool) for tool in params.tools])
        return runnable, self._arguments(params)

    def _read(self, answer: Any, messages: tuple[Message, ...], params: Params) -> Reply:
        if isinstance(answer, str):
            return Reply(answer, _estimated(messages, answer), model=self.name)
        if not hasattr(answer, "content"):
            raise ModelCallFailed(
                f"The runnable behind {self.name} must return a message or a str; it returned "
                f"a {type(answer).__name__}."
            )
        return _from_message(answer, messages, params, self.name)

    def _arguments(self, params: Params) -> dict[str, Any]:
        words = self._provider.words
        arguments: dict[str, Any] = dict(params.extra)
        for name, value in (
            ("temperature", params.temperature),
            ("max_tokens", params.max_tokens),
            ("seed", params.request_seed),
            ("stop", list(params.stop) if params.stop else None),
        ):
            if value is not None:
                arguments[words.get(name, name)] = value
        if params.timeout_s is not None and self._provider.class_name == "ChatOpenAI":
            arguments["timeout"] = params.timeout_s  # so that its thread ends too
        if params.wants_logprobs:
            arguments["logprobs"] = True
            if params.top_logprobs:
                arguments["top_logprobs"] = params.top_logprobs
        if params.json_schema is not None:
            schema: dict[str, Any] = dict(params.json_schema)
            if words["json_schema"] == "response_format":
                schema = {"type": "json_schema", "json_schema": {"name": "reply", "schema": schema}}
            arguments[words["json_schema"]] = schema
        return arguments


def provider_model(kind: str, rest: str, *, name: str, params: Params, **settings: Any) -> Model:
    """The chat model of one of LangChain's providers, made at its first call.

    Raises:
        InvalidArgument: no model name.
        ModelUnavailable: the integration is not installed; says which extra to install.
    """
    provider = PROVIDERS[kind]
    if not rest:
        raise InvalidArgument(f"{kind}/… needs the provider's name of the model, as in {kind}/NAME.")
    if importlib.util.find_spec(provider.module) is None:
        raise ModelUnavailable(
            f"{name} needs the package {provider.module.replace('_', '-')}. "
            f"Install it: pip install 'interlab-lab[{provider.extra}]'"
        )

    def make() -> Any:
        kind = getattr(importlib.import_module(provider.module), provider.class_name)
        return kind(model=rest, **{**provider.defaults, **settings})

    recorded = {key: value for key, value in settings.items() if not is_secret(key)}
    return LangChainModel(make, name=name, provider=provider, params=params, identity=recorded)


def is_langchain(value: Any) -> bool:
    """Whether `value` is a LangChain runnable, judged without importing LangChain."""
    return hasattr(value, "invoke") and any(
        kind.__module__.startswith("langchain_core.") for kind in type(value).__mro__
    )


def _is_llm(runnable: Any) -> bool:
    return any(
        kind.__name__ == "BaseLLM" and kind.__module__.startswith("langchain_core.") for kind in type(runnable).__mro__
    )


def _takes_several(runnable: Any) -> bool:
    """Whether an LLM answers several prompts in one request; the class `LLM` only asks one after the other."""
    return _is_llm(runnable) and not any(kind.__name__ == "LLM" for kind in type(runnable).__mro__)


def _provider_of(runnable: Any) -> Provider:
    inner = getattr(runnable, "bound", runnable)  # what .bind() and .with_retry() wrap
    names = {kind.__name__ for kind in type(inner).__mro__}
    return next((p for p in PROVIDERS.values() if p.class_name in names), _UNKNOWN)


def _name_of(runnable: Any) -> str:
    inner = getattr(runnable, "bound", runnable)
    model = getattr(inner, "model_name", None) or getattr(inner, "model", None)
    name = f"langchain/{type(inner).__name__}"
    return f"{name}/{model}" if isinstance(model, str) and model else name


def _estimated(messages: tuple[Message, ...], text: str) -> Usage:
    size = sum(len(message.text) for message in messages)
    return Usage(-(-size // CHARACTERS_PER_TOKEN), int(estimate_tokens(text)), estimated=True)


def _from_message(answer: Any, messages: tuple[Message, ...], params: Params, name: str) -> Reply:
    text = _text_of(answer)
    about: Mapping[str, Any] = getattr(answer, "response_metadata", None) or {}
    counted = getattr(answer, "usage_metadata", None)
    usage = _estimated(messages, text)
    if counted:
        usage = Usage(
            counted.get("input_tokens", 0),
            counted.get("output_tokens", 0),
            (counted.get("input_token_details") or {}).get("cache_read", 0) or 0,
            (counted.get("output_token_details") or {}).get("reasoning", 0) or 0,
        )
    calls = tuple(
        ToolCall(call["name"], json.dumps(call.get("args", {}), ensure_ascii=False), call.get("id") or "")
        for call in getattr(answer, "tool_calls", None) or ()
    )
    logprobs = None
    content = (about.get("logprobs") or {}).get("content") if params.wants_logprobs else None
    if content is not None:
        count = params.top_logprobs or 0
        logprobs = tuple(
            TokenLogprob(
                entry["token"],
                entry["logprob"],
                tuple((other["token"], other["logprob"]) for other in (entry.get("top_logprobs") or ())[:count]),
            )
            for entry in content
        )
    finish = about.get("finish_reason") or about.get("stop_reason") or about.get("done_reason")
    return Reply(
        text,
        usage,
        logprobs=logprobs,
        finish_reason=str(finish) if finish is not None else None,
        model=str(about.get("model_name") or about.get("model") or name),
        request_id=about.get("id") or getattr(answer, "id", None),
        tool_calls=calls,
    )


def _text_of(answer: Any) -> str:
    """The text of a LangChain message, whose blocks may also hold reasoning and tool calls."""
    content = answer.content
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return as_messages(answer)[0].text
    texts = (
        block if isinstance(block, str) else block.get("text", "") if block.get("type", "text") == "text" else ""
        for block in content
    )
    return "".join(texts)


def _from_llm(result: Any, place: int, messages: tuple[Message, ...], name: str) -> Reply:
    generation = result.generations[place][0]
    about = generation.generation_info or {}
    output = result.llm_output or {}
    counted = output.get("token_usage") or {}
    usage = _estimated(messages, generation.text)
    # Of several prompts only the sum is counted.
    if len(result.generations) == 1 and ("prompt_tokens" in counted or "completion_tokens" in counted):
        usage = Usage(counted.get("prompt_tokens", 0), counted.get("completion_tokens", 0))
    return Reply(
        generation.text,
        usage,
        finish_reason=about.get("finish_reason"),
        model=str(output.get("model_name") or name),
    )
