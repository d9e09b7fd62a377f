"""A call while it is being recorded, and when two captures are one call.

A model call may be seen three times: by `query_model`, by LangChain, by the `openai` client underneath. It is
one node. So a capture that finds itself right inside a node of kind ``model`` that has no result yet opens no
node of its own; it only adds facts which that node lacks. Such a node takes in one call. A second call made
inside it (a callable that asks twice, say) is a node again, or it would be lost; except for what LangChain
does inside a model of its own, which is all that model's call.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from interlab.tracing.capture.problems import problem
from interlab.tracing.node import TracingNode
from interlab.tracing.scope import CURRENT_NODE, carry

ABANDONED = "abandoned"
"""Tag of a call whose reply was not read to its end."""

NO_RESULT: Any = object()

# The model node whose own code is running here: everything it calls below belongs to it.
_INSIDE: ContextVar[TracingNode | None] = ContextVar("interlab_inside_model", default=None)
carry(_INSIDE)


@dataclass(slots=True)
class Outcome:
    """What a call came to.

    Args:
        result: what to record as the node's result.
        facts: what to record in its meta; None values are left out.
        error: what failed, where the reply itself says so.
    """

    result: Any = NO_RESULT
    facts: dict[str, Any] = field(default_factory=dict)
    error: str | None = None


Read = Callable[[], Outcome]


@dataclass(eq=False, slots=True)
class Claim:
    """What a call has on the model node that took it in."""

    node: TracingNode


class Call:
    """One call: in a node of its own, or taken in by the model node it is made for.

    Args:
        node: the node.
        provider: who reports the call: ``"openai"`` or ``"langchain"``.
        owned: whether the node is this call's own.
        claim: its claim on the node, which it gives back if it fails; None when it has none.
    """

    __slots__ = ("_claim", "_ended", "_first_token_s", "_started", "node", "owned", "provider")

    def __init__(self, node: TracingNode, provider: str, *, owned: bool, claim: Claim | None) -> None:
        self.node = node
        self.provider = provider
        self.owned = owned
        self._claim = claim
        self._started = perf_counter()
        self._first_token_s: float | None = None
        self._ended = False

    @property
    def ended(self) -> bool:
        """Whether its end was recorded."""
        return self._ended

    def token_arrived(self) -> None:
        """Note that a part of the reply is there; the first one counts."""
        if self._first_token_s is None:
            self._first_token_s = perf_counter() - self._started

    def finish(self, read: Read, *, abandoned: bool = False) -> None:
        """Record a good end.

        Args:
            read: gives what the call came to.
            abandoned: the reply was not read to its end; what there is of it is recorded.
        """
        self._end(read, None, abandoned)

    def fail(self, error: BaseException, read: Read | None = None) -> None:
        """Record a bad end.

        Args:
            error: the exception; raising it stays with the caller.
            read: gives what there was of a reply.
        """
        self._end(read, error, False)

    def _end(self, read: Read | None, error: BaseException | None, abandoned: bool) -> None:
        if self._ended:
            return
        self._ended = True
        try:
            outcome = read() if read is not None else Outcome()
        except Exception as failure:
            problem(f"reading a reply of {self.provider}", failure)
            outcome = Outcome()
        facts = {name: value for name, value in outcome.facts.items() if value is not None}
        if self._first_token_s is not None:
            facts["time_to_first_token_s"] = self._first_token_s
        try:
            if self.owned:
                self._close(outcome, facts, error, abandoned)
            else:
                self._hand_over(facts, error)
        except Exception as failure:
            problem(f"closing a node of {self.provider}", failure)

    def _close(self, outcome: Outcome, facts: Mapping[str, Any], error: BaseException | None, abandoned: bool) -> None:
        node = self.node
        if node.is_closed:
            return
        try:
            if outcome.result is not NO_RESULT:
                node.set_result(outcome.result)
            if facts:
                node.add_meta(**facts)
            if abandoned:
                node.add_tag(ABANDONED)
            if outcome.error is not None and error is None:
                node.set_error(outcome.error)
        except Exception as failure:  # and the node is closed all the same
            problem(f"recording a reply of {self.provider}", failure)
        _claims.release(self._claim)
        node.close(error=error)

    def _hand_over(self, facts: Mapping[str, Any], error: BaseException | None) -> None:
        if error is not None:
            _claims.release(self._claim)  # whoever tries again is taken in instead
            return
        if self.node.is_closed:
            return
        known = self.node.meta
        missing = {name: value for name, value in facts.items() if name not in known}
        if missing:
            self.node.add_meta(**missing)


class _Claims:
    """The model nodes that have taken in a call, or are one."""

    def __init__(self) -> None:
        self._claims: dict[int, Claim] = {}
        self._lock = threading.Lock()

    def take(self, node: TracingNode) -> Claim | None:
        """A claim on a node that was free; None when it was not."""
        with self._lock:
            for key in [key for key, other in self._claims.items() if other.node.is_closed]:
                del self._claims[key]
            if id(node) in self._claims:
                return None
            claim = self._claims[id(node)] = Claim(node)
            return claim

    def release(self, claim: Claim | None) -> None:
        """Free the claim's node again, unless another has claimed it since."""
        with self._lock:
            if claim is not None and self._claims.get(id(claim.node)) is claim:
                del self._claims[id(claim.node)]

    def forget(self, node: TracingNode) -> None:
        """Free a node again, whoever has claimed it."""
        with self._lock:
            self._claims.pop(id(node), None)


_claims = _Claims()


def give_up_attempt() -> None:
    """Say that the call which the current model node took in was given up, and another is made in its place.

    A call that hangs ends late, perhaps in a thread that nobody waits for; the next attempt is the same call all the
    same, and no node of its own.
    """
    node = CURRENT_NODE.get()
    if node is not None and is_open_model(node):
        _claims.forget(node)


def is_open_model(node: TracingNode) -> bool:
    """Whether a node is a model call that has no result yet."""
    return node.kind == "model" and node.state == "open" and not node.has_result


def open_call(
    name: str,
    kind: str,
    provider: str,
    inputs: Callable[[], Mapping[str, Any]],
    *,
    parent: TracingNode | None,
    joins_inside: bool = False,
    meta: Mapping[str, Any] | None = None,
    tags: tuple[str, ...] = (),
) -> Call | None:
    """Start recording a call.

    Args:
        name: the node's name.
        kind: the node's kind; only a ``model`` can be taken in by another node.
        provider: ``"openai"`` or ``"langchain"``.
        inputs: gives the node's inputs.
        parent: the node it is made in; None means that nothing is recorded.
        joins_inside: it belongs to the model whose own code is running here.
        meta: more facts.
        tags: the node's tags.

    Returns:
        The call, or None when it is not recorded.
    """
    if parent is None:
        return None
    try:
        if kind == "model" and is_open_model(parent):
            if joins_inside and _INSIDE.get() is parent:
                return Call(parent, provider, owned=False, claim=None)
            claim = _claims.take(parent)
            if claim is not None:
                return Call(parent, provider, owned=False, claim=claim)
        try:
            given = inputs()
        except Exception as error:
            problem(f"reading the request to {provider}", error)
            given = {}
        facts = {"provider": provider, **(meta or {})}
        node = TracingNode(name, kind=kind, inputs=given, meta=facts, tags=tags, parent=parent).open()
        return Call(node, provider, owned=True, claim=_claims.take(node) if kind == "model" else None)
    except Exception as error:
        problem(f"opening a node for {provider}", error)
        return None


@contextmanager
def current(node: TracingNode, *, model: bool) -> Iterator[None]:
    """Make a node current for the length of a block.

    Args:
        node: the node.
        model: the block is the model's own code.
    """
    with restored():
        enter(node, model=model)
        yield


def enter(node: TracingNode, *, model: bool) -> None:
    """Make a node current, inside a block of `restored`."""
    CURRENT_NODE.set(node)
    if model:
        _INSIDE.set(node)


@contextmanager
def restored() -> Iterator[None]:
    """Leave a block with the node that was current before it."""
    before = CURRENT_NODE.get(), _INSIDE.get()
    try:
        yield
    finally:
        CURRENT_NODE.set(before[0])
        _INSIDE.set(before[1])


def is_within(node: TracingNode, above: TracingNode) -> bool:
    """Whether a node is another one or stands below it, as far as open nodes go."""
    if node._journal is not above._journal:
        return False
    live = node._journal.live
    key: int | None = node.id
    while key is not None and key != above.id:
        step = live.get(key)
        key = getattr(step, "_parent", None)
    return key is not None
