"""Scalars outside of JSON: a word alone, what is marked as the answer, a sentence that asserts it, a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from interlab.queries.answers.changing import alters
from interlab.queries.answers.colons import assigned, behind_colon, is_statement, truth_behind_colon
from interlab.queries.answers.deciding import clauses, decided
from interlab.queries.answers.disowning import is_wish_of_others
from interlab.queries.answers.framing import ends_there, frames, is_bygone
from interlab.queries.answers.numbers import without_breakdown
from interlab.queries.answers.owners import is_of_another, is_only_of_others
from interlab.queries.answers.phrases import (
    ANSWER_CALL,
    ANSWER_LEAD,
    AS_A_MODEL,
    ASKED,
    ASSERTS,
    CHAIN,
    CHANCES,
    CONCESSION,
    COUNTS,
    DECIDED,
    EAST,
    EXPLAINS,
    FIRST,
    FORM,
    HEADING,
    IS_ANSWER,
    IS_NULL,
    LATER,
    MY_ESTIMATE,
    NO_CHOICE,
    NO_DOUBT,
    NOT_BUT,
    OTHER_ANSWER,
    PREMISE,
    QUALIFIER,
    REMARK,
    RESERVE,
    SENTENCES,
    SHARED,
    SORRY_BUT,
    SURELY,
)
from interlab.queries.answers.prose import Doubtful, Mention, asserted, days_in, labels_in, marked, numbers_in
from interlab.queries.answers.revising import is_respelling, last_words, revision, sentences_of
from interlab.queries.answers.settling import is_altered, is_unsettled
from interlab.queries.answers.superseding import standing
from interlab.queries.answers.telling import may_tell
from interlab.queries.answers.tongues import tongues_of
from interlab.queries.answers.truth import truth_in
from interlab.queries.answers.units import plain_currencies, words_of
from interlab.queries.answers.wording import (
    CONDITION,
    CORRECTION,
    HEDGE,
    NO_ANSWER_AFTER,
    REASON,
    REFUSAL,
)
from interlab.queries.cleaning import TURNS, finished_part
from interlab.queries.keys import TOPICS
from interlab.queries.meant import PASSED_OVER, SEVERAL, Meant
from interlab.queries.outcomes import CUT, Reading, Refusal
from interlab.queries.preparing import is_withdrawn, prepared, told_twice
from interlab.queries.settling import NoValue, misnamed, says_number_of_things, settled
from interlab.queries.texts import ANSWER_TAG, read_text
from interlab.queries.typed import Typed

_BOXED = re.compile(r"\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}")


class Scalars(Meant):
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
        body = _BLANKS.sub("  ", body.strip())
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
        if is_only_of_others(body, lambda words: self.written(words) is not None, acts=kind in ("label", "truth")):
            return Refusal("it only says what somebody else answers, or what was answered another time")
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
        if kind in ("number", "label") and is_statement(body, self.written):
            several = "it lists several values, none of them marked as the answer"
            return several if kind == "label" else Refusal(several)
        marks = marked(body, self.is_topic)
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
        if is_altered(after, found[-1].json):
            return Refusal("words after the answer say what to change")
        return found[-1]

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
                tail = re.search(r"(?:=|\b(?:is|equals))\s*([-+]?\$?[\d.,]*\d)\s*\.?\s*$", text.strip())
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
        before = re.search(r"(?<![\w.])(-?\d+)\s*(?:[)=:/–-]|\bis\b)\s*[*\"'`(]*$", text[: label.start])
        return any(one is not None and int(one[1]) != label.value for one in (beside, before))

    def reader(self) -> Callable[[str], Any]:
        def read(text: str) -> Any:
            outcome = self.typed.read(text)
            if isinstance(outcome, str):
                raise NoValue(outcome)
            return outcome.json

        return read


_BLANKS = re.compile(r"[^\S\n]{3,}")
_FIRST_SENTENCE = re.compile(r"[^\n]{1,300}?[.!](?=\s|$)")
_GOES_ON = re.compile(
    r"\b(?:first(?:ly)?|second(?:ly)?|third|next|then|step|so\s+far|initially|after\s+that|subtract|add|plus|minus|divide|multipl\w+|"
    r"now|let|we|however|but|although|another|also)\b|[=+×*/]",
    re.IGNORECASE,
)
"""Words of a reasoning that has not come to its end."""
_CONDITIONS = re.compile(
    r"(?:^|[,;]\s+)\W*(?:when|once|after|as\s+soon\s+as|by\s+the\s+time|until|unless)\s+(?!all\b|careful|reviewing|reading|weighing|considering|"
    r"thinking|much|comparing|looking|checking|analy[sz]ing|going|some|having|due)\w+\s[^.!?,]*,\s|"
    r"\b(?:once|as\s+soon\s+as|by\s+the\s+time)\s+(?:i|we|you|they|he|she|it|the|all|this|that|my)\b",
    re.IGNORECASE,
)
_NO_DAY = re.compile(r"\b(?:no|nothing|nobody|yet\s+to|unannounced|tba|tbd)\b", re.IGNORECASE)
_NOT_OTHER = re.compile(r"\W*(?:not|instead\s+of|rather\s+than)\b", re.IGNORECASE)
MAX_PROSE = 3_000
"""Characters of a text that is searched for the one value that it asserts."""
_DAY_PART = re.compile(r"^[ \t]*(?:[-*•][ \t]+)?\**(year|month|day)\**[ \t]*[:=]\**[ \t]*(\w+)[ \t]*$", re.MULTILINE)
MAX_SPOKEN = 100_000
"""Characters of a reply in words that are read; of a longer one, only its last lines may say which value is meant."""
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
