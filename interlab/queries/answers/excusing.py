"""Sentences beside an answer that explain it: why a value is not another, what has no field, what would have been."""

from __future__ import annotations

import re

from interlab.queries.answers.beside import numbers_of
from interlab.queries.answers.held import Held
from interlab.queries.answers.units import words_of

_NO_PLACE = re.compile(
    r"(?:\b(?:no|not|cannot|nor|nothing|neither|without)\b|n['’]t\b)[^.!?;]{0,60}\b(?:schema|format|structure|"
    r"fields?|type|template|specification|place|asked|asks?|ask\s+for|room|expressed|represented|"
    r"in\s+(?:the|this)\s+(?:table|list|object|json))\b|\b(?:schema|format|structure|type|template)\s+(?:does|has|"
    r"did|knows?|asks?|leaves?|offers?)\s*(?:n['’]t|not?|only|nothing)\b",
    re.IGNORECASE,
)
_FAULT = re.compile(
    r"\b(?:mistake\w*|forgot\w*|oversight|accident\w*|overlook\w*|wrong\w*|sorry|oops|should|must|ought|instead|"
    r"please|add|put|insert|actually|correct\w*|replace\w*|change[ds]?|rather|invent\w*|guess\w*|made\s+up|"
    r"so\s+i\s+(?:put|used|took|chose|wrote|set|gave|entered)|valid|fill\w*|however|called|though)\b",
    re.IGNORECASE,
)
_NO_MORE = re.compile(
    r"\b(?:is|are|was|were)(?:n['’]t|\s+not)\s+(?:any\s+|even\s+|much\s+)?(?:higher|lower|more|less|longer|shorter|"
    r"bigger|smaller|larger|older|younger|wider|faster|slower|earlier|later|better|worse|full|five|ten|perfect|"
    r"certain)\b[^.!?]*\b(?:because|since|as|due\s+to|for)\b|"
    r"\b(?:star|point|percent|mark|hour|day|rest)s?\s+(?:is|are|was|were)\s+(?:missing|lost|deducted|gone|"
    r"lacking)\s+(?:because|for|due|since|as)\b|\bthe\s+missing\s+(?:star|point|mark)s?\s+(?:is|are)\s+(?:for|due|"
    r"because)\b",
    re.IGNORECASE,
)
_LEFT_EMPTY = re.compile(
    r"\b(?:is|are|was|were|stays?|remains?)\s+(?:therefore\s+|thus\s+|hence\s+|simply\s+|deliberately\s+)?(?:left\s+|"
    r"kept\s+)?(?:at|on)\s+(?:its|their|the)\s+default\b|\b(?:is|are|was|were|stays?|remains?)\s+(?:left\s+|kept\s+|"
    r"set\s+to\s+)?(?:null|none|empty|blank|false)\b",
    re.IGNORECASE,
)
_PITFALL = re.compile(
    r"^\W*(?:an?|one|the\s+most)\s+(?:common|frequent|typical|popular|classic|usual|easy)\s+(?:mistake|error|"
    r"misconception|pitfall|trap|slip)\s+(?:is|would\s+be|here\s+is)\b",
    re.IGNORECASE,
)
_MIGHT_HAVE = re.compile(
    r"\b(?:would|could|might)\s+(?:\w+ly\s+)?have\s+\w+|['’]d\s+(?:\w+ly\s+)?have\s+(?!to\b)\w+", re.IGNORECASE
)
_IF = re.compile(
    r"\b(?:if|should|unless|had\s+(?:i|it|we)|instead|now|rather|it|this|that\s+(?:is|was)|been)\b", re.IGNORECASE
)
_OTHER_FRAME = re.compile(
    r"^\W*(?:for|in|on|at)\s+(?:the\s+)?(?:other|next|previous|lot|round|motion|case|day|week|year|page|chapter|item|"
    r"question|game|part)\s+\w+",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"^\W*(?:in\s+)?(?:the\s+)?(?:next|later|following|future)\s+(?:rounds?|turns?|games?|times?|moves?|years?|"
    r"weeks?|seasons?)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(
    r"^\W{0,3}[\"“'`](?P<words>[^\"”'`]{2,60})[\"”'`]\s+(?:is|isn['’]t|was|stands|reads|means|"
    r"here)\b(?P<rest>[^.!?]*)",
    re.IGNORECASE,
)
_WORDING = re.compile(
    r"\b(?:title|word|words|name|term|wording|quote|phrase|text|author|reporter|says|called|literal\w*)\b",
    re.IGNORECASE,
)


def is_for_later(sentence: str, held: Held) -> bool:
    """Whether a sentence is only about a later round, so that nothing in it counts now."""
    return _NEXT.match(sentence) is not None and not held.names_field(sentence)


def is_explained(sentence: str, held: Held) -> bool:
    """Whether a sentence explains an answer in a way that leaves it as it is."""
    bare = sentence.strip()
    if _PITFALL.match(bare):
        return True
    mention = _QUOTED.match(bare)
    if mention is not None and _is_mention(mention, held):
        return True
    if _FAULT.search(bare) or any(
        one in bare.casefold() for one in held.other_labels if len(one) > 3 and not _NEXT.match(bare)
    ):
        return False
    if _NEXT.match(bare) or _NO_MORE.search(bare):
        return True
    if _NO_PLACE.search(bare):
        return not (numbers_of(bare) & held.told.numbers)
    if _LEFT_EMPTY.search(bare):
        return any(not any(one.values) and held.names_field(bare) for one in held.fields)
    if _MIGHT_HAVE.search(bare) and not _IF.search(bare):
        return not any(one in words_of(bare) for name in held.told.names for one in name.split())
    return _OTHER_FRAME.match(bare) is not None and not any(one in bare.casefold() for one in held.short_texts)


def _is_mention(match: re.Match[str], held: Held) -> bool:
    """Whether words of the answer are quoted only to say what they are."""
    words = match["words"].casefold()
    return (
        any(words in text for text in held.texts)
        and _WORDING.search(match["rest"]) is not None
        and not re.search(
            r"\b(?:should|must|instead|replace|change|rather|wrong|ought|but)\b", match["rest"], re.IGNORECASE
        )
    )
