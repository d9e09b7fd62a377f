"""Figures by which conversations on a task are compared: how good, how dear, how long, how evenly spoken."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interlab import auction
from interlab.auction import Charges, FrontierPoint, gini, tokens_by_actor
from interlab.environments import Conversation, Run
from interlab.errors import InvalidArgument

__all__ = ["Metrics", "Summary", "gini", "metrics_of", "plot_frontier", "summary_of"]


@dataclass(frozen=True)
class Metrics:
    """What one conversation came to.

    Args:
        correct: whether the task was solved.
        tokens_charged: tokens of the actors' prompts, and of what was said.
        tokens_generated: tokens that actors wrote, drafts that were never said among them.
        rounds: turns.
        messages: messages of actors.
        gini: how unevenly words were spoken, from 0 (all alike) to 1 − 1/n (one speaks alone).
        value_lost: the share of what could have been known together and did not come out, in [0, 1].
    """

    correct: bool
    tokens_charged: int
    tokens_generated: int
    rounds: int
    messages: int
    gini: float
    value_lost: float = 0.0


@dataclass(frozen=True)
class Summary:
    """What many conversations came to.

    Args:
        episodes: how many.
        accuracy: the share that was solved.
        low, high: Wilson's 95 % interval of the accuracy.
        tokens_charged, tokens_generated, rounds, gini, value_lost: means over the episodes.
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
    value_lost: float
    per_1000_tokens: float


def metrics_of(talk: Conversation, correct: bool, *, run: Run | None = None, value_lost: float = 0.0) -> Metrics:
    """The figures of one conversation.

    Everyone is charged for its prompts, and for its messages that are heard, as an auction does it. Prompts and answers
    are those that models counted; scripted actors have no prompts, and their words are estimated.

    Args:
        talk: the conversation, as it is now.
        correct: whether its task was solved.
        run: the run of the conversation, which knows the prompts where no auction booked them.
        value_lost: as for `Metrics`.
    """
    spoken = Counter(dict.fromkeys(talk.names, 0))
    for message in talk.transcript:
        if message.speaker:
            spoken[message.speaker] += len(message.text)
    charged, generated = _tokens(talk, run)
    return Metrics(bool(correct), charged, generated, talk.turns, talk.spoken, gini(spoken.values()), value_lost)


def _tokens(talk: Conversation, run: Run | None) -> tuple[int, int]:
    """Tokens charged and generated."""
    drafted = sum(talk.drafted.values())
    booked = getattr(talk.moderator, "charges", None)
    if isinstance(booked, Charges):
        return sum(booked.charged.values()), sum(booked.generated.values()) or drafted
    steps = [] if run is None else run.steps
    used = [pair for step in steps for pair in tokens_by_actor(step, talk.names).values()]
    return sum(prompted for prompted, _ in used) + talk.tokens, sum(written for _, written in used) or drafted


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
        mean("value_lost"),
        1000 * accuracy / charged if charged else math.nan,
    )  # fmt: skip


def _wilson(successes: int, count: int, z: float = 1.959963984540054) -> tuple[float, float]:
    share = successes / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    scale = 1 + z * z / count
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def plot_frontier(summaries: Mapping[str, Sequence[Summary]]) -> Any:
    """Accuracy over tokens charged, a line for each rule with its intervals; one summary is a point.

    Args:
        summaries: by the rule's name, its summaries over budgets.

    Returns:
        A plotly figure.
    """
    return auction.plot_frontier(
        [
            FrontierPoint(rule, one.tokens_charged, round(one.accuracy * one.episodes), one.episodes)
            for rule, points in summaries.items()
            for one in points
        ]
    )
