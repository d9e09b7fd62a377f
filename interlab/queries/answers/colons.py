"""A value behind a colon, where nothing else in the text is one: "Battery health after 600 cycles: 84%"."""

from __future__ import annotations

import re
from collections.abc import Callable

from interlab.queries.answers.beside import contradiction, told_by
from interlab.queries.answers.settling import is_altered
from interlab.queries.answers.wording import (
    BOUND_BEFORE,
    COMMENT_DOUBT,
    CONDITION,
    CORRECTION,
    ELSEWHERE,
    HEDGE,
    NEGATION,
    NO_ANSWER_AFTER,
    UNSURE,
)

_LINE = re.compile(
    r"(?:^|(?<=[.!]\s))(?P<lead>[^:：\n.!?]{2,80}?)\s*[:：]\s*(?P<value>[^\n]{1,60}?)[ \t]*$", re.MULTILINE
)
_NO_LEAD = re.compile(
    r"\b(?:examples?|sample|inputs?|questions?|options?|steps?|notes?|hint|warning|remark|previous|last|old|older|original|former|"
    r"initial|first|expected|forecast|range|min|max|minimum|maximum|limit|cap|threshold|target|goal|yesterday|before|draft|"
    r"alternatives?|possible|possibilit\w+|candidates?|wrong|incorrect|false|rejected|opponent\w*|partner\w*|rivals?|other|others|"
    r"they|their|his|her|he|she|user|human|player|round|version|chapter|page|line|id|confidence|certainty|"
    r"median|guess|placeholder|default(?!\s+(?:within|probability|rate|risk|in|on|by)\b)|type|format|schema|values?\s+from|out\s+of)\b|"
    r"\b(?:subtotal|deposit|discount|tax|vat|tip|part|number|fee|shipping|change)\W*$|"
    r"\d\s*$|[<>≤≥~≈?]|\b(?:or|vs|versus)\b",
    re.IGNORECASE,
)
MAX_TEXT = 2000
"""Characters of a text that may hold such a line."""
_SMALL_TALK = 400
"""Characters beside the line at most."""


def behind_colon(text: str, reads: Callable[[str], str | None], mentioned: Callable[[str], set[str]]) -> str | None:
    """The value behind the one colon that has one, as words; None if it is not certain.

    Args:
        text: a reply in words.
        reads: the value that words are, written out; None if they are none.
        mentioned: the values that a stretch of text mentions, written out.
    """
    if len(text) > MAX_TEXT:
        return None
    lines = list(_LINE.finditer(text))
    found = [(one, value) for one in lines if (value := reads(one["value"])) is not None]
    if len(found) != 1 or "?" in text:
        return None
    (line, _) = found[0]
    lead, value = line["lead"], line["value"]
    rest = text[: line.start()] + "\n" + text[line.end() :]
    if len(rest) > _SMALL_TALK or mentioned(rest):
        return None
    if any(one.search(lead) for one in (_NO_LEAD, HEDGE, NEGATION, CONDITION, ELSEWHERE, BOUND_BEFORE)):
        return None
    if CORRECTION.search("\n" + text):
        return None
    if HEDGE.search(rest) or NEGATION.search(text[line.end() :]) or UNSURE.search(rest):
        return None
    if CORRECTION.search("\n" + text[line.end() :]) or NO_ANSWER_AFTER.search(rest) or CONDITION.search(rest):
        return None
    return value


_TRUTH = re.compile(
    r"^[ \t>#•-]*(?:[^\w\s\"'`*_(\[{<]+[ \t]*)?[*_`]{0,3}(?P<lead>[^\W\d][^:：=\n.!]{0,80}?)"
    r"[*_`]{0,3}[ \t]*(?:[:：]|==?|:=|->|→|(?<=\?)(?=[*_ ]))[*_ \t`\"']*"
    r"(?P<value>yes|no|true|false|on|off)[*_`\"']{0,3}[ \t]*[.!;]?[ \t]*$",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(
    r"\b(?:yes|no|nope|true|false|not|partly|partially|mostly|sometimes|both|neither)\b|n['’]t\b|[✅❌✓✗✔✘]",
    re.IGNORECASE,
)
_REVISES = re.compile(
    r"\W*(?:that|this|it|so|no|yes|correct(?:ion|ed)|update|edit|actually|wait|scratch|instead|rather)\b", re.IGNORECASE
)
_REASONS = re.compile(
    r"^\W*(?:reason\w*|because|why|explanation|rationale|justification|note|source|evidence|confidence)\b",
    re.IGNORECASE,
)


def truth_behind_colon(text: str) -> bool | None:
    """The truth value behind the one name in a text that has one: "Contains nuts: no", "is_leap = True".

    No other word in it may say yes or no, but in an explanation.
    """
    if len(text) > MAX_TEXT:
        return None
    found = list(_TRUTH.finditer(text))
    if len(found) != 1:
        return None
    (line,) = found
    lead = line["lead"]
    before, after = text[: line.start()], text[line.end() :]
    if (
        _NO_LEAD.search(lead.removesuffix("?"))
        or _REVISES.match(lead)
        or any(one.search(lead) for one in (HEDGE, CONDITION, ELSEWHERE))
    ):
        return None
    rest = before + "\n" + "\n".join(row for row in after.split("\n") if not _REASONS.match(row))
    if len(rest) > _SMALL_TALK or any(one.search(rest) for one in (_WORD, HEDGE, UNSURE, CONDITION)):
        return None
    if CORRECTION.search("\n" + after) or NO_ANSWER_AFTER.search(rest) or "?" in rest or _ENTRY.search(before):
        return None
    if is_altered(after, True) or contradiction("", after, told_by(True), ()) is not None:
        return None
    return line["value"].casefold() in ("yes", "true", "on")


_ASSIGNED = re.compile(
    r"\s*(?:return[ \t]+|(?P<key>[^\W\d][\w ]{0,40}?)[ \t]*(?:[:：]|=(?!=))[ \t]*)"
    r"(?P<value>[^\n#]{1,80}?)[ \t]*;?[ \t]*(?P<comment>(?:#|//)[^\n]*)?"
    r"(?:\n+print\([^()\n]*\)[ \t]*;?)?\s*"
)


def assigned(block: str) -> str | None:
    """What the one statement of a block gives its name: ``leap: yes``, ``n = 12``; None if it is no such."""
    one = _ASSIGNED.fullmatch(block)
    if one is None or (one["comment"] and COMMENT_DOUBT.search(one["comment"])):
        return None
    return None if one["key"] and _NO_LEAD.search(one["key"]) else str(one["value"]).strip("\"'")


_ENTRY = re.compile(
    r"^[ \t>*_#•-]*(?P<lead>[^:：\n]{1,40}?)[*_ \t]*[:：][*_ \t]*(?P<value>[^\n]{1,60}?)[ \t]*$", re.MULTILINE
)
_ANSWER = re.compile(
    r"\b(?:answer|overall|choice|decision|response|result|output|final|corrected|revised|updated|solution|action|move|bid|verdict|conclusion|value)\b",
    re.IGNORECASE,
)
_SUM = re.compile(r"\b(?:total|sum|altogether)\b(?!.*\bsub)|\bin\s+all\b", re.IGNORECASE)
"""A name in the last line of a bill that says what the lines above come to."""
_BESIDE = re.compile(r"\b(?:confidence|certainty|probability|likelihood|score)\b", re.IGNORECASE)


def is_statement(text: str, reads: Callable[[str], str | None]) -> bool:
    """Whether a text lists values under names of their own, none of which is the answer's: a bill, a tally."""
    entries = list(_ENTRY.finditer(text[:5000]))
    if len(entries) < 2 or any(_ANSWER.search(one["lead"]) for one in entries):
        return False
    if _SUM.search(entries[-1]["lead"]) and not text[entries[-1].end() :].strip():
        return False
    values = [reads(one["value"]) for one in entries if not _BESIDE.search(one["lead"])]
    return len({one for one in values if one is not None}) > 1
