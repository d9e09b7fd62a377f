"""What a request is, told apart from others: a digest of the model and of all that decides its answer.

A prompt is the same whether it came as a text or with its parts; what only says how long to wait, and keys, do not
count.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from interlab.models.messages import ImagePart, Message, Part
from interlab.models.model import Model, resource_name
from interlab.models.params import NO_PARAMS, Params
from interlab.tracing.secrets import names_a_secret

DIGEST_BYTES = 16
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_SORTED = orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS


@dataclass(frozen=True, slots=True)
class Request:
    """A model and what it is asked.

    Args:
        model: the model's name with its settings, never a key.
        messages: the messages.
        params: the parameters that decide the answer, the model's own defaults filled in.
        digest: 16 bytes by which the request is known.
    """

    model: str
    messages: tuple[Message, ...]
    params: Mapping[str, Any]
    digest: bytes

    def record(self) -> dict[str, Any]:
        """What is kept of it."""
        return {"messages": recorded_messages(self.messages), "params": dict(self.params)}


def request_of(model: Model, messages: tuple[Message, ...], params: Params | None) -> Request:
    """The request that a call makes.

    Args:
        model: who is asked.
        messages: what is asked.
        params: how, without the model's own defaults.
    """
    name = model_name(model)
    effective = (params or NO_PARAMS).over(model.params)
    deciding = deciding_params(effective)
    request = [name, [_plain(message) for message in messages], deciding]
    return Request(name, messages, deciding, digest_of(canonical(request)))


def digest_of(*parts: bytes) -> bytes:
    """16 bytes that stand for all parts together."""
    hashed = hashlib.blake2b(digest_size=DIGEST_BYTES)
    for part in parts:
        hashed.update(part)
    return hashed.digest()


def model_name(model: Model) -> str:
    """The name of a model in recorded requests: its settings belong to it, its defaults to each request."""
    if type(model).__interlab_resource_name__ is not Model.__interlab_resource_name__:
        return model.__interlab_resource_name__()
    settings = model.identity()
    return resource_name(model.name, settings) if settings else model.name


def deciding_params(params: Params) -> dict[str, Any]:
    """The parameters that decide an answer, in one form for each meaning."""
    found: dict[str, Any] = {}
    if params.temperature is not None:
        found["temperature"] = float(params.temperature)
    for name in ("max_tokens", "seed"):
        value = getattr(params, name)
        if value is not None:
            found[name] = int(value)
    if params.stop:
        found["stop"] = [str(text) for text in params.stop]
    if params.json_schema is not None:
        found["json_schema"] = params.json_schema
    if params.wants_logprobs:
        found["logprobs"] = True
    if params.top_logprobs:
        found["top_logprobs"] = params.top_logprobs
    if params.tools:
        found["tools"] = list(params.tools)
    if params.extra:
        found["extra"] = _without_secrets(params.extra)
    return found


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_secrets(item) for key, item in value.items() if not names_a_secret(str(key))}
    if isinstance(value, (list, tuple)):
        return [_without_secrets(item) for item in value]
    return value


def canonical(value: Any) -> bytes:
    """JSON in which the same data is the same bytes, in every process."""
    try:
        return orjson.dumps(value, default=_data, option=_SORTED)
    except (orjson.JSONEncodeError, TypeError):  # surrogates, great integers
        return json.dumps(_texts_as_keys(value), default=_data, sort_keys=True, separators=(",", ":")).encode()


def _texts_as_keys(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _texts_as_keys(item) for key, item in value.items()}
    return [_texts_as_keys(item) for item in value] if isinstance(value, (list, tuple)) else value


def _data(value: Any) -> Any:
    """Data for what JSON lacks; of other objects the class and what their repr says, but not where they lie."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, (set, frozenset)):
        return sorted(canonical(item).decode() for item in value)
    return [f"{type(value).__module__}.{type(value).__qualname__}", _ADDRESS.sub("", repr(value))]


def _plain(message: Message) -> list[Any]:
    content = message.content
    shown: Any = str.__str__(content) if isinstance(content, str) else [_plain_part(part) for part in content]
    if message.name is None and not message.tool_calls and message.tool_call_id is None:
        return [message.role, shown]
    calls = [[call.name, call.arguments, call.call_id] for call in message.tool_calls]
    return [message.role, shown, message.name, calls, message.tool_call_id]


def _plain_part(part: Part) -> Any:
    # An image in a file is what the file holds, wherever it lies.
    return {"image": part.sent()} if isinstance(part, ImagePart) else str.__str__(part.text)


def recorded_messages(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Messages as they are recorded: flat records, so that a growing conversation is stored once."""
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
