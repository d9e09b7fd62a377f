"""Sentences beside an answer that name another value of the kind that it holds: a label, a number, a day, a field left
out."""

from __future__ import annotations

import re

from interlab.queries.answers.against import CONSIDERED_ONLY, POINTER, clauses_of
from interlab.queries.answers.asserting import ORDINAL, numbers_in
from interlab.queries.answers.beside import numbers_of
from interlab.queries.answers.foreign_doubts import is_foreign
from interlab.queries.answers.held import WHOLE, Held, naming
from interlab.queries.answers.rivals import has_rival_number
from interlab.queries.answers.shifting import DROPPED
from interlab.queries.answers.units import UNIT_OF, words_of

_TURNED_DOWN = re.compile(
    r"\b(?:not|never|no|nor|neither|without|instead\s+of|rather\s+than|against|tempt\w*|consider\w*|"
    r"thought\s+(?:about|of)|than|avoid\w*|would\s+(?:need|have|be\s+(?:too|wrong|unfair))|"
    r"would\s+\w+\s+(?:less|more)|pay|pays|paid|cost|costs|if|others?|partner\w*|opponent\w*|next|last|"
    r"previous(?:ly)?|earlier|before|morning|yesterday|tomorrow|tonight|later|elsewhere|another|somebody|"
    r"someone|although|though|despite|while|whereas|compared|means?|stands?\s+for|up\s+to|may|might|could)\b|"
    r"n['’]t\b",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"\b(?:would|could|might|may|can)\s+(?:also|as\s+well|equally|just|likewise|still)\b|\b(?:would|could|might|"
    r"may)\s+(?:be|do|fit|describe|suit|serve|work|apply)\b[^.!?]*\b(?:too|also|as\s+well|either|fine|defensible|"
    r"possible|right|it)\b|"
    r"\b(?:defensible|arguable|justifiable|possible|plausible)\s*(?:too|as\s+well|also)?\W*$",
    re.IGNORECASE,
)
_RANGE = re.compile(
    r"(?<![\w.,/-])[$€£]?(\d+(?:[.,]\d+)?)\s*(?:to|[-–—]|through|till|until|and)\s*[$€£]?(\d+(?:[.,]\d+)?)(?![\w/-]|"
    r"[.,]\d)",
    re.IGNORECASE,
)
_IS_ANOTHER = re.compile(
    r"^[\s\W]*(?P<number>\d+(?:[.,]\d+)?)(?:\s+\w+)?\s+(?:is|was|are|were)\s+(?:only\s+|just\s+|"
    r"actually\s+)?(?:(?:the|her|his|its|their|my)\s+(?P<noun>[\w-]+)|what\b)",
    re.IGNORECASE,
)
_SCALE = re.compile(r"\b(?:scale|runs|ranges?|goes|from)\b", re.IGNORECASE)
_DAY = re.compile(r"\bthe\s+(\d{1,2})(?:st|nd|rd|th)\b", re.IGNORECASE)
_OTHER_TIME = re.compile(
    r"\b(?:last|previous|next|former|earlier)\s+(?:year|month|week|time|edition)|\b(?:moved|postponed|"
    r"brought\s+forward)\s+from\b",
    re.IGNORECASE,
)
_WRITTEN_DAY = re.compile(
    r"\b\d{1,2}(?:st|nd|rd|th)?\s+(?:january|february|march|april|may|june|july|august|september|october|november|"
    r"december)\b",
    re.IGNORECASE,
)
_GIVEN = re.compile(
    r"\s*(?:(?:name|number|address)\s+)?(?:is|was|are|were|=|:|on\s+the\s+\w+\s+is|by)\W{0,3}(?=[\"“'\d]|"
    r"[A-Z][a-z]+)(?!(?:The|None|Null|N/A|Not|No|Unknown|Left|I)\b)"
)
_BY_VERB = {
    "director": r"\b(?:directed|direction)\s+by\s+[A-Z]",
    "author": r"\bwritten\s+by\s+[A-Z]",
    "assignee": r"\bassigned\s+to\s+[A-Z]",
}


_STARS = re.compile(r"(?:★|⭐|🌟)+")


def names_another(sentence: str, held: Held) -> bool:
    """Whether a sentence names another value of the kind that an answer holds, and doesn't turn it down."""
    stars = {len(one) for one in _STARS.findall(sentence)} if held.told.numbers else set()
    if stars and not stars & {int(one) for one in held.told.numbers}:
        return True
    if _ranges(sentence, held) or _other_day(sentence, held) or _fills(sentence, held):
        return True
    rival = held.fields and has_rival_number(sentence, held.told.numbers, held.told.names) and not _is_sum(sentence)
    if rival and any(held.names_field(one) or WHOLE.search(one) or POINTER.match(one) for one in clauses_of(sentence)):
        return True
    if (
        _in_two_places(sentence, held)
        or _is_other_text(sentence, held)
        or (_grows(sentence, held) and not DROPPED.search(sentence))
    ):
        return True
    if held.fields and (_loose_number(sentence, held) or (_is_short_turn(sentence) and not is_foreign(sentence))):
        return True
    return _another_label(sentence, held) or any(_is_other_thing(one, held) for one in clauses_of(sentence))


_ELSEWHERE = re.compile(
    r"\b(?:will|not|never|rather\s+than|instead\s+of|than|if|had|next|last|previous(?:ly)?|earlier|yesterday|"
    r"tomorrow|others?|another|elsewhere|for\s+comparison|in\s+case\s+you|between|every|each|"
    r"more|less|within|after|before|until|since|at|on|page|line|step|article|scale|out\s+of|means?|stands?\s+for|"
    r"version|python)\b|n['’]t\b",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"\bfor\s+comparison\b|\bin\s+case\s+you\b|\bby\s+contrast\b|\bwould\s+have\b|\bfrom\s+(?:him|her|them)\b|"
    r"\bterms\b",
    re.IGNORECASE,
)
_COMES_TO = re.compile(
    r"\b(?:so|hence|thus|which\s+makes|making|i\.e\.,?|in\s+(?:total|all)|altogether|that\s+is,?)\s+[$€£]?$",
    re.IGNORECASE,
)
_SMALL_WORD = re.compile(
    r"\W*$|\W*[,;.!?)]|\s+(?:is|was|are|were|in|on|for|if|and|or|but|as|then|instead|rather|too|now|at|by|from|"
    r"because|since|so|when|that|which|would|will|sorry|please|actually|really)\b",
    re.IGNORECASE,
)


def _loose_number(sentence: str, held: Held) -> bool:
    """Whether a sentence holds a number that the answer doesn't, which counts nothing else than what a field does."""
    if (
        not held.told.numbers
        or _is_sum(sentence)
        or numbers_of(sentence) & held.told.numbers
        or sentence.rstrip().endswith(":")
    ):
        return False
    if re.match(r"\W*\d{1,2}[.)](?:\s|$)", sentence) or _ASIDE.search(sentence):
        return False
    for value, start, end, word in numbers_in(sentence):
        if word and ORDINAL.fullmatch(sentence[start:end]):
            continue
        if (
            value in held.told.numbers
            or value == 1
            or _ELSEWHERE.search(sentence[:start])
            or sentence[end : end + 1] == ":"
        ):
            continue
        thing = re.match(r"\s?([^\W\d_]+|%)", sentence[end:])
        if _COMES_TO.search(sentence[:start]):
            return True
        if _of_other_quantity(sentence[:start], held) or (1000 <= value <= 2100 and _names_other(sentence, held)):
            continue
        name = thing[1].casefold() if thing is not None else ""
        if name == "%" and "percent" not in str(sorted(held.told.names)):
            continue
        if _SMALL_WORD.match(sentence[end:]) or UNIT_OF.get(name, "-") in held.units or _counts_field(name, held):
            if 1000 <= value <= 2100 and not any(1000 <= one <= 2100 for one in held.told.numbers):
                continue
            return True
    return False


def _in_two_places(sentence: str, held: Held) -> bool:
    """Whether a sentence says that one place gives a number that is held and the other another one."""
    numbers = {one[0] for one in numbers_in(sentence)}
    if not numbers & held.told.numbers or not numbers - held.told.numbers - {1}:
        return False
    if _PLACES.search(sentence):
        return True
    loose = [one[0] for one in numbers_in(sentence) if _SMALL_WORD.match(sentence[one[2] :])]
    told = len(re.findall(r"\b(?:says?|said|gives?|has|have|shows?|reads?|claims?|writes?)\b", sentence, re.IGNORECASE))
    return told > 1 and bool(set(loose) & held.told.numbers) and bool(set(loose) - held.told.numbers)


_PLACES = re.compile(
    r"\b(?:in|on|at|for)\s+(?:the\s+)?(?:one|first)\b[^.!?]{0,60}\b(?:in|on|at|for)\s+(?:the\s+)?(?:next|other|"
    r"another|second)\b|\bonce\b[^.!?]{0,40}\b(?:once|then|later)\b",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"^\W{0,4}\s*(?:is|was|reads?|should\s+be|must\s+be|ought\s+to\s+be|has\s+to\s+be)\s+(?:(?:really|actually|now|"
    r"rather|spelled|spelt|written|pronounced|called|given\s+as|short\s+for)\s+){0,2}[\"“'`]?(?P<name>[A-Z]\w+)|"
    r"^\s+(?:is|was)\s+(?P<whose>his|her|their|its|my|your|another)\s+\w+"
)
_IT_IS = re.compile(
    r"\b(?:it|that|this|he|she)(?:['’]s|\s+(?:is|was))\s+(?:(?:really|actually|now|rather|called|spelled|spelt|"
    r"named)\s+){0,2}[\"“'`]?(?P<name>[A-Z]\w+)",
    re.IGNORECASE,
)
_NO_NAMES = frozenset(
    words_of(
        "i monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
        "september october november december english yes no not null none"
    )
)
"""Words with a capital that name nobody."""


def _is_other_text(sentence: str, held: Held) -> bool:
    """Whether a sentence gives a field of texts, or the answer, a name that isn't held."""
    told = " ".join(held.texts) + " " + " ".join(held.told.names)
    for one in held.fields:
        if not any(isinstance(value, str) and value for value in one.values):
            continue
        names = naming(one)
        for found in names.finditer(sentence) if names is not None else ():
            match = _NAMED.match(sentence[found.end() :])
            if match is not None and (match["whose"] or not _is_known(match["name"], told, held)):
                return True
    return any(
        match["name"][:1].isupper() and not _is_known(match["name"], told, held) for match in _IT_IS.finditer(sentence)
    )


def _is_known(name: str, told: str, held: Held) -> bool:
    small = name.casefold()
    return small in told or small in _NO_NAMES or small in held.labels


_ALSO_THERE = re.compile(
    r"\b(?:as\s+well|too|also|likewise|another\s+one|a\s+(?:second|third|fourth|fifth)\s+(?:one|\w+)|one\s+more|"
    r"two\s+more)\b",
    re.IGNORECASE,
)


def _grows(sentence: str, held: Held) -> bool:
    """Whether a sentence says that there is another one, where the answer is a list or a map."""
    if held.fields and not held.is_list:
        return False
    plain = re.sub(
        rf"\b(?:{'|'.join(map(re.escape, sorted(held.labels))) or '(?!)'})\b", " ", sentence, flags=re.IGNORECASE
    )
    return _ALSO_THERE.search(plain) is not None and _NOT_THERE.search(plain) is None


_NOT_THERE = re.compile(
    r"\b(?:not|no|never|nobody|without|if|would|could|might|may|i|you|we)\b|n['’]t\b|\?|['’]d\b", re.IGNORECASE
)
_QUANTITY = re.compile(
    r"(?:\b(?:the|its|this|that|their|his|her|an?)\s+(?P<what>\w+)(?:\s+\w+){0,6}?\s+(?:is|are|was|were|equals|of)|"
    r"^\W*(?P<head>\w+)(?:\s+\w+)?\s*[*_`]{0,2}:[*_`]{0,2}|\b(?P<rest>leaves?|remains?|"
    r"keeps?)\b[^.]{0,20})\s*[$€£]?$",
    re.IGNORECASE,
)
_ITSELF = frozenset(words_of("value amount number total sum result answer figure correct real actual true right final"))


def _of_other_quantity(before: str, held: Held) -> bool:
    """Whether the words before a number say that it is of a quantity that is no field: "the area of it is"."""
    match = _QUANTITY.search(before)
    if match is None:
        return False
    what = match["what"] or match["head"]
    if what is None:
        return True
    return not held.names_field(f"the {what}") and (what.casefold() not in _ITSELF or _is_sum_of(what, held))


def _is_sum_of(what: str, held: Held) -> bool:
    """Whether a total is one of several things, so that it is none of their numbers."""
    return what.casefold() in ("total", "sum") and len(held.told.numbers) > 1


def _names_other(sentence: str, held: Held) -> bool:
    """Whether somebody or something is named that the answer doesn't hold."""
    told = " ".join(held.texts)
    return any(one.casefold() not in told for one in re.findall(r"(?<=[a-z,] )[A-Z][a-z]+", sentence))


def _counts_field(name: str, held: Held) -> bool:
    """Whether a counted thing is what a field of numbers counts."""
    if held.is_list or not name:
        return False
    return any(
        one.numbers and (names := naming(one)) is not None and names.search(f"the {name}") for one in held.fields
    )


_TURN = re.compile(
    r"\b(?:or|rather|instead|too|also|maybe|perhaps|sorry|if|wait|almost|nearly|until|unless)\b|\?", re.IGNORECASE
)
_THANKS = re.compile(
    r"\b(?:thanks?|thank|welcome|problem|luck|hesitate|worries|questions?|anything|help|enjoy|so)\b", re.IGNORECASE
)


def _is_short_turn(sentence: str) -> bool:
    """Whether a sentence of a few words is only a turn to something else: "Or two.", "High, rather."."""
    words = words_of(sentence)
    if (
        not 0 < len(words) <= 4
        or sentence.rstrip().endswith(":")
        or _THANKS.search(sentence)
        or re.match(r"\W*(?:why|what|how|who|where|when)\b", sentence, re.I)
    ):
        return False
    return _TURN.search(sentence) is not None


def _is_sum(sentence: str) -> bool:
    return re.search(r"\d\s*[-+*/×=]\s*\d|=\s*-?\d", sentence) is not None


def _another_label(sentence: str, held: Held) -> bool:
    plain = f" {' '.join(words_of(sentence))} "
    named = {
        one
        for one in held.other_labels
        if len(one) > 2 and one not in ("yes", "no", "true", "false") and f" {one} " in plain
    }
    if not named:
        return False
    if _ALSO.search(sentence):
        return True
    if re.search(r"\bboth\b", sentence, re.IGNORECASE) and any(f" {one} " in plain for one in held.held_labels):
        return True
    if CONSIDERED_ONLY.search(sentence):
        return False
    own = {one for one in held.held_labels if len(one) > 2 and f" {one} " in plain}
    for mine in own:
        for other in named:
            if re.search(
                rf" (?:{re.escape(mine)}(?: \w+)? (?:or|and) (?:\w+ )?{re.escape(other)}|"
                rf"{re.escape(other)}(?: \w+)? (?:or|and) (?:\w+ )?{re.escape(mine)}) ",
                plain,
            ) and re.search(r"\b(?:between|somewhere|either|it['’]?s|say|call|or)\b", sentence, re.IGNORECASE):
                return not re.search(
                    r"\b(?:whether|choose|choice|options?|decide|play|can|labels?)\b", sentence, re.IGNORECASE
                )
    if own and len(own | named) > 1 and not _TURNED_DOWN.search(sentence) and not _OPTIONS.search(sentence):
        return True
    return not own and _TURNED_DOWN.search(sentence) is None and _is_plain_use(plain, named)


_OPTIONS = re.compile(
    r"\b(?:whether|choose|choice|options?|decide|play|can|labels?|allowed|possible|values|kinds|because|since|but|"
    r"so)\b",
    re.IGNORECASE,
)


def _is_plain_use(plain: str, named: set[str]) -> bool:
    """Whether a label stands where one is given: behind "is", "as", "will", "say", or as the first word."""
    return any(
        re.search(
            rf"(?:^ | (?:is|s|was|be|as|to|call|say|says|said|it|will|would|and|so|for|make|rate|i|a|an|the|them|"
            rf"that|this) ){re.escape(one)} ",
            plain,
        )
        for one in named
    )


def _ranges(sentence: str, held: Held) -> bool:
    if _SCALE.search(sentence) and not re.search(r"\bany(?:thing|where)?\b", sentence, re.IGNORECASE):
        return False
    for match in _RANGE.finditer(sentence, 0, 2000):
        ends = numbers_of(match[1].replace(",", ".")) | numbers_of(match[2].replace(",", "."))
        inside = any(min(ends) <= one <= max(ends) for one in held.told.numbers) if len(ends) == 2 else False
        if (
            inside
            and (ends & held.told.numbers) != ends
            and not re.search(r"\b(?:between|from)\b[^.]*\bnot\b", sentence, re.I)
        ):
            small = sentence[: match.start()].rstrip()
            if " and " not in match.group() or small.casefold().endswith("between"):
                return True
    return False


def _other_day(sentence: str, held: Held) -> bool:
    written = {one.casefold() for one in _WRITTEN_DAY.findall(sentence)}
    known = {one for text in held.texts for one in _WRITTEN_DAY.findall(text)}
    if written and known and not written <= known and not _OTHER_TIME.search(sentence):
        return True
    days = {int(one[3]) for text in held.texts if (one := re.match(r"(\d{4})-(\d\d)-(\d\d)", text))}
    if not days or _OTHER_TIME.search(sentence):
        return False
    return any(int(one[1]) not in days for one in _DAY.finditer(sentence))


def _fills(sentence: str, held: Held) -> bool:
    """Whether a sentence gives a value to a field that the answer leaves out."""
    for one in held.fields:
        if any(value not in (None, "") for value in one.values):
            continue
        names = naming(one)
        match = names.search(sentence) if names is not None else None
        if match is not None and _GIVEN.match(sentence[match.end() :]):
            return True
        if any(
            re.search(pattern, sentence) or re.search(pattern, sentence[:1].lower() + sentence[1:])
            for word, pattern in _BY_VERB.items()
            if word in one.words
        ):
            return True
        if (
            "phone" in one.words
            and re.search(r"\b(?:number|phone|reached)\b[^.!?]*\d{3}", sentence, re.IGNORECASE)
            and not re.search(r"\bfax\b|\border\b", sentence, re.I)
        ):
            return True
    return False


def _is_other_thing(clause: str, held: Held) -> bool:
    """Whether a clause says that a number that is held is something else than its field."""
    match = _IS_ANOTHER.match(clause)
    if match is None or not numbers_of(match["number"]) & held.told.numbers:
        return False
    return match["noun"] is None or not (
        held.names_field(f"the {match['noun']}")
        or re.match(r"(?:number|total|sum|result|answer|one|value)s?$", match["noun"], re.I)
    )
