"""The append-only matrix beside numpy's own: rows added, forks, saves and loads in any order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from interlab.errors import CorruptState, InvalidArgument
from interlab.state import MemoryBlobs, Vectors, content_hash, decode, encode, fork

COLUMNS = 3
rows = st.lists(st.lists(st.integers(-2000, 2000), min_size=COLUMNS, max_size=COLUMNS), max_size=90)


class VectorsAgainstArrays(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.blobs = MemoryBlobs()
        self.pairs: list[tuple[dict[str, Any], Any]] = [({"rows": Vectors()}, np.empty((0, COLUMNS), np.float32))]

    @rule(which=st.integers(0, 9), new=rows)
    def extend(self, which: int, new: list[list[int]]) -> None:
        state, plain = self.pairs[which % len(self.pairs)]
        block = np.array(new, np.float32).reshape(len(new), COLUMNS)
        state["rows"].extend(block)
        self.pairs[which % len(self.pairs)] = (state, np.concatenate([plain, block]))

    @rule(which=st.integers(0, 9), at=st.integers(0, 200))
    def without(self, which: int, at: int) -> None:
        state, plain = self.pairs[which % len(self.pairs)]
        if len(plain):
            state["rows"] = state["rows"].without(at % len(plain))
            self.pairs[which % len(self.pairs)] = (state, np.delete(plain, at % len(plain), axis=0))

    @rule(which=st.integers(0, 9), how=st.sampled_from(["fork", "save"]))
    def copy(self, which: int, how: str) -> None:
        state, plain = self.pairs[which % len(self.pairs)]
        made = fork(state) if how == "fork" else decode(encode(state, self.blobs), self.blobs)
        assert content_hash(made) == content_hash(state)
        assert made["rows"] == state["rows"]
        if len(self.pairs) < 6:
            self.pairs.append((made, plain.copy()))

    @invariant()
    def agree(self) -> None:
        for state, plain in self.pairs:
            found = state["rows"].matrix
            assert len(state["rows"]) == len(plain)
            assert found is None or (found == plain).all()


TestVectorsAgainstArrays = VectorsAgainstArrays.TestCase
TestVectorsAgainstArrays.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)


def test_a_row_more_writes_what_is_new() -> None:
    vectors = Vectors()
    vectors.extend(np.ones((5_000, 64)))
    blobs = MemoryBlobs()
    encode({"rows": vectors}, blobs)
    before, size = blobs.puts, sum(map(len, blobs.blobs.values()))
    other = fork(vectors)
    other.extend(np.full((1, 64), 2.0))
    encode({"rows": other}, blobs)
    assert blobs.puts - before < 12
    assert sum(map(len, blobs.blobs.values())) - size < 3_000
    assert len(vectors) == 5_000 and vectors != other and vectors == vectors.fork()


def test_rows_are_read_only_and_of_one_length() -> None:
    vectors = Vectors()
    vectors.extend([[1, 2]])
    with pytest.raises(ValueError, match="read-only"):
        vectors.matrix[0, 0] = 5
    for wrong in ([[1, 2, 3]], [1, 2], [[float("nan"), 1]], [["a", "b"]]):
        with pytest.raises(InvalidArgument):
            vectors.extend(wrong)
    assert repr(vectors) == "<Vectors of shape (1, 2)>" and vectors != [[1, 2]]


def test_rows_of_different_lengths_in_a_file_are_refused() -> None:
    vectors = Vectors()
    vectors.extend([[1, 2]])
    vectors._saved.append(b"abc")
    vectors._length = 2
    blobs = MemoryBlobs()
    with pytest.raises(CorruptState, match="one length"):
        decode(encode(vectors, blobs), blobs)
