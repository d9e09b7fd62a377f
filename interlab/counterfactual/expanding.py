"""Trees of continuations: every moment goes on in several ways, to some depth."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from treelib.tree import Tree

from interlab.counterfactual.compare import in_one_line
from interlab.counterfactual.intervention import Change, intervene
from interlab.counterfactual.measures import Value, taken
from interlab.counterfactual.recording import store_for
from interlab.environments import Moment, Run
from interlab.errors import InvalidArgument
from interlab.models.cancelling import cancellable
from interlab.models.replies import calls_of
from interlab.state import derive_seed
from interlab.tracing import TracingNode, parallel

EXPANSION = "expansion"
WORKERS = 8


@dataclass(eq=False)
class Branch:
    """One moment in a tree of continuations, and those that follow it.

    Args:
        path: which continuation was taken at each level; empty at the root.
        env: the environment as it is there; fork it before you change it.
        run: the run of the steps that led here from the branch above; None at the root.
        value: what the measure gave here, if there is one.
        error: what it failed with; then it goes on nowhere.
        children: the continuations.
    """

    path: tuple[int, ...]
    env: Any
    run: Run | None = None
    value: Value = None
    error: Exception | None = None
    children: list[Branch] = field(default_factory=list)

    def walk(self) -> Iterator[Branch]:
        """This one and all below it, parents before children."""
        yield self
        for child in self.children:
            yield from child.walk()

    @property
    def leaves(self) -> list[Branch]:
        """The ends of the tree: those at its depth, and those that finished or failed before."""
        return [branch for branch in self.walk() if not branch.children]

    @property
    def expected(self) -> float:
        """The mean value of what follows, each continuation counting alike; NaN where nothing was measured."""
        if not self.children:
            return float(self.value) if isinstance(self.value, bool | int | float) else math.nan
        below = [value for value in (child.expected for child in self.children) if not math.isnan(value)]
        return math.fsum(below) / len(below) if below else math.nan

    @property
    def label(self) -> str:
        """What happened here, in a line."""
        if self.error is not None:
            words = f"{type(self.error).__name__}: {self.error}"
        elif self.run is None:
            words = f"after step {self.env.steps}"
        else:
            words = " · ".join(in_one_line(step.result) for step in self.run.steps)
        end = " ■" if self.env.is_finished else ""
        value = "" if self.value is None else f"  [{self.value}]" if not self.children else f"  [{self.expected:.4g}]"
        return f"{words}{end}{value}"

    def __str__(self) -> str:
        tree = Tree()
        for branch in self.walk():
            tree.create_node(branch.label, str(branch.path), parent=str(branch.path[:-1]) if branch.path else None)
        return str(tree.show(stdout=False, sorting=False)).rstrip("\n")

    def __repr__(self) -> str:
        return f"<Branch {self.path}, {len(self.leaves)} leaves>"


def expand_tree(
    start: Any,
    depth: int,
    width: int = 2,
    *,
    measure: Callable[[Any], Any] | None = None,
    moves: Callable[[Any], Iterable[Change | Iterable[Change]]] | None = None,
    steps: int = 1,
    seed: int = 0,
    workers: int = WORKERS,
    name: str | None = None,
) -> Branch:
    """Let a moment go on in several ways, each of these again in several, and so on.

        tree = il.expand_tree(run.at(step=2), depth=3, width=2, measure=lambda env: env.price)
        print(tree)

    Each continuation is a run of its own in the store, forked from the one above it.

    Args:
        start: an environment, which stays as it is; or a moment of a run.
        depth: how many levels, at least 0.
        width: continuations of each, at least 1: at most width^depth leaves, fewer where one finishes before.
        measure: what is measured at every branch.
        moves: gives the ways in which an environment goes on: interventions, or lists of them, of which the first
            `width` are made. By default its continuations differ by their seeds only.
        steps: steps of each continuation, at least 1.
        seed: what the seeds follow from.
        workers: continuations run side by side.
        name: what the tree is called in the trace.

    Returns:
        The root. A continuation that fails is recorded, and ends its branch.

    Raises:
        InvalidArgument: a number out of its range, or something that is no environment.
    """
    for what, number, least in (("depth", depth, 0), ("width", width, 1), ("steps", steps, 1), ("workers", workers, 1)):
        if not isinstance(number, int) or isinstance(number, bool) or number < least:
            raise InvalidArgument(f"{what} is a whole number of at least {least}; got {number!r:.60}.")
    moment = start if isinstance(start, Moment) else None
    env = moment.fork() if moment is not None else start.fork()
    root = Branch((), env)
    if measure is not None:
        root.value = taken("value", measure, env)
    inputs: dict[str, Any] = {"depth": depth, "width": width, "steps": steps, "seed": seed}
    if moment is not None:
        inputs |= {"run": moment.run.uid, "step": moment.step}

    def ways(branch: Branch) -> Iterable[Any]:
        return [()] * width if moves is None else itertools.islice(moves(branch.env.fork()), width)

    def go(above: Branch, place: int, change: Any) -> Branch:
        path = (*above.path, place)
        fork = above.env.fork(seed=derive_seed(seed, EXPANSION, *path))
        branch = Branch(path, fork)
        try:
            with calls_of(fork, "interventions", seed=fork.seed):
                intervene(fork, change)
            if not fork.is_finished:
                branch.run = fork.run(f"branch {'.'.join(map(str, path))}", max_steps=steps, progress=False)
                branch.env = branch.run.at(-1).fork()
            if measure is not None:
                branch.value = taken("value", measure, branch.env)
        except Exception as error:
            branch.error = error
        return branch

    with store_for(start), TracingNode(name or "expansion", kind=EXPANSION, inputs=inputs) as node, cancellable():
        level = [root]
        for _ in range(depth):
            going = [branch for branch in level if not branch.env.is_finished and branch.error is None]
            work = [partial(go, branch, *way) for branch in going for way in enumerate(ways(branch))]
            level = parallel(work, max_workers=workers)
            for task, child in zip(work, level, strict=True):
                task.args[0].children.append(child)
        leaves = root.leaves
        node.set_result({"leaves": len(leaves), "finished": sum(leaf.env.is_finished for leaf in leaves)})
    return root
