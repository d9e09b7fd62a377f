"""The tokens that may be spoken, in a round and in an episode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from interlab.auction.bids import checked_budget
from interlab.errors import InvalidArgument


@dataclass(frozen=True)
class TokenBudget:
    """The tokens of messages that are heard: neither limit is ever exceeded.

    Prompts and drafts that nobody hears do not count here; see `Charges`.

    Args:
        episode: tokens of all rounds together; None for no limit.
        per_round: tokens of one round; None for whatever is left of the episode.
    """

    episode: int | None = None
    per_round: int | None = None

    def __post_init__(self) -> None:
        for name in ("episode", "per_round"):
            object.__setattr__(self, name, checked_budget(getattr(self, name)))

    def left(self, spent: int) -> int | None:
        """Tokens left of the episode; None for no limit."""
        return None if self.episode is None else max(0, self.episode - spent)

    def room(self, spent: int) -> int | None:
        """Tokens that the next round may use; None for no limit."""
        limits = [limit for limit in (self.left(spent), self.per_round) if limit is not None]
        return min(limits, default=None)


def as_budget(given: TokenBudget | int | None) -> TokenBudget:
    """A budget as it may be given: one, tokens of the episode, or None for no limit."""
    if isinstance(given, TokenBudget):
        return given
    if isinstance(given, float | str | bytes):
        raise InvalidArgument(f"A budget is TokenBudget(episode, per_round=…), or tokens as an int; got {given!r:.60}.")
    return TokenBudget(given)


@dataclass
class Charges:
    """What each actor was charged, and what its calls generated: the two differ by what nobody heard.

    Everyone pays the tokens of its prompts; whoever is heard pays its message too.

    Args:
        prompted: input tokens of each actor's calls.
        generated: output tokens of each actor's calls, heard or not.
        spoken: tokens of each actor's messages that were heard.
        rounds: rounds so far.
    """

    prompted: dict[str, int] = field(default_factory=dict)
    generated: dict[str, int] = field(default_factory=dict)
    spoken: dict[str, int] = field(default_factory=dict)
    rounds: int = 0

    def add(self, used: Mapping[str, tuple[int, int]], heard: Mapping[str, int]) -> None:
        """Book one round.

        Args:
            used: input and output tokens of each actor's calls.
            heard: tokens of each message that is heard.
        """
        self.rounds += 1
        for name, (prompted, generated) in used.items():
            self.prompted[name] = self.prompted.get(name, 0) + prompted
            self.generated[name] = self.generated.get(name, 0) + generated
        for name, tokens in heard.items():
            self.spoken[name] = self.spoken.get(name, 0) + tokens

    @property
    def charged(self) -> dict[str, int]:
        """By actor: the tokens of its prompts, and of its messages that were heard."""
        names = dict.fromkeys((*self.prompted, *self.spoken))
        return {name: self.prompted.get(name, 0) + self.spoken.get(name, 0) for name in names}

    @property
    def spent(self) -> int:
        """Tokens of all messages that were heard."""
        return sum(self.spoken.values())
