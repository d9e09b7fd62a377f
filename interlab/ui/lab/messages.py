"""What a window may ask of a lab: one message is one method call, and every answer is plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from interlab.ui.lab.scenarios import Refused
from interlab.ui.steering.bubbles import in_human_words


def answered(lab: Any, message: Any) -> dict[str, Any]:
    """Do what a window asks, and answer in words whatever goes wrong.

    Args:
        lab: the `Lab`, which is in the layer above.
        message: with ``op``, the name of what is wanted, and its arguments. What is done to a run is done to the one
            that ``run`` numbers, or to the one begun last.

    Returns:
        ``{"ok": True, "value": …}``, or ``{"ok": False, "words": …, "faults": {place: words}}``.
    """
    asked: Mapping[str, Any] = message if isinstance(message, Mapping) else {}
    operation = _OPERATIONS.get(str(asked.get("op")))
    if operation is None:
        return {"ok": False, "words": "The window asked for something that this lab does not know.", "faults": {}}
    try:
        return {"ok": True, "value": operation(lab, asked)}
    except Refused as error:
        return {"ok": False, "words": "Some of this can't be meant yet.", "faults": error.faults}
    except Exception as error:  # a person reads it: in words, whatever it is
        return {"ok": False, "words": in_human_words(error), "faults": {}}


def _number(branch: Any, lab: Any) -> int:
    found: int = next(number for number, one in lab.branches.items() if one is branch)
    return found


_OPERATIONS: dict[str, Callable[[Any, Mapping[str, Any]], Any]] = {
    "hello": lambda lab, asked: lab.hello(),
    "state": lambda lab, asked: lab.state(),
    "items": lambda lab, asked: lab.items(asked.get("run"), asked.get("after") or 0),
    "run": lambda lab, asked: _number(lab.run(asked), lab),
    "play": lambda lab, asked: _number(
        lab.play(paused=bool(asked.get("paused")), pause_s=float(asked.get("pause_s") or 0)), lab
    ),
    "pause": lambda lab, asked: lab.asked_of(asked).player.pause(),
    "go_on": lambda lab, asked: lab.asked_of(asked).player.go_on(),
    "step": lambda lab, asked: lab.asked_of(asked).player.step(),
    "speed": lambda lab, asked: lab.asked_of(asked).player.set_pause(asked["pause_s"]),
    "whisper": lambda lab, asked: lab.whisper(asked),
    "stop": lambda lab, asked: lab.asked_of(asked).player.stop(at_once=bool(asked.get("at_once"))),
    "answer": lambda lab, asked: lab.asked_of(asked).console.submit(
        asked.get("seat"), asked.get("question"), asked.get("value")
    ),
    "cancel": lambda lab, asked: lab.asked_of(asked).console.cancel(asked.get("seat"), asked.get("question")),
    "moment": lambda lab, asked: lab.moment(asked.get("run"), asked.get("step")),
    "steps": lambda lab, asked: lab.steps(asked.get("run")),
    "price": lambda lab, asked: lab.price(asked),
    "fork": lambda lab, asked: _number(lab.fork(asked), lab),
    "experiment": lambda lab, asked: lab.experiment(asked).view(),
    "stop_experiment": lambda lab, asked: lab.stop_experiment(),
    "effects": lambda lab, asked: lab.effects(),
    "compare": lambda lab, asked: lab.compare(asked.get("first"), asked.get("second")),
    "code": lambda lab, asked: lab.code(asked),
}
