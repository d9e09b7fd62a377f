"""What every memory can do."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from interlab.errors import InvalidArgument
from interlab.tracing import FormatStr


@dataclass(frozen=True, slots=True)
class MemoryItem:
    """One thing remembered.

    Args:
        text: what is remembered.
        priority: higher is kept longer when not everything fits; 0 is ordinary.
        time: the environment's step at which it was added, or None.
        tokens: how long it is.
    """

    text: str
    priority: float = 0
    time: int | None = None
    tokens: int = 0


class BaseMemory(ABC):
    """What an actor keeps. Override `_add` and `format_memories`; keep items in a `state.Log`, so that
    forks share them."""

    def add_memory(self, text: str, *, priority: float = 0, time: int | None = None) -> None:
        """Remember something.

        Args:
            text: what.
            priority: higher is kept longer when not everything fits; 0 is ordinary.
            time: the environment's step.

        Raises:
            InvalidArgument: `text` is not a text, or `priority` not a number.
        """
        if not isinstance(text, str):
            raise InvalidArgument(
                f"A memory is a text; got {type(text).__name__} ({text!r:.60}). Format it first, for example as JSON."
            )
        if not isinstance(priority, int | float) or math.isnan(priority):
            raise InvalidArgument(f"A priority is a number, 0 for ordinary memories; got {priority!r}.")
        self._add(text, priority, time)

    def add_memories(self, texts: Iterable[str], *, priority: float = 0, time: int | None = None) -> None:
        """Remember several things, in order."""
        for text in texts:
            self.add_memory(text, priority=priority, time=time)

    @abstractmethod
    def _add(self, text: str, priority: float, time: int | None) -> None:
        """Keep a memory whose arguments are checked."""

    @abstractmethod
    def format_memories(self, query: str | None = None, *, token_limit: int | None = None) -> FormatStr:
        """The memories as they go into a prompt.

        Args:
            query: what they are needed for; memories that choose by relevance use it.
            token_limit: tokens at most.

        Returns:
            Text whose fields are the single memories, in the order in which they were added.
        """

    @abstractmethod
    def __len__(self) -> int:
        """How many things are remembered."""

    def __bool__(self) -> bool:
        return True
