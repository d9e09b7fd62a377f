"""What came of an experiment, read from its store: also in another process, and without the code of its measures."""

from __future__ import annotations

import html
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from interlab.counterfactual import plots
from interlab.counterfactual.effects import Effect, as_frame, effects_of, in_cells, in_words, values_of
from interlab.counterfactual.measures import Value, kind_of
from interlab.counterfactual.power import replicas_needed
from interlab.counterfactual.replicas import Plan, Replica, Spending, find_plans, find_replicas, spending
from interlab.counterfactual.statistics import Method, mean_and_sd, mean_interval
from interlab.environments import Run
from interlab.errors import InvalidArgument, ModelUnavailable
from interlab.tracing import Store


@dataclass(frozen=True)
class Status:
    """How far an experiment has come.

    Args:
        wanted: replicas, of all arms together.
        finished: of these, the ones that were run and measured.
        failed: the ones that ended with an error.
        errors: what they failed with, and how often.
    """

    wanted: int
    finished: int
    failed: int
    errors: dict[str, int]

    @property
    def missing(self) -> int:
        """Replicas that are still to be run."""
        return self.wanted - self.finished - self.failed

    def __str__(self) -> str:
        text = f"{self.finished} of {self.wanted} replicas finished, {self.failed} failed, {self.missing} to run"
        return "\n".join([text, *(f"  {count} × {error}" for error, count in self.errors.items())])


class Results:
    """What came of an experiment so far. Made by `studies(store)`; an experiment's `Study` is one too.

    Args:
        plan: the experiment.
        store: where its replicas are.
    """

    def __init__(self, plan: Plan, store: Store) -> None:
        self.plan = plan
        self.store = store

    @property
    def key(self) -> str:
        """The same for the same experiment, in every process."""
        return self.plan.key

    @property
    def name(self) -> str:
        """What it is called."""
        return self.plan.name

    @property
    def replicas(self) -> list[Replica]:
        """The replicas in the store, arm by arm, by number; those beyond the wanted number too."""
        order = {arm: place for place, arm in enumerate(self.plan.arms)}
        found = find_replicas(self.store, self.plan).values()
        return sorted(found, key=lambda one: (order[one.arm], one.number))

    @property
    def status(self) -> Status:
        """How far it has come."""
        wanted = [one for one in self.replicas if one.number < self.plan.replicas]
        failed = [one for one in wanted if one.state == "failed"]
        return Status(
            wanted=self.plan.replicas * len(self.plan.arms),
            finished=sum(one.state == "finished" for one in wanted),
            failed=len(failed),
            errors=dict(Counter(str(one.error) for one in failed)),
        )

    @property
    def runs(self) -> list[Run]:
        """The runs of the replicas that finished, arm by arm, by number."""
        return self.runs_of(*self.plan.arms)

    def runs_of(self, *arms: str) -> list[Run]:
        """The runs of some arms' replicas that finished, by number."""
        for arm in arms:
            self._known(arm)
        finished = [one for one in self.replicas if one.state == "finished" and one.run_uid is not None]
        return [Run(self.store.node(str(one.run_uid))) for arm in arms for one in finished if one.arm == arm]

    def spent(self) -> dict[tuple[str, int], Spending]:
        """What each replica took, by arm and number."""
        return spending(self.replicas)

    # Effects ------------------------------------------------------------------------------------------

    def estimates(
        self,
        *measures: str,
        reference: str | None = None,
        level: float = 0.95,
        interval: Method = "bootstrap_t",
    ) -> list[Effect]:
        """The effects as records; arguments as for `effects`."""
        replicas = self.replicas
        chosen = measures or None
        return effects_of(
            self.plan, replicas, spending(replicas), reference=reference, level=level, method=interval, measures=chosen
        )

    def effects(
        self,
        *measures: str,
        reference: str | None = None,
        level: float = 0.95,
        interval: Method = "bootstrap_t",
    ) -> Any:
        """What each arm did to each measure.

        Replica r of an arm is compared with replica r of the reference arm, which had the same seeds. Of a measure of
        truth values the means are proportions, with exact intervals; of one whose values are texts there is a
        proportion for each text.

        Args:
            *measures: only these; all by default.
            reference: the arm to compare with; the experiment's own by default.
            level: the level of confidence of the intervals, in (0, 1).
            interval: how intervals of means and their differences are computed: ``"bootstrap_t"``, ``"bca"``,
                ``"percentile"`` or Student's ``"t"``, which are right when the number of replicas was fixed before; or
                ``"always_valid"``, which is also when one looks and goes on until the result pleases.

        Returns:
            A pandas data frame by measure and arm: n, failed, missing, mean with its interval, difference from the
            reference arm with its interval, p, p corrected for several arms (Holm), calls, tokens, cost. See `Effect`.

        Raises:
            InvalidArgument: an unknown arm, measure or interval.
            ModelUnavailable: pandas is not installed; `estimates` needs none.
        """
        return as_frame(self.estimates(*measures, reference=reference, level=level, interval=interval))

    def values(self) -> Any:
        """Every replica with its values, as a pandas data frame.

        Raises:
            ModelUnavailable: pandas is not installed.
        """
        spent = self.spent()
        rows = []
        for one in self.replicas:
            taken = spent.get((one.arm, one.number), Spending())
            rows.append(
                {
                    "arm": one.arm, "replica": one.number, "state": one.state, "seed": one.seed, **one.values,
                    "tokens": taken.tokens, "cost_usd": taken.cost_usd, "run": one.run_uid, "error": one.error,
                }
            )  # fmt: skip
        return _pandas().DataFrame(rows)

    def per_step(self, measure: str, *, level: float = 0.95) -> Any:
        """A measure taken per step, as a pandas data frame: arm, step, n, mean and its interval.

        Replicas that ended before a step are not in its mean; `n` says how many are.

        Raises:
            InvalidArgument: it was not taken per step, or has no numbers.
        """
        self._known(self.plan.reference, measure)
        rows = [
            {"arm": arm, "step": step, "n": len(numbers), "mean": found.estimate, "low": found.low, "high": found.high}
            for (arm, step), numbers in sorted(_by_step(self.replicas, measure).items(), key=lambda item: item[0][1])
            for found in [mean_interval(numbers, level=level)]
        ]
        if not rows:
            raise InvalidArgument(f"{measure!r} has no numbers per step; take it with il.PerStep(…), and run().")
        return _pandas().DataFrame(rows).sort_values(["arm", "step"], ignore_index=True)

    def replicas_needed(
        self, effect: float, measure: str | None = None, *, arm: str | None = None, power: float = 0.8,
        alpha: float = 0.05,
    ) -> int:  # fmt: skip
        """How many replicas would find an effect of a given size, by the spread of those there are.

        Args:
            effect: the smallest effect worth finding: a mean difference, or a difference of proportions.
            measure: the measure; the first by default.
            arm: the arm whose differences tell the spread; by default the one with the largest.
            power: the chance to find it.
            alpha: the error rate of the test.

        Raises:
            InvalidArgument: fewer than two pairs are there, or they all differ by the same.
        """
        name = measure or self.plan.measures[0]
        if arm is not None:
            self._known(arm, name)
        spreads = [
            one.difference_sd
            for one in self.estimates(name)
            if one.reference is not None and arm in (None, one.arm) and not math.isnan(one.difference_sd)
        ]
        if not spreads or max(spreads) == 0:
            raise InvalidArgument(
                f"The pairs there are say nothing about the spread of {name!r}: run at least two replicas of two arms, "
                "or more if their differences were all the same; or use il.replicas_needed(effect, sd)."
            )
        return replicas_needed(effect, max(spreads), power=power, alpha=alpha)

    # Looking at it ------------------------------------------------------------------------------------

    def plot(self, *measures: str, level: float = 0.95, interval: Method = "bootstrap_t") -> Any:
        """Draw it with plotly: each replica's value by arm with the mean and its interval, and beside it the
        differences from the reference arm.

        Args:
            *measures: only these; all by default. Those taken per step are drawn over the steps too.
            level, interval: as for `effects`.

        Returns:
            A `plotly.graph_objects.Figure`.
        """
        names = measures or self.plan.measures
        estimates = self.estimates(*names, level=level, interval=interval)
        replicas = self.replicas
        steps = {name: _by_step(replicas, name) for name in names}
        return plots.effects_figure(
            self.plan, estimates, {name: _drawn(replicas, name) for name in names},
            {name: _curves(found) for name, found in steps.items() if found}, level,
        )  # fmt: skip

    def _known(self, arm: str, measure: str | None = None) -> None:
        if arm not in self.plan.arms:
            raise InvalidArgument(f"There is no arm {arm!r}; the arms are {', '.join(map(repr, self.plan.arms))}.")
        if measure is not None and measure not in self.plan.measures:
            known = ", ".join(map(repr, self.plan.measures))
            raise InvalidArgument(f"There is no measure {measure!r}; there are {known}.")

    def __str__(self) -> str:
        head = f"{self.name}: {self.status}"
        estimates = self.estimates() if any(one.state == "finished" for one in self.replicas) else []
        return f"{head}\n{in_words(estimates)}" if estimates else head

    def _repr_html_(self) -> str:
        head = f"<p><b>{html.escape(self.name)}</b><br>{html.escape(str(self.status))}</p>"
        if not any(one.state == "finished" for one in self.replicas):
            arms = ", ".join(map(html.escape, self.plan.arms))
            return f"{head}<p>Arms: {arms}. See price_tag(), then run().</p>"
        first, *rest = in_cells(self.estimates())
        heads = "".join(f"<th>{html.escape(cell)}</th>" for cell in first)
        rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in cells)}</tr>" for cells in rest)
        return f"{head}<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"

    def __repr__(self) -> str:
        status = self.status
        arms = len(self.plan.arms)
        return f"<{type(self).__name__} {self.name!r}, {arms} arms, {status.finished} of {status.wanted} replicas>"


def studies(store: Store) -> list[Results]:
    """The experiments of a store, oldest first, with what came of them: effects, figures, runs. To run more replicas,
    call `experiment` again with the same arms and measures.

    Args:
        store: an open store.
    """
    return [Results(plan, store) for plan in find_plans(store)]


def _drawn(replicas: Iterable[Replica], measure: str) -> dict[str, dict[int, Value]]:
    values = values_of(replicas, measure)
    kind = kind_of(value for of in values.values() for value in of.values())
    return values if kind == "number" else {}


def _by_step(replicas: Iterable[Replica], measure: str) -> dict[tuple[str, int], list[float]]:
    found: dict[tuple[str, int], list[float]] = {}
    for one in replicas:
        for step, value in one.per_step.get(measure, ()):
            if isinstance(value, bool | int | float):
                found.setdefault((one.arm, step), []).append(float(value))
    return found


def _curves(found: dict[tuple[str, int], list[float]]) -> dict[str, list[tuple[int, float, float]]]:
    """Steps with means and half widths of their intervals, by arm."""
    curves: dict[str, list[tuple[int, float, float]]] = {}
    for (arm, step), numbers in sorted(found.items(), key=lambda item: item[0][1]):
        mean, _ = mean_and_sd(numbers)
        high = mean_interval(numbers).high
        curves.setdefault(arm, []).append((step, mean, high - mean if math.isfinite(high) else 0.0))
    return curves


def _pandas() -> Any:
    try:
        import pandas as pd
    except ImportError as error:
        raise ModelUnavailable("Data frames need pandas: pip install 'interlab-lab[frames]'.") from error
    return pd
