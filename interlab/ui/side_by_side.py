"""Two runs beside one another as text, step by step, in a given width."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from interlab.counterfactual import Comparison
from interlab.ui.describe import in_words
from interlab.ui.visible import columns_of, one_line

_NUMBER = 6
_GAP = 3
_WORDS = 1_000


def side_by_side(comparison: Comparison, width: int = 100) -> str:
    """A comparison in two columns: ``=`` marks steps that are equal, ``▶`` the first difference, ``≠`` the others.

    Args:
        comparison: what `compare` returned.
        width: columns of the terminal, at least 40.
    """
    each = (max(width, 40) - _NUMBER - 1 - _GAP) // 2
    rule = "─" * (_NUMBER + 1 + 2 * each + _GAP)
    first, second = comparison.first, comparison.second
    lines = [*_row("step", first.name, second.name, each), rule]
    for step in comparison.steps:
        mark = "=" if step.same else "▶" if step.number == comparison.first_divergence else "≠"
        right = "(shared)" if step.shared else _said(step.second)
        lines += _row(f"{step.number:>4} {mark}", _said(step.first), right, each)
    lines += [rule, *_row(" end", _said(first.result), _said(second.result), each)]
    divergence = comparison.first_divergence
    if divergence is not None:
        lines.append(f"They differ from step {divergence} on.")
    else:
        lines.append("They are the same." if comparison.are_same else "Their steps are the same, their ends are not.")
    return "\n".join(lines)


def _said(value: Any) -> str:
    return "–" if value is None else in_words(value, _WORDS)


def _row(number: str, left: str, right: str, width: int) -> Iterator[str]:
    one, other = wrapped(left, width), wrapped(right, width)
    for place in range(max(len(one), len(other))):
        here = one[place] if place < len(one) else ""
        there = other[place] if place < len(other) else ""
        padding = " " * (width - columns_of(here) + _GAP)
        yield f"{number if place == 0 else '':<{_NUMBER}} {here}{padding}{there}".rstrip()


def wrapped(text: str, width: int) -> list[str]:
    """A text in lines of at most some columns, broken between words where it can be.

    Args:
        text: any text.
        width: columns, at least 2: a letter of some scripts takes two.
    """
    lines = [""]
    for word in one_line(text, _WORDS).split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if columns_of(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        for letter in word:
            if columns_of(lines[-1] + letter) > width:
                lines.append("")
            lines[-1] += letter
    return lines
