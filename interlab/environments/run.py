"""A run: the root node of an environment's life, and the moments one can go back to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from interlab.environments.moment import Moment
from interlab.environments.snapshots import Snapshots
from interlab.errors import InvalidArgument, StateError
from interlab.models.ledger import Ledger
from interlab.tracing import NodeReading
from interlab.tracing.hooks import hook


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
    def interventions(self) -> list[dict[str, Any]]:
        """What was changed between the fork and this run, as it was recorded."""
        return list(self.node.inputs.get("interventions") or ())

    @property
    def steps(self) -> list[NodeReading]:
        """The nodes of the steps made in this run, oldest first. A fork's steps are numbered on from its
        moment: the number is ``node.meta["step"]``."""
        return [node for node in self.node.children if node.kind == "step"]

    @property
    def env(self) -> Any:
        """The environment as it was at the end, to look at; None when no state of it was kept. A copy: changing it
        changes nothing."""
        steps = self._snapshots().steps
        return None if not steps else self.at(steps[-1]).env

    def at(self, step: int | NodeReading, *, classes: Iterable[Any] | Mapping[str, Any] = ()) -> Moment:
        """Go back to a moment, in this process or another.

        Args:
            step: the number of a step, for the moment after it (0 is the beginning, negative numbers count from the
                end); a step's node, for the same; or a node inside a step, for the moment before that step.
            classes: classes of the state that can't be found by their names in an imported module or the notebook,
                such as those defined in functions.

        Returns:
            The moment, to be forked.

        Raises:
            InvalidArgument: there is no such step in this run.
            StateError: the states of this run were not stored; it says why.
        """
        number = self._number_of(step) if isinstance(step, NodeReading) else step
        if not isinstance(number, int) or isinstance(number, bool):
            raise InvalidArgument(f"at() takes the number of a step, or a node of the run; got {step!r}.")
        snapshots = self._snapshots()
        steps = snapshots.steps
        if number < 0:
            number = steps[number] if -number <= len(steps) else number
        if number not in steps:
            if not steps or any(node.meta.get("step") == number for node in self.steps):
                why = snapshots.why_not_stored or "it was run with snapshots=False."
                raise StateError(
                    f"The states of the run {self.name!r} ({self.uid}) were not stored: {why} "
                    "Run it again with the same seed, and fork that."
                )
            raise InvalidArgument(
                f"The run {self.name!r} has no step {number}: its moments are {steps[0]} to {steps[-1]}."
            )
        return Moment(self, number, snapshots, classes)

    def _number_of(self, node: NodeReading) -> int:
        """The step after which the moment of a node is."""
        inner: NodeReading | None = None
        place: NodeReading | None = node
        while place is not None and place.uid != self.uid:
            inner, place = place, place.parent
        number = inner.meta.get("step") if inner is not None and place is not None else None
        if not isinstance(number, int):
            raise InvalidArgument(
                f"The node {node.name!r} ({node.uid}) stands in no step of the run {self.name!r}; take one of "
                "run.steps, or a node below one."
            )
        return number if inner is not None and inner.uid == node.uid else number - 1

    def _snapshots(self) -> Snapshots:
        return Snapshots(self.node)

    @property
    def ledger(self) -> Ledger:
        """What the run spent: calls, tokens, seconds and money by actor, model and kind of call. Derived from its
        nodes when it is asked for."""
        return Ledger.of(self.node)

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

    def explore(self, measure: Any = None) -> Any:
        """Look at this run and its branches in a notebook's cell: compare them, fork at any message, run replicas.

        Args:
            measure: the outcome at the leaves, as for `il.explore`.

        Returns:
            The widget.
        """
        return hook("explore")(self, measure)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return self.node._repr_mimebundle_(include, exclude)

    def __repr__(self) -> str:
        return f"<Run {self.name!r} {self.state}, {len(self.steps)} steps, {self.uid}>"


def run_of(node: NodeReading) -> Run:
    """The run of a root node."""
    return Run(node)
