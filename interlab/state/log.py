"""`Log`: a persistent, append-mostly sequence, the container behind histories and memories.

A Log is an immutable radix trie of full chunks of `WIDTH` items and an immutable tail of the newest. What
changes is which trie and tail a Log points at, in one assignment: a fork takes the same two, and neither
side can see the other's later changes. The chunks are also the unit in which state is saved (a Merkle
tree by content), so the width is small. With a snapshot after every append (`benchmarks/state_fork.py`),
a width of 4 writes a sixth fewer bytes in a third more blobs than 8, and 16 writes a third more bytes.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Generic, Self, SupportsIndex, TypeVar, overload

from interlab.state import forking, paths
from interlab.state.copying import Fork
from interlab.state.forking import fork
from interlab.state.kinds import SHARED

T = TypeVar("T")
BITS = 3
WIDTH = 1 << BITS
_MASK = WIDTH - 1


class Node:
    """A node of the trie, never changed once reachable.

    Attributes:
        children: `WIDTH` items in a leaf, up to `WIDTH` nodes elsewhere.
        private: some item below can change, and is given out as a fresh copy.
        digest: the content hash of the node as encoded, once known.
        saved: where the node was last saved, so that it is not saved again.
    """

    __slots__ = ("children", "digest", "private", "saved")

    def __init__(self, children: tuple[Any, ...], private: bool) -> None:
        self.children = children
        self.private = private
        self.digest: bytes | None = None
        self.saved: object = None


State = tuple[Node | None, int, int, tuple[Any, ...], bool]
"""Root; shift (bits above the leaves); items in the trie; tail; whether an item of the tail can change."""

_EMPTY: State = (None, 0, 0, (), False)

# One lock serves all writers: an append holds it for a microsecond. Readers need none, since they take the
# state in one read.
_writing = threading.Lock()


def _renew_lock() -> None:
    global _writing
    _writing = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


class Log(Sequence[T], Generic[T]):
    """A sequence that forks in constant time, whatever its length.

    Appending, indexing and replacing take time logarithmic in the length (base 8); `len`, `fork`, starting
    `reversed` and the newest few items take constant time. Appends from several threads are all kept.

    Items have value semantics. Immutable items (strings, numbers, tuples and frozen dataclasses or
    pydantic models of such, …) and resources are stored as they are. Anything else is stored as a private
    copy, and every read gives out a fresh copy: changing it changes neither this Log nor a fork. To change
    an item, `replace` it.

    Args:
        items: what the Log starts with, oldest first.

    Raises:
        NotEncodable: an item can't be part of a state (an open file, a running generator, …).
    """

    __slots__ = ("__weakref__", "_state")

    _state: State

    def __init__(self, items: Iterable[T] = ()) -> None:
        self._state = _EMPTY
        if isinstance(items, Log):
            self._state = items._state
        else:
            self.extend(items)

    def append(self, item: T) -> None:
        """Add one item at the end."""
        private = False
        if type(item) not in SHARED:
            item, private = _own(item)
        with _writing:
            root, shift, base, tail, tail_private = self._state
            if len(tail) < _MASK:
                self._state = (root, shift, base, (*tail, item), private or tail_private)
            else:
                leaf = Node((*tail, item), private or tail_private)
                self._state = _push(root, shift, base, leaf)

    def extend(self, items: Iterable[T]) -> None:
        """Add items at the end, oldest first; none of them if one can't be stored."""
        if isinstance(items, Log):
            items = items.fork() if items is self else items
        stored: list[Any] = []
        private: list[bool] = []
        for item in items:
            if type(item) in SHARED:
                stored.append(item)
                private.append(False)
            else:
                own, changes = _own(item)
                stored.append(own)
                private.append(changes)
        any_private = True in private
        with _writing:
            root, shift, base, tail, tail_private = self._state
            at = -len(tail)
            stored = [*tail, *stored]
            while len(stored) - (at + len(tail)) >= WIDTH:
                start = at + len(tail)
                leaf_private = any_private and True in private[max(0, at) : max(0, at + WIDTH)]
                leaf = Node(tuple(stored[start : start + WIDTH]), leaf_private or (at < 0 and tail_private))
                root, shift, base, _, _ = _push(root, shift, base, leaf)
                at += WIDTH
            rest_private = (any_private and True in private[max(0, at) :]) or (at < 0 and tail_private)
            self._state = (root, shift, base, tuple(stored[at + len(tail) :]), rest_private)

    def replace(self, index: SupportsIndex, item: T) -> None:
        """Put another item in the place of one; forks keep the one that was there.

        Args:
            index: position from 0, or from -1 backwards.
            item: what takes its place.

        Raises:
            IndexError: there is no such position.
            NotEncodable: the item can't be part of a state.
        """
        private = False
        if type(item) not in SHARED:
            item, private = _own(item)
        with _writing:
            root, shift, base, tail, tail_private = self._state
            i = _position(index, base + len(tail))
            if i >= base:
                i -= base
                self._state = (root, shift, base, (*tail[:i], item, *tail[i + 1 :]), private or tail_private)
            else:
                assert root is not None
                self._state = (_replaced(root, shift, i, item, private), shift, base, tail, tail_private)

    def fork(self) -> Self:
        """A Log of the same items that goes its own way from here, in constant time."""
        made = object.__new__(type(self))
        made._state = self._state
        return made

    def last(self, n: int) -> list[T]:
        """The newest items.

        Args:
            n: how many, ≥ 0; fewer come back from a shorter Log.

        Returns:
            The items, oldest first.
        """
        length = len(self)
        return list(_walk(self._state, max(0, length - max(0, n)), length))

    def chunks(self) -> Iterator[tuple[T, ...]]:
        """The items in order as the tuples in which they are stored, for reading in bulk.

        A chunk stays the same object (`is`) in this Log and all its forks until an item in it is replaced,
        so a reader that keeps what it made of a chunk need not do it again. The last chunk is the tail,
        which every append makes anew. Items that can change are the Log's own here: read them only.
        """
        root, shift, _, tail, _ = self._state
        if root is not None:
            for leaf in _leaves(root, shift):
                yield leaf.children
        if tail:
            yield tail

    def __len__(self) -> int:
        state = self._state
        return state[2] + len(state[3])

    @overload
    def __getitem__(self, index: SupportsIndex) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> list[T]: ...
    def __getitem__(self, index: SupportsIndex | slice) -> T | list[T]:
        state = self._state
        if isinstance(index, slice):
            start, stop, step = index.indices(state[2] + len(state[3]))
            if step == 1:
                return list(_walk(state, start, stop))
            if step == -1:
                return list(_walk_back(state, stop + 1, start + 1))
            return [_item(state, i) for i in range(start, stop, step)]
        i = _position(index, state[2] + len(state[3]))
        item: T = _item(state, i)
        return item

    def __iter__(self) -> Iterator[T]:
        state = self._state
        return _walk(state, 0, state[2] + len(state[3]))

    def __reversed__(self) -> Iterator[T]:
        state = self._state
        return _walk_back(state, 0, state[2] + len(state[3]))

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Log):
            mine, theirs = self._state, other._state
            if mine is theirs:
                return True
            if len(self) != len(other) or mine[3] != theirs[3]:
                return False
            return mine[0] is theirs[0] or _equal(mine[0], theirs[0], mine[1])
        if isinstance(other, list):
            return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it can change, as a list can

    def __repr__(self) -> str:
        length = len(self)
        if length <= 20:
            return f"Log({list(self)!r})"
        shown = ", ".join(map(repr, self.last(3)))
        return f"Log([…, {shown}])  # {length:,} items"

    def __trace_to_node__(self) -> list[T]:
        return list(self)

    def __copy__(self) -> Self:
        return self.fork()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.fork()

    def __reduce__(self) -> tuple[type[Log[T]], tuple[list[T]]]:
        return type(self), (list(self),)


def _own(item: Any) -> tuple[Any, bool]:
    """What to store for an item, and whether it can change."""
    if forking.is_fixed_record(item):
        return item, False
    copied = fork(item, name="item")
    return copied, copied is not item


def _position(index: SupportsIndex, length: int) -> int:
    i = index.__index__()
    if i < 0:
        i += length
    if not 0 <= i < length:
        raise IndexError(f"Log index {index!r} is out of range: it has {length:,} items")
    return i


def _push(root: Node | None, shift: int, base: int, leaf: Node) -> State:
    """The state with one more full leaf and an empty tail."""
    if root is None:
        return (leaf, 0, WIDTH, (), False)
    private = root.private or leaf.private
    if base == WIDTH << shift:  # the trie is full: one level more
        return (Node((root, _spine(leaf, shift)), private), shift + BITS, base + WIDTH, (), False)
    return (_pushed(root, shift, base, leaf), shift, base + WIDTH, (), False)


def _spine(leaf: Node, shift: int) -> Node:
    node = leaf
    while shift:
        node = Node((node,), leaf.private)
        shift -= BITS
    return node


def _pushed(node: Node, shift: int, base: int, leaf: Node) -> Node:
    children = node.children
    below = shift - BITS
    if (base >> shift) & _MASK == len(children):
        children = (*children, _spine(leaf, below))
    else:
        children = (*children[:-1], _pushed(children[-1], below, base, leaf))
    return Node(children, node.private or leaf.private)


def _replaced(node: Node, shift: int, i: int, item: Any, private: bool) -> Node:
    at = (i >> shift) & _MASK
    children = node.children
    new = _replaced(children[at], shift - BITS, i, item, private) if shift else item
    return Node((*children[:at], new, *children[at + 1 :]), node.private or private)


def _item(state: State, i: int) -> Any:
    root, shift, base, tail, private = state
    if i >= base:
        item = tail[i - base]
    else:
        node: Any = root
        while shift:
            node = node.children[(i >> shift) & _MASK]
            shift -= BITS
        item = node.children[i & _MASK]
        private = node.private
    return fork(item) if private and type(item) not in SHARED else item


def _leaf(state: State, i: int) -> tuple[tuple[Any, ...], bool, int]:
    """The chunk that holds position `i`: its items, whether they can change, its first position."""
    root, shift, base, tail, private = state
    if i >= base:
        return tail, private, base
    node: Any = root
    while shift:
        node = node.children[(i >> shift) & _MASK]
        shift -= BITS
    return node.children, node.private, i & ~_MASK


def _walk(state: State, start: int, stop: int) -> Iterator[Any]:
    while start < stop:
        items, private, first = _leaf(state, start)
        part = items[start - first : stop - first]
        if private:
            for item in part:
                yield item if type(item) in SHARED else fork(item)
        else:
            yield from part
        start = first + len(items)


def _walk_back(state: State, start: int, stop: int) -> Iterator[Any]:
    while start < stop:
        items, private, first = _leaf(state, stop - 1)
        for item in reversed(items[max(0, start - first) : stop - first]):
            yield fork(item) if private and type(item) not in SHARED else item
        stop = first


def _leaves(node: Node, shift: int) -> Iterator[Node]:
    if not shift:
        yield node
    else:
        for child in node.children:
            yield from _leaves(child, shift - BITS)


def _equal(a: Node | None, b: Node | None, shift: int) -> bool:
    if a is b:
        return True
    if a is None or b is None:
        return False
    if not shift:
        return a.children == b.children
    return all(_equal(x, y, shift - BITS) for x, y in zip(a.children, b.children, strict=True))


def _fork_log(log: Log[Any], run: Fork) -> Any:
    made = run.memo.get(id(log))
    if made is None:
        run.memo[id(log)] = made = log.fork()
    return made


def _stored(log: Log[Any]) -> Iterable[Any]:
    return (item for chunk in log.chunks() for item in chunk)


forking.register_copier(Log, _fork_log)
paths.CHILDREN[Log] = _stored
