"""Maps drawn with plotly: who influenced whom, and which branch led where."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from interlab.counterfactual.measures import Value
from interlab.counterfactual.plots import COLORS

_ROW_PX = 34
_WIDEST_PX = 9.0


def influence_figure(
    title: str,
    measure: str,
    edges: Sequence[tuple[str, str, float]],
    effects: Sequence[tuple[str, str, float, float, float]],
) -> Any:
    """Actors on a circle with arrows as wide as their influence; beside it each message's effect on the measure.

    Args:
        title: of the figure.
        measure: its name.
        edges: (speaker, listener, strength in [0, 1]).
        effects: (label, words, difference, low, high), one a message.
    """
    from plotly.subplots import make_subplots

    figure = make_subplots(
        rows=1, cols=2, column_widths=[0.5, 0.5],
        subplot_titles=["changed what was said next", f"{measure} without the message, less that with it"],
    )  # fmt: skip
    names = list(dict.fromkeys(name for speaker, listener, _ in edges for name in (speaker, listener)))
    places = {name: _on_circle(place, len(names)) for place, name in enumerate(names)}
    for speaker, listener, strength in edges:
        words = f"{speaker} → {listener}: {strength:.2f}"
        _draw_arrow(figure, places[speaker], places[listener], strength, words)
    figure.add_scatter(
        x=[places[name][0] for name in names], y=[places[name][1] for name in names], text=names,
        mode="markers+text", textposition="middle center", hoverinfo="skip", showlegend=False,
        marker={"size": 58, "color": "white", "line": {"color": COLORS[1], "width": 2}}, row=1, col=1,
    )  # fmt: skip
    for axis in (figure.update_xaxes, figure.update_yaxes):
        axis(visible=False, range=[-1.6, 1.6], row=1, col=1)
    for label, words, difference, low, high in effects:
        if math.isnan(difference):
            continue
        bounded = math.isfinite(high - low)
        figure.add_scatter(
            x=[difference], y=[label], mode="markers", showlegend=False, marker={"color": COLORS[2], "size": 10},
            error_x={
                "type": "data", "symmetric": False, "array": [high - difference if bounded else 0],
                "arrayminus": [difference - low if bounded else 0], "color": COLORS[2],
            },
            hovertemplate=f"%{{x:.4g}} [{low:.4g}, {high:.4g}]<br>{_safe(words)}<extra></extra>", row=1, col=2,
        )  # fmt: skip
    figure.add_vline(x=0, line={"color": COLORS[0], "width": 1, "dash": "dot"}, row=1, col=2)
    figure.update_yaxes(autorange="reversed", automargin=True, row=1, col=2)
    figure.update_layout(
        template="plotly_white", title=_safe(title), height=max(380, 120 + _ROW_PX * len(effects)),
        margin={"l": 20, "r": 20, "t": 90, "b": 40},
    )  # fmt: skip
    return figure


def _on_circle(place: int, count: int) -> tuple[float, float]:
    angle = math.pi - 2 * math.pi * place / max(count, 1)
    return math.cos(angle), math.sin(angle)


def _draw_arrow(
    figure: Any, start: tuple[float, float], end: tuple[float, float], strength: float, words: str
) -> None:  # fmt: skip
    across, up = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, up) or 1.0
    # Two arrows between the same two stand beside each other.
    aside = (-up / length * 0.12, across / length * 0.12)
    tail = (start[0] + across * 0.2 + aside[0], start[1] + up * 0.2 + aside[1])
    head = (end[0] - across * 0.2 + aside[0], end[1] - up * 0.2 + aside[1])
    figure.add_annotation(
        x=head[0], y=head[1], ax=tail[0], ay=tail[1], xref="x", yref="y", axref="x", ayref="y", showarrow=True, text="",
        arrowhead=2, arrowwidth=1 + (_WIDEST_PX - 1) * strength, arrowsize=0.6, arrowcolor=COLORS[1],
        opacity=0.25 + 0.7 * strength,
    )  # fmt: skip
    figure.add_scatter(
        x=[(tail[0] + head[0]) / 2 + aside[0]], y=[(tail[1] + head[1]) / 2 + aside[1]], mode="text",
        text=[f"{strength:.2f}"], hovertext=[_safe(words)], hoverinfo="text", showlegend=False, row=1, col=1,
    )  # fmt: skip


def _safe(text: str) -> str:
    """A text as plotly shows it, which reads some tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


@dataclass(frozen=True)
class Twig:
    """One branch as it is drawn: a line from its fork to its end.

    Args:
        key: its own.
        parent: the key of the one that it leaves, or None.
        label: its name.
        start, end: steps; the longest one's where there are several runs.
        values: what was measured at the ends of its runs.
        words: shown under the pointer.
    """

    key: str
    parent: str | None
    label: str
    start: int
    end: int
    values: tuple[Value, ...]
    words: str


def branches_figure(title: str, measure: str | None, twigs: Sequence[Twig]) -> Any:
    """A tree over the steps, one row a branch, and beside each branch the distribution of its outcomes.

    Args:
        title: of the figure.
        measure: what the values are, or None where there are none.
        twigs: the branches, parents before children, in the order of the rows.
    """
    from plotly.subplots import make_subplots

    figure = make_subplots(
        rows=1, cols=2, shared_yaxes=True, column_widths=[0.6, 0.4], horizontal_spacing=0.02,
        subplot_titles=["steps", measure or ""],
    )  # fmt: skip
    row = {twig.key: place for place, twig in enumerate(twigs)}
    for place, twig in enumerate(twigs):
        color = COLORS[place % len(COLORS)]
        above = row.get(twig.parent) if twig.parent is not None else None
        figure.add_scatter(
            x=([] if above is None else [twig.start]) + [twig.start, twig.end],
            y=([] if above is None else [above]) + [place, place],
            mode="lines+markers", line={"color": color, "width": 2},
            marker={"size": [0] * (above is not None) + [5, 8]},
            hoverinfo="text", hovertext=_safe(twig.words), showlegend=False, row=1, col=1,
        )  # fmt: skip
        _draw_outcomes(figure, place, twig, color)
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(twigs))), ticktext=[_safe(twig.label) for twig in twigs],
        range=[len(twigs) - 0.5, -0.5], automargin=True, row=1, col=1,
    )  # fmt: skip
    figure.update_layout(
        template="plotly_white", title=_safe(title), height=150 + _ROW_PX * max(len(twigs), 4),
        margin={"l": 20, "r": 20, "t": 80, "b": 40},
    )  # fmt: skip
    return figure


def _draw_outcomes(figure: Any, place: int, twig: Twig, color: str) -> None:
    numbers = [value for value in twig.values if isinstance(value, int | float) and not isinstance(value, bool)]
    if numbers:
        figure.add_box(
            x=numbers, y=[place] * len(numbers), orientation="h", boxpoints="all", pointpos=0, jitter=0.5, width=0.6,
            marker={"color": color, "size": 5, "opacity": 0.6}, line={"color": color, "width": 1}, showlegend=False,
            name=_safe(twig.label), row=1, col=2,
        )  # fmt: skip
    elif twig.values:
        counts = Counter("none" if value is None else str(value) for value in twig.values).most_common(4)
        figure.add_annotation(
            text=_safe(", ".join(f"{count} × {value}" for value, count in counts)), x=0.02, y=place, xref="x2 domain",
            yref="y2", showarrow=False, xanchor="left",
        )  # fmt: skip
