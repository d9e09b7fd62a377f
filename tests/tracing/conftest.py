from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from interlab.tracing import Store, TracingNode, open_store


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """A store in a file, current for the length of the test."""
    store = open_store(path)
    try:
        with store:
            yield store
    finally:
        store.close()


@pytest.fixture
def reopened(store: Store, path: Path) -> Iterator[Callable[[], Store]]:
    """Opens the same file once more, so that nothing is served from the memory of the writer."""
    opened: list[Store] = []

    def reopen() -> Store:
        opened.append(open_store(path))
        return opened[-1]

    yield reopen
    for one in opened:
        one.close()


@pytest.fixture
def kept(store: Store, reopened: Callable[[], Store]) -> Callable[[Any], Any]:
    """Records a value and reads it back from the file."""

    def keep(value: Any) -> Any:
        with TracingNode("value") as node:
            node.set_result(value)
        return reopened().node(node.uid).result

    return keep
