"""Unchanged forks of every zoo scenario, at every step, reproduce the rest: in this process, and in another that has
nothing but the file."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from interlab_zoo.debate import Debate, ScriptedDebater
from interlab_zoo.matrix_game import Ask, prisoners_dilemma, public_goods
from interlab_zoo.negotiation import CarSale, PriceNegotiation
from interlab_zoo.sharded_facts import ShardedFacts, WitnessKind, draw_witnesses, make_puzzle, model_witnesses
from interlab_zoo.thinkers import ChainOfThoughtActor
from interlab_zoo.trivia import Quiz, make_tasks

import interlab as il
from interlab.environments import Turns
from interlab.state import content_hash


def cast(*names: str, **settings: Any) -> list[Any]:
    return [il.LLMActor(name, "babble", system_prompt=f"You are {name}.", **settings) for name in names]


def negotiation() -> il.BaseEnvironment:
    buyer = ChainOfThoughtActor("Bert", memory=il.ListMemory(item_limit=4))
    seller = il.LLMActor("Sue", "demo", memory=il.AssociativeMemory())
    return PriceNegotiation(buyer, seller, seed=5, max_steps=6)


def debate_of_models() -> il.BaseEnvironment:
    return Debate("Is the sea blue?", cast("Ann", "Bob", "Cy"), rounds=2, candidates=2, stop_when_agreed=False, seed=3)


def scripted_debate() -> il.BaseEnvironment:
    options = ("Lyon", "Paris", "Nice")
    debaters = [ScriptedDebater(f"D{place}", options, "Paris", competence=0.5, seed=4) for place in range(5)]
    return Debate("What is the capital?", debaters, right="Paris", stop_when_agreed=False, rounds=4, seed=4)


def sharded_facts() -> il.BaseEnvironment:
    puzzle = make_puzzle(4, seed=2)
    witnesses = draw_witnesses(puzzle, [WitnessKind(competence=0.8, verbosity=3)] * 6, 2)
    return ShardedFacts(puzzle, witnesses, moderator=il.RandomSpeaker(), end=Turns(8), seed=2)


def told_by_models() -> il.BaseEnvironment:
    puzzle = make_puzzle(3, seed=1)
    return ShardedFacts(puzzle, model_witnesses(puzzle, "babble"), end=Turns(5), seed=1)


def dilemma() -> il.BaseEnvironment:
    monitors = {"trust": Ask("Do you trust the other?", bool), "talk": il.LLMActor("Watcher", "demo")}
    return prisoners_dilemma(cast("Ann", "Bob"), rounds=3, talk_turns=1, monitors=monitors, seed=6)


def commons() -> il.BaseEnvironment:
    return public_goods(cast("Ann", "Bob", "Cy"), rounds=2, moderator=il.Volunteers("speak"), seed=8)


def quiz() -> il.BaseEnvironment:
    return Quiz(make_tasks("basic_arithmetic", 1, seed=1)[0], cast("Ann", "Bob"), rounds=1, seed=1)


def volunteers() -> il.BaseEnvironment:
    talk = cast("Ann", "Bob", "Cy", "Dee")
    return il.Conversation(talk, topic="boats", moderator=il.Volunteers(at_most=2), end=Turns(6), seed=9)


def auction() -> il.BaseEnvironment:
    moderator = il.AuctionModerator(
        il.SecondPrice(), il.HeuristicValuation(), budget=il.TokenBudget(400, per_round=80), max_tokens=40
    )
    return il.Conversation(cast("Ann", "Bob", "Cy"), topic="trains", moderator=moderator, end=Turns(6), seed=10)


def sealed_lottery() -> il.BaseEnvironment:
    moderator = il.AuctionModerator(il.Softmax(temperature=1.0), il.SelfReportValuation(), first="bid", max_tokens=30)
    return il.Conversation(cast("Ann", "Bob", "Cy"), topic="rain", moderator=moderator, end=Turns(5), seed=11)


def chaired_rooms() -> il.BaseEnvironment:
    return il.Conversation(
        cast("Ann", "Bob", "Cy"),
        topic="tea",
        moderator=il.ModelChair("demo"),
        audience=il.Rooms({"kitchen": ["Ann", "Bob"], "hall": ["Cy"]}),
        end=Turns(5),
        seed=12,
    )


SCENARIOS: list[Callable[[], il.BaseEnvironment]] = [
    lambda: CarSale(seed=7), negotiation, debate_of_models, scripted_debate, sharded_facts, told_by_models, dilemma,
    commons, quiz, volunteers, auction, sealed_lottery, chaired_rooms,
]  # fmt: skip
NAMES = ["car_sale", *(one.__name__ for one in SCENARIOS[1:])]


class Babble(il.Model):
    """Answers typed questions as the demo does, and says something else for every prompt and seed."""

    capabilities = frozenset({"seed", "json_schema"})

    def _generate(self, messages: Any, params: Any) -> Any:
        said = il.get_model("demo").generate(messages, params)
        if "(demo model)" not in said.text:
            return said
        asked = repr([message.text for message in messages])
        draw = il.Random(f"{params.seed} {asked}")
        return il.Reply(" ".join(draw.choices(["boats", "sail", "on", "a", "wide", "and", "quiet", "sea"], k=8)))


def told(node: Any) -> Any:
    """All there is to a node but for the seconds that it took. What was done side by side stands in no order."""
    facts = {name: fact for name, fact in node.meta.items() if not name.endswith("_s")}
    below = sorted(map(told, node.children), key=repr)
    return node.kind, node.name, node.state, node.tags, facts, node.inputs, node.result, node.error, below


def ran(run: Any, after: int = 0) -> Any:
    """All that a run did after a step, as it is stored, and the state in which it ended."""
    end = run.env
    vars(end).pop("origin", None)  # where a fork came from is no difference
    steps = [told(step) for step in run.steps if step.meta["step"] > after]
    return steps, run.result, content_hash(end)


il.register_model("babble", lambda rest, *, name, params: Babble(name, params))


@pytest.mark.parametrize("make", SCENARIOS, ids=NAMES)
def test_here(make: Callable[[], il.BaseEnvironment]) -> None:
    with il.open_store(":memory:") as store:
        run = make().run(progress=False)
        moments = [0, *(step.meta["step"] for step in run.steps)]
        assert len(moments) > 2
        for number in moments[:-1]:
            again = run.at(number).fork().run(progress=False)
            assert ran(again) == ran(run, number)
        store.close()


ELSEWHERE = """
import json, sys
from typing import Any
from interlab.state import content_hash
import interlab as il
import interlab_zoo.debate, interlab_zoo.matrix_game, interlab_zoo.negotiation, interlab_zoo.sharded_facts
import interlab_zoo.thinkers, interlab_zoo.trivia

RAN
il.register_model("babble", lambda rest, *, name, params: Babble(name, params))
said = {}
for path in sys.argv[1:]:
    with il.open_store(path) as store:
        run = store.runs()[0]
        wrong = []
        for number in [0, *(step.meta["step"] for step in run.steps[:-1])]:
            fork = run.at(number).fork()
            again = fork.run(progress=False)
            if ran(again) != ran(run, number):
                wrong.append(number)
        said[path] = {"steps": len(run.steps), "wrong": wrong}
        store.close()
print(json.dumps(said))
"""


def test_in_another_process(tmp_path: Path) -> None:
    paths: dict[str, tuple[Path, int]] = {}
    for name, make in zip(NAMES, SCENARIOS, strict=True):
        path = tmp_path / f"{name}.db"
        with il.open_store(path) as store:
            paths[name] = (path, len(make().run(progress=False).steps))
            store.close()
    command = [
        sys.executable,
        "-c",
        ELSEWHERE.replace("RAN", "\n".join(map(inspect.getsource, (Babble, told, ran))), 1),
        *(str(path) for path, _ in paths.values()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    said = json.loads(done.stdout)
    assert said == {str(path): {"steps": steps, "wrong": []} for path, steps in paths.values()}
