"""How InterLab's own reader does on both parts of the corpus, and that the scorer counts."""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from interlab.errors import InvalidArgument, ParsingFailure
from interlab.testing.corpus import Scores, model_reader, score_answers


def _corpus() -> ModuleType:
    name = "interlab_corpus"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / "corpus.py")
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="module")
def open_half() -> Scores:
    return score_answers(_corpus().load("open"))


@pytest.fixture(scope="module")
def frozen_half() -> Scores | None:
    answers = _corpus().load("frozen")
    return score_answers(answers) if answers else None


def test_the_open_part_is_read(open_half: Scores) -> None:
    assert open_half.total.right_share >= 0.95, f"\n{open_half}"
    assert open_half.total.wrong_share <= 0.005, f"\n{open_half}"
    assert open_half.total.accepted == 0, f"\n{open_half}"


def test_the_frozen_part_is_read(frozen_half: Scores | None) -> None:
    # Totals only: nobody looks at single answers of this part.
    if frozen_half is None:
        pytest.skip("The frozen part holds no answers.")
    assert frozen_half.total.right_share >= 0.95, frozen_half.total
    assert frozen_half.total.wrong_share <= 0.005, frozen_half.total
    assert frozen_half.total.accepted == 0, frozen_half.total


@dataclass(frozen=True)
class Case:
    """An answer whose value is its text."""

    id: str
    text: str
    readable: bool = True
    failure_class: str = "clean"
    type: Any = int
    finish_reason: str | None = "stop"

    def is_right(self, value: Any) -> bool:
        return self.readable and str(value) == self.text


def test_each_answer_counts_once_and_where_it_belongs() -> None:
    def read(text: str, T: Any, finish_reason: str | None) -> Any:  # noqa: N803
        assert (T, finish_reason) == (int, "stop")
        if text == "refused":
            raise ParsingFailure("no")
        return "1"

    cases = [
        Case("a", "1"),
        Case("b", "2"),
        Case("c", "refused"),
        Case("d", "1", readable=False, failure_class="value"),
        Case("e", "refused", readable=False, failure_class="value"),
    ]
    scores = score_answers(cases, read)
    total = scores.total
    assert (total.right, total.wrong_readable, total.refused_readable, total.accepted, total.refused) == (1, 1, 1, 1, 1)
    assert (total.total, total.readable, total.unreadable, total.silently_wrong) == (5, 3, 2, 2)
    assert (total.right_share, total.wrong_share) == (1 / 3, 2 / 5)
    assert scores.outcomes == {"a": "right", "b": "wrong", "c": "refused", "d": "wrong", "e": "refused"}
    assert {name: tally.total for name, tally in scores.classes.items()} == {"clean": 3, "value": 2}
    table = str(scores).splitlines()
    assert [line.split()[0] for line in table] == ["class", "clean", "value", "all"]


def test_a_fault_of_the_reader_is_no_refusal() -> None:
    def broken(text: str, T: Any, finish_reason: str | None) -> Any:  # noqa: N803
        raise KeyError(text)

    with pytest.raises(KeyError):
        score_answers([Case("a", "1")], broken)
    assert score_answers([Case("a", "1")], broken, refusals=(KeyError,)).total.refused_readable == 1
    with pytest.raises(InvalidArgument, match="came twice"):
        score_answers([Case("a", "1"), Case("a", "2")])


def test_a_model_can_be_the_reader() -> None:
    def model(prompt: str) -> str:
        return "12" if "twelve" in prompt else "I don't know."

    cases = [Case("a", "12"), Case("b", "x", readable=False), Case("c", "", readable=False)]
    reader = model_reader(model, max_repeats=1)
    scores = score_answers([Case("t", "twelve"), *cases], reader)
    assert scores.outcomes["b"] == scores.outcomes["c"] == "refused"
    assert reader("twelve", int, None) == 12
