"""Limits on what is spent: what they allow, what is used and what calls under way hold."""

from __future__ import annotations

import math
import threading
import warnings
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Literal, Self

from interlab.errors import InvalidArgument, LimitExceeded, UnknownPrice
from interlab.models.ledger.estimating import Request
from interlab.models.model import Usage
from interlab.tracing import carry

ROOM = 1.25
"""A reply of unknown length is taken to be at most so many times as long as the longest one so far."""

_EPSILON = 1e-9
"""Dollars that sums of fractions may be off by."""


ACTIVE: ContextVar[tuple[Limit, ...]] = ContextVar("interlab_limits", default=())
"""The limits that hold here, the outermost first."""
carry(ACTIVE)

CHANGES = threading.Condition()
"""Guards the counts of all limits, since a call reserves with all of its own at once; tells when some are freed."""


class LimitWarning(UserWarning):
    """The larger part of a limit is used.

    Attributes:
        limit: the limit.
        quantity: ``"tokens"``, ``"cost_usd"`` or ``"calls"``.
        used: how much is spent.
        bound: how much is allowed.
    """

    def __init__(self, message: str, *, limit: Limit, quantity: str, used: float, bound: float) -> None:
        super().__init__(message)
        self.limit = limit
        self.quantity = quantity
        self.used = used
        self.bound = bound


@dataclass(slots=True)
class Hold:
    """What one call has reserved with one limit."""

    tokens: int
    cost_usd: float


@dataclass(frozen=True, slots=True)
class Spent:
    """What was spent under a limit.

    Args:
        tokens: input and output.
        cost_usd: dollars, of the calls whose price is known.
        calls: calls, the failed ones and those under way among them.
        unpriced: calls whose price is not known.
    """

    tokens: int = 0
    cost_usd: float = 0.0
    calls: int = 0
    unpriced: int = 0


class Limit:
    """A limit on what is spent inside a ``with`` block; made by `limit`.

    It may be entered again, also side by side: what is spent adds up over all its blocks.

    Attributes:
        tokens, cost_usd, calls: the bounds; None for none.
    """

    __interlab_resource__ = True

    def __init__(
        self,
        tokens: int | None,
        cost_usd: float | None,
        calls: int | None,
        warn_at: float | None,
        unknown_cost: Literal["raise", "allow"],
        on_warning: Callable[[LimitWarning], object] | None,
    ) -> None:
        self.tokens = tokens
        self.cost_usd = cost_usd
        self.calls = calls
        self._warn_at = warn_at
        self._allows_unknown = unknown_cost == "allow"
        self._on_warning = on_warning
        self._warned: set[str] = set()
        self._used_tokens = self._used_calls = self._unpriced = 0
        self._used_usd = 0.0
        self.holds: dict[Any, Hold] = {}
        """What calls under way have reserved, by their reservations."""
        self._longest: dict[str, int] = {}
        self._excess: dict[str, int] = {}

    @property
    def used(self) -> Spent:
        """What was spent so far; calls under way count as calls, and their tokens when they end."""
        with CHANGES:
            return Spent(self._used_tokens, self._used_usd, self._used_calls, self._unpriced)

    def __enter__(self) -> Self:
        ACTIVE.set((*ACTIVE.get(), self))
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        active = ACTIVE.get()
        for place in range(len(active) - 1, -1, -1):  # not there when left in another context than entered in
            if active[place] is self:
                ACTIVE.set((*active[:place], *active[place + 1 :]))
                return

    # For reservations, which hold the lock ------------------------------------------------------------

    def fit(self, request: Request) -> Hold | None:
        """What a call must hold here; None when it has to wait for others to end.

        Raises:
            LimitExceeded: it does not fit beside what is used.
            UnknownPrice: there is a limit on cost, and the model has no price.
        """
        if self.cost_usd is not None and request.price is None and not self._allows_unknown:
            raise _unknown_price(request.model)
        if self.calls is not None and self._used_calls + 1 > self.calls:
            raise self._exceeded("calls", self.calls, self._used_calls, 1, "")
        inputs = request.input_tokens + self._excess.get(request.model, 0)
        longest = self._longest.get(request.model)
        reply = request.max_tokens
        if reply is None and longest is not None:
            reply = math.ceil(longest * ROOM)
        own = Hold(0, 0.0)
        words = f"{inputs:,} in and up to {reply:,} out" if reply is not None else f"{inputs:,} in, and a reply"
        if self.tokens is not None:
            held = sum(hold.tokens for hold in self.holds.values())
            needed = inputs + (reply if reply is not None else 1)
            free = self.tokens - self._used_tokens
            if needed > free:
                raise self._exceeded("tokens", self.tokens, self._used_tokens, needed, words)
            if needed > free - held:
                return None
            # Of a model that has not answered here yet, the first reply may take all there is.
            own.tokens = needed if reply is not None else free - held
        if self.cost_usd is not None and request.price is not None:
            held_usd = math.fsum(hold.cost_usd for hold in self.holds.values())
            needed_usd = request.price.of_tokens(inputs, reply if reply is not None else 1)
            free_usd = self.cost_usd - self._used_usd + _EPSILON
            if needed_usd > free_usd:
                raise self._exceeded("cost_usd", self.cost_usd, self._used_usd, needed_usd, f"tokens: {words}")
            if needed_usd > free_usd - held_usd:
                return None
            is_paid = request.price.output > 0
            own.cost_usd = needed_usd if reply is not None or not is_paid else max(free_usd - held_usd, needed_usd)
        return own

    def full(self, request: Request) -> LimitExceeded:
        """The error of a call that can't wait for those that hold the rest of the limit."""
        if self.tokens is not None and self._used_tokens + sum(hold.tokens for hold in self.holds.values()) >= (
            self.tokens - request.input_tokens
        ):
            return self._exceeded("tokens", self.tokens, self._used_tokens, request.input_tokens, "")
        needed = 0.0 if request.price is None else request.price.of_tokens(request.input_tokens, 1)
        return self._exceeded("cost_usd", self.cost_usd or 0.0, self._used_usd, needed, "")

    def _exceeded(self, quantity: str, bound: float, used: float, needed: float, words: str) -> LimitExceeded:
        holds = self.holds.values()
        held = 0.0 if quantity == "calls" else math.fsum(getattr(hold, quantity) for hold in holds)
        under_way = f" and {_shown(quantity, held)} reserved by calls under way" if held else ""
        detail = f" ({words})" if words else ""
        advice = "." if quantity == "calls" else ", or set a smaller max_tokens."
        return LimitExceeded(
            f"The next call was not made: it may take {_shown(quantity, needed)}{detail}, and of the limit of "
            f"{_shown(quantity, bound)} {_shown(quantity, used)} are used{under_way}. Raise the limit{advice}",
            limit=self,
            quantity=quantity,
            bound=bound,
            used=used,
            needed=needed,
        )

    def begin(self, reservation: Any, hold: Hold) -> None:
        """Count a call, and keep what it holds."""
        self.holds[reservation] = hold
        self._used_calls += 1

    def give_back(self, reservation: Any, *, call: bool) -> None:
        """Free what a reservation holds, and where `call` says so, no longer count its call."""
        self.holds.pop(reservation, None)
        if call:
            self._used_calls -= 1

    def settle(self, reservation: Any, model: str, usage: Usage, excess: int, cost: float | None) -> None:
        """Count what a call took instead of what it holds.

        Args:
            reservation: what holds.
            model: the model's name.
            usage: what the call took.
            excess: input tokens that it took beyond what was expected.
            cost: dollars; None when the price is not known.
        """
        self.holds.pop(reservation, None)
        self._used_tokens += usage.total_tokens
        if cost is None:
            self._unpriced += 1
        else:
            self._used_usd += cost
        if usage.output_tokens:
            self._longest[model] = max(self._longest.get(model, 0), usage.output_tokens)
            self._excess[model] = max(self._excess.get(model, 0), excess)

    def new_warnings(self) -> list[LimitWarning]:
        """Warnings for the bounds of which the larger part is used by now, each given once."""
        found = []
        for quantity, bound, used in (
            ("tokens", self.tokens, self._used_tokens),
            ("cost_usd", self.cost_usd, self._used_usd),
            ("calls", self.calls, self._used_calls),
        ):
            if self._warn_at is None or not bound or quantity in self._warned or used < self._warn_at * bound:
                continue
            self._warned.add(quantity)
            message = (
                f"{_shown(quantity, used)} of the limit of {_shown(quantity, bound)} are used ({used / bound:.0%})."
            )
            found.append(LimitWarning(message, limit=self, quantity=quantity, used=used, bound=bound))
        return found

    def tell(self, warning: LimitWarning) -> None:
        """Give a warning, without the lock: what is called then may make calls."""
        if self._on_warning is not None:
            self._on_warning(warning)
        else:
            warnings.warn(warning, stacklevel=2)

    def __repr__(self) -> str:
        used = self.used
        parts = [
            f"{_shown(quantity, spent)} of {_shown(quantity, bound)}"
            for quantity, spent, bound in (
                ("tokens", used.tokens, self.tokens),
                ("cost_usd", used.cost_usd, self.cost_usd),
                ("calls", used.calls, self.calls),
            )
            if bound is not None
        ]
        return f"<Limit, {', '.join(parts)} used>"


def limit(
    *,
    tokens: int | None = None,
    cost_usd: float | None = None,
    calls: int | None = None,
    warn_at: float | None = 0.8,
    unknown_cost: Literal["raise", "allow"] = "raise",
    on_warning: Callable[[LimitWarning], object] | None = None,
) -> Limit:
    """A limit on what the model calls inside a ``with`` block spend, threads started inside included.

        with il.limit(tokens=100_000, cost_usd=2.0) as limit:
            env.run()
        print(limit.used)

    Limits nest, and all hold. A call's input is counted or estimated; its reply is taken to be as long as
    `max_tokens` allows. Where that is not set, a model's first reply may take all that is left, and later ones 1.25
    times the longest so far: then, and only then, single replies can pass the limit. Replayed calls take nothing.
    Retries of a call are one call.

    Args:
        tokens: input and output tokens at most, ≥ 0.
        cost_usd: dollars at most, ≥ 0.
        calls: calls at most, failed ones included, ≥ 0.
        warn_at: the share of a bound, in (0, 1], at which a `LimitWarning` is given, once; None for never.
        unknown_cost: what to do, under a limit on cost, with a model whose price is not known: ``"raise"``
            `UnknownPrice` before the call, or ``"allow"`` it, as if it cost nothing.
        on_warning: is called with the `LimitWarning`, which then is not given as a warning of Python.

    Returns:
        The limit: a context manager, and an argument for ``env.run(limit=…)``. Its `used` says what was spent.

    Raises:
        InvalidArgument: no bound, or one that is none.
        LimitExceeded: (from a call inside) it would pass the limit; it was not made.
        UnknownPrice: (from a call inside) see `unknown_cost`.
    """
    if tokens is None and cost_usd is None and calls is None:
        raise InvalidArgument("A limit needs tokens=, cost_usd= or calls=.")
    for name, bound in (("tokens", tokens), ("calls", calls)):
        if bound is not None and (isinstance(bound, bool) or not isinstance(bound, int) or bound < 0):
            raise InvalidArgument(f"{name} is a whole number ≥ 0, not {bound!r}.")
    for name, number in (("cost_usd", cost_usd), ("warn_at", warn_at)):
        good = isinstance(number, int | float) and not isinstance(number, bool) and 0 <= number < math.inf
        if number is not None and not good:
            raise InvalidArgument(f"{name} is a finite number ≥ 0, not {number!r}.")
    if warn_at is not None and not 0 < warn_at <= 1:
        raise InvalidArgument(f"warn_at is a share in (0, 1], such as 0.8, not {warn_at!r}.")
    if unknown_cost not in ("raise", "allow"):
        raise InvalidArgument(f"unknown_cost is 'raise' or 'allow', not {unknown_cost!r}.")
    return Limit(tokens, cost_usd, calls, warn_at, unknown_cost, on_warning)


def _shown(quantity: str, amount: float) -> str:
    if quantity == "cost_usd":
        return f"${amount:,.4f}"
    word = quantity if amount != 1 else quantity[:-1]
    return f"{amount:,.0f} {word}"


def _unknown_price(model: str) -> UnknownPrice:
    bare = model.partition("?")[0]
    return UnknownPrice(
        f"There is a limit on cost, and what {bare} costs is not known, so it was not called. Give its price with "
        f'il.use_prices({{"{bare}": {{"input": …, "output": …}}}}) in dollars per million tokens, or make the limit '
        'with unknown_cost="allow".',
        model=model,
    )
