"""Actors that reason in their own ways.

`ChainOfThoughtActor` makes two calls: the first writes thoughts, the second answers with the thoughts in its prompt
(Wei et al. 2022, "Chain-of-Thought Prompting Elicits Reasoning in Large Language Models").
"""

from __future__ import annotations

from typing import Any

from interlab.actors import LLMActor


class ChainOfThoughtActor(LLMActor):
    """A language-model actor that always thinks before it answers; takes the arguments of `LLMActor`."""

    def __init__(self, name: str, model: Any = "demo", **settings: Any) -> None:
        super().__init__(name, model, **{**settings, "with_cot": True})
