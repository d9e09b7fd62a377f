"""A conversation: actors who speak when a moderator gives them the floor, and hear what reaches them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from interlab.actors import BaseActor
from interlab.environments.asking import answers_of, note
from interlab.environments.audience import Audience, as_audience
from interlab.environments.base import BaseEnvironment
from interlab.environments.clock import SimulatedClock, seconds
from interlab.environments.ending import End, Messages, Silence, as_end
from interlab.environments.messages import Say, Utterance, as_say, message_id
from interlab.environments.moderators import Decision, Moderator, as_moderator
from interlab.errors import InvalidArgument
from interlab.models import count_tokens
from interlab.state import Log
from interlab.tracing import FormatStr

PROMPT = FormatStr("{about}It is your turn to speak, {name}. What do you say?")
DEFAULT_MESSAGES = 100
PATIENCE = 10
"""Turns per actor without a word that count as a round in which all were silent, whoever was asked."""


class Conversation(BaseEnvironment):
    """Actors talk; a moderator decides at every step who speaks.

    What is said goes into the transcript, and into the memories of those who hear it and of the speaker, written as
    ``str(message)``. An actor whose model fails, or who answers with nothing, is silent; the failure is an event of
    the trace. A conversation in which everybody stays silent ends.

    Args:
        actors: who takes part, each with a name of its own. Without any it ends at its first step.
        topic: what it is about; stands in the prompt by default.
        moderator: who decides who speaks: a `Moderator`, a list of names, a function of the conversation; `RoundRobin`
            by default.
        audience: who hears what: `Everyone()` by default, `Rooms({…})`, `Network(graph)`, a mapping from speakers to
            those who hear them, or a networkx graph.
        end: when it ends: conditions that compose with ``|`` and ``&``, or a function of the conversation; after 100
            messages by default.
        prompt: how actors are asked to speak, with the fields ``{name}``, ``{topic}``, ``{others}`` and ``{about}`` (a
            sentence on the topic, or nothing) as far as wanted; or a function ``(conversation, name) -> prompt``.
        expected_type: the type of what actors answer; None for text. `Say` lets models whisper and reply.
        seconds_per_turn: how long a message, or a turn without one, takes on the clock, ≥ 0.
        seconds_per_word: how long each word of a message takes beside that, ≥ 0.
        clock: the clock, when it is shared with something else.
        seed: decides everything drawn.

    Attributes:
        transcript: all messages so far, a `state.Log` of `Utterance`.
        ended: why it ended, in a few words; None while it goes on.
        turns: turns that are over.
        spoken: messages of actors so far; announcements are none.
        tokens: tokens of their words, counted or estimated.
        silent_rounds: rounds in which all were silent since something was said last.
        last_place: by actor, the place of its last message in the transcript.
        drafted: by actor, tokens of all that it wrote when it was asked to speak, said or not.

    Raises:
        InvalidArgument: two actors of one name, or somebody is named who does not take part.
    """

    def __init__(
        self,
        actors: Iterable[BaseActor],
        *,
        topic: str = "",
        moderator: Moderator | Sequence[Any] | Callable[[Any], Any] | None = None,
        audience: Any = None,
        end: End | Callable[[Any], Any] | None = None,
        prompt: str | FormatStr | Callable[[Any, str], Any] | None = None,
        expected_type: Any = None,
        seconds_per_turn: float = 1.0,
        seconds_per_word: float = 0.0,
        clock: SimulatedClock | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(seed=seed)
        self.actors = list(actors)
        _check_cast(self.actors)
        self.topic = topic
        self.moderator = as_moderator(moderator)
        self.audience: Audience = as_audience(audience)
        self.end = Messages(DEFAULT_MESSAGES) if end is None else as_end(end)
        self.prompt: Any = PROMPT if prompt is None else FormatStr(prompt) if isinstance(prompt, str) else prompt
        self.expected_type = expected_type
        self.seconds_per_turn = seconds(seconds_per_turn, "seconds_per_turn")
        self.seconds_per_word = seconds(seconds_per_word, "seconds_per_word")
        self.clock = SimulatedClock() if clock is None else clock
        self.transcript: Log[Utterance] = Log()
        self.ended: str | None = None
        self.turns = 0
        self.spoken = 0
        self.tokens = 0
        self.silent_rounds = 0
        self.last_place: dict[str, int] = {}
        self.drafted: dict[str, int] = {}
        self.forced: str | None = None
        self._quiet: tuple[str, ...] = ()
        self._idle_turns = 0
        self._joined_at: dict[str, int] = {}
        if self.actors:
            self.moderator.check(self.names)
            self.audience.check(self.names)

    # Who takes part ------------------------------------------------------------------------------------

    @property
    def names(self) -> tuple[str, ...]:
        """Who takes part, in order."""
        return tuple(actor.name for actor in self.actors)

    @property
    def time(self) -> float:
        """Seconds on the clock."""
        return self.clock.now

    def actor(self, name: str) -> BaseActor:
        """An actor by its name.

        Raises:
            InvalidArgument: nobody of that name takes part.
        """
        for one in self.actors:
            if one.name == name:
                return one
        known = ", ".join(map(repr, self.names)) or "none"
        raise InvalidArgument(f"No actor {name!r} takes part in this conversation; the actors are {known}.")

    def join(self, actor: BaseActor) -> None:
        """Let somebody take part from now on, who has heard nothing of what was said before."""
        _check_cast([*self.actors, actor])
        self.actors = [*self.actors, actor]
        self._joined_at[actor.name] = len(self.transcript)

    def leave(self, name: str) -> BaseActor:
        """Let somebody leave; what was said stays.

        Returns:
            The actor who left.

        Raises:
            InvalidArgument: nobody of that name takes part.
        """
        gone = self.actor(name)
        self.actors = [one for one in self.actors if one is not gone]
        self.last_place.pop(name, None)
        self._quiet = tuple(one for one in self._quiet if one != name)
        return gone

    def force_speaker(self, name: str) -> None:
        """Let somebody speak next, whatever the moderator would decide. An auction lets it speak within its budget.

        Raises:
            InvalidArgument: nobody of that name takes part.
        """
        self.forced = self.actor(name).name

    # What moderators ask -------------------------------------------------------------------------------

    def question(self, name: str) -> Any:
        """The prompt with which an actor is asked to speak. Override it for prompts that depend on more."""
        if not isinstance(self.prompt, FormatStr):
            return self.prompt(self, name)
        filled = {
            "name": name,
            "topic": self.topic,
            "about": f"The conversation is about {self.topic}.\n" if self.topic else "",
            "others": ", ".join(other for other in self.names if other != name),
        }
        wanted = self.prompt.free_fields
        return self.prompt.format(**{key: text for key, text in filled.items() if key in wanted})

    def draft(self, names: Sequence[str], **settings: Any) -> dict[str, Any]:
        """What actors would say now, asked side by side; nobody hears it.

        Args:
            names: who is asked.
            **settings: passed on to `query`, such as ``max_tokens=100``.

        Returns:
            Their answers by name, in the order of `names`; those whose model failed are missing.
        """
        if self.expected_type is not None:
            settings = {"expected_type": self.expected_type, **settings}
        answers = answers_of({name: (self.actor(name), self.question(name), settings) for name in names})
        for name, answer in answers.items():
            said = as_say(answer)
            if said is not None:
                self.drafted[name] = self.drafted.get(name, 0) + int(count_tokens(said[0].text))
        return answers

    def ask(
        self,
        names: Sequence[str],
        question: Any,
        *,
        expected_type: Any = None,
        instead: Mapping[str, BaseActor] | None = None,
    ) -> dict[str, Any]:
        """Ask actors side by side something that nobody else hears, and that none of them remembers.

        Args:
            names: who is asked.
            question: what; a mapping asks each its own.
            expected_type: the type of the answers.
            instead: who answers in the place of an actor, by the actor's name.

        Returns:
            The answers by name, in the order of `names`; those whose model failed are missing.
        """
        stand_ins = instead or {}
        return answers_of(
            {
                name: (
                    stand_ins.get(name) or self.actor(name),
                    question[name] if isinstance(question, Mapping) else question,
                    {"expected_type": expected_type},
                )
                for name in names
            }
        )

    def heard_by(self, name: str, last: int | None = None) -> list[Utterance]:
        """The messages that an actor heard or said, oldest first.

        Args:
            name: the actor.
            last: how many of the newest; None for all.
        """
        found: list[Utterance] = []
        since = self._joined_at.get(name, 0)
        for place in range(len(self.transcript) - 1, since - 1, -1):
            if last is not None and len(found) >= last:
                break
            message = self.transcript[place]
            if message.was_heard_by(name):
                found.append(message)
        return found[::-1]

    # Saying --------------------------------------------------------------------------------------------

    def announce(self, text: str, *, to: Sequence[str] | None = None, media: Sequence[str] = ()) -> Utterance:
        """Say something from outside that all hear, in whatever room they are.

        Args:
            text: the words.
            to: names of those who alone shall hear it; None for everyone.
            media: addresses of images or files.
        """
        if not isinstance(text, str) or not text.strip():
            raise InvalidArgument(f"An announcement is a text that is not empty; got {text!r:.60}.")
        hearers = self._known(to)
        return self._put(Say(text, hearers, tuple(media)), None, "", self.names if hearers is None else hearers)

    def say(
        self,
        name: str,
        text: Any,
        *,
        to: Sequence[str] | None = None,
        media: Sequence[str] = (),
        reply_to: str | None = None,
    ) -> Utterance:
        """Put words into an actor's mouth: they are heard as if the actor had said them, and no model is asked.

        Args:
            name: who says it.
            text: the words, or a typed value.
            to: names of those who alone shall hear it, a whisper; None for all who can hear the speaker.
            media: addresses of images or files.
            reply_to: the id of the message that it answers.

        Raises:
            InvalidArgument: nobody of a name takes part, no message has the id, or there are no words.
        """
        said = as_say(text)
        if said is None:
            raise InvalidArgument(f"{name} needs words to say; got {text!r:.60}.")
        if reply_to is not None and not self._has_message(reply_to):
            raise InvalidArgument(f"No message of this conversation has the id {reply_to!r}.")
        say = Say(said[0].text, self._known(to) or said[0].to, tuple(media) or said[0].media, reply_to)
        return self._speak(self.actor(name).name, say, said[1])

    def _known(self, names: Sequence[str] | None) -> tuple[str, ...] | None:
        if isinstance(names, str):
            raise InvalidArgument(f"to= takes a list of names; for one write to=[{names!r}].")
        return None if names is None else tuple(self.actor(name).name for name in names)

    def _has_message(self, uid: str) -> bool:
        return any(message.id == uid for message in reversed(self.transcript))

    def _speak(self, name: str, say: Say, value: Any) -> Utterance:
        """What an actor says reaches those who can hear it."""
        hearers = self.audience.hearers(name, self.names)
        if say.to is not None:
            lost = [one for one in say.to if one not in hearers and one != name]
            if lost:
                note("not heard", speaker=name, by=lost, reason="they do not take part, or can't hear the speaker")
            hearers = tuple(one for one in hearers if one in say.to)
        if say.reply_to is not None and not self._has_message(say.reply_to):
            say = Say(say.text, say.to, say.media)
        message = self._put(say, value, name, hearers)
        self.last_place[name] = len(self.transcript) - 1
        self.spoken += 1
        self.tokens += int(count_tokens(message.text))
        return message

    def _put(self, say: Say, value: Any, speaker: str, hearers: tuple[str, ...]) -> Utterance:
        place = len(self.transcript)
        previous = self.transcript[-1].id if place else ""
        public = say.to is None and all(one in hearers or one == speaker for one in self.names)
        message = Utterance(
            message_id(self.seed, place, previous, speaker, say.text),
            speaker,
            say.text,
            value,
            say.media,
            self.time,
            None if public else hearers,
            say.reply_to,
            say.to is not None,
        )
        self.transcript.append(message)
        self.silent_rounds, self._quiet, self._idle_turns = 0, (), 0
        words = str(message)
        for actor in self.actors:
            if actor.name == speaker or actor.name in hearers:
                actor.observe(words, time=self.steps)
        return message

    def _duration(self, message: Utterance) -> float:
        return self.seconds_per_turn + self.seconds_per_word * len(message.text.split())

    # A turn --------------------------------------------------------------------------------------------

    def _step(self) -> Utterance | list[Utterance]:
        """One turn, and whether it was the last. Gives the message, or a list when it is not one."""
        said, over = self.make_turn()
        patience = max((int(one.count) for one in self.end.parts() if isinstance(one, Silence)), default=1)
        why = over or self.end.reached(self)
        if why is None and self.silent_rounds >= patience:
            why = "all were silent"
        if why is not None:
            self.ended = why
            self.set_finished()
        return said[0] if len(said) == 1 else said

    def make_turn(self) -> tuple[list[Utterance], str | None]:
        """The moderator decides, and the chosen speak. For subclasses whose `_step` does more than talk.

        Returns:
            What was said, and why nobody will speak any more, where that is so.
        """
        turn = _Turn()
        with self.end.around():
            self._turn(turn)
        if not turn.said:
            self.clock.advance(self.seconds_per_turn)
            self._count_silence(turn)
        self.turns += 1
        return turn.said, turn.over

    def _turn(self, turn: _Turn) -> None:
        if not self.actors:
            turn.over = "nobody takes part"
            return
        decision = self._decision()
        turn.silent.extend(decision.silent)
        if decision.at is not None:
            self.clock.advance_to(decision.at)
        if decision.side_by_side:
            self._speak_side_by_side(decision, turn)
        else:
            self._speak_in_order(decision, turn)
        turn.over = turn.over or decision.over

    def _decision(self) -> Decision:
        if self.forced is not None and self.forced in self.names:
            name, self.forced = self.forced, None
            return self.moderator.force(self, name)
        self.forced = None
        return self.moderator.decide(self)

    def _speak_in_order(self, decision: Decision, turn: _Turn) -> None:
        for name in decision.speakers:
            if name not in self.names:  # somebody before made it leave
                continue
            answers = decision.drafts if name in decision.drafts else self.draft([name])
            message = self._said(name, answers, turn)
            if message is not None:
                self.clock.advance(self._duration(message))
                if (why := self.end.reached(self)) is not None:
                    turn.over = why
                    return

    def _speak_side_by_side(self, decision: Decision, turn: _Turn) -> None:
        answers = dict(decision.drafts)
        answers.update(self.draft([name for name in decision.speakers if name not in answers]))
        longest = 0.0
        for name in decision.speakers:
            message = self._said(name, answers, turn)
            if message is not None:
                longest = max(longest, self._duration(message))
        self.clock.advance(longest)

    def _said(self, name: str, answers: Mapping[str, Any], turn: _Turn) -> Utterance | None:
        said = as_say(answers.get(name))
        if said is None:
            turn.silent.append(name)
            return None
        message = self._speak(name, *said)
        turn.said.append(message)
        return message

    def _count_silence(self, turn: _Turn) -> None:
        self._idle_turns += 1
        self._quiet = tuple(dict.fromkeys((*self._quiet, *turn.silent)))
        if all(name in self._quiet for name in self.names) or self._idle_turns >= PATIENCE * len(self.names):
            self.silent_rounds += 1
            self._quiet, self._idle_turns = (), 0

    def outcome(self) -> dict[str, Any]:
        """How it ended, how many messages and turns there were, what the clock shows, who spoke how often."""
        counts = Counter(message.speaker for message in self.transcript if message.speaker)
        return {
            "ended": self.ended,
            "messages": self.spoken,
            "turns": self.turns,
            "time": self.time,
            "speakers": {name: counts.get(name, 0) for name in dict.fromkeys((*self.names, *counts))},
        }


@dataclass
class _Turn:
    """What happened in a turn so far, also when it is cut short."""

    said: list[Utterance] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    over: str | None = None


def _check_cast(actors: Sequence[Any]) -> None:
    met: set[str] = set()
    for actor in actors:
        if not isinstance(actor, BaseActor):
            raise InvalidArgument(f"A conversation is between actors; got a {type(actor).__name__} ({actor!r:.60}).")
        if actor.name in met:
            raise InvalidArgument(f"Two actors are called {actor.name!r}; give each a name of its own.")
        met.add(actor.name)
