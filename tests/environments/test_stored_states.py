"""States in the store: a run is forked by another process, on another day."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.errors import CorruptState, MissingResource, StateError, UnknownClass
from interlab.models import as_model

CONTINUE = """
import sys
import interlab as il
import interlab_zoo.negotiation
store = il.open_store(sys.argv[1])
run = store.runs()[0]
fork = run.at(3).fork()
with store:
    again = fork.run(name="again", progress=False)
print("\\n".join(str(step.result) for step in run.steps[3:]) == "\\n".join(str(step.result) for step in again.steps))
print(len(run.steps) > 4, again.result == run.result, again.origin == (run.uid, 3))
"""


def test_another_process_goes_on_exactly_as_the_original_did(tmp_path: Path) -> None:
    path = tmp_path / "lab.db"
    store = il.open_store(path)
    with store:
        CarSale(seed=7).run(name="car sale", progress=False)
    store.close()
    done = subprocess.run([sys.executable, "-c", CONTINUE, str(path)], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.split() == ["True"] * 4


def test_every_step_goes_on_from_the_store_as_it_does_from_memory(tmp_path: Path) -> None:
    path = tmp_path / "lab.db"
    with il.open_store(path) as store:
        run = CarSale(seed=11).run(progress=False)
        kept = [run.at(step).content_hash for step in range(len(run.steps) + 1)]
        store.close()
    with il.open_store(path) as again:
        stored = again.runs()[0]
        assert [stored.at(step).content_hash for step in range(len(kept))] == kept
        for step in range(len(kept)):
            fork = stored.at(step).fork()
            if not fork.is_finished:
                went_on = fork.run(progress=False)
                assert [one.result for one in went_on.steps] == [one.result for one in stored.steps[step:]]
                assert went_on.result == stored.result
        again.close()


class Answering(il.BaseEnvironment):
    """Asks a model that has no name to be made from."""

    def __init__(self, model: Any, **settings: Any) -> None:
        super().__init__(**settings)
        self.actor = il.LLMActor("Ann", model)
        self.said: il.Log[str] = il.Log()

    def _step(self) -> str:
        self.said.append(self.actor.query(f"question {self.steps}"))
        return self.said[-1]


def reopened(path: Path, **settings: Any) -> Any:
    store = il.open_store(path)
    with store:
        Answering(**settings, seed=3).run(max_steps=4, progress=False)
    store.close()
    return il.open_store(path)


def test_models_without_a_name_must_be_given(tmp_path: Path) -> None:
    store = reopened(tmp_path / "a.db", model=lambda prompt: "first")
    moment = store.runs()[0].at(2)
    with pytest.raises(MissingResource) as missing:
        moment.fork()
    (name,) = missing.value.names
    fork = moment.fork(models={name: lambda prompt: "second"})
    with store:
        assert fork.step() == "second"
    assert list(fork.said) == ["first", "first", "second"]
    with pytest.raises(il.errors.InvalidArgument, match="No model named 'other'"):
        moment.fork(models={name: as_model(lambda prompt: "second"), "other": "demo"})
    store.close()


def test_a_class_that_is_not_here_is_named(tmp_path: Path) -> None:
    class Hidden(Answering):
        pass

    path = tmp_path / "a.db"
    with il.open_store(path) as store:
        Hidden("demo", seed=1).run(max_steps=1, progress=False)
        store.close()
    store = il.open_store(path)
    run = store.runs()[0]
    with pytest.raises(UnknownClass, match="Hidden"):
        run.at(1).fork()
    assert type(run.at(1, classes=[Hidden]).fork()) is Hidden
    store.close()


PLAIN = """
import sys
import interlab as il
class Plain(il.BaseEnvironment):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.memory = il.ListMemory(memories=["one"])
        self.actor = il.LLMActor("Ann", "demo") if len(sys.argv) == 2 else None
    def _step(self):
        self.memory.add_memory("two")
store = il.open_store(sys.argv[1])
if len(sys.argv) == 2:
    with store:
        Plain(seed=1).run(max_steps=2, progress=False)
else:
    fork = store.runs()[0].at(1).fork()
    print(type(fork) is Plain, type(fork.actor).__name__, len(fork.memory))
store.close()
"""


def test_classes_of_a_notebook_and_our_own_are_found(tmp_path: Path) -> None:
    path = str(tmp_path / "a.db")
    for arguments in ([path], [path, "again"]):
        done = subprocess.run([sys.executable, "-c", PLAIN, *arguments], capture_output=True, text=True, check=False)
        assert done.stderr == ""
    assert done.stdout.split() == ["True", "LLMActor", "2"]


MARKET = """
import sys
import interlab as il

class Trader(il.LLMActor):
    def __init__(self, name):
        super().__init__(name, "demo")
        self.cash = 100

class Market(il.BaseEnvironment):
    def __init__(self, **settings):
        super().__init__(**settings)
        self.trader = Trader("Ann")
        self.fee = 5
    def _step(self):
        self.trader.cash -= self.fee

with il.open_store(sys.argv[1]) as store:
    Market(seed=1).run(max_steps=2, progress=False)
    store.close()
"""

MARKET_LATER = """
import sys
import interlab as il

class Trader(il.LLMActor):
    __state_version__ = 2

    @classmethod
    def __upgrade_state__(cls, state, version):
        if version < 1:
            state["money"] = state.pop("cash")
        if version < 2:
            state["debts"] = {}
        return state

class Market(il.BaseEnvironment):
    __state_version__ = 1
    def _step(self):
        self.trader.money -= self.fee

store = il.open_store(sys.argv[1])
run = store.runs()[0]
try:
    run.at(1).fork()
except il.errors.CorruptState as error:
    print("version 0" in str(error) and "__upgrade_state__" in str(error))
Market.__upgrade_state__ = classmethod(lambda cls, state, version: state)
fork = run.at(1).fork()
fork.step()
print(fork.trader.money, fork.trader.debts, hasattr(fork.trader, "cash"))
again = fork.run(max_steps=1, progress=False, name="later")
print(again.at(-1).env.trader.money)
"""


def test_classes_that_changed_since_upgrade_their_state(tmp_path: Path) -> None:
    path = str(tmp_path / "a.db")
    subprocess.run([sys.executable, "-c", MARKET, path], check=True)
    done = subprocess.run([sys.executable, "-c", MARKET_LATER, path], capture_output=True, text=True, check=False)
    assert done.stderr == ""
    assert done.stdout.split("\n") == ["True", "90 {} False", "85", ""]


AUCTION = """
import sys
import interlab as il
if len(sys.argv) == 2:
    moderator = il.AuctionModerator(il.SecondPrice(), il.HeuristicValuation(), max_tokens=20)
    actors = [il.LLMActor(name, "demo") for name in ("Ann", "Bob")]
    with il.open_store(sys.argv[1]) as store:
        run = il.Conversation(actors, moderator=moderator, seed=1).run(max_steps=2, progress=False)
        fork = run.at(1).fork()
        il.intervene(fork, il.Answer("Ann", "Hello.")).run(max_steps=1, progress=False)
        store.close()
else:
    for run in il.open_store(sys.argv[1]).runs():
        fork = run.at(-1).fork()
        print(type(fork.moderator).__name__, type(fork.actor("Ann")).__name__)
"""


def test_our_own_classes_are_found_though_nobody_used_them_yet(tmp_path: Path) -> None:
    path = str(tmp_path / "a.db")
    for arguments in ([path], [path, "again"]):
        done = subprocess.run([sys.executable, "-c", AUCTION, *arguments], capture_output=True, text=True, check=False)
        assert done.stderr == ""
    assert done.stdout.split("\n") == ["AuctionModerator LLMActor", "AuctionModerator PrescribedActor", ""]


def test_a_notebooks_class_stands_for_one_that_moved_into_a_module(tmp_path: Path) -> None:
    path = str(tmp_path / "a.db")
    subprocess.run([sys.executable, "-c", PLAIN, path], check=True)
    store = il.open_store(path)
    run = store.runs()[0]
    with pytest.raises(UnknownClass, match=r"__main__:Plain.*classes="):
        run.at(1).fork()
    fork = run.at(1, classes={"__main__:Plain": Answering}).fork()
    assert type(fork) is Answering and fork.actor.name == "Ann"
    store.close()


def test_a_class_whose_module_is_not_imported_says_which_import_is_missing(tmp_path: Path) -> None:
    path = str(tmp_path / "a.db")
    with il.open_store(path) as store:
        CarSale(seed=1).run(max_steps=1, progress=False)
        store.close()
    code = "import sys, interlab as il\nil.open_store(sys.argv[1]).runs()[0].at(1).fork()"
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False)
    assert "UnknownClass" in done.stderr and "`import interlab_zoo.negotiation`" in done.stderr


class Odd(il.BaseEnvironment):
    """Holds a function that no name leads to."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.rule = lambda: 1

    def _step(self) -> int:
        return self.rule()


def test_what_cannot_be_stored_is_said_and_stays_in_the_process(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with il.open_store(path) as store:
        run = Odd(seed=1).run(max_steps=2, progress=False)
        assert run.at(1).fork().steps == 1
        assert "env.rule" in next(node for node in run.node.children if node.kind == "event").result["reason"]
        store.close()
    store = il.open_store(path)
    with pytest.raises(StateError, match=r"not stored: env\.rule"):
        store.runs()[0].at(1)
    store.close()


def test_a_step_costs_what_it_changed_and_not_the_history(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with il.open_store(path) as store:
        env = Answering(lambda prompt: "words " * 40, seed=1)
        env.run(max_steps=400, progress=False)

        def size(low: int, high: int) -> int:
            query = "SELECT sum(length(data)) FROM state WHERE rowid BETWEEN ? AND ?"
            return int(store.journal.read(query, (low, high))[0][0])

        rows = store.journal.read("SELECT count(*) FROM state")[0][0]
        early, late = size(rows // 8, rows // 4), size(rows * 7 // 8, rows)
        assert late < 1.5 * early
        store.close()


def test_secrets_in_memories_are_not_stored(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    key = "sk-" + "a1B2" * 8
    with il.open_store(path) as store:
        env = CarSale(seed=1)
        env.buyer.observe(f"my key is {key}")
        env.run(max_steps=1, progress=False)
        store.close()
    assert key.encode() not in path.read_bytes()
    store = il.open_store(path)
    assert key not in str(store.runs()[0].at(1).fork().buyer.memory.format_memories())
    store.close()


@pytest.mark.parametrize(
    "damage", ["UPDATE state SET data = x'7a0102'", "UPDATE state SET data = x'72'", "DELETE FROM state"]
)
def test_damaged_states_are_refused(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "a.db"
    with il.open_store(path) as store:
        CarSale(seed=1).run(max_steps=2, progress=False)
        store.close()
    store = il.open_store(path)
    store.journal.write(lambda connection: connection.execute(damage))
    with pytest.raises((CorruptState, il.errors.StoreCorrupt)):
        store.runs()[0].at(1).fork()
    store.close()


def test_a_store_forks_its_runs(tmp_path: Path) -> None:
    with il.open_store(tmp_path / "a.db") as store:
        run = CarSale(seed=1).run(max_steps=3, progress=False)
        assert store.fork(run, 2).steps == 2
        assert store.fork(run.uid, -1).steps == 3
        store.close()


def test_states_go_with_exports_and_merges_and_stay_when_a_store_is_compacted(tmp_path: Path) -> None:
    with il.open_store(tmp_path / "a.db") as store:
        run = CarSale(seed=1).run(max_steps=5, progress=False)
        gone = CarSale(seed=2).run(max_steps=5, progress=False)
        hashes = [run.at(step).content_hash for step in range(6)]
        store.remove(gone.node)
        before = store.journal.read("SELECT count(*) FROM state")[0][0]
        store.compact()
        assert store.journal.read("SELECT count(*) FROM state")[0][0] < before
        again = CarSale(seed=2).run(max_steps=2, progress=False)
        store.export(run.uid, tmp_path / "b.db")
        store.close()
    with il.open_store(tmp_path / "c.db") as third:
        CarSale(seed=3).run(max_steps=1, progress=False)
        third.merge(tmp_path / "a.db")
        third.close()
    for name, uid in (("a", run.uid), ("b", run.uid), ("c", run.uid), ("a", again.uid)):
        store = il.open_store(tmp_path / f"{name}.db")
        found = next(one for one in store.runs() if one.uid == uid)
        if uid == run.uid:
            assert [found.at(step).content_hash for step in range(6)] == hashes
        assert found.at(-1).fork().step() is not None
        store.close()


def test_a_store_of_an_earlier_version_gets_the_tables_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with il.open_store(path) as store:
        CarSale(seed=1).run(max_steps=1, progress=False)
        store.journal.write(
            lambda connection: (connection.execute("DROP TABLE state"), connection.execute("DROP TABLE snapshot"))
        )
        store.close()
    old = il.open_store(path, read_only=True)
    with pytest.raises(StateError, match="were not stored"):
        old.runs()[0].at(1)
    old.close()
    with il.open_store(path) as store:
        run = CarSale(seed=1).run(max_steps=1, progress=False)
        store.kept.clear()
        assert run.at(1).fork().steps == 1
        store.close()
