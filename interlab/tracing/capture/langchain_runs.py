"""LangChain's runs and their nodes, and which of them is current where.

LangChain reports the start and the end of a run to a handler. That says nothing of the context its code runs
in: starts of a batch come all before the first end, ends of asynchronous runs come in another task, and a
stream gives way to its reader between two pieces. So the handler alone opens and closes nodes; a node is made
current by the places where LangChain calls a run's own code (`langchain_patches`). What they need of each
other is here.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from interlab.tracing.capture.calls import Call, Outcome, enter, is_within
from interlab.tracing.capture.langchain_values import reply_outcome
from interlab.tracing.node import TracingNode
from interlab.tracing.scope import CURRENT_NODE


@dataclass(slots=True)
class Run:
    """One run of LangChain.

    Args:
        node: the node that what is below the run stands in.
        call: its record; None for a run that has no node of its own.
        kind: ``model``, ``chain``, ``tool`` or ``retriever``.
        inputs_at_end: the inputs are not known before the end.
    """

    node: TracingNode
    call: Call | None
    kind: str
    inputs_at_end: bool = False
    texts: list[str] = field(default_factory=list)
    returned: Any = None

    def partial(self) -> Outcome:
        """What there is of a reply that arrived in pieces."""
        return Outcome("".join(self.texts)) if self.texts else Outcome()


_runs: dict[UUID, Run] = {}


def run_of(run_id: Any) -> Run | None:
    """The run of an id, if it is recorded and under way."""
    return _runs.get(run_id)


def began(run_id: UUID, run: Run) -> None:
    """Take note of a run that was started."""
    _runs[run_id] = run


def ended(run_id: UUID) -> Run | None:
    """Take a run off the list; None when it is not on it."""
    return _runs.pop(run_id, None)


def parent_of(parent_run_id: UUID | None) -> TracingNode | None:
    """The node that a run stands in: the innermost of its parent run's node and the node that is current."""
    current: TracingNode | None = CURRENT_NODE.get()
    run = _runs.get(parent_run_id) if parent_run_id is not None else None
    if run is None:
        return current
    return current if current is not None and is_within(current, run.node) else run.node


class Slot:
    """A call of one of LangChain's methods that is about to start runs of its own.

    Args:
        many: it may start several, and runs their code in a place of its own.
    """

    __slots__ = ("_many", "_taken", "run", "run_ids")

    def __init__(self, many: bool = False) -> None:
        self._many = many
        self._taken = False
        self.run: Run | None = None
        self.run_ids: list[UUID] = []

    def take(self, run_id: UUID, run: Run | None) -> None:
        """Take note of a run that starts here. The first run that a method starts is its own; its code comes
        next."""
        if self._many:
            self.run_ids.append(run_id)
        elif not self._taken:
            self._taken = True
            self.run_ids.append(run_id)
            if run is not None:
                self.run = run
                enter(run.node, model=run.kind == "model")

    def settle(self, error: BaseException | None) -> None:
        """Close what LangChain has left open: of a batch in which one fails it never ends the others."""
        for run_id in self.run_ids:
            run = ended(run_id)
            if run is None or run.call is None:
                continue
            if run.returned is not None:
                returned = run.returned
                run.call.finish(lambda returned=returned: reply_outcome(returned))  # type: ignore[misc]
            elif error is None or (self._many and isinstance(error, Exception)):
                run.call.finish(run.partial, abandoned=True)  # another one failed, and this never ran
            else:
                run.call.fail(error, run.partial)


SLOT: ContextVar[Slot | None] = ContextVar("interlab_langchain_slot", default=None)
