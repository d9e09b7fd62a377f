"""Answers to a browser's questions about one or several stores, or about one node and what is below it."""

from __future__ import annotations

import threading
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from interlab.errors import InterLabError, InvalidArgument, NodeNotFound, StoreError
from interlab.tracing import NodeReading, Store, search
from interlab.tracing.secrets import as_valid_text
from interlab.tracing.transfer import Held
from interlab.ui.browser import bundle
from interlab.ui.browser.columns import little
from interlab.ui.browser.details import Gathered, fields_of, value_of
from interlab.ui.browser.facts import MAX_NAME
from interlab.ui.browser.index import Index, index_of
from interlab.ui.browser.protocol import (
    PROTOCOL,
    REMOVED,
    Answer,
    Buffer,
    Hello,
    NodeDetail,
    StoreInfo,
    answered,
    pack,
    refused,
)
from interlab.ui.browser.talk import talk_of
from interlab.ui.browser.views import MAX_ROWS, PartView, View

FIRST_ROWS = 2_000
_MAX_FILES = 100_000
_MAX_TEXT = 10_000
_MAX_VIEWS = 64

Answered = tuple[dict[str, Any], Sequence[Buffer]]


class Backend:
    """Answers requests, from any number of threads. Whatever goes wrong becomes an answer that says so.

    Args:
        stores: open stores.
        focus: show only this node and what is below it; it is in the one store then.
        title: of the page; by default the stores' names, or the node's.
        can_remove: whether nodes may be removed, where the store can be written.
    """

    def __init__(
        self,
        stores: Sequence[Store],
        *,
        focus: NodeReading | None = None,
        title: str | None = None,
        can_remove: bool = False,
    ) -> None:
        self.stores = {str(number): store for number, store in enumerate(stores)}
        self.focus = focus
        self.can_remove = can_remove
        self._views: dict[tuple[str, int | None], View] = {}
        self._lock = threading.Lock()
        self._files: dict[str, None] = {}
        names = [focus.name[:MAX_NAME]] if focus is not None else _names(stores)
        if title and len(stores) == 1:
            names = [title[:MAX_NAME]]
        names = [as_valid_text(name) for name in names]
        self.infos: list[StoreInfo] = [
            {"id": number, "name": name, "readOnly": store.journal.read_only}
            for (number, store), name in zip(self.stores.items(), names, strict=True)
        ]
        self.title = as_valid_text(title or ", ".join(names))
        self._operations: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "hello": self._hello, "columns": self._columns, "changes": self._changes, "node": self._node,
            "value": self._value, "search": self._search, "talk": self._talk, "locate": self._locate,
            "remove": self._remove, "more": self._more,
        }  # fmt: skip

    def answer(self, request: Any) -> Answered:
        """The header and the buffers of the answer to a request."""
        try:
            operation = self._operations.get(str(request.get("op"))) if isinstance(request, dict) else None
            if operation is None:
                raise InvalidArgument(f"A request names one of the operations {', '.join(self._operations)}.")
            answer = operation(request)
            return answered(request, answer), answer.buffers
        except InterLabError as error:
            return refused(request, as_valid_text(str(error))), ()
        except Exception as error:  # the other side must hear of it, whatever it is
            return refused(request, as_valid_text(f"{type(error).__name__}: {error}")), ()

    def first(self) -> tuple[dict[str, Any], bytes] | None:
        """What a browser asks first, answered before it asks: ``hello`` and the first rows of the first store.

        Returns:
            The rows' `ColumnsValue`, and a packed answer with the value ``{"hello": …, "columns": …}``; None where
            that would take long, or where it is refused, which is told to whoever asks.
        """
        try:
            if not self.index("0").is_near():
                return None
        except InterLabError:
            return None
        header, buffers = self.answer({"op": "columns", "store": "0", "from": 0, "limit": FIRST_ROWS})
        if not header["ok"]:
            return None
        value = header["value"]
        return value, b"".join(pack({"ok": True, "value": {"hello": self.hello(), "columns": value}}, buffers))

    def index(self, store: str) -> Index:
        """The index of a store by its id."""
        return index_of(self.stores[store])

    def view(self, store: Any, root: Any = None) -> View:
        """The view of a store, or of a row of it and what is below.

        Raises:
            InvalidArgument: there is no such store or row.
        """
        if not isinstance(store, str) or store not in self.stores:
            raise InvalidArgument(f"There is no store {store!r} here; the stores are {', '.join(self.stores)}.")
        index = self.index(store)
        if root is None:
            key = None if self.focus is None else self.focus.id
        else:
            key = self._key(self.view(store), root)
        with self._lock:
            view = self._views.get((store, key))
            if view is None:
                if len(self._views) >= _MAX_VIEWS:
                    self._views.clear()
                view = self._views[(store, key)] = View(index) if key is None else PartView(index, key)
            return view

    # Operations ---------------------------------------------------------------------------------------

    def _more(self, request: dict[str, Any]) -> Answer:
        return Answer(bundle.more())

    def _hello(self, request: dict[str, Any]) -> Answer:
        return Answer(self.hello())

    def hello(self) -> Hello:
        """What there is to look at."""
        return {
            "protocol": PROTOCOL,
            "title": self.title,
            "stores": self.infos,
            "focus": {"store": "0"} if self.focus is not None else None,
            "canRemove": self.can_remove and not all(info["readOnly"] for info in self.infos),
        }

    def _columns(self, request: dict[str, Any]) -> Answer:
        view, begin = self._asked(request), _number(request, "from", 0)
        with view.index.lock:
            if begin == 0:
                view.index.update()
            return view.columns(begin, min(max(1, _number(request, "limit", MAX_ROWS)), MAX_ROWS))

    def _changes(self, request: dict[str, Any]) -> Answer:
        view, have = self._asked(request), _number(request, "rows")
        with view.index.lock:
            view.index.update(live=True)
            return view.changes(have, request.get("stamp"))

    def _node(self, request: dict[str, Any]) -> Answer:
        view, row = self._asked(request), _number(request, "row")
        store = self.stores[request["store"]]
        key = self._key(view, row)
        fields = fields_of(store, key)
        gathered = Gathered(store, fields)
        with self._lock:
            if len(self._files) > _MAX_FILES:
                self._files.clear()
            self._files.update(dict.fromkeys(gathered.files))
        with view.index.lock:
            parents = view.parents(row)
        detail: NodeDetail = {
            "row": row, "uid": store.uid_of(key), "parents": parents, "fields": fields, "values": gathered.values,
            "cut": list(gathered.cut), "heads": gathered.cut,
        }  # fmt: skip
        name = store.node_by_id(key).name
        if len(name) >= MAX_NAME:
            detail["name"] = as_valid_text(name[:_MAX_TEXT])
        return Answer(detail)

    def _value(self, request: dict[str, Any]) -> Answer:
        self._asked(request)
        given = request.get("hash")
        try:
            key = bytes.fromhex(given) if isinstance(given, str) and len(given) == 32 else b""
        except ValueError:
            key = b""
        if not key:
            raise InvalidArgument(f"A value is asked for by its hash, 32 hexadecimal digits; got {given!r:.60}.")
        store = self.stores[request["store"]]
        data = store.load(key)
        wire: Any = None
        if given not in self._files:
            wire, _ = value_of(store, Held(key, "form"))
        if given in self._files or (isinstance(wire, dict) and wire.get("t") == "damaged value" and data):
            wire, _ = value_of(store, Held(key, "bytes"))
        if isinstance(wire, str) and ("offset" in request or "limit" in request):
            begin = _number(request, "offset", 0)
            wire = wire[begin : begin + _number(request, "limit", len(wire))]
        return Answer(wire)

    def _search(self, request: dict[str, Any]) -> Answer:
        view, text = self._asked(request), request.get("text")
        if not isinstance(text, str) or len(text) > _MAX_TEXT:
            raise InvalidArgument(f"A search needs a text of up to {_MAX_TEXT:,} characters.")
        store = self.stores[request["store"]]
        journal = store.journal
        words = search.matching(journal, text)
        if not search.is_indexed(journal):
            return Answer({"total": 0, "indexed": False}, [b""])
        if text[-1:].isalnum() and words.endswith('"'):
            words += " *"  # the last word is perhaps not finished
        keys = [row[0] for row in journal.read("SELECT rowid FROM search WHERE search MATCH ?", (words,))]
        keys += search.open_matches(journal, words)
        with view.index.lock:
            view.index.update(live=True)
            view.refresh()
            state = view.rows.columns.state
            found = [view.of_row(row) for row in view.rows.columns.rows_of(keys) if state[row] != REMOVED]
        rows = array("I", [row for row in found if row >= 0])
        return Answer({"total": len(rows), "indexed": True}, [little(rows)])

    def _talk(self, request: dict[str, Any]) -> Answer:
        view, row = self._asked(request), _number(request, "row")
        return Answer(talk_of(self.stores[request["store"]], view, self._key(view, row)))

    def _locate(self, request: dict[str, Any]) -> Answer:
        view, uid = self._asked(request), request.get("uid")
        store = self.stores[request["store"]]
        if not isinstance(uid, str):
            raise InvalidArgument("A node is looked for by its uid, a text.")
        key = store.id_of(uid)
        with view.index.lock:
            if view.rows.columns.row_of(key) < 0:
                view.index.update(live=True)
            view.refresh()
            row = view.of_row(view.rows.columns.row_of(key))
        if row < 0:
            raise NodeNotFound(f"There is no node {uid!r} in {self.title!r}.", store.path)
        return Answer(row)

    def _remove(self, request: dict[str, Any]) -> Answer:
        view, row = self._asked(request), _number(request, "row")
        if not self.can_remove:
            raise InvalidArgument("Nothing can be removed from here.")
        store = self.stores[request["store"]]
        number = store.remove(store.node_by_id(self._key(view, row)))
        view.index.update(live=True)
        return Answer(number)

    # Arguments ----------------------------------------------------------------------------------------

    def _asked(self, request: dict[str, Any]) -> View:
        return self.view(request.get("store"), request.get("root"))

    @staticmethod
    def _key(view: View, row: Any) -> int:
        with view.index.lock:
            view.refresh()
            if not isinstance(row, int) or not 0 <= row < len(view):
                raise InvalidArgument(f"There is no row {row!r:.40}; there are {len(view):,}.")
            return int(view.rows.columns.ids[view.row(row)])

    def keep(self) -> None:
        """Write the indexes into their stores, for the next who looks."""
        for store in self.stores.values():
            try:
                if not store.journal.closed:
                    index_of(store).keep()
            except StoreError:
                pass  # it can be made anew


def node_of(what: Any) -> NodeReading | None:
    """The node that is meant: a node itself, or a run's; None for a store."""
    node = what if isinstance(what, NodeReading) else getattr(what, "node", None)
    return node if isinstance(node, NodeReading) else None


def _number(request: dict[str, Any], name: str, default: int | None = None) -> int:
    value = request.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise InvalidArgument(f"The argument {name!r} is a number, 0 or more; got {value!r:.40}.")
    return value


def _names(stores: Sequence[Store]) -> list[str]:
    """The stores' names: of files of the same name with their folders."""
    paths = [Path(store.path) for store in stores]
    names = ["a store in memory" if store.journal.in_memory else Path(store.path).name for store in stores]
    return [
        name if names.count(name) == 1 else str(Path(path.parent.name) / name)
        for path, name in zip(paths, names, strict=True)
    ]
