"""What the explorer looks like: one script and one style sheet, over those of the lab. They need no building."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from interlab.people.face import source as seat_source
from interlab.ui.lab import face as lab_face

_FOLDER = Path(__file__).parent
_LAB = Path(lab_face.__file__).parent
_IMPORTED = re.compile(r"^import .*$", re.MULTILINE)
_EXPORTED = re.compile(r"^export (?=class|function|const)", re.MULTILINE)
_OWN = ("drawing.js", "tree.js", "words.js", "forest.js", "trying.js")


@cache
def script() -> str:
    """All scripts of a cell as one module, since a cell has no address from which others could be loaded."""
    own = [(_FOLDER / name).read_text(encoding="utf-8") for name in _OWN]
    parts = [seat_source("form.js"), (_LAB / "parts.js").read_text(encoding="utf-8"), *own]
    plain = [_EXPORTED.sub("", _IMPORTED.sub("", one)) for one in parts]
    return "\n".join([*plain, _IMPORTED.sub("", (_FOLDER / "explorer.js").read_text(encoding="utf-8"))])


@cache
def style() -> str:
    """All styles."""
    return seat_source("seat.css") + "".join(
        path.read_text(encoding="utf-8") for path in (_LAB / "lab.css", _FOLDER / "explorer.css")
    )
