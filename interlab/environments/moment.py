"""A point of a run to which one can go back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from interlab.environments.homes import note_home
from interlab.environments.replacing import replace_models
from interlab.environments.snapshots import Binding, Snapshots
from interlab.state import content_hash


class Named(Protocol):
    """What a moment needs of its run."""

    @property
    def uid(self) -> str: ...
    @property
    def name(self) -> str: ...


class Moment:
    """A point of a run to which one can go back, today or later, in this process or another.

    Made by `run.at(step)`.

    Args:
        run: the run.
        step: the number of the step after which this is; 0 is the beginning.
        snapshots: the run's states.
        classes: as for `run.at`.
    """

    def __init__(
        self, run: Named, step: int, snapshots: Snapshots, classes: Iterable[Any] | Mapping[str, Any] = ()
    ) -> None:
        self.run = run
        self.step = step
        self._snapshots = snapshots
        self._classes = classes
        self._state: Any = None

    def fork(self, seed: int | None = None, models: Mapping[str, Any] | None = None) -> Any:
        """A live environment that goes on from here. Outside of any ``with store:`` its runs go to the store of this
        one.

        Args:
            seed: None goes on exactly as the original did; a number draws everything anew from it.
            models: models to use instead of others, by the name of the one they replace. Models that can't be made
                from their names alone (callables, clients) must be given when another process made the run.

        Returns:
            An environment of the same class, independent of the original.

        Raises:
            InvalidArgument: `models` names one that the environment does not use.
            MissingResource: models must be given; it lists them.
            UnknownClass: a class of the state is not imported here; it says which.
            CorruptState: what is stored is damaged.
        """
        kept = self._snapshots.kept(self.step)
        if kept is None and models:
            binding = Binding(models)
            fork = self._snapshots.stored(self.step, binding, self._classes).fork(seed)
            models = {name: model for name, model in models.items() if name not in binding.used}
        else:
            fork = self._whole().fork(seed)
        if models:
            replace_models(fork, models)
        fork.origin = (self.run.uid, self.step)
        note_home(self.run)
        return fork

    def _whole(self) -> Any:
        if self._state is None:
            kept = self._snapshots.kept(self.step)
            self._state = self._snapshots.stored(self.step, Binding({}), self._classes) if kept is None else kept
        return self._state

    @property
    def env(self) -> Any:
        """The environment as it was, to look at. A copy: changing it changes nothing."""
        return self._whole().fork()

    @property
    def content_hash(self) -> str:
        """The state's content hash, as hexadecimal text: equal for equal states."""
        return content_hash(self._whole())

    def __repr__(self) -> str:
        return f"<Moment after step {self.step} of {self.run.name!r}>"
