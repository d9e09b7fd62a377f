"""Phrases around a scalar in words that lead to it, qualify it or say that it is none."""

from __future__ import annotations

import re

FIRST = re.compile(r"^\s*(.{1,60}?)(?:[.;!]\s+|\s+[-–—(](?!>)\s*)(?=\S)")
RESERVE = re.compile(
    r"\b(?:or|unless|if|except|maybe|perhaps|possibly|might|otherwise|instead|alternatively|"
    r"depend(?:s|ing)?|not\s+sure)\b"
    r"|\b(?:wait|actually|no),",
    re.IGNORECASE,
)
HEADING = re.compile(
    r"\A\s*(?:#{1,6}[ \t]+|\*\*)(?:my\s+|the\s+)?(?:final\s+)?"
    r"(?:answer|decision|result|response|choice|verdict|conclusion|output|move|action|classification|rating|"
    r"sentiment|severity|status)[ \t:*#]*\n+(?=\s*\S)",
    re.IGNORECASE,
)
EXPLAINS = re.compile(
    r"[*_#\s]*(?:explanation|reason(?:ing|s)?|because|note|justification|rationale|this\s+is\s+because|steps)\b",
    re.IGNORECASE,
)
FORM = re.compile(r"\[(?:insert|your|enter|fill)\b", re.IGNORECASE)
QUALIFIER = re.compile(
    r"\b(?:very|quite|rather|fairly|slightly|mostly|largely|partly|partially|mainly|somewhat|"
    r"extremely|strongly|more|less|"
    r"too|so|pretty|almost|nearly|half|overwhelmingly|increasingly|non|semi|a\s+bit|a\s+little|"
    r"kind\s+of|sort\s+of)[\s-]+[\"'`*]*$",
    re.IGNORECASE,
)
ANSWER_LEAD = re.compile(
    r"^(?:答案是|(?:الجواب|الإجابة)\s+(?:هو|هي)\s*:?|(?:ans|a|答案|答え|回答|ответ|odpověď|odpowiedź|svar|vastaus|"
    r"cevap|yanıt|jawaban|الجواب|الإجابة|उत्तर|réponse|respuesta|resposta|risposta|antwort)\s*[:：]|(?:thus|so|hence|"
    r"therefore|ergo)\s*,|"
    r"(?:a\s+resposta|la\s+risposta|la\s+respuesta|la\s+réponse|die\s+antwort)\s+(?:é|è|es|est|ist)\s*:?|→|=>|"
    r"->|return\s)\s*",
    re.IGNORECASE,
)
SENTENCES = re.compile(r"[*_#\s]*[A-Z\"“'(][^\n]{0,400}?\s[^\n]*?[.!:](?:[\s*_)]|$)", re.DOTALL)
OTHER_ANSWER = re.compile(
    r"\b(?:alternativ\w*|the\s+(?:long(?:er)?|full(?:er)?|complete)\s+(?:one|answer|version|story)|another\s+(?:\w+\s+)?(?:answer|option|choice|possibility)|second\s+(?:answer|choice|"
    r"option)|or\s+else|"
    r"other\s+(?:possible\s+)?answers?|(?:could|might|may)\s+(?:also|equally|just\s+as\s+well|as\s+well)\s+\w+)\b",
    re.IGNORECASE,
)
IS_ANSWER = re.compile(
    r"(?P<value>\S.{0,60}?)\s+(?:is|would\s+be|will\s+be|remains)\s+(?:my|the|our)\s+(?:final\s+|own\s+|"
    r"correct\s+|right\s+)*"
    r"(?:answer|choice|decision|move|pick|rating|verdict|result|total|bid|offer)[.!]?",
    re.IGNORECASE,
)
SURELY = re.compile(
    r"^(?:definitely|certainly|finally|already|clearly|obviously|surely|absolutely|undoubtedly|exactly|precisely|simply|easily|"
    r"without\s+(?:a\s+)?doubt)[,:]?\s+(?!not\b)",
    re.IGNORECASE,
)
CONCESSION = re.compile(
    r"(?:^|(?<=[.!]\s))(?:despite|in\s+spite\s+of|notwithstanding|even\s+though|although|regardless"
    r"\s+of)\b(?![^,.;]*\bi\b)"
    r"[^,.;!?]*,|[,;]?\s+(?:despite|in\s+spite\s+of|notwithstanding|even\s+though|although|regardless\s+of)\b"
    r"(?![^.;]*\b(?:i|might|may|could|maybe|perhaps|probably|not\s+sure|but)\b)[^.;!?]*(?=[.;!?]|$)",
    re.IGNORECASE,
)
"""What is granted beside a value, as in "Positive, despite some negative remarks."."""
EAST = re.compile(
    r"(?:(?:所以|因此|よって|따라서)[,，、]?\s*)?(?:最终|最終|正确|正しい|我的|私の|저의|나의)?(?:的|の)?"
    r"(?:答案|结果|結果|答え|回答|正解|答|총|合计|合計|정답|답|대답|결과)(?:是|为|為|は|が|은|는|이|가|：|:)\s*[:：]?\s*"
    r"(?P<value>[^\s。，,]{1,30}?)\s*(?:です|である|だ|になります|입니다|이다|이에요)?[。．.!！]?"
)
CHAIN = re.compile(
    r"(?:[A-Za-z][\w ]{0,30}=\s*)?[-(]?\d[\d\s.()]*(?:[-+*/×x·−]\s*\(?\d[\d\s.()]*)+=\s*(-?\d[\d.,]*?)\s*\.?",
    re.IGNORECASE,
)
REMARK = re.compile(
    r"\s*(?:because|since|as|see|i\.?e|not|-?\d+$|confiden|certain|sure|final|my|the|based|due|for|per|given|"
    r"option|choice)",
    re.I,
)
DECIDED = re.compile(
    r"^(?P<first>[^.!?\n]*?),?\s+\b(?:but|however|yet|still|so)\b,?\s+(?P<last>I(?:['’]ll|\s+(?:will|choose|"
    r"decide|pick|go|am\s+going))"
    r"\b[^.!?\n]*[.!]?\s*)$",
    re.IGNORECASE,
)
NO_CHOICE = re.compile(
    r"\bno\s+(?:single|one)\s+(?:label|answer|value|number|category)\b|\bwould(?:\s+not|n['’]t)\s+(?:assign|choose|pick|give|name)\b|"
    r"\bi(?:['’]ll|\s+will)\s+(?:now\s+)?(?:count|calculate|compute|check|begin)\b[^.!?\d]*[.!]?\s*$|"
    r"\b(?:mistake|mistaken|wrong|misleading|inaccurate|incorrect|unfair|error|premature|tempting|easy|hard|difficult|impossible|"
    r"absurd|naive|stretch|exaggeration|unreasonable|misreading|harsh|too\s+\w+|tempted|careless|unjust|silly|odd|strange)\s+to\s+"
    r"(?:read|call|say|label|classify|rate|take|see|mark|describe|conclude|treat|deem|consider|judge|put|mistake|interpret)\b|"
    r"\b(?:would|could|might|may|can)\s+(?:easily\s+)?be\s+(?:read|taken|mistaken|called|seen)\s+(?:as|for)\b|"
    r"\b(?:pretend\w*|stops?\s+short|doubt(?:s|ed)?(?!\s+about)|doubtful|possibilit\w+|one\s+possible|"
    r"candidates?|crazy|foolish|stupid|"
    r"unwise|insane|regret\w*|fail(?:s|ed)?\s+to|in\s+(?:most|some|many)\s+cases|generally|usually|typically|"
    r"often|sometimes|"
    r"partly|partially|in\s+part|to\s+some\s+extent|hesitat\w*|reluctan\w*|undecided|torn|but\s+now|"
    r"now\s+it\s+is|no\s+more|"
    r"should\s+be\s+\w+\s+(?:by|until|before|on|soon)|supposed\s+to|expected\s+to|hopefully|hop(?:e|ing)\s+to|"
    r"plan(?:s|ning)?\s+to|"
    r"want(?:s|ed)?\s+to|wish(?:es|ed)?|tr(?:y|ies|ied|ying)\s+to|used\s+to|threaten\w*|promis\w+|claim(?:s|"
    r"ed)\s+to)\b",
    re.IGNORECASE,
)
SHARED = re.compile(
    r"\W*(?:for\s+)?half\s+(?:of\s+)?the\s+time\b|[\s*\"'`,]*\(?(?:with\s+(?:an?\s+)?(?:\w+"
    r"\s+)?(?:probability|chance|odds|likelihood)|\d[\d.]*\s*(?:%|"
    r"percent)\s*of|"
    r"(?:most|some|half|part|\d+\s*%|all\s+but)\s+of\s+the\s+time|sometimes|randomly|at\s+random|"
    r"\d[\d.]*\s*%\s*(?:[,;/]|and))",
    re.IGNORECASE,
)
LATER = re.compile(
    r"\b(?:tomorrow|soon|eventually|later|yesterday|next\s+week|will\s+be(?!\s+to\b)|would\s+be\s+(?:if|when))\b",
    re.IGNORECASE,
)
ASSERTS = re.compile(
    r"\b(?:i|we|it|this|that|there|is|was|are|were|be|choose|chose|pick|select|say|rate|give|"
    r"classif\w+|decide|will|would|put|"
    r"took|takes?|comes?|came|amounts?|sums?|adds?|yields?|stands?|deserves?|scores?|rated|estimate|means|opt|"
    r"vote|prefer|"
    r"play|am|departs?|leaves|arrives?|starts?|begins?|happened|occurred|pay|owe|count|get|need|falls?|fell|am|"
    r"has|have|equals|costs?|makes|gives|totals|lasts|contains|should|lautet|ist|beträgt|"
    r"est|es)\b|['’](?:d|ll|s|m)\b|[=]",
    re.IGNORECASE,
)


NOT_BUT = re.compile(r"\s*not\b.*\bbut\b", re.IGNORECASE)


IS_NULL = re.compile(
    r"(?:^|[\s,])(?:the|my)\s+(?:\w+\s+)?(?:answer|value|result|output)\s+(?:is|must\s+be|should\s+be|has\s+to\s+be)\s+"
    r"(?:therefore\s+|thus\s+)?[`*\"]*(?:null|none)[`*\"]*[.!]?\s*$",
    re.IGNORECASE,
)
ASKED = re.compile(r"\A\s*(?:q|question)\s*[:.][^\n]*\n\s*(?=(?:a|answer)\s*[:.])", re.IGNORECASE)
AS_A_MODEL = re.compile(
    r"\b(?:as|being)\s+an?\s+(?:\w+\s+){0,2}(?:ai|a\.i\.|language\s+model|llm|assistant|chatbot)(?:\s+(?:language\s+)?"
    r"(?:model|assistant|system))?\b,?\s*(?=[^.!?\n]*\b(?:can|am\s+able|will|would|['’]d|choose|say|rate|have|"
    r"aim|try)\b)",
    re.IGNORECASE,
)
SORRY_BUT = re.compile(
    r"\b(?:but|yet|however|anyway)\b[^.!?\n]*\b(?:answer|choice|decision|rating|is|:)", re.IGNORECASE
)
_HOLDS = (
    r"(?:has|had|holds?|held|seats?|contain(?:s|ed)|include[sd]|count(?:s|ed)|houses?|employ(?:s|ed)|owns?|number(?:s|ed)|"
    r"weigh(?:s|ed)|measure[sd]|cover(?:s|ed)|span(?:s|ned)|comprise[sd]|host(?:s|ed)|feature[sd]|carrie[sd]|store[sd]|total(?:s|led)?|"
    r"reache[sd]|list(?:s|ed)|scored?s?|record(?:s|ed)|register(?:s|ed)|sold|sells|receive[sd]|drew|draws|flows\s+through|"
    r"stood\s+at|stands\s+at|earn(?:s|ed)|offer(?:s|ed)|display(?:s|ed)|publishe[sd]|built|served?s?)"
)
COUNTS = re.compile(
    rf"\W*(?:the|this|that|it|our|its|an?)\s+(?:[\w'’-]+\s+){{0,5}}?{_HOLDS}\s+(?:exactly\s+|only\s+|just\s+)?[-$€£]?\d"
    r"[^.!?\n]*[.!]?\s*$",
    re.IGNORECASE,
)
PREMISE = re.compile(
    r"^\W*(?:assuming|supposing|given|provided|with|for|taking|under)\s+(?!you|they|he|she|it\b|i\b|we\b|my\b|"
    r"the\s+other)"
    r"[^,.;!?\d]{1,80},\s+(?=(?:the|my|our)\s+[^,.;?]{1,60}\b(?:is|equals|comes\s+to|=|:))",
    re.IGNORECASE,
)
"""A premise that stands before a full statement, as in "Assuming fair coins, the probability is 0.25."."""
MY_ESTIMATE = re.compile(r"(?<=\bmy\s)(?:\w+\s+)?estimate\b|(?<=\bour\s)(?:\w+\s+)?estimate\b", re.IGNORECASE)
NO_DOUBT = re.compile(
    r"\b(?:(?:which|that|this|the\s+\w+|and)\s+)?leaves?\s+(?:\w+\s+)?(?:no|little)\s+(?:room\s+for\s+)?(?:doubt|debate)(?=\s*[.,:;!])|"
    r"\bthere(?:['’]s|\s+is)\s+(?:(?:really|simply)\s+)?no\s+(?:room\s+for\s+)?(?:doubt|question|debate)(?:\s+(?:about\s+(?:it|this)|that\b))?(?=[\s:,.])|"
    r"^\W*(?:without|beyond)\s+(?:a\s+|any\s+)?doubt\b,?|"
    r",?\s*\b(?:without\s+(?:a\s+|any\s+)?(?:shadow\s+of\s+a\s+)?doubt|beyond\s+(?:any\s+|a\s+)?(?:reasonable\s+)?doubt|"
    r"no\s+doubt(?:\s+about\s+(?:it|that))?)\b(?=\s*(?:[.,!]|$))",
    re.IGNORECASE,
)
"""What takes nothing back: "without any doubt"."""
ANSWER_CALL = re.compile(
    r"(?:print|return|submit|respond|answer|(?:final|submit|give|return|set)_?answer)\(\s*(?:answer\s*=\s*)?"
    r"(?P<value>[^(),]{1,80})\s*\);?",
    re.IGNORECASE,
)
CHANCES = re.compile(r"\b(?:chances?|probability|likelihood|odds|risk)\s+(?:of|that|for)\b", re.IGNORECASE)
