"""Recorded rounds held again under another rule, without a call: who would have spoken?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from interlab.auction.bidding import Bidding, bid_of, checked_alpha, values_of
from interlab.auction.budget import TokenBudget, as_budget
from interlab.auction.draft import Draft
from interlab.auction.drafting import recorded_drafts
from interlab.auction.mechanism import Mechanism
from interlab.auction.moderator import AuctionModerator
from interlab.auction.outcome import Outcome
from interlab.auction.tiers import TieredVCG
from interlab.auction.valuations import Valuation
from interlab.environments import Run
from interlab.errors import InvalidArgument, Unsupported


@dataclass(frozen=True)
class RoundAgain:
    """One recorded round under the other rule.

    Args:
        step: of the run.
        number: of the round, from 1.
        bids: by bidder, as they are under the other rule.
        outcome: what the other rule decides.
        winners_then: who was heard, in price order.
        options_then: by winner, the tier that was heard, where there were several.
        payments_then: what was paid, by bidder.
        tokens_then: tokens that were heard.
        tokens: tokens that would be heard; what was only reserved counts in full.
        drafts: what everybody would have said, as far as it was written.
        certain: whether nothing before this round differs. Later drafts answer to what was said then, and would have
            been others.
    """

    step: int
    number: int
    bids: dict[str, Any]
    outcome: Outcome
    winners_then: tuple[str, ...]
    options_then: dict[str, str]
    payments_then: dict[str, float]
    tokens_then: int
    tokens: int
    drafts: dict[str, str]
    certain: bool

    @property
    def winners(self) -> tuple[str, ...]:
        """Who would be heard, in price order."""
        return tuple(map(str, self.outcome.winners))

    @property
    def differs(self) -> bool:
        """Whether others would be heard, or in another order, or another version of what they have to say."""
        if self.winners != self.winners_then:
            return True
        return any(self.outcome.options.get(name, tier) != tier for name, tier in self.options_then.items())


class Reauction:
    """A run's rounds under another rule, made by `reauction`.

    Attributes:
        run: the run.
        rounds: each round again, oldest first.
    """

    def __init__(self, run: Run, rounds: list[RoundAgain], changes: Mapping[str, Any], classes: Any) -> None:
        self.run = run
        self.rounds = rounds
        self._changes = dict(changes)
        self._classes = classes

    @property
    def divergence(self) -> RoundAgain | None:
        """The first round in which others would be heard; None when all would be as it was."""
        return next((again for again in self.rounds if again.differs), None)

    def fork(self, seed: int | None = None, models: Mapping[str, Any] | None = None) -> Any:
        """The conversation before the first difference, with the other rule in force.

        Its first round asks for the same drafts with the same requests, so under ``replies("auto")`` what was
        recorded is served, and only what comes after is paid for.

        Args:
            seed: None goes on exactly as the run did; a number draws everything anew from it.
            models: models to use instead of others, as for a moment's `fork`.

        Raises:
            InvalidArgument: nothing differs.
        """
        first = self.divergence
        if first is None:
            raise InvalidArgument("Under the other rule the same actors would have been heard in every round.")
        env = self.run.at(first.step - 1, classes=self._classes).fork(seed, models)
        moderator = getattr(env, "moderator", None)
        if not isinstance(moderator, AuctionModerator):
            raise InvalidArgument(
                f"The moderator of the {type(env).__name__} is no AuctionModerator, but {moderator!r}."
            )
        for name, value in self._changes.items():
            setattr(moderator, name, value)
        changes = {name: repr(value) for name, value in self._changes.items()}
        env.interventions = (*env.interventions, {"intervention": "Reauction", **changes})
        return env

    def rows(self) -> list[dict[str, Any]]:
        """One row a round: who was and who would be heard, prices and tokens; for a data frame, too."""
        return [
            {
                "step": again.step,
                "round": again.number,
                "winners_then": ", ".join(again.winners_then),
                "winners": ", ".join(again.winners),
                "paid_then": sum(again.payments_then.values()),
                "paid": again.outcome.revenue,
                "tokens_then": again.tokens_then,
                "tokens": again.tokens,
                "differs": again.differs,
                "certain": again.certain,
            }
            for again in self.rounds
        ]

    def __str__(self) -> str:
        first = self.divergence
        told = "nothing would differ" if first is None else f"first difference in round {first.number}"
        lines = [f"{len(self.rounds)} rounds again: {told}"]
        for again in self.rounds:
            mark = "≠" if again.differs else "="
            then = ", ".join(again.winners_then) or "nobody"
            doubt = "" if again.certain else "  (after a difference: drafts as they were)"
            lines.append(f"{again.number:>4} {mark} {then} | {again.outcome} | {again.tokens} tokens{doubt}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"<Reauction of {self.run.name!r}: {str(self).splitlines()[0]}>"


def reauction(
    run: Run,
    *,
    mechanism: Mechanism | None = None,
    valuation: Valuation | None = None,
    alpha: Bidding | None = None,
    budget: TokenBudget | int | None = None,
    classes: Iterable[Any] | Mapping[str, Any] = (),
) -> Reauction:
    """Hold the auctions of a run again under another rule, from recorded drafts and bids. No model is called.

    Args:
        run: of a conversation with an `AuctionModerator`.
        mechanism: another mechanism; None for the one there was.
        valuation: another valuation of the recorded drafts; None for the values there were.
        alpha: another way from values to bids; None for the bids there were, or 1 where values are new.
        budget: another budget; None for the one there was.
        classes: classes of the state that can't be found by their names, as for `run.at`.

    Raises:
        InvalidArgument: the run has no auction, or nothing is to be changed.
        Unsupported: the valuation would call models, or values what was not written.
    """
    changes = {
        name: value
        for name, value in {
            "mechanism": mechanism,
            "valuation": valuation,
            "alpha": None if alpha is None else checked_alpha(alpha),
            "budget": None if budget is None else as_budget(budget),
        }.items()
        if value is not None
    }
    if not changes:
        raise InvalidArgument("Nothing is changed: give another mechanism, valuation, alpha or budget.")
    if valuation is not None and valuation.asks:
        raise Unsupported(
            f"{type(valuation).__name__} asks models, and a re-auction calls none. Fork the run and give its moderator "
            "this valuation."
        )
    found = [(step, node) for step in run.steps for node in step.descendants() if node.kind == "auction"]
    if not found:
        raise InvalidArgument(f"The run {run.name!r} has no auction: was its moderator an AuctionModerator?")
    rounds: list[RoundAgain] = []
    spent, then_spent, certain = 0, 0, True
    for step, node in found:
        number = int(step.meta["step"])
        needs_state = valuation is not None or alpha is not None or mechanism is None
        env = run.at(number - 1, classes=classes).env if needs_state else None
        # What was spent beside these rounds, before a fork or by who was made to speak, is spent here too.
        recorded = int(node.inputs.get("spent", then_spent))
        spent += recorded - then_spent
        again = _again(node, number, len(rounds) + 1, env, changes, spent, certain)
        spent += again.tokens
        then_spent = recorded + again.tokens_then
        certain = certain and not again.differs
        rounds.append(again)
    return Reauction(run, rounds, changes, classes)


def _again(
    node: Any, step: int, number: int, env: Any, changes: Mapping[str, Any], spent: int, certain: bool
) -> RoundAgain:
    then, given = node.result, node.inputs
    mechanism = changes.get("mechanism") or env.moderator.mechanism
    tiered = isinstance(mechanism, TieredVCG)
    measured: dict[str, Any] = dict(then["lengths"])
    drafts = recorded_drafts(node, measured)
    bids: dict[str, Any] = {name: _one(bid, tiered) for name, bid in then["bids"].items()}
    if "valuation" in changes or "alpha" in changes:
        bids = _bids_again(then, drafts, env, changes, tiered, by_bid=given["first"] == "bid")
    reserved = given.get("reserved")
    lengths = {name: _one(tokens if reserved is None else reserved, tiered) for name, tokens in measured.items()}
    budget: TokenBudget = changes.get("budget") or TokenBudget(**given["budget"])
    outcome = mechanism.clear(bids, lengths, budget=budget.room(spent), seed=given["seed"])
    tokens = 0
    for name in map(str, outcome.winners):
        same = outcome.options.get(name) == then["options"].get(name)
        known = then["tokens"].get(name) if reserved is not None and same else None
        length = lengths[name]
        tokens += known or int(length[outcome.options[name]] if isinstance(length, Mapping) else length)
    return RoundAgain(
        step=step,
        number=number,
        bids=bids,
        outcome=outcome,
        winners_then=tuple(then["winners"]),
        options_then=dict(then["options"]),
        payments_then=dict(then["payments"]),
        tokens_then=sum(then["tokens"].values()),
        tokens=tokens,
        drafts={draft.bidder: draft.text for draft in drafts if draft.text is not None},
        certain=certain,
    )


def _one(recorded: Any, tiered: bool) -> Any:
    """What was recorded tier by tier, as the other mechanism reads it: its first tier alone, where it has none."""
    if not isinstance(recorded, Mapping):
        return recorded
    return dict(recorded) if tiered else next(iter(recorded.values()))


def _bids_again(
    then: Any, drafts: list[Draft], env: Any, changes: Mapping[str, Any], tiered: bool, *, by_bid: bool
) -> dict[str, Any]:
    values: Mapping[str, Any] = {name: _one(value, tiered) for name, value in then["values"].items()}
    valuation = changes.get("valuation")
    if valuation is not None:
        if by_bid and valuation.needs_draft:
            raise Unsupported(f"{type(valuation).__name__} values drafts, and in this run only winners wrote any.")
        written = [draft for draft in drafts if draft.text is not None]
        offers = {draft.bidder: draft.tiers if tiered else {} for draft in written}
        values = values_of(valuation, offers, written, env)
    bids: dict[str, Any] = dict.fromkeys(then["bids"])
    for name, value in values.items():
        # Who was set aside then, because it failed, still is.
        if name in bids and (then["bids"][name] is not None or valuation is not None):
            try:
                bids[name] = bid_of(changes.get("alpha", 1.0), name, value, env)
            except InvalidArgument:
                bids[name] = None  # set aside, as it would be in a round that is held
    return bids
