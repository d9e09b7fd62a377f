"""Who says what a label is: the text itself, or somebody whom it tells of."""

from __future__ import annotations

import re

from interlab.queries.answers.segments import Segment
from interlab.queries.answers.subjects import Words

VERB = (
    r"(?:says?|said|claim(?:s|ed)?|think(?:s)?|"
    r"(?<!second )(?<!some )(?<!further )(?<!more )(?<!much )(?<!careful )thought|"
    r"believe[sd]?|argue[sd]?|insist(?:s|ed)?|writes?|wrote|written|report(?:s|ed)?|"
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
SELF = re.compile(r"\b(?:i|we|let\s+me|let['’]s|let\s+us|me|i['’]\w+|we['’]\w+)\b|\bI['’]", re.IGNORECASE)
_SPEAKS = re.compile(
    r"(?:^|,\s|\b(?:that|and|but|so|because|since|as|yet|then)\s)\W*(?:it|that|this|which|what|(?:from\s+what\s+|as\s+far\s+as\s+|as\s+)the\s+\w+|(?:the|this|that|its)\s+(?:\w+\s+){0,2}?(?:text|review|message|letter|e-?mail|comment|post|tweet|tone|"
    r"language|wording|choice|remark|statement|passage|evidence|matrix|rules?|handbook|guidelines?|scale|policy|analysis|context|"
    r"fact|workaround|log|irony))\s*$",
    re.IGNORECASE,
)
BY_OTHERS = re.compile(
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
    rf"^[\s\"'”’*]*,\s*[\"'”’]?\s*(?:as\s+)?(?:(?:he|she|they|you|the\s+\w+|[A-Z]\w+|my\s+\w+|some|people|others)\s+{VERB}\b|"
    rf"{VERB}\s+(?!i\b|to\b)\w+|according\s+to\b|or\s+so\b)",
)
_AGENT = re.compile(
    r"^[\s\"'”’*]*by\s+(?:an?|the|some\w*|him|her|them|you|his|her|their|[A-Z]\w+|mistake|accident|default|another|others|bots?)\b"
    r"(?!\s+(?:rules?|book|hand\w+|guide\w*|matrix|definition|polic\w+|standards?|scale|end|time|way)\b)",
)
_ANYONE = re.compile(
    r"\b(?:anyone|anybody|whoever|someone|somebody|nobody|no\s+one|everyone|everybody|most\s+\w+|some\s+\w+s|many\s+\w+s|people|"
    r"others|readers?|critics|a\s+(?:\w+\s+)?(?:\w+er|\w+or|\w+ist|fool|person|reader|player|bot|model))\b(?=\s+(?:\w+\s+){0,4}?(?:would|will|who|could|"
    rf"can|may|might|should|must|{VERB}|reads?|takes?|t(?:ook|aken))\b)",
    re.IGNORECASE,
)
_SAYS_AHEAD = re.compile(rf"(?<=\s)\b{VERB}\W*$", re.IGNORECASE)
_WISHES = re.compile(r"\b(?:he|she|they|you)['’]d\s+(?:like|love|prefer|want|rather)\b", re.IGNORECASE)
_REPORT = re.compile(
    rf"\b{VERB}\b(?=\s+(?:that|it|this|the|him|her|them|us|me|as|to|its|these|both|an?|for|yes|no|under)\b|\s*[\"'“:,*]|\s*$|\s+(?-i:[A-Z]))",
    re.IGNORECASE,
)


def by_others(part: Segment, names: Words) -> str | None:
    del names
    if BY_OTHERS.search(part.opening) or _FOR_NAMED.search(part.opening):
        return "somebody else says it"
    if _SAYS_AFTER.match(part.after) or _AGENT.match(part.after):
        return "somebody else says it"
    if _ANYONE.search(part.clause):
        return "somebody else says it"
    ahead = part.opening[: len(part.opening) - len(part.clause)]
    says = _SAYS_AHEAD.search(ahead)
    if says is not None and not _PASSIVE.search(ahead[: says.start()]) and not SELF.search(ahead):
        return "somebody else says it"
    if BY_OTHERS.match(part.after.strip(" \"'”’*,")) or _WISHES.search(part.clause):
        return "somebody else says it"
    if (told := _report(part.clause)) is not None:
        before, verb = told
        speaks = _SPEAKS.search(before) and not re.match(r"sa(?:ys?|id)|claim|state", verb, re.IGNORECASE)
        if not SELF.search(before) and not speaks:
            return "somebody else says it"
    return None


def _report(clause: str) -> tuple[str, str] | None:
    """The last verb of a clause by which somebody says or labels something, behind what stands before it."""
    for match in reversed(list(_REPORT.finditer(clause))):
        before = clause[max(0, match.start() - _FAR) : match.start()]
        if before.strip() and not _PASSIVE.search(before):
            return before, match.group()
    return None


_FAR = 300
"""Characters before a verb that its subject may stand in."""
