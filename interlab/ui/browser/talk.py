"""A run as a conversation: who said, thought and noticed what, to whom, and the model call behind it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from interlab.errors import NodeNotFound
from interlab.tracing import NodeReading, Store, name_color
from interlab.tracing.colors import safe_color
from interlab.tracing.secrets import as_valid_text
from interlab.ui.browser.facts import MAX_NAME
from interlab.ui.browser.protocol import REMOVED, Named, Origin, Talk, Turn
from interlab.ui.browser.views import View
from interlab.ui.describe import Saying, as_saying, as_sayings, in_words, read

MAX_STEPS = 2_000
MAX_TEXT = 4_096
"""Characters of one turn."""
THOUGHTS = "thoughts"
"""The name of a model call whose reply is not said but thought."""
_KINDS = ("step", "query", "model", "observe", "event", "action")


@dataclass
class _Query:
    """An actor that was asked."""

    row: int
    speaker: int
    node: NodeReading
    last: int
    call: int | None = None


@dataclass
class _Heard:
    """An actor that was told something."""

    row: int
    speaker: int
    text: str


@dataclass
class _Step:
    """What happened in a step, by rows of the index."""

    row: int
    number: int | None
    rows: list[int] = field(default_factory=list)
    asides: set[int] = field(default_factory=set)
    """Rows below a moderator's, which asks what nobody else hears."""


class _Speakers:
    """Speakers by number; the same name is the same one."""

    def __init__(self) -> None:
        self.named: list[Named] = []
        self.actors: set[int] = set()
        self._numbers: dict[str, int] = {}

    def number(self, name: str, color: Any = None) -> int:
        name = as_valid_text(name[:MAX_NAME])
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = len(self.named)
            self.named.append({"name": name, "color": safe_color(color) or name_color(name)})
        elif safe_color(color):
            self.named[found]["color"] = color
        return found


def talk_of(store: Store, view: View, key: int, *, end: int | None = None) -> Talk:
    """The conversation of a run, or of any node.

    Args:
        store: the store.
        view: what is looked at; the turns name its rows.
        key: the node's key.
        end: a row of the index behind all that is below the node, where it is known.
    """
    reading = _Reading(store, view)
    steps = reading.steps(key, end)
    for step in steps[: MAX_STEPS + 1]:
        reading.read(step)
    reading.say_who_knew()
    node = store.node_by_id(key)
    talk: Talk = {"speakers": reading.speakers.named, "turns": reading.turns, "uid": node.uid}
    origin = _origin(node)
    if origin is not None:
        talk["origin"] = origin
    if len(steps) > MAX_STEPS + 1:
        talk["more"] = len(steps) - MAX_STEPS - 1
    return talk


def _origin(node: NodeReading) -> Origin | None:
    """Where a run was forked from; None if it was not."""
    given = read(node, "inputs").get("forked_from")
    if not isinstance(given, dict):
        return None
    run, step = given.get("run"), given.get("step")
    if not isinstance(run, str) or not isinstance(step, int) or isinstance(step, bool):
        return None
    return {"run": as_valid_text(run[:MAX_NAME]), "step": step}


class _Reading:
    def __init__(self, store: Store, view: View) -> None:
        self._store = store
        self._view = view
        self.speakers = _Speakers()
        self.turns: list[Turn] = []

    def steps(self, key: int, end: int | None) -> list[_Step]:
        """The steps below a node, with the rows of interest in each; first what stands in no step."""
        with self._view.index.lock:
            columns, kinds = self._view.rows.columns, self._view.rows.contents.kinds.entries
            wanted = {number for number, kind in enumerate(kinds) if kind in _KINDS}
            step_kind = kinds.index("step") if "step" in kinds else -1
            moderate = kinds.index("moderate") if "moderate" in kinds else -1
            root = columns.row_of(key)
            # Rows of a step keep where they belong; a row that stands elsewhere is in no step.
            belongs: dict[int, _Step] = {root: _Step(root, None)}
            steps = [belongs[root]]
            parent, kind, state = columns.parent, columns.kind, columns.state
            for row in range(root + 1, len(columns) if end is None else end):
                step = belongs.get(parent[row])
                if step is None or state[row] == REMOVED:
                    continue
                if kind[row] == step_kind:
                    step = _Step(row, len(steps))
                    steps.append(step)
                else:
                    if kind[row] in wanted:
                        step.rows.append(row)
                    if moderate >= 0 and (kind[row] == moderate or parent[row] in step.asides):
                        step.asides.add(row)
                belongs[row] = step
            return steps

    def _node(self, row: int) -> NodeReading:
        return self._store.node_by_id(int(self._view.rows.columns.ids[row]))

    def read(self, step: _Step) -> None:
        """Turn a step into turns."""
        result = None
        if step.number is not None:
            try:
                node = self._node(step.row)
                result, given = read(node, "result"), read(node, "meta").get("step")
                step.number = given if isinstance(given, int) and not isinstance(given, bool) else step.number
            except NodeNotFound:
                return
        queries: list[_Query] = []
        heard: list[_Heard] = []
        turns: list[tuple[int, Turn]] = []
        for row in step.rows:
            try:
                node = self._node(row)
                self._take(node, row, step, queries, heard, turns)
            except NodeNotFound:  # removed meanwhile
                continue
        said = self._said(step, result, queries)
        for _, turn in said:
            self._heard_by(turn, heard)
        turns += said
        for one in heard:
            turns.append((one.row, self._turn("observe", one.row, step, one.speaker, one.text, to=[one.speaker])))
        turns.sort(key=lambda pair: pair[0])
        self.turns += [turn for _, turn in turns]

    def _take(
        self,
        node: NodeReading,
        row: int,
        step: _Step,
        queries: list[_Query],
        heard: list[_Heard],
        turns: list[tuple[int, Turn]],
    ) -> None:
        if node.kind == "observe":
            meta = read(node, "meta")
            speaker = self.speakers.number(str(meta.get("actor", node.name)), meta.get("color"))
            self.speakers.actors.add(speaker)
            heard.append(_Heard(row, speaker, _words(read(node, "inputs").get("observation", ""))))
            return
        query = self._around(row, queries)
        if query is not None:
            query.last = row
        if node.kind == "query":
            meta = read(node, "meta")
            if query is None or meta.get("actor"):
                speaker = self.speakers.number(str(meta.get("actor", node.name)), meta.get("color"))
                self.speakers.actors.add(speaker)
                queries.append(_Query(row, speaker, node, row))
        elif node.kind == "model":
            if query is None:
                queries.append(_Query(row, self.speakers.number(node.name), node, row, row))
            elif node.name == THOUGHTS:
                turns.append((row, self._turn("thought", row, step, query.speaker, _words(read(node, "result")), row)))
            else:
                query.call = row
        elif query is None or node.kind == "event":
            result = read(node, "result")
            text = node.name if result is None else f"{node.name}: {_words(result)}"
            turns.append((row, self._turn("event", row, step, -1, text)))

    def _around(self, row: int, queries: list[_Query]) -> _Query | None:
        """The innermost query that a row stands in."""
        by_row = {query.row: query for query in queries}
        parent = self._view.rows.columns.parent
        row = parent[row]
        while row >= 0:
            if row in by_row:
                return by_row[row]
            row = parent[row]
        return None

    def _said(self, step: _Step, result: Any, queries: list[_Query]) -> list[tuple[int, Turn]]:
        """What was said: as the step's result tells, else what those who were asked answered."""
        saying = as_saying(result)
        if saying is None and isinstance(result, str) and result.strip() and len({one.speaker for one in queries}) == 1:
            saying = Saying(self.speakers.named[queries[0].speaker]["name"], result, "")
        sayings = as_sayings(result) if saying is None else [saying]
        if sayings is not None:
            return [self._one_said(step, one, queries) for one in sayings]
        turns: list[tuple[int, Turn]] = []
        for one in queries:
            answer = None if one.row in step.asides else read(one.node, "result")
            if answer is not None and answer != "":
                turns.append((one.last, self._turn("say", one.row, step, one.speaker, _words(answer), one.call)))
        return turns

    def _one_said(self, step: _Step, saying: Saying, queries: list[_Query]) -> tuple[int, Turn]:
        """A record of who said what, beside the query in which it was said: of several the one with these words."""
        speaker = self.speakers.number(saying.speaker)
        mine = [one for one in reversed(queries) if one.speaker == speaker]
        words = saying.words.strip()
        same = (one for one in mine if words and words in _words(read(one.node, "result")))
        asked = next(same, mine[0]) if len(mine) > 1 else next(iter(mine), None)
        row, last, call = (asked.row, asked.last, asked.call) if asked else (step.row, step.row, None)
        return last, self._turn("say", row, step, speaker, _saying(saying), call)

    def _turn(
        self,
        kind: Literal["say", "observe", "thought", "event"],
        row: int,
        step: _Step,
        speaker: int,
        text: str,
        call: int | None = None,
        to: list[int] | None = None,
    ) -> Turn:
        of_row = self._view.of_row
        return {
            "row": of_row(row), "step": step.number, "speaker": speaker, "to": to, "private": False,
            "kind": kind, "text": as_valid_text(text[:MAX_TEXT]), "cut": len(text) > MAX_TEXT,
            "call": None if call is None else of_row(call),
        }  # fmt: skip

    @staticmethod
    def _heard_by(turn: Turn, heard: list[_Heard]) -> None:
        """Give a turn those who were told of it, and take their notes of it away."""
        words = turn["text"].partition("\n[")[0].strip()
        if not words:
            return
        told = [one for one in heard if words in one.text]
        if told:
            turn["to"] = list(dict.fromkeys(one.speaker for one in told))
            heard[:] = [one for one in heard if one not in told]

    def say_who_knew(self) -> None:
        """Mark what was not for everybody, now that all actors are known."""
        for turn in self.turns:
            to = turn["to"]
            if to is not None:
                turn["private"] = not self.speakers.actors <= {turn["speaker"], *to}


def _saying(saying: Saying) -> str:
    parts: Iterable[str] = (saying.words, f"[{saying.deed}]" if saying.deed else "")
    return "\n".join(part for part in parts if part)


def _words(value: Any) -> str:
    if isinstance(value, str):
        return str.__str__(value)
    saying = as_saying(value)
    return _saying(saying) if saying is not None else in_words(value, MAX_TEXT)
