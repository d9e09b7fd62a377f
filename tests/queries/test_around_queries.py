"""Trying again, reading tags, summarising within a limit."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interlab.errors import InvalidArgument, ModelCallFailed, ParsingFailure
from interlab.models import count_tokens
from interlab.queries import parse_json, parse_tags, repeat_on_failure, summarize_with_limit
from interlab.queries.summarizing import cut_to_tokens
from interlab.tracing import TracingNode, open_store


class Flaky:
    """Fails a number of times, then answers."""

    def __init__(self, failures: int, error: type[Exception] = ParsingFailure) -> None:
        self.left = failures
        self.error = error
        self.calls = 0

    def __call__(self, value: str = "done") -> str:
        self.calls += 1
        if self.left:
            self.left -= 1
            raise self.error(f"failure {self.calls}")
        return value

    async def later(self, value: str = "done") -> str:
        await asyncio.sleep(0)
        return self(value)


# repeat_on_failure ------------------------------------------------------------------------------------------


def test_a_function_is_called_until_it_succeeds() -> None:
    flaky = Flaky(2)
    assert repeat_on_failure(flaky, 3) == "done"
    assert flaky.calls == 3


def test_the_last_error_is_raised_or_the_fallback_returned() -> None:
    with pytest.raises(ParsingFailure, match="failure 2") as caught:
        repeat_on_failure(Flaky(5), 2)
    assert caught.value.__notes__ == ["(Tried 2 times.)"]
    assert repeat_on_failure(Flaky(5), 2, fallback=None) is None


def test_an_answer_that_can_not_be_read_counts_as_a_failure() -> None:
    replies = iter(["2 or 3", "3"])
    assert repeat_on_failure(lambda: parse_json(next(replies), int), 2) == 3


def test_other_errors_go_through_at_once() -> None:
    flaky = Flaky(2, KeyError)
    with pytest.raises(KeyError):
        repeat_on_failure(flaky, 3, fallback="x")
    assert flaky.calls == 1
    assert repeat_on_failure(Flaky(2, KeyError), 3, errors=KeyError) == "done"


async def test_coroutines_are_tried_again_too() -> None:
    assert await repeat_on_failure(Flaky(2).later, 3) == "done"
    assert await repeat_on_failure(Flaky(9).later, 3, fallback="gave up") == "gave up"
    with pytest.raises(ParsingFailure, match="failure 3"):
        await repeat_on_failure(Flaky(9).later, 3)


async def test_as_a_decorator() -> None:
    flaky, slow = Flaky(1), Flaky(1)

    @repeat_on_failure(times=2)
    def ask(value: str, *, loud: bool = False) -> str:
        """Ask."""
        return flaky(value.upper() if loud else value)

    @repeat_on_failure(2)
    async def ask_later(value: str) -> str:
        return await slow.later(value)

    assert ask("a", loud=True) == "A"
    assert (ask.__name__, ask.__doc__) == ("ask", "Ask.")
    assert await ask_later("b") == "b"


def test_failures_are_events_of_the_open_node() -> None:
    with open_store(":memory:"), TracingNode("asking") as node:
        repeat_on_failure(Flaky(2, ModelCallFailed), 3)
    assert [(event.name, event.result["try"]) for event in node.children] == [("failed", 1), ("failed", 2)]


@pytest.mark.parametrize(
    "wrong", [{"times": 0}, {"times": True}, {"times": 2, "errors": ()}, {"times": 2, "errors": "x"}]
)
def test_repeat_refuses_wrong_arguments(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        repeat_on_failure(Flaky(0), **wrong)
    with pytest.raises(InvalidArgument):
        repeat_on_failure("text", 3)


# parse_tags -------------------------------------------------------------------------------------------------


def test_tags_are_read_and_converted() -> None:
    text = "Well.\n<Why>\n it is cheap \n</why> so <price>42</price>"
    assert parse_tags(text, {"why": None, "price": float}) == {"why": "it is cheap", "price": 42.0}
    assert parse_tags(text, "price") == {"price": "42"}
    assert parse_tags(text, ["price", "why"], required=False) == {"price": "42", "why": "it is cheap"}


def test_thoughts_in_front_are_passed_over() -> None:
    text = "<think>maybe <a>1</a></think><a>2</a>"
    assert parse_tags(text, "a") == {"a": "2"}
    with pytest.raises(ParsingFailure, match="2 times"):
        parse_tags(text, ["think", "a"])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nothing", "missing"),
        ("<a>1</a> or <a>2</a>", "2 times"),
        ("<a>1</a> or <a>1</a>", "2 times"),
        ("<a>1 <a>2</a>", "2 times"),
        ("<a>1", "opened or closed"),
        ("1</a>", "opened or closed"),
        ("</a>1<a>", "opened or closed"),
        ("<a>one</a>", "converter"),
        ("<ab>1</ab>", "missing"),
    ],
)
def test_tags_that_can_not_be_read(text: str, why: str) -> None:
    with pytest.raises(ParsingFailure, match=why) as caught:
        parse_tags(text, {"a": int})
    assert caught.value.attempts[0][0] == text


def test_required_tags() -> None:
    assert parse_tags("<a>1</a>", ["a", "b"], required=["a"]) == {"a": "1"}
    assert parse_tags("", ["a"], required=False) == {}
    with pytest.raises(ParsingFailure, match="<b> is missing"):
        parse_tags("<a>1</a>", ["a", "b"], required="b")
    for wrong in ({"tags": "a", "required": ["c"]}, {"tags": ["<a>"]}, {"tags": {"a": 5}}):
        with pytest.raises(InvalidArgument):
            parse_tags("<a>1</a>", **wrong)  # type: ignore[arg-type]


@given(st.text(max_size=40))
def test_whatever_stands_between_tags_comes_back(inside: str) -> None:
    if "<a" not in inside.lower() and "</a" not in inside.lower():
        assert parse_tags(f"x <a>{inside}</a> y", "a") == {"a": inside.strip()}


# summarize_with_limit ---------------------------------------------------------------------------------------

LONG = "The buyer offered a price and the seller asked for more money. " * 40


def test_a_short_text_needs_no_call() -> None:
    def never(prompt: str) -> str:
        raise AssertionError("called")

    assert summarize_with_limit(never, "short", 10) == "short"


@pytest.mark.parametrize(("sizes", "calls"), [([5], 1), ([300, 5], 2), ([300, 300], 2), ([300, 300, 5], 2)])
def test_at_most_two_calls_then_a_cut(sizes: list[int], calls: int) -> None:
    asked: list[str] = []

    def model(prompt: str) -> str:
        asked.append(prompt)
        return "word " * sizes[len(asked) - 1]

    with open_store(":memory:") as store:
        summary = summarize_with_limit(model, LONG, 20)
        (node,) = store.roots()
    assert len(asked) == calls
    assert summary.startswith("word word")
    assert count_tokens(summary) <= 20
    assert LONG in asked[0]
    assert (node.result, [child.kind for child in node.children][:calls]) == (summary, ["model"] * calls)
    assert (node.children[-1].name == "cut") is (sizes[calls - 1] == 300)


@pytest.mark.parametrize("thoughts", ["<think>Hm. What matters?</think>", "<thinking>Hm, and then it was cut off"])
@pytest.mark.parametrize("second", [True, False])
def test_thoughts_alone_are_no_summary(thoughts: str, second: bool) -> None:
    asked: list[str] = []

    def model(prompt: str) -> str:
        asked.append(prompt)
        return "A price was sought." if second and len(asked) == 2 else thoughts

    summary = summarize_with_limit(model, LONG, 20)
    assert [LONG in prompt for prompt in asked] == [True, True]
    assert summary.startswith("A price" if second else "The buyer offered")
    assert count_tokens(summary) <= 20


def test_a_prompt_of_ones_own() -> None:
    def model(prompt: str) -> str:
        return prompt[:12]

    assert summarize_with_limit(model, LONG, 10, prompt="In {token_limit}: {text}") == "In 10: The b"
    with pytest.raises(InvalidArgument, match="text"):
        summarize_with_limit(model, LONG, 10, prompt="Sum it up")
    for limit in (0, True, 2.5):
        with pytest.raises(InvalidArgument):
            summarize_with_limit(model, LONG, limit)  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(
    st.text(st.sampled_from("ab ,.é\n漢"), max_size=200), st.integers(0, 30), st.sampled_from([None, "openai/gpt-4o"])
)
def test_a_cut_keeps_to_the_limit_and_to_words(text: str, limit: int, model: str | None) -> None:
    cut = cut_to_tokens(text, limit, model)
    assert count_tokens(cut, model) <= limit
    if cut == text:
        return
    kept = cut.removesuffix("…").rstrip()
    assert text.startswith(kept)
    longer = text[len(kept) :]
    first_word = len(text.split()[0]) if text.split() else 0
    assert longer[:1] in ("", " ", "\n", ",", ".") or len(kept) <= text.find(text.split()[0]) + first_word


def test_the_demo_model_summarises() -> None:
    assert 0 < count_tokens(summarize_with_limit("demo", LONG, 50)) <= 50


def test_queries_import_no_pydantic() -> None:
    code = "import sys, interlab.queries; print('pydantic' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
