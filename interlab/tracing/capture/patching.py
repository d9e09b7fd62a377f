"""Patching classes of libraries that may or may not be loaded yet, and undoing it.

A patch that somebody else has wrapped in the meantime is left where it is at the end, and does nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import wrapt

from interlab.tracing.capture.problems import problem

Wrapper = Callable[[Any, Any, tuple[Any, ...], dict[str, Any]], Any]
"""Called in place of a function: the original bound to its object, the object, arguments, keywords."""


@dataclass(frozen=True, slots=True)
class Target:
    """One function to wrap.

    Args:
        module: where it is.
        owner: the class in it, or None for a function of the module.
        name: the function's name. Other versions may not have it; then nothing is patched.
        wrapper: what to call in its place.
    """

    module: str
    owner: str | None
    name: str
    wrapper: Wrapper


@dataclass(frozen=True, slots=True)
class Listener:
    """Something else to do when a module is there, and how to undo it."""

    start: Callable[[ModuleType], None]
    stop: Callable[[ModuleType], None]


class Patches:
    """A set of patches that are in force, or not.

    Args:
        targets: the functions to wrap.
        listeners: what else to do, by module.
    """

    def __init__(self, targets: Sequence[Target], listeners: Mapping[str, Listener]) -> None:
        self._targets: dict[str, list[Target]] = {}
        for target in targets:
            self._targets.setdefault(target.module, []).append(target)
        self._listeners = dict(listeners)
        self._awaited: set[str] = set()
        self._applied: list[tuple[Any, str, Any, Any]] = []
        self._told: set[str] = set()
        self.active = False

    def start(self) -> None:
        """Patch what is loaded, and the rest as soon as it is."""
        if self.active:
            return
        self.active = True
        for name in {**self._targets, **self._listeners}:
            module = sys.modules.get(name)
            if module is not None:
                self._arrived(module)
            elif name not in self._awaited:
                self._awaited.add(name)
                wrapt.register_post_import_hook(self._arrived, name)

    def stop(self) -> None:
        """Put everything back."""
        self.active = False
        while self._applied:
            owner, name, original, ours = self._applied.pop()
            if vars(owner).get(name) is ours:
                setattr(owner, name, original)
        while self._told:
            name = self._told.pop()
            self._listeners[name].stop(sys.modules[name])

    def _arrived(self, module: ModuleType) -> None:
        if not self.active:
            return
        try:
            for target in self._targets.get(module.__name__, ()):
                self._wrap(module, target)
            listener = self._listeners.get(module.__name__)
            if listener is not None:
                self._told.add(module.__name__)
                listener.start(module)
        except Exception as error:  # the user's import must not fail for it
            problem(f"patching {module.__name__}", error)

    def _wrap(self, module: ModuleType, target: Target) -> None:
        owner = module if target.owner is None else getattr(module, target.owner, None)
        original = None if owner is None else vars(owner).get(target.name)
        if original is None or any(original is ours for *_, ours in self._applied):
            return
        ours = wrapt.FunctionWrapper(original, target.wrapper, enabled=lambda: self.active)
        self._applied.append((owner, target.name, original, ours))
        setattr(owner, target.name, ours)
