"""LangChain's chat models, LLMs and chains as models."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.language_models.chat_models import BaseChatModel
from langchain_core.language_models.fake import FakeListLLM
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import RunnableLambda

from interlab.errors import ModelCallFailed, ModelUnavailable, Unsupported
from interlab.models import Message, Params, as_model, get_model
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
