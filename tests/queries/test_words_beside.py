"""Words before and behind an object: what speaks against it refuses it, what explains it or is about others does not.

Labels follow tests/corpus/README.md. Every text is tried beside the same object, so that only the words decide.
"""

from __future__ import annotations

import time
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from interlab.errors import ParsingFailure
from interlab.queries import parse_json
from interlab.queries.answers.held import held_by
from interlab.queries.answers.judging import against
from interlab.queries.json_type import json_type


class Urgency(Enum):
    """Names of numbers."""

    CALM = 1
    SOON = 2
    NOW = 3


class Boat(BaseModel):
    name: str
    length_m: Annotated[float, Field(gt=0)]
    crew: int
    hull: Literal["wood", "steel", "plastic"]
    sold: bool
    resolved: bool = False
    launched: date | None = None
    owner: str | None = None


class Call(BaseModel):
    reason: str
    urgency: Urgency


class Sailor(BaseModel):
    name: str
    age: int


BOAT = '{"name": "Merle", "length_m": 9.5, "crew": 4, "hull": "wood", "sold": false, "launched": "2019-05-03"}'
CALL = '{"reason": "The bilge pump is stuck.", "urgency": 2}'
SAILORS = '[{"name": "Ines", "age": 31}, {"name": "Tom", "age": 44}]'

REFUSED_BEFORE = [
    "The crew is probably larger.",
    "The length may be off, the tape was old.",
    "Her length is a typo in the register.",
    "I guessed the crew.",
    "The hull ought to be steel.",
    "It's not wood, whatever the ad says.",
    "The crew is five, by the way.",
    "It has a crew of 4 or 5.",
    "The length is somewhere from 9 to 10 metres.",
    "The length is given in feet and I copied it as it is.",
    "Don't use this yet.",
    "Please swap in your own boat's name.",
    "I may yet find a better source, so hold this back.",
    "Which boat do you mean, the old one or the new one?",
    "You asked for the Gudrun; there I have no papers.",
    "The owner is Paula Quist.",
    "Her name is Mirle in the register.",
    "The boat has been sold since.",
    "Not to be taken seriously.",
    "Roughly a sketch.",
    "What a typical boat would look like:",
    "Assuming the second page is right, this is it.",
    "Die Länge ist nur geschätzt.",
    "La longueur n'est pas sûre.",
    "La eslora es un ejemplo.",
    "Длина указана примерно.",
    "长度是我猜的。",
    "長さは仮の値です。",
    "길이는 추측입니다.",
]
REFUSED_BEHIND = [
    "The crew is five, as the skipper says.",
    "Steel would fit just as well.",
    "The hull is steel, of course.",
    "Add half a metre for the rudder.",
    "The length has to be 10.",
    "Bring the crew down to 3.",
    "The boat was sold in March.",
    "The launch was a year later.",
    "The length needs another digit.",
    "(Put in whichever name you like.)",
    "I'd call the hull plastic.",
    "Owner: Paula Quist.",
    "Entschuldigung, die Länge ist falsch.",
    "すみません、9.5ではなく10.5でした。",
]
READ_BEFORE = [
    "I read the register from the first page to the last.",
    "It's not steel, as the ad claims.",
    "The crew is given on page 3.",
    "The ad says nothing about an owner, so that's null.",
    "No mistake, the hull is wood.",
    "Her sister ship was wrecked.",
    "Voici le bateau :",
    "Hier ist das Boot aus dem Register:",
    "これが結果です:",
]
READ_BEHIND = [
    "Her sister ship might have been faster.",
    "If a storm comes up, you should moor her in the harbour.",
    "The harbour dues have no place in the schema.",
    "You might want to paint her in spring.",
    "The crew isn't larger because there are only four berths.",
    "A common mistake is to count the ship's cat.",
    "The mast could not be repaired in time.",
    "Next year I may visit the shipyard.",
    "Sag Bescheid, wenn du mehr brauchst.",
    "Если нужно, объясню подробнее.",
]


def boat(text: str) -> Any:
    return parse_json(text, Boat, finish_reason="stop")


@pytest.mark.parametrize("words", REFUSED_BEFORE)
def test_words_before_that_speak_against_an_object_refuse_it(words: str) -> None:
    with pytest.raises(ParsingFailure):
        boat(f"{words}\n\n```json\n{BOAT}\n```")


@pytest.mark.parametrize("words", REFUSED_BEHIND)
def test_words_behind_that_speak_against_an_object_refuse_it(words: str) -> None:
    with pytest.raises(ParsingFailure):
        boat(f"```json\n{BOAT}\n```\n\n{words}")


@pytest.mark.parametrize("words", READ_BEFORE)
def test_words_before_that_explain_or_are_about_others_leave_an_object(words: str) -> None:
    assert boat(f"{words}\n\n```json\n{BOAT}\n```") == Boat.model_validate_json(BOAT)


@pytest.mark.parametrize("words", READ_BEHIND)
def test_words_behind_that_explain_or_are_about_others_leave_an_object(words: str) -> None:
    assert boat(f"```json\n{BOAT}\n```\n\n{words}") == Boat.model_validate_json(BOAT)


@pytest.mark.parametrize(
    ("words", "is_read"),
    [("It's SOON in your list.", True), ("Urgency is NOW, they are sinking.", False), ("The urgency is CALM.", False)],
)
def test_names_of_numbers_are_set_against_the_number(words: str, is_read: bool) -> None:
    text = f"{CALL}\n\n{words}"
    if is_read:
        assert parse_json(text, Call, finish_reason="stop").urgency is Urgency.SOON
    else:
        with pytest.raises(ParsingFailure):
            parse_json(text, Call, finish_reason="stop")


@pytest.mark.parametrize(
    ("before", "is_read"),
    [
        ("There was a dog too, which doesn't count.", True),
        ("Ines and Tom are cousins.", True),
        ("The ages are swapped in the diary.", False),
        ("Tom is a year older.", False),
        ("There was a third one as well.", False),
    ],
)
def test_lists_of_objects_are_judged_too(before: str, is_read: bool) -> None:
    text = f"{before}\n\n{SAILORS}"
    if is_read:
        assert [one.name for one in parse_json(text, list[Sailor], finish_reason="stop")] == ["Ines", "Tom"]
    else:
        with pytest.raises(ParsingFailure):
            parse_json(text, list[Sailor], finish_reason="stop")


def test_a_draft_before_the_answer_may_be_called_wrong() -> None:
    draft = BOAT.replace("9.5", "8.5")
    text = f"Draft: {draft}\n\nThe length is wrong there.\n\nFinal answer:\n{BOAT}"
    assert boat(text).length_m == 9.5


@pytest.mark.parametrize("junk", [" " * 20_000, "a" * 20_000, "the crew " * 2_000, "12 to " * 3_000])
def test_long_words_are_judged_in_time(junk: str) -> None:
    of = json_type(Boat)
    held = held_by({"name": "Merle", "crew": 4}, of.schema, {"wood", "steel", "plastic"})
    start = time.perf_counter()
    against(f"x{junk}x", held, ahead=True)
    assert time.perf_counter() - start < 3
