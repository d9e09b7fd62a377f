"""How the demo model haggles: a time-dependent concession with the acceptance rule that goes with it.

The offer moves from an opening to the limit along (t/T)^(1/β): Faratin, Sierra & Jennings, "Negotiation
decision functions for autonomous agents", Robotics and Autonomous Systems 24 (1998). An offer is accepted
when it is at least as good as what would be offered next: Baarslag, Hindriks & Jonker, "Acceptance
conditions in automated negotiation" (2013).
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from typing import Literal, TypeAlias

from interlab.models.demo.reading import Side, Situation

Action: TypeAlias = Literal["offer", "accept", "walk_away"]

ROUNDS = 7
"""Own offers after which the limit is reached, without pressure or a deadline."""

PATIENCE = 2
"""Own offers at the limit before walking away."""

_HURRY = 0.6
_CLOSE_ENOUGH = 0.01


@dataclass(frozen=True, slots=True)
class Move:
    """What the demo model decides.

    Args:
        action: offer a price, accept the other's last offer, or walk away.
        price: the price offered or accepted; when walking away, the last one stood for.
        side: who moves.
        limit: the limit it kept to.
        pressed: whether a rival moved it.
        first: whether it is the opening.
    """

    action: Action
    price: float
    side: Side
    limit: float
    pressed: bool = False
    first: bool = False


def decide(situation: Situation, rng: random.Random, *, stubborn: float = 0.5) -> Move | None:
    """The next move, or None when the prompt names no side or no money to haggle over.

    Args:
        situation: the negotiation as read from the prompt.
        rng: the only source of chance.
        stubborn: 0 concedes early, 1 late; 0.5 steadily.
    """
    side = situation.side
    if side is None:
        return None
    sign = 1.0 if side == "seller" else -1.0  # a seller likes high prices, a buyer low ones
    mine, theirs = situation.offers(mine=True), situation.offers(mine=False)
    limit = _limit(situation, side, mine, theirs)
    if limit is None:
        return None
    bound, pressure, pressed = _rivals(situation, side, limit)
    step = _step(limit)
    last_words = [said for said in situation.spoken if not said.mine][-1:]
    standing = mine[-1] if mine else bound
    if last_words and last_words[0].leaves:
        return Move("walk_away", standing, side, bound, pressed)
    if last_words and last_words[0].accepts and last_words[0].offer in (None, standing) and mine:
        return Move("accept", mine[-1], side, bound, pressed)

    rounds = max(len(mine), len(theirs) - 1, 0)
    total = ROUNDS * (_HURRY if pressed else 1.0)
    if situation.rounds_left is not None:
        total = min(total, max(rounds + situation.rounds_left - 1, 1))
    opening = mine[0] if mine else _opening(situation, side, limit, theirs, rng)
    progress = min(rounds / total, 1.0)
    beta = 3.0 ** (1.0 - 2.0 * stubborn)
    conceded = progress ** (1.0 / beta) + (rng.uniform(-0.06, 0.06) if 0 < progress < 1 else 0.0)
    plan = opening + min(max(conceded, 0.0), 1.0) * (bound - opening)
    if pressure is not None:  # beat the rival where the limit allows it
        plan = sign * min(sign * plan, sign * pressure)
    if mine:  # what was offered is not taken back
        plan = sign * min(sign * plan, sign * mine[-1])
    plan = sign * max(sign * plan, sign * bound)
    plan = _rounded(plan, step, bound, sign)

    if theirs:
        offered = theirs[-1]
        within = sign * (offered - bound) >= 0
        good = sign * (offered - plan) >= -_CLOSE_ENOUGH * abs(plan) or progress >= 1.0
        if within and good:
            return Move("accept", offered, side, bound, pressed)
        out_of_time = situation.rounds_left == 0 and bool(mine)
        if not within and (rounds >= math.ceil(total) + PATIENCE or out_of_time):
            return Move("walk_away", standing, side, bound, pressed)
    elif len(mine) >= ROUNDS + PATIENCE:
        return Move("walk_away", standing, side, bound, pressed)
    return Move("offer", plan, side, bound, pressed, first=not mine)


def _limit(situation: Situation, side: Side, mine: list[float], theirs: list[float]) -> float | None:
    """The stated limit, or a cautious one from what else is known."""
    if situation.limit is not None:
        return situation.limit
    hint = situation.wish or situation.asking or (mine[0] if mine else None) or (theirs[0] if theirs else None)
    if hint is None:
        return None
    if side == "buyer":
        return hint * (1.1 if situation.wish else 0.95)
    return hint * (0.9 if situation.wish or situation.asking or mine else 1.05)


def _rivals(situation: Situation, side: Side, limit: float) -> tuple[float, float | None, bool]:
    """The limit with one's own outside option, the price that beats the other's, and whether to hurry."""
    bound, beat, pressed = limit, None, False
    step = _step(limit)
    for rival in situation.rivals:
        if rival.of == side:
            if rival.price is not None:
                bound = max(bound, rival.price) if side == "seller" else min(bound, rival.price)
        else:
            pressed = True
            if rival.price is not None:
                beat = rival.price - step if side == "seller" else rival.price + step
    return bound, beat, pressed


def _opening(situation: Situation, side: Side, limit: float, theirs: list[float], rng: random.Random) -> float:
    if side == "seller":
        opening = situation.asking or situation.wish or limit * rng.uniform(1.28, 1.4)
        opening = max(opening, limit * 1.05)
        # Who is offered more than the opening takes it; else there is room above the offer.
        return max(opening, theirs[-1] * 1.08) if theirs and theirs[-1] < opening else opening
    seen = theirs[-1] if theirs else situation.asking
    opening = limit * rng.uniform(0.66, 0.76) if situation.wish is None else min(situation.wish, limit) * 0.92
    return min(opening, seen * rng.uniform(0.7, 0.8)) if seen is not None and seen > opening else opening


def _step(limit: float) -> float:
    """A round step for offers: 10 for thousands, 1 for hundreds, and so on down to cents."""
    if limit <= 0:
        return 1.0
    return max(10.0 ** (math.floor(math.log10(limit)) - 2), 0.01)


def _rounded(price: float, step: float, bound: float, sign: float) -> float:
    """`price` on the grid of `step`, but never past `bound`."""
    value = round(round(price / step) * step, 2)
    return bound if sign * (value - bound) < 0 else value
