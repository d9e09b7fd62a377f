"""How often the intervals of experiments cover a known effect, and what pairing saves.

    python benchmarks/experiments.py

Coverage: 2,000 simulated experiments each, through the same code that `study.effects()` and `study.run_to_width()` go
through; only the replicas' values are drawn here instead of being measured. Pairing: real experiments on forks.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from typing import Any

from _harness import begin, report
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.counterfactual import Observe, SetField, experiment
from interlab.counterfactual.distributions import t_quantile
from interlab.counterfactual.effects import effects_of
from interlab.counterfactual.replicas import Plan, Replica
from interlab.counterfactual.sequential import always_valid_half_width
from interlab.counterfactual.statistics import Method, mean_and_sd
from interlab.counterfactual.stopping import enlarged, reached, replicas_for

EXPERIMENTS = 2_000
MUST = "0.93 to 0.97"

Draw = Callable[[random.Random], tuple[float | bool, float | bool]]
"""Draws the values of a pair of replicas: of the reference arm and of the other."""


def plan() -> Plan:
    """An experiment of two arms with one measure."""
    arms = {"reference": "a", "other": "b"}
    return Plan("key", "simulated", "run", 0, arms, {}, ("value",), "reference", 1, 0)


def replicas(rng: random.Random, draw: Draw, numbers: range) -> list[Replica]:
    """Replicas of both arms that finished, with drawn values."""
    node: Any = None
    made = []
    for number in numbers:
        for arm, value in zip(("reference", "other"), draw(rng), strict=True):
            made.append(Replica(arm, number, "finished", number, node, {"value": value}))
    return made


def normal(rng: random.Random) -> tuple[float, float]:
    """Prices with chance that both arms share; the effect is −40."""
    shared = rng.gauss(0, 50)
    return 2_500 + shared + rng.gauss(0, 30), 2_460 + shared + rng.gauss(0, 30)


def tens(rng: random.Random) -> tuple[float, float]:
    """The same in whole tens of dollars, as people haggle."""
    one, other = normal(rng)
    return round(one, -1), round(other, -1)


def skewed(rng: random.Random) -> tuple[float, float]:
    """Waiting times, exponential with means 1 and 1.5, half of the chance shared; the effect is 0.5."""
    shared = rng.expovariate(1)
    return 0.5 * shared + 0.5 * rng.expovariate(1), 0.75 * shared + 0.75 * rng.expovariate(1)


def shares(rng: random.Random) -> tuple[bool, bool]:
    """Deals with a chance of 0.4 and 0.6, decided by the same luck in half of the pairs; the effect is 0.2."""
    luck = rng.random()
    return luck < 0.4, (luck if rng.random() < 0.5 else rng.random()) < 0.6


EFFECTS: dict[Draw, float] = {normal: -40.0, tens: -40.0, skewed: 0.5, shares: 0.2}


def coverage(draw: Draw, n: int, method: Method = "bootstrap_t") -> dict[str, float]:
    """The shares of experiments whose intervals cover the difference, and the mean of the other arm."""
    rng = random.Random(11)
    mean = {normal: 2_460.0, tens: 2_460.0, skewed: 1.5, shares: 0.6}[draw]
    covered, of_mean, found = 0, 0, 0
    for _ in range(EXPERIMENTS):
        effect = effects_of(plan(), replicas(rng, draw, range(n)), {}, method=method)[1]
        covered += effect.low <= EFFECTS[draw] <= effect.high
        of_mean += effect.mean_low <= mean <= effect.mean_high
        found += effect.p < 0.05
    return {"difference": covered / EXPERIMENTS, "mean": of_mean / EXPERIMENTS, "found": found / EXPERIMENTS}


def stopped_at_width(draw: Draw, width: float, pilot: int) -> dict[str, float]:
    """The same for `run_to_width`: pilot, number of replicas from it, interval."""
    rng = random.Random(12)
    covered, narrow, sizes = 0, 0, []
    for _ in range(EXPERIMENTS):
        given = replicas(rng, draw, range(pilot))
        wanted = replicas_for(plan(), given, "value", pilot, width, 0.95)
        given += replicas(rng, draw, range(pilot, wanted))
        found = reached(plan(), given, "value", pilot, wanted, wanted, width, 0.95)
        while not found.is_reached:
            wanted, before = enlarged(found), wanted
            given += replicas(rng, draw, range(before, wanted))
            found = reached(plan(), given, "value", pilot, wanted, wanted, width, 0.95)
        interval = found.intervals["other"]
        covered += interval.low <= EFFECTS[draw] <= interval.high
        narrow += found.is_reached
        sizes.append(wanted)
    return {"covered": covered / EXPERIMENTS, "narrow": narrow / EXPERIMENTS, "replicas": sum(sizes) / EXPERIMENTS}


def stopped_when_it_pleased(effect: float, half: Callable[[int, float], float]) -> float:
    """How often the interval covers, when one looks after every replica from the 5th to the 100th and stops as soon as
    it leaves 0 out."""
    rng = random.Random(13)
    covered = 0
    for _ in range(EXPERIMENTS):
        values: list[float] = []
        for n in range(1, 101):
            values.append(rng.gauss(effect, 1))
            if n >= 5:
                mean, sd = mean_and_sd(values)
                if abs(mean) > half(n, sd):
                    break
        covered += abs(mean - effect) <= half(n, sd)
    return covered / EXPERIMENTS


class Market(il.BaseEnvironment):
    """Forty customers a day, each with a valuation drawn by chance, buy where the price is below it."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.price, self.sold = 10.0, 0

    def _step(self) -> int:
        sold = sum(self.rng.gauss(12, 3) > self.price for _ in range(40))
        self.sold += sold
        if self.steps >= 8:
            self.set_finished()
        return sold


def pairing() -> None:
    """The variance of unpaired over that of paired differences, in real experiments."""
    with il.open_store(":memory:"):
        market = Market(seed=1).run(progress=False)
        sale = CarSale(seed=7).run(progress=False)
    rival = Observe("seller", "The buyer has another offer at $2,400.")
    for name, moment, change, measure in (
        (
            "a market whose customers are drawn from the seed",
            market.at(2),
            SetField("price", 11.0),
            lambda env: env.sold,
        ),
        ("a car sale by the demo model, told of a rival", sale.at(3), rival, lambda env: env.price),
    ):
        study = experiment(
            moment, {"as it was": [], "changed": change}, {"value": measure}, 200, progress=False, snapshots=False
        ).run()
        effect = study.estimates(interval="t")[1]
        paired = effect.high - effect.low
        report(
            f"pairing: variance unpaired / paired, {name}", effect.pairing, "×", width=round(paired, 2),
            width_unpaired=round(paired * math.sqrt(effect.pairing), 2), replicas=effect.n,
        )  # fmt: skip


def main() -> None:
    begin()
    for draw, n in ((normal, 20), (tens, 20), (skewed, 20), (skewed, 50), (shares, 50), (shares, 200)):
        found = coverage(draw, n)
        name = draw.__name__
        report(f"coverage of the difference, {name}, n = {n}", found["difference"], "share", must=MUST)
        report(f"coverage of the mean, {name}, n = {n}", found["mean"], "share", must=MUST, found=found["found"])
    for draw, n in ((normal, 20), (skewed, 20)):
        for method in ("t", "bca"):
            found = coverage(draw, n, method)
            report(f"  for comparison, {method}: difference, {draw.__name__}, n = {n}", found["difference"], "share")
    for draw, width, pilot in ((normal, 25.0, 10), (tens, 25.0, 10), (skewed, 0.8, 20), (shares, 0.25, 20)):
        stopped = stopped_at_width(draw, width, pilot)
        report(
            f"coverage, stopped at width {width:g}, {draw.__name__}, pilot of {pilot}", stopped["covered"], "share",
            must=MUST, reached=stopped["narrow"], replicas=round(stopped["replicas"], 1),
        )  # fmt: skip
    for effect in (0.0, 0.3):
        ordinary = stopped_when_it_pleased(effect, lambda n, sd: t_quantile(0.975, n - 1) * sd / math.sqrt(n))
        valid = stopped_when_it_pleased(effect, always_valid_half_width)
        report(
            f"coverage, looking after every replica, effect {effect:g}", valid, "share", must="≥ 0.93",
            ordinary_interval=ordinary,
        )  # fmt: skip
    pairing()


if __name__ == "__main__":
    main()
