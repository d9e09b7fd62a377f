"""What forks and snapshots cost, each beside its floor in the same run.

    python benchmarks/state_fork.py

Times are medians of `REPEATS` repetitions. Nothing is written to disk.
"""

from __future__ import annotations

import gc
import statistics
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from _harness import begin, report

from interlab.state import Log, MemoryBlobs, Random, decode, encode, fork

REPEATS = 7
ACTORS = 4


class Actor:
    """An actor with as many attributes as a usual one."""

    def __init__(self, name: str, memories: int) -> None:
        self.name = name
        self.system_prompt = "You negotiate about a car."
        self.mood = "calm"
        self.offers = 0
        self.finished = False
        self.memory = Log(f"{name} remembers {i:0180}" for i in range(memories))


class Environment:
    """Actors, a seeded generator and the counters of a run."""

    def __init__(self, actors: int, memories: int) -> None:
        self.actors = [Actor(f"actor {i}", memories) for i in range(actors)]
        self.rng = Random(7)
        self.steps = 0
        self.is_finished = False


def median_us(work: Callable[[], Any], times: int) -> float:
    """The median over repetitions of the time of one call, in microseconds."""
    taken = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        for _ in range(times):
            work()
        taken.append((time.perf_counter() - start) / times * 1e6)
    return statistics.median(taken)


def forks() -> None:
    """Forks of environments whose memories are of very different lengths."""
    for memories in (100, 1_000, 10_000, 100_000):
        env = Environment(ACTORS, memories)
        floor = median_us(env.actors.copy, 2000)
        ours = median_us(lambda env=env: fork(env), 500)
        report(f"fork of {ACTORS} actors x {memories:,} memories", ours, "µs", floor=floor, must="≤ 50")


def forks_that_grow() -> None:
    """1,000 forks of one environment, each followed by one memory."""
    env = Environment(ACTORS, 10_000)

    def grow() -> list[Environment]:
        made = []
        for i in range(1000):
            other = fork(env)
            other.actors[0].memory.append(f"fork {i}")
            made.append(other)
        return made

    report("1,000 forks, each followed by an append", median_us(grow, 1) / 1000, "µs each", must="≤ 50")
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    kept = grow()
    each = (tracemalloc.get_traced_memory()[0] - before) / len(kept)
    tracemalloc.stop()
    report("1,000 forks, each followed by an append", each, "bytes each", must="≤ 5,000")


def appends() -> None:
    """Appending, walking and reading from the end, beside a list."""
    items = [f"memory {i}" for i in range(10_000)]

    def into(container: Any) -> None:
        for item in items:
            container.append(item)

    ours, floor = median_us(lambda: into(Log()), 1) / 1e4, median_us(lambda: into([]), 1) / 1e4
    report("append", ours, "µs", floor=floor)
    log = Log(items)
    ours, floor = median_us(lambda: list(log), 10), median_us(lambda: list(items), 10)
    report("walk of 10,000", ours, "µs", floor=floor)
    ours, floor = median_us(lambda: log.last(20), 500), median_us(lambda: items[-20:], 500)
    report("newest 20 of 10,000", ours, "µs", floor=floor)


def snapshots() -> None:
    """A snapshot after each of 2,000 turns, in which one message reaches each of 10 memories."""
    times = []
    for _ in range(REPEATS):
        env = Environment(10, 0)
        blobs = MemoryBlobs()
        taken = []
        for turn in range(2000):
            message = f"{turn:0400}"
            for actor in env.actors:
                actor.memory.append(message)
            env.steps += 1
            start = time.perf_counter()
            digest = encode(env, blobs)
            taken.append((time.perf_counter() - start) * 1e6)
        times.append(statistics.median(taken))
    written = sum(map(len, blobs.blobs.values()))
    report("snapshot a turn, 10 memories, 2,000 turns of 400 characters", statistics.median(times), "µs")
    report("the same: new bytes", written / 2000, "bytes a turn", floor=400)
    report("the same: new blobs", len(blobs.blobs) / 2000, "blobs a turn")
    report("the same: restoring the last of them", median_us(lambda: decode(digest, blobs), 3), "µs")


if __name__ == "__main__":
    begin()
    forks()
    forks_that_grow()
    appends()
    snapshots()
