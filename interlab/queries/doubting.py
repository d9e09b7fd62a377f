"""What the words around an answer in JSON say against it."""

from __future__ import annotations

import re

from interlab.queries.answers.beside import contradiction, doubt_ahead, other_before, told_by
from interlab.queries.answers.checking import without_checks
from interlab.queries.answers.disowning import is_passed_on
from interlab.queries.answers.elsewhere import without_elsewhere
from interlab.queries.answers.held import held_by
from interlab.queries.answers.judging import against
from interlab.queries.answers.programs import changes_in_program
from interlab.queries.answers.rejecting import prefers_other, without_rejected
from interlab.queries.answers.remarks import without_harmless
from interlab.queries.answers.rivals import adds_entry, tells_missing
from interlab.queries.answers.wording import (
    CHANGED,
    CONTINUED,
    CORRECTION,
    HEDGE,
    INVENTED,
    NO_ANSWER_AFTER,
    REFUSAL,
)
from interlab.queries.choosing import OTHER_CASE
from interlab.queries.cleaning import squeezed
from interlab.queries.finding import Candidate, without
from interlab.queries.keys import same_json
from interlab.queries.labelling import is_label_of_none
from interlab.queries.marks import (
    ADDS,
    BESIDE_AFTER,
    BESIDE_BEFORE,
    COULD_BE,
    DOUBT_AFTER,
    DRAFT,
    ESTIMATE,
    FINAL,
    SO_FAR,
    STILL,
    SUPPOSED,
    TAKEN_BACK_AFTER,
    TAKEN_BACK_BEFORE,
    TEMPLATE,
    UNSURE,
    URL,
    lead,
    unfenced,
    without_topic,
)
from interlab.queries.outcomes import Reading
from interlab.queries.retelling import tells_otherwise
from interlab.queries.standing import discards, note_behind, referred, standing
from interlab.queries.typed import Typed


class Doubting:
    """What sets the words around an answer against it.

    Attributes:
        text: the reply.
        typed: the type.
        lenient: whether other notations than JSON are read.
        is_cut: whether the reply was cut.
        offset: where the text behind the last thought begins.
    """

    text: str
    typed: Typed
    lenient: bool
    is_cut: bool
    offset: int

    def doubt(
        self,
        candidates: list[Candidate],
        readings: list[tuple[Candidate, Reading]],
        chosen: Candidate,
        reading: Reading,
    ) -> str | None:
        """What the words around the answer say against it."""
        before, after = squeezed(unfenced(self.text[self.offset : chosen.start])), squeezed(self.text[chosen.end :])
        if not (before + after).strip():
            return None
        before = before[-MAX_WORDS:]
        if len(after) > MAX_WORDS:
            return "more words follow the JSON than can be judged"
        ends = [one.end for one in candidates if one.end <= chosen.start and one.end > self.offset]
        begin = max([self.offset, *ends])
        begin += note_behind(self.text[begin : chosen.start])[1] if ends else 0
        words = URL.sub(" ", lead(unfenced(self.text[begin : chosen.start])))
        words = without_topic(ESTIMATE.sub(" ", words))
        if _OTHERS_LEAD.search(words) or (len(candidates) > 1 and _EQUALLY.search(words)):
            return "the words before the JSON say that it is somebody else's, or one of several"
        lead_in = _WRITTEN_DRAFT.sub(" ", words) if len(candidates) == 1 else words
        if DRAFT.search(lead_in) and not FINAL.search(words):
            return "the words beside the JSON say that it is not the answer"
        if is_passed_on(words):
            return "the words before the JSON say that it is somebody else's, or is to be ignored"
        if TEMPLATE.search(words) or SO_FAR.search(words) or SUPPOSED.search(before):
            return "the words before the JSON say that it is a template, or not the last word"
        if is_label_of_none(words) and not self.typed.is_map:
            return "the words before the JSON say that it is not the answer"
        if OTHER_CASE.search(words) and not FINAL.search(words):
            return "the words before the JSON say that it is of another case"
        if "fell" in (standing(words), note_behind(after)[0]):
            return "the words beside the JSON say that it is no longer the answer"
        is_item = isinstance(chosen.value, dict) and not any(isinstance(one, list) for one in chosen.value.values())
        if self.is_cut and self.typed.is_plain_list and is_item and self.typed.has_object_items:
            return "it was cut off before its end"
        if _OPTION.fullmatch(words.strip(" *_#:`\n")):
            return "the words before the JSON say that it is one of several"
        if TAKEN_BACK_BEFORE.search(words) or TAKEN_BACK_AFTER.match(_FENCE.sub(" ", after)):
            return "the words beside the JSON say that it is an example or not the answer"
        if BESIDE_BEFORE.search(before) or BESIDE_AFTER.match(_FENCE.sub("", after)):
            return "the words beside the JSON give another answer, or change it"
        if HEDGE.search(words):
            return "it is hedged"
        if INVENTED.search(before):
            return "the words before the JSON say that it is made up"
        if UNSURE.search(before):
            return "it is hedged"
        if REFUSAL.search(before) and not STILL.search(words):
            return "it refuses to answer"
        spans = [(one.start, one.end) for one in candidates]
        held_here = held_by(reading.json, self.typed.wanted.schema, self.typed.all_labels())
        later = without_elsewhere(squeezed(without(self.text, [*spans, (0, chosen.end)])), held_here)
        later = _NOT_DONE.sub(" ", _TITLE.sub(r"\1 ", _SECTION.sub("", later)))
        later = without_harmless(later, self.typed.all_labels())
        if changes_in_program(after):
            return "a program behind the JSON changes it"
        if _ONE_OF.search(self.text[self.offset : min(one.start for one in candidates)]):
            return "the words before the JSON say that it is one of several"
        if DOUBT_AFTER.match(after) or COULD_BE.search(later):
            return "words after the JSON put it in doubt"
        if len(readings) > 1:
            later = referred(later, len(readings))[2]
        held = told_by(reading.json)
        labels = self.typed.all_labels()
        later = without_checks(later, held.numbers, labels - held.labels)
        later = without_rejected(later, held.labels, labels)
        if prefers_other(later):
            return "words after the JSON prefer something else"
        if discards(later) or CORRECTION.search(later) or CHANGED.search(later) or NO_ANSWER_AFTER.search(later):
            return "words after the JSON take it back or change it"
        if isinstance(reading.value, (list, set, tuple, dict)) and (ADDS.search(later) or CONTINUED.search(later)):
            return "words after the JSON add to it, or say that it goes on"
        if self.told_otherwise(spans, reading):
            return "the words beside the JSON give another answer in another notation"
        if self.typed.takes_null() and reading.json is not None and _NULL_LINE.search(self.text[: chosen.start]):
            return "it says that there is none, and gives one"
        if reading.json is None and not re.search(r"\d", later):
            return None  # nothing stands there that words might change
        against = contradiction(words, later, held, self.typed.all_labels(), is_cut=self.is_cut)
        if against is not None:
            return against
        if len(candidates) == 1 and (ahead := doubt_ahead(before, held)) is not None:
            return ahead
        if (reason := self.judged(candidates, readings, chosen, reading)) is not None:
            return reason
        if tells_missing(later, self.typed.keys(), held.names):
            return "words after the JSON give a field that it lacks"
        if self.typed.is_map and adds_entry(later, held.names, self.typed.all_labels() | {"yes", "no"}):
            return "words after the JSON add an entry"
        if other_before(before, held, self.typed.all_labels()):
            return "the words before the JSON give another answer"
        if isinstance(reading.value, bool):
            told = {match[1].casefold() in ("yes", "true") for match in _TRUTH.finditer(later)}
            if told and told != {reading.value}:
                return "words after the JSON contradict it"
        return None

    def told_otherwise(self, spans: list[tuple[int, int]], reading: Reading) -> bool:
        """Whether another notation beside JSON tells another value."""
        return self.lenient and tells_otherwise(
            self.typed, squeezed(without(self.text, [*spans, (0, self.offset)])), reading
        )

    def judged(
        self,
        candidates: list[Candidate],
        readings: list[tuple[Candidate, Reading]],
        chosen: Candidate,
        reading: Reading,
    ) -> str | None:
        """What the words before the first candidate and behind the chosen one say against it."""
        held = held_by(reading.json, self.typed.wanted.schema, self.typed.all_labels())
        if held.told.is_scalar:
            return None
        first = readings[0][0]
        is_first = (
            first.start <= min(one.start for one in candidates)
            and len({same_json(one.json) for _, one in readings}) == 1
        )
        if (
            is_first
            and (reason := against(unfenced(self.text[self.offset : first.start]), held, ahead=True)) is not None
        ):
            return reason
        spans = [(one.start, one.end) for one in candidates]
        return against(_FENCE.sub(" ", _SECTION.sub("", squeezed(without(self.text, [*spans, (0, chosen.end)])))), held)


MAX_WORDS = 10_000
"""Characters on each side of an answer that are judged."""
_NULL_LINE = re.compile(r"^[ \t`*]*(?:null|none)[ \t`*.]*$", re.IGNORECASE | re.MULTILINE)
_TITLE = re.compile(r"\b(M[rs]|Mrs|Dr|Prof|St)\.\s+(?=[A-Z])")
_SECTION = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]*|\*\*)[^\w\n]{0,4}(?:(?:some\s+|pro\s+|serving\s+)?tips?|next\s+steps|"
    r"serving\s+suggestions?|storage)[:* \t]*\n"
    r"(?:[ \t]*\n)?(?:[ \t]*(?:[-*•]|\d{1,2}[.)])[^\n]*(?:\n|\Z))+",
    re.IGNORECASE | re.MULTILINE,
)
"""Advice under a heading of its own."""
_NOT_DONE = re.compile(
    r"\b(?:(?:was|were|is|are|has|have|had)(?:\s+not|n['’]t|\s+never)|neither(?:\s+\w+){0,4}\s+(?:has|was|is))\s+(?:been\s+)?"
    r"(?:withdrawn|cancell?ed|postponed|retracted|revoked)\b|"
    r"\b(?:did|does|do)(?:\s+not|n['’]t)\s+(?:change|affect|alter|influence)\b",
    re.IGNORECASE,
)
"""What has not happened to an answer."""
_OTHERS_LEAD = re.compile(
    r"\b(?:opponent|rival|enemy|other\s+player|partner)['’]s\s+(?:\w+\s+){0,3}(?:was|is|were|had\s+been)\W*$",
    re.IGNORECASE,
)
_WRITTEN_DRAFT = re.compile(
    r"\bhere(?:['’]s|\s+is)\s+(?:the|a|an|your|my)\s+(?:[\w-]+\s+){0,2}(?:polite|short|friendly|formal|e-?mail|letter|message|reply|first)?\s*draft\b",
    re.IGNORECASE,
)
"""A text that was asked for as a draft."""
_EQUALLY = re.compile(r"\b(?:just\s+as\s+well|equally(?:\s+well)?|likewise)\b[^.!?]*$", re.IGNORECASE)
_ONE_OF = re.compile(
    r"\b(?:one|any|either)\s+of\s+(?:the\s+following|these|those)\b[^.!?\n]*:\s*(?:```\w*)?\s*$", re.IGNORECASE
)
_OPTION = re.compile(
    r"(?:plan|option|variant|alternative|scenario|possibility|version)\s+(?:[a-d]|[1-4]|one|two)", re.I
)
_TRUTH = re.compile(
    r"(?:^|[.!\n]\s*)(?:so|thus|therefore|hence|overall|in short)?,?\s*(yes|no|true|false)\b\s*[,.!;]", re.IGNORECASE
)
_FENCE = re.compile(r"(?:```|~~~)[\w+.-]*")
