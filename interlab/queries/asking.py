"""Asking a model until its answer can be read, inside the query's node."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from interlab.errors import EmptyReply, ModelCallFailed, ParsingFailure
from interlab.models import Message, Model, Params, call_model
from interlab.queries.json_type import JsonType
from interlab.queries.reading import Reading, Refusal, Strictness, read_reply
from interlab.tracing import FormatStr, TracingNode

AGAIN = FormatStr(
    "Your answer could not be used: {reason}. Answer again with one JSON value only that follows the schema."
)
AGAIN_SHORTER = FormatStr(
    "Your answer could not be used: {reason}. Answer again, shorter, with one complete JSON value only that "
    "follows the schema."
)


@dataclass(slots=True)
class Asking:
    """One question and how its answer is read.

    Args:
        model: who is asked.
        wanted: the type of the answer.
        max_repeats: calls at most.
        params: how the model is asked.
        strictness, repair: as for `parse_json`.
        use_schema: whether the model's own schema mode is used.
        insists: whether to go without when a provider refuses the schema mode: no if True.
    """

    model: Model
    wanted: JsonType
    max_repeats: int
    params: Params
    strictness: Strictness = "lenient"
    repair: bool = True
    use_schema: bool = False
    insists: bool = False
    attempts: list[tuple[str, str]] = field(default_factory=list)

    is_wrapped: bool = field(init=False)

    def __post_init__(self) -> None:
        # Whether the answer is asked for inside an object. It stays so when a provider refuses the schema mode, since
        # the instructions already say so.
        self.is_wrapped = self.use_schema and not self.wanted.is_object

    def ask(self, messages: tuple[Message, ...], node: TracingNode) -> Any:
        """Call the model until its answer can be read.

        Args:
            messages: the question with its instructions.
            node: the query's node, which gets an event for each thing that was done to an answer.

        Raises:
            ParsingFailure: no answer could be read in `max_repeats` calls.
            ModelError: the model could not be called.
        """
        for _ in range(self.max_repeats):
            text, outcome = self.once(messages, node)
            if isinstance(outcome, Reading):
                self.record(outcome, node)
                return outcome.value
            self.attempts.append((text, outcome.reason))
            node.add_event("refused", {"reason": outcome.reason, "attempt": len(self.attempts)})
            messages = (*messages, *_feedback(text, outcome))
        calls = "1 call" if self.max_repeats == 1 else f"{self.max_repeats} calls"
        raise ParsingFailure(
            f"Expected one {self.wanted.name} in JSON; {self.model.name} gave none in {calls}. Last reason: "
            f"{self.attempts[-1][1]}. Try a stronger model, a simpler type, with_example=True, or more "
            "max_repeats; all answers are in .attempts.",
            expected=self.wanted.of,
            attempts=self.attempts,
        )

    def once(self, messages: tuple[Message, ...], node: TracingNode) -> tuple[str, Reading | Refusal]:
        """One call, and what its answer reads as."""
        try:
            reply = call_model(self.model, messages, self.request())
        except EmptyReply as error:
            return "", Refusal(str(error).split(" Ask again")[0].rstrip(".") or "the answer was empty")
        except ModelCallFailed as error:
            if not self.use_schema or self.insists or not _refuses_schema(error):
                raise
            node.add_event("schema mode refused", {"reason": str(error)})
            self.use_schema = False
            return self.once(messages, node)
        outcome = read_reply(
            reply.text,
            self.wanted,
            strictness=self.strictness,
            repair=self.repair,
            finish_reason=reply.finish_reason,
            wrapped=self.is_wrapped,
        )
        return reply.text, outcome

    @property
    def shown_schema(self) -> str:
        """The schema as the instructions show it."""
        if not self.is_wrapped:
            return self.wanted.shown
        return json.dumps(self.wanted.provider_schema, ensure_ascii=False, separators=(",", ":"))

    def request(self) -> Params:
        return replace(self.params, json_schema=self.wanted.provider_schema) if self.use_schema else self.params

    def record(self, reading: Reading, node: TracingNode) -> None:
        """Write down what was done to the answer."""
        if reading.extracted:
            node.add_event("extracted", reading.json)
        if reading.repaired:
            node.add_event("repaired", list(reading.repaired))
        if reading.coerced:
            node.add_event("converted", list(reading.coerced))
            node.add_meta(converted=list(reading.coerced))
        if self.attempts:
            node.add_meta(attempts=len(self.attempts) + 1)


def _feedback(text: str, refusal: Refusal) -> tuple[Message, ...]:
    template = AGAIN_SHORTER if refusal.cut_off else AGAIN
    asked = Message("user", template.format(reason=refusal.reason))
    # An answer of nothing can't be sent: providers refuse empty messages.
    return (Message("assistant", text), asked) if text.strip() else (asked,)


def _refuses_schema(error: ModelCallFailed) -> bool:
    """Whether a provider said that the request is wrong, which a schema it does not know makes it."""
    cause: Any = error.__cause__
    status = getattr(cause, "status_code", None) or getattr(getattr(cause, "response", None), "status_code", None)
    return status in (400, 404, 422, 501)
