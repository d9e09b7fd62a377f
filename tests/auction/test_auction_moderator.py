"""Conversations in which the floor is auctioned: what is heard, what is charged, how they end."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest

from interlab.actors import BaseActor, LLMActor, ScriptedActor
from interlab.auction import (
    AuctionModerator,
    Draft,
    FirstPrice,
    Greedy,
    KnapsackVCG,
    LogprobValuation,
    Lottery,
    Mechanism,
    OracleValuation,
    PostedPrice,
    SecondPrice,
    SelfReportValuation,
    Softmax,
    TieredVCG,
    Tiers,
    TokenBudget,
)
from interlab.environments import Conversation, Messages, Turns
from interlab.errors import InvalidArgument, Unsupported
from interlab.models import count_tokens
from interlab.testing import Request, ScriptedModel, check_environment


def says(name: str, *texts: Any) -> ScriptedActor:
    return ScriptedActor(name, texts, repeat=True)


def talk_of(actors: list[BaseActor], moderator: AuctionModerator, turns: int = 5, seed: int = 1) -> Conversation:
    return Conversation(actors, moderator=moderator, end=Turns(turns), seed=seed)


def three() -> list[BaseActor]:
    return [says("Ann", "a" * 40), says("Bob", "b" * 80), says("Cyd", "c" * 120)]  # 10, 20 and 30 tokens


VALUES = {"Ann": 1.0, "Bob": 3.0, "Cyd": 2.0}


def auctions_of(run: Any) -> list[Any]:
    return [node for step in run.steps for node in step.descendants() if node.kind == "auction"]


def test_only_winners_are_heard_in_price_order() -> None:
    moderator = AuctionModerator(FirstPrice(slots=2), OracleValuation(VALUES))
    talk = talk_of(three(), moderator, turns=1)
    run = talk.run()
    assert [message.speaker for message in talk.transcript] == ["Bob", "Cyd"]
    node = auctions_of(run)[0]
    drafts = next(child for child in node.children if child.name == "drafts")
    assert drafts.result == {"Ann": "a" * 40, "Bob": "b" * 80, "Cyd": "c" * 120}, "a loser's draft stays in the trace"
    assert node.result["payments"] == {"Ann": 0.0, "Bob": 3.0, "Cyd": 2.0}
    assert node.result["lengths"] == {"Ann": 10, "Bob": 20, "Cyd": 30}
    record = moderator.rounds[0]
    assert (record.winners, record.tokens, record.status) == (("Bob", "Cyd"), {"Bob": 20, "Cyd": 30}, "sold")
    assert not any("a" * 40 in str(item) for actor in talk.actors for item in actor.memory.format_memories())


def test_lengths_decide_under_a_budget() -> None:
    moderator = AuctionModerator(KnapsackVCG(), OracleValuation(VALUES), budget=TokenBudget(per_round=45))
    talk = talk_of(three(), moderator, turns=1)
    talk.run()
    # Bob and Ann take 30 of 45 tokens and are worth 4; Bob and Cyd would take 50.
    assert moderator.rounds[0].winners == ("Bob", "Ann")
    assert (
        moderator.rounds[0].payments == {"Ann": 0.0, "Bob": 1.0, "Cyd": 0.0} or moderator.rounds[0].payments["Bob"] > 0
    )


@pytest.mark.parametrize("alpha", [{"Bob": 0.1}, lambda name, value, talk: value * (0.1 if name == "Bob" else 1.0)])
def test_alpha_shades_values(alpha: Any) -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES), alpha=alpha)
    talk_of(three(), moderator, turns=1).run()
    assert moderator.rounds[0].bids == {"Ann": 1.0, "Bob": pytest.approx(0.3), "Cyd": 2.0}
    assert moderator.rounds[0].winners == ("Cyd",)


def test_an_episode_ends_when_its_budget_is_used_up() -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES), budget=TokenBudget(60, per_round=20))
    talk = talk_of(three(), moderator, turns=50)
    talk.run()
    assert talk.ended == "the budget of 60 tokens is used up"
    assert moderator.left == 0
    assert [message.speaker for message in talk.transcript] == ["Bob"] * 3


def test_what_is_left_may_be_too_little_for_anybody() -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES), budget=65)
    talk = talk_of(three(), moderator, turns=50)
    talk.run()
    assert "5 tokens left of the budget are too few for anybody" in (talk.ended or "")
    assert "the shortest message takes 10 tokens" in (talk.ended or "")
    assert moderator.charges.spent == 60


@pytest.mark.parametrize(
    ("budget", "why"),
    [(0, "the budget of 0 tokens is used up"), (TokenBudget(9, per_round=0), "the budget of 0 tokens is used up")],
)
def test_a_budget_of_nothing_asks_nobody(budget: Any, why: str) -> None:
    asked = []
    actor = ScriptedActor("Ann", lambda actor, prompt: asked.append(prompt) or "hello")
    talk = talk_of([actor], AuctionModerator(SecondPrice(), OracleValuation({"Ann": 1}), budget=budget))
    talk.run()
    assert (talk.ended, asked) == (why, [])


def test_a_reserve_above_all_ends_after_patience() -> None:
    for patience in (1, 3):
        moderator = AuctionModerator(SecondPrice(reserve=9), OracleValuation(VALUES), patience=patience)
        talk = talk_of(three(), moderator, turns=10)
        talk.run()
        assert talk.turns == patience
        assert talk.ended == "nobody has the floor: the highest bid, 3, is below the reserve, 9"


def test_silence_of_all_ends_as_in_any_conversation() -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES))
    talk = talk_of([says("Ann", ""), says("Bob", None)], moderator)
    talk.run()
    assert talk.ended == "all were silent"
    assert moderator.rounds[0].status == "no bids"


@pytest.mark.parametrize("value", [math.nan, -1.0, math.inf, "much", None])
def test_a_value_that_is_none_sets_one_bidder_aside(value: Any) -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation({"Ann": 1.0, "Bob": value, "Cyd": 2.0}))
    talk = talk_of(three(), moderator, turns=1)
    run = talk.run()
    assert moderator.rounds[0].winners == ("Cyd",)
    assert set(moderator.rounds[0].failures) == {"Bob"}
    events = [child for child in auctions_of(run)[0].children if child.name == "set aside"]
    assert len(events) == 1


def test_an_actor_that_dies_while_drafting_does_not_cost_the_round() -> None:
    dan = LLMActor("Dan", ScriptedModel(lambda request: RuntimeError("out of memory")))
    actors: list[BaseActor] = [*three()[:2], dan]
    moderator = AuctionModerator(FirstPrice(), OracleValuation({**VALUES, "Dan": 9.0}))
    talk = talk_of(actors, moderator, turns=1)
    talk.run()
    assert moderator.rounds[0].winners == ("Bob",)
    assert "out of memory" in moderator.rounds[0].failures["Dan"]
    assert moderator.rounds[0].bids["Dan"] is None


class Plain(BaseActor):
    """An actor whose `_query` takes no settings, as a user may write it."""

    def _query(self, prompt: Any = None, *, expected_type: Any = None) -> Any:
        return "p" * 40


def test_actors_that_understand_no_settings_are_asked_without() -> None:
    actors = [*three()[:2], Plain("Dan")]
    moderator = AuctionModerator(FirstPrice(slots=2), OracleValuation({**VALUES, "Dan": 9.0}), max_tokens=50)
    talk = talk_of(actors, moderator, turns=1)
    talk.run()
    assert [message.speaker for message in talk.transcript] == ["Dan", "Bob"]


# Charging --------------------------------------------------------------------------------------------------------


def test_charged_and_generated_tokens_are_those_of_the_trace() -> None:
    model = ScriptedModel(lambda request: "x" * (8 + len(request.text) % 40))
    actors: list[BaseActor] = [LLMActor(name, model) for name in ("Ann", "Bob", "Cyd")]
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES))
    run = talk_of(actors, moderator, turns=4).run()
    charges = moderator.charges
    assert sum(charges.prompted.values()) == run.ledger.total.input_tokens
    assert sum(charges.generated.values()) == run.ledger.total.output_tokens
    assert charges.charged["Ann"] == charges.prompted["Ann"], "losers pay their prompts"
    assert charges.charged["Bob"] == charges.prompted["Bob"] + charges.spoken["Bob"]
    assert charges.generated["Ann"] > 0
    assert "Ann" not in charges.spoken


def test_the_judge_is_nobodys_charge() -> None:
    from interlab.auction import JudgeValuation

    model = ScriptedModel(lambda request: "yes, I would say so")
    judge = ScriptedModel(lambda request: "7", name="judge")
    moderator = AuctionModerator(SecondPrice(), JudgeValuation(judge))
    run = talk_of([LLMActor("Ann", model), LLMActor("Bob", model)], moderator, turns=2).run()
    assert len(judge.requests) == 4
    assert sum(moderator.charges.generated.values()) < run.ledger.total.output_tokens
    assert moderator.rounds[0].values == {"Ann": 0.7, "Bob": 0.7}


# Bids before drafts ----------------------------------------------------------------------------------------------


def test_where_bids_come_first_only_winners_write() -> None:
    written: list[str] = []

    def rule(request: Request) -> str:
        if "Without writing" in request.text:
            return "8" if "you, Bob," in request.text else "3"
        written.append(request.text)
        return "b" * 40

    model = ScriptedModel(rule)
    actors: list[BaseActor] = [LLMActor(name, model) for name in ("Ann", "Bob")]
    moderator = AuctionModerator(
        SecondPrice(), SelfReportValuation(), budget=TokenBudget(100, per_round=50), first="bid", max_tokens=30
    )
    talk = talk_of(actors, moderator, turns=2)
    talk.run()
    assert [message.speaker for message in talk.transcript] == ["Bob", "Bob"]
    assert len(written) == 2
    assert moderator.rounds[0].payments["Bob"] == pytest.approx(0.3)
    assert moderator.charges.spent == 20, "of 30 reserved, 10 were used, and 20 given back"
    assert moderator.rounds[1].lengths == {"Ann": 30, "Bob": 10}
    asked = [request.params.max_tokens for request in model.requests if "Without writing" not in request.text]
    assert asked == [30, 30]


def test_who_writes_more_than_was_reserved_is_not_heard_and_another_is() -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES), budget=1000, first="bid", max_tokens=15)
    talk = talk_of(three(), moderator, turns=1)
    talk.run()
    assert [message.speaker for message in talk.transcript] == ["Ann"]
    assert "20 tokens, and 15 were reserved" in moderator.rounds[0].failures["Bob"]
    assert set(moderator.rounds[0].failures) == {"Bob", "Cyd"}


def test_winners_that_die_do_not_cost_the_round() -> None:
    actors = [says("Ann", "hello"), LLMActor("Bob", ScriptedModel(lambda request: OSError("gone")))]
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES), first="bid", max_tokens=20)
    talk = talk_of(actors, moderator, turns=1)
    talk.run()
    assert [message.speaker for message in talk.transcript] == ["Ann"]
    assert "gone" in moderator.rounds[0].failures["Bob"]


# Several versions of one message -----------------------------------------------------------------------------------


def tiered(name: str) -> ScriptedActor:
    letter = name[0].lower()
    return ScriptedActor(name, [Tiers(letter * 80, letter * 24, letter * 4)] * 3)  # 20, 6 and 1 tokens


def worth(draft: Draft, talk: Any) -> float:
    return {20: 10.0, 6: 8.0, 1: 1.0}[draft.tokens] * (2.0 if draft.bidder == "Bob" else 1.0)


def test_at_most_one_version_of_each_is_heard() -> None:
    moderator = AuctionModerator(TieredVCG(), OracleValuation(worth), budget=TokenBudget(100, per_round=27))
    talk = talk_of([tiered("Ann"), tiered("Bob")], moderator, turns=1)
    run = talk.run()
    # All of Bob (20 for 20) and Ann's summary (8 for 6) fit into 27 tokens; two full messages would not.
    assert [str(message) for message in talk.transcript] == ["Bob: " + "b" * 80, "Ann: " + "a" * 24]
    record = moderator.rounds[0]
    assert record.options == {"Bob": "full", "Ann": "summary"}
    assert record.bids["Ann"] == {"full": 10.0, "summary": 8.0, "keywords": 1.0}
    assert record.lengths["Bob"] == {"full": 20, "summary": 6, "keywords": 1}
    assert record.tokens == {"Bob": 20, "Ann": 6}
    assert record.payments == {"Bob": 2.0, "Ann": 0.0}, "without Bob all of Ann would be heard, worth 2 more"
    drafts = next(child for child in auctions_of(run)[0].children if child.name == "drafts")
    assert dict(drafts.result["Ann"]) == {"full": "a" * 80, "summary": "a" * 24, "keywords": "a" * 4}


def test_under_other_mechanisms_the_longest_version_stands_for_all() -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation(worth))
    actors = [tiered("Ann"), ScriptedActor("Bob", [Tiers("", "b" * 24)]), ScriptedActor("Cyd", [Tiers(" ")])]
    talk = talk_of(actors, moderator, turns=1)
    talk.run()
    assert moderator.rounds[0].bids == {"Ann": 10.0, "Bob": 16.0, "Cyd": None}
    assert [message.text for message in talk.transcript] == ["b" * 24]
    assert moderator.rounds[0].options == {}


def test_models_offer_versions_as_a_typed_answer() -> None:
    model = ScriptedModel(lambda request: Tiers("all there is to say about it", "in short", "short"))
    moderator = AuctionModerator(TieredVCG(), OracleValuation({"Ann": 1.0}), budget=TokenBudget(per_round=3))
    talk = Conversation([LLMActor("Ann", model)], moderator=moderator, expected_type=Tiers, end=Turns(1), seed=1)
    talk.run()
    assert [message.text for message in talk.transcript] == ["in short"]


# What can't be meant ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "match"),
    [
        ({"mechanism": "vcg"}, "mechanism"),
        ({"valuation": 3}, "valuation"),
        ({"first": "last"}, "'draft' or 'bid'"),
        ({"alpha": -1.0}, "alpha"),
        ({"alpha": {"Ann": math.nan}}, "alpha of 'Ann'"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"patience": 0}, "patience"),
        ({"budget": -5}, "budget"),
        ({"budget": "9"}, "budget"),
        ({"first": "bid"}, "give max_tokens"),
        ({"first": "bid", "max_tokens": 9, "valuation": LogprobValuation()}, "values drafts"),
    ],
)
def test_a_moderator_refuses_what_can_not_be_meant(given: dict[str, Any], match: str) -> None:
    settings: dict[str, Any] = {"mechanism": SecondPrice(), "valuation": OracleValuation(VALUES), **given}
    with pytest.raises(InvalidArgument, match=match):
        AuctionModerator(**settings)


def test_alpha_names_actors() -> None:
    moderator = AuctionModerator(SecondPrice(), OracleValuation(VALUES), alpha={"Zed": 1.0})
    with pytest.raises(InvalidArgument, match="Zed"):
        talk_of(three(), moderator)


def test_no_logprobs_is_said_before_any_call() -> None:
    model = ScriptedModel(["hello"])
    talk = talk_of([LLMActor("Ann", model)], AuctionModerator(SecondPrice(), LogprobValuation()))
    with pytest.raises(Unsupported, match="Ann has the model scripted, which gives none"):
        talk.run()
    assert model.requests == []


# Forks -----------------------------------------------------------------------------------------------------------


def make() -> Conversation:
    model = ScriptedModel(lambda request: "x" * (8 + len(request.text) % 40), name="same")
    actors: list[BaseActor] = [LLMActor(name, model) for name in ("Ann", "Bob", "Cyd")]
    moderator = AuctionModerator(Softmax(0.5), OracleValuation(VALUES), budget=TokenBudget(200, per_round=30))
    return Conversation(actors, moderator=moderator, end=Messages(6), seed=4)


def test_it_keeps_what_environments_promise() -> None:
    check_environment(make)


def test_a_fork_goes_on_as_the_original() -> None:
    talk = make()
    run = talk.run()
    fork = run.at(3).fork()
    fork.run()
    assert [str(message) for message in fork.transcript] == [str(message) for message in talk.transcript]
    assert fork.moderator.charges == talk.moderator.charges  # type: ignore[attr-defined]
    assert list(fork.moderator.rounds) == list(talk.moderator.rounds)  # type: ignore[attr-defined]


# Any configuration -----------------------------------------------------------------------------------------------

MECHANISMS: list[Mechanism] = [
    FirstPrice(slots=3),
    SecondPrice(0.2, slots=2),
    Softmax(0.3, slots=2),
    KnapsackVCG(),
    KnapsackVCG(0.1, objective="density"),
    TieredVCG(),
    Greedy(),
    PostedPrice(0.3),
    Lottery(slots=2),
]


def random_actor(name: str, rng: random.Random) -> BaseActor:
    """An actor of some length, that is silent, fails or ignores its limit now and then."""
    longest, fails, silent, ignores = rng.randint(1, 60), rng.random() * 0.4, rng.random() * 0.4, rng.random() < 0.5

    def rule(request: Request) -> Any:
        drawn = random.Random(f"{name} {request.params.seed} {request.text}")
        if drawn.random() < fails:
            return RuntimeError("failed")
        if drawn.random() < silent:
            return "   "
        tokens = drawn.randint(1, longest)
        return "word" * (tokens if ignores else min(tokens, request.params.max_tokens or tokens))

    return LLMActor(name, ScriptedModel(rule, name=f"model of {name}"))


@pytest.mark.parametrize("block", range(8))
def test_no_configuration_exceeds_a_budget(block: int) -> None:
    """200 random configurations: budgets hold, every run ends, and moderator, trace and ledger agree."""
    for number in range(block * 25, block * 25 + 25):
        rng = random.Random(number)
        names = [f"A{at}" for at in range(rng.randint(1, 4))]
        budget = TokenBudget(rng.choice([0, 5, 60, 150]), per_round=rng.choice([None, 1, 20, 50]))
        noise = random.Random(number)
        moderator = AuctionModerator(
            rng.choice(MECHANISMS),
            OracleValuation(lambda draft, talk, noise=noise: noise.choice([noise.random(), math.nan, 0.0, -1.0])),  # type: ignore[misc]
            budget=budget,
            alpha=rng.choice([1.0, {names[0]: 0.3}]),
            first=rng.choice(["draft", "bid"]),
            max_tokens=rng.choice([None, 10, 40]),
            patience=rng.randint(1, 3),
        )
        talk = Conversation([random_actor(name, rng) for name in names], moderator=moderator, end=Turns(6), seed=number)
        if number % 3 == 0:  # beside the auction, and within its budget all the same
            talk.force_speaker(names[-1])
        run = talk.run(snapshots=False)
        said = dict.fromkeys(names, 0)
        for message in talk.transcript:
            said[message.speaker] += int(count_tokens(message.text))
        assert talk.ended is not None, number
        assert sum(said.values()) == moderator.charges.spent <= (budget.episode or 0), number
        for name in names:
            assert moderator.charges.spoken.get(name, 0) == said[name], number
        for record in moderator.rounds:
            assert sum(record.tokens.values()) <= (record.room or 0), number
        ledger = run.ledger.total
        assert sum(moderator.charges.prompted.values()) == ledger.input_tokens, number
        assert sum(moderator.charges.generated.values()) == ledger.output_tokens, number
        assert (ledger.charged_tokens or 0) == sum(moderator.charges.charged.values()), number
        assert [node.result["winners"] for node in auctions_of(run)] == [one.winners for one in moderator.rounds], (
            number
        )
