"""Alternatives that a text names beside its answer: rejected ones are harmless, preferred ones are not."""

from __future__ import annotations

import re
from collections.abc import Iterable

from interlab.queries.answers.units import words_of

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_NAMES = re.compile(
    r"\b(?:alternatives?|alternatively|(?:other|second|third|another|different|remaining)\s+(?:option|choice|possibility|move|action|way|plan|label|value|idea|candidate)s?|"
    r"fall-?back|plan\s+b|consider(?:ed|ing)?|weigh(?:ed)?|thought\s+(?:about|of)|tempted|could\s+have|might\s+have|would\s+have\s+been|was\s+possible|toyed|"
    r"decided\s+against|ruled\s+(?:\w+\s+){0,3}?out|rejected|dismissed|turned\s+(?:\w+\s+){0,3}?down|discarded|dropped)\b",
    re.IGNORECASE,
)
_REJECTS = re.compile(
    r"\b(?:(?:i\s+)?(?:decided|voted|spoke)\s+against|ruled\s+(?:\w+\s+){0,3}?out|rejected|dismissed|discarded|dropped|turned\s+(?:\w+\s+){0,3}?down|"
    r"refrained|abandoned|passed\s+over|set\s+aside|"
    r"(?:gains?|brings?|wins?|helps?|achieves?|adds?|changes?|gets?|earns?|yields?|offers?)\s+(?:us\s+|me\s+|you\s+)?(?:nothing|too\s+little|no\s+\w+)|"
    r"not\s+(?:worth\w*|needed|necessary|required|convincing|attractive|as\s+good|good\s+enough)|unnecessary|makes?\s+no\s+sense|made\s+no\s+sense|"
    r"(?:is|was|seemed|seems|would\s+be|would\s+have\s+been|looked)\s+(?:too\s+(?!low\b|late\b)\w+|unwise|pointless|useless|premature|worse|weaker|riskier|inferior|overkill|a\s+waste|less\s+\w+)|"
    r"(?:did|does|would|do)(?:\s+not|n['’]t)\s+(?:\w+\s+)?(?:convince|help|fit|pay|apply|suit|gain|bring|work|match|serve)\w*|"
    r"(?:but|yet|and)\s+(?:i\s+)?(?:chose|kept|stayed|stuck|went|settled|prefer(?:red)?)\b)",
    re.IGNORECASE,
)
_TURNS = re.compile(
    r"\b(?:now|instead\s+i|after\s+all|on\s+reflection|if|unless|still\s+(?:open|possible|stands|an\s+option)|regret\w*|wrong(?:ly)?|mistake\w*|shouldn['’]t|should\s+not|"
    r"should\s+have|hasty|too\s+early\s+to|reconsider\w*|perhaps|maybe|not\s+sure|unsure|until|only)\b",
    re.IGNORECASE,
)
_BETTER = re.compile(
    r"^(?!.*\b(?:no|nothing|none|not|never|nobody|hardly|n['’]t|if|than|even)\b).*\bwould\s+(?:\w+ly\s+)?(?:be|have\s+been)\s+(?:\w+ly\s+|much\s+|far\s+|even\s+|the\s+)?"
    r"(?:better|best|wiser|wisest|safer|safest|smarter|preferable|sounder|fairer|cleverer|right|correct|more\s+\w+)\b",
    re.IGNORECASE,
)


def without_rejected(text: str, held: Iterable[str] = (), labels: Iterable[str] = ()) -> str:
    """A text without the sentences that name an alternative and reject it: "I considered a trade, but rejected it."

    Args:
        text: words beside an answer.
        held: what the answer holds, plain; a sentence with one of its labels may reject the answer.
        labels: all labels of the type, plain.
    """
    own = set(held) & set(labels)

    def rejected(sentence: str) -> bool:
        small = f" {' '.join(words_of(sentence))} "
        if any(f" {label} " in small or f" {label}ing " in small for label in own if label):
            return False
        if len(sentence) > 300 or re.search(r"\b(?:it|this|that)\s+(?:is|was)\b", sentence[:12], re.I):
            return False
        return bool(_NAMES.search(sentence) and _REJECTS.search(sentence)) and not _TURNS.search(sentence)

    out, at = [], 0
    for match in [*_SENTENCE.finditer(text), None]:
        end = match.end() if match is not None else len(text)
        out.append("" if rejected(text[at:end]) else text[at:end])
        at = end
    return "".join(out)


def prefers_other(text: str) -> bool:
    """Whether a sentence says that something else would be better than what was answered."""
    return any(_BETTER.search(one) is not None for one in _SENTENCE.split(text[:20_000]) if len(one) <= 300)
