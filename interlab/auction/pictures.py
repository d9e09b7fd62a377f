"""Pictures of auctions: bids and payments by round, tokens against the budget, floor share, accuracy against cost."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interlab.auction.budget import TokenBudget
from interlab.auction.moderator import AuctionRound
from interlab.errors import InvalidArgument


def plot_rounds(rounds: Iterable[AuctionRound], *, payments: bool = True) -> Any:
    """Bids by round and bidder as a heat map, winners marked; payments beside it.

    Args:
        rounds: a moderator's `rounds`.
        payments: whether payments stand in a second map.

    Returns:
        A plotly figure.
    """
    from plotly.subplots import make_subplots

    held = list(rounds)
    names = list(dict.fromkeys(name for one in held for name in one.bids))
    maps = [("bids", [[_highest(one.bids.get(name)) for one in held] for name in names])]
    if payments:
        paid = [[one.payments[name] if name in one.winners else None for one in held] for name in names]
        maps.append(("payments", paid))
    figure = make_subplots(rows=1, cols=len(maps), subplot_titles=[title for title, _ in maps], shared_yaxes=True)
    numbers = [one.number for one in held]
    winners = [(one.number, name) for one in held for name in one.winners]
    for column, (title, cells) in enumerate(maps, start=1):
        figure.add_heatmap(
            x=numbers,
            y=names,
            z=cells,
            coloraxis="coloraxis",
            hoverongaps=False,
            xgap=2,
            ygap=2,
            name=title,
            row=1,
            col=column,
        )
        figure.add_scatter(
            x=[number for number, _ in winners],
            y=[name for _, name in winners],
            mode="markers",
            marker={"symbol": "star", "color": "white", "size": 10, "line": {"color": "black", "width": 1}},
            name="winners",
            showlegend=column == 1,
            row=1,
            col=column,
        )
        figure.update_xaxes(title_text="round", **_whole(len(held)), row=1, col=column)
    figure.update_yaxes(autorange="reversed")  # the first actor on top
    figure.update_layout(
        title="Auction of the floor",
        coloraxis={"colorscale": "Viridis", "colorbar": {"title": "bid, or payment" if payments else "bid"}},
        legend={"orientation": "h", "y": -0.2},
    )
    return figure


def _whole(rounds: int) -> dict[str, Any]:
    """Marks on an axis of rounds: whole numbers, some ten of them."""
    return {"tick0": 1, "dtick": max(1, rounds // 10)}


def _highest(bid: Any) -> Any:
    return max(bid.values(), default=None) if isinstance(bid, Mapping) else bid


def plot_tokens(rounds: Iterable[AuctionRound], budget: TokenBudget | None = None) -> Any:
    """Tokens heard in each round, and all together against the episode's budget.

    Args:
        rounds: a moderator's `rounds`.
        budget: the moderator's `budget`; its limits are drawn as dotted lines.

    Returns:
        A plotly figure.
    """
    import plotly.graph_objects as go

    held = list(rounds)
    spent, together = 0, []
    for one in held:
        spent += sum(one.tokens.values())
        together.append(spent)
    numbers = [one.number for one in held]
    figure = go.Figure()
    figure.add_bar(x=numbers, y=[sum(one.tokens.values()) for one in held], name="in the round")
    figure.add_scatter(x=numbers, y=together, mode="lines+markers", name="all together")
    limits = {} if budget is None else {"episode": budget.episode, "round": budget.per_round}
    for what, limit in limits.items():
        if limit is not None:
            figure.add_hline(y=limit, line_dash="dot", annotation_text=f"budget of the {what}")
    figure.update_xaxes(title_text="round", **_whole(len(held)))
    figure.update_layout(title="Tokens heard", yaxis_title="tokens")
    return figure


def gini(shares: Iterable[float]) -> float:
    """How unequal shares are: 0 when all are alike, towards 1 when one has everything.

    Raises:
        InvalidArgument: a share is negative or not finite.
    """
    ordered = sorted(float(share) for share in shares)
    if any(not 0 <= share < math.inf for share in ordered):
        raise InvalidArgument(f"Shares are finite numbers, zero or more; got {ordered!r:.80}.")
    total = math.fsum(ordered)
    if total == 0:
        return 0.0
    count = len(ordered)
    return math.fsum((2 * place - count - 1) * share for place, share in enumerate(ordered, start=1)) / (count * total)


def plot_floor_share(spoken: Mapping[str, float]) -> Any:
    """Who had how much of the floor, with the Gini coefficient.

    Args:
        spoken: tokens (or messages) by actor, those who never spoke with 0, such as a moderator's `charges.spoken`.

    Returns:
        A plotly figure.
    """
    import plotly.graph_objects as go

    total = math.fsum(spoken.values()) or 1.0
    figure = go.Figure(go.Bar(x=list(spoken), y=[tokens / total for tokens in spoken.values()]))
    figure.update_layout(
        title=f"Floor share (Gini {gini(spoken.values()):.2f})", yaxis={"title": "share", "tickformat": ".0%"}
    )
    return figure


@dataclass(frozen=True)
class FrontierPoint:
    """What one rule reached at one cost.

    Args:
        rule: the moderator's or mechanism's name.
        tokens: mean tokens of an episode.
        right: episodes with the right answer.
        episodes: all.
    """

    rule: str
    tokens: float
    right: int
    episodes: int

    @property
    def accuracy(self) -> float:
        """The share of right answers."""
        return self.right / self.episodes

    def interval(self, z: float = 1.96) -> tuple[float, float]:
        """Wilson's interval of the accuracy; 95 % by default (Wilson 1927)."""
        n, p = self.episodes, self.accuracy
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __post_init__(self) -> None:
        if not 0 <= self.right <= self.episodes or self.episodes < 1:
            raise InvalidArgument(f"{self.right} of {self.episodes} episodes can't be right.")


def plot_frontier(points: Sequence[FrontierPoint]) -> Any:
    """Accuracy against tokens, a line a rule, with 95 % intervals.

    Returns:
        A plotly figure.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for rule in dict.fromkeys(point.rule for point in points):
        line = sorted((point for point in points if point.rule == rule), key=lambda point: point.tokens)
        ends = [point.interval() for point in line]
        figure.add_scatter(
            x=[point.tokens for point in line],
            y=[point.accuracy for point in line],
            mode="lines+markers",
            name=rule,
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [high - point.accuracy for point, (_, high) in zip(line, ends, strict=True)],
                "arrayminus": [point.accuracy - low for point, (low, _) in zip(line, ends, strict=True)],
            },
        )
    figure.update_layout(title="Accuracy against cost", xaxis_title="tokens of an episode")
    figure.update_yaxes(title_text="accuracy", range=[0, 1.03])
    return figure
