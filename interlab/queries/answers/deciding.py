"""The clause that decides: where a text weighs several values, and then says which one it answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from interlab.queries.answers.wording import CONDITION, CORRECTION, NEGATION, REASON, UNSURE

_SENTENCE = re.compile(r"(?<=[.!?。])[\"'”’*_)]*\s+|\n+")
_CLAUSE = re.compile(
    r";\s+|\s+[–—-]{1,2}\s+|:\s+(?=(?:the|my|i|it)\b)|"
    r",?\s+(?=(?:but|yet|still|however|nevertheless|nonetheless|so|therefore|thus|hence|consequently|and)\b,?\s+"
    r"(?:(?:overall|finally|ultimately|altogether|on\s+balance|in\s+the\s+end|all\s+in\s+all)\s+|"
    r"(?:in|on|after|given|overall|finally|ultimately|despite)\b[^,]{0,40},\s+)?"
    r"(?:i|we|my|our|the|it|this|that)\b)|"
    r",\s+(?=(?:i|we|my|our)\b|the\s+(?:[\w-]+\s+){0,4}?(?:is|was|are|equals|comes)\b|it(?:['’]s|\s+is)\b)|"
    r",?\s+(?=(?:hence|therefore|thus|consequently|giving|which\s+(?:gives|makes|means|is)|making(?:\s+it)?|"
    r"for\s+a\s+total\s+of|totall?ing)\b)|,\s+(?=so\b)",
    re.IGNORECASE,
)
_LEADS_ON = (
    r"(?:and|but|so|yet|still|however|nevertheless|nonetheless|therefore|thus|hence|consequently|accordingly|overall|"
    r"finally|ultimately|anyway|then|now|altogether|in\s+(?:conclusion|summary|short|the\s+end|total|sum|view\s+of\s+"
    r"(?:all\s+)?(?:this|that)|light\s+of\s+(?:all\s+)?(?:this|that))|to\s+(?:conclude|sum\s+up)|all\s+in\s+all|"
    r"on\s+balance|all\s+things\s+considered|(?:taking|considering|weighing)\s+(?:all\s+|everything|this|that|it)\b"
    r"[\w\s]{0,30}|given\s+(?:all\s+)?(?:this|that)|"
    r"because\s+of\s+(?:this|that)|for\s+(?:this|that|these|those)\s+reasons?|as\s+a\s+result|that\s+said|even\s+so|"
    r"based\s+on\s+[\w\s]{0,40})"
)
_TOPIC = (
    r"(?:answer|choice|decision|move|verdict|result|total|sum|conclusion|rating|score|label|classification|category|"
    r"status|sentiment|severity|priority|probability|price|cost|amount|value|number|count|date|day|bid|offer|vote|"
    r"pick|response|output|action|percentage|level|stars?|year|confidence|age|time|moment)"
)
_DECIDES = re.compile(
    rf"^\W*(?P<on>(?:{_LEADS_ON},?\s+)*)"
    r"(?:(?:i|we)(?:['’](?:ll|m|ve)\b|(?:['’]d|\s+would)\s+(?!love|like|want|wish|hate|have|be\s|need|"
    r"rather\s+not)|\s+(?:will|shall|choose|pick|select|opt|go|decide|decided|vote|play|say|"
    r"answer|rate|give|classify|label|settle|bid|set|put|assign|mark|prefer|stick|conclude|am\s+going|get|have\s+"
    rf"(?:chosen|decided|picked)|(?:\w+ly|therefore|thus|hence|still|now|then|also|just)\s+(?:choose|pick|"
    rf"select|opt|go|decide|vote|say|answer|rate|give)))\b|"
    rf"(?:my|our|the)\s+(?:[\w-]+\s+){{0,3}}?{_TOPIC}(?:\s+[\w-]+){{0,6}}?\s*(?:\b(?:is|are|remains|equals|will\s+be|"
    r"should\s+be|would\s+be|must\s+be|comes\s+to|lautet|ist|est|es)\b|[:=])|"
    r"(?:(?<=\s)|(?<=^)(?!that|this|it))(?:that|this|it|which)(?:['’]s|\s+(?:is|makes|gives|means|leaves|"
    r"equals|totals|comes\s+to|adds\s+up\s+to))\b|"
    r"(?:(?<=overall\s)|(?<=overall,\s)|(?<=balance\s)|(?<=balance,\s)|(?<=whole,\s))(?:the|this|it)\s+(?:\w+\s+)?(?:is|was|reads|sounds)\b|"
    r"(?:giving|making(?:\s+it)?|for\s+a\s+total\s+of|totall?ing)\b)",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"^\W*(?:so|therefore|thus|hence|consequently|accordingly|ergo|in\s+conclusion|in"
    r"\s+total)\b[,:]?\s*(?P<value>\S.*)$",
    re.IGNORECASE | re.DOTALL,
)
_CUTS_OFF = re.compile(
    r"\b(?:but|yet|still|however|nevertheless|so|therefore|thus|hence|consequently)\b", re.IGNORECASE
)


_BUT_NOT = re.compile(
    r"\W*(?:but|although|though|yet)\s+(?:\w+\s+){0,3}?(?:not|never|\w+n['’]t|cannot|maybe|perhaps|"
    r"might)\b\W*(?:\w+\W*){0,3}(?:$|[.!])",
    re.IGNORECASE,
)


_IN_VIEW = re.compile(
    r"^\W*(?:considering|weighing|thinking\s+about|looking\s+at)\s+(?!whether|if|to\b)", re.IGNORECASE
)
_WHOEVER = re.compile(r"\W*(?:they|you|he|she|my\s+\w+)\s+\w+,?\s*$", re.IGNORECASE)
"""What another does, before what one does oneself: "They defect, I defect." is a condition."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text that may decide.

    Args:
        text: its words, without what follows to give a reason.
        start, end: where it stands.
        before: what stands before it in its sentence.
        after: what stands behind it in its sentence.
    """

    text: str
    start: int
    end: int
    before: str
    after: str


def clauses(text: str) -> Iterator[Clause]:
    """The clauses of a text, in order."""
    for start, end in _spans(_SENTENCE, text, 0, len(text)):
        for begin, stop in _spans(_CLAUSE, text, start, end):
            yield Clause(text[begin:stop], begin, stop, text[start:begin], text[stop:end])


def _spans(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    at = start
    for match in pattern.finditer(text, start, end):
        if match.start() > at:
            yield at, match.start()
        at = match.end()
    if at < end:
        yield at, end


Value = Callable[[str], tuple[bool, str]]
"""What a clause says: whether it asserts a value, and the value, written so that equal ones are equal."""


def decided(text: str, mentioned: Callable[[str], set[str]], value: Value, verbs: Iterable[str] = ()) -> str | None:
    """The clause by which a text decides for a value; None if there is none, or more than one.

    Args:
        text: sentences that mention several values.
        mentioned: the values that a stretch of text mentions, written out.
        value: what a clause asserts.
        verbs: values that may be verbs, as in "I defect".
    """
    acts = "|".join(re.escape(verb) for verb in verbs if verb.isalpha()) or "(?!)"
    does = re.compile(
        rf"^\W*(?:{_LEADS_ON},?\s+)*i\s+(?:\w+ly\s+|therefore\s+|thus\s+|still\s+)?(?:{acts})\b", re.IGNORECASE
    )
    found: list[tuple[Clause, str, str]] = []
    for clause in clauses(text):
        words = REASON.split(clause.text)[0] if REASON.search(clause.text) else clause.text
        bare = _BARE.match(words)
        if _DECIDES.match(words) is None and bare is None and does.match(words) is None:
            continue
        held = mentioned(words)
        if not held:
            continue
        shown = bare["value"] if bare is not None and _DECIDES.match(words) is None else words
        if _is_conditional(clause) or text[clause.end : clause.end + 1] == "?" or clause.text.rstrip().endswith("?"):
            return None
        asserts, told = value(shown)
        if not asserts:
            if NEGATION.search(words) and found == []:
                continue  # says what it is not; another clause may say what it is
            return None
        found.append((clause, shown, told))
    if not found:
        return None
    last, shown, told = found[-1]
    for other, _, was in found[:-1]:
        if was != told and CORRECTION.search("\n" + text[other.end : last.end]) is None:
            return None
    rest = text[last.end :]
    tail = REASON.split(last.after)[0] + text[last.end + len(last.after) :]
    if mentioned(tail) - {told} or CORRECTION.search("\n" + rest) or UNSURE.search(rest):
        return None
    if CONDITION.search(REASON.split(last.after)[0]) or _BUT_NOT.match(last.after):
        return None
    return shown


def _is_conditional(clause: Clause) -> bool:
    """Whether what stands before a clause in its sentence makes it depend on something, or unsure."""
    if UNSURE.search(clause.before) or _WHOEVER.match(clause.before):
        return True
    if _CUTS_OFF.match(clause.text.strip()) and not re.match(r"\W*then\b", clause.text, re.IGNORECASE):
        return False
    return CONDITION.search(_IN_VIEW.sub("", clause.before)) is not None
