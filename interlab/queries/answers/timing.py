"""When a label is told of, and under which condition: what was, what is to be, what would be."""

from __future__ import annotations

import re

from interlab.queries.answers.reporting import SELF
from interlab.queries.answers.segments import Segment
from interlab.queries.answers.subjects import Words, is_answer
from interlab.queries.answers.wording import CONDITION, REASON

LATER = "it is told of a time to come"
"""The reason of a label that is a plan beside the one of now."""
_PAST = re.compile(
    r"\b(?:was|were|had|did|used\s+to|been|\w{3,}ed|chose|chosen|said|thought|wrote|told|saw|held|found|felt|put|went|"
    r"gave|took|came|became|began|stood)\b",
    re.IGNORECASE,
)
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_PERIOD = (
    rf"(?:round|time|turn|game|week|month|year|night|evening|summer|winter|spring|autumn|fall|quarter|sprint|season|day|"
    rf"morning|{_DAY}|{_MONTH})"
)
ALWAYS_BYGONE = re.compile(
    r"\b(?:originally|initially|at\s+(?:first|the\s+time|that\s+time|the\s+(?:start|beginning|outset))|previously|formerly|once\s+was|"
    r"was\s+once|back\s+(?:then|in|when)|in\s+the\s+(?:past|old\s+days)|until\s+(?:now|then|recently)|so\s+far|thus\s+far|"
    r"up\s+to\s+now|in\s+those\s+days|(?:was|were)\s+(?:going|about)\s+to|first\s+(?:impression|thought|guess|reading|"
    r"instinct|draft)|(?:i|we)\s+(?:had\s+|have\s+)?first)\b",
    re.IGNORECASE,
)
THEN = re.compile(
    rf"\b(?:(?:an?|one|two|three|four|five|six|several|some|few|many|\d+)\s+\w+\s+(?:ago|before|earlier)|yesterday|"
    rf"(?:last|the\s+previous|previous|the\s+first|the\s+second|the\s+other|that|the\s+last)\s+{_PERIOD}|earlier|"
    rf"(?:in|on|by|during|of)\s+(?:the\s+)?(?:{_MONTH}|{_DAY}|(?:19|20)\d\d\b|spring|summer|autumn|winter|(?:round|turn|game)\s+(?:\d+|one|"
    rf"two|three)|(?:first|previous|last|earlier|opening|old)\s+\w+)|before\s+(?:the|that|this|my|his|her|their|our|it|we|"
    rf"they|he|she|i)\b|until\s+\w+|when\s+(?:i|we|he|she|they|the|it)\b|"
    r"in\s+the\s+(?!end\b|final\b|current\b|present\b|light\b|last\b)\w+,\s+i\b)",
    re.IGNORECASE,
)
TO_COME = re.compile(
    rf"\b(?:tomorrow|soon|someday|some\s+day|one\s+day|eventually|in\s+the\s+(?:future|long\s+run)|"
    rf"(?:next|the\s+next|the\s+following|(?:every|each|any)(?:\s+(?:\w+))?)\s+{_PERIOD}|from\s+(?:\w+\s+){{1,3}}on(?:wards?)?|"
    rf"(?:starting|from|as\s+of)\s+(?:on\s+|from\s+|in\s+)?(?:{_DAY}|{_MONTH}|tomorrow|next))\b",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"(?:^\W*|\bsoon\s+|\b(?:was|were)\s+)to\s+be\s+(?:\w+\s+(?:to|as)\s+)?$|\b(?:(?:will|['’]ll|shall|would|should|must|can|may|ought\s+to|(?:is|are|was|were|['’]s)\s+(?:about\s+|going\s+|due\s+|supposed\s+|meant\s+|"
    r"bound\s+|set\s+|likely\s+|expected\s+|scheduled\s+)?to|(?:has|have|had|needs?|yet|remains?|wants?|gonna)\s+to)\s+"
    r"(?:\w+ly\s+|still\s+|all\s+|soon\s+|then\s+|also\s+)?(?:be|become|get|turn|go|reach|have\s+been)|(?:is|are|['’]s)\s+(?:slowly\s+|fast\s+|quickly\s+)?"
    r"(?:becoming|turning|getting)|(?:turns?|becomes?|gets?|threatens?\s+to|about\s+to)(?:\s+(?:be|become|turn|get))?)\s+"
    r"(?:\w+ly\s+|all\s+|very\s+)?(?:an?\s+|the\s+)?[\"'“*]*$",
    re.IGNORECASE,
)
_AIMS = re.compile(
    r"\b(?:goal|aim|target|objective|idea|hope|ambition|point|trick|purpose|intention|duty|job)\s+(?:is|was|here\s+is)\s+to\b|"
    r"\b(?:intend|aim|plan|hop|want|wish|expect|prepar|promis|offer|vow|swear|ask|request|propos|prefer|need)(?:e|es|s|ed|ing)?\s+"
    r"(?:\w+\s+){0,2}to\s+(?:be|get|have|mark|set|call|rate|label|see|file|move|report|put|make)\b|"
    r"\b(?:almost|nearly|half)\s+\w+|\bto\s+(?:get|have|see)\s+(?:this|it|that|\w+\s+\w+)\s*$|\bgrant\s+that\b|\bconsider\s+it\b",
    re.IGNORECASE,
)
IF = re.compile(
    r"\b(?:know|ask|see|wait)\s+(?:\w+\s+)?when\b|\bas\s+(?:if|though)\b|(?<!even\s)(?<!as\s)\bif\b|\b(?:unless|whenever|in\s+case|provided|providing|assuming|supposing|suppose|as\s+long\s+as|"
    r"so\s+long\s+as|on\s+condition|as\s+soon\s+as|by\s+the\s+time|(?<!at\s)the\s+(?:moment|minute|instant|day)\s+(?=\w+\s+\w+s\b)|otherwise|"
    r"in\s+(?:that|such\s+a|the\s+(?:worst|best|first|second|other|latter|former))\s+case|in\s+(?:case|the\s+event)\s+of|"
    r"depending|until|till|whether|only\s+(?:when|after|once))\b|"
    r"^\W*(?:and\s+|then\s+)?(?:had|were|should)\s+(?:the|this|that|it|he|she|they|we|i|you|an?|any\w*|some\w*|[A-Z]\w+|"
    r"my|your|his|her)\b",
    re.IGNORECASE,
)
OPENS_IF = re.compile(
    r"\b(?:know|ask|see|wait)\s+(?:\w+\s+)?when\b|\bas\s+(?:if|though)\b|^\W*(?:and\s+|then\s+|or\s+)?(?:"
    r"(?:when|once)\s+(?!i\b|we\b|all\b|\w+ing\b|you\s+(?:consider|weigh|read|look|think|compare)|considered\b|weighed\b|"
    r"everything\b|more\b|again\b)|"
    r"after\s+(?!all\b|(?:\w+ly\s+)?\w+ing\b|i\b|we\b|careful\b|some\b|much\b|an?\b|long\b|(?:two|three|four|five|six|several|\d+)\s+(?:minutes|hours|days|weeks|months|years)\b|due\b|further\b|close\w*\b|all\b|thorough\b)|"
    r"(?:taken|read|seen|viewed|understood|interpreted|judged)\s+(?!together|as\s+a\s+whole|altogether|overall|in\s+(?:full|context|its\s+entirety))\w+|"
    r"(?:(?!based|given|considered|weighed|viewed|measured|judged|rated|merged|deployed|tested|reviewed|needed|indeed|compared)\w+ed|left|known)\b[^,]*,\s+(?=(?:it|this|that)\b)|"
    r"without\s+(?!(?:a\s+|any\s+)?(?:doubt|question|hesitation)\b)|in\s+(?:theory|principle|isolation|general)\b|on\s+(?:paper|the\s+surface|its\s+(?:face|own)|the\s+face\s+of\s+it)\b|"
    r"at\s+(?:first\s+|a\s+|second\s+)(?:glance|sight|look|reading)|superficially\b|literally\b|formally\b|technically\b|"
    r"normally\b|usually\b|generally\b|typically\b|ideally\b|officially\b|theoretically\b|nominally\b)",
    re.IGNORECASE,
)
_THEN_ONLY = re.compile(
    r"^[\s\"'”’*,)]*(?:and\s+)?(?:when(?:ever)?|once(?!\s+(?:again|more))|as\s+soon\s+as|(?:as|so)\s+long\s+as|the\s+(?:moment|minute|instant)|"
    r"by\s+(?!(?:the|our|my|this|that|any)\s+(?:rules?|book|hand\w+|guide\w*|matrix|definition|polic\w+|standards?|scale|measure|far)\b|"
    r"(?:definition|far|my|our|all|itself|now)\b)|only\b|pending\b|subject\s+to\b|,?\s*(?:apart|aside)\s+from\b|save\s+for\b|all\s+but\b|at\s+(?:best|most|worst)\b|by\s+tomorrow|"
    r"before\b|in\s+(?:theory|principle)|on\s+(?:paper|the\s+surface)|with\s+(?:some\s+)?reserv\w+|"
    r"(?:on|for)\s+(?:heads|tails)\b|again\s+(?:by|until)|bordering\b|verging\b|or\s+so\b|should\b|provided\b)",
    re.IGNORECASE,
)
UNREAL = re.compile(
    r"\b(?:would|could|might)\s+(?:\w+ly\s+|still\s+|also\s+|then\s+|even\s+|only\s+)?(?:have\s+(?:been|become|made|meant)|be|become|make|turn|count|"
    r"call|say|label|rate|need|take|mark|see|read|apply|expect)\b",
    re.IGNORECASE,
)
_CHOSEN = re.compile(
    r"\b(?:i|we)(?:['’](?:ve|ll|m|d))?\s+(?:\w+\s+){0,3}?(?:choose|chose|chosen|decided?|pick(?:ed)?|select(?:ed)?|rated?|classif(?:y|ied)|"
    r"label\w*|set|mark(?:ed)?|call|say|conclude|opt(?:ed)?|settled?|go|give|judge|assign|consider|think|believe|find|read|put|see|"
    r"vote|answer)\b|\bmy\s+(?:\w+\s+){0,2}?(?:answer|choice|decision|move|verdict|label|rating|classification|conclusion)\b",
    re.IGNORECASE,
)


def bygone(part: Segment, names: Words) -> str | None:
    del names
    if ALWAYS_BYGONE.search(part.opening):
        return "it is told of a time that is over"
    past = _PAST.search(part.clause)
    if past is None:
        return None
    if re.search(r"\bsince\b", part.opening, re.IGNORECASE) and not re.search(r"\b(?:was|were)\b", part.clause):
        return None
    told = THEN.search(part.opening) or THEN.match(part.after.lstrip(" ,"))
    has_present = re.search(
        r"\b(?:is|are|has|have|remains?|am)\b|['’](?:s|ve)\b", part.clause[past.start() :], re.IGNORECASE
    )
    if told is not None and not has_present:
        return "it is told of a time that is over"
    return None


def planned(part: Segment, names: Words) -> str | None:
    if TO_COME.search(part.opening) or TO_COME.match(part.after.lstrip(" ,")):
        return LATER
    planned = _PLANNED.search(part.clause)
    if planned is not None and re.match(r"was|were", planned.group(), re.IGNORECASE):
        return "it is a plan, or what should be"
    if planned is not None and not is_answer(part.clause[: planned.start()], names):
        return "it is a plan, or what should be"
    if _AIMS.search(part.clause):
        return "it is a plan, or what should be"
    return None


def conditional(part: Segment, names: Words) -> str | None:
    del names
    if IF.search(part.opening):
        return "it is said under a condition"
    if OPENS_IF.search(part.opening) and not (
        re.match(r"\W*after\b", part.opening, re.I) and _CHOSEN.search(part.opening)
    ):
        return "it is said under a condition"
    behind = part.after
    if _THEN_ONLY.match(behind) or CONDITION.search(REASON.split(_CONCESSIVE.sub(" ", behind))[0]):
        return "it is said under a condition"
    unreal = UNREAL.search(part.clause)
    if unreal is not None and not SELF.search(part.clause[: unreal.start()]):
        topic = part.clause[: unreal.start()]
        if not re.search(r"\b(?:answer|choice|label|verdict|rating|classification)\s*$", topic, re.IGNORECASE):
            return "it is said of what would be"
    return None


_CONCESSIVE = re.compile(
    r"\b(?:even\s+if|even\s+when|no\s+matter\s+(?:if|whether)|regardless\s+(?:of\s+)?whether|as\s+if)\b", re.IGNORECASE
)


def is_conditional(after: str) -> bool:
    """Whether what stands behind a value makes it depend on something: "once it is signed"."""
    return _THEN_ONLY.match(after) is not None
