"""What an intervention is: one named change made to a fork."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from interlab.counterfactual.state_diff import StateDiff, state_diff
from interlab.environments.homes import home_of
from interlab.errors import InvalidArgument
from interlab.tracing import Store, TracingNode


@dataclass(frozen=True)
class Intervention(ABC):
    """One change made to a fork before it goes on. Override `apply` in a frozen dataclass of your own."""

    @abstractmethod
    def apply(self, environment: Any) -> None:
        """Make the change, in place.

        Raises:
            InvalidArgument: it can't be made here, with what could be; nothing was changed.
        """

    def preview(self, environment: Any) -> StateDiff:
        """What it would change: made in a fork that is thrown away.

        Args:
            environment: an environment, which stays as it is; or a moment of a run.

        Raises:
            InvalidArgument: it can't be made there.
        """
        before = environment.env if hasattr(environment, "run") and hasattr(environment, "env") else environment
        after = before.fork()
        scratch = Store(":memory:")  # what an actor is told for a preview is no part of any trace
        try:
            with scratch:
                self.apply(after)
        finally:
            scratch.close()
        return state_diff(before, after)

    def record(self) -> dict[str, Any]:
        """What is stored of it with the branch: its name and its fields."""
        shown = {field.name: _recorded(getattr(self, field.name)) for field in fields(self)}
        return {
            "intervention": type(self).__name__,
            **{name: value for name, value in shown.items() if value is not None},
        }

    def __str__(self) -> str:
        values = {name: value for name, value in self.record().items() if name != "intervention"}
        return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in values.items())})"


def _recorded(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_recorded(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _recorded(item) for key, item in value.items()}
    name = getattr(value, "__interlab_resource_name__", None)
    if name is not None and not isinstance(value, type):
        return name()
    if is_dataclass(value) and not isinstance(value, type):
        return value
    return getattr(value, "__qualname__", None) or repr(value)


Change = Intervention | Callable[[Any], Any]
"""An intervention, or a function that changes the environment it is given."""


def as_interventions(changes: Change | Iterable[Change] | None) -> tuple[Intervention, ...]:
    """Changes as a tuple of interventions.

    Raises:
        InvalidArgument: one of them is neither an intervention nor callable.
    """
    if changes is None:
        return ()
    given: Any = changes
    listed = isinstance(given, Iterable) and not isinstance(given, str)
    made: list[Intervention] = []
    for change in given if listed else (given,):
        if isinstance(change, Intervention):
            made.append(change)
        elif callable(change):
            made.append(Call(change))
        else:
            raise InvalidArgument(
                "An intervention is one of il.Observe, il.SetField, …, or a function of the environment; "
                f"got {change!r:.80}."
            )
    return tuple(made)


def intervene(environment: Any, *changes: Change | Iterable[Change]) -> Any:
    """Make changes to an environment and note them, so that its next run records them.

    Args:
        environment: a fork that nobody else uses.
        *changes: interventions, functions of the environment, or lists of them; made in this order.

    Returns:
        The same environment.

    Raises:
        InvalidArgument: one of them can't be made here. Those before it were made: start from a new fork.
    """
    for change in changes:
        for one in as_interventions(change):
            record = one.record()
            before = dict(vars(environment))
            environment.interventions = (*environment.interventions, record)  # what it notes itself comes after
            with home_of(environment), TracingNode(record["intervention"], kind="intervention", inputs=record):
                try:
                    one.apply(environment)
                except BaseException:
                    vars(environment).pop("interventions")
                    if "interventions" in before:
                        environment.interventions = before["interventions"]
                    raise
    return environment


@dataclass(frozen=True)
class Call(Intervention):
    """Call a function with the environment, for what no other intervention does.

    Args:
        function: changes the environment it is given, in place.
        label: what it is called in records; the function's name by default.
    """

    function: Callable[[Any], Any]
    label: str | None = None

    def apply(self, environment: Any) -> None:
        self.function(environment)

    def record(self) -> dict[str, Any]:
        name = getattr(self.function, "__qualname__", None) or repr(self.function)
        return {"intervention": "Call", "label": self.label or name}
