"""Reading nodes: what a live node and a node read back from a store have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from interlab.errors import StoreCorrupt
from interlab.tracing.hooks import hook
from interlab.tracing.rich import Record
from interlab.tracing.schema import ERROR, FINISHED, INTERRUPTED, OPEN, STATE_NAMES
from interlab.tracing.tags import Tag, tags_from_wire
from interlab.tracing.wire import Load, loads, thaw

Header = tuple[int, int | None, str, int, float, float | None, str, bytes | None]
"""id, parent, kind, state, opened, closed, name, tags: the columns of `schema.HEADER`."""


class Source(Protocol):
    """What a node needs of the store it is in."""

    kept: dict[str, Any]
    journal: Any

    def uid_of(self, node_id: int) -> str: ...
    def node(self, uid: str) -> NodeReading: ...
    def node_by_id(self, node_id: int) -> NodeReading: ...
    def children_of(self, node_id: int) -> list[NodeReading]: ...
    def descendants_of(self, node_id: int) -> Iterator[NodeReading]: ...
    def fields_of(self, node_id: int) -> tuple[bytes | None, bytes | None, bytes | None, bytes | None]: ...
    def is_interrupted(self, node_id: int) -> bool: ...
    def load(self, key: bytes) -> bytes: ...


class NodeReading:
    """What can be read of a node, live or stored.

    Attributes:
        id: its key in the store.
        name: what it is called.
        kind: ``run``, ``step``, ``query``, ``model``, ``observe``, ``action``, ``event``, ``call``, …
        opened_at: seconds since 1970.
        closed_at: seconds since 1970, or None while it is open.
    """

    __slots__ = ()
    __interlab_resource__ = True

    id: int
    name: str
    kind: str
    opened_at: float
    closed_at: float | None
    _source: Source
    _parent: int | None

    # What the two kinds of node provide ---------------------------------------------------------------

    def _state_number(self) -> int:
        raise NotImplementedError

    def _tags(self) -> tuple[Tag, ...]:
        raise NotImplementedError

    def _field(self, place: int) -> bytes | None:
        """The stored bytes of meta (0), inputs (1), result (2) or error (3)."""
        raise NotImplementedError

    # Identity and state -------------------------------------------------------------------------------

    @property
    def uid(self) -> str:
        """Its name in the whole world: stays the same when stores are merged."""
        return self._source.uid_of(self.id)

    @property
    def parent_uid(self) -> str | None:
        """The uid of the node it was opened in, or None for a root."""
        return None if self._parent is None else self._source.uid_of(self._parent)

    @property
    def parent(self) -> NodeReading | None:
        """The node it was opened in, or None for a root."""
        return None if self._parent is None else self._source.node_by_id(self._parent)

    @property
    def state(self) -> str:
        """``"open"``, ``"finished"``, ``"error"``, or ``"interrupted"`` when the process that had it open is
        gone."""
        number = self._state_number()
        if number == OPEN and self._source.is_interrupted(self.id):
            return INTERRUPTED
        return STATE_NAMES[number]

    @property
    def is_closed(self) -> bool:
        """Whether it has finished, with or without an error."""
        return self._state_number() in (FINISHED, ERROR)

    @property
    def duration_s(self) -> float | None:
        """Seconds between opening and closing, or None while it is open."""
        return None if self.closed_at is None else self.closed_at - self.opened_at

    @property
    def tags(self) -> tuple[Tag, ...]:
        """Its tags, in the order they were added."""
        return self._tags()

    def has_tag(self, name: str) -> bool:
        """Whether it has a tag of this name."""
        return any(tag.name == name for tag in self._tags())

    # Values -------------------------------------------------------------------------------------------

    @property
    def meta(self) -> dict[str, Any]:
        """Facts beside the inputs and the result: style (``color``, ``color_bg``, ``color_border``), usage, …"""
        return self._read(0) or {}

    @property
    def inputs(self) -> dict[str, Any]:
        """What went in, by name."""
        return self._read(1) or {}

    @property
    def result(self) -> Any:
        """What came out, or None; `has_result` tells a result of None from none."""
        return self._read(2)

    @property
    def has_result(self) -> bool:
        """Whether a result was set."""
        return self._field(2) is not None

    @property
    def error(self) -> Record | None:
        """The exception it ended with: a record with ``message``, ``traceback`` and ``cause``, whose
        ``type_name`` is the exception's class; else None."""
        error = self._read(3)
        if error is None or (isinstance(error, Record) and "message" in error):
            return error
        # A class of exceptions with a serializer of its own.
        name = getattr(error, "type_name", type(error).__name__)
        return Record({"message": str(error), "traceback": None, "cause": None}, name)

    def wire(self) -> dict[str, Any]:
        """Its values in their stored form, references not followed: meta, inputs, result, error."""
        names = ("meta", "inputs", "result", "error")
        fields = {name: self._field(place) for place, name in enumerate(names)}
        return {name: loads(data) for name, data in fields.items() if data is not None}

    def _read(self, place: int) -> Any:
        data = self._field(place)
        return None if data is None else read_value(data, self._source.load)

    # The tree below -----------------------------------------------------------------------------------

    @property
    def children(self) -> list[NodeReading]:
        """The nodes opened directly in it, oldest first. For very many, page with
        `store.children(uid, after=, limit=)`."""
        return self._source.children_of(self.id)

    def descendants(self) -> Iterator[NodeReading]:
        """All nodes below it, parents before children, read page by page."""
        return self._source.descendants_of(self.id)

    def find_nodes(
        self,
        predicate: Callable[[NodeReading], bool] | None = None,
        *,
        kind: str | None = None,
        tag: str | None = None,
        state: str | None = None,
    ) -> list[NodeReading]:
        """Nodes that match: this one and all below it, at any depth, parents before children.

        Args:
            predicate: keeps the nodes for which it is true; None keeps all.
            kind, tag, state: keep only these, before the predicate is asked.

        Returns:
            A list of nodes.
        """
        return [
            node
            for node in (self, *self.descendants())
            if (kind is None or node.kind == kind)
            and (tag is None or node.has_tag(tag))
            and (state is None or node.state == state)
            and (predicate is None or predicate(node))
        ]

    # Looking at it ------------------------------------------------------------------------------------

    def tree(self, *, max_depth: int | None = None, max_nodes: int = 2_000) -> str:
        """The node and what is below it as a text tree.

        Args:
            max_depth: levels shown below this node; None for all.
            max_nodes: nodes shown at most.
        """
        return str(hook("text")(self, max_depth=max_depth, max_nodes=max_nodes))

    def write_html(self, path: str | Path) -> Path:
        """Write the node and all below it as one HTML file that opens offline: the trace browser with its data.

        Returns:
            The path written.

        Raises:
            InvalidArgument: the file would be larger than 50 MB; it says what to do instead.
        """
        written: Path = hook("write_html")(self, Path(path))
        return written

    def show(self) -> None:
        """Show this node and what is below it: in the trace browser where there is a notebook, else as text."""
        self.display()

    def display(self) -> None:
        """Show the node and what is below it in a notebook cell; as text elsewhere."""
        hook("display")(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        bundle: dict[str, str] = hook("mimebundle")(self)
        return bundle

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.kind} {self.name!r} {self.state}>"


class StoredNode(NodeReading):
    """A node read back from a store. Its values are read when they are asked for."""

    __slots__ = ("_fields", "_header", "_source")

    def __init__(self, source: Source, header: Header) -> None:
        self._source = source
        self._header = header
        self._fields: tuple[bytes | None, bytes | None, bytes | None, bytes | None] | None = None

    @property
    def id(self) -> int:  # type: ignore[override]  # read from the header, never set
        return self._header[0]

    @property
    def _parent(self) -> int | None:  # type: ignore[override]
        return self._header[1]

    @property
    def kind(self) -> str:  # type: ignore[override]
        return self._header[2]

    @property
    def name(self) -> str:  # type: ignore[override]
        return self._header[6]

    @property
    def opened_at(self) -> float:  # type: ignore[override]
        return self._header[4]

    @property
    def closed_at(self) -> float | None:  # type: ignore[override]
        return self._header[5]

    def _state_number(self) -> int:
        return self._header[3]

    def _tags(self) -> tuple[Tag, ...]:
        data = self._header[7]
        return () if data is None else tags_from_wire(loads(data))

    def _field(self, place: int) -> bytes | None:
        if self._fields is None:
            self._fields = self._source.fields_of(self.id)
        return self._fields[place]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NodeReading):
            return NotImplemented
        return self.id == other.id and self._source is other._source

    def __hash__(self) -> int:
        return hash(self.id)


def read_value(data: bytes, load: Load) -> Any:
    """A value from its stored bytes.

    Raises:
        StoreCorrupt: the bytes are not a value's stored form.
    """
    try:
        return thaw(loads(data), load)
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise StoreCorrupt(f"A stored value is damaged: {type(error).__name__}: {error}.") from error


def named(inputs: Mapping[str, Any] | Iterable[tuple[str, Any]] | None) -> dict[str, Any]:
    """Inputs as a dictionary."""
    return {} if inputs is None else dict(inputs)
