"""LangChain's chat models, LLMs and chains as models."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.language_models.fake import FakeListLLM
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.language_models.llms import BaseLLM
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult, Generation, LLMResult
from langchain_core.runnables import RunnableLambda
from langchain_openai import ChatOpenAI

from interlab.errors import ModelCallFailed, ModelUnavailable, Unsupported
from interlab.models import Message, Params, Reply, as_model, get_model
from interlab.models.adapters.langchain import LangChainModel

CHAT = [Message("system", "Be brief."), Message("user", "Hi")]


class Recorder(BaseChatModel):
    """A chat model that keeps what it is called with."""

    model: str = "rec-1"
    answer: AIMessage = AIMessage("Hello")
    calls: list[Any] = []  # noqa: RUF012  (pydantic copies it)

    @property
    def _llm_type(self) -> str:
        return "recorder"

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> ChatResult:
        self.calls.append((messages, stop, kwargs))
        return ChatResult(generations=[ChatGeneration(message=self.answer)])


def test_a_chat_model_gets_messages_and_parameters() -> None:
    answer = AIMessage(
        content=[{"type": "reasoning", "text": "hm"}, {"type": "text", "text": "Hel"}, "lo"],
        usage_metadata={
            "input_tokens": 10,
            "output_tokens": 5,
            "total_tokens": 15,
            "input_token_details": {"cache_read": 4},
            "output_token_details": {"reasoning": 3},
        },
        response_metadata={"finish_reason": "stop", "model_name": "rec-1-2024", "id": "r7"},
        tool_calls=[{"name": "look", "args": {"a": 1}, "id": "c1"}],
    )
    chat = Recorder(answer=answer)
    model = as_model(chat)
    reply = model.generate(CHAT, Params(temperature=0.2, max_tokens=9, stop=("END",), extra={"top_p": 0.5}))
    messages, stop, kwargs = chat.calls[0]
    assert [(m.type, m.content) for m in messages] == [("system", "Be brief."), ("human", "Hi")]
    assert stop == ["END"]
    assert kwargs == {"temperature": 0.2, "max_tokens": 9, "top_p": 0.5}
    assert reply.text == "Hello"
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (10, 5)
    assert (reply.usage.cached_tokens, reply.usage.reasoning_tokens) == (4, 3)
    assert (reply.finish_reason, reply.model, reply.request_id) == ("stop", "rec-1-2024", "r7")
    assert [(call.name, call.arguments) for call in reply.tool_calls] == [("look", '{"a": 1}')]
    assert model.name == "langchain/Recorder/rec-1"


def test_usage_is_estimated_where_none_is_told() -> None:
    reply = as_model(FakeListChatModel(responses=["Hello there"])).generate(CHAT)
    assert reply.text == "Hello there"
    assert reply.usage.estimated
    assert reply.usage.output_tokens == 3


def test_llms_get_text() -> None:
    class Loud(FakeListLLM):
        def _call(self, prompt: str, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> str:
            return prompt.upper()

    assert as_model(Loud(responses=["x"])).generate(CHAT).text == "BE BRIEF.\n\nHI"


def test_chains_and_bound_models() -> None:
    chat = FakeListChatModel(responses=["Hello"])
    assert as_model(chat | StrOutputParser()).generate(CHAT).text == "Hello"
    recorder = Recorder()
    assert as_model(recorder.bind(top_k=3)).generate(CHAT).text == "Hello"
    assert recorder.calls[0][2] == {"top_k": 3}
    with pytest.raises(ModelCallFailed, match="returned a int"):
        as_model(RunnableLambda(len)).generate(CHAT)


def test_what_a_provider_lacks_is_refused_before_the_call() -> None:
    chat = Recorder()
    for params in (Params(seed=1), Params(logprobs=True), Params(json_schema={})):
        with pytest.raises(Unsupported):
            as_model(chat).generate(CHAT, params)
    assert chat.calls == []


def test_failures_keep_their_cause() -> None:
    def fail(messages: Any) -> Any:
        raise ValueError("broke")

    with pytest.raises(ModelCallFailed, match="broke") as caught:
        as_model(RunnableLambda(fail)).generate(CHAT)
    assert isinstance(caught.value.__cause__, ValueError)


def test_a_model_made_at_its_first_call_that_can_not_be_made() -> None:
    def make() -> Any:
        raise ValueError("no key")

    model = LangChainModel(make, name="anthropic/x")
    with pytest.raises(ModelUnavailable, match="no key"):
        model.generate(CHAT)


def test_providers_of_installed_packages_are_not_made_before_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    model = get_model("anthropic/claude-x", temperature=0.5, api_key="sk-ant-secret", top_k=3)
    assert model.__interlab_resource_name__() == "anthropic/claude-x?temperature=0.5&top_k=3"


def test_chat_models_stream() -> None:
    chat = FakeListChatModel(responses=["Hello"])
    for runnable, first in ((chat, "H"), (chat | StrOutputParser(), "H"), (RunnableLambda(lambda _: "Hello"), "Hello")):
        *pieces, reply = as_model(runnable).stream(CHAT)
        assert pieces[0] == first
        assert isinstance(reply, Reply)
        assert "".join(map(str, pieces)) == reply.text == "Hello"
        assert reply.time_to_first_token_s is not None
    *pieces, reply = as_model(FakeListLLM(responses=["Hi."])).stream(CHAT)
    assert isinstance(reply, Reply)
    assert "".join(map(str, pieces)) == reply.text == "Hi."


def test_tool_calls_and_usage_of_a_stream_are_put_together() -> None:
    class Streams(Recorder):
        def _stream(self, messages: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> Any:
            for arguments in ('{"a"', ": 1}"):
                call = {"name": "look" if ":" not in arguments else None, "args": arguments, "id": "c1", "index": 0}
                yield ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[call]))
            usage = {"input_tokens": 3, "output_tokens": 2, "total_tokens": 5}
            message = AIMessageChunk(
                content="", usage_metadata=usage, response_metadata={"finish_reason": "tool_calls"}
            )
            yield ChatGenerationChunk(message=message)

    (reply,) = as_model(Streams()).stream(CHAT)
    assert isinstance(reply, Reply)
    assert [(call.name, call.arguments, call.call_id) for call in reply.tool_calls] == [("look", '{"a": 1}', "c1")]
    assert (reply.usage.input_tokens, reply.usage.output_tokens) == (3, 2)
    assert reply.finish_reason == "tool_calls"


class Batches(BaseLLM):
    """An LLM that takes several prompts in one request, and refuses them all if it refuses one."""

    requests: list[Any] = []  # noqa: RUF012  (pydantic copies it)

    @property
    def _llm_type(self) -> str:
        return "batches"

    def _generate(self, prompts: Any, stop: Any = None, run_manager: Any = None, **kwargs: Any) -> LLMResult:
        self.requests.append(prompts)
        if "bad" in prompts:
            raise ValueError("one of them is bad")
        return LLMResult(generations=[[Generation(text=prompt.upper())] for prompt in prompts])


def test_several_prompts_are_one_request_where_the_provider_takes_them() -> None:
    llm = Batches()
    replies = as_model(llm).generate_batch(["a", "b", "c"])
    assert [reply.text for reply in replies if isinstance(reply, Reply)] == ["A", "B", "C"]
    assert llm.requests == [["a", "b", "c"]]
    llm.requests.clear()
    first, second, third = as_model(llm).generate_batch(["a", "bad", "c"])
    assert isinstance(first, Reply)
    assert isinstance(third, Reply)
    assert isinstance(second, ModelCallFailed)
    assert sorted(llm.requests) == [["a"], ["a", "bad", "c"], ["bad"], ["c"]]
    llm.requests.clear()
    as_model(llm).generate_batch(["a", "b"], [Params(max_tokens=1), Params(max_tokens=2)])
    assert sorted(llm.requests) == [["a"], ["b"]]
    one_by_one = as_model(FakeListLLM(responses=["x", "x"])).generate_batch(["a", "b"])
    assert [reply.text for reply in one_by_one if isinstance(reply, Reply)] == ["x", "x"]


def test_providers_are_told_apart_by_address_or_family() -> None:
    chat = ChatOpenAI(model="m", base_url="http://me:secret@127.0.0.1:9/v1/", api_key="k")
    assert as_model(chat).provider == "http://127.0.0.1:9/v1"
    assert as_model(ChatOpenAI(model="m", api_key="k")).provider == "openai"
    assert as_model(FakeListChatModel(responses=["x"])).provider is None


def test_models_made_here_leave_retries_to_us(monkeypatch: pytest.MonkeyPatch) -> None:
    made: dict[str, Any] = {}

    class ChatAnthropic:
        def __init__(self, **settings: Any) -> None:
            made.update(settings)

        def invoke(self, messages: Any, **arguments: Any) -> AIMessage:
            return AIMessage("Hello")

    module = ModuleType("langchain_anthropic")
    module.ChatAnthropic = ChatAnthropic  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "langchain_anthropic", module)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert get_model("anthropic/claude-x").generate("Hi").text == "Hello"
    assert made == {"model": "claude-x", "max_retries": 0}
    get_model("anthropic/claude-x", max_retries=2).generate("Hi")
    assert made["max_retries"] == 2
