"""Any callable is a model."""

from __future__ import annotations

import functools

import pytest

from interlab.errors import InvalidArgument, ModelCallFailed, Unsupported
from interlab.models import Params, Reply, as_model
from interlab.models.adapters.callable import CallableModel

CHAT = [("system", "Be brief."), ("user", "Hi")]


def shout(prompt: str) -> str:
    return prompt.upper()


def test_text_in_text_out_with_estimated_usage() -> None:
    reply = as_model(shout).generate(CHAT)
    assert reply.text == "BE BRIEF.\n\nHI"
    assert reply.usage.estimated
    assert reply.usage.output_tokens == 4


def test_messages_in() -> None:
    def count(messages: list[dict[str, str]]) -> str:
        return f"{len(messages)} {messages[0]['role']}"

    assert as_model(count).generate(CHAT).text == "2 system"
    assert as_model(lambda p: str(len(p)), takes="messages").generate(CHAT).text == "2"


def test_a_reply_passes_through_and_the_request_is_handed_on() -> None:
    def seeded(prompt: str, *, seed: int | None, sample: int, params: Params) -> Reply:
        return Reply(f"{seed}/{sample}/{params.max_tokens}")

    model = as_model(seeded)
    assert model.generate("x", Params(seed=4, sample=2, max_tokens=7)).text == "4/2/7"
    with pytest.raises(Unsupported, match="seed"):
        as_model(shout).generate("x", Params(seed=4))


async def test_coroutine_functions_run_with_and_without_a_loop() -> None:
    async def slow(prompt: str) -> str:
        return prompt + "!"

    assert as_model(slow).generate("x").text == "x!"
    assert (await as_model(slow).agenerate("x")).text == "x!"


def test_partials_methods_and_objects() -> None:
    class Bot:
        def __call__(self, prompt: str) -> str:
            return prompt + "?"

        def say(self, prompt: str) -> str:
            return prompt + "!"

    def two(greeting: str, prompt: str) -> str:
        return greeting + prompt

    assert as_model(Bot()).generate("x").text == "x?"
    assert as_model(Bot().say).generate("x").text == "x!"
    assert as_model(functools.partial(two, "hi ")).generate("x").text == "hi x"


def test_what_is_no_model_function_is_refused_when_made() -> None:
    with pytest.raises(InvalidArgument, match="takes none"):
        as_model(lambda: "x")
    with pytest.raises(InvalidArgument, match="also needs b"):
        as_model(lambda a, b: "x")
    with pytest.raises(InvalidArgument, match="callable"):
        CallableModel("x")  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="this is a int"):
        as_model(3)
    with pytest.raises(InvalidArgument, match="this is a type"):
        as_model(dict)


def test_a_wrong_answer_and_an_exception() -> None:
    with pytest.raises(ModelCallFailed, match="returned a int"):
        as_model(lambda p: 3).generate("x")
    with pytest.raises(ModelCallFailed, match="ZeroDivisionError") as caught:
        as_model(lambda p: str(1 / 0)).generate("x")
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_empty_text_is_the_callers_business() -> None:
    assert as_model(lambda p: "").generate("x").text == ""


def test_names_tell_siblings_apart_and_stay_the_same() -> None:
    def made(word: str) -> object:
        return lambda prompt: word

    a, b = as_model(made("a")), as_model(made("b"))
    assert a.__interlab_resource_name__() != b.__interlab_resource_name__()
    assert a.name == as_model(made("a")).name
    assert as_model(shout).name.endswith("shout")
    assert as_model(shout) is as_model(shout)
