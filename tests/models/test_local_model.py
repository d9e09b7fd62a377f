"""A real language model takes part: in process, and on loopback through `openai` and LangChain."""

from __future__ import annotations

import importlib.util
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import openai
import pytest
from pydantic import BaseModel, Field

from interlab.errors import CallCancelled, InvalidArgument, ModelCallFailed, ModelTimeout, Unsupported
from interlab.models import Model, Params, Reply, as_model, get_model
from interlab.models.adapters.local import bounded
from interlab.models.cancelling import cancellable

pytestmark = pytest.mark.local_model


def _load_server() -> Any:
    """tests/local_server.py, which is no package's module."""
    if "local_server" not in sys.modules:
        path = Path(__file__).parents[1] / "local_server.py"
        spec = importlib.util.spec_from_file_location("local_server", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["local_server"] = module
        spec.loader.exec_module(module)
    return sys.modules["local_server"]


@pytest.fixture(scope="module")
def server() -> Iterator[Any]:
    with _load_server().local_server() as running:
        yield running


@pytest.fixture(scope="module")
def model() -> Model:
    return get_model("local/smollm2")


SKY = [("system", "You are brief."), ("user", "Why is the sky blue?")]


def test_it_answers_with_usage_and_log_probabilities(model: Model) -> None:
    reply = model.generate(SKY, Params(seed=1, max_tokens=8, top_logprobs=3))
    assert reply.text.strip()
    assert reply.finish_reason == "length"
    assert reply.usage.output_tokens == 8
    assert 10 < reply.usage.input_tokens < 60
    assert not reply.usage.estimated
    assert reply.logprobs is not None
    assert len(reply.logprobs) == 8
    assert "".join(entry.token for entry in reply.logprobs) == reply.text
    assert all(entry.logprob <= 0 and len(entry.top) == 3 for entry in reply.logprobs)
    assert reply.time_to_first_token_s is not None
    assert reply.request_id


def test_the_same_seed_gives_the_same_bits_whatever_ran_between(model: Model) -> None:
    params = Params(seed=7, temperature=1.0, max_tokens=8, logprobs=True)
    first = model.generate(SKY, params)
    model.generate([*SKY, ("assistant", first.text), ("user", "More.")], Params(max_tokens=2))
    again = model.generate(SKY, params)
    assert (again.text, again.logprobs) == (first.text, first.logprobs)
    others = {model.generate(SKY, Params(seed=7, temperature=1.0, max_tokens=8, sample=n)).text for n in (1, 2, 3)}
    assert others != {first.text}


def test_threads_share_it(model: Model) -> None:
    alone = [model.generate(f"Say {n}", Params(seed=n, max_tokens=4)).text for n in range(3)]
    together: list[str] = [""] * 3

    def ask(n: int) -> None:
        together[n] = model.generate(f"Say {n}", Params(seed=n, max_tokens=4)).text

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


class Offer(BaseModel):
    action: Literal["offer", "accept"]
    price: int = Field(ge=1000, le=3000)
    message: str


def test_it_keeps_to_a_schema(model: Model) -> None:
    params = Params(seed=1, max_tokens=200, json_schema=Offer.model_json_schema())
    reply = model.generate("Sell me your car. Make an offer.", params)
    offer = Offer.model_validate_json(reply.text)
    assert 1000 <= offer.price <= 3000


def test_open_schemas_are_bounded_without_touching_the_original() -> None:
    schema = {
        "type": "object",
        "properties": {"type": {"type": "string"}, "tags": {"type": "array", "items": {"enum": ["a"]}}},
    }
    before = json.dumps(schema)
    out = bounded(schema)
    assert json.dumps(schema) == before
    assert out["properties"]["type"]["maxLength"] > 0
    assert out["properties"]["tags"]["maxItems"] > 0
    assert out["properties"]["tags"]["items"] == {"enum": ["a"]}


def test_stop_and_time_out(model: Model) -> None:
    full = model.generate(SKY, Params(seed=1, max_tokens=8)).text
    word = full.split()[1]
    assert word not in model.generate(SKY, Params(seed=1, max_tokens=8, stop=(word,))).text
    with pytest.raises(ModelTimeout):
        model.generate("Tell a very long story.", Params(max_tokens=400, timeout_s=0.01))
    assert model.generate(SKY, Params(seed=1, max_tokens=8)).text == full, "a time-out leaves it usable"


def test_what_it_can_not_do(model: Model) -> None:
    with pytest.raises(ModelCallFailed, match="room for"):
        model.generate("word " * 5000)
    with pytest.raises(Unsupported, match="tools"):
        model.generate("x", Params(tools=({"type": "function"},)))
    with pytest.raises(ModelCallFailed, match="schema"):
        model.generate("x", Params(json_schema={"type": "foo"}))
    with pytest.raises(InvalidArgument, match="too_long"):
        get_model("local/smollm2", too_long="never")


def test_too_long_prompts_are_cut_from_the_middle_if_wished() -> None:
    cutting = get_model("local/smollm2", too_long="cut")
    from interlab.models.local_engine import engine
    from interlab.models.messages import as_messages

    messages = as_messages([("system", "First."), ("user", "begin " + "word " * 5000 + " end")])
    system, user = cutting._fit(messages, engine(), 500)  # type: ignore[attr-defined]
    assert system.text == "First."
    assert user.text.startswith("begin word")
    assert user.text.endswith("word  end")
    assert 350 < len(engine().tokenize(user.text)) < 500


def test_through_an_openai_client(server: Any, model: Model) -> None:
    client = openai.OpenAI(base_url=server.base_url, api_key=server.api_key)
    remote = as_model(client, model=server.model)
    params = Params(seed=1, max_tokens=8, top_logprobs=2)
    reply, local = remote.generate(SKY, params), model.generate(SKY, params)
    assert reply.text == local.text
    assert reply.usage == local.usage
    assert reply.logprobs == local.logprobs
    assert reply.model == "local/smollm2"
    typed = remote.generate("Offer a price.", Params(seed=2, max_tokens=60, json_schema={"type": "integer"}))
    assert int(typed.text) >= 0 or int(typed.text) < 0


def test_through_langchain(server: Any, model: Model) -> None:
    from langchain_openai import ChatOpenAI

    chat = ChatOpenAI(base_url=server.base_url, api_key=server.api_key, model=server.model)
    params = Params(seed=1, max_tokens=8, top_logprobs=2)
    reply, local = as_model(chat).generate(SKY, params), model.generate(SKY, params)
    assert reply.text == local.text
    assert reply.usage == local.usage
    assert reply.logprobs == local.logprobs
    assert reply.finish_reason == "length"


def test_the_server_wants_its_key(server: Any) -> None:
    client = openai.OpenAI(base_url=server.base_url, api_key="wrong", max_retries=0)
    with pytest.raises(ModelCallFailed) as caught:
        as_model(client, model=server.model).generate("Hi", Params(max_tokens=1))
    assert isinstance(caught.value.__cause__, openai.AuthenticationError)


def test_streamed_every_way(server: Any, model: Model) -> None:
    from langchain_openai import ChatOpenAI

    address = {"base_url": server.base_url, "api_key": server.api_key}
    ways = [
        model,
        get_model(f"vllm/{server.model}", **address),
        as_model(openai.OpenAI(**address), model=server.model),
        as_model(ChatOpenAI(model=server.model, **address)),
    ]
    params = Params(seed=1, max_tokens=8, top_logprobs=2)
    whole = model.generate(SKY, params)
    for way in ways:
        *pieces, reply = way.stream(SKY, params)
        assert isinstance(reply, Reply)
        assert len(pieces) > 2, way
        assert "".join(map(str, pieces)) == reply.text == whole.text
        assert (reply.usage, reply.logprobs) == (whole.usage, whole.logprobs)
        assert reply.finish_reason == "length"
        assert reply.time_to_first_token_s is not None
        assert reply.time_to_first_token_s > 0


def test_a_stream_that_is_not_read_on_stops_the_model(model: Model) -> None:
    stream: Any = model.stream("Tell a very long story.", Params(seed=1, max_tokens=2000))
    assert next(stream)
    stream.close()
    assert model.generate("Say hello.", Params(seed=1, max_tokens=2)).text, "it is free again"
    with pytest.raises(ModelTimeout):
        list(model.stream("Tell a very long story.", Params(seed=1, max_tokens=2000, timeout_s=0.2)))


def test_a_cancelled_call_stops_the_model(model: Model) -> None:
    with cancellable() as cancellation, pytest.raises(CallCancelled):
        threading.Timer(0.2, cancellation.cancel).start()
        model.generate("Tell a very long story.", Params(seed=1, max_tokens=2000))
    assert model.generate("Say hello.", Params(seed=1, max_tokens=2)).text


def test_a_batch(server: Any, model: Model) -> None:
    remote = get_model(f"llamacpp/{server.model}", base_url=server.base_url, api_key=server.api_key)
    prompts = [f"Say {n}" for n in range(3)]
    params = Params(seed=1, max_tokens=4)
    alone = [model.generate(prompt, params).text for prompt in prompts]
    replies = remote.generate_batch([*prompts, "word " * 6000], params)
    assert [reply.text for reply in replies[:3] if isinstance(reply, Reply)] == alone
    assert isinstance(replies[3], ModelCallFailed)
    assert isinstance(replies[3].__cause__, openai.BadRequestError)
