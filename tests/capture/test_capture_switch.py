"""Capture is switched on and off, imports nothing, and never breaks what it watches."""

from __future__ import annotations

import inspect
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import langchain_core.language_models.chat_models as chat_models
import langchain_core.runnables.config as runnables_config
import langchain_core.tracers.context as tracers_context
import openai
import pytest
from langchain_core.language_models import FakeListChatModel
from openai.resources.chat.completions.completions import AsyncCompletions, Completions

from interlab.errors import StoreFull
from interlab.tracing import Store, TracingNode, current_node, instrument, open_store, uninstrument
from interlab.tracing.capture import abandoned, problems, start_capture, stop_capture
from interlab.tracing.capture.openai_replies import ChatPieces
from interlab.tracing.journal import Journal

ROOT = Path(__file__).parents[2]
HI: Any = {"model": "gpt-x", "messages": [{"role": "user", "content": "hi"}]}


def patched() -> list[Any]:
    """What capture changes of the libraries."""
    return [
        vars(Completions)["create"],
        vars(Completions)["parse"],
        vars(AsyncCompletions)["create"],
        vars(chat_models.BaseChatModel)["stream"],
        vars(chat_models.BaseChatModel)["_agenerate_with_cache"],
        runnables_config._set_config_context,
        *tracers_context._configure_hooks,
    ]


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """Every test is the first in which something goes wrong."""
    problems._reported.clear()
    yield
    uninstrument()


def test_uninstrument_puts_everything_back() -> None:
    uninstrument()
    before = patched()
    instrument()
    during = patched()
    start_capture()
    assert len(patched()) == len(during) == len(before) + 1
    assert not any(one is other for one, other in zip(before[:6], during[:6], strict=True))
    uninstrument()
    assert all(one is other for one, other in zip(before, patched(), strict=True))


def test_after_uninstrument_nothing_is_recorded(client: openai.OpenAI, store: Store) -> None:
    raw = client.chat.completions.with_raw_response  # keeps hold of the patched method
    model = FakeListChatModel(responses=["fine"])
    uninstrument()
    with TracingNode("outer") as outer:
        client.chat.completions.create(**HI)
        raw.create(**HI)
        model.invoke("hi")
        list(model.stream("hi"))
    assert outer.children == []
    instrument()
    with TracingNode("outer") as outer:
        client.chat.completions.create(**HI)
        model.invoke("hi")
    assert [call.name for call in outer.children] == ["gpt-x", "FakeListChatModel"]


def test_a_stream_under_way_is_recorded_to_its_end(client: openai.OpenAI, store: Store) -> None:
    with TracingNode("outer") as outer:
        stream = client.chat.completions.create(**HI, stream=True)
        next(stream)
        stop_capture()
        list(stream)
    assert [(call.result, call.state) for call in outer.children] == [("echo: hi", "finished")]


def test_somebody_elses_patch_is_left_alone(client: openai.OpenAI, store: Store) -> None:
    ours = vars(Completions)["create"]
    asked = []

    def theirs(self: Any, **arguments: Any) -> Any:
        asked.append(arguments)
        return ours.__get__(self)(**arguments)

    original = ours.__wrapped__
    Completions.create = theirs  # type: ignore[method-assign,assignment]
    try:
        uninstrument()
        assert vars(Completions)["create"] is theirs
        with TracingNode("outer") as outer:
            client.chat.completions.create(**HI)
            instrument()
            client.chat.completions.create(**HI)
            uninstrument()
    finally:
        Completions.create = original  # type: ignore[method-assign]
    assert len(asked) == 2
    assert [call.result for call in outer.find_nodes(kind="model")] == ["echo: hi"]


def test_the_patched_methods_look_like_the_originals(client: openai.OpenAI) -> None:
    create = vars(Completions)["create"].__wrapped__
    assert inspect.signature(Completions.create) == inspect.signature(create)
    assert Completions.create.__name__ == "create"
    assert client.chat.completions.create.__self__ is client.chat.completions  # type: ignore[attr-defined]
    for name in ("parse", "create"):
        original = vars(AsyncCompletions)[name].__wrapped__
        patched = getattr(AsyncCompletions, name)
        assert inspect.iscoroutinefunction(patched) == inspect.iscoroutinefunction(original)


# In processes of their own ----------------------------------------------------------------------------


def python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        env={**os.environ, "OPENAI_API_KEY": "none"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_neither_library_is_imported() -> None:
    code = """
import sys
import interlab.tracing as tracing
import interlab.tracing.capture
with tracing.open_store(":memory:"), tracing.TracingNode("outer"):
    pass
tracing.uninstrument()
print([name for name in sys.modules if name.partition(".")[0] in ("openai", "langchain_core", "langsmith")])
"""
    assert python(code) == "[]\n"


def test_libraries_imported_later_are_captured(server: Any) -> None:
    host, port = server.server_address[:2]
    code = f"""
import interlab.tracing as tracing
import interlab.tracing.capture
with tracing.open_store(":memory:"), tracing.TracingNode("outer") as outer:
    import openai
    from langchain_core.language_models import FakeListChatModel
    from langchain_core.runnables import RunnableLambda
    with openai.OpenAI(base_url="http://{host}:{port}/v1", api_key="none") as client:
        client.chat.completions.create(model="gpt-x", messages=[{{"role": "user", "content": "hi"}}])
    (RunnableLambda(lambda text: text) | FakeListChatModel(responses=["fine"])).invoke("hi")
print([(node.kind, node.name) for node in outer.find_nodes()])
tracing.uninstrument()
from openai.resources.chat.completions.completions import Completions
print(type(vars(Completions)["create"]).__name__)
"""
    listed, kind = python(code).splitlines()
    assert listed == repr(
        [
            ("call", "outer"),
            ("model", "gpt-x"),
            ("chain", "RunnableSequence"),
            ("chain", "RunnableLambda"),
            ("model", "FakeListChatModel"),
        ]
    )
    assert kind == "function"


# What goes wrong --------------------------------------------------------------------------------------


def test_a_failure_of_the_capture_is_logged_once(
    client: openai.OpenAI, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(self: ChatPieces, *_: Any) -> Any:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(ChatPieces, "add", broken)
    monkeypatch.setattr(ChatPieces, "outcome", broken)
    with caplog.at_level(logging.WARNING, "interlab"), TracingNode("outer") as outer:
        for _ in range(2):
            assert len(list(client.chat.completions.create(**HI, stream=True))) == 4
    assert [call.state for call in outer.children] == ["finished", "finished"]
    assert len(caplog.records) == 2  # one for each place
    assert all("a bug of ours" in str(record.exc_info) for record in caplog.records)


def test_a_request_that_cannot_be_read_is_made_all_the_same(
    client: openai.OpenAI, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with TracingNode("outer") as outer, pytest.raises(openai.BadRequestError):
        client.chat.completions.create(model="gpt-x", messages=[{"role": "user", "content": {"fail": 1}}])  # type: ignore[list-item]
    assert outer.children[0].state == "error"
    with TracingNode("outer") as outer:
        client.chat.completions.create(model="gpt-x", messages=17)  # type: ignore[call-overload]
    assert (outer.children[0].result, outer.children[0].inputs) == ("echo: 17", {})
    assert "reading the request" in caplog.text


def test_a_full_disk_is_no_error_of_the_call_and_logged_each_time(
    client: openai.OpenAI,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    closed = Journal.node_closed

    def full(self: Journal, node: Any) -> None:
        if node.kind == "model":
            raise StoreFull("No space left.", self.path)
        closed(self, node)

    monkeypatch.setattr(Journal, "node_closed", full)
    model = FakeListChatModel(responses=["fine"])
    with TracingNode("outer"):
        assert client.chat.completions.create(**HI).choices
        assert client.chat.completions.create(**HI).choices
        assert model.invoke("hi").content == "fine"
    assert [record.levelname for record in caplog.records] == ["ERROR"] * 3
    assert "No space left" in caplog.text


def test_keys_and_headers_are_not_recorded(client: openai.OpenAI, tmp_path: Path) -> None:
    path = tmp_path / "lab.db"
    store = open_store(path)
    with store, TracingNode("outer"):
        client.with_options(default_headers={"x-mine": "hush-hush-1"}).chat.completions.create(
            **HI,
            extra_headers={"Authorization": "Bearer hush-hush-2", "x-tenant": "hush-hush-3"},
            extra_query={"key": "hush-hush-4"},
            extra_body={"api_key": "hush-hush-5", "top_k": 3},
        )
    model = outer_params(store)
    store.close()
    assert model == {"extra_body": {"api_key": "[secret removed]", "top_k": 3}}
    written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert b"gpt-x" in written
    assert b"hush" not in written
    assert b"sk-test" not in written


def outer_params(store: Store) -> Any:
    return store.find(kind="model")[0].inputs["params"]


def test_the_background_thread_stands_in_no_node(
    store: Store, monkeypatch: pytest.MonkeyPatch, eventually: Callable[[Callable[[], bool]], None]
) -> None:
    monkeypatch.setattr(abandoned, "_worker", None)
    monkeypatch.setattr(abandoned, "_work", SimpleQueue())
    seen: list[Any] = []
    with TracingNode("outer"):
        abandoned.when_dropped(set(), lambda: seen.append(current_node(required=False)))
        eventually(lambda: len(seen) == 1)
    assert seen == [None]


def test_a_call_that_outlives_its_node_is_recorded(client: openai.OpenAI, store: Store) -> None:
    with TracingNode("outer") as outer:
        stream = client.chat.completions.create(**HI, stream=True)
    list(stream)
    assert outer.children[0].result == "echo: hi"
    assert current_node(required=False) is None
