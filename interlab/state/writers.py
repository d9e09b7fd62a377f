"""How each type of value is written: the table from types to writers, and the decision for a new type."""

from __future__ import annotations

import enum
import functools
import logging
import random
import sys
import threading
import types
import weakref
from array import array
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

from interlab.state import arrays, kinds, saved_tries, values
from interlab.state.blobs import digest_text, dump_json
from interlab.state.copying import published
from interlab.state.encoder import ATOMS, WRITERS, Encoder, Writer
from interlab.state.layout import layout
from interlab.state.log import Log
from interlab.state.maps import Map, Set
from interlab.state.naming import is_restorable, recorded_name
from interlab.state.paths import find_path
from interlab.state.randomness import Random

# --- values without identity -------------------------------------------------------------------------


def _float(obj: float, encoder: Encoder) -> Any:
    return obj if obj - obj == 0.0 else ["f", str(obj)]


def _leaf(cls: type) -> Writer:
    tag, write = values.LEAVES[cls]

    def write_leaf(obj: Any, encoder: Encoder) -> Any:
        try:
            return [tag, *write(obj)]
        except TypeError as error:
            raise encoder.fail(obj, f"Note: {error}.") from error

    return write_leaf


def _tuple(obj: tuple[Any, ...], encoder: Encoder) -> Any:
    encoder.deeper(obj)
    written = ["(", *[encoder.value(item) for item in obj]]
    encoder.depth -= 1
    return written


def _frozenset(obj: frozenset[Any], encoder: Encoder) -> Any:
    encoder.deeper(obj)
    written = ["{", *[encoder.value(item) for item in encoder.in_order(obj)]]
    encoder.depth -= 1
    return written


def _immutable_subclass(base: Any) -> Writer:
    """A writer for subclasses of str, int, tuple, …: class, the plain value, attributes."""

    def write(obj: Any, encoder: Encoder) -> Any:
        encoder.deeper(obj)
        plain = base(obj) if base in (tuple, frozenset) else base.__new__(base, _plain(base, obj))
        written = ["S", encoder.class_number(type(obj)), encoder.value(plain)]
        attributes = encoder.attributes(obj)
        encoder.depth -= 1
        return [*written, attributes] if attributes else written

    return write


def _plain(base: Any, obj: Any) -> Any:
    """The value of a subclass without its class, whatever its methods say."""
    if base is str:
        return str.__str__(obj)
    if base is bytes:
        return bytes.__getitem__(obj, slice(None))
    if base is int:
        return int.__int__(obj)
    if base is float:
        return float.__float__(obj)
    return complex.__complex__(obj)


def _enum(obj: Any, encoder: Encoder) -> Any:
    number = encoder.class_number(type(obj))
    if isinstance(obj, enum.Flag):
        return ["E", number, None, encoder.value(obj.value)]
    return ["E", number, obj.name]


def _text_bytes(obj: bytes, encoder: Encoder) -> Any:
    return encoder.data(obj)


def _class(obj: type, encoder: Encoder) -> Any:
    return ["C", encoder.class_number(obj)]


def _function(obj: Any, encoder: Encoder) -> Any:
    name = encoder.resource_name(obj)
    if name is not None:
        return encoder.resource("R", obj, name)
    qualified = getattr(obj, "__qualname__", "<lambda>")
    module = getattr(obj, "__module__", None)
    if "<" in qualified or not module:
        raise encoder.fail(obj, "Only functions defined by name at the top of a module (or in a class) can be saved.")
    return encoder.resource("fn", obj, recorded_name(obj))


def _method(obj: types.MethodType, encoder: Encoder) -> Any:
    if published(obj):
        name = f"{obj.__func__.__module__}:{obj.__func__.__name__}"
        return encoder.resource("R", obj, encoder.resource_name(obj) or name)
    encoder.deeper(obj)
    written = ["m", encoder.value(obj.__self__), obj.__func__.__name__]
    encoder.depth -= 1
    return written


def _weak_reference(obj: weakref.ref[Any], encoder: Encoder) -> Any:
    target = obj()
    if target is None:
        raise encoder.fail(obj, "What it referred to is gone; set the attribute to None.")
    encoder.keep.append(target)
    return ["w", encoder.value(target)]


def _resource(obj: Any, encoder: Encoder) -> Any:
    name = encoder.resource_name(obj)
    if name is None and isinstance(obj, types.ModuleType):
        name = f"module {obj.__name__}"
    if name is None:
        raise encoder.fail(
            obj,
            "It is a resource without a name, which forks share but a snapshot can't name. Give its class "
            "__interlab_resource_name__(self) -> str.",
        )
    if not isinstance(name, str):
        raise encoder.fail(obj, f"Its __interlab_resource_name__() gave {name!r} instead of a string.")
    return encoder.resource("R", obj, name)


def _fresh(tag: str) -> Writer:
    def write(obj: Any, encoder: Encoder) -> Any:
        return encoder.refer(obj, lambda *_: [tag])

    return write


def _logger(obj: logging.Logger, encoder: Encoder) -> Any:
    return ["logger", obj.name]


# --- entries of the object table ---------------------------------------------------------------------


def _entry(write: Writer) -> Writer:
    return lambda obj, encoder: encoder.refer(obj, write)


def _entry_of(kind: str, content: Writer, cls: type, exact: type) -> Writer:
    """A writer of entries; subclasses add their class, attributes and version."""
    if cls is exact:
        return _entry(lambda obj, encoder: [kind, content(obj, encoder)])
    version = _state_version(cls)

    def write(obj: Any, encoder: Encoder) -> Any:
        entry = [kind, content(obj, encoder), encoder.class_number(cls)]
        attributes = encoder.attributes(obj)
        if version:
            return [*entry, attributes, version]
        return [*entry, attributes] if attributes else entry

    return _entry(write)


def _state_version(cls: type) -> int:
    version = getattr(cls, "__state_version__", 0)
    return version if type(version) is int else 0


def _items(obj: Any, encoder: Encoder) -> Any:
    value = encoder.value
    return [value(item) for item in obj]


def _list_items(obj: Any, encoder: Encoder) -> Any:
    return _items(list.__iter__(obj), encoder)


def _set_items(obj: Any, encoder: Encoder) -> Any:
    return _items(encoder.in_order(set.__iter__(obj)), encoder)


def _dict_items(obj: Any, encoder: Encoder) -> Any:
    value = encoder.value
    written = []
    for key, item in OrderedDict.items(obj) if isinstance(obj, OrderedDict) else dict.items(obj):
        written.append(value(key))
        written.append(value(item))
    return written


def _defaultdict_items(obj: Any, encoder: Encoder) -> Any:
    factory = obj.default_factory
    if factory is not None and factory not in FACTORIES.values():
        raise encoder.fail(
            obj, f"Its default factory {factory!r} can't be saved; use a builtin such as list, int or dict."
        )
    return [factory and factory.__name__, _dict_items(obj, encoder)]


FACTORIES: dict[str, Any] = {
    made.__name__: made for made in (list, dict, set, int, float, str, tuple, bool, bytes, frozenset, deque)
}


def _deque_items(obj: Any, encoder: Encoder) -> Any:
    return [obj.maxlen, *_items(deque.__iter__(obj), encoder)]


def _nothing(obj: Any, encoder: Encoder) -> Any:
    return None


def _exception_args(obj: BaseException, encoder: Encoder) -> Any:
    return [encoder.value(item) for item in obj.args]


def _log_parts(obj: Log[Any], encoder: Encoder) -> Any:
    root, shift, base, tail, _ = obj._state
    digest = None if root is None else digest_text(encoder.node(root, shift))
    if ATOMS.issuperset(map(type, tail)):
        return [base + len(tail), digest, [encoder.value(item) for item in tail]]
    part = encoder.part()
    items = part.items(tail)
    encoder.named = encoder.named or part.named
    return [base + len(tail), digest, items, *part.tables()]


def _random_state(obj: Random, encoder: Encoder) -> Any:
    _, key, position, gauss = obj.getstate()
    state = [key.hex(), hex(position)]
    return state if gauss is None else [*state, values.number(gauss)]


def _standard_random_state(obj: random.Random, encoder: Encoder) -> Any:
    version, words, gauss = obj.getstate()
    packed = array("I", words)
    if sys.byteorder == "big":
        packed.byteswap()
    return [version, encoder.data(packed.tobytes()), None if gauss is None else values.number(gauss)]


def _codec_data(obj: Any, encoder: Encoder) -> Any:
    codec = values.CODECS[type(obj)]
    data = codec.to_data(obj)
    encoder.keep.append(data)
    part = encoder.part()
    part.root, part.name = data, find_path(encoder.root, obj, encoder.name)
    part.deeper(obj)
    value = part.value(data)
    part.drain()
    encoder.named = encoder.named or part.named
    return [codec.name, encoder.value(dump_json([value, *part.tables()]).decode("utf-8"))]


def _array(obj: Any, encoder: Encoder) -> Any:
    if obj.dtype == object:
        return ["O", list(obj.shape), [encoder.value(item) for item in obj.flat]]
    try:
        kind, shape, data = arrays.write_array(obj)
    except TypeError as error:
        raise encoder.fail(obj, f"Note: {error}.") from error
    return [kind, shape, encoder.data(data)]


def _scalar(obj: Any, encoder: Encoder) -> Any:
    try:
        kind, _, data = arrays.write_array(obj)
    except TypeError as error:
        raise encoder.fail(obj, f"Note: {error}.") from error
    return ["np", kind, encoder.data(data)]


def _bit_generator(obj: Any, encoder: Encoder) -> Any:
    written = arrays.write_generator(obj)
    if written is None:
        raise encoder.fail(obj, f"Its bit generator is none of {', '.join(arrays.BIT_GENERATORS)}.")
    return written


def _refuse(hint: str) -> Writer:
    def refuse(obj: Any, encoder: Encoder) -> Any:
        raise encoder.fail(obj, hint)

    return refuse


def plan(cls: type) -> Writer:
    """Decide once how instances of a class are written."""
    if cls in values.CODECS:
        return _entry_of("codec", _codec_data, cls, cls)
    if issubclass(cls, type):
        return _class
    if issubclass(cls, types.FunctionType):
        return _function
    if hasattr(cls, "__interlab_resource_name__") or kinds.is_resource(cls):
        return _resource
    hint = kinds.why_impossible(cls)
    if hint is not None:
        return _refuse(hint)
    if issubclass(cls, enum.Enum):
        return _enum
    names = kinds.mro_names(cls)
    if "numpy.generic" in names:
        return _scalar
    if cls in values.LEAVES:
        return _leaf(cls)
    for base in (tuple, frozenset, str, bytes, int, float, complex):
        if issubclass(cls, base):
            return _immutable_subclass(base)
    if "numpy.ndarray" in names:
        return _entry_of("array", _array, cls, cls) if names[0] == "numpy.ndarray" else _refuse(_CODEC_HINT)
    if names[0] in arrays.GENERATORS:
        return _entry_of(names[0], _bit_generator, cls, cls)
    for exact, kind, content in _KINDS:
        if issubclass(cls, exact):
            if cls is not exact and not is_restorable(cls):
                return _refuse(_CODEC_HINT)
            return _entry_of(kind, content, cls, exact)
    if hasattr(cls, "__del__"):
        return _refuse(_DEL_HINT)
    if layout(cls).plain and is_restorable(cls):
        return _entry_of("o", _nothing, cls, object)
    if cls is types.SimpleNamespace:
        return _entry_of("ns", _nothing, cls, object)
    return _refuse(_CODEC_HINT)


_DEL_HINT = (
    "A class with __del__ is not restored from a file: keep what it cleans up in an object of its own "
    "that is a resource (__interlab_resource__ = True)."
)
_CODEC_HINT = (
    "Say how to write it with interlab.state.register_codec(type, name, to_data, from_data), or declare "
    "it a resource that forks share and snapshots name."
)

_KINDS: list[tuple[type, str, Writer]] = [
    (Log, "log", _log_parts),
    (Map, "map", saved_tries.write),
    (Set, "set", saved_tries.write),
    (list, "l", _list_items),
    (Counter, "counter", _dict_items),
    (OrderedDict, "od", _dict_items),
    (defaultdict, "dd", _defaultdict_items),
    (dict, "d", _dict_items),
    (set, "s", _set_items),
    (deque, "q", _deque_items),
    (bytearray, "ba", lambda obj, encoder: encoder.data(bytes(obj))),
    (Random, "rng", _random_state),
    (random.Random, "mt", _standard_random_state),
    (BaseException, "e", _exception_args),
]

_FIXED: dict[type, Writer] = {
    float: _float,
    bytes: _text_bytes,
    tuple: _tuple,
    frozenset: _frozenset,
    types.MethodType: _method,
    types.BuiltinFunctionType: _function,
    weakref.ref: _weak_reference,
    type(threading.Lock()): _fresh("lock"),
    type(threading.RLock()): _fresh("rlock"),
    logging.Logger: _logger,
    functools.partial: _refuse("Save what it is made of instead."),
}
WRITERS.update(_FIXED)


def _forget_plans() -> None:
    WRITERS.clear()
    WRITERS.update(_FIXED)


kinds.forget_with(_forget_plans)
