"""Recorded auctions under another rule: no call, the first difference, and the fork that goes on from it."""

from __future__ import annotations

from typing import Any

import pytest

from interlab.actors import BaseActor, LLMActor, ScriptedActor
from interlab.auction import (
    AuctionModerator,
    Draft,
    FirstPrice,
    HeuristicValuation,
    KnapsackVCG,
    OracleValuation,
    SecondPrice,
    SelfReportValuation,
    TieredVCG,
    Tiers,
    TokenBudget,
    reauction,
)
from interlab.environments import Conversation, Turns
from interlab.errors import InvalidArgument, Unsupported
from interlab.models.replies import replies
from interlab.testing import Request, ScriptedModel
from interlab.tracing import open_store

VALUES = {"Ann": 1.0, "Bob": 3.0, "Cyd": 2.0}


def recorded(model: ScriptedModel, moderator: AuctionModerator, turns: int = 3) -> Any:
    actors: list[BaseActor] = [LLMActor(name, model) for name in ("Ann", "Bob", "Cyd")]
    return Conversation(actors, moderator=moderator, end=Turns(turns), seed=1).run()


def rule(request: Request) -> str:
    return "x" * (20 + len(request.text) % 30)


def test_the_same_rule_gives_the_same_rounds() -> None:
    model = ScriptedModel(rule)
    run = recorded(model, AuctionModerator(SecondPrice(slots=2), OracleValuation(VALUES), budget=TokenBudget(200, 40)))
    asked = len(model.requests)
    again = reauction(run, mechanism=SecondPrice(slots=2))
    assert len(model.requests) == asked, "nothing is asked again"
    assert again.divergence is None
    assert [one.payments_then for one in again.rounds] == [one.outcome.payments for one in again.rounds]
    assert [one.tokens_then for one in again.rounds] == [one.tokens for one in again.rounds]
    assert all(one.certain for one in again.rounds)
    with pytest.raises(InvalidArgument, match="same actors"):
        again.fork()


def test_the_first_difference_and_the_fork_from_it() -> None:
    model = ScriptedModel(rule)
    values = OracleValuation(by_round)
    with open_store(":memory:"), replies("record"):
        run = recorded(model, AuctionModerator(SecondPrice(), values))
        again = reauction(run, mechanism=SecondPrice(reserve=2.5), valuation=OracleValuation({**VALUES, "Cyd": 9.0}))
        first = again.divergence
        assert first is not None
        assert (first.step, first.winners_then, first.winners) == (2, ("Bob",), ("Cyd",))
        assert first.outcome.payments["Cyd"] == 3.0
        assert set(first.drafts) == {"Ann", "Bob", "Cyd"}
        assert [one.certain for one in again.rounds] == [True, True, False]
        asked = len(model.requests)
        fork = again.fork()
        with replies("auto"):
            fork.run(max_steps=1)
        assert len(model.requests) == asked, "the round of the first difference is served from what was recorded"
        assert [message.speaker for message in fork.transcript] == ["Cyd", "Cyd"]
        assert fork.transcript[1].text == first.drafts["Cyd"]
        made = fork.run(max_steps=1)
        assert len(model.requests) == asked + 3
        assert made.state == "finished"


def by_round(draft: Any, talk: Any) -> float:
    """Cyd is worth most at first, later Bob."""
    return {**VALUES, "Cyd": 9.0 if not talk.transcript else 2.0}[draft.bidder]


def test_another_valuation_of_recorded_words() -> None:
    actors: list[BaseActor] = [ScriptedActor("Ann", ["one"] * 9), ScriptedActor("Bob", ["two three four five"] * 9)]
    moderator = AuctionModerator(FirstPrice(), OracleValuation({"Ann": 2.0, "Bob": 1.0}))
    run = Conversation(actors, moderator=moderator, end=Turns(3), seed=1).run()
    again = reauction(run, valuation=HeuristicValuation(length=1, question=0, novelty=0, enough=4))
    assert [one.winners for one in again.rounds] == [("Bob",)] * 3
    assert again.rounds[0].bids == {"Ann": 0.25, "Bob": 1.0}
    shaded = reauction(run, alpha={"Ann": 0.1})
    assert shaded.rounds[0].bids == {"Ann": pytest.approx(0.2), "Bob": 1.0}
    told = str(again).splitlines()
    assert told[0] == "3 rounds again: first difference in round 1"
    assert told[1].startswith("   1 ≠ Ann | Bob pays 1")
    assert again.rows()[0]["winners"] == "Bob"


def test_another_budget_counts_what_it_would_have_spent() -> None:
    model = ScriptedModel(lambda request: "x" * 40)
    run = recorded(model, AuctionModerator(KnapsackVCG(), OracleValuation(VALUES)))
    assert [len(one.winners_then) for one in reauction(run, budget=25).rounds] == [3, 3, 3]
    tight = reauction(run, budget=25).rounds
    assert [one.winners for one in tight] == [("Bob", "Cyd"), (), ()]
    assert [one.tokens for one in tight] == [20, 0, 0]
    assert tight[1].outcome.status == "over budget"


def test_rounds_in_which_bids_came_first() -> None:
    actors: list[BaseActor] = [ScriptedActor("Ann", ["a" * 20] * 9), ScriptedActor("Bob", ["b" * 40] * 9)]
    values = OracleValuation({"Ann": 2.0, "Bob": 1.0})
    moderator = AuctionModerator(FirstPrice(), values, first="bid", max_tokens=30)
    run = Conversation(actors, moderator=moderator, end=Turns(2), seed=1).run()
    again = reauction(run, mechanism=FirstPrice(slots=2))
    assert again.rounds[0].winners == ("Ann", "Bob")
    assert again.rounds[0].tokens == 5 + 30, "Ann's were counted, Bob's are reserved"
    with pytest.raises(Unsupported, match="only winners wrote"):
        reauction(run, valuation=HeuristicValuation())


def test_versions_of_a_message_under_another_rule() -> None:
    def worth(draft: Draft, talk: Any) -> float:
        return {20: 10.0, 6: 8.0, 1: 1.0}[draft.tokens] * (2.0 if draft.bidder == "Bob" else 1.0)

    actors: list[BaseActor] = [
        ScriptedActor(name, [Tiers(letter * 80, letter * 24, letter * 4)] * 3)
        for name, letter in (("Ann", "a"), ("Bob", "b"))
    ]
    moderator = AuctionModerator(TieredVCG(), OracleValuation(worth), budget=TokenBudget(100, per_round=27))
    run = Conversation(actors, moderator=moderator, end=Turns(2), seed=1).run()
    same = reauction(run, mechanism=TieredVCG(0.5))
    assert same.divergence is None
    assert same.rounds[0].tokens == 26
    narrow = reauction(run, budget=TokenBudget(100, per_round=12))
    assert narrow.rounds[0].winners == ("Bob", "Ann") == narrow.rounds[0].winners_then
    assert narrow.divergence is narrow.rounds[0], "the same actors, and other words"
    assert narrow.rounds[0].tokens == 12
    by_price = reauction(run, mechanism=SecondPrice())
    assert by_price.rounds[0].bids == {"Ann": 10.0, "Bob": 20.0}
    assert (by_price.rounds[0].winners, by_price.rounds[0].tokens) == (("Bob",), 20)
    by_words = reauction(run, valuation=HeuristicValuation(length=0, question=0, novelty=1))
    assert by_words.rounds[0].bids["Ann"] == {"full": 1.0, "summary": 1.0, "keywords": 1.0}


def test_what_can_not_be_meant() -> None:
    run = recorded(ScriptedModel(rule), AuctionModerator(SecondPrice(), OracleValuation(VALUES)), turns=1)
    with pytest.raises(InvalidArgument, match="Nothing is changed"):
        reauction(run)
    with pytest.raises(Unsupported, match="asks models"):
        reauction(run, valuation=SelfReportValuation())
    plain = Conversation([ScriptedActor("Ann", ["hello"])], end=Turns(1), seed=1).run()
    with pytest.raises(InvalidArgument, match="has no auction"):
        reauction(plain, mechanism=SecondPrice())
