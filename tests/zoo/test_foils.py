"""What rules are held against: budgets are kept, the oracle is right where anybody is, samples are one actor's."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from interlab_zoo.foils import KnowsWhoIsRight, Within, resampled
from interlab_zoo.metrics import Metrics
from interlab_zoo.sharded_facts import Puzzle, ShardedFacts, Witness, WitnessKind, draw_witnesses, make_puzzle, play

import interlab as il
from interlab.actors import ScriptedActor
from interlab.environments import AllSpeak, Conversation, RandomSpeaker, RoundRobin, Turns
from interlab.errors import InvalidArgument
from interlab.testing import ScriptedModel, check_environment

KINDS = [WitnessKind(competence, verbosity) for competence in (0.9, 0.5) for verbosity in (0, 20, 60)]


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


def facts(seed: int, kinds: Any = KINDS, boxes: int = 3, **given: Any) -> ShardedFacts:
    puzzle = make_puzzle(boxes, seed)
    return ShardedFacts(puzzle, draw_witnesses(puzzle, kinds, seed), seed=seed, **given)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 300), st.integers(0, 2), st.integers(0, 1000))
def test_no_foil_exceeds_its_budget(tokens: int, which: int, seed: int) -> None:
    moderator = Within(tokens, [AllSpeak(), RoundRobin(), RandomSpeaker()][which])
    with il.open_store(":memory:") as own:
        talk = facts(seed, moderator=moderator, end=Turns(40))
        talk.run(snapshots=False, progress=False)
        own.close()
    assert talk.tokens == moderator.spent <= tokens
    assert talk.ended is not None


def test_a_budget_that_is_large_enough_changes_nothing() -> None:
    for inner in (AllSpeak, RoundRobin):
        free, bound = facts(4, moderator=inner()), facts(4, moderator=Within(10_000, inner()))
        for talk in (free, bound):
            talk.run(progress=False)
        assert [message.text for message in bound.transcript] == [message.text for message in free.transcript]
        assert bound.metrics() == free.metrics()


def test_who_does_not_fit_is_asked_once() -> None:
    talk = Conversation(
        [ScriptedActor("Ann", ["a" * 400] * 9), ScriptedActor("Bob", ["b" * 40] * 9)],
        moderator=Within(25, AllSpeak()),
        end=Turns(6),
        seed=1,
    )
    talk.run(progress=False)
    assert [message.speaker for message in talk.transcript] == ["Bob", "Bob"]
    assert talk.drafted["Ann"] == 100, "her long message was written once"
    forced = Conversation(
        [ScriptedActor("Ann", ["a" * 400] * 9)], moderator=Within(25, AllSpeak()), end=Turns(1), seed=1
    )
    forced.force_speaker("Ann")
    forced.run(progress=False)
    assert forced.spoken == 0
    with pytest.raises(InvalidArgument, match="0 or more"):
        Within(-1, AllSpeak())


def test_it_keeps_what_environments_promise() -> None:
    check_environment(lambda: facts(3, moderator=Within(60, RandomSpeaker())))
    check_environment(lambda: facts(3, moderator=KnowsWhoIsRight()))


def test_the_oracle_is_right_wherever_anybody_is_and_says_no_more() -> None:
    for seed in range(30):
        talk = facts(seed, moderator=KnowsWhoIsRight())
        talk.run(progress=False)
        coins = talk.puzzle.coins
        knowing = {one.box for one in talk.actors if isinstance(one, Witness) and coins[one.box] == one.saw}
        assert talk.is_correct == (len(knowing) == 3)
        assert (talk.spoken, talk.value_lost) == (len(knowing), 0.0)
    with pytest.raises(InvalidArgument, match="sharded facts"):
        Conversation([ScriptedActor("Ann", ["hi"])], moderator=KnowsWhoIsRight()).run(progress=False)


def test_samples_are_of_one_actor_and_a_vote_makes_up_for_its_mistakes() -> None:
    def vote(seed: int, count: int) -> ShardedFacts:
        puzzle = make_puzzle(1, seed)
        actors = resampled(puzzle, WitnessKind(0.7), count, seed)
        return ShardedFacts(puzzle, actors, moderator=AllSpeak(), read="vote", seed=seed)

    one, many = (play(lambda seed, count=count: vote(seed, count), 60) for count in (1, 9))  # type: ignore[misc]
    assert 0.5 < sum(metrics.correct for metrics in one) / 60 < 0.9
    assert sum(metrics.correct for metrics in many) > 57
    box = {actor.box for actor in resampled(make_puzzle(3, 1), WitnessKind(), 5, 2)}  # type: ignore[attr-defined]
    assert len(box) == 1


def test_what_was_said_is_read_by_confidence_or_by_vote() -> None:
    puzzle = Puzzle({"red": 5})
    seen = [(5, 0.6), (9, 0.9), (5, 0.5)]
    for read, answer in (("surest", 9), ("vote", 5)):
        actors = [Witness(f"W{at}", "red", saw, confidence=sure) for at, (saw, sure) in enumerate(seen)]
        talk = ShardedFacts(puzzle, actors, read=read, seed=1)  # type: ignore[arg-type]
        talk.run(progress=False)
        assert talk.answer == answer
        assert talk.value_lost == (0.0 if answer == 5 else 1.0)
    with pytest.raises(InvalidArgument, match="'surest' or by 'vote'"):
        ShardedFacts(puzzle, [], read="loudest")  # type: ignore[arg-type]


def test_a_witness_may_report_what_it_adds() -> None:
    heard = "W1: The red box holds 4 coins (60 % sure)."
    for confidence, needed, gain in ((0.9, True, 0.3), (0.5, True, 0.0), (0.9, False, 0.0)):
        one = Witness("W2", "red", 5, confidence=confidence, reports="gain", needed=needed)
        assert one.query(expected_type=float) == (confidence if needed else 0.0)
        one.observe(heard)
        assert one.query(expected_type=float) == pytest.approx(gain)
    with pytest.raises(InvalidArgument, match="reports"):
        Witness("W", "red", 1, reports="mood")  # type: ignore[arg-type]


def auction(**given: Any) -> il.AuctionModerator:
    return il.AuctionModerator(il.SecondPrice(reserve=0.05), il.SelfReportValuation(scale=1), **given)


def test_an_auction_spends_less_than_everybody_and_knows_as_much_where_confidence_is_true() -> None:
    kinds = KINDS * 2

    def make(seed: int, moderator: Any) -> ShardedFacts:
        puzzle = make_puzzle(3, seed)
        actors = draw_witnesses(puzzle, kinds, seed, reports="gain")
        return ShardedFacts(puzzle, actors, moderator=moderator, seed=seed)

    everyone = play(lambda seed: make(seed, AllSpeak()), 25)
    auctioned = play(lambda seed: make(seed, auction()), 25)
    bids_first = play(lambda seed: make(seed, auction(first="bid", max_tokens=200)), 25)
    for ours in (auctioned, bids_first):
        assert [one.correct for one in ours] == [one.correct for one in everyone]
        assert sum(one.tokens_charged for one in ours) < 0.5 * sum(one.tokens_charged for one in everyone)
    assert sum(one.tokens_generated for one in bids_first) == sum(one.tokens_charged for one in bids_first)
    assert sum(one.tokens_generated for one in auctioned) > sum(one.tokens_generated for one in everyone)


def test_tokens_charged_are_prompts_and_what_was_heard_under_every_moderator() -> None:
    def make(moderator: Any) -> tuple[Metrics, Any, Any]:
        model = ScriptedModel(lambda request: "The red box holds 5 coins", name="m")
        actors = [il.LLMActor(name, model) for name in ("Ann", "Bob")]
        talk = ShardedFacts(Puzzle({"red": 5}), actors, moderator=moderator, end=Turns(2), seed=1)
        run = talk.run(progress=False)
        return talk.metrics(run), talk, run.ledger.total

    found, talk, ledger = make(RoundRobin())
    assert (found.tokens_charged, found.tokens_generated) == (ledger.input_tokens + talk.tokens, ledger.output_tokens)
    found, talk, ledger = make(il.AuctionModerator(il.SecondPrice(), il.OracleValuation({"Ann": 1, "Bob": 2})))
    assert found.tokens_charged == sum(talk.moderator.charges.charged.values()) == ledger.input_tokens + talk.tokens
    assert found.tokens_generated == ledger.output_tokens > talk.tokens
