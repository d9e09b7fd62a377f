"""The notebook that this code runs in, if it does."""

from __future__ import annotations

import importlib.metadata
import sys
from typing import Any


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
