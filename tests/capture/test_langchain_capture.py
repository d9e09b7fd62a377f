"""LangChain inside a node: chat models, LLMs, runnables, tools, retrievers; in turn and side by side."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from langchain_core.callbacks import dispatch_custom_event
from langchain_core.language_models import BaseChatModel, FakeListChatModel, FakeListLLM, FakeStreamingListLLM
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnableParallel

from interlab.tracing import Store, TracingNode, current_node

pytestmark = pytest.mark.usefixtures("store")


class Echo(BaseChatModel):
    """Answers with the last message; opens a node of its own while it thinks."""

    delay_s: float = 0.0

    @property
    def _llm_type(self) -> str:
        return "echo"

    def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        text = str(messages[-1].content)
        with TracingNode(f"thinks of {text}"):
            if "fail" in text:
                raise ValueError("no such luck")
        return ChatResult(generations=[ChatGeneration(message=AIMessage(f"echo: {text}"))])

    async def _agenerate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        return self._generate(messages)

    def _stream(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> Iterator[ChatGenerationChunk]:
        text = str(messages[-1].content)
        for place, word in enumerate(f"echo: {text}".split(" ")):
            with TracingNode(f"word {place}"):
                if place and "fail" in text:
                    raise ValueError("no such luck")
            yield ChatGenerationChunk(message=AIMessageChunk(f" {word}" if place else word))

    async def _astream(
        self, messages: list[BaseMessage], *args: Any, **kwargs: Any
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream(messages):
            yield chunk


class Once(Echo):
    """The same, without streaming."""

    _stream = BaseChatModel._stream
    _astream = BaseChatModel._astream


def only(node: Any) -> Any:
    children = node.children
    assert len(children) == 1, [child.name for child in children]
    return children[0]


def tree(node: Any) -> Any:
    """A node and what is below it as nested pairs."""
    return (node.name, [tree(child) for child in node.children])


# Models -----------------------------------------------------------------------------------------------


def test_a_chat_model_is_recorded_whole() -> None:
    model = FakeListChatModel(responses=["fine, thanks"])
    with TracingNode("outer") as outer:
        model.invoke([SystemMessage("be brief"), HumanMessage("how are you?")], stop=["!"])
        assert current_node() is outer
    call = only(outer)
    assert (call.kind, call.name, call.state) == ("model", "FakeListChatModel", "finished")
    assert call.inputs["messages"] == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "how are you?"},
    ]
    assert call.inputs["params"]["stop"] == ["!"]
    assert call.result == "fine, thanks"
    assert call.meta == {"provider": "langchain"}


def test_nothing_is_recorded_outside_of_a_node(store: Store) -> None:
    chain = RunnableLambda(lambda text: text) | Echo() | StrOutputParser()
    assert chain.invoke("hi") == "echo: hi"
    assert list(chain.stream("hi")) == ["echo:", " hi", ""]
    # Only what the model opens itself is there, as roots.
    assert [root.name for root in store.roots()] == ["thinks of hi", "word 0", "word 1"]


def test_what_a_model_does_stands_in_it() -> None:
    with TracingNode("outer") as outer:
        Once().invoke("hi")
        with TracingNode("after"):
            pass
    assert tree(outer) == ("outer", [("Once", [("thinks of hi", [])]), ("after", [])])


def test_a_batch_of_one_call_keeps_each_in_its_own_node() -> None:
    with TracingNode("outer") as outer:
        Once().generate([[HumanMessage("a")], [HumanMessage("b")]])
        assert current_node() is outer
    assert tree(outer) == ("outer", [("Once", [("thinks of a", [])]), ("Once", [("thinks of b", [])])])
    assert [call.result for call in outer.children] == ["echo: a", "echo: b"]


def test_a_batch_in_threads_keeps_each_in_its_own_node() -> None:
    with TracingNode("outer") as outer:
        Once().batch([str(number) for number in range(6)], {"max_concurrency": 3})
    calls = sorted(outer.children, key=lambda call: call.result)
    assert [tree(call) for call in calls] == [("Once", [(f"thinks of {n}", [])]) for n in range(6)]


async def test_an_asynchronous_batch_keeps_each_in_its_own_node() -> None:
    with TracingNode("outer") as outer:
        await Once().agenerate([[HumanMessage("a")], [HumanMessage("b")]])
        assert current_node() is outer
        await Once().abatch(["c", "d"])
        await Once().ainvoke("e")
        assert current_node() is outer
    assert sorted(map(repr, map(tree, outer.children))) == [
        repr(("Once", [(f"thinks of {letter}", [])])) for letter in "abcde"
    ]


def test_in_a_batch_one_of_which_fails_every_node_closes() -> None:
    messages = [[HumanMessage("a")], [HumanMessage("fail")], [HumanMessage("c")]]
    with TracingNode("outer") as outer, pytest.raises(ValueError, match="no such luck"):
        Once().generate(messages)
    done, failed, never = outer.children
    assert (done.state, done.result) == ("finished", "echo: a")
    assert (failed.state, failed.error["message"]) == ("error", "no such luck")
    assert (never.state, never.has_result, never.has_tag("abandoned")) == ("finished", False, True)


async def test_a_call_that_is_cancelled_is_an_error() -> None:
    with TracingNode("outer") as outer, pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(Once(delay_s=30).ainvoke("hi"), 0.05)
    assert only(outer).state == "error"
    assert only(outer).error.type_name == "asyncio.exceptions.CancelledError"


def test_an_llm_is_recorded() -> None:
    with TracingNode("outer") as outer:
        FakeListLLM(responses=["one", "two"]).generate(["first", "second"])
        list(FakeStreamingListLLM(responses=["abc"]).stream("third"))
        assert current_node() is outer
    calls = outer.children
    assert [(call.kind, call.inputs["prompt"], call.result) for call in calls] == [
        ("model", "first", "one"),
        ("model", "second", "two"),
        ("model", "third", "abc"),
    ]


def test_usage_and_tool_calls_are_recorded() -> None:
    class Calls(Echo):
        def _generate(self, messages: list[BaseMessage], *args: Any, **kwargs: Any) -> ChatResult:
            answer = AIMessage(
                "wait",
                tool_calls=[{"name": "weather", "args": {"city": "Oslo"}, "id": "call_1"}],
                usage_metadata={
                    "input_tokens": 5,
                    "output_tokens": 6,
                    "total_tokens": 11,
                    "input_token_details": {"cache_read": 4},
                    "output_token_details": {"reasoning": 2},
                },
                response_metadata={"model_name": "calls-1", "finish_reason": "tool_calls", "id": "r-1"},
            )
            return ChatResult(generations=[ChatGeneration(message=answer)])

    with TracingNode("outer") as outer:
        answer = Calls().invoke("weather?", config={"tags": ["mine", "seq:step:1"], "metadata": {"who": "me"}})
        Once().invoke([HumanMessage("weather?"), answer])
    first, second = outer.children
    calls = [{"name": "weather", "arguments": '{"city":"Oslo"}', "call_id": "call_1"}]
    assert first.result == {"text": "wait", "tool_calls": calls}
    assert first.meta == {
        "provider": "langchain",
        "metadata": {"who": "me"},
        "model": "calls-1",
        "usage": {"input_tokens": 5, "output_tokens": 6, "cached_tokens": 4, "reasoning_tokens": 2},
        "finish_reason": "tool_calls",
        "request_id": "r-1",
    }
    assert [tag.name for tag in first.tags] == ["mine"]
    assert second.inputs["messages"][1]["content"] == "wait"
    assert second.inputs["messages"][1]["tool_calls"].startswith('[{"name":"weather"')


# Streams ----------------------------------------------------------------------------------------------


def test_a_stream_gives_way_to_its_reader() -> None:
    with TracingNode("outer") as outer:
        for _ in Echo().stream("b"):
            assert current_node() is outer
            with TracingNode("reader"):
                pass
        assert current_node() is outer
    model, *readers = outer.children
    assert (model.result, model.state) == ("echo: b", "finished")
    assert model.meta["time_to_first_token_s"] > 0
    assert [child.name for child in model.children] == ["word 0", "word 1"]
    assert {reader.name for reader in readers} == {"reader"}


async def test_an_asynchronous_stream_gives_way_to_its_reader() -> None:
    with TracingNode("outer") as outer:
        async for _ in Echo().astream("b"):
            assert current_node() is outer
            with TracingNode("reader"):
                pass
        assert current_node() is outer
    model, *readers = outer.children
    assert (model.result, model.state) == ("echo: b", "finished")
    assert [child.name for child in model.children] == ["word 0", "word 1"]
    assert {reader.name for reader in readers} == {"reader"}


def test_two_streams_read_by_turns() -> None:
    with TracingNode("outer") as outer:
        for _ in zip(Echo().stream("a"), Echo().stream("b"), strict=True):
            assert current_node() is outer
    assert [(model.result, [child.name for child in model.children]) for model in outer.children] == [
        ("echo: a", ["word 0", "word 1"]),
        ("echo: b", ["word 0", "word 1"]),
    ]


def test_a_stream_left_early_is_abandoned() -> None:
    with TracingNode("outer") as outer:
        stream = Echo().stream("b c")
        next(stream)
        next(stream)
        stream.close()  # type: ignore[attr-defined]
        assert current_node() is outer
    call = only(outer)
    assert (call.state, call.result, call.has_tag("abandoned")) == ("finished", "echo: b", True)


async def test_an_asynchronous_stream_left_early_is_abandoned() -> None:
    with TracingNode("outer") as outer:
        stream = Echo().astream("b c")
        await anext(stream)
        await stream.aclose()  # type: ignore[attr-defined]
    call = only(outer)
    assert (call.state, call.result, call.has_tag("abandoned")) == ("finished", "echo:", True)


def test_a_stream_that_breaks_keeps_what_there_was() -> None:
    with TracingNode("outer") as outer, pytest.raises(ValueError, match="no such luck"):
        list(Echo().stream("fail"))
    assert (only(outer).state, only(outer).result) == ("error", "echo:")


@pytest.mark.skipif(not hasattr(BaseChatModel, "stream_events"), reason="LangChain is too old for it")
def test_the_event_stream_of_the_newer_protocol() -> None:
    with TracingNode("outer") as outer:
        events = Echo().stream_events("b", version="v3")
        assert str(events.output.content) or events
    call = only(outer)
    assert (call.state, call.result) == ("finished", "echo: b")
    assert [child.name for child in call.children] == ["word 0", "word 1"]


# Runnables --------------------------------------------------------------------------------------------


def chain() -> Any:
    def shout(text: str) -> str:
        with TracingNode("shouting"):
            return text.upper()

    prompt = ChatPromptTemplate.from_messages([("system", "be brief"), ("user", "{question}")])
    answer = prompt | Once() | StrOutputParser()
    return RunnableParallel(answer=answer, loud=RunnableLambda(lambda given: given["question"]) | shout)


EXPECTED = (
    "RunnableParallel<answer,loud>",
    [
        (
            "RunnableSequence",
            [
                ("ChatPromptTemplate", []),
                ("Once", [("thinks of hi", [])]),
                ("StrOutputParser", []),
            ],
        ),
        ("RunnableSequence", [("RunnableLambda", []), ("shout", [("shouting", [])])]),
    ],
)


def ordered(node: Any) -> Any:
    """A tree whose sides run side by side, in a fixed order: the answering side first."""
    name, below = tree(node)
    return (name, sorted(below, key=lambda side: side[1][0][0] != "ChatPromptTemplate"))


def test_a_chain_is_recorded_as_it_is_built() -> None:
    with TracingNode("outer") as outer:
        result = chain().invoke({"question": "hi"})
        assert current_node() is outer
    assert result == {"answer": "echo: hi", "loud": "HI"}
    root = only(outer)
    assert ordered(root) == EXPECTED
    assert (root.kind, root.inputs, root.result) == ("chain", {"question": "hi"}, result)
    prompt = root.find_nodes(lambda node: node.name == "ChatPromptTemplate")[0]
    assert prompt.result == [
        {"role": "system", "content": "be brief"},
        {"role": "user", "content": "hi"},
    ]
    model = root.find_nodes(kind="model")[0]
    assert model.inputs["messages"] == prompt.result


async def test_an_asynchronous_chain() -> None:
    with TracingNode("outer") as outer:
        await chain().ainvoke({"question": "hi"})
        assert current_node() is outer
    assert ordered(only(outer)) == EXPECTED


def test_a_chain_in_a_batch() -> None:
    with TracingNode("outer") as outer:
        chain().batch([{"question": "hi"}, {"question": "hi"}])
    assert [ordered(child) for child in outer.children] == [EXPECTED, EXPECTED]


def test_a_sequence_in_a_batch() -> None:
    # It takes all its inputs through the first step, then all through the second.
    with TracingNode("outer") as outer:
        (RunnableLambda(lambda text: text) | Once()).batch(["a", "b"])
        assert current_node() is outer
    assert sorted(tree(root)[1][1] for root in outer.children) == [
        ("Once", [(f"thinks of {letter}", [])]) for letter in "ab"
    ]


def test_a_streamed_chain_has_its_inputs_in_the_end() -> None:
    sequence = ChatPromptTemplate.from_messages([("user", "{question}")]) | Echo() | StrOutputParser()
    with TracingNode("outer") as outer:
        for _ in sequence.stream({"question": "b"}):
            assert current_node() is outer
    root = only(outer)
    assert (root.inputs, root.result, root.state) == ({"question": "b"}, "echo: b", "finished")
    assert [child.name for child in root.children] == ["ChatPromptTemplate", "Echo", "StrOutputParser"]
    assert [child.name for child in root.children[1].children] == ["word 0", "word 1"]


def test_a_node_opened_in_a_runnable_holds_what_is_called_in_it() -> None:
    def ask(text: str) -> str:
        with TracingNode("mine"):
            return str(Once().invoke(text).content)

    with TracingNode("outer") as outer:
        RunnableLambda(ask).invoke("hi")
    assert tree(only(outer)) == ("ask", [("mine", [("Once", [("thinks of hi", [])])])])


def test_a_chain_that_fails() -> None:
    with TracingNode("outer") as outer, pytest.raises(ValueError, match="no such luck"):
        (RunnableLambda(lambda text: text) | Once()).invoke("fail")
    root = only(outer)
    assert root.state == "error"
    assert [child.state for child in root.children] == ["finished", "error"]


def test_hidden_runnables_are_left_out() -> None:
    hidden = RunnableLambda(lambda text: Once().invoke(text)).with_config(tags=["langsmith:hidden"])
    with TracingNode("outer") as outer:
        hidden.invoke("hi")
    # Tags go down to what is called below, so only the model's own node is left.
    assert [node.name for node in outer.find_nodes()] == ["outer", "thinks of hi"]


def test_custom_events_are_recorded() -> None:
    def report(text: str) -> str:
        dispatch_custom_event("halfway", {"done": 1})
        return text

    with TracingNode("outer") as outer:
        RunnableLambda(report).invoke("hi")
    event = only(only(outer))
    assert (event.name, event.kind, event.result) == ("halfway", "event", {"done": 1})


def test_messages_in_a_chains_values_are_records() -> None:
    with TracingNode("outer") as outer:
        RunnableLambda(lambda messages: messages[0]).invoke([HumanMessage("hi")])
    root = only(outer)
    assert root.inputs == {"input": [{"role": "user", "content": "hi"}]}
    assert root.result == {"role": "user", "content": "hi"}


# Threads ----------------------------------------------------------------------------------------------


def test_a_plain_thread_started_in_a_node() -> None:
    with TracingNode("outer") as outer:
        thread = threading.Thread(target=lambda: Once().invoke("hi"))
        thread.start()
        thread.join()
    assert tree(outer) == ("outer", [("Once", [("thinks of hi", [])])])


async def test_tasks_side_by_side_stand_in_their_own_nodes() -> None:
    async def actor(number: int) -> None:
        with TracingNode(f"actor {number}"):
            await chain().ainvoke({"question": str(number)})

    with TracingNode("outer") as outer:
        await asyncio.gather(*(actor(number) for number in range(10)))
    for node in outer.children:
        number = node.name.split()[1]
        assert only(node).inputs == {"question": number}
        assert [child.name for child in node.find_nodes(kind="model")[0].children] == [f"thinks of {number}"]
