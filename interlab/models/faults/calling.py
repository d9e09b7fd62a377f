"""One model call with all its attempts."""

from __future__ import annotations

import hashlib
import random
import time
from collections.abc import Callable, Generator

from interlab.errors import CircuitOpen, RateLimited
from interlab.models.cancelling import current_cancellation, late_replies_to
from interlab.models.faults.classifying import Fault, classify
from interlab.models.faults.gate import Gate, arrival, gate_of
from interlab.models.faults.policy import FaultPolicy, policy_of
from interlab.models.messages import Prompt, as_messages
from interlab.models.model import Model, Params, Reply
from interlab.tracing.capture.calls import give_up_attempt

OnRetry = Callable[[int, Exception, float], object]
"""Called before a wait with the attempt that failed (from 1), its error, and the seconds to wait."""

OnLate = Callable[[Reply], object]
"""Called with a reply that came after its call was given up, in whichever thread it arrives."""

_jitter = random.Random()


def call_with_retries(
    model: Model,
    messages: Prompt,
    params: Params | None = None,
    *,
    on_retry: OnRetry | None = None,
    on_late: OnLate | None = None,
) -> Reply:
    """Call a model, and again if what failed may pass by itself.

    The policy is that of the `faults` blocks around, over the model's own (`Model.faults`), over the defaults. Calls
    to one provider wait for each other's limit in the order in which they came.

    Args:
        model: the model.
        messages: a prompt of any shape that `as_messages` reads.
        params: the request's parameters.
        on_retry: told of each retry before the wait for it.
        on_late: gets the reply of an attempt that was given up, if it still comes: tokens were spent on it.

    Returns:
        The first reply.

    Raises:
        RateLimited: refused for the rate of calls, at the last attempt too.
        CircuitOpen: the provider failed too often in a row and is left alone; chained to the last failure, if any.
        CallCancelled: the work around it was interrupted.
        ModelTimeout, ModelCallFailed and others: as `Model.generate` raises them, at the last attempt or because
            asking again would not help.
    """
    attempts = _Attempts(model, messages, params, on_retry)
    while True:
        try:
            with attempts.gate.admitted(attempts.place, attempts.policy) as leave:
                try:
                    with late_replies_to(on_late):
                        reply = model.generate(messages, params)
                except Exception as error:
                    fault = classify(error)
                    leave.failed(fault)
                    failure = error
                else:
                    leave.succeeded()
                    return reply
        except CircuitOpen as closed:
            raise closed from attempts.last
        attempts.wait_after(failure, fault)


def stream_with_retries(
    model: Model,
    messages: Prompt,
    params: Params | None = None,
    *,
    on_retry: OnRetry | None = None,
) -> Generator[str | Reply, None, None]:
    """`Model.stream` with retries as in `call_with_retries`, up to the first piece: what was shown stays shown.

    Args: as for `call_with_retries`.

    Yields:
        Pieces of the text, and last the whole `Reply`.

    Raises:
        As `call_with_retries`, while it is read.
    """
    attempts = _Attempts(model, messages, params, on_retry)
    while True:
        began = False
        try:
            with attempts.gate.admitted(attempts.place, attempts.policy) as leave:
                try:
                    for piece in model.stream(messages, params):
                        if isinstance(piece, Reply):
                            leave.succeeded()
                            yield piece
                            return
                        began = True
                        yield piece
                except Exception as error:
                    fault = classify(error)
                    leave.failed(fault)
                    if began:
                        raise
                    failure = error
        except CircuitOpen as closed:
            raise closed from attempts.last
        attempts.wait_after(failure, fault)


class _Attempts:
    """The attempts of one call so far."""

    def __init__(self, model: Model, messages: Prompt, params: Params | None, on_retry: OnRetry | None) -> None:
        self.policy: FaultPolicy = policy_of(model)
        self.gate: Gate = gate_of(model)
        self.place = arrival()
        self.last: Exception | None = None
        self._model = model
        self._request = (messages, params)
        self._on_retry = on_retry
        self._count = 0
        self._began = time.monotonic()

    def wait_after(self, error: Exception, fault: Fault) -> None:
        """Wait for the next attempt, or raise the error if there is to be none."""
        self._count += 1
        self.last = error
        if not fault.passes or self._count > self.policy.retries:
            raise self._final(error, fault) from error.__cause__
        wait_s = self.policy.wait_s(self._count, fault.retry_after_s, self._draw())
        budget_s = self.policy.budget_s
        if budget_s is not None and time.monotonic() + wait_s - self._began > budget_s:
            error.add_note(f"No time was left for a further attempt: all of them may take {budget_s:g} s.")
            raise self._final(error, fault) from error.__cause__
        give_up_attempt()
        if self._on_retry is not None:
            self._on_retry(self._count, error, wait_s)
        cancellation = current_cancellation()
        if cancellation is None:
            time.sleep(wait_s)
        else:
            cancellation.sleep(wait_s)

    def _draw(self) -> random.Random:
        if self.policy.seed is None:
            return _jitter
        messages, params = self._request
        # Which thread asks first must not decide who waits how long.
        request = f"{self.policy.seed}/{self._model.name}/{as_messages(messages)!r}/{params!r}/{self._count}"
        return random.Random(hashlib.blake2b(request.encode("utf-8", "surrogatepass")).digest())

    def _final(self, error: Exception, fault: Fault) -> Exception:
        """The error that the caller gets."""
        if fault.kind == "rate_limit" and not isinstance(error, RateLimited):
            asks = "" if fault.retry_after_s is None else f" It asks to wait {fault.retry_after_s:g} s."
            return RateLimited(
                f"{self.gate.provider} refused {self._model.name} for too many calls, "
                f"{self._count} time{'s' if self._count > 1 else ''}.{asks} "
                "Lower il.faults(max_in_flight=…), or allow more retries.",
                provider=self.gate.provider,
                attempts=self._count,
                retry_after_s=fault.retry_after_s,
            )
        if self._count > 1:
            error.add_note(f"This was attempt {self._count}.")
        return error
