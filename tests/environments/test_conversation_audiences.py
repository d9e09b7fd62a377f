"""Who hears what: rooms, networks, hubs, mentions, and worlds of conversations."""

from __future__ import annotations

from typing import Any

import pytest

import interlab as il
from interlab.environments import (
    AllSpeak,
    Conversation,
    Hub,
    Messages,
    Network,
    Rooms,
    Say,
    SimulatedClock,
    Turns,
    World,
    mentions,
)
from interlab.errors import InvalidArgument, NodeStateError
from interlab.testing import check_environment


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


class Speaker(il.BaseActor):
    """Says its name and how much it knows."""

    def _query(self, prompt: Any = None, **settings: Any) -> Any:
        return f"{self.name} {len(self.memory)}"


def actors(*names: str) -> list[il.BaseActor]:
    return [Speaker(name) for name in names]


def memories(talk: Any) -> dict[str, list[str]]:
    return {actor.name: actor.memory.texts for actor in talk.actors}


# Rooms and networks -----------------------------------------------------------------------------------------


def test_those_in_one_room_hear_each_other_and_announcements_reach_all() -> None:
    rooms = Rooms({"kitchen": ["Ann", "Ben"], "hall": ["Eve"]})
    talk = Conversation(actors("Ann", "Ben", "Eve", "Out"), audience=rooms, moderator=AllSpeak(), end=Turns(2))
    talk.step()
    assert [message.audience for message in talk.transcript] == [("Ben",), ("Ann",), (), ()]
    rooms.join("Eve", "kitchen")
    talk.announce("Dinner!")
    talk.step()
    assert memories(talk)["Eve"] == ["Eve: Eve 0", "Dinner!", "Ann: Ann 3", "Ben: Ben 3", "Eve: Eve 2"]
    assert memories(talk)["Out"] == ["Out: Out 0", "Dinner!", "Out: Out 2"]
    rooms.leave("Eve")
    assert rooms.inside("kitchen") == ("Ann", "Ben")
    with pytest.raises(InvalidArgument, match="'Eve' is in no room"):
        rooms.leave("Eve")


def test_rooms_fork_with_the_conversation() -> None:
    talk = Conversation(actors("Ann", "Ben"), audience=Rooms({"a": ["Ann"], "b": ["Ben"]}), end=Turns(4))
    fork = talk.fork()
    fork.audience.join("Ben", "a")  # type: ignore[attr-defined]
    talk.step(), fork.step()
    assert (len(memories(talk)["Ben"]), len(memories(fork)["Ben"])) == (0, 1)


def test_a_network_is_a_mapping_a_matrix_or_a_graph() -> None:
    names = ("Ann", "Ben", "Eve")
    links = {"Ann": ["Ben"], "Ben": ["Eve"], "Eve": []}
    matrix = [[0, 1, 0], [0, 0, 1], [0, 0, 0]]
    networkx = pytest.importorskip("networkx")
    numpy = pytest.importorskip("numpy")
    graph = networkx.DiGraph([("Ann", "Ben"), ("Ben", "Eve")])
    for audience in (
        Network(links), Network(matrix, names=names), Network(numpy.array(matrix), names=names), Network(graph), links,
    ):  # fmt: skip
        talk = Conversation(actors(*names), audience=audience, moderator=AllSpeak(), end=Turns(1))
        talk.run(progress=False)
        assert [message.audience for message in talk.transcript] == [("Ben",), ("Eve",), ()]
    both = Network(networkx.path_graph(["Ann", "Ben", "Eve"]))
    assert both.hearers("Ben", names) == ("Ann", "Eve") and both.hearers("Ann", names) == ("Ben",)


def test_a_whisper_reaches_only_who_can_hear_it() -> None:
    cast = [il.ScriptedActor("Ann", [Say("psst", to=("Ben", "Eve"))]), *actors("Ben", "Eve")]
    talk = Conversation(cast, audience={"Ann": ["Ben"]}, end=Messages(1))
    talk.run(progress=False)
    assert talk.transcript[0].audience == ("Ben",)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Rooms({"a": ["Ann"], "b": ["Ann"]}), "in one room at a time"),
        (lambda: Rooms({"a": "Ann"}), "list of names"),
        (lambda: Network([[0, 1]], names=["Ann"]), "as many rows and columns"),
        (lambda: Network([[0]]), "no names"),
        (lambda: Network({"Ann": "Ben"}), "list of names"),
        (lambda: Conversation(actors("Ann"), audience=Rooms({"a": ["Zed"]})), "No actor 'Zed'"),
        (lambda: Conversation(actors("Ann"), audience={"Ann": ["Zed"]}), "No actor 'Zed'"),
    ],
)
def test_what_can_not_be_meant_is_said(make: Any, message: str) -> None:
    with pytest.raises(InvalidArgument, match=message):
        make()


# Mentions ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@Ben, and you, @ann?", ["Ben", "Ann"]),
        ("@Ann @Ann", ["Ann"]),
        ("@Anna is here", ["Anna"]),
        ("@Ann Lee knows", ["Ann Lee"]),
        ("write to x@Ben.org or @@Ben", []),
        ("@Benjamin", []),
        ("nobody", []),
    ],
)
def test_names_after_an_at_sign_are_mentions(text: str, found: list[str]) -> None:
    assert mentions(text, ["Ann", "Anna", "Ann Lee", "Ben"]) == found


# Hubs -------------------------------------------------------------------------------------------------------


def test_a_hub_broadcasts_until_its_block_ends() -> None:
    ann, ben, eve = actors("Ann", "Ben", "Eve")
    with Hub([ann, ben], announcement="Begin.") as hub:
        assert str(hub.ask(ann)) == "Ann: Ann 1"
        hub.join(eve)
        hub.ask(ben, "And you?")
        hub.leave(ann)
        hub.broadcast("Nearly over.")
    assert ann.memory.texts == ["Begin.", "Ann: Ann 1", "Ben: Ben 2"]
    assert eve.memory.texts == ["Ben: Ben 2", "Nearly over."]
    for late in (lambda: hub.ask(ben), lambda: hub.broadcast("x"), lambda: hub.join(ann), lambda: hub.leave(ben)):
        with pytest.raises(NodeStateError, match="inside its `with` block only"):
            late()
    with pytest.raises(NodeStateError, match="used already"), hub:
        pass
    assert len(hub.transcript) == 4 and len(ben.memory) == 4


def test_a_hub_is_a_node_also_when_its_block_fails(store: Any) -> None:
    with pytest.raises(KeyError), Hub(actors("Ann")) as hub:
        assert hub.ask(hub.actors[0]) is not None
        raise KeyError("x")
    (node,) = store.roots()
    assert (node.kind, node.state) == ("hub", "error")
    assert [child.kind for child in node.children] == ["query", "observe"]


def test_a_hub_refuses_strangers_and_names_twice() -> None:
    ann, ben = actors("Ann", "Ben")
    with Hub([ann]) as hub:
        with pytest.raises(InvalidArgument, match="not in the hub; in it are 'Ann'"):
            hub.ask(ben)
        with pytest.raises(InvalidArgument, match="called 'Ann' in the hub already"):
            hub.join(Speaker("Ann"))
        whisper = il.ScriptedActor("Eve", [Say("psst", to=("Ann",)), None])
        hub.join(whisper)
        hub.join(ben)
        hub.ask(whisper)
        assert hub.ask(whisper) is None
    assert (len(ann.memory), len(ben.memory), len(whisper.memory)) == (1, 0, 1)


# Worlds -----------------------------------------------------------------------------------------------------


class Wanderers(World):
    """Who has spoken twice goes into the other room."""

    def _between(self, room: str, said: list[Any]) -> None:
        if self.turns % 3 == 0 and said:
            self.move(said[-1].speaker, "hall" if room == "kitchen" else "kitchen")


def world(kind: type[World] = World, **settings: Any) -> World:
    rooms = {
        "kitchen": Conversation(actors("Ann", "Ben"), seconds_per_turn=1, end=Turns(6)),
        "hall": Conversation(actors("Eve", "Max"), seconds_per_turn=2, end=Turns(3)),
        "cellar": Conversation([], end=Turns(3)),
    }
    return kind(rooms, **{"seed": 4, **settings})


def test_rooms_of_a_world_live_in_one_time() -> None:
    run = world().run(progress=False)
    assert [(step.result["room"], step.result["time"]) for step in run.steps] == [
        ("kitchen", 0), ("hall", 0), ("kitchen", 1), ("kitchen", 2), ("hall", 2), ("kitchen", 3), ("kitchen", 4),
        ("hall", 4), ("kitchen", 5),
    ]  # fmt: skip
    env = run.env
    times = [message.time for message in env.transcript]
    assert times == sorted(times) and env.spoken == 9
    assert run.result["ended"] == "all conversations have ended"
    assert run.result["rooms"]["hall"]["messages"] == 3
    inner = run.steps[1].children
    assert [(node.kind, node.meta["step"]) for node in inner] == [("step", 1)]


def test_worlds_keep_what_environments_promise() -> None:
    check_environment(world, max_steps=6)
    check_environment(lambda: world(Wanderers), max_steps=8)


def test_who_moves_hears_the_other_room_and_is_never_in_two_at_a_time() -> None:
    env = world()
    env.step(), env.step(), env.step()
    env.move("Eve", "kitchen")
    assert env.room_of("Eve") == "kitchen" and env.rooms["hall"].names == ("Max",)
    env.run(progress=False)
    eve = env.rooms["kitchen"].actor("Eve")
    assert eve.memory.texts[0].startswith("Eve: Eve") and any(text.startswith("Ann") for text in eve.memory.texts)
    said = [message.time for message in env.transcript if message.speaker == "Eve"]
    assert said == sorted(said)
    env.move("Max", "cellar")
    assert env.rooms["cellar"].time >= env.time
    with pytest.raises(InvalidArgument, match="no room 'attic'"):
        env.move("Eve", "attic")
    with pytest.raises(InvalidArgument, match="No actor 'Zed'"):
        env.move("Zed", "hall")


def test_a_worlds_seed_decides_its_rooms_and_its_end_can_be_given() -> None:
    assert world(seed=1).rooms["hall"].seed != world(seed=2).rooms["hall"].seed == world(seed=2).rooms["hall"].seed
    env = world(end=Messages(4))
    env.announce("Begin.")
    env.run(progress=False)
    assert (env.spoken, env.ended) == (4, "4 messages")
    with pytest.raises(InvalidArgument, match="'Ann' is in 'a' and in 'b'"):
        World({"a": Conversation(actors("Ann")), "b": Conversation(actors("Ann"))})
    with pytest.raises(InvalidArgument, match="at least one room"):
        World({})


def test_a_conversation_can_be_a_part_of_any_environment_with_its_clock() -> None:
    class Day(il.BaseEnvironment):
        def __init__(self) -> None:
            super().__init__(seed=3)
            self.clock = SimulatedClock(8 * 3600)
            self.breakfast = Conversation(actors("Ann", "Ben"), clock=self.clock, seconds_per_turn=60, end=Turns(2))

        def _step(self) -> None:
            if self.breakfast.is_finished:
                self.set_finished()
            else:
                self.breakfast.step()

    env = Day()
    run = env.run(progress=False)
    assert [message.time for message in env.breakfast.transcript] == [28_800, 28_860]
    assert env.clock.now == 28_920
    fork = run.at(1).fork()
    assert fork.breakfast.clock is fork.clock
    fork.run(progress=False)
    assert list(fork.breakfast.transcript) == list(env.breakfast.transcript)
