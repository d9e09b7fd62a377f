"""`with_trace` on every kind of function."""

from __future__ import annotations

import asyncio
import functools
import gc
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from interlab.errors import InvalidArgument
from interlab.tracing import Store, Tag, TracingNode, current_node
from interlab.tracing.decorator import with_trace


def only(store: Store, name: str) -> Any:
    (node,) = store.find(name=name)
    return node


def test_arguments_and_result_are_recorded_by_name(store: Store) -> None:
    @with_trace
    def deal(price: int, /, who: str, *more: int, fast: bool = True, **rest: Any) -> str:
        """A docstring."""
        assert current_node().name == "deal"
        return f"{who} {price}"

    assert deal(7, "Eve", 1, 2, extra=3, price=8) == "Eve 7"
    assert deal(1, who="Bob") == "Bob 1"
    assert deal.__name__ == "deal" and deal.__doc__ == "A docstring."
    first, second = store.roots()
    assert first.inputs == {"price": 7, "who": "Eve", "more": (1, 2), "fast": True, "extra": 3, "rest.price": 8}
    assert second.inputs == {"price": 1, "who": "Bob", "fast": True}
    assert (first.result, first.kind, first.state) == ("Eve 7", "call", "finished")


def test_options(store: Store) -> None:
    @with_trace(name="asked", kind="query", tags=["slow", Tag("hot", "red")], meta={"color": "blue"}, ignore=["secret"])
    def ask(secret: str, question: str) -> str:
        return "42"

    ask("s", "why?")
    node = only(store, "asked")
    assert (node.kind, node.inputs, node.meta) == ("query", {"question": "why?"}, {"color": "blue"})
    assert [tag.name for tag in node.tags] == ["slow", "hot"]


def test_errors_are_recorded_and_raised(store: Store) -> None:
    @with_trace
    def fail(reason: str) -> None:
        raise ValueError(reason)

    with pytest.raises(ValueError, match="because"):
        fail("because")
    node = only(store, "fail")
    assert node.state == "error" and node.error["message"] == "because"
    assert not node.has_result


def test_a_call_with_wrong_arguments_raises_as_ever(store: Store) -> None:
    @with_trace
    def deal(price: int) -> int:
        return price

    with pytest.raises(TypeError, match="missing 1 required positional argument: 'price'"):
        deal()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword"):
        deal(1, other=2)  # type: ignore[call-arg]
    assert [node.state for node in store.roots()] == ["error", "error"]


def test_methods_of_every_kind(store: Store) -> None:
    class Actor:
        @with_trace
        def act(self, move: str) -> str:
            return move

        @with_trace
        @classmethod
        def make(cls, name: str) -> str:
            return f"{cls.__name__} {name}"

        @classmethod
        @with_trace
        def make_too(cls, name: str) -> str:
            return name

        @with_trace
        @staticmethod
        def add(a: int, b: int = 2) -> int:
            return a + b

        @staticmethod
        @with_trace(name="inner static")
        def add_too(a: int) -> int:
            return a

    assert Actor().act("up") == "up"
    assert Actor.make("x") == "Actor x" and Actor().make("y") == "Actor y"
    assert Actor.make_too("x") == "x"
    assert Actor.add(1) == 3 and Actor().add(1, b=5) == 6
    assert Actor.add_too(4) == 4
    assert only(store, "act").inputs == {"move": "up"}
    assert [node.inputs for node in store.find(name="make")] == [{"name": "x"}, {"name": "y"}]
    assert [node.inputs for node in store.find(name="add")] == [{"a": 1, "b": 2}, {"a": 1, "b": 5}]
    assert only(store, "inner static").result == 4


def test_other_callables(store: Store) -> None:
    class Callable:
        def __call__(self, x: int) -> int:
            return x + 1

    assert with_trace(Callable())(1) == 2
    assert with_trace(functools.partial(lambda a, b: a + b, 1))(2) == 3
    assert with_trace(len)([1, 2]) == 2
    assert with_trace(max)(1, 3) == 3
    assert [node.name for node in store.roots()] == ["Callable", "partial", "len", "max"]
    for wrong in (7, "text", None):
        with pytest.raises((InvalidArgument, TypeError)):
            with_trace(wrong)(1)  # type: ignore[call-overload, arg-type]


def test_a_keyword_with_the_name_of_the_mark(store: Store) -> None:
    @with_trace
    def call(**rest: Any) -> None: ...

    call(**{"$": 1, "b": 2})
    assert only(store, "call").inputs == {"rest.$": 1, "b": 2}


def test_calls_nest(store: Store) -> None:
    @with_trace
    def inner(n: int) -> int:
        return n

    @with_trace
    def outer() -> int:
        return inner(1) + inner(2)

    outer()
    (root,) = store.roots()
    assert [node.inputs["n"] for node in root.children] == [1, 2]


# Coroutines -------------------------------------------------------------------------------------------


async def test_coroutines_keep_tags_arguments_results_and_errors(store: Store) -> None:
    @with_trace(tags=["slow"], kind="query")
    async def ask(question: str) -> str:
        await asyncio.sleep(0)
        assert current_node().name == "ask"
        if question == "bad":
            raise ValueError(question)
        return question.upper()

    with TracingNode("root") as root:
        assert await asyncio.gather(ask("a"), ask("b")) == ["A", "B"]
        with pytest.raises(ValueError):
            await ask("bad")
        assert current_node() is root
    assert asyncio.iscoroutinefunction(ask)
    nodes = store.node(root.uid).children
    assert [(node.inputs["question"], node.state) for node in nodes] == [
        ("a", "finished"),
        ("b", "finished"),
        ("bad", "error"),
    ]
    assert [node.result for node in nodes] == ["A", "B", None]
    assert all(node.has_tag("slow") and node.kind == "query" for node in nodes)


async def test_a_coroutine_never_awaited_is_not_listed(store: Store) -> None:
    @with_trace
    async def ask() -> None: ...

    ask().close()
    assert len(store) == 0


# Generators -------------------------------------------------------------------------------------------


def test_generators_record_what_they_yield(store: Store) -> None:
    @with_trace(tags=["stream"])
    def count(n: int) -> Iterator[int]:
        for number in range(n):
            with TracingNode(f"inside {number}"):
                pass
            yield number

    with TracingNode("root") as root:
        for number in count(3):
            assert current_node() is root
            with TracingNode(f"outside {number}"):
                pass
    node = only(store, "count")
    assert node.parent_uid == root.uid
    assert (node.inputs, node.result, node.state) == ({"n": 3}, [0, 1, 2], "finished")
    assert node.has_tag("stream")
    assert [child.name for child in node.children] == ["inside 0", "inside 1", "inside 2"]
    assert [child.name for child in root.children] == ["count", "outside 0", "outside 1", "outside 2"]


def test_generators_talk_as_ever(store: Store) -> None:
    log: list[Any] = []

    @with_trace
    def talk() -> Iterator[Any]:
        try:
            log.append((yield "first"))
        except KeyError as error:
            log.append(error)
        try:
            log.append((yield "second"))
        except ValueError as error:
            log.append(error)
            try:
                log.append((yield "third"))
            except LookupError as again:
                log.append(again)
        yield "fourth"
        return "end"

    generator: Any = talk()
    assert next(generator) == "first"
    first, second, third = KeyError("k"), ValueError("v"), IndexError("i")
    assert generator.throw(first) == "second"
    assert generator.throw(second) == "third"
    assert generator.throw(third) == "fourth"
    with pytest.raises(StopIteration) as stop:
        next(generator)
    assert stop.value.value == "end"
    assert log == [first, second, third]
    assert only(store, "talk").result == ["first", "second", "third", "fourth"]
    generator = talk()
    next(generator)
    assert generator.send("hello") == "second"
    assert log[-1] == "hello"
    generator.close()


def test_a_generator_that_ends_when_thrown_at(store: Store) -> None:
    @with_trace
    def patient() -> Iterator[int]:
        try:
            yield 1
        except KeyError:
            return

    generator: Any = patient()
    next(generator)
    with pytest.raises(StopIteration):
        generator.throw(KeyError("enough"))
    assert only(store, "patient").state == "finished"


def test_a_generator_that_fails(store: Store) -> None:
    @with_trace
    def fail() -> Iterator[int]:
        yield 1
        raise ValueError("in the middle")

    with pytest.raises(ValueError):
        list(fail())
    node = only(store, "fail")
    assert node.state == "error" and node.result == [1]
    assert current_node(required=False) is None


@pytest.mark.parametrize("how", ["close", "garbage", "break"])
def test_an_abandoned_generator_is_closed_with_what_it_gave(how: str, store: Store) -> None:
    cleaned: list[str] = []

    @with_trace
    def endless() -> Iterator[int]:
        try:
            number = 0
            while True:
                yield number
                number += 1
        finally:
            with TracingNode("clean up"):
                cleaned.append("done")

    with TracingNode("root") as root:
        generator: Any = endless()
        for number in generator:
            if number == 2:
                break
        if how == "close":
            generator.close()
        del generator
        gc.collect()
        assert current_node() is root
    node = only(store, "endless")
    assert (node.state, node.result, cleaned) == ("finished", [0, 1, 2], ["done"])
    assert [child.name for child in node.children] == ["clean up"]


def test_a_generator_closed_in_another_thread(store: Store) -> None:
    @with_trace
    def numbers() -> Iterator[int]:
        yield from range(10)

    with TracingNode("root") as root:
        generator: Any = numbers()
        next(generator)
        thread = threading.Thread(target=generator.close)
        thread.start()
        thread.join()
        assert current_node() is root
    assert only(store, "numbers").state == "finished"


def test_a_generator_never_started_is_not_listed(store: Store) -> None:
    @with_trace
    def numbers() -> Iterator[int]:
        yield 1

    numbers()
    gc.collect()
    assert len(store) == 0


async def test_async_generators(store: Store) -> None:
    @with_trace(tags=["stream"])
    async def count(n: int) -> AsyncIterator[int]:
        for number in range(n):
            await asyncio.sleep(0)
            with TracingNode("inside"):
                pass
            yield number
        if n == 5:
            raise ValueError("too many")

    with TracingNode("root") as root:
        async for _ in count(3):
            assert current_node() is root
        with pytest.raises(ValueError):
            async for _ in count(5):
                pass
    first, second = store.find(name="count")
    assert (first.result, first.state) == ([0, 1, 2], "finished")
    assert (len(second.result), second.state) == (5, "error")
    assert first.has_tag("stream") and first.parent_uid == root.uid
    assert len(first.children) == 3


async def test_async_generators_talk_as_ever(store: Store) -> None:
    log: list[Any] = []

    @with_trace
    async def talk() -> AsyncIterator[str]:
        try:
            log.append((yield "first"))
        except KeyError as error:
            log.append(error)
            try:
                yield "second"
            except ValueError as again:
                log.append(again)
        yield "third"

    generator: Any = talk()
    assert await generator.asend(None) == "first"
    assert await generator.athrow(KeyError("k")) == "second"
    assert await generator.athrow(ValueError("v")) == "third"
    with pytest.raises(StopAsyncIteration):
        await generator.asend(None)
    assert [type(one) for one in log] == [KeyError, ValueError]
    generator = talk()
    await generator.asend(None)
    assert await generator.asend("hello") == "third"
    await generator.aclose()
    assert log[-1] == "hello"


def test_an_abandoned_async_generator_raises_no_context_error(store: Store) -> None:
    problems: list[Any] = []
    kept: list[Any] = []

    @with_trace
    async def endless() -> AsyncIterator[int]:
        number = 0
        try:
            while True:
                yield number
                number += 1
        finally:
            await asyncio.sleep(0)

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: problems.append(context))
        with TracingNode("root") as root:
            async for number in endless():
                if number == 1:
                    break
            left: Any = endless()
            await left.asend(None)
            await asyncio.create_task(left.aclose())
            hanging: Any = endless()
            await asyncio.create_task(hanging.asend(None))
            kept.append(hanging)  # closed by the end of the loop, in a context of its own
            gc.collect()
            await asyncio.sleep(0.01)
            assert current_node() is root

    asyncio.run(main())
    assert problems == []
    nodes = store.find(name="endless")
    assert [(node.state, node.result) for node in nodes] == [("finished", [0, 1]), ("finished", [0]), ("finished", [0])]
