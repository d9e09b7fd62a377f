"""Experiments: arms × replicas from one moment, with the price before and the effects after."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

from interlab.counterfactual.arms import as_arms, key_of
from interlab.counterfactual.intervention import Change
from interlab.counterfactual.measures import Measure, as_measures, is_judged
from interlab.counterfactual.pricing import ArmPrice, PriceTag, expected_from_run, mean_of, models_of, recorded_replies
from interlab.counterfactual.recording import store_for
from interlab.counterfactual.replicas import EXPERIMENT, Plan, find_replicas, spending
from interlab.counterfactual.results import Results
from interlab.counterfactual.running import Job, Replicator
from interlab.counterfactual.stopping import FixedWidth, enlarged, reached, replicas_for
from interlab.environments import Moment, Run
from interlab.errors import InvalidArgument
from interlab.models.ledger import Limit
from interlab.tracing import Store, TracingNode

WORKERS = 8
REPLICAS = 20


class Study(Results):
    """An experiment that can be run. Made by `experiment`; what came of it is read as in `Results`.

    Attributes:
        moment: where the arms branch.
        arms: the arms by name.
        measures: the measures by name.
        limit: what it may spend, or None.
    """

    def __init__(
        self,
        moment: Moment,
        plan: Plan,
        store: Store,
        arms: Mapping[str, Any],
        measures: Mapping[str, Measure],
        *,
        models: Mapping[str, Any] | None,
        limit: Limit | None,
        workers: int,
        progress: bool,
        snapshots: bool,
    ) -> None:
        super().__init__(plan, store)
        self.moment = moment
        self.arms = dict(arms)
        self.measures = dict(measures)
        self.limit = limit
        self.workers = workers
        self.progress = progress
        self._run: Run | None = moment.run if isinstance(moment.run, Run) else None
        self._replicator = Replicator(moment, plan, measures, models, snapshots)

    # Before -------------------------------------------------------------------------------------------

    def price_tag(self, replicas: int | None = None) -> PriceTag:
        """What it will take: calls, tokens and money of the replicas that are not in the store yet.

        The estimate is the mean of what finished replicas of the arm took; of an arm without any, of all arms'. Before
        the first it is what the original run took from this moment on, at the price of the models that the arm has.

        Args:
            replicas: of each arm; as planned by default.

        Raises:
            InvalidArgument: an arm's changes can't be made here.
        """
        wanted = self.plan.replicas if replicas is None else _count("replicas", replicas, 1)
        found = self.replicas
        spent = spending(found)
        overall = mean_of(found, spent)
        judges = sum(map(is_judged, self.measures.values()))
        prices: list[ArmPrice] = []
        with self.store:
            seeds = {
                number: self._replicator.job(next(iter(self.arms.values())), number).seed for number in range(wanted)
            }
            recorded = recorded_replies(self.store, seeds.values())
        steps = 0
        for name, arm in self.arms.items():
            done = {
                one.number for one in found if one.arm == name and one.state != "unfinished" and one.number < wanted
            }
            each = mean_of((one for one in found if one.arm == name), spent) or overall
            if each is None:
                tried = self._replicator.tried(arm)
                models = None if tried is None else models_of(tried)
                each, steps = expected_from_run(self.moment, self._original(), models, self.plan.max_steps, judges)
            served = sum(min(each.calls, recorded.get(seed, 0)) for number, seed in seeds.items() if number not in done)
            prices.append(ArmPrice(name, wanted, len(done), each, served))
        if overall is not None:
            source = f"{sum(one.state == 'finished' for one in found)} finished replicas"
        else:
            source = f"the {steps} steps that the run {self._original().name!r} made after step {self.plan.step}"
            if judges:
                source += f", and {judges} judge's call{'s' if judges > 1 else ''} of the mean length"
        return PriceTag(tuple(prices), source, self.limit)

    def _original(self) -> Run:
        if self._run is None:
            self._run = Run(self.store.node(self.plan.run))
        return self._run

    # Running ------------------------------------------------------------------------------------------

    def run(
        self, replicas: int | None = None, *, workers: int | None = None, retry_failed: bool = False
    ) -> Study:  # fmt: skip
        """Run the replicas that are not in the store yet.

        Killed, interrupted or beyond its limit, it goes on where it was when it is run again, in this process or
        another: what finished is not run again. A replica that fails is recorded, and the others go on.

        Args:
            replicas: of each arm, from now on; more than before adds only the new ones. As planned by default.
            workers: replicas side by side; as given to `experiment` by default.
            retry_failed: run those again that ended with an error.

        Returns:
            This study.

        Raises:
            InvalidArgument: an arm's changes can't be made here; nothing was run.
            LimitExceeded, UnknownPrice, CircuitOpen: no more calls can be made; finished replicas are kept.
        """
        self._go(replicas, workers, retry_failed, threading.Event())
        return self

    async def arun(
        self, replicas: int | None = None, *, workers: int | None = None, retry_failed: bool = False
    ) -> Study:  # fmt: skip
        """`run` in a worker thread, while the notebook stays alive. Cancelling it lets the replicas that are being run
        end, and starts no other."""
        stop = threading.Event()
        try:
            await asyncio.to_thread(self._go, replicas, workers, retry_failed, stop)
        except asyncio.CancelledError:
            stop.set()
            raise
        return self

    def run_to_width(
        self,
        width: float,
        measure: str | None = None,
        *,
        pilot: int = 20,
        at_most: int = 1_000,
        level: float = 0.95,
    ) -> FixedWidth:
        """Run as many replicas as intervals of a given width need, and no more.

        A pilot tells the spread, from that follows the number, and the intervals account for that (see `sequential`):
        they cover the truth as often as they say. ``price_tag(found.wanted)`` says what they would cost.

        Args:
            width: from end to end, of the differences from the reference arm.
            measure: the measure; the first by default.
            pilot: replicas of each arm from which the spread is estimated, at least 2, better 10 or more.
            at_most: replicas of each arm at most; the intervals are wider if that is too few.
            level: the level of confidence.

        Returns:
            The number of replicas, and the interval of each arm.
        """
        name = measure or self.plan.measures[0]
        self._known(self.plan.reference, name)
        if at_most < _count("pilot", pilot, 2):
            raise InvalidArgument(f"at_most is at least the pilot's {pilot} replicas; got {at_most}.")
        self.run(max(pilot, 2))
        wanted = replicas_for(self.plan, self.replicas, name, pilot, width, level)
        self.run(min(wanted, at_most))
        found = reached(self.plan, self.replicas, name, pilot, min(wanted, at_most), wanted, width, level)
        while not found.is_reached and found.replicas < at_most:
            wanted = enlarged(found)
            self.run(min(wanted, at_most))
            found = reached(self.plan, self.replicas, name, pilot, min(wanted, at_most), wanted, width, level)
        return found

    def _go(self, replicas: int | None, workers: int | None, retry_failed: bool, stop: threading.Event) -> None:
        wanted = self.plan.replicas if replicas is None else _count("replicas", replicas, 1)
        threads = self.workers if workers is None else _count("workers", workers, 1)
        self.plan = self._replicator.plan = replace(self.plan, replicas=wanted)
        jobs = self._missing(wanted, retry_failed)
        if not jobs:
            return
        missing = {job.arm.name for job in jobs}
        self._replicator.check(arm for arm in self.arms.values() if arm.name in missing)
        with ExitStack() as around:
            around.enter_context(self.store)
            node = around.enter_context(TracingNode(self.name, kind=EXPERIMENT, inputs=self.plan.inputs()))
            if self.limit is not None:
                around.enter_context(self.limit)
            error = self._replicator.run(jobs, threads, self.progress, stop)
            status = self.status
            node.set_result({"finished": status.finished, "failed": status.failed, "missing": status.missing})
            if error is not None:
                raise error

    def _missing(self, wanted: int, retry_failed: bool) -> list[Job]:
        """The replicas to be run: all arms' first ones first, so that what is there at a stop is in pairs."""
        found = find_replicas(self.store, self.plan)
        ended = ("finished",) if retry_failed else ("finished", "failed")
        return [
            self._replicator.job(arm, number)
            for number in range(wanted)
            for arm in self.arms.values()
            if (one := found.get((arm.name, number))) is None or one.state not in ended
        ]


def experiment(
    at: Moment,
    arms: Mapping[str, Change | Iterable[Change] | None],
    measure: str | Sequence[str] | Callable[[Any], Any] | Measure | Mapping[str, Any],
    replicas: int = REPLICAS,
    *,
    reference: str | None = None,
    seed: int = 0,
    max_steps: int | None = None,
    name: str | None = None,
    models: Mapping[str, Any] | None = None,
    limit: Limit | None = None,
    workers: int = WORKERS,
    progress: bool = True,
    snapshots: bool = True,
) -> Study:
    """Plan an experiment: several ways to go on from one moment, each a number of times.

        study = il.experiment(
            run.at(step=3),
            arms={"as it was": [], "rival offer": [il.Observe("seller", "The buyer has another offer at $2,400.")]},
            measure={"price": lambda env: env.price, "deal": lambda env: env.price is not None},
            replicas=20)
        print(study.price_tag())
        study.run()
        study.effects()

    Replica r of every arm draws from the same seeds, so that arms are compared in pairs. Everything is kept in the
    store of the run (or, where that is read only, in the current one); planning the same again, also in another
    process, finds there what was run before. What makes it the same are the moment, the arms with their names, the
    measures with their names and code, the seed and `max_steps`: functions that these call by name are not looked into.

    Args:
        at: the moment, ``run.at(step)``.
        arms: names to interventions: a list of them, one, a function that changes the environment, or nothing.
        measure: what is measured at the end of each replica: a function of the environment, the name of a field of
            the outcome (or of an attribute), a list of names, or several of these by name. It gives True or False, a
            number, a text, or None where there is nothing to measure. See `PerStep`, `Judge`.
        replicas: of each arm, at least 1.
        reference: the arm that the others are compared with; the first by default.
        seed: what the replicas' seeds follow from.
        max_steps: steps of a replica at most.
        name: what it is called.
        models: models to use instead of others, by recorded name; as for ``moment.fork``.
        limit: what it may spend: ``il.limit(cost_usd=2)``. It holds for all its runs together.
        workers: replicas run side by side.
        progress: show a progress bar when it takes longer than two seconds.
        snapshots: store the replicas' states after each step, so that they can be forked in turn.

    Returns:
        The study; nothing was run yet.

    Raises:
        InvalidArgument: something that is no moment, arm, measure or number.
    """
    if not isinstance(at, Moment):
        raise InvalidArgument(f"An experiment begins at a moment, such as run.at(step=3); got {type(at).__name__}.")
    if not isinstance(seed, int) or isinstance(seed, bool):
        raise InvalidArgument(f"A seed is a whole number; got {seed!r:.60}.")
    if max_steps is not None:
        _count("max_steps", max_steps, 0)
    if limit is not None and not isinstance(limit, Limit):
        raise InvalidArgument(f"limit is made by il.limit(…); got {limit!r:.60}.")
    measures = as_measures(measure)
    circumstances = {
        "run": at.run.uid, "step": at.step, "seed": seed, "max_steps": max_steps, "models": sorted(models or ()),
    }  # fmt: skip
    made = as_arms(arms, circumstances, measures)
    base = next(iter(made)) if reference is None else reference
    if base not in made:
        raise InvalidArgument(f"reference is one of the arms, {', '.join(map(repr, made))}; got {reference!r:.60}.")
    plan = Plan(
        key=key_of({"arms": sorted(arm.key for arm in made.values())}),
        name=name or f"experiment at step {at.step} of {at.run.name}",
        run=at.run.uid,
        step=at.step,
        arms={arm.name: arm.key for arm in made.values()},
        interventions={arm.name: arm.records for arm in made.values()},
        measures=tuple(measures),
        reference=base,
        replicas=_count("replicas", replicas, 1),
        seed=seed,
        max_steps=max_steps,
    )
    return Study(
        at, plan, store_for(at), made, measures, models=models, limit=limit, workers=_count("workers", workers, 1),
        progress=progress, snapshots=snapshots,
    )  # fmt: skip


def _count(what: str, value: Any, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise InvalidArgument(f"{what} is a whole number of at least {least}; got {value!r:.60}.")
    return value
