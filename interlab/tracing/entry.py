"""What the journal needs of a node that is being recorded."""

from __future__ import annotations

from typing import Any, Protocol


class Entry(Protocol):
    """What the journal needs of a live node."""

    id: int
    written: bool
    """Whether its row is in the file."""
    committed: bool
    """Whether its last row is in the file."""

    def insert_row(self) -> tuple[Any, ...]:
        """Its row, in the order of the table's columns."""
        ...

    def update_row(self) -> tuple[Any, ...]:
        """Its key, then the columns that may have changed."""
        ...
