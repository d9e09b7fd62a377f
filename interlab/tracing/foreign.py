"""Reading the traces of the original InterLab: the folders that its `FileStorage` wrote.

A root is two files of gzipped JSON, ``UID.full.gz`` with all below it and ``UID.root.gz`` without, or a
folder ``UID.ctx`` with the root in ``_self.gz`` and its children beside it. Read are format 3.0 and, where they
differ in names only, the formats before. The files are data: what they say is checked and never run.
"""

from __future__ import annotations

import datetime
import gzip
import hashlib
import json
import re
import stat
import warnings
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from interlab.errors import ForeignTraceError
from interlab.tracing.base_store import BaseStore
from interlab.tracing.documents import FORMAT, VERSION, from_document
from interlab.tracing.foreign_values import ForeignValues
from interlab.tracing.nodes import NodeReading
from interlab.tracing.schema import COUNTER_MASK

NEWEST_FORMAT = 3
MAX_BYTES = 1 << 29
"""Bytes of one file, unpacked."""
_LATEST_COUNTER = COUNTER_MASK - (1 << 30)

_UID = re.compile(r"[a-zA-Z0-9:._-]{1,200}")
_STATES = {"new": "open", "open": "open", "finished": "finished", "error": "error"}
_FULL, _ROOT, _FOLDER, _SELF = ".full.gz", ".root.gz", ".ctx", "_self.gz"
_BAD = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RecursionError)


def import_foreign(store: BaseStore, path: str | Path) -> list[NodeReading]:
    """Read traces of the original InterLab into a store.

    Uids follow from those of the original, so importing again adds only what is new. Times without a zone, as
    the original writes them, are taken as UTC. What was not finished when it was written is interrupted here.
    What can't be read is left out, with a warning that names the files.

    Args:
        store: where to.
        path: a folder of a `FileStorage`, a ``.ctx`` folder, or one ``.gz`` file.

    Returns:
        The roots, oldest first, now in the store.

    Raises:
        ForeignTraceError: nothing there can be read.
    """
    source = Path(path)
    reader = _Reader()
    roots: list[NodeReading] = []
    known: set[str] = set()
    for place in _places(source):
        try:
            trace = reader.trace(place)
            if trace["uid"] in known:  # written by itself and in what it stands in
                continue
            document = _document(trace, known)
            roots += from_document(store, document)
        except ForeignTraceError as error:
            message = str(error)
            reader.problems.append(message if str(place) in message else f"{place}: {message}")
        except _BAD as error:
            reader.problems.append(f"{place}: it is damaged: {type(error).__name__}: {str(error)[:300]}")
    listed = "\n".join(f"- {problem}" for problem in reader.problems)
    if not roots:
        expected = "a folder written by FileStorage of InterLab 0.3 or 0.4, or a .gz file from it"
        raise ForeignTraceError(
            f"Nothing could be read from {source}; expected {expected}." + (f"\n{listed}" if listed else ""),
            source,
        )
    if reader.problems:
        warnings.warn(f"Not all of {source} could be read; the rest was imported.\n{listed}", stacklevel=3)
    return roots


# Files ------------------------------------------------------------------------------------------------


def _places(source: Path) -> list[Path]:
    """Where the traces are, oldest first: files, or folders of one trace."""
    if not source.is_dir() or (source / _SELF).is_file():
        return [source]
    by_uid: dict[str, Path] = {}
    for ending in (_ROOT, _FULL, _FOLDER):  # as the original reads them: a folder counts before a file
        for place in source.glob(f"*{ending}"):
            by_uid[place.name.removesuffix(ending)] = place
    begun = {place: _begun(place, uid) for uid, place in by_uid.items()}
    return sorted(begun, key=lambda place: (begun[place], place.name))


def _begun(place: Path, uid: str) -> str:
    """When a trace was begun, as text to sort by; its uid begins with the second."""
    small = place / _SELF if place.is_dir() else place.with_name(uid + _ROOT)
    try:
        start = _content(small)["start_time"]
    except (ForeignTraceError, KeyError):  # what can't be read is found out, and said, when it is its turn
        start = uid
    return str(start).replace(":", "-")


class _Reader:
    """Reads files, and keeps a list of those that it had to leave out."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def trace(self, place: Path) -> dict[str, Any]:
        """The node at a place, with its children as far as they can be read."""
        if place.is_dir():
            return self._folder(place, {place.name.removesuffix(_FOLDER)})
        for ending in (_FULL, _ROOT):
            if place.name.endswith(ending):
                return self._files(place.parent, place.name.removesuffix(ending))
        return _content(place)

    def _files(self, folder: Path, uid: str) -> dict[str, Any]:
        full, root = folder / (uid + _FULL), folder / (uid + _ROOT)
        try:
            return _content(full)
        except ForeignTraceError as error:
            if not root.is_file():
                raise
            content = _content(root)
            if full.exists() or content.get("children_uids"):
                self.problems.append(f"{error} Only the root was imported, without what is below it.")
            return content

    def _folder(self, folder: Path, seen: set[str]) -> dict[str, Any]:
        node = _content(folder / _SELF)
        children = []
        for uid in node.pop("children_uids", None) or ():
            try:
                if not isinstance(uid, str) or not _UID.fullmatch(uid):
                    raise ForeignTraceError(f"{folder / _SELF} names a child {uid!r:.100}, which is not a uid.")
                if uid in seen:
                    raise ForeignTraceError(f"{folder / _SELF} names the child {uid} twice, or as its own parent.")
                seen.add(uid)
                inner = folder / (uid + _FOLDER)
                children.append(self._folder(inner, seen) if inner.is_dir() else self._files(folder, uid))
            except ForeignTraceError as error:
                self.problems.append(str(error))
        node["children"] = children
        return node


def _content(path: Path) -> dict[str, Any]:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading a pipe waits, perhaps for ever
            raise OSError("it is not a file")
        with gzip.open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ForeignTraceError(f"{path} can't be read: {error}.", path) from error
    if len(data) > MAX_BYTES:
        raise ForeignTraceError(f"{path} unpacks to more than {MAX_BYTES:,} bytes.", path)
    try:
        try:
            node = json.loads(data)
        except RecursionError:  # which counts also what called this; this one goes to a fixed depth
            node = orjson.loads(data)
    except (ValueError, RecursionError) as error:
        raise ForeignTraceError(f"{path} does not hold JSON: {error}.", path) from error
    if not isinstance(node, dict) or node.get("_type") not in ("TracingNode", "Context"):
        found = node.get("_type") if isinstance(node, dict) else type(node).__name__
        raise ForeignTraceError(f"{path} holds no trace: expected a TracingNode, got {found!r:.100}.", path)
    version = str(node.get("version", ""))
    major = version.partition(".")[0]
    if version and not (major.isdecimal() and int(major) <= NEWEST_FORMAT):
        raise ForeignTraceError(f"{path} has format {version!r:.100}; up to {NEWEST_FORMAT}.0 can be read.", path)
    if not isinstance(node.get("uid"), str) or not _UID.fullmatch(node["uid"]):
        raise ForeignTraceError(f"{path} holds a node without a uid: {node.get('uid')!r:.100}.", path)
    return node


# Documents --------------------------------------------------------------------------------------------


def _document(root: dict[str, Any], known: set[str]) -> dict[str, Any]:
    """A trace as a document of ours. The original's uids in it are added to `known`."""
    nonce = hashlib.blake2b(root["uid"].encode(), digest_size=8).hexdigest()
    values = ForeignValues()
    nodes: list[dict[str, Any]] = []
    parents: list[int | None] = []
    counters = _Counters()
    uids: set[str] = set()
    for raw, parent in _preorder(root):
        above = None if parent is None else nodes[parent]
        start, end = _seconds(raw.get("start_time")), _seconds(raw.get("end_time"))
        instant = start is None
        if start is None:  # an event has only an end, and one without data has not even that
            start = end if end is not None else 0.0 if above is None else above["opened_at"]
        state = (
            "finished" if raw.get("state") == "new" and above is not None else _STATES[raw.get("state") or "finished"]
        )
        uids.add(str(raw.get("uid")))
        node = {
            "uid": f"{nonce}-{counters.of(start, parent):x}",
            "parent_uid": None if above is None else above["uid"],
            "name": raw["name"],
            "kind": str(raw.get("kind") or ("event" if instant and above is not None else "call")),
            "state": state,
            "opened_at": start,
            "closed_at": None if state == "open" else end,
            "tags": list(_tags(raw.get("tags"))),
            **_fields(raw, values),
        }
        nodes.append(node)
        parents.append(parent)
    _close(nodes, parents)
    known |= uids
    return {"format": FORMAT, "version": VERSION, "nodes": nodes, "blobs": values.blobs}


def _preorder(root: dict[str, Any]) -> Iterator[tuple[dict[str, Any], int | None]]:
    """Nodes, parents first, each with the place of its parent."""
    todo: list[tuple[dict[str, Any], int | None]] = [(root, None)]
    place = 0
    while todo:
        raw, parent = todo.pop()
        if raw["_type"] not in ("TracingNode", "Context"):
            raise TypeError(f"a child is a {raw['_type']!r:.100}")
        yield raw, parent
        todo += [(child, place) for child in reversed(raw.get("children") or ())]
        place += 1


class _Counters:
    """Gives nodes their numbers: the microsecond in which they began, counted from the root's, later when it
    is taken. So a trace that was imported while it ran, and again when it had ended, has the same numbers."""

    def __init__(self) -> None:
        self._given: list[int] = []
        self._latest_child: dict[int | None, int] = {}
        self._after: dict[int, int] = {}
        self._epoch: float | None = None

    def of(self, start: float, parent: int | None) -> int:
        """The number of the next node, greater than its parent's and its elder siblings'."""
        if self._epoch is None:
            self._epoch = start
        since = min(round((start - self._epoch) * 1e6) + 1, _LATEST_COUNTER)
        elder = self._latest_child.get(parent, 0 if parent is None else self._given[parent])
        number = self._free(max(since, elder + 1))
        self._given.append(number)
        self._latest_child[parent] = number
        return number

    def _free(self, number: int) -> int:
        passed = []
        while number in self._after:
            passed.append(number)
            number = self._after[number]
        for one in (*passed, number):
            self._after[one] = number + 1
        return number


def _fields(raw: dict[str, Any], values: ForeignValues) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if raw.get("meta"):
        fields["meta"] = values.named(raw["meta"])
    if raw.get("inputs"):
        fields["inputs"] = values.named(raw["inputs"])
    if raw.get("result") is not None:
        fields["result"] = values.wire(raw["result"])
    if raw.get("error") is not None:
        fields["error"] = values.error(raw["error"])
    return fields


def _tags(tags: Any) -> Iterator[list[str | None]]:
    for tag in tags or ():
        name, color = (tag, None) if isinstance(tag, str) else (tag["name"], tag.get("color"))
        if name:
            yield [
                str(name).encode("utf-8", "backslashreplace").decode(),
                None if color is None else str(color),
            ]


def _seconds(time: Any) -> float | None:
    """Seconds since 1970 from a time in ISO 8601."""
    if time is None:
        return None
    moment = datetime.datetime.fromisoformat(time)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=datetime.UTC)
    return moment.timestamp()


def _close(nodes: list[dict[str, Any]], parents: list[int | None]) -> None:
    """Give what is closed and has no end the latest time known of it and what is below it."""
    latest = [node["closed_at"] or node["opened_at"] for node in nodes]
    for place in range(len(nodes) - 1, -1, -1):
        node, parent = nodes[place], parents[place]
        if node["closed_at"] is None and node["state"] != "open":
            node["closed_at"] = latest[place]
        if parent is not None:
            latest[parent] = max(latest[parent], latest[place])
