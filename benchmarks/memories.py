"""What memories cost: recalling among many, forking, adding, formatting.

    python benchmarks/memories.py

One JSON line a figure, beside the least that the work could cost in the same run. Nothing is written to disk.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import numpy
from _harness import begin, medians, report

from interlab.memory import AssociativeMemory, ListMemory, SummarizingMemory
from interlab.state import fork

MEMORIES = 100_000
DIMENSIONS = 384
_given = numpy.random.default_rng(7).standard_normal((MEMORIES + 1, DIMENSIONS)).astype(numpy.float32)


def embed(texts: Any) -> Any:
    """Vectors that were made before, by the number in the text: embedding is not what is measured."""
    return _given[[int(text) for text in texts]]


def seconds(work: Callable[[], Any], times: int = 1) -> Callable[[], float]:
    """Measures the time of one call, in seconds."""

    def measure() -> float:
        start = time.perf_counter()
        for _ in range(times):
            work()
        return (time.perf_counter() - start) / times

    return measure


def recalling() -> None:
    """Top 20 of 100,000 by likeness, recency and importance; the floor is the bare product of matrix and vector."""
    memory = AssociativeMemory(embed, memories=map(str, range(MEMORIES)))
    name = f"top 20 of {MEMORIES:,} x {DIMENSIONS}"
    matrix = memory.vectors.matrix
    vector = matrix[0].copy()
    ours, floor = medians(seconds(lambda: memory.recall("100000"), 10), seconds(lambda: matrix @ vector, 10))
    report(name, 1000 * ours, "ms", floor=1000 * floor, must="≤ 10")
    ours, _ = medians(seconds(lambda: memory.format_memories("100000"), 10), seconds(lambda: None))
    report(f"{name}, and as part of a prompt", 1000 * ours, "ms")


def forking() -> None:
    """Forks of memories of very different lengths, and what 1,000 of them hold after one more memory each."""
    for count in (100, 10_000, MEMORIES):
        memory = AssociativeMemory(embed, memories=map(str, range(count)))
        ours, floor = medians(seconds(lambda memory=memory: fork(memory), 200), seconds([1, 2, 3].copy, 200))
        report(f"fork of an associative memory of {count:,}", 1e6 * ours, "us", floor=1e6 * floor)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    forks = [fork(memory) for _ in range(1_000)]
    held = (tracemalloc.get_traced_memory()[0] - before) / len(forks)
    report(f"the same, {MEMORIES:,}, held by each of 1,000 forks", held, "bytes")
    tracemalloc.stop()


def adding() -> None:
    """Adding one memory to many."""
    associative = AssociativeMemory(embed, memories=map(str, range(10_000)))
    plain = ListMemory(memories=map(str, range(10_000)))
    ours, floor = medians(
        seconds(lambda: associative.add_memory("5"), 500), seconds(lambda: plain.add_memory("5"), 500)
    )
    report("adding to an associative memory of 10,000", 1e6 * ours, "us", floor=1e6 * floor)

    def through_summaries() -> None:
        memory = SummarizingMemory(lambda text: text[-200:], token_limit=2_000)
        for number in range(1_000):
            memory.add_memory(f"{number} " + "words and words " * 12)

    (ours,) = medians(seconds(through_summaries))
    report("1,000 memories through a summarising memory of 2,000 tokens, whose model takes no time", ours, "s")


def by_words() -> None:
    """The fallback without embeddings."""
    memory = AssociativeMemory(
        memories=(f"memory {number} of a ship and {number % 97} sailors" for number in range(10_000))
    )
    (ours,) = medians(seconds(lambda: memory.recall("ship with 13 sailors")))
    report("top 20 of 10,000 by shared words", 1000 * ours, "ms")


if __name__ == "__main__":
    begin()
    recalling()
    forking()
    adding()
    by_words()
