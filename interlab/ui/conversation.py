"""What was said and done in a run, step by step, in the speakers' colours."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from interlab.tracing import NodeReading, name_color
from interlab.ui.describe import Saying, as_saying, as_sayings, in_words, read

MAX_STEPS = 300
_MAX_WORDS = 600


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said in a step.

    Args:
        step: the step's number.
        saying: who said and did what.
        color: the speaker's colour, as recorded.
        uid: the node to look at for more.
        differs: the first thing that is not as in the run this one was forked from.
    """

    step: int
    saying: Saying
    color: str
    uid: str
    differs: bool = False


@dataclass(slots=True)
class Conversation:
    """A run as a conversation.

    Args:
        run: the run's node.
        said: what was said, in order.
        told: what actors were told before the run began, by somebody from outside.
        shared_with: the run it was forked from, when that one is shown too.
        shared_steps: the step after which it was forked; 0 for none.
        more_steps: steps that are left out.
    """

    run: NodeReading
    said: list[Said]
    told: list[NodeReading] = field(default_factory=list)
    shared_with: NodeReading | None = None
    shared_steps: int = 0
    more_steps: int = 0


def conversations(nodes: list[NodeReading]) -> list[Conversation]:
    """The runs among some nodes as conversations; those without any words are left out.

    Args:
        nodes: topmost nodes in order. An observation that stands before a run was made on its way into it.
    """
    found: list[Conversation] = []
    results: dict[str, dict[int, Any]] = {}
    told: list[NodeReading] = []
    for node in nodes:
        if node.kind == "observe":
            told.append(node)
        if node.kind != "run":
            continue
        talk, results[node.uid] = _conversation(node)
        origin = read(node, "inputs").get("forked_from")
        if isinstance(origin, dict) and isinstance(origin.get("step"), int):
            talk.shared_steps = origin["step"]
            talk.shared_with = next((one.run for one in found if one.run.uid == origin.get("run")), None)
            if talk.shared_with is not None:
                _mark_difference(talk, results[talk.shared_with.uid], results[node.uid])
        if talk.said:
            talk.told, told = told, []
            found.append(talk)
    return found


def _conversation(run: NodeReading) -> tuple[Conversation, dict[int, Any]]:
    steps = [node for node in run.children if node.kind == "step"]
    talk = Conversation(run, [], more_steps=max(0, len(steps) - MAX_STEPS))
    results: dict[int, Any] = {}
    for place, step in enumerate(islice(steps, MAX_STEPS), start=1):
        number = read(step, "meta").get("step")
        number = number if isinstance(number, int) and not isinstance(number, bool) else place
        result = results[number] = read(step, "result")
        talk.said.extend(_said_in(step, number, result))
    return talk, results


def _said_in(step: NodeReading, number: int, result: Any) -> list[Said]:
    queries = [(node, read(node, "meta")) for node in step.children if node.kind == "query"]
    colors = {str(meta.get("actor", node.name)): meta.get("color") for node, meta in queries}
    saying = as_saying(result)
    if saying is None and isinstance(result, str) and result.strip():
        # Words without a name are those of the only one who was asked.
        saying = Saying(next(iter(colors)) if len(colors) == 1 else "", result, "")
    if saying is not None:
        return [_said(number, saying, colors.get(saying.speaker), step.uid)]
    several = as_sayings(result)
    if several is not None:
        return [_said(number, one, colors.get(one.speaker), step.uid) for one in several]
    answers: list[Said] = []
    for node, meta in queries:
        answer = read(node, "result")
        if answer is None:
            continue
        did = as_saying(answer) or Saying("", answer if isinstance(answer, str) else in_words(answer, 300), "")
        speaker = str(meta.get("actor", node.name))
        answers.append(_said(number, Saying(speaker, did.words, did.deed), meta.get("color"), node.uid))
    return answers


def _said(number: int, saying: Saying, color: Any, uid: str) -> Said:
    words = saying.words if len(saying.words) <= _MAX_WORDS else f"{saying.words[:_MAX_WORDS]}…"
    return Said(number, Saying(saying.speaker, words, saying.deed), color or name_color(saying.speaker), uid)


def _mark_difference(talk: Conversation, before: dict[int, Any], here: dict[int, Any]) -> None:
    for place, said in enumerate(talk.said):
        if said.step not in before or before[said.step] != here.get(said.step):
            talk.said[place] = Said(said.step, said.saying, said.color, said.uid, True)
            return
