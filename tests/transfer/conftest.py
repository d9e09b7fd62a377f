from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from interlab.tracing import Store, open_store


@pytest.fixture
def open_another() -> Iterator[Callable[..., Store]]:
    """Opens stores, in memory or in a file, that are closed after the test."""
    opened: list[Store] = []

    def open_one(path: str | Path = ":memory:", *, read_only: bool = False) -> Store:
        opened.append(open_store(path, read_only=read_only))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def store(open_another: Callable[..., Store]) -> Store:
    """An empty store."""
    return open_another()
