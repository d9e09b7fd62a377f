"""How a conversation looks in the trace browser: who said what, to whom, and what was private."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import interlab as il
from interlab.environments import AllSpeak, Conversation, Say, Turns, Volunteers, World
from interlab.tracing import Store
from interlab.ui.browser.backend import Backend
from interlab.ui.conversation import conversations


@pytest.fixture
def store() -> Iterator[Store]:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


class Guest(il.BaseActor):
    """Eve only listens; Ann whispers once."""

    def _query(self, prompt: Any = None, *, expected_type: Any = None, **settings: Any) -> Any:
        if expected_type is bool:
            return self.name != "Eve"
        if self.name == "Ann" and len(self.memory) == 2:
            return Say("psst", to=("Ben",))
        return f"{self.name} says {len(self.memory)}"


def guests() -> list[il.BaseActor]:
    return [Guest(name) for name in ("Ann", "Ben", "Eve")]


def turns(store: Store) -> list[tuple[Any, ...]]:
    """Step, kind, speaker, text, to whom, private."""
    backend = Backend([store])
    backend.index("0").update(live=True)
    backend.view("0").refresh()
    talk: Any = backend._talk({"store": "0", "row": 0}).value
    names = [one["name"] for one in talk["speakers"]]
    return [
        (
            turn["step"], turn["kind"], names[turn["speaker"]], turn["text"],
            "".join(names[one][0] for one in turn["to"] or ()), turn["private"],
        )
        for turn in talk["turns"]
    ]  # fmt: skip


@pytest.mark.parametrize("first", ["decide", "speak"])
def test_who_says_what_to_whom_and_not_what_a_moderator_asks(store: Store, first: Any) -> None:
    Conversation(guests(), moderator=Volunteers(first), end=Turns(2), seed=1).run(progress=False)
    later = 1 if first == "decide" else 0
    assert turns(store) == [
        (1, "say", "Ann", "Ann says 0", "ABE", False),
        (1, "say", "Ben", f"Ben says {later}", "ABE", False),
        (2, "say", "Ann", "psst", "AB", True),
        (2, "say", "Ben", f"Ben says {2 + later}", "ABE", False),
    ]
    (talk,) = conversations(store.roots())
    assert [(one.step, one.saying.speaker, one.saying.words) for one in talk.said][2:] == [
        (2, "Ann", "psst"), (2, "Ben", f"Ben says {2 + later}"),
    ]  # fmt: skip


def test_those_who_speak_side_by_side_are_all_seen(store: Store) -> None:
    Conversation(guests(), moderator=AllSpeak(), end=Turns(1), seed=1).run(progress=False)
    assert [(turn[2], turn[3], turn[5]) for turn in turns(store)] == [
        ("Ann", "Ann says 0", False), ("Ben", "Ben says 0", False), ("Eve", "Eve says 0", False),
    ]  # fmt: skip


def test_silence_says_nothing(store: Store) -> None:
    quiet = [il.ScriptedActor(name, [""], repeat=True) for name in ("Ann", "Ben")]
    Conversation(quiet, end=Turns(2), seed=1).run(progress=False)
    assert turns(store) == []


def test_rooms_are_private_to_those_inside(store: Store) -> None:
    rooms = {"a": Conversation(guests()[:2], end=Turns(1)), "b": Conversation(guests()[2:], end=Turns(1))}
    World(rooms, seed=1).run(progress=False)
    assert turns(store) == [(1, "say", "Ann", "Ann says 0", "AB", True), (1, "say", "Eve", "Eve says 0", "E", True)]
