"""Exact VCG where each bidder offers its message in several lengths, of which at most one is heard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import groupby
from typing import Any

from interlab.auction.bids import BidsGiven, LengthsGiven, SealedBids, by_bidder, read_lengths
from interlab.auction.mechanism import Award, Mechanism
from interlab.auction.optimum import Offer, as_integers, optimum
from interlab.auction.outcome import Outcome
from interlab.auction.rounds import is_array
from interlab.errors import InvalidArgument


@dataclass(frozen=True)
class TieredVCG(Mechanism):
    """At most one offer of each bidder (full, summary, keywords, or silence), the best choice within the budget.

    Winner determination is the multiple-choice knapsack problem, solved exactly. Reporting one's value for every tier
    is a dominant strategy when lengths are verified and the tiers are given. Of equally good choices the first bidder
    on whom they differ gets its earlier offer, and an offer rather than silence. Each speaker costs the reserve: the
    sum of bids less reserves is maximised, and a winner pays the reserve and what it costs the others beyond that.

        TieredVCG().clear({"Ann": {"full": 5, "summary": 4}, "Bob": {"full": 3}},
                          {"Ann": {"full": 100, "summary": 30}, "Bob": {"full": 80}}, budget=120)

    lets Ann's summary and all of Bob be heard. The outcome's `options` names the tier of each winner.

    Args:
        reserve: the least bid for a tier that is let in, and the least that a winner pays.
    """

    @property
    def needs_lengths(self) -> bool:
        """True: messages compete for tokens."""
        return True

    @property
    def objective(self) -> str:
        """The sum of the winners' bids for what is heard, less the reserve of each."""
        return "value"

    @property
    def truthful(self) -> bool:
        """True: what one pays does not depend on one's own bids."""
        return True

    def clear(
        self, bids: BidsGiven, lengths: LengthsGiven = None, *, budget: int | None = None, seed: int | None = None
    ) -> Outcome:
        """Decide one round; see `Mechanism.clear`.

        Args:
            bids: by bidder or in order, each a mapping from tier to bid, a sequence of bids, or one bid; None is
                silence.
            lengths: tokens in the same form, tier by tier.
            budget: tokens that winners may use together; None for no limit.
            seed: not used; nothing is drawn.

        Raises:
            InvalidArgument: a bid or a length can't be meant, or the tiers of bids and lengths differ.
        """
        given = by_bidder(bids, "bids")
        bidding = [bidder for bidder, offered in given.items() if offered is not None]
        measured = dict(read_lengths(bids, given, bidding, lengths, required=budget != 0) or [])
        # Every tier stands as a bidder of its own, named by both, so that it is checked as one.
        tier_bids: dict[Any, Any] = {}
        tier_lengths: dict[Any, Any] = {}
        for bidder in bidding:
            for tier, bid in _tiers(given[bidder]).items():
                tier_bids[bidder, tier] = bid
            for tier, length in _tiers(measured.get(bidder)).items():
                if (bidder, tier) not in tier_bids:
                    raise InvalidArgument(
                        f"Bidder {bidder!r} gives a length for {tier!r} and no bid; its bids are for "
                        f"{list(_tiers(given[bidder]))!r}. Bids and lengths must name the same tiers."
                    )
                tier_lengths[bidder, tier] = length
        outcome = super().clear(tier_bids, tier_lengths if measured else None, budget=budget)
        heard: list[Any] = list(outcome.winners)
        return replace(
            outcome,
            winners=tuple(bidder for bidder, _ in heard),
            payments=dict.fromkeys(given, 0.0) | {offer[0]: outcome.payments[offer] for offer in heard},
            bids=given,
            lengths=measured or None,
            options=dict(heard),
        )

    def _allocate(self, sealed: SealedBids, eligible: list[int], seed: int) -> list[Award]:
        # The reserve stands for what a speaker costs: with it taken off each bid, rather than put under the payments,
        # nobody gains by hiding its cheaper tier from a reserve that both tiers would pay.
        reserve = Fraction(self.reserve)
        integers, scale = as_integers([Fraction(sealed.bids[index] or 0.0) - reserve for index in eligible])
        value_of = dict(zip(eligible, integers, strict=True))
        tiers: list[Any] = list(sealed.bidders)
        groups = [list(group) for _, group in groupby(eligible, key=lambda index: tiers[index][0])]
        best = optimum([[Offer(value_of[i], sealed.length(i)) for i in group] for group in groups], sealed.budget)
        awards = []
        for place, (group, taken) in enumerate(zip(groups, best.chosen, strict=True)):
            if taken is not None:
                loss = best.without[place] - (best.value - value_of[group[taken]])
                awards.append(Award(group[taken], float(reserve + Fraction(loss, scale))))
        return awards


def _tiers(offered: Any) -> dict[Any, Any]:
    """By tier; a number alone is one tier."""
    if offered is None:
        return {}
    if isinstance(offered, Mapping):
        return dict(offered)
    if is_array(offered) and offered.ndim:
        offered = offered.tolist()
    if isinstance(offered, list | tuple):
        return dict(enumerate(offered))
    return {0: offered}
