"""Actors: what observes and is asked.

Owns `BaseActor`, `LLMActor`, `ScriptedActor` and `ConsoleActor`. May import errors, state, tracing, models, console,
queries and memory.
"""

from interlab.actors.base import BaseActor
from interlab.actors.console import ConsoleActor
from interlab.actors.llm import LLMActor
from interlab.actors.scripted import ScriptedActor

__all__ = ["BaseActor", "ConsoleActor", "LLMActor", "ScriptedActor"]
