"""Reading what every model call of a trace took: one entry a call, with who made it and what for.

A call belongs to the nearest enclosing actor and run. What it was for is the kind of the actor's node around it
(``query``, ``observe``, …), unless a node between that one and the call has a kind of its own, such as ``draft`` or
``judge``; the queries inside an observation are for the observation. A call in no such node is for ``model``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from operator import itemgetter
from typing import Any, NamedTuple

from interlab.errors import (
    CircuitOpen,
    InvalidArgument,
    LimitExceeded,
    ModelUnavailable,
    ReplayMiss,
    StoreCorrupt,
    UnknownPrice,
    Unsupported,
)
from interlab.models.ledger.prices import FREE, Price, PriceTable, price_of
from interlab.tracing import NodeReading, Store
from interlab.tracing.schema import ERROR, FINISHED, OPEN
from interlab.tracing.wire import TAG, loads

CHARGED = "charged_tokens"
"""Where a node's meta says what an auction charged a bidder for it, in tokens."""

NOT_CALLED = (CircuitOpen, LimitExceeded, ModelUnavailable, ReplayMiss, UnknownPrice, Unsupported)
"""Errors which say that no call was made: it is not counted as one."""

_STRUCTURE = frozenset({"call", "chain", "event", "model", "step", "tool"})
"""Kinds that say how work nests and not what it is for."""

_COLUMNS = (
    f"id, parent, kind, state, opened, closed, name, meta, CASE WHEN kind='model' AND state={ERROR} THEN error END"
)
_ALL = f"SELECT {_COLUMNS} FROM node ORDER BY id"
_BELOW = (
    "WITH RECURSIVE below(id) AS (SELECT :root UNION SELECT node.id FROM node JOIN below ON node.parent=below.id) "
    f"SELECT {_COLUMNS} FROM below CROSS JOIN node USING(id)"  # CROSS fixes the order of the tables, the quicker one
)
_ONE = f"SELECT {_COLUMNS} FROM node WHERE id=?"

Row = tuple[int, int | None, str, int, float, float | None, str, bytes | None, bytes | None]


class LedgerEntry(NamedTuple):
    """One model call, or a node on which an auction put a charge.

    Counts of a call served from record stand in `replayed` and `replayed_tokens` only: it took nothing.
    """

    uid: str
    actor: str | None
    model: str
    kind: str
    run_uid: str | None
    run_name: str | None
    step: int | None
    calls: int
    """1 for a call that was made, also when it failed."""
    failed: int
    refused: int
    """1 for one that was not made: beyond a limit, without a recorded reply, …"""
    retries: int
    """Further attempts of the same call."""
    replayed: int
    input_tokens: int
    output_tokens: int
    cached_tokens: int
    reasoning_tokens: int
    images: int
    charged_tokens: int | None
    replayed_tokens: int
    seconds: float
    cost_usd: float | None
    """None when the price is not known."""
    estimated: bool
    """Whether the tokens were estimated and not reported."""
    uncounted: int
    """1 for a finished call whose tokens nobody counted."""


class _Place(NamedTuple):
    """What the nodes around a call say about it."""

    actor: str | None = None
    kind: str | None = None
    run_uid: str | None = None
    run_name: str | None = None
    step: int | None = None
    model_id: int | None = None


_NOWHERE = _Place()


def read_entries(things: Iterable[Any], prices: PriceTable | None = None) -> Iterator[LedgerEntry]:
    """The entries of stores, runs and nodes, those below them included; each call once, in the order it was opened.

    Args:
        things: stores, runs, nodes.
        prices: count all calls with this table; None takes the cost recorded with a call, and the table in use where
            none was.

    Raises:
        InvalidArgument: something else was given.
    """
    wanted: dict[int, tuple[Any, set[int] | None]] = {}
    for thing in things:
        node = getattr(thing, "node", thing) if not isinstance(thing, Store) else thing
        if isinstance(node, NodeReading):
            source: Any = node._source
            _, roots = wanted.setdefault(id(source), (source, set()))
            if roots is not None:
                roots.add(node.id)
        elif isinstance(node, Store):
            wanted[id(node)] = (node, None)
        else:
            raise InvalidArgument(f"A ledger is of a store, a run or a node, not of a {type(thing).__name__}.")
    for source, roots in wanted.values():
        yield from _Reader(source, prices).entries(roots)


class _Reader:
    def __init__(self, source: Any, prices: PriceTable | None) -> None:
        self._source = source
        self._read: Callable[..., list[Row]] = source.journal.read
        self._price = price_of if prices is None else prices.price
        self._prices: dict[str, Price | None] = {}
        self._trust_recorded = prices is None
        self._rows: dict[int, Row] = {}
        self._places: dict[int | None, _Place] = {None: _NOWHERE}
        self._facts: dict[bytes, tuple[str | None, int | None]] = {}

    def entries(self, roots: set[int] | None) -> list[LedgerEntry]:
        if roots is None:
            self._rows = {row[0]: row for row in self._read(_ALL)}
        else:
            for root in roots:
                if root not in self._rows:
                    self._rows.update((row[0], row) for row in self._read(_BELOW, {"root": root}))
        inside = sorted(self._rows.values(), key=itemgetter(0))  # before the nodes around them are read too
        calls = [row for row in inside if row[2] == "model"]
        places = [self._place(row[1]) for row in calls]
        around = {place.model_id for place in places}
        entries = [self._call(row, place, row[0] in around) for row, place in zip(calls, places, strict=True)]
        marker = CHARGED.encode()
        for row in inside:
            if row[7] is not None and marker in row[7] and row[2] != "model":
                entries.extend(self._charge(row))
        return entries

    # Where a call stands ------------------------------------------------------------------------------

    def _place(self, key: int | None) -> _Place:
        places = self._places
        found = places.get(key)
        if found is not None:
            return found
        path: list[Row] = []
        while key is not None and key not in places:
            places[key] = _NOWHERE  # so that a circle in a damaged file ends
            row = self._rows.get(key)
            if row is None:
                above = self._read(_ONE, (key,))
                if not above:
                    break
                row = self._rows[key] = above[0]
            path.append(row)
            key = row[1]
        place = places.get(key, _NOWHERE)
        for row in reversed(path):
            place = places[row[0]] = self._inside(place, row)
        return place

    def _inside(self, place: _Place, row: Row) -> _Place:
        node_id, _, node_kind, _, _, _, name, meta, _ = row
        actor, kind, run_uid, run_name, step, model_id = place
        own_actor, own_step = self._facts_of(meta) if meta is not None else (None, None)
        if node_kind == "model":
            model_id = node_id
        elif node_kind == "run":
            run_uid, run_name, step = self._source.uid_of(node_id), name, None
        elif node_kind == "step":
            step = own_step if own_step is not None else step
        elif node_kind not in _STRUCTURE and (own_actor or kind is None or node_kind != "query"):
            kind = node_kind
        return _Place(own_actor or actor, kind, run_uid, run_name, step, model_id)

    def _facts_of(self, meta: bytes) -> tuple[str | None, int | None]:
        found = self._facts.get(meta)
        if found is None:
            facts = self._meta(meta)
            step = facts.get("step")
            found = self._facts[meta] = (_text(facts.get("actor")), step if type(step) is int else None)
        return found

    def _meta(self, data: bytes | None, *, tagged: bool = False) -> dict[str, Any]:
        """A node's meta (or error, which is `tagged`) in its stored form; empty where it is damaged, so that the entry
        shows as not counted."""
        if data is None:
            return {}
        try:
            facts = loads(data)
            if isinstance(facts, dict) and facts.get(TAG) == "ref":
                facts = loads(self._source.load(bytes.fromhex(facts["h"])))
        except (StoreCorrupt, ValueError, KeyError, TypeError):
            return {}
        return facts if isinstance(facts, dict) and (tagged or TAG not in facts) else {}

    # What a call took ---------------------------------------------------------------------------------

    def _call(self, row: Row, place: _Place, is_around: bool) -> LedgerEntry:
        node_id, _, _, state, opened, closed, name, data, error = row
        meta = self._meta(data)
        recorded = meta.get("usage")
        usage: dict[str, Any] = recorded if type(recorded) is dict else {}
        counts = _counts(usage)
        estimated = counts is not None and usage.get("estimated") is True
        model = meta.get("model")
        if type(model) is not str or not model:
            model = name
        actor = place.actor
        if "actor" in meta:
            actor = _text(meta["actor"]) or actor
        charged = _amount(meta[CHARGED]) if CHARGED in meta else None
        uid = self._source.uid_of(node_id)
        kind, run_uid, run_name, step = place.kind or "model", place.run_uid, place.run_name, place.step
        if meta.get("replayed") is True:
            tokens = 0 if counts is None else counts[0] + counts[1]
            return LedgerEntry(
                uid, actor, model, kind, run_uid, run_name, step,
                0, 0, 0, 0, 1, 0, 0, 0, 0, 0, charged, tokens, 0.0, 0.0, estimated, 0,
            )  # fmt: skip
        if error is not None and counts is None and not is_around and self._is_refusal(error):
            return LedgerEntry(
                uid, actor, model, kind, run_uid, run_name, step,
                0, 0, 1, 0, 0, 0, 0, 0, 0, 0, charged, 0, 0.0, 0.0, False, 0,
            )  # fmt: skip
        inside_counts = is_around and (counts is None or estimated)
        if inside_counts:  # all there is is a guess at what the calls inside report themselves
            counts, estimated = None, False
        uncounted = counts is None and state == FINISHED and not inside_counts
        failed = state == ERROR or (state == OPEN and self._source.is_interrupted(node_id))
        cost = 0.0 if inside_counts else self._cost(meta, model, counts, uncounted)
        input_tokens, output_tokens, cached_tokens, reasoning_tokens = counts or (0, 0, 0, 0)
        retries = max((_amount(meta["attempts"]) or 1) - 1, 0) if "attempts" in meta else 0
        images = (_amount(meta["images"]) or 0) if "images" in meta else 0
        seconds = 0.0 if closed is None or closed < opened else closed - opened
        return LedgerEntry(
            uid, actor, model, kind, run_uid, run_name, step,
            1, 1 if failed else 0, 0, retries, 0, input_tokens, output_tokens, cached_tokens, reasoning_tokens, images,
            charged, 0, seconds, cost, estimated, 1 if uncounted else 0,
        )  # fmt: skip

    def _cost(
        self, meta: dict[str, Any], model: str, counts: tuple[int, int, int, int] | None, uncounted: bool
    ) -> float | None:
        if self._trust_recorded and "cost_usd" in meta:
            recorded = meta["cost_usd"]
            if type(recorded) in (float, int) and recorded >= 0:
                return float(recorded)
        if counts is None and not uncounted:
            return 0.0  # it failed, or is still under way
        try:
            price = self._prices[model]
        except KeyError:
            price = self._prices[model] = self._price(model)
        if price is None or (counts is None and price != FREE):
            return None
        return 0.0 if counts is None else price.of_tokens(counts[0], counts[1], counts[2])

    def _is_refusal(self, error: bytes) -> bool:
        return self._meta(error, tagged=True).get("t") in _REFUSALS

    def _charge(self, row: Row) -> Iterator[LedgerEntry]:
        charged = _amount(self._meta(row[7]).get(CHARGED))
        if charged is not None:
            place = self._place(row[0])
            who = (place.actor, "", place.kind or row[2], place.run_uid, place.run_name, place.step)
            yield LedgerEntry(
                self._source.uid_of(row[0]), *who, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, charged, 0, 0.0, 0.0, False, 0
            )


_REFUSALS = [f"{kind.__module__}.{kind.__qualname__}" for kind in NOT_CALLED]


def _text(value: Any) -> str | None:
    return value if type(value) is str and value else None


def _amount(value: Any) -> int | None:
    """A recorded count; None for what is none, such as in a trace from elsewhere."""
    return value if type(value) is int and value >= 0 else None


def _counts(usage: dict[str, Any]) -> tuple[int, int, int, int] | None:
    """Tokens in, out, cached and of reasoning; None where nobody counted: no prompt is without tokens."""
    into, out = _amount(usage.get("input_tokens")) or 0, _amount(usage.get("output_tokens")) or 0
    if not into and not out:
        return None
    if len(usage) == 2:
        return into, out, 0, 0
    return into, out, _amount(usage.get("cached_tokens")) or 0, _amount(usage.get("reasoning_tokens")) or 0
