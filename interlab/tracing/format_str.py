"""Prompt templates that remember their fields after they are filled.

A `FormatStr` is a `str`: it can be handed to anything that takes text. What it adds is the list of its
parts, so a trace can say which words of a prompt came from which field, and store a long field once.
"""

from __future__ import annotations

import html
import operator
import string
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, SupportsIndex

from interlab.errors import InvalidArgument
from interlab.tracing.colors import name_color, safe_color

_parser = string.Formatter()


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a template that has no value yet."""

    name: str
    color: str | None = None
    spec: str = ""
    conversion: str | None = None

    @property
    def text(self) -> str:
        return "{" + self.name + "}"


@dataclass(frozen=True, slots=True)
class Filled:
    """A place in a template with its value.

    Args:
        name: the field's name.
        text: the value as it stands in the prompt: a `str`, or a `FormatStr` with fields of its own.
        color: a CSS colour given in the template, or None for the name's stable colour.
    """

    name: str
    text: str
    color: str | None = None


Part = str | Field | Filled


class FormatStr(str):
    """A template for a prompt, immutable, that knows which of its text came from which field.

    `FormatStr("Hello {name}!").format(name="Eve")` equals `"Hello Eve!"`. Fields are written as for
    `str.format`: `{name}`, with a format `{price:.2f}`, with a colour `{name#tomato}`; `{{` and `}}` are
    braces. Fields left out stay open and can be filled later; a value that is itself a `FormatStr` keeps its
    fields, also those still open. Braces in values are text, never fields.

    Args:
        template: the template. A `FormatStr` is returned with the same parts.

    Raises:
        InvalidArgument: the template can't be read, or has a field without a name.
    """

    _parts: tuple[Part, ...]

    def __new__(cls, template: str = "") -> FormatStr:
        if isinstance(template, FormatStr):
            return template
        return cls.from_parts(_parse(template))

    @classmethod
    def from_parts(cls, parts: Iterable[Part]) -> FormatStr:
        """Build one from parts: text, open `Field`s and `Filled` ones."""
        kept = tuple([part for part in parts if part.__class__ is not str or part])
        self = str.__new__(cls, "".join([part if isinstance(part, str) else part.text for part in kept]))
        self._parts = kept
        return self

    @property
    def parts(self) -> tuple[Part, ...]:
        """The template's parts in order."""
        return self._parts

    @property
    def free_fields(self) -> frozenset[str]:
        """Names of the fields that have no value yet, those of nested templates included."""
        return frozenset(_free(self._parts))

    def format(self, /, *args: Any, **values: Any) -> FormatStr:
        """Fill fields.

        Args:
            **values: values by field name; names that are not open fields are ignored, fields without a
                value stay open.

        Returns:
            A new `FormatStr`.

        Raises:
            InvalidArgument: positional values were given.
        """
        if args:
            raise InvalidArgument("FormatStr fields have names; give values as keywords: format(name=…).")
        return self.format_map(values)

    def format_map(self, values: Mapping[str, Any], /) -> FormatStr:  # type: ignore[override]  # gives a FormatStr
        """Fill fields from a mapping; see `format`."""
        return FormatStr.from_parts(_fill(part, values) for part in self._parts)

    def join(self, texts: Iterable[str], /) -> FormatStr:
        """Join texts with this as the separator, keeping everyone's fields."""
        parts: list[Part] = []
        for place, text in enumerate(texts):
            if place:
                parts += self._parts
            parts += _parts_of(text)
        return FormatStr.from_parts(parts)

    def __add__(self, other: str) -> FormatStr:
        if not isinstance(other, str):
            return NotImplemented
        return FormatStr.from_parts((*self._parts, *_parts_of(other)))

    def __radd__(self, other: str) -> FormatStr:
        if not isinstance(other, str):
            return NotImplemented
        return FormatStr.from_parts((*_parts_of(other), *self._parts))

    def __mul__(self, times: SupportsIndex) -> FormatStr:
        return FormatStr.from_parts(self._parts * operator.index(times))

    __rmul__ = __mul__

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (self._parts,))

    def __copy__(self) -> FormatStr:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> FormatStr:
        return self

    def to_html(self) -> str:
        """The text as HTML, escaped, each field in its colour with its name as the tooltip."""
        return "".join(_html(part) for part in self._parts)

    def _repr_html_(self) -> str:
        return f'<div style="white-space:pre-wrap">{self.to_html()}</div>'


def _rebuild(parts: tuple[Part, ...]) -> FormatStr:
    return FormatStr.from_parts(parts)


def _parts_of(text: str) -> tuple[Part, ...]:
    if isinstance(text, FormatStr):
        return text.parts
    if not isinstance(text, str):
        raise InvalidArgument(f"Only texts can be joined to a FormatStr; got {type(text).__name__}.")
    return (text,)


def _parse(template: str) -> Iterator[Part]:
    if not isinstance(template, str):
        raise InvalidArgument(f"A template is a text; got {type(template).__name__}.")
    try:
        for literal, name, spec, conversion in _parser.parse(template):
            if literal:
                yield literal
            if name is None:
                continue
            name, _, color = name.partition("#")
            if not name.isidentifier():
                raise InvalidArgument(
                    f"Fields of a FormatStr are names, as in {{name}}; got {{{name}}} in {template!r}. "
                    "Write {{ and }} for braces that are text."
                )
            if conversion not in (None, "r", "s", "a"):
                raise InvalidArgument(f"The conversion !{conversion} in {template!r} is none of !r, !s and !a.")
            yield Field(name, color or None, spec or "", conversion)
    except ValueError as error:
        if isinstance(error, InvalidArgument):
            raise
        raise InvalidArgument(
            f"The template {template!r} can't be read: {error}. Write {{{{ and }}}} for braces that are text."
        ) from error


def _free(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Field):
            yield part.name
        elif isinstance(part, Filled) and isinstance(part.text, FormatStr):
            yield from _free(part.text.parts)


def _fill(part: Part, values: Mapping[str, Any]) -> Part:
    if isinstance(part, str):
        return part
    if isinstance(part, Field):
        if part.name not in values:
            return part
        value = values[part.name]
        if part.conversion is not None:
            value = _parser.convert_field(value, part.conversion)
        if not part.spec and (type(value) is str or isinstance(value, FormatStr)):
            return Filled(part.name, value, part.color)
        try:
            return Filled(part.name, format(value, part.spec), part.color)
        except (ValueError, TypeError) as error:
            raise InvalidArgument(
                f"The field {{{part.name}:{part.spec}}} can't be filled with a {type(value).__name__}: {error}."
            ) from error
    if isinstance(part.text, FormatStr):
        return Filled(part.name, part.text.format_map(values), part.color)
    return part


def _html(part: Part) -> str:
    if isinstance(part, str):
        return html.escape(part)
    color = safe_color(part.color) or name_color(part.name, lightness=0.85)
    inside = part.text.to_html() if isinstance(part.text, FormatStr) else html.escape(part.text)
    edge = "border:1px dashed #888;" if isinstance(part, Field) else ""
    return (
        f'<span style="background:{color};color:#111;border-radius:3px;{edge}" '
        f'title="{html.escape(part.name)}">{inside}</span>'
    )
