"""ListMemory against a plain reference, its limits, its forks."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlab as il
from interlab.errors import InvalidArgument
from interlab.state import MemoryBlobs, content_hash, decode, encode, fork

texts = st.text(st.characters(codec="utf-8"), max_size=60)
items = st.lists(st.tuples(texts, st.sampled_from([-1, 0, 0, 0, 1, 2.5])), max_size=25)
limits = st.one_of(st.none(), st.integers(1, 80))


def reference(
    added: list[tuple[str, float]], item_limit: int | None, token_limit: int | None, separator: str
) -> list[str]:
    """By importance and then newness, until one does not fit; shown in the order added. Slow and plain."""
    order = sorted(range(len(added)), key=lambda place: (-added[place][1], -place))
    taken: list[int] = []
    used = 0
    for place in order:
        cost = il.count_tokens(added[place][0]) + (il.count_tokens(separator) if taken else 0)
        if item_limit is not None and len(taken) == item_limit:
            break
        if token_limit is not None and used + cost > token_limit:
            break
        used += cost
        taken.append(place)
    return [added[place][0] for place in sorted(taken)]


@given(items, st.one_of(st.none(), st.integers(1, 12)), limits, limits, st.sampled_from(["\n", "", "\n---\n"]))
@settings(max_examples=300, deadline=None)
def test_shows_what_a_plain_reference_shows(
    added: list[tuple[str, float]], item_limit: int | None, own: int | None, asked: int | None, separator: str
) -> None:
    memory = il.ListMemory(item_limit=item_limit, token_limit=own, separator=separator)
    for text, priority in added:
        memory.add_memory(text, priority=priority)
    tightest = min([limit for limit in (own, asked) if limit is not None], default=None)
    expected = reference(added, item_limit, tightest, separator)
    assert [item.text for item in memory.shown(token_limit=asked)] == expected
    shown = str(memory.format_memories(token_limit=asked))
    assert shown == separator.join(expected)
    if tightest is not None:
        assert il.count_tokens(shown) <= tightest
    assert len(memory) == len(added)
    assert [item.text for item in memory.items] == [text for text, _ in added]


@given(
    st.lists(st.text("ab \n,.ř🚗1", max_size=40), max_size=15),
    st.integers(1, 60),
    st.sampled_from(["\n", "\n\n", " | "]),
)
@settings(max_examples=200, deadline=None)
def test_a_tokenizer_of_its_own_keeps_the_limit(added: list[str], limit: int, separator: str) -> None:
    memory = il.ListMemory(token_limit=limit, separator=separator, model="openai/gpt-4o", memories=added)
    shown = memory.format_memories()
    assert il.count_tokens(str(shown), "openai/gpt-4o").exact
    assert il.count_tokens(str(shown), "openai/gpt-4o") <= limit


# Defects of others ------------------------------------------------------------------------------------------


def test_a_token_limit_of_500_returned_2002_tokens() -> None:
    memory = il.ListMemory(token_limit=500, memories=["x" * 4 * 20] * 100)
    shown = memory.format_memories()
    assert 400 < il.count_tokens(str(shown)) <= 500


def test_a_token_limit_raised_on_a_single_memory() -> None:
    memory = il.ListMemory(token_limit=500, memories=["x" * 40_000])
    assert str(memory.format_memories()) == ""
    memory = il.ListMemory(token_limit=500, memories=["short"])
    assert str(memory.format_memories()) == "short"


def test_a_token_limit_skipped_a_large_item_instead_of_stopping() -> None:
    memory = il.ListMemory(token_limit=20, memories=["oldest", "large " * 100, "newer", "newest"])
    assert [item.text for item in memory.shown()] == ["newer", "newest"]


def test_adding_a_memory_needs_the_network_for_a_tokenizer(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr("socket.socket.connect", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    for model in (None, "demo", "openai/gpt-4o", "openai/gpt-3.5-turbo", "anthropic/unheard-of"):
        memory = il.ListMemory(token_limit=100, model=model)
        memory.add_memory("Alice asks $3,000.")
        assert str(memory.format_memories()) == "Alice asks $3,000."


def test_truncation_is_quadratic() -> None:
    """Counted, not timed: a limit looks at what it shows and one more, whatever the length."""
    memory = il.ListMemory(token_limit=10, memories=[f"memory {number}" for number in range(5_000)])
    read: list[int] = []
    places = memory._by_importance

    def counted() -> Any:
        for place in places():
            read.append(place)
            yield place

    memory._by_importance = counted  # type: ignore[method-assign]
    assert len(memory.shown()) == 2
    assert len(read) == 3


def test_a_state_round_trip_turns_the_memory_2023_into_an_integer() -> None:
    memory = il.ListMemory(memories=["2023", "true", "null", "1e5", ""])
    blobs = MemoryBlobs()
    restored = decode(encode(memory, blobs), blobs)
    assert [item.text for item in restored.items] == ["2023", "true", "null", "1e5", ""]
    assert all(type(item.text) is str for item in restored.items)


# The rest ---------------------------------------------------------------------------------------------------


def test_what_is_shown_are_fields_that_remember_themselves() -> None:
    memory = il.ListMemory(memories=["with {braces}", "plain"])
    shown = memory.format_memories()
    assert isinstance(shown, il.FormatStr)
    assert shown.free_fields == frozenset()
    assert [getattr(part, "name", part) for part in shown.parts] == ["memory", "\n", "memory"]


def test_fields_of_an_observation_are_kept() -> None:
    memory = il.ListMemory()
    memory.add_memory(il.FormatStr("{who} sells").format(who="Eve"))
    inner = memory.format_memories().parts[0].text  # type: ignore[union-attr]
    assert isinstance(inner, il.FormatStr)
    assert inner.parts[0].name == "who"  # type: ignore[union-attr]


def test_forks_share_the_history_and_go_their_own_ways() -> None:
    memory = il.ListMemory(memories=[f"memory {number}" for number in range(1_000)])
    before = content_hash(memory)
    other = fork(memory)
    shared = sum(one is two for one, two in zip(memory.items.chunks(), other.items.chunks(), strict=True))
    assert shared == len(list(memory.items.chunks()))
    other.add_memory("only here", priority=5)
    assert content_hash(memory) == before
    assert len(memory) == 1_000 and len(other) == 1_001
    memory.add_memory("only there", priority=5)
    assert other.items[-1].text == "only here" and memory.items[-1].text == "only there"
    other.item_limit = 1
    assert [item.text for item in other.shown()] == ["only here"]
    assert len(memory.shown()) == 1_001


def test_an_empty_memory_is_no_false_value() -> None:
    assert il.ListMemory()
    assert str(il.ListMemory().format_memories()) == ""
    assert il.LLMActor("A", "demo", memory=il.ListMemory(item_limit=3)).memory.item_limit == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("limit", [0, -1])
def test_limits_below_1_are_refused(limit: int) -> None:
    with pytest.raises(InvalidArgument, match="at least 1"):
        il.ListMemory(token_limit=limit)
    with pytest.raises(InvalidArgument, match="at least 1"):
        il.ListMemory(item_limit=limit)


@pytest.mark.parametrize("value", [2023, None, b"x", ["a"]])
def test_only_texts_are_remembered(value: Any) -> None:
    memory = il.ListMemory()
    with pytest.raises(InvalidArgument, match="A memory is a text"):
        memory.add_memory(value)
    assert len(memory) == 0


@pytest.mark.parametrize("priority", [float("nan"), "high", None])
def test_a_priority_that_has_no_order_is_refused(priority: Any) -> None:
    memory = il.ListMemory()
    with pytest.raises(InvalidArgument, match="A priority is a number"):
        memory.add_memory("x", priority=priority)
    assert len(memory) == 0
    memory.add_memory("most", priority=float("inf"))


def test_time_and_length_are_kept() -> None:
    memory = il.ListMemory()
    memory.add_memories(["eight ch", "four"], priority=2, time=7)
    assert [(item.time, item.priority, item.tokens) for item in memory.items] == [(7, 2, 2), (7, 2, 1)]
