"""Arms of an experiment, and the keys under which their replicas are found again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from hashlib import blake2b
from types import CodeType, FunctionType
from typing import Any

import orjson

from interlab.counterfactual.intervention import Call, Intervention, as_interventions
from interlab.counterfactual.measures import Judge, Measure, PerStep
from interlab.errors import InvalidArgument

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
_DEEPEST = 4


@dataclass(frozen=True)
class Arm:
    """One way to go on from a moment.

    Args:
        name: what it is called.
        changes: what is changed before it goes on, in this order; nothing for the arm that goes on as it was.
        key: the same for arms that do the same from the same moment and are measured in the same way.
    """

    name: str
    changes: tuple[Intervention, ...]
    key: str

    @property
    def records(self) -> list[dict[str, Any]]:
        """The changes as they are stored."""
        return [change.record() for change in self.changes]


def as_arms(arms: Any, circumstances: Mapping[str, Any], measures: Mapping[str, Measure]) -> dict[str, Arm]:
    """Arms by name.

    Args:
        arms: names to interventions: a list, one, a function of the environment, or nothing.
        circumstances: what else decides a replica: the run, the step, the seed, `max_steps`.
        measures: the measures by name.

    Raises:
        InvalidArgument: no arms, a name that is no text, or something that is no intervention.
    """
    if not isinstance(arms, Mapping) or not arms:
        raise InvalidArgument(
            'Arms are a dictionary of names to interventions, such as {"as it was": [], "told": [il.Observe(…)]}; '
            f"got {arms!r:.80}."
        )
    measured = {name: fingerprint(measure) for name, measure in measures.items()}
    made: dict[str, Arm] = {}
    for name, changes in arms.items():
        if not isinstance(name, str) or not name:
            raise InvalidArgument(f"An arm's name is a text; got {name!r:.60}.")
        tuple_of = as_interventions(changes)
        decided_by = {
            **circumstances, "arm": name, "changes": [fingerprint(one) for one in tuple_of], "measures": measured,
        }  # fmt: skip
        made[name] = Arm(name, tuple_of, key_of(decided_by))
    return made


def key_of(value: Any) -> str:
    """A short name of plain data: the same in every process."""
    data = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_NON_STR_KEYS, default=_plain)
    return blake2b(data, digest_size=10).hexdigest()


def _plain(value: Any) -> Any:
    return _ADDRESS.sub("", repr(value))


def fingerprint(value: Any) -> Any:
    """What a measure or an intervention does, as plain data.

    Of a function it is its code with the values it was made with, so that one that was rewritten under the same name
    counts as another. Functions that it calls by name are not looked into.
    """
    return _fingerprint(value, 0)


def _fingerprint(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    below = depth + 1
    if depth > _DEEPEST + 1:
        return type(value).__qualname__
    if isinstance(value, Call):
        return ["Call", value.label, _fingerprint(value.function, below)]
    if isinstance(value, Judge | PerStep):
        return [type(value).__name__, *(_fingerprint(getattr(value, one.name), below) for one in fields(value))]
    if isinstance(value, Intervention):
        held = [getattr(value, one.name) for one in fields(value)]
        return [value.record(), [_fingerprint(one, below) for one in held if isinstance(one, FunctionType)]]
    if isinstance(value, FunctionType):
        cells = [_cell(cell, below) for cell in value.__closure__ or ()]
        given = [
            _fingerprint(one, below) for one in (*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values())
        ]
        return ["function", _code(value.__code__), cells, given]
    if isinstance(value, list | tuple | set | frozenset):
        items = [_fingerprint(item, below) for item in value]
        return sorted(items, key=repr) if isinstance(value, set | frozenset) else items
    if isinstance(value, Mapping):
        return [[str(key), _fingerprint(item, below)] for key, item in value.items()]
    name = getattr(value, "__interlab_resource_name__", None)
    if name is not None and not isinstance(value, type):
        return name()
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__qualname__, *(_fingerprint(getattr(value, one.name), below) for one in fields(value))]
    named = getattr(value, "__qualname__", None)
    return named if isinstance(named, str) else _plain(value)


def _cell(cell: Any, depth: int) -> Any:
    try:
        return _fingerprint(cell.cell_contents, depth)
    except ValueError:  # not filled yet: a function that names itself
        return None


def _code(code: CodeType) -> list[Any]:
    constants = [_code(one) if isinstance(one, CodeType) else _fingerprint(one, _DEEPEST) for one in code.co_consts]
    return [code.co_code.hex(), list(code.co_names), list(code.co_varnames[: code.co_argcount]), constants]
