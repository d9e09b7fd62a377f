"""From drafts to bids: what each is worth, and how a value becomes a bid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from interlab.auction.bids import bid_fault, checked_price
from interlab.auction.draft import Draft
from interlab.auction.valuations import Valuation
from interlab.environments import Talk
from interlab.errors import InvalidArgument

Bidding = float | Mapping[str, float] | Callable[[str, float, Any], float]
"""How a value becomes a bid: a factor for all, a factor by name, or ``(name, value, talk) -> bid``."""


def values_of(
    valuation: Valuation, offers: Mapping[str, Mapping[str, Draft]], drafts: Sequence[Draft], talk: Talk
) -> dict[str, Any]:
    """What drafts are worth, by bidder; tier by tier for those who offer several.

    Args:
        valuation: of each draft, and of each version.
        offers: by bidder, the versions to value; nothing for a draft that is valued as it is.
        drafts: of all.
        talk: the conversation.
    """
    whole = [draft for draft in drafts if not offers.get(draft.bidder)]
    values: dict[str, Any] = valuation.values(whole, talk) if whole else {}
    # A valuation values one draft a bidder, so versions are valued tier after tier.
    for tier in dict.fromkeys(tier for versions in offers.values() for tier in versions):
        layer = [versions[tier] for versions in offers.values() if tier in versions]
        for name, value in valuation.values(layer, talk).items():
            values.setdefault(name, {})[tier] = value
    return values


def bid_of(alpha: Any, name: str, value: Any, talk: Any) -> Any:
    """The bid that a value becomes by a factor, factors by name, or a function; tier by tier where there are several.

    Raises:
        InvalidArgument: there is no value, or value or bid is no finite number, zero or more.
    """
    if isinstance(value, Mapping):
        return {tier: bid_of(alpha, name, one, talk) for tier, one in value.items()}
    if value is None:
        raise InvalidArgument("no value was found")
    if fault := bid_fault(value):
        raise InvalidArgument(f"its value is {value!r:.40}, which is {fault}")
    if callable(alpha):
        bid = alpha(name, float(value), talk)
    else:
        bid = float(value) * (alpha.get(name, 1.0) if isinstance(alpha, dict) else alpha)
    if fault := "none" if bid is None else bid_fault(bid):
        raise InvalidArgument(f"its value is {value!r:.40} and its bid {bid!r:.40}, which is {fault}")
    return float(bid)


def checked_alpha(alpha: Any) -> Any:
    """What turns values into bids, as it may be given.

    Raises:
        InvalidArgument: a factor is NaN, negative or infinite.
    """
    if isinstance(alpha, Mapping):
        return {name: checked_price(factor, f"alpha of {name!r}") for name, factor in alpha.items()}
    return alpha if callable(alpha) else checked_price(alpha, "alpha")
