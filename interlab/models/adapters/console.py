"""A person as a model: whoever sits at a console reads the messages and writes the reply."""

from __future__ import annotations

import json
import math
import threading
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from interlab.errors import AnswerCancelled, AnswerTimedOut, InvalidArgument
from interlab.models.cancelling import abortable, current_cancellation
from interlab.models.faults.policy import FaultPolicy
from interlab.models.messages import Message
from interlab.models.model import Model, Params, Reply, Usage
from interlab.models.tokens import CHARACTERS_PER_TOKEN, estimate_tokens
from interlab.people import Answer, Console, Question, TerminalConsole, current_console
from interlab.people.checking import faults_of
from interlab.people.terminal import visible
from interlab.tracing import TracingNode, current_node

__all__ = ["ConsoleModel", "HumanModel", "visible"]

_SAFE = " .,-_'"


class HumanModel(Model):
    """A person who answers as a model: reads the messages, and writes a text or fills in a form.

    Works wherever a model does. System messages are the person's instructions, the last message is the question, and
    those between are what was seen before. What came of it is the reply's finish reason: ``"stop"``, ``"cancelled"`` or
    ``"timed out"``.

    Args:
        seat: how the place is called, on the page and in traces.
        console: where the person is asked; None takes what works where the code runs (see `people_at`).
        time_limit_s: seconds for each answer, > 0; None waits for ever.
        default: what counts as the answer where none comes: a text, or a JSON value for questions that it fits. None
            for nothing: then a model error says what happened.
        may_cancel: whether the person may go on without an answer.
        params: defaults for every request.

    Raises:
        InvalidArgument: a time limit that is none, or a default that is no JSON value.
        AnswerCancelled, AnswerTimedOut: when called: no answer came, and there is no default for it.
        ModelUnavailable: when called: nobody can be asked here.
    """

    capabilities = frozenset({"json_schema"})
    honours_abort = True  # a person is asked in the thread that asks, where a kernel knows the cell
    honours_timeout = True
    faults = FaultPolicy(retries=0, circuit_failures=0)

    def __init__(
        self,
        seat: str = "You",
        *,
        console: Console | None = None,
        time_limit_s: float | None = None,
        default: Any = None,
        may_cancel: bool = True,
        name: str | None = None,
        params: Params | None = None,
    ) -> None:
        if not isinstance(seat, str) or not seat.strip():
            raise InvalidArgument(f"A seat has a name that is not empty; got {seat!r}.")
        if console is not None and not isinstance(console, Console):
            raise InvalidArgument(f"A person is asked at a Console; got a {type(console).__name__}.")
        super().__init__(name or f"human/{quote(seat, safe=_SAFE)}", params)
        limit: Any = time_limit_s
        number = isinstance(limit, int | float) and not isinstance(limit, bool)
        if limit is not None and not (number and 0 < limit < math.inf):
            raise InvalidArgument(f"time_limit_s is a number of seconds > 0, or None; got {time_limit_s!r}.")
        try:
            json.dumps(default, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise InvalidArgument(f"A default is a text or a JSON value; {default!r:.80} is none: {error}") from error
        self.seat = seat
        self.time_limit_s = time_limit_s
        self.default = default
        self.may_cancel = may_cancel
        self._console = console

    @property
    def console(self) -> Console:
        """Where the person is asked."""
        return self._console or current_console()

    def identity(self) -> Mapping[str, Any]:
        found = {"time_limit_s": self.time_limit_s, "default": self.default}
        found = {name: value for name, value in found.items() if value is not None}
        return found if self.may_cancel else {**found, "may_cancel": False}

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        question = self._question(messages, params)
        stop = threading.Event()
        with abortable(stop.set):
            answer = self.console.ask(question, stop=stop if current_cancellation() is not None else None)
        text, reason = self._text(question, answer), answer.outcome
        size = sum(len(message.text) for message in messages)
        usage = Usage(-(-size // CHARACTERS_PER_TOKEN), int(estimate_tokens(text)), estimated=True)
        return Reply(text, usage, finish_reason="stop" if reason == "answered" else reason, model=self.name)

    def _question(self, messages: tuple[Message, ...], params: Params) -> Question:
        instructions = [message.text for message in messages if message.role == "system"]
        others = [message for message in messages if message.role != "system"]
        seen = [f"{message.name}: {message.text}" if message.name else message.text for message in others]
        limits = [limit for limit in (self.time_limit_s, params.timeout_s) if limit is not None]
        default = None
        if self.default is not None and self._fits(self.default, params.json_schema):
            default = self.default if isinstance(self.default, str) else json.dumps(self.default, ensure_ascii=False)
        return Question(
            self.seat,
            seen[-1] if seen else "",
            "\n\n".join(instructions),
            tuple(seen[:-1]),
            params.json_schema,
            min(limits) if limits else None,
            self.may_cancel,
            default,
        )

    @staticmethod
    def _fits(value: Any, schema: Mapping[str, Any] | None) -> bool:
        return isinstance(value, str) and bool(value.strip()) if schema is None else not faults_of(schema, value)

    def _text(self, question: Question, answer: Answer) -> str:
        """The answer as a model would write it."""
        value = answer.value
        if answer.outcome != "answered":
            node = current_node(required=False)
            facts: dict[str, Any] = {"seat": self.seat, "outcome": answer.outcome, "after_s": round(answer.after_s, 3)}
            if question.default is not None:
                facts["default"] = self.default
            if isinstance(node, TracingNode):
                node.add_event("no answer", facts)
            if question.default is None:
                raise self._none(answer, question.time_limit_s)
            value = self.default
        return str(value) if question.schema is None else json.dumps(value, ensure_ascii=False)

    def _none(self, answer: Answer, limit_s: float | None) -> AnswerCancelled | AnswerTimedOut:
        seconds = answer.after_s
        if answer.outcome == "cancelled":
            return AnswerCancelled(
                f"{self.seat} gave no answer, by their own wish. Give default= to have something count as one.",
                seat=self.seat, after_s=seconds,
            )  # fmt: skip
        limit = f"within {limit_s:g} s" if limit_s is not None else "in time"
        return AnswerTimedOut(
            f"{self.seat} gave no answer {limit}. Give more time with time_limit_s=, or default= to go on without.",
            seat=self.seat, after_s=seconds,
        )  # fmt: skip


class ConsoleModel(HumanModel):
    """A person who reads the messages in the terminal or notebook and types the reply.

    Raises (when called):
        ModelUnavailable: nobody can type here: standard input is closed.
    """

    def __init__(self, name: str = "console", *, params: Params | None = None) -> None:
        super().__init__("You", console=TerminalConsole(), name=name, params=params)


def human_model(rest: str, *, name: str, params: Params, **settings: Any) -> HumanModel:
    """``human/SEAT`` of `get_model`."""
    known = ("time_limit_s", "default", "may_cancel", "console")
    unknown = [key for key in settings if key not in known]
    if unknown:
        raise InvalidArgument(f"{name} has no setting {unknown[0]}. It takes: {', '.join(known)}.")
    return HumanModel(unquote(rest) or "You", name=name, params=params, **settings)
