"""Interventions: each changes what it says and nothing else, is recorded with the branch, and refuses what can't be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.counterfactual import (
    AddActor,
    AddMemory,
    Call,
    EditMemory,
    EditMessage,
    ForceSpeaker,
    Intervention,
    Observe,
    RemoveActor,
    RemoveMemory,
    ReplaceActor,
    SetField,
    SetSeed,
    SetSystemPrompt,
    SwapModel,
    intervene,
)
from interlab.errors import InvalidArgument


@pytest.fixture(scope="module")
def moment() -> Iterator[Any]:
    store = il.open_store(":memory:")
    with store:
        yield CarSale(seed=7).run(progress=False).at(3)
    store.close()


class Panel(il.BaseEnvironment):
    """Actors in a list, who say yes in turn."""

    def __init__(self, names: str = "ABC", **settings: Any) -> None:
        super().__init__(**settings)
        self.actors = [il.LLMActor(name, lambda prompt: "yes") for name in names]
        self.transcript: il.Log[str] = il.Log()
        self.scores = {"A": 0}
        self.next: str | None = None

    def force_speaker(self, name: str) -> None:
        self.next = name

    def _step(self) -> str:
        speaker = next(
            (one for one in self.actors if one.name == self.next), self.actors[self.steps % len(self.actors)]
        )
        self.next = None
        said = f"{speaker.name}: {speaker.query('?')}"
        self.transcript.append(said)
        for actor in self.actors:
            actor.observe(said)
        return said


PATHS: list[tuple[Intervention, set[str]]] = [
    (Observe("seller", "A rival offers $2,400."), {"env.seller.memory"}),
    (AddMemory("Alice", "I sold one last week."), {"env.seller.memory"}),
    (EditMemory("Bob", 0, "He wants $9,999."), {"env.buyer.memory"}),
    (RemoveMemory("Bob", 1), {"env.buyer.memory"}),
    (SetSystemPrompt("buyer", "Be generous."), {"env.buyer.system_prompt"}),
    (SwapModel("buyer", lambda prompt: "no"), {"env.buyer.model"}),
    (SwapModel("buyer", params={"temperature": 0.2}), {"env.buyer.params"}),
    (SetField("max_steps", 30), {"env.max_steps"}),
    (SetField("env.buyer.memory.item_limit", 3), {"env.buyer.memory.item_limit"}),
    (SetSeed(99), {"env.seed", "env.rng"}),
    (EditMessage(0, "It costs a fortune."), {"env.transcript", "env.buyer.memory", "env.seller.memory"}),
    (Call(lambda env: setattr(env, "price", 1.0), "a price"), {"env.price"}),
]


@pytest.mark.parametrize(("change", "places"), PATHS, ids=lambda value: str(value)[:40])
def test_an_intervention_changes_what_it_says_and_the_original_stays(
    moment: Any, change: Intervention, places: set[str]
) -> None:
    before = moment.content_hash
    preview = change.preview(moment)
    assert preview
    assert {
        next((place for place in places if one.path.startswith(place)), one.path) for one in preview.changes
    } == places
    assert moment.content_hash == before
    fork = moment.fork()
    assert intervene(fork, change) is fork
    assert str(il.counterfactual.state_diff(moment.fork(), fork)).startswith(str(preview)[:30])
    assert fork.interventions == (change.record(),)


def test_a_branch_records_its_interventions_and_its_branches_do_not(moment: Any) -> None:
    fork = intervene(moment.fork(), Observe("seller", "A rival offers $2,400."), SetSeed(4))
    branch = fork.run(progress=False)
    assert [one["intervention"] for one in branch.interventions] == ["Observe", "SetSeed"]
    assert branch.interventions[0]["text"] == "A rival offers $2,400."
    twig = branch.at(-1).fork()
    assert twig.interventions == () and branch.at(4).fork().run(max_steps=1, progress=False).interventions == []


def test_what_was_said_is_heard_otherwise_by_all_who_heard_it() -> None:
    with il.open_store(":memory:"):
        env = Panel(seed=1)
        env.run(max_steps=4, progress=False)
        assert list(env.transcript) == ["B: yes", "C: yes", "A: yes", "B: yes"]
        intervene(env, EditMessage(3, "B: no"))
        assert list(env.transcript) == ["B: yes", "C: yes", "A: yes", "B: no"]
        for actor in env.actors:  # of the sentence said twice, the second changed
            assert actor.memory.texts == ["B: yes", "C: yes", "A: yes", "B: no"]


def test_actors_come_go_and_take_each_others_place() -> None:
    with il.open_store(":memory:"):
        env = Panel(seed=1)
        env.run(max_steps=2, progress=False)
        intervene(env, RemoveActor("B"), AddActor(il.LLMActor("D", lambda prompt: "maybe"), place=0), ForceSpeaker("C"))
        assert [actor.name for actor in env.actors] == ["D", "A", "C"]
        assert env.step() == "C: yes"
        new = il.ScriptedActor("E", ["never"])
        intervene(env, ReplaceActor("D", new))
        assert env.actors[0].name == "E" and env.actors[0] is not new
        assert env.actors[0].memory.texts == ["C: yes"]
        assert len(new.memory) == 0


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (Observe("nobody", "x"), r"No actor 'nobody' takes part here; the actors are 'A', 'B', 'C'"),
        (EditMemory("A", 5, "x"), "has no memory 5: it has 0"),
        (EditMemory("A", "where", "x"), "0 of the 0 memories"),
        (EditMessage(0, "x"), "There is no message 0: transcript has 0"),
        (EditMessage(0, "x", history="talk"), "no state.Log named 'talk'"),
        (SwapModel("A", params={"heat": 1}), "Unknown parameter 'heat'"),
        (SetField("nothing.here", 1), "There is nothing at 'nothing.here'"),
        (SetField("scores['B']", 1), "There is nothing at"),
        (SetField("a b", 1), "A path is like"),
        (RemoveActor("Z"), "No actor 'Z'"),
        (RemoveActor("A", among="people"), "no list of actors named 'people'"),
        (AddActor(il.LLMActor("A", "demo")), "There is an actor named 'A' already"),
        (SetSeed("x"), "A seed is a whole number"),  # type: ignore[arg-type]
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(change: Intervention, message: str) -> None:
    with il.open_store(":memory:") as store:
        env = Panel(seed=1)
        before = il.state.content_hash(env, resource_name=lambda resource: "model")
        with pytest.raises(InvalidArgument, match=message):
            intervene(env, change)
        assert il.state.content_hash(env, resource_name=lambda resource: "model") == before
        assert env.interventions == ()
        with pytest.raises(InvalidArgument):
            change.preview(env)
        store.close()


def test_a_preview_leaves_no_trace() -> None:
    with il.open_store(":memory:") as store:
        env = Panel(seed=1)
        Observe("A", "psst").preview(env)
        assert store.roots() == []
        store.close()


def test_items_of_dictionaries_and_logs_are_set_by_path() -> None:
    env = Panel(seed=1)
    env.transcript.append("one")
    intervene(env, SetField("scores['A']", 3), SetField("transcript[0]", "two"), SetField("actors[1].name", "X"))
    assert env.scores == {"A": 3} and list(env.transcript) == ["two"] and env.actors[1].name == "X"


def test_what_is_no_intervention_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="An intervention is one of"):
        intervene(Panel(seed=1), 3)  # type: ignore[arg-type]
    with pytest.raises(InvalidArgument, match="An intervention is one of"):
        intervene(Panel(seed=1), ["text"])  # type: ignore[list-item]
