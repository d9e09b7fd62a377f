"""The responses interface and named servers: what is sent and read, against a scripted server."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import openai
import pytest

from interlab.errors import InvalidArgument, ModelCallFailed, ModelUnavailable, Unsupported
from interlab.models import ImagePart, Message, Model, Params, Reply, TextPart, ToolCall, as_model, get_model
from interlab.models.adapters.openai_servers import SERVERS
from interlab.models.faults import FaultPolicy, call_with_retries

PNG = b"\x89PNG\r\n\x1a\nrest"
TEXT = {
    "type": "output_text",
    "text": "Hello",
    "annotations": [],
    "logprobs": [
        {
            "token": "Hello",
            "logprob": -0.5,
            "bytes": [],
            "top_logprobs": [{"token": "Hello", "logprob": -0.5, "bytes": []}, {"token": "Hi", "logprob": -1.5}],
        }
    ],
}
MESSAGE = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [TEXT]}
CALL = {"type": "function_call", "id": "f", "call_id": "c1", "name": "look", "arguments": '{"a": 1}', "status": "done"}
ANSWER: dict[str, Any] = {
    "id": "resp_1",
    "object": "response",
    "created_at": 1,
    "model": "gpt-test-2025",
    "status": "completed",
    "output": [{"type": "reasoning", "id": "r", "summary": []}, MESSAGE, CALL],
    "parallel_tool_calls": True,
    "tool_choice": "auto",
    "tools": [],
    "usage": {
        "input_tokens": 10,
        "output_tokens": 5,
        "total_tokens": 15,
        "input_tokens_details": {"cached_tokens": 4},
        "output_tokens_details": {"reasoning_tokens": 3},
    },
}
INCOMPLETE = {**ANSWER, "status": "incomplete", "output": [MESSAGE]}


class Scripted(ThreadingHTTPServer):
    """Answers with what it is given, in turn; a list is streamed as events."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[Any] = []
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.keys: list[str | None] = []
        self.url = f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: Scripted

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.sent.append((self.path, body))
        self.server.keys.append(self.headers["Authorization"])
        answer = self.server.answers.pop(0)
        streamed = isinstance(answer, list)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream" if streamed else "application/json")
        self.end_headers()
        for number, event in enumerate(answer if streamed else ()):
            event = {"sequence_number": number, **event}
            self.wfile.write(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode())
        if not streamed:
            self.wfile.write(json.dumps(answer).encode())


@pytest.fixture
def scripted() -> Iterator[Scripted]:
    server = Scripted()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def model(scripted: Scripted) -> Model:
    return get_model("openai-responses/gpt-test", base_url=scripted.url, api_key="sk-test")


def test_everything_asked_for_is_sent_and_everything_answered_is_read(model: Model, scripted: Scripted) -> None:
    scripted.answers = [ANSWER]
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    chat = [
        Message("system", "Be brief."),
        Message("user", (TextPart("See"), ImagePart.from_bytes(PNG)), name="Ann"),
        Message("assistant", "", tool_calls=(ToolCall("look", "{}", "c0"),)),
        Message("tool", "a cat", tool_call_id="c0"),
        Message("assistant", (TextPart("A cat."),)),
        Message("user", "Again", name="Bob"),
    ]
    reply = model.generate(
        chat,
        Params(
            temperature=0.3,
            max_tokens=20,
            top_logprobs=1,
            tools=({"type": "function", "function": {"name": "look", "parameters": {}}}, {"type": "web_search"}),
            json_schema=schema,
            extra={"top_p": 0.5},
            timeout_s=20,
        ),
    )
    image = {"type": "input_image", "image_url": ImagePart.from_bytes(PNG).url, "detail": "auto"}
    assert scripted.sent == [
        (
            "/v1/responses",
            {
                "model": "gpt-test",
                "store": False,
                "input": [
                    {"role": "system", "content": "Be brief."},
                    {
                        "role": "user",
                        "content": [
                            {"type": "input_text", "text": "Ann: "},
                            {"type": "input_text", "text": "See"},
                            image,
                        ],
                    },
                    {"type": "function_call", "call_id": "c0", "name": "look", "arguments": "{}"},
                    {"type": "function_call_output", "call_id": "c0", "output": "a cat"},
                    {"role": "assistant", "content": [{"type": "output_text", "text": "A cat."}]},
                    {"role": "user", "content": "Bob: Again"},
                ],
                "temperature": 0.3,
                "max_output_tokens": 20,
                "include": ["message.output_text.logprobs"],
                "top_logprobs": 1,
                "tools": [
                    {"type": "function", "strict": False, "name": "look", "parameters": {}},
                    {"type": "web_search"},
                ],
                "text": {"format": {"type": "json_schema", "name": "reply", "schema": schema, "strict": False}},
                "top_p": 0.5,
            },
        )
    ]
    assert reply.text == "Hello"
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (10, 5)
    assert (reply.usage.cached_tokens, reply.usage.reasoning_tokens) == (4, 3)
    assert reply.finish_reason == "tool_calls"
    assert reply.model == "gpt-test-2025"
    assert reply.request_id == "resp_1"
    assert reply.tool_calls == (ToolCall("look", '{"a": 1}', "c1"),)
    assert reply.logprobs is not None
    assert [(entry.token, entry.logprob, entry.top) for entry in reply.logprobs] == [
        ("Hello", -0.5, (("Hello", -0.5),))
    ]


@pytest.mark.parametrize(
    ("answer", "finish"),
    [
        ({**ANSWER, "output": [MESSAGE]}, "stop"),
        ({**INCOMPLETE, "incomplete_details": {"reason": "max_output_tokens"}}, "length"),
        ({**INCOMPLETE, "incomplete_details": {"reason": "content_filter"}}, "content_filter"),
    ],
)
def test_finish_reasons_are_those_of_chat_completions(
    answer: dict[str, Any], finish: str, model: Model, scripted: Scripted
) -> None:
    scripted.answers = [answer]
    reply = model.generate("Hi")
    assert (reply.text, reply.finish_reason) == ("Hello", finish)
    assert reply.logprobs is None, "they were not asked for"


def test_a_refusal_is_the_text(model: Model, scripted: Scripted) -> None:
    content = [{"type": "refusal", "refusal": "I will not."}]
    scripted.answers = [{**ANSWER, "usage": None, "output": [{**MESSAGE, "content": content}]}]
    reply = model.generate("Hi")
    assert reply.text == "I will not."
    assert reply.usage.estimated


def delta(text: str) -> dict[str, Any]:
    place = {"item_id": "m", "output_index": 0, "content_index": 0}
    return {"type": "response.output_text.delta", **place, "delta": text, "logprobs": []}


def test_streamed(model: Model, scripted: Scripted) -> None:
    created = {"type": "response.created", "response": {**ANSWER, "status": "in_progress", "output": []}}
    scripted.answers = [[created, delta("Hel"), delta("lo"), {"type": "response.completed", "response": ANSWER}]]
    *pieces, reply = model.stream("Hi")
    assert pieces == ["Hel", "lo"]
    assert isinstance(reply, Reply)
    assert (reply.text, reply.usage.output_tokens, reply.finish_reason) == ("Hello", 5, "tool_calls")
    assert reply.time_to_first_token_s is not None
    assert scripted.sent[0][1]["stream"] is True


def test_failures_inside_an_answer(model: Model, scripted: Scripted) -> None:
    model.faults = FaultPolicy(base_wait_s=0)
    overheated = {"code": "server_error", "message": "overheated"}
    failed = {**ANSWER, "status": "failed", "output": [], "error": overheated}
    scripted.answers = [failed, ANSWER]
    assert call_with_retries(model, "Hi").text == "Hello"
    invalid = {**failed, "error": {"code": "invalid_prompt", "message": "not that"}}
    scripted.answers = [invalid]
    with pytest.raises(ModelCallFailed, match="not that"):
        call_with_retries(model, "Hi")
    event = {"type": "error", "code": "server_error", "message": "overheated", "param": None}
    for broken in ([event], [delta("Hel")], []):
        scripted.answers = [broken]
        with pytest.raises(ModelCallFailed, match=r"overheated|broke off"):
            list(model.stream("Hi"))
    scripted.answers = [{"hello": 1}]
    with pytest.raises(ModelCallFailed, match="no response"):
        model.generate("Hi")


def test_what_the_interface_lacks_is_refused_before_the_call(model: Model, scripted: Scripted) -> None:
    for params in (Params(seed=1), Params(stop=("END",))):
        with pytest.raises(Unsupported):
            model.generate("Hi", params)
        assert model.supported(params) == Params()
    assert scripted.sent == []


def test_the_interface_is_chosen_by_name_or_by_option(scripted: Scripted) -> None:
    with openai.OpenAI(api_key="k", base_url=scripted.url) as client:
        models = [
            as_model(client, model="m", api="responses"),
            get_model("openai/m", api="responses", base_url=scripted.url, api_key="k"),
            get_model("openai-responses/m", base_url=scripted.url, api_key="k"),
        ]
        scripted.answers = [ANSWER] * 3
        assert [model.generate("Hi").text for model in models] == ["Hello"] * 3
        assert [path for path, _ in scripted.sent] == ["/v1/responses"] * 3
    assert [model.name for model in models] == ["openai-responses/m", "openai/m", "openai-responses/m"]
    with pytest.raises(InvalidArgument, match="soap"):
        as_model(client, model="m", api="soap")


CHAT = {
    "id": "c",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hello"}}],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}


@pytest.mark.parametrize("kind", sorted(SERVERS))
def test_named_servers_get_their_own_key_and_never_openais(
    kind: str, scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-openai-secret")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    server = SERVERS[kind]
    scripted.answers = [CHAT] * 3
    if server.fallback_key is None:
        with pytest.raises(ModelUnavailable, match=server.key_variable):
            get_model(f"{kind}/org/m", base_url=scripted.url).generate("Hi")
    else:
        assert get_model(f"{kind}/org/m", base_url=scripted.url).generate("Hi").text == "Hello"
    monkeypatch.setenv(server.key_variable, "sk-own")
    get_model(f"{kind}/org/m", base_url=scripted.url).generate("Hi", Params(max_tokens=3, seed=4))
    get_model(f"{kind}/org/m", base_url=scripted.url, api_key="sk-given").generate("Hi")
    assert scripted.keys[-2:] == ["Bearer sk-own", "Bearer sk-given"]
    assert "Bearer sk-openai-secret" not in scripted.keys
    assert [scripted.sent[-2][1][word] for word in ("model", "max_tokens", "seed")] == ["org/m", 3, 4]


def test_the_address_of_a_named_server_is_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OLLAMA_HOST", raising=False)
    assert get_model("ollama/m").provider == "http://127.0.0.1:11434/v1"
    assert get_model("ollama/m").__interlab_resource_name__() == "ollama/m"
    for given, address in (
        ("0.0.0.0", "http://127.0.0.1:11434/v1"),
        ("box:5000", "http://box:5000/v1"),
        ("https://box.example.org/", "https://box.example.org/v1"),
        ("http://box:5000/v1", "http://box:5000/v1"),
    ):
        monkeypatch.setenv("OLLAMA_HOST", given)
        assert get_model("ollama/m").provider == address
    assert get_model("openrouter/a/b").provider == "https://openrouter.ai/api/v1"
    other = get_model("vllm/m", base_url="http://box:1/v1/")
    assert other.__interlab_resource_name__() == 'vllm/m?base_url="http://box:1/v1"'


def test_image_files_are_read_when_they_are_sent(tmp_path: Path, scripted: Scripted) -> None:
    path = tmp_path / "a cat äö%20.png"
    message = Message("user", (TextPart("See"), ImagePart.from_file(path)))
    model = get_model("openai/m", base_url=scripted.url, api_key="k")
    scripted.answers = [CHAT] * 2
    with pytest.raises(InvalidArgument, match="can't be read"):
        model.generate(message)
    path.write_bytes(PNG)
    model.generate(message)
    path.write_bytes(b"\xff\xd8\xffother")
    model.generate(message)
    urls = [sent["messages"][0]["content"][1]["image_url"]["url"] for _, sent in scripted.sent]
    assert urls == [
        ImagePart.from_bytes(PNG).url,
        ImagePart.from_bytes(b"\xff\xd8\xffother", "image/jpeg").url,
    ]
    path.write_text("root:x:0:0")
    with pytest.raises(InvalidArgument, match="no PNG"):
        model.generate(message)
    assert len(scripted.sent) == 2
