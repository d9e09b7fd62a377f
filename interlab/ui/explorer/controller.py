"""The explorer without its window: look, compare, fork, measure; every message of a window is one method call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from interlab.counterfactual import Intervention, Results, Study, experiment, studies
from interlab.environments import Run
from interlab.errors import InterLabError, InvalidArgument
from interlab.models import known_models
from interlab.tracing import Store, open_store
from interlab.ui.explorer import reading
from interlab.ui.explorer.tree import TreeReader, as_text, change_in_words, roots_of, top_of
from interlab.ui.lab.asking import why_not
from interlab.ui.steering import branching, code
from interlab.ui.steering.bubbles import NAME_LENGTH, in_human_words, shown
from interlab.ui.steering.measuring import measures_for
from interlab.ui.steering.trial import Trial, effects_of, study_line
from interlab.ui.visible import one_line

REFERENCE = "as it was"
MOST_REPLICAS = 1_000
_ARM_LENGTH = 60


class Explorer:
    """The tree of the runs that were forked from one, to be looked at and to be grown.

    Args:
        what: a run, whose whole tree is shown, also what it was forked from; a store, or the path of one.
        measure: what is told of each branch's end and measured of forks, as for `explore`.
        told: called, in whichever thread, when an experiment has ended.

    Attributes:
        store: where the runs are.
        root: the run that the others come from.
        measures: what is measured, by name.
        trials: the experiments that were begun here, oldest first.
    """

    def __init__(
        self,
        what: Run | Store | str | Path,
        measure: Any = None,
        *,
        told: Callable[[], None] | None = None,
    ) -> None:
        if isinstance(what, str | Path):
            what = open_store(what)
        if isinstance(what, Run):
            source: Any = what.node._source
            self.store: Store = source
            self.first = what
        elif isinstance(what, Store):
            self.store = what
            roots = roots_of(what)
            if not roots:
                raise InvalidArgument(f"There is no run in the store {what.path} to explore: run an environment in it.")
            self.first = roots[-1]
        else:
            raise InvalidArgument(
                f"explore() takes a run, such as store.runs()[-1], a store, or its path; got {type(what).__name__}."
            )
        if not isinstance(self.store, Store):
            raise InvalidArgument("The run is still being made; explore it when it is over.")
        self.root = top_of(self.store, self.first)
        tree = self.store.branches(self.root)
        self.measures = measures_for(measure, tree.runs)
        self.trials: list[Trial] = []
        self._reader = TreeReader(self.store, self.measures)
        self._told = told or (lambda: None)
        self._lock = threading.Lock()

    # Looking ------------------------------------------------------------------------------------------

    def hello(self) -> dict[str, Any]:
        """What a window is drawn from before anything is chosen."""
        models = [name for name in known_models() if not name.startswith(("human", "console"))]
        roots = [{"uid": run.uid, "name": one_line(run.name, NAME_LENGTH)} for run in roots_of(self.store)]
        return {
            "measures": list(self.measures), "roots": roots[-200:], "root": self.root.uid, "first": self.first.uid,
            "changes": branching.EVERY_CHANGE, "models": models, "reference": REFERENCE,
            "why_no_forks": self._why_no_forks(), **self.state(),
        }  # fmt: skip

    def _why_no_forks(self) -> str:
        if self.store.journal.read_only:
            return "The store is open for reading only: nothing can be forked into it."
        return ""

    def go_to(self, uid: Any) -> None:
        """Show the tree of another run of the store."""
        self.root = top_of(self.store, self.run(uid))

    def tree(self) -> list[dict[str, Any]]:
        """The branches, in the order of their lanes; see `TreeReader.read`."""
        with self._lock:
            return self._reader.read(self.root)

    def state(self) -> dict[str, Any]:
        """The tree, its experiments, and how the one stands that was begun here last, as plain data."""
        trial = self.trials[-1] if self.trials else None
        lines = self.tree()
        here = {run[0] for line in lines for run in line["runs"]}
        listed = [study_line(one) for one in studies(self.store) if one.plan.run in here]
        return {"branches": lines, "trial": None if trial is None else trial.view(), "studies": listed}

    def run(self, uid: Any) -> Run:
        """A run by its uid.

        Raises:
            InvalidArgument: what is there is no run.
            NodeNotFound: there is nothing of that uid.
        """
        if not isinstance(uid, str):
            raise InvalidArgument("Choose a branch.")
        node = self.store.node(uid)
        if node.kind != "run":
            raise InvalidArgument(f"The node {uid!r} is a {node.kind}, and no run.")
        return Run(node)

    def transcript(self, uid: Any) -> dict[str, Any]:
        """What was said on the way to a run's end."""
        return reading.transcript(self.run(uid))

    def compare(self, first: Any, second: Any) -> dict[str, Any]:
        """Two runs side by side."""
        return reading.compared(self.run(first), self.run(second))

    def text(self) -> str:
        """The tree of branches as text."""
        return as_text(self.tree(), next(iter(self.measures), None))

    # Forking ------------------------------------------------------------------------------------------

    def moment(self, uid: Any, step: Any) -> dict[str, Any]:
        """What can be changed after a step of a run, and how many steps a fork may make at most by default."""
        run, step = self.run(uid), _step(step)
        changes = dict(branching.EVERY_CHANGE)
        found = branching.moment_of(run, step)
        if not found["gives_floor"]:
            del changes["speaker"]
        if not found["messages"]:
            del changes["edit"]
        return {**found, "run": run.uid, "changes": changes, "max_steps": _left(run, step)}

    def plan(self, asked: Mapping[str, Any]) -> Study:
        """The experiment that a window asks for: as it was, and with one change, from one moment.

        Args:
            asked: ``run`` (uid), ``step``, ``change`` (as for `branching.as_change`), ``name`` of the arm,
                ``replicas``, ``max_steps``.

        Raises:
            InvalidArgument: something can't be meant; it says what.
        """
        run, step, changes, replicas, most = self._wish(asked)
        return experiment(
            run.at(step), {REFERENCE: [], **changes}, self.measures, replicas, max_steps=most, progress=False
        )

    def _wish(self, asked: Mapping[str, Any]) -> tuple[Run, int, dict[str, list[Intervention]], int, int | None]:
        run, step = self.run(asked.get("run")), _step(asked.get("step"))
        if words := self._why_no_forks():
            raise InvalidArgument(words)
        wanted: Mapping[str, Any] = asked.get("change") or {}
        environment = run.at(step).env
        if environment.is_finished:
            raise InvalidArgument(f"After step {step} the run was over; fork an earlier moment.")
        change = branching.as_change(wanted, environment)
        if wanted.get("kind") == "model" and (words := why_not(str(wanted.get("model")).strip())):
            raise InvalidArgument(words)
        given = asked.get("name")
        name = given.strip() if isinstance(given, str) else ""
        name = name or one_line(change_in_words(change.record()), _ARM_LENGTH)
        if name == REFERENCE:
            raise InvalidArgument(f"“{REFERENCE}” is the name of the arm without a change: choose another name.")
        replicas = _count(asked.get("replicas"), "Replicas", MOST_REPLICAS)
        most = asked.get("max_steps")
        limit = None if most is None or not str(most).strip() else _count(most, "Steps at most", 100_000)
        return run, step, {name: [change]}, replicas, limit

    def price(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What an experiment will take; arguments as for `plan`."""
        tag = self.plan(asked).price_tag()
        arms = [
            {"arm": one_line(one.arm, NAME_LENGTH), "replicas": one.replicas, "done": one.done, "calls": one.calls,
             "tokens": one.tokens, "cost_usd": one.cost_usd}
            for one in tag.arms
        ]  # fmt: skip
        return {
            "arms": arms, "done": tag.replicas_done, "to_run": tag.replicas_to_run, "calls": tag.calls,
            "recorded": tag.recorded, "tokens": tag.tokens, "cost_usd": tag.cost_usd, "from": shown(tag.estimated_from),
        }  # fmt: skip

    def start(self, asked: Mapping[str, Any]) -> Trial:
        """Run an experiment in a thread of its own; arguments as for `plan`."""
        with self._lock:
            if self.trials and not self.trials[-1].is_over:
                raise InvalidArgument("Replicas are being run: let them finish, or stop them.")
            study = self.plan(asked)
            for arm in study.arms.values():
                for change in arm.changes:
                    change.preview(study.moment)  # so that a mistake is told beside the form
            trial = Trial(study, self._told)
            self.trials.append(trial)
        return trial.start()

    def stop(self) -> None:
        """Begin no further replica."""
        if self.trials:
            self.trials[-1].stop()

    def effects(self, key: Any) -> dict[str, Any]:
        """The effects of an experiment."""
        return effects_of(self._study(key))

    def _study(self, key: Any) -> Results:
        own: list[Results] = [trial.study for trial in self.trials if trial.study.key == key]
        found = own[-1:] or [one for one in studies(self.store) if one.key == key]
        if not found:
            raise InvalidArgument("There is no such experiment in this store.")
        return found[0]

    # Code ---------------------------------------------------------------------------------------------

    def code(self, asked: Mapping[str, Any]) -> str:
        """The Python that does what was asked for.

        Args:
            asked: ``what``: ``"tree"`` (with ``measure``), ``"read"`` (``run``), ``"compare"`` (``first``,
                ``second``), ``"try"`` (with what `plan` takes), or ``"effects"`` (``study``).
        """
        what = asked.get("what")
        if what == "tree":
            measure = asked.get("measure")
            return code.looking(self.store, self.root, measure if measure in self.measures else None)
        if what == "read":
            return code.reading(self.store, self.run(asked.get("run")))
        if what == "compare":
            return code.comparing(self.store, self.run(asked.get("first")), self.run(asked.get("second")))
        if what == "effects":
            return code.judging(self.store, self._study(asked.get("study")).key)
        if what != "try":
            raise InvalidArgument("There is no code for that.")
        run, step, changes, replicas, most = self._wish(asked)
        arms: dict[str, list[Intervention]] = {REFERENCE: [], **changes}
        return code.trying(self.store, run, step, run.at(step).env, arms, self.measures, replicas, most)

    # Messages -----------------------------------------------------------------------------------------

    def receive(self, message: Any) -> dict[str, Any]:
        """Do what a window asks, and answer in words whatever goes wrong.

        Args:
            message: with ``op``, the name of what is wanted, and its arguments.

        Returns:
            ``{"ok": True, "value": …}``, or ``{"ok": False, "words": …}``.
        """
        asked: Mapping[str, Any] = message if isinstance(message, Mapping) else {}
        operation = _OPERATIONS.get(str(asked.get("op")))
        if operation is None:
            return {"ok": False, "words": "The window asked for something that this explorer does not know."}
        try:
            return {"ok": True, "value": operation(self, asked)}
        except Exception as error:  # a person reads it: in words, whatever it is
            return {"ok": False, "words": in_human_words(error)}

    def _went_to(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        self.go_to(asked.get("run"))
        return {"root": self.root.uid, **self.state()}


def _step(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidArgument("Choose the step to go back to.")
    return value


def _count(value: Any, what: str, most: int) -> int:
    try:
        number = int(str(value).strip())
    except ValueError:
        number = 0
    if isinstance(value, bool) or not 1 <= number <= most:
        raise InvalidArgument(f"{what}: a whole number from 1 to {most:,}.")
    return number


def _left(run: Run, step: int) -> int | None:
    """Steps that a fork makes at most so that it gets no further than a run that did not come to its end by itself."""
    try:
        over = run.env
    except InterLabError:
        return None
    if over is None or over.is_finished:
        return None
    return max(1, int(over.steps) - step)


_OPERATIONS: dict[str, Callable[[Explorer, Mapping[str, Any]], Any]] = {
    "hello": lambda explorer, asked: explorer.hello(),
    "go_to": lambda explorer, asked: explorer._went_to(asked),
    "state": lambda explorer, asked: {"root": explorer.root.uid, **explorer.state()},
    "transcript": lambda explorer, asked: explorer.transcript(asked.get("run")),
    "compare": lambda explorer, asked: explorer.compare(asked.get("first"), asked.get("second")),
    "moment": lambda explorer, asked: explorer.moment(asked.get("run"), asked.get("step")),
    "price": lambda explorer, asked: explorer.price(asked),
    "run": lambda explorer, asked: explorer.start(asked).view(),
    "stop": lambda explorer, asked: explorer.stop(),
    "effects": lambda explorer, asked: explorer.effects(asked.get("study")),
    "code": lambda explorer, asked: explorer.code(asked),
}
