"""Many rounds at once, as arrays or lists: what `clear_many` reads and returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interlab.auction.bids import bid_fault
from interlab.errors import InvalidArgument

NOBODY = -1
"""Stands for a winner where a round has fewer than another."""


@dataclass(frozen=True, slots=True, eq=False)
class Rounds:
    """Winners and payments of many rounds.

    Args:
        winners: positions in price order, shape (rounds, most winners), −1 where there is none.
        payments: of those winners, the same shape, 0.0 where there is none.
    """

    winners: Any
    payments: Any

    def __len__(self) -> int:
        return len(self.winners)

    @property
    def revenue(self) -> Any:
        """What all pay together, shape (rounds,)."""
        if is_array(self.payments):
            return self.payments.sum(axis=1)
        return [sum(row) for row in self.payments]


def is_array(given: object) -> bool:
    """Whether it is a numpy array; numpy itself is not imported for the answer."""
    return hasattr(given, "__array__") and hasattr(given, "tolist")


def checked_array(bids: Any) -> Any:
    """A numpy array of bids as floats, shape (rounds, bidders).

    Raises:
        InvalidArgument: it has another shape, or a bid is NaN, negative or infinite.
    """
    import numpy as np

    if bids.ndim != 2:
        raise InvalidArgument(f"Bids of many rounds have shape (rounds, bidders), not {bids.shape}.")
    if bids.dtype.kind not in "iuf":
        raise InvalidArgument(f"Bids of many rounds are numbers, not an array of {bids.dtype}.")
    values = bids.astype(np.float64)
    bad = ~(np.isfinite(values) & (values >= 0))
    if bad.any():
        row, bidder = (int(at) for at in np.argwhere(bad)[0])
        raise _bad_bid(row, bidder, values[row, bidder].item())
    return values


def rows_of(bids: Any) -> tuple[list[list[float]], bool]:
    """Bids of many rounds as lists, and whether an array was given.

    Raises:
        InvalidArgument: the rows differ in length, or a bid is NaN, negative, infinite or no number.
    """
    if is_array(bids):
        return checked_array(bids).tolist(), True
    try:
        rows = [list(row) for row in bids]
    except TypeError:
        raise InvalidArgument(
            f"Bids of many rounds have shape (rounds, bidders): a list of lists, or an array; got {bids!r:.60}."
        ) from None
    if len({len(row) for row in rows}) > 1:
        raise InvalidArgument("Bids of many rounds have shape (rounds, bidders): every row needs the same bidders.")
    for number, row in enumerate(rows):
        # The fast test lets through only plain floats in order; anything else is looked at one by one.
        if not all(type(bid) is float and 0.0 <= bid < float("inf") for bid in row):
            for bidder, bid in enumerate(row):
                if bid is None or bid_fault(bid):
                    raise _bad_bid(number, bidder, bid)
            rows[number] = [float(bid) for bid in row]
    return rows, False


def lengths_of_rounds(lengths: Any, rows: list[list[float]]) -> list[Any]:
    """Lengths for each round: None, the same row for all, or a row each.

    Raises:
        InvalidArgument: there are fewer or more rows than rounds.
    """
    if lengths is None:
        return [None] * len(rows)
    given = lengths.tolist() if is_array(lengths) else list(lengths)
    if not given or not isinstance(given[0], list | tuple):
        return [given] * len(rows)
    if len(given) != len(rows):
        raise InvalidArgument(f"There are {len(rows)} rounds of bids and {len(given)} of lengths.")
    return given


def rounds_of(decided: list[list[tuple[int, float]]], as_array: bool) -> Rounds:
    """Winners and payments, filled up to a rectangle."""
    width = max((len(row) for row in decided), default=0)
    winners = [[winner for winner, _ in row] + [NOBODY] * (width - len(row)) for row in decided]
    payments = [[payment for _, payment in row] + [0.0] * (width - len(row)) for row in decided]
    if not as_array:
        return Rounds(winners, payments)
    import numpy as np

    shape = (len(decided), width)
    return Rounds(np.array(winners, dtype=np.int64).reshape(shape), np.array(payments, dtype=np.float64).reshape(shape))


def _bad_bid(row: int, bidder: int, bid: object) -> InvalidArgument:
    fault = bid_fault(bid) or "no bid"
    return InvalidArgument(
        f"In round {row} bidder {bidder} bids {bid!r}, which is {fault}. A bid is a finite number, zero or more; "
        "rounds with missing bids are for clear(), one by one."
    )
