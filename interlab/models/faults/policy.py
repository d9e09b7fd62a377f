"""How failures of model calls are met: the policy, and the blocks that change it."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields, replace
from typing import Any

from interlab.errors import InvalidArgument
from interlab.tracing.scope import carry


@dataclass(frozen=True, slots=True)
class FaultPolicy:
    """How failures of model calls are met.

    Only what may pass by itself is tried again: refusals for the rate of calls (429), time-outs, broken
    connections, and errors of the server (5xx). The wait before the n-th retry is drawn evenly from 0 to
    ``min(longest_wait_s, base_wait_s · 2ⁿ⁻¹)`` (full jitter: Brooker, "Exponential Backoff and Jitter", 2015),
    and is at least what the server asks for.

    Args:
        retries: further attempts after the first, ≥ 0.
        base_wait_s: upper bound of the first wait, ≥ 0.
        longest_wait_s: upper bound of every drawn wait, ≥ 0.
        longest_retry_after_s: upper bound of the wait that a server can ask for (``Retry-After``), ≥ 0.
        budget_s: no retry is begun later than this after the first attempt began, ≥ 0; None: no bound.
        max_in_flight: calls to one provider under way at a time, ≥ 1. A 429 halves what is allowed, and every full
            round of successes raises it by one, up to this (AIMD: Chiu and Jain, 1989).
        circuit_failures: failed attempts in a row after which a provider is left alone; 0: never.
        circuit_wait_s: for how long, ≥ 0. Then a single call tries it.
        seed: makes the waits repeatable, request by request; None: they differ each time.

    Raises:
        InvalidArgument: a value out of its range.
    """

    retries: int = 4
    base_wait_s: float = 0.5
    longest_wait_s: float = 30.0
    longest_retry_after_s: float = 60.0
    budget_s: float | None = 300.0
    max_in_flight: int = 32
    circuit_failures: int = 12
    circuit_wait_s: float = 30.0
    seed: int | None = None

    def __post_init__(self) -> None:
        for name, low in (("retries", 0), ("max_in_flight", 1), ("circuit_failures", 0)):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < low:
                raise InvalidArgument(f"{name} is a whole number ≥ {low}, not {value!r}.")
        for name in ("base_wait_s", "longest_wait_s", "longest_retry_after_s", "budget_s", "circuit_wait_s"):
            value = getattr(self, name)
            if name == "budget_s" and value is None:
                continue
            number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
            if not number or value < 0:
                raise InvalidArgument(f"{name} is a finite number of seconds ≥ 0, not {value!r}.")
        if self.seed is not None and (not isinstance(self.seed, int) or isinstance(self.seed, bool)):
            raise InvalidArgument(f"seed is a whole number or None, not {self.seed!r}.")

    def wait_s(self, attempt: int, retry_after_s: float | None, draw: random.Random) -> float:
        """Seconds to wait after a failed attempt.

        Args:
            attempt: the attempt that failed, counted from 1.
            retry_after_s: what the server asks for, if it does.
            draw: where the jitter comes from.
        """
        highest = min(self.longest_wait_s, self.base_wait_s * 2.0 ** min(attempt - 1, 60))
        drawn = draw.uniform(0.0, highest)
        if retry_after_s is None:
            return drawn
        return max(drawn, min(retry_after_s, self.longest_retry_after_s))


DEFAULT = FaultPolicy()

_CHANGES: ContextVar[Mapping[str, Any]] = ContextVar("interlab_faults", default={})  # noqa: B039  (never written to)
carry(_CHANGES)

_NAMES = tuple(field.name for field in fields(FaultPolicy))


@contextmanager
def faults(policy: FaultPolicy | None = None, /, **changes: Any) -> Iterator[FaultPolicy]:
    """Meet failures of model calls differently in a block, in threads started inside as well.

    What is named here wins over models' own policies and over the blocks around; the rest stays as it is there.

    Args:
        policy: a whole policy.
        **changes: single settings of `FaultPolicy`, such as ``retries=0`` or ``max_in_flight=4``.

    Yields:
        The policy as it is for models that have none of their own.

    Raises:
        InvalidArgument: an unknown setting, or a value out of its range.
    """
    unknown = sorted(set(changes) - set(_NAMES))
    if unknown:
        raise InvalidArgument(f"faults() has no setting {unknown[0]!r}; the settings are {', '.join(_NAMES)}.")
    whole = checked_policy(policy)
    before = _CHANGES.get()
    named = {name: getattr(whole, name) for name in _NAMES} if whole is not None else before
    after = {**named, **changes}
    effective = replace(DEFAULT, **after)
    _CHANGES.set(after)
    try:
        yield effective
    finally:
        _CHANGES.set(before)


def policy_of(model: Any) -> FaultPolicy:
    """The policy for calls of a model made here: the blocks' settings over the model's own over the defaults."""
    own = getattr(model, "faults", None) or DEFAULT
    changes = _CHANGES.get()
    return replace(own, **changes) if changes else own


def checked_policy(policy: Any) -> FaultPolicy | None:
    """A policy or None, or raises `InvalidArgument`."""
    if policy is not None and not isinstance(policy, FaultPolicy):
        raise InvalidArgument(f"faults is a FaultPolicy, such as FaultPolicy(retries=2), not {policy!r}.")
    return policy
