"""The messages of a conversation: what is said, to whom, and how it reads to those who hear it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any

from interlab.errors import InvalidArgument
from interlab.state import derive_seed


@dataclass(frozen=True)
class Say:
    """What an actor answers when more than a text is to be said. As `expected_type` it lets a model whisper.

    Args:
        text: the words; empty for silence.
        to: names of those who alone shall hear it, a whisper; None for all who can hear the speaker.
        media: addresses of images or files that belong to it, loaded only when they are shown or sent.
        reply_to: the id of the message that it answers.
    """

    text: str
    to: tuple[str, ...] | None = None
    media: tuple[str, ...] = ()
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Utterance:
    """One message of a conversation.

    ``str(message)`` is how it reads to those who hear it, and what they remember.

    Args:
        id: its name, which no other message of this branch has. The same seed and the same words before it give the
            same id, so branches share the ids of what they have in common.
        speaker: who said it; empty for an announcement.
        text: the words.
        value: the typed answer that the words were made from; None for text. An edited text has none.
        media: addresses of images or files, loaded only when they are shown or sent.
        time: seconds on the conversation's clock when it was said.
        audience: who heard it beside the speaker; None for everyone.
        reply_to: the id of the message that it answers.
        whispered: whether the speaker chose the audience.
    """

    id: str
    speaker: str
    text: str
    value: Any = None
    media: tuple[str, ...] = ()
    time: float = 0.0
    audience: tuple[str, ...] | None = None
    reply_to: str | None = None
    whispered: bool = False

    def __post_init__(self) -> None:
        # Also run by dataclasses.replace, through which a message is edited: the value must not contradict the words.
        if self.value is not None and worded(self.value) != self.text:
            object.__setattr__(self, "value", None)

    def was_heard_by(self, name: str) -> bool:
        """Whether somebody of this name heard it, or said it."""
        return self.audience is None or name == self.speaker or name in self.audience

    def __str__(self) -> str:
        words = " ".join((self.text, *(f"[{address}]" for address in self.media)))
        if not self.speaker:
            return words
        aside = f" (to {', '.join(self.audience)})" if self.whispered and self.audience else ""
        return f"{self.speaker}{aside}: {words}"


def worded(value: Any) -> str:
    """A typed answer in words: as it writes itself where its class says how, else as JSON."""
    if isinstance(value, str):
        return str(value)
    cls = type(value)
    if is_dataclass(cls) and cls.__str__ is object.__str__:
        return json.dumps(asdict(value), ensure_ascii=False, default=str)
    if callable(dump := getattr(value, "model_dump_json", None)):
        return str(dump())
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def as_say(answer: Any) -> tuple[Say, Any] | None:
    """An actor's answer as what is said, with the typed value that it was; None for silence.

    Silence is None, or words that are nothing but white space.

    Raises:
        InvalidArgument: a `Say` whose fields are of other types.
    """
    value = None
    if answer is None:
        return None
    if isinstance(answer, Say):
        say = answer
        fields: tuple[Any, ...] = (say.text, say.to, say.media)  # nobody checks what an actor's code makes
        if not isinstance(fields[0], str) or isinstance(fields[1], str) or isinstance(fields[2], str):
            raise InvalidArgument(f"Say takes a text, and tuples of names and of addresses; got {say!r:.120}.")
        say = Say(say.text, None if say.to is None else tuple(say.to), tuple(say.media), say.reply_to)
    elif isinstance(answer, str):
        say = Say(str(answer))
    else:
        value = answer
        say = Say(worded(answer))
    return (say, value) if say.text.strip() or say.media else None


def message_id(seed: int, place: int, previous: str, speaker: str, text: str) -> str:
    """The id of a message: 16 hexadecimal digits that follow from the branch's seed and what was said before.

    Args:
        seed: the environment's seed.
        place: the message's place in the transcript, from 0.
        previous: the id of the message before it, or "".
        speaker: who says it.
        text: the words.
    """
    return f"{derive_seed(seed, 'message', place, previous, speaker, text):016x}"


def mentions(text: str, names: Iterable[str]) -> list[str]:
    """Who is mentioned as ``@name``, in the order of first mention.

    Capitals do not matter. Of names that begin alike the longest that stands there counts; an address such as
    ``bob@example.org`` mentions nobody.

    Args:
        text: the words.
        names: the names that count.
    """
    known = {name.casefold(): name for name in names if name}
    if "@" not in text or not known:
        return []
    pattern = "|".join(re.escape(name) for name in sorted(known, key=len, reverse=True))
    found = re.findall(rf"(?<![\w@])@({pattern})(?!\w)", text, re.IGNORECASE)
    return list(dict.fromkeys(known[name.casefold()] for name in found if name.casefold() in known))
