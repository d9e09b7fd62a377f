"""What is claimed of the mechanisms, one claim a test, each with what it assumes.

Assumed throughout: private values, quasi-linear utility (value less payment), one round, risk-neutral bidders, lengths
measured and not reported. Ties go to the lower position.
"""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

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
)

# Few distinct values, so that ties and exact fits are common.
BID = st.one_of(st.integers(0, 6).map(float), st.floats(0, 6, allow_subnormal=False))
RESERVE = st.sampled_from([0.0, 1.0, 2.5])


@st.composite
def rounds(draw: st.DrawFn, least: int = 1) -> tuple[list[float], list[int], int]:
    """Bids, lengths and a budget."""
    bids = draw(st.lists(BID, min_size=least, max_size=6))
    lengths = [draw(st.integers(1, 6)) for _ in bids]
    return bids, lengths, draw(st.integers(1, 20))


@st.composite
def mechanisms(draw: st.DrawFn) -> Mechanism:
    """Any mechanism over one message each."""
    reserve, slots = draw(RESERVE), draw(st.integers(1, 3))
    return draw(
        st.sampled_from(
            [
                FirstPrice(reserve, slots),
                SecondPrice(reserve, slots),
                GeneralizedSecondPrice(reserve, slots),
                Softmax(0.7, reserve, slots),
                Softmax(0.7, reserve, payments="myerson"),
                KnapsackVCG(reserve),
                KnapsackVCG(reserve, objective="density"),
                Greedy(reserve),
                Greedy(reserve, objective="value"),
                PostedPrice(reserve, slots=slots),
                PostedPrice(reserve, per_token=True),
                PostedPrice(reserve, order="random"),
                Lottery(reserve, slots),
            ]
        )
    )


def gain(mechanism: Mechanism, bids: list[float], bidder: int, bid: float, **rest: Any) -> float:
    """A bidder's utility when its value is bids[bidder] and it bids something else."""
    told = [bid if at == bidder else other for at, other in enumerate(bids)]
    return mechanism.clear(told, **rest).utility(bidder, bids[bidder])


TRUTHFUL = [
    SecondPrice(),
    SecondPrice(reserve=2.5),
    SecondPrice(slots=2),
    SecondPrice(reserve=1.0, slots=3),
    GeneralizedSecondPrice(),
    KnapsackVCG(),
    KnapsackVCG(reserve=1.0),
    KnapsackVCG(objective="density"),
    Greedy(),
    Greedy(reserve=1.0),
    Greedy(objective="value"),
    PostedPrice(2.0),
    PostedPrice(1.0, per_token=True),
    PostedPrice(1.0, slots=2, order="random"),
    Lottery(1.0, slots=2),
]


@pytest.mark.parametrize("mechanism", TRUTHFUL, ids=repr)
@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_truth_is_weakly_dominant(mechanism: Mechanism, data: st.DataObject) -> None:
    """Statements 1, 2, 4 and 6: whatever the others bid, no bid does better than one's value.

    Assumes one message a bidder, lengths verified; for VCG the exact optimum and fixed ties; for `SecondPrice` one
    unit each (k alike slots, at most one a bidder); for `PostedPrice` and `Lottery` that the draw does not depend on
    bids. Payments are floats, hence the tolerance for the density objectives only.
    """
    assert mechanism.truthful
    bids, lengths, budget = data.draw(rounds())
    limit = data.draw(st.sampled_from([None, budget]))
    if isinstance(mechanism, GeneralizedSecondPrice):
        limit = None  # one slot, no budget: the same as second price
    bidder = data.draw(st.integers(0, len(bids) - 1))
    lie = data.draw(st.one_of(BID, st.sampled_from([b + d for b in bids for d in (-0.25, 0.0, 0.25) if b + d >= 0])))
    rest = {"lengths": lengths, "budget": limit, "seed": 5}
    honest = gain(mechanism, bids, bidder, bids[bidder], **rest)
    assert honest >= -1e-12, "truth never loses"
    assert gain(mechanism, bids, bidder, lie, **rest) <= honest + 1e-9


@given(bids=st.lists(BID, min_size=1, max_size=6), slots=st.integers(1, 7), reserve=RESERVE)
@settings(deadline=None)
def test_identical_slots_have_one_price(bids: list[float], slots: int, reserve: float) -> None:
    """Statement 2: k identical slots, unit demand: all winners pay the (k + 1)th bid, or the reserve."""
    outcome = SecondPrice(reserve, slots).clear(bids)
    price = max([reserve, *sorted(bids, reverse=True)[slots : slots + 1]])
    assert {outcome.payments[winner] for winner in outcome.winners} <= {price}
    assert len(outcome.winners) == min(slots, sum(bid >= reserve for bid in bids))


def test_pay_the_next_bid_is_manipulable() -> None:
    """Statement 2, the foil: values (0, 1, 2), k = 2; the top bidder bids 1 and gains 2 instead of 1."""
    mechanism = GeneralizedSecondPrice(slots=2)
    assert not mechanism.truthful
    values = [0.0, 1.0, 2.0]
    assert gain(mechanism, values, 2, 2.0) == 1.0
    # A bid of 1 ties with the second, whose position is lower: it takes the second slot, and pays 0.
    assert gain(mechanism, values, 2, 1.0) == 2.0


def manipulation(mechanism: Mechanism, values: list[float], **rest: Any) -> tuple[int, float] | None:
    """Somebody who gains by a lie, and the lie, found by trying every bid on a small grid."""
    for bidder, step in itertools.product(range(len(values)), range(25)):
        lie = step / 2
        if (
            gain(mechanism, values, bidder, lie, **rest)
            > gain(mechanism, values, bidder, values[bidder], **rest) + 1e-9
        ):
            return bidder, lie
    return None


@given(values=st.lists(st.integers(0, 10).map(float), min_size=1, max_size=4))
@settings(deadline=None)
def test_first_price_is_manipulable_by_whoever_could_pay_less(values: list[float]) -> None:
    """Statement 3: first price is not truthful. The winner gains by shading to just above the next bid, whenever that
    is half a unit or more below its own (ties lose to lower positions, hence the half)."""
    ranked = [*sorted(values, reverse=True), 0.0]
    assume(ranked[0] - ranked[1] > 0.5)
    found = manipulation(FirstPrice(), values)
    assert found is not None
    bidder, lie = found
    assert bidder == values.index(ranked[0])
    assert lie < ranked[0]
    assert not FirstPrice().truthful


@pytest.mark.parametrize("bidders", [2, 3, 5])
def test_equilibrium_of_first_price(bidders: int) -> None:
    """Statement 3: with values from U[0, 1] and all others bidding (n − 1)v/n, doing so is a best response.

    The chance to win with a bid b is then (bn/(n − 1))^(n − 1), so the expected gain is (v − b) times that.
    """
    share = (bidders - 1) / bidders
    for value in (0.1, 0.5, 0.9):

        def expected(bid: float, value: float = value) -> float:
            return (value - bid) * min(1.0, bid / share) ** (bidders - 1)

        best = max((step / 2000 for step in range(2001)), key=expected)
        assert best == pytest.approx(share * value, abs=1e-3)


@given(data=st.data(), reserve=RESERVE)
@settings(deadline=None)
def test_vcg_payments_are_rational(data: st.DataObject, reserve: float) -> None:
    """Statement 4: exact knapsack VCG: 0 ≤ payment ≤ bid, losers pay 0."""
    bids, lengths, budget = data.draw(rounds())
    for objective in ("value", "density"):
        outcome = KnapsackVCG(reserve, objective=objective).clear(bids, lengths, budget=budget)  # type: ignore[arg-type]
        for bidder, bid in enumerate(bids):
            paid = outcome.payments[bidder]
            assert reserve <= paid <= bid + 1e-12 if bidder in outcome.winners else paid == 0.0


def test_greedy_with_externality_payments_is_neither_rational_nor_truthful() -> None:
    """Statement 5: bids (6, 9, 4, 10), lengths (3, 6, 1, 5), budget 7."""
    mechanism = Greedy(payments="externality")
    values = [6.0, 9.0, 4.0, 10.0]
    rest = {"lengths": [3, 6, 1, 5], "budget": 7}
    outcome = mechanism.clear(values, **rest)  # type: ignore[arg-type]
    assert set(outcome.winners) == {0, 2}
    assert outcome.payments[0] == 10.0 > values[0], "a winner pays more than it bid"
    found = manipulation(mechanism, values, **rest)
    assert found is not None
    assert found[0] == 0
    assert not mechanism.truthful
    assert manipulation(Greedy(), values, **rest) is None, "critical-value payments mend it"


@given(round_=rounds())
@settings(deadline=None)
def test_greedy_pays_its_critical_value(round_: tuple[list[float], list[int], int]) -> None:
    """Statement 6: greedy by density is monotone, and a winner pays the least bid with which it wins.

    Assumes known lengths. At the critical value itself the tie decides; just above one wins, just below one loses.
    """
    bids, lengths, budget = round_
    outcome = Greedy().clear(bids, lengths, budget=budget)
    for winner in outcome.winners:
        price = outcome.payments[winner]
        for bid, wins in ((price + 1e-6, True), (price - 1e-6, False)):
            if bid >= 0:
                told = [bid if at == winner else other for at, other in enumerate(bids)]
                assert (winner in Greedy().clear(told, lengths, budget=budget).winners) is wins


def test_greedy_is_unbounded_against_the_optimum() -> None:
    """Statement 6: bids (2, 100), lengths (1, 100), budget 100: greedy keeps 2 of 100, and any factor is reached."""
    for scale in (100, 10_000):
        bids, lengths = [2, scale], [1, scale]
        assert Greedy().clear(bids, lengths, budget=scale).winners == (0,)
        assert KnapsackVCG().clear(bids, lengths, budget=scale).winners == (1,)


@given(mechanism=mechanisms(), round_=rounds(), seed=st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_winners_fit_the_budget(mechanism: Mechanism, round_: tuple[list[float], list[int], int], seed: int) -> None:
    """Statement 7, for one round: the winners' tokens stay within the budget, under any mechanism."""
    bids, lengths, budget = round_
    outcome = mechanism.clear(bids, lengths, budget=budget, seed=seed)
    assert outcome.tokens == sum(lengths[winner] for winner in outcome.winners)  # type: ignore[index]
    assert outcome.tokens <= budget
    assert outcome.sold or outcome.reason
    for bidder, bid in enumerate(bids):
        wins = bidder in outcome.winners
        assert -1e-12 <= outcome.payments[bidder] <= (bid + 1e-9 if wins else 0.0), "nobody pays more than its bid"


@given(mechanism=mechanisms(), round_=rounds(), more=st.floats(0, 5), data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_higher_bid_never_loses_the_floor(
    mechanism: Mechanism, round_: tuple[list[float], list[int], int], more: float, data: st.DataObject
) -> None:
    """Statement 8: whoever wins wins with a higher bid too, others and seed being the same.

    Softmax draws by chances, which one's own bid changes, so of it only the chance is claimed: the next test.
    """
    assume(not isinstance(mechanism, Softmax))
    bids, lengths, budget = round_
    before = mechanism.clear(bids, lengths, budget=budget, seed=3)
    assume(before.sold)
    winner: Any = data.draw(st.sampled_from(before.winners))
    told = [bid + more if at == winner else bid for at, bid in enumerate(bids)]
    assert winner in mechanism.clear(told, lengths, budget=budget, seed=3).winners


@given(bids=st.lists(BID, min_size=1, max_size=6), more=st.floats(0, 5), temperature=st.floats(0.1, 10))
@settings(deadline=None)
def test_a_higher_bid_never_lowers_the_chance(bids: list[float], more: float, temperature: float) -> None:
    """Statement 8, softmax: the chance does not fall, and the chances sum to 1."""
    mechanism = Softmax(temperature)
    assert sum(mechanism.chances(bids)) == pytest.approx(1.0)
    assert mechanism.chances([bids[0] + more, *bids[1:]])[0] >= mechanism.chances(bids)[0] - 1e-12


@given(bids=st.lists(BID, min_size=1, max_size=6), reserve=st.floats(0, 7))
@settings(deadline=None)
def test_reserve(bids: list[float], reserve: float) -> None:
    """Statement 9: no sale if every bid is below the reserve; else, in second price, the price is max(r, next bid)."""
    outcome = SecondPrice(reserve).clear(bids)
    if max(bids) < reserve:
        assert (outcome.status, outcome.winners, outcome.revenue) == ("below reserve", (), 0.0)
        assert "reserve" in outcome.reason
    else:
        following = max([other for at, other in enumerate(bids) if at != outcome.winner], default=0.0)
        assert outcome.payments[outcome.winner] == max(reserve, following)


@given(mechanism=mechanisms(), round_=rounds(), seed=st.integers(0, 2**40))
@settings(deadline=None)
def test_same_seed_same_outcome(mechanism: Mechanism, round_: tuple[list[float], list[int], int], seed: int) -> None:
    """Statement 10: same seed and input, same outcome; a drawn seed is named by the outcome and gives it again."""
    bids, lengths, budget = round_
    assert mechanism.clear(bids, lengths, budget=budget, seed=seed) == mechanism.clear(
        bids, lengths, budget=budget, seed=seed
    )
    drawn = mechanism.clear(bids, lengths, budget=budget)
    assert (drawn.seed is not None) == (mechanism.draws and drawn.status not in ("below reserve", "over budget"))
    assert mechanism.clear(bids, lengths, budget=budget, seed=drawn.seed).winners == drawn.winners or not drawn.sold


@pytest.mark.parametrize(
    "mechanism", [FirstPrice(slots=2), SecondPrice(slots=2), KnapsackVCG(), Greedy(), PostedPrice(1, slots=2)], ids=repr
)
def test_ties_go_to_the_lower_position(mechanism: Mechanism) -> None:
    """Statement 10: of equal bids with equal lengths the first positions win."""
    assert set(mechanism.clear([4, 4, 4, 4], [3, 3, 3, 3], budget=7).winners) == {0, 1}


def test_value_and_density_rank_differently() -> None:
    """Statement 11: values (10, 3, 3), lengths (10, 2, 2), budget 10."""
    by_value = KnapsackVCG().clear([10, 3, 3], [10, 2, 2], budget=10)
    by_density = KnapsackVCG(objective="density").clear([10, 3, 3], [10, 2, 2], budget=10)
    assert (set(by_value.winners), by_value.objective) == ({0}, "value")
    assert (set(by_density.winners), by_density.objective) == ({1, 2}, "density")
    assert by_value.payments[0] == 6.0
    assert set(by_density.payments.values()) == {0.0}, "the two fit together only without the first, whom they beat"


def myerson_gain(values: list[float], bid: float) -> float:
    """The expected utility of the first bidder under softmax with Myerson's payments."""
    told = [bid, *values[1:]]
    mechanism = Softmax(0.8, payments="myerson")
    outcome = next(cleared for seed in range(2000) if (cleared := mechanism.clear(told, seed=seed)).winner == 0)
    return mechanism.chances(told)[0] * (values[0] - outcome.payments[0])


@given(values=st.lists(st.floats(0, 3), min_size=2, max_size=4), lie=st.floats(0, 4))
@settings(max_examples=40, deadline=None)
def test_softmax_with_myerson_payments_is_truthful_in_expectation(values: list[float], lie: float) -> None:
    """No bid has a higher expected utility than one's value, over the draw; assumes risk neutrality."""
    assert myerson_gain(values, lie) <= myerson_gain(values, values[0]) + 1e-9


# Tiers -----------------------------------------------------------------------------------------------------------

TIERS = ("full", "summary", "keywords")


@st.composite
def tiered_rounds(draw: st.DrawFn) -> tuple[dict[int, dict[str, float]], dict[int, dict[str, int]], int]:
    """Bids and lengths by bidder and tier, and a budget."""
    bids: dict[int, dict[str, float]] = {}
    lengths: dict[int, dict[str, int]] = {}
    for bidder in range(draw(st.integers(1, 4))):
        tiers = TIERS[: draw(st.integers(1, 3))]
        bids[bidder] = {tier: draw(BID) for tier in tiers}
        lengths[bidder] = {tier: draw(st.integers(1, 6)) for tier in tiers}
    return bids, lengths, draw(st.integers(1, 12))


def tiered_gain(mechanism: TieredVCG, round_: Any, told: dict[str, float], bidder: int = 0) -> float:
    values, lengths, budget = round_
    outcome = mechanism.clear({**values, bidder: told}, lengths, budget=budget)
    return outcome.utility(bidder, values[bidder].get(outcome.options.get(bidder), 0.0))


@given(round_=tiered_rounds(), reserve=RESERVE, data=st.data())
@settings(max_examples=150, deadline=None)
def test_truth_about_every_tier_is_weakly_dominant(round_: Any, reserve: float, data: st.DataObject) -> None:
    """VCG with tiers: no bids for the tiers do better than their values. Assumes that tiers and lengths are given."""
    values, lengths, budget = round_
    mechanism = TieredVCG(reserve)
    bidder = data.draw(st.integers(0, len(values) - 1))
    lie = {tier: data.draw(BID) for tier in values[bidder]}
    honest = tiered_gain(mechanism, round_, values[bidder], bidder)
    assert honest >= -1e-12
    assert tiered_gain(mechanism, round_, lie, bidder) <= honest + 1e-9
    outcome = mechanism.clear(values, lengths, budget=budget)
    assert len(set(outcome.winners)) == len(outcome.winners), "at most one tier of each"
    assert sum(lengths[winner][outcome.options[winner]] for winner in outcome.winners) <= budget  # type: ignore[index]


def test_a_reserve_gives_no_reason_to_hide_a_tier() -> None:
    """Taken off the bids, the reserve keeps truth dominant. Put under VCG's payments it would not.

    There the truth would get the first its summary at 8, a gain of 1; without the summary it would get its full message
    at max(8, 5), a gain of 2.
    """
    values = {0: {"full": 10.0, "summary": 9.0}, 1: {"full": 13.0}, 2: {"full": 8.0}}
    lengths = {0: {"full": 3, "summary": 1}, 1: {"full": 6}, 2: {"full": 4}}
    round_ = (values, lengths, 7)
    assert tiered_gain(TieredVCG(), round_, {"full": 10.0, "summary": 0.0}) == 10.0 - 5.0, (
        "without a reserve full costs 5"
    )
    assert tiered_gain(TieredVCG(8.0), round_, values[0]) == 1.0
    assert tiered_gain(TieredVCG(8.0), round_, {"full": 10.0, "summary": 0.0}) == 0.0


def best_by_trying(bids: list[float], lengths: list[int], budget: int) -> Fraction:
    return max(
        sum((Fraction(bids[at]) for at in chosen), Fraction(0))
        for size in range(len(bids) + 1)
        for chosen in itertools.combinations(range(len(bids)), size)
        if sum(lengths[at] for at in chosen) <= budget
    )


@given(round_=rounds())
@settings(deadline=None)
def test_the_knapsack_is_exact(round_: tuple[list[float], list[int], int]) -> None:
    """Statement 4: the sum of the winners' bids is the best of all subsets that fit, compared without rounding."""
    bids, lengths, budget = round_
    outcome = KnapsackVCG().clear(bids, lengths, budget=budget)
    assert sum(Fraction(bids[winner]) for winner in outcome.winners) == best_by_trying(bids, lengths, budget)  # type: ignore[call-overload]
