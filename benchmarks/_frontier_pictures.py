"""Draw what `frontier.py` found: accuracy against tokens, against how well confidence is founded, and α over training.

    python benchmarks/_frontier_pictures.py benchmarks/results/frontier.jsonl docs/images

Plotly figures, made into PNG by a headless Chromium (CHROMIUM names the program, else one on PATH).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import plotly.graph_objects as go

from interlab.auction.learning import Curve, CurvePoint, plot_learning
from interlab.auction.pictures import FrontierPoint, plot_frontier

WIDTH, HEIGHT = 900, 480
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PROGRAM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


def frontier(lines: list[dict[str, Any]], task: str) -> go.Figure:
    """One task, all rules, all budgets."""
    shown = [line for line in lines if line["part"] == "frontier" and line["task"] == task]
    figure = plot_frontier(
        [
            FrontierPoint(
                line["rule"], line["tokens_charged"], round(line["accuracy"] * line["episodes"]), line["episodes"]
            )
            for line in shown
            if line["rule"] != "auction, drafts first"  # hears the same as with bids first
        ]
    )
    return figure.update_layout(title=f"A question in {task}: accuracy against tokens heard, 1,000 puzzles a point")


def sweep(lines: list[dict[str, Any]]) -> go.Figure:
    """Accuracy over the correlation of confidence with being right."""
    shown = [line for line in lines if line["part"] == "sweep"]
    figure = go.Figure()
    for rule, budget in dict.fromkeys((line["rule"], line["budget"]) for line in shown):
        row = [line for line in shown if (line["rule"], line["budget"]) == (rule, budget)]
        figure.add_scatter(
            x=[line["correlation"] for line in row],
            y=[line["accuracy"] for line in row],
            error_y={
                "symmetric": False,
                "array": [line["high"] - line["accuracy"] for line in row],
                "arrayminus": [line["accuracy"] - line["low"] for line in row],
            },
            name=f"{rule}, {budget:,} tokens",
            line={"dash": "dot" if budget == 512 else "solid"},
        )
    figure.update_xaxes(title_text="correlation of stated confidence with being right")
    figure.update_yaxes(title_text="accuracy", range=[0, 1.03])
    return figure.update_layout(title="Where the auction loses: confidence that means little")


def learning(lines: list[dict[str, Any]]) -> go.Figure:
    """One training from above, with α that a grid search finds."""
    best = next(line["best"] for line in lines if line["part"] == "grid")
    trained = next(line for line in lines if line["part"] == "learning")
    points = tuple(CurvePoint(episodes, reward, {"all": alpha}, 0.0) for episodes, alpha, reward in trained["points"])
    return plot_learning(Curve(points, {"all": trained["alpha"]}, {}), best={"grid search": best})


def draw(figure: go.Figure, path: Path) -> None:
    """Write a figure as PNG.

    Raises:
        SystemExit: there is no Chromium.
    """
    if PROGRAM is None:
        raise SystemExit("Set CHROMIUM to a Chromium or Chrome, which draws the pictures.")
    figure.update_layout(template="plotly_white", width=WIDTH, height=HEIGHT)
    body = figure.to_html(full_html=False, include_plotlyjs=True, config={"staticPlot": True})
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "figure.html"
        page.write_text(f'<html><meta charset="utf-8"><body style="margin:0">{body}</body></html>', encoding="utf-8")
        quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--virtual-time-budget=8000"]
        subprocess.run(
            [PROGRAM, *quiet, f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={path}", page.as_uri()],
            check=True,
            capture_output=True,
        )


if __name__ == "__main__":
    source, target = map(Path, sys.argv[1:])
    found = [line for line in map(json.loads, source.read_text(encoding="utf-8").splitlines()) if "part" in line]
    draw(frontier(found, "four parts"), target.resolve() / "auction_frontier.png")
    draw(frontier(found, "one part"), target.resolve() / "auction_frontier_one.png")
    draw(sweep(found), target.resolve() / "auction_confidence.png")
    draw(learning(found), target.resolve() / "auction_learning.png")
