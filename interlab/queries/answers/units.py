"""Units of measure and currencies: which one a field states, and which one a number comes with."""

from __future__ import annotations

import re


def _split(text: str) -> list[str]:
    return text.split()


_UNITS: dict[str, str] = {
    "km": "km kms kilometre kilometres kilometer kilometers",
    "m": "m metre metres meter meters",
    "cm": "cm centimetre centimetres centimeter centimeters",
    "mm": "mm millimetre millimetres millimeter millimeters",
    "mile": "mi mile miles",
    "foot": "ft foot feet",
    "inch": "in inch inches",
    "yard": "yd yard yards",
    "kg": "kg kgs kilo kilos kilogram kilograms kilogramme kilogrammes",
    "g": "g gram grams gramme grammes",
    "mg": "mg milligram milligrams",
    "lb": "lb lbs pound pounds",
    "oz": "oz ounce ounces",
    "ton": "t ton tons tonne tonnes",
    "l": "l litre litres liter liters",
    "ml": "ml millilitre millilitres milliliter milliliters",
    "cl": "cl",
    "dl": "dl",
    "gallon": "gal gallon gallons",
    "cup": "cup cups",
    "tbsp": "tbsp tablespoon tablespoons",
    "tsp": "tsp teaspoon teaspoons",
    "pint": "pint pints",
    "ms": "ms msec millisecond milliseconds",
    "s": "s sec secs second seconds",
    "min": "min mins minute minutes",
    "h": "h hr hrs hour hours std stunde stunden",
    "day": "day days tag tage",
    "week": "week weeks wk wks",
    "month": "month months mo",
    "year": "y yr yrs year years old aged age jahre jahr ans años anni 岁 歳",
    "decade": "decade decades",
    "century": "century centuries",
    "c": "c °c celsius centigrade",
    "f": "f °f fahrenheit",
    "k": "kelvin",
    "degree": "° degree degrees deg",
    "byte": "b byte bytes",
    "kb": "kb kib kilobyte kilobytes",
    "mb": "mb mib megabyte megabytes",
    "gb": "gb gib gigabyte gigabytes",
    "tb": "tb terabyte terabytes",
    "w": "w watt watts",
    "kw": "kw kilowatt kilowatts",
    "kwh": "kwh",
    "hz": "hz hertz",
    "v": "v volt volts",
    "px": "px pixel pixels",
    "mph": "mph",
    "kmh": "km/h kmh kph",
    "acre": "acre acres",
    "hectare": "ha hectare hectares",
    "calorie": "cal calorie calories kcal",
    "usd": "$ us$ usd dollar dollars buck bucks",
    "eur": "€ eur euro euros",
    "gbp": "£ gbp sterling quid",
    "jpy": "¥ jpy yen 円",
    "cny": "cny rmb yuan 元",
    "inr": "₹ inr rupee rupees",
    "chf": "chf franc francs",
    "cad": "c$ ca$ cad",
    "aud": "a$ au$ aud",
    "krw": "₩ krw won",
    "rub": "₽ rub rubel ruble rubles rouble roubles",
    "btc": "btc bitcoin bitcoins",
    "sek": "sek kronor krona",
    "nok": "nok kroner krone",
    "dkk": "dkk",
    "pln": "pln zł zloty zlotys złoty",
    "czk": "czk kč koruna korunas",
    "huf": "huf forint forints",
    "try": "try ₺ lira liras",
    "brl": "brl r$ reais",
    "mxn": "mxn peso pesos",
    "zar": "zar rand",
    "ils": "ils ₪ shekel shekels",
    "thb": "thb ฿ baht",
    "nzd": "nzd nz$",
    "sgd": "sgd s$",
    "hkd": "hkd hk$",
    "cent": "¢ ct cent cents penny pennies pence",
    "pp": "pp",
}
UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
"""The unit that a word stands for."""

CURRENCIES = frozenset(
    [
        "usd", "eur", "gbp", "jpy", "cny", "inr", "chf", "cad", "aud", "krw", "rub", "btc", "sek", "nok", "dkk", "pln",
        "czk", "huf", "try", "brl", "mxn", "zar", "ils", "thb", "nzd", "sgd", "hkd",
    ]
)  # fmt: skip
_COUNTRIES = {
    "swiss": "chf", "canadian": "cad", "australian": "aud", "us": "usd", "u.s.": "usd", "american": "usd",
    "british": "gbp", "japanese": "jpy", "chinese": "cny", "indian": "inr", "mexican": "mxn", "swedish": "sek",
    "norwegian": "nok", "danish": "dkk", "hong kong": "hkd", "singapore": "sgd", "new zealand": "nzd",
    "south african": "zar", "russian": "rub", "turkish": "try", "polish": "pln", "czech": "czk", "hungarian": "huf",
    "brazilian": "brl", "israeli": "ils",
}  # fmt: skip
_NATIONAL = re.compile(
    rf"\b({'|'.join(map(re.escape, _COUNTRIES))})\s+(?:francs?|dollars?|pounds?(?:\s+sterling)?|yen|yuan|rupees?|"
    r"pesos?|kron(?:a|or|er|e)|crowns?|rand|r(?:o)?ub(?:le|el)s?|liras?|zlotys?|korunas?|forints?|reais|shekels?)\b",
    re.IGNORECASE,
)


def plain_currencies(text: str) -> str:
    """A text in which currencies named after a country stand as their codes: "48 Swiss francs" as "48 CHF"."""
    return _NATIONAL.sub(lambda one: _COUNTRIES[one[1].casefold()].upper(), text)


# Letters that are units after a number, but say nothing in a name or a description.
_ONLY_AFTER_NUMBERS = frozenset(
    [
        "m",
        "g",
        "l",
        "s",
        "h",
        "t",
        "y",
        "c",
        "f",
        "b",
        "w",
        "v",
        "k",
        "in",
        "mo",
        "min",
        "cal",
        "old",
        "mi",
        "won",
        "age",
        "aged",
        "tag",
        "ha",
    ]
)
_IN_NAMES = {"s": "s", "c": "c", "f": "f", "g": "g", "m": "m", "h": "h", "min": "min", "l": "l", "age": "year"}

NO_COUNT = frozenset(
    [
        "more",
        "less",
        "fewer",
        "plus",
        "minus",
        "or",
        "and",
        "to",
        "about",
        "dozen",
        "dozens",
        "hundred",
        "hundreds",
        "thousand",
        "thousands",
        "million",
        "millions",
        "half",
        "quarter",
        "quarters",
        "third",
        "thirds",
        "fifth",
        "fifths",
        "per",
        "each",
        "every",
        "if",
        "unless",
        "not",
        "no",
        "ish",
        "maybe",
        "something",
        "few",
        "times",
        "over",
        "under",
        "above",
        "below",
        "max",
        "min",
        "maximum",
        "minimum",
        "couple",
        "pair",
        "pairs",
        "score",
        "gross",
        "percent",
        "pct",
        "ppm",
        "th",
        "nd",
        "rd",
        "st",
        "k",
        "x",
        "times",
        "than",
        "from",
        "approximately",
        "roughly",
        "either",
        "between",
        "but",
        "except",
        "without",
        "with",
        "point",
        "odd",
        "some",
        "several",
        "otherwise",
        "only",
        "when",
        "divided",
        "multiplied",
        "squared",
        "cubed",
        "power",
        "ago",
        "later",
        "earlier",
        "bc",
        "am",
        "pm",
        "by",
        "until",
        "before",
        "after",
        "gegen",
        "etwa",
        "ungefähr",
        "dutzend",
        "percentage",
        "twice",
        "thrice",
        "short",
        "rad",
        "radians",
        "basis",
        "bps",
        *_split(
            "promille permille permil promil prozentpunkte промилле oder ou lub albo nebo eller atau или либо "
            "mehr weniger moins más menos più meno mais meer minder więcej mniej více méně больше меньше более "
            "менее lebih kurang fler mer flere mere enemmän rund circa zirka environ aproximadamente ongeveer "
            "około asi примерно minimum höchstens mindestens maximal minimal und et ed и dan och og ve bis à "
            "tot до sampai höher weniger später früher"
        ),
    ]
)
"""Words behind a number that are no counted things."""


def words_of(name: str) -> list[str]:
    """The words of a name such as ``distanceKm`` or ``distance_km``, in small letters."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return [word for word in re.split(r"[\W_]+", parted.casefold()) if word]


def stated_units(name: str, description: str) -> frozenset[str]:
    """The units that a field's name and description state."""
    found: set[str] = set()
    words = words_of(name)
    for index, word in enumerate(words):
        if word in UNIT_OF and word not in _ONLY_AFTER_NUMBERS:
            found.add(UNIT_OF[word])
        elif word in _IN_NAMES and (index == len(words) - 1 or word == "age") and (len(words) > 1 or word == "age"):
            found.add(_IN_NAMES[word])
    for word in re.findall(r"[^\W\d_]+/h|[$€£¥₹°][cCfF]?|[^\W\d_]+", description.casefold()):
        if word in UNIT_OF and word not in _ONLY_AFTER_NUMBERS:
            found.add(UNIT_OF[word])
    if "kilometer" in description.casefold() and "hour" in description.casefold():
        found.add("kmh")
    return frozenset(found)


_MEASURES = {
    "seconds": "sekunden? secondes? segundos? second[oi] seconden sekund\\w* sekunder vteřin\\w* секунд\\w* detik",
    "minutes": "minuten? minutes? minutos? minut[oi] minuut minuter minuty? minut minutter минут\\w* menit",
    "hours": "stunden? std heures? horas? ora ore uur uren timmar timer godzin\\w* hodin\\w* час\\w* jam",
    "days": "tage?n? jours? d[ií]as? giorn[oi] dag dagen dagar dager dage dni dnů dny dn[íi] дн\\w+ день hari päivää",
    "weeks": "wochen? semaines? semanas? settiman[ae] weken veckor uker tygodni\\w* týdn\\w* недел\\w+ minggu",
    "months": "monate?n? mois mes meses mes[ei] maand maanden månader måneder miesi\\w+ měsíc\\w* месяц\\w* bulan",
    "years": "jahre?n? ans? années? años? ann[oi] anos? jaar jaren år lat lata roků let лет tahun vuotta",
    "metres": "metern? mètres? metros? metr[oi] metrów metrů metry метр\\w* meter",
    "kilometres": "kilometern? kilomètres? kilómetros? quil[óô]metros? chilometr[oi] kilometrów kilometrů "
    "километр\\w* км kilometer",
    "centimetres": "zentimetern? centimètres? centímetros? centimetr\\w+ сантиметр\\w* см",
    "litres": "litern? litres? litros? litr[oi] liter litrów litrů литр\\w* л",
    "grams": "gramm grammes? gramos? gramm[oi] gramas? gramów gramů грамм\\w* г gram",
    "kilograms": "kilogramm kilos? kilogrammes? kilogramos? chil[oi] quilos? kilogram\\w* kilogramů килограмм\\w* "
    "кг kilo",
    "degrees": "grad degrés? grados? grad[oi] graus? graden stopni\\w* stupň\\w* градус\\w* derajat",
    "dollars": "dollars? dólar\\w* dollar[oi] dolar\\w* dolár\\w* доллар\\w* dollar",
    "euros": "euros? евро",
    "rubles": "rubel рубл\\w+ руб",
    "yen": "yen",
    "pounds": "pfund livres? libras? sterline funt\\w* liber",
    "rupees": "rupiah kronen? kronor kroner korun\\w* złot\\w+ zł kč kr",
}
_PATTERNS = [(re.compile("|".join(patterns.split()), re.IGNORECASE), unit) for unit, patterns in _MEASURES.items()]


def unit_word(word: str) -> str | None:
    """The English word for the unit of measure that a word of some language is; None if it is none.

    Args:
        word: in small letters.
    """
    if word in UNIT_OF:
        return word
    return next((unit for pattern, unit in _PATTERNS if pattern.fullmatch(word)), None)
