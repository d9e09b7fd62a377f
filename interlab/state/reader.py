"""What all documents of one state share while it is read: blobs, names, resources, and a limit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from interlab.errors import CorruptState
from interlab.state.blobs import BlobSource, get_blob, load_json, parse_digest
from interlab.state.encoder import saved_in
from interlab.state.log import Node
from interlab.state.naming import Names

T = TypeVar("T")
MOST_COPIED = 1 << 30
MOST_PARSED = 1 << 26
"""Bytes: one blob may be named many times, and some objects copy or parse what they name each time."""
MOST_READ = 1 << 30
MOST_DOCUMENTS = 1 << 27
"""Bytes of all blobs of one state, and of those among them that are documents, which take far more room once parsed."""
LONGEST_LOG = 100_000_000
"""Items; a few blobs that repeat each other could claim any number."""

Resources = Mapping[str, Any] | Callable[[str], Any]

DAMAGE = (
    TypeError, ValueError, LookupError, AttributeError, ArithmeticError, RecursionError, NotImplementedError,
)  # fmt: skip
"""What checks of Python itself raise when a description makes no sense."""


class TheirError(Exception):
    """Carries an error of the caller's own code past the reading of `DAMAGE`."""

    def __init__(self, theirs: Exception) -> None:
        self.theirs = theirs


class Reader:
    """What all documents of one state have in common."""

    def __init__(self, source: BlobSource, resources: Resources | None, names: Names) -> None:
        self.source = source
        self.names = names
        self.missing: set[str] = set()
        self.classes: dict[str, type] = {}
        self._resources = resources
        self._copied: set[int] = set()
        self._copied_bytes = 0
        self._parsed_bytes = 0
        self._read_bytes = 0
        self._document_bytes = 0
        self._found: dict[tuple[str, str], Any] = {}
        self._texts: dict[str, str] = {}
        self._bytes: dict[str, bytes] = {}
        self.nodes: dict[tuple[bytes, int, int], Node] = {}
        self.saved = saved_in(source) if hasattr(source, "put") else None

    def resource(self, tag: str, name: str) -> Any:
        """The resource or function of a name; None, and noted as missing, if there is none."""
        key = (tag, name)
        if key not in self._found:
            found = None
            try:
                if callable(self._resources):
                    found = self._resources(name)
                elif self._resources is not None:
                    found = self._resources.get(name)
            except Exception as error:
                raise TheirError(error) from error
            if found is None and tag == "fn":
                found = self.names.find_function(name)
            if found is None:
                self.missing.add(name)
            self._found[key] = found
        return self._found[key]

    def charge(self, content: Any, parsed: bool = False) -> None:
        """Count what is copied or parsed from a blob again; the first time is free.

        Raises:
            CorruptState: it is far more than the blobs themselves.
        """
        if id(content) not in self._copied:  # the blobs are kept, so ids stay theirs
            self._copied.add(id(content))
            return
        self._copied_bytes += len(content)
        self._parsed_bytes += len(content) if parsed else 0
        if self._copied_bytes > MOST_COPIED or self._parsed_bytes > MOST_PARSED:
            raise CorruptState("The state unfolds into far more than it holds.")

    def class_of(self, name: Any) -> type:
        if not isinstance(name, str):
            raise CorruptState(f"Expected the name of a class, got {str(name)[:40]!r}.")
        found = self.classes.get(name)
        if found is None:
            found = self.classes[name] = self.names.find_class(name)
        return found

    def blob(self, digest: bytes) -> bytes:
        """A blob, checked and counted.

        Raises:
            CorruptState: it is missing or damaged, or the state is larger than any that is read.
        """
        data = get_blob(self.source, digest)
        self._read_bytes += len(data)
        if self._read_bytes > MOST_READ:
            raise CorruptState(f"The state is made of more than {MOST_READ:,} bytes.")
        return data

    def document(self, digest: bytes) -> Any:
        """A blob that is JSON, parsed."""
        data = self.blob(digest)
        self._document_bytes += len(data)
        if self._document_bytes > MOST_DOCUMENTS:
            raise CorruptState(f"The state's documents are of more than {MOST_DOCUMENTS:,} bytes.")
        return load_json(data)

    def text(self, digest: str) -> str:
        if digest not in self._texts:
            data = self.blob(parse_digest(digest))
            self._texts[digest] = data.decode("utf-8", "surrogatepass")
        return self._texts[digest]

    def data(self, digest: str) -> bytes:
        if digest not in self._bytes:
            self._bytes[digest] = self.blob(parse_digest(digest))
        return self._bytes[digest]


def expect(cls: type[T], value: Any) -> T:
    if type(value) is not cls:
        raise CorruptState(f"Expected {cls.__name__}, got {type(value).__name__}.")
    return value
