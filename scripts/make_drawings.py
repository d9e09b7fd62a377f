"""Make the drawings of docs/concepts.md, docs/images/concept_*.svg: `python scripts/make_drawings.py`.

They are plain SVG: boxes, lines and words, on a light ground that is drawn too, so that they look the same on a dark
page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
GROUND, INK, SOFT, FAINT = "#fbfbfd", "#26303b", "#67727e", "#d5dae0"
BLUE, GREEN, ORANGE, VIOLET = "#3f6fd1", "#2f8f63", "#d1662f", "#8656b8"


class Drawing:
    """An SVG that is drawn from the back to the front.

    Args:
        width: in pixels.
        height: in pixels.
        title: what it shows, for those who can't see it.
    """

    def __init__(self, width: int, height: int, title: str) -> None:
        self._head = (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
            f'role="img" font-family="{FONT}" font-size="14"><title>{escape(title)}</title>'
        )
        self._parts = [f'<rect width="{width}" height="{height}" rx="8" fill="{GROUND}"/>']

    def box(
        self, x: float, y: float, width: float, height: float, words: str, color: str, *, solid: bool = False
    ) -> None:
        """A box with words in its middle."""
        fill, ink = (color, "#ffffff") if solid else ("#ffffff", INK)
        self._parts.append(
            f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="6" fill="{fill}" stroke="{color}" '
            'stroke-width="1.5"/>'
        )
        self.words(x + width / 2, y + height / 2 + 5, words, color=ink, anchor="middle")

    def words(
        self,
        x: float,
        y: float,
        words: str,
        *,
        color: str = INK,
        anchor: str = "start",
        size: int = 14,
        bold: bool = False,
    ) -> None:
        """A line of words whose base is at y."""
        weight = ' font-weight="600"' if bold else ""
        self._parts.append(
            f'<text x="{x}" y="{y}" fill="{color}" text-anchor="{anchor}" font-size="{size}"{weight}>'
            f"{escape(words)}</text>"
        )

    def line(
        self, points: Sequence[tuple[float, float]], color: str = FAINT, *, width: float = 2, dashed: bool = False
    ) -> None:
        """A line through points."""
        dashes = ' stroke-dasharray="5 4"' if dashed else ""
        path = " ".join(f"{x},{y}" for x, y in points)
        self._parts.append(f'<polyline points="{path}" fill="none" stroke="{color}" stroke-width="{width}"{dashes}/>')

    def dot(self, x: float, y: float, color: str, *, radius: float = 11, words: str = "") -> None:
        """A disc with a number in it."""
        self._parts.append(f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{color}"/>')
        if words:
            self.words(x, y + 4.5, words, color="#ffffff", anchor="middle", size=13)

    def svg(self) -> str:
        return self._head + "".join(self._parts) + "</svg>\n"


def tree() -> Drawing:
    """A run as nodes in nodes."""
    drawing = Drawing(720, 300, "A run is a tree of nodes: steps in it, queries in a step, calls of a model in a query")
    rows = [
        (0, "run", "car sale", BLUE, "seed 7 → deal at $2,440"),
        (1, "step", "step 1", SOFT, "ends with a snapshot"),
        (2, "query", "Alice", ORANGE, "what the environment asked her"),
        (3, "model", "demo", VIOLET, "messages, reply, tokens"),
        (2, "observe", "Bob", GREEN, "what he remembers of it"),
        (1, "step", "step 2", SOFT, "ends with a snapshot"),
        (2, "query", "Bob", GREEN, "…"),
    ]
    tops = [24 + 38 * number for number in range(len(rows))]
    for number, (depth, *_) in enumerate(rows):
        if depth:
            parent = max(above for above in range(number) if rows[above][0] == depth - 1)
            x = 24 + 44 * (depth - 1) + 20
            drawing.line([(x, tops[parent] + 28), (x, tops[number] + 14), (24 + 44 * depth, tops[number] + 14)])
    for top, (depth, kind, name, color, says) in zip(tops, rows, strict=True):
        x = 24 + 44 * depth
        drawing.box(x, top, 76, 28, kind, color, solid=True)
        drawing.words(x + 88, top + 19, name, bold=True)
        drawing.words(400, top + 19, says, color=SOFT)
    return drawing


def fork() -> Drawing:
    """A run and a fork of it."""
    drawing = Drawing(720, 230, "A run of six steps, and a fork of it after step 3 in which one thing was changed")
    xs = [150 + 84 * number for number in range(6)]
    drawing.line([(xs[0], 70), (xs[-1], 70)], BLUE, width=3)
    drawing.line([(xs[2], 70), (xs[3], 165), (xs[-1], 165)], ORANGE, width=3)
    drawing.words(24, 75, "the run", color=BLUE, bold=True)
    drawing.words(24, 170, "the fork", color=ORANGE, bold=True)
    for number, x in enumerate(xs, start=1):
        drawing.dot(x, 70, BLUE, words=str(number))
        if number > 3:
            drawing.dot(x, 165, ORANGE, words=str(number))
    drawing.words((xs[0] + xs[2]) / 2, 40, "shared, not copied", color=SOFT, anchor="middle")
    drawing.words(xs[2] - 26, 128, "one change, recorded", color=INK, anchor="end")
    drawing.words(xs[-1] + 24, 75, "$2,440", color=BLUE, bold=True)
    drawing.words(xs[-1] + 24, 170, "$2,340", color=ORANGE, bold=True)
    drawing.words(xs[3], 205, "the first difference is found step by step", color=SOFT)
    drawing.line([(xs[3], 84), (xs[3], 151)], INK, width=1, dashed=True)
    return drawing


def parts() -> Drawing:
    """What a growing conversation takes in the store."""
    drawing = Drawing(
        720, 230, "Each call's prompt is a link to the prompt before and what is new; every message is kept once"
    )
    calls = 4
    for number in range(calls):
        y = 46 + 44 * number
        drawing.words(24, y + 19, f"call {number + 1}", bold=True)
        for message in range(number + 1):
            new = message == number
            drawing.box(110 + 64 * message, y, 54, 28, f"m{message + 1}", BLUE if new else FAINT, solid=new)
    drawing.words(110, 30, "what the model is shown", color=SOFT)
    drawing.words(460, 30, "what is written", color=SOFT)
    for number in range(calls):
        y = 46 + 44 * number
        drawing.box(460, y, 54, 28, f"m{number + 1}", BLUE, solid=True)
        drawing.words(
            530, y + 19, "the first prompt" if number == 0 else f"after the prompt of call {number}", color=SOFT
        )
        if number:
            drawing.line([(487, y), (487, y - 16)], BLUE)
    return drawing


def experiment() -> Drawing:
    """Arms and replicas from one moment."""
    drawing = Drawing(
        720, 250, "Two arms of four replicas each from one moment; replica r of both draws from the same seed"
    )
    drawing.line([(30, 125), (130, 125)], BLUE, width=3)
    for number, x in enumerate((40, 85, 130), start=1):
        drawing.dot(x, 125, BLUE, words=str(number))
    columns = [290 + 82 * number for number in range(4)]
    for y, color in ((80, BLUE), (170, ORANGE)):
        drawing.line([(130, 125), (175, y), (columns[-1], y)], color, width=2)
    for number, x in enumerate(columns, start=1):
        drawing.line([(x, 94), (x, 156)], INK, width=1, dashed=True)
        drawing.dot(x, 80, BLUE)
        drawing.dot(x, 170, ORANGE)
        drawing.words(x, 40, f"seed {number}", color=SOFT, anchor="middle")
    drawing.words(190, 68, "as it was", color=BLUE, bold=True)
    drawing.words(190, 195, "one change", color=ORANGE, bold=True)
    drawing.words(600, 130, "differences,", color=INK)
    drawing.words(600, 149, "pair by pair", color=INK)
    drawing.words(360, 232, "their mean has an interval: that is the effect", color=SOFT, anchor="middle")
    return drawing


DRAWINGS: dict[str, Callable[[], Drawing]] = {"tree": tree, "fork": fork, "parts": parts, "experiment": experiment}


def main() -> None:
    for name, draw in DRAWINGS.items():
        path = IMAGES / f"concept_{name}.svg"
        path.write_text(draw().svg(), encoding="utf-8")
        print(f"docs/images/{path.name}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
