"""The instructions about the format of an answer, and their place in a prompt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache

from interlab.errors import InvalidArgument
from interlab.models import Message, TextPart
from interlab.queries.shape_words import shape_in_words
from interlab.tracing import FormatStr
from interlab.tracing.format_str import Field, Filled, Part

PLACE = "FORMAT_PROMPT"
"""The field of a prompt that the instructions are put into."""

_LITERAL = "{" + PLACE + "}"

LATER = "(how to write the answer down is said later)"
"""What stands in the place while a model is asked only to think."""

INSTRUCTIONS = FormatStr(
    "Answer with one JSON value only, with no other text before or after it. "
    "The value must follow this JSON schema:\n```json\n{schema}\n```"
)
# Small models repeat a schema rather than fill it in; where words can tell it, they come last.
SHAPE = FormatStr("\nDon't repeat the schema. Reply with your answer only, written as JSON: {shape}.")
EXAMPLE = FormatStr(
    "\nThis is what a valid answer looks like (an example with made-up content; don't copy it):\n"
    "```json\n{example}\n```"
)


@lru_cache(maxsize=256)
def format_prompt(schema: str, example: str | None = None) -> FormatStr:
    """The instructions for a schema.

    Args:
        schema: the JSON schema, as JSON.
        example: a valid answer, as JSON.
    """
    shape = shape_in_words(schema)
    text = INSTRUCTIONS.format(schema=schema)
    if shape is not None:
        text = text + SHAPE.format(shape=shape)
    return text if example is None else text + EXAMPLE.format(example=example)


def check_fields(messages: Iterable[Message]) -> None:
    """Refuse a prompt that still has open fields, or more than one place for the instructions.

    Raises:
        InvalidArgument: as said.
    """
    texts = [text for message in messages for text in _texts(message)]
    places = sum(map(_places, texts))
    if places > 1:
        raise InvalidArgument(
            f"The prompt has {places} places {_LITERAL}; the instructions about the format go into one. "
            "Remove the others, or all of them to have the instructions added at the end."
        )
    for text in texts:
        free = sorted((text.free_fields if isinstance(text, FormatStr) else frozenset()) - {PLACE})
        if free:
            raise InvalidArgument(
                f"The prompt has fields without a value: {', '.join(free)}. Fill them with .format({free[0]}=…)."
            )


def has_place(messages: Iterable[Message]) -> bool:
    """Whether the messages say where the instructions go."""
    return any(_places(text) for message in messages for text in _texts(message))


def with_instructions(messages: tuple[Message, ...], instructions: str) -> tuple[Message, ...]:
    """The messages with the instructions in their place, or at the end of the last user message."""
    if not has_place(messages):
        return with_addition(messages, instructions)
    return tuple(_replaced(message, lambda text: _filled(text, instructions)) for message in messages)


def with_addition(messages: tuple[Message, ...], addition: str) -> tuple[Message, ...]:
    """The messages with a paragraph added to the last user message, or as a new one where there is none."""
    for index in reversed(range(len(messages))):
        message = messages[index]
        if message.role != "user":
            continue
        if isinstance(message.content, str):
            content = FormatStr("\n\n").join([message.content, addition]) if message.content else addition
            longer = replace(message, content=content)
        else:
            longer = replace(message, content=(*message.content, TextPart(FormatStr("\n\n") + addition)))
        return (*messages[:index], longer, *messages[index + 1 :])
    return (*messages, Message("user", addition))


def _texts(message: Message) -> list[str]:
    """The texts of a message that may hold the place: only what the asker wrote."""
    if message.role not in ("system", "user"):
        return []
    if isinstance(message.content, str):
        return [message.content]
    return [part.text for part in message.content if isinstance(part, TextPart)]


def _replaced(message: Message, change: Callable[[str], str]) -> Message:
    if message.role not in ("system", "user"):
        return message
    if isinstance(message.content, str):
        return replace(message, content=change(message.content))
    parts = tuple(TextPart(change(part.text)) if isinstance(part, TextPart) else part for part in message.content)
    return replace(message, content=parts)


def _places(text: str) -> int:
    """How many places a text has: fields of a template; without such fields, the place written out outside of
    values that were filled in, since those are other people's words."""
    if not isinstance(text, FormatStr):
        return text.count(_LITERAL)
    return _fields(text) or sum(part.count(_LITERAL) for part in text.parts if isinstance(part, str))


def _fields(text: FormatStr) -> int:
    count = 0
    for part in text.parts:
        if isinstance(part, Field):
            count += part.name == PLACE
        elif isinstance(part, Filled) and isinstance(part.text, FormatStr):
            count += _fields(part.text)
    return count


def _filled(text: str, instructions: str) -> str:
    if not _places(text):
        return text
    if isinstance(text, FormatStr) and _fields(text):
        return text.format(**{PLACE: instructions})
    parts: list[Part] = []
    for part in text.parts if isinstance(text, FormatStr) else (text,):
        if isinstance(part, str) and _LITERAL in part:
            before, _, after = part.partition(_LITERAL)
            parts += [before, Filled(PLACE, instructions), after]
        else:
            parts.append(part)
    return FormatStr.from_parts(parts)
