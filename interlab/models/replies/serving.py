"""Recording replies and serving them again.

Each call has a key: the request, and which sample of it this is on this branch. A branch is told by its seed; on it,
the samples of a request are counted for each actor, and for an environment's own calls; calls made side by side are
told apart by their places. None of this depends on the order of arrival.
"""

from __future__ import annotations

import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from interlab.errors import InvalidArgument, ReplayMiss, StoreReadOnly
from interlab.models.messages import Message
from interlab.models.model import Model
from interlab.models.params import Params
from interlab.models.replies.callers import current_caller
from interlab.models.replies.counts import Counts
from interlab.models.replies.nearest import explain
from interlab.models.replies.requests import Request, canonical, digest_of, request_of
from interlab.models.replies.stored import reply_from, reply_record
from interlab.models.reply import Reply
from interlab.models.seeding import current_seed
from interlab.tracing import Store, carry, open_store
from interlab.tracing.reply_table import REPLY_KEY, ReplyMode, ReplyRow, ReplyTable, as_reply_mode
from interlab.tracing.scope import CURRENT_NODE, CURRENT_STORE, current_store
from interlab.tracing.slots import CURRENT_SLOT, Slot


class Sample(NamedTuple):
    """Which sample of a request a call asks for."""

    seed: int | None
    """The branch's seed; None outside of environments."""
    caller: str
    """Whose call it is; empty outside of actors and environments."""
    number: int
    """How many samples of the request the caller had on this branch before."""
    draw: int
    """`Params.sample`."""
    path: tuple[int | str, ...]
    """The place among calls made side by side."""


class Asked:
    """A call that was looked up.

    Attributes:
        reply: the recorded reply; None when the model has to be called.
        key: what the reply is recorded under, as hexadecimal digits.
        took_s: how long the recorded call took, in seconds, if known.
    """

    __slots__ = ("_alone", "_counts", "_key", "_slot", "_table", "reply", "request", "sample", "took_s")

    def __init__(self, table: ReplyTable, request: Request, sample: Sample, counts: Counts, slot: Slot) -> None:
        self.request = request
        self.sample = sample
        self.reply: Reply | None = None
        self.took_s: float | None = None
        self._table = table
        self._counts = counts
        self._slot = slot
        self._alone = digest_of(request.digest, canonical(sample[:-1]))
        self._key = digest_of(self._alone, canonical(sample.path)) if sample.path else self._alone

    @property
    def key(self) -> str:
        return self._key.hex()

    def uncount(self) -> None:
        self._counts.undo(self.request.digest)
        self._slot.uncount(self._counts, self.request.digest)


class Serving:
    """What becomes of replies in one block, or in one store.

    Args:
        mode: ``"off"``, ``"record"``, ``"replay"`` or ``"auto"``.
        source: where replies are; None for the store of the call's node.

    Attributes:
        served: how many replies were served from what is recorded.
        recorded: how many were recorded.
    """

    def __init__(self, mode: ReplyMode, source: Store | None = None) -> None:
        self.mode = mode
        self.source = source
        self.served = 0
        self.recorded = 0
        self._counts = Counts()
        self._made: set[bytes] = set()
        self._under_way: dict[bytes, threading.Event] = {}
        self._unwritten: list[ReplyRow] = []
        self._lock = threading.Lock()
        self._tables: weakref.WeakKeyDictionary[Any, ReplyTable] = weakref.WeakKeyDictionary()

    # Looking up ---------------------------------------------------------------------------------------

    def lookup(self, model: Model, messages: tuple[Message, ...], params: Params | None = None) -> Asked:
        """Count a call, and find its reply.

        Where its reply is None the model is to be called, and `record` or `release` must follow. While one call is
        under way, another with the same key waits for it here, and is served its reply.

        Args:
            model: who is asked.
            messages: what is asked.
            params: how.

        Raises:
            ReplayMiss: the mode is ``"replay"`` and the reply is not recorded.
            StoreReadOnly: it would have to be recorded, and can't.
        """
        asked = self._asked(model, messages, params)
        try:
            while not self._serve(asked):
                if self.mode == "replay":
                    raise self._miss(asked)
                if asked._table.journal.read_only:
                    path = asked._table.journal.path
                    raise StoreReadOnly(f"Replies can't be recorded in {path}: it is open for reading only.", path)
                with self._lock:
                    other = self._under_way.get(asked._key)
                    if other is None:
                        self._under_way[asked._key] = threading.Event()
                        return asked
                other.wait()
        except BaseException:
            asked.uncount()
            raise
        with self._lock:
            self.served += 1
        return asked

    def _asked(self, model: Model, messages: tuple[Message, ...], params: Params | None) -> Asked:
        request = request_of(model, messages, params)
        caller = current_caller()
        slot = CURRENT_SLOT.get()
        counts = self._counts if caller is None else caller.counts
        number = counts.add(request.digest, lambda total: slot.count(counts, request.digest, total))
        name = "" if caller is None else caller.name
        sample = Sample(current_seed(), name, number, 0 if params is None else params.sample, slot.path)
        return Asked(self._table(), request, sample, counts, slot)

    def _serve(self, asked: Asked) -> bool:
        """Find the reply; False when there is none."""
        if self.mode == "record" and asked._key not in self._made:
            return False
        fan = asked._slot.fan
        row = asked._table.find(asked._key)
        if row is None and self.mode != "record":
            # Asked for one by one now and side by side then, or the other way round, or in another place: the same
            # sample, as long as it is one only.
            rows = asked._table.find_alone(asked._alone)
            row = rows[0] if len(rows) == 1 else None
        if row is None or (fan is not None and not fan.take(asked._counts, row.key)):
            return False
        asked.reply = reply_from(asked._table.value(row.answer))
        asked.took_s = row.took_s
        asked._key = row.key
        return True

    def _table(self) -> ReplyTable:
        store = self.source
        if store is None:
            node = CURRENT_NODE.get()
            store = current_store() if node is None else node._source
        table = self._tables.get(store)
        if table is None:
            table = self._tables[store] = ReplyTable(store.journal)
        return table

    def _miss(self, asked: Asked) -> ReplayMiss:
        return explain(asked.request, asked.sample, asked._table)

    # Recording ----------------------------------------------------------------------------------------

    def record(self, asked: Asked, reply: Reply, took_s: float | None = None) -> None:
        """Commit the reply to a call that was looked up and not found.

        Args:
            asked: what `lookup` gave.
            reply: what the model answered.
            took_s: how long it took, in seconds.

        Raises:
            StoreFull, StoreBusy: it could not be written; it is kept, and written with the next.
        """
        table = asked._table
        journal = table.journal
        freezer = journal.freezer
        try:
            row = ReplyRow(
                asked._key,
                asked._alone,
                asked.request.digest,
                journal.clean(asked.request.model.encode("utf-8", "backslashreplace")).decode(),
                journal.clean(orjson.dumps(_shown(asked.sample))),
                freezer.fields(asked.request.record()),
                freezer.fields(reply_record(reply)),
                time.time(),
                took_s,
            )
            with self._lock:
                self._unwritten.append(row)
                rows = self._unwritten.copy()
            table.write(rows, replace=self.mode == "record")
            with self._lock:
                self._unwritten = [one for one in self._unwritten if one not in rows]
                self._made.add(row.key)
                self.recorded += 1
        except BaseException:
            asked.uncount()
            raise
        finally:
            self._end(asked)

    def release(self, asked: Asked) -> None:
        """Give back a call that was looked up and not found, and that failed: it is as if it had not been asked."""
        asked.uncount()
        self._end(asked)

    def _end(self, asked: Asked) -> None:
        with self._lock:
            ended = self._under_way.pop(asked._key, None)
        if ended is not None:
            ended.set()

    def __repr__(self) -> str:
        where = "the current store" if self.source is None else self.source.path
        return f"<Replies: {self.mode}, in {where}; {self.served} served, {self.recorded} recorded>"


def _shown(sample: Sample) -> dict[str, Any]:
    return {
        "seed": sample.seed,
        "caller": sample.caller.encode("utf-8", "backslashreplace").decode(),
        "number": sample.number,
        "draw": sample.draw,
        "path": list(sample.path),
    }


# What is in force here --------------------------------------------------------------------------------------

_SERVING: ContextVar[Serving | None] = ContextVar("interlab_replies", default=None)
carry(_SERVING)
_OFF = Serving("off")
_of_stores: weakref.WeakKeyDictionary[Any, Serving] = weakref.WeakKeyDictionary()
_of_stores_lock = threading.Lock()


def current() -> Serving | None:
    """What becomes of replies here: as the innermost `replies` block says, else the store of the current node. None
    when they are neither recorded nor served."""
    serving = _SERVING.get()
    if serving is None:
        node = CURRENT_NODE.get()
        store = CURRENT_STORE.get() if node is None else node._source
        mode: ReplyMode = getattr(store, "replies", "off")
        return None if mode == "off" else _of_store(store, mode)
    return None if serving.mode == "off" else serving


def _of_store(store: Any, mode: ReplyMode) -> Serving:
    with _of_stores_lock:
        serving = _of_stores.get(store)
        if serving is None or serving.mode != mode:
            serving = _of_stores[store] = Serving(as_reply_mode(mode))
        return serving


def replies(mode: ReplyMode, source: Store | str | Path | None = None) -> AbstractContextManager[Serving]:
    """Record the replies of models, or serve recorded ones.

        with il.replies("record"):
            run = env.run()
        with il.replies("replay"):              # calls no model
            again = CarSale(model, model, seed=7).run()

    It holds in the block, in threads started in it as well. What is asked again under the same key within one
    recording (by a fork that goes on exactly as the original) gets the same reply.

    Args:
        mode: ``"record"`` calls, and keeps each reply in the place of one recorded earlier; ``"replay"`` serves what
            was kept and never calls; ``"auto"`` serves what was kept, else calls and keeps; ``"off"`` does nothing.
        source: where replies are kept: a store, or the path of one or of a cassette; by default the store to which
            the calls' nodes go.

    Returns:
        A context manager; it gives a `Serving`, which counts what was served and recorded.

    Raises:
        InvalidArgument: another mode or source, or a source that can't be written where it must be.
    """
    checked = as_reply_mode(mode)
    if source is not None and not isinstance(source, (Store, str, Path)):
        raise InvalidArgument(f"The source of replies is a store or a path, not a {type(source).__name__}.")
    if isinstance(source, Store) and source.journal.read_only and checked in ("record", "auto"):
        raise InvalidArgument(
            f"{source.path} is open for reading only, so nothing can be recorded there. Use 'replay'."
        )
    return _block(checked, source)


@contextmanager
def _block(mode: ReplyMode, source: Store | str | Path | None) -> Iterator[Serving]:
    opened = None
    if isinstance(source, (str, Path)) and mode != "off":
        source = opened = open_store(source, read_only=mode == "replay")
    serving = Serving(mode, source if isinstance(source, Store) else None)
    before, slot = _SERVING.get(), CURRENT_SLOT.get()
    _SERVING.set(serving)
    if slot.fan is None:
        CURRENT_SLOT.set(Slot())  # threads are numbered from the beginning of the block
    try:
        yield serving
    finally:
        _SERVING.set(before)
        CURRENT_SLOT.set(slot)
        if opened is not None:
            opened.close()


class Answer(NamedTuple):
    """What became of a call."""

    reply: Reply
    replayed: bool
    """Whether the reply was recorded before, and no model was called."""
    key: str | None = None
    """What the reply is recorded under; None when it is not."""
    took_s: float | None = None
    """How long the recorded call took, in seconds."""

    @property
    def facts(self) -> dict[str, Any]:
        """What the call's node says of it, in its meta."""
        if self.key is None:
            return {}
        found: dict[str, Any] = {REPLY_KEY: self.key}
        if self.replayed:
            found["replayed"] = True
            if self.took_s is not None:
                found["recorded_took_s"] = self.took_s
        return found


def answer(model: Model, messages: tuple[Message, ...], params: Params | None, call: Callable[[], Reply]) -> Answer:
    """The reply to a request: recorded, or from the model.

    Args:
        model: who is asked.
        messages: what is asked.
        params: how.
        call: calls the model; what it raises is not recorded.

    Raises:
        ReplayMiss: replies are replayed here, and this one is not recorded.
    """
    serving = current()
    if serving is None:
        return Answer(call(), False)
    asked = serving.lookup(model, messages, params)
    if asked.reply is not None:
        return Answer(asked.reply, True, asked.key, asked.took_s)
    started = time.perf_counter()
    # What a call does inside (a model that asks another, a thread for a time-out) is done only when it is made: it
    # counts for nothing, so that a replay finds the same counts.
    slot, before = CURRENT_SLOT.get(), _SERVING.get()
    CURRENT_SLOT.set(Slot())
    _SERVING.set(_OFF)
    try:
        reply = call()
    except BaseException:
        serving.release(asked)
        raise
    finally:
        CURRENT_SLOT.set(slot)
        _SERVING.set(before)
    serving.record(asked, reply, time.perf_counter() - started)
    return Answer(reply, False, asked.key)
