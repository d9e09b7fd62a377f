"""What is told of each branch's end: fields of the outcome, or functions of the environment; and how code says it."""

from __future__ import annotations

import ast
import inspect
import math
from collections.abc import Iterable
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any

from interlab.counterfactual.measures import Judge, OutcomeField, PerStep, Value, as_measures
from interlab.environments import Run
from interlab.tracing import Record
from interlab.ui.describe import in_words
from interlab.ui.steering.literals import literal
from interlab.ui.visible import one_line

STEPS = "steps"
LONGEST = 80


def of_run(field: OutcomeField, run: Run) -> Value:
    """The field of a run, as it was recorded."""
    result = run.result
    if isinstance(result, dict | Record) and field.name in result:
        return plain(result[field.name])
    steps = run.node.meta.get(STEPS)
    return steps if field.name == STEPS and isinstance(steps, int) else None


def plain(value: Any) -> Value:
    """A value as a measure gives it; of others, their words."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float):
        return value
    return one_line(value, LONGEST) if isinstance(value, str) else in_words(value, LONGEST)


def measures_for(wanted: Any, runs: Iterable[Run]) -> dict[str, Any]:
    """The measures by name.

    Args:
        wanted: a name of a field of the outcome, several, a function of the environment, a dictionary of functions or
            names; None for all plain fields of the outcome, numbers first, then those without a value so far.
        runs: whose outcomes tell the fields.

    Raises:
        InvalidArgument: it is nothing of the kind.
    """
    if wanted is None:
        return {name: OutcomeField(name) for name in _fields_of(runs)}
    return as_measures(wanted)


def _fields_of(runs: Iterable[Run]) -> list[str]:
    kinds: dict[str, int] = {}
    for run in runs:
        result = run.result
        if not isinstance(result, dict | Record):
            continue
        for name in result:
            value = result[name]
            if value is None or isinstance(value, bool | int | float | str):
                rank = 9 if value is None else 1 if isinstance(value, bool) else 2 if isinstance(value, str) else 0
                kinds[str(name)] = min(rank, kinds.get(str(name), 9))
        if kinds and 9 not in kinds.values():
            break
    # What has no value in any of them may be a number in the next one.
    order = (0, 9, 1, 2)
    return sorted(kinds, key=lambda name: order.index(kinds[name])) or [STEPS]


def value_of(run: Run, name: str, measure: Any) -> Value:
    """What a measure gives for a run that is over; None where it gives nothing, or would have to ask a model."""
    known = run.node.meta.get("measures")
    if isinstance(known, dict | Record) and name in known:
        return plain(known[name])
    if isinstance(measure, OutcomeField):
        return of_run(measure, run)
    if isinstance(measure, Judge | PerStep):
        return None
    try:
        state = run.env
        return None if state is None else plain(measure(state))
    except Exception:  # the user's own function, of a run that it may not have been made for
        return None


# As it is written -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Written:
    """A measure as code.

    Args:
        text: the expression.
        before: lines that have to stand above it.
        is_known: whether this is all that is needed to make it again.
    """

    text: str
    before: tuple[str, ...] = ()
    is_known: bool = True


def written(name: str, measure: Any) -> Written:
    """How a measure is written."""
    if isinstance(measure, OutcomeField):
        return Written(literal(measure.name))
    if isinstance(measure, FunctionType) and not measure.__code__.co_freevars:
        if measure.__name__ == "<lambda>":
            text = _lambda_text(measure.__code__)
            if text is not None:
                return Written(text)
        else:
            try:
                source = inspect.cleandoc("\n" + inspect.getsource(measure))
                ast.parse(source)
                return Written(measure.__name__, (source.rstrip(),))
            except (OSError, TypeError, SyntaxError):
                pass
    stem = "".join(letter if letter.isalnum() and letter.isascii() else "_" for letter in name).strip("_")
    return Written(f"measure_{stem}", (), False)


def _lambda_text(code: CodeType) -> str | None:
    """A lambda's source: it is the one of its line that compiles to the same."""
    try:
        lines, _ = inspect.findsource(code)
        whole = ast.parse("".join(lines))
    except (OSError, SyntaxError):
        return None
    text = "".join(lines)
    for node in ast.walk(whole):
        if isinstance(node, ast.Lambda) and node.lineno == code.co_firstlineno:
            source = ast.get_source_segment(text, node)
            if source is not None and _is_same(source, code):
                return " ".join(source.split())
    return None


def _is_same(source: str, code: CodeType) -> bool:
    made = compile(f"({source})", "measure", "eval")  # compiled to be compared, and not run
    inner = next((one for one in made.co_consts if isinstance(one, CodeType)), None)
    return inner is not None and (inner.co_code, inner.co_names, inner.co_varnames) == (
        code.co_code, code.co_names, code.co_varnames
    ) and [repr(one) for one in inner.co_consts if not isinstance(one, CodeType)] == [
        repr(one) for one in code.co_consts if not isinstance(one, CodeType)
    ]  # fmt: skip
