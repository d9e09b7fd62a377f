"""What a mechanism decides: who has the floor, who pays what, and why nobody does."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from interlab.auction.bids import Bidder

Status: TypeAlias = Literal["sold", "no bids", "no budget", "below reserve", "over budget"]
"""How a round ended: `"sold"`, or why nobody has the floor."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one round.

    Args:
        winners: in price order: the highest payment first, then the higher bid, then the lower position.
        payments: by bidder, in the unit of the bids; everyone who was asked is there, losers with 0.0.
        status: `"sold"`, or why nobody has the floor.
        reason: the same in words; empty when somebody has the floor.
        mechanism: the mechanism and its parameters, as text.
        objective: what the mechanism maximises, as text.
        bids: by bidder, as read; None for no bid.
        lengths: tokens by bidder, or None when they were not given.
        tokens: the winners' tokens together, or None when lengths were not given.
        budget: the tokens that winners could use, or None for no limit.
        options: by winner, which of its offers won (mechanisms with tiers only).
        seed: the seed that was used, or None where nothing is drawn.
    """

    winners: tuple[Bidder, ...]
    payments: dict[Bidder, float]
    status: Status = "sold"
    reason: str = ""
    mechanism: str = ""
    objective: str = ""
    bids: dict[Bidder, Any] = field(default_factory=dict)
    lengths: dict[Bidder, Any] | None = None
    tokens: int | None = None
    budget: int | None = None
    options: dict[Bidder, Any] = field(default_factory=dict)
    seed: int | None = None

    @property
    def winner(self) -> Bidder | None:
        """The first winner, or None. A bidder may itself be called None or 0: ask `sold` whether there is one."""
        return self.winners[0] if self.winners else None

    @property
    def sold(self) -> bool:
        """Whether anybody has the floor."""
        return bool(self.winners)

    @property
    def revenue(self) -> float:
        """What all pay together."""
        return sum(self.payments.values())

    def utility(self, bidder: Bidder, value: float) -> float:
        """What the round is worth to a bidder: its value less its payment if it wins, else 0.

        Args:
            bidder: one of those who were asked.
            value: what the floor is worth to it, in the unit of the bids (with tiers: the offer that won).
        """
        return value - self.payments[bidder] if bidder in self.winners else 0.0

    def __str__(self) -> str:
        if not self.sold:
            return f"nobody: {self.reason}"
        parts = []
        for bidder in self.winners:
            option = f" ({self.options[bidder]})" if bidder in self.options else ""
            parts.append(f"{bidder}{option} pays {self.payments[bidder]:g}")
        return ", ".join(parts)
