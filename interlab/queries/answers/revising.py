"""Words by which a text takes back what it said before, and goes on to say what it means."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

_SENTENCE = re.compile(
    r"(?<=[.!?。…])[\"'”’*_)]*\s+|\n+|\s+[–—-]\s+(?=no\b|wait\b|sorry\b|scratch\b|actually\b|correction\b)", re.I
)
_OPENING = re.compile(
    r"^[\s*_(>-]*(?:(?:oh|oops|hmm+|hm|ah|um+|uh|er+m?|well|but|ha|no|yes|so|and|okay|ok)[,.!… ]\s*)*"
    r"(?:wait\b|(?:i\s+was\s+)?(?:just\s+|only\s+)?(?:kidding|joking)\b|make\s+(?:that|it)\b(?!\s+\w+ed\b)|on\s+(?:reflection|(?:a\s+)?(?:closer|second)\s+\w+|"
    r"re-?reading)|no,\s+(?=(?:the|my)\s+(?:\w+\s+)?(?:answer|value|number|total|result|rating|price|date|label|count|move|choice)\b)|scratch\s+that|strike\s+that|scrap\s+that|hold\s+on|oops|never\s?mind|on\s+second\s+thoughts?|"
    r"correct(?:ion|ed)\b[\w\s]{0,30}:|erratum\b|edit\s*:|update\s*:|revised\b[\w\s]{0,30}:|"
    r"(?:sorry|apologies|my\s+(?:mistake|bad|error|apologies))\b(?!\s+for\s+(?![^.!?\n]{0,40}\b(?:wrong|errors?|mistakes?|mix\w*|incorrect|slip)\b))|"
    r"actually,|(?=(?:on\s+(?:further\s+)?reflection|in\s+hindsight|thinking\s+about\s+it|come\s+to\s+think\s+of\s+it)\b)|"
    r"i\s+(?:take|withdraw|retract)\s+(?:that|it|this)\b|let\s+me\s+(?:correct|fix|revise|redo|re-?do|re-?check|re-?count|"
    r"re-?calculate|re-?consider|start\s+over|try\s+again)|i\s+(?:misread|misspoke|miscounted|miscalculated|mistyped|meant\b|"
    r"overlooked|forgot|mixed\s+up|swapped|skipped|transposed|hit\s+(?:enter|send))|"
    r"no,\s+(?:wait|sorry|that|this|it|i\s+(?:misread|overlooked|forgot|meant)))",
    re.IGNORECASE,
)
"""The beginning of a sentence that takes back what was said before it."""
_WITHIN = re.compile(
    r"\b(?:that|this|it|which|(?:the|my)\s+[\w\s\"“”'-]{1,40}?)\s+(?:is|was|were)\s+(?:a\s+|an\s+|just\s+a\s+|all\s+|clearly\s+|simply\s+)?"
    r"(?:wrong|incorrect|mistaken|incomplete|not\s+(?:right|correct)|mistake|error|typo|slip|misreading|miscalculation|miscount|"
    r"oversight)\b|"
    r"(?:[,;]|\s[–—-])\s+(?:no,\s+|oops,?\s+|sorry,?\s+)?(?:wait,|scratch\s+that|i\s+mean(?:t)?\b|make\s+that|or\s+rather|(?:no|sorry|oops|pardon),\s)|"
    r"\b(?:scrap|strike|forget|ignore)\s+that\b(?!\s+\w+\s+(?:is|was))|"
    r"\bi\s+(?:have\s+to|must|need\s+to|should)\s+(?:correct|revise|withdraw|retract|take\s+back)\b|\bi\s+withdraw\s+(?:that|it|this)\b",
    re.IGNORECASE,
)
"""Words inside of a sentence that take back what was said before them."""


MAX_WITHIN = 500
"""Characters of a sentence that may hold both what it takes back and what it says instead."""


def sentences_of(text: str) -> list[tuple[int, int]]:
    """Where the sentences of a text begin and end."""
    spans, at = [], 0
    for match in _SENTENCE.finditer(text):
        if text[at : match.start()].strip():
            spans.append((at, match.start()))
        at = match.end()
    if text[at:].strip():
        spans.append((at, len(text)))
    return spans


_STRAY = re.compile(
    r"[\s,.:;!–—-]*(?:(?:no|nope|oops|sorry|wait|rather|well|hm+|oh|ah|i\s+mean|i\s+meant|make\s+(?:that|it)|that(?:['’]s|\s+is)|"
    r"it(?:['’]s|\s+is)|it\s+should\s+be|should\s+be|so|then)\b[\s,.:;!–—-]*){0,4}",
    re.IGNORECASE,
)
_UNSETTLED = re.compile(
    r"\?|\b(?:or|either|maybe|perhaps|if|unless|depends?|not\s+sure|first|was|were|had)\b", re.IGNORECASE
)


_SOFTLY = re.compile(
    r"^\W*(?:on\s+(?:further\s+)?reflection|in\s+hindsight|on\s+(?:a\s+)?closer\s+(?:look|reading|inspection)|thinking\s+about\s+it(?:\s+again)?|"
    r"come\s+to\s+think\s+of\s+it|now\s+that\s+i\s+think\s+(?:about|of)\s+it)\b",
    re.IGNORECASE,
)


def takes_back_softly(after: str) -> bool:
    """Whether a text goes on to weigh its answer again: "On reflection the tone is sarcastic"."""
    return _SOFTLY.match(after) is not None


def last_words(after: str) -> list[str]:
    """What a text may say at last behind a revision: all of it, its last sentence, what stands behind its last colon.

    Args:
        after: what came after the revision.
    """
    found = [after[_matched(_STRAY, after) :]]
    spans = sentences_of(after)
    if spans:
        last = after[slice(*spans[-1])]
        start, colon, behind = last.rpartition(": ")
        found.append(last)
        if colon and not _UNSETTLED.search(start[-80:]):
            found.append(behind)
    return [one for one in dict.fromkeys(map(str.strip, found)) if one and one != after.strip()]


def _matched(pattern: re.Pattern[str], text: str) -> int:
    match = pattern.match(text)
    return match.end() if match is not None else 0


_RESPELLED = re.compile(
    r"[\s*_\"'“”‘’`]*(?P<word>[^\W\d_]{3,30})[\s*_\"'“”‘’`.,!]*(?:,?\s+not\s+[\"'“]?[^\W\d_]{3,30}[\"'”]?[.!]?)?[)\s]*"
)


_MENDED = re.compile(
    r"\W*(?:(?:fixed|corrected|mended|changed|improved|tidied)\s+(?:up\s+)?(?:a\s+|some\s+|two\s+|the\s+)?)?(?:typos?|spelling|grammar|format(?:ting)?|wording|"
    r"punctuation|layout|links?|commas?|indentation|line\s+breaks?|spaces?)(?:\s+(?:is|was|were|has\s+been|have\s+been))?(?:\s+(?:fixed|corrected|mended|only|above))*\W*",
    re.IGNORECASE,
)


def is_respelling(before: str, after: str) -> bool:
    """Whether what comes after a correction only spells a word of what came before in another way."""
    if _MENDED.fullmatch(after):
        return True
    match = _RESPELLED.fullmatch(after)
    if match is None:
        return False
    word = match["word"].casefold()
    words = set(re.findall(r"[^\W\d_]{3,30}", before[-2000:].casefold()))
    return word not in words and any(SequenceMatcher(None, word, one).ratio() >= 0.8 for one in words)


def revision(text: str, *, within: bool = True) -> tuple[str, str] | None:
    """What stood before a text's last revision, and what came after it; None if it revises nothing.

    Args:
        text: a reply in words.
        within: whether one sentence may hold both, as in "12, I mean 13".
    """
    spans = sentences_of(text)
    for start, end in reversed(spans[1:]):
        opening = _OPENING.match(text[start:end])
        if opening is not None:
            return text[:start], text[start:end][opening.end() :].lstrip(" ,.:;!–—-") + text[end:]
        inside = _WITHIN.search(text[start:end])
        if inside is not None:
            return text[:start], text[start:end][inside.end() :].lstrip(" ,.:;!–—-") + text[end:]
    if spans and within and spans[0][1] - spans[0][0] <= MAX_WITHIN:
        start, end = spans[0]
        found = re.finditer(
            r"(?:[,;]|\s[–—-])\s+(?:no,\s+|oops,?\s+|sorry,?\s+)?(?:wait,|scratch\s+that,?|i\s+mean(?:t)?,?|make\s+that|or\s+rather,?|(?:no|sorry|oops|pardon),)\s+",
            text[start:end],
            re.I,
        )
        last = list(found)[-1:]
        if last:
            return text[start:end][: last[0].start()], text[start:end][last[0].end() :] + text[end:]
    return None
