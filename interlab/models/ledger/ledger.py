"""What was spent: a table of a trace's model calls, summed by whoever made them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from html import escape
from math import fsum
from typing import Any, Literal, TypeAlias

from interlab.errors import InvalidArgument, ModelUnavailable
from interlab.models.ledger.entries import LedgerEntry, read_entries
from interlab.models.ledger.plotting import plot
from interlab.models.ledger.prices import PriceTable

Dimension: TypeAlias = Literal["actor", "model", "kind", "branch", "step"]
"""What calls can be grouped by."""

DIMENSIONS: tuple[Dimension, ...] = ("actor", "model", "kind", "branch")
"""What they are grouped by unless told."""

_SUMMED = (
    "calls", "failed", "refused", "retries", "replayed", "input_tokens", "output_tokens", "cached_tokens",
    "reasoning_tokens", "images", "replayed_tokens", "uncounted",
)  # fmt: skip
_PLACES = {name: LedgerEntry._fields.index(name) for name in LedgerEntry._fields}


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """A sum over calls.

    Args:
        actor, model, kind, branch, step: what the calls have in common; None where that was not asked for, and also
            for calls of no actor, in no run or in no step. `branch` is the run's name, with its uid where runs share
            a name. A charge that stands on no call has the model ``""``.
        calls: calls that were made, the failed ones among them; not those served from record.
        failed: calls that ended with an error or were interrupted.
        refused: calls that were not made, and are not among `calls`: beyond a limit, without a recorded reply, of a
            model that can't do what was asked.
        retries: attempts beyond the first of each call.
        replayed: calls served from record. They take no tokens, seconds or money.
        input_tokens, output_tokens: as the models counted them; reasoning is part of the output.
        cached_tokens: input tokens that a provider served from its cache.
        reasoning_tokens: output tokens that are not in the text.
        images: images in the prompts.
        charged_tokens: what auctions charged for the calls; None where none charged. Compare it with `total_tokens`,
            what they really took, or in a replay with `replayed_tokens`.
        replayed_tokens: input and output tokens of the calls served from record.
        seconds: in calls, added up also where they ran side by side.
        cost_usd: dollars; None, which is shown as unknown, if the price of any of the calls is.
        known_cost_usd: dollars of the calls whose price is known.
        unpriced: calls whose price is not known.
        uncounted: calls that were answered without anybody counting the tokens.
        estimated: whether some of the tokens were estimated and not reported.
    """

    actor: str | None = None
    model: str | None = None
    kind: str | None = None
    branch: str | None = None
    step: int | None = None
    calls: int = 0
    failed: int = 0
    refused: int = 0
    retries: int = 0
    replayed: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    images: int = 0
    charged_tokens: int | None = None
    replayed_tokens: int = 0
    seconds: float = 0.0
    cost_usd: float | None = 0.0
    known_cost_usd: float = 0.0
    unpriced: int = 0
    uncounted: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    @property
    def cost(self) -> str:
        """The cost in words: ``"$0.0123"``, ``"unknown"``, or ``"≥ $0.0123"`` where a part of it is known."""
        if self.cost_usd is not None:
            return _dollars(self.cost_usd)
        return f"≥ {_dollars(self.known_cost_usd)}" if self.known_cost_usd else "unknown"


class Ledger:
    """What was spent, as a table: tokens, calls, seconds and money, by actor, model, kind of call and branch.

    `run.ledger` is one; `Ledger.of` reads others. It stands still: read it again to see what came since.

        run.ledger.total.cost_usd
        print(run.ledger.by("actor", "model"))
        il.Ledger.of(run, fork).by("branch").to_frame()

    Every node of kind ``model`` counts once. A call that only wraps others (a function that asks other models) and
    has but an estimate of its own counts as a call without tokens: the calls inside have theirs. A failed call counts
    the tokens it reported, which is mostly none.

    Args:
        entries: the calls.
        dimensions: what to group by.
    """

    def __init__(self, entries: Iterable[LedgerEntry], dimensions: Iterable[Dimension] = DIMENSIONS) -> None:
        self.entries = tuple(entries)
        self.dimensions = tuple(dimensions)
        self._names: dict[str, str] | None = None
        self._rows: list[LedgerRow] | None = None

    @classmethod
    def of(cls, *things: Any, prices: PriceTable | None = None) -> Ledger:
        """Read the ledger of stores, runs or nodes, with all below them.

        Args:
            *things: stores, runs, nodes, or lists of them. What stands in several of them counts once.
            prices: count every call with these prices (see `PriceTable.of`); by default the cost recorded with the
                call counts, and the prices in use where none was recorded.

        Raises:
            InvalidArgument: something else was given.
        """
        flat = [one for thing in things for one in (thing if isinstance(thing, list | tuple) else (thing,))]
        return cls(read_entries(flat, prices))

    def by(self, *dimensions: Dimension) -> Ledger:
        """The same calls, grouped otherwise.

        Args:
            *dimensions: of ``"actor"``, ``"model"``, ``"kind"``, ``"branch"``, ``"step"``; none for one row of all.

        Raises:
            InvalidArgument: another word.
        """
        for dimension in dimensions:
            if dimension not in _KEYS:
                raise InvalidArgument(f"A ledger is grouped by {', '.join(_KEYS)}; got {dimension!r}.")
        return Ledger(self.entries, dimensions)

    @property
    def rows(self) -> list[LedgerRow]:
        """One row for each group, in the order of their first calls."""
        if self._rows is None:
            keys = [_KEYS[dimension](self) for dimension in self.dimensions]
            groups: dict[tuple[Any, ...], list[LedgerEntry]] = {}
            for entry in self.entries:
                groups.setdefault(tuple([key(entry) for key in keys]), []).append(entry)
            self._rows = [_sum(group, dict(zip(self.dimensions, key, strict=True))) for key, group in groups.items()]
        return self._rows

    @property
    def total(self) -> LedgerRow:
        """All of it in one row."""
        return _sum(self.entries, {})

    def __iter__(self) -> Iterator[LedgerRow]:
        return iter(self.rows)

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.entries)

    def branch_of(self, entry: LedgerEntry) -> str | None:
        """What the run of an entry is called here: its name, with its uid where other runs have that name too."""
        if entry.run_uid is None:
            return None
        if self._names is None:
            runs = {one.run_uid: one.run_name or "" for one in self.entries if one.run_uid is not None}
            shared = Counter(runs.values())
            self._names = {uid: name if shared[name] == 1 else f"{name} ({uid})" for uid, name in runs.items()}
        return self._names[entry.run_uid]

    # Looking at it ------------------------------------------------------------------------------------

    def to_frame(self) -> Any:
        """The rows as a pandas data frame; what is not known is missing in it.

        Raises:
            ModelUnavailable: pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            raise ModelUnavailable("Data frames need pandas: pip install 'interlab-lab[frames]'.") from error
        unwanted = set(_KEYS) - set(self.dimensions)
        columns = [name for name in LedgerRow.__dataclass_fields__ if name not in unwanted]
        records = [asdict(row) for row in self.rows]
        frame = pd.DataFrame(records, columns=columns)
        whole = [name for name in ("charged_tokens", "step") if name in frame]
        return frame.astype({**dict.fromkeys(whole, "Int64"), "cost_usd": "float64"})

    def plot(self, measure: Literal["tokens", "cost_usd", "calls", "seconds"] = "tokens") -> Any:
        """Draw it with plotly: bars by actor, stacked by model, and the growth of each branch over its steps.

        Args:
            measure: what is drawn. Of costs only the known ones are, and the title says so.

        Returns:
            A `plotly.graph_objects.Figure`.
        """
        return plot(self.entries, self.branch_of, measure)

    def __str__(self) -> str:
        headings, lines = self._table()
        widths = [max(map(len, column)) for column in zip(headings, *lines, strict=True)]
        words = len(self.dimensions)
        out = []
        for line in [headings, *lines]:
            cells = [
                cell.ljust(width) if place < max(words, 1) else cell.rjust(width)
                for place, (cell, width) in enumerate(zip(line, widths, strict=True))
            ]
            out.append("  ".join(cells).rstrip())
        return "\n".join(out)

    def __repr__(self) -> str:
        total = self.total
        return f"<Ledger of {total.calls:,} calls, {total.total_tokens:,} tokens, cost {total.cost}>"

    def _repr_html_(self) -> str:
        headings, lines = self._table()
        words = max(len(self.dimensions), 1)

        def cells(line: list[str], tag: str) -> str:
            return "".join(
                f'<{tag} style="text-align:{"left" if place < words else "right"}">{escape(cell)}</{tag}>'
                for place, cell in enumerate(line)
            )

        body = "".join(f"<tr>{cells(line, 'td')}</tr>" for line in lines[:-1])
        foot = f"<tr>{cells(lines[-1], 'th')}</tr>"
        return (
            f"<table><thead><tr>{cells(headings, 'th')}</tr></thead><tbody>{body}</tbody><tfoot>{foot}</tfoot></table>"
        )

    def _table(self) -> tuple[list[str], list[list[str]]]:
        """Headings and lines of texts; the last line is the total. Columns in which nothing stands are left out."""
        total = self.total
        shown = [
            (heading, cell)
            for heading, cell, needed in _COLUMNS
            if needed is None or getattr(total, needed) not in (0, None)
        ]
        headings = [*(self.dimensions or ("",)), *(heading for heading, _ in shown)]
        lines = [
            [*([_word(getattr(row, name)) for name in self.dimensions] or [""]), *(cell(row) for _, cell in shown)]
            for row in (self.rows if self.dimensions else [])
        ]
        label = ["total", *[""] * (max(len(self.dimensions), 1) - 1)]
        return headings, [*lines, [*label, *(cell(total) for _, cell in shown)]]


_KEYS: dict[str, Callable[[Ledger], Callable[[LedgerEntry], Any]]] = {
    "actor": lambda ledger: lambda entry: entry.actor,
    "model": lambda ledger: lambda entry: entry.model,
    "kind": lambda ledger: lambda entry: entry.kind,
    "branch": lambda ledger: ledger.branch_of,
    "step": lambda ledger: lambda entry: entry.step,
}


def _sum(entries: Iterable[LedgerEntry], key: dict[str, Any]) -> LedgerRow:
    columns = list(zip(*entries, strict=True))
    if not columns:
        return LedgerRow(**key)
    costs = columns[_PLACES["cost_usd"]]
    charged = [tokens for tokens in columns[_PLACES["charged_tokens"]] if tokens is not None]
    unpriced = costs.count(None)
    known = fsum(cost for cost in costs if cost is not None)
    sums = {name: sum(columns[_PLACES[name]]) for name in _SUMMED}
    return LedgerRow(
        **key,
        **sums,
        charged_tokens=sum(charged) if charged else None,
        seconds=fsum(columns[_PLACES["seconds"]]),
        cost_usd=None if unpriced else known,
        known_cost_usd=known,
        unpriced=unpriced,
        estimated=any(columns[_PLACES["estimated"]]),
    )


def _tokens(name: str) -> Callable[[LedgerRow], str]:
    return lambda row: f"{'≈ ' if row.estimated else ''}{getattr(row, name):,}"


def _count(name: str) -> Callable[[LedgerRow], str]:
    return lambda row: "" if getattr(row, name) is None else f"{getattr(row, name):,}"


_COLUMNS: tuple[tuple[str, Callable[[LedgerRow], str], str | None], ...] = (
    ("calls", _count("calls"), None),
    ("failed", _count("failed"), "failed"),
    ("refused", _count("refused"), "refused"),
    ("retries", _count("retries"), "retries"),
    ("replayed", _count("replayed"), "replayed"),
    ("tokens in", _tokens("input_tokens"), None),
    ("out", _tokens("output_tokens"), None),
    ("cached", _count("cached_tokens"), "cached_tokens"),
    ("reasoning", _count("reasoning_tokens"), "reasoning_tokens"),
    ("images", _count("images"), "images"),
    ("charged", _count("charged_tokens"), "charged_tokens"),
    ("replayed tokens", _count("replayed_tokens"), "replayed_tokens"),
    ("not counted", _count("uncounted"), "uncounted"),
    ("seconds", lambda row: f"{row.seconds:,.1f}", None),
    ("cost", lambda row: row.cost, None),
)


def _word(value: Any) -> str:
    """A cell of text: on one line, and without what would rewrite the terminal."""
    text = "–" if value in (None, "") else str(value)
    text = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
    return text if len(text) <= 60 else text[:59] + "…"


def _dollars(amount: float) -> str:
    if amount == 0:
        return "$0"
    return f"${amount:,.2f}" if amount >= 100 else f"${amount:.4f}" if amount >= 0.0001 else f"${amount:.2g}"
