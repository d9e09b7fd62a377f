"""The explorer without a window: messages in, plain data out, and code that does the same."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.errors import InvalidArgument
from interlab.ui.explorer import Explorer

SENTENCE = 'The buyer has another "offer" at $2,400.'
HOSTILE = "a\nimport os  # \u202e\x1b[31m</script><img src=x onerror=alert(1)>"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[il.Store]:
    monkeypatch.chdir(tmp_path)
    store = il.open_store("lab.db")
    with store:
        CarSale(seed=7).run("car sale", progress=False)
    yield store
    store.close()


def forked(run: il.Run, step: int, name: str, *changes: il.Intervention) -> il.Run:
    made: il.Run = il.intervene(run.at(step).fork(), *changes).run(name, progress=False)
    return made


@pytest.fixture
def explorer(store: il.Store) -> Explorer:
    run = store.runs()[0]
    early = forked(run, 3, "a friend told", il.Observe("Bob", "She would take $2,300."))
    forked(run, 6, "Bob offers more", il.EditMessage(5, "I can go up to $2,600."))
    forked(early, 6, "stubborn", il.SwapModel("Alice", "demo/stubborn"))
    return Explorer(run)


def done(explorer: Explorer, op: str, **more: Any) -> Any:
    """What an operation gives, which must go well; an experiment is waited for."""
    reply = explorer.receive({"op": op, **more})
    assert reply["ok"], reply
    if op == "run":
        assert explorer.trials[-1].wait(60)
        assert explorer.trials[-1].error == ""
    return reply["value"]


def wish(explorer: Explorer, step: int = 3, **more: Any) -> dict[str, Any]:
    change = more.pop("change", {"kind": "tell", "actor": "Alice", "text": SENTENCE})
    return {"run": explorer.root.uid, "step": step, "change": change, "replicas": 3, "name": "rival", **more}


def in_another_process(code: str) -> str:
    """What code prints that was copied, run where nothing was imported before."""
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr
    return made.stdout


# Looking ----------------------------------------------------------------------------------------------


def test_lanes_stand_so_that_no_line_crosses_another(explorer: Explorer) -> None:
    lines = done(explorer, "state")["branches"]
    assert [(line["name"], line["step"], line["level"]) for line in lines] == [
        ("car sale", 0, 1), ("Bob offers more", 6, 2), ("a friend told", 3, 2), ("stubborn", 6, 3),
    ]  # fmt: skip
    lane = {line["key"]: place for place, line in enumerate(lines)}
    drops = [(line["step"], lane[line["parent"]], lane[line["key"]]) for line in lines if line["parent"]]
    for step, above, below in drops:
        between = [line for line in lines[above + 1 : below] if line["step"] < step < line["end"]]
        assert between == []
    assert lines[1]["change"] == "message 6 says: I can go up to $2,600."


def test_ends_are_told_by_measure(explorer: Explorer) -> None:
    hello = done(explorer, "hello")
    assert hello["measures"] == ["price", "moves", "outcome"]
    first = hello["branches"][0]
    price = explorer.root.result["price"]
    assert first["outcome"] == {"price": f"{price:,.0f}", "moves": "11", "outcome": "deal"}
    assert first["runs"] == [[explorer.root.uid, "finished", price, 11, "deal"]]
    assert hello["why_no_forks"] == ""


@pytest.mark.parametrize(
    ("measure", "values"),
    [
        ("outcome", {"outcome": "deal"}),
        (["moves", "price"], {"moves": 11, "price": 2440.0}),
        ({"cheap": lambda env: env.price < 2_450}, {"cheap": True}),
        ({"cost": "price", "nobody": "nothing there"}, {"cost": 2440.0, "nobody": None}),
    ],
)
def test_measures_may_be_names_or_functions(store: il.Store, measure: Any, values: dict[str, Any]) -> None:
    explorer = Explorer(store, measure)
    assert dict(zip(explorer.measures, explorer.tree()[0]["runs"][0][2:], strict=True)) == values


@pytest.mark.parametrize("measure", [3, [], [""], {}, {"x": 3}, ["price", 4]])
def test_what_is_no_measure_is_refused(store: il.Store, measure: Any) -> None:
    with pytest.raises(InvalidArgument):
        Explorer(store, measure)


def test_a_fork_is_shown_in_its_whole_tree(explorer: Explorer, store: il.Store) -> None:
    stubborn = store.runs()[-1]
    assert Explorer(stubborn).root.uid == explorer.root.uid
    assert Explorer("lab.db").root.uid == explorer.root.uid
    with store:
        second = CarSale(seed=9).run("another sale", progress=False)
    assert [one["name"] for one in done(explorer, "hello")["roots"]] == ["car sale", "another sale"]
    assert done(explorer, "go_to", run=second.uid)["root"] == second.uid
    assert [line["name"] for line in explorer.tree()] == ["another sale"]


@pytest.mark.parametrize("what", [3, None, il.Observe("a", "b")])
def test_only_runs_and_stores_are_explored(what: Any) -> None:
    with pytest.raises(InvalidArgument, match="explore"):
        Explorer(what)


def test_an_empty_store_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="run an environment"):
        Explorer(tmp_path / "empty.db")


def test_a_transcript_goes_back_to_the_beginning(explorer: Explorer, store: il.Store) -> None:
    root, early, _, stubborn = store.runs()
    found = done(explorer, "transcript", run=stubborn.uid)
    makers = [item["run"] for item in found["items"]]
    assert [item["step"] for item in found["items"]] == list(range(1, len(makers) + 1))
    assert makers[:3] == [root.uid] * 3
    assert makers[3:6] == [early.uid] * 3
    assert set(makers[6:]) == {stubborn.uid}
    assert [item["shared"] for item in found["items"]][5:7] == [True, False]
    assert found["items"][0]["place"] == [0, 1]
    assert found["items"][0]["color"].startswith("#")


def test_two_branches_are_aligned_and_their_words_compared(explorer: Explorer, store: il.Store) -> None:
    root, early, other, _ = store.runs()
    found = done(explorer, "compare", first=early.uid, second=other.uid)
    assert found["differs_from"] == il.compare(early, other).first_divergence == 4
    rows = {row["step"]: row for row in found["rows"]}
    assert rows[5]["runs"] == [early.uid, root.uid]
    texts = ["".join(words for words, _ in rows[4][side]) for side in ("first", "second")]
    for side, text in zip(("first", "second"), texts, strict=True):
        marked = [words for words, changed in rows[4][side] if changed]
        assert marked
        assert all(words == words.strip() for words in marked)
        assert "".join(words for words, _ in rows[4][side]) == text
        assert any(not changed for _, changed in rows[4][side])


# Forking ----------------------------------------------------------------------------------------------


def test_the_price_is_that_of_the_study(explorer: Explorer) -> None:
    asked = wish(explorer)
    tag = il.experiment(
        explorer.root.at(3), {"as it was": [], "rival": [il.Observe("Alice", SENTENCE)]}, explorer.measures, 3
    ).price_tag()
    told = done(explorer, "price", **asked)
    assert (told["calls"], told["tokens"], told["cost_usd"]) == (tag.calls, tag.tokens, tag.cost_usd)
    assert told["calls"] > 0
    assert [one["arm"] for one in told["arms"]] == ["as it was", "rival"]
    done(explorer, "run", **asked)
    again = done(explorer, "price", **asked)
    assert (again["calls"], again["done"], again["to_run"]) == (0, 6, 0)


def test_replicas_stand_as_a_strip_and_effects_are_the_studys(explorer: Explorer) -> None:
    done(explorer, "run", **wish(explorer, replicas=4))
    study = explorer.trials[-1].study
    lines = {line["name"]: line for line in explorer.tree()}
    assert [run[1] for run in lines["rival"]["runs"]] == ["finished"] * 4
    assert lines["rival"]["numbers"] == [0, 1, 2, 3]
    assert [run[0] for run in lines["rival"]["runs"]] == [run.uid for run in study.runs_of("rival")]
    values = [one.values["price"] for one in study.replicas if one.arm == "rival"]
    assert sorted(run[2] for run in lines["rival"]["runs"]) == sorted(values)
    state = done(explorer, "state")
    assert (state["trial"]["status"], state["trial"]["finished"]) == ("finished", 8)
    assert [one["arms"] for one in state["studies"]] == [["as it was", "rival"]]
    found = done(explorer, "effects", study=study.key)
    row = next(one for one in found["rows"] if one["measure"] == "price" and one["reference"])
    effect = next(one for one in study.estimates("price") if one.reference)
    assert (row["difference"], row["low"], row["high"]) == (effect.difference, effect.low, effect.high)
    assert found["rows"][0]["difference"] is None


def test_copied_code_finds_the_same_replicas(explorer: Explorer, store: il.Store) -> None:
    asked = wish(explorer)
    code = done(explorer, "code", what="try", **asked)
    done(explorer, "run", **asked)
    key = explorer.trials[-1].study.key
    before = len(store.runs())
    told = in_another_process(code + f"assert study.key == {key!r}\nprint(len(study.runs))")
    assert told.splitlines()[-1] == "6"
    assert "0 to run" in told
    assert len(store.runs()) == before  # nothing was run again


def test_code_before_the_run_makes_what_the_button_would(explorer: Explorer, store: il.Store) -> None:
    asked = wish(explorer)
    in_another_process(done(explorer, "code", what="try", **asked))
    before = len(store.runs())
    assert done(explorer, "price", **asked)["to_run"] == 0
    done(explorer, "run", **asked)
    assert len(store.runs()) == before


def test_code_of_looking_and_comparing_and_effects_runs(explorer: Explorer, store: il.Store) -> None:
    done(explorer, "run", **wish(explorer))
    root, early, *_ = store.runs()
    study = explorer.trials[-1].study
    told = in_another_process(done(explorer, "code", what="compare", first=root.uid, second=early.uid))
    assert told == f"{il.compare(root, early)}\n"
    assert in_another_process(done(explorer, "code", what="tree", measure="price")).startswith("car sale → 2440")
    assert in_another_process(done(explorer, "code", what="effects", study=study.key)).strip() == str(study)
    assert "car sale" in in_another_process(done(explorer, "code", what="read", run=root.uid))


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "edit", "message": "2", "text": "I can offer it for $2,300."},
        {"kind": "model", "actor": "Bob", "model": "demo/stubborn"},
        {"kind": "seed", "seed": "11"},
    ],
)
def test_every_change_can_be_made_and_copied(explorer: Explorer, change: dict[str, Any]) -> None:
    asked = wish(explorer, change=change, replicas="2", name="")
    done(explorer, "run", **asked)
    trial = explorer.trials[-1]
    assert (trial.status, trial.study.status.finished) == ("finished", 4)
    names: dict[str, Any] = {}
    exec(done(explorer, "code", what="try", **asked), names)
    assert names["study"].key == trial.study.key
    names["store"].close()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"change": {"kind": "tell", "actor": "Alice", "text": " "}}, "Write what Alice shall learn"),
        ({"change": {"kind": "tell", "actor": "Eve", "text": "x"}}, "Choose an actor"),
        ({"change": {"kind": "edit", "message": 9, "text": "x"}}, "There is no message 9"),
        ({"change": {"kind": "speaker", "actor": "Bob"}}, "force_speaker"),
        ({"change": {"kind": "magic"}}, "Choose what to change"),
        ({"replicas": "many"}, "Replicas: a whole number from 1"),
        ({"replicas": 0}, "Replicas: a whole number from 1"),
        ({"replicas": True}, "Replicas: a whole number from 1"),
        ({"max_steps": "-3"}, "Steps at most: a whole number"),
        ({"name": "as it was"}, "choose another name"),
        ({"step": 11}, "After step 11 the run was over"),
        ({"step": 99}, "no step 99"),
        ({"step": "three"}, "Choose the step"),
        ({"run": None}, "Choose a branch"),
        ({"run": "nowhere-1"}, "no node"),
    ],
)
def test_what_cannot_be_forked_is_refused_in_words(explorer: Explorer, wrong: dict[str, Any], words: str) -> None:
    before = len(explorer.store.runs())
    reply = explorer.receive({"op": "run", **wish(explorer), **wrong})
    assert not reply["ok"]
    assert words in reply["words"]
    assert explorer.trials == []
    assert len(explorer.store.runs()) == before


@pytest.mark.parametrize("message", [None, 3, {}, {"op": "delete"}, {"op": "transcript", "run": []}])
def test_a_message_that_means_nothing_is_answered(explorer: Explorer, message: Any) -> None:
    reply = explorer.receive(message)
    assert not reply["ok"]
    assert reply["words"]


def test_a_run_that_was_cut_off_is_forked_no_further_than_it_came(store: il.Store) -> None:
    with store:
        cut = CarSale(seed=7).run("cut off", max_steps=5, progress=False)
    explorer = Explorer(cut)
    moment = done(explorer, "moment", run=cut.uid, step=2)
    assert (moment["max_steps"], moment["over"]) == (3, False)
    assert "speaker" not in moment["changes"]
    asked = wish(explorer, 2, max_steps="3", replicas=2)
    done(explorer, "run", **asked)
    assert {line["end"] for line in explorer.tree()} == {5}
    assert "max_steps=3" in done(explorer, "code", what="try", **asked)
    whole = Explorer(store.runs()[0])
    assert done(whole, "moment", run=whole.root.uid, step=2)["max_steps"] is None


def test_a_speaker_is_forced_where_somebody_gives_the_floor(store: il.Store) -> None:
    def says(words: str) -> Any:
        return lambda prompt: words

    actors = [il.LLMActor(name, says(f"I am {name}.")) for name in ("Ann", "Ben", "Eve")]
    with store:
        talk = il.Conversation(actors, moderator=il.RoundRobin(), seed=1).run("talk", max_steps=4, progress=False)
    explorer = Explorer(talk)
    assert "speaker" in done(explorer, "moment", run=talk.uid, step=1)["changes"]
    asked = wish(explorer, 1, change={"kind": "speaker", "actor": "Eve"}, max_steps=1, replicas=1)
    done(explorer, "run", **asked)
    run = explorer.trials[-1].study.runs_of("rival")[0]
    assert done(explorer, "transcript", run=run.uid)["items"][-1]["speaker"] == "Eve"


def test_stopping_keeps_what_was_made_and_running_goes_on_from_there(store: il.Store) -> None:
    going, goes_on = threading.Event(), threading.Event()

    def slow(prompt: str) -> str:
        if armed:
            going.set()
            assert goes_on.wait(30)
        return '{"action": "walk_away", "price": null, "message": "No."}'

    armed: list[bool] = []
    with store:
        run = CarSale(buyer_model=slow, seed=7).run("slow", progress=False)
    armed.append(True)
    explorer = Explorer(run)
    asked = wish(explorer, 0, replicas=20)
    assert explorer.receive({"op": "run", **asked})["ok"]
    trial = explorer.trials[-1]
    assert going.wait(30)
    refused = explorer.receive({"op": "run", **asked})
    assert "let them finish, or stop them" in refused["words"]
    explorer.receive({"op": "stop"})
    assert trial.status == "stopping"
    # What is being run stands in the strip of its arm already.
    lines = {line["name"]: line for line in explorer.tree()}
    assert set(lines) <= {"slow", "as it was", "rival"}
    assert "open" in {run[1] for line in lines.values() for run in line["runs"]}
    goes_on.set()
    assert trial.wait(30)
    assert trial.status == "stopped"
    finished = trial.study.status.finished
    assert 0 < finished < 40
    done(explorer, "run", **asked)
    assert explorer.trials[-1].study.status.finished == 40
    assert explorer.trials[-1].status == "finished"


def test_a_failure_is_told_in_words(store: il.Store) -> None:
    calls: list[str] = []

    def dies(prompt: str) -> str:
        calls.append(prompt)
        if len(calls) > 1:
            raise RuntimeError("the line is dead")
        return '{"action": "offer", "price": 2300, "message": "Well?"}'

    with store, pytest.raises(il.InterLabError, match="the line is dead"):
        CarSale(buyer_model=dies, seed=7).run("dies", progress=False)
    explorer = Explorer(store.runs()[-1])
    assert explorer.tree()[0]["runs"][0][1] == "error"
    assert "the line is dead" in done(explorer, "transcript", run=explorer.root.uid)["error"]
    done(explorer, "run", **wish(explorer, 1, replicas=1))
    view = explorer.trials[-1].view()
    assert (view["failed"], view["status"]) == (2, "finished")
    assert [(line["name"], line["runs"][0][1]) for line in explorer.tree()[1:]] == [
        ("as it was", "error"), ("rival", "error"),
    ]  # fmt: skip
    assert "the line is dead" in view["why_failed"][0]


def test_a_store_that_is_read_only_is_looked_at(explorer: Explorer, store: il.Store) -> None:
    store.close()
    with il.Store("lab.db", read_only=True) as reading:
        looked = Explorer(reading)
        assert "reading only" in done(looked, "hello")["why_no_forks"]
        assert len(looked.tree()) == 4
        refused = looked.receive({"op": "run", **wish(looked)})
        assert "reading only" in refused["words"]
    reading.close()


# Hostile words ----------------------------------------------------------------------------------------


def test_names_from_strangers_stay_on_their_line(store: il.Store) -> None:
    run = store.runs()[0]
    forked(run, 3, HOSTILE, il.Observe("Bob", HOSTILE))
    explorer = Explorer(run)
    text = explorer.text()
    assert len(text.splitlines()) == 2
    assert "\x1b" not in text
    assert "\u202e" not in text
    fork = store.runs()[-1]
    code = done(explorer, "code", what="compare", first=run.uid, second=fork.uid)
    assert sum("import" in line and not line.startswith(("import interlab", "second = ")) for line in
               code.splitlines()) == 0  # fmt: skip
    compile(code, "code", "exec")


def test_what_is_typed_is_quoted_in_code(explorer: Explorer) -> None:
    asked = wish(explorer, change={"kind": "tell", "actor": "Bob", "text": HOSTILE}, name=HOSTILE, replicas=1)
    names: dict[str, Any] = {}
    exec(done(explorer, "code", what="try", **asked), names)
    assert [*names["study"].plan.arms][1] == HOSTILE.strip()
    assert "os" not in names
    names["store"].close()
