"""Replies of all kinds survive being recorded."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interlab.errors import StoreCorrupt
from interlab.models import Reply, TokenLogprob, ToolCall, Usage
from interlab.models.replies import Answer, replies
from interlab.models.replies.stored import reply_from
from interlab.tracing import open_store

texts = st.one_of(st.text(max_size=20), st.sampled_from(["\ud800", "\0", "x" * 2_000, "{", "é" * 600]))
counts = st.integers(0, 1 << 40)
numbers = st.floats(allow_nan=False, max_value=0)
tokens = st.builds(TokenLogprob, texts, numbers, st.lists(st.tuples(texts, numbers), max_size=3).map(tuple))
every_reply = st.builds(
    Reply,
    texts,
    st.builds(Usage, counts, counts, counts, counts, st.booleans()),
    logprobs=st.none() | st.lists(tokens, max_size=4).map(tuple),
    finish_reason=st.none() | st.sampled_from(["stop", "length", "tool_calls", "odd"]),
    model=texts,
    request_id=st.none() | texts,
    tool_calls=st.lists(st.builds(ToolCall, texts, texts, texts), max_size=4).map(tuple),
    time_to_first_token_s=st.none() | st.floats(0, 1e6),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(every_reply)
def test_a_reply_comes_back_as_it_was(make_model: Any, call: Callable[..., Answer], reply: Reply) -> None:
    model = make_model(rule=lambda messages, number: reply)
    with open_store() as store:
        with replies("record"):
            made = call(model, "?")
        with replies("replay"):
            served = call(model, "?")
    store.close()
    assert (made.reply, made.replayed, served.replayed, made.key) == (reply, False, True, served.key)
    assert served.reply == reply
    assert type(served.reply.text) is str
    assert served.took_s is not None and served.took_s >= 0


def test_log_probabilities_of_nothing_and_of_no_number(
    make_model: Any, call: Callable[..., Answer], store: Any
) -> None:
    odd = Reply("", logprobs=(TokenLogprob("a", -math.inf, (("b", math.nan),)),))
    model = make_model(rule=lambda messages, number: odd)
    with replies("auto"):
        call(model, "?")
    with replies("replay"):
        found = call(model, "?").reply.logprobs
    assert found is not None
    assert found[0].logprob == -math.inf
    assert math.isnan(found[0].top[0][1])


@pytest.mark.parametrize(
    "record",
    [
        None,
        [],
        {},
        {"text": 3},
        {"text": "a", "usage": {"input_tokens": -1}},
        {"text": "a", "usage": {"input_tokens": "many"}},
        {"text": "a", "usage": 3},
        {"text": "a", "logprobs": [["token"]]},
        {"text": "a", "logprobs": [["token", -1.0, "odd"]]},
        {"text": "a", "logprobs": 3},
        {"text": "a", "tool_calls": [{"name": "x"}]},
        {"text": "a", "finish_reason": 3},
        {"text": "a", "time_to_first_token_s": "soon"},
    ],
)
def test_a_damaged_record_is_an_error_of_ours(record: Any) -> None:
    with pytest.raises(StoreCorrupt, match="damaged"):
        reply_from(record)
