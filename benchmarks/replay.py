"""What record and replay cost: nothing when off, little a call when replies are served, bytes by what is new.
Run: python benchmarks/replay.py"""

from __future__ import annotations

import socket
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from _harness import begin, median, medians, report

from interlab.models import Message, Params, Reply, Usage
from interlab.models.model import Model
from interlab.models.replies import answer, calls_of, recorded_messages, replies
from interlab.models.replies.counts import Counts
from interlab.state import fork
from interlab.tracing import Store, TracingNode, open_store

CALLS = 1_000
TURNS = 800
LINE = "I think that we should take the second road, since it is the shorter one of them. " * 5


class Instant(Model):
    """A model that answers at once, so that all that is measured is the laboratory."""

    capabilities = frozenset({"seed"})

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        return Reply(LINE, Usage(900, 80), finish_reason="stop", model="instant")


MODEL = Instant("instant")


def prompts(number: int) -> list[tuple[Message, ...]]:
    """As an actor's are: who it is, and what it remembers (4,000 characters), each of them another."""
    system = Message("system", "You are a seller. " * 20)
    return [(system, Message("user", f"{place}: {LINE * 10}")) for place in range(number)]


PROMPTS = prompts(CALLS)
PARAMS = Params(seed=5, temperature=0.7)


def ask(messages: tuple[Message, ...]) -> Reply:
    return answer(MODEL, messages, PARAMS, lambda: MODEL.generate(messages, PARAMS)).reply


def a_run(store: Store) -> float:
    """Microseconds a call, the traced node around it not counted."""
    took = 0.0
    with store, TracingNode("run"), calls_of(type("Actor", (), {})(), "actor A"):
        for messages in PROMPTS:
            with TracingNode("instant", kind="model") as node:
                start = time.perf_counter()
                reply = ask(messages)
                took += time.perf_counter() - start
                node.set_result(reply.text)
    return took / CALLS * 1e6


def traced(mode: Any, source: Path | None = None) -> Callable[[], float]:
    def run() -> float:
        with tempfile.TemporaryDirectory() as folder:
            store = open_store(Path(folder) / "run.db")
            with replies(mode, source=source):
                took = a_run(store)
            store.close()
        return took

    return run


def bare() -> float:
    start = time.perf_counter()
    for messages in PROMPTS:
        MODEL.generate(messages, PARAMS)
    return (time.perf_counter() - start) / CALLS * 1e6


def off() -> float:
    """Nanoseconds that `answer` adds to a call where replies are off."""
    reply = Reply("yes")
    messages = PROMPTS[0]
    rounds = 20_000

    def call() -> Reply:
        return reply

    with open_store() as store, TracingNode("run"):
        start = time.perf_counter()
        for _ in range(rounds):
            answer(MODEL, messages, PARAMS, call)
        middle = time.perf_counter()
        for _ in range(rounds):
            call()
        end = time.perf_counter()
    store.close()
    return ((middle - start) - (end - middle)) / rounds * 1e9


def talk(mode: Any, turns: int) -> tuple[int, float]:
    """Bytes and seconds of a conversation in which every call has all the messages so far."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "talk.db"
        store = open_store(path)
        start = time.perf_counter()
        with store, replies(mode), calls_of(type("Actor", (), {})(), "actor A"):
            messages: list[Message] = [Message("system", "Talk.")]
            for turn in range(turns):
                messages.append(Message("user", f"{turn}: {LINE[:390]}"))
                inputs = {"messages": recorded_messages(messages)}
                with TracingNode("instant", kind="model", inputs=inputs) as node:
                    reply = ask(tuple(messages))
                    node.set_result(reply.text)
                messages.append(Message("assistant", f"{turn}: {reply.text[:390]}"))
        took = time.perf_counter() - start
        store.close()
        return path.stat().st_size, took


def counting(before: int) -> float:
    """Microseconds to fork counts and to count one more."""
    counts = Counts()
    for number in range(before):
        counts.add((number * 0x9E3779B97F4A7C15 % (1 << 128)).to_bytes(16, "big"))
    rounds = 2_000
    start = time.perf_counter()
    for number in range(rounds):
        fork(counts).add(number.to_bytes(16, "little"))
    return (time.perf_counter() - start) / rounds * 1e6


def block_network() -> None:
    def blocked(*_: Any, **__: Any) -> Any:
        raise OSError("the network is blocked here")

    socket.socket.connect = blocked
    socket.create_connection = blocked


def main() -> None:
    begin()
    block_network()
    report("a call where replies are off", median(off), "ns", must="< 1,000")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "recorded.db"
        store = open_store(path)
        with replies("record"):
            a_run(store)
        cassette = store.cassette(Path(folder) / "cassette.db")
        store.close()
        served, recorded, least = medians(traced("replay", cassette), traced("record"), bare)
        report(f"a call served, of {CALLS}, from a cassette", served, "µs", floor=least, must="≤ 200")
        report(f"a call recorded, of {CALLS}, durable", recorded, "µs", floor=least)
    for turns in (TURNS // 2, TURNS):
        (size, took), (plain, plain_took) = talk("record", turns), talk("off", turns)
        seconds = {"took_s": round(took, 2), "without_s": round(plain_took, 2)}
        report(f"a conversation of {turns} turns, recorded", size / 1e6, "MB", floor=plain / 1e6, **seconds)
    for before in (100, 10_000):
        report(f"fork of {before} counted requests, and one more", median(lambda n=before: counting(n)), "µs")


if __name__ == "__main__":
    main()
