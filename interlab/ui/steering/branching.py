"""Going back to a step with one change, what that will cost, and two runs side by side: as plain data."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from interlab.counterfactual import (
    EditMessage,
    ForceSpeaker,
    Intervention,
    Observe,
    SetSeed,
    SwapModel,
    compare,
    experiment,
    intervene,
)
from interlab.counterfactual.compare import in_one_line
from interlab.environments import Run
from interlab.environments.cast import actors_of
from interlab.errors import InvalidArgument
from interlab.state import Log
from interlab.tracing import name_color
from interlab.ui.steering.bubbles import shown

CHANGES = {
    "tell": "tell an actor something", "edit": "edit a message", "model": "swap a model", "seed": "change the seed",
}  # fmt: skip
EVERY_CHANGE = {**CHANGES, "speaker": "decide who speaks next"}
"""The last only where somebody gives the floor."""
MOST_ROWS = 2_000


def as_change(asked: Mapping[str, Any], environment: Any) -> Intervention:
    """The intervention that a window asks for.

    Args:
        asked: with its ``kind``, and what that needs: ``actor`` and ``text``; ``message`` (its place) and ``text``;
            ``actor`` and ``model``; ``seed``; ``actor``, who speaks next.
        environment: the moment's.

    Raises:
        InvalidArgument: something is missing; it says what.
    """
    kind = asked.get("kind")
    if kind not in EVERY_CHANGE:
        raise InvalidArgument(f"Choose what to change: {', '.join(EVERY_CHANGE.values())}.")
    if kind == "seed":
        return SetSeed(_number(asked.get("seed"), "The seed"))
    if kind == "edit":
        text = _words(asked.get("text"), "Write what was said instead.")
        return EditMessage(_number(asked.get("message"), "The message"), text)
    actor = asked.get("actor")
    known = actors_of(environment)
    if actor not in known:
        raise InvalidArgument(f"Choose an actor: {', '.join(known)}.")
    if kind == "speaker":
        return ForceSpeaker(str(actor))
    if kind == "tell":
        return Observe(str(actor), _words(asked.get("text"), f"Write what {actor} shall learn."))
    return SwapModel(str(actor), _words(asked.get("model"), "Choose a model."))


def _words(text: Any, else_say: str) -> str:
    if not isinstance(text, str) or not text.strip():
        raise InvalidArgument(else_say)
    return text.strip()


def _number(value: Any, what: str) -> int:
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d+\s*", value):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidArgument(f"{what} is a whole number.")
    return value


def steps_of(run: Run) -> list[int]:
    """The steps after which a run can be forked."""
    return run._snapshots().steps


def moment_of(run: Run, step: int) -> dict[str, Any]:
    """What can be changed at a moment."""
    environment = run.at(step).env
    actors = [
        {"name": name, "label": shown(name), "color": str(actor.color or name_color(name)), "model": _model(actor)}
        for name, actor in actors_of(environment).items()
    ]
    log = getattr(environment, "transcript", None)
    said = list(log) if isinstance(log, Log) else []
    # Halves of surrogate pairs can't be sent to a window.
    messages = [
        {"place": place, "words": shown(str(one)), "text": _text(one).encode("utf-8", "replace").decode("utf-8")}
        for place, one in enumerate(said)
    ]
    return {
        "step": step, "actors": actors, "messages": messages, "seed": environment.seed, "over": environment.is_finished,
        "gives_floor": hasattr(environment, "force_speaker"),
    }  # fmt: skip


def _model(actor: Any) -> str | None:
    name = getattr(getattr(actor, "model", None), "name", None)
    return name if isinstance(name, str) else None


def _text(message: Any) -> str:
    if isinstance(message, str):
        return message
    for name in ("text", "message", "content"):
        found = message.get(name) if isinstance(message, Mapping) else getattr(message, name, None)
        if isinstance(found, str):
            return found
    return ""


def price_of(run: Run, step: int, change: Intervention, max_steps: int | None) -> dict[str, Any]:
    """What a fork is expected to take."""
    study = experiment(
        run.at(step), {"fork": [change]}, _nothing, replicas=1, max_steps=max_steps, progress=False, snapshots=False
    )
    tag = study.price_tag()
    return {"calls": tag.calls, "tokens": tag.tokens, "cost_usd": tag.cost_usd, "from": tag.estimated_from}


def _nothing(environment: Any) -> None:
    return None


def forked(run: Run, step: int, change: Intervention) -> Any:
    """A fork with one change made, noted to be recorded with its run."""
    return intervene(run.at(step).fork(), change)


def compared(first: Run, second: Run) -> dict[str, Any]:
    """Two runs side by side as plain data, with the words that differ marked."""
    found = compare(first, second)
    rows = []
    for step in found.steps[:MOST_ROWS]:
        one, other = shown(in_one_line(step.first)), shown(in_one_line(step.second))
        rows.append({
            "step": step.number, "same": step.same, "shared": step.shared,
            "first": [[one, False]] if step.same or step.first is None else _marked(one, other),
            "second": [[other, False]] if step.same or step.second is None else _marked(other, one),
        })  # fmt: skip
    return {
        "names": [first.name, second.name], "rows": rows, "differs_from": found.first_divergence,
        "ends": [shown(in_one_line(first.result)), shown(in_one_line(second.result))], "same": found.are_same,
    }  # fmt: skip


def _marked(text: str, other: str) -> list[list[Any]]:
    """A text in pieces, each with whether it is not in the other. A space between two marked words is marked, too; one
    before or after them is not."""
    mine, its = re.findall(r"\s+|[^\s]+", text), re.findall(r"\s+|[^\s]+", other)
    changed = [True] * len(mine)
    for start, _, length in difflib.SequenceMatcher(None, mine, its, autojunk=False).get_matching_blocks():
        changed[start : start + length] = [False] * length
    for place, piece in enumerate(mine):
        if piece.isspace():
            changed[place] = 0 < place < len(mine) - 1 and changed[place - 1] and changed[place + 1]
    pieces: list[list[Any]] = []
    for piece, is_changed in zip(mine, changed, strict=True):
        if pieces and pieces[-1][1] == is_changed:
            pieces[-1][0] += piece
        else:
            pieces.append([piece, is_changed])
    return pieces
