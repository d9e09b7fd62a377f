"""The lab without a window: messages in, plain data out, and code that does the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.environments import BaseEnvironment
from interlab.ui.lab import Lab

SALE = {"scenario": "interlab_zoo.negotiation.CarSale", "values": {"buyer_limit": 2700}, "models": {}, "seed": 7}
SENTENCE = "The seller told a friend that she would take $2,300."


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    return Lab()


def done(lab: Lab, op: str, **more: Any) -> Any:
    """What an operation gives, which must go well; runs are waited for."""
    reply = lab.receive({"op": op, **more})
    assert reply["ok"], reply
    if op in ("run", "fork", "play"):
        assert lab.player.wait(60)
    return reply["value"]


def fork_of(number: int, step: int = 3, **change: Any) -> dict[str, Any]:
    return {"run": number, "step": step, "change": change or {"kind": "tell", "actor": "Bob", "text": SENTENCE}}


def executed(code: str, store: str) -> dict[str, Any]:
    """What code makes, in a store of its own."""
    names: dict[str, Any] = {}
    exec(compile(code.replace('"lab.db"', f'"{store}"'), store, "exec"), names)
    return names


def said(run: Any) -> list[str]:
    return [str(step.result["message"]) for step in run.steps]


def test_every_scenario_is_offered_with_a_form(lab: Lab) -> None:
    hello = done(lab, "hello")
    offered = {one["title"]: one for one in hello["scenarios"]}
    assert {"Car sale", "Auction for the floor", "Prisoner's dilemma", "Talk"} <= set(offered)
    fields = {one["key"]: one for one in offered["Car sale"]["form"]["root"]["fields"]}
    assert fields["max_steps"]["least"] == 1
    assert fields["buyer_limit"]["about"] == "Dollars the buyer can pay at most."
    assert fields["seller_limit"]["default"] == 2200
    assert "seed" not in fields
    assert [slot["title"] for slot in offered["Car sale"]["slots"]] == ["Buyer", "Seller"]
    assert hello["models"][0]["name"] == "demo"


def test_what_cannot_be_meant_is_said_beside_its_field(lab: Lab) -> None:
    asked = {
        **SALE, "values": {"buyer_limit": -3, "nonsense": 1}, "seed": "x", "steps": "0",
        "models": {"buyer_model": "openai/gpt-4o", "seller_model": "nobody/here"},
    }  # fmt: skip
    reply = lab.receive({"op": "run", **asked})
    faults = reply["faults"]
    assert not reply["ok"]
    assert {"/values/buyer_limit", "/values/nonsense", "/seed", "/steps"} <= set(faults)
    assert "OPENAI_API_KEY" in faults["/models/buyer_model"]
    assert "No model is called" in faults["/models/seller_model"]
    assert lab.branches == {}
    here = lab.receive({"op": "run", **SALE, "store": "no/such/folder/lab.db"})
    assert set(here["faults"]) == {"/store"}
    same = lab.receive({"op": "run", **SALE, "values": {"buyer_name": "Al", "seller_name": "Al"}})
    assert "different names" in same["faults"]["/values"]


@pytest.mark.parametrize("message", [None, {"op": "x"}, {"op": "fork"}, {"op": "pause"}, {"op": "compare", "first": 1}])
def test_a_message_that_makes_no_sense_is_answered_in_words(lab: Lab, message: Any) -> None:
    reply = lab.receive(message)
    assert not reply["ok"]
    assert reply["words"]
    assert "Traceback" not in reply["words"]


def test_run_fork_compare_and_code_that_does_the_same(lab: Lab) -> None:
    first = done(lab, "run", **SALE, store="lab.db")
    state = done(lab, "state")["runs"][0]
    assert (state["status"], state["calls"], state["steps"]) == ("finished", 12, 12)
    assert state["tokens"] == lab.player.run.ledger.total.total_tokens
    items = done(lab, "items", run=first)
    assert [item["step"] for item in items if item["kind"] == "said"] == list(range(1, 13))
    assert items[-1]["kind"] == "end"
    assert done(lab, "price", **fork_of(first))["calls"] == 9
    before = len(lab.branch(first).run.node._source.runs())
    assert before == 1, "a price tag runs nothing"

    second = done(lab, "fork", **fork_of(first))
    fork = lab.branch(second).run
    assert fork.origin == (lab.branch(first).run.uid, 3)
    assert fork.interventions[0]["text"] == SENTENCE
    story = done(lab, "items", run=second)
    assert [item["kind"] for item in story[:4]] == ["said", "said", "said", "fork"]
    assert all(item["shared"] for item in story[:3])

    table = done(lab, "compare", first=first, second=second)
    expected = il.compare(lab.branch(first).run, fork)
    assert table["differs_from"] == expected.first_divergence
    assert [row["shared"] for row in table["rows"]][:4] == [True, True, True, False]
    changed = next(row for row in table["rows"] if row["step"] == table["differs_from"])
    words = "".join(words for words, _ in changed["second"])
    assert words.startswith(f"Bob: {said(fork)[changed['step'] - 4]} [offer ")
    assert any(marked for _, marked in changed["second"])

    names = executed(done(lab, "code", what="compare", first=first, second=second), "again.db")
    assert said(names["run"]) == said(lab.branch(first).run)
    assert said(names["fork_2"]) == said(fork)
    names["store"].close()
    names = executed(done(lab, "code", what="look", run=second), "look.db")
    assert names["fork_2"].result == fork.result
    names["store"].close()


def test_code_is_known_before_the_run(lab: Lab) -> None:
    code = done(lab, "code", what="run", **SALE, store="lab.db", steps=4)
    names = executed(code, "before.db")
    done(lab, "run", **SALE, store="lab.db", steps=4)
    assert said(names["run"]) == said(lab.player.run)
    assert len(said(names["run"])) == 4
    ahead = executed(done(lab, "code", what="fork", **fork_of(1, 2)), "ahead.db")
    done(lab, "fork", **fork_of(1, 2))
    assert said(ahead["fork"]) == said(lab.player.run)
    assert lab.player.steps == 4


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "edit", "message": "2", "text": "I can offer it for $2,300."},
        {"kind": "model", "actor": "Bob", "model": "demo/stubborn"},
        {"kind": "seed", "seed": "11"},
    ],
)
def test_every_change_can_be_made_and_copied(lab: Lab, change: dict[str, Any]) -> None:
    first = done(lab, "run", **SALE)
    moment = done(lab, "moment", run=first, step=3)
    assert [one["name"] for one in moment["actors"]] == ["Bob", "Alice"]
    assert len(moment["messages"]) == 3
    second = done(lab, "fork", **fork_of(first, 3, **change), name="other")
    names = executed(done(lab, "code", what="played", run=second), "copy.db")
    assert said(names["fork_2"]) == said(lab.branch(second).run)
    assert said(lab.branch(second).run) != said(lab.branch(first).run)[3:]
    names["store"].close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "tell", "actor": "Bob", "text": " "}, "Write what Bob shall learn"),
        ({"kind": "tell", "actor": "Eve", "text": "x"}, "Choose an actor"),
        ({"kind": "edit", "message": 9, "text": "x"}, "There is no message 9"),
        ({"kind": "model", "actor": "Bob", "model": "openai/NAME"}, "Put the model's own name"),
        ({"kind": "seed", "seed": "one"}, "The seed is a whole number"),
        ({"kind": "magic"}, "Choose what to change"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_in_words(lab: Lab, change: dict[str, Any], words: str) -> None:
    first = done(lab, "run", **SALE)
    reply = lab.receive({"op": "fork", **fork_of(first, 3, **change)})
    assert not reply["ok"]
    assert words in reply["words"]
    assert len(lab.branches) == 1


def test_an_auction_shows_who_bid_what(lab: Lab) -> None:
    done(lab, "run", scenario="interlab_zoo.scenarios.floor_auction", values={"boxes": 3, "witnesses": 3}, seed=3)
    bids = [item for item in lab.player.items if item["kind"] == "bids"]
    assert [one["name"] for one in bids[0]["bids"]] == ["W1", "W2", "W3"]
    assert sum(one["won"] for one in bids[0]["bids"]) == 1
    winner = next(one["name"] for one in bids[0]["bids"] if one["won"])
    assert next(item for item in lab.player.items if item["kind"] == "said")["speaker"] == winner


def test_an_own_scenario_and_an_own_store(tmp_path: Path) -> None:
    def sale(buyer_model: str = "demo/soft", *, limit: int = 2600, seed: int | None = None) -> BaseEnvironment:
        """A sale of mine."""
        return CarSale(buyer_model, buyer_limit=limit, seed=seed)

    with il.Store(tmp_path / "own.db") as store:
        lab = Lab([sale], store=store)
        hello = done(lab, "hello")
        assert hello["scenarios"][0]["about"] == "A sale of mine."
        assert hello["store"] is None
        done(lab, "run", scenario=hello["scenarios"][0]["key"], seed=2)
        assert [run.uid for run in store.runs()] == [lab.player.run.uid]
        assert lab.player.environment.buyer.model.name == "demo/soft"


def test_a_person_takes_a_chair(lab: Lab) -> None:
    reply = lab.receive({"op": "run", **SALE, "models": {"buyer_model": "a person"}})
    assert reply["ok"], reply
    player = lab.player
    assert player.wait_until(lambda one: bool(lab.console.views and lab.console.views[0]["question"]), 30)
    question = lab.console.views[0]["question"]
    wrong = done(lab, "answer", seat="Bob", question=question["number"], value={"action": "steal"})
    assert "/action" in wrong["faults"]
    assert done(
        lab, "answer", seat="Bob", question=question["number"], value={"action": "walk_away", "message": "Bye."}
    )["ok"]
    assert player.wait(30)
    assert player.run is not None
    assert player.run.result["outcome"] == "no deal"
    assert 'env.seat("Bob")' in done(lab, "code", what="played", run=1)
