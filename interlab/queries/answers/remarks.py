"""Remarks beside an answer that are known to be harmless: offers, wishes, what was checked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from interlab.queries.answers.units import words_of

_SENTENCE = re.compile(r"(?<=[.!?。])(?<!\bM[rs]\.)(?<!\bDr\.)(?<!\bMrs\.)(?<!\bSt\.)\s+|\n+")
_OFFER_HEAD = (
    r"(?:(?:if|in\s+case|should|once|when(?:ever)?|as\s+soon\s+as|until)\s+"
    r"(?:you(?:r|['’]d|['’]re)?\b|anything\b|any\b|there\b|the\s+[\w-]+(?:\s+[\w-]+){0,2}\s+changes?\b)"
    r"(?!\s+(?:mean|meant|think|believe)\b)[^,.!?\d]{0,120},\s*(?:then\s+)?)"
)
_OFFERS = (
    r"(?:please\s+|just\s+|simply\s+|you\s+(?:can|could|may|might)\s+)?"
    r"(?:let\s+me\s+know|tell\s+me|send|share|ask|provide|upload|paste|contact|write\s+to|reach\s+out|say\s+(?:so|the\s+word)|"
    r"feel\s+free|don['’]t\s+hesitate|do\s+not\s+hesitate)\b|"
    r"i(?:['’]ll|['’]d|['’]m|\s+(?:can|could|will|would|am))(?=\W*$|\s)\s*(?:also\s+|gladly\s+|happily\s+|then\s+|be\s+)*"
    r"(?:help|explain|add|update|adjust|prepare|write|draft|provide|give|show|translate|format|convert|extend|redo|look|"
    r"happy|glad|elaborate|walk|send|share|make|create|produce|do|rewrite|shorten|suggest|list|include|find)?\b|"
    r"(?:it|that)\s+(?:won['’]t|will\s+not|does\s*n['’]t|doesn['’]t|can['’]t)\s+hurt\b|"
    r"(?:you\s+(?:can|could|may|might|will|should)|try|serve|bring|keep|take|make\s+sure|remember|be\s+sure|don['’]t\s+forget)\b"
)
_CERTAIN = [
    re.compile(
        r"(?:the|his|her|its|an?|no)\s[\w ]{2,40}?\s(?:is|are|was|were)(?:n['’]t|\s+not)?\s+"
        r"(?:named|given|mentioned|stated|specified|listed|"
        r"printed|known|included\s+in\s+the\s+text),?\s+so\s+(?:the|this|that|it|i)\b[^.!?\d]*\b(?:left\s+(?:out|empty|blank)|omitted|null|"
        r"empty|blank|out)\W*",
        re.IGNORECASE,
    ),
    re.compile(
        r"[\w '’-]{2,60}?\s+(?:is|are|was|were)(?:n['’]t|\s+not)\s+(?:part\s+of|in|asked\s+for\s+(?:by|in)|"
        r"covered\s+by|a\s+field\s+(?:of|in)|"
        r"included\s+in)\s+(?:the|this|your)\s+(?:schema|format|structure|type|template|fields|specification|requested\s+\w+)"
        r"(?:,?\s+so\s+(?:i|it|they|that)\b[^.!?\d]*\b(?:left\s+(?:\w+\s+)?out|omitted|skipped|dropped|ignored|excluded))?[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:the|a|an|its|their)\s[\w '’-]{2,60}?\s(?:is|are|was|were)(?:n['’]t|\s+not)\s+(?:a\s+)?part\s+of\s+"
        r"(?:the|this|your)\s+\w+,?\s+so\s+i\s+"
        r"(?:have\s+)?(?:left\s+(?:it|them)\s+out|omitted|skipped|dropped|ignored|excluded)(?:\s+(?:it|them))?[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"i(?:['’]ve|\s+have)?\s+(?:kept|made|left|wrote|written|used|set|held)\s+(?:the|it|this)\b[^.!?\d]*?,?\s+(?:just\s+)?as\s+(?:you\s+)?"
        r"(?:requested|asked|instructed|specified|wished|wanted)(?:\s+for)?[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"[^.!?]{3,160}?\b(?:so|therefore|hence|thus|which\s+is\s+why)\b[^.!?]{0,60}?\b(?:left\s+(?:(?:it|them|that|this|him|her|the\s+\w+|`\w+`)\s+)?"
        r"(?:out|empty|blank|null)|omitted|ignored|skipped|excluded|(?:not|n['’]t)\s+(?:included|listed|part\s+of\s+(?:it|the\s+\w+))|"
        r"(?:is|are|stays?|remains?|set\s+to)\s+(?:left\s+)?`?(?:null|empty|blank|false|omitted)`?)[^.!?,]{0,40}(?:\s+and\s+did\s+not\s+guess)?[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"i\s+(?:have\s+)?(?:left\s+out|omitted|skipped|excluded|did\s*(?:not|n['’]t)\s+(?:rank|include|list|count))\s+[^.!?]{1,60}?"
        r"\b(?:because|since|as)\b[^.!?]{1,80}[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"[^.!?]{0,60}\bnot\s+(?:legal|medical|financial|professional|tax)\s+advice\b[^.!?\d]{0,40}[.!]?", re.IGNORECASE
    ),
    re.compile(
        r"(?:the\s+)?\w+(?:\s+\w+)?\s+(?:is|are|runs?|goes?|ranges?)\s+(?:given\s+|measured\s+)?(?:on\s+a\s+scale\s+)?from\s+\d+\s+to\s+\d+[^.!?]{0,30}[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:[^.!?]|\.\d){2,80},?\s*(?:just\s+)?for\s+comparison[.!]?|for\s+comparison[,:][^!?]{2,80}[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"[^.!?]{2,80}?\b(?:was|were|is|are)(?:\s+not|n['’]t)\s+(?:included|listed|counted|ranked)\s+(?:here\s+)?(?:because|since|as)\b[^.!?]{2,80}[.!]?",
        re.IGNORECASE,
    ),
    re.compile(r"(?:fun\s+fact|did\s+you\s+know|trivia)\b[*_]*[:,?!]?[^!?]{0,200}[.!?]?", re.IGNORECASE),
    re.compile(
        r"(?:please\s+)?(?:remember|don['’]t\s+forget)\s+to\s+(?!change|replace|update|correct|set\b|add\b|fill|convert|adjust|check|verify|use\b|"
        r"remove|swap|multiply|divide|subtract|read\b|take\s+(?:off|away))[^!?]{3,160}[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"you\s+(?:can|could|may)\s+(?:also\s+)?(?:swap|replace|use|add|substitute|leave\s+out|try)\s+"
        r"(?!(?:the|this|that|its?|his|her|their)\s+(?:value|number|name|age|date|amount|price|title|year)\b)[^.!?\d]{3,100}\bif\s+you\b[^.!?\d]{3,60}[.!]?",
        re.IGNORECASE,
    ),
    re.compile(r"in\s+general,\s[^.!?\d]{3,120}[.!]?", re.IGNORECASE),
    re.compile(
        r"(?:the\s+)?\w+\s+(?:scale|legend|key)(?:\s+used)?\s*:\s*(?:[^=\n]{1,30}=[^=\n,;]{1,30}[,;]\s*){2,}[^=\n]{1,30}=[^=\n]{1,30}",
        re.IGNORECASE,
    ),
    re.compile(r"(?:this|that|which)\s+leaves\s+(?:us|me|you|them|him|her|room)\b[^.!?]{0,80}[.!]?", re.IGNORECASE),
    re.compile(
        r"feel\s+free\s+to\s+(?:change|adjust|adapt|edit|tweak|modify)\s+(?:the|its)\s+(?:tone|wording|style|format(?:ting)?|layout)\b[^.!?\d]*[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:sag(?:en\s+sie)?\s+(?:mir\s+)?(?:einfach\s+|gerne\s+)?bescheid|melden\s+sie\s+sich|gerne\s+kann\s+ich|dis-moi\s+si|n['’]hésite[z]?\s+pas|"
        r"av[íi]same|no\s+dudes\s+en|fammi\s+sapere|me\s+avise|laat\s+(?:het\s+)?me\s+weten)\b[^\d]{0,160}",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:it|is)\s+to\s+be\s+told\s+apart"
        if False
        else r"(?:it\s+is\s+)?not\s+to\s+be\s+confused\s+with\b[^.!?]*[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:but\s+)?i(?:['’]m|\s+am)\s+(?:not|no)\s+(?:an?\s+)?(?:lawyer|doctor|physician|expert|native\s+speaker|accountant|judge|chef|"
        r"advisor|adviser|professional|engineer)\b[^,;:\d]*[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:all\s+)?(?:of\s+)?the\s+(?:others?|rest|remaining\s+\w+)\s+(?:is|are|was|were|will\s+be)\s+(?:not\s+)?(?:scheduled|planned|"
        r"absent|irrelevant|invited|unaffected|on\s+leave|for\s+another)\b[^,;:\d]*[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"i\s+(?:have\s+)?assumed\s+(?:that\s+)?(?:the|this|it)\b[^.!?\d]*\b(?:appl(?:y|ies)|refers?|belongs?|covers?)\b[^.!?\d]*[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:yes,?\s+)?(?:(?:i\s+know|granted),?\s+)?(?:this|that|these|those|the)\s[^.!?\d]*?\b(?:unusual|odd|strange|surprising|"
        r"remarkable|extreme|unexpected|rare|curious|funny)\b[^.!?\d]{0,20},?\s+but\s+(?:that|this|it|they)(?:['’]s|\s+(?:is|are|was|were))\s+"
        r"(?:exactly\s+|precisely\s+|just\s+)?(?:what|how|correct|right|as)\b[^.!?\d]*[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:that|this)(?:['’]s|\s+is)\s+(?:everything|all)(?:\s+that)?\s+(?:the|your)\s+\w+\s+(?:says?|tells?|mentions?|gives?|states?|"
        r"contains?|has)\b[^,;:\d]*[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"i\s+(?:have\s*n['’]t|have\s+not|did\s*n['’]t|did\s+not)\s+(?:add(?:ed)?|invent(?:ed)?|change[d]?|make|made)\s+(?:up\s+)?"
        r"(?:any(?:thing)?)\b[^,;:\d]*(?:,?\s+(?:since|because|as)\s[^.!?\d]*)?[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"i(?:\s+have|['’]ve)?\s+(?:also\s+)?(?:(?:double-?\s?|re-?|cross-?)?checked|verified|confirmed|made\s+sure)\s+(?:that\s+)?(?:no|none|nothing|every(?:thing)?|each|all)\b"
        r"(?![^.!?]*\b(?:but|except|save|apart|however|though|only|almost|nearly)\b)[^.!?\d]*[.!]?",
        re.IGNORECASE,
    ),
]
"""Remarks whose words are all known."""
_OFFERED = [
    re.compile(
        r"(?:but\s+)?(?:in\s+)?(?:the\s+)?(?:next|later|future|following)\s+(?:rounds?|turns?|games?)\b,?\s+(?:i|we)\b[^\d]*",
        re.IGNORECASE,
    ),
    re.compile(rf"{_OFFER_HEAD}(?:{_OFFERS})[^\d]*", re.IGNORECASE),
    re.compile(
        r"(?:please\s+)?(?:let\s+me\s+know|tell\s+me|feel\s+free|just\s+(?:ask|let\s+me|tell\s+me|say)|do\s+you\s+(?:want|need)|"
        r"would\s+you\s+like|shall\s+i|should\s+i|i(?:['’]d|['’]m|\s+(?:would|am|will))\s+(?:be\s+)?(?:happy|glad)\s+to|i\s+can\s+also|"
        r"send\s+me|is\s+there\s+anything|any\s+questions)\b[^\d]*",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:i['’]?(?:ve|\s+have)?\s+)?(?:double-?\s?checked|checked|verified|confirmed|cross-?checked)\b(?![^.!?]*\b(?:but|not|except|wrong|off|"
        r"only|however)\b|[^.!?]*n['’]t\b)[^.!?]*[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:(?:and|so)\s+)?(?:the|a|an|this|that|his|her|its|their)\s+[\w'’ -]{3,60}?\s+"
        r"(?:was|were|is|are)\s+not\s+[\w ]{3,30},?\s+but\s+"
        r"(?:it|they|that)\s+(?:carries|carry|holds?|contains?|has|have|adds?|concerns?|affects?|matters?)\s+"
        r"(?:none\s+of\s+the\s+fields?|no\s+fields?|nothing)\b[^.!?\d]*[.!]?",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:(?:please\s+)?note\s+that\s+)?i\s+(?:do\s*n['’]t|do\s+not)\s+have\s+access\s+to\b[^\d]{3,160}",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:pro\s+)?(?:tips?|hint|fun\s+fact|serving\s+suggestion|storage|bonus)\b[*_]*:[*_]*\s[^\d]*", re.IGNORECASE
    ),
    re.compile(r"the\s+\w+\s+also\s+mentions\s+(?:an?\s)[^.!?\d]{1,60}[.!]?", re.IGNORECASE),
]
"""Offers and remarks that are harmless unless a word of change stands in them."""
_CHANGES = re.compile(
    r"\b(?:instead|(?<!you['’]d\s)(?<!you\swould\s)rather|replace\w*|swap\w*|switch\w*|rename|remove|delete|drop|ignore|disregard|discard|wrong|incorrect|mistake\w*|"
    r"errors?|guess\w*|assum\w*|placeholder\w*|draft|example|invented|made\s+up|estimat\w*|approximat\w*|(?<!you['’]re\s)(?<!you\sare\s)not\s+(?:sure|certain|final|"
    r"complete)|unsure|uncertain|half|twice|double|higher|lower|both|neither|otherwise|actually|real|true|correct\s+(?:it|this|that|the|"
    r"answer|value|number|one)|change\s+(?:it|this|that|the|to)|set\s+(?:it|this|that|the)|use\s+(?:the|this|that|it|a|an|my|[A-Z\"“'])|"
    r"count\s+(?:it|them|the)|"
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|hundred|thousand)\b)",
    re.IGNORECASE,
)

MAX_SENTENCE = 500
"""Characters of a remark; a longer one is no offer."""


def is_harmless(sentence: str, labels: Iterable[str] = ()) -> bool:
    """Whether a sentence is an offer, a wish or a remark of a kind that changes no answer.

    Args:
        sentence: one sentence, or its beginning if the reply was cut.
        labels: the labels of the type, plain; a sentence with one of them may say another answer.
    """
    bare = sentence.strip().strip("*_ ")
    if len(bare) > MAX_SENTENCE:
        return False
    known = any(one.fullmatch(bare) for one in _CERTAIN)
    if not known and (_CHANGES.search(bare) or not any(one.fullmatch(bare) for one in _OFFERED)):
        return False
    small = f" {' '.join(words_of(bare))} "
    return not any(label and f" {label} " in small for label in labels)


def without_harmless(text: str, labels: Iterable[str] = ()) -> str:
    """A text without the sentences that are known to be harmless."""
    known = set(labels)
    kept = [(one, end) for one, end in _sentences(text) if not is_harmless(one, known)]
    return "".join(one + end for one, end in kept)


def _sentences(text: str) -> Iterable[tuple[str, str]]:
    """The sentences of a text, each with the space behind it."""
    at = 0
    for match in _SENTENCE.finditer(text):
        yield text[at : match.start()], match.group()
        at = match.end()
    yield text[at:], ""
