"""The words by which people take back, soften or refuse what they say, and what stands where an answer should be."""

from __future__ import annotations

import re
from typing import Any

# Hedges, negations and bounds of some languages beside English: a model may answer in the language it was asked in.

_HEDGES = (
    r"maybe|perhaps|probabl[ey]|possibly|potentially|presumably|supposedly|apparently|likely|"
    r"unlikely|might|"
    r"(?<!in )(?<!of )(?<!since )(?<!until )(?<!by )(?<!last )"
    r"(?<!next )(?<!early )(?<!late )(?<!before )(?<!after )(?<!from )"
    r"may(?!\s+\d)|"
    r"could(?!\s+(?:fill|find|extract|gather|read|make\s+out|see|identify|collect)\b)|about(?=\s+(?:an?\s+|the\s+|half\s+)?[-$€£~]?(?:\d|half\b|dozen|hundred|thousand|million|right\b|same\b|"
    r"one\b|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b|eleven\b|\w+teen\b|twelve\b|"
    r"\w+ty\b)|\s+(?!it\b|this\b|that\b|them\b|him\b|her\b|me\b|us\b|which\b|what\b)\w+\W*$)|"
    r"around|approx(?:imately|\.)?|roughly|nearly|almost|circa|ca\.|c\.(?=\s*\d)|somewhere|somehow|"
    r"(?:i|my|a|the|best|rough|wild|educated)\s+guess(?:ed|ing)?|guessing|guess|estimate[ds]?|estimation|ballpark|"
    r"or\s+so|give\s+or\s+take|more\s+or\s+less|sort\s+of|kind\s+of|not\s+(?:\w+\s+)?(?:sure|certain|"
    r"confident|clear|known)|"
    r"unsure|uncertain|unclear|unknown|undecided|don['’]t\s+know|do\s+not\s+know|no\s+idea|"
    r"cannot\s+tell|can['’]t\s+tell|"
    r"hard\s+to\s+(?:say|tell)|depend(?:s|ing)?|either(?!\s+(?:party|side|way|team|end|case|parent|player|option|move|of\s+(?:them|the|us|you))\b)|varies|vary|ish|leaning|somewhat|seems?|"
    r"(?<!as they )(?<!as it )appears?|tend(?:s|ing)?|"
    r"vielleicht|wahrscheinlich|ungefähr|etwa|rund|möglicherweise|vermutlich|fast|schätzungsweise|"
    r"peut-être|environ|probablement|presque|quizás?|tal\s+vez|aproximadamente|alrededor|probablemente|casi|"
    r"forse|quasi|probabilmente|talvez|provavelmente|misschien|ongeveer|waarschijnlijk|"
    r"около|примерно|возможно|наверное|может"
)
HEDGE = re.compile(
    rf"(?<![\w-])(?:{_HEDGES})(?![\w])|[~≈≃]|大约|大概|可能|也许|左右|たぶん|おそらく|[约約](?=\s*\d)", re.IGNORECASE
)

_NEGATIONS = (
    r"not|never|neither|nor|nothing|nobody|no\s+one|without|cannot|no\s+longer|instead\s+of|rather\s+than|"
    r"anything\s+but|other\s+than|except"
    r"|excluding|opposed\s+to|far\s+from|refus(?:e|es|ed|ing)\s+to|avoid(?:s|ing)?|rule[sd]?\s+out|"
    r"against|hardly|barely|no\s+(?:way|chance|reason)|under\s+no\s+circumstances|by\s+no\s+means|in\s+no\s+case"
    r"|nicht|kein(?:e[rnms]?)?|niemals|ohne|pas|jamais|sans|nunca|jamás|sin|non|não|nem|niet|geen|не|нет"
)
NEGATION = re.compile(rf"(?<![\w-])(?:{_NEGATIONS})(?![\w])|n['’]t\b|不|没|ない|ません", re.IGNORECASE)

BOUND_BEFORE = re.compile(
    r"(?:\b(?:as\s+of|as\s+at|at\s+least|at\s+most|(?:no\s+)?(?:more|less|fewer|greater|lower|higher|larger|smaller|later|earlier|"
    r"longer|shorter)\s+than|over|under|above|below|beyond|up\s+to|minimum(?:\s+of)?|maximum(?:\s+of)?|min\.?|max\.?|"
    r"from|between|starting\s+(?:at|from)|before|after|until|till|since|by|within|exceed(?:s|ing)?|upwards?\s+of|"
    r"as\s+(?:many|much|few|little)\s+as|mindestens|höchstens|über|unter|bis|ab|au\s+moins|au\s+plus|plus\s+de|"
    r"moins\s+de|al\s+menos|como\s+máximo|más\s+de|menos\s+de|almeno)|[<>!]=|[<>≥≤≠±])\s*(?:the\s+|a\s+)?[$€£]?$",
    re.IGNORECASE,
)
BOUND_AFTER = re.compile(
    r"^\s*(?:\+(?!\w)|or\s+(?:more|less|fewer|higher|lower|above|below|so|later|earlier|better|worse|under|over|up)\b|"
    r"and\s+(?:up|above|below|over|under|more)\b|at\s+(?:least|most)\b|plus\b|minus\b|minimum\b|maximum\b|"
    r"max\b|min\b|to\s+[$€£]?\d|[-–—]\s*[$€£]?\d|and\s+a\s+half|or\s+[$€£]?\d|ish\b|-ish\b|\?)",
    re.IGNORECASE,
)

CONDITION = re.compile(
    r"\b(?:(?<!even )(?<!as )if|whether|considering|thinking\s+(?:about|of)|wondering|debating|deciding|inclined|"
    r"unless|provided|"
    r"providing|as\s+long\s+as|so\s+long\s+as|assuming|whenever|otherwise|on\s+condition|"
    r"only\s+when|in\s+case|until|except|depending|but\s+only|wenn|"
    r"(?<!it\s)(?<!which\s)(?<!that\s)falls(?!\s+(?:on|in|to|at|under|into|within|below|above|off|short|from|by|between)\b)|"
    r"sofern|si|à\s+condition)\b",
    re.IGNORECASE,
)

UNSURE = re.compile(
    r"\bnot\s+(?:\w+\s+){0,2}(?:sure|certain|confident)\b|\b(?:unsure|uncertain|undecided)\b|"
    r"(?<!first )(?<!initial )\bguess(?:ing)?\b|"
    r"\bi\s+(?:do\s*n['’]t|do\s+not)\s+know\b|\bno\s+idea\b|\bhard\s+to\s+(?:say|tell)\b|\bit\s+depends\b|"
    r"\b(?:can(?:not|['’]t)\s+(?:say|tell|decide)|torn)\b",
    re.IGNORECASE,
)

REASON = re.compile(
    r"\b(?:because|since|as\s+(?:the|they|he|she|it|my|we|this|that|i|you|their|his|her|our|there|nobody|nothing|both|only)\b|due\s+to|"
    r"given\s+that|weil|da|parce\s+que)\b",
    re.IGNORECASE,
)

ELSEWHERE = re.compile(
    r"\b(?:you|one|anyone|anybody|people)(?:['’]d|\s+(?:would|might|may|could))\s+(?:\w+\s+)?(?:expect|think|assume|guess|say|suppose|"
    r"imagine|believe)\b|"
    r"\b(?:last|previous|first|next|earlier|another)\s+(?:round|time|turn|game|week|year)\b|"
    r"\bpreviously\b|\bused\s+to\b"
    r"|\b(?:would|could|should|might)\s+(?:have|\w+\s+have)\b|\b(?:had|have)\s+(?:i|we)\b|\btempt(?:ed|ing|ation)\b"
    r"|\b(?:my|the|your|his|her|their)\s+(?:partner|opponent|rival|counterpart|enemy|other\s+player)\s+"
    r"(?:will|would|may|might|could|can|should|did|does|has|had|is|was|wants?|chose|plans?|said|says)\b"
    r"|(?:^|[.!?]\s+)say,"
    r"|\b(?:people|others|some(?!\s+thought\b)|everyone|they|he|she|someone|one)\s+(?:would\s+|will\s+|might\s+|could\s+|may\s+)?"
    r"(?:says?|said|thinks?|thought|claims?|claimed|guess|believes?|argues?)\b"
    r"|\b(?:imagine|suppose|consider|hypothetical(?:ly)?|for\s+(?:example|instance)|e\.g\.|such\s+as|let['’]?s\s+say)\b"
    r"|\b(?:can|could|may|must|should|will)\s+be\s+(?:one\s+of|any)\b|\bone\s+of\b|\boptions?\s+(?:are|is|include)\b"
    r"|\bpossible\s+(?:values?|answers?|options?|labels?|choices)\b|\b(?:choose|choosing|decide|pick|"
    r"select)\s+between\b",
    re.IGNORECASE,
)

OTHERS = re.compile(
    r"\b(?:they|he|she|you|others?|people|players?|everyone|someone|one)\s+"
    r"(?:will|would|may|might|could|can|should|must|did|do|does|has|have|had|want|wants|chose|choose|said|say|says)\b",
    re.IGNORECASE,
)
"""Whose act it is, where a label is what somebody does."""

REFUSAL = re.compile(
    r"^\W*(?:i['’]m|i\s+am|i['’]d\s+be)\s+(?:happy|glad|ready|here)\s+to\s+(?:help|assist)\b|"
    r"\bviolat\w+\s[^.!?]{0,40}\b(?:polic|guideline|terms|rules)\w*|^\W*(?:\w+\s+){0,2}error\b\s*(?::|\d|[-–—])|"
    r"\ban\s+error\s+"
    r"(?:has\s+)?occurred\b|^\W*(?:unable|failed|not\s+able)\s+to\b|\b(?:service|"
    r"model)\s+(?:is\s+)?(?:unavailable|overloaded)\b|"
    r"\bas\s+an?\s+(?:\w+\s+){0,2}(?:ai|a\.i\.|language\s+model|llm|assistant|chatbot|machine|smollm)\b"
    r"|\bi['’]?(?:\s+a)?m\s+(?:just\s+|only\s+)?an?\s+(?:\w+\s+){0,2}(?:ai|language\s+model|assistant|chatbot)\b"
    r"|\bi(?:['’]m|\s+am)\s+(?:\w+\s+){0,2}(?:unable|not\s+able|not\s+allowed|not\s+permitted|not\s+in\s+a\s+position|"
    r"not\s+comfortable|not\s+going)\b"
    r"|\bi(?:['’]m|\s+am)\s+(?:\w+\s+){0,2}(?:sorry|afraid)\b[^.!?]*\b(?:can['’]?t|cannot|can\s+not|"
    r"couldn['’]t|not|unable|won['’]t|n['’]t)\b"
    r"|\b(?:sorry|apolog(?:y|ies|ize|ise))\b[^.!?]*\b(?:can['’]?t|cannot|can\s+not|couldn['’]t|"
    r"unable|won['’]t|not\s+able|n['’]t)\b"
    r"|\bi\s+(?:can['’]?t|cannot|can\s+not|could\s*n['’]?t|could\s+not|won['’]?t|will\s+not|"
    r"am\s+unable|do\s*n['’]?t|do\s+not|"
    r"must|have\s+to|would\s+rather\s+not|['’]d\s+rather\s+not|decline)\s+(?:\w+\s+){0,3}"
    r"(?:help|assist|answer|provide|write|create|generate|extract|give|share|judge|review|assign|"
    r"place|make|decide|determine|"
    r"complete|comply|do\s+that|do\s+this|fulfil|fulfill|respond|tell|produce|offer|discuss|identify|"
    r"choose|access|see|have|"
    r"possess|support|engage|participate|negotiate|predict|know|rate|decline|refuse|process|perform|"
    r"find|compute|name|say)\b"
    r"|\bi['’]d\s+(?:rather\s+not|need\b)|\bi\s+would\s+(?:rather\s+not|need\b)|\bi\s+need\s+(?:more|"
    r"to\s+know|the|further)\b"
    r"|\b(?:your|the)\s+request\s+(?:was|is|can|could)\s*(?:not|n['’]t)"
    r"|\byou\s+(?:have\s*n['’]t|haven['’]t|have\s+not|did\s*n['’]t|didn['’]t|did\s+not|need\s+to|must|should)\s+"
    r"(?:provide|given?|specif|state|includ|mention)\w*"
    r"|\bplease\s+(?:provide|specify|clarify|share|give|tell\s+me|enter|send|supply|upload|paste)\b"
    r"|\b(?:could|can|would)\s+you\s+(?:please\s+)?(?:provide|clarify|specify|share|give|tell)\b"
    r"|\bi['’]?(?:\s+a)?m\s+ready\s+to\s+(?:help|assist)\b|\bhow\s+(?:can|may)\s+i\s+(?:help|assist)\b"
    r"|\bno\s+(?:\w+\s+)?(?:answer|title|text|value|result|data|"
    r"information)\s+(?:\w+\s+){0,2}(?:available|possible|found|generated)\b"
    r"|\b(?:no\s+puedo|lo\s+siento|je\s+(?:suis\s+désolée?|ne\s+peux)|désolée?|"
    r"ich\s+kann\s+(?:\w+\s+){0,4}nicht|es\s+tut\s+mir\s+leid|"
    r"tut\s+mir\s+leid|mi\s+dispiace|non\s+posso|não\s+posso|desculpe|lo\s+lamento|het\s+spijt|"
    r"ik\s+kan\s+(?:\w+\s+){0,3}niet)\b"
    r"|抱歉|对不起|我不能|我无法|無法|申し訳|すみません|できません|извините|к\s+сожалению|не\s+могу|죄송",
    re.IGNORECASE,
)

CORRECTION = re.compile(
    r"(?:^|[.!?:;)\]}]\s+|\n\s*|[-–—]\s*)[*_(]*(?:oh,?\s+|oops,?\s+|hmm+,?\s+|ah,?\s+|but\s+|no,\s+|"
    r"ha(?:ha)*[,!]?\s+|lol,?\s+|well,?\s+|"
    r"u[hm]+,?\s+|er+m?,?\s+)*"
    r"(?:no,|no\.(?=\s+\w)|nope\b|(?:just\s+|only\s+)?(?:kidding|joking)\b|psyche?\b|jk\b|never\s?mind\b|"
    r"(?:scrap|strike)\s+"
    r"that|plot\s+twist|april\s+fools?|gotcha\b|on\s+the\s+contrary|not!|i\s+(?:lied|was\s+(?:just"
    r"\s+)?(?:kidding|joking|"
    r"lying|wrong|mistaken))|wait\b|actually\b|correction\b|scratch\s+that|on\s+second\s+thoughts?|hold\s+on|"
    r"oops|my\s+(?:mistake|bad)|"
    r"i\s+take\s+(?:that|it)\s+back|disregard|ignore\s+(?:the|that|this)|(?:i(?:['’]ve|\s+have)?\s+)?changed\s+my\s+mind|i\s+(?:have\s+|"
    r"['’]ve\s+)?(?:changed|reconsidered)|"
    r"i\s+made\s+(?:a\s+mistake|an\s+error)|sorry,|let\s+me\s+(?:correct|fix|revise|redo|re-?check|try\s+again)|"
    r"i\s+meant|make\s+that|or\s+(?:rather|maybe|perhaps)|instead,|rather,|edit:|update:|erratum|"
    r"(?:this|that|it|the\s+\w+(?:\s+\w+)?)\s+(?:is|was|are|should\s+be|seems)\s+(?:wrong|incorrect|"
    r"not\s+(?:right|correct)|"
    r"a\s+mistake|outdated|invalid))",
    re.IGNORECASE,
)

CHANGED = re.compile(
    r"\b(?:moved\s+to|changed\s+to|postponed|rescheduled|brought\s+forward|updated\s+to|revised\s+to|corrected\s+to|"
    r"withdraw(?:s|n|ing)?|cancel(?:led|ed|s)?|retract(?:ed)?|should\s+(?:actually\s+|rather\s+|"
    r"really\s+)?(?:be|read|say)\s|"
    r"(?:left|leave|leaving)\s+out|omit(?:ted)?|missing|not\s+(?:included|listed|shown)|(?:is|"
    r"are)\s+(?:really|actually)\s|(?:her|his|its|their|the|my)\s+(?:real|actual|true|correct)\s+\w+\s+(?:is|"
    r"was|are|were)\b|"
    r"but\s+without(?![^.!?]*\b(?:there\s+is|i|we|it)\b)|plus\s+(?:the|an?|another)|except\s+for|don['’]t\s+(?:use|count|forget)|"
    r"change\s+(?:the|it|that|this)|"
    r"replace\s+(?:the|it|that|this|with)|instead\s+of|in\s+fact|too\s+(?:low|high|early|late|many|few))\b",
    re.IGNORECASE,
)

NO_ANSWER_AFTER = re.compile(
    r"\b(?:treat|consider|regard|take|view|see)\s+(?:this|it|these|that|them)\s+(?:only\s+|just\s+|merely\s+)?as\s+"
    r"(?:an?\s+)?(?:\w+\s+)?(?:draft|example|guess|placeholder|estimate|starting\s+point|suggestion|template|sample|"
    r"hypothetical|approximation|rough)\w*\b|"
    r"\b(?:shot|stab)\s+in\s+the\s+dark\b|\boff\s+the\s+top\s+of\s+my\s+head\b|\b(?:anyone|anybody)['’]s\s+guess\b|\bcoin\s+(?:toss|flip)\b|"
    r"\b(?:is|are)\s+(?:only\s+|merely\s+|purely\s+)?(?:illustrative|exemplary|notional|symbolic)\b|"
    r"\b(?:(?:just|only|merely)\s+an?\s+(?:\w+\s+)?(?:illustration|demonstration|demo|mock-?up|example|guess|placeholder|sample|estimate|"
    r"draft|template)|placeholders?|"
    r"(?:is|was|as|are)\s+(?:an?\s+)?(?:\w+\s+)?(?:example|guess(?:es)?|sample|template|hypothetical|"
    r"fictional|fictitious|made[- ]up|"
    r"invented|dummy)\b|i\s+(?:made|make)\s+(?:\w+\s+){0,3}up\b|invented|"
    r"i\s+(?:had\s+to\s+)?assum(?:ed|e)\b(?!\s+(?:that\s+)?(?:the|this|it)\b[^.!?\d]*\b(?:appl(?:y|ies)|refers?|belongs?|covers?)\b)|an\s+assumption|i\s+guessed|a\s+guess\b|for\s+illustration|"
    r"replace\s+(?:the|these|this|it|them)|(?<!could )(?<!can )(?<!to )fill\s+in|"
    r"not\s+(?:\w+\s+)?(?:sure|certain|confident)|unsure|uncertain|"
    r"(?:might|may|could)\s+be\s+(?:wrong|incorrect|inaccurate|different|off)|not\s+my\s+(?:answer|"
    r"choice|decision|offer|bid|final))",
    re.IGNORECASE,
)

INVENTED = re.compile(
    r"\bi(?:['’]ve|\s+have|['’]ll|\s+will)?\s+(?:just\s+)?(?:made|make|making|invent(?:ed)?|fabricated?|imagined?)\s+"
    r"(?:(?:one|it|this|that|them|some|something|these)\b|\w+\s+up\b)|\bmade[- ]up\b|\b(?:placeholder|dummy|fictional|"
    r"hypothetical|imaginary|mock|random|plausible)\s+(?:\w+\s+)?(?:values?|data|details|one|person|answer|names?|"
    r"age|year|date|price|numbers?|entry)\b|"
    r"\bjust\s+(?:an?\s+)?(?:guess|example|illustration)\b|\bfill(?:ed)?\s+in\s+(?:your|the\s+blank|random|arbitrary)",
    re.IGNORECASE,
)

CONTINUED = re.compile(
    r"\b(?:to\s+be\s+continued|continue[sd]?\s+(?:in|below|on|with)|continued|more\s+to\s+(?:come|follow)|"
    r"next\s+message|part\s+(?:1|one)\b|"
    r"(?:list|output|answer|response|result)\s+(?:is|was|has\s+been)\s+(?:\w+\s+)?(?:truncated|shortened|abbreviated|"
    r"cut|incomplete|partial|not\s+complete)|and\s+so\s+(?:on|forth)|(?:i\s+)?(?:only\s+)?(?:listed|included|"
    r"showed|shown)\s+"
    r"only|(?:here\s+are\s+)?only\s+(?:the\s+)?first\b|the\s+(?:rest|remaining|others?)\s+(?:\w+\s+)?(?:is|are|"
    r"follows?|"
    r"will|would|can|should|of\s+the\s+(?:list|items|people|entries))(?!\s+(?:not\s+)?(?:scheduled|planned|absent|irrelevant|invited|relevant|unaffected|on\s+leave|for\s+(?:the|another))\b))",
    re.IGNORECASE,
)

COMMENT_DOUBT = re.compile(
    r"\?|\b(?:or|could|maybe|perhaps|might|may|possibly|probably|not\s+sure|unsure|alternatively|either|guess(?:ed)?|"
    r"approx(?:imately|\.)?|about|around|roughly|estimated?|placeholder|replace|example|fill\s+in|"
    r"insert|todo|tbd|fixme|"
    r"should\s+(?:\w+\s+)?be|not\s+(?:\w+\s+)?(?:sure|certain|final|confirmed|verified|known|exact|exactly|real|correct|right|"
    r"true|yet|given|stated|specified|clear|an?|the|in|my|[\d$€£\"'])|(?:do|does|is|was|are|did|ca|wo|should|would)\s?"
    r"n['’]t|cannot|wrong|instead|assum(?:e|ed|ing)|unknown|unclear|more|rest|etc|omitted|"
    r"others?|was(?=\s*[\"'\d$€£-]|\s+(?:originally|before|previously|initially))|unless|except|until|correct(?:ion|ed)|but(?=\s+(?:not|maybe|perhaps|could|may|might|should|actually|check|it|this|that|i)\b)|actually|changed?|replaced?|missing|also|plus|if|wait)\b|\bno\s*[,;!]|…|"
    r"\.\.\.|[~≈±]|\b(?:is|are|was|given|measured|stated|this|value)\s+(?:\w+\s+)?in\s+(?:miles|feet|foot|inches|yards|fahrenheit|°\s?f|"
    r"pounds|ounces|stone|gallons|nautical|knots|kelvin)\b"
    r"|^\W*(?:and|now|then|was|=)?\s*[-+$€£]?\d[\d.,]*\s*%?\W*$|^\W*and\b",
    re.IGNORECASE,
)

_TYPE_NAMES = frozenset(
    [
        "string", "str", "text", "number", "integer", "int", "float", "double", "decimal", "boolean", "bool", "object",
        "array", "list", "dict", "any", "true/false", "true|false", "yes/no", "date", "datetime", "date-time", "enum",
        "string (optional)", "string or null", "number or null", "string | null", "number | null", "optional string",
    ]
)  # fmt: skip
_PLACEHOLDER = re.compile(
    r"<[^</>\n][^<>\n]{0,59}>|\[(?:[^\]\n]*\b)?(?:your|insert|enter|fill|add|placeholder|here|title|name|"
    r"value|text|answer|comment|"
    r"email|description|number|date|todo|tbd)\b[^\]\n]*\]|\{[\w .-]{1,40}\}|\{\{[\w .-]{1,40}\}\}|[.…?_xX-]{3,}|…|\?+|"
    r"(?:insert|enter|put|fill\s+in|add|type|write)\s+(?:your|the|an?)?\s*[\w ]{0,30}?\s*here\.?|"
    r"your[ _-](?:\w+[ _-])?(?:name|age|answer|text|title|value|reasoning|comment|email|e-mail|"
    r"response|choice|move|reason|"
    r"message|description|address|here|code|number|phone|subject|body|username|explanation|thoughts?|"
    r"input)s?(?:[ _-]here)?|"
    r"(?:the|some|sample|example|any|short|a)[ _-](?:name|text|value|string|title|answer|reasoning|"
    r"comment|reason|description|"
    r"example|item|tag|step)(?:[ _-]here)?|"
    r"(?:string|name|value|text|title|description|answer|item|comment|reason|tag)[ _-](?:here|goes here|placeholder)|"
    r"y{4}[-/.]m{2}[-/.]d{2}.*|d{2}[-/.]m{2}[-/.]y{4}.*|m{2}[-/.]d{2}[-/.]y{4}.*|hh:mm(?::ss)?|"
    r"placeholder|lorem ipsum.*|"
    r"additionalprop\d+|name@example|user@example\.com",
    re.IGNORECASE,
)
_NUMBERED = re.compile(
    r"(?:name|item|string|value|example|tag|step|option|city|element|text|reason|label|entry|answer|"
    r"word|key|title|thing|"
    r"person|comment|field|member|choice|category|keyword)s?[ _-]?(?:\d+|[a-c])",
    re.IGNORECASE,
)


def is_placeholder(text: str) -> bool:
    """Whether a text stands where an answer should be: a type's name, ``<name>``, dots, "Your name here"."""
    bare = " ".join(text.split()).strip(" \"'`*").casefold()
    return bare in _TYPE_NAMES or _PLACEHOLDER.fullmatch(bare) is not None


_GOES_ON = re.compile(
    r"(?:and\s+|plus\s+|\+\s*)?(?:(?:\d+|many|several|some|a\s+few|lots|countless|so\s+much|one|two|three|five|"
    r"ten)\s+)?"
    r"(?:more|others?)(?:\s+\w+)?|etc|et\s+cetera|(?:and\s+)?so\s+(?:on|forth)|\((?:more|continued|truncated)\b.*|"
    r"(?:more|additional|other|remaining)\s+(?:items?|entries|names?|cities|steps?|values?)(?:\s+here)?",
    re.IGNORECASE,
)


def goes_on(text: str) -> bool:
    """Whether the last item of a list says that there are more: "and 3 more", "etc."."""
    if text.strip().casefold() in ("more", "other", "others"):
        return False  # an item
    return _GOES_ON.fullmatch(text.strip().strip(".…!()[]").strip()) is not None


def is_shrug(text: str) -> bool:
    """Whether a text says that there is no answer: "not sure", "unknown"."""
    return _SHRUG.fullmatch(text.strip().strip(".!?…")) is not None


_SHRUG = re.compile(
    r"(?:i['’]?\s?a?m\s+)?(?:not\s+sure|unsure|unknown|uncertain|undecided|unclear|no\s+idea|it\s+depends|"
    r"don['’]t\s+know|n/?a|none|nothing|"
    r"tbd|not\s+(?:available|applicable|specified|given|mentioned|known))",
    re.IGNORECASE,
)


_NOBODY = re.compile(
    r"(?:name|string|text|value|user|person|people|title|item|example|key|player|label|entry|"
    r"field)s?[ _-]?(?:\d+|[a-c])?",
    re.IGNORECASE,
)


def is_unfilled(value: Any) -> bool:
    """Whether a value is a form that nobody filled in: its texts are only numbered names, and its numbers are 0.

    Args:
        value: a JSON value.
    """
    texts: list[str] = []
    numbers: list[float] = []
    parts = [value]
    is_map = isinstance(value, dict)
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            parts += part.values()
        elif isinstance(part, list):
            parts += part
        elif isinstance(part, bool):
            return False
        elif isinstance(part, str):
            texts.append(part)
        elif part is not None:
            numbers.append(part)
    if any(numbers) or not (numbers or texts):
        return False
    if texts:
        return bool(numbers) and all(_NOBODY.fullmatch(text.strip()) for text in texts)
    return is_map and all(
        re.fullmatch(
            r"name|string|key|text|player|person|item|example|label|additionalProp\d*", str(key), re.IGNORECASE
        )
        for key in value
    )


def are_placeholders(texts: list[str]) -> bool:
    """Whether items are only numbered names, as in ``["name1", "name2"]``."""
    return bool(texts) and all(_NUMBERED.fullmatch(text.strip()) for text in texts)
