"""Whether a label is told of another time, by somebody else, of another thing or under a condition."""

from __future__ import annotations

import re

from interlab.queries.answers.phrases import NO_CHOICE
from interlab.queries.answers.segments import Segment, segment
from interlab.queries.answers.wording import CONDITION, HEDGE, NEGATION, REASON

Words = frozenset[str]

LATER = "it is told of a time to come"
"""The reason of a label that is a plan beside the one of now."""
ANSWERS = frozenset(
    "answer choice decision move verdict result conclusion rating score label classification category class status "
    "sentiment tone severity priority level value entry pick vote response role roles action prediction overall "
    "evaluation assessment output option call state condition field type final summary judgement judgment attitude "
    "mood polarity opinion view take position stance diagnosis ruling finding selection play bid strategy "
    "urgency grade mark rank recommendation tag one".split()
)
"""What an answer may be called: the subject or the heading of its statement."""
_THINGS = ANSWERS | frozenset(
    "it this that which what i we text review message letter mail email e-mail comment post tweet thread statement "
    "feedback remark passage article note reply language wording reviewer author writer customer story report piece "
    "poem quote input ticket issue incident bug problem case outage leak failure error defect fault vulnerability "
    "breach flaw alert event task card item job crash whole outcome experience document dialogue conversation "
    "transcript situation everything all these those regression downtime exploit exposure weakness testimonial "
    "speech song paper caption content context today here there emotion feeling feelings reaction "
    "data response description request complaint question headline book film movie product "
    "condition bottleneck disruption misconfiguration glitch".split()
)
"""What a word such as "high" or "positive" may be said of, as the label of it."""
_SCALES = frozenset("priority severity urgency status sentiment".split())
"""What each has a scale of its own: a high priority is no high severity."""
_FEELINGS = frozenset(
    "tone mood attitude feeling feelings opinion view emotion language wording author reviewer writer reaction position stance "
    "experience customer impression speech song story poem quote".split()
)
"""What a feeling is said of, and no level."""
_LEVELS = frozenset(
    "high low medium critical severe minor major moderate strong weak big small large short long urgent".split()
)
_GRADED = frozenset(
    "high low medium critical severe minor major moderate positive negative neutral good bad strong weak big small "
    "large short long hot cold warm fast slow easy hard poor fair excellent rich great mild urgent normal mixed".split()
)
"""Words that are said of many things: as a label only of what is asked about."""

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
_ALWAYS_BYGONE = re.compile(
    r"\b(?:originally|initially|at\s+(?:first|the\s+time|that\s+time|the\s+(?:start|beginning|outset))|previously|formerly|once\s+was|"
    r"was\s+once|back\s+(?:then|in|when)|in\s+the\s+(?:past|old\s+days)|until\s+(?:now|then|recently)|so\s+far|thus\s+far|"
    r"up\s+to\s+now|in\s+those\s+days|(?:was|were)\s+(?:going|about)\s+to|first\s+(?:impression|thought|guess|reading|"
    r"instinct|draft)|(?:i|we)\s+(?:had\s+|have\s+)?first)\b",
    re.IGNORECASE,
)
_THEN = re.compile(
    rf"\b(?:(?:an?|one|two|three|four|five|six|several|some|few|many|\d+)\s+\w+\s+(?:ago|before|earlier)|yesterday|"
    rf"(?:last|the\s+previous|previous|the\s+first|the\s+second|the\s+other|that|the\s+last)\s+{_PERIOD}|earlier|"
    rf"(?:in|on|by|during|of)\s+(?:the\s+)?(?:{_MONTH}|{_DAY}|(?:19|20)\d\d\b|spring|summer|autumn|winter|(?:round|turn|game)\s+(?:\d+|one|"
    rf"two|three)|(?:first|previous|last|earlier|opening|old)\s+\w+)|before\s+(?:the|that|this|my|his|her|their|our|it|we|"
    rf"they|he|she|i)\b|until\s+\w+|when\s+(?:i|we|he|she|they|the|it)\b|"
    r"in\s+the\s+(?!end\b|final\b|current\b|present\b|light\b|last\b)\w+,\s+i\b)",
    re.IGNORECASE,
)
_LATER = re.compile(
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
_IF = re.compile(
    r"\b(?:know|ask|see|wait)\s+(?:\w+\s+)?when\b|\bas\s+(?:if|though)\b|(?<!even\s)(?<!as\s)\bif\b|\b(?:unless|whenever|in\s+case|provided|providing|assuming|supposing|suppose|as\s+long\s+as|"
    r"so\s+long\s+as|on\s+condition|as\s+soon\s+as|by\s+the\s+time|(?<!at\s)the\s+(?:moment|minute|instant|day)\s+(?=\w+\s+\w+s\b)|otherwise|"
    r"in\s+(?:that|such\s+a|the\s+(?:worst|best|first|second|other|latter|former))\s+case|in\s+(?:case|the\s+event)\s+of|"
    r"depending|until|till|whether|only\s+(?:when|after|once))\b|"
    r"^\W*(?:and\s+|then\s+)?(?:had|were|should)\s+(?:the|this|that|it|he|she|they|we|i|you|an?|any\w*|some\w*|[A-Z]\w+|"
    r"my|your|his|her)\b",
    re.IGNORECASE,
)
_OPENS_IF = re.compile(
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
_UNREAL = re.compile(
    r"\b(?:would|could|might)\s+(?:\w+ly\s+|still\s+|also\s+|then\s+|even\s+|only\s+)?(?:have\s+(?:been|become|made|meant)|be|become|make|turn|count|"
    r"call|say|label|rate|need|take|mark|see|read|apply|expect)\b",
    re.IGNORECASE,
)
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
_VERB = (
    r"(?:says?|said|claim(?:s|ed)?|think(?:s)?|thought|believe[sd]?|argue[sd]?|insist(?:s|ed)?|writes?|wrote|written|report(?:s|ed)?|"
    r"state[sd]|tells?|told|call(?:s|ed)?|rate[sd]?|label(?:s|led|ed)|mark(?:s|ed)|list(?:s|ed)|flag(?:s|ged)|file[sd]|"
    r"set(?:s)?|classif(?:y|ies|ied)|consider(?:s|ed)?|deem(?:s|ed)?|judge[sd]|rank(?:s|ed)|grade[sd]|describe[sd]?|views|viewed|sees?|"
    r"saw|regard(?:s|ed)?|treat(?:s|ed)?|assign(?:s|ed)?|suggest(?:s|ed)?|recommend(?:s|ed)?|advise[sd]?|propose[sd]?|"
    r"announce[sd]?|assert(?:s|ed)?|maintain(?:s|ed)?|h[eo]lds?|held|finds?|found|feels?|felt|expect(?:s|ed)?|predict(?:s|ed)?|"
    r"suspect(?:s|ed)?|assume[sd]?|votes|voted|answers|answered|repl(?:y|ies|ied)|repeats?|repeating|shout(?:s|ed)?|"
    r"promise[sd]?|threaten(?:s|ed)?|sw(?:ears?|ore)|assure[sd]?|warn(?:s|ed)?|hint(?:s|ed)?|mention(?:s|ed)?|"
    r"conclude[sd]?|decide[sd]?|declare[sd]?|confirm(?:s|ed)?|agree[sd]?|den(?:y|ies|ied)|wants?|wanted|asks?|asked|"
    r"beg(?:s|ged)?|urge[sd]?|order(?:s|ed)|wish(?:es|ed)?|chose|chooses?|picks|picked|opts|opted|plays|played|gives|gave|"
    r"puts?|prefers?|preferred|estimate[sd]|guess(?:es|ed)|understands?|understood|reckons?|raise[sd]|lower(?:s|ed)|"
    r"downgrade[sd]|upgrade[sd]|quotes?|quoted|reads\s+it|takes\s+it|took\s+it|keeps\s+(?:saying|repeating)|moved|changed|switched|bumped|reclassified|escalated|means|meant|would\s+like|shows?|showed|displays?|"
    r"ha(?:s|ve|d)(?=\s+it\b)|reads(?=\s*[\"“:]))"
)
_PASSIVE = re.compile(
    r"(?:\b(?:is|are|was|were|be|been|being|gets?|got|have|has|had|as|to|should|can|must|may|will|the|our|a|an|its|my)|['’](?:s|re|ve|d))\s+"
    r"(?:\w+ly\s+|now\s+|then\s+|therefore\s+|thus\s+|hereby\s+|correctly\s+|best\s+|also\s+|still\s+)*$",
    re.IGNORECASE,
)
_SELF = re.compile(r"\b(?:i|we|let\s+me|let['’]s|let\s+us|me|i['’]\w+|we['’]\w+)\b|\bI['’]", re.IGNORECASE)
_SPEAKS = re.compile(
    r"(?:^|,\s|\b(?:that|and|but|so|because|since|as|yet|then)\s)\W*(?:it|that|this|which|what|(?:from\s+what\s+|as\s+far\s+as\s+|as\s+)the\s+\w+|(?:the|this|that|its)\s+(?:\w+\s+){0,2}?(?:text|review|message|letter|e-?mail|comment|post|tweet|tone|"
    r"language|wording|choice|remark|statement|passage|evidence|matrix|rules?|handbook|guidelines?|scale|policy|analysis|context|"
    r"fact|workaround|log|irony))\s*$",
    re.IGNORECASE,
)
_BY_OTHERS = re.compile(
    r"\baccording\s+to\s+(?!(?:the|this|our|my|its|these|those)\s+(?:\w+\s+){0,2}(?:text|transcript|logs?|records?|rules?|matrix|guide\w*|handbook|"
    r"polic\w+|scale|definitions?|data|evidence|documents?|instructions?|description|criteria|contract|thread|history|rubric|"
    r"standards?|table|schema|board|tracker|file|files|report|minutes|message|review|ticket)\b)|"
    r"\b(?:in|to|from|by|for)\s+(?:the\s+)?(?:\w+\s+){0,2}(?:\w+['’]s?|his|her|their|your)\s+(?:\w+\s+)?(?:opinion|view|eyes|book|mind|"
    r"judge?ment|words|estimation|point\s+of\s+view|perspective|standards|account|reading|report|assessment|lights)\b|"
    r"\b(?:from|in)\s+the\s+(?:point\s+of\s+view|perspective|eyes|words|opinion)\s+of\b|"
    r"\bin\s+the\s+(?:\w+\s+){1,2}(?:view|eyes|opinion)\b",
    re.IGNORECASE,
)
_FOR_NAMED = re.compile(
    r"^\W*(?i:for|to)\s+(?:[A-Z]\w+|him|her|them|you|us\b(?!\s+all)|(?:the|most|many|some|any|all|large|small|new|old)\s+(?:\w+\s+)?\w+s)\b(?:,|\s+(?:it|this|that|the)\b|['’]s)",
)
_SAYS_AFTER = re.compile(
    rf"^[\s\"'”’*]*,\s*[\"'”’]?\s*(?:as\s+)?(?:(?:he|she|they|you|the\s+\w+|[A-Z]\w+|my\s+\w+|some|people|others)\s+{_VERB}\b|"
    rf"{_VERB}\s+(?!i\b|to\b)\w+|according\s+to\b|or\s+so\b)",
)
_AGENT = re.compile(
    r"^[\s\"'”’*]*by\s+(?:an?|the|some\w*|him|her|them|you|his|her|their|[A-Z]\w+|mistake|accident|default|another|others|bots?)\b"
    r"(?!\s+(?:rules?|book|hand\w+|guide\w*|matrix|definition|polic\w+|standards?|scale|end|time|way)\b)",
)
_ANYONE = re.compile(
    r"\b(?:anyone|anybody|whoever|someone|somebody|nobody|no\s+one|everyone|everybody|most\s+\w+|some\s+\w+s|many\s+\w+s|people|"
    r"others|readers?|critics|a\s+(?:\w+\s+)?(?:\w+er|\w+or|\w+ist|fool|person|reader|player|bot|model))\b(?=\s+(?:\w+\s+){0,4}?(?:would|will|who|could|"
    rf"can|may|might|should|must|{_VERB}|reads?|takes?|t(?:ook|aken))\b)",
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
_OLD = re.compile(
    r"\b(?:old|original|previous|former|prior|initial|earlier|past|next|target|expected|planned|suggested|proposed|recommended|default|usual|"
    r"normal|typical|reported|requested|desired|intended|ideal|possible|highest|lowest|worst|maximum|minimum|other|another|sister|"
    r"parent|child|sibling|neighbou?ring|related|dominant|predicted|claimed|alleged|assumed|draft|sample|example|wrong|"
    r"incorrect|rejected|opponent\w*|partner\w*|rivals?|adversary|counterpart|player|user|human|(?<!the\s)first|second|third|last|future|"
    r"upcoming|coming|yesterday|tomorrow|allowed|available|hypothetical|supposed|presumed|provisional|tentative|preliminary|"
    r"preferred|favou?rite|different|official|formal|popular|textbook|gold|baseline|automatic|hoped|wished|secondary|alternative|runner)\b(?!\s+(?:of|for)\b)",
    re.IGNORECASE,
)
_NEUTRAL_LAST = re.compile(r"\b(?:last|first|second|third|next)\s+(?:word|resort|line|user|customer)", re.IGNORECASE)
_PART = re.compile(
    r"\b(?:parts?|half|halves|portion|sections?|paragraphs?|sentences?|chapters?|lines?|title|headline|subtitle|steps?|sub-?tasks?|phases?|"
    r"stages?|beginning|opening|ending|middle|remainder|rest|quarter|most|some|many|several|each|every|both|two|three|four|"
    r"five|\d+\s+of|aspects?|confidence|certainty|likelihood|probability|chances?|number|amount|workload|stakes|column|"
    r"equilibrium|button|branch|filename|folder|menu|tab|link|theory|advice|default|options|columns?|scale|subject\s+line|question\s+\d+|rule|(?:everything|all|nothing|anything)\s+(?:but|except|save))\b",
    re.IGNORECASE,
)
_OTHER_THING = re.compile(
    r"^\W*(?:(?:and|but|so|yet)\s+)?(?:regarding|concerning|as\s+(?:to|for)|when\s+it\s+comes\s+to|(?:as|so)\s+far\s+as\s+(?!i\b|we\b|the\s+(?:log|text|record)s?\b|possible)|up\s+to|(?:apart|aside)\s+from|"
    r"leaving\s+(?:\w+\s+){0,3}?aside|ignoring|with\s+(?:regard|respect)\s+to|in\s+terms\s+of|"
    r"on\s+(?:the|its)\s+(?!whole|basis|balance|evidence|other\s+hand|grounds?|contrary|strength))(?!\s*(?:the\s+)?(?:answer|choice|label|severity|status|"
    r"sentiment|question|task|ticket|text|review|message)\b)",
    re.IGNORECASE,
)
_RULE = re.compile(
    r"\b(?:always|everything\s+that|anything\s+that|whatever|count(?:s)?\s+as|stands?\s+for|starts?\s+as|means|reserved|by\s+default)\b|"
    r"^\W*(?:we|you|they|one)\s+(?:use|need|have)\b|^\W*(?:use|reserve|flip|toss|beware|imagine|please|tell|ask|click|press|check|wait|make\s+sure|see\s+if|let\s+(?:him|her|them|me\s+know|us\s+know))\b",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\b(?:values|options|labels|choices|levels|categories|classes|columns|states|statuses|possibilities|ratings|moves|grades)\s+"
    r"(?:[\w']+,?\s+){0,6}?(?:are|were|include)\b",
    re.IGNORECASE,
)
_BE = re.compile(
    r"\b(?P<verb>is|was|are|were|am|remains?|stays?|looks?|sounds?|feels?|became|becomes?|been)\b|"
    r"\b(?:(?<=it)|(?<=that)|(?<=this)|(?<=what)|(?<=there)|(?<=here)|(?<=he)|(?<=she)|(?<=they)|(?<=we)|(?<=you)|(?<=\bi))['’](?P<short>s|re|m)\b",
    re.IGNORECASE,
)
_FILLER = re.compile(
    r"\s*(?:(?:\w+ly|not|thus|therefore|hence|still|now|then|also|just|indeed|here|rather|quite|very|so|too|always|again|today|of|at|a|an|the|on|to|"
    r"(?:set|rated|labell?ed|classified|marked|considered|ranked|graded|judged|deemed|called|put|kept|listed|flagged|described|categori[sz]ed|with)|"
    r"one|level|overall|all|in\s+all|being|been|as|for\s+me|of\s+course|in\s+fact|in\s+my\s+(?:view|opinion)|after\s+all|once\s+again)\b[\s,]*)*[\"'“‘*`(]*$",
    re.IGNORECASE,
)
_CUT_NP = re.compile(
    r"\s(?:of|in|for|on|with|from|to|that|which|who|about|behind|at|as|by|conveyed|expressed|described|given|here|shown|reported|and|itself|alone|through)\b",
    re.IGNORECASE,
)
_OWN_PERSON = re.compile(r"\b(?:i|you|he|she|they|we)$", re.IGNORECASE)
_POSSESSOR = re.compile(
    r"\b(?P<who>[\w-]+)['’]s?\s+(?P<mods>(?:\w+\s+){0,2}?)(?P<what>rating|verdict|answer|label|severity|status|move|choice|decision|"
    r"opinion|view|advice|vote|pick|assessment|estimate|part|plan|suggestion|recommendation|classification|priority|action|strategy|word|"
    r"guess|bid|position|stance|preference|account|task|ticket|card|reading|play|response|reply|call)\b",
    re.IGNORECASE,
)
_THEIRS = re.compile(
    r"\b(?:his|her|their|your|hers|theirs|yours)\s+(?:\w+\s+){0,2}?(?:rating|verdict|answer|label|severity|status|move|choice|decision|opinion|view|"
    r"advice|vote|pick|assessment|part|plan|suggestion|recommendation|classification|strategy|husband|wife|boss|team|side|turn|action|play)\b|"
    r"\bthe\s+(?:answer|choice|move|decision|verdict|vote|opinion|label|rating)\s+(?:of|by|from)\s+(?!this|that|the\s+(?:text|review|message|ticket|task|"
    r"issue|incident|question)|it\b|choice\b|me\b)",
    re.IGNORECASE,
)
_MY = re.compile(r"\b(?:my|our)\s+(?:\w+\s+){0,3}?(?P<what>\w+)\s*$", re.IGNORECASE)
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
_CHOSEN = re.compile(
    r"\b(?:i|we)(?:['’](?:ve|ll|m|d))?\s+(?:\w+\s+){0,3}?(?:choose|chose|chosen|decided?|pick(?:ed)?|select(?:ed)?|rated?|classif(?:y|ied)|"
    r"label\w*|set|mark(?:ed)?|call|say|conclude|opt(?:ed)?|settled?|go|give|judge|assign|consider|think|believe|find|read|put|see|"
    r"vote|answer)\b|\bmy\s+(?:\w+\s+){0,2}?(?:answer|choice|decision|move|verdict|label|rating|classification|conclusion)\b",
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
        return _headed(part, names)
    if label not in _GRADED and re.search(r"\b(?:looks?|sounds?|appears?)\W*$", part.clause, re.IGNORECASE):
        return "it is hedged"
    if label in _GRADED and _ORDINARY_AFTER.match(part.after):
        return "it is an ordinary word there"
    for rule in (_bygone, _planned, _conditional, _by_others, _softened, _warned):
        reason = rule(part, names)
        if reason is not None:
            return reason
    if (
        not as_noun
        and _DETERMINED.search(part.clause)
        and not _NOUN_AFTER.match(part.after)
        and not _SELF.search(part.clause)
    ):
        return "it is an ordinary noun there"
    would = re.search(r"\bi(?:['’]d|\s+(?:would|could|should|want\s+to))\s+(?:\w+ly\s+)?$", part.clause, re.IGNORECASE)
    if _NOT_AFTER_ALL.match(part.after + part.later) or (would and _WOULD_BUT.match(part.after + part.later)):
        return "it is taken back in its sentence"
    return _of_another(part, label, names)


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


def _headed(part: Segment, names: Words) -> str | None:
    heading = part.heading
    if _LATER.search(heading):
        return LATER
    words = set(re.findall(r"[a-z-]+", heading.casefold()))
    if _SOFT.search(heading) or HEDGE.search(heading):
        return "it is hedged"
    is_sentence = len(words) > 5 or _BE.search(heading) is not None or _SELF.search(heading) is not None
    if is_sentence:
        if not _SELF.search(heading) and re.search(rf"\b{_VERB}\W*$", heading, re.IGNORECASE):
            return "somebody else says it"
        if _IF.search(heading) or _OPENS_IF.search(heading):
            return "it is said under a condition"
        return None
    if heads_another(heading) or _BY_OTHERS.search(heading) or _THEN.search(heading):
        return "its heading is that of something else"
    if words & (ANSWERS | names) - (_SCALES - names if names & _SCALES else frozenset()) and not words & {
        "confidence",
        "certainty",
    }:
        return None
    others = _SCALES - names if names & _SCALES else frozenset()
    done = len(words) > 1 and all(word == "and" or re.search(r"(?:ed|n't|not|no)$", word) for word in words)
    if (
        words <= (_LEADS | ANSWERS | names | _SMALL) - others
        or done
        or re.search(r"\b(?:in|to|after|on|all)\b", heading, re.IGNORECASE)
        and not _OTHER_THING.search(heading)
    ):
        return None if not _IF.search(heading) and not _OPENS_IF.search(heading) else "it is said under a condition"
    if _SPEECH.fullmatch(heading) or (
        len(words) > 2 and re.match(r"(?:neither|not|no|nothing|nobody)\b", heading, re.IGNORECASE)
    ):
        return None
    return "its heading is that of something else"


_LEADS = frozenset(
    "overall so therefore thus hence conclusion short sum summary result ergo finally ultimately clearly simply once more again "
    "now today here verdict antwort réponse respuesta risposta resposta antwoord odpověď odpowiedź svar vastaus cevap entscheidung wahl zug "
    "décision choix decisión elección scelta decisione decisão keuze settled decided decision agree disagree together altogether yes no right well ok okay sure "
    "clear case call question best fit only plain simple instead rather it this that correction corrected correct revised update edit".split()
)
_SMALL = frozenset("the my our a an is to of for".split())
_SPEECH = re.compile(
    r"(?:i|we|my|our|let)\b.*|.*\b(?:is|it|i|doubt|question|clear|obvious|simple|plain)", re.IGNORECASE
)


def _bygone(part: Segment, names: Words) -> str | None:
    del names
    if _ALWAYS_BYGONE.search(part.opening):
        return "it is told of a time that is over"
    past = _PAST.search(part.clause)
    if past is None:
        return None
    if re.search(r"\bsince\b", part.opening, re.IGNORECASE) and not re.search(r"\b(?:was|were)\b", part.clause):
        return None
    told = _THEN.search(part.opening) or _THEN.match(part.after.lstrip(" ,"))
    has_present = re.search(
        r"\b(?:is|are|has|have|remains?|am)\b|['’](?:s|ve)\b", part.clause[past.start() :], re.IGNORECASE
    )
    if told is not None and not has_present:
        return "it is told of a time that is over"
    return None


def _planned(part: Segment, names: Words) -> str | None:
    if _LATER.search(part.opening) or _LATER.match(part.after.lstrip(" ,")):
        return LATER
    planned = _PLANNED.search(part.clause)
    if planned is not None and re.match(r"was|were", planned.group(), re.IGNORECASE):
        return "it is a plan, or what should be"
    if planned is not None and not _is_answer(part.clause[: planned.start()], names):
        return "it is a plan, or what should be"
    if _AIMS.search(part.clause):
        return "it is a plan, or what should be"
    return None


def _conditional(part: Segment, names: Words) -> str | None:
    del names
    if _IF.search(part.opening):
        return "it is said under a condition"
    if _OPENS_IF.search(part.opening) and not (
        re.match(r"\W*after\b", part.opening, re.I) and _CHOSEN.search(part.opening)
    ):
        return "it is said under a condition"
    behind = part.after
    if _THEN_ONLY.match(behind) or CONDITION.search(REASON.split(_CONCESSIVE.sub(" ", behind))[0]):
        return "it is said under a condition"
    unreal = _UNREAL.search(part.clause)
    if unreal is not None and not _SELF.search(part.clause[: unreal.start()]):
        topic = part.clause[: unreal.start()]
        if not re.search(r"\b(?:answer|choice|label|verdict|rating|classification)\s*$", topic, re.IGNORECASE):
            return "it is said of what would be"
    return None


_CONCESSIVE = re.compile(
    r"\b(?:even\s+if|even\s+when|no\s+matter\s+(?:if|whether)|regardless\s+(?:of\s+)?whether|as\s+if)\b", re.IGNORECASE
)


def _by_others(part: Segment, names: Words) -> str | None:
    del names
    if _BY_OTHERS.search(part.opening) or _FOR_NAMED.search(part.opening):
        return "somebody else says it"
    if _SAYS_AFTER.match(part.after) or _AGENT.match(part.after):
        return "somebody else says it"
    if _ANYONE.search(part.clause):
        return "somebody else says it"
    ahead = part.opening[: len(part.opening) - len(part.clause)]
    says = _SAYS_AHEAD.search(ahead)
    if says is not None and not _PASSIVE.search(ahead[: says.start()]) and not _SELF.search(ahead):
        return "somebody else says it"
    if _BY_OTHERS.match(part.after.strip(" \"'”’*,")) or _WISHES.search(part.clause):
        return "somebody else says it"
    for before, verb in _reports(part.clause)[-1:]:
        speaks = _SPEAKS.search(before) and not re.match(r"sa(?:ys?|id)|claim|state", verb, re.IGNORECASE)
        if not _SELF.search(before) and not speaks:
            return "somebody else says it"
    return None


_SAYS_AHEAD = re.compile(rf"(?<=\s)\b{_VERB}\W*$", re.IGNORECASE)
_WISHES = re.compile(r"\b(?:he|she|they|you)['’]d\s+(?:like|love|prefer|want|rather)\b", re.IGNORECASE)


def _reports(clause: str) -> list[tuple[str, str]]:
    """The verbs of a clause by which somebody says or labels something, and what stands before each."""
    found = []
    for match in _REPORT.finditer(clause):
        before = clause[: match.start()]
        if before.strip() and not _PASSIVE.search(before):
            found.append((before, match.group()))
    return found


_REPORT = re.compile(
    rf"\b{_VERB}\b(?=\s+(?:that|it|this|the|him|her|them|us|me|as|to|its|these|both|an?|for|yes|no|under)\b|\s*[\"'“:,*]|\s*$|\s+(?-i:[A-Z]))",
    re.IGNORECASE,
)


def _softened(part: Segment, names: Words) -> str | None:
    if (_SOFT.search(part.clause) and not _is_answer(part.clause, names)) or _SOFT_AFTER.match(part.after + part.later):
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


def _of_another(part: Segment, label: str, names: Words) -> str | None:
    """Whether the subject of a label's clause is something else than what is asked about."""
    if _OTHER_THING.search(part.opening):
        return "it is said of a part, or of something else"
    if _RULE.search(part.clause) and not re.match(r"\W*(?:so\W+|and\W+)?i\b", part.clause, re.IGNORECASE):
        return "it is a rule, or one of the labels that there are"
    if _LISTED.search(part.opening):
        return "it is one of the labels that there are"
    verb = None
    for verb in _BE.finditer(part.clause):
        pass
    if verb is None or not _FILLER.fullmatch(part.clause[verb.end() :]):
        if _THEIRS.search(part.clause) or _is_possessed(part.clause):
            return "it is somebody else's"
        return None
    subject = re.split(r",\s+", part.clause[: verb.start()])[-1].strip(" \"'“”*")
    pronoun = re.search(
        r"(?<!of\s)(?<!in\s)(?<!on\s)(?<!about\s)(?<!with\s)(?<!to\s)(?<!for\s)(?<!behind\s)\b(?:it|this\s+one|this|that|which)$",
        subject,
        re.IGNORECASE,
    )
    subject = (
        pronoun.group()
        if pronoun is not None
        else re.split(r"\bthat\s+(?=(?:the|it|this|its|my|our|her|his)\b)", subject)[-1]
    )
    is_being = verb["short"] or verb.group().casefold() in ("is", "are", "am", "was", "were")
    if subject.casefold() == "one":
        return "it is said of one of several"
    if is_being and (verb["short"] == "m" or _OWN_PERSON.search(subject)):
        return "it is said of a person"
    if _THEIRS.search(subject) or _is_possessed(subject):
        return "it is somebody else's"
    if _OLD.search(subject) and not _NEUTRAL_LAST.search(subject):
        return "it is said of something else"
    head = _head(subject) if subject.casefold() != "this one" else "this"
    mine = _MY.search(_CUT_NP.split(subject + " ")[0].strip())
    if mine is not None and not set(mine.group().casefold().split()) & (ANSWERS | names):
        return "it is said of something else"
    if _PART.search(_CUT_NP.split(subject + " ")[0]):
        return "it is said of a part, or of something else"
    if head in _SCALES - names and names & _SCALES:
        return "it is said of something else"
    things = (_THINGS - _FEELINGS if label in _LEVELS else _THINGS) | names
    if re.match(r"(?:an?|some|any)\s", subject, re.IGNORECASE) and head not in names | ANSWERS:
        return "it is said of something else"
    if label in _GRADED and head and head not in things and not head.startswith(("what", "that")):
        return "it is said of something else"
    return None


def is_conditional(after: str) -> bool:
    """Whether what stands behind a value makes it depend on something: "once it is signed"."""
    return _THEN_ONLY.match(after) is not None


def heads_another(heading: str) -> bool:
    """Whether a heading names something else than what is answered: "Old status", "Her move"."""
    return bool(_OLD.search(heading) or _THEIRS.search(heading)) or _is_possessed(heading)


def leads_elsewhere(lead: str) -> bool:
    """Whether the words before several labels say that they are expected, old or somebody else's."""
    return bool(
        _UNREAL.search(lead) or _BY_OTHERS.search(lead) or _ALWAYS_BYGONE.search(lead) or _EXPECTED.search(lead)
    )


_EXPECTED = re.compile(
    r"\b(?:expected|predicted|previous|former|old|hypothetical|planned|proposed|suggested|projected|forecast|rumou?red|would|last\s+(?:week|month|year)|yesterday)\b",
    re.IGNORECASE,
)


def states(text: str, start: int, end: int, names: Words) -> bool:
    """Whether the clause of a label is a statement of what is answered: "I choose", "the status is", the label alone."""
    part = segment(text, start, end)
    if part.heading or _SELF.search(part.clause) or not re.sub(r"\W", "", part.clause):
        return True
    words = set(re.findall(r"[a-z-]+", part.clause.casefold()))
    return bool(words & (ANSWERS | names | {"it", "this", "that", "which", "what"})) or bool(words & _THINGS)


def _head(subject: str) -> str:
    """The noun that a subject is about: "severity" of "the severity of this leak"."""
    words = re.findall(r"[\w-]+", _CUT_NP.split(subject + " ")[0])
    return words[-1].casefold() if words else ""


def _is_possessed(words: str) -> bool:
    possessor = _POSSESSOR.search(words)
    return possessor is not None and possessor["who"].casefold() not in (
        (_THINGS - {"customer"}) | {"today", "let", "what", "here", "project"}
    )


def _is_answer(words: str, names: Words) -> bool:
    """Whether the words before a verb are about the answer itself: "the label should be"."""
    return _head(re.split(r",\s+", words)[-1].strip()) in ANSWERS | names
