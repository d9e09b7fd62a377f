"""How aggressively to bid, learned from rewards of whole episodes."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from interlab.auction.bids import checked_slots
from interlab.auction.learning.curves import Curve, CurvePoint
from interlab.errors import InvalidArgument


def reinforce(
    episode: Callable[[dict[str, float], int], float],
    names: Iterable[str],
    *,
    updates: int = 200,
    batch: int = 32,
    learning_rate: float = 0.5,
    spread: tuple[float, float] = (0.5, 0.05),
    start: float | Mapping[str, float] = 1.0,
    bounds: tuple[float, float] = (0.01, 100.0),
    shared: bool = False,
    seed: int = 0,
) -> Curve:
    """Learn α per actor by REINFORCE with a baseline.

    Log α is drawn from a normal distribution whose mean is learned and whose spread shrinks over training. The gradient
    is that of REINFORCE, (reward − baseline) · (log α − mean) / spread², with the mean of the batch's other episodes as
    baseline. The step follows it in units of the spread (the natural gradient) and of the rewards' standard deviation,
    so neither scale matters, and no lucky batch moves log α by much more than its spread.

    Williams, Simple statistical gradient-following algorithms for connectionist reinforcement learning (1992). The
    reward of the DALA paper is accuracy − λ · tokens / budget.

    Args:
        episode: ``(alphas by name, seed) -> reward``, a finite number.
        names: of the actors that learn.
        updates: of the means.
        batch: episodes for each update, at least 2.
        learning_rate: of the mean of log α, in units of the spread, above 0.
        spread: standard deviation of log α at the beginning and at the end, above 0.
        start: α at the beginning, for all or by name.
        bounds: of α.
        shared: whether all have one α.
        seed: decides what is drawn; each episode has a seed of its own, the same in every training.

    Returns:
        The curve; its `alphas` are the means at the end, over the last tenth of the updates.

    Raises:
        InvalidArgument: an argument can't be meant, or an episode's reward is not finite.
    """
    import numpy as np

    actors = list(dict.fromkeys(names))
    checked_slots(updates, "number of updates")
    if checked_slots(batch, "batch") < 2:
        raise InvalidArgument("A batch has at least 2 episodes: each is compared with the others.")
    for what, number in (("learning_rate", learning_rate), ("spread", spread[0]), ("spread", spread[1])):
        if not 0 < number < math.inf:
            raise InvalidArgument(f"{what} is a finite number above 0; got {number!r}.")
    low, high = bounds
    if not 0 < low < high < math.inf or not actors:
        raise InvalidArgument(f"REINFORCE needs actors, and bounds 0 < low < high of α; got {actors!r} and {bounds!r}.")
    begin = start if isinstance(start, Mapping) else dict.fromkeys(actors, start)
    mean = np.log(np.clip([begin.get(name, 1.0) for name in actors], low, high))
    if shared:
        mean[:] = mean.mean()
    rng = np.random.default_rng(seed)
    points: list[CurvePoint] = []
    for update in range(updates):
        sigma = spread[0] * (spread[1] / spread[0]) ** (update / max(1, updates - 1))
        noise = rng.standard_normal((batch, 1 if shared else len(actors))) * np.ones(len(actors))
        drawn = np.exp(np.clip(mean + sigma * noise, math.log(low), math.log(high)))
        rewards = np.array(
            [
                _reward(episode, dict(zip(actors, map(float, alphas), strict=True)), seed, update * batch + place)
                for place, alphas in enumerate(drawn)
            ]
        )
        total = rewards.sum()
        advantage = rewards - (total - rewards) / (batch - 1)
        scale = rewards.std()
        if scale > 0:
            gradient = (advantage[:, None] / scale * noise).mean(axis=0)
            mean = np.clip(mean + learning_rate * sigma * gradient, math.log(low), math.log(high))
        alphas = dict(zip(actors, np.exp(mean).tolist(), strict=True))
        points.append(CurvePoint((update + 1) * batch, float(rewards.mean()), alphas, sigma))
    last = points[-max(1, updates // 10) :]
    learned = {name: math.exp(math.fsum(math.log(one.alphas[name]) for one in last) / len(last)) for name in actors}
    settings: dict[str, Any] = {
        "updates": updates,
        "batch": batch,
        "learning_rate": learning_rate,
        "spread": list(spread),
        "bounds": list(bounds),
        "shared": shared,
        "seed": seed,
    }
    return Curve(tuple(points), learned, settings)


def _reward(
    episode: Callable[[dict[str, float], int], float], alphas: dict[str, float], seed: int, number: int
) -> float:
    reward = float(episode(alphas, seed * 1_000_003 + number))
    if not math.isfinite(reward):
        raise InvalidArgument(f"The reward of an episode is a finite number; with {alphas!r} it is {reward!r}.")
    return reward
