"""Other models in the place of those an environment uses."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from interlab.errors import InvalidArgument
from interlab.models import as_model
from interlab.state import Log
from interlab.state.kinds import IMMUTABLE_BASES, is_resource
from interlab.state.layout import layout


def replace_models(state: Any, models: Mapping[str, Any]) -> None:
    """Put other models into a fork, in place; its histories stay shared.

    Models are found in attributes, lists, tuples, dictionaries' values and frozen objects. What stands in a `Log` is
    the past, and stays; so does what forks share by ``__interlab_shared__``.

    Args:
        state: a fork that nobody else uses yet.
        models: what to use instead, by recorded name, or by the part of it before the parameters.

    Raises:
        InvalidArgument: a name that nothing here goes by.
    """
    swap = _Models({name: as_model(model) for name, model in models.items()})
    replace_objects(state, swap)
    swap.check()


def replace_objects(state: Any, swap: Callable[[Any], Any]) -> None:
    """Put other objects into a fork, in place; its histories stay shared.

    Objects are found in attributes, lists, tuples, dictionaries' values and frozen objects. What stands in a `Log` is
    the past, and stays; so does what forks share by ``__interlab_shared__``.

    Args:
        state: a fork that nobody else uses yet.
        swap: is given each object once and returns what stands in its place, or the object itself.
    """
    _Replacing(swap).run(state)


class _Models:
    """Swaps models for others by their recorded names."""

    def __init__(self, models: Mapping[str, Any]) -> None:
        self.models = models
        self.unused = set(models)
        self.met: set[str] = set()

    def __call__(self, obj: Any) -> Any:
        namer = None if isinstance(obj, type) else getattr(obj, "__interlab_resource_name__", None)
        if namer is None:
            return obj
        full = str(namer())
        self.met.add(full)
        for name in (full, full.partition("?")[0]):
            if name in self.models:
                self.unused.discard(name)
                return self.models[name]
        return obj

    def check(self) -> None:
        if self.unused:
            known = ", ".join(repr(name) for name in sorted(self.met)) or "none"
            raise InvalidArgument(f"No model named {min(self.unused)!r} is used here; the models are {known}.")


class _Replacing:
    def __init__(self, swap: Callable[[Any], Any]) -> None:
        self.swap = swap
        self.pending: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.keep: list[Any] = []  # an id is its own only while its object lives

    def run(self, state: Any) -> None:
        self.value(state)
        while self.pending:
            self.inside(self.pending.pop())

    def value(self, obj: Any) -> Any:
        """What stands in the place of a value: another only for models and for immutable things that hold some."""
        if obj is None or (isinstance(obj, IMMUTABLE_BASES) and not hasattr(obj, "__dict__")) or isinstance(obj, Log):
            return obj
        if id(obj) in self.memo:
            return self.memo[id(obj)]
        self.keep.append(obj)
        self.memo[id(obj)] = obj
        cls = type(obj)
        other = self.swap(obj)
        if other is not obj or isinstance(obj, type) or is_resource(cls):
            made = other
        elif isinstance(obj, tuple):
            items = [self.value(item) for item in obj]
            made = tuple.__new__(cls, items) if _differ(items, obj) else obj
        elif layout(cls).frozen:
            old = layout(cls).attributes(obj)
            new = {name: self.value(item) for name, item in old.items()}
            made = obj
            if _differ(new.values(), old.values()):
                made = object.__new__(cls)
                layout(cls).restore(made, new)
        else:
            made = obj
            self.pending.append(obj)
        self.memo[id(obj)] = made
        return made

    def inside(self, obj: Any) -> None:
        """Replace what a mutable object holds."""
        if isinstance(obj, dict):
            for key, item in dict.items(obj):
                dict.__setitem__(obj, key, self.value(item))
        elif isinstance(obj, list | deque):
            for place, item in enumerate(obj):
                obj[place] = self.value(item)
        shape = layout(type(obj))
        old = {name: item for name, item in shape.attributes(obj).items() if name not in shape.shared}
        new = {name: self.value(item) for name, item in old.items()}
        changed = {name: item for name, item in new.items() if item is not old[name]}
        if changed:
            shape.restore(obj, changed)


def _differ(new: Iterable[Any], old: Iterable[Any]) -> bool:
    return any(one is not other for one, other in zip(new, old, strict=True))
