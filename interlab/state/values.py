"""Immutable values of the standard library as tagged JSON, both ways, and codecs registered for others."""

from __future__ import annotations

import datetime
import decimal
import fractions
import math
import pathlib
import uuid
import zoneinfo
from collections.abc import Callable
from typing import Any

from interlab.errors import CorruptState, InvalidArgument
from interlab.state import kinds

LEAVES: dict[type, tuple[str, Callable[[Any], Any]]] = {}
"""By exact type: the tag, and a function to a list of JSON atoms."""

READERS: dict[str, Callable[..., Any]] = {}
"""By tag: the function that takes those atoms back."""


def _leaf(cls: type, tag: str, write: Callable[[Any], Any], read: Callable[..., Any]) -> None:
    LEAVES[cls] = (tag, write)
    READERS[tag] = read


def number(value: float) -> Any:
    """A float as a JSON number, or as its name where JSON has none."""
    return value if math.isfinite(value) else str(value)


def read_number(value: Any) -> float:
    """A float from `number`."""
    if isinstance(value, float) or value in ("nan", "inf", "-inf"):
        return float(value)
    raise CorruptState(f"Expected a float, got {str(value)[:40]!r}.")


def read_text(value: Any) -> str:
    """A string, checked."""
    if not isinstance(value, str):
        raise CorruptState(f"Expected a text, got {str(value)[:40]!r}.")
    return value


def _integer(value: Any) -> int:
    if type(value) is not int:
        raise CorruptState(f"Expected an integer, got {str(value)[:40]!r}.")
    return value


def _hex(value: Any) -> int:
    return int(read_text(value), 16)


def _zone_parts(zone: datetime.tzinfo | None) -> Any:
    if zone is None:
        return None
    if isinstance(zone, zoneinfo.ZoneInfo) and zone.key is not None:
        return zone.key
    if type(zone) is datetime.timezone:
        offset = zone.utcoffset(None)
        return [offset.days, offset.seconds, offset.microseconds, _zone_name(zone)]
    raise TypeError(f"its time zone is a {type(zone).__name__}; use datetime.timezone or zoneinfo.ZoneInfo")


def _zone_name(zone: datetime.timezone) -> str | None:
    arguments: tuple[Any, ...] = zone.__getinitargs__()  # type: ignore[attr-defined]  # as pickle asks
    return arguments[1] if len(arguments) > 1 else None


def _read_zone(parts: Any) -> datetime.tzinfo | None:
    if parts is None:
        return None
    if isinstance(parts, str):
        try:
            return zoneinfo.ZoneInfo(parts)
        except OSError as error:  # the key of a folder
            raise CorruptState(f"There is no time zone {parts[:40]!r}.") from error
    days, seconds, microseconds, name = parts
    offset = datetime.timedelta(_integer(days), _integer(seconds), _integer(microseconds))
    return datetime.timezone(offset) if name is None else datetime.timezone(offset, read_text(name))


def _write_moment(value: datetime.datetime | datetime.time) -> list[Any]:
    return [value.replace(tzinfo=None, fold=0).isoformat(), value.fold, _zone_parts(value.tzinfo)]


def _read_moment(cls: Any) -> Callable[..., Any]:
    def read(text: Any, fold: Any, zone: Any) -> Any:
        return cls.fromisoformat(read_text(text)).replace(fold=_integer(fold), tzinfo=_read_zone(zone))

    return read


_leaf(int, "i", lambda v: [hex(v)], _hex)
_leaf(float, "f", lambda v: [number(v)], read_number)
_leaf(
    complex,
    "c",
    lambda v: [number(v.real), number(v.imag)],
    lambda a, b: complex(read_number(a), read_number(b)),
)
_leaf(decimal.Decimal, "D", lambda v: [str(v)], lambda v: decimal.Decimal(read_text(v)))
_leaf(
    fractions.Fraction,
    "F",
    lambda v: [hex(v.numerator), hex(v.denominator)],
    lambda a, b: fractions.Fraction(_hex(a), _hex(b)),
)
_leaf(range, "..", lambda v: [hex(v.start), hex(v.stop), hex(v.step)], lambda *v: range(*map(_hex, v)))
_leaf(datetime.date, "date", lambda v: [v.isoformat()], lambda v: datetime.date.fromisoformat(read_text(v)))
_leaf(datetime.time, "time", _write_moment, _read_moment(datetime.time))
_leaf(datetime.datetime, "when", _write_moment, _read_moment(datetime.datetime))
_leaf(
    datetime.timedelta,
    "span",
    lambda v: [v.days, v.seconds, v.microseconds],
    lambda *v: datetime.timedelta(*map(_integer, v)),
)
_leaf(datetime.timezone, "tz", lambda v: [_zone_parts(v)], _read_zone)
_leaf(zoneinfo.ZoneInfo, "zone", lambda v: [_zone_parts(v)], _read_zone)
_leaf(uuid.UUID, "uuid", lambda v: [v.hex], lambda v: uuid.UUID(read_text(v)))
_leaf(type(Ellipsis), "...", lambda v: [], lambda: Ellipsis)
for _path, _tag in (
    (pathlib.PurePosixPath, "pp"), (pathlib.PureWindowsPath, "pw"), (type(pathlib.Path()), "path"),
):  # fmt: skip
    _leaf(_path, _tag, lambda v: [str(v)], lambda v, cls=_path: cls(read_text(v)))


class Codec:
    """How values of one type are written, as registered."""

    __slots__ = ("from_data", "name", "to_data")

    def __init__(self, name: str, to_data: Callable[[Any], Any], from_data: Callable[[Any], Any]) -> None:
        self.name = name
        self.to_data = to_data
        self.from_data = from_data


CODECS: dict[type, Codec] = {}
CODECS_BY_NAME: dict[str, Codec] = {}


def register_codec(cls: type, name: str, to_data: Callable[[Any], Any], from_data: Callable[[Any], Any]) -> None:
    """Say how state keeps values of a type that it can't write by itself.

    Args:
        cls: the type; exactly this one, not its subclasses.
        name: how it is recorded. Keep it: state written under it is read by the codec of that name.
        to_data: from a value to data made of what state can write (numbers, strings, lists, …).
        from_data: back again.

    Raises:
        InvalidArgument: the name is taken by another type.
    """
    known = next((other for other, codec in CODECS.items() if codec.name == name), None)
    if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
        raise InvalidArgument(f"The codec name {name!r} is taken by {known.__qualname__}; choose another.")
    CODECS[cls] = CODECS_BY_NAME[name] = Codec(name, to_data, from_data)
    kinds.changed()
