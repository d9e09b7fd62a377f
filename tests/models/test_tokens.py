"""Counting tokens offline."""

from __future__ import annotations

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.language_models import FakeListChatModel

from interlab.errors import InvalidArgument
from interlab.models import ImagePart, Message, TextPart, ToolCall, as_model, count_tokens, get_model
from interlab.models.tokens import IMAGE_TOKENS, _Cache


@given(st.text(), st.text())
def test_estimates_say_so_and_grow_with_the_text(a: str, b: str) -> None:
    count = count_tokens(a)
    assert not count.exact
    assert count.method == "estimate"
    assert (count == 0) == (a == "")
    assert count <= count_tokens(a + b) <= count + count_tokens(b)


def test_openai_names_are_counted_exactly() -> None:
    # The example of OpenAI's own cookbook.
    assert count_tokens("tiktoken is great!", "openai/gpt-4") == 6
    count = count_tokens("antidisestablishmentarianism", "openai/gpt-3.5-turbo")
    assert (count, count.exact, count.method) == (6, True, "cl100k_base")
    assert count_tokens("hello", "openai/gpt-4o").method == "o200k_base"
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
        assert (other, other.exact, other.method) == (count, count.exact, count.method)


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


COOKBOOK = [
    (
        "system",
        None,
        "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.",
    ),
    ("system", "example_user", "New synergies will help drive top-line growth."),
    ("system", "example_assistant", "Things working well together will increase revenue."),
    (
        "system",
        "example_user",
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
    ),
    ("system", "example_assistant", "Let's talk later when we're less busy about how to do better."),
    ("user", None, "This late pivot means we don't have time to boil the ocean for the client deliverable."),
]


@pytest.mark.parametrize(("model", "tokens"), [("gpt-3.5-turbo", 129), ("gpt-4-0613", 129), ("gpt-4o", 124)])
def test_messages_are_counted_as_openai_counts_them(model: str, tokens: int) -> None:
    # The prompt and the numbers of OpenAI's own cookbook.
    messages = [Message(role, text, name=name) for role, name, text in COOKBOOK]  # type: ignore[arg-type]
    count = count_tokens(messages, f"openai/{model}")
    assert (count, count.exact) == (tokens, True)
    assert count.method.endswith("_base + message overhead")


def test_messages_that_can_not_be_counted_exactly_say_so() -> None:
    plain = Message("user", "What is this?")
    image = Message("user", (TextPart("What is this?"), ImagePart("https://example.org/x.png")))
    call = Message("assistant", "", tool_calls=(ToolCall("look", '{"at": "this"}'),))
    assert count_tokens([plain], "openai/gpt-4o").exact
    for messages in ([image], [call], [plain, call]):
        assert not count_tokens(messages, "openai/gpt-4o").exact
    assert count_tokens([image], "openai/gpt-4o") - count_tokens([plain], "openai/gpt-4o") == IMAGE_TOKENS
    for model in ("openai/o3", "openai/gpt-5", "nobody/knows", None):  # o3 and gpt-5 put marks of their own around
        count = count_tokens([plain], model)
        assert not count.exact
        assert count > count_tokens("What is this?", model)
    assert count_tokens({"role": "user", "content": "What is this?"}, "gpt-4") == count_tokens([plain], "gpt-4")


@pytest.mark.parametrize(
    ("model", "method"),
    [
        ("gpt-4o", "o200k_base"),
        ("azure/gpt-4o-2024-08-06", "o200k_base"),
        ("openrouter/openai/gpt-4.1-mini", "o200k_base"),
        ("openai/ft:gpt-4o-mini:org::id", "o200k_base"),
        ("langchain/ChatOpenAI/gpt-5", "o200k_base"),
        ("ollama/gpt-oss:20b", "o200k_base"),
        ("openai/o3-mini?seed=3", "o200k_base"),
        ("openai/o1", "o200k_base"),
        ("openai/gpt-4-turbo", "cl100k_base"),
        ("azure/gpt-35-turbo", "cl100k_base"),
        ("openai/gpt-j", "estimate"),
        ("openai/o1-replica", "estimate"),
        ("openai/gpt4all", "estimate"),
        ("anthropic/claude-sonnet-4", "estimate"),
    ],
)
def test_the_tokenizer_follows_from_the_name(model: str, method: str) -> None:
    assert count_tokens("some words", model).method == method


def test_a_model_with_a_tokenizer_of_its_own_is_asked() -> None:
    class Words(FakeListChatModel):
        pass

    model = Words(responses=["x"], custom_get_token_ids=lambda text: list(range(len(text.split()))))
    count = count_tokens("three little words", model)
    assert (count, count.exact, count.method) == (3, True, "the model's own tokenizer")
    assert count_tokens([("user", "three little words")], model) == 3 + 4 + 3
    # LangChain's own ways of counting would fetch a vocabulary.
    assert not count_tokens("three little words", Words(responses=["x"])).exact


def test_langchains_openai_models_are_counted_offline() -> None:
    langchain_openai = pytest.importorskip("langchain_openai")
    model = langchain_openai.ChatOpenAI(model="gpt-4o", api_key="none")
    for one in (model, as_model(model)):
        assert count_tokens("tiktoken is great!", one) == count_tokens("tiktoken is great!", "openai/gpt-4o")
        assert count_tokens("tiktoken is great!", one).exact


@pytest.mark.local_model
@pytest.mark.parametrize(
    "prompt",
    [
        [("user", "Hello")],
        [("system", "Be brief."), ("user", "Hello")],
        [("user", "Hi there, how are you?"), ("assistant", "Fine."), ("user", "Good.")],
        [("system", "You sell a car."), ("user", "What does it cost?"), ("assistant", "$3,000"), ("user", "Too much!")],
    ],
)
def test_messages_to_the_local_model_are_counted_to_within_two(prompt: list[tuple[str, str]]) -> None:
    model = get_model("local/smollm2", max_tokens=1, seed=1)
    reported = model.generate([Message(role, text) for role, text in prompt]).usage  # type: ignore[arg-type]
    count = count_tokens(prompt, model)
    assert abs(count - reported.input_tokens) <= 2
    assert not count.exact


@pytest.mark.local_model
def test_the_local_model_counts_with_its_own_tokenizer() -> None:
    count = count_tokens("Hello world, this is me", "local/smollm2")
    assert (count, count.exact, count.method) == (6, True, "local/smollm2")
