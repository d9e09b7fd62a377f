"""Errors of every client say the same things."""

from __future__ import annotations

import http.client
import socket
import ssl
import urllib.error
from typing import Any

import httpx
import openai
import pytest
import requests
from fault_server import FaultServer, asking
from langchain_core.runnables import RunnableLambda
from langchain_openai import ChatOpenAI

from interlab.errors import (
    CallCancelled,
    CircuitOpen,
    EmptyReply,
    InvalidArgument,
    ModelCallFailed,
    ModelTimeout,
    RateLimited,
    Unsupported,
)
from interlab.models import Params, as_model
from interlab.models.faults import Fault, classify

EXPECTED = [
    ("429", Fault("rate_limit", 429)),
    ("429 after 7", Fault("rate_limit", 429, 7.0)),
    ("429 until", Fault("rate_limit", 429, 0.0)),
    ("quota", Fault("other")),
    ("401", Fault("other", 401)),
    ("404", Fault("other", 404)),
    ("408", Fault("timeout", 408)),
    ("409", Fault("other", 409)),
    ("500", Fault("server", 500)),
    ("503", Fault("server", 503)),
    ("529", Fault("server", 529)),
    ("cut", Fault("connection")),
    ("reset", Fault("connection")),
    ("malformed", Fault("other")),
    ("html", Fault("other")),
]


@pytest.fixture
def client(server: FaultServer) -> Any:
    with openai.OpenAI(api_key="k", base_url=server.url, max_retries=0) as client:
        yield client


def by_openai(client: Any, url: str) -> Any:
    return as_model(client, model="m")


def by_langchain(client: Any, url: str) -> Any:
    return as_model(ChatOpenAI(model="m", base_url=url, api_key="k", max_retries=0))


def by_httpx(client: Any, url: str) -> Any:
    def ask(prompt: str) -> str:
        body = {"model": "m", "messages": [{"role": "user", "content": prompt}]}
        answer = httpx.post(f"{url}/chat/completions", json=body, timeout=20)
        answer.raise_for_status()
        return str(answer.json()["choices"][0]["message"]["content"])

    return as_model(ask)


def by_requests(client: Any, url: str) -> Any:
    def ask(prompt: str) -> str:
        body = {"model": "m", "messages": [{"role": "user", "content": prompt}]}
        with requests.post(f"{url}/chat/completions", json=body, timeout=20) as answer:
            answer.raise_for_status()
            return str(answer.json()["choices"][0]["message"]["content"])

    return as_model(ask)


def by_chain(client: Any, url: str) -> Any:
    """A chain that wraps what fails inside it."""
    inner = by_httpx(client, url)

    def ask(messages: Any) -> str:
        try:
            return str(inner.generate(messages.to_messages() if hasattr(messages, "to_messages") else messages).text)
        except ModelCallFailed as error:
            raise RuntimeError("the chain broke") from error

    return as_model(RunnableLambda(ask))


@pytest.mark.parametrize("make", [by_openai, by_langchain, by_httpx, by_requests, by_chain])
def test_the_same_fault_through_every_client(make: Any, client: Any, server: FaultServer) -> None:
    model = make(client, server.url)
    assert model.generate(asking("fine")).text == "reply to fine"
    found = {}
    for fault, _ in EXPECTED:
        with pytest.raises(ModelCallFailed) as caught:
            model.generate(asking(fault, fault))
        found[fault] = classify(caught.value)
    expected: dict[str, Fault] = dict(EXPECTED)
    if make not in (by_openai, by_langchain):
        expected["quota"] = Fault("rate_limit", 429)  # the code is in a body that is not read here
    assert found == expected


@pytest.mark.parametrize("make", [by_openai, by_langchain])
def test_time_runs_out(make: Any, client: Any, server: FaultServer) -> None:
    with pytest.raises(ModelTimeout) as caught:
        make(client, server.url).generate(asking("h", "hang"), Params(timeout_s=0.2))
    assert classify(caught.value) == Fault("timeout")


class Coded(Exception):
    def __init__(self, **attributes: Any) -> None:
        super().__init__("coded")
        self.__dict__.update(attributes)


class Grpc(Exception):
    def code(self) -> Any:
        return type("Code", (), {"name": "RESOURCE_EXHAUSTED"})()


class SomeRateLimitError(Exception):
    pass


def caused(outer: Exception, inner: BaseException) -> Exception:
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError(), Fault("timeout")),
        (socket.gaierror(-2, "unknown"), Fault("connection")),
        (caused(httpx.ConnectError("x"), socket.gaierror(-2, "unknown")), Fault("connection")),
        (ConnectionResetError(), Fault("connection")),
        (urllib.error.URLError("refused"), Fault("connection")),
        (urllib.error.HTTPError("u", 503, "m", http.client.HTTPMessage(), None), Fault("server", 503)),
        (http.client.IncompleteRead(b""), Fault("connection")),
        (httpx.UnsupportedProtocol("ftp"), Fault("other")),
        (caused(httpx.ConnectError("x"), ssl.SSLCertVerificationError(1, "self-signed")), Fault("other")),
        (ssl.SSLEOFError(8, "eof"), Fault("connection")),
        (Coded(code=429), Fault("rate_limit", 429)),
        (Coded(http_status=502), Fault("server", 502)),
        (Coded(status_code=True), Fault("other")),
        (Coded(code="overloaded_error"), Fault("server")),
        (Coded(status_code=400, code="rate_limit_exceeded"), Fault("other", 400)),
        (Coded(status_code=429, retry_after=3), Fault("rate_limit", 429, 3.0)),
        (Coded(status_code=429, response=Coded(headers={"Retry-After-MS": "250"})), Fault("rate_limit", 429, 0.25)),
        (Coded(response={"ResponseMetadata": {"HTTPStatusCode": 429}}), Fault("rate_limit", 429)),
        (Coded(response={"Error": {"Code": "ThrottlingException"}}), Fault("rate_limit")),
        (Coded(body={"error": {"type": "server_error"}}), Fault("server")),
        (Grpc(), Fault("rate_limit")),
        (SomeRateLimitError(), Fault("rate_limit")),
        (ValueError("no"), Fault("other")),
        (caused(ValueError("no"), Coded(status_code=503)), Fault("server", 503)),
        (RateLimited("r", retry_after_s=2.0), Fault("rate_limit", 429, 2.0)),
        (ModelTimeout("t"), Fault("timeout")),
        (ModelCallFailed("f"), Fault("other")),
        (caused(ModelCallFailed("f"), ConnectionAbortedError()), Fault("connection")),
        (caused(EmptyReply("e"), TimeoutError()), Fault("other")),
        (Unsupported("u"), Fault("other")),
        (InvalidArgument("i"), Fault("other")),
        (CallCancelled("c"), Fault("other")),
        (CircuitOpen("o"), Fault("other")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_errors_without_a_server(error: BaseException, expected: Fault) -> None:
    assert classify(error) == expected
    assert classify(caused(RuntimeError("wrapped"), error)) == expected


def test_a_circle_of_causes_ends() -> None:
    one, two = RuntimeError("one"), RuntimeError("two")
    one.__cause__, two.__cause__ = two, one
    assert classify(one) == Fault("other")


def test_what_passes_and_what_is_an_outage() -> None:
    assert [kind for kind in ("rate_limit", "timeout", "connection", "server", "other") if Fault(kind).passes] == [
        "rate_limit",
        "timeout",
        "connection",
        "server",
    ]
    assert not Fault("rate_limit").is_outage
    assert Fault("connection").is_outage
