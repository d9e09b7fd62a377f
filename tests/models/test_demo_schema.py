"""The demo model's generic filler: whatever it makes fits the schema."""

from __future__ import annotations

import json
import random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from interlab.models import Params, get_model
from interlab.models.demo.schema import CannotFill, fill, find_schema

names = st.sampled_from(["price", "message", "action", "ok", "accept", "thoughts", "a", "b", "c d", "$e"])


def bounds(low: str, high: str, numbers: st.SearchStrategy[int]) -> st.SearchStrategy[dict[str, Any]]:
    """No bound, one, or both in order."""
    pairs = st.tuples(numbers, numbers).map(sorted)
    both = pairs.map(lambda pair: {low: pair[0], high: pair[1]})
    return st.just({}) | numbers.map(lambda n: {low: n}) | numbers.map(lambda n: {high: n}) | both


numbers = st.builds(
    lambda kind, span: {"type": kind, **span},
    st.sampled_from(["integer", "number"]),
    bounds("minimum", "maximum", st.integers(-1000, 5000)),
) | st.builds(
    lambda low, width: {"type": "number", "exclusiveMinimum": low, "exclusiveMaximum": low + width},
    st.integers(-50, 50),
    st.floats(0.01, 100),
)
texts = bounds("minLength", "maxLength", st.integers(0, 40)).map(lambda span: {"type": "string", **span})
scalars = st.one_of(
    numbers,
    texts,
    st.just({"type": "boolean"}),
    st.just({"type": "null"}),
    st.just({"type": ["string", "null"]}),
    st.lists(st.integers() | st.text(max_size=5) | st.none(), min_size=1, max_size=4).map(lambda e: {"enum": e}),
    st.builds(lambda value: {"const": value}, st.integers() | st.text(max_size=5)),
    st.sampled_from(["date", "email", "uuid", "uri", "date-time"]).map(lambda f: {"type": "string", "format": f}),
    st.sampled_from([r"^[A-Z]{2}-\d+$", r"^(yes|no)$", r"^\w{3,5}$", r"x+y?[^a-c]"]).map(
        lambda p: {"type": "string", "pattern": p}
    ),
    st.integers(1, 25).map(lambda m: {"type": "integer", "multipleOf": m, "minimum": -m, "maximum": 3 * m}),
    st.sampled_from([{}, True]),
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    arrays = st.builds(
        lambda items, span: {"type": "array", "items": items, **span},
        inner,
        bounds("minItems", "maxItems", st.integers(0, 4)),
    )
    objects = st.dictionaries(names, inner, max_size=4).flatmap(
        lambda properties: st.builds(
            lambda required, more: {
                "type": "object",
                "properties": properties,
                "required": sorted(required),
                **more,
            },
            st.sets(st.sampled_from(sorted(properties) or ["extra"])),
            st.sampled_from([{}, {"minProperties": 2}]),
        )
    )
    unions = st.lists(inner, min_size=1, max_size=3).map(lambda branches: {"anyOf": branches})
    both = st.builds(lambda a, b: {"allOf": [a, b]}, objects, st.just({"required": ["extra"]}))
    tuples = st.lists(inner, min_size=1, max_size=3).map(
        lambda items: {"type": "array", "prefixItems": items, "minItems": len(items), "items": False}
    )
    return st.one_of(arrays, objects, unions, both, tuples)


schemas = st.recursive(scalars, containers, max_leaves=8)


@settings(max_examples=300, deadline=None)
@given(schemas, st.integers(0, 3))
def test_whatever_is_made_fits(schema: Any, seed: int) -> None:
    if not isinstance(schema, dict):
        schema = {"allOf": [schema]} if schema is not True else {}
    value = fill(schema, random.Random(seed))
    jsonschema.validate(value, schema)
    assert fill(schema, random.Random(seed)) == value


@settings(max_examples=100, deadline=None)
@given(schemas)
def test_the_model_answers_in_a_schema_given_either_way(schema: Any) -> None:
    schema = {"type": "object", "properties": {"it": schema}, "required": ["it"]}
    persona = "You are Bob. You want to buy a car and can pay at most $3,000."
    model = get_model("demo")
    direct = model.generate(persona, Params(json_schema=schema)).text
    jsonschema.validate(json.loads(direct), schema)
    told = model.generate(f"{persona}\nAnswer in this JSON schema:\n```json\n{json.dumps(schema)}\n```").text
    jsonschema.validate(json.loads(told.strip().removeprefix("```json").removesuffix("```")), schema)


class Tree(BaseModel):
    """Refers to itself."""

    name: str
    left: Tree | None
    children: list[Tree]


@pytest.mark.parametrize("kind", [Tree, list[Tree], dict[str, Tree], tuple[int, Tree], int | Tree, dict[str, int]])
def test_recursive_types_end(kind: Any) -> None:
    adapter = TypeAdapter(kind)
    for seed in range(20):
        adapter.validate_python(fill(adapter.json_schema(), random.Random(seed)))


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 3, "maximum": 2},
        {"type": "array", "uniqueItems": True, "minItems": 3, "items": {"enum": [1, 2]}},
        {"$ref": "#/$defs/gone"},
        {"$ref": "#"},
        {"$ref": "https://example.org/x"},
        {"not": {}},
        {"type": "foo"},
        {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]},
    ],
)
def test_what_can_not_be_filled_is_said(schema: dict[str, Any]) -> None:
    with pytest.raises(CannotFill):
        fill(schema, random.Random(0))
    assert get_model("demo").generate("x", Params(json_schema=schema)).text.startswith("(demo model)")


def test_the_last_schema_in_a_text_is_found() -> None:
    a, b = {"type": "integer"}, {"type": "object", "properties": {"x": {"type": "string"}}}
    text = f'Example: {{"x": "y"}}. Schema: {json.dumps(a)}, or rather ```json\n{json.dumps(b, indent=1)}```'
    found = find_schema(text)
    assert found is not None
    assert found[0] == b
    assert found[1] in text
    for none in ("", "{", '{"x": 1}', '{"type": "offer", "price": 3}', "no braces"):
        assert find_schema(none) is None
