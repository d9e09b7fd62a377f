"""What a reply of an `openai` client came to: whole replies, and replies that arrive in pieces."""

from __future__ import annotations

import array
import sys
from typing import Any, Protocol

from interlab.tracing.capture.calls import Outcome
from interlab.tracing.capture.content import get, reply, tool_call, usage
from interlab.tracing.rich import Blob


class Gathering(Protocol):
    """Puts together a reply that arrives in pieces."""

    def add(self, piece: Any) -> bool:
        """Take in the next piece; returns whether it holds a part of the reply itself."""
        ...

    def outcome(self) -> Outcome:
        """What there is so far."""
        ...


# Chat completions -------------------------------------------------------------------------------------


def chat_outcome(answer: Any) -> Outcome:
    """What a whole chat completion came to."""
    texts, calls, finish = [], [], None
    for choice in answer.choices:
        texts.append(choice.message.content or getattr(choice.message, "refusal", None) or "")
        for call in getattr(choice.message, "tool_calls", None) or ():
            inner = get(call, "function") or get(call, "custom")
            arguments = get(inner, "arguments") or get(inner, "input") or ""
            calls.append(tool_call(get(inner, "name"), arguments, call.id))
        finish = finish or choice.finish_reason
    return Outcome(reply(texts or [""], calls), _facts(answer, finish))


class ChatPieces:
    """A chat completion in pieces."""

    def __init__(self) -> None:
        self._texts: dict[int, list[str]] = {}
        self._calls: dict[tuple[int, int], dict[str, str]] = {}
        self._facts: dict[str, Any] = {}

    def add(self, piece: Any) -> bool:
        """Take in a chunk."""
        content = False
        for choice in piece.choices or ():
            delta = choice.delta
            parts = self._texts.setdefault(choice.index, [])
            if choice.finish_reason:
                self._facts["finish_reason"] = choice.finish_reason
            if delta is None:
                continue
            text = delta.content or getattr(delta, "refusal", None)
            if text:
                parts.append(text)
                content = True
            content = content or bool(getattr(delta, "reasoning_content", None))
            for call in delta.tool_calls or ():
                known = self._calls.setdefault((choice.index, call.index), tool_call("", "", ""))
                known["call_id"] = call.id or known["call_id"]
                if call.function is not None:
                    known["name"] += call.function.name or ""
                    known["arguments"] += call.function.arguments or ""
                content = True
        self._facts.update({name: fact for name, fact in _facts(piece, None).items() if fact is not None})
        return content

    def outcome(self) -> Outcome:
        """What there is so far."""
        texts = ["".join(self._texts[index]) for index in sorted(self._texts)]
        calls = [self._calls[place] for place in sorted(self._calls)]
        return Outcome(reply(texts or [""], calls), self._facts)


# Plain completions ------------------------------------------------------------------------------------


def completion_outcome(answer: Any) -> Outcome:
    """What a whole plain completion came to."""
    finish = next((choice.finish_reason for choice in answer.choices if choice.finish_reason), None)
    return Outcome(reply([choice.text or "" for choice in answer.choices] or [""], []), _facts(answer, finish))


class CompletionPieces:
    """A plain completion in pieces."""

    def __init__(self) -> None:
        self._texts: dict[int, list[str]] = {}
        self._facts: dict[str, Any] = {}

    def add(self, piece: Any) -> bool:
        """Take in a chunk."""
        content = False
        finish = None
        for choice in piece.choices or ():
            parts = self._texts.setdefault(choice.index, [])
            finish = choice.finish_reason or finish
            if choice.text:
                parts.append(choice.text)
                content = True
        self._facts.update({name: fact for name, fact in _facts(piece, finish).items() if fact is not None})
        return content

    def outcome(self) -> Outcome:
        """What there is so far."""
        texts = ["".join(self._texts[index]) for index in sorted(self._texts)]
        return Outcome(reply(texts or [""], []), self._facts)


# Responses --------------------------------------------------------------------------------------------


def response_outcome(answer: Any) -> Outcome:
    """What a whole response came to."""
    texts, calls = [], []
    for item in answer.output or ():
        kind = get(item, "type")
        if kind == "message":
            parts = (get(part, "text") or get(part, "refusal") or "" for part in get(item, "content") or ())
            texts.append("".join(parts))
        elif kind in ("function_call", "custom_tool_call"):
            arguments = get(item, "arguments") or get(item, "input") or ""
            calls.append(tool_call(get(item, "name"), arguments, get(item, "call_id")))
    reason = get(answer.incomplete_details, "reason") if answer.incomplete_details is not None else None
    error = None
    if answer.status == "failed":
        error = get(answer.error, "message") if answer.error is not None else None
        error = error or "The response failed; the server gave no reason."
    return Outcome(reply(["".join(texts)], calls), _facts(answer, reason or answer.status), error)


class ResponsePieces:
    """A response in events."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._facts: dict[str, Any] = {}
        self._whole: Any = None
        self._error: str | None = None

    def add(self, piece: Any) -> bool:
        """Take in an event."""
        kind = piece.type
        response = getattr(piece, "response", None)
        if response is not None:
            if kind in ("response.completed", "response.incomplete", "response.failed"):
                self._whole = response
            else:
                facts = _facts(response, None)
                self._facts.update({name: fact for name, fact in facts.items() if fact is not None})
        elif kind == "error":
            self._error = str(getattr(piece, "message", None) or "The stream reported an error.")
        elif kind in ("response.output_text.delta", "response.refusal.delta"):
            self._texts.append(piece.delta)
        return str(kind).endswith(".delta")

    def outcome(self) -> Outcome:
        """What there is so far."""
        if self._whole is not None:
            return response_outcome(self._whole)
        return Outcome("".join(self._texts), self._facts, self._error)


# Embeddings -------------------------------------------------------------------------------------------


def embedding_outcome(answer: Any) -> Outcome:
    """What embeddings came to: the vectors as raw numbers, since a thousand of them are no reading matter."""
    vectors = [item.embedding for item in answer.data]
    dimensions = len(vectors[0]) if vectors and not isinstance(vectors[0], str) else None
    if dimensions is None:  # base64 was asked for
        return Outcome({"count": len(vectors), "vectors": vectors}, _facts(answer, None))
    numbers = array.array("f", (number for vector in vectors for number in vector))
    if sys.byteorder == "big":
        numbers.byteswap()
    raw = Blob(numbers.tobytes(), "application/x-float32", "vectors.f32")
    return Outcome({"count": len(vectors), "dimensions": dimensions, "vectors": raw}, _facts(answer, None))


class NoPieces:
    """For what never arrives in pieces."""

    def add(self, piece: Any) -> bool:
        """Nothing to take in."""
        return False

    def outcome(self) -> Outcome:
        """Nothing."""
        return Outcome()


def _facts(answer: Any, finish: Any) -> dict[str, Any]:
    return {
        "model": getattr(answer, "model", None),
        "usage": _usage(getattr(answer, "usage", None)),
        "finish_reason": finish,
        "request_id": getattr(answer, "_request_id", None) or getattr(answer, "id", None),
    }


def _usage(counted: Any) -> dict[str, int] | None:
    if counted is None:
        return None
    if get(counted, "input_tokens") is not None:  # as the responses interface calls them
        names = "input_tokens", "output_tokens", "input_tokens_details", "output_tokens_details"
    else:
        names = "prompt_tokens", "completion_tokens", "prompt_tokens_details", "completion_tokens_details"
    taken, made, about_taken, about_made = (get(counted, name) for name in names)
    cached = get(about_taken, "cached_tokens") if about_taken is not None else None
    reasoned = get(about_made, "reasoning_tokens") if about_made is not None else None
    return usage(taken, made, cached, reasoned)
