"""Items that nobody could read: a question mark or a word for it stands where the item should."""

from __future__ import annotations

import re

_WORD = (
    r"(?:un(?:readable|legible|decipherable|identified|identifiable|recogni[sz]able|intelligible|clear|known|named|nameable|certain|sure)|illegible|indecipherable|"
    r"smudged|smeared|blotted|blurred|blurry|faded|scratched|crossed\s+out|torn(?:\s+off)?|cut\s+off|covered|hidden|redacted|censored|obscured|"
    r"not\s+(?:legible|readable|visible|identifiable|known|clear|given|stated|sure|certain)|tbd|tba|tbc|to\s+be\s+(?:confirmed|determined|announced|decided)|"
    r"can(?:not|['’]t)\s+be\s+(?:read|made\s+out|deciphered|identified)|missing)"
)
_THING = (
    r"(?:(?:the|an?|one|last|first|second|third|another|this|that)\s+)*"
    r"(?:name|names|word|items?|entry|number|value|line|row|person|guest|member|digit|part|text|author|figure|point)?"
)
_UNREAD = re.compile(
    rf"^[\W_]*(?:{_THING}\s*(?:(?:is|was|are|looks|seems|remains)\s+)?(?:\w+ly\s+|too\s+|partly\s+)?{_WORD}(?:\s+{_THING})?(?:\s+(?:here|by\s+\w+|on\s+the\s+\w+))?|\?+)[\W_]*$",
    re.IGNORECASE,
)
_CANNOT = re.compile(
    r"\b(?:whose|which|that|who|where)\b[^\n]*\b(?:can(?:not|['’]t)|could\s*(?:not|n['’]t)|un(?:able|readable|known|clear)|illegible)\b|"
    r"\b(?:can(?:not|['’]t)|could\s*(?:not|n['’]t))\s+(?:be\s+)?(?:read|make\s+(?:it\s+)?out|made\s+out|decipher(?:ed)?|identify|identified|recogni[sz]ed?)\b|"
    r"(?:^|\s)[(\[]?(?:\?{1,3}|illegible|unreadable|name\s+unknown|unknown)[)\]]?$",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"^\W*(?:who|what|where|when|why|how|which|whose|is|are|was|were|do|does|did|can|could|will|would|should|has|have|shall)\b.*\?\W*$",
    re.I,
)


def is_unread(item: str) -> bool:
    """Whether an item of a list says that it could not be read: "?", "(illegible)", "name unknown"."""
    bare = item.strip()
    if len(bare) > 80:
        return False
    if _UNREAD.match(bare) is not None or _MARKED.fullmatch(bare) is not None:
        return True
    return _ASKED.match(bare) is None and _CANNOT.search(bare) is not None


_MARKED = re.compile(
    r"~~.+~~|N\.\s?N\.|(?!(?:who|what|where|when|why|how|which|whose|is|are|do|does|did|can)\b)\w+(?:\s\w+){0,2}\s?\?+",
    re.IGNORECASE,
)
"""A struck item, a nobody, a name with a question mark."""
_ROW = re.compile(r"^[ \t]*(?P<bullet>[-*+•‣–]|\(?\d{1,3}[.)])?[ \t]*(?P<rest>\S[^\n]*?)[ \t]*$", re.MULTILINE)


def leaves_rows(text: str, spans: list[tuple[int, int]]) -> bool:
    """Whether a row of a list stands beside those that were read: a bullet, or a bracket that opens a line.

    Args:
        text: a reply.
        spans: where the items stand that were read.
    """
    rows = [(one, any(one.start() <= start < one.end() for start, _ in spans)) for one in _ROW.finditer(text)]
    read = [one for one, taken in rows if taken]
    bulleted = any(one["bullet"] for one in read)
    marks = {one["rest"][:1] for one in read if not one["bullet"]} & set("([{")
    for one, taken in rows:
        inside = any(start < one.start() < end for start, end in spans)
        if taken or inside or one["rest"].startswith("```"):
            continue
        if (bulleted and one["bullet"]) or (marks and not one["bullet"] and one["rest"][:1] in "([{"):
            return True
    return False
