"""`Map` and `Set`: a dictionary and a set that forks share, kin of `Log`."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSet
from itertools import islice
from typing import Any, Generic, Self, TypeVar

from interlab.state import forking, paths
from interlab.state.copying import Fork
from interlab.state.forking import fork
from interlab.state.keys import key_digest
from interlab.state.kinds import SHARED
from interlab.state.tries import EMPTY, Entry, TrieNode, built, found, same, walk, with_entry, without

K = TypeVar("K")
V = TypeVar("V")
_SHOWN = 20

# One lock serves all writers, which hold it for microseconds. Readers need none: they take the root in one read.
_writing = threading.Lock()


def _renew_lock() -> None:
    global _writing
    _writing = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


class Map(MutableMapping[K, V], Generic[K, V]):
    """A dictionary that forks in constant time, whatever its size.

    Reading and changing one entry take time logarithmic in the size (base 8), and a snapshot writes only the parts that
    changed. Entries come in an order that follows from the keys alone: the same in every process and whatever was put
    first, but not the order of insertion. Equal maps have equal content hashes.

    Keys are None, numbers, strings, bytes, UUIDs, dates, members of enumerations, and tuples, frozensets and frozen
    dataclasses of such; equal ones are one, as in a dictionary. Values have value semantics, as the items of a `Log`:
    one that can change is stored as a private copy, and every read gives out a fresh copy. To change it, assign it
    again: ``votes[name] = [*votes[name], vote]``; ``votes[name].append(vote)`` would change the copy only.

    Args:
        items: what it starts with: a mapping, or pairs of key and value.

    Raises:
        InvalidArgument: a key of another type.
        NotEncodable: a value can't be part of a state (an open file, a running generator, …).
    """

    __slots__ = ("__weakref__", "_root")

    _root: TrieNode

    def __init__(self, items: Mapping[K, V] | Iterable[tuple[K, V]] = ()) -> None:
        if isinstance(items, Map):
            self._root = items._root
            return
        pairs = items.items() if isinstance(items, Mapping) else items
        entries: dict[int, Entry] = {}
        for key, value in pairs:
            entry = _entry(key, value)
            first = entries.get(entry[0], entry)
            entries[entry[0]] = (entry[0], first[1], entry[2], entry[3])
        self._root = built(sorted(entries.values(), key=_digest_of))

    def __getitem__(self, key: K) -> V:
        entry = found(self._root, key_digest(key))
        if entry is None:
            raise KeyError(key)
        value: V = fork(entry[2]) if entry[3] else entry[2]
        return value

    def __setitem__(self, key: K, value: V) -> None:
        entry = _entry(key, value)
        with _writing:
            self._root = with_entry(self._root, entry)

    def __delitem__(self, key: K) -> None:
        digest = key_digest(key)
        with _writing:
            before = self._root
            self._root = without(before, digest)
            missing = self._root is before
        if missing:
            raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return found(self._root, key_digest(key)) is not None

    def __iter__(self) -> Iterator[K]:
        return (entry[1] for entry in walk(self._root))

    def __len__(self) -> int:
        return self._root.count

    def clear(self) -> None:
        """Remove all entries."""
        self._root = EMPTY

    def fork(self) -> Self:
        """A map of the same entries that goes its own way from here, in constant time."""
        made = object.__new__(type(self))
        made._root = self._root
        return made

    copy = fork

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Map):
            return same(self._root, other._root)
        if isinstance(other, Mapping):
            return len(self) == len(other) and dict(self.items()) == dict(other.items())
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # it can change, as a dictionary can

    def __repr__(self) -> str:
        shown = ", ".join(f"{entry[1]!r}: {entry[2]!r}" for entry in islice(walk(self._root), _SHOWN))
        if len(self) <= _SHOWN:
            return f"Map({{{shown}}})"
        return f"Map({{{shown}, …}})  # {len(self):,} entries"

    def __trace_to_node__(self) -> dict[K, V]:
        return dict(self.items())

    def __copy__(self) -> Self:
        return self.fork()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.fork()

    def __reduce__(self) -> tuple[type[Map[K, V]], tuple[dict[K, V]]]:
        return type(self), (dict(self.items()),)


class Set(MutableSet[K], Generic[K]):
    """A set that forks in constant time, whatever its size.

    Items are what can be a key of a `Map`, and come in an order that follows from the items alone: the same in every
    process, unlike a `set` of strings, so that a run that walks through it is repeated by its seed.

    Args:
        items: what it starts with.

    Raises:
        InvalidArgument: an item that can't be a key.
    """

    __slots__ = ("__weakref__", "_root")

    _root: TrieNode

    def __init__(self, items: Iterable[K] = ()) -> None:
        if isinstance(items, Set):
            self._root = items._root
            return
        entries: dict[int, Entry] = {}
        for item in items:
            entry = _entry(item, None)
            entries.setdefault(entry[0], entry)
        self._root = built(sorted(entries.values(), key=_digest_of))

    def add(self, value: K) -> None:
        """Add an item, unless an equal one is there."""
        entry = _entry(value, None)
        with _writing:
            if found(self._root, entry[0]) is None:
                self._root = with_entry(self._root, entry)

    def discard(self, value: K) -> None:
        """Remove an item, if it is there."""
        digest = key_digest(value)
        with _writing:
            self._root = without(self._root, digest)

    def update(self, items: Iterable[K]) -> None:
        """Add several items."""
        for item in items:
            self.add(item)

    def clear(self) -> None:
        """Remove all items."""
        self._root = EMPTY

    def __contains__(self, item: object) -> bool:
        return found(self._root, key_digest(item)) is not None

    def __iter__(self) -> Iterator[K]:
        return (entry[1] for entry in walk(self._root))

    def __len__(self) -> int:
        return self._root.count

    def fork(self) -> Self:
        """A set of the same items that goes its own way from here, in constant time."""
        made = object.__new__(type(self))
        made._root = self._root
        return made

    copy = fork

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Set):
            return same(self._root, other._root)
        return super().__eq__(other)

    __hash__ = None  # type: ignore[assignment]  # it can change, as a set can

    def __repr__(self) -> str:
        shown = ", ".join(repr(entry[1]) for entry in islice(walk(self._root), _SHOWN))
        if len(self) <= _SHOWN:
            return f"Set([{shown}])"
        return f"Set([{shown}, …])  # {len(self):,} items"

    def __trace_to_node__(self) -> set[K]:
        return set(self)

    def __copy__(self) -> Self:
        return self.fork()

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        return self.fork()

    def __reduce__(self) -> tuple[type[Set[K]], tuple[list[K]]]:
        return type(self), (list(self),)


def _entry(key: Any, value: Any) -> Entry:
    """What to store for a key and a value."""
    digest = key_digest(key)
    if type(key) not in SHARED:
        key = fork(key, name="key")
    if type(value) in SHARED or forking.is_fixed_record(value):
        return digest, key, value, False
    copied = fork(value, name="value")
    return digest, key, copied, copied is not value


def _digest_of(entry: Entry) -> int:
    return entry[0]


def _fork_trie(container: Any, run: Fork) -> Any:
    made = run.memo.get(id(container))
    if made is None:
        run.memo[id(container)] = made = container.fork()
    return made


def _entries(container: Any) -> Iterable[tuple[Any, Any]]:
    return ((entry[1], entry[2]) for entry in walk(container._root))


for _cls in (Map, Set):
    forking.register_copier(_cls, _fork_trie)
    paths.ENTRIES[_cls] = _entries
