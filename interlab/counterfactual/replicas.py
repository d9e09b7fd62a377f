"""What a store knows of an experiment: its plan, and what came of each replica."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from interlab.counterfactual.measures import Value
from interlab.models.ledger import Ledger
from interlab.tracing import NodeReading, Record

EXPERIMENT, REPLICA = "experiment", "replica"
UNFINISHED = "unfinished"
"""In the meta of a replica's node: it was stopped, which says nothing about the arm, so it is run again."""

State = Literal["finished", "failed", "unfinished"]
_RANK = {"unfinished": 0, "failed": 1, "finished": 2}


@dataclass(frozen=True)
class Plan:
    """What an experiment is to do, as it stands in the inputs of its node.

    Args:
        key: the same for the same experiment, in every process.
        name: what it is called.
        run: the uid of the run it branches from.
        step: the step after which it does.
        arms: the arms' keys by name.
        interventions: the arms' interventions as recorded, by name.
        measures: the names of the measures.
        reference: the arm that the others are compared with.
        replicas: how many of each arm.
        seed: what the replicas' seeds follow from.
        max_steps: steps of a replica at most, or None.
    """

    key: str
    name: str
    run: str
    step: int
    arms: dict[str, str]
    interventions: dict[str, list[Any]]
    measures: tuple[str, ...]
    reference: str
    replicas: int
    seed: int
    max_steps: int | None = None

    def inputs(self) -> dict[str, Any]:
        """As it is recorded."""
        return {
            "experiment": self.key, "run": self.run, "step": self.step,
            "arms": {name: {"key": key, "interventions": self.interventions[name]} for name, key in self.arms.items()},
            "measures": list(self.measures), "reference": self.reference, "replicas": self.replicas,
            "seed": self.seed, "max_steps": self.max_steps,
        }  # fmt: skip

    @classmethod
    def read(cls, node: NodeReading) -> Plan | None:
        """The plan of an experiment's node; None where it is not one of ours."""
        given = node.inputs
        try:
            arms = {str(name): arm for name, arm in given["arms"].items()}
            return cls(
                key=str(given["experiment"]),
                name=node.name,
                run=str(given["run"]),
                step=int(given["step"]),
                arms={name: str(arm["key"]) for name, arm in arms.items()},
                interventions={name: list(arm["interventions"]) for name, arm in arms.items()},
                measures=tuple(map(str, given["measures"])),
                reference=str(given["reference"]),
                replicas=int(given["replicas"]),
                seed=int(given["seed"]),
                max_steps=None if given.get("max_steps") is None else int(given["max_steps"]),
            )
        except (KeyError, TypeError, ValueError, AttributeError):
            return None


@dataclass(frozen=True)
class Replica:
    """One fork of an experiment that was run and measured, or failed.

    Args:
        arm: its arm.
        number: counted from 0; those of the same number in all arms share their seed.
        state: ``"finished"``, ``"failed"``, or ``"unfinished"`` when it was stopped, or is running.
        seed: what all in it was drawn from.
        values: the measures' values by name; empty unless it finished.
        per_step: of measures taken per step, the steps and their values.
        run_uid: its run; None if it made no step.
        error: what it failed with, in words.
        node: its node, of kind ``replica``.
    """

    arm: str
    number: int
    state: State
    seed: int
    node: NodeReading
    values: dict[str, Value] = field(default_factory=dict)
    per_step: dict[str, list[tuple[int, Value]]] = field(default_factory=dict)
    run_uid: str | None = None
    error: str | None = None


@dataclass(frozen=True)
class Spending:
    """What some replicas took, judges included.

    Args:
        calls: model calls.
        input_tokens, output_tokens: tokens.
        cost_usd: dollars, or None when a price is not known.
    """

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = 0.0

    @property
    def tokens(self) -> int:
        """In and out."""
        return self.input_tokens + self.output_tokens


def find_plans(store: Any) -> list[Plan]:
    """The experiments of a store, each as it was planned last, in the order of their beginnings."""
    plans: dict[str, Plan] = {}
    for node in store.find(kind=EXPERIMENT):
        plan = Plan.read(node)
        if plan is not None:
            plans[plan.key] = plan
    return list(plans.values())


def find_replicas(store: Any, plan: Plan) -> dict[tuple[str, int], Replica]:
    """The replicas of an experiment that are in a store, by arm and number; also those of earlier experiments with
    the same arm. Of several tries that of the best end counts, then the last."""
    names = {key: name for name, key in plan.arms.items()}
    found: dict[tuple[str, int], Replica] = {}
    for node in store.find(kind=REPLICA):
        replica = _read(node, names)
        if replica is not None:
            before = found.get((replica.arm, replica.number))
            if before is None or _RANK[before.state] <= _RANK[replica.state]:
                found[replica.arm, replica.number] = replica
    return found


def _read(node: NodeReading, names: Mapping[str, str]) -> Replica | None:
    given = node.inputs
    arm = names.get(str(given.get("arm_key")))
    number, seed = given.get("replica"), given.get("seed")
    if arm is None or not isinstance(number, int) or not isinstance(seed, int):
        return None
    state = node.state
    if state == "finished" and isinstance(node.result, dict) and isinstance(node.result.get("measures"), dict):
        result = node.result
        per_step = {
            str(name): [(int(step), value) for step, value in steps]
            for name, steps in (result.get("per_step") or {}).items()
        }
        run = result.get("run")
        return Replica(
            arm, number, "finished", seed, node, dict(result["measures"]), per_step, None if run is None else str(run)
        )
    if state == "error" and not node.meta.get(UNFINISHED):
        return Replica(arm, number, "failed", seed, node, error=_in_words(node.error))
    return Replica(arm, number, "unfinished", seed, node, error=_in_words(node.error))


def _in_words(error: Record | None) -> str | None:
    if error is None:
        return None
    return f"{error.type_name.rpartition('.')[2]}: {error.get('message')}"


def spending(replicas: Iterable[Replica]) -> dict[tuple[str, int], Spending]:
    """What each replica took, by arm and number."""
    listed = list(replicas)
    by_id = {one.node.id: (one.arm, one.number) for one in listed}
    entries: dict[tuple[str, int], list[Any]] = {(one.arm, one.number): [] for one in listed}
    by_run = {one.run_uid: (one.arm, one.number) for one in listed if one.run_uid is not None}
    if not listed:
        return {}
    source: Any = listed[0].node._source
    for entry in Ledger.of([one.node for one in listed]).entries:
        key = by_run.get(entry.run_uid) if entry.run_uid is not None else None
        node = None if key is not None else source.node(entry.uid).parent
        while node is not None and key is None:
            key = by_id.get(node.id)
            node = node.parent
        if key is not None:
            entries[key].append(entry)
    return {key: _sum(ones) for key, ones in entries.items()}


def _sum(entries: list[Any]) -> Spending:
    costs = [entry.cost_usd for entry in entries]
    return Spending(
        calls=sum(entry.calls for entry in entries),
        input_tokens=sum(entry.input_tokens for entry in entries),
        output_tokens=sum(entry.output_tokens for entry in entries),
        cost_usd=None if None in costs else sum(costs),
    )


def together(amounts: Iterable[Spending]) -> Spending:
    """The sum of several amounts."""
    listed = list(amounts)
    costs = [one.cost_usd for one in listed if one.cost_usd is not None]
    return Spending(
        sum(one.calls for one in listed),
        sum(one.input_tokens for one in listed),
        sum(one.output_tokens for one in listed),
        sum(costs) if len(costs) == len(listed) else None,
    )
