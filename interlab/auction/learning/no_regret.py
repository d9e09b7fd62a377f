"""Bidders that regret little: multiplicative weights over a few factors, for simulations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlab.auction.bids import checked_price, checked_slots
from interlab.auction.mechanism import Mechanism, round_seed
from interlab.errors import InvalidArgument

FACTORS = tuple(tenth / 10 for tenth in range(11))
"""0, 0.1, … 1: the factors α that bidders choose from, unless others are given."""


class Hedge:
    """Multiplicative weights: each action's weight grows with what it would have gained.

    Against any sequence of gains within [0, 1], the regret of its mixed choice over T rounds, compared with the best
    single action of K in hindsight, is at most √(T ln K / 2) when the rate is √(8 ln K / T).

    Freund and Schapire (1997); Cesa-Bianchi and Lugosi, Prediction, learning, and games (2006), theorem 2.2.

    Args:
        actions: how many there are, at least 1.
        rounds: T, which decides the rate.
    """

    def __init__(self, actions: int, rounds: int) -> None:
        self.actions = checked_slots(actions, "number of actions")
        self.rate = math.sqrt(8 * math.log(max(2, actions)) / checked_slots(rounds, "number of rounds"))
        self.gains = [0.0] * actions

    @property
    def chances(self) -> list[float]:
        """With what chance each action is taken now."""
        best = max(self.gains)
        weights = [math.exp(self.rate * (gain - best)) for gain in self.gains]
        total = math.fsum(weights)
        return [weight / total for weight in weights]

    def learn(self, gains: Sequence[float]) -> None:
        """What each action would have gained this round, in [0, 1].

        Raises:
            InvalidArgument: a gain outside [0, 1], or another number of them.
        """
        if len(gains) != self.actions or not all(0.0 <= gain <= 1.0 for gain in gains):
            raise InvalidArgument(f"Hedge learns from {self.actions} gains in [0, 1]; got {list(gains)!r:.100}.")
        self.gains = [before + gain for before, gain in zip(self.gains, gains, strict=True)]


@dataclass(frozen=True)
class SelfPlay:
    """What came of bidders learning against each other.

    Args:
        factors: the factors α they could choose from, shape (actions,).
        chances: with what chance each bidder takes each at the end, shape (bidders, actions).
        regret: of each bidder's mixed choice against its best single factor, a round, in units of the highest value.
        bound: what the regret can be at most.
        revenue: what all paid, mean of a round.
    """

    factors: tuple[float, ...]
    chances: tuple[tuple[float, ...], ...]
    regret: tuple[float, ...]
    bound: float
    revenue: float

    @property
    def alphas(self) -> tuple[float, ...]:
        """The mean factor of each bidder at the end."""
        return tuple(
            math.fsum(chance * factor for chance, factor in zip(row, self.factors, strict=True)) for row in self.chances
        )


def self_play(
    mechanism: Mechanism,
    values: Any,
    *,
    factors: Sequence[float] = FACTORS,
    lengths: Any = None,
    budget: int | None = None,
    seed: int = 0,
) -> SelfPlay:
    """Bidders with private values learn by what factor to shade, each by multiplicative weights.

    After each round every bidder is told what each factor would have gained it, the others' bids being what they were.

    Args:
        mechanism: the auction.
        values: of each round and bidder, shape (rounds, bidders), 0 or more.
        factors: to choose from, 0 … 1: then nobody who pays at most its bid can lose, and gains lie within the values.
        lengths: tokens, as for `clear_many`; the same in every round.
        budget: tokens of each round.
        seed: decides the choices, and the mechanism's draws.

    Raises:
        InvalidArgument: a factor beyond 0 … 1, or values that can't be meant.
    """
    import numpy as np

    from interlab.auction.rounds import checked_array

    drawn = checked_array(np.asarray(values))
    rounds, bidders = drawn.shape
    alphas = np.array([checked_price(factor, "factor") for factor in factors])
    if alphas.size == 0 or alphas.max() > 1:
        raise InvalidArgument(f"Factors lie within 0 … 1; got {list(factors)!r:.80}.")
    checked_slots(rounds, "number of rounds")
    scale = float(drawn.max(initial=0.0)) or 1.0
    rng = np.random.default_rng(seed)
    learners = [Hedge(len(alphas), rounds) for _ in range(bidders)]
    mixed = np.zeros(bidders)
    revenue = 0.0
    for number, row in enumerate(drawn):
        chances = np.array([learner.chances for learner in learners])
        taken = alphas[[rng.choice(len(alphas), p=chance) for chance in chances]]
        bids = taken * row
        once = round_seed(seed, number)
        outcome = mechanism.clear(bids.tolist(), lengths, budget=budget, seed=once)
        revenue += outcome.revenue
        for bidder, learner in enumerate(learners):
            gains = []
            for alpha in alphas:
                told = bids.copy()
                told[bidder] = alpha * row[bidder]
                tried = mechanism.clear(told.tolist(), lengths, budget=budget, seed=once)
                gains.append(min(1.0, max(0.0, tried.utility(bidder, float(row[bidder])) / scale)))
            mixed[bidder] += float(np.dot(chances[bidder], gains))
            learner.learn(gains)
    regret = tuple((max(learner.gains) - float(got)) / rounds for learner, got in zip(learners, mixed, strict=True))
    return SelfPlay(
        tuple(alphas.tolist()),
        tuple(tuple(learner.chances) for learner in learners),
        regret,
        math.sqrt(math.log(max(2, len(alphas))) / (2 * rounds)),
        revenue / rounds,
    )
