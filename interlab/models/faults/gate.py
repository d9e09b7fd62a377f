"""The gate in front of a provider: how many calls are under way at a time, in which order, and whether any may be.

Calls wait in the order in which they first came. A retry keeps its place.
"""

from __future__ import annotations

import heapq
import itertools
import math
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal, TypeAlias

from interlab.errors import CircuitOpen
from interlab.models.cancelling import Cancellation, current_cancellation
from interlab.models.faults.classifying import Fault
from interlab.models.faults.policy import FaultPolicy
from interlab.models.model import Model
from interlab.tracing.scope import carry

_arrivals = itertools.count()


def arrival() -> int:
    """A place in the order of waiting, behind all that were given before."""
    return next(_arrivals)


Circuit: TypeAlias = Literal["closed", "open", "half-open"]


@dataclass(frozen=True, slots=True)
class ProviderState:
    """How calls to a provider stand.

    Args:
        provider: its name or address.
        in_flight: calls under way.
        waiting: calls that wait for a place.
        allowed: calls that may be under way at a time; inf before any was refused.
        circuit: ``"closed"`` (all is well), ``"open"`` (left alone) or ``"half-open"`` (being tried).
        failures: failed attempts in a row.
        opens_in_s: seconds until calls are let through again: the circuit's, or what the server asked for.
    """

    provider: str
    in_flight: int
    waiting: int
    allowed: float
    circuit: Circuit
    failures: int
    opens_in_s: float


class _Waiter:
    """A call that waits."""

    __slots__ = ("admitted", "news", "place", "policy", "probe", "refused")

    def __init__(self, place: int, policy: FaultPolicy) -> None:
        self.place = place
        self.policy = policy
        self.news = threading.Event()
        self.admitted = False
        self.probe = False
        self.refused = False

    def __lt__(self, other: _Waiter) -> bool:
        return self.place < other.place


class Pass:
    """Leave for one attempt; says what became of it."""

    def __init__(self, gate: Gate, waiter: _Waiter) -> None:
        self._gate = gate
        self._waiter = waiter
        self._since = time.monotonic()

    def succeeded(self) -> None:
        """The provider answered."""
        self._gate._succeeded(self._waiter)

    def failed(self, fault: Fault) -> None:
        """The provider did not answer, or refused."""
        self._gate._failed(self._waiter, fault, self._since)


class Gate:
    """The gate of one provider.

    Args:
        provider: its name or address.
    """

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self._lock = threading.Lock()
        self._queue: list[_Waiter] = []
        self._in_flight = 0
        self._window = math.inf
        self._cut_at = -math.inf
        self._not_before = -math.inf
        self._failures = 0
        self._open_until: float | None = None
        self._probing = False

    def state(self) -> ProviderState:
        """How things stand now."""
        now = time.monotonic()
        with self._lock:
            wait = max(self._not_before, self._open_until or -math.inf) - now
            circuit: Circuit = "closed"
            if self._open_until is not None:
                circuit = "half-open" if self._probing or now >= self._open_until else "open"
            return ProviderState(
                self.provider,
                self._in_flight,
                len(self._queue),
                self._window,
                circuit,
                self._failures,
                max(0.0, wait),
            )

    @contextmanager
    def admitted(self, place: int, policy: FaultPolicy) -> Iterator[Pass]:
        """Wait for leave to make one attempt, and hold it for the length of the block.

        A call made inside another to the same provider rides on that one's leave: waiting for itself would
        never end.

        Args:
            place: from `arrival`.
            policy: the call's.

        Raises:
            CircuitOpen: the provider failed too often and is left alone.
            CallCancelled: the wait was given up.
        """
        held = _HELD.get()
        waiter = _Waiter(place, policy)
        if self in held:
            yield _Ride(self, waiter)
            return
        self._wait(waiter)
        _HELD.set((*held, self))
        try:
            yield Pass(self, waiter)
        finally:
            _HELD.set(held)
            self._leave(waiter)

    def _wait(self, waiter: _Waiter) -> None:
        cancellation = current_cancellation()
        if cancellation is not None:
            cancellation.check()
        with self._lock:
            heapq.heappush(self._queue, waiter)
            self._admit()
        if waiter.admitted:
            return
        try:
            if cancellation is None:
                self._sleep(waiter, None)
            else:
                with cancellation.on_cancel(waiter.news.set):
                    self._sleep(waiter, cancellation)
            if waiter.refused:
                raise self._is_open()
        except BaseException:
            self._leave(waiter)
            raise

    def _sleep(self, waiter: _Waiter, cancellation: Cancellation | None) -> None:
        """Until the call is admitted or refused."""
        while True:
            with self._lock:
                self._admit()
                if waiter.admitted or waiter.refused:
                    return
                waiter.news.clear()
                wait = self._not_before - time.monotonic()
            if cancellation is not None:
                cancellation.check()
            waiter.news.wait(wait if wait > 0 else None)

    def _leave(self, waiter: _Waiter) -> None:
        """Make room: the attempt is over, or the wait for it was given up."""
        with self._lock:
            if waiter.admitted:
                self._in_flight -= 1
                if waiter.probe:  # over before it could tell: the next one tries
                    self._probing = False
            elif waiter in self._queue:
                self._queue.remove(waiter)
                heapq.heapify(self._queue)
            self._admit()

    def _admit(self) -> None:
        """Let in those in front, as many as may; called with the lock held."""
        now = time.monotonic()
        if self._open_until is not None and now < self._open_until:
            self._refuse()
        while self._queue:
            waiter = self._queue[0]
            if now < self._not_before:
                waiter.news.set()  # so that it looks again when the time is over
                return
            if self._in_flight >= max(1, int(min(self._window, waiter.policy.max_in_flight))):
                return
            if self._open_until is not None and waiter.policy.circuit_failures:
                if self._probing:
                    return
                self._probing = waiter.probe = True
            heapq.heappop(self._queue)
            waiter.admitted = True
            self._in_flight += 1
            waiter.news.set()

    def _refuse(self) -> None:
        """Send away all who wait, but those to whom the circuit does not matter."""
        for waiter in self._queue:
            if waiter.policy.circuit_failures:
                waiter.refused = True
                waiter.news.set()
        self._queue = [waiter for waiter in self._queue if not waiter.refused]
        heapq.heapify(self._queue)

    def _is_open(self) -> CircuitOpen:
        with self._lock:
            wait = max(0.0, (self._open_until or 0.0) - time.monotonic())
            failures = self._failures
        return CircuitOpen(
            f"{self.provider} failed {failures} times in a row, so it is left alone; it is tried again in "
            f"{wait:.1f} s. See whether it is up, or set il.faults(circuit_failures=0) to go on calling it.",
            provider=self.provider,
            failures=failures,
            retry_in_s=wait,
        )

    def _succeeded(self, waiter: _Waiter) -> None:
        with self._lock:
            self._answered(waiter)
            if self._window < waiter.policy.max_in_flight:
                self._window += 1 / self._window
            else:
                self._window = math.inf

    def _answered(self, waiter: _Waiter) -> None:
        """The provider is there. An answer that was under way when the circuit opened counts as well."""
        self._failures = 0
        self._open_until = None
        self._probing = waiter.probe = False

    def _failed(self, waiter: _Waiter, fault: Fault, since: float) -> None:
        now, policy = time.monotonic(), waiter.policy
        with self._lock:
            if fault.is_outage:
                self._failures += 1
                if waiter.probe or 0 < policy.circuit_failures <= self._failures:
                    self._open_until = now + policy.circuit_wait_s
                    self._probing = waiter.probe = False
            elif fault.kind == "rate_limit" or fault.status is not None:
                self._answered(waiter)
            if fault.kind == "rate_limit" and since > self._cut_at:
                # Refusals of calls sent before the last cut are answers to the number before it.
                self._window = max(1.0, min(self._window, policy.max_in_flight, self._in_flight) / 2)
                self._cut_at = now
            if fault.retry_after_s is not None and fault.kind in ("rate_limit", "server"):
                wait = min(fault.retry_after_s, policy.longest_retry_after_s)
                self._not_before = max(self._not_before, now + wait)


class _Ride(Pass):
    """Leave of a call made inside another one to the same provider; that one reports."""

    def succeeded(self) -> None:
        pass

    def failed(self, fault: Fault) -> None:
        pass


_HELD: ContextVar[tuple[Gate, ...]] = ContextVar("interlab_gates", default=())
carry(_HELD)

_lock = threading.Lock()
_shared: dict[str, Gate] = {}
_own: dict[int, Gate] = {}
"""Gates of models whose limits nobody shares, by the identity of the model; models need not be hashable."""


def gate_of(model: Model) -> Gate:
    """The gate of a model's provider, shared by all models of that provider; or else the model's own."""
    provider = model.provider
    with _lock:
        if provider is not None:
            found = _shared.get(provider)
            if found is None:
                found = _shared[provider] = Gate(provider)
            return found
        found = _own.get(id(model))
        if found is None:
            found = _own[id(model)] = Gate(model.name)
            weakref.finalize(model, _own.pop, id(model), None)
        return found


def providers() -> list[ProviderState]:
    """How calls to each provider stand: under way, waiting, allowed, and whether its circuit is open."""
    with _lock:
        gates = [*_shared.values(), *_own.values()]
    return sorted((gate.state() for gate in gates), key=lambda state: state.provider)


def forget_providers() -> None:
    """Forget what was learnt of providers: circuits close, and limits start anew. Calls under way are not touched."""
    with _lock:
        _shared.clear()
        _own.clear()
