"""Typed queries of a real model through openai and through LangChain, with and without its schema mode.

The embedded language model (135 million parameters) is served on loopback; 50 queries of five schemas are asked each
way. Run it with ``python benchmarks/typed_queries.py``; ``--queries 10`` asks fewer. It needs the extra ``local``.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, Literal

from _harness import begin, report

from interlab.errors import ModelError, ParsingFailure
from interlab.models import Params, as_model
from interlab.queries import query_for_json
from interlab.tracing import open_store


@dataclass
class Offer:
    """An offer for a used car."""

    price: int
    reason: str


class Mood(Enum):
    """How a text sounds."""

    GLAD = "glad"
    SAD = "sad"
    ANGRY = "angry"


PROMPTS: list[tuple[Any, str, list[str]]] = [
    (
        int,
        "How many legs has a {}?",
        ["dog", "spider", "cat", "horse", "bee", "chair", "human", "duck", "table", "snail"],
    ),
    (Literal["cooperate", "defect"], "Round {} of a prisoner's dilemma. What do you play?", list("0123456789")),
    (
        Mood,
        "How does this sound: 'It was a {} day'?",
        ["good", "bad", "great", "sad", "awful", "fine", "dark", "happy", "wild", "lost"],
    ),
    (
        list[str],
        "Name two things that are {}.",
        ["red", "green", "blue", "hot", "cold", "sweet", "big", "small", "round", "old"],
    ),
    (
        Offer,
        "You buy a used {}. Make an offer.",
        ["car", "bike", "boat", "book", "phone", "sofa", "lamp", "guitar", "radio", "coat"],
    ),
]


def queries(count: int) -> list[tuple[Any, str]]:
    """The questions, the schemas in turn."""
    asked = [(of, text.format(words[i])) for i in range(10) for of, text, words in PROMPTS]
    return asked[:count]


def server() -> Any:
    """tests/local_server.py, which is no package's module."""
    path = Path(__file__).parents[1] / "tests" / "local_server.py"
    spec = importlib.util.spec_from_file_location("local_server", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["local_server"] = module
    spec.loader.exec_module(module)
    return module.local_server()


def measure(name: str, model: Any, schema_mode: bool, asked: list[tuple[Any, str]]) -> None:
    """Ask, and report what came of it: at the first call, after asking again, or not at all."""
    first = again = failed = 0
    started = time.perf_counter()
    with open_store(":memory:") as store:
        for number, (of, prompt) in enumerate(asked):
            try:
                params = Params(max_tokens=60, temperature=0.3, seed=number)
                query_for_json(model, of, prompt, schema_mode=schema_mode, params=params)
            except (ParsingFailure, ModelError):
                failed += 1
                continue
            node = store.roots()[-1]
            again += "attempts" in node.meta
            first += "attempts" not in node.meta
    seconds = time.perf_counter() - started
    mode = "with" if schema_mode else "without"
    report(
        f"{name}, {mode} schema mode",
        first + again,
        f"of {len(asked)} answered",
        at_first=first,
        asked_again=again,
        failed=failed,
        seconds=round(seconds, 1),
        seconds_a_query=round(seconds / len(asked), 2),
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--queries", type=int, default=50)
    asked = queries(parser.parse_args().queries)
    begin()
    import openai
    from langchain_openai import ChatOpenAI

    with server() as running:
        client = openai.OpenAI(base_url=running.base_url, api_key=running.api_key, max_retries=0)
        chat = ChatOpenAI(base_url=running.base_url, api_key=running.api_key, model=running.model, max_retries=0)
        models = {"openai": as_model(client, model=running.model), "langchain": as_model(chat)}
        for name, model in models.items():
            for schema_mode in (True, False):
                measure(name, model, schema_mode, asked)


if __name__ == "__main__":
    main()
