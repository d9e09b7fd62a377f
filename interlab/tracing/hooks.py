"""Places where upper layers hand in what tracing must not import: the type of a run, renderers.

A renderer is registered as ``"module:function"`` and resolved when it is first used, so registering costs
nothing and pulls in nothing.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from interlab.errors import InvalidArgument

_hooks: dict[str, str | Callable[..., Any]] = {}


def register_hook(name: str, target: str | Callable[..., Any]) -> None:
    """Hand in an implementation.

    Args:
        name: ``"run"`` (stored node -> run object), ``"text"`` (node -> text tree), ``"html"`` (node -> page).
        target: a callable, or ``"module:function"``.
    """
    _hooks[name] = target


def hook(name: str) -> Callable[..., Any]:
    """The implementation registered under a name.

    Raises:
        InvalidArgument: nothing is registered under it.
    """
    target = _hooks.get(name)
    if target is None:
        raise InvalidArgument(f"No implementation of {name!r} is registered; `import interlab` registers ours.")
    if isinstance(target, str):
        module, _, function = target.partition(":")
        target = getattr(importlib.import_module(module), function)
        _hooks[name] = target
    return target


def has_hook(name: str) -> bool:
    """Whether something is registered under a name."""
    return name in _hooks
