"""What every actor is."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Hashable
from typing import Any, Self

from interlab.errors import InvalidArgument
from interlab.memory import BaseMemory, ListMemory
from interlab.models import current_seed
from interlab.models.replies import calls_of
from interlab.state import derive_seed
from interlab.tracing import FormatStr, TracingNode, name_color
from interlab.tracing.slots import CURRENT_SLOT

_counting = threading.Lock()


class BaseActor(ABC):
    """Something that observes and is asked. Override `_query`; `_observe` remembers by default.

    Each query and observation is a node in the actor's colour. A query leaves the memory as it was: what an actor
    should remember of it, the environment tells it with `observe`.

    Args:
        name: how it is called; by default its class's name.
        memory: what it keeps; a `ListMemory` by default.
        color: a CSS colour; by default the name's stable colour.

    Attributes:
        calls: how often its model was called, which decides the seed of the next call.
    """

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        # A subclass that forgets super().__init__() still has a name and a memory.
        self = super().__new__(cls)
        BaseActor.__init__(self)
        return self

    def __init__(self, name: str | None = None, *, memory: BaseMemory | None = None, color: str | None = None) -> None:
        if name is not None and (not isinstance(name, str) or not name):
            raise InvalidArgument(f"An actor's name is a text that is not empty; got {name!r}.")
        self.name = name or type(self).__name__
        self.color = color or name_color(self.name)
        self.memory = ListMemory() if memory is None else memory
        self.calls = 0

    def query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
        """Ask the actor.

        Args:
            prompt: what is asked.
            expected_type: the type of the answer; None for text.
            **settings: whatever the actor understands beyond that.

        Returns:
            The answer: a text, or a value of `expected_type`.
        """
        inputs = {"prompt": prompt}
        if expected_type is not None:
            inputs["expected_type"] = getattr(expected_type, "__name__", str(expected_type))
        if settings:
            inputs.update(settings)
        with TracingNode(self.name, kind="query", inputs=inputs, meta=self._meta) as node, self._calling:
            answer = self._query(prompt, expected_type=expected_type, **settings)
            node.set_result(answer)
            return answer

    def observe(self, observation: str | FormatStr, *, priority: float = 0, time: int | None = None) -> None:
        """Tell the actor something.

        Args:
            observation: what it learns.
            priority: how important it is; higher is kept longer when not everything fits.
            time: the environment's step.
        """
        inputs: dict[str, Any] = {"observation": observation}
        if priority:
            inputs["priority"] = priority
        with TracingNode(self.name, kind="observe", inputs=inputs, meta=self._meta), self._calling:
            self._observe(observation, priority=priority, time=time)

    @abstractmethod
    def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
        """Answer. Must leave the memory as it is."""

    def _observe(self, observation: str | FormatStr, *, priority: float = 0, time: int | None = None) -> None:
        """Learn something; remembers it by default."""
        self.memory.add_memory(observation, priority=priority, time=time)

    @property
    def _meta(self) -> dict[str, Any]:
        return {"color": self.color, "actor": self.name}

    @property
    def _calling(self) -> calls_of:
        return calls_of(self, f"actor {self.name}")

    def next_seed(self, asked: Hashable = None) -> int | None:
        """The seed of this actor's next model call, counting it: derived from the environment's seed, the actor's
        name and how many calls it made, so it does not depend on who was asked first. None outside of a step.

        Of queries side by side each counts on from before them. So different ones to one actor get the same seed,
        whichever comes first; only of those that ask the same the later get others.

        Args:
            asked: what will be asked, by which queries side by side are told apart; None takes all for the same.
        """
        seed = current_seed()
        slot = CURRENT_SLOT.get()
        with _counting:
            count = slot.count(self, "calls", self.calls)
            self.calls += 1
        again = slot.again(self, (count, asked))
        if seed is None:
            return None
        names = (self.name, count, "again", again) if again else (self.name, count)
        return derive_seed(seed, *names) & 0x7FFFFFFF

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"
