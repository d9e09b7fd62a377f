"""Measures are written so that the code makes them again: the same ones, in another process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from interlab_zoo.negotiation import CarSale

import interlab as il
from interlab.counterfactual.arms import fingerprint
from interlab.counterfactual.measures import OutcomeField, as_measures
from interlab.ui.explorer import Explorer
from interlab.ui.explorer.tree import change_in_words, in_summary
from interlab.ui.steering.measuring import of_run, written


def dear(env: Any) -> bool:
    """Whether it was sold for much."""
    return env.price is not None and env.price > 2_450


def made_again(name: str, measure: Any) -> Any:
    told = written(name, measure)
    assert told.is_known
    names: dict[str, Any] = {}
    exec("\n".join(told.before), names)
    return eval(told.text, names)


PAIR = {"one": lambda env: env.price, "two": lambda env: env.steps * 2}  # on one line


@pytest.mark.parametrize(
    "measure",
    [
        OutcomeField("price"),
        OutcomeField('the "odd" one\n'),
        dear,
        PAIR["one"],
        PAIR["two"],
        lambda env: (env.price, 1)[1],
    ],
)
def test_a_measure_is_written_so_that_it_is_the_same(measure: Any) -> None:
    again = as_measures({"it": made_again("it", measure)})["it"]
    assert fingerprint(again) == fingerprint(measure)


def test_what_cannot_be_written_is_said_to_be_missing(tmp_path: Path) -> None:
    limit = 2_450

    def below(env: Any) -> bool:
        return bool(env.price < limit)

    assert not written("so-so", below).is_known
    with il.open_store(tmp_path / "lab.db") as store:
        run = CarSale(seed=7).run(progress=False)
    explorer = Explorer(run, {"so-so": below})
    asked = {"what": "try", "run": run.uid, "step": 3, "replicas": 2, "change": {"kind": "seed", "seed": 3}}
    code = explorer.receive({"op": "code", **asked})["value"]
    assert "# measure_so_so is the function that il.explore() was given as so-so" in code
    assert '"so-so": measure_so_so,' in code
    store.close()


def test_a_field_is_taken_of_the_outcome_else_of_the_environment() -> None:
    env = CarSale(seed=7)
    run = env.run(progress=False)
    assert OutcomeField("price")(env) == run.result["price"] == of_run(OutcomeField("price"), run)
    assert OutcomeField("buyer_limit")(env) == 2_800
    assert OutcomeField("steps")(env) == of_run(OutcomeField("steps"), run) == 11
    assert OutcomeField("nothing")(env) is None


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ([], ""),
        ([None, None], ""),
        ([2440.0], "2,440"),
        ([1, 3, None], "2 (1 to 3)"),
        (["deal"], "deal"),
        (["deal", "deal", "none"], "2 × deal, 1 × none"),
        ([True, False, True], "2 × yes, 1 × no"),
        (["a", "b", "c", "d"], "1 × a, 1 × b, 1 × c, …"),
    ],
)
def test_ends_in_few_words(values: list[Any], words: str) -> None:
    assert in_summary(values) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (il.Observe("Bob", "so"), "Bob learns: so"),
        (il.EditMessage(0, "so"), "message 1 says: so"),
        (il.EditMessage(-1, "so"), "message -1 says: so"),
        (il.SwapModel("Bob", "demo"), "Bob is played by demo"),
        (il.SetField("a.b", 3), "SetField(a.b, 3)"),
    ],
)
def test_changes_in_few_words(change: il.Intervention, words: str) -> None:
    assert change_in_words(change.record()) == words


@pytest.mark.parametrize("record", ["text", None, 3, {}, {"intervention": None}, {"intervention": "Observe"}, []])
def test_any_record_of_a_change_has_words(record: Any) -> None:
    assert "\n" not in change_in_words(record)
