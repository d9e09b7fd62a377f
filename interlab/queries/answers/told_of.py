"""Whether a label is told of another time, by somebody else, of another thing or under a condition."""

from __future__ import annotations

import re

from interlab.queries.answers.phrases import NO_CHOICE
from interlab.queries.answers.reporting import BY_OTHERS, SELF, VERB, by_others
from interlab.queries.answers.segments import Segment, segment
from interlab.queries.answers.subjects import (
    ANSWERS,
    BE,
    GRADED,
    OTHER_THING,
    SCALES,
    THINGS,
    Words,
    heads_another,
    is_answer,
    of_another,
    words_of_list,
)
from interlab.queries.answers.timing import (
    ALWAYS_BYGONE,
    IF,
    LATER,
    OPENS_IF,
    THEN,
    TO_COME,
    UNREAL,
    bygone,
    conditional,
    is_conditional,
    planned,
)
from interlab.queries.answers.wording import HEDGE, NEGATION

_SOFT = re.compile(
    r"\b(?:suspect|assume|suppose|imagine|hope|hunch|bet|gamble|tentative(?:ly)?|provisional(?:ly)?|as\s+good\s+as|borders?\s+on|"
    r"verges?\s+on|comes?\s+close|(?:only|merely|just)\s+(?:looks?|sounds?|appears?|feels?)|ought\s+to|wonder|fear|"
    r"expect(?:s|ed)?|hoped\s+for|(?:all|anything|nothing)\s+but|preliminar(?:y|ily)|(?:my|a)\s+(?:feeling|instinct|gut)|pending|subject\s+to)\b",
    re.IGNORECASE,
)
_SOFT_AFTER = re.compile(
    r"^[\s\"'”’*]*,\s*(?:i['’]?d?\s*(?:would\s+)?(?:hope|suppose|imagine|assume|suspect|bet|wager|fear|guess)|or\s+so\b|(?:right|no)\s*\?|isn['’]t|please\b|i\s+think,\s+but|"
    r"pending|subject|if\s+(?:not|anything|at\s+all|only))|^[\s\"'”’*]*[,;(–—-]?\s*(?:(?:but|though|albeit|if|and)\s+)?(?:(?:only|just|very)\s+)?(?:slightly|weakly|mildly|barely|marginally|somewhat|faintly|"
    r"partly|a\s+(?:bit|little))\b|^[\s\"'”’*]*(?:if\s+anything|at\s+(?:best|most|least)|so\s+far\b)",
    re.IGNORECASE,
)
_WARNS = re.compile(
    r"\b(?:mistake|wrong|careless|rash|reckless|danger|risk|lie|absurd|premature|hesitate|reluctant|beware|careful\s+not|tempt\w*|misses|misleading|"
    r"fooled|warn(?:s|ed|ing)?|reason\s+to|(?<!no\s)(?<!any\s)(?<!without\s)(?<!a\s)doubt\w*|point\s+in|justif(?:y|ies)|surprised|point\s+of|afford|shame|pity|folly|nonsense|unfair)\b|"
    r"\bit\s+would\s+take\b|\bonly\s+(?:a|an)\s+\w+\s+(?:would|could)\b|\bwhy\s+(?:would|should)\b|\bhow\s+c(?:an|ould)\b|\bwho\s+would\b",
    re.IGNORECASE,
)
_GERUND = re.compile(
    r"^\W*(?:(?:and|but|so|yet|then|simply|just|merely)\s+)*(?:to\s+)?(?:call|label|rat|mark|treat|read|fil|classify|say|set|tak|giv|report|see|describ|"
    r"judg|choos|pick|interpret|put|grad|rank|consider|play|tick|deem|bas)(?:l|t)?(?:ing)\b(?![^,]*,)(?!\s+(?:all|everything)\b)|"
    r"^\W*to\s+(?:call|label|rate|mark|treat|read|file|classify|say|set|take|give|report|see|describe|judge|choose|pick|interpret|put|"
    r"consider)\s+(?:it|this|that|the|him|her|them)\b[^,]*$",
    re.IGNORECASE,
)
_AS_SUBJECT = re.compile(
    r"^[\s\"'”’*]*(?:(?:is|are|was|were|would|means?|counts?|has|does|did|looks?|sounds?|may|might|can|could|should|doesn['’]t|isn['’]t|misses|gets?|stands?\s+for|"
    r"covers?|suits?)\b)(?!\s+(?:(?:therefore|thus|hence|clearly|also|still|indeed)\s+)?(?:be\s+)?(?:(?:my|our)\s+(?!first|initial|old|previous|second|gut)|right|correct|appropriate|warranted|justified|what\s+i\b|it\b|chosen|"
    r"the\s+(?:\w+\s+)?(?:answer|choice|decision|move|label|verdict|rating|status|sentiment|severity|value|one|option|result|category|"
    r"classification|conclusion|pick|level|fit|class)\b(?!\s+(?:of|for)\s+(?:both|all)\b)))",
    re.IGNORECASE,
)
_DETERMINED = re.compile(
    r"\b(?:an?|the|this|that|any|some|no|another|every|each|one|my|his|her|their|your)\s+[\"'“*]*$", re.IGNORECASE
)
_NOUN_AFTER = re.compile(
    r"^[\s\"'”’*]*(?:(?:,\s*)?\w+\s+)?(?:option|move|choice|strategy|action|button|one|card|review|sentiment|tone|text|label|severity|status|category|level|class|"
    r"rating|priority|incident|issue|case|task|item|ticket|message|comment|bug|problem|post|tweet|statement|opinion|feeling|"
    r"attitude|impression|experience|response|feedback|state|column|range|band|value|light|assessment|evaluation|verdict|e-?mail|"
    r"letter|mood|score|impact|bracket|tier|end|group|answer|outage|failure|error|one|remark|reaction|stance|"
    r"view|outlook|note|thing|way|side|hopes)\b",
    re.IGNORECASE,
)


def elsewhere(text: str, start: int, end: int, names: Words, *, as_noun: bool = False) -> str | None:
    """Why a label in a text is not what the text answers; None if its words let it stand.

    Args:
        text: sentences.
        start, end: where the label stands.
        names: words that name what is asked for, in lower case.
        as_noun: whether it may stand behind an article: "a clear no".
    """
    part = segment(text, start, end)
    label = text[start:end].casefold()
    if part.heading:
        return _headed(part, names) or _restricted_behind(part)
    if label not in GRADED and re.search(r"\b(?:looks?|sounds?|appears?)\W*$", part.clause, re.IGNORECASE):
        return "it is hedged"
    if label in GRADED and _ORDINARY_AFTER.match(part.after):
        return "it is an ordinary word there"
    for rule in (bygone, planned, conditional, by_others, _softened, _warned):
        reason = rule(part, names)
        if reason is not None:
            return reason
    if (
        not as_noun
        and _DETERMINED.search(part.clause)
        and not _NOUN_AFTER.match(part.after)
        and not SELF.search(part.clause)
    ):
        return "it is an ordinary noun there"
    would = re.search(r"\bi(?:['’]d|\s+(?:would|could|should|want\s+to))\s+(?:\w+ly\s+)?$", part.clause, re.IGNORECASE)
    if _NOT_AFTER_ALL.match(part.after + part.later) or (would and _WOULD_BUT.match(part.after + part.later)):
        return "it is taken back in its sentence"
    return of_another(part, label, names)


_ORDINARY_AFTER = re.compile(
    r"[\s\"'”’*]*(?:of|that|to\s+(?!me\b|us\b)\w+|for\s+(?:the|our|some|most|many|all|large|small|new|old|every)\s+(?!(?:whole|following|same|moment|time|"
    r"reasons?|rest|simple|above)\b)\w+\s*(?:[,.;]|$))",
    re.IGNORECASE,
)
_WOULD_BUT = re.compile(
    r"[\s\"'”’*]*(?:(?:with|to)\s+(?:any|some)(?:one|body)\s+else\b|,?\s*(?:but|yet|were|had)\b)", re.IGNORECASE
)
_NOT_AFTER_ALL = re.compile(
    r"[\s\"'”’*]*,?\s*(?:but|yet|although|though)\s+(?:it|that|this|i)?\s*(?:really\s+|actually\s+)?(?:is|was|does|did|do|ca|can|wo)?\s*(?:n['’]t|\bnot|\bnever)\b"
    r"(?!\s+(?:only|just|because))",
    re.IGNORECASE,
)


def _restricted_behind(part: Segment) -> str | None:
    """Whether what stands behind a label that has a heading makes it depend on something, or softens it."""
    if is_conditional(part.after):
        return "it is said under a condition"
    return "it is hedged" if _SOFT_AFTER.match(part.after + part.later) else None


def _headed(part: Segment, names: Words) -> str | None:
    heading = part.heading
    if TO_COME.search(heading):
        return LATER
    words = set(re.findall(r"[a-z-]+", heading.casefold()))
    if _SOFT.search(heading) or HEDGE.search(heading):
        return "it is hedged"
    is_sentence = len(words) > 5 or BE.search(heading) is not None or SELF.search(heading) is not None
    if is_sentence:
        if not SELF.search(heading) and re.search(rf"\b{VERB}\W*$", heading, re.IGNORECASE):
            return "somebody else says it"
        if IF.search(heading) or OPENS_IF.search(heading):
            return "it is said under a condition"
        if heads_another(" ".join(heading.split()[-3:]), names):
            return "its heading is that of something else"
        return None
    if heads_another(heading, names) or BY_OTHERS.search(heading) or THEN.search(heading):
        return "its heading is that of something else"
    if words & (ANSWERS | names) - (SCALES - names if names & SCALES else frozenset()) and not words & {
        "confidence",
        "certainty",
    }:
        return None
    others = SCALES - names if names & SCALES else frozenset()
    done = len(words) > 1 and all(word == "and" or re.search(r"(?:ed|n't|not|no)$", word) for word in words)
    if (
        words <= (_LEADS | ANSWERS | names | _SMALL) - others
        or done
        or (re.search(r"\b(?:in|to|after|on|all)\b", heading, re.IGNORECASE) and not OTHER_THING.search(heading))
    ):
        return None if not IF.search(heading) and not OPENS_IF.search(heading) else "it is said under a condition"
    if _SPEECH.fullmatch(heading) or (
        len(words) > 2 and re.match(r"(?:neither|not|no|nothing|nobody)\b", heading, re.IGNORECASE)
    ):
        return None
    return "its heading is that of something else"


_LEADS = words_of_list(
    "overall so therefore thus hence conclusion short sum summary result ergo finally ultimately clearly "
    "simply once more again now today here verdict antwort réponse respuesta risposta resposta antwoord "
    "odpověď odpowiedź svar vastaus cevap entscheidung wahl zug décision choix decisión elección scelta "
    "decisione decisão keuze settled decided decision agree disagree together altogether yes no right well "
    "ok okay sure clear case call question best fit only plain simple instead rather it this that "
    "correction corrected correct revised update edit"
)
_SMALL = words_of_list("the my our a an is to of for")
_SPEECH = re.compile(
    r"(?:i|we|my|our|let|ich|wir|je|nous|yo|io|eu|ik|jag)\b.*|.*\b(?:is|it|i|doubt|question|clear|obvious|simple|plain)",
    re.IGNORECASE,
)


def _softened(part: Segment, names: Words) -> str | None:
    if (_SOFT.search(part.clause) and not is_answer(part.clause, names)) or _SOFT_AFTER.match(part.after + part.later):
        return "it is hedged"
    return None


def _warned(part: Segment, names: Words) -> str | None:
    del names
    if _GERUND.search(part.clause):
        return "it is said of calling it so"
    choice = NO_CHOICE.search(part.clause)
    if choice is not None and not re.match(r"(?:but\s+)?now\b|doubt", choice.group(), re.IGNORECASE):
        return "it is warned of"
    if _WARNS.search(part.clause):
        return "it is warned of"
    if NEGATION.search(part.clause) and not re.search(r"\bnot\s+only\b", part.clause, re.IGNORECASE):
        return "it is negated"
    bare = not part.clause.strip(" \t*_\"'“‘`(") or re.fullmatch(
        r"\W*(?:and|but|so|to|yet)\W*", part.clause, re.IGNORECASE
    )
    if bare and _AS_SUBJECT.match(part.after):
        return "something is said about it"
    return None


def leads_elsewhere(lead: str) -> bool:
    """Whether the words before several labels say that they are expected, old or somebody else's."""
    return bool(UNREAL.search(lead) or BY_OTHERS.search(lead) or ALWAYS_BYGONE.search(lead) or _EXPECTED.search(lead))


_EXPECTED = re.compile(
    r"\b(?:expected|predicted|previous|former|old|hypothetical|planned|proposed|suggested|projected|forecast|rumou?red|would|last\s+(?:week|month|year)|yesterday)\b",
    re.IGNORECASE,
)


def states(text: str, start: int, end: int, names: Words) -> bool:
    """Whether the clause of a label states what is answered: "I choose", "the status is", the label alone."""
    part = segment(text, start, end)
    if part.heading or SELF.search(part.clause) or not re.sub(r"\W", "", part.clause):
        return True
    words = set(re.findall(r"[a-z-]+", part.clause.casefold()))
    return bool(words & (ANSWERS | names | {"it", "this", "that", "which", "what"})) or bool(words & THINGS)
