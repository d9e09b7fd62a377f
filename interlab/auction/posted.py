"""Rules that no bid can move: a posted price and a lottery. Both are truthful, and foils for the auctions."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from interlab.auction.bids import SealedBids, checked_price, checked_slots
from interlab.auction.mechanism import Award, Mechanism, uniform
from interlab.auction.ranking import who_fit
from interlab.errors import InvalidArgument


@dataclass(frozen=True)
class PostedPrice(Mechanism):
    """Everyone who bids the price pays it and speaks, in a fixed or drawn order, while slots and budget last. Truthful.

    Args:
        price: for the floor, in the unit of the bids; or for each token of the message.
        per_token: the price is for each token; needs lengths.
        slots: how many may win; None for all who take the price.
        order: who is asked first: `"position"`, or `"random"` (drawn by the seed).
    """

    reserve: float = field(default=0.0, init=False, repr=False)
    price: float
    per_token: bool = False
    slots: int | None = None
    order: Literal["position", "random"] = "position"

    def __post_init__(self) -> None:
        object.__setattr__(self, "price", checked_price(self.price, "price"))
        object.__setattr__(self, "reserve", 0.0 if self.per_token else self.price)
        if self.slots is not None:
            object.__setattr__(self, "slots", checked_slots(self.slots))
        if self.order not in ("position", "random"):
            raise InvalidArgument(f"The order is {self.order!r}. Give 'position' or 'random'.")

    @property
    def needs_lengths(self) -> bool:
        """Where the price is for each token."""
        return self.per_token

    @property
    def draws(self) -> bool:
        """Where the order is drawn."""
        return self.order == "random"

    @property
    def objective(self) -> str:
        """Nothing is maximised."""
        return "whoever bids the price, in order"

    @property
    def truthful(self) -> bool:
        """True: neither the price nor the order depends on bids."""
        return True

    def _asked(self, sealed: SealedBids, index: int) -> float:
        return self.price * sealed.length(index) if self.per_token else self.price

    def _allocate(self, sealed: SealedBids, eligible: list[int], seed: int) -> list[Award]:
        order = shuffled(eligible, seed) if self.order == "random" else eligible
        return [Award(index, self._asked(sealed, index)) for index in who_fit(sealed, order, self.slots)]


@dataclass(frozen=True)
class Lottery(Mechanism):
    """Everyone who bids the reserve has the same chance, whatever it bids, and pays the reserve. Truthful.

    Where there is a budget, who does not fit any more is passed over.

    Args:
        reserve: the least bid that is let in, and what a winner pays.
        slots: how many may win.
    """

    slots: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "slots", checked_slots(self.slots))

    @property
    def draws(self) -> bool:
        """True: the floor is drawn."""
        return True

    @property
    def objective(self) -> str:
        """Nothing is maximised; the chances are equal."""
        return "equal chances"

    @property
    def truthful(self) -> bool:
        """True: a bid only says whether the floor is worth the reserve."""
        return True

    def _allocate(self, sealed: SealedBids, eligible: list[int], seed: int) -> list[Award]:
        return [Award(index, self.reserve) for index in who_fit(sealed, shuffled(eligible, seed), self.slots)]


def shuffled(positions: list[int], seed: int) -> list[int]:
    """The positions in an order drawn by the seed, each order with the same chance."""
    # Each position has a number of its own, so that who else takes part does not change who comes before whom.
    return sorted(positions, key=lambda position: (uniform(seed, position), position))
