"""Summarising memory: never above its limit, levels that rise, summaries in the trace."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import interlab as il
from interlab.errors import InvalidArgument, ReplayMiss
from interlab.memory import SummarizingMemory
from interlab.models import count_tokens
from interlab.testing import ScriptedModel, check_memory


def shorten(text: str) -> str:
    """A model that keeps the first words of every line."""
    body = text.partition("\n\n")[2]
    return " | ".join(" ".join(line.split()[:2]) for line in body.splitlines() if line.strip())


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


def filled(count: int, *, words: int = 12, **more: Any) -> SummarizingMemory:
    memory = SummarizingMemory(shorten, **{"token_limit": 120, **more})
    for number in range(count):
        memory.add_memory(f"fact {number} " + "word " * words, time=number)
    return memory


def test_it_keeps_what_memories_promise() -> None:
    check_memory(lambda: SummarizingMemory(ScriptedModel(lambda request: "short", name="m"), token_limit=40))
    check_memory(lambda: SummarizingMemory(ScriptedModel(lambda request: "short", name="m"), token_limit=5_000))


def test_below_the_limit_all_stands_word_by_word_and_no_model_is_asked(store: Any) -> None:
    memory = filled(3, token_limit=2_000)
    assert memory.levels == [0, 0, 0] and memory.summaries == 0
    assert str(memory.format_memories()) == "\n".join(memory.texts)
    assert store.roots() == []


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.text(max_size=200), st.integers(0, 2)), max_size=40),
    st.integers(8, 150),
    st.one_of(st.none(), st.integers(1, 300)),
    st.sampled_from(["\n", "", "\n---\n"]),
)
def test_the_whole_is_never_above_the_limit(texts: Any, limit: int, summary: int | None, separator: str) -> None:
    memory = SummarizingMemory(lambda text: text * 2, token_limit=limit, summary_tokens=summary, separator=separator)
    for text, priority in texts:
        memory.add_memory(text, priority=priority)
        assert memory.tokens <= limit
        assert count_tokens(str(memory.format_memories())) <= limit
    assert sum(one.count for one in memory.items) == len(texts)


def test_levels_rise_towards_the_past_and_the_newest_stands_word_by_word() -> None:
    memory = filled(60)
    assert memory.levels == sorted(memory.levels, reverse=True)
    assert memory.levels[0] >= 2 and memory.levels[-1] == 0
    assert memory.texts[-1].startswith("fact 59")
    assert sum(one.count for one in memory.items) == 60
    assert [one.time for one in memory.items] == sorted(one.time or 0 for one in memory.items)


def test_every_summary_is_traced_below_the_observation_that_made_it_necessary(store: Any) -> None:
    actor = il.ScriptedActor("Ann", ["x"], memory=SummarizingMemory(shorten, token_limit=60))
    for number in range(24):
        actor.observe(f"fact {number} " + "word " * 10)
    nodes = [node for root in store.roots() for node in root.find_nodes(kind="memory")]
    assert len(nodes) == actor.memory.summaries > 1
    assert all(node.parent.kind == "observe" for node in nodes)
    assert {node.name for node in nodes} >= {"summary of level 1", "summary of level 2"}
    assert nodes[0].find_nodes(kind="model") and nodes[0].result in nodes[0].find_nodes(kind="query")[0].result


def test_what_is_more_important_is_summarised_later() -> None:
    memory = SummarizingMemory(shorten, token_limit=120)
    memory.add_memory("the secret is 42", priority=5)
    for number in range(30):
        memory.add_memory(f"fact {number} " + "word " * 10)
    assert memory.texts[0] == "the secret is 42" and memory.levels[0] == 0


def test_a_model_that_fails_is_replaced_by_the_beginning_of_the_text(store: Any) -> None:
    def broken(text: str) -> str:
        raise RuntimeError("asleep")

    memory = SummarizingMemory(broken, token_limit=40)
    for number in range(6):
        memory.add_memory(f"fact {number} " + "word " * 8)
    assert memory.tokens <= 40 and memory.texts[0].startswith("fact 0")
    (event, *_) = [node for root in store.roots() for node in root.find_nodes(kind="event")]
    assert event.name == "cut instead of summarised" and "asleep" in event.result["reason"]


def test_a_replay_miss_is_not_hidden() -> None:
    class Missing(ScriptedModel):
        def _generate(self, messages: Any, params: Any) -> Any:
            raise ReplayMiss("nothing recorded")

    memory = SummarizingMemory(Missing([], name="m"), token_limit=10)
    with pytest.raises(ReplayMiss):
        memory.add_memory("word " * 40)


def test_forks_go_their_own_way_and_share_what_is_alike() -> None:
    class Talk(il.BaseEnvironment):
        def __init__(self) -> None:
            super().__init__(seed=1)
            self.actor = il.ScriptedActor("Ann", ["x"], memory=SummarizingMemory("demo", token_limit=80))

        def _step(self) -> str:
            self.actor.observe(f"step {self.steps} " + "word " * 9, time=self.steps)
            return str(self.actor.memory.format_memories())

    run = Talk().run(max_steps=12, progress=False)
    for number in (0, 4, 9):
        fork = run.at(number).fork()
        assert [step.result for step in fork.run(max_steps=12 - number, progress=False).steps] == [
            step.result for step in run.steps[number:]
        ]


def test_single_memories_can_be_edited_and_removed_within_the_limit() -> None:
    memory = filled(6)
    memory.edit_memory(-1, "word " * 90)
    assert memory.tokens <= 120
    length = len(memory)
    memory.remove_memory(0)
    assert len(memory) == length - 1
    assert memory.tokens == sum(one.tokens for one in memory.items) + max(0, len(memory) - 1) * count_tokens("\n")
    with pytest.raises(IndexError):
        memory.edit_memory(99, "x")


@pytest.mark.parametrize(
    "settings", [{"token_limit": 7}, {"token_limit": 1.5}, {"summary_tokens": 0}, {"token_limit": True}]
)
def test_limits_that_can_not_be_meant(settings: Any) -> None:
    with pytest.raises(InvalidArgument, match="whole number of at least"):
        SummarizingMemory("demo", **settings)
