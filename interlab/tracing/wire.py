"""The stored form of values: JSON, with tagged objects for what JSON lacks.

A tagged object is a JSON object with the key ``"$"``:

=============  ==========================================================================================
``ref``        ``h``: hash of a value stored apart (JSON again), ``n``: its size in bytes
``chain``      ``h``: hash of the end of a list kept as a shared prefix and a suffix, ``n``: its length,
               ``t``: true for a tuple
``int``        ``v``: hexadecimal digits of an integer outside ±2⁵³
``float``      ``v``: ``nan``, ``inf`` or ``-inf``
``text``       ``v``: base64 of UTF-8 with surrogates, for text that is not valid Unicode
``tuple`` ``set`` ``frozenset``   ``v``: the items
``map``        ``v``: pairs, for mappings whose keys are not all texts, or that have a key ``"$"``
``object``     ``t``: class, ``v``: fields
``enum``       ``t``: class, ``name``, ``v``: value
``datetime`` ``date`` ``time`` ``duration`` ``uuid`` ``decimal`` ``path`` ``complex``   ``v``: text
``html`` ``markdown``   ``v``: source
``blob`` ``image``      ``h``: hash of the bytes, ``n``: size, ``mime``, ``name``
``table``      ``columns``, ``rows``, ``index``, ``n``
``figure``     ``v``: a plotly document
``array``      ``dtype``, ``shape``, ``v``: the numbers, nested, or None and ``h`` for raw little-endian bytes
``format``     ``v``: parts of a prompt: text, ``[name, color]`` or ``[name, color, text]``; or a ``chain`` of them
``exception``  ``t``, ``message``, ``traceback``, ``cause``, of a group ``exceptions``
``node``       ``v``: the uid of a traced node
``opaque``     ``t``: class, ``v``: its repr, ``why``: the reason no more was kept
=============  ==========================================================================================

Nothing here makes a reader import or run anything: reading gives plain data and the types of `rich`.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import orjson

from interlab.errors import StoreCorrupt
from interlab.tracing.format_str import Field, Filled, FormatStr, Part
from interlab.tracing.rich import Blob, Figure, Html, Image, Markdown, Opaque, Record, Table

TAG = "$"
DIGEST_BYTES = 16

Load = Callable[[bytes], bytes]


def digest(data: bytes) -> bytes:
    """The content hash of a stored value: 16 bytes of BLAKE2b."""
    return hashlib.blake2b(data, digest_size=DIGEST_BYTES).digest()


def dumps(wire: Any) -> bytes:
    """The bytes of a stored form."""
    return orjson.dumps(wire)


def loads(data: bytes) -> Any:
    """A stored form from its bytes.

    Raises:
        StoreCorrupt: the bytes are not JSON.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise StoreCorrupt(f"A stored value is not JSON ({error}); the store is damaged.") from error


def expand(wire: Any, load: Load) -> Any:
    """Replace references by what they refer to, so that the result is one JSON document.

    Args:
        wire: a stored form.
        load: gives the bytes of a hash.

    Returns:
        The stored form without ``ref`` and ``chain``. Blobs stay references.
    """
    if isinstance(wire, list):
        return [expand(item, load) for item in wire]
    if not isinstance(wire, dict):
        return wire
    tag = wire.get(TAG)
    if tag == "ref":
        return expand(loads(load(bytes.fromhex(wire["h"]))), load)
    if tag == "chain":
        items = [expand(item, load) for item in chain_items(wire, load)]
        return {TAG: "tuple", "v": items} if wire.get("t") else items
    return {key: expand(item, load) for key, item in wire.items()}


def chain_items(wire: dict[str, Any], load: Load) -> list[Any]:
    """The items of a ``chain``, not expanded, oldest first.

    Raises:
        StoreCorrupt: the links do not add up to the recorded length.
    """
    links: list[list[Any]] = []
    link, left = wire["h"], wire["n"]
    while link is not None:
        node = loads(load(bytes.fromhex(link)))
        items = node["items"]
        left -= len(items)
        if left < 0 or not items:
            raise StoreCorrupt("A stored list is longer or shorter than recorded; the store is damaged.")
        links.append(items)
        link = node["base"]
    if left != 0:
        raise StoreCorrupt("A stored list is longer or shorter than recorded; the store is damaged.")
    links.reverse()
    return [item for items in links for item in items]


def thaw(wire: Any, load: Load) -> Any:
    """A value for reading, from its stored form.

    Args:
        wire: a stored form.
        load: gives the bytes of a hash.

    Returns:
        Plain Python data where there is a plain type for it; else one of the types of `rich`.
    """
    if isinstance(wire, list):
        return [thaw(item, load) for item in wire]
    if not isinstance(wire, dict):
        return wire
    tag = wire.get(TAG)
    if tag is None:
        return {key: thaw(item, load) for key, item in wire.items()}
    if tag == "ref":
        return thaw(loads(load(bytes.fromhex(wire["h"]))), load)
    reader = _readers.get(tag)
    if reader is None:
        return Opaque(str(wire.get("t", tag)), str(wire.get("v", "")), f"unknown stored form {tag!r}")
    return reader(wire, load)


def _read_chain(wire: dict[str, Any], load: Load) -> Any:
    items = [thaw(item, load) for item in chain_items(wire, load)]
    return tuple(items) if wire.get("t") else items


def _hashable(items: list[Any], make: Callable[[list[Any]], Any]) -> Any:
    try:
        return make(items)
    except TypeError:  # a set of what reads back as lists or records
        return items


def _read_map(wire: dict[str, Any], load: Load) -> Any:
    pairs = [(thaw(key, load), thaw(value, load)) for key, value in wire["v"]]
    try:
        return dict(pairs)
    except TypeError:
        return pairs


def _read_enum(wire: dict[str, Any], load: Load) -> Record:
    return Record({"name": wire["name"], "value": thaw(wire["v"], load)}, wire["t"])


def _read_blob(wire: dict[str, Any], load: Load) -> Blob:
    kind = Image if wire[TAG] == "image" else Blob
    return kind(load(bytes.fromhex(wire["h"])), wire["mime"], wire.get("name"))


def _read_table(wire: dict[str, Any], load: Load) -> Table:
    index = wire.get("index")
    return Table(
        thaw(wire["columns"], load),
        thaw(wire["rows"], load),
        None if index is None else thaw(index, load),
        wire.get("n"),
    )


def _read_array(wire: dict[str, Any], load: Load) -> Any:
    try:
        import numpy as np
    except ImportError:
        return Record({"dtype": wire["dtype"], "shape": wire["shape"], "values": wire.get("v")}, "numpy.ndarray")
    dtype, shape = np.dtype(wire["dtype"]), tuple(wire["shape"])
    if wire.get("h"):
        return np.frombuffer(load(bytes.fromhex(wire["h"])), dtype=dtype).reshape(shape)
    return np.array(thaw(wire["v"], load), dtype=dtype).reshape(shape)


def _read_format(wire: dict[str, Any], load: Load) -> FormatStr:
    parts: list[Part] = []
    for part in chain_items(wire["v"], load) if isinstance(wire["v"], dict) else wire["v"]:
        if isinstance(part, dict) and part.get(TAG) == "ref":
            part = loads(load(bytes.fromhex(part["h"])))
        if isinstance(part, list) and len(part) == 2:
            parts.append(Field(part[0], part[1]))
        elif isinstance(part, list):
            parts.append(Filled(part[0], thaw(part[2], load), part[1]))
        else:
            parts.append(thaw(part, load))
    return FormatStr.from_parts(parts)


def _read_exception(wire: dict[str, Any], load: Load) -> Record:
    fields = {key: thaw(wire.get(key), load) for key in ("message", "traceback", "cause")}
    if "exceptions" in wire:  # a group
        fields["exceptions"] = thaw(wire["exceptions"], load)
    return Record(fields, wire["t"])


def _read_duration(wire: dict[str, Any], load: Load) -> Any:
    import datetime

    days, seconds, microseconds = (int(part) for part in wire["v"].split())
    return datetime.timedelta(days, seconds, microseconds)


def _plain(make: Callable[[str], Any]) -> Callable[[dict[str, Any], Load], Any]:
    def read(wire: dict[str, Any], load: Load) -> Any:
        text = thaw(wire["v"], load)
        try:
            return make(text)
        except (ValueError, ArithmeticError):
            return Opaque(wire[TAG], str(text), "not readable as its type")

    return read


def _from(module: str, path: str) -> Callable[[str], Any]:
    def make(text: str) -> Any:
        import importlib

        target: Any = importlib.import_module(module)  # one of the standard modules named below
        for name in path.split("."):
            target = getattr(target, name)
        return target(text)

    return make


_readers: dict[str, Callable[[dict[str, Any], Load], Any]] = {
    "chain": _read_chain,
    "int": _plain(lambda text: int(text, 16)),
    "float": _plain(float),
    "text": _plain(lambda text: base64.b64decode(text).decode("utf-8", "surrogatepass")),
    "tuple": lambda wire, load: tuple(thaw(wire["v"], load)),
    "set": lambda wire, load: _hashable(thaw(wire["v"], load), set),
    "frozenset": lambda wire, load: _hashable(thaw(wire["v"], load), frozenset),
    "map": _read_map,
    "object": lambda wire, load: Record(thaw(wire["v"], load), wire["t"]),
    "enum": _read_enum,
    "datetime": _plain(_from("datetime", "datetime.fromisoformat")),
    "date": _plain(_from("datetime", "date.fromisoformat")),
    "time": _plain(_from("datetime", "time.fromisoformat")),
    "duration": _read_duration,
    "uuid": _plain(_from("uuid", "UUID")),
    "decimal": _plain(_from("decimal", "Decimal")),
    "path": _plain(_from("pathlib", "PurePath")),
    "complex": _plain(complex),
    "html": lambda wire, load: Html(thaw(wire["v"], load)),
    "markdown": lambda wire, load: Markdown(thaw(wire["v"], load)),
    "blob": _read_blob,
    "image": _read_blob,
    "table": _read_table,
    "figure": lambda wire, load: Figure(thaw(wire["v"], load)),
    "array": _read_array,
    "format": _read_format,
    "exception": _read_exception,
    "node": lambda wire, load: Opaque("interlab.TracingNode", wire["v"], "a reference to a node"),
    "opaque": lambda wire, load: Opaque(wire["t"], thaw(wire.get("v", ""), load), wire.get("why", "")),
}
