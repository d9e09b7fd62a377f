"""Scalars outside of JSON: a word alone, what is marked as the answer, a sentence that asserts it, a text."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from interlab.queries.answers.prose import Doubtful, Mention, asserted, days_in, labels_in, marked, numbers_in, truth_in
from interlab.queries.answers.units import words_of
from interlab.queries.answers.wording import CORRECTION, HEDGE, NO_ANSWER_AFTER, REFUSAL, is_placeholder
from interlab.queries.cleaning import finished_part
from interlab.queries.keys import TOPICS
from interlab.queries.outcomes import Reading, Refusal
from interlab.queries.typed import Typed

_TAG = re.compile(
    r"<(?P<tag>answer|final_answer|final|output|result|response|label|value|choice|"
    r"decision)>(?P<inner>.*?)(?:</(?P=tag)\s*>|(?P<open>\Z))",
    re.IGNORECASE | re.DOTALL,
)
_INTRO = re.compile(
    r"^(?:(?:sure|certainly|of course|okay|ok|absolutely)[^\n:]{0,40}[!.,]\s*)?(?:here(?:['’]s| is| are)\b[^:\n]{0,60}|"
    r"(?:the |my )?(?:answer|title|text|name|result|suggestion|output|response)(?:\s+(?:is|would be))?|"
    r"(?:the|my)\s+[\w ]{1,30}\s+is)\s*:?\s+(?P<rest>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_QUOTED = re.compile(r"[\"“«‘'](?P<inner>[^\"“”«»\n]+)[\"”»’'][.!]?")
_PAIRS = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'", "`": "`", "‘": "’"}


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
            return self.text(body, around, fenced=fenced)
        if fenced:
            read = self.word(body)
            if isinstance(read, Reading) and not NO_ANSWER_AFTER.search(around) and not CORRECTION.search(around):
                return read
            return read if isinstance(read, str) else "the words around it take it back"
        if self.is_cut:
            body = finished_part(body)
            if not body.strip():
                return Refusal("it was cut off before its end", cut_off=True)
        return self.sentence(body)

    def word(self, text: str) -> Reading | str:
        """A value that is the whole of a text."""
        bare = text.strip()
        if self.typed.is_null(bare):
            return self.noted(self.typed.read(None))
        if not bare or len(bare) > 300 or "\n" in bare:
            return "it holds no JSON value"
        if bare[:1] == '"' and bare.count('"') == 1 and self.is_finished:
            bare = bare[1:]
        bare = _ANSWER_LEAD.sub("", bare)
        aside = re.fullmatch(r"([^()]+?)\s*\(([^()]+)\)[.!]?", bare)
        if aside is not None and self.typed.scalar_kind == "number":
            one, other = self.typed.read(aside[1].strip()), self.typed.read(aside[2].strip())
            if isinstance(one, Reading) and isinstance(other, Reading) and one.json == other.json:
                return self.noted(one)
        chain = _CHAIN.fullmatch(bare)
        if chain is not None and self.typed.scalar_kind == "number":
            return self.noted(self.typed.read(chain[1]))
        bare = re.sub(r"\\(?:text|mathrm|textbf|mathbf)\{([^{}]*)\}|\\[ ,;!]", lambda one: one[1] or " ", bare)
        bare = re.sub(r"^[*_`\s]+|[*_`\s,;]+$", "", bare)
        math = re.fullmatch(r"\\?\((.+?)\\?\)|\$\$?([^$]*[^$\s])\$\$?|<(\w+)>([^<>]+)</\3>", bare)
        if math is not None:
            bare = math[1] or math[2] or math[4]
        if self.typed.scalar_kind in ("date", "date-time"):
            bare = re.sub(r"^(?:on\s+)?the\s+", "", bare, flags=re.IGNORECASE)
        return self.noted(self.typed.read(bare.strip()))

    def noted(self, read: Reading | str) -> Reading | str:
        if isinstance(read, str):
            return read
        return Reading(read.value, read.json, True, read.repaired, ("the answer was not in JSON", *read.coerced))

    def sentence(self, body: str) -> Reading | Refusal | str:
        if REFUSAL.search(body) and not _SORRY_BUT.search(body):
            return "it is a refusal"
        body = _HEADING.sub("", body, count=1)
        if not self.is_cut or body.strip().count("\n") == 0:
            whole = self.word(body)
            if isinstance(whole, Reading):
                return whole
        elif (first := self.word(body.strip().split("\n")[0])) and isinstance(first, Reading):
            return first if self.agrees(first, body) else "it says several things"
        head = body.strip().split("\n\n", 1)
        if len(head) == 2 and self.typed.scalar_kind == "number" and _CHAIN.fullmatch(head[1].strip()):
            first, shown = self.word(head[0]), self.word(head[1])
            if isinstance(first, Reading) and isinstance(shown, Reading) and first.json == shown.json:
                return first
        if len(head) == 2 and _EXPLAINS.match(head[1]) and not marked(head[1], lambda word: False):
            first = self.word(head[0])
            if isinstance(first, Reading) and self.agrees(first, "-\n" + head[1]):
                return first
        tags = list(_TAG.finditer(body))
        if any(tag["open"] is not None for tag in tags):
            return Refusal("its tag never closes", cut_off=True)
        if tags:
            return self.one_of([tag["inner"] for tag in tags], body[tags[-1].end() :])
        marks = marked(body, self.is_topic)
        final = [mark for mark in marks if mark[3]] or marks
        if final:
            outcome = self.one_of([mark[0] for mark in final], body[final[-1][2] :])
            if isinstance(outcome, (Reading, Refusal)):
                return outcome
        if self.is_cut:
            return Refusal("it was cut off before its end", cut_off=True)
        return self.prose(body)

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
        if CORRECTION.search("\n" + after) or NO_ANSWER_AFTER.search(after):
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
                    and not re.match(r"\s*not\b.*\bbut\b", text)
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
                if any(_SHARED.match(text[one.end :]) or self.is_contradicted(text, one) for one in mentions):
                    return "what stands behind the label qualifies or contradicts it"
            elif kind == "number":
                if not _ASSERTS.search(text) and not re.match(r"\s*[*_`\"']*[-+$\d.,]+[*_`\"']*\s*[,:;–—\n]", text):
                    return "it is no sentence that asserts a number"
                tail = re.search(r"(?:=|\b(?:is|equals))\s*([-+]?\$?[\d.,]*\d)\s*\.?\s*$", text.strip())
                if tail is not None and "\n" not in text.strip() and len(re.findall(r"=|\b(?:is|equals)\b", text)) == 1:
                    return self.noted(self.typed.read(asserted(text, [Mention(self.reader()(tail[1]), *tail.span(1))])))
                mentions = numbers_in(text, self.reader(), errors)
            elif kind in ("date", "date-time"):
                if not _ASSERTS.search(text) and not re.search(r"\b(?:on|took|at)\b", text):
                    return "it is no sentence that asserts a day"
                mentions = days_in(text, self.reader(), errors, with_time=kind == "date-time")
            return self.noted(self.typed.read(asserted(text, mentions)))
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

    # Texts ----------------------------------------------------------------------------------------------

    def text(self, body: str, around: str, *, fenced: bool) -> Reading | Refusal | str:
        """The text that was answered, without what introduces it and without quotation marks around all of it."""
        bare = body.strip("\n") if fenced else body.strip()
        if not bare.strip(" `~\n\t\"'*"):
            return "it is empty"
        if REFUSAL.search(bare) or (around and REFUSAL.search(around)):
            return "it is a refusal"
        if self.is_cut and not fenced:
            return Refusal("it was cut off before its end", cut_off=True)
        named = re.fullmatch(r"<(title|text|name|string|content)>([^<>]+)</\1>", bare, re.IGNORECASE)
        bare = named[2].strip() if named is not None else bare
        tags = list(_TAG.finditer(bare))
        if tags:
            inner = {tag["inner"].strip() for tag in tags}
            if len(inner) != 1 or any(tag["open"] is not None for tag in tags):
                return "it holds several answers, or one that never ends"
            bare = inner.pop()
        if not fenced:
            intro = _INTRO.match(bare)
            if intro is not None:
                quoted = _QUOTED.fullmatch(intro["rest"].strip())
                if quoted is not None:
                    bare = quoted["inner"]
                elif re.match(r"^[^\n]*:\s", bare) and bare[: bare.index(":")] == bare[: intro.start("rest")].rstrip(
                    ": \n"
                ):
                    bare = intro["rest"].strip()
            bare = unquoted(bare)
        if bare[:1] in ('"', "“") and not bare.endswith(('"', "”")) and bare.count('"') % 2:
            return Refusal("its quotation mark never closes", cut_off=True)
        if not fenced and _SEVERAL.search(bare):
            return "it holds several texts"
        rows = [row for row in bare.split("\n") if row.strip()]
        options = [row for row in rows if _OPTIONS.fullmatch(row)]
        if len(options) > 1 and len(rows) - len(options) <= 2 and not re.search(r"[.;!]$", options[0].strip()):
            return "it is a list of several texts"
        if is_placeholder(bare):
            return f"{bare[:60]!r} stands where the answer should be"
        return self.noted(self.typed.read(bare))


def unquoted(text: str) -> str:
    """A text without the quotation marks around all of it."""
    bare = text.strip()
    for mark in ("**", "*"):
        if (
            len(bare) > 2 * len(mark)
            and bare.startswith(mark)
            and bare.endswith(mark)
            and mark not in bare[len(mark) : -len(mark)]
        ):
            bare = bare[len(mark) : -len(mark)].strip()
    closing = _PAIRS.get(bare[:1])
    if closing is not None and len(bare) > 2 and bare.endswith(closing):
        inner = bare[1:-1]
        if closing not in inner or (bare[0] in "'‘" and not re.search(r"'\s|\s'", inner)):
            return inner.strip()
    return bare


_FIRST = re.compile(r"^\s*(.{1,60}?)(?:[.;!]\s+|\s+[-–—(]\s*)(?=\S)")
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
_OPTIONS = re.compile(r"\s*(?:[-*•]|\(?\d{1,2}[.)]|[A-Ca-c][.)])\s+\S.{0,90}")
_SEVERAL = re.compile(
    r"(?:^|\n)\s*[*_(]*(?:option|title|version|alternatives?|suggestion)\s*(?:\d+|[A-C])?\s*[*_]*:"
    r"|[\"“][^\"”\n]+[\"”],?\s+or\s+(?:maybe\s+|perhaps\s+)?[\"“][^\"”\n]+[\"”]"
    r"|^[\"“][^\"”\n]+[\"”]\s*\n\s*\n\s*(?:this|the|it|i)\b"
    r"|^[\"“][^\"”\n]+[\"”]\s+or\s+[\"“][^\"”\n]+[\"”][.!]?$",
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
    r"^(?:答案是|(?:ans|a|答案|答え|回答|ответ|réponse|respuesta|resposta|risposta|antwort)\s*[:：]|(?:thus|so|hence|"
    r"therefore|ergo)\s*,|"
    r"(?:a\s+resposta|la\s+risposta|la\s+respuesta|la\s+réponse|die\s+antwort)\s+(?:é|è|es|est|ist)\s*:?|→|=>|"
    r"->|return\s)\s*",
    re.IGNORECASE,
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
    r"[\s*\"'`,]*\(?(?:with\s+(?:an?\s+)?(?:\w+\s+)?(?:probability|chance|odds|likelihood)|\d[\d.]*\s*(?:%|"
    r"percent)\s*of|"
    r"(?:most|some|half|part|\d+\s*%|all\s+but)\s+of\s+the\s+time|sometimes|randomly|at\s+random|"
    r"\d[\d.]*\s*%\s*(?:[,;/]|and))",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"\b(?:tomorrow|soon|eventually|later|yesterday|next\s+week|will\s+be|would\s+be\s+(?:if|when))\b", re.IGNORECASE
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


class _NoValue(Exception):
    """The words are no value of the type."""


_SORRY_BUT = re.compile(
    r"\b(?:but|yet|however|anyway)\b[^.!?\n]*\b(?:answer|choice|decision|rating|is|:)", re.IGNORECASE
)
