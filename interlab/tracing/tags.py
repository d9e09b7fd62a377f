"""Tags: short coloured labels on nodes, found by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from interlab.errors import InvalidArgument
from interlab.tracing.colors import name_color


@dataclass(frozen=True, slots=True)
class Tag:
    """A label on a node.

    Args:
        name: what it is found by; not empty.
        color: a CSS colour; without one the name's stable colour is shown.
    """

    name: str
    color: str | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str) or not self.name:
            raise InvalidArgument(f"A tag needs a name, a text that is not empty; got {self.name!r}.")
        if self.color is not None and not isinstance(self.color, str):
            raise InvalidArgument(f"A tag's color is a CSS colour, a text; got {self.color!r:.60}.")

    @property
    def shown_color(self) -> str:
        """The colour it is drawn in."""
        return self.color or name_color(self.name)

    def __str__(self) -> str:
        return self.name


def as_tag(tag: str | Tag) -> Tag:
    """A tag from a tag or its name."""
    return tag if isinstance(tag, Tag) else Tag(tag)


def tags_to_wire(tags: Iterable[Tag]) -> list[list[str | None]]:
    """The form in which tags are stored: pairs of name and colour, as valid Unicode."""
    return [[_valid(tag.name), tag.color and _valid(tag.color)] for tag in tags]


def _valid(text: str) -> str:
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def tags_from_wire(wire: list[list[str | None]]) -> tuple[Tag, ...]:
    """Tags from their stored form."""
    return tuple(Tag(str(name), color) for name, color in wire)
