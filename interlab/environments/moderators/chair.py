"""A chair: a language model, or a person, who gives the floor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from interlab.actors import BaseActor, ConsoleActor, LLMActor
from interlab.environments.moderators.base import Choice, Decision, Moderator, Talk
from interlab.environments.moderators.turns import RoundRobin, as_moderator
from interlab.errors import CallCancelled, InvalidArgument, ModelError, ParsingFailure, ReplayMiss
from interlab.tracing import FormatStr, TracingNode, current_node

NOBODY = "nobody"
ASKS = FormatStr("{topic}{heard}You chair this conversation. Who speaks next? Answer with one of these names: {names}.")


class ModelChair(Moderator):
    """A language model reads the last messages and picks the next speaker by a typed answer.

    Args:
        model: a model, a name for `get_model`, a callable; or an actor, who chairs.
        name: how the chair is called.
        shown: how many of the last messages the chair is shown, at least 1.
        may_end: whether the chair may answer "nobody", which ends the conversation.
        system_prompt: how the chair shall decide.
        fallback: who decides when the chair fails; `RoundRobin` by default.

    Raises:
        InvalidArgument: `shown` is below 1.
    """

    def __init__(
        self,
        model: Any,
        *,
        name: str = "Chair",
        shown: int = 20,
        may_end: bool = False,
        system_prompt: str | None = None,
        fallback: Moderator | None = None,
    ) -> None:
        if not isinstance(shown, int) or isinstance(shown, bool) or shown < 1:
            raise InvalidArgument(f"A chair is shown at least 1 message; got shown={shown!r}.")
        self.chair = model if isinstance(model, BaseActor) else LLMActor(name, model, system_prompt=system_prompt)
        self.shown = shown
        self.may_end = may_end
        self.fallback = RoundRobin() if fallback is None else as_moderator(fallback)

    def check(self, names: Sequence[str]) -> None:
        self.fallback.check(names)
        if self.chair.name in names:
            raise InvalidArgument(f"The chair and an actor are both called {self.chair.name!r}; name the chair.")
        if self.may_end and NOBODY in names:
            raise InvalidArgument(f"An actor can't be called {NOBODY!r} where the chair may say so to end.")

    def question(self, talk: Talk) -> FormatStr:
        """What the chair is asked."""
        names = [*talk.names, *([NOBODY] if self.may_end else [])]
        heard = "\n".join(str(message) for message in talk.transcript[-self.shown :])
        return ASKS.format(
            topic=f"The conversation is about {talk.topic}.\n\n" if talk.topic else "",
            heard=f"The last messages:\n{heard}\n\n" if heard else "Nobody has spoken yet.\n\n",
            names=", ".join(names),
        )

    def _decide(self, talk: Talk) -> Choice:
        names = (*talk.names, *((NOBODY,) if self.may_end else ()))
        if not talk.names:
            return None
        try:
            answer = self.chair.query(self.question(talk), expected_type=Literal[names])
        except (ReplayMiss, CallCancelled):
            raise
        except (ModelError, ParsingFailure) as error:
            return self._without(talk, f"{type(error).__name__}: {error}")
        chosen: str | None = next((name for name in names if name == answer), None)
        if chosen is None:
            return self._without(talk, f"{answer!r:.80} is none of {', '.join(names)}")
        if self.may_end and chosen == NOBODY:
            return Decision(over=f"{self.chair.name} ended it")
        return chosen

    def _without(self, talk: Talk, reason: str) -> Decision:
        node = current_node(required=False)
        if isinstance(node, TracingNode):
            node.add_event("the chair failed", {"reason": reason})
        return self.fallback.decide(talk)


class PersonChair(ModelChair):
    """A person picks the next speaker, asked as a `ConsoleActor` is.

    Args:
        name: how the person is called.
        shown: how many of the last messages the person is shown, at least 1.
        may_end: whether the person may answer "nobody", which ends the conversation.
        actor: who is asked instead of a `ConsoleActor`, such as an actor with another face.
    """

    def __init__(
        self, name: str = "Chair", *, shown: int = 20, may_end: bool = True, actor: BaseActor | None = None
    ) -> None:
        super().__init__(ConsoleActor(name) if actor is None else actor, shown=shown, may_end=may_end)
