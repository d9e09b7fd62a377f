"""1,000 forks, each followed by one traced step that adds one memory, and what it takes to keep changes of large maps.

python benchmarks/fork_steps.py
"""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from typing import Any

from _harness import begin, medians, report

import interlab as il
from interlab.state import Map, MemoryBlobs, encode, fork

FORKS = 1_000
ACTORS = 4
MEMORIES = (100, 10_000)


class Room(il.BaseEnvironment):
    """Actors who remember; in a step one more memory comes to one of them. Nobody is asked."""

    def __init__(self, memories: int) -> None:
        super().__init__(seed=1)
        self.actors = [
            il.LLMActor(f"actor {number}", "demo", memory=il.ListMemory(memories=lines(number, memories)))
            for number in range(ACTORS)
        ]

    def _step(self) -> str:
        line = f"{self.steps}: {self.rng.random()}"
        self.actors[self.steps % ACTORS].memory.add_memory(line, time=self.steps)
        return line


def lines(actor: int, count: int) -> list[str]:
    return [f"actor {actor} remembers {number:0100}" for number in range(count)]


def forks_with_a_step(memories: int, keep: list[Any] | None = None) -> float:
    """Milliseconds that a fork and its traced step take, on average."""
    env = Room(memories)
    took = []
    for _ in range(FORKS):
        start = time.perf_counter()
        other = env.fork()
        other.step()
        took.append((time.perf_counter() - start) * 1e3)
        if keep is not None:
            keep.append(other)
    return statistics.mean(took)


def with_a_store(memories: int, keep: list[Any] | None = None) -> float:
    """The same with an open store of its own, in memory."""
    with il.open_store(":memory:") as store:
        found = forks_with_a_step(memories, keep)
        store.close()
    return found


def bytes_taken(memories: int) -> int:
    """What Python takes for all forks together, with what it keeps of their nodes; SQLite's own memory is not in it."""
    with il.open_store(":memory:") as store:
        Room(10).step()  # what the process makes once
        gc.collect()
        kept: list[Any] = []
        env = Room(memories)
        env.fork().step()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        for _ in range(FORKS):
            other = env.fork()
            other.step()
            kept.append(other)
        taken = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        store.close()
    return taken


def maps(entries: int) -> tuple[float, float, float]:
    """Microseconds to fork a map and to assign in it, and bytes that a snapshot takes after one assignment."""
    table = Map({f"agent {number}": f"fact {number:060}" for number in range(entries)})
    blobs = MemoryBlobs()
    encode({"table": table}, blobs)
    before = sum(map(len, blobs.blobs.values()))
    for number in range(100):
        table[f"agent {number * 7 % entries}"] = f"another {number}"
        encode({"table": table}, blobs)
    written = (sum(map(len, blobs.blobs.values())) - before) / 100
    start = time.perf_counter()
    for _ in range(1_000):
        fork(table)
    forked = (time.perf_counter() - start) * 1e3
    start = time.perf_counter()
    for number in range(1_000):
        table[f"agent {number * 7 % entries}"] = "again"
    return forked, (time.perf_counter() - start) * 1e3, written


def main() -> None:
    begin()
    for memories, took in zip(MEMORIES, medians(*(lambda n=n: with_a_store(n) for n in MEMORIES)), strict=True):
        what = f"{FORKS:,} forks of {ACTORS} actors x {memories:,} memories, each with a traced step"
        report(f"{what}: time", took, "ms each", must="≤ 1")
        report(f"{what}: memory", bytes_taken(memories) / 1e6, "MB together", must="< 20")
    for entries in (100, 1_000, 10_000, 100_000):
        forked, assigned, written = maps(entries)
        report(f"map of {entries:,} entries: fork", forked, "µs")
        report(f"map of {entries:,} entries: assign one", assigned, "µs")
        report(f"map of {entries:,} entries: new bytes of a snapshot after one assignment", written, "bytes")


if __name__ == "__main__":
    main()
