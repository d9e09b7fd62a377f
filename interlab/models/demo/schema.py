"""Finding a JSON schema in a prompt, and making up a value that fits one."""

from __future__ import annotations

import json
import math
import random
import re
import string
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

Schema = Mapping[str, Any]

UNKNOWN = object()
"""What a `Knows` returns for a property that it has no opinion on."""

Knows = Callable[[str, Schema], Any]
"""Gives the value for a property by name and (resolved) schema, or `UNKNOWN`."""

MAX_DEPTH = 6
"""Nesting from which on everything optional is left out, so that recursive schemas end."""

_KEYWORDS = {
    "properties",
    "$defs",
    "definitions",
    "anyOf",
    "oneOf",
    "allOf",
    "enum",
    "const",
    "$ref",
    "items",
    "prefixItems",
}
_TYPES = {"object", "array", "string", "number", "integer", "boolean", "null"}
_WORDS = (
    "amber",
    "birch",
    "cobalt",
    "delta",
    "ember",
    "fjord",
    "grove",
    "harbor",
    "iris",
    "kite",
    "lumen",
    "maple",
    "opal",
    "quartz",
    "river",
)
_FORMATS = {
    "date": "2024-0{d}-1{d}",
    "date-time": "2024-0{d}-1{d}T12:00:0{d}Z",
    "time": "12:00:0{d}Z",
    "email": "demo{d}@example.org",
    "uuid": "00000000-0000-4000-8000-00000000000{d}",
    "uri": "https://example.org/{d}",
    "ipv4": "192.0.2.{d}",
    "ipv6": "2001:db8::{d}",
    "hostname": "demo{d}.example.org",
    "duration": "PT{d}M",
}


def find_schema(text: str) -> tuple[Schema, str] | None:
    """The last JSON schema written out in a text, with the text it stands in; None if there is none."""
    found: tuple[Schema, str] | None = None
    decoder = json.JSONDecoder()
    position = tries = 0
    while tries < 200:
        position = text.find("{", position)
        if position < 0:
            break
        tries += 1
        try:
            value, end = decoder.raw_decode(text, position)
        except (ValueError, RecursionError):
            position += 1
            continue
        if isinstance(value, dict) and _is_schema(value):
            found = value, text[position:end]
        position = end
    return found


def _is_schema(value: dict[str, Any]) -> bool:
    kind = value.get("type")
    if isinstance(kind, str):
        return kind in _TYPES and (kind not in ("object", "array") or bool(_KEYWORDS & value.keys()) or len(value) <= 3)
    return isinstance(value.get("properties"), dict) or any(
        isinstance(value.get(word), list) for word in ("anyOf", "oneOf", "allOf", "enum")
    ) or isinstance(value.get("$ref"), str)  # fmt: skip


class CannotFill(Exception):
    """No value was found that fits the schema."""


def fill(schema: Schema, rng: random.Random, knows: Knows | None = None, *, attempts: int = 12) -> Any:
    """A value that fits a JSON schema.

    Args:
        schema: draft 2020-12 or older, references within itself only.
        rng: the only source of chance.
        knows: opinions on properties by name, tried before the generic filler.
        attempts: how often to try; the first half with opinions, the rest without.

    Raises:
        CannotFill: nothing made fits, for example because the schema can't be satisfied.
    """
    from jsonschema import SchemaError
    from referencing.exceptions import Unresolvable

    try:
        validator = _validator(json.dumps(dict(schema)))
        for attempt in range(attempts):
            filler = _Filler(schema, rng, knows if attempt < attempts // 2 else None)
            try:
                value = filler.make(schema, 0)
            except _DeadEnd:
                continue
            if validator.is_valid(value):
                return value
    except (SchemaError, Unresolvable, RecursionError, re.error, TypeError, ValueError, KeyError) as error:
        raise CannotFill(f"the schema is not one: {type(error).__name__}") from error
    raise CannotFill("nothing made fits the schema")


@lru_cache(maxsize=64)
def _validator(schema: str) -> Any:
    """The validator of a schema, checked once: that takes longer than all the rest of an answer."""
    from jsonschema import validators

    read = json.loads(schema)
    kind = validators.validator_for(read)
    kind.check_schema(read)
    return kind(read)


class _DeadEnd(Exception):
    """A branch that can't be filled."""


class _Filler:
    def __init__(self, root: Schema, rng: random.Random, knows: Knows | None) -> None:
        self._root = root
        self._rng = rng
        self._knows = knows

    def make(self, schema: Any, depth: int) -> Any:
        if schema is True or schema == {}:
            return self._word()
        if schema is False or not isinstance(schema, Mapping) or depth > 40:
            raise _DeadEnd
        schema = self.resolve(schema, depth)
        if "const" in schema:
            return schema["const"]
        if "enum" in schema:
            return self._rng.choice(list(schema["enum"]))
        for word in ("anyOf", "oneOf"):
            if word in schema:
                return self._one_of(schema, word, depth)
        kind = schema.get("type")
        if isinstance(kind, list):
            kinds = [k for k in kind if k != "null"] or kind
            kind = "null" if depth >= MAX_DEPTH and "null" in kind else self._rng.choice(kinds)
        if kind is None:
            kind = _implied_type(schema)
        makers: dict[str, Callable[[Schema, int], Any]] = {
            "object": self._object,
            "array": self._array,
            "string": self._string,
            "number": self._number,
            "integer": self._number,
            "boolean": lambda s, d: self._rng.random() < 0.5,
            "null": lambda s, d: None,
        }
        if kind not in makers:
            raise _DeadEnd
        return makers[kind]({**schema, "type": kind}, depth)

    def resolve(self, schema: Schema, depth: int = 0) -> Schema:
        """`schema` with its reference followed and its `allOf` merged."""
        for _ in range(40):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                break
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            target = self._target(reference)
            if not isinstance(target, Mapping):
                raise _DeadEnd
            schema = _merged(target, rest)
        else:
            raise _DeadEnd
        if "allOf" in schema:
            parts = schema["allOf"]
            merged: Schema = {key: value for key, value in schema.items() if key != "allOf"}
            for part in parts:
                if not isinstance(part, Mapping) or depth > 40:
                    raise _DeadEnd
                merged = _merged(self.resolve(part, depth + 1), merged)
            return merged
        return schema

    def _target(self, reference: str) -> Any:
        if not reference.startswith("#"):
            raise _DeadEnd
        target: Any = self._root
        for part in reference[1:].strip("/").split("/") if reference.strip("#/") else []:
            part = part.replace("~1", "/").replace("~0", "~")
            if not isinstance(target, Mapping) or part not in target:
                raise _DeadEnd
            target = target[part]
        return target

    def _one_of(self, schema: Schema, word: str, depth: int) -> Any:
        base = {key: value for key, value in schema.items() if key not in ("anyOf", "oneOf", "$defs")}
        branches = list(schema[word])
        self._rng.shuffle(branches)
        # Something beats nothing while there is room; nothing ends a recursion.
        branches.sort(key=lambda branch: _is_null(branch) is (depth < MAX_DEPTH))
        if depth >= MAX_DEPTH:
            branches.sort(key=lambda branch: _weight(branch))
        if self._knows is not None:
            chosen = self._knows("", {"anyOf": [self._peek(branch) for branch in branches]})
            if isinstance(chosen, int) and chosen is not UNKNOWN:
                branches.insert(0, branches.pop(chosen))
        for branch in branches:
            try:
                if not isinstance(branch, Mapping):
                    return self.make(branch, depth + 1)
                return self.make(_merged(branch, base), depth + 1)
            except _DeadEnd:
                continue
        raise _DeadEnd

    def _peek(self, branch: Any) -> Any:
        try:
            return self.resolve(branch) if isinstance(branch, Mapping) else {}
        except _DeadEnd:
            return {}

    def _object(self, schema: Schema, depth: int) -> dict[str, Any]:
        properties = schema.get("properties") or {}
        required = set(schema.get("required") or ())
        value: dict[str, Any] = {}
        for name, inner in properties.items():
            if name not in required and (depth >= MAX_DEPTH - 2 or inner is False):
                continue
            try:
                value[name] = self._property(name, inner, depth)
            except _DeadEnd:
                if name in required:
                    raise
        more = schema.get("additionalProperties", True)
        for name in sorted(required - properties.keys()):
            value[name] = self.make(more, depth + 1)
        counter = 0
        while len(value) < schema.get("minProperties", 0):
            if more is False or counter > 1000:
                raise _DeadEnd
            counter += 1
            value[f"{self._word()}{counter}"] = self.make(more, depth + 1)
        for name in [n for n in value if n not in required][::-1]:
            if len(value) > schema.get("maxProperties", math.inf):
                del value[name]
        return value

    def _property(self, name: str, schema: Any, depth: int) -> Any:
        if self._knows is not None and isinstance(schema, Mapping):
            known = self._knows(name, _flat(self, schema))
            if known is not UNKNOWN:
                return known
        return self.make(schema, depth + 1)

    def _array(self, schema: Schema, depth: int) -> list[Any]:
        least = int(schema.get("minItems", 0))
        most = int(schema.get("maxItems", max(least, 0 if depth >= MAX_DEPTH else least + 2)))
        prefix = list(schema.get("prefixItems") or ())
        items = schema.get("items", True)
        if isinstance(items, list):  # before draft 2020-12
            prefix, items = items, schema.get("additionalItems", True)
        size = min(max(least, len(prefix), min(most, 0 if depth >= MAX_DEPTH else 1)), most)
        if depth < MAX_DEPTH - 2 and not prefix and most > size:
            size = self._rng.randint(size, min(most, size + 2))
        if items is False:
            size = min(size, len(prefix))
        value: list[Any] = []
        tries = 0
        while len(value) < size:
            try:
                item = self.make(prefix[len(value)] if len(value) < len(prefix) else items, depth + 1)
            except _DeadEnd:
                if len(value) >= least:
                    break
                raise
            tries += 1
            if schema.get("uniqueItems") and item in value:
                if tries < 200:
                    continue
                if len(value) >= least:
                    break
                raise _DeadEnd
            value.append(item)
        return value

    def _string(self, schema: Schema, depth: int) -> str:
        if "pattern" in schema:
            return _matching(str(schema["pattern"]), self._rng)
        known = _FORMATS.get(str(schema.get("format")))
        if known is not None:
            return known.format(d=self._rng.randint(1, 9))
        least, most = int(schema.get("minLength", 0)), schema.get("maxLength")
        text = self._word()
        while len(text) < least:
            text += " " + self._word()
        return text if most is None else text[: int(most)]

    def _number(self, schema: Schema, depth: int) -> Any:
        whole = schema["type"] == "integer"
        step = schema.get("multipleOf") or (1 if whole else None)
        if whole and step is not None and not float(step).is_integer():
            step = 1
        low, high = schema.get("minimum"), schema.get("maximum")
        tick = step or 1e-3
        for bound, sign in (("exclusiveMinimum", 1), ("exclusiveMaximum", -1)):
            edge = schema.get(bound)
            if isinstance(edge, bool) or edge is None:
                continue
            if step is None and sign == 1 and high is not None:
                tick = min(tick, (high - edge) / 4 or tick)
            moved = edge + sign * tick
            if sign == 1:
                low = moved if low is None else max(low, moved)
            else:
                high = moved if high is None else min(high, moved)
        low = low if low is not None else (0 if high is None else high - 100 * (step or 1))
        high = high if high is not None else low + 100 * (step or 1)
        if step is None:
            value = self._rng.uniform(low, high)
            rounded = round(value, 3)
            return rounded if low <= rounded <= high else min(max(value, low), high)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if first > last:
            raise _DeadEnd
        value = self._rng.randint(first, last) * step
        return int(value) if whole else value

    def _word(self) -> str:
        return self._rng.choice(_WORDS)


def _flat(filler: _Filler, schema: Schema) -> Schema:
    """The schema of a property with its reference followed, and with its null alternative left out."""
    try:
        schema = filler.resolve(schema)
        choices = [c for c in schema.get("anyOf") or schema.get("oneOf") or () if not _is_null(c)]
        if len(choices) == 1 and isinstance(choices[0], Mapping):
            nullable = len(schema.get("anyOf") or schema.get("oneOf") or ()) > 1
            return {**filler.resolve(choices[0]), "nullable": nullable}
    except _DeadEnd:
        return {}
    return schema


def _merged(a: Schema, b: Schema) -> dict[str, Any]:
    """Both schemas at once, as far as they can be laid over each other."""
    out = {**a, **b}
    if "properties" in a and "properties" in b:
        out["properties"] = {**a["properties"], **b["properties"]}
    if "required" in a and "required" in b:
        out["required"] = [*a["required"], *(name for name in b["required"] if name not in a["required"])]
    for word, pick in (("minimum", max), ("maximum", min), ("minLength", max), ("maxLength", min)):
        if word in a and word in b:
            out[word] = pick(a[word], b[word])
    return out


def _is_null(schema: Any) -> bool:
    return isinstance(schema, Mapping) and (schema.get("type") == "null" or schema.get("const", 0) is None)


def _weight(schema: Any) -> int:
    """How much a branch can grow: plain values before containers and references."""
    if not isinstance(schema, Mapping):
        return 0
    if "$ref" in schema or "properties" in schema:
        return 2
    return 1 if schema.get("type") in ("object", "array") else 0


def _implied_type(schema: Schema) -> str:
    keys = schema.keys()
    if keys & {"properties", "required", "additionalProperties", "minProperties"}:
        return "object"
    if keys & {"items", "prefixItems", "minItems", "maxItems", "uniqueItems"}:
        return "array"
    if keys & {"minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"}:
        return "number"
    return "string"


def _matching(pattern: str, rng: random.Random) -> str:
    """A text that a simple regular expression matches: literals, sets, repeats, groups, alternatives."""
    import re._parser as parser  # type: ignore[import-not-found]

    def one(node: Any) -> str:
        operation, argument = str(node[0]), node[1]
        if operation == "LITERAL":
            return chr(argument)
        if operation == "ANY":
            return rng.choice(string.ascii_lowercase)
        if operation == "IN":
            return rng.choice(members(argument))
        if operation in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            least, most, inner = argument
            count = rng.randint(least, min(int(most), least + 3))
            return "".join(many(inner) for _ in range(count))
        if operation == "SUBPATTERN":
            return many(argument[-1])
        if operation == "BRANCH":
            return many(rng.choice(argument[1]))
        if operation == "AT":
            return ""
        raise _DeadEnd

    def members(nodes: Any) -> list[str]:
        negated = bool(nodes) and str(nodes[0][0]) == "NEGATE"
        found: list[str] = []
        for name, argument in nodes[1:] if negated else nodes:
            if str(name) == "LITERAL":
                found.append(chr(argument))
            elif str(name) == "RANGE":
                found += [chr(code) for code in range(argument[0], min(argument[1], argument[0] + 200) + 1)]
            elif str(name) == "CATEGORY":
                kind = str(argument)
                found += (
                    list(string.digits) if kind == "CATEGORY_DIGIT" else [" "] if kind == "CATEGORY_SPACE"
                    else list(string.ascii_lowercase)
                )  # fmt: skip
        if negated:
            found = [char for char in string.ascii_letters + string.digits if char not in found]
        if not found:
            raise _DeadEnd
        return found

    def many(nodes: Any) -> str:
        return "".join(one(node) for node in nodes)

    return many(parser.parse(pattern))
