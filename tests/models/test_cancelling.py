"""Calls are given up by interrupted cells, cancelled tasks and time-outs; replies that come late are booked."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from fault_server import FaultServer, asking

from interlab.errors import CallCancelled, ModelTimeout
from interlab.models import Message, Model, Params, Reply, as_model, get_model
from interlab.models.cancelling import Cancellation, cancellable, current_cancellation
from interlab.models.faults import FaultPolicy, call_with_retries, faults
from interlab.tracing import instrument, uninstrument


class Slow(Model):
    """Answers when it is let, and can't be stopped."""

    def __init__(self) -> None:
        super().__init__("slow")
        self.started = threading.Semaphore(0)
        self.go = threading.Event()
        self.calls = 0

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        self.calls += 1
        self.started.release()
        self.go.wait(30)
        return Reply(f"late {messages[-1].text}")


@pytest.fixture
def slow() -> Iterator[Slow]:
    model = Slow()
    yield model
    model.go.set()


@pytest.fixture
def carried() -> Iterator[None]:
    """Threads inherit what is current."""
    instrument()
    yield
    uninstrument()


def own(url: str) -> Model:
    return get_model("openai/m", base_url=url, api_key="k")


def given(url: str) -> Model:
    return as_model(openai.OpenAI(api_key="k", base_url=url), model="m")


def in_threads(count: int, work: Any) -> tuple[list[threading.Thread], list[Any]]:
    outcomes: list[Any] = []

    def run(place: int) -> None:
        try:
            outcomes.append(work(place))
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run, args=(place,)) for place in range(count)]
    for thread in threads:
        thread.start()
    return threads, outcomes


@pytest.mark.usefixtures("carried")
@pytest.mark.parametrize("make", [own, given])
def test_an_interrupted_block_ends_the_calls_of_its_threads(make: Any, server: FaultServer) -> None:
    model = make(server.url)
    with pytest.raises(KeyboardInterrupt), cancellable():
        threads, outcomes = in_threads(4, lambda place: call_with_retries(model, asking(place, "hang")))
        for _ in threads:
            assert server.hanging.acquire(timeout=20)
        raise KeyboardInterrupt
    for thread in threads:
        thread.join(20)
        assert not thread.is_alive()
    assert [type(outcome) for outcome in outcomes] == [CallCancelled] * 4
    assert all(served == ["hang"] for served in server.served.values()), "nothing was asked again"
    if make is own:
        for _ in range(400):
            if server.closed_by_client == 4:
                break
            time.sleep(0.01)
        assert server.closed_by_client == 4


@pytest.mark.usefixtures("carried")
def test_an_interrupted_wait_is_over_and_no_further_call_is_made(server: FaultServer) -> None:
    waiting = threading.Semaphore(0)
    endless = FaultPolicy(base_wait_s=1000, longest_wait_s=1000, budget_s=None)
    with pytest.raises(KeyboardInterrupt), cancellable() as cancellation, faults(endless):
        threads, outcomes = in_threads(
            2,
            lambda place: call_with_retries(
                own(server.url), asking(place, "500"), on_retry=lambda *_: waiting.release()
            ),
        )
        for _ in threads:
            assert waiting.acquire(timeout=20)
        raise KeyboardInterrupt
    for thread in threads:
        thread.join(20)
    assert [type(outcome) for outcome in outcomes] == [CallCancelled] * 2
    assert cancellation.is_cancelled
    assert [len(served) for served in server.served.values()] == [1, 1]


def test_nothing_starts_under_what_is_cancelled(slow: Slow) -> None:
    with cancellable() as cancellation:
        cancellation.cancel()
        calls = (lambda: slow.generate("x"), lambda: call_with_retries(slow, "x"), lambda: list(slow.stream("x")))
        for call in calls:
            with pytest.raises(CallCancelled):
                call()
        assert [type(outcome) for outcome in slow.generate_batch(["x", "y"])] == [CallCancelled] * 2
    assert slow.calls == 0


def test_a_late_reply_is_booked(slow: Slow) -> None:
    booked: list[Reply] = []
    came = threading.Event()

    def late(reply: Reply) -> None:
        booked.append(reply)
        came.set()

    with faults(retries=0), pytest.raises(ModelTimeout):
        call_with_retries(slow, "x", Params(timeout_s=0.05), on_late=late)
    with cancellable() as cancellation, pytest.raises(CallCancelled):
        threading.Timer(0.05, cancellation.cancel).start()
        call_with_retries(slow, "y", on_late=late)
    assert booked == []
    slow.go.set()
    assert came.wait(20)
    for _ in range(400):
        if len(booked) == 2:
            break
        time.sleep(0.01)
    assert sorted(reply.text for reply in booked) == ["late x", "late y"]
    assert call_with_retries(slow, "z", Params(timeout_s=20), on_late=late).text == "late z"
    assert len(booked) == 2, "a reply in time is not late"


async def test_a_cancelled_task_ends_its_call(server: FaultServer) -> None:
    model = own(server.url)
    task = asyncio.create_task(model.agenerate(asking("a", "hang")))
    assert await asyncio.to_thread(server.hanging.acquire, timeout=20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    for _ in range(400):
        if server.closed_by_client:
            break
        await asyncio.sleep(0.01)
    assert server.closed_by_client == 1
    assert (await model.agenerate(asking("b"))).text == "reply to b"


def test_blocks_inside_blocks() -> None:
    assert current_cancellation() is None
    with cancellable() as outer:
        with pytest.raises(KeyboardInterrupt), cancellable() as first:
            raise KeyboardInterrupt
        assert first.is_cancelled
        assert not outer.is_cancelled
        with pytest.raises(ValueError), cancellable() as second:
            raise ValueError
        assert not second.is_cancelled, "an error is no interruption"
        with cancellable() as third:
            assert current_cancellation() is third
            outer.cancel()
            outer.cancel()
            assert third.is_cancelled
        assert current_cancellation() is outer
    assert current_cancellation() is None


def test_callbacks_are_called_once_and_only_inside() -> None:
    cancellation, called = Cancellation(), []
    with cancellation.on_cancel(lambda: called.append("gone")):
        pass
    with cancellation.on_cancel(lambda: called.append("here")):
        cancellation.cancel()
        cancellation.cancel()
    with cancellation.on_cancel(lambda: called.append("late")):
        pass
    assert called == ["here", "late"]


SCRIPT = """
import sys, threading
sys.path.insert(0, sys.argv[2])
from interlab.models import get_model, Params
from interlab.models.faults import call_with_retries
from fault_server import asking
model = get_model("openai/m", base_url=sys.argv[1], api_key="k")
timeout_s = float(sys.argv[3]) or None
try:
    call_with_retries(model, asking("a", *["hang"] * 9), Params(timeout_s=timeout_s))
except KeyboardInterrupt:
    model.close()
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
@pytest.mark.parametrize("timeout_s", [0, 60])
def test_an_interrupt_from_the_keyboard(timeout_s: float, server: FaultServer) -> None:
    here = Path(__file__).parent
    command = [sys.executable, "-W", "error", "-c", SCRIPT, server.url, str(here), str(timeout_s)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=here.parents[1])
    try:
        assert server.hanging.acquire(timeout=30)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (out, err) == ("interrupted\n", "")
    assert server.served["a"] == ["hang"]
    for _ in range(400):
        if server.closed_by_client:
            break
        time.sleep(0.01)
    assert server.closed_by_client == 1
