"""A person in an actor's place, and messages with blocks that a provider signed."""

from __future__ import annotations

import builtins
from pathlib import Path
from typing import Any

import pytest
from langchain_core.messages import AIMessage

import interlab as il
from interlab.counterfactual import EditMessage, ReplaceActor, intervene
from interlab.counterfactual.messages import said_otherwise
from interlab.environments import Turns
from interlab.errors import InvalidArgument


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


def talk() -> il.Conversation:
    return il.Conversation(
        [
            il.LLMActor("Ann", lambda prompt: "I am Ann's model."),
            il.LLMActor("Bob", lambda prompt: "I am Bob's model."),
        ],
        end=Turns(4),
        seed=1,
    )


def test_a_person_takes_an_actors_chair(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    run = talk().run(progress=False)
    typed = iter(["Hello, I am a person.", "Still me."])
    monkeypatch.setattr(builtins, "input", lambda *shown: next(typed))
    fork = intervene(run.at(1).fork(), ReplaceActor("Bob", il.ConsoleActor("Bob")))
    assert "I am Ann's model." in str(fork.actor("Bob").memory.format_memories())
    branch = fork.run("person", progress=False)
    assert [str(message) for message in fork.transcript] == [
        "Ann: I am Ann's model.", "Bob: Hello, I am a person.", "Ann: I am Ann's model.", "Bob: Still me.",
    ]  # fmt: skip
    assert branch.interventions == [
        {"intervention": "ReplaceActor", "actor": "Bob", "new": "Bob", "type": "ConsoleActor", "keep_memory": True}
    ]
    assert il.diff(run, branch).first_divergence == 2


class Letters(il.BaseEnvironment):
    """Keeps messages as a provider gave them."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.transcript: il.Log[Any] = il.Log()

    def _step(self) -> int:
        self.transcript.append(
            {
                "role": "assistant",
                "content": [
                    {"type": "thinking", "thinking": "I want it cheap.", "signature": "EqQB…"},
                    {"type": "text", "text": "I offer 10."},
                    {"type": "tool_use", "id": "1", "name": "pay", "input": {}},
                ],
            }
        )
        return self.steps


def test_signed_blocks_are_dropped_and_the_branch_says_so(tmp_path: Path) -> None:
    with il.open_store(tmp_path / "a.db") as store:
        run = Letters(seed=1).run(max_steps=2, progress=False)
        change = EditMessage(-1, "I offer 20.")
        assert "Dropped" in str(change.preview(run.at(2)))
        branch = intervene(run.at(2).fork(), change).run("edited", max_steps=1, progress=False)
        store.close()
    with il.open_store(tmp_path / "a.db") as store:
        branch = store.runs()[-1]
        assert [dict(one) for one in branch.interventions] == [
            {"intervention": "EditMessage", "message": -1, "text": "I offer 20.", "history": "transcript"},
            {"intervention": "Dropped", "message": 1, "blocks": ["thinking"]},
        ]
        assert "Dropped(1, ['thinking'])" in str(il.branches(store, store.runs()[0]))
        messages = branch.env.transcript
        assert [block["type"] for block in messages[0]["content"]] == ["thinking", "text", "tool_use"]
        assert messages[1]["content"] == [
            {"type": "text", "text": "I offer 20."},
            {"type": "tool_use", "id": "1", "name": "pay", "input": {}},
        ]
        store.close()


def test_blocks_of_several_providers() -> None:
    message = AIMessage(content=[{"type": "reasoning", "encrypted_content": "…"}, {"type": "text", "text": "a"}, "b"])
    new, said, dropped = said_otherwise(message, "c")
    assert (type(new), new.content, said, dropped) == (AIMessage, [{"type": "text", "text": "c"}], "ab", ("reasoning",))
    assert len(message.content) == 3
    new, said, dropped = said_otherwise({"content": [{"type": "text", "text": "x", "thought_signature": "…"}]}, "y")
    assert (new, said, dropped) == ({"content": [{"type": "text", "text": "y"}]}, "", ("text",))
    assert said_otherwise({"text": "x", "by": "A"}, "y").message == {"text": "y", "by": "A"}
    for nothing in ({"content": 5}, 7, None):
        with pytest.raises(InvalidArgument, match="could be edited"):
            said_otherwise(nothing, "y")


def test_a_preview_says_what_changes_and_nothing_else() -> None:
    moment = talk().run(progress=False).at(2)
    told = il.Observe("Ann", "It rains.").preview(moment)
    assert [change.path for change in told.changes] == ["env.actors[0].memory.items[2]"]
    forced = il.ForceSpeaker("Ann").preview(moment)
    assert [str(change) for change in forced.changes] == ["  env.forced: None → 'Ann'"]


def test_what_is_refused_leaves_no_record() -> None:
    fork = talk().run(progress=False).at(2).fork()
    for change in (EditMessage(99, "x"), ReplaceActor("Zoe", il.ConsoleActor("Zoe"))):
        with pytest.raises(InvalidArgument):
            intervene(fork, change)
    assert "interventions" not in vars(fork)
