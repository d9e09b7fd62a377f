"""Intervals, tests and power against published figures and hand-computed ones."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.counterfactual.power import power_of, replicas_needed
from interlab.counterfactual.statistics import (
    holm,
    mcnemar,
    mean_and_sd,
    mean_interval,
    paired_proportions_interval,
    paired_t_test,
    proportion_interval,
)
from interlab.errors import InvalidArgument

# Student's "additional hours of sleep" (1908): t = 4.0621, p = 0.002833, interval [0.7001, 2.4599].
SLEEP = [1.2, 2.4, 1.3, 1.3, 0.0, 1.0, 1.8, 0.8, 4.6, 1.4]


def test_students_t_on_students_own_data() -> None:
    found = mean_interval(SLEEP, method="t")
    assert found[:3] == pytest.approx((1.58, 0.7001, 2.4599), abs=1e-4)
    assert paired_t_test(SLEEP) == pytest.approx(0.002833, abs=1e-6)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"), [(8, 10, 0.4439, 0.9748), (0, 20, 0.0, 0.1684), (1, 1, 0.025, 1.0)]
)
def test_exact_interval_of_a_proportion(successes: int, n: int, low: float, high: float) -> None:
    assert proportion_interval(successes, n)[1:3] == pytest.approx((low, high), abs=1e-4)


def test_newcombes_tenth_method_on_his_example() -> None:
    # Newcombe 1998, table III: 36, 12, 2, 0.
    assert paired_proportions_interval(36, 12, 2, 0)[:3] == pytest.approx((0.2, 0.0569, 0.3404), abs=1e-4)


def test_mcnemar_is_the_sign_test() -> None:
    assert mcnemar(2, 8) == pytest.approx(2 * (1 + 10 + 45) / 1024)
    assert mcnemar(0, 0) == 1.0


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    corrected = holm([0.2, math.nan, 0.6])
    assert corrected[0] == pytest.approx(0.4)
    assert math.isnan(corrected[1])
    assert corrected[2] == pytest.approx(0.6)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_never_helps_and_keeps_the_order(p_values: list[float]) -> None:
    corrected = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, corrected, strict=True))
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    assert [corrected[place] for place in order] == sorted(corrected)


@pytest.mark.parametrize("method", ["t", "bca", "percentile", "bootstrap_t", "always_valid"])
def test_intervals_hold_their_estimate_and_move_with_the_values(method: str) -> None:
    found = mean_interval(SLEEP, method=method)  # type: ignore[arg-type]
    moved = mean_interval([value * 2 - 7 for value in SLEEP], method=method)  # type: ignore[arg-type]
    assert found.low < found.estimate < found.high
    assert moved[1:3] == pytest.approx((found.low * 2 - 7, found.high * 2 - 7))
    assert mean_interval(SLEEP, method=method, level=0.5).width < found.width  # type: ignore[arg-type]


def test_the_bootstrap_follows_skew() -> None:
    rng = random.Random(1)
    skewed = [rng.expovariate(1) for _ in range(40)]
    found = mean_interval(skewed)
    assert found.method == "bootstrap_t"
    assert found.high - found.estimate > found.estimate - found.low


def test_a_few_values_get_students_interval() -> None:
    assert mean_interval([1, 2, 4]) == mean_interval([1, 2, 4], method="t")
    assert mean_interval([3.0])[1:3] == (-math.inf, math.inf)
    assert mean_interval([3.0, 3.0])[1:3] == (3.0, 3.0)


def test_equal_differences_count_by_their_sign() -> None:
    assert paired_t_test([2.0] * 6) == pytest.approx(2 / 2**6)
    assert paired_t_test([0.0] * 6) == 1.0
    assert math.isnan(mean_and_sd([1.0])[1])


def test_power_as_published() -> None:
    # Faul, Erdfelder, Lang & Buchner 2007 (G*Power): d = 0.5, n = 34 has a power of 0.8078.
    assert power_of(0.5, 1, 34) == pytest.approx(0.8078, abs=1e-4)
    assert replicas_needed(0.5, 1) == 34
    assert power_of(0, 1, 10) == pytest.approx(0.05)
    assert power_of(10, 1, 1000) == pytest.approx(1.0)


@given(st.floats(0.05, 3), st.floats(0.5, 0.95))
def test_replicas_needed_are_the_fewest(effect: float, power: float) -> None:
    n = replicas_needed(effect, 1, power=power)
    assert power_of(effect, 1, n) >= power
    assert n == 2 or power_of(effect, 1, n - 1) < power


@pytest.mark.parametrize(
    "call",
    [
        lambda: mean_interval([]),
        lambda: mean_interval([1, 2], level=95),
        lambda: mean_interval([1, 2], method="jackknife"),  # type: ignore[arg-type]
        lambda: proportion_interval(3, 2),
        lambda: replicas_needed(0, 1),
        lambda: replicas_needed(1, 0),
        lambda: replicas_needed(1e-9, 1),
        lambda: power_of(1, 1, 1),
    ],
)
def test_nonsense_is_refused(call: object) -> None:
    with pytest.raises(InvalidArgument):
        call()  # type: ignore[operator]
