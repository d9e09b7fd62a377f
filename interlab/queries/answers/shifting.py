"""Sentences beside an answer by which what it holds has been overtaken, belongs to somebody else, or stands on nothing:
a later state, a comparison, an undone act, a source that is none."""

from __future__ import annotations

import re

from interlab.queries.answers.against import POINTER, clauses_of
from interlab.queries.answers.beside import numbers_of
from interlab.queries.answers.held import WHOLE, Field, Held, naming

_AMOUNT = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|twenty|thirty|forty|fifty|"
    r"half|\d+(?:[.,]\d+)?|some|several|a\s+few|a\s+(?:little|bit|lot)|much|twice|double|far)"
)
_MORE = (
    r"(?:older|younger|later|earlier|sooner|higher|lower|more|less|fewer|longer|shorter|warmer|colder|cooler|hotter|"
    r"bigger|smaller|larger|wider|heavier|"
    r"lighter|better|worse|cheaper|dearer|too\s+\w+|off)"
)
_STEP = (
    r"(?:years?|days?|hours?|minutes?|weeks?|months?|degrees?|stars?|points?|steps?|levels?|notch(?:es)?|places?|km|"
    r"kilomet\w+|miles?|met\w+|euros?|dollars?|"
    r"pounds?|percent|units?|bit|little|lot|few)"
)
_COMPARED = re.compile(
    rf"\b(?:{_AMOUNT}\s+(?:of\s+)?(?:an?\s+)?{_STEP}|\d+|much|far|twice|a\s+(?:lot|little|bit)|"
    rf"slightly)\s+(?:or\s+(?:two|so)\s+)?{_MORE}\b|"
    r"\b(?:twice|double|half|three\s+times)\s+(?:as|the|that)\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:by\s+now|meanwhile|in\s+the\s+meantime|nowadays|these\s+days|as\s+of\s+(?:\d+|last|this)|back\s+then|"
    r"at\s+that\s+time|when\s+(?:i|we)\s+last|last\s+(?:time\s+)?(?:i|we)\s+(?:looked|checked)|"
    r"(?:an?|one|two|three|four|five|ten|\d+)\s+(?:minutes?|hours?|days?|weeks?|months?|years?)\s+ago|afterwards|"
    r"later\s+on|not\s+any\s*more|no\s+longer|used\s+to)\b|"
    r"\b(?:has|have|had)\s+(?:(?:been|just|now|already|recently)\s+)*\w+\b[^,;.!?]{0,40}\bsince\b(?=\s*(?:[,;.!?]|"
    r"$))|\bfrom\s+(?:yesterday|last\s+\w+)\b",
    re.IGNORECASE,
)
_UNDONE = re.compile(
    r"\b(?:(?:is|are|was)\s+(?:somebody|someone|anybody)\s+else['’]s|(?:is|are|was)\s+(?:my|her|his|"
    r"their)\s+\w+['’]s(?=\W*$)|push(?:ed)?\s+it\s+back|disallowed|annulled|voided|overturned|reversed|revoked|"
    r"disqualified|bounced|emptied|deleted|renamed|superseded|struck\s+(?:out|off)|invalidated|retracted|recalled|"
    r"dead|is\s+taken|"
    r"duplicates?|cross(?:ed|es)\s+(?:it|that|them)\s+out|fell\s+through|called\s+off|so\s+far|changed\s+(?:sides|"
    r"her|his|its|their|hands)|pressed\s+the\s+wrong|(?<!i\s)(?<!we\s)(?:has|have)\s*(?:not|n['’]t)\s+(?:(?:yet|"
    r"been)\s+){0,2}(?:confirmed|approved|signed|agreed|decided|deducted|added|"
    r"included|announced|settled|checked|verified)(?:\s+yet)?|came\s+after\s+the|turns?\s+around|traded?\s+places|"
    r"trade\s+places|change\s+places|either\s+way|could\s+go\s+(?:either|both))\b",
    re.IGNORECASE,
)
DROPPED = re.compile(
    r"\b(?:so|hence|therefore|and|which)\b[^.!?]{0,50}(?:n['’]t|\bnot)\s+(?:\w+\s+)?(?:count\w*|listed|included|here|"
    r"in\s+(?:the|this)|appear|part|matter|shown|rank\w*)\b",
    re.IGNORECASE,
)
_GROUNDLESS = re.compile(
    r"\b(?:just\s+to\s+(?:show|fill|give|have|satisfy|keep)|not\s+to\s+be\s+taken|as\s+a\s+joke|an?\s+joke|"
    r"(?:forces?|forced|had|have)\s+(?:me\s+)?to\s+(?:give|say|put|enter|write)\s+(?:some\w+|a\s+\w+)|"
    r"somewhere\s+in|in\s+(?:his|her|their|its|the)\s+(?:early\s+|mid-?\s?|late\s+)?(?:twenties|thirties|forties|"
    r"fifties|sixties|seventies|eighties|nineties)|anonymi[sz]ed|pseudonymi[sz]ed|from\s+memory|by\s+heart|"
    r"by\s+habit|out\s+of\s+habit|my\s+own\s+(?:choice|choosing|idea|number\w*|invention|addition|count|guess|"
    r"wording)|of\s+my\s+own|"
    r"(?:is|are|was)\s+mine|one\s+(?:that\s+)?i\s+(?:numbered|chose|picked|made|found\s+fitting)|"
    r"off\s+the\s+top\s+of\s+my\s+head|by\s+(?:feel|eye|ear|instinct)|from\s+the\s+(?:mood|looks|tone|sound)|"
    r"looks?\s+like\s+in|the\s+(?:usual|typical|average|default|standard|common|customary|normal|nearest)\s+(?:one|"
    r"value|figure|number)s?|rolled\s+a\s+di(?:e|ce)|fits?\s+the\s+(?:schema|format|type))\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"(?:\b(?:is|are|was|were|has|have|been|be)\s*(?:not|n['’]t)|n['’]t|\bnot|\bnowhere|"
    r"\bnever)\s+(?:\w+\s+){0,2}?(?:given|stated|mentioned|measured|named|known|specified|reported|printed|listed|"
    r"told|recorded|described|in\s+the\s+(?:text|mail|document|report|article)|there(?=\W*$|[,;]))(?!\w)|\bdoes\s*n['’]t\s+(?:name|"
    r"give|say|state|mention|tell|specify|report)\b|\bnobody\s+(?:gives|says|knows|states)\b",
    re.IGNORECASE,
)
_FOUNDED = re.compile(
    r"\b(?:but|yet|however|though|although)\b|\b(?:outright|explicitly|directly|literally|in\s+so\s+many\s+words)\b|"
    r"\bborn\b|\bfollows?\b|\b(?:so|hence|therefore|thus)\b[^.!?]*\b(?:null|none|empty|blank|left|missing|omitted|"
    r"default|false)\b",
    re.IGNORECASE,
)
_OWN_ACT = re.compile(
    r"\bi\s+(?:just\s+|simply\s+|then\s+|only\s+|therefore\s+|first\s+)?(?:took|take|used|put|chose|picked|inferred|"
    r"computed|calculated|entered|gave|set|wrote|copied|built|derived|deduced|concluded|filled)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_STRANGE = re.compile(
    r"\b(?:her|his|its|their|the)\s+(?:\w+\s+)?(?:sister|brother|mother|father|wife|husband|son|daughter|cousin|aunt|"
    r"uncle|neighbou?r|colleague|friend|partner|predecessor|successor|namesake)(?:['’]s)?\b|"
    r"\b(?:another|somebody\s+else|someone\s+else|other\s+(?:one|person|page|version))(?:['’]s)?\b|"
    r"\bfor\s+\w+\s+first\b|\bthe\s+(?:usual|typical|average|default|standard|common)\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:only|just|merely)\s+(?:the\s+)?(?:first|one|two|half|some|part|a\s+part|the\s+beginning)\s+(?:of|half)\b|"
    r"\b(?:is|are)\s+(?:only|just|merely)\s+(?:the\s+)?(?:first|one|half|part|some)\b|\bi\s+(?:stopped|"
    r"broke\s+off)\b|"
    r"\bwhose\s+(?:name|age|\w+)\s+i\s+(?:could|can|did|do)\s*(?:not|n['’]t)\b|\b(?:forgot|"
    r"forgotten)\b(?!\s+nothing)|\bso\s+(?:please\s+)?(?:choose|pick|check|verify|decide|select|do|put|make)\b|"
    r"\bplease\s+(?:choose|pick|decide|select|do|put|make)\b|"
    r"\bsleep\s+on\s+it\b|\bfor\s+the\s+(?:moment|time\s+being)\b|\bmeans?\s+(?:hours|minutes|miles|days|seconds|"
    r"pounds|dollars|euros)\b|\bbut\s+wouldn['’]t\s+swear\b|\b(?:lean|tend)\s+(?:towards?|to)\b",
    re.IGNORECASE,
)
_UNREAL = re.compile(
    r"\b(?:if|would|could|had\s+(?:she|he|it|they|there)|should|might|next|tomorrow|last\s+(?:year|week|month|"
    r"time))\b|['’]d\b",
    re.IGNORECASE,
)
_ACTIVE = {
    "resolved": "fixed|solved|repaired|restored|closed|resolved|remedied",
    "paid": "paid|settled|transferred|cleared",
    "withdrawn": "withdrew|withdrawn|retracted|took\\s+(?:it|his\\s+bid|her\\s+bid)\\s+back",
    "guilty": "guilty|convicted?|convicts?",
    "satisfied": "satisfied|happy|pleased|content",
    "recommend": "recommends?|recommended|buy\\s+(?:it|one|them)?\\s*again|recommendation",
    "would_recommend": "recommends?|recommended|buy\\s+(?:it|one|them)?\\s*again",
}
_CONTRARY = {
    "resolved": "unresolved|reopened|broke\\s+again",
    "paid": "unpaid|overdue|outstanding",
    "guilty": "innocent|acquit\\w*|not\\s+guilty",
    "satisfied": "dissatisfied|unhappy|disappointed|displeased",
    "recommend": "advises?\\s+against|stay\\s+away",
}
_NEGATED = re.compile(
    r"(?:\b(?:not|never|nobody|no|hardly|without|refuse[sd]?\s+to)|n['’]t)\s+(?:\w+\s+){0,3}$", re.IGNORECASE
)


def has_moved_on(sentence: str, held: Held) -> bool:
    """Whether a sentence says that what the answer holds is past, undone, incomplete, or stands on nothing."""
    if _GROUNDLESS.search(sentence) or _PART.search(sentence):
        return True
    if any(_contrary(clause, one) for clause in clauses_of(sentence) for one in held.fields):
        return True
    act = _OWN_ACT.search(sentence)
    if act is not None and _STRANGE.search(act["rest"]):
        return True
    if DROPPED.search(sentence):
        return False
    about: object = None
    for clause in clauses_of(sentence):
        about = (
            (about if re.match(r"\W*(?:which|who|that)\b", clause) else None)
            or held.names_field(clause)
            or WHOLE.search(clause)
            or POINTER.match(clause)
            or is_of_held(clause, held)
        )
        if (
            about
            and not _UNREAL.search(clause)
            and (_UNDONE.search(clause) or _NOW.search(clause) or _compared(clause))
        ):
            return True
    return _invents(sentence, held)


def _compared(clause: str) -> bool:
    match = None if re.match(r"\W*(?:i|we)\s+have\b", clause, re.I) else _COMPARED.search(clause)
    return match is not None and not re.search(
        r"(?:n['’]t|\b(?:not|no|never))\W+(?:\w+\s+){0,2}$", clause[: match.start()]
    )


_SHE = re.compile(r"^[\s\W]*(?:(?:and|so|but|by\s+now|now|then|because|since)\s+)*(?:she|he|they)\b", re.IGNORECASE)


def is_of_held(clause: str, held: Held) -> bool:
    """Whether a clause speaks of somebody or something that is held, or of a number of it."""
    small = clause.casefold()
    names = held.short_texts if held.fields else held.short_texts | held.told.names
    if any(re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", small) for one in names if len(one) > 1):
        return True
    first = [word for text in held.short_texts for word in text.split()[:1] if len(word) > 2]
    if any(re.search(rf"(?<![\w-]){re.escape(one)}(?![\w-])", small) for one in first):
        return True
    return bool(numbers_of(clause) & held.told.numbers) or (_SHE.match(clause) is not None and held.told.is_person)


def _invents(sentence: str, held: Held) -> bool:
    """Whether a sentence says that the source doesn't give a field that the answer holds."""
    match = _ABSENT.search(sentence)
    if match is None or _FOUNDED.search(sentence):
        return False
    return any(_is_filled(one) and _names(one, sentence) for one in held.fields)


_PART_OF_NAME = re.compile(
    r"\b(?:last|first|maiden|middle|full|exact|second|family|nick|precise|real)\b", re.IGNORECASE
)


def _names(one: Field, sentence: str) -> bool:
    """Whether a sentence names a field, and not only a part of it such as "her last name"."""
    match = names.search(sentence) if (names := naming(one)) is not None else None
    return match is not None and not _PART_OF_NAME.search(match.group())


def _is_filled(one: Field) -> bool:
    return any(value not in (None, "", False) for value in one.values)


def _contrary(clause: str, one: Field) -> bool:
    """Whether a clause tells in other words the contrary of a truth that is held."""
    clause = re.sub(r"(?:\bwould|['’]d)\s+never|\bwouldn['’]t", " never", clause, flags=re.IGNORECASE)
    if (
        one.truth is None
        or len(clause.split()) < 2
        or _UNREAL.search(clause)
        or re.search(r"\b(?:until|when|once|whether|as\s+soon\s+as|after|before|to\s+be)\b", clause, re.I)
    ):
        return False
    for table, says in ((_ACTIVE, True), (_CONTRARY, False)):
        for word, forms in table.items():
            match = (
                re.search(rf"\b(?:{forms})\b(?![^,;]*\b(?:instead|older|newer|other|another)\b)", clause, re.I)
                if word in one.words
                else None
            )
            if match is not None and (says != bool(_NEGATED.search(clause[: match.start()]))) != one.truth:
                return True
    return False
