"""What the lab looks like: one script and one style sheet, beside those of people's seats. They need no building."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from interlab.people.face import source as seat_source

_FOLDER = Path(__file__).parent
_IMPORTED = re.compile(r"^import .*$", re.MULTILINE)
_OWN = ("parts.js", "stream.js", "talk.js", "whatif.js", "panels.js")
_EXPORTED = re.compile(r"^export (?=class|function|const)", re.MULTILINE)


@cache
def script() -> str:
    """All scripts of a cell as one module, since a cell has no address from which others could be loaded."""
    own = [
        (_FOLDER / name).read_text(encoding="utf-8")
        for name in ("parts.js", "stream.js", "talk.js", "whatif.js", "panels.js")
    ]
    parts = [seat_source("form.js"), seat_source("seat.js"), *own]
    plain = [_EXPORTED.sub("", _IMPORTED.sub("", one)) for one in parts]
    return "\n".join([*plain, _IMPORTED.sub("", (_FOLDER / "lab.js").read_text(encoding="utf-8"))])


@cache
def style() -> str:
    """All styles."""
    return seat_source("seat.css") + (_FOLDER / "lab.css").read_text(encoding="utf-8")
