"""`parallel`: work side by side, with order, errors and context kept."""

from __future__ import annotations

import functools
import threading

import pytest

from interlab.errors import InvalidArgument
from interlab.tracing import Store, TracingNode, current_node
from interlab.tracing.parallel import parallel


def test_parallel_keeps_the_order_and_the_context(store: Store) -> None:
    everyone = threading.Barrier(6)

    def work(number: int) -> int:
        everyone.wait(10)  # passes only when all six run at once
        with TracingNode("work", inputs={"number": number}):
            return number * number

    with TracingNode("root") as root:
        assert parallel([lambda n=n: work(n) for n in range(6)]) == [0, 1, 4, 9, 16, 25]  # type: ignore[misc]
    assert sorted(node.inputs["number"] for node in root.children) == list(range(6))


def test_parallel_runs_everything_and_raises_the_first_error_in_order(store: Store) -> None:
    done: list[int] = []
    second_failed = threading.Event()

    def work(number: int) -> int:
        if number == 1:
            second_failed.wait(10)
            raise ValueError("one")
        if number == 3:
            second_failed.set()
            raise KeyError("three")
        done.append(number)
        return number

    calls = [functools.partial(work, number) for number in range(5)]
    with pytest.raises(ValueError, match="one") as raised:
        parallel(calls)
    assert sorted(done) == [0, 2, 4]
    assert any("three" in note for note in raised.value.__notes__)
    second_failed.clear()
    outcomes = parallel(calls, return_exceptions=True)
    assert outcomes[0] == 0 and outcomes[4] == 4
    assert [type(outcomes[place]) for place in (1, 3)] == [ValueError, KeyError]


def test_parallel_in_parallel(store: Store) -> None:
    def inner(number: int) -> list[str | None]:
        with TracingNode(f"outer {number}") as node:
            parents = parallel([lambda: current_node().uid] * 3)
            return [node.uid, *parents]

    for uid, *parents in parallel([functools.partial(inner, number) for number in range(4)]):
        assert parents == [uid] * 3


def test_parallel_with_few_workers_or_little_work(store: Store) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def work() -> str:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        current_node()
        with lock:
            running -= 1
        return "done"

    with TracingNode("root"):
        assert parallel([]) == []
        assert parallel([work]) == ["done"]
        assert parallel([work] * 10, max_workers=2) == ["done"] * 10
        assert parallel((work for _ in range(3)), max_workers=1) == ["done"] * 3
    assert most <= 2


def test_parallel_refuses_what_can_not_be_called() -> None:
    with pytest.raises(InvalidArgument, match="item 1"):
        parallel([lambda: 1, "not a function"])  # type: ignore[list-item]
    with pytest.raises(InvalidArgument, match="max_workers"):
        parallel([lambda: 1], max_workers=0)


def test_results_that_are_exceptions_are_results() -> None:
    error = ValueError("a value")
    assert parallel([lambda: error, lambda: 1]) == [error, 1]
