"""Objects, maps and lists outside of JSON: lines of keys, tables, tags, bullets, items in a line."""

from __future__ import annotations

import re
from collections.abc import Callable

from interlab.queries.answers import itemised, notations
from interlab.queries.answers.beside import contradiction, told_by
from interlab.queries.answers.changing import changes
from interlab.queries.answers.cutting import complete_bullets
from interlab.queries.answers.entries import entries
from interlab.queries.answers.flags import flags, is_half_ticked, listed_flags
from interlab.queries.answers.label_lists import given_labels, not_given
from interlab.queries.answers.layout import parts_apart, plain_layout
from interlab.queries.answers.leaves import plain
from interlab.queries.answers.remarks import without_harmless
from interlab.queries.answers.rivals import tells_missing
from interlab.queries.answers.sections import column, fields_below, item_sections, without_tables
from interlab.queries.answers.series import labelled_series, named_parts, number_rows, two_parts, without_names
from interlab.queries.answers.told_of import leads_elsewhere
from interlab.queries.answers.unread import is_unread
from interlab.queries.answers.wording import CHANGED, CONTINUED, CORRECTION, HEDGE, NO_ANSWER_AFTER, REFUSAL
from interlab.queries.besides import doubt_beside, without_may
from interlab.queries.inlined import ASSIGNED, MEMBERS, inline
from interlab.queries.keys import knows
from interlab.queries.marks import ADDS, DRAFT, TAKEN_BACK_BEFORE, TEMPLATE, lead, without_topic
from interlab.queries.outcomes import CUT, Reading, Refusal
from interlab.queries.parts import part_sets
from interlab.queries.retelling import tells_otherwise
from interlab.queries.typed import Typed


class Structures:
    """Reads objects, maps and lists of a type out of words.

    Args:
        typed: the type.
        is_cut: whether the reply was cut, so that only what was closed before counts.

    Attributes:
        reasons: why what was found was no value of the type.
    """

    def __init__(self, typed: Typed, is_cut: bool) -> None:
        self.typed = typed
        self.is_cut = is_cut
        self.reasons: list[str] = []

    def read(self, body: str, around: str, *, closed: bool) -> Reading | Refusal | None:
        cut_tail = ""
        if self.is_cut and not closed and self.typed.is_plain_list and (whole := complete_bullets(body)) is not None:
            (body, cut_tail), closed = whole, True
        if self.is_cut and not (closed or (self.typed.is_object and re.search(r"</\w+>\s*\S", body))):
            return Refusal(CUT, cut_off=True)
        body = re.sub(r"\n{4,}", "\n\n\n", "\n".join(line.rstrip() for line in body.split("\n")))
        keys, typed = self.typed.keys(), self.typed
        sets = part_sets(typed)
        known = knows(keys | {name for one in sets for name in one}, typed.wanted.name)
        body = plain_layout(body, known)
        body = notations.plainer(body, known, keep_tags=not re.search(r"<(?:li|tr|p|br)\b", body))
        labels = typed.all_labels()
        if typed.is_object or typed.has_object_items:
            body = listed_flags(without_tables(body, known), known, lambda word: plain(word) in labels)
        tries: list[notations.Notated | None] = [notations.tagged(body, known)]
        if MEMBERS.match(body.strip().lstrip("([<")) or ASSIGNED.fullmatch(body.strip()):
            tries = [*inline(typed, body, known), *tries]
        if typed.is_object:
            tries.append(notations.sections(body, known))
        if typed.is_object and (closed or not self.is_cut):
            below = fields_below(body, known)
            tries.append(notations.key_lines(below, known) if below is not None else None)
        if typed.has_object_items and (closed or not self.is_cut):
            tries.append(item_sections(body, known))
        if self.is_cut and not closed:
            pass  # only tags close
        elif typed.is_object or typed.has_object_items:
            if typed.has_object_items:
                body = notations.COUNTED.sub("", body)
                parts = re.compile(r"[,;|]\s+(?=([A-Za-z][\w ]{0,30}?)\s*[:=])")
                bullets = re.compile(r"^\s*[-*•]\s.*$", re.MULTILINE)
                lines = bullets.sub(lambda row: parts.sub(_apart(known), row[0]), body)
                tries.append(notations.key_lines(lines, known) if lines != body else None)
            tries += [notations.table(body, known), notations.key_lines(body, known)]
            apart = parts_apart(body, known)
            tries.append(notations.key_lines(apart, known) if apart != body else None)
        if typed.is_map:
            tries.append(entries(body))
            body = (
                notations.DASHED.sub(r"\1: \2", body)
                if all(map(notations.DASHED.match, filter(str.strip, body.splitlines())))
                else body
            )
            tries += [notations.table(body, known), notations.key_lines(body, known, open_keys=True)]
        if sets and not (self.is_cut and not closed):
            tries += [
                without_names(notations.table(body, known), sets),
                notations.key_lines(parts_apart(body, known), known),
            ]
            tries += [named_parts(body, sets), two_parts(body)] if not typed.is_plain_list else []
        if typed.is_plain_list and labels and typed.has_tight_items:
            tries.insert(0, flags(body, lambda word: plain(word) in labels))
        if typed.is_plain_list and is_half_ticked(body) and not any(tries[:1]):
            return Refusal("some items of its list are ticked and others are not")
        if typed.is_plain_list and not typed.has_object_items:
            tries.append(itemised.items(body, one_a_line=True))
            tries.insert(0, notations.listed_elements(body))
            rows = itemised.matrix(body) or (number_rows(body) if typed.is_list_of_lists else None)
            tries.append(notations.Notated(rows, "a matrix") if rows is not None else None)
        if typed.is_list and (not typed.is_plain_list or typed.has_tight_items):
            bare = re.sub(r"(?<!\.)\.$", "", body.strip()).strip("[]").strip()
            if re.fullmatch(r"<[^<>]*,[^<>]*>|⟨[^⟨⟩]*⟩", bare):
                bare = bare[1:-1].strip()
            if (
                not re.match(r"[,;]", bare)
                and not re.search(r"[,;]\s*[,;]", bare)
                and not re.search(r"\.\.|…|\betc\b", bare)
                and not _WORDS.search(re.sub(r"\s+(?:and|&)\s+", ", ", bare))
                and "[" not in bare
            ):
                tries.append(notations.Notated(bare, "commas"))
        if typed.is_object and len(body.strip()) <= 40 and "\n" not in body.strip():
            tries.append(notations.Notated(body.strip(), "a word"))
        last = re.search(r"(?:[:\n]|\b(?:answer|result|output|value)\s+is\b)\s*[`*\"]*(\w+)[`*\".]*\s*$", body)
        keyed = typed.is_object and notations.key_lines(body, known) is not None
        if last is not None and typed.is_null(last[1]) and not HEDGE.search(body) and not keyed:
            tries.append(notations.Notated(None, "a word", body[: last.start()]))
        head, _, rest = body.strip().partition("\n\n")
        if typed.is_null(head) and notations.are_sentences(rest) and not HEDGE.search(rest) and "?" not in rest:
            tries.append(notations.Notated(None, "a word", "", rest))
        if typed.is_null(body):
            tries.append(notations.Notated(None, "a word"))
        tries += inline(typed, body, known)
        if typed.is_list and typed.has_tight_items and not typed.has_object_items:
            tries.append(labelled_series(body, self.count))
        if typed.is_plain_list and not typed.has_object_items:
            tries.insert(0, column(body))
        for one in tries:
            if one is None:
                continue
            if typed.is_list and _OPTION.search(one.before) is not None:
                return Refusal("the words before it say that it is one of several")
            if isinstance(one.value, list) and any(isinstance(item, str) and _MORE.search(item) for item in one.value):
                continue
            if (
                one.notation in ("bullets", "lines")
                and isinstance(one.value, list)
                and any(map(is_unread, filter(_is_text, one.value)))
            ):
                return Refusal("an item of its list could not be read")
            noted = one.notation in ("bullets", "lines") and any(
                isinstance(item, str) and _NOTED.search(item) for item in one.value
            )
            if typed.has_text_items and noted:
                self.reasons.append("an item of its list is followed by words about it, or is a sentence")
                continue
            if typed.is_map and re.search(r"(?:\.\.\.|…)\s*$", body):
                continue
            read = typed.read(
                one.value, repaired=(f"it was written as {one.notation}",), extracted=bool(one.before or one.after)
            )
            if not isinstance(read, Reading):
                self.reasons.append(read)
                continue
            if typed.is_plain_list and typed.has_tight_items and labels and not_given(body, labels):
                return Refusal("the words before it say that it is of somebody else, or not given")
            if typed.is_map and labels and leads_elsewhere(lead(one.before)):
                return Refusal("the words before it say that it is expected, old or somebody else's")
            after = without_harmless(without_may("\n".join([one.after, around])), labels)
            told = "\n".join([one.before, after])
            if (
                REFUSAL.search(told)
                or CORRECTION.search(after)
                or CHANGED.search(after)
                or NO_ANSWER_AFTER.search(told)
            ):
                return Refusal("the words around it take it back or change it")
            ahead = without_topic(lead(one.before))
            if HEDGE.search(ahead) or TAKEN_BACK_BEFORE.search(ahead) or TEMPLATE.search(ahead):
                return Refusal("the words before it say that it is hedged or an example")
            if ADDS.search(one.after) or CONTINUED.search(one.after):
                return Refusal("words after it add to it, or say that it goes on")
            if typed.is_map and re.search(r"^[^:\n]{1,60}[:：][ \t]*\S", one.after, re.MULTILINE):
                return Refusal("lines after it may be entries, too")
            if one.notation == "lines" and one.after.strip() and not notations.are_sentences(one.after):
                return Refusal("lines without a key follow its fields")
            own = without_harmless(without_may(one.after), labels)
            if tells_missing(own, typed.keys(), told_by(read.json).names):
                return Refusal("words after it give a field that it lacks")
            if changes(own, told_by(read.json)):
                return Refusal("words after it say what to change")
            if cut_tail and (doubt := doubt_beside("", "\n" + cut_tail, read, typed, is_cut=True)) is not None:
                return Refusal(doubt)
            if self.tells_other(one, read):
                return Refusal("it gives two answers in two notations")
            if typed.is_object and tells_otherwise(typed, f"{one.before}\n{one.after}", read):
                return Refusal("another notation beside it tells another answer")
            own = without_harmless(one.after, labels)
            against = contradiction(lead(one.before), own, told_by(read.json), labels)
            if against is not None:
                return Refusal(against)
            return read
        if typed.is_plain_list and typed.all_labels() and not self.is_cut and not around.strip():
            given = given_labels(body, typed.all_labels())
            read = typed.read(given, repaired=("it was written in a sentence",)) if given is not None else ""
            return read if isinstance(read, Reading) else None
        return None

    def count(self, text: str) -> int:
        """How many items a text is as the list that is asked for; 0 if it is none."""
        if "\n" in text or re.search(r"[\[\]{}<>()]", text):
            return 0
        read = self.typed.read(text)
        return len(read.json) if isinstance(read, Reading) and isinstance(read.json, list) else 0

    def tells_other(self, one: notations.Notated, read: Reading) -> bool:
        """Whether the words around an object hold another one in lines of keys, tags or a table."""
        if not (self.typed.is_object or self.typed.has_object_items or self.typed.is_map):
            return False
        return any(self.is_other(part, read) for part in (one.before, one.after))

    def is_other(self, text: str, read: Reading) -> bool:
        """Whether words tell a value of the type, and another one than was read."""
        if not text.strip() or len(text) > MAX_BESIDE:
            return False
        known = knows(self.typed.keys(), self.typed.wanted.name)
        plain_text = plain_layout(text, known)
        found = [notations.tagged(plain_text, known), notations.table(plain_text, known)]
        found.append(entries(plain_text) if self.typed.is_map else notations.key_lines(plain_text, known))
        told = [self.typed.read(one.value) for one in found if one is not None and not DRAFT.search(one.before)]
        return any(isinstance(one, Reading) and repr(one.json) != repr(read.json) for one in told)


MAX_BESIDE = 20_000
"""Characters beside an answer that are searched for another one."""

_WORDS = re.compile(r"(?<![A-Za-z])[A-Za-z]{3,}\s+[A-Za-z]{2,}\s+[a-z]{2,}")
_MORE = re.compile(
    r"^(?:etc\b|and\s+(?:so\s+on|more|others)|\.\.\.|…)|\b(?:either\b.*\bor|maybe|perhaps)\b", re.IGNORECASE
)
_NOTED = re.compile(
    r"\S\s*(?::|\s[-–—])\s+\S|\S\s+\([^()]*\)\s*$|^(?:here|these|i|sure|note|"
    r"the following)\b.*[.:!]$",
    re.IGNORECASE,
)


_OPTION = re.compile(
    r"^\W*(?:(?:the|an?|my|first|second|one)\s+)?(?:options?|alternativ\w*|versions?|variants?|plan|drafts?|scenario|possibility|proposal|suggestion|"
    r"candidates?|examples?)(?:\s+(?:[A-D]|\d|one|two))?\W*$",
    re.IGNORECASE | re.MULTILINE,
)


def _is_text(item: object) -> bool:
    return isinstance(item, str)


def _apart(known: notations.Known) -> Callable[[re.Match[str]], str]:
    """What puts a field that is known on a line of its own."""
    return lambda one: "\n  " if known(one[1]) else one[0]
