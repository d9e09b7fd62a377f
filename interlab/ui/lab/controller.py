"""The lab without its window: choose, run, watch, fork, compare; every message of a window is one method call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interlab.counterfactual import Intervention
from interlab.environments import BaseEnvironment, Run
from interlab.errors import InterLabError, InvalidArgument
from interlab.models import known_models
from interlab.tracing import Store, open_store
from interlab.tracing.scope import CURRENT_STORE
from interlab.ui.describe import in_words
from interlab.ui.lab import branching
from interlab.ui.lab.asking import Wish, why_not, wish
from interlab.ui.lab.bubbles import in_human_words, shown
from interlab.ui.lab.code import Entry, Script
from interlab.ui.lab.playing import Player
from interlab.ui.lab.scenarios import PERSON, Refused, known_scenarios
from interlab.ui.lab.seats import LabConsole

DEFAULT_STORE = "lab.db"
_HINTS = {"demo": "a script that haggles, offline", "local/smollm2": "a small real model in this process"}


@dataclass(eq=False)
class Branch:
    """A run of this lab.

    Args:
        player: who plays it, or has.
        entry: how it is made, as code.
        step: the step after which it left its parent.
        parent: the run it was forked from.
        change: what was changed there.
        script: which writes its code.
    """

    player: Player
    entry: Entry
    script: Script
    step: int = 0
    parent: Branch | None = None
    change: Intervention | None = None
    told: bool = False

    @property
    def run(self) -> Run:
        """Its run.

        Raises:
            InvalidArgument: it did not begin.
        """
        if self.player.run is None:
            raise InvalidArgument(f"{self.player.name!r} did not begin: {self.player.error or 'try it again'}")
        return self.player.run


class Lab:
    """A lab: scenarios to choose from, the runs made in it, and what can be done with them.

    Args:
        scenarios: functions or classes that make environments, offered before those of the zoo.
        store: where runs are kept: a store, or a path that the form begins with.
        environment: play this one, without choosing.
        told: called, in whichever thread, whenever something changed.

    Attributes:
        branches: the runs made here, by number from 1.
    """

    def __init__(
        self,
        scenarios: Iterable[Callable[..., Any]] = (),
        *,
        store: Store | str | Path | None = None,
        environment: BaseEnvironment | None = None,
        told: Callable[[], None] | None = None,
    ) -> None:
        self.environment = environment
        self.scenarios = {one.key: one for one in ([] if environment is not None else known_scenarios(scenarios))}
        if store is None and environment is not None:
            store = CURRENT_STORE.get()
        self._given = store if isinstance(store, Store) else None
        self._path = DEFAULT_STORE if store is None else str(store)
        self._told = told or (lambda: None)
        self._lock = threading.RLock()
        self._opened: dict[str, Store] = {}
        self._scripts: dict[str | None, Script] = {}
        self.branches: dict[int, Branch] = {}
        self.console = LabConsole(self._told)

    # Choosing -----------------------------------------------------------------------------------------

    def hello(self) -> dict[str, Any]:
        """What a window begins with."""
        models = [{"name": name, "about": _HINTS.get(name, "")} for name in known_models()]
        wanted = [one for one in models if not one["name"].startswith(("human", "console"))]
        wanted.sort(key=lambda one: (one["name"] not in _HINTS, one["name"]))
        return {
            "scenarios": [one.to_dict() for one in self.scenarios.values()], "models": wanted, "person": PERSON,
            "store": None if self._given is not None else self._path, "changes": branching.CHANGES,
            "given": None if self.environment is None else type(self.environment).__name__,
        }  # fmt: skip

    def run(self, asked: Mapping[str, Any]) -> Branch:
        """Make a scenario and run it.

        Args:
            asked: as for `asking.wish`.

        Raises:
            Refused: something can't be meant; with what is wrong beside which field.
        """
        asked_for = wish(asked, self.scenarios)
        self._check_idle()
        environment = self._made(asked_for)
        try:
            store = self._store(asked_for.store)
        except InterLabError as error:
            raise Refused({"/store": in_human_words(error)}) from error
        script = self._script(asked_for.store)
        entry = script.scenario(asked_for.scenario, asked_for.values, asked_for.models, asked_for.seed, environment)
        player = self._player(environment, asked_for.scenario.title, asked_for.steps, store, asked)
        return self._begin(Branch(player, entry, script))

    def _made(self, asked: Wish) -> Any:
        try:
            return asked.scenario.environment(asked.values, asked.models, asked.seed)
        except Refused as error:
            raise Refused({f"/models{place}": words for place, words in error.faults.items()}) from error
        except InterLabError as error:
            raise Refused({"/values": in_human_words(error)}) from error

    def play(self, *, name: str | None = None, max_steps: int | None = None, paused: bool = False,
             pause_s: float = 0.0) -> Branch:  # fmt: skip
        """Run the environment that was given."""
        if self.environment is None:
            raise InvalidArgument("There is no environment to play: choose a scenario.")
        self._check_idle()
        store = self._given
        script = self._scripts.setdefault(None, Script(None))
        settings = {"paused": paused, "pause_s": pause_s}
        player = self._player(self.environment, name, max_steps, store, settings)
        return self._begin(Branch(player, script.given(), script))

    def _player(self, environment: Any, name: str | None, steps: int | None, store: Store | None,
                settings: Mapping[str, Any]) -> Player:  # fmt: skip
        self.console = LabConsole(self._told)
        return Player(
            environment, name=name, max_steps=steps, store=store, console=self.console, told=self._told,
            paused=bool(settings.get("paused")), pause_s=float(settings.get("pause_s") or 0),
        )  # fmt: skip

    def _begin(self, branch: Branch) -> Branch:
        with self._lock:
            self.branches[len(self.branches) + 1] = branch
        branch.player.start()
        self._told()
        return branch

    def _check_idle(self) -> None:
        branch = self.last
        if branch is not None and not branch.player.is_over:
            raise InvalidArgument("A run is under way: let it finish, or stop it.")

    def _store(self, path: str) -> Store:
        if self._given is not None:
            return self._given
        where = path or ":memory:"
        key = where if where == ":memory:" else str(Path(where).expanduser().resolve())
        with self._lock:
            if key not in self._opened or self._opened[key].journal.closed:
                self._opened[key] = open_store(where if where == ":memory:" else Path(where).expanduser())
            return self._opened[key]

    def _script(self, path: str) -> Script:
        where = str(self._given.path) if self._given is not None else path or ":memory:"
        return self._scripts.setdefault(where, Script(where))

    # Watching -----------------------------------------------------------------------------------------

    @property
    def last(self) -> Branch | None:
        """The run begun last."""
        return self.branches[max(self.branches)] if self.branches else None

    @property
    def player(self) -> Player:
        """Who plays the run begun last.

        Raises:
            InvalidArgument: nothing was begun.
        """
        if self.last is None:
            raise InvalidArgument("Nothing was begun yet: choose a scenario and run it.")
        return self.last.player

    def branch(self, number: Any) -> Branch:
        """A run by its number.

        Raises:
            InvalidArgument: there is none of that number.
        """
        found = self.branches.get(number)
        if found is None:
            raise InvalidArgument(f"There is no run {number!r} in this lab; there are {len(self.branches)}.")
        return found

    def state(self) -> dict[str, Any]:
        """How everything stands, as plain data."""
        with self._lock:
            branches = dict(self.branches)
        return {"runs": [self._line(number, one) for number, one in branches.items()], "seats": self.console.views}

    def _line(self, number: int, branch: Branch) -> dict[str, Any]:
        view = branch.player.view()
        numbers = {id(one): place for place, one in self.branches.items()}
        over = view["status"] in ("finished", "stopped", "failed")
        result = branch.player.run.result if over and branch.player.run is not None else None
        return {
            **view, "number": number, "step": branch.step, "parent": numbers.get(id(branch.parent)), "over": over,
            "change": "" if branch.change is None else in_few_words(branch.change),
            "result": "" if result is None else shown(in_words(result, 160)),
        }  # fmt: skip

    def items(self, number: Any, after: int = 0) -> list[dict[str, Any]]:
        """What happened in a run, and in what it was forked from, from a place on."""
        return self.branch(number).player.items[max(0, int(after)) :]

    # Afterwards ---------------------------------------------------------------------------------------

    def moment(self, number: Any, step: Any) -> dict[str, Any]:
        """What can be changed after a step of a run."""
        return branching.moment_of(self.branch(number).run, _step(step))

    def steps(self, number: Any) -> list[int]:
        """The steps after which a run can be forked."""
        return branching.steps_of(self.branch(number).run)

    def _change(self, asked: Mapping[str, Any]) -> tuple[Branch, int, Intervention]:
        parent, step = self.branch(asked.get("run")), _step(asked.get("step"))
        change: Mapping[str, Any] = asked.get("change") or {}
        made = branching.as_change(change, parent.run.at(step).env)
        if change.get("kind") == "model" and (words := why_not(str(change.get("model")).strip())):
            raise InvalidArgument(words)
        return parent, step, made

    def price(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """What a fork is expected to take; arguments as for `fork`."""
        parent, step, change = self._change(asked)
        return branching.price_of(parent.run, step, change, _left(parent, step))

    def fork(self, asked: Mapping[str, Any]) -> Branch:
        """Go back to a step with one change, and run on from there.

        Args:
            asked: ``run`` (its number), ``step``, ``change`` (as for `branching.as_change`), ``name``, ``paused``,
                ``pause_s``.

        Raises:
            InvalidArgument: something can't be meant; it says what.
        """
        self._check_idle()
        parent, step, change = self._change(asked)
        environment = branching.forked(parent.run, step, change)
        if environment.is_finished:
            raise InvalidArgument(f"After step {step} the run was over; fork an earlier moment.")
        entry = parent.script.fork(self._told_of(parent), step, change)
        name = self._fork_name(asked, change)
        left = _left(parent, step)
        store: Any = parent.run.node._source
        player = self._player(environment, name, left, store, asked)
        before = [one for one in parent.player.items if one["step"] <= step and not _is_late(one, step)]
        shared = [{**one, "shared": True} for one in before if one["kind"] != "end"]
        marker = {"kind": "fork", "step": step, "words": in_few_words(change)}
        player.items.extend([*shared, marker])
        return self._begin(Branch(player, entry, parent.script, step, parent, change))

    def _fork_name(self, asked: Mapping[str, Any], change: Intervention) -> str:
        given = asked.get("name")
        if isinstance(given, str) and given.strip():
            return given.strip()
        return f"what if: {in_few_words(change, 48)}"

    def compare(self, first: Any, second: Any) -> dict[str, Any]:
        """Two runs side by side."""
        return branching.compared(self.branch(first).run, self.branch(second).run)

    # Code ---------------------------------------------------------------------------------------------

    def code(self, asked: Mapping[str, Any]) -> str:
        """The Python that does what was asked for.

        Args:
            asked: ``what``: ``"run"`` (with what `run` takes), ``"fork"`` (with what `fork` takes), ``"played"`` or
                ``"look"`` (with ``run``, a number), or ``"compare"`` (with ``first`` and ``second``).
        """
        what = asked.get("what")
        if what == "run":
            asked_for = wish(asked, self.scenarios, with_models=False)
            made = None if PERSON not in asked_for.models.values() else self._made(asked_for)
            script = Script(self._script(asked_for.store).store)
            entry = script.scenario(asked_for.scenario, asked_for.values, asked_for.models, asked_for.seed, made)
            return script.begun(entry, asked_for.scenario.title, asked_for.steps)
        if what == "fork":
            parent, step, change = self._change(asked)
            entry = parent.script.fork(self._told_of(parent), step, change)
            return parent.script.begun(entry, self._fork_name(asked, change), _left(parent, step))
        if what == "compare":
            one, other = self.branch(asked.get("first")), self.branch(asked.get("second"))
            entries = [self._told_of(one), self._told_of(other)]
            return one.script.text(entries, f"print(il.compare({entries[0].last}, {entries[1].last}))")
        branch = self.branch(asked.get("run"))
        entry = self._told_of(branch)
        return branch.script.text([entry], *([f"{entry.last}.show()"] if what == "look" else []))

    def _told_of(self, branch: Branch) -> Entry:
        if branch.parent is not None:
            self._told_of(branch.parent)
        player = branch.player
        if not player.is_over:
            raise InvalidArgument("The run is under way: its code is known when it is over.")
        if not branch.told:
            branch.told = True
            stopped = player.status != "finished"
            branch.script.played(branch.entry, player.name, player.first_step, player.steps, player.whispers,
                                 player.max_steps, not stopped)  # fmt: skip
        return branch.entry

    # Messages -----------------------------------------------------------------------------------------

    def receive(self, message: Any) -> dict[str, Any]:
        """Do what a window asks, and answer in words whatever goes wrong.

        Args:
            message: with ``op``, the name of what is wanted, and its arguments.

        Returns:
            ``{"ok": True, "value": …}``, or ``{"ok": False, "words": …, "faults": {place: words}}``.
        """
        asked: Mapping[str, Any] = message if isinstance(message, Mapping) else {}
        operation = _OPERATIONS.get(str(asked.get("op")))
        if operation is None:
            return {"ok": False, "words": "The window asked for something that this lab does not know.", "faults": {}}
        try:
            return {"ok": True, "value": operation(self, asked)}
        except Refused as error:
            return {"ok": False, "words": "Some of this can't be meant yet.", "faults": error.faults}
        except Exception as error:  # a person reads it: in words, whatever it is
            return {"ok": False, "words": in_human_words(error), "faults": {}}


def in_few_words(change: Intervention, limit: int = 160) -> str:
    """An intervention as a person says it."""
    told = change.record()
    words = {
        "Observe": lambda: f"{told['actor']} learns: {told['text']}",
        "EditMessage": lambda: f"message {told['message'] + 1} says: {told['text']}",
        "SwapModel": lambda: f"{told['actor']} is played by {told['model']}",
        "SetSeed": lambda: f"seed {told['seed']}",
    }.get(told["intervention"], lambda: str(change))()
    return shown(words if len(words) <= limit else f"{words[: limit - 1]}…")


def _is_late(item: Mapping[str, Any], step: int) -> bool:
    """Whether it happened after the moment of a step, though before the next."""
    return item["step"] == step and item["kind"] in ("whisper", "end")


def _left(parent: Branch, step: int) -> int | None:
    """Steps that a fork may make so that it gets no further than its parent might."""
    limit = parent.player.max_steps
    return None if limit is None else max(1, parent.player.first_step + limit - step)


def _step(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidArgument("Choose the step to go back to.")
    return value


def _number(branch: Branch, lab: Lab) -> int:
    return next(number for number, one in lab.branches.items() if one is branch)


_OPERATIONS: dict[str, Callable[[Lab, Mapping[str, Any]], Any]] = {
    "hello": lambda lab, asked: lab.hello(),
    "state": lambda lab, asked: lab.state(),
    "items": lambda lab, asked: lab.items(asked.get("run"), asked.get("after") or 0),
    "run": lambda lab, asked: _number(lab.run(asked), lab),
    "play": lambda lab, asked: _number(
        lab.play(paused=bool(asked.get("paused")), pause_s=float(asked.get("pause_s") or 0)), lab
    ),
    "pause": lambda lab, asked: lab.player.pause(),
    "go_on": lambda lab, asked: lab.player.go_on(),
    "step": lambda lab, asked: lab.player.step(),
    "speed": lambda lab, asked: lab.player.set_pause(asked["pause_s"]),
    "whisper": lambda lab, asked: lab.player.whisper(str(asked.get("actor")), str(asked.get("text") or "")),
    "stop": lambda lab, asked: lab.player.stop(at_once=bool(asked.get("at_once"))),
    "answer": lambda lab, asked: lab.console.submit(asked.get("seat"), asked.get("question"), asked.get("value")),
    "cancel": lambda lab, asked: lab.console.cancel(asked.get("seat"), asked.get("question")),
    "moment": lambda lab, asked: lab.moment(asked.get("run"), asked.get("step")),
    "steps": lambda lab, asked: lab.steps(asked.get("run")),
    "price": lambda lab, asked: lab.price(asked),
    "fork": lambda lab, asked: _number(lab.fork(asked), lab),
    "compare": lambda lab, asked: lab.compare(asked.get("first"), asked.get("second")),
    "code": lambda lab, asked: lab.code(asked),
}
