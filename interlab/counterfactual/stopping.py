"""The number of replicas that an interval of a wanted width needs, and the interval they then give."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from dataclasses import dataclass

from interlab.counterfactual.effects import values_of
from interlab.counterfactual.measures import kind_of
from interlab.counterfactual.replicas import Plan, Replica
from interlab.counterfactual.sequential import fixed_width_half, pairs_for_width, replicas_for_width
from interlab.counterfactual.statistics import Interval, mean_and_sd, paired_proportions_interval
from interlab.errors import InvalidArgument


@dataclass(frozen=True)
class FixedWidth:
    """What running to a wanted width gave.

    Args:
        measure: the measure.
        reference: the arm that the others are compared with.
        wanted_width: from end to end.
        pilot: replicas that told the spread.
        replicas: replicas of each arm in all.
        wanted: replicas that the width needs; more than `replicas` where `at_most` was fewer.
        intervals: the difference from the reference arm, with its interval, by arm.
    """

    measure: str
    reference: str
    wanted_width: float
    pilot: int
    replicas: int
    wanted: int
    intervals: dict[str, Interval]

    @property
    def is_reached(self) -> bool:
        """Whether every interval is as narrow as was wanted."""
        return all(one.width <= self.wanted_width * (1 + 1e-9) for one in self.intervals.values())

    def __str__(self) -> str:
        head = f"{self.measure}, difference from {self.reference!r}: "
        head += f"{self.replicas} replicas after a pilot of {self.pilot}"
        if self.wanted > self.replicas:
            head += f"; a width of {self.wanted_width:g} needs {self.wanted}"
        lines = [f"  {arm}: {one.estimate:.4g} [{one.low:.4g}, {one.high:.4g}]" for arm, one in self.intervals.items()]
        return "\n".join([head, *lines])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def enlarged(found: FixedWidth) -> int:
    """How many replicas of each arm to try next where the intervals came out wider than the pilot promised, as those
    of proportions may: as many more as the widest needs, and at least one."""
    widest = max(one.width for one in found.intervals.values())
    if not math.isfinite(widest):
        return found.replicas + found.pilot
    return max(found.replicas + 1, math.ceil(found.replicas * (widest / found.wanted_width) ** 2))


def _differences(plan: Plan, replicas: Iterable[Replica], measure: str) -> tuple[str, dict[str, dict[int, float]]]:
    values = values_of(replicas, measure)
    kind = kind_of(value for of in values.values() for value in of.values())
    if kind == "category":
        raise InvalidArgument(
            f"{measure!r} has texts as values, so its intervals have no one width; measure whether it is one of them."
        )
    base = values.get(plan.reference, {})
    found: dict[str, dict[int, float]] = {}
    for arm in plan.arms:
        if arm != plan.reference:
            pairs = ((number, value, base.get(number)) for number, value in values.get(arm, {}).items())
            found[arm] = {
                number: float(one) - float(other)
                for number, one, other in pairs
                if one is not None and other is not None and not isinstance(one, str) and not isinstance(other, str)
            }
    if not found:
        raise InvalidArgument("Two arms are needed: the width is that of the difference from the reference arm.")
    return kind, found


def _pilot(differences: dict[int, float], pilot: int, arm: str) -> list[float]:
    given = [value for number, value in differences.items() if number < pilot]
    if len(given) < 2:
        raise InvalidArgument(
            f"Of the pilot's {pilot} replicas {len(given)} pairs of the arm {arm!r} have a value, too few to tell the "
            "spread; see the study's status for replicas that failed, or use a larger pilot."
        )
    return given


def replicas_for(
    plan: Plan, replicas: Iterable[Replica], measure: str, pilot: int, width: float, level: float
) -> int:  # fmt: skip
    """How many replicas of each arm the widest interval needs, by the pilot's."""
    kind, found = _differences(plan, replicas, measure)
    needed = pilot
    for arm, differences in found.items():
        given = _pilot(differences, pilot, arm)
        if kind == "share":
            pairs = pairs_for_width(width, len(given), sum(one != 0 for one in given), round(sum(given)), level)
        else:
            pairs = replicas_for_width(width, len(given), mean_and_sd(given)[1], level)
        # Where some replicas have no value, as many more are needed.
        needed = max(needed, math.ceil(pairs * pilot / len(given)))
    return needed


def reached(
    plan: Plan,
    replicas: Iterable[Replica],
    measure: str,
    pilot: int,
    total: int,
    wanted: int,
    width: float,
    level: float,
) -> FixedWidth:
    """The intervals after `total` replicas of each arm."""
    listed = [one for one in replicas if one.number < total]
    kind, found = _differences(plan, listed, measure)
    values = values_of(listed, measure)
    intervals: dict[str, Interval] = {}
    for arm, differences in found.items():
        if kind == "share":
            base, of = values[plan.reference], values[arm]
            both = sum(bool(of[number]) and bool(base[number]) for number in differences)
            first, second = (sum(one == side for one in differences.values()) for side in (1.0, -1.0))
            intervals[arm] = paired_proportions_interval(
                both, first, second, len(differences) - both - first - second, level=level
            )  # fmt: skip
        else:
            given = _pilot(differences, pilot, arm)
            mean = math.fsum(differences.values()) / len(differences)
            half = fixed_width_half(len(given), mean_and_sd(given)[1], len(differences), level)
            intervals[arm] = Interval(mean, mean - half, mean + half, "stein")
    return FixedWidth(measure, plan.reference, width, pilot, total, wanted, intervals)
