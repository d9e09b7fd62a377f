"""State as blobs: typed JSON by content, and the history of every `Log` as a Merkle tree.

A state is one *spine* blob: ``["interlab-state", 1, value, objects, classes, resources]``. A JSON atom
stands for itself and ``[n]`` for object number n; every other value is ``[tag, …]``. Whatever has an
identity (containers, instances) is an entry ``[kind, content, class, attributes, version]`` of the object
table, so aliases and cycles are kept and depth costs no stack. Long texts and bytes are blobs of their
own. A Log is ``["log", [size, digest, [tail]]]``; the digest names ``["N", digests]`` or, at the leaves,
``["L", [items], objects, classes, resources]``.
"""

from __future__ import annotations

import weakref
from binascii import b2a_base64
from collections.abc import Callable
from typing import Any

from interlab.errors import NotEncodable
from interlab.state.blobs import BlobSink, HashOnly, digest_text, dump_json
from interlab.state.forking import is_fixed_record
from interlab.state.layout import layout
from interlab.state.log import BITS, Node
from interlab.state.naming import recorded_name
from interlab.state.paths import find_path

HEADER = "interlab-state"
VERSION = 1
INLINE_CHARACTERS = 64
"""Longer texts are blobs: a reference is written in every spine, and costs 30 bytes."""
DEEPEST = 64
"""Nesting of tuples, frozensets and the like, which have no entry of their own."""

ResourceName = Callable[[Any], "str | None"]


class Saved:
    """What one sink holds already, as far as this process knows."""

    __slots__ = ("epoch", "records", "texts")

    def __init__(self, epoch: object) -> None:
        self.epoch = epoch
        self.texts: dict[str, list[str]] = {}
        self.records: dict[int, tuple[Any, dict[str, Any]]] = {}
        """Attributes as JSON of frozen records met in Logs, by the id of the record, which is kept beside them."""


_saved: weakref.WeakKeyDictionary[Any, Saved] = weakref.WeakKeyDictionary()
HASH_ONLY = HashOnly()


def saved_in(sink: Any) -> Saved:
    """The record of what a sink holds, empty where its ``epoch`` is another than before."""
    epoch = getattr(sink, "epoch", None)
    try:
        known = _saved.get(sink)
        if known is None or known.epoch != epoch:
            known = _saved[sink] = Saved(epoch)
    except TypeError:  # it can't be referred to weakly or hashed
        known = Saved(epoch)
    return known


class Encoder:
    """One document under way: a spine, or the leaf of a Log with tables of its own.

    Attributes:
        named: a resource was named, so what is written may change without the value changing.
    """

    __slots__ = (
        "blobs", "classes", "depth", "ids", "keep", "keys", "name", "named", "numbers", "objects", "pending",
        "plan", "resource_name", "resources", "root", "saved",
    )  # fmt: skip

    def __init__(
        self,
        root: Any,
        blobs: BlobSink,
        saved: Saved,
        resource_name: ResourceName,
        name: str,
        plan: Callable[[type], Writer],
    ) -> None:
        self.plan = plan
        self.root = root
        self.name = name
        self.blobs = blobs
        self.saved = saved
        self.resource_name = resource_name
        self.named = False
        self.objects: list[Any] = []
        self.classes: dict[str, int] = {}
        self.numbers: dict[type, int] = {}
        self.resources: dict[str, int] = {}
        self.ids: dict[int, int] = {}
        self.pending: list[tuple[int, Writer, Any]] = []
        self.keys: dict[int, bytes] = {}
        self.keep: list[Any] = []
        self.depth = 0

    def part(self, blobs: BlobSink | None = None) -> Encoder:
        """An encoder for a document with tables of its own, by default in the same sink."""
        saved = self.saved if blobs is None else saved_in(blobs)
        part = Encoder(self.root, blobs or self.blobs, saved, self.resource_name, self.name, self.plan)
        part.keys = self.keys
        part.depth = self.depth
        return part

    def value(self, obj: Any) -> Any:
        """A value as JSON."""
        cls = type(obj)
        if cls is str:
            return obj if len(obj) <= INLINE_CHARACTERS else self.text(obj)
        if cls is int:
            return obj if -(1 << 53) <= obj <= 1 << 53 else ["i", hex(obj)]
        if obj is None or cls is bool:
            return obj
        writer = WRITERS.get(cls)
        if writer is None:
            writer = WRITERS[cls] = self.plan(cls)
        return writer(obj, self)

    def drain(self) -> None:
        """Write the entries of all objects met so far."""
        pending, objects = self.pending, self.objects
        while pending:
            number, write, obj = pending.pop()
            objects[number] = write(obj, self)

    def refer(self, obj: Any, write: Writer) -> list[int]:
        """The reference to an object, whose entry is written when its turn comes."""
        number = self.ids.get(id(obj))
        if number is None:
            number = self.ids[id(obj)] = len(self.objects)
            self.objects.append(None)
            self.pending.append((number, write, obj))
        return [number]

    def items(self, items: tuple[Any, ...]) -> list[Any]:
        """The items of a Log: values, so that it makes no difference whether two are one object."""
        written: list[Any] = []
        objects, records = self.objects, self.saved.records
        for item in items:
            known = records.get(id(item))
            if known is not None:  # the newest items of a Log are written again with every step
                written.append([len(objects)])
                objects.append(["o", None, self.class_number(type(item)), known[1]])
                continue
            self.ids.clear()
            written.append(self.value(item))
            self.drain()
            if is_fixed_record(item) and all(
                type(one) in _PLAIN for one in layout(type(item)).attributes(item).values()
            ):
                entry = objects[-1]
                if len(entry) == 4 and entry[0] == "o":
                    if len(records) >= _RECORDS:
                        records.clear()
                    records[id(item)] = (item, entry[3])
        return written

    def tables(self) -> list[list[Any]]:
        """Objects, classes and resources, without empty tables at the end."""
        tables = [self.objects, list(self.classes), list(self.resources)]
        while tables and not tables[-1]:
            tables.pop()
        return tables

    def class_number(self, cls: type) -> int:
        """The number of a class in the table of classes."""
        number = self.numbers.get(cls)
        if number is None:
            number = self.numbers[cls] = self.classes.setdefault(recorded_name(cls), len(self.classes))
        return number

    def text(self, text: str) -> list[str]:
        """A reference to a long text, kept once."""
        texts = self.saved.texts
        known = texts.get(text)
        if known is None:
            digest = self.blobs.put(text.encode("utf-8", "surrogatepass"))
            known = ["t", digest_text(digest)]
            if len(texts) >= 4096:
                texts.clear()
            if len(text) <= 10_000:
                texts[text] = known
        return known

    def data(self, data: bytes) -> list[str]:
        """Bytes, within the document if short."""
        if len(data) <= INLINE_CHARACTERS:
            return ["b", b2a_base64(data, newline=False).decode("ascii")]
        return ["B", digest_text(self.blobs.put(data))]

    def resource(self, tag: str, obj: Any, name: str) -> list[Any]:
        """A resource by its name."""
        self.named = True
        return [tag, self.resources.setdefault(name, len(self.resources))]

    def fail(self, obj: Any, hint: str) -> NotEncodable:
        """The error for an object that can't be written, with its path."""
        cls = type(obj)
        return NotEncodable(find_path(self.root, obj, self.name), f"{cls.__module__}.{cls.__qualname__}", hint)

    def deeper(self, obj: Any) -> None:
        """Count one level of values without an entry of their own."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.fail(obj, f"It is nested more than {DEEPEST} deep in tuples or the like; use a list.")

    def in_order(self, items: Any) -> list[Any]:
        """The items of a set in an order that depends on their content only."""
        keyed = [(dump_json(item) if type(item) in ATOMS else self.key(item), item) for item in items]
        keyed.sort(key=_first)
        return [item for _, item in keyed]

    def key(self, item: Any) -> bytes:
        """The digest of one item by itself."""
        known = self.keys.get(id(item))
        if known is None:
            self.keys[id(item)] = b""  # what a cycle through the set itself meets
            self.keep.append(item)
            part = Encoder(self.root, HASH_ONLY, saved_in(HASH_ONLY), self.resource_name, self.name, self.plan)
            part.keys = self.keys
            part.depth = self.depth + 1
            value = part.value(item)
            part.drain()
            known = self.keys[id(item)] = dump_json([value, *part.tables()])
        return known

    def node(self, node: Node, shift: int) -> bytes:
        """Save a node of a Log, unless the sink has it, and return its digest."""
        if node.digest is not None and (node.saved is self.saved or self.blobs is HASH_ONLY):
            return node.digest
        named = False
        if shift:
            digests = []
            for child in node.children:
                digests.append(digest_text(self.node(child, shift - BITS)))
                named = named or child.digest is None
            data = dump_json(["N", "".join(digests)])
        else:
            part = self.part()
            items = part.items(node.children)
            named = part.named
            data = dump_json(["L", items, *part.tables()])
        digest = self.blobs.put(data)
        if named:
            self.named = True
        else:
            node.digest = digest
            if self.blobs is not HASH_ONLY:
                node.saved = self.saved
        return digest

    def attributes(self, obj: Any) -> dict[str, Any] | None:
        """The attributes of an instance as JSON, by name in order; None if it has none."""
        shape = layout(type(obj))
        found = shape.attributes(obj)
        if not found:
            return None
        if shape.pydantic:
            given = found.pop("__pydantic_fields_set__", None)
            if given is not None and given != shape.fields:
                found["__pydantic_fields_set__"] = frozenset(given)
            for name in ("__pydantic_extra__", "__pydantic_private__"):
                if name in found and found[name] is None:
                    del found[name]
        try:
            order = sorted(found)
        except TypeError:
            order = []
        if not _STR.issuperset(map(type, order)) or len(order) != len(found):
            raise self.fail(obj, "Its attributes have names that are not strings.")
        value = self.value
        return {name: value(found[name]) for name in order}


def _first(pair: tuple[bytes, Any]) -> bytes:
    return pair[0]


ATOMS = {str, int, bool, type(None)}
_STR = {str}
_PLAIN = {*ATOMS, float}
_RECORDS = 10_000
Writer = Callable[[Any, Encoder], Any]

WRITERS: dict[type, Writer] = {}
"""By exact type; the decision is taken when a type is first met."""
