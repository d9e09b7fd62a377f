"""Leave one message out: who changed whom, ranked before it is paid for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.counterfactual import influence
from interlab.counterfactual.influence import NotHeard, energy_coefficient, taken_up
from interlab.errors import InvalidArgument


class Parrots(il.BaseEnvironment):
    """Ada names a number by chance; Bo repeats the last number it heard from her, Cy says what it always says."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.transcript: il.Log[str] = il.Log()
        self.actors = [il.ScriptedActor(name, _say) for name in ("Ada", "Bo", "Cy")]
        self.said = 0

    def _step(self) -> str:
        actor = self.actors[(self.steps - 1) % 3]
        message = f"{actor.name}: {actor.query(self.rng.randint(100, 999))}"
        self.transcript.append(message)
        for one in self.actors:
            one.observe(message)
        numbers = re.findall(r"\d+", message)
        if actor.name == "Bo":
            self.said = int(numbers[0]) if numbers else 0
        if self.steps >= 3:
            self.set_finished()
        return message


def _say(actor: il.BaseActor, number: int) -> str:
    if actor.name == "Ada":
        return f"take {number}"
    if actor.name == "Cy":
        return "whatever"
    heard = re.findall(r"Ada: take (\d+)", " ".join(actor.memory.texts))
    return f"I take {heard[-1]}" if heard else "nothing"


@pytest.fixture
def run() -> Any:
    with il.open_store(":memory:"):
        yield Parrots(seed=3).run("parrots", progress=False)


def test_ranked_before_it_is_paid_for(run: il.Run) -> None:
    found = influence(run, lambda env: env.said, 4, progress=False)
    assert [(one.number, one.speaker) for one in found.messages] == [(0, "Ada"), (1, "Bo")]
    assert found.messages[0].rank > found.messages[1].rank
    assert run.node._source.find(kind="replica") == []
    assert found.effects().empty
    assert found.price_tag(top=1).replicas_to_run == 8
    found.run(top=1)
    assert [one.is_run for one in found.messages] == [True, False]
    assert list(found.effects().index) == [0]


def test_who_changed_whom(run: il.Run) -> None:
    found = influence(run, {"said": lambda env: env.said}, 4, progress=False).run()
    edges = {(edge.speaker, edge.listener): edge for edge in found.edges()}
    assert edges["Ada", "Bo"].strength == 1.0
    assert edges["Ada", "Cy"].strength == 0.0
    assert edges["Bo", "Cy"].strength == 0.0
    assert ("Bo", "Ada") not in edges  # she did not speak again
    number = int(re.findall(r"\d+", run.steps[0].result)[0])
    effects = found.effects()
    assert effects.loc[0, "difference"] == -number
    assert effects.loc[1, "difference"] == 0
    assert list(effects.index) == [0, 1]
    assert list(effects["p_holm"]) == pytest.approx([min(1.0, 2 * 2 / 2**4), 1.0])
    figure = found.plot()
    assert {trace.text[0] for trace in figure.data if trace.mode == "text"} >= {"1.00", "0.00"}
    assert "Ada → Bo: 1.00" in str(found)


def test_only_the_speaker_remembers(run: il.Run) -> None:
    fork = run.at(1).fork()
    il.intervene(fork, NotHeard())
    assert [len(actor.memory) for actor in fork.actors] == [1, 0, 0]
    assert len(fork.transcript) == 1
    with pytest.raises(InvalidArgument):
        il.intervene(fork, NotHeard(5))


def test_what_others_take_up() -> None:
    messages = ["A: the price is 2,400", "B: hello there", "B: 2,400 it is", "A: 2,400 then"]
    assert taken_up(messages, 0) == pytest.approx(2 / 4)  # of "b 2,400 it is": 2,400 and is
    assert taken_up(messages, 3) == 0


def test_the_energy_coefficient() -> None:
    assert energy_coefficient([{"a"}, {"a"}], [{"b"}, {"b"}]) == 1.0
    assert energy_coefficient([{"a"}, {"b"}], [{"a"}, {"b"}]) == 0.0
    assert energy_coefficient([{"a"}], [{"a"}]) == 0.0
    assert 0 < energy_coefficient([{"a", "b"}, {"a", "c"}], [{"d", "b"}, {"d", "c"}]) < 1


def test_of_a_sale() -> None:
    with il.open_store(":memory:"):
        run = CarSale(seed=7).run("car sale", progress=False)
        found = influence(run, lambda env: env.price, 3, rank=lambda messages, number: -number, progress=False)
        assert found.messages[0].number == 0
        assert len(found.messages) == len(run.steps) - 1
        found.run(top=2)
        assert {(edge.speaker, edge.listener) for edge in found.edges()} == {("Alice", "Bob"), ("Bob", "Alice")}


@pytest.mark.parametrize("change", [{"run": 3}, {"history": "nothing"}, {"measure": {}}])
def test_nonsense_is_refused(run: il.Run, change: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        influence(**{"run": run, "measure": lambda env: 0, **change})
    with pytest.raises(InvalidArgument):
        influence(run, lambda env: 0).run(top=0)
