"""What a seat looks like: scripts and styles, the same on a page and in a notebook's cell. They need no building."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
_IMPORTED = re.compile(r"^import .*$", re.MULTILINE)


@cache
def source(name: str) -> str:
    """A file of this folder as text, such as ``"seat.css"``."""
    return (_FOLDER / name).read_text(encoding="utf-8")


@cache
def widget_script() -> str:
    """All scripts of a cell as one module, since a cell has no address from which others could be loaded."""
    parts = [_IMPORTED.sub("", source(name)) for name in ("form.js", "seat.js")]
    return "\n".join([*(re.sub(r"^export (?=class|function|const)", "", one, flags=re.MULTILINE) for one in parts),
                      source("widget.js")])  # fmt: skip
