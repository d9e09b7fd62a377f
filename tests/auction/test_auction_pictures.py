"""The figures show what happened, and the measures behind them are right."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlab.actors import ScriptedActor
from interlab.auction import AuctionModerator, FirstPrice, OracleValuation, TokenBudget
from interlab.auction.pictures import FrontierPoint, gini, plot_floor_share, plot_frontier, plot_rounds, plot_tokens
from interlab.environments import Conversation, Turns
from interlab.errors import InvalidArgument


def held() -> AuctionModerator:
    moderator = AuctionModerator(FirstPrice(), OracleValuation({"Ann": 1.0, "Bob": 3.0}), budget=TokenBudget(50, 20))
    actors = [ScriptedActor("Ann", ["a" * 40] * 3), ScriptedActor("Bob", ["b" * 40, "", "b" * 40])]
    Conversation(actors, moderator=moderator, end=Turns(3), seed=1).run()
    return moderator


def test_bids_and_payments_as_heat_maps() -> None:
    figure = plot_rounds(held().rounds)
    bids, stars, paid, _ = figure.data
    assert [list(row) for row in bids.z] == [[1.0, 1.0, 1.0], [3.0, None, 3.0]]
    assert list(zip(stars.x, stars.y, strict=True)) == [(1, "Bob"), (2, "Ann"), (3, "Bob")]
    assert [list(row) for row in paid.z] == [[None, 1.0, None], [3.0, None, 3.0]]
    assert len(plot_rounds([]).data) == 4


def test_tokens_against_the_budget() -> None:
    moderator = held()
    figure = plot_tokens(moderator.rounds, moderator.budget)
    assert list(figure.data[0].y) == [10, 10, 10]
    assert list(figure.data[1].y) == [10, 20, 30]
    assert sorted(shape.y0 for shape in figure.layout.shapes) == [20, 50]


def test_floor_share() -> None:
    figure = plot_floor_share({"Ann": 30, "Bob": 10, "Cyd": 0})
    assert list(figure.data[0].y) == [0.75, 0.25, 0.0]
    assert "Gini 0.50" in figure.layout.title.text


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=12))
@settings(deadline=None)
def test_gini_is_the_mean_difference(shares: list[int]) -> None:
    """Half of the mean absolute difference of all pairs, relative to the mean."""
    total = sum(shares)
    pairs = sum(abs(a - b) for a in shares for b in shares)
    assert gini(shares) == pytest.approx(pairs / (2 * len(shares) * total) if total else 0.0)


def test_gini_refuses_debts() -> None:
    with pytest.raises(InvalidArgument):
        gini([1, -1])


def test_frontier_with_wilson_intervals() -> None:
    points = [
        FrontierPoint("auction", 900, 9, 10),
        FrontierPoint("auction", 300, 5, 10),
        FrontierPoint("all", 800, 10, 10),
    ]
    low, high = points[1].interval()
    assert (round(low, 3), round(high, 3)) == (0.237, 0.763)
    assert points[2].interval()[1] == 1.0
    figure = plot_frontier(points)
    assert [trace.name for trace in figure.data] == ["auction", "all"]
    assert list(figure.data[0].x) == [300, 900]
    with pytest.raises(InvalidArgument):
        FrontierPoint("auction", 1, 3, 2)
