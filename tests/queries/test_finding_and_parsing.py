"""Whatever is written as JSON is read back, in whatever surroundings; and what stands in a reply is found."""

from __future__ import annotations

import enum
import json
import re
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter
from typing_extensions import TypedDict

from interlab.errors import InvalidArgument, ParsingFailure
from interlab.queries import find_json, parse_json
from interlab.queries.answers.wording import is_placeholder


class Mood(enum.Enum):
    GLAD = "glad"
    SAD = "sad"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


@dataclass
class Point:
    x: int
    label: str
    mood: Mood = Mood.GLAD


class Tree(BaseModel):
    name: str
    children: list[Tree] = []


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    tricks: list[str]


class Row(TypedDict):
    key: str
    value: float | None


class Pair(NamedTuple):
    left: int
    right: str


class Open(BaseModel):
    model_config = ConfigDict(extra="allow")
    x: int


class Named(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    first_name: str = Field(alias="firstName")
    age: int | None = None


# Half of the letters are those that JSON, fences and tags are made of.
words = st.text(
    st.one_of(st.sampled_from("{}[]\"':,`\\<>/\n think"), st.characters(exclude_categories=["Cs"])), max_size=12
)
whole = st.integers(-(10**12), 10**12)
numbers = st.floats(allow_nan=False, allow_infinity=False)
points = st.builds(Point, whole, words, st.sampled_from(Mood))
trees = st.recursive(
    st.builds(Tree, name=words),
    lambda inner: st.builds(Tree, name=words, children=st.lists(inner, max_size=3)),
    max_leaves=5,
)
animals = st.one_of(st.builds(Cat, lives=whole), st.builds(Dog, tricks=st.lists(words, max_size=3)))

TYPED: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (int, whole),
    (float, numbers),
    (bool, st.booleans()),
    (str, words),
    (date, st.dates()),
    (
        timedelta,
        st.timedeltas(timedelta(0), timedelta(300)).map(lambda span: timedelta(seconds=int(span.total_seconds()))),
    ),
    (UUID, st.uuids()),
    (Decimal, st.decimals(-1000, 1000, places=2)),
    (Mood, st.sampled_from(Mood)),
    (Level, st.sampled_from(Level)),
    (Literal["a", "B)", 3], st.sampled_from(["a", "B)", 3])),
    (int | None, st.none() | whole),
    (int | str, whole | words),
    (Point, points),
    (Tree, trees),
    (Cat | Dog, animals),
    (list[Cat | Dog], st.lists(animals, max_size=3)),
    (Row, st.fixed_dictionaries({"key": words, "value": st.none() | numbers})),
    (Pair, st.builds(Pair, whole, words)),
    (list[int], st.lists(whole, max_size=4)),
    (list[list[str]], st.lists(st.lists(words, max_size=3), max_size=3)),
    (tuple[int, str], st.tuples(whole, words)),
    (dict[str, int], st.dictionaries(words, whole, max_size=4)),
    (set[int], st.sets(whole, max_size=4)),
]

AROUND: list[tuple[str, str]] = [
    ("", ""),
    ("  \n", "\n\n"),
    ("```json\n", "\n```"),
    ("```\n", "\n```\n"),
    ("Sure, here you are:\n\n```json\n", "\n```\n\nTell me if you need {more}."),
    ("<think>\nIt could be [1] or {x}.\n</think>\n", ""),
    ('<think>One {"x": 1} idea</think>\n```json\n', "\n```"),
    ("Some thoughts [sic] first.\n</think>\n", "\n"),
]
TEXT_AROUND = [("Here it is: ", ""), ("I decided.\n\n", "\n\nIt is what I think is best."), ("My answer is ", ".")]


def holds_placeholder(value: Any) -> bool:
    """Whether a text in a value stands where an answer should be, such as ``...``: these are refused."""
    plain = TypeAdapter(Any).dump_python(value, mode="json")
    texts = [plain] if isinstance(plain, str) else []
    inner = plain.values() if isinstance(plain, dict) else plain if isinstance(plain, list) else ()
    return any(map(is_placeholder, texts)) or any(map(holds_placeholder, inner))


@pytest.mark.parametrize(("of", "values"), TYPED, ids=[str(of) for of, _ in TYPED])
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_what_is_written_is_read(of: Any, values: st.SearchStrategy[Any], data: st.DataObject) -> None:
    value = data.draw(values)
    assume(not holds_placeholder(value))
    adapter: TypeAdapter[Any] = TypeAdapter(of)
    plain = adapter.dump_python(value, mode="json", by_alias=True)
    indent = data.draw(st.sampled_from([None, 2]))
    text = json.dumps(plain, indent=indent, ensure_ascii=data.draw(st.booleans()))
    before, after = data.draw(st.sampled_from(AROUND + (TEXT_AROUND if isinstance(plain, dict) and plain else [])))
    read = parse_json(before + text + after, of)
    assert read == value
    assert type(read) is type(value)
    assert parse_json(before + text + after, of, strictness="strict", repair=False) == value


@settings(max_examples=150, deadline=None)
@given(points, points)
def test_two_answers_are_refused_unless_they_are_one(first: Point, second: Point) -> None:
    texts = [TypeAdapter(Point).dump_json(point).decode() for point in (first, second)]
    assume(not holds_placeholder(first) and not holds_placeholder(second))
    reply = f"{texts[0]}\n\n{texts[1]}"
    if first == second:
        assert parse_json(reply, Point) == first
    else:
        with pytest.raises(ParsingFailure, match="different answers"):
            parse_json(reply, Point)


@settings(max_examples=150, deadline=None)
@given(points, st.data())
def test_no_beginning_of_an_answer_is_an_answer(point: Point, data: st.DataObject) -> None:
    text = TypeAdapter(Point).dump_json(point).decode()
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    with pytest.raises(ParsingFailure):
        parse_json(cut, Point)
    with pytest.raises(ParsingFailure):
        parse_json(cut, Point, finish_reason="length")


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("{}[]\"':,`\\<>/\n thinkjso0123-.é"), max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    for of in (Point, int, list[int], dict[str, Any], Mood):
        try:
            parse_json(text, of)
        except ParsingFailure:
            continue
    for candidate in find_json(text):
        assert candidate.text == text[candidate.start : candidate.end]


@settings(max_examples=150, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z_]{1,6}", fullmatch=True), st.one_of(whole, st.booleans(), st.none(), words), max_size=4
    )
)
def test_python_notation_is_read_as_python_does(value: dict[str, Any]) -> None:
    assume(re.search(r"['\"][A-Za-z]:\\[a-z]", repr(value)) is None)  # what may be a path, as in 'C:\\new'
    assert parse_json(repr(value), dict[str, Any]) == value


def test_find_json_finds_without_judging() -> None:
    reply = 'See [1]. First {"a": 1}, then:\n```json\n{"b": 2}\n```\nand {\'c\': 3,}.'
    found = find_json(reply)
    assert [candidate.value for candidate in found] == [[1], {"a": 1}, {"b": 2}, {"c": 3}]
    assert [candidate.where for candidate in found] == ["prose", "prose", "fenced", "prose"]
    assert [candidate.state for candidate in found] == ["json", "json", "json", "relaxed"]
    assert [reply[one.start : one.end] for one in found] == [one.text for one in found]
    assert found[-1].notes
    assert find_json("") == []
    assert find_json("five")[0].state == "word"


def test_the_keys_inside_a_value_are_no_second_answer() -> None:
    reply = '{"name": "a", "children": [{"name": "b"}]}'
    assert parse_json(reply, Tree) == Tree(name="a", children=[Tree(name="b")])


def test_strict_converts_nothing() -> None:
    for reply in ['{"x": "1", "label": "a"}', '{"X": 1, "label": "a"}', '[{"x": 1, "label": "a"}]']:
        assert parse_json(reply, Point) == Point(1, "a")
        with pytest.raises(ParsingFailure):
            parse_json(reply, Point, strictness="strict")
    with pytest.raises(ParsingFailure):
        parse_json('{"x": 1, "label": "a", "mood": "sad", "more": 2}', Point, strictness="strict")
    with pytest.raises(InvalidArgument, match="strictness"):
        parse_json("5", int, strictness="lax")  # type: ignore[call-overload]


def test_without_repair_only_json_is_read() -> None:
    assert parse_json("{'x': 1, 'label': 'a'}", Point) == Point(1, "a")
    with pytest.raises(ParsingFailure, match="not quite JSON"):
        parse_json("{'x': 1, 'label': 'a'}", Point, repair=False)


def test_keys_that_a_type_keeps_or_knows_by_two_names() -> None:
    assert parse_json('{"x": 1, "y": 2}', Open) == Open(x=1, y=2)  # type: ignore[call-arg]
    for key in ("firstName", "first_name"):
        assert parse_json(f'{{"{key}": "Eve"}}', Named) == Named(firstName="Eve")


def test_the_reason_names_the_place_and_what_arrived() -> None:
    with pytest.raises(ParsingFailure) as caught:
        parse_json('{"x": "many", "label": 1.5}', Point)
    reason = caught.value.attempts[0][1]
    assert "x" in reason and '"many"' in reason and "label" in reason
    assert caught.value.expected is Point


@pytest.mark.parametrize("of", [5, object(), lambda: 0, type("Odd", (), {})])
def test_a_type_that_json_cannot_express(of: Any) -> None:
    with pytest.raises(InvalidArgument, match="type that JSON can express"):
        parse_json("5", of)


def test_types_that_are_not_hashable_work_too() -> None:
    from typing import Annotated

    assert parse_json("5", Annotated[int, ["a list is not hashable"]]) == 5


@pytest.mark.parametrize(
    "reply",
    [
        "```\n[" * 20_000,
        '{"a": 1} ' * 20_000,
        '{"a": 1, ' * 20_000,
        "{'a': '" * 20_000,
        "[see " * 20_000,
        "{ //\n" * 20_000,
    ],
)
def test_a_reply_made_to_be_slow_is_refused(reply: str) -> None:
    for of in (Point, int):
        with pytest.raises(ParsingFailure):
            parse_json(reply, of)


def test_a_reply_is_a_text() -> None:
    for function in (find_json, lambda reply: parse_json(reply, int)):
        with pytest.raises(InvalidArgument, match="text"):
            function(5)  # type: ignore[arg-type]
