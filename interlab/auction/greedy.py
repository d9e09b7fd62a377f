"""Greedy allocation of a budget of tokens: fast, monotone, and only as good as its order."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from interlab.auction.bids import SealedBids
from interlab.auction.mechanism import Award, Mechanism
from interlab.auction.ranking import (
    Objective,
    checked_objective,
    density,
    displacer,
    ranked_by_bid,
    ranked_by_density,
    who_fit,
)
from interlab.errors import InvalidArgument


@dataclass(frozen=True)
class Greedy(Mechanism):
    """Go down the bids per token (or the bids) and give the floor to everyone who still fits the budget.

    Standing higher never loses the floor, so payments at the critical value, the least bid that would still have won,
    make it truthful when lengths are verified (Lehmann, O'Callaghan and Shoham 2002). The sum of winners' bids can be
    any factor below the best: bids (2, 100), lengths (1, 100), budget 100 give the floor to the first.

    `payments="externality"` charges what the others lose by one's presence, as VCG does. It is a foil: without the
    exact optimum a winner can pay more than it bid, and lying can pay. Bids (6, 9, 4, 10), lengths (3, 6, 1, 5) and
    budget 7 let the first, who bids 6, pay 10.

    Args:
        reserve: the least bid that is let in, and the least that a winner pays.
        objective: what the order follows: `"density"` (bid per token) or `"value"` (bid).
        payments: `"critical"`, or `"externality"` for the foil.
    """

    objective: Objective = "density"
    payments: Literal["critical", "externality"] = "critical"

    @property
    def needs_lengths(self) -> bool:
        """True: messages compete for tokens."""
        return True

    def __post_init__(self) -> None:
        super().__post_init__()
        checked_objective(self.objective)
        if self.payments not in ("critical", "externality"):
            raise InvalidArgument(f"payments is {self.payments!r}. Give 'critical', or 'externality' for the foil.")

    @property
    def truthful(self) -> bool:
        """Only with critical-value payments."""
        return self.payments == "critical"

    def _allocate(self, sealed: SealedBids, eligible: list[int], seed: int) -> list[Award]:
        order = ranked_by_density if self.objective == "density" else ranked_by_bid
        ranked = order(sealed, eligible)
        winners = who_fit(sealed, ranked, None)
        price = self._critical if self.payments == "critical" else self._externality
        return [Award(index, max(self.reserve, price(sealed, ranked, winners, index))) for index in winners]

    def _critical(self, sealed: SealedBids, ranked: list[int], winners: list[int], winner: int) -> float:
        above = displacer(sealed, ranked, winner, None)
        if above is None:
            return 0.0
        if self.objective == "value":
            return sealed.bids[above] or 0.0
        return float(density(sealed, above) * sealed.length(winner))

    def _externality(self, sealed: SealedBids, ranked: list[int], winners: list[int], winner: int) -> float:
        absent = who_fit(sealed, [index for index in ranked if index != winner], None)
        loss = _total(sealed, absent) - _total(sealed, [index for index in winners if index != winner])
        return float(max(loss, Fraction(0)))  # nobody is paid for speaking


def _total(sealed: SealedBids, chosen: list[int]) -> Fraction:
    return sum((Fraction(sealed.bids[index] or 0.0) for index in chosen), Fraction(0))
