"""α is learned from rewards of real conversations, and is what trying all factors finds."""

from __future__ import annotations

import math

import pytest
from interlab_zoo.sharded_facts import ShardedFacts, WitnessKind, draw_witnesses, make_puzzle

import interlab as il
from interlab.auction.learning import reinforce
from interlab.environments import Turns

BOXES = 12
NAMES = [f"W{place}" for place in range(1, BOXES + 1)]


def reward(alphas: dict[str, float], seed: int) -> float:
    """Accuracy − λ · tokens / budget of one conversation, in which each actor is right half of the time.

    λ is 1/2, and the budget what all messages take together. Confidence is uniform in [1/2, 1] when right and in
    [0, 1/2] when wrong, and heard when α · confidence reaches the reserve of 1/4: so α = 1/2 is best.
    """
    puzzle = make_puzzle(BOXES, seed)
    actors = draw_witnesses(puzzle, [WitnessKind(0.5)] * BOXES, seed)
    moderator = il.AuctionModerator(
        il.SecondPrice(reserve=0.25, slots=BOXES), il.SelfReportValuation(scale=1), alpha=alphas
    )
    talk = ShardedFacts(puzzle, actors, moderator=moderator, end=Turns(1), seed=seed)
    talk.run(snapshots=False, progress=False)
    right = sum(coins == puzzle.coins[box] for box, (coins, _) in talk.claims.items())
    return (right - 0.5 * talk.spoken) / BOXES


def test_reinforce_recovers_the_best_alpha_of_conversations() -> None:
    with il.open_store(":memory:") as store:
        grid = [0.5 * 1.15**power for power in range(-4, 5)]
        tried = {a: math.fsum(reward(dict.fromkeys(NAMES, a), seed) for seed in range(20)) for a in grid}
        best = max(tried, key=lambda alpha: tried[alpha])
        assert best == pytest.approx(0.5)
        curve = reinforce(reward, NAMES, updates=45, batch=12, start=1.5, shared=True, seed=1)
        store.close()
    assert curve.alphas["W1"] == pytest.approx(best, rel=0.1)
    assert curve.points[-1].reward > curve.points[0].reward
