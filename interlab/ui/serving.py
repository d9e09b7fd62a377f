"""A run whose people play on a page, as `interlab serve` makes it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from interlab.environments import BaseEnvironment, Run
from interlab.environments.cast import actors_of
from interlab.errors import InvalidArgument
from interlab.models.adapters.console import ConsoleModel, HumanModel
from interlab.people import PageConsole, people_at
from interlab.tracing import Store


def environment_of(path: Path) -> BaseEnvironment:
    """The environment that a Python file defines: what its function ``environment()`` returns, or its variable ``env``.

    Args:
        path: the file, which is run.

    Raises:
        InvalidArgument: it is no Python file, or defines neither.
    """
    spec = importlib.util.spec_from_file_location(path.stem, path) if path.is_file() else None
    if spec is None or spec.loader is None:
        raise InvalidArgument(f"{path} is no Python file that could be served.")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(path.parent))  # as for a script: what stands beside it can be imported
    sys.modules[path.stem] = module  # by which states find its classes
    spec.loader.exec_module(module)
    make = getattr(module, "environment", None)
    found = make() if callable(make) else getattr(module, "env", None)
    if not isinstance(found, BaseEnvironment):
        raise InvalidArgument(
            f"{path} is served when it defines a function environment() that returns an environment, or a variable "
            f"env that is one; got {type(found).__name__}."
        )
    return found


def people_in(environment: BaseEnvironment) -> list[str]:
    """The seats of an environment: the names of its actors that are people and are asked at no other console."""
    models = [getattr(actor, "model", None) for actor in actors_of(environment).values()]
    return list(
        dict.fromkeys(
            model.seat for model in models if isinstance(model, HumanModel) and not isinstance(model, ConsoleModel)
        )
    )


def serve_people(
    environment: BaseEnvironment,
    store: Store,
    *,
    page: PageConsole,
    name: str | None = None,
    wait_s: float | None = None,
    say: Callable[[str], Any] = print,
) -> Run:
    """Run an environment whose people are asked on a page.

    Args:
        environment: the environment.
        store: where the run is recorded.
        page: the page.
        name: what the run is called.
        wait_s: seconds to wait until everybody has opened the page; 0 begins at once, None waits for ever.
        say: is told the links, and how it goes.

    Raises:
        InvalidArgument: no actor is a person.
    """
    seats = people_in(environment)
    if not seats:
        raise InvalidArgument("Nobody here is a person: make an actor a HumanActor without a console of its own.")
    width = max(map(len, seats))
    for seat in seats:
        say(f"{seat:{width}}  {page.link(seat)}")
    if wait_s != 0:
        say("Waiting until each of these links is opened …")
        page.wait_for(*seats, timeout_s=wait_s)
    say("The run begins.")
    with store, people_at(page):
        return environment.run(name=name, progress=False)
