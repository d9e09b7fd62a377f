"""Exact winner determination against every subset tried, many rounds against one by one, and known revenues."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlab.auction import (
    NOBODY,
    FirstPrice,
    GeneralizedSecondPrice,
    Greedy,
    KnapsackVCG,
    Lottery,
    Mechanism,
    Outcome,
    PostedPrice,
    SecondPrice,
    Softmax,
    TieredVCG,
    optimum,
    round_seed,
    single,
)

CASES = 10_000


def subsets(bids: list[Fraction], lengths: list[int], budget: int) -> list[tuple[Fraction, tuple[bool, ...]]]:
    """Every set that fits, with its sum of bids."""
    fitting = []
    for chosen in itertools.product((True, False), repeat=len(bids)):
        if sum(itertools.compress(lengths, chosen)) <= budget:
            fitting.append((sum(itertools.compress(bids, chosen), Fraction(0)), chosen))
    return fitting


def test_vcg_equals_brute_force() -> None:
    """10,000 small cases: the same winners, ties included, and the same payments, to the last bit."""
    rng = random.Random(20)
    for case in range(CASES):
        count = rng.randint(1, 5)
        bids = [float(rng.randint(0, 5)) if case % 2 else rng.random() * 10 ** rng.randint(-3, 3) for _ in range(count)]
        lengths = [rng.randint(1, 8) for _ in range(count)]
        budget = rng.randint(1, 20)
        outcome = KnapsackVCG().clear(bids, lengths, budget=budget)
        exact = [Fraction(bid) for bid in bids]
        fitting = subsets(exact, lengths, budget)
        best, chosen = max(fitting)  # of equal sums the one that has the first bidder on whom they differ
        assert set(outcome.winners) == set(itertools.compress(range(count), chosen)), (bids, lengths, budget)
        for bidder in range(count):
            without = max(value for value, others in fitting if not others[bidder])
            owed = without - (best - exact[bidder]) if chosen[bidder] else Fraction(0)
            assert outcome.payments[bidder] == float(owed), (bids, lengths, budget)


def test_tiers_equal_brute_force() -> None:
    """1,000 small cases of the multiple-choice knapsack: the best sum, and payments that make up for it."""
    rng = random.Random(21)
    for _ in range(1000):
        count = rng.randint(1, 4)
        bids = [[float(rng.randint(0, 6)) for _ in range(rng.randint(1, 3))] for _ in range(count)]
        lengths = [[rng.randint(1, 6) for _ in offered] for offered in bids]
        budget, reserve = rng.randint(1, 14), float(rng.choice((0, 2)))

        def best(who: list[int], *, bids: Any = bids, lengths: Any = lengths, budget: int = budget) -> float:
            reached = 0.0
            for taken in itertools.product(*([None, *range(len(bids[at]))] for at in who)):
                offers = [(at, tier) for at, tier in zip(who, taken, strict=True) if tier is not None]
                if sum(lengths[at][tier] for at, tier in offers) <= budget:
                    reached = max(reached, sum(bids[at][tier] - reserve for at, tier in offers))  # noqa: B023
            return reached

        everyone = list(range(count))
        outcome = TieredVCG(reserve).clear(bids, lengths, budget=budget)
        value = sum(bids[at][outcome.options[at]] - reserve for at in outcome.winners)  # type: ignore[index]
        assert value == best(everyone)
        for at in outcome.winners:
            others = value - (bids[at][outcome.options[at]] - reserve)  # type: ignore[index]
            assert outcome.payments[at] == reserve + best([other for other in everyone if other != at]) - others


@given(
    offers=st.lists(
        st.lists(st.builds(optimum.Offer, st.integers(0, 2**70), st.integers(0, 30)), min_size=1, max_size=3),
        max_size=6,
    ),
    budget=st.integers(0, 60),
)
@settings(deadline=None)
def test_tables_of_lists_and_of_arrays_agree(offers: list[list[optimum.Offer]], budget: int) -> None:
    """numpy is used for large tables only; it must not decide anything, beyond 64 bits neither."""
    by_lists = optimum.optimum(offers, budget)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimum, "ARRAY_CELLS", 0)
        assert optimum.optimum(offers, budget) == by_lists


MANY = [
    FirstPrice(),
    FirstPrice(0.4, slots=3),
    SecondPrice(),
    SecondPrice(0.4, slots=2),
    SecondPrice(slots=6),
    GeneralizedSecondPrice(0.2, slots=3),
    Softmax(0.3, slots=2),
    KnapsackVCG(0.1),
    TieredVCG(0.1),
    Greedy(),
    PostedPrice(0.5, order="random", slots=2),
    Lottery(0.1),
]


@pytest.mark.parametrize("mechanism", MANY, ids=repr)
@pytest.mark.parametrize("budget", [None, 9])
def test_many_rounds_are_those_one_by_one(mechanism: Mechanism, budget: int | None) -> None:
    rng = np.random.default_rng(4)
    bids = np.round(rng.random((60, 5)), 1)  # rounded, so that there are ties
    lengths = rng.integers(1, 6, (60, 5))
    rounds = mechanism.clear_many(bids, lengths, budget=budget, seed=8)
    listed = mechanism.clear_many(bids.tolist(), lengths.tolist(), budget=budget, seed=8)
    assert rounds.winners.tolist() == listed.winners
    assert rounds.payments.tolist() == listed.payments
    assert rounds.revenue.tolist() == pytest.approx(listed.revenue)
    for row in range(60):
        one: Outcome = mechanism.clear(
            bids[row].tolist(), lengths[row].tolist(), budget=budget, seed=round_seed(8, row)
        )
        won = [int(winner) for winner in rounds.winners[row] if winner != NOBODY]
        assert set(won) == set(one.winners)
        assert [rounds.payments[row][at] for at in range(len(won))] == [one.payments[winner] for winner in won]


def test_lists_that_become_arrays_decide_alike() -> None:
    rows = np.round(np.random.default_rng(6).random((300, 4)), 1).tolist()
    mechanism = SecondPrice(0.3, slots=2)
    by_lists = mechanism.clear_many(rows)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(single, "ARRAY_BIDS", 0)
        by_arrays = mechanism.clear_many(rows)
    assert by_arrays.winners == by_lists.winners
    assert by_arrays.payments == by_lists.payments


def test_many_rounds_of_nobody() -> None:
    for rounds in (SecondPrice().clear_many(np.zeros((3, 0))), SecondPrice(2.0).clear_many(np.ones((3, 4)))):
        assert rounds.winners.shape == (3, 0)
        assert rounds.revenue.tolist() == [0.0, 0.0, 0.0]
    assert len(SecondPrice().clear_many([])) == 0
    assert len(KnapsackVCG().clear_many(np.zeros((0, 4)), [1, 1, 1, 1], budget=3)) == 0


# Revenue ---------------------------------------------------------------------------------------------------------

ROUNDS = 200_000


def assert_mean(revenue: Any, expected: float) -> None:
    """The mean lies within four standard errors: by chance it fails once in 16,000 seeds, and the seed is fixed."""
    error = revenue.std() / np.sqrt(len(revenue))
    assert error < 0.002, "too few rounds to tell"
    assert abs(revenue.mean() - expected) < 4 * error


@pytest.mark.parametrize("bidders", [2, 5])
def test_revenue_of_uniform_values(bidders: int) -> None:
    """Values from U[0, 1]: both bring (n − 1)/(n + 1), a third for n = 2 (revenue equivalence, Vickrey 1961).

    Assumes that all bid by the equilibrium: their value in second price, (n − 1)/n of it in first price.
    """
    values = np.random.default_rng(11).random((ROUNDS, bidders))
    expected = (bidders - 1) / (bidders + 1)
    assert_mean(SecondPrice().clear_many(values).revenue, expected)
    assert_mean(FirstPrice().clear_many(values * (bidders - 1) / bidders).revenue, expected)


def test_revenue_with_the_best_reserve() -> None:
    """Two bidders with values from U[0, 1] and the reserve 1/2: 5/12 from both (Myerson 1981).

    The equilibrium bid in first price is (v² + r²)/(2v) for v ≥ r; below the reserve one stays out.
    """
    values = np.random.default_rng(12).random((ROUNDS, 2))
    assert_mean(SecondPrice(reserve=0.5).clear_many(values).revenue, 5 / 12)
    bids = np.where(values >= 0.5, (values**2 + 0.25) / (2 * np.maximum(values, 0.5)), 0.0)
    assert_mean(FirstPrice(reserve=0.5).clear_many(bids).revenue, 5 / 12)


@pytest.mark.parametrize(("mechanism", "chances"), [(Softmax(1.0), None), (Lottery(), [1 / 3] * 3)])
def test_draws_follow_their_chances(mechanism: Mechanism, chances: list[float] | None) -> None:
    """The share of each over 6,000 seeds is its chance, within four standard errors."""
    bids = [0.0, 1.0, 2.0]
    wanted = chances or mechanism.chances(bids)  # type: ignore[attr-defined]
    rounds = mechanism.clear_many([bids] * 6000, seed=3)
    for bidder, chance in enumerate(wanted):
        share = sum(row[0] == bidder for row in rounds.winners) / 6000
        assert abs(share - chance) < 4 * (chance * (1 - chance) / 6000) ** 0.5
