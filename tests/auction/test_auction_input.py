"""What can't be meant is one clear error; what can happen in a round is an outcome with a reason."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from interlab.auction import (
    FirstPrice,
    GeneralizedSecondPrice,
    Greedy,
    KnapsackVCG,
    Lottery,
    Mechanism,
    PostedPrice,
    SecondPrice,
    Softmax,
    TieredVCG,
    bid_fault,
    length_fault,
)
from interlab.errors import InvalidArgument

ALL: list[Mechanism] = [
    FirstPrice(),
    SecondPrice(),
    GeneralizedSecondPrice(),
    Softmax(),
    KnapsackVCG(),
    TieredVCG(),
    Greedy(),
    PostedPrice(0.0),
    Lottery(),
]

each = pytest.mark.parametrize("mechanism", ALL, ids=repr)


@each
@pytest.mark.parametrize(
    ("bid", "fault"),
    [
        (math.nan, "NaN"),
        (-1.0, "negative"),
        (math.inf, "infinite"),
        (-math.inf, "infinite"),
        ("3", "a str"),
        (True, "a bool"),
        (10**400, "too large"),
        (1j, "a complex"),
    ],
)
def test_a_bad_bid_is_named(mechanism: Mechanism, bid: Any, fault: str) -> None:
    assert fault in (bid_fault(bid) or "")
    with pytest.raises(InvalidArgument, match="Bob") as caught:
        mechanism.clear({"Ann": 1.0, "Bob": bid}, {"Ann": 1, "Bob": 1}, budget=5)
    assert fault in str(caught.value)
    assert "zero or more" in str(caught.value)


@each
@pytest.mark.parametrize("bids", [[], {}, [None, None], {"Ann": None}])
def test_no_bidder_is_an_outcome(mechanism: Mechanism, bids: Any) -> None:
    outcome = mechanism.clear(bids, [] if isinstance(bids, list) else {}, budget=5)
    assert (outcome.status, outcome.winner, outcome.sold) == ("no bids", None, False)
    assert str(outcome) == "nobody: nobody made a bid"


@each
def test_a_budget_of_nothing_is_an_outcome(mechanism: Mechanism) -> None:
    for lengths in (None, [1, 1]):
        outcome = mechanism.clear([1, 2], lengths, budget=0)
        assert (outcome.status, outcome.revenue) == ("no budget", 0.0)


@each
def test_messages_longer_than_the_budget_are_an_outcome(mechanism: Mechanism) -> None:
    outcome = mechanism.clear([1, 2], [7, 6], budget=5)
    assert outcome.status == "over budget"
    assert "6 tokens of a budget of 5" in outcome.reason


@pytest.mark.parametrize(
    "mechanism",
    [FirstPrice(9), SecondPrice(9), Softmax(1, 9), KnapsackVCG(9), TieredVCG(9), Greedy(9), PostedPrice(9), Lottery(9)],
    ids=repr,
)
def test_a_reserve_above_all_is_an_outcome(mechanism: Mechanism) -> None:
    outcome = mechanism.clear({"Ann": 1.0, "Bob": 2.0}, {"Ann": 1, "Bob": 1}, budget=5)
    assert outcome.status == "below reserve"
    assert outcome.reason == "the highest bid, 2, is below the reserve, 9"
    assert outcome.payments == {"Ann": 0.0, "Bob": 0.0}


@each
@pytest.mark.parametrize("length", [-1, 1.5, math.nan, "4", True])
def test_a_bad_length_is_named(mechanism: Mechanism, length: Any) -> None:
    assert length_fault(length)
    with pytest.raises(InvalidArgument, match="Bob"):
        mechanism.clear({"Ann": 1.0, "Bob": 2.0}, {"Ann": 1, "Bob": length}, budget=5)


@pytest.mark.parametrize("budget", [-1, 2.5, math.inf, "9", True])
def test_a_bad_budget_is_named(budget: Any) -> None:
    with pytest.raises(InvalidArgument, match="budget"):
        SecondPrice().clear([1, 2], [1, 1], budget=budget)


@pytest.mark.parametrize(
    ("bids", "lengths", "match"),
    [
        ([1, 2], None, "Lengths are missing"),
        ([1, 2], [1], "missing"),
        ([1, 2], [1, 1, 1], "there are 2 bids and 3 lengths"),
        ({"Ann": 1}, {"Bob": 1}, "no bids"),
        ({"Ann": 1}, [1], "by bidder too"),
        (3, None, "must be a sequence or a mapping"),
        ("12", None, "must be a sequence or a mapping"),
    ],
)
def test_bids_and_lengths_that_do_not_fit(bids: Any, lengths: Any, match: str) -> None:
    with pytest.raises(InvalidArgument, match=match):
        SecondPrice().clear(bids, lengths, budget=5)


def test_who_makes_no_bid_needs_no_length() -> None:
    outcome = KnapsackVCG().clear({"Ann": 3, "Bob": None}, {"Ann": 2}, budget=5)
    assert outcome.winners == ("Ann",)
    assert outcome.payments == {"Ann": 0.0, "Bob": 0.0}


def test_numpy_numbers_are_numbers() -> None:
    outcome = KnapsackVCG().clear(np.array([1.5, 2.5]), np.array([3, 4]), budget=np.int64(4))  # type: ignore[arg-type]
    assert outcome.winners == (1,)
    assert outcome.payments == {0: 0.0, 1: 1.5}
    tiers = TieredVCG().clear(np.array([[3.0, 2.0], [3.0, 2.0]]), np.array([[4, 2], [4, 2]]), budget=6)
    assert tiers.options == {0: 0, 1: 1}


def test_tiers_of_bids_and_lengths_must_be_the_same() -> None:
    with pytest.raises(InvalidArgument, match="'summary' and no bid"):
        TieredVCG().clear({"Ann": {"full": 1}}, {"Ann": {"full": 3, "summary": 1}}, budget=5)
    with pytest.raises(InvalidArgument, match="missing"):
        TieredVCG().clear({"Ann": {"full": 1, "summary": 1}}, {"Ann": {"full": 3}}, budget=5)
    with pytest.raises(InvalidArgument, match="NaN"):
        TieredVCG().clear({"Ann": {"full": math.nan}}, {"Ann": {"full": 3}}, budget=5)


def test_a_message_without_tokens_has_no_density() -> None:
    for mechanism in (Greedy(), KnapsackVCG(objective="density")):
        with pytest.raises(InvalidArgument, match="0 tokens"):
            mechanism.clear([1, 2], [0, 1], budget=5)
    assert set(KnapsackVCG().clear([1, 2], [0, 5], budget=5).winners) == {0, 1}


@pytest.mark.parametrize(
    "make",
    [
        lambda: SecondPrice(reserve=math.nan),
        lambda: SecondPrice(reserve=-1),
        lambda: SecondPrice(slots=0),
        lambda: FirstPrice(slots=1.5),  # type: ignore[arg-type]
        lambda: Softmax(0),
        lambda: Softmax(math.inf),
        lambda: Softmax("1"),  # type: ignore[arg-type]
        lambda: Softmax(payments="other"),  # type: ignore[arg-type]
        lambda: Softmax(payments="myerson", slots=2),
        lambda: KnapsackVCG(objective="both"),  # type: ignore[arg-type]
        lambda: Greedy(objective="both"),  # type: ignore[arg-type]
        lambda: Greedy(payments="none"),  # type: ignore[arg-type]
        lambda: PostedPrice(math.inf),
        lambda: PostedPrice(None),  # type: ignore[arg-type]
        lambda: PostedPrice(1, order="alphabet"),  # type: ignore[arg-type]
        lambda: PostedPrice(1, slots=0),
        lambda: Lottery(slots=0),
        lambda: Lottery().clear([1], seed="7"),  # type: ignore[arg-type]
    ],
)
def test_mechanisms_refuse_what_can_not_be_meant(make: Any) -> None:
    with pytest.raises(InvalidArgument):
        make()


@pytest.mark.parametrize(
    ("bids", "match"),
    [
        (np.array([1.0, 2.0]), "shape"),
        (np.array([[1.0, math.nan]]), "round 0 bidder 1"),
        (np.array([[1.0, -2.0]]), "negative"),
        ([[1.0, 2.0], [1.0]], "same bidders"),
        ([[1.0, None]], "no bid"),
        (np.array([["a", "b"]]), "numbers"),
        (7, "shape"),
        ([1.0, 2.0], "shape"),
    ],
)
def test_bad_bids_of_many_rounds(bids: Any, match: str) -> None:
    for mechanism in (SecondPrice(), Lottery()):
        with pytest.raises(InvalidArgument, match=match):
            mechanism.clear_many(bids)


def test_too_large_a_table_is_refused_with_a_way_out() -> None:
    with pytest.raises(InvalidArgument, match="Greedy"):
        KnapsackVCG().clear([1.0] * 50, [999_999, 1_000_003] * 25, budget=20_000_000)


def test_extreme_bids_do_not_overflow() -> None:
    for mechanism in (Softmax(1e-300, payments="myerson"), Softmax(1e300, payments="myerson"), Softmax(1e-300)):
        outcome = mechanism.clear([1e300, 2e300, 0.0], seed=1)
        assert 0.0 <= outcome.payments[outcome.winner] <= 2e300
    assert KnapsackVCG().clear([5e-324, 1e308], [3, 3], budget=3).payments[1] == 5e-324
    assert Softmax(1e-3, payments="myerson").clear([1.0, 2.0]).payments[1] == pytest.approx(1.0, abs=0.01)
