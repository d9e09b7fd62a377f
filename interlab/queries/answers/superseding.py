"""Values that a text names only to say what it was, what it was taken for, or what it is not: "It rose from 30 to 33."."""

from __future__ import annotations

import re

_CLAUSE = re.compile(
    r"[.;!?。；]\s*(?=\s|$)|[,:，]\s+|\s[–—-]\s|\s+(?=(?:and|but|while|whereas|und|aber|et|mais|y|pero|e|ma|mas|en|maar|i|ale|и|а|но)\s)|\n+"
)
_SET_ASIDE = re.compile(
    r"\b(?:rather\s+than|instead\s+of|contrary\s+to|unlike|as\s+opposed\s+to|in\s+contrast\s+to|other\s+than|compared\s+(?:with|to)|versus|vs\.?|"
    r"(?:down|up)\s+from|statt|anstatt|anstelle\s+von|au\s+lieu\s+de|en\s+(?:vez|lugar)\s+de|invece\s+di|em\s+vez\s+de|in\s+plaats\s+van|"
    r"zamiast|místo|alih-alih)\s+(?:the\s+|its\s+|their\s+|his\s+|her\s+|an?\s+|on\s+|at\s+|de\s+|der\s+|les?\s+|los\s+)?$|вместо\s+$",
    re.IGNORECASE,
)
_MOVED = re.compile(
    r"\b(?:ros|rise|fell|fall|mov|extend|postpon|chang|rais|lower|cut|increas|decreas|went|go|grew|grow|drop|climb|correct|revis|updat|reduc|"
    r"reschedul|push|brought|shift|jump|shr[aiu]nk|slip|sank|sink|declin|put)\w*\b[^.;!?]{0,50}\bfrom\s+(?:the\s+)?(?:\w+day,?\s+)?[$€£]?$",
    re.IGNORECASE,
)
_TO_NEXT = re.compile(r"^[^.;!?\d]{0,24}\bto\s+(?:the\s+)?(?:\w+day,?\s+)?[$€£]?\d")
_BYGONE = re.compile(
    r"\b(?:originally|initial(?:ly)?|at\s+first|first\s+(?:guess|thought|wrote|said|draft|estimate|idea|impression|count|planned|announced|given)|last\s+(?:year|month|week|season|time)|"
    r"previous(?:ly)?|former(?:ly)?|used\s+to|earlier|old|once|back\s+then|was\s+(?:\w+\s+)?(?:planned|scheduled|meant|supposed|intended|announced|set|due|hoped)|"
    r"had\s+(?:been\s+)?(?:planned|hoped|thought|expected|wanted|announced|scheduled|guessed|intended)|hoped|wanted|(?:i|we)\s+(?:first\s+)?(?:thought|believed|assumed|guessed)|would\s+have|"
    r"might\s+(?:expect|think|guess|say|suppose)|yesterday|ago|ursprünglich|zuerst|früher|vorher|letztes\s+jahr|d['’]abord|initialement|auparavant|antes|al\s+principio|"
    r"originalmente|prima|inizialmente|in\s+origine|inicialmente|eerst|eerder|oorspronkelijk|vroeger|wcześniej|początkowo|pierwotnie|původně|dříve|"
    r"раньше|сначала|изначально|прежде|awalnya|semula|dulu|dahulu)\b|原定|原来|原來|原本|以前|当初|最初|去年|元々|원래|처음",
    re.IGNORECASE,
)
_PAST = re.compile(
    r"\b(?:was|were|had|cost|costed|stood|war|était|era|eran|fue|was|był[ao]?|byl[ao]?|было?)\b|была", re.IGNORECASE
)
_PRESENT = re.compile(
    r"\b(?:now|today|nowadays|currently|at\s+present|this\s+(?:year|month|week|season)|jetzt|heute|inzwischen|nun|maintenant|désormais|aujourd['’]hui|"
    r"ahora|hoy|adesso|ora|oggi|agora|hoje|nu|tegenwoordig|vandaag|teraz|obecnie|dziś|teď|nyní|dnes|теперь|сейчас|сегодня|sekarang|kini)\b|现在|如今|目前|現在|今|지금|이제",
    re.IGNORECASE,
)
_WRONG = re.compile(
    r"\b(?:wrong|incorrect|mistaken|a\s+(?:mistake|slip|typo|misprint|misreading|miscount)|out\s+of\s+date|outdated|obsolete|superseded|not\s+(?:right|correct|true)|"
    r"no\s+longer|falsch|veraltet|ein\s+fehler|faux|périmé|incorrecto|erróneo|sbagliat[oa]|errado|fout|onjuist|błędn[ae]|špatně|chybn[áé]|неверно|ошибка|salah|keliru)\b|错|錯|間違|틀",
    re.IGNORECASE,
)
_RIGHT = re.compile(
    r"\b(?:correct(?:ly)?|right|true|actual(?:ly)?|real(?:ly)?|in\s+fact|richtig|tatsächlich|correcte?|exacte?|correcto|corretto|correto|juist|poprawn[ae]|"
    r"správn[áě]|правильно|верно|benar)\b|正确|正確|正しい|맞",
    re.IGNORECASE,
)


def standing(text: str, spans: list[tuple[int, int]]) -> list[int]:
    """Which of several values stand: the places in the list of those that are not set aside for another one.

    Args:
        text: a reply in words.
        spans: where the values stand in it, in order.
    """
    everything = list(range(len(spans)))
    if len(spans) < 2:
        return everything
    clauses = [_clause(text, span) for span in spans]
    kept = [index for index in everything if not _is_set_aside(text, spans[index])]
    if not kept:
        return everything
    now = [index for index in kept if _PRESENT.search(text[slice(*clauses[index])])]
    bygone = [index for index in kept if _is_told_as_over(text, clauses[index], spans[index], has_present=bool(now))]
    left = [index for index in kept if index not in bygone]
    return left or kept


def without_set_aside(text: str, spans: list[tuple[int, int]], kept: list[int]) -> str:
    """A text with the phrases that set values aside blanked, so that their words are not held against the others.

    Args:
        text: a reply in words.
        spans: where all values stand in it.
        kept: where those begin that stand.
    """
    for start, end in spans:
        if start in kept or not kept:
            continue
        before = text[max(0, start - 120) : start]
        aside = _SET_ASIDE.search(before)
        begin = max(0, start - 120) + aside.start() if aside is not None else -1
        stop = end
        if aside is None:
            begin, stop = _clause(text, (start, end))
        if _MOVED.search(before):
            begin, stop = start - 6, end
        if not any(begin <= one < stop for one in kept):
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
    before, after = text[max(0, span[0] - 120) : span[0]], text[span[1] :]
    if _SET_ASIDE.search(before):
        return True
    return _MOVED.search(before) is not None and _TO_NEXT.match(after[:60]) is not None


def _is_told_as_over(text: str, clause: tuple[int, int], span: tuple[int, int], *, has_present: bool) -> bool:
    words = text[slice(*clause)]
    if _PRESENT.search(words) or _RIGHT.search(words):
        return False
    next_words = re.match(
        r"[\s,.;:–—-]*(?:but\s+|which\s+|that\s+|and\s+)*(?:is|was|are|were|this|that|it)?[^,.;!?\d]{0,40}",
        text[clause[1] :],
    )
    if _WRONG.search(text[span[1] : clause[1]]) or (next_words is not None and _WRONG.search(next_words.group())):
        return True
    return _BYGONE.search(words) is not None or (has_present and _PAST.search(words) is not None)
