"""Whether a change matters: a fork's change and no change, each a number of times, as an experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interlab.counterfactual import Intervention, Study, experiment
from interlab.environments import Run
from interlab.environments.cast import actors_of
from interlab.errors import InvalidArgument
from interlab.models.adapters.console import HumanModel
from interlab.ui.steering.code import trying
from interlab.ui.steering.measuring import measures_for
from interlab.ui.steering.trial import Trial, effects_of

AS_IT_WAS = "as it was"
MOST_REPLICAS = 500


def replicas_of(asked: Any) -> int:
    """A number of replicas as a window sends it.

    Raises:
        InvalidArgument: it is none.
    """
    text = str(asked).strip()
    if isinstance(asked, bool) or not text.isdecimal() or not 1 <= int(text) <= MOST_REPLICAS:
        raise InvalidArgument(f"Replicas are a whole number from 1 to {MOST_REPLICAS}.")
    return int(text)


def planned(run: Run, step: int, change: Intervention, name: str, replicas: int, max_steps: int | None) -> Study:
    """The experiment that tells what a change does.

    Args:
        run: the run that is gone back in.
        step: the step after which the change is made.
        change: the change.
        name: of its arm.
        replicas: of each arm.
        max_steps: steps of a replica at most.

    Raises:
        InvalidArgument: a person plays, who would be asked by every replica.
    """
    environment = run.at(step).env
    for actor in actors_of(environment).values():
        if isinstance(getattr(actor, "model", None), HumanModel):
            raise InvalidArgument(f"{actor.name} is a person, whom every replica would ask: run the fork instead.")
    arms, measures = _arms(change, name), _measures(run, environment)
    return experiment(run.at(step), arms, measures, replicas, max_steps=max_steps, progress=False)


def _arms(change: Intervention, name: str) -> dict[str, list[Intervention]]:
    return {AS_IT_WAS: [], name if name != AS_IT_WAS else f"{name}, changed": [change]}


def _measures(run: Run, environment: Any) -> dict[str, Any]:
    """What came out of the run; of one that is under way, what came out so far."""
    so_far = None if run.result is not None else environment.outcome()
    if not isinstance(so_far, Mapping):
        return measures_for(None, [run])
    plain = [name for name, value in so_far.items() if value is None or isinstance(value, bool | int | float | str)]
    return measures_for([str(name) for name in plain] or None, [run])


def price(study: Study) -> dict[str, Any]:
    """What an experiment is expected to take, as plain data."""
    tag = study.price_tag()
    return {"calls": tag.calls, "tokens": tag.tokens, "cost_usd": tag.cost_usd, "from": tag.estimated_from}


def code(run: Run, step: int, change: Intervention, name: str, replicas: int, max_steps: int | None) -> str:
    """The Python that does the same; the run is found in its store."""
    source: Any = run.node._source
    environment = run.at(step).env
    arms, measures = _arms(change, name), _measures(run, environment)
    return trying(source, run, step, environment, arms, measures, replicas, max_steps)


def view(trial: Trial) -> dict[str, Any]:
    """How an experiment stands, and what came of it so far, as plain data."""
    found: Mapping[str, Any] = effects_of(trial.study)
    return {**found, **trial.view()}
