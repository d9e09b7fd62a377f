"""Programs in the place of an answer: what comes out of them is not told."""

from __future__ import annotations

import re

_STATEMENT = re.compile(
    r"^[ \t]*(?:import\s+\w+|from\s+[\w.]+\s+import\b|def\s+\w+\(|class\s+\w+\s*[:(]|assert\b|for\s+\w+\s+in\b[^\n]*:|"
    r"while\b[^\n]*:|if\b[^\n]*:\s*$|(?:const|let|var)\s+\w+\s*=\s*[^\n]*[-+*/(]|console\.log\([^)]*[-+*/(]|"
    r"print\([^)\n]*[-+*/({][^\n]*\)|select\s+[^\n]+\s+from\b)",
    re.IGNORECASE | re.MULTILINE,
)
_COMPARES = re.compile(r"\w[\w.]*\s*(?:!=|==|<=|>=|=~)\s*[\"'\w]")
_GOES_ON = re.compile(
    r"^\s*(?:[A-Za-z_]\w*(?:\[[^\]\n]*\]|\.\w+)+\s*(?:[-+*/|&]?=)(?!=)|[A-Za-z_][\w.]*\.(?:append|update|pop|remove|insert|extend|"
    r"sort|reverse|clear|push|splice|setdefault)\()",
    re.MULTILINE,
)


def is_program(text: str, *, fenced: bool = False) -> bool:
    """Whether a text begins as a program, or is a comparison, rather than a value.

    Args:
        fenced: whether it stood in a block of its own, so that any line of it tells.
    """
    bare = text.strip().strip("`").strip()
    found = _STATEMENT.search(bare[:5000]) if fenced else _STATEMENT.match(bare[:500])
    return found is not None or (len(bare) < 200 and _COMPARES.match(bare) is not None)


def unfenced_body(fence: str) -> str:
    """What stands in a fenced block."""
    return re.sub(r"\A[`~]{3}[\w+.-]*[ \t]*\n|\n?[`~]{3}\s*\Z", "", fence.strip())


def changes_in_program(after: str) -> bool:
    """Whether statements of a program behind an answer change it: ``scores["Bo"] += 2``."""
    return _GOES_ON.search(after) is not None
