"""The label that a text means, beside those that it tells of others, of other times and of what would be."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod

from interlab.queries.answers.phrases import FORM, NO_DOUBT
from interlab.queries.answers.prose import Doubtful, labels_in
from interlab.queries.answers.segments import shortened
from interlab.queries.answers.settled import may_change, refused, settled
from interlab.queries.answers.units import words_of
from interlab.queries.outcomes import Reading, Refusal
from interlab.queries.typed import Typed

MAX_MEANT = 20_000
"""Characters of a text whose labels are weighed; of a longer one only what is marked counts."""


class Meant(ABC):
    """What a text means of what its words say.

    Attributes:
        typed: the type.
        is_cut: whether the reply was cut.
        unfinished: what stood behind the last sentence that was finished before the cut.
    """

    typed: Typed
    is_cut: bool
    unfinished: str

    @abstractmethod
    def said(self, body: str) -> Reading | Refusal | str:
        """The value that the words of a text give."""

    @abstractmethod
    def prose(self, text: str) -> Reading | str:
        """The value that sentences assert."""

    @abstractmethod
    def word(self, text: str) -> Reading | str:
        """A value that is the whole of a text."""

    def sentence(self, body: str) -> Reading | Refusal | str:
        """The value of a text in words, if the text does not tell it of something else."""
        outcome = self.said(body)
        if (
            self.typed.scalar_kind != "label"
            or len(body) > MAX_MEANT
            or (isinstance(self.word(body), Reading) and len(body.split()) < 3)
        ):
            return outcome
        text = NO_DOUBT.sub("", shortened(body))
        text = re.sub(r"\*\*|__(?=\w)|(?<=\w)__|`", "", text)
        try:
            mentions = [one for one in labels_in(text, self.typed.labels()) if one.value is not None]
        except Doubtful:
            return outcome
        names = self.names()
        if isinstance(outcome, Reading) and PASSED_OVER in outcome.coerced:
            return outcome
        if isinstance(outcome, str) or outcome == Refusal(SEVERAL):
            if isinstance(outcome, str) and FORM.search(text):
                return outcome
            statement = settled(text, mentions, names, self.stated)
            if self.is_cut and statement is not None and may_change(statement, self.unfinished):
                return outcome
            outcome = self.statement(statement) if statement is not None else outcome
        if isinstance(outcome, Reading) and (reason := refused(text, outcome.json, mentions, names)) is not None:
            return Refusal(reason)
        return outcome

    def names(self) -> frozenset[str]:
        """Words that name what is asked for."""
        labels = {word for label in self.typed.labels() for word in words_of(label)}
        return frozenset(words_of(self.typed.wanted.name)) - labels - {"literal"}

    def statement(self, words: str) -> Reading | str:
        """The value that one statement asserts, or is."""
        words = re.sub(r"[^\w\s.!?\"'”’)*]+$", "", _NOW.sub("", words)).strip()
        read = self.prose(words)
        return read if isinstance(read, Reading) else self.word(words)

    def stated(self, words: str) -> str | None:
        read = self.statement(words)
        return repr(read.json) if isinstance(read, Reading) else None


SEVERAL = "it holds different answers"
PASSED_OVER = "what was said before a correction was passed over"
"""The note of a value that stands behind a correction."""
_NOW = re.compile(
    r"^\W*(?:(?:and|but|so|yet|now|today|currently|right\s+now|at\s+(?:the\s+moment|present)|here|by\s+now|as\s+of\s+(?:now|today)|"
    r"(?:in\s+)?this\s+(?:time|round|turn))\b[\s,:]*)+",
    re.IGNORECASE,
)
"""Words that say that a statement is of now."""
