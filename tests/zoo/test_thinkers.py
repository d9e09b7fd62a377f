"""The actor that always thinks first."""

from __future__ import annotations

from interlab_zoo.thinkers import ChainOfThoughtActor

import interlab as il
from interlab.testing import ScriptedModel


def test_two_calls_with_the_thoughts_in_the_second_prompt() -> None:
    model = ScriptedModel(["A low offer invites a lower one.", "I ask $3,000."])
    actor = ChainOfThoughtActor("Sue", model, system_prompt="You sell a car.", color="tomato")
    with il.TracingNode("root") as root:
        assert actor.query("Your price?") == "I ask $3,000."
    assert [node.name for node in root.find_nodes(kind="model")] == ["thoughts", "scripted"]
    assert "A low offer invites a lower one." not in model.prompts[0]
    assert "A low offer invites a lower one." in model.prompts[1]
    assert model.prompts[1].startswith("You sell a car.")
    assert len(actor.memory) == 0


def test_it_thinks_even_when_told_otherwise_at_birth() -> None:
    assert ChainOfThoughtActor("Sue", "demo", with_cot=False).with_cot
