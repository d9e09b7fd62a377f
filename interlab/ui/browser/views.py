"""What a browser sees of an index: the whole of it, or one node and what is below it under rows of its own."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Any

from interlab.ui.browser.columns import little
from interlab.ui.browser.facts import Table
from interlab.ui.browser.index import Index
from interlab.ui.browser.protocol import COLUMNS, MAX_ANSWER, Answer, Buffer, ColumnsValue
from interlab.ui.browser.rows import Rows

_ROW_BYTES = sum(int(column.type[1:]) // 8 for column in COLUMNS)
MAX_ROWS = MAX_ANSWER // 2 // _ROW_BYTES
"""Rows of one answer: half of it; the other half is for new names and changed rows."""
MAX_NAMES = MAX_ANSWER // 8
"""Characters of names in one answer, about."""
MAX_CHANGED = 20_000
_PARENT, _NAME = 0, [column.name for column in COLUMNS].index("name")
_FEW = 256
_CLOSE = 4_096

Sizes = tuple[int, int, int, int]


class View:
    """All rows of an index, as they are.

    Args:
        index: the index, whose lock is held while this is asked.
    """

    def __init__(self, index: Index) -> None:
        self.index = index

    @property
    def rows(self) -> Rows:
        """The rows looked at."""
        return self.index.rows

    def __len__(self) -> int:
        return len(self.rows)

    def refresh(self) -> None:
        """Take up rows that are new in the index."""

    def of_row(self, row: int) -> int:
        """The view's row for a row of the index; -1 when it is not in the view."""
        return row

    def row(self, place: int) -> int:
        """The index's row for a row of the view."""
        return place

    def parents(self, place: int) -> list[int]:
        """The rows that a row stands in, the root first."""
        parents, column = [], self.rows.columns.parent
        row = column[self.row(place)]
        while row >= 0 and self.of_row(row) >= 0:
            parents.append(self.of_row(row))
            row = column[row]
        return parents[::-1]

    @property
    def _names(self) -> Sequence[str]:
        return self.rows.contents.names.entries

    def _columns(self, begin: int, end: int) -> list[bytes]:
        return self.rows.columns.packed(begin, end)

    def _picked(self, places: Sequence[int]) -> list[bytes]:
        return self.rows.columns.picked(places)

    def _sizes_at(self, place: int) -> Sizes:
        return self.rows.sizes_at(place)

    @property
    def _sizes(self) -> Sizes:
        return self.rows.contents.sizes

    # Answers ------------------------------------------------------------------------------------------

    def columns(self, begin: int, most: int = MAX_ROWS) -> Answer:
        """A chunk of rows from one on, as answer to ``columns``."""
        self.refresh()
        begin = min(max(begin, 0), len(self))
        value, buffers = self._chunk(begin, self._sizes_at(begin), most)
        return Answer(value, buffers)

    def changes(self, have: int, stamp: Any) -> Answer:
        """What is new since an earlier answer, as answer to ``changes``."""
        self.refresh()
        since = self._read_stamp(stamp)
        rows = None if since is None or not 0 <= have <= len(self) else self.rows.changed_since(since[0])
        changed = [place for place in map(self.of_row, rows or ()) if 0 <= place < have]
        if since is None or rows is None or len(changed) > MAX_CHANGED:
            nothing, _ = self._chunk(0, (0, 0, 0, 0), 0)
            return Answer({**nothing, "changed": [], "reset": True}, [b""] * 2 * len(COLUMNS))
        value, buffers = self._chunk(have, since[1], MAX_ROWS)
        return Answer({**value, "changed": changed}, [*buffers, *self._picked(changed)])

    def _chunk(self, begin: int, known: Sizes, most: int) -> tuple[ColumnsValue, list[Buffer]]:
        end = min(begin + most, len(self))
        while True:
            # The last chunk brings all there is in the tables, also what came with changes.
            sizes = self._sizes if end == len(self) else self._next_sizes(end)
            if end - begin <= _FEW or sum(map(len, self._names[known[1] : sizes[1]])) <= MAX_NAMES:
                break
            end = begin + (end - begin) // 2
        contents = self.rows.contents
        value: ColumnsValue = {
            "from": begin, "rows": end - begin, "total": len(self), "more": end < len(self),
            "kinds": contents.kinds.entries[known[0] : sizes[0]], "kindsFrom": known[0],
            "names": list(self._names[known[1] : sizes[1]]), "namesFrom": known[1],
            "actors": contents.facts.actors[known[2] : sizes[2]], "actorsFrom": known[2],
            "tagsets": contents.facts.tagsets[known[3] : sizes[3]], "tagsetsFrom": known[3],
            "stamp": self._stamp(sizes),
        }  # fmt: skip
        return value, list(self._columns(begin, end))

    def _next_sizes(self, place: int) -> Sizes:
        row = self.row(place - 1) + 1 if place else 0
        found: Sizes = self.rows.contents.sizes
        for rows, *sizes in reversed(self.rows.contents.checkpoints):
            if rows < row:
                break
            found = tuple(sizes)  # type: ignore[assignment]  # of length 4
        return found

    def _stamp(self, sizes: Sizes) -> str:
        return ".".join([self.rows.generation, str(self.rows.revision), *map(str, sizes)])

    def _read_stamp(self, stamp: Any) -> tuple[int, Sizes] | None:
        parts = stamp.split(".") if isinstance(stamp, str) else []
        if len(parts) != 6 or parts[0] != self.rows.generation or not all(part.isdecimal() for part in parts[1:]):
            return None
        revision, *sizes = map(int, parts[1:])
        return revision, tuple(map(min, sizes, self._sizes))  # type: ignore[return-value]  # of length 4


class PartView(View):
    """One row of an index and what is below it, numbered from 0; names are numbered anew too.

    Args:
        index: the index, whose lock is held while this is asked.
        root: the topmost node's key.
    """

    def __init__(self, index: Index, root: int) -> None:
        super().__init__(index)
        self._root = root
        self._restart()

    def _restart(self) -> None:
        self._of = self.index.rows
        self._generation = self._of.generation
        self._rows: Any = array("I")
        self._places: Any = array("i")
        self._parent: Any = array("i")
        self._name_numbers = Table()
        self._name_entries: list[str] = []
        self._checkpoints: list[tuple[int, int]] = []

    def __len__(self) -> int:
        return len(self._rows)

    def refresh(self) -> None:
        """Take up rows that are new in the index."""
        if self._of is not self.index.rows:
            self._restart()
        columns = self.rows.columns
        places, root = self._places, columns.row_of(self._root)
        begin, end = len(places), len(columns)
        if begin == end:
            return
        new: list[int] = []
        parents: list[int] = []
        place = len(self._rows)
        for row, parent in enumerate(columns.parent[begin:end], start=begin):
            above = places[parent] if parent >= 0 else -1
            if above >= 0 or row == root:
                parents.append(above)
                new.append(row)
                places.append(place)
                place += 1
            else:
                places.append(-1)
        self._rows.extend(new)
        self._parent.extend(parents)
        names = columns.name
        for row in new:
            self._name(names[row])
        points = self._checkpoints
        if new:
            if len(points) > 1 and points[-1][0] - points[-2][0] < _CLOSE:
                del points[-1]
            points.append((len(self._rows), len(self._name_entries)))

    def _name(self, number: int) -> int:
        found = self._name_numbers[number]
        if found == len(self._name_entries):
            self._name_entries.append(self.rows.contents.names.entries[number])
        return found

    def of_row(self, row: int) -> int:
        """The view's row for a row of the index; -1 when it is not in the view."""
        return int(self._places[row]) if 0 <= row < len(self._places) else -1

    def row(self, place: int) -> int:
        """The index's row for a row of the view."""
        return int(self._rows[place])

    @property
    def _names(self) -> Sequence[str]:
        return self._name_entries

    def _columns(self, begin: int, end: int) -> list[bytes]:
        rows = self._rows[begin:end]
        if not len(rows):
            return [b""] * len(COLUMNS)
        first, last = rows[0], rows[-1]
        together = last - first + 1 == len(rows)
        packed = self.rows.columns.packed(first, last + 1) if together else self.rows.columns.picked(rows)
        return self._renumbered(packed, range(begin, end), rows)

    def _picked(self, places: Sequence[int]) -> list[bytes]:
        # Names given since are numbered before the tables are sent.
        rows = [self._rows[place] for place in places]
        return self._renumbered(self.rows.columns.picked(rows), places, rows)

    def _renumbered(self, packed: list[bytes], places: Sequence[int], rows: Sequence[int]) -> list[bytes]:
        packed[_PARENT] = little(array("i", map(self._parent.__getitem__, places)))
        names = self.rows.columns.name
        packed[_NAME] = little(array("I", [self._name(names[row]) for row in rows]))
        return packed

    def changes(self, have: int, stamp: Any) -> Answer:
        """What is new since an earlier answer, as answer to ``changes``."""
        self.refresh()
        since = self._read_stamp(stamp)
        names = self.rows.columns.name
        for row in (self.rows.changed_since(since[0]) or ()) if since else ():
            if self.of_row(row) >= 0:
                self._name(names[row])
        return super().changes(have, stamp)

    def _sizes_at(self, place: int) -> Sizes:
        kinds, _, actors, tagsets = self.rows.sizes_at(self.row(place) if place < len(self) else len(self.rows))
        names = max((names for rows, names in self._checkpoints if rows <= place), default=0)
        if place == 0:
            return 0, 0, 0, 0
        return kinds, names, actors, tagsets

    def _next_sizes(self, place: int) -> Sizes:
        kinds, _, actors, tagsets = super()._next_sizes(place)
        names = min((names for rows, names in self._checkpoints if rows >= place), default=len(self._name_entries))
        return kinds, names, actors, tagsets

    @property
    def _sizes(self) -> Sizes:
        kinds, _, actors, tagsets = self.rows.contents.sizes
        return kinds, len(self._name_entries), actors, tagsets
