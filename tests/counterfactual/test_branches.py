"""Branches: derived from the store, drawn as text and as a figure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.counterfactual import best_response, branches, experiment
from interlab.errors import InvalidArgument


class Sum(il.BaseEnvironment):
    """Adds what is to be added, three times."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.total, self.add = 0, 1
        self.adder = il.ScriptedActor("adder", [0], repeat=True)

    def _step(self) -> int:
        self.total += self.add + self.adder.query("More?")
        if self.steps >= 3:
            self.set_finished()
        return self.total

    def outcome(self) -> dict[str, int]:
        return {"total": self.total}


@pytest.fixture
def store(tmp_path: Path) -> Any:
    with il.open_store(tmp_path / "lab.db") as opened:
        run = Sum(seed=1).run("sum", progress=False)
        fork = run.at(1).fork()
        il.intervene(fork, il.SetField("add", 10))
        what_if = fork.run("ten", progress=False)
        what_if.at(2).fork(seed=2).run("again", progress=False)
        Sum(seed=2).run("another", progress=False)
        arms = {"as it was": [], "five": [il.SetField("add", 5)]}
        experiment(run.at(2), arms, {"sum": lambda env: env.total}, 3, progress=False).run()
        best_response(run.at(2), "adder", [0, 1], lambda env: env.total, rollouts=4)
        yield opened


def test_the_tree_as_text(store: il.Store) -> None:
    assert str(branches(store, store.runs()[0], "total")).splitlines() == [
        "sum → 3",
        "├── after step 1: ten — SetField(add, 10) → 21",
        "│   └── after step 2: again → 21",
        "├── after step 2: as it was × 3 → total 3 (3 to 3)",
        "├── after step 2: five × 3 — SetField(add, 5) → total 7 (7 to 7)",
        "└── after step 2: best response of adder × 4 → total 3.75 (3 to 4)",
    ]


def test_it_is_read_from_the_file_alone(store: il.Store, tmp_path: Path) -> None:
    there = str(branches(store, store.runs()[0]))
    other = il.open_store(tmp_path / "lab.db", read_only=True)
    assert str(branches(other, other.runs()[0])) == there
    other.close()


def test_the_tree_as_treelib_knows_it(store: il.Store) -> None:
    found = branches(store, store.runs()[0], "sum")
    tree = found.tree
    assert tree.depth() == 2
    five = next(node.data for node in tree.all_nodes() if node.data.arm == "five")
    assert five.values("sum") == [7, 7, 7]
    assert five.last_step == 3
    assert len(found.runs) == 1 + 2 + 6 + 4
    assert len(branches(store, found.root.children[0].runs[0]).runs) == 2


def test_the_figure_has_a_row_for_each_branch_and_the_outcomes(store: il.Store) -> None:
    figure = branches(store, store.runs()[0]).plot("total")
    assert len(figure.layout.yaxis.ticktext) == 6
    assert sorted(len(trace.x) for trace in figure.data if trace.type == "box") == [1, 1, 1, 3, 3, 4]
    assert branches(store, store.runs()[0]).plot(lambda run: "x").layout.annotations[-1].text == "4 × x"


def test_markup_in_names_is_shown_as_text() -> None:
    with il.open_store(":memory:") as store:
        run = Sum(seed=1).run("<b>sum</b>", progress=False)
        assert "<b>" not in branches(store, run)._repr_html_()
        assert "<b>" not in branches(store, run).plot().layout.title.text.replace("&lt;b&gt;", "")


def test_a_chain_of_forks_deeper_than_python_recurses() -> None:
    with il.open_store(":memory:") as store:
        first = run = Sum(seed=1).run("0", max_steps=1, progress=False)
        for number in range(1, 130):
            run = run.at(0).fork().run(str(number), max_steps=1, progress=False)
            assert run.origin is not None
            if number == 1:
                first = first
        text = str(branches(store, first))
    assert "and 29 branches below" in text


def test_only_runs_have_branches() -> None:
    with il.open_store(":memory:") as store, pytest.raises(InvalidArgument):
        branches(store, "sum")  # type: ignore[arg-type]


def test_of_a_sale() -> None:
    with il.open_store(":memory:") as store:
        run = CarSale(seed=7).run("car sale", progress=False)
        run.at(3).fork(seed=1).run("other", progress=False)
        assert "outcome: deal" in str(branches(store, run))
        assert branches(store, run).plot().layout.annotations[1].text == "price"
