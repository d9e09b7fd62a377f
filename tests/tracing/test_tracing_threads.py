"""Nodes opened in threads and tasks stand under the node that the work was started in."""

from __future__ import annotations

import asyncio
import contextvars
import gc
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any

import pytest

from interlab.errors import StoreError
from interlab.tracing import (
    Store,
    TracingNode,
    bound,
    carry,
    current_node,
    instrument,
    open_store,
    uninstrument,
)
from interlab.tracing.scope import _carried
from interlab.tracing.threads import is_instrumented


def leaf(name: str = "leaf") -> str | None:
    with TracingNode(name) as node:
        return node.parent_uid


def current_uid() -> str | None:
    node = current_node(required=False)
    return node and node.uid


def test_8_threads_of_100_nodes_each(store: Store, path: Path) -> None:
    def work(number: int) -> None:
        with TracingNode(f"thread {number}"):
            for place in range(50):
                with TracingNode("outer", inputs={"number": number, "place": place}):
                    leaf()

    with TracingNode("root") as root:
        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    again = open_store(path)
    assert len(again) == 1 + 8 * 101
    assert len(again.roots()) == 1
    branches = again.node(root.uid).children
    assert sorted(node.name for node in branches) == [f"thread {number}" for number in range(8)]
    for branch in branches:
        number = int(branch.name.split()[1])
        assert [child.inputs for child in branch.children] == [{"number": number, "place": p} for p in range(50)]
        assert all([node.name for node in child.children] == ["leaf"] for child in branch.children)
    assert all(node.state == "finished" for node in again.find())
    again.close()


async def test_100_tasks(store: Store, path: Path) -> None:
    async def work(number: int) -> None:
        with TracingNode("task", inputs={"number": number}) as node:
            await asyncio.sleep(0)
            with TracingNode("inner", inputs={"number": number}):
                await asyncio.sleep(0.001 * (number % 3))
                assert current_node().parent_uid == node.uid
            await asyncio.sleep(0)
            assert current_node() is node

    with TracingNode("root") as root:
        await asyncio.gather(*(work(number) for number in range(100)))
        assert current_node() is root
    again = open_store(path)
    tasks = again.node(root.uid).children
    assert sorted(node.inputs["number"] for node in tasks) == list(range(100))
    for task in tasks:
        (inner,) = task.children
        assert inner.inputs == task.inputs
    again.close()


def test_every_way_of_starting_a_thread(store: Store) -> None:
    found: dict[str, str | None] = {}

    def note(name: str) -> None:
        found[name] = leaf(name)

    class Subclass(threading.Thread):
        def run(self) -> None:
            note("subclass")

    class Careful(threading.Thread):
        def start(self) -> None:
            super().start()

    with TracingNode("root") as root:
        threads = [
            threading.Thread(target=note, args=("target",)),
            Subclass(),
            Careful(target=note, kwargs={"name": "own start"}),
            threading.Timer(0.001, note, args=("timer",)),
            threading.Thread(target=lambda: nested(), daemon=True),
        ]

        def nested() -> None:
            inner = threading.Thread(target=note, args=("nested",))
            inner.start()
            inner.join()

        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with ThreadPoolExecutor(2) as pool:
            pool.submit(note, "submit").result()
            list(pool.map(note, ["map 1", "map 2"]))
        with ThreadPool(2) as other:
            other.map(bound(note), ["bound"])
    assert len(found) == 9
    assert set(found.values()) == {root.uid}


def test_a_thread_started_outside_of_any_node_has_roots(store: Store) -> None:
    found: list[str | None] = []
    thread = threading.Thread(target=lambda: found.append(leaf()))
    thread.start()
    thread.join()
    assert found == [None]
    assert len(store.roots()) == 1


def test_the_parent_is_the_node_at_the_start_not_the_one_at_the_end(store: Store) -> None:
    go = threading.Event()
    found: list[str | None] = []

    def late() -> None:
        go.wait(10)
        found.append(leaf())

    with TracingNode("first") as first:
        thread = threading.Thread(target=late)
        thread.start()
    with TracingNode("second"):
        go.set()
        thread.join()
    assert found == [first.uid]


def test_workers_of_a_pool_do_not_keep_the_node_they_were_started_in(store: Store) -> None:
    pool = ThreadPoolExecutor(1)
    with TracingNode("first") as first:
        assert pool.submit(leaf).result() == first.uid
    with TracingNode("second") as second:
        assert pool.submit(leaf).result() == second.uid
        assert list(pool.map(lambda _: leaf(), range(2))) == [second.uid] * 2
    assert pool.submit(leaf).result() is None
    assert pool.submit(current_uid).result() is None
    pool.shutdown()


def test_an_idle_worker_holds_no_node(store: Store) -> None:
    pool = ThreadPoolExecutor(1)
    with TracingNode("first") as first:
        pool.submit(leaf).result()
    reference: Callable[[], Any] = weakref.ref(first)
    del first
    with TracingNode("second"):
        pool.submit(leaf).result()  # the worker has let go of its first task
    gc.collect()
    assert reference() is None
    pool.shutdown()


def test_pools_in_pools(store: Store) -> None:
    def middle(number: int) -> tuple[str, list[str | None]]:
        with TracingNode(f"middle {number}") as node, ThreadPoolExecutor(3) as pool:
            return node.uid, list(pool.map(lambda _: leaf(), range(5)))

    with TracingNode("root") as root, ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(middle, range(5)))
    for uid, parents in outcomes:
        assert parents == [uid] * 5
    assert len(store.node(root.uid).children) == 5


def test_an_error_in_a_pool_comes_out_as_ever(store: Store) -> None:
    with TracingNode("root") as root, ThreadPoolExecutor(1) as pool:
        future = pool.submit(lambda: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            future.result()
        with pytest.raises(TypeError):
            pool.submit()  # type: ignore[call-arg]
        initialised = ThreadPoolExecutor(1, initializer=lambda: None)
        assert initialised.submit(leaf).result() == root.uid
        initialised.shutdown()


async def test_threads_of_asyncio(store: Store) -> None:
    with TracingNode("root") as root:
        assert await asyncio.to_thread(leaf) == root.uid
        assert await asyncio.get_running_loop().run_in_executor(None, leaf) == root.uid
        task = asyncio.create_task(asyncio.to_thread(leaf))
    assert await task == root.uid
    assert await asyncio.get_running_loop().run_in_executor(None, leaf) is None


async def test_a_task_keeps_the_node_it_was_started_in(store: Store) -> None:
    async def late() -> str | None:
        await asyncio.sleep(0.01)
        return leaf()

    with TracingNode("first") as first:
        task = asyncio.create_task(late())
    with TracingNode("second"):
        assert await task == first.uid
    assert current_node(required=False) is None


async def test_a_cancelled_task_closes_its_node(store: Store) -> None:
    opened: list[TracingNode] = []

    async def endless() -> None:
        async with TracingNode("endless") as node:
            opened.append(node)
            await asyncio.sleep(1_000)

    task = asyncio.create_task(endless())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert opened[0].state == "error"
    assert "Cancelled" in opened[0].error.type_name  # type: ignore[union-attr]


@pytest.fixture
def instrumented_after() -> Iterator[None]:
    yield
    instrument()


@pytest.mark.usefixtures("instrumented_after")
def test_instrumenting_is_reversible_and_idempotent(store: Store) -> None:
    assert is_instrumented()  # opening a store did it
    uninstrument()
    uninstrument()
    assert not is_instrumented()
    start, submit = threading.Thread.start, ThreadPoolExecutor.submit
    with TracingNode("root") as root:
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(leaf).result() is None
        instrument()
        instrument()
        assert threading.Thread.start is not start
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(leaf).result() == root.uid
        uninstrument()
    assert threading.Thread.start is start
    assert ThreadPoolExecutor.submit is submit


def test_a_thread_that_is_started_twice_raises_as_ever(store: Store) -> None:
    done: list[str | None] = []
    with TracingNode("root") as root:
        thread = threading.Thread(target=lambda: done.append(leaf()))
        thread.start()
        with pytest.raises(RuntimeError, match="once"):
            thread.start()
        thread.join()
    assert done == [root.uid]
    assert "run" not in thread.__dict__


def test_more_variables_can_be_carried(store: Store) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("mine", default="none")
    carry(variable)
    carry(variable)
    try:
        variable.set("here")
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(variable.get).result() == "here"
            variable.set("none")
            assert pool.submit(variable.get).result() == "none"
    finally:
        _carried.remove(variable)


def test_a_store_is_entered_in_several_threads_at_once(tmp_path: Path) -> None:
    shared, others = open_store(tmp_path / "shared.db"), [open_store(":memory:") for _ in range(4)]
    barrier = threading.Barrier(4)
    problems: list[BaseException] = []

    def work(number: int) -> None:
        try:
            with others[number], TracingNode(f"own {number}") as own:
                for _ in range(20):
                    barrier.wait(10)
                    with shared:
                        barrier.wait(10)
                        leaf(f"shared {number}")
                    assert current_node() is own
                    leaf(f"child {number}")
        except BaseException as error:
            problems.append(error)
            barrier.abort()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert len(shared.roots()) == len(shared) == 80
    for number, store in enumerate(others):
        assert len(store.find(name=f"child {number}")) == 20
        assert len(store) == 21
        store.close()
    shared.close()


def test_roots_opened_side_by_side_without_a_store_share_one() -> None:
    barrier = threading.Barrier(8)
    sources: list[Any] = []

    def work() -> None:
        barrier.wait(10)
        with TracingNode("root") as node:
            sources.append(node._source)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(source) for source in sources}) == 1


def test_reading_while_others_write_never_misses_a_value(store: Store) -> None:
    stop = threading.Event()
    problems: list[BaseException] = []

    def churn() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with TracingNode("other", inputs={"text": f"{number} " + "y" * 2000}):
                pass

    def work(number: int) -> None:
        try:
            for place in range(60):
                text = f"{number} {place} " + "x" * 2000
                with TracingNode("x", inputs={"a": text}) as node:
                    node.add_input("b", text + "more")
                    assert node.inputs == {"a": text, "b": text + "more"}
                    with TracingNode("child") as child:
                        assert child in node.children
                assert store.node(node.uid).inputs["a"] == text
        except (AssertionError, StoreError) as error:
            problems.append(error)

    other = threading.Thread(target=churn)
    other.start()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    other.join()
    assert problems == []


def test_a_value_is_read_while_another_thread_is_committing_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    committing, go = threading.Event(), threading.Event()
    real, found = store.journal._commit, []

    def slow(*work: Any) -> None:
        committing.set()
        go.wait(10)
        real(*work)

    node = TracingNode("x", inputs={"text": "x" * 3000}).open()
    monkeypatch.setattr(store.journal, "_commit", slow)
    writer = threading.Thread(target=node.close)
    writer.start()
    assert committing.wait(10)
    reader = threading.Thread(target=lambda: found.append(node.inputs))
    reader.start()
    reader.join(0.05)  # it must wait for the commit; without, it would fail here
    go.set()
    reader.join()
    writer.join()
    assert found == [{"text": "x" * 3000}]


def test_the_background_thread_does_not_keep_the_node_it_was_started_in(path: Path) -> None:
    started: set[str] = set()
    other, store = open_store(":memory:"), open_store(path)
    with store:
        root = TracingNode("root in the file")
    before = set(threading.enumerate())
    with other, TracingNode("outer") as outer:
        root.open()  # starts the thread that writes in the background
        assert current_node() is outer
        started = {thread.name for thread in set(threading.enumerate()) - before}
    root.close()
    reference: Callable[[], Any] = weakref.ref(outer)
    del outer
    other.close()
    gc.collect()
    assert started
    assert reference() is None
    store.close()
