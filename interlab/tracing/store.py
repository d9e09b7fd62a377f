"""The store as users have it, and the one that serves when none was opened."""

from __future__ import annotations

import atexit
import sys
import threading
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from interlab.errors import InvalidArgument, NodeNotFound
from interlab.tracing import transfer
from interlab.tracing.base_store import BaseStore
from interlab.tracing.cassette import cassette
from interlab.tracing.documents import from_document, to_document
from interlab.tracing.foreign import import_foreign
from interlab.tracing.frames import to_frame
from interlab.tracing.hooks import has_hook, hook
from interlab.tracing.nodes import NodeReading
from interlab.tracing.reply_table import ReplyMode, as_reply_mode
from interlab.tracing.scope import set_fallback
from interlab.tracing.threads import instrument


class Store(BaseStore):
    """One SQLite file with everything that was traced in it. Made by `open_store`.

    As a context manager it becomes the current store: every root opened inside is written to it. Leaving the
    block does not close the store.

    Args:
        path: the file, or ``":memory:"``.
        read_only: never write.
        replies: as in `open_store`.
    """

    def __init__(self, path: str | Path, *, read_only: bool = False, replies: ReplyMode = "off") -> None:
        mode = as_reply_mode(replies)
        if read_only and mode in ("record", "auto"):
            raise InvalidArgument(
                f"Replies can't be recorded in a store that is read only; use replies='replay', not {mode!r}."
            )
        super().__init__(path, read_only=read_only)
        self.replies: ReplyMode = mode
        """What becomes of the replies to calls whose nodes go here, unless an `il.replies` block says otherwise."""

    def cassette(self, path: str | Path, run: Any = None) -> Path:
        """Write the recorded replies that a run got to one small file, for a reviewer who has no key: with it,
        ``with il.replies("replay", source=path):`` runs the same again without calling a model.

        Args:
            path: the file, such as ``car_sale.replies.db``; another cassette in its place is replaced.
            run: a run, a node, or a uid; all recorded replies by default.

        Returns:
            The path written. It is a store, without nodes.

        Raises:
            InvalidArgument: no replies were recorded, or the path holds something else.
        """
        return cassette(self, path, None if run is None else self._one(run))

    def fork(
        self, run: Any, step: int | NodeReading, seed: int | None = None, models: Mapping[str, Any] | None = None
    ) -> Any:
        """A live environment that goes on from a step of a run.

        Args:
            run: a run, its node, or its uid.
            step, seed, models: as for `run.at(step).fork(seed=…, models=…)`.
        """
        return hook("run")(self._one(run)).at(step).fork(seed=seed, models=models)

    def branches(self, run: Any = None, measure: Any = None) -> Any:
        """The runs that were forked from one, directly or not, as a tree to print or to plot.

        Args:
            run: a run, its node, or its uid; None for the newest run that was not forked from another here.
            measure: what is told of each branch's end: the name of an experiment's measure or of a field of the
                outcome, or a function of the run.

        Raises:
            NodeNotFound: the store has no such run.
        """
        if run is None:
            runs = self.runs()
            known = {one.uid for one in runs}
            roots = [one for one in runs if one.origin is None or one.origin[0] not in known]
            if not roots:
                raise NodeNotFound("There is no run in this store yet.", self.path)
            run = roots[-1]
        return hook("branches")(self, hook("run")(self._one(run)), measure)

    def export(self, node: str | NodeReading, path: str | Path) -> Path:
        """Write a node and all below it to a file of its own.

        Args:
            node: a node, a run, or a uid.
            path: its ending says what is written: ``.db`` another store, ``.json`` a document, ``.csv`` or
                ``.parquet`` a table of the nodes, ``.html`` a page that opens offline.

        Returns:
            The path written.
        """
        return transfer.export(self, self._one(node), path)

    def merge(self, path: str | Path) -> int:
        """Copy everything of another store, or of a ``.json`` document, into this one.

        Uids stay the same, so merging twice changes nothing; nodes that were still open are brought up to date.

        Returns:
            How many nodes are new here.
        """
        return transfer.merge(self, path)

    def import_foreign(self, path: str | Path) -> list[NodeReading]:
        """Read traces of the original InterLab: a `FileStorage` folder, or one ``.gz`` file of it.

        Returns:
            The roots, now in this store.

        Raises:
            ForeignTraceError: nothing there can be read.
        """
        return import_foreign(self, path)

    def compact(self) -> int:
        """Drop values that no node holds any more (after `remove`) and give the space back to the disk.

        Returns:
            How many values were dropped.
        """
        return transfer.compact(self)

    def to_document(self, nodes: Iterable[str | NodeReading] | None = None) -> dict[str, Any]:
        """Nodes and all below them as one JSON-ready dictionary; all roots when none are named."""
        return to_document(self._these(nodes))

    def from_document(self, document: dict[str, Any]) -> list[NodeReading]:
        """Write the nodes of such a dictionary into this store, under their uids; returns the topmost."""
        return from_document(self, document)

    def to_frame(self, nodes: Iterable[str | NodeReading] | None = None, *, values: bool = True) -> Any:
        """Nodes and all below them as a pandas data frame, one row a node; all roots when none are named."""
        return to_frame(self._these(nodes), values=values)

    def show(self) -> None:
        """Show the store's roots in a notebook cell; as text elsewhere."""
        hook("show_store")(self)

    def tree(self, *, max_depth: int | None = 2, max_nodes: int = 2_000) -> str:
        """All roots as a text tree."""
        return str(hook("text_store")(self, max_depth=max_depth, max_nodes=max_nodes))

    def _these(self, nodes: Iterable[str | NodeReading] | None) -> list[NodeReading]:
        return self.roots() if nodes is None else [self._one(node) for node in nodes]

    def _one(self, node: Any) -> NodeReading:
        if isinstance(node, NodeReading):
            return node
        return self.node(node if isinstance(node, str) else node.uid)


def open_store(path: str | Path = ":memory:", *, read_only: bool = False, replies: ReplyMode = "off") -> Store:
    """Open a store, or make one.

    Work started inside a node in threads is traced from now on under that node (see `instrument`).

    Args:
        path: a file, by custom ending in ``.db``; or ``":memory:"``.
        read_only: never write; the file must exist.
        replies: what becomes of the replies to calls that are recorded here: ``"off"``; ``"record"`` keeps them;
            ``"replay"`` serves what was kept and never calls; ``"auto"`` serves what was kept, else calls and keeps.

    Returns:
        The store.

    Raises:
        NotAStore: the file is something else.
        StoreVersionError: a newer InterLab wrote it.
        StoreCorrupt: it is truncated or damaged.
        StoreReadOnly: it can't be read or made here.
    """
    store = Store(path, read_only=read_only, replies=replies)
    _open_stores[:] = [one for one in _open_stores if not one.journal.closed] + [store]
    instrument()
    if "ipykernel" in sys.modules and has_hook("warm"):
        hook("warm")()
    return store


_open_stores: list[Store] = []
_temporary: list[Store] = []


_temporary_lock = threading.RLock()


def _temporary_store() -> Store:
    with _temporary_lock:  # roots opened side by side belong in one store
        if not _temporary or _temporary[0].journal.closed:
            _temporary[:] = [open_store(":memory:")]
        return _temporary[0]


def _close_all() -> None:
    for store in _open_stores:
        try:
            store.close()
        except Exception:  # at exit there is nobody to tell, and what was closed is committed
            pass


set_fallback(_temporary_store)
atexit.register(_close_all)
