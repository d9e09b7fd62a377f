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

    # What a counterfactual changes; a memory that keeps more than items overrides these ------------------

    @property
    def texts(self) -> list[str]:
        """What is remembered, oldest first, as far as this memory keeps it word by word.

        Raises:
            NotImplementedError: it does not.
        """
        raise NotImplementedError(f"{type(self).__name__} does not list its memories; give it a property `texts`.")

    def edit_memory(self, index: int, text: str) -> None:
        """Put another text in the place of a memory, with its priority and time.

        Args:
            index: its place in `texts`, from 0, or from -1 backwards.
            text: what stands there from now on.

        Raises:
            IndexError: there is no such memory.
            NotImplementedError: this memory can't be edited.
        """
        raise NotImplementedError(f"{type(self).__name__} can't be edited; give it a method edit_memory(index, text).")

    def remove_memory(self, index: int) -> None:
        """Forget a memory; arguments and errors as for `edit_memory`."""
        raise NotImplementedError(f"{type(self).__name__} can't forget; give it a method remove_memory(index).")

    @abstractmethod
    def __len__(self) -> int:
        """How many things are remembered."""

    def __bool__(self) -> bool:
        return True
