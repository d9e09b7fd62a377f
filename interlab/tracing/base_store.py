"""What a store reads and writes itself: nodes and values of one SQLite file, a page at a time."""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

from interlab.errors import InvalidArgument, NodeNotFound, NodeStateError
from interlab.tracing import search
from interlab.tracing.hooks import has_hook, hook
from interlab.tracing.journal import Journal
from interlab.tracing.nodes import Header, NodeReading, StoredNode
from interlab.tracing.processes import process_start
from interlab.tracing.schema import (
    COUNTER_BITS,
    COUNTER_MASK,
    HEADER,
    INTERRUPTED,
    OPEN,
    STATE_NAMES,
    check,
    create,
)
from interlab.tracing.scope import CURRENT_NODE, CURRENT_STORE
from interlab.tracing.secrets import as_valid_text
from interlab.tracing.sqlite_errors import store_error

# The `with store:` blocks around this place, as a linked list: (outer, store, store before, node before). In
# the context and not in the store, since threads and tasks enter one store side by side.
_entered: ContextVar[tuple[Any, Any, Any, Any] | None] = ContextVar("interlab_entered", default=None)

PAGE = 1_000
_ALIVE_FOR_S = 1.0
_SILENT_AFTER_S = 30.0

_BELOW = (
    "WITH RECURSIVE below(id) AS (SELECT id FROM node WHERE parent=:root UNION "  # UNION ends in cycles
    "SELECT node.id FROM node JOIN below ON node.parent=below.id) "
)


class BaseStore:
    """Nodes, values and runs in one file.

    As a context manager it becomes the current store: every root opened inside is written to it. Leaving
    the block does not close the store.

    Args:
        path: the file, or ``":memory:"``.
        read_only: never write.
    """

    __interlab_resource__ = True

    def __init__(self, path: str | Path, *, read_only: bool = False) -> None:
        self.path = str(path)
        if self.path != ":memory:" and not check(Path(path), read_only=read_only):
            try:
                create(self.path)
            except sqlite3.Error as error:
                raise store_error(error, self.path) from error
        self.journal = Journal(self.path, read_only=read_only)
        self._nonces: dict[int, str] = {}
        self._alive: dict[int, tuple[float, bool]] = {}
        self.load = self.journal.load
        self.kept: dict[str, Any] = {}
        """What upper layers keep beside a run, by its uid, as long as the store is open."""

    # As the current store -----------------------------------------------------------------------------

    def __enter__(self) -> Self:
        node = CURRENT_NODE.get()
        _entered.set((_entered.get(), self, CURRENT_STORE.get(), node))
        CURRENT_STORE.set(self)
        if node is not None and node._source is not self:
            CURRENT_NODE.set(None)
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        entered = _entered.get()
        if entered is not None and entered[1] is self:  # else left in another context than it was entered in
            before, _, store, node = entered
            _entered.set(before)
            CURRENT_STORE.set(store)
            CURRENT_NODE.set(node)
        if not (self.journal.read_only or self.journal.closed or self.journal.in_memory):
            self.journal.flush()

    def close(self) -> None:
        """Write what is queued and close the file. Closing twice does no harm."""
        self.kept.clear()
        self.journal.close()

    def flush(self) -> None:
        """Write what is queued now, instead of with the next node that closes."""
        self.journal.flush()

    # Names of nodes -----------------------------------------------------------------------------------

    def uid_of(self, node_id: int) -> str:
        """The uid of a node's key."""
        number = node_id >> COUNTER_BITS
        if number == self.journal.number and self.journal.nonce:
            return self.journal.uid_of(node_id)
        nonce = self._nonces.get(number)
        if nonce is None:
            rows = self.journal.read("SELECT nonce FROM writer WHERE number=?", (number,))
            nonce = self._nonces[number] = rows[0][0] if rows else f"writer{number}"
        return f"{nonce}-{node_id & COUNTER_MASK:x}"

    def id_of(self, uid: str) -> int:
        """The key of a uid.

        Raises:
            NodeNotFound: it is not a uid, or its writer is not in this store.
        """
        nonce, _, counter = as_valid_text(str(uid)).rpartition("-")
        try:
            count = int(counter, 16)
        except ValueError:
            count = -1
        rows = self.journal.read("SELECT number FROM writer WHERE nonce=?", (nonce,)) if count > 0 else []
        if not rows or count > COUNTER_MASK:
            raise NodeNotFound(f"There is no node {uid!r} in the store {self.path}.", self.path)
        return int(rows[0][0]) << COUNTER_BITS | count

    # Reading ------------------------------------------------------------------------------------------

    def node(self, uid: str) -> NodeReading:
        """The node with a uid.

        Args:
            uid: as in `node.uid`; the beginning of a root's uid or a root's name is not enough.

        Raises:
            NodeNotFound: it is not in this store.
        """
        return self.node_by_id(self.id_of(uid))

    def node_by_id(self, node_id: int) -> NodeReading:
        """The node with a key."""
        live = self.journal.live.get(node_id)
        if live is not None:
            return cast(NodeReading, live)
        rows = self.journal.read(f"SELECT {HEADER} FROM node WHERE id=?", (node_id,))
        if not rows:
            uid = self.uid_of(node_id)
            raise NodeNotFound(f"There is no node {uid!r} in the store {self.path}.", self.path)
        return StoredNode(self, rows[0])

    def roots(self, *, after: str | None = None, limit: int | None = None) -> list[NodeReading]:
        """Nodes that stand in no other, oldest first.

        Args:
            after: the uid after which a page begins.
            limit: the length of a page; None for all.
        """
        return self._page("parent IS NULL", (), after, limit)

    def children(self, uid: str, *, after: str | None = None, limit: int | None = None) -> list[NodeReading]:
        """A page of the nodes opened directly in a node, oldest first; arguments as for `roots`."""
        return self._page("parent=?", (self.id_of(uid),), after, limit)

    def _page(self, condition: str, values: tuple[Any, ...], after: str | None, limit: int | None) -> list[NodeReading]:
        if after is not None:
            condition, values = f"{condition} AND id>?", (*values, self.id_of(after))
        ending = "" if limit is None else f" LIMIT {int(limit)}"
        query = f"SELECT {HEADER} FROM node WHERE {condition} ORDER BY id{ending}"
        return self._nodes(self.journal.read(query, values))

    def _nodes(self, rows: list[Header]) -> list[NodeReading]:
        live = self.journal.live
        if not live:
            return [StoredNode(self, row) for row in rows]
        return [cast(NodeReading, live.get(row[0])) or StoredNode(self, row) for row in rows]

    def children_of(self, node_id: int) -> list[NodeReading]:
        """All nodes opened directly in the node with this key."""
        return self._page("parent=?", (node_id,), None, None)

    def descendants_of(self, node_id: int) -> Iterator[NodeReading]:
        """All nodes below the node with this key, parents before children, page by page."""
        rows = self.journal.read(f"{_BELOW} SELECT id FROM below ORDER BY id", {"root": node_id})  # type: ignore[arg-type]
        ids = [row[0] for row in rows]
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            marks = ",".join("?" * len(page))
            query = f"SELECT {HEADER} FROM node WHERE id IN ({marks}) ORDER BY id"
            yield from self._nodes(self.journal.read(query, tuple(page)))

    def fields_of(self, node_id: int) -> tuple[bytes | None, bytes | None, bytes | None, bytes | None]:
        """The stored bytes of a node's meta, inputs, result and error."""
        rows = self.journal.read("SELECT meta, inputs, result, error FROM node WHERE id=?", (node_id,))
        if not rows:
            raise NodeNotFound(f"The node {self.uid_of(node_id)} was removed from {self.path}.", self.path)
        return cast("tuple[bytes | None, bytes | None, bytes | None, bytes | None]", rows[0])

    def find(
        self,
        predicate: Callable[[NodeReading], bool] | None = None,
        *,
        kind: str | None = None,
        tag: str | None = None,
        state: str | None = None,
        text: str | None = None,
        name: str | None = None,
        under: str | NodeReading | None = None,
        limit: int | None = None,
    ) -> list[NodeReading]:
        """Nodes at any depth that match all that is given, oldest first.

        Args:
            predicate: keeps the nodes for which it is true; asked last.
            kind: as `node.kind`.
            tag: the name of a tag.
            state: ``"open"``, ``"finished"``, ``"error"`` or ``"interrupted"``.
            text: words, all of which stand in the node's name or values; words in double quotes stand
                together.
            name: the node's name, exactly.
            under: a node, or its uid: only nodes below it.
            limit: nodes at most; None for all.

        Returns:
            A list of nodes.
        """
        conditions: list[str] = []
        values: dict[str, Any] = {}
        head = ""
        if under is not None:
            values["root"] = under.id if isinstance(under, NodeReading) else self.id_of(under)
            head = _BELOW
            conditions.append("id IN (SELECT id FROM below)")
        if kind is not None:
            conditions.append("kind=:kind")
            values["kind"] = as_valid_text(kind)
        if name is not None:
            conditions.append("name=:name")
            values["name"] = as_valid_text(name)
        if tag is not None:
            conditions.append("tags IS NOT NULL")
        if state is not None:
            conditions.append("state=:state")
            values["state"] = self._state_number(state)
        if text is not None:
            values["words"] = search.matching(self.journal, text)
            if not search.is_indexed(self.journal):
                raise InvalidArgument(
                    f"The store {self.path} has no text index and is open for reading only; "
                    "open it for writing once and search, or search a copy."
                )
            still_open = ",".join(map(str, search.open_matches(self.journal, values["words"])))
            conditions.append(f"(id IN (SELECT rowid FROM search WHERE search MATCH :words) OR id IN ({still_open}))")
        where = " AND ".join(conditions) or "1"
        filtered = predicate is not None or tag is not None or state in ("open", INTERRUPTED)
        ending = "" if limit is None or filtered else f" LIMIT {int(limit)}"
        query = f"{head} SELECT {HEADER} FROM node WHERE {where} ORDER BY id{ending}"
        nodes = self._nodes(self.journal.read(query, values))  # type: ignore[arg-type]
        if not filtered:
            return nodes
        kept = (
            node
            for node in nodes
            if (tag is None or node.has_tag(tag))
            and (state is None or node.state == state)
            and (predicate is None or predicate(node))
        )
        return [node for node, _ in zip(kept, range(limit), strict=False)] if limit is not None else list(kept)

    @staticmethod
    def _state_number(state: str) -> int:
        if state == INTERRUPTED:
            return OPEN
        if state not in STATE_NAMES:
            states = ", ".join((*STATE_NAMES, INTERRUPTED))
            raise InvalidArgument(f"A node's state is one of {states}; got {state!r}.")
        return STATE_NAMES.index(state)

    def runs(self) -> list[Any]:
        """The runs of environments in this store, oldest first."""
        nodes = self._page("kind='run'", (), None, None)
        if not has_hook("run"):
            return list(nodes)
        make = hook("run")
        return [make(node) for node in nodes]

    def is_interrupted(self, node_id: int) -> bool:
        """Whether a node that is open in the file belongs to a writer that is gone."""
        if node_id in self.journal.live:
            return False
        number = node_id >> COUNTER_BITS
        now = time.monotonic()
        known = self._alive.get(number)
        if known is None or now - known[0] > _ALIVE_FOR_S:
            known = self._alive[number] = (now, self._writer_lives(number))
        return not known[1]

    def _writer_lives(self, number: int) -> bool:
        if number == self.journal.number:
            return True
        columns = "host, pid, process_started, heartbeat, closed"
        rows = self.journal.read(f"SELECT {columns} FROM writer WHERE number=?", (number,))
        if not rows or rows[0][4] is not None:
            return False
        host, pid, started, heartbeat, _ = rows[0]
        if host != socket.gethostname():
            return bool(time.time() - heartbeat < _SILENT_AFTER_S)
        found = process_start(pid)
        return found is not None and abs(found - started) < 2.0

    # Changing -----------------------------------------------------------------------------------------

    def remove(self, uid: str | NodeReading) -> int:
        """Delete a node and all below it. Values that nothing else holds go with `compact`.

        Args:
            uid: a node, or its uid.

        Returns:
            How many nodes were deleted.

        Raises:
            NodeStateError: it, or something below it, is still running.
        """
        node = uid if isinstance(uid, NodeReading) else self.node(uid)
        running = [one for one in (node, *self.descendants_of(node.id)) if one.state == "open"]
        if running:
            raise NodeStateError(
                f"The node {node.uid} can't be removed while {running[0].name!r} in it is running. Stop it first."
            )

        def delete(connection: Any) -> int:
            where = "id=:root OR id IN (SELECT id FROM below)"
            connection.execute(f"{_BELOW} DELETE FROM node WHERE {where}", {"root": node.id})
            deleted = int(connection.execute("SELECT changes()").fetchone()[0])  # rowcount is not set after WITH
            connection.execute("DELETE FROM snapshot WHERE run NOT IN (SELECT id FROM node)")
            return deleted

        return int(self.journal.write(delete))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.path}>"

    def __len__(self) -> int:
        """How many nodes it holds."""
        return int(self.journal.read("SELECT count(*) FROM node")[0][0])

    def __bool__(self) -> bool:
        return True
