"""The lab without its window: choose, run, watch, fork, compare; every message of a window is one method call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from interlab.counterfactual import Intervention, Study
from interlab.environments import BaseEnvironment, Run
from interlab.errors import InterLabError, InvalidArgument
from interlab.models import known_models
from interlab.people.notebook import sendable
from interlab.tracing import Store, open_store
from interlab.tracing.scope import CURRENT_STORE
from interlab.ui.describe import in_words
from interlab.ui.lab import whatif
from interlab.ui.lab.asking import Wish, why_not, wish
from interlab.ui.lab.code import Entry, Script
from interlab.ui.lab.messages import answered
from interlab.ui.lab.playing import Player
from interlab.ui.lab.scenarios import PERSON, Refused, known_scenarios
from interlab.ui.lab.seats import LabConsole
from interlab.ui.steering import branching
from interlab.ui.steering.bubbles import in_human_words, shown
from interlab.ui.steering.trial import Trial

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
        console: where its people are asked.
    """

    player: Player
    entry: Entry
    script: Script
    console: LabConsole
    step: int = 0
    parent: Branch | None = None
    change: Intervention | None = None
    told: bool = False
    so_far: tuple[tuple[int, int], Entry] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether it makes no step now: it is over, or waits for a person to go on."""
        return self.player.is_over or self.player.status == "paused"

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
        self.trial: Trial | None = None

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
        console = LabConsole(self._told)
        player = self._player(environment, asked_for.scenario.title, asked_for.steps, store, console, asked)
        return self._begin(Branch(player, entry, script, console))

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
        settings, console = {"paused": paused, "pause_s": pause_s}, LabConsole(self._told)
        player = self._player(self.environment, name, max_steps, store, console, settings)
        return self._begin(Branch(player, script.given(), script, console))

    def _player(self, environment: Any, name: str | None, steps: int | None, store: Store | None, console: LabConsole,
                settings: Mapping[str, Any]) -> Player:  # fmt: skip
        return Player(
            environment, name=name, max_steps=steps, store=store, console=console, told=self._told,
            paused=bool(settings.get("paused")), pause_s=float(settings.get("pause_s") or 0),
        )  # fmt: skip

    def _begin(self, branch: Branch) -> Branch:
        with self._lock:
            self.branches[len(self.branches) + 1] = branch
        branch.player.start()
        self._told()
        return branch

    def _check_idle(self) -> None:
        if any(not branch.player.is_over for branch in self.branches.values()):
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

    def close(self) -> None:
        """Let runs and experiments under way make no further step."""
        for branch in self.branches.values():
            branch.player.stop()
        self.stop_experiment()

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
        return self.asked_of({}).player

    @property
    def console(self) -> LabConsole:
        """Where people of the run begun last are asked.

        Raises:
            InvalidArgument: nothing was begun.
        """
        return self.asked_of({}).console

    def asked_of(self, asked: Mapping[str, Any]) -> Branch:
        """The run that a window speaks of: its ``run``, or without it the one begun last."""
        if asked.get("run") is not None:
            return self.branch(asked["run"])
        if self.last is None:
            raise InvalidArgument("Nothing was begun yet: choose a scenario and run it.")
        return self.last

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
        seats = [
            {**view, "run": number}
            for number, one in branches.items()
            if not one.player.is_over
            for view in one.console.views
        ]
        return {"runs": [self._line(number, one) for number, one in branches.items()], "seats": seats}

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

    def whisper(self, asked: Mapping[str, Any]) -> None:
        """Tell an actor something; ``actor`` is the name as a window was sent it, ``text`` what the actor learns."""
        player = self.asked_of(asked).player
        names = {sendable(name): name for name in player.colors}
        actor = str(asked.get("actor"))
        player.whisper(names.get(actor, actor), str(asked.get("text") or ""))

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
        """What a fork is expected to take; arguments as for `fork`. With ``replicas``, what `experiment` would."""
        parent, step, change = self._change(asked)
        if asked.get("replicas") is not None:
            found = whatif.price(self._study(asked))
        else:
            found = branching.price_of(parent.run, step, change, _left(parent, step))
        return {**found, "known": found["calls"] > 0 or parent.player.steps > step or parent.player.is_over}

    def _planned(self, asked: Mapping[str, Any]) -> tuple[Any, ...]:
        parent, step, change = self._change(asked)
        name, replicas = in_few_words(change, 48), whatif.replicas_of(asked.get("replicas"))
        return parent.run, step, change, name, replicas, _left(parent, step)

    def _study(self, asked: Mapping[str, Any]) -> Study:
        return whatif.planned(*self._planned(asked))

    def experiment(self, asked: Mapping[str, Any]) -> Trial:
        """Run a fork's change and no change, each a number of times, to see what the change does.

        Args:
            asked: as for `fork`, and ``replicas``, the number of them.

        Raises:
            InvalidArgument: something can't be meant, or another experiment is under way.
        """
        if self.trial is not None and not self.trial.is_over:
            raise InvalidArgument("An experiment is under way: let it finish, or stop it.")
        trial = self.trial = Trial(self._study(asked), self._told)
        return trial.start()

    def stop_experiment(self) -> None:
        """Begin no further replica."""
        if self.trial is not None:
            self.trial.stop()

    def effects(self) -> dict[str, Any] | None:
        """How the experiment begun last stands, and what came of it; None before the first."""
        return None if self.trial is None else whatif.view(self.trial)

    def fork(self, asked: Mapping[str, Any]) -> Branch:
        """Go back to a step with one change, and run on from there.

        Args:
            asked: ``run`` (its number), ``step``, ``change`` (as for `branching.as_change`), ``name``, ``paused``,
                ``pause_s``.

        Raises:
            InvalidArgument: something can't be meant; it says what.
        """
        if not all(branch.is_idle for branch in self.branches.values()):
            raise InvalidArgument("A run is under way: pause it, let it finish, or stop it.")
        parent, step, change = self._change(asked)
        environment = branching.forked(parent.run, step, change)
        if environment.is_finished:
            raise InvalidArgument(f"After step {step} the run was over; fork an earlier moment.")
        entry = parent.script.fork(self._origin_of(parent), step, change)
        name = self._fork_name(asked, change)
        left, console = _left(parent, step), LabConsole(self._told)
        store: Any = parent.run.node._source
        player = self._player(environment, name, left, store, console, asked)
        before = [one for one in parent.player.items if one["step"] <= step and not _is_late(one, step)]
        shared = [{**one, "shared": True} for one in before if one["kind"] != "end"]
        marker = {"kind": "fork", "step": step, "words": in_few_words(change)}
        player.items.extend([*shared, marker])
        return self._begin(Branch(player, entry, parent.script, console, step, parent, change))

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
            asked: ``what``: ``"run"`` (with what `run` takes), ``"fork"`` (with what `fork` takes), ``"experiment"``
                (with what `experiment` takes), ``"played"`` or ``"look"`` (with ``run``, a number), or ``"compare"``
                (with ``first`` and ``second``).
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
            entry = parent.script.fork(self._origin_of(parent), step, change)
            return parent.script.begun(entry, self._fork_name(asked, change), _left(parent, step))
        if what == "experiment":
            return whatif.code(*self._planned(asked))
        if what == "compare":
            one, other = self.branch(asked.get("first")), self.branch(asked.get("second"))
            entries = [self._told_of(one), self._told_of(other)]
            return one.script.text(entries, f"print(il.compare({entries[0].last}, {entries[1].last}))")
        branch = self.branch(asked.get("run"))
        entry = self._told_of(branch)
        return branch.script.text([entry], *([f"{entry.last}.show()"] if what == "look" else []))

    def _origin_of(self, branch: Branch) -> Entry:
        """How the run was made that a fork leaves; of one that is not over, how it was made so far."""
        player = branch.player
        if player.is_over:
            return self._told_of(branch)
        made = (player.steps, len(player.whispers))
        if branch.so_far is None or branch.so_far[0] != made:
            entry = replace(branch.entry, lines=list(branch.entry.lines), parts=[])
            branch.script.played(entry, player.name, player.first_step, player.steps, player.whispers, None, False)
            branch.so_far = (made, entry)
        return branch.so_far[1]

    def _told_of(self, branch: Branch) -> Entry:
        player = branch.player
        if not player.is_over:
            raise InvalidArgument("The run is under way: its code is known when it is over.")
        if not branch.told:
            branch.told = True
            stopped = player.status != "finished"
            branch.script.played(branch.entry, player.name, player.first_step, player.steps, player.whispers,
                                 player.max_steps, not stopped)  # fmt: skip
        return branch.entry

    def receive(self, message: Any) -> dict[str, Any]:
        """Do what a window asks, and answer in words whatever goes wrong; see `messages.answered`."""
        return answered(self, message)


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
