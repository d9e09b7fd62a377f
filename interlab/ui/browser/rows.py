"""The rows of an index: how they grow, and what changes in them."""

from __future__ import annotations

import math
import operator
import secrets
import time
from collections.abc import Callable, Iterable
from typing import Any

from interlab.ui.browser.columns import CHUNK, UNKNOWN, Columns
from interlab.ui.browser.facts import Facts, Load, Table, Texts
from interlab.ui.browser.kept_index import Contents
from interlab.ui.browser.protocol import ERROR, FINISHED, INTERRUPTED, OPEN, REMOVED

MAX_CHANGED = 50_000
"""Rows whose change is remembered for those who ask what is new."""
_WAIT_FOR_PARENT_S = 2.0
_MEMORY = 200_000

Node = tuple[Any, ...]
"""A node as it is read from the store; see `COLUMNS_READ`."""

# Texts as bytes: most names come again and again and need not be decoded, and a damaged one does no harm.
COLUMNS_READ = (
    "id, parent, CAST(kind AS BLOB), state, opened, closed, CAST(name AS BLOB), CAST(tags AS BLOB), CAST(meta AS BLOB)"
)


class Rows:
    """Rows that are only ever appended, a node's behind those of what it stands in; one that is removed keeps its row.

    Args:
        load: gives the bytes of a value kept apart.

    Attributes:
        contents: the columns and tables.
        generation: another one for rows that are numbered otherwise.
        revision: counts up with every change.
        open: the rows of nodes that were not closed when last read, by key.
        removed: how many rows are of nodes that were removed.
        unkept: chunks with rows that changed since they were kept.
        waiting: nodes whose parent was not there when they were read, by key, and since when.
    """

    def __init__(self, load: Load) -> None:
        self.contents = Contents(Columns(), Texts(256, 100), Texts(), Facts(load))
        self.columns = self.contents.columns
        self.generation = secrets.token_hex(4)
        self.revision = 0
        self.open: dict[int, int] = {}
        self.removed = 0
        self.unkept: set[int] = set()
        self.waiting: dict[int, tuple[float, Node]] = {}
        self._changed: dict[int, int] = {}
        self._forgotten = 0
        self._of_key = _RowOfKey(self.columns)
        self._displaced: set[int] = set()
        self._orphans: set[int] = set()

    def __len__(self) -> int:
        return len(self.columns)

    def restored(self) -> None:
        """Take note of contents that were read back."""
        state, ids = self.columns.state.tobytes(), self.columns.ids
        for number in (OPEN, INTERRUPTED):
            row = state.find(number)
            while row >= 0:
                self.open[ids[row]] = row
                row = state.find(number, row + 1)
        self.removed = state.count(REMOVED)
        self.revision += 1

    # Growing ------------------------------------------------------------------------------------------

    def add(self, nodes: list[Node], someone_writes: Callable[[], bool] = lambda: False) -> None:
        """Append the rows of nodes that have none yet.

        Args:
            nodes: as they were read, in any order.
            someone_writes: whether the parent of a node may still come. Then the node waits for it, for a while; else
                it counts as a root.
        """
        since: dict[int, float] = {}
        if self.waiting:
            since = {key: noted for key, (noted, _) in self.waiting.items()}
            nodes = list({**{key: node for key, (_, node) in self.waiting.items()}, **_by_key(nodes)}.values())
            self.waiting.clear()
        if not nodes:
            return
        parents = self._placed(nodes)
        if UNKNOWN in parents or not self._each_behind(parents):
            for node in nodes:
                self._of_key.pop(node[0], None)
            nodes = self._in_order(nodes, since, someone_writes)
            parents = self._placed(nodes)
            first = len(self.columns)
            for place, parent in enumerate(parents):
                if not -1 <= parent < first + place:
                    parents[place] = -1
                    (self._orphans if parent == UNKNOWN else self._displaced).add(nodes[place][0])
        if nodes:
            self._append(nodes, parents)
        self._of_key.trim()

    def _placed(self, nodes: list[Node]) -> list[int]:
        """Give nodes the next rows, in their order; returns their parents' rows."""
        first = len(self.columns)
        self._of_key.update(zip([node[0] for node in nodes], range(first, first + len(nodes)), strict=True))
        return [self._of_key[node[1]] for node in nodes]

    def _each_behind(self, parents: list[int]) -> bool:
        first = len(self.columns)
        return all(map(operator.lt, parents, range(first, first + len(parents))))

    def _in_order(self, nodes: list[Node], since: dict[int, float], someone_writes: Callable[[], bool]) -> list[Node]:
        """Nodes each behind its parent. Of those whose parent is not there the ones that shall wait are put aside."""
        by_key = _by_key(nodes)
        placed: dict[int, None] = {}
        now = time.monotonic()
        for key in by_key:
            # Up to what is placed, then down again. What stands in itself begins anywhere.
            path: dict[int, None] = {}
            at = key
            while at in by_key and at not in placed and at not in path and at not in self.waiting:
                path[at] = None
                at = by_key[at][1]
            is_known = at is None or at in placed or at in path or self._of_key[at] != UNKNOWN
            if not is_known:
                noted = min((since[one] for one in path if one in since), default=now)
                if at in self.waiting or (now - noted < _WAIT_FOR_PARENT_S and someone_writes()):
                    self.waiting.update((one, (noted, by_key[one])) for one in path)
                    continue
            placed.update(dict.fromkeys(reversed(path)))
        return [by_key[key] for key in placed]

    def _append(self, nodes: list[Node], parents: list[int]) -> None:
        first = len(self.columns)
        ids, _, kinds, states, opened, closed, names, tags, metas = zip(*nodes, strict=True)
        contents = self.contents
        facts = contents.facts
        state = list(map(_state, states))
        actors, into, out, cost, flags = zip(*map(facts.of_meta, metas), strict=True)
        self.columns.extend(
            ids,
            (
                parents, contents.kinds.numbers(kinds), state, map(_seconds, opened), map(_duration, opened, closed),
                contents.names.numbers(names), self._inherited(parents, actors), map(facts.of_tags, tags),
                into, out, cost, flags,
            ),
        )  # fmt: skip
        self._checkpoint()
        if OPEN in state:
            self.open.update((ids[place], first + place) for place, number in enumerate(state) if number == OPEN)
        self.revision += 1

    def _inherited(self, parents: Iterable[int], actors: Iterable[int]) -> list[int]:
        """Actors of new rows: what is done inside an actor's query is done by that actor."""
        first, before, has_name = len(self.columns), self.columns.actor, self.contents.facts.has_name
        found = list(actors)
        for place, parent in enumerate(parents):
            if found[place] == 0 and parent >= 0:
                above = found[parent - first] if parent >= first else before[parent]
                if above and has_name(above):
                    found[place] = above
        return found

    def _checkpoint(self) -> None:
        points = self.contents.checkpoints
        if len(points) > 64 and points[-1][0] // CHUNK == points[-2][0] // CHUNK:
            del points[-1]
        points.append((len(self.columns), *self.contents.sizes))

    # Changing -----------------------------------------------------------------------------------------

    def change(self, row: int, node: Node) -> bool:
        """Bring a row up to date.

        Returns:
            False when the node stands in another one now, so that all must be numbered anew.
        """
        key, parent, kind, state, opened, closed, name, tags, meta = node
        columns, contents = self.columns, self.contents
        above = -1 if parent is None else self._of_key[parent]
        counts_as_root = key in self._displaced or (above == UNKNOWN and key in self._orphans)
        if above != columns.parent[row] and not counts_as_root:
            return False
        actor, into, out, cost, flags = contents.facts.of_meta(meta)
        if actor == 0 and above >= 0 and contents.facts.has_name(columns.actor[above]):
            actor = columns.actor[above]
        number, before = _state(state), columns.state[row]
        if number == OPEN and before == INTERRUPTED:
            number = INTERRUPTED  # until its writer is looked at again
        if before == REMOVED:
            self.removed -= 1
        values = (
            (columns.kind, contents.kinds.numbers((kind,))[0]), (columns.state, number),
            (columns.start, _seconds(opened)), (columns.duration, _duration(opened, closed)),
            (columns.name, contents.names.numbers((name,))[0]), (columns.actor, actor),
            (columns.tags, contents.facts.of_tags(tags)), (columns.tokensIn, into), (columns.tokensOut, out),
            (columns.cost, cost), (columns.flags, flags),
        )  # fmt: skip
        # Each as it is in that many bits, before and after.
        old = [_comparable(column[row]) for column, _ in values]
        for column, value in values:
            column[row] = value
        if number in (FINISHED, ERROR):
            self.open.pop(key, None)
        else:
            self.open[key] = row
        if old != [_comparable(column[row]) for column, _ in values]:
            self._note(row)
        return True

    def remove(self, row: int) -> None:
        """Mark a row as that of a node that was removed."""
        if self.columns.state[row] != REMOVED:
            self.columns.state[row] = REMOVED
            self.removed += 1
            self.open.pop(self.columns.ids[row], None)
            self._note(row)

    def mark(self, row: int, state: int) -> None:
        """Set the state of a row whose node is not closed."""
        if self.columns.state[row] != state:
            self.columns.state[row] = state
            self._note(row)

    def _note(self, row: int) -> None:
        self.revision += 1
        self._changed.pop(row, None)
        self._changed[row] = self.revision
        self.unkept.add(row // CHUNK)
        if len(self._changed) > MAX_CHANGED:
            self._forgotten = self._changed.pop(next(iter(self._changed)))

    def changed_since(self, revision: int) -> list[int] | None:
        """Rows changed since a revision, in order; None when some of them were forgotten."""
        if revision < self._forgotten or revision > self.revision:
            return None
        rows: list[int] = []
        for row in reversed(self._changed):
            if self._changed[row] <= revision:
                break
            rows.append(row)
        return sorted(rows)

    def sizes_at(self, row: int) -> tuple[int, int, int, int]:
        """How many entries of each table the rows before this one use, or a few less."""
        found = (0, 0, 0, 0)
        for rows, *sizes in reversed(self.contents.checkpoints):
            if rows <= row:
                found = tuple(sizes)  # type: ignore[assignment]  # of length 4
                break
        return found


class _RowOfKey(Table):
    """The rows of nodes met last, by key; -1 for None."""

    def __init__(self, columns: Columns) -> None:
        super().__init__()
        self._columns = columns
        self[None] = -1

    def __missing__(self, key: Any) -> int:
        row = self._columns.row_of(key) if isinstance(key, int) else UNKNOWN
        if row >= 0:
            self[key] = row
        return row

    def trim(self) -> None:
        """Forget, when there are many: they can be looked up again."""
        if len(self) > _MEMORY:
            self.clear()
            self[None] = -1


def _by_key(nodes: list[Node]) -> dict[int, Node]:
    return {node[0]: node for node in nodes}


def _comparable(value: float) -> float | str:
    return "unknown" if value != value else value


def _state(state: Any) -> int:
    return state if isinstance(state, int) and state in (OPEN, FINISHED, ERROR) else ERROR


def _seconds(time: Any) -> float:
    return time if isinstance(time, float) else float(time) if isinstance(time, int) else 0.0


def _duration(opened: Any, closed: Any) -> float:
    return math.nan if closed is None else max(0.0, _seconds(closed) - _seconds(opened))
