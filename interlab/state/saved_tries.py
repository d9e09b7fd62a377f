"""Maps and sets as blobs, both ways.

A small one stands where it is, ``["map", [size, null, [key, value, …], objects, classes, resources]]``; a large one is
``["map", [size, digest]]``. The digest names ``["M", digests, bits]``, whose bits say which of its eight children are
there, or, at the leaves, ``["E", [key, value, …], objects, classes, resources]``. Sets have no values.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from interlab.errors import CorruptState, InvalidArgument
from interlab.state.blobs import TEXT_DIGEST, digest_text, dump_json, parse_digest
from interlab.state.encoder import HASH_ONLY, Encoder
from interlab.state.forking import fork
from interlab.state.keys import DIGEST_BITS, key_digest
from interlab.state.kinds import SHARED
from interlab.state.maps import Map
from interlab.state.reader import Reader, expect
from interlab.state.tries import BITS, DEEPEST, MOST, WIDTH, Entry, TrieNode, leaf

Build: TypeAlias = Callable[[list[Any], list[Any]], tuple[list[Any], bool]]
"""From tables and content to the values, and whether a resource was among them."""


def write(obj: Any, encoder: Encoder) -> list[Any]:
    """The content of the entry of a `Map` or `Set`."""
    root, paired = obj._root, isinstance(obj, Map)
    if root.entries is None:
        return [root.count, digest_text(_node(root, encoder, paired))]
    part = encoder.part()
    items = part.items(_flat(root.entries, paired))
    encoder.named = encoder.named or part.named
    return [root.count, None, items, *part.tables()]


def _flat(entries: tuple[Entry, ...], paired: bool) -> tuple[Any, ...]:
    if paired:
        return tuple([item for entry in entries for item in entry[1:3]])
    return tuple([entry[1] for entry in entries])


def _node(node: TrieNode, encoder: Encoder, paired: bool) -> bytes:
    """Save a node, unless the sink has it, and return its digest."""
    if node.digest is not None and (node.saved is encoder.saved or encoder.blobs is HASH_ONLY):
        return node.digest
    if node.entries is None:
        digests, bits, named = [], 0, False
        for at, child in enumerate(node.children):
            if child is not None:
                bits |= 1 << at
                digests.append(digest_text(_node(child, encoder, paired)))
                named = named or child.digest is None
        data = dump_json(["M", "".join(digests), bits])
    else:
        part = encoder.part()
        items = part.items(_flat(node.entries, paired))
        named = part.named
        data = dump_json(["E", items, *part.tables()])
    digest = encoder.blobs.put(data)
    if named:
        encoder.named = True
    else:
        node.digest = digest
        if encoder.blobs is not HASH_ONLY:
            node.saved = encoder.saved
    return digest


def read(content: Any, paired: bool, reader: Reader, build: Build) -> TrieNode:
    """The root of a map or set from the content of its entry.

    Every key is looked at: it must belong where it stands, so that no part can stand for more entries than it brings.

    Raises:
        CorruptState: the content makes no sense.
    """
    size, digest, *rest = expect(list, content)
    if digest is None:
        items, *tables = rest
        root, _ = _leaf(expect(list, items), tables, paired, 0, 0, build)
    elif rest:
        raise CorruptState("A large map or set has entries beside its parts.")
    else:
        root = _read_node(parse_digest(digest), paired, 0, 0, reader, build)
    if type(size) is not int or root.count != size or (digest is not None) != (root.entries is None):
        raise CorruptState(f"A map or set claims {str(size)[:40]} entries and has {root.count}.")
    return root


def _read_node(digest: bytes, paired: bool, depth: int, prefix: int, reader: Reader, build: Build) -> TrieNode:
    tag, content, *rest = reader.document(digest)
    if tag == "E":
        node, whole = _leaf(expect(list, content), rest, paired, depth, prefix, build)
        if not node.count:
            raise CorruptState(f"Part {digest.hex()} of a map or set is empty.")
    elif tag == "M" and depth < DEEPEST:
        node, whole = _branch(expect(str, content), rest, paired, depth, prefix, reader, build)
    else:
        raise CorruptState(f"Part {digest.hex()} is no part of a map or set.")
    if whole:
        node.digest = digest
        node.saved = reader.saved
    return node


def _branch(
    digests: str, rest: list[Any], paired: bool, depth: int, prefix: int, reader: Reader, build: Build
) -> tuple[TrieNode, bool]:
    (bits,) = rest
    if type(bits) is not int or not 0 < bits < 1 << WIDTH or len(digests) != TEXT_DIGEST * bits.bit_count():
        raise CorruptState("A part of a map or set has other children than it says.")
    children: list[TrieNode | None] = []
    at = 0
    for place in range(WIDTH):
        child = None
        if bits >> place & 1:
            key = parse_digest(digests[at : at + TEXT_DIGEST])
            at += TEXT_DIGEST
            child = _read_node(key, paired, depth + 1, prefix << BITS | place, reader, build)
        children.append(child)
    there = [child for child in children if child is not None]
    node = TrieNode(None, tuple(children), sum(child.count for child in there))
    if node.count <= MOST:
        raise CorruptState("A part of a map or set is divided without need.")
    return node, all(child.digest is not None for child in there)


def _leaf(
    items: list[Any], tables: list[Any], paired: bool, depth: int, prefix: int, build: Build
) -> tuple[TrieNode, bool]:
    if len(items) > MOST * (1 + paired) or (paired and len(items) % 2):
        raise CorruptState(f"A part of a map or set has {len(items)} keys and values.")
    values, named = build(tables, items)
    entries: list[Entry] = []
    last = -1
    for at in range(0, len(values), 1 + paired):
        key, value = values[at], values[at + 1] if paired else None
        digest = _checked(key)
        if digest <= last or digest >> (DIGEST_BITS - BITS * depth) != prefix:
            raise CorruptState("A key of a map or set stands where it does not belong.")
        last = digest
        private = type(value) not in SHARED and fork(value, name="value") is not value
        entries.append((digest, key, value, private))
    return leaf(entries), not named


def _checked(key: Any) -> int:
    try:
        return key_digest(key)
    except InvalidArgument as error:
        raise CorruptState(f"A map or set has a key that can't be one: {error}") from error
