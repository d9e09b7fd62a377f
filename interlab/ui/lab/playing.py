"""An environment that runs in a thread of its own: watched, paused, stepped, whispered into, stopped."""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from interlab.counterfactual import Intervention, Observe, intervene
from interlab.environments import BaseEnvironment, Run
from interlab.environments.cast import actors_of
from interlab.errors import CallCancelled, InvalidArgument
from interlab.models.cancelling import Cancellation, cancellable
from interlab.models.ledger import Ledger
from interlab.people import Console, people_at
from interlab.tracing import NodeReading, Store, current_node, name_color
from interlab.ui.describe import in_words
from interlab.ui.steering.bubbles import Item, bids_of, in_human_words, items_of, shown

SLOWEST_S = 30.0


class Player:
    """One playing of an environment. Its methods may be called from any thread; they return at once.

    Args:
        environment: what is run; nobody else may use it meanwhile.
        name: what the run is called; the class's name by default.
        max_steps: steps made at most; None for no limit.
        store: where it is recorded; None where `environment.run()` would record it.
        console: where people are asked.
        paused: whether it waits before the first step.
        pause_s: seconds between two steps, 0 to 30.
        told: called, in whichever thread, whenever something changed.

    Attributes:
        run: the run, from when it began.
        items: what happened, as plain data; it only grows.
        whispers: what was said to actors meanwhile: the step after which, and the intervention.
        error: why it ended, in words, where it failed.
    """

    def __init__(
        self,
        environment: BaseEnvironment,
        *,
        name: str | None = None,
        max_steps: int | None = None,
        store: Store | None = None,
        console: Console | None = None,
        paused: bool = False,
        pause_s: float = 0.0,
        told: Callable[[], None] | None = None,
    ) -> None:
        if not isinstance(environment, BaseEnvironment):
            raise InvalidArgument(f"What is played is an environment; got a {type(environment).__name__}.")
        self.environment = environment
        self.name = name or type(environment).__name__
        self.max_steps = max_steps
        self.first_step = environment.steps
        self.colors = {name: str(actor.color or name_color(name)) for name, actor in actors_of(environment).items()}
        self.run: Run | None = None
        self.items: list[Item] = []
        self.whispers: list[tuple[int, Intervention]] = []
        self.error = ""
        self.tokens = self.calls = 0
        self.cost_usd: float | None = 0.0
        self._store = store
        self._console = console
        self._told = told or (lambda: None)
        self._news = threading.Condition()
        self._paused = paused
        self._allowed = 0
        self._pause_s = _checked(pause_s)
        self._stopping = False
        self._waiting = False
        self._began = False
        self._over = False
        self._queue: list[Intervention] = []
        self._cancellation: Cancellation | None = None
        self._last: str | None = None
        self._steps = environment.steps
        self._auctions = len(self._rounds())
        self._thread: threading.Thread | None = None

    # What a person does -------------------------------------------------------------------------------

    def start(self) -> Player:
        """Begin; returns this player."""
        if self._thread is not None:
            raise InvalidArgument("This was started already; make another Player to play again.")
        # With what holds here: replies that are served, limits, prices. But not in the cell's current node.
        around = contextvars.copy_context()
        self._thread = threading.Thread(target=around.run, args=(self._work,), name="interlab-play", daemon=True)
        self._thread.start()
        return self

    def pause(self) -> None:
        """Make no further step for now; one under way is finished."""
        with self._news:
            self._paused = True
            self._changed()

    def go_on(self) -> None:
        """Go on after a pause."""
        with self._news:
            self._paused, self._allowed = False, 0
            self._changed()

    def step(self) -> None:
        """Make one step, and pause."""
        with self._news:
            if self._paused or self._waiting:  # else one is under way, and is the one
                self._allowed += 1
            self._paused = True
            self._changed()

    def set_pause(self, seconds: float) -> None:
        """Wait between two steps from now on.

        Args:
            seconds: 0 to 30.
        """
        seconds = _checked(seconds)
        with self._news:
            self._pause_s = seconds
            self._changed()

    def whisper(self, actor: str, text: str) -> None:
        """Tell an actor something that only it learns, before the next step; recorded as the intervention that it is.

        Raises:
            InvalidArgument: nobody goes by that name, there are no words, or the run is over.
        """
        if actor not in self.colors:
            raise InvalidArgument(f"No actor {actor!r} takes part; the actors are {', '.join(map(repr, self.colors))}.")
        if not isinstance(text, str) or not text.strip():
            raise InvalidArgument("Write what the actor shall learn.")
        with self._news:
            if self._over:
                raise InvalidArgument("The run is over: fork it, and tell the actor there.")
            self._queue.append(Observe(actor, text.strip()))
            self._changed()

    def stop(self, *, at_once: bool = False) -> None:
        """Make no further step. What was made is kept.

        Args:
            at_once: give up the calls that are under way too; their step fails.
        """
        with self._news:
            self._stopping = True
            cancellation = self._cancellation if at_once else None
            self._changed()
        if self._console is not None:
            self._console.close()
        if cancellation is not None:
            cancellation.cancel()

    def wait(self, timeout_s: float | None = None) -> bool:
        """Wait until it is over; says whether it is."""
        if self._thread is not None:
            self._thread.join(timeout_s)
        return self._over

    def wait_until(self, holds: Callable[[Player], bool], timeout_s: float = 60.0) -> bool:
        """Wait until something holds of this player; says whether it does."""
        with self._news:
            return self._news.wait_for(lambda: holds(self), timeout_s)

    @property
    def is_over(self) -> bool:
        """Whether the run has ended."""
        return self._over

    # What a window shows ------------------------------------------------------------------------------

    @property
    def status(self) -> str:
        """``"running"``, ``"paused"``, ``"stopping"``, ``"finished"``, ``"stopped"`` or ``"failed"``."""
        if self._over:
            return "failed" if self.error else "stopped" if self._stopping else "finished"
        if self._stopping:
            return "stopping"
        return "paused" if self._paused and self._waiting and not self._allowed else "running"

    @property
    def steps(self) -> int:
        """The number of the step made last."""
        return self._steps

    def view(self) -> dict[str, Any]:
        """How it stands, as plain data; what happened is in `items`."""
        with self._news:
            return {
                "name": self.name, "status": self.status, "steps": self._steps, "first_step": self.first_step,
                "max_steps": self.max_steps, "tokens": self.tokens, "calls": self.calls, "cost_usd": self.cost_usd,
                "pause_s": self._pause_s, "wants_pause": self._paused, "error": self.error,
                "waiting_whispers": len(self._queue), "items": len(self.items),
                "uid": None if self.run is None else self.run.uid,
                "actors": [{"name": name, "color": color} for name, color in self.colors.items()],
            }  # fmt: skip

    # The thread ---------------------------------------------------------------------------------------

    def _work(self) -> None:
        try:
            with ExitStack() as around:
                if self._store is not None:
                    around.enter_context(self._store)
                if self._console is not None:
                    around.enter_context(people_at(self._console))
                self._cancellation = around.enter_context(cancellable())
                gate: Any = _Gate(self)
                run = self.environment._run(self.name, self.max_steps, False, True, None, gate)
                self.run = run
        except CallCancelled as error:
            self.error = "" if self._stopping else in_human_words(error)
        except BaseException as error:  # nobody is above: whatever it is, it is told in the window
            self.error = in_human_words(error)
        finally:
            if self._console is not None:
                self._console.close()
            with self._news:
                self._over = True
                self._collect()
                self._end()
                self._changed()

    def _end(self) -> None:
        node = None if self.run is None else self.run.node
        if self.error:
            self.items.append({"kind": "error", "step": self._steps, "words": self.error})
        elif node is not None:
            words = "" if node.result is None else in_words(node.result, 400)
            self.items.append({"kind": "end", "step": self._steps, "words": shown(words), "status": self.status})

    def _may_not_go_on(self) -> bool:
        """Asked before every step, in the run's thread: waits as long as a person wants it to."""
        with self._news:
            if self.run is None:
                node: Any = current_node()
                self.run = Run(node)
            since = time.monotonic()
            first, self._began = not self._began, True
            self._collect()
            self._waiting = True
            self._changed()
            while not self._stopping:
                self._tell_actors()
                if self._paused:
                    if self._allowed > 0:
                        self._allowed -= 1
                        break
                    self._news.wait()
                    continue
                left = 0.0 if first else self._pause_s - (time.monotonic() - since)
                if left <= 0:
                    break
                self._news.wait(left)
            self._tell_actors()
            self._waiting = False
            self._changed()
            return self._stopping

    def _tell_actors(self) -> None:
        while self._queue:
            change = self._queue.pop(0)
            try:
                intervene(self.environment, change)
            except InvalidArgument as error:
                self.items.append({"kind": "error", "step": self._steps, "words": in_human_words(error)})
                continue
            # It stands in the run's tree where it was made, and is none that a later run began with.
            vars(self.environment).pop("interventions", None)
            self.whispers.append((self._steps, change))
            if isinstance(change, Observe):
                self.items.append({
                    "kind": "whisper", "step": self._steps, "speaker": change.actor, "words": shown(change.text),
                    "color": self.colors.get(change.actor, ""),
                })  # fmt: skip
            self._changed()

    def _collect(self) -> None:
        """Take up what steps were finished since."""
        if self.run is None:
            return
        node = self.run.node
        source: Any = node._source
        if source.journal.closed:
            return
        new: list[NodeReading] = source.children(node.uid, after=self._last)
        for one in new:
            self._last = one.uid
            if one.kind != "step":
                continue
            number = one.meta.get("step")
            if one.state != "finished":
                continue
            self._steps = number if isinstance(number, int) else self._steps + 1
            rounds = self._rounds()
            self.items.extend(bids_of(rounds[self._auctions :], self._steps, self.colors))
            self._auctions = len(rounds)
            self.items.extend(items_of(one, self._steps, self.colors))
            self._count(one)

    def _count(self, step: NodeReading) -> None:
        total = Ledger.of(step).total
        self.calls += total.calls + total.replayed
        self.tokens += total.total_tokens
        cost = total.cost_usd
        self.cost_usd = None if cost is None or self.cost_usd is None else self.cost_usd + cost

    def _rounds(self) -> Any:
        return getattr(getattr(self.environment, "moderator", None), "rounds", ())

    def _changed(self) -> None:
        self._news.notify_all()
        self._told()


class _Gate:
    """What a run asks before each step whether it shall stop."""

    def __init__(self, player: Player) -> None:
        self._player = player

    def is_set(self) -> bool:
        return self._player._may_not_go_on()


def _checked(seconds: Any) -> float:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= SLOWEST_S:
        raise InvalidArgument(f"Between two steps pass 0 to {SLOWEST_S:g} seconds; got {seconds!r}.")
    return float(seconds)
