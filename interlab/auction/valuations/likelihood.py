"""Values from how sure the model was of its own words. They need log-probabilities."""

from __future__ import annotations

import math
from typing import Any

from interlab.auction.draft import Draft
from interlab.auction.valuations.base import Valuation
from interlab.environments import Talk
from interlab.errors import InvalidArgument, Unsupported
from interlab.models import TokenLogprob


def _tokens(draft: Draft, whose: Valuation) -> tuple[TokenLogprob, ...]:
    if not draft.logprobs:
        raise Unsupported(
            f"{type(whose).__name__} needs log-probabilities, and the draft of {draft.bidder} came without: they were "
            "not asked for when it was written, or the model gave none; look at its reply in the trace."
        )
    return draft.logprobs


class LogprobValuation(Valuation):
    """The mean log-probability of a draft's tokens, as the probability of a mean token: e to its power, in (0, 1].

    It is the inverse of the draft's perplexity under the model that wrote it.
    """

    needs_logprobs = True

    def _value(self, draft: Draft, talk: Talk) -> float:
        tokens = _tokens(draft, self)
        # A token of probability 0 (a log-probability of -inf, as some servers write it) makes the value 0, not NaN.
        return math.exp(math.fsum(max(token.logprob, -1e6) for token in tokens) / len(tokens))


class EntropyValuation(Valuation):
    """How little choice the model had: e to the power of minus the mean entropy of its tokens, in (0, 1].

    The entropy of a token, in nats, is taken over the likeliest alternatives that the model tells, and what is left of
    the probability as one more. Where the model tells no alternatives, minus the log-probability of the token stands
    for it, of which the entropy is the mean.

    Args:
        top: alternatives asked for, 1 … 20.
        prefer: ``"sure"`` gives the value above; ``"unsure"`` one minus it, for rounds that shall hear doubts.
    """

    needs_logprobs = True

    def __init__(self, top: int = 5, *, prefer: str = "sure") -> None:
        if not isinstance(top, int) or isinstance(top, bool) or not 1 <= top <= 20:
            raise InvalidArgument(f"top is a whole number from 1 to 20; got {top!r}.")
        if prefer not in ("sure", "unsure"):
            raise InvalidArgument(f"prefer is 'sure' or 'unsure'; got {prefer!r}.")
        self.top = top
        self.prefer = prefer

    def settings(self) -> dict[str, Any]:
        """Log-probabilities, with alternatives."""
        return {"logprobs": True, "top_logprobs": self.top}

    def _value(self, draft: Draft, talk: Talk) -> float:
        tokens = _tokens(draft, self)
        sure = math.exp(-math.fsum(entropy(token) for token in tokens) / len(tokens))
        return sure if self.prefer == "sure" else 1.0 - sure


def entropy(token: TokenLogprob) -> float:
    """The entropy of the choice of one token, in nats, as far as it is known."""
    if not token.top:
        return min(-token.logprob, 1e6)
    chances = [math.exp(min(logprob, 0.0)) for _, logprob in token.top]
    rest = 1.0 - math.fsum(chances)
    return -math.fsum(chance * math.log(chance) for chance in [*chances, rest] if chance > 0)
