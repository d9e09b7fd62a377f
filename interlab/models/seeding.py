"""The seed from which calls draw theirs here: that of the environment whose step is being made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from interlab.tracing import carry

SEED: ContextVar[int | None] = ContextVar("interlab_seed", default=None)
carry(SEED)


@contextmanager
def seeded(seed: int | None) -> Iterator[None]:
    """Let the actors' calls in a block draw their seeds from one, in threads started inside as well."""
    before = SEED.get()
    SEED.set(seed)
    try:
        yield
    finally:
        SEED.set(before)


def current_seed() -> int | None:
    """The seed that calls draw theirs from here, or None outside of any environment's step."""
    return SEED.get()
