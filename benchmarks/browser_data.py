"""What the trace browser's data costs before it reaches a browser: building the index of a store, reading it back, what
is new, one node, a search, a file. Run: python benchmarks/browser_data.py [nodes …]"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from _harness import begin, median, report
from _trace_store import make_store

import interlab as il
from interlab.errors import InvalidArgument
from interlab.ui.browser import write_file
from interlab.ui.browser.backend import Backend
from interlab.ui.browser.index import Index
from interlab.ui.browser.rows import COLUMNS_READ

SIZES = (1_000, 100_000, 1_000_000)
TABLES = ("browser_index", "browser_chunk", "browser_text", "browser_touched")


def timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def built(path: Path) -> float:
    """Seconds to build an index where there is none, written into the store."""
    with sqlite3.connect(path) as connection:
        for table in TABLES:
            connection.execute(f"DROP TABLE IF EXISTS {table}")
        for trigger in ("browser_changed", "browser_removed"):
            connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    connection.close()
    store = il.open_store(path)
    took = timed(Index(store).update)
    store.close()
    return took


def only_read(path: Path) -> float:
    """Seconds to read the same columns of all nodes and do nothing with them."""
    connection = sqlite3.connect(path)
    took = timed(lambda: [None for _ in connection.execute(f"SELECT {COLUMNS_READ} FROM node ORDER BY id")])
    connection.close()
    return took


def read_back(path: Path) -> float:
    store = il.open_store(path)
    took = timed(Index(store).update)
    store.close()
    return took


def answers(path: Path, nodes: int, repetitions: int) -> None:
    store = il.open_store(path)
    backend = Backend([store])

    def ask(op: str, **arguments: object) -> object:
        header, _ = backend.answer({"id": 1, "op": op, "store": "0", **arguments})
        if not header["ok"]:
            raise RuntimeError(header["error"])
        return header["value"]

    def all_columns() -> None:
        have, more = 0, True
        while more:
            value: dict[str, object] = ask("columns", **{"from": have})
            have += value["rows"]
            more = bool(value["more"])

    rows: int = ask("columns", **{"from": 0})["total"]
    report(
        "first chunk of columns", median(lambda: timed(lambda: ask("columns", **{"from": 0}))) * 1e3, "ms", nodes=rows
    )
    report("all columns", median(lambda: timed(all_columns), repetitions) * 1e3, "ms", nodes=rows)
    stamp = ask("columns", **{"from": 0})["stamp"]
    nothing = median(lambda: timed(lambda: ask("changes", rows=rows, stamp=stamp)))
    report("what is new, when nothing is", nothing * 1e3, "ms", nodes=rows)
    details = median(lambda: timed(lambda: [ask("node", row=rows * at // 100) for at in range(100)])) / 100
    report("one node with its values", details * 1e3, "ms", nodes=rows)
    ended = [run for run in store.roots(limit=3) if run.kind == "run"][-1]
    place = ask("locate", uid=ended.uid)
    report("one run as a conversation", median(lambda: timed(lambda: ask("talk", row=place))) * 1e3, "ms", nodes=rows)
    if nodes <= 100_000:
        report(
            "first search, which makes the text index", timed(lambda: ask("search", text="warranty")), "s", nodes=rows
        )
        found = median(lambda: timed(lambda: ask("search", text="warranty engine quick")))
        report("search of full text", found * 1e3, "ms", must="300 ms at 100,000", nodes=rows)
    store.close()


def written(path: Path) -> None:
    store = il.open_store(path)
    target = path.with_suffix(".html")
    try:
        took = timed(lambda: write_file(store, target, progress=False))
        report("a file of the store", took, "s", bytes=target.stat().st_size, nodes=len(store))
    except InvalidArgument as error:
        print(f"no file: {error}")
    store.close()


def main(sizes: tuple[int, ...]) -> None:
    begin()
    for nodes in sizes:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "bench.db"
            make_store(path, nodes)
            before = path.stat().st_size
            repetitions = 5 if nodes <= 100_000 else 3
            built(path)
            grown = path.stat().st_size - before
            must = "1.5 s" if nodes == 100_000 else None
            floor = median(lambda path=path: only_read(path), repetitions)
            report(
                "index built",
                median(lambda path=path: built(path), repetitions),
                "s",
                floor=floor,
                must=must,
                nodes=nodes,
            )
            back = median(lambda path=path: read_back(path), repetitions)
            report("index read back", back * 1e3, "ms", nodes=nodes, bytes=grown, store_bytes=before)
            answers(path, nodes, repetitions)
            if nodes <= 100_000:
                written(path)
            shutil.rmtree(folder, ignore_errors=True)
            Path(folder).mkdir()


if __name__ == "__main__":
    main(tuple(int(size.replace(",", "")) for size in sys.argv[1:]) or SIZES)
