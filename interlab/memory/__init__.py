"""Memories: what an actor keeps of what it observed, and how it is put into a prompt.

Owns `BaseMemory`, `ListMemory`, `SummarizingMemory` and `AssociativeMemory`. May import errors, state, tracing, models
and queries.
"""

from interlab.memory.associative import AssociativeMemory
from interlab.memory.base import BaseMemory, MemoryItem
from interlab.memory.list_memory import ListMemory
from interlab.memory.summarizing import Summarized, SummarizingMemory
from interlab.memory.vectors import sentence_encoder

__all__ = [
    "AssociativeMemory",
    "BaseMemory",
    "ListMemory",
    "MemoryItem",
    "Summarized",
    "SummarizingMemory",
    "sentence_encoder",
]
