"""How many replicas an effect of a given size needs, and how likely so many find it."""

from __future__ import annotations

import math

from interlab.counterfactual.distributions import NORMAL, shifted_t_tail, t_quantile
from interlab.errors import InvalidArgument

_CERTAIN = 30.0
"""So many standard errors, or critical values, from 0 every test finds an effect."""
MOST = 10_000_000


def power_of(effect: float, sd: float, replicas: int, *, alpha: float = 0.05) -> float:
    """The chance that a paired t test finds an effect.

    Args:
        effect: the mean of the paired differences, if it is real.
        sd: the standard deviation of the paired differences, above 0; a pilot tells.
        replicas: pairs, at least 2.
        alpha: the error rate of the test, two-sided, in (0, 1).

    Returns:
        The power, in [alpha, 1].

    Raises:
        InvalidArgument: a number outside its range.
    """
    _check(effect, sd, alpha)
    if not isinstance(replicas, int) or replicas < 2:
        raise InvalidArgument(f"A paired test needs at least 2 replicas; got {replicas!r:.60}.")
    df = replicas - 1
    shift = abs(effect) / sd * math.sqrt(replicas)
    bound = t_quantile(1 - alpha / 2, df)
    if shift > _CERTAIN * max(1.0, bound):  # beyond what the noncentral t is computed for
        return 1.0
    return min(1.0, max(alpha, shifted_t_tail(bound, df, shift)))


def replicas_needed(effect: float, sd: float, *, power: float = 0.8, alpha: float = 0.05) -> int:
    """How many replicas, paired, find an effect with a given chance.

        il.replicas_needed(effect=100, sd=250)      # dollars: 52 replicas of each arm

    Args:
        effect: the smallest effect worth finding, not 0: a mean of paired differences.
        sd: the standard deviation of the paired differences, above 0; a pilot tells (``study.replicas_needed``). For
            a difference of proportions, the square root of the share of pairs that differ is on the safe side.
        power: the chance to find it, in (0, 1).
        alpha: the error rate of the test, two-sided, in (0, 1).

    Returns:
        Replicas of each arm, at least 2.

    Raises:
        InvalidArgument: a number outside its range.
    """
    _check(effect, sd, alpha)
    if effect == 0:
        raise InvalidArgument("No number of replicas finds an effect of 0; say how small an effect you want to find.")
    if not 0 < power < 1:
        raise InvalidArgument(f"power lies in (0, 1), such as 0.8; got {power!r:.60}.")
    normal = NORMAL.inv_cdf(1 - alpha / 2) + NORMAL.inv_cdf(power)
    guess = math.ceil((normal * sd / effect) ** 2) if abs(effect) > 1e-12 * sd else MOST
    if guess >= MOST:
        raise InvalidArgument(
            f"An effect of {effect:g} beside a spread of {sd:g} needs more than {MOST:,} replicas; "
            "look for a larger one."
        )
    low, high = 2, max(4, 2 * guess)
    while power_of(effect, sd, high, alpha=alpha) < power:
        high *= 2
    while low < high:
        middle = (low + high) // 2
        if power_of(effect, sd, middle, alpha=alpha) < power:
            low = middle + 1
        else:
            high = middle
    return low


def _check(effect: float, sd: float, alpha: float) -> None:
    if not isinstance(effect, int | float) or not math.isfinite(effect):
        raise InvalidArgument(f"An effect is a finite number; got {effect!r:.60}.")
    if not isinstance(sd, int | float) or not 0 < sd < math.inf:
        raise InvalidArgument(f"A standard deviation is above 0; got {sd!r:.60}.")
    if not 0 < alpha < 1:
        raise InvalidArgument(f"alpha lies in (0, 1), such as 0.05; got {alpha!r:.60}.")
