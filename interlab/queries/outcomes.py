"""What reading a reply comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

Strictness = Literal["strict", "lenient", "loose"]

STRICTNESSES = get_args(Strictness)


@dataclass(frozen=True, slots=True)
class Reading:
    """A reply that was read.

    Args:
        value: the value, of the type that was asked for.
        json: the value as JSON, as it was given to the validator.
        extracted: whether it was picked out of other text.
        repaired: what of its syntax was put right.
        coerced: what of its content was converted, and which unknown keys were passed over.
    """

    value: Any
    json: Any
    extracted: bool = False
    repaired: tuple[str, ...] = ()
    coerced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reply that was not read.

    Args:
        reason: why, in words meant for the model.
        cut_off: whether it ended too early, so that a shorter answer is wanted.
    """

    reason: str
    cut_off: bool = False


CUT = "it was cut off before its end"
"""Why a reply is refused that did not end by itself."""
