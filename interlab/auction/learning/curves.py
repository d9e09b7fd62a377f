"""What learning looked like: parameters and rewards, update by update."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MARKS = tuple(first * 10.0**power for power in range(-2, 3) for first in (1, 2, 5))
"""Marks on the axis of α, which is logarithmic."""


@dataclass(frozen=True)
class CurvePoint:
    """One update.

    Args:
        episodes: played so far.
        reward: mean reward of the update's episodes.
        alphas: by actor, after the update.
        spread: standard deviation of log α from which episodes were drawn.
    """

    episodes: int
    reward: float
    alphas: dict[str, float]
    spread: float


@dataclass(frozen=True)
class Curve:
    """A whole training.

    Args:
        points: its updates, oldest first.
        alphas: what was learned, by actor: the factors to give to an `AuctionModerator`.
        settings: with which it was learned.
    """

    points: tuple[CurvePoint, ...]
    alphas: dict[str, float]
    settings: dict[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """As plain values, for a store."""
        points = [{name: getattr(one, name) for name in CurvePoint.__dataclass_fields__} for one in self.points]
        return {"kind": "alphas", "alphas": dict(self.alphas), "points": points, "settings": dict(self.settings)}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> Curve:
        """From what `to_dict` gave."""
        points = tuple(CurvePoint(**{**one, "alphas": dict(one["alphas"])}) for one in kept["points"])
        return cls(points, dict(kept["alphas"]), dict(kept["settings"]))


def plot_learning(curve: Curve, *, best: float | Mapping[str, float] | None = None) -> Any:
    """α of each actor over training, and below it the reward.

    Args:
        curve: of a training.
        best: α that is known to be best, for all or by actor, drawn as dotted lines.

    Returns:
        A plotly figure.
    """
    from plotly.subplots import make_subplots

    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.08)
    episodes = [one.episodes for one in curve.points]
    for name in curve.alphas:
        figure.add_scatter(x=episodes, y=[one.alphas[name] for one in curve.points], name=f"α of {name}", row=1, col=1)
    known = best if isinstance(best, Mapping) else {} if best is None else {"best": best}
    for name, alpha in known.items():
        figure.add_hline(y=alpha, line_dash="dot", row=1, col=1)
        # On a logarithmic axis an annotation's place is given in powers of ten, and a line's is not.
        place = {
            "x": 1,
            "xref": "x domain",
            "xanchor": "right",
            "y": math.log10(alpha),
            "yref": "y",
            "yanchor": "bottom",
        }
        figure.add_annotation(text=str(name), showarrow=False, **place)
    figure.add_scatter(x=episodes, y=[one.reward for one in curve.points], name="reward", row=2, col=1)
    figure.update_yaxes(
        title_text="α", type="log", tickvals=MARKS, ticktext=[f"{mark:g}" for mark in MARKS], row=1, col=1
    )
    figure.update_yaxes(title_text="reward", row=2, col=1)
    figure.update_xaxes(title_text="episodes", row=2, col=1)
    figure.update_layout(title="Learning to bid")
    return figure
