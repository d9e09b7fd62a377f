"""Learning how to bid: known optima are found, regret is bounded, policies survive the store."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlab.actors import ScriptedActor
from interlab.auction import AuctionModerator, FirstPrice, OracleValuation, SecondPrice
from interlab.auction.learning import (
    ActorCritic,
    Curve,
    Hedge,
    StateBidding,
    load_policy,
    plot_learning,
    reinforce,
    save_policy,
    self_play,
)
from interlab.environments import Conversation, Turns
from interlab.errors import InvalidArgument
from interlab.tracing import open_store

ROUNDS = 100


def shading(alphas: dict[str, float], seed: int) -> float:
    """Mean utility of Ann in first price against a rival who bids half its value, values from U[0, 1].

    Of α ≤ 1/2 her expected utility is 2α(1 − α)/3, which is highest at 1/2.
    """
    values = np.random.default_rng(seed).random((ROUNDS, 2))
    rounds = FirstPrice().clear_many(np.column_stack([alphas["Ann"] * values[:, 0], values[:, 1] / 2]))
    won = rounds.winners[:, 0] == 0
    return float(((values[:, 0] - rounds.payments[:, 0]) * won).mean())


def test_reinforce_recovers_the_best_alpha_of_a_grid_search() -> None:
    """From far above and from far below, within 10 % of what trying all factors on the same rounds finds."""
    grid = [factor / 50 for factor in range(10, 61)]
    tried = [sum(shading({"Ann": alpha}, seed) for seed in range(60)) for alpha in grid]
    best = grid[tried.index(max(tried))]
    assert best == pytest.approx(0.5, abs=0.04)
    for start in (2.0, 0.1):
        curve = reinforce(shading, ["Ann"], updates=120, batch=16, start=start, seed=3)
        assert curve.alphas["Ann"] == pytest.approx(best, rel=0.1), start
        assert np.mean([one.reward for one in curve.points[-20:]]) > curve.points[0].reward


def test_reinforce_learns_each_alpha_by_itself_or_one_for_all() -> None:
    def episode(alphas: dict[str, float], seed: int) -> float:
        noise = random.Random(seed).gauss(0, 0.1)
        return noise - math.log(alphas["Ann"] / 3) ** 2 - math.log(alphas["Bob"] / 0.5) ** 2

    apart = reinforce(episode, ["Ann", "Bob"], updates=100, batch=16, seed=1)
    assert apart.alphas == {"Ann": pytest.approx(3, rel=0.1), "Bob": pytest.approx(0.5, rel=0.1)}
    together = reinforce(episode, ["Ann", "Bob"], updates=100, batch=16, seed=1, shared=True)
    assert together.alphas["Ann"] == together.alphas["Bob"] == pytest.approx(math.sqrt(1.5), rel=0.1)
    bounded = reinforce(episode, ["Ann", "Bob"], updates=40, batch=8, bounds=(0.8, 2.0), seed=1)
    assert bounded.alphas["Ann"] <= 2.0 + 1e-9
    assert bounded.alphas["Bob"] >= 0.8 - 1e-9


def test_the_same_seed_gives_the_same_curve() -> None:
    one, other = (reinforce(shading, ["Ann"], updates=5, batch=4, seed=9) for _ in range(2))
    assert one == other
    assert reinforce(shading, ["Ann"], updates=5, batch=4, seed=10) != one


@pytest.mark.parametrize(
    "given_",
    [{"batch": 1}, {"updates": 0}, {"learning_rate": 0}, {"spread": (0.1, 0)}, {"bounds": (2, 1)}, {"names": []}],
)
def test_reinforce_refuses_what_can_not_be_meant(given_: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        reinforce(**{"episode": shading, "names": ["Ann"], **given_})


def test_a_reward_that_is_no_number_is_named() -> None:
    with pytest.raises(InvalidArgument, match="finite"):
        reinforce(lambda alphas, seed: math.nan, ["Ann"], updates=1, batch=2)


# No regret -------------------------------------------------------------------------------------------------------


@given(gains=st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=60))
@settings(deadline=None)
def test_the_regret_of_hedge_is_bounded(gains: list[list[float]]) -> None:
    """At most √(T ln K / 2) against any sequence of gains; assumes that T is known beforehand."""
    learner = Hedge(3, len(gains))
    got = 0.0
    for row in gains:
        got += sum(chance * gain for chance, gain in zip(learner.chances, row, strict=True))
        learner.learn(row)
    assert max(learner.gains) - got <= math.sqrt(len(gains) * math.log(3) / 2) + 1e-9


def test_hedge_refuses_other_gains() -> None:
    for wrong in ([0.5], [0.5, 1.5], [0.5, math.nan]):
        with pytest.raises(InvalidArgument):
            Hedge(2, 10).learn(wrong)


def test_bidders_learn_the_truth_in_second_price_and_to_shade_in_first_price() -> None:
    """Two bidders, values from U[0, 1]: α goes to 1 and to 1/2, the equilibria, and regret stays within its bound."""
    values = np.random.default_rng(5).random((2500, 2))
    factors = (0.25, 0.5, 0.75, 1.0)
    second = self_play(SecondPrice(), values, factors=factors, seed=1)
    first = self_play(FirstPrice(), values, factors=factors, seed=1)
    assert min(second.alphas) > 0.85
    assert all(0.4 < alpha < 0.65 for alpha in first.alphas)
    for played in (first, second):
        assert max(played.regret) <= played.bound
    assert first.revenue == pytest.approx(1 / 3, abs=0.06)


def test_self_play_refuses_what_can_not_be_meant() -> None:
    with pytest.raises(InvalidArgument, match="Factors"):
        self_play(SecondPrice(), [[1.0]], factors=[2.0])
    with pytest.raises(InvalidArgument, match="rounds"):
        self_play(SecondPrice(), np.zeros((0, 2)))


# Actor–critic ----------------------------------------------------------------------------------------------------


def test_the_actor_critic_learns_an_action_that_depends_on_the_state() -> None:
    """The best log α is 0.4 − x in the state x; the reward falls with the square of the distance, and is noisy."""
    learner = ActorCritic(1, seed=2)
    rng = random.Random(2)
    for _ in range(20_000):
        state = [rng.random()]
        action = learner.act(state)
        learner.learn(state, action, -((action - (0.4 - state[0])) ** 2) + rng.gauss(0, 0.05))
    for state in (0.1, 0.5, 0.9):
        assert learner.mean([state]) == pytest.approx(0.4 - state, abs=0.1)
    assert learner.worth([0.5]) == pytest.approx(-(learner.spread**2), abs=0.05)


def test_the_critic_looks_ahead() -> None:
    """Two steps to a reward of 1 at the end: with discount 1/2 the first state is worth half of the second."""
    learner = ActorCritic(2, discount=0.5, critic_rate=0.2, seed=1)
    for _ in range(2000):
        learner.learn([1, 0], learner.act([1, 0]), 0.0, [0, 1])
        learner.learn([0, 1], learner.act([0, 1]), 1.0)
    assert learner.worth([0, 1]) == pytest.approx(1.0, abs=0.02)
    assert learner.worth([1, 0]) == pytest.approx(0.5, abs=0.02)


@pytest.mark.parametrize("given_", [{"features": 0}, {"spread": 0}, {"discount": 2}, {"actor_rate": math.nan}])
def test_the_actor_critic_refuses_what_can_not_be_meant(given_: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        ActorCritic(**{"features": 1, **given_})
    with pytest.raises(InvalidArgument, match="features"):
        ActorCritic(2).mean([1.0])


def test_a_learned_policy_bids_in_a_conversation_and_forks_with_it() -> None:
    policy = ActorCritic(1)
    policy.actor = [math.log(0.5), 0.0]
    moderator = AuctionModerator(SecondPrice(), OracleValuation({"Ann": 2.0}), alpha=StateBidding(policy))
    talk = Conversation([ScriptedActor("Ann", ["hi"] * 5)], moderator=moderator, end=Turns(2), seed=1)
    run = talk.run()
    assert moderator.rounds[0].bids == {"Ann": pytest.approx(1.0)}
    fork = run.at(1).fork()
    fork.run()
    assert list(fork.moderator.rounds) == list(moderator.rounds)


# The store and the picture ---------------------------------------------------------------------------------------


def test_policies_are_kept_in_the_store(tmp_path: Path) -> None:
    curve = reinforce(shading, ["Ann"], updates=3, batch=4, seed=1)
    newer = reinforce(shading, ["Ann"], updates=2, batch=4, seed=2)
    critic = ActorCritic(2, seed=1)
    critic.learn([1, 2], 0.5, 1.0)
    path = tmp_path / "lab.db"
    with open_store(path) as store:
        save_policy(curve, "bids")
        save_policy(newer, "bids")
        save_policy(critic, "state")
        store.close()
    store = open_store(path)
    read = load_policy(store, "bids")
    assert isinstance(read, Curve)
    assert read == newer, "the newest of a name"
    assert load_policy(store, "state").to_dict() == critic.to_dict()
    with pytest.raises(InvalidArgument, match="'bids', 'state'"):
        load_policy(store, "other")
    store.close()


def test_a_policy_is_not_anything() -> None:
    with pytest.raises(InvalidArgument, match="reinforce"):
        save_policy({"Ann": 1.0}, "bids")  # type: ignore[arg-type]


def test_the_curve_is_plotted() -> None:
    curve = reinforce(shading, ["Ann"], updates=3, batch=4, seed=1)
    figure = plot_learning(curve, best=0.5)
    assert [trace.name for trace in figure.data] == ["α of Ann", "reward"]
    assert list(figure.data[0].y) == [one.alphas["Ann"] for one in curve.points]
