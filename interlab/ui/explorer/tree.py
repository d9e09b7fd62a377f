"""The tree of branches as plain data: who left whom after which step, and how each ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from interlab.counterfactual import ForkedRuns, branches
from interlab.counterfactual.branches import replica_of
from interlab.counterfactual.effects import short
from interlab.counterfactual.measures import Value
from interlab.environments import Run
from interlab.errors import NodeNotFound
from interlab.tracing import Record, Store
from interlab.ui.describe import in_words
from interlab.ui.steering.bubbles import NAME_LENGTH
from interlab.ui.steering.measuring import value_of
from interlab.ui.visible import one_line

CHANGE_LENGTH = 160
RESULT_LENGTH = 160
_WORDS = {
    "Observe": "{actor} learns: {text}",
    "AddMemory": "{actor} remembers: {text}",
    "EditMessage": "message {number} says: {text}",
    "SwapModel": "{actor} is played by {model}",
    "SetSeed": "seed {seed}",
    "ForceSpeaker": "{actor} speaks next",
    "SetSystemPrompt": "{actor}'s prompt: {text}",
    "Answer": "{actor} answers: {answer}",
}


class Facts(NamedTuple):
    """What does not change any more of a run that is over.

    Args:
        state: of its node.
        end: the number of its last step.
        values: by measure, in the order of the measures.
    """

    state: str
    end: int
    values: tuple[Value, ...]


class TreeReader:
    """Reads the tree again and again, each run that is over once.

    Args:
        store: an open store.
        measures: by name; what is told of each run's end.
    """

    def __init__(self, store: Store, measures: Mapping[str, Any]) -> None:
        self._store = store
        self._measures = measures
        self._known: dict[str, Facts] = {}

    def read(self, root: Run) -> list[dict[str, Any]]:
        """The branches in the order of their lanes: what leaves a branch stands below it, the latest fork first, so
        that no line crosses another. Each has its ``key``, that of its ``parent``, ``level``, ``name``, ``change``,
        ``step`` (after which it leaves), ``end``, ``outcome`` (in words, by measure), ``runs`` (uid, state and
        values of each) and ``numbers`` (which replicas they are)."""
        found: list[dict[str, Any]] = []
        pending: list[tuple[ForkedRuns, str | None, int]] = [(branches(self._store, root).root, None, 1)]
        while pending:
            one, parent, level = pending.pop()
            key = min(one.runs, key=lambda run: run.node.id).uid
            found.append(self._line(one, key, parent, level))
            in_order = sorted(one.children, key=lambda child: -child.step)
            pending += [(child, key, level + 1) for child in reversed(in_order)]
        return found

    def _line(self, one: ForkedRuns, key: str, parent: str | None, level: int) -> dict[str, Any]:
        numbered = sorted(zip(map(_replica_number, one.runs), one.runs, strict=True), key=lambda pair: pair[0] or 0)
        facts = [self._facts(run) for _, run in numbered]
        outcome = {
            name: in_summary([fact.values[place] for fact in facts]) for place, name in enumerate(self._measures)
        }
        return {
            "key": key, "parent": parent, "level": level, "name": one_line(one.name, NAME_LENGTH), "step": one.step,
            "change": "; ".join(map(change_in_words, one.interventions)),
            "end": max([one.step, *(fact.end for fact in facts)]), "outcome": outcome,
            "runs": [[run.uid, fact.state, *fact.values] for (_, run), fact in zip(numbered, facts, strict=True)],
            "numbers": [place if number is None else number for place, (number, _) in enumerate(numbered)],
        }  # fmt: skip

    def _facts(self, run: Run) -> Facts:
        known = self._known.get(run.uid)
        if known is not None:
            return known
        state = run.state
        made = run.node.meta.get("steps")
        end = made if isinstance(made, int) else _last_step(run)
        if state == "open":
            return Facts(state, end, (None,) * len(self._measures))
        facts = Facts(state, end, tuple(value_of(run, name, one) for name, one in self._measures.items()))
        # A replica is measured after its run is over.
        if run.node.meta.get("arm") is not None or run.node.parent is None or run.node.parent.kind != "replica":
            self._known[run.uid] = facts
        return facts


def _replica_number(run: Run) -> int | None:
    number = replica_of(run).get("replica")
    return number if isinstance(number, int) else None


def _last_step(run: Run) -> int:
    before = 0 if run.origin is None else run.origin[1]
    return max((int(node.meta.get("step", 0)) for node in run.steps), default=before)


def top_of(store: Store, run: Run) -> Run:
    """The run from which all others of its tree come, as far as it is in the store."""
    seen = {run.uid}
    while run.origin is not None and run.origin[0] not in seen:
        seen.add(run.origin[0])
        try:
            run = Run(store.node(run.origin[0]))
        except NodeNotFound:
            break
    return run


def roots_of(store: Store) -> list[Run]:
    """The runs that no other run here was forked into, oldest first."""
    runs = store.runs()
    known = {run.uid for run in runs}
    return [run for run in runs if run.origin is None or run.origin[0] not in known]


def in_summary(values: Sequence[Value]) -> str:
    """How runs ended, in few words: a mean with its range, or what came how often."""
    given = [value for value in values if value is not None]
    if not given:
        return ""
    numbers = [float(value) for value in given if isinstance(value, int | float) and not isinstance(value, bool)]
    if len(numbers) == len(given):
        if len(numbers) == 1:
            return short(numbers[0])
        return f"{short(sum(numbers) / len(numbers))} ({short(min(numbers))} to {short(max(numbers))})"
    counts = Counter({True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
                     for value in given)  # fmt: skip
    told = counts.most_common(3)
    words = ", ".join(f"{count} × {value}" if len(given) > 1 else value for value, count in told)
    return f"{words}, …" if len(counts) > len(told) else words


def change_in_words(record: Any) -> str:
    """An intervention as it was recorded, as a person says it."""
    if not isinstance(record, dict | Record):
        return in_words(record, CHANGE_LENGTH)
    told = {str(name): record[name] for name in record}
    kind = str(told.pop("intervention", "changed"))
    if kind == "EditMessage" and isinstance(told.get("message"), int):
        told["number"] = told["message"] + 1 if told["message"] >= 0 else told["message"]
    words = {name: in_words(value, CHANGE_LENGTH) for name, value in told.items()}
    try:
        text = _WORDS[kind].format(**words)
    except KeyError:
        text = f"{kind}({', '.join(words.values())})"
    return one_line(text, CHANGE_LENGTH)


def as_text(lines: Iterable[Mapping[str, Any]], measure: str | None) -> str:
    """The tree as text, as `Explorer.tree` gives it: one line a branch, with how it ended."""
    below: dict[str | None, list[Mapping[str, Any]]] = {}
    for line in lines:
        below.setdefault(line["parent"], []).append(line)
    told: list[str] = []
    pending: list[tuple[Mapping[str, Any], str, str]] = [(line, "", "") for line in reversed(below.get(None, []))]
    while pending:
        line, before, hang = pending.pop()
        told.append(before + _in_line(line, measure))
        children = below.get(line["key"], [])
        for place, child in reversed(list(enumerate(children))):
            last = place == len(children) - 1
            pending.append((child, hang + ("└── " if last else "├── "), hang + ("    " if last else "│   ")))
    return "\n".join(told)


def _in_line(line: Mapping[str, Any], measure: str | None) -> str:
    count = len(line["runs"])
    words = line["name"] + (f" × {count}" if count > 1 else "")
    if line["parent"] is not None:
        words = f"after step {line['step']}: {words}"
        if line["change"] and line["change"] not in words:
            words += f" — {line['change']}"
    outcome = line["outcome"].get(measure, "") if measure is not None else ""
    return f"{words} → {measure} {outcome}" if outcome else words
