"""Interviews without contamination: an actor of a past moment is asked in forks that are thrown away."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from interlab.counterfactual.recording import store_for
from interlab.environments import Moment, Run
from interlab.environments.cast import find_actor
from interlab.errors import InvalidArgument, StateError
from interlab.models.cancelling import cancellable
from interlab.models.replies import calls_of
from interlab.state import derive_seed
from interlab.tracing import NodeReading, TracingNode, parallel

INTERVIEW = "interview"
WORKERS = 8


@dataclass(frozen=True)
class Interview:
    """What an actor answered.

    Args:
        actor: the actor's name.
        question: what was asked.
        moment: when.
        answers: the answers, in the order of their seeds; without those that failed.
        failures: what failed.
        content_hash: of the moment's state, before and after.
        node: the interview's node, with the calls below it.
    """

    actor: str
    question: Any
    moment: Moment
    answers: list[Any]
    failures: list[Exception]
    content_hash: str
    node: NodeReading

    @property
    def counts(self) -> dict[str, int]:
        """How often each answer was given, the most frequent first."""
        return dict(Counter(map(str, self.answers)).most_common())

    def __str__(self) -> str:
        head = f"{self.actor}, after step {self.moment.step} of {self.moment.run.name}: {self.question}"
        lines = [f"  {count} × {answer}" for answer, count in self.counts.items()]
        if self.failures:
            lines.append(f"  {len(self.failures)} × no answer ({type(self.failures[0]).__name__}: {self.failures[0]})")
        return "\n".join([head, *lines])

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


def interview(
    run: Run,
    step: int | NodeReading,
    actor: str,
    question: Any,
    n: int = 1,
    *,
    expected_type: Any = None,
    seed: int = 0,
    models: Mapping[str, Any] | None = None,
    workers: int = WORKERS,
    **settings: Any,
) -> Interview:
    """Ask an actor something at a past moment, without anybody ever knowing.

        il.interview(run, 4, "Bob", "What is the most you would pay?", n=10, expected_type=int).counts

    Each answer comes from a fork of its own, made for it and thrown away. The moment's state has the same content hash
    after as before, or it is an error.

    Args:
        run: the run.
        step: as for ``run.at``: the number of the step after which the actor is asked, or a node.
        actor: its name, or the attribute of the environment that holds it.
        question: what is asked.
        n: how often, at least 1; each from a fresh seed.
        expected_type: the type of the answers; None for text.
        seed: what the answers' seeds follow from.
        models: models to use instead of others, by recorded name.
        workers: forks asked side by side.
        **settings: as for ``actor.query``.

    Returns:
        The answers. One that fails is recorded among the `failures`.

    Raises:
        InvalidArgument: there is no such actor, or n is below 1.
        StateError: the original's state changed.
    """
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        raise InvalidArgument(f"n is a whole number of at least 1; got {n!r:.60}.")
    moment = run.at(step)
    before = moment.content_hash
    forks = [moment.fork(seed=derive_seed(seed, INTERVIEW, number), models=models) for number in range(n)]
    name = find_actor(forks[0], actor).name
    inputs = {"run": run.uid, "step": moment.step, "actor": name, "question": question, "n": n, "seed": seed}

    def ask(fork: Any) -> Any:
        with calls_of(fork, "environment", seed=fork.seed):
            return find_actor(fork, actor).query(question, expected_type=expected_type, **settings)

    with store_for(run), TracingNode(f"interview with {name}", kind=INTERVIEW, inputs=inputs) as node, cancellable():
        given = parallel([partial(ask, fork) for fork in forks], max_workers=workers, return_exceptions=True)
        answers = [one for one in given if not isinstance(one, Exception)]
        failures = [one for one in given if isinstance(one, Exception)]
        after = run.at(step).content_hash
        if not before == after == moment.content_hash:
            raise StateError(
                f"The state after step {moment.step} of {run.name!r} changed during the interview: something in it is "
                "shared by forks and was written to, such as a class's or a module's attribute."
            )
        node.set_result({"answers": answers, "failed": len(failures), "content_hash": after})
    return Interview(name, question, moment, answers, failures, after, node)
