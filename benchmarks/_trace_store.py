"""Stores with traces as they really are: runs of steps, queries and model calls, prompts of 2 kB of which four fifths
are those of the call before."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import interlab as il
from interlab.tracing.schema import COUNTER_BITS

WORDS = ["the", "offer", "price", "car", "buyer", "seller", "mileage", "engine", "deal", "counter", "warranty", "quick"]
ACTORS = ("Alice", "Bob", "Carol", "Dan")
MADE = 100_000
"""Nodes that are really recorded; a larger store holds copies of them under keys of their own."""
STEPS = 40


def make_store(path: Path, nodes: int) -> None:
    """Write a store of about so many nodes; runs of some hundred nodes each."""
    store = il.open_store(path)
    random.seed(7)
    with store:
        made = run = 0
        while made < min(nodes, MADE):
            made += _run(run, min(nodes, MADE) - made)
            run += 1
    store.close()
    if nodes > MADE:
        _multiply(path, nodes // MADE)


def _said(characters: int) -> str:
    words: list[str] = []
    length = 0
    while length < characters:
        words.append(random.choice(WORDS))
        length += len(words[-1]) + 1
    return " ".join(words)


def _run(number: int, most: int) -> int:
    messages: list[dict[str, str]] = [{"role": "system", "content": _said(400)}]
    made = 1
    with il.TracingNode(f"run {number}", kind="run", inputs={"seed": number}) as root:
        for step in range(1, STEPS + 1):
            if made + 8 > max(most, 10):
                break
            with il.TracingNode(f"step {step}", kind="step", meta={"step": step}) as node:
                actor = ACTORS[step % len(ACTORS)]
                color = il.name_color(actor)
                with il.TracingNode(actor, kind="query", meta={"actor": actor, "color": color}) as query:
                    # Five messages of 400 characters, of which one is new.
                    messages.append({"role": "user", "content": _said(400)})
                    with il.TracingNode("demo", kind="model", inputs={"messages": messages[-5:]}) as call:
                        reply = _said(200)
                        call.set_result(reply)
                        usage = {"input_tokens": 500 + step, "output_tokens": 40}
                        call.add_meta(model="demo", usage=usage, finish_reason="stop")
                    query.set_result(reply)
                for other in ACTORS:
                    meta = {"actor": other, "color": il.name_color(other)}
                    with il.TracingNode(other, kind="observe", inputs={"observation": f"{actor}: {reply}"}, meta=meta):
                        pass
                if step % 10 == 0:
                    node.add_event("offer", {"price": 1000 + step}, tags=["offer"])
                node.set_result({"speaker": actor, "message": reply})
            made += 7 + (step % 10 == 0)
        root.set_result("no deal")
    return made


def _multiply(path: Path, times: int) -> None:
    connection = sqlite3.connect(path)
    (highest,) = connection.execute("SELECT max(id) FROM node").fetchone()
    span = (highest & ((1 << COUNTER_BITS) - 1)) + 1
    with connection:
        for copy in range(1, times):
            connection.execute(
                f"INSERT INTO node SELECT id+{copy * span}, parent+{copy * span}, kind, state, opened+{copy * 100}, "
                f"closed+{copy * 100}, name, tags, meta, inputs, result, error FROM node WHERE id<={highest}"
            )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
