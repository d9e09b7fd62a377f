"""Memories: what an actor keeps of what it observed, and how it is put into a prompt.

Owns `BaseMemory` and `ListMemory`. May import errors, state, tracing, models and queries.
"""

from interlab.memory.base import BaseMemory, MemoryItem
from interlab.memory.list_memory import ListMemory

__all__ = ["BaseMemory", "ListMemory", "MemoryItem"]
