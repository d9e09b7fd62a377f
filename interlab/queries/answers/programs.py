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


def is_program(text: str) -> bool:
    """Whether a text is a program, or a comparison, rather than a value."""
    return (
        _STATEMENT.search(text) is not None
        or _COMPARES.fullmatch(text.strip().strip("`").strip()[:200]) is not None
        or (len(text) < 200 and _COMPARES.match(text.strip().strip("`")) is not None)
    )


def changes_in_program(after: str) -> bool:
    """Whether statements of a program behind an answer change it: ``scores["Bo"] += 2``."""
    return _GOES_ON.search(after) is not None
