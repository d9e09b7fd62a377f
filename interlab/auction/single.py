"""Slots that are alike: first price, second price (uniform), and the generalised second price as its foil.

With values drawn from U[0, 1], n bidders and one slot, first price has the equilibrium bid (n − 1)v/n; first
and second price then bring in the same on average, (n − 1)/(n + 1) (Vickrey 1961; Myerson 1981).
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlab.auction.bids import SealedBids, checked_slots
from interlab.auction.mechanism import Award, Mechanism
from interlab.auction.optimum import numpy_if_installed
from interlab.auction.ranking import displacer, ranked_by_bid, who_fit
from interlab.auction.rounds import NOBODY, Rounds, checked_array, is_array, rounds_of, rows_of

ARRAY_BIDS = 50_000
"""From so many bids on lists are turned into arrays, where numpy is installed."""


@dataclass(frozen=True)
class SlotAuction(Mechanism):
    """The highest bids win, one slot each; subclasses set the price.

    Where there is a budget of tokens, who does not fit is passed over.

    Args:
        reserve: the least bid that is let in, and the least that a winner pays.
        slots: how many may win.
    """

    slots: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "slots", checked_slots(self.slots))

    @property
    def objective(self) -> str:
        """The sum of the winners' bids."""
        return "value"

    def _allocate(self, sealed: SealedBids, eligible: list[int], seed: int) -> list[Award]:
        ranked = ranked_by_bid(sealed, eligible)
        winners = who_fit(sealed, ranked, self.slots)
        return [Award(index, self._price(sealed, ranked, winners, index)) for index in winners]

    @abstractmethod
    def _price(self, sealed: SealedBids, ranked: Sequence[int], winners: Sequence[int], winner: int) -> float:
        """What one winner pays."""

    @abstractmethod
    def _prices(self, bids: Sequence[Any], count: int) -> Sequence[Any]:
        """What the winners pay where no budget binds.

        Args:
            bids: the highest bids, from the top; more than `count` where there are more bidders. Bids below the
                reserve stand as the reserve. Numbers, or arrays of shape (rounds,).
            count: how many win.
        """

    def clear_many(
        self, bids: Any, lengths: Any = None, *, budget: int | None = None, seed: int | None = None
    ) -> Rounds:
        """Decide many rounds of the same bidders; see `Mechanism.clear_many`. Without a budget, no loop over rounds."""
        if budget is not None:
            return super().clear_many(bids, lengths, budget=budget, seed=seed)
        if is_array(bids):
            return self._clear_array(checked_array(bids))
        rows, _ = rows_of(bids)
        if rows and len(rows) * len(rows[0]) >= ARRAY_BIDS and (arrays := numpy_if_installed()) is not None:
            decided_at_once = self._clear_array(arrays.array(rows))
            return Rounds(decided_at_once.winners.tolist(), decided_at_once.payments.tolist())
        reserve, top = self.reserve, self.slots + 1
        decided: list[list[tuple[int, float]]] = []
        for row in rows:
            # A sort in reverse keeps equals in order, so ties go to the lower position.
            ranked = sorted(range(len(row)), key=row.__getitem__, reverse=True)[:top]
            winners = [index for index in ranked[: self.slots] if row[index] >= reserve]
            prices = self._prices([max(row[index], reserve) for index in ranked], len(winners))
            decided.append(list(zip(winners, prices, strict=True)))
        return rounds_of(decided, as_array=False)

    def _clear_array(self, values: Any) -> Rounds:
        import numpy as np

        rounds, bidders = values.shape
        slots = min(self.slots, bidders)
        if slots == 0:
            return Rounds(np.zeros((rounds, 0), np.int64), np.zeros((rounds, 0)))
        ranked = _ranked(values, min(self.slots + 1, bidders))
        top = np.take_along_axis(values, ranked, axis=1)
        floored = np.maximum(top, self.reserve).T
        prices = np.stack(list(self._prices(list(floored), slots)), axis=1)
        won = top[:, :slots] >= self.reserve
        winners = np.where(won, ranked[:, :slots], NOBODY)
        used = int(won.sum(axis=1).max(initial=0))
        return Rounds(winners[:, :used], np.where(won, prices, 0.0)[:, :used])


def _ranked(values: Any, top: int) -> Any:
    """Positions of the highest bids in each row, from the top; ties to the lower position."""
    import numpy as np

    if top > 4:
        return np.argsort(-values, axis=1, kind="stable")[:, :top]
    left = values.copy()  # a few times the first maximum is quicker than sorting
    rows = np.arange(len(values))
    found = []
    for _ in range(top):
        best = left.argmax(axis=1)
        left[rows, best] = -1.0
        found.append(best)
    return np.stack(found, axis=1)


@dataclass(frozen=True)
class FirstPrice(SlotAuction):
    """The highest bids win and pay what they bid. Not truthful: shading one's bid pays.

    Args:
        reserve: the least bid that is let in.
        slots: how many may win.
    """

    def _price(self, sealed: SealedBids, ranked: Sequence[int], winners: Sequence[int], winner: int) -> float:
        return sealed.bids[winner] or 0.0

    def _prices(self, bids: Sequence[Any], count: int) -> Sequence[Any]:
        return bids[:count]


@dataclass(frozen=True)
class SecondPrice(SlotAuction):
    """The highest bids win and all pay the same: the highest losing bid, or the reserve. Truthful.

    With one slot this is Vickrey's auction; with k slots everyone pays the (k + 1)th bid. Where a budget of tokens
    keeps somebody out, each winner pays its critical value (the least bid with which it would still have won), which is
    the uniform price wherever the budget does not bind; so truth stays dominant with lengths verified.

    Vickrey, Counterspeculation, auctions, and competitive sealed tenders (1961).

    Args:
        reserve: the least bid that is let in, and the least that a winner pays.
        slots: how many may win.
    """

    @property
    def truthful(self) -> bool:
        """True: one's own bid decides whether one wins, not what one pays."""
        return True

    def _price(self, sealed: SealedBids, ranked: Sequence[int], winners: Sequence[int], winner: int) -> float:
        above = displacer(sealed, ranked, winner, self.slots)
        return self.reserve if above is None else max(self.reserve, sealed.bids[above] or 0.0)

    def _prices(self, bids: Sequence[Any], count: int) -> Sequence[Any]:
        below = bids[self.slots] if len(bids) > self.slots else _reserve_like(bids, self.reserve)
        return [below] * count


@dataclass(frozen=True)
class GeneralizedSecondPrice(SlotAuction):
    """The highest bids win and each pays the next bid below its own. A foil: not truthful with more than one slot.

    With values (0, 1, 2) and two slots the top bidder gains 2 by bidding 1, and 1 by bidding the truth.
    Edelman, Ostrovsky and Schwarz, Internet advertising and the generalized second-price auction (2007).

    Args:
        reserve: the least bid that is let in, and the least that a winner pays.
        slots: how many may win; with 1 this is `SecondPrice`.
    """

    @property
    def truthful(self) -> bool:
        """Only with one slot."""
        return self.slots == 1

    def _price(self, sealed: SealedBids, ranked: Sequence[int], winners: Sequence[int], winner: int) -> float:
        place = ranked.index(winner) + 1
        return max(self.reserve, sealed.bids[ranked[place]] or 0.0) if place < len(ranked) else self.reserve

    def _prices(self, bids: Sequence[Any], count: int) -> Sequence[Any]:
        return [*bids[1 : count + 1], *[_reserve_like(bids, self.reserve)] * (count + 1 - len(bids))]


def _reserve_like(bids: Sequence[Any], reserve: float) -> Any:
    """The reserve, in the form of the bids: a number, or an array with a reserve for each round."""
    return bids[0] * 0.0 + reserve if bids else reserve
