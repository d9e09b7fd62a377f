"""A value in a short sentence that asserts it, where a field holds the sentence: "I choose to cooperate."."""

from __future__ import annotations

import re

_LEAD = re.compile(
    r"^\s*(?:(?:so|thus|therefore|hence|overall|then)\s*,?\s+)?"
    r"(?:(?:i|we)(?:['’]ll|['’]d|\s+(?:will|would|shall|am\s+going\s+to|have\s+decided\s+to|decided\s+to))?\s+"
    r"(?:(?:choose|chose|pick|select|decide|opt|go|vote|play|say|answer|rate\s+(?:it|this)|give\s+(?:it|this))"
    r"(?:\s+(?:to|for|on|with|as|an?))?\s+)?|"
    r"(?:the|my|our|its)\s+(?:(?:own|final|correct|chosen|overall|current)\s+)*"
    r"(?:answer|choice|decision|move|action|vote|verdict|status|sentiment|severity|priority|label|rating|condition|"
    r"result|value|total|number|count|level|classification|category)\s*(?:\s(?:is|would\s+be|will\s+be)\b|:|=)\s*:?\s*|"
    r"(?:it|this|that)(?:['’]s|\s+is)\s+)(?P<value>[^\n]{1,60}?)\s*[.!]?\s*$",
    re.IGNORECASE,
)


def spoken(text: str) -> str | None:
    """What a short sentence asserts; None if it is no such sentence."""
    match = _LEAD.match(text)
    return match["value"] if match is not None else None
