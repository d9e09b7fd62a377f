"""The embedded model behind a server on loopback, asked through `openai` and LangChain with capture on."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from langchain_openai import ChatOpenAI

from interlab.tracing import Store, TracingNode

pytestmark = pytest.mark.local_model

QUESTION: Any = [{"role": "user", "content": "Name a colour."}]


@pytest.fixture(scope="module")
def local() -> Iterator[Any]:
    """The server of the embedded model."""
    if "local_server" not in sys.modules:
        path = Path(__file__).parents[1] / "local_server.py"
        spec = importlib.util.spec_from_file_location("local_server", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["local_server"] = module
        spec.loader.exec_module(module)
    with sys.modules["local_server"].local_server() as server:
        yield server


def test_a_real_model_is_recorded_in_every_way(local: Any, store: Store) -> None:
    with (
        openai.OpenAI(base_url=local.base_url, api_key=local.api_key) as client,
        TracingNode("outer") as outer,
    ):
        answer = client.chat.completions.create(model=local.model, messages=QUESTION, max_tokens=6)
        stream = client.chat.completions.create(
            model=local.model,
            messages=QUESTION,
            max_tokens=6,
            stream=True,
            stream_options={"include_usage": True},
        )
        streamed = "".join(chunk.choices[0].delta.content or "" for chunk in stream if chunk.choices)
        model = ChatOpenAI(model=local.model, base_url=local.base_url, api_key=local.api_key, max_completion_tokens=6)
        by_langchain = model.invoke("Name a colour.").content
        by_stream = "".join(str(chunk.content) for chunk in model.stream("Name a colour.", stream_usage=True))
    assert outer.find_nodes(kind="model") == outer.children
    texts = [answer.choices[0].message.content, streamed, by_langchain, by_stream]
    assert [call.result for call in outer.children] == texts
    for call in outer.children:
        assert call.inputs["messages"] == QUESTION
        assert call.meta["usage"]["input_tokens"] > 5
        assert 0 < call.meta["usage"]["output_tokens"] <= 6
        assert call.meta["finish_reason"]
    first_tokens = [call.meta.get("time_to_first_token_s") for call in outer.children]
    assert [time is not None for time in first_tokens] == [False, True, False, True]
