"""Limits: a call that would pass one is not made, however many are made side by side."""

from __future__ import annotations

import asyncio
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlab as il
from interlab.errors import InvalidArgument, LimitExceeded, ModelCallFailed, UnknownPrice
from interlab.models import ImagePart, Message, Params, Reply, TextPart, Usage
from interlab.models.cancelling import cancellable
from interlab.models.ledger import (
    Ledger,
    Limit,
    LimitWarning,
    Spent,
    as_captured,
    images_in,
    limit,
    reserve,
    use_prices,
)
from interlab.models.ledger.reserving import NO_RESERVATION, _under_way
from interlab.tracing import TracingNode, open_store

PROMPT = "word " * 20  # estimated: 25 tokens and what stands around a message


def quiet(**bounds: Any) -> Limit:
    return limit(**bounds, warn_at=None)


# One call after the other ---------------------------------------------------------------------------------


@pytest.mark.parametrize("with_maximum", [True, False])
def test_a_call_that_would_pass_is_not_made(ask: Any, fixed: Any, with_maximum: bool) -> None:
    asked: list[int] = []
    model = fixed("demo", Usage(30, 20), then=lambda: asked.append(1))
    with quiet(tokens=300) as spent, pytest.raises(LimitExceeded) as caught:
        while True:
            ask(model, PROMPT, 20 if with_maximum else None)
    assert spent.used.tokens == 50 * len(asked) <= 300
    assert len(asked) >= 4
    error = caught.value
    assert (error.limit, error.quantity, error.bound, error.used) == (spent, "tokens", 300, spent.used.tokens)
    assert error.used + error.needed > error.bound
    assert "300 tokens" in str(error)


def test_a_bound_can_be_used_to_the_last_token(ask: Any, fixed: Any) -> None:
    use_prices({"gpt-4": 1_000_000})  # a dollar a token
    model = fixed("openai/gpt-4", Usage(8, 2))  # "hello" is 1 token, and 7 stand around it
    exact = il.count_tokens([Message("user", "hello")], model)
    assert (exact, exact.exact) == (8, True)
    with quiet(tokens=10), quiet(cost_usd=10.0), quiet(calls=1):
        ask(model, "hello", 2)
    with quiet(tokens=9), pytest.raises(LimitExceeded, match="tokens"):
        ask(model, "hello", 2)
    with quiet(cost_usd=9.9), pytest.raises(LimitExceeded, match=r"\$10"):
        ask(model, "hello", 2)
    with quiet(tokens=0), pytest.raises(LimitExceeded):
        ask(model, "hello", 2)
    with quiet(calls=0), pytest.raises(LimitExceeded, match="0 calls"):
        ask(model, "hello", 2)


def test_money_is_counted_by_the_price_of_who_answered(ask: Any, fixed: Any) -> None:
    model = fixed("openai/gpt-4o", Usage(1_000, 100, cached_tokens=500), reports="gpt-4o-mini-2024-07-18")
    with quiet(cost_usd=1.0) as spent:
        ask(model, PROMPT, 100)
    assert spent.used.cost_usd == pytest.approx((500 * 0.15 + 500 * 0.075 + 100 * 0.6) / 1e6)
    model = fixed("openai/gpt-4o", Usage(1_000, 100))
    with quiet(cost_usd=0.0009) as spent, pytest.raises(LimitExceeded, match="of the limit of"):
        ask(model, PROMPT, 100)
    assert spent.used == Spent()


def test_no_price_no_call_under_a_limit_on_cost(ask: Any, fixed: Any) -> None:
    asked: list[int] = []
    model = fixed("nobody/knows", Usage(10, 10), then=lambda: asked.append(1))
    with quiet(cost_usd=5.0) as spent, pytest.raises(UnknownPrice, match="nobody/knows") as caught:
        ask(model)
    assert (asked, spent.used.calls, caught.value.model) == ([], 0, "nobody/knows")
    with limit(cost_usd=5.0, unknown_cost="allow") as spent:
        ask(model)
    assert (spent.used.cost_usd, spent.used.unpriced, spent.used.tokens) == (0.0, 1, 20)
    with quiet(tokens=1_000):
        ask(model)
    use_prices({"nobody/knows": 1})
    with quiet(cost_usd=5.0) as spent:
        ask(model)
    assert spent.used.cost_usd == pytest.approx(20 / 1e6)
    with quiet(cost_usd=0.0):
        ask(fixed("demo", Usage(10, 10)))  # what is free fits into nothing


def test_a_failed_call_frees_its_tokens_and_stays_a_call(ask: Any, fixed: Any) -> None:
    def fail() -> None:
        raise OSError("no network")

    with quiet(tokens=100, calls=3) as spent:
        for _ in range(2):
            with pytest.raises(ModelCallFailed):
                ask(fixed("demo", Usage(), then=fail), PROMPT, 60)
        ask(fixed("demo", Usage(25, 60)), PROMPT, 60)
    assert (spent.used.tokens, spent.used.calls) == (85, 3)
    assert not spent.holds
    assert not _under_way


def test_a_late_reply_is_booked_once(fixed: Any) -> None:
    model, reply = fixed("demo", Usage(5, 5)), Reply("late", Usage(5, 5), model="demo")
    with quiet(tokens=1_000) as spent:
        reservation = reserve(model, (Message("user", "x"),), Params())
    reservation.release(TimeoutError())
    assert spent.used.tokens == 0
    for _ in range(2):
        reservation.book(reply)
        reservation.release()
    assert (spent.used.tokens, spent.used.calls) == (10, 1)


def test_a_reply_that_nobody_counted_is_estimated(ask: Any, fixed: Any) -> None:
    with quiet(tokens=1_000) as spent:
        ask(fixed("demo", Usage()), PROMPT)
    assert spent.used.tokens >= 25 + 4


def test_what_a_model_takes_beyond_the_estimate_is_learned(ask: Any, fixed: Any) -> None:
    model = fixed("demo", Usage(130, 10))  # a template of 100 tokens around the prompt
    with quiet(tokens=500) as spent, pytest.raises(LimitExceeded):
        while True:
            ask(model, PROMPT, 10)
    assert spent.used.tokens == 420


@pytest.mark.local_model
def test_the_real_model_keeps_to_it(ask: Any) -> None:
    model = il.get_model("local/smollm2", seed=1)
    with open_store(":memory:") as store, quiet(tokens=150, cost_usd=0.0) as spent, pytest.raises(LimitExceeded):
        while True:
            ask(model, "Say hello.", 8)
    total = Ledger.of(store).total
    assert (total.total_tokens, total.calls, total.cost_usd) == (spent.used.tokens, spent.used.calls, 0.0)
    assert 100 < spent.used.tokens <= 150
    assert not total.estimated


def test_a_function_that_asks_a_provider_itself_is_booked_as_reported() -> None:
    guess = Reply("x", Usage(1, 1, estimated=True), model="callable/f")
    meta = {"model": "gpt-4o-2024-08-06", "usage": {"input_tokens": 100, "output_tokens": 7, "cached_tokens": 50}}
    seen = as_captured(guess, meta)
    assert (seen.text, seen.usage, seen.model) == ("x", Usage(100, 7, 50), "gpt-4o-2024-08-06")
    reported = Reply("x", Usage(5, 5), model="gpt-4o")
    assert as_captured(reported, meta) is reported
    assert as_captured(guess, {}) is guess


def test_images_are_counted_and_reserved(fixed: Any) -> None:
    image = Message("user", (TextPart("What is this?"), ImagePart("https://example.org/x.png")))
    assert images_in((image, Message("user", "x"), image)) == 2
    with quiet(tokens=1_000), pytest.raises(LimitExceeded):
        reserve(fixed("demo", Usage()), (image,), Params(max_tokens=5))


def test_schemas_and_tools_count_as_input(fixed: Any) -> None:
    schema = {"type": "object", "description": "words " * 200}
    with quiet(tokens=200):
        reserve(fixed("demo", Usage()), (Message("user", "x"),), Params(max_tokens=5)).release()
        for params in (Params(max_tokens=5, json_schema=schema), Params(max_tokens=5, tools=(schema,))):
            with pytest.raises(LimitExceeded):
                reserve(fixed("demo", Usage()), (Message("user", "x"),), params)


# Blocks ---------------------------------------------------------------------------------------------------


def test_nested_limits_all_hold(ask: Any, fixed: Any) -> None:
    model = fixed("demo", Usage(10, 10))
    with quiet(calls=3) as outer, quiet(calls=5) as inner:
        for _ in range(3):
            ask(model)
        with pytest.raises(LimitExceeded) as caught:
            ask(model)
        assert caught.value.limit is outer
        with quiet(calls=0) as innermost, pytest.raises(LimitExceeded) as caught:
            ask(model)
        assert caught.value.limit in (outer, innermost)
    assert outer.used == inner.used
    assert innermost.used.calls == 0
    ask(model)  # outside
    assert outer.used.calls == 3


def test_a_call_refused_by_one_limit_is_counted_by_none(ask: Any, fixed: Any) -> None:
    with quiet(tokens=10_000) as wide, quiet(tokens=5), pytest.raises(LimitExceeded):
        ask(fixed("demo", Usage(10, 10)), PROMPT, 10)
    assert (wide.used.calls, wide.used.tokens, wide.holds) == (0, 0, {})


def test_a_limit_adds_up_over_its_blocks(ask: Any, fixed: Any) -> None:
    spent = quiet(calls=3)
    for _ in range(2):
        with spent, spent:  # counted once, though it is entered twice
            ask(fixed("demo", Usage(1, 1)))
    assert spent.used.calls == 2
    assert repr(spent) == "<Limit, 2 calls of 3 calls used>"


def test_without_a_limit_there_is_nothing_to_reserve(fixed: Any) -> None:
    model = fixed("demo", Usage(1, 1))
    assert reserve(model, (Message("user", "x"),), Params()) is NO_RESERVATION
    with quiet(calls=1):
        pass
    assert reserve(model, (Message("user", "x"),), Params()) is NO_RESERVATION
    NO_RESERVATION.book(Reply("x"))
    NO_RESERVATION.release(ValueError())


@pytest.mark.parametrize(
    "bounds",
    [
        {},
        {"tokens": -1},
        {"tokens": 1.5},
        {"calls": True},
        {"cost_usd": -0.1},
        {"cost_usd": float("nan")},
        {"cost_usd": float("inf")},
        {"cost_usd": "1"},
        {"calls": 1, "warn_at": 0},
        {"calls": 1, "warn_at": 1.1},
        {"cost_usd": 1, "unknown_cost": "ignore"},
    ],
)
def test_a_limit_that_is_none_is_refused(bounds: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        limit(**bounds)


# Warnings -------------------------------------------------------------------------------------------------


def test_it_warns_once_at_a_fraction(ask: Any, fixed: Any) -> None:
    model = fixed("demo", Usage(10, 10))
    with warnings.catch_warnings(record=True) as caught, limit(tokens=1_000, calls=100, warn_at=0.05):
        warnings.simplefilter("always")
        for count in range(10):
            ask(model, "x", 10)
            kinds = [(warning.category, warning.message.quantity) for warning in caught]  # type: ignore[union-attr]
            tokens, calls = [(LimitWarning, "tokens")], [(LimitWarning, "calls")]
            assert kinds == ([] if count < 2 else tokens if count < 4 else tokens + calls)
    first: Any = caught[0].message
    assert (first.used, first.bound) == (60, 1_000)
    assert "60 tokens of the limit of 1,000 tokens" in str(first)


def test_a_callback_is_told_instead_and_may_call_models(ask: Any, fixed: Any) -> None:
    told: list[LimitWarning] = []

    def alert(warning: LimitWarning) -> None:
        told.append(warning)
        ask(fixed("demo", Usage(1, 1)))

    with limit(calls=4, warn_at=0.5, on_warning=alert) as spent:
        for _ in range(3):
            ask(fixed("demo", Usage(1, 1)))
    assert [(warning.quantity, warning.used) for warning in told] == [("calls", 2)]
    assert spent.used.calls == 4


def test_a_warning_that_is_an_error_leaves_the_books_right(ask: Any, fixed: Any) -> None:
    asked: list[int] = []
    with limit(calls=2, warn_at=0.5) as spent, pytest.raises(LimitWarning):
        ask(fixed("demo", Usage(1, 1), then=lambda: asked.append(1)))
    assert (asked, spent.used.calls, spent.holds) == ([], 0, {})
    with limit(tokens=100, warn_at=0.1) as spent, pytest.raises(LimitWarning):
        ask(fixed("demo", Usage(10, 10), then=lambda: asked.append(1)), "x", 10)
    assert (asked, spent.used.tokens, spent.holds) == ([1], 20, {})


# Side by side ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "bounds", [{"tokens": 2_000}, {"cost_usd": 0.01}, {"calls": 37}, {"tokens": 2_000, "calls": 20}]
)
@pytest.mark.parametrize("with_maximum", [True, False])
def test_32_threads_never_pass_it(ask: Any, fixed: Any, bounds: dict[str, Any], with_maximum: bool) -> None:
    counted = threading.Lock()
    made, running, most = [0], [0], [0]

    def answer() -> None:
        with counted:
            made[0] += 1
            running[0] += 1
            most[0] = max(most[0], running[0])
        time.sleep(0.002)
        with counted:
            running[0] -= 1

    model = fixed("openai/gpt-4o", Usage(28, 40), then=answer)
    refused: list[LimitExceeded] = []

    def work() -> None:
        try:
            while True:
                ask(model, PROMPT, 40 if with_maximum else None)
        except LimitExceeded as error:
            refused.append(error)

    with open_store(":memory:") as store, TracingNode("all"), quiet(**bounds) as spent:
        il.parallel([work] * 32)
    used, total = spent.used, Ledger.of(store).total
    assert used.tokens <= bounds.get("tokens", used.tokens)
    assert used.cost_usd <= bounds.get("cost_usd", used.cost_usd) + 1e-9
    assert used.calls <= bounds.get("calls", used.calls)
    # All that fits was made: nobody was refused because of what others had only reserved.
    needed = {"tokens": 75, "cost_usd": (35 * 2.5 + 50 * 10) / 1e6, "calls": 1}
    assert any(getattr(used, name) > bound - needed[name] for name, bound in bounds.items())
    assert (used.calls, used.tokens, len(refused)) == (made[0], 68 * made[0], 32)
    assert (total.calls, total.total_tokens, total.refused) == (used.calls, used.tokens, 32)
    assert total.cost_usd == pytest.approx(used.cost_usd)
    assert most[0] > 1
    assert not spent.holds


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 60), st.sampled_from(["book", "fail", "late"])), min_size=1, max_size=30),
    st.integers(0, 600),
)
def test_whatever_happens_the_sum_is_right(made: list[tuple[int, str]], bound: int) -> None:
    class Silent(il.Model):
        def _generate(self, messages: Any, params: Params) -> Reply:
            raise NotImplementedError

    model, spent = Silent("demo"), quiet(tokens=bound)

    def call(one: tuple[int, str]) -> int:
        tokens, ending = one
        with spent:
            try:
                reservation = reserve(model, (Message("user", "x"),), Params(max_tokens=60))
            except LimitExceeded:
                return 0
        if ending != "book":
            reservation.release(OSError())
        if ending != "fail":
            reservation.book(Reply("x", Usage(2, tokens)))
        return 0 if ending == "fail" else tokens + 2

    with ThreadPoolExecutor(8) as pool:
        taken = sum(pool.map(call, made))
    late = sum(tokens + 2 for tokens, ending in made if ending == "late")
    assert spent.used.tokens == taken <= bound + late
    assert not spent.holds


def test_calls_inside_calls_do_not_wait_for_each_other(ask: Any, fixed: Any) -> None:
    inner = fixed("demo", Usage(10, 10))

    def two_more() -> None:
        il.parallel([lambda: ask(inner, "x", 10)] * 2)

    agent = fixed("callable/agent", Usage(5, 5, estimated=True), then=two_more)
    with open_store(":memory:") as store, TracingNode("all"), quiet(tokens=400) as spent:
        il.parallel([lambda: ask(agent, PROMPT)] * 4)  # each agent's first reply may take all that is left
    total = Ledger.of(store).total
    assert (spent.used.tokens, spent.used.calls) == (total.total_tokens, total.calls) == (160, 12)


def test_a_thread_does_not_wait_for_itself(fixed: Any) -> None:
    model, messages = fixed("demo", Usage(1, 1)), (Message("user", "x"),)
    with quiet(tokens=100) as spent:
        first = reserve(model, messages, Params(max_tokens=80))
        with pytest.raises(LimitExceeded, match="reserved by calls under way"):
            reserve(model, messages, Params(max_tokens=80))
        first.release()
        reserve(model, messages, Params(max_tokens=80)).book(Reply("x", Usage(1, 1)))
    assert spent.used.tokens == 2


def test_who_waits_can_be_cancelled(fixed: Any) -> None:
    model, messages, outcome = fixed("demo", Usage(1, 1)), (Message("user", "x"),), []
    spent = quiet(tokens=100)
    with spent:
        first = reserve(model, messages, Params(max_tokens=80))
    waits = threading.Event()

    def wait() -> None:
        with cancellable() as cancellation, spent:
            threading.Timer(0.05, cancellation.cancel).start()
            waits.set()
            try:
                reserve(model, messages, Params(max_tokens=80))
            except il.InterLabError as error:
                outcome.append(type(error).__name__)

    thread = threading.Thread(target=wait)
    thread.start()
    thread.join(10)
    assert waits.is_set()
    assert outcome == ["CallCancelled"]
    first.release()
    assert not spent.holds


def test_threads_and_tasks_started_inside_are_under_it(ask: Any, fixed: Any) -> None:
    model = fixed("demo", Usage(1, 1))
    with open_store(":memory:"), TracingNode("all"), quiet(calls=100) as spent:
        thread = threading.Thread(target=lambda: ask(model))
        thread.start()
        thread.join()
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: ask(model), range(3)))

        async def several() -> None:
            await asyncio.gather(*(asyncio.to_thread(ask, model) for _ in range(3)))

        asyncio.run(several())
    assert spent.used.calls == 7
