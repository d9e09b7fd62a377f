"""Makes the folders in ``data``: traces as the original InterLab writes them.

Run it with a Python that has ``interlab==0.4.1`` (an environment of its own, since the package has our name)::

    python -m venv original && original/bin/pip install interlab==0.4.1
    original/bin/python tests/transfer/make_original_traces.py tests/transfer/data

It writes four storages, and beside each ``NAME.json``, what the original itself reads back from it:

- ``haggle``: one root with everything a value can be;
- ``folders``: a root and a node below it that are ``.ctx`` folders;
- ``unfinished``: a root written while it was open, with an open child, and one whose `set_error` left it open;
- ``twice``: a root that was also written by itself, because it had the storage as an argument.
"""

from __future__ import annotations

import contextvars
import dataclasses
import enum
import json
import os
import shutil
import sys
from pathlib import Path

import numpy as np
from treetrace.tracing.data import DataWithMime, FormatStr, Html
from treetrace.tracing.storage import FileStorage
from treetrace.tracing.tracingnode import Tag, TracingNode, with_trace

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


class Mood(enum.Enum):
    CALM = 1


@dataclasses.dataclass
class Offer:
    price: float
    by: str
    before: list


class Plain:
    pass


@with_trace(name="answer", kind="query", tags=["model"])
def answer(prompt, limit=3):
    return f"{len(str(prompt))} characters, {limit}"


def haggle(_storage):
    with TracingNode(
        "car sale",
        kind="run",
        inputs={"seed": 7, "buyers": ["Ann", "Bob"], "empty": {}, "nothing": None},
        meta={"color": "#aa0000", "color_bg": "#ffeeee", "color_border": "#000000", "note": {"deep": [1, 2.5]}},
        tags=["kept", Tag("red", "#ff0000")],
    ) as root:
        root.add_input("config", {"price": 2500, "unit": "$"})
        prompt = FormatStr("{who} says: <{what#00ff00}> & {later:.2f}\n").format(
            who='Ann "A"', what=FormatStr("it's {price}").format(price=2400)
        )
        with TracingNode("prompt", inputs={"prompt": prompt, "template": FormatStr("{open} text")}):
            answer(prompt)
        with TracingNode("values", kind="call") as values:
            values.add_inputs(
                {
                    "html": Html("<b onclick='alert(1)'>bold</b>"),
                    "image": DataWithMime(PNG, "image/png"),
                    "file": DataWithMime(b"\x00\x01binary", "application/pdf"),
                    "bytes": DataWithMime(b"plain"),
                    "offer": Offer(2400.0, "Ann", [Offer(2500.0, "Bob", [])]),
                    "mood": Mood.CALM,
                    "plain": Plain(),
                    "array": np.array([[1.5, float("nan")], [float("inf"), -0.0]]),
                    "numbers": np.arange(3),
                    "flags": np.array([True, False]),
                    "not a number": float("nan"),
                    "big": 2**80,
                    "tuple": (1, ("two", None)),
                    "keys": {"$": "dollar", "_other": 1},
                    "text": "naïve 🚗 \ud83d",
                    "long": "price " * 400,
                    "api_key": "abc-not-to-be-kept",
                }
            )
            values.set_result({"deal": True, "price": 2400.0})
        root.add_event("phone rings", kind="noise", data="ring", tags=["loud"])
        root.add_event("silence")
        root.add_event("zero", data=0)
        try:
            with TracingNode("fails", kind="action"):
                try:
                    raise KeyError("inner")
                except KeyError as error:
                    raise ValueError("outer: 3 < 4") from error
        except ValueError:
            pass
        root.set_result(["deal", 2400])


def folders(_storage):
    with TracingNode("folder", directory=True, inputs={"a": 1}) as root:
        with TracingNode("inner folder", directory=True), TracingNode("leaf"):
            answer("short")
        with TracingNode("file"), TracingNode("below the file"):
            pass
        root.set_result("done")


def unfinished(storage):
    with TracingNode("still open", kind="run", inputs={"a": 1}) as root:
        with TracingNode("closed"):
            pass
        with TracingNode("open child"):
            with TracingNode("closed grandchild"):
                pass
            storage.write_node(root)
    broken = TracingNode("left")
    try:
        with broken:
            broken.set_error("it went wrong")
    except AssertionError:
        pass
    storage.write_node(broken)


def twice(storage):
    with TracingNode("outer"), TracingNode("inner", storage=storage), TracingNode("innermost") as node:
        node.set_result(1)


class FirstOnly(FileStorage):
    """Keeps what was written of a root while it was open, as if the process had been killed after that."""

    def write_node(self, node):
        if not Path(self._file_path(self.directory, node.uid + ".full")).exists():
            super().write_node(node)


def run_in(storage, make):
    """Make traces; what they leave open stays in the context that this is called in."""
    with storage:
        make(storage)


def main(target: Path) -> None:
    here = Path(__file__)
    target = target.resolve()
    os.chdir(here.parent)
    for make in (haggle, folders, unfinished, twice):
        # Tracebacks name the file, and not where it happened to be.
        make.__code__ = make.__code__.replace(co_filename=here.name)
        folder = target / make.__name__
        shutil.rmtree(folder, ignore_errors=True)
        storage = FirstOnly(folder) if make is unfinished else FileStorage(folder)
        contextvars.copy_context().run(run_in, storage, make)
        with FileStorage(folder) as fresh:
            read = [fresh.read(uid) for uid in sorted(fresh.list())]
        (target / f"{make.__name__}.json").write_text(json.dumps(read), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
