"""The effect of each arm on each measure: estimates, intervals and tests over paired replicas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from interlab.counterfactual.measures import Value, kind_of
from interlab.counterfactual.replicas import Plan, Replica, Spending, together
from interlab.counterfactual.sequential import always_valid_p
from interlab.counterfactual.statistics import (
    Interval,
    Method,
    holm,
    mcnemar,
    mean_and_sd,
    mean_interval,
    paired_proportions_interval,
    paired_t_test,
    proportion_interval,
)
from interlab.errors import InvalidArgument, ModelUnavailable


@dataclass(frozen=True)
class Effect:
    """What an arm did to a measure.

    Args:
        measure: the measure; of one whose values are texts, the measure and one of them: ``"outcome = deal"``.
        arm: the arm.
        kind: ``"number"`` for a mean, ``"share"`` for a proportion.
        n: replicas with a value.
        failed: replicas that ended with an error.
        missing: replicas that finished without a value, such as a price where there was no deal.
        mean: the mean, or the proportion.
        sd: the standard deviation over the replicas.
        mean_low, mean_high: the interval of `mean`; exact (Clopper–Pearson) for a proportion.
        reference: the arm it is compared with.
        pairs: replicas for which both arms have a value.
        difference: the mean of arm − reference over these pairs.
        difference_sd: the standard deviation of the paired differences.
        low, high: the interval of `difference`.
        p: of no difference: a paired t test, or McNemar's exact test for proportions.
        p_holm: the same, corrected for all arms of this measure.
        pairing: the variance that two unpaired replicas' difference would have, over that of the paired ones: how many
            times as many replicas would be needed without pairing.
        calls, tokens, cost_usd: what all replicas of the arm took; the cost is None when a price is not known.
    """

    measure: str
    arm: str
    kind: str
    n: int
    failed: int
    missing: int
    mean: float
    sd: float
    mean_low: float
    mean_high: float
    reference: str | None = None
    pairs: int = 0
    difference: float = math.nan
    difference_sd: float = math.nan
    low: float = math.nan
    high: float = math.nan
    p: float = math.nan
    p_holm: float = math.nan
    pairing: float = math.nan
    calls: int = 0
    tokens: int = 0
    cost_usd: float | None = None


def effects_of(
    plan: Plan,
    replicas: Iterable[Replica],
    spent: Mapping[tuple[str, int], Spending],
    *,
    reference: str | None = None,
    level: float = 0.95,
    method: Method = "bootstrap_t",
    measures: Iterable[str] | None = None,
) -> list[Effect]:
    """The effects of an experiment.

    Args:
        plan: the experiment.
        replicas: what came of it.
        spent: what the replicas took.
        reference: the arm to compare with; the plan's by default.
        level: the level of confidence, in (0, 1).
        method: how intervals of means are computed; those of proportions are exact for ``"t"`` and the bootstraps.
        measures: only these; all by default.

    Raises:
        InvalidArgument: an unknown arm, measure or method.
    """
    base = plan.reference if reference is None else reference
    if base not in plan.arms:
        raise InvalidArgument(f"There is no arm {base!r}; the arms are {', '.join(map(repr, plan.arms))}.")
    wanted = list(plan.measures if measures is None else measures)
    for name in wanted:
        if name not in plan.measures:
            raise InvalidArgument(f"There is no measure {name!r}; there are {', '.join(map(repr, plan.measures))}.")
    listed = list(replicas)
    totals = {arm: together(one for (of, _), one in spent.items() if of == arm) for arm in plan.arms}
    failed = {arm: sum(one.arm == arm and one.state == "failed" for one in listed) for arm in plan.arms}
    made: list[Effect] = []
    for name in wanted:
        made.extend(_of_measure(plan, name, listed, base, level, method))
    return [
        replace(
            one, failed=failed[one.arm], calls=totals[one.arm].calls, tokens=totals[one.arm].tokens,
            cost_usd=totals[one.arm].cost_usd,
        )
        for one in made
    ]  # fmt: skip


def values_of(replicas: Iterable[Replica], measure: str) -> dict[str, dict[int, Value]]:
    """A measure's values by arm and number, of the replicas that finished."""
    found: dict[str, dict[int, Value]] = {}
    for one in sorted(replicas, key=lambda replica: replica.number):
        if one.state == "finished":
            found.setdefault(one.arm, {})[one.number] = one.values.get(measure)
    return found


def _of_measure(
    plan: Plan, name: str, replicas: list[Replica], base: str, level: float, method: Method
) -> list[Effect]:
    values = values_of(replicas, name)
    everything = [value for of in values.values() for value in of.values()]
    kind = kind_of(everything)
    if kind != "category":
        return _corrected(_rows(plan, name, kind, values, base, level, method))
    rows: list[Effect] = []
    for category in sorted({str(value) for value in everything if value is not None}):
        chosen = {
            arm: {number: None if value is None else str(value) == category for number, value in of.items()}
            for arm, of in values.items()
        }
        rows.extend(_rows(plan, f"{name} = {category}", "share", chosen, base, level, method))
    return _corrected(rows)


def _corrected(rows: list[Effect]) -> list[Effect]:
    return [replace(row, p_holm=p) for row, p in zip(rows, holm([row.p for row in rows]), strict=True)]


def _rows(
    plan: Plan,
    name: str,
    kind: str,
    values: Mapping[str, Mapping[int, Value]],
    base: str,
    level: float,
    method: Method,
) -> list[Effect]:
    reference = _numbers(values.get(base, {}))
    rows = []
    for arm in plan.arms:
        of = values.get(arm, {})
        numbers = _numbers(of)
        row = Effect(
            name, arm, kind, len(numbers), 0, len(of) - len(numbers), math.nan, math.nan, math.nan, math.nan
        )  # fmt: skip
        if numbers:
            _, sd = mean_and_sd(list(numbers.values()))
            mean = _interval(kind, list(numbers.values()), level, method)
            row = replace(row, mean=mean.estimate, sd=sd, mean_low=mean.low, mean_high=mean.high)
        if arm != base:
            row = _compared(row, numbers, reference, base, level, method)
        rows.append(row)
    return rows


def _numbers(values: Mapping[int, Value]) -> dict[int, float]:
    return {number: float(value) for number, value in values.items() if value is not None}


def _interval(kind: str, numbers: list[float], level: float, method: Method) -> Interval:
    if kind == "share" and method != "always_valid":
        return proportion_interval(round(sum(numbers)), len(numbers), level=level)
    return mean_interval(numbers, level=level, method=method)


def _compared(
    row: Effect, numbers: Mapping[int, float], reference: Mapping[int, float], base: str, level: float, method: Method
) -> Effect:
    pairs = [(numbers[number], reference[number]) for number in sorted(numbers) if number in reference]
    row = replace(row, reference=base, pairs=len(pairs))
    if not pairs:
        return row
    differences = [one - other for one, other in pairs]
    _, sd = mean_and_sd(differences)
    if row.kind == "share" and method != "always_valid":
        both = sum(one > 0 and other > 0 for one, other in pairs)
        first = sum(one > other for one, other in pairs)
        second = sum(one < other for one, other in pairs)
        found = paired_proportions_interval(both, first, second, len(pairs) - both - first - second, level=level)
        p = mcnemar(first, second)
    else:
        found = mean_interval(differences, level=level, method=method)
        always = method == "always_valid"
        p = always_valid_p(len(pairs), found.estimate, sd) if always else paired_t_test(differences)
    apart = mean_and_sd([one for one, _ in pairs])[1] ** 2 + mean_and_sd([other for _, other in pairs])[1] ** 2
    pairing = apart / sd**2 if sd > 0 else math.inf if apart > 0 else math.nan
    return replace(
        row, difference=found.estimate, difference_sd=sd, low=found.low, high=found.high, p=p, pairing=pairing
    )


def as_frame(effects: Iterable[Effect]) -> Any:
    """Effects as a pandas data frame, one row an arm and measure.

    Raises:
        ModelUnavailable: pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError as error:
        raise ModelUnavailable("Data frames need pandas: pip install 'interlab-lab[frames]'.") from error
    frame = pd.DataFrame([asdict(one) for one in effects], columns=list(Effect.__dataclass_fields__))
    return frame.astype({"cost_usd": "float64"}).set_index(["measure", "arm"])


def in_cells(effects: Iterable[Effect]) -> list[tuple[str, ...]]:
    """Effects as the cells of a table, its head first."""
    heads = ("measure", "arm", "n", "mean", "interval", "difference", "interval", "p (Holm)")
    lines = [
        (
            one.measure, one.arm, str(one.n), short(one.mean), _range(one.mean_low, one.mean_high),
            "reference" if one.reference is None else short(one.difference),
            "" if one.reference is None else _range(one.low, one.high),
            "" if math.isnan(one.p_holm) else f"{one.p_holm:.3g}",
        )
        for one in effects
    ]  # fmt: skip
    return [heads, *lines]


def in_words(effects: Iterable[Effect]) -> str:
    """Effects as a table of text."""
    lines = in_cells(effects)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def short(value: float) -> str:
    """A number in few digits."""
    return "–" if math.isnan(value) else f"{value:,.4g}" if abs(value) < 1_000 else f"{value:,.0f}"


def _range(low: float, high: float) -> str:
    return "–" if math.isnan(low) else f"[{short(low)}, {short(high)}]"
