"""The figures in a text: which of them may be the value of a type, and which only stand beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

from interlab.queries.answers.counting import words_that_count
from interlab.queries.answers.dates import find_dates
from interlab.queries.answers.tongues import is_small_word
from interlab.queries.answers.units import CURRENCIES, NO_COUNT, UNIT_OF, unit_word

Kind = Literal["value", "other", "odd", "operand", "beside"]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number in a text.

    Args:
        start, end: where it stands, with its sign, its currency and its percent sign.
        kind: a ``value`` of the type; one in an ``other`` unit; an ``odd`` one that can't be read; an ``operand`` of a
            calculation; or one ``beside`` it: a year, the number of a page, a time of day.
        value: what the type reads it as, in JSON.
        is_signed: whether a currency or a percent sign stands with it.
    """

    start: int
    end: int
    kind: Kind
    value: Any = None
    is_signed: bool = False


Read = Callable[[str], Any]

_EASTERN = re.compile(
    r"\s?(?:(?P<dollars>美元|美金|ドル|달러)|(?P<percent>パーセント|퍼센트|프로(?!\w))|"
    r"(?P<other>円|元|块|원|岁|歳|才|세|살|年|月|日(?!本)|년|월|일(?!\w)|時間|小时|小時|시간?|时|時|点|點|分|秒|"
    r"분|초|公里|千米|千克|公斤|厘米|米|"
    r"キロ|グラム|メートル|センチ|リットル|ユーロ|欧元|歐元|유로|升|平方|立方|度|摄氏|倍|割|成|折|万|萬|亿|億|"
    r"千|百|만|억|천|미터|킬로|그램|"
    r"리터|도|배|周|週|天|个月|か月|ヶ月|개월|주))"
)
_PERCENT = re.compile(
    r"\s?(?:%|％)|\s(?:percent|per\s+cent|prozent|pour\s?cents?|por\s+ci?ento|per\s?cento|procent\w*|процент\w*|persen|"
    r"prosenttia|prosent|yüzde)\b",
    re.IGNORECASE,
)
_TAX = re.compile(
    r"\s+(?:sales\s+)?(?:tax|vat|discount|interest|off|tip|surcharge|commission|duty|mwst|rabatt|steuer|tva|remise|"
    r"iva|descuento|sconto|desconto|"
    r"btw|korting|rabatu|slevy|скидк\w+|ндс)\b|(?<=%)[.!]?$(?<!\w)(?!)",
    re.IGNORECASE,
)
_OUT_OF = re.compile(r"\s(?:stars?\s)?out\s+of\s+\d+(?:\sstars?)?", re.IGNORECASE)
_TAX_OF = re.compile(
    r"\b(?:tax|vat|discount|rebate|interest|tip|surcharge|commission|mwst|rabatt|steuer|tva|remise|iva|descuento|"
    r"sconto|desconto|btw|korting|rabat\w*|slev\w+)\s+(?:rate\s+)?"
    r"(?:of|von|de|di|van|z|ve\s+výši)\s+$",
    re.IGNORECASE,
)
_US_DOLLARS = re.compile(r"\s?US[-\s]?(?:Dollars?|\$)", re.IGNORECASE)
_DIGITS = (
    r"[1-9]\d{0,2}(?:(?P<group>[,'’\u00a0\u202f\u2009 ])\d{3})(?:(?P=group)\d{3})*(?:\.\d+)?(?![\d'’]|[.,]\d)|"
    r"\d+(?:[.,]\d+)*"
)
_FIGURE = re.compile(
    r"(?<![A-Za-z0-9_.,/:^À-ɏЀ-ӿ-])(?P<sign>[-−–+]\s?(?=[$€£¥\d])|\b(?:minus|negative|moins|menos|meno|"
    r"минус)\s+(?=[$€£\d])|"
    r"(?:マイナス|负|負|마이너스)\s?(?=\d))?"
    r"(?P<money>(?:[A-Z]{1,2}\s?\$|[$€£¥₹₩₽]|\b(?:USD|EUR|GBP|JPY|CHF|CAD|AUD|Rp)\b)\s?)?"
    rf"(?P<minus>[-−](?=\d))?(?P<digits>{_DIGITS}|\.\d+)(?P<power>[eE][+-]?\d+|"
    rf"\s?[×x]\s?10\^?[-−⁻\d⁰¹²³⁴-⁹]+)?(?P<times>\s?[kKM](?!\w))?"
)
_GLUED = re.compile(r"[\ufe0f\u20e3A-Za-zÀ-ɏЀ-ӿ_^!²³°]|[-–/]\d|\s[-–]\s\d|\.\.|…|:\d|%\d")
_TIME_OF_DAY = re.compile(r"\d{1,2}(?:[:h]\d{2})(?::\d{2})?|\d{1,2}\s?(?:[ap]\.?m\b|o['’]clock|uhr\b)", re.IGNORECASE)
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th|º|ª|er|ème|e|\.(?=\s+[a-zäöü]))\b", re.IGNORECASE)
_REFERENCE = re.compile(
    r"(?:\b(?:tables?|pages?|pp?\.|steps?|figures?|fig\.|chapters?|sections?|lines?|rows?|columns?|rooms?|"
    r"platforms?|options?|"
    r"questions?|no\.|nr\.|versions?|v|python|editions?|models?|items?|grades?|levels?|articles?|games?|rounds?|"
    r"volumes?|vol\.|"
    r"gates?|tracks?|highways?|routes?|cases?|parts?|exercises?|problems?|tasks?|appendix|annex|paragraphs?|"
    r"lessons?|weeks?|days?|"
    r"windows|lots?|flights?|lanes?|floors?|streets?|units?|tabelle|seite|kapitel|zeile|abschnitt|schritt|gleis|"
    r"zimmer|aufgabe|"
    r"tableau|chapitre|ligne|étape|tabla|página|capítulo|línea|paso|sección|tabella|pagina|capitolo|riga|tabela|"
    r"linha|seção|"
    r"tabel|hoofdstuk|bladzijde|stap|stron\w+|tabel\w+|rozdzia\w+|stran\w+|tabulk\w+|kapitol\w+|таблиц\w+|"
    r"страниц\w+|глав\w+|шаг|"
    r"halaman|bab|langkah)\s*|[#§№]\s?|第)$",
    re.IGNORECASE,
)


def is_reference(text: str, start: int) -> bool:
    """Whether a number at a place is that of a page, a table, a round: "in round 3"."""
    return _REFERENCE.search(text[max(0, start - 24) : start]) is not None


_OPERATOR = (
    r"[-+−–*×x·⋅/÷:]|times|multiplied\s+by|divided\s+by|plus|minus|over|mal|geteilt\s+durch|durch|fois|"
    r"divisé(?:\s+par)?|"
    r"multiplié\s+par|por|multiplicado\s+por|dividido\s+(?:entre|por)|entre|más|menos|moins|per|diviso(?:\s+per)?|"
    r"più|meno|vezes|mais|"
    r"keer|maal|gedeeld\s+door|razy|podzielone\s+przez|krát|děleno|lomeno|умножить\s+на|разделить\s+на|"
    r"умноженное\s+на|плюс|минус|на|"
    r"kali|dibagi|ditambah|dikurangi|乘以|除以|加上|减去|加|减|減|乘|除|かける|わる|たす|ひく|割る|掛ける|足す|"
    r"引く|곱하기|나누기|더하기|빼기"
)
_GAP = re.compile(
    rf"\s?(?:[^\W\d]+\s){{0,2}}?\s?(?:\s[^\W\d]+\s?)?[\s)]*(?:{_OPERATOR})[\s(]*(?:[$€£])?", re.IGNORECASE
)
_PARTS = re.compile(
    r"\s?(?:[^\W\d]+\s){0,2}?(?:of|von|de|di|van|z|ze|из|dari|sur|su|op|av)(?:\s+(?:the|his|her|its|their|our|all|"
    r"den|insgesamt|les|los|las|i|os|as|wszystkich|všech))?\s+",
    re.IGNORECASE,
)
_CHANCE = re.compile(r"\s(?:in|zu|to|sur|gegen)\s", re.IGNORECASE)
_TAKEN_FROM = re.compile(
    r"\b(?:double|twice|thrice|triple|half(?:\s+of)?|(?:the\s+)?(?:square|cube|root|double|reciprocal|inverse|"
    r"logarithm|factorial|opposite|complement)\s+of|times|"
    r"took\s+off|takes?\s+off|taking\s+off|knock(?:ed|ing)?\s+off|deduct(?:ed|ing|s)?|subtract(?:ed|ing|s)?|docked|"
    r"(?:multiple|factor|divisor|power|fraction|share|part)\s+of|"
    r"divisible\s+by|das\s+doppelte\s+von|die\s+hälfte\s+von|le\s+double\s+de|la\s+moitié\s+de|el\s+doble\s+de|"
    r"la\s+mitad\s+de|il\s+doppio\s+di|la\s+metà\s+di)\s+"
    r"(?:a\s+|the\s+)?$|[√∛]$",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"(?:\s[^\W\d]+)?\s*,?\s(?:each|apiece|a\s+piece|a\s+head|an?\s+(?:night|day|week|month|year|person|hour|unit|"
    r"kilo|pound|dozen|pair)|per\s+\w+|je|pro\s+\w+|chacun\w*|cada\s+un[oa]|ciascun\w*|squared|cubed)\b|"
    r"!(?=\s*(?:is|=))",
    re.IGNORECASE,
)
_NO_UNIT = re.compile(
    r"\s(?:decimals?|digits?|places?|significant|dimensions?|ways?|times|nachkommastellen|stellen|décimales?|"
    r"decimales|cifras|cifre)\b",
    re.IGNORECASE,
)
_EQUALS = re.compile(r"(?![^=]{0,24}\b(?:or|and|und|oder|et|ou|y|o|e|en|of)\b)[^=\d.;!?]{0,24}(?:=|≈)\s*[(\[]?")


def figures_in(
    text: str, read: Read, errors: tuple[type[Exception], ...], tongues: frozenset[str], *, counts: bool = True
) -> list[Figure]:
    """All figures of a text, in order.

    Args:
        text: sentences.
        read: reads a number with its unit as the type; raises one of the errors if it is none.
        errors: what it may raise.
        tongues: the languages of the text.
        counts: whether the type may be a count of things; if not, a number of things is none of it.
    """
    found: list[Figure] = [Figure(start, end, "beside") for start, end in find_dates(text, with_time=False)]
    for match in _FIGURE.finditer(text):
        if not any(one.start <= match.start("digits") < one.end for one in found):
            found.append(_in_digits(text, match, read, errors))
    for start, end, value in words_that_count(text, tongues):
        if any(one.start < end and start < one.end for one in found):
            continue
        found.append(_in_words(text, start, end, value, read, errors))
    for match in re.finditer(r"\bone\s+([a-z]+)", text, re.IGNORECASE):
        if unit_word(match[1].casefold()) is not None and match[1].casefold() not in _MAY_BE_WORDS:
            found.append(Figure(match.start(), match.end(), "other"))
    found.sort(key=lambda one: one.start)
    if not counts:
        found = [replace(one, kind="other") if _counts_things(text, one, tongues) else one for one in found]
    return _without_working(text, found)


def _in_digits(text: str, match: re.Match[str], read: Read, errors: tuple[type[Exception], ...]) -> Figure:
    start, end = match.span()
    begin = match.start("digits")
    if (
        _TIME_OF_DAY.match(text, begin)
        or _ORDINAL.match(text, begin)
        or _REFERENCE.search(text[max(0, start - 24) : start])
    ):
        return Figure(start, end, "beside")
    if re.fullmatch(r"1\d\d\d|20\d\d", match.group()) and re.match(r"\s?(?:年|년|г\b|год|roku\b|r\.)", text[end:]):
        return Figure(start, end, "beside")
    if re.match(r"[.)]\s", text[end:]) and re.search(r"(?:^|\n)\s*$", text[:start]) and "\n" in text:
        return Figure(start, end, "beside")  # the number of a line
    glued = _GLUED.match(text, end)
    if glued is not None and not re.match(r"°|-[A-Za-zÀ-ɏЀ-ӿ]", text[end:]):
        return Figure(start, end, "odd")
    is_negative = bool(match["minus"]) or (match["sign"] or "+").strip() != "+"
    sign = "-" if is_negative else ""
    body = (match["money"] or "") + sign + match["digits"] + (match["power"] or "") + (match["times"] or "")
    return _with_unit(text, start, end, body, bool(match["money"]), read, errors)


def _in_words(text: str, start: int, end: int, value: int, read: Read, errors: tuple[type[Exception], ...]) -> Figure:
    if _REFERENCE.search(text[max(0, start - 24) : start]):
        return Figure(start, end, "beside")
    return _with_unit(text, start, end, str(value), False, read, errors)


def _with_unit(
    text: str, start: int, end: int, body: str, has_money: bool, read: Read, errors: tuple[type[Exception], ...]
) -> Figure:
    scale = _OUT_OF.match(text, end)
    if scale is not None:
        return _tried(start, scale.end(), [body + scale.group()], False, read, errors)
    percent = _PERCENT.match(text, end)
    if percent is not None and (_TAX.match(text, percent.end()) or _TAX_OF.search(text[max(0, start - 30) : start])):
        return Figure(start, percent.end(), "beside")
    hundredths = re.search(r"(?:百分之|yüzde\s|%)\s?$", text[:start])
    if percent is not None or hundredths is not None:
        stop = percent.end() if percent is not None else end
        return _tried(start, stop, [body + "%"], True, read, errors)
    american = _US_DOLLARS.match(text, end)
    if american is not None:
        return _tried(start, american.end(), [body + " dollars"], True, read, errors)
    if re.match(r"-(?!star|point|stern)[^\W\d_]{2,}", text[end:], re.IGNORECASE):
        return Figure(start, end, "beside")  # "a 20-year-old"
    eastern = _EASTERN.match(text, end)
    if eastern is not None:
        if eastern["dollars"]:
            return _tried(start, eastern.end(), [body + " dollars"], True, read, errors)
        kind: Kind = "odd" if eastern["other"] and eastern["other"] in "万萬亿億千百만억천割成折倍배" else "other"
        if eastern["percent"]:
            return _tried(start, eastern.end(), [body + "%"], True, read, errors)
        return Figure(start, eastern.end(), kind)
    unit = re.compile(r"\s?(?:([$€£¥₹₩₽¢‰](?!\d)|°\s?[CF]?|[A-Za-z]+/h\b)|([^\W\d_]+))").match(text, end)
    if unit is None:
        return _tried(start, end, [body], has_money, read, errors)
    if unit[1]:
        return _tried(start, unit.end(), [body + " " + unit[1].strip()], True, read, errors)
    word = unit[2].casefold()
    known = unit_word(word)
    if known is not None:
        as_word = [body] if word in _MAY_BE_WORDS and not has_money else []
        money = UNIT_OF.get(known, "") in CURRENCIES | {"cent"}
        read_as = _tried(start, unit.end(), [f"{body} {known}", *as_word], has_money or money, read, errors)
        return read_as if read_as.kind == "value" else replace(read_as, kind="other")
    if word in NO_COUNT and word not in _GOES_ON:
        return _tried(start, unit.end(), [f"{body} {word}"], has_money, read, errors, kind="odd")
    return _tried(start, end, [body], has_money, read, errors)


_GOES_ON = frozenset(
    ["and", "but", "to", "with", "before", "after", "by", "when", "only", "if", "unless", "not", "without", "except",
     "otherwise", "from", "for", "each", "every", "between", "either", "later", "earlier"]
)  # fmt: skip
"""Words behind a number that go on with the sentence, rather than change the number."""
_MAY_BE_WORDS = frozenset(["in", "b", "c", "v", "w", "y", "k", "f", "mes", "an", "ora", "won", "ct", "liber", "ano"])
"""Words that are units, and small words of a sentence, too."""


def _tried(
    start: int,
    end: int,
    forms: list[str],
    is_signed: bool,
    read: Read,
    errors: tuple[type[Exception], ...],
    *,
    kind: Kind | None = None,
) -> Figure:
    for form in forms:
        try:
            return Figure(start, end, "value", read(form), is_signed)
        except errors:
            continue
    return Figure(start, end, kind or ("other" if is_signed else "odd"), None, is_signed)


_STARS = re.compile(
    r"[\s-]*(?:stars?|points?|percent\w*|sterne?n?|punkte?n?|étoiles?|estrellas?|stelle|stella|estrelas?|sterren|"
    r"ster|gwiazd\w*|hvězd\w*|звезд\w*|звёзд\w*|bintang|stjärnor|stjerner|puntos?|"
    r"punti|pontos?|puntos|dollars?|bucks|颗|顆|星|つ星|점|개|별|out\b|/)",
    re.IGNORECASE,
)


def _counts_things(text: str, one: Figure, tongues: frozenset[str]) -> bool:
    """Whether a bare number is followed by the things that it counts."""
    if one.kind != "value" or one.is_signed or "." in text[one.start : one.end]:
        return False
    stars = _STARS.match(text, one.end)
    if stars is not None:
        return (
            re.match(
                r"[\s-]*(?:stars?|sterne?)?[\s-]*(?:hotel|restaurant|resort|inn|general|house)",
                text[one.end :],
                re.IGNORECASE,
            )
            is not None
        )
    word = re.compile(r"\s(?:of\b(?!\s+\d)|out\b|([^\W\d_]+))").match(text, one.end)
    if word is None:
        return False
    return word[1] is None or not is_small_word(word[1], tongues)


def _role(text: str, one: Figure) -> Kind:
    """What a figure is by the words right beside it."""
    before = text[max(0, one.start - 40) : one.start]
    if one.kind in ("value", "other") and (_TAKEN_FROM.search(before) or _RATE.match(text, one.end)):
        return "operand"
    if one.kind == "value" and _NO_UNIT.match(text, one.end):
        return "beside"
    if one.kind == "other" and not one.is_signed and _IN_PHRASE.search(before):
        return "beside"
    return one.kind


_IN_PHRASE = re.compile(
    r"\b(?:in|within|for|after|during|over|at|every|per|of|about|to|lasting|takes?|by|in|innerhalb\s+von|nach|seit|"
    r"en|pendant|après|durante|dopo|após|"
    r"binnen|w|po|za|в|за|после|dalam|selama|på|i|efter)\s+(?:the\s+|a\s+|only\s+|just\s+|first\s+)?$",
    re.IGNORECASE,
)


def _without_working(text: str, found: list[Figure]) -> list[Figure]:
    """The figures, with those that are only reckoned with marked as operands."""
    kept = [replace(one, kind=_role(text, one)) for one in found]
    for index, (one, other) in enumerate(pairwise(found)):
        if "beside" in (one.kind, other.kind):
            continue
        gap = text[one.end : other.start]
        if other.start < len(text) and text[other.start] in "-−–+" and not gap.strip():
            gap += text[other.start]
        if len(gap) > 40:
            continue
        if _CHANCE.fullmatch(gap) and not re.search(r"\bfrom\s+\S{0,2}$", text[: one.start], re.IGNORECASE):
            kept[index], kept[index + 1] = replace(one, kind="odd"), replace(other, kind="odd")
        elif _PARTS.fullmatch(gap):
            kept[index + 1] = replace(other, kind="beside")
            if one.kind == "other":
                kept[index] = replace(one, kind="operand")
        elif _GAP.fullmatch(gap):
            kept[index], kept[index + 1] = replace(one, kind="operand"), replace(other, kind="operand")
        elif gap.strip() == "=" and kept[index].kind == other.kind == "value" and repr(one.value) != repr(other.value):
            kept[index], kept[index + 1] = replace(one, kind="odd"), replace(other, kind="odd")
        elif _EQUALS.fullmatch(gap):
            kept[index] = replace(one, kind="operand")
    return kept


_NAMED_VALUE = re.compile(
    r"\b(?P<name>[A-Za-z]\w{0,12})\s*=\s*(?P<value>[-+−]?\d[\d.,]*\d|[-+−]?\d)(?!\s*[-+*/×·^=]|\w)"
)


def names_twice(text: str) -> bool:
    """Whether a text gives one name several values: "x = 3 and x = -3"."""
    told: dict[str, set[str]] = {}
    for one in _NAMED_VALUE.finditer(text):
        told.setdefault(one["name"], set()).add(one["value"])
    return any(len(values) > 1 for values in told.values())
