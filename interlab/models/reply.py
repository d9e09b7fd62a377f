"""What a model answers: text, usage, and what else the provider tells."""

from __future__ import annotations

from dataclasses import dataclass

from interlab.models.messages import ToolCall


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens that a call took.

    Args:
        input_tokens: tokens of the messages, ≥ 0.
        output_tokens: tokens of the reply, ≥ 0, reasoning included.
        cached_tokens: input tokens that the provider served from its cache.
        reasoning_tokens: output tokens spent on reasoning that is not in the text.
        estimated: True if counted here instead of reported by the model.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    reasoning_tokens: int = 0
    estimated: bool = False

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.estimated or other.estimated,
        )


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    """A token of a reply and how likely it was.

    Args:
        token: the token's text.
        logprob: natural logarithm of its probability, ≤ 0.
        top: the likeliest tokens at this place with their log-probabilities, likeliest first.
    """

    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered.

    Args:
        text: the text; empty when the model gave none (the caller decides whether that is an error).
        usage: tokens taken.
        logprobs: one entry per token if asked for and available, else None.
        finish_reason: ``"stop"``, ``"length"``, ``"tool_calls"``, ``"content_filter"``, a provider's own
            word, or None when unknown.
        model: the name of the model that answered, as the provider reports it.
        request_id: the provider's identifier of the call, for its support.
        tool_calls: tools the model wants called.
        time_to_first_token_s: seconds until the first token, where the adapter can tell.
    """

    text: str
    usage: Usage = Usage()
    logprobs: tuple[TokenLogprob, ...] | None = None
    finish_reason: str | None = None
    model: str = ""
    request_id: str | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    time_to_first_token_s: float | None = None
