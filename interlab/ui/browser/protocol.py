"""What is said between the browser and whatever holds the store: the one schema, from which
``scripts/make_browser_types.py`` makes ``browser/src/data/protocol.ts``.

A request is a JSON object ``{"id": …, "op": …, …arguments}``, an answer ``{"id": …, "ok": true, "value": …}`` with
binary buffers, or ``{"id": …, "ok": false, "error": "text"}``. What goes in and out of each operation:

===========  ===================================  ==================================================================
operation    arguments                            value
===========  ===================================  ==================================================================
``hello``                                         `Hello`
``columns``  store, from, limit?                  `ColumnsValue`; buffers: one a column, in the order of `COLUMNS`
``changes``  store, rows (have), stamp            `ChangesValue`; buffers: the new rows' columns, then the changed
                                                  rows' columns
``node``     store, row                           `NodeDetail`
``value``    store, hash, offset and limit (text) a value's stored form, or a piece of a long text
``search``   store, text                          `SearchValue`; buffer: the rows found, u32
``talk``     store, row                           `Talk`
``locate``   store, uid                           the row
``remove``   store, row                           how many nodes were removed
``more``                                          the browser's second script (asked by the widget only)
===========  ===================================  ==================================================================

A store's nodes are rows, numbered from 0 in the order in which the index met them; a parent's number is smaller than
its children's. Rows are never renumbered while a browser looks; a node that was removed keeps its row. A view of one
run is a store of its own here, with rows numbered from 0. A request may also carry ``root``, a row of its store: then
it is about the view of that row and what is below it, whose rows are numbered from 0.

What is asked first, ``hello`` and the first rows, comes with the widget and the page where it is at hand, as one packed
answer, whose value is ``{"hello": …, "columns": …}``.

Over HTTP an answer is packed (`pack`): the length of its header as 4 bytes little-endian, the header in JSON with
``"buffers": [lengths]``, zeros up to a multiple of 8, then each buffer, padded to a multiple of 8.
"""

from __future__ import annotations

import base64
import struct
from collections.abc import Sequence
from typing import Annotated, Any, Literal, NamedTuple, NotRequired, TypeAlias, TypedDict

import orjson

PROTOCOL = 1
FILE_FORMAT = 1
MAX_ANSWER = 4_000_000
"""Bytes of one answer, about: what is longer comes in pieces."""

Wire: TypeAlias = Any
"""A JSON value in a store's stored form (see `interlab.tracing.wire`)."""

Buffer: TypeAlias = bytes | bytearray | memoryview


class Column(NamedTuple):
    """A column of the index.

    Args:
        name: as in a chunk.
        type: ``u8``, ``u16``, ``u32``, ``i32``, ``f32`` or ``f64``, little-endian.
        code: the same as a type code of `array`.
    """

    name: str
    type: str
    code: str


COLUMNS = (
    Column("parent", "i32", "i"),
    Column("kind", "u8", "B"),
    Column("state", "u8", "B"),
    Column("start", "f64", "d"),
    Column("duration", "f32", "f"),
    Column("name", "u32", "I"),
    Column("actor", "u16", "H"),
    Column("tags", "u16", "H"),
    Column("tokensIn", "u32", "I"),
    Column("tokensOut", "u32", "I"),
    Column("cost", "f32", "f"),
    Column("flags", "u8", "B"),
)

STATES = ("open", "finished", "error", "interrupted", "removed")
OPEN, FINISHED, ERROR, INTERRUPTED, REMOVED = range(5)

FLAGS = {"replayed": 1, "retried": 2, "private": 4}
REPLAYED, RETRIED = FLAGS["replayed"], FLAGS["retried"]

# The texts in `Annotated` become comments of protocol.ts.


class Named(TypedDict):
    """A name with the colour it was given; the colour comes from data and is checked before use."""

    name: str
    color: str | None


class StoreInfo(TypedDict):
    """A store that can be asked about."""

    id: str
    name: str
    readOnly: bool


class Focus(TypedDict):
    """What to show first."""

    store: str
    root: NotRequired[Annotated[int | None, "Only this row of the store, and what is below it."]]


class Hello(TypedDict):
    """What there is to look at."""

    protocol: int
    title: str
    stores: list[StoreInfo]
    focus: Focus | None
    canRemove: bool


Tagset: TypeAlias = list[tuple[str, str | None]]


class Tables(TypedDict):
    """New entries of the tables of distinct values, and where in the tables they begin. Entry 0 of `actors` and of
    `tagsets` stands for none."""

    kinds: list[str]
    kindsFrom: int
    names: list[str]
    namesFrom: int
    actors: list[Named]
    actorsFrom: int
    tagsets: list[Tagset]
    tagsetsFrom: int


_From = TypedDict("_From", {"from": int})


class ColumnsValue(Tables, _From):
    """A chunk of rows."""

    rows: int
    total: int
    more: bool
    stamp: Annotated[str | None, "To be given back with `changes`, as it is."]


class ChangesValue(ColumnsValue):
    """What is new since an earlier answer."""

    changed: Annotated[
        list[int], "Rows that were known already and are different now; their columns are the second set of buffers."
    ]
    reset: NotRequired[
        Annotated[bool, "The rows are numbered anew: forget all of this store and ask for `columns` from 0."]
    ]


class Head(TypedDict):
    """The beginning of a value that was too large to be sent at once."""

    bytes: int
    head: str


class Fields(TypedDict, total=False):
    """A node's values in their stored form."""

    meta: Wire
    inputs: Wire
    result: Wire
    error: Wire


class NodeDetail(TypedDict):
    """What is in a node. Bytes (of images, files, arrays) stand among the values as ``{"$": "bytes", "v": base64}``."""

    row: int
    uid: str
    name: NotRequired[Annotated[str, "The whole name, where the columns have only its beginning."]]
    parents: Annotated[list[int], "The rows above it, the root first."]
    fields: Fields
    values: Annotated[dict[str, Wire], "Values the fields refer to, directly or not, by hash."]
    cut: Annotated[list[str], "Hashes of values that were left out; `value` gives them."]
    heads: dict[str, Head]


class Turn(TypedDict):
    """One thing said, noticed, thought or done in a run."""

    row: int
    step: int | None
    speaker: Annotated[int, "Index into the speakers."]
    to: Annotated[list[int] | None, "Who heard it; null when that is not known."]
    private: bool
    kind: Literal["say", "observe", "thought", "event"]
    text: str
    cut: bool
    call: Annotated[int | None, "The row of the model call behind it."]


class Origin(TypedDict):
    """Where a run was forked from."""

    run: Annotated[str, "The run's uid; it may be in another store."]
    step: Annotated[int, "What was up to and with this step, both runs have in common."]


class Talk(TypedDict):
    """A run as a conversation."""

    speakers: list[Named]
    turns: list[Turn]
    uid: NotRequired[Annotated[str, "Of the node whose conversation it is."]]
    origin: NotRequired[Origin]
    more: NotRequired[Annotated[int, "Steps that are left out at the end."]]


class SearchValue(TypedDict):
    """What a search found; the rows are the buffer."""

    total: int
    indexed: Annotated[bool, "False when the store has no text index and none can be made."]


class Push(TypedDict):
    """Sent without being asked: new data waits. A widget is sent the data itself with it, as of `changes`, since a
    kernel that is at work can't be asked; then there are buffers. `start` comes with the first rows."""

    push: Literal["changes", "start"]
    store: str
    number: NotRequired[Annotated[int, "Counts up by one a push; a gap tells that one was lost."]]
    value: NotRequired[ChangesValue]
    hello: NotRequired[Hello]


class FileManifest(TypedDict):
    """The block `il-manifest` of a file. All blocks are gzip in base64, in
    `<script type="application/octet-stream;base64" id="…">`: `il-columns-N` (a packed answer to `columns`),
    `il-details-N` (`DetailsBlock`), `il-values-N` (`ValuesBlock`), `il-talk-N` (`Talk`); the others are JSON."""

    format: int
    hello: Hello
    rows: int
    columns: Annotated[list[int], "The first row of each block of columns."]
    detailsPer: Annotated[int, "Nodes in a block of details: row R is in block floor(R / detailsPer)."]
    values: Annotated[int, "Blocks of values."]
    talks: Annotated[dict[str, int], "The block of a run's conversation, by the run's row."]
    made: str


class FileNode(TypedDict):
    """A node in a file."""

    uid: str
    name: NotRequired[str]
    fields: Fields


class DetailsBlock(TypedDict):
    """Nodes of a file, and where the values are that they refer to directly."""

    nodes: list[FileNode]
    where: Annotated[dict[str, int], "The block of values, by hash."]


class ValuesBlock(TypedDict):
    """Values of a file, and in which other blocks the values are that they refer to directly."""

    values: dict[str, Wire]
    where: dict[str, int]


INTERFACES: tuple[Any, ...] = (
    Named, StoreInfo, Focus, Hello, Tables, ColumnsValue, ChangesValue, Head, Fields, NodeDetail, Turn, Origin,
    Talk,
    SearchValue, Push, FileManifest, FileNode, DetailsBlock, ValuesBlock,
)  # fmt: skip


class Answer(NamedTuple):
    """An answer before it is sent."""

    value: Any
    buffers: Sequence[Buffer] = ()


def answered(request: Any, answer: Answer) -> dict[str, Any]:
    """The header of a good answer."""
    return {"id": request_id(request), "ok": True, "value": answer.value}


def refused(request: Any, error: str) -> dict[str, Any]:
    """The header of an answer that says what went wrong."""
    return {"id": request_id(request), "ok": False, "error": error}


def request_id(request: Any) -> int | str | None:
    """The id a request came with; None when it is not a request."""
    found = request.get("id") if isinstance(request, dict) else None
    return found if isinstance(found, int | str) and not isinstance(found, bool) else None


def pack(header: dict[str, Any], buffers: Sequence[Buffer] = ()) -> list[Buffer]:
    """An answer's bytes, in pieces to be sent one after the other."""
    head = orjson.dumps({**header, "buffers": [len(buffer) for buffer in buffers]})
    pieces: list[Buffer] = [struct.pack("<I", len(head)) + head, _padding(4 + len(head))]
    for buffer in buffers:
        pieces += [buffer, _padding(len(buffer))]
    return [piece for piece in pieces if len(piece)]


def _padding(length: int) -> bytes:
    return bytes(-length % 8)


def unpack(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The header and the buffers of a packed answer."""
    (length,) = struct.unpack_from("<I", data)
    header: dict[str, Any] = orjson.loads(data[4 : 4 + length])
    at = 4 + length
    buffers: list[bytes] = []
    for size in header.pop("buffers"):
        at += -at % 8
        buffers.append(data[at : at + size])
        at += size
    return header, buffers


def bytes_wire(data: bytes) -> Wire:
    """Bytes among the values of an answer."""
    return {"$": "bytes", "v": base64.b64encode(data).decode()}
