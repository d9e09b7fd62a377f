"""Exact VCG for one message each within a budget of tokens."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from interlab.auction.bids import SealedBids
from interlab.auction.mechanism import Award, Mechanism
from interlab.auction.optimum import Offer, as_integers, optimum
from interlab.auction.ranking import Objective, checked_objective, density


@dataclass(frozen=True)
class KnapsackVCG(Mechanism):
    """The set of messages with the highest sum of bids that fits the budget; winners pay what they cost the others.

    Exact, by dynamic programming on tokens. Truthful when lengths are verified and each bidder has one message; then
    0 ≤ payment ≤ bid, and losers pay nothing. Of equally good sets the one with the lower positions wins: the first
    bidder on whom two sets differ is in. A bid of 0 is a bid and wins where there is room; set a reserve, or bid None,
    to be silent.

    `objective="density"` maximises the sum of bids per token instead; payments are then the critical values of
    that objective, and truth stays dominant. The two rank differently: bids (10, 3, 3), lengths (10, 2, 2) and
    budget 10 give the floor to {0} by value and to {1, 2} by density.

    Vickrey (1961), Clarke (1971), Groves (1973).

    Args:
        reserve: the least bid that is let in, and the least that a winner pays.
        objective: `"value"` or `"density"`.
    """

    objective: Objective = "value"

    @property
    def needs_lengths(self) -> bool:
        """True: messages compete for tokens."""
        return True

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_objective(self.objective)

    @property
    def truthful(self) -> bool:
        """True: what one pays does not depend on one's own bid."""
        return True

    def _allocate(self, sealed: SealedBids, eligible: list[int], seed: int) -> list[Award]:
        by_value = self.objective == "value"
        worth = [Fraction(sealed.bids[i] or 0.0) if by_value else density(sealed, i) for i in eligible]
        integers, scale = as_integers(worth)
        offers = [[Offer(value, sealed.length(i))] for value, i in zip(integers, eligible, strict=True)]
        best = optimum(offers, sealed.budget)
        awards = []
        for place, index in enumerate(eligible):
            if best.chosen[place] is not None:
                # The others' loss: their best without this bidder, less what they have with it.
                loss = Fraction(best.without[place] - (best.value - integers[place]), scale)
                price = loss if by_value else loss * sealed.length(index)
                awards.append(Award(index, max(self.reserve, float(price))))
        return awards
