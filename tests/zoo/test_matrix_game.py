"""Communicate and play: rounds, payoffs, monitors, the chart."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from interlab_zoo.matrix_game import Ask, MatrixGame, plot_payoffs, prisoners_dilemma, public_goods

import interlab as il
from interlab.environments import AllSpeak, Say
from interlab.errors import InvalidArgument
from interlab.testing import check_environment


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


class Player(il.BaseActor):
    """Says what it will do, and does it: always the same, or what the other did last."""

    def __init__(self, name: str, deed: str = "cooperate", *, copies: bool = False) -> None:
        super().__init__(name)
        self.deed = deed
        self.copies = copies

    def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
        if expected_type is None:
            return f"I will {self.deed}." if "may say" in prompt else f"{self.name} is content"
        if expected_type is float:
            return 0.5
        if self.copies:
            last = [text for text in self.memory.texts if text.startswith("Round ")]
            if last:
                other = next(part for part in last[-1].split(": ", 1)[1].split("; ") if not part.startswith(self.name))
                return other.split(" chose ")[1].split(" and ")[0]
        return self.deed


def promises_kept(game: MatrixGame) -> int:
    return len(game.history)


def test_tit_for_tat_against_a_defector() -> None:
    game = prisoners_dilemma([Player("Tit", copies=True), Player("Dee", "defect")], rounds=5, seed=1)
    run = game.run(progress=False)
    assert [tuple(one.actions.values()) for one in game.history] == [
        ("cooperate", "defect"),
        *[("defect", "defect")] * 4,
    ]
    assert run.result["totals"] == {"Tit": 4, "Dee": 9} == game.totals
    assert (run.result["rounds"], game.ended, len(run.steps)) == (5, "5 rounds were played", 15)
    assert [step.result["speaker"] for step in run.steps[:2]] == ["Tit", "Dee"]
    assert str(game.history[0]) == "Round 1: Tit chose cooperate and got 0; Dee chose defect and got 5."
    assert game.actors[0].memory.texts[:3] == ["Tit: I will cooperate.", "Dee: I will defect.", str(game.history[0])]


@pytest.mark.parametrize(
    ("one", "other", "totals"),
    [
        (("cooperate", True), ("defect", False), (199, 204)),
        (("cooperate", True), ("cooperate", True), (600, 600)),
        (("defect", False), ("cooperate", False), (1000, 0)),
    ],
)
def test_200_rounds_of_the_dilemma_give_the_known_totals(one: Any, other: Any, totals: Any) -> None:
    players = [Player("A", one[0], copies=one[1]), Player("B", other[0], copies=other[1])]
    game = prisoners_dilemma(players, rounds=200, talk_turns=0, seed=1)
    game.run(progress=False, snapshots=False)
    assert tuple(game.totals.values()) == totals


@pytest.mark.parametrize(
    ("deeds", "expected"),
    [
        (("keep",) * 4, (20, 20, 20, 20)), (("give",) * 4, (32, 32, 32, 32)),
        (("keep", "give", "give", "give"), (44, 24, 24, 24)), (("give", "keep", "keep", "keep"), (8, 28, 28, 28)),
    ],
)  # fmt: skip
def test_public_goods_of_four_give_the_known_payoffs(deeds: Any, expected: Any) -> None:
    game = public_goods([Player(f"P{place}", deed) for place, deed in enumerate(deeds)], rounds=2, talk_turns=0)
    game.run(progress=False)
    assert tuple(game.totals.values()) == pytest.approx([2 * one for one in expected])
    assert (game.spoken, game.steps) == (0, 2)


def test_rock_paper_scissors_has_value_0() -> None:
    beats = {("paper", "rock"), ("rock", "scissors"), ("scissors", "paper")}

    def payoffs(profile: tuple[str, ...]) -> tuple[int, int]:
        won = (profile in beats) - (profile[::-1] in beats)
        return won, -won

    names = ("rock", "paper", "scissors")
    game = MatrixGame([Player("A", "paper"), Player("B", "rock")], names, payoffs, rounds=4, talk_turns=0)
    assert all(sum(game.payoff_of((mine, yours))[0] for mine in names) == 0 for yours in names), "a uniform mix"
    game.run(progress=False)
    assert game.totals == {"A": 4, "B": -4}


def test_silent_talk_is_no_end_of_the_game_and_whispers_stay_private() -> None:
    class Whisperer(Player):
        def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
            return Say("psst", to=("B",)) if expected_type is None else self.deed

    class Shy(Player):
        def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
            return None if expected_type is None else self.deed

    game = prisoners_dilemma([Shy("A"), Shy("B")], rounds=2)
    game.run(progress=False)
    assert (len(game.history), game.spoken) == (2, 0)
    players = [Whisperer("A", "give"), Shy("B", "give"), Shy("C", "keep")]
    game = public_goods(players, rounds=1, moderator=AllSpeak(), talk_turns=1)
    game.run(progress=False)
    assert [len(actor.memory) for actor in game.actors] == [2, 2, 1]


def test_payoffs_are_a_mapping_an_array_or_a_function() -> None:
    numpy = pytest.importorskip("numpy")
    array = numpy.array([[[3, 3], [0, 5]], [[5, 0], [1, 1]]])
    function = {("C", "C"): (3, 3), ("C", "D"): (0, 5), ("D", "C"): (5, 0), ("D", "D"): (1, 1)}
    games = [
        MatrixGame([Player("A", "C"), Player("B", "D")], "CD", given, rounds=1, talk_turns=0)
        for given in (array, array.tolist(), function, lambda profile: function[profile])
    ]
    for profile in product("CD", repeat=2):
        assert len({game.payoff_of(profile) for game in games}) == 1
    assert len({game.choice_question("A") for game in games}) == 1
    assert "C / D: 0 / 5" in games[0].rules
    assert games[0].run(progress=False).result["totals"] == {"A": 0, "B": 5}


def test_monitors_watch_and_nobody_hears_them() -> None:
    class Watcher(il.BaseActor):
        def _query(self, prompt: Any = None, **settings: Any) -> Any:
            return prompt.count("I will"), prompt.count("Round ")

    monitors = {"watcher": Watcher("Watcher"), "mood": Ask("How sure are you?", float), "kept": promises_kept}
    game = prisoners_dilemma([Player("A"), Player("B", "defect")], rounds=2, monitors=monitors, seed=3)
    game.run(progress=False)
    assert [(note.round, note.monitor, note.about, note.finding) for note in game.notes] == [
        (1, "watcher", "", (2, 1)), (1, "mood", "A", 0.5), (1, "mood", "B", 0.5), (1, "kept", "", 1),
        (2, "watcher", "", (2, 1)), (2, "mood", "A", 0.5), (2, "mood", "B", 0.5), (2, "kept", "", 2),
    ]  # fmt: skip
    assert all(len(actor.memory) == 6 for actor in game.actors)


def test_who_fails_to_choose_does_what_it_did_last() -> None:
    class Tired(Player):
        def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
            if expected_type is not None and "round 2" in prompt:
                raise ConnectionError("asleep")
            return super()._query(prompt, expected_type=expected_type, **settings)

    game = prisoners_dilemma([Tired("A", "defect"), Player("B")], rounds=2, talk_turns=0)
    run = game.run(progress=False)
    assert [one.actions["A"] for one in game.history] == ["defect", "defect"]
    assert [event.name for event in run.node.find_nodes(kind="event")] == ["A failed"]


def test_models_play() -> None:
    game = prisoners_dilemma([il.LLMActor("A", "demo"), il.LLMActor("B", "demo")], rounds=2, seed=1)
    run = game.run(progress=False)
    assert run.result["rounds"] == 2 and all(one >= 0 for one in game.totals.values())


def test_the_chart_is_cumulative_and_in_the_players_colours() -> None:
    game = prisoners_dilemma([Player("A"), Player("B", "defect")], rounds=3, talk_turns=0)
    run = game.run(progress=False)
    for shown in (run, game):
        figure = plot_payoffs(shown)
        assert [list(trace.y) for trace in figure.data] == [[0, 0, 0, 0], [0, 5, 10, 15]]
        assert [trace.line.color for trace in figure.data] == [actor.color for actor in game.actors]
    with pytest.raises(InvalidArgument, match="draws a MatrixGame"):
        plot_payoffs(prisoners_dilemma([Player("A"), Player("B")], rounds=1).run(snapshots=False, progress=False))


def test_forks_go_on_exactly() -> None:
    def make() -> MatrixGame:
        return prisoners_dilemma(
            [Player("A", copies=True), Player("B", "defect")], rounds=2, seed=2, monitors={"x": Ask("?")}
        )

    check_environment(make, max_steps=6)
    run = make().run(progress=False)
    fork = run.at(3).fork()
    fork.actors[1].deed = "cooperate"
    assert fork.run(progress=False).result["totals"] == {"A": 5, "B": 5}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: MatrixGame([], "CD", {}), "players and at least two"),
        (lambda: MatrixGame([Player("A")], "C", {("C",): (1,)}), "at least two different actions"),
        (lambda: MatrixGame([Player("A")], "CD", {("C",): (1,)}), "no payoffs for D"),
        (lambda: MatrixGame([Player("A")], "CD", {("C",): (1,), ("D",): (1, 2)}), "are 1 finite numbers"),
        (lambda: MatrixGame([Player("A")], "CD", [[1], [float("nan")]]), "are 1 finite numbers"),
        (lambda: MatrixGame([Player("A")], "CD", [[1], [2]], rounds=0), "rounds is a whole number"),
        (lambda: MatrixGame([Player("A")], "CD", [[1], [2]], monitors={"m": 3}), "A monitor is"),
        (lambda: MatrixGame([Player("A", "E")], "CD", [[1], [2]], talk_turns=0).step(), "A chose 'E'; the actions"),
    ],
)
def test_what_can_not_be_meant_is_said(make: Any, message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        make()
