"""The frame that a label stands in: what words lead from the beginning of its clause to it."""

from __future__ import annotations

import re

from interlab.queries.answers.disowning import is_of_others

_ADVERB = (
    r"(?:\w+ly|therefore|thus|hence|still|now|then|also|just|again|indeed|rather|again|always|here|too|instead|first|"
    r"simply|today|this\s+(?:time|round|turn|game)|in\s+this\s+(?:round|game|case|turn)|for\s+(?:this|the"
    r"\s+next)\s+round|"
    r"once\s+(?:again|more)|of\s+course)"
)
_DECISION = (
    r"(?:choos(?:e|ing)|chose|chosen|pick(?:ed|ing)?|select(?:ed|ing)?|opt(?:ed|ing)?|go(?:ing)?|decid(?:e|ed|"
    r"ing)|vot(?:e|ed|ing)|"
    r"play(?:ing)?|say|answer|rat(?:e|ed|ing)|give|gave|giving|classif(?:y|ied|ying)|label(?:led|ling|ed|"
    r"ing)?|settl(?:e|ed|ing)|"
    r"bid|set|put|assign(?:ed|ing)?|mark(?:ed|ing)?|prefer|stick(?:ing)?|conclude|cast|submit|think|believe|find|call|"
    r"consider|judge|deem|see|rank|resolve|resolved|commit|start|begin|continue|remain|stay|make|take|am|have|read|"
    r"get|evaluate|assess|describe|categori[sz]e|interpret|determine|use|respond|reply|proceed|elect|intend|"
    r"reckon|feel|"
    r"must|should|need|need\s+to|have\s+to|ought)"
)
_SMALL = (
    r"(?:to|as|for|with|on|that|by|in|of|at|it|this|that|them|my|the|an?|own|be|being|move|option|choice|"
    r"action|strategy|"
    r"text|review|sentiment|status|severity|priority|level|rating|label|category|class|tone|one|[A-D]\)?|is|"
    r"are|was|and|"
    r"\d+|answer|vote|condition|task|overall|final|incident|issue|ticket|choose|play|"
    r"no\s+(?:choice|option|alternative)\s+but|no\s+other\s+choice\s+(?:but|than))"
)
_I = re.compile(
    rf"\b(?:i|we|let\s+me|let\s+us|let['’]s)(?:['’](?:ll|m|ve)|(?:['’]d|\s+would)(?!\s+(?:like|love|want|wish|hate))|\s+(?:will|shall|am|"
    rf"do|did|have))?"
    rf"(?:\s+(?:{_ADVERB}))*(?:\s+{_DECISION})*(?:\s+(?:{_ADVERB}|{_SMALL}|{_DECISION}|can\s+only|can\s+but))*[\s:\"'“‘`*,–—-]*$",
    re.IGNORECASE,
)
_IS = re.compile(
    r"(?:\b(?:is|was|are|were|be|been|remains?|stays?|equals|becomes?|became|means?|reads?|sounds?|has|have|"
    r"gets?|got|marked|"
    r"rated|labell?ed|classified|called|described|considered|deemed|judged|categori[sz]ed|ranked|assigned|"
    r"given|set|put|say|says|"
    r"as|makes?|warrants|deserves|expresses|conveys|shows|indicates|looks|feels|falls|goes|comes|belongs|"
    r"choose|let['’]s|hence|"
    r"therefore|thus|so|but|however|still)|['’](?:s|re))"
    rf"(?:\s+(?:{_ADVERB}|{_SMALL}|not))*[\s:\"'“‘`*,(–—-]*$",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"\b(?:severity|status|sentiment|priority|rating|label|level|category|classification|condition|tone|move|"
    r"choice|decision|"
    r"answer)\s+(?:(?:of|as|to|at)\s+)?[\"'“‘`*]*$",
    re.IGNORECASE,
)
_MARK = re.compile(r"(?:[:=→⇒]|=>|->|\s[-–—])\s*[\"'“‘`*(]*$")
_BARE = re.compile(
    rf"^[\s\W]*(?:(?:{_ADVERB}|{_SMALL}|and|but|so|yet|not|yes|no|ok(?:ay)?|sure|well|alright|"
    rf"right)[\s,.:!]+)*[\"'“‘`*(]*$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"\b(?:expect|want|need|like|love|ask|tell|told|advise|allow|force|urge|beg|hope|wish|let|help|lead|cause|"
    r"recommend|suggest)"
    r"(?:s|ed|ing)?\s+(?:\w+\s+){1,3}to\s*$",
    re.IGNORECASE,
)
"""Somebody else's act: "I expect my partner to"."""


_MOVED = re.compile(
    r"\b(?:moved|moves|changed|changes|raised|lowered|upgraded|downgraded|switched|updated|reclassified|promoted|bumped|corrected|goes|gone|went)\s+"
    r"(?:(?:it|this|that|the\s+\w+)\s+)?(?:(?:up|down|over|back)\s+)?(?:from\s+[\w-]+\s+)?to\s+[\"'“‘`*]*$",
    re.IGNORECASE,
)
"""What a label was changed to: "I've moved it to"."""


def frames(before: str) -> bool:
    """Whether the words of a clause before a label lead to it as to what is answered.

    Args:
        before: from the beginning of the clause to the label.
    """
    if _TOLD.search(before) or is_of_others(before):
        return False
    return any(pattern.search(before) for pattern in (_BARE, _MARK, _TOPIC, _I, _IS, _MOVED))


_FOLLOWS = re.compile(
    r"[ \t*\"'`”’]*\n|[\s*\"'`”’]*(?:$|[^\w\s*\"'`”’]|(?:because|since|as|given|due|for|to|in|on|"
    r"at|and|but|not|never|rather|instead|over|despite|"
    r"nonetheless|nevertheless|still|also|however|all(?=\s+(?:the\s+same|in\s+all|things)\b)|just(?=\s+the\s+same\b)|"
    r"both|as|"
    r"although|though|so|overall|here|again|this|that|too|now|today|until|after|when|by|from|of|if|unless|is|are|was|will|it|one|no|without|"
    r"with|anyway|regardless|throughout|towards?|about|even|then|only|while|whereas|where|which|who|severity|priority|"
    r"sentiment|status|level|rating|tone|mood|"
    r"review|text|message|statement|comment|feedback|issue|incident|ticket|task|item|bug|problem|case|impact|"
    r"opinion|emotion|feeling|attitude|score|label|category|class|option|choice|move|strategy|experience|response|reply|e-?mail|"
    r"post|tweet|remark|sentence|passage|article|assessment|evaluation|verdict|und|oder|weil|da|denn|et|car|y|porque|e|i|we)\b)",
    re.IGNORECASE,
)


def ends_there(label: str, after: str) -> bool:
    """Whether what follows a label leaves it a label, rather than part of a phrase ("high hopes", "done reading").

    Args:
        label: as it is written.
        after: the text behind it.
    """
    if label.casefold() in ("done", "finished") and re.match(r"\s+with\b", after, re.IGNORECASE):
        return False
    return _FOLLOWS.match(after) is not None


_PAST = re.compile(r"\b(?:was|were|had|used\s+to)\b[^.!?\n]*$", re.IGNORECASE)
_LONG_PAST = re.compile(r"\b(?:had\s+(?:\w+\s+)?been|used\s+to\s+be|was\s+once|once\s+was)\b[^.!?\n]*$", re.IGNORECASE)
_THEN = re.compile(
    r"^[\s,]*(?:(?:back\s+)?in\s+(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:19|20)\d\d)|"
    r"yesterday|last\s+\w+|at\s+(?:the\s+time|first)|(?:two|three|four|several|some|a\s+few|\d+)\s+\w+\s+ago|when|while|before)\b",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"^[^.!?\n]*\b(?:then|later|afterwards?|until|before|now|again|meanwhile|once|since\s+then|in\s+the\s+meantime|by\s+now|"
    r"at\s+first|initially|originally)\b",
    re.IGNORECASE,
)


def is_bygone(text: str, start: int, end: int) -> bool:
    """Whether a label is told as what once was, in a sentence that goes on to what came later."""
    if _LONG_PAST.search(text[:start]):
        return True
    after = text[end:]
    return _PAST.search(text[:start]) is not None and (
        _SINCE.match(after) is not None or _THEN.match(after) is not None
    )
