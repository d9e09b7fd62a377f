"""The simulated clock beside turns: seconds that pass because something was said, never because time was spent."""

from __future__ import annotations

import math

from interlab.errors import InvalidArgument


class SimulatedClock:
    """Seconds that only go forward. Part of the state: a fork's clock goes its own way.

    Environments that hold the same clock live in one time.

    Args:
        now: seconds that it shows at the beginning, ≥ 0.

    Raises:
        InvalidArgument: `now` is no number ≥ 0.
    """

    def __init__(self, now: float = 0.0) -> None:
        self.now = seconds(now, "now")

    def advance(self, by_s: float) -> None:
        """Let so many seconds pass, ≥ 0."""
        self.now += seconds(by_s, "by_s")

    def advance_to(self, at_s: float) -> None:
        """Go on to a time; a time that is past changes nothing."""
        self.now = max(self.now, seconds(at_s, "at_s"))

    def __repr__(self) -> str:
        return f"SimulatedClock({self.now:g})"


def seconds(value: float, name: str) -> float:
    """A number of seconds that can be meant: finite, ≥ 0.

    Raises:
        InvalidArgument: it is not.
    """
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < math.inf:
        raise InvalidArgument(f"{name} is a number of seconds ≥ 0; got {value!r}.")
    return float(value)
