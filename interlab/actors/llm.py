"""An actor played by a language model."""

from __future__ import annotations

from typing import Any

from interlab.actors.base import BaseActor
from interlab.errors import InvalidArgument
from interlab.memory import BaseMemory
from interlab.models import Message, Params, as_model, call_model
from interlab.models.model import PARAM_NAMES
from interlab.queries import query_for_json
from interlab.tracing import FormatStr

THINK = "Think about this step by step, briefly, before you decide. Write down only your thoughts, not your answer yet."


class LLMActor(BaseActor):
    """An actor that answers with one call of a language model: its system prompt, what it remembers, the question.

    Args:
        name: how it is called.
        model: a `Model`, a name for `get_model`, a LangChain model, an openai client, or a callable.
        system_prompt: who it is and what it wants.
        memory: what it keeps; a `ListMemory` by default.
        params: how its model is asked; what the model can't do is left out.
        with_cot: think first, in a call of its own whose text goes into the second prompt.
        memory_tokens: tokens of memories in a prompt at most; None for the memory's own limit.
        color: a CSS colour; by default the name's stable colour.
    """

    def __init__(
        self,
        name: str,
        model: Any = "demo",
        *,
        system_prompt: str | FormatStr | None = None,
        memory: BaseMemory | None = None,
        params: Params | None = None,
        with_cot: bool = False,
        memory_tokens: int | None = None,
        color: str | None = None,
    ) -> None:
        super().__init__(name, memory=memory, color=color)
        self.model = as_model(model)
        self.system_prompt = system_prompt
        self.params = params
        self.with_cot = with_cot
        self.memory_tokens = memory_tokens

    def messages(self, prompt: str | FormatStr | None) -> tuple[Message, ...]:
        """The messages that a question becomes: system prompt; memories and question."""
        memories = self.memory.format_memories(None if prompt is None else str(prompt), token_limit=self.memory_tokens)
        parts = [part for part in (memories, prompt) if part]
        if not parts:
            raise InvalidArgument(f"{self.name} was asked nothing and remembers nothing; give a prompt.")
        user = Message("user", FormatStr("\n\n").join(parts))
        return (user,) if not self.system_prompt else (Message("system", self.system_prompt), user)

    def _query(
        self,
        prompt: str | FormatStr | None = None,
        *,
        expected_type: Any = None,
        with_cot: bool | None = None,
        **settings: Any,
    ) -> Any:
        messages = self.messages(prompt)
        if self.with_cot if with_cot is None else with_cot:
            thinking = (*messages, Message("user", THINK))
            thoughts = call_model(
                self.model,
                thinking,
                self._request(settings, thinking),
                name="thoughts",
                optional=True,
            ).text
            messages = (
                *messages,
                Message("user", FormatStr("Your thoughts so far:\n{thoughts}").format(thoughts=thoughts)),
            )
        request = self._request(settings, messages)
        if expected_type is None or expected_type is str:
            return call_model(self.model, messages, request, optional=True).text
        return query_for_json(self.model, expected_type, messages, params=self.model.supported(request))

    def _request(self, settings: dict[str, Any], messages: tuple[Message, ...]) -> Params:
        unknown = sorted(set(settings) - PARAM_NAMES)
        if unknown:
            raise InvalidArgument(
                f"{self.name} has no setting {unknown[0]!r}; the settings are expected_type, with_cot, "
                f"{', '.join(sorted(PARAM_NAMES))}."
            )
        request = Params(**settings) if settings else Params()
        if self.params is not None:
            request = request.over(self.params)
        if request.seed is None:
            request = Params(seed=self.next_seed(messages)).over(request)
        return request
