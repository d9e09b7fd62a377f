"""The price negotiation: who moves, what a move does, how it ends, and its known results."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from interlab_zoo.negotiation import (
    CarSale,
    Move,
    Outcome,
    PriceNegotiation,
    dollars,
    offers_of,
    plot_offers,
    rubinstein_share,
)

import interlab as il
from interlab.errors import InvalidArgument
from interlab.testing import ScriptedModel


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


def haggle(seller: list[Any], buyer: list[Any], **settings: Any) -> PriceNegotiation:
    env = PriceNegotiation(il.ScriptedActor("Bert", buyer), il.ScriptedActor("Sue", seller), seed=1, **settings)
    env.run(progress=False)
    return env


def offer(price: float | None, message: str = "") -> Move:
    return Move("offer", price, message)


ACCEPT, LEAVE = Move("accept"), Move("walk_away")


def acted(env: PriceNegotiation) -> list[tuple[str, str, float | None]]:
    return [(turn.role, turn.action, turn.price) for turn in env.transcript]


# How it ends ------------------------------------------------------------------------------------------------


def test_a_deal_takes_the_others_last_price() -> None:
    env = haggle([offer(3_000), offer(2_700), ACCEPT], [offer(2_000), offer(2_500)])
    assert acted(env) == [
        ("seller", "offer", 3_000),
        ("buyer", "offer", 2_000),
        ("seller", "offer", 2_700),
        ("buyer", "offer", 2_500),
        ("seller", "accept", 2_500),
    ]
    assert (env.ended, env.price, env.is_finished) == (Outcome.DEAL, 2_500, True)
    assert env.outcome() == {"outcome": "deal", "price": 2_500, "moves": 5}
    assert [turn.number for turn in env.transcript] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("who", ["seller", "buyer"])
def test_walking_away_is_no_deal(who: str) -> None:
    env = haggle([LEAVE], []) if who == "seller" else haggle([offer(3_000)], [LEAVE])
    assert (env.ended, env.price) == (Outcome.NO_DEAL, None)
    assert acted(env)[-1] == (who, "walk_away", None)


def test_without_an_agreement_it_times_out() -> None:
    env = haggle([offer(3_000)] * 2, [offer(2_000)] * 2, max_steps=4)
    assert (env.ended, env.price, env.steps) == (Outcome.TIME_OUT, None, 4)


def test_a_time_out_overwrites_a_deal_reached_at_the_last_step() -> None:
    env = haggle([offer(3_000)], [ACCEPT], max_steps=2)
    assert (env.ended, env.price) == (Outcome.DEAL, 3_000)
    env = haggle([offer(3_000)], [LEAVE], max_steps=2)
    assert env.ended == Outcome.NO_DEAL


@pytest.mark.parametrize("first", ["seller", "buyer"])
def test_the_first_mover_inverted(first: Any) -> None:
    env = haggle([offer(3_000)] * 2, [offer(2_000)] * 2, first=first, max_steps=4)
    second = {"seller": "buyer", "buyer": "seller"}[first]
    assert [turn.role for turn in env.transcript] == [first, second, first, second]
    names = {"seller": "Sue", "buyer": "Bert"}
    assert [turn.speaker for turn in env.transcript] == [names[turn.role] for turn in env.transcript]
    assert CarSale().first == "seller"


# Illegal moves ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "move",
    [ACCEPT, offer(None), offer(-1), offer(math.nan), offer(math.inf)],
    ids=lambda move: f"{move.action} {move.price}",
)
def test_illegal_moves_are_a_pass(move: Move) -> None:
    env = haggle([move, offer(2_500)], [offer(2_000), ACCEPT])
    assert acted(env)[0] == ("seller", "pass", None)
    assert (env.ended, env.price) == (Outcome.DEAL, 2_500)


def test_ones_own_offer_can_not_be_accepted() -> None:
    env = haggle([offer(3_000), ACCEPT], [offer(None)], max_steps=3)
    assert [turn.action for turn in env.transcript] == ["offer", "pass", "pass"]
    assert env.ended == Outcome.TIME_OUT


def test_a_price_of_zero_is_a_price() -> None:
    assert haggle([offer(0)], [ACCEPT]).price == 0


def test_an_answer_that_is_no_move_is_an_error() -> None:
    with pytest.raises(InvalidArgument, match="The seller answers with a Move; Sue answered with a str"):
        haggle(["3,000 dollars"], [])


# What the actors see ----------------------------------------------------------------------------------------


def test_both_hear_every_move_and_neither_the_others_limit() -> None:
    env = CarSale(seed=7, buyer_limit=2_841, seller_limit=2_219)
    env.run(progress=False)
    heard = [[item.text for item in actor.memory.items] for actor in (env.buyer, env.seller)]  # type: ignore[attr-defined]
    assert heard[0] == heard[1] and len(heard[0]) == env.steps
    assert [item.time for item in env.buyer.memory.items] == list(range(1, env.steps + 1))  # type: ignore[attr-defined]
    assert "2,841" in str(env.buyer.system_prompt) and "2,841" not in str(env.seller.system_prompt)  # type: ignore[attr-defined]
    assert "2,219" in str(env.seller.system_prompt) and "2,219" not in str(env.buyer.system_prompt)  # type: ignore[attr-defined]


def test_what_is_heard_is_what_is_meant_to_the_cent() -> None:
    assert [dollars(price) for price in (2_500, 2_350.5, 0, None)] == ["$2,500", "$2,350.50", "$0", "no price"]
    env = haggle([offer(2_350.5)], [ACCEPT])
    heard = [item.text for item in env.buyer.memory.items]  # type: ignore[attr-defined]
    assert heard == ["Sue: (offers $2,350.50)", "Bert: I accept $2,350.50."]


def test_the_question_names_the_standing_offer_and_the_moves_left() -> None:
    model = ScriptedModel([offer(3_000), offer(2_800)])
    buyer = il.ScriptedActor("Bert", [offer(2_000)])
    env = PriceNegotiation(buyer, il.LLMActor("Sue", model), seed=1, max_steps=3)
    env.run(progress=False)
    assert "Bert has named no price yet. After this move, 2 moves are left." in model.prompts[0]
    assert "Bert's offer of $2,000 is on the table. After this move, 0 moves are left." in model.prompts[1]


# The car sale by the demo model -----------------------------------------------------------------------------


def test_a_deal_lies_in_both_limits_over_100_seeds() -> None:
    prices = []
    for seed in range(100):
        env = CarSale(seed=seed)
        while not env.is_finished:
            env.step()
        if env.ended == Outcome.DEAL:
            assert env.price is not None and 2_200 <= env.price <= 2_800, seed
            prices.append(env.price)
    assert len(prices) > 50 and len(set(prices)) > 10


@pytest.mark.parametrize("seed", range(3))
def test_without_common_ground_there_is_no_deal(seed: int) -> None:
    env = CarSale(seed=seed, buyer_limit=2_000, seller_limit=2_700)
    env.run(progress=False)
    assert env.ended in (Outcome.NO_DEAL, Outcome.TIME_OUT)
    assert env.price is None


def test_a_short_sale_times_out() -> None:
    env = CarSale("demo/stubborn", "demo/stubborn", seed=7, max_steps=2)
    assert env.run(progress=False).result == {"outcome": "time-out", "price": None, "moves": 2}


def test_the_same_seed_is_the_same_sale() -> None:
    runs = [CarSale(seed=seed).run(progress=False) for seed in (7, 7, 8)]
    assert il.compare(runs[0], runs[1]).are_same
    assert not il.compare(runs[0], runs[2]).are_same


@pytest.mark.parametrize(
    "settings",
    [
        {"buyer_limit": 0},
        {"seller_limit": -5},
        {"asking_price": math.nan},
        {"max_steps": 0},
        {"first": "auctioneer"},
        {"buyer_name": "Alice"},
    ],
    ids=str,
)
def test_settings_that_can_not_be_meant_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        CarSale(**settings)


# Known results ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "share"),
    [(0, 0, 1), (0.5, 0.5, 2 / 3), (0.9, 0.9, 1 / 1.9), (0.8, 0.5, 0.5 / 0.6), (0.9, 0, 1)],
)
def test_rubinstein_shares(first: float, second: float, share: float) -> None:
    assert rubinstein_share(first, second) == pytest.approx(share)


discounts = st.floats(0, 0.999)


@given(discounts, discounts)
def test_the_shares_solve_the_game(first: float, second: float) -> None:
    """The second mover is offered just what waiting a round, as the first mover of the rest, would bring it."""
    share = rubinstein_share(first, second)
    assert 0 < share <= 1
    assert 1 - share == pytest.approx(second * rubinstein_share(second, first))


@pytest.mark.parametrize("discount", [-0.1, 1, 1.5, math.nan])
def test_discounts_outside_of_the_range_are_refused(discount: float) -> None:
    with pytest.raises(InvalidArgument, match="discount factor"):
        rubinstein_share(discount, 0.5)
    with pytest.raises(InvalidArgument, match="discount factor"):
        rubinstein_share(0.5, discount)


# The trace and the figure -----------------------------------------------------------------------------------


def test_moves_are_read_back_from_the_trace() -> None:
    env = CarSale(seed=7)
    run = env.run(progress=False)
    assert offers_of(run) == list(env.transcript)
    assert str(offers_of(run)[0]).startswith("Alice offers $3,000: ")


def test_the_figure_has_a_line_for_each_side_of_each_run_and_the_deals() -> None:
    run = CarSale(seed=7).run(name="sale", progress=False)
    fork = run.at(3).fork(seed=1).run(name="what if", max_steps=2, progress=False)
    figure = plot_offers(run, fork, limits=(2_800, 2_200))
    names = [trace.name for trace in figure.data]
    assert names == ["sale: seller", "sale: buyer", "sale: deal", "what if: seller", "what if: buyer"]
    turns = offers_of(run)
    sellers = [turn for turn in turns if turn.role == "seller" and turn.action == "offer"]
    assert list(figure.data[0].x) == [turn.number for turn in sellers]
    assert list(figure.data[0].y) == [turn.price for turn in sellers]
    assert list(figure.data[2].y) == [run.result["price"]]
    assert list(figure.data[2].text) == [dollars(run.result["price"])]
    assert [shape.y0 for shape in figure.layout.shapes] == [2_800, 2_200]
    assert min(figure.data[3].x) >= 4
    assert next(trace.name for trace in plot_offers(run, names=["renamed"]).data) == "renamed: seller"
    with pytest.raises(InvalidArgument, match="give at least one"):
        plot_offers()
