"""Values that are written as calls: what Python and JavaScript show for objects, sets, decimals and dates."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

_CONTAINERS = frozenset(["list", "tuple", "set", "frozenset", "asarray", "matrix", "deque", "tensor"])
_OF_PARTS = frozenset(
    [
        "rgb",
        "color",
        "colour",
        "point",
        "point2d",
        "vec",
        "vec2",
        "vec3",
        "vector",
        "vector2",
        "vector3",
        "pair",
        "coord",
    ]
)
_ITEMS = _CONTAINERS | _OF_PARTS | {"array", "of"}
_MAPS = frozenset(["dict", "ordereddict", "defaultdict", "counter", "mappingproxy"])
_SCALARS = frozenset(
    ["decimal", "str", "int", "float", "bool", "uuid", "path", "date", "bigdecimal", "string", "number", "fraction"]
)


class CannotCall(ValueError):
    """The call is a program to run, not a value."""


def called(name: str, positional: list[Any], named: dict[str, Any]) -> Any:
    """The value of a call, as JSON.

    Args:
        name: what is called, with dots.
        positional, named: the arguments, as JSON.

    Raises:
        CannotCall: only running it would tell.
    """
    last = name.rpartition(".")[2].removeprefix("new ").casefold()
    if name.startswith("new ") and last == "date" and all(type(one) is int for one in positional):
        raise CannotCall("a date in JavaScript counts months from 0; write it as a text")
    if named and not positional:
        return named
    if named and last not in _MAPS | _ITEMS:
        raise CannotCall(f"{name}(…) has arguments without a name")
    if last in ("date", "datetime", "time") and positional and all(type(one) is int for one in positional):
        return _moment(last, positional)
    if last == "fromisoformat" and len(positional) == 1 and isinstance(positional[0], str):
        return positional[0]
    if last in _MAPS and positional and isinstance(positional[-1], (dict, list)):
        return positional[-1]
    if last in _ITEMS:
        if not positional:
            return []
        if len(positional) == 1 and isinstance(positional[0], list):
            return positional[0]
        if last == "of" or last == "array" or last not in _CONTAINERS:
            return positional
    if last in _SCALARS and len(positional) == 1 and not isinstance(positional[0], (dict, list)):
        return positional[0]
    raise CannotCall(f"{name}(…) is a program to run, not a value")


def _moment(kind: str, numbers: list[int]) -> str:
    try:
        if kind == "date":
            return date(*numbers).isoformat()
        if kind == "time":
            return time(*numbers).isoformat()  # type: ignore[arg-type]  # too many raise
        return datetime(*numbers).isoformat()  # type: ignore[arg-type]  # at most seven numbers, or it raises
    except (TypeError, ValueError) as error:
        raise CannotCall(f"there is no {kind} {numbers}") from error
