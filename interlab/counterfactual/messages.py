"""Messages said otherwise: what of a message a person can edit, and what of it has to go.

Some providers sign blocks of a reply (reasoning, redacted reasoning) so that they can be sent back as they are and in
no other form. Beside an edited text they would say what led to the old one, or be refused: they are dropped, and the
branch says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple

from interlab.errors import InvalidArgument

SEALED_TYPES = frozenset({"thinking", "redacted_thinking", "reasoning"})
SEALED_FIELDS = ("signature", "encrypted_content", "thought_signature")
_FIELDS = ("text", "message", "content")


class SaidOtherwise(NamedTuple):
    """A message with another text.

    Args:
        message: it.
        said: the text that it had.
        dropped: the types of the blocks that could not stay beside another text.
    """

    message: Any
    said: str
    dropped: tuple[str, ...] = ()


def said_otherwise(old: Any, text: str) -> SaidOtherwise:
    """A message with another text: of a text, or of a record or mapping with a text, or a list of a provider's blocks,
    in ``text``, ``message`` or ``content``.

    Raises:
        InvalidArgument: there is no text in it.
    """
    if isinstance(old, str):
        return SaidOtherwise(text, old)
    for name in _FIELDS:
        value = _field(old, name) if isinstance(old, dict) or name in _names_of(old) else None
        if isinstance(value, str):
            return SaidOtherwise(_with(old, name, text), value)
        if isinstance(value, list | tuple) and value:
            blocks, said, dropped = _blocks(value, text)
            return SaidOtherwise(_with(old, name, type(value)(blocks)), said, dropped)
    raise InvalidArgument(
        f"A message of type {type(old).__name__} has no field text, message or content that could be edited."
    )


def _names_of(old: Any) -> Iterable[str]:
    """The fields of a record; what is calculated from them is none."""
    if is_dataclass(old) and not isinstance(old, type):
        return [field.name for field in fields(old)]
    return getattr(type(old), "model_fields", ())


def _with(old: Any, name: str, value: Any) -> Any:
    if isinstance(old, dict):
        return {**old, name: value}
    if is_dataclass(old) and not isinstance(old, type):
        return replace(old, **{name: value})
    return old.model_copy(update={name: value})  # a pydantic model, such as LangChain's messages


def _blocks(blocks: Any, text: str) -> tuple[list[Any], str, tuple[str, ...]]:
    """Blocks with one text in the place of the first, what they said, and the types of those that were dropped."""
    kept: list[Any] = []
    said: list[str] = []
    dropped: list[str] = []
    for block in blocks:
        kind = str(_field(block, "type") or "text")
        if kind in SEALED_TYPES or any(_field(block, name) for name in SEALED_FIELDS):
            dropped.append(kind)
        elif isinstance(block, str) or isinstance(_field(block, "text"), str):
            if not said:
                kept.append(text if isinstance(block, str) else _with(block, "text", text))
            said.append(block if isinstance(block, str) else _field(block, "text"))
        else:
            kept.append(block)
    if not said:
        kept.append({"type": "text", "text": text})
    return kept, "".join(said), tuple(dropped)


def _field(block: Any, name: str) -> Any:
    return block.get(name) if isinstance(block, dict) else getattr(block, name, None)
