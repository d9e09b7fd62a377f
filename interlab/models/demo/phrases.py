"""The demo model's sentences. Each says exactly what the move does, so that it can be read back."""

from __future__ import annotations

import random

from interlab.models.demo.haggling import Move

_OPENING = {
    "buyer": ("I am interested. I can offer {price}.", "It looks fine, but I would pay {price} for it."),
    "seller": ("It is in good shape. I can offer it for {price}.", "I would like {price} for it."),
}
_OFFER = {
    "buyer": (
        "That is still too much for me. I can offer {price}.",
        "I can go to {price}.",
        "Let me think: {price} is what I can offer now.",
    ),
    "seller": (
        "I can't go that low. I can offer it for {price}.",
        "I can come down to {price}.",
        "For you I would do {price}.",
    ),
}
_PRESSED = {
    "buyer": "I hear there is interest in it, so I can offer {price}.",
    "seller": "I hear you have been looking around, so I can offer it for {price}.",
}
_FIRM = {"buyer": "{price} is all I have.", "seller": "{price} is the lowest I can go."}
_ACCEPT = ("Deal, I accept {price}.", "Agreed: {price}.", "{price} it is. I accept.")
_LEAVE = (
    "We are too far apart, so I walk away. No deal.",
    "Thank you for your time, but no deal: I walk away.",
)


def money(amount: float, currency: str = "$") -> str:
    """``$2,700`` or ``$0.75``."""
    return f"{currency}{amount:,.0f}" if float(amount).is_integer() else f"{currency}{amount:,.2f}"


def say(move: Move, rng: random.Random, currency: str = "$") -> str:
    """One or two sentences for a move."""
    price = money(move.price, currency)
    if move.action == "accept":
        line = rng.choice(_ACCEPT)
    elif move.action == "walk_away":
        line = rng.choice(_LEAVE)
    elif move.price == move.limit and not move.first:
        line = _FIRM[move.side]
    elif move.pressed:
        line = _PRESSED[move.side]
    else:
        line = rng.choice((_OPENING if move.first else _OFFER)[move.side])
    return line.format(price=price)


def think(move: Move, currency: str = "$") -> str:
    """Why the script made this move, in the first person."""
    limit = money(move.limit, currency)
    bound = f"I pay at most {limit}" if move.side == "buyer" else f"I take no less than {limit}"
    rival = " There is a rival, so I hurry." if move.pressed else ""
    price = money(move.price, currency)
    if move.action == "accept":
        return f"{bound}.{rival} {price} is as good as what I would offer next, so I accept."
    if move.action == "walk_away":
        return f"{bound}.{rival} The other side does not come near, so I leave."
    return f"{bound}.{rival} I try {price}."
