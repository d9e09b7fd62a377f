from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from interlab.models import Params, Reply, as_messages
from interlab.models.model import Model
from interlab.models.replies import Answer, answer, recorded_messages
from interlab.tracing import Store, TracingNode, open_store


class Counting(Model):
    """Answers each call differently, as a model without a seed does, and counts them."""

    capabilities = frozenset({"seed", "logprobs", "tools", "images", "json_schema"})

    def __init__(self, name: str = "counting", rule: Callable[[Any, int], Any] | None = None) -> None:
        super().__init__(name)
        self.calls = 0
        self._numbers = itertools.count(1)
        self._rule = rule or (lambda messages, number: f"reply {number}")

    def _generate(self, messages: Any, params: Params) -> Reply:
        number = next(self._numbers)
        self.calls = max(self.calls, number)
        answered = self._rule(messages, number)
        if isinstance(answered, BaseException):
            raise answered
        return answered if isinstance(answered, Reply) else Reply(answered, model=self.name)


def call(model: Model, prompt: Any, params: Params | None = None) -> Answer:
    """One call as a node of kind ``model``."""
    messages = as_messages(prompt)
    with TracingNode(model.name, kind="model", inputs={"messages": recorded_messages(messages)}) as node:
        answered = answer(model, messages, params, lambda: model.generate(messages, params))
        if answered.facts:
            node.add_meta(**answered.facts)
        node.set_result(answered.reply.text)
        return answered


def ask(model: Model, prompt: Any, params: Params | None = None) -> str:
    """One call's text."""
    return call(model, prompt, params).reply.text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """A store in a file, current for the length of the test."""
    store = open_store(path)
    try:
        with store:
            yield store
    finally:
        store.close()


@pytest.fixture
def model() -> Counting:
    return Counting()


@pytest.fixture(name="ask")
def asking() -> Callable[..., str]:
    return ask


@pytest.fixture(name="call")
def calling() -> Callable[..., Answer]:
    return call


@pytest.fixture
def make_model() -> type[Counting]:
    return Counting
