"""The ledger as a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate
from typing import Any

from interlab.errors import InvalidArgument
from interlab.models.ledger.entries import LedgerEntry

_AMOUNTS: dict[str, tuple[str, Callable[[LedgerEntry], float]]] = {
    "tokens": ("tokens", lambda entry: entry.input_tokens + entry.output_tokens),
    "cost_usd": ("US dollars", lambda entry: entry.cost_usd or 0.0),
    "calls": ("calls", lambda entry: entry.calls),
    "seconds": ("seconds", lambda entry: entry.seconds),
}
_COLORS = ("#4c78a8", "#f58518", "#54a24b", "#b279a2", "#e45756", "#72b7b2", "#9d755d", "#eeca3b")
_NOBODY = "no actor"


def plot(entries: Sequence[LedgerEntry], branch_of: Callable[[LedgerEntry], str | None], measure: str) -> Any:
    """Bars by actor, stacked by model; beside them the sum so far over the steps of each branch.

    Args:
        entries: the calls.
        branch_of: what the run of an entry is called.
        measure: ``"tokens"``, ``"cost_usd"``, ``"calls"`` or ``"seconds"``.

    Returns:
        A `plotly.graph_objects.Figure`.

    Raises:
        InvalidArgument: another measure.
    """
    if measure not in _AMOUNTS:
        raise InvalidArgument(f"A ledger is drawn by {', '.join(_AMOUNTS)}; got {measure!r}.")
    import plotly.graph_objects as go
    from plotly.subplots import make_subplots

    unit, amount = _AMOUNTS[measure]
    figure = make_subplots(cols=2, column_widths=[0.55, 0.45], subplot_titles=("by actor and model", "so far, by step"))
    made = [entry for entry in entries if entry.calls]
    actors = list(dict.fromkeys(_actor(entry) for entry in made))
    for place, model in enumerate(dict.fromkeys(entry.model for entry in made)):
        heights = dict.fromkeys(actors, 0.0)
        for entry in made:
            if entry.model == model:
                heights[_actor(entry)] += amount(entry)
        bar = go.Bar(
            x=[_shown(actor) for actor in actors],
            y=list(heights.values()),
            name=_shown(model),
            marker_color=_COLORS[place % len(_COLORS)],
            legend="legend",
        )
        figure.add_trace(bar, row=1, col=1)
    for place, (branch, sums) in enumerate(_by_step(made, branch_of, amount).items()):
        steps = sorted(sums)
        line = go.Scatter(
            x=steps,
            y=list(accumulate(sums[step] for step in steps)),
            name=_shown(branch),
            mode="lines+markers",
            line={"shape": "hv", "color": _COLORS[-1 - place % len(_COLORS)]},
            legend="legend2",
        )
        figure.add_trace(line, row=1, col=2)
    unpriced = sum(entry.cost_usd is None for entry in made) if measure == "cost_usd" else 0
    title = f"What was spent, in {unit}" + (f" (without {unpriced} calls of unknown price)" if unpriced else "")
    figure.update_layout(
        title=title,
        barmode="stack",
        template="plotly_white",
        legend={"title": {"text": "model"}, "y": 1},
        legend2={"title": {"text": "branch"}, "y": 0.4},
    )
    figure.update_yaxes(title_text=unit, rangemode="tozero")
    figure.update_xaxes(title_text="step", row=1, col=2)
    return figure


def _actor(entry: LedgerEntry) -> str:
    return entry.actor or _NOBODY


def _by_step(
    entries: Sequence[LedgerEntry],
    branch_of: Callable[[LedgerEntry], str | None],
    amount: Callable[[LedgerEntry], float],
) -> dict[str, dict[int, float]]:
    """Sums by branch and step; calls before the first step count to step 0."""
    sums: dict[str, dict[int, float]] = {}
    for entry in entries:
        steps = sums.setdefault(branch_of(entry) or "outside of runs", {})
        step = entry.step or 0
        steps[step] = steps.get(step, 0.0) + amount(entry)
    return sums


def _shown(text: str) -> str:
    """Text as text: plotly reads some HTML in labels."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
