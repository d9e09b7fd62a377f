"""A run: the root node of an environment's life, and the moments one can go back to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from interlab.environments.replacing import replace_models
from interlab.errors import InvalidArgument, StateError
from interlab.tracing import NodeReading
from interlab.tracing.hooks import hook


class Forkable(Protocol):
    """What a moment needs of an environment."""

    origin: tuple[str, int] | None
    steps: int

    def fork(self, seed: int | None = None) -> Any: ...
    def reseed(self, seed: int) -> None: ...


class Snapshots:
    """The states of a run after each of its steps, kept in this process as long as its store is open.

    Keeping one costs what the small changing part of the state costs: histories are shared.
    """

    def __init__(self) -> None:
        self._states: dict[int, Any] = {}

    def keep(self, environment: Any) -> None:
        """Keep the state as it is now, under the number of the step made last."""
        self._states[environment.steps] = environment.fork()

    def state(self, step: int) -> Any:
        """The state after a step, to be forked and never changed; None when it was not kept."""
        return self._states.get(step)

    @property
    def steps(self) -> list[int]:
        """The steps that were kept, in order."""
        return sorted(self._states)


class Moment:
    """A point of a run to which one can go back.

    Args:
        run: the run.
        step: the number of the step after which this is; 0 is the beginning.
    """

    def __init__(self, run: Run, step: int, state: Any) -> None:
        self.run = run
        self.step = step
        self._state = state

    def fork(self, seed: int | None = None, models: Mapping[str, Any] | None = None) -> Any:
        """A live environment that goes on from here.

        Args:
            seed: None goes on exactly as the original did; a number draws everything anew from it.
            models: models to use instead of others, by the name of the one they replace.

        Returns:
            An environment of the same class, independent of the original.

        Raises:
            InvalidArgument: `models` names one that the environment does not use.
        """
        fork = self._state.fork(seed)
        if models:
            replace_models(fork, models)
        fork.origin = (self.run.uid, self.step)
        return fork

    @property
    def env(self) -> Any:
        """The environment as it was, to look at. A copy: changing it changes nothing."""
        return self._state.fork()

    def __repr__(self) -> str:
        return f"<Moment after step {self.step} of {self.run.name!r}>"


class Run:
    """One life of an environment: its root node, its steps, and the moments between them.

    Made by `env.run()` and by `store.runs()`.

    Args:
        node: the root node.
    """

    def __init__(self, node: NodeReading) -> None:
        self.node = node

    @property
    def uid(self) -> str:
        """The root node's uid."""
        return self.node.uid

    @property
    def name(self) -> str:
        """What the run is called."""
        return self.node.name

    @property
    def seed(self) -> int | None:
        """The seed from which all was drawn."""
        seed = self.node.inputs.get("seed")
        return seed if isinstance(seed, int) else None

    @property
    def state(self) -> str:
        """``"open"``, ``"finished"``, ``"error"`` or ``"interrupted"``."""
        return self.node.state

    @property
    def result(self) -> Any:
        """The environment's outcome, as it was recorded."""
        return self.node.result

    @property
    def origin(self) -> tuple[str, int] | None:
        """The uid of the run it was forked from and the step after which, or None."""
        origin = self.node.inputs.get("forked_from")
        return None if not origin else (str(origin["run"]), int(origin["step"]))

    @property
    def steps(self) -> list[NodeReading]:
        """The nodes of the steps made in this run, oldest first. A fork's steps are numbered on from its
        moment: the number is ``node.meta["step"]``."""
        return [node for node in self.node.children if node.kind == "step"]

    @property
    def env(self) -> Any:
        """The environment as it was at the end, to look at, when this process kept its states; else None. A copy:
        changing it changes nothing."""
        snapshots = self._snapshots()
        return None if snapshots is None else snapshots.state(snapshots.steps[-1]).fork()

    def at(self, step: int | NodeReading) -> Moment:
        """Go back to a moment.

        Args:
            step: the number of a step, for the moment after it (0 is the beginning, negative numbers count from the
                end); or a step's node.

        Returns:
            The moment, to be forked.

        Raises:
            InvalidArgument: there is no such step in this run.
            StateError: the run was made by another process, and its states were not kept here.
        """
        number = step.meta.get("step") if isinstance(step, NodeReading) else step
        if isinstance(step, NodeReading) and step.parent_uid != self.uid:
            raise InvalidArgument(
                f"The node {step.name!r} ({step.uid}) is not a step of the run {self.name!r}; take one of run.steps."
            )
        if not isinstance(number, int) or isinstance(number, bool):
            raise InvalidArgument(f"at() takes the number of a step, or a step's node; got {step!r}.")
        snapshots = self._snapshots()
        if snapshots is None:
            raise StateError(
                f"The states of the run {self.name!r} ({self.uid}) were kept by the process that ran it, and this "
                "is another one. Run it again here with the same seed, and fork that."
            )
        kept = snapshots.steps
        if number < 0:
            number = kept[number] if -number <= len(kept) else number
        state = snapshots.state(number)
        if state is None:
            raise InvalidArgument(
                f"The run {self.name!r} has no step {number}: its moments are {kept[0]} to {kept[-1]}."
            )
        return Moment(self, number, state)

    def _snapshots(self) -> Snapshots | None:
        kept: Snapshots | None = self.node._source.kept.get(self.uid)
        return kept

    def tree(self, *, max_depth: int | None = None, max_nodes: int = 2_000) -> str:
        """The run as a text tree."""
        return self.node.tree(max_depth=max_depth, max_nodes=max_nodes)

    def show(self) -> None:
        """Show the run in a notebook cell; as text elsewhere."""
        self.node.display()

    def write_html(self, path: str | Path) -> Path:
        """Write the run as one HTML file that opens offline; returns its path."""
        return self.node.write_html(path)

    def find_nodes(self, predicate: Callable[[NodeReading], bool] | None = None, **filters: Any) -> list[NodeReading]:
        """Nodes of the run that match; arguments as for `node.find_nodes`."""
        return self.node.find_nodes(predicate, **filters)

    def to_frame(self, *, values: bool = True) -> Any:
        """The run's nodes as a pandas data frame, one row a node."""
        return hook("frame")([self.node], values=values)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self.node._repr_mimebundle_(include, exclude)

    def __repr__(self) -> str:
        return f"<Run {self.name!r} {self.state}, {len(self.steps)} steps, {self.uid}>"


def run_of(node: NodeReading) -> Run:
    """The run of a root node."""
    return Run(node)
