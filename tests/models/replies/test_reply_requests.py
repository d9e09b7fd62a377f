"""What makes two requests the same, and what tells them apart."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from interlab.models import ImagePart, Message, Params, TextPart, ToolCall, as_messages, get_model
from interlab.models.replies.requests import request_of
from interlab.tracing import FormatStr


def key(prompt: Any = "Hello", params: Params | None = None, model: str = "demo", **settings: Any) -> bytes:
    return request_of(get_model(model, **settings), as_messages(prompt), params).digest


class Odd:
    """Whose repr says where it lies."""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Params(temperature=1), Params(temperature=1.0)),
        (Params(timeout_s=1), Params(timeout_s=60)),
        (Params(), None),
        (Params(logprobs=False), Params()),
        (Params(stop=()), Params()),
        (Params(top_logprobs=2), Params(top_logprobs=2, logprobs=True)),
        (Params(json_schema={"a": 1, "b": 2}), Params(json_schema={"b": 2, "a": 1})),
        (Params(extra={"api_key": "sk-one"}), Params(extra={"api_key": "sk-two"})),
        (Params(extra={"body": {"Authorization": "a"}}), Params(extra={"body": {"Authorization": "b"}})),
        (Params(extra={"set": {1, 2}}), Params(extra={"set": {2, 1}})),
        (Params(extra={"odd": Odd()}), Params(extra={"odd": Odd()})),
        (Params(sample=1), Params(sample=2)),  # told apart as samples, not as requests
    ],
)
def test_params_that_mean_the_same(one: Params | None, other: Params | None) -> None:
    assert key(params=one) == key(params=other)


@pytest.mark.parametrize(
    "params",
    [
        Params(temperature=0.1),
        Params(temperature=0.0),
        Params(max_tokens=5),
        Params(seed=0),
        Params(stop="x"),
        Params(json_schema={}),
        Params(logprobs=True),
        Params(top_logprobs=1),
        Params(tools=({"type": "function"},)),
        Params(extra={"top_k": 1}),
        Params(extra={"monkey": 1}),
        Params(extra={"great": 1 << 70}),
        Params(extra={1: "one"}),
    ],
)
def test_params_that_decide_tell_requests_apart(params: Params) -> None:
    assert key(params=params) != key()
    assert key(params=params) == key(params=params)


def test_a_models_defaults_are_part_of_the_request() -> None:
    assert key(seed=3) == key(params=Params(seed=3)) != key(params=Params(seed=4))
    assert key(seed=3, params=Params(seed=4)) == key(params=Params(seed=4))
    assert key(stubborn=0.3) != key()
    assert key(model="demo/soft") != key()


def test_a_prompt_is_its_text() -> None:
    parts = FormatStr("Hello {name}").format(name="Ann")
    assert (
        key(parts) == key("Hello Ann") == key([("user", "Hello Ann")]) == key({"role": "human", "content": "Hello Ann"})
    )


def test_messages_are_told_apart() -> None:
    call = ToolCall("look", "{}", "1")
    prompts: list[Any] = [
        "ab",
        [("system", "ab")],
        [("user", "a"), ("user", "b")],
        [("user", "a"), ("assistant", "b")],
        [("user", "ab"), ("user", "")],
        Message("user", "ab", name="Ann"),
        Message("assistant", "ab", tool_calls=(call,)),
        Message("assistant", "ab", tool_calls=(ToolCall("look", "{}", "2"),)),
        Message("tool", "ab", tool_call_id="1"),
        Message("user", (TextPart("ab"),)),
        Message("user", (TextPart("a"), TextPart("b"))),
        Message("user", (ImagePart("ab"),)),
        "\ud800",
        "\ud801",
    ]
    assert len({key(prompt) for prompt in prompts}) == len(prompts)


def test_an_image_in_a_file_is_what_the_file_holds(tmp_path: Path) -> None:
    def of(name: str, data: bytes) -> bytes:
        (tmp_path / name).write_bytes(b"\x89PNG" + data)
        return key(Message("user", (ImagePart.from_file(tmp_path / name),)))

    assert of("one.png", b"1") == of("two.png", b"1") != of("one.png", b"2")


def test_a_key_is_the_same_in_every_process() -> None:
    code = (
        "from interlab.models import Params, as_messages, get_model\n"
        "from interlab.models.replies.requests import request_of\n"
        "params = Params(seed=1, extra={'set': {'a', 'b', 'c'}})\n"
        "print(request_of(get_model('demo'), as_messages('Hello'), params).digest.hex())"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1
