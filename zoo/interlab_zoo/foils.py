"""What a rule for the floor is held against: the same within a budget, somebody who knows who is right, a vote.

`Within` lets any moderator spend no more than a budget. `KnowsWhoIsRight` is the oracle on sharded facts: what could be
reached at most, at the least cost. `resampled` asks one actor again and again, for a self-consistency vote (Wang et al.
2022, "Self-Consistency Improves Chain of Thought Reasoning in Language Models").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interlab.actors import BaseActor
from interlab.environments import Decision, Moderator, Script, Talk, as_say
from interlab.errors import InvalidArgument
from interlab.models import count_tokens
from interlab.state import derive_seed
from interlab_zoo.sharded_facts import Puzzle, ShardedFacts, Witness, WitnessKind, draw_witnesses


class Within(Moderator):
    """Another moderator's choices, as long as they fit a budget of tokens; what does not fit is not heard.

    Speakers write side by side, and what they say is heard in the order in which they were chosen. Whose message did
    not fit is not asked again.

    Args:
        tokens: that may be heard, ≥ 0; never exceeded.
        moderator: who chooses; or a list of names, one for each turn.
    """

    def __init__(self, tokens: int, moderator: Moderator | Sequence[Any]) -> None:
        if not isinstance(tokens, int) or isinstance(tokens, bool) or tokens < 0:
            raise InvalidArgument(f"A budget is a whole number of tokens, 0 or more; got {tokens!r}.")
        self.tokens = tokens
        self.moderator = moderator if isinstance(moderator, Moderator) else Script(moderator)
        self.spent = 0
        self.too_long: tuple[str, ...] = ()

    def check(self, names: Sequence[str]) -> None:
        """As the other moderator does."""
        self.moderator.check(names)

    def _decide(self, talk: Talk) -> Decision:
        if self.spent >= self.tokens:
            return Decision(over=f"the budget of {self.tokens} tokens is used up")
        return self._kept(talk, self.moderator.decide(talk))

    def _force(self, talk: Talk, name: str) -> Decision:
        return self._kept(talk, Decision((name,), why="made to speak"))

    def _kept(self, talk: Talk, chosen: Decision) -> Decision:
        drafts = dict(chosen.drafts)
        drafts.update(talk.draft([name for name in chosen.speakers if name not in (*drafts, *self.too_long)]))
        speakers, silent = [], list(chosen.silent)
        for name in chosen.speakers:
            said = as_say(drafts.get(name))
            length = 0 if said is None else int(count_tokens(said[0].text))
            if said is not None and self.spent + length <= self.tokens:
                self.spent += length
                speakers.append(name)
                continue
            silent.append(name)
            if length and name not in self.too_long:
                self.too_long = (*self.too_long, name)
        return Decision(
            tuple(speakers),
            silent=tuple(silent),
            drafts={name: drafts[name] for name in speakers},
            side_by_side=True,
            at=chosen.at,
            over=chosen.over,
            why=chosen.why,
        )


class KnowsWhoIsRight(Moderator):
    """The oracle: for each box the shortest message of those who saw the right number, and nothing else."""

    def _decide(self, talk: Talk) -> Decision:
        if not isinstance(talk, ShardedFacts):
            raise InvalidArgument(f"This oracle knows about sharded facts only; got a {type(talk).__name__}.")
        coins, told = talk.puzzle.coins, talk.claims
        right = [
            one
            for one in talk.actors
            if isinstance(one, Witness) and coins.get(one.box) == one.saw and one.box not in told
        ]
        if not right:
            return Decision(over="nobody knows more")
        return Decision((min(right, key=lambda one: one.verbosity).name,), why="is right")


def resampled(puzzle: Puzzle, kind: WitnessKind, count: int, seed: int) -> list[BaseActor]:
    """One actor who looks into the first box again and again: samples for a self-consistency vote.

    Args:
        puzzle: the puzzle.
        kind: of the actor.
        count: how many samples, ≥ 1.
        seed: decides what each sample says.

    Returns:
        The samples as actors. Give them to `ShardedFacts` with ``read="vote"``.
    """
    box = next(iter(puzzle.coins))
    return draw_witnesses(Puzzle({box: puzzle.coins[box]}), [kind] * count, derive_seed(seed, "samples"))
