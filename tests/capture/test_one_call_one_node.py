"""A call seen by several captures is one node, and two calls are two."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import openai
import pytest
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI, OpenAI, OpenAIEmbeddings

from interlab.models import query_model
from interlab.tracing import Store, TracingNode, current_node, parallel

USAGE = {"input_tokens": 11, "output_tokens": 7, "cached_tokens": 3, "reasoning_tokens": 2}


@pytest.fixture
def chat(connection: dict[str, Any], store: Store) -> Any:
    """A LangChain chat model that uses the `openai` client."""
    return ChatOpenAI(model="gpt-x", temperature=0.5, **connection)


@pytest.fixture
async def achat(connection: dict[str, Any], store: Store) -> AsyncIterator[Any]:
    """The same with an asynchronous client of its own: LangChain's is shared between event loops."""
    async with openai.DefaultAsyncHttpxClient() as http:
        yield ChatOpenAI(model="gpt-x", temperature=0.5, http_async_client=http, **connection)


def only(node: Any) -> Any:
    children = node.children
    assert len(children) == 1, [child.name for child in children]
    return children[0]


@tool
def weather(city: str) -> str:
    """What the weather is like."""
    return f"rain in {city}"


# LangChain over the client ----------------------------------------------------------------------------


def test_a_langchain_model_over_the_client_is_one_node(chat: Any) -> None:
    with TracingNode("outer") as outer:
        chat.invoke("hi")
    call = only(outer)
    assert outer.find_nodes(kind="model") == [call]
    assert (call.name, call.result) == ("ChatOpenAI", "echo: hi")
    assert call.inputs["messages"] == [{"role": "user", "content": "hi"}]
    assert call.inputs["model"] == "gpt-x"
    assert call.inputs["params"]["temperature"] == 0.5
    assert call.meta["provider"] == "langchain"
    assert call.meta["usage"] == USAGE
    assert (call.meta["model"], call.meta["finish_reason"]) == ("gpt-x-2025", "stop")
    assert call.meta["request_id"]


@pytest.mark.parametrize("way", ["ainvoke", "astream"])
async def test_asynchronously_too(achat: Any, way: str) -> None:
    with TracingNode("outer") as outer:
        if way == "ainvoke":
            await achat.ainvoke("a b")
        else:
            async for _ in achat.astream("a b"):
                assert current_node() is outer
        assert current_node() is outer
    assert outer.find_nodes(kind="model") == [only(outer)]
    assert only(outer).result == "echo: a b"


def test_streamed_too(chat: Any) -> None:
    with TracingNode("outer") as outer:
        for _ in chat.stream("a b", stream_usage=True):
            pass
    call = only(outer)
    assert outer.find_nodes(kind="model") == [call]
    assert (call.result, call.meta["usage"]) == ("echo: a b", USAGE)
    assert 0 < call.meta["time_to_first_token_s"] < call.duration_s


def test_tools_too(chat: Any) -> None:
    with TracingNode("outer") as outer:
        answer = chat.bind_tools([weather]).invoke("weather?")
        weather.invoke(answer.tool_calls[0])
    call, used = outer.children
    assert call.inputs["params"]["tools"] == ["weather"]
    assert call.result["tool_calls"] == [{"name": "weather", "arguments": '{"city":"Oslo"}', "call_id": "call_1"}]
    assert (used.kind, used.result) == ("tool", "rain in Oslo")


@pytest.mark.filterwarnings("ignore:Unexpected type for token usage")  # LangChain's, of its own sums
def test_batches_too(chat: Any) -> None:
    with TracingNode("outer") as outer:
        chat.batch(["a", "b", "c"])
        chat.generate([[HumanMessage("d")], [HumanMessage("e")]])
    assert sorted(call.result for call in outer.find_nodes(kind="model")) == [f"echo: {letter}" for letter in "abcde"]


def test_a_failing_one_is_one_error(chat: Any) -> None:
    with TracingNode("outer") as outer, pytest.raises(openai.BadRequestError):
        chat.invoke("fail")
    assert outer.find_nodes(kind="model") == [only(outer)]
    assert only(outer).state == "error"


def test_an_llm_of_several_prompts_is_a_node_a_prompt(connection: dict[str, Any], store: Store) -> None:
    with TracingNode("outer") as outer:
        OpenAI(model="old", **connection).generate(["a", "b"])
    assert [(call.inputs["prompt"], call.result) for call in outer.find_nodes(kind="model")] == [
        ("a", "echo: a"),
        ("b", "echo: b"),
    ]


def test_the_responses_interface_too(connection: dict[str, Any], store: Store) -> None:
    with TracingNode("outer") as outer:
        ChatOpenAI(model="gpt-x", use_responses_api=True, **connection).invoke("hi")
    assert outer.find_nodes(kind="model") == [only(outer)]
    assert (only(outer).result, only(outer).meta["usage"]) == ("echo: hi", USAGE)


def test_embeddings_are_a_node_wherever_they_are_made(connection: dict[str, Any], client: openai.OpenAI) -> None:
    embeddings = OpenAIEmbeddings(model="embed", check_embedding_ctx_length=False, **connection)
    with TracingNode("outer") as outer:
        embeddings.embed_query("a")
        with TracingNode("answering", kind="model"):
            client.embeddings.create(model="embed", input="a", encoding_format="float")
    first, second = outer.children
    assert first.kind == "embedding"
    assert only(second).kind == "embedding"


# Our own nodes of kind "model" ------------------------------------------------------------------------


def test_query_model_over_a_client_is_one_node(client: openai.OpenAI, chat: Any) -> None:
    def asks(text: str) -> str:
        answer = client.chat.completions.create(model="gpt-x", messages=[{"role": "user", "content": text}])
        return answer.choices[0].message.content or ""

    with TracingNode("outer") as outer:
        query_model(chat, "hi")
        query_model(asks, "hi")
    assert outer.find_nodes(kind="model") == outer.children
    by_langchain, by_callable = outer.children
    assert by_langchain.result == by_callable.result == "echo: hi"
    assert by_langchain.meta["usage"] == USAGE
    # What only the client knows is there as well.
    assert by_callable.meta["request_id"] == "req-7"
    assert by_callable.meta["finish_reason"] == "stop"


def test_facts_that_a_node_has_are_not_replaced(client: openai.OpenAI) -> None:
    with TracingNode("mine", kind="model", meta={"finish_reason": "said by hand"}) as node:
        stream = client.chat.completions.create(
            model="gpt-x", messages=[{"role": "user", "content": "a b"}], stream=True
        )
        for _ in stream:
            pass
        node.set_result("done")
    assert node.children == []
    assert node.meta["finish_reason"] == "said by hand"
    assert node.meta["request_id"] == "req-7"
    assert node.meta["time_to_first_token_s"] > 0


def ask(client: openai.OpenAI, text: str) -> Callable[[], Any]:
    return lambda: client.chat.completions.create(model="gpt-x", messages=[{"role": "user", "content": text}])


def test_a_second_call_in_one_model_node_is_not_lost(client: openai.OpenAI) -> None:
    with TracingNode("drafts, then refines", kind="model") as node:
        ask(client, "draft")()
        ask(client, "refine")()
        node.set_result("refined")
    assert [call.result for call in node.children] == ["echo: refine"]


def test_calls_side_by_side_in_one_model_node_are_not_lost(client: openai.OpenAI) -> None:
    with TracingNode("takes the best", kind="model") as node:
        parallel([ask(client, "a"), ask(client, "b"), ask(client, "c")])
    assert len(node.children) == 2


def test_a_call_after_the_result_is_a_node(client: openai.OpenAI) -> None:
    with TracingNode("mine", kind="model") as node:
        node.set_result("there")
        ask(client, "and more")()
    assert only(node).result == "echo: and more"


def test_a_call_tried_again_is_taken_in(client: openai.OpenAI) -> None:
    with TracingNode("mine", kind="model") as node:
        with pytest.raises(openai.BadRequestError):
            ask(client, "fail")()
        ask(client, "hi")()
    assert node.children == []
    assert node.meta["request_id"] == "req-7"


async def test_streams_of_one_model_read_side_by_side(achat: Any) -> None:
    async def read(text: str) -> str:
        return "".join([piece.content async for piece in achat.astream(text)])

    with TracingNode("outer") as outer:
        texts = await asyncio.gather(*(read(f"to {number}") for number in range(5)))
    assert sorted(call.result for call in outer.children) == sorted(texts)
    assert len(outer.find_nodes(kind="model")) == 5
