"""A small actor–critic: how to bid, given the state of the round. Linear in its features, in plain Python numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from interlab.auction.bids import checked_slots
from interlab.errors import InvalidArgument
from interlab.state import Random


class ActorCritic:
    """An actor whose action is normal around a linear function of features, and a linear critic as its baseline.

    After each step the critic's error, r + γ v(next) − v(now), moves both: the critic towards what came, the actor
    towards actions that did better than expected.

    Sutton, McAllester, Singh and Mansour, Policy gradient methods for reinforcement learning with function
    approximation (2000).

    Args:
        features: how many there are beside a constant.
        actor_rate: of the actor's weights, above 0.
        critic_rate: of the critic's weights, above 0.
        spread: standard deviation of the action, above 0.
        discount: γ, in [0, 1].
        seed: decides the actions drawn.

    Attributes:
        actor: weights of the mean action, the constant's first.
        critic: weights of the expected return, the constant's first.
    """

    def __init__(
        self,
        features: int,
        *,
        actor_rate: float = 0.02,
        critic_rate: float = 0.05,
        spread: float = 0.3,
        discount: float = 1.0,
        seed: int = 0,
    ) -> None:
        for name, number in (("actor_rate", actor_rate), ("critic_rate", critic_rate), ("spread", spread)):
            if not 0 < number < math.inf:
                raise InvalidArgument(f"{name} is a finite number above 0; got {number!r}.")
        if not 0 <= discount <= 1:
            raise InvalidArgument(f"The discount lies within 0 … 1; got {discount!r}.")
        self.features = checked_slots(features, "number of features")
        self.actor_rate, self.critic_rate = actor_rate, critic_rate
        self.spread, self.discount = spread, discount
        self.actor = [0.0] * (features + 1)
        self.critic = [0.0] * (features + 1)
        self.rng: random.Random = Random(seed)

    def mean(self, features: Sequence[float]) -> float:
        """The mean action."""
        return _dot(self.actor, self._read(features))

    def worth(self, features: Sequence[float]) -> float:
        """The return that is expected from here on."""
        return _dot(self.critic, self._read(features))

    def act(self, features: Sequence[float]) -> float:
        """An action, drawn around the mean."""
        return self.mean(features) + self.spread * self.rng.gauss(0.0, 1.0)

    def learn(
        self,
        features: Sequence[float],
        action: float,
        reward: float,
        following: Sequence[float] | None = None,
    ) -> float:
        """Learn from one step.

        Args:
            features: before it.
            action: that was taken.
            reward: that came.
            following: the features after it; None at the end of an episode.

        Returns:
            The critic's error.
        """
        now = self._read(features)
        after = 0.0 if following is None else self.discount * self.worth(following)
        error = reward + after - _dot(self.critic, now)
        if not math.isfinite(error):
            raise InvalidArgument(f"Rewards and features are finite numbers; got the reward {reward!r}.")
        # Steps are in units of the features' length, so that no scale of features can make them diverge.
        length = _dot(now, now)
        surprise = (action - _dot(self.actor, now)) / self.spread
        for place, feature in enumerate(now):
            self.critic[place] += self.critic_rate * error * feature / length
            self.actor[place] += self.actor_rate * error * max(-3.0, min(3.0, surprise)) * feature / length
        return error

    def _read(self, features: Sequence[float]) -> list[float]:
        if len(features) != self.features:
            raise InvalidArgument(f"There are {self.features} features; got {len(features)}.")
        return [1.0, *map(float, features)]

    def to_dict(self) -> dict[str, Any]:
        """What was learned, as plain values for a store."""
        names = ("features", "actor_rate", "critic_rate", "spread", "discount")
        weights = {"actor": list(self.actor), "critic": list(self.critic)}
        return {"kind": "actor-critic", **{name: getattr(self, name) for name in names}, **weights}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any], *, seed: int = 0) -> ActorCritic:
        """From what `to_dict` gave."""
        settings = {name: kept[name] for name in ("actor_rate", "critic_rate", "spread", "discount")}
        made = cls(kept["features"], seed=seed, **settings)
        made.actor, made.critic = list(kept["actor"]), list(kept["critic"])
        return made


class StateBidding:
    """Bids by a learned policy: e to the power of its mean action, times the value. Give it to a moderator as `alpha`.

    Args:
        policy: what was learned, its actions being log α.
        features: ``(name, value, talk) -> features``; the value alone by default.
    """

    def __init__(
        self, policy: ActorCritic, features: Callable[[str, float, Any], Sequence[float]] | None = None
    ) -> None:
        self.policy = policy
        self.features = features

    def __call__(self, name: str, value: float, talk: Any) -> float:
        seen = [value] if self.features is None else self.features(name, value, talk)
        return math.exp(max(-20.0, min(20.0, self.policy.mean(seen)))) * value


def _dot(one: Sequence[float], other: Sequence[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))
