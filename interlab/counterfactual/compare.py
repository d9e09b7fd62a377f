"""Two runs side by side: step by step, with the first difference marked."""

from __future__ import annotations

import html
import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interlab.environments import Run
from interlab.errors import InvalidArgument, NodeNotFound
from interlab.tracing import NodeReading, Record


@dataclass(frozen=True, slots=True)
class ComparedStep:
    """One step of both runs.

    Args:
        number: the step's number.
        first, second: the step's result in either run, or None where the run did not make it.
        shared: it was made once, before one run left the other.
        same: both results are equal.
    """

    number: int
    first: Any
    second: Any
    shared: bool
    same: bool


class Comparison:
    """Two runs aligned by the numbers of their steps. Made by `compare`."""

    def __init__(self, first: Run, second: Run, steps: list[ComparedStep]) -> None:
        self.first = first
        self.second = second
        self.steps = steps

    @property
    def first_divergence(self) -> int | None:
        """The number of the first step that differs, or None when the runs are the same."""
        return next((step.number for step in self.steps if not step.same), None)

    @property
    def are_same(self) -> bool:
        """Whether every step and the outcome are the same."""
        return self.first_divergence is None and self.first.result == self.second.result

    def __str__(self) -> str:
        width = 52
        head = f"{'step':>4}   {self.first.name[:width]:<{width}}   {self.second.name[:width]}"
        lines = [head, "─" * (width * 2 + 10)]
        for step in self.steps:
            mark = "=" if step.same else "▶" if step.number == self.first_divergence else "≠"
            left_lines = _wrapped(step.first, width)
            right_lines = ["(shared)"] if step.shared else _wrapped(step.second, width)
            for place in range(max(len(left_lines), len(right_lines))):
                number = f"{step.number:>4} {mark}" if place == 0 else " " * 6
                left_line = left_lines[place] if place < len(left_lines) else ""
                right_line = right_lines[place] if place < len(right_lines) else ""
                lines.append(f"{number} {left_line:<{width}}   {right_line}".rstrip())
        lines.append("─" * (width * 2 + 10))
        left, right = _wrapped(self.first.result, width), _wrapped(self.second.result, width)
        for place in range(max(len(left), len(right))):
            one = left[place] if place < len(left) else ""
            other = right[place] if place < len(right) else ""
            lines.append(f"{'end' if place == 0 else '':>4}   {one:<{width}}   {other}".rstrip())
        divergence = self.first_divergence
        lines.append("The runs are the same." if divergence is None else f"They differ from step {divergence} on.")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        def cell(text: str, changed: bool) -> str:
            background = "background:rgba(237,137,54,.18);" if changed else ""
            return f'<td style="vertical-align:top;text-align:left;{background}">{html.escape(text)}</td>'

        rows = "".join(
            f'<tr><td style="text-align:right">{step.number}{" ▶" if step.number == self.first_divergence else ""}</td>'
            + cell(in_one_line(step.first), not step.same)
            + cell("(shared)" if step.shared else in_one_line(step.second), not step.same)
            + "</tr>"
            for step in self.steps
        )
        end = cell(in_one_line(self.first.result), False) + cell(in_one_line(self.second.result), False)
        names = f"<th>{html.escape(self.first.name)}</th><th>{html.escape(self.second.name)}</th>"
        return f"<table><tr><th>step</th>{names}</tr>{rows}<tr><td>end</td>{end}</tr></table>"

    def __repr__(self) -> str:
        return f"<Comparison of {self.first.name!r} and {self.second.name!r}, differing from {self.first_divergence}>"


def compare(first: Run, second: Run) -> Comparison:
    """Put two runs side by side.

    Steps are aligned by number. Steps made before the fork at which one run left the other are shown as shared; so
    are they between forks of forks, as long as the runs between are in the same store.

    Args:
        first: a run.
        second: another; usually a fork of the first.

    Returns:
        The comparison; print it, or show it in a cell.

    Raises:
        InvalidArgument: something else than two runs was given.
    """
    for run in (first, second):
        if not isinstance(run, Run):
            raise InvalidArgument(f"compare() takes two runs, as env.run() returns them; got {type(run).__name__}.")
    known = {first.uid: first, second.uid: second}
    one, other = _history(first, known), _history(second, known)
    # What came before both is nobody's difference.
    own = {*_by_number(first), *_by_number(second)}
    steps: list[ComparedStep] = []
    for number in sorted(own):
        left, right = one.get(number), other.get(number)
        shared = left is not None and left == right
        left_result = None if left is None else left.result
        right_result = left_result if shared else None if right is None else right.result
        same = shared or (left is not None and right is not None and _plain(left_result) == _plain(right_result))
        steps.append(ComparedStep(number, left_result, right_result, shared, same))
    return Comparison(first, second, steps)


diff = compare
"""Another name for `compare`."""


def _by_number(run: Run) -> dict[int, NodeReading]:
    return {int(node.meta.get("step", place)): node for place, node in enumerate(run.steps, start=1)}


def _history(run: Run, known: Mapping[str, Run]) -> dict[int, NodeReading]:
    """The steps that led to a run's end: its own, and those of the runs it was forked from before the fork."""
    steps = _by_number(run)
    origin, before = run.origin, {run.uid}
    store: Any = run.node._source
    while origin is not None and origin[0] not in before:
        uid, last = origin
        before.add(uid)
        try:
            parent = known.get(uid) or Run(store.node(uid))
        except NodeNotFound:  # it is in another store, or was removed
            break
        steps = {**{number: node for number, node in _by_number(parent).items() if number <= last}, **steps}
        origin = parent.origin
    return steps


def in_one_line(value: Any) -> str:
    """A step's result in words: of a record that says who did what, just that."""
    if value is None:
        return "–"
    if isinstance(value, Record) and "message" in value and ("speaker" in value or "action" in value):
        who = f"{value.get('speaker')}: " if value.get("speaker") else ""
        did = str(value.get("action") or "").replace("_", " ")
        price = value.get("price")
        did += f" {price:,.0f}" if isinstance(price, int | float) and did else ""
        return f"{who}{value['message']}" + (f" [{did.strip()}]" if did.strip() else "")
    if _is_utterance(value):
        return f"{value['speaker']}: {value['text']}" if value["speaker"] else str(value["text"])
    if isinstance(value, list | tuple) and value and all(map(_is_utterance, value)):
        return " / ".join(map(in_one_line, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {item}" for key, item in value.items())
    if isinstance(value, str):
        return value
    try:
        return json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError):
        return repr(value)


def _is_utterance(value: Any) -> bool:
    return isinstance(value, Record) and "speaker" in value and isinstance(value.get("text"), str)


def _plain(value: Any) -> Any:
    """A step's result without the identifiers of its messages, which follow from all that was said before."""
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if _is_utterance(value):
        return {name: value[name] for name in value if name not in ("id", "reply_to")}
    return value


def _wrapped(value: Any, width: int) -> list[str]:
    if isinstance(value, list | tuple) and value and all(map(_is_utterance, value)):
        return [line for item in value for line in _wrapped(item, width)]  # each message on a line of its own
    return textwrap.wrap(in_one_line(value), width) or [""]
