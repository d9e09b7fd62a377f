"""Lists that were complete before a reply was cut: bullets, an empty line, and a sentence that goes on."""

from __future__ import annotations

import re

_BULLET = re.compile(r"^[ \t]*(?:[-*+•‣–]|\(?\d{1,3}[.)])[ \t]+\S[^\n]*$", re.MULTILINE)
_GAP = re.compile(r"[ \t]*\n[ \t]*\n\s*")
_BEGINS = re.compile(
    r"(?:the|these|those|this|that|they|them|it|its|their|he|she|we|i|you|your|our|both|all|each|every|none|neither|no|nobody|nothing|"
    r"in|on|at|from|for|by|with|as|of|since|because|here|there|when|while|where|after|before|during|according|based|given|two|three|four|five|"
    r"six|seven|eight|nine|ten|i['’](?:ve|m|ll|d)|they['’]re|that['’]s|it['’]s|here['’]s|there['’]s)\b(?!\s+(?:addition|second|third|last|other|"
    r"others|rest|remaining|further|next|following|more|also)\b)",
    re.IGNORECASE,
)
"""Words of grammar that begin a sentence about a list; others may name another item."""
_GOES_ON = re.compile(
    r"\b(?:also|another|additional(?:ly)?|further(?:more)?|moreover|besides|likewise|too|more|others?|else|plus|next|rest|remaining|"
    r"correct\w*|wrong|instead|however|but|except|replace\w*|forgot|missed|missing|actually|wait)\b|[:：]\s*$",
    re.IGNORECASE,
)


def complete_bullets(text: str) -> tuple[str, str] | None:
    """The bullets of a reply that was cut and the prose behind them; None if they may go on.

    What follows an empty line has to be prose that says nothing of further items.
    """
    bullets = list(_BULLET.finditer(text))
    if not bullets:
        return None
    end = bullets[-1].end()
    gap = _GAP.match(text, end)
    tail = text[gap.end() :] if gap is not None else ""
    if len(tail.split()) < 2 or _BEGINS.match(tail) is None or _GOES_ON.search(tail) is not None:
        return None
    return text[:end], tail
