"""From a whole reply to one reading of it, or a refusal."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace

from interlab.queries.answers.beside import told_by
from interlab.queries.answers.changing import changes
from interlab.queries.answers.enumerating import by_name, in_a_row
from interlab.queries.answers.programs import is_program, unfenced_body
from interlab.queries.answers.remarks import without_harmless
from interlab.queries.answers.revising import revision
from interlab.queries.answers.series import without_point_name
from interlab.queries.answers.telling import list_objection
from interlab.queries.answers.unread import leaves_rows
from interlab.queries.answers.wording import (
    CORRECTION,
    HEDGE,
    NEGATION,
)
from interlab.queries.besides import doubt_beside
from interlab.queries.choosing import choose, is_again
from interlab.queries.cleaning import CUT_OFF, FINISHED, cleaned, is_others_turn, squeezed
from interlab.queries.doubting import Doubting
from interlab.queries.enclosed import Enclosed, boxes, tagged_answers
from interlab.queries.finding import THOUGHTS, Candidate, Scanned, scan, without
from interlab.queries.json_type import JsonType
from interlab.queries.keys import flat
from interlab.queries.labelling import only_labelled_of_none
from interlab.queries.marks import (
    DRAFT,
    FINAL,
    OTHERWISE,
    lead,
    stands_alone,
    unfenced,
)
from interlab.queries.outcomes import CUT, Reading, Refusal
from interlab.queries.scalars import Scalars
from interlab.queries.standing import discards, standing
from interlab.queries.structures import Structures
from interlab.queries.toolcalls import given_by_call, written_call
from interlab.queries.typed import Typed


class ReplyReader(Doubting):
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
        if is_others_turn(self.text) and not keys & {"user", "human"} and not self.typed.is_map:
            return Refusal("it is a turn of somebody else")
        if self.typed.scalar_kind:
            programs = [
                (start, end)
                for start, end in found.fences
                if is_program(unfenced_body(self.text[start:end]), fenced=True)
            ]
            if programs:  # what they come to stands beside them, if anywhere
                self.text = without(self.text, programs)
                return self.read()
        if _NOTHING_BEHIND.search(self.text):
            return Refusal("nothing stands behind what would mark its answer")
        outcome = self.enclosed(found) if self.lenient else None
        outcome = outcome or self.json(found)
        if outcome is None and self.lenient:
            outcome = self.other(found)
        closing = self.text.rfind("</answer>")
        if (
            isinstance(outcome, Reading)
            and closing >= 0
            and not self.loose
            and revision(f"So. {self.text[closing + 9 :][:2000]}") is not None
        ):
            return Refusal("words behind the answer take it back")
        if isinstance(outcome, Reading) and self.says_other_first(found, outcome):
            return Refusal("it says one thing before its thoughts and another behind them")
        if isinstance(outcome, Reading) and self.typed.is_list and not self.loose:
            why = list_objection(found.spoken) if '"' not in json.dumps(outcome.json, default=str) else None
            return Refusal(why) if why is not None else outcome
        if outcome is not None:
            return outcome
        if self.is_cut:
            return Refusal(CUT, cut_off=True)
        return Refusal("; ".join(dict.fromkeys(self.reasons[:3])) or "it holds no JSON value")

    def says_other_first(self, found: Scanned, read: Reading) -> bool:
        """Whether a scalar stands before the thoughts, and is another one than behind them."""
        thoughts = re.search(r"<(?:think|thinking|reasoning|scratchpad)>", self.text[: found.offset], re.IGNORECASE)
        before = self.text[: thoughts.start()].strip() if thoughts is not None else ""
        if not before or len(before) > 200 or not self.typed.scalar_kind:
            return False
        first = self.typed.read(before)
        return isinstance(first, Reading) and first.json != read.json

    def enclosed(self, found: Scanned) -> Reading | Refusal | None:
        """The answer of a type that is no scalar in a box, or what a call in tags gives; None if there is neither."""
        if self.typed.is_list:
            boxed = boxes(squeezed(found.spoken))
            if len({one.inner for one in boxed}) > 1:
                return Refusal(f"it holds {len(boxed)} different answers")
            if boxed:
                return self.part(boxed[-1])
        if self.typed.is_object or self.typed.is_map:
            return None
        call = written_call(squeezed(found.spoken))
        given = given_by_call(call[0]) if call is not None else None
        if call is None or given is None:
            return None
        read = self.typed.read(given, extracted=True)
        if not isinstance(read, Reading):
            return Refusal(read)
        doubt = doubt_beside(call[1], call[2], read, self.typed, is_cut=self.is_cut)
        return Refusal(doubt) if doubt else read

    def part(self, one: Enclosed) -> Reading | Refusal:
        """What is marked as the answer, read as if it were all of the reply, with the words around it."""
        inner = ReplyReader(one.inner, self.typed.wanted, self.lenient, self.repair, self.typed.wrapped, "stop").read()
        if not isinstance(inner, Reading):
            return Refusal(f"what is marked as the answer can't be read: {inner.reason}")
        doubt = doubt_beside(one.before, one.after, inner, self.typed, is_cut=self.is_cut)
        return Refusal(doubt) if doubt else replace(inner, extracted=True)

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
            one.start > last.end and one.text[:1] == last.text[:1] and not is_again(self.text, last, one) for one in cut
        ):
            return Refusal("another answer was begun after the first", cut_off=True)
        if not readings:
            return Refusal("; ".join(dict.fromkeys(self.reasons[:3])), cut_off=self.is_cut) if blocked else None
        chosen = choose(self.text, readings, found.fences)
        if isinstance(chosen, Refusal):
            return chosen
        doubt = self.doubt(candidates, readings, *chosen)
        in_rows = (
            self.typed.is_list_of_lists or re.match(r"[ \t]*[-+*/][ \t]*[\[({]", self.text[chosen[0].end :]) is not None
        )
        if in_rows and self.lenient and chosen[0].where == "prose":
            doubt = doubt or self.doubt_of_rows([chosen[0]])
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
        given = None if self.typed.is_object or self.typed.is_map else given_by_call(one.value)
        if given is not None:
            return self.typed.read(given, repaired=notes, extracted=True)
        return self.typed.read(one.value, repaired=notes, extracted=one.where != "whole")

    def merged(self, candidates: list[Candidate], found: Scanned) -> Reading | Refusal | None:
        """Several objects one below the other, where a list of them is asked, or rows without their brackets."""
        usable = [one for one in candidates if one.state in ("json", "relaxed")]
        if len(usable) < 2 or not self.typed.is_plain_list or not self.lenient:
            return None
        gaps = [without_point_name(self.text[a.end : b.start]) for a, b in itertools.pairwise(usable)]
        objects = all(isinstance(one.value, dict) for one in usable) and self.typed.has_object_items
        close = all(_BETWEEN_ITEMS.fullmatch(gap) for gap in gaps)
        if not objects and not (close and all(isinstance(one.value, list) for one in usable)):
            return None
        if (
            not objects
            and isinstance(self.typed.read(usable[0].value, wrap=False), Reading)
            and not any(re.search(r"[,\w]", gap) for gap in gaps)
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
        if DRAFT.search(self.text[: usable[0].start]) or any(standing(lead(gap)) or discards(gap) for gap in gaps):
            return None
        if any(one.state == "cut" for one in candidates) or self.is_cut:
            return Refusal("its list is not complete", cut_off=True)
        read = self.typed.read([one.value for one in usable], extracted=True)
        if not isinstance(read, Reading):
            return None
        last = usable[-1]
        if not objects and (doubt := self.doubt_of_rows(usable)) is not None:
            return Refusal(doubt)
        doubt = self.doubt(candidates, [(usable[0], read), (last, read)], last, read)
        return Refusal(doubt) if doubt else read

    def doubt_of_rows(self, usable: list[Candidate]) -> str | None:
        """What is against rows that stand in a text: another row that can't be read, or a hedge behind one."""
        spans = [(one.start, one.end) for one in usable]
        if leaves_rows(self.text, spans):
            return "an item of its list can't be read"
        behind = [re.split(r"\n", self.text[one.end :], maxsplit=1)[0] for one in usable]
        words = lead(unfenced(self.text[self.offset : usable[0].start]))
        if HEDGE.search(words) or NEGATION.search(words):
            return "the words before it say that it is hedged or negated"
        if any(HEDGE.search(one) or re.match(r"\W*(?:\?|[-+*/]\s*[\[({\d])", one) for one in behind):
            return "an item of its list is hedged"
        later = without_harmless(without(self.text, [*spans, (0, usable[-1].end)]), self.typed.all_labels())
        held = told_by([one.value for one in usable])
        return "words after it say that an item is otherwise, or that there are more" if changes(later, held) else None

    # Other notations ------------------------------------------------------------------------------------

    def other(self, found: Scanned) -> Reading | Refusal | None:
        """The answer in another notation, or a scalar in a sentence."""
        spoken, offset = found.spoken, found.offset
        names = re.compile("|".join(map(re.escape, self.typed.keys())) or "(?!)", re.IGNORECASE)
        if not self.typed.is_map and only_labelled_of_none(spoken, names) and not self.typed.is_null(spoken):
            return Refusal("its label says that it is not the answer")
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
        if not self.typed.is_text:
            spoken, body, around = squeezed(spoken), squeezed(body), squeezed(around)
        if self.typed.is_object or self.typed.has_object_items or self.typed.is_map or self.typed.is_list:
            marks = tagged_answers(spoken, self.typed.keys()) if "<" in spoken and not alone else []
            if marks and len({one.inner for one in marks}) > 1:
                return Refusal(f"it holds {len(marks)} different answers")
            if marks and isinstance(marked := self.part(marks[-1]), Reading):
                return marked
            structures = Structures(self.typed, self.is_cut)
            read = structures.read(body, around, closed=alone)
            self.reasons += structures.reasons
            if alone and isinstance(read, Reading):
                return self.unless_doubted(read, fences)
            return read if read is not None or self.is_cut or alone else self.told(body)
        scalars = Scalars(self.typed, self.is_cut, self.is_finished)
        outcome = scalars.read(body, around if alone else "", fenced=alone)
        if isinstance(outcome, str):
            self.reasons.append(outcome)
            return None
        return outcome

    def unless_doubted(self, read: Reading, fences: list[tuple[int, int]]) -> Reading | Refusal:
        """What a fenced block says, unless the words around it say that it is otherwise."""
        before, after = squeezed(self.text[self.offset : fences[0][0]]), squeezed(self.text[fences[-1][1] :])
        structures = Structures(self.typed, self.is_cut)
        has_keys = self.typed.is_object or self.typed.has_object_items or self.typed.is_map
        if has_keys and any(structures.is_other(part, read) for part in (before, after)):
            return Refusal("it gives two answers in two notations")
        doubt = doubt_beside(before, after, read, self.typed, is_cut=self.is_cut)
        return Refusal(doubt) if doubt else read

    def told(self, body: str) -> Reading | None:
        """The numbers that a sentence tells, where a list or a tuple of them is asked."""
        if not self.typed.is_list or self.typed.has_object_items or self.typed.has_text_items:
            return None
        for given in (by_name(body), in_a_row(body)):
            read = self.typed.read(given, repaired=("it was told in a sentence",), extracted=True) if given else ""
            if isinstance(read, Reading):
                return read
        return None


_NOTHING_BEHIND = re.compile(
    r"(?:^|\n)[ \t>*_#-]*(?:my\s+|the\s+)?(?:final\s+)?(?:answer|result)[*_ \t]*[:：][*_\s]*\Z", re.IGNORECASE
)
"""A mark of the answer at the end of a reply, with no answer."""
_BETWEEN_ITEMS = re.compile(
    r"[\s,;]*(?:(?:and|und|et|y|e|ed|en|i|a|и|dan|och|og|ve|和|と)\s+(?:(?:in|at|bei|en|em|à|a|w|v|в)\s+)?|[-*•]\s+|\d{1,3}[.)]\s+)?"
)
