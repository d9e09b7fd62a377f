"""Moderators under which actors decide themselves whether and when to speak.

The three ways of Neuberger et al. 2024, "SAUCE: Synchronous and Asynchronous User-Customizable Environment for
Multi-Agent LLM Interaction": decide and then speak, write and then decide, speak by a clock. Who decides may be
somebody other than who speaks: a scheduler beside a generator.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from interlab.actors import BaseActor
from interlab.environments.moderators.base import Choice, Decision, Moderator, Talk, known
from interlab.errors import InvalidArgument
from interlab.tracing import FormatStr

WANTS = FormatStr("{heard}It is open who speaks next. Do you, {name}, want to say something now? Answer true or false.")
STANDS_BY = FormatStr(
    "{heard}You, {name}, could say this now:\n{draft}\nDo you want to say it? Answer true, or false to stay silent."
)
WHEN = FormatStr(
    "{heard}The clock shows {time} s. In how many seconds will you, {name}, speak next? Answer with a number; with a "
    "negative one if you will only listen."
)
SHOWN = 20
"""Messages that a scheduler is shown."""


class Volunteers(Moderator):
    """Everybody is asked whether to speak, and those who want to do.

    Args:
        first: what comes first. ``"decide"``: each decides, then those who want to are asked for their words.
            ``"speak"``: each writes its words, then decides whether to say them; words that are not said stay in the
            trace only.
        at_most: how many may speak in a turn, chosen by chance among those who want to; None for all, in the order of
            the actors.
        schedulers: who decides in the place of actors, by their names: other actors, which are shown what the actor
            heard. The actors themselves by default.

    Raises:
        InvalidArgument: `first` is neither, or `at_most` below 1.
    """

    def __init__(
        self,
        first: Literal["decide", "speak"] = "decide",
        *,
        at_most: int | None = None,
        schedulers: Mapping[str, BaseActor] | None = None,
    ) -> None:
        if first not in ("decide", "speak"):
            raise InvalidArgument(f"Volunteers decide first or speak first: 'decide' or 'speak'; got {first!r}.")
        if at_most is not None and (not isinstance(at_most, int) or isinstance(at_most, bool) or at_most < 1):
            raise InvalidArgument(f"at_most is a whole number of at least 1, or None for all; got {at_most!r}.")
        self.first = first
        self.at_most = at_most
        self.schedulers = dict(schedulers or {})

    def check(self, names: Sequence[str]) -> None:
        known(self.schedulers, names, "Volunteers")

    def _decide(self, talk: Talk) -> Choice:
        names: Sequence[str] = talk.names
        drafts: dict[str, Any] = {}
        if self.first == "speak":
            drafts = talk.draft(names)
            names = tuple(drafts)
        questions: dict[str, FormatStr] = {}
        for name in names:
            form = STANDS_BY if self.first == "speak" else WANTS
            questions[name] = form.format(
                heard=_heard(talk, name, name in self.schedulers), name=name, draft=drafts.get(name)
            )
        answers = talk.ask(names, questions, expected_type=bool, instead=self.schedulers)
        willing = [name for name in names if answers.get(name)]
        speakers = willing
        if self.at_most is not None and len(willing) > self.at_most:
            chosen = talk.rng.sample(range(len(willing)), self.at_most)
            speakers = [willing[place] for place in sorted(chosen)]
        return Decision(
            tuple(speakers),
            silent=tuple(name for name in talk.names if name not in willing),
            drafts={name: drafts[name] for name in speakers if name in drafts},
            side_by_side=self.first == "speak",
            why=f"{len(willing)} of {len(talk.names)} want to speak",
        )


class Scheduled(Moderator):
    """Each says when it will speak next, and the clock goes on to whoever is first.

    Plans are made at the beginning, after one has spoken, and by all anew after each message where `replan` says so.
    Ties go to the earlier in the order of the actors.

    Args:
        delays: seconds until an actor speaks next: a number by name, or a function ``(talk, name)`` that gives one, or
            None for not at all. By default the actors are asked.
        replan: whether all plan anew when something was said.
        schedulers: who plans in the place of actors, by their names; the actors themselves by default.
    """

    def __init__(
        self,
        delays: Mapping[str, float] | Callable[[Any, str], float | None] | None = None,
        *,
        replan: bool = False,
        schedulers: Mapping[str, BaseActor] | None = None,
    ) -> None:
        self.delays: Any = delays if delays is None or callable(delays) else dict(delays)
        self.replan = replan
        self.schedulers = dict(schedulers or {})
        self.due: dict[str, float] = {}
        self.seen = -1

    def check(self, names: Sequence[str]) -> None:
        known(self.schedulers, names, "Scheduled")
        if isinstance(self.delays, dict):
            known(self.delays, names, "Scheduled")

    def _decide(self, talk: Talk) -> Choice:
        names = talk.names
        news = len(talk.transcript) != self.seen
        self.seen = len(talk.transcript)
        due = {} if self.replan and news else {name: at for name, at in self.due.items() if name in names}
        unplanned = [name for name in names if name not in due]
        for name, delay in self._delays(talk, unplanned).items():
            if isinstance(delay, int | float) and 0 <= delay < math.inf:
                due[name] = talk.time + delay
        silent = tuple(name for name in names if name not in due)
        if not due:
            self.due = due
            return Decision(silent=silent, why="nobody plans to speak")
        first = min(names, key=lambda name: due.get(name, math.inf))
        at = due.pop(first)
        self.due = due
        return Decision((first,), silent=silent, at=at, why=f"due at {at:g} s")

    def _delays(self, talk: Talk, names: Sequence[str]) -> dict[str, Any]:
        if self.delays is None:
            questions = {
                name: WHEN.format(heard=_heard(talk, name, True, times=True), name=name, time=f"{talk.time:g}")
                for name in names
            }
            return talk.ask(names, questions, expected_type=float, instead=self.schedulers)
        if callable(self.delays):
            return {name: self.delays(talk, name) for name in names}
        return {name: self.delays.get(name) for name in names}


def _heard(talk: Talk, name: str, shown: bool, *, times: bool = False) -> str:
    """What an actor heard lately, for who does not remember it, or for its times."""
    messages = talk.heard_by(name, last=SHOWN) if shown else []
    lines = [f"[{message.time:g} s] {message}" if times else str(message) for message in messages]
    return "\n".join([*lines, "", ""]) if lines else ""
