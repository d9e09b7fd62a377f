"""A hub: in a block of ordinary code, what one of its actors says is heard by the others."""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Any, Self

from interlab.actors import BaseActor
from interlab.environments.messages import Say, Utterance, as_say, message_id
from interlab.errors import InvalidArgument, NodeStateError
from interlab.models import current_seed
from interlab.state import Log
from interlab.tracing import TracingNode


class Hub:
    """Actors who hear each other inside a ``with`` block, for code that decides itself who speaks.

        with Hub([ann, ben, eve], announcement="Introduce yourselves.") as hub:
            hub.ask(ann)
            hub.leave(eve)
            hub.ask(ben, "And you?")

    The block is a node of kind ``hub``. After it nothing is broadcast any more.

    Args:
        actors: who takes part at the beginning, each with a name of its own.
        announcement: what all are told when the block begins.

    Attributes:
        transcript: what was said, a `state.Log` of `Utterance`.

    Raises:
        InvalidArgument: two actors of one name.
    """

    def __init__(self, actors: Iterable[BaseActor], *, announcement: str | None = None) -> None:
        self.actors: list[BaseActor] = []
        for actor in actors:
            self._add(actor)
        self.announcement = announcement
        self.transcript: Log[Utterance] = Log()
        self._node: TracingNode | None = None

    def __enter__(self) -> Self:
        if self._node is not None:
            raise NodeStateError("This hub was used already; make a new one for another block.")
        inputs: dict[str, Any] = {"actors": [actor.name for actor in self.actors]}
        if self.announcement is not None:
            inputs["announcement"] = self.announcement
        self._node = TracingNode("hub", kind="hub", inputs=inputs)
        self._node.__enter__()
        if self.announcement is not None:
            self.broadcast(self.announcement)
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._node is not None:
            self._node.__exit__(exc_type, exc, traceback)

    def ask(self, actor: BaseActor, prompt: Any = None, **settings: Any) -> Utterance | None:
        """Ask an actor of the hub; all others hear the answer, and it remembers it.

        Args:
            actor: who is asked.
            prompt: the question; what it remembers is enough where it is None.
            **settings: passed on to `query`, such as ``expected_type=``.

        Returns:
            The message, or None when the answer was nothing.

        Raises:
            NodeStateError: outside of the block.
            InvalidArgument: the actor is not in the hub.
        """
        self._check_open()
        self._check_inside(actor)
        said = as_say(actor.query(prompt, **settings))
        return None if said is None else self._put(actor.name, *said)

    def broadcast(self, text: str) -> Utterance:
        """Tell all who are in the hub something from outside.

        Raises:
            NodeStateError: outside of the block.
        """
        self._check_open()
        return self._put("", Say(text), None)

    def join(self, actor: BaseActor) -> None:
        """Let somebody take part from now on."""
        self._check_open()
        self._add(actor)

    def leave(self, actor: BaseActor) -> None:
        """Let somebody hear nothing from now on.

        Raises:
            InvalidArgument: the actor is not in the hub.
        """
        self._check_open()
        self._check_inside(actor)
        self.actors = [one for one in self.actors if one is not actor]

    def _put(self, speaker: str, say: Say, value: Any) -> Utterance:
        previous = self.transcript[-1].id if self.transcript else ""
        hearers = tuple(
            one.name for one in self.actors if one.name != speaker and (say.to is None or one.name in say.to)
        )
        message = Utterance(
            message_id(current_seed() or 0, len(self.transcript), previous, speaker, say.text),
            speaker,
            say.text,
            value,
            say.media,
            audience=hearers,  # who joins later has not heard it
            reply_to=say.reply_to,
            whispered=say.to is not None,
        )
        self.transcript.append(message)
        for actor in self.actors:
            if actor.name == speaker or actor.name in hearers:
                actor.observe(str(message))
        return message

    def _add(self, actor: BaseActor) -> None:
        if not isinstance(actor, BaseActor):
            raise InvalidArgument(f"A hub takes actors; got a {type(actor).__name__} ({actor!r:.60}).")
        if any(one.name == actor.name for one in self.actors):
            raise InvalidArgument(f"There is an actor called {actor.name!r} in the hub already.")
        self.actors = [*self.actors, actor]

    def _check_inside(self, actor: BaseActor) -> None:
        if not any(one is actor for one in self.actors):
            inside = ", ".join(repr(one.name) for one in self.actors) or "nobody"
            raise InvalidArgument(f"{actor!r:.60} is not in the hub; in it are {inside}.")

    def _check_open(self) -> None:
        if self._node is None or self._node.is_closed:
            raise NodeStateError("A hub broadcasts inside its `with` block only.")

    def __repr__(self) -> str:
        return f"<Hub of {', '.join(actor.name for actor in self.actors) or 'nobody'}>"
