"""The index of a store: every node as a row of columns, brought up to date from what is new in the store.

It is read from the store where an earlier reader kept it, and written back when it has grown. While somebody looks on,
what is new stays in memory: writing it would take the lock that those need who record.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable

from interlab.tracing import Store
from interlab.tracing.schema import COUNTER_BITS
from interlab.ui.browser.columns import CHUNK
from interlab.ui.browser.kept_index import Keeper
from interlab.ui.browser.protocol import INTERRUPTED, OPEN, REMOVED
from interlab.ui.browser.rows import COLUMNS_READ, Node, Rows

BATCH = 20_000
KEEP_AT = 256
"""Rows that must be new before the index is written, when the store is at rest."""
KEEP_LIVE_AT = CHUNK
"""Rows that must be new before it is written while it is looked at live."""
_AT_ONCE = 500
_LATE_KEYS = 5_000
_LATE_FOR_S = 10.0
_COUNT_SHARE = 20


class Index:
    """The rows of a store's nodes. It may be used from several threads, `lock` held where several things must fit
    together.

    Args:
        store: the store.

    Attributes:
        rows: the rows; other ones after nodes were moved (a merge brought their parents).
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._journal = store.journal
        self.lock = threading.RLock()
        self._restart()

    def _restart(self) -> None:
        self.rows = Rows(self._store.load)
        self._keeper = Keeper(self._journal)
        self._begun = False
        self._kept_rows = 0
        self._late: dict[int, float] = {}
        self._beyond: set[int] = set()
        self._ended: set[int] = set()
        self._next_count = 0.0

    def __len__(self) -> int:
        return len(self.rows)

    def is_near(self) -> bool:
        """Whether it can be had at once: it is read already, it is kept in the store, or there are few nodes."""
        with self.lock:
            if self._begun or self._keeper.is_kept():
                return True
            return not self._journal.read("SELECT 1 FROM node LIMIT 1 OFFSET ?", (BATCH,))

    def update(self, *, live: bool = False) -> bool:
        """Take up what is new in the store.

        Args:
            live: somebody is looking on: write the index more seldom.

        Returns:
            Whether anything is different now.
        """
        with self.lock:
            before = (self.rows.generation, self.rows.revision)
            if not self._begun:
                self._begin()
            self._read_new()
            if not (self._read_touched() and self._read_again(list(self.rows.open))):
                self._restart()
                self._begin(anew=True)
                self._read_new()
            self._read_late()
            self._count(at_once=not live)
            self._mark_interrupted()
            if len(self.rows) - self._kept_rows >= (KEEP_LIVE_AT if live else KEEP_AT):
                self.keep()
            return before != (self.rows.generation, self.rows.revision)

    def keep(self) -> None:
        """Write the index into the store, where it can be written."""
        with self.lock:
            rows = len(self.rows)
            is_kept = rows == self._kept_rows and not self.rows.unkept
            if is_kept or self.rows.waiting or not self._begun:
                return
            grown = range(self._kept_rows // CHUNK, -(-rows // CHUNK)) if rows > self._kept_rows else ()
            if self._keeper.keep(self.rows.contents, sorted(self.rows.unkept.union(grown))):
                self.rows.unkept.clear()
            self._kept_rows = rows

    def _begin(self, *, anew: bool = False) -> None:
        self._keeper.watch_changes()
        if anew:
            self._keeper.replace()
        if not anew and self._keeper.load(self.rows.contents):
            self.rows.restored()
            self._kept_rows = len(self.rows)
        else:
            self.rows = Rows(self._store.load)
            self.rows.contents.marks.touched = self._keeper.last_touched()
        self._begun = True

    # Reading ------------------------------------------------------------------------------------------

    def _read_new(self) -> None:
        marks = self.rows.contents.marks.ids
        for number, closed in self._journal.read("SELECT number, closed FROM writer"):
            if number in self._ended:
                continue
            if closed is not None or (
                number != self._journal.number and self._store.is_interrupted(_first_key(number))
            ):
                self._ended.add(number)  # nothing comes after what is there now
            high = _first_key(number + 1)
            more = True
            while more:
                low = marks.get(number, _first_key(number))
                query = f"SELECT {COLUMNS_READ} FROM node WHERE id>? AND id<? ORDER BY id LIMIT {BATCH}"
                nodes = self._journal.read(query, (low, high))
                more = len(nodes) == BATCH
                if nodes:
                    last = nodes[-1][0]
                    if last - low > len(nodes):
                        self._note_missing(low, last, nodes)
                    if self._beyond:
                        nodes = [node for node in nodes if node[0] not in self._beyond]
                        self._beyond = {key for key in self._beyond if not low < key <= last}
                    self.rows.add(nodes, self._someone_writes)
                    marks[number] = last

    def _note_missing(self, low: int, last: int, nodes: list[Node]) -> None:
        """Keys are given out when a node is made, so one that is missing may still come."""
        found, now = {node[0] for node in nodes}, time.monotonic()
        self._late.update((key, now) for key in range(max(low + 1, last - _LATE_KEYS), last) if key not in found)

    def _read_late(self) -> None:
        if self.rows.waiting:
            parents = {node[1] for _, node in self.rows.waiting.values()}.difference(self.rows.waiting)
            self._add(self._by_key(parents))
        if self.rows.waiting:
            self.rows.add([], self._someone_writes)
        if self._late:
            found = self._by_key(self._late)
            self._add(found)
            oldest, came = time.monotonic() - _LATE_FOR_S, {node[0] for node in found}
            self._late = {key: noted for key, noted in self._late.items() if noted > oldest and key not in came}

    def _read_touched(self) -> bool:
        """Read again what was changed after it was closed, or removed.

        Returns:
            False when that is not known, or nodes have moved, so that all must be read again.
        """
        marks = self.rows.contents.marks
        notes = self._keeper.touched(marks.touched)
        if notes is None:
            return False
        if notes:
            marks.touched = notes[-1][0]
        return self._read_again(list({key for _, key in notes}))

    def _read_again(self, keys: list[int]) -> bool:
        """Bring nodes up to date; returns False when one stands in another one now."""
        found = {node[0]: node for node in self._by_key(keys)}
        new: list[Node] = []
        for key in keys:
            row = self.rows.columns.row_of(key)
            node = found.get(key)
            if node is None:
                if row >= 0:
                    self.rows.remove(row)
            elif row < 0:
                new.append(node)
            elif not self.rows.change(row, node):
                return False
        self._add(new)
        return True

    def _add(self, nodes: list[Node]) -> None:
        """Add nodes that were not met in the order of their keys."""
        nodes = [node for node in nodes if self.rows.columns.row_of(node[0]) < 0]
        marks = self.rows.contents.marks.ids
        self._beyond.update(node[0] for node in nodes if node[0] > marks.get(node[0] >> COUNTER_BITS, 0))
        if nodes:
            self.rows.add(nodes, self._someone_writes)

    def _by_key(self, keys: Iterable[int]) -> list[Node]:
        wanted = list(keys)
        nodes: list[Node] = []
        for begin in range(0, len(wanted), _AT_ONCE):
            some = tuple(wanted[begin : begin + _AT_ONCE])
            marks = ",".join("?" * len(some))
            nodes += self._journal.read(f"SELECT {COLUMNS_READ} FROM node WHERE id IN ({marks}) ORDER BY id", some)
        return nodes

    def _someone_writes(self) -> bool:
        if self._journal.live:
            return True
        numbers = self._journal.read("SELECT number FROM writer WHERE closed IS NULL")
        return any(not self._store.is_interrupted(_first_key(number)) for (number,) in numbers)

    # What no other way shows --------------------------------------------------------------------------

    def _count(self, *, at_once: bool) -> None:
        """Compare how many nodes there are, now and then: some come late, or under keys that were passed (a merge), and
        in a store that can't be written nobody notes what is removed."""
        began = time.monotonic()
        if began < self._next_count and not at_once:
            return
        marks = self.rows.contents.marks.ids
        live = [number for (number,) in self._journal.read("SELECT number FROM writer") if number not in self._ended]
        beyond = [(marks.get(number, _first_key(number)), _first_key(number + 1)) for number in live]
        # In one statement, so that nobody writes in between.
        spans = ",".join(f"({low},{high})" for low, high in beyond) or "(0,0)"
        number = self._journal.read(
            f"WITH span(low, high) AS (VALUES {spans}) SELECT (SELECT count(*) FROM node) - "
            "(SELECT count(*) FROM span CROSS JOIN node WHERE node.id>span.low AND node.id<span.high)"
        )[0][0]
        passed = sum(any(low < key < high for low, high in beyond) for key in self._beyond)
        if number != len(self.rows) - self.rows.removed + len(self.rows.waiting) - passed:
            self._read_all_keys()
        self._next_count = time.monotonic() + max(1.0, (time.monotonic() - began) * _COUNT_SHARE)

    def _read_all_keys(self) -> None:
        there = {row[0] for row in self._journal.read("SELECT id FROM node")}
        state, ids = self.rows.columns.state, self.rows.columns.ids
        gone = [row for row in range(len(ids)) if state[row] != REMOVED and ids[row] not in there]
        back = [ids[row] for row in range(len(ids)) if state[row] == REMOVED and ids[row] in there]
        late = sorted(there.difference(ids, self.rows.waiting))
        del there
        for row in gone:
            self.rows.remove(row)
        self._read_again(back)
        for begin in range(0, len(late), BATCH):
            self._add(self._by_key(late[begin : begin + BATCH]))

    def _mark_interrupted(self) -> None:
        """Tell the nodes whose writer is gone from those that run."""
        gone: dict[int, bool] = {}
        for key, row in self.rows.open.items():
            writer = key >> COUNTER_BITS
            if writer not in gone:
                gone[writer] = writer != self._journal.number and self._store.is_interrupted(key)
            self.rows.mark(row, INTERRUPTED if gone[writer] else OPEN)

    def version(self) -> int:
        """A number that becomes another one when anybody has committed something."""
        # Reading writes what this process has queued first.
        if self._journal.in_memory:
            return int(self._journal.read("SELECT total_changes()")[0][0])
        return int(self._journal.read("PRAGMA data_version")[0][0])


def _first_key(writer: int) -> int:
    return writer << COUNTER_BITS


_lock = threading.Lock()


def index_of(store: Store) -> Index:
    """The one index of an open store."""
    with _lock:
        index: Index | None = store.kept.get("browser index")
        if index is None:
            index = store.kept["browser index"] = Index(store)
        return index
