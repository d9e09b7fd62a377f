"""Sealed bids: what bidders ask for, read and checked once for every mechanism."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, TypeAlias

from interlab.errors import InvalidArgument

Bidder: TypeAlias = Hashable
"""Who bids: the key of a mapping, or the position in a sequence."""

BidsGiven: TypeAlias = Mapping[Any, Any] | Iterable[Any]
"""Bids by bidder, or in order; None is no bid."""

LengthsGiven: TypeAlias = Mapping[Any, Any] | Iterable[Any] | None
"""Tokens of each bidder's message, by bidder or in the order of the bids."""


def bid_fault(bid: object) -> str | None:
    """Say what is wrong with a bid, so that a moderator can set one bidder aside instead of losing the round.

    Args:
        bid: anything; a good bid is a finite number, zero or more. None (no bid) is good too.

    Returns:
        The fault in a few words, or None.
    """
    if bid is None:
        return None
    if isinstance(bid, bool) or not isinstance(bid, Real):
        return f"a {type(bid).__name__}, not a number"
    try:
        value = float(bid)
    except OverflowError:
        return "too large for a float"
    if math.isnan(value):
        return "not a number (NaN)"
    if math.isinf(value):
        return "infinite"
    return "negative" if value < 0 else None


def length_fault(length: object) -> str | None:
    """Say what is wrong with a message's length in tokens; None when nothing is."""
    if isinstance(length, bool) or not isinstance(length, Real):
        return f"a {type(length).__name__}, not a number of tokens"
    if not isinstance(length, Integral) and not float(length).is_integer():
        return "not a whole number of tokens"
    return "negative" if length < 0 else None


def by_bidder(given: BidsGiven, what: str) -> dict[Any, Any]:
    """A mapping as it is; anything else in order, under its positions."""
    if isinstance(given, Mapping):
        return dict(given)
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise InvalidArgument(
            f"{what} must be a sequence or a mapping by bidder, not {_shown(given)}. "
            f"For one bidder give a list of one: [{_shown(given)}]."
        )
    return dict(enumerate(given))


def checked_bid(bidder: Bidder, bid: object) -> float | None:
    """The bid as a float, or None for no bid.

    Raises:
        InvalidArgument: it is NaN, negative, infinite or no number.
    """
    fault = bid_fault(bid)
    if fault:
        raise InvalidArgument(
            f"Bidder {bidder!r} bids {_shown(bid)}, which is {fault}. A bid is a finite number, zero or more; "
            "give None for a bidder who makes no bid."
        )
    return None if bid is None else float(bid)  # type: ignore[arg-type]


def checked_length(bidder: Bidder, length: object) -> int:
    """The length as an int.

    Raises:
        InvalidArgument: it is negative, fractional or no number.
    """
    fault = length_fault(length)
    if fault:
        raise InvalidArgument(
            f"The message of bidder {bidder!r} has length {_shown(length)}, which is {fault}. Count it with a "
            "tokenizer, or give the most tokens that it may take."
        )
    return int(length)  # type: ignore[call-overload, no-any-return]


def checked_budget(budget: object) -> int | None:
    """The round's budget in tokens, or None for no limit.

    Raises:
        InvalidArgument: it is negative, fractional or no number.
    """
    if budget is None:
        return None
    fault = length_fault(budget)
    if fault:
        raise InvalidArgument(
            f"The budget is {_shown(budget)}, which is {fault}. Give the tokens that winners may use together, "
            "or None for no limit."
        )
    return int(budget)  # type: ignore[call-overload, no-any-return]


def checked_price(value: object, what: str) -> float:
    """A price, reserve or fee as a float.

    Raises:
        InvalidArgument: it is NaN, negative, infinite or no number.
    """
    fault = "missing" if value is None else bid_fault(value)
    if fault:
        raise InvalidArgument(f"The {what} is {_shown(value)}, which is {fault}. Give a finite number, zero or more.")
    return float(value)  # type: ignore[arg-type]


def checked_slots(slots: object, what: str = "number of slots") -> int:
    """How many may win, at least 1.

    Raises:
        InvalidArgument: it is no whole number, or less than 1.
    """
    if isinstance(slots, bool) or not isinstance(slots, Integral) or slots < 1:
        raise InvalidArgument(f"The {what} is {_shown(slots)}. Give a whole number, at least 1.")
    return int(slots)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


@dataclass(frozen=True, slots=True)
class SealedBids:
    """The bids of one round, in a fixed order; a lower position wins ties.

    Args:
        bidders: who bids, shape (n,).
        bids: a finite number, zero or more, or None for no bid, shape (n,).
        lengths: tokens of each message, shape (n,), None for those without; None when nothing is known of any.
        budget: tokens that winners may use together; None for no limit.
    """

    bidders: tuple[Bidder, ...]
    bids: tuple[float | None, ...]
    lengths: tuple[int | None, ...] | None
    budget: int | None

    @classmethod
    def read(
        cls, bids: BidsGiven, lengths: LengthsGiven = None, budget: object = None, *, need_lengths: bool = False
    ) -> SealedBids:
        """Check bids, lengths and budget as a user gives them.

        Args:
            bids: by bidder or in order.
            lengths: by bidder or in order; whoever bids must have one if any are given.
            budget: tokens, or None.
            need_lengths: the mechanism can't work without lengths.

        Raises:
            InvalidArgument: a bid, a length or the budget can't be meant, or lengths are missing.
        """
        given = by_bidder(bids, "bids")
        tokens = checked_budget(budget)
        values = tuple(checked_bid(bidder, bid) for bidder, bid in given.items())
        bidding = [bidder for bidder, value in zip(given, values, strict=True) if value is not None]
        measured = read_lengths(
            bids, given, bidding, lengths, required=bool(tokens) or (need_lengths and tokens is None)
        )
        counts = (
            None
            if measured is None
            else tuple(None if value is None else checked_length(bidder, value) for bidder, value in measured)
        )
        return cls(tuple(given), values, counts, tokens)

    def length(self, index: int) -> int:
        """The tokens of a bidder's message; 0 where lengths play no part."""
        return 0 if self.lengths is None else self.lengths[index] or 0


def read_lengths(
    bids: BidsGiven, given: Mapping[Any, Any], bidding: list[Any], lengths: LengthsGiven, *, required: bool
) -> list[tuple[Any, Any]] | None:
    """Bring lengths into the order of the bids; one entry for each bidder, None where there is none.

    Raises:
        InvalidArgument: lengths are missing, too many, or given in order beside bids by name.
    """
    if lengths is None:
        if required and bidding:
            raise InvalidArgument(
                f"Lengths are missing: {len(bidding)} bids compete for tokens. Give the tokens of each message as "
                "lengths, in the same form as the bids."
            )
        return None
    measured = by_bidder(lengths, "lengths")
    if isinstance(bids, Mapping) and not isinstance(lengths, Mapping):
        raise InvalidArgument("The bids are given by bidder and the lengths in order. Give lengths by bidder too.")
    unknown = [bidder for bidder in measured if bidder not in given]
    if unknown:
        raise InvalidArgument(
            f"There are lengths for {unknown!r}, of whom there are no bids. Bids and lengths must name the same "
            f"bidders; there are {len(given)} bids and {len(measured)} lengths."
        )
    missing = [bidder for bidder in bidding if measured.get(bidder) is None]
    if missing:
        raise InvalidArgument(f"The lengths of {missing!r} are missing: whoever bids needs one.")
    return [(bidder, measured.get(bidder)) for bidder in given]
