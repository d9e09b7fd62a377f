"""A run that is paused, stepped, whispered into and stopped."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.errors import InvalidArgument
from interlab.ui.lab import Lab, Player


@pytest.fixture
def store() -> Iterator[il.Store]:
    with il.Store(":memory:") as store:
        yield store
    store.close()


def paused_at(step: int) -> Any:
    return lambda player: player.status == "paused" and player.steps == step


def test_nothing_changes_by_being_watched(store: il.Store) -> None:
    plain = CarSale(seed=7).run(progress=False)
    told: list[int] = []
    player = Player(CarSale(seed=7), store=store, told=lambda: told.append(1)).start()
    assert player.wait(60)
    assert player.run is not None
    assert [step.result for step in player.run.steps] == [step.result for step in plain.steps]
    assert player.run.at(3).content_hash == plain.at(3).content_hash
    assert told


def test_pause_step_continue(store: il.Store) -> None:
    player = Player(CarSale(seed=7), store=store, paused=True).start()
    assert player.wait_until(paused_at(0))
    for number in (1, 2):
        player.step()
        assert player.wait_until(paused_at(number))
        assert [item["step"] for item in player.items] == list(range(1, number + 1))
    player.set_pause(0.01)
    player.go_on()
    assert player.wait(60)
    assert player.status == "finished"
    with pytest.raises(InvalidArgument, match="over"):
        player.whisper("Bob", "Too late.")


def test_a_whisper_is_heard_by_one_and_recorded_and_copied(store: il.Store) -> None:
    env = CarSale(seed=7)
    lab = Lab(store=store, environment=env)
    branch = lab.play(name="sale", paused=True)
    player = branch.player
    for number in (1, 2):
        player.step()
        assert player.wait_until(paused_at(number))
    player.whisper("Bob", "The seller told a friend that she would take $2,300.")
    assert player.wait_until(lambda one: bool(one.whispers))
    assert "friend" in env.buyer.memory.texts[-1]
    assert not any("friend" in text for text in env.seller.memory.texts)
    player.go_on()
    assert player.wait(60)
    kinds = [node.kind for node in branch.run.node.children]
    assert kinds[:4] == ["step", "step", "intervention", "step"]
    assert branch.run.at(-1).fork().interventions == ()
    # The copied code says the same words, from the same beginning.
    names: dict[str, Any] = {"env": CarSale(seed=7)}
    exec(lab.code({"what": "played", "run": 1}), names)
    assert [step.result for step in names["run"].steps] == [step.result for step in branch.run.steps[2:]]
    # A fork of the moment at which it was whispered is as it was before.
    done = lab.fork({"run": 1, "step": 2, "change": {"kind": "seed", "seed": 7}})
    assert done.player.wait(60)
    exec(lab.code({"what": "played", "run": 2}), names := {"env": CarSale(seed=7)})
    assert [step.result for step in names["fork_2"].steps] == [step.result for step in done.run.steps]


def test_a_whisper_before_the_first_step_is_copied_and_not_heard_by_a_fork_of_the_beginning(store: il.Store) -> None:
    lab = Lab(store=store, environment=CarSale(seed=7))
    branch = lab.play(paused=True)
    player = branch.player
    player.whisper("Bob", "The seller told a friend that she would take $2,300.")
    assert player.wait_until(lambda one: bool(one.whispers))
    player.go_on()
    assert player.wait(60)
    done = lab.fork({"run": 1, "step": 0, "change": {"kind": "seed", "seed": 7}})
    assert done.player.wait(60)
    whispered, plain = ([step.result for step in run.steps] for run in (branch.run, done.run))
    assert whispered != plain
    exec(lab.code({"what": "played", "run": 2}), names := {"env": CarSale(seed=7)})
    assert [step.result for step in names["fork_2"].steps] == plain
    made = [[step.result for step in one.steps] for one in names.values() if isinstance(one, il.Run)]
    assert any(one == whispered for one in made)


def test_stop_keeps_what_was_made(store: il.Store) -> None:
    lab = Lab(store=store, environment=CarSale(seed=7))
    branch = lab.play(paused=True)
    branch.player.step()
    assert branch.player.wait_until(paused_at(1))
    with pytest.raises(InvalidArgument, match="under way"):
        lab.play()
    branch.player.stop()
    assert branch.player.wait(60)
    assert branch.player.status == "stopped"
    assert (branch.run.state, len(branch.run.steps)) == ("finished", 1)
    assert "max_steps=1" in lab.code({"what": "played", "run": 1})


def test_a_failure_is_told_in_words(store: il.Store) -> None:
    def fails(prompt: str) -> str:
        raise RuntimeError("the line is dead")

    player = Player(CarSale(buyer_model=fails, seed=7), store=store).start()
    assert player.wait(60)
    assert player.status == "failed"
    assert "the line is dead" in player.error
    assert player.items[-1]["kind"] == "error"
    assert "Traceback" not in player.error
    assert player.steps == 1


@pytest.mark.parametrize("wrong", [{"pause_s": -1}, {"pause_s": 99}, {"environment": 3}])
def test_what_cannot_be_played(wrong: dict[str, Any]) -> None:
    given = {"environment": CarSale(seed=1), **wrong}
    with pytest.raises(InvalidArgument):
        Player(given.pop("environment"), **given)


def test_nobody_of_that_name_hears_a_whisper(store: il.Store) -> None:
    player = Player(CarSale(seed=7), store=store, paused=True)
    with pytest.raises(InvalidArgument, match="'Bob', 'Alice'"):
        player.whisper("Eve", "psst")
    with pytest.raises(InvalidArgument, match="Write"):
        player.whisper("Bob", "  ")


class Plain(il.BaseEnvironment):
    """A step's result is what one actor answered, or what nobody did."""

    def __init__(self, *, seed: int | None = None) -> None:
        super().__init__(seed=seed)
        self.actors = [il.LLMActor(name, lambda prompt, name=name: f"Here speaks {name}.") for name in ("Ada", "Finn")]

    def _step(self) -> str:
        words = [actor.query("?") for actor in self.actors[: self.steps]]
        return words[0] if self.steps < 3 else "It rains."


def test_the_answer_of_an_actor_is_what_the_actor_said(store: il.Store) -> None:
    lab = Lab(store=store, environment=Plain())
    branch = lab.play(max_steps=3)
    assert branch.player.wait(60)
    items = [item for item in branch.player.items if item["kind"] in ("said", "note")]
    assert [(item["kind"], item.get("speaker"), item["words"]) for item in items] == [
        ("said", "Ada", "Here speaks Ada."),
        ("said", "Ada", "Here speaks Ada."),
        ("note", None, "It rains."),
    ]
