"""Answers written to try the reader: each is read as labelled, or refused. Labels follow tests/corpus/README.md."""

from __future__ import annotations

import importlib.util
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.errors import ParsingFailure
from interlab.queries import parse_json

FOLDER = Path(__file__).parent / "variants"

MISSED = {
    ("Integers", "spaces"): "numbers with spaces between them only",
    ("Bid", "raise-note"): "a plan in words that could change the answer",
    ("Integer", "rule-4-terse"): "a contrast, a sum in brackets or a sentence without a verb",
    ("Move", "rule-4-terse"): "a question that is answered, or another round",
    ("Stars", "rule-4-terse"): "a scale followed by a remark",
    ("Percentage", "rule-4-terse"): "the chance that something does not happen",
    ("Weather", "note"): "a forecast in words that could change the answer",
    ("Integer", "beyond"): "numbers that are counted out, expected or compared before the one that is meant",
    ("Percentage", "beyond"): "a change and what it led to",
    ("Movie", "beyond"): "a number of the same kind that is about something else",
    ("Account", "beyond"): "a label in other words",
    ("Weather", "beyond"): "a change of the weather in other words",
    ("Incident", "beyond"): "an event that changes a flag without naming it",
    ("Stars", "beyond"): "a sentence without a verb",
    ("Ticket", "beyond"): "a change of hands in words",
    ("Bid", "beyond"): "a limit that is a number of the same kind",
    ("Integers", "beyond"): "a remark about all that is not in the list",
    ("Person", "beyond"): "what is absent, told of others or by its name",
}
"""What the reader does otherwise than labelled, with its kind: to be fixed, or the price of refusing in doubt."""


@cache
def corpus() -> ModuleType:
    name = "interlab_corpus"
    if name not in sys.modules:
        path = Path(__file__).parents[1] / "corpus" / "corpus.py"
        spec = importlib.util.spec_from_file_location(name, path)
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


def records() -> list[dict[str, Any]]:
    return [one for path in sorted(FOLDER.glob("*.json")) for one in json.loads(path.read_text(encoding="utf-8"))]


def read(text: str, of: Any, finish_reason: str | None) -> tuple[Any, bool]:
    """The value and whether there is one."""
    try:
        return parse_json(text, of, finish_reason=finish_reason), True
    except ParsingFailure:
        return None, False


def as_labelled(record: dict[str, Any]) -> bool:
    of = corpus().SCHEMAS[record["schema"]]
    value, was_read = read(record["answer"], of, record["finish_reason"])
    if not record["readable"] or not was_read:
        return was_read is bool(record["readable"])
    meant = corpus().adapter(record["schema"]).validate_json(json.dumps(record["expect"]["value"]), strict=True)
    return bool(corpus()._same(value, meant))


@pytest.mark.parametrize("failure_class", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_answers_are_read_as_labelled_or_refused(failure_class: str) -> None:
    of_class = [one for one in records() if one["class"] == failure_class]
    assert len(of_class) > 30
    wrong = [
        (one["id"], one["schema"], one["answer"], one["expect"])
        for one in of_class
        if (one["schema"], one["subclass"]) not in MISSED and not as_labelled(one)
    ]
    assert not wrong, "\n".join(map(str, wrong))


def test_what_is_missed_is_really_missed() -> None:
    for key in MISSED:
        assert not all(as_labelled(one) for one in records() if (one["schema"], one["subclass"]) == key), key


def test_the_labels_are_values_of_their_types() -> None:
    of = records()
    assert len(of) >= 500 and len({one["id"] for one in of}) == len(of)
    assert 0.4 < sum(not one["readable"] for one in of) / len(of) < 0.6
    assert {one["schema"] for one in of} == set(corpus().SCHEMAS)
    for one in of:
        assert one["readable"] == ("value" in one["expect"])


OBJECTS = [
    one
    for one in records()
    if one["class"] == "clean" and isinstance(one["expect"].get("value"), (dict, list)) and one["answer"][:1] in "{["
]


@pytest.mark.parametrize("finish_reason", [None, "stop", "length"])
@given(data=st.data())
def test_a_cut_answer_is_whole_or_refused(finish_reason: str | None, data: st.DataObject) -> None:
    record = data.draw(st.sampled_from(OBJECTS), label="record")
    text = record["answer"].strip()
    cut = text[: data.draw(st.integers(1, len(text) - 1), label="length")]
    of = corpus().SCHEMAS[record["schema"]]
    value, was_read = read(cut, of, finish_reason)
    if not was_read:
        return
    # Only brackets may be missing, and only if the model is known to have ended by itself.
    assert finish_reason == "stop"
    assert cut[-1:] not in ",:"
    rest = text[len(cut.rstrip()) :].lstrip()
    assert rest[:1] in ']},"' or rest[:1].isdigit() or rest[:1] == ".", (cut, value)
    if not any(mark in rest for mark in ',:"') and not rest[:1].isdigit() and rest[:1] != ".":
        assert corpus()._same(value, corpus().adapter(record["schema"]).validate_json(text))


def test_no_prefix_of_an_object_is_read_without_a_reason_to_end() -> None:
    for record in OBJECTS:
        text, of = record["answer"].strip(), corpus().SCHEMAS[record["schema"]]
        for length in {*range(1, len(text), 7), len(text) - 1, len(text) - 2}:
            for finish_reason in (None, "length"):
                assert not read(text[:length], of, finish_reason)[1], (text[:length], finish_reason)


def test_loose_reading_takes_what_is_doubted_and_says_so() -> None:
    from interlab.queries.json_type import json_type
    from interlab.queries.outcomes import Reading
    from interlab.queries.reading import read_reply

    doubted = '{"count": 12}\n\nI am not sure about that.'
    with pytest.raises(ParsingFailure):
        parse_json(doubted, dict[str, int], finish_reason="stop")
    outcome = read_reply(doubted, json_type(dict[str, int]), strictness="loose", finish_reason="stop")
    assert isinstance(outcome, Reading) and outcome.value == {"count": 12}
    assert any("taken although" in note for note in outcome.coerced)
    with pytest.raises(ParsingFailure):
        parse_json('{"count": 12} or {"count": 13}', dict[str, int], strictness="loose", finish_reason="stop")
