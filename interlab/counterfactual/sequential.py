"""Stopping when enough is known, without spoiling the error rate.

Looking at an ordinary interval after every replica and stopping when one likes what one sees makes it wrong far more
often than it says. Two ways that don't:

- *A wanted width*: a pilot estimates the spread, from which follows how many replicas are needed in all; the interval
  then uses the pilot's spread. It is exact for normal values (Stein 1945, "A two-sample test for a linear hypothesis
  whose power is independent of the variance").
- *Always valid*: an interval that holds at every number of replicas at once, so that one may look as often as one
  likes and stop for any reason. It inverts the test martingale of the t test with a normal prior on the standardised
  effect (Lai 1976; Pérez-Ortiz, Lardy, de Heide & Grünwald 2024, "E-statistics, group invariance and anytime-valid
  testing"; Wang & Ramdas 2024, "Anytime-valid t-tests and confidence sequences for Gaussian means with unknown
  variance"). Exact for normal values, and wider: that is the price of looking.
"""

from __future__ import annotations

import math

from interlab.counterfactual.distributions import NORMAL, t_quantile
from interlab.errors import InvalidArgument

PRIOR_SD = 1.0
"""Standard deviation of the prior on the effect, in standard deviations of a single value; narrowest for effects
about as large."""


def always_valid_half_width(n: int, sd: float, level: float = 0.95, *, prior_sd: float = PRIOR_SD) -> float:
    """Half the width of the always valid interval around a mean.

    Args:
        n: how many values there are, at least 2.
        sd: their sample standard deviation.
        level: the chance that all intervals, over all n, cover the truth.
        prior_sd: see `PRIOR_SD`.

    Returns:
        Infinity while there are too few values to say anything.
    """
    spread = 1 + n * prior_sd**2
    # Values of t at which the martingale q^(-1/2) ((1 + t²/ν) / (1 + t²/(νq)))^(n/2) reaches 1 / (1 − level).
    log_reach = (math.log(spread) / 2 - math.log1p(-level)) * 2 / n
    if log_reach >= math.log(spread):
        return math.inf
    reach = math.exp(log_reach)
    t = math.sqrt((reach - 1) / (1 - reach / spread) * (n - 1))
    return t * sd / math.sqrt(n)


def always_valid_p(n: int, mean: float, sd: float, *, prior_sd: float = PRIOR_SD) -> float:
    """The p of a mean of 0 that holds however often one looked: the inverse of the martingale, at most 1."""
    if n < 2 or (sd == 0 and mean == 0):
        return 1.0
    spread = 1 + n * prior_sd**2
    if sd == 0:
        log_value = -math.log(spread) / 2 + n / 2 * math.log(spread)
    else:
        ratio = (mean / sd) ** 2 * n / (n - 1)
        log_value = -math.log(spread) / 2 + n / 2 * (math.log1p(ratio) - math.log1p(ratio / spread))
    return min(1.0, math.exp(-log_value)) if log_value < 700 else 0.0


def replicas_for_width(width: float, pilot: int, sd: float, level: float = 0.95) -> int:
    """How many replicas in all an interval of a width needs, by Stein's rule.

    Args:
        width: from end to end, above 0.
        pilot: how many the spread was estimated from, at least 2.
        sd: their sample standard deviation.
        level: the level of confidence.

    Returns:
        At least `pilot`.

    Raises:
        InvalidArgument: no width, or no pilot.
    """
    _check(width, pilot)
    return max(pilot, math.ceil((2 * t_quantile((1 + level) / 2, pilot - 1) * sd / width) ** 2))


def fixed_width_half(pilot: int, sd: float, n: int, level: float = 0.95) -> float:
    """Half the width of Stein's interval around the mean of all `n` values; `sd` is the pilot's."""
    return t_quantile((1 + level) / 2, pilot - 1) * sd / math.sqrt(n)


def pairs_for_width(width: float, pilot: int, discordant: int, difference: int, level: float = 0.95) -> int:
    """How many pairs in all an interval of a width needs for a difference of proportions.

    Args:
        width: from end to end, above 0.
        pilot: pairs seen so far, at least 2.
        discordant: those of them in which the two differ.
        difference: in how many more of them the one was true than the other.
        level: the level of confidence.

    Returns:
        At least `pilot`. Two pairs that differ, one to either side, are added to those seen, so that a pilot in which
        all pairs agree does not promise that all will.
    """
    _check(width, pilot)
    share, mean = (discordant + 2) / (pilot + 2), difference / (pilot + 2)
    z = NORMAL.inv_cdf((1 + level) / 2)
    return max(pilot, math.ceil(4 * z * z * (share - mean * mean) / width**2))


def _check(width: float, pilot: int) -> None:
    if not isinstance(width, int | float) or not 0 < width < math.inf:
        raise InvalidArgument(f"An interval's width is above 0; got {width!r:.60}.")
    if not isinstance(pilot, int) or pilot < 2:
        raise InvalidArgument(f"A pilot has at least 2 replicas; got {pilot!r:.60}.")
