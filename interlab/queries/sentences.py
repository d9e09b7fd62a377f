"""The one value that sentences assert, or that they decide for."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Callable
from typing import Any

from interlab.queries.answers.deciding import clauses, decided
from interlab.queries.answers.disowning import is_wish_of_others
from interlab.queries.answers.framing import ends_there, frames, is_bygone
from interlab.queries.answers.numbers import without_breakdown
from interlab.queries.answers.phrases import (
    ASSERTS,
    CHANCES,
    CONCESSION,
    COUNTS,
    DECIDED,
    FORM,
    LATER,
    MY_ESTIMATE,
    NO_CHOICE,
    NO_DOUBT,
    NOT_BUT,
    PREMISE,
    QUALIFIER,
    REMARK,
    SHARED,
)
from interlab.queries.answers.prose import Doubtful, Mention, asserted, days_in, labels_in, numbers_in
from interlab.queries.answers.superseding import standing
from interlab.queries.answers.telling import may_tell
from interlab.queries.answers.tongues import tongues_of
from interlab.queries.answers.truth import truth_in
from interlab.queries.answers.units import plain_currencies, words_of
from interlab.queries.keys import TOPICS
from interlab.queries.meant import Meant
from interlab.queries.outcomes import Reading
from interlab.queries.settling import NoValue


class Sentences(Meant):
    """Reads scalars of a type out of sentences."""

    @abstractmethod
    def noted(self, read: Reading | str) -> Reading | str:
        """A reading with the note that it was not in JSON."""

    def written(self, words: str) -> str | None:
        """The value that words are, written out."""
        read = self.word(words)
        return repr(read.json) if isinstance(read, Reading) else None

    def weighed(self, text: str) -> Reading | None:
        """The value that a text decides for after it has weighed several."""
        kind = self.typed.scalar_kind
        if kind not in ("label", "number", "date", "date-time") or len(text) > MAX_WEIGHED or FORM.search(text):
            return None
        text = re.sub(r"\*\*|__(?=\w)|(?<=\w)__|`", "", text)
        if self.typed.is_chance and len(CHANCES.findall(text)) > 1 and len(self.mentioned(text)) > 1:
            return None  # the chances of several things

        def value(words: str) -> tuple[bool, str]:
            read = self.prose(words.strip())
            if not isinstance(read, Reading):
                read = self.word(words)
            return (True, repr(read.json)) if isinstance(read, Reading) else (False, "")

        clause = decided(text, self.mentioned, value, self.typed.labels() if kind == "label" else ())
        if clause is None:
            return None
        read = self.prose(clause.strip())
        read = read if isinstance(read, Reading) else self.word(clause)
        return read if isinstance(read, Reading) else None

    def mentioned(self, text: str) -> set[str]:
        """The values that a text mentions, written out; a number that can't be read is one of its own."""
        try:
            return {repr(one.value) for one in self.mentions(text)}
        except Doubtful as error:
            return {str(error)}

    def mentions(self, text: str) -> list[Mention]:
        """The values that a text mentions, and where."""
        kind = self.typed.scalar_kind
        if kind == "label":
            return labels_in(text, self.typed.labels())
        if kind == "number":
            return numbers_in(text, self.reader(), (NoValue,))
        return days_in(text, self.reader(), (NoValue,), with_time=kind == "date-time")

    def is_topic(self, word: str) -> bool:
        words = set(words_of(word))
        names = set(words_of(self.typed.wanted.name)) | set(words_of(str(self.typed.root.get("description", ""))))
        return bool(words & (TOPICS | names))

    def prose(self, text: str) -> Reading | str:
        """The value that sentences assert."""
        if len(text) > MAX_PROSE:
            return "it is too long to hold one value in prose"
        errors: tuple[type[Exception], ...] = (NoValue,)
        kind = self.typed.scalar_kind
        text = re.sub(r"\*\*|__(?=\w)|(?<=\w)__|`", "", text)
        text = re.sub(r"\b(?:I|we)(?:['’]d|\s+would)?\s+estimate\b", "I say", text, flags=re.IGNORECASE)
        if kind == "number":
            text = plain_currencies(without_breakdown(PREMISE.sub("", text)))
        if kind == "label":
            text = CONCESSION.sub("", text).strip()
        if self.typed.is_chance:
            text = MY_ESTIMATE.sub("answer", text)
            text = without_breakdown(PREMISE.sub("", text))
        if kind == "label":
            text = CONCESSION.sub("", text).strip()
        if self.typed.is_chance:
            text = MY_ESTIMATE.sub("answer", text)
        text = NO_DOUBT.sub("", text)
        if FORM.search(text):
            return "it is a form with places to fill in"
        if len(text) > 1500:
            return "it is too long to hold one value in prose"
        decided = DECIDED.match(text.strip()) if kind == "label" else None
        if decided is not None and not re.search(r"\bI(?:['’]ll|\s+(?:will|choose|decide|pick))\b", decided["first"]):
            text = decided["last"]
        if kind != "truth" and NO_CHOICE.search(text):
            return "it does not settle on a value"
        try:
            if kind == "truth":
                return self.noted(self.typed.read(truth_in(text)))
            mentions: list[Mention] = []
            if kind == "label":
                if (
                    not ASSERTS.search(text)
                    and not NOT_BUT.match(text)
                    and not re.fullmatch(
                        r"\W*(?:an?|the)\s+[\w-]+\s+(?:review|sentiment|tone|text|issue|incident|task|item|case)\W*",
                        text,
                        re.IGNORECASE,
                    )
                    and not re.match(r"\s*[*_`\"']*[\w -]{1,30}[*_`\"']*\s*[,:.;–—(\n]", text)
                ):
                    return "it is no sentence that asserts a label"
                mentions = labels_in(text, self.typed.labels())
                mentions = [mention for mention in mentions if mention.value is not None]
                behind = re.search(r"\(([^()]*)\)", text)
                leads = len(mentions) == 1 and not text[: mentions[0].start].strip(" *_`\"'")
                if behind is not None and leads and not REMARK.match(behind[1]) and len(behind[1].split()) <= 4:
                    return "what stands in brackets behind the label may qualify it"
                leading = re.match(r"\s*[*_`\"']*([\w -]+?)[*_`\"']*\s*(?:[:,]|\s[-–—])\s", text)
                if leading is not None and mentions and mentions[0].start == leading.start(1):
                    mentions = mentions if len({repr(one.value) for one in mentions}) > 1 else mentions[:1]
                if any(
                    QUALIFIER.search(text[: one.start]) or LATER.search(_sentence_of(text, one)) for one in mentions
                ):
                    return "the label is qualified"
                if not any(frames(_clause_before(text, one)) for one in mentions) and mentions:
                    return "the words before the label do not assert it"
                if any(SHARED.match(text[one.end :]) or self.is_contradicted(text, one) for one in mentions):
                    return "what stands behind the label qualifies or contradicts it"
                if not all(ends_there(text[one.start : one.end], text[one.end :]) for one in mentions):
                    return "a label is part of a longer phrase"
                if any(_CONDITIONS.search(_sentence_of(text, one)) for one in mentions):
                    return "the label is said under a condition"
                if any(is_wish_of_others(text[one.end :]) for one in mentions):
                    return "the label is what somebody else wants"
                if any(is_bygone(text, one.start, one.end) for one in mentions):
                    return "the label is told of a time that is over"
            elif kind == "number":
                if (
                    not ASSERTS.search(text)
                    and not NOT_BUT.match(text)
                    and not COUNTS.match(text)
                    and not re.search(
                        r"[^\W\d][.,;]?\s+(?:hence|therefore|thus|so)\b,?\s+\S+(?:\s+\w+)?[.!]?\s*$", text
                    )
                    and not re.match(
                        r"\s*[*_`\"']*[-+$\d.,]+(?:/\d+|%)?(?:\s[a-z]+){0,2}[*_`\"']*\s*(?:[,:;–—\n]|\s-\s)", text
                    )
                ):
                    return "it is no sentence that asserts a number"
                tail = re.search(r"(?:(?<![<>!≤≥~≈])=|\b(?:is|equals))\s*([-+]?\$?[\d.,]*\d)\s*\.?\s*$", text.strip())
                if tail is not None and isinstance(self.word(text[: tail.start()].strip()), Reading):
                    return "it sets a number equal to another one"
                if tail is not None and "\n" not in text.strip() and len(re.findall(r"=|\b(?:is|equals)\b", text)) == 1:
                    return self.noted(self.typed.read(asserted(text, [Mention(self.reader()(tail[1]), *tail.span(1))])))
                mentions = numbers_in(text, self.reader(), errors)
            elif kind in ("date", "date-time"):
                if not ASSERTS.search(text) and not NOT_BUT.match(text) and not may_tell(text):
                    return "it is no sentence that asserts a day"
                mentions = days_in(text, self.reader(), errors, with_time=kind == "date-time")
                mentions = [mentions[one] for one in standing(text, [(day.start, day.end) for day in mentions])]
                mentions = mentions[-1:] if len({repr(one.value) for one in mentions}) == 1 else mentions
                if "en" in tongues_of(text) and any(_NO_DAY.search(_sentence_of(text, one)) for one in mentions):
                    return "its sentence says that there is none"
            return self.noted(self.typed.read(asserted(text, mentions, of_acts=kind == "label")))
        except (Doubtful, NoValue) as error:
            return str(error)

    def is_contradicted(self, text: str, label: Mention) -> bool:
        """Whether a number beside a label is the value of another one: "HIGH (2)"."""
        if not isinstance(label.value, int):
            return False
        beside = re.match(r"[\s*\"'`]*(?:[(=:/–-]|\bis\b)\s*(-?\d+)\b", text[label.end :])
        before = re.search(r"(?<![\w.])(-?\d+)\s*(?:[()=:/–-]|\bis\b)\s*[*\"'`(]*$", text[: label.start])
        return any(one is not None and int(one[1]) != label.value for one in (beside, before))

    def reader(self) -> Callable[[str], Any]:
        def read(text: str) -> Any:
            outcome = self.typed.read(text)
            if isinstance(outcome, str):
                raise NoValue(outcome)
            return outcome.json

        return read


_CONDITIONS = re.compile(
    r"(?:^|[,;]\s+)\W*(?:when|once|after|as\s+soon\s+as|by\s+the\s+time|until|unless)\s+(?!all\b|careful|reviewing|reading|weighing|considering|"
    r"thinking|much|comparing|looking|checking|analy[sz]ing|going|some|having|due)\w+\s[^.!?,]*,\s|"
    r"\b(?:once|as\s+soon\s+as|by\s+the\s+time)\s+(?:i|we|you|they|he|she|it|the|all|this|that|my)\b",
    re.IGNORECASE,
)
_NO_DAY = re.compile(r"\b(?:no|nothing|nobody|yet\s+to|unannounced|tba|tbd)\b", re.IGNORECASE)
MAX_PROSE = 3_000
"""Characters of a text that is searched for the one value that it asserts."""
MAX_WEIGHED = 20_000
"""Characters of a text that is searched for the clause that decides."""


def _clause_before(text: str, label: Mention) -> str:
    """What stands between the beginning of a label's clause and the label."""
    clause = next((one for one in clauses(text) if one.start <= label.start < one.end), None)
    return text[clause.start : label.start] if clause is not None else text[: label.start]


def _sentence_of(text: str, mention: Mention) -> str:
    """The sentence that a value stands in."""
    begin = max(text.rfind(mark, 0, mention.start) for mark in (". ", "! ", "? ", "\n"))
    end = re.compile(r"[.!?](?:\s|$)|\n|\Z").search(text, mention.end)
    return text[begin + 1 : end.start() if end is not None else len(text)]
