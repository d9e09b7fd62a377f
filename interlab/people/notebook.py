"""The notebook that this code runs in, if it does."""

from __future__ import annotations

import importlib.metadata
import sys
from typing import Any

import orjson


def kernel_here() -> Any:
    """The notebook's kernel that this code runs in; None outside of notebooks."""
    shell = sys.modules.get("IPython")
    found = None if shell is None else shell.get_ipython()
    return getattr(found, "kernel", None)


def ipykernel_version() -> tuple[int, int]:
    """The first two numbers of ipykernel's version."""
    try:
        major, minor = importlib.metadata.version("ipykernel").split(".")[:2]
        return int(major), int(minor)
    except (importlib.metadata.PackageNotFoundError, ValueError):
        return (0, 0)


def cell_here() -> str:
    """What tells the cell that runs from others; empty outside of notebooks."""
    kernel = kernel_here()
    try:
        return str(kernel.get_parent("shell")["header"]["msg_id"])
    except (AttributeError, KeyError, TypeError, LookupError):
        return ""


def sendable(value: Any) -> Any:
    """Plain data as a front end can be sent it: halves of surrogate pairs, which no encoding has, are replaced.

    Args:
        value: dictionaries, lists, texts, numbers.
    """
    try:
        orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # some text can't be encoded, or a number is too large for orjson alone
        return _encodable(value)
    return value


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(one) for one in value]
    return value
