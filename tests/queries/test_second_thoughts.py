"""Answers that are taken back or put right on the way, cut after a whole sentence, or named in other money."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from interlab.errors import ParsingFailure
from interlab.queries import parse_json

Move = Literal["cooperate", "defect"]
Tone = Literal["positive", "neutral", "negative"]
Dollars = Annotated[float, Field(ge=0, description="price in US dollars")]


class Reading(BaseModel):
    """What an instrument shows."""

    station: str
    depth_m: float


class Wait(BaseModel):
    action: Literal["wait"]


class Move2(BaseModel):
    action: Literal["go"]
    to: str


Step = Annotated[Wait | Move2, Field(discriminator="action")]

READ: list[tuple[str, Any, str | None, Any]] = [
    ("Based on the article provided, the answer is 14.", int, "stop", 14),
    (
        '{"station": "A", "depth_m": 2}\n\nThe salinity was not asked for, so I left it out.',
        Reading,
        "stop",
        Reading(station="A", depth_m=2),
    ),
    (
        '{"station": "A", "depth_m": 2}\n\nThis leaves us 3 stations for tomorrow.',
        Reading,
        "stop",
        Reading(station="A", depth_m=2),
    ),
    (
        'Use these values for the chart:\n{"station": "A", "depth_m": 2}',
        Reading,
        "stop",
        Reading(station="A", depth_m=2),
    ),
    ("The box holds 12 eggs. Wait, I skipped a row: it holds 18 eggs.", int, "stop", 18),
    ("7. Sorry, I meant 9.", int, "stop", 9),
    ("Answer: 40\nCorrection: 44", int, "stop", 44),
    ("I cooperate. On second thought, I defect.", Move, "stop", "defect"),
    ("31 - no wait, let me recount. There are 33.", int, "stop", 33),
    ("2024-02-01. Oops, I misread the letter. 2024-02-11", date, "stop", date(2024, 2, 11)),
    ("14 — I mean, 41", int, "stop", 41),
    ("Yes, the seal is broken. It was found in the morning by the", bool, "length", True),
    ("The fare comes to $12.50. It covers the return trip on any of the", Dollars, "length", 12.5),
    (
        "station: Pier 4  # the old one in the north\ndepth_m: 3.5  # at low tide",
        Reading,
        "stop",
        Reading(station="Pier 4", depth_m=3.5),
    ),
    (
        '{"tool": "step", "arguments": "{\\"action\\": \\"go\\", \\"to\\": \\"mill\\"}"}',
        Step,
        "stop",
        Move2(action="go", to="mill"),
    ),
    ('{"thoughts": "Nothing to do.", "decision": {"action": "wait"}}', Step, "stop", Wait(action="wait")),
    (
        'Here is the reading, taken from the log that you sent me:\n{"station": "B", "depth_m": 2}',
        Reading,
        "stop",
        Reading(station="B", depth_m=2),
    ),
]

REFUSED: list[tuple[str, Any, str | None]] = [
    ("import math\nprint(math.floor(7 / 2))", int, "stop"),
    ('move == "defect"', Move, "stop"),
    ("So the answer is y / 3.", int, "stop"),
    ("Level: >= 40", int, "stop"),
    ("1. Is it open? Yes\n2. Is it free? No", bool, "stop"),
    ("<answer>defect</answer> Wait, I mixed up the players.", Move, "stop"),
    ("The equation gives x = 4 and x = -4.", int, "stop"),
    ('{"station": "A\' or \'B", "depth_m": 2} or {"station": "C", "depth_m": 2}', Reading, "stop"),
    ("{'station': 'A' or 'B', 'depth_m': 2}", Reading, "stop"),
    ('{"station": "A", "depth_m": 2}\n\nAs the log shows, the sounding gives a depth of 5.', Reading, "stop"),
    ("The box holds 12 eggs. Wait, that is wrong.", int, "stop"),
    ("Answer: 40. Oops, I mixed up the rows.", int, "stop"),
    ("I defect. Never mind, let me think again.", Move, "stop"),
    ("Positive. Hmm, I take that back.", Tone, "stop"),
    ("Yes. Wait, no, that was about the other", bool, "length"),
    ("First we add 3 and 4, which is 7. Then we take the", int, "length"),
    ("The fare comes to 12 Swiss francs.", Dollars, "stop"),
    ("The fare is 12 Canadian dollars.", Dollars, "stop"),
    ("station: Pier 4\ndepth_m: 3.5  # or 4.5", Reading, "stop"),
    ('{"station": "A", "depth_m": 3.5} // depth is in feet', Reading, "stop"),
    ("<draft>defect</draft>", Move, "stop"),
    ("Service: positive\nFood: negative", Tone, "stop"),
    ("It would be a mistake to call this text negative.", Tone, "stop"),
    ("He was done with the lot of them.", Literal["open", "done"], "stop"),
    ("There were positive signs on the market.", Tone, "stop"),
]


@pytest.mark.parametrize(("reply", "of", "finish_reason", "value"), READ)
def test_read(reply: str, of: Any, finish_reason: str | None, value: Any) -> None:
    assert parse_json(reply, of, finish_reason=finish_reason) == value


@pytest.mark.parametrize(("reply", "of", "finish_reason"), REFUSED)
def test_refused(reply: str, of: Any, finish_reason: str | None) -> None:
    with pytest.raises(ParsingFailure):
        parse_json(reply, of, finish_reason=finish_reason)


@pytest.mark.parametrize("letter", [" ", "a", "\n", ". Wait, ", "no, ", "# "])
def test_long_replies_are_read_in_one_go(letter: str) -> None:
    # A pattern that went back and forth over the text would not come to an end here.
    for of in (int, Move, Reading, bool):
        with pytest.raises(ParsingFailure):
            parse_json("x: 1 " + letter * 20_000, of)
    with pytest.raises(ParsingFailure):
        parse_json('{"station": "A", "depth_m": 3} ' + letter * 20_000 + " or not", Reading)
