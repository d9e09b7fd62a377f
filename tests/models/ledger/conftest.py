"""A model call as it is recorded and held to limits, with everything about it in the test's hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from interlab.models import Message, Model, Params, Reply, Usage
from interlab.models.call import recorded_reply
from interlab.models.ledger import reserve, use_prices
from interlab.tracing import TracingNode


class Fixed(Model):
    """Answers with a fixed usage, after doing something."""

    def __init__(self, name: str, usage: Usage, *, then: Callable[[], Any] = lambda: None, reports: str = "") -> None:
        super().__init__(name)
        self.usage = usage
        self.then = then
        self.reports = reports

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        self.then()
        return Reply("word " * 3, self.usage, model=self.reports or self.name)


def _ask(model: Model, prompt: str = "a prompt", max_tokens: int | None = None, **meta: Any) -> Reply:
    """One call in a node of its own, reserved before and booked or released after."""
    messages, params = (Message("user", prompt),), Params(max_tokens=max_tokens)
    with TracingNode(model.name, kind="model", meta={"model": model.name}) as node:
        reservation = reserve(model, messages, params)
        try:
            reply = model.generate(messages, params)
        except BaseException as error:
            reservation.release(error)
            raise
        node.add_meta(**recorded_reply(reply, model.name), **meta)
        node.set_result(reply.text)
        reservation.book(reply)
        return reply


@pytest.fixture
def ask() -> Callable[..., Reply]:
    """`ask(model, prompt, max_tokens, **meta)`: one call, in a node of its own and under the limits that hold."""
    return _ask


@pytest.fixture
def fixed() -> type[Fixed]:
    """`fixed(name, usage, then=, reports=)`: a model with a fixed usage."""
    return Fixed


@pytest.fixture(autouse=True)
def _prices_as_shipped() -> Iterator[None]:
    yield
    use_prices(None)
