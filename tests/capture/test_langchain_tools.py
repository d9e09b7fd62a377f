"""LangChain's tools and retrievers inside a node."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.tools import tool

from interlab.tracing import TracingNode, current_node

pytestmark = pytest.mark.usefixtures("store")


def only(node: Any) -> Any:
    children = node.children
    assert len(children) == 1, [child.name for child in children]
    return children[0]


@tool
def weather(city: str) -> str:
    """What the weather is like."""
    with TracingNode("looking outside"):
        return f"rain in {city}"


@tool
async def forecast(city: str) -> str:
    """What the weather will be like."""
    with TracingNode("looking ahead"):
        return f"sun in {city}"


class Shelf(BaseRetriever):
    """Finds one document."""

    def _get_relevant_documents(self, query: str, *, run_manager: Any) -> list[Document]:
        with TracingNode("searching"):
            if "fail" in query:
                raise ValueError("no such luck")
            return [Document(f"about {query}", metadata={"shelf": 3})]


def test_a_tool_is_recorded() -> None:
    with TracingNode("outer") as outer:
        assert weather.invoke({"city": "Oslo"}) == "rain in Oslo"
        call = {"name": "weather", "args": {"city": "Rome"}, "id": "call_1", "type": "tool_call"}
        weather.invoke(call)
        assert current_node() is outer
    first, second = outer.children
    assert (first.kind, first.name, first.inputs) == ("tool", "weather", {"city": "Oslo"})
    assert (first.result, second.result) == ("rain in Oslo", "rain in Rome")
    assert [child.name for child in first.children] == ["looking outside"]


async def test_an_asynchronous_tool_and_retriever() -> None:
    with TracingNode("outer") as outer:
        await forecast.ainvoke({"city": "Oslo"})
        assert current_node() is outer
        await Shelf().ainvoke("cars")
        assert current_node() is outer
    assert [child.name for child in outer.children] == ["forecast", "Shelf"]
    assert only(outer.children[0]).name == "looking ahead"


def test_a_retriever_is_recorded() -> None:
    with TracingNode("outer") as outer:
        Shelf().invoke("cars")
        assert current_node() is outer
        with pytest.raises(ValueError, match="no such luck"):
            Shelf().invoke("fail")
        assert current_node() is outer
    found, failed = outer.children
    assert (found.kind, found.inputs) == ("retriever", {"query": "cars"})
    assert found.result == [{"text": "about cars", "metadata": {"shelf": 3}}]
    assert only(found).name == "searching"
    assert failed.state == "error"
