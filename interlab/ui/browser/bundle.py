"""The browser as it was built, and how a page starts it."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

from interlab.errors import ModelUnavailable

STATIC = Path(__file__).with_name("static")
ICON = (
    '<link rel="icon" href="data:image/svg+xml,'
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' rx='4' fill='%232a5bd7'/%3E"
    "%3Cpath d='M4.5 4h4M6.5 8h5M6.5 12h4M5 5v6.5' stroke='white' stroke-width='1.6' fill='none' "
    "stroke-linecap='round'/%3E%3C/svg%3E\">"
)
"""The picture in a browser tab, as an element of a page's head."""


@cache
def script() -> str:
    """The first ES module, which has the export `mount` and one of the ways to data each."""
    return _built("browser.js")


@cache
def more() -> str:
    """The second ES module, with views that are loaded when they are first shown. It exports a function of what it
    shares with the first."""
    return _built("more.js")


@cache
def inline_more() -> str:
    """The second module as a script within a page, which hands its export to the element it stands in."""
    return re.sub("^export default", "document.currentScript.more=", more())


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
