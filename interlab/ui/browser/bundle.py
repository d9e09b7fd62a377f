"""The browser as it was built, and how a page starts it."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path

from interlab.errors import ModelUnavailable

STATIC = Path(__file__).with_name("static")


@cache
def script() -> str:
    """The ES module, which has the export `mount` and one of the ways to data each."""
    return _built("browser.js")


@cache
def style() -> str:
    """The style sheet."""
    return _built("browser.css")


def _built(name: str) -> str:
    path = STATIC / name
    if not path.is_file():
        raise ModelUnavailable(f"The trace browser is not built: {name} is missing. Run `make browser`.")
    return path.read_text(encoding="utf-8")


def digest(text: str) -> str:
    """A text's hash as a content security policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def plotly_path() -> Path | None:
    """The plotly.js library of the plotly package; None without it."""
    try:
        import plotly
    except ImportError:
        return None
    path = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
    return path if path.is_file() else None
