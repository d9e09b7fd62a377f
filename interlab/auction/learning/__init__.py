"""Learning how to bid: α by REINFORCE, an actor–critic that looks at the state, and no-regret bidders.

Owns the learners, their curves, and how policies are kept in a store. May import what `interlab.auction` may; numpy and
plotly are imported where they are used (the extra "auction").
"""

from interlab.auction.learning.actor_critic import ActorCritic, StateBidding
from interlab.auction.learning.curves import Curve, CurvePoint, plot_learning
from interlab.auction.learning.no_regret import Hedge, SelfPlay, self_play
from interlab.auction.learning.policies import load_policy, save_policy
from interlab.auction.learning.reinforce import reinforce

__all__ = [
    "ActorCritic",
    "Curve",
    "CurvePoint",
    "Hedge",
    "SelfPlay",
    "StateBidding",
    "load_policy",
    "plot_learning",
    "reinforce",
    "save_policy",
    "self_play",
]
