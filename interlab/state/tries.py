"""The trie behind `Map` and `Set`: entries by the digest of their key, in nodes that never change once made.

The shape follows from the keys alone: up to `MOST` entries stand in one leaf, more in eight nodes by the next three
bits of their digests. So equal maps are made of equal nodes, whatever was put and removed on the way, and have one
content hash; and a change makes anew the leaf that it touches and the few nodes above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from interlab.state.keys import DIGEST_BITS

BITS = 3
WIDTH = 1 << BITS
MOST = 16
"""Entries of a leaf at most. With a snapshot after every change of a map of 10,000 short texts, 8 writes a tenth fewer
bytes, and keeps the whole map in a quarter more blobs."""
DEEPEST = DIGEST_BITS // BITS - 1

Entry: TypeAlias = tuple[int, Any, Any, bool]
"""The key's digest, key, value, and whether the value can change and is given out as a copy."""


class TrieNode:
    """A leaf or a branch.

    Attributes:
        entries: of a leaf, by digest; of a branch, None.
        children: of a branch, eight nodes, or None where there is none; of a leaf, empty.
        count: entries below.
        digest: the content hash of the node as encoded, once known.
        saved: where the node was last saved, so that it is not saved again.
    """

    __slots__ = ("children", "count", "digest", "entries", "saved")

    def __init__(self, entries: tuple[Entry, ...] | None, children: tuple[TrieNode | None, ...], count: int) -> None:
        self.entries = entries
        self.children = children
        self.count = count
        self.digest: bytes | None = None
        self.saved: object = None


EMPTY = TrieNode((), (), 0)


def leaf(entries: Sequence[Entry]) -> TrieNode:
    """A leaf of entries in the order of their digests."""
    return TrieNode(tuple(entries), (), len(entries)) if entries else EMPTY


def place(digest: int, depth: int) -> int:
    """Which child of a branch at some depth a digest belongs to."""
    return (digest >> (DIGEST_BITS - BITS * (depth + 1))) & (WIDTH - 1)


def built(entries: Sequence[Entry], depth: int = 0) -> TrieNode:
    """The node of entries in the order of their digests, each once."""
    if len(entries) <= MOST:
        return leaf(entries)
    parts: list[list[Entry]] = [[] for _ in range(WIDTH)]
    for entry in entries:
        parts[place(entry[0], depth)].append(entry)
    return TrieNode(None, tuple(built(part, depth + 1) if part else None for part in parts), len(entries))


def found(node: TrieNode, digest: int) -> Entry | None:
    """The entry with a digest, or None."""
    depth = 0
    while node.entries is None:
        child = node.children[place(digest, depth)]
        if child is None:
            return None
        node = child
        depth += 1
    for entry in node.entries:
        if entry[0] == digest:
            return entry
    return None


def with_entry(node: TrieNode, entry: Entry, depth: int = 0) -> TrieNode:
    """The node with one entry more, or with another in the place of the one with its digest, whose key stays."""
    digest = entry[0]
    if node.entries is not None:
        entries = node.entries
        at = 0
        while at < len(entries) and entries[at][0] < digest:
            at += 1
        if at < len(entries) and entries[at][0] == digest:
            kept = (digest, entries[at][1], entry[2], entry[3])
            return leaf((*entries[:at], kept, *entries[at + 1 :]))
        return built((*entries[:at], entry, *entries[at:]), depth)
    at = place(digest, depth)
    child = node.children[at]
    made = leaf((entry,)) if child is None else with_entry(child, entry, depth + 1)
    count = node.count + made.count - (0 if child is None else child.count)
    return TrieNode(None, (*node.children[:at], made, *node.children[at + 1 :]), count)


def without(node: TrieNode, digest: int, depth: int = 0) -> TrieNode:
    """The node without the entry of a digest; the node itself if there is none."""
    if node.entries is not None:
        left = [entry for entry in node.entries if entry[0] != digest]
        return node if len(left) == node.count else leaf(left)
    at = place(digest, depth)
    child = node.children[at]
    made = child if child is None else without(child, digest, depth + 1)
    if made is child:
        return node
    count = node.count - 1
    children = (*node.children[:at], made if made is not None and made.count else None, *node.children[at + 1 :])
    made = TrieNode(None, children, count)
    return leaf(list(walk(made))) if count <= MOST else made


def walk(node: TrieNode) -> Iterator[Entry]:
    """All entries, in the order of their digests."""
    if node.entries is not None:
        yield from node.entries
        return
    for child in node.children:
        if child is not None:
            yield from walk(child)


def same(one: TrieNode, other: TrieNode) -> bool:
    """Whether two nodes hold equal entries; parts that they share are not looked at."""
    if one is other:
        return True
    if one.count != other.count or (one.entries is None) != (other.entries is None):
        return False
    if one.entries is not None and other.entries is not None:
        return all(a[0] == b[0] and a[2] == b[2] for a, b in zip(one.entries, other.entries, strict=True))
    for a, b in zip(one.children, other.children, strict=True):
        if (a is None) != (b is None) or (a is not None and b is not None and not same(a, b)):
            return False
    return True
