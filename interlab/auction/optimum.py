"""Exact winner determination: who should speak within a budget of tokens, by dynamic programming.

Each bidder offers one message or several versions of one (full, summary, keywords), of which at most one is taken:
the knapsack problem, and the multiple-choice knapsack problem. Bids are compared as integers, so equal sums are equal
and no rounding decides who speaks. Time and memory grow with bidders × (budget / greatest common divisor of the
lengths).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import add
from typing import Any, NamedTuple

from interlab.errors import InvalidArgument

MAX_CELLS = 40_000_000
"""Cells of the tables (bidders × budget) beyond which the exact optimum is refused."""

ARRAY_CELLS = 20_000
"""From here on numpy, where it is installed, is worth its import."""


class Offer(NamedTuple):
    """One version of a message.

    Args:
        value: what is added up, exactly.
        length: tokens.
    """

    value: int
    length: int


@dataclass(frozen=True, slots=True)
class Optimum:
    """The best choice, and what it would be worth without each who is chosen.

    Args:
        chosen: for each bidder the offer taken, or None.
        value: the sum of their values.
        without: for each bidder who is chosen, the best sum if it had not come.
    """

    chosen: tuple[int | None, ...]
    value: int
    without: dict[int, int]


def as_integers(values: Iterable[Fraction | float]) -> tuple[list[int], int]:
    """The values multiplied by their least common denominator, and that denominator."""
    ratios = [value.as_integer_ratio() for value in values]
    scale = math.lcm(*(denominator for _, denominator in ratios))
    return [numerator * (scale // denominator) for numerator, denominator in ratios], scale


def optimum(bidders: Sequence[Sequence[Offer]], budget: int | None) -> Optimum:
    """Choose at most one offer of each bidder, with the highest sum of values within the budget.

    Among choices of equal value the one is taken that gives the first bidder on whom they differ its earlier offer
    (and an offer rather than none).

    Args:
        bidders: their offers, each value zero or more, each length zero or more.
        budget: tokens; None for no limit.

    Raises:
        InvalidArgument: the tables would pass `MAX_CELLS`.
    """
    most = sum(max((offer.length for offer in offers), default=0) for offers in bidders)
    if budget is None or budget >= most:
        return _without_limit(bidders)
    step = math.gcd(*(offer.length for offers in bidders for offer in offers))
    room = budget // step  # step is 0 only when all lengths are, and then nothing is limited
    cells = (len(bidders) + 1) * (room + 1)
    if cells > MAX_CELLS:
        raise InvalidArgument(
            f"The exact optimum for {len(bidders)} bidders and a budget of {budget} tokens needs tables of {cells:,} "
            f"cells; {MAX_CELLS:,} are the limit. Count lengths in larger units, or use Greedy."
        )
    steps = [[Offer(offer.value, offer.length // step) for offer in offers] for offers in bidders]
    return _by_tables(steps, room)


def _without_limit(bidders: Sequence[Sequence[Offer]]) -> Optimum:
    best = [max((offer.value for offer in offers), default=None) for offers in bidders]
    chosen = tuple(
        None if value is None else [offer.value for offer in offers].index(value)
        for offers, value in zip(bidders, best, strict=True)
    )
    total = sum(value or 0 for value in best)
    return Optimum(chosen, total, {i: total - value for i, value in enumerate(best) if value is not None})


def _by_tables(bidders: Sequence[Sequence[Offer]], room: int) -> Optimum:
    # after[i][c] is the best that bidders i, i + 1, … reach with c tokens; before[i][c] that of bidders 0 … i − 1.
    arrays = numpy_if_installed() if (len(bidders) + 1) * (room + 1) >= ARRAY_CELLS else None
    largest = sum(max((offer.value for offer in offers), default=0) for offers in bidders)
    if arrays is None:
        after, before = _lists(bidders[::-1], room)[::-1], _lists(bidders, room)
    else:
        # Beyond 63 bits numpy keeps Python's integers: slower, and as exact.
        kind = arrays.int64 if largest < 2**62 else object
        after, before = _arrays(arrays, kind, bidders[::-1], room)[::-1], _arrays(arrays, kind, bidders, room)
    chosen: list[int | None] = []
    left = room
    for i, offers in enumerate(bidders):
        goal = after[i][left]
        taken = next(
            (
                j
                for j, offer in enumerate(offers)
                if offer.length <= left and offer.value + int(after[i + 1][left - offer.length]) == goal
            ),
            None,
        )
        chosen.append(taken)
        left -= 0 if taken is None else offers[taken].length
    without = {}
    for i, taken in enumerate(chosen):
        if taken is not None and arrays is None:
            without[i] = max(map(add, before[i], reversed(after[i + 1])))
        elif taken is not None:
            without[i] = int((before[i] + after[i + 1][::-1]).max())
    return Optimum(tuple(chosen), int(after[0][room]), without)


def _lists(bidders: Sequence[Sequence[Offer]], room: int) -> list[Any]:
    """Tables of the best sums by tokens, with the first 0, 1, … bidders, as lists."""
    row = [0] * (room + 1)
    tables = [row]
    for offers in bidders:
        better = row
        for value, length in offers:
            if length <= room:
                shifted = [best + value for best in row[: room + 1 - length]]
                kept = zip(better[length:], shifted, strict=True)
                better = better[:length] + [a if a >= b else b for a, b in kept]
        row = better
        tables.append(row)
    return tables


def _arrays(numpy: Any, kind: Any, bidders: Sequence[Sequence[Offer]], room: int) -> list[Any]:
    """The same as arrays."""
    row = numpy.zeros(room + 1, dtype=kind)
    tables = [row]
    for offers in bidders:
        better = row.copy()
        for value, length in offers:
            if length <= room:
                numpy.maximum(better[length:], row[: room + 1 - length] + value, out=better[length:])
        row = better
        tables.append(row)
    return tables


def numpy_if_installed() -> Any:
    """numpy, or None."""
    try:
        import numpy
    except ImportError:
        return None
    return numpy
