"""Best response: which of its possible moves would serve an actor best, by Monte-Carlo tree search on forks.

The tree holds what the one actor does; what all others do, and chance, is played anew in every rollout (open-loop
search: Perez Liebana, Dieskau, Hünermund, Mostaghim & Lucas 2015, "Open loop search for general video game playing").
Moves are tried by the rule UCB1 (Auer, Cesa-Bianchi & Fischer 2002; Kocsis & Szepesvári 2006): more often the better
they did, and now and then the others.
"""

from __future__ import annotations

import html
import math
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, is_dataclass
from functools import partial
from typing import Any, TypeAlias

from interlab.actors import BaseActor
from interlab.counterfactual.measures import taken
from interlab.counterfactual.prescribed import Answer
from interlab.counterfactual.recording import store_for
from interlab.counterfactual.statistics import Interval, mean_interval
from interlab.environments import Moment
from interlab.environments.cast import find_actor, replace_actor
from interlab.errors import InvalidArgument
from interlab.models.cancelling import cancellable
from interlab.models.replies import calls_of
from interlab.state import derive_seed
from interlab.state import fork as fork_of
from interlab.tracing import TracingNode, parallel

SEARCH, ROLLOUT = "search", "rollout"

Asking: TypeAlias = Callable[[BaseActor], Any]

Moves: TypeAlias = "Iterable[Any] | int | Callable[[Any], Iterable[Any]]"


@dataclass(eq=False)
class MoveNode:
    """A move in the search tree, and what it led to.

    Args:
        move: the answer; None at the root.
        values: what rollouts through it came to.
        trying: rollouts through it that are being played.
        children: the moves after it, once the actor was asked there.
    """

    move: Any = None
    values: list[float] = field(default_factory=list)
    trying: int = 0
    children: list[MoveNode] | None = None

    @property
    def visits(self) -> int:
        """Rollouts through it."""
        return len(self.values)

    @property
    def mean(self) -> float:
        """The mean of what they came to; NaN of none."""
        return math.fsum(self.values) / len(self.values) if self.values else math.nan


@dataclass(frozen=True)
class BestResponse:
    """What a search found. Moves were not tried equally often, so treat the intervals as a guide, and confirm the best
    with an experiment: ``il.experiment(moment, found.arms(), …)``.

    Args:
        actor: whose moves.
        root: the search tree.
        rollouts: rollouts that were played to their end.
        failures: what others failed with.
        sign: 1 where more is better, −1 where less is.
    """

    actor: str
    root: MoveNode
    rollouts: int
    failures: list[Exception]
    sign: int = 1

    @property
    def moves(self) -> list[MoveNode]:
        """The first moves, the most visited first."""
        found = self.root.children or []
        return sorted(found, key=lambda node: (-node.visits, node.mean * self.sign * -1 if node.values else math.inf))

    @property
    def best(self) -> Any:
        """The first move that was visited most, which is the one to trust.

        Raises:
            InvalidArgument: the actor was never asked.
        """
        if not self.moves:
            raise InvalidArgument(f"{self.actor} was never asked before the end, so there is no move to choose.")
        return self.moves[0].move

    def line(self) -> list[Any]:
        """The best moves one after the other, as deep as the search went."""
        moves, node = [], self.root
        while node.children:
            node = max(
                node.children, key=lambda child: (child.visits, child.mean * self.sign if child.values else -math.inf)
            )
            if not node.visits:
                break
            moves.append(node.move)
        return moves

    def arms(self) -> dict[str, list[Answer]]:
        """The first moves as arms of an experiment."""
        return {_named(node.move): [Answer(self.actor, node.move)] for node in self.moves}

    def intervals(self) -> dict[str, Interval]:
        """The mean of each first move with a 95 % interval, by the move."""
        return {_named(node.move): mean_interval(node.values) for node in self.moves if node.values}

    def __str__(self) -> str:
        lines = [f"{self.actor}, after {self.rollouts} rollouts ({len(self.failures)} failed):"]
        for node in self.moves:
            shown = mean_interval(node.values) if node.values else None
            spread = "" if shown is None else f" {shown.estimate:.4g} [{shown.low:.4g}, {shown.high:.4g}]"
            lines.append(f"  {node.visits:>4} × {_named(node.move)}{spread}")
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def best_response(
    start: Any,
    actor: str,
    moves: Moves,
    measure: Callable[[Any], Any],
    *,
    rollouts: int = 100,
    depth: int = 1,
    max_steps: int | None = None,
    maximize: bool = True,
    exploration: float = math.sqrt(2),
    seed: int = 0,
    workers: int = 1,
    name: str | None = None,
) -> BestResponse:
    """Search for the answers of one actor that serve a measure best, given how the others go on.

        found = il.best_response(run.at(step=4), "seller", [Move("offer", 2_700), Move("offer", 2_500)],
                                 lambda env: env.price or 0, rollouts=60)
        print(found)

    Args:
        start: an environment, which stays as it is; or a moment of a run.
        actor: whose answers are chosen: its name, or the attribute that holds it.
        moves: the answers it may give: a list; a number, to try so many that it gives by itself (each sampled with a
            seed of its own, the same one counted once); or a function from the environment to a list. Functions are
            asked in the middle of a step, and once for each place of the tree.
        measure: what is sought, of the environment at a rollout's end: a number or a truth value; None counts as 0.
        rollouts: how many futures are played, at least 1.
        depth: how many answers in a row are chosen; after that the actor goes on as it would.
        max_steps: steps of a rollout at most; to its end by default.
        maximize: the higher the better; else the lower.
        exploration: the weight of moves tried less often, at least 0.
        seed: what all chance follows from.
        workers: rollouts side by side. With more than 1 what is found may differ a little from time to time.
        name: what the search is called in the trace.

    Returns:
        What was found.

    Raises:
        InvalidArgument: no moves, no such actor, or a number out of its range.
    """
    for what, number in (("rollouts", rollouts), ("depth", depth), ("workers", workers)):
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            raise InvalidArgument(f"{what} is a whole number of at least 1; got {number!r:.60}.")
    if not isinstance(exploration, int | float) or not 0 <= exploration < math.inf:
        raise InvalidArgument(f"exploration is at least 0; got {exploration!r:.60}.")
    if isinstance(moves, bool | str) or not (isinstance(moves, int | Iterable) or callable(moves)):
        raise InvalidArgument(f"moves is a list of answers, a number of them, or a function; got {moves!r:.60}.")
    begun = start.fork()
    if begun.is_finished:
        raise InvalidArgument(
            f"{type(begun).__name__} has finished, so nobody has a move left; take an earlier moment."
        )
    who = find_actor(begun, actor).name
    rules = _Rules(who, moves, measure, depth, max_steps, 1 if maximize else -1, float(exploration), seed)
    search = _Search(begun, rules)
    inputs = {"actor": who, "rollouts": rollouts, "depth": depth, "seed": seed, "maximize": maximize}
    if isinstance(start, Moment):
        inputs |= {"run": start.run.uid, "step": start.step}
    name = name or f"best response of {who}"
    with store_for(start), TracingNode(name, kind=SEARCH, inputs=inputs) as node, cancellable():
        outcomes: list[Any] = parallel(
            [partial(search.rollout, number) for number in range(rollouts)], max_workers=workers, return_exceptions=True
        )
        failures = [one for one in outcomes if isinstance(one, Exception)]
        if len(failures) == rollouts:
            raise failures[0]
        found = BestResponse(who, search.root, rollouts - len(failures), failures, rules.sign)
        node.set_result({_named(one.move): {"visits": one.visits, "mean": one.mean} for one in found.moves})
    return found


def _named(move: Any) -> str:
    """A move in words, short enough for the name of an arm."""
    if is_dataclass(move) and not isinstance(move, type):
        held = (getattr(move, one.name) for one in fields(move))
        return " ".join(str(value).replace("_", " ") for value in held if value not in (None, ""))
    return str(move)


@dataclass(frozen=True)
class _Rules:
    """What a search keeps to."""

    actor: str
    moves: Moves
    measure: Callable[[Any], Any]
    depth: int
    max_steps: int | None
    sign: int
    exploration: float
    seed: int


class _Search:
    """The tree, and the rollouts that grow it."""

    def __init__(self, start: Any, rules: _Rules) -> None:
        self.root = MoveNode()
        self._start = start
        self._rules = rules
        self._lock = threading.Lock()  # of the tree
        self._expanding = threading.Lock()
        self._low, self._high = math.inf, -math.inf

    def rollout(self, number: int) -> float:
        """Play one future to its end."""
        rules = self._rules
        with self._lock:
            fork = self._start.fork(seed=derive_seed(rules.seed, SEARCH, number))
        path = [self.root]
        with TracingNode(f"rollout {number + 1}", kind=ROLLOUT, inputs={"seed": fork.seed}) as node:
            try:
                actor = find_actor(fork, rules.actor)
                choosing = _ChoosingActor(actor, _Standing(actor, self, fork, path))
                replace_actor(fork, actor, choosing)
                fork.run(f"rollout {number + 1}", max_steps=rules.max_steps, progress=False, snapshots=False)
                replace_actor(fork, choosing, actor)
                given = taken("value", rules.measure, fork)
                if isinstance(given, str):
                    raise InvalidArgument(f"A search seeks a number or a truth value; the measure gave {given!r:.60}.")
                value = float(given or 0)
            finally:
                with self._lock:
                    for one in path[1:]:
                        one.trying -= 1
            with self._lock:
                self._low, self._high = min(self._low, value), max(self._high, value)
                for one in path:
                    one.values.append(value)
            node.set_result({"moves": [_named(one.move) for one in path[1:]], "value": value})
        return value

    def choose(self, path: list[MoveNode], actor: BaseActor, environment: Any, asked: Asking) -> Any:
        """The move to try next, noted in the path; or what the actor answers by itself, beyond the tree's depth."""
        if len(path) > self._rules.depth:
            return asked(actor)
        place = path[-1]
        if place.children is None:
            with self._expanding:
                if place.children is None:
                    place.children = [MoveNode(move) for move in self._moves(len(path), actor, environment, asked)]
        with self._lock:
            chosen = min(place.children, key=lambda child: self._rank(place, child))
            chosen.trying += 1
            path.append(chosen)
        return chosen.move

    def _rank(self, place: MoveNode, child: MoveNode) -> tuple[int, float]:
        """The lowest is tried next: those never tried first, then by UCB1. A rollout under way counts as a visit that
        was as good as the mean, so that others meanwhile try something else."""
        visits = child.visits + child.trying
        if not child.values:
            return (1, float(visits)) if visits else (-1, 0.0)
        spread = self._high - self._low
        good = ((child.mean - self._low) / spread if spread else 0.5) * self._rules.sign
        everywhere = sum(one.visits + one.trying for one in place.children or ())
        return (0, -(good + self._rules.exploration * math.sqrt(math.log(everywhere) / visits)))

    def _moves(self, level: int, actor: BaseActor, environment: Any, asked: Asking) -> list[Any]:
        given = self._rules.moves
        if isinstance(given, int):
            found = [self._sampled(level, number, actor, asked) for number in range(given)]
        else:
            found = list(given(environment) if callable(given) else given)
        distinct: list[Any] = []
        for move in found:
            if move not in distinct:
                distinct.append(move)
        if not distinct:
            raise InvalidArgument(f"There are no moves for {self._rules.actor} to choose from; give at least one.")
        return distinct

    def _sampled(self, level: int, number: int, actor: BaseActor, asked: Asking) -> Any:
        copy = fork_of(actor)
        with calls_of(copy, f"moves of {actor.name}", seed=derive_seed(self._rules.seed, "moves", level, number)):
            return asked(copy)


@dataclass(frozen=True)
class _Standing:
    """What a rollout's actor goes by; no part of the state."""

    actor: BaseActor
    search: _Search
    environment: Any
    path: list[MoveNode]

    def __interlab_resource_name__(self) -> str:
        return "search"


class _ChoosingActor(BaseActor):
    """Stands for the actor during a rollout: asks the search what to answer."""

    def __init__(self, actor: BaseActor, standing: _Standing) -> None:
        super().__init__(actor.name, memory=actor.memory, color=actor.color)
        self._standing = standing

    def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
        here = self._standing
        return here.search.choose(
            here.path, here.actor, here.environment,
            lambda one: one._query(prompt, expected_type=expected_type, **settings),
        )  # fmt: skip

    def _observe(self, observation: Any, *, priority: float = 0, time: int | None = None) -> None:
        self._standing.actor._observe(observation, priority=priority, time=time)
