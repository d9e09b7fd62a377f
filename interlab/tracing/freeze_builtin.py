"""How built-in and rich values are recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from interlab.tracing.format_str import Field, Filled, FormatStr
from interlab.tracing.freeze import INLINE_TEXT, Frost, Wire, type_name
from interlab.tracing.rich import Blob, Figure, Html, Image, Markdown, Opaque, Record, Table
from interlab.tracing.secrets import REMOVED, names_a_secret
from interlab.tracing.wire import TAG

MIN_CHAINED_PARTS = 8
"""Parts from which on a prompt is stored as a shared prefix and a suffix."""


def builtin_handler(kind: type) -> Wire | None:
    """How values of a built-in or rich type, or of a subclass of one, are recorded."""
    for base in kind.__mro__:
        if base in _builtin:
            return _builtin[base]
    return None


def wire_dict(value: Any, frost: Frost) -> Any:
    """The stored form of a mapping; values under keys that name a secret are left out."""
    fields: dict[str, Any] = {}
    wire = frost.wire
    for key, item in tuple(value.items()):
        if type(key) is not str or key == TAG or frost.strict_text:
            pairs = tuple(value.items())  # at once: another thread may be changing it
            return {TAG: "map", "v": [[wire(key), _guarded(key, item, wire)] for key, item in pairs]}
        if type(item) is str and len(item) <= INLINE_TEXT:
            fields[key] = REMOVED if names_a_secret(key) else item
        else:
            fields[key] = _guarded(key, item, wire)
    return fields


def _guarded(key: Any, item: Any, wire: Callable[[Any], Any]) -> Any:
    if _names_a_secret(key):
        kind = type(item)  # isinstance would ask the value, which may be anything
        if issubclass(kind, _TEXTUAL) or (kind in (list, tuple) and all(type(one) in _TEXTUAL for one in item)):
            return REMOVED
    return wire(item)


_TEXTUAL = (str, bytes)


def _names_a_secret(key: Any) -> bool:
    kind = type(key)
    if kind is bytes:  # a header as it goes over the wire
        return names_a_secret(key.decode("latin-1"))
    return issubclass(kind, str) and names_a_secret(str.__str__(key))


def _wire_list(value: Any, frost: Frost) -> Any:
    if len(value) >= 3 and (chain := frost.freezer.chains.wire(value)) is not None:
        return chain
    return [frost.wire(item) for item in tuple(value)]


def _wire_tuple(value: Any, frost: Frost) -> Any:
    names = getattr(type(value), "_fields", None)
    if names is not None:  # a named tuple
        return fields_wire(value, dict(zip(names, value, strict=False)), frost)
    if len(value) == 2 and type(value[0]) is bytes and _names_a_secret(value[0]):  # a raw header
        return {TAG: "tuple", "v": [frost.wire(value[0]), REMOVED]}
    if len(value) >= 3 and (chain := frost.freezer.chains.wire(value)) is not None:
        return {**chain, "t": True}
    return {TAG: "tuple", "v": [frost.wire(item) for item in value]}


def fields_wire(value: Any, fields: Mapping[str, Any], frost: Frost) -> dict[str, Any]:
    """The stored form of an object by its fields."""
    return {TAG: "object", "t": type_name(type(value)), "v": wire_dict(fields, frost)}


def _wire_set(value: Any, frost: Frost) -> Any:
    name = "frozenset" if isinstance(value, frozenset) else "set"
    return {TAG: name, "v": [frost.wire(item) for item in tuple(value)]}


def _wire_bytes(value: Any, frost: Frost) -> Any:
    data = bytes(value)
    return blob_wire(Blob(data), frost)


def blob_wire(value: Blob, frost: Frost) -> dict[str, Any]:
    """The stored form of bytes with a MIME type."""
    # Cleaned of secrets unless they are pixels: a request's body is bytes too.
    raster = value.mime.startswith("image/") and not value.mime.endswith("xml")
    sink = frost.freezer.sink
    data = value.data if raster else sink.clean(value.data)
    tag = "image" if isinstance(value, Image) else "blob"
    return {TAG: tag, "h": sink.put_blob(data).hex(), "n": len(data), "mime": value.mime, "name": value.name}


def _wire_format(value: FormatStr, frost: Frost) -> Any:
    # The prompt of an actor grows by its memories, so its parts are a list that continues the one before.
    parts = value.parts
    chain = frost.freezer.chains.wire(parts) if len(parts) >= MIN_CHAINED_PARTS else None
    return {TAG: "format", "v": [frost.wire(part) for part in parts] if chain is None else chain}


def _wire_table(value: Table, frost: Frost) -> Any:
    index = None if value.index is None else [frost.wire(label) for label in value.index]
    return {
        TAG: "table",
        "columns": [frost.wire(column) for column in value.columns],
        "rows": [[frost.wire(cell) for cell in row] for row in value.rows],
        "index": index,
        "n": len(value.rows) if value.n_rows is None else value.n_rows,
    }


_builtin: dict[type, Wire] = {
    FormatStr: _wire_format,
    Field: lambda value, frost: [value.name, value.color],
    Filled: lambda value, frost: [value.name, value.color, frost.wire(value.text)],
    dict: wire_dict,
    Record: lambda value, frost: {TAG: "object", "t": value.type_name, "v": wire_dict(value, frost)},
    list: _wire_list,
    tuple: _wire_tuple,
    set: _wire_set,
    frozenset: _wire_set,
    bytes: _wire_bytes,
    bytearray: _wire_bytes,
    memoryview: _wire_bytes,
    Html: lambda value, frost: {TAG: "html", "v": frost.wire(value.source)},
    Markdown: lambda value, frost: {TAG: "markdown", "v": frost.wire(value.source)},
    Image: blob_wire,
    Blob: blob_wire,
    Table: _wire_table,
    Figure: lambda value, frost: {TAG: "figure", "v": frost.wire(dict(value.spec))},
    Opaque: lambda value, frost: {TAG: "opaque", "t": value.type_name, "v": value.text, "why": value.why},
    str: lambda value, frost: frost.wire(str.__str__(value)),
    int: lambda value, frost: frost.wire(int(value)),
    float: lambda value, frost: frost.wire(float(value)),
}
