"""What LangChain's objects come to in a node: messages, parameters, replies, documents.

LangChain's classes are recognised by their names, so nothing of it needs to be imported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interlab.tracing.capture.calls import Outcome
from interlab.tracing.capture.content import MAX_DEPTH, all_text, message, reply, tool_call, tool_names, usage
from interlab.tracing.secrets import names_a_secret

_ROLES = {
    "human": "user",
    "HumanMessageChunk": "user",
    "ai": "assistant",
    "AIMessageChunk": "assistant",
    "SystemMessageChunk": "system",
    "ToolMessageChunk": "tool",
    "function": "tool",
}
_MODEL_NAMES = ("model", "model_name", "model_id", "deployment_name", "engine")
_FINISH = ("finish_reason", "stop_reason", "done_reason", "status")
_kinds: dict[type, str] = {}


def kind_of(value: Any) -> str:
    """The LangChain class of a value: ``BaseMessage``, ``PromptValue`` or ``Document``; ``""`` for others."""
    type_ = type(value)
    kind = _kinds.get(type_)
    if kind is None:
        kind = _kinds[type_] = next(
            (
                base.__name__
                for base in type_.__mro__
                if base.__name__ in ("BaseMessage", "PromptValue", "Document")
                and base.__module__.startswith("langchain_core.")
            ),
            "",
        )
    return kind


def message_record(value: Any) -> dict[str, Any]:
    """A LangChain message as a record."""
    role = getattr(value, "role", None) or _ROLES.get(value.type, value.type)
    return message(
        str(role),
        value.content,
        tool_calls_of(value),
        name=getattr(value, "name", None),
        tool_call_id=getattr(value, "tool_call_id", None),
    )


def tool_calls_of(value: Any) -> list[dict[str, str]]:
    """The tool calls of a LangChain message, those with unreadable arguments included."""
    calls = [
        *(getattr(value, "tool_calls", None) or ()),
        *(getattr(value, "invalid_tool_calls", None) or ()),
    ]
    return [tool_call(call.get("name"), call.get("args"), call.get("id")) for call in calls]


def plain(value: Any, depth: int = 0) -> Any:
    """A value in which LangChain's objects have become records."""
    if value is None or type(value) in (str, int, float, bool):
        return value
    kind = kind_of(value)
    if kind == "BaseMessage":
        return message_record(value)
    if kind == "PromptValue":
        return [message_record(item) for item in value.to_messages()]
    if kind == "Document":
        return {"text": value.page_content, "metadata": value.metadata}
    if depth > MAX_DEPTH:
        return value
    if type(value) is dict:
        return {key: plain(item, depth + 1) for key, item in value.items()}
    if type(value) is list:
        return [plain(item, depth + 1) for item in value]
    if type(value) is tuple:
        return tuple(plain(item, depth + 1) for item in value)
    return value


def request_params(
    invocation: Mapping[str, Any] | None, options: Mapping[str, Any] | None
) -> tuple[str | None, dict[str, Any]]:
    """The model's name and the parameters of a request, as LangChain reports them."""
    name = None
    params: dict[str, Any] = {}
    for key, value in {**(options or {}), **(invocation or {})}.items():
        if value is None or key.startswith("_") or names_a_secret(key) or "headers" in key:
            continue
        if key in _MODEL_NAMES:
            name = name or (value if isinstance(value, str) else None)
        elif key in ("tools", "functions"):
            params[key] = tool_names(value)
        elif key == "stream":
            if value:
                params[key] = True
        elif isinstance(value, type):
            params[key] = value.__name__
        else:
            params[key] = plain(value)
    return name, params


def reply_outcome(result: Any) -> Outcome:
    """What an `LLMResult` or a `ChatResult` came to."""
    generations = result.generations
    if generations and isinstance(generations[0], list):
        generations = generations[0]
    if not generations:
        return Outcome()
    texts = []
    calls: list[dict[str, str]] = []
    for generation in generations:
        answer = getattr(generation, "message", None)
        texts.append(generation.text if answer is None else all_text(answer.content))
        if answer is not None:
            calls.extend(tool_calls_of(answer))
    first = generations[0]
    answer = getattr(first, "message", None)
    about = {
        **(getattr(answer, "response_metadata", None) or {}),
        **(first.generation_info or {}),
    }
    output = getattr(result, "llm_output", None) or {}
    finish = next((about[name] for name in _FINISH if about.get(name)), None)
    model = about.get("model_name") or about.get("model") or output.get("model_name")
    request_id = about.get("request_id") or about.get("id") or output.get("id")
    facts = {
        "model": str(model) if model else None,
        "usage": _usage(getattr(answer, "usage_metadata", None), output),
        "finish_reason": str(finish) if finish is not None else None,
        "request_id": str(request_id) if request_id else None,
    }
    return Outcome(reply(texts, calls), facts)


def _usage(counted: Any, output: Mapping[str, Any]) -> dict[str, int] | None:
    if counted:
        taken = counted.get("input_token_details") or {}
        made = counted.get("output_token_details") or {}
        return usage(
            counted.get("input_tokens"),
            counted.get("output_tokens"),
            taken.get("cache_read"),
            made.get("reasoning"),
        )
    older = output.get("token_usage") or output.get("usage") or {}
    if not isinstance(older, Mapping):
        return None
    return usage(
        older.get("prompt_tokens", older.get("input_tokens")),
        older.get("completion_tokens", older.get("output_tokens")),
    )


def run_name(serialized: Any, name: Any, otherwise: str) -> str:
    """What a run is called: the name it was given, else its class."""
    if name:
        return str(name)
    about = serialized or {}
    path = about.get("id")
    return str(about.get("name") or (path[-1] if path else "") or otherwise)
