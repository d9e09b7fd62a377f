"""Student's t, the beta and the binomial distribution, from SciPy, loaded when one of them is first used."""

from __future__ import annotations

from functools import lru_cache
from statistics import NormalDist
from typing import Any

from interlab.errors import ModelUnavailable

NORMAL = NormalDist()
_FAR = 4.0


def scipy_special() -> Any:
    """SciPy's special functions.

    Raises:
        ModelUnavailable: SciPy is not installed.
    """
    try:
        from scipy import special
    except ImportError as error:
        raise _missing() from error
    return special


def scipy_stats() -> Any:
    """SciPy's statistics, which take longer to load.

    Raises:
        ModelUnavailable: SciPy is not installed.
    """
    try:
        from scipy import stats
    except ImportError as error:
        raise _missing() from error
    return stats


def _missing() -> ModelUnavailable:
    return ModelUnavailable("Intervals and tests need SciPy: pip install 'interlab-lab[experiments]'.")


@lru_cache(maxsize=4_096)
def beta_quantile(p: float, a: float, b: float) -> float:
    """The quantile of the beta distribution with parameters `a` and `b`, above 0."""
    return float(scipy_special().betaincinv(a, b, p))


@lru_cache(maxsize=4_096)
def t_quantile(p: float, df: float) -> float:
    """The quantile of Student's t.

    Args:
        p: in (0, 1).
        df: degrees of freedom, above 0.
    """
    return float(scipy_special().stdtrit(df, p))


def t_tail(t: float, df: float) -> float:
    """P(|T| ≥ |t|) for Student's t with `df` degrees of freedom: the p of a two-sided test."""
    return 2 * float(scipy_special().stdtr(df, -abs(t)))


def shifted_t_tail(t: float, df: float, shift: float) -> float:
    """P(|T| ≥ t) for the noncentral t with a shift of at least 0: the chance that a two-sided test finds an effect."""
    cdf = scipy_special().nctdtr
    # Farther out the wrong side has nothing left, and SciPy gives NaN for it.
    wrong_side = cdf(df, shift, -t) if shift < _FAR else 0.0
    return float(1 - cdf(df, shift, t) + wrong_side)


@lru_cache(maxsize=4_096)
def sign_test(one: int, other: int) -> float:
    """The exact two-sided p of a fair coin that fell `one` times on one side and `other` times on the other."""
    if one + other == 0:
        return 1.0
    return float(scipy_stats().binomtest(one, one + other).pvalue)
