"""The adapter to `openai` clients: what it sends, reads and raises, against a scripted server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import openai
import pytest

from interlab.errors import InvalidArgument, ModelCallFailed, ModelTimeout, ModelUnavailable
from interlab.models import Message, Params, as_model, get_model
from interlab.models.adapters.openai_client import OpenAIModel, is_strict

CHAT = [Message("system", "Be brief."), Message("user", "Hi")]

ANSWER: dict[str, Any] = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "gpt-test-2024",
    "choices": [
        {
            "index": 0,
            "finish_reason": "tool_calls",
            "message": {
                "role": "assistant",
                "content": "Hello",
                "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "look", "arguments": '{"a": 1}'}}],
            },
            "logprobs": {
                "content": [
                    {
                        "token": "Hello",
                        "logprob": -0.5,
                        "bytes": None,
                        "top_logprobs": [
                            {"token": "Hello", "logprob": -0.5, "bytes": None},
                            {"token": "Hi", "logprob": -1.5, "bytes": None},
                        ],
                    }
                ]
            },
        }
    ],
    "usage": {
        "prompt_tokens": 10,
        "completion_tokens": 5,
        "total_tokens": 15,
        "prompt_tokens_details": {"cached_tokens": 4},
        "completion_tokens_details": {"reasoning_tokens": 3},
    },
}


class Scripted:
    """A server on loopback that answers every request alike and keeps what it was sent."""

    def __init__(self) -> None:
        self.status, self.body, self.wait = 200, json.dumps(ANSWER), threading.Event()
        self.wait.set()
        self.sent: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.sent.append(json.loads(body))
                outer.wait.wait(20)
                self.send_response(outer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("x-request-id", "req-7")
                self.end_headers()
                self.wfile.write(outer.body.encode())

            def log_message(self, *args: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/v1"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()

    def close(self) -> None:
        self.wait.set()
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    server = Scripted()
    yield server
    server.close()


@pytest.fixture
def client(scripted: Scripted) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(api_key="sk-test", base_url=scripted.url, max_retries=0) as client:
        yield client


def test_everything_asked_for_is_sent_and_everything_answered_is_read(
    client: openai.OpenAI, scripted: Scripted
) -> None:
    model = as_model(client, model="gpt-test", temperature=0.3)
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    reply = model.generate(
        CHAT,
        Params(
            max_tokens=7,
            seed=1,
            stop=("END",),
            top_logprobs=2,
            tools=({"type": "function", "function": {"name": "look"}},),
            json_schema=schema,
            extra={"top_p": 0.5},
            timeout_s=20,
        ),
    )
    assert scripted.sent == [
        {
            "model": "gpt-test",
            "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
            "temperature": 0.3,
            "max_tokens": 7,
            "seed": 1,
            "stop": ["END"],
            "logprobs": True,
            "top_logprobs": 2,
            "tools": [{"type": "function", "function": {"name": "look"}}],
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "reply", "schema": schema, "strict": False},
            },
            "top_p": 0.5,
        }
    ]
    assert reply.text == "Hello"
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (10, 5)
    assert (reply.usage.cached_tokens, reply.usage.reasoning_tokens) == (4, 3)
    assert not reply.usage.estimated
    assert reply.finish_reason == "tool_calls"
    assert reply.model == "gpt-test-2024"
    assert reply.request_id == "req-7"
    assert [(call.name, call.arguments, call.call_id) for call in reply.tool_calls] == [("look", '{"a": 1}', "c1")]
    assert reply.logprobs is not None
    assert reply.logprobs[0].logprob == -0.5
    assert reply.logprobs[0].top == (("Hello", -0.5), ("Hi", -1.5))


def test_unset_parameters_are_not_sent_and_samples_get_their_own_seed(
    client: openai.OpenAI, scripted: Scripted
) -> None:
    scripted.body = json.dumps({**ANSWER, "usage": None})
    model = as_model(client, model="gpt-test")
    assert model.generate("Hi").usage.estimated
    model.generate("Hi", Params(seed=1, sample=1))
    assert set(scripted.sent[0]) == {"model", "messages"}
    assert scripted.sent[1]["seed"] not in (None, 1)


def test_the_address_of_another_server_is_recorded_and_its_key_is_not(client: openai.OpenAI) -> None:
    name = as_model(client, model="m").__interlab_resource_name__()
    assert "127.0.0.1" in name
    assert "sk-test" not in name


def test_a_password_in_an_address_is_not_recorded() -> None:
    name = OpenAIModel("m", base_url="https://me:hunter2@example.org/v1").__interlab_resource_name__()
    assert "hunter2" not in name
    assert "example.org/v1" in name


def test_openai_itself_gets_the_newer_word_for_the_limit() -> None:
    own, other = OpenAIModel("m"), OpenAIModel("m", base_url="http://127.0.0.1:9/v1")
    assert "max_completion_tokens" in own._request((), Params(max_tokens=3))
    assert "max_tokens" in other._request((), Params(max_tokens=3))


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (401, '{"error": {"message": "bad key"}}', openai.AuthenticationError),
        (429, '{"error": {"message": "slow down"}}', openai.RateLimitError),
        (500, "<html>", openai.InternalServerError),
        (200, '{"hello": 1}', type(None)),
        (200, "no JSON", Exception),
    ],
)
def test_failures_become_ours(
    status: int, body: str, cause: type[Exception], client: openai.OpenAI, scripted: Scripted
) -> None:
    scripted.status, scripted.body = status, body
    with pytest.raises(ModelCallFailed) as caught:
        as_model(client, model="gpt-test").generate("Hi")
    assert isinstance(caught.value.__cause__, cause)


def test_nobody_listens() -> None:
    with openai.OpenAI(api_key="k", base_url="http://127.0.0.1:9/v1", max_retries=0) as nowhere:
        with pytest.raises(ModelCallFailed) as caught:
            as_model(nowhere, model="m").generate("Hi")
        assert isinstance(caught.value.__cause__, openai.APIConnectionError)


def test_a_server_that_hangs(client: openai.OpenAI, scripted: Scripted) -> None:
    scripted.wait.clear()
    with pytest.raises(ModelTimeout):
        as_model(client, model="m").generate("Hi", Params(timeout_s=0.2))


def test_a_reply_without_text_is_empty(client: openai.OpenAI, scripted: Scripted) -> None:
    message = {"role": "assistant", "content": None}
    scripted.body = json.dumps({**ANSWER, "choices": [{"index": 0, "finish_reason": "stop", "message": message}]})
    assert as_model(client, model="m").generate("Hi").text == ""


def test_a_missing_key_is_an_error_at_the_call_only() -> None:
    model = get_model("openai/gpt-4o")
    with pytest.raises(ModelUnavailable, match="OPENAI_API_KEY"):
        model.generate("Hi")


def test_wrong_clients() -> None:
    with pytest.raises(InvalidArgument, match="model='NAME'"):
        as_model(openai.OpenAI(api_key="k"))
    with pytest.raises(InvalidArgument, match="synchronous"):
        as_model(openai.AsyncOpenAI(api_key="k"), model="m")


@pytest.mark.parametrize(
    ("schema", "strict"),
    [
        ({"type": "string"}, True),
        ({"type": "object", "properties": {}, "additionalProperties": False}, True),
        ({"type": "object", "properties": {"a": {}}, "additionalProperties": False}, False),
        ({"type": "object", "properties": {"a": {}}, "required": ["a"], "additionalProperties": False}, True),
        ({"type": "array", "items": {"type": "object", "properties": {"a": {}}, "required": ["a"]}}, False),
    ],
)
def test_strict_mode_only_where_the_schema_allows_it(schema: dict[str, Any], strict: bool) -> None:
    assert is_strict(schema) is strict
