"""What is wrong with a JSON value under a schema, field by field, in words for the person who filled it in."""

from __future__ import annotations

import datetime
import json
import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

_MOST_FAULTS = 50


def faults_of(schema: Mapping[str, Any], value: Any) -> dict[str, str]:
    """What is wrong, by place.

    Args:
        schema: a JSON schema. Its references reach no further than itself.
        value: the JSON value.

    Returns:
        Faults by JSON pointer (``""`` is the whole value, ``"/items/0"`` the first item); empty when all is well.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import SchemaError
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    # A registry of its own: by default references to addresses would be fetched.
    plain = _plain(schema)
    validator = Draft202012Validator(plain, registry=Registry(), format_checker=_formats())
    found: dict[str, str] = {}
    try:
        json.dumps(value, allow_nan=False)
        validator.check_schema(plain)
        for error in validator.iter_errors(value):
            _take(error, found)
            if len(found) >= _MOST_FAULTS:
                break
    except (SchemaError, Unresolvable, re.error) as error:
        found[""] = f"The form's schema is broken: {error!s:.200}"
    except RecursionError:
        found[""] = "This is nested too deep."
    except (TypeError, ValueError) as error:
        found[""] = f"This is no JSON value: {error!s:.200}"
    return found


def pointer(path: Sequence[Any]) -> str:
    """A path of keys and places as a JSON pointer."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema as plain data: the validator knows dictionaries and lists only."""
    plain: dict[str, Any] = json.loads(json.dumps(schema, default=_as_data))
    return plain


def _as_data(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else list(value) if isinstance(value, tuple | set) else str(value)


def _take(error: Any, found: dict[str, str], depth: int = 0) -> None:
    """Note an error where the field is that has to change."""
    if error.validator in ("anyOf", "oneOf") and error.context and depth < 20:
        branch = _nearest(error)
        if branch:
            for inner in branch:
                _take(inner, found, depth + 1)
            return
    where = pointer(list(error.absolute_path))
    if error.validator == "required":
        for key in error.validator_value:
            if key not in error.instance:
                found.setdefault(f"{where}{pointer([key])}", "This is missing.")
        return
    found.setdefault(where, _words(error))


def _nearest(error: Any) -> list[Any]:
    """The errors of the alternative that comes closest: of the value's own kind, with faults deepest inside."""
    by_branch: dict[Any, list[Any]] = {}
    for inner in error.context:
        by_branch.setdefault(inner.schema_path[0], []).append(inner)

    def distance(errors: list[Any]) -> tuple[bool, bool, int, int]:
        top = [one for one in errors if len(one.path) == 0]
        of_kind = any(one.validator in ("type", "const", "enum") for one in top)
        tag = any(one.validator in ("const",) for one in errors)
        return of_kind, tag, len(top), len(errors)

    return min(by_branch.values(), key=distance)


def _words(error: Any) -> str:
    """A fault in words."""
    bound = error.validator_value
    words = {
        "minimum": f"At least {bound}.",
        "maximum": f"At most {bound}.",
        "exclusiveMinimum": f"More than {bound}.",
        "exclusiveMaximum": f"Less than {bound}.",
        "multipleOf": f"A multiple of {bound}.",
        "minLength": "Write something." if bound == 1 else f"At least {bound} characters.",
        "maxLength": f"At most {bound} characters.",
        "pattern": f"This must match the pattern {bound}",
        "minItems": f"At least {bound} {'item' if bound == 1 else 'items'}.",
        "maxItems": f"At most {bound} {'item' if bound == 1 else 'items'}.",
        "uniqueItems": "No item may stand there twice.",
        "additionalProperties": "There is a key too many.",
        "format": {
            "date": "A date, such as 2030-01-31.",
            "date-time": "A date and a time, such as 2030-01-31T12:00:00Z.",
            "time": "A time, such as 12:30:00.",
            "uuid": "A UUID.",
        }.get(str(bound), f"This is no {bound}."),
    }
    if error.validator in words:
        return words[error.validator]
    if error.validator == "type":
        kinds = [bound] if isinstance(bound, str) else list(bound)
        return f"{' or '.join(_KINDS.get(kind, str(kind)) for kind in kinds)}."
    if error.validator in ("enum", "const"):
        values = bound if error.validator == "enum" else [bound]
        return f"One of {', '.join(json.dumps(one, ensure_ascii=False) for one in values[:12])}."
    return f"{error.message!s:.200}"


_KINDS = {
    "string": "A text",
    "integer": "A whole number",
    "number": "A number",
    "boolean": "Yes or no",
    "array": "A list",
    "object": "An object",
    "null": "Nothing",
}


def _formats() -> Any:
    from jsonschema import FormatChecker

    checker = FormatChecker(formats=())

    def parsed(parse: Any) -> Any:
        def check(value: Any) -> bool:
            if isinstance(value, str):
                parse(value)
            return True

        return check

    checker.checks("date", raises=ValueError)(parsed(datetime.date.fromisoformat))
    checker.checks("date-time", raises=ValueError)(parsed(datetime.datetime.fromisoformat))
    checker.checks("time", raises=ValueError)(parsed(datetime.time.fromisoformat))
    checker.checks("uuid", raises=ValueError)(parsed(uuid.UUID))
    return checker
