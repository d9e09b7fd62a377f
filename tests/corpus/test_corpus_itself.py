"""What every entry of the corpus has to fulfil, whatever reads it."""

from __future__ import annotations

import importlib.util
import json
import re
import sys
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

FOLDER = Path(__file__).parent
LEAST_ANSWERS, LEAST_SAMPLED, LEAST_A_CLASS, LEAST_TYPES = 1200, 250, 60, 30


def _load_corpus() -> ModuleType:
    name = "interlab_corpus"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, FOLDER / "corpus.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


corpus = _load_corpus()
HALVES: dict[str, list[Any]] = {part: corpus.load(part) for part in corpus.PARTS}
ANSWERS: list[Any] = [answer for half in HALVES.values() for answer in half]
WITH_ANSWERS = [part for part, half in HALVES.items() if half]


def test_there_are_enough_answers_of_every_class_and_many_types() -> None:
    classes = Counter(answer.failure_class for answer in ANSWERS)
    assert len(ANSWERS) >= LEAST_ANSWERS
    assert set(classes) == set(corpus.CLASSES)
    assert min(classes.values()) >= LEAST_A_CLASS
    assert {answer.schema for answer in ANSWERS} == set(corpus.SCHEMAS)
    assert len(corpus.SCHEMAS) >= LEAST_TYPES
    assert sum(answer.source == "sampled" for answer in ANSWERS) >= LEAST_SAMPLED


def test_ids_are_unique_and_so_are_written_answers_in_each_part() -> None:
    assert len({answer.id for answer in ANSWERS}) == len(ANSWERS)
    for half in HALVES.values():
        written = Counter((a.schema, a.text, a.finish_reason) for a in half if a.source == "written")
        assert [key for key, count in written.items() if count > 1] == []


def test_at_most_a_third_differ_from_another_in_words_and_numbers_only() -> None:
    forms = Counter(
        (answer.schema, re.sub(r'"?\w+(?: \w+)*"?', "w", " ".join(answer.text.split())), answer.finish_reason)
        for answer in ANSWERS
    )
    assert len(ANSWERS) - len(forms) <= len(ANSWERS) / 3


def test_no_answer_has_two_labels() -> None:
    labels: dict[tuple[str, str, str | None], set[str]] = {}
    for answer in ANSWERS:
        meant = json.dumps(answer.value, sort_keys=True) if answer.readable else "refuse"
        labels.setdefault((answer.schema, answer.text, answer.finish_reason), set()).add(meant)
    assert {key: values for key, values in labels.items() if len(values) > 1} == {}


@pytest.mark.parametrize("part", WITH_ANSWERS)
def test_each_part_has_all_classes_many_types_and_both_outcomes(part: str) -> None:
    half = HALVES[part]
    assert {answer.failure_class for answer in half} == set(corpus.CLASSES)
    assert len({answer.schema for answer in half}) >= LEAST_TYPES
    assert 0.3 <= sum(answer.readable for answer in half) / len(half) <= 0.7


@pytest.mark.parametrize("part", WITH_ANSWERS)
def test_labels_are_complete(part: str) -> None:
    for answer in HALVES[part]:
        assert answer.failure_class in corpus.CLASSES, answer.id
        assert answer.subclass, answer.id
        assert answer.finish_reason in ("stop", "length", "content_filter", None), answer.id
        assert (answer.refusal is None) == answer.readable, answer.id
        assert answer.readable or (answer.refusal and answer.value is None), answer.id
        if answer.source == "sampled":
            assert {"prompt", "temperature", "max_tokens", "seed", "model"} <= answer.origin.keys(), answer.id
        else:
            assert answer.source == "written", answer.id
            assert not {"prompt", "seed", "model"} & answer.origin.keys(), answer.id


@pytest.mark.parametrize("part", WITH_ANSWERS)
def test_values_are_valid_in_the_strict_sense_and_right(part: str) -> None:
    for answer in HALVES[part]:
        if answer.readable:
            meant = answer.expected()  # raises unless the label validates strictly
            assert answer.is_right(meant), answer.id
            # Written out and read again it is the same, so the label is no accident of one way to read it.
            again = corpus.adapter(answer.schema).dump_json(meant, by_alias=True)
            assert corpus.adapter(answer.schema).validate_json(again, strict=True) == meant, answer.id
        else:
            assert not answer.is_right(answer.value), answer.id
            with pytest.raises(ValueError, match="has no value"):
                answer.expected()


def test_what_clean_answers_say_is_their_json() -> None:
    """Clean JSON needs no reading: the standard parser and the type give the label."""
    checked = 0
    for answer in ANSWERS:
        if answer.failure_class == "clean" and answer.subclass != "plain-text":
            read = corpus.adapter(answer.schema).validate_python(json.loads(answer.text.strip()))
            assert answer.is_right(read), answer.id
            checked += 1
    assert checked >= LEAST_A_CLASS


def test_right_means_equal_in_type_too() -> None:
    by_schema = {answer.schema: answer for answer in ANSWERS if answer.readable and answer.schema == "Integer"}
    number = by_schema["Integer"].expected()
    assert by_schema["Integer"].is_right(number)
    assert not by_schema["Integer"].is_right(str(number))
    assert not by_schema["Integer"].is_right(float(number))
    assert not by_schema["Integer"].is_right(number + 1)


def test_an_unknown_part_is_refused() -> None:
    with pytest.raises(ValueError, match="open, frozen"):
        corpus.load("all")
