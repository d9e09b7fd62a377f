"""An actor played by a person."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from interlab.actors.llm import LLMActor
from interlab.errors import InvalidArgument, ParsingFailure
from interlab.memory import BaseMemory
from interlab.models import Message, call_model
from interlab.models.adapters.console import HumanModel
from interlab.people import Console
from interlab.queries.json_type import Invalid, json_type
from interlab.tracing import FormatStr

_ATTEMPTS = 5


class HumanActor(LLMActor):
    """An actor played by a person, who sees what this actor has seen and only that.

    A question for a type becomes a form; any other a box for text. The person's answer is recorded as a model's is, so
    a run with people in it is replayed and forked like any other.

    Args:
        name: how it is called, and the name of the person's seat.
        console: where the person is asked: a `PageConsole`, `TerminalConsole`, …; None takes what works where the code
            runs: in a notebook the cell, else the terminal.
        system_prompt: the person's instructions.
        memory: what the actor keeps; a `ListMemory` by default.
        time_limit_s: seconds for each answer, > 0; None waits for ever.
        default: what counts as the answer where none comes: a text, or a JSON value for the questions that it fits.
        may_cancel: whether the person may go on without an answer.
        color: a CSS colour; by default the name's stable colour.

    Raises:
        InvalidArgument: a time limit that is none, or a default that is no JSON value.
        AnswerCancelled, AnswerTimedOut: when asked: no answer came, and there is no default for it.
    """

    def __init__(
        self,
        name: str = "You",
        *,
        console: Console | None = None,
        system_prompt: str | FormatStr | None = None,
        memory: BaseMemory | None = None,
        time_limit_s: float | None = None,
        default: Any = None,
        may_cancel: bool = True,
        color: str | None = None,
    ) -> None:
        model = HumanModel(
            name, console=console, time_limit_s=time_limit_s, default=default, may_cancel=may_cancel
        )  # fmt: skip
        super().__init__(name, model, system_prompt=system_prompt, memory=memory, color=color)

    def messages(self, prompt: str | FormatStr | None) -> tuple[Message, ...]:
        """The instructions; each thing that was seen; the question."""
        try:
            seen: list[str | FormatStr] = list(self.memory.texts)
        except NotImplementedError:  # a memory that keeps no list of what it was told
            seen = [self.memory.format_memories(None if prompt is None else str(prompt))] if len(self.memory) else []
        parts = [*(text for text in seen if text), *([prompt] if prompt else [])]
        if not parts:
            raise InvalidArgument(f"{self.name} was asked nothing and remembers nothing; give a prompt.")
        users = [Message("user", part) for part in parts]
        return (*([Message("system", self.system_prompt)] if self.system_prompt else []), *users)

    def _query(
        self,
        prompt: str | FormatStr | None = None,
        *,
        expected_type: Any = None,
        with_cot: bool | None = None,  # people think without being told to
        **settings: Any,
    ) -> Any:
        messages = self.messages(prompt)
        request = self._request(settings, messages)
        if expected_type is None or expected_type is str:
            return call_model(self.model, messages, request, optional=True).text
        wanted = json_type(expected_type)
        request = replace(request, json_schema=dict(wanted.schema))
        attempts: list[tuple[str, str]] = []
        for _ in range(_ATTEMPTS):
            reply = call_model(self.model, messages, request, optional=True)
            made: Any = self._read(reply.text, wanted)
            if not isinstance(made, Invalid):
                return made[0]
            attempts.append((reply.text, made.reason))
            # What a schema can't say the type may still refuse.
            again = f"{prompt or ''}\n\nYour answer {reply.text} can't be used: {made.reason}. Please answer again."
            messages = (*messages[: len(messages) - bool(prompt)], Message("user", again.strip()))
        raise ParsingFailure(
            f"{self.name} gave no {wanted.name} in {_ATTEMPTS} answers; the last was refused: {attempts[-1][1]}",
            expected=expected_type,
            attempts=attempts,
        )

    @staticmethod
    def _read(text: str, wanted: Any) -> Any:
        try:
            return wanted.validate(json.loads(text))
        except ValueError as error:
            return Invalid(f"it is no JSON: {error}")

    def _observe(self, observation: str | FormatStr, *, priority: float = 0, time: int | None = None) -> None:
        super()._observe(observation, priority=priority, time=time)
        if isinstance(self.model, HumanModel):
            self.model.console.show(self.name, str(observation))
