"""Scalars outside of JSON: a word alone, what is marked as the answer, a sentence that asserts it, a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from interlab.queries.answers.deciding import clauses, decided
from interlab.queries.answers.framing import frames
from interlab.queries.answers.numbers import without_breakdown
from interlab.queries.answers.prose import Doubtful, Mention, asserted, days_in, labels_in, marked, numbers_in
from interlab.queries.answers.truth import truth_in
from interlab.queries.answers.units import words_of
from interlab.queries.answers.wording import (
    CONDITION,
    CORRECTION,
    HEDGE,
    NO_ANSWER_AFTER,
    REASON,
    REFUSAL,
)
from interlab.queries.cleaning import finished_part
from interlab.queries.keys import TOPICS
from interlab.queries.outcomes import Reading, Refusal
from interlab.queries.texts import ANSWER_TAG, read_text
from interlab.queries.typed import Typed

_BOXED = re.compile(r"\\boxed\{((?:[^{}]|\{[^{}]*\})*)\}")


class Scalars:
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
        if fenced:
            read = self.word(body)
            if isinstance(read, Reading) and not NO_ANSWER_AFTER.search(around) and not CORRECTION.search(around):
                return read
            return read if isinstance(read, str) else "the words around it take it back"
        if len(body) > MAX_SPOKEN:
            body = body[body.find("\n", len(body) - MAX_WEIGHED) + 1 :] if "\n" in body[-MAX_WEIGHED:] else ""
        if self.is_cut:
            closed = [tag["inner"] for tag in ANSWER_TAG.finditer(body) if tag["open"] is None]
            closed += [match[1] for match in _BOXED.finditer(body)]
            if closed and not re.search(r"<\w+>[^<]*\Z|\\boxed\{[^}]*\Z", body):
                return self.one_of(closed, "")
            body = finished_part(body)
            if not body.strip():
                return Refusal("it was cut off before its end", cut_off=True)
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
        bare = _SURELY.sub("", _ANSWER_LEAD.sub("", bare))
        east = _EAST.fullmatch(bare)
        if east is not None:
            bare = east["value"]
        aside = re.fullmatch(r"([^()]+?)\s*\(([^()]+)\)[.!]?", bare)
        if aside is not None and self.typed.scalar_kind == "number":
            one, other = self.typed.read(aside[1].strip()), self.typed.read(aside[2].strip())
            if isinstance(one, Reading) and isinstance(other, Reading) and one.json == other.json:
                return self.noted(one)
        bare = re.sub(r"^[^\w\s\"'`*_(\[{<$€£¥+−–.,~≈±<>=√#&@%/\\|^⭐★🌟☆❌✗✘🚫⛔👎✖-]+\s*(?=[\w\"'*$-])", "", bare)
        is_answer = _IS_ANSWER.fullmatch(bare)
        bare = is_answer["value"] if is_answer is not None else bare
        chain = _CHAIN.fullmatch(bare)
        if chain is not None and self.typed.scalar_kind == "number":
            return self.noted(self.typed.read(chain[1]))
        bare = re.sub(r"\\(?:text|mathrm|textbf|mathbf)\{([^{}]*)\}|\\[ ,;!]", lambda one: one[1] or " ", bare)
        bare = re.sub(r"^[*_`\s]+|[*_`\s,;]+$", "", bare)
        formula = re.fullmatch(r"\\\((.+?)\\\)|\$\$?([^$]*[^$\s])\$\$?|<(\w+)>([^<>]+)</\3>", bare)
        if formula is not None:
            bare = formula[1] or formula[2] or formula[4]
        if self.typed.scalar_kind in ("date", "date-time"):
            bare = re.sub(r"^(?:on\s+)?the\s+", "", bare, flags=re.IGNORECASE)
        return self.noted(self.typed.read(bare.strip()))

    def noted(self, read: Reading | str) -> Reading | str:
        if isinstance(read, str):
            return read
        return Reading(read.value, read.json, True, read.repaired, ("the answer was not in JSON", *read.coerced))

    def sentence(self, body: str) -> Reading | Refusal | str:
        body = _ASKED.sub("", _AS_A_MODEL.sub(" ", re.sub(r"\n{3,}", "\n\n", body)))
        if REFUSAL.search(body) and not _SORRY_BUT.search(body):
            return "it is a refusal"
        body = _HEADING.sub("", body, count=1)
        if not self.is_cut or body.strip().count("\n") == 0:
            whole = self.word(body)
            if isinstance(whole, Reading):
                return whole
        elif (first := self.word(body.strip().split("\n")[0])) and isinstance(first, Reading):
            return first if self.agrees(first, body) else "it says several things"
        reason = REASON.search(body)
        if reason is not None and not self.is_cut and not HEDGE.search(body) and not CONDITION.search(body):
            said = self.word(body[: reason.start()])
            if isinstance(said, Reading) and not CORRECTION.search(body) and not NO_ANSWER_AFTER.search(body):
                return said
        head = body.strip().split("\n\n", 1)
        if len(head) == 2 and self.typed.scalar_kind == "number" and _CHAIN.fullmatch(head[1].strip()):
            first, shown = self.word(head[0]), self.word(head[1])
            if isinstance(first, Reading) and isinstance(shown, Reading) and first.json == shown.json:
                return first
        if len(head) == 2 and not self.is_cut and self.leads(head[0], head[1]):
            return self.word(head[0])
        if len(head) == 2 and _EXPLAINS.match(head[1]) and not marked(head[1], lambda word: False):
            first = self.word(head[0])
            if isinstance(first, Reading) and self.agrees(first, "-\n" + head[1]):
                return first
        tags = list(ANSWER_TAG.finditer(body))
        if any(tag["open"] is not None for tag in tags):
            return Refusal("its tag never closes", cut_off=True)
        if tags:
            return self.one_of([tag["inner"] for tag in tags], body[tags[-1].end() :])
        if self.typed.takes_null() and _IS_NULL.search(body) and not HEDGE.search(body) and not self.is_cut:
            return self.noted(self.typed.read(None))
        marks = marked(body, self.is_topic)
        final = [mark for mark in marks if mark[3]] or marks
        if final:
            outcome = self.one_of([mark[0] for mark in final], body[final[-1][2] :])
            if isinstance(outcome, (Reading, Refusal)):
                return outcome
        if self.is_cut:
            return Refusal("it was cut off before its end", cut_off=True)
        read = self.prose(body)
        return read if isinstance(read, Reading) else self.weighed(body) or read

    def weighed(self, text: str) -> Reading | None:
        """The value that a text decides for after it has weighed several."""
        kind = self.typed.scalar_kind
        if kind not in ("label", "number", "date", "date-time") or len(text) > MAX_WEIGHED or _FORM.search(text):
            return None
        text = re.sub(r"\*\*|__(?=\w)|(?<=\w)__|`", "", text)

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
        kind = self.typed.scalar_kind
        errors: tuple[type[Exception], ...] = (_NoValue,)
        try:
            if kind == "label":
                return {repr(one.value) for one in labels_in(text, self.typed.labels())}
            if kind == "number":
                return {repr(one.value) for one in numbers_in(text, self.reader(), errors)}
            return {repr(one.value) for one in days_in(text, self.reader(), errors, with_time=kind == "date-time")}
        except Doubtful as error:
            return {str(error)}

    def leads(self, first: str, rest: str) -> bool:
        """Whether a value stands alone in front, and all behind it explains it."""
        value = self.word(first)
        if not isinstance(value, Reading) or not self.agrees(value, "-\n" + rest) or HEDGE.search(rest):
            return False
        if marked(rest, lambda word: False) or not _SENTENCES.match(rest.strip()) or _OTHER_ANSWER.search(rest):
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
            read = self.word(text)
            first = _FIRST.match(text)
            if not isinstance(read, Reading) and first is not None and not _RESERVE.search(text[first.end() :]):
                read = self.word(first[1])
            read = read if isinstance(read, Reading) else self.prose(text)
            if not isinstance(read, Reading):
                if HEDGE.search(text) or len(texts) > 1:
                    return Refusal(f"what is marked as the answer can't be read: {text.strip()[:80]!r}")
                return str(read)
            found.append(read)
        if len({repr(read.json) for read in found}) > 1:
            return Refusal(f"it holds {len(found)} different answers")
        if CORRECTION.search("\n" + after) or NO_ANSWER_AFTER.search(after) or _OTHER_ANSWER.search(after):
            return Refusal("words after the answer take it back")
        return found[-1]

    def is_topic(self, word: str) -> bool:
        words = set(words_of(word))
        names = set(words_of(self.typed.wanted.name)) | set(words_of(str(self.typed.root.get("description", ""))))
        return bool(words & (TOPICS | names))

    def prose(self, text: str) -> Reading | str:
        """The value that sentences assert."""
        errors: tuple[type[Exception], ...] = (_NoValue,)
        kind = self.typed.scalar_kind
        text = re.sub(r"\*\*|__(?=\w)|(?<=\w)__|`", "", text)
        text = re.sub(r"\b(?:I|we)(?:['’]d|\s+would)?\s+estimate\b", "I say", text, flags=re.IGNORECASE)
        if kind == "number":
            text = without_breakdown(_PREMISE.sub("", text))
        if kind == "label":
            text = _CONCESSION.sub("", text).strip()
        if self.typed.is_chance:
            text = _MY_ESTIMATE.sub("answer", text)
        if _FORM.search(text):
            return "it is a form with places to fill in"
        if len(text) > 1500:
            return "it is too long to hold one value in prose"
        decided = _DECIDED.match(text.strip()) if kind == "label" else None
        if decided is not None and not re.search(r"\bI(?:['’]ll|\s+(?:will|choose|decide|pick))\b", decided["first"]):
            text = decided["last"]
        if _NO_CHOICE.search(text):
            return "it does not settle on a value"
        try:
            if kind == "truth":
                return self.noted(self.typed.read(truth_in(text)))
            mentions: list[Mention] = []
            if kind == "label":
                if (
                    not _ASSERTS.search(text)
                    and not _NOT_BUT.match(text)
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
                if behind is not None and leads and not _REMARK.match(behind[1]) and len(behind[1].split()) <= 4:
                    return "what stands in brackets behind the label may qualify it"
                leading = re.match(r"\s*[*_`\"']*([\w -]+?)[*_`\"']*\s*(?:[:,]|\s[-–—])\s", text)
                if leading is not None and mentions and mentions[0].start == leading.start(1):
                    mentions = mentions if len({repr(one.value) for one in mentions}) > 1 else mentions[:1]
                if any(_QUALIFIER.search(text[: one.start]) or _LATER.search(text) for one in mentions):
                    return "the label is qualified"
                if not any(frames(_clause_before(text, one)) for one in mentions) and mentions:
                    return "the words before the label do not assert it"
                if any(_SHARED.match(text[one.end :]) or self.is_contradicted(text, one) for one in mentions):
                    return "what stands behind the label qualifies or contradicts it"
            elif kind == "number":
                if (
                    not _ASSERTS.search(text)
                    and not _NOT_BUT.match(text)
                    and not re.search(
                        r"[^\W\d][.,;]?\s+(?:hence|therefore|thus|so)\b,?\s+\S+(?:\s+\w+)?[.!]?\s*$", text
                    )
                    and not re.match(
                        r"\s*[*_`\"']*[-+$\d.,]+(?:/\d+|%)?(?:\s[a-z]+){0,2}[*_`\"']*\s*(?:[,:;–—\n]|\s-\s)", text
                    )
                ):
                    return "it is no sentence that asserts a number"
                tail = re.search(r"(?:=|\b(?:is|equals))\s*([-+]?\$?[\d.,]*\d)\s*\.?\s*$", text.strip())
                if tail is not None and "\n" not in text.strip() and len(re.findall(r"=|\b(?:is|equals)\b", text)) == 1:
                    return self.noted(self.typed.read(asserted(text, [Mention(self.reader()(tail[1]), *tail.span(1))])))
                mentions = numbers_in(text, self.reader(), errors)
            elif kind in ("date", "date-time"):
                if (
                    not _ASSERTS.search(text)
                    and not _NOT_BUT.match(text)
                    and not re.search(r"\b(?:on|took|at)\b", text)
                ):
                    return "it is no sentence that asserts a day"
                mentions = days_in(text, self.reader(), errors, with_time=kind == "date-time")
            return self.noted(self.typed.read(asserted(text, mentions, of_acts=kind == "label")))
        except (Doubtful, _NoValue) as error:
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
                raise _NoValue(outcome)
            return outcome.json

        return read


_PREMISE = re.compile(
    r"^\W*(?:assuming|supposing|given|provided|with|for|taking|under)\s+(?!you|they|he|she|it\b|i\b|we\b|my\b|"
    r"the\s+other)"
    r"[^,.;!?\d]{1,80},\s+(?=(?:the|my|our)\s+[^,.;?]{1,60}\b(?:is|equals|comes\s+to|=|:))",
    re.IGNORECASE,
)
"""A premise that stands before a full statement, as in "Assuming fair coins, the probability is 0.25."."""
_MY_ESTIMATE = re.compile(r"(?<=\bmy\s)(?:\w+\s+)?estimate\b|(?<=\bour\s)(?:\w+\s+)?estimate\b", re.IGNORECASE)
MAX_SPOKEN = 100_000
"""Characters of a reply in words that are read; of a longer one, only its last lines may say which value is meant."""
MAX_WEIGHED = 20_000
"""Characters of a text that is searched for the clause that decides."""


def _clause_before(text: str, label: Mention) -> str:
    """What stands between the beginning of a label's clause and the label."""
    clause = next((one for one in clauses(text) if one.start <= label.start < one.end), None)
    return text[clause.start : label.start] if clause is not None else text[: label.start]


_FIRST = re.compile(r"^\s*(.{1,60}?)(?:[.;!]\s+|\s+[-–—(](?!>)\s*)(?=\S)")
_RESERVE = re.compile(
    r"\b(?:or|unless|if|except|maybe|perhaps|possibly|might|otherwise|instead|alternatively|"
    r"depend(?:s|ing)?|not\s+sure)\b"
    r"|\b(?:wait|actually|no),",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"\A\s*(?:#{1,6}[ \t]+|\*\*)(?:my\s+|the\s+)?(?:final\s+)?"
    r"(?:answer|decision|result|response|choice|verdict|conclusion|output|move|action|classification|rating|"
    r"sentiment|severity|status)[ \t:*#]*\n+(?=\s*\S)",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(
    r"[*_#\s]*(?:explanation|reason(?:ing|s)?|because|note|justification|rationale|this\s+is\s+because|steps)\b",
    re.IGNORECASE,
)
_FORM = re.compile(r"\[(?:insert|your|enter|fill)\b", re.IGNORECASE)
_QUALIFIER = re.compile(
    r"\b(?:very|quite|rather|fairly|slightly|mostly|largely|partly|partially|mainly|somewhat|"
    r"extremely|strongly|more|less|"
    r"too|so|pretty|almost|nearly|half|overwhelmingly|increasingly|non|semi|a\s+bit|a\s+little|"
    r"kind\s+of|sort\s+of)[\s-]+[\"'`*]*$",
    re.IGNORECASE,
)
_ANSWER_LEAD = re.compile(
    r"^(?:答案是|(?:الجواب|الإجابة)\s+(?:هو|هي)\s*:?|(?:ans|a|答案|答え|回答|ответ|odpověď|odpowiedź|svar|vastaus|"
    r"cevap|yanıt|jawaban|الجواب|الإجابة|उत्तर|réponse|respuesta|resposta|risposta|antwort)\s*[:：]|(?:thus|so|hence|"
    r"therefore|ergo)\s*,|"
    r"(?:a\s+resposta|la\s+risposta|la\s+respuesta|la\s+réponse|die\s+antwort)\s+(?:é|è|es|est|ist)\s*:?|→|=>|"
    r"->|return\s)\s*",
    re.IGNORECASE,
)
_SENTENCES = re.compile(r"[*_#\s]*[A-Z\"“'(][^\n]{0,400}?\s[^\n]*?[.!:](?:[\s*_)]|$)", re.DOTALL)
_OTHER_ANSWER = re.compile(
    r"\b(?:alternativ\w*|another\s+(?:\w+\s+)?(?:answer|option|choice|possibility)|second\s+(?:answer|choice|"
    r"option)|or\s+else|"
    r"other\s+(?:possible\s+)?answers?)\b",
    re.IGNORECASE,
)
_IS_ANSWER = re.compile(
    r"(?P<value>\S.{0,60}?)\s+(?:is|would\s+be|will\s+be|remains)\s+(?:my|the|our)\s+(?:final\s+|own\s+|"
    r"correct\s+|right\s+)*"
    r"(?:answer|choice|decision|move|pick|rating|verdict|result|total|bid|offer)[.!]?",
    re.IGNORECASE,
)
_SURELY = re.compile(
    r"^(?:definitely|certainly|clearly|obviously|surely|absolutely|undoubtedly|exactly|precisely|simply|easily|"
    r"without\s+(?:a\s+)?doubt)[,:]?\s+(?!not\b)",
    re.IGNORECASE,
)
_CONCESSION = re.compile(
    r"(?:^|(?<=[.!]\s))(?:despite|in\s+spite\s+of|notwithstanding|even\s+though|although|regardless"
    r"\s+of)\b(?![^,.;]*\bi\b)"
    r"[^,.;!?]*,|[,;]?\s+(?:despite|in\s+spite\s+of|notwithstanding|even\s+though|although|regardless\s+of)\b"
    r"(?![^.;]*\b(?:i|might|may|could|maybe|perhaps|probably|not\s+sure|but)\b)[^.;!?]*(?=[.;!?]|$)",
    re.IGNORECASE,
)
"""What is granted beside a value, as in "Positive, despite some negative remarks."."""
_EAST = re.compile(
    r"(?:(?:所以|因此|よって|따라서)[,，、]?\s*)?(?:最终|最終|正确|正しい|我的|私の|저의|나의)?(?:的|の)?"
    r"(?:答案|结果|結果|答え|回答|正解|答|총|合计|合計|정답|답|대답|결과)(?:是|为|為|は|が|은|는|이|가|：|:)\s*[:：]?\s*"
    r"(?P<value>[^\s。，,]{1,30}?)\s*(?:です|である|だ|になります|입니다|이다|이에요)?[。．.!！]?"
)
_CHAIN = re.compile(
    r"(?:[A-Za-z][\w ]{0,30}=\s*)?[-(]?\d[\d\s.()]*(?:[-+*/×x·−]\s*\(?\d[\d\s.()]*)+=\s*(-?\d[\d.,]*?)\s*\.?",
    re.IGNORECASE,
)
_REMARK = re.compile(
    r"\s*(?:because|since|as|see|i\.?e|not|-?\d+$|confiden|certain|sure|final|my|the|based|due|for|per|given|"
    r"option|choice)",
    re.I,
)
_DECIDED = re.compile(
    r"^(?P<first>[^.!?\n]*?),?\s+\b(?:but|however|yet|still|so)\b,?\s+(?P<last>I(?:['’]ll|\s+(?:will|choose|"
    r"decide|pick|go|am\s+going))"
    r"\b[^.!?\n]*[.!]?\s*)$",
    re.IGNORECASE,
)
_NO_CHOICE = re.compile(
    r"\b(?:pretend\w*|stops?\s+short|doubt(?:s|ed)?(?!\s+about)|doubtful|possibilit\w+|one\s+possible|"
    r"candidates?|crazy|foolish|stupid|"
    r"unwise|insane|regret\w*|fail(?:s|ed)?\s+to|in\s+(?:most|some|many)\s+cases|generally|usually|typically|"
    r"often|sometimes|"
    r"partly|partially|in\s+part|to\s+some\s+extent|hesitat\w*|reluctan\w*|undecided|torn|but\s+now|"
    r"now\s+it\s+is|no\s+more|"
    r"should\s+be\s+\w+\s+(?:by|until|before|on|soon)|supposed\s+to|expected\s+to|hopefully|hop(?:e|ing)\s+to|"
    r"plan(?:s|ning)?\s+to|"
    r"want(?:s|ed)?\s+to|wish(?:es|ed)?|tr(?:y|ies|ied|ying)\s+to|used\s+to|threaten\w*|promis\w+|claim(?:s|"
    r"ed)\s+to)\b",
    re.IGNORECASE,
)
_SHARED = re.compile(
    r"\W*(?:for\s+)?half\s+(?:of\s+)?the\s+time\b|[\s*\"'`,]*\(?(?:with\s+(?:an?\s+)?(?:\w+"
    r"\s+)?(?:probability|chance|odds|likelihood)|\d[\d.]*\s*(?:%|"
    r"percent)\s*of|"
    r"(?:most|some|half|part|\d+\s*%|all\s+but)\s+of\s+the\s+time|sometimes|randomly|at\s+random|"
    r"\d[\d.]*\s*%\s*(?:[,;/]|and))",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:tomorrow|soon|eventually|later|yesterday|next\s+week|will\s+be(?!\s+to\b)|would\s+be\s+(?:if|when))\b",
    re.IGNORECASE,
)
_ASSERTS = re.compile(
    r"\b(?:i|we|it|this|that|there|is|was|are|were|be|choose|chose|pick|select|say|rate|give|"
    r"classif\w+|decide|will|would|put|"
    r"took|takes?|comes?|came|amounts?|sums?|adds?|yields?|stands?|deserves?|scores?|rated|estimate|means|opt|"
    r"vote|prefer|"
    r"play|am|departs?|leaves|arrives?|starts?|begins?|happened|occurred|pay|owe|count|get|need|falls?|fell|am|"
    r"has|have|equals|costs?|makes|gives|totals|lasts|contains|should|lautet|ist|beträgt|"
    r"est|es)\b|['’](?:d|ll|s|m)\b|[=]",
    re.IGNORECASE,
)


_NOT_BUT = re.compile(r"\s*not\b.*\bbut\b", re.IGNORECASE)


class _NoValue(Exception):
    """The words are no value of the type."""


_IS_NULL = re.compile(
    r"(?:^|[\s,])(?:the|my)\s+(?:\w+\s+)?(?:answer|value|result|output)\s+(?:is|must\s+be|should\s+be|has\s+to\s+be)\s+"
    r"(?:therefore\s+|thus\s+)?[`*\"]*(?:null|none)[`*\"]*[.!]?\s*$",
    re.IGNORECASE,
)
_ASKED = re.compile(r"\A\s*(?:q|question)\s*[:.][^\n]*\n\s*(?=(?:a|answer)\s*[:.])", re.IGNORECASE)
_AS_A_MODEL = re.compile(
    r"\b(?:as|being)\s+an?\s+(?:\w+\s+){0,2}(?:ai|a\.i\.|language\s+model|llm|assistant|chatbot)(?:\s+(?:language\s+)?"
    r"(?:model|assistant|system))?\b,?\s*(?=[^.!?\n]*\b(?:can|am\s+able|will|would|['’]d|choose|say|rate|have|"
    r"aim|try)\b)",
    re.IGNORECASE,
)
_SORRY_BUT = re.compile(
    r"\b(?:but|yet|however|anyway)\b[^.!?\n]*\b(?:answer|choice|decision|rating|is|:)", re.IGNORECASE
)
