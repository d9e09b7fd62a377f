"""The car sale that the tests look at, and what is to be seen of it."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from interlab_zoo.negotiation import CarSale

import interlab as il


class Facts(NamedTuple):
    """What there is to see.

    Args:
        nodes: in the store.
        models: calls of the model among them.
        first: who speaks first.
        second: what is said in the second step.
    """

    nodes: int
    models: int
    first: str
    second: str


def sell(store: il.Store) -> None:
    """Record a car sale and a fork of it."""
    with store:
        run = CarSale("demo", "demo", seed=7).run(name="car sale", progress=False)
        fork = run.at(step=len(run.steps) // 2).fork()
        fork.seller.observe("The buyer has another offer at $2,400.")
        fork.run(name="what if: rival offer", progress=False)


@cache
def facts() -> Facts:
    """The same of a car sale in memory: it is decided by its seed."""
    store = il.open_store(":memory:")
    sell(store)
    first, second = store.runs()[0].steps[:2]
    models = len(list(store.find(kind="model")))
    found = Facts(len(store), models, first.result["speaker"], second.result["message"])
    store.close()
    return found
