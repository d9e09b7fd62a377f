"""What the words before and after an answer say against it, where the answer is a stretch of the text."""

from __future__ import annotations

import re

from interlab.queries.answers.beside import contradiction, doubt_ahead, told_by
from interlab.queries.answers.changing import changes
from interlab.queries.answers.remarks import without_harmless
from interlab.queries.answers.rivals import tells_missing
from interlab.queries.answers.wording import CHANGED, CONDITION, CONTINUED, CORRECTION, HEDGE, NO_ANSWER_AFTER, REFUSAL
from interlab.queries.marks import ADDS, TAKEN_BACK_BEFORE, lead
from interlab.queries.outcomes import Reading
from interlab.queries.typed import Typed

_IN_MAY = re.compile(
    r"\b(in|on|of|by|since|until|till|from|to|last|this|next|early|late|mid|before|after|for|during)(\s+|-)May\b"
)


def without_may(text: str) -> str:
    """A text whose month of May can't be taken for the verb."""
    return _IN_MAY.sub(r"\1\2June", text)


def doubt_beside(before: str, after: str, read: Reading, typed: Typed, *, is_cut: bool = False) -> str | None:
    """Why the words around an answer put it in doubt; None if they don't.

    Args:
        before, after: the words.
        read: the answer.
        typed: its type.
        is_cut: whether the last sentence after it may be unfinished.
    """
    labels = typed.all_labels()
    words = lead(before)
    after = without_may(after)
    own = without_harmless(after, labels)
    if REFUSAL.search(before) or REFUSAL.search(own):
        return "it refuses to answer"
    if CORRECTION.search("\n" + own) or CHANGED.search(own) or NO_ANSWER_AFTER.search(own):
        return "the words after it take it back or change it"
    if HEDGE.search(words) or TAKEN_BACK_BEFORE.search(words) or CONDITION.search(words):
        return "the words before it say that it is hedged or an example"
    if NO_ANSWER_AFTER.search(before):
        return "the words before it put it in doubt"
    same = re.split(r"[.!?](?:\s|$)|\n", after, maxsplit=1)[0]  # the rest of its line
    if HEDGE.search(same) or CONDITION.search(same) or re.match(r"\W*\?", same) or re.match(r"\W*(?:or|but)\b", same):
        return "the words after it say that it is hedged, or under a condition"
    if isinstance(read.value, (list, set, tuple, dict)) and (ADDS.search(own) or CONTINUED.search(own)):
        return "words after it add to it, or say that it goes on"
    held = told_by(read.json)
    if tells_missing(own, typed.keys(), held.names):
        return "words after it give a field that it lacks"
    against = contradiction(words, own, held, labels, is_cut=is_cut) or doubt_ahead(before, held)
    if against is not None:
        return against
    return "words after it say what to change" if changes(own, held, is_cut=is_cut) else None
