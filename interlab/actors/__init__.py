"""Actors: what observes and is asked.

Owns `BaseActor`, `LLMActor`, `ScriptedActor`, `HumanActor` and `ConsoleActor`. May import errors, state, tracing,
people, models, queries and memory.
"""

from interlab.actors.base import BaseActor
from interlab.actors.console import ConsoleActor
from interlab.actors.human import HumanActor
from interlab.actors.llm import LLMActor
from interlab.actors.scripted import ScriptedActor

__all__ = ["BaseActor", "ConsoleActor", "HumanActor", "LLMActor", "ScriptedActor"]
