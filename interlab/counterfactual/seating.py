"""A person in an actor's chair, in the middle of a run."""

from __future__ import annotations

from typing import Any

from interlab.actors import HumanActor
from interlab.counterfactual.intervention import intervene
from interlab.counterfactual.interventions import ReplaceActor
from interlab.environments.cast import find_actor
from interlab.people import Console


def seat(
    environment: Any,
    actor: str,
    *,
    console: Console | None = None,
    time_limit_s: float | None = None,
    default: Any = None,
    may_cancel: bool = True,
) -> Any:
    """Put a person into an actor's chair, with the actor's name, instructions, colour and memories.

    Args:
        environment: a fork that nobody else uses.
        actor: the actor's name, or the attribute that holds it.
        console: where the person is asked; None takes what works where the code runs.
        time_limit_s, default, may_cancel: as for `HumanActor`.

    Returns:
        The same environment, whose next run records the change.

    Raises:
        InvalidArgument: nobody goes by that name; it lists who does.
    """
    old: Any = find_actor(environment, actor)
    person = HumanActor(
        old.name,
        console=console,
        system_prompt=getattr(old, "system_prompt", None),
        time_limit_s=time_limit_s,
        default=default,
        may_cancel=may_cancel,
        color=old.color,
    )
    person.calls = old.calls
    return intervene(environment, ReplaceActor(actor, person))
