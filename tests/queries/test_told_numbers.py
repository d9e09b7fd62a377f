"""Numbers, days, moments, prices and stars in sentences of several languages: what they tell, and what they do not."""

from __future__ import annotations

import importlib.util
import json
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest

from interlab.errors import ParsingFailure
from interlab.queries import parse_json
from interlab.queries.answers.counting import words_that_count
from interlab.queries.answers.tongues import tongues_of

MADE: dict[str, Any] = {"Day": date.fromisoformat, "Moment": datetime.fromisoformat, "Amount": Decimal}
"""How what is written below stands for the value."""

CASES: dict[str, list[Any]] = json.loads(Path(__file__).with_name("told_numbers.json").read_text("utf-8"))
READ, REFUSED = CASES["read"], CASES["refused"]


def _types() -> dict[str, Any]:
    """The types of the corpus, by name."""
    path = Path(__file__).parents[1] / "corpus" / "schemas.py"
    spec = importlib.util.spec_from_file_location("interlab_corpus_schemas", path)
    assert spec is not None and spec.loader is not None
    module = sys.modules.setdefault(spec.name, importlib.util.module_from_spec(spec))
    if not hasattr(module, "SCHEMAS"):
        spec.loader.exec_module(module)
    return dict(module.SCHEMAS)


TYPES = _types()


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize(("kind", "value", "text"), READ, ids=[text for _, _, text in READ])
def test_what_a_sentence_tells_is_read(kind: str, value: Any, text: str) -> None:
    meant = MADE.get(kind, _plain)(value)
    assert _plain(parse_json(text, TYPES[kind], finish_reason="stop")) == meant


@pytest.mark.parametrize(("kind", "text"), REFUSED, ids=[f"{kind}: {text}" for kind, text in REFUSED])
def test_what_a_sentence_does_not_tell_is_refused(kind: str, text: str) -> None:
    with pytest.raises(ParsingFailure):
        parse_json(text, TYPES[kind], finish_reason="stop")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Es sind dreihundertfünfundvierzig Stühle.", 345),
        ("Il y a quatre-vingt-dix-sept chaises.", 97),
        ("Il y a deux cent trois chats.", 203),
        ("Hay noventa y nueve sillas.", 99),
        ("Ci sono centotré sedie.", 103),
        ("São duzentos e quinze ovos.", 215),
        ("Er zijn tweeëndertig stoelen.", 32),
        ("Jest sto dwadzieścia siedem krzeseł.", 127),
        ("Je jich dvě stě osm.", 208),
        ("Там сто двадцать три стула.", 123),
        ("Ada seratus tiga belas kursi.", 113),
        ("这里有三百零五把椅子。", 305),
        ("Die Summe ist minus sieben.", -7),
    ],
)
def test_number_words_are_counted(text: str, value: int) -> None:
    assert [found for _, _, found in words_that_count(text, tongues_of(text))] == [value]


@pytest.mark.parametrize(
    ("text", "tongue"),
    [
        ("Im Regal stehen 23 Bücher.", "de"),
        ("Il reste 23 livres dans le bus.", "fr"),
        ("Quedan 23 libros en la mesa.", "es"),
        ("Ci sono 23 libri nella borsa.", "it"),
        ("Há 23 livros na mesa.", "pt"),
        ("Er staan 23 boeken in de kast.", "nl"),
        ("Na półce jest 23 książek.", "pl"),
        ("Na stole je 23 knih.", "cs"),
        ("Ada 23 buku di meja itu.", "id"),
        ("There are 23 books on the table.", "en"),
    ],
)
def test_small_words_show_the_language(text: str, tongue: str) -> None:
    assert tongue in tongues_of(text)


@pytest.mark.parametrize(
    "part", ["of the ", "12 + ", "a, ", "not ", "from 12 to ", "hopes for the ", "一", "No. ", "12'"]
)
def test_long_texts_are_read_in_time(part: str) -> None:
    began = perf_counter()
    for text in ("The number is " + part * (20_000 // len(part)) + "12.", ("It is " + part * 300)[:1900] + "12."):
        for kind in ("Integer", "PriceUSD", "Day"):
            try:
                parse_json(text, TYPES[kind], finish_reason="stop")
            except ParsingFailure:
                continue
    assert perf_counter() - began < 20
