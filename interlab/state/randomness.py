"""Seeded randomness whose state is a few bytes: a counter-based generator and named sub-seeds."""

from __future__ import annotations

import os
import struct
from hashlib import blake2b
from random import Random as _StandardRandom
from typing import Any

from interlab.errors import InvalidArgument
from interlab.state.copying import Fork
from interlab.state.forking import register_copier

_VERSION = "interlab-random-1"
_words = struct.Struct("<8Q").unpack
_block_number = struct.Struct("<Q").pack


def derive_seed(seed: int, *names: str | int) -> int:
    """A seed for a named part of something seeded, such as one replica or one actor.

    The same seed and names give the same result on every platform, and other names give an unrelated one.

    Args:
        seed: any integer.
        names: what the seed is for, outermost first; ``1`` and ``"1"`` are different names.

    Returns:
        An integer of 63 bits, ≥ 0.

    Raises:
        InvalidArgument: the seed is not an integer, or a name neither a string nor an integer.
    """
    return int.from_bytes(_digest(b"interlab-seed", (seed, *names), 8, ints=1), "little") >> 1


def _digest(purpose: bytes, parts: tuple[Any, ...], size: int, ints: int = 0) -> bytes:
    """A keyed hash of typed parts, each with its length, so that no two lists of parts look the same."""
    hashed = blake2b(digest_size=size, person=purpose[:16])
    for position, part in enumerate(parts):
        if isinstance(part, int):
            part = int(part)
            data = b"i" + part.to_bytes(part.bit_length() // 8 + 1, "little", signed=True)
        elif isinstance(part, str) and position >= ints:
            data = b"s" + part.encode("utf-8", "surrogatepass")
        elif isinstance(part, bytes) and not ints:
            data = b"b" + part
        else:
            expected = "an integer as seed" if position < ints else "names that are strings or integers"
            raise InvalidArgument(f"Expected {expected}, got {part!r} of type {type(part).__name__}.")
        hashed.update(len(data).to_bytes(8, "little") + data)
    return hashed.digest()


class Random(_StandardRandom):
    """A `random.Random` whose whole state is a key and a counter, so that it forks and saves cheaply.

    All methods of the standard library's generator work. Word number ``i`` of the stream is part of
    ``blake2b(i // 8, key)``: the stream is the same on every platform (methods that call the C library's
    logarithms, such as `gauss`, may differ in the last bit). Sharing one generator between threads is safe
    in that nothing breaks, and not repeatable: give each thread a `spawn`.

    Args:
        seed: an integer, string, bytes or float; None draws one from the operating system.
    """

    __slots__ = ("_block", "_key", "_position", "gauss_next")

    _key: bytes
    _position: int
    _block: tuple[int, ...]
    gauss_next: float | None

    def __init__(self, seed: int | float | str | bytes | bytearray | None = None) -> None:
        self.seed(seed)

    def __new__(cls, *args: Any, **kwargs: Any) -> Random:
        made = super().__new__(cls)
        made._key = bytes(16)
        made._position = 0
        made._block = ()
        made.gauss_next = None
        return made

    def seed(  # type: ignore[override]  # the base in C takes its argument by position only
        self, a: int | float | str | bytes | bytearray | None = None, version: int = 2
    ) -> None:
        """Start anew.

        Args:
            a: an integer, string, bytes or float; None draws one from the operating system.
            version: accepted for the sake of the standard library's signature.

        Raises:
            InvalidArgument: the seed has another type.
        """
        if a is None:
            a = os.urandom(16)
        elif isinstance(a, bytearray):
            a = bytes(a)
        elif isinstance(a, float):
            a = b"float" + struct.pack("<d", a)
        elif not isinstance(a, int | str | bytes):
            raise InvalidArgument(
                f"A seed is an integer, string, bytes or float, not {a!r} of type {type(a).__name__}."
            )
        self._restart(_digest(b"interlab-random", (a,), 16))

    def _restart(self, key: bytes) -> None:
        self._key = key
        self._position = 0
        self._block = ()
        self.gauss_next = None

    @property
    def position(self) -> int:
        """How many 64-bit words were drawn since the seed was set."""
        return self._position

    def _word(self) -> int:
        position = self._position
        at = position & 7
        block = self._block
        if not at or not block:
            block = self._block = _words(blake2b(_block_number(position >> 3), key=self._key).digest())
        self._position = position + 1
        return block[at]

    def random(self) -> float:
        """A number in [0, 1), a multiple of 2**-53."""
        return (self._word() >> 11) * 1.1102230246251565e-16

    def getrandbits(self, k: int, /) -> int:
        """An integer of `k` random bits, k ≥ 0."""
        if k < 0:
            raise InvalidArgument(f"The number of bits must be ≥ 0, not {k}.")
        if k <= 64:
            return self._word() >> (64 - k) if k else 0
        bits = 0
        for _ in range((k + 63) // 64):
            bits = (bits << 64) | self._word()
        return bits >> (-k % 64)

    def spawn(self, *names: str | int) -> Random:
        """An independent generator for a named part.

        Args:
            names: what it is for. The child depends on this generator's seed and the names alone, not on
                what was drawn so far: the same names give the same child again. Without names, two words
                are drawn from this generator, and every call gives another child.

        Returns:
            The child, at its start.

        Raises:
            InvalidArgument: a name is neither a string nor an integer.
        """
        for name in names:
            if not isinstance(name, str | int):
                raise InvalidArgument(f"Expected names that are strings or integers, got {name!r}.")
        parts = names or (self.getrandbits(128),)
        purpose = b"interlab-spawn" if names else b"interlab-draw"
        child = type(self)(0)
        child._restart(_digest(purpose, (self._key, *parts), 16))
        return child

    def fork(self) -> Random:
        """A generator that goes on exactly as this one will."""
        made = type(self).__new__(type(self))
        made._key = self._key
        made._position = self._position
        made._block = self._block
        made.gauss_next = self.gauss_next
        return made

    def getstate(self) -> tuple[Any, ...]:
        """The state: a version, the key, the position and the normal variate held back."""
        return (_VERSION, self._key, self._position, self.gauss_next)

    def setstate(self, state: tuple[Any, ...]) -> None:
        """Go on from a state that `getstate` gave.

        Raises:
            InvalidArgument: it is not one.
        """
        match state:
            case (version, bytes(key), int(position), None | float() as gauss_next) if (
                version == _VERSION and len(key) == 16 and 0 <= position < 1 << 67
            ):
                self._restart(key)
                self._position = position
                self.gauss_next = gauss_next
            case _:
                raise InvalidArgument(
                    f"Expected a state of interlab.state.Random ({_VERSION!r}, key, position, gauss_next), "
                    f"got {str(state)[:80]}."
                )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Random):
            return NotImplemented
        return self.getstate() == other.getstate()

    __hash__ = None  # type: ignore[assignment]  # it can change

    def __repr__(self) -> str:
        return f"<Random {self._key.hex()} at {self._position}>"


def _fork_random(rng: Random, run: Fork) -> Any:
    made = run.memo.get(id(rng))
    if made is None:
        run.memo[id(rng)] = made = rng.fork()
    return made


register_copier(Random, _fork_random)
