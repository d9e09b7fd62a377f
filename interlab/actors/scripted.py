"""An actor that says what it was told to say: for tests, foils and fixed parts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from interlab.actors.base import BaseActor
from interlab.errors import InvalidArgument
from interlab.memory import BaseMemory


class ScriptedActor(BaseActor):
    """An actor that answers from a list, or by a rule.

    Args:
        name: how it is called.
        script: answers in order, or a function ``(actor, prompt) -> answer``.
        repeat: begin the list again at its end, instead of raising.
        memory: what it keeps.
        color: a CSS colour.
    """

    def __init__(
        self,
        name: str,
        script: Iterable[Any] | Callable[[BaseActor, Any], Any],
        *,
        repeat: bool = False,
        memory: BaseMemory | None = None,
        color: str | None = None,
    ) -> None:
        super().__init__(name, memory=memory, color=color)
        if isinstance(script, str | bytes):
            raise InvalidArgument(
                f"A script is a list of answers, or a function; for one answer write [{script!r:.60}]."
            )
        self.script: Any = script if callable(script) else tuple(script)
        self.repeat = repeat
        self.position = 0

    def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
        if callable(self.script):
            return self.script(self, prompt)
        if not self.script or (self.position >= len(self.script) and not self.repeat):
            raise InvalidArgument(
                f"The script of {self.name} has {len(self.script)} answers and was asked for another. "
                "Write more, or use repeat=True."
            )
        answer = self.script[self.position % len(self.script)]
        self.position += 1
        return answer
