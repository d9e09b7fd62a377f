"""What a request of an `openai` client asks for: the inputs of its node."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interlab.tracing.capture.content import get, message, tool_call, tool_names, unpacked
from interlab.tracing.secrets import names_a_secret

_NEVER = frozenset({"model", "extra_headers", "extra_query"})
"""Arguments that are no parameters; headers and query strings may hold keys."""

_ANSWERS = frozenset({"function_call_output", "custom_tool_call_output"})
_TOOL_CALLS = frozenset({"function_call", "custom_tool_call"})


def chat_inputs(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs of a chat completion."""
    messages = [chat_message(item) for item in arguments.get("messages") or ()]
    return _inputs(arguments, "messages", messages, frozenset({"messages"}))


def response_inputs(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs of a response; its instructions stand as a system message in front."""
    messages: list[Any] = []
    instructions, given = arguments.get("instructions"), arguments.get("input")
    if isinstance(instructions, str):
        messages.append(message("system", instructions))
    if isinstance(given, str):
        messages.append(message("user", given))
    elif isinstance(given, list | tuple):
        messages.extend(_response_item(item) for item in given)
    return _inputs(arguments, "messages", messages, frozenset({"instructions", "input"}))


def completion_inputs(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs of a plain completion."""
    return _inputs(arguments, "prompt", arguments.get("prompt"), frozenset({"prompt"}))


def embedding_inputs(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs of embeddings."""
    return _inputs(arguments, "input", arguments.get("input"), frozenset({"input"}))


def chat_message(item: Any) -> Any:
    """One message of a chat completion: a mapping, or the message of an earlier reply."""
    role = get(item, "role")
    if not isinstance(role, str):
        return item
    calls = [_chat_tool_call(call) for call in get(item, "tool_calls") or ()]
    old = get(item, "function_call")
    if old is not None and is_given(old):
        calls.append(tool_call(get(old, "name"), get(old, "arguments"), None))
    texts = {name: get(item, name) for name in ("name", "tool_call_id", "refusal")}
    return message(role, get(item, "content"), calls, **texts)


def _chat_tool_call(call: Any) -> dict[str, str]:
    inner = get(call, "function") or get(call, "custom")
    arguments = get(inner, "arguments") or get(inner, "input")
    return tool_call(get(inner, "name"), arguments or "", get(call, "id"))


def _response_item(item: Any) -> Any:
    kind = get(item, "type")
    if kind in _ANSWERS:
        return message("tool", get(item, "output"), tool_call_id=get(item, "call_id"))
    if kind in _TOOL_CALLS:
        arguments = get(item, "arguments") or get(item, "input") or ""
        return message("assistant", "", [tool_call(get(item, "name"), arguments, get(item, "call_id"))])
    role = get(item, "role")
    if isinstance(role, str):
        return message(role, get(item, "content"))
    return unpacked(item)


def is_given(value: Any) -> bool:
    """Whether an argument was given: neither None nor one of the client's marks for "left out"."""
    return value is not None and type(value).__name__ not in ("NotGiven", "Omit")


def _inputs(arguments: Mapping[str, Any], name: str, content: Any, content_names: frozenset[str]) -> dict[str, Any]:
    inputs: dict[str, Any] = {name: content}
    if is_given(arguments.get("model")):
        inputs["model"] = str(arguments["model"])
    params = {}
    for key, value in arguments.items():
        if key in content_names or key in _NEVER or not is_given(value) or names_a_secret(key):
            continue
        if key in ("tools", "functions"):
            value = tool_names(value)
        elif key == "timeout":
            if not isinstance(value, int | float):
                continue
            key = "timeout_s"
        elif isinstance(value, type):
            value = value.__name__
        params[key] = value
    if params:
        inputs["params"] = params
    return inputs
