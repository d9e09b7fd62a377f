"""What every actor does: nodes, colours, memory, names, copies, seeds. And the scripted actor, and the person."""

from __future__ import annotations

import threading
from typing import Any

import pytest

import interlab as il
from interlab.errors import InvalidArgument, ModelUnavailable
from interlab.models import seeded
from interlab.state import content_hash, fork
from interlab.testing import ScriptedModel


class Echo(il.BaseActor):
    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        return f"You said: {prompt}"


def test_a_query_and_an_observation_are_nodes_in_the_actors_colour() -> None:
    actor = Echo("Ann", color="#123456")
    with il.TracingNode("root") as root:
        assert actor.query("hi", expected_type=str, mood="calm") == "You said: hi"
        assert actor.observe("It rains.", priority=2, time=3) is None  # type: ignore[func-returns-value]
    query, observed = root.children
    assert (query.kind, query.name, query.state, query.result) == ("query", "Ann", "finished", "You said: hi")
    assert query.inputs == {"prompt": "hi", "expected_type": "str", "mood": "calm"}
    assert (observed.kind, observed.name) == ("observe", "Ann")
    assert observed.inputs == {"observation": "It rains.", "priority": 2}
    for node in (query, observed):
        assert node.meta["color"] == "#123456" and node.meta["actor"] == "Ann"
        assert node.parent_uid == root.uid
    (item,) = actor.memory.items  # type: ignore[attr-defined]
    assert (item.text, item.priority, item.time) == ("It rains.", 2, 3)


def test_colours_come_from_names() -> None:
    assert Echo("Ann").color == Echo("Ann").color == il.name_color("Ann")
    assert Echo("Ann").color != Echo("Ben").color


def test_an_error_inside_a_query_is_recorded_and_raised() -> None:
    class Fails(il.BaseActor):
        def _query(self, prompt: Any = None, **settings: Any) -> Any:
            raise OSError("line cut")

    with il.TracingNode("root") as root, pytest.raises(OSError, match="line cut"):
        Fails().query("?")
    assert [(node.kind, node.state) for node in root.children] == [("query", "error")]
    assert root.children[0].error is not None and root.children[0].error["message"] == "line cut"


def test_a_query_leaves_the_memory_as_it_was() -> None:
    for actor in (Echo(), il.LLMActor("A", "demo", with_cot=True), il.ScriptedActor("S", ["one"])):
        actor.observe("Alice asks $3,000.")
        before = content_hash(actor.memory)
        actor.query("And now?")
        assert content_hash(actor.memory) == before


# Defects of others ------------------------------------------------------------------------------------------


def test_an_actor_without_a_name_raises() -> None:
    actor = Echo()
    assert actor.name == "Echo"
    assert actor.color == il.name_color("Echo")
    assert actor.query("x") == "You said: x"


def test_an_actor_that_forgot_super_init_works() -> None:
    class Forgetful(il.BaseActor):
        def __init__(self) -> None:
            self.mood = "calm"

        def _query(self, prompt: Any = None, **settings: Any) -> Any:
            return self.mood

    actor = Forgetful()
    actor.observe("x")
    assert (actor.query("?"), actor.name, len(actor.memory), actor.calls) == ("calm", "Forgetful", 1, 0)


def test_copying_an_actor_loses_its_style_or_subclass() -> None:
    class Loud(il.LLMActor):
        def _query(self, *args: Any, **settings: Any) -> Any:
            return super()._query(*args, **settings).upper()

    actor = Loud("Ann", lambda prompt: "yes", system_prompt="Be loud.", color="tomato")
    actor.observe("It rains.")
    copied = fork(actor)
    assert type(copied) is Loud
    assert (copied.name, copied.color, copied.system_prompt) == ("Ann", "tomato", "Be loud.")
    assert copied.model is actor.model  # duplicated models are a defect of others, too
    assert copied.query("?") == "YES"
    copied.observe("It snows.")
    copied.color = "navy"
    assert (len(actor.memory), len(copied.memory), actor.color) == (1, 2, "tomato")


# Names and seeds --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", 3, b"x"])
def test_a_name_is_a_text(name: Any) -> None:
    with pytest.raises(InvalidArgument, match="name is a text"):
        Echo(name)


def test_outside_of_a_step_there_is_no_seed() -> None:
    actor = Echo()
    assert actor.next_seed() is None
    assert actor.calls == 1


def test_seeds_differ_by_actor_and_call_and_by_nothing_else() -> None:
    def seeds(seed: int, name: str) -> list[int | None]:
        actor = Echo(name)
        with seeded(seed):
            return [actor.next_seed() for _ in range(3)]

    assert seeds(1, "Ann") == seeds(1, "Ann")
    drawn = {*seeds(1, "Ann"), *seeds(1, "Ben"), *seeds(2, "Ann")}
    assert len(drawn) == 9
    assert all(isinstance(seed, int) and 0 <= seed < 2**31 for seed in drawn)


def test_seeds_do_not_depend_on_who_was_first_in_threads() -> None:
    def asked(order: list[str]) -> dict[str, list[int | None]]:
        model = ScriptedModel(lambda request: "yes")
        actors = {name: il.LLMActor(name, model, system_prompt=name) for name in ("Ann", "Ben", "Cid")}
        done = {name: threading.Event() for name in order}

        def turn(place: int) -> None:
            if place:
                assert done[order[place - 1]].wait(10)
            actors[order[place]].query("?")
            done[order[place]].set()

        with seeded(5), il.TracingNode("round"):
            il.parallel([lambda place=place: turn(place) for place in range(3)])  # type: ignore[misc]
            il.parallel([lambda actor=actor: actor.query("?") for actor in actors.values()])  # type: ignore[misc]
        found: dict[str, list[int | None]] = {name: [] for name in actors}
        for request in model.requests:
            found[request.messages[0].text].append(request.params.seed)
        return found

    one = asked(["Ann", "Ben", "Cid"])
    assert one == asked(["Cid", "Ann", "Ben"])
    assert len({seed for seeds in one.values() for seed in seeds}) == 6
    assert None not in {seed for seeds in one.values() for seed in seeds}


# The scripted actor -----------------------------------------------------------------------------------------


def test_a_script_is_said_in_order_and_ends() -> None:
    actor = il.ScriptedActor("S", ["one", 2])
    assert [actor.query(), actor.query()] == ["one", 2]
    with pytest.raises(InvalidArgument, match="The script of S has 2 answers"):
        actor.query()


def test_a_script_repeats_when_told_to() -> None:
    actor = il.ScriptedActor("S", ["a", "b"], repeat=True)
    assert [actor.query() for _ in range(5)] == ["a", "b", "a", "b", "a"]
    with pytest.raises(InvalidArgument, match="has 0 answers"):
        il.ScriptedActor("S", [], repeat=True).query()


def test_a_rule_sees_the_actor_and_the_prompt() -> None:
    actor = il.ScriptedActor("S", lambda actor, prompt: f"{actor.name} heard {len(actor.memory)}, then {prompt}")
    actor.observe("x")
    assert actor.query("why?") == "S heard 1, then why?"


def test_a_fork_has_its_own_place_in_the_script() -> None:
    actor = il.ScriptedActor("S", ["one", "two", "three"])
    actor.query()
    copied = fork(actor)
    assert [copied.query(), copied.query(), actor.query()] == ["two", "three", "two"]


def test_a_single_text_is_refused_as_a_script() -> None:
    with pytest.raises(InvalidArgument, match="list of answers"):
        il.ScriptedActor("S", "hello")


# The person -------------------------------------------------------------------------------------------------


def test_a_person_sees_what_the_actor_would_see(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builtins.input", lambda prompt="": "I stay.")
    person = il.ConsoleActor(system_prompt="You are Eve.")
    person.observe("Adam leaves.")
    with il.TracingNode("root") as root:
        assert person.query("Stay or leave?") == "I stay."
    shown = capsys.readouterr().out
    assert [text in shown for text in ("You are Eve.", "Adam leaves.", "Stay or leave?")] == [True] * 3
    assert [node.name for node in root.find_nodes(kind="query")] == ["You"]
    assert len(root.find_nodes(kind="model")) == 1


def test_a_person_answers_with_a_type(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    answers = iter(["no idea", "7"])
    monkeypatch.setattr("builtins.input", lambda prompt="": next(answers))
    assert il.ConsoleActor().query("How many?", expected_type=int) == 7


def test_without_a_person_it_says_so(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def closed(prompt: str = "") -> str:
        raise EOFError("EOF when reading a line")

    monkeypatch.setattr("builtins.input", closed)
    with pytest.raises(ModelUnavailable, match="standard input is closed"):
        il.ConsoleActor().query("?")
