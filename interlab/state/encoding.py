"""Saving state: `encode` and `content_hash`."""

from __future__ import annotations

from typing import Any

from interlab.errors import NotEncodable
from interlab.state.blobs import BlobSink, dump_json
from interlab.state.encoder import HASH_ONLY, HEADER, VERSION, Encoder, ResourceName, saved_in
from interlab.state.writers import plan

LARGEST = 1 << 26
"""Bytes of a state's document: half of what is read back, parts of Logs and Maps included."""


def encode(obj: Any, sink: BlobSink, *, resource_name: ResourceName | None = None, name: str = "env") -> bytes:
    """Write a graph of objects to a sink; equal states give equal digests.

    Writes what `decode` reads back: the types of `fork`, except that only importable functions and
    resources with a name can be written. Saving again after a Log grew writes its new chunks only.

    Args:
        obj: the root, for example an environment.
        sink: where the blobs go.
        resource_name: the name under which a resource is recorded, or None if it has none. By default its
            method ``__interlab_resource_name__()`` says.
        name: what errors call the root.

    Returns:
        The 16-byte digest of the spine, which stands for the whole state.

    Raises:
        NotEncodable: something in it can't be written; the error names its path.
    """
    encoder = Encoder(obj, sink, saved_in(sink), resource_name or _own_name, name, plan)
    try:
        root = encoder.value(obj)
        encoder.drain()
    except RecursionError:
        raise NotEncodable(name, type(obj).__qualname__, "It nests values too deeply; use a list.") from None
    data = dump_json([HEADER, VERSION, root, *encoder.tables()])
    if len(data) > LARGEST:
        raise NotEncodable(
            name,
            type(obj).__qualname__,
            f"Without its texts, Logs and Maps it takes {len(data):,} bytes at every step, more than {LARGEST:,}. Keep "
            "what is large in a state.Log or state.Map, of which only changes are written.",
        )
    return sink.put(data)


def content_hash(obj: Any, *, resource_name: ResourceName | None = None, name: str = "env") -> str:
    """The digest of a state as hexadecimal text, without keeping anything: equal for equal states.

    Dictionaries are equal when their order is, too: order is state.

    Raises:
        NotEncodable: something in it can't be written.
    """
    return encode(obj, HASH_ONLY, resource_name=resource_name, name=name).hex()


def _own_name(resource: Any) -> str | None:
    ask = getattr(resource, "__interlab_resource_name__", None)
    return None if ask is None or isinstance(resource, type) else ask()
