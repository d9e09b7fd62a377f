"""How values of well-known classes are recorded: the standard library's, and those of packages in use.

A package is never imported here to find out; its classes are recognised by where they come from.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime
import decimal
import enum
import io
import json
import pathlib
import traceback
import types
import uuid
from collections.abc import Mapping
from typing import Any

from interlab.tracing.freeze import Frost, Wire, add_finder, opaque, type_name
from interlab.tracing.freeze_builtin import blob_wire, builtin_handler, fields_wire, wire_dict
from interlab.tracing.rich import Figure, Html, Image, Markdown, Table
from interlab.tracing.wire import TAG

MAX_ROWS = 1_000
"""Rows of a data frame that are kept."""
INLINE_NUMBERS = 1_000
"""Numbers of an array that are kept as numbers; more are kept as raw bytes."""
MAX_CAUSES = 20
"""Chained exceptions that are kept."""


def _enum(value: Any, frost: Frost) -> Any:
    return {TAG: "enum", "t": type_name(type(value)), "name": str(value.name), "v": frost.wire(value.value)}


def _dataclass(value: Any, frost: Frost) -> Any:
    fields = {field.name: getattr(value, field.name, None) for field in dataclasses.fields(value)}
    return fields_wire(value, fields, frost)


def _attrs(value: Any, frost: Frost) -> Any:
    fields = {field.name: getattr(value, field.name, None) for field in type(value).__attrs_attrs__}
    return fields_wire(value, fields, frost)


def exception_wire(value: BaseException, frost: Frost, depth: int = 0) -> dict[str, Any]:
    """The stored form of an exception: class, message, traceback, and what caused it."""
    try:
        message = str(value)
    except Exception as error:
        message = f"(its text raised {type(error).__name__})"
    notes = getattr(value, "__notes__", ())
    frames = "".join(traceback.format_tb(value.__traceback__, limit=-40))
    cause = value.__cause__ or (None if value.__suppress_context__ else value.__context__)
    inner = value.exceptions if isinstance(value, BaseExceptionGroup) else ()
    wire: dict[str, Any] = {
        TAG: "exception",
        "t": type_name(type(value)),
        "message": frost.wire("\n".join([message, *(str(note) for note in notes)])),
        "traceback": frost.wire(frames) if frames else None,
        "cause": exception_wire(cause, frost, depth + 1) if cause is not None and depth < MAX_CAUSES else None,
    }
    if inner and depth < MAX_CAUSES:
        wire["exceptions"] = [exception_wire(one, frost, depth + 1) for one in inner[:MAX_CAUSES]]
    return wire


def _text_form(tag: str, text: Any) -> Wire:
    return lambda value, frost: {TAG: tag, "v": frost.wire(text(value))}


_standard: dict[type, Wire] = {
    datetime.datetime: _text_form("datetime", datetime.datetime.isoformat),
    datetime.date: _text_form("date", datetime.date.isoformat),
    datetime.time: _text_form("time", datetime.time.isoformat),
    datetime.timedelta: _text_form("duration", lambda value: f"{value.days} {value.seconds} {value.microseconds}"),
    uuid.UUID: _text_form("uuid", str),
    decimal.Decimal: _text_form("decimal", str),
    pathlib.PurePath: _text_form("path", str),
    complex: _text_form("complex", str),
    BaseException: lambda value, frost: exception_wire(value, frost),
    type: lambda value, frost: {TAG: "opaque", "t": "type", "v": type_name(value)},
    types.FunctionType: lambda value, frost: {
        TAG: "opaque",
        "t": "function",
        "v": f"{value.__module__}.{value.__qualname__}",
    },
    types.MappingProxyType: wire_dict,
}


def _pydantic_model(value: Any, frost: Frost) -> Any:
    fields = {**value.__dict__, **(getattr(value, "__pydantic_extra__", None) or {})}
    return fields_wire(value, fields, frost)


def _pydantic_secret(value: Any, frost: Frost) -> Any:
    return opaque(value, "a secret", text="**********")


def _pydantic(base: type) -> Wire | None:
    if base.__name__ == "BaseModel":
        return _pydantic_model
    return _pydantic_secret if base.__name__ in ("SecretStr", "SecretBytes") else None


def _array(value: Any, frost: Frost) -> Any:
    shape, dtype = list(value.shape), value.dtype
    if dtype.kind not in "biufcmMU":
        return {TAG: "opaque", "t": "numpy.ndarray", "v": repr(value)[:2000], "why": "not numeric"}
    little = value.astype(dtype.newbyteorder("<"), copy=False)
    extended = dtype.char in "gG"  # more digits than Python's numbers have
    if not value.size or dtype.kind == "U" or (value.size <= INLINE_NUMBERS and not extended):
        return {TAG: "array", "dtype": little.dtype.str, "shape": shape, "v": frost.wire(little.tolist())}
    digest = frost.freezer.sink.put_blob(little.tobytes())
    return {TAG: "array", "dtype": little.dtype.str, "shape": shape, "v": None, "h": digest.hex()}


def _numpy(base: type) -> Wire | None:
    if base.__name__ == "ndarray":
        return _array
    return _numpy_scalar if base.__name__ in ("generic", "bool", "bool_") else None


def _numpy_scalar(value: Any, frost: Frost) -> Any:
    # Extended floats and times in nanoseconds have no counterpart in Python.
    return opaque(value, text=str(value)) if value.dtype.char in "gGmM" else frost.wire(value.item())


def _frame(value: Any, frost: Frost) -> Any:
    head = value.head(MAX_ROWS)
    rows = [list(row) for row in head.itertuples(index=False, name=None)]
    return frost.wire(Table([_label(c) for c in head.columns], rows, [_label(i) for i in head.index], len(value)))


def _series(value: Any, frost: Frost) -> Any:
    head = value.head(MAX_ROWS)
    name = "value" if value.name is None else _label(value.name)
    return frost.wire(Table([name], [[cell] for cell in head], [_label(i) for i in head.index], len(value)))


def _label(label: Any) -> Any:
    return label if isinstance(label, str | int | float) else str(label)


def _pandas(base: type) -> Wire | None:
    if base.__name__ == "Timestamp":
        return lambda value, frost: frost.wire(value.to_pydatetime(warn=False))
    if base.__name__ in ("NaTType", "NAType"):
        return lambda value, frost: None
    return {"DataFrame": _frame, "Series": _series}.get(base.__name__)


def _matplotlib_figure(value: Any, frost: Frost) -> Any:
    buffer = io.BytesIO()
    value.savefig(buffer, format="png", bbox_inches="tight")
    return blob_wire(Image(buffer.getvalue(), "image/png"), frost)


def _matplotlib(base: type) -> Wire | None:
    if base.__name__ == "Figure":
        return _matplotlib_figure
    if base.__name__ == "Axes":
        return lambda value, frost: frost.wire(value.figure)
    return None


def _plotly(base: type) -> Wire | None:
    if base.__name__ != "BaseFigure":
        return None
    return lambda value, frost: frost.wire(Figure(json.loads(value.to_json())))


def _pil_image(value: Any, frost: Frost) -> Any:
    buffer = io.BytesIO()
    picture = value if value.mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I") else value.convert("RGB")
    picture.save(buffer, format="PNG")
    return blob_wire(Image(buffer.getvalue(), "image/png"), frost)


def _pil(base: type) -> Wire | None:
    return _pil_image if base.__name__ == "Image" else None


def _graphviz(base: type) -> Wire | None:
    if base.__name__ not in ("Graph", "Digraph", "Source"):
        return None
    return lambda value, frost: frost.wire(_graphviz_picture(value))


def _graphviz_picture(value: Any) -> Any:
    try:
        return Image(value.pipe(format="svg"), "image/svg+xml")
    except Exception:  # the `dot` program is missing, or refuses: the source is what there is
        return value.source


def _ipython(base: type) -> Wire | None:
    if base.__name__ == "HTML":
        return lambda value, frost: frost.wire(Html(value.data or ""))
    if base.__name__ == "Markdown":
        return lambda value, frost: frost.wire(Markdown(value.data or ""))
    if base.__name__ == "Image":
        return lambda value, frost: frost.wire(_ipython_picture(value.data))
    return None


def _ipython_picture(data: Any) -> Any:
    return Image(data if isinstance(data, bytes) else base64.b64decode(data)) if data else None


_by_package: Mapping[str, Any] = {
    "pydantic": _pydantic,
    "numpy": _numpy,
    "pandas": _pandas,
    "matplotlib": _matplotlib,
    "plotly": _plotly,
    "_plotly_utils": _plotly,
    "PIL": _pil,
    "graphviz": _graphviz,
    "IPython": _ipython,
}


def _handler_for(kind: type) -> Wire | None:
    if issubclass(kind, enum.Enum):
        return _enum
    if dataclasses.is_dataclass(kind) and builtin_handler(kind) is None:
        return _dataclass
    if "__attrs_attrs__" in kind.__dict__:
        return _attrs
    for base in kind.__mro__:
        finder = _by_package.get(base.__module__.partition(".")[0])
        found: Wire | None = finder(base) if finder is not None else None
        if found is not None:
            return found
        if base in _standard:
            return _standard[base]
    return builtin_handler(kind)


add_finder(_handler_for)
