"""State from a stranger: whatever the bytes, one clear error, bounded memory, no hang."""

from __future__ import annotations

import dataclasses
import json
import random
import tracemalloc
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlab.errors import CorruptState, InvalidArgument, StateError
from interlab.state import Log, Map, MemoryBlobs, Random, Set, decode, encode, reader, register_codec
from interlab.state.blobs import digest_text
from interlab.state.keys import key_digest
from interlab.state.log import WIDTH
from interlab.state.tries import place


@dataclasses.dataclass
class Data:
    a: Any
    b: Any = None
    c: Any = None


GENERATOR = "numpy.random._generator.Generator"
TEXT = f"{__name__}:Text"
DATA = f"{__name__}:Data"


def put(blobs: MemoryBlobs, *parts: Any) -> bytes:
    return blobs.put(json.dumps(["interlab-state", 1, *parts]).encode())


def rich_state() -> Any:
    rng = random.Random(1)
    return Data(
        [
            {"k": (1, 2.5)},
            {1, "a"},
            frozenset({(1,)}),
            Random(1),
            rng,
            np.arange(9),
            np.random.default_rng(1),
            b"x" * 99,
            bytearray(b"y" * 99),
            "long " * 50,
        ],
        [Map({"a": [1], **{str(i): i for i in range(60)}}), Map({"a": Map()}), Set(range(40)), Set([(1, "a"), None])],
        Log([*map(str, range(WIDTH * WIDTH + 3)), [1], {"a": Log(["in"])}, *["z" * 70] * WIDTH]),
    )


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_bytes(data):
    """Each blob of a real state, with bytes changed and the digests above it made to fit again."""
    blobs = MemoryBlobs()
    root = encode(rich_state(), blobs)
    name = data.draw(st.sampled_from(sorted(blobs.blobs)))
    content = bytearray(blobs.blobs[name])
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content) - 1))
        change = data.draw(st.sampled_from(["byte", "cut", "repeat", "digits"]))
        if change == "byte":
            content[at] = data.draw(st.sampled_from(b'[]{}",:0123456789-.eE\\ntfx\xff\x00'))
        elif change == "cut":
            del content[at : at + data.draw(st.integers(1, 20))]
        elif change == "repeat":
            content[at:at] = content[at : at + data.draw(st.integers(1, 20))]
        else:
            content[at:at] = b"999999999"
        if not content:
            break
    root = _rename(blobs, name, bytes(content), root)
    try:
        decode(root, blobs)
    except StateError:
        pass


def _rename(blobs: MemoryBlobs, old: bytes, content: bytes, root: bytes) -> bytes:
    """Put changed content, and put again every blob that names it; the new root."""
    new = blobs.put(content)
    if old == root:
        return new
    for digest, data in list(blobs.blobs.items()):
        if digest_text(old).encode() in data and digest != new:
            changed = data.replace(digest_text(old).encode(), digest_text(new).encode())
            if changed != data:
                moved = _rename(blobs, digest, changed, root)
                if digest == root:
                    return moved
                root = moved if moved != root else root
    return root


TAGS = [
    "(", "{", "t", "b", "B", "S", "E", "C", "R", "fn", "m", "w", "logger", "np", "i", "f", "c", "D", "F",
    "..", "date", "time", "when", "span", "tz", "zone", "uuid", "...", "pp", "pw", "path",
]  # fmt: skip
KINDS = [
    "o", "l", "d", "od", "dd", "counter", "s", "map", "set", "q", "ba", "log", "rng", "mt", "e", "ns", "lock", "rlock",
    "codec", "array", "numpy.random._generator.Generator", "numpy.random.mtrand.RandomState", "N", "L",
]  # fmt: skip
scraps = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 5)
    | st.sampled_from([10**9, 2**63, 1.5, "", "a", "0x10", "nan", "list", "A" * 22, "<i8", "PCG64", "Europe", "2023"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.builds(lambda tag, rest: [tag, *rest], st.sampled_from(TAGS), st.lists(inner, max_size=4))
        | st.dictionaries(st.sampled_from(["a", "b", "__class__", "__dict__"]), inner, max_size=2)
    ),
    max_leaves=10,
)
entries = st.builds(lambda kind, rest: [kind, *rest], st.sampled_from(KINDS), st.lists(scraps, max_size=4))


@settings(max_examples=400, deadline=None)
@given(
    scraps,
    st.lists(entries | scraps, max_size=4),
    st.lists(st.sampled_from([DATA, "builtins:int"]), max_size=2),
)
def test_descriptions_that_make_no_sense(root, objects, classes):
    blobs = MemoryBlobs()
    try:
        decode(put(blobs, root, objects, classes, ["name"]), blobs, resources={"name": 1})
    except StateError:
        pass


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00", b"{}", b"[]", b"null", b"[1,2,3]", b"\xff\xfe", b'["interlab-state"]', b'["other",1,2]',
        b'["interlab-state",1,NaN]', b"[" * 100_000, b'["interlab-state",1,' + b"[" * 100_000,
        b'["interlab-state",1,' + b'["(",' * 900 + b"1" + b"]" * 901,
        b'["interlab-state",1,' + b"9" * 5000 + b"]",
        b'["interlab-state",1,0,[],[],[],[]]', b'["interlab-state",1,0,5]', b'["interlab-state",1,{"a":1}]',
    ],
)  # fmt: skip
def test_what_is_no_state(data):
    blobs = MemoryBlobs()
    with pytest.raises(CorruptState):
        decode(blobs.put(data), blobs)


def test_a_newer_format():
    blobs = MemoryBlobs()
    with pytest.raises(CorruptState, match=r"format 2.*reads 1"):
        decode(blobs.put(b'["interlab-state",2,0]'), blobs)


def test_missing_and_exchanged_blobs():
    blobs = MemoryBlobs()
    digest = encode(Data("long " * 50, Log(range(100)), Set(range(100))), blobs)
    for name in [name for name in blobs.blobs if name != digest]:
        kept = blobs.blobs.pop(name)
        with pytest.raises(CorruptState, match="missing"):
            decode(digest, blobs)
        blobs.blobs[name] = kept + b" "
        with pytest.raises(CorruptState, match="damaged"):
            decode(digest, blobs)
        blobs.blobs[name] = kept
    back = decode(digest, blobs)
    assert back.b == list(range(100)) and back.c == set(range(100))
    with pytest.raises(CorruptState, match="missing"):
        decode(bytes(16), blobs)
    with pytest.raises(InvalidArgument):
        decode("text", blobs)


def test_chunks_that_go_in_circles():
    """A source that does not keep digests can make a chunk its own part."""

    class Circular:
        def get(self, digest):
            own = digest_text(digest)
            return json.dumps(["N", own * WIDTH]).encode()

    blobs = MemoryBlobs()
    source = Circular()
    spine = blobs.blobs[put(blobs, [0], [["log", [WIDTH**3, "A" * 22, []]]])]
    answers = {bytes(16): source.get(bytes(16))}
    known = blobs.put(spine)

    class Mixed:
        def get(self, digest):
            return spine if digest == known else answers.get(digest) or source.get(digest)

    with pytest.raises(CorruptState, match="damaged"):
        decode(known, Mixed())


@pytest.mark.parametrize("size", [10**9, 10**18, 2**64, -1, WIDTH, WIDTH**5, 1.0, True, None, "8"])
def test_logs_that_claim_more_than_they_bring(size):
    blobs = MemoryBlobs()
    leaf = digest_text(blobs.put(json.dumps(["L", [1] * (WIDTH - 1)]).encode()))
    for digest in (leaf, None, "A" * 22, "!" * 22, 5):
        with pytest.raises(CorruptState):
            decode(put(blobs, [0], [["log", [size, digest, []]]]), blobs)


def test_parts_that_repeat_are_held_once():
    """One leaf, named over and over: as many items as are claimed, in the memory of a few nodes."""
    blobs = MemoryBlobs()
    digest = blobs.put(json.dumps(["L", list(range(WIDTH))]).encode())
    levels = 7
    for _ in range(levels):
        digest = blobs.put(json.dumps(["N", digest_text(digest) * WIDTH]).encode())
    root = put(blobs, [0], [["log", [WIDTH ** (levels + 1), digest_text(digest), []]]])
    tracemalloc.start()
    log = decode(root, blobs)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(log) == WIDTH ** (levels + 1) and log[-1] == WIDTH - 1
    assert peak < 1_000_000


def in_order(keys: Any) -> list[Any]:
    return sorted(keys, key=key_digest)


def part(blobs: MemoryBlobs, *content: Any) -> str:
    return digest_text(blobs.put(json.dumps(content).encode()))


def a_branch(blobs: MemoryBlobs, keys: range, **change: Any) -> list[Any]:
    """The parts of a set of numbers with one level of branches, as they should be or not."""
    leaves: dict[int, list[int]] = {}
    for key in in_order(keys):
        leaves.setdefault(place(key_digest(key), 0), []).append(key)
    bits = sum(1 << at for at in leaves)
    parts = [part(blobs, "E", change.get("leaf", leaves[at])) for at in sorted(leaves)]
    if "order" in change:
        parts.reverse()
    return ["M", change.get("digests", "".join(parts)), change.get("bits", bits)]


@pytest.mark.parametrize(
    "change",
    [
        {"size": 10**9}, {"size": 39}, {"size": True}, {"order": 1}, {"leaf": []}, {"leaf": [1]}, {"bits": 0},
        {"bits": 256}, {"bits": 3}, {"bits": None}, {"digests": "A" * 22 * 8}, {"digests": 5}, {"leaf": [[0]]},
        {"rest": [[]]},
    ],
)  # fmt: skip
def test_sets_that_are_not_what_they_claim(change):
    blobs = MemoryBlobs()
    root = part(blobs, *a_branch(blobs, range(40)))
    assert decode(put(blobs, [0], [["set", [40, root]]]), blobs) == set(range(40))
    root = part(blobs, *a_branch(blobs, range(40), **change))
    with pytest.raises(CorruptState):
        decode(put(blobs, [0], [["set", [change.get("size", 40), root, *change.get("rest", [])]]]), blobs)


@pytest.mark.parametrize(
    "entry",
    [
        ["map", [2, None, ["a", 1]]],
        ["map", [1, None, ["a"]]],
        ["map", [1, None, [["f", "nan"], 1]]],
        ["map", [1, None, [[0], 1], [["l", []]]]],
        ["map", [2, None, ["a", 1, "a", 2]]],
        ["map", [2, None, [*max([["a", 1, "b", 2], ["b", 2, "a", 1]], key=lambda pair: key_digest(pair[0]))]]],
        ["set", [30, None, in_order(range(30))]],
        ["set", [1]],
        ["set", None],
        ["map", [1, "A" * 22]],
        ["map", [1, 5]],
    ],
)  # fmt: skip
def test_small_maps_that_make_no_sense(entry):
    blobs = MemoryBlobs()
    with pytest.raises(CorruptState):
        decode(put(blobs, [0], [entry]), blobs)


def test_one_part_cannot_stand_for_many_keys():
    """A branch whose children are all one part, level on level, as if it held 8**30 keys."""
    blobs = MemoryBlobs()
    digest = part(blobs, "E", in_order(range(16)))
    for _ in range(30):
        digest = part(blobs, "M", digest * 8, 255)
    with pytest.raises(CorruptState, match="does not belong"):
        decode(put(blobs, [0], [["set", [16 * 8**30, digest]]]), blobs)


@pytest.mark.parametrize(
    "entry", [["ba", ["B", "…"]], ["array", ["|u1", [1 << 16], ["B", "…"]]], ["l", [["S", 0, ["t", "…"]]]]]
)
def test_one_blob_named_by_many_copies_is_limited(entry, monkeypatch):
    monkeypatch.setattr(reader, "MOST_COPIED", 1 << 20)
    blobs = MemoryBlobs()
    big = digest_text(blobs.put(bytes(1 << 16)))
    entry = json.loads(json.dumps(entry).replace(json.dumps("…"), json.dumps(big)))
    decode(put(blobs, 0, [entry] * 17, [TEXT]), blobs)  # the first is free
    with pytest.raises(CorruptState, match="unfolds"):
        decode(put(blobs, 0, [entry] * 18, [TEXT]), blobs)


def test_codecs_within_codecs_are_limited(monkeypatch):
    monkeypatch.setattr(reader, "MOST_PARSED", 1 << 20)
    register_codec(Text, "test.strangers_text", list, str)
    blobs = MemoryBlobs()
    tables = ["a" * 80, []]
    for _ in range(100):  # two of each in each: 2**100 in all
        text = digest_text(blobs.put(json.dumps(tables).encode()))
        entry = ["codec", ["test.strangers_text", ["t", text]]]
        tables = [0, [entry, entry]]
    with pytest.raises(CorruptState, match="unfolds"):
        decode(put(blobs, [0], [entry]), blobs)


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "entry",
    [
        ["array", ["<f8", [10**9], ["b", ""]]],
        ["array", ["<f8", [10**9, 0, 10**9], ["b", "AAAA"]]],
        ["array", ["|O", [1], ["b", "AAAAAAAAAAA="]]],
        ["array", ["O", [10**9], []]],
        ["array", ["<f8,<f8", [1], ["b", ""]]],
        [GENERATOR, ["MT19937", {"bit_generator": "MT19937", "state": {"pos": "0xffff"}}]],
        [GENERATOR, ["__builtins__", {}]],
        ["mt", [3, ["b", "AAAA"], None]],
        ["rng", ["00", "0x0"]],
        ["rng", ["00" * 16, "-0x1"]],
        ["q", [-1, 1]],
        ["dd", ["eval", []]],
        ["d", ["a"]],
        ["d", ["a", 1, "a", 2]],
        ["s", [1, 1]],
        ["s", [[0]]],
        ["l", "abc"],
        ["l", [[5]]],
        ["l", [[-1]]],
        ["o", None, 0, {"nope": 1, "a": ["m", [0], "__reduce__"]}],
        ["l", [], 0],
        ["l", [["logger", "a." * 100_000]]],
        ["l", [["m", ["R", 0], "close"]]],
        ["l", [["S", 1, "abc"]]],
        ["l", [["E", 0, "a"]]],
    ],
)  # fmt: skip
def test_objects_that_make_no_sense(entry):
    blobs = MemoryBlobs()
    with pytest.raises(CorruptState):
        decode(put(blobs, [0], [entry], [DATA, "builtins:int"], ["name"]), blobs, resources={"name": open})


def test_wide_and_deep_states_take_no_stack():
    blobs = MemoryBlobs()
    n = 20_000
    objects = [["l", [[i + 1]]] for i in range(n)] + [["l", []]]
    back = decode(put(blobs, [0], objects), blobs)
    for _ in range(n):
        (back,) = back
    assert back == []


def test_logs_nested_in_logs_deeper_than_the_stack():
    blobs = MemoryBlobs()
    digest = blobs.put(json.dumps(["L", [1] * WIDTH]).encode())
    for _ in range(3000):
        inner = [["log", [WIDTH, digest_text(digest), []]]]
        digest = blobs.put(json.dumps(["L", [[0], *[1] * (WIDTH - 1)], inner]).encode())
    with pytest.raises(CorruptState):
        decode(put(blobs, [0], [["log", [WIDTH, digest_text(digest), []]]]), blobs)
