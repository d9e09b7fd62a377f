"""An actor played by a person at the terminal."""

from __future__ import annotations

from interlab.actors.human import HumanActor
from interlab.actors.llm import LLMActor
from interlab.memory import BaseMemory
from interlab.models import get_model


class ConsoleActor(HumanActor):
    """An actor played by a person at the terminal, whatever else there is.

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
        LLMActor.__init__(
            self, name, get_model("console"), system_prompt=system_prompt, memory=memory, color=color
        )  # fmt: skip
