"""Write browser/fixtures/: values, columns, details and a conversation as the Python side sends them; the tests of both
languages read them. Run: python scripts/make_browser_fixtures.py"""

from __future__ import annotations

import base64
import datetime
import decimal
import enum
import json
import pathlib
import sqlite3
import tempfile
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import interlab as il
from interlab.tracing import Store
from interlab.tracing.wire import expand
from interlab.ui.browser.backend import Backend
from interlab.ui.browser.protocol import COLUMNS, pack

TARGET = Path(__file__).parents[1] / "browser" / "fixtures"
NONCE = "f1x7ure000"
BEGAN = 1_700_000_000.0
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@dataclass(frozen=True)
class Point:
    """A value of a class of the user's own."""

    x: int
    y: int


class Mood(enum.Enum):
    """A member of an Enum."""

    GOOD = "good"


for _kind in (Point, Mood):
    _kind.__module__ = "fixtures"  # however this file is run


def values() -> dict[str, Any]:
    """Values of every kind, by name."""
    prompt = il.FormatStr("Dear {name#red}, {memory} {rest}").format(
        name="Ada", memory=il.FormatStr("you said: {words}").format(words="yes & <b>no</b>")
    )
    failed = ValueError("not a price")
    failed.__cause__ = KeyError("price")
    return {
        "none": None, "true": True, "int": 7, "large int": 2**70, "negative large int": -(2**70), "float": 0.1,
        "nan": float("nan"), "infinity": float("-inf"), "text": "plain <i>text</i>", "empty text": "",
        "long text": "word " * 400, "bidirectional": "abc\u202edef", "surrogate": "\ud800 alone",
        "list": [1, "two", [3.0, None]], "tuple": (1, 2), "set": {"one"}, "frozenset": frozenset({3}),
        "mapping": {"a": 1, "b": {"c": []}}, "keys": {1: "one", (2, 3): "pair"}, "dollar": {"$": "ref", "h": "00"},
        "record": Point(1, 2), "enum": Mood.GOOD,
        "datetime": datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.UTC), "date": datetime.date(2024, 2, 29),
        "time": datetime.time(1, 2, 3), "duration": datetime.timedelta(days=1, seconds=2, microseconds=3),
        "uuid": uuid.UUID(int=5), "decimal": decimal.Decimal("1.20"), "path": pathlib.PurePosixPath("a/b"),
        "complex": 1 + 2j, "html": il.Html("<p onclick='x()'>hi</p>"), "markdown": il.Markdown("# Title\n\n*a*"),
        "image": il.Image(PIXEL), "bytes": b"\x00\x01\xff", "file": il.Blob(b"a,b\n1,2\n", "text/csv", "t.csv"),
        "table": il.Table(["a", "b"], [[1, "x"], [2, None]]), "array": np.arange(6, dtype="<f4").reshape(2, 3),
        "large array": np.arange(4_000, dtype="<i2"), "format": prompt, "exception": failed,
        "messages": [{"role": "user", "content": f"message {number} " * 20} for number in range(3)],
        "opaque": Ellipsis,
    }  # fmt: skip


def made(folder: Path) -> Store:
    """A store with a node of everything, the same each time."""
    store = il.open_store(folder / "fixtures.db")
    with store:
        with il.TracingNode("a run", kind="run", inputs={"seed": 7}, tags=["good", il.Tag("red", "#ff0000")]) as run:
            for step, (actor, words) in enumerate((("Alice", "I offer $10."), ("Bob", "I accept.")), start=1):
                meta = {"actor": actor, "color": il.name_color(actor)}
                with il.TracingNode(f"step {step}", kind="step", meta={"step": step}) as node:
                    with il.TracingNode(actor, kind="query", inputs={"prompt": "What now?"}, meta=meta) as query:
                        with il.TracingNode("thoughts", kind="model") as call:
                            call.set_result("Hm.")
                        with il.TracingNode("demo", kind="model", inputs={"messages": values()["messages"]}) as call:
                            usage = {"input_tokens": 100 * step, "output_tokens": 7}
                            call.add_meta(
                                model="demo", usage=usage, cost_usd=0.25 * step, replayed=step == 2, attempts=step
                            )
                            call.set_result(words)
                        query.set_result(words)
                    for other in ("Alice", "Bob"):
                        told = {"actor": other, "color": il.name_color(other)}
                        with il.TracingNode(
                            other, kind="observe", inputs={"observation": f"{actor}: {words}"}, meta=told
                        ):
                            pass
                    node.add_event("counted", step)
                    node.set_result({"speaker": actor, "message": words})
            run.set_result("deal")
        with il.TracingNode("values", kind="call", inputs=values()) as node:
            node.set_error("it failed")
        il.TracingNode("still open <b>", kind="call").open()
    store.flush()
    _fix(store)
    return store


def _fix(store: Store) -> None:
    """Take the chance out of names and times."""
    writer = sqlite3.connect(store.path)
    with writer:
        writer.execute("UPDATE writer SET nonce=?", (NONCE,))
        writer.execute(f"UPDATE node SET opened={BEGAN} + (id & 255) * 0.5")
        writer.execute("UPDATE node SET closed=opened + 0.25 + (id & 3) * 0.125 WHERE closed IS NOT NULL")
    writer.close()
    store.journal.nonce = NONCE


def documents() -> Iterator[tuple[str, Any]]:
    """The fixtures: file names and contents."""
    with tempfile.TemporaryDirectory() as folder:
        store = made(Path(folder))
        backend = Backend([store], title="fixtures")
        backend.infos[0]["name"] = "fixtures.db"

        def asked(op: str, **arguments: Any) -> Any:
            header, buffers = backend.answer({"id": 1, "op": op, "store": "0", **arguments})
            if not header["ok"]:
                raise RuntimeError(header["error"])
            return header["value"], buffers, header

        backend.index("0").update()
        backend.index("0").rows.generation = "00000000"
        value, buffers, header = asked("columns")
        before = rows_of(backend)
        packed = base64.b64encode(b"".join(pack(header, buffers))).decode()
        details = [asked("node", row=row)[0] for row in range(value["rows"])]
        yield "values.json", list(_values(details, store))
        yield "details.json", [detail for detail in details if "values" not in detail["fields"].get("inputs", {})][:5]
        yield "talk.json", asked("talk", row=0)[0]
        _, _, hello = asked("hello")
        with store, il.TracingNode("new", kind="event", tags=["late"]):
            pass
        writer = sqlite3.connect(store.path)
        with writer:
            writer.execute("UPDATE node SET tags=? WHERE name='a run'", (json.dumps([["other", None]]).encode(),))
            writer.execute(f"UPDATE node SET opened={BEGAN + 60}, closed={BEGAN + 61} WHERE name='new'")
        writer.close()
        _, buffers, header = asked("changes", rows=value["rows"], stamp=value["stamp"])
        yield "columns.json", {
            "hello": hello["value"], "columns": packed, "expected": before,
            "changes": base64.b64encode(b"".join(pack(header, buffers))).decode(), "expectedAfter": rows_of(backend),
        }  # fmt: skip
        store.close()


def rows_of(backend: Backend) -> list[dict[str, Any]]:
    """Every row in words, as whoever reads the columns must see it."""
    rows, rest = backend.index("0").rows, (column.name for column in COLUMNS)
    contents, columns = rows.contents, rows.columns
    plain = [name for name in rest if name not in ("kind", "name", "actor", "tags")]

    def number(value: float) -> float | None:
        return None if value != value else value

    return [
        {
            **{name: number(getattr(columns, name)[row]) for name in plain},
            "kind": contents.kinds.entries[columns.kind[row]],
            "name": contents.names.entries[columns.name[row]],
            "actor": contents.facts.actors[columns.actor[row]] if columns.actor[row] else None,
            "tags": [{"name": name, "color": color} for name, color in contents.facts.tagsets[columns.tags[row]]],
        }
        for row in range(len(rows))
    ]


def _values(details: list[dict[str, Any]], store: Store) -> Iterator[dict[str, Any]]:
    (detail,) = (one for one in details if "surrogate" in _inputs(one))
    read = store.node(detail["uid"]).inputs
    for name, wire in _inputs(detail).items():
        text = str(read[name]) if isinstance(read[name], str | int) and name != "surrogate" else None
        yield {"name": name, "wire": wire, "expanded": expand(wire, store.load), "text": text}
    yield {"values": detail["values"]}


def _inputs(detail: dict[str, Any]) -> dict[str, Any]:
    inputs: dict[str, Any] = detail["fields"].get("inputs", {})
    return detail["values"][inputs["h"]] if inputs.get("$") == "ref" else inputs


def texts() -> dict[str, str]:
    """The fixtures as they are written, by file name."""
    return {name: json.dumps(content, indent=1, sort_keys=True) + "\n" for name, content in documents()}


if __name__ == "__main__":
    for name, text in texts().items():
        (TARGET / name).write_text(text, encoding="utf-8")
        print(f"{name} is written.")
