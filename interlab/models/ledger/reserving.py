"""Reserving with the limits that hold before a call, and booking what it took after it.

Before a call, what it may take is reserved: the tokens of its messages and of the longest reply it may get. Afterwards
what it really took is booked, and the rest is free again. Calls side by side therefore never pass a limit together. A
call that fits what is used, but not beside what others under way have reserved, waits for these instead of failing.
"""

from __future__ import annotations

import threading
from typing import Any

from interlab.errors import LimitExceeded
from interlab.models.cancelling import current_cancellation
from interlab.models.ledger.entries import NOT_CALLED
from interlab.models.ledger.estimating import Request, taken_by
from interlab.models.ledger.limits import ACTIVE, CHANGES, Hold, Limit, LimitWarning
from interlab.models.ledger.prices import cost_usd, price_of
from interlab.models.messages import Message
from interlab.models.model import Model, Params, Reply, Usage
from interlab.tracing import current_node

_TICK_S = 0.25


class Reservation:
    """What a call has reserved; this one, of a call under no limit, is nothing."""

    __slots__ = ()

    def book(self, reply: Reply) -> None:
        """Count what the call really took, and free the rest. It may come late, after `release`; it counts once."""

    def release(self, error: BaseException | None = None) -> None:
        """Free what was reserved, since the call failed. It stays counted as a call.

        Args:
            error: why; if it says that nothing was called (`NOT_CALLED`), the call is not counted either.
        """


NO_RESERVATION = Reservation()


class _Held(Reservation):
    """What a call under limits has reserved."""

    __slots__ = ("_is_booked", "_is_released", "_key", "_limits", "_request", "is_around", "thread")

    def __init__(self, request: Request, limits: list[Limit], key: tuple[int, int] | None) -> None:
        self.thread = threading.get_ident()
        self.is_around = False
        """Whether other calls were made inside this one, which then have tokens of their own."""
        self._request = request
        self._limits = limits
        self._key = key
        self._is_booked = self._is_released = False

    def begin(self, holds: list[Hold]) -> None:
        """Hold what the limits want; with the lock held."""
        for limit, hold in zip(self._limits, holds, strict=True):
            limit.begin(self, hold)
        if self._key is not None:
            _under_way[self._key] = self

    def book(self, reply: Reply) -> None:
        usage = taken_by(self._request, reply)
        excess = usage.input_tokens - self._request.input_tokens
        with CHANGES:
            if self._is_booked:
                return
            self._is_booked = True
            self._forget()
            cost: float | None = 0.0
            if self.is_around and usage.estimated:
                usage, excess = Usage(), 0
            else:
                cost = cost_usd(usage, reply.model, self._request.model)
            for limit in self._limits:
                limit.settle(self, self._request.model, usage, excess, cost)
            warnings = _new_warnings(self._limits)
            CHANGES.notify_all()
        _tell(warnings)

    def release(self, error: BaseException | None = None) -> None:
        with CHANGES:
            if self._is_booked or self._is_released:
                return
            self._is_released = True
            self._forget()
            for limit in self._limits:
                limit.give_back(self, call=isinstance(error, NOT_CALLED) and not self.is_around)
            CHANGES.notify_all()

    def _forget(self) -> None:
        if self._key is not None:
            _under_way.pop(self._key, None)

    def step_aside(self) -> None:
        """Hold nothing more, for the calls inside; with the lock held."""
        self.is_around = True
        for limit in self._limits:
            if self in limit.holds:
                limit.holds[self] = Hold(0, 0.0)


_under_way: dict[tuple[int, int], _Held] = {}
"""Reservations by the node of their call."""


def reserve(model: Model, messages: tuple[Message, ...], params: Params) -> Reservation:
    """Reserve what a call may take with the limits that hold here.

    Args:
        model: the model to be called.
        messages: the prompt.
        params: the request's parameters; unset ones are the model's own.

    Returns:
        The reservation, to be booked or released when the call is over.

    Raises:
        LimitExceeded: the call might pass a limit.
        UnknownPrice: there is a limit on cost, and the model has no price.
        CallCancelled: the work around was interrupted while the call waited for others.
    """
    limits = ACTIVE.get()
    return NO_RESERVATION if not limits else _reserve(list(dict.fromkeys(limits)), model, messages, params)


def _reserve(limits: list[Limit], model: Model, messages: tuple[Message, ...], params: Params) -> Reservation:
    counts = any(limit.tokens is not None or limit.cost_usd is not None for limit in limits)
    request = Request.of(model, messages, params, price_of(model.name), counts=counts)
    node = current_node(required=False)
    held = _Held(request, limits, None if node is None else (id(node._journal), node.id))
    with CHANGES:
        if _under_way and node is not None:
            _calls_around_step_aside(node)
        held.begin(_room(limits, request, held.thread))
        warnings = _new_warnings(limits)
    try:
        _tell(warnings)
    except BaseException:  # a warning that is an error: the call will not be made
        held.release(LimitExceeded("not called"))
        raise
    return held


def _room(limits: list[Limit], request: Request, thread: int) -> list[Hold]:
    """What a call is to hold with each limit, as soon as there is room with all of them; with the lock held."""
    cancellation = current_cancellation()
    while True:
        holds: list[Hold] = []
        for limit in limits:
            hold = limit.fit(request)
            if hold is not None:
                holds.append(hold)
            elif all(other.thread == thread for other in limit.holds):
                raise limit.full(request)  # it would wait for itself
        if len(holds) == len(limits):
            return holds
        CHANGES.wait(_TICK_S)
        if cancellation is not None:
            cancellation.check()


def _calls_around_step_aside(node: Any) -> None:
    """Calls inside which this one is made hold nothing from now on: it would wait for them, and they for it."""
    live, key = node._journal.live, node._parent
    aside = False
    while key is not None:
        around = _under_way.get((id(node._journal), key))
        if around is not None and not around.is_around:
            around.step_aside()
            aside = True
        key = getattr(live.get(key), "_parent", None)
    if aside:
        CHANGES.notify_all()


def _new_warnings(limits: list[Limit]) -> list[tuple[Limit, LimitWarning]]:
    return [(limit, warning) for limit in limits for warning in limit.new_warnings()]


def _tell(warnings: list[tuple[Limit, LimitWarning]]) -> None:
    for limit, warning in warnings:
        limit.tell(warning)
