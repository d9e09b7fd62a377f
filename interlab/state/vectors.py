"""`Vectors`: an append-only matrix that forks share, of which each fork knows how many rows are its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from interlab.errors import CorruptState, InvalidArgument, ModelUnavailable
from interlab.state.log import Log
from interlab.state.values import register_codec

_FIRST_ROWS = 64
_LARGEST = 60_000.0
_lock = threading.Lock()


class _Buffer:
    """A matrix with room to grow: float32, shape ``(capacity, columns)``, of which some rows are used."""

    __slots__ = ("rows", "used")

    def __init__(self, rows: Any, used: int) -> None:
        self.rows = rows
        self.used = used


class Vectors:
    """An append-only matrix that forks in constant time.

    A fork shares the matrix and remembers its own number of rows. The first to append after a fork goes on in place,
    the other takes a copy of what is its own. Numbers are kept to half precision, so that what is stored and read back
    is the same; they are calculated with in single precision.
    """

    __slots__ = ("__weakref__", "_buffer", "_length", "_saved")

    def __init__(self) -> None:
        self._buffer: _Buffer | None = None
        self._length = 0
        self._saved: Log[bytes] = Log()

    def __len__(self) -> int:
        return self._length

    @property
    def matrix(self) -> Any:
        """The rows, shape ``(len(self), columns)``, read only. None before the first."""
        if self._buffer is None:
            return None
        rows = self._buffer.rows[: self._length]
        rows.flags.writeable = False  # of this view: the buffer is shared by forks
        return rows

    def extend(self, rows: Any) -> None:
        """Append rows.

        Args:
            rows: an array of shape ``(n, columns)`` of finite numbers.

        Raises:
            InvalidArgument: rows of another length than before, or numbers that are not finite.
        """
        numpy = _numpy()
        try:
            new = numpy.asarray(rows, dtype=numpy.float32)
        except (TypeError, ValueError) as error:
            raise InvalidArgument(f"Vectors are rows of finite numbers; got {rows!r:.60}.") from error
        if new.ndim != 2 or not numpy.isfinite(new).all():
            raise InvalidArgument(f"Vectors are rows of finite numbers; got an array of shape {new.shape}.")
        new = numpy.clip(new, -_LARGEST, _LARGEST).astype(numpy.float16).astype(numpy.float32)
        with _lock:
            self._append(numpy, new)

    def _append(self, numpy: Any, new: Any) -> None:
        buffer, length = self._buffer, self._length
        needed = length + len(new)
        if buffer is not None and new.shape[1] != buffer.rows.shape[1]:
            raise InvalidArgument(f"Vectors here have {buffer.rows.shape[1]} numbers; got {new.shape[1]}.")
        if buffer is None or buffer.used != length or needed > len(buffer.rows):
            grown = numpy.empty((max(_FIRST_ROWS, needed + needed // 2), new.shape[1]), numpy.float32)
            if buffer is not None:
                grown[:length] = buffer.rows[:length]
            buffer = self._buffer = _Buffer(grown, length)
        buffer.rows[length:needed] = new
        buffer.used = self._length = needed

    def without(self, index: int) -> Vectors:
        """The same rows but for one, in a matrix of their own."""
        made = Vectors()
        left = _numpy().delete(self.matrix, index, axis=0)
        if len(left):
            made.extend(left)
        return made

    def replaced(self, index: int, row: Any) -> Vectors:
        """The same rows with another in the place of one, in a matrix of their own."""
        made = Vectors()
        rows = self.matrix.copy()
        rows[index] = row
        made.extend(rows)
        return made

    def saved(self) -> Log[bytes]:
        """The rows as bytes, of which only those that are new are made anew."""
        with _lock:
            known = len(self._saved)
            if known < self._length:
                rows = self.matrix[known:].astype("<f2")
                self._saved.extend(row.tobytes() for row in rows)
            return self._saved

    def fork(self) -> Vectors:
        """A matrix of the same rows that goes its own way from here, in constant time."""
        return self.__interlab_fork__(lambda part: part)

    def __interlab_fork__(self, fork_value: Callable[[Any], Any]) -> Vectors:
        made = Vectors()
        with _lock:
            made._buffer, made._length, made._saved = self._buffer, self._length, self._saved.fork()
        return made

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Vectors):
            return NotImplemented
        if self._buffer is other._buffer and self._length == other._length:
            return True
        return self._length == other._length and (not self._length or bool((self.matrix == other.matrix).all()))

    __hash__ = None  # type: ignore[assignment]  # it can grow

    def __trace_to_node__(self) -> Any:
        return self.matrix

    def __repr__(self) -> str:
        columns = 0 if self._buffer is None else self._buffer.rows.shape[1]
        return f"<Vectors of shape ({self._length:,}, {columns:,})>"


def _restored(data: Any) -> Vectors:
    if not isinstance(data, Log) or len({len(row) if isinstance(row, bytes) else -1 for row in data}) > 1:
        raise CorruptState("Expected vectors: a Log of bytes of one length.")
    made = Vectors()
    if len(data):
        size = len(data[0]) if isinstance(data[0], bytes) else 0
        if not size or size % 2:
            raise CorruptState("Expected vectors: a Log of rows of half-precision numbers.")
        numpy = _numpy()
        rows = numpy.frombuffer(b"".join(data), "<f2").reshape(len(data), size // 2)
        if not numpy.isfinite(rows).all():
            raise CorruptState("Expected vectors of finite numbers.")
        made.extend(rows)
        made._saved = data.fork()
    return made


register_codec(Vectors, "interlab.vectors", Vectors.saved, _restored)


def _numpy() -> Any:
    try:
        import numpy
    except ImportError as error:
        raise ModelUnavailable(
            'Matrices need numpy: pip install numpy, or "interlab-lab[embeddings]" for memories with embeddings, which '
            "compare words without it (embed=None)."
        ) from error
    return numpy
