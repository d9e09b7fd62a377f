"""Conversations as bubbles: one column a run, the same step of two runs on the same row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from interlab.tracing import NodeReading
from interlab.ui.conversation import Conversation, Said
from interlab.ui.describe import in_words, read
from interlab.ui.html_text import color_of, escape
from interlab.ui.totals import totals
from interlab.ui.visible import one_line

_SIDE_BY_SIDE = 3
_MAX_FACTS = 8


def talks_html(talks: list[Conversation], *, anchors: bool) -> str:
    """Some conversations; up to three of them side by side.

    Args:
        talks: the conversations.
        anchors: link each step to its node in the tree.
    """
    if not talks:
        return ""
    beside = len(talks) <= _SIDE_BY_SIDE
    sides = _sides(talks)
    # By rank: what a file says the number of a step is may be any number.
    steps = sorted({said.step for talk in talks for said in talk.said})
    rows = {step: 2 * rank for rank, step in enumerate(steps, start=1)}
    columns = "".join(
        _talk(talk, _Places(number, beside, rows), sides, anchors) for number, talk in enumerate(talks, start=1)
    )
    kind, number = ("talks beside", len(talks)) if beside else ("talks", 1)
    return f'<section class="{kind}" style="--n:{number}">{columns}</section>'


@dataclass(frozen=True, slots=True)
class _Places:
    """Where things of one run stand in the grid, when runs stand side by side: even rows are steps."""

    column: int
    beside: bool
    rows: Mapping[int, int]

    def at(self, row: int, span: int = 1) -> str:
        return f"--col:{self.column};--row:{row} / span {span}" if self.beside else ""

    def step(self, number: int) -> str:
        return self.at(self.rows[number])

    def after_step(self, number: int) -> str:
        """Between this step, or the last one before it that is shown, and the next."""
        return self.at(self.last_row(number) + 1)

    def last_row(self, number: int) -> int:
        return max((row for step, row in self.rows.items() if step <= number), default=1)


def _talk(talk: Conversation, places: _Places, sides: dict[str, str], anchors: bool) -> str:
    pieces = [_header(talk, places.at(1))]
    shared = talk.shared_steps
    if shared and talk.shared_with is not None:
        steps = "step 1" if shared == 1 else f"steps 1 to {shared}"
        name = escape(one_line(talk.shared_with.name, 80))
        span = max(1, places.last_row(shared) - 1)
        pieces.append(
            f'<div class="shared" style="{places.at(2, span)}"><span>{steps} as in <bdi>{name}</bdi></span></div>'
        )
    pieces.extend(_told(node, places.after_step(shared)) for node in talk.told)
    previous = 0
    for said in talk.said:
        number = "" if said.step == previous else str(said.step)
        previous = said.step
        side = sides.get(said.saying.speaker, "left")
        pieces.append(_bubble(said, number, side, places.step(said.step), anchors))
    if talk.more_steps:
        place = places.after_step(previous)
        pieces.append(f'<div class="note" style="{place}">… {talk.more_steps:,} more steps</div>')
    return f'<div class="talk">{"".join(pieces)}</div>'


def _sides(talks: list[Conversation]) -> dict[str, str]:
    """The second speaker stands on the right, in every run on the same side."""
    speakers = dict.fromkeys(said.saying.speaker for talk in talks for said in talk.said)
    return {speaker: "right" if place == 1 else "left" for place, speaker in enumerate(speakers)}


def _header(talk: Conversation, place: str) -> str:
    run = talk.run
    inputs = read(run, "inputs")
    result = read(run, "result")
    facts: list[tuple[Any, Any]] = [] if result is None else [("", result)]
    if isinstance(result, Mapping):
        facts = list(result.items())[:_MAX_FACTS]
    outcome = "".join(_fact(name, value) for name, value in facts)
    about = [f"{name} {in_words(inputs[name], 40)}" for name in ("environment", "seed") if inputs.get(name) is not None]
    about += totals([run]).parts
    state = run.state if run.state != "finished" else ""
    flag = f' <span class="state {state}">{state}</span>' if state else ""
    return (
        f'<header style="{place}"><h2><bdi>{escape(one_line(run.name, 120))}</bdi>{flag}</h2>'
        f'<p class="facts outcome">{outcome}</p><p class="about">{escape(" · ".join(about))}</p></header>'
    )


def _fact(name: Any, value: Any) -> str:
    label = f"<i>{escape(in_words(name, 40))}</i> " if name else ""
    return f"<span>{label}<b>{escape(in_words(value, 120))}</b></span>"


def _told(node: NodeReading, place: str) -> str:
    words = in_words(read(node, "inputs").get("observation", ""), 600)
    meta = read(node, "meta")
    name = str(meta.get("actor", node.name))
    return (
        f'<div class="told" style="--c:{color_of(name, meta.get("color"))};{place}">'
        f"<b>{escape(one_line(name, 60))}</b> was told: {escape(words)}</div>"
    )


def _bubble(said: Said, number: str, side: str, place: str, anchors: bool) -> str:
    color = color_of(said.saying.speaker, said.color)
    link = (
        f'<a class="step" href="#n{escape(said.uid)}" title="to its node">{number}</a>'
        if anchors
        else f'<span class="step">{number}</span>'
    )
    deed = f'<span class="deed">{escape(one_line(said.saying.deed, 60))}</span>' if said.saying.deed else ""
    who = f"<b>{escape(one_line(said.saying.speaker, 60))}</b>" if said.saying.speaker else ""
    mark = '<span class="mark">first difference</span>' if said.differs else ""
    return (
        f'<div class="say {side}{" differs" if said.differs else ""}" style="--c:{color};{place}">{link}'
        f'<div class="bubble">{mark}{who}{deed}<div class="said">{escape(said.saying.words)}</div></div></div>'
    )
