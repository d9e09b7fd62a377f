"""Turning values into their stored form, at the moment they are recorded.

Freezing never raises and never hangs: what can't be taken apart is kept as its type and `repr`, cycles and
endless nesting are cut, and changing a value afterwards does not change the record. Small values stand
inline, larger ones are stored once under their content hash; of a list that grows from call to call (a
conversation) only what is new is stored.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import orjson

from interlab.errors import InvalidArgument
from interlab.tracing.chains import Chains
from interlab.tracing.secrets import REMOVED, names_a_secret
from interlab.tracing.wire import TAG, dumps, loads

INLINE_TEXT = 512
"""Characters up to which a text stands inline."""
INLINE_FIELD = 1024
"""Bytes up to which a whole input or result stands inline."""
MAX_DEPTH = 60
"""Levels of nesting that are kept."""
MAX_ITEMS = 1_000_000
"""Items of one value that are kept, all levels together."""
MAX_TEXT = 64_000_000
"""Characters of one text that are kept."""
MAX_REPR = 2_000
_EXACT_INT = 1 << 53
_INTERN_AT = 128
_INTERN_CHARS = 8_000_000


class Sink(Protocol):
    """Where values stored apart go."""

    def clean(self, data: bytes) -> bytes:
        """Text or JSON without secrets."""
        ...

    def load(self, key: bytes) -> bytes:
        """The bytes stored under a hash."""
        ...

    def put(self, data: bytes) -> bytes:
        """Store bytes (JSON text is cleaned of secrets first); returns their hash."""
        ...

    def put_blob(self, data: bytes) -> bytes:
        """Store bytes that are not text; returns their hash."""
        ...


Serializer = Callable[[Any], Any]
Wire = Callable[[Any, "Frost"], Any]

_registered: dict[type, Serializer] = {}
_resolved: dict[type, Wire] = {}
_finders: list[Callable[[type], Wire | None]] = []


def register_serializer(type_: type, serializer: Serializer) -> None:
    """Say how values of a type and its subclasses are recorded.

    Args:
        type_: the type.
        serializer: takes a value and returns what to record in its place: plain data, or one of the rich
            types (`Html`, `Image`, `Table`, …). A class can do the same with a method
            ``__trace_to_node__(self)``.
    """
    _registered[type_] = serializer
    _resolved.clear()


def add_finder(finder: Callable[[type], Wire | None]) -> None:
    """Add a rule that says, for a class, how its values are recorded (or None). Earlier rules go first."""
    _finders.append(finder)
    _resolved.clear()


class Frost:
    """One value being frozen: the budget that is left, and the containers that are open."""

    __slots__ = ("freezer", "items", "path", "strict_text")

    def __init__(self, freezer: Freezer, strict_text: bool = False) -> None:
        self.freezer = freezer
        self.items = MAX_ITEMS
        self.path: list[int] = []
        self.strict_text = strict_text

    def wire(self, value: Any) -> Any:
        """The stored form of any value."""
        kind = type(value)
        if kind is str:
            if len(value) <= INLINE_TEXT and not self.strict_text:
                return value
            return self.freezer.text(value, self.strict_text)
        if value is None or kind is bool:
            return value
        if kind is int:
            return value if -_EXACT_INT <= value <= _EXACT_INT else {TAG: "int", "v": hex(value)}
        if kind is float:
            return value if math.isfinite(value) else {TAG: "float", "v": repr(value)}
        self.items -= 1
        if self.items < 0:
            return opaque(value, f"more than {MAX_ITEMS:,} items", text="…")
        if len(self.path) >= MAX_DEPTH:
            return opaque(value, f"nested deeper than {MAX_DEPTH} levels", text="…")
        mark = id(value)
        if mark in self.path:
            return opaque(value, "contains itself", text="…")
        self.path.append(mark)
        try:
            return (_resolved.get(kind) or resolve(kind))(value, self)
        except Exception as error:  # whatever a foreign class does, the record goes on
            return opaque(value, f"{type(error).__name__} while recording: {_said_by(error)}")
        finally:
            self.path.pop()


class Freezer:
    """Freezes values into a sink; remembers texts and lists it has stored, to store them once."""

    def __init__(self, sink: Sink) -> None:
        self.sink = sink
        self.clean = sink.clean
        self.chains = Chains(self)
        self._interned: dict[str, dict[str, Any]] = {}
        self._interned_chars = 0
        self._facts: dict[tuple[tuple[str, Any], ...], bytes] = {}

    def fields(self, values: Mapping[str, Any]) -> bytes:
        """The stored bytes of a node's named values."""
        if TAG in values:
            raise InvalidArgument(f"An input can't be named {TAG!r}; that name marks stored values. Use another.")
        for name, value in values.items():
            if type(value) is not str or len(value) > INLINE_TEXT or names_a_secret(name):
                break
        else:  # texts only, which most inputs are
            try:
                data = orjson.dumps(values)
                return self.clean(data) if len(data) <= INLINE_FIELD else self._kept(data)
            except (orjson.JSONEncodeError, TypeError):
                pass
        return self._field(
            lambda frost: {
                str(name): REMOVED if value is not None and names_a_secret(str(name)) else frost.wire(value)
                for name, value in values.items()
            }
        )

    def value(self, value: Any) -> bytes:
        """The stored bytes of one value."""
        if type(value) is str and len(value) <= INLINE_TEXT:
            try:
                return self.clean(orjson.dumps(value))
            except orjson.JSONEncodeError:
                pass
        return self._field(lambda frost: frost.wire(value))

    def facts(self, meta: Mapping[str, Any]) -> bytes:
        """The stored bytes of a node's meta. The same few texts come with every node of an actor: they are kept."""
        for value in meta.values():
            if type(value) is not str:
                return self.value(dict(meta))
        key = tuple(meta.items())
        known = self._facts.get(key)
        if known is None:
            if len(self._facts) > 1000:
                self._facts.clear()
            known = self._facts[key] = self.value(dict(meta))
        return known

    def joined(self, first: bytes, second: bytes) -> bytes:
        """The stored bytes of two objects of named values as one."""
        return self._kept(orjson.dumps({**self._whole(first), **self._whole(second)}))

    def _whole(self, data: bytes) -> dict[str, Any]:
        wire: dict[str, Any] = loads(data)
        if wire.get(TAG) == "ref":
            wire = loads(self.sink.load(bytes.fromhex(wire["h"])))
        return wire

    def _field(self, build: Callable[[Frost], Any]) -> bytes:
        return self._kept(self._bytes(build)[1])

    def _bytes(self, build: Callable[[Frost], Any]) -> tuple[Any, bytes]:
        try:
            wire = build(Frost(self))
            return wire, orjson.dumps(wire)
        except (orjson.JSONEncodeError, TypeError):  # some text is not valid Unicode
            wire = build(Frost(self, strict_text=True))
        try:
            return wire, orjson.dumps(wire)
        except (orjson.JSONEncodeError, TypeError):  # also in a class's name, a file's name, …
            wire = _forced(wire)
            return wire, orjson.dumps(wire)

    def _kept(self, data: bytes) -> bytes:
        if len(data) <= INLINE_FIELD:
            return self.sink.clean(data)
        return orjson.dumps({TAG: "ref", "h": self.sink.put(data).hex(), "n": len(data)})

    def text(self, text: str, strict: bool = False) -> Any:
        """The stored form of a text: inline, or a reference."""
        if len(text) <= INLINE_TEXT:
            return self._valid_text(text) if strict else text
        return self.reference(text)

    def reference(self, text: str) -> dict[str, Any]:
        """A reference to a text stored apart, once."""
        known = self._interned.get(text)
        if known is not None:
            return known
        if len(text) > MAX_TEXT:
            text = text[:MAX_TEXT] + f"… [{len(text) - MAX_TEXT:,} more characters]"
        data = dumps(self._valid_text(text))
        reference = {TAG: "ref", "h": self.sink.put(data).hex(), "n": len(data)}
        if self._interned_chars + len(text) > _INTERN_CHARS:
            self._interned, self._interned_chars = {}, 0
        self._interned[text] = reference
        self._interned_chars += len(text)
        return reference

    def item(self, value: Any) -> Any:
        """The stored form of one item of a chain: anything but the shortest goes apart, since the same
        messages stand in the lists of several actors."""
        if type(value) is str and len(value) >= _INTERN_AT:
            return self.reference(value)
        wire, data = self._bytes(lambda frost: frost.wire(value))
        if len(data) < _INTERN_AT:
            return wire  # the link it stands in is cleaned as a whole
        return {TAG: "ref", "h": self.sink.put(data).hex(), "n": len(data)}

    def _valid_text(self, text: str) -> Any:
        try:
            text.encode()
        except UnicodeEncodeError:
            # Secrets can't be seen in base64, so they are removed before.
            raw = self.sink.clean(text.encode("utf-8", "surrogatepass"))
            return {TAG: "text", "v": base64.b64encode(raw).decode()}
        return text


def _forced(wire: Any) -> Any:
    """A stored form that can be written for certain, whatever a foreign class put into it."""
    if isinstance(wire, dict):
        return {_forced_text(key): _forced(item) for key, item in wire.items()}
    if isinstance(wire, list | tuple):
        return [_forced(item) for item in wire]
    return wire if wire is None or isinstance(wire, bool | int | float) else _forced_text(wire)


def _forced_text(text: Any) -> str:
    return str(text).encode("utf-8", "backslashreplace").decode()


def _said_by(error: Exception) -> str:
    try:
        return str(error)[:MAX_REPR]
    except Exception as second:
        return f"(its text raised {type(second).__name__})"


def type_name(type_: type) -> str:
    """``module.qualified name``; builtins without their module."""
    try:
        module, name = type_.__module__, type_.__qualname__
    except Exception:  # a metaclass that answers for its classes
        module, name = "", type.__repr__(type_)
    return name if type(module) is not str or module in ("builtins", "") else f"{module}.{name}"


def opaque(value: Any, why: str = "", text: str | None = None) -> dict[str, Any]:
    """The stored form of something that can't be taken apart."""
    if text is None:
        try:
            text = str.__str__(repr(value))
        except Exception as error:
            text, why = "", why or f"its repr raised {type(error).__name__}"
        if len(text) > MAX_REPR:
            text = text[:MAX_REPR] + "…"
        text = text.encode("utf-8", "backslashreplace").decode()
    wire = {TAG: "opaque", "t": type_name(type(value)), "v": text}
    if why:
        wire["why"] = why.encode("utf-8", "backslashreplace").decode()
    return wire


def resolve(kind: type) -> Wire:
    """Find, once per type, how its values are recorded."""
    handler = _find(kind)
    _resolved[kind] = handler
    return handler


def _find(kind: type) -> Wire:
    for base in kind.__mro__:
        if base in _registered:
            serializer = _registered[base]
            return lambda value, frost: frost.wire(serializer(value))
        if "__trace_to_node__" in base.__dict__:
            return lambda value, frost: frost.wire(value.__trace_to_node__())
    for finder in _finders:
        found = finder(kind)
        if found is not None:
            return found
    return lambda value, frost: opaque(value)
