"""Round trips of every kind of value, and of any graph of them."""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import enum
import json
import math
import pathlib
import random
import types
import uuid
import zoneinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interlab.state import (
    Log,
    MemoryBlobs,
    Random,
    content_hash,
    decode,
    encode,
    fork,
)
from interlab.state.log import WIDTH


class Colour(enum.Enum):
    RED = "r"


class Level(enum.IntEnum):
    LOW = 1


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


class Point(NamedTuple):
    x: Any
    y: Any


@dataclasses.dataclass
class Data:
    a: Any
    b: Any = None


@dataclasses.dataclass(frozen=True)
class Frozen:
    parts: Any


@dataclasses.dataclass(frozen=True, slots=True)
class FrozenSlots:
    parts: Any


class Text(str):
    """A str with attributes."""


class Titled(list):
    title: Any = ""


class Table(dict):
    pass


class Slotted:
    __slots__ = ("__secret", "a", "unset")

    def __init__(self) -> None:
        self.a = [1]
        self.__secret = "s"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Slotted) and (self.a, self.__secret) == (other.a, other.__secret)

    __hash__ = None  # type: ignore[assignment]


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


def a_function() -> int:
    return 1


def _exactly(value: Any) -> Any:
    """Comparable data that tells apart what `==` does not: types, -0.0, NaN, order, time folds."""
    match value:
        case float() | complex() | Decimal():
            return type(value), repr(value)
        case np.ndarray():
            return "array", value.dtype.newbyteorder("="), value.shape, _exactly(value.tolist())
        case collections.deque():
            return type(value), value.maxlen, [_exactly(item) for item in value]
        case Log():
            return type(value), [_exactly(item) for item in value]
        case list() | tuple():
            return type(value), [_exactly(item) for item in value], _exactly(getattr(value, "__dict__", None))
        case dict():
            return type(value), [(_exactly(k), _exactly(v)) for k, v in value.items()]
        case set() | frozenset():
            return type(value), sorted((_exactly(item) for item in value), key=repr)
        case dt.datetime() | dt.time():
            return type(value), value.isoformat(), value.fold, repr(value.tzinfo)
        case BaseException():
            return type(value), _exactly(value.args), _exactly(value.__dict__)
        case random.Random():
            return type(value), value.getstate()
        case np.random.Generator():
            return repr(value.bit_generator.state)
        case np.random.RandomState():
            return repr(value.get_state(legacy=False))
        case _ if dataclasses.is_dataclass(value):
            return type(value), [_exactly(getattr(value, f.name)) for f in dataclasses.fields(value)]
        case _:
            return type(value), value


text = Text("abc")
text.marks = [1]
titled = Titled([1, [2]])
titled.title = {"a": 1}
gaussian = random.Random(4)
gaussian.gauss()
ours = Random("seed")
ours.gauss()
state = np.random.RandomState(5)
state.standard_normal()

VALUES = [
    None, True, False, 0, -1, 2**53 + 1, -(2**63), 2**64, 10**400, 1.0, -0.0, 1e300, 5e-324, math.nan,
    math.inf, -math.inf, "", "2023", "ü" * 100, "\ud800 alone", "x" * 100 + "\udfff",
    "\x00\u2028</script>", b"", b"\xff" * 200, bytearray(b"abc"), bytearray(300), 1j, complex(-0.0,
    math.nan), Decimal("1.50"), Decimal("NaN"), Decimal("-0"), Fraction(1, 3), dt.date(2023, 1, 2),
    dt.time(1, 2, 3, 4, fold=1), dt.datetime(2023, 1, 2, 3, 4, 5, 6), dt.datetime(2023, 1, 2,
    tzinfo=dt.UTC), dt.timedelta(days=-1, microseconds=1), dt.datetime(2023, 10, 29, 2, 30, fold=1,
    tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")), dt.datetime(2023, 1, 2,
    tzinfo=dt.timezone(dt.timedelta(hours=-1), "X")), dt.timezone(dt.timedelta(1, 0, -1)),
    zoneinfo.ZoneInfo("UTC"), uuid.UUID(int=5), pathlib.Path("a/b"), pathlib.PurePosixPath("/a"),
    pathlib.PureWindowsPath("c:\\a"), Colour.RED, Level.LOW, Rights.READ | Rights.WRITE, Rights(0), [],
    [[], [1]], (), (1, (2, [3])), Point([1], "y"), set(), {1, "1", (1, "1"), None}, {frozenset({1}),
    frozenset()}, frozenset({"a", 2.5}), {}, {1: "int", "1": "str", (1, 2): [], None: {}, 2.5: 0,
    frozenset({1}): 1}, {"b": 1, "a": 2}, collections.OrderedDict(b=1, a=2), collections.Counter("abca"),
    collections.defaultdict(list, a=[1]), collections.defaultdict(None, a=1), collections.deque([1, [2]],
    maxlen=5), collections.deque(), range(3), range(10**30, 0, -7), ..., Data([1], Data(2)), Frozen(("a",
    [1])), FrozenSlots(["a"]), text, titled, Table(a=1), Slotted(), {Named("a"): [Named("b")]},
    {Named("a"), Named("b")}, frozenset({Named("a")}), (frozenset({Named("a")}),),
    types.SimpleNamespace(a=[1]), ValueError("x", [1]), Strict(text="a"), Strict(text="a", n=3, more=[1]),
    gaussian, ours, state, Log(), Log(range(WIDTH**3 + 5)), Log([[1], {"a": Log([2])}]),
    Log([Data(1)] * 20), np.arange(6, dtype="int16").reshape(2, 3), np.array([1.5, math.nan]),
    np.array(["ab", "c"]), np.zeros((0, 3)), np.array(5), np.arange(4, dtype=">i4"), np.array([[1],
    {"a": 2}], dtype=object), np.array(["2023-01-02"], dtype="datetime64[D]"), np.float32(1.5),
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__}:{str(value)[:20]}")
def test_round_trip(value):
    blobs = MemoryBlobs()
    digest = encode([value], blobs)
    (back,) = decode(digest, blobs, classes=[a_function])
    assert _exactly(back) == _exactly(value)
    assert content_hash([back]) == content_hash([value]) == digest.hex()
    assert content_hash(fork([value])) == digest.hex()


atoms = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.complex_numbers(),
    st.text(st.characters(), max_size=80),
    st.binary(),
    st.decimals(allow_nan=False),
    st.fractions(),
    st.timedeltas(),
    st.datetimes(timezones=st.timezones() | st.none()),
    st.uuids(),
    st.sampled_from([*Colour, *Level, Rights.READ]),
)
hashable = st.recursive(
    atoms,
    lambda inner: st.tuples(inner, inner) | st.frozensets(inner, max_size=3) | st.builds(Text, st.text(max_size=3)),
    max_leaves=4,
)
graphs = st.recursive(
    hashable,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(hashable, inner, max_size=4)
        | st.tuples(inner, inner)
        | st.sets(hashable, max_size=3)
        | st.builds(Data, inner, inner)
        | st.builds(Frozen, inner)
        | st.builds(Log, st.lists(inner, max_size=3 * WIDTH))
        | st.builds(collections.deque, st.lists(inner, max_size=3))
    ),
    max_leaves=15,
)


@given(graphs)
def test_round_trip_of_anything(value):
    blobs = MemoryBlobs()
    digest = encode(value, blobs)
    back = decode(digest, blobs)
    assert _exactly(back) == _exactly(value)
    assert encode(back, MemoryBlobs()) == digest == encode(fork(value), MemoryBlobs())
    for data in blobs.blobs.values():
        if data[:1] == b"[":
            json.loads(data, parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
