"""Number words of several languages, from 2 to 999, and the numerals of Chinese, Japanese and Korean."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise

Speller = Callable[[int], list[str]]
_MAX_WORDS = 8


def _split(text: str) -> list[str]:
    return text.split()


def _germanic(ones: list[str], tens: list[str], und: str, hundred: str, eins: str, *, trema: bool) -> Speller:
    def spell(number: int) -> list[str]:
        if number >= 100:
            rest = spell(number % 100) if number % 100 else [""]
            heads = [ones[number // 100] + hundred] + ([hundred] if number < 200 else [])
            return [head + one for head in heads for one in rest]
        if number < 20 or number % 10 == 0:
            return [ones[number] if number < 20 else tens[number // 10]]
        one = eins if number % 10 == 1 else ones[number % 10]
        link = "ën" if trema and one.endswith("e") else und
        return [one + link + tens[number // 10]]

    return spell


def _french(number: int) -> list[str]:
    ones = _split(
        "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
        "dix-sept dix-huit dix-neuf"
    )
    tens = ["", "", "vingt", "trente", "quarante", "cinquante", "soixante", "soixante", "quatre-vingt", "quatre-vingt"]
    if number >= 100:
        head = ("" if number < 200 else ones[number // 100] + " ") + "cent"
        rest = number % 100
        return [f"{head} {one}" for one in _french(rest)] if rest else [head, head + "s"]
    if number < 20:
        return [ones[number]]
    ten, rest = divmod(number, 10)
    if ten in (7, 9):
        rest += 10
    if not rest:
        return [tens[ten], tens[ten] + "s"] if ten == 8 else [tens[ten]]
    joined = f"{tens[ten]}-{ones[rest]}"
    return [joined, f"{tens[ten]} et {ones[rest]}", f"{tens[ten]}-et-{ones[rest]}", f"{tens[ten]} {ones[rest]}"]


def _romance(
    ones: list[str], tens: list[str], hundreds: list[str], link: str, over: str, own: dict[int, str]
) -> Speller:
    def spell(number: int) -> list[str]:
        if number in own:
            return [own[number]]
        if number >= 100:
            return [hundreds[number // 100] + over + one for one in (spell(number % 100) if number % 100 else [""])]
        if number < len(ones):
            return [ones[number]]
        ten, rest = divmod(number, 10)
        return [tens[ten] + (link + ones[rest] if rest else "")]

    return lambda number: [one.strip() for one in spell(number)]


def _italian(number: int) -> list[str]:
    ones = _split(
        "zero uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
        "quindici sedici diciassette diciotto diciannove"
    )
    tens = ["", "", "venti", "trenta", "quaranta", "cinquanta", "sessanta", "settanta", "ottanta", "novanta"]
    if number >= 100:
        head = ("" if number < 200 else ones[number // 100]) + "cento"
        forms = [head + one for one in (_italian(number % 100) if number % 100 else [""])]
        return forms + [form[:-1] + "é" for form in forms if number % 100 == 3]
    if number < 20:
        return [ones[number]]
    ten, rest = divmod(number, 10)
    if not rest:
        return [tens[ten]]
    stem = tens[ten][:-1] if rest in (1, 8) else tens[ten]
    return [stem + ("tré" if rest == 3 else ones[rest]), stem + ones[rest]]


def _spaced(ones: list[str], tens: list[str], hundreds: list[str]) -> Speller:
    def spell(number: int) -> list[str]:
        parts = [hundreds[number // 100]] if number >= 100 else []
        rest = number % 100
        if rest >= 20:
            parts.append(tens[rest // 10])
            rest %= 10
        if rest or not parts:
            parts.append(ones[rest])
        return [" ".join(parts)]

    return spell


def _indonesian(number: int) -> list[str]:
    ones = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"]
    if number >= 100:
        head = "seratus" if number < 200 else ones[number // 100] + " ratus"
        return [f"{head} {one}".strip() for one in (_indonesian(number % 100) if number % 100 else [""])]
    if number < 12:
        return [ones[number]]
    if number < 20:
        return [ones[number - 10] + " belas"]
    return [f"{ones[number // 10]} puluh" + (f" {ones[number % 10]}" if number % 10 else "")]


def _hundreds(stems: str, one: str, ending: str) -> list[str]:
    return ["", one] + [stem + ending for stem in stems.split()]


_SPELL: dict[str, Speller] = {
    "de": _germanic(
        _split(
        "null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
        "sechzehn siebzehn achtzehn neunzehn"
    ),
        ["", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"],
        "und", "hundert", "ein", trema=False,
    ),
    "nl": _germanic(
        _split(
        "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
        "zeventien achttien negentien"
    ),
        ["", "", "twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig"],
        "en", "honderd", "een", trema=True,
    ),
    "fr": _french,
    "it": _italian,
    "es": _romance(
        _split(
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis "
        "diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro veinticinco "
        "veintiséis veintisiete veintiocho veintinueve"
    ),
        ["", "", "", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"],
        ["", "ciento", "doscientos", "trescientos", "cuatrocientos", "quinientos", "seiscientos", "setecientos",
         "ochocientos", "novecientos"],
        " y ", " ", {100: "cien"},
    ),
    "pt": _romance(
        _split(
        "zero um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis "
        "dezessete dezoito dezenove"
    ),
        ["", "", "vinte", "trinta", "quarenta", "cinquenta", "sessenta", "setenta", "oitenta", "noventa"],
        ["", "cento e", "duzentos e", "trezentos e", "quatrocentos e", "quinhentos e", "seiscentos e", "setecentos e",
         "oitocentos e", "novecentos e"],
        " e ", " ", {100: "cem", 200: "duzentos", 300: "trezentos", 500: "quinhentos"},
    ),
    "pl": _spaced(
        _split(
        "zero jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście "
        "trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście"
    ),
        ["", "", "dwadzieścia", "trzydzieści", "czterdzieści", "pięćdziesiąt", "sześćdziesiąt", "siedemdziesiąt",
         "osiemdziesiąt", "dziewięćdziesiąt"],
        ["", "sto", "dwieście", "trzysta", "czterysta", "pięćset", "sześćset", "siedemset", "osiemset", "dziewięćset"],
    ),
    "cs": _spaced(
        _split(
        "nula jedna dva tři čtyři pět šest sedm osm devět deset jedenáct dvanáct třináct čtrnáct patnáct "
        "šestnáct sedmnáct osmnáct devatenáct"
    ),
        ["", "", "dvacet", "třicet", "čtyřicet", "padesát", "šedesát", "sedmdesát", "osmdesát", "devadesát"],
        ["", "sto", "dvě stě", "tři sta", "čtyři sta", "pět set", "šest set", "sedm set", "osm set", "devět set"],
    ),
    "ru": _spaced(
        _split(
        "ноль один два три четыре пять шесть семь восемь девять десять одиннадцать двенадцать тринадцать "
        "четырнадцать пятнадцать шестнадцать семнадцать восемнадцать девятнадцать"
    ),
        ["", "", "двадцать", "тридцать", "сорок", "пятьдесят", "шестьдесят", "семьдесят", "восемьдесят", "девяносто"],
        ["", "сто", "двести", "триста", "четыреста", "пятьсот", "шестьсот", "семьсот", "восемьсот", "девятьсот"],
    ),
    "id": _indonesian,
    "en": _spaced(
        _split(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen"
    ),
        ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"],
        ["", *(f"{one} hundred" for one in ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"])],
    ),
    "nordic": _spaced(
        _split(
        "noll ett två tre fyra fem sex sju åtta nio tio elva tolv tretton fjorton femton sexton sjutton "
        "arton nitton"
    ),
        ["", "", "tjugo", "trettio", "fyrtio", "femtio", "sextio", "sjuttio", "åttio", "nittio"],
        _hundreds("två tre fyra fem sex sju åtta nio", "hundra", "hundra"),
    ),
}  # fmt: skip
_MINUS = frozenset(["minus", "negative", "moins", "menos", "meno", "min", "минус"])
_LARGER = re.compile(
    r"\s*(?:hundred|thousand|million|billion|hundert|tausend|millionen|mille|mil|mila|millones|milhões|"
    r"duizend|miljoen|tysi\w+|tisíc\w*|тысяч\w*|миллион\w*|ribu|juta|tusen|dozen|score)\b",
    re.IGNORECASE,
)
"""What makes the words before it a part of a larger number."""


@cache
def _spelled(tongue: str) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {("a", "hundred"): 100} if tongue == "en" else {}
    for number in (0, *range(2, 1000)):
        for form in _SPELL[tongue](number):
            found[tuple(re.findall(r"\w+", form.casefold()))] = number
            if tongue == "en" and number > 100 and number % 100:
                head, tail = form.casefold().split(" hundred ", 1)
                found[tuple(re.findall(r"\w+", f"{head} hundred and {tail}"))] = number
    return found


_HAN = {one: value for value, one in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
_HAN_PLACES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "萬": 10_000}
_HAN_NUMBER = re.compile(
    r"[负負]?[一二两兩三四五六七八九十百千万萬〇零]*[十百千万萬二两兩三四五六七八九][一二三四五六七八九〇零]?"
)


def han(text: str) -> int | None:
    """A number in Chinese numerals, or None if they are none."""
    total, part, digit = 0, 0, 0
    for letter in text:
        if letter in _HAN:
            if digit:
                return None
            digit = _HAN[letter]
        elif letter in "万萬":
            total, part, digit = (total + part + digit) * 10_000, 0, 0
        elif letter in _HAN_PLACES:
            part += (digit or 1) * _HAN_PLACES[letter]
            digit = 0
        else:
            return None
    return total + part + digit


def words_that_count(text: str, tongues: frozenset[str]) -> list[tuple[int, int, int]]:
    """Where number words of some languages stand in a text, each with its value."""
    words = [(one.group().casefold(), one.start(), one.end()) for one in re.finditer(r"[^\W\d_]+", text)]
    found: list[tuple[int, int, int]] = []
    for tongue in sorted(tongues & _SPELL.keys()):
        found += _runs(text, words, _spelled(tongue))
    if tongues & {"zh", "ja"}:
        for match in _HAN_NUMBER.finditer(text):
            value = han(match.group().lstrip("负負"))
            if value is not None and text[match.end() : match.end() + 1] not in "月日号號分点點":
                found.append((match.start(), match.end(), -value if match.group()[0] in "负負" else value))
    kept: list[tuple[int, int, int]] = []
    for one in sorted(found, key=lambda one: (one[0], -one[1])):
        if not kept or one[0] >= kept[-1][1]:
            kept.append(one)
    return kept


def _runs(
    text: str, words: list[tuple[str, int, int]], known: dict[tuple[str, ...], int]
) -> list[tuple[int, int, int]]:
    found = []
    at = 0
    while at < len(words):
        for length in range(min(_MAX_WORDS, len(words) - at), 0, -1):
            run = words[at : at + length]
            value = known.get(tuple(one[0] for one in run))
            gaps = [text[a[2] : b[1]] for a, b in pairwise(run)]
            if value is None or any(gap.strip(" -\u2011") for gap in gaps):
                continue
            start, end = run[0][1], run[-1][2]
            if at and words[at - 1][0] in _MINUS and not text[words[at - 1][2] : start].strip():
                start, value = words[at - 1][1], -value
            if not _LARGER.match(text, end) and not text.startswith(("-", "'", "’"), end):
                found.append((start, end, value))
            at += length - 1
            break
        at += 1
    return found
