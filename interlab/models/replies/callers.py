"""Whose calls these are: the actor, or the environment, in whose state they are counted."""

from __future__ import annotations

import threading
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from interlab.models.replies.counts import Counts
from interlab.models.seeding import SEED
from interlab.tracing import carry
from interlab.tracing.slots import CURRENT_SLOT, Slot

_ATTRIBUTE = "_reply_counts"
_lock = threading.Lock()


class calls_of:  # noqa: N801  # used like a function
    """As a context manager: calls of models in the block are those of an actor or an environment.

    What it asked how often is counted in its state, while replies are recorded or served, so that forks go on with
    the same counts.

    Args:
        holder: the actor or environment; anything that has attributes.
        name: how it is told from others on the same branch; the same in every process.
        seed: the seed of the branch, for who begins one: an environment's step. It begins a strand of its own, too:
            what runs side by side with it does not matter to it.
    """

    __slots__ = ("_before", "_seed", "_slot", "holder", "name", "seed")

    def __init__(self, holder: Any, name: str, *, seed: int | None = None) -> None:
        self.holder = holder
        self.name = name
        self.seed = seed

    def __enter__(self) -> None:
        self._before = _CALLER.get()
        _CALLER.set(self)
        if self.seed is not None:
            self._seed, self._slot = SEED.get(), CURRENT_SLOT.get()
            SEED.set(self.seed)
            CURRENT_SLOT.set(Slot())

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _CALLER.set(self._before)
        if self.seed is not None:
            SEED.set(self._seed)
            CURRENT_SLOT.set(self._slot)

    @property
    def counts(self) -> Counts:
        """What it asked how often; made when it is first needed."""
        found = getattr(self.holder, _ATTRIBUTE, None)
        if found is None:
            with _lock:
                found = getattr(self.holder, _ATTRIBUTE, None)
                if found is None:
                    found = Counts()
                    object.__setattr__(self.holder, _ATTRIBUTE, found)
        return found


_CALLER: ContextVar[calls_of | None] = ContextVar("interlab_caller", default=None)
carry(_CALLER)


def current_caller() -> calls_of | None:
    """Whose calls these are here; None outside of actors and environments."""
    return _CALLER.get()
