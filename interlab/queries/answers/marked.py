"""What a text marks as its answer: in a box, behind hashes, behind "Answer:", under a heading."""

from __future__ import annotations

import re
from collections.abc import Callable

from interlab.queries.answers.wording import HEDGE, NEGATION

_BOXED = re.compile(r"\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}")
_NOT_BOXED = re.compile(
    r"(?:\b(?:not|never|instead\s+of|rather\s+than|other\s+than|than)|n['’]t|\b(?:would|could|might|may)\s+(?:have\s+)?be(?:en)?)\s+(?:an?\s+|the\s+)?[$*\s]*(?:\\[\[(])?\s*$",
    re.IGNORECASE,
)
"""Words before a box that say that what stands in it is no answer."""
_HASHES = re.compile(r"(?:^|\n)\s*####\s*(\S[^\n]*)")
_FINAL = re.compile(
    r"(?:^|\n)[ \t>*_#-]*(?:so[, ]+|thus[, ]+|therefore[, ]+|hence[, ]+)?"
    r"(?:(?:the|my|our|here\s+is\s+the|here\s+is\s+my|here['’]s\s+my)\s+)?(?P<final>final\s+|correct\s+|corrected\s+|revised\s+|updated\s+)?"
    r"(?:own\s+)?(?P<word>(?<=final\s)version|(?<=ed\s)(?:version|number|figure|total|count|sum|label|rating|date|price|estimate|percentage)|answer|choice|decision|response|result|output|action|move|bid|value|final|solution|"
    r"antwort|réponse|respuesta|risposta|resposta|antwoord|ответ|答案|答え|回答)"
    r"[*_ \t]*(?P<sep>(?:is\s*|lautet\s*|ist\s*|est\s*|es\s*|è\s*|é\s*)?(?:[:：=]|→|⇒|=>|->)|is\b|lautet\b|ist\b)"
    r"[*_ \t]*(?P<value>[^\n]+)",
    re.IGNORECASE,
)
_CORRECTED = re.compile(
    r"(?:^|\n)[ \t>*_#-]*(?:(?:the|my)\s+)?(?:\w+\s+)?\w+[*_ \t]*[(\[](?:corrected|final|revised|updated|"
    r"definitive|new|correct)[)\]][*_ \t]*[:：=][*_ \t]*(?P<value>[^\n]+)",
    re.IGNORECASE,
)
_INLINE = re.compile(
    r"\b(?:my|our|the)\s+(?:own\s+|final\s+|correct\s+)*(?:answer|choice|decision|rating|verdict|"
    r"move|result|bid|offer|response|vote|pick)"
    r"\s+(?:is|remains)\s*:\s*(?P<value>[^\n]+)$"
    r"|(?<=[.!?]\s)[*_]*(?:final\s+(?:answer|decision|choice|move|verdict|rating)|(?:my\s+)?(?:answer|decision|choice))"
    r"[*_]*\s*:[*_]*\s*(?P<value2>[^\n]+)$"
    r"|\b(?:the|my)\s+(?:actual(?:ly)?|correct(?:ed)?|right|real|revised|updated|true|final|definitive)\s+"
    r"(?:answer|choice|decision|rating|verdict|move|result|value|number|total|count|sum|label|date|price)\s+"
    r"(?:is|should\s+be|must\s+be|would\s+be|=)(?:\s+(?:therefore|thus|actually|in\s+fact))?\s*:?\s*"
    r"(?P<value3>[^\n]+?)(?=[.!]\s|\n|$)"
    r"|(?:^|(?<=[.!?;]\s))[*_]*(?:therefore|thus|hence|so|in\s+conclusion|conclusion|ergo|in\s+short)[*_]*\s*:[*_]*\s*"
    r"(?P<value4>[^\n]+)$",
    re.IGNORECASE | re.MULTILINE,
)
_HEADED = re.compile(
    r"(?:^|\n)[ \t]*(?:#{1,6}[ \t]*|\*\*)(?:my\s+|the\s+)?(?:final\s+)?(?:answer|decision|result|choice|"
    r"verdict|conclusion|move|"
    r"rating|classification|output)[*:：\s]*\n+\s*(?P<value>[^\n]{1,80}?)\s*(?=\n\s*\n|\Z)",
    re.IGNORECASE,
)
_BELOW = re.compile(
    r"(?:^|\n)(?P<lead>[^\n]{0,200}?)\b(?:answer|choice|decision|move|verdict|rating|result|conclusion|response|label|"
    r"classification|action|vote)\b[^\n:]{0,60}:[*_]*\s*\n+\s*(?P<value>[^\n]{1,80}?)\s*\Z",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"(?:^|\n)[ \t>*_#-]*(?P<word>[A-Z][\w ]{1,24}?)[*_ \t]*(?:[:：]|→|⇒|=>|->)[*_ \t]*(?P<value>[^\n]+)"
)
_LATE_TOPIC = re.compile(
    r"(?<=[.!?]\s)[*_]*(?P<word>[A-Z][\w ]{1,24}?)[*_]*\s*[:：][*_ \t]*(?P<value>[^\n:]+)$", re.MULTILINE
)
_REPORTED = re.compile(
    r"\b(?:if|whether|unless|said|says|claims?|thinks?|believes?|not|n['’]t|maybe|perhaps|probably|might|"
    r"could|what)\b[^.!?;]*$",
    re.IGNORECASE,
)
"""Words before a mark in its sentence that make it no mark."""
_BESIDE = frozenset(["confidence", "certainty", "probability", "score", "likelihood"])
"""What stands beside an answer rather than being it, if one is marked."""
_NO_TOPIC = frozenset(
    [
        "step",
        "note",
        "option",
        "example",
        "question",
        "hint",
        "input",
        "task",
        "context",
        "tip",
        "warning",
        "remark",
        "user",
        "human",
        "possible",
        "alternative",
        "default",
        "maximum",
        "minimum",
        "allowed",
        "opponent",
        "partner",
        "previous",
        "their",
    ]
)


def marked(text: str, topics: Callable[[str], bool]) -> list[tuple[str, int, int, bool]]:
    """What is marked as the answer in a text: its words, where they stand, and whether as the final one.

    Args:
        text: a reply.
        topics: whether "Word: value" with this word names the value.
    """
    found: list[tuple[str, int, int, bool]] = []
    for pattern, final in ((_BOXED, True), (_HASHES, True)):
        found += [
            (match[1], match.start(1), match.end(1), final)
            for match in pattern.finditer(text)
            if not _NOT_BOXED.search(text[max(0, match.start() - 60) : match.start()])
        ]
    for match in _FINAL.finditer(text):
        is_final = bool(match["final"]) or match["word"].casefold() == "final"
        found.append((match["value"], match.start("value"), match.end("value"), is_final))
    for match in _CORRECTED.finditer(text):
        found.append((match["value"], match.start("value"), match.end("value"), True))
    for match in _INLINE.finditer(text):
        name = next(name for name in ("value", "value2", "value3", "value4") if match[name] is not None)
        if not _REPORTED.search(text[text.rfind("\n", 0, match.start()) + 1 : match.start()]):
            found.append((match[name], match.start(name), match.end(name), True))
    for match in _HEADED.finditer(text):
        found.append((match["value"], match.start("value"), match.end("value"), True))
    answers = [one[1] for one in found]
    below = _BELOW.search(text[-400:])
    if below is not None and not HEDGE.search(below["lead"]) and not NEGATION.search(below["lead"]):
        begin = max(0, len(text) - 400)
        found.append((below["value"], begin + below.start("value"), begin + below.end("value"), True))
    for match in (*_TOPIC.finditer(text), *_LATE_TOPIC.finditer(text)):
        word = match["word"].casefold().split()
        if set(word) & _BESIDE and answers:
            continue
        if not set(word) & _NO_TOPIC and topics(match["word"]):
            is_final = word[0] in ("final", "corrected", "revised", "updated", "definitive") and len(word) > 1
            found.append((match["value"], match.start("value"), match.end("value"), is_final))
    return sorted({(value, start, end, final) for value, start, end, final in found}, key=lambda one: one[1])
