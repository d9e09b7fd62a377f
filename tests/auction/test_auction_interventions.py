"""Auctions and what happens beside them: forced speakers, forks from every step, ledgers, lengths that are bid for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import interlab as il
from interlab.actors import BaseActor, LLMActor, ScriptedActor
from interlab.auction import (
    AuctionModerator,
    Draft,
    FirstPrice,
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
from interlab.errors import InvalidArgument
from interlab.testing import Request, ScriptedModel, check_environment

VALUES = {"Ann": 1.0, "Bob": 3.0, "Cyd": 2.0}


def three() -> list[BaseActor]:
    texts = {"Ann": "a" * 40, "Bob": "b" * 80, "Cyd": "c" * 120}  # 10, 20 and 30 tokens
    return [ScriptedActor(name, [text], repeat=True) for name, text in texts.items()]


def talk_of(moderator: AuctionModerator, actors: list[BaseActor] | None = None, turns: int = 4) -> Conversation:
    return Conversation(three() if actors is None else actors, moderator=moderator, end=Turns(turns), seed=1)


# Who is made to speak --------------------------------------------------------------------------------------------


def test_who_is_made_to_speak_pays_no_price_and_its_tokens_count() -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES), budget=70)
    talk = talk_of(moderator, turns=9)
    talk.force_speaker("Cyd")
    run = talk.run()
    assert [message.speaker for message in talk.transcript] == ["Cyd", "Bob", "Bob"]
    assert moderator.charges.spoken == {"Cyd": 30, "Bob": 40}
    assert talk.ended == "the budget of 70 tokens is used up"
    assert len(moderator.rounds) == 2, "no auction was held for it"
    assert "70 tokens heard in 2 rounds" in repr(moderator)
    assert run.ledger.by("actor").total.charged_tokens == 70


@pytest.mark.parametrize(("budget", "said"), [(29, 0), (30, 1), (TokenBudget(100, per_round=29), 0), (0, 0)])
def test_nobody_is_made_to_speak_beyond_the_budget(budget: Any, said: int) -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES), budget=budget)
    talk = talk_of(moderator, turns=1)
    talk.force_speaker("Cyd")
    run = talk.run()
    assert talk.spoken == said
    assert moderator.charges.spent == 30 * said
    decided = [node for step in run.steps for node in step.descendants() if node.kind == "moderate"]
    assert [node.name for node in decided] == ["made to speak"]
    if budget in (29, TokenBudget(100, per_round=29)):
        assert "takes 30 tokens, and there is room for 29" in decided[0].result["why"]


def test_who_is_made_to_speak_and_fails_is_silent() -> None:
    dan = LLMActor("Dan", ScriptedModel(lambda request: RuntimeError("out of memory")))
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES), budget=100)
    talk = talk_of(moderator, [*three(), dan], turns=2)
    talk.force_speaker("Dan")
    talk.run()
    assert [message.speaker for message in talk.transcript] == ["Bob"]


# The ledger and the trace ----------------------------------------------------------------------------------------


def test_the_ledger_shows_what_was_charged_beside_what_was_generated() -> None:
    model = ScriptedModel(lambda request: "x" * 40)
    actors: list[BaseActor] = [LLMActor(name, model) for name in VALUES]
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES))
    run = talk_of(moderator, actors, turns=3).run()
    rows = {row.actor: row for row in run.ledger.by("actor")}
    assert {name: row.charged_tokens for name, row in rows.items()} == moderator.charges.charged
    assert all(rows[name].output_tokens == moderator.charges.generated[name] for name in VALUES)
    assert rows["Ann"].total_tokens > rows["Ann"].charged_tokens, "what she wrote was heard by nobody"


# Forks -----------------------------------------------------------------------------------------------------------


def make() -> Conversation:
    model = ScriptedModel(lambda request: "x" * (8 + len(request.text) % 40), name="same")
    actors: list[BaseActor] = [LLMActor(name, model) for name in ("Ann", "Bob", "Cyd")]
    moderator = AuctionModerator(
        il.Softmax(0.5, slots=2), OracleValuation(VALUES), budget=TokenBudget(90, per_round=30)
    )
    return Conversation(actors, moderator=moderator, end=Turns(8), seed=4)


def test_a_fork_of_every_step_goes_on_as_the_run_did(tmp_path: Path) -> None:
    path = tmp_path / "lab.db"
    with il.open_store(path) as store:
        talk = make()
        run = talk.run(name="auctioned")
        steps = len(run.steps)
        store.close()
    assert steps > 3
    with il.open_store(path) as store:
        stored = store.runs()[-1]
        for step in range(steps):
            fork: Any = stored.at(step).fork(models={"same": make().actors[0].model})  # type: ignore[attr-defined]
            fork.run(snapshots=False)
            assert [str(message) for message in fork.transcript] == [str(message) for message in talk.transcript]
            assert fork.moderator.charges == talk.moderator.charges  # type: ignore[attr-defined]
            assert list(fork.moderator.rounds) == list(talk.moderator.rounds)  # type: ignore[attr-defined]
            assert fork.drafted == talk.drafted
            assert fork.ended == talk.ended
        store.close()


def test_a_reauction_of_a_fork_knows_what_was_spent_before_it() -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES), budget=100)
    run = talk_of(moderator, turns=9).run()
    fork = run.at(2).fork()
    fork.force_speaker("Ann")
    again = fork.run()
    # 40 were spent before the fork and 10 by Ann, so of 100 there is room for two of Bob's and one of Ann's.
    whole = reauction(again, mechanism=FirstPrice())
    assert whole.divergence is None
    assert [one.winners for one in whole.rounds] == [("Bob",), ("Bob",), ("Ann",)]
    less = reauction(again, budget=80)
    assert [one.winners for one in less.rounds] == [("Bob",), ("Ann",), ()]
    assert less.divergence is not None
    assert less.divergence.step == 5


# Lengths that are bid for ----------------------------------------------------------------------------------------


def worth(draft: Draft, talk: Any) -> float:
    return {20: 10.0, 6: 8.0}[draft.tokens] * (2.0 if draft.bidder == "Bob" else 1.0)


SIZES = {"full": 20, "summary": 6}


def sized(name: str, written: list[int | None]) -> LLMActor:
    def rule(request: Request) -> str:
        written.append(request.params.max_tokens)
        return name[0].lower() * 4 * (request.params.max_tokens or 0)

    return LLMActor(name, ScriptedModel(rule, name=f"model of {name}"))


def test_actors_bid_for_lengths_and_write_in_what_they_won() -> None:
    asked: list[int | None] = []
    moderator = AuctionModerator(TieredVCG(), OracleValuation(worth), budget=27, first="bid", max_tokens=SIZES)
    talk = talk_of(moderator, [sized("Ann", asked), sized("Bob", asked)], turns=1)
    run = talk.run()
    assert [str(message) for message in talk.transcript] == ["Bob: " + "b" * 80, "Ann: " + "a" * 24]
    assert sorted(asked, key=str) == [20, 6], "each was asked once, for the length it won"
    record = moderator.rounds[0]
    assert record.options == {"Bob": "full", "Ann": "summary"}
    assert record.bids["Ann"] == {"full": 10.0, "summary": 8.0}
    assert record.payments == {"Bob": 2.0, "Ann": 0.0}
    assert moderator.charges.spent == 26
    again = reauction(run, mechanism=KnapsackVCG())
    assert again.rounds[0].winners == ("Bob",), "without tiers all ask for their full length"
    assert reauction(run, budget=100).rounds[0].outcome.options == {"Ann": "full", "Bob": "full"}


def test_who_writes_more_than_the_length_it_won_is_not_heard() -> None:
    def tried() -> Conversation:
        long = ScriptedActor("Bob", ["b" * 84], repeat=True)  # 21 tokens
        versions = ScriptedActor("Ann", [Tiers("a" * 80, "a" * 24)], repeat=True)
        moderator = AuctionModerator(TieredVCG(), OracleValuation(worth), budget=40, first="bid", max_tokens=SIZES)
        return talk_of(moderator, [versions, long], turns=2)

    talk = tried()
    talk.run()
    assert {message.speaker for message in talk.transcript} == {"Ann"}
    assert isinstance(talk.moderator, AuctionModerator)
    assert "21 tokens, and 20 were reserved" in talk.moderator.rounds[0].failures["Bob"]
    check_environment(tried)


def test_who_is_asked_for_a_value_is_told_the_length() -> None:
    def rule(request: Request) -> str:
        if "Without writing" not in request.text:
            return "x" * 24
        return "9" if "at most 6 tokens" in request.text else "2"

    moderator = AuctionModerator(TieredVCG(), SelfReportValuation(), first="bid", max_tokens=SIZES)
    talk_of(moderator, [LLMActor("Ann", ScriptedModel(rule))], turns=1).run()
    assert moderator.rounds[0].values == {"Ann": {"full": 0.2, "summary": 0.9}}
    assert moderator.rounds[0].options == {"Ann": "summary"}


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"mechanism": SecondPrice(), "max_tokens": SIZES, "first": "bid"}, "by tier"),
        ({"mechanism": TieredVCG(), "max_tokens": SIZES}, "by tier"),
        ({"mechanism": TieredVCG(), "max_tokens": {}, "first": "bid"}, "by tier"),
        ({"mechanism": TieredVCG(), "max_tokens": {"full": 0}, "first": "bid"}, "max_tokens of 'full'"),
    ],
)
def test_lengths_that_can_not_be_meant(given: dict[str, Any], match: str) -> None:
    with pytest.raises(InvalidArgument, match=match):
        AuctionModerator(**{"valuation": OracleValuation(VALUES), **given})
