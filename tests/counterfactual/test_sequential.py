"""Stopping: Stein's two stages and the always valid interval keep their error rates; figures in benchmarks."""

from __future__ import annotations

import math
import random

import pytest

from interlab.counterfactual.sequential import (
    always_valid_half_width,
    always_valid_p,
    fixed_width_half,
    pairs_for_width,
    replicas_for_width,
)
from interlab.counterfactual.statistics import mean_and_sd
from interlab.errors import InvalidArgument


def test_steins_rule_by_hand() -> None:
    # t(0.975, 9) = 2.2622; (2 · 2.2622 · 3 / 2)² = 46.06
    assert replicas_for_width(2.0, 10, 3.0) == 47
    assert 2 * fixed_width_half(10, 3.0, 47) <= 2.0
    assert 2 * fixed_width_half(10, 3.0, 46) > 2.0
    assert replicas_for_width(1_000.0, 10, 3.0) == 10


def test_a_pilot_without_differences_promises_little() -> None:
    assert pairs_for_width(0.1, 20, 0, 0) > 100


def test_p_is_the_inverse_of_the_interval() -> None:
    for n, sd, level in ((20, 2.0, 0.95), (200, 1.0, 0.9)):
        half = always_valid_half_width(n, sd, level)
        assert always_valid_p(n, half, sd) == pytest.approx(1 - level)
        assert always_valid_p(n, half * 1.1, sd) < 1 - level
    assert math.isinf(always_valid_half_width(2, 1.0))
    assert always_valid_p(5, 0.0, 0.0) == 1.0


def test_looking_after_every_value_finds_nothing_too_often() -> None:
    rng = random.Random(3)
    found = 0
    for _ in range(200):
        values: list[float] = []
        for n in range(1, 101):
            values.append(rng.gauss(0, 1))
            if n >= 5 and n % 5 == 0:
                mean, sd = mean_and_sd(values)
                if abs(mean) > always_valid_half_width(n, sd):
                    found += 1
                    break
    assert found <= 10  # 5 % of 200; an ordinary interval gives some 40


@pytest.mark.parametrize("width", [0, -1.0, math.inf])
def test_widths_are_above_zero(width: float) -> None:
    with pytest.raises(InvalidArgument):
        replicas_for_width(width, 10, 1.0)
