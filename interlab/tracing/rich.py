"""Values with a look: HTML, Markdown, images, tables, files with a MIME type, and what is read back of
values whose classes a reader need not have."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from interlab.errors import InvalidArgument


@dataclass(frozen=True, slots=True)
class Html:
    """HTML to be shown as HTML, in a sandbox without scripts or network. Text that only looks like HTML
    is never shown so: wrapping it is the author's decision."""

    source: str


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text to be shown as Markdown."""

    source: str


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes with a MIME type: a file, an audio clip, a PDF.

    Args:
        data: the bytes.
        mime: the MIME type.
        name: a file name to offer when it is saved.
    """

    data: bytes = field(repr=False)
    mime: str = "application/octet-stream"
    name: str | None = None

    @classmethod
    def from_file(cls, path: str | Path, mime: str | None = None) -> Blob:
        """Read a file; its MIME type is guessed from the name where it is not given."""
        path = Path(path)
        guessed = mime or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        return cls(path.read_bytes(), guessed, path.name)


@dataclass(frozen=True, slots=True)
class Image(Blob):
    """An image.

    Args:
        data: the encoded image (PNG, JPEG, GIF, WebP or SVG).
        mime: found from the bytes when left as ``"image/*"``.
        name: a file name to offer when it is saved.
    """

    mime: str = "image/*"

    def __post_init__(self) -> None:
        if not isinstance(self.data, bytes):
            raise InvalidArgument(
                f"An Image holds the bytes of an encoded image; got {type(self.data).__name__}. "
                "Use Image.from_file(path), or pass a PIL image or a figure as it is."
            )
        if self.mime == "image/*":
            object.__setattr__(self, "mime", _image_mime(self.data))

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {self.mime: self.data, "text/plain": f"<{self.mime}, {len(self.data)} bytes>"}


def _image_mime(data: bytes) -> str:
    for head, mime in (
        (b"\x89PNG", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"GIF8", "image/gif"),
    ):
        if data.startswith(head):
            return mime
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if b"<svg" in data[:1000].lower():
        return "image/svg+xml"
    return "image/png"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under named columns.

    Args:
        columns: the columns' names.
        rows: a sequence of rows, each of ``len(columns)`` values.
        index: one label a row, or None.
        n_rows: how many rows there were, when only the first are kept.
    """

    columns: Sequence[Any]
    rows: Sequence[Sequence[Any]]
    index: Sequence[Any] | None = None
    n_rows: int | None = None

    def to_frame(self) -> Any:
        """A pandas data frame of the rows kept."""
        import pandas as pd

        return pd.DataFrame(
            [list(row) for row in self.rows],
            columns=list(self.columns),
            index=None if self.index is None else list(self.index),
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """A plotly figure as its JSON document."""

    spec: Mapping[str, Any]

    def to_plotly(self) -> Any:
        """The figure as a `plotly.graph_objects.Figure`."""
        import plotly.graph_objects as go

        return go.Figure(dict(self.spec))


class Record(dict[str, Any]):
    """The fields of an object as they were when recorded. Its class need not be at hand.

    Attributes:
        type_name: the qualified name of the class.
    """

    __slots__ = ("type_name",)

    def __init__(self, fields: Mapping[str, Any], type_name: str = "") -> None:
        super().__init__(fields)
        self.type_name = type_name

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.items())
        return f"{self.type_name.rpartition('.')[2]}({inside})"


@dataclass(frozen=True, slots=True)
class Opaque:
    """What is kept of a value that can't be taken apart: its type, its text, and why no more.

    Args:
        type_name: the qualified name of its class.
        text: its `repr`, possibly cut.
        why: the reason no more was kept.
    """

    type_name: str
    text: str = ""
    why: str = ""

    def __repr__(self) -> str:
        return self.text or f"<{self.type_name}: {self.why}>"
