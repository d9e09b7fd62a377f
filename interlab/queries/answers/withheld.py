"""What a text says besides a number or a day that keeps it from being the answer: that the answer is missing, that the
value is over, hoped for, somebody else's, or a bound."""

from __future__ import annotations

import re

_UNSAID = re.compile(
    r"\b(?:can|could)(?:not|['’]t|n['’]t|\s+not|\s+only|\s+hardly)\s+(?:yet\s+|really\s+|currently\s+|"
    r"reliably\s+)?(?:be\s+)?(?:told|said|given|determined|known|"
    r"worked\s+out|computed|calculated|stated|answered|established|derived|inferred|settled|decided|tell|say|give|"
    r"determine|"
    r"find|work\s+out|compute|calculate|make\s+out|read|decide|know|answer|derive|infer|verify|confirm|name|see|"
    r"commit|make\s+up)\b|"
    r"\b(?:is|are|was|were|remains?|stays?)(?:\s+(?:still|yet|also|as\s+yet|currently|so\s+far))?\s+(?:unknown|"
    r"unclear|missing|undecided|unsettled|"
    r"disputed|contested|illegible|undetermined|unresolved|pending|outstanding|(?:left\s+)?open(?=\s*[.;,]|$)|"
    r"(?:not|n['’]t|never)\s+(?:yet\s+|been\s+)?(?:counted|measured|given|known|stated|mentioned|reported|clear|"
    r"available|published|settled|decided|"
    r"final|specified|recorded|listed|shown|documented|disclosed|revealed|fixed|set|determined|told|certain))\b|"
    r"\b(?:is|are|was|were|has|have|had)n['’]t\s+(?:been\s+|yet\s+)*(?:given|known|stated|mentioned|reported|clear|"
    r"available|"
    r"published|settled|decided|specified|recorded|listed|announced|confirmed|disclosed|determined|final)\b|"
    r"\b(?:has|have|had)\s+(?:not\s+(?:yet\s+)?|never\s+|yet\s+to\s+|still\s+to\s+)(?:been\s+|be\s+)?(?:given|"
    r"stated|reported|published|"
    r"settled|decided|announced|confirmed|disclosed|determined|known|revealed)\b|\byet\s+to\s+be\b|\bstill\s+(?:has|"
    r"have|needs?|to\s+be)\b|"
    r"\bwill\s+(?:be\s+(?:announced|published|released|known|given|confirmed|determined|communicated|disclosed|"
    r"revealed)|follow)\b|"
    r"\bto\s+be\s+(?:announced|computed|determined|confirmed|added|subtracted|deducted|decided|calculated|defined|"
    r"agreed)\b|"
    r"\b(?:has|have|need|needs|must|ought)\s+(?:to\s+)?be\s+(?:added|subtracted|deducted|multiplied|divided|removed|"
    r"taken\s+off|doubled|halved)\b|"
    r"\b(?:now|next|then|still)\s+(?:we\s+|you\s+|i\s+)?(?:have\s+to|need\s+to|must)\s+(?:\w+\s+)?(?:add|subtract|"
    r"deduct|multiply|divide|take)\b|"
    r"\b(?:to|in\s+order\s+to)\s+(?:get|find|obtain|compute|calculate|work\s+out|determine|"
    r"arrive\s+at)\s+[^.;!?\d]{2,60},\s+"
    r"(?:you\s+|we\s+|one\s+|simply\s+|just\s+|now\s+|(?:have|need)\s+to\s+|must\s+|should\s+|can\s+)*(?:subtract|"
    r"add|multiply|divide|deduct|take|double|halve|use|look|ask)\b|"
    r"\bi\s+(?:(?:do\s+not|don['’]t|did\s+not|didn['’]t)\s+(?:\w+\s+)?(?:know|want\s+to|wish\s+to|remember|recall|"
    r"have)|"
    r"(?:would|['’]d)\s+(?:rather\s+not|need)|have(?:\s+not|n['’]t)\s+(?:\w+\s+)?(?:tried|seen|used|read|tested|"
    r"checked|counted|measured|found|stayed|watched|heard))\b|"
    r"\b(?:nobody|no\s+one|no-one|none\s+of\s+us|neither\s+of\s+(?:us|them))\s+(?:\w+\s+)?(?:knows|can\s+(?:say|"
    r"tell)|remembers?|recorded|counted|measured|said)\b|"
    r"\bonly\s+(?:the|my|your|his|her|a|an)\s+[\w\s]{2,30}\s+(?:knows?|can\s+(?:say|tell))\b|"
    r"\b(?:figures?|numbers?|data|details?|dates?|prices?|amounts?|results?|ratings?|values?)\s+(?:is|"
    r"are)\s+(?:missing|lacking|absent)\b|"
    r"\bno\s+(?:\w+\s+){0,2}(?:figures?|numbers?|data|dates?|prices?|amounts?|ratings?|values?|totals?|"
    r"result)\s+(?:\w+\s+)?(?:is|was|are|were|has|have|can|could)\b(?!\s+needed)|"
    r"\b(?:without\s+(?:it|that|this|them)|then)\s+the\s+[\w\s]{2,40}\s+can(?:not|['’]t)\b|\bt\.?b\.?[acd]\b|"
    r"\bon\s+request\b|\b[A-Z]\s+depends\s+on\b|"
    r"\bthe\s+(?:rest|remainder|remaining\s+\w+|others?)\s+(?:follows?|comes?\s+later|will\s+follow|(?:is|"
    r"are)\s+(?:due|open|missing|unknown))\b",
    re.IGNORECASE,
)
"""That the answer is not there, or that more has to be done to get it."""
_PROPERTY = re.compile(
    r"\b(?:number|answer|result|value|sum|total|solution|figure)\s+(?:has|had|contains|consists\s+of|"
    r"is\s+(?:an?\s+(?:[\w-]+\s+)?(?:multiple|factor|divisor|power|"
    r"square|fraction|function|prime|digit|number)|divisible|made\s+up|composed))\b(?=[^.;!?]{0,30}\d)",
    re.IGNORECASE,
)
_BEFORE_VALUE = re.compile(
    r"\b(?:no|none\s+of\s+the|at\s+best|at\s+worst|double|twice|thrice|triple|half(?:\s+of)?|(?:the\s+)?(?:square|"
    r"cube|root|double|reciprocal|inverse|logarithm|"
    r"factorial|opposite|complement)\s+of|took\s+off|takes?\s+off|knock(?:ed|ing)?\s+off|deduct(?:ed|ing|s)?|"
    r"subtract(?:ed|ing|s)?|docked|divisible\s+by|"
    r"(?:sometime|some\s+time|shortly|soon|just|right|well|long|days?|weeks?|hours?)\s+(?:before|after)|"
    r"the\s+(?:first|last|next|top|other)|"
    r"(?:stop(?:ped)?|gave\s+up)\s+(?:counting\s+)?(?:at|after))\s+(?:the\s+|a\s+)?[$€£]?$|[√∛]$",
    re.IGNORECASE,
)
_STARTS = re.compile(r"\b(?:starts?|starting|started|begins?|beginning|opens?)\s+(?:at|from)\s+[$€£]?$", re.IGNORECASE)
_AFTER_VALUE = re.compile(
    r"\s*(?:[^\W\d]+\s*)?,?\s*(?:\b(?:minus|plus|squared|cubed|each|apiece|per|and\s+counting|an?\s+(?:night|day|"
    r"week|month|year|person|head|piece|hour|unit|kilo|pound|dozen|pair)|excluding|excl|not\s+(?:counting|"
    r"including)|without|had\s+been|"
    r"(?:is|was|are)\s+(?:far\s+|much\s+)?too\s+\w+|would\s+be\s+too)\b)|[^.;!?\d]{0,30}\b(?:before|until|"
    r"till)\s+(?:the|it|they|last|then|that|this|he|she|we|i|a)\b",
    re.IGNORECASE,
)
_NEAR_DAY = re.compile(
    r"\b(?:week|weekend|month|fortnight|days?|weeks?|run-up|eve)\s+(?:of|around|before|after|following|beginning|"
    r"starting|ending|from)\s+(?:the\s+)?$|"
    r"\b(?:know|find\s+out|learn|decide[ds]?|announced?|told|tell|discuss\w*|vote[ds]?)\s+(?:\w+\s+)?on\s+$",
    re.IGNORECASE,
)
_OVER = re.compile(
    r"\b(?:has|have)\s+(?:\w+\s+)?(?:changed|risen|fallen|gone\s+(?:up|down)|increased|decreased|dropped|grown|"
    r"moved|been\s+(?:changed|updated|"
    r"replaced|superseded|revised|raised|lowered|withdrawn|cut))\s+(?:\w+\s+)?(?:since|meanwhile|then|after)\b|"
    r"\b(?:has|have)\s+since\b|\bas\s+of\s+(?!today|now|this)|\b(?:i|we)\s+last\s+(?:saw|heard|checked|looked|knew|"
    r"counted|read|measured|paid)\b|"
    r"\blast\s+(?:known|seen|reported|recorded|published)\b|\bno\s+longer\s+(?:valid|current|correct|true|"
    r"up\s+to\s+date|applies|in\s+force|available|the\s+case)\b|"
    r"\bout\s+of\s+date\b|\boutdated\b|\bobsolete\b|\bsuperseded\b|\b(?:not|n['’]t)\s+(?:\w+\s+)?(?:current|"
    r"up\s+to\s+date|valid)\b|"
    r"\b(?:any\s?more|any\s+longer)\b|\bback\s+then\b|\bin\s+those\s+days\b|\bformer(?:ly)?\b|\bonce\s+(?:was|were|"
    r"had|cost|stood)\b|"
    r"\b(?:has|have|had)\s+expired\b|\bused\s+to\b|\b(?:old|previous|earlier|original|former|initial)\s+(?:price|"
    r"date|value|figure|number|"
    r"total|count|rate|amount|rating|score|fee|estimate|plan|schedule|deadline|version)\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|today|current(?:ly)?|this\s+(?:year|month|week)|at\s+present|these\s+days|new|as\s+of\s+today|"
    r"meanwhile|right\s+now|latest|"
    r"final|replaces|revised|corrected|updated|it\s+is)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;,]\s|\bbut\b|\band\b")
_CALLED_OFF = re.compile(
    r"\b(?:called\s+off|cancel(?:l?ed|s|l?ing|lation)?|postpon\w+|scrapped|abandon\w+|put\s+off|suspended|withdrawn|"
    r"delayed|"
    r"rescheduled|pushed\s+back|brought\s+forward|moved|shelved|dropped|annulled|revoked|void|fell\s+through|"
    r"did\s*n['’]?o?t\s+"
    r"(?:take\s+place|happen)|won['’]t\s+(?:take\s+place|happen)|will\s+not\s+(?:take\s+place|happen)|new\s+date|"
    r"abgesagt|verschoben|entfällt|fällt\s+aus|storniert|annulée?s?|reportée?s?|repoussée?s?|cancelad[oa]s?|"
    r"aplazad[oa]s?|pospuest[oa]s?|"
    r"suspendid[oa]s?|annullat[oaie]|rinviat[oaie]|rimandat[oaie]|sospes[oaie]|adiad[oa]s?|suspens[oa]s?|afgelast|"
    r"geannuleerd|uitgesteld|verplaatst|"
    r"odwołan\w+|przełożon\w+|przesunięt\w+|zrušen\w+|odložen\w+|přesunut\w+|отмен\w+|перенес\w+|отлож\w+|"
    r"dibatalkan|ditunda)\b|取消|延期|推迟|推遲|中止|취소|연기",
    re.IGNORECASE,
)
_TO_DATE = re.compile(
    r"\b(?:to|until|till|for|auf|au|al|a|naar|na|на|ke|para|per)\s+(?:the\s+|den\s+|le\s+|el\s+|il\s+|"
    r"o\s+)?(?:\w+day,?\s+)?$|^\s*[へに到至으]",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"\b(?:took\s+place|was\s+held|is\s+now|new\s+date\s+is|instead|happened|happens|takes\s+place)\b", re.IGNORECASE
)
_HOPED = re.compile(
    r"(?<!\bi\s)(?<!\bwe\s)\b(?:hopes?|hoped|hoping|aims?|aimed|aspires?|dreams?|dreamt|wishes|wished|wants|wanted|"
    r"intends|intended|"
    r"expects|demands|demanded|promises|promised|predicts|forecasts|targets|targeted|seeks|plans|envisages|bets|"
    r"asks|asked|proposes|"
    r"proposed|suggests|suggested|offers|offered|fears|feared|budgeted)\s+"
    r"(?:(?:for|to|that|with|about|on|at|of|a|an|the|it|will|be|is|reach|get|have|have|sell|by|price|total|amount|"
    r"value|date)\s+){0,5}"
    r"[$€£]?[-−]?(?:\d|[a-z]+teen\b|[a-z]+ty\b)|"
    r"\b(?:goal|target|aim|ambition|quota|objective|hope|wish|dream|plan|forecast|projection|budget|limit|cap|ceiling|"
    r"maximum|minimum|threshold)\s+(?:[\w']+\s+){0,8}?(?:is|was|are|were|of|stands?\s+at|remains|=|"
    r":)\s+(?:set\s+at\s+|to\s+\w+\s+)?[$€£]?[-−]?\d|"
    r"\b(?:hope|aim|wish|dream|plan)(?:s|ed|ing)?\s+(?:for|of|to)\b[^.;!?]{0,40}\d",
    re.IGNORECASE,
)
_SOFT = re.compile(
    r"\b(?:on|in|of)\s+the\s+order\s+of\b|\b(?:in|around)\s+the\s+(?:region|neighbou?rhood|vicinity|area|"
    r"range)\s+of\b|\bsomething\s+like\b|"
    r"\b(?:close|next|near)\s+to\b(?=[^.;!?\d]{0,20}\d)|\bnear(?:ing|s)?\s+[$€£]?\d|\btentative(?:ly)?\b|"
    r"\bprovisional(?:ly)?\b|\bpreliminar(?:y|ily)\b|\bpencil(?:l?ed)\s+in\b|"
    r"\bsome\s+[$€£]?\d|\b(?:north|south|shy|short|upwards?|just)\s+(?:of|under|over|above|below|short\s+of|"
    r"shy\s+of)\s+[$€£]?\d|"
    r"\ba\s+shade\s+(?:over|under)\b|\bnot\s+far\s+(?:off|from|short)\b|\bthereabouts\b|"
    r"\bin\s+round(?:ed)?\s+(?:numbers|figures)\b|"
    r"(?<!\bi\s)(?<!\bwe\s)(?<!['’]d\s)(?<!would\s)(?<!to\s)\bsay,?\s+[$€£]?\d|\bpossibilit\w+|\binsists?\b|"
    r"\bunconfirmed\b|\bunofficial(?:ly)?\b|\balleged(?:ly)?\b|\breported(?:ly)?\b(?=[^.;!?]{0,30}\d)|\brumou?red\b|"
    r"\brumou?r\s+has\b|"
    r"\bhopefully\b|\bsubject\s+to\b|\bto\s+be\s+confirmed\b|\bfingers\s+crossed\b|\ball\s+being\s+well\b|"
    r"\bgod\s+willing\b|"
    r"\bapproach(?:es|ed|ing)\s+[$€£]?\d|\bup\s+to\s+[$€£]?\d|\bballpark\b|\border\s+of\s+magnitude\b|"
    r"\bdouble\s+digits\b|"
    r"\bhover(?:s|ed|ing)?\s+(?:at|around|near)\b|\b(?:if|unless)\s+i\s+(?:remember|recall|am\s+not|know|['’]m)\b|"
    r"\bI['’]m\s+told\b|"
    r"\b(?:a|the)\s+(?:projected|planned|hoped-for|targeted|desired|anticipated|budgeted|quoted|asking|provisional|"
    r"tentative)\s+|"
    r"\b(?:is|was|are|were)\s+(?:projected|planned|predicted|forecast|anticipated|slated|hoped|meant|due|intended|"
    r"expected|thought|said|believed|rumou?red|supposed)\s+to\b|"
    r"\bshould\s+(?:be\s+(?:enough|sufficient|fine|ready|done|there)|do|suffice)\b|\bgive\s+or\s+take\b|±|"
    r"\bplus\s+or\s+minus\b|\bplus/minus\b|"
    r"\bwith(?:in)?\s+a\s+(?:margin|tolerance|error)\b|\bmargin\s+of\s+error\b|\bon\s+average\b(?=\s+(?:about|"
    r"around))|\blooks\s+like\b|"
    r"\b(?:i|we)\s+(?:\w+\s+)?(?:doubt|deny|dispute|bet|wager)\b|\b(?:i|we)['’]d\s+(?:\w+\s+)?(?:bet|wager)\b|"
    r"\bmoney\s+is\s+on\b|\b(?:un)(?:verified|reliable|checked|tested)\b|"
    r"\b(?:dubious|questionable|hearsay|apocryphal|so-called)\b|\blegend\b|\bstory\s+goes\b|\b(?:boasts?|boasted|"
    r"brags?|bragged|pretends?|alleges?)\b|\bdraft\b|"
    r"\b(?:weather|time|funds|health|circumstances)\s+permitting\b|\bif\s+all\s+goes\b|\bthat\s+i\s+(?:know|"
    r"am\s+aware)\s+of\b|"
    r"\b(?:ignoring|neglecting|disregarding|leaving|assuming|supposing|counting|without)\b[^.!?]{0,60}\bwould\b|"
    r"\b(?:declined|rejected|turned\s+(?:it|that|this)\s+down)\b|"
    r"\bby\s+(?:19|20)\d\d\b[^.!?]{0,40}\bwill\b|\b(?:forecasts?|projections?|predictions?|models?)\s+(?:says?|"
    r"gives?|shows?|speaks?|puts?|predicts?)\b|\bup\s+to\s+(?:yesterday|last|then)\b|"
    r"\bmust\s+(?:still\s+)?be\s+(?:checked|verified|confirmed)\b|\bconverg\w+\b|\bbookmakers?\b|"
    r"\bwould\s+be\s+(?:an?\s+)?(?:needed|necessary|required|nice|good|great|ideal|fine|better|best|perfect|enough|"
    r"too|wonderful|reasonable|fair|acceptable|conceivable|possible|plausible|"
    r"desirable|welcome|lovely)\b|\bfor\s+(?:now|the\s+time\s+being|the\s+moment)\b|\blet['’]s\s+(?:call|say|assume|"
    r"take|put)\b|\be\.\s?g\.|\bto\s+be\s+replaced\b|"
    r"\bshould\s+(?:rise|fall|reach|go|increase|drop|climb|get|grow|end|arrive|sell|cost|come)\b|\b(?:alone|"
    r"by\s+itself|on\s+its\s+own)\b|\bsaves?\s+(?:you\s+)?[$€£]|"
    r"\d\s+(?:off|cheaper|dearer|extra|short|twice|thrice)\b|\ba\s+good\s+\d|\bi\s+(?:suppose|presume|imagine|fancy)\b",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"\b(?:no|not|nor)\s+(?:later|earlier|sooner|more|less|fewer|higher|lower|longer|before|after|until|above|below|"
    r"beyond|under|over|exceed)\b(?!\s*[,.;]|\s+(?:nor|or)\b)|"
    r"\bbetween\s+[$€£]?\d[\d.,]*\s?%?\s+and\s+[$€£]?\d|\bor\s+(?:a|an|one|two|the|some)\s+(?:few\s+)?(?:day|week|"
    r"month|year|hour|minute)s?\s+(?:later|earlier|before|after|more|less)\b|"
    r"\bat\s+the\s+(?:earliest|latest|most|least|very\s+(?:least|most|earliest|latest))\b|\bonwards?\b|\bor\s+(?:so|"
    r"later|earlier|more|less|fewer|before|after|thereabouts)\b|"
    r"\bthe\s+(?:earliest|latest)\s+(?:possible\s+)?(?:date|day|time|moment|opportunity)\b|\b(?:exceeds?|exceeded|"
    r"surpass\w*|tops|topped)\s+[$€£]?\d|"
    r"\b(?:lower|upper)\s+(?:bound|limit)\b|\ba\s+(?:minimum|maximum)\s+of\b|\b(?:earliest|latest)\s+(?:on|at|by)\b|"
    r"\b(?:greater|larger|bigger|smaller|lower|higher|fewer|more|less|later|earlier|older|"
    r"younger)\s+than\s+[$€£]?[\w-]{0,12}\d|"
    r"\bas\s+(?:early|late|low|high|little|much|few|many)\s+as\b",
    re.IGNORECASE,
)
_PEOPLE = (
    r"(?:buyers?|customers?|reviewers?|users?|people|guests?|players?|readers?|critics?|experts?|analysts?|sites?|"
    r"shops?|stores?|"
    r"visitors?|patients?|students?|teams?|companies|sellers?|dealers?|neighbou?rs?|colleagues?|friends?|"
    r"competitors?|rivals?|diners|"
    r"tenants?|owners?|viewers?|voters?|bidders?|others|parties|side|bookmakers?|persons?)"
)
_OTHERS = re.compile(
    rf"(?:^|[.!?;]\s+|\n\s*|,\s+(?:and|but|while)\s+)\W*(?:other|most|some|many|several|few|all\s+(?:the\s+)?other|"
    rf"another|the\s+other|my|a|one|our|his|her|your)\s+"
    rf"(?:[\w-]+\s+){{0,2}}?(?:{_PEOPLE}|wife|husband|brother|sister|mother|father|son|daughter|mum|mom|dad|partner|"
    rf"boss|betting\s+site)\b"
    r"(?=[^.!?]{0,40}\b(?:gives?|gave|hands?|rates?|rated|says?|said|thinks?|thought|puts?|has|have|had|got|scored|"
    r"voted|paid|pays|would|awards?|"
    r"awarded|claims?|guess(?:es|ed)?|reckons?|wants?|offers?|offered|believes?|quotes?|asks?)\b)|"
    r"(?:^|[.!?;]\s+|\n\s*)\W*(?:others|somebody\s+else|someone\s+else|everybody\s+else|everyone\s+else|elsewhere|"
    r"online)\b",
    re.IGNORECASE,
)
_OWN = re.compile(r"\b(?:but|while|whereas|and|yet)\s+(?:I|we|my|our)\b", re.IGNORECASE)
_PARTIES = re.compile(
    r"\b(?:they|he|she|others?|some|the\s+\w+|my\s+\w+|one\s+\w+|it)\s+(?:says?|said|claims?|claimed|puts?|reports?|"
    r"gives?|reads?|insists?|maintains?|argues?|asks?)\b[^.!?]{0,60}\d[^.!?]{0,40}"
    r"(?:[,;.]|\b(?:and|but|while|whereas)\b)\s*(?:but\s+|and\s+|while\s+|whereas\s+)?(?:we|i|others?|the\s+\w+|"
    r"my\s+\w+|they|he|she|another\s+\w+|it)\s+"
    r"(?:says?|said|claims?|claimed|puts?|reports?|gives?|reads?|insists?|maintains?|argues?|asks?|offers?|offered|"
    r"counts?|counted|measured?)\b[^.!?]{0,60}\d",
    re.IGNORECASE,
)
_STAND_IN = re.compile(
    r"\b(?:placeholders?|dummy|stand-?in|filler|mock|made-?up|invented|fictional|fictitious|hypothetical)\b|"
    r"\bgoes\s+here\b|"
    r"\b(?:example|sample|default|random)\s+(?:value|number|figure|answer|date|amount|price|rating)\b|"
    r"\bfor\s+illustration\b|"
    r"\b(?:just|only|merely)\s+an?\s+(?:\w+\s+)?(?:example|illustration|guess|sample|demonstration|joke)\b|"
    r"(?:^|[.!?]\s+|please\s+)(?:ignore|disregard|discard|don['’]t\s+(?:use|take|trust|rely|quote|count|hold)|"
    r"do\s+not\s+(?:use|take|trust|rely|quote|count))\b|"
    r"\bplatzhalter\b|\bbeispiel(?:wert)?\b|\bexemple\b|\bpor\s+ejemplo\b|\bper\s+esempio\b|\bpor\s+exemplo\b|"
    r"\bbijvoorbeeld\b|\bna\s+przykład\b|"
    r"\bnapříklad\b|\bнапример\b|\bmisalnya\b|\bcontoh\b|例如|例えば|예를\s*들",
    re.IGNORECASE,
)
_UNSAID_ABROAD = re.compile(
    r"\b(?:unbekannt|steht\s+(?:noch\s+)?(?:nicht\s+fest|aus)|lässt\s+sich\s+nicht|weiß\s+(?:ich|niemand|man)|"
    r"kann\s+(?:ich|man)\s+(?:\w+\s+){0,3}nicht|"
    r"fehlt|fehlen|inconnue?|manque(?:nt)?|on\s+ne\s+(?:sait|peut)|je\s+ne\s+(?:sais|peux)|desconocid\w+|"
    r"se\s+desconoce|falta(?:n)?|no\s+(?:se\s+)?(?:sabe|puedo|consta)|"
    r"sconosciut\w+|manca(?:no)?|non\s+(?:si\s+sa|so|posso)|desconhecid\w+|não\s+(?:se\s+sabe|sei|posso|consta)|"
    r"onbekend|ontbreekt|weet\s+(?:ik|niemand)|"
    r"nieznan\w+|brakuje|nie\s+(?:wiem|wiadomo|mogę)|neznám\w+|chybí|nevím|неизвестн\w+|не\s+(?:знаю|известн\w+|"
    r"указан\w*|могу)|tidak\s+(?:diketahui|tahu|disebutkan))\b|"
    r"不知道|未知|无法|無法|不明|わから|分かりません|모르|알\s*수\s*없",
    re.IGNORECASE,
)


_GIVEN = re.compile(
    r"\byou\s+(?:wrote|said|gave|mentioned|suggested|entered|typed|guessed|told|proposed|put|claimed|stated)\b|"
    r"\byour\s+(?:\w+\s+)?(?:example|question|guess|message|prompt|sample|input|"
    r"draft|suggestion|request|template)\b(?=[^.;!?]{0,40}\d)|\bthe\s+(?:user|prompt|template|"
    r"schema)\s+(?:\w+\s+)?(?:claims?|says?|wrote|gave|mentions?|has|uses?|shows?|contains?|suggests?|wants?)\b|"
    r"\bin\s+the\s+(?:sample|example|template|prompt)\b|\bsample\s+input\b|\b(?:to|just\s+to)\s+(?:fill|"
    r"have\s+(?:something|anything|a\s+(?:number|value|date|figure)))\b|"
    r"\b(?:can(?:not|['’]t)|must(?:\s+not|n['’]t)|may\s+not|should\s+not)\s+be\s+(?:empty|blank)\b|"
    r"\bcomes?\s+to\s+mind\b|\b(?:as\s+a|for)\s+test(?:ing|s)?\b|"
    r"\basked\s+(?:me|us)\s+(?:for|to)\b|\b(?:offered|promised)\b[^.;!?]{0,40}\bfor\s+[$€£]?\d",
    re.IGNORECASE,
)
_LABELLED = re.compile(
    r"\b(?:estimated|planned|expected|projected|provisional|preliminary|tentative|unconfirmed|old|former|previous|"
    r"earlier|original|initial|last\s+(?:year|month|week|season|time)|"
    r"target|goal|budget(?:ed)?|forecast|hoped|desired|draft|so\s+far|to\s+date|up\s+to|until|without|excluding|"
    r"incomplete|partial|first\s+half|half\s+only|only|subtotal|interim|"
    r"minimum|maximum|cancel+ed|called\s+off|postponed|extended|superseded|outdated|expired|open|pending|tbc|tbd|"
    r"tba|to\s+be\s+\w+|in\s+(?:thousands|millions|hundreds|dozens)|as\s+of|"
    r"test|example|sample|dummy|placeholder|missing|unverified|approx\w*|roughly|about|around|some|geschätzt\w*|"
    r"geplant\w*|vorläufig\w*|erwartet\w*|alte[rs]?|Zwischensumme|ohne|"
    r"Schätzung|estimation|estimée?|prévue?|provisoire|sous-total|sans|estimación|estimad[oa]|previst[oa]|"
    r"provisional|subtotal|sin|stima|stimat[oa]|provvisori[oa]|subtotale|senza|"
    r"estimativa|provisóri[oa]|sem|schatting|geschat|voorlopig|subtotaal|zonder|szacunek|wstępn\w+|bez|odhad|"
    r"předběžn\w+|оценка|предварительн\w+|без|perkiraan|sementara|tanpa)\b|估计|預計|预计|暂定|推定|予定|仮|예상|추정",
    re.IGNORECASE,
)
_STILL_GOOD = re.compile(
    r"\b(?:current|replaces|valid|final|(?<!be\s)confirmed|actual|not|n['’]t|this\s+(?:year|month|week)|now|today|"
    r"checked|exact)\b",
    re.IGNORECASE,
)


def relabelled(lead: str, rest: str) -> str | None:
    """Why the words around a marked value say that it is another one than the answer; None if they say no such thing.

    Args:
        lead: what stands before it in its line.
        rest: what follows it in brackets or behind a dash or a comma.
    """
    if _LABELLED.search(lead) and not _STILL_GOOD.search(lead):
        return "its name says that it is another value"
    if (
        rest
        and not _STILL_GOOD.search(rest)
        and (_LABELLED.search(rest) or _UNSAID.search(rest) or _GIVEN.search(rest))
    ):
        return "words behind it say that it is another value"
    return None


def unanswered(text: str) -> str | None:
    """Why a text with a value in it says, all in all, that it does not answer; None if it says no such thing."""
    if _UNSAID.search(text) or _UNSAID_ABROAD.search(text):
        return "it says that the answer is missing, or how to get it"
    if _PARTIES.search(text):
        return "two parties say two things"
    if _STAND_IN.search(text):
        return "it says that the value only stands in for one"
    return None


_DAY_RANGE = re.compile(
    r"(?<![\d:])\d{1,2}(?:st|nd|rd|th|er|[.ºª])?\s*(?:[-–—/&,]\s*(?:and\s+)?|\s(?:to|and|or|through|thru|until|till|"
    r"bis|und|oder|au|et|ou|al|a|y|o|e|ed|"
    r"tot|en|of|do|i|lub|až|nebo|до|по|и|или|sampai|hingga|dan|atau|till|til|och|og|eller)\s+)(?:the\s+|le\s+|el\s+|"
    r"il\s+)?$",
    re.IGNORECASE,
)


def withheld(sentence: str, before: str, after: str, *, is_day: bool) -> str | None:
    """Why the sentence of a value does not give it as the answer; None if nothing in it speaks against it.

    Args:
        sentence: the sentence that holds the value.
        before: what stands in it before the value.
        after: what stands in it behind the value.
        is_day: whether the value is a day or a moment.
    """
    if before.rstrip().endswith((":", "：")) and relabelled(before, "") is not None:
        return relabelled(before, "")
    if _PROPERTY.search(sentence) and not is_day:
        return "it says something about the value"
    if not is_day and _STARTS.search(before):
        return "it is a bound or a range"
    if _BEFORE_VALUE.search(before) or (not is_day and _AFTER_VALUE.match(after)):
        return "it is only a part of what is meant"
    if is_day and re.search(r"\bbetween\b", before, re.IGNORECASE):
        return "it is a bound or a range"
    if is_day and (_NEAR_DAY.search(before) or re.search(r"\btoo\s+(?:early|late|soon)\b|\bhad\s+been\b", after)):
        return "it is not said to be the day"
    if _SOFT.search(sentence):
        return "it is hedged"
    if _BOUND.search(sentence):
        return "it is a bound or a range"
    if _OVER.search(sentence) and not _NOW.search(_CLAUSE.split(before)[-1] + _CLAUSE.split(after)[0]):
        return "it is told of a time that is over"
    if _HOPED.search(sentence):
        return "it is what somebody hopes for or plans"
    if _GIVEN.search(sentence):
        return "it was given, or only fills the place of an answer"
    if _OTHERS.search(sentence) and not _OWN.search(before):
        return "it is what somebody else says"
    if is_day and _DAY_RANGE.search(before):
        return "it is a bound or a range"
    if is_day and _CALLED_OFF.search(sentence) and not (_TO_DATE.search(before) or _HELD.search(before)):
        return "the day is called off"
    return None


_AROUND_LISTS = re.compile(
    r"\b(?:among\s+(?:them|others|these|those)|includ(?:e|es|ed|ing)|such\s+as|the\s+first\s+(?:ones?|few)\b|"
    r"some\s+of|etc|et\s+cetera|and\s+so\s+(?:on|forth)|"
    r"usw|und\s+so\s+weiter|unter\s+anderem|entre\s+autres|entre\s+otr[oa]s|tra\s+cui|onder\s+andere|"
    r"między\s+innymi|mimo\s+jiné|antara\s+lain)\b|и\s+т\.\s?д|等等|など|\bnear\b|\bclose\s+to\b|"
    r"\b(?:darker|lighter|brighter|higher|lower|larger|smaller|more|less|better|nearer|further|warmer|"
    r"cooler)\s+than\b|\(\s*(?:-?[\d.]+\s*,\s*)?(?:[A-Za-z]|\?+|_+)\s*(?:,\s*(?:-?[\d.]+|"
    r"[A-Za-z?]))?\s*\)(?=\s*[,.]|\s+and\b|\s*$)|"
    r"\b(?:old|former|previous|original|initial|first|last\s+\w+['’]s)\s+(?:one|ones|colou?r|point|points|pair|"
    r"value|values|numbers?)\s+(?:was|were)\b",
    re.IGNORECASE,
)


def withheld_list(sentence: str) -> str | None:
    """Why the sentence around a list or a tuple does not give it as the answer; None if nothing speaks against it."""
    if _AROUND_LISTS.search(sentence):
        return "it says that there are more, or that it is near to the answer only"
    if _SOFT.search(sentence) or (_OVER.search(sentence) and not _NOW.search(sentence)):
        return "it is hedged, or told of a time that is over"
    return None


def is_of_others(sentence: str) -> bool:
    """Whether a sentence says what others give, pay or think."""
    return _OTHERS.search(sentence) is not None
