"""Replies piece by piece, and several prompts at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from interlab.errors import InvalidArgument, ModelCallFailed, ModelTimeout, Unsupported
from interlab.models import Message, Model, Params, Reply, as_model
from interlab.models.cancelling import abortable


class Words(Model):
    """Streams the prompt word by word; some words are commands."""

    honours_abort = True
    closed = 0

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        return Reply(messages[-1].text)

    def _stream(self, messages: tuple[Message, ...], params: Params) -> Iterator[str | Reply]:
        cut = threading.Event()
        try:
            with abortable(cut.set):
                for word in messages[-1].text.split(" "):
                    if word == "fail":
                        raise ConnectionResetError("gone")
                    if word == "hang":
                        cut.wait(20)
                        raise ConnectionAbortedError("cut")
                    if word == "end":
                        return
                    yield word
                    yield ""
            yield Reply("".join(messages[-1].text.split(" ")), finish_reason="stop")
        finally:
            self.closed += 1


def test_pieces_and_last_the_reply() -> None:
    model = Words("words")
    *pieces, reply = model.stream("a b c")
    assert pieces == ["a", "b", "c"], "empty pieces are left out"
    assert isinstance(reply, Reply)
    assert (reply.text, reply.finish_reason) == ("abc", "stop")
    assert reply.time_to_first_token_s is not None
    assert model.closed == 1


def test_a_model_that_can_not_stream_gives_one_piece() -> None:
    pieces = list(as_model(str.upper).stream("hi"))
    assert [piece for piece in pieces if isinstance(piece, str)] == ["HI"]
    assert isinstance(pieces[1], Reply)
    assert pieces[1].time_to_first_token_s is None, "nothing is known of a first token"
    assert [type(piece) for piece in as_model(lambda prompt: "").stream("hi")] == [Reply]


def test_what_fails_in_the_middle() -> None:
    model = Words("words")
    stream = model.stream("a fail")
    assert next(stream) == "a"
    with pytest.raises(ModelCallFailed, match="gone") as caught:
        next(stream)
    assert isinstance(caught.value.__cause__, ConnectionResetError)
    with pytest.raises(ModelCallFailed, match="without a reply"):
        list(model.stream("a end"))
    assert model.closed == 2


def test_time_runs_out_in_the_middle() -> None:
    stream = Words("words").stream("a hang", Params(timeout_s=0.1))
    assert next(stream) == "a"
    with pytest.raises(ModelTimeout, match=r"0\.1 s"):
        next(stream)

    def sleep(prompt: str) -> str:
        time.sleep(0.5)
        return "late"

    with pytest.raises(ModelTimeout):
        list(as_model(sleep).stream("x", Params(timeout_s=0.05)))


def test_not_reading_on_gives_the_call_up() -> None:
    model = Words("words")
    stream: Any = model.stream("a b")
    next(stream)
    stream.close()
    assert model.closed == 1


def test_what_is_lacking_is_refused_at_once() -> None:
    with pytest.raises(Unsupported, match="logprobs"):
        Words("words").stream("a", Params(logprobs=True))
    with pytest.raises(InvalidArgument):
        Words("words").stream([])


def test_a_batch_keeps_the_order_and_a_failing_one_its_place() -> None:
    both = threading.Barrier(4, timeout=20)

    def ask(prompt: str) -> str:
        both.wait()  # all at the same time, or never
        if prompt == "b":
            raise ValueError("not this one")
        return prompt * 2

    first, second, third, fourth = as_model(ask).generate_batch(["a", "b", [("user", "c")], "d"])
    assert [reply.text for reply in (first, third, fourth) if isinstance(reply, Reply)] == ["aa", "cc", "dd"]
    assert isinstance(second, ModelCallFailed)
    assert "not this one" in str(second)


def test_a_batch_with_a_parameter_for_each() -> None:
    model = as_model(lambda prompt, *, sample, seed: f"{prompt}{sample}/{seed}", seed=7)
    replies = model.generate_batch(["x"] * 3, [Params(sample=n) for n in range(3)], max_workers=1)
    assert [reply.text for reply in replies if isinstance(reply, Reply)] == ["x0/7", "x1/7", "x2/7"]
    assert model.generate_batch([]) == []


def test_a_batch_that_can_not_be_asked_is_not_begun() -> None:
    called: list[str] = []
    model = as_model(called.append)
    with pytest.raises(InvalidArgument, match="2 prompts and 1 params"):
        model.generate_batch(["a", "b"], [Params()])
    with pytest.raises(Unsupported):
        model.generate_batch(["a", "b"], [Params(), Params(seed=1)])
    with pytest.raises(InvalidArgument):
        model.generate_batch(["a", 3])
    assert called == []
