"""Figures of experiments, drawn with plotly."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from interlab.counterfactual.effects import Effect
from interlab.counterfactual.measures import Value
from interlab.counterfactual.replicas import Plan

COLORS = ("#718096", "#2b6cb0", "#c05621", "#2f855a", "#6b46c1", "#b83280", "#b7791f", "#00838f")
"""The reference arm's, then the others'. Told apart by people who see few colours, too."""

_ROW_PX = 46
_LEAST_PX = 150


def arm_colors(plan: Plan) -> dict[str, str]:
    """A colour for each arm; grey for the reference."""
    others = [arm for arm in plan.arms if arm != plan.reference]
    colors = {arm: COLORS[1 + place % (len(COLORS) - 1)] for place, arm in enumerate(others)}
    return {plan.reference: COLORS[0], **colors}


def effects_figure(
    plan: Plan,
    estimates: Sequence[Effect],
    values: Mapping[str, Mapping[str, Mapping[int, Value]]],
    curves: Mapping[str, Mapping[str, Sequence[tuple[int, float, float]]]],
    level: float,
) -> Any:
    """Means on the left, differences from the reference on the right, a row for each measure; curves below.

    Args:
        plan: the experiment.
        estimates: its effects.
        values: of measures that are numbers, each replica's value by measure, arm and number.
        curves: of measures taken per step, (step, mean, half width) by measure and arm.
        level: the level of confidence.
    """
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    measures = list(dict.fromkeys(one.measure for one in estimates))
    colors = arm_colors(plan)
    arms = [plan.reference, *(arm for arm in plan.arms if arm != plan.reference)]
    rows = len(measures) + len(curves)
    titles: list[str] = []
    for measure in measures:
        titles += [measure, f"{measure}: difference from “{plan.reference}”"]
    specs: list[list[Any]] = [[{}, {}] for _ in measures] + [[{"colspan": 2}, None] for _ in curves]
    height = max(_LEAST_PX, 70 + _ROW_PX * len(arms))
    figure = make_subplots(
        rows=max(rows, 1), cols=2, specs=specs or None,
        subplot_titles=[*titles, *(f"{name} over the steps" for name in curves)],
        column_widths=[0.55, 0.45], horizontal_spacing=0.08, vertical_spacing=min(0.12, 0.5 / max(rows, 1)),
    )  # fmt: skip
    for row, measure in enumerate(measures, start=1):
        of = {one.arm: one for one in estimates if one.measure == measure}
        for arm in arms:
            _draw_arm(go, figure, row, of[arm], arm, colors[arm], values.get(measure, {}).get(arm, {}))
        if any(one.kind == "share" for one in of.values()):
            figure.update_xaxes(tickformat=".0%", range=[-0.02, 1.02], row=row, col=1)
            figure.update_xaxes(tickformat="+.0%", row=row, col=2)
        # The range keeps the reference's row, which has no difference, so that rows stand side by side.
        order = {
            "categoryorder": "array", "categoryarray": arms[::-1], "range": [-0.5, len(arms) - 0.5], "automargin": True,
        }  # fmt: skip
        figure.update_yaxes(**order, row=row, col=1)
        figure.update_yaxes(**order, showticklabels=False, row=row, col=2)
        figure.add_vline(x=0, line={"color": COLORS[0], "width": 1, "dash": "dot"}, row=row, col=2)
    for row, (_, by_arm) in enumerate(curves.items(), start=len(measures) + 1):
        for arm in arms:
            _draw_curve(go, figure, row, arm, colors[arm], by_arm.get(arm, ()))
        figure.update_xaxes(title="step", row=row, col=1)
    n = max((one.n for one in estimates), default=0)
    figure.update_layout(
        template="plotly_white",
        title=f"{plan.name}: {n} replicas an arm, means with {level:.0%} intervals",
        height=90 + height * len(measures) + 300 * len(curves),
        showlegend=bool(curves),
        margin={"l": 20, "r": 20, "t": 90, "b": 40},
        legend={"orientation": "h", "y": -0.1},
    )
    return figure


def _draw_arm(
    go: Any, figure: Any, row: int, effect: Effect, arm: str, color: str, values: Mapping[int, Value]
) -> None:
    given = [(number, value) for number, value in values.items() if value is not None]
    if given:
        figure.add_trace(
            go.Box(
                x=[value for _, value in given], y=[arm] * len(given), orientation="h", boxpoints="all", jitter=0.7,
                pointpos=0, fillcolor="rgba(0,0,0,0)", line={"color": "rgba(0,0,0,0)"}, name=arm, showlegend=False,
                marker={"color": color, "opacity": 0.35, "size": 5}, hoverinfo="text",
                text=[f"replica {number}: {value}" for number, value in given],
            ),
            row=row, col=1,
        )  # fmt: skip
    if not math.isnan(effect.mean):
        figure.add_trace(
            _mark(go, arm, effect.mean, effect.mean_low, effect.mean_high, color, f"n = {effect.n}"), row=row, col=1
        )
    if effect.reference is not None and not math.isnan(effect.difference):
        words = f"{effect.pairs} pairs, p = {effect.p:.3g}, corrected {effect.p_holm:.3g}"
        figure.add_trace(
            _mark(go, arm, effect.difference, effect.low, effect.high, color, words), row=row, col=2
        )  # fmt: skip


def _mark(go: Any, arm: str, value: float, low: float, high: float, color: str, words: str) -> Any:
    ends = {"array": [high - value], "arrayminus": [value - low]} if math.isfinite(high - low) else {"array": [0]}
    return go.Scatter(
        x=[value], y=[arm], mode="markers", name=arm, showlegend=False,
        marker={"color": color, "size": 11, "symbol": "diamond", "line": {"color": "white", "width": 1}},
        error_x={"type": "data", "symmetric": False, "color": color, "thickness": 2, "width": 6, **ends},
        hovertemplate=f"%{{x:.4g}} [{low:.4g}, {high:.4g}]<br>{words}<extra></extra>",
    )  # fmt: skip


def _draw_curve(
    go: Any, figure: Any, row: int, arm: str, color: str, points: Sequence[tuple[int, float, float]]
) -> None:
    steps = [step for step, _, _ in points]
    high = [mean + half for _, mean, half in points]
    low = [mean - half for _, mean, half in points]
    band = f"rgba({int(color[1:3], 16)},{int(color[3:5], 16)},{int(color[5:7], 16)},0.15)"
    figure.add_trace(
        go.Scatter(
            x=steps + steps[::-1], y=high + low[::-1], fill="toself", fillcolor=band, mode="lines", hoverinfo="skip",
            line={"width": 0}, showlegend=False, legendgroup=arm,
        ),
        row=row, col=1,
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=steps, y=[mean for _, mean, _ in points], mode="lines+markers", name=arm, legendgroup=arm,
            line={"color": color},
        ),
        row=row, col=1,
    )  # fmt: skip
