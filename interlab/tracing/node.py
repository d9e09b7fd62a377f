"""A node while it is being recorded."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from time import perf_counter
from types import TracebackType
from typing import Any, Literal, Self, overload

import orjson

from interlab.errors import DuplicateInput, InvalidArgument, NoCurrentNode, NodeStateError, StoreError
from interlab.tracing.nodes import NodeReading, Source
from interlab.tracing.schema import ERROR, FINISHED, OPEN
from interlab.tracing.scope import CURRENT_NODE, current_store
from interlab.tracing.tags import Tag, as_tag, tags_to_wire

_NEW = -1
_OPENED_AT_ONCE = frozenset({"run", "person"})
"""Kinds that are committed when they open, instead of with the next commit or within 50 ms: there are few of them."""


class TracingNode(NodeReading):
    """One traced piece of work, as a context manager.

    Entering it makes it the current node: nodes opened inside become its children, in threads and tasks
    started inside as well. Leaving commits it to the store. An exception is recorded and goes on.

        with il.TracingNode("haggle", kind="call", inputs={"price": 2500}) as node:
            ...
            node.set_result("deal")

    Args:
        name: what it is called.
        kind: what it is, in lower case; decides its icon, and the browser can hide or keep a kind.
        inputs: what goes in, by name; recorded as they are now.
        meta: style (``color``, ``color_bg``, ``color_border``: CSS colours) and facts beside the result.
        tags: labels, as `Tag`s or names.
        parent: the node to stand in, instead of the current one.
    """

    # Defaults stand on the class: most nodes never set most of these, and every node is on the hot path.
    _state = _NEW
    _inputs: bytes | None = None
    _input_names: tuple[str, ...] = ()
    _result: bytes | None = None
    _error: bytes | None = None
    _meta: bytes | None = None
    _tag_list: list[Tag] | None = None
    _previous: TracingNode | None = None
    _parent: int | None = None
    closed_at: float | None = None
    written = False
    committed = False

    def __init__(
        self,
        name: str,
        *,
        kind: str = "call",
        inputs: Mapping[str, Any] | None = None,
        meta: Mapping[str, Any] | None = None,
        tags: Iterable[str | Tag] = (),
        parent: NodeReading | None = None,
    ) -> None:
        if parent is None:
            parent = CURRENT_NODE.get()
        self.name = name
        self.kind = kind
        if parent is None:
            source = current_store()
        else:
            source = parent._source
            self._parent = parent.id
        self._source: Source = source
        journal = self._journal = source.journal
        scrubber = journal.scrubber
        if parent is None:
            scrubber.refresh()  # before anything is recorded
        if type(name) is not str or type(kind) is not str or kind not in scrubber.plain_kinds:
            self.name, self.kind = _text("name", name), scrubber.clean_kind(_text("kind", kind))
        if inputs:
            self._input_names = tuple(inputs)
            self._inputs = self._journal.freezer.fields(inputs)
        if meta:
            self._meta = journal.freezer.facts(meta)
        if tags:
            self._tag_list = [as_tag(tag) for tag in ((tags,) if isinstance(tags, str | Tag) else tags)]
        self.id: int = journal.new_id()

    # Opening and closing ------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self.open()
        self._previous = CURRENT_NODE.get()
        CURRENT_NODE.set(self)
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if CURRENT_NODE.get() is self:  # else a generator that was closed in another context
            CURRENT_NODE.set(self._previous)
        self._previous = None
        if exc is None:
            self.close()
            return
        try:
            self.close(error=exc)
        except (StoreError, NodeStateError) as error:  # must not hide what went wrong in the block
            exc.add_note(f"(The trace of this could not be stored: {error})")

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.__exit__(exc_type, exc, traceback)

    def open(self) -> Self:
        """Start recording without making it the current node, for work whose end comes in another place.
        Each node that is opened must be closed."""
        if self._state != _NEW:
            raise NodeStateError(
                f"The node {self.name!r} was {'closed' if self._state != OPEN else 'opened'} before; "
                "a node is used once. Make a new one."
            )
        self._state = OPEN
        self.opened_at = time.time()
        self._started = perf_counter()
        try:
            self._journal.node_opened(self, now=self.kind in _OPENED_AT_ONCE)
        except BaseException:
            self._state = _NEW
            raise
        return self

    def close(self, *, error: BaseException | None = None) -> None:
        """Stop recording and commit.

        Args:
            error: the exception it ended with; None for a good end.

        Raises:
            NodeStateError: it is not open.
            StoreError: it could not be written.
        """
        if self._state != OPEN:
            raise NodeStateError(f"The node {self.name!r} is not open, so it can't be closed.")
        self.closed_at = self.opened_at + (perf_counter() - self._started)
        if error is not None:
            self._error = self._journal.freezer.value(error)
        self._state = FINISHED if self._error is None else ERROR
        self._journal.node_closed(self)

    # Recording ----------------------------------------------------------------------------------------

    def add_input(self, name: str, value: Any) -> None:
        """Record one more input.

        Raises:
            DuplicateInput: there is one of this name.
            NodeStateError: the node is closed.
        """
        self.add_inputs({name: value})

    def add_inputs(self, inputs: Mapping[str, Any]) -> None:
        """Record more inputs; all or, when one of them is there already, none."""
        self._must_be_recording("add_input")
        for name in inputs:
            if name in self._input_names:
                raise DuplicateInput(name, self.uid)
        if not inputs:
            return
        more = self._journal.freezer.fields(inputs)
        if self._inputs is None:
            self._inputs = more
        else:
            # Either may have been stored apart as a whole; the joined object holds them in order.
            self._inputs = self._journal.freezer.joined(self._inputs, more)
        self._input_names += tuple(inputs)
        self._changed()

    def set_result(self, result: Any) -> None:
        """Record what came out. A later result replaces an earlier one."""
        if self._state not in (_NEW, OPEN):
            self._must_be_recording("set_result")
        self._result = self._journal.freezer.value(result)
        if self.written:
            self._journal.node_changed(self)

    def set_error(self, error: BaseException | str) -> None:
        """Record an error without raising it; the node will end in the state ``"error"``."""
        self._must_be_recording("set_error")
        self._error = self._journal.freezer.value(RuntimeError(error) if isinstance(error, str) else error)
        self._changed()

    def add_event(self, name: str, data: Any = None, *, kind: str = "event", tags: Iterable[str | Tag] = ()) -> None:
        """Record that something happened: an instant, finished child.

        Args:
            name: what happened.
            data: anything that belongs to it; its result.
            kind: the child's kind.
            tags: the child's tags.
        """
        self._must_be_recording("add_event")
        event = TracingNode(name, kind=kind, tags=tags, parent=self)
        if data is not None:
            event.set_result(data)
        event._state = FINISHED
        event.opened_at = event.closed_at = time.time()
        self._journal.node_closed(event)

    def add_tag(self, tag: str | Tag) -> None:
        """Add a label; also to a closed node. A label of the same name is replaced."""
        new = as_tag(tag)
        self._tag_list = [old for old in self._tag_list or () if old.name != new.name] + [new]
        self._annotated()

    def add_meta(self, **facts: Any) -> None:
        """Add style or facts beside the result; also to a closed node."""
        merged = {**self.meta, **facts}
        self._meta = self._journal.freezer.value(merged)
        self._annotated()

    def _annotated(self) -> None:
        if self._state in (FINISHED, ERROR):
            with self._journal.lock:
                self.committed = False
                self._journal.node_closed(self)
        else:
            self._changed()

    def _changed(self) -> None:
        if self._state == OPEN:
            self._journal.node_changed(self)

    def _must_be_recording(self, what: str) -> None:
        if self._state in (FINISHED, ERROR):
            raise NodeStateError(f"{what}() on the node {self.name!r}, which is closed; a record does not change.")

    # Reading ------------------------------------------------------------------------------------------

    @property
    def state(self) -> str:
        """``"new"``, ``"open"``, ``"finished"`` or ``"error"``."""
        return ("new", "open", "finished", "error")[self._state + 1]

    def _state_number(self) -> int:
        return max(self._state, OPEN)

    def _tags(self) -> tuple[Tag, ...]:
        return tuple(self._tag_list or ())

    def _field(self, place: int) -> bytes | None:
        return (self._meta, self._inputs, self._result, self._error)[place]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NodeReading):
            return NotImplemented
        return self.id == other.id and self._source is other._source

    def __hash__(self) -> int:
        return hash(self.id)

    # Rows of the store --------------------------------------------------------------------------------

    def insert_row(self) -> tuple[Any, ...]:
        """Its row, in the order of the table's columns."""
        return (
            self.id, self._parent, self.kind, self._state, self.opened_at, self.closed_at,
            self._journal.scrubber.clean_name(self.name), self._tag_bytes() if self._tag_list else None,
            self._meta, self._inputs, self._result, self._error,
        )  # fmt: skip

    def update_row(self) -> tuple[Any, ...]:
        """Its key, then the columns that may have changed."""
        return (
            self.id, self._state, self.closed_at, self._journal.scrubber.clean_name(self.name), self._tag_bytes(),
            self._meta, self._inputs, self._result, self._error,
        )  # fmt: skip

    def _tag_bytes(self) -> bytes | None:
        if not self._tag_list:
            return None
        data = orjson.dumps(tags_to_wire(self._tag_list))
        clean: bytes = self._journal.clean(data)
        return clean


def _text(what: str, value: Any) -> str:
    if not isinstance(value, str):
        raise InvalidArgument(f"A node's {what} is a text; got {type(value).__name__} ({value!r:.60}).")
    return str.__str__(value)


@overload
def current_node(required: Literal[True] = True) -> TracingNode: ...
@overload
def current_node(required: bool) -> TracingNode | None: ...
def current_node(required: bool = True) -> TracingNode | None:
    """The innermost node that is open here.

    Args:
        required: raise when there is none; with False, return None instead.

    Raises:
        NoCurrentNode: nothing is being traced here.
    """
    node: TracingNode | None = CURRENT_NODE.get()
    if node is None and required:
        raise NoCurrentNode
    return node
