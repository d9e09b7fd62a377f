"""The states of a run after each of its steps: in the store, and in the process that made it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from interlab.errors import CorruptState, InterLabError, MissingResource, NotEncodable, UnknownClass
from interlab.models import as_model, get_model
from interlab.state import decode, encode
from interlab.tracing import NodeReading, TracingNode
from interlab.tracing.hooks import has_hook, hook


class Recorder:
    """Keeps the state of an environment after each step of a run.

    Each state goes into the store with the node of the step that ended in it, at the cost of what changed; and stays
    in this process as long as the store is open, where histories are shared.

    Args:
        node: the run's node.
    """

    def __init__(self, node: TracingNode) -> None:
        self._node = node
        self._sink = node._source.journal.states.of_run(node.id)
        self._states: dict[int, Any] = {}
        self.why_not_stored: str | None = None
        """What keeps the states out of the store, or None while nothing does."""

    def keep(self, environment: Any) -> None:
        """Keep the state as it is now, under the number of the step made last. It is committed with the next node
        that closes."""
        self._states[environment.steps] = environment.fork()
        if self.why_not_stored is not None:
            return
        try:
            self._sink.note(environment.steps, encode(environment, self._sink, name="env"))
        except NotEncodable as error:
            self.why_not_stored = str(error)
            self._node.add_event("states stay in this process", {"reason": str(error)})

    def close(self) -> None:
        """Say that the run has ended."""
        self._sink.close()

    def state(self, step: int) -> Any:
        """The state after a step, to be forked and never changed; None when it was not kept here."""
        return self._states.get(step)

    @property
    def steps(self) -> list[int]:
        """The steps that were kept, in order."""
        return sorted(self._states)


class Snapshots:
    """The states of a run, wherever they are.

    Args:
        node: the run's node.
    """

    def __init__(self, node: NodeReading) -> None:
        self._node = node
        self._kept: Recorder | None = node._source.kept.get(node.uid)
        self._states = node._source.journal.states
        self._stored: dict[int, bytes] = self._states.steps(node.id)

    @property
    def steps(self) -> list[int]:
        """The numbers of the steps whose states are here, in order; 0 is the beginning."""
        return sorted({*self._stored, *(self._kept.steps if self._kept is not None else ())})

    @property
    def why_not_stored(self) -> str | None:
        """What kept the states of this run out of the store, or None."""
        for node in self._node.children:
            if node.kind == "event" and node.name == "states stay in this process":
                return str(node.result.get("reason")) if isinstance(node.result, dict) else ""
        return None

    def digest(self, step: int) -> bytes | None:
        """The content hash under which the state after a step is stored, or None."""
        return self._stored.get(step)

    def kept(self, step: int) -> Any:
        """The state after a step as this process kept it, to be forked and never changed; None when it did not."""
        return None if self._kept is None else self._kept.state(step)

    def stored(self, step: int, binding: Binding, classes: Iterable[Any] | Mapping[str, Any] = ()) -> Any:
        """The state after a step, read from the store.

        Args:
            step: the step's number, one of `steps`.
            binding: gives the models.
            classes: classes that are part of the state and can't be found by their names, such as those defined in
                functions.

        Raises:
            MissingResource: models can't be made from their names alone; it lists them.
            UnknownClass: a class is not imported here.
            CorruptState: what is stored is damaged.
        """
        classes = classes if isinstance(classes, Mapping) else tuple(classes)
        know_own = hook("state_classes") if has_hook("state_classes") else None
        if know_own is not None:
            know_own()
        key = self._stored[step]
        try:
            try:
                found = decode(key, self._states, resources=binding.find, classes=classes)
            except UnknownClass as error:
                if know_own is None or not error.class_name.startswith("interlab."):
                    raise
                know_own(rare=True)
                found = decode(key, self._states, resources=binding.find, classes=classes)
        except MissingResource as error:
            raise binding.explained(error) from error
        if not all(callable(getattr(type(found), name, None)) for name in ("fork", "reseed", "_step")):
            raise CorruptState(f"What is stored of step {step} is no environment, but a {type(found).__name__}.")
        return found


class Binding:
    """Gives the resources that a stored state names: models by name, made again by `get_model` or given.

    Args:
        models: given models, by recorded name or by the part of it before the parameters.
    """

    def __init__(self, models: Mapping[str, Any]) -> None:
        self._models = models
        self.used: set[str] = set()
        """Which of the given names were used."""
        self._made: dict[str, Any] = {}
        self._why: dict[str, str] = {}

    def find(self, name: str) -> Any:
        """The resource of a recorded name, or None."""
        if name not in self._made:
            self._made[name] = self._find(name)
        return self._made[name]

    def _find(self, name: str) -> Any:
        for key in (name, name.partition("?")[0]):
            if key in self._models:
                self.used.add(key)
                return as_model(self._models[key])
        try:
            return get_model(name)
        except InterLabError as error:
            self._why[name] = str(error)
            return None

    def explained(self, error: MissingResource) -> MissingResource:
        """The error for resources that could not be bound, with the reason for each."""
        explained = MissingResource(error.names)
        for name in error.names:
            if name in self._why:
                explained.add_note(f"{name}: {self._why[name]}")
        return explained
