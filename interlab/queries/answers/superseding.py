"""Values that a text names only to say that they are not meant: "33, contrary to the 30 in the leaflet"."""

from __future__ import annotations

import re

_CLAUSE = re.compile(
    r"[.;!?。；]\s*(?=\s|$)|[,:，]\s+|\s[–—-]\s|"
    r"\s+(?=(?:and|but|while|whereas|und|aber|et|mais|y|pero|e|ma|mas|en|maar|i|ale|и|а|но)\s)|\n+"
)
_SET_ASIDE = re.compile(
    r"\b(?:rather\s+than|instead\s+of|contrary\s+to|unlike|as\s+opposed\s+to|in\s+contrast\s+to|other\s+than|"
    r"compared\s+(?:with|to)|versus|vs\.?|statt|anstatt|anstelle\s+von|au\s+lieu\s+de|en\s+(?:vez|lugar)\s+de|"
    r"invece\s+di|em\s+vez\s+de|in\s+plaats\s+van|zamiast|místo|alih-alih)\s+"
    r"(?:the\s+|its\s+|their\s+|his\s+|her\s+|an?\s+|on\s+|at\s+|de\s+|der\s+|les?\s+|los\s+)?$|вместо\s+$",
    re.IGNORECASE,
)
_MISTAKEN = re.compile(
    r"\b(?:i|we)\s+(?:had\s+)?(?:at\s+)?(?:first|initially|originally|mistakenly|wrongly)\s+"
    r"(?:wrote|thought|guessed|said|believed|assumed|counted|had|got|put)\b|"
    r"\b(?:at\s+first|initially),?\s+(?:i|we)\s+(?:wrote|thought|guessed|said|believed|assumed|counted)\b|"
    r"\bmy\s+first\s+(?:guess|thought|impression|idea)\b|\byou\s+(?:might|may|could)\s+(?:think|expect|guess|"
    r"suppose)\b",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\b(?:wrong|incorrect|mistaken|a\s+(?:mistake|slip|typo|misprint|misreading|miscount)|out\s+of\s+date|outdated|"
    r"obsolete|superseded|not\s+(?:right|correct|true)|falsch|veraltet|ein\s+fehler|faux|périmé|incorrecto|erróneo|"
    r"sbagliat[oa]|errado|fout|onjuist|błędn[ae]|špatně|chybn[áé]|неверно|ошибка|salah|keliru)\b|错|錯|間違|틀",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"[\s,.;:–—-]*(?:(?:but|which|that|and)\s+){0,2}(?:is|was|are|were|this|that|it)?[^,.;!?\d]{0,40}", re.IGNORECASE
)


def standing(text: str, spans: list[tuple[int, int]]) -> list[int]:
    """Which of several values stand: the places in the list of those that are not said to be other ones than meant.

    Args:
        text: a reply in words.
        spans: where the values stand in it, in order.
    """
    if len(spans) < 2:
        return list(range(len(spans)))
    kept = [index for index, span in enumerate(spans) if not _is_set_aside(text, span)]
    return kept or list(range(len(spans)))


def without_set_aside(text: str, spans: list[tuple[int, int]], kept: list[int]) -> str:
    """A text with the phrases that set values aside blanked, so that their words are not held against the others.

    Args:
        text: a reply in words.
        spans: where the values stand that are set aside.
        kept: where those begin that stand.
    """
    for start, end in spans:
        at = max(0, start - 120)
        aside = _SET_ASIDE.search(text[at:start])
        begin, stop = (at + aside.start(), end) if aside is not None else _clause(text, (start, end))
        if kept and not any(begin <= one < stop for one in kept):
            text = text[:begin] + " " * (stop - begin) + text[stop:]
    return text


def _clause(text: str, span: tuple[int, int]) -> tuple[int, int]:
    start, end = 0, len(text)
    for match in _CLAUSE.finditer(text):
        if match.end() <= span[0]:
            start = match.end()
        elif match.start() >= span[1]:
            end = match.start()
            break
    return start, end


def _is_set_aside(text: str, span: tuple[int, int]) -> bool:
    begin, end = _clause(text, span)
    if _SET_ASIDE.search(text[max(0, span[0] - 120) : span[0]]) or _MISTAKEN.search(text[begin : span[0]]):
        return True
    follows = _NEXT.match(text, end)
    return any(_WRONG.search(words) for words in (text[span[1] : end], follows.group() if follows is not None else ""))
