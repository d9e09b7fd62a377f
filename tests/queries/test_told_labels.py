"""Labels and booleans in sentences: which one a text answers, beside those that it tells of something else."""

from __future__ import annotations

import time
from enum import Enum
from typing import Any, Literal

import pytest

from interlab.errors import ParsingFailure
from interlab.queries import parse_json


class Quality(Enum):
    """How good a text is."""

    GOOD = "good"
    POOR = "poor"
    MIXED = "mixed"


class Urgency(Enum):
    """Values are numbers."""

    LOW = 1
    NORMAL = 2
    HIGH = 3


State = Literal["open", "in_review", "closed"]
Play = Literal["share", "steal"]
Tags = set[Literal["pilot", "medic", "cook"]]

READ: list[tuple[Any, str, Any]] = [
    # The answer after a reason, and before one.
    (bool, "The answer is no: the seal was broken in May.", False),
    (bool, "Judging by the tracks, no. Nobody came this way.", False),
    (bool, "In a word: yes.", True),
    (bool, "Unfortunately, no. The train had left.", False),
    (bool, "I had hoped for better news, but the answer is no.", False),
    (bool, "My neighbor said 'yes'. I looked for myself, and my answer is no.", False),
    (bool, "Despite the stains, yes, it can be read.", True),
    (bool, "Hence the correct entry is 'yes', even if nobody likes it.", True),
    (bool, "N — the sums differ.", False),
    (bool, "Yes. The lid may look loose, but it holds.", True),
    (bool, "I checked both lists.\n\nContains milk: yes", True),
    (bool, "The pump is off.", False),
    (bool, "The short list might be incomplete. Nothing in it matters here. My answer is no.", False),
    (Play, "I choose to share, not steal: nothing she did speaks against her.", "share"),
    (Play, "She threatens to steal. I share nonetheless.", "share"),
    (Play, "It would be naive to share with him. My move is steal.", "steal"),
    (Play, "Last round I chose to steal. This round my move is share.", "share"),
    (Play, "Even if she lies, I share.", "share"),
    (Play, "Time is up 🎲 → **steal** 😈", "steal"),
    (Play, "My partner will steal; I share.", "share"),
    # One of several labels.
    (Urgency, "The caller set it to high, but by our table it is low, as nobody is hurt.", Urgency.LOW),
    (Urgency, "It was high until the pump was mended; now it is low.", Urgency.LOW),
    (Urgency, "Without the spare key it would have been high. With it, it is normal.", Urgency.NORMAL),
    (Urgency, "This is a high-urgency call, because a child is missing.", Urgency.HIGH),
    (Urgency, "My confidence is high: the urgency is low.", Urgency.LOW),
    (Urgency, "The lift stands still and somebody is in it: Urgency.HIGH", Urgency.HIGH),
    (Urgency, "Old urgency: high\nNew urgency: low", Urgency.LOW),
    (Urgency, "I rate it high, since the dam may break.", Urgency.HIGH),
    (Urgency, "Everyone is nervous, but the urgency is low all the same.", Urgency.LOW),
    (Quality, "Plot: good. Style: poor. Overall: mixed.", Quality.MIXED),
    (Quality, "It would be a mistake to call this good. The quality is poor.", Quality.POOR),
    (Quality, "A quick reader might call it good, but the text is poor.", Quality.POOR),
    (Quality, "His first draft was poor. This one is good.", Quality.GOOD),
    (Quality, "There is no doubt that the quality is good.", Quality.GOOD),
    (State, "It will be closed by Monday. Today its state is in_review.", "in_review"),
    (State, "The other case is closed. Our answer here is open.", "open"),
    (State, "The possible values are open, in_review and closed. The right one is open.", "open"),
    (State, "## Closed\n\nThe keys were handed over, and nobody will come back tomorrow.", "closed"),
    (State, "Closed. The landlord signed yesterday and the rest follows tomorrow.", "closed"),
    # Lists of labels in a sentence.
    (Tags, "The correct tag is medic.", {"medic"}),
    (Tags, "Her role isn't pilot but cook.", {"cook"}),
    (Tags, "Making him a pilot would be reckless. The right role is cook.", {"cook"}),
    (Tags, "She flies and heals. Roles: pilot, medic", {"pilot", "medic"}),
    (Tags, "Role: cook. He stays in the kitchen for now, and nobody minds.", {"cook"}),
]

REFUSED: list[tuple[Any, str]] = [
    # Another time.
    (Urgency, "Back then it was high."),
    (Urgency, "Originally the urgency was low."),
    (Urgency, "Previous urgency: high. Current urgency: see the log."),
    (State, "A year ago the state was open."),
    (State, "It had been closed before the flood."),
    (State, "It is to be closed by Friday."),
    (State, "It needs to be closed."),
    (State, "From next week on, the state is closed."),
    (State, "The target state is closed."),
    (Play, "Two rounds ago my move was steal."),
    (Quality, "Yesterday the text was poor."),
    # A condition.
    (State, "When the last guest has left, the state is closed."),
    (State, "As soon as the keys are back, the state is closed."),
    (State, "The state is closed once the keys are back."),
    (State, "Should the tenant object, it is open."),
    (Urgency, "In the worst case it is high."),
    (Urgency, "Were a child involved, it would be high."),
    (Quality, "Read as satire, it is good."),
    (Quality, "At first glance it is good."),
    (Play, "When she shares, I share."),
    (Play, "My move: share (but steal in case this is the last round)"),
    (bool, "Yes, once the form is signed."),
    (bool, "In theory, yes."),
    (bool, "Yes, up to a point."),
    (bool, "Yes, for members."),
    # Somebody else's, or something else's.
    (State, "Olga writes that it's closed."),
    (State, "According to Olga, the state is closed."),
    (State, "In Olga's opinion it is closed."),
    (State, "The sister case is closed; about this one nothing is known."),
    (Urgency, "The caller rated it high."),
    (Urgency, "The caller's urgency: high"),
    (Urgency, "My confidence is high, but the urgency can't be judged."),
    (Urgency, "The number of calls is low."),
    (Play, "My opponent's move: steal. My own move: still thinking."),
    (Play, "Your uncle says \"steal\". What I do I keep to myself."),
    (Play, "Game theory says steal."),
    (bool, "The expected answer is yes."),
    (bool, "The committee's answer is no."),
    (bool, "The guard shook his head: no."),
    (bool, "Yes, I have read the letter. It doesn't settle the question."),
    (Tags, "Bo's role is medic; hers isn't listed."),
    (Tags, "Requested roles: pilot, medic"),
    (Tags, "Her boss says that her role is cook."),
    # A part, an ordinary word, a warning, a rule.
    (Quality, "Plot: good. Style: poor. Price: mixed."),
    (Quality, "The first half is good."),
    (Quality, "Calling this good would be careless."),
    (Quality, "Anyone who takes this as good hasn't read it."),
    (Quality, "Good is the wrong word for it."),
    (Urgency, "High is reserved for fires."),
    (Urgency, "It is high time to leave."),
    (Play, "We have to share the costs with the auditors."),
    # A hedge, or taken back.
    (State, "I suspect it's closed."),
    (State, "It's closed, I hope."),
    (Urgency, "Tentatively: high"),
    (Urgency, "High, if not worse."),
    (Urgency, "Urgency: high. I have to take that back, the call was for another house."),
    (Quality, "Good. Having thought about it again, I'd rather leave it open."),
    (Quality, "It sounds good, but isn't."),
    (bool, "Yes. On closer reading, the file doesn't say."),
    (bool, "The short answer is yes; the long answer is complicated."),
]  # fmt: skip


@pytest.mark.parametrize(("of", "text", "value"), READ)
def test_the_label_that_a_text_answers_is_read(of: Any, text: str, value: Any) -> None:
    assert parse_json(text, of, finish_reason="stop") == value


@pytest.mark.parametrize(("of", "text"), REFUSED)
def test_a_label_that_is_told_of_something_else_is_refused(of: Any, text: str) -> None:
    with pytest.raises(ParsingFailure):
        parse_json(text, of, finish_reason="stop")


@pytest.mark.parametrize("rest", ["But the caretaker", "It was open before. Now it"])
def test_a_statement_before_a_cut_that_may_turn_is_refused(rest: str) -> None:
    with pytest.raises(ParsingFailure):
        parse_json("It was closed. " + rest, State, finish_reason="length")


def test_a_finished_statement_before_a_cut_is_read() -> None:
    text = "The state is closed. Nobody objected, and no key is missing. The landlord has"
    assert parse_json(text, State, finish_reason="length") == "closed"


@pytest.mark.parametrize("of", [bool, Urgency, Tags])
@pytest.mark.parametrize("part", ["and but so ", "to the question ", "my answer is ", "Bo says that it ", "high "])
def test_long_runs_of_leading_words_are_read_in_time(of: Any, part: str) -> None:
    start = time.perf_counter()
    with pytest.raises(ParsingFailure):
        parse_json("Well, " + part * (20_000 // len(part)) + "?", of, finish_reason="stop")
    assert time.perf_counter() - start < 5
