"""Where encoded state goes and comes from: blobs by the hash of their content."""

from __future__ import annotations

import json
from binascii import a2b_base64, b2a_base64
from hashlib import blake2b
from typing import Any, Protocol, runtime_checkable

from interlab.errors import CorruptState

DIGEST_BYTES = 16
TEXT_DIGEST = 22
"""Characters of a digest in text (base64 without padding)."""


@runtime_checkable
class BlobSink(Protocol):
    """Takes blobs. A blob put once stays until the sink's attribute ``epoch``, if it has one, changes:
    a sink whose blobs can vanish (a rollback, a purge) sets ``epoch`` to another value when they do.
    """

    def put(self, data: bytes) -> bytes:
        """Keep a blob.

        Returns:
            Its key: the 16-byte blake2b digest of the data.
        """
        ...


@runtime_checkable
class BlobSource(Protocol):
    """Gives blobs back."""

    def get(self, digest: bytes) -> bytes:
        """The blob of a digest.

        Raises:
            LookupError: there is none.
        """
        ...


def digest_of(data: bytes) -> bytes:
    """The key of a blob: its 16-byte blake2b digest."""
    return blake2b(data, digest_size=DIGEST_BYTES).digest()


class MemoryBlobs:
    """Blobs in a dictionary: a sink and a source for tests and for state that needs no disk.

    Attributes:
        blobs: data by digest.
        puts: how many times `put` was called, of which some may have been of known data.
    """

    def __init__(self) -> None:
        self.blobs: dict[bytes, bytes] = {}
        self.puts = 0

    def put(self, data: bytes) -> bytes:
        """Keep a blob and return its digest."""
        self.puts += 1
        digest = digest_of(data)
        self.blobs[digest] = data
        return digest

    def get(self, digest: bytes) -> bytes:
        """The blob of a digest; KeyError if there is none."""
        return self.blobs[digest]


class HashOnly:
    """A sink that keeps nothing."""

    def put(self, data: bytes) -> bytes:
        """Return the digest of a blob."""
        return digest_of(data)


def digest_text(digest: bytes) -> str:
    """A digest as 22 characters."""
    return b2a_base64(digest, newline=False)[:TEXT_DIGEST].decode("ascii")


def parse_digest(text: object) -> bytes:
    """A digest from its 22 characters.

    Raises:
        CorruptState: it is something else.
    """
    if isinstance(text, str) and len(text) == TEXT_DIGEST:
        try:
            digest = a2b_base64(text + "==", strict_mode=True)
        except ValueError:
            digest = b""
        if len(digest) == DIGEST_BYTES:
            return digest
    raise CorruptState(f"Expected a digest of {TEXT_DIGEST} characters, got {str(text)[:40]!r}.")


def get_blob(source: BlobSource, digest: bytes) -> bytes:
    """A blob whose content fits its digest.

    Raises:
        CorruptState: it is missing, or something else is in its place.
    """
    try:
        data = source.get(digest)
    except LookupError as error:
        raise CorruptState(f"Part {digest.hex()} of the state is missing from the store.") from error
    if not isinstance(data, bytes) or digest_of(data) != digest:
        raise CorruptState(f"Part {digest.hex()} of the state is damaged: its content has another digest.")
    return data


def dump_json(tree: Any) -> bytes:
    """The JSON of a tree of lists, dictionaries, strings, finite numbers, booleans and None."""
    import orjson

    try:
        return orjson.dumps(tree)
    except orjson.JSONEncodeError:  # a lone surrogate, which only escapes can write
        return json.dumps(tree, separators=(",", ":"), allow_nan=False).encode("ascii")


def load_json(data: bytes) -> Any:
    """The tree of a JSON text.

    Raises:
        CorruptState: it is none.
    """
    import orjson

    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(data.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise CorruptState(f"A part of the state is not JSON ({error}); it starts {data[:40]!r}.") from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
