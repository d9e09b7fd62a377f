"""Accuracy against tokens: the auction beside its foils, on the same puzzles.

    python benchmarks/frontier.py [--episodes 100] [--processes 2] [--only frontier|sweep|prompts|learning]

One JSON line a point. Actors are scripted, with known competence; every rule gets the same puzzles and actors, seed by
seed, so that differences are paired. The parts: budgets from 256 to 2,048 tokens on a question in four parts and on
one that anybody may know alone; the correlation of stated confidence with being right from 0 to 1; what prompts add;
and the factor α learned in conversations, beside a grid search.
"""

from __future__ import annotations

import argparse
import json
import math
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from typing import Any

from _harness import machine
from interlab_zoo.foils import KnowsWhoIsRight, Within, resampled
from interlab_zoo.metrics import Metrics, summary_of
from interlab_zoo.sharded_facts import ShardedFacts, Witness, WitnessKind, draw_witnesses, make_puzzle, play

import interlab as il
from interlab.auction.learning import reinforce
from interlab.environments import AllSpeak, RandomSpeaker, RoundRobin, Turns
from interlab.models import count_tokens
from interlab.state import Random, derive_seed
from interlab.testing import ScriptedModel

BUDGETS = (256, 512, 1024, 2048)
CALIBRATIONS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
CALIBRATED = 0.8
RESERVE = 0.05
LONGEST = 256
FULL = 2048
BATCH = 50
VERBOSITIES = (10, 60, 150)
PARTS = [WitnessKind(competence, 0, CALIBRATED) for competence in (0.95, 0.75, 0.55) for _ in range(4)]
PARTS += [WitnessKind(0.9, 0, CALIBRATED, matters=False)] * 4
TASKS = {"four parts": (4, PARTS), "one part": (1, [replace(kind, matters=True) for kind in PARTS[4:]])}


def cast(task: str, seed: int, calibration: float, spread: float) -> tuple[int, list[WitnessKind]]:
    """Boxes, and the kinds of actors in an order of the seed's own, with lengths that tell nothing of competence."""
    boxes, kinds = TASKS[task]
    rng = Random(derive_seed(seed, "cast"))
    mixed = rng.sample(kinds, len(kinds))
    return boxes, [
        replace(kind, verbosity=rng.choice(VERBOSITIES), calibration=calibration, spread=spread) for kind in mixed
    ]


def auctioned(budget: int, first: str) -> il.AuctionModerator:
    """One speaker a round, while somebody states that it adds more than the reserve."""
    return il.AuctionModerator(
        il.SecondPrice(reserve=RESERVE),
        il.SelfReportValuation(scale=1),
        budget=budget,
        first=first,
        max_tokens=LONGEST,
    )


MODERATORS: dict[str, Callable[[int], Any]] = {
    "auction, drafts first": lambda budget: auctioned(budget, "draft"),
    "auction, bids first": lambda budget: auctioned(budget, "bid"),
    "everyone speaks": lambda budget: Within(budget, AllSpeak()),
    "everyone speaks, vote": lambda budget: Within(budget, AllSpeak()),
    "round robin": lambda budget: Within(budget, RoundRobin()),
    "random": lambda budget: Within(budget, RandomSpeaker(repeat=False)),
    "oracle": lambda budget: Within(budget, KnowsWhoIsRight()),
    "single actor": lambda budget: Within(budget, ["W1"]),
    "self-consistency": lambda budget: Within(budget, AllSpeak()),
}


def conversation(
    rule: str, budget: int, seed: int, *, task: str, calibration: float = CALIBRATED, spread: float = 0.5
) -> ShardedFacts:
    """One puzzle under one rule."""
    boxes, kinds = cast(task, seed, calibration, spread)
    puzzle = make_puzzle(boxes, seed)
    actors = draw_witnesses(puzzle, kinds, seed, reports="gain")
    if rule == "self-consistency":
        able = next(kind for kind in kinds if kind.matters)
        (sample,) = resampled(puzzle, able, 1, seed)
        fitting = budget // int(count_tokens(str(sample.query())))
        actors = resampled(puzzle, able, max(1, fitting), seed)
    if rule == "single actor":
        able_one = next(place for place, kind in enumerate(kinds) if kind.matters)
        actors = [actors[able_one], *actors[:able_one], *actors[able_one + 1 :]]
    moderator = Within(budget, [actors[0].name]) if rule == "single actor" else MODERATORS[rule](budget)
    read: Any = "vote" if rule in ("everyone speaks, vote", "self-consistency") else "surest"
    return ShardedFacts(puzzle, actors, moderator=moderator, read=read, end=Turns(200), seed=seed)


def played(rule: str, budget: int, start: int, episodes: int, settings: dict[str, Any]) -> list[Metrics]:
    """Some episodes; states and traces are given up batch by batch."""
    with il.open_store(":memory:") as store:
        found = play(lambda seed: conversation(rule, budget, seed, **settings), episodes, seed=start)
        store.close()
    return found


def many(pool: ProcessPoolExecutor, rule: str, budget: int, episodes: int, **settings: Any) -> list[Metrics]:
    """All episodes of a point, on all processes."""
    sizes = [min(BATCH, episodes - start) for start in range(0, episodes, BATCH)]
    tasks = [pool.submit(played, rule, budget, number, size, settings) for number, size in enumerate(sizes)]
    return [one for task in tasks for one in task.result()]


def difference(ours: list[Metrics], theirs: list[Metrics]) -> tuple[float, float]:
    """The mean difference of accuracy on the same puzzles, and half of its 95 % interval."""
    apart = [one.correct - other.correct for one, other in zip(ours, theirs, strict=True)]
    mean = math.fsum(apart) / len(apart)
    spread = math.sqrt(math.fsum((one - mean) ** 2 for one in apart) / max(1, len(apart) - 1))
    return mean, 1.96 * spread / math.sqrt(len(apart))


def line(part: str, rule: str, found: list[Metrics], reference: list[Metrics], **facts: Any) -> None:
    """Print one point, beside everyone speaking without a limit worth the name."""
    summary = {name: round(value, 5) for name, value in asdict(summary_of(found)).items()}
    gain, half = difference(found, reference)
    share = summary_of(found).tokens_charged / summary_of(reference).tokens_charged
    paired = {
        "minus_everyone": round(gain, 4),
        "minus_everyone_95": round(half, 4),
        "tokens_to_everyone": round(share, 4),
    }
    print(json.dumps({"part": part, "rule": rule, **facts, **summary, **paired}), flush=True)


def frontier(pool: ProcessPoolExecutor, episodes: int) -> None:
    """Every rule at every budget."""
    for task in TASKS:
        reference = many(pool, "everyone speaks", FULL, episodes, task=task)
        for rule in MODERATORS:
            for budget in BUDGETS:
                found = many(pool, rule, budget, episodes, task=task)
                line("frontier", rule, found, reference, task=task, budget=budget)


def correlation(calibration: float, episodes: int) -> float:
    """Pearson's correlation of stated confidence with being right, over the actors who matter."""
    pairs = []
    for number in range(episodes):
        boxes, kinds = cast("four parts", number, calibration, 0.0)
        puzzle = make_puzzle(boxes, number)
        for one in draw_witnesses(puzzle, kinds, number):
            if isinstance(one, Witness) and one.box in puzzle.coins:
                pairs.append((one.confidence, float(one.saw == puzzle.coins[one.box])))
    means = [math.fsum(column) / len(pairs) for column in zip(*pairs, strict=True)]
    products = [[(pair[a] - means[a]) * (pair[b] - means[b]) for pair in pairs] for a, b in ((0, 1), (0, 0), (1, 1))]
    both, one_way, other_way = map(math.fsum, products)
    return both / math.sqrt(one_way * other_way)


def sweep(pool: ProcessPoolExecutor, episodes: int) -> None:
    """Stated confidence from worthless to perfect, at a budget that lets everybody speak and at a quarter of it."""
    for calibration in CALIBRATIONS:
        settings: dict[str, Any] = {"task": "four parts", "calibration": calibration, "spread": 0.0}
        related = round(correlation(calibration, 200), 3)
        reference = many(pool, "everyone speaks", FULL, episodes, **settings)
        for rule in ("auction, bids first", "everyone speaks", "everyone speaks, vote"):
            for budget in (512, FULL):
                same = (rule, budget) == ("everyone speaks", FULL)
                found = reference if same else many(pool, rule, budget, episodes, **settings)
                line("sweep", rule, found, reference, budget=budget, calibration=calibration, correlation=related)


def as_model(witness: Witness) -> il.LLMActor:
    """A scripted actor behind a model, so that its prompts are counted as a provider counts them."""

    def rule(request: Any) -> str:
        one = Witness(
            witness.name, witness.box, witness.saw, confidence=witness.confidence, verbosity=witness.verbosity,
            reports="gain", needed=witness.needed,
        )  # fmt: skip
        for said in request.text.splitlines():
            if re.match(r"W\d+: ", said):
                one.observe(said)
        asked_for_value = "Answer with a number" in request.text
        return f"{one.query(expected_type=float):.3f}" if asked_for_value else one.query() or ""

    return il.LLMActor(witness.name, ScriptedModel(rule, name=f"model of {witness.name}"))


PROMPTED: dict[str, tuple[Callable[[], Any], int]] = {
    "auction, drafts first": (lambda: auctioned(FULL, "draft"), 200),
    "auction, bids first": (lambda: auctioned(FULL, "bid"), 200),
    "everyone speaks": (lambda: AllSpeak(), 1),
    "one after another": (lambda: AllSpeak(side_by_side=False), 1),
}


def prompts(episodes: int) -> None:
    """What prompts add, with models in the place of scripts: every draft and every bid is asked for with one."""
    for rule, (moderator, turns) in PROMPTED.items():

        def make(seed: int, moderator: Any = moderator, turns: int = turns) -> ShardedFacts:
            boxes, kinds = cast("four parts", seed, CALIBRATED, 0.5)
            puzzle = make_puzzle(boxes, seed)
            drawn = draw_witnesses(puzzle, kinds, seed, reports="gain")
            actors = [as_model(one) for one in drawn if isinstance(one, Witness)]
            return ShardedFacts(puzzle, actors, moderator=moderator(), end=Turns(turns), seed=seed)

        with il.open_store(":memory:"):
            found = play(make, max(1, episodes // 10))
        summary = {name: round(value, 5) for name, value in asdict(summary_of(found)).items() if name != "value_lost"}
        print(json.dumps({"part": "prompts", "rule": rule, **summary}), flush=True)


LEARNING_RESERVE = 0.25
LEARNERS = 12


def reward(alphas: dict[str, float], seed: int) -> float:
    """Accuracy − λ · tokens / budget of one conversation, in which each actor is right half of the time.

    λ is 1/2, and the budget what all messages take together. An actor's confidence is uniform in [1/2, 1] when it is
    right and in [0, 1/2] when it is wrong, and it is heard when α · confidence reaches the reserve of 1/4. So α = 1/2
    lets exactly the right messages be heard: with less, right ones are lost, at 1 − 1/2 each; with more, wrong ones
    cost 1/2 each. Accuracy is the share of boxes that the answer has right.
    """
    puzzle = make_puzzle(LEARNERS, seed)
    actors = draw_witnesses(puzzle, [WitnessKind(0.5)] * LEARNERS, seed)
    moderator = il.AuctionModerator(
        il.SecondPrice(reserve=LEARNING_RESERVE, slots=LEARNERS), il.SelfReportValuation(scale=1), alpha=alphas
    )
    talk = ShardedFacts(puzzle, actors, moderator=moderator, end=Turns(1), seed=seed)
    talk.run(snapshots=False, progress=False)
    right = sum(coins == puzzle.coins[box] for box, (coins, _) in talk.claims.items())
    return (right - 0.5 * talk.spoken) / LEARNERS


def learning(episodes: int) -> None:
    """α from far above and from below, and by trying all on the same puzzles."""
    names = [f"W{place}" for place in range(1, LEARNERS + 1)]
    grid = [round(0.25 * 1.07**power, 4) for power in range(32)]
    seeds = [derive_seed(5, "grid", number) & 0x7FFFFFFF for number in range(max(1, episodes // 10))]
    tried = {}
    for alpha in grid:
        with il.open_store(":memory:"):
            tried[alpha] = math.fsum(reward(dict.fromkeys(names, alpha), seed) for seed in seeds) / len(seeds)
    best = max(tried, key=lambda alpha: tried[alpha])
    print(json.dumps({"part": "grid", "best": best, "theory": 0.5, "tried": tried}), flush=True)
    for start in (2.0, 0.3):
        for seed in range(3):
            with il.open_store(":memory:"):
                curve = reinforce(reward, names, updates=80, batch=16, start=start, shared=True, seed=seed)
            points = [[one.episodes, round(one.alphas["W1"], 4), round(one.reward, 4)] for one in curve.points]
            learned = round(curve.alphas["W1"], 4)
            off = round(learned / best - 1, 4)
            facts = {"part": "learning", "start": start, "seed": seed, "alpha": learned, "off_grid": off}
            print(json.dumps({**facts, "points": points}), flush=True)


def parts(pool: ProcessPoolExecutor, episodes: int) -> Iterator[tuple[str, Callable[[], None]]]:
    """The parts by name."""
    yield "frontier", lambda: frontier(pool, episodes)
    yield "sweep", lambda: sweep(pool, episodes)
    yield "prompts", lambda: prompts(episodes)
    yield "learning", lambda: learning(episodes)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=100)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", choices=["frontier", "sweep", "prompts", "learning"])
    given = parser.parse_args()
    facts = {"command": " ".join(["python", *sys.argv]), "machine": machine(), "episodes": given.episodes}
    print(json.dumps(facts), flush=True)
    with ProcessPoolExecutor(given.processes) as workers:
        for part_name, run_part in parts(workers, given.episodes):
            if given.only in (None, part_name):
                run_part()
