"""The auction as a moderator: actors bid for the floor, and a mechanism gives it to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from interlab.auction.bidding import Bidding, bid_of, checked_alpha, values_of
from interlab.auction.budget import Charges, TokenBudget, as_budget
from interlab.auction.draft import Draft
from interlab.auction.drafting import drafted, tokens_by_actor
from interlab.auction.mechanism import Mechanism
from interlab.auction.outcome import Outcome
from interlab.auction.tiers import TieredVCG
from interlab.auction.valuations import Valuation
from interlab.environments import Decision, Moderator, Talk
from interlab.errors import InvalidArgument
from interlab.state import Log
from interlab.tracing import TracingNode


@dataclass(frozen=True)
class AuctionRound:
    """What happened in one round.

    Args:
        number: of the round, from 1.
        values: what each message is worth, by bidder, where a value was found.
        bids: by bidder, tier by tier where there are several; None for who made none.
        lengths: tokens of each message, or the most that were reserved for it, in the same form.
        winners: who is heard, in price order.
        payments: by bidder.
        tokens: of what is heard, by winner.
        room: tokens that could be used; None for no limit.
        status: how it ended, as in `Outcome`.
        reason: why nobody is heard; empty when somebody is.
        failures: by bidder, why it has no draft or no bid though it was asked.
        options: by winner, the tier that is heard, where there are several.
    """

    number: int
    values: dict[str, Any]
    bids: dict[str, Any]
    lengths: dict[str, Any]
    winners: tuple[str, ...]
    payments: dict[str, float]
    tokens: dict[str, int]
    room: int | None
    status: str
    reason: str
    failures: dict[str, str]
    options: dict[str, str] = field(default_factory=dict)


class AuctionModerator(Moderator):
    """Actors bid for the floor: drafts, lengths, values, bids, mechanism; winners are heard in price order.

    Each round is a node of kind ``auction`` that holds the drafts, the bids and the outcome, so that another rule can
    be tried on them later (`reauction`). Only winners' messages are heard; the other drafts stay in the trace.

    Args:
        mechanism: who wins and pays what.
        valuation: what a message is worth.
        budget: tokens that may be heard: a `TokenBudget`, tokens of the episode, or None for no limit. The conversation
            ends when it is used up, or too small for anybody.
        alpha: how a value becomes a bid: a factor α for all or by name (1 where there is none), or a function
            ``(name, value, talk) -> bid``.
        first: ``"draft"``: all draft, and bid for what they wrote. ``"bid"``: all bid without a draft, and only winners
            write; each is reserved `max_tokens`, or all the room there is, and what it does not use is refunded.
        max_tokens: tokens that a draft may take; None for all the room there is. Where bids come first, `TieredVCG`
            also takes a mapping from tiers to tokens, such as ``{"full": 200, "summary": 40}``: actors bid for each
            tier, and write in the length that they won.
        patience: rounds in a row without a speaker, though somebody bid, after which the conversation ends.

    Attributes:
        charges: tokens charged, generated and heard, by actor.
        rounds: what happened, round by round, a `state.Log` of `AuctionRound`.

    Raises:
        InvalidArgument: something can't be meant, such as a valuation of drafts where bids come first.
    """

    def __init__(
        self,
        mechanism: Mechanism,
        valuation: Valuation,
        *,
        budget: TokenBudget | int | None = None,
        alpha: Bidding = 1.0,
        first: Literal["draft", "bid"] = "draft",
        max_tokens: int | Mapping[str, int] | None = None,
        patience: int = 1,
    ) -> None:
        if not isinstance(mechanism, Mechanism):
            raise InvalidArgument(f"The mechanism is SecondPrice(), KnapsackVCG(), …; got {mechanism!r:.60}.")
        if not isinstance(valuation, Valuation):
            raise InvalidArgument(f"The valuation is HeuristicValuation(), …; got {valuation!r:.60}.")
        if first not in ("draft", "bid"):
            raise InvalidArgument(f"Drafts or bids come first: 'draft' or 'bid'; got {first!r}.")
        tiers = dict(max_tokens) if isinstance(max_tokens, Mapping) else None
        if tiers is not None and (first != "bid" or not isinstance(mechanism, TieredVCG) or not tiers):
            raise InvalidArgument(
                f"max_tokens by tier, {tiers!r:.60}, is for TieredVCG where bids come first; give a number of tokens."
            )
        counts = {f"max_tokens of {tier!r}": size for tier, size in (tiers or {"": 1}).items()}
        for name, count in {"max_tokens": None if tiers else max_tokens, "patience": patience, **counts}.items():
            if count is not None and (not isinstance(count, int) or isinstance(count, bool) or count < 1):
                raise InvalidArgument(f"{name} is a whole number, at least 1; got {count!r}.")
        self.mechanism = mechanism
        self.valuation = valuation
        self.budget = as_budget(budget)
        self.alpha = checked_alpha(alpha)
        self.first = first
        self.max_tokens: Any = max_tokens if tiers is None else tiers
        self.patience = patience
        self.charges = Charges()
        self.rounds: Log[AuctionRound] = Log()
        self.empty_rounds = 0
        if first == "bid" and valuation.needs_draft:
            raise InvalidArgument(
                f"{type(valuation).__name__} values drafts, and bids come first here. Use first='draft', or "
                "SelfReportValuation or OracleValuation, which need none."
            )
        if first == "bid" and max_tokens is None and self.budget == TokenBudget():
            raise InvalidArgument("Where bids come first, tokens are reserved: give max_tokens, or a budget.")

    def check(self, names: Sequence[str]) -> None:
        if isinstance(self.alpha, dict):
            unknown = [name for name in self.alpha if name not in names]
            if unknown:
                raise InvalidArgument(f"alpha names {unknown[0]!r}, who does not take part; there are {list(names)!r}.")

    @property
    def left(self) -> int | None:
        """Tokens left of the episode's budget; None for no limit."""
        return self.budget.left(self.charges.spent)

    def __repr__(self) -> str:
        spent = f"{self.charges.spent} tokens heard in {len(self.rounds)} rounds"
        return f"<AuctionModerator {self.mechanism!r}, {self.valuation!r}: {spent}>"

    # One round -----------------------------------------------------------------------------------------

    def _decide(self, talk: Talk) -> Decision:
        room = self.budget.room(self.charges.spent)
        if room == 0:
            return self._used_up()
        # Drawn under every mechanism alike, so that runs under two of them differ by nothing else.
        seed = talk.rng.getrandbits(53)
        self.valuation.check(talk)
        inputs = {
            "mechanism": repr(self.mechanism),
            "valuation": repr(self.valuation),
            "first": self.first,
            "budget": {"episode": self.budget.episode, "per_round": self.budget.per_round},
            "spent": self.charges.spent,
            "room": room,
            "seed": seed,
        }
        with TracingNode(f"auction {len(self.rounds) + 1}", kind="auction", inputs=inputs) as node:
            held = _Round(talk, node, room, seed)
            if self.first == "draft":
                self._draft_first(held)
            else:
                self._bid_first(held)
            return self._settle(held)

    def _force(self, talk: Talk, name: str) -> Decision:
        """Who is made to speak pays no price, and its tokens count: no intervention passes the budget."""
        room = self.budget.room(self.charges.spent)
        if room == 0:
            return self._used_up()
        with TracingNode("drafts of the forced", kind="call") as node:
            (draft,) = drafted(talk, [name], self._settings(room))
            fits = room is None or draft.tokens <= room
            heard = {name: draft.tokens} if draft.text is not None and fits else {}
            self._charge(tokens_by_actor(node, talk.names), heard)
        if not fits:
            why = f"made to speak, but its message takes {draft.tokens} tokens, and there is room for {room}"
            return Decision(silent=(name,), why=why)
        return Decision((name,), drafts={name: draft.answer}, why="made to speak")

    def _used_up(self) -> Decision:
        limit = self.budget.episode if self.left == 0 else 0
        return Decision(over=f"the budget of {limit} tokens is used up")

    def _charge(self, used: Mapping[str, tuple[int, int]], heard: Mapping[str, int]) -> None:
        """Book what a turn took, and write it into the trace, where ledgers find it."""
        before = self.charges.charged
        self.charges.add(used, heard)
        for name, tokens in self.charges.charged.items():
            if more := tokens - before.get(name, 0):
                with TracingNode("charge", kind="event", meta={"actor": name, "charged_tokens": more}):
                    pass

    def _draft_first(self, held: _Round) -> None:
        drafts = drafted(held.talk, held.talk.names, self._settings(held.room))
        held.take(drafts)
        written = [draft for draft in drafts if draft.text is not None]
        self._bid(held, written)
        held.lengths = {draft.bidder: self._length(draft) for draft in written}
        held.outcome = self._clear(held)
        for winner in held.outcome.winners:
            draft = held.drafts[str(winner)]
            held.heard[draft.bidder] = draft.tiers.get(held.outcome.options.get(winner, ""), draft)

    def _bid_first(self, held: _Round) -> None:
        tiers = self.max_tokens if isinstance(self.max_tokens, dict) else {}
        reserved: Any = tiers or min(limit for limit in (self.max_tokens, held.room) if limit is not None)
        held.node.add_input("reserved", reserved)
        names = held.talk.names
        self._bid(held, [_unwritten(name, reserved) for name in names])
        held.lengths = {name: dict(tiers) if tiers else reserved for name in names}
        while True:
            held.outcome = self._clear(held)
            winners = list(map(str, held.outcome.winners))
            won = {name: str(held.outcome.options[name]) if tiers else "" for name in winners}
            for tier in dict.fromkeys(won.values()):
                size = tiers[tier] if tiers else reserved
                asked = drafted(held.talk, [name for name in winners if won[name] == tier], self._settings(size))
                self._hear(held, [draft.tiers.get(tier, draft) for draft in asked], size)
            held.heard = {name: held.heard[name] for name in winners if name in held.heard}
            # Somebody who won and then could not speak does not cost the others the round.
            if held.heard or not winners:
                return

    def _hear(self, held: _Round, drafts: Sequence[Draft], reserved: int) -> None:
        """What winners wrote is heard where it keeps within what was reserved for it."""
        held.take(drafts)
        for draft in drafts:
            if draft.text is None:
                held.failures.setdefault(draft.bidder, "nothing to say")
            elif draft.tokens > reserved:
                held.fail(draft.bidder, f"its message takes {draft.tokens} tokens, and {reserved} were reserved")
            else:
                held.heard[draft.bidder] = draft
                continue
            held.bids[draft.bidder] = None

    def _offers(self, draft: Draft) -> dict[str, Draft]:
        """The versions among which the mechanism chooses; nothing where it takes messages as they are."""
        return dict(draft.tiers) if isinstance(self.mechanism, TieredVCG) else {}

    def _length(self, draft: Draft) -> Any:
        offers = self._offers(draft)
        return {tier: version.tokens for tier, version in offers.items()} if offers else draft.tokens

    def _settings(self, room: int | None) -> dict[str, Any]:
        most = max(self.max_tokens.values()) if isinstance(self.max_tokens, dict) else self.max_tokens
        limits = [limit for limit in (most, room) if limit is not None]
        return {**({"max_tokens": min(limits)} if limits else {}), **self.valuation.settings()}

    def _bid(self, held: _Round, drafts: Sequence[Draft]) -> None:
        """Value and bid; who makes a bid that can't be meant is set aside, and the others go on."""
        held.bids = dict.fromkeys(held.talk.names)
        held.values = values_of(
            self.valuation, {draft.bidder: self._offers(draft) for draft in drafts}, drafts, held.talk
        )
        for draft in drafts:
            name, value = draft.bidder, held.values.get(draft.bidder)
            try:
                held.bids[name] = bid_of(self.alpha, name, value, held.talk)
            except InvalidArgument as error:
                held.fail(name, str(error))

    def _clear(self, held: _Round) -> Outcome:
        return self.mechanism.clear(held.bids, held.lengths, budget=held.room, seed=held.seed)

    # Its end -------------------------------------------------------------------------------------------

    def _settle(self, held: _Round) -> Decision:
        outcome = held.outcome
        tokens = {name: draft.tokens for name, draft in held.heard.items()}
        self._charge(tokens_by_actor(held.node, held.talk.names), tokens)
        silent = tuple(name for name, bid in held.bids.items() if bid is None)
        sold = bool(held.heard)
        tried = any(bid is not None for bid in held.bids.values())
        self.empty_rounds = 0 if sold or not tried else self.empty_rounds + 1
        record = AuctionRound(
            number=len(self.rounds) + 1,
            values=held.values,
            bids=dict(held.bids),
            lengths={**held.lengths, **({} if self.first == "draft" else tokens)},
            winners=tuple(held.heard),
            payments={name: outcome.payments[name] if name in held.heard else 0.0 for name in held.bids},
            tokens=tokens,
            room=held.room,
            status=outcome.status,
            reason=outcome.reason,
            failures=dict(held.failures),
            options={
                str(name): str(tier)
                for name, tier in outcome.options.items()
                if isinstance(held.lengths[str(name)], dict) and str(name) in held.heard
            },
        )
        self.rounds.append(record)
        facts = {name: getattr(record, name) for name in record.__dataclass_fields__ if name != "number"}
        held.node.set_result({**facts, "left": self.left, "charged": self.charges.charged})
        return Decision(
            speakers=tuple(held.heard),
            silent=() if tried else silent,
            drafts={name: draft.answer for name, draft in held.heard.items()},
            side_by_side=True,
            over=None if sold else self._over(outcome),
            why=str(outcome),
        )

    def _over(self, outcome: Outcome) -> str | None:
        """Why a round in which nobody is heard was the last one; None when another may do better."""
        if outcome.status == "over budget" and self.left is not None and outcome.budget == self.left:
            return f"the {self.left} tokens left of the budget are too few for anybody: {outcome.reason}"
        if self.empty_rounds >= self.patience:
            return f"nobody has the floor: {outcome.reason}"
        return None


def _unwritten(name: str, reserved: Any) -> Draft:
    """A draft of which only the most that it may take is known, tier by tier where there are several."""
    if not isinstance(reserved, dict):
        return Draft(name, tokens=reserved)
    tiers = {tier: Draft(name, tokens=size) for tier, size in reserved.items()}
    return Draft(name, tokens=max(reserved.values()), tiers=tiers)


@dataclass
class _Round:
    """A round while it is held."""

    talk: Talk
    node: TracingNode
    room: int | None
    seed: int
    drafts: dict[str, Draft] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    bids: dict[str, Any] = field(default_factory=dict)
    lengths: dict[str, Any] = field(default_factory=dict)
    heard: dict[str, Draft] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    outcome: Outcome = field(default_factory=lambda: Outcome((), {}))

    def take(self, drafts: Sequence[Draft]) -> None:
        """Keep drafts, and note who failed."""
        for draft in drafts:
            self.drafts[draft.bidder] = draft
            if draft.failure is not None:
                self.fail(draft.bidder, draft.failure)

    def fail(self, name: str, reason: str) -> None:
        """Set a bidder aside for this round, on the record."""
        self.failures[name] = reason
        self.node.add_event("set aside", {"bidder": name, "reason": reason})
