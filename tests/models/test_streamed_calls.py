"""Calls whose text is shown as it arrives: recorded, paid for and tried again as all others are."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_server import FaultServer, asking

import interlab as il
from interlab.errors import LimitExceeded, ModelCallFailed
from interlab.models import Model, call_model, get_model
from interlab.models.faults import FaultPolicy

QUICK = FaultPolicy(base_wait_s=0.002, longest_wait_s=0.01, circuit_failures=0)


def own(url: str) -> Model:
    return get_model("openai/m", base_url=url, api_key="k", faults=QUICK)


def test_the_text_comes_in_pieces_and_is_recorded_as_one(server: FaultServer, tmp_path: Path) -> None:
    pieces: list[str] = []
    with il.open_store(tmp_path / "lab.db") as store, il.TracingNode("all"):
        reply = call_model(own(server.url), asking("a", "429", "cut"), on_text=pieces.append)
        [call] = store.find(kind="model")
    assert pieces == ["reply ", "to ", "a"]
    assert reply.text == call.result == "reply to a"
    assert server.served["a"] == ["429", "cut", "ok"]
    assert call.meta["attempts"] == 3
    assert call.meta["usage"]["output_tokens"] == reply.usage.output_tokens > 0
    assert "time_to_first_token_s" in call.meta


def test_a_recorded_reply_is_served_at_once(server: FaultServer, tmp_path: Path) -> None:
    path = tmp_path / "lab.db"
    model = own(server.url)
    first: list[str] = []
    with il.open_store(path, replies="auto"):
        il.query_model(model, asking("a"), on_text=first.append)
    again: list[str] = []
    with il.open_store(path, replies="replay"):
        text = il.query_model(model, asking("a"), on_text=again.append)
    assert len(first) > 1
    assert again == [text] == ["".join(first)]
    assert server.served["a"] == ["ok"]


def test_a_model_that_can_not_stream_gives_all_at_once() -> None:
    pieces: list[str] = []
    assert il.query_model(lambda prompt: f"to {prompt}", "x", on_text=pieces.append) == "to x"
    assert pieces == ["to x"]


def test_who_shows_the_text_can_end_the_call(server: FaultServer) -> None:
    def stop(piece: str) -> None:
        raise KeyError(piece)

    with il.TracingNode("all") as node, il.limit(calls=9) as limit:
        with pytest.raises(KeyError, match="reply"):
            il.query_model(own(server.url), asking("a"), on_text=stop)
    assert server.served["a"] == ["ok"]
    assert limit.used.calls == 1
    [call] = node.find_nodes(lambda found: found.kind == "model")
    assert call.state == "error"


def test_a_limit_holds_before_a_stream(server: FaultServer) -> None:
    with il.limit(calls=1, warn_at=None), pytest.raises(LimitExceeded):
        for name in "ab":
            il.query_model(own(server.url), asking(name), on_text=lambda piece: None)
    assert "b" not in server.served


def test_what_was_shown_is_not_asked_again(server: FaultServer) -> None:
    shown: list[str] = []

    def break_off(piece: str) -> None:
        shown.append(piece)
        raise ConnectionResetError("gone while it was shown")

    with pytest.raises((ConnectionResetError, ModelCallFailed)):
        il.query_model(own(server.url), asking("a"), on_text=break_off)
    assert shown == ["reply "]
    assert server.served["a"] == ["ok"]
