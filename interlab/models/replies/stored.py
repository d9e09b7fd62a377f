"""Replies as plain data, and back."""

from __future__ import annotations

from typing import Any

from interlab.errors import StoreCorrupt
from interlab.models.messages import ToolCall
from interlab.models.reply import Reply, TokenLogprob, Usage

_USAGE = ("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens")
_TEXTS = ("finish_reason", "request_id")


def reply_record(reply: Reply) -> dict[str, Any]:
    """A reply as plain data; what is not there is left out."""
    usage: dict[str, Any] = {name: getattr(reply.usage, name) for name in _USAGE if getattr(reply.usage, name)}
    if reply.usage.estimated:
        usage["estimated"] = True
    record: dict[str, Any] = {"text": reply.text, "model": reply.model, "usage": usage}
    for name in (*_TEXTS, "time_to_first_token_s"):
        value = getattr(reply, name)
        if value is not None:
            record[name] = value
    if reply.tool_calls:
        record["tool_calls"] = [
            {"name": call.name, "arguments": call.arguments, "call_id": call.call_id} for call in reply.tool_calls
        ]
    if reply.logprobs is not None:
        record["logprobs"] = [
            [one.token, one.logprob, *(part for pair in one.top for part in pair)] for one in reply.logprobs
        ]
    return record


def reply_from(record: Any) -> Reply:
    """The reply that a record says.

    Raises:
        StoreCorrupt: it is no such record: a file is data from anywhere.
    """
    try:
        usage = record.get("usage") or {}
        counts: dict[str, Any] = {name: _whole(usage[name]) for name in _USAGE if name in usage}
        first_s = record.get("time_to_first_token_s")
        logprobs = record.get("logprobs")
        return Reply(
            _text(record["text"]),
            Usage(**counts, estimated=usage.get("estimated") is True),
            logprobs=None if logprobs is None else tuple(_logprob(one) for one in logprobs),
            finish_reason=_text_or_none(record.get("finish_reason")),
            model=_text(record.get("model", "")),
            request_id=_text_or_none(record.get("request_id")),
            tool_calls=tuple(
                ToolCall(_text(call["name"]), _text(call["arguments"]), _text(call["call_id"]))
                for call in record.get("tool_calls", ())
            ),
            time_to_first_token_s=None if first_s is None else _number(first_s),
        )
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        raise StoreCorrupt(f"A recorded reply is damaged: {type(error).__name__}: {error}. Record it again.") from error


def _logprob(one: list[Any]) -> TokenLogprob:
    token, logprob, *top = one
    pairs = zip(top[::2], top[1::2], strict=True)
    return TokenLogprob(_text(token), _number(logprob), tuple((_text(text), _number(value)) for text, value in pairs))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"expected a text, got a {type(value).__name__}")
    return value


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _whole(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise TypeError(f"expected a whole number ≥ 0, got {value!r:.40}")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float):
        raise TypeError(f"expected a number, got a {type(value).__name__}")
    number: float = value
    return number
