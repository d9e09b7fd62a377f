from __future__ import annotations

import collections
import contextvars
import copy
import dataclasses
import enum
import functools
import io
import logging
import random
import socket
import sqlite3
import threading
import warnings
import weakref
from typing import Any, ClassVar, NamedTuple

import numpy as np
import pydantic
import pytest

from interlab.errors import InvalidArgument, NotEncodable
from interlab.state import LargeCopyWarning, Log, Random, fork, register_resource


class Memory:
    def __init__(self) -> None:
        self.items = Log[Any]()
        self.pending = [{"text": "waiting"}]


class Actor:
    def __init__(self, name: str, env: Env) -> None:
        self.name = name
        self.env = env
        self.memory = Memory()
        self.on_event = self.observe

    def observe(self, event: str) -> None:
        self.memory.items.append(event)


class Env:
    def __init__(self) -> None:
        self.actors = [Actor(name, self) for name in ("buyer", "seller")]
        self.by_name = {actor.name: actor for actor in self.actors}
        self.rng = Random(3)
        self.model = Model()


class Model:
    __interlab_resource__ = True

    def __init__(self) -> None:
        self.lock = threading.Lock()

    def reply(self) -> str:
        return "yes"


class Slotted:
    __slots__ = ("_Slotted__secret", "__weakref__", "a", "unset")

    def __init__(self) -> None:
        self.a = [1]
        self.__secret = [2]

    @property
    def secret(self) -> list[int]:
        return self.__secret


class SlottedWithDict(Slotted):
    def __init__(self) -> None:
        super().__init__()
        self.extra = [3]


class Point(NamedTuple):
    x: Any
    y: Any


class Colour(enum.Enum):
    RED = 1


class Refuses:
    """Attributes can't be set in the ordinary way."""

    def __init__(self) -> None:
        self.__dict__["items"] = [1]

    def __setattr__(self, name: str, value: object) -> None:
        raise RuntimeError("not so")


class Text(str):
    """A str with attributes."""


class Titled(list):
    title = ""


@dataclasses.dataclass(frozen=True)
class Frozen:
    parts: Any


@dataclasses.dataclass(slots=True)
class SlottedData:
    items: list[int]


class ModelState(pydantic.BaseModel):
    messages: list[dict[str, str]] = []
    _hidden: list[int] = pydantic.PrivateAttr(default_factory=list)


class FrozenModel(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True)
    text: str
    parts: Any = ()


class KeyedByName:
    """Hashed by an attribute, so that it can't be hashed before it is filled."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, KeyedByName) and other.name == self.name


def test_an_environment_with_cycles_aliases_and_bound_methods():
    env = Env()
    other = fork(env)
    assert other is not env and type(other) is Env
    assert [actor.name for actor in other.actors] == ["buyer", "seller"]
    assert all(actor.env is other for actor in other.actors)
    assert other.by_name["buyer"] is other.actors[0] is not env.actors[0]
    other.actors[0].on_event("hello")
    assert other.actors[0].memory.items == ["hello"] and env.actors[0].memory.items == []
    other.actors[0].memory.pending[0]["text"] = "edited"
    assert env.actors[0].memory.pending == [{"text": "waiting"}]
    assert other.model is env.model
    assert other.rng is not env.rng and other.rng.random() == env.rng.random()


def _holders() -> list[Any]:
    pool = collections.deque([[1], [2]], maxlen=3)
    ordered = collections.OrderedDict(b=[1], a=[2])
    ordered.move_to_end("b")
    default = collections.defaultdict(list, {"k": [1]})
    titled = Titled([[1]])
    titled.title = ["t"]
    text = Text("abc")
    text.marks = [1]
    return [
        [[1], {"a": [2]}],
        ({"a": [1]}, (1, [2])),
        {1: [2], (1, 2): {"x"}},
        {"a", "b"},
        bytearray(b"abc"),
        pool,
        ordered,
        default,
        collections.Counter("abca"),
        titled,
        text,
        Slotted(),
        SlottedWithDict(),
        Point([1], "y"),
        Frozen([1]),
        SlottedData([1]),
        ModelState(messages=[{"a": "b"}]),
        FrozenModel(text="a", parts=[1]),
        Refuses(),
        {KeyedByName("a"): 1},
        {KeyedByName("a")},
        frozenset({KeyedByName("a")}),
        ValueError("x", [1]),
        functools.partial(sorted, [1]),
        np.arange(4),
        np.array([[1], {"a": 2}], dtype=object),
        np.random.default_rng(1),
        np.random.RandomState(1),
        random.Random(1),
        io.StringIO("text"),
    ]


@pytest.mark.parametrize("obj", _holders(), ids=lambda obj: type(obj).__name__)
def test_what_can_change_is_copied_wholly(obj):
    held = {"obj": obj, "again": obj}
    before = _unfold(obj)
    other = fork(held)
    assert other["again"] is other["obj"] is not obj
    assert type(other["obj"]) is type(obj)
    assert _unfold(other["obj"]) == before
    shared = _mutable_ids(obj) & _mutable_ids(other["obj"])
    assert not shared


def _unfold(obj: Any) -> Any:
    """Nested plain data that shows everything an object holds."""
    match obj:
        case dict():
            items = [(_unfold(k), _unfold(v)) for k, v in obj.items()]
        case list() | tuple() | collections.deque():
            items = [_unfold(item) for item in obj]
        case set() | frozenset():
            items = sorted((_unfold(item) for item in obj), key=repr)
        case BaseException():
            items = _unfold(obj.args)
        case functools.partial():
            items = [obj.func, _unfold(obj.args), _unfold(obj.keywords)]
        case np.ndarray():
            items = _unfold(obj.tolist())
        case np.random.Generator():
            return obj.bit_generator.state
        case np.random.RandomState():
            return repr(obj.get_state())
        case random.Random():
            return obj.getstate()
        case io.StringIO():
            return obj.getvalue(), obj.tell()
        case _:
            items = obj if type(obj).__module__ == "builtins" else str(obj) if isinstance(obj, str) else None
    attributes = {
        name: _unfold(getattr(obj, name))
        for name in [*getattr(obj, "__dict__", ()), "a", "_Slotted__secret", "items", "maxlen"]
        if hasattr(obj, name) and not callable(getattr(obj, name))
    }
    return type(obj).__name__, items, attributes


def _mutable_ids(obj: Any) -> set[int]:
    found: set[int] = set()
    todo = [obj]
    while todo:
        item = todo.pop()
        if isinstance(item, str | int | float | bytes | type | None) and not hasattr(item, "__dict__"):
            continue
        if id(item) in found or callable(item) or (isinstance(item, tuple | frozenset) and not item):
            continue
        if not isinstance(item, tuple | frozenset) or isinstance(item, Point):
            found.add(id(item))
        if isinstance(item, dict):
            todo += [*item.keys(), *item.values()]
        elif isinstance(item, list | tuple | set | frozenset | collections.deque):
            todo += item
        elif isinstance(item, np.ndarray) and item.dtype == object:
            todo += item.tolist()
        todo += [v for n, v in vars(item).items() if n != "args"] if hasattr(item, "__dict__") else []
        todo += [getattr(item, n) for n in ("a", "_Slotted__secret") if hasattr(item, n)]
    return found


IMMUTABLE = [
    None, 1, 1.5, 2j, "text", b"bytes", (1, ("a", None)), frozenset({1, (2,)}), range(3), Colour.RED,
    Point(1, 2), Frozen(("a", Frozen(1))), FrozenModel(text="a"), Text("plain"), np.float64(1),
    np.dtype("int8"), int | str,
]  # fmt: skip


@pytest.mark.parametrize("obj", IMMUTABLE, ids=repr)
def test_what_cannot_change_is_shared(obj):
    assert fork([obj])[0] is obj


context = contextvars.ContextVar("context")


def test_resources_are_shared(tmp_path):
    with sqlite3.connect(":memory:") as connection, socket.socket() as sock:
        resources = [
            threading.Lock(), threading.RLock(), threading.Event(), threading.Condition(),
            threading.Thread(target=print), connection, connection.cursor(), sock, logging.getLogger("a"),
            context, random, random.choice, len, Env, Model(), Model().reply, lambda: 1,
            functools.partial(print, 1), functools.lru_cache(print), list[int], property(print),
        ]  # fmt: skip
        assert all(a is b for a, b in zip(fork(resources), resources, strict=True))
    connection.close()


def test_register_resource():
    class Engine:
        pass

    class Turbo(Engine):
        pass

    class Other:
        pass

    engines = [Turbo(), Other()]
    assert fork(engines)[0] is not engines[0]
    register_resource(Engine)
    register_resource(f"{__name__}.test_register_resource.<locals>.Other")
    other = fork(engines)
    assert other[0] is engines[0] and other[1] is engines[1]
    with pytest.raises(InvalidArgument, match=r"module\.Class"):
        register_resource("Engine")
    with pytest.raises(InvalidArgument):
        register_resource(3)


def _open_file(tmp_path):
    return open(tmp_path / "file", "w")


async def _coroutine():
    pass


IMPOSSIBLE = {
    "file": (_open_file, "TextIOWrapper"),
    "generator": (lambda _: (i for i in "abc"), "generator"),
    "coroutine": (lambda _: _coroutine(), "coroutine"),
    "memoryview": (lambda _: memoryview(b"x"), "memoryview"),
    "zip": (lambda _: zip([1], (i for i in "a"), strict=True), "zip"),
}


@pytest.mark.parametrize(("make", "type_name"), IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_errors_name_the_path(make, type_name, tmp_path):
    env = Env()
    handle = make(tmp_path)
    try:
        env.actors[0].handle = handle
        with pytest.raises(NotEncodable, match=r"^env\.actors\[0\]\.handle is a ") as caught:
            fork(env)
        assert caught.value.where == "env.actors[0].handle"
        assert type_name in caught.value.type_name
        del env.actors[0].handle
        env.by_name["a key"] = ({"x": [handle]},)
        with pytest.raises(NotEncodable, match=r"^world\.by_name\['a key'\]\[0\]\['x'\]\[0\] is a "):
            fork(env, name="world")
    finally:
        if hasattr(handle, "close"):
            handle.close()


def test_the_error_says_what_to_do_about_unknown_state():
    class Odd(zip):
        def __reduce__(self):
            raise TypeError("no way")

    with pytest.raises(NotEncodable, match=r"no way.*__interlab_fork__.*register_resource"):
        fork([Odd()])


def test_deep_structures():
    chain: Any = None
    for _ in range(20_000):
        chain = [chain]
    other = fork(chain)
    depth = 0
    while other is not None:
        (other,) = other
        depth += 1
    assert depth == 20_000
    nest: Any = [1]
    for _ in range(20_000):
        nest = (nest,)
    with pytest.raises(NotEncodable, match="too deeply"):
        fork(nest)


def test_shared_structure_is_walked_once():
    nest: Any = ("a", [])
    for _ in range(60):
        nest = (nest, nest)  # 2**60 paths
    other = fork(nest)
    assert other[0] is other[1]
    frozen: Any = Frozen("a")
    for _ in range(60):
        frozen = Frozen((frozen, frozen))
    assert fork(frozen) is frozen


def test_cycles():
    a: list[Any] = []
    a.append((a, {"a": a}))
    b = fork(a)
    assert b[0][0] is b is b[0][1]["a"] is not a
    named = KeyedByName("n")
    named.me = {named: [named]}
    other = fork(named)
    assert next(iter(other.me)) is other is not named
    assert other.me[other] == [other]


def test_weak_references_follow():
    env = Env()
    env.actors[0].env_ref = weakref.ref(env)
    assert (other := fork(env)).actors[0].env_ref() is other


def test_a_class_takes_over():
    class Counted:
        def __init__(self, parts, cache):
            self.parts = parts
            self.cache = cache

        def __interlab_fork__(self, fork_value):
            return Counted(fork_value(self.parts), cache={})

    original = Counted([1], {"big": 1})
    held = fork([original, original, original.parts])
    assert held[0] is held[1] and held[0].parts is held[2] is not original.parts
    assert held[0].cache == {} and held[0].parts == [1]


def test_declared_shared_attributes():
    class Town:
        __interlab_shared__ = ("facts",)
        table: ClassVar[list[int]] = [1]

        def __init__(self):
            self.facts = ["f"] * 20_000
            self.own = [1]

    town = Town()
    other = fork(town)
    assert other.facts is town.facts and other.own is not town.own


class Hoard:
    def __init__(self, **attributes: Any) -> None:
        self.__dict__.update(attributes)


def test_large_copies_warn_once_for_each_path():
    hoard = Hoard(facts=["f"] * 10_001, table={i: i for i in range(10_001)}, fine=["f"] * 10_000)
    with pytest.warns(LargeCopyWarning) as caught:
        fork(hoard)
    assert sorted(w.message.where for w in caught) == ["env.facts", "env.table"]
    assert {w.message.elements for w in caught} == {10_001}
    assert all(w.filename == __file__ for w in caught)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fork(hoard)
        fork(Hoard(facts=Log(range(20_000))))


def test_standard_deepcopy_of_a_part_that_needs_it():
    class Own:
        def __init__(self, parts):
            self.parts = parts

        def __deepcopy__(self, memo):
            return Own([*copy.deepcopy(self.parts, memo), "copied"])

    shared = [1]
    held = fork([shared, Own([shared])])
    assert held[1].parts == [[1], "copied"]
    assert held[1].parts[0] is held[0]
