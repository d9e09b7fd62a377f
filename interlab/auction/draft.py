"""What a bidder would say, if it had the floor: the thing that is valued and bid for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from interlab.models import TokenLogprob


@dataclass(frozen=True)
class Tiers:
    """One message in several lengths, of which at most one is heard; an empty one is not offered.

    As `expected_type` of a conversation it lets models offer all three, for `TieredVCG` to choose from. Under other
    mechanisms the longest that is offered stands for all.

    Args:
        full: all that there is to say.
        summary: the same in a sentence.
        keywords: the same in a few words.
    """

    full: str
    summary: str = ""
    keywords: str = ""

    def offered(self) -> dict[str, str]:
        """The texts that are not empty, by the names of their tiers."""
        tiers = {"full": self.full, "summary": self.summary, "keywords": self.keywords}
        return {tier: text for tier, text in tiers.items() if text.strip()}


@dataclass(frozen=True)
class Draft:
    """What one actor would say now.

    Args:
        bidder: the actor's name.
        text: the words; None before they are written (bids before drafts) and where there are none.
        tokens: the words' length; before they are written, the most that they may take.
        exact: whether the length was counted by the model's own tokenizer, or told by the model.
        logprobs: of the tokens, where they were asked for.
        answer: what the actor answered, of which `text` are the words.
        failure: why there is no draft, though one was asked for; None when all is well.
        tiers: the versions that it comes in, by tier, where there are several.
    """

    bidder: str
    text: str | None = None
    tokens: int = 0
    exact: bool = False
    logprobs: tuple[TokenLogprob, ...] = ()
    answer: Any = None
    failure: str | None = None
    tiers: Mapping[str, Draft] = field(default_factory=dict)
