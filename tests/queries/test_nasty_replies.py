"""Replies as models write them: each is read right, or refused. None may be read as something else."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import pytest

from interlab.errors import ParsingFailure
from interlab.queries import parse_json


@dataclass
class Offer:
    price: int
    kind: Literal["offer", "accept", "walk away"]


@dataclass
class Note:
    text: str
    price: int | None = None


class Color(enum.Enum):
    RED = "r"
    GREEN = "g"


Move = Literal["cooperate", "defect"]
Choice = Literal["a", "b", "c"]

THREE = Offer(3, "offer")

RIGHT: list[tuple[str, Any, Any]] = [
    ("Answer: 5\nWait, it is 6.", int, 6),
    # where the answer stands
    ('{"price": 3, "kind": "offer"}', Offer, THREE),
    ('\ufeff {"price": 3, "kind": "offer"}\n', Offer, THREE),
    ('```json\n{"price": 3, "kind": "offer"}\n```', Offer, THREE),
    ('```\n{"price": 3, "kind": "offer"}\n```', Offer, THREE),
    ('```JSON {"price": 3, "kind": "offer"}```', Offer, THREE),
    ('Sure! Here is my offer:\n\n```json\n{"price": 3, "kind": "offer"}\n```\nLet me know!', Offer, THREE),
    ('~~~\n{"price": 3, "kind": "offer"}\n~~~', Offer, THREE),
    ('```json\n{"price": 3, "kind": "offer"}', Offer, THREE),
    ('My answer is {"price": 3, "kind": "offer"}.', Offer, THREE),
    ('<think>{"price": 9, "kind": "accept"}? No.</think>{"price": 3, "kind": "offer"}', Offer, THREE),
    ('I might say {"price": 9, "kind": "accept"}\n</think>\n{"price": 3, "kind": "offer"}', Offer, THREE),
    ('{"price": 3, "kind": "offer"}\n{"kind": "offer", "price": 3}', Offer, THREE),
    ('I use {curly} braces [sometimes]. {"price": 3, "kind": "offer"}', Offer, THREE),
    ('As [1] says: {"price": 3, "kind": "offer"}', Offer, THREE),
    ('{"price": 3, "kind": "offer"}}', Offer, THREE),
    ('{"text": "use ``` and {braces} and </think> here"}', Note, Note("use ``` and {braces} and </think> here")),
    ('```json\n{"text": "a ``` inside"}\n```', Note, Note("a ``` inside")),
    ("<think>hm</think>\n\n5", int, 5),
    ("My picks are [1, 2].", list[int], [1, 2]),
    ('I don\'t like it.\n\n```json\n{"price": 3, "kind": "offer"}\n```', Offer, THREE),
    # syntax
    ("{'price': 3, 'kind': 'offer'}", Offer, THREE),
    ('{"price": 3, "kind": "offer",}', Offer, THREE),
    ('{price: 3, kind: "offer"}', Offer, THREE),
    ("{price: 3, kind: walk away}", Offer, Offer(3, "walk away")),
    ("{“price”: 3, “kind”: “offer”}", Offer, THREE),
    ('{"price": 3 // a fair one\n, "kind": "offer"}', Offer, THREE),
    ('{"price": 3\n "kind": "offer"}', Offer, THREE),
    ('{"price": 3; "kind": "offer"}', Offer, THREE),
    ('{"text": "she said "no" to me"}', Note, Note('she said "no" to me')),
    ("{'text': 'it's fine', 'price': None}", Note, Note("it's fine")),
    ('{"text": "two\nlines"}', Note, Note("two\nlines")),
    ('{"text": "a\\_b and \\alpha"}', Note, Note("a_b and \\alpha")),
    ('{"price": +3, "kind": "offer"}', Offer, THREE),
    ("[True, False]", list[bool], [True, False]),
    # shape
    ('[{"price": 3, "kind": "offer"}]', Offer, THREE),
    ('{"price": 3, "kind": "offer"}', list[Offer], [THREE]),
    ('{"answer": {"price": 3, "kind": "offer"}}', Offer, THREE),
    ('{"Offer": {"price": 3, "kind": "offer"}}', Offer, THREE),
    ('{"Price": 3, "KIND": "offer"}', Offer, THREE),
    ('"{\\"price\\": 3, \\"kind\\": \\"offer\\"}"', Offer, THREE),
    ('{"price": 3, "kind": "offer", "reason": "because"}', Offer, THREE),
    ('{"answer": 5}', int, 5),
    ("[5]", int, 5),
    # values
    ('{"price": "3", "kind": "Offer"}', Offer, THREE),
    ('{"price": 3.0, "kind": "walk_away"}', Offer, Offer(3, "walk away")),
    ('{"price": "1,200", "kind": "offer"}', Offer, Offer(1200, "offer")),
    ('"RED"', Color, Color.RED),
    ("red", Color, Color.RED),
    ("r", Color, Color.RED),
    ('{"text": "x", "price": "none"}', Note, Note("x")),
    ("5", int, 5),
    ("**5**", int, 5),
    ("-2.5", float, -2.5),
    ("Yes.", bool, True),
    ("2024-05-06", date, date(2024, 5, 6)),
    # scalars
    ("cooperate", Move, "cooperate"),
    ("Cooperate.", Move, "cooperate"),
    ('"defect"', Move, "defect"),
    ("`defect`", Move, "defect"),
    ("1", Literal["1", "2"], "1"),
    ("true", Literal["true", "false"], "true"),
    ("2", Literal[1, 2], 2),
    ("b)", Choice, "b"),
    ("(B)", Choice, "b"),
    ("**b**", Choice, "b"),
    ("Answer: b", Choice, "b"),
    ("The answer is b.", Choice, "b"),
    ("Two plus three is five.\n\nAnswer: 5", int, 5),
    ("**Final answer:** 5", int, 5),
    ("I choose defect.", Move, "defect"),
    ("five", int, 5),
    ("$5", int, 5),
    ("5 dollars", int, 5),
    ('"2,400"', float, 2400.0),
    ('{"price": 3}', int, 3),
    ("42, not 41.", int, 42),
    # lists and texts
    ('["a" "b"]', list[str], ["a", "b"]),
    ("[1 2]", list[int], [1, 2]),
    ('{"price": 3, "kind": "offer"}\n{"price": 4, "kind": "offer"}', list[Offer], [THREE, Offer(4, "offer")]),
    ("Paris", str, "Paris"),
    # other notations
    ("price: 3\nkind: offer", Offer, THREE),
    ("| price | kind |\n|---|---|\n| 3 | offer |", Offer, THREE),
    ("<price>3</price><kind>offer</kind>", Offer, THREE),
    ("Offer(price=3, kind='offer')", Offer, THREE),
    ("```\ndefect\n```", Move, "defect"),
]

REFUSED: list[tuple[str, Any]] = [
    # nothing there
    ("", int),
    ("   \n", Offer),
    ("I can't help with that.", Offer),
    ("<think>It is 5, I suppose", int),
    ('<think>maybe {"price": 3, "kind": "offer"}', Offer),
    ("<think>5</think>", int),
    # more than one
    ("2 or 3", int),
    ("2-3", int),
    ("between 2 and 3", int),
    ("2, 3", int),
    ("5 6", int),
    ('{"price": 3, "kind": "offer"} or {"price": 4, "kind": "offer"}', Offer),
    ('```json\n{"price": 3, "kind": "offer"}\n```\nor\n```json\n{"price": 4, "kind": "offer"}\n```', Offer),
    ('[{"price": 3, "kind": "offer"}, {"price": 4, "kind": "offer"}]', Offer),
    ("[1, 2]", int),
    ("[1, 2] or [3]", list[int]),
    ("cooperate or defect", Move),
    ("a and b", Choice),
    ("Answer: 5\nAnswer: 6", int),
    ("Answer: 5\nWait, is it?", int),
    ("Answer: 5. Wait, that is wrong.", int),
    ("Answer: 5 or 6", int),
    ('{"price": 3, "price": 4, "kind": "offer"}', Offer),
    ("{'price': 3, 'price': 4, 'kind': 'offer'}", Offer),
    ('{"price": 5 or 6, "kind": "offer"}', Offer),
    ('{"price": "5 or 6", "kind": "offer"}', Offer),
    ('{"price": [3, 4], "kind": "offer"}', Offer),
    ('{"Price": 3, "PRICE": 4, "kind": "offer"}', Offer),
    # negated, hedged, taken back
    ("I will not defect", Move),
    ("I will not defect.", Move),
    ("I would never cooperate", Move),
    ("not defect", Move),
    ("Answer: not b", Choice),
    ("b) is wrong", Choice),
    ("anything but b", Choice),
    ("no deal", bool),
    ("Yes, but only if you pay first.", bool),
    ('"do not defect"', Move),
    ('I would not answer {"price": 3, "kind": "offer"}', Offer),
    ('For example, {"price": 3, "kind": "offer"} would be valid.', Offer),
    ('{"price": 3, "kind": "offer"} is not my answer.', Offer),
    ('{"price": 3, "kind": "offer"}\n\nWait, that is too low.', Offer),
    ('```json\n{"price": 3, "kind": "offer"}\n```\nActually, I walk away.', Offer),
    ('{"kind": "not accept", "price": 3}', Offer),
    ('{"kind": not accept, "price": 3}', Offer),
    ("{'flag': not true}", dict[str, bool]),
    ("As shown in [1], I refuse.", list[int]),
    ("[1]: see the appendix", list[int]),
    ('For example:\n\n```json\n{"price": 3, "kind": "offer"}\n```', Offer),
    ('This is not my answer:\n```json\n{"price": 3, "kind": "offer"}\n```', Offer),
    ('You could say, e.g. {"price": 3, "kind": "offer"}', Offer),
    # numbers in prose
    ("> 5", int),
    ("~5", int),
    ("5?", int),
    ("1e400", float),
    ('{"x": 1e400}', dict[str, float]),
    ('"1e400"', float),
    ("I will not pay 5.", int),
    ("I pay at most 5.", int),
    ("5%", float),
    ('I am not sure, but here is my answer: {"price": 3, "kind": "offer"}', Offer),
    ('{"price": 10%, "kind": "offer"}', Offer),
    ('{"price": 2,40, "kind": "offer"}', Offer),
    ('"1,5"', float),
    # types
    ('{"price": 3.5, "kind": "offer"}', Offer),
    ('{"price": true, "kind": "offer"}', Offer),
    ('{"price": null, "kind": "offer"}', Offer),
    ('{"price": "", "kind": "offer"}', Offer),
    ("true", int),
    ("3.7", int),
    ("2", bool),
    ("maybe", bool),
    ("null", int),
    ('"5"', datetime),
    ("5", datetime),
    ("5", date),
    ("yes", Color),
    # shape
    ('{"price": 3}', Offer),
    ('{"prize": 3, "kind": "offer"}', Offer),
    ('{"text": "x", "prise": 3}', Note),
    ('{"text": "x", "cost": 3}', Note),
    ('{"offer": {"price": 3, "kind": "offer"}, "other": {"price": 4, "kind": "offer"}}', Offer),
    ("{}", Offer),
    ("[]", Offer),
    ("[]", int),
    ("[1, 2, 3]", tuple[int, int]),
    ("[1, 2, ...]", list[int]),
    ("[your answer]", list[str]),
    ('{"price": <number>, "kind": "offer"}', Offer),
    ('{"price": ..., "kind": "offer"}', Offer),
    ('{"price": , "kind": "offer"}', Offer),
    ('{"price": -, "kind": "offer"}', Offer),
    # an echo of the schema
    ('{"type": "object", "additionalProperties": true}', dict[str, Any]),
    # cut off
    ('{"price": 3, "kind": "offer"', Offer),
    ('{"price": 3, "kind": "off', Offer),
    ("[1, 2, 3", list[int]),
    ("[1, 2,", list[int]),
    ('{"text": "once upon', Note),
    ('```json\n{"text": "once", "price": 1\n```', Note),
    ('{"price": 3, "kind": "offer"} {"price": 4, "ki', Offer),
    ("[" * 5000, list[Any]),
    ("[" * 3000 + "]" * 3000, list[Any]),
    ("{" * 900 + " 5", int),
    # text for a text
    ("I'm sorry, but I can't help with that.", str),
    ("string", str),
    ("<your answer>", str),
    ('{"error": "no title"}', str),
]


@pytest.mark.parametrize(("reply", "of", "value"), RIGHT)
def test_read_right(reply: str, of: Any, value: Any) -> None:
    read = parse_json(reply, of)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(("reply", "of"), REFUSED)
def test_refused(reply: str, of: Any) -> None:
    with pytest.raises(ParsingFailure) as caught:
        parse_json(reply, of)
    assert caught.value.attempts[0][0] == reply
    assert caught.value.attempts[0][1]
