"""State read back from blobs that may come from a stranger.

Nothing is imported, unpickled or evaluated; every digest is checked; every claim (a length, a shape, a
reference) is checked against what was brought before anything is made for it, and what is made for a
state is proportional to its distinct blobs. Objects are made blank first and filled afterwards, so that
cycles need no care. Sets and dictionaries whose keys are hashed by their attributes come last.
"""

from __future__ import annotations

from typing import Any

from interlab.errors import CorruptState, InterLabError, InvalidArgument, MissingResource
from interlab.state.blobs import BlobSource
from interlab.state.encoder import HEADER, VERSION
from interlab.state.naming import Candidates, Names
from interlab.state.parts import Part
from interlab.state.reader import DAMAGE, Reader, Resources, TheirError


def decode(digest: bytes, source: BlobSource, *, resources: Resources | None = None, classes: Candidates = ()) -> Any:
    """Read back what `encode` wrote.

    Instances are made without ``__init__``. A class whose ``__state_version__`` is newer than recorded
    turns old attributes into new ones in its classmethod ``__upgrade_state__(state, version) -> dict``.

    Args:
        digest: what `encode` returned.
        source: where the blobs are.
        resources: by recorded name, or a function from name to resource or None.
        classes: classes and functions to find before those of imported modules; needed for classes
            defined in functions. A mapping gives the recorded name (``"module:Class"``) of each.

    Returns:
        The root.

    Raises:
        MissingResource: resources were not given; it lists all of them.
        UnknownClass: a class is not imported, or may not be named by a file.
        CorruptState: a blob is missing, damaged, or does not fit its own description.
    """
    if not isinstance(digest, bytes):
        raise InvalidArgument(f"Expected the digest that encode() returned, as bytes, got {digest!r}.")
    reader = Reader(source, resources, Names(classes))
    try:
        data = reader.document(digest)
        if not isinstance(data, list) or len(data) < 3 or data[0] != HEADER:
            raise CorruptState(f"Part {digest.hex()} is no state: it does not start with {HEADER!r}.")
        if data[1] != VERSION:
            raise CorruptState(
                f"The state is of format {data[1]!r}; this version of InterLab reads {VERSION}. Update it."
            )
        root = Part(reader, data[3:]).build([data[2]])[0]
    except InterLabError:
        raise
    except TheirError as error:
        raise error.theirs from error.theirs.__cause__
    except MemoryError as error:
        raise CorruptState(f"State {digest.hex()} needs more memory than there is.") from error
    except DAMAGE as error:
        raise CorruptState(
            f"State {digest.hex()} does not fit its own description ({type(error).__name__}: {error})."
        ) from error
    if reader.missing:
        raise MissingResource(sorted(reader.missing))
    return root
