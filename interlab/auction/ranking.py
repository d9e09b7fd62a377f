"""Rankings of bids, who fits going down one, and whose acceptance would displace a winner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Literal, TypeAlias

from interlab.auction.bids import SealedBids
from interlab.errors import InvalidArgument

Objective: TypeAlias = Literal["value", "density"]
"""What is maximised or ranked by: the bid, or the bid per token."""


def checked_objective(objective: object) -> None:
    """Raise InvalidArgument unless it is `"value"` or `"density"`."""
    if objective not in ("value", "density"):
        raise InvalidArgument(
            f"The objective is {objective!r}. Give 'value' (the sum of bids) or 'density' (the sum of bids per token)."
        )


def density(sealed: SealedBids, index: int) -> Fraction:
    """The bid per token, exactly.

    Raises:
        InvalidArgument: the message has no tokens.
    """
    length = sealed.length(index)
    if length < 1:
        raise InvalidArgument(
            f"The message of bidder {sealed.bidders[index]!r} takes 0 tokens, so it has no bid per token. "
            "Give None for a bidder with nothing to say."
        )
    return Fraction(sealed.bids[index] or 0.0) / length


def ranked_by_bid(sealed: SealedBids, eligible: Iterable[int]) -> list[int]:
    """Positions from the highest bid to the lowest; ties to the lower position."""
    bids = sealed.bids
    return sorted(eligible, key=lambda index: (-(bids[index] or 0.0), index))


def ranked_by_density(sealed: SealedBids, eligible: Iterable[int]) -> list[int]:
    """Positions from the highest bid per token to the lowest, compared exactly; ties to the lower position."""
    return sorted(eligible, key=lambda index: (-density(sealed, index), index))


def who_fit(sealed: SealedBids, ranked: Sequence[int], slots: int | None) -> list[int]:
    """Go down a ranking and take everyone who still fits; who does not is passed over, and the walk goes on.

    Args:
        sealed: the bids, with lengths and budget.
        ranked: positions, the best first.
        slots: how many may win; None for no limit.
    """
    taken: list[int] = []
    left = sealed.budget
    for index in ranked:
        if slots is not None and len(taken) == slots:
            break
        if left is None:
            taken.append(index)
        elif sealed.length(index) <= left:
            taken.append(index)
            left -= sealed.length(index)
    return taken


def displacer(sealed: SealedBids, ranked: Sequence[int], winner: int, slots: int | None) -> int | None:
    """Whom a winner must stay ahead of: the first whose acceptance, in its absence, leaves no room for it.

    A walk down a ranking is monotone: standing higher never loses the floor. So the winner keeps it exactly as
    long as it ranks before this bidder, and that bidder's bid is its critical value.

    Args:
        sealed: the bids, with lengths and budget.
        ranked: positions, the best first, all of them.
        winner: one that `who_fit` takes.
        slots: how many may win; None for no limit.

    Returns:
        A position, or None when the winner would fit even at the bottom.
    """
    needed = sealed.length(winner)
    left = sealed.budget
    count = 0
    for index in ranked:
        if index == winner or (left is not None and sealed.length(index) > left):
            continue
        count += 1
        if left is not None:
            left -= sealed.length(index)
        if count == slots or (left is not None and needed > left):
            return index
    return None
