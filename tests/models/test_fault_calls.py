"""Calls with retries, against a server that fails as it is asked to."""

from __future__ import annotations

import random
from typing import Any

import openai
import pytest
from fault_server import FaultServer, asking

from interlab.errors import CircuitOpen, ModelCallFailed, ModelTimeout, RateLimited
from interlab.models import Message, Model, Params, Reply, as_model, call_model, get_model
from interlab.models.faults import FaultPolicy, call_with_retries, faults, providers, stream_with_retries
from interlab.models.ledger import Ledger
from interlab.tracing import TracingNode, instrument, open_store, parallel, uninstrument

QUICK = FaultPolicy(base_wait_s=0.002, longest_wait_s=0.01, longest_retry_after_s=0.012, circuit_failures=0)


def own(url: str) -> Model:
    return get_model("openai/m", base_url=url, api_key="k", faults=QUICK)


def given(url: str) -> Model:
    """A client with retries of its own, which must not multiply ours."""
    return as_model(openai.OpenAI(api_key="k", base_url=url, max_retries=3), model="m", faults=QUICK)


both = pytest.mark.parametrize("make", [own, given])


@both
@pytest.mark.parametrize("fault", ["429", "429 after 7", "429 until", "408", "500", "503", "cut", "reset"])
def test_what_passes_is_tried_again(make: Any, fault: str, server: FaultServer) -> None:
    told: list[tuple[int, Exception, float]] = []
    reply = call_with_retries(make(server.url), asking("a", fault, fault), on_retry=lambda *retry: told.append(retry))
    assert reply.text == "reply to a"
    assert server.served["a"] == [fault, fault, "ok"]
    assert [attempt for attempt, _, _ in told] == [1, 2]
    assert all(isinstance(error, (ModelCallFailed, ModelTimeout)) for _, error, _ in told)
    waits = [wait for _, _, wait in told]
    assert waits == [0.012, 0.012] if fault == "429 after 7" else all(0 <= wait <= 0.01 for wait in waits)


@both
@pytest.mark.parametrize("fault", ["401", "404", "409", "quota", "malformed", "html"])
def test_what_does_not_pass_is_not(make: Any, fault: str, server: FaultServer) -> None:
    with pytest.raises(ModelCallFailed) as caught:
        call_with_retries(make(server.url), asking("a", fault), on_retry=lambda *_: pytest.fail("tried again"))
    assert server.served["a"] == [fault]
    assert not isinstance(caught.value, RateLimited)


def test_a_server_that_hangs_loses_its_connection(server: FaultServer) -> None:
    model = own(server.url)
    assert call_with_retries(model, asking("a", "hang"), Params(timeout_s=0.2)).text == "reply to a"
    assert server.served["a"] == ["hang", "ok"]
    with faults(retries=1), pytest.raises(ModelTimeout) as caught:
        call_with_retries(model, asking("b", "hang", "hang"), Params(timeout_s=0.2))
    assert caught.value.__notes__ == ["This was attempt 2."]
    assert server.served["b"] == ["hang", "hang"]


def test_the_last_error_is_the_right_one(server: FaultServer) -> None:
    model = own(server.url)
    with faults(retries=2), pytest.raises(RateLimited, match=r"3 times.*asks to wait 7 s") as limited:
        call_with_retries(model, asking("a", *["429 after 7"] * 9))
    assert (limited.value.attempts, limited.value.retry_after_s) == (3, 7.0)
    assert limited.value.provider == server.url
    assert isinstance(limited.value.__cause__, openai.RateLimitError)
    with faults(retries=0), pytest.raises(ModelCallFailed) as failed:
        call_with_retries(model, asking("b", "500"))
    assert isinstance(failed.value.__cause__, openai.InternalServerError)
    assert (len(server.served["a"]), len(server.served["b"])) == (3, 1)


def test_the_budget_ends_the_retries(server: FaultServer) -> None:
    with faults(budget_s=0), pytest.raises(ModelCallFailed) as caught:
        call_with_retries(own(server.url), asking("a", "500"), on_retry=lambda *_: pytest.fail("tried again"))
    assert "No time was left" in caught.value.__notes__[0]


def test_seeded_waits_belong_to_the_request_and_not_to_the_order(server: FaultServer) -> None:
    def waits(order: list[int], seed: int) -> dict[int, list[float]]:
        server.served.clear()
        found: dict[int, list[float]] = {}
        with faults(seed=seed):
            for name in order:
                found[name] = []
                call_with_retries(
                    model,
                    asking(name, "500", "500"),
                    on_retry=lambda _, __, wait: found[name].append(wait),  # noqa: B023
                )
        return found

    model = own(server.url)
    first = waits([1, 2], 5)
    assert waits([2, 1], 5) == first
    assert len({*first[1], *first[2]}) == 4
    assert waits([1, 2], 6) != first


def test_the_circuit_opens_across_calls_and_names_the_last_failure(server: FaultServer) -> None:
    model = own(server.url)
    with faults(circuit_failures=3, circuit_wait_s=1000):
        with pytest.raises(CircuitOpen) as caught:
            call_with_retries(model, asking("a", *["500"] * 9))
        assert isinstance(caught.value.__cause__, ModelCallFailed)
        assert server.served["a"] == ["500"] * 3
        with pytest.raises(CircuitOpen, match="3 times in a row"):
            call_with_retries(get_model("openai/other", base_url=server.url, api_key="k"), asking("b"))
        assert "b" not in server.served
        (state,) = providers()
        assert (state.provider, state.circuit, state.failures) == (server.url, "open", 3)
    with faults(circuit_failures=3, circuit_wait_s=0):
        call_with_retries(own(server.url.replace("127.0.0.1", "localhost")), asking("c"))  # another provider


def test_streams_are_tried_again_until_they_begin(server: FaultServer) -> None:
    model = own(server.url)
    *pieces, reply = stream_with_retries(model, asking("a", "429", "500", "cut", "reset"))
    assert pieces == ["reply ", "to ", "a"]
    assert isinstance(reply, Reply)
    assert reply.text == "reply to a"
    assert reply.time_to_first_token_s is not None
    assert server.served["a"] == ["429", "500", "cut", "reset", "ok"]
    with pytest.raises(RateLimited):
        list(stream_with_retries(model, asking("b", *["429"] * 9)))


def test_what_was_shown_is_not_shown_again() -> None:
    class BreaksOff(Model):
        calls = 0

        def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
            raise AssertionError

        def _stream(self, messages: tuple[Message, ...], params: Params) -> Any:
            self.calls += 1
            yield "half a"
            raise ConnectionResetError("gone")

    model = BreaksOff("breaks")
    stream = stream_with_retries(model, "x")
    assert next(stream) == "half a"
    with pytest.raises(ModelCallFailed, match="gone"):
        next(stream)
    assert model.calls == 1


FINAL: dict[str, type[Exception]] = {
    "429": RateLimited,
    "429 after 1": RateLimited,
    "500": ModelCallFailed,
    "503": ModelCallFailed,
    "hang": ModelTimeout,
    "cut": ModelCallFailed,
    "reset": ModelCallFailed,
    "malformed": ModelCallFailed,
    "html": ModelCallFailed,
}
PASSING = ["429", "429 after 1", "500", "503", "cut", "reset"]


def test_500_queries_from_32_threads(server: FaultServer) -> None:
    draw = random.Random(7)
    prompts: dict[int, list[str]] = {}
    for name in range(500):
        faults_met = draw.choices(PASSING, k=draw.choice([0, 0, 0, 1, 1, 2, 3, 4]))
        if name % 10 == 0:  # fails in the end
            faults_met += [draw.choice(["malformed", "html"])] if name % 20 else [draw.choice(PASSING)] * 5
        elif name % 200 == 7:
            faults_met = ["hang", *faults_met[:2]]
        prompts[name] = faults_met
    model = own(server.url)

    def ask(name: int) -> Reply:
        timeout_s = 0.8 if "hang" in prompts[name] else 60.0
        return call_model(model, asking(name, *prompts[name]), Params(timeout_s=timeout_s), name=f"query {name}")

    store = open_store(":memory:")
    with store, TracingNode("all") as root:
        outcomes = parallel([lambda name=name: ask(name) for name in prompts], max_workers=32, return_exceptions=True)
    nodes = {int(node.name.split()[1]): node for node in root.children}
    assert len(root.children) == len(nodes) == 500, "none twice in the trace, none lost"
    assert not [node for node in store.find(kind="model") if node.parent_uid != root.uid]

    failed = 0
    for name, outcome in enumerate(outcomes):
        met = prompts[name]
        served = server.served[str(name)]
        ends = next((place for place, fault in enumerate(met) if fault in ("malformed", "html")), None)
        if ends is not None or len(met) >= 5:
            attempts = 5 if ends is None else ends + 1
            assert type(outcome) is FINAL[met[attempts - 1]], (name, met, outcome)
            assert served == met[:attempts]
            failed += 1
        else:
            assert isinstance(outcome, Reply), (name, met, outcome)
            assert outcome.text == f"reply to {name}"
            assert served == [*met, "ok"], "asked once more, or once less"
        node = nodes[name]
        assert sum(event.name == "retry" for event in node.children) == len(served) - 1
        assert node.state == ("finished" if isinstance(outcome, Reply) else "error")
        assert node.meta.get("attempts", 1) == len(served)
    assert failed == 50
    ledger = Ledger.of(root)
    assert (ledger.total.calls, ledger.total.failed) == (500, 50)
    assert ledger.total.retries == sum(len(served) - 1 for served in server.served.values())
    assert 1 < server.highest <= 32
    (state,) = providers()
    assert (state.in_flight, state.waiting) == (0, 0)


def test_a_limit_of_calls_in_flight_is_kept(server: FaultServer) -> None:
    model = own(server.url)
    with faults(max_in_flight=3):
        calls = [lambda name=name: call_with_retries(model, asking(name, "500")) for name in range(40)]
        instrument()
        try:
            replies = parallel(calls, max_workers=16)
        finally:
            uninstrument()
    assert [reply.text for reply in replies] == [f"reply to {name}" for name in range(40)]
    assert 1 < server.highest <= 3


@both
@pytest.mark.parametrize("met", [["429", "500"], ["cut", "reset"], ["hang"]])
def test_all_attempts_are_one_call_in_the_trace(make: Any, met: list[str], server: FaultServer) -> None:
    with open_store(":memory:"), TracingNode("run") as run:
        with TracingNode("call", kind="model") as node:
            reply = call_with_retries(
                make(server.url),
                asking("a", *met),
                Params(timeout_s=0.3),
                on_retry=lambda attempt, error, wait_s: node.add_event("retry", {"attempt": attempt}),
            )
            node.set_result(reply.text)
    uninstrument()
    assert server.served["a"] == [*met, "ok"]
    assert [child.name for child in run.find_nodes(kind="model")] == ["call"]
