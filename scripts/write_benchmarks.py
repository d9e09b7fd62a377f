"""Write docs/benchmarks.md from what the benchmarks printed: python scripts/write_benchmarks.py

`make bench` leaves the lines of each benchmark in benchmarks/results/NAME.jsonl; a benchmark that was not run again
keeps its lines, and the machine that they name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent.parent
RESULTS = HERE / "benchmarks" / "results"
PAGE = HERE / "docs" / "benchmarks.md"

TITLES = {
    "tracing": "Tracing",
    "running": "Running environments",
    "state_fork": "Forks in memory",
    "snapshots": "States in the store",
    "experiments": "Experiments",
    "replay": "Record and replay",
    "faults": "Faults",
    "typed_queries": "Typed queries of a real model",
    "corpus_scores": "Reading answers",
    "auction": "Auctions",
    "memories": "Memories",
    "browser": "The trace browser",
    "browser_rivals": "The trace browser beside others",
    "explorer": "The branch explorer",
    "lab": "The play console",
    "fork_steps": "Forks followed by a step",
    "frontier": "The frontier of auctions",
}

HEAD = """# Benchmarks

Each figure is the median of at least five repetitions, beside the least that the same work could cost in the same run
(the *floor*: a bare SQLite row, a list append, a sleep) where there is one. The machine is a shared virtual one, whose
speed changes by a factor of almost two within minutes, floors included: compare with the floor rather than with other
machines. A *must* that is not met is marked.

`make bench` runs them all and writes this page; a single one is run by the command above its table.
"""

_SHOWN_ELSEWHERE = {"name", "value", "ours", "unit", "floor", "ratio", "must", "repetitions", "met"}


def main() -> None:
    parts = [HEAD]
    files = {file.stem: file for file in RESULTS.glob("*.jsonl")}
    for name in [*(name for name in TITLES if name in files), *sorted(set(files) - set(TITLES))]:
        parts.append(_section(TITLES.get(name, name), files[name]))
    PAGE.write_text("\n".join(parts), encoding="utf-8")


def _section(title: str, file: Path) -> str:
    lines: list[dict[str, Any]] = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line.startswith("{"):
            lines.append(json.loads(line))
    head: dict[str, Any] = next((line for line in lines if "machine" in line and "name" not in line), {})
    rows = [line for line in lines if "name" in line]
    out = [f"## {title}", "", f"`{head.get('command', '')}` on {head.get('machine', 'a machine not named')}", ""]
    out += ["| work | reached | floor | must | beside it |", "|---|---|---|---|---|"]
    for row in rows:
        reached = _number(row.get("value", row.get("ours")))
        beside = "; ".join(
            f"{key.replace('_', ' ')} {_number(value)}"
            for key, value in row.items()
            if key not in _SHOWN_ELSEWHERE and not isinstance(value, (dict, list))
        )
        unit = row.get("unit") or ""
        cells = [row["name"], f"{reached} {unit}".strip(), _number(row.get("floor")), row.get("must") or "", beside]
        out.append("| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |")
    return "\n".join([*out, ""])


def _number(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


if __name__ == "__main__":
    main()
