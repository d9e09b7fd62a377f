"""Sentences beside an answer that say what is to be done with it: to change it, to wait, to fill it in; and those that
add to it."""

from __future__ import annotations

import re

from interlab.queries.answers.against import POINTER, clauses_of
from interlab.queries.answers.held import WHOLE, Held

_CHANGE = (
    r"add|append|insert|include|put(?:\s+(?:in|down|there|here))?|give|assign|reassign|hand|set|reset|change|alter|"
    r"amend|modify|adjust|edit|update|correct|fix|replace|"
    r"substitute|swap|exchange|switch|rename|move|shift|remove|delete|drop|strike|cross\s+out|omit|leave\s+out|"
    r"ignore|disregard|discard|forget|treat|read|"
    r"take|consider|regard|use|make|mark|enter|fill\s+in|fill|type|write|double|halve|multiply|divide|subtract|"
    r"deduct|round|hold|correct|count|think\s+of|raise|lower|"
    r"bump|lift|scratch|cut|push|bring|increase|decrease|reverse|flip|toggle|ask|complete|extend"
)
_COMMAND = re.compile(
    rf"^[\s\W\d]*(?:(?:please|kindly|just|so|then|and|also|but|now|simply|better|finally|next|hence|"
    rf"therefore)\s+,?\s*){{0,3}}(?P<verb>{_CHANGE})\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_LATER_COMMAND = re.compile(
    rf",\s+(?:(?:so|then|and|but|please)\s+){{0,2}}(?P<verb>{_CHANGE})\s+(?P<rest>.*)$", re.IGNORECASE | re.DOTALL
)
_OBJECT = re.compile(
    r"^\s*(?:it|this|that|them|these|those|one|her|him|whichever|whatever|your(?:s|\s+own)?|the\s+(?:real|actual|"
    r"true|correct|right|proper|other|missing|above|below))\b",
    re.IGNORECASE,
)
_HARMLESS_OBJECT = re.compile(
    r"^\s*(?:(?:it|this|that|them)\s+(?:easy|as\s+a\s+(?:chance|compliment|warning|hint)|with\s+(?:you|me|love|care|"
    r"a\s+photo|rice)|for\s+(?:yourself|your\s+records)|home|out\s+(?:loud|for)|up\s+with|"
    r"in\s+(?:mind|the\s+(?:fridge|oven|freezer|calendar))|a\s+(?:try|go|day))\b|sure\b|nothing\b|care\b|a\s+(?:look|"
    r"break|deep|comment|note)\b|no\s+notice\b|part\b|place\b)",
    re.IGNORECASE,
)
_DO_NOT = re.compile(
    r"\b(?:do\s*n['’]t|do\s+not|never|must\s*n['’]t|should\s*n['’]t|should\s+not|must\s+not)\s+(?:\w+\s+)?(?:submit|"
    r"use|trust|rely|take|count|file|enter|record|quote|accept|commit|save|store|play|"
    r"copy|adopt|believe|send|register|book|act|pay|treat|consider|read|apply|run|execute)\s+(?:on\s+)?(?:it|this|"
    r"that|them|these|those|the\s+above|my\s+\w+|any\s+of|what\s+(?:i|follows)|either)\b",
    re.IGNORECASE,
)
_WAIT = re.compile(
    r"\b(?:hold|keep|put)\s+(?:this|it|that|these|them)\s+(?:\w+\s+)?(?:back|on\s+hold|off|aside)\b|\bhold\s+off\b|"
    r"\bwait\s+(?:for|until|till|before|with)\b|\bnot\s+yet\s+(?:to\s+be\s+)?(?:submit|final|done|ready)\w*\b",
    re.IGNORECASE,
)
_TO_BE = re.compile(
    r"\b(?:to\s+be|yet\s+to\s+be|must\s+be|has\s+to\s+be|have\s+to\s+be|needs?\s+to\s+be|should\s+be|ought\s+to\s+be|"
    r"wants?\s+to\s+be)\s+(?:\w+ly\s+)?(?:filled|replaced|changed|corrected|adjusted|completed|confirmed|verified|"
    r"decided|announced|updated|swapped|added|removed|multiplied|divided|doubled|halved|converted|read\s+as|put|set|"
    r"inserted|entered|revised|agreed)\b",
    re.IGNORECASE,
)
_STANDS = re.compile(
    r"\b(?:stands?|stood|is|are|was|were|put|sits?|serves?|acts?|goes)\s+(?:there|here|in)\b[^.!?\n]{0,40}\b(?:only|"
    r"until|till|merely|just|so\s+that|because|for\s+(?:now|want|lack)|in\s+(?:for|place)|instead)\b|"
    r"\b(?:in\s+(?:place|lieu|want)\s+of\s+(?:a|an|the|your)|for\s+(?:want|lack)\s+of|by\s+way\s+of\s+(?:example|"
    r"illustration))\b|"
    r"\b(?:swap|change|replace|exchange|substitute|adapt|customi[sz]e|personali[sz]e)\b(?!\s+(?:nothing|no\b|"
    r"\[))[^.!?\n]{0,50}\b(?:your|yours|own|real|actual|proper|whatever|whichever|needed|required)\b|"
    r"\b(?:your|the)\s+(?:own|real|actual|true)\s+(?:\w+\s+)?(?:go(?:es)?|belongs?|comes?)\s+(?:here|there|in)\b|"
    r"\buntil\s+(?:you|they|he|she|somebody|someone)\s+(?:\w+\s+)?(?:give|tell|send|provide|supply|confirm|know|"
    r"decide|find|have)s?\b",
    re.IGNORECASE,
)
_MUST = re.compile(
    r"\b(?:it|this|that|they|these|he|she|which|there)\s+(?:\w+\s+)?(?:has\s+to|have\s+to|ought\s+to|must|"
    r"needs?\s+to|should)\s+(?:be|say|read|go|come|stand|have|mean|include|contain)\b",
    re.IGNORECASE,
)
_REMAINS = re.compile(
    r"\b(?:i|we)(?:['’]ve|\s+have|\s+had)?\s+(?:skipped|omitted|left\s+(?:that|it|this|them|one|some|several|"
    r"a\s+few)\s+(?:step\s+|\w+\s+)?out|forgot(?:ten)?|overlooked|missed|dropped)\s+"
    r"(?:it|this|that|them|these|those|one|some|several|a\s+few|two|three)\b|"
    r"\b(?:between|before|after|behind)\s+(?:steps?\s+|items?\s+|lines?\s+)?(?:\d+|the\s+\w+)(?:\s+and\s+(?:\d+|"
    r"the\s+\w+))?,?\s+(?:please\s+)?(?:insert|add|put|comes?|goes|belongs?)\b|"
    r"\b(?:step|item|line|entry|row|number)s?\s+\d+\s+(?:comes?|goes|go|belongs?|follows?|stands?)\s+(?:before|after|"
    r"behind|between)\b|^\W*(?:please\s+)?(?:add|subtract|deduct|take\s+off|knock\s+off)\s+(?:another\s+)?(?:half|"
    r"a\s+quarter|\d+|one|two|three|four|five|ten|twenty|thirty)\b|"
    r"\b(?:add|put|list|append|insert)\s+(?:him|her|it|them|that|this|one|\w+)\s+(?:under|to|into|in|as|between|"
    r"before|after|at)\b|"
    r"\b(?<!key\s)(?<!field\s)(?<!value\s)(?:is|are|was|were)\s+(?:still\s+)?(?:missing|absent|lacking)\s+(?:above|"
    r"below|here|from\s+(?:the|this|my)\s+(?:list|table|json|answer|object))\b",
    re.IGNORECASE,
)
_HAVE_TO = re.compile(
    rf"\b(?:have|has|had|need|needs)\s+to\s+(?:{_CHANGE})\s+(?:everything|all|it|this|that|them|the\s+(?:amounts?|"
    rf"numbers?|values?|figures?|quantities)|\w+ing)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(r"\binstead\b(?!\s+of)", re.IGNORECASE)
_TURNED_DOWN = re.compile(r"\b(?:but|though|although|yet)\b", re.IGNORECASE)


def asks_for_change(sentence: str, held: Held) -> bool:
    """Whether a sentence says that the answer is to be changed, filled in, completed or not used."""
    if (
        _DO_NOT.search(sentence)
        or _WAIT.search(sentence)
        or _HAVE_TO.search(sentence)
        or _STANDS.search(sentence)
        or _REMAINS.search(sentence)
    ):
        return True
    if _MUST.search(sentence) or any(
        _NEEDS.search(clause) and _quotes(clause, held) for clause in clauses_of(sentence)
    ):
        return True
    return any(
        _commands(clause, held) or (_TO_BE.search(clause) and _is_about(clause, held))
        for clause in clauses_of(sentence)
    )


_NEEDS = re.compile(
    r"\b(?:has\s+to|have\s+to|ought\s+to|must|needs?\s+to|should)\s+(?:be|read|say|become)\b", re.IGNORECASE
)


def _quotes(clause: str, held: Held) -> bool:
    """Whether a clause repeats a piece of code or a text with signs or digits in it."""
    tokens = [one for one in clause.casefold().split() if len(one) > 3 and not one.strip(".,;!?").isalpha()]
    return any(one.strip("`,;.") in text for one in tokens for text in held.texts)


def _is_about(clause: str, held: Held) -> bool:
    """Whether a clause names a field or the answer."""
    return held.names_field(clause) or WHOLE.search(clause) is not None or POINTER.match(clause) is not None


def _commands(clause: str, held: Held) -> bool:
    for pattern in (_COMMAND.match, _LATER_COMMAND.search):
        match = pattern(clause)
        if match is None or _HARMLESS_OBJECT.match(match["rest"]):
            continue
        rest = match["rest"]
        if _OBJECT.match(rest) or _INSTEAD.search(rest) or held.names_field(rest) or WHOLE.search(rest):
            return True
        small = rest.casefold()
        if any(one and one in small for one in held.short_texts | {label for label in held.labels if len(label) > 3}):
            return True
    return False
