"""A draw in which a higher bid has a higher chance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from interlab.auction.bids import SealedBids, checked_slots
from interlab.auction.mechanism import Award, Mechanism, uniform
from interlab.auction.ranking import who_fit
from interlab.errors import InvalidArgument


@dataclass(frozen=True)
class Softmax(Mechanism):
    """The floor goes to a bidder with chance proportional to exp(bid / temperature).

    With several slots the draws are repeated without those who have won; where there is a budget, who does not fit is
    passed over. A higher bid never lowers one's chance.

    `payments="bid"` charges the winner its bid (not truthful). `payments="myerson"`, for one slot, charges
    b − ∫ x(t) dt / x(b) over t from the reserve to b, x being the chance of winning: then truth is optimal in
    expectation over the draw, and a payment stays within 0 and the bid (Myerson, Optimal auction design, 1981).

    Args:
        temperature: in the unit of the bids, above 0; near 0 the highest bid wins, at a high one all are alike.
        reserve: the least bid that is let in.
        slots: how many may win.
        payments: `"bid"` or `"myerson"`.
    """

    # The temperature is what one sets here, so it comes first in calls by position, too.
    reserve: float = 0.0
    slots: int = 1
    temperature: float = 1.0
    payments: Literal["bid", "myerson"] = "bid"

    @property
    def draws(self) -> bool:
        """True: the floor is drawn."""
        return True

    def __init__(
        self,
        temperature: float = 1.0,
        reserve: float = 0.0,
        slots: int = 1,
        payments: Literal["bid", "myerson"] = "bid",
    ) -> None:
        for name, value in (("temperature", temperature), ("reserve", reserve), ("slots", slots)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "payments", payments)
        self.__post_init__()

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.temperature, bool) or not isinstance(self.temperature, int | float):
            raise InvalidArgument(f"The temperature is {self.temperature!r}. Give a number above 0.")
        if not 0 < self.temperature < math.inf:
            raise InvalidArgument(
                f"The temperature is {self.temperature!r}. Give a finite number above 0; for the highest bid use "
                "FirstPrice, for equal chances Lottery."
            )
        object.__setattr__(self, "temperature", float(self.temperature))
        object.__setattr__(self, "slots", checked_slots(self.slots))
        if self.payments not in ("bid", "myerson"):
            raise InvalidArgument(f"payments is {self.payments!r}. Give 'bid' or 'myerson'.")
        if self.payments == "myerson" and self.slots != 1:
            raise InvalidArgument(f"payments='myerson' is for one slot, not {self.slots}. Use payments='bid'.")

    @property
    def objective(self) -> str:
        """Nothing is maximised; the chances are stated."""
        return "chance proportional to exp(bid / temperature)"

    @property
    def truthful(self) -> bool:
        """In expectation over the draw, with Myerson's payments."""
        return self.payments == "myerson"

    def chances(self, bids: Sequence[float]) -> list[float]:
        """The chance of each to win the first slot, summing to 1.

        Args:
            bids: at the reserve or above, shape (n,).
        """
        highest = max(bids, default=0.0)
        weights = [math.exp((bid - highest) / self.temperature) for bid in bids]
        total = math.fsum(weights)
        return [weight / total for weight in weights]

    def _allocate(self, sealed: SealedBids, eligible: list[int], seed: int) -> list[Award]:
        bids = [sealed.bids[index] or 0.0 for index in eligible]
        order: list[int] = []
        left = list(range(len(eligible)))
        limit = len(eligible) if sealed.budget is not None else min(self.slots, len(eligible))
        while left and len(order) < limit:
            place = left.pop(_drawn(self.chances([bids[at] for at in left]), uniform(seed, len(order))))
            order.append(eligible[place])
        winners = who_fit(sealed, order, self.slots)
        if self.payments == "bid":
            return [Award(index, sealed.bids[index] or 0.0) for index in winners]
        return [Award(index, self._myerson(bids, eligible.index(index))) for index in winners]

    def _myerson(self, bids: list[float], place: int) -> float:
        """The winner's payment: its bid less the area under its chances, divided by its chance."""
        bid, tau = bids[place], self.temperature
        if len(bids) == 1:
            return self.reserve
        # ∫ x(t) dt = τ · (log(e^(b/τ) + S) − log(e^(r/τ) + S)), with S the sum over the others. Everything is measured
        # from the bid, so that neither a large bid nor a small temperature overflows.
        rivals = _log_sum_exp([(other - bid) / tau for at, other in enumerate(bids) if at != place])
        whole = _log_sum_exp([0.0, rivals])
        chance = math.exp(-whole)
        if chance == 0.0:
            return self.reserve  # the limit of ever smaller chances; such a bidder is never drawn
        area = tau * (whole - _log_sum_exp([(self.reserve - bid) / tau, rivals]))
        if math.isnan(area) or math.isinf(area):
            area = bid - max(self.reserve, *(other for at, other in enumerate(bids) if at != place))  # τ → 0
        return min(bid, max(self.reserve, bid - area / chance))


def _drawn(chances: Sequence[float], draw: float) -> int:
    """The place where the running sum of the chances passes the draw."""
    reached = 0.0
    for place, chance in enumerate(chances):
        reached += chance
        if draw < reached:
            return place
    # Rounding left the sum a hair below 1.
    return max(range(len(chances)), key=lambda place: (chances[place] > 0, place))


def _log_sum_exp(values: Sequence[float]) -> float:
    highest = max(values)
    if math.isinf(highest):
        return highest
    return highest + math.log(math.fsum(math.exp(value - highest) for value in values))
