"""Measures: what an experiment asks of each replica, at its end or after each of its steps."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypeAlias, get_args

from interlab.errors import InvalidArgument
from interlab.models import Params, as_model
from interlab.models.replies import calls_of
from interlab.queries import query_for_json
from interlab.state import Log, derive_seed
from interlab.tracing import TracingNode

Value: TypeAlias = bool | int | float | str | None
"""What a measure gives: whether, how much, or which; None when there is nothing to measure."""

Measure: TypeAlias = "Callable[[Any], Any] | PerStep | Judge"

_LONGEST = 80


Summary: TypeAlias = Literal["last", "mean", "min", "max", "sum"]

_OVER: dict[str, Callable[[list[float]], float]] = {
    "mean": lambda values: math.fsum(values) / len(values),
    "min": min,
    "max": max,
    "sum": math.fsum,
}


@dataclass(frozen=True)
class OutcomeField:
    """A measure: a field of what came out (``env.outcome()``), else an attribute of the environment. In an experiment
    its name alone will do.

    Two of the same name are the same measure, in every process, so that an experiment planned with it is found again.

    Args:
        name: the field, such as ``"price"``.
    """

    name: str

    def __call__(self, environment: Any) -> Value:
        """Its value, or its words where it is no truth, number or text; None where there is none."""
        outcome = environment.outcome()
        if isinstance(outcome, Mapping) and self.name in outcome:
            return _plain(outcome[self.name])
        return _plain(getattr(outcome, self.name, getattr(environment, self.name, None)))


def _plain(value: Any) -> Value:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float) else str(value)[:_LONGEST]


@dataclass(frozen=True)
class PerStep:
    """A measure taken after every step, to be drawn over the steps.

    Args:
        measure: a function of the environment, or a `Judge`.
        summary: what of it counts as a replica's value: ``"last"``, or for numbers ``"mean"``, ``"min"``, ``"max"``,
            ``"sum"``.
    """

    measure: Callable[[Any], Any]
    summary: Summary = "last"

    def __post_init__(self) -> None:
        if not callable(self.measure):
            raise InvalidArgument(f"PerStep takes a function of the environment; got {self.measure!r:.60}.")
        if self.summary not in get_args(Summary):
            known = ", ".join(map(repr, get_args(Summary)))
            raise InvalidArgument(f"summary is one of {known}; got {self.summary!r:.60}.")

    def over(self, values: list[Value]) -> Value:
        """A replica's value from those of its steps; None where there are none."""
        if self.summary == "last":
            return values[-1] if values else None
        numbers: list[float] = []
        for value in values:
            if isinstance(value, str):
                raise InvalidArgument(f"A {self.summary} is of numbers; a step gave {value!r:.60}. Use summary='last'.")
            if value is not None:
                numbers.append(value)
        return _OVER[self.summary](numbers) if numbers else None


@dataclass(frozen=True)
class Judge:
    """A measure that asks a model about what happened.

        il.Judge("openai/gpt-5-mini", "Did the seller stay polite?")
        il.Judge(model, "How fair was the deal, from 0 to 10?", float)
        il.Judge(model, "Who dominated?", Literal["buyer", "seller", "nobody"])

    It is asked in a node of kind ``judge``, so the ledger counts it apart, with a seed that follows from the replica's.

    Args:
        model: who judges: whatever `query_model` takes.
        question: what is asked, below the text of what happened.
        T: the type of the answer: bool, a number, or a choice of texts (a `Literal`, an enum).
        show: gives the text to judge from the environment; by default its `transcript` (or another `history`), one
            message a line.
        history: the attribute that holds the messages.
        params: how the model is asked.
    """

    model: Any
    question: str
    T: Any = bool
    show: Callable[[Any], str] | None = None
    history: str = "transcript"
    params: Params | None = None

    def __call__(self, environment: Any) -> Any:
        shown = self.text(environment)
        seed = derive_seed(environment.seed, "judge", self.question) & 0x7FFFFFFF
        model = as_model(self.model)
        params = model.supported(Params(seed=seed).over(self.params or Params()))
        with TracingNode("judge", kind="judge", inputs={"question": self.question}, meta={"actor": "judge"}) as node:
            prompt = f"Read what happened, then answer.\n\n{shown}\n\n{self.question}"
            answer = query_for_json(model, self.T, prompt, params=params)
            node.set_result(answer)
            return answer

    def text(self, environment: Any) -> str:
        """What the judge is shown."""
        if self.show is not None:
            return self.show(environment)
        messages = getattr(environment, self.history, None)
        if not isinstance(messages, Log | list | tuple):
            raise InvalidArgument(
                f"{type(environment).__name__} has no messages named {self.history!r} that a judge could read; give "
                "show=, a function from the environment to a text, or name the right attribute with history=."
            )
        return "\n".join(map(str, messages))


def as_measures(measure: Any) -> dict[str, Measure]:
    """Measures by name: one callable or the name of a field of the outcome, a list of names, or a dictionary of both.

    Raises:
        InvalidArgument: something else, an empty dictionary, or a name that is no text.
    """
    if isinstance(measure, str):
        measure = [measure]
    if isinstance(measure, list | tuple) and all(isinstance(name, str) for name in measure):
        measure = {name: OutcomeField(name) for name in measure}
    if isinstance(measure, Mapping):
        if not measure:
            raise InvalidArgument("An experiment measures something; give at least one measure.")
        named = {name: OutcomeField(one) if isinstance(one, str) else one for name, one in measure.items()}
    else:
        named = {_name_of(measure): measure}
    for name, one in named.items():
        if not isinstance(name, str) or not name:
            raise InvalidArgument(f"A measure's name is a text; got {name!r:.60}.")
        if not isinstance(one, PerStep) and not callable(one):
            raise InvalidArgument(
                f"The measure {name!r} is a function of the environment, the name of a field of the outcome, "
                f"il.PerStep(…) or il.Judge(…); got {one!r:.60}."
            )
    return named


def _name_of(measure: Any) -> str:
    if isinstance(measure, PerStep):
        return _name_of(measure.measure)
    if isinstance(measure, Judge):
        return "judge"
    name = str(getattr(measure, "__name__", "measure"))
    return "measure" if name == "<lambda>" else name


def is_judged(measure: Measure) -> bool:
    """Whether a model is asked."""
    return isinstance(measure.measure if isinstance(measure, PerStep) else measure, Judge)


def taken(name: str, measure: Callable[[Any], Any], environment: Any) -> Value:
    """The value of a measure of an environment, as it is recorded. Models that it asks get seeds that follow from the
    environment's.

    Raises:
        InvalidArgument: it is neither a truth value, nor a finite number, nor a text.
    """
    with calls_of(environment, f"measure {name}", seed=environment.seed):
        return as_value(name, measure(environment))


def as_value(name: str, value: Any) -> Value:
    """A measured value in a plain form; not a number (NaN) means that there is nothing to measure."""
    if isinstance(value, Enum):
        value = value.value if isinstance(value.value, bool | int | float | str) else value.name
    item = getattr(value, "item", None)
    if item is not None and not isinstance(value, bool | int | float | str) and getattr(value, "shape", None) == ():
        value = item()  # a scalar of numpy or the like
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, int | float):
        if math.isnan(value):
            return None
        if math.isfinite(value):
            return value
    raise InvalidArgument(
        f"The measure {name!r} gives True or False, a finite number, a text, or None where there is "
        f"nothing to measure; it gave {value!r:.80}."
    )


def kind_of(values: Iterable[Value]) -> Literal["share", "number", "category"]:
    """What a measure's values are, all arms together: whether, how much, or which."""
    given = [value for value in values if value is not None]
    if any(isinstance(value, str) for value in given):
        return "category"
    if given and all(isinstance(value, bool) for value in given):
        return "share"
    return "number"
