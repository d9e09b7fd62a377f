"""On-policy forks: make a step again until it goes as wanted, so that what is said is what the model would say."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from interlab.counterfactual.intervention import Intervention
from interlab.counterfactual.recording import store_for
from interlab.environments import Moment
from interlab.errors import InvalidArgument, NoSampleFound
from interlab.state import derive_seed
from interlab.tracing import TracingNode, current_node

RESAMPLE = "resample"
ACCEPTED = "accepted"
"""In the meta of a sample's run: whether it was the one taken."""

AT_MOST = 20


@dataclass(frozen=True)
class Resample(Intervention):
    """Make the next step from fresh seeds until a predicate holds after it, and go on from there: for arms of an
    experiment. The step is made before the replica's run begins.

    The node of the intervention says which sample was taken, and so does the record after it in the branch's
    interventions.

    Args:
        predicate: is given the environment after the step.
        at_most: samples at most, at least 1.
        label: what the predicate is called in records; the function's name by default.
    """

    predicate: Callable[[Any], Any]
    at_most: int = AT_MOST
    label: str | None = None

    def apply(self, environment: Any) -> None:
        _check(self.predicate, self.at_most)
        if environment.is_finished:
            raise InvalidArgument(f"{type(environment).__name__} has finished, so there is no next step to resample.")
        for sample in range(self.at_most):
            trial = environment.fork(seed=derive_seed(environment.seed, RESAMPLE, sample))
            trial.step()
            if self.predicate(trial):
                taken = {"intervention": "Resampled", "sample": sample, "at_most": self.at_most, "seed": trial.seed}
                interventions = (*environment.interventions, taken)
                vars(environment).clear()
                vars(environment).update(vars(trial))
                environment.interventions = interventions
                node = current_node(required=False)
                if node is not None:
                    node.set_result(taken)
                return
        raise _none_found(self.record()["predicate"], self.at_most)

    def record(self) -> dict[str, Any]:
        return {"intervention": "Resample", "predicate": self.label or _name(self.predicate), "at_most": self.at_most}


def resample(
    at: Moment,
    predicate: Callable[[Any], Any],
    *,
    at_most: int = AT_MOST,
    seed: int = 0,
    models: Mapping[str, Any] | None = None,
    label: str | None = None,
) -> Any:
    """Make the step after a moment again, each time from a fresh seed, until it goes as wanted.

        polite = il.resample(run.at(step=4), lambda env: "please" in env.transcript[-1].message, at_most=10)
        what_if = polite.run(name="polite")

    A sentence that a person wrote is not one that the model would have said; one found in this way is. Each sample is
    a run of one step in the store. The one taken, to which the branch goes back, says in its interventions which it
    was, and its node's meta that it was accepted.

    Args:
        at: the moment before the step.
        predicate: is given the environment after the step.
        at_most: samples at most, at least 1.
        seed: what the samples' seeds follow from.
        models: models to use instead of others, by recorded name.
        label: what the predicate is called in records; the function's name by default.

    Returns:
        A live environment after the step that was accepted.

    Raises:
        NoSampleFound: the predicate held for none; it carries the runs.
        InvalidArgument: something that is no moment, function or number.
    """
    if not isinstance(at, Moment):
        raise InvalidArgument(f"resample() begins at a moment, such as run.at(step=3); got {type(at).__name__}.")
    _check(predicate, at_most)
    name = label or _name(predicate)
    runs = []
    inputs = {"run": at.run.uid, "step": at.step, "predicate": name, "at_most": at_most, "seed": seed}
    with store_for(at), TracingNode(f"resample step {at.step + 1}", kind=RESAMPLE, inputs=inputs) as node:
        for sample in range(at_most):
            fork = at.fork(seed=derive_seed(seed, RESAMPLE, sample), models=models)
            record = {"intervention": "Resample", "predicate": name, "sample": sample, "at_most": at_most}
            fork.interventions = (*fork.interventions, record)
            run = fork.run(f"sample {sample}", max_steps=1, progress=False)
            runs.append(run)
            holds = bool(predicate(fork))
            run.node.add_meta(**{ACCEPTED: holds})
            if holds:
                node.set_result({"sample": sample, "run": run.uid})
                return run.at(-1).fork()
        raise _none_found(name, at_most, runs)


def _check(predicate: Any, at_most: Any) -> None:
    if not callable(predicate):
        raise InvalidArgument(f"The predicate is a function of the environment after the step; got {predicate!r:.60}.")
    if not isinstance(at_most, int) or isinstance(at_most, bool) or at_most < 1:
        raise InvalidArgument(f"at_most is a whole number of at least 1; got {at_most!r:.60}.")


def _name(predicate: Any) -> str:
    return str(getattr(predicate, "__qualname__", None) or repr(predicate))


def _none_found(name: str, at_most: int, runs: Any = ()) -> NoSampleFound:
    return NoSampleFound(
        f"The predicate {name} held for none of {at_most} samples. Allow more with at_most=, ask for less, or write "
        "the step yourself with another intervention.",
        runs=runs,
    )
