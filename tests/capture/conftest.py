"""A scripted server on loopback that speaks OpenAI's interfaces, and clients of it.

It answers with ``echo: `` and the last message. Words in that message ask for something else: ``fail`` for an
error, ``break`` for a stream that fails in the middle, ``weather`` for a tool call.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

import interlab.tracing.capture  # noqa: F401  (registers itself with instrument)
from interlab.tracing import Store, instrument, open_store, uninstrument

KEY = "sk-test-0123456789abcdefghij"
USAGE = {
    "prompt_tokens": 11,
    "completion_tokens": 7,
    "total_tokens": 18,
    "prompt_tokens_details": {"cached_tokens": 3},
    "completion_tokens_details": {"reasoning_tokens": 2},
}
RESPONSE_USAGE = {
    "input_tokens": 11,
    "output_tokens": 7,
    "total_tokens": 18,
    "input_tokens_details": {"cached_tokens": 3},
    "output_tokens_details": {"reasoning_tokens": 2},
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append((self.path, request))  # type: ignore[attr-defined]
        last = self._last(request)
        if "fail" in last:
            self._json({"error": {"message": "no such luck", "type": "invalid_request_error"}}, 400)
            return
        answer = {
            "/v1/chat/completions": self._chat,
            "/v1/completions": self._completion,
            "/v1/responses": self._response,
            "/v1/embeddings": self._embedding,
        }[self.path.partition("?")[0]]
        answer(request, last)

    def _last(self, request: dict[str, Any]) -> str:
        content = request.get("messages") or request.get("input") or request.get("prompt") or ""
        if isinstance(content, list):
            content = content[-1]
        if isinstance(content, dict):
            content = content.get("content") or content.get("output") or ""
        if isinstance(content, list):
            content = "".join(part.get("text", "") for part in content)
        return str(content)

    def _chat(self, request: dict[str, Any], last: str) -> None:
        about = {"id": "chatcmpl-1", "created": 1, "model": f"{request['model']}-2025"}
        if request.get("tools") and "weather" in last:
            call = {"name": "weather", "arguments": '{"city": "Oslo"}'}
            message: dict[str, Any] = {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "call_1", "type": "function", "function": call}],
            }
            finish = "tool_calls"
        else:
            text = '{"price": 5}' if request.get("response_format") else f"echo: {last}"
            message, finish = {"role": "assistant", "content": text}, "stop"
        if not request.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": finish}
            self._json({**about, "object": "chat.completion", "choices": [choice], "usage": USAGE})
            return
        about["object"] = "chat.completion.chunk"
        deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
        if message.get("tool_calls"):
            whole = message["tool_calls"][0]
            head = {"name": "weather", "arguments": ""}
            deltas.append({"tool_calls": [{**whole, "index": 0, "function": head}]})
            deltas.append({"tool_calls": [{"index": 0, "function": {"arguments": '{"city": '}}]})
            deltas.append({"tool_calls": [{"index": 0, "function": {"arguments": '"Oslo"}'}}]})
        else:
            deltas.extend({"content": piece} for piece in pieces(message["content"]))
        chunks = [{**about, "choices": [{"index": 0, "delta": d, "finish_reason": None}]} for d in deltas]
        chunks.append({**about, "choices": [{"index": 0, "delta": {}, "finish_reason": finish}]})
        if (request.get("stream_options") or {}).get("include_usage"):
            chunks.append({**about, "choices": [], "usage": USAGE})
        self._events(chunks, "break" in last)

    def _completion(self, request: dict[str, Any], last: str) -> None:
        about = {"id": "cmpl-1", "created": 1, "model": request["model"], "object": "text_completion"}
        prompts = request["prompt"] if isinstance(request["prompt"], list) else [request["prompt"]]
        if request.get("stream"):
            texts = pieces(f"echo: {last}")
            self._events(
                [
                    {
                        **about,
                        "choices": [{"index": 0, "text": text, "finish_reason": None, "logprobs": None}],
                    }
                    for text in texts
                ]
                + [{**about, "choices": [{"index": 0, "text": "", "finish_reason": "stop"}]}],
                False,
            )
            return
        choices = [
            {"index": place, "text": f"echo: {prompt}", "finish_reason": "stop", "logprobs": None}
            for place, prompt in enumerate(prompts)
        ]
        self._json({**about, "choices": choices, "usage": USAGE})

    def _response(self, request: dict[str, Any], last: str) -> None:
        text = f"echo: {last}"
        part = {"type": "output_text", "text": text, "annotations": []}
        output: list[dict[str, Any]] = [
            {"type": "message", "id": "msg_1", "role": "assistant", "status": "completed", "content": [part]}
        ]
        if request.get("tools") and "weather" in last:
            output = [
                {
                    "type": "function_call",
                    "id": "fc_1",
                    "call_id": "call_1",
                    "name": "weather",
                    "arguments": '{"city": "Oslo"}',
                    "status": "completed",
                }
            ]
        whole: dict[str, Any] = {
            "id": "resp_1",
            "object": "response",
            "created_at": 1,
            "model": request["model"],
            "output": output,
            "parallel_tool_calls": True,
            "tool_choice": "auto",
            "tools": [],
            "status": "completed",
            "usage": RESPONSE_USAGE,
        }
        if "refused" in last:
            whole.update(status="failed", output=[], error={"code": "server_error", "message": "overheated"})
        if not request.get("stream"):
            self._json(whole)
            return
        begun = {**whole, "status": "in_progress", "output": [], "usage": None}
        place = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
        empty = {**output[0], "content": [], "status": "in_progress"}
        events: list[dict[str, Any]] = [
            {"type": "response.created", "response": begun},
            {"type": "response.output_item.added", "output_index": 0, "item": empty},
            {"type": "response.content_part.added", **place, "part": {**part, "text": ""}},
            *(
                {"type": "response.output_text.delta", **place, "delta": piece, "logprobs": []}
                for piece in pieces(text)
            ),
            {"type": "response.output_text.done", **place, "text": text, "logprobs": []},
            {"type": "response.completed", "response": whole},
        ]
        self._events([{**event, "sequence_number": n} for n, event in enumerate(events)], False)

    def _embedding(self, request: dict[str, Any], last: str) -> None:
        given = request["input"] if isinstance(request["input"], list) else [request["input"]]
        data = [
            {"object": "embedding", "index": place, "embedding": [0.5, -0.25, float(place)]}
            for place in range(len(given))
        ]
        usage = {"prompt_tokens": 4, "total_tokens": 4}
        self._json({"object": "list", "model": request["model"], "data": data, "usage": usage})

    def _json(self, answer: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-request-id", "req-7")
        self.end_headers()
        self.wfile.write(body)

    def _events(self, events: list[dict[str, Any]], breaks: bool) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.send_header("x-request-id", "req-7")
        self.end_headers()
        self.close_connection = True
        if breaks:
            events = [*events[:3], {"error": {"message": "the line went dead"}}]
        try:
            for event in events:
                name = f"event: {event['type']}\n" if "type" in event else ""
                self.wfile.write(f"{name}data: {json.dumps(event)}\n\n".encode())
                self.wfile.flush()
            if "type" not in events[0]:
                self.wfile.write(b"data: [DONE]\n\n")
        except (BrokenPipeError, ConnectionResetError):
            pass  # the reader went away, as some tests do


def pieces(text: str) -> list[str]:
    """A text in pieces of one word."""
    return [word if place == 0 else f" {word}" for place, word in enumerate(text.split(" "))]


class Server(ThreadingHTTPServer):
    daemon_threads = True
    requests: list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="session")
def loopback() -> Iterator[Server]:
    """The scripted server."""
    server = Server(("127.0.0.1", 0), Handler)
    server.requests = []
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def server(loopback: Server) -> Server:
    """The scripted server, which has not been asked anything yet."""
    loopback.requests.clear()
    return loopback


@pytest.fixture
def connection(server: Server) -> dict[str, Any]:
    """What a client needs to reach the scripted server."""
    host, port = server.server_address[:2]
    return {"base_url": f"http://{host!s}:{port}/v1", "api_key": KEY, "max_retries": 0}


@pytest.fixture
def store() -> Iterator[Store]:
    """A store, with capture on; afterwards everything is as it was before."""
    store = open_store(":memory:")
    instrument()
    with store:
        yield store
    store.close()
    uninstrument()


@pytest.fixture
def client(connection: dict[str, Any], store: Store) -> Iterator[Any]:
    """A synchronous client of the scripted server."""
    import openai

    with openai.OpenAI(**connection) as client:
        yield client


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    """Waits for what happens in the background."""
    tick = threading.Event()

    def wait(condition: Callable[[], bool]) -> None:
        for _ in range(500):
            if condition():
                return
            tick.wait(0.01)
        raise AssertionError("It never happened.")

    return wait
