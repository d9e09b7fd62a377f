"""Whether an environment keeps what every environment promises."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from interlab.actors import BaseActor
from interlab.environments import BaseEnvironment
from interlab.errors import EnvironmentFinished, InvalidArgument
from interlab.testing.comparing import Subject, difference, own_trace, parts_of, value_digest
from interlab.tracing import NodeReading, TracingNode


@dataclass
class _Life:
    """What an environment did, step by step; index 0 is the beginning."""

    env: BaseEnvironment
    states: list[str] = field(default_factory=list)
    results: list[str] = field(default_factory=list)
    drew_globally: bool = False


def check_environment(make_env: Callable[[], BaseEnvironment], *, max_steps: int = 20, round_trip: bool = True) -> None:
    """Check that an environment keeps what every environment promises.

    Two that are made alike live alike; forks go on exactly as the original and leave each other alone; the state
    survives being written and read back; a step after the end raises `EnvironmentFinished`; steps, queries and
    observations are recorded where they belong; actors have names of their own; `run` does what `step` does.

    The environment is lived through about eight times, for `max_steps` at most.

    Args:
        make_env: makes a new environment, alike every time: give it a fixed seed, and models that answer the same
            request alike (``"demo"``, a rule; not a list shared by all).
        max_steps: steps looked at, at least 1.
        round_trip: whether the state must be writable to a store.

    Raises:
        ConformanceError: a promise is broken; says which, what happened, and what to do.
        InvalidArgument: `max_steps` is below 1.
    """
    if max_steps < 1:
        raise InvalidArgument(f"max_steps is at least 1; got {max_steps}.")
    env = make_env()
    if not isinstance(env, BaseEnvironment):
        raise InvalidArgument(f"make_env makes a BaseEnvironment; it made a {type(env).__name__}.")
    subject = Subject(type(env).__name__, "env")
    if env.is_finished:
        subject.fails(
            "it can make a step",
            expected="a new environment has not finished",
            happened=f"it has, at step {env.steps}",
            advice="call set_finished() inside _step only.",
        )
    _names(subject, env)
    reference = _reference(subject, env, max_steps)
    _lives_alike(subject, make_env, reference)
    _forks(subject, make_env, reference, round_trip)
    _end(subject, reference.env)
    _run(subject, make_env, reference)


def _live(subject: Subject, env: BaseEnvironment, steps: int) -> _Life:
    """Make steps until the end, `steps` of them at most, and note the states and results."""
    life = _Life(env, [subject.digest(env)], [""])
    before = random.getstate()
    while len(life.states) <= steps and not env.is_finished:
        number = env.steps
        life.results.append(value_digest(env.step()))
        life.states.append(subject.digest(env))
        if env.steps != number + 1:
            subject.fails(
                "steps are counted",
                expected=f"after step() env.steps is {number + 1}",
                happened=f"it is {env.steps}",
                advice="override _step, not step, and leave self.steps alone.",
            )
    life.drew_globally = random.getstate() != before
    return life


def _reference(subject: Subject, env: BaseEnvironment, max_steps: int) -> _Life:
    first = env.steps + 1
    with own_trace() as node:
        life = _live(subject, env, max_steps)
        _traced(subject, node, first, len(life.states) - 1)
    return life


def _traced(subject: Subject, node: TracingNode, first: int, count: int) -> None:
    check = "steps are recorded"
    steps = node.children
    expected = [("step", first + place) for place in range(count)]
    found = [(child.kind, child.meta.get("step")) for child in steps]
    if found != expected:
        subject.fails(
            check,
            expected=f"one node of kind 'step' for each step, numbered from {first}, and nothing beside them",
            happened=f"{count} steps were made and the nodes are {found[:8]}",
            advice="override _step, not step, and do inside it what belongs to the step.",
        )
    for inner in node.descendants():
        if not inner.is_closed:
            subject.fails(
                check,
                expected="every node is closed when its step ends",
                happened=f"{_named(inner)} is still open",
                advice="use `with il.TracingNode(…):`, which closes it also when something raises.",
            )


def _named(node: NodeReading) -> str:
    return f"the node {node.name!r} of kind {node.kind!r}"


def _names(subject: Subject, env: BaseEnvironment) -> None:
    actors = [part for part in parts_of(env) if isinstance(part, BaseActor)]
    twice = [name for name, count in Counter(actor.name for actor in actors).items() if count > 1]
    if twice:
        subject.fails(
            "actors have names of their own",
            expected="every actor of an environment has another name",
            happened=f"{twice[0]!r} is the name of several",
            advice="name them: an actor's name decides its colour and the seeds of its model's calls, so that two of a "
            "name would draw alike.",
        )


def _lives_alike(subject: Subject, make_env: Callable[[], BaseEnvironment], reference: _Life) -> None:
    check = "equal seeds give equal runs"
    advice = "draw from self.rng only, give make_env a fixed seed, and keep no state in classes, modules or closures."
    if reference.drew_globally:
        advice = f"the module `random` was drawn from: use self.rng instead. Also: {advice}"
    with own_trace():
        env = make_env()
        if subject.digest(env) != reference.states[0]:
            subject.fails(
                check,
                expected="make_env() makes equal environments",
                happened=difference(make_env(), env, "env"),
                advice=advice,
            )
        life = _live(subject, env, len(reference.states) - 1)
    _same_life(subject, check, "a second environment, made alike,", life, reference, 0, advice)


def _same_life(subject: Subject, check: str, who: str, life: _Life, reference: _Life, since: int, advice: str) -> None:
    """Fail unless a life equals the reference from a step on."""
    expected = f"{who} does the same as the first"
    states, results = reference.states[since:], reference.results[since:]
    for place in range(1, len(states)):
        number = reference.env.steps - len(reference.states) + 1 + since + place
        if place >= len(life.states):
            happened = f"it had finished before step {number}"
        elif life.results[place] != results[place]:
            happened = f"the result of step {number} is another one"
        elif life.states[place] != states[place]:
            happened = f"the state after step {number} is another one"
            if place == len(states) - 1:
                happened += f": {difference(reference.env, life.env, 'env')}"
        else:
            continue
        subject.fails(check, expected=expected, happened=happened, advice=advice)
    if life.env.is_finished != reference.env.is_finished:
        subject.fails(check, expected=expected, happened="one of them has finished and the other not", advice=advice)


def _forks(subject: Subject, make_env: Callable[[], BaseEnvironment], reference: _Life, round_trip: bool) -> None:
    """Walk once more, forking on the way."""
    last = len(reference.states) - 1
    moments = {0, 1, last // 2, last - 1}
    check = "forks are isolated"
    advice = (
        "something is shared: a class attribute, a global, a closure, or what __interlab_shared__ names. Keep "
        "it in an ordinary attribute."
    )
    with own_trace():
        env = make_env()
        for place in range(last):
            if place not in moments:
                env.step()
                continue
            rest = last - place
            number = env.steps
            fork = subject.forked(env)
            untouched = subject.forked(env)
            subject.must_equal(check, env, fork, expected="a fork has the content of the original", advice=advice)
            life = _live(subject, fork, rest)
            if subject.digest(env) != reference.states[place]:
                subject.fails(
                    check,
                    expected=f"running a fork leaves the original as it was after step {number}",
                    happened=difference(_again(make_env, place), env, "env"),
                    advice=advice,
                )
            _same_life(
                subject, "a fork goes on as the original", f"an unchanged fork of step {number}", life, reference,
                place, f"keep all that decides the next step in attributes, and draw from self.rng; or {advice}",
            )  # fmt: skip
            if round_trip:
                life = _live(subject, subject.restored(env), rest)
                _same_life(
                    subject, "the state survives a round trip", f"what is restored after step {number}", life,
                    reference, place, "keep all that decides the next step in attributes; different models need "
                    "different names.",
                )  # fmt: skip
            env.step()
            if subject.digest(untouched) != reference.states[place]:
                subject.fails(
                    check,
                    expected=f"a step of the original leaves its fork as it was after step {number}",
                    happened="the fork's content changed",
                    advice=advice,
                )
        if subject.digest(env) != reference.states[last]:
            subject.fails(
                check,
                expected="the original goes on as if nobody had forked it",
                happened=difference(reference.env, env, "env"),
                advice=advice,
            )


def _again(make_env: Callable[[], BaseEnvironment], steps: int) -> BaseEnvironment:
    """Another environment after as many steps, as it should be."""
    env = make_env()
    for _ in range(steps):
        env.step()
    return env


def _end(subject: Subject, env: BaseEnvironment) -> None:
    ended = subject.forked(env)
    ended.set_finished()
    before = subject.digest(ended)
    check = "no step after the end"
    advice = "override _step, not step, run or is_finished."
    if not ended.is_finished:
        subject.fails(check, expected="is_finished after set_finished()", happened="it goes on", advice=advice)
    with own_trace():
        for what, call in (("step()", ended.step), ("run()", lambda: ended.run(progress=False))):
            try:
                call()
            except EnvironmentFinished:
                continue
            subject.fails(
                check,
                expected=f"{what} raises EnvironmentFinished",
                happened="it raised nothing",
                advice=advice,
            )
    if subject.digest(ended) != before:
        subject.fails(check, expected="a refused step changes nothing", happened="the state changed", advice=advice)


def _run(subject: Subject, make_env: Callable[[], BaseEnvironment], reference: _Life) -> None:
    check = "run() does what step() does"
    advice = "override _step and outcome() only; outcome() must not change the state."
    last = len(reference.states) - 1
    with own_trace():
        env = make_env()
        start = env.steps
        run = env.run("conformance", max_steps=last, progress=False)
        if subject.digest(env) != reference.states[last]:
            subject.fails(
                check,
                expected="the same state after as many steps",
                happened=difference(reference.env, env, "env"),
                advice=advice,
            )
        middle = last // 2
        fork = run.at(start + middle).fork()
        vars(fork).pop("origin")  # where it comes from is no part of the comparison
        if "origin" in vars(env):
            fork.origin = env.origin
        life = _live(subject, fork, last - middle)
        _same_life(subject, check, f"the fork of run.at({start + middle})", life, reference, middle, advice)
