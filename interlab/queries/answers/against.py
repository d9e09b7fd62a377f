"""Sentences beside an answer that speak of it and put it in doubt: a field, a value, or the whole of it."""

from __future__ import annotations

import re
from functools import lru_cache

from interlab.queries.answers.beside import numbers_of
from interlab.queries.answers.held import WHOLE, Held
from interlab.queries.marks import ESTIMATE

CLAUSE = re.compile(
    r"[;:–—()]|\s-\s|,\s+(?=(?:and|but|so|yet|or|which|who|while|whereas|though|although|because|since|as|if|unless|"
    r"hence|"
    r"therefore|then|please|only|it|he|she|they|i|you|we|this|that|these|those|the|there|here|one)\b)|"
    r"\s+(?:and|but|so|because|since|while|although|though|yet)\s+(?=(?:i|it|he|she|they|you|we|this|that|the|there|"
    r"these|those|please)\b)",
    re.IGNORECASE,
)
SENTENCE = re.compile(r"(?<=[.!?…])[\"”'’)*_`]{0,3}\s+|\n+|(?<=[。！？])")
MAX_CLAUSE = 600
"""Characters of a clause that are searched."""

NO_DOUBT = re.compile(
    r"\b(?:no|not|never|without|nothing|none|hardly)\s+(?:(?:is|was|are|were|an?|any|the|to\s+be|at\s+all|"
    r"in\s+any\s+way|some|of\s+(?:it|them))\s+){0,2}"
    r"(?:typos?|mistaken?s?|errors?|guess(?:e[sd]|work|ing)?|wrong|made\s+up|invented|assum\w+|estimat\w+|swapped|"
    r"mixed\s+up|outdated|doubts?|"
    r"placeholders?|examples?|drafts?|random|arbitrary|illegible|rounding|rounded|hypothetical|misprint)\b|"
    r"n['’]t\s+(?:(?:an?|any|at\s+all)\s+)?(?:typos?|mistaken?s?|errors?|guess(?:e[sd]|work|ing)?|wrong|made\s+up|"
    r"invented|estimat\w+|"
    r"assum\w+|swapped|outdated|placeholders?|examples?|drafts?|misprint|misread)\b|"
    r"\b(?:doubts?|errors?|typos?|mistakes?)\s+(?:do\s*n['’]t|does\s*n['’]t|is|are|was|were|has\s+been|"
    r"have\s+been)\s*(?:survive|remain|matter|fixed|"
    r"cleared|resolved|ruled|dispelled|settled)?\b(?=\W*$)",
    re.IGNORECASE,
)
STRONG = re.compile(
    r"\b(?:tb[acd]|typos?|misprints?|slips?|errors?|mistakes?|mistaken|wrong(?:ly)?|incorrect(?:ly)?|guess(?:e[sd]|"
    r"work|ing)?|estimat(?:e[sd]?|ed|ion)|"
    r"suppositions?|assumptions?|assumed|conjectures?|inventions?|invented|made[\s-]+up|fabricat\w+|placeholders?|"
    r"dummy|dummies|fillers?|"
    r"stand-?ins?|exemplary|illustrat\w+|arbitrar\w+|random(?:ly)?|swapped|mixed\s+up|interchanged|transposed|"
    r"mislabell?ed|(?:had|has|have|got)\s+mixed|misread|misheard|"
    r"mistyped|outdated|out\s+of\s+date|obsolete|stale|expired|superseded|provisional\w*|preliminary|tentative\w*|"
    r"unconfirmed|unverified|"
    r"disputed|contested|contradict\w*|illegible|unreadable|smudged|blurr(?:ed|y)|smeared|inaccurate|unreliable|"
    r"inexact|fictitious|"
    r"fictional|hypothetical|imaginary|imagined|false|invalid|bogus|nonsense|up\s+in\s+the\s+air|working\s+(?:title|"
    r"name)|so\s+far|suggestions?|drafts?|anyone['’]s\s+guess|"
    r"no\s+longer|not\s+(?:yet\s+)?(?:final|settled|decided|agreed|fixed|binding|right|correct|accurate|exact|"
    r"precise|reliable|real|"
    r"true|valid|sure|certain|confirmed|verified|official|current|mine|meant|trustworthy|what\s+(?:he|she|they|it|"
    r"you|i)\b)|n['’]t\s+(?:yet\s+)?(?:final|settled|"
    r"decided|agreed|binding|right|correct|accurate|exact|precise|reliable|real|true|valid|certain|confirmed|"
    r"verified|official|trust\w*|add\s+up|match|agree|"
    r"tally|fit)|shot\s+in\s+the\s+dark|grain\s+of\s+salt|pinch\s+of\s+salt|(?:hard|difficult|impossible|"
    r"tricky)\s+to\s+(?:read|make\s+out|tell|say|decipher|verify)|"
    r"too\s+(?:low|high|early|late|many|few|long|short|big|small|much|little)|still\s+(?:open|missing|unknown|"
    r"to\s+be|to\s+come|pending)|pending|"
    r"depends?|depending|varies|for\s+(?:now|the\s+time\s+being)|temporar(?:y|ily)|"
    r"other\s+way\s+(?:a?round)|vice\s+versa|the\s+reverse|fifty-fifty|toss-?up|coin\s+(?:toss|flip)|"
    r"just\s+as\s+(?:well|good|likely|plausible|possible)|"
    r"equally\s+(?:well|good|likely|plausible|possible|valid|defensible|right))\b",
    re.IGNORECASE,
)
"""What says that something is no real answer."""
WEAK = re.compile(
    r"\b(?:probabl[ey]|maybe|perhaps|possibly|presumably|apparently|supposedly|allegedly|likely|unlikely|"
    r"(?<!i\s)(?<!you\s)(?<!we\s)(?<!one\s)(?:might|could)|(?<!you\s)(?<!i\s)may(?!\s+\d)|ought|"
    r"should(?!\s+(?:you|there|any)\b)|seems?|seemed|looks\s+(?!like\s+this)|appears?\s+(?:to|like)|unclear|"
    r"uncertain|unsure|unknown|not\s+(?:so\s+|quite\s+|entirely\s+|fully\s+|completely\s+|"
    r"really\s+)?(?:sure|certain|clear)|around|roughly|approximate(?:ly)?|approx|nearly|almost|or\s+so|"
    r"more\s+or\s+less|give\s+or\s+take|"
    r"about\s+(?=[\d$€£]|(?:half|a\s+(?:dozen|hundred|thousand|million|year|day|week|month|hour|third|quarter)|two|"
    r"three|four|five|six|seven|eight|nine|ten|twelve|twenty|thirty|forty|"
    r"fifty)\b)|"
    r"doubt(?:s|ed|ful)?|question(?:able|ed)|suspicious|suspect\w*|dubious|odd|strange|supposed\s+to|rough|vague|"
    r"rounded|miss(?:es)?|lacks?|needs?\s+(?:an?|another)|a\s+bit\s+off|"
    r"(?:be|are|is|was|were|well|way|slightly|somewhat|two|years?|days?|euros?|dollars?|points?)\s+off|broken|torn|"
    r"damaged|faded|crossed\s+out|cut\s+off|"
    r"(?<!i\s)(?<!you\s)would\s+be|(?<!i)(?<!you)['’]d\s+be|would\s+have\s+been|differs?|disagrees?|conflict\w*|"
    r"can(?:not|['’]t|\s+not)\s+(?:\w+\s+)?(?:be\s+)?(?:read|make\s+out|tell|say|vouch|guarantee|confirm|verif\w+|"
    r"check|"
    r"rule\s+out|trust\w*|deciph\w+|known|told)|depends?|"
    r"have\s+to\s+(?:be\s+)?|has\s+to\s+(?:be\s+)?|must\s+(?:be|say|read|go|have)|needs?\s+to)\b",
    re.IGNORECASE,
)
"""What softens or corrects a field that it is said of."""
POINTER = re.compile(
    r"^[\s\W]*(?:(?:and|but|so|or|because|since|as|though|although|while|honestly|frankly|however|also|actually|"
    r"still|yet|note\s+that|mind\s+that|attention|"
    r"caution|warning|be\s+aware\s+that|i(?:['’]m|\s+am)\s+(?:afraid|sorry)(?:\s+that)?|i\s+(?:think|fear|believe|"
    r"admit|suspect)(?:\s+that)?)\b[\s,:]*){0,3}"
    r"(?:(?:all\s+|both\s+|some\s+|most\s+|half\s+|one\s+|part\s+|each\s+|any\s+)(?:of\s+)?)?(?:it|this|these|those|"
    r"that(?!\s+(?:the|an?|he|she|they|it|i|you|we|his|her|its|their|this|these|those|there)\b)|here|below|above|"
    r"they)(?:\s+ones?)?"
    r"(?:['’](?:s|re|ll|d)|n['’]t|\s+(?:\w+\s+){0,2}?(?:is|are|was|were|be|remains?|counts?|would|may|might|could|"
    r"should|must|has|have|contains?|rests?|relies|depends?|"
    r"does|do|did|goes|comes?|isn|aren|wasn|weren|doesn|don)\b)",
    re.IGNORECASE,
)
"""The beginning of a clause that speaks of the answer as "it" or "this"."""
_BY_ME = re.compile(
    r"\b(?:i|we)(?:['’](?:ve|d|m|re))?\s+(?:(?:have|had|just|simply|only|merely|also|then|therefore|thus|freely|am|"
    r"was|were|may|might|could|must|fear|admit|to|better|"
    r"rather|partly|maybe|probably|possibly|deliberately|unfortunately)\s+){0,3}"
    r"(?:guess(?:ed|ing)?|estimat(?:e|ed|ing)|assum(?:e|ed|ing)|invent(?:ed|ing)?|ma[dk]e\s+(?:\w+\s+){0,3}up|"
    r"making\s+(?:\w+\s+){0,3}up|fabricat\w+|(?:changed|altered)(?!\s+(?:nothing|no\b))|imagin\w+|improvis\w+|"
    r"extrapolat\w+|interpolat\w+|round(?:ed)?|mixed?\s+(?:\w+\s+){0,2}up|swapp?e?d?|confus\w+|overlook\w*|"
    r"forg[eo]t\w*|missed|misread|misheard|"
    r"misunderst\w+|mistyp\w+|skipped|got\s+(?:\w+\s+){0,4}wrong|doubt|can(?:not|['’]t)\s+(?:\w+\s+)?(?:vouch|"
    r"guarantee|promise|be\s+(?:sure|certain)|confirm|verify)|"
    r"went\s+with\s+(?:the|one|either)|left\s+(?:\w+\s+)?(?:gaps?|blanks?)|cut\s+(?:\w+\s+)?off|take\s+(?:that|it|"
    r"this)\s+back|pick(?:ed)?\s+(?:one|\w+\s+at\s+random)|took\s+one|put\s+(?:in\s+)?(?:an?\s+)?(?:\w+\s+)?(?:one|"
    r"some\w*|anything)|had\s+to\s+(?:choose|guess|decide|interpret|"
    r"fill|pick|improvise|invent))\b",
    re.IGNORECASE,
)
"""What the speaker says to have done that leaves the answer without ground."""
_UNDECIDED = re.compile(
    r"\b(?:until|till|before|once|as\s+soon\s+as|when)\s+(?:i|we)(?:['’]ve|\s+have|\s+had)?\s+(?:\w+\s+)?(?:decided?|"
    r"settled?|kn[oe]w|heard?|check(?:ed)?|seen?|"
    r"confirm(?:ed)?|made\s+up|verif\w+|asked|thought|slept)\b|"
    r"\b(?:i|we)\s+(?:may|might|could|would)\s+(?:yet|still|also|even|just\s+as\s+well|equally|be\s+(?:talked|"
    r"persuaded|convinced|tempted|willing|open|ready|"
    r"prepared|wrong|mistaken)|change\s+my\s+mind|reconsider|go\s+(?:up|down|as|to|higher|lower)|settle\s+for|"
    r"stretch)\b|"
    r"\b(?:i|we)(?:['’](?:m|re|ve)|\s+(?:am|are|have))\s+(?:(?:still|yet|not|n['’]t|also)\s+){0,2}(?:undecided|"
    r"waiting|hesitating|wavering|deciding|thinking|torn|open\s+to|"
    r"not\s+(?:yet\s+)?(?:decided|settled|made))\b|"
    r"\b(?:have|has)\s*(?:not|n['’]t)\s+(?:yet\s+)?(?:decided|settled|chosen|made\s+up|agreed)\b|"
    r"\b(?:i|we)\s+(?:still\s+)?(?:do\s*n['’]t|do\s+not|could\s*n['’]t|could\s+not|can['’]t|"
    r"cannot)\s+(?:yet\s+)?(?:know|decide|choose|tell|say)\s+"
    r"(?:which|whether|if|what|between|how\s+(?:many|much|old|long|far))\b",
    re.IGNORECASE,
)
_EVEN = re.compile(
    r"\b(?:50\s?[/:-]\s?50|fifty-fifty|or\s+at\s+least|the\s+other\s+way\s+a?round|the\s+(?:opposite|reverse|"
    r"contrary)\s+(?:holds?|is|applies|would)|(?:this|that|it|here)(?:['’]s|\s+is)?\s+(?:what|how)\s+(?:an?|the|"
    r"such\s+an?)\s+(?:[\w-]+\s+){1,4}(?:would\s+)?looks?|toss-?up|coin\s+(?:toss|flip)|flip(?:ped)?\s+a\s+coin|"
    r"just\s+as\s+(?:well|good|likely|plausible|possible|defensible)|vice\s+versa|"
    r"equally\s+(?:good|likely|plausible|possible|valid|defensible|right))\b",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"\bwhether\b[^.!?\n]{0,60}\b(?:nobody|no\s+one|i)\s+(?:can|could|knows?|do)\b|"
    r"\bwhichever\b|\bwhatever\s+(?:you|suits|fits|works)\b|\btake\s+your\s+pick\b|\b(?:pick|choose|take|"
    r"use)\s+(?:the\s+)?(?:one|whichever|either|any)\b|"
    r"\b(?:either|any)\s+(?:of\s+(?:them|the\s+(?:two|three)|these)\s+)?(?:is|are|would|will|works?|fits?|goes|could|"
    r"can)\b|\bboth\s+(?:are|would\s+be|could\s+be)\s+"
    r"(?:(?:equally|just\s+as|also)\s+)?(?:within|right|fine|possible|correct|plausible|defensible|valid|ok(?:ay)?|"
    r"good|acceptable)\b|\bone\s+of\s+(?:them|the\s+two|these)\s+(?:is|must|has)\b|"
    r"\b(?:up\s+to\s+you|your\s+(?:call|choice|decision))\b|"
    r"\b(?:which|what|who|whom|whose|where|when|whether)\b[^.!?\n]{0,60}\b(?:do|did|would|should|shall)\s+(?:you|"
    r"i)\b[^.!?\n]{0,40}(?:mean|want|prefer|need|like|choose|take|use)\b[^.!?\n]{0,40}\?|"
    r"\b(?:do|did|have)\s+you\s+(?:really\s+)?(?:mean|meant)\b|\b(?:is|was|are|were)\s+(?:that|this|it|these|"
    r"they)\s+(?:really\s+)?(?:right|correct|what|the\s+(?:one|right))\b[^.!?\n]{0,40}\?|"
    r",\s*(?:right|correct|no|isn['’]t\s+it)\?",
    re.IGNORECASE,
)
_NOT_ASKED = re.compile(
    r"[,;]\s*(?:and|while|whereas)\s+you\s+(?:\w+\s+)?(?:wanted|asked|needed|meant|requested)\b|"
    r";\s*you(?:['’]d)?\s+(?:\w+\s+)?(?:wanted|needed|meant|asked\s+(?:for|about))\b|\bif\s+you\s+(?:count|include|"
    r"add|exclude|leave\s+out|mean|read\s+it|take\s+it)\b|"
    r"\bi(?:['’]d|\s+would)\s+(?:\w+ly\s+)?(?:double|halve|add|lift|lower|raise|call|change|round|say|rate|give|put|"
    r"set|use|pick|choose|swap|rename|go|drop|remove|move|make)\b|"
    r"(?:^|[;:(,]\s*|\b(?:and|but|though|although|while|whereas|since|because|as)\s+)[\s\W]*you(?!\s+would|"
    r"['’]d\s+have)(?:['’]d|\s+(?:had|have|really|actually|only|just|still|also)){0,2}\s+"
    r"(?:ask(?:ed)?|want(?:ed)?|need(?:ed)?|request(?:ed)?|are\s+(?:looking|asking|after)|were\s+(?:looking|asking|"
    r"after)|meant|inquired)\b[^.!?\n]{0,100}"
    r"(?:\b(?:not?|none|nothing|nobody|cannot|neither|instead|rather|another|other|different|missing|absent|lack\w*|"
    r"later|separate\w*|unfortunately)\b|n['’]t\b|"
    r"\bplease\s+(?:send|give|provide|share|upload|paste|attach)\b)|"
    r"\b(?:this|that|it|these|here)(?:['’]s|['’]re|\s+(?:is|are))\s+(?:not|n['’]t|only)\s+(?:\w+\s+){0,3}(?:you|"
    r"that\s+you)\s+(?:ask|want|need|request|mean|look)",
    re.IGNORECASE,
)
_STALE = re.compile(
    r"^\W*(?:that|this|these|those)\s+(?:was|were)\s+(?:at|in|before|when|until|from|back|still)\b|^\W*(?:that|this|"
    r"it)(?:['’]s|\s+is|\s+was)\s+(?:for|from|of)\s+[^.!?\n]{1,40}\b(?:already|by\s+now|now)\b|"
    r"\b(?:no\s+longer\s+(?:right|valid|current|true|up\s+to\s+date|correct|accurate|applies|apply|hold|holds|"
    r"exists?|there|counts?)|"
    r"not\s+up\s+to\s+date)\b|^\W*(?:this|that|these|those|it|they|below|here|what\s+follows)(?:['’]s|['’]re|"
    r"\s+(?:is|are|was|were))\s+(?:still\s+|only\s+|just\s+)?(?:the\s+|my\s+|our\s+|an?\s+|how\s+it\s+)?"
    r"(?:old|previous|former|outdated|earlier|was|used\s+to|first\s+draft|last\s+(?:year|month|week|season|quarter|"
    r"time|round)|yesterday)\b|"
    r"^\W*(?:deleted|renamed|moved|changed|sold|left|resigned|replaced)\b.*\bin\s+the\s+meantime\b|"
    r"\b(?:i|we|he|she|they|it)\s+(?:have\s+|has\s+)?(?:deleted|renamed|moved|changed|sold|replaced|removed|added|"
    r"altered|raised|lowered)\b[^.!?]{0,60}\b(?:in\s+the\s+meantime|since|meanwhile|afterwards)\b",
    re.IGNORECASE,
)
_PROVISO = re.compile(
    r"^\W*(?:(?:and|but|all|this|that|it|which|all\s+(?:this|that))\s+){0,3}(?:assuming|supposing|suppose|provided|"
    r"providing|unless|subject\s+to|on\s+(?:the\s+)?condition|only\s+if|as\s+long\s+as)\b|"
    r"\b(?:this|that|it|these|those|they|which|list|answer|object)\s+(?:only\s+)?(?:holds?|appl(?:y|ies)|counts?|"
    r"works?|is|are|stands?|goes)\s+(?:\w+\s+){0,3}?(?:only\s+)?(?:if|unless|until|provided|as\s+long\s+as|"
    r"only\s+when|when|so\s+long\s+as)\b|"
    r"\bunless\b",
    re.IGNORECASE,
)
ASIDE = re.compile(
    r"^\W*(?:fun\s+fact|(?:[\w,]+\s+){0,4}tips?|by\s+the\s+way|background|some\s+(?:remarks|notes|"
    r"words)\s+on\s+theory)\b",
    re.IGNORECASE,
)
_RELATED = re.compile(r"^\W*(?:(?:her|his|their|its)|the\s+\w+['’]s)\s+(?:\w+\s+)?(?P<thing>[a-z]+)\b", re.IGNORECASE)
CONSIDERED_ONLY = re.compile(
    r"\b(?:i|we)\s+(?:first\s+|also\s+|had\s+)?(?:considered|thought\s+(?:of|about)|was\s+(?:going|about|"
    r"tempted)\s+to|wanted\s+to)\b[^.!?]*\bbut\b",
    re.IGNORECASE,
)
"""What was considered and turned down."""
_SETTLED = re.compile(
    r"\b(?:so|but|and|hence|therefore)\s+(?:\w+\s+){0,2}(?:confirm|check|verif|correct|convert|translat|normali[sz]|"
    r"recalculat|clarif|settl|decid|chose|picked)\w*\b|"
    r"\byou\s+(?:\w+\s+)?(?:confirmed|said|told|decided|wanted|asked)\b|"
    r"\bbut\s+(?:the|your|its|his|her)\s+\w+\s+(?:says?|states?|reads?|gives?|shows?)\b|"
    r"\b(?:but|yet|and|so)\b[^.!?]{0,60}\b(?:is|are|was|were|remains?)\s+(?:certain|clear|sure|fixed|unambiguous|"
    r"right|correct|legible|readable|confirmed|not\s+in\s+doubt)\b",
    re.IGNORECASE,
)
"""What settles a doubt in the same sentence."""


def sentences_of(text: str) -> list[str]:
    """The sentences of a text."""
    return [one for one in SENTENCE.split(text) if one and one.strip()]


@lru_cache(maxsize=256)
def clauses_of(sentence: str) -> list[str]:
    """The clauses of a sentence."""
    return [one[:MAX_CLAUSE] for one in CLAUSE.split(sentence) if one and one.strip()]


def puts_in_doubt(sentence: str, held: Held) -> bool:
    """Whether a sentence doubts the answer, a field or a value of it."""
    if ASIDE.match(sentence) or is_of_another(sentence, held):
        return False
    if _SETTLED.search(sentence) or CONSIDERED_ONLY.search(sentence):
        return False
    return any(_doubts(NO_DOUBT.sub(" ", clause), held) for clause in clauses_of(sentence))


_ONCE = re.compile(
    r"\b(?:once|if|when|as\s+soon\s+as|provided)\s+(?:he|she|they|it|somebody|someone)\s+\w+", re.IGNORECASE
)


def is_of_another(sentence: str, held: Held) -> bool:
    """Whether a sentence is about what only belongs to what the answer is about: "Her brother"."""
    match = _RELATED.match(sentence)
    if match is None or held.names_field(match.group()) or WHOLE.search(match.group()):
        return False
    small = sentence.casefold()
    return not any(one in small for one in held.short_texts) and not numbers_of(sentence) & held.told.numbers


def _doubts(clause: str, held: Held) -> bool:
    if _ONCE.search(clause) and held.names_field(clause):
        return True
    if _BY_ME.search(clause):
        return True
    clause = ESTIMATE.sub(" ", clause)
    strong, weak = _beside_names(STRONG, clause, held), WEAK.search(clause)
    if strong is None and weak is None:
        return False
    if held.names_field(clause) or WHOLE.search(clause):
        return True
    if strong is None:
        return False
    return POINTER.match(clause) is not None


def _beside_names(words: re.Pattern[str], clause: str, held: Held) -> re.Match[str] | None:
    """The first of the words in a clause that is no field's name itself."""
    names = {word for one in held.fields for word in one.words}
    return next((one for one in words.finditer(clause) if one.group().casefold() not in names), None)


def leaves_open(sentence: str) -> bool:
    """Whether a sentence leaves the choice to somebody, says that none was made, or that something else was asked."""
    return any(one.search(sentence) for one in (_EVEN, _UNDECIDED, _CHOICE, _NOT_ASKED, _STALE, _PROVISO))
