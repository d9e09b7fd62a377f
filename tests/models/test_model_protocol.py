"""Parameters, capabilities, errors and names of models."""

from __future__ import annotations

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.errors import InvalidArgument, ModelCallFailed, ModelTimeout, ParsingFailure, Unsupported
from interlab.models import Message, Model, Params, Reply, Usage
from interlab.models.model import resource_name
from interlab.models.registry import parse_resource_name


class Echo(Model):
    """Answers with what it was asked, and keeps the parameters it got."""

    capabilities = frozenset({"seed"})

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        self.got = params
        return Reply(messages[-1].text)


@pytest.mark.parametrize(
    "wrong",
    [
        {"temperature": -0.1},
        {"temperature": float("nan")},
        {"temperature": "hot"},
        {"max_tokens": 0},
        {"max_tokens": 1.5},
        {"timeout_s": 0},
        {"timeout_s": float("inf")},
        {"top_logprobs": 21},
        {"seed": True},
        {"sample": -1},
        {"sample": None},
        {"stop": ""},
        {"stop": [3]},
        {"json_schema": "{}"},
        {"extra": []},
    ],
)
def test_wrong_parameters_are_named(wrong: dict[str, object]) -> None:
    with pytest.raises(InvalidArgument) as caught:
        Params(**wrong)  # type: ignore[arg-type]
    assert next(iter(wrong)) in str(caught.value)


def test_a_request_wins_over_the_models_own_parameters() -> None:
    model = Echo("echo", Params(temperature=0.5, max_tokens=9, extra={"a": 1, "b": 1}))
    model.generate("x", Params(temperature=0.0, extra={"b": 2}, sample=3))
    assert model.got == Params(temperature=0.0, max_tokens=9, extra={"a": 1, "b": 2}, sample=3)


def test_one_stop_text_is_a_tuple_of_one() -> None:
    assert Params(stop="END").stop == ("END",)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("params", "name"),
    [
        (Params(json_schema={}), "json_schema"),
        (Params(logprobs=True), "logprobs"),
        (Params(top_logprobs=2), "logprobs"),
        (Params(tools=({"type": "function"},)), "tools"),
    ],
)
def test_what_is_lacking_is_refused_before_the_call(params: Params, name: str) -> None:
    model = Echo("echo")
    with pytest.raises(Unsupported) as caught:
        model.generate("x", params)
    assert name in str(caught.value)
    assert not hasattr(model, "got")
    model.generate("x", model.supported(params))
    assert model.missing((), model.got) == []


def test_images_are_refused_where_they_can_not_be_seen() -> None:
    with pytest.raises(Unsupported, match="images"):
        Echo("echo").generate({"role": "user", "content": [{"type": "image_url", "image_url": "data:x"}]})


class Raises(Model):
    def __init__(self, error: BaseException) -> None:
        super().__init__("raises")
        self.error = error

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        raise self.error


class ReadTimeoutOfSomeClient(Exception):
    pass


@pytest.mark.parametrize("timeout_s", [None, 5.0])
@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ValueError("broke"), ModelCallFailed),
        (TimeoutError(), ModelTimeout),
        (ReadTimeoutOfSomeClient(), ModelTimeout),
        (ParsingFailure("p"), ParsingFailure),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
)
def test_errors_become_ours_with_their_cause(
    error: BaseException, expected: type[BaseException], timeout_s: float | None
) -> None:
    with pytest.raises(expected) as caught:
        Raises(error).generate("x", Params(timeout_s=timeout_s))
    assert caught.value is error or caught.value.__cause__ is error


def test_a_model_that_hangs_is_left_behind() -> None:
    release = threading.Event()

    class Hangs(Model):
        def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
            release.wait(30)
            return Reply("late")

    try:
        with pytest.raises(ModelTimeout, match=r"0\.05 s"):
            Hangs("hangs").generate("x", Params(timeout_s=0.05))
    finally:
        release.set()


async def test_coroutines_do_not_block_each_other() -> None:
    both = threading.Barrier(2, timeout=10)

    class Meets(Model):
        def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
            both.wait()
            return Reply("met")

    model = Meets("meets")
    replies = await asyncio.gather(model.agenerate("a"), model.agenerate("b"))
    assert [reply.text for reply in replies] == ["met", "met"]


def test_a_name_is_needed() -> None:
    with pytest.raises(InvalidArgument, match="name"):
        Echo("")


def test_usage_adds_up() -> None:
    total = Usage(1, 2, 3, 4) + Usage(10, 20, estimated=True)
    assert total == Usage(11, 22, 3, 4, True)
    assert total.total_tokens == 33


def test_samples_of_one_seed_differ_and_repeat() -> None:
    seeds = [Params(seed=5, sample=n).request_seed for n in range(50)]
    assert seeds[0] == 5
    assert len(set(seeds)) == 50
    assert seeds == [Params(seed=5, sample=n).request_seed for n in range(50)]
    assert Params(sample=3).request_seed is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=5,
)
keys = st.sampled_from(["seed", "temperature", "base_url", "stop", "max_tokens"])


@given(st.dictionaries(keys, json_values, max_size=4))
def test_resource_names_are_read_back(settings: dict[str, object]) -> None:
    assert parse_resource_name(resource_name("openai/x", settings)) == ("openai/x", settings)


@pytest.mark.parametrize("key", ["api_key", "OPENAI_API_KEY", "extra.headers", "password", "access_token"])
def test_keys_never_stand_in_a_name(key: str) -> None:
    assert resource_name("m", {key: "sk-secret", "max_output_tokens": 1}) == "m?max_output_tokens=1"
