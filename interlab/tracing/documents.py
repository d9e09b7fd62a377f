"""Nodes as one JSON document, and back.

The document is flat: a list of nodes, parents first, each naming its parent; so a trace nested a thousand
deep is no deeper than any other. Values stand in their stored form (see `wire`) with references filled in; bytes
(images, files) stand apart in ``blobs``, in base64.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, cast

from interlab.errors import ForeignTraceError
from interlab.tracing.base_store import BaseStore
from interlab.tracing.freeze import INLINE_FIELD, INLINE_TEXT
from interlab.tracing.nodes import NodeReading
from interlab.tracing.rich import Record
from interlab.tracing.schema import COUNTER_BITS, ERROR, FINISHED, INSERT, OPEN, UPDATE
from interlab.tracing.wire import TAG, digest, dumps, expand, thaw

FORMAT = "interlab-trace"
VERSION = 1
MAX_DEPTH = 230
"""Levels of JSON in one value; values that are recorded here have fewer, and a JSON writer stops at 254."""

MAX_ARRAY_ITEMS = 1 << 28
"""Items of an array times the size that its type gives each."""

_UID = re.compile(r"[A-Za-z0-9_.]{1,64}-[1-9a-f][0-9a-f]{0,9}")
_NUMBERS = re.compile(r"[<>|=]?[biufcmMSUV](?P<size>\d{0,5})(\[\w+\])?", re.ASCII)
_FIRST_SECOND, _LAST_SECOND = -62_135_510_400, 253_402_214_399  # of the years 1 to 9999, less a day for any zone
_STATES = {"open": OPEN, "interrupted": OPEN, "finished": FINISHED, "error": ERROR}
_FIELDS = ("meta", "inputs", "result", "error")
_PLACES = frozenset(("v", "message", "traceback", "cause", "exceptions", "columns", "rows", "index"))
_ADD_WRITER = (  # a writer that is gone: what it had open is interrupted
    "INSERT INTO writer(nonce, host, pid, process_started, opened, heartbeat, closed) VALUES(?,'',0,0,0,0,0)"
)


def to_document(nodes: Iterable[NodeReading]) -> dict[str, Any]:
    """Nodes and all below them as one JSON-ready dictionary.

    Args:
        nodes: the topmost nodes, of one store.

    Returns:
        ``{"format", "version", "nodes": […], "blobs": {hash: base64}}``.
    """
    listed: list[dict[str, Any]] = []
    blobs: dict[str, str] = {}
    for node in with_descendants(nodes):
        listed.append(_node_document(node, blobs))
    return {"format": FORMAT, "version": VERSION, "nodes": listed, "blobs": blobs}


def with_descendants(tops: Iterable[NodeReading]) -> Iterator[NodeReading]:
    """Nodes and all below them, each once, parents before children.

    Stores list what is below a node by key. Keys of one writer grow from parent to child; those of several
    writers need not, once stores were merged.
    """
    seen: set[int] = set()
    for top in tops:
        if top.id in seen:
            continue
        seen.add(top.id)
        yield top
        waiting: dict[int | None, list[NodeReading]] = {}
        for node in top.descendants():
            if node._parent not in seen:
                waiting.setdefault(node._parent, []).append(node)
                continue
            ready = [node]
            while ready:
                one = ready.pop()
                if one.id not in seen:
                    seen.add(one.id)
                    yield one
                ready.extend(reversed(waiting.pop(one.id, ())))


def _node_document(node: NodeReading, blobs: dict[str, str]) -> dict[str, Any]:
    load = node._source.load
    document: dict[str, Any] = {
        "uid": node.uid,
        "parent_uid": node.parent_uid,
        "name": node.name,
        "kind": node.kind,
        "state": node.state,
        "opened_at": node.opened_at,
        "closed_at": node.closed_at,
        "tags": [[tag.name, tag.color] for tag in node.tags],
    }
    for field, wire in node.wire().items():
        document[field] = expand(wire, load)
        _collect_blobs(document[field], load, blobs)
    return document


def _collect_blobs(wire: Any, load: Any, blobs: dict[str, str]) -> None:
    if isinstance(wire, list):
        for item in wire:
            _collect_blobs(item, load, blobs)
    elif isinstance(wire, dict):
        if wire.get(TAG) in ("blob", "image", "array") and wire.get("h"):
            key = wire["h"]
            if key not in blobs:
                blobs[key] = base64.b64encode(load(bytes.fromhex(key))).decode()
        for item in wire.values():
            _collect_blobs(item, load, blobs)


def from_document(store: BaseStore, document: Any) -> list[NodeReading]:
    """Write the nodes of a document into a store, under the uids they have.

    A node that the store has already is left as it is, except that one still open is brought up to date and
    one whose parent was missing gets it. The document is checked whole before anything is written.

    Args:
        store: where to.
        document: as `to_document` gives it.

    Returns:
        The topmost nodes.

    Raises:
        ForeignTraceError: it is no such document, of a newer version, or damaged.
    """
    return [store.node_by_id(key) for key in add_document(store, document)[0]]


def add_document(store: BaseStore, document: Any) -> tuple[list[int], int]:
    """As `from_document`.

    Returns:
        The keys of the topmost nodes, and how many nodes are new.
    """
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise ForeignTraceError(
            f'This is not a trace document: expected an object with "format": {FORMAT!r} '
            f"as store.export(run, 'run.json') writes it, got {_seen(document)}."
        )
    if document.get("version") != VERSION:
        raise ForeignTraceError(
            f"The trace document has version {document.get('version')!r}; this InterLab reads {VERSION}."
        )
    values = _Values(store.journal.clean)
    where = "its list of nodes"
    rows: dict[str, _Row] = {}
    try:
        values.add_blobs(document["blobs"])
        for place, node in enumerate(document["nodes"]):
            where = f"node {place}"
            row = _checked(node, values, store.journal.scrubber.clean_name)
            if row.uid in rows:
                raise ValueError(f"the uid {row.uid!r} stands twice")
            rows[row.uid] = row
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError) as error:
        raise ForeignTraceError(
            f"The trace document is damaged in {where}: {type(error).__name__}: {str(error)[:300]}. "
            "Export it again; nothing of it was written."
        ) from error
    return store.journal.write(lambda connection: _write(store, connection, rows, values.stored))  # type: ignore[no-any-return]


def _seen(document: Any) -> str:
    if not isinstance(document, dict):
        return f"a {type(document).__name__}"
    return f'an object with "format": {document["format"]!r:.60}' if "format" in document else "an object without it"


class _Row(NamedTuple):
    uid: str
    parent_uid: str | None
    kind: str
    state: int
    opened: float
    closed: float | None
    name: str
    tags: bytes | None
    fields: tuple[bytes | None, ...]


def _checked(node: dict[str, Any], values: _Values, clean_name: Callable[[str], str]) -> _Row:
    uid, parent_uid = node["uid"], node["parent_uid"]
    for one in (uid,) if parent_uid is None else (uid, parent_uid):
        if not _UID.fullmatch(one):
            raise ValueError(f"{one!r:.100} is not a uid")
    if node["state"] not in _STATES:
        raise ValueError(f"{node['state']!r:.100} is not a state")
    for name, color in node["tags"]:
        if not (isinstance(name, str) and name and isinstance(color, str | None)):
            raise TypeError(f"{[name, color]!r:.100} is not a tag")
    kind, name = (clean_name(str.__str__(node[field])) for field in ("kind", "name"))
    closed = node["closed_at"]
    return _Row(
        uid,
        parent_uid,
        kind,
        _STATES[node["state"]],
        _time(node["opened_at"]),
        None if closed is None else _time(closed),
        name,
        values.clean(dumps(node["tags"])) if node["tags"] else None,
        tuple(values.field(field, node[field]) if field in node else None for field in _FIELDS),
    )


def _time(seconds: Any) -> float:
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    if not (is_number and _FIRST_SECOND <= seconds <= _LAST_SECOND):
        raise ValueError(f"{seconds!r:.100} is not a time in seconds since 1970")
    return float(seconds)


class _Values:
    """Checks the values of one document, and gives them the form they have in a store: what is long stands
    apart, once."""

    def __init__(self, clean: Callable[[bytes], bytes]) -> None:
        self.clean = clean
        self.stored: dict[bytes, bytes] = {}
        self._blobs: dict[str, bytes] = {}

    def add_blobs(self, blobs: dict[str, str]) -> None:
        for key, text in blobs.items():
            data = base64.b64decode(text, validate=True)
            if digest(data).hex() != key:
                raise ValueError(f"the blob {key!r:.100} is not what its hash says")
            self._blobs[key] = data
            self.stored[digest(data)] = data

    def field(self, name: str, wire: Any) -> bytes:
        """The stored bytes of one of a node's fields."""
        data = self.clean(dumps(self._short(wire, 0)))
        # What can't be read must not be written: it would be found by whoever looks at the node.
        value = thaw(wire, lambda key: self._blobs[key.hex()])
        if (name in ("meta", "inputs") and type(value) is not dict) or (name == "error" and type(value) is not Record):
            raise TypeError(f"the {name} of a node can't be a {type(value).__name__}")
        return data if len(data) <= INLINE_FIELD else dumps(self._apart(data))

    def _apart(self, data: bytes) -> dict[str, Any]:
        key = digest(data)
        self.stored[key] = data
        return {TAG: "ref", "h": key.hex(), "n": len(data)}

    def _short(self, wire: Any, depth: int) -> Any:
        """The stored form with long texts apart. What is nested too deep, no reader could expand."""
        if isinstance(wire, str):
            return self._apart(self.clean(dumps(wire))) if len(wire) > INLINE_TEXT else wire
        if not isinstance(wire, dict | list):
            return wire
        if depth > MAX_DEPTH:
            raise ValueError(f"a value is nested deeper than {MAX_DEPTH} levels")
        if isinstance(wire, list):
            return [self._short(item, depth + 1) for item in wire]
        tag = wire.get(TAG)
        if TAG not in wire:
            return {key: self._short(item, depth + 1) for key, item in wire.items()}
        if not isinstance(tag, str) or tag in ("ref", "chain"):
            raise ValueError(f"{tag!r:.100} can't stand in a document")
        if wire.get("h") is not None and wire["h"] not in self._blobs:
            raise ValueError(f"the bytes of a value, {wire['h']!r:.100}, are missing")
        if tag == "array":
            _check_array(wire["dtype"], wire.get("v"))
        # Readers look for references only where values stand, not in names and labels.
        places = () if tag in ("node", "duration", "format") else _PLACES
        return {key: self._short(item, depth + 1) if key in places else _flat(item) for key, item in wire.items()}


def _check_array(dtype: str, items: Any) -> None:
    """Refuse what would take a reader much more memory than the document has: texts of a great fixed length."""
    match = _NUMBERS.fullmatch(dtype)
    if not match:
        raise ValueError(f"{dtype!r:.100} is not a type of numbers")
    if int(match["size"] or 1) * _count(items) > MAX_ARRAY_ITEMS:
        raise ValueError(f"an array of {dtype} with so many items takes too much memory")


def _count(items: Any, depth: int = 0) -> int:
    if depth > MAX_DEPTH:
        raise ValueError(f"a value is nested deeper than {MAX_DEPTH} levels")
    return sum(_count(item, depth + 1) for item in items) if isinstance(items, list) else 1


def _flat(item: Any, depth: int = 0) -> Any:
    """What stands in a tagged value beside its parts: checked to hold no reference."""
    if depth > MAX_DEPTH:
        raise ValueError(f"a value is nested deeper than {MAX_DEPTH} levels")
    if isinstance(item, list):
        return [_flat(one, depth + 1) for one in item]
    if isinstance(item, dict):
        if item.get(TAG) in ("ref", "chain") or "h" in item:
            raise ValueError("a reference stands where none can be")
        return {key: _flat(one, depth + 1) for key, one in item.items()}
    return item


def _write(
    store: BaseStore, connection: Any, rows: dict[str, _Row], values: dict[bytes, bytes]
) -> tuple[list[int], int]:
    journal = store.journal
    newest = journal.new_id() if journal.number else 0
    numbers: dict[str, int | None] = {}

    def key_of(uid: str, *, make: bool = True) -> int | None:
        nonce, _, counter = uid.rpartition("-")
        if numbers.get(nonce) is None:
            row = connection.execute("SELECT number FROM writer WHERE nonce=?", (nonce,)).fetchone()
            if row is None and make:
                row = (connection.execute(_ADD_WRITER, (nonce,)).lastrowid,)
            numbers[nonce] = None if row is None else row[0]
        number = numbers[nonce]
        return None if number is None else number << COUNTER_BITS | int(counter, 16)

    def parent_of(row: _Row) -> int | None:
        if row.parent_uid is None or row.parent_uid in rows:
            return None if row.parent_uid is None else key_of(row.parent_uid)
        key = key_of(row.parent_uid, make=False)
        known = key is not None and connection.execute("SELECT 1 FROM node WHERE id=?", (key,)).fetchone()
        return key if known else None

    tops: list[int] = []
    added = 0
    for row in rows.values():
        key = cast(int, key_of(row.uid))
        if row.parent_uid is None or row.parent_uid not in rows:
            tops.append(key)
        if key in journal.live:
            continue
        found = connection.execute("SELECT state, parent FROM node WHERE id=?", (key,)).fetchone()
        if found is None:
            if key >> COUNTER_BITS == journal.number and key > newest:
                raise ForeignTraceError(
                    f"The trace document claims the uid {row.uid!r}, which is still to be given here."
                )
            own = (
                key,
                parent_of(row),
                row.kind,
                row.state,
                row.opened,
                row.closed,
                row.name,
                row.tags,
                *row.fields,
            )
            connection.execute(INSERT, own)
            added += 1
            continue
        if found[0] == OPEN:
            connection.execute(UPDATE, (key, row.state, row.closed, row.name, row.tags, *row.fields))
        if found[1] is None and row.parent_uid is not None:
            connection.execute("UPDATE node SET parent=? WHERE id=?", (parent_of(row), key))
    connection.executemany("INSERT OR IGNORE INTO value VALUES(?,?)", values.items())
    check_parents(connection)
    return tops, added


def check_parents(connection: Any) -> None:
    """Make sure that no node stands below itself.

    Raises:
        ForeignTraceError: one does; the transaction is to be rolled back.
    """
    # Along a cycle the keys can't grow all the way round, so every cycle has a node like these.
    suspects = connection.execute("SELECT id, parent FROM node WHERE parent>=id").fetchall()
    safe: set[int] = set()
    for key, parent in suspects:
        path = {key}
        while parent is not None and parent not in safe:
            if parent in path:
                raise ForeignTraceError(
                    "The trace is damaged: a node in it stands below itself. Nothing of it was written."
                )
            path.add(parent)
            row = connection.execute("SELECT parent FROM node WHERE id=?", (parent,)).fetchone()
            parent = None if row is None else row[0]
        safe |= path
