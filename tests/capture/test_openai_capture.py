"""Calls of an `openai` client inside a node, against a real server on loopback."""

from __future__ import annotations

import array
import gc
from collections.abc import Callable
from typing import Any

import openai
import pytest
from pydantic import BaseModel

from interlab.tracing import Blob, Image, Store, TracingNode

PNG = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
    "rkJggg=="
)
USAGE = {"input_tokens": 11, "output_tokens": 7, "cached_tokens": 3, "reasoning_tokens": 2}
TOOL = {
    "type": "function",
    "function": {
        "name": "weather",
        "strict": True,
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}


class Offer(BaseModel):
    price: int


def only(node: TracingNode) -> Any:
    children = node.children
    assert len(children) == 1, [child.name for child in children]
    return children[0]


def ask(text: str) -> dict[str, Any]:
    return {"model": "gpt-x", "messages": [{"role": "user", "content": text}]}


def test_a_chat_completion_is_recorded_whole(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        answer = client.chat.completions.create(**ask("hi"), temperature=0.5, max_tokens=20)
    assert answer.choices[0].message.content == "echo: hi"
    call = only(outer)
    assert (call.kind, call.name, call.state) == ("model", "gpt-x", "finished")
    assert call.inputs == {
        "messages": [{"role": "user", "content": "hi"}],
        "model": "gpt-x",
        "params": {"temperature": 0.5, "max_tokens": 20},
    }
    assert call.result == "echo: hi"
    assert call.meta == {
        "provider": "openai",
        "model": "gpt-x-2025",
        "usage": USAGE,
        "finish_reason": "stop",
        "request_id": "req-7",
    }


def test_nothing_is_recorded_outside_of_a_node(client: openai.OpenAI, store: Store) -> None:
    client.chat.completions.create(**ask("hi"))
    list(client.chat.completions.create(**ask("hi"), stream=True))
    assert store.roots() == []


def test_tools_are_named_and_their_calls_are_the_result(client: openai.OpenAI) -> None:
    messages: list[Any] = [{"role": "user", "content": "weather?"}]
    with TracingNode("outer") as outer:
        answer = client.chat.completions.create(model="gpt-x", messages=messages, tools=[TOOL])  # type: ignore[list-item]
        messages += [
            answer.choices[0].message,
            {"role": "tool", "tool_call_id": "call_1", "content": "rain"},
        ]
        client.chat.completions.create(model="gpt-x", messages=iter(messages))
    first, second = outer.children
    assert first.inputs["params"] == {"tools": ["weather"]}
    assert first.result == {
        "text": "",
        "tool_calls": [{"name": "weather", "arguments": '{"city": "Oslo"}', "call_id": "call_1"}],
    }
    assert second.inputs["messages"] == [
        {"role": "user", "content": "weather?"},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": '[{"name":"weather","arguments":"{\\"city\\": \\"Oslo\\"}","call_id":"call_1"}]',
        },
        {"role": "tool", "content": "rain", "tool_call_id": "call_1"},
    ]
    assert second.result == "echo: rain"


def test_images_are_recorded_as_images(client: openai.OpenAI) -> None:
    content: Any = [
        {"type": "text", "text": "what is it?"},
        {"type": "image_url", "image_url": {"url": PNG}},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
    ]
    with TracingNode("outer") as outer:
        client.chat.completions.create(model="gpt-x", messages=[{"role": "user", "content": content}])
    text, inside, remote = only(outer).inputs["messages"][0]["content"]
    assert text == {"type": "text", "text": "what is it?"}
    assert isinstance(inside["image_url"]["url"], Image)
    assert inside["image_url"]["url"].data.startswith(b"\x89PNG")
    assert remote["image_url"]["url"] == "https://example.org/a.png"


def test_a_growing_conversation_is_stored_once(client: openai.OpenAI, store: Store) -> None:
    messages: list[Any] = [{"role": "user", "content": f"{turn} " + "x" * 300} for turn in range(20)]
    with TracingNode("outer") as outer:
        for turns in range(5, 20):
            client.chat.completions.create(model="gpt-x", messages=messages[:turns])
    for turns, call in zip(range(5, 20), outer.children, strict=True):
        wire = call.wire()["inputs"]["messages"]
        assert set(wire) >= {"h", "n"}  # a link into the list before, not a list
        assert wire["n"] == turns
        assert call.inputs["messages"] == messages[:turns]


def test_an_error_is_recorded_and_goes_on(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer, pytest.raises(openai.BadRequestError, match="no such luck"):
        client.chat.completions.create(**ask("fail"))
    call = only(outer)
    assert call.state == "error"
    assert "no such luck" in call.error["message"]
    assert call.error.type_name == "openai.BadRequestError"
    assert call.meta["request_id"] == "req-7"


def test_a_parsed_completion_is_one_node(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        answer = client.chat.completions.parse(**ask("hi"), response_format=Offer)
    assert answer.choices[0].message.parsed == Offer(price=5)
    call = only(outer)
    assert call.result == '{"price": 5}'
    assert call.inputs["params"] == {"response_format": "Offer"}


def test_raw_responses_go_on_working(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        raw = client.chat.completions.with_raw_response.create(**ask("hi"))
    assert raw.headers["x-request-id"] == "req-7"
    assert raw.parse().choices[0].message.content == "echo: hi"
    call = only(outer)
    assert call.result == "echo: hi"
    assert call.meta["usage"] == USAGE
    assert "params" not in call.inputs  # the client's own headers are none


def test_a_raw_stream_is_recorded_while_it_is_read(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        raw = client.chat.completions.with_raw_response.create(**ask("a b"), stream=True)
        stream = raw.parse()
        assert raw.parse() is stream
        del raw
        gc.collect()
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream)
    assert text == "echo: a b"
    assert only(outer).result == text
    assert not only(outer).has_tag("abandoned")


def test_a_streaming_response_is_recorded_when_it_is_parsed(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        with client.chat.completions.with_streaming_response.create(**ask("hi")) as response:
            answer = response.parse()
        with client.chat.completions.with_streaming_response.create(**ask("hi")) as response:
            lines = list(response.iter_lines())
    assert answer.choices[0].message.content == "echo: hi"
    assert lines
    parsed, unread = outer.children
    assert parsed.result == "echo: hi"
    assert not parsed.has_tag("abandoned")
    assert (unread.state, unread.has_tag("abandoned")) == ("finished", True)


# Streams ----------------------------------------------------------------------------------------------


def test_a_stream_is_recorded_while_it_is_read(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        stream = client.chat.completions.create(**ask("a b c"), stream=True, stream_options={"include_usage": True})
        assert isinstance(stream, openai.Stream)
        assert stream.response.status_code == 200
        call = only(outer)
        assert call.state == "open"
        text = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
        assert call.state == "finished"
    assert text == "echo: a b c"
    call = only(outer)
    assert call.result == text
    first_token_s = call.meta.pop("time_to_first_token_s")
    assert 0 < first_token_s < call.duration_s
    assert call.meta["usage"] == USAGE
    assert call.meta["finish_reason"] == "stop"
    assert call.meta["request_id"] == "req-7"
    assert call.inputs["params"] == {"stream": True, "stream_options": {"include_usage": True}}


def test_a_stream_read_by_next_and_with(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer, client.chat.completions.create(**ask("a b"), stream=True) as stream:
        next(stream)
        rest = list(stream)
    assert len(rest) == 4
    assert only(outer).result == "echo: a b"
    assert not only(outer).has_tag("abandoned")


def test_streamed_tool_calls_are_put_together(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        for _ in client.chat.completions.create(**ask("weather?"), tools=[TOOL], stream=True):  # type: ignore[list-item]
            pass
    call = only(outer)
    assert call.result["tool_calls"] == [{"name": "weather", "arguments": '{"city": "Oslo"}', "call_id": "call_1"}]
    assert call.meta["finish_reason"] == "tool_calls"
    assert call.meta["time_to_first_token_s"] > 0


def test_a_stream_that_breaks_keeps_what_there_was(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer, pytest.raises(openai.APIError, match="line went dead"):
        list(client.chat.completions.create(**ask("break it"), stream=True))
    call = only(outer)
    assert call.state == "error"
    assert call.result == "echo: break"


@pytest.mark.parametrize("way", ["close", "with", "exception"])
def test_a_stream_closed_early_is_abandoned(client: openai.OpenAI, way: str) -> None:
    with TracingNode("outer") as outer:
        stream = client.chat.completions.create(**ask("a b c"), stream=True)
        if way == "close":
            next(stream), next(stream)
            stream.close()
        elif way == "with":
            with stream:
                next(stream), next(stream)
        else:
            next(stream), next(stream)
            with pytest.raises(KeyError), stream:
                raise KeyError("the reader's own")
    call = only(outer)
    assert (call.state, call.result) == ("finished", "echo:")
    assert call.has_tag("abandoned")


def test_a_stream_dropped_unread_is_abandoned(
    client: openai.OpenAI, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    with TracingNode("outer") as outer:
        stream = client.chat.completions.create(**ask("a b c"), stream=True)
        response = stream.response
        next(stream), next(stream)
        del stream
        eventually(lambda: only(outer).state == "finished")
    response.close()
    assert only(outer).result == "echo:"
    assert only(outer).has_tag("abandoned")


def test_the_clients_higher_stream_is_one_node(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        with client.chat.completions.stream(**ask("a b")) as stream:
            kinds = {event.type for event in stream}
            final = stream.get_final_completion()
        with client.chat.completions.stream(**ask("a b")) as stream:
            next(stream)
    assert "content.delta" in kinds
    assert final.choices[0].message.content == "echo: a b"
    whole, early = outer.children
    assert (whole.result, whole.has_tag("abandoned")) == ("echo: a b", False)
    assert (early.state, early.has_tag("abandoned")) == ("finished", True)


def test_between_two_pieces_the_readers_node_is_current(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        for chunk in client.chat.completions.create(**ask("a"), stream=True):
            with TracingNode("reader"):
                assert chunk
        with TracingNode("after"):
            pass
    assert [child.name for child in outer.children] == [
        "gpt-x",
        "reader",
        "reader",
        "reader",
        "reader",
        "after",
    ]


# The other interfaces ---------------------------------------------------------------------------------


def test_a_response_is_recorded(client: openai.OpenAI) -> None:
    earlier: Any = [
        {"role": "user", "content": [{"type": "input_text", "text": "weather?"}]},
        {"type": "function_call", "call_id": "call_1", "name": "weather", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "call_1", "output": "rain"},
    ]
    with TracingNode("outer") as outer:
        answer = client.responses.create(model="gpt-x", instructions="be brief", input=earlier, max_output_tokens=9)
    assert answer.output_text == "echo: rain"
    call = only(outer)
    assert call.inputs == {
        "messages": [
            {"role": "system", "content": "be brief"},
            {"role": "user", "content": "weather?"},
            {
                "role": "assistant",
                "content": "",
                "tool_calls": '[{"name":"weather","arguments":"{}","call_id":"call_1"}]',
            },
            {"role": "tool", "content": "rain", "tool_call_id": "call_1"},
        ],
        "model": "gpt-x",
        "params": {"max_output_tokens": 9},
    }
    assert call.result == "echo: rain"
    assert call.meta == {
        "provider": "openai",
        "model": "gpt-x",
        "usage": USAGE,
        "finish_reason": "completed",
        "request_id": "req-7",
    }


def test_a_responses_tool_call(client: openai.OpenAI) -> None:
    tool: Any = {"type": "function", **TOOL["function"]}  # type: ignore[dict-item]
    with TracingNode("outer") as outer:
        client.responses.create(model="gpt-x", input="weather?", tools=[tool])
    call = only(outer)
    assert call.inputs["params"] == {"tools": ["weather"]}
    assert call.result["tool_calls"] == [{"name": "weather", "arguments": '{"city": "Oslo"}', "call_id": "call_1"}]


def test_a_response_that_failed_is_an_error(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        answer = client.responses.create(model="gpt-x", input="refused")
    assert answer.status == "failed"
    assert only(outer).state == "error"
    assert only(outer).error["message"] == "overheated"


def test_a_streamed_response(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        events = list(client.responses.create(model="gpt-x", input="a b", stream=True))
        with client.responses.create(model="gpt-x", input="a b", stream=True) as stream:
            for event in stream:
                if event.type == "response.output_text.delta":
                    break
        with client.responses.stream(model="gpt-x", input="a b") as higher:
            final = higher.get_final_response()
    assert events[-1].type == "response.completed"
    assert final.output_text == "echo: a b"
    whole, early, managed = outer.children
    assert (whole.result, whole.meta["usage"]) == ("echo: a b", USAGE)
    assert whole.meta["time_to_first_token_s"] > 0
    assert (early.result, early.has_tag("abandoned")) == ("echo:", True)
    assert (managed.result, managed.has_tag("abandoned")) == ("echo: a b", False)


def test_a_plain_completion(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        client.completions.create(model="old", prompt="once", max_tokens=3)
        list(client.completions.create(model="old", prompt="upon a", stream=True))
    whole, streamed = outer.children
    assert whole.inputs == {"prompt": "once", "model": "old", "params": {"max_tokens": 3}}
    assert (whole.kind, whole.result, whole.meta["finish_reason"]) == ("model", "echo: once", "stop")
    assert (streamed.result, streamed.meta["finish_reason"]) == ("echo: upon a", "stop")


def test_embeddings(client: openai.OpenAI) -> None:
    with TracingNode("outer") as outer:
        answer = client.embeddings.create(model="embed", input=["a", "b"], encoding_format="float")
    assert answer.data[1].embedding == [0.5, -0.25, 1.0]
    call = only(outer)
    assert call.kind == "embedding"
    assert call.inputs["input"] == ["a", "b"]
    assert (call.result["count"], call.result["dimensions"]) == (2, 3)
    vectors = call.result["vectors"]
    assert isinstance(vectors, Blob)
    assert array.array("f", vectors.data).tolist() == [0.5, -0.25, 0.0, 0.5, -0.25, 1.0]
    assert call.meta["usage"] == {"input_tokens": 4, "output_tokens": 0}


# Asynchronous -----------------------------------------------------------------------------------------


async def test_asynchronous_calls(connection: dict[str, Any], store: Store) -> None:
    async with openai.AsyncOpenAI(**connection) as client:
        with TracingNode("outer") as outer:
            await client.chat.completions.create(**ask("hi"))
            with pytest.raises(openai.BadRequestError):
                await client.chat.completions.create(**ask("fail"))
            await client.responses.create(model="gpt-x", input="hi")
            await client.embeddings.create(model="embed", input="a", encoding_format="float")
            raw = await client.chat.completions.with_raw_response.create(**ask("raw"))
            assert raw.parse().choices[0].message.content == "echo: raw"
    assert [(call.kind, call.state) for call in outer.children] == [
        ("model", "finished"),
        ("model", "error"),
        ("model", "finished"),
        ("embedding", "finished"),
        ("model", "finished"),
    ]
    assert outer.children[4].result == "echo: raw"


async def test_asynchronous_streams(connection: dict[str, Any], store: Store) -> None:
    async with openai.AsyncOpenAI(**connection) as client:
        with TracingNode("outer") as outer:
            stream = await client.chat.completions.create(**ask("a b"), stream=True)
            assert isinstance(stream, openai.AsyncStream)
            chunks = [chunk async for chunk in stream]
            early = await client.chat.completions.create(**ask("a b"), stream=True)
            await anext(early), await anext(early)
            await early.close()
            async with client.chat.completions.stream(**ask("a b")) as higher:
                final = await higher.get_final_completion()
            async with client.chat.completions.with_streaming_response.create(**ask("hi")) as response:
                parsed = await response.parse()
    assert len(chunks) == 5
    assert final.choices[0].message.content == "echo: a b"
    assert parsed.choices[0].message.content == "echo: hi"
    assert [(call.result, call.has_tag("abandoned")) for call in outer.children] == [
        ("echo: a b", False),
        ("echo:", True),
        ("echo: a b", False),
        ("echo: hi", False),
    ]
    assert outer.children[0].meta["time_to_first_token_s"] > 0


async def test_tasks_side_by_side_stand_in_their_own_nodes(connection: dict[str, Any], store: Store) -> None:
    import asyncio

    async with openai.AsyncOpenAI(**connection) as client:

        async def actor(number: int) -> None:
            with TracingNode(f"actor {number}"):
                await client.chat.completions.create(**ask(f"hi {number}"))

        with TracingNode("outer") as outer:
            await asyncio.gather(*(actor(number) for number in range(8)))
    assert len(outer.children) == 8
    for node in outer.children:
        assert only(node).result == f"echo: hi {node.name.split()[1]}"


# Threads ----------------------------------------------------------------------------------------------


def test_threads_side_by_side_stand_in_their_own_nodes(client: openai.OpenAI) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def actor(number: int) -> None:
        with TracingNode(f"actor {number}"):
            client.chat.completions.create(**ask(f"hi {number}"))

    with TracingNode("outer") as outer, ThreadPoolExecutor(4) as pool:
        list(pool.map(actor, range(8)))
    assert len(outer.children) == 8
    for node in outer.children:
        assert only(node).result == f"echo: hi {node.name.split()[1]}"
