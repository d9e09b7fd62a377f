"""What all mechanisms share: one call from bids to outcome, and the reasons why nobody has the floor."""

from __future__ import annotations

import hashlib
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from interlab.auction.bids import BidsGiven, LengthsGiven, SealedBids, checked_price
from interlab.auction.outcome import Outcome, Status
from interlab.auction.rounds import Rounds, lengths_of_rounds, rounds_of, rows_of
from interlab.errors import InvalidArgument


@dataclass(frozen=True, slots=True)
class Award:
    """The floor for one bidder.

    Args:
        index: its position among the bidders.
        payment: what it pays.
    """

    index: int
    payment: float


def uniform(seed: int, *path: int) -> float:
    """A number in [0, 1), drawn by address: the same seed and path give the same number everywhere.

    Addressed draws keep an outcome independent of how many were drawn before, on every platform and version.
    """
    text = ",".join(map(str, (seed, *path))).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=8).digest(), "big") / 2**64


def round_seed(seed: int, round_index: int) -> int:
    """The seed of one round of many: `clear_many` draws in row r as `clear(…, seed=round_seed(seed, r))` does."""
    text = f"round {round_index} of {seed}".encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=7).digest(), "big")


def checked_seed(seed: object) -> int:
    """The seed as an int; a fresh one for None, which the outcome then names."""
    if seed is None:
        return secrets.randbits(56)
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise InvalidArgument(f"The seed is {seed!r}. Give an int; the outcome names the one that was used.")
    return seed


@dataclass(frozen=True)
class Mechanism(ABC):
    """A pure function from bids to allocation and payments.

    Subclasses say in `objective` what they maximise and in `truthful` whether bidding one's value is a dominant
    strategy (private values, quasi-linear utility, one round, lengths verified).

    Args:
        reserve: the least bid that is let in, and the least that a winner pays.
    """

    reserve: float = 0.0

    def __post_init__(self) -> None:
        # Numbers are kept as floats, so that equal mechanisms print and compare alike.
        object.__setattr__(self, "reserve", checked_price(self.reserve, "reserve"))

    def clear(
        self, bids: BidsGiven, lengths: LengthsGiven = None, *, budget: int | None = None, seed: int | None = None
    ) -> Outcome:
        """Decide one round.

        Args:
            bids: by bidder or in order, each a finite number, zero or more; None for a bidder who makes none.
            lengths: tokens of each message in the same form; needed where there is a budget.
            budget: tokens that winners may use together; None for no limit.
            seed: of the draw, where the mechanism draws; None draws a fresh one, which the outcome names.

        Returns:
            The outcome. No bid, no budget, no bid at the reserve, no message within the budget are outcomes
            without a winner, not errors.

        Raises:
            InvalidArgument: a bid is NaN, negative or infinite, a length is no count, or lengths are missing.
        """
        sealed = SealedBids.read(bids, lengths, budget, need_lengths=self.needs_lengths)
        return self.decide(sealed, seed)

    def decide(self, sealed: SealedBids, seed: int | None = None) -> Outcome:
        """Decide one round of bids that were read already; arguments as in `clear`."""
        bidding = [index for index, bid in enumerate(sealed.bids) if bid is not None]
        if not bidding:
            return self.no_sale(sealed, "no bids", "nobody made a bid")
        if sealed.budget == 0:
            return self.no_sale(sealed, "no budget", "the budget is 0 tokens")
        high = [index for index in bidding if _bid(sealed, index) >= self._asked(sealed, index)]
        if not high:
            best = max(bidding, key=lambda index: _bid(sealed, index))
            asked = f"the reserve, {self._asked(sealed, best):g}"
            return self.no_sale(sealed, "below reserve", f"the highest bid, {_bid(sealed, best):g}, is below {asked}")
        budget = sealed.budget
        eligible = [index for index in high if budget is None or sealed.length(index) <= budget]
        if not eligible:
            least = min(sealed.length(index) for index in high)
            return self.no_sale(
                sealed, "over budget", f"the shortest message takes {least} tokens of a budget of {budget}"
            )
        used = checked_seed(seed) if self.draws else None
        return self.sale(sealed, self._allocate(sealed, eligible, used or 0), used)

    @property
    def needs_lengths(self) -> bool:
        """Whether it can't decide without lengths even where there is no budget."""
        return False

    @property
    def draws(self) -> bool:
        """Whether chance decides, so that the outcome depends on the seed."""
        return False

    @property
    @abstractmethod
    def objective(self) -> str:
        """What is maximised: `"value"` (of bids), `"density"` (bids per token), or in words."""

    @property
    def truthful(self) -> bool:
        """Whether bidding one's value is a dominant strategy, under the assumptions above."""
        return False

    def _asked(self, sealed: SealedBids, index: int) -> float:
        """The least bid with which a bidder is let in."""
        return self.reserve

    @abstractmethod
    def _allocate(self, sealed: SealedBids, eligible: list[int], seed: int) -> Iterable[Award]:
        """Choose winners among the bidders at the reserve whose message fits the budget alone.

        Args:
            sealed: the bids.
            eligible: positions, ascending, at least one.
            seed: of the draw; 0 where nothing is drawn.
        """

    def clear_many(
        self, bids: Any, lengths: Any = None, *, budget: int | None = None, seed: int | None = None
    ) -> Rounds:
        """Decide many rounds of the same bidders, for simulation.

        Args:
            bids: shape (rounds, bidders): a numpy array, or a list of lists; every bidder bids in every round.
            lengths: tokens, shape (bidders,) or (rounds, bidders).
            budget: tokens of each round; None for no limit.
            seed: row r draws as `clear(…, seed=round_seed(seed, r))` does.

        Returns:
            Winners and payments, shape (rounds, most winners): arrays where an array was given, else lists.

        Raises:
            InvalidArgument: the shapes do not fit, a bid can't be meant, or lengths are missing.
        """
        rows, given_array = rows_of(bids)
        used = checked_seed(seed) if self.draws else 0
        measured = lengths_of_rounds(lengths, rows)
        decided: list[list[tuple[int, float]]] = []
        for number, row in enumerate(rows):
            outcome = self.clear(row, measured[number], budget=budget, seed=round_seed(used, number))
            decided.append([(winner, outcome.payments[winner]) for winner in outcome.winners])  # type: ignore[misc]
        return rounds_of(decided, given_array)

    def sale(self, sealed: SealedBids, awards: Iterable[Award], seed: int | None) -> Outcome:
        """The outcome of these awards, in price order."""
        ordered = sorted(awards, key=lambda award: (-award.payment, -_bid(sealed, award.index), award.index))
        payments = dict.fromkeys(sealed.bidders, 0.0)
        payments |= {sealed.bidders[award.index]: award.payment for award in ordered}
        return Outcome(
            winners=tuple(sealed.bidders[award.index] for award in ordered),
            payments=payments,
            mechanism=repr(self),
            objective=self.objective,
            bids=dict(zip(sealed.bidders, sealed.bids, strict=True)),
            lengths=_lengths(sealed),
            tokens=None if sealed.lengths is None else sum(sealed.length(award.index) for award in ordered),
            budget=sealed.budget,
            seed=seed,
        )

    def no_sale(self, sealed: SealedBids, status: Status, reason: str) -> Outcome:
        """The outcome of a round in which nobody has the floor."""
        return Outcome(
            winners=(),
            payments=dict.fromkeys(sealed.bidders, 0.0),
            status=status,
            reason=reason,
            mechanism=repr(self),
            objective=self.objective,
            bids=dict(zip(sealed.bidders, sealed.bids, strict=True)),
            lengths=_lengths(sealed),
            tokens=None if sealed.lengths is None else 0,
            budget=sealed.budget,
        )


def _bid(sealed: SealedBids, index: int) -> float:
    bid = sealed.bids[index]
    return 0.0 if bid is None else bid


def _lengths(sealed: SealedBids) -> dict[Any, Any] | None:
    return None if sealed.lengths is None else dict(zip(sealed.bidders, sealed.lengths, strict=True))
