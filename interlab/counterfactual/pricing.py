"""The price of an experiment before it is run."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from interlab.counterfactual.replicas import Replica, Spending, together
from interlab.environments import Moment, Run
from interlab.environments.cast import actors_of
from interlab.models import Usage
from interlab.models.ledger import Ledger, LedgerEntry, Limit, cost_usd
from interlab.models.replies import current
from interlab.tracing import Store
from interlab.tracing.reply_table import ReplyTable


@dataclass(frozen=True)
class ArmPrice:
    """What the replicas of one arm that are not there yet are expected to take.

    Args:
        arm: the arm.
        replicas: replicas wanted.
        done: of these, the ones that are in the store already and cost nothing more.
        each: what one more is expected to take.
        recorded: recorded replies that the missing ones could be served instead of calling.
    """

    arm: str
    replicas: int
    done: int
    each: Spending
    recorded: int = 0

    @property
    def to_run(self) -> int:
        """Replicas that are missing."""
        return self.replicas - self.done

    @property
    def calls(self) -> int:
        """Calls expected, those served from record not among them."""
        return max(0, self.each.calls * self.to_run - self.recorded)

    @property
    def _share(self) -> float:
        whole = self.each.calls * self.to_run
        return self.to_run * (self.calls / whole) if whole else 0.0

    @property
    def tokens(self) -> int:
        """Tokens expected, in and out."""
        return round(self.each.tokens * self._share)

    @property
    def cost_usd(self) -> float | None:
        """Dollars expected; None when a price is not known."""
        if not self.calls:
            return 0.0
        return None if self.each.cost_usd is None else self.each.cost_usd * self._share


@dataclass(frozen=True)
class PriceTag:
    """What an experiment is expected to take, and from what that was estimated. Made by ``study.price_tag()``.

    Args:
        arms: the price of each arm.
        estimated_from: where the estimate comes from, in words.
        limit: the limit that it will be run under, or None.
    """

    arms: tuple[ArmPrice, ...]
    estimated_from: str
    limit: Limit | None = field(default=None, compare=False)

    @property
    def replicas_to_run(self) -> int:
        """Replicas that are not in the store yet."""
        return sum(arm.to_run for arm in self.arms)

    @property
    def replicas_done(self) -> int:
        """Replicas that are, and cost nothing more."""
        return sum(arm.done for arm in self.arms)

    @property
    def calls(self) -> int:
        """Calls expected, without those served from record."""
        return sum(arm.calls for arm in self.arms)

    @property
    def recorded(self) -> int:
        """Calls that can be served from recorded replies."""
        return sum(min(arm.recorded, arm.each.calls * arm.to_run) for arm in self.arms)

    @property
    def tokens(self) -> int:
        """Tokens expected, in and out."""
        return sum(arm.tokens for arm in self.arms)

    @property
    def cost_usd(self) -> float | None:
        """Dollars expected; None when a price is not known."""
        costs = [arm.cost_usd for arm in self.arms]
        known = [cost for cost in costs if cost is not None]
        return math.fsum(known) if len(known) == len(costs) else None

    @property
    def is_within_limit(self) -> bool | None:
        """Whether the limit leaves room for what is expected; None without a limit, or when the cost is not known."""
        if self.limit is None:
            return None
        used, cost = self.limit.used, self.cost_usd
        bounds: list[tuple[float | None, float, float | None]] = [
            (self.limit.tokens, used.tokens, self.tokens),
            (self.limit.calls, used.calls, self.calls),
            (self.limit.cost_usd, used.cost_usd, cost),
        ]
        if self.limit.cost_usd is not None and cost is None:
            return None
        return all(bound is None or spent + (wanted or 0) <= bound for bound, spent, wanted in bounds)

    def to_frame(self) -> Any:
        """The arms as a pandas data frame."""
        import pandas as pd

        rows = [
            {
                "arm": arm.arm, "replicas": arm.replicas, "done": arm.done, "calls": arm.calls,
                "recorded": arm.recorded, "tokens": arm.tokens, "cost_usd": arm.cost_usd,
            }
            for arm in self.arms
        ]  # fmt: skip
        return pd.DataFrame(rows).astype({"cost_usd": "float64"}).set_index("arm")

    def _table(self) -> list[list[str]]:
        rows = [["arm", "replicas", "done", "calls", "tokens", "cost"]]
        for arm in self.arms:
            rows.append(
                [arm.arm, str(arm.replicas), str(arm.done), f"{arm.calls:,}", f"{arm.tokens:,}", _dollars(arm.cost_usd)]
            )
        wanted = sum(arm.replicas for arm in self.arms)
        total = ["total", str(wanted), str(self.replicas_done), f"{self.calls:,}", f"{self.tokens:,}"]
        return [*rows, [*total, _dollars(self.cost_usd)]]

    def _notes(self) -> str:
        notes = [f"Estimated from {self.estimated_from}."]
        if self.recorded:
            notes.append(f"Up to {self.recorded:,} calls more are served from recorded replies.")
        if self.limit is not None:
            room = {True: "has room for it", False: "does not have room for it", None: "may or may not have room"}
            notes.append(f"The limit ({self.limit!r}) {room[self.is_within_limit]}.")
        return " ".join(notes)

    def __str__(self) -> str:
        table = self._table()
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        lines = [
            "  ".join(
                cell.ljust(width) if not place else cell.rjust(width) for place, (cell, width) in enumerate(cells)
            )
            for cells in (list(zip(row, widths, strict=True)) for row in table)
        ]
        return "\n".join([*lines, self._notes()])

    def _repr_html_(self) -> str:
        rows = "".join(f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>" for row in self._table())
        return f"<table>{rows}</table><p>{html.escape(self._notes())}</p>"


def _dollars(cost: float | None) -> str:
    return "unknown" if cost is None else f"${cost:,.4f}" if 0 < cost < 100 else f"${cost:,.2f}"


def expected_from_run(
    moment: Moment, run: Run, models: Mapping[str, str] | None, max_steps: int | None, judges: int = 0
) -> tuple[Spending, int]:
    """What a replica is expected to take, if it goes on as the original did.

    Args:
        moment: where it branches.
        run: the original run.
        models: the models' names of a fork by its actors', as far as they are known: a call of an actor whose model
            was swapped is priced as one of the new model.
        max_steps: steps at most.
        judges: calls of judges at the end, each taken to be as long as the others are on average.

    Returns:
        The amount, and the number of the original's steps it was read from.
    """
    last = math.inf if max_steps is None else moment.step + max_steps
    entries = [
        entry
        for entry in Ledger.of(run.node).entries
        if entry.step is not None and moment.step < entry.step <= last and (entry.calls or entry.replayed)
    ]
    steps = sum(moment.step < node.meta.get("step", 0) <= last for node in run.steps)
    source: Any = run.node._source
    amounts = [_as_called(entry, models or {}, source) for entry in entries]
    whole = together(amounts)
    if judges and amounts:
        n = len(amounts)
        cost = None if whole.cost_usd is None else whole.cost_usd / n
        each = Spending(1, whole.input_tokens // n, whole.output_tokens // n, cost)
        whole = together([whole, *[each] * judges])
    return whole, steps


def _as_called(entry: LedgerEntry, models: Mapping[str, str], source: Any) -> Spending:
    """What the call of an entry takes when it is made, also where it was served from record, or is of another model."""
    inputs, outputs, cost = entry.input_tokens, entry.output_tokens, entry.cost_usd
    model = models.get(entry.actor or "", entry.model)
    if entry.replayed or model.partition("?")[0] != entry.model.partition("?")[0]:
        if entry.replayed:
            usage = source.node(entry.uid).meta.get("usage") or {}
            inputs, outputs = int(usage.get("input_tokens") or 0), int(usage.get("output_tokens") or 0)
        cost = cost_usd(Usage(inputs, outputs), model)
    return Spending(1, inputs, outputs, cost)


def models_of(environment: Any) -> dict[str, str]:
    """The names of the actors' models by the actors' names."""
    named = {}
    for name, actor in actors_of(environment).items():
        model = getattr(getattr(actor, "model", None), "name", None)
        if isinstance(model, str):
            named[name] = model
    return named


def mean_of(replicas: Iterable[Replica], spent: Mapping[tuple[str, int], Spending]) -> Spending | None:
    """What replicas that finished took on average; None of none."""
    amounts = [spent[one.arm, one.number] for one in replicas if one.state == "finished"]
    if not amounts:
        return None
    n, whole = len(amounts), together(amounts)
    cost = None if whole.cost_usd is None else whole.cost_usd / n
    return Spending(math.ceil(whole.calls / n), whole.input_tokens // n, whole.output_tokens // n, cost)


def recorded_replies(store: Store, seeds: Iterable[int]) -> dict[int, int]:
    """How many replies are recorded for each of some branches' seeds, if replies are served here; else nothing."""
    serving = current()
    if serving is None or serving.mode not in ("replay", "auto"):
        return {}
    wanted = dict.fromkeys(seeds, 0)
    for page in ReplyTable((serving.source or store).journal).pages():
        for row in page:
            seed = orjson.loads(row.sample).get("seed")
            if seed in wanted:
                wanted[seed] += 1
    return wanted
