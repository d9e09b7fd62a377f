"""Sentences before an answer that lead to it, or speak of it without a subject: "Roughly a circle."."""

from __future__ import annotations

import re

from interlab.queries.answers.against import NO_DOUBT, STRONG, WEAK, clauses_of
from interlab.queries.answers.units import words_of
from interlab.queries.marks import ESTIMATE

MAX_FRAGMENT = 7
"""Words of a sentence without a subject."""
_SUBJECT = re.compile(
    r"\b(?:i|you|he|she|we|they|nobody|everybody|there|who|is|are|was|were|has|have|had|does|do|did|appears?|gives?|"
    r"makes?)\b|\b(?:the|an?|his|her|its|their|my|your|our|this|that|these|those|some|many|most|"
    r"[A-Z]\w+['’]s)\s+(?:[\w-]+\s+){1,3}?(?:is|are|was|were|has|have|had|does|do|did|"
    r"may|might|could|can|will|would|should|must|\w+s|\w+ed)\b",
    re.IGNORECASE,
)
_SUBJECTLESS = re.compile(
    r"^\W*(?:could|might|may|can|would|should|must|ought\s+to)\s+(?:also\s+|well\s+|just\s+as\s+well\s+|"
    r"still\s+)?\w+",
    re.IGNORECASE,
)
_BOUNDS = re.compile(
    r"\b(?:at\s+least|at\s+most|or\s+so|or\s+at\s+least|so\s+far|no\s+particular\s+order|tb[acd]|untested|unchecked|"
    r"by\s+feel|not\s+measured|one\s+of\s+(?:the|these|several|many)|among\s+others)\b",
    re.IGNORECASE,
)
_BAD_LEAD = re.compile(
    r"(?<!i\s)(?<!you\s)\b(?:would|could|might|may|should)\b(?!\s+(?:you|like\s+to|(?:\w+\s+)?(?:work|match|fit|cover|help|contain|suffice|be\s+valid|(?:read|look|be)\s+as\s+follows)))|\b(?:someone|somebody|something|"
    r"anything|anyone|one)\s+like\s+(?:this|that|these|him|her)\b|\btry\b|(?:^|,)\s*say\s*:|"
    r"\bif\b(?!\s+(?:you\s+(?:need|want|like)|i\s+may))|"
    r"\b(?:at\s+least|at\s+most|one\s+of|a\s+possible|possible|conceivable|imaginable|hypothetical|typical|"
    r"alternative|old|previous|former|earlier|last\s+(?:year|month|week|season|round|time)['’]?s?|yesterday['’]s|"
    r"unchecked|"
    r"untested|unverified|provisional|preliminary|tentative|rough|unless|"
    r"sample\s+(?:answer|data|output|values?|json|entry|record|response|object|person)|"
    r"assuming|supposing|suppose|imagine|pretend|in\s+place\s+of|since\s+the\s+text|other\s+\w+['’]s|another)\b|"
    r"\b(?:prosecution|defen[cs]e|opponent|rival|partner|critic|neighbou?r|colleague|other\s+side|other\s+player|"
    r"boss|friend)['’]s\s+(?:\w+\s+)?(?:view|answer|version|opinion|estimate|move|choice|reading|take|rating|"
    r"offer)\b",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"^\s*(?:(?:but|so|and|then|still|nevertheless)\s+)?(?:here|below|this|these|my|the\s+(?:answer|result|json|"
    r"object|list))\b|^\s*so\s*:",
    re.IGNORECASE,
)


def leads_astray(sentence: str) -> bool:
    """Whether a sentence before an answer calls it a possibility, somebody else's, or one of several."""
    bare = NO_DOUBT.sub(" ", ESTIMATE.sub(" ", sentence.strip()))
    if _SUBJECTLESS.match(bare) and not bare.endswith("?"):
        return True
    if bare.endswith(":"):
        clauses = clauses_of(bare[:-1] + " ")
        last = clauses[-1] if clauses else ""
        return _BAD_LEAD.search(last + ":") is not None and not (
            _HERE.match(last) and re.search(r"\bif\b|\bsay\b", last, re.IGNORECASE)
        )
    if len(words_of(bare)) > MAX_FRAGMENT or _SUBJECT.search(bare) or bare.endswith("?"):
        return False
    return any(one.search(bare) for one in (STRONG, WEAK, _BOUNDS)) and not re.match(
        r"\W*(?:no|not|without|never)\b", bare, re.IGNORECASE
    )
