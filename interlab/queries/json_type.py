"""A type that a model is asked for: its JSON schema, and the validation of values against it."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from interlab.errors import InvalidArgument

if TYPE_CHECKING:
    from pydantic import TypeAdapter

ENUM_NAMES = "x-names"
"""The key under which the names of an enum's members stand in `JsonType.schema`; never shown to a model."""

ALIASES = "x-aliases"
"""The key under which other names of a field stand in `JsonType.schema`; never shown to a model."""

DECIMAL = "x-decimal"
"""The key that marks exact decimals in `JsonType.schema`; never shown to a model."""

_HIDDEN = frozenset({ENUM_NAMES, ALIASES, DECIMAL})

WRAPPED = "value"
"""The key under which a value that is no object stands in an object, where only objects can be asked for."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """A value that the type refused, and why, in the validator's words."""

    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class JsonType:
    """A type and what is derived from it once.

    Args:
        of: the type itself.
        name: what it is called in traces and errors.
        adapter: pydantic's validator for it.
        schema: its JSON schema, with names of enum members.
        shown: its JSON schema as a model gets to see it, as compact JSON.
    """

    of: Any
    name: str
    adapter: TypeAdapter[Any]
    schema: Mapping[str, Any]
    shown: str

    @property
    def is_object(self) -> bool:
        """Whether the schema's root is a JSON object, which is what providers' schema modes ask for."""
        root = resolved(self.schema, self.schema)
        return root.get("type") == "object"

    @property
    def provider_schema(self) -> dict[str, Any]:
        """The schema for a provider's schema mode: an object at its root, closed objects throughout."""
        schema: dict[str, Any] = _closed(json.loads(self.shown))
        definitions = schema.pop("$defs", None)
        if self.is_object:
            root = dict(resolved({**schema, "$defs": definitions or {}}, {"$defs": definitions or {}}))
            root.pop("$defs", None)
        else:
            root = {
                "type": "object",
                "properties": {WRAPPED: schema},
                "required": [WRAPPED],
                "additionalProperties": False,
            }
        return {"$defs": definitions, **root} if definitions else root

    def validate(self, value: Any, *, allow_unknown_keys: bool = False) -> tuple[Any] | Invalid:
        """Make a value of the type from a JSON value, without conversions.

        Returns:
            The value in a tuple, or why there is none.
        """
        from pydantic import ValidationError

        try:
            text = json.dumps(value)
            extra = None if allow_unknown_keys else "forbid"
            return (self.adapter.validate_json(text, strict=True, extra=extra),)  # type: ignore[arg-type]
        except ValidationError as error:
            return Invalid(explained(error))
        except RecursionError:
            return Invalid("it is nested too deep")
        except (ValueError, TypeError) as error:
            return Invalid(str(error))

    def dump(self, value: Any) -> str:
        """A value of the type as JSON text.

        Raises:
            InvalidArgument: it is no such value.
        """
        from pydantic import ValidationError

        try:
            checked = self.adapter.validate_python(value)
            plain = self.adapter.dump_python(checked, mode="json", by_alias=True)
        except ValidationError as error:
            raise InvalidArgument(f"This is no valid {self.name}: {explained(error)}") from error
        except Exception as error:  # serialisers of foreign types raise what they like
            raise InvalidArgument(f"This {self.name} can't be written as JSON: {error}") from error
        return json.dumps(plain, ensure_ascii=False)


def explained(error: Any, limit: int = 6) -> str:
    """A validation error in one line a fault: where, what was expected, what arrived."""
    faults = error.errors(include_url=False, include_context=False)
    lines = []
    for fault in faults[:limit]:
        where = ".".join(str(step) for step in fault["loc"])
        arrived = _short(fault.get("input"))
        lines.append((f"{where}: " if where else "") + f"{fault['msg']} (got {arrived})")
    if len(faults) > limit:
        lines.append(f"and {len(faults) - limit} more")
    return "; ".join(lines)


def _short(value: Any) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        text = repr(type(value).__name__)
    return text if len(text) <= 80 else text[:77] + "…"


def json_type(of: Any) -> JsonType:
    """What is derived from a type, made once per type.

    Raises:
        InvalidArgument: pydantic can't describe the type in JSON.
    """
    if isinstance(of, JsonType):
        return of
    try:
        return _remembered(of)
    except TypeError:
        return _made(of)  # not hashable


@lru_cache(maxsize=512, typed=True)
def _remembered(of: Any) -> JsonType:
    return _made(of)


def _made(of: Any) -> JsonType:
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticUserError

    name = type_label(of)
    try:
        if inspect.isroutine(of):  # pydantic would describe its arguments
            raise PydanticUserError("it is a function", code=None)
        adapter: TypeAdapter[Any] = TypeAdapter(of)
        schema = adapter.json_schema(mode="validation", schema_generator=_generator())
    except (PydanticUserError, NameError) as error:
        reason = getattr(error, "message", None) or str(error)
        raise InvalidArgument(
            "Expected a type that JSON can express (a dataclass, a pydantic model, a TypedDict, Literal, "
            f"Enum, list[…], int, …); {name} is none: {reason}"
        ) from error
    shown = json.dumps(_without_titles(schema), ensure_ascii=False, separators=(",", ":"))
    return JsonType(of, name, adapter, schema, shown)


def type_label(of: Any) -> str:
    """A type's name as people write it."""
    if isinstance(of, type) and not getattr(of, "__args__", None):
        return of.__name__
    return str(of).replace("typing.", "")


@cache
def _generator() -> Any:
    """The schema generator that also keeps what a reader has to know and JSON schema has no word for."""
    from pydantic.json_schema import GenerateJsonSchema

    class Annotated(GenerateJsonSchema):
        def enum_schema(self, schema: Any) -> dict[str, Any]:
            made = super().enum_schema(schema)
            made[ENUM_NAMES] = [member.name for member in schema["members"]]
            return made

        def decimal_schema(self, schema: Any) -> dict[str, Any]:
            return {**super().decimal_schema(schema), DECIMAL: True}

        def model_fields_schema(self, schema: Any) -> dict[str, Any]:
            made = super().model_fields_schema(schema)
            for name, field in schema["fields"].items():
                _add_aliases(made, name, field.get("validation_alias"))
            return made

        def dataclass_args_schema(self, schema: Any) -> dict[str, Any]:
            made = super().dataclass_args_schema(schema)
            for field in schema["fields"]:
                _add_aliases(made, field["name"], field.get("validation_alias"))
            return made

    return Annotated


def _add_aliases(made: dict[str, Any], name: str, alias: Any) -> None:
    """Note the other names of a field at its property. A field's own name counts: only the spelling is another."""
    if alias is None:
        return
    paths = alias if isinstance(alias, list) else [alias]
    names = [path[0] if isinstance(path, list) and len(path) == 1 else path for path in paths]
    known = [one for one in dict.fromkeys([*names, name]) if isinstance(one, str)]
    for index, one in enumerate(known):
        if one in made.get("properties", {}):
            made["properties"][one][ALIASES] = known[:index] + known[index + 1 :]
            return


_NAMED = ("properties", "$defs", "patternProperties", "dependentSchemas")
_DATA = ("enum", "const", "default", "examples", "required", *_HIDDEN)


def _without_titles(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _HIDDEN or (key == "title" and isinstance(value, str)):
            continue
        if key in _NAMED and isinstance(value, dict):
            kept[key] = {name: _without_titles(inner) for name, inner in value.items()}
        else:
            kept[key] = value if key in _DATA else _without_titles(value)
    return _documented(kept)


_ARGUMENTS = re.compile(r"\n\s*(?:Args|Attributes|Parameters):\s*\n(?P<list>.*?)(?=\n\s*\n|\Z)", re.DOTALL)
_ARGUMENT = re.compile(
    r"^ *(?P<name>\w+)(?: \([^)]*\))?: (?P<text>.*(?:\n(?! *\w+(?: \([^)]*\))?: ).*)*)", re.MULTILINE
)


def _documented(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with a docstring's list of arguments moved to the properties it describes: models read it there, and
    small ones repeat it where it stands."""
    text = schema.get("description")
    properties = schema.get("properties")
    found = _ARGUMENTS.search(text) if isinstance(text, str) and isinstance(properties, dict) else None
    if found is None or text is None or properties is None:
        return schema
    about = {match["name"]: " ".join(match["text"].split()) for match in _ARGUMENT.finditer(found["list"])}
    described = {
        name: {**inner, "description": about[name]}
        if name in about and isinstance(inner, dict) and "description" not in inner
        else inner
        for name, inner in properties.items()
    }
    return {**schema, "description": text[: found.start()].strip(), "properties": described}


def _closed(schema: Any) -> Any:
    """The schema with `additionalProperties` false where an object names its properties and says nothing."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    out: dict[str, Any] = {}
    for key, value in schema.items():
        if key in _NAMED and isinstance(value, dict):
            out[key] = {name: _closed(inner) for name, inner in value.items()}
        else:
            out[key] = value if key in _DATA else _closed(value)
    if out.get("type") == "object" and "properties" in out:
        out.setdefault("additionalProperties", False)
    return out


def resolved(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """A schema with its reference into `root` followed."""
    for _ in range(64):
        if not isinstance(schema, Mapping):
            return {}
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/$defs/"):
            return schema
        name = reference.removeprefix("#/$defs/").replace("~1", "/").replace("~0", "~")
        target = root.get("$defs", {}).get(name, {})
        schema = {**target, **{key: value for key, value in schema.items() if key != "$ref"}}
    return {}
