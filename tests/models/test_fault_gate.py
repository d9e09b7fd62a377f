"""The gate: order, limits that adapt, circuits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.errors import CallCancelled, CircuitOpen
from interlab.models import Message, Model, Params, Reply
from interlab.models.cancelling import cancellable
from interlab.models.faults import Fault, FaultPolicy, call_with_retries, faults, forget_providers, providers
from interlab.models.faults.gate import Gate, arrival, gate_of

RATE, DOWN = Fault("rate_limit", 429), Fault("connection")
ONE = FaultPolicy(max_in_flight=1)


class Crowd:
    """Threads that want through a gate, each started when the one before waits."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.through: list[int] = []
        self.threads: list[threading.Thread] = []
        self.errors: list[BaseException] = []

    def add(self, place: int, policy: FaultPolicy = ONE) -> None:
        waiting = self.gate.state().waiting

        def work() -> None:
            try:
                with self.gate.admitted(place, policy) as leave:
                    self.through.append(place)
                    leave.succeeded()
            except BaseException as error:
                self.errors.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        self.threads.append(thread)
        until(lambda: self.gate.state().waiting == waiting + 1)

    def join(self) -> None:
        for thread in self.threads:
            thread.join(20)
            assert not thread.is_alive()


def until(holds: Callable[[], bool]) -> None:
    """Wait for something that other threads are about to bring about."""
    pause = threading.Event()
    for _ in range(4000):
        if holds():
            return
        pause.wait(0.005)
    raise AssertionError("it did not happen")


@pytest.fixture
def crowd() -> Iterator[Crowd]:
    crowd = Crowd(Gate("p"))
    yield crowd
    crowd.join()


def test_first_come_first_served_and_a_retry_keeps_its_place(crowd: Crowd) -> None:
    early, *places = [arrival() for _ in range(6)]
    with crowd.gate.admitted(arrival(), ONE):
        for place in places:
            crowd.add(place)
        crowd.add(early)  # came first, and comes again
        assert crowd.gate.state().waiting == 6
    crowd.join()
    assert crowd.through == [early, *places]


def test_refusals_halve_and_successes_raise_by_one_a_round() -> None:
    gate, policy = Gate("p"), FaultPolicy(max_in_flight=16)

    def full_round(outcome: Fault | None) -> float:
        size = int(min(gate.state().allowed, 16))
        leaves = [gate.admitted(arrival(), policy) for _ in range(size)]
        opened = [held(leave) for leave in leaves]
        assert gate.state().in_flight == size
        for leave in opened:
            leave.succeeded() if outcome is None else leave.failed(outcome)
        for leave in leaves:
            leave.__exit__(None, None, None)
        return gate.state().allowed

    def held(leave: Any) -> Any:
        entered = leave.__enter__()
        release_hold()
        return entered

    assert full_round(None) > 16
    assert full_round(RATE) == 8  # sixteen refusals of one round are one refusal
    assert full_round(RATE) == 4
    assert 4.8 < full_round(None) <= 5
    assert 5.5 < full_round(None) <= 6
    for _ in range(4):
        full_round(RATE)
    assert gate.state().allowed == 1
    for _ in range(40):
        full_round(None)
    assert gate.state().allowed > 16


def release_hold() -> None:
    """Let this thread enter the same gate several times, as several threads would."""
    from interlab.models.faults import gate as module

    module._HELD.set(())


@given(st.lists(st.sampled_from([None, RATE, DOWN, Fault("other", 400), Fault("other")]), max_size=60))
def test_the_limit_stays_within_its_bounds_and_the_circuit_counts_failures_in_a_row(
    outcomes: list[Fault | None],
) -> None:
    gate, policy = Gate("p"), FaultPolicy(max_in_flight=4, circuit_failures=3, circuit_wait_s=1000)
    in_a_row = 0
    for outcome in outcomes:
        if in_a_row >= 3:
            assert gate.state().circuit == "open"
            with pytest.raises(CircuitOpen), gate.admitted(arrival(), policy):
                raise AssertionError("was let in")
            break
        with gate.admitted(arrival(), policy) as leave:
            assert gate.state().in_flight == 1
            leave.succeeded() if outcome is None else leave.failed(outcome)
        if outcome == DOWN:
            in_a_row += 1
        elif outcome is None or outcome.status is not None:
            in_a_row = 0
        assert gate.state().allowed >= 1
        assert gate.state().failures == in_a_row
        assert gate.state().in_flight == 0


def test_an_open_circuit_says_when_and_a_single_call_tries_it() -> None:
    gate = Gate("http://p")
    policy = FaultPolicy(circuit_failures=2, circuit_wait_s=1000)
    for _ in range(2):
        with gate.admitted(arrival(), policy) as leave:
            leave.failed(DOWN)
    with pytest.raises(CircuitOpen, match="http://p failed 2 times in a row") as caught, gate.admitted(0, policy):
        raise AssertionError("was let in")
    assert caught.value.failures == 2
    assert 900 < caught.value.retry_in_s <= 1000
    assert gate.state().circuit == "open"
    with gate.admitted(arrival(), FaultPolicy(circuit_failures=0)) as leave:
        leave.failed(DOWN)  # circuits do not matter to this one

    gate._open_until = -1.0  # time passes
    crowd = Crowd(gate)
    with gate.admitted(arrival(), policy) as leave:
        assert gate.state().circuit == "half-open"
        crowd.add(arrival(), policy)
        crowd.add(arrival(), policy)
        assert crowd.through == []
        leave.failed(DOWN)
    crowd.join()
    assert [type(error) for error in crowd.errors] == [CircuitOpen, CircuitOpen]

    gate._open_until = -1.0
    with gate.admitted(arrival(), policy) as leave:
        crowd.add(arrival(), policy)
        leave.succeeded()
    crowd.join()
    assert len(crowd.through) == 1
    assert gate.state().circuit == "closed"


def test_a_trial_that_is_given_up_leaves_the_next_one_to_try() -> None:
    gate, policy = Gate("p"), FaultPolicy(circuit_failures=1, circuit_wait_s=0)
    with gate.admitted(arrival(), policy) as leave:
        leave.failed(DOWN)
    with pytest.raises(KeyboardInterrupt), gate.admitted(arrival(), policy):
        assert gate.state().circuit == "half-open"
        raise KeyboardInterrupt
    with gate.admitted(arrival(), policy) as leave:
        leave.succeeded()
    assert gate.state().circuit == "closed"


def test_nobody_goes_before_the_time_that_the_server_asked_for(crowd: Crowd) -> None:
    policy = FaultPolicy(max_in_flight=1, longest_retry_after_s=1000)
    with crowd.gate.admitted(arrival(), policy) as leave:
        crowd.add(arrival(), policy)  # waits for a place at first, then for the time
        leave.failed(Fault("rate_limit", 429, 500.0))
    assert crowd.through == []
    assert 400 < crowd.gate.state().opens_in_s <= 500
    crowd.gate._not_before = 0.0  # time passes
    crowd.gate._queue[0].news.set()
    crowd.join()
    assert len(crowd.through) == 1


def test_a_wait_that_is_given_up_leaves_the_queue() -> None:
    gate = Gate("p")
    started, errors = threading.Event(), []

    def work() -> None:
        with cancellable() as cancellation:
            cancellations.append(cancellation)
            started.set()
            try:
                with gate.admitted(arrival(), ONE):
                    raise AssertionError("was let in")
            except CallCancelled as error:
                errors.append(error)

    cancellations: list[Any] = []
    with gate.admitted(arrival(), ONE):
        thread = threading.Thread(target=work)
        thread.start()
        started.wait(10)
        until(lambda: gate.state().waiting == 1)
        cancellations[0].cancel()
        thread.join(20)
        assert gate.state().waiting == 0
    assert len(errors) == 1
    with gate.admitted(arrival(), ONE):
        pass


class Nested(Model):
    """A model that asks itself, or another of its provider."""

    depth = 5

    @property
    def provider(self) -> str:
        return "nested"

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        depth = int(messages[-1].text)
        if depth:
            return call_with_retries(Nested("inner"), str(depth - 1))
        assert [state.in_flight for state in providers() if state.provider == "nested"] == [1]
        return Reply("deep")


def test_a_call_inside_a_call_does_not_wait_for_itself() -> None:
    forget_providers()
    with faults(max_in_flight=1):
        assert call_with_retries(Nested("outer"), "5").text == "deep"


def test_models_of_a_provider_share_a_gate_and_others_have_their_own() -> None:
    class Lonely(Nested):
        __hash__ = None  # type: ignore[assignment]

        @property
        def provider(self) -> None:  # type: ignore[override]
            return None

        def __eq__(self, other: object) -> bool:
            return True

    forget_providers()
    assert gate_of(Nested("a")) is gate_of(Nested("b"))
    one, other = Lonely("one"), Lonely("other")
    assert gate_of(one) is gate_of(one)
    assert gate_of(one) is not gate_of(other)
    assert [state.provider for state in providers()] == ["nested", "one", "other"]
    del one
    assert [state.provider for state in providers()] == ["nested", "other"]
