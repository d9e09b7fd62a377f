"""Price negotiation: two actors haggle over one thing, in turns.

Actors: a buyer and a seller, each with a private limit. Observations: every move is public, the limits are not.
Actions: name a price, accept the other's last price, or walk away. Payoffs: with a deal at price p the buyer gains
its limit − p, the seller p − its limit; without one both gain 0. It ends with a deal, with no deal (somebody walked
away), or with a time-out.

With a known discount per round this is the alternating-offers game (Rubinstein 1982, "Perfect Equilibrium in a
Bargaining Model"), whose first mover gets the share (1 − δ₂) / (1 − δ₁δ₂) of what there is to divide: see
`rubinstein_share`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from interlab.actors import BaseActor, LLMActor
from interlab.environments import BaseEnvironment, Run
from interlab.errors import InvalidArgument
from interlab.memory import ListMemory
from interlab.state import Log
from interlab.tracing import FormatStr

BUYER: Literal["buyer"] = "buyer"
SELLER: Literal["seller"] = "seller"


class Outcome(StrEnum):
    """How a negotiation ended."""

    DEAL = "deal"
    NO_DEAL = "no deal"
    TIME_OUT = "time-out"


@dataclass(frozen=True)
class Move:
    """What an actor answers when it is its turn.

    Args:
        action: ``"offer"`` names a price, ``"accept"`` takes the other's last price, ``"walk_away"`` ends it.
        price: the price named, in dollars; needed for an offer.
        message: what is said to the other, in a sentence or two.
    """

    action: Literal["offer", "accept", "walk_away"]
    price: float | None = None
    message: str = ""


@dataclass(frozen=True)
class Turn:
    """One public move of a negotiation.

    Args:
        number: counted from 1.
        role: ``"buyer"`` or ``"seller"``.
        speaker: the actor's name.
        action: ``"offer"``, ``"accept"``, ``"walk_away"``, or ``"pass"`` for a move that could not be carried out.
        price: the price on the table after the move, in dollars, or None.
        message: what was said.
    """

    number: int
    role: str
    speaker: str
    action: str
    price: float | None
    message: str

    def __str__(self) -> str:
        words = {
            "offer": f"offers {dollars(self.price)}" if self.price is not None else "offers",
            "accept": "accepts",
        }
        says = f": {self.message}" if self.message else ""
        return f"{self.speaker} {words.get(self.action, self.action.replace('_', ' '))}{says}"


def dollars(price: float | None) -> str:
    """A price as it is said: with cents only where it has some, so that what is heard is what is meant."""
    if price is None:
        return "no price"
    return f"${price:,.0f}" if price == round(price) else f"${price:,.2f}"


class PriceNegotiation(BaseEnvironment):
    """Two actors haggle over a price.

    Args:
        buyer: the actor who buys.
        seller: the actor who sells.
        max_steps: moves until a time-out, at least 1. A deal made by the last move is a deal.
        first: who moves first, ``"seller"`` or ``"buyer"``.
        seed: decides everything drawn.

    Attributes:
        transcript: the moves so far, a `state.Log` of `Turn`.
        ended: how it ended, or None.
        price: the price agreed, in dollars, or None.
    """

    def __init__(
        self,
        buyer: BaseActor,
        seller: BaseActor,
        *,
        max_steps: int = 12,
        first: Literal["seller", "buyer"] = "seller",
        seed: int | None = None,
    ) -> None:
        super().__init__(seed=seed)
        if max_steps < 1:
            raise InvalidArgument(f"max_steps is at least 1; got {max_steps}.")
        if first not in (BUYER, SELLER):
            raise InvalidArgument(f"first is 'buyer' or 'seller'; got {first!r}.")
        if buyer.name == seller.name:
            raise InvalidArgument(f"Buyer and seller need different names; both are {buyer.name!r}.")
        self.buyer = buyer
        self.seller = seller
        self.max_steps = max_steps
        self.first = first
        self.transcript: Log[Turn] = Log()
        self.ended: Outcome | None = None
        self.price: float | None = None

    @property
    def turn(self) -> str:
        """Who moves next: ``"buyer"`` or ``"seller"``."""
        second = SELLER if self.first == BUYER else BUYER
        return self.first if len(self.transcript) % 2 == 0 else second

    def last_price(self, role: str) -> float | None:
        """The last price that the buyer or the seller named, or None."""
        for turn in reversed(self.transcript):
            if turn.role == role and turn.action == "offer":
                return turn.price
        return None

    def _step(self) -> Turn:
        role = self.turn
        actor, other = (self.buyer, self.seller) if role == BUYER else (self.seller, self.buyer)
        standing = self.last_price(SELLER if role == BUYER else BUYER)
        move = actor.query(self._question(other, standing), expected_type=Move)
        if not isinstance(move, Move):
            raise InvalidArgument(
                f"The {role} answers with a Move; {actor.name} answered with a {type(move).__name__} ({move!r:.60})."
            )
        turn = self._carried_out(move, role, actor, standing)
        self.transcript.append(turn)
        for listener in (actor, other):
            listener.observe(
                FormatStr("{speaker}: {move}").format(speaker=actor.name, move=_said(turn)), time=self.steps
            )
        if self.ended is None and self.steps >= self.max_steps:
            self._end(Outcome.TIME_OUT)
        return turn

    def _question(self, other: BaseActor, standing: float | None) -> FormatStr:
        left = self.max_steps - self.steps
        on_table = (
            f"{other.name}'s offer of {dollars(standing)} is on the table."
            if standing is not None
            else f"{other.name} has named no price yet."
        )
        return FormatStr(
            "It is your turn. {on_table} After this move, {left} moves are left. Offer a price, accept "
            "{other}'s last price, or walk away. What do you do?"
        ).format(on_table=on_table, left=left, other=other.name)

    def _carried_out(self, move: Move, role: str, actor: BaseActor, standing: float | None) -> Turn:
        action: str = move.action
        price: float | None = None
        if action == "accept" and standing is not None:
            price = standing
            self._end(Outcome.DEAL, standing)
        elif action == "walk_away":
            self._end(Outcome.NO_DEAL)
        elif action == "offer" and move.price is not None and math.isfinite(move.price) and move.price >= 0:
            price = float(move.price)
        else:
            action = "pass"  # accepted what nobody offered, or offered no price that there is
        return Turn(self.steps, role, actor.name, action, price, move.message)

    def _end(self, outcome: Outcome, price: float | None = None) -> None:
        self.ended = outcome
        self.price = price
        self.set_finished()

    def outcome(self) -> dict[str, Any]:
        return {
            "outcome": None if self.ended is None else self.ended.value,
            "price": self.price,
            "moves": self.steps,
        }


def _said(turn: Turn) -> str:
    words = {
        "accept": f"I accept {dollars(turn.price)}." if turn.price is not None else "I accept.",
        "walk_away": "I am walking away.",
        "offer": f"(offers {dollars(turn.price)})" if turn.price is not None else "",
        "pass": "(makes no move that counts)",
    }.get(turn.action, "")
    return f"{turn.message} {words}".strip() if words not in turn.message else turn.message


class CarSale(PriceNegotiation):
    """A used car changes hands, or not: a buyer with a budget, a seller with a lowest price.

    Args:
        buyer_model: who plays the buyer: a name for `get_model`, a model, a callable.
        seller_model: who plays the seller.
        buyer_limit: dollars the buyer can pay at most.
        seller_limit: dollars the seller takes at least.
        asking_price: dollars in the advertisement.
        car: what is sold.
        buyer_name, seller_name: how the actors are called.
        with_cot: the actors think in a call of their own before each move.
        max_steps: moves until a time-out.
        first: who moves first.
        seed: decides everything drawn.
    """

    def __init__(
        self,
        buyer_model: Any = "demo",
        seller_model: Any = "demo",
        *,
        buyer_limit: float = 2_800,
        seller_limit: float = 2_200,
        asking_price: float = 3_000,
        car: str = "a 2012 Skoda Octavia with 140,000 km",
        buyer_name: str = "Bob",
        seller_name: str = "Alice",
        with_cot: bool = False,
        max_steps: int = 12,
        first: Literal["seller", "buyer"] = "seller",
        seed: int | None = None,
    ) -> None:
        for name, value in (
            ("buyer_limit", buyer_limit),
            ("seller_limit", seller_limit),
            ("asking_price", asking_price),
        ):
            if not value > 0:
                raise InvalidArgument(f"{name} is a price above 0; got {value!r}.")
        self.buyer_limit = float(buyer_limit)
        self.seller_limit = float(seller_limit)
        buyer = LLMActor(
            buyer_name,
            buyer_model,
            system_prompt=BUYER_PROMPT.format(
                name=buyer_name,
                car=car,
                asking=dollars(asking_price),
                limit=dollars(buyer_limit),
                other=seller_name,
            ),
            memory=ListMemory(),
            with_cot=with_cot,
        )
        seller = LLMActor(
            seller_name,
            seller_model,
            system_prompt=SELLER_PROMPT.format(
                name=seller_name,
                car=car,
                asking=dollars(asking_price),
                limit=dollars(seller_limit),
                other=buyer_name,
            ),
            memory=ListMemory(),
            with_cot=with_cot,
        )
        super().__init__(buyer, seller, max_steps=max_steps, first=first, seed=seed)


BUYER_PROMPT = FormatStr(
    "You are {name}. You want to buy {car} from {other}, who asks {asking} for it. You can pay at most {limit}; pay as "
    "little as you can. Never tell {other} your limit. Speak in one or two short sentences."
)
SELLER_PROMPT = FormatStr(
    "You are {name}. You want to sell {car} to {other}. Your asking price is {asking}. You will not take less than "
    "{limit}; get as much as you can. Never tell {other} your limit. Speak in one or two short sentences."
)


def rubinstein_share(first_discount: float, second_discount: float) -> float:
    """The share of the first mover in the alternating-offers game (Rubinstein 1982).

    Args:
        first_discount: what a unit is worth to the first mover a round later, in [0, 1).
        second_discount: the same for the second mover, in [0, 1).

    Returns:
        (1 − δ₂) / (1 − δ₁δ₂), in (0, 1].

    Raises:
        InvalidArgument: a discount outside [0, 1).
    """
    for discount in (first_discount, second_discount):
        if not 0 <= discount < 1:
            raise InvalidArgument(f"A discount factor lies in [0, 1); got {discount!r}.")
    return (1 - second_discount) / (1 - first_discount * second_discount)


def offers_of(run: Run) -> list[Turn]:
    """The moves made in a run, read from its trace: those of a fork begin after its moment."""
    turns: list[Turn] = []
    for step in run.steps:
        result = step.result
        if isinstance(result, dict) and "role" in result:
            turns.append(Turn(**{name: result[name] for name in Turn.__dataclass_fields__}))
    return turns


def plot_offers(*runs: Run, limits: tuple[float, float] | None = None, names: Iterable[str] | None = None) -> Any:
    """Offers over moves, a line for each side of each run, deals marked with a star.

    Args:
        *runs: runs of a price negotiation; a fork is drawn from its moment on.
        limits: the buyer's and the seller's limit, drawn as lines.
        names: what the runs are called; their own names by default.

    Returns:
        A plotly figure.
    """
    import plotly.graph_objects as go

    if not runs:
        raise InvalidArgument("plot_offers() draws runs; give at least one.")
    colors = {BUYER: "#2b6cb0", SELLER: "#c05621"}
    dashes = ("solid", "dot", "dash", "dashdot")
    figure = go.Figure()
    labels = list(names) if names is not None else [run.name for run in runs]
    for place, run in enumerate(runs):
        turns = offers_of(run)
        for role in (SELLER, BUYER):
            offered = [turn for turn in turns if turn.role == role and turn.action == "offer"]
            figure.add_scatter(
                x=[turn.number for turn in offered],
                y=[turn.price for turn in offered],
                mode="lines+markers",
                name=f"{labels[place]}: {role}",
                line={"color": colors[role], "dash": dashes[place % len(dashes)]},
                hovertext=[turn.message for turn in offered],
            )
        deal = [turn for turn in turns if turn.action == "accept"]
        if deal:
            figure.add_scatter(
                x=[deal[-1].number],
                y=[deal[-1].price],
                mode="markers+text",
                marker={"symbol": "star", "size": 15, "color": "#2f855a"},
                text=[dollars(deal[-1].price)],
                textposition="top center",
                name=f"{labels[place]}: deal",
            )
    if limits is not None:
        for limit, side in zip(limits, (BUYER, SELLER), strict=True):
            figure.add_hline(
                y=limit,
                line={"color": colors[side], "width": 1, "dash": "longdash"},
                annotation_text=f"{side}'s limit",
                annotation_position="bottom right",
            )
    figure.update_layout(
        template="plotly_white",
        title="Offers",
        xaxis={"title": "move", "dtick": 1},
        yaxis={"title": "price, dollars"},
        legend={"orientation": "h", "y": -0.2},
        margin={"t": 50, "r": 20},
    )
    return figure
