"""A JSON schema as a form: what each field is called, what it takes, and what stands in it at first.

The faces draw the form; none of them reads schemas. References are drawn where they stand, except those of recursive
types, which stay references (kind ``"same"``) into the form's `definitions`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "text", "number", "truth", "choice", "choices", "object", "map", "list", "tuple", "union", "optional", "constant",
    "json", "same",
]  # fmt: skip
"""What a field takes. ``choices`` are several of some; ``optional`` is its `item` or nothing; ``json`` is any value."""

_MOST_FIELDS = 2_000
_MOST_CHOICES = 30
_MOST_SLIDER_STEPS = 10_000
_SHORT_TEXT = 100
_ENUM_NAMES = "x-names"
_DECIMAL = "x-decimal"


@dataclass(frozen=True)
class Option:
    """One of a choice.

    Args:
        label: what the person reads.
        value: the JSON value.
    """

    label: str
    value: Any


@dataclass(frozen=True)
class Field:
    """One field of a form, with all below it.

    Args:
        kind: what it takes.
        title: what it is called.
        about: a sentence or more on it.
        key: its key in the object around.
        has_default, default: what stands in it at first.
        whole: of numbers: whether they are whole.
        least, most: bounds: of a number, of a text's length in characters, of a list's in items.
        above, below: bounds of a number that it must not reach.
        step: of a number: what it is a multiple of.
        slider: of a number: whether its range is small enough to point at.
        pattern, format: of a text: a regular expression; ``"date"``, ``"date-time"``, …
        long: of a text: whether it may have several lines.
        options: of a choice.
        fields: of an object, a tuple, a union (its variants).
        item: of a list, a map, an optional.
        omits: of an optional: whether nothing means that the key is left out, not null.
        target: of a reference: its name in the form's definitions.
    """

    kind: Kind
    title: str = ""
    about: str = ""
    key: str = ""
    has_default: bool = False
    default: Any = None
    whole: bool = False
    least: float | None = None
    most: float | None = None
    above: float | None = None
    below: float | None = None
    step: float | None = None
    slider: bool = False
    pattern: str = ""
    format: str = ""
    long: bool = False
    options: tuple[Option, ...] = ()
    fields: tuple[Field, ...] = ()
    item: Field | None = None
    omits: bool = False
    target: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain data, without what is not set."""
        found: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if one.name == "default":
                if self.has_default:
                    found["default"] = value
            elif one.name == "options":
                if value:
                    found["options"] = [{"label": option.label, "value": option.value} for option in value]
            elif isinstance(value, tuple):
                if value:
                    found[one.name] = [inner.to_dict() for inner in value]
            elif isinstance(value, Field):
                found[one.name] = value.to_dict()
            elif value or (isinstance(value, int | float) and not isinstance(value, bool)):
                found[one.name] = value
        return found


@dataclass(frozen=True)
class Form:
    """A form: its outermost field, and those that recursive ones refer to."""

    root: Field
    definitions: Mapping[str, Field]

    def to_dict(self) -> dict[str, Any]:
        """As plain data."""
        return {"root": self.root.to_dict(), "definitions": {k: v.to_dict() for k, v in self.definitions.items()}}


def form_of(schema: Mapping[str, Any]) -> Form:
    """A schema as a form. What can't be drawn becomes a field for JSON."""
    reading = _Reading(schema)
    root = reading.field(schema, ())
    done: dict[str, Field] = {}
    while left := [name for name in reading.recursive if name not in done]:
        done[left[0]] = reading.field({"$ref": f"#/$defs/{left[0]}"}, ())
    return Form(root, done)


class _Reading:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root
        self.recursive: dict[str, None] = {}
        self.count = 0

    def field(
        self, schema: Any, stack: tuple[str, ...], *, key: str = "", title: str = "", required: bool = True
    ) -> Field:
        """The field of a schema, inside references that are being drawn."""
        self.count += 1
        given: Any = {} if schema is True else schema
        if not isinstance(given, Mapping) or self.count > _MOST_FIELDS:
            return Field("json", title=title or _titled(key), key=key)
        schema = dict(given)
        if "allOf" in schema and isinstance(schema["allOf"], list) and len(schema["allOf"]) == 1:
            only = schema.pop("allOf")[0]
            schema = {**(only if isinstance(only, Mapping) else {}), **schema}
        reference = schema.get("$ref")
        name = ""
        if isinstance(reference, str):
            name = reference.removeprefix("#/$defs/").replace("~1", "/").replace("~0", "~")
            target = (self.root.get("$defs") or {}).get(name)
            if not reference.startswith("#/$defs/") or not isinstance(target, Mapping):
                return Field("json", title=title or _titled(key), key=key)
            own = {k: v for k, v in schema.items() if k != "$ref"}
            schema = {**target, **own}
        facts: dict[str, Any] = {
            "title": title or _text(schema.get("title")) or _titled(key) or _titled(name),
            "about": _about(schema),
            "key": key,
        }
        if "default" in schema:
            facts |= {"has_default": True, "default": schema["default"]}
        if name and name in stack:
            self.recursive[name] = None
            made = Field("same", target=name, **facts)
        else:
            made = self._drawn(schema, (*stack, name) if name else stack, facts)
        if required or made.kind == "optional" or made.has_default:
            return made
        inner = Field(**{**vars(made), "about": ""})
        return Field("optional", title=made.title, about=made.about, key=key, item=inner, omits=True)

    def _drawn(self, schema: Mapping[str, Any], stack: tuple[str, ...], facts: dict[str, Any]) -> Field:
        if "const" in schema:
            return Field("constant", **{**facts, "has_default": True, "default": schema["const"]})
        if isinstance(schema.get("enum"), list) and schema["enum"]:
            return Field("choice", options=_options(schema), **facts)
        if schema.get(_DECIMAL):
            return Field("number", **facts, **_bounds(_first(schema, "number")))
        branches: Any = schema.get("anyOf") or schema.get("oneOf")
        if isinstance(branches, list) and branches:
            return self._union(branches, stack, facts)
        kind = schema.get("type")
        if isinstance(kind, list) and kind:
            return self._union([{**schema, "type": one, "default": None} for one in kind], stack, facts)
        return self._of_type(kind, schema, stack, facts)

    def _of_type(self, kind: Any, schema: Mapping[str, Any], stack: tuple[str, ...], facts: dict[str, Any]) -> Field:
        if kind in ("integer", "number"):
            return Field("number", whole=kind == "integer", **facts, **_bounds(schema))
        if kind == "boolean":
            return Field("truth", **facts)
        if kind == "null":
            return Field("constant", **{**facts, "has_default": True, "default": None})
        if kind == "string":
            least, most = _number(schema.get("minLength")), _number(schema.get("maxLength"))
            plain = not schema.get("format") and not schema.get("pattern")
            return Field(
                "text", least=least, most=most, pattern=_text(schema.get("pattern")),
                format=_text(schema.get("format")), long=plain and (most is None or most > _SHORT_TEXT), **facts,
            )  # fmt: skip
        if kind == "object" or (kind is None and "properties" in schema):
            properties = schema.get("properties")
            if isinstance(properties, Mapping) and properties:
                required, told = schema.get("required") or (), _arguments(_text(schema.get("description")))
                inner = [
                    self.field(_described(one, told.get(str(key))), stack, key=str(key), required=key in required)
                    for key, one in properties.items()
                ]
                return Field("object", fields=tuple(inner), **facts)
            if schema.get("additionalProperties") is False or properties == {}:
                return Field("object", **facts)
            return Field("map", item=self.field(schema.get("additionalProperties", True), stack), **facts)
        if kind == "array":
            return self._list(schema, stack, facts)
        return Field("json", **facts)

    def _list(self, schema: Mapping[str, Any], stack: tuple[str, ...], facts: dict[str, Any]) -> Field:
        least, most = _number(schema.get("minItems")), _number(schema.get("maxItems"))
        places = schema.get("prefixItems")
        if isinstance(places, list) and places:
            inner = [self.field(one, stack, title=f"{place}") for place, one in enumerate(places, 1)]
            return Field("tuple", fields=tuple(inner), **facts)
        item = self.field(schema.get("items", True), stack)
        if item.kind == "choice" and len(item.options) <= _MOST_CHOICES and (least or 0) <= len(item.options):
            return Field("choices", options=item.options, least=least, most=most, **facts)
        return Field("list", item=item, least=least, most=most, **facts)

    def _union(self, branches: list[Any], stack: tuple[str, ...], facts: dict[str, Any]) -> Field:
        variants = [self.field(one, stack) for one in branches]
        some = [one for one in variants if not (one.kind == "constant" and one.default is None)]
        if len(some) > 1 and all(one.kind == "constant" for one in some):
            options = tuple(Option(_label(one.default), one.default) for one in some)
            inner = Field("choice", options=options)
        elif len(some) == 1:
            inner = some[0]
        elif some:
            inner = Field("union", fields=tuple(_named(one) for one in some))
        else:
            return variants[0]
        about = facts["about"] or inner.about
        if len(some) == len(variants):
            own = {key: value for key, value in vars(inner).items() if key not in facts}
            return Field(**{**own, **facts, "about": about, "title": facts["title"] or inner.title})
        inner = Field(**{**vars(inner), "about": "", "key": ""})
        return Field("optional", item=inner, **{**facts, "about": about, "title": facts["title"] or inner.title})


def _named(variant: Field) -> Field:
    """A variant under a name by which it is chosen."""
    kinds = {
        "number": "a whole number" if variant.whole else "a number",
        "text": variant.format.replace("-", " and ") or "a text",
        "truth": "yes or no", "list": "a list", "tuple": "a list", "map": "keys and values", "choice": "a choice",
        "choices": "choices", "json": "JSON", "constant": _label(variant.default), "object": "an object",
    }  # fmt: skip
    return Field(**{**vars(variant), "title": variant.title or kinds.get(variant.kind, variant.kind)})


def _options(schema: Mapping[str, Any]) -> tuple[Option, ...]:
    names: Any = schema.get(_ENUM_NAMES)
    values = list(schema["enum"])
    named: bool = isinstance(names, list) and len(names) == len(values)
    return tuple(
        Option(str(names[place]) if named and not isinstance(value, str) else _label(value), value)
        for place, value in enumerate(values)
    )


def _label(value: Any) -> str:
    return value if isinstance(value, str) and value else json.dumps(value, ensure_ascii=False)


def _bounds(schema: Mapping[str, Any]) -> dict[str, Any]:
    least, most = _number(schema.get("minimum")), _number(schema.get("maximum"))
    above, below = _number(schema.get("exclusiveMinimum")), _number(schema.get("exclusiveMaximum"))
    step = _number(schema.get("multipleOf"))
    whole = schema.get("type") == "integer"
    slider = False
    if least is not None and most is not None and least < most and above is None and below is None:
        steps = (most - least) / (step or 1) if whole or step else 0
        slider = steps <= _MOST_SLIDER_STEPS
    return {"least": least, "most": most, "above": above, "below": below, "step": step, "slider": slider}


def _first(schema: Mapping[str, Any], kind: str) -> Mapping[str, Any]:
    for one in schema.get("anyOf") or ():
        if isinstance(one, Mapping) and one.get("type") == kind:
            return one
    return schema


def _number(value: Any) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) else None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _about(schema: Mapping[str, Any]) -> str:
    """The description, without the list of arguments that docstrings end with: those stand at their fields."""
    # Names that a docstring marks as code are for people here.
    return _LIST.split(_text(schema.get("description")))[0].strip().replace("``", "")


_LIST = re.compile(r"\n\s*(?:Args|Attributes|Parameters):\s*\n")
_ARGUMENT = re.compile(r"^ *(\w+)(?: \([^)]*\))?: (.*(?:\n(?!\s*$| *\w+(?: \([^)]*\))?: ).*)*)", re.MULTILINE)


def _arguments(description: str) -> dict[str, str]:
    """What a docstring's list of arguments says of each."""
    listed = _LIST.split(description)
    return {name: " ".join(text.split()) for name, text in _ARGUMENT.findall(listed[1])} if len(listed) > 1 else {}


def _described(schema: Any, about: str | None) -> Any:
    if about is None or not isinstance(schema, Mapping) or "description" in schema:
        return schema
    return {**schema, "description": about}


def _titled(key: str) -> str:
    words = re.sub(r"[_\s]+", " ", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", key)).strip()
    return words[:1].upper() + words[1:]


def leaves(form: Field) -> Iterator[Field]:
    """All fields that hold no others, outermost first."""
    inner = (*form.fields, *((form.item,) if form.item is not None else ()))
    if not inner:
        yield form
    for one in inner:
        yield from leaves(one)
