"""Keys of persistent maps and sets: what may be one, and the digest by which it is found in every process.

Python's own `hash` of a text is another in each process. The digest here is not, and is the same for equal keys, as
`==` says: ``1``, ``1.0`` and ``True`` are one key, a named tuple equals the plain one.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import math
import struct
import uuid
from hashlib import blake2b
from typing import Any

from interlab.errors import InvalidArgument
from interlab.state.layout import layout
from interlab.state.naming import recorded_name

DIGEST_BITS = 128
_DEEPEST = 32

_KEYS = (
    "A key is None, a number, a string, bytes, a UUID, a date, a member of an enumeration, or a tuple, frozenset or "
    "frozen dataclass of such"
)


def key_digest(key: Any) -> int:
    """The digest of a key, as an integer of 128 bits.

    Raises:
        InvalidArgument: it can't be a key: it can change, equals nothing, or has an equality of its own.
    """
    data = b"s" + key.encode("utf-8", "surrogatepass") if type(key) is str else _bytes(key, 0)
    return int.from_bytes(blake2b(data, digest_size=DIGEST_BITS // 8).digest(), "big")


def _bytes(key: Any, depth: int) -> bytes:
    """A text of bytes that is the same for equal keys and no others."""
    if key is None:
        return b"n"
    if isinstance(key, str):
        return b"s" + str.encode(key, "utf-8", "surrogatepass")
    if isinstance(key, int):
        return b"i%x" % int.__int__(key) if key >= 0 else b"i-%x" % -int.__int__(key)
    if isinstance(key, float):
        if math.isnan(key):
            raise InvalidArgument("NaN equals nothing, not even itself, and can't be a key.")
        return _bytes(int(key), depth) if key.is_integer() else b"f" + struct.pack("<d", key)
    if isinstance(key, bytes):
        return b"b" + bytes(key)
    if isinstance(key, enum.Enum):
        member = key.value if isinstance(key, enum.Flag) else key.name
        return b"e" + recorded_name(type(key)).encode() + b" " + str(member).encode("utf-8", "surrogatepass")
    if isinstance(key, uuid.UUID):
        return b"u" + key.bytes
    if type(key) is datetime.date:
        return b"d" + key.isoformat().encode()
    if depth >= _DEEPEST:
        raise InvalidArgument(f"A key is nested more than {_DEEPEST} deep.")
    if isinstance(key, tuple):
        return b"(" + _framed(_bytes(item, depth + 1) for item in tuple.__iter__(key))
    if isinstance(key, frozenset):
        return b"{" + _framed(sorted(_bytes(item, depth + 1) for item in frozenset.__iter__(key)))
    if _is_plain_record(type(key)):
        attributes = layout(type(key)).attributes(key)
        compared = [attributes.get(field.name) for field in dataclasses.fields(key) if field.compare]
        name = recorded_name(type(key)).encode("utf-8", "surrogatepass")
        return b"o" + _framed([name, *(_bytes(item, depth + 1) for item in compared)])
    raise InvalidArgument(f"{_KEYS}; got a {type(key).__name__}: {key!r:.80}.")


def _framed(parts: Any) -> bytes:
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _is_plain_record(cls: type) -> bool:
    """Whether a class is a frozen dataclass that is compared by its fields."""
    params = getattr(cls, "__dataclass_params__", None)
    if params is None or not params.frozen or not params.eq:
        return False
    by_fields = cls.__dict__.get("__eq__")
    return by_fields is not None and "__dataclass_fields__" in cls.__dict__
