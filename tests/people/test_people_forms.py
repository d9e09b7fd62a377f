"""Schemas as forms: each kind of type is a field of its kind, and no schema breaks the form."""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Literal, NotRequired

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel
from pydantic import Field as Described
from typing_extensions import TypedDict

from interlab.people.checking import faults_of
from interlab.people.forms import Field, form_of
from interlab.queries.json_type import json_type


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Tree(BaseModel):
    name: str
    children: list[Tree] = []


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    tricks: list[str] = []


@dataclass
class Offer:
    """What is offered.

    Args:
        price: in dollars.
        note: what is said,
            in a sentence.
    """

    price: float
    note: str = "Hello."


class Loose(TypedDict):
    a: int
    b: NotRequired[str]


def root(of: Any) -> Field:
    return form_of(json_type(of).schema).root


def field(of: Any) -> Field:
    return root(TypedDict("Holder", {"it": of})).fields[0]  # type: ignore[misc,operator]


@pytest.mark.parametrize(
    ("of", "kind"),
    [
        (str, "text"),
        (int, "number"),
        (float, "number"),
        (Decimal, "number"),
        (bool, "truth"),
        (Literal["a", "b"], "choice"),
        (Colour, "choice"),
        (Literal["only"], "constant"),
        (None, "constant"),
        (set[Literal["a", "b"]], "choices"),
        (list[Literal["a", "b"]], "choices"),
        (list[str], "list"),
        (tuple[int, str], "tuple"),
        (dict[str, int], "map"),
        (Offer, "object"),
        (int | None, "optional"),
        (Cat | Dog, "union"),
        (int | str, "union"),
        (Any, "json"),
        (list[Any], "list"),
        (Tree, "object"),
    ],
)
def test_each_type_is_a_field_of_its_kind(of: Any, kind: str) -> None:
    assert field(of).kind == kind
    assert root(of).kind == kind


def test_bounds_defaults_and_words() -> None:
    price = field(Annotated[int, Described(ge=0, le=100, multiple_of=5, description="In dollars.")])
    assert (price.whole, price.least, price.most, price.step, price.slider) == (True, 0, 100, 5, True)
    assert (price.title, price.about) == ("It", "In dollars.")
    open_ended = field(Annotated[float, Described(gt=0, lt=1)])
    assert (open_ended.above, open_ended.below, open_ended.slider) == (0, 1, False)
    assert field(Annotated[float, Described(ge=0, le=1)]).slider
    assert not field(Annotated[int, Described(ge=0, le=10**9)]).slider
    text = field(Annotated[str, Described(min_length=1, max_length=20)])
    assert (text.least, text.most, text.long) == (1, 20, False)


def test_arguments_of_a_docstring_stand_at_their_fields() -> None:
    offer = root(Offer)
    assert offer.about == "What is offered."
    assert [one.about for one in offer.fields] == ["in dollars.", "what is said, in a sentence."]
    assert offer.fields[1].default == "Hello."


def test_members_of_an_enum_go_by_their_names_where_values_say_nothing() -> None:
    assert [(one.label, one.value) for one in root(Colour).options] == [("RED", 1), ("BLUE", 2)]


def test_what_may_be_missing_can_be_left_out_or_null() -> None:
    left_out = root(Loose).fields[1]
    assert (left_out.kind, left_out.omits, left_out.item and left_out.item.kind) == ("optional", True, "text")
    null = field(int | None)
    assert (null.kind, null.omits, null.item and null.item.whole) == ("optional", False, True)


def test_a_recursive_type_ends() -> None:
    form = form_of(json_type(Tree).schema)
    children = form.root.fields[1]
    assert (children.kind, children.item and children.item.kind) == ("list", "same")
    assert children.item is not None
    assert form.definitions[children.item.target].kind == "object"
    json.dumps(form.to_dict())


def test_a_schema_that_multiplies_itself_stays_small() -> None:
    names = [f"L{level}" for level in range(30)]
    definitions: dict[str, Any] = {
        name: {"type": "object", "properties": {key: {"$ref": f"#/$defs/{after}"} for key in "abc"}}
        for name, after in zip(names, [*names[1:], "End"], strict=True)
    }
    form = form_of({"$ref": "#/$defs/L0", "$defs": {**definitions, "End": {"type": "integer"}}})
    assert len(json.dumps(form.to_dict())) < 2_000_000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_WORDS = ["type", "enum", "const", "anyOf", "oneOf", "allOf", "items", "prefixItems", "properties", "required",
          "$ref", "$defs", "default", "minimum", "maximum", "minItems", "title", "description", "x-names"]  # fmt: skip
_TYPES = ["object", "array", "string", "integer", "number", "boolean", "null", "#/$defs/a"]
schemas = st.recursive(
    json_values | st.sampled_from(_TYPES),
    lambda inner: st.dictionaries(st.sampled_from(_WORDS), inner | st.lists(inner, max_size=3), max_size=5),
    max_leaves=15,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(_WORDS), schemas, max_size=6))
def test_no_schema_breaks_the_form_or_the_check(schema: dict[str, Any]) -> None:
    json.dumps(form_of(schema).to_dict())
    faults = faults_of(schema, {"a": 1})
    assert all(isinstance(words, str) and words for words in faults.values())


@settings(max_examples=30, deadline=None)
@given(st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text())
def test_what_a_type_takes_has_no_faults(price: int, weight: float, note: str) -> None:
    schema = json_type(Offer).schema
    assert faults_of(schema, {"price": weight, "note": note}) == {}
    assert faults_of(schema, {"price": price}) == {}


@pytest.mark.parametrize(
    ("of", "value", "places"),
    [
        (Offer, {}, {"/price"}),
        (Offer, {"price": "much", "note": 3}, {"/price", "/note"}),
        (list[int], [1, "two", 3, None], {"/1", "/3"}),
        (Cat | Dog, {"kind": "dog", "tricks": [1]}, {"/tricks/0"}),
        (Tree, {"name": "a", "children": [{"name": "b", "children": [{}]}]}, {"/children/0/children/0/name"}),
        (dict[str, int], {"a/b~c": "x"}, {"/a~1b~0c"}),
        (int | None, "x", {""}),
        (set[Literal["a", "b"]], ["a", "a"], {""}),
        (Annotated[int, Described(ge=3)], 2, {""}),
    ],
)
def test_faults_are_found_where_they_are(of: Any, value: Any, places: set[str]) -> None:
    assert set(faults_of(json_type(of).schema, value)) == places


@pytest.mark.parametrize("value", [float("nan"), float("inf"), object()])
def test_what_is_no_json_is_a_fault(value: Any) -> None:
    assert list(faults_of({}, value)) == [""]


def test_a_schema_reaches_no_further_than_itself() -> None:
    # The network block of the tests would raise an error of its own.
    for address in ("http://127.0.0.1:9/schema", "file:///etc/hostname", "#/$defs/missing"):
        faults = faults_of({"$ref": address}, 1)
        assert "broken" in faults[""]


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [("date", "2030-02-28", "2030-02-30"), ("time", "12:30:00", "25:00"), ("uuid", "0" * 32, "no")],
)
def test_formats(form: str, good: str, bad: str) -> None:
    schema = {"type": "string", "format": form}
    assert faults_of(schema, good) == {}
    assert set(faults_of(schema, bad)) == {""}


def test_marks_of_code_in_a_description_are_left_out() -> None:
    @dataclass
    class Marked:
        """Say ``yes`` or no.

        Args:
            word: ``"yes"``, or `no`.
        """

        word: str

    made = root(Marked)
    assert made.about == "Say yes or no."
    assert [field.about for field in made.fields] == ['"yes", or `no`.']
