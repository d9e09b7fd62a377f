"""The embedded language model as a server on loopback that speaks OpenAI's chat completions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from interlab.models.local_engine import LOCAL_MODEL, engine


@dataclass(frozen=True, slots=True)
class LocalServer:
    """Where the server listens, the key it wants, and the name of the one model it has."""

    base_url: str
    api_key: str
    model: str = LOCAL_MODEL


@contextmanager
def local_server() -> Iterator[LocalServer]:
    """The server for the length of a block. It is the process's one engine, so it stays warm afterwards."""
    base_url, api_key = engine().loopback
    yield LocalServer(base_url, api_key)
