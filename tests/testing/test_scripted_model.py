"""The scripted model answers as told and remembers what it was asked."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

import interlab as il
from interlab.errors import InvalidArgument, ModelCallFailed, ModelTimeout
from interlab.models import Message, Params, Reply
from interlab.testing import ScriptedModel


@dataclass(frozen=True)
class Price:
    dollars: float


def test_answers_in_order_and_records_requests() -> None:
    model = ScriptedModel(["one", Reply("two", finish_reason="length")])
    assert il.query_model(model, "first?", system="Be short.", temperature=0.5) == "one"
    assert model.generate("second?").finish_reason == "length"
    assert model.prompts == ["Be short.\n\nfirst?", "second?"]
    assert model.requests[0].messages[0] == Message("system", "Be short.")
    assert model.requests[0].params == Params(temperature=0.5)
    with pytest.raises(InvalidArgument, match="has 2 answers and was asked for another"):
        il.query_model(model, "third?")


def test_repeats_when_told_to() -> None:
    model = ScriptedModel(["a", "b"], repeat=True)
    assert [il.query_model(model, "?") for _ in range(5)] == ["a", "b", "a", "b", "a"]


def test_a_rule_sees_the_request() -> None:
    model = ScriptedModel(lambda request: f"{request.text} with seed {request.params.seed}")
    assert il.query_model(model, "hm", seed=3) == "hm with seed 3"


def test_exceptions_are_raised() -> None:
    model = ScriptedModel([OSError("line cut"), ModelTimeout("slow")])
    with il.faults(retries=0):
        with pytest.raises(ModelCallFailed, match="line cut"):
            il.query_model(model, "?")
        with pytest.raises(ModelTimeout):
            il.query_model(model, "?")


def test_what_may_pass_by_itself_is_tried_again() -> None:
    model = ScriptedModel([ModelTimeout("slow"), "here"])
    with il.faults(retries=1, base_wait_s=0):
        assert il.query_model(model, "?") == "here"
    assert len(model.requests) == 2


@pytest.mark.parametrize("capabilities", [(), ("json_schema",)])
def test_values_are_written_as_json(capabilities: tuple[str, ...]) -> None:
    model = ScriptedModel([Price(2_500.0)], capabilities=capabilities)  # type: ignore[arg-type]
    assert il.query_for_json(model, Price, "Your price?") == Price(2_500.0)
    assert (model.requests[0].params.json_schema is not None) == bool(capabilities)


def test_a_single_text_is_refused_as_a_script() -> None:
    with pytest.raises(InvalidArgument, match="list of answers"):
        ScriptedModel("hello")


def test_side_by_side_no_answer_is_given_twice() -> None:
    model = ScriptedModel([str(number) for number in range(40)])
    answers = il.parallel([lambda: il.query_model(model, "?") for _ in range(40)])
    assert sorted(answers, key=int) == [str(number) for number in range(40)]
