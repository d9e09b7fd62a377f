"""Two runs side by side: aligned by number, the first difference marked, shared steps known as shared."""

from __future__ import annotations

from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.environments import Turns
from interlab.errors import InvalidArgument


@pytest.fixture(autouse=True)
def store() -> Any:
    store = il.open_store(":memory:")
    with store:
        yield store
    store.close()


class Lines(il.BaseEnvironment):
    """Says lines given to it, one a step."""

    def __init__(self, lines: list[Any]) -> None:
        super().__init__(seed=1)
        self.lines = lines

    def _step(self) -> Any:
        line = self.lines[self.steps - 1]
        if self.steps == len(self.lines):
            self.set_finished()
        return line

    def outcome(self) -> Any:
        return self.lines[-1]


def said(*lines: Any, name: str = "run") -> il.Run:
    return Lines(list(lines)).run(name=name, progress=False)


def branch(run: il.Run, at: int, *rest: Any, name: str = "branch") -> il.Run:
    fork = run.at(at).fork()
    fork.lines[at:] = rest
    return fork.run(name=name, progress=False)


def marks(comparison: il.Comparison) -> list[tuple[int, Any, Any, bool, bool]]:
    return [(step.number, step.first, step.second, step.shared, step.same) for step in comparison.steps]


def test_a_fork_and_its_original() -> None:
    run = said("a", "b", "c", "d")
    comparison = il.compare(run, branch(run, 2, "c", "x", "e"))
    assert marks(comparison) == [
        (1, "a", "a", True, True),
        (2, "b", "b", True, True),
        (3, "c", "c", False, True),
        (4, "d", "x", False, False),
        (5, None, "e", False, False),
    ]
    assert comparison.first_divergence == 4
    assert not comparison.are_same


def test_the_other_way_round_it_says_the_same() -> None:
    run = said("a", "b", "c")
    fork = branch(run, 2, "x")
    comparison = il.compare(fork, run)
    assert marks(comparison) == [
        (1, "a", "a", True, True),
        (2, "b", "b", True, True),
        (3, "x", "c", False, False),
    ]


def test_forks_of_forks_and_sisters() -> None:
    run = said("a", "b", "c", "d")
    child = branch(run, 1, "b", "C", "D")
    grandchild = branch(child, 3, "E")
    assert [step.shared for step in il.compare(run, grandchild).steps] == [True, False, False, False]
    assert il.compare(run, grandchild).first_divergence == 3
    early, late = branch(run, 1, "x", "c", "d"), branch(run, 3, "y")
    assert marks(il.compare(early, late)) == [
        (2, "x", "b", False, False),
        (3, "c", "c", False, True),
        (4, "d", "y", False, False),
    ]


def test_a_fork_that_ended_early_does_not_borrow_the_rest() -> None:
    run = said("a", "b", "c", "d")
    short = run.at(1).fork().run(max_steps=1, progress=False)
    assert marks(il.compare(run, short))[1:] == [
        (2, "b", "b", False, True),
        (3, "c", None, False, False),
        (4, "d", None, False, False),
    ]


def test_runs_of_different_stores_are_compared_by_what_they_hold() -> None:
    run = said("a", "b", "c")
    fork = run.at(2).fork()
    other = il.open_store(":memory:")
    with other:
        what_if = fork.run(progress=False)
    comparison = il.compare(run, what_if)
    assert comparison.are_same and [step.shared for step in comparison.steps] == [True, True, False]
    child = what_if.at(2).fork()
    with other:
        grandchild = child.run(progress=False)
    assert il.compare(grandchild, what_if).are_same
    other.close()


def test_an_unchanged_fork_is_the_same() -> None:
    run = said("a", "b", "c")
    comparison = il.compare(run, run.at(1).fork().run(progress=False))
    assert comparison.are_same and comparison.first_divergence is None
    assert "The runs are the same." in str(comparison)
    assert il.compare(run, run).are_same


def test_an_outcome_alone_can_differ() -> None:
    class Hidden(Lines):
        def outcome(self) -> Any:
            return self.rng.random()

    one, two = (Hidden(["a"]).fork(seed=seed).run(progress=False) for seed in (1, 2))
    comparison = il.compare(one, two)
    assert comparison.first_divergence is None and not comparison.are_same


def test_the_text_marks_the_first_difference() -> None:
    run = said("a", "b", "c", name="first run")
    text = str(il.compare(run, branch(run, 1, "x", "y", name="second run")))
    lines = text.splitlines()
    assert "first run" in lines[0] and "second run" in lines[0]
    assert [line[5] for line in lines[2:5]] == ["=", "▶", "≠"]
    assert "(shared)" in lines[2]
    assert lines[-1] == "They differ from step 2 on."


def test_the_html_is_escaped() -> None:
    run = said("<script>alert(1)</script>", "b", name="<b>run</b>")
    html = il.compare(run, branch(run, 1, "<img src=x onerror=y>"))._repr_html_()
    assert "<script>" not in html and "<img" not in html and "<b>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html and "▶" in html


def test_a_negotiation_reads_as_who_said_what() -> None:
    run = CarSale(seed=7).run(max_steps=3, progress=False)
    fork = run.at(2).fork(seed=3)
    text = str(il.compare(run, fork.run(max_steps=1, progress=False)))
    assert "Alice: " in text and "[offer 3,000]" in text


def test_only_runs_are_compared() -> None:
    run = said("a")
    with pytest.raises(InvalidArgument, match="takes two runs"):
        il.compare(run, run.node)  # type: ignore[arg-type]


def test_a_conversation_reads_as_who_said_what() -> None:
    cast = [il.ScriptedActor(name, [f"{name} {number}" for number in range(9)]) for name in ("Ann", "Bob")]
    talk = il.Conversation(cast, moderator=lambda talk: ("Ann", "Bob"), end=Turns(3), seed=1)
    with il.open_store(":memory:") as store:
        run = talk.run("talk", progress=False)
        fork = run.at(1).fork()
        il.intervene(fork, il.Answer("Ann", "Something else."))
        found = il.compare(run, fork.run("other", progress=False))
        assert [step.same for step in found.steps] == [True, False, False]
        text = str(found)
        assert "{" not in text.partition("end")[0]
        assert "   2 ▶ Ann: Ann 1                                             Ann: Something else." in text
        same = il.intervene(run.at(1).fork(), il.Answer("Ann", "Something else."), il.Answer("Ann", "Ann 2")).run(
            "back", progress=False
        )
        assert "Ann: Ann 1 / Bob: Bob 1" in il.compare(run, same)._repr_html_()
        store.close()


def test_words_that_are_the_same_after_others_are_no_difference() -> None:
    cast = [il.LLMActor(name, lambda prompt: "as always") for name in ("Ann", "Bob")]
    with il.open_store(":memory:") as store:
        run = il.Conversation(cast, end=Turns(4), seed=1).run("talk", progress=False)
        other = il.intervene(run.at(1).fork(), il.Answer("Bob", "Something else.")).run("other", progress=False)
        assert [step.same for step in il.diff(run, other).steps] == [True, False, True, True]
        store.close()
