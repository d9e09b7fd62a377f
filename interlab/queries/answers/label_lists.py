"""Lists of labels in a sentence that gives them: "Her roles are reader and editor."."""

from __future__ import annotations

import re

from interlab.queries.answers.prose import Doubtful, Mention, labels_in
from interlab.queries.answers.segments import sentence
from interlab.queries.answers.settled import unsettled
from interlab.queries.answers.subjects import words_of_list
from interlab.queries.answers.told_of import elsewhere
from interlab.queries.answers.wording import CONDITION, CORRECTION, HEDGE, NEGATION, NO_ANSWER_AFTER, REFUSAL

_GIVEN = (
    r"\b(?:is|are|remains?)\s+(?:(?:therefore|thus|now|clearly|simply|just|only)\s+)?$|:\s*$|=\s*$|"
    r"\b(?:i|we)(?:['’]d|['’]ll|\s+would|\s+will)?\s+(?:grant|give|assign|choose|pick|select|set)\s+(?:\w+\s+){0,5}?(?:the\s+)?$|"
    r"\b(?:gets?|has|have|needs?|receives?|holds?|deserves?)\s+(?:\w+\s+){0,4}?(?:roles?|labels?|tags?|categor(?:y|ies)),?\s*$"
)
_ALONE = re.compile(
    r"[\s*\"'`”’]*(?:[.!]|$|\n|;|,\s+(?:and\s+)?(?:nothing|no\s+others?)\b|,?\s+(?:because|since|as)\b)"
)
_JOIN = re.compile(r"[\s*\"'`“”]*(?:,|,?\s+and|&|\+|;)[\s*\"'`“”]*(?:and\s+)?")
_ASKED = re.compile(
    r"\b(?:asks?|asked|request(?:s|ed)?|wants?|wanted|options?|possible|available|allowed|known|exist(?:s|ing)?|knows?|one\s+of|or|old|previous|former|was|were|had|used|my|"
    r"your|boss|example|choose\s+from|pick\s+from|minus|except|without|besides|lacks?|loses?|lost|missing)\b",
    re.IGNORECASE,
)


_NOUN = re.compile(
    r"\b(?:answers?|values?|choices?|labels?|tags?|categor(?:y|ies)|class(?:es)?|types?|kinds?|topics?|roles?|permissions?|rights?|genres?|"
    r"groups?|languages?|colou?rs?|skills?|items?|result|selection|verdict|recommendations?)\b",
    re.IGNORECASE,
)
_NAMES = words_of_list("answer value label tag category class type topic role roles permission right genre group")


def given_labels(text: str, labels: set[str]) -> list[str] | None:
    """The labels that the one statement of them in a text gives; None if there is none, or another label beside it.

    Args:
        text: sentences.
        labels: all labels there are.
    """
    text = re.sub(r"\*\*|`", "", text)
    try:
        mentions = labels_in(text, {re.sub(r"[\s_-]+", " ", one.casefold()): one for one in labels})
    except Doubtful:
        return None
    if not 0 < len(mentions) <= 20 or len(text) > 3000 or REFUSAL.search(text):
        return None
    runs = _runs(text, mentions)
    found: list[list[Mention]] = []
    for run in runs:
        if _is_given(text, run):
            found.append(run)
        elif not all(_is_besides(text, one) for one in run):
            return None
    if len(found) != 1:
        return None
    run = found[0]
    rest = text[run[-1].end :]
    if (
        CORRECTION.search("\n" + rest)
        or NO_ANSWER_AFTER.search(rest)
        or unsettled(rest)
        or re.search(r"\b(?:also|additional(?:ly)?|as\s+well)\b", rest)
    ):
        return None
    return [str(one.value) for one in run]


def not_given(text: str, labels: set[str]) -> bool:
    """Whether the words before the first label of a text say that these are not the ones that are answered."""
    try:
        mentions = labels_in(text[:3000], {re.sub(r"[\s_-]+", " ", one.casefold()): one for one in labels})
    except Doubtful:
        return False
    if not mentions or any(mark in text for mark in "{[<"):
        return False
    begin, _ = sentence(text, mentions[0].start, mentions[0].end)
    lead = text[begin : mentions[0].start]
    if not _NOUN.search(lead):
        return False
    return (
        bool(_ELSE.search(lead))
        or elsewhere(text, mentions[0].start, mentions[0].end, _NAMES) == "somebody else says it"
    )


_THEIR_OWN = re.compile(r"\b(?:hers|his|theirs|yours|the\s+other\w*)\s+(?:is|are)(?:n['’]t|\s+not)?\b", re.IGNORECASE)
_ELSE = re.compile(
    r"\b(?:request(?:s|ed)?|possible|available|allowed|known|existing|old|previous|former|wants?|wanted|asked|all\s+roles|proposed|suggested|removed|revoked|"
    r"denied|rejected)\b|\b(?!today|user|account|person|employee|member|customer)\w+['’]s\s+(?:role|label|tag|category)\b",
    re.IGNORECASE,
)


def _runs(text: str, mentions: list[Mention]) -> list[list[Mention]]:
    runs: list[list[Mention]] = []
    for one in mentions:
        if runs and _JOIN.fullmatch(text[runs[-1][-1].end : one.start]):
            runs[-1].append(one)
        else:
            runs.append([one])
    return runs


def _is_given(text: str, run: list[Mention]) -> bool:
    begin, end = sentence(text, run[0].start, run[-1].end)
    before, after = text[begin : run[0].start], text[run[-1].end : end]
    before = before.rstrip("\"'“‘* ") + (" " if before.endswith(('"', "'", "“", "‘", " ", "*")) else "")
    contrast = re.search(r"(?:n['’]t|\bnot)\s+[\w-]+,?\s+but\s+$", before)
    lead = before[: contrast.start()] + " is " if contrast is not None else before
    if _NOUN.search(lead) is None or not re.search(_GIVEN, lead, re.IGNORECASE):
        return False
    if any(one.search(lead) for one in (HEDGE, NEGATION, CONDITION, _ASKED, _ELSE)):
        return False
    if elsewhere(text, run[0].start, run[0].end, _NAMES, as_noun=True) == "somebody else says it":
        return False
    if _THEIR_OWN.search(text[run[-1].end :]):
        return False
    return _ALONE.match(after) is not None and not HEDGE.search(after) and not CONDITION.search(after)


_DENIED = re.compile(r"(?:n['’]t|\bnot)\s+$")
_ORDINARY = re.compile(r"\b(?:an?|the|this|that|every|each|any)\s+$", re.IGNORECASE)


def _is_besides(text: str, one: Mention) -> bool:
    """Whether a label is told of somebody else, or is an ordinary word, or is not to be."""
    if _DENIED.search(text[: one.start]) or _ORDINARY.search(text[: one.start]):
        return True
    return elsewhere(text, one.start, one.end, _NAMES) is not None
