"""Prompt templates that remember their fields."""

from __future__ import annotations

import copy
import pickle
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.errors import InvalidArgument
from interlab.tracing import FormatStr, name_color
from interlab.tracing.format_str import Field, Filled

texts = st.text(max_size=12)
literals = texts.map(lambda text: text.replace("{", "{{").replace("}", "}}"))
names = st.sampled_from(["a", "b", "long_name"])


@st.composite
def templates(draw: st.DrawFn) -> str:
    """A template without colours, as `str.format` reads it."""
    pieces = draw(st.lists(literals | names.map("{{{}}}".format), max_size=6))
    return "".join(pieces)


@given(templates(), st.fixed_dictionaries(dict.fromkeys(["a", "b", "long_name"], texts)))
def test_a_filled_template_equals_what_str_format_makes(template: str, values: dict[str, str]) -> None:
    prompt = FormatStr(template).format(**values)
    assert prompt == template.format(**values)
    assert str(prompt) == template.format(**values)
    assert hash(prompt) == hash(template.format(**values))
    assert isinstance(prompt, str) and not prompt.free_fields


@given(templates(), texts, texts, texts)
def test_filling_bit_by_bit_is_filling_at_once(template: str, one: str, two: str, three: str) -> None:
    at_once = FormatStr(template).format(a=one, b=two, long_name=three)
    bit_by_bit = FormatStr(template).format(b=two).format(long_name=three).format(a=one)
    assert bit_by_bit == at_once
    assert bit_by_bit.parts == at_once.parts


@given(st.lists(templates(), max_size=4), templates())
def test_join_and_add_keep_text_and_fields(pieces: list[str], separator: str) -> None:
    joined = FormatStr(separator).join(map(FormatStr, pieces)).format(a="1", b="{b}", long_name="")
    expected = separator.join(pieces).format(a="1", b="{b}", long_name="")
    assert joined == expected
    total = FormatStr()
    for piece in pieces:
        total = total + FormatStr(piece)
    assert total.format(a="1", b="{b}", long_name="") == "".join(pieces).format(a="1", b="{b}", long_name="")


def test_fields_are_remembered_after_they_are_filled() -> None:
    prompt = FormatStr("Hello {name}, pay {price:.2f}!").format(name="Eve", price=3)
    assert prompt == "Hello Eve, pay 3.00!"
    assert prompt.parts == ("Hello ", Filled("name", "Eve"), ", pay ", Filled("price", "3.00"), "!")


def test_partial_formatting_leaves_fields_open() -> None:
    prompt = FormatStr("{a} {b}").format(a="x")
    assert prompt.free_fields == {"b"}
    assert prompt == "x {b}"
    assert prompt.format(b="y") == "x y"
    assert FormatStr("{a}").format(unknown=1) == "{a}"


def test_nested_templates_keep_their_own_fields() -> None:
    inner = FormatStr("[{x}/{y}]").format(x="1")
    outer = FormatStr("in: {inner}").format(inner=inner)
    assert outer == "in: [1/{y}]"
    assert outer.free_fields == {"y"}
    filled = outer.format(y="2")
    assert filled == "in: [1/2]"
    (_, part) = filled.parts
    assert isinstance(part, Filled) and isinstance(part.text, FormatStr)
    assert part.text.parts == ("[", Filled("x", "1"), "/", Filled("y", "2"), "]")


def test_templates_nest_to_any_depth() -> None:
    prompt: FormatStr = FormatStr("{core}")
    for level in range(20):
        prompt = FormatStr(f"({{level{level}}})").format(**{f"level{level}": prompt})
    assert prompt.free_fields == {"core"}
    assert prompt.format(core="x") == "(" * 20 + "x" + ")" * 20


def test_braces_in_values_are_text_and_never_fields() -> None:
    prompt = FormatStr("{a} {b}").format(a="{b}", b="{a}")
    assert prompt == "{b} {a}"
    assert prompt.format(a="no", b="no") == "{b} {a}"
    assert FormatStr("{{a}}").format(a="no") == "{a}"


def test_formats_and_conversions_are_those_of_str_format() -> None:
    assert FormatStr("{a!r:>6}|{b:^5}|{c!s}|{d!a}").format(a="x", b=1, c=None, d="é") == "   'x'|  1  |None|'\\xe9'"
    assert FormatStr("{a}").format(a=2.5) == "2.5"
    assert FormatStr("{a:.1f}").format(a=2.55) == f"{2.55:.1f}"


def test_colours_belong_to_fields() -> None:
    template = FormatStr("{a#tomato} {b#rgb(1, 2, 3)} {c}")
    assert [part.color for part in template.parts if isinstance(part, Field)] == ["tomato", "rgb(1, 2, 3)", None]
    filled = template.format(a="x", b="y", c="z")
    assert filled == "x y z"
    page = filled.to_html()
    assert "tomato" in page and "rgb(1, 2, 3)" in page and name_color("c", lightness=0.85) in page


def test_html_is_escaped_everywhere() -> None:
    evil = "<script>alert('x')</script>\"&"
    prompt = FormatStr('<i> {a#"><b>} {nested}').format(a=evil, nested=FormatStr("<u>{deep}").format(deep=evil))
    page = prompt.to_html()
    for tag in ("<script", "<i>", "<b>", "<u>"):
        assert tag not in page
    assert page.count("&lt;script&gt;") == 2
    assert prompt._repr_html_().count("<div") == 1


def test_nothing_changes_a_template() -> None:
    template = FormatStr("{a}{b}")
    before = template.parts
    template.format(a="x")
    template + "more"
    template.join(["x", "y"])
    assert template.parts == before == (Field("a"), Field("b"))
    assert template == "{a}{b}"
    with pytest.raises(TypeError):
        template.parts[0] = "x"  # type: ignore[index]
    with pytest.raises(AttributeError):
        template.parts[0].name = "x"  # type: ignore[union-attr]
    with pytest.raises(AttributeError):
        template.parts = ()  # type: ignore[misc]


def test_templates_add_multiply_and_join_with_texts() -> None:
    field = FormatStr("{a}")
    for prompt in (field + " end", "start " + field, FormatStr("-") * 2 + field, 2 * field, field * 2):
        assert isinstance(prompt, FormatStr)
        assert prompt.free_fields == {"a"}
    assert ("{a} is text " + field).format(a="x") == "{a} is text x"
    assert FormatStr(", ").join(["{a}", field]).format(a="x") == "{a}, x"
    assert field * 0 == "" and (field * -1).parts == ()
    total = FormatStr()
    total += "x"
    assert isinstance(total, FormatStr)


@pytest.mark.parametrize("wrong", [1, None, b"x", ["a"]])
def test_only_texts_can_be_added_and_joined(wrong: Any) -> None:
    with pytest.raises(TypeError):
        FormatStr("a") + wrong
    with pytest.raises(TypeError):
        wrong + FormatStr("a")
    with pytest.raises(InvalidArgument):
        FormatStr(", ").join(["a", wrong])
    with pytest.raises(InvalidArgument):
        FormatStr(wrong)
    with pytest.raises(TypeError):
        FormatStr("a") * "b"  # type: ignore[operator]


@pytest.mark.parametrize("template", ["{", "}", "{a", "{}", "{0}", "{a.b}", "{a[0]}", "{a b}", "{#red}", "{a!x}"])
def test_templates_that_can_not_be_read_are_refused(template: str) -> None:
    with pytest.raises(InvalidArgument):
        FormatStr(template)


def test_values_that_do_not_fit_their_format_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="price"):
        FormatStr("{price:.2f}").format(price="a lot")
    with pytest.raises(InvalidArgument, match="price"):
        FormatStr("{price:x}").format(price=[1])
    with pytest.raises(InvalidArgument, match="keywords"):
        FormatStr("{a}").format("x")


def test_a_field_may_have_any_name() -> None:
    assert FormatStr("{self} {args}").format(self="x", args="y") == "x y"
    assert FormatStr("{ünï}").format_map({"ünï": 1}) == "1"


def test_copies_and_pickles_keep_the_parts() -> None:
    prompt = FormatStr("{a} {b#red}").format(a=FormatStr("{x}").format(x="1"))
    for again in (copy.copy(prompt), copy.deepcopy(prompt), pickle.loads(pickle.dumps(prompt)), FormatStr(prompt)):
        assert again == prompt
        assert again.parts == prompt.parts
        assert again.free_fields == {"b"}


def test_it_is_a_text_for_whoever_takes_texts() -> None:
    prompt = FormatStr("{a}").format(a="abc")
    assert prompt.upper() == "ABC" and prompt[1:] == "bc" and len(prompt) == 3
    assert {prompt: 1}["abc"] == 1
    assert string.Template("$x").substitute(x=prompt) == "abc"


def test_a_name_has_one_colour_everywhere() -> None:
    # Pinned: the browser computes the same from the same rule.
    colors = [name_color(name) for name in ("Alice", "Bob", "", "Zoë")]
    assert colors == ["#8a2eb8", "#2e5ab8", "#2eb883", "#2eb8a3"]
    assert name_color("\ud800").startswith("#")
    assert name_color("x", lightness=1) == "#ffffff"


def test_a_color_that_is_more_than_a_color_is_not_written_into_a_style() -> None:
    colors = ("red;position:fixed", "url(//x.test)", "gold")
    shown = FormatStr.from_parts([Filled("x", "1", color) for color in colors]).to_html()
    assert "position" not in shown
    assert "url(" not in shown
    assert "background:gold" in shown
