"""What tracing costs: nodes in memory and on disk, growing conversations, reopening.
Run: python benchmarks/tracing.py"""

from __future__ import annotations

import contextvars
import json
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from _harness import begin, medians, report

import interlab as il

TEXT = "abc def ghi " * 16 + "abcdefgh"  # 200 characters
FAN_OUT = 4
DEPTH = 5
TREE = sum(FAN_OUT**level for level in range(DEPTH))  # nodes of one tree
TREES = 20_000 // TREE + 1
NODES = TREES * TREE


def nested(depth: int) -> None:
    with il.TracingNode("work", inputs={"text": TEXT}) as node:
        if depth > 1:
            for _ in range(FAN_OUT):
                nested(depth - 1)
        node.set_result(TEXT)


READ: list[float] = []


def traced(path: str) -> float:
    store = il.open_store(path)
    with store:
        start = time.perf_counter()
        for _ in range(TREES):
            nested(DEPTH)
        took = time.perf_counter() - start
    start = time.perf_counter()
    assert len(store) == NODES
    READ.append((time.perf_counter() - start) * 1e3)
    store.close()
    return took / NODES * 1e6


CURRENT: contextvars.ContextVar[object] = contextvars.ContextVar("current", default=None)


def bare_memory() -> float:
    kept: list[object] = []

    def bare(depth: int) -> None:
        token = CURRENT.set(depth)
        kept.append((TEXT, TEXT))
        if depth > 1:
            for _ in range(FAN_OUT):
                bare(depth - 1)
        CURRENT.reset(token)

    start = time.perf_counter()
    for _ in range(TREES):
        bare(DEPTH)
    return (time.perf_counter() - start) / NODES * 1e6


def bare_rows(path: Path) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("CREATE TABLE row(id INTEGER PRIMARY KEY, a TEXT, b TEXT)")
    start = time.perf_counter()
    for number in range(NODES):
        connection.execute("INSERT INTO row VALUES(?,?,?)", (number, TEXT, TEXT))
    took = time.perf_counter() - start
    connection.close()
    return took / NODES * 1e6


def in_new_file(work: Callable[[Path], float]) -> Callable[[], float]:
    def run() -> float:
        with tempfile.TemporaryDirectory() as folder:
            return work(Path(folder) / "bench.db")

    return run


def conversation(turns: int, path: Path) -> tuple[float, int]:
    store = il.open_store(path)
    messages: list[dict[str, str]] = []
    with store:
        start = time.perf_counter()
        for turn in range(turns):
            messages.append({"role": "user", "content": f"{turn:06d} " + TEXT + TEXT[:-7]})
            with il.TracingNode("call", kind="model", inputs={"messages": messages}) as node:
                node.set_result("ok")
        took = time.perf_counter() - start
    last = store.find(kind="model")[-1]
    assert last.inputs["messages"] == messages
    store.close()
    return took, path.stat().st_size


def json_lines(turns: int, path: Path) -> tuple[float, int]:
    start = time.perf_counter()
    with path.open("w") as file:
        for turn in range(turns):
            file.write(json.dumps({"role": "user", "content": f"{turn:06d} " + TEXT + TEXT[:-7]}) + "\n")
            file.flush()
    return time.perf_counter() - start, path.stat().st_size


def reopened(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.db"
        store = il.open_store(path)
        kinds = ("step", "query", "model", "observe")
        with store:
            for number in range(25):
                with il.TracingNode(f"run {number}", kind="run"):
                    for place in range(3_999):
                        with il.TracingNode(
                            "node",
                            kind=kinds[place % 4] if place % 4 != 2 or place % 8 else "model",
                            inputs={"text": TEXT},
                        ) as node:
                            node.set_result(TEXT)
        some = node.uid
        total = len(store)
        store.close()
        query = il.open_store(path)
        models = len(query.find(kind="observe"))
        query.close()

        def opened(work: Callable[[il.Store], object]) -> Callable[[], float]:
            def run() -> float:
                start = time.perf_counter()
                fresh = il.open_store(path)
                work(fresh)
                took = time.perf_counter() - start
                fresh.close()
                return took * 1e3

            return run

        def bare(statement: str) -> Callable[[], float]:
            def run() -> float:
                start = time.perf_counter()
                connection = sqlite3.connect(path)
                connection.execute(statement).fetchall()
                took = time.perf_counter() - start
                connection.close()
                return took * 1e3

            return run

        key = query_key(path)
        figures = medians(
            opened(lambda fresh: fresh.roots()),
            bare("SELECT * FROM node WHERE parent IS NULL"),
            opened(lambda fresh: fresh.node(some).inputs),
            bare(f"SELECT * FROM node WHERE id={key}"),
            opened(lambda fresh: fresh.find(kind="observe")),
            bare("SELECT id, parent, kind, state, opened, closed, name, tags FROM node WHERE kind='observe'"),
        )
        report("reopen 100,000 nodes: roots", figures[0], "ms", floor=figures[1], must="≤ 5", nodes=total)
        report("reopen 100,000 nodes: one node", figures[2], "ms", floor=figures[3], must="≤ 5")
        report(
            "reopen 100,000 nodes: all of a kind",
            figures[4],
            "ms",
            floor=figures[5],
            must="≤ 100",
            found=models,
        )


def query_key(path: Path) -> int:
    connection = sqlite3.connect(path)
    key = connection.execute("SELECT max(id) FROM node").fetchone()[0]
    connection.close()
    return int(key)


def main() -> None:
    begin()
    memory, floor = medians(lambda: traced(":memory:"), bare_memory)
    # In memory, nodes go to their tables when somebody reads: that is a figure of its own.
    first_read = statistics.median(READ)
    report(f"{NODES} nested nodes, memory only", memory, "µs a node", floor=floor, must="≤ 8")
    each = round(first_read / NODES * 1e3, 2)
    report(f"{NODES} nested nodes, memory only: the first read", first_read, "ms", a_node_us=each)
    durable, row = medians(in_new_file(lambda path: traced(str(path))), in_new_file(bare_rows))
    report(f"{NODES} nested nodes, durable", durable, "µs a node", floor=row, must="≤ 2.5 × the floor")
    times = {}
    for turns in (200, 400, 800):
        sizes: dict[str, int] = {}

        def ours(path: Path, turns: int = turns, sizes: dict[str, int] = sizes) -> float:
            took, sizes["ours"] = conversation(turns, path)
            return took

        def plain(path: Path, turns: int = turns, sizes: dict[str, int] = sizes) -> float:
            took, sizes["floor"] = json_lines(turns, path)
            return took

        took, least = medians(in_new_file(ours), in_new_file(plain))
        times[turns] = took
        must = "≤ 0.2 s, ≤ 1.1 MB" if turns == 800 else None
        report(f"conversation of {turns} turns", took, "s", floor=least, must=must,
               megabytes=round(sizes["ours"] / 1e6, 3), floor_megabytes=round(sizes["floor"] / 1e6, 3))  # fmt: skip
    report("conversation, time(800) / time(200)", times[800] / times[200], "ratio", must="≤ 8")
    reopened(Path())


if __name__ == "__main__":
    main()
