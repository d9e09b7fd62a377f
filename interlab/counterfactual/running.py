"""Running replicas side by side: each a fork with its changes made, run and measured in one node."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import Any

from interlab.counterfactual.arms import Arm
from interlab.counterfactual.intervention import Call, intervene
from interlab.counterfactual.measures import Measure, PerStep, Value, as_value, taken
from interlab.counterfactual.replicas import REPLICA, UNFINISHED, Plan
from interlab.environments import Moment
from interlab.errors import (
    CallCancelled,
    CircuitOpen,
    InterLabError,
    LimitExceeded,
    ReplayMiss,
    UnknownPrice,
)
from interlab.models.cancelling import cancellable
from interlab.models.replies import calls_of
from interlab.state import derive_seed
from interlab.tracing import Store, TracingNode, bound

_ENDS_ALL = (LimitExceeded, UnknownPrice, CircuitOpen)
"""Errors after which no other replica could be run either."""

_STOPPED = (*_ENDS_ALL, CallCancelled, ReplayMiss)
"""Errors that say nothing about the arm."""


@dataclass(frozen=True)
class Job:
    """One replica to be run."""

    arm: Arm
    number: int
    seed: int


class Replicator:
    """Runs replicas of a plan.

    Args:
        moment: where they branch.
        plan: the experiment.
        measures: the measures by name.
        models: models to use instead of others, by recorded name.
        snapshots: store the replicas' states after each step.
    """

    def __init__(
        self,
        moment: Moment,
        plan: Plan,
        measures: Mapping[str, Measure],
        models: Mapping[str, Any] | None,
        snapshots: bool,
    ) -> None:
        self._moment = moment
        self.plan = plan
        self._measures = measures
        self._models = models
        self._each_step = any(isinstance(measure, PerStep) for measure in measures.values())
        self._snapshots = snapshots or self._each_step
        self._forking = threading.Lock()

    def job(self, arm: Arm, number: int) -> Job:
        """A replica of an arm; those of one number have the same seed in every arm."""
        return Job(arm, number, derive_seed(self.plan.seed, number))

    def check(self, arms: Iterable[Arm]) -> None:
        """Make each arm's changes to forks that are thrown away, so that a mistake is found before anything is run.

        Raises:
            InvalidArgument: one of them can't be made here.
        """
        for arm in arms:
            self.tried(arm)

    def tried(self, arm: Arm) -> Any:
        """A fork with an arm's changes made, to look at; None if one is a function, of which nobody knows what calling
        it for a trial would do."""
        fork = self.fork(self.plan.seed)
        if any(isinstance(change, Call) for change in arm.changes):
            return None
        scratch = Store(":memory:")
        try:
            with scratch:
                return intervene(fork, *arm.changes)
        except InterLabError as error:
            error.add_note(f"(This is about the arm {arm.name!r} of the experiment.)")
            raise
        finally:
            scratch.close()

    def fork(self, seed: int) -> Any:
        """A fork of the moment."""
        with self._forking:  # all come of one state
            return self._moment.fork(seed=seed, models=self._models)

    def run(self, jobs: list[Job], workers: int, progress: bool, stop: threading.Event) -> BaseException | None:
        """Run replicas, `workers` at a time.

        Args:
            jobs: which.
            workers: threads.
            progress: show a bar when it takes longer than two seconds.
            stop: start no more once it is set.

        Returns:
            The error for which the rest was not run, or None.
        """
        first: list[BaseException] = []

        def one(job: Job) -> None:
            if stop.is_set():
                return
            try:
                self._replica(job)
            except _ENDS_ALL as error:
                first.append(error)
                stop.set()
            except Exception:  # recorded in its node; the others go on
                pass

        with ThreadPoolExecutor(min(workers, len(jobs)), thread_name_prefix="interlab-replica") as pool, cancellable():
            # Left before the pool is waited for: calls under way are cut when the cell is interrupted.
            futures: list[Future[None]] = [pool.submit(bound(one), job) for job in jobs]
            try:
                with _bar(self.plan.name, len(jobs), progress) as advance:
                    for future in as_completed(futures):
                        future.result()
                        advance()
            except BaseException:
                stop.set()
                for future in futures:
                    future.cancel()
                raise
        return first[0] if first else None

    # One replica --------------------------------------------------------------------------------------

    def _replica(self, job: Job) -> None:
        name = f"{job.arm.name}, replica {job.number}"
        inputs = {
            "experiment": self.plan.key, "arm": job.arm.name, "arm_key": job.arm.key, "replica": job.number,
            "seed": job.seed,
        }  # fmt: skip
        with TracingNode(name, kind=REPLICA, inputs=inputs) as node:
            try:
                node.set_result(self._result(job, name))
            except _STOPPED:
                node.add_meta(**{UNFINISHED: True})
                raise

    def _result(self, job: Job, name: str) -> dict[str, Any]:
        env = self.fork(job.seed)
        with calls_of(env, "interventions", seed=env.seed):
            intervene(env, *job.arm.changes)
        run = None
        per_step: dict[str, list[tuple[int, Value]]] = {}
        if not env.is_finished:
            run = env.run(name, max_steps=self.plan.max_steps, progress=False, snapshots=self._snapshots)
            per_step = self._per_step(run)
        measures: dict[str, Value] = {}
        for key, measure in self._measures.items():
            if isinstance(measure, PerStep):
                steps = [value for _, value in per_step.get(key, [])]
                measures[key] = as_value(key, measure.over(steps)) if run else taken(key, measure.measure, env)
            else:
                measures[key] = taken(key, measure, env)
        if run is not None:
            node: Any = run.node
            node.add_meta(experiment=self.plan.key, arm=job.arm.name, replica=job.number, measures=measures)
            kept = node._source.kept.get(run.uid)
            if kept is not None and kept.why_not_stored is None:  # they are in the store
                node._source.kept.pop(run.uid, None)
        return {
            "measures": measures, "per_step": per_step, "run": None if run is None else run.uid, "steps": env.steps,
            "finished": env.is_finished,
        }  # fmt: skip

    def _per_step(self, run: Any) -> dict[str, list[tuple[int, Value]]]:
        if not self._each_step:
            return {}
        taken_of: dict[str, list[tuple[int, Value]]] = {
            key: [] for key, measure in self._measures.items() if isinstance(measure, PerStep)
        }
        for number in (node.meta["step"] for node in run.steps):
            state = run.at(number).env
            for key, values in taken_of.items():
                measure = self._measures[key]
                if isinstance(measure, PerStep):
                    values.append((number, taken(key, measure.measure, state)))
        return taken_of


class _bar:  # noqa: N801  # used like a function
    """A progress bar that appears when the work turns out to be long."""

    def __init__(self, name: str, total: int, wanted: bool) -> None:
        self._settings: dict[str, Any] = {"desc": name, "total": total, "unit": "replica", "leave": False, "delay": 2.0}
        self._bar: Any = None
        self._wanted = wanted

    def __enter__(self) -> Callable[[], object]:
        if not self._wanted:
            return lambda: None
        from tqdm.auto import tqdm

        self._bar = tqdm(**self._settings)
        return lambda: self._bar.update(1)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
