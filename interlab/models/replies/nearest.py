"""Why a reply is not recorded: the recorded request that comes closest, and what of it differs."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from interlab.errors import ReplayMiss, StoreCorrupt
from interlab.models.replies.requests import Request, canonical, recorded_messages
from interlab.tracing.reply_table import ReplyRow, ReplyTable
from interlab.tracing.wire import loads

LOOKED_AT = 5_000
"""Recorded requests of which the sample is compared, newest first."""
COMPARED = 200
"""Of those, how many are compared word by word."""
_CONTEXT, _SHOWN = 40, 160
_NOTHING = "(nothing)"


class SampleOf(Protocol):
    """What is compared of a sample."""

    @property
    def seed(self) -> int | None: ...
    @property
    def caller(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def draw(self) -> int: ...
    @property
    def path(self) -> tuple[int | str, ...]: ...


def explain(request: Request, sample: SampleOf, table: ReplyTable) -> ReplayMiss:
    """The error for a request without a recorded reply.

    Args:
        request: what was asked.
        sample: which sample of it.
        table: where replies are recorded.
    """
    where = f"the store {table.journal.path}"
    clean = table.journal.clean
    model = clean(request.model.encode("utf-8", "backslashreplace")).decode()
    head = f"Replay calls no model, and {where} has no reply to this request of {_shown(model)}{_whose(sample.caller)}."
    rows = _candidates(request, model, sample, table)
    if not rows:
        advice = "Nothing is recorded there. Record first: il.replies('record'), or 'auto'."
        return ReplayMiss(f"{head}\n{advice}", model=model)
    asked = _plain(request, clean)
    best = max(rows, key=lambda found: _likeness(asked, model, found))
    row, recorded = best
    found_sample = _sample(row)
    differences = [
        *_of_model(row.model, model),
        *_of_sample(found_sample, sample, same_request=row.request == request.digest),
        *_of_messages(recorded["messages"], asked["messages"]),
        *_of_params(recorded["params"], asked["params"]),
    ] or ["nothing that is kept of it: what differs was removed as a secret, or is kept as a repr"]
    lines = [head, "The nearest recorded request differs in:", *(f"  - {one}" for one in differences)]
    lines.append("Ask as it was recorded, or record this: il.replies('auto') calls only for what is missing.")
    nearest = {"model": row.model, "sample": found_sample, **recorded}
    return ReplayMiss("\n".join(lines), model=model, nearest=nearest, differences=differences)


def _whose(caller: str) -> str:
    return f" by the {_shown(caller)}" if caller else ""


def _plain(request: Request, clean: Callable[[bytes], bytes]) -> dict[str, Any]:
    """The request as one that is read back: without secrets, too."""
    messages = [_as_read(message) for message in recorded_messages(request.messages)]
    plain: dict[str, Any] = json.loads(clean(canonical({"messages": messages, "params": request.params})))
    return plain


def _as_read(message: Mapping[str, Any]) -> dict[str, Any]:
    content = message["content"]
    if not isinstance(content, str):
        content = [{"url": part.url} if hasattr(part, "url") else {"text": str(part.text)} for part in content]
    found = {**message, "content": content}
    if "tool_calls" in found:
        found["tool_calls"] = [
            {"name": call.name, "arguments": call.arguments, "call_id": call.call_id} for call in found["tool_calls"]
        ]
    return found


Candidate = tuple[ReplyRow, dict[str, Any]]


def _candidates(request: Request, model: str, sample: SampleOf, table: ReplyTable) -> list[Candidate]:
    rows = table.newest(LOOKED_AT, request=request.digest)
    rows = rows or table.newest(LOOKED_AT, model=model) or table.newest(LOOKED_AT)
    rows.sort(key=lambda row: _sample_likeness(_sample(row), sample), reverse=True)
    known: dict[bytes, bytes] = {}

    def load(key: bytes) -> bytes:
        data = known.get(key)
        if data is None:
            data = known[key] = table.load(key)
        return data

    found: list[Candidate] = []
    for row in rows[:COMPARED]:
        try:
            recorded = table.value(row.asked, load)
            found.append((row, {"messages": list(recorded["messages"]), "params": dict(recorded["params"])}))
        except (StoreCorrupt, KeyError, TypeError, ValueError):  # damaged, or from a stranger: it explains nothing
            continue
    return found


def _sample(row: ReplyRow) -> dict[str, Any]:
    try:
        found = loads(row.sample)
    except StoreCorrupt:
        found = None
    return found if isinstance(found, dict) else {}


def _sample_likeness(recorded: dict[str, Any], asked: SampleOf) -> tuple[bool, bool, bool, int]:
    number = recorded.get("number")
    return (
        recorded.get("caller") == asked.caller,
        recorded.get("seed") == asked.seed,
        recorded.get("path") == list(asked.path),
        -abs(number - asked.number) if isinstance(number, int) else -1_000_000,
    )


def _likeness(asked: dict[str, Any], model: str, found: Candidate) -> tuple[bool, float, int]:
    row, recorded = found
    same = sum(
        _common(_text(one), _text(other)) for one, other in zip(recorded["messages"], asked["messages"], strict=False)
    )
    total = sum(len(_text(one)) for side in (recorded, asked) for one in side["messages"])
    keys = {*recorded["params"], *asked["params"]}
    params = sum(recorded["params"].get(key) == asked["params"].get(key) for key in keys)
    return (row.model == model, round(2 * same / total if total else 1.0, 6), params)


def _common(one: str, other: str) -> int:
    """How many characters are the same at the beginnings and at the ends."""
    if one == other:
        return len(one)
    return sum(_same_ends(one, other))


def _same_ends(one: str, other: str) -> tuple[int, int]:
    """The lengths of what two texts begin with both, and of what they end with."""
    start = _same_start(one, other)
    return start, _same_start(one[start:][::-1], other[start:][::-1])


def _same_start(one: str, other: str) -> int:
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _text(message: Any) -> str:
    content = message.get("content") if isinstance(message, Mapping) else message
    if isinstance(content, str):
        return str.__str__(content)
    if not isinstance(content, Sequence):
        return str(content)
    return "".join(str(part.get("text", part.get("url", ""))) if isinstance(part, Mapping) else "" for part in content)


# What differs -----------------------------------------------------------------------------------------------


def _of_model(recorded: str, asked: str) -> Iterator[str]:
    if recorded != asked:
        yield f"model: recorded {_shown(recorded)}, asked {_shown(asked)}"


def _of_sample(recorded: dict[str, Any], asked: SampleOf, *, same_request: bool) -> Iterator[str]:
    if recorded.get("seed") != asked.seed:
        yield f"seed of the environment: recorded {recorded.get('seed')}, asked {asked.seed}"
    if recorded.get("caller") != asked.caller:
        yield f"who asks: recorded {_caller(recorded.get('caller'))}, asked {_caller(asked.caller)}"
    if recorded.get("draw") != asked.draw:
        yield f"Params.sample: recorded {recorded.get('draw')}, asked {asked.draw}"
    if recorded.get("path") != list(asked.path):
        yield f"place among calls side by side: recorded {_place(recorded.get('path'))}, asked {_place(asked.path)}"
    if same_request and recorded.get("number") != asked.number:
        yield f"how often it was asked before: recorded {recorded.get('number')} times, asked {asked.number} times"


def _caller(name: Any) -> str:
    return f"the {_shown(name)}" if name else "no actor"


def _place(path: Any) -> str:
    return "/".join(map(str, path)) if path else "alone"


def _of_messages(recorded: list[Any], asked: list[Any]) -> Iterator[str]:
    if len(recorded) != len(asked):
        yield f"number of messages: recorded {len(recorded)}, asked {len(asked)}"
    old, new = ([(_role(message), _text(message)) for message in side] for side in (recorded, asked))
    for tag, at, end, here, stop in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        both = min(end - at, stop - here) if tag in ("equal", "replace") else 0
        for step in range(both):
            yield from _of_message(here + step, recorded[at + step], asked[here + step])
        for place in range(at + both, end):
            yield f"message {place} ({_role(recorded[place])}) is missing: {_cut(_text(recorded[place]))}"
        for place in range(here + both, stop):
            yield f"message {place} ({_role(asked[place])}) is new: {_cut(_text(asked[place]))}"


def _role(message: Any) -> str:
    return str(message.get("role", "?")) if isinstance(message, Mapping) else "?"


def _of_message(place: int, recorded: Any, asked: Any) -> Iterator[str]:
    if _role(recorded) != _role(asked):
        yield f"message {place}, role: recorded {_role(recorded)}, asked {_role(asked)}"
    one, other = _text(recorded), _text(asked)
    if one != other:
        before, after = _changed(one, other)
        yield f"message {place} ({_role(asked)}):\n      recorded {before}\n      asked    {after}"
    for name in ("name", "tool_calls", "tool_call_id"):
        old, new = (side.get(name) if isinstance(side, Mapping) else None for side in (recorded, asked))
        if canonical(_data(old)) != canonical(_data(new)):
            yield f"message {place}, {name}: recorded {_cut(str(_data(old)))}, asked {_cut(str(_data(new)))}"


def _data(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _data(item) for key, item in value.items()}
    return [_data(item) for item in value] if isinstance(value, (list, tuple)) else value


def _changed(one: str, other: str) -> tuple[str, str]:
    """Two texts where they differ, with a little around it."""
    start, end = _same_ends(one, other)
    # A change begins and ends with a word: half a number says little.
    while start and not one[start - 1].isspace():
        start -= 1
    while end and not one[len(one) - end].isspace():
        end -= 1
    return _marked(one, start, end), _marked(other, start, end)


def _marked(text: str, start: int, end: int) -> str:
    stop = len(text) - end
    before, after = text[max(0, start - _CONTEXT) : start], text[stop : stop + _CONTEXT]
    lead, trail = "…" if start > _CONTEXT else "", "…" if end > _CONTEXT else ""
    return f"{lead}{_shown(before)}«{_cut(text[start:stop], quoted=False)}»{_shown(after)}{trail}"


def _of_params(recorded: dict[str, Any], asked: dict[str, Any]) -> Iterator[str]:
    for name in sorted({*recorded, *asked}):
        old, new = _data(recorded.get(name)), _data(asked.get(name))
        if canonical(old) == canonical(new):
            continue
        if isinstance(old, dict) and isinstance(new, dict):
            for key in sorted({*old, *new}):
                if canonical(old.get(key)) != canonical(new.get(key)):
                    yield f"{name}.{key}: recorded {_value(old, key)}, asked {_value(new, key)}"
        else:
            yield f"{name}: recorded {_value(recorded, name)}, asked {_value(asked, name)}"


def _value(values: dict[str, Any], name: str) -> str:
    return _cut(str(_data(values[name])), quoted=False) if name in values else _NOTHING


def _cut(text: str, *, quoted: bool = True) -> str:
    shown = _shown(text if len(text) <= _SHOWN else f"{text[: _SHOWN // 2]}…{text[-_SHOWN // 2 :]}")
    return f"“{shown}”" if quoted else shown


def _shown(text: str) -> str:
    """Text from anywhere in one line: an error is read in terminals."""
    return "".join(char if char.isprintable() else "⏎" if char == "\n" else f"\\x{ord(char):02x}" for char in str(text))
