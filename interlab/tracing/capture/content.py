"""Messages as they stand in a node, whichever library they come from.

A message is a flat record of texts wherever it can be: a conversation that grows is then stored once, since
lists of such records share their beginnings. Tool calls are therefore kept as JSON text. Images and files
are kept as what they are, not as base64.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from interlab.tracing.rich import Blob, Image
from interlab.tracing.wire import TAG

MAX_DEPTH = 12

_TEXT_TYPES = frozenset({"text", "input_text", "output_text"})
_MIME_KEYS = ("mime_type", "media_type")
_DATA_KEYS = ("base64", "data")


def get(item: Any, name: str) -> Any:
    """A field of a mapping or of an object; None where there is none."""
    return item.get(name) if isinstance(item, Mapping) else getattr(item, name, None)


def tool_call(name: Any, arguments: Any, call_id: Any) -> dict[str, str]:
    """A model's wish to call a tool, as a record.

    Args:
        name: the tool.
        arguments: JSON text as the model wrote it, or the arguments themselves.
        call_id: the provider's identifier of the call.
    """
    if not isinstance(arguments, str):
        arguments = as_json(arguments if arguments is not None else {})
    return {"name": str(name or ""), "arguments": arguments, "call_id": str(call_id or "")}


def as_json(value: Any) -> str:
    """JSON text of plain data; what is not plain as its text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def message(role: str, content: Any, tool_calls: Iterable[dict[str, str]] = (), **texts: Any) -> dict[str, Any]:
    """A message as a record.

    Args:
        role: who speaks.
        content: text, or a list of parts.
        tool_calls: what the message asks to call.
        **texts: more fields; those that are None or empty are left out.
    """
    record: dict[str, Any] = {"role": role, "content": flat_content(content)}
    calls = list(tool_calls)
    if calls:
        record["tool_calls"] = as_json(calls)
    record.update({name: value for name, value in texts.items() if value})
    return record


def flat_content(content: Any) -> Any:
    """The content of a message: text where it is one text, else its parts with images as images."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list | tuple):
        return unpacked(content)
    parts = [part for part in content if get(part, "type") not in ("tool_use", "tool_call", "function_call")]
    if not parts:
        return ""
    if len(parts) == 1 and (text := part_text(parts[0])) is not None:
        return text
    return [unpacked(part) for part in parts]


def part_text(part: Any) -> str | None:
    """The text of one part of a message, or None when it is something else."""
    if isinstance(part, str):
        return part
    text = get(part, "text")
    return text if get(part, "type") in _TEXT_TYPES and isinstance(text, str) else None


def all_text(content: Any) -> str:
    """The texts of a message's content, joined."""
    if isinstance(content, str):
        return content
    if isinstance(content, list | tuple):
        return "".join(text for part in content if (text := part_text(part)) is not None)
    return ""


def unpacked(value: Any, depth: int = 0) -> Any:
    """Plain data in which base64 has become images and files."""
    if isinstance(value, str):
        return _from_data_url(value) if value.startswith("data:") else value
    if depth > MAX_DEPTH:
        return value
    if isinstance(value, Mapping):
        mime = next((value[key] for key in _MIME_KEYS if isinstance(value.get(key), str)), None)
        if mime is None and isinstance(value.get("format"), str) and isinstance(value.get("data"), str):
            mime = f"audio/{value['format']}"
        result = {}
        for key, item in value.items():
            if mime is not None and key in _DATA_KEYS and isinstance(item, str):
                result[key] = _from_base64(item, mime)
            else:
                result[key] = unpacked(item, depth + 1)
        return result
    if isinstance(value, list | tuple):
        return [unpacked(item, depth + 1) for item in value]
    return value


def _from_data_url(url: str) -> Any:
    head, comma, data = url.partition(",")
    if not comma or not head.endswith(";base64"):
        return url
    return _from_base64(data, head[len("data:") : -len(";base64")] or "application/octet-stream", url)


def _from_base64(data: str, mime: str, otherwise: str | None = None) -> Any:
    try:
        raw = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return data if otherwise is None else otherwise
    return Image(raw, mime) if mime.startswith("image/") else Blob(raw, mime)


def named(value: Any, name: str) -> dict[str, Any]:
    """A value as named inputs: a mapping's own names where they can be, else one input of the given name."""
    if isinstance(value, Mapping) and value and all(type(key) is str for key in value) and TAG not in value:
        return dict(value)
    return {name: value}


def tool_names(tools: Any) -> list[str]:
    """The names of the tools offered to a model; the type of those without a name."""
    if not isinstance(tools, list | tuple):
        return [str(tools)]
    names = []
    for tool in tools:
        function = get(tool, "function")
        name = get(function, "name") if function is not None else get(tool, "name")
        names.append(str(name or get(tool, "type") or type(tool).__name__))
    return names


def usage(
    input_tokens: Any, output_tokens: Any, cached_tokens: Any = None, reasoning_tokens: Any = None
) -> dict[str, int] | None:
    """Tokens used, as they stand in a node's meta; counts of zero beyond the two main ones are left out."""
    if input_tokens is None and output_tokens is None:
        return None
    facts = {"input_tokens": int(input_tokens or 0), "output_tokens": int(output_tokens or 0)}
    if cached_tokens:
        facts["cached_tokens"] = int(cached_tokens)
    if reasoning_tokens:
        facts["reasoning_tokens"] = int(reasoning_tokens)
    return facts


def reply(texts: list[str], tool_calls: list[dict[str, str]]) -> Any:
    """What is recorded as a model's reply: its text, the texts of several choices, or text and tool calls."""
    if tool_calls:
        return {"text": texts[0] if len(texts) == 1 else texts, "tool_calls": tool_calls}
    return texts[0] if len(texts) == 1 else texts
