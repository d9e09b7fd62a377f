"""A server on loopback that speaks chat completions and fails as it is asked to.

The last message of a request is JSON: ``{"id": …, "faults": [...]}``. The n-th request of an id meets the n-th fault;
when they are used up it is answered with ``reply to ID``. So what happens to a request depends on its content alone,
whichever thread asks first.

Faults: ``429`` and ``429 after S`` (``Retry-After`` in seconds), ``429 until`` (a date in the past), ``quota`` (429 for
money), ``401``, ``408``, ``500``, ``503``, ``hang``, ``cut`` (closed in the middle of the body), ``reset`` (closed
before any answer), ``malformed`` (no JSON), ``html`` (another content type).
"""

from __future__ import annotations

import json
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class FaultServer(ThreadingHTTPServer):
    """The server.

    Attributes:
        served: what each id met, in order; ``"ok"`` for an answer.
        highest: requests under way at the same time, at most.
        closed_by_client: hanging requests whose connection the client closed.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.served: defaultdict[str, list[str]] = defaultdict(list)
        self.highest = 0
        self.under_way = 0
        self.closed_by_client = 0
        self.lock = threading.Lock()
        self.release = threading.Event()
        self.hanging = threading.Semaphore(0)

    @property
    def url(self) -> str:
        """The base URL for clients."""
        return f"http://127.0.0.1:{self.server_port}/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what is tested here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FaultServer
    disable_nagle_algorithm = True

    def log_message(self, *_: Any) -> None:
        pass

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        script = json.loads(request["messages"][-1]["content"])
        name = str(script["id"])
        with self.server.lock:
            place = len(self.server.served[name])
            fault = script["faults"][place] if place < len(script["faults"]) else "ok"
            self.server.served[name].append(fault)
            self.server.under_way += 1
            self.server.highest = max(self.server.highest, self.server.under_way)
        try:
            self._answer(fault, name, request)
        finally:
            with self.server.lock:
                self.server.under_way -= 1

    def _answer(self, fault: str, name: str, request: dict[str, Any]) -> None:
        if fault == "ok":
            if request.get("stream"):
                self._stream(name)
            else:
                self._send(200, json.dumps(completion(name)))
        elif fault == "quota":
            self._send(429, json.dumps({"error": {"message": "pay", "code": "insufficient_quota"}}))
        elif fault.startswith("429"):
            asked = fault.removeprefix("429").strip()
            headers = {"Retry-After": asked.removeprefix("after ")} if asked.startswith("after") else {}
            if asked == "until":
                headers = {"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}
            self._send(429, json.dumps({"error": {"message": "slow down"}}), headers=headers)
        elif fault.isdigit():
            self._send(int(fault), json.dumps({"error": {"message": f"as asked: {fault}"}}))
        elif fault == "hang":
            self._hang()
        elif fault == "cut":
            self._send(200, '{"id": "x", "choices": [', length=500)
            self._break_off()
        elif fault == "reset":
            self._break_off()
        elif fault == "malformed":
            self._send(200, '{"id": "x", "choices": [tru')
        elif fault == "html":
            self._send(200, "<html>Please log in</html>", kind="text/html")
        else:
            raise ValueError(fault)

    def _send(
        self,
        status: int,
        body: str,
        *,
        kind: str = "application/json",
        length: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(length or len(data)))
        for header, value in (headers or {}).items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(data)
        self.wfile.flush()

    def _stream(self, name: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        about = {"id": "c", "created": 1, "model": "m", "object": "chat.completion.chunk"}
        for piece in ("reply ", "to ", name):
            self._event({**about, "choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]})
        self._event({**about, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
        self.wfile.write(b"data: [DONE]\n\n")

    def _event(self, event: dict[str, Any]) -> None:
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def _break_off(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _hang(self) -> None:
        """Until the client goes away, or the server is closed."""
        self.close_connection = True
        self.server.hanging.release()
        self.connection.settimeout(0.02)
        while not self.server.release.is_set():
            try:
                gone = not self.connection.recv(1)
            except TimeoutError:
                continue
            except OSError:
                gone = True
            if gone:
                with self.server.lock:
                    self.server.closed_by_client += 1
                return


def completion(name: str) -> dict[str, Any]:
    """The answer to a request."""
    message = {"role": "assistant", "content": f"reply to {name}"}
    return {
        "id": f"chatcmpl-{name}",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7},
    }


def asking(name: object, *faults: str) -> str:
    """The prompt of a request that meets faults."""
    return json.dumps({"id": str(name), "faults": list(faults)})


@contextmanager
def fault_server() -> Iterator[FaultServer]:
    """The server for the length of a block."""
    server = FaultServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.release.set()
        server.shutdown()
        server.server_close()
        thread.join()
