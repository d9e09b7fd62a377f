"""A world of rooms: several conversations in one time, among which actors move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interlab.actors import BaseActor
from interlab.environments.base import BaseEnvironment
from interlab.environments.conversation import Conversation
from interlab.environments.ending import End, as_end
from interlab.environments.messages import Utterance
from interlab.errors import InvalidArgument
from interlab.state import derive_seed


class World(BaseEnvironment):
    """Conversations that happen at the same time in rooms of one world.

    Every step is one turn in one room: the room whose clock is behind the others', ties in the order of the rooms. So
    messages of all rooms are made in the order of their times, whatever their lengths. A room without anybody waits.
    The turn is a node of kind ``step`` inside the world's. Override `_between` for what else happens.

    Args:
        rooms: conversations by the names of their rooms; their seeds follow from the world's.
        end: when the world ends, beside when all of its conversations have: a function of the world, or a condition on
            ``turns``, ``time``, ``spoken``, ``tokens``, ``transcript``.
        seed: decides everything drawn.

    Attributes:
        rooms: the conversations by name.
        time: seconds on the world's clock: when the last turn began.
        ended: why it ended; None while it goes on.

    Raises:
        InvalidArgument: no room, something that is no conversation, or an actor's name in two rooms.
    """

    def __init__(self, rooms: Mapping[str, Conversation], *, end: Any = None, seed: int | None = None) -> None:
        super().__init__(seed=seed)
        if not rooms:
            raise InvalidArgument("A world needs at least one room.")
        where: dict[str, str] = {}
        for name, room in rooms.items():
            if not isinstance(room, Conversation):
                raise InvalidArgument(f"A room is a Conversation; {name!r} is a {type(room).__name__}.")
            for actor in room.names:
                if actor in where:
                    raise InvalidArgument(f"{actor!r} is in {where[actor]!r} and in {name!r}; it is in one at a time.")
                where[actor] = name
        self.rooms = dict(rooms)
        self.end: End | None = None if end is None else as_end(end)
        self.time = 0.0
        self.turns = 0
        self.silent_rounds = 0
        self.ended: str | None = None
        self._seed_rooms()

    def reseed(self, seed: int) -> None:
        super().reseed(seed)
        self._seed_rooms()

    def _seed_rooms(self) -> None:
        for name, room in getattr(self, "rooms", {}).items():
            room.reseed(derive_seed(self.seed, "room", name))

    @property
    def names(self) -> tuple[str, ...]:
        """Everybody's names, room by room."""
        return tuple(name for room in self.rooms.values() for name in room.names)

    @property
    def transcript(self) -> list[Utterance]:
        """The messages of all rooms in the order of their times; those of each room alone are in its own."""
        return sorted((one for room in self.rooms.values() for one in room.transcript), key=lambda one: one.time)

    @property
    def spoken(self) -> int:
        """Messages of actors so far, in all rooms."""
        return sum(room.spoken for room in self.rooms.values())

    @property
    def tokens(self) -> int:
        """Tokens of what actors said so far, in all rooms."""
        return sum(room.tokens for room in self.rooms.values())

    @property
    def last_place(self) -> dict[str, int]:
        """By actor, the place of its last message in the transcript."""
        return {message.speaker: place for place, message in enumerate(self.transcript) if message.speaker}

    def room_of(self, name: str) -> str:
        """The room that an actor is in.

        Raises:
            InvalidArgument: nobody of that name is in this world.
        """
        for room, talk in self.rooms.items():
            if name in talk.names:
                return room
        raise InvalidArgument(f"No actor {name!r} is in this world; there are {', '.join(map(repr, self.names))}.")

    def move(self, name: str, room: str) -> None:
        """Let an actor go into another room, where the next turn is not before it left the one it was in.

        Raises:
            InvalidArgument: there is no such actor, or no such room.
        """
        if room not in self.rooms:
            raise InvalidArgument(f"There is no room {room!r}; the rooms are {', '.join(map(repr, self.rooms))}.")
        before = self.room_of(name)
        if before == room:
            return
        left_at = max(self.rooms[before].time if self.rooms[before].turns else 0.0, self.time)
        actor: BaseActor = self.rooms[before].leave(name)
        self.rooms[room].join(actor)
        self.rooms[room].clock.advance_to(left_at)

    def announce(self, text: str) -> None:
        """Say something from outside that all hear, in whatever room they are."""
        for room in self.rooms.values():
            room.announce(text)

    def _between(self, room: str, said: list[Utterance]) -> None:
        """Override: what else happens after a turn, such as actors who move.

        Args:
            room: where the turn was.
            said: what was said in it.
        """

    def _step(self) -> dict[str, Any]:
        open_rooms = [name for name, room in self.rooms.items() if not room.is_finished and room.actors]
        if open_rooms:
            chosen = min(open_rooms, key=lambda name: self.rooms[name].time)
            room = self.rooms[chosen]
            self.time = max(self.time, room.time)
            began = len(room.transcript)
            room.step()
            self.turns += 1
            self._between(chosen, room.transcript[began:])
        facts: dict[str, Any] = {"room": chosen, "time": self.time} if open_rooms else {}
        why = None if self.end is None else self.end.reached(self)
        if why is None and not any(not room.is_finished and room.actors for room in self.rooms.values()):
            why = "all conversations have ended"
        if why is not None:
            self.ended = why
            self.set_finished()
        return facts

    def outcome(self) -> dict[str, Any]:
        """How it ended, and each room's outcome."""
        return {"ended": self.ended, "rooms": {name: room.outcome() for name, room in self.rooms.items()}}
