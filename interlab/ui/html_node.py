"""One node as HTML: its line, its prompt as a chat, its values, its facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interlab.tracing import FormatStr, NodeReading, Record
from interlab.tracing.colors import safe_color
from interlab.ui.describe import STATE_MARKS, begins_with_kind, duration_in_words, gist, in_words, read
from interlab.ui.html_text import color_of, escape
from interlab.ui.html_values import ValueWriter
from interlab.ui.totals import tokens_of
from interlab.ui.visible import one_line

MAX_MESSAGES = 40
"""Messages of one prompt that are shown: the first ones and the last ones."""
_FIRST_MESSAGES = 3
_WORDS = 300
_MAX_TAGS = 20

_KINDS = frozenset({"run", "step", "query", "model", "observe", "action", "event", "call", "person", "tool", "chain"})
_ROLES = frozenset({"system", "user", "assistant", "tool", "developer"})
# Shown by the line itself, or by colour.
_TOLD = frozenset({"actor", "step", "color", "color_bg", "color_border", "model", "usage"})


def summary(node: NodeReading, meta: Mapping[str, Any], hidden: str = "") -> str:
    """A node's line: state, kind, name, tags, what it took, what it did.

    Args:
        node: the node.
        meta: its meta, as read.
        hidden: what is below it and not shown.
    """
    state, kind = node.state, one_line(node.kind, 24)
    shown = "" if begins_with_kind(node) else f'<span class="kind {_kind_class(node.kind)}">{escape(kind)}</span>'
    tags = "".join(
        f'<span class="tag" style="--f:{color_of(tag.name, tag.color)}">{escape(one_line(tag.name, 40))}</span>'
        for tag in node.tags[:_MAX_TAGS]
    )
    took = duration_in_words(node.duration_s) if node.kind not in ("event", "observe") else ""
    facts = [fact for fact in (state if state in ("open", "interrupted") else took, _tokens(meta), hidden) if fact]
    did = gist(node, _WORDS)
    words = f'<span class="short {did.relation}">{escape(did.words)}</span>' if did.words else ""
    return (
        f'<summary><span class="state {state}" title="{state}">{STATE_MARKS.get(state, "?")}</span>{shown}'
        f'<span class="name">{escape(one_line(node.name, 120)) or "·"}</span>{tags}'
        f'<span class="took">{escape(" · ".join(facts))}</span>{words}</summary>'
    )


def node_style(meta: Mapping[str, Any]) -> str:
    """The colours of a node's meta, as a style attribute; "" without any."""
    names = (("color", "--c"), ("color_bg", "--b"), ("color_border", "--e"))
    given = [(variable, safe_color(meta.get(name))) for name, variable in names]
    style = ";".join(f"{variable}:{color}" for variable, color in given if color)
    return f' style="{style}"' if style else ""


def fields(node: NodeReading, meta: Mapping[str, Any], writer: ValueWriter) -> str:
    """What went in, what came out, what went wrong, and facts."""
    pieces: list[str] = []
    inputs = read(node, "inputs")
    chat = next((name for name, value in inputs.items() if are_messages(value)), None)
    for name, value in inputs.items():
        if name == chat:
            reply = _reply(node) if node.kind == "model" else None
            pieces.append(_field(name, _chat(value, reply, writer)))
        elif not (name == "params" and isinstance(value, Mapping)):
            pieces.append(_field(name, writer.value(value)))
    if node.has_result and not (chat is not None and node.kind == "model"):
        pieces.append(_field("result", writer.value(read(node, "result"))))
    error = read(node, "error")
    if error is not None:
        pieces.append(_field("error", _error(error, writer)))
    facts = _facts(inputs.get("params"), meta)
    if facts:
        pieces.append(_field("facts", f'<div class="facts">{facts}</div>'))
    return f'<div class="fields">{"".join(pieces)}</div>' if pieces else ""


def are_messages(value: Any) -> bool:
    """Whether a value is a list of chat messages."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(item, Mapping) and "role" in item and "content" in item for item in value)
    )


def _kind_class(kind: str) -> str:
    return f"k-{kind}" if kind in _KINDS else ""


def _tokens(meta: Mapping[str, Any]) -> str:
    tokens = tokens_of(dict(meta))
    if tokens is None:
        return ""
    return f"{'≈ ' if tokens[2] else ''}{tokens[0]:,} → {tokens[1]:,} tokens"


def _field(name: str, inside: str) -> str:
    return f'<div class="field"><b>{escape(one_line(str(name), 60))}</b><div>{inside}</div></div>'


def _reply(node: NodeReading) -> Mapping[str, Any] | None:
    if not node.has_result:
        return None
    result = read(node, "result")
    if isinstance(result, Mapping) and not isinstance(result, Record) and "text" in result:
        return {"role": "reply", "content": result["text"], "tool_calls": result.get("tool_calls")}
    return {"role": "reply", "content": result}


def _chat(messages: list[Any], reply: Mapping[str, Any] | None, writer: ValueWriter) -> str:
    left_out = len(messages) - MAX_MESSAGES
    pieces = []
    for place, message in enumerate(messages):
        if left_out > 0 and _FIRST_MESSAGES <= place < _FIRST_MESSAGES + left_out:
            if place == _FIRST_MESSAGES:
                pieces.append(f'<li class="note">… {left_out:,} more messages …</li>')
            continue
        pieces.append(_message(message, writer))
    if reply is not None:
        pieces.append(_message(reply, writer))
    return f'<ol class="chat">{"".join(pieces)}</ol>'


def _message(message: Mapping[str, Any], writer: ValueWriter) -> str:
    role = str(message["role"])
    name = message.get("name")
    who = f"{role} · {name}" if name else role
    kind = role if role in _ROLES or role == "reply" else "user"
    content = message["content"]
    calls = message.get("tool_calls")
    inside = _content(content, writer) if content not in (None, "") or not calls else ""
    if calls:
        inside += f'<div class="calls">calls {writer.value(calls)}</div>'
    return f'<li class="message {kind}"><span class="role">{escape(one_line(who, 80))}</span>{inside}</li>'


def _content(content: Any, writer: ValueWriter) -> str:
    if isinstance(content, str):
        return writer.text(content)
    if isinstance(content, list) and content and all(isinstance(part, Mapping) for part in content):
        # Parts, as providers have them: texts, and what else there may be.
        return "".join(
            writer.text(part["text"]) if isinstance(part.get("text"), str) else writer.value(part) for part in content
        )
    return writer.value(content)


def _error(error: Any, writer: ValueWriter) -> str:
    if not isinstance(error, Record):
        return f'<div class="wrong">{writer.value(error)}</div>'
    head = escape(f"{one_line(error.type_name, 120)}: {str(error.get('message'))[:4_000]}")
    traceback = error.get("traceback")
    trace = ""
    if isinstance(traceback, str) and traceback:
        inside = writer.text(traceback)
        trace = f'<details class="fold"><summary>traceback</summary><div class="mono">{inside}</div></details>'
    cause = error.get("cause")
    because = f'<div class="because">caused by {_cause(cause)}</div>' if isinstance(cause, Record) else ""
    return f'<div class="wrong"><div class="text">{head}</div>{because}{trace}</div>'


def _cause(error: Record) -> str:
    return escape(f"{one_line(error.type_name, 120)}: {str(error.get('message'))[:1_000]}")


def _facts(params: Any, meta: Mapping[str, Any]) -> str:
    pairs = [(name, value) for name, value in meta.items() if name not in _TOLD]
    if isinstance(params, Mapping):
        pairs = [*params.items(), *pairs]
    if meta.get("model"):
        pairs.insert(0, ("model", meta["model"]))
    return "".join(
        f"<span><i>{escape(one_line(str(name), 40))}</i> {escape(_fact(str(name), value))}</span>"
        for name, value in pairs[:60]
    )


def _fact(name: str, value: Any) -> str:
    if name.endswith("_s") and isinstance(value, int | float):
        return duration_in_words(value)
    return in_words(str(value) if isinstance(value, FormatStr) else value, 200)
