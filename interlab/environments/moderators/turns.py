"""Moderators that ask nobody: in turn, by chance, by weight, by mention, all at once, from a list."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from interlab.environments.messages import mentions
from interlab.environments.moderators.base import Choice, Decision, Moderator, Rule, Talk, known
from interlab.errors import InvalidArgument


class RoundRobin(Moderator):
    """One after another in the order of the actors, and again from the first (the host of that name in SAUCE).

    It counts places and not who spoke, so a speaker forced in between changes nothing in the order.

    Args:
        start: who begins: a place from 0, or a name.
        skip: places to go on each time: 1 for the next, 2 for every other one, -1 for backwards.

    Raises:
        InvalidArgument: a start that is neither, or a skip of 0 or none.
    """

    def __init__(self, start: int | str = 0, *, skip: int = 1) -> None:
        if not isinstance(start, int | str) or isinstance(start, bool) or (isinstance(start, int) and start < 0):
            raise InvalidArgument(f"RoundRobin starts at a place from 0, or with a name; got {start!r}.")
        if not isinstance(skip, int) or isinstance(skip, bool) or skip == 0:
            raise InvalidArgument(f"RoundRobin goes on by a whole number of places other than 0; got {skip!r}.")
        self.start = start
        self.skip = skip
        self.place: int | None = None

    def check(self, names: Sequence[str]) -> None:
        if isinstance(self.start, str):
            known([self.start], names, "RoundRobin")
        elif self.start >= len(names):
            raise InvalidArgument(f"RoundRobin starts at place {self.start}, and there are {len(names)} actors.")

    def _decide(self, talk: Talk) -> Choice:
        names = talk.names
        if not names:
            return None
        if self.place is None:
            start = self.start
            self.place = start if isinstance(start, int) else names.index(start) if start in names else 0
        chosen = names[self.place % len(names)]
        self.place = (self.place + self.skip) % len(names)
        return chosen


class RandomSpeaker(Moderator):
    """Anyone, each with the same chance.

    Args:
        repeat: whether who spoke last may be chosen again.
    """

    def __init__(self, *, repeat: bool = True) -> None:
        self.repeat = repeat
        self.last: str | None = None

    def _decide(self, talk: Talk) -> Choice:
        names = [name for name in talk.names if self.repeat or name != self.last] or list(talk.names)
        if not names:
            return None
        self.last = names[talk.rng.randrange(len(names))]
        return self.last


class WeightedSpeaker(Moderator):
    """Anyone, with chances in proportion to weights.

    Args:
        weights: a number ≥ 0 by name, 0 for those not named; or a function of the conversation that gives such a
            mapping at every turn.

    Raises:
        InvalidArgument: a weight that is no number ≥ 0, or none above 0 at the beginning.
    """

    def __init__(self, weights: Mapping[str, float] | Callable[[Any], Mapping[str, float]]) -> None:
        self.weights: Any = weights if callable(weights) else dict(weights)
        if not callable(weights):
            _checked(weights)
            if not any(weights.values()):
                raise InvalidArgument("WeightedSpeaker needs a weight above 0; with none nobody could ever speak.")

    def check(self, names: Sequence[str]) -> None:
        if not callable(self.weights):
            known(self.weights, names, "WeightedSpeaker")

    def _decide(self, talk: Talk) -> Choice:
        given: Mapping[str, float] = self.weights(talk) if callable(self.weights) else self.weights
        _checked(given)
        weights = [float(given.get(name, 0.0)) for name in talk.names]
        if not any(weights):
            return Decision(why="no weight above 0")
        return talk.rng.choices(talk.names, weights)[0]


def _checked(weights: Mapping[str, float]) -> None:
    for name, weight in weights.items():
        if not isinstance(weight, int | float) or isinstance(weight, bool) or not 0 <= weight < math.inf:
            raise InvalidArgument(f"A weight is a number ≥ 0; {name!r} has {weight!r}.")


class Mentions(Moderator):
    """Whoever was mentioned as ``@name`` since the last turn, in the order of mention; else another moderator
    decides.

    Nobody calls themselves, and a mention in an announcement counts.

    Args:
        fallback: who decides when nobody was mentioned; `RoundRobin` by default.
    """

    def __init__(self, fallback: Moderator | None = None) -> None:
        self.fallback = RoundRobin() if fallback is None else as_moderator(fallback)
        self.seen = 0

    def check(self, names: Sequence[str]) -> None:
        self.fallback.check(names)

    def _decide(self, talk: Talk) -> Choice:
        found: dict[str, None] = {}
        for message in talk.transcript[self.seen :]:
            called = mentions(message.text, talk.names)
            found.update((name, None) for name in called if name != message.speaker and message.was_heard_by(name))
        self.seen = len(talk.transcript)
        return Decision(tuple(found), why="mentioned") if found else self.fallback.decide(talk)


class AllSpeak(Moderator):
    """Everybody, every turn.

    Args:
        side_by_side: whether all speak at the same time, or one after another, hearing those before.
    """

    def __init__(self, *, side_by_side: bool = True) -> None:
        self.side_by_side = side_by_side

    def _decide(self, talk: Talk) -> Choice:
        return Decision(tuple(talk.names), side_by_side=self.side_by_side)


class Script(Moderator):
    """A fixed list; at its end the conversation is over. Who has left is passed over.

    Args:
        turns: who speaks, turn by turn: a name, several names, or None for nobody.
        repeat: begin the list again at its end.

    Raises:
        InvalidArgument: the list is empty.
    """

    def __init__(self, turns: Iterable[str | Iterable[str] | None], *, repeat: bool = False) -> None:
        if isinstance(turns, str):
            raise InvalidArgument(f"Script takes a list of turns; for one write [{turns!r}].")
        self.turns = tuple(() if turn is None else (turn,) if isinstance(turn, str) else tuple(turn) for turn in turns)
        if not any(self.turns):
            raise InvalidArgument("Script needs at least one turn in which somebody speaks.")
        self.repeat = repeat
        self.place = 0

    def check(self, names: Sequence[str]) -> None:
        known((name for turn in self.turns for name in turn), names, "Script")

    def _decide(self, talk: Talk) -> Choice:
        if self.place >= len(self.turns) and not self.repeat:
            return Decision(over="the script is at its end")
        turn = self.turns[self.place % len(self.turns)]
        self.place += 1
        ends = self.place >= len(self.turns) and not self.repeat
        here = tuple(name for name in turn if name in talk.names)
        return Decision(here, over="the script is at its end" if ends else None)


def as_moderator(given: Any) -> Moderator:
    """A moderator as it may be given: one, a list for `Script`, a function for `Rule`, or None for `RoundRobin`.

    Raises:
        InvalidArgument: it is none of these.
    """
    if given is None:
        return RoundRobin()
    if isinstance(given, Moderator):
        return given
    if isinstance(given, list | tuple):
        return Script(given)
    if callable(given) and not isinstance(given, type):
        return Rule(given)
    raise InvalidArgument(
        f"A moderator is RoundRobin(), Volunteers(), …, a list of names, or a function of the conversation; "
        f"got {given!r:.80}."
    )
