"""What kind of thing a value is: immutable, a resource, or never part of a state.

One classification serves forks, Logs and the encoding, so that they can't disagree. It is kept by exact
type: `SHARED` is the set of types whose instances forks share as they are, which a hot loop can ask with
one set lookup.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import fractions
import functools
import ipaddress
import pathlib
import re
import types
import uuid
from typing import Any

from interlab.errors import InvalidArgument

IMMUTABLE_BASES: tuple[type, ...] = (
    type(None), bool, int, float, complex, str, bytes, range, slice, type(Ellipsis), type(NotImplemented),
    decimal.Decimal, fractions.Fraction, datetime.date, datetime.time, datetime.timedelta, datetime.tzinfo,
    uuid.UUID, pathlib.PurePath, re.Pattern, enum.Enum,
    ipaddress.IPv4Address, ipaddress.IPv6Address, ipaddress.IPv4Network, ipaddress.IPv6Network,
    types.GenericAlias, types.UnionType,
)  # fmt: skip
"""Types whose instances never change. Subclasses count too, unless their instances carry attributes."""

CODE_TYPES: tuple[type, ...] = (
    type, types.FunctionType, types.ModuleType, types.CodeType, types.WrapperDescriptorType,
    types.MethodDescriptorType, types.ClassMethodDescriptorType, types.GetSetDescriptorType,
    types.MemberDescriptorType, property, staticmethod, classmethod, functools.cached_property,
    type(functools.lru_cache(maxsize=1)(len)),
)  # fmt: skip
"""Code is shared by forks: it is not state."""

# Resources of the standard library and of asyncio, by name: none is imported only to be recognised.
_RESOURCE_NAMES: set[str] = {
    "_thread.lock", "_thread.RLock", "threading.Thread", "threading._RLock", "threading.Condition",
    "threading.Event", "threading.Semaphore", "threading.Barrier", "_thread._local", "_thread._localdummy",
    "_socket.socket", "ssl.SSLContext", "_ssl._SSLContext", "sqlite3.Connection", "sqlite3.Cursor",
    "logging.Logger", "logging.LoggerAdapter", "logging.Handler", "_contextvars.ContextVar",
    "_contextvars.Context", "_contextvars.Token",
    "concurrent.futures._base.Executor", "asyncio.events.AbstractEventLoop", "asyncio.mixins._LoopBoundMixin",
    "multiprocessing.context.BaseContext", "_queue.SimpleQueue",
    "typing._GenericAlias", "typing._SpecialForm", "typing._BaseGenericAlias", "typing.TypeVar",
    "numpy.generic", "numpy.dtype", "numpy.ufunc",
}  # fmt: skip

_IMPOSSIBLE: dict[str, str] = {
    "generator": "A running generator can't be copied; keep the values it works from instead.",
    "coroutine": "A running coroutine can't be copied; keep the values it works from instead.",
    "async_generator": "A running generator can't be copied; keep the values it works from instead.",
    "frame": "Frames can't be copied.",
    "traceback": "Tracebacks can't be copied; keep the formatted text.",
    "memoryview": "Keep the bytes instead.",
    "_asyncio.Future": "A future belongs to its event loop; keep its result.",
    "_asyncio.Task": "A task belongs to its event loop; keep its result.",
    "asyncio.futures.Future": "A future belongs to its event loop; keep its result.",
    "concurrent.futures._base.Future": "Keep the future's result.",
    "_io._IOBase": "Open files can't be copied; keep the path and open it when needed.",
    "mmap.mmap": "Keep the path and map it when needed.",
}

SHARED: set[type] = set()
"""Exact types whose every instance is shared by forks and stored as it is (filled as types are met)."""

RESOURCES: set[type] = set()
"""The exact types among `SHARED` that are resources or code (filled as types are met)."""

_registered: list[type] = []
_on_change: list[Any] = []


def register_resource(resource: type | str) -> None:
    """Declare that instances of a type are resources: forks share them, snapshots name them.

    A class of one's own can say the same with the class attribute ``__interlab_resource__ = True``.

    Args:
        resource: a class, or its dotted name ``"module.Class"`` so that the module need not be imported.
            Subclasses count too.

    Raises:
        InvalidArgument: it is neither.
    """
    if isinstance(resource, type):
        _registered.append(resource)
    elif isinstance(resource, str) and "." in resource:
        _RESOURCE_NAMES.add(resource)
    else:
        raise InvalidArgument(
            f"register_resource() expected a class or a dotted name 'module.Class', got {resource!r}."
        )
    changed()


def changed() -> None:
    """Forget what was worked out from earlier registrations."""
    SHARED.clear()
    RESOURCES.clear()
    SHARED.update(_PLAIN)
    for forget in _on_change:
        forget()


def forget_with(forget: Any) -> None:
    """Have `forget()` called whenever a registration changes what the classification would say."""
    _on_change.append(forget)


def mro_names(cls: type) -> list[str]:
    """The names of a class and its bases, as ``module.Class`` (builtins without their module)."""
    return [
        base.__qualname__ if base.__module__ == "builtins" else f"{base.__module__}.{base.__qualname__}"
        for base in cls.__mro__
    ]


def is_resource(cls: type) -> bool:
    """Whether instances of this class are resources (or code), which forks share."""
    if getattr(cls, "__interlab_resource__", False):
        return True
    if issubclass(cls, CODE_TYPES) or any(issubclass(cls, known) for known in _registered):
        return True
    return not _RESOURCE_NAMES.isdisjoint(mro_names(cls)) and not is_immutable(cls)


def is_immutable(cls: type) -> bool:
    """Whether instances never change, leaving aside attributes that a subclass may add to them."""
    return issubclass(cls, IMMUTABLE_BASES) or (
        "numpy" in cls.__module__ and not {"numpy.generic", "numpy.dtype"}.isdisjoint(mro_names(cls))
    )


def why_impossible(cls: type) -> str | None:
    """Why instances can never be part of a state, or None when nothing is known against them."""
    names = mro_names(cls)
    if "_io.StringIO" in names or "_io.BytesIO" in names:
        return None
    return next((_IMPOSSIBLE[name] for name in names if name in _IMPOSSIBLE), None)


_PLAIN = {
    type(None), bool, int, float, complex, str, bytes, range, decimal.Decimal, fractions.Fraction,
    datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone, uuid.UUID,
    types.FunctionType, type,
}  # fmt: skip
SHARED.update(_PLAIN)
