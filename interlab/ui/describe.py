"""Values and nodes in a few words, for trees, tables and bubbles."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from interlab.errors import StoreCorrupt
from interlab.tracing import Blob, Figure, Html, Markdown, NodeReading, Opaque, Record, Table
from interlab.ui.visible import one_line

STATE_MARKS = {"finished": "✓", "error": "✗", "open": "…", "interrupted": "†", "new": "·"}

_WORDS = ("message", "text", "content", "utterance", "said")
_WHO = ("speaker", "name", "actor", "author", "sender")
_DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Saying:
    """Who said what and did what.

    Args:
        speaker: who, or "".
        words: what was said, or "".
        deed: what was done, such as ``offer 3,000``, or "".
    """

    speaker: str
    words: str
    deed: str

    def __str__(self) -> str:
        parts = (f"{self.speaker}:" if self.speaker else "", self.words, f"[{self.deed}]" if self.deed else "")
        return " ".join(part for part in parts if part)


def as_saying(value: Any) -> Saying | None:
    """What a record says about who did what; None when it is no such record.

    It is one when it has a ``message``, or a ``speaker`` beside other words. An ``action`` and a ``price`` are the
    deed.
    """
    if not isinstance(value, Mapping):
        return None
    speaker = next((value[key] for key in _WHO if isinstance(value.get(key), str) and value[key]), "")
    words = next((value[key] for key in _WORDS if isinstance(value.get(key), str)), None)
    if not (isinstance(value.get("message"), str) or ("speaker" in value and speaker)):
        return None
    action, price = value.get("action"), value.get("price")
    deed = action.replace("_", " ") if isinstance(action, str) else ""
    if deed and isinstance(price, int | float) and not isinstance(price, bool):
        deed += f" {number_in_words(price)}"
    if words is None and not deed:
        return None
    return Saying(speaker, words or "", deed)


def as_sayings(value: Any) -> list[Saying] | None:
    """Records of who said what, as a step gives them in which several spoke; None when any is no such record."""
    if not isinstance(value, list | tuple) or not value:
        return None
    found = [as_saying(one) for one in value]
    sayings = [one for one in found if one is not None]
    return sayings if len(sayings) == len(found) else None


def in_words(value: Any, limit: int = 80) -> str:
    """A value on one line. Of a large value only the beginning is looked at.

    Args:
        value: any value read from a node.
        limit: columns it takes at most.
    """
    enough = limit * 4 + 200
    pieces: list[str] = []
    for piece in _pieces(value, 0):
        pieces.append(piece[: enough + 1])
        enough -= len(piece)
        if enough < 0:
            break
    return one_line("".join(pieces), limit)


def _pieces(value: Any, depth: int) -> Iterator[str]:
    saying = as_saying(value)
    if saying is not None:
        yield str(saying)
    elif isinstance(value, str):
        yield str.__str__(value)
    elif value is None or isinstance(value, bool | int):
        yield _digits(value) if isinstance(value, int) else str(value)
    elif isinstance(value, float):
        yield f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    elif isinstance(value, Html | Markdown):
        yield str(value.source)
    elif isinstance(value, Blob):
        yield f"[{value.mime}, {len(value.data):,} bytes]"
    elif isinstance(value, Table):
        yield f"[table, {counted(rows_of(value), 'row')}]"
    elif isinstance(value, Figure):
        yield "[figure]"
    elif isinstance(value, Opaque):
        yield repr(value)
    elif depth >= _DEEPEST:
        yield "…"
    elif isinstance(value, Record):
        yield from _record(value, depth)
    elif isinstance(value, Mapping):
        yield from _joined(value.items(), depth, keys=True)
    elif isinstance(value, list | tuple | set | frozenset):
        yield "["
        yield from _joined(((None, item) for item in value), depth, keys=False)
        yield "]"
    elif type(value).__module__.partition(".")[0] == "numpy" and hasattr(value, "shape"):
        yield f"[array of {' × '.join(map(str, value.shape)) or 'one'}, {value.dtype}]"
    else:
        yield str(value)


def _record(value: Record, depth: int) -> Iterator[str]:
    if set(value) == {"name", "value"}:  # a member of an Enum
        yield str(value["name"])
        return
    yield f"{short_class(value.type_name)}("
    first = True
    for name, item in value.items():
        if item is not None:
            yield f"{'' if first else ', '}{name}="
            first = False
            yield from _pieces(item, depth + 1)
    yield ")"


def _joined(items: Any, depth: int, *, keys: bool) -> Iterator[str]:
    if keys and depth:
        yield "{"
    for place, (key, item) in enumerate(items):
        if place:
            yield ", "
        if keys:
            yield f"{key}: "
        yield from _pieces(item, depth + 1)
    if keys and depth:
        yield "}"


def _digits(number: int) -> str:
    # Python refuses to print integers of more than some thousands of digits.
    return str(number) if number.bit_length() < 4000 else f"an integer of {number.bit_length():,} bits"


def short_class(type_name: str) -> str:
    """``Turn`` of ``package.module.Turn``."""
    return str(type_name).rpartition(".")[2]


def rows_of(table: Table) -> int:
    """How many rows a table had when it was recorded."""
    if isinstance(table.n_rows, int):
        return table.n_rows
    return len(table.rows) if isinstance(table.rows, list | tuple) else 0


def counted(number: int, what: str) -> str:
    """A number with its noun: ``1 node``, ``2,000 nodes``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def number_in_words(number: int | float) -> str:
    """A number as people write it: ``3,000``, ``2,460.5``."""
    if isinstance(number, int):
        return f"{number:,}" if number.bit_length() < 4000 else _digits(number)
    if not math.isfinite(number):
        return str(number)
    return f"{number:,.0f}" if number.is_integer() and abs(number) < 1e15 else f"{number:,.6g}"


def duration_in_words(seconds: float | None) -> str:
    """A length of time: ``0.4 ms``, ``12 ms``, ``3.4 s``, ``2 min 5 s``, ``3 h 20 min``."""
    if seconds is None:
        return ""
    if seconds < 0.0005:
        return "< 1 ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


Field = Literal["inputs", "result", "error", "meta"]


def read(node: NodeReading, field: Field) -> Any:
    """A field of a node; a damaged one reads as what is wrong with it, so that the others can still be shown."""
    try:
        return getattr(node, field)
    except StoreCorrupt as error:
        damaged = Opaque("damaged value", f"⚠ {error}", "damaged")
        return {"damaged": damaged} if field in ("inputs", "meta") else damaged


@dataclass(frozen=True, slots=True)
class Gist:
    """What a node did, in a few words.

    Args:
        relation: ``"raised"``, ``"gave"`` or ``"got"``: what the words are to the node; "" when there are none.
        words: the words, on one line.
    """

    relation: Literal["raised", "gave", "got", ""]
    words: str


def gist(node: NodeReading, limit: int = 80) -> Gist:
    """What a node did: its error, else its result, else its most telling input.

    Args:
        node: the node.
        limit: columns the words take at most.
    """
    error = read(node, "error")
    if error is not None:
        if isinstance(error, Record):
            message = error.get("message")
            words = short_class(error.type_name) + (f": {message}" if message not in (None, "") else "")
        else:
            words = str(error)
        return Gist("raised", one_line(words, limit))
    result = read(node, "result")
    if result is not None:
        return Gist("gave", in_words(result, limit))
    inputs = read(node, "inputs")
    for name in ("observation", "prompt", "damaged"):
        if inputs.get(name):
            return Gist("got", in_words(inputs[name], limit))
    return Gist("", "")


def title(node: NodeReading, limit: int = 60) -> str:
    """A node's kind and name, without the kind when the name begins with it: ``query Alice``, ``step 1``."""
    kind, name = one_line(node.kind, 24), one_line(node.name, limit)
    return name if not kind or begins_with_kind(node) else f"{kind} {name}"


def begins_with_kind(node: NodeReading) -> bool:
    """Whether a node's name says its kind already."""
    kind, name = node.kind.lower(), node.name.lower()
    return bool(kind) and name.startswith(kind) and not name[len(kind) : len(kind) + 1].isalpha()
