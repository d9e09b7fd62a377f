"""What every moderator is: a rule from the state of a conversation to who speaks next."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from interlab.actors import BaseActor
from interlab.environments.ending import Progress
from interlab.environments.messages import Utterance
from interlab.errors import InvalidArgument
from interlab.tracing import TracingNode


class Talk(Progress, Protocol):
    """What of a conversation a moderator sees and may do; a `Conversation` is one.

    Attributes:
        topic: what it is about, or "".
        rng: the environment's generator: the only source of chance.
        steps: the number of the turn that is decided.
        seconds_per_turn: how long a turn takes on the clock.
    """

    @property
    def topic(self) -> str: ...
    @property
    def rng(self) -> random.Random: ...
    @property
    def steps(self) -> int: ...
    @property
    def seconds_per_turn(self) -> float: ...

    def actor(self, name: str) -> BaseActor:
        """An actor by its name."""

    def question(self, name: str) -> Any:
        """The prompt with which an actor is asked to speak."""

    def ask(
        self,
        names: Sequence[str],
        question: Any,
        *,
        expected_type: Any = None,
        instead: Mapping[str, BaseActor] | None = None,
    ) -> dict[str, Any]:
        """Ask actors side by side something that nobody else hears; those who fail are missing from the answers."""

    def draft(self, names: Sequence[str], **settings: Any) -> dict[str, Any]:
        """What actors would say now, asked side by side; those who fail are missing. Settings, such as
        ``max_tokens=100``, are passed on to their `query`."""

    def heard_by(self, name: str, last: int | None = None) -> list[Utterance]:
        """The messages that an actor heard or said, oldest first; only the newest where `last` says how many."""


@dataclass(frozen=True)
class Decision:
    """Who speaks next.

    Args:
        speakers: in the order in which they speak; nobody when empty.
        silent: those who were asked whether they want to speak, and do not.
        drafts: what speakers will say, where they were asked already; the others are asked when it is their turn.
        side_by_side: whether the speakers speak at the same time, none of them hearing the others first.
        at: seconds on the clock at which they speak; None for now. The clock never goes back.
        over: why nobody will speak any more, which ends the conversation; None when it goes on.
        why: the reason, for the record.
    """

    speakers: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    drafts: Mapping[str, Any] = field(default_factory=dict)
    side_by_side: bool = False
    at: float | None = None
    over: str | None = None
    why: str = ""


Choice = Decision | str | Iterable[str] | None
"""What a moderator may return: a decision, the name of one, names of several, None for nobody."""


class Moderator(ABC):
    """Who decides who speaks next. Override `_decide`; ordinary attributes are its state, which forks with the
    conversation. Draw chance from ``talk.rng`` only."""

    @abstractmethod
    def _decide(self, talk: Talk) -> Choice:
        """Choose from ``talk.names``, given the conversation as it stands."""

    def decide(self, talk: Talk) -> Decision:
        """Choose, recorded as a node of kind ``moderate`` whose result is the decision.

        Raises:
            InvalidArgument: somebody was chosen who does not take part.
        """
        with TracingNode(type(self).__name__, kind="moderate", inputs={"candidates": list(talk.names)}) as node:
            decision = as_decision(self._decide(talk))
            unknown = next((name for name in decision.speakers if name not in talk.names), None)
            if unknown is not None:
                raise InvalidArgument(
                    f"{type(self).__name__} gave the floor to {unknown!r}, who does not take part; the actors are "
                    f"{', '.join(map(repr, talk.names))}."
                )
            node.set_result(recorded(decision))
            return decision

    def _force(self, talk: Talk, name: str) -> Decision:
        """What follows when somebody is made to speak. Override it where the floor costs something."""
        return Decision((name,), why="made to speak")

    def force(self, talk: Talk, name: str) -> Decision:
        """Give the floor to somebody who is made to speak, without a decision of its own; recorded as one."""
        with TracingNode("made to speak", kind="moderate") as node:
            decision = self._force(talk, name)
            node.set_result(recorded(decision))
            return decision

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def check(self, names: Sequence[str]) -> None:
        """Say that something can't be meant, given who takes part at the beginning.

        Raises:
            InvalidArgument: somebody is named who does not take part.
        """
        return


def as_decision(choice: Choice) -> Decision:
    """A moderator's choice as a decision.

    Raises:
        InvalidArgument: it is none.
    """
    if isinstance(choice, Decision):
        return choice
    if choice is None:
        return Decision()
    given: Any = choice  # nobody checks what a function returns
    names = (choice,) if isinstance(choice, str) else tuple(given) if isinstance(given, Iterable) else (None,)
    if not all(isinstance(name, str) for name in names):
        raise InvalidArgument(f"A moderator chooses by names, such as 'Ann' or ['Ann', 'Ben']; got {choice!r:.80}.")
    return Decision(tuple(dict.fromkeys(names)))


def recorded(decision: Decision) -> dict[str, Any]:
    """A decision as it is recorded: its speakers, and whatever else it says."""
    facts = {
        "silent": list(decision.silent),
        "drafted": list(decision.drafts),
        "side_by_side": decision.side_by_side,
        "at": decision.at,
        "over": decision.over,
        "why": decision.why,
    }
    return {
        "speakers": list(decision.speakers),
        **{name: fact for name, fact in facts.items() if fact or (fact == 0.0 and name == "at")},
    }


class Rule(Moderator):
    """A function of the conversation decides.

    Args:
        function: returns a name, names, None for nobody, or a `Decision`. A function of a module is found again when
            the state is read in another process; others must be handed over with ``classes=``.
    """

    def __init__(self, function: Callable[[Any], Choice]) -> None:
        if not callable(function):
            raise InvalidArgument(f"Rule takes a function of the conversation; got {function!r:.80}.")
        self.function = function

    def _decide(self, talk: Talk) -> Choice:
        return self.function(talk)


def known(given: Iterable[str], names: Sequence[str], whose: str) -> None:
    """Check that all who are named take part.

    Raises:
        InvalidArgument: somebody does not.
    """
    unknown = next((name for name in given if name not in names), None)
    if unknown is not None:
        raise InvalidArgument(
            f"{whose} names {unknown!r}, who does not take part; the actors are {', '.join(map(repr, names))}."
        )
