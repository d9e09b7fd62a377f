"""What every benchmark shares: repetition, medians, and one line a figure."""

from __future__ import annotations

import json
import os
import platform
import sqlite3
import statistics
import sys
from collections.abc import Callable

REPETITIONS = 5


def machine() -> str:
    """The machine and the software, in one line."""
    return (
        f"{platform.machine()} with {os.cpu_count()} cores, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    )


def begin() -> None:
    """Print what is measured where, as the first line."""
    print(json.dumps({"command": " ".join(["python", *sys.argv]), "machine": machine(), "repetitions": REPETITIONS}))


def median(measure: Callable[[], float], repetitions: int = REPETITIONS) -> float:
    """The median of a figure over some repetitions, after one that is not counted."""
    measure()
    return statistics.median(measure() for _ in range(repetitions))


def medians(*measures: Callable[[], float], repetitions: int = REPETITIONS) -> list[float]:
    """Medians of several figures, measured in turn, so that a drifting machine drifts under all of them."""
    for measure in measures:
        measure()
    rounds = [[measure() for measure in measures] for _ in range(repetitions)]
    return [statistics.median(column) for column in zip(*rounds, strict=True)]


def report(
    name: str,
    value: float,
    unit: str,
    *,
    floor: float | None = None,
    must: str | None = None,
    **facts: object,
) -> None:
    """Print one figure as a JSON line.

    Args:
        name: what was measured.
        value: the median.
        unit: of value and floor.
        floor: the least that the work could cost, measured in the same run.
        must: what has to be reached.
        **facts: anything else worth keeping.
    """
    line: dict[str, object] = {"name": name, "value": float(f"{value:.4g}"), "unit": unit}
    if floor is not None:
        line["floor"] = float(f"{floor:.4g}")
        line["ratio"] = float(f"{value / floor:.3g}") if floor else None
    if must is not None:
        line["must"] = must
    print(json.dumps({**line, **facts}, ensure_ascii=False), flush=True)
