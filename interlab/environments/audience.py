"""Who hears what: everyone, who stands in the same room, or who is connected in a graph.

An audience is part of the conversation's state: rooms change as actors join and leave them, in one fork and not in
another. A whisper reaches those it is meant for among the ones who can hear the speaker.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from interlab.errors import InvalidArgument


class Audience(ABC):
    """Who can hear whom. Override `can_hear`."""

    @abstractmethod
    def can_hear(self, listener: str, speaker: str) -> bool:
        """Whether `listener` hears what `speaker` says to all who can hear it."""

    def hearers(self, speaker: str, names: Sequence[str]) -> tuple[str, ...]:
        """Those of `names` who hear a speaker, in the order given; the speaker is none of them."""
        return tuple(name for name in names if name != speaker and self.can_hear(name, speaker))

    def check(self, names: Sequence[str]) -> None:
        """Say that something can't be meant, given who takes part.

        Raises:
            InvalidArgument: somebody is named who does not take part.
        """
        return


class Everyone(Audience):
    """All hear all."""

    def can_hear(self, listener: str, speaker: str) -> bool:
        return True

    def __repr__(self) -> str:
        return "Everyone()"


class Rooms(Audience):
    """Those in one room hear each other. Who is in no room hears nobody but announcements.

    Args:
        rooms: who is in which room at the beginning, each in one at most.

    Raises:
        InvalidArgument: somebody is in two rooms.
    """

    def __init__(self, rooms: Mapping[str, Iterable[str]]) -> None:
        self.room_of: dict[str, str] = {}
        self.rooms: list[str] = list(rooms)
        for room, inside in rooms.items():
            if isinstance(inside, str):
                raise InvalidArgument(f"The room {room!r} holds a list of names; for one name write [{inside!r}].")
            for name in inside:
                if name in self.room_of:
                    raise InvalidArgument(
                        f"{name!r} is in {self.room_of[name]!r} and in {room!r}; an actor is in one room at a time."
                    )
                self.room_of[name] = room

    def join(self, name: str, room: str) -> None:
        """Let somebody enter a room, and leave the one it was in. A new room is made where there is none."""
        if room not in self.rooms:
            self.rooms.append(room)
        self.room_of[name] = room

    def leave(self, name: str) -> None:
        """Let somebody leave its room for none.

        Raises:
            InvalidArgument: it is in none.
        """
        if name not in self.room_of:
            raise InvalidArgument(f"{name!r} is in no room; the rooms are {', '.join(map(repr, self.rooms))}.")
        del self.room_of[name]

    def inside(self, room: str) -> tuple[str, ...]:
        """Who is in a room."""
        return tuple(name for name, where in self.room_of.items() if where == room)

    def can_hear(self, listener: str, speaker: str) -> bool:
        room = self.room_of.get(speaker)
        return room is not None and self.room_of.get(listener) == room

    def check(self, names: Sequence[str]) -> None:
        _all_known(self.room_of, names)

    def __repr__(self) -> str:
        return f"Rooms({ {room: self.inside(room) for room in self.rooms} })"


class Network(Audience):
    """A communication graph: an edge from a speaker to each who hears it.

    Args:
        graph: a mapping from each speaker to those who hear it (a `networkx` graph is read so too, an undirected one
            both ways); or a matrix, shape ``(n_actors, n_actors)``, whose row says by numbers other than 0 who hears
            the actor of that row.
        names: the actors of a matrix's rows and columns, in order.

    Raises:
        InvalidArgument: a matrix without names, or of another shape.
    """

    def __init__(self, graph: Any, *, names: Sequence[str] | None = None) -> None:
        adjacency = getattr(graph, "adj", None)
        self.heard_by: dict[str, tuple[str, ...]]
        if isinstance(graph, Mapping) or isinstance(adjacency, Mapping):
            links: Mapping[Any, Any] = graph if adjacency is None else adjacency
            for speaker, hearers in links.items():
                if isinstance(hearers, str):
                    raise InvalidArgument(f"{speaker!r} is heard by a list of names; for one write [{hearers!r}].")
            self.heard_by = {str(speaker): tuple(map(str, hearers)) for speaker, hearers in links.items()}
            return
        rows = [list(row) for row in graph]
        if names is None or len(rows) != len(names) or any(len(row) != len(names) for row in rows):
            raise InvalidArgument(
                f"A matrix of who hears whom needs names=[…] and as many rows and columns as names; got {len(rows)} "
                f"rows and {'no' if names is None else len(names)} names."
            )
        self.heard_by = {
            speaker: tuple(name for name, linked in zip(names, row, strict=True) if linked)
            for speaker, row in zip(names, rows, strict=True)
        }

    def can_hear(self, listener: str, speaker: str) -> bool:
        return listener in self.heard_by.get(speaker, ())

    def check(self, names: Sequence[str]) -> None:
        _all_known([*self.heard_by, *(name for heard in self.heard_by.values() for name in heard)], names)

    def __repr__(self) -> str:
        return f"Network({self.heard_by})"


def as_audience(given: Any) -> Audience:
    """An audience as it may be given: one, or a mapping as for `Network`, or None for everyone."""
    if given is None:
        return Everyone()
    if isinstance(given, Audience):
        return given
    if isinstance(given, Mapping) or isinstance(getattr(given, "adj", None), Mapping):
        return Network(given)
    raise InvalidArgument(
        "An audience is Everyone(), Rooms({…}), Network(graph) or a mapping from speakers to hearers; "
        f"got {given!r:.80}."
    )


def _all_known(given: Iterable[str], names: Sequence[str]) -> None:
    unknown = next((name for name in given if name not in names), None)
    if unknown is not None:
        raise InvalidArgument(f"No actor {unknown!r} takes part here; the actors are {', '.join(map(repr, names))}.")
