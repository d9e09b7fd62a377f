"""Which runs were forked from which: read from the store, where each run says its fork point and interventions."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from treelib.tree import Tree

from interlab.counterfactual import maps
from interlab.counterfactual.compare import in_one_line
from interlab.counterfactual.effects import short
from interlab.counterfactual.measures import Value
from interlab.environments import Run
from interlab.errors import InvalidArgument
from interlab.tracing import Record, Store

_DEEPEST = 100  # treelib draws recursively
_SHOWN = 60


@dataclass(eq=False)
class ForkedRuns:
    """One branch: a run, or the replicas of one arm of an experiment together.

    Args:
        runs: its runs, oldest first.
        step: the step after which it leaves the branch above; 0 at the root.
        arm: the arm whose replicas these are, or None.
        children: the branches that leave it.
    """

    runs: list[Run]
    step: int
    arm: str | None = None
    children: list[ForkedRuns] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The arm's name, or the run's."""
        return self.runs[0].name if self.arm is None else self.arm

    @property
    def interventions(self) -> list[dict[str, Any]]:
        """What was changed at the fork, as recorded."""
        return self.runs[0].interventions

    @property
    def last_step(self) -> int:
        """The number of the last step that was made in one of its runs."""
        return max(max((int(node.meta.get("step", 0)) for node in run.steps), default=self.step) for run in self.runs)

    def values(self, measure: str | Callable[[Run], Any] | None) -> list[Value]:
        """What was measured of each run: by name, from an experiment's measures or the fields of the outcome."""
        return [_plain(measure(run) if callable(measure) else _named(run, measure)) for run in self.runs]

    def walk(self) -> Iterator[ForkedRuns]:
        """This one and all below it, parents before children."""
        pending = [self]
        while pending:
            one = pending.pop()
            yield one
            pending.extend(reversed(one.children))

    def label(self, measure: str | Callable[[Run], Any] | None = None) -> str:
        """What it is, in a line."""
        words = [self.name if len(self.runs) == 1 else f"{self.name} × {len(self.runs)}"]
        if self.step or self.runs[0].origin:
            words.insert(0, f"after step {self.step}:")
        text = " ".join(words)
        changes = "; ".join(_change(one) for one in self.interventions)
        if changes:
            text += f" — {changes}"
        outcome = self._outcome(measure)
        return f"{text} → {outcome}" if outcome else text

    def _outcome(self, measure: str | Callable[[Run], Any] | None) -> str:
        states = Counter(run.state for run in self.runs if run.state != "finished")
        notes = [f"{count} {state}" if len(self.runs) > 1 else state for state, count in states.items()]
        if measure is None and len(self.runs) == 1:
            result = self.runs[0].result
            shown = "" if result is None else in_one_line(result)
            return ", ".join([*filter(None, [shown]), *notes])
        given = self.values(measure) if measure is not None else []
        numbers = [float(value) for value in given if isinstance(value, int | float) and not isinstance(value, bool)]
        if len(numbers) > 1:
            mean = sum(numbers) / len(numbers)
            shown = f"{measure_name(measure)} {short(mean)} ({short(min(numbers))} to {short(max(numbers))})"
        else:
            counts = Counter("none" if value is None else str(value) for value in given).most_common(4)
            shown = ", ".join(f"{count} × {value}" if len(given) > 1 else value for value, count in counts)
        return ", ".join([*filter(None, [shown]), *notes])


class Branches:
    """The tree of runs that were forked from one, directly or not. Made by `branches`.

    Args:
        root: the run itself, with what left it.
        measure: what is told of each branch's end.
    """

    def __init__(self, root: ForkedRuns, measure: str | Callable[[Run], Any] | None) -> None:
        self.root = root
        self.measure = measure

    @property
    def tree(self) -> Tree:
        """As a `treelib.Tree`; each node's data is a `ForkedRuns`."""
        tree = Tree()
        pending: list[tuple[ForkedRuns, str | None, int]] = [(self.root, None, 0)]
        while pending:
            one, above, depth = pending.pop()
            key = one.runs[0].uid
            label = one.label(self.measure)
            hidden = one.children if depth >= _DEEPEST else []
            if hidden:
                label += f" … and {sum(1 for _ in one.walk()) - 1} branches below"
            tree.create_node(label, key, parent=above, data=one)
            pending += [(child, key, depth + 1) for child in reversed(one.children) if not hidden]
        return tree

    @property
    def runs(self) -> list[Run]:
        """All runs of the tree, parents before children."""
        return [run for one in self.root.walk() for run in one.runs]

    def plot(self, measure: str | Callable[[Run], Any] | None = None) -> Any:
        """Draw the tree over the steps, with the distribution of outcomes beside each branch.

        Args:
            measure: what is drawn of each run's end: the name of an experiment's measure or of a field of the
                outcome, or a function of the run. By default the tree's own, else the first number there is.

        Returns:
            A `plotly.graph_objects.Figure`.
        """
        what = measure or self.measure or self._first_number()
        twigs: list[maps.Twig] = []
        parent: dict[int, str] = {}
        for one in self.root.walk():
            key = one.runs[0].uid
            parent |= {id(child): key for child in one.children}
            values = () if what is None else tuple(one.values(what))
            label = one.name if len(one.runs) == 1 else f"{one.name} × {len(one.runs)}"
            twigs.append(
                maps.Twig(key, parent.get(id(one)), label, one.step, one.last_step, values, one.label(what))
            )  # fmt: skip
        name = None if what is None else measure_name(what)
        return maps.branches_figure(f"Branches of {self.root.name}", name, twigs)

    def _first_number(self) -> str | None:
        for run in self.runs:
            for known in (run.node.meta.get("measures"), run.result):
                if isinstance(known, dict | Record):
                    for name in known:
                        if isinstance(_plain(known[name]), int | float) and not isinstance(known[name], bool):
                            return str(name)
        return None

    def __str__(self) -> str:
        return str(self.tree.show(stdout=False, sorting=False)).rstrip("\n")

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"

    def __repr__(self) -> str:
        return f"<Branches of {self.root.name!r}, {len(self.runs)} runs>"


def branches(store: Store, run: Run, measure: str | Callable[[Run], Any] | None = None) -> Branches:
    """The runs of a store that were forked from one, directly or not.

    Replicas of one arm of an experiment stand together, with their outcomes; so do the rollouts of one search.

    Args:
        store: an open store.
        run: the run at the root.
        measure: what is told of each branch's end: the name of an experiment's measure or of a field of the outcome,
            or a function of the run; for a single run its whole outcome by default.

    Returns:
        The tree; print it, or `plot` it.

    Raises:
        InvalidArgument: something else than a run was given.
    """
    if not isinstance(run, Run):
        raise InvalidArgument(f"branches() takes a run, such as store.runs()[-1]; got {type(run).__name__}.")
    forks: dict[str, list[Run]] = {}
    for one in store.runs():
        if one.origin is not None:
            forks.setdefault(one.origin[0], []).append(one)
    root = ForkedRuns([run], 0 if run.origin is None else run.origin[1])
    pending, seen = [root], {run.uid}
    while pending:
        above = pending.pop()
        groups: dict[Any, ForkedRuns] = {}
        for parent in above.runs:
            for one in forks.get(parent.uid, ()):
                if one.uid in seen or one.origin is None:  # a file made by hand may have circles
                    continue
                seen.add(one.uid)
                together, arm = _group(one)
                group = groups.setdefault((together or one.uid, one.origin[1]), ForkedRuns([], one.origin[1], arm))
                group.runs.append(one)
        above.children = sorted(groups.values(), key=lambda group: group.step)
        pending += above.children
    return Branches(root, measure)


def replica_of(run: Run) -> Mapping[str, Any]:
    """What is known of the replica that a run is: its ``experiment``, ``arm`` and number, ``replica``; empty where it
    is none. Once it is over it says so itself; one that goes on or failed stands below a node that does."""
    meta: Mapping[str, Any] = run.node.meta
    if isinstance(meta.get("arm"), str):
        return meta
    parent = run.node.parent
    return parent.inputs if parent is not None and parent.kind == "replica" else {}


def _group(run: Run) -> tuple[Any, str | None]:
    """Which runs one stands together with, and what they are called; None for a run by itself."""
    replica = replica_of(run)
    if isinstance(replica.get("arm"), str):
        return (str(replica.get("experiment")), replica["arm"]), replica["arm"]
    parent = run.node.parent
    if parent is not None and parent.kind == "rollout" and parent.parent is not None:
        return parent.parent.uid, parent.parent.name
    return None, None


def measure_name(measure: Any) -> str:
    """What a measure is called."""
    return measure if isinstance(measure, str) else str(getattr(measure, "__name__", "value")).strip("<>")


def _named(run: Run, name: str | None) -> Any:
    for known in (run.node.meta.get("measures"), run.result):
        if isinstance(known, dict | Record) and name is not None and name in known:
            return known[name]
    return None


def _plain(value: Any) -> Value:
    return value if value is None or isinstance(value, bool | int | float | str) else in_one_line(value)


def _change(record: Any) -> str:
    """An intervention in a few words."""
    if not isinstance(record, dict | Record):
        return str(record)[:_SHOWN]
    values = [str(record[name]) for name in record if name != "intervention"]
    text = f"{record.get('intervention', '?')}({', '.join(values)})"
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
