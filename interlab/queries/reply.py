"""From a whole reply to one reading of it, or a refusal."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace
from typing import Any

from interlab.queries.answers import notations
from interlab.queries.answers.beside import contradiction, doubt_ahead, other_before, told_by
from interlab.queries.answers.elsewhere import without_elsewhere
from interlab.queries.answers.held import held_by
from interlab.queries.answers.judging import against
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
from interlab.queries.cleaning import CUT_OFF, FINISHED, cleaned
from interlab.queries.finding import THOUGHTS, Candidate, Scanned, scan, without
from interlab.queries.json_type import JsonType
from interlab.queries.keys import flat, knows
from interlab.queries.marks import (
    ADDS,
    BESIDE_AFTER,
    BESIDE_BEFORE,
    CONSIDERED,
    COULD_BE,
    DOUBT_AFTER,
    DRAFT,
    ESTIMATE,
    FINAL,
    OTHERWISE,
    PREFERS,
    STILL,
    TAKEN_BACK_AFTER,
    TAKEN_BACK_BEFORE,
    UNSURE,
    URL,
    lead,
    stands_alone,
    unfenced,
)
from interlab.queries.outcomes import CUT, Reading, Refusal
from interlab.queries.scalars import Scalars
from interlab.queries.structures import Structures
from interlab.queries.typed import Typed

MAX_BESIDE = 20_000
"""Characters beside JSON that are searched for the same answer in another notation."""


class ReplyReader:
    """One reply and the type that it is read as.

    Args:
        text: the reply.
        wanted: the type.
        lenient, repair, wrapped: as for `read_reply`.
        finish_reason: why the model stopped, or None.
        loose: whether JSON is taken although the words around it put it in doubt.
    """

    def __init__(
        self,
        text: str,
        wanted: JsonType,
        lenient: bool,
        repair: bool,
        wrapped: bool,
        finish_reason: str | None,
        loose: bool = False,
    ) -> None:
        self.typed = Typed(wanted, lenient, wrapped)
        self.text = cleaned(text)
        self.lenient = lenient
        self.loose = loose
        self.repair = repair
        self.is_cut = finish_reason in CUT_OFF
        self.is_finished = finish_reason in FINISHED
        self.reasons: list[str] = []
        self.offset = 0

    def read(self) -> Reading | Refusal:
        keys = self.typed.root_keys()
        found = scan(self.text, tuple(name for name in THOUGHTS if name not in keys))
        self.offset = found.offset
        if found.open_thought or (not found.spoken.strip() and not found.candidates):
            thoughts = "<" in self.text
            return Refusal("it has no answer after its thoughts" if thoughts else "it is empty", cut_off=thoughts)
        outcome = self.json(found)
        if outcome is None and self.lenient:
            outcome = self.other(found)
        if outcome is not None:
            return outcome
        if self.is_cut:
            return Refusal(CUT, cut_off=True)
        return Refusal("; ".join(dict.fromkeys(self.reasons[:3])) or "it holds no JSON value")

    # JSON -----------------------------------------------------------------------------------------------

    def json(self, found: Scanned) -> Reading | Refusal | None:
        """The answer in JSON; None if there is none that could be it."""
        candidates = [
            one
            for one in found.candidates
            if one.state != "word" and one.where != "labelled" and not self.is_aside(one)
        ]
        if self.is_cut and any(one.where == "fenced" for one in candidates):
            candidates = [one for one in candidates if not self.is_in_cut_program(found, one)]
        readings: list[tuple[Candidate, Reading]] = []
        cut: list[Candidate] = []
        blocked = False
        for one in candidates:
            if one.state == "cut":
                cut.append(one)
                if not (self.is_finished and one.value is not None):
                    continue
            outcome = self.candidate(one)
            if isinstance(outcome, Reading):
                readings.append((one, outcome))
                cut = [other for other in cut if other is not one]
            else:
                self.reasons.append(outcome)
                blocked = blocked or (one.state != "cut" and (isinstance(one.value, dict) or one.state == "broken"))
        whole = candidates[0] if len(candidates) == 1 and candidates[0].where == "whole" else None
        if whole is not None and whole.state == "json" and not readings:
            return self.scalar_text(whole) or Refusal("; ".join(dict.fromkeys(self.reasons)))
        if candidates and self.typed.is_list and re.search(r"(?:^|[\n:=`])\s*\[\s*$", self.text[: candidates[0].start]):
            return Refusal("its list never closes", cut_off=True)
        merged = self.merged(candidates, found)
        if merged is not None:
            return merged
        if cut and not (readings and self.is_cut):
            return Refusal("its JSON is not complete: a bracket or a quotation mark never closes", cut_off=True)
        last = readings[-1][0] if readings else None
        if last is not None and any(
            one.start > last.end and one.text[:1] == last.text[:1] and not last.text.startswith(one.text) for one in cut
        ):
            return Refusal("another answer was begun after the first", cut_off=True)
        if not readings:
            return Refusal("; ".join(dict.fromkeys(self.reasons[:3])), cut_off=self.is_cut) if blocked else None
        chosen = self.chosen(readings)
        if isinstance(chosen, Refusal):
            return chosen
        doubt = self.doubt(candidates, readings, *chosen)
        if doubt and self.loose and not self.is_cut:
            read = chosen[1]
            return replace(read, coerced=(*read.coerced, f"it was taken although {doubt}"))
        return Refusal(doubt) if doubt else chosen[1]

    def is_in_cut_program(self, found: Scanned, one: Candidate) -> bool:
        """Whether a value stands inside of a program whose fence was cut."""
        start, end = next(((a, b) for a, b in found.fences if a <= one.start < b), (0, 0))
        if end < len(self.text.rstrip()) or self.text[start:end].rstrip().endswith(("```", "~~~")):
            return False
        return self.text[start : one.start].strip().count("\n") > 0 or self.text[one.end : end].strip(" \n`~") != ""

    def scalar_text(self, whole: Candidate) -> Reading | None:
        """A word such as ``true`` where a text is asked: the text is that word."""
        if self.lenient and self.typed.is_text and isinstance(whole.value, bool) and not self.is_cut:
            read = self.typed.read(whole.text)
            return read if isinstance(read, Reading) else None
        return None

    def is_aside(self, one: Candidate) -> bool:
        """Whether brackets in the text are citations, checkboxes or words, rather than an answer."""
        if one.where == "whole":
            return one.weak and self.is_cut
        if self.typed.scalar_kind and one.where == "prose" and self.text[one.start - 1 : one.start] == "\\":
            return True  # a formula in LaTeX
        keyed = isinstance(one.value, dict) and not self.typed.keys().isdisjoint(map(flat, map(str, one.value)))
        if one.where == "fenced" and (not one.weak or keyed):
            return False
        if one.weak or (isinstance(one.value, list) and not stands_alone(self.text, one)):
            numbers = isinstance(one.value, list) and len(one.value) > 1 and not one.weak
            numeric = numbers and not any(isinstance(item, str) for item in one.value)
            if one.weak:
                return self.text[: one.start].strip() != "" or self.text[one.end :].strip(" \n.") != ""
            return not (numeric and self.typed.is_list) or self.text[one.end : one.end + 1] == "("
        return False

    def candidate(self, one: Candidate) -> Reading | str:
        if one.state == "broken":
            return f"its JSON can't be read: {'; '.join(one.notes)}"
        if one.state != "json" and not self.repair:
            return f"it is not quite JSON: {'; '.join(one.notes)}"
        if (
            not isinstance(one.value, (dict, list))
            and one.state == "json"
            and self.is_cut
            and one.end == len(self.text)
        ) and not one.text.endswith('"'):
            return CUT
        if self.typed.repeats_schema(one.value):
            return "it repeats the schema instead of a value that follows it"
        notes = (*one.notes, "brackets missing at the end were supplied") if one.state == "cut" else one.notes
        return self.typed.read(one.value, repaired=notes, extracted=one.where != "whole")

    def merged(self, candidates: list[Candidate], found: Scanned) -> Reading | Refusal | None:
        """Several objects one below the other, where a list of them is asked, or rows without their brackets."""
        usable = [one for one in candidates if one.state in ("json", "relaxed")]
        if len(usable) < 2 or not self.typed.is_plain_list or not self.lenient:
            return None
        gaps = [self.text[a.end : b.start] for a, b in itertools.pairwise(usable)]
        objects = all(isinstance(one.value, dict) for one in usable) and self.typed.has_object_items
        close = all(re.fullmatch(r"[\s,;]*(?:and\s+|[-*•]\s+|\d{1,3}[.)]\s+)?", gap) for gap in gaps)
        if not objects and not (close and all(isinstance(one.value, list) for one in usable)):
            return None
        if (
            not objects
            and isinstance(self.typed.read(usable[0].value, wrap=False), Reading)
            and not any("," in gap or "and" in gap for gap in gaps)
        ):
            return None
        if (
            not objects
            and all(isinstance(self.typed.read(one.value, wrap=False), Reading) for one in usable)
            and not close
        ):
            return None
        if any(
            CORRECTION.search(gap) or DRAFT.search(gap) or FINAL.search(gap) or OTHERWISE.search(gap) for gap in gaps
        ):
            return None
        if DRAFT.search(self.text[: usable[0].start]):
            return None
        if any(one.state == "cut" for one in candidates) or self.is_cut:
            return Refusal("its list is not complete", cut_off=True)
        read = self.typed.read([one.value for one in usable], extracted=True)
        if not isinstance(read, Reading):
            return None
        last = usable[-1]
        doubt = self.doubt(candidates, [(usable[0], read), (last, read)], last, read)
        return Refusal(doubt) if doubt else read

    def chosen(self, readings: list[tuple[Candidate, Reading]]) -> tuple[Candidate, Reading] | Refusal:
        """The one reading among candidates: the only one, or the one that is marked as the answer."""
        if len({_canonical(reading.json) for _, reading in readings}) == 1:
            return readings[-1]
        final, other = [], []
        for index, (one, reading) in enumerate(readings):
            before = self.text[readings[index - 1][0].end if index else 0 : one.start]
            after = self.text[one.end : readings[index + 1][0].start] if index + 1 < len(readings) else ""
            words = lead(unfenced(before))
            words = URL.sub(" ", words)[-120:]
            lines_up = FINAL.search(words) is not None or (index > 0 and PREFERS.search(words) is not None)
            is_draft = (DRAFT.search(words) is not None or CONSIDERED.search(words) is not None) and not lines_up
            taken_back = CORRECTION.search(after) is not None
            if lines_up and not is_draft:
                final.append((one, reading))
            elif not is_draft and not taken_back:
                other.append((one, reading))
        for group in (final, other):
            if len({_canonical(reading.json) for _, reading in group}) == 1:
                return group[-1]
            if group:
                break
        shown = " and ".join(repr(one.text[:80]) for one, _ in readings[:3])
        return Refusal(f"it holds {len(readings)} different answers: {shown}")

    def doubt(
        self,
        candidates: list[Candidate],
        readings: list[tuple[Candidate, Reading]],
        chosen: Candidate,
        reading: Reading,
    ) -> str | None:
        """What the words around the answer say against it."""
        before, after = unfenced(self.text[self.offset : chosen.start]), self.text[chosen.end :]
        if not (before + after).strip():
            return None
        ends = [one.end for one in candidates if one.end <= chosen.start and one.end > self.offset]
        words = URL.sub(" ", lead(unfenced(self.text[max([self.offset, *ends]) : chosen.start])))
        words = ESTIMATE.sub(" ", words)
        if DRAFT.search(words) and not FINAL.search(words):
            return "the words beside the JSON say that it is not the answer"
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
        later = without_elsewhere(without(self.text, [*spans, (0, chosen.end)]), held_here)
        later = without_harmless(later, self.typed.all_labels())
        if DOUBT_AFTER.match(after) or COULD_BE.search(later):
            return "words after the JSON put it in doubt"
        if CORRECTION.search(later) or CHANGED.search(later) or NO_ANSWER_AFTER.search(later):
            return "words after the JSON take it back or change it"
        if isinstance(reading.value, (list, set, tuple, dict)) and (ADDS.search(later) or CONTINUED.search(later)):
            return "words after the JSON add to it, or say that it goes on"
        held = told_by(reading.json)
        if self.told_otherwise(chosen, spans, reading):
            return "the words beside the JSON give another answer in another notation"
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
            and len({_canonical(one.json) for _, one in readings}) == 1
        )
        if (
            is_first
            and (reason := against(unfenced(self.text[self.offset : first.start]), held, ahead=True)) is not None
        ):
            return reason
        spans = [(one.start, one.end) for one in candidates]
        return against(_FENCE.sub(" ", without(self.text, [*spans, (0, chosen.end)])), held)

    def told_otherwise(self, chosen: Candidate, spans: list[tuple[int, int]], reading: Reading) -> bool:
        """Whether a table or lines of keys beside JSON tell another value."""
        if not (self.lenient and (self.typed.is_object or self.typed.has_object_items)):
            return False
        keys = self.typed.keys()
        known = knows(keys)
        parts = without(self.text, [*spans, (0, self.offset)])
        parts = re.sub(r"^[ \t]*(?:```|~~~)[\w+.-]*[ \t]*$\n?", "", parts, flags=re.MULTILINE)
        if len(parts) > MAX_BESIDE:
            return False
        for one in (notations.table(parts, known), notations.key_lines(parts, known)):
            if one is None or (DRAFT.search(one.before) or CONSIDERED.search(one.before)):
                continue
            told = self.typed.read(one.value)
            if isinstance(told, Reading) and _canonical(told.json) != _canonical(reading.json):
                return True
        return False

    # Other notations ------------------------------------------------------------------------------------

    def other(self, found: Scanned) -> Reading | Refusal | None:
        """The answer in another notation, or a scalar in a sentence."""
        spoken, offset = found.spoken, found.offset
        blocks = [
            one
            for one in found.candidates
            if one.where == "fenced" and one.state in ("word", "cut") and one.value is None
        ]
        fences = [(start, end) for start, end in found.fences if start >= offset]
        if len({self.text[start:end] for start, end in fences}) > 1 and not self.typed.scalar_kind:
            return Refusal("it holds several blocks, and no field is named")
        if any(one.state == "cut" for one in blocks):
            return Refusal("its fenced block never closes", cut_off=True)
        around = without(self.text, [*fences, (0, offset)]) if blocks else ""
        alone = len({one.text for one in blocks}) == 1 and len(fences) == len(blocks)
        body = blocks[0].text if alone else spoken
        if self.typed.is_object or self.typed.has_object_items or self.typed.is_map or self.typed.is_list:
            structures = Structures(self.typed, self.is_cut)
            read = structures.read(body, around, closed=body is not spoken)
            self.reasons += structures.reasons
            return read
        scalars = Scalars(self.typed, self.is_cut, self.is_finished)
        outcome = scalars.read(body, around if body is not spoken else "", fenced=body is not spoken)
        if isinstance(outcome, str):
            self.reasons.append(outcome)
            return None
        return outcome


_OPTION = re.compile(
    r"(?:plan|option|variant|alternative|scenario|possibility|version)\s+(?:[a-d]|[1-4]|one|two)", re.I
)
_TRUTH = re.compile(
    r"(?:^|[.!\n]\s*)(?:so|thus|therefore|hence|overall|in short)?,?\s*(yes|no|true|false)\b\s*[,.!;]", re.IGNORECASE
)
_FENCE = re.compile(r"(?:```|~~~)[\w+.-]*")


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
