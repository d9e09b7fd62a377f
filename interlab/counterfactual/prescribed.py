"""Saying for an actor what it answers next, whatever it would have said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from interlab.actors import BaseActor
from interlab.counterfactual.intervention import Intervention
from interlab.environments.cast import find_actor, replace_actor
from interlab.tracing import FormatStr


class PrescribedActor(BaseActor):
    """An actor whose next answers are given, and who then is itself again.

    Args:
        actor: who answers after that; the two share one memory.
        answers: the answers, in order.
    """

    def __init__(self, actor: BaseActor, answers: tuple[Any, ...]) -> None:
        super().__init__(actor.name, memory=actor.memory, color=actor.color)
        self.actor = actor
        self.answers = answers

    def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
        if self.answers:
            answer, *rest = self.answers
            self.answers = tuple(rest)
            return answer
        return self.actor._query(prompt, expected_type=expected_type, **settings)

    def _observe(self, observation: str | FormatStr, *, priority: float = 0, time: int | None = None) -> None:
        self.actor._observe(observation, priority=priority, time=time)


@dataclass(frozen=True)
class Answer(Intervention):
    """Say what an actor answers when it is asked next. After that it is itself again. Last
    among the interventions of an arm, since the actor is wrapped by it.

    Args:
        actor: its name, or the attribute that holds it.
        answer: the answer, of the type that the environment asks for.
    """

    actor: str
    answer: Any

    def apply(self, environment: Any) -> None:
        old = find_actor(environment, self.actor)
        if isinstance(old, PrescribedActor):
            old.answers = (*old.answers, self.answer)
        else:
            replace_actor(environment, old, PrescribedActor(old, (self.answer,)))
