"""The part of a sentence that a value stands in, and what stands before and behind it there."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SENTENCE = re.compile(r"(?<=[.!?。…])[\"'”’*_)]*\s+|\n+")
_TOPIC = (
    r"(?:answer|choice|decision|move|verdict|result|conclusion|rating|score|label|classification|category|status|"
    r"sentiment|tone|severity|priority|level|value|entry|pick|vote|response|role|class)"
)
_STRONG = re.compile(
    r"[;:]\s+|\s*—\s*|\s+(?:–|-{1,2}|→|->|=>)\s+|(?<!anything)(?<!everything)(?<!nothing)(?<!none)(?<!all)(?<!not)(?<!as)(?<!n['’]t),?\s+(?=(?:but|yet(?!\s*(?:[,.;:!?)]|$))|whereas)\b)|"
    r",?\s+(?=(?:so|therefore|thus|hence|consequently)\s+(?:i|we|my|our|the|it|this|that|its|his|her)\b)|"
    r",\s+(?=it\s+is\s+now\b|now\s+(?:it|the)\b|(?:and\s+)?(?:is\s+)?now\b)|"
    r",\s+(?=(?:so|therefore|thus|hence|consequently|however|nevertheless|nonetheless)\b(?!\s+(?:not|another|again|far|that)\b))",
    re.IGNORECASE,
)
"""What sets off a statement of its own: a condition before it does not reach over it."""
_WEAK = re.compile(
    r",?\s+(?=and\s+(?:(?:still|now|so|thus|therefore|today|here|yet|on\s+(?:that|this)\s+basis),?\s+)*"
    rf"(?:i|we|my|our|(?:the|its)\s+(?:\w+\s+)?{_TOPIC}|(?:it|this|that)(?:['’]s|\s+(?:is|was|will|should|has)))\b)|"
    rf",\s+(?=(?:it|this|this\s+one)(?:['’]s|\s+(?:is|was|has|remains))\b|which\s+(?:makes|means|is)\b)|,\s+(?=(?:i|we|my|our|(?:the|its)\s+(?:\w+\s+)?{_TOPIC})\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Segment:
    """Where a value stands in its sentence.

    Args:
        opening: from the last mark that sets off a statement of its own to the value.
        clause: the part of it that begins with its own subject.
        after: from the value to the next such mark.
        heading: what stands before a colon in front of the value, if nothing stands between them.
        rest: what follows the sentence.
        earlier: what stands before the opening in the sentence.
        later: what stands behind the segment in the sentence.
    """

    opening: str
    clause: str
    after: str
    heading: str
    rest: str
    earlier: str
    later: str


def segment(text: str, start: int, end: int) -> Segment:
    """The segment that the value between two places stands in."""
    begin, stop = sentence(text, start, end)
    opened = clause = begin
    for match in _STRONG.finditer(text, begin, start):
        opened = clause = match.end()
    for match in _WEAK.finditer(text, opened, start):
        clause = match.end()
    behind = _STRONG.search(text, end, stop)
    close = behind.start() if behind is not None else stop
    heading = ""
    if not text[opened:start].strip(" \t*_\"'“‘`(") and text[begin:opened].rstrip().endswith(":"):
        before = text[begin:opened].rstrip().rstrip(":")
        heading = re.split(r"[;—]|\s[–-]\s|,\s+(?=\w+:?$)", before)[-1].strip(" \t*_#>\"'“”-•")
    return Segment(
        text[opened:start],
        text[clause:start],
        text[end:close],
        heading,
        text[stop:],
        text[begin:opened],
        text[close:stop],
    )


def sentence(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the sentence of a value begins and ends."""
    begin, stop = 0, len(text)
    for match in _SENTENCE.finditer(text):
        if match.end() <= start:
            begin = match.end()
        elif match.start() >= end:
            stop = match.start()
            break
    return begin, stop


def spans(text: str) -> list[tuple[int, int]]:
    """The statements of a text: its sentences, parted where one of their own begins."""
    found: list[tuple[int, int]] = []
    at = 0
    for match in (*_SENTENCE.finditer(text), None):
        stop = match.start() if match is not None else len(text)
        begin = at
        marks = sorted({one.span() for pattern in (_STRONG, _WEAK) for one in pattern.finditer(text, begin, stop)})
        for left, right in marks:
            if text[at:left].strip() and left >= at:
                found.append((at, left))
                at = right
        if text[at:stop].strip():
            found.append((at, stop))
        at = match.end() if match is not None else stop
    return found


def shortened(text: str) -> str:
    """A text without its long runs of spaces and empty lines, which cost time and mean nothing."""
    return re.sub(r"\s{3,}", lambda run: "\n\n" if "\n" in run.group() else "  ", text)
