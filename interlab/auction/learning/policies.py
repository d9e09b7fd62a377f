"""Learned policies are kept in the store, beside the runs they were learned from."""

from __future__ import annotations

from typing import Any

from interlab.auction.learning.actor_critic import ActorCritic
from interlab.auction.learning.curves import Curve
from interlab.errors import InvalidArgument
from interlab.tracing import Store, TracingNode

KIND = "policy"


def save_policy(policy: Curve | ActorCritic, name: str) -> TracingNode:
    """Keep a policy in the current store, as a node of kind ``policy``.

    Args:
        policy: what `reinforce` gave, or an `ActorCritic`.
        name: under which `load_policy` finds it; the newest of a name counts.
    """
    if not isinstance(policy, Curve | ActorCritic):
        raise InvalidArgument(f"A policy is what reinforce() gave, or an ActorCritic; got {policy!r:.60}.")
    with TracingNode(name, kind=KIND) as node:
        node.set_result(policy.to_dict())
    return node


def load_policy(store: Store, name: str) -> Any:
    """The newest policy of a name.

    Returns:
        A `Curve`, whose `alphas` a moderator takes; or an `ActorCritic`.

    Raises:
        InvalidArgument: the store has none of that name.
    """
    found = [node for node in store.find(kind=KIND) if node.has_result]
    kept = [node for node in found if node.name == name]
    if not kept:
        known = ", ".join(sorted({repr(node.name) for node in found})) or "none"
        raise InvalidArgument(f"The store has no policy {name!r}; its policies are: {known}.")
    newest = max(kept, key=lambda node: node.opened_at).result
    return Curve.from_dict(newest) if newest["kind"] == "alphas" else ActorCritic.from_dict(newest)
