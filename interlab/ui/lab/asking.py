"""What a window asks for, checked: faults stand beside their fields."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from interlab.errors import InterLabError
from interlab.models import get_model
from interlab.ui.lab.scenarios import PERSON, Refused, Scenario
from interlab.ui.steering.bubbles import in_human_words

MOST_STEPS = 10_000


@dataclass(frozen=True)
class Wish:
    """A run that is asked for, with all in it checked.

    Args:
        scenario: what is played.
        values: its arguments.
        models: by slot, who plays.
        seed: the seed.
        steps: made at most; None for no limit.
        store: where it is kept: a path, or ``""`` for the memory.
        paused: whether it waits before the first step.
        pause_s: seconds between two steps.
    """

    scenario: Scenario
    values: dict[str, Any]
    models: dict[str, str]
    seed: int
    steps: int | None
    store: str
    paused: bool = False
    pause_s: float = 0.0


def wish(asked: Mapping[str, Any], scenarios: Mapping[str, Scenario], *, with_models: bool = True) -> Wish:
    """What is asked for.

    Args:
        asked: ``scenario`` (its key), ``values``, ``models``, ``seed``, ``steps``, ``store``, ``paused``, ``pause_s``.
        scenarios: those that there are, by key.
        with_models: whether models are looked for too.

    Raises:
        Refused: something can't be meant; places begin with ``/values``, ``/models``, ``/seed``, ``/steps``.
    """
    scenario = scenarios.get(str(asked.get("scenario")))
    if scenario is None:
        raise Refused({"/scenario": "Choose a scenario."})
    faults: dict[str, str] = {}
    values: dict[str, Any] = {}
    try:
        values = scenario.checked(asked.get("values") or {})
    except Refused as error:
        faults |= {f"/values{place}": words for place, words in error.faults.items()}
    given = asked.get("models") or {}
    models = {slot.parameter: str(given.get(slot.parameter) or slot.default).strip() for slot in scenario.slots}
    if with_models:
        for slot, name in models.items():
            if words := why_not(name):
                faults[f"/models/{slot}"] = words
    seed = _whole(asked.get("seed"), "/seed", faults, least=0)
    steps = _whole(asked.get("steps"), "/steps", faults, least=1, most=MOST_STEPS)
    if faults:
        raise Refused(faults)
    if seed is None:
        seed = random.SystemRandom().randrange(10_000)
    store = asked.get("store")
    return Wish(
        scenario, values, models, seed, steps, store.strip() if isinstance(store, str) else "",
        bool(asked.get("paused")), float(asked.get("pause_s") or 0),
    )  # fmt: skip


def _whole(value: Any, place: str, faults: dict[str, str], *, least: int, most: int | None = None) -> int | None:
    text = "" if value is None else str(value).strip()
    if not text:
        return None
    try:
        number = int(text)
    except ValueError:
        faults[place] = "A whole number, or nothing."
        return None
    if number < least or (most is not None and number > most):
        faults[place] = f"At least {least}." if number < least else f"At most {most:,}."
        return None
    return number


def why_not(name: str) -> str:
    """Why a model can't be asked, in words; empty where nothing speaks against it. No call is made."""
    if name == PERSON:
        return ""
    if name.endswith(("/NAME", "/SEAT")):
        return f"Put the model's own name in the place of {name[-4:]}."
    try:
        model: Any = get_model(name)
        connection: Any = getattr(model, "_connection", None)
        made: Any = getattr(model, "_made", None)
        with connection.client() if hasattr(connection, "client") else nullcontext():
            if callable(made):
                made()
    except InterLabError as error:
        return in_human_words(error)
    except Exception as error:  # what a provider's package makes of a setting
        return in_human_words(error)
    return ""
