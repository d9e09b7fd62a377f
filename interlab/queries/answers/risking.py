"""Clauses beside an answer that speak of it in words that may soften, deny or change it, and don't explain it."""

from __future__ import annotations

import re

from interlab.queries.answers.against import ASIDE, POINTER, clauses_of
from interlab.queries.answers.held import WHOLE, Held
from interlab.queries.answers.shifting import is_of_held

_RISK = re.compile(
    r"\b(?:however|not|never|cannot|may|might|could|should|must|unless|or|otherwise|instead|rather|maybe|perhaps|"
    r"possibly|probably|likely|actually|"
    r"real|later|too|added|adding|another|more|others?|except|chang\w*|swap\w*|replac\w*|ignor\w*|wrong|mist\w*|"
    r"err(?:or)?s?|revis\w*|updat\w*|"
    r"postpon\w*|withdr\w*|cancel\w*|estimat\w*|approx\w*|guess\w*|assum\w*|invent\w*|placeholder|example|average|"
    r"unknown|unclear|uncertain|unsure|depend\w*|"
    r"some|used\s+to|pretend\w*|random\w*|default\w*|rough\w*|about(?=\s+\d)|around|nearly|almost|sorry|oops|only|"
    r"still|yet|would|once|until|supposed|different|differs?|half|"
    r"double|old|either|neither|except|without|missing|lack\w*)\b|n['’]t\b",
    re.IGNORECASE,
)
_MILD = frozenset(
    [
        "not",
        "n't",
        "n’t",
        "never",
        "still",
        "yet",
        "once",
        "until",
        "only",
        "some",
        "old",
        "could",
        "would",
        "must",
        "too",
    ]
)
"""Words of risk that say little where no field is named."""
_EXPLAINED = re.compile(
    r"\b(?:because|since|hence|therefore|thus|which\s+is\s+why|that['’]s\s+why|as\s+(?:the|it|he|she|they|you|stated|"
    r"given|requested|asked)|due\s+to|given\s+that|so\s+(?:i|it|the|that['’]s|this|there|her|his|its|no)|"
    r"for\s+this\s+reason|"
    r"according\s+to|based\s+on|taken\s+from|from\s+the|in\s+spite\s+of|despite|on\s+purpose|deliberately|"
    r"as\s+(?:you\s+)?(?:asked|requested|wanted|wished))\b",
    re.IGNORECASE,
)
"""What gives a reason or a source."""
_NO_FIELD = re.compile(
    r"^[\s\W]*(?:(?:and|but|so)\s+)?(?:it|this|that|these|those)(?:['’]s|['’]re|\s+(?:is|are|was|were))?(?:\s*n['’]t|"
    r"\s+not)\s+(?:an?|the|any|my|legal|medical|financial)?\s*\w+",
    re.IGNORECASE,
)
_LEFT_ALONE = re.compile(
    r"^\W*(?:i|we)\s+have\s+|^[\s\W]*(?:(?:please|so|and)\s+)?(?:do\s*n['’]t|do\s+not|never)\s+\w+|"
    r"^[\s\W]*here(?:['’]s|\s+is)\s+why\b|^[\s\W]*(?:it|that)['’]s\s+(?:exactly\s+)?(?:the|what)\b",
    re.IGNORECASE,
)
_ABSENCE = re.compile(
    r"\bno(?:t|body|thing|ne)?\s+(?:\w+\s+){0,2}(?:is|are|was|were|has\s+been)?\s*(?:given|stated|mentioned|named|"
    r"known|needed|required|left|asked)\b|\bno\s+\w+\s+(?:is|was|are|were)\b",
    re.IGNORECASE,
)


def is_risky_about(sentence: str, held: Held) -> bool:
    """Whether a clause speaks of the answer in words of risk, and the sentence gives no reason or source."""
    if sentence.rstrip().endswith(":") or _EXPLAINED.search(sentence) or ASIDE.match(sentence):
        return False
    return any(_is_risky(clause, held) for clause in clauses_of(sentence))


def _is_risky(clause: str, held: Held) -> bool:
    found = {one.group().casefold() for one in _RISK.finditer(_ABSENCE.sub(" ", clause))}
    if not found:
        return False
    if _LEFT_ALONE.match(clause):
        return False
    if _NO_FIELD.match(clause) and not held.names_field(clause):
        return False
    if held.names_field(clause) or WHOLE.search(clause):
        return True
    return bool(found - _MILD) and bool(POINTER.match(clause) or is_of_held(clause, held))
