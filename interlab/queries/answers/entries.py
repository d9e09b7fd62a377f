"""Maps in lines: keys that nobody knows beforehand, each with its value."""

from __future__ import annotations

import re

from interlab.queries.answers.notations import Notated, are_sentences, scalar

_START = r"^[ \t]*(?:(?:[-*+•‣–]|\(?\d{1,3}[.)])[ \t]+)?"
_VALUE = r"[ \t]*(?P<value>\S[^\n]*?)[ \t]*$"
_BOLD = re.compile(rf"{_START}(?P<key>\*\*[^*\n:：]{{1,60}}[:：]\*\*|__[^_\n:：]{{1,60}}[:：]__){_VALUE}")
_ENTRY = re.compile(
    rf"{_START}(?P<key>\*\*[^*\n]{{1,60}}?\*\*|__[^_\n]{{1,60}}__|`[^`\n]{{1,60}}`|"
    rf"\"[^\"\n]{{1,60}}\"|[^\W_][^:：=\n*`|]{{0,60}}?)[ \t]*"
    rf"(?:[:：]|=(?!=)|->|→|(?<=[ \t])[-–—]+>?(?=[ \t]))[ \t]*{_VALUE}"
)
_NO_ENTRY = re.compile(
    r"^(?:the\s+|my\s+|our\s+|an?\s+|in\s+)?(?:answers?|results?|grand\s+total|sub-?total|total|sum|notes?|n\.?b|outputs?|here|response|summary|explanation|"
    r"reasons?|reasoning|source|hint|remark|warning|caution|update|edit|correction|legend|key|average|mean|median|maximum|minimum|"
    r"winner|example|overall|ps|p\.s)\b|\b(?:is|are|was|were|as\s+follows)$",
    re.IGNORECASE,
)
"""Keys that say something about a map, rather than being in it."""
MAX_VALUE = 60
"""Characters of a value."""


def entries(text: str) -> Notated | None:
    """The entries of a map, one a line, in a row; a key that comes twice has one value."""
    lines = [line for line in text.splitlines() if line.strip()]
    found = [
        one if (one := _BOLD.match(line) or _ENTRY.match(line)) and len(one["value"]) <= MAX_VALUE else None
        for line in lines
    ]
    rows = [at for at, one in enumerate(found) if one is not None]
    if not rows or rows != list(range(rows[0], rows[-1] + 1)) or (len(rows) < 2 and len(lines) > 1):
        return None
    made: dict[str, str] = {}
    for one in found:
        if one is None:
            continue
        key, value = one["key"].strip('*_`":： \t'), scalar(one["value"])
        if _NO_ENTRY.search(key) or made.setdefault(key, value) != value:
            return None
    before, after = "\n".join(lines[: rows[0]]), "\n".join(lines[rows[-1] + 1 :])
    is_headed = not before or re.search(r"[:.!]\s*$|^\s*(?:#|\*\*)[^\n]*$", before) is not None
    return Notated(made, "lines", before, after) if is_headed and (not after or are_sentences(after)) else None
