"""Yes or no in sentences."""

from __future__ import annotations

import re

from interlab.queries.answers.phrases import NO_CHOICE
from interlab.queries.answers.prose import Doubtful
from interlab.queries.answers.settled import unsettled
from interlab.queries.answers.subjects import heads_another
from interlab.queries.answers.timing import is_conditional
from interlab.queries.answers.verdicts import CONCEDED, RESERVED, addresses, leaves_open, says_more, verdict
from interlab.queries.answers.wording import (
    CONDITION,
    CORRECTION,
    HEDGE,
    NEGATION,
    NO_ANSWER_AFTER,
    REASON,
    REFUSAL,
)

_ASKED = re.compile(r"\?[\s*_\"'`:–—-]{0,8}(yes|no|true|false)\b", re.IGNORECASE)
_QUESTION = re.compile(r"[^.!?\n]*\?")
_SENTENCE = re.compile(r"(?<=[.!?。])[\"'”’*_)]*\s+|\n+")
_WORD = re.compile(r"\b(?P<not>not\s+|n['’]t\s+|never\s+)?(?:be\s+|a\s+)?(?P<word>yes|no|true|false)\b", re.IGNORECASE)
_PLAINLY = re.compile(
    r"(?:so,?\s+|therefore,?\s+|thus,?\s+|hence,?\s+)?(?:the|this|that|it|your)(?:\s+(?:given|above|quoted))?"
    r"(?:\s+(?:statement|claim|sentence|answer|assertion|proposition)(?:\s+(?:that\s+[^.!?\n]{1,120}|"
    r"[\"“][^\"”]*[\"”]))?)?"
    r"\s+is\s+(?:therefore\s+|thus\s+|indeed\s+|clearly\s+|definitely\s+)?[*_`\"']*(?P<word>true|false)[*_`\"']*[.!]?",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"^[\s*_\"'`>#-]*(?:(?:so|therefore|thus|hence|overall|in\s+short),?\s+)?[*_\"'`]*(?P<word>yes|no|true|false)"
    r"[*_\"'`]*\s*(?:[,.!;:–—-]|$|\n|\((?=because|since|as\b|see\b|cf\b|page\b|p\.))",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"^[\s*_\"'`]*(?:(?:so|therefore|thus|hence|overall|in\s+short|based\s+on\s+[\w\s]{1,40}|and|but),?\s+)*"
    r"(?:(?:i(?:['’]d|\s+would)?\s+(?:say|answer|choose|go\s+with|vote)|i\s+(?:think|believe)\s+(?:that"
    r"\s+)?the\s+answer\s+is|"
    r"my\s+(?:\w+\s+)?(?:answer|vote|choice|verdict)\s+(?:is|would\s+be)|the\s+(?:\w+\s+)?answer\s+(?:to"
    r"\s+(?:the|this|that|your)\s+(?:\w+\s+)?question\s+)?(?:is|would\s+be)|"
    r"(?:the\s+|my\s+)?(?:(?:final|short|simple|quick|brief)\s+)?(?:answer|verdict|result)\s*:))\s*:?\s*[*_\"'`]*(?P<word>yes|no|true|false)"
    r"[*_\"'`]*(?=\s*(?:[,.!;:–—-]|$|\n|because|since|as\b))",
    re.IGNORECASE,
)
_RESERVES = re.compile(
    r"^\W*(?:but|although|though|except|however,?\s+(?:not|only|it\s+depends)|well|not\s+(?:always|entirely|really|quite|exactly|"
    r"necessarily|fully|completely|all|every|in\s+all|any\s*more|yet|for\s+all)|only\s+(?:if|when|in|some)|sometimes|mostly|partly|"
    r"partially|in\s+part|to\s+some\s+extent|kind\s+of|sort\s+of|or\s+(?:no|yes|rather|maybe)|and\s+(?:no|yes|false|true)|"
    r"with\s+(?:exceptions|reservations|caveats))\b",
    re.IGNORECASE,
)
"""The beginning of a sentence that restricts the one before it."""
_PICTURES = "✅✔☑\ufe0f👍 "


def truth_in(text: str) -> bool:
    """Whether a text says yes or no: at its beginning, or as what it comes to.

    Raises:
        Doubtful: it says neither, or both, or with a reserve.
    """
    asked = {one[1].casefold() in ("yes", "true") for one in _ASKED.finditer(text)}
    if len(asked) > 1:
        raise Doubtful("it answers several questions, and not alike")
    if says_more(text):
        raise Doubtful("it has a short answer and a long one")
    try:
        return _led(text)
    except Doubtful as error:
        try:
            return verdict(text)
        except Doubtful:
            raise error from None


def _led(text: str) -> bool:
    """Whether a text says yes or no: a sentence leads with it or asserts it, and nothing beside it says otherwise.

    Raises:
        Doubtful: as said.
    """
    told = _QUESTION.sub(" ", text).strip().lstrip(_PICTURES)
    told = re.sub(r"^[❌✗✘🚫👎]\ufe0f?\s*(?=no\b|false\b)", "", told, flags=re.IGNORECASE)
    plainly = _PLAINLY.fullmatch(told)
    if plainly is not None and not NEGATION.search(told[: plainly.start("word")]) and not HEDGE.search(told):
        return plainly["word"].casefold() == "true"
    if HEDGE.search(told) or REFUSAL.search(told) or NO_CHOICE.search(told):
        raise Doubtful("it is said with a reserve")
    sentences = [one for one in _SENTENCE.split(told) if one and one.strip()]
    leads = [(index, match) for index, one in enumerate(sentences) if (match := _said(one)) is not None]
    said = {match["word"].casefold() in ("yes", "true") for _, match in leads}
    if len(said) != 1 or (leads[0][0] and leads[-1][0] != len(sentences) - 1):
        raise Doubtful("it says neither yes nor no, or both")
    answer = next(iter(said))
    for index, match in leads:
        _check(sentences[index], match, answer)
    others = [one for index, one in enumerate(sentences) if index not in {at for at, _ in leads}]
    for one in others:
        words = _WORD.finditer(one)
        if any((word["word"].casefold() in ("true", "false")) and _polarity(word) is not answer for word in words):
            raise Doubtful("it says yes or true in one place, and no or false in another")
        if leads[0][0] == 0 and _RESERVES.search(one):
            raise Doubtful("it is said with a reserve")
    after = "\n" + "\n".join(sentences[leads[0][0] + 1 :])
    if CORRECTION.search(after) or NO_ANSWER_AFTER.search(told):
        raise Doubtful("words after it take it back")
    if unsettled(after) or (answer and leaves_open(after)):
        raise Doubtful("words after it leave it open")
    return answer


def _said(sentence: str) -> re.Match[str] | None:
    return _LEAD.match(sentence) or _SAYS.match(sentence)


def _polarity(word: re.Match[str]) -> bool:
    return (word["word"].casefold() in ("yes", "true")) is not bool(word["not"])


def _check(sentence: str, match: re.Match[str], answer: bool) -> None:
    """Refuse a sentence that says yes or no under a condition, or goes on to say otherwise."""
    rest = CONCEDED.sub(" ", sentence[match.end("word") :])
    for word in _WORD.finditer(rest):
        is_determiner = word["word"].casefold() in ("no",) and re.match(r"\s+\w", rest[word.end() :])
        if not is_determiner and _polarity(word) is not answer:
            raise Doubtful("it says yes and no")
    if addresses(rest) or is_conditional(rest):
        raise Doubtful("it is said with a reserve, or answers another question")
    if heads_another(sentence[: match.start("word")]):
        raise Doubtful("it is another answer")
    told = REASON.split(rest)[0]
    if CONDITION.search(told) or RESERVED.search(rest):
        raise Doubtful("it is said with a reserve")
    if answer and NEGATION.search(told):
        raise Doubtful("it is negated")
