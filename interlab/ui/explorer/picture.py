"""The tree of branches as HTML without scripts, for a notebook that is opened without its kernel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from interlab.ui.html_text import escape
from interlab.ui.visible import one_line

MOST_LANES = 120
MOST_CELLS = 60
LANE = 24
_STEPS_WIDTH, _MARGIN, _CELL = 260, 10, 9
_RAMP = ("#5b479c", "#3b6ea5", "#277f8e", "#1fa187", "#4ac16d", "#a0da39", "#f0d91f")
_KINDS = ("#2b6cb0", "#c05621", "#2f855a", "#6b46c1", "#b83280", "#b7791f", "#00838f")
_YES, _NO, _NONE = "#2f855a", "#c05621", ""
_STYLE = (
    ".il-tree{display:flex;gap:4px;overflow-x:auto;font:13px system-ui,sans-serif;line-height:1.3;padding:4px 0}"
    f".il-tree svg{{flex:none;max-width:none}}.il-tree ol{{list-style:none;margin:0;padding:0}}"
    f".il-tree li{{height:{LANE}px;line-height:{LANE}px;white-space:nowrap;margin:0}}.il-tree li *{{line-height:1}}"
    ".il-tree .il-stem{display:none}.il-tree i{font-style:normal;opacity:.75}.il-tree small{opacity:.65}"
    ".il-tree li :is(i,small){margin-left:5px}"
)


def tree_html(lines: Sequence[Mapping[str, Any]], measure: str | None, place: int = 0) -> str:
    """The tree, as `Explorer.tree` gives it.

    Args:
        lines: the branches.
        measure: the outcome that is told at each leaf, and whose colour its replicas have; None for none.
        place: of the measure among those of the explorer.

    Returns:
        An element; where styles and drawings are taken out of HTML, what is left is the tree as text.
    """
    shown = lines[:MOST_LANES]
    stems = _stems(shown)
    rows = "".join(_row(line, stem, measure) for line, stem in zip(shown, stems, strict=True))
    left = len(lines) - len(shown)
    more = f"<p>… and {left:,} more branches</p>" if left else ""
    head = f"<p><b>Branches</b> · {_counted(lines)}{f' · told: {escape(measure)}' if measure else ''}</p>"
    return f'<style>{_STYLE}</style>{head}<div class="il-tree">{_drawing(shown, place)}<ol>{rows}</ol></div>{more}'


def _counted(lines: Sequence[Mapping[str, Any]]) -> str:
    runs = sum(len(line["runs"]) for line in lines)
    words = f"{runs:,} run{'' if runs == 1 else 's'}"
    return words if runs == len(lines) else f"{len(lines):,} branches, {words}"


def _row(line: Mapping[str, Any], stem: str, measure: str | None) -> str:
    count = len(line["runs"])
    words = [f'<span class="il-stem">{stem}</span><b><bdi>{escape(line["name"])}</bdi></b>']
    if count > 1:
        words.append(f"<small>× {count:,}</small>")
    states = {run[1] for run in line["runs"]}
    outcome = line["outcome"].get(measure, "") if measure is not None else ""
    outcome = outcome or ("running …" if "open" in states else ", ".join(sorted(states - {"finished"})))
    if outcome:
        words.append(f"<i>{escape(one_line(outcome, 60))}</i>")
    if line["parent"] is not None:
        change = line["change"] if line["change"] not in line["name"] else ""
        after = f"after step {line['step']}" + (f": {one_line(change, 90)}" if change else "")
        words.append(f"<small>{escape(after)}</small>")
    return f"<li>{' '.join(words)}</li>"


def _stems(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """What stands before each name where there is no drawing. A branch stands below the one that it left."""
    last: dict[Any, Any] = {line["parent"]: line["key"] for line in lines}
    hang: dict[Any, str] = {}
    found = []
    for line in lines:
        if line["parent"] is None:
            hang[line["key"]] = ""
            found.append("")
            continue
        ends, before = last[line["parent"]] == line["key"], hang.get(line["parent"], "")
        hang[line["key"]] = before + ("    " if ends else "│   ")
        found.append(before + ("└── " if ends else "├── "))
    return [stem.replace(" ", "\u00a0") for stem in found]


# The drawing ----------------------------------------------------------------------------------------------


def _drawing(lines: Sequence[Mapping[str, Any]], place: int) -> str:
    """The lanes over the steps, and at the end of each its replicas. No words: those stand beside it."""
    most = max([1, *(line["end"] for line in lines)])
    lanes = {line["key"]: lane for lane, line in enumerate(lines)}
    color = _colors([run[2 + place] for line in lines for run in line["runs"] if len(run) > 2 + place])
    widest = max((min(len(line["runs"]), MOST_CELLS) for line in lines), default=1)
    rows = 2 if widest > 20 else 1
    width = _MARGIN * 2 + _STEPS_WIDTH + 6 + -(-widest // rows) * _CELL
    shapes = []
    for lane, line in enumerate(lines):
        y = lane * LANE + LANE // 2
        start, end = (_MARGIN + _STEPS_WIDTH * line[which] / most for which in ("step", "end"))
        parent = lanes.get(line["parent"])
        way = f"M{start:.1f} {y}"
        if parent is not None:
            top = parent * LANE + LANE // 2
            way = f"M{start:.1f} {top}V{y - 6}Q{start:.1f} {y} {start + 6:.1f} {y}"
            shapes.append(f'<circle cx="{start:.1f}" cy="{top}" r="3" fill="#8794a3"/>')
        shapes.append(f'<path d="{way}H{max(end, start + 6):.1f}" fill="none" stroke="#8794a3" stroke-width="2"/>')
        shapes += _cells(line["runs"], max(end, start + 6) + 6, y, rows, place, color)
    return f'<svg width="{width:.0f}" height="{len(lines) * LANE}" aria-hidden="true">{"".join(shapes)}</svg>'


def _cells(runs: Sequence[Sequence[Any]], x: float, y: int, rows: int, place: int, color: Any) -> Iterable[str]:
    """One cell a replica; all of one colour are one shape."""
    shown = runs[:MOST_CELLS]
    rows = rows if len(shown) > 20 else 1
    columns = -(-len(shown) // rows)
    paths: dict[str, str] = {}
    for at, run in enumerate(shown):
        left, top = x + at % columns * _CELL, y - rows * _CELL / 2 + at // columns * _CELL
        kind = color(run[2 + place]) if run[1] == "finished" and len(run) > 2 + place else _NONE
        paths[kind] = f"{paths.get(kind, '')}M{left:.1f} {top:g}h8v8h-8z"
    for kind, way in paths.items():
        yield f'<path d="{way}" fill="{kind}"/>' if kind else f'<path d="{way}" fill="none" stroke="#8794a3"/>'


def _colors(values: Iterable[Any]) -> Any:
    """Which colour an outcome has: numbers on a ramp, whether in two colours, others in as many as there are."""
    given = [value for value in values if value is not None and value == value]
    if given and all(isinstance(value, int | float) and not isinstance(value, bool) for value in given):
        low, high = min(given), max(given)

        def on_ramp(value: Any) -> str:
            if value is None or value != value:
                return _NONE
            share = (value - low) / (high - low) if high > low else 0.5
            return _RAMP[min(len(_RAMP) - 1, int(share * len(_RAMP)))]

        return on_ramp
    kinds = list(dict.fromkeys(map(str, given)))

    def of_kind(value: Any) -> str:
        if value is None or value != value:
            return _NONE
        if isinstance(value, bool):
            return _YES if value else _NO
        return _KINDS[kinds.index(str(value)) % len(_KINDS)]

    return of_kind
