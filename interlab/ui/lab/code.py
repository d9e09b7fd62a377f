"""The Python that does what was done by hand, with the public names only.

A `Script` grows by one entry for each run. What a run needs stands above it: what it was forked from, and the store.
A whisper in the middle of a run becomes a fork with that observation, which says the same words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from interlab.counterfactual import Intervention
from interlab.ui.lab.scenarios import PERSON, Scenario, chair


@dataclass
class Entry:
    """How one run was made.

    Args:
        lines: that make it.
        parts: the runs in these lines that it consists of: the first step that each stands for, and its name.
        parent: what it was forked from.
    """

    lines: list[str]
    parts: list[tuple[int, str]]
    parent: Entry | None = None
    imports: set[str] = field(default_factory=set)

    @property
    def last(self) -> str:
        """The name of the run's last part."""
        return self.parts[-1][1]

    def part_at(self, step: int) -> str:
        """The name of the part that holds the moment after a step, as it was before any whisper there."""
        fitting = [name for first, name in self.parts if first <= step]
        early = [name for first, name in self.parts if first < step]
        return early[-1] if early else fitting[0] if fitting else self.parts[0][1]


class Script:
    """What was done in one lab, as Python.

    Args:
        store: the path of the store, or None for the store that holds where it runs.
    """

    def __init__(self, store: str | None) -> None:
        self.store = store
        self._count = 0

    # Entries ------------------------------------------------------------------------------------------

    def scenario(self, scenario: Scenario, values: Mapping[str, Any], models: Mapping[str, str], seed: int | None,
                 environment: Any) -> Entry:  # fmt: skip
        """A scenario that is made, whose run is still to come."""
        given: dict[str, Any] = {slot.parameter: _played(models, slot.parameter) for slot in scenario.slots}
        given |= {name: value for name, value in values.items() if not _same(value, scenario.default(name))}
        if seed is not None and scenario.takes_seed:
            given["seed"] = seed
        arguments = [f"{name}={literal(value)}" for name, value in given.items()]
        lines = _call("env = ", scenario.name, arguments)
        if seed is not None and not scenario.takes_seed:
            lines.append(f"env.reseed({seed})")
        for slot in scenario.slots:
            if models.get(slot.parameter) == PERSON:
                lines.append(f"env.seat({literal(chair(environment, slot))})")
        imports = set() if scenario.module == "__main__" else {f"from {scenario.module} import {scenario.name}"}
        return Entry(lines, [], None, imports)

    def given(self) -> Entry:
        """An environment that was made by hand."""
        return Entry(["# env is the environment that was given to il.play(env)"], [])

    def fork(self, parent: Entry, step: int, change: Intervention) -> Entry:
        """A fork, whose run is still to come."""
        lines = [f"env = {parent.part_at(step)}.at({step}).fork()", f"il.intervene(env, {as_code(change)})"]
        return Entry(lines, [], parent)

    def played(self, entry: Entry, name: str, first_step: int, last_step: int, whispers: Iterable[tuple[int, Any]],
               max_steps: int | None, finished: bool) -> None:  # fmt: skip
        """Say how an entry's run went, once it is over."""
        self._count += 1
        stem = "run" if entry.parent is None else "fork"
        own = stem if self._count == 1 else f"{stem}_{self._count}"
        rounds: list[tuple[int, list[Any]]] = []
        for step, change in whispers:
            if rounds and rounds[-1][0] == step:
                rounds[-1][1].append(change)
            else:
                rounds.append((step, [change]))
        at = first_step
        for step, changes in rounds:
            told = ", ".join(as_code(change) for change in changes)
            if step > at or step == first_step:  # there too: a fork of that moment has not heard the whisper
                part = f"{own}_to_{step}"
                entry.lines += self._run(part, name, step - at)
                entry.parts.append((at, part))
                entry.lines.append(f"env = {part}.at({step}).fork()")
            entry.lines.append(f"il.intervene(env, {told})")
            at = step
        # What was stopped by hand is run as far as it came.
        entry.lines += self._run(own, name, max_steps - (at - first_step) if finished and max_steps else
                                 None if finished else last_step - at)  # fmt: skip
        entry.parts.append((at, own))

    def _run(self, variable: str, name: str, steps: int | None) -> list[str]:
        limit = "" if steps is None else f", max_steps={steps}"
        call = f"{variable} = env.run({literal(name)}{limit})"
        return [call] if self.store is None else ["with store:", f"    {call}"]

    # Texts --------------------------------------------------------------------------------------------

    def text(self, entries: Iterable[Entry], *more: str) -> str:
        """Code that makes some runs, with all that they come from, and goes on with further lines."""
        wanted: list[Entry] = []
        for entry in entries:
            for one in reversed(list(_line_of(entry))):
                if one not in wanted:
                    wanted.append(one)
        imports = sorted({line for one in wanted for line in one.imports})
        head = ["import interlab as il", *imports]
        opening = [] if self.store is None else [f"store = il.open_store({literal(self.store)})"]
        blocks = [head, opening, *(one.lines for one in wanted), list(more)]
        return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"

    def begun(self, entry: Entry, name: str, max_steps: int | None) -> str:
        """Code for a run that is still to come."""
        return self.text([entry], *self._run("run" if entry.parent is None else "fork", name, max_steps))


def _line_of(entry: Entry) -> Iterable[Entry]:
    one: Entry | None = entry
    while one is not None:
        yield one
        one = one.parent


def _played(models: Mapping[str, str], slot: str) -> str:
    who = models.get(slot, "demo")
    return "demo" if who == PERSON else who


def _same(value: Any, default: Any) -> bool:
    return isinstance(value, bool) == isinstance(default, bool) and bool(value == default)


def _call(before: str, name: str, arguments: list[str]) -> list[str]:
    line = f"{before}{name}({', '.join(arguments)})"
    if len(line) <= 100:
        return [line]
    return [f"{before}{name}(", *(f"    {one}," for one in arguments), ")"]


def as_code(change: Intervention) -> str:
    """An intervention as it is written."""
    values = [literal(value) for name, value in change.record().items() if name not in ("intervention", "priority")]
    return f"il.{type(change).__name__}({', '.join(values)})"


def literal(value: Any) -> str:
    """A value as it is written: texts in double quotes where that is simple."""
    text = repr(value)
    if isinstance(value, str) and text.startswith("'") and '"' not in text and "\\" not in text:
        return f'"{text[1:-1]}"'
    return text
