"""Words beside an answer that say another one, or take it back: what the answer holds is set against them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache, partial
from typing import Any

from interlab.queries.answers.rivals import adds_item, has_rival_day, has_rival_label, has_rival_number, is_turn
from interlab.queries.answers.units import words_of
from interlab.queries.answers.wording import NO_ANSWER_AFTER

_SENTENCE = re.compile(r"(?<=[.!?。])(?<!\bM[rs]\.)(?<!\bDr\.)(?<!\bMrs\.)(?<!\bSt\.)\s+|\n+")
_NUMBER = re.compile(r"(?<![\w.,/:-])-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w/:]|[.,]\d)")
_DECIDES = re.compile(
    r"\b(?:answer|result|total|decision|choice|verdict|move|conclusion|rating|bid|offer|value|count|sum)\b[^.!?]*?"
    r"(?:\b(?:is|was|be|to|remains|equals|as)\b|[:=])|"
    r"^\W*(?:so|therefore|thus|hence|overall|in\s+(?:conclusion|summary|short|total)|final(?:ly)?)\b|"
    r"\bi(?:['’]ll|['’]d|['’]m|\s+(?:will|would|choose|chose|decide|decided|pick|prefer|want|should|shall|am))\b",
    re.IGNORECASE,
)
_STATES = (
    r"(?:'s)?(?:\s+\w+){0,2}?\s*(?:\b(?:is|was|are|were|be|has|had|got|gets?|scored|equals|became|turned|"
    r"bids?|paid|costs?)\b|[:=])"
)
_TAKES_BACK = re.compile(
    r"\bactually\b|\bin\s+(?:reality|truth)\b|\b(?:please\s+)?(?:ignore|disregard|discard|forget)\b|"
    r"\b(?:later|since|then|now|has|have|been|was|were|got|will\s+be|should\s+be|must\s+be|needs?\s+to\s+be)\s+"
    r"(?:been\s+)?(?:changed|replaced|removed|deleted|added|swapped|switched|corrected|updated|moved|cancel\w+|dropped|"
    r"excluded|included|revised|withdrawn|reversed|different|wrong)\b|"
    r"\b(?:later|then|but|since)\s+(?:\w+\s+)?(?:changed|switched|swapped|reversed|withdrew|dropped|revised)\b|"
    r"\b(?:may|might|could|can|is\s+likely\s+to|is\s+subject\s+to|subject\s+to)\s+(?:also\s+|still\s+|well\s+)?"
    r"(?:change[sd]?|vary|differ|be\s+(?:different|wrong|off|inaccurate|incorrect|higher|lower|more|less|"
    r"outdated|better))\b|"
    r"\b(?:there\s+(?:is|are|was|were)|there['’]s)\s+(?:also|another|more|others?|one\s+more|two\s+more)\b|"
    r"\b(?:i\s+(?:forgot|missed|overlooked|mixed\s+up|confused|swapped|misread|misspoke|mis\w+)|my\s+(?:bad|"
    r"mistake|error))\b|"
    r"\b(?:is|was)\s+(?:exactly\s+|quite\s+)?the\s+opposite\b|"
    r"\bi\s+(?:no\s+longer|don['’]t|do\s+not)\s+(?:\w+\s+)?(?:think|believe|find|consider|hold|stand\s+by|agree)\b(?!\s+(?:that\s+)?there\b)|"
    r"\b(?:on\s+reflection|thinking\s+(?:again|about\s+it)|come\s+to\s+think|reconsider\w*|correct(?:ion|"
    r"ed)\s*:|errat\w+)\b|"
    r"\b(?:do|should|must)\s*(?:not|n['’]t)\s+(?:use|trust|rely|take|count|submit)\b|"
    r"\b(?:not|n['’]t)\s+(?:be\s+)?(?:right|correct|accurate|final|real|reliable|valid|true|my\s+\w+)\b|"
    r"\b(?:is|was|are|were|looks?|seems?)\s+(?:probably\s+|likely\s+|clearly\s+|also\s+|\w+ly\s+)?"
    r"(?:an?\s+)?(?:estimat\w+|approximat\w+|assumed|invented|wrong|incorrect|off|mistaken|false|outdated|"
    r"inaccurate|made\s+up|arbitrary|random|guess\w*|unknown|unclear|uncertain)\b",
    re.IGNORECASE,
)
_SUPPOSES = re.compile(
    r"\b(?:if|assuming|suppose|supposing|presumably|provided|unless|whether|would\s+(?:be|have\s+been|look"
    r"\s+(?:\w+\s+)?like)|"
    r"could\s+(?:be|look\s+(?:\w+\s+)?like)|(?:will|should)\s+look\s+(?:\w+\s+)?like|something\s+like|can['’]?t\s+be\s+(?:sure|certain)|cannot\s+be"
    r"\s+(?:sure|certain)|"
    r"best\s+(?:guess|reading|"
    r"estimate|attempt)|might\s+(?:be|look\s+(?:\w+\s+)?like)|may\s+(?:be|look\s+(?:\w+\s+)?like)|only"
    r"\s+(?:the\s+)?(?:first|some|"
    r"a\s+few|part)|"
    r"just\s+(?:the\s+first|some|a\s+few|part)|some\s+of\s+the|part(?:ial)?\s+(?:list|answer|result)|"
    r"not\s+(?:complete|final)|"
    r"(?:previous|earlier|last|old|original|other)\s+(?:answer|output|result|response|version)|"
    r"(?:you|they|he|she|user|somebody|someone|people)\s+(?:wrote|said|answered|suggested|"
    r"(?:gave|sent|provided)(?:\s+me)?(?=\W*$)))\b|^\s*given\b",
    re.IGNORECASE,
)


_PROVIDED = re.compile(
    r"\b(?:based\s+on|according\s+to|using|from|with|following|as\s+per|per|in)\s+[^.:;!?]*?\b(?:you|they|he|she|the\s+user)\s+"
    r"(?:gave|sent|provided|wrote|said|shared|described|mentioned|listed|pasted|attached|supplied)\b(?:\s+(?:me|for))?",
    re.IGNORECASE,
)
"""What an answer was made from."""
_RISK = re.compile(
    r"\b(?:but|however|although|though|not|never|cannot|may|might|could|should|must|unless|(?<!['’])or|otherwise|instead|rather|"
    r"maybe|perhaps|possibly|probably|likely|actually|real|truth|later|also|too|adds?|added|adding|another|more|"
    r"others?|except|"
    r"chang\w*|swap\w*|replac\w*|ignor\w*|correct(?:ed|ion|ing)|wrong|mist\w*|err\w*|revis\w*|updat\w*|"
    r"postpon\w*|withdr\w*|"
    r"cancel\w*|estimat\w*|approx\w*|guess\w*|assum\w*|made|invent\w*|placeholder|example|average|unknown|"
    r"unclear|uncertain|"
    r"unsure|depend\w*|some|swap|used\s+to|pretend\w*|random\w*|default\w*|rough\w*|about|around|nearly|almost|"
    r"sorry|oops)\b|n['’]t\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?:(?:is|was|are|were|has|have|had|been|does|do|did)(?:\s+not|n['’]t)|not|no|cannot|can['’]?t|"
    r"without)\s+(?:\w+\s+){0,3}?"
    r"(?:given|mention(?:ed)?|state|specify|say|give|name|provide|include|contain|indicate|tell|stated|"
    r"provided|specified|named|needed|required|available|asked|"
    r"included\s+in\s+the\s+text|verif\w+|told)\b"
    r"(?:,?\s+so\s+[^.]*\b(?:used|left|set|chose|kept|put)\b[^.]*)?",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"\b(?:let\s+me\s+know|i\s+hope|hope\s+(?:this|that|it)|feel\s+free|(?:any|if\s+you\s+(?:need|have|want|"
    r"would\s+like))\s+"
    r"(?:any\s+|more\s+|further\s+|other\s+)*(?:help|questions?|information|details|assistance|anything)|"
    r"happy\s+to\s+help|"
    r"is\s+there\s+anything\s+else|tell\s+me\s+if|just\s+(?:ask|say|tell)|would\s+you\s+like|do\s+you\s+(?:want|need)|"
    r"i\s+can\s+(?:also\s+)?(?:help|explain|elaborate)|anything\s+is\s+unclear|good\s+luck|have\s+(?:a|fun)\b|"
    r"you\s+need|"
    r"if\s+you\s+mea?nt?\b|please\s+verify|anything\s+else|note\s+that\s+this\s+json)\b",
    re.IGNORECASE,
)
_ITSELF = re.compile(
    r"\b(?:answers?|results?|lists?|this|these|those|it|its|they|values?|figures?|numbers?|data|above|outputs?|"
    r"all|json|entry|entries|"
    r"items?|i|i['’]\w+|you|one|both|date|him|her|his|he|she|also|or)\b",
    re.IGNORECASE,
)


_ORDERS = re.compile(
    r"^[\W\d]*(?:please\s+|also\s+|and\s+|then\s+)?(?:assign|set|change|add|remove|make\s+(?:it|that|the)|"
    r"replace|increase|decrease|lower|raise|"
    r"rename|mark|swap|drop|delete|append|insert)\s+(?!up\b|a\s+comment|more\s+(?:text|details))",
    re.IGNORECASE,
)
_ACTED = re.compile(
    r"(?:^|[.!\n]\s*)(?:so,?\s+)?i(?:['’]ll|['’]d|\s+will|\s+would)?\s+(?:bid|offer|pay|propose|demand|choose|"
    r"say|answer|rate\s+(?:it|this))\s+"
    r"(?P<number>[$€£]?\d[\d,]*(?:\.\d+)?)",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(
    r"^\W*(?:explanation|reasoning|rationale|justification|why|reasons?)\b(?![^.!?]*\b(?:actually|wrong|"
    r"instead|should\s+be)\b)",
    re.IGNORECASE,
)
_TOO = re.compile(
    r"(?<![\d.,])\d[^.!?\n]{0,40}\btoo\s+(?:much|many|high|low|little|few|early|late|steep|expensive|cheap)\b", re.I
)
_OFFERS = re.compile(
    r"^\W*(?:so,?\s+|then\s+)?(?:i|we)(?:['’](?:m|re|ll|d|ve)|\s+(?:am|are|will|would|shall|have|go|bid|offer|pay))\b[^.!?\n]{0,120}"
    r"(?:[$€£]\s?\d|\d\s?(?:[$€£]|dollars|euros|pounds)\b)[^.!?\n]{0,120}[.!]?\s*$",
    re.IGNORECASE,
)
_FOUND = re.compile(
    r"\b(?:is|are|was|were)\s+(?:also\s+|directly\s+|explicitly\s+|clearly\s+|both\s+)?(?:given|stated|"
    r"mentioned|taken|found|"
    r"derived|extracted|based|named|described|listed|quoted|copied|shown|explicit|in\s+(?:the|line|sentence|"
    r"paragraph|us|dollars|euros?|degrees|celsius|percent|"
    r"kilomet\w+|km|minutes|hours|years))\b"
    r"(?!.*\b(?:as(?!\s+(?:listed|stated|given|shown|printed|quoted|mentioned|requested|asked)\b)|but|wrong|incorrect)\b)",
    re.IGNORECASE,
)
"""Where something was found, which changes nothing about it."""
_OTHERS = re.compile(
    r"^\W*(?:(?:my|the|our)\s+)?(?:partner|opponent|rival|counterpart|enemy|other\s+(?:player|side|party)|"
    r"they|he|she)\b",
    re.IGNORECASE,
)
_NEXT_TIME = re.compile(
    r"\b(?:next|later|future|following|subsequent)\s+(?:rounds?|times?|turns?|games?|moves?)\b", re.IGNORECASE
)
_MAKES = re.compile(
    r"(?:=|\b(?:that|this|it|which)(?:['’]s|\s+(?:is|makes|gives|equals|leaves))|\b(?:makes|gives|equals|totals))\s*"
    r"-?[$€£]?\d[\d,.]*\W*$",
    re.IGNORECASE,
)


_CHAIN = re.compile(r"\d\s*[-+*/×=]\s*\d|=\s*-?\d")
"""A sum that shows how a number came about."""
_PROOF = re.compile(
    r"^\W*(?:check|proof|verification|to\s+verify)\b[^.!?\n]{0,200}=\s*(-?\d[\d,.]*)\W*$", re.IGNORECASE
)
_COMMANDS = re.compile(
    r"^[\W\d]*(?:please\s+|also\s+|but\s+|and\s+|just\s+)?(?:take|treat|read|use|consider|double(?!-)|halve|round|handle|mind|check|verify|"
    r"confirm|beware|watch|question|trust|view|regard|count|multiply|divide|convert|subtract|fix|correct|adjust|update|skip)\b",
    re.IGNORECASE,
)
_PROVENANCE = re.compile(
    r"\b(?:given|stated|mentioned|taken|found|derived|extracted|computed|calculated|printed|listed|written|legible|copied)\b",
    re.IGNORECASE,
)
"""Where a field's value comes from."""


@dataclass(frozen=True, slots=True)
class Told:
    """What an answer holds.

    Args:
        numbers: its numbers.
        labels: its labels, plain.
        names: its keys and its names (short texts in capitals), in small letters.
        is_scalar: whether it is one value rather than several.
        keys: the first words of its keys.
    """

    numbers: set[Decimal] = field(default_factory=set)
    labels: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    is_scalar: bool = False
    keys: set[str] = field(default_factory=set)

    @property
    def is_person(self) -> bool:
        """Whether it is about somebody, whom "he" or "they" may mean."""
        return bool(self.keys & {"name", "full", "age", "bidder", "player", "author", "customer", "username"})


def told_by(value: Any) -> Told:
    """What a JSON value holds."""
    told = Told(is_scalar=not isinstance(value, (dict, list)))
    _collect(value, told)
    return told


def _collect(value: Any, told: Told) -> None:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            words = words_of(str(key))
            told.names.add(" ".join(words))
            told.keys.update(words[:1])
            _collect(inner, told)
    elif isinstance(value, list):
        for inner in value:
            _collect(inner, told)
    elif isinstance(value, bool):
        told.labels.add("true" if value else "false")
    elif isinstance(value, (int, float)):
        told.numbers.add(Decimal(str(value)))
    elif isinstance(value, str):
        told.labels.add(" ".join(words_of(value)))
        told.numbers.update(numbers_of(value))
        if 1 < len(value) <= 30 and value[:1].isupper():
            told.names.add(value.casefold())


def numbers_of(text: str) -> set[Decimal]:
    """The numbers written in digits in a text."""
    found: set[Decimal] = set()
    for match in _NUMBER.finditer(text):
        try:
            found.add(Decimal(match.group().replace(",", "")))
        except InvalidOperation:  # pragma: no cover  (the pattern matches numbers only)
            continue
    return found


def contradiction(before: str, after: str, told: Told, labels: Iterable[str], *, is_cut: bool = False) -> str | None:
    """Why the words around an answer speak against it; None if they don't.

    Args:
        before: the words that lead to the answer: its own sentence.
        after: all words after it.
        told: what it holds.
        labels: all labels of its type, plain.
        is_cut: whether the last sentence may be unfinished, so that it says little.
    """
    if _SUPPOSES.search(_PROVIDED.sub(" ", before)):
        return "it is said under a condition, or not as a whole"
    sentences = [one for one in _SENTENCE.split(after) if one]
    last = sentences[-1] if is_cut and sentences and not re.search(r"[.!?][)\"'*_]*\s*$", sentences[-1]) else None
    others = sorted(one for one in set(labels) - told.labels if len(one) > 2)
    for sentence in map(partial(_without_denied, others), sentences):
        if _ORDERS.match(sentence):
            return f"words after it say what to change: {sentence.strip()[:60]!r}"
        if _TAKES_BACK.search(sentence):
            return f"words after it take it back or change it: {sentence.strip()[:60]!r}"
        if sentence is last:
            continue
        if is_risky(sentence, told):
            return f"words after it may change it: {sentence.strip()[:60]!r}"
        if _says_other(sentence, told, labels) or has_rival_label(sentence, told.labels, labels):
            return f"words after it give another answer: {sentence.strip()[:60]!r}"
        if (
            is_turn(sentence, told.names, told.labels - told.names)
            or has_rival_day(sentence, told.labels)
            or (not told.keys and adds_item(sentence, told.names))
        ):
            return f"words after it go on to something else: {sentence.strip()[:60]!r}"
        proof = _PROOF.search(sentence)
        if proof is not None and told.numbers and not numbers_of(proof[1]) & told.numbers:
            return f"words after it come to another number: {sentence.strip()[:60]!r}"
        if told.keys and has_rival_number(sentence, told.numbers, told.names) and not _CHAIN.search(sentence):
            return f"words after it hold another number of its kind: {sentence.strip()[:60]!r}"
    return None


def _without_denied(labels: Sequence[str], sentence: str) -> str:
    """A sentence without what it says that is not so anyway: "This is not a circle"."""
    if not labels:
        return sentence
    words = "|".join(re.escape(one).replace(r"\ ", r"[\s_-]") for one in labels)
    return re.sub(rf"\b(?:not|n['’]t|neither|never)\s+(?:an?\s+)?(?:{words})\b", " ", sentence, flags=re.IGNORECASE)


def doubt_ahead(before: str, told: Told) -> str | None:
    """What sentences before an answer say against it, where nothing else is answered; None if nothing."""
    for sentence in filter(None, _SENTENCE.split(before)):
        if _WISH.search(sentence) or sentence.rstrip().endswith(":"):
            continue
        if _TAKES_BACK.search(sentence) or NO_ANSWER_AFTER.search(sentence):
            return f"words before it put it in doubt: {sentence.strip()[:60]!r}"
    return None


def other_before(before: str, told: Told, labels: Iterable[str]) -> bool:
    """Whether sentences before an answer decide for another one."""
    for match in _ACTED.finditer(before):
        if told.numbers and not numbers_of(match["number"]) & told.numbers:
            return True
    for match in _TOO.finditer(before):
        if numbers_of(match.group()) & told.numbers:
            return True
    offers = [one for one in _SENTENCE.split(before) if one and _OFFERS.match(one)]
    if (
        told.keys
        and told.numbers
        and offers
        and not any(numbers_of(one) & told.numbers for one in _SENTENCE.split(before) if one)
    ):
        return True
    if any(_states_other(sentence, told) for sentence in filter(None, _SENTENCE.split(before))):
        return True
    return any(
        re.search(
            r"\b(?:answer|decision|choice|final)\b|\bi(?:['’]ll|\s+(?:will|choose|decide|"
            r"am\s+going\s+to))\b",
            sentence,
            re.IGNORECASE,
        )
        and not sentence.rstrip().endswith((":", "?"))
        and _says_other(sentence, told, labels)
        for sentence in filter(None, _SENTENCE.split(before))
    )


def is_risky(sentence: str, told: Told) -> bool:
    """Whether a sentence speaks of the answer in words that may soften or change it."""
    if _WISH.search(sentence) or _EXPLAINS.match(sentence):
        return False
    left = re.sub(r"[\"“][^\"”]*[\"”]", " ", _ABSENT.sub(" ", sentence))
    left = re.split(
        r"\b(?:because|since|due\s+to|given\s+that|as\s+(?:it|they|he|she|we|i|"
        r"the)\b)",
        left,
        flags=re.IGNORECASE,
    )[0]
    if told.is_scalar and any(
        label and re.search(rf"\b(?:is|are|remains|was)\s+(?:\w+\s+)?{re.escape(label)}\W*$", left, re.IGNORECASE)
        for label in told.labels
    ):
        return False
    if re.search(r"\bnot\s+(?:in|on|part\s+of)\s+(?:the|this)\s+list\b", left) and not numbers_of(left) & told.numbers:
        return False
    keys = [
        name
        for name in told.keys
        if re.search(rf"\b{re.escape(name)}\b(?:\s+\w+)?\s*(?:\b(?:is|are|was|were)\b|[:=])", left.casefold())
    ]
    if (
        keys
        and not numbers_of(sentence) & told.numbers
        and not any(label and label in " ".join(words_of(sentence)) for label in told.labels)
    ):
        if _FOUND.search(left):
            return False
        return re.search(r"\b(?:in|not)\b|[:=]", left) is not None
    named = any(len(name) > 2 and re.search(rf"\b{re.escape(name)}\b", left.casefold()) for name in told.keys)
    if named and _COMMANDS.match(sentence) and not _PROVENANCE.search(sentence):
        return True
    if _RISK.search(left) is None:
        return False
    if _OTHERS.match(sentence) and not told.is_person and not numbers_of(left) & told.numbers:
        return (
            re.search(r"\bi(?:['’](?:ll|m|d)|\s+(?:will|may|might|could|should|would))\b", sentence, re.IGNORECASE)
            is not None
        )
    small = " ".join(words_of(left))
    return (
        _ITSELF.search(left) is not None
        or bool(numbers_of(left) & told.numbers)
        or any(name and re.search(rf"\b{re.escape(name)}\b", small) for name in told.names | told.labels)
    )


@cache
def _stating(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(name)}\s+(?:is|was|=|:)\s+[$€£]?(?P<number>-?\d[\d,]*(?:\.\d+)?)(?![\d:/-])")


@cache
def _acts(label: str) -> re.Pattern[str]:
    """How a sentence says that it is this label: by itself, as what one does, as what it is."""
    word = re.escape(label)
    return re.compile(
        rf"^(?:no |nope |so |oh |well |now |then |and |but |ok |okay )*(?:{word}|i (?:\w+ly |do |just |now |"
        rf"still )?{word}|"
        rf"(?:it s|it is|that s|that is|make (?:it|that)|let s|let us|let s go with) (?:a )?{word})(?: instead|"
        rf" now| then| after all)?$|"
        rf"\b{word} it is\b|\bi(?: \w+ly)? {word}$"
    )


_AGES = re.compile(
    r"\b(?:turned|turns|aged|age\s+of|is\s+now)\s+(\d{1,3})\b|\b(\d{1,3})(?:\s+|-)years?(?:\s+|-)old", re.IGNORECASE
)


def _says_other(sentence: str, told: Told, labels: Iterable[str]) -> bool:
    """Whether a sentence states a value where the answer has another one."""
    plain = " ".join(words_of(sentence))
    numbers = numbers_of(sentence)
    if "age" in told.keys and told.numbers:
        ages = {Decimal(one[1] or one[2]) for one in _AGES.finditer(sentence)}
        if ages and not ages & told.numbers:
            return True
    held = told.labels & set(labels)
    for label in labels:
        if held and label and label not in told.labels and _acts(label).search(plain):
            return True
    if (
        numbers
        and not numbers & told.numbers
        and told.numbers
        and re.fullmatch(r"\W*(?:no,?\s+)?-?[\d,]*\d\d!?\s*", sentence)
    ):
        return True
    if told.is_scalar and numbers and told.numbers and not numbers & told.numbers and _MAKES.search(sentence):
        return True
    if _DECIDES.search(sentence) and not _NEXT_TIME.search(sentence):
        said = {label for label in labels if label and re.search(rf"\b{re.escape(label)}\b", plain)}
        if said and not said & told.labels and told.labels & set(labels):
            return True
        if told.is_scalar and told.numbers and numbers and not numbers & told.numbers:
            return True
    return _states_other(sentence, told)


def _states_other(sentence: str, told: Told) -> bool:
    """Whether a sentence gives a field, or a name, a number that the answer does not hold."""
    numbers = numbers_of(sentence)
    if told.is_scalar or not numbers or not told.numbers or numbers <= told.numbers:
        return False
    small = sentence.casefold()
    stated = [match for name in told.names if name for match in _stating(name).finditer(small)]
    if numbers & told.numbers:
        return any(numbers_of(match["number"]) - told.numbers for match in stated)
    return bool(stated) or any(
        name and re.search(rf"\b{re.escape(name)}{_STATES}\W{{0,4}}(?:\w+\s+)?-?[$€£]?\d", small) for name in told.names
    )
