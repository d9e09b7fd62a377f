"""Words beside JSON in a reply that mark it as the answer, or as not being it."""

from __future__ import annotations

import re

from interlab.queries.finding import Candidate

FINAL = re.compile(
    r"\b(?:final|finally(?!,?\s+(?:his|her|their|an?|another)\b)|corrected|correct\s+version|revised|definitive|"
    r"(?<!on the )(?<!to the )(?<!at the )right(?!\s+(?:next|away|after|before|side|hand|here|there|beside|"
    r"behind)\b)|correct|my\s+answer|"
    r"the\s+answer|answer|output)\b",
    re.IGNORECASE,
)
DRAFT = re.compile(
    r"\b(?:draft|examples?|e\.g|for\s+instance|(?:first|initial|previous|earlier)\s+(?:attempt|try|"
    r"idea|thought|version)|attempt|"
    r"(?<!action )(?<!tool )inputs?|intermediate|"
    r"after\s+(?:the\s+)?(?:first|second|third|one|two|\d+)\s+(?:pass(?:es)?|rounds?|steps?|iterations?)|schema|"
    r"expected\s+format|template|wrong|incorrect|rejected|sample|invalid|"
    r"bad|not\s+(?:this|that))\b|\bnot\s*[`*]*$",
    re.IGNORECASE,
)
CONSIDERED = re.compile(
    r"\b(?:instead\s+of|rather\s+than|initially|originally|at\s+first|previously|first\s+(?:i\s+(?:wrote|had|tried|thought|considered|came|got|drafted|put|said)|wrote|had|tried)|"
    r"started\s+with|(?:i|we)\s+(?:first\s+|also\s+)?(?:considered|thought\s+(?:of|about)|was\s+tempted)|"
    r"used\s+to)\b[^.!?]*$|(?:^|\b(?:here|this|that)(?:['’]s|\s+(?:is|was))\s)\W*(?:your|the)\s+(?:current|existing|present|old|original)\s+\w+\s*:[^.!?\w]*$",
    re.IGNORECASE,
)
"""Words before one of several candidates that was considered only."""
PREFERS = re.compile(
    r"\b(?:i|we)(?:['’](?:ll|m|d)|\s+(?:will|would|am))?\s+(?:\w+ly\s+)?(?:prefer|choose|chose|pick|select|"
    r"go(?:ing)?\s+(?:with|for)|"
    r"settle(?:d)?\s+(?:on|for)|decide(?:d)?\s+(?:on|for)|opt(?:ed)?\s+for|take|answer|submit|stick\s+with|"
    r"vote\s+for)\b[^.!?]*$|"
    r"\b(?:it\s+should\s+be|should\s+(?:really\s+)?be|now(?!\s+(?:his|her|their|an?|another|for|to)\b)|fixed|updated|improved|better(?!-)|actual(?:ly)?|real)\b[^.!?]*$",
    re.IGNORECASE,
)
"""Words before the one of several candidates that was chosen."""
BESIDE_BEFORE = re.compile(
    r"(?:\b(?:or|either|instead\s+of|rather\s+than|not|neither|nor|maybe|perhaps|about)|(?:^|\s)[~≈<>≤≥])\s*[`*]*$",
    re.IGNORECASE,
)
BESIDE_AFTER = re.compile(
    r"[ \t`*]*,[ \t]*(?:your|the|my)\s+(?:own\s+)?inputs?\b|"
    r"[ \t`*]*,?[ \t]*(?:or|but|except|minus|without|plus|and|instead|unless|if|times|give\s+or\s+take)\b|[ \t]*\?",
    re.IGNORECASE,
)
ADDS = re.compile(
    r"(?:^|\n|[.!]\s+)\s*(?:and|also|plus|but\s+(?:not|without)|except|add(?:itionally)?)\b[, ]", re.IGNORECASE
)

TAKEN_BACK_BEFORE = re.compile(
    r"\b(?:not|never|cannot|instead of|rather than|for instance|such as|wrong|incorrect|invalid|e\.g|template|sample)\b"
    r"|n['’]t\b"
    r"|\bexamples?\b",
    re.IGNORECASE,
)
TAKEN_BACK_AFTER = re.compile(
    r"[\s`*]*(?:is|was|are|would be|could be|isn['’]t|wouldn['’]t)\b"
    r"[^.\n]{0,60}?(?:\b(?:not|wrong|incorrect|invalid|example|never)\b|n['’]t\b)"
    r"|[\s`*]*(?:isn|wasn|wouldn)['’]t\b",
    re.IGNORECASE,
)
URL = re.compile(r"\bhttps?://\S+|\b[\w.+-]+@[\w.-]+\b")
ESTIMATE = re.compile(
    r"\b(?:my|our|the|this)\s+(?:own\s+|final\s+|current\s+)?estimate\b(?=\s*(?:[:=]|is\b|$))", re.IGNORECASE
)
UNSURE = re.compile(
    r"\b(?:not\s+(?:\w+\s+)?(?:sure|certain)|unsure|uncertain)\b(?!\s+why\b[^.!?\n]*,\s+but\b)", re.IGNORECASE
)
DOUBT_AFTER = re.compile(
    r"[^\S\n]*(?://|#|\(|/\*|--)[^\n]*\b(?:or|maybe|perhaps|might|could|approx\w*|about|around|roughly|guess\w*|"
    r"estimate\w*)\b",
    re.IGNORECASE,
)
COULD_BE = re.compile(r"\b(?:could|might|may)\s+(?:also\s+|well\s+)?be\b", re.IGNORECASE)
STILL = re.compile(r"\b(?:but|yet|still|however|here|answer|nevertheless|based|output|result)\b", re.IGNORECASE)
OTHERWISE = re.compile(
    r"\b(?:or|alternatively|instead|option|version|rather|otherwise|either|formal|casual|before|after)\b", re.IGNORECASE
)
_FENCE_BEFORE = re.compile(r"(?:```|~~~)[\w+.-]*\s*$")
_SENTENCE_END = re.compile(r"[.!?](?=\s)|\n\s*\n")
_CLAUSE = re.compile(r"[,;\n–—]\s*")
_OWN_LEAD = re.compile(
    r"\s*(?:(?:but|and|so|then|thus|therefore)\b,?\s*)*"
    r"(?:here|my|the (?:final )?answer|i (?:answer|choose|offer|decide|say|will))\b"
    r"|\s*(?:so|thus|therefore)\s*:"
    r"|\s*(?:but|yet|still|so)\b[^,]{0,60}:\s*$",
    re.IGNORECASE,
)


TEMPLATE = re.compile(
    r"^\W*(?:like\s+(?:this|so)|demo(?:nstration)?|illustration|pattern|layout|skeleton|boilerplate|mock-?up|blueprint)\W*$|"
    r"\b(?:should|must|would|could|has\s+to|needs?\s+to|have\s+to)\s+(?:then\s+)?(?:have|take|follow|be\s+(?:of|in)|use|match)\s+(?:this|the\s+(?:following|same))\b|"
    r"\bgeneral\s+(?:pattern|form|structure|shape|idea|layout|format)\b|\bhow\s+(?:it|this|one|that)\s+(?:is\s+done|works|goes|would|could|might)\b|"
    r"\bwith\s+other\s+(?:data|names|values|numbers)\b|^\W*(?:suppose|imagine|assume|let['’]?s\s+(?:say|assume|suppose|imagine))\b|"
    r"\balong\s+(?:these|those|the(?:\s+following)?)\s+lines\b|\bsomething\s+(?:like|along|similar|of\s+(?:this|that)\s+(?:sort|kind))\b|"
    r"\b(?:could|would|might|may|should)\s+(?:then\s+|perhaps\s+|roughly\s+)?look\b|"
    r"\bwith\s+(?:(?:your|the|real|actual|other|proper|correct)\s+){1,2}(?:own\s+)?\w+\s+(?:put|filled|plugged|inserted|substituted|swapped|replaced|"
    r"in\s+(?:place|their\s+place)|instead)\b|"
    r"\b(?:names?|values?|numbers?|figures?|data|entries|details|dates?|prices?|contents?|fields?|texts?|items?)\s+(?:(?:are|is|were|was|being|to\s+be|need\s+to\s+be|"
    r"must\s+be|should\s+be|have\s+to\s+be)\s+)?(?:\w+ly\s+|all\s+|just\s+)?(?:made[- ]up|invented|fictional|"
    r"fictitious|imaginary|hypothetical|placeholders?|"
    r"replaced|substituted|filled\s+in|to\s+fill\s+in)\b|"
    r"\b(?:put|fill|insert|substitute|plug|type|enter|add)\s+(?:in\s+)?your\b|\breplace\s+(?:the|these|this|it|them|all|every)\b|\bmodelled?\s+(?:on|after)\b|"
    r"\b(?:made[- ]up|invented|fictional|fictitious|imaginary|dummy|mock|hypothetical|placeholder)\s+\w+",
    re.IGNORECASE,
)
"""Words before an answer by which it is a form to be filled in, or invented."""
SO_FAR = re.compile(r"\b(?:so\s+far|until\s+now|up\s+to\s+now|to\s+date(?!\s+with))\W*$", re.IGNORECASE)
"""The end of words before an answer that may be followed by others."""
SUPPOSED = re.compile(
    r"(?:^|[.!?\n]\s*)(?:suppose|supposing|imagine|assume|let['’]?s\s+(?:say|assume|suppose|imagine))\b[^.!?\n]*$",
    re.IGNORECASE,
)
"""A sentence before an answer that only imagines what it is the answer to."""
_TOPIC = re.compile(
    r"\b(?:about|on|for|regarding|concerning|describing|covering)\s+(?:the|an?|your|our|this|that|its|their)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:drafts?|examples?|schema|templates?|samples?|inputs?|attempt|bad|wrong|invalid|rejected|incorrect)\s+"
    r"(?!answers?\b|versions?\b|objects?\b|json\b|outputs?\b|responses?\b|repl(?:y|ies)\b|values?\b|results?\b|above\b|below\b|here\b|is\b|was\b|"
    r"that\b|which\b|in\b|of\b|from\b|and\b|or\b|you\b|i\b|given\b|only\b|ones?\b|texts?\b)[a-z][\w-]*",
    re.IGNORECASE,
)


_UNNEEDED = re.compile(
    r"\b(?!this\b|that\b|it\b|these\b|answer\b|object\b|json\b)[\w-]+\s+(?:is|are|was|were)(?:\s+not|n['’]t)\s+(?:\w+ly\s+)?(?:needed|necessary|required|called\s+for)\s*[,;–—-]|"
    r"\bno(?:\s+[\w-]+){1,3}\s+(?:is\s+)?(?:needed|necessary|required)\s*[,;–—-]",
    re.IGNORECASE,
)
"""What is not needed beside an answer."""


def without_topic(words: str) -> str:
    """Words that lead to an answer, without a topic that sounds like a mark: "the ticket about the draft folder"."""
    return _UNNEEDED.sub(" ", _TOPIC.sub(" ", words))


def unfenced(before: str) -> str:
    """What stands before a candidate, without the mark that opens its fence."""
    return _FENCE_BEFORE.sub("", before)


def lead(before: str) -> str:
    """The words that lead to a candidate: its sentence, or only its clause if that introduces an answer by itself, as
    in "I'm not sure, but here is my answer:"."""
    before = _FENCE_BEFORE.sub("", before.rstrip()).rstrip()
    if before.endswith((".", "!", "?", "`", "}")) and not before.endswith("e.g."):
        return ""
    sentence: str = _SENTENCE_END.split(before)[-1]
    clause: str = _CLAUSE.split(sentence)[-1]
    return clause if _OWN_LEAD.match(clause) else sentence


def stands_alone(text: str, candidate: Candidate) -> bool:
    """Whether a list stands where an answer does (a line of its own, after a colon), not where a citation does."""
    before = re.search(r"(?:^|\n|[:=]|\b(?:is|are))[\s`*>-]*$", text[: candidate.start])
    after = re.match(r"[\s`*]*(?:$|\n|[.!](?:\s|$))", text[candidate.end :])
    if candidate.text == "[ ]" or re.search(r"[-*]\s+$", text[: candidate.start]):
        return False
    return before is not None and (
        after is not None or re.match(r"\s+(?:and|but|or|with)\b", text[candidate.end :]) is not None
    )
