"""Best responses: the search finds what is known to be best, and says what it tried."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale, Move

import interlab as il
from interlab.counterfactual import Answer, best_response, experiment
from interlab.errors import InvalidArgument


class Nim(il.BaseEnvironment):
    """Take 1 to 3 stones in turn; who takes the last wins. Leaving a multiple of 4 wins against everybody."""

    def __init__(self, stones: int, opponent: Any, **settings: Any) -> None:
        super().__init__(**settings)
        self.stones = stones
        self.players = [il.ScriptedActor("me", lambda actor, stones: 1), il.ScriptedActor("other", opponent)]
        self.winner: str | None = None

    def _step(self) -> str:
        player = self.players[(self.steps - 1) % 2]
        taken = min(player.query(self.stones), self.stones)
        self.stones -= taken
        if self.stones == 0:
            self.winner = player.name
            self.set_finished()
        return f"{player.name} takes {taken}"


def perfect(actor: Any, stones: int) -> int:
    return stones % 4 or 1


def won(env: Nim) -> bool:
    return env.winner == "me"


@pytest.mark.parametrize(("stones", "best"), [(5, 1), (6, 2), (7, 3)])
def test_the_winning_move_against_a_perfect_opponent(stones: int, best: int) -> None:
    env = Nim(stones, perfect, seed=1)
    with il.open_store(":memory:"):
        found = best_response(env, "me", [1, 2, 3], won, rollouts=60, depth=2)
    assert found.best == best
    assert found.root.visits == found.rollouts == 60
    assert env.stones == stones, "the original stays as it is"
    (chosen,) = [node for node in found.root.children or [] if node.move == best]
    assert chosen.visits > 30
    assert found.line()[0] == best


class Maze(il.BaseEnvironment):
    """Three turns left or right; each way out has its own prize."""

    def __init__(self, prizes: dict[str, float], **settings: Any) -> None:
        super().__init__(**settings)
        self.prizes = prizes
        self.walker = il.ScriptedActor("walker", ["L"], repeat=True)
        self.way = ""

    def _step(self) -> str:
        self.way += self.walker.query("Left or right?")
        if len(self.way) == 3:
            self.set_finished()
        return self.way


@pytest.mark.parametrize("best", ["LRL", "RRR", "RLL"])
@pytest.mark.parametrize("maximize", [True, False])
def test_the_best_of_all_ways_is_found(best: str, maximize: bool) -> None:
    ways = map("".join, itertools.product("LR", repeat=3))
    prizes = {way: (1.0 if way == best else 0.1 * way.count("L")) * (1 if maximize else -1) for way in ways}
    with il.open_store(":memory:"):
        found = best_response(
            Maze(prizes, seed=1), "walker", lambda env: "LR", lambda env: env.prizes[env.way],
            rollouts=250, depth=3, maximize=maximize,
        )  # fmt: skip
    assert found.line() == list(best)


def test_rollouts_are_repeated_by_their_seed() -> None:
    with il.open_store(":memory:") as store:
        run = CarSale(seed=7).run(progress=False)
        moves = [Move("offer", 2_700), Move("offer", 2_500), Move("walk_away")]

        def search(seed: int) -> list[tuple[Any, list[float]]]:
            found = best_response(run.at(4), "seller", moves, lambda env: env.price or 0, rollouts=12, seed=seed)
            return [(node.move, node.values) for node in found.moves]

        assert search(1) == search(1)
        assert search(1) != search(2)
        node = store.find(kind="search")[0]
        assert len(node.find_nodes(kind="rollout")) == 12
        assert node.result["walk away"]["mean"] == 0


def test_moves_that_the_actor_gives_by_itself() -> None:
    with il.open_store(":memory:"):
        run = CarSale(seed=7).run(progress=False)
        found = best_response(run.at(4), "seller", 4, lambda env: env.price or 0, rollouts=12, workers=3)
        assert 1 < len(found.moves) <= 4
        assert all(isinstance(node.move, Move) for node in found.moves)
        assert sum(node.visits for node in found.moves) == 12
        study = experiment(run.at(4), {"as it was": [], **found.arms()}, lambda env: env.price, 2, progress=False)
        study.run()
        for name, (answer,) in found.arms().items():
            for fork in study.runs_of(name):
                assert fork.steps[0].result["price"] == answer.answer.price


def test_an_answer_is_given_once_and_then_the_actor_is_itself() -> None:
    fork = Maze({}, seed=1)
    il.intervene(fork, Answer("walker", "R"), Answer("walker", "R"))
    with il.open_store(":memory:"):
        fork.run(progress=False)
    assert fork.way == "RRL"


def test_rollouts_that_fail_are_counted() -> None:
    with il.open_store(":memory:"):
        found = best_response(
            Maze({"LLL": 1.0}, seed=1), "walker", ["L", "R"], lambda env: env.prizes[env.way], rollouts=6
        )  # fmt: skip
        assert found.rollouts + len(found.failures) == 6
        assert found.best == "L"
        with pytest.raises(KeyError):
            best_response(Maze({}, seed=1), "walker", ["L"], lambda env: env.prizes[env.way], rollouts=2)


@pytest.mark.parametrize(
    "change", [{"moves": []}, {"moves": "LR"}, {"actor": "x"}, {"rollouts": 0}, {"exploration": -1}]
)
def test_nonsense_is_refused(change: dict[str, Any]) -> None:
    given = {"start": Maze({}), "actor": "walker", "moves": ["L"], "measure": lambda env: 0, "rollouts": 1, **change}
    with il.open_store(":memory:"), pytest.raises(InvalidArgument):
        best_response(**given)
