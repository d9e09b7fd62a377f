"""Several candidates and corrections: which of them stands, and where none does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from interlab.errors import ParsingFailure
from interlab.queries import parse_json
from interlab.queries.standing import discarded_at, note_behind, referred, standing


@dataclass
class Boat:
    """A boat."""

    name: str
    crew: int


class Report(BaseModel):
    """A bug report."""

    title: str
    urgent: bool = False
    hours: float = 0


Share = Annotated[float, Field(ge=0, le=1, description="a probability, 0 to 1")]
Act = Literal["cooperate", "defect"]
State = Literal["open", "waiting", "closed"]

ONE, TWO = '{"name": "Heron", "crew": 4}', '{"name": "Heron", "crew": 5}'
FIRST, SECOND = Boat("Heron", 4), Boat("Heron", 5)

READ: list[tuple[Any, str, Any]] = [
    (Boat, f"v3 (obsolete):\n{ONE}\n\nv4 (in force):\n{TWO}", SECOND),
    (Boat, f"Deprecated version:\n{ONE}\n\nLatest version:\n{TWO}", SECOND),
    (Boat, f"Do not use this one:\n{ONE}\n\n{TWO}", SECOND),
    (Boat, f"{ONE}\n\nKindly disregard the entry above. This is the entry:\n\n{TWO}", SECOND),
    (Boat, f"{ONE}\n(withdrawn)\n\n{TWO}\n(valid)", SECOND),
    (Boat, f"Before the correction: {ONE}\nAfter the correction: {TWO}", SECOND),
    (Boat, f"{ONE}\n{TWO}\nThe second one is correct.", SECOND),
    (Boat, f"{ONE}\n{TWO}\nThe first is superseded.", SECOND),
    (Boat, f"Your version: {ONE}\nMy version: {TWO}", SECOND),
    (Boat, f"A similar case:\n{TWO}\n\nThe boat you asked about:\n{ONE}", FIRST),
    (Boat, f"{ONE}\n\n| name | crew |\n|---|---|\n| Heron | 4 |", FIRST),
    (Boat, f"<name>Heron</name><crew>4</crew>\n\n{ONE}", FIRST),
    (Boat, f"{ONE}\n\nWait, does that count the cook? Yes. The object stands.", FIRST),
    (Boat, f"{ONE}\n\nHold on, should it be 5? No, 4 is right.", FIRST),
    (Report, 'Short:\n{"title": "a b", "hours": 2}\n\nIn full:\n{"title": "a b", "urgent": false, "hours": 2.0}',
     Report(title="a b", hours=2)),
    (Report, 'Here is the report on the sample page:\n{"title": "a b"}', Report(title="a b")),
    (Report, 'No estimate is needed, the fix is clear: {"title": "a b"}', Report(title="a b")),
    (int, "It weighs 12. Hold on, the lid adds two. 14.", 14),
    (int, "Final answer: 9\n\n(Twice counted. Final answer: 9)", 9),
    (int, "The log says 31, and the invoice says 31, too.", 31),
    (int, "The boat costs 70 crwns. (Correction: *crowns*.)", 70),
    (Share, "The chance is 0.2, or 20 percent.", 0.2),
    (date, "7 May 2023 (2023-05-07)", date(2023, 5, 7)),
    (date, "May 7, 2023, or in ISO format 2023-05-07", date(2023, 5, 7)),
    (State, "Possible values: open, waiting, closed\nPicked: waiting", "waiting"),
    (str, "Draft: Salt and Tar\nFinal: Tar and Salt", "Tar and Salt"),
    (bool, "No. [/INST]\n\n[INST] And the other one? [/INST] Yes.", False),
]  # fmt: skip

REFUSED: list[tuple[Any, str]] = [
    (Boat, f"v1:\n{ONE}\n\nv2:\n{TWO}"),
    (Boat, f"For the harbour:\n{ONE}\n\nFor the fair:\n{TWO}"),
    (Boat, f"Before:\n{ONE}\n\nAfter the summer:\n{TWO}"),
    (Boat, f"v1 (obsolete):\n{ONE}"),
    (Boat, f"{ONE}\n\nPlease disregard the entry above."),
    (Boat, f"{ONE}\n\nThis was superseded."),
    (Boat, f"{ONE}\n{TWO}\nOne of them is right."),
    (Boat, f"One of these is correct:\n{ONE}\n{TWO}"),
    (Boat, f"{ONE}\n\nor, corrected for the guest,\n\n{TWO}"),
    (Boat, f"{ONE}\n\n| name | crew |\n|---|---|\n| Heron | 6 |"),
    (Boat, f"<name>Heron</name><crew>6</crew>\n\n{ONE}"),
    (Boat, f"{ONE}\n\nWait, should it be 5? Yes."),
    (Boat, f"{ONE}\n\nWait, is 4 right? No, 5 is right."),
    (Boat, f"The other assistant answered {ONE}"),
    (Boat, f"User: {ONE}"),
    (Boat, f"This is only a test: {ONE}"),
    (Boat, f"Something of this kind, with the real names put in:\n{ONE}"),
    (Boat, f"```python\nprint(dict(name='Heron'))\nb = {ONE}\n```\nOutput:\n```json\n{TWO}\n```"),
    (int, "1.5e2 = 1500"),
    (int, "Superseded: 12"),
    (int, "The clerk wrote 12. I have no figure of my own."),
    (int, "Please ignore this number: 12"),
    (int, "12. Withdrawn."),
    (Act, "User: I defect. And you?"),
    (Act, "My rival's move: defect. My own move: not decided."),
    (Act, 'The coach says "defect". What I do I keep to myself.'),
    (Act, "I cooperate. Just kidding."),
    (State, "Possible values: open, waiting, closed\nPicked: not yet"),
    (list[str], "Superseded list:\n- Ada\n- Ben"),
    (list[str], '["Ada", "Ben"]\n\nThe same as bullets:\n- Ada\n- Cleo'),
    (str, "Draft 1: Salt and Tar\nDraft 2: Tar and Salt"),
    (str, "Salt and Tar\n\nScratch that."),
]

CUT_READ: list[tuple[Any, str, Any]] = [
    (State, "The state is closed. No reply came in, and the mail from", "closed"),
    (date, "It sailed on 2021-03-04. The crew was", date(2021, 3, 4)),
    (Boat, f'{ONE}\n\nSchema used:\n{{"type": "object", "prop', FIRST),
]
CUT_REFUSED: list[tuple[Any, str]] = [
    (Act, "<answer>defect</answer>\n<answer>coop"),
    (Act, "<draft>defect</draft>\n<answer>coop"),
    (State, "The state is closed. Or perhaps"),
    (State, "The state is closed. No, sorry, that is wrong. The state is"),
    (Boat, f'{ONE}\n\nOr, if you prefer: {{"name": "Her'),
]


@pytest.mark.parametrize(("of", "text", "value"), READ, ids=[text[:40] for _, text, _ in READ])
def test_the_answer_that_stands_is_read(of: Any, text: str, value: Any) -> None:
    assert parse_json(text, of, finish_reason="stop") == value


@pytest.mark.parametrize(("of", "text"), REFUSED, ids=[text[:40] for _, text in REFUSED])
def test_an_answer_that_may_not_stand_is_refused(of: Any, text: str) -> None:
    with pytest.raises(ParsingFailure):
        parse_json(text, of, finish_reason="stop")


@pytest.mark.parametrize(("of", "text", "value"), CUT_READ, ids=[text[:40] for _, text, _ in CUT_READ])
def test_what_was_finished_before_a_cut_is_read(of: Any, text: str, value: Any) -> None:
    assert parse_json(text, of, finish_reason="length") == value


@pytest.mark.parametrize(("of", "text"), CUT_REFUSED, ids=[text[:40] for _, text in CUT_REFUSED])
def test_what_a_cut_may_have_taken_back_is_refused(of: Any, text: str) -> None:
    with pytest.raises(ParsingFailure):
        parse_json(text, of, finish_reason="length")


def test_a_label_says_whether_a_version_stands_only_if_it_says_nothing_else() -> None:
    assert standing("v2 (superseded):") == "fell" and standing("**Current version**") == "stands"
    for label in ("For the old form:", "The old lady:", "Old:", "Station 2:", "Use this one on Mondays:", ""):
        assert standing(label) == ""


def test_notes_and_sentences_behind_a_candidate() -> None:
    assert note_behind("\n(obsolete)\n\n") == ("fell", 11) and note_behind("\n(see page 4)\n") == ("", 0)
    assert discarded_at("Ignore the line above. It was 3.") == len("Ignore the line above.")
    assert discarded_at("Ignore the following:") == 0
    assert referred("The first one is only an example.", 2)[:2] == (set(), {0})
    assert referred("The first boat is old.", 2)[:2] == (set(), set())


@pytest.mark.parametrize("run", [" ", "\n", "a", "no, ", "12, ", "the ", "v1 ", "User: ", "so ", "("])
def test_long_runs_cost_little(run: str) -> None:
    text = (run * 20_000)[:20_000]
    assert standing(text) == "" and note_behind(text) == ("", 0)
    assert discarded_at(text) == 0 and referred(text, 2)[:2] == (set(), set())
