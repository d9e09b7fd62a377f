"""Counting tokens offline."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.errors import InvalidArgument
from interlab.models import count_tokens, get_model
from interlab.models.tokens import _Cache


@given(st.text(), st.text())
def test_estimates_say_so_and_grow_with_the_text(a: str, b: str) -> None:
    count = count_tokens(a)
    assert not count.exact
    assert count.tokenizer == "estimate"
    assert (count == 0) == (a == "")
    assert count <= count_tokens(a + b) <= count + count_tokens(b)


def test_openai_names_are_counted_exactly() -> None:
    # The example of OpenAI's own cookbook.
    assert count_tokens("tiktoken is great!", "openai/gpt-4") == 6
    count = count_tokens("antidisestablishmentarianism", "openai/gpt-3.5-turbo")
    assert (count, count.exact, count.tokenizer) == (6, True, "cl100k_base")
    assert count_tokens("hello", "openai/gpt-4o").tokenizer == "o200k_base"
    assert count_tokens("<|endoftext|>", "openai/gpt-4o") > 1  # text, not a control token


@pytest.mark.parametrize("model", ["demo", "openai/llama-3", "nobody/knows", object(), None])
def test_without_a_tokenizer_it_is_an_estimate(model: object) -> None:
    assert not count_tokens("some words", model).exact


def test_a_model_object_counts_as_its_name() -> None:
    model = get_model("openai/gpt-4o", api_key="none")
    assert count_tokens("hello there", model) == count_tokens("hello there", "openai/gpt-4o")
    assert count_tokens("hello there", model).exact


@pytest.mark.parametrize("model", [None, "openai/gpt-4o"])
def test_counts_survive_copies(model: str | None) -> None:
    count = count_tokens("some words", model)
    for other in (copy.deepcopy(count), pickle.loads(pickle.dumps(count))):
        assert (other, other.exact, other.tokenizer) == (count, count.exact, count.tokenizer)


def test_only_text_is_counted() -> None:
    with pytest.raises(InvalidArgument, match="bytes"):
        count_tokens(b"x")  # type: ignore[arg-type]


def test_the_cache_counts_once_and_stays_bounded() -> None:
    cache, counted = _Cache(characters=10), []

    def count(text: str) -> int:
        counted.append(text)
        return len(text)

    assert cache.get("abcd", "t", count) == cache.get("abcd", "t", count) == 4
    assert counted == ["abcd"]
    cache.get("abcd", "other tokenizer", count)
    cache.get("efgh", "t", count)
    assert cache.characters <= 10
    cache.get("x" * 11, "t", count)
    assert cache.characters <= 10
    cache.get("abcd", "t", count)
    assert counted == ["abcd", "abcd", "efgh", "x" * 11, "abcd"]


@pytest.mark.local_model
def test_the_local_model_counts_with_its_own_tokenizer() -> None:
    count = count_tokens("Hello world, this is me", "local/smollm2")
    assert (count, count.exact, count.tokenizer) == (6, True, "local/smollm2")
