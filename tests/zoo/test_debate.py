"""Debates: rounds, votes with and without confidence, diverse starts, the foil, and debaters of known competence."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import pytest
from interlab_zoo.debate import Debate, ScriptedDebater, Stance, plain, sureness, vote

import interlab as il
from interlab.errors import InvalidArgument
from interlab.testing import ScriptedModel, check_environment

OPTIONS = ("Lyon", "Paris", "Nice", "Lille")


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


def debate(seed: int, count: int = 5, *, options: Any = OPTIONS, **settings: Any) -> Debate:
    own = {name: settings.pop(name) for name in ("competence", "calibration", "stubbornness") if name in settings}
    cast = [ScriptedDebater(f"D{place}", options, "Paris", seed=seed, **own) for place in range(count)]
    return Debate("What is the capital?", cast, right="Paris", seed=seed, **settings)


def fixed(*stances: Stance, **settings: Any) -> Debate:
    cast = [il.ScriptedActor(f"D{place}", [one], repeat=True) for place, one in enumerate(stances)]
    return Debate("What?", cast, right="b", **settings)


def test_all_answer_alone_and_then_knowing_what_all_said() -> None:
    talk = debate(3, stop_when_agreed=False)
    run = talk.run(progress=False)
    assert [len(one) for one in talk.rounds] == [5, 5, 5] and talk.turns == 3
    assert [len(step.result) for step in run.steps] == [5, 5, 5]
    assert all(len(actor.memory) == 15 for actor in talk.actors)
    assert run.result["starts"] == len({one.answer for one in talk.rounds[0]})
    assert str(talk.transcript[0]) == f"D0: {talk.rounds[0][0]}"


def test_the_vote_counts_heads_or_confidence() -> None:
    stances = (Stance("a", 0.2), Stance("A.", 0.2), Stance("b", 0.9))
    assert (vote(stances), vote(stances, weighted=True), vote([])) == ("a", "b", None)
    assert vote([Stance("x"), Stance("y")]) == "x"
    for weighted, answer, correct in ((True, "b", True), (False, "a", False)):
        talk = fixed(*stances, weighted=weighted, rounds=0)
        result = talk.run(progress=False).result
        assert (result["answer"], result["correct"], result["majority"]) == (answer, correct, "a")
        assert result["majority_correct"] is False


@pytest.mark.parametrize(("competence", "voters", "expected"), [(0.7, 3, 0.784), (0.6, 5, 0.683), (0.5, 7, 0.5)])
def test_a_majority_of_independent_voters_is_right_as_condorcet_says(
    competence: float, voters: int, expected: float
) -> None:
    right = 0.0
    for answers in product(("right", "wrong"), repeat=voters):
        count = answers.count("right")
        share = competence**count * (1 - competence) ** (voters - count)
        right += share * (vote(Stance(answer) for answer in answers) == "right")
    assert right == pytest.approx(expected, abs=0.001)


@pytest.mark.parametrize(
    ("said", "sure"), [(0.3, 0.3), (7, 1.0), (-1, 0.0), (math.nan, 0.0), ("much", 0.0), (math.inf, 1.0)]
)
def test_confidence_is_a_number_whatever_was_said(said: Any, sure: float) -> None:
    assert sureness(Stance("a", said)) == sure
    assert plain(" A! ") == "a"


def test_it_ends_when_all_agree_or_nobody_answers() -> None:
    talk = fixed(Stance("b"), Stance("B."), rounds=5)
    talk.run(progress=False)
    assert (talk.turns, talk.ended) == (1, "2 of 2 agree on 'b'")
    silent = Debate("What?", [il.ScriptedActor("D", [None], repeat=True)], right="b")
    result = silent.run(progress=False).result
    assert (result["answer"], result["correct"], result["ended"]) == (None, False, "all were silent")
    assert Debate("What?", []).is_right("b") is None


def test_starts_are_more_diverse_with_candidates() -> None:
    def starts(candidates: int) -> float:
        runs = [debate(seed, 4, competence=0.7, rounds=0, candidates=candidates) for seed in range(30)]
        return sum(one.run(progress=False, snapshots=False).result["starts"] for one in runs) / 30

    assert starts(1) < starts(2) < starts(5) <= 4
    talk = debate(1, 3, candidates=2, rounds=0)
    talk.run(progress=False)
    assert sum(talk.drafted.values()) > talk.tokens
    with pytest.raises(InvalidArgument, match="at least 1 candidate"):
        debate(1, candidates=0)
    with pytest.raises(InvalidArgument, match="at least 0 rounds"):
        debate(1, rounds=-1)


def test_confident_debaters_who_know_help_the_others() -> None:
    """With calibrated confidence the weighted vote beats the majority of the first round; who never changes gains
    nothing by talking. 200 debates of five, each right with 0.45."""

    def shares(**own: Any) -> tuple[float, float]:
        results = [
            debate(seed, competence=0.45, **own).run(progress=False, snapshots=False).result for seed in range(200)
        ]
        return sum(one["correct"] for one in results) / 200, sum(one["majority_correct"] for one in results) / 200

    debated, foil = shares(calibration=1.0)
    assert debated > foil + 0.1
    stubborn, foil = shares(calibration=1.0, stubbornness=math.inf, weighted=False)
    assert stubborn == foil


def test_competence_is_the_share_of_right_starts() -> None:
    answers = [
        one.answer
        for seed in range(200)
        for one in [ScriptedDebater("D", OPTIONS, "Paris", competence=0.3, seed=seed).query()]
    ]
    assert abs(answers.count("Paris") - 60) <= 4 * math.sqrt(200 * 0.21)
    for settings in ({"competence": 2}, {"stubbornness": -1}, {"calibration": math.nan}):
        with pytest.raises(InvalidArgument):
            ScriptedDebater("D", OPTIONS, "Paris", **settings)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="one of at least two options"):
        ScriptedDebater("D", OPTIONS, "Rome")


def test_models_debate_with_typed_answers() -> None:
    model = ScriptedModel(
        lambda request: '{"answer": "b", "confidence": 0.8, "argument": "as D1 said"}'
        if "D1:" in request.messages[-1].text
        else '{"answer": "a", "confidence": 0.4, "argument": "a guess"}', name="m",
    )  # fmt: skip
    cast = [il.LLMActor("D0", model), il.ScriptedActor("D1", [Stance("b", 1.0, "I was there")], repeat=True)]
    result = Debate("a or b", cast, right="b", seed=1).run(progress=False).result
    assert (result["answer"], result["majority"], result["turns"], result["correct"]) == ("b", "a", 2, True)


def test_it_keeps_what_environments_promise() -> None:
    check_environment(lambda: debate(3, 3, candidates=2, stop_when_agreed=False), max_steps=3)
