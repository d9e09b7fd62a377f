"""A model that answers from a list or by a rule, and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from interlab.errors import InvalidArgument
from interlab.models import Capability, Message, Model, Params, Reply, Usage, count_tokens


@dataclass(frozen=True, slots=True)
class Request:
    """What a model was asked.

    Args:
        messages: the messages.
        params: the parameters, the model's own defaults filled in.
    """

    messages: tuple[Message, ...]
    params: Params

    @property
    def text(self) -> str:
        """The texts of all messages, an empty line between them."""
        return "\n\n".join(str(message.text) for message in self.messages)


class ScriptedModel(Model):
    """A model for tests: answers from a list or by a rule, and records the requests.

    A text is answered as it is, a `Reply` too, an exception is raised, and any other value is written as JSON, so that
    typed queries can be scripted with values of their type.

    What may pass by itself, such as `ModelTimeout`, is tried again, and takes the next answer; ``il.faults(retries=0)``
    stops that.

    A list has one place for all who use the model, forks too, and goes by the order of arrival. Where forks should be
    answered alike, or actors are asked in parallel, give a rule: it sees the request alone.

    Args:
        script: answers in order, or a function from a `Request` to an answer.
        repeat: begin the list again at its end, instead of raising.
        name: the recorded name; different models in one environment need different ones.
        capabilities: what the model can do. With ``"json_schema"`` typed queries hand over their schema.
        params: defaults for every request.

    Attributes:
        requests: the requests so far, oldest first.
    """

    def __init__(
        self,
        script: Iterable[Any] | Callable[[Request], Any],
        *,
        repeat: bool = False,
        name: str = "scripted",
        capabilities: Iterable[Capability] = ("seed",),
        params: Params | None = None,
    ) -> None:
        super().__init__(name, params)
        if isinstance(script, str | bytes):
            raise InvalidArgument(
                f"A script is a list of answers, or a function; for one answer write [{script!r:.60}]."
            )
        self.capabilities = frozenset(capabilities)
        self.requests: list[Request] = []
        self._rule = script if callable(script) else None
        self._answers: tuple[Any, ...] = () if callable(script) else tuple(script)
        self._repeat = repeat
        self._place = 0
        self._lock = threading.Lock()

    @property
    def prompts(self) -> list[str]:
        """The requests' texts, oldest first."""
        return [request.text for request in self.requests]

    def _generate(self, messages: tuple[Message, ...], params: Params) -> Reply:
        request = Request(messages, params)
        with self._lock:
            self.requests.append(request)
            place, self._place = self._place, self._place + 1
        answer = self._rule(request) if self._rule is not None else self._answer(place)
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Reply):
            return answer
        text = answer if isinstance(answer, str) else _as_json(answer)
        usage = Usage(int(count_tokens(request.text)), int(count_tokens(text)), estimated=True)
        return Reply(text, usage, finish_reason="stop", model=self.name)

    def _answer(self, place: int) -> Any:
        if not self._answers or (place >= len(self._answers) and not self._repeat):
            raise InvalidArgument(
                f"The script of the model {self.name} has {len(self._answers)} answers and was asked for another. "
                "Write more, use repeat=True, or give a rule."
            )
        return self._answers[place % len(self._answers)]


def _as_json(value: Any) -> str:
    from pydantic import TypeAdapter

    return TypeAdapter(type(value)).dump_json(value).decode()
