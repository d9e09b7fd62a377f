"""Sentences behind an answer that tell to change what it says, or that somebody did: "so take one off"."""

from __future__ import annotations

import re

from interlab.queries.answers.beside import Told, numbers_of

_SENTENCE = re.compile(r"(?<=[.!?。])[\"'”’*_)]*\s+|\n+")
_CHANGE = (
    r"(?:add|subtract|deduct|remove|drop|delete|strike|scrap|cross\s+out|leave\s+out|take\s+(?:\w+\s+){0,3}(?:off|out|away|back)|"
    r"knock\s+(?:\w+\s+){0,3}off|cut|omit|skip|exclude|discard|cancel|withdraw|swap|switch|replace|exchange|substitute|change|alter|amend|"
    r"modify|adjust|correct|revise|fix|halve|double|triple|raise|lower|lift|bump|increase|decrease|reduce|round|move|shift|push|"
    r"make\s+(?:it|that|this|them)|call\s+it|set\s+(?:it|that|this|them)|bring\s+(?:it|that|this|them)|put\s+(?:it|that|this|them)|"
    r"turn\s+(?:it|that|this|them)|treat\s+(?:it|that|this|them)|count\s+(?:it|that|this|them)|ignore|disregard|forget|"
    r"escalate|promote|demote|rate\s+it|score\s+it|go\s+(?:up|down|for|with)|upgrade|downgrade|postpone|undo|reverse|revoke|invert|flip)"
)
_OBJECT = (
    r"(?=\s+(?:the|it|that|this|them|those|these|one|two|three|four|five|ten|half|an?|all|any|both|my|our|your|his|her|their|up|down|off|out|for|"
    r"to|as|another|everything|each|every|[$€£\d]))"
)
"""What follows a verb that is an order: what to change."""
_TOLD = re.compile(
    rf"^[\W\d]*(?:(?:so|then|and|but|also|now|just|simply|please|therefore|hence|thus|hmm+|oh|ah|well|still)[,\s]+)*{_CHANGE}{_OBJECT}|"
    rf"[,;:–—]\s+(?:(?:so|then|and|but)\s+)?(?:please\s+)?{_CHANGE}{_OBJECT}|"
    rf"\b(?:so|please|must|should|shall|to\s+be|need(?:s|ed)?|ought|let['’]s|let\s+us|let\s+me|better)\s+(?:to\s+|be\s+)?(?:\w+ly\s+)?{_CHANGE}(?:d|ed|ped|ted)?\b|"
    rf"\b(?:i|we)(?:['’](?:d|ll|m)|\s+(?:would|will|am|have\s+to|must|should|want\s+to|need\s+to))\s+(?:now\s+|rather\s+|probably\s+|have\s+to\s+|going\s+to\s+)?{_CHANGE}\b|"
    rf"\b(?:ask(?:s|ed)?|want(?:s|ed)?|wish(?:es|ed)?|tell|told|call(?:s|ed)?|rang|rings?|phone[sd]?|wrote|writes|mail(?:s|ed)?|e-?mail(?:s|ed)?|"
    rf"request(?:s|ed)?|decide[sd]?|agree[sd]?|chose|order(?:s|ed)?|offer(?:s|ed)?|has|have|had|came|text(?:s|ed)?|messaged?|insist(?:s|ed)?|"
    rf"prefer(?:s|red)?|need(?:s|ed)?)\s+(?:\w+\s+){{0,4}}?to\s+{_CHANGE}\b",
    re.IGNORECASE,
)
"""Who tells to change something: an imperative, what one would or must do, what somebody asked for."""
_MORE = re.compile(
    r"\b(?:a|the|one|two|some|any)?\s*(?:second|third|fourth|fifth|sixth|further|last|first|other|another|additional)\s+"
    r"(?:one|ones|item|items|entry|entries|line|number|point|corner|name|person|value|row|figure|vote|point|shape|player|digit)\b[^.!?\n]*"
    r"\b(?:is|are|was|were|has|have|had|may|might|could|can|cannot|should|must|will|would|does|did|belongs?|looks?|seems?|lies|turned|n['’]t)\b|"
    r"\bone\s+of\s+(?:them|these|those|the\s+\w+)\s+(?:is|was|has|had|turned|may|might|could|should|must|seems?|looks?|proved)\b",
    re.IGNORECASE,
)
"""Items that a sentence singles out."""
_SINGLED = re.compile(
    r"\b(?:not|n['’]t|hidden|missing|disputed|contested|unclear|unreadable|illegible|wrong|duplicate\w*|counted\s+twice|broken|void|invalid|revoked|"
    r"cancell?ed|withdrawn|removed|dropped|replaced|changed|doubtful|uncertain|unsure|open|pending|may|might|could|should|must|smudged|blurred|"
    r"cut\s+off|covered|faded|torn|expired|gone|off|excluded|optional|provisional|too\s+\w+|error|mistake|typo)\b",
    re.IGNORECASE,
)
_LEFT = re.compile(
    r"\b(?:i|we)(?:['’]ve|\s+have)?\s+(?:left|missed|forgot(?:ten)?|skipped|overlooked|omitted|dropped|miscounted|swapped|misread|mixed|counted)\s+"
    r"(?:[\w'’]+\s+){1,4}?(?:out|off|up|twice|of\s+(?:that|this|it))\b",
    re.IGNORECASE,
)
_AS_ABSENT = re.compile(
    r"(?:\b(?:not|no|never|nobody|nothing|nowhere|without|none|neither|only)\b|n['’]t\b)[^.!?\n]*\b(?:so|hence|therefore)\b",
    re.I,
)
"""Why something was left out that the source does not say."""
_JOINS = re.compile(
    r"\b(?:will|is\s+going\s+to|are\s+going\s+to|is|are|has|have|may|might|should|can|wants?\s+to)\s+(?:also\s+|now\s+|just\s+)?join(?:ing|ed)?\b|"
    r"\bjoins\s+(?:them|us|the)\b",
    re.IGNORECASE,
)
_WOULD = re.compile(
    r"\b(?:it|that|this|they|the\s+\w+)\s+(?:would|will|becomes?|rises?|drops?|falls?|goes|comes|climbs?|takes|makes|costs?)\s+(?:be\s+|to\s+|up\s+|down\s+|at\s+|it\s+)*[$€£]?\d|"
    r"\b(?:another|further|extra|additional|more)\s+[$€£]?\d|\b(?:adds?|loses?|gains?|gets?|earns?)\s+(?:an?\s+|another\s+|[$€£]?\d+\s+)(?:\w+\s+)?(?:points?|more|extra|bonus)\b|"
    r"\b(?:answered|countered|responded|followed|topped|outbid|beat|raised)\s+(?:\w+\s+){0,3}(?:with|by|at|to)\s+[$€£]?\d",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\b(?:let\s+me\s+know|feel\s+free|if\s+you(?:['’]d)?\s+(?:want|like|need|prefer|wish)|happy\s+to|glad\s+to|i\s+can\s+(?:also\s+)?|i\s+could\s+(?:also\s+)?|"
    r"would\s+you\s+like|do\s+you\s+want|shall\s+i|you\s+can|you\s+could|you\s+may|should\s+i)\b",
    re.IGNORECASE,
)


_ALTERS = re.compile(
    r"\b(?:add(?:s|ed)?|subtract(?:s|ed)?|deduct(?:s|ed)?|remove[sd]?|lift(?:s|ed)?|raise[sd]?|lower(?:s|ed)?|bump(?:s|ed)?|increase[sd]?|decrease[sd]?|"
    r"reduce[sd]?|drop(?:s|ped)?|cut|knock(?:s|ed)?|halve[sd]?|double[sd]?)\s+(?:it|that|this|them|my|the|another|a\s+further|an?\s+extra|one|two|[$€£]?\d)\b|"
    r"\b(?:another|further|extra|additional)\s+[$€£]?\d",
    re.IGNORECASE,
)


def alters(text: str) -> bool:
    """Whether a correction tells how to change a value rather than which one it is: "the balcony adds another 20"."""
    return _ALTERS.search(text) is not None


def changes(text: str, told: Told, *, is_cut: bool = False) -> bool:
    """Whether a sentence tells to change an answer, or singles out something in it that is not as the answer says.

    Args:
        text: the words after the answer.
        told: what it holds.
        is_cut: whether the last sentence may be unfinished.
    """
    sentences = [one for one in _SENTENCE.split(text) if one and one.strip()]
    for sentence in sentences[:-1] if is_cut else sentences:
        if _HARMLESS.search(sentence) or len(sentence) > 2000:
            continue
        if _TOLD.search(sentence) or (_LEFT.search(sentence) and not _AS_ABSENT.search(sentence)):
            return True
        if not told.is_scalar and _JOINS.search(sentence):
            return True
        if not (numbers_of(sentence) and numbers_of(sentence) <= told.numbers) and _WOULD.search(sentence):
            return True
        if (not told.is_scalar or told.numbers) and _MORE.search(sentence) and _SINGLED.search(sentence):
            return True
    return False
