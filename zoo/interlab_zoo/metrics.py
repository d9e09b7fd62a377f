"""Figures by which conversations on a task are compared: how good, how dear, how long, how evenly spoken."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from interlab.environments import Conversation
from interlab.errors import InvalidArgument


@dataclass(frozen=True)
class Metrics:
    """What one conversation came to.

    Args:
        correct: whether the task was solved.
        tokens_charged: tokens that reached the others: of what was said, or as the moderator charged them.
        tokens_generated: tokens that actors wrote, drafts that were never said among them.
        rounds: turns.
        messages: messages of actors.
        gini: how unevenly words were spoken, from 0 (all alike) to 1 − 1/n (one speaks alone).
    """

    correct: bool
    tokens_charged: int
    tokens_generated: int
    rounds: int
    messages: int
    gini: float


@dataclass(frozen=True)
class Summary:
    """What many conversations came to.

    Args:
        episodes: how many.
        accuracy: the share that was solved.
        low, high: Wilson's 95 % interval of the accuracy.
        tokens_charged, tokens_generated, rounds, gini: means over the episodes.
        per_1000_tokens: solved tasks for each thousand tokens charged; NaN where none were.
    """

    episodes: int
    accuracy: float
    low: float
    high: float
    tokens_charged: float
    tokens_generated: float
    rounds: float
    gini: float
    per_1000_tokens: float


def gini(shares: Iterable[float]) -> float:
    """The Gini coefficient of shares, each ≥ 0: 0 when all are alike (or none is above 0), 1 − 1/n when one has all.

    Raises:
        InvalidArgument: a share that is no number ≥ 0.
    """
    sorted_shares = sorted(shares)
    if any(not 0 <= share < math.inf for share in sorted_shares):
        raise InvalidArgument(f"Shares are numbers ≥ 0; got {sorted_shares!r:.80}.")
    total, count = sum(sorted_shares), len(sorted_shares)
    if not total:
        return 0.0
    weighted = sum((2 * place - count - 1) * share for place, share in enumerate(sorted_shares, start=1))
    return weighted / (count * total)


def metrics_of(talk: Conversation, correct: bool, *, charged: int | None = None) -> Metrics:
    """The figures of one conversation.

    Args:
        talk: the conversation, as it is now.
        correct: whether its task was solved.
        charged: tokens charged; by default the tokens of what was said.
    """
    spoken = Counter(dict.fromkeys(talk.names, 0))
    for message in talk.transcript:
        if message.speaker:
            spoken[message.speaker] += len(message.text)
    return Metrics(
        bool(correct),
        talk.tokens if charged is None else charged,
        sum(talk.drafted.values()),
        talk.turns,
        talk.spoken,
        gini(spoken.values()),
    )


def summary_of(episodes: Sequence[Metrics]) -> Summary:
    """Means over episodes, and the accuracy with its interval.

    Raises:
        InvalidArgument: there are none.
    """
    if not episodes:
        raise InvalidArgument("A summary needs at least one episode.")
    count = len(episodes)

    def mean(name: str) -> float:
        return math.fsum(getattr(one, name) for one in episodes) / count

    accuracy, charged = mean("correct"), mean("tokens_charged")
    low, high = _wilson(sum(one.correct for one in episodes), count)
    return Summary(
        count, accuracy, low, high, charged, mean("tokens_generated"), mean("rounds"), mean("gini"),
        1000 * accuracy / charged if charged else math.nan,
    )  # fmt: skip


def _wilson(successes: int, count: int, z: float = 1.959963984540054) -> tuple[float, float]:
    share = successes / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def plot_frontier(summaries: dict[str, Sequence[Summary]]) -> Any:
    """Accuracy over tokens charged, a line for each rule with its intervals; one summary is a point.

    Args:
        summaries: by the rule's name, its summaries over budgets.

    Returns:
        A plotly figure.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    for name, points in summaries.items():
        figure.add_scatter(
            x=[point.tokens_charged for point in points],
            y=[point.accuracy for point in points],
            error_y={
                "type": "data",
                "symmetric": False,
                "array": [point.high - point.accuracy for point in points],
                "arrayminus": [point.accuracy - point.low for point in points],
            },
            mode="lines+markers" if len(points) > 1 else "markers",
            name=name,
        )
    figure.update_layout(
        template="plotly_white",
        title="Accuracy and cost",
        xaxis={"title": "tokens charged"},
        yaxis={"title": "accuracy", "range": [0, 1.05]},
    )
    return figure
