"""Persistent containers, in-memory forks, seeded randomness, and the encoding of state by content.

Owns `Log`, `Map`, `Set` and `Vectors` (what forks share), `fork`, `Random` and `derive_seed`, and `encode`,
`decode` and `content_hash`. Imports `interlab.errors` only; what it saves goes through `BlobSink` and
`BlobSource`, which a store implements.
"""

from interlab.state.blobs import BlobSink, BlobSource, MemoryBlobs
from interlab.state.copying import LargeCopyWarning
from interlab.state.decoding import decode
from interlab.state.encoding import content_hash, encode
from interlab.state.forking import fork
from interlab.state.kinds import register_resource
from interlab.state.log import Log
from interlab.state.maps import Map, Set
from interlab.state.randomness import Random, derive_seed
from interlab.state.values import register_codec
from interlab.state.vectors import Vectors

__all__ = [
    "BlobSink",
    "BlobSource",
    "LargeCopyWarning",
    "Log",
    "Map",
    "MemoryBlobs",
    "Random",
    "Set",
    "Vectors",
    "content_hash",
    "decode",
    "derive_seed",
    "encode",
    "fork",
    "register_codec",
    "register_resource",
]
