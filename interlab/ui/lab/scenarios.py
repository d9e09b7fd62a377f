"""Scenarios that can be chosen, and the forms made of their signatures.

A scenario is a function or class that makes an environment from keyword arguments. One is offered when it is in the
list ``SCENARIOS`` of a module that the lab asks (the zoo's), or is given to `il.lab` itself. What is known of it beside
its signature and docstring stands in its attribute ``__scenario__``: a mapping with ``title``, ``about`` and ``bounds``
(by parameter the least and the most, each may be None).

Parameters called ``…_model`` choose who plays; ``seed`` is the seed; all others become fields of a form.
"""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import re
import typing
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from interlab.environments import BaseEnvironment
from interlab.environments.cast import actors_of
from interlab.errors import InvalidArgument
from interlab.people.forms import form_of

LISTED_IN = ("interlab_zoo.scenarios",)
"""Modules asked for their list ``SCENARIOS``, if they are installed. Nothing here depends on them."""
PERSON = "a person"
"""What stands in the place of a model's name where a person plays."""

_MODEL = "_model"
_BOUNDS = ("ge", "le")


@dataclass(frozen=True)
class Slot:
    """Somebody to be played by a model, or by a person.

    Args:
        parameter: of the scenario, such as ``"buyer_model"``.
        title: who it is, such as ``"Buyer"``.
        default: the model's name by default.
        about: a sentence on it.
    """

    parameter: str
    title: str
    default: str
    about: str = ""

    @property
    def actor(self) -> str:
        """What the parameter is called without its ending."""
        return self.parameter.removesuffix(_MODEL)


class Refused(InvalidArgument):
    """Values that can't be meant, with what is wrong beside which field.

    Args:
        faults: words by JSON pointer, such as ``"/seller_limit"``.
    """

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("; ".join(f"{place.lstrip('/') or 'all'}: {words}" for place, words in faults.items()))


class Scenario:
    """A scenario as it is offered.

    Args:
        make: makes the environment.
    """

    def __init__(self, make: Callable[..., Any]) -> None:
        if not callable(make):
            raise InvalidArgument(f"A scenario is a function or class that makes an environment; got {make!r:.60}.")
        self.make = make
        facts: Mapping[str, Any] = getattr(make, "__scenario__", None) or {}
        self.name: str = getattr(make, "__qualname__", type(make).__name__)
        self.module: str = getattr(make, "__module__", "__main__")
        doc = inspect.getdoc(make) or ""
        self.title: str = facts.get("title") or _titled(self.name)
        self.about: str = facts.get("about") or doc.partition("\n\n")[0].replace("\n", " ")
        self.bounds: Mapping[str, tuple[Any, Any]] = facts.get("bounds") or {}
        self._told = _arguments(doc)

    @property
    def key(self) -> str:
        """What tells it from others."""
        return f"{self.module}.{self.name}"

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """What can be given by name."""
        kinds = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
        signature = inspect.signature(self.make)
        return {name: one for name, one in signature.parameters.items() if one.kind in kinds}

    @cached_property
    def slots(self) -> tuple[Slot, ...]:
        """Who is played by models."""
        found = []
        for name, one in self.parameters.items():
            if name.endswith(_MODEL):
                default = one.default if isinstance(one.default, str) else "demo"
                about = re.sub(r":[^.]*`[^.]*", "", self._told.get(name, ""))  # what only code can give
                found.append(Slot(name, _titled(name.removesuffix(_MODEL)), default, about))
        return tuple(found)

    @property
    def takes_seed(self) -> bool:
        """Whether it has a parameter ``seed``."""
        return "seed" in self.parameters

    @cached_property
    def _pydantic(self) -> Any:
        from pydantic import ConfigDict, Field, create_model

        hints = _hints(self.make)
        fields: dict[str, Any] = {}
        for name, one in self.parameters.items():
            if name == "seed" or name.endswith(_MODEL):
                continue
            given = dict(zip(_BOUNDS, self.bounds.get(name, (None, None)), strict=True))
            limits = {key: value for key, value in given.items() if value is not None}
            default = ... if one.default is inspect.Parameter.empty else one.default
            described = Field(default, title=_titled(name), description=self._told.get(name), **limits)
            fields[name] = (hints.get(name, Any), described)
        settings = ConfigDict(extra="forbid", protected_namespaces=(), arbitrary_types_allowed=True)
        return create_model(_titled(self.name), __config__=settings, **fields)

    @cached_property
    def schema(self) -> dict[str, Any]:
        """The JSON schema of its parameters, models and seed not among them."""
        found: dict[str, Any] = self._pydantic.model_json_schema()
        found.pop("title", None)
        return found

    def checked(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Values from a form as arguments.

        Raises:
            Refused: some can't be meant; it says which, beside which field.
        """
        from pydantic import ValidationError

        try:
            made = self._pydantic.model_validate(dict(values))
        except ValidationError as error:
            faults: dict[str, str] = {}
            for one in error.errors():
                place = "".join(f"/{step}" for step in one["loc"])
                faults.setdefault(place, f"{one['msg']}.")
            raise Refused(faults) from error
        return {name: getattr(made, name) for name in type(made).model_fields}

    def default(self, name: str) -> Any:
        """A parameter's default."""
        return self.parameters[name].default

    def environment(self, arguments: Mapping[str, Any], models: Mapping[str, str], seed: int | None) -> Any:
        """Make the environment, with people in the chairs that were given to them.

        Args:
            arguments: as `checked` gives them.
            models: by slot a model's name, or `PERSON`.
            seed: the seed, if it takes one.

        Raises:
            Refused: a slot that there is not.
            InvalidArgument: what the scenario itself refuses.
        """
        unknown = sorted(set(models) - {slot.parameter for slot in self.slots})
        if unknown:
            raise Refused({f"/{unknown[0]}": "There is nobody of that name."})
        given = {name: "demo" if who == PERSON else who for name, who in models.items()}
        seeded = {"seed": seed} if self.takes_seed and seed is not None else {}
        made = self.make(**arguments, **given, **seeded)
        if not isinstance(made, BaseEnvironment):
            raise InvalidArgument(f"{self.title} made a {type(made).__name__}, which is no environment.")
        if not self.takes_seed and seed is not None:
            made.reseed(seed)
        for slot in self.slots:
            if models.get(slot.parameter) == PERSON:
                made.seat(chair(made, slot))
        return made

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for a window."""
        return {
            "key": self.key, "title": self.title, "about": self.about, "form": form_of(self.schema).to_dict(),
            "slots": [{"parameter": one.parameter, "title": one.title, "default": one.default, "about": one.about}
                      for one in self.slots],
        }  # fmt: skip


def chair(environment: Any, slot: Slot) -> str:
    """The name of the actor whom a slot's model plays: the one that the environment holds under that attribute, else
    the one of that name.

    Raises:
        InvalidArgument: there is none.
    """
    held = getattr(environment, slot.actor, None)
    actors = actors_of(environment)
    for name, actor in actors.items():
        if actor is held or name.casefold() == slot.actor.casefold().replace("_", " "):
            return name
    known = ", ".join(map(repr, actors)) or "nobody"
    raise InvalidArgument(f"Nobody can take the chair of {slot.title!r}; the actors are {known}.")


def known_scenarios(more: Iterable[Callable[..., Any]] = ()) -> list[Scenario]:
    """The scenarios that there are, those given first."""
    made = list(more)
    for module in LISTED_IN:
        if importlib.util.find_spec(module.partition(".")[0]) is not None:
            made.extend(importlib.import_module(module).SCENARIOS)
    found: dict[str, Scenario] = {}
    for one in made:
        scenario = one if isinstance(one, Scenario) else Scenario(one)
        found.setdefault(scenario.key, scenario)
    return list(found.values())


def _hints(make: Callable[..., Any]) -> dict[str, Any]:
    target = make.__init__ if isinstance(make, type) else make  # type: ignore[misc]  # of a class as it is, no instance
    try:
        return typing.get_type_hints(target, include_extras=True)
    except (NameError, TypeError):  # a name that is imported for type checkers only
        return {}


def _titled(name: str) -> str:
    words = re.sub(r"[_\s.]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)).strip()
    return words[:1].upper() + words[1:]


_ARGUMENT = re.compile(r"^ {4}(\w+(?:, \w+)*): (.*(?:\n {8,}.*)*)", re.MULTILINE)


def _arguments(doc: str) -> dict[str, str]:
    """What a docstring says of each argument."""
    _, _, listed = doc.partition("Args:\n")
    found: dict[str, str] = {}
    for names, text in _ARGUMENT.findall(listed.partition("\n\n")[0]):
        words = " ".join(text.split())
        for name in names.split(", "):
            found[name] = words[:1].upper() + words[1:]
    return found
