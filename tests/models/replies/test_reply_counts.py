"""Counts of requests: a persistent map that forks share and snapshots save by what is new."""

from __future__ import annotations

import hashlib
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.errors import StateError
from interlab.models.replies.counts import Counts
from interlab.state import Log, MemoryBlobs, decode, encode, fork


def digest(number: int) -> bytes:
    return hashlib.blake2b(str(number).encode(), digest_size=16).digest()


# Digests that begin alike, so that the trie is deep.
near = st.integers(0, 5).map(lambda number: b"\x11" * 7 + bytes([number << 3]) + b"\x00" * 8)
digests = st.one_of(st.integers(0, 40).map(digest), near)


@given(st.lists(st.tuples(digests, st.sampled_from(["add", "undo", "fork", "save"])), max_size=60))
def test_counts_are_those_of_a_dictionary(steps: list[tuple[bytes, str]]) -> None:
    counts, expected = Counts(), dict[bytes, int]()
    past: list[tuple[Counts, dict[bytes, int]]] = []
    for one, step in steps:
        if step == "add":
            assert counts.add(one) == expected.get(one, 0)
            expected[one] = expected.get(one, 0) + 1
        elif step == "undo" and expected.get(one):
            counts.undo(one)
            expected[one] -= 1
        elif step == "fork":
            past.append((counts, dict(expected)))
            counts = fork(counts)
        elif step == "save":
            blobs = MemoryBlobs()
            counts = decode(encode(counts, blobs), blobs)
    for there, known in [*past, (counts, expected)]:
        assert dict(there.items()) == {key: number for key, number in known.items() if number}
        assert all(there.get(key) == number for key, number in known.items())


def test_a_snapshot_writes_only_what_is_new() -> None:
    blobs, counts = MemoryBlobs(), Counts()
    sizes = []
    for number in range(800):
        counts.add(digest(number))
        before = _size(blobs)
        encode(counts, blobs)
        sizes.append(_size(blobs) - before)
    assert max(sizes[400:]) < 2 * max(sizes[:100])


def _size(blobs: MemoryBlobs) -> int:
    return sum(map(len, blobs.blobs.values()))


def test_a_fork_costs_no_more_when_there_is_much() -> None:
    counts = Counts()
    for number in range(5_000):
        counts.add(digest(number))
    copied = fork(counts)
    assert copied._root is counts._root
    copied.add(digest(1))
    assert (counts.get(digest(1)), copied.get(digest(1))) == (1, 2)
    shared = sum(one is other for one, other in zip(counts._root, copied._root, strict=True))
    assert shared == 15


def test_threads_lose_no_count() -> None:
    counts, seen = Counts(), set[int]()
    barrier = threading.Barrier(8)

    def work() -> None:
        barrier.wait()
        for _ in range(200):
            seen.add(counts.add(digest(7)))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == set(range(1_600))
    assert counts.get(digest(7)) == 1_600


@pytest.mark.parametrize("data", [Log(["text"]), Log([b"short"]), Log([b"x" * 16 + b"+"]), 3, None])
def test_other_data_is_refused(data: object) -> None:
    from interlab.models.replies.counts import _from_log

    with pytest.raises(StateError, match="Expected counts"):
        _from_log(data)
