"""A run of 1,000 calls, replayed without a network: the same values, and no call."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest

import interlab as il
from interlab.models.replies import calls_of, replies
from interlab.state import Log
from interlab.tracing import NodeReading, Store, open_store

CALLS = 1_000


class Talk(il.BaseEnvironment):
    """Four take turns; each hears the last of what was said."""

    def __init__(self, model: Any, ask: Callable[..., str]) -> None:
        super().__init__(seed=11)
        self.model, self.ask = model, ask
        self.said: Log[str] = Log()

    def _step(self) -> Any:
        with calls_of(self, "environment", seed=self.seed):
            prompt = [("system", f"You are {self.steps % 4}."), ("user", "\n".join(self.said.last(6)) or "Begin.")]
            self.said.append(self.ask(self.model, prompt))
        return self.said[-1]


def values(node: NodeReading) -> list[Any]:
    return [(one.kind, one.name, one.inputs, one.result) for one in node.find_nodes(lambda _: True)]


def test_a_replayed_run_makes_no_call_and_has_the_same_values(
    store: Store, model: Any, ask: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    with replies("record"):
        run = Talk(model, ask).run(max_steps=CALLS, progress=False, snapshots=False)
    assert model.calls == CALLS
    cassette = store.cassette(tmp_path / "talk.replies.db", run)

    def blocked(*args: Any, **settings: Any) -> Any:
        raise AssertionError("a socket was made")

    monkeypatch.setattr(socket, "socket", blocked)
    monkeypatch.setattr(socket, "create_connection", blocked)
    for source in (None, cassette):
        with open_store() if source else store, replies("replay", source=source) as serving:
            again = Talk(model, ask).run(max_steps=CALLS, progress=False, snapshots=False)
            assert values(again.node) == values(run.node)
            assert (serving.served, model.calls) == (CALLS, CALLS)
            calls = again.find_nodes(kind="model")
            assert all(node.meta["replayed"] for node in calls)
