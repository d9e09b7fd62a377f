"""Values of every kind, recorded and read back from the file; what can't be kept is kept as type and text."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import math
import pathlib
import types
import uuid
from collections import Counter, OrderedDict, defaultdict, namedtuple
from collections.abc import Callable, Iterator
from typing import Any

import pydantic
import pytest

from interlab.errors import InvalidArgument
from interlab.tracing import (
    Blob,
    Figure,
    Html,
    Image,
    Markdown,
    Opaque,
    Store,
    Table,
    TracingNode,
    freeze,
    register_serializer,
)

Keep = Callable[[Any], Any]
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


class Color(enum.Enum):
    RED = 1
    PAIR = (1, 2)


class Mood(str, enum.Enum):
    GOOD = "good"


class Level(enum.IntEnum):
    HIGH = 9


class Rights(enum.Flag):
    READ = 1
    WRITE = 2


@dataclasses.dataclass
class Offer:
    price: float
    by: str
    parts: list[Any] = dataclasses.field(default_factory=list)


class Deal(pydantic.BaseModel):
    price: int
    offers: list[int] = []
    when: datetime.date | None = None


Point = namedtuple("Point", "x y")


# Plain values -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        True,
        -1,
        2**53,
        2**53 + 1,
        -(2**63) - 1,
        10**400,
        0.1,
        5e-324,
        math.inf,
        -math.inf,
        "text",
        'ünï ☃ 🎲 \x00 \u2028 "quotes" \\ </script>',
        "x" * 10_000,
        [1, [2, [3, "x" * 1000]]],
        (1, (2,), []),
        {"a": {"b": [None, True]}},
        {1: "a", None: "b", True: "not one"},
        {(1, "a"): "tuple as key", frozenset({1}): "set as key"},
        {"$": "a value's mark as a key", "b": 1},
        {"$": "ref", "h": "00", "n": 1},
        {1, "a", (2, 3)},
        frozenset({1.5}),
        1 + 2j,
        decimal.Decimal("1.10"),
        uuid.UUID(int=7),
        datetime.datetime(2024, 2, 29, 12, 30, 15, 123456),
        datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC),
        datetime.date(2024, 2, 29),
        datetime.time(23, 59, 1),
        datetime.timedelta(days=-1, microseconds=5),
    ],
    ids=lambda value: f"{type(value).__name__} {str(value)[:20]!a}",
)
def test_plain_values_come_back_equal_and_of_their_type(value: Any, kept: Keep) -> None:
    back = kept(value)
    assert back == value
    assert type(back) is type(value)


def test_not_a_number_comes_back(kept: Keep) -> None:
    back = kept({"a": math.nan, "b": [math.nan]})
    assert math.isnan(back["a"]) and math.isnan(back["b"][0])


def test_no_nan_is_written_into_json(store: Store) -> None:
    with TracingNode("x", inputs={"a": math.nan}) as node:
        node.set_result([math.inf])
    assert node._inputs is not None and b"NaN" not in node._inputs
    assert node._result is not None and b"Infinity" not in node._result


def test_types_inside_containers_are_not_mixed_up(kept: Keep) -> None:
    value = [True, 1, 1.0, "1", (1,), [1], {"a": (True,)}]
    back = kept(value)
    assert repr(back) == repr(value)


@pytest.mark.parametrize("text", ["\ud800", "a\udfff b", "\udcff" * 600])
def test_lone_surrogates_come_back(text: str, kept: Keep) -> None:
    assert kept(text) == text
    assert kept({"key": [text, "fine"], text: 1}) == {"key": [text, "fine"], text: 1}
    assert kept(["first text", "second text", text]) == ["first text", "second text", text]


def test_a_path_comes_back_as_a_pure_path(kept: Keep) -> None:
    assert kept(pathlib.Path("/a/b c")) == pathlib.PurePath("/a/b c")


def test_bytes_come_back(kept: Keep) -> None:
    for value in (b"", b"\x00\xff", bytearray(b"abc"), memoryview(b"abc"), b"x" * 100_000):
        back = kept(value)
        assert isinstance(back, Blob)
        assert back.data == bytes(value)
        assert back.mime == "application/octet-stream"


def test_subclasses_of_plain_types_are_kept_as_their_content(kept: Keep) -> None:
    class Text(str):
        pass

    class Number(int):
        pass

    assert kept(Text("a")) == "a"
    assert kept([Number(3), Level.HIGH])[0] == 3
    assert kept(OrderedDict(a=1)) == {"a": 1}
    assert kept(defaultdict(list, a=[1])) == {"a": [1]}
    assert kept(Counter("aab")) == {"a": 2, "b": 1}
    assert kept(types.MappingProxyType({"a": 1})) == {"a": 1}


# Objects ----------------------------------------------------------------------------------------------


def test_dataclasses_are_kept_by_field(kept: Keep) -> None:
    back = kept(Offer(2.5, "Eve", [Offer(1.0, "Bob")]))
    assert back.type_name.endswith("Offer")
    assert back["price"] == 2.5
    assert back["parts"][0] == {"price": 1.0, "by": "Bob", "parts": []}


def test_pydantic_models_are_kept_by_field(kept: Keep) -> None:
    back = kept(Deal(price=3, offers=[1, 2], when=datetime.date(2024, 1, 2)))
    assert back.type_name.endswith("Deal")
    assert back == {"price": 3, "offers": [1, 2], "when": datetime.date(2024, 1, 2)}


def test_pydantic_models_with_extra_fields_and_secrets(kept: Keep) -> None:
    class Open(pydantic.BaseModel, extra="allow"):
        word: pydantic.SecretStr

    back = kept(Open(word="open sesame", other=5))
    assert back["other"] == 5
    assert "sesame" not in repr(back)


def test_named_tuples_are_kept_by_field(kept: Keep) -> None:
    back = kept(Point(1, [2]))
    assert back.type_name.endswith("Point")
    assert back == {"x": 1, "y": [2]}


def test_attrs_classes_are_kept_by_field(kept: Keep) -> None:
    attrs = pytest.importorskip("attrs")
    bid = attrs.make_class("Bid", ["amount"])
    assert kept(bid(7)) == {"amount": 7}


@pytest.mark.parametrize(
    ("member", "name", "value"),
    [
        (Color.RED, "RED", 1),
        (Color.PAIR, "PAIR", (1, 2)),
        (Mood.GOOD, "GOOD", "good"),
        (Level.HIGH, "HIGH", 9),
        (Rights.READ | Rights.WRITE, "READ|WRITE", 3),
    ],
)
def test_enum_members_keep_name_value_and_class(member: Any, name: str, value: Any, kept: Keep) -> None:
    back = kept({"member": member, "in a list": [member]})["member"]
    assert back == {"name": name, "value": value}
    assert back.type_name.endswith(type(member).__name__)


def test_exceptions_are_values_too(kept: Keep) -> None:
    error = ValueError("bad")
    error.__cause__ = KeyError("k")
    back = kept([error])[0]
    assert back.type_name == "ValueError"
    assert back["message"] == "bad"
    assert back["traceback"] is None
    assert back["cause"].type_name == "KeyError"


def test_exception_groups_keep_their_members(kept: Keep) -> None:
    group = ExceptionGroup("several", [ValueError("one"), ExceptionGroup("inner", [KeyError("two")])])
    back = kept(group)
    assert back.type_name == "ExceptionGroup"
    assert [one["message"].split(" (")[0] for one in back["exceptions"]] == ["one", "inner"]
    assert back["exceptions"][1]["exceptions"][0].type_name == "KeyError"


def test_functions_classes_and_modules_are_kept_by_name(kept: Keep) -> None:
    assert "test_functions" in kept(test_functions_classes_and_modules_are_kept_by_name).text
    assert kept(Offer).text.endswith("Offer")
    assert "math" in kept(math).text


def test_a_class_says_how_it_is_recorded(kept: Keep) -> None:
    class Board:
        def __trace_to_node__(self) -> Any:
            return {"squares": (1, 2), "look": Html("<b>x</b>")}

    class Special(Board):
        pass

    assert kept(Board()) == {"squares": (1, 2), "look": Html("<b>x</b>")}
    assert kept([Special()])[0]["squares"] == (1, 2)


@pytest.fixture
def no_serializers_left() -> Iterator[None]:
    before = dict(freeze._registered)
    yield
    freeze._registered.clear()
    freeze._registered.update(before)
    freeze._resolved.clear()


@pytest.mark.usefixtures("no_serializers_left")
def test_a_serializer_is_registered_for_a_class_and_its_subclasses(kept: Keep) -> None:
    class Foreign:
        pass

    class Near(Foreign):
        def __trace_to_node__(self) -> Any:
            return "own"

    assert isinstance(kept(Foreign()), Opaque)
    register_serializer(Foreign, lambda value: {"is": "foreign"})
    assert kept(Foreign()) == {"is": "foreign"}
    assert kept(Near()) == "own"
    register_serializer(Offer, lambda value: value.price)
    assert kept(Offer(4.0, "x")) == 4.0


@pytest.mark.usefixtures("no_serializers_left")
def test_a_serializer_that_fails_or_returns_itself_does_no_harm(kept: Keep) -> None:
    class Failing:
        def __trace_to_node__(self) -> Any:
            raise RuntimeError("not today")

    class Same:
        def __trace_to_node__(self) -> Any:
            return self

    class Endless:
        def __trace_to_node__(self) -> Any:
            return [Endless()]

    failed = kept(Failing())
    assert isinstance(failed, Opaque) and "not today" in failed.why
    assert isinstance(kept(Same()), Opaque)
    assert isinstance(kept(Endless()), list)


# Rich values ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        Html("<b>bold</b>"),
        Markdown("# title"),
        Blob(b"%PDF-", "application/pdf", "a.pdf"),
        Image(PNG),
        Table(["a", "b"], [[1, "x"], [None, 2.5]], index=["r", "s"]),
        Opaque("some.Class", "text", "why"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_rich_values_come_back(value: Any, kept: Keep) -> None:
    back = kept({"inside": value})["inside"]
    if isinstance(value, Table):
        assert back.n_rows == 2
        back = dataclasses.replace(back, n_rows=None)
    assert back == value


def test_a_text_that_looks_like_html_stays_text(kept: Keep) -> None:
    assert kept({"_repr_html_": "<script>", "a": "<b>x</b>"}) == {"_repr_html_": "<script>", "a": "<b>x</b>"}
    assert type(kept("<b>x</b>")) is str


def test_an_image_knows_its_type(tmp_path: Any) -> None:
    assert Image(PNG).mime == "image/png"
    assert Image(b"\xff\xd8\xff rest").mime == "image/jpeg"
    assert Image(b"<svg xmlns=''/>").mime == "image/svg+xml"
    (tmp_path / "a.gif").write_bytes(b"GIF89a")
    assert Image.from_file(tmp_path / "a.gif").mime == "image/gif"
    with pytest.raises(InvalidArgument):
        Image("a path")  # type: ignore[arg-type]


def test_a_file_with_a_name_that_is_not_unicode(kept: Keep) -> None:
    back = kept(Blob(b"x", name="a\udcff.txt"))
    assert back.data == b"x"
    assert "a" in back.name


def test_numpy(kept: Keep) -> None:
    np = pytest.importorskip("numpy")
    for array in (
        np.arange(6).reshape(2, 3),
        np.array([[1.5, np.nan], [np.inf, -0.0]]),
        np.array([True, False]),
        np.arange(5000, dtype=">f4"),
        np.array(3.5),
        np.zeros((0, 3)),
        np.array([1 + 2j]),
        np.array(["a", "long" * 100]),
        np.array(["2024-01-01", "NaT"], dtype="datetime64[ns]"),
        np.array([1, 2], dtype="timedelta64[s]"),
        np.array([1, 2], dtype=np.float16),
        np.array([1, 2], dtype=np.uint64) + np.uint64(2**63),
        np.array([0.1], dtype=np.longdouble),
        np.arange(10)[::2],
    ):
        back = kept([array])[0]
        assert back.shape == array.shape
        assert back.dtype == array.dtype.newbyteorder("<")
        np.testing.assert_array_equal(back, array)
    assert repr(kept([np.int64(3), np.float64(0.5), np.bool_(True), np.str_("a"), np.float32(0.5)])) == repr(
        [3, 0.5, True, "a", 0.5]
    )
    assert "2024-01-01T00:00:00.000000001" in kept(np.datetime64("2024-01-01T00:00:00.000000001")).text
    assert "0.1" in kept(np.longdouble("0.1")).text
    for strange in (np.array([object()]), np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]), np.array([b"a"])):
        assert isinstance(kept(strange), Opaque)
    changed = np.zeros(3)
    with TracingNode("x", inputs={"array": changed}) as node:
        changed[0] = 7
    assert node.inputs["array"][0] == 0


def test_pandas(kept: Keep) -> None:
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None], 3: pd.to_datetime(["2024-01-01", None])}, index=["r", "s"])
    table = kept(frame)
    assert isinstance(table, Table)
    assert list(table.columns) == ["a", "b", 3]
    assert list(table.index) == ["r", "s"]  # type: ignore[arg-type]
    assert table.rows[0] == [1, "x", datetime.datetime(2024, 1, 1)]
    assert table.n_rows == 2
    assert list(table.to_frame()["a"]) == [1, 2]
    assert kept(pd.DataFrame({"a": range(5000)})).n_rows == 5000
    assert len(kept(pd.DataFrame({"a": range(5000)})).rows) == 1000
    series = kept(pd.Series([1.5, 2.5], name="price"))
    assert (list(series.columns), series.rows) == (["price"], [[1.5], [2.5]])
    assert kept([pd.Timestamp("2024-01-01"), pd.NaT, pd.NA]) == [datetime.datetime(2024, 1, 1), None, None]
    columns = pd.MultiIndex.from_tuples([("a", 1), ("a", 2)])
    assert isinstance(kept(pd.DataFrame([[1, 2]], columns=columns)), Table)


def test_pictures_of_matplotlib_and_pil(kept: Keep) -> None:
    pil = pytest.importorskip("PIL.Image")
    for mode in ("RGB", "L", "RGBA", "P", "CMYK", "F", "1"):
        back = kept(pil.new(mode, (4, 3)))
        assert isinstance(back, Image) and back.mime == "image/png", mode
    pytest.importorskip("matplotlib")
    from matplotlib.figure import Figure as MatplotlibFigure

    figure = MatplotlibFigure()
    axes = figure.subplots()
    axes.plot([1, 2])
    for value in (figure, axes):
        assert kept(value).data.startswith(b"\x89PNG")


def test_plotly_figures(kept: Keep) -> None:
    go = pytest.importorskip("plotly.graph_objects")
    back = kept(go.Figure(go.Scatter(x=[1, 2], y=[3, 4])))
    assert isinstance(back, Figure)
    assert back.spec["data"][0]["type"] == "scatter"
    assert isinstance(back.to_plotly(), go.Figure)


def test_what_notebooks_display(kept: Keep) -> None:
    display = pytest.importorskip("IPython.display")
    assert kept(display.HTML("<i>x</i>")) == Html("<i>x</i>")
    assert kept(display.Markdown("*x*")) == Markdown("*x*")
    assert kept(display.Image(PNG)).data == PNG
