"""Communicate and play: n players talk, then all choose an action at the same time, round after round.

Actors: players, and monitors who only watch. Observations: what is said, and after each round everybody's action and
payoff. Actions: say something; then one of the game's actions. Payoffs: by the profile of all actions, added up over
rounds. It ends after the given number of rounds.

Monitors are asked, or ask, after every round: what somebody thinks, whether a promise was kept. Nothing of it is heard
or remembered by the players.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, product
from typing import Any, Literal

from interlab.actors import BaseActor
from interlab.environments import Conversation, Run, Utterance
from interlab.errors import InvalidArgument
from interlab.state import Log

Payoffs = Mapping[Any, Sequence[float]]


@dataclass(frozen=True)
class Round:
    """One round that was played.

    Args:
        number: counted from 1.
        actions: by player, what it did.
        payoffs: by player, what it got.
    """

    number: int
    actions: dict[str, str]
    payoffs: dict[str, float]

    def __str__(self) -> str:
        deeds = "; ".join(f"{name} chose {deed} and got {self.payoffs[name]:g}" for name, deed in self.actions.items())
        return f"Round {self.number}: {deeds}."


@dataclass(frozen=True)
class Note:
    """What a monitor found.

    Args:
        round: after which round.
        monitor: the monitor's name.
        about: whom it is about; empty for all.
        finding: what it found.
    """

    round: int
    monitor: str
    about: str
    finding: Any


@dataclass(frozen=True)
class Ask:
    """A monitor that asks every player in private after each round.

    Args:
        question: what.
        expected_type: the type of the answers; None for text.
    """

    question: str
    expected_type: Any = None


class MatrixGame(Conversation):
    """Players talk and play a game in normal form, round after round.

    A round is `talk_turns` steps of conversation, in which the moderator gives the floor, and a step in which all
    choose. Who fails to choose does what it did last, at first the first action; the failure is an event of the trace.

    Args:
        players: who plays, at least one, in the order of the payoffs.
        actions: the actions that each has, at least two, different.
        payoffs: by the profile of all actions in the order of the players, what each gets: a mapping, a nested
            sequence or array of shape ``(n_actions, …, n_actions, n_players)``, or a function of the profile.
        rounds: how often it is played, ≥ 1.
        talk_turns: turns of conversation before each choice, ≥ 0; one for each player by default.
        monitors: by name: an actor, who is asked about everything that happened; an `Ask`; or a function of the game.
        rules: how the game is told to players, in front of every question; its actions and payoffs by default, where
            there are at most 32 profiles.
        **settings: as for `Conversation`, but for ``end``.

    Attributes:
        history: the rounds played, a `state.Log` of `Round`.
        notes: what monitors found, a `state.Log` of `Note`.

    Raises:
        InvalidArgument: a profile without finite payoffs for all, or a number out of range.
    """

    def __init__(
        self,
        players: Iterable[BaseActor],
        actions: Sequence[str],
        payoffs: Payoffs | Sequence[Any] | Callable[[tuple[str, ...]], Sequence[float]],
        *,
        rounds: int = 10,
        talk_turns: int | None = None,
        monitors: Mapping[str, Any] | None = None,
        rules: str | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(players, **settings)
        self.actions = tuple(actions)
        if not self.actors or len(set(self.actions)) < 2 or len(set(self.actions)) != len(self.actions):
            raise InvalidArgument(
                f"A game has players and at least two different actions; got {len(self.actors)} and {self.actions!r}."
            )
        self.payoffs: Any = _as_payoffs(payoffs, self.actions, len(self.actors))
        self.max_rounds = _whole(rounds, "rounds", 1)
        self.talk_turns = len(self.actors) if talk_turns is None else _whole(talk_turns, "talk_turns", 0)
        self.monitors = dict(monitors or {})
        for name, monitor in self.monitors.items():
            if not isinstance(monitor, BaseActor | Ask) and not callable(monitor):
                raise InvalidArgument(f"A monitor is an actor, Ask(…) or a function; {name!r} is {monitor!r:.60}.")
        self.rules = self._told() if rules is None else rules
        self.history: Log[Round] = Log()
        self.notes: Log[Note] = Log()
        self._talked = 0

    def question(self, name: str) -> Any:
        """How a player is asked to speak."""
        return f"{self._before(name)}Before all choose, {name}, you may say something to the others. What do you say?"

    def choice_question(self, name: str) -> str:
        """How a player is asked to choose."""
        return f"{self._before(name)}Now choose, {name}: {' or '.join(self.actions)}?"

    def _before(self, name: str) -> str:
        topic = f"{self.topic}\n" if self.topic else ""
        return f"{topic}{self.rules}\nThis is round {len(self.history) + 1} of {self.max_rounds}. "

    def _told(self) -> str:
        names = ", ".join(self.names)
        told = f"Players: {names}. All choose at the same time: {' or '.join(self.actions)}."
        if len(self.actions) ** len(self.actors) > 32:
            return told
        profiles = product(self.actions, repeat=len(self.actors))
        lines = [f"{' / '.join(one)}: {' / '.join(f'{x:g}' for x in self.payoff_of(one))}" for one in profiles]
        return "\n".join([f"{told} Points for {names}, in this order, by what they choose:", *lines])

    def payoff_of(self, profile: tuple[str, ...]) -> tuple[float, ...]:
        """What each gets for a profile of actions.

        Raises:
            InvalidArgument: a function gave something else than a finite number for each.
        """
        found = self.payoffs[profile] if isinstance(self.payoffs, dict) else self.payoffs(profile)
        return _checked(found, profile, len(profile))

    @property
    def totals(self) -> dict[str, float]:
        """What each has got so far."""
        return {name: math.fsum(one.payoffs.get(name, 0.0) for one in self.history) for name in self.names}

    def _step(self) -> Any:
        if self._talked < self.talk_turns:
            self._talked += 1
            said, over = self.make_turn()
            if over is not None:
                self._talked = self.talk_turns  # nobody will speak any more in this round
            return said[0] if len(said) == 1 else said
        self._talked = 0
        return self._play()

    def _play(self) -> Round:
        names = self.names
        questions = {name: self.choice_question(name) for name in names}
        chosen = self.ask(names, questions, expected_type=Literal[self.actions])
        last = self.history[-1].actions if self.history else {}
        profile: list[str] = []
        for name in names:
            action = chosen.get(name, last.get(name, self.actions[0]))
            if action not in self.actions:
                raise InvalidArgument(f"{name} chose {action!r:.60}; the actions are {', '.join(self.actions)}.")
            profile.append(str(action))
        got = self.payoff_of(tuple(profile))
        played = Round(
            len(self.history) + 1, dict(zip(names, profile, strict=True)), dict(zip(names, got, strict=True))
        )
        self.history.append(played)
        self.announce(str(played))
        self.clock.advance(self.seconds_per_turn)
        for name, monitor in self.monitors.items():
            self._watch(name, monitor)
        if len(self.history) >= self.max_rounds:
            self.ended = f"{self.max_rounds} rounds were played"
            self.set_finished()
        return played

    def _watch(self, name: str, monitor: Any) -> None:
        number = len(self.history)
        if isinstance(monitor, Ask):
            answers = self.ask(self.names, monitor.question, expected_type=monitor.expected_type)
            for about, answer in answers.items():
                self.notes.append(Note(number, name, about, answer))
        elif isinstance(monitor, BaseActor):
            since = [str(message) for message in self._since_last_round()]
            prompt = f"{self.rules}\nYou watch this game, and nobody hears you.\n" + "\n".join(since)
            finding = monitor.query(f"{prompt}\nWhat do you notice?")
            self.notes.append(Note(number, name, "", finding))
        elif (finding := monitor(self)) is not None:
            self.notes.append(Note(number, name, "", finding))

    def _since_last_round(self) -> list[Utterance]:
        found: list[Utterance] = []
        for message in reversed(self.transcript):
            if found and not message.speaker and message.text.startswith("Round "):
                break
            found.append(message)
        return found[::-1]

    def outcome(self) -> dict[str, Any]:
        """Totals, the rounds played, and what `Conversation` says."""
        return {"totals": self.totals, "rounds": len(self.history), **super().outcome()}


def prisoners_dilemma(players: Iterable[BaseActor], **settings: Any) -> MatrixGame:
    """Two players who cooperate or defect: 3 each, 1 each, or 5 and 0.

    The numbers are those of Axelrod 1984, "The Evolution of Cooperation".
    """
    payoffs = {
        ("cooperate", "cooperate"): (3, 3), ("cooperate", "defect"): (0, 5), ("defect", "cooperate"): (5, 0),
        ("defect", "defect"): (1, 1),
    }  # fmt: skip
    return MatrixGame(players, ("cooperate", "defect"), payoffs, **settings)


def public_goods(
    players: Iterable[BaseActor], *, endowment: float = 20, gain: float = 0.4, **settings: Any
) -> MatrixGame:
    """Any number of players give what they have to a common good, or keep it.

    Args:
        players: who plays.
        endowment: what each has in every round.
        gain: what each gets of every unit that anybody gives. Between 1 / n and 1 giving is good for all and bad for
            the giver.
        **settings: as for `MatrixGame`.
    """
    cast = list(players)
    payoffs = {
        profile: tuple(
            gain * endowment * profile.count("give") + (endowment if deed == "keep" else 0.0) for deed in profile
        )
        for profile in product(("give", "keep"), repeat=len(cast))
    }
    return MatrixGame(cast, ("give", "keep"), payoffs, **settings)


def plot_payoffs(game: MatrixGame | Run) -> Any:
    """Cumulative payoffs over rounds, a line for each player, its actions as one hovers.

    Args:
        game: a game, or a run of one; of a fork's run its whole history is drawn.

    Returns:
        A plotly figure.

    Raises:
        InvalidArgument: it is the run of something else, or its states were not kept.
    """
    import plotly.graph_objects as go

    env = game.env if isinstance(game, Run) else game
    if not isinstance(env, MatrixGame):
        raise InvalidArgument(f"plot_payoffs() draws a MatrixGame, or a run of one with its states; got {env!r:.60}.")
    figure = go.Figure()
    # Colours come from names, and two may be alike.
    for actor, dash in zip(env.actors, cycle(("solid", "dash", "dot", "dashdot")), strict=False):
        total, totals, deeds = 0.0, [0.0], [""]
        for one in env.history:
            total += one.payoffs.get(actor.name, 0.0)
            totals.append(total)
            deeds.append(one.actions.get(actor.name, ""))
        figure.add_scatter(
            x=list(range(len(totals))), y=totals, mode="lines+markers", name=actor.name, hovertext=deeds,
            line={"color": actor.color, "dash": dash},
        )  # fmt: skip
    figure.update_layout(
        template="plotly_white", title="Payoffs", xaxis={"title": "round", "dtick": 1}, yaxis={"title": "in all"}
    )
    return figure


def _whole(value: Any, name: str, least: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < least:
        raise InvalidArgument(f"{name} is a whole number ≥ {least}; got {value!r}.")
    return value


def _as_payoffs(given: Any, actions: tuple[str, ...], players: int) -> Any:
    if callable(given):
        return given
    table: dict[tuple[str, ...], tuple[float, ...]] = {}
    for places in product(range(len(actions)), repeat=players):
        profile = tuple(actions[place] for place in places)
        try:
            found = given[profile] if isinstance(given, Mapping) else _at(given, places)
        except (LookupError, TypeError) as error:
            raise InvalidArgument(f"There are no payoffs for {' / '.join(profile)}.") from error
        table[profile] = _checked(found, profile, players)
    return table


def _at(given: Any, places: tuple[int, ...]) -> Any:
    for place in places:
        given = given[place]
    return given


def _checked(found: Any, profile: tuple[str, ...], players: int) -> tuple[float, ...]:
    try:
        payoffs = tuple(float(one) for one in found)
    except (TypeError, ValueError):
        payoffs = ()
    if len(payoffs) != players or not all(map(math.isfinite, payoffs)):
        raise InvalidArgument(f"The payoffs for {' / '.join(profile)} are {players} finite numbers; got {found!r:.80}.")
    return payoffs
