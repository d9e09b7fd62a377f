"""Every error that InterLab raises on purpose.

    InterLabError
    ├── InvalidArgument (ValueError)      an argument that can't be meant
    ├── TraceError
    │   ├── DuplicateInput (ValueError)   a node already has an input of that name
    │   ├── NoCurrentNode (LookupError)   nothing is being traced here
    │   └── NodeStateError                the node is not in the state that the call needs
    ├── StoreError
    │   ├── NotAStore                     the file is something else
    │   ├── StoreVersionError             written by a newer version
    │   ├── StoreCorrupt                  truncated or damaged
    │   ├── StoreReadOnly                 a write to a store that can't be written
    │   ├── StoreFull                     no space left; what was stored stays readable
    │   ├── StoreBusy                     another process holds the write lock
    │   ├── StoreClosed                   used after close()
    │   ├── NodeNotFound (LookupError)
    │   └── ForeignTraceError             a foreign trace that can't be read
    ├── StateError
    │   ├── NotEncodable                  a value that can't be part of the state; names its path
    │   ├── UnknownClass                  the state names a class this process does not know
    │   ├── MissingResource               a model or other resource must be given again
    │   └── CorruptState                  stored state that does not fit its own description
    ├── ModelError
    │   ├── UnknownModel (LookupError)
    │   ├── ModelUnavailable              a package, key or file is missing
    │   ├── ModelCallFailed               the model raised
    │   │   └── RateLimited               the provider refused for the rate of calls, to the last attempt
    │   ├── NoAnswer                      a person was asked and gave none
    │   │   ├── AnswerCancelled           by their own wish
    │   │   └── AnswerTimedOut            within the time that they had
    │   ├── CallCancelled                 given up because the work around it was interrupted
    │   ├── CircuitOpen                   the provider failed too often; not called until some time has passed
    │   ├── ModelTimeout (TimeoutError)
    │   ├── EmptyReply                    the model returned nothing
    │   ├── ReplayMiss (LookupError)      no reply was recorded for this request
    │   ├── Unsupported                   the model can't do what was asked of it
    │   └── UnknownPrice (LookupError)    what a call would cost can't be told, under a limit on cost
    ├── LimitExceeded                     a call would pass a limit; nothing was called
    ├── ParsingFailure                    no answer of the asked type; carries every attempt
    ├── EnvironmentFinished               a step after the end
    ├── NoSampleFound (LookupError)       a step was resampled as often as allowed, and never went as wanted
    └── ConformanceError (AssertionError)  a part does not do what its kind promises

Each says what was expected, what arrived and what to do, and carries the data as attributes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any


class InterLabError(Exception):
    """Base of all errors raised on purpose by InterLab."""


class InvalidArgument(InterLabError, ValueError):
    """An argument has a value that can't be meant."""


class TraceError(InterLabError):
    """A node was used wrongly."""


class DuplicateInput(TraceError, ValueError):
    """A node already has an input of this name.

    Attributes:
        input_name: the name given twice.
        node_uid: the node it was given to.
    """

    def __init__(self, input_name: str, node_uid: str) -> None:
        super().__init__(
            f"Node {node_uid} already has an input named {input_name!r}; inputs are recorded once. "
            "Use another name, or add_event() for something that changes."
        )
        self.input_name = input_name
        self.node_uid = node_uid


class NoCurrentNode(TraceError, LookupError):
    """No node is open in this context."""

    def __init__(self) -> None:
        super().__init__(
            "No node is open here. Open one with `with il.TracingNode(...):`, "
            "or call current_node(required=False) to get None instead."
        )


class NodeStateError(TraceError):
    """The node is not in the state that the call needs (not yet entered, already closed, …)."""


class StoreError(InterLabError):
    """Something about a store. `path` names it where there is one."""

    def __init__(self, message: str, path: Path | str | None = None) -> None:
        super().__init__(message)
        self.path = path


class NotAStore(StoreError):
    """The file exists and is not an InterLab store."""


class StoreVersionError(StoreError):
    """The store was written by a newer version of InterLab."""


class StoreCorrupt(StoreError):
    """The store is truncated or damaged."""


class StoreReadOnly(StoreError):
    """A write to a store that can't be written."""


class StoreFull(StoreError):
    """The disk is full. What was stored stays readable; what was not is kept and written with the next."""


class StoreBusy(StoreError):
    """Another process held the write lock for longer than the time-out."""


class StoreClosed(StoreError):
    """The store was used after close()."""


class NodeNotFound(StoreError, LookupError):
    """No node with this uid is in the store."""


class ForeignTraceError(StoreError):
    """A trace in another tool's format can't be read."""


class StateError(InterLabError):
    """State can't be saved, forked or restored."""


class NotEncodable(StateError):
    """A value inside the state can't be forked or written.

    Attributes:
        where: the path to the value, such as ``env.actors[0].handle``.
        type_name: the type found there.
    """

    def __init__(self, where: str, type_name: str, hint: str = "") -> None:
        super().__init__(
            f"{where} is a {type_name}, which can't be part of an environment's state." + (f" {hint}" if hint else "")
        )
        self.where = where
        self.type_name = type_name


class UnknownClass(StateError):
    """Stored state names a class that this process does not know.

    Attributes:
        class_name: ``module:qualified name`` as recorded.
    """

    def __init__(self, class_name: str, hint: str = "") -> None:
        module = class_name.partition(":")[0]
        super().__init__(
            f"The state holds a {class_name}, which this process does not know. "
            + (hint or f"Import it first (`import {module}`); a file never causes an import.")
        )
        self.class_name = class_name


class MissingResource(StateError):
    """Resources named in the state (models, …) were not given when it was restored.

    Attributes:
        names: the recorded names that are missing.
    """

    def __init__(self, names: Sequence[str]) -> None:
        listed = ", ".join(repr(name) for name in names)
        super().__init__(
            f"The state refers to resources that can't be made again by name: {listed}. "
            "Give them, for example models={recorded name: model}."
        )
        self.names = list(names)


class CorruptState(StateError):
    """Stored state does not fit its own description."""


class ModelError(InterLabError):
    """A model could not be made or called."""


class UnknownModel(ModelError, LookupError):
    """No model goes by this name."""


class ModelUnavailable(ModelError):
    """The model is known, but a package, a key or a file that it needs is missing."""


class ModelCallFailed(ModelError):
    """The model raised; the cause is chained."""


class RateLimited(ModelCallFailed):
    """The provider refused because of too many calls, at the last attempt too; the cause is chained.

    Attributes:
        provider: whose limit it is.
        attempts: calls made.
        retry_after_s: seconds that the provider asks to wait, or None where it says nothing.
    """

    def __init__(
        self, message: str, *, provider: str = "", attempts: int = 1, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.provider = provider
        self.attempts = attempts
        self.retry_after_s = retry_after_s


class CallCancelled(ModelError):
    """The call was given up, or never begun, because the work that it belongs to was interrupted."""


class NoAnswer(ModelError):
    """A person was asked and gave no answer.

    Attributes:
        seat: who was asked.
        after_s: seconds that it took.
    """

    def __init__(self, message: str, *, seat: str = "", after_s: float = 0.0) -> None:
        super().__init__(message)
        self.seat = seat
        self.after_s = after_s


class AnswerCancelled(NoAnswer):
    """The person chose to give no answer."""


class AnswerTimedOut(NoAnswer):
    """The person gave no answer in time. No `TimeoutError`: asking again at once would not help."""


class CircuitOpen(ModelError):
    """A provider failed too often in a row, so it is left alone for some time. Nothing was called.

    Attributes:
        provider: which one.
        failures: failed calls in a row.
        retry_in_s: seconds until it is tried again.
    """

    def __init__(self, message: str, *, provider: str = "", failures: int = 0, retry_in_s: float = 0.0) -> None:
        super().__init__(message)
        self.provider = provider
        self.failures = failures
        self.retry_in_s = retry_in_s


class ModelTimeout(ModelError, TimeoutError):
    """The model did not answer in time."""


class EmptyReply(ModelError):
    """The model answered with nothing."""


class ReplayMiss(ModelError, LookupError):
    """No reply is recorded for a request, and replay never calls a model.

    Attributes:
        model: the name of the model that was asked.
        nearest: the recorded request that comes closest, as plain data, or None when nothing is recorded.
        differences: what of it differs, one text each.
    """

    def __init__(
        self, message: str, *, model: str = "", nearest: dict[str, Any] | None = None, differences: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.model = model
        self.nearest = nearest
        self.differences = list(differences)


class Unsupported(ModelError):
    """The model can't do what was asked of it (log-probabilities, seeds, tools, …)."""


class UnknownPrice(ModelError, LookupError):
    """What a call would cost can't be told, so a limit on cost can't be kept. Nothing was called.

    Attributes:
        model: the name of the model without a price.
    """

    def __init__(self, message: str, *, model: str = "") -> None:
        super().__init__(message)
        self.model = model


class LimitExceeded(InterLabError):
    """A call would pass a limit of `interlab.limit`; it was not made.

    Attributes:
        limit: the limit.
        quantity: what is limited: ``"tokens"``, ``"cost_usd"`` or ``"calls"``.
        bound: how much is allowed.
        used: how much is spent, calls under way not counted.
        needed: how much the call may take.
    """

    def __init__(
        self,
        message: str,
        *,
        limit: Any = None,
        quantity: str = "",
        bound: float = 0,
        used: float = 0,
        needed: float = 0,
    ) -> None:
        super().__init__(message)
        self.limit = limit
        self.quantity = quantity
        self.bound = bound
        self.used = used
        self.needed = needed


class ParsingFailure(InterLabError):
    """No reply could be read as the asked type.

    Attributes:
        expected: the type asked for.
        attempts: one ``(reply, reason)`` pair per call, oldest first.
    """

    def __init__(self, message: str, *, expected: Any = None, attempts: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.expected = expected
        self.attempts = list(attempts)


class EnvironmentFinished(InterLabError):
    """A step was asked of an environment that has finished."""


class NoSampleFound(InterLabError, LookupError):
    """A step was resampled as often as allowed, and never went as wanted.

    Attributes:
        runs: the samples' runs.
    """

    def __init__(self, message: str, *, runs: Sequence[Any] = ()) -> None:
        super().__init__(message)
        self.runs = list(runs)


class ConformanceError(InterLabError, AssertionError):
    """An environment, an actor or a memory does not do what its kind promises.

    Attributes:
        subject: what was checked: the name of its class.
        check: the promise that is broken, such as ``"forks are isolated"``.
        expected: what should have happened.
        happened: what did.
        advice: what usually causes it, and how to put it right.
    """

    def __init__(self, subject: str, check: str, *, expected: str, happened: str, advice: str) -> None:
        super().__init__(
            f"{subject} fails the check {check!r}.\n"
            f"  expected: {expected}\n  happened: {happened}\n  advice:   {advice}"
        )
        self.subject = subject
        self.check = check
        self.expected = expected
        self.happened = happened
        self.advice = advice
