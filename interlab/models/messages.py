"""Chat messages, and every shape of prompt that can be read as a list of them."""

from __future__ import annotations

import base64
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast
from urllib.parse import unquote_to_bytes, urlsplit

from interlab.errors import InvalidArgument
from interlab.tracing import Image

Role: TypeAlias = Literal["system", "user", "assistant", "tool"]

ROLES: dict[str, Role] = {
    "system": "system",
    "developer": "system",
    "user": "user",
    "human": "user",
    "assistant": "assistant",
    "ai": "assistant",
    "AIMessageChunk": "assistant",
    "model": "assistant",
    "tool": "tool",
    "function": "tool",
}
"""The names that roles go by here, in `openai`, in LangChain and in Google's clients."""

_ACCEPTED = (
    "a str, a Message, a dict with 'role' and 'content', a (role, text) pair, a LangChain message, "
    "or a sequence of the last four"
)


@dataclass(frozen=True, slots=True)
class TextPart:
    """Text inside a message that also holds images."""

    text: str


@dataclass(frozen=True, slots=True)
class ImagePart:
    """An image inside a message.

    Args:
        url: an address that the provider fetches, or a ``data:`` URL that holds the image itself (see
            `from_bytes` and `from_file`).
    """

    url: str

    @classmethod
    def from_bytes(cls, data: bytes, mime: str = "image/png") -> ImagePart:
        """An image that travels inside the message.

        Args:
            data: the encoded file (PNG, JPEG, …), not pixels.
            mime: its MIME type, such as ``"image/png"``.
        """
        return ImagePart(f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}")

    @classmethod
    def from_file(cls, path: str | Path) -> ImagePart:
        """An image that stays in its file, and is read whenever the message is sent.

        Args:
            path: a PNG, JPEG, GIF or WebP file.

        Raises:
            InvalidArgument: when sent: the file is gone, or is no such image.
        """
        return ImageFile(Path(path).absolute().as_uri())

    def sent(self) -> str:
        """The URL as it goes to a provider."""
        return self.url


@dataclass(frozen=True, slots=True)
class ImageFile(ImagePart):
    """An image in a file; made by `ImagePart.from_file`."""

    def sent(self) -> str:
        """The file as a ``data:`` URL.

        Raises:
            InvalidArgument: the file can't be read, or is no image: no other file is ever sent.
        """
        name = os.fsdecode(unquote_to_bytes(urlsplit(self.url).path))
        path = Path(name.lstrip("/") if os.name == "nt" else name)
        try:
            data = path.read_bytes()
        except OSError as error:
            raise InvalidArgument(f"The image {path} can't be read: {error.strerror or error}.") from error
        mime = _image_mime(data)
        if mime is None:
            raise InvalidArgument(f"{path} is sent as an image, but it is no PNG, JPEG, GIF or WebP file.")
        return ImagePart.from_bytes(data, mime).url


def _image_mime(data: bytes) -> str | None:
    for head, mime in ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif")):
        if data.startswith(head):
            return mime
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else None


Part: TypeAlias = TextPart | ImagePart
Content: TypeAlias = str | tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A model's wish to call a tool.

    Args:
        name: the tool.
        arguments: the arguments as the model wrote them: JSON text, not checked.
        call_id: the provider's identifier, which the tool's answer repeats.
    """

    name: str
    arguments: str
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat.

    Args:
        role: ``"system"``, ``"user"``, ``"assistant"`` or ``"tool"``.
        content: text, or a tuple of `TextPart` and `ImagePart`. A `str` subclass stays what it is.
        name: who speaks, where the provider knows of names.
        tool_calls: the tools an assistant message asks for.
        tool_call_id: the call that a tool message answers.

    Raises:
        InvalidArgument: another role, or content of another type.
    """

    role: Role
    content: Content
    name: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    tool_call_id: str | None = None

    def __post_init__(self) -> None:
        if self.role not in ("system", "user", "assistant", "tool"):
            raise InvalidArgument(
                f"The role of a message is 'system', 'user', 'assistant' or 'tool', not {self.role!r}."
            )
        if not isinstance(self.content, str) and not (
            isinstance(self.content, tuple) and all(isinstance(part, (TextPart, ImagePart)) for part in self.content)
        ):
            raise InvalidArgument(
                "The content of a message is a str or a tuple of TextPart and ImagePart, "
                f"not {_describe(self.content)}."
            )

    @property
    def text(self) -> str:
        """The text of the message, without its images."""
        if isinstance(self.content, str):
            return self.content
        return "".join(part.text for part in self.content if isinstance(part, TextPart))

    @property
    def has_images(self) -> bool:
        """Whether any part is an image."""
        return not isinstance(self.content, str) and any(isinstance(part, ImagePart) for part in self.content)


Prompt: TypeAlias = str | Message | Mapping[str, Any] | tuple[str, str] | Sequence[Any]
"""Whatever `as_messages` reads."""


def as_messages(prompt: Any) -> tuple[Message, ...]:
    """Read a prompt of any accepted shape as chat messages.

    Args:
        prompt: a text (one user message), a `Message`, a dict with ``role`` and ``content``, a
            ``(role, text)`` pair, a LangChain message or prompt value, or a sequence of these.

    Returns:
        At least one message; texts are kept as they are, never copied.

    Raises:
        InvalidArgument: an empty sequence, an unknown role or a value of another type; says which item.
    """
    if isinstance(prompt, str):
        return (Message("user", prompt),)
    if isinstance(prompt, tuple) and prompt and all(type(item) is Message for item in prompt):
        return cast(tuple[Message, ...], prompt)
    if hasattr(prompt, "to_messages") and not isinstance(prompt, type):
        return as_messages(list(prompt.to_messages()))
    single = _one_message(prompt, "The prompt")
    if single is not None:
        return (single,)
    if not isinstance(prompt, Iterable) or isinstance(prompt, (bytes, bytearray, Mapping)):
        raise InvalidArgument(f"A prompt is {_ACCEPTED}; this is {_describe(prompt)}.")
    messages = []
    for index, item in enumerate(prompt):
        message = _one_message(item, f"Message {index} of the prompt")
        if message is None:
            hint = " Give it a role: ('user', text)." if isinstance(item, str) else ""
            raise InvalidArgument(
                f"Message {index} of the prompt is {_describe(item)}; expected a Message, a dict with "
                f"'role' and 'content', a (role, text) pair or a LangChain message.{hint}"
            )
        messages.append(message)
    if not messages:
        raise InvalidArgument(f"The prompt has no messages. A prompt is {_ACCEPTED}.")
    return tuple(messages)


def _one_message(value: Any, where: str) -> Message | None:
    """`value` as a message, or None when it is not of a message's shape at all."""
    if isinstance(value, Message):
        return value
    if isinstance(value, Mapping):
        return _from_mapping(value, where)
    if isinstance(value, (tuple, list)) and len(value) == 2 and isinstance(value[0], str) and isinstance(value[1], str):
        # Two texts are a (role, text) pair only if the first is a role: a list of two texts is a mistake.
        return Message(_role(value[0], where), value[1])
    if isinstance(getattr(value, "type", None), str) and hasattr(value, "content"):
        return _from_langchain(value, where)
    return None


def _from_mapping(value: Mapping[str, Any], where: str) -> Message:
    if "role" not in value or ("content" not in value and "tool_calls" not in value):
        raise InvalidArgument(
            f"{where} is a dict with the keys {sorted(map(str, value))}; it needs 'role' and 'content'."
        )
    calls = tuple(_tool_call(call, where) for call in value.get("tool_calls") or ())
    return Message(
        _role(value["role"], where),
        _content(value.get("content"), where),
        name=value.get("name"),
        tool_calls=calls,
        tool_call_id=value.get("tool_call_id"),
    )


def _from_langchain(value: Any, where: str) -> Message:
    role = getattr(value, "role", value.type) if value.type == "chat" else value.type
    calls = tuple(
        ToolCall(call["name"], json.dumps(call.get("args", {})), call.get("id") or "")
        for call in getattr(value, "tool_calls", None) or ()
    )
    return Message(
        _role(role, where),
        _content(value.content, where),
        name=getattr(value, "name", None),
        tool_calls=calls,
        tool_call_id=getattr(value, "tool_call_id", None),
    )


def _role(role: Any, where: str) -> Role:
    known = ROLES.get(role) if isinstance(role, str) else None
    if known is None:
        raise InvalidArgument(f"{where} has the role {role!r}; known roles are {', '.join(ROLES)}.")
    return known


def _content(content: Any, where: str) -> Content:
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, (list, tuple)):
        return tuple(_part(part, where) for part in content)
    raise InvalidArgument(f"The content of {where[0].lower() + where[1:]} is {_describe(content)}, not text.")


def _part(part: Any, where: str) -> Part:
    if isinstance(part, (TextPart, ImagePart)):
        return part
    if isinstance(part, str):
        return TextPart(part)
    if isinstance(part, Image):
        return ImagePart.from_bytes(part.data, part.mime)
    if isinstance(part, Path):
        return ImagePart.from_file(part)
    if isinstance(part, Mapping):
        kind = part.get("type")
        if kind in ("text", "input_text", "output_text") and isinstance(part.get("text"), str):
            return TextPart(part["text"])
        url = _image_url(part) if kind in ("image_url", "input_image", "image") else None
        if url is not None:
            return ImagePart(url)
    raise InvalidArgument(
        f"A content part of {where[0].lower() + where[1:]} is {_describe(part)}; expected a TextPart, an "
        "ImagePart, an Image, the path of an image, {'type': 'text', 'text': …} or "
        "{'type': 'image_url', 'image_url': {'url': …}}."
    )


def _image_url(part: Mapping[str, Any]) -> str | None:
    """The image of a part as `openai`, LangChain and Anthropic write it."""
    given = part.get("image_url") or part.get("source") or part
    if isinstance(given, str):
        return given
    if not isinstance(given, Mapping):
        return None
    data = given.get("base64") or given.get("data")
    if isinstance(data, str):
        mime = given.get("mime_type") or given.get("media_type") or "image/png"
        return f"data:{mime};base64,{data}"
    url = given.get("url")
    return url if isinstance(url, str) else None


def _tool_call(call: Any, where: str) -> ToolCall:
    if isinstance(call, ToolCall):
        return call
    function = call.get("function") if isinstance(call, Mapping) else None
    if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
        raise InvalidArgument(f"A tool call of {where[0].lower() + where[1:]} has no 'function' with a 'name'.")
    return ToolCall(function["name"], str(function.get("arguments", "")), str(call.get("id") or ""))


def _describe(value: Any) -> str:
    shown = repr(value)
    return f"a {type(value).__name__} ({shown if len(shown) <= 60 else shown[:57] + '…'})"


def to_openai(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """The messages as dicts for the chat completions interface of `openai` and all that imitate it."""
    return [_to_openai(message) for message in messages]


def _to_openai(message: Message) -> dict[str, Any]:
    if isinstance(message.content, str):
        content: Any = str(message.content)
    else:
        content = [
            {"type": "text", "text": str(part.text)}
            if isinstance(part, TextPart)
            else {"type": "image_url", "image_url": {"url": part.sent()}}
            for part in message.content
        ]
    out: dict[str, Any] = {"role": message.role, "content": content}
    if message.name is not None:
        out["name"] = message.name
    if message.tool_calls:
        out["tool_calls"] = [
            {
                "id": call.call_id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.arguments},
            }
            for call in message.tool_calls
        ]
    if message.tool_call_id is not None:
        out["tool_call_id"] = message.tool_call_id
    return out


def to_langchain(messages: Iterable[Message]) -> list[Any]:
    """The messages as LangChain message objects."""
    from langchain_core.messages import convert_to_messages

    return list(convert_to_messages(to_openai(messages)))


def to_text(messages: Iterable[Message]) -> str:
    """The messages as one plain text, for models that take only text.

    System messages come first and bare. A single further user message is bare too, so a text prompt
    arrives as it was written; anything longer is labelled ``User:``, ``Assistant:``, ``Tool:``.
    """
    messages = tuple(messages)
    head = [str(message.text) for message in messages if message.role == "system"]
    rest = [message for message in messages if message.role != "system"]
    if len(rest) == 1 and rest[0].role == "user":
        body = [str(rest[0].text)]
    else:
        body = [f"{message.name or message.role.capitalize()}: {message.text}" for message in rest]
    return "\n\n".join(head + body)
