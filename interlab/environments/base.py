"""What every environment is: a state, and a rule that advances it one step."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from abc import ABC, abstractmethod
from contextlib import nullcontext
from typing import Any, Self

from interlab.environments.homes import home_of
from interlab.environments.run import Run
from interlab.environments.snapshots import Recorder
from interlab.errors import EnvironmentFinished, InvalidArgument
from interlab.models.cancelling import cancellable
from interlab.models.ledger import Limit
from interlab.models.replies import calls_of
from interlab.state import Random, fork
from interlab.tracing import TracingNode
from interlab.tracing.hooks import hook

PROGRESS_AFTER_S = 2.0


class BaseEnvironment(ABC):
    """A state that actors share. Override `_step`; ordinary attributes are the state.

    Keep what grows (transcripts, histories) in a `state.Log`, so that forks share it. Draw chance from `self.rng`
    only: then a run is repeated by its seed, and a fork goes on exactly as the original did.

    Args:
        seed: decides everything drawn, the models' seeds included; a random one when None.

    Attributes:
        seed: the seed.
        rng: the seeded generator, a `random.Random`.
        steps: how many steps were made; inside `_step`, the number of the step being made.
        origin: the uid of the run and the step it was forked at, or None.
        interventions: what was changed since then, as it will be recorded with the next run.
    """

    seed: int
    rng: Random
    steps: int = 0
    origin: tuple[str, int] | None = None
    interventions: tuple[Any, ...] = ()
    _finished: bool = False

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        # A subclass that forgets super().__init__() still has a generator.
        self = super().__new__(cls)
        self.reseed(random.SystemRandom().getrandbits(31))
        return self

    def __init__(self, *, seed: int | None = None) -> None:
        if seed is not None:
            self.reseed(seed)

    def reseed(self, seed: int) -> None:
        """Draw everything from now on from another seed."""
        if not isinstance(seed, int) or isinstance(seed, bool):
            raise InvalidArgument(f"A seed is a whole number; got {seed!r}.")
        self.seed = seed
        self.rng = Random(seed)

    # The rule -----------------------------------------------------------------------------------------

    @abstractmethod
    def _step(self) -> Any:
        """Advance by one step: ask actors, change the state, call `set_finished` at the end. What it returns is
        the result of the step's node."""

    def outcome(self) -> Any:
        """What came out, recorded as the run's result; override it. None by default."""
        return None

    @property
    def is_finished(self) -> bool:
        """Whether the end was reached."""
        return self._finished

    def set_finished(self) -> None:
        """Say that the end is reached: no more steps."""
        self._finished = True

    # Advancing ----------------------------------------------------------------------------------------

    def step(self) -> Any:
        """Make one step, recorded as a node of kind ``step``.

        When `_step` raises, the number of steps is as before; what it had changed or drawn by then is not undone. To
        try a step again from the same state, fork the moment before it.

        Returns:
            What `_step` returned.

        Raises:
            EnvironmentFinished: the end was reached before.
        """
        return self._advance(None)

    def _advance(self, states: Recorder | None) -> Any:
        if self._finished:
            raise EnvironmentFinished(
                f"{type(self).__name__} finished after step {self.steps}; a finished environment makes no more "
                "steps. Fork an earlier moment, or make a new one."
            )
        number = self.steps + 1
        with TracingNode(f"step {number}", kind="step", meta={"step": number}) as node, self._calling:
            self.steps = number
            try:
                result = self._step()
            except BaseException:
                self.steps = number - 1
                raise
            node.set_result(result)
            if states is not None:
                states.keep(self)  # committed with the step's node
            return result

    @property
    def _calling(self) -> calls_of:
        return calls_of(self, "environment", seed=self.seed)

    def run(
        self,
        name: str | None = None,
        *,
        max_steps: int | None = None,
        progress: bool = True,
        snapshots: bool = True,
        limit: Limit | None = None,
    ) -> Run:
        """Make steps until the end, recorded as a run.

        Args:
            name: what the run is called; the class's name by default.
            max_steps: steps made at most, at least 0.
            progress: show a progress bar when it takes longer than two seconds.
            snapshots: store the state after each step, so that the run can be forked at any of them, also later and
                in another process.
            limit: what the run's calls may spend together, as made by `interlab.limit`.

        Returns:
            The run. An error in a step is recorded in it, and raised.

        Raises:
            EnvironmentFinished: the end was reached before.
            NotEncodable: the state has something that can't be forked, named by its path.
            InvalidArgument: `max_steps` is negative.
            LimitExceeded: a call would pass the limit; what was made until then is recorded.
        """
        return self._run(name, max_steps, progress, snapshots, limit, threading.Event())

    async def arun(
        self,
        name: str | None = None,
        *,
        max_steps: int | None = None,
        progress: bool = True,
        snapshots: bool = True,
        limit: Limit | None = None,
    ) -> Run:
        """`run` in a worker thread, while the notebook stays alive; arguments as there.

        Cancelling it starts no other step, and cuts the calls of models that are under way.
        """
        stop = threading.Event()
        try:
            with cancellable():
                return await asyncio.to_thread(self._run, name, max_steps, progress, snapshots, limit, stop)
        except asyncio.CancelledError:
            stop.set()
            raise

    def _run(
        self,
        name: str | None,
        max_steps: int | None,
        progress: bool,
        snapshots: bool,
        limit: Limit | None,
        stop: threading.Event,
    ) -> Run:
        if max_steps is not None and max_steps < 0:
            raise InvalidArgument(f"max_steps is at least 0; got {max_steps}.")
        if self._finished:
            raise EnvironmentFinished(
                f"{type(self).__name__} finished after step {self.steps}; there is nothing left to run. "
                "Fork an earlier moment, or make a new one."
            )
        changes = self.interventions
        vars(self).pop("interventions", None)  # the class's own: an environment that has run is as one that has not
        start = self.fork() if snapshots else None  # what can't be forked is said before anything is recorded
        inputs: dict[str, Any] = {"environment": type(self).__qualname__, "seed": self.seed}
        if max_steps is not None:
            inputs["max_steps"] = max_steps
        if self.origin is not None:
            inputs["forked_from"] = {"run": self.origin[0], "step": self.origin[1]}
        if changes:
            inputs["interventions"] = list(changes)
        with (
            home_of(self),
            TracingNode(name or type(self).__name__, kind="run", inputs=inputs) as node,
            _Progress(name or type(self).__name__, max_steps, progress) as bar,
            limit or nullcontext(),
        ):
            run = Run(node)
            states: Recorder | None = None
            if start is not None:
                states = node._source.kept[node.uid] = Recorder(node)
                states.keep(start)
            made = 0
            while not self._finished and not stop.is_set() and (max_steps is None or made < max_steps):
                self._advance(states)
                made += 1
                bar.advance()
            node.add_meta(finished=self._finished, steps=self.steps)
            with self._calling:
                node.set_result(self.outcome())
            if states is not None:
                states.close()
        return run

    # Copies -------------------------------------------------------------------------------------------

    def fork(self, seed: int | None = None) -> Self:
        """An independent copy that goes on from here; histories are shared, models are the same objects.

        Args:
            seed: None goes on exactly as this one will; a number draws everything anew from it.

        Raises:
            NotEncodable: the state has something that can't be copied, named by its path.
        """
        copy = fork(self, name="env")
        if seed is not None:
            copy.reseed(seed)
        return copy

    def copy(self) -> Self:
        """Another name for `fork()`."""
        return self.fork()

    def seat(self, actor: str, **settings: Any) -> Self:
        """Put a person into an actor's chair, with the actor's name, instructions and memories: for forks, such as
        ``run.at(3).fork().seat("Bob")``.

        Args:
            actor: the actor's name, or the attribute that holds it.
            **settings: as for `HumanActor`: ``console=``, ``time_limit_s=``, ``default=``, ``may_cancel=``.

        Returns:
            This environment, whose next run records the change.

        Raises:
            InvalidArgument: nobody goes by that name; it lists who does.
        """
        hook("seat")(self, actor, **settings)
        return self

    def __repr__(self) -> str:
        state = "finished" if self._finished else "going on"
        return f"<{type(self).__name__} after step {self.steps}, {state}, seed {self.seed}>"


class _Progress:
    """A progress bar that appears when the work turns out to be long."""

    def __init__(self, name: str, total: int | None, wanted: bool) -> None:
        self._name, self._total, self._wanted = name, total, wanted
        self._started = time.perf_counter()
        self._made = 0
        self._bar: Any = None

    def __enter__(self) -> _Progress:
        return self

    def advance(self) -> None:
        self._made += 1
        if self._bar is not None:
            self._bar.update(1)
        elif self._wanted and time.perf_counter() - self._started > PROGRESS_AFTER_S:
            from tqdm.auto import tqdm

            self._bar = tqdm(desc=self._name, total=self._total, initial=self._made, unit="step", leave=False)

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()
