"""Where in a graph of objects a value is, found by a second walk, so that the first need not keep count."""

from __future__ import annotations

import functools
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from interlab.state.kinds import is_resource
from interlab.state.layout import layout

CHILDREN: dict[type, Callable[[Any], Iterable[Any]]] = {}
"""How to list the items of containers defined in this package, by type."""

ENTRIES: dict[type, Callable[[Any], Iterable[tuple[Any, Any]]]] = {}
"""How to list the keys and values of containers defined in this package, by type."""

_LONGEST_WALK = 2_000_000
_LEAVES = (str, bytes, bytearray, int, float, complex, type(None))


def find_path(root: Any, target: Any, name: str) -> str:
    """The shortest path from a root to an object in it, such as ``env.actors[0].handle``.

    Args:
        root: where the walk starts.
        target: the very object to find (by identity).
        name: what to call the root.

    Returns:
        The path; the root's name and an ellipsis where the object is not met.
    """
    queue = deque([(root, name)])
    seen = {id(root)}
    while queue and len(seen) < _LONGEST_WALK:
        obj, path = queue.popleft()
        if obj is target:
            return path
        for child, step in _children(obj):
            if id(child) not in seen:
                seen.add(id(child))
                if child is target:
                    return path + step
                if not isinstance(child, _LEAVES) or hasattr(child, "__dict__"):
                    queue.append((child, path + step))
    return f"{name}…"


def _children(obj: Any) -> Iterator[tuple[Any, str]]:
    cls = type(obj)
    list_items = CHILDREN.get(cls)
    if list_items is not None:
        yield from ((item, f"[{i}]") for i, item in enumerate(list_items(obj)))
    elif cls in ENTRIES:
        yield from ((value, f"[{_short(key)}]") for key, value in ENTRIES[cls](obj))
    elif isinstance(obj, dict):
        for key, value in dict.items(obj):
            yield value, f"[{_short(key)}]"
            yield key, f".keys()[{_short(key)}]"
    elif isinstance(obj, list | tuple | deque):
        yield from ((item, f"[{i}]") for i, item in enumerate(obj))
    elif isinstance(obj, set | frozenset):
        yield from ((item, f"{{{_short(item)}}}") for item in obj)
    elif isinstance(obj, types.MethodType):
        yield obj.__self__, ".__self__"
    elif isinstance(obj, functools.partial):
        yield from ((item, f".args[{i}]") for i, item in enumerate(obj.args))
        yield from ((value, f".keywords[{key!r}]") for key, value in obj.keywords.items())
    if not isinstance(obj, type) and not is_resource(cls):
        for attribute, value in layout(cls).attributes(obj).items():
            yield value, f".{attribute}"


def _short(key: object) -> str:
    if isinstance(key, str | int | float | bytes | bool | type(None)):
        text = repr(key)
        return text if len(text) <= 40 else text[:39] + "…"
    return f"<{type(key).__name__}>"
