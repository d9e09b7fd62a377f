"""Intervals and tests for one arm of an experiment, and for pairs of replicas of two arms.

Pure functions of numbers. Everything is two-sided.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from math import fsum
from typing import Literal, NamedTuple, TypeAlias, get_args

from interlab.counterfactual.distributions import (
    NORMAL,
    beta_quantile,
    scipy_stats,
    sign_test,
    t_quantile,
    t_tail,
)
from interlab.counterfactual.sequential import always_valid_half_width
from interlab.errors import InvalidArgument

Method: TypeAlias = Literal["t", "bca", "percentile", "bootstrap_t", "always_valid"]
"""How the interval of a mean is computed; see `mean_interval`."""

RESAMPLES = 4_000
"""Bootstrap samples that an interval is computed from."""

LEAST_RESAMPLED = 10
"""Of fewer values a studentised bootstrap's ends are wild."""


class Interval(NamedTuple):
    """An estimate and the interval around it.

    Args:
        estimate: the estimate.
        low, high: the interval's ends; infinite where there is too little to tell.
        method: how it was computed.
    """

    estimate: float
    low: float
    high: float
    method: str

    @property
    def width(self) -> float:
        """The distance of its ends."""
        return self.high - self.low


def mean_and_sd(values: Sequence[float]) -> tuple[float, float]:
    """The mean and the sample standard deviation (NaN of fewer than two values)."""
    n = len(values)
    mean = fsum(values) / n
    if n < 2:
        return mean, math.nan
    return mean, math.sqrt(max(fsum((value - mean) ** 2 for value in values), 0.0) / (n - 1))


def mean_interval(
    values: Sequence[float], *, level: float = 0.95, method: Method = "bootstrap_t", seed: int = 0
) -> Interval:
    """An interval for a mean; of paired differences, for the mean difference.

    Args:
        values: numbers, at least one; of fewer than two nothing can be said about the spread.
        level: the share of such intervals that cover the truth, in (0, 1).
        method: ``"t"`` is Student's: exact for normal values. ``"bca"`` is the bootstrap, bias-corrected and
            accelerated (Efron 1987, "Better bootstrap confidence intervals"), ``"percentile"`` the plain one; both are
            too narrow for fewer than some 30 values. ``"bootstrap_t"`` studentises (Efron & Tibshirani 1993, ch. 12)
            and serves skewed values best; of fewer than 10 values, or where too few differ, Student's stands in, and
            the interval's `method` says so. ``"always_valid"`` holds at any number of values, however often one looked
            (see `sequential`).
        seed: of the bootstrap.

    Raises:
        InvalidArgument: no values, another method, or a level outside (0, 1).
    """
    check_level(level)
    if not values:
        raise InvalidArgument("The mean of no values is not defined; run some replicas first.")
    if method not in get_args(Method):
        raise InvalidArgument(f"An interval is one of {', '.join(map(repr, get_args(Method)))}; got {method!r:.60}.")
    n = len(values)
    mean, sd = mean_and_sd(values)
    if n < 2:
        return Interval(mean, -math.inf, math.inf, method)
    if sd == 0 and method != "always_valid":
        return Interval(mean, mean, mean, method)
    if method == "t":
        return _students(n, mean, sd, level)
    if method == "always_valid":
        half = always_valid_half_width(n, sd, level)
        return Interval(mean, mean - half, mean + half, method)
    if method == "bootstrap_t" and n < LEAST_RESAMPLED:
        return _students(n, mean, sd, level)
    if method == "bootstrap_t":
        return _studentised(values, mean, sd, level, seed)
    import numpy as np

    found = scipy_stats().bootstrap(
        (np.asarray(values, dtype=float),), np.mean, n_resamples=RESAMPLES, confidence_level=level,
        method="BCa" if method == "bca" else "percentile", random_state=np.random.default_rng(seed),
    ).confidence_interval  # fmt: skip
    return Interval(mean, float(found.low), float(found.high), method)


def _students(n: int, mean: float, sd: float, level: float) -> Interval:
    half = t_quantile((1 + level) / 2, n - 1) * sd / math.sqrt(n)
    return Interval(mean, mean - half, mean + half, "t")


def _studentised(values: Sequence[float], mean: float, sd: float, level: float, seed: int) -> Interval:
    """SciPy has none of this kind."""
    import numpy as np

    n = len(values)
    samples = np.random.default_rng(seed).choice(np.asarray(values, dtype=float), size=(RESAMPLES, n))
    apart, spread = samples.mean(axis=1) - mean, samples.std(axis=1, ddof=1)
    # A sample of one value over and over says that the ratio may be anything.
    flat = spread <= 1e-12 * sd
    ratios = np.where(flat, np.copysign(np.inf, apart), apart / np.where(flat, 1.0, spread))
    low, high = np.quantile(ratios, [(1 - level) / 2, (1 + level) / 2], method="nearest")
    if not np.isfinite([low, high]).all():
        return _students(n, mean, sd, level)
    return Interval(mean, mean - float(high) * sd, mean - float(low) * sd, "bootstrap_t")


@lru_cache(maxsize=4_096)
def proportion_interval(successes: int, n: int, *, level: float = 0.95) -> Interval:
    """The exact interval of a proportion (Clopper & Pearson 1934): it covers the truth at least as often as it says.

    Args:
        successes: from 0 to `n`.
        n: at least 1.
        level: as for `mean_interval`.
    """
    check_level(level)
    if n < 1 or not 0 <= successes <= n:
        raise InvalidArgument(f"A proportion is of at least one; got {successes} of {n}.")
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else beta_quantile(tail, successes, n - successes + 1)
    high = 1.0 if successes == n else beta_quantile(1 - tail, successes + 1, n - successes)
    return Interval(successes / n, low, high, "clopper_pearson")


def _wilson(successes: int, n: int, z: float) -> tuple[float, float]:
    share = successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return max(0.0, middle - half), min(1.0, middle + half)


@lru_cache(maxsize=4_096)
def paired_proportions_interval(both: int, first: int, second: int, neither: int, *, level: float = 0.95) -> Interval:
    """The difference of two proportions of the same pairs, first − second, by Newcombe's method 10 (1998, "Improved
    confidence intervals for the difference between binomial proportions based on paired data").

    Args:
        both: pairs in which both were true.
        first: pairs in which only the first was.
        second: pairs in which only the second was.
        neither: the rest.
        level: as for `mean_interval`.
    """
    check_level(level)
    n = both + first + second + neither
    if n < 1:
        raise InvalidArgument("A difference of proportions is of at least one pair.")
    z = NORMAL.inv_cdf((1 + level) / 2)
    one, other = both + first, both + second
    share, other_share = one / n, other / n
    (low, high), (other_low, other_high) = _wilson(one, n, z), _wilson(other, n, z)
    product = one * (n - one) * other * (n - other)
    cross = float(both * neither - first * second)
    if cross > 0:
        cross = max(cross - n / 2, 0.0)
    together = cross / math.sqrt(product) if product else 0.0
    difference = share - other_share

    def half(near: float, far: float) -> float:
        return math.sqrt(max(near * near - 2 * together * near * far + far * far, 0.0))

    return Interval(
        difference,
        max(-1.0, difference - half(share - low, other_high - other_share)),
        min(1.0, difference + half(high - share, other_share - other_low)),
        "newcombe_paired",
    )


def mcnemar(first: int, second: int) -> float:
    """The exact p that pairs in which only one was true fell to either side alike (McNemar's test, exact)."""
    return sign_test(first, second)


def paired_t_test(differences: Sequence[float]) -> float:
    """The p that the mean of paired differences is 0 (Student's t).

    Differences that are all the same number leave t undefined; what counts then is that all have the same sign.
    """
    n = len(differences)
    mean, sd = mean_and_sd(differences)
    if n < 2:
        return 1.0
    if sd == 0 or abs(mean) > 1e12 * sd:
        return 1.0 if mean == 0 else sign_test(n, 0)
    return t_tail(mean / (sd / math.sqrt(n)), n - 1)


def holm(p_values: Sequence[float]) -> list[float]:
    """P values corrected for there being several (Holm 1979): the chance of any false find is kept.

    Args:
        p_values: of one family, in any order; NaN for a test that could not be made.

    Returns:
        The corrected ones, in the same order.
    """
    order = sorted((p, place) for place, p in enumerate(p_values) if not math.isnan(p))
    corrected = [math.nan] * len(p_values)
    largest = 0.0
    for rank, (p, place) in enumerate(order):
        largest = max(largest, min(1.0, p * (len(order) - rank)))
        corrected[place] = largest
    return corrected


def check_level(level: float) -> None:
    """Refuse a level of confidence outside (0, 1)."""
    if not isinstance(level, int | float) or not 0 < level < 1:
        raise InvalidArgument(f"A level of confidence lies in (0, 1), such as 0.95; got {level!r:.60}.")
