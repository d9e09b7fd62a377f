"""An actor played by a person at the terminal."""

from __future__ import annotations

from typing import Any

from interlab.actors.llm import LLMActor
from interlab.memory import BaseMemory
from interlab.models import get_model


class ConsoleActor(LLMActor):
    """A person, who is shown what the actor would be shown and types the answer.

    Args:
        name: how it is called.
        system_prompt: the person's instructions.
        memory: what the actor keeps.
        color: a CSS colour.
    """

    def __init__(
        self,
        name: str = "You",
        *,
        system_prompt: str | None = None,
        memory: BaseMemory | None = None,
        color: str | None = None,
    ) -> None:
        model: Any = get_model("console")
        super().__init__(name, model, system_prompt=system_prompt, memory=memory, color=color)
