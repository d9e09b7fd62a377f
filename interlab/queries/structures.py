"""Objects, maps and lists outside of JSON: lines of keys, tables, tags, bullets, items in a line."""

from __future__ import annotations

import re
from collections.abc import Callable

from interlab.queries.answers import notations
from interlab.queries.answers.beside import contradiction, told_by
from interlab.queries.answers.remarks import without_harmless
from interlab.queries.answers.wording import CHANGED, CONTINUED, CORRECTION, HEDGE, NO_ANSWER_AFTER, REFUSAL
from interlab.queries.inlined import ASSIGNED, MEMBERS, inline
from interlab.queries.keys import knows
from interlab.queries.marks import ADDS, TAKEN_BACK_BEFORE, TEMPLATE, lead, without_topic
from interlab.queries.outcomes import CUT, Reading, Refusal
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
        if self.is_cut and not (closed or (self.typed.is_object and re.search(r"</\w+>\s*\S", body))):
            return Refusal(CUT, cut_off=True)
        keys, typed = self.typed.keys(), self.typed
        known = knows(keys, typed.wanted.name)
        body = notations.plainer(body, known, keep_tags=not re.search(r"<(?:li|tr|p|br)\b", body))
        tries: list[notations.Notated | None] = [notations.tagged(body, known)]
        if MEMBERS.match(body.strip().lstrip("([<")) or ASSIGNED.fullmatch(body.strip()):
            tries = [*inline(typed, body, known), *tries]
        if typed.is_object:
            tries.append(notations.sections(body, known))
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
        if typed.is_map:
            body = (
                notations.DASHED.sub(r"\1: \2", body)
                if all(map(notations.DASHED.match, filter(str.strip, body.splitlines())))
                else body
            )
            tries += [notations.table(body, known), notations.key_lines(body, known, open_keys=True)]
        if typed.is_plain_list and not typed.has_object_items:
            tries.append(notations.items(body, one_a_line=True))
            tries.insert(0, notations.listed_elements(body))
            rows = notations.matrix(body)
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
        if last is not None and typed.is_null(last[1]) and not HEDGE.search(body):
            tries.append(notations.Notated(None, "a word", body[: last.start()]))
        head, _, rest = body.strip().partition("\n\n")
        if typed.is_null(head) and notations.are_sentences(rest) and not HEDGE.search(rest) and "?" not in rest:
            tries.append(notations.Notated(None, "a word", "", rest))
        if typed.is_null(body):
            tries.append(notations.Notated(None, "a word"))
        tries += inline(typed, body, known)
        for one in tries:
            if one is None:
                continue
            if isinstance(one.value, list) and any(isinstance(item, str) and _MORE.search(item) for item in one.value):
                continue
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
            labels = typed.all_labels()
            after = without_harmless("\n".join([one.after, around]), labels)
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
            if one.notation == "lines" and one.after.strip() and not notations.are_sentences(one.after):
                return Refusal("lines without a key follow its fields")
            if typed.is_object and tells_otherwise(typed, f"{one.before}\n{one.after}", read):
                return Refusal("another notation beside it tells another answer")
            own = without_harmless(one.after, labels)
            against = contradiction(lead(one.before), own, told_by(read.json), labels)
            if against is not None:
                return Refusal(against)
            return read
        return None


_WORDS = re.compile(r"[A-Za-z]{3,}\s+[A-Za-z]{2,}\s+[a-z]{2,}")
_MORE = re.compile(
    r"^(?:etc\b|and\s+(?:so\s+on|more|others)|\.\.\.|…)|\b(?:either\b.*\bor|maybe|perhaps)\b", re.IGNORECASE
)
_NOTED = re.compile(
    r"\S\s*(?::|\s[-–—])\s+\S|\S\s+\([^()]*\)\s*$|^(?:here|these|i|sure|note|"
    r"the following)\b.*[.:!]$",
    re.IGNORECASE,
)


def _apart(known: notations.Known) -> Callable[[re.Match[str]], str]:
    """What puts a field that is known on a line of its own."""
    return lambda one: "\n  " if known(one[1]) else one[0]
