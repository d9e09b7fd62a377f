from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import weakref
from typing import Any

import numpy as np
import pydantic
import pytest

from interlab.errors import (
    CorruptState,
    InvalidArgument,
    MissingResource,
    NotEncodable,
    UnknownClass,
)
from interlab.state import (
    Log,
    MemoryBlobs,
    content_hash,
    decode,
    encode,
    fork,
    register_codec,
)
from interlab.state.log import WIDTH


def again(obj: Any, **given: Any) -> Any:
    blobs = MemoryBlobs()
    return decode(encode(obj, blobs), blobs, **given)


@dataclasses.dataclass
class Data:
    a: Any
    b: Any = None


@dataclasses.dataclass(frozen=True)
class Frozen:
    parts: Any


class Strict(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True, extra="allow")
    text: str
    n: int = 3
    _hidden: list[int] = pydantic.PrivateAttr(default_factory=list)


class Named:
    """Hashed by an attribute."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named) and other.name == self.name

    def __repr__(self) -> str:
        return f"Named({self.name!r})"


class NeverMadeByInit:
    def __init__(self, must: int) -> None:
        self.value = must

    def __setattr__(self, name: str, value: object) -> None:
        if getattr(self, "closed", False):
            raise RuntimeError("not so")
        self.__dict__[name] = value

    @property
    def double(self) -> int:
        return self.value * 2


class Model:
    __interlab_resource__ = True

    def __init__(self, name: str) -> None:
        self.name = name

    def __interlab_resource_name__(self) -> str:
        return f"model/{self.name}"


class Agent:
    def __init__(self) -> None:
        self.heard: list[str] = []
        self.on_event = self.hear

    def hear(self, text: str) -> None:
        self.heard.append(text)


def a_function() -> int:
    return 1


def test_aliases_and_cycles():
    shared = [1]
    obj = Data(shared, {"again": shared})
    obj.a.append(obj)
    back = again(obj)
    assert back.a is back.b["again"] and back.a[1] is back
    named = Named("n")
    named.me = {named: [named]}
    back = again(named)
    assert next(iter(back.me)) is back and back.me[back] == [back]
    inside: set[Any] = set()
    member = Named("m")
    member.group = inside
    inside.add(member)
    back = again(inside)
    assert next(iter(back)).group is back


def test_deep_structures():
    chain: Any = None
    for _ in range(20_000):
        chain = Data(chain)
    back = again(chain)
    depth = 0
    while back is not None:
        back = back.a
        depth += 1
    assert depth == 20_000
    nest: Any = 1
    for _ in range(1200):
        nest = (nest,)
    with pytest.raises(NotEncodable, match="deep"):
        encode(Data(nest), MemoryBlobs())


def test_attributes_are_set_without_init_or_setattr():
    obj = NeverMadeByInit(3)
    obj.closed = True
    back = again(obj)
    assert back.double == 6 and back.closed


def test_bound_methods_and_weak_references_follow():
    agent = Agent()
    agent.self_ref = weakref.ref(agent)
    back = again(agent)
    back.on_event("hello")
    assert back.heard == ["hello"] and agent.heard == [] and back.self_ref() is back


def test_locks_and_loggers_are_made_again():
    back = again(Data([threading.Lock(), threading.RLock()], logging.getLogger("some.name")))
    assert back.a[0].acquire(blocking=False) and back.a[1].acquire(blocking=False)
    back.a[0].release()
    back.a[1].release()
    assert back.b is logging.getLogger("some.name")


def test_pydantic_keeps_what_was_given_extra_and_private():
    model = Strict(text="a", more=1)
    model._hidden.append(5)
    back = again([model, model])
    assert back[0] is back[1] == model
    assert back[0].model_fields_set == {"text", "more"}
    assert back[0].model_extra == {"more": 1} and back[0]._hidden == [5]


def test_saving_again_writes_only_what_is_new():
    blobs = MemoryBlobs()
    obj = Data(Log(f"message {i}" for i in range(5000)))
    encode(obj, blobs)
    puts, known = blobs.puts, set(blobs.blobs)
    other = fork(obj)
    for i in range(100):
        other.a.append(f"another {i}")
        encode(other, blobs)
    written = len(set(blobs.blobs) - known)
    assert written <= 100 + 100 // WIDTH * 7
    assert blobs.puts - puts == written  # nothing is offered twice
    back = decode(encode(other, blobs), blobs)
    puts = blobs.puts
    back.a.append("once more")
    encode(back, blobs)
    assert blobs.puts - puts == 1 + (len(back.a) % WIDTH == 0) * 7


def test_another_sink_gets_everything():
    obj = Data(Log(f"a message that is long enough for a blob of its own {i:050}" for i in range(1000)))
    first, second = MemoryBlobs(), MemoryBlobs()
    digest = encode(obj, first)
    content_hash(obj)
    assert encode(obj, second) == digest
    assert second.blobs == first.blobs
    assert decode(digest, second).a == obj.a


def test_a_sink_that_forgets_says_so_by_its_epoch():
    class Forgetful(MemoryBlobs):
        epoch = 0

    blobs = Forgetful()
    obj = Data(Log(f"{i:0100}" for i in range(100)))
    digest = encode(obj, blobs)
    blobs.blobs.clear()
    blobs.epoch = 1
    assert encode(obj, blobs) == digest
    assert decode(digest, blobs).a == obj.a


def test_a_sink_that_cannot_be_referred_to_weakly():
    class Bare:
        __slots__ = ("blobs",)

        def __init__(self):
            self.blobs = {}

        put, get = MemoryBlobs.put, MemoryBlobs.get
        puts = property(lambda self: 0, lambda self, n: None)

    for _ in range(2):
        blobs = Bare()
        assert decode(encode(Log(range(100)), blobs), blobs) == list(range(100))


def test_histories_with_one_past_share_it():
    blobs = MemoryBlobs()
    base = Log(f"{i:0200}" for i in range(2048))
    encode(base, blobs)
    before = sum(map(len, blobs.blobs.values()))
    encode([base.fork() for _ in range(10)], blobs)
    assert sum(map(len, blobs.blobs.values())) - before < 1000


def test_equal_states_have_equal_hashes():
    one, other = Data(1, 2), Data.__new__(Data)
    other.b, other.a = 2, 1
    assert content_hash(one) == content_hash(other)
    grown = Log(range(100))
    grown.replace(5, "x")
    grown.replace(5, 5)
    assert content_hash(grown) == content_hash(Log(range(100)))
    fact = Frozen("a")
    assert content_hash(Log([fact] * 20)) == content_hash(Log([Frozen("a") for _ in range(20)]))
    assert content_hash({"a", "b", "c", "d"}) == content_hash({"d", "c", "b", "a"})
    assert content_hash([[1], [1]]) != content_hash([shared := [1], shared])
    assert content_hash({"a": 1, "b": 2}) != content_hash({"b": 2, "a": 1})
    assert content_hash("2023") != content_hash(2023) != content_hash(2023.0)


def test_hashes_do_not_depend_on_the_process():
    script = (
        "from interlab.state import *; "
        "state = [{'b','a','c',5,('x',1)}, frozenset('xyz'), {'k': 'v' * 99}, Log('ab' * 99), Random(1)]; "
        "print(content_hash(state))"
    )
    seeds = [dict(os.environ, PYTHONHASHSEED=seed) for seed in "12"]
    printed = {subprocess.check_output([sys.executable, "-c", script], env=env) for env in seeds}
    assert len(printed) == 1


# --- resources ----------------------------------------------------------------------------------------


def test_resources_are_bound_again_by_name():
    model = Model("demo")
    obj = Data([model, model], Log([{"by": model}] * 20))
    other = Model("demo")
    for resources in ({"model/demo": other}, {"model/demo": other}.get):
        back = again(obj, resources=resources)
        assert back.a[0] is back.a[1] is other and back.b[13]["by"] is other


def test_a_renamed_resource_is_written_anew_within_a_log():
    model = Model("demo")
    obj = Log([{"by": model}] * 20)
    blobs = MemoryBlobs()
    encode(obj, blobs)
    digest = encode(obj, blobs, resource_name=lambda resource: "other")
    with pytest.raises(MissingResource) as caught:
        decode(digest, blobs)
    assert caught.value.names == ["other"]


def test_all_missing_resources_are_listed():
    obj = Data([Model("b"), a_function], Log([Model(f"m{i}") for i in range(20)]))
    with pytest.raises(MissingResource) as caught:
        again(obj, resources={"model/b": Model("b")})
    names = [f"model/m{i}" for i in range(20)]
    assert caught.value.names == sorted([*names, f"{__name__}:a_function"])


def test_a_resource_without_a_name():
    class Bare:
        __interlab_resource__ = True

    with pytest.raises(NotEncodable, match=r"^env\.a is a .*__interlab_resource_name__"):
        encode(Data(Bare()), MemoryBlobs())
    encode(Data(Bare()), MemoryBlobs(), resource_name=lambda obj: "bare")


def test_errors_of_the_callers_own_code_pass():
    def broken(name):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        again(Model("demo"), resources=broken)


# --- classes ------------------------------------------------------------------------------------------


def test_a_class_of_this_process_only():
    class Local:
        pass

    local = Local()
    local.a = 1
    name = f"{__name__}:{Local.__qualname__}"
    with pytest.raises(UnknownClass, match="classes=") as caught:
        again(local)
    assert caught.value.class_name == name
    assert again(local, classes=[Local]).a == 1
    assert type(again(local, classes={name: Data})) is Data


def test_a_file_never_imports():
    blobs = MemoryBlobs()
    for name in (
        "antigravity:X",
        "this_is_no_module:X",
        "os.path:X",
        ":",
        "builtins:eval",
        "builtins:object.x",
    ):
        digest = blobs.put(json.dumps(["interlab-state", 1, [0], [["o", None, 0]], [name]]).encode())
        with pytest.raises(UnknownClass):
            decode(digest, blobs)
    assert "antigravity" not in sys.modules


def test_a_file_does_not_revive_what_acts():
    """A class that deletes a file when it is collected; functions that run commands."""
    blobs = MemoryBlobs()
    closer = f"tempfile:{tempfile._TemporaryFileCloser.__qualname__}"
    for name in (closer, "subprocess:Popen", "threading:Thread"):
        digest = blobs.put(json.dumps(["interlab-state", 1, [0], [["o", None, 0, {}]], [name]]).encode())
        with pytest.raises(UnknownClass, match="trust"):
            decode(digest, blobs)
    for tag in ("fn", "R"):
        for name in ("os:system", "subprocess:run", "numpy:load", "builtins:eval"):
            digest = blobs.put(json.dumps(["interlab-state", 1, [tag, 0], [], [], [name]]).encode())
            with pytest.raises(MissingResource):
                decode(digest, blobs)


class Cleaner:
    def __del__(self) -> None:
        pass


def test_classes_that_clean_up_are_not_state():
    with pytest.raises(NotEncodable, match="__del__"):
        encode(Data(Cleaner()), MemoryBlobs())


class Versioned:
    __state_version__ = 2

    @classmethod
    def __upgrade_state__(cls, state: dict[str, Any], version: int) -> dict[str, Any]:
        if "broken" in state:
            raise RuntimeError("mine")
        return {"words": state["text"].split(), "version": version, "parts": list(state.get("parts", ()))}


@pytest.mark.parametrize("version", [0, 1])
def test_old_state_is_upgraded(version, monkeypatch):
    old = Versioned()
    old.text, old.parts = "a b", Data([1])
    old.parts = [old.parts, old]
    monkeypatch.setattr(Versioned, "__state_version__", version)
    blobs = MemoryBlobs()
    from interlab.state import kinds

    kinds.changed()
    digest = encode(old, blobs)
    monkeypatch.undo()
    kinds.changed()
    back = decode(digest, blobs)
    assert back.words == ["a", "b"] and back.version == version
    assert back.parts[0] == Data([1]) and back.parts[1] is back
    assert decode(encode(back, blobs), blobs).words == ["a", "b"]


def _spine(*parts: Any) -> tuple[bytes, MemoryBlobs]:
    blobs = MemoryBlobs()
    return blobs.put(json.dumps(["interlab-state", 1, *parts]).encode()), blobs


def test_state_of_versions_that_do_not_fit():
    name = f"{__name__}:Versioned"
    with pytest.raises(CorruptState, match="newer"):
        decode(*_spine([0], [["o", None, 0, {}, 3]], [name]))
    with pytest.raises(RuntimeError, match="mine"):
        decode(*_spine([0], [["o", None, 0, {"broken": 1}, 1]], [name]))
    with pytest.raises(CorruptState, match="__upgrade_state__"):
        decode(*_spine([0], [["o", None, 0, {}, -1]], [f"{__name__}:Data"]))


def test_codecs():
    class Money:
        def __init__(self, cents):
            self.cents = cents

    class Opaque(zip):
        pass

    register_codec(Money, "test.money", lambda m: [m.cents, {"unit": "cent"}], lambda data: Money(data[0]))
    back = again([money := Money(5), money, Log([money] * 9)])
    assert back[0].cents == 5 and back[0] is back[1] and back[2][8].cents == 5
    register_codec(Opaque, "test.opaque", lambda o: open, lambda data: None)
    with pytest.raises(InvalidArgument, match="taken"):
        register_codec(Data, "test.money", vars, Data)
    with pytest.raises(CorruptState, match=r"test\.unknown"):
        decode(*_spine([0], [["codec", ["test.unknown", "[1]"]]]))


# --- what can't be written -----------------------------------------------------------------------------

UNWRITABLE = {
    "file": (tempfile.TemporaryFile, "path"),
    "lambda": (lambda: lambda: 1, "by name"),
    "generator": (lambda: (i for i in "a"), "generator"),
    "socket": (lambda: __import__("socket").socket(), "without a name"),
    "foreign": (lambda: zip([1], [2], strict=True), "register_codec"),
    "standard": (lambda: __import__("queue").Queue(), "register_codec"),
    "factory": (lambda: collections.defaultdict(lambda: 1), "builtin"),
    "records": (lambda: np.zeros(1, dtype=[("a", "i4")]), "plain types"),
    "zone": (lambda: dt.datetime(2023, 1, 1, tzinfo=type("Zone", (dt.tzinfo,), {})()), "zoneinfo"),
}


@pytest.mark.parametrize(("make", "hint"), UNWRITABLE.values(), ids=UNWRITABLE)
def test_errors_name_the_path(make, hint):
    value = make()
    try:
        with pytest.raises(NotEncodable, match=hint) as caught:
            encode(Data({"k": [0, (value,)]}), MemoryBlobs())
        assert caught.value.where == "env.a['k'][1][0]"
        with pytest.raises(NotEncodable, match=r"^other\.b"):
            content_hash(Data(1, value), name="other")
    finally:
        if hasattr(value, "close"):
            value.close()


def test_a_path_inside_a_log():
    with pytest.raises(NotEncodable) as caught:
        encode(Data(Log([*range(20), {"f": lambda: 1}])), MemoryBlobs())
    assert caught.value.where == "env.a[20]['f']"
