"""Whether values mean what they say: of messages valued at 0.8, are eight in ten any good?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interlab.errors import InvalidArgument


@dataclass(frozen=True)
class Calibration:
    """How one actor's values relate to what came out.

    Args:
        count: judged messages.
        stated: mean value of each bin that has any, ascending.
        observed: share of good messages in the same bins.
        counts: messages in the same bins.
        expected_error: mean distance of stated and observed, weighted by the bins' counts, in [0, 1] (ECE).
        brier: mean squared distance of value and outcome, in [0, 1]; lower is better.
        auroc: chance that a good message is valued above a bad one, ties half; None unless there are both.
    """

    count: int
    stated: tuple[float, ...]
    observed: tuple[float, ...]
    counts: tuple[int, ...]
    expected_error: float
    brier: float
    auroc: float | None

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, bool]], *, bins: int = 10) -> Calibration:
        """From pairs of a value in [0, 1] and whether the message was good.

        Raises:
            InvalidArgument: a value outside [0, 1], or fewer than 1 bin.
        """
        if not isinstance(bins, int) or isinstance(bins, bool) or bins < 1:
            raise InvalidArgument(f"bins is a whole number, at least 1; got {bins!r}.")
        judged = [(float(value), bool(good)) for value, good in pairs]
        for value, _ in judged:
            if not 0.0 <= value <= 1.0:
                raise InvalidArgument(
                    f"Calibration is of values in [0, 1], read as chances; got {value!r}. Divide by the scale."
                )
        held: dict[int, list[tuple[float, bool]]] = {}
        for value, good in judged:
            held.setdefault(min(bins - 1, int(value * bins)), []).append((value, good))
        groups = [held[place] for place in sorted(held)]
        stated = tuple(math.fsum(value for value, _ in group) / len(group) for group in groups)
        observed = tuple(sum(good for _, good in group) / len(group) for group in groups)
        counts = tuple(map(len, groups))
        total = max(1, len(judged))
        return cls(
            len(judged),
            stated,
            observed,
            counts,
            math.fsum(n * abs(a - b) for n, a, b in zip(counts, stated, observed, strict=True)) / total,
            math.fsum((value - good) ** 2 for value, good in judged) / total,
            _auroc([v for v, good in judged if good], [v for v, good in judged if not good]),
        )


def _auroc(good: list[float], bad: list[float]) -> float | None:
    """From ranks (Mann and Whitney 1947), so that thousands of pairs take no time."""
    if not good or not bad:
        return None
    from bisect import bisect_left, bisect_right

    ordered = sorted(bad)
    above = sum(bisect_left(ordered, value) + bisect_right(ordered, value) for value in good)
    return above / (2 * len(good) * len(bad))


def calibration(judged: Mapping[str, Sequence[tuple[float, bool]]], *, bins: int = 10) -> dict[str, Calibration]:
    """The calibration of each actor.

    Args:
        judged: by actor, pairs of a value in [0, 1] and whether the message was good.
        bins: how finely values are told apart.
    """
    return {name: Calibration.of(pairs, bins=bins) for name, pairs in judged.items()}


def plot_calibration(found: Mapping[str, Calibration]) -> Any:
    """A reliability diagram: stated against observed, one line an actor; on the diagonal values mean what they say.

    Returns:
        A plotly figure.
    """
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", line={"dash": "dot", "color": "gray"}, name="calibrated", hoverinfo="skip"
    )
    for name, one in found.items():
        figure.add_scatter(
            x=one.stated,
            y=one.observed,
            mode="lines+markers",
            marker={"size": [6 + 14 * math.sqrt(n / max(1, one.count)) for n in one.counts]},
            text=[f"{n} messages" for n in one.counts],
            name=f"{name} (error {one.expected_error:.2f})",
        )
    figure.update_layout(
        title="Calibration of values",
        xaxis={"title": "stated value", "range": [0, 1]},
        yaxis={"title": "share of good messages", "range": [0, 1.02]},
    )
    return figure
