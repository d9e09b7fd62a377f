"""One document of a state, read back: blank objects first, then what they hold."""

from __future__ import annotations

import enum
import logging
import random
import sys
import threading
import types
import weakref
from array import array
from binascii import a2b_base64
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable
from typing import Any

from interlab.errors import CorruptState, InvalidArgument
from interlab.state import arrays, saved_tries, values
from interlab.state.blobs import load_json, parse_digest
from interlab.state.forking import fork
from interlab.state.kinds import SHARED, is_resource
from interlab.state.layout import builtin_base, layout
from interlab.state.log import BITS, WIDTH, Log, Node
from interlab.state.maps import Map, Set
from interlab.state.randomness import Random
from interlab.state.reader import LONGEST_LOG, Reader, TheirError, expect
from interlab.state.writers import FACTORIES


def can_change(items: tuple[Any, ...]) -> bool:
    """Whether any of the items of a Log must be given out as a copy."""
    return any(type(item) not in SHARED and fork(item, name="item") is not item for item in items)


class _Later(Exception):
    """What is being read must wait until the objects that it hashes are filled."""


class Part:
    """One document: values and their object table."""

    def __init__(self, reader: Reader, tables: list[Any]) -> None:
        if len(tables) > 3 or not all(isinstance(table, list) for table in tables):
            raise CorruptState("Expected up to three tables: objects, classes, resources.")
        entries, classes, resources = [*tables, [], [], []][:3]
        self.reader = reader
        self.entries: list[Any] = entries
        self.classes = [reader.class_of(name) for name in classes]
        if not all(isinstance(name, str) for name in resources):
            raise CorruptState("Expected names of resources.")
        self.resources: list[str] = resources
        self.early = True
        self.made: list[Any] = []

    def build(self, content: list[Any]) -> list[Any]:
        """The values of a list, with everything they refer to."""
        for entry in self.entries:
            self.made.append(self._blank(entry))
        postponed = []
        upgrades = []
        for made, entry in zip(self.made, self.entries, strict=True):
            if self._is_outdated(entry):
                upgrades.append((made, entry))
                continue
            try:
                self._fill(made, entry)
            except _Later:
                postponed.append((made, entry))
        self.early = False
        for made, entry in reversed(postponed):
            self._fill(made, entry)
        for made, entry in reversed(upgrades):
            self._fill(made, entry)
        return [self.value(item) for item in content]

    # --- values --------------------------------------------------------------------------------------

    def value(self, tree: Any) -> Any:
        """A value from its JSON."""
        if type(tree) is not list:
            if isinstance(tree, dict):
                raise CorruptState("Expected a value, got a JSON object.")
            return tree
        tag = tree[0]
        if type(tag) is int:
            return self.made[self._number(tag, self.made)]
        read = _READ.get(tag)
        if read is not None:
            return read(self, *tree[1:])
        return values.READERS[tag](*tree[1:])

    def _number(self, number: Any, table: list[Any]) -> int:
        if type(number) is not int or not 0 <= number < len(table):
            raise CorruptState(f"Expected a number below {len(table)}, got {str(number)[:40]}.")
        return number

    def class_number(self, number: Any) -> type:
        return self.classes[self._number(number, self.classes)]

    def _tuple(self, *items: Any) -> Any:
        return tuple([self.value(item) for item in items])

    def _frozenset(self, *items: Any) -> Any:
        if self.early and any(map(_refers, items)):
            raise _Later
        made = frozenset([self.value(item) for item in items])
        if len(made) != len(items):
            raise CorruptState("A set names an item twice.")
        return made

    def _text(self, digest: Any) -> Any:
        return self.reader.text(digest)

    def _short_bytes(self, text: Any) -> Any:
        return a2b_base64(text, strict_mode=True)

    def _long_bytes(self, digest: Any) -> Any:
        return self.reader.data(digest)

    def _immutable_subclass(self, number: Any, plain: Any, attributes: Any = None) -> Any:
        cls = self.class_number(number)
        content = self.value(plain)
        base: Any = type(content)
        if base not in _IMMUTABLE or not issubclass(cls, base) or issubclass(cls, enum.Enum):
            raise CorruptState(f"{cls.__qualname__} is not made of a {base.__name__}.")
        if base in (str, bytes) and len(content) > 64:
            self.reader.charge(content)
        made = base.__new__(cls, content)
        if attributes is not None:
            layout(cls).restore(made, self.attributes(attributes))
        return made

    def _enum(self, number: Any, name: Any, value: Any = None) -> Any:
        cls: Any = self.class_number(number)
        if not issubclass(cls, enum.Enum):
            raise CorruptState(f"{cls.__qualname__} is no enumeration.")
        if name is None and issubclass(cls, enum.Flag) and type(plain := self.value(value)) is int:
            return cls(plain)
        return cls.__members__[name]

    def _class(self, number: Any) -> Any:
        return self.class_number(number)

    def _resource(self, number: Any) -> Any:
        return self.reader.resource("R", self.resources[self._number(number, self.resources)])

    def _function(self, number: Any) -> Any:
        return self.reader.resource("fn", self.resources[self._number(number, self.resources)])

    def _method(self, owner: Any, name: Any) -> Any:
        # Only methods of objects of this state: a resource's would act on what is not part of it.
        if not (isinstance(owner, list) and len(owner) == 1):
            raise CorruptState("A bound method belongs to no object of the state.")
        made = self.value(owner)
        for base in type(made).__mro__:
            function = base.__dict__.get(name)
            if isinstance(function, types.FunctionType):
                return types.MethodType(function, made)
        raise CorruptState(f"{type(made).__qualname__} has no method {str(name)[:40]!r}.")

    def _weak_reference(self, target: Any) -> Any:
        return weakref.ref(self.value(target))

    def _logger(self, name: Any) -> Any:
        # Each dot of a name costs memory, and a file may hold any name.
        if len(values.read_text(name)) > 1000:
            raise CorruptState(f"A logger claims a name of {len(name):,} characters.")
        return logging.getLogger(name)

    def _scalar(self, kind: Any, data: Any) -> Any:
        return arrays.read_array(kind, [], self.value(data))[()]

    def attributes(self, tree: Any) -> dict[str, Any]:
        """The attributes of an instance."""
        if not isinstance(tree, dict):
            raise CorruptState(f"Expected attributes by name, got {str(tree)[:40]!r}.")
        return {name: self.value(item) for name, item in tree.items()}

    # --- entries -------------------------------------------------------------------------------------

    def _class_in(self, entry: list[Any], expected: type) -> Any:
        if len(entry) < 3:
            return expected
        cls = self.class_number(entry[2])
        if not issubclass(cls, expected) or is_resource(cls):
            raise CorruptState(f"{cls.__qualname__} is not a {expected.__name__} that holds state.")
        return cls

    def _blank(self, entry: Any) -> Any:
        kind = entry[0]
        if kind == "o":
            cls = self._class_in(entry, object)
            if not layout(cls).plain or issubclass(cls, enum.Enum):
                raise CorruptState(f"{cls.__qualname__} is not made of attributes alone.")
            return object.__new__(cls)
        if kind in _BLANK:
            base: Any = _BLANK[kind]
            cls = self._class_in(entry, base)
            if kind == "mt":
                return cls.__new__(cls, 0)
            return base.__new__(cls)
        content: Any = entry[1] if len(entry) > 1 else None
        if kind == "e":
            cls = self._class_in(entry, BaseException)
            return builtin_base(cls).__new__(cls)
        if kind == "ns":
            return types.SimpleNamespace()
        if kind == "lock":
            return threading.Lock()
        if kind == "rlock":
            return threading.RLock()
        if kind == "codec":
            return self._codec(*content)
        if kind == "array":
            return self._array(*content)
        if kind in arrays.GENERATORS:
            return arrays.read_generator(kind, content)
        raise CorruptState(f"Unknown kind of object {str(kind)[:40]!r}.")

    def _codec(self, name: Any, text: Any) -> Any:
        codec = values.CODECS_BY_NAME.get(name)
        if codec is None:
            raise CorruptState(
                f"The state needs the codec {str(name)[:80]!r}; import what registers it (register_codec)."
            )
        content = expect(str, self.value(text))
        if len(content) > 64:
            self.reader.charge(content, parsed=True)
        root, *tables = load_json(content.encode("utf-8", "surrogatepass"))
        data = Part(self.reader, tables).build([root])[0]
        try:
            return codec.from_data(data)
        except Exception as error:
            raise TheirError(error) from error

    def _array(self, kind: Any, shape: Any, content: Any) -> Any:
        if kind != "O":
            return arrays.read_array(kind, shape, self._own_bytes(content))
        arrays.check_shape(shape, len(content), 1)
        return arrays.numpy_module().empty(shape, object)

    def _is_outdated(self, entry: list[Any]) -> bool:
        if len(entry) < 3:
            return False
        recorded = entry[4] if len(entry) > 4 else 0
        cls = self.class_number(entry[2])
        current = getattr(cls, "__state_version__", 0)
        if type(recorded) is not int or recorded > current:
            raise CorruptState(
                f"{cls.__qualname__} was saved as version {str(recorded)[:20]}, "
                f"newer than the {current} of this process; update the code that defines it."
            )
        if recorded < current and not hasattr(cls, "__upgrade_state__"):
            raise CorruptState(
                f"{cls.__qualname__} was saved as version {recorded} and is now version {current}: "
                "define the classmethod __upgrade_state__(cls, state, version) -> dict."
            )
        return bool(recorded < current)

    def _fill(self, made: Any, entry: list[Any]) -> None:
        kind = entry[0]
        attributes = self.attributes(entry[3]) if len(entry) > 3 and entry[3] is not None else None
        fill = _FILL.get(kind)
        if fill is not None:
            fill(self, made, entry[1])
        cls: Any = type(made)
        if self._is_outdated(entry):
            version = entry[4] if len(entry) > 4 else 0
            try:
                attributes = cls.__upgrade_state__(attributes or {}, version)
            except Exception as error:
                raise TheirError(error) from error
        shape = layout(cls)
        if attributes:
            shape.restore(made, attributes)
        if shape.pydantic:
            _complete_pydantic(made, shape.fields, attributes or {})

    def _own_bytes(self, tree: Any) -> bytes:
        data = expect(bytes, self.value(tree))
        if len(data) > 64:
            self.reader.charge(data)
        return data

    def _fill_list(self, made: Any, content: Any) -> None:
        list.extend(made, [self.value(item) for item in expect(list, content)])

    def _fill_set(self, made: Any, content: Any) -> None:
        set.update(made, self._frozenset(*expect(list, content)))

    def _fill_deque(self, made: Any, content: Any) -> None:
        longest, *items = expect(list, content)
        if longest is not None and type(longest) is not int:
            raise CorruptState("The longest length of a deque is no integer.")
        deque.__init__(made, [self.value(item) for item in items], longest)

    def _fill_dict(self, made: Any, content: Any) -> None:
        if len(expect(list, content)) % 2:
            raise CorruptState("A dictionary has a key without a value.")
        keys = content[::2]
        if self.early and any(type(key) is list and _refers(key) for key in keys):
            raise _Later
        insert = OrderedDict.__setitem__ if isinstance(made, OrderedDict) else dict.__setitem__
        found = [self.value(key) for key in keys]
        items = [self.value(item) for item in content[1::2]]
        for key, item in zip(found, items, strict=True):
            insert(made, key, item)
        if len(made) != len(keys):
            raise CorruptState("A dictionary names a key twice.")

    def _fill_defaultdict(self, made: Any, content: Any) -> None:
        factory, items = content
        made.default_factory = None if factory is None else FACTORIES[factory]
        self._fill_dict(made, items)

    def _fill_bytearray(self, made: Any, content: Any) -> None:
        bytearray.__init__(made, self._own_bytes(content))

    def _fill_exception(self, made: Any, content: Any) -> None:
        made.args = tuple([self.value(item) for item in expect(list, content)])

    def _fill_log(self, made: Any, content: Any) -> None:
        size, digest, items, *tables = expect(list, content)
        if type(size) is not int or not 0 <= size <= LONGEST_LOG or len(items) != size % WIDTH:
            raise CorruptState(f"A Log claims {str(size)[:40]} items and has {len(items)} at its end.")
        base = size - len(items)
        shift = 0
        root = None
        if base:
            while base > WIDTH << shift:
                shift += BITS
            root = _node(self.reader, parse_digest(digest), shift, base)
        elif digest is not None:
            raise CorruptState("A short Log names parts.")
        tail = tuple(Part(self.reader, tables).build(items))
        made._state = (root, shift, base, tail, can_change(tail))

    def _fill_map(self, made: Any, content: Any) -> None:
        made._root = saved_tries.read(content, True, self.reader, self._apart)

    def _fill_persistent_set(self, made: Any, content: Any) -> None:
        made._root = saved_tries.read(content, False, self.reader, self._apart)

    def _apart(self, tables: list[Any], content: list[Any]) -> tuple[list[Any], bool]:
        """The values of a document of its own, and whether it names resources."""
        part = Part(self.reader, tables)
        return part.build(content), bool(part.resources)

    def _fill_random(self, made: Any, content: Any) -> None:
        key, position, *gauss = expect(list, content)
        state = (bytes.fromhex(key), int(position, 16), values.read_number(gauss[0]) if gauss else None)
        try:
            made.setstate((Random(0).getstate()[0], *state))
        except InvalidArgument as error:
            raise CorruptState(f"The state of a random generator makes no sense: {error}") from error

    def _fill_standard_random(self, made: Any, content: Any) -> None:
        version, packed, gauss = content
        words = array("I")
        words.frombytes(expect(bytes, self.value(packed)))
        if sys.byteorder == "big":
            words.byteswap()
        held = None if gauss is None else values.read_number(gauss)
        random.Random.setstate(made, (version, tuple(words), held))

    def _fill_array(self, made: Any, content: Any) -> None:
        kind, _, items = content
        if kind == "O":
            for i, item in enumerate(items):
                made.flat[i] = self.value(item)


def _refers(tree: Any) -> bool:
    """Whether a value refers to an object of the table, whose hash may not be known yet."""
    if type(tree) is list:
        return bool(tree) and (type(tree[0]) is int or any(map(_refers, tree)))
    return type(tree) is dict and any(map(_refers, tree.values()))


def _complete_pydantic(made: Any, fields: set[str], attributes: dict[str, Any]) -> None:
    """Set what pydantic keeps beside the fields, where it was left out as the usual."""
    given = attributes.get("__pydantic_fields_set__")
    object.__setattr__(made, "__pydantic_fields_set__", set(fields if given is None else given))
    for name in ("__pydantic_extra__", "__pydantic_private__"):
        if name not in attributes:
            object.__setattr__(made, name, None)


_IMMUTABLE = (tuple, frozenset, str, bytes, int, float, complex)

_BLANK: dict[str, Any] = {
    "l": list, "d": dict, "od": OrderedDict, "dd": defaultdict, "counter": Counter, "s": set, "q": deque,
    "ba": bytearray, "log": Log, "map": Map, "set": Set, "rng": Random, "mt": random.Random,
}  # fmt: skip

_FILL: dict[str, Callable[[Part, Any, Any], None]] = {
    "l": Part._fill_list,
    "d": Part._fill_dict,
    "od": Part._fill_dict,
    "dd": Part._fill_defaultdict,
    "counter": Part._fill_dict,
    "s": Part._fill_set,
    "q": Part._fill_deque,
    "ba": Part._fill_bytearray,
    "e": Part._fill_exception,
    "log": Part._fill_log,
    "map": Part._fill_map,
    "set": Part._fill_persistent_set,
    "rng": Part._fill_random,
    "mt": Part._fill_standard_random,
    "array": Part._fill_array,
}

_READ: dict[Any, Callable[..., Any]] = {
    "(": Part._tuple,
    "{": Part._frozenset,
    "t": Part._text,
    "b": Part._short_bytes,
    "B": Part._long_bytes,
    "S": Part._immutable_subclass,
    "E": Part._enum,
    "C": Part._class,
    "R": Part._resource,
    "fn": Part._function,
    "m": Part._method,
    "w": Part._weak_reference,
    "logger": Part._logger,
    "np": Part._scalar,
}


def _node(reader: Reader, digest: bytes, shift: int, count: int) -> Node:
    """The node of a Log that holds `count` items, with leaves `shift` bits below."""
    key = (digest, shift, count)
    node = reader.nodes.get(key)
    if node is None:
        node = reader.nodes[key] = _read_node(reader, digest, shift, count)
    return node


def _read_node(reader: Reader, digest: bytes, shift: int, count: int) -> Node:
    tag, content, *tables = reader.document(digest)
    if shift:
        below = WIDTH << (shift - BITS)
        expected = -(-count // below)
        if tag != "N" or not isinstance(content, str) or len(content) != 22 * expected or tables:
            raise CorruptState(f"Part {digest.hex()} of a Log should hold {expected} parts of {below} items.")
        children = []
        for i in range(expected):
            child = parse_digest(content[22 * i : 22 * i + 22])
            children.append(_node(reader, child, shift - BITS, min(below, count - i * below)))
        node = Node(tuple(children), any(child.private for child in children))
        whole = all(child.digest is not None for child in children)
    else:
        if tag != "L" or not isinstance(content, list) or len(content) != WIDTH:
            raise CorruptState(f"Part {digest.hex()} of a Log should hold {WIDTH} items.")
        part = Part(reader, tables)
        items = tuple(part.build(content))
        node = Node(items, can_change(items))
        whole = not part.resources
    if whole:
        node.digest = digest
        node.saved = reader.saved
    return node
