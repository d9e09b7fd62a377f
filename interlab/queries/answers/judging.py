"""What the words beside an answer say against it, sentence by sentence."""

from __future__ import annotations

import re

from interlab.queries.answers.against import CONSIDERED_ONLY, leaves_open, puts_in_doubt, sentences_of
from interlab.queries.answers.asserting import says_otherwise
from interlab.queries.answers.beside import numbers_of
from interlab.queries.answers.excusing import is_for_later
from interlab.queries.answers.foreign_doubts import speaks_against
from interlab.queries.answers.held import Held
from interlab.queries.answers.leading import leads_astray
from interlab.queries.answers.measures import in_other_measure
from interlab.queries.answers.ordering import asks_for_change
from interlab.queries.answers.remarks import without_harmless
from interlab.queries.answers.risking import is_risky_about
from interlab.queries.answers.shifting import has_moved_on
from interlab.queries.answers.siblings import names_another

_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\n\s*")
_LEADS_IN = re.compile(
    r"(?:(?:please|just|so|then|now)\s+)?(?:use|try|take|apply|set|enter|paste|copy|submit|send|call|run|go\s+with)\s+"
    r"(?:these|this|the\s+following)\b[^.!?;]{0,100}:",
    re.IGNORECASE,
)
"""A lead to an answer that tells what to do with it: "Use these settings for the server:"."""
_COURTESY = re.compile(
    r"(?:(?:many\s+)?thanks?(?:\s+you)?|i\s+(?:really\s+)?appreciate)\b[^.!?\d:]{0,120}[.!]", re.IGNORECASE
)
"""Thanks, and what one has to do all the same: "I appreciate the offer, but I have to decline."."""
_TURNED_DOWN = re.compile(
    r"\b(?:can['’]?t|cannot|can\s+not|won['’]t|will\s+not|couldn['’]t|could\s+not)\s+(?:\w+\s+)?(?:accept|agree\s+to|pay|take|go\s+(?:as\s+\w+\s+as|to|for))\b"
    r"[^,.;!?]{0,40}",
    re.IGNORECASE,
)
"""What is not accepted: "I can't accept 450"."""
_FROM_TO = re.compile(r"\bfrom\s+[$€£]?\d[\d.,]*\s*%?\s+to\s+(?=[$€£]?(?P<to>\d[\d.,]*\d|\d))", re.IGNORECASE)
MAX_WORDS = 20_000
"""Characters beside an answer that are judged."""
MAX_SENTENCE = 2000
"""Characters of a sentence that are judged."""


def _holds(number: str, held: Held) -> bool:
    return bool(numbers_of(number) & held.told.numbers)


def against(words: str, held: Held, *, ahead: bool = False) -> str | None:
    """Why the words beside an answer speak against it; None if they don't.

    Args:
        words: what stands before it, or after it.
        held: what it holds.
    """
    words = without_harmless(_LINES.sub("\n", _SPACES.sub(" ", words[:MAX_WORDS])), held.labels)
    if in_other_measure(words, held):
        return "words beside it give another unit than the type's"
    for sentence in (one[:MAX_SENTENCE] for one in sentences_of(words)):
        if is_for_later(sentence, held) or CONSIDERED_ONLY.search(sentence) or _LEADS_IN.fullmatch(sentence.strip()):
            continue
        if _COURTESY.fullmatch(sentence.strip()):
            continue
        sentence = _TURNED_DOWN.sub(" ", sentence)
        sentence = _FROM_TO.sub(lambda one: "to " if _holds(one["to"], held) else one.group(), sentence)
        if puts_in_doubt(sentence, held):
            return f"words beside it put it in doubt: {sentence.strip()[:60]!r}"
        if leaves_open(sentence):
            return f"words beside it leave it open: {sentence.strip()[:60]!r}"
        if says_otherwise(sentence, held):
            return f"words beside it say otherwise: {sentence.strip()[:60]!r}"
        if asks_for_change(sentence, held):
            return f"words beside it say what to change: {sentence.strip()[:60]!r}"
        if has_moved_on(sentence, held):
            return f"words beside it say that it is past, or stands on nothing: {sentence.strip()[:60]!r}"
        if names_another(sentence, held):
            return f"words beside it name another value: {sentence.strip()[:60]!r}"
        if ahead and leads_astray(sentence):
            return f"words before it call it only possible, or another's: {sentence.strip()[:60]!r}"
        if ahead and is_risky_about(sentence, held):
            return f"words before it may change it: {sentence.strip()[:60]!r}"
        if speaks_against(sentence, held):
            return f"words beside it speak against it in another language: {sentence.strip()[:60]!r}"
    return None
