"""Scalars outside of JSON: a word alone, what is marked as the answer, a sentence that asserts it, a text."""

from __future__ import annotations

import re
from dataclasses import replace

from interlab.queries.answers.changing import alters
from interlab.queries.answers.colons import assigned, behind_colon, is_statement, truth_behind_colon
from interlab.queries.answers.marked import marked
from interlab.queries.answers.owners import is_of_another, is_only_of_others
from interlab.queries.answers.phrases import (
    ANSWER_CALL,
    ANSWER_LEAD,
    AS_A_MODEL,
    ASKED,
    CHAIN,
    EAST,
    EXPLAINS,
    FIRST,
    HEADING,
    IS_ANSWER,
    IS_NULL,
    NO_DOUBT,
    OTHER_ANSWER,
    RESERVE,
    SENTENCES,
    SORRY_BUT,
    SURELY,
)
from interlab.queries.answers.programs import is_program
from interlab.queries.answers.prose import Mention
from interlab.queries.answers.revising import is_respelling, last_words, revision, sentences_of, takes_back_softly
from interlab.queries.answers.settling import is_altered, is_unsettled
from interlab.queries.answers.verdicts import says_more
from interlab.queries.answers.wording import (
    CONDITION,
    CORRECTION,
    HEDGE,
    NO_ANSWER_AFTER,
    REASON,
    REFUSAL,
)
from interlab.queries.cleaning import TURNS, finished_part
from interlab.queries.meant import PASSED_OVER, SEVERAL
from interlab.queries.outcomes import CUT, Reading, Refusal
from interlab.queries.preparing import is_withdrawn, prepared, told_twice
from interlab.queries.sentences import MAX_WEIGHED, Sentences
from interlab.queries.settling import misnamed, says_number_of_things, settled
from interlab.queries.texts import ANSWER_TAG, read_text
from interlab.queries.typed import Typed

_BOXED = re.compile(r"\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}")


class Scalars(Sentences):
    """Reads scalars of a type out of words.

    Args:
        typed: the type.
        is_cut: whether the reply was cut, so that only what was closed before counts.
        is_finished: whether it is known to have ended by itself.
    """

    def __init__(self, typed: Typed, is_cut: bool, is_finished: bool) -> None:
        self.typed = typed
        self.is_cut = is_cut
        self.is_finished = is_finished
        self.whole = ""
        self.unfinished = ""

    def read(self, body: str, around: str, *, fenced: bool) -> Reading | Refusal | str:
        """The value in words, or why there is none.

        Args:
            body: what was said, or what stood in the one fenced block.
            around: the words around that block.
            fenced: whether there was one.
        """
        if self.typed.scalar_kind and is_program(body) and not isinstance(self.typed.read(body.strip()), Reading):
            return "it is a program, and not what comes out of it"
        if self.typed.is_text and _FENCED_TEXT.fullmatch(body.strip()):
            return "its JSON is no value"
        if self.typed.is_text:
            read = read_text(self.typed, body, around, fenced=fenced, is_cut=self.is_cut)
            return self.noted(read) if isinstance(read, Reading) else read
        is_day = self.typed.scalar_kind == "date" and len(body) < 200
        parts = dict(_DAY_PART.findall(body.casefold())) if is_day else {}
        if len(parts) == 3 and not self.is_cut and not _DAY_PART.sub("", body.casefold()).strip():
            return self.noted(self.typed.read(parts))
        if fenced:
            read = self.word(body)
            if not isinstance(read, Reading) and (said := assigned(body)) is not None:
                read = self.word(said)
            doubt = NO_ANSWER_AFTER.search(around) or CORRECTION.search(around)
            if isinstance(read, Reading) and not doubt and not is_altered(around, read.json):
                return read
            return read if isinstance(read, str) else "the words around it take it back"
        if len(body) > MAX_SPOKEN:
            body = body[body.find("\n", len(body) - MAX_WEIGHED) + 1 :] if "\n" in body[-MAX_WEIGHED:] else ""
        body = _GIVEN.sub("", _PROVIDED.sub(r"\1", _BLANKS.sub("  ", body.strip())))
        self.whole = body
        if self.is_cut:
            closed = [tag["inner"] for tag in ANSWER_TAG.finditer(body) if tag["open"] is None]
            closed += [match[1] for match in _BOXED.finditer(body)]
            if closed and not re.search(r"<\w+>[^<]*\Z|\\boxed\{[^}]*\Z", body):
                return self.one_of(closed, "")
            told = finished_part(body)
            self.unfinished = body[len(told) :] if body.startswith(told) else body
            if (
                not told.strip()
                or re.search(r"<answer>(?!.*</answer>)", body, re.I | re.S)
                or TURNS.match(body, len(told))
                or revision(f"So. {self.unfinished}") is not None  # it takes back what it said
            ):
                return Refusal(CUT, cut_off=True)
            body = told
        return self.sentence(body)

    def word(self, text: str) -> Reading | str:
        """A value that is the whole of a text."""
        bare = text.strip().rstrip("。！")
        if self.typed.is_null(bare):
            return self.noted(self.typed.read(None))
        if not bare or len(bare) > 300 or "\n" in bare:
            return "it holds no JSON value"
        if bare[:1] == '"' and bare.count('"') == 1 and self.is_finished:
            bare = bare[1:]
        bare = NO_DOUBT.sub("", bare)
        call = ANSWER_CALL.fullmatch(bare)
        bare = call["value"].strip("\"'") if call is not None else bare
        bare = SURELY.sub("", ANSWER_LEAD.sub("", bare))
        east = EAST.fullmatch(bare)
        if east is not None:
            bare = east["value"]
        aside = re.fullmatch(r"([^()]+?)\s*\(([^()]+)\)[.!]?", bare)
        if aside is not None and self.typed.scalar_kind in ("number", "date", "date-time"):
            one, other = self.typed.read(aside[1].strip()), self.typed.read(aside[2].strip())
            if isinstance(one, Reading) and isinstance(other, Reading) and one.json == other.json:
                return self.noted(one)
        bare = re.sub(r"^[^\w\s\"'`*_(\[{<$€£¥+−–.,~≈±<>=≥≤√#&@%/\\|^⭐★🌟☆❌✗✘🚫⛔👎✖-]+\s*(?=[\w\"'*$-])", "", bare)
        is_answer = IS_ANSWER.fullmatch(bare)
        bare = is_answer["value"] if is_answer is not None else bare
        chain = CHAIN.fullmatch(bare)
        if chain is not None and self.typed.scalar_kind == "number":
            return self.noted(self.typed.read(chain[1]))
        bare = re.sub(r"\\(?:text|mathrm|textbf|mathbf)\{([^{}]*)\}|\\[ ,;!]", lambda one: one[1] or " ", bare)
        bare = re.sub(r"\\([%$])", r"\1", bare)
        bare = re.sub(r"^[*_`\s]+|[*_`\s,;]+$", "", bare)
        formula = re.fullmatch(
            r"\\\((.+?)\\\)|\$\$?([^$]*[^$\s])\$\$?|<(?!draft|example|input|old|user)(\w+)>([^<>]+)</\3>", bare
        )
        if formula is not None:
            if is_of_another((formula[3] or "").replace("_", " ")):
                return "it only says what somebody else answers"
            bare = formula[1] or formula[2] or formula[4]
        if self.typed.scalar_kind in ("date", "date-time"):
            bare = re.sub(r"^(?:on\s+)?the\s+", "", bare, flags=re.IGNORECASE)
        return self.noted(self.typed.read(bare.strip()))

    def noted(self, read: Reading | str) -> Reading | str:
        if isinstance(read, str):
            return read
        return Reading(read.value, read.json, True, read.repaired, ("the answer was not in JSON", *read.coerced))

    def said(self, body: str) -> Reading | Refusal | str:
        """The value that the words of a text give."""
        body = body.replace("{,}", ",")
        if self.typed.scalar_kind == "label":
            body = re.sub(r"\A\s*#{1,6}[ \t]+(?=[^\n]{1,40}\n)", "", body)
            names = "|".join(map(re.escape, self.names() | {"level"}))
            body = re.sub(rf"(?<=\w)-(?:{names})\b", " level", body, flags=re.IGNORECASE)
        body = ASKED.sub("", AS_A_MODEL.sub(" ", re.sub(r"\n{3,}", "\n\n", body)))
        if REFUSAL.search(body) and not SORRY_BUT.search(body):
            return "it is a refusal"
        kind = self.typed.scalar_kind
        if kind == "label" and len(self.headings(body)) > 1:
            return Refusal("it sorts things under several labels")
        if is_only_of_others(body, lambda words: self.written(words) is not None, acts=kind in ("label", "truth")):
            return Refusal("it only says what somebody else answers, or what was answered another time")
        if kind == "truth" and says_more(body):
            return Refusal("it has a short answer and a long one")
        if kind == "truth" and not self.is_cut and (told := truth_behind_colon(body)) is not None:
            return self.noted(self.typed.read(told))
        if kind not in ("", "truth"):
            ready = prepared(body, self.mentions)
            if isinstance(ready, Refusal):
                return ready
            body = ready
        elif kind == "truth" and is_withdrawn(body):
            return Refusal("it takes back what it said")
        changed = None if self.is_cut else revision(body, within=self.typed.scalar_kind != "truth")
        if changed is not None and (later := self.revised(*changed)) is not None:
            return later
        body = HEADING.sub("", body, count=1)
        if kind in ("number", "date", "date-time") and not self.is_cut and not CHAIN.fullmatch(body.strip()):
            twice = told_twice(body, self.mentions)
            if twice is not None:
                return twice if isinstance(twice, Refusal) else self.noted(self.typed.read(twice))
        if not self.is_cut or body.strip().count("\n") == 0:
            whole = self.word(body)
            if isinstance(whole, Reading):
                counts = says_number_of_things(self.typed, body, whole, self.reader())
                return "it is a number of things" if counts else whole
        elif (first := self.word(body.strip().split("\n")[0])) and isinstance(first, Reading):
            return first if self.agrees(first, body) else "it says several things"
        reason = REASON.search(body)
        if reason is not None and not self.is_cut and not HEDGE.search(body) and not CONDITION.search(body):
            said = self.word(body[: reason.start()])
            if isinstance(said, Reading) and not CORRECTION.search(body) and not NO_ANSWER_AFTER.search(body):
                return said
        head = body.strip().split("\n\n", 1)
        if len(head) == 2 and self.typed.scalar_kind == "number" and CHAIN.fullmatch(head[1].strip()):
            first, shown = self.word(head[0]), self.word(head[1])
            if isinstance(first, Reading) and isinstance(shown, Reading) and first.json == shown.json:
                return first
        if len(head) == 2 and not self.is_cut and self.leads(head[0], head[1]):
            return self.word(head[0])
        if len(head) == 2 and EXPLAINS.match(head[1]) and not marked(head[1], lambda word: False):
            first = self.word(head[0])
            if isinstance(first, Reading) and self.agrees(first, "-\n" + head[1]):
                return first
        tags = list(ANSWER_TAG.finditer(body))
        if any(tag["open"] is not None for tag in tags):
            return Refusal("its tag never closes", cut_off=True)
        if tags:
            return self.one_of([tag["inner"] for tag in tags], body[tags[-1].end() :])
        if self.typed.takes_null() and IS_NULL.search(body) and not HEDGE.search(body) and not self.is_cut:
            return self.noted(self.typed.read(None))
        marks = marked(body, self.is_topic)
        is_marked = any(mark[3] for mark in marks)
        if kind in ("number", "label") and not is_marked and is_statement(body, self.written):
            several = "it lists several values, none of them marked as the answer"
            return several if kind == "label" else Refusal(several)
        final = [mark for mark in marks if mark[3]] or marks
        if final:
            why = misnamed(self.typed, body, *final[-1][:2])
            if why is not None:
                return Refusal(why)
            outcome = self.one_of([mark[0] for mark in final], body[final[-1][2] :])
            opening = self.word(body[slice(*sentences_of(body)[0])]) if not final[-1][3] else None
            if isinstance(opening, Reading) and isinstance(outcome, Reading) and opening.json != outcome.json:
                return Refusal("it says two things")
            if isinstance(outcome, (Reading, Refusal)):
                return outcome
        if self.is_cut:
            return self.finished_sentence(body) or Refusal(CUT, cut_off=True)
        behind = None
        if kind not in ("", "truth"):
            behind = behind_colon(re.sub(r"\*\*|`", "", body), self.written, self.mentioned)
        if behind is not None:
            why = misnamed(self.typed, body, behind, body.rfind(behind))
            read = Refusal(why) if why is not None else self.word(behind)
            if isinstance(read, Reading) and is_altered(body[body.rfind(behind) + len(behind) :], read.json):
                return Refusal("words after the answer say what to change")
            return read
        read = self.prose(body)
        read = read if isinstance(read, Reading) else self.weighed(body) or read
        settles = settled(self.typed, body, read, self.reader(), self.mentioned)
        return self.noted(settles) if settles is not read else read

    def revised(self, before: str, after: str) -> Reading | Refusal | None:
        """The value after a text has taken back one that it said before; None if it said none."""
        if OTHER_ANSWER.search(after) or takes_back_softly(after):
            return Refusal("it goes on to another answer") if self.says(before) else None
        read = self.sentence(after) if after.strip() else ""
        rest = sentences_of(after)[1:]
        if not isinstance(read, Reading) and rest and not self.says(after[: rest[0][0]]):
            read = self.sentence(after[rest[0][0] :])
        if isinstance(read, Reading):
            if alters(after):
                return Refusal("its correction tells how to change what was said before")
            return replace(read, coerced=(*read.coerced, PASSED_OVER))
        if is_respelling(before, after):
            read = self.sentence(before)
            return read if isinstance(read, Reading) else None
        for words in last_words(after) if self.typed.scalar_kind != "truth" else ():
            read = self.word(words)
            if isinstance(read, Reading):
                return replace(read, coerced=(*read.coerced, PASSED_OVER))
        return Refusal("it takes back what it said, and says nothing else") if self.says(before) else None

    def headings(self, text: str) -> set[str]:
        """The labels that head lists in a text: "To do:" above what is to be done."""
        heads = (self.word(one[1]) for one in _HEAD.finditer(text[:MAX_WEIGHED]))
        return {repr(one.json) for one in heads if isinstance(one, Reading)}

    def says(self, text: str) -> bool:
        """Whether a text mentions a value."""
        if self.typed.scalar_kind == "truth":
            return re.search(r"\b(?:yes|no|true|false)\b", text, re.IGNORECASE) is not None
        return bool(self.mentioned(text))

    def finished_sentence(self, text: str) -> Reading | None:
        """The value that the first sentence of a reply asserts, where the rest was cut and only explains it.

        Args:
            text: what was finished before the cut.
        """
        head = _FIRST_SENTENCE.match(text.strip())
        if head is None or _GOES_ON.search(self.whole) or re.search(r"</?\w+>", text):
            return None
        read = self.prose(head.group())
        single = self.typed.scalar_kind == "truth" or len(self.mentioned(self.whole)) <= 1
        rest = self.whole.strip()[head.end() :]
        changed = revision(head.group() + rest) is not None or CORRECTION.search(rest) is not None
        return read if isinstance(read, Reading) and single and not changed else None

    def leads(self, first: str, rest: str) -> bool:
        """Whether a value stands alone in front, and all behind it explains it."""
        value = self.word(first)
        if not isinstance(value, Reading) or not self.agrees(value, "-\n" + rest) or HEDGE.search(rest):
            return False
        if marked(rest, lambda word: False) or not SENTENCES.match(rest.strip()) or OTHER_ANSWER.search(rest):
            return False
        later = [one for line in rest.split("\n") if isinstance(one := self.word(line), Reading)]
        told = self.weighed(rest) or self.prose(rest)
        if isinstance(told, Reading):
            later.append(told)
        return all(one.json == value.json for one in later)

    def agrees(self, read: Reading, body: str) -> bool:
        rest = body.strip().split("\n", 1)[1]
        return not CORRECTION.search(rest) and not NO_ANSWER_AFTER.search(rest)

    def one_of(self, texts: list[str], after: str) -> Reading | Refusal | str:
        """The value that all marked answers are."""
        found: list[Reading] = []
        for text in texts:
            if self.typed.scalar_kind == "label" and is_unsettled(text):
                return Refusal("what is marked as the answer is not settled")
            text = text.rstrip().removesuffix(")") if text.count(")") > text.count("(") else text
            read = self.word(text)
            first = FIRST.match(text)
            if not isinstance(read, Reading) and first is not None and not RESERVE.search(text[first.end() :]):
                read = self.word(first[1])
                same = (
                    re.split(r"[.!?](?:\s|$)", text[first.end() :])[0]
                    if first.group().rstrip()[-1] not in ".;!"
                    else ""
                )
                rest = self.mentioned(same) if self.typed.scalar_kind == "label" else set()
                if isinstance(read, Reading) and NO_ANSWER_AFTER.search(text[first.end() :]):
                    return Refusal("words behind what is marked as the answer say that it is none")
                if isinstance(read, Reading) and CORRECTION.search(". " + text[first.end() :]):
                    return Refusal("words behind what is marked as the answer take it back")
                if isinstance(read, Reading) and self.is_contradicted(text, Mention(read.json, 0, len(first[1]))):
                    return Refusal("what is marked as the answer says two things")
                if isinstance(read, Reading) and rest - {repr(read.json)} and not _NOT_OTHER.match(text[first.end() :]):
                    return Refusal("what is marked as the answer says another one, too")
            read = read if isinstance(read, Reading) else self.prose(text)
            if not isinstance(read, Reading):
                if HEDGE.search(text) or len(texts) > 1:
                    return Refusal(f"what is marked as the answer can't be read: {text.strip()[:80]!r}")
                return str(read)
            found.append(read)
        if len({repr(read.json) for read in found}) > 1:
            return Refusal(SEVERAL)
        if CORRECTION.search("\n" + after) or NO_ANSWER_AFTER.search(after) or OTHER_ANSWER.search(after):
            return Refusal("words after the answer take it back")
        if revision(f"So. {after}") is not None:
            return Refusal("words after the answer take it back")
        if self.typed.is_chance and _SHARES.search(after) and self.mentioned(after) - {repr(found[-1].json)}:
            return Refusal("words after the answer give another one")
        if is_altered(after, found[-1].json):
            return Refusal("words after the answer say what to change")
        return found[-1]


_BLANKS = re.compile(r"[^\S\n]{3,}")
_PROVIDED = re.compile(
    r"\b(text|passage|article|information|data|context|details?|documents?|table|list|figures?|excerpt|transcript|report|description|input)"
    r"\s+(?:(?:that\s+)?(?:you\s+|was\s+|were\s+)?)?provided\b",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"^[ \t>#*_-]{0,8}([A-Za-z][\w -]{0,30}?)[*_]{0,2}[:：][*_ \t]{0,4}\n[ \t]*(?=[-*•\d])", re.MULTILINE
)
_GIVEN = re.compile(
    r"\b(?:based\s+on|according\s+to|from)\s+the\s+(?:\w+\s+){1,3}?(?:that\s+)?you(?:['’]ve|\s+have)?\s+"
    r"(?:gave|given|sent|provided|shared|pasted|uploaded|posted)(?:\s+(?:me|us))?,?\s*",
    re.IGNORECASE,
)
_SHARES = re.compile(r"\d\s*%")
_FENCED_TEXT = re.compile(r"(?:```|~~~)\w*\s*\"[^\"\n]*\"\s*(?:```|~~~)")
_FIRST_SENTENCE = re.compile(r"[^\n]{1,300}?[.!](?=\s|$)")
_GOES_ON = re.compile(
    r"\b(?:first(?:ly)?|second(?:ly)?|third|next|then|step|so\s+far|initially|after\s+that|subtract|add|plus|minus|divide|multipl\w+|"
    r"now|let|we|however|but|another|also)\b|[=+×*/]",
    re.IGNORECASE,
)
"""Words of a reasoning that has not come to its end."""
_NOT_OTHER = re.compile(r"\W*(?:not|instead\s+of|rather\s+than)\b", re.IGNORECASE)
_DAY_PART = re.compile(r"^[ \t]*(?:[-*•][ \t]+)?\**(year|month|day)\**[ \t]*[:=]\**[ \t]*(\w+)[ \t]*$", re.MULTILINE)
MAX_SPOKEN = 100_000
"""Characters of a reply in words that are read; of a longer one, only its last lines may say which value is meant."""
