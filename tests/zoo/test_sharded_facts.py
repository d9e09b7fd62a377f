"""Sharded facts: the answer is exact, actors are as competent as said, and figures are what they say."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interlab_zoo.metrics import Metrics, gini, plot_frontier, summary_of
from interlab_zoo.sharded_facts import (
    Puzzle,
    ShardedFacts,
    Witness,
    WitnessKind,
    claims_in,
    draw_witnesses,
    make_puzzle,
    model_witnesses,
    play,
)

import interlab as il
from interlab.environments import AllSpeak, RoundRobin, Turns, Utterance
from interlab.errors import InvalidArgument
from interlab.testing import ScriptedModel, check_environment


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


def facts(seed: int, *kinds: WitnessKind, boxes: int = 3, **settings: Any) -> ShardedFacts:
    puzzle = make_puzzle(boxes, seed)
    return ShardedFacts(puzzle, draw_witnesses(puzzle, kinds or [WitnessKind()] * boxes, seed), seed=seed, **settings)


def test_the_union_of_what_all_saw_is_the_answer() -> None:
    talk = facts(5)
    run = talk.run(progress=False)
    assert run.result["answer"] == run.result["right"] == sum(talk.puzzle.coins.values())
    assert (talk.spoken, talk.ended) == (3, "all were silent")
    talk = facts(5, moderator=AllSpeak(), stop_when_told=True)
    talk.run(progress=False)
    assert (talk.is_correct, talk.turns, talk.ended) == (True, 1, "all boxes were told")


def test_without_all_parts_there_is_no_answer_and_a_wrong_part_makes_it_wrong() -> None:
    talk = facts(5, end=Turns(2))
    talk.run(progress=False)
    assert talk.answer is None and not talk.is_correct
    talk = facts(5, WitnessKind(), WitnessKind(), WitnessKind(competence=0))
    talk.run(progress=False)
    assert talk.answer not in (None, talk.puzzle.answer)


def test_the_surest_claim_on_a_box_counts_and_the_first_of_equals() -> None:
    puzzle = Puzzle({"red": 7})
    actors = [Witness("A", "red", 3, confidence=0.4), Witness("B", "red", 7, confidence=0.9),
              Witness("C", "red", 8, confidence=0.9), Witness("D", "blue", 50)]  # fmt: skip
    talk = ShardedFacts(puzzle, actors, moderator=AllSpeak())
    talk.run(progress=False)
    assert talk.claims == {"red": (7, 0.9)} and talk.is_correct


def test_who_does_not_repeat_is_silent_when_it_was_said() -> None:
    puzzle = Puzzle({"red": 7})
    for repeats, spoken in ((True, 2), (False, 1)):
        talk = ShardedFacts(puzzle, draw_witnesses(puzzle, [WitnessKind()] * 2, 1, repeats=repeats))
        for actor in talk.actors:
            actor.confidence = 1.0  # type: ignore[attr-defined]
        talk.run(progress=False)
        assert talk.spoken == spoken


@pytest.mark.parametrize("competence", [0.0, 0.3, 0.8, 1.0])
def test_competence_is_the_share_of_right_numbers(competence: float) -> None:
    puzzle = make_puzzle(10, 3)
    seen: list[Any] = draw_witnesses(puzzle, [WitnessKind(competence)] * 2_000, 8)
    right = sum(one.saw == puzzle.coins[one.box] for one in seen)
    assert abs(right - 2_000 * competence) <= 4 * math.sqrt(2_000 * competence * (1 - competence))
    assert all(1 <= one.saw <= 99 for one in seen)


def test_confidence_follows_from_being_right_as_far_as_calibrated() -> None:
    def correlation(calibration: float) -> float:
        puzzle = make_puzzle(4, 3)
        seen: list[Any] = draw_witnesses(puzzle, [WitnessKind(0.5, calibration=calibration)] * 3_000, 8)
        x = [float(one.saw == puzzle.coins[one.box]) for one in seen]
        y = [one.confidence for one in seen]
        mx, my = sum(x) / len(x), sum(y) / len(y)
        cov = sum((a - mx) * (b - my) for a, b in zip(x, y, strict=True))
        return cov / math.sqrt(sum((a - mx) ** 2 for a in x) * sum((b - my) ** 2 for b in y))

    values = [correlation(level) for level in (0, 0.5, 1)]
    assert abs(values[0]) < 0.08 and values[0] < values[1] < values[2] and values[2] > 0.8


def test_verbosity_is_words_beyond_what_matters() -> None:
    short, long = (Witness("A", "red", 3, verbosity=count).query() for count in (0, 40))
    assert len(long.split()) - len(short.split()) == 40
    with pytest.raises(InvalidArgument, match="verbosity"):
        Witness("A", "red", 3, verbosity=-1)
    with pytest.raises(InvalidArgument, match="1 to 24 boxes"):
        make_puzzle(25, 1)
    with pytest.raises(InvalidArgument, match="Competence"):
        draw_witnesses(make_puzzle(1, 1), [WitnessKind(1.5)], 1)


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("The red box holds 12 coins (80 % sure), I think.", [("red", 12, 0.8)]),
        ("the RED box contains 12. The blue box has 3 coins!", [("red", 12, 1.0), ("blue", 3, 1.0)]),
        ("I know nothing about boxes.", []),
    ],
)
def test_claims_are_read_from_words(text: str, claims: Any) -> None:
    assert claims_in(Utterance("", "A", text)) == claims


def test_models_can_take_part() -> None:
    puzzle = make_puzzle(2, 4)

    def answer(request: Any) -> str:
        return str(request.messages[0].text.partition('such as "')[2].partition('"')[0])

    actors = model_witnesses(puzzle, ScriptedModel(answer, name="m"))
    talk = ShardedFacts(puzzle, actors, end=Turns(2), seed=1)
    run = talk.run(progress=False)
    assert talk.is_correct and run.ledger.total.calls == 2


def test_no_fact_stands_in_anothers_prompt_before_it_was_said() -> None:
    puzzle = Puzzle({"red": 77, "blue": 88, "mint": 99})
    seen: list[tuple[str, str]] = []

    def answer(request: Any) -> str:
        system, asked = (message.text for message in request.messages)
        seen.append((system, asked))
        return str(system.partition('such as "')[2].partition('"')[0])

    talk = ShardedFacts(puzzle, model_witnesses(puzzle, ScriptedModel(answer, name="m")), end=Turns(3), seed=1)
    talk.run(progress=False)
    assert talk.is_correct
    for place, ((system, asked), own) in enumerate(zip(seen, puzzle.coins.values(), strict=True)):
        assert str(own) in system
        others = [coins for coins in puzzle.coins.values() if coins != own]
        assert not any(str(coins) in system for coins in others)
        said = list(puzzle.coins.values())[:place]
        assert [coins for coins in puzzle.coins.values() if str(coins) in asked] == said


def test_it_keeps_what_environments_promise() -> None:
    check_environment(lambda: facts(3, WitnessKind(0.5, 5), WitnessKind(0.9), WitnessKind(matters=False), boxes=2))


# Figures ----------------------------------------------------------------------------------------------------


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=20), st.floats(0.001, 1000))
def test_gini_lies_in_its_range_and_knows_no_scale(shares: list[float], scale: float) -> None:
    value = gini(shares)
    assert -1e-9 <= value <= 1 - 1 / len(shares) + 1e-9
    assert gini([share * scale for share in shares]) == pytest.approx(value, abs=1e-6)


def test_gini_of_known_shares() -> None:
    assert gini([1, 1, 1]) == 0 and gini([0, 0, 5]) == pytest.approx(2 / 3) and gini([]) == gini([0, 0]) == 0
    assert gini([1, 3]) == pytest.approx(0.25)
    with pytest.raises(InvalidArgument):
        gini([-1, 2])


def test_metrics_and_summaries_add_up() -> None:
    everyone = play(lambda seed: facts(seed, moderator=AllSpeak(), stop_when_told=True), 20)
    assert all(one.correct and one.rounds == 1 and one.gini < 0.2 for one in everyone)
    assert all(one.tokens_charged == one.tokens_generated > 0 for one in everyone)
    one_speaks = play(lambda seed: facts(seed, moderator=RoundRobin(skip=3), end=Turns(2)), 20)
    assert not any(one.correct for one in one_speaks)
    assert all(one.gini == pytest.approx(2 / 3) for one in one_speaks)
    total = summary_of(everyone)
    assert (total.accuracy, total.high) == (1, 1) and 0.8 < total.low < 1
    assert total.per_1000_tokens == pytest.approx(1000 / total.tokens_charged)
    assert play(lambda seed: facts(seed), 3, seed=4) == play(lambda seed: facts(seed), 3, seed=4)
    assert math.isnan(summary_of([Metrics(False, 0, 0, 1, 0, 0)]).per_1000_tokens)
    figure = plot_frontier({"everyone": [total], "one": [summary_of(one_speaks)]})
    assert [trace.name for trace in figure.data] == ["everyone", "one"]
    with pytest.raises(InvalidArgument):
        summary_of([])
