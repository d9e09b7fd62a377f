"""Who influenced whom: forks in which one message was not heard, ranked before they are paid for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from interlab.counterfactual import maps
from interlab.counterfactual.effects import Effect, as_frame
from interlab.counterfactual.experiment import WORKERS, Study, experiment
from interlab.counterfactual.intervention import Intervention
from interlab.counterfactual.measures import Measure, as_measures
from interlab.counterfactual.pricing import PriceTag
from interlab.counterfactual.statistics import holm
from interlab.environments import Run
from interlab.environments.cast import actors_of
from interlab.errors import InvalidArgument
from interlab.models.ledger import Limit
from interlab.state import Log

AS_IT_WAS, NOT_HEARD = "as it was", "not heard"
_NEXT = "next: "
_TERM = re.compile(r"[^\W_]+(?:[.,]\d+)*")

Rank = Callable[[Sequence[Any], int], float]


@dataclass(frozen=True)
class NotHeard(Intervention):
    """Let nobody but its speaker have heard the last thing said. The transcript keeps it, memories don't.

    Args:
        message: the message's place in the history, from 0; negative numbers count from the end.
        history: the attribute of the environment that holds the messages.
    """

    message: int = -1
    history: str = "transcript"

    def apply(self, environment: Any) -> None:
        messages = messages_of(environment, self.history)
        if not -len(messages) <= self.message < len(messages):
            raise InvalidArgument(f"There are {len(messages)} messages here, and none has the number {self.message}.")
        message = messages[self.message]
        said = words_of(message)
        for actor in actors_of(environment).values():
            if actor.name == speaker_of(message):
                continue
            try:
                texts = actor.memory.texts
            except NotImplementedError:
                continue
            places = [place for place, text in enumerate(texts) if said and said in text]
            if places:
                actor.memory.remove_memory(places[-1])


@dataclass(frozen=True)
class NextBy:
    """A measure: what an actor said first after a message; None if nothing."""

    speaker: str
    after: int
    history: str

    def __call__(self, environment: Any) -> str | None:
        messages = messages_of(environment, self.history)
        return next((str(one) for one in messages[self.after + 1 :] if speaker_of(one) == self.speaker), None)


@dataclass(frozen=True)
class LeftOut:
    """One message, and the experiment in which it is left out.

    Args:
        number: its place in the transcript, from 0.
        step: the step in which it was said.
        speaker: who said it.
        text: its words.
        rank: how likely it is to matter, guessed without a call; higher is more.
        study: arms ``"as it was"`` and ``"not heard"``, from the moment after its step.
    """

    number: int
    step: int
    speaker: str
    text: str
    rank: float
    study: Study

    @property
    def is_run(self) -> bool:
        """Whether replicas of it are in the store."""
        return any(one.state == "finished" for one in self.study.replicas)


@dataclass(frozen=True)
class Edge:
    """How much an actor's messages changed what another said next.

    Args:
        speaker: whose messages were left out.
        listener: who went on without them.
        strength: how far apart what the listener says next with and without a message is, beyond how far apart it is
            among itself: the energy coefficient (Székely & Rizzo 2013, "Energy statistics") of the messages' words by
            Jaccard distance, in [0, 1], on average over the messages. 0 when leaving out changes nothing but chance.
        messages: messages that were left out.
    """

    speaker: str
    listener: str
    strength: float
    messages: int


class Influence:
    """What each message of a run did. Made by `influence`; nothing is paid for before `run`.

    Args:
        name: the name of the run.
        measure: the name of the measure.
        messages: the messages, those that are likely to matter most first.
        limit: what all together may spend.
    """

    def __init__(self, name: str, measure: str, messages: list[LeftOut], limit: Limit | None) -> None:
        self.name = name
        self.measure = measure
        self.messages = messages
        self.limit = limit

    def price_tag(self, top: int | None = None) -> PriceTag:
        """What leaving out the first `top` messages of the ranking is expected to take; all by default."""
        tags = [(one, one.study.price_tag()) for one in self._first(top)]
        prices = [replace(price, arm=f"{one.number} {price.arm}") for one, tag in tags for price in tag.arms]
        return PriceTag(tuple(prices), "; ".join(dict.fromkeys(tag.estimated_from for _, tag in tags)), self.limit)

    def run(self, top: int | None = None) -> Influence:
        """Leave out the first `top` messages of the ranking, one at a time; all by default. What is in the store
        already is not run again."""
        for one in self._first(top):
            one.study.run()
        return self

    def _first(self, top: int | None) -> list[LeftOut]:
        if top is not None and (not isinstance(top, int) or isinstance(top, bool) or top < 1):
            raise InvalidArgument(f"top is a whole number of at least 1, or None for all; got {top!r:.60}.")
        return self.messages[:top]

    def estimates(self) -> list[tuple[LeftOut, Effect]]:
        """What leaving out did to the measure, the largest effect first; p values are corrected for all messages."""
        found: list[tuple[LeftOut, Effect]] = []
        for one in self.messages:
            if one.is_run:
                found += [(one, row) for row in one.study.estimates(self.measure) if row.arm == NOT_HEARD]
        corrected = holm([row.p for _, row in found])
        rows = [(one, replace(row, p_holm=p)) for (one, row), p in zip(found, corrected, strict=True)]
        return sorted(rows, key=lambda row: -abs(row[1].difference) if row[1].pairs else 1.0)

    def effects(self) -> Any:
        """The same as a pandas data frame: message, speaker, text, and what the measure was without it, compared with
        what it was with it."""
        rows = self.estimates()
        frame = as_frame([row for _, row in rows]).reset_index()
        for place, (name, values) in enumerate(
            {
                "message": [one.number for one, _ in rows], "step": [one.step for one, _ in rows],
                "speaker": [one.speaker for one, _ in rows], "text": [one.text for one, _ in rows],
            }.items()
        ):  # fmt: skip
            frame.insert(place, name, values)
        return frame.drop(columns=["arm", "reference"]).set_index("message")

    def edges(self) -> list[Edge]:
        """Who changed what whom said next, strongest first."""
        strengths: dict[tuple[str, str], list[float]] = {}
        for one in self.messages:
            finished = [each for each in one.study.replicas if each.state == "finished"]
            for name in one.study.plan.measures:
                if not name.startswith(_NEXT):
                    continue
                heard = [_terms(each.values.get(name) or "") for each in finished if each.arm == AS_IT_WAS]
                not_heard = [_terms(each.values.get(name) or "") for each in finished if each.arm == NOT_HEARD]
                if heard and not_heard and any((*heard, *not_heard)):
                    edge = (one.speaker, name.removeprefix(_NEXT))
                    strengths.setdefault(edge, []).append(energy_coefficient(heard, not_heard))
        edges = [
            Edge(speaker, listener, sum(values) / len(values), len(values))
            for (speaker, listener), values in strengths.items()
        ]
        return sorted(edges, key=lambda edge: -edge.strength)

    def plot(self) -> Any:
        """The map: actors on a circle, an arrow from one to another as wide as its influence; and the effect of each
        message on the measure. A plotly figure."""
        effects = sorted(self.estimates(), key=lambda row: row[0].number)
        return maps.influence_figure(
            f"Who influenced whom in {self.name}", self.measure,
            [(edge.speaker, edge.listener, edge.strength) for edge in self.edges()],
            [(f"{one.number} {one.speaker}", one.text, row.difference, row.low, row.high) for one, row in effects],
        )  # fmt: skip

    def __str__(self) -> str:
        lines = [f"{'rank':>6}  message"]
        lines += [f"{one.rank:6.2f}  {one.number} {one.speaker}: {one.text}" for one in self.messages]
        return "\n".join([*lines, *(f"{e.speaker} → {e.listener}: {e.strength:.2f}" for e in self.edges())])


def influence(
    run: Run,
    measure: Callable[[Any], Any] | Measure | Mapping[str, Any],
    replicas: int = 10,
    *,
    history: str = "transcript",
    rank: Rank | None = None,
    seed: int = 0,
    max_steps: int | None = None,
    models: Mapping[str, Any] | None = None,
    limit: Limit | None = None,
    workers: int = WORKERS,
    progress: bool = True,
) -> Influence:
    """Plan to leave out each message of a run in turn, to learn what it did and to whom.

        found = il.influence(run, lambda env: env.price)
        print(found, found.price_tag(top=3))        # ranked, and nothing was paid yet
        found.run(top=3).effects()
        found.plot()

    From the moment after a message, forks go on in which nobody but its speaker remembers it, beside forks with the
    same seeds in which everybody does.

    Args:
        run: the run.
        measure: as for `experiment`; of several the first is compared.
        replicas: of either kind, for each message.
        history: the attribute of the environment that holds the messages.
        rank: guesses how much a message matters, from all messages and its place; by default how many words it brought
            up that others then took up.
        seed, max_steps, models, limit, workers, progress: as for `experiment`.

    Returns:
        The messages, ranked; nothing was run yet.

    Raises:
        InvalidArgument: something that is no run, or has no such history, or no message after which it went on.
    """
    if not isinstance(run, Run):
        raise InvalidArgument(f"influence() takes a run, as env.run() returns it; got {type(run).__name__}.")
    named = as_measures(measure)
    steps = [int(node.meta["step"]) for node in run.steps]
    if not steps:
        raise InvalidArgument(f"The run {run.name!r} made no step, so nobody said anything in it.")
    end = run.at(steps[-1]).env
    messages = messages_of(end, history)
    names = [actor.name for actor in actors_of(end).values()]
    score = rank or taken_up
    found: list[LeftOut] = []
    before = len(messages_of(run.at(steps[0] - 1).env, history))
    for step in steps[:-1]:
        after = len(messages_of(run.at(step).env, history))
        for number in range(before, after):
            speaker, text = speaker_of(messages[number]), words_of(messages[number])
            if not text or speaker not in names:
                continue
            listeners = {f"{_NEXT}{name}": NextBy(name, number, history) for name in names if name != speaker}
            study = experiment(
                run.at(step), {AS_IT_WAS: [], NOT_HEARD: NotHeard(number, history)}, {**named, **listeners}, replicas,
                seed=seed, max_steps=max_steps, models=models, limit=limit, workers=workers, progress=progress,
                name=f"without message {number} of {run.name}", snapshots=False,
            )  # fmt: skip
            found.append(LeftOut(number, step, speaker, text, float(score(messages, number)), study))
        before = after
    if not found:
        raise InvalidArgument(f"No message of the run {run.name!r} was followed by another step.")
    found.sort(key=lambda one: (-one.rank, one.number))
    return Influence(run.name, next(iter(named)), found, limit)


def taken_up(messages: Sequence[Any], number: int) -> float:
    """How much of what others said later a message brought up: the share of their words that nobody had used before
    it, summed over their messages."""
    earlier: set[str] = set().union(*(_terms(one) for one in messages[:number]))
    new = _terms(messages[number]) - earlier
    speaker = speaker_of(messages[number])
    later = [_terms(one) for one in messages[number + 1 :] if speaker_of(one) != speaker]
    return sum(len(new & terms) / len(terms) for terms in later if terms)


def energy_coefficient(one: Sequence[set[str]], other: Sequence[set[str]]) -> float:
    """How far apart two groups of texts are beyond how far apart each is in itself, in [0, 1].

    Args:
        one, other: the words of each text; at least one text in either.
    """
    across = _mean(_jaccard(a, b) for a in one for b in other)
    within = (
        _mean(_jaccard(a, b) for a, b in combinations(one, 2)),
        _mean(_jaccard(a, b) for a, b in combinations(other, 2)),
    )
    return max(0.0, 1 - (within[0] + within[1]) / (2 * across)) if across else 0.0


def _jaccard(one: set[str], other: set[str]) -> float:
    return 1 - len(one & other) / len(one | other) if one or other else 0.0


def _mean(values: Iterable[float]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 0.0


def _terms(message: Any) -> set[str]:
    return {term.lower() for term in _TERM.findall(words_of(message))}


def messages_of(environment: Any, history: str) -> list[Any]:
    """The messages of an environment.

    Raises:
        InvalidArgument: it has none under that name.
    """
    messages = getattr(environment, history, None)
    if not isinstance(messages, Log | list | tuple):
        raise InvalidArgument(
            f"{type(environment).__name__} has no messages named {history!r}; name the right attribute with history=."
        )
    return list(messages)


def speaker_of(message: Any) -> str:
    """Who said a message; empty where it does not say."""
    if isinstance(message, str):
        return message.partition(":")[0] if ":" in message else ""
    return str(getattr(message, "speaker", ""))


def words_of(message: Any) -> str:
    """The words of a message; empty where it has none."""
    if isinstance(message, str):
        return message
    for name in ("text", "message", "content"):
        if isinstance(getattr(message, name, None), str):
            return str(getattr(message, name))
    return ""
