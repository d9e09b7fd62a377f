"""Asking several actors side by side, where a model that fails is silence and anything else is an error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from interlab.actors import BaseActor
from interlab.errors import CallCancelled, ModelError, ParsingFailure, ReplayMiss
from interlab.tracing import TracingNode, current_node, parallel

_FAILURES = (ModelError, ParsingFailure, OSError)
_NO_FAILURES = (ReplayMiss, CallCancelled)


def answers_of(asked: Mapping[str, tuple[BaseActor, Any, dict[str, Any]]]) -> dict[str, Any]:
    """Ask side by side.

    Args:
        asked: by name, who is asked, the prompt, and the settings of the query.

    Returns:
        The answers by name, in the order given. Who could not be asked, because its model failed or gave nothing of
        the type, is missing; an event of the current node says why.

    Raises:
        Exception: whatever else went wrong, such as a limit that was reached, or a mistake in an actor's own code.
    """

    def question(actor: BaseActor, prompt: Any, settings: dict[str, Any]) -> Callable[[], Any]:
        return lambda: actor.query(prompt, **settings)

    work = [question(*one) for one in asked.values()]
    outcomes: list[Any]
    if len(work) == 1:  # no strand of its own: its calls go on where the turn's stand
        try:
            outcomes = [work[0]()]
        except _FAILURES as error:
            outcomes = [error]
    else:
        outcomes = parallel(work, return_exceptions=True)
    answers: dict[str, Any] = {}
    for name, outcome in zip(asked, outcomes, strict=True):
        if not isinstance(outcome, Exception):
            answers[name] = outcome
        elif isinstance(outcome, _FAILURES) and not isinstance(outcome, _NO_FAILURES):
            note(f"{name} failed", error=type(outcome).__name__, reason=str(outcome))
        else:
            raise outcome
    return answers


def note(event: str, **facts: Any) -> None:
    """Add an event to the current node, if something is being traced."""
    node = current_node(required=False)
    if isinstance(node, TracingNode):
        node.add_event(event, facts)
