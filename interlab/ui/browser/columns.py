"""The rows of a store's nodes as columns of machine numbers, and where a node's row is."""

from __future__ import annotations

import operator
import sys
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any, NamedTuple

from interlab.ui.browser.protocol import COLUMNS

CHUNK = 16_384
"""Rows of a chunk as it is kept in the store."""
UNKNOWN = -2
"""The row of a node that has none."""

_MANY = 1_000

ROW_BYTES = 8 + sum(array(column.code).itemsize for column in COLUMNS)
assert [array(column.code).itemsize for column in COLUMNS] == [int(column.type[1:]) // 8 for column in COLUMNS]

Numbers = Any
"""An `array.array`, of whichever type."""


class _Span(NamedTuple):
    """The keys in a chunk: the least, the greatest, and their rows where they do not stand in order."""

    low: int
    high: int
    rows: dict[int, int] | None


class Columns:
    """Parallel arrays, one entry a row.

    Attributes:
        ids: the nodes' keys.
        parent, kind, state, …: the columns of the protocol, by name.
    """

    def __init__(self) -> None:
        self.ids: Numbers = array("q")
        for column in COLUMNS:
            setattr(self, column.name, array(column.code))
        self._spans: list[_Span] = []
        self._spanned = 0

    parent: Numbers
    kind: Numbers
    state: Numbers
    start: Numbers
    duration: Numbers
    name: Numbers
    actor: Numbers
    tags: Numbers
    tokensIn: Numbers  # noqa: N815  (the protocol's names)
    tokensOut: Numbers  # noqa: N815
    cost: Numbers
    flags: Numbers

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def arrays(self) -> list[Numbers]:
        """The columns in the order of the protocol."""
        return [getattr(self, column.name) for column in COLUMNS]

    def extend(self, ids: Iterable[int], columns: Sequence[Iterable[float]]) -> None:
        """Append rows.

        Args:
            ids: the nodes' keys.
            columns: their columns in the order of the protocol.
        """
        # As arrays first: what does not fit raises before anything was appended.
        keys = array("q", ids)
        new = [array(column.code, values) for column, values in zip(COLUMNS, columns, strict=True)]
        for old, more in zip(self.arrays, new, strict=True):
            old.extend(more)
        self.ids.extend(keys)

    # Where a node is ----------------------------------------------------------------------------------

    def row_of(self, node_id: int) -> int:
        """The row of a node; `UNKNOWN` when it has none."""
        if self._spanned < len(self.ids):
            self._span()
        ids = self.ids
        for place in range(len(self._spans) - 1, -1, -1):
            low, high, rows = self._spans[place]
            if low <= node_id <= high:
                if rows is not None:
                    row = rows.get(node_id)
                    if row is not None:
                        return row
                    continue
                begin = place * CHUNK
                row = bisect_left(ids, node_id, begin, min(begin + CHUNK, len(ids)))
                if row < len(ids) and ids[row] == node_id:
                    return row
        return UNKNOWN

    def rows_of(self, node_ids: Iterable[int]) -> list[int]:
        """The rows of many nodes, in order; those without one left out."""
        keys = sorted(set(node_ids))
        if len(keys) < _MANY:
            return sorted(row for row in map(self.row_of, keys) if row >= 0)
        if self._spanned < len(self.ids):
            self._span()
        rows: list[int] = []
        for place, (low, high, known) in enumerate(self._spans):
            some = keys[bisect_left(keys, low) : bisect_right(keys, high)]
            if some:
                begin = place * CHUNK
                known = known or dict(zip(self.ids[begin : begin + CHUNK], count(begin), strict=False))
                rows += [row for row in map(known.get, some) if row is not None]
        return sorted(rows)

    def _span(self) -> None:
        """Take note of the keys in the chunks that are new or have grown."""
        first = self._spanned // CHUNK
        del self._spans[first:]
        for begin in range(first * CHUNK, len(self.ids), CHUNK):
            keys = self.ids[begin : begin + CHUNK]
            rows = None
            if not all(map(operator.lt, keys, keys[1:])):
                rows = dict(zip(keys, range(begin, begin + len(keys)), strict=True))
            self._spans.append(_Span(min(keys), max(keys), rows))
        self._spanned = len(self.ids)

    # As bytes -----------------------------------------------------------------------------------------

    def packed(self, begin: int, end: int) -> list[bytes]:
        """The columns of a range of rows, little-endian."""
        return [little(column[begin:end]) for column in self.arrays]

    def picked(self, rows: Sequence[int]) -> list[bytes]:
        """The columns of some rows, little-endian."""
        return [little(array(column.typecode, map(column.__getitem__, rows))) for column in self.arrays]

    def chunk(self, number: int) -> bytes:
        """A chunk as it is kept: the keys, then the columns."""
        begin = number * CHUNK
        return b"".join([little(self.ids[begin : begin + CHUNK]), *self.packed(begin, begin + CHUNK)])

    def add_chunk(self, data: bytes) -> tuple[int, ...] | None:
        """Append a chunk that was kept.

        Args:
            data: what `chunk` gave; perhaps a stranger's.

        Returns:
            The greatest kind, name, actor and tagset in it; None when the chunk is not sound, and nothing was appended.
        """
        rows, rest = divmod(len(data), ROW_BYTES)
        if rest or not 0 < rows <= CHUNK:
            return None
        new: list[Numbers] = []
        at = 0
        for code in ("q", *(column.code for column in COLUMNS)):
            column = array(code)
            size = rows * column.itemsize
            column.frombytes(data[at : at + size])
            new.append(_native(column))
            at += size
        begin = len(self)
        parents = new[1]
        if min(parents) < -1 or not all(map(operator.lt, parents, range(begin, begin + rows))) or max(new[3]) > 4:
            return None
        self.ids.extend(new[0])
        for old, more in zip(self.arrays, new[1:], strict=True):
            old.extend(more)
        return max(new[2]), max(new[6]), max(new[7]), max(new[8])


def little(column: Numbers) -> bytes:
    """An array's bytes, little-endian."""
    return bytes(_native(column).tobytes())


def _native(column: Numbers) -> Numbers:
    """The array with the bytes of each number turned round on machines that are not little-endian."""
    if sys.byteorder == "big":
        column = column[:]
        column.byteswap()
    return column
