"""Classes and functions by name: how state records them, and which names a file may bring to life.

A file is data. A class it names is looked for among what this process has imported already, never
imported; its `__init__` and properties don't run. Two further rules keep a stranger's file from turning
harmless-looking attributes into actions: classes of the standard library (but for plain containers of
attributes, enumerations and exceptions) and classes with ``__del__`` are not found, and functions are
found only where users define their own, in ``__main__``, and in this package. Whatever else a state
needs, the caller hands over.
"""

from __future__ import annotations

import enum
import sys
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from interlab.errors import UnknownClass

_STANDARD = frozenset(sys.stdlib_module_names)
_HARMLESS = {
    "types:SimpleNamespace", "argparse:Namespace", "collections:UserDict", "collections:UserList",
    "collections:UserString", "collections:ChainMap",
}  # fmt: skip
_VALUE_TYPES = {
    f"builtins:{cls.__name__}": cls
    for cls in (int, float, str, bytes, bool, list, dict, set, frozenset, tuple, complex, bytearray, object)
}
_OWN_PACKAGES = ("__main__", "interlab", "interlab_zoo")

Candidates = Mapping[str, Any] | Iterable[Any]


def recorded_name(definition: Any) -> str:
    """The name ``module:qualified name`` of a class or function."""
    return f"{definition.__module__}:{definition.__qualname__}"


def is_restorable(cls: type) -> bool:
    """Whether a file may name this class without its being handed over."""
    if cls.__module__.partition(".")[0] not in _STANDARD:
        return "__del__" not in {name for base in cls.__mro__ for name in base.__dict__}
    return recorded_name(cls) in _HARMLESS or issubclass(cls, enum.Enum | BaseException)


class Names:
    """What recorded names may stand for.

    Args:
        candidates: classes and functions handed over, which are found first; a mapping gives the recorded
            name of each.
    """

    def __init__(self, candidates: Candidates = ()) -> None:
        if isinstance(candidates, Mapping):
            self._given = dict(candidates)
        else:
            self._given = {recorded_name(given): given for given in candidates}

    def find_class(self, name: str) -> type:
        """The class of a recorded name.

        Raises:
            UnknownClass: this process has not imported it, or it may not be named by a file.
        """
        found = self._given.get(name)
        if found is None:
            found = _VALUE_TYPES.get(name) or _loaded(name)
        if not isinstance(found, type):
            hint = "Hand it over: classes=[…]." if "<locals>" in name or "__main__:" in name else ""
            raise UnknownClass(name, hint)
        if name not in self._given and name not in _VALUE_TYPES and not is_restorable(found):
            raise UnknownClass(
                name,
                "A file may not name it by itself; if the state is to be trusted, hand it over: classes=[…].",
            )
        return found

    def find_function(self, name: str) -> Callable[..., Any] | None:
        """The function of a recorded name, if it was handed over or is the user's own."""
        found = self._given.get(name)
        if found is None and name.partition(":")[0].partition(".")[0] in _OWN_PACKAGES:
            found = _loaded(name)
        return found if isinstance(found, types.FunctionType) else None


def _loaded(name: str) -> Any:
    """What a recorded name stands for in the modules already imported; no attribute hook runs."""
    module, _, qualified = name.partition(":")
    found: Any = sys.modules.get(module)
    for part in qualified.split("."):
        if not isinstance(found, types.ModuleType | type):
            return None
        found = found.__dict__.get(part)
    if not isinstance(found, type | types.FunctionType):
        return None
    return found if getattr(found, "__module__", None) == module else None
