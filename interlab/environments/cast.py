"""The actors of an environment: found wherever its state holds them."""

from __future__ import annotations

from typing import Any

from interlab.actors import BaseActor
from interlab.environments.replacing import replace_objects
from interlab.errors import InvalidArgument


def actors_of(environment: Any) -> dict[str, BaseActor]:
    """The actors of an environment by name, in the order in which they are found in its attributes, lists, tuples and
    dictionaries' values. Of several with one name the first is named so, the next ``"name (2)"``."""
    found: dict[str, BaseActor] = {}

    def take(obj: Any) -> Any:
        if isinstance(obj, BaseActor):
            name, count = obj.name, 1
            while name in found:
                count += 1
                name = f"{obj.name} ({count})"
            found[name] = obj
        return obj

    replace_objects(environment, take)
    return found


def find_actor(environment: Any, who: str) -> BaseActor:
    """An actor by its name, or by the attribute of the environment that holds it.

    Raises:
        InvalidArgument: nobody goes by that name; it lists who does.
    """
    actors = actors_of(environment)
    if who in actors:
        return actors[who]
    holder = getattr(environment, who, None) if isinstance(who, str) and who.isidentifier() else None
    if isinstance(holder, BaseActor):
        return holder
    known = ", ".join(map(repr, actors)) or "nobody"
    raise InvalidArgument(f"No actor {who!r} takes part here; the actors are {known}.")


def replace_actor(environment: Any, old: BaseActor, new: BaseActor) -> None:
    """Put another actor in the place of one, wherever the state holds it."""
    replace_objects(environment, lambda obj: new if obj is old else obj)
