"""Prompts of every shape become messages, and go out again in every shape."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.prompts import ChatPromptTemplate

from interlab.errors import InvalidArgument
from interlab.models import ImagePart, Message, TextPart, ToolCall, as_messages
from interlab.models.messages import to_langchain, to_openai, to_text
from interlab.tracing import Image

CHAT = (Message("system", "Be brief."), Message("user", "Hi", name="Bob"), Message("assistant", "Hello."))


class Template(str):
    """Stands for a str subclass that remembers its parts."""


def test_a_text_is_one_user_message_and_stays_the_same_object() -> None:
    text = Template("hi")
    (message,) = as_messages(text)
    assert message.role == "user"
    assert message.content is text


@pytest.mark.parametrize(
    "prompt",
    [
        CHAT,
        list(CHAT),
        [{"role": m.role, "content": m.content, "name": m.name} for m in CHAT],
        [SystemMessage("Be brief."), HumanMessage("Hi", name="Bob"), AIMessage("Hello.")],
        [("system", "Be brief."), HumanMessage("Hi", name="Bob"), ("ai", "Hello.")],
        iter(CHAT),
    ],
)
def test_equal_whatever_the_shape(prompt: object) -> None:
    assert as_messages(prompt) == CHAT


def test_single_values_and_prompt_values() -> None:
    assert as_messages(("human", "x")) == (Message("user", "x"),)
    assert as_messages(HumanMessage("x")) == (Message("user", "x"),)
    assert as_messages({"role": "developer", "content": "x"}) == (Message("system", "x"),)
    value = ChatPromptTemplate.from_messages([("system", "s"), ("human", "{x}")]).invoke({"x": "y"})
    assert as_messages(value) == (Message("system", "s"), Message("user", "y"))


@pytest.mark.parametrize(
    ("prompt", "says"),
    [
        (3, "this is a int"),
        (None, "NoneType"),
        (b"bytes", "bytes"),
        ([], "no messages"),
        ([Message("user", "a"), 7], "Message 1"),
        (["a", "b"], "role 'a'"),
        (["a", "b", "c"], "('user', text)"),
        ({"role": "user"}, "'content'"),
        ([("boss", "x")], "'boss'"),
        ({"role": "user", "content": 5}, "content"),
        ({"role": "user", "content": [{"type": "sound"}]}, "sound"),
    ],
)
def test_what_is_no_prompt_is_refused_with_its_place(prompt: object, says: str) -> None:
    with pytest.raises(InvalidArgument) as caught:
        as_messages(prompt)
    assert says in str(caught.value)


def test_a_message_checks_itself() -> None:
    with pytest.raises(InvalidArgument, match="role"):
        Message("boss", "x")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="content"):
        Message("user", 5)  # type: ignore[arg-type]


def test_images_and_tool_calls_survive_openai_and_langchain() -> None:
    call = ToolCall("look", '{"at": 1}', "c1")
    chat = (
        Message("user", (TextPart("see"), ImagePart.from_bytes(b"123"))),
        Message("assistant", "", tool_calls=(call,)),
        Message("tool", "a cat", tool_call_id="c1"),
    )
    assert as_messages(to_openai(chat)) == chat
    assert as_messages(to_langchain(chat)) == chat
    assert chat[0].has_images
    assert chat[0].text == "see"
    assert isinstance(to_langchain(chat)[2], ToolMessage)


PNG = b"\x89PNG\r\n\x1a\n"
IN_LINE = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    "part",
    [
        ImagePart(IN_LINE),
        ImagePart.from_bytes(PNG),
        Image(PNG),
        {"type": "image_url", "image_url": IN_LINE},
        {"type": "image_url", "image_url": {"url": IN_LINE, "detail": "low"}},
        {"type": "input_image", "image_url": IN_LINE},
        {"type": "image", "url": IN_LINE},
        {"type": "image", "base64": "iVBORw0KGgo=", "mime_type": "image/png"},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
        {"type": "image", "source": {"type": "url", "url": IN_LINE}},
    ],
)
def test_images_of_every_shape(part: object) -> None:
    (message,) = as_messages({"role": "user", "content": ["see", part]})
    assert message.content == (TextPart("see"), ImagePart(IN_LINE))


def test_only_a_path_given_as_one_is_a_file_to_send(tmp_path: Path) -> None:
    path = tmp_path / "a b.png"
    path.write_bytes(PNG)
    (given,) = as_messages({"role": "user", "content": [path]})
    assert to_openai([given])[0]["content"][0]["image_url"]["url"] == IN_LINE
    (text,) = as_messages({"role": "user", "content": [{"type": "image_url", "image_url": path.as_uri()}]})
    assert to_openai([text])[0]["content"][0]["image_url"]["url"] == path.as_uri(), "text is never a file"


@pytest.mark.parametrize("part", [{"type": "image"}, {"type": "image_url", "image_url": 3}, {"type": "audio"}, b"raw"])
def test_what_is_no_image(part: object) -> None:
    with pytest.raises(InvalidArgument, match="content part"):
        as_messages({"role": "user", "content": [part]})


def test_plain_text() -> None:
    assert to_text(as_messages("just this")) == "just this"
    assert to_text(CHAT[:2]) == "Be brief.\n\nHi"
    assert to_text(CHAT) == "Be brief.\n\nBob: Hi\n\nAssistant: Hello."


roles = st.sampled_from(["system", "user", "assistant"])
chats = st.lists(st.builds(Message, roles, st.text(max_size=30)), min_size=1, max_size=5).map(tuple)


@given(chats)
def test_round_trips(chat: tuple[Message, ...]) -> None:
    assert as_messages(to_openai(chat)) == chat
    assert as_messages(to_langchain(chat)) == chat
    assert all(message.content in to_text(chat) for message in chat)
