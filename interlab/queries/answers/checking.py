"""Checks that a text makes aloud behind its answer and that confirm it: "Wait, is it so? Yes. The answer stands.\""""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from interlab.queries.answers.beside import numbers_of
from interlab.queries.answers.units import words_of

_SENTENCE = re.compile(r"(?<=[.!?])[\"'”’*_)]*\s+|\n+")
_OPENS = re.compile(
    r"[\s*_(>-]*(?:(?:oh|okay|ok|well|but|so|and|no|now|actually|just)[,.! ]\s*){0,3}"
    r"(?:wait\b|hold\s+on\b|hm+\b|hang\s+on\b|one\s+(?:more\s+)?(?:moment|second|check|thing)\b|(?:a\s+|one\s+)?(?:quick|last|final|sanity|self)[\s-]+check\b|"
    r"(?:let\s+me|i(?:['’]ll|\s+will|\s+should|\s+want\s+to|['’]d\s+better))\s+(?:just\s+|quickly\s+|briefly\s+)*(?:double-?\s?check|check|verify|confirm|re-?read|"
    r"re-?check|re-?count|recalculate|make\s+sure|go\s+over|see\s+(?:if|whether))|"
    r"(?:is|are|was|were|did|does|do|should|has|have|had|could|can|may|what|which|who|where|why|how)\b[^.!?]*\?)",
    re.IGNORECASE,
)
_THE = (
    r"(?:(?:so|thus|hence|therefore|then|good|great|okay|ok|yes|no|right|fine|and|well|all\s+right|alright|in\s+(?:short|the\s+end)|either\s+way)\b[,:;!.–—-]*\s+)*"
    r"(?:the|my|this|that|it|all|everything|both|nothing|no|which|what\s+i\s+(?:wrote|said))"
)
_STANDS = re.compile(
    rf"\W*{_THE}(?:\s+(?!not\b|never\b|n['’]t)[\w'’-]+){{0,5}}?\s+(?:(?:still|indeed|therefore|thus|hence|does|can|may|will|should)\s+)*"
    r"(?:stands?|holds?|remains?|stays?|unchanged|kept|changes?\s+(?:anything|nothing|the\s+answer)|to\s+change|"
    r"changes?(?:\s+(?:is|are))?(?:\s+(?:needed|necessary|required|here))?)(?:\s+(?:as\s+(?:it|they)\s+(?:is|are|was|were)|the\s+same|unchanged|up|here|then|as\s+(?:written|given|above)|"
    r"correct|right|valid|true|good|firm))*[.!]?\W*",
    re.IGNORECASE,
)
_CHANGES = re.compile(r"^\W*(?:(?!\b(?:no|nothing)\b).)*\bchanges?\b", re.IGNORECASE | re.DOTALL)
_RIGHT = re.compile(
    r"\W*(?:(?:so|thus|yes|no|good|okay|ok|great|right|and|well|fine)\b[,:;!.–—-]*\s+)*(?:(?:the|my|this|that|it|all|everything)\b)?(?:\s*[\w.'’-]+){0,3}?\s*"
    r"(?:\b(?:is|are|was|were|does|looks?|seems?\s+to\s+be)\b|['’]s)?(?:\s+(?:indeed|still|all|fine|already|quite|exactly|perfectly|just))*\s*"
    r"\b(?:correct|right|fine|accurate|confirmed|okay|ok|good|matches?|fits?|checks?\s+out|adds?\s+up|agrees?|in\s+order)\b[.!]?\W*",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:not|never|wrong|incorrect|mistake\w*|error|instead|but|however|should|must|needs?|rather|too|except|unless|cannot|almost|nearly|half|"
    r"partly|if)\b|n['’]t\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:should|shall|instead|rather|better|really|or|must|shouldn['’]t|wrong|isn['’]t|wasn['’]t|not)\b", re.I
)
MAX_TEXT = 5000
"""Characters behind an answer that are searched for checks."""


def without_checks(text: str, numbers: set[Decimal], labels: Iterable[str] = ()) -> str:
    """A text behind an answer without the questions that it puts to itself and the sentences that confirm the answer.

    What stands between them is left, for others to judge.

    Args:
        text: the words behind an answer.
        numbers: those that the answer holds.
        labels: the labels of the type that it does not hold, plain.
    """
    if len(text) > MAX_TEXT:
        return text
    spans = _spans(text)
    opened = next((at for at, (start, end) in enumerate(spans) if _OPENS.match(text[start:end])), None)
    if opened is None:
        return text
    asked = text[spans[opened][0] : spans[opened][1]]
    others = set(labels)
    last = None
    for at in range(opened, len(spans)):
        sentence = text[spans[at][0] : spans[at][1]]
        if at > opened and confirms(sentence, asked, numbers, others):
            last = at
    if last is None:
        return text
    questions = [
        at
        for at in range(opened, last)
        if at == opened
        or _agrees(text[slice(*spans[at])], numbers, others)
        or (text[slice(*spans[at])].rstrip().endswith("?") and _OPENS.match(text[slice(*spans[at])]))
    ]
    left, begin = [], 0
    for at in sorted({*questions, last}):
        left.append(text[begin : spans[at][0]])
        begin = spans[at][1]
    return "".join([*left, text[begin:]])


def _agrees(sentence: str, numbers: set[Decimal], others: set[str]) -> bool:
    """Whether a sentence between a question and "it stands" only says yes to it."""
    small = f" {' '.join(words_of(sentence))} "
    if not re.match(
        r"\W*(?:yes|yep|it\s+does|it\s+is|(?:he|she|they)\s+(?:did|does|do|is|are|was|were|has|had))\b", sentence, re.I
    ):
        return False
    return (
        numbers_of(sentence) <= numbers
        and not any(label and f" {label} " in small for label in others)
        and not _AGAINST.search(sentence)
    )


def confirms(sentence: str, asked: str, numbers: set[Decimal], others: set[str]) -> bool:
    """Whether a sentence says that an answer stands, after a question about it.

    Args:
        sentence: one behind the question.
        asked: the question, or what was to be checked.
        numbers: those that the answer holds.
        others: labels that it does not hold, plain.
    """
    found = numbers_of(sentence)
    small = f" {' '.join(words_of(sentence))} "
    if not found <= numbers or any(label and f" {label} " in small for label in others) or len(sentence) > 160:
        return False
    if _STANDS.fullmatch(sentence) and not _CHANGES.match(sentence):
        return True
    if _AGAINST.search(sentence) or _RIGHT.fullmatch(sentence) is None:
        return False
    return bool(found) or not (_OTHER.search(asked) or numbers_of(asked) - numbers)


def _spans(text: str) -> list[tuple[int, int]]:
    spans, at = [], 0
    for match in [*_SENTENCE.finditer(text), None]:
        end = match.start() if match is not None else len(text)
        if text[at:end].strip():
            spans.append((at, end))
        at = match.end() if match is not None else end
    return spans
