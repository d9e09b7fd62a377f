"""The interventions that come with the lab."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from interlab.actors import BaseActor
from interlab.counterfactual.intervention import Intervention
from interlab.counterfactual.messages import said_otherwise
from interlab.environments.cast import actors_of, find_actor, replace_actor
from interlab.errors import InvalidArgument
from interlab.models import Params, as_model
from interlab.models.model import PARAM_NAMES
from interlab.state import Log, fork


@dataclass(frozen=True)
class Observe(Intervention):
    """Tell an actor something that only it learns.

    Args:
        actor: its name, or the attribute of the environment that holds it.
        text: what it learns.
        priority: how important it is to the actor's memory.
    """

    actor: str
    text: str
    priority: float = 0

    def apply(self, environment: Any) -> None:
        actor = find_actor(environment, self.actor)
        if not isinstance(self.text, str):
            raise InvalidArgument(f"An observation is a text; got {type(self.text).__name__}.")
        actor.observe(self.text, priority=self.priority, time=environment.steps)


@dataclass(frozen=True)
class AddMemory(Intervention):
    """Add a memory that the actor believes it had, without observing it now.

    Args:
        actor: its name, or the attribute that holds it.
        text: the memory.
        priority: how important it is.
        time: the step at which it seems to have been added.
    """

    actor: str
    text: str
    priority: float = 0
    time: int | None = None

    def apply(self, environment: Any) -> None:
        find_actor(environment, self.actor).memory.add_memory(self.text, priority=self.priority, time=self.time)


@dataclass(frozen=True)
class EditMemory(Intervention):
    """Put another text in the place of a memory of one actor.

    Args:
        actor: its name, or the attribute that holds it.
        memory: the memory's place (from 0, or from -1 backwards), or a text that stands in exactly one of them.
        text: what is remembered instead.
    """

    actor: str
    memory: int | str
    text: str

    def apply(self, environment: Any) -> None:
        actor = find_actor(environment, self.actor)
        actor.memory.edit_memory(_place_of(actor, self.memory), self.text)


@dataclass(frozen=True)
class RemoveMemory(Intervention):
    """Let an actor forget a memory.

    Args:
        actor: its name, or the attribute that holds it.
        memory: the memory's place (from 0, or from -1 backwards), or a text that stands in exactly one of them.
    """

    actor: str
    memory: int | str

    def apply(self, environment: Any) -> None:
        actor = find_actor(environment, self.actor)
        actor.memory.remove_memory(_place_of(actor, self.memory))


@dataclass(frozen=True)
class EditMessage(Intervention):
    """Change what was said in public: the transcript, and the memories of all who heard it.

    Works on environments that keep their messages in a `state.Log` named ``transcript`` (or another `history`):
    texts, or records and mappings with a field ``text``, ``message`` or ``content``, which may be a list of a
    provider's blocks. Blocks that a provider signed (reasoning) can't be edited: they are dropped, and a record
    ``Dropped`` among the branch's interventions says which. Of each actor's memories the one that
    holds the message as it is written (``str(message)``) changes, else the only one that holds its text.

    Args:
        message: the message's place in the transcript (from 0, or from -1 backwards).
        text: what was said instead.
        history: the name of the attribute that holds the messages.
    """

    message: int
    text: str
    history: str = "transcript"

    def apply(self, environment: Any) -> None:
        log = getattr(environment, self.history, None)
        if not isinstance(log, Log):
            raise InvalidArgument(
                f"{type(environment).__name__} has no state.Log named {self.history!r} to edit a message in; "
                "name the right one with history=."
            )
        if not -len(log) <= self.message < len(log):
            raise InvalidArgument(f"There is no message {self.message}: {self.history} has {len(log)}.")
        old = log[self.message]
        new, said, dropped = said_otherwise(old, self.text)
        whole, edited = str(old), str(new)
        # Of a sentence said twice, the memory that stands in the same place among its like.
        earlier = sum(str(one) == whole for one in log[: self.message % len(log)])
        for actor in actors_of(environment).values():
            try:
                texts = actor.memory.texts
            except NotImplementedError:
                continue
            places = [place for place, text in enumerate(texts) if whole and whole in text]
            if len(places) > earlier:
                place = places[earlier]
                actor.memory.edit_memory(place, texts[place].replace(whole, edited))
                continue
            places = [place for place, text in enumerate(texts) if said and said in text]
            if len(places) == 1:
                actor.memory.edit_memory(places[0], texts[places[0]].replace(said, self.text))
        log.replace(self.message, new)
        if dropped:
            noted = {"intervention": "Dropped", "message": self.message % len(log), "blocks": list(dropped)}
            environment.interventions = (*environment.interventions, noted)


@dataclass(frozen=True)
class SetSystemPrompt(Intervention):
    """Give an actor another system prompt.

    Args:
        actor: its name, or the attribute that holds it.
        text: the new system prompt, or None for none.
    """

    actor: str
    text: str | None

    def apply(self, environment: Any) -> None:
        actor: Any = find_actor(environment, self.actor)
        if not hasattr(actor, "system_prompt"):
            raise InvalidArgument(f"{actor.name} is a {type(actor).__name__}, which has no system prompt.")
        actor.system_prompt = self.text


@dataclass(frozen=True)
class SwapModel(Intervention):
    """Let an actor be answered for by another model, or ask its model in another way.

    Args:
        actor: its name, or the attribute that holds it.
        model: a `Model`, a name for `get_model`, or whatever `query_model` takes; None keeps the model.
        params: parameters by name, such as ``{"temperature": 0.2}``, over those it has.
    """

    actor: str
    model: Any = None
    params: Mapping[str, Any] | None = None

    def apply(self, environment: Any) -> None:
        actor: Any = find_actor(environment, self.actor)
        if not hasattr(actor, "model"):
            raise InvalidArgument(f"{actor.name} is a {type(actor).__name__}, which asks no model.")
        unknown = sorted(set(self.params or {}) - PARAM_NAMES)
        if unknown:
            raise InvalidArgument(
                f"Unknown parameter {unknown[0]!r}; the parameters are {', '.join(sorted(PARAM_NAMES))}."
            )
        model = None if self.model is None else as_model(self.model)
        if self.params:
            actor.params = Params(**self.params).over(getattr(actor, "params", None) or Params())
        if model is not None:
            actor.model = model


@dataclass(frozen=True)
class ReplaceActor(Intervention):
    """Put another actor in the place of one, with the memories that it had.

    Args:
        actor: the name of the one who leaves, or the attribute that holds it.
        new: who takes the place; it is copied, so that one can be used for many forks.
        keep_memory: whether the new one remembers what the old one did.
    """

    actor: str
    new: BaseActor
    keep_memory: bool = True

    def apply(self, environment: Any) -> None:
        old = find_actor(environment, self.actor)
        if not isinstance(self.new, BaseActor):
            raise InvalidArgument(f"An actor is replaced by another actor, not by a {type(self.new).__name__}.")
        new = fork(self.new, name="new actor")
        if self.keep_memory:
            new.memory = old.memory
        replace_actor(environment, old, new)

    def record(self) -> dict[str, Any]:
        return {
            "intervention": "ReplaceActor", "actor": self.actor, "new": self.new.name,
            "type": type(self.new).__qualname__, "keep_memory": self.keep_memory,
        }  # fmt: skip


@dataclass(frozen=True)
class RemoveActor(Intervention):
    """Take an actor out of the environment's list of actors.

    Args:
        actor: its name.
        among: the name of the attribute that lists the actors.
    """

    actor: str
    among: str = "actors"

    def apply(self, environment: Any) -> None:
        actor = find_actor(environment, self.actor)
        listed = _listed(environment, self.among)
        left = [one for one in listed if one is not actor]
        if len(left) == len(listed):
            raise InvalidArgument(f"{self.actor!r} is not in {self.among}; only listed actors can leave.")
        setattr(environment, self.among, type(listed)(left))


@dataclass(frozen=True)
class AddActor(Intervention):
    """Let one more actor take part.

    Args:
        new: the actor; it is copied, so that one can be used for many forks.
        among: the name of the attribute that lists the actors.
        place: where in the list, from 0; at the end by default.
    """

    new: BaseActor
    among: str = "actors"
    place: int | None = None

    def apply(self, environment: Any) -> None:
        listed = _listed(environment, self.among)
        if self.new.name in actors_of(environment):
            raise InvalidArgument(f"There is an actor named {self.new.name!r} already; give the new one another name.")
        actors = list(listed)
        actors.insert(len(actors) if self.place is None else self.place, fork(self.new, name="new actor"))
        setattr(environment, self.among, type(listed)(actors))

    def record(self) -> dict[str, Any]:
        return {"intervention": "AddActor", "new": self.new.name, "type": type(self.new).__qualname__}


def _listed(environment: Any, among: str) -> list[BaseActor] | tuple[BaseActor, ...]:
    listed = getattr(environment, among, None)
    if not isinstance(listed, list | tuple) or type(listed) not in (list, tuple):
        raise InvalidArgument(
            f"{type(environment).__name__} has no list of actors named {among!r}; name the right one with among=."
        )
    return listed


@dataclass(frozen=True)
class SetField(Intervention):
    """Set any field of the environment.

    Args:
        path: such as ``"price"``, ``"buyer.memory_tokens"``, ``"actors[2].color"``, ``"offers['Ann']"``.
        value: what stands there from now on.
    """

    path: str
    value: Any

    def apply(self, environment: Any) -> None:
        steps = parse_path(self.path)
        place = environment
        for step in steps[:-1]:
            place = _go(place, step, self.path)
        last = steps[-1]
        _go(place, last, self.path)  # what is not there is a mistake in the path
        if last.is_attribute:
            try:
                setattr(place, str(last.key), self.value)
            except AttributeError as error:
                raise InvalidArgument(f"{self.path} can't be set: {error}.") from error
        elif isinstance(place, Log):
            place.replace(int(last.key), self.value)
        else:
            try:
                place[last.key] = self.value
            except TypeError as error:
                raise InvalidArgument(f"{self.path} can't be set: {error}.") from error


class PathStep(NamedTuple):
    """One step of a path: an attribute's name, or an item's place or key."""

    key: str | int
    is_attribute: bool


_STEP = re.compile(r"\.?([A-Za-z_]\w*)|\[(-?\d+)\]|\[(?:'([^']*)'|\"([^\"]*)\")\]")


def parse_path(path: str) -> list[PathStep]:
    """The steps of a path.

    Raises:
        InvalidArgument: it can't be read as one.
    """
    steps: list[PathStep] = []
    at = 0
    text = path.removeprefix("env.") if isinstance(path, str) else ""
    while at < len(text) and (found := _STEP.match(text, at)) is not None:
        name, number, one, other = found.groups()
        if name is not None:
            steps.append(PathStep(name, True))
        else:
            steps.append(PathStep(int(number) if number is not None else one if one is not None else other, False))
        at = found.end()
    if not steps or at < len(text):
        raise InvalidArgument(f'A path is like "buyer.memory_tokens" or "actors[2].color"; got {path!r}.')
    return steps


def _go(place: Any, step: PathStep, path: str) -> Any:
    try:
        return getattr(place, str(step.key)) if step.is_attribute else place[step.key]
    except (AttributeError, LookupError, TypeError) as error:
        raise InvalidArgument(f"There is nothing at {path!r}: {error}.") from error


@dataclass(frozen=True)
class SetSeed(Intervention):
    """Draw everything from now on from another seed.

    Args:
        seed: the seed.
    """

    seed: int

    def apply(self, environment: Any) -> None:
        environment.reseed(self.seed)


@dataclass(frozen=True)
class ForceSpeaker(Intervention):
    """Let somebody speak next, whatever the moderator would decide. For environments with a method
    ``force_speaker(name)``, as conversations have.

    Args:
        actor: who speaks next.
    """

    actor: str

    def apply(self, environment: Any) -> None:
        force = getattr(environment, "force_speaker", None)
        if force is None:
            raise InvalidArgument(
                f"{type(environment).__name__} has no method force_speaker(name), so nobody can be made to speak next."
            )
        force(find_actor(environment, self.actor).name)


def _place_of(actor: BaseActor, memory: int | str) -> int:
    texts = actor.memory.texts
    if isinstance(memory, str):
        places = [place for place, text in enumerate(texts) if memory in text]
        if len(places) != 1:
            raise InvalidArgument(
                f"{len(places)} of the {len(texts)} memories of {actor.name} hold {memory!r:.80}; give a text that "
                "stands in one, or the memory's place."
            )
        return places[0]
    if not isinstance(memory, int) or isinstance(memory, bool) or not -len(texts) <= memory < len(texts):
        raise InvalidArgument(f"{actor.name} has no memory {memory!r}: it has {len(texts)}.")
    return memory % len(texts)
