"""How long auctions take to clear.

    python benchmarks/auction.py

One JSON line for each figure.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import numpy as np
from _harness import begin, median, report

from interlab.actors import LLMActor
from interlab.auction import (
    AuctionModerator,
    Greedy,
    HeuristicValuation,
    KnapsackVCG,
    Mechanism,
    SecondPrice,
    TieredVCG,
    TokenBudget,
)
from interlab.environments import Conversation
from interlab.testing import ScriptedModel

BUDGET = 4096
ACTORS = 50
ROUNDS = 100_000
BIDDERS = 16
DRAFTING = 8
WAIT_S = 0.05
TURNS = 10


def seconds(work: Callable[[], object]) -> Callable[[], float]:
    """A function that does the work and says how long it took."""

    def timed() -> float:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start

    return timed


def clearing() -> None:
    """One round of 50 actors with a budget of 4,096 tokens."""
    rng = random.Random(7)
    bids = [rng.random() * 10 for _ in range(ACTORS)]
    lengths = [rng.randint(20, 400) for _ in range(ACTORS)]
    mechanisms: list[Mechanism] = [KnapsackVCG(), KnapsackVCG(objective="density"), Greedy()]
    for mechanism in mechanisms:
        must = None if mechanism.objective == "density" else "< 50 ms"
        taken = median(seconds(lambda mechanism=mechanism: mechanism.clear(bids, lengths, budget=BUDGET)))
        report(f"{mechanism!r}: {ACTORS} actors, {BUDGET:,} tokens", taken * 1e3, "ms", must=must)
    tiers = [[bid, bid * 0.8, bid * 0.5] for bid in bids]
    tokens = [[length, length // 3 + 1, length // 10 + 1] for length in lengths]
    taken = median(seconds(lambda: TieredVCG().clear(tiers, tokens, budget=BUDGET)))
    report(f"TieredVCG: {ACTORS} actors with 3 tiers, {BUDGET:,} tokens", taken * 1e3, "ms", must="< 50 ms")


def simulating() -> None:
    """Many rounds of second price at once."""
    bids = np.random.default_rng(7).random((ROUNDS, BIDDERS))
    floor = median(seconds(lambda: np.partition(bids, BIDDERS - 2, axis=1)))
    for slots in (1, 3):
        taken = median(seconds(lambda slots=slots: SecondPrice(slots=slots).clear_many(bids)))
        report(f"{ROUNDS:,} second-price rounds of {BIDDERS}, slots={slots}", taken, "s", floor=floor, must="< 0.5 s")
    rows = bids.tolist()
    taken = median(seconds(lambda: SecondPrice().clear_many(rows)))
    report(f"{ROUNDS:,} second-price rounds of {BIDDERS}, as lists", taken, "s")


def drafting() -> None:
    """Rounds of 8 actors whose model waits 50 ms."""

    def rule(request: object) -> str:
        time.sleep(WAIT_S)
        return "I would take the train, because it is faster and cheaper."

    model = ScriptedModel(rule)

    def a_round() -> float:
        actors = [LLMActor(f"Actor {place}", model) for place in range(DRAFTING)]
        budget = TokenBudget(100_000, per_round=40)
        moderator = AuctionModerator(SecondPrice(slots=2), HeuristicValuation(), budget=budget)
        talk = Conversation(actors, moderator=moderator, seed=1)
        start = time.perf_counter()
        talk.run(max_steps=TURNS)
        return (time.perf_counter() - start) / TURNS * 1e3

    name = f"a round of {DRAFTING} actors drafting with a model that waits {WAIT_S * 1e3:g} ms"
    report(name, median(a_round), "ms", floor=WAIT_S * 1e3, must="< 120 ms")


if __name__ == "__main__":
    begin()
    clearing()
    simulating()
    drafting()
