"""Values of the original InterLab, from its JSON to our stored form.

It marks what JSON lacks with the key ``"_type"``: ``$html`` (also what its `FormatStr` becomes), ``$blob``,
``ndarray``, exceptions with a ``$traceback``, the fields of dataclasses, and for everything else the class's
name alone. Nothing is executed or imported: the names of classes stay names.
"""

from __future__ import annotations

import base64
import html
import json
import math
import re
from typing import Any

from interlab.tracing.secrets import REMOVED, names_a_secret
from interlab.tracing.wire import TAG, digest

TYPE = "_type"
MAX_DEPTH = 60
"""Levels of nesting that are kept, as for values that are recorded here."""
_EXACT_INT = 1 << 53
_LOWEST_ADDRESS = 1 << 20
_MAX_NUMBERS = 1 << 40

# What FormatStr.into_html writes. Values are escaped in it; the text of the template between them is not.
_SPAN = '<span class="FmtString__span" style="white-space: pre-wrap;">'
_STYLE = '<span style="background: ([^"<>]*); padding-top: 1px; padding-bottom: 1px;'
_TOKEN = re.compile(
    f"(?P<open>{re.escape(_SPAN)})"
    rf'|{_STYLE}" data-field-name="(?P<name>[^"<>]*)" class="FmtString__sub">'
    rf'|{_STYLE} color: #e40000;" class="FmtString__field">(?P<field>[^<>]*)</span>'
    r"|(?P<close></span>)|(?P<text><?[^<]+|<)"
)
_FIELD = re.compile(r"\{([^#!:{}]*)(?:#([^!:{}]*))?[^{}]*\}")


class ForeignValues:
    """Translates the values of one trace.

    Attributes:
        blobs: the bytes met on the way, in base64 by their hash, as a trace document holds them.
    """

    def __init__(self) -> None:
        self.blobs: dict[str, str] = {}

    def wire(self, value: Any, depth: int = 0) -> Any:
        """The stored form of a value, references filled in."""
        if isinstance(value, str):
            return _text(value)
        if isinstance(value, int) and not isinstance(value, bool):
            return value if -_EXACT_INT <= value <= _EXACT_INT else {TAG: "int", "v": hex(value)}
        if isinstance(value, float):
            return value if math.isfinite(value) else {TAG: "float", "v": repr(value)}
        if not isinstance(value, list | dict):
            return value  # None, True, False
        if depth >= MAX_DEPTH:
            kind = value.get(TYPE, "dict") if isinstance(value, dict) else "list"
            return {TAG: "opaque", "t": str(kind), "v": "…", "why": f"nested deeper than {MAX_DEPTH} levels"}
        if isinstance(value, list):
            return [self.wire(item, depth + 1) for item in value]
        kind = value.get(TYPE)
        if not isinstance(kind, str):
            return self._fields(value, depth)
        special = self._special(kind, value, depth)
        if special is not None:
            return special
        rest = {name: item for name, item in value.items() if name != TYPE}
        return {TAG: "object", "t": _escaped(kind), "v": self._fields(rest, depth)}

    def error(self, value: Any) -> dict[str, Any]:
        """The stored form of what a node ended with: always an exception, as readers expect it."""
        if isinstance(value, dict) and isinstance(value.get(TYPE), str) and "message" in value:
            return self._exception(value, 0)
        if isinstance(value, dict) and value.get(TYPE) == "error":  # before format 1.0
            value = value.get("name")
        message = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        return {
            TAG: "exception",
            "t": "Exception",
            "message": _text(message),
            "traceback": None,
            "cause": None,
        }

    def named(self, values: Any) -> dict[str, Any]:
        """The stored form of named values: inputs, or facts about a node."""
        if not isinstance(values, dict):
            raise TypeError(f"expected named values, got a {type(values).__name__}")
        return self._fields(values, 0)

    def _fields(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        pairs = []
        for name, item in value.items():
            hidden = isinstance(item, str) and item and names_a_secret(name)
            pairs.append((_text(name), REMOVED if hidden else self.wire(item, depth + 1)))
        if TAG in value or any(type(name) is not str for name, _ in pairs):
            return {TAG: "map", "v": [list(pair) for pair in pairs]}
        return dict(pairs)

    def _special(self, kind: str, value: dict[str, Any], depth: int) -> dict[str, Any] | None:
        """The stored form of a type we have one for; None for others, and for what is not as that type is."""
        keys = value.keys() - {TYPE}
        if kind == "$html" and isinstance(value.get("html"), str):
            return format_wire(value["html"]) or {TAG: "html", "v": _text(value["html"])}
        if kind == "$blob" and isinstance(value.get("data"), str):
            return self._blob(value["data"], value.get("mime_type"))
        if kind == "ndarray" and keys == {"shape", "values"}:
            return _array(value["shape"], value["values"])
        if keys == {"id"} and type(value["id"]) is int and value["id"] >= _LOWEST_ADDRESS:
            text = f"<{_escaped(kind)} object at {value['id']:#x}>"
            return {TAG: "opaque", "t": _escaped(kind), "v": text, "why": "the original recorded no more"}
        trace = value.get("traceback")
        if "message" in keys and isinstance(trace, dict) and trace.get(TYPE) == "$traceback":
            return self._exception(value, depth)
        return None

    def _blob(self, text: str, mime: Any) -> dict[str, Any] | None:
        try:
            data = base64.b64decode(text, validate=True)
        except ValueError:
            return None
        key = digest(data).hex()
        self.blobs[key] = base64.b64encode(data).decode()
        mime = _escaped(mime) if isinstance(mime, str) and mime else "application/octet-stream"
        tag = "image" if mime.startswith("image/") else "blob"
        return {TAG: tag, "h": key, "n": len(data), "mime": mime, "name": None}

    def _exception(self, value: dict[str, Any], depth: int) -> dict[str, Any]:
        cause = value.get("tracing", value.get("context"))  # the latter before format 3.0
        message = value["message"]
        inner = None
        if isinstance(cause, dict) and isinstance(cause.get(TYPE), str) and depth < MAX_DEPTH:
            inner = self._exception({"message": "", **cause}, depth + 1)
        return {
            TAG: "exception",
            "t": _escaped(value[TYPE]),
            "message": _text(message if isinstance(message, str) else json.dumps(message)),
            "traceback": _traceback(value.get("traceback")),
            "cause": inner,
        }


def _text(text: str) -> Any:
    try:
        text.encode()
    except UnicodeEncodeError:  # JSON can hold half a surrogate pair
        return {TAG: "text", "v": base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()}
    return text


def _plain(part: Any) -> Any:
    return _text(part) if isinstance(part, str) else part


def _escaped(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _traceback(value: Any) -> str | None:
    frames = value.get("frames") if isinstance(value, dict) else None
    if not isinstance(frames, list) or not frames:
        return None
    lines = []
    for frame in frames:
        if isinstance(frame, dict):
            lines.append(f'  File "{frame.get("filename")}", line {frame.get("lineno")}, in {frame.get("name")}\n')
            if frame.get("line"):
                lines.append(f"    {frame['line']}\n")
    return _escaped("".join(lines))


def _array(shape: Any, values: Any) -> dict[str, Any] | None:
    """The stored form of a numeric array; None when values and shape do not fit each other."""
    if not (isinstance(shape, list) and all(type(length) is int and length >= 0 for length in shape)):
        return None
    if len(shape) > 32 or math.prod(length or 1 for length in shape) > _MAX_NUMBERS:
        return None  # more than can be: one length of none hides how large the others are
    flat = [values]
    for length in shape:
        if not all(isinstance(item, list) and len(item) == length for item in flat):
            return None
        flat = [one for item in flat for one in item]
    kinds = {type(item) for item in flat}
    if not flat or kinds == {float}:
        dtype = "<f8"
    elif kinds == {bool}:
        dtype = "|b1"
    elif kinds == {int} and all(-(1 << 63) <= item < 1 << 63 for item in flat):
        dtype = "<i8"
    else:
        return None
    return {TAG: "array", "dtype": dtype, "shape": shape, "v": ForeignValues().wire(values)}


def format_wire(source: str) -> dict[str, Any] | None:
    """The stored form of a `FormatStr` from the HTML that the original made of it; None for other HTML."""
    if not source.startswith(_SPAN):
        return None
    # Open elements: a list of parts for a FormatStr, or a filled field [name, color, value or None].
    stack: list[list[Any]] = []
    fields: list[bool] = []
    place = 0
    while place < len(source):
        token = _TOKEN.match(source, place)
        if token is None:
            return None
        place = token.end()
        background = token[2] if token[2] is not None else token[4]
        inside_field = bool(fields) and fields[-1]
        if token["text"] is not None:
            text = token["text"]
            if not stack or (inside_field and (stack[-1][2] is not None or "<" in text)):
                return None
            if inside_field:
                stack[-1][2] = _text(html.unescape(text))
            elif stack[-1] and isinstance(stack[-1][-1], str):  # a "<" that opens nothing stands in one text
                stack[-1][-1] += text
            else:
                stack[-1].append(text)
        elif token["open"] or token["name"] is not None:
            if (token["name"] is None) != (inside_field or not stack) or len(stack) > MAX_DEPTH:
                return None
            stack.append([] if token["open"] else [_escaped(html.unescape(token["name"])), background, None])
            fields.append(not token["open"])
        elif token["field"] is not None:
            field = _FIELD.fullmatch(html.unescape(token["field"]))
            if field is None or not stack or inside_field:
                return None
            stack[-1].append([_escaped(field[1]), background if field[2] is None else _escaped(field[2])])
        else:
            closed, was_field = stack.pop() if stack else None, fields.pop() if fields else False
            if closed is None:
                return None
            part: Any = closed if was_field else {TAG: "format", "v": [_plain(one) for one in closed]}
            if was_field and part[2] is None:
                part[2] = ""
            if not stack:
                return part if place == len(source) and not was_field else None
            if fields[-1] == was_field:
                return None
            if was_field:
                stack[-1].append(part)
            elif stack[-1][2] is None:
                stack[-1][2] = part
            else:
                return None
    return None
