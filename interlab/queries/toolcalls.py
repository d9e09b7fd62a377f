"""Calls of tools whose argument is the answer: ``{"name": "play", "arguments": {"move": "cooperate"}}``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from interlab.queries.answers.units import words_of
from interlab.queries.keys import flat
from interlab.queries.records import json_in

_NAME = ("name", "tool", "function", "toolname", "functionname", "action")
_ARGUMENTS = ("arguments", "parameters", "args", "input", "toolinput", "kwargs", "params")
_BESIDE = frozenset(["id", "type", "callid", "toolcallid", "index", "reasoning", "thought", "thoughts"])
_ASKS = frozenset(
    [
        "get", "fetch", "search", "find", "look", "lookup", "query", "compute", "calc", "calculate",
        "calculator", "evaluate", "eval", "solve", "add", "subtract", "multiply", "divide", "sum", "power",
        "sqrt", "read", "load", "open", "list", "check", "verify", "validate", "convert", "predict", "guess",
        "simulate", "ask", "request", "retrieve", "browse", "run", "execute", "python", "exec", "weather",
        "opponent", "partner", "rival", "plan", "think", "wait", "test", "try", "count", "measure", "random",
        "roll", "draw", "sample", "schedule", "remind",
    ]
)  # fmt: skip
"""Words in the names of tools that ask for something, or think of it, rather than give an answer."""
_OTHERS = frozenset(
    [
        "opponent", "partner", "rival", "their", "his", "her", "other", "previous", "last", "predicted",
        "guess", "query", "expression",
    ]
)  # fmt: skip
_REMARKS = frozenset(
    [
        "reasoning", "reason", "reasons", "explanation", "rationale", "thought", "thoughts", "thinking",
        "analysis", "justification", "confidence", "certainty", "why", "note", "notes", "comment", "comments",
        "message", "status", "source", "id",
    ]
)  # fmt: skip
_TAG = re.compile(
    r"<(?:function|invoke)\s*(?:=|\s+name=)\s*[\"']?(?P<name>[\w.-]+)[\"']?\s*>(?P<body>.*?)</(?:function|invoke)\s*>",
    re.DOTALL,
)
_PARAMETER = re.compile(
    r"<parameter\s*(?:=|\s+name=)\s*[\"']?(?P<key>[\w.-]+)[\"']?\s*>(?P<value>.*?)</parameter\s*>", re.DOTALL
)


def given_by_call(value: Any) -> Mapping[str, Any] | None:
    """The arguments of a tool's call that gives an answer, without remarks beside it; None if it is no such call."""
    if not isinstance(value, Mapping):
        return None
    keys = {flat(str(key)): key for key in value}
    if "function" in keys and isinstance(value[keys["function"]], Mapping) and not set(keys) - {"function"} - _BESIDE:
        return given_by_call(value[keys["function"]])
    name = next((keys[one] for one in _NAME if one in keys and isinstance(value[keys[one]], str)), None)
    given = next((keys[one] for one in _ARGUMENTS if one in keys), None)
    if name is None or given is None or set(keys) - {flat(str(name)), flat(str(given))} - _BESIDE:
        return None
    inner = json_in(value[given]) if isinstance(value[given], str) else value[given]
    if not isinstance(inner, Mapping) or _ASKS & set(words_of(value[name])):
        return None
    told = {key: one for key, one in inner.items() if flat(str(key)) not in _REMARKS} or inner
    return told if len(told) == 1 and not _OTHERS & set(words_of(str(next(iter(told))))) else None


def written_call(text: str) -> tuple[dict[str, Any], str, str] | None:
    """A call in tags (``<function=play><parameter=move>defect</parameter></function>``) and the words around it."""
    found = list(_TAG.finditer(text))
    if len(found) != 1:
        return None
    (tag,) = found
    pairs = _PARAMETER.findall(tag["body"])
    if len({key for key, _ in pairs}) != len(pairs) or _PARAMETER.sub("", tag["body"]).strip():
        return None
    before, after = (re.sub(r"</?(?:tool_call|function_calls?|tool_use)[^<>]*>", "", one) for one in
                     (text[: tag.start()], text[tag.end() :]))  # fmt: skip
    return {"name": tag["name"], "arguments": {key: value.strip() for key, value in pairs}}, before, after
