"""What was said on the way to a branch's end, and two ways side by side, as plain data."""

from __future__ import annotations

import re
from typing import Any

from interlab.environments import Run
from interlab.environments.cast import actors_of
from interlab.errors import InterLabError, NodeNotFound
from interlab.tracing import NodeReading, name_color
from interlab.ui.describe import as_saying, as_sayings, in_words
from interlab.ui.steering import branching
from interlab.ui.steering.bubbles import NAME_LENGTH, items_of, shown
from interlab.ui.visible import one_line

MOST_ITEMS = 2_000
_COLOR = re.compile(r"#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,20}")


def way_to(run: Run) -> dict[int, tuple[Run, NodeReading]]:
    """The steps that led to a run's end by number, each with the run that made it: its own, and before them those of
    the runs that it was forked from, as far as they are in its store."""
    steps: dict[int, tuple[Run, NodeReading]] = {}
    store: Any = run.node._source
    one, last, seen = run, None, {run.uid}
    while True:
        for place, node in enumerate(one.steps, start=1):
            number = node.meta.get("step", place)
            if isinstance(number, int) and (last is None or number <= last):
                steps.setdefault(number, (one, node))
        if one.origin is None or one.origin[0] in seen:
            return dict(sorted(steps.items()))
        uid, step = one.origin
        last = step if last is None else min(last, step)
        seen.add(uid)
        try:
            one = Run(store.node(uid))
        except NodeNotFound:  # it is in another store, or was removed
            return dict(sorted(steps.items()))


def transcript(run: Run) -> dict[str, Any]:
    """What was said on the way to a run's end. Each item says after which ``step`` it stood, which ``run`` made it,
    and as the how manieth of how many of the step's messages (``place``)."""
    way = way_to(run)
    colors = _colors(run)
    items: list[dict[str, Any]] = []
    left_out = 0
    for number, (maker, node) in way.items():
        if len(items) >= MOST_ITEMS:
            left_out += 1
            continue
        made = items_of(node, number, colors)
        said = [item for item in made if item["kind"] in ("said", "note")]
        for item in made:
            if item in said:
                item |= {"place": [said.index(item), len(said)]}
            items.append({**item, "run": maker.uid, "shared": maker.uid != run.uid})
    result = run.result
    return {
        "uid": run.uid, "name": one_line(run.name, NAME_LENGTH), "state": run.state, "items": items,
        "left_out": left_out, "forked": None if run.origin is None else run.origin[1],
        "end": "" if result is None else shown(in_words(result, 400)), "error": _error(run),
    }  # fmt: skip


def _colors(run: Run) -> dict[str, str]:
    try:
        state = run.env
    except InterLabError:  # its states were not kept, or need what is not here: names have colours, too
        state = None
    if state is None:
        return {}
    own = {name: str(actor.color or "") for name, actor in actors_of(state).items()}
    return {name: color if _COLOR.fullmatch(color) else name_color(name) for name, color in own.items()}


def _error(run: Run) -> str:
    error = run.node.error
    return "" if error is None else shown(in_words(error, 400))


def compared(first: Run, second: Run) -> dict[str, Any]:
    """Two runs side by side, with the words that differ marked, and which run made each step."""
    found = branching.compared(first, second)
    ways = way_to(first), way_to(second)
    for row in found["rows"]:
        row["runs"] = [way[row["step"]][0].uid if row["step"] in way else None for way in ways]
        row["colors"] = [_color_of(way, row["step"]) for way in ways]
    found["names"] = [one_line(name, NAME_LENGTH) for name in found["names"]]
    return {**found, "uids": [first.uid, second.uid]}


def _color_of(way: dict[int, tuple[Run, NodeReading]], step: int) -> str:
    """The colour of the only one who spoke in a step; of several nobody's."""
    if step not in way:
        return ""
    result = way[step][1].result
    one = as_saying(result)
    speakers = {saying.speaker for saying in ([one] if one is not None else as_sayings(result) or ())}
    speaker = speakers.pop() if len(speakers) == 1 else ""
    return name_color(speaker) if speaker else ""
