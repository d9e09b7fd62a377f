"""Whether what is marked as an answer is settled, so that nothing behind it reserves it or alters it."""

from __future__ import annotations

import re
from typing import Any

from interlab.queries.answers.beside import told_by
from interlab.queries.answers.changing import changes

_PENDING = re.compile(
    r"\w\W{0,4}(?:[,(;:–—]|\s-)\s*(?:still\s+|but\s+|currently\s+|now\s+)*(?:pending|awaiting|subject\s+to|provisional\w*|tentative\w*|unconfirmed|"
    r"unverified|waiting\s+for|until|once(?!\s+(?:again|more))|as\s+soon\s+as|to\s+be\s+(?:confirmed|decided|verified|reviewed))\b|"
    r"\bwith\s+(?:an?\s+)?(?:probability|chance|(?:\d+(?:\.\d+)?\s*%|\w+\s+percent)\s+(?:probability|chance|likelihood))\b",
    re.IGNORECASE,
)
_RESERVES = re.compile(
    r"(?:^|[.!?]\s+|\n\s*)[*_(]*(?:unless|except|provided|only\s+if|only\s+when|as\s+long\s+as|so\s+long\s+as|(?:though|although)\b[^,.!?\n]*[.!])"
    r"(?:\b|$)|,\s*(?:however|though)\W*(?:\n|$)",
    re.IGNORECASE,
)


def is_unsettled(line: str) -> bool:
    """Whether an answer's line says behind it that it waits for something, or holds with a chance only."""
    return _PENDING.search(line) is not None


def is_altered(after: str, json: Any) -> bool:
    """Whether the words after an answer reserve it or say what to change.

    Args:
        after: the words.
        json: the answer, as JSON.
    """
    return _RESERVES.search(after) is not None or changes(after, told_by(json))
