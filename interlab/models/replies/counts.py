"""How often each request was made on one branch: a persistent map that forks share.

An actor's calls are counted in its state, so a fork goes on with the same counts and neither side sees the other's.
In memory the counts are a trie over the requests' digests, of which each count makes a few nodes anew; saved, they
are the list of what was counted, of which a snapshot writes only what is new.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

from interlab.errors import CorruptState
from interlab.state import Log, register_codec

_EMPTY: tuple[Any, ...] = (None,) * 16
_UNDO = b"-"
_lock = threading.Lock()

Leaf = tuple[bytes, int]
"""A digest and its count. A node of the trie is a tuple of 16, by the next four bits of the digest."""


class Counts:
    """Counts by digest, forked in constant time."""

    __slots__ = ("__weakref__", "_log", "_root")

    def __init__(self, log: Log[bytes] | None = None) -> None:
        self._log: Log[bytes] = Log() if log is None else log
        self._root = _EMPTY
        for entry in self._log:
            self._root = _changed(self._root, entry[:16], -1 if entry[16:] else 1, 0)

    def get(self, digest: bytes) -> int:
        """How often a digest was counted."""
        node: Any = self._root
        depth = 0
        while True:
            node = node[_nibble(digest, depth)]
            if node is None:
                return 0
            if len(node) == 2:
                return int(node[1]) if node[0] == digest else 0
            depth += 1

    def add(self, digest: bytes, number: Callable[[int], int] = int) -> int:
        """Count a digest once more.

        Args:
            digest: 16 bytes that are as good as random.
            number: is given the count so far before anybody else can count; its result is returned.
        """
        with _lock:
            result = number(self.get(digest))
            self._log.append(digest)
            self._root = _changed(self._root, digest, 1, 0)
            return result

    def undo(self, digest: bytes) -> None:
        """Take back one count of a digest, as of a call that failed."""
        with _lock:
            self._log.append(digest + _UNDO)
            self._root = _changed(self._root, digest, -1, 0)

    def items(self) -> Iterator[Leaf]:
        """The digests with a count that is not zero, in no meaningful order, and their counts."""
        return _leaves(self._root)

    def __interlab_fork__(self, fork_value: Callable[[Any], Any]) -> Counts:
        made = object.__new__(type(self))
        with _lock:
            made._log, made._root = self._log.fork(), self._root
        return made


def _nibble(digest: bytes, depth: int) -> int:
    byte = digest[depth >> 1]
    return byte & 15 if depth & 1 else byte >> 4


def _changed(node: tuple[Any, ...], digest: bytes, change: int, depth: int) -> tuple[Any, ...]:
    """The node with a digest's count changed; what is not on the way to it is shared."""
    place = _nibble(digest, depth)
    child = node[place]
    new: tuple[Any, ...] | None
    if child is None:
        new = (digest, change)
    elif len(child) == 16:
        new = _changed(child, digest, change, depth + 1)
    elif child[0] == digest:
        new = (digest, child[1] + change) if child[1] + change else None
    else:
        moved = _nibble(child[0], depth + 1)
        new = _changed((*_EMPTY[:moved], child, *_EMPTY[moved + 1 :]), digest, change, depth + 1)
    return (*node[:place], new, *node[place + 1 :])


def _leaves(node: tuple[Any, ...]) -> Iterator[Leaf]:
    for child in node:
        if child is not None:
            if len(child) == 2:
                yield child
            else:
                yield from _leaves(child)


def _from_log(data: Any) -> Counts:
    if not isinstance(data, Log) or not all(
        isinstance(entry, bytes) and (len(entry) == 16 or entry[16:] == _UNDO) for entry in data
    ):
        raise CorruptState("Expected counts of requests: a Log of digests of 16 bytes.")
    return Counts(data)


register_codec(Counts, "interlab.reply-counts", lambda counts: counts._log, _from_log)
